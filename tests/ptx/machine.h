/* SPDX-License-Identifier: MIT */
/*
 * machine.h: the state of a kernel that runs: blocks, warps, lanes.
 */
#ifndef FG_PTX_MACHINE_H
#define FG_PTX_MACHINE_H

#include "fault.h"
#include "program.h"
#include "ptx.h"

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace fg_ptx {

struct Block;
class Launch;

/* Lanes that go on together from an instruction. */
struct Group {
    std::uint32_t at = 0, lanes = 0;
};

/* Lanes that have reached a collective operation and wait for the other members of its mask. */
struct Meeting {
    std::uint32_t at = 0, arrived = 0, members = 0;
};

struct Warp {
    Block *block = nullptr;
    unsigned number = 0; /* in its block */
    std::vector<std::uint64_t> registers;
    std::uint32_t carry = 0; /* the condition code: a bit for each lane */
    std::uint32_t alive = 0;
    std::uint64_t steps = 0;
    std::vector<Group> ready, at_barrier;
    std::vector<Meeting> meetings;

    std::uint64_t *lanes(std::uint32_t reg) {
        return registers.data() + std::size_t{reg} * warp_lanes;
    }
};

/* Memory whose first byte has the alignment that CUDA promises. */
struct alignas(256) Line {
    unsigned char bytes[256];
};

/* Memory of a block, which is garbage until the kernel writes to it. */
class Scratch {
  public:
    void resize(std::size_t bytes);
    void spoil(unsigned char garbage) { garbage_ = garbage, is_fresh_ = false; }
    unsigned char *bytes() {
        if (!is_fresh_) {
            fill();
        }
        return lines_.empty() ? nullptr : lines_[0].bytes;
    }
    std::size_t size() const { return size_; }

  private:
    void fill();

    std::vector<Line> lines_;
    std::size_t size_ = 0;
    unsigned char garbage_ = 0;
    bool is_fresh_ = false;
};

struct Block {
    Launch *launch = nullptr;
    Size place;
    std::vector<Warp> warps;
    Scratch shared, local;
};

/* Bytes that a kernel may access. */
struct Range {
    std::uint64_t begin = 0, bytes = 0;

    bool holds(std::uint64_t address, std::uint64_t length) const {
        return address >= begin && address - begin <= bytes && length <= bytes - (address - begin);
    }
};

/* One run of a kernel over its grid. */
class Launch {
  public:
    Launch(Kernel &kernel, Size grid, Size threads, const Memory &memory, const Settings &settings);
    /* Runs every block; throws a Fault if the kernel has to be stopped. */
    void run();

    Kernel &kernel;
    const Size grid, threads;
    const Settings settings;

    /* Finds the memory behind `bytes` at `address` for instruction `at`, or returns null. */
    unsigned char *find_global(const Instruction &instruction, std::uint64_t address,
                               unsigned bytes);
    unsigned thread_count() const { return threads.x * threads.y * threads.z; }
    /* The count of an instruction of the kernel. */
    Count &count(const Instruction &instruction) { return kernel.counts[index_of(instruction)]; }

  private:
    std::size_t index_of(const Instruction &instruction) const {
        return static_cast<std::size_t>(&instruction - kernel.code.data());
    }
    bool find_range(const Instruction &instruction, std::uint64_t address, Range *range) const;
    std::unique_ptr<Block> next_block();
    void begin(Block &block);
    void begin(Warp &warp);
    void run_blocks();
    Block *choose_block();
    Warp *choose_warp(Block &block);
    Group take_group(Warp &warp);
    bool settle(Block &block);
    [[noreturn]] void report_deadlock(const Block &block);

    void push(Warp &warp, std::uint32_t at, std::uint32_t lanes);
    void advance(Warp &warp, Group group);
    bool control(Warp &warp, const Instruction &instruction, Group *group, std::uint32_t active);
    void branch(Warp &warp, const Instruction &instruction, Group *group, std::uint32_t active);
    void leave(Warp &warp, Group *group, std::uint32_t active);
    void wait_at_barrier(Warp &warp, Group group);
    void meet(Warp &warp, const Instruction &instruction, Group group);
    void finish_meetings(Warp &warp);
    std::uint32_t lowest_ready(const Warp &warp) const;
    std::string where() const;

    const Memory &memory_;
    std::mt19937 dice_;
    std::uint64_t blocks_left_;
    Size next_place_;
    std::vector<std::unique_ptr<Block>> resident_, idle_;
    std::vector<Range> last_range_; /* of each instruction: the one it accessed last */

    /* The running warp and group, for messages. */
    const Warp *running_ = nullptr;
    Group running_group_;
};

/* ---- The families of operations; null: there is no such operation. ---- */

/* Operations on the lanes' registers by name, as "mul.hi", and type; `source`: of a conversion. */
Execute find_integer_operation(const std::string &name, Type type);
Execute find_carry_operation(const std::string &name, Type type);
Execute find_floating_operation(const std::string &name, Type type);
Execute find_conversion(const std::string &name, Type type, Type source);
/* Comparisons: the variant is the way to combine the result with a predicate, enum Combination. */
Execute find_comparison(const std::string &relation, Type type);

enum Combination : std::uint8_t { combine_none, combine_and, combine_or, combine_xor };

/* Moves; and special registers by their name, as "%tid.x". */
void pack(Warp &warp, const Instruction &instruction, std::uint32_t active);
void unpack(Warp &warp, const Instruction &instruction, std::uint32_t active);
void move_local_address(Warp &warp, const Instruction &instruction, std::uint32_t active);
void shared_to_generic(Warp &warp, const Instruction &instruction, std::uint32_t active);
void generic_to_shared(Warp &warp, const Instruction &instruction, std::uint32_t active);
void active_mask(Warp &warp, const Instruction &instruction, std::uint32_t active);
Execute find_special(const std::string &name);

/* Memory. */
void load(Warp &warp, const Instruction &instruction, std::uint32_t active);
void store(Warp &warp, const Instruction &instruction, std::uint32_t active);
Execute find_atomic(const std::string &name, Type type);

/* Collectives. */
void meet_only(Warp &warp, const Instruction &instruction, std::uint32_t active);
Execute find_vote(const std::string &name);
Execute find_shuffle(const std::string &name);

/* Does nothing: fences, sleep. */
void do_nothing(Warp &warp, const Instruction &instruction, std::uint32_t active);

} // namespace fg_ptx

#endif
