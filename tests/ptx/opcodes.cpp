// SPDX-License-Identifier: MIT
/*
 * opcodes.cpp: from an instruction's text to what executes it.
 *
 * Each family of instructions lists the modifiers that it understands. Any other is an error: an
 * instruction is executed exactly, or not at all.
 */
#include "fault.h"
#include "machine.h"
#include "names.h"
#include "scanner.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace fg_ptx {

namespace {

/* An instruction on its way from text to code. */
struct Reading {
    Names &names;
    Instruction out;
    std::string base;                   /* "mul" of mul.wide.u32 */
    std::vector<std::string> modifiers; /* "wide" */
    std::vector<Type> types;            /* "u32" */
    std::vector<std::string> operands;

    bool has(const char *modifier) const {
        return std::find(modifiers.begin(), modifiers.end(), modifier) != modifiers.end();
    }
    Type type() const { return types.empty() ? Type{} : types[0]; }
};

[[noreturn]] void unknown() {
    throw Fault("unknown instruction");
}

void need_operands(const Reading &reading, std::size_t least, std::size_t most) {
    if (reading.operands.size() < least || reading.operands.size() > most) {
        throw Fault("unknown instruction: it has " + std::to_string(reading.operands.size()) +
                    " operands");
    }
}

void add_written(Reading &reading, const std::string &operand) {
    reading.out.to.at(reading.out.to_count++) = reading.names.written(operand);
}

void add_read(Reading &reading, const std::string &operand) {
    reading.out.from.at(reading.out.from_count++) = reading.names.read(operand);
}

bool is_vector(const std::string &operand) {
    return !operand.empty() && operand[0] == '{';
}

/* The members of a vector operand, or the operand itself. */
std::vector<std::string> members(const std::string &operand) {
    return is_vector(operand) ? split_operands(operand.substr(1, operand.size() - 2))
                              : std::vector<std::string>{operand};
}

/* A pair "p|q" of destinations, of which the second may be missing. */
void add_pair(Reading &reading, const std::string &operand) {
    const std::size_t bar = operand.find('|');
    add_written(reading, trimmed(operand.substr(0, bar)));
    if (bar != std::string::npos) {
        add_written(reading, trimmed(operand.substr(bar + 1)));
    }
}

/* ---- The families ---- */

/* One destination, then sources. */
void read_lanewise(Reading &reading) {
    need_operands(reading, 2, 5);
    const Type type = reading.type();
    std::string name = reading.base;
    for (const std::string &modifier : reading.modifiers) {
        name += modifier == "rn" && reading.base != "cvt" ? "" : "." + modifier;
    }
    const bool carries = reading.has("cc") || reading.base == "addc" || reading.base == "subc" ||
                         reading.base == "madc";
    const bool floats = type.kind == Type::Kind::floating;
    if (reading.base == "cvt") {
        reading.out.execute =
            reading.types.size() == 2 ? find_conversion(name, type, reading.types[1]) : nullptr;
    } else if (reading.types.size() != 1) {
        unknown();
    } else if (floats && name != "selp") {
        reading.out.execute = find_floating_operation(name, type);
    } else {
        reading.out.execute =
            carries ? find_carry_operation(name, type) : find_integer_operation(name, type);
    }
    add_written(reading, reading.operands[0]);
    for (std::size_t i = 1; i < reading.operands.size(); i++) {
        add_read(reading, reading.operands[i]);
    }
}

void read_comparison(Reading &reading) {
    need_operands(reading, 3, 4);
    const std::string relation = reading.modifiers.empty() ? "" : reading.modifiers[0];
    reading.out.execute = find_comparison(relation, reading.type());
    const std::string combination = reading.modifiers.size() > 1 ? reading.modifiers[1] : "";
    reading.out.variant = combination == "and"   ? combine_and
                          : combination == "or"  ? combine_or
                          : combination == "xor" ? combine_xor
                                                 : combine_none;
    if (reading.modifiers.size() > 2 ||
        (reading.operands.size() == 4) != (reading.out.variant != combine_none) ||
        (reading.out.variant == combine_none && !combination.empty())) {
        unknown();
    }
    add_pair(reading, reading.operands[0]);
    for (std::size_t i = 1; i < reading.operands.size(); i++) {
        add_read(reading, reading.operands[i]);
    }
}

void read_move(Reading &reading) {
    need_operands(reading, 2, 2);
    const std::string &to = reading.operands[0], &from = reading.operands[1];
    const Symbol *const symbol = reading.names.find(from);
    for (const std::string &member : members(to)) {
        add_written(reading, member);
    }
    if (symbol != nullptr && symbol->kind == Symbol::Kind::local) {
        reading.out.execute = move_local_address;
        reading.out.offset = static_cast<std::int64_t>(symbol->value);
        return;
    }
    if (symbol == nullptr && from[0] == '%') {
        reading.out.execute = find_special(from);
        return;
    }
    for (const std::string &member : members(from)) {
        add_read(reading, member);
    }
    reading.out.execute = is_vector(to)     ? unpack
                          : is_vector(from) ? pack
                                            : find_integer_operation("mov", reading.type());
}

/* cvta: only the addresses of shared memory differ between its own space and the generic one. */
void read_address_conversion(Reading &reading) {
    need_operands(reading, 2, 2);
    if (reading.has("shared")) {
        reading.out.execute = reading.has("to") ? generic_to_shared : shared_to_generic;
        add_written(reading, reading.operands[0]);
        add_read(reading, reading.operands[1]);
        return;
    }
    reading.modifiers.clear();
    read_move(reading);
}

Space space_of(const Reading &reading) {
    return reading.has("global")   ? Space::global
           : reading.has("shared") ? Space::shared
           : reading.has("local")  ? Space::local
           : reading.has("const")  ? Space::constant
           : reading.has("param")  ? Space::parameter
                                   : Space::generic;
}

/* An address "[base+offset]": a register or a name, and a number. Returns the base. */
std::string split_address(const std::string &operand, std::int64_t *offset) {
    if (operand.size() < 2 || operand[0] != '[') {
        unknown();
    }
    const std::string inside = trimmed(operand.substr(1, operand.size() - 2));
    const std::size_t plus = inside.find('+');
    *offset = plus == std::string::npos
                  ? 0
                  : static_cast<std::int64_t>(integer(trimmed(inside.substr(plus + 1))));
    return trimmed(inside.substr(0, plus));
}

void add_address(Reading &reading, const std::string &operand) {
    add_read(reading, split_address(operand, &reading.out.offset));
}

/* A call's parameters and result are registers here; accesses to them are moves. */
const Symbol *find_call_register(const Reading &reading, const std::string &operand) {
    std::int64_t offset;
    const std::string base = split_address(operand, &offset);
    const Symbol *const symbol = reading.names.find(base);
    const bool is_register = symbol != nullptr && symbol->kind == Symbol::Kind::reg;
    return reading.out.space == Space::parameter && is_register && base[0] != '%' ? symbol
                                                                                  : nullptr;
}

/* Returns whether a vector has as many members as its modifier says. */
bool fits_vector(const Reading &reading, std::size_t count) {
    const std::size_t told = reading.has("v2") ? 2 : reading.has("v4") ? 4 : 1;
    return count == told && reading.types.size() == 1 && reading.type().bits >= 8;
}

void read_load(Reading &reading) {
    need_operands(reading, 2, 2);
    reading.out.space = space_of(reading);
    const std::vector<std::string> to = members(reading.operands[0]);
    if (!fits_vector(reading, to.size())) {
        unknown();
    }
    for (const std::string &member : to) {
        add_written(reading, member);
    }
    const Symbol *const call = find_call_register(reading, reading.operands[1]);
    if (call != nullptr) {
        reading.out.from[reading.out.from_count++] = static_cast<std::uint32_t>(call->value);
        reading.out.execute = find_integer_operation("mov", reading.type());
        return;
    }
    add_address(reading, reading.operands[1]);
    reading.out.execute = load;
}

void read_store(Reading &reading) {
    need_operands(reading, 2, 2);
    reading.out.space = space_of(reading);
    const Symbol *const call = find_call_register(reading, reading.operands[0]);
    if (call != nullptr) {
        reading.out.to[reading.out.to_count++] = static_cast<std::uint32_t>(call->value);
        add_read(reading, reading.operands[1]);
        reading.out.execute = find_integer_operation("mov", reading.type());
        return;
    }
    const std::vector<std::string> from = members(reading.operands[1]);
    if (!fits_vector(reading, from.size()) || reading.out.space == Space::constant) {
        unknown();
    }
    add_address(reading, reading.operands[0]);
    for (const std::string &member : from) {
        add_read(reading, member);
    }
    reading.out.execute = store;
}

/* atom has the old value as a result, red has none. */
void read_atomic(Reading &reading) {
    const bool has_result = reading.base == "atom";
    need_operands(reading, has_result ? 3 : 2, has_result ? 4 : 3);
    reading.out.space = space_of(reading);
    reading.out.is_atomic = true;
    for (const std::string &modifier : reading.modifiers) {
        if (reading.out.execute == nullptr) {
            reading.out.execute = find_atomic(modifier, reading.type());
        }
    }
    std::size_t next = 0;
    if (has_result) {
        add_written(reading, reading.operands[next++]);
    }
    add_address(reading, reading.operands[next++]);
    for (; next < reading.operands.size(); next++) {
        add_read(reading, reading.operands[next]);
    }
    if (reading.has("cas") != (reading.out.from_count == 3)) {
        unknown();
    }
}

void read_branch(Reading &reading) {
    need_operands(reading, 1, 1);
    reading.out.control = Control::branch;
    reading.out.execute = do_nothing;
}

void read_leave(Reading &reading) {
    need_operands(reading, 0, 0);
    reading.out.control = Control::leave;
    reading.out.execute = do_nothing;
}

/* bar.sync 0 of the whole block, and bar.warp.sync with a mask. */
void read_barrier(Reading &reading) {
    need_operands(reading, 1, 1);
    reading.out.execute = meet_only;
    if (reading.has("warp")) {
        reading.out.control = Control::meeting;
        add_read(reading, reading.operands[0]);
        return;
    }
    reading.out.control = Control::barrier;
    if (reading.operands[0] != "0" || !reading.has("sync")) {
        unknown();
    }
}

/* The last modifier but for "sync" says which vote or shuffle; the mask is the last operand. */
void read_vote(Reading &reading) {
    need_operands(reading, 3, 3);
    reading.out.control = Control::meeting;
    reading.out.execute = reading.has("sync") ? find_vote(reading.modifiers.back()) : nullptr;
    add_written(reading, reading.operands[0]);
    add_read(reading, reading.operands[1]);
    add_read(reading, reading.operands[2]);
}

void read_shuffle(Reading &reading) {
    need_operands(reading, 5, 5);
    reading.out.control = Control::meeting;
    reading.out.execute = reading.has("sync") ? find_shuffle(reading.modifiers.back()) : nullptr;
    add_pair(reading, reading.operands[0]);
    for (std::size_t i = 1; i < 5; i++) {
        add_read(reading, reading.operands[i]);
    }
}

void read_active_mask(Reading &reading) {
    need_operands(reading, 1, 1);
    reading.out.execute = active_mask;
    add_written(reading, reading.operands[0]);
}

/* Instructions without an effect here: one lane at a time has memory. */
void read_nothing(Reading &reading) {
    reading.out.execute = do_nothing;
}

struct Family {
    const char *name;
    const char *modifiers; /* that it knows, each between blanks */
    void (*read)(Reading &);
};

constexpr const char *memory_modifiers =
    " global shared local const param nc volatile relaxed acquire release weak gpu cta sys v2 v4 ";
constexpr const char *atomic_modifiers = " global shared relaxed acquire release acq_rel gpu cta "
                                         "sys add min max exch cas and or xor inc "
                                         "dec ";
constexpr const char *relations =
    " eq ne lt le gt ge lo ls hi hs ltu leu gtu geu equ neu num nan and or xor ";

constexpr Family families[] = {
    {"add", " cc rn ", read_lanewise},
    {"addc", " cc ", read_lanewise},
    {"sub", " cc rn ", read_lanewise},
    {"subc", " cc ", read_lanewise},
    {"mul", " lo hi wide rn ", read_lanewise},
    {"mad", " lo hi wide cc ", read_lanewise},
    {"madc", " lo hi cc ", read_lanewise},
    {"fma", " rn ", read_lanewise},
    {"min", " ", read_lanewise},
    {"max", " ", read_lanewise},
    {"div", " rn ", read_lanewise},
    {"rem", " ", read_lanewise},
    {"neg", " ", read_lanewise},
    {"abs", " ", read_lanewise},
    {"copysign", " ", read_lanewise},
    {"sqrt", " rn ", read_lanewise},
    {"rcp", " rn approx ftz ", read_lanewise},
    {"lg2", " approx ftz ", read_lanewise},
    {"ex2", " approx ftz ", read_lanewise},
    {"and", " ", read_lanewise},
    {"or", " ", read_lanewise},
    {"xor", " ", read_lanewise},
    {"not", " ", read_lanewise},
    {"selp", " ", read_lanewise},
    {"shl", " ", read_lanewise},
    {"shr", " ", read_lanewise},
    {"shf", " l r wrap clamp ", read_lanewise},
    {"prmt", " ", read_lanewise},
    {"lop3", " ", read_lanewise},
    {"clz", " ", read_lanewise},
    {"popc", " ", read_lanewise},
    {"bfind", " ", read_lanewise},
    {"brev", " ", read_lanewise},
    {"bfe", " ", read_lanewise},
    {"bfi", " ", read_lanewise},
    {"cvt", " rn rni rzi rmi rpi ", read_lanewise},
    {"setp", relations, read_comparison},
    {"mov", " ", read_move},
    {"cvta", " to global shared local const param ", read_address_conversion},
    {"ld", memory_modifiers, read_load},
    {"st", memory_modifiers, read_store},
    {"atom", atomic_modifiers, read_atomic},
    {"red", atomic_modifiers, read_atomic},
    {"bra", " uni ", read_branch},
    {"ret", " uni ", read_leave},
    {"exit", " ", read_leave},
    {"bar", " sync warp ", read_barrier},
    {"barrier", " sync cta aligned ", read_barrier},
    {"vote", " sync ballot any all uni ", read_vote},
    {"shfl", " sync up down bfly idx ", read_shuffle},
    {"activemask", " ", read_active_mask},
    {"membar", " cta gl sys ", read_nothing},
    {"fence", " sc acq_rel acquire release cta gpu sys ", read_nothing},
    {"nanosleep", " ", read_nothing},
};

const Family &family_of(const Reading &reading) {
    for (const Family &family : families) {
        if (reading.base != family.name) {
            continue;
        }
        for (const std::string &modifier : reading.modifiers) {
            if (std::string(family.modifiers).find(" " + modifier + " ") == std::string::npos) {
                throw Fault("unknown instruction: " + reading.base + " with ." + modifier);
            }
        }
        return family;
    }
    unknown();
}

/* Splits "mul.wide.u32" into base, modifiers and types. */
void split_opcode(const std::string &opcode, Reading &reading) {
    std::stringstream stream(opcode);
    std::getline(stream, reading.base, '.');
    for (std::string part; std::getline(stream, part, '.');) {
        Type type;
        if (read_type(part, &type)) {
            reading.types.push_back(type);
        } else {
            reading.modifiers.push_back(part);
        }
    }
    /* As the second part of a vote, it is a kind of result. */
    if (reading.base == "vote") {
        reading.types.clear();
    }
}

/* Takes "@p" or "@!p" off the text. */
std::string take_guard(const std::string &text, Reading &reading) {
    if (text[0] != '@') {
        return text;
    }
    const std::size_t end = text.find(' ');
    const bool negated = text[1] == '!';
    reading.out.has_guard = true;
    reading.out.guard_is_negated = negated;
    const std::size_t begin = negated ? 2 : 1;
    reading.out.guard = reading.names.written(text.substr(begin, end - begin));
    return trimmed(text.substr(std::min(end, text.size())));
}

} // namespace

Instruction read_instruction(Names &names, const std::string &text) {
    Reading reading = {names, {}, "", {}, {}, {}};
    const std::string unguarded = take_guard(text, reading);
    const std::size_t end = std::min(unguarded.find(' '), unguarded.size());
    split_opcode(unguarded.substr(0, end), reading);
    reading.operands = split_operands(unguarded.substr(end));
    reading.out.type = reading.type();
    family_of(reading).read(reading);
    if (reading.out.execute == nullptr) {
        unknown();
    }
    return reading.out;
}

} // namespace fg_ptx
