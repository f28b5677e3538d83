/* SPDX-License-Identifier: MIT */
/*
 * program.h: PTX as the machine executes it: modules, kernels, instructions.
 *
 * An operand is the index of a register. A constant has a register of its own, whose value is set
 * before the kernel starts, so that no instruction asks which of the two it reads.
 */
#ifndef FG_PTX_PROGRAM_H
#define FG_PTX_PROGRAM_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fg_ptx {

constexpr unsigned warp_lanes = 32;
constexpr std::uint32_t all_lanes = 0xffffffffu;

struct Type {
    enum class Kind : std::uint8_t { bits, unsigned_integer, signed_integer, floating, predicate };
    Kind kind = Kind::bits;
    std::uint8_t bits = 32;

    unsigned bytes() const { return bits / 8u; }
};

/* Returns whether `word` names a type, as "u32" or "pred", and sets `type` to it. */
bool read_type(const std::string &word, Type *type);

enum class Space : std::uint8_t { generic, global, shared, local, constant, parameter };

/* An instruction's part in the flow of control. */
enum class Control : std::uint8_t {
    none,    /* the next instruction follows */
    branch,  /* to `target` */
    leave,   /* the lanes are done */
    barrier, /* the lanes wait for all others of the block */
    meeting, /* the lanes wait for those of their mask */
};

struct Warp;
struct Instruction;
/* Executes an instruction for the `active` lanes, of which there is at least one. */
using Execute = void (*)(Warp &warp, const Instruction &instruction, std::uint32_t active);

struct Instruction {
    Execute execute = nullptr;
    Control control = Control::none;
    Space space = Space::generic;
    Type type;                /* of the operation; of a conversion: the result's */
    std::uint8_t variant = 0; /* what a family's members differ in: see opcodes.cpp */
    std::uint8_t to_count = 0, from_count = 0;
    bool has_guard = false, guard_is_negated = false;
    bool is_atomic = false;
    std::uint32_t guard = 0;
    std::array<std::uint32_t, 4> to = {};
    std::array<std::uint32_t, 6> from = {};
    std::int64_t offset = 0;  /* of a memory access; of a local variable in its thread's memory */
    std::uint32_t target = 0; /* of a branch: an index into the kernel's code */
    std::uint32_t line = 0;   /* in the PTX file */
    std::uint32_t source_file = 0, source_line = 0; /* by .loc; 0: not known */
};

/* The account of an instruction: its runs, and the cost of its memory accesses. */
struct Count {
    std::uint64_t runs = 0, lanes = 0; /* warps that ran it; lanes in which it had an effect */
    std::uint64_t splits = 0;          /* a branch parted its lanes */
    std::uint64_t sectors = 0;         /* of 32 bytes: global, generic and local memory */
    std::uint64_t wavefronts = 0;      /* passes over the banks of shared memory */
    std::uint64_t constant_words = 0;  /* different words of constant memory, a replay each */
    std::uint64_t same_address = 0;    /* lanes of an atomic at its first lane's address */
};

struct Parameter {
    std::string name;
    std::size_t offset = 0, bytes = 0;
};

struct Module;

struct Kernel {
    std::string mangled, name; /* name: as in C++, without namespaces */
    const Module *module = nullptr;

    /* The text between the kernel's braces, until translate() has read it. */
    std::string head, body;
    unsigned head_line = 0, body_line = 0;
    bool translated = false;

    std::vector<Instruction> code;
    std::vector<std::string> texts; /* of the instructions */
    std::vector<Parameter> parameters;
    std::size_t parameter_bytes = 0;
    std::vector<unsigned char> parameter_memory; /* its address is part of the code */
    std::uint32_t register_count = 0;            /* the constants' included */
    std::vector<std::pair<std::uint32_t, std::uint64_t>> constants; /* register, value */
    std::size_t local_bytes = 0, shared_bytes = 0;                  /* a thread; a block */
    unsigned max_threads = 0;                                       /* .maxntid; 0: not given */

    std::vector<Count> counts; /* of each instruction */
    std::uint64_t launches = 0, blocks = 0, warps = 0, threads = 0;
};

/* A variable at module scope, in memory of its own. */
struct Variable {
    Space space = Space::global;
    std::size_t bytes = 0, alignment = 1;
    unsigned char *memory = nullptr; /* null in shared memory, of which each block has its own */
};

/* The text of a device function; a call is replaced by its body. */
struct Function {
    std::vector<std::string> parameters;
    std::string result, body;
    unsigned line = 0;
};

struct Module {
    std::string path;
    std::map<std::string, Variable> variables;
    std::map<std::string, Function> functions;
    std::map<unsigned, std::string> files; /* of .loc */
    std::vector<std::unique_ptr<Kernel>> kernels;
    std::vector<std::unique_ptr<unsigned char[]>> storage; /* of the variables */
};

/* Reads a file; throws a Fault with its path and line if it cannot be understood. */
std::unique_ptr<Module> read_module(const std::string &path);

/* Reads a text that is there already; `path` names it in messages. */
std::unique_ptr<Module> parse_module(const std::string &path, const std::string &text);

/* Translates a kernel's text into code, unless it is translated already. Throws a Fault. */
void translate(Kernel &kernel);

} // namespace fg_ptx

#endif
