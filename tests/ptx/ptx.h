/* SPDX-License-Identifier: MIT */
/*
 * ptx.h: executes the PTX that nvcc made of the kernels, in place of the emulated device's threads.
 *
 * A warp has 32 lanes that go on together, part at branches and meet again. Its collectives wait
 * for every live lane of their mask. Registers, local and shared memory start as garbage. These
 * stop a kernel, with a message that names it, the instruction, block, warp and lanes: an unknown
 * instruction, a misaligned address, an address outside of what its space has, a lane outside of
 * its own mask, a shuffle from an absent lane, a deadlock, a warp that does not end.
 *
 * README.md describes the environment variables and the counts.
 */
#ifndef FG_PTX_PTX_H
#define FG_PTX_PTX_H

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace fg_ptx {

struct Size {
    unsigned x = 1, y = 1, z = 1;
};

/* The global memory that kernels may access, as the owner of the allocations knows it. */
class Memory {
  public:
    virtual ~Memory() = default;
    /* Returns whether `address` is in a live allocation, and then where that begins. */
    virtual bool find(std::uint64_t address, std::uint64_t *begin, std::uint64_t *bytes) const = 0;
};

/* The order in which independent lanes, warps and blocks go on. */
enum class Schedule {
    in_order,   /* blocks and warps one after another, the lanes at the lowest address first */
    random,     /* several blocks at once; groups of lanes and warps in random order */
    independent /* as random, and groups part at random places */
};

struct Settings {
    Schedule schedule = Schedule::in_order;
    unsigned seed = 1;                           /* of the random orders */
    std::uint64_t max_steps = UINT64_C(1) << 28; /* instructions of a warp, before it is stopped */
    bool counts_memory = false;                  /* sectors, wavefronts and the like */
};

struct Kernel;
struct Module;

/* The kernels of several PTX files. */
class Program {
  public:
    Program();
    ~Program();
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;

    /* Adds a file. Throws std::runtime_error with path and line if it cannot be understood. */
    void add_file(const std::string &path);
    void add_text(const std::string &path, const std::string &text);

    /*
     * Returns the kernel that FG_LAUNCH names: as in C++, with or without namespaces, with template
     * arguments if several kernels have the name. Throws if there is none, or more than one.
     */
    Kernel &kernel(const std::string &name) const;
    /* Returns the names of all kernels, in the order of the files. */
    std::vector<std::string> kernel_names() const;
    /* Translates every kernel, and throws at the first instruction that is not known. */
    void check() const;
    /* Returns the value of a module's variable of 32 bits; throws if there is none. */
    std::uint32_t variable(const std::string &name) const;

    /* Writes the counts of all kernels launched so far as JSON. */
    void write_counts(std::ostream &stream) const;

  private:
    void add(std::unique_ptr<Module> module);

    std::vector<std::unique_ptr<Module>> modules_;
};

/* An argument of a kernel, as bytes. */
using Argument = std::vector<unsigned char>;

/* Runs a kernel over a grid. Throws std::runtime_error with what went wrong. */
void run(Kernel &kernel, Size grid, Size threads, const std::vector<Argument> &arguments,
         const Memory &memory, const Settings &settings);

/* Returns the threads of a block that the kernel was compiled for (.maxntid); 0: not given. */
unsigned max_threads(const Kernel &kernel);

/* ---- By the environment ---- */

/* Returns the program of FG_PTX, read at the first call; null if the variable is not set. */
Program *environment_program();
/* Returns the settings of FG_PTX_SCHEDULE, FG_PTX_SEED and FG_PTX_STEPS. */
const Settings &environment_settings();

} // namespace fg_ptx

#endif
