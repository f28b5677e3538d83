// SPDX-License-Identifier: MIT
/*
 * mutation.cpp: see mutation.h.
 */
#include "mutation.h"

#include <cstring>
#include <stdexcept>
#include <vector>

namespace fg_ptx {

namespace {

struct Line {
    std::size_t begin, end; /* of the instruction: without blanks before it */
};

/* Returns where a line's instruction begins, behind its predicate. */
std::size_t opcode_at(const std::string &text, const Line &line) {
    if (text[line.begin] != '@') {
        return line.begin;
    }
    const std::size_t blank = text.find_first_of(" \t", line.begin);
    return text.find_first_not_of(" \t", blank);
}

/* The lines of a kernel whose instruction begins with the mutation's opcode. */
std::vector<Line> find_lines(const Mutation &mutation, const std::string &text, std::size_t begin,
                             std::size_t end) {
    std::vector<Line> found;
    const std::size_t length = std::strlen(mutation.opcode);
    for (std::size_t at = begin; at < end;) {
        const std::size_t stop = text.find('\n', at);
        const std::size_t start = text.find_first_not_of(" \t", at);
        if (start < stop) {
            const Line line = {start, stop};
            const bool guarded = text[start] == '@';
            if ((guarded || mutation.change != Mutation::Change::negate) &&
                text.compare(opcode_at(text, line), length, mutation.opcode) == 0) {
                found.push_back(line);
            }
        }
        at = stop + 1;
    }
    return found;
}

[[noreturn]] void cannot(const Mutation &mutation, const char *why) {
    throw std::runtime_error(std::string("the mutation '") + mutation.name +
                             "' cannot be placed: " + why);
}

/* Returns the instruction with its last two operands exchanged. */
std::string swapped(const Mutation &mutation, const std::string &instruction) {
    const std::size_t end = instruction.rfind(';'), last = instruction.rfind(", ");
    if (end == std::string::npos || last == std::string::npos || last == 0) {
        cannot(mutation, "the instruction has too few operands");
    }
    const std::size_t before = instruction.rfind(", ", last - 1);
    if (before == std::string::npos) {
        cannot(mutation, "the instruction has too few operands");
    }
    const std::string second = instruction.substr(before + 2, last - before - 2);
    const std::string third = instruction.substr(last + 2, end - last - 2);
    return instruction.substr(0, before) + ", " + third + ", " + second + ";";
}

std::string changed(const Mutation &mutation, const std::string &instruction) {
    switch (mutation.change) {
    case Mutation::Change::remove:
        return "";
    case Mutation::Change::swap:
        return swapped(mutation, instruction);
    case Mutation::Change::negate:
        return instruction[1] == '!' ? "@" + instruction.substr(2) : "@!" + instruction.substr(1);
    case Mutation::Change::insert:
        return mutation.to + (" " + instruction);
    default:
        break;
    }
    const std::size_t at = instruction.find(mutation.from);
    if (at == std::string::npos) {
        cannot(mutation, "the instruction does not have the text to replace");
    }
    std::string result = instruction;
    return result.replace(at, std::strlen(mutation.from), mutation.to);
}

} // namespace

bool mutate(const Mutation &mutation, std::string *text) {
    std::size_t begin = 0;
    for (;;) {
        begin = text->find(".entry ", begin);
        if (begin == std::string::npos) {
            return false;
        }
        const std::size_t name_end = text->find_first_of("(\n", begin);
        if (text->substr(begin, name_end - begin).find(mutation.kernel) != std::string::npos) {
            break;
        }
        begin = name_end;
    }
    const std::size_t end = text->find("\n}", begin);
    const std::vector<Line> lines = find_lines(mutation, *text, text->find("\n{", begin), end);
    const std::size_t which = mutation.which < 0
                                  ? lines.size() - static_cast<std::size_t>(-mutation.which)
                                  : static_cast<std::size_t>(mutation.which) - 1;
    if (which >= lines.size()) {
        cannot(mutation, "the kernel has too few such instructions");
    }
    const Line &line = lines[which];
    const std::string instruction = text->substr(line.begin, line.end - line.begin);
    text->replace(line.begin, line.end - line.begin, changed(mutation, instruction));
    return true;
}

} // namespace fg_ptx
