// SPDX-License-Identifier: MIT
/*
 * grid.cpp: the scheduler of device threads, their barriers and warp collectives.
 *
 * Blocks run one after another. The threads of a block run one after another too, straight through
 * on the caller's own stack, until one must wait at a barrier: then it stays behind on the stack it
 * is on, and another strand (a fiber that carries device threads) goes on with the threads not
 * begun yet. So a kernel that never waits costs no context switch, and one that does has as many
 * stacks as threads wait at once. A thread that has returned counts as arrived at every barrier. If
 * every thread waits and none can be released, the kernel is stopped: each waiting thread leaves
 * through an exception, so that its stack is unwound.
 */
#include "grid.h"

#include "fiber.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <vector>

namespace fg_emulator {

Registers registers;

namespace {

/* Thrown through a device thread that has to stop. */
struct Stopped {};

/* A stack, and the device thread that is on it. */
struct Strand {
    Strand() = default;
    explicit Strand(void (*entry)()) : fiber(entry) {}

    Fiber fiber;
    unsigned thread = 0;
    bool waiting = false;  /* inside a barrier */
    bool released = false; /* ... which has let it go */
};

/* A warp operation that some of its lanes have reached. */
struct Collective {
    WarpOperation operation = WarpOperation::sync;
    std::uint32_t mask = 0;
    WarpExchange seen;
    std::vector<Strand *> waiting;
};

struct Warp {
    std::uint32_t gone = 0; /* lanes that have returned or never were */
    std::vector<std::shared_ptr<Collective>> open;
};

/* The calling host thread's strands besides its own stack, kept from launch to launch. */
struct Pool {
    std::vector<std::unique_ptr<Strand>> all;
    std::vector<Strand *> idle;
};

Pool &pool() {
    static thread_local Pool strands;
    return strands;
}

class Grid {
  public:
    explicit Grid(const LaunchRequest &request);
    void run();

    cudaError_t error() const { return error_; }
    const std::string &diagnosis() const { return diagnosis_; }

    /* The functions that device code calls. */
    void barrier();
    WarpExchange exchange(WarpOperation operation, unsigned mask, std::uint64_t value);
    int lane() const { return static_cast<int>(running_->thread % 32); }

    /* The work of a pool strand from its first switch on. */
    [[noreturn]] static void strand_main();

  private:
    bool next_block();
    void start_block();
    bool claim(Strand &strand);
    void work(Strand &strand);
    void retire(const Strand &strand);
    void load_registers(const Strand &strand) const;

    void wait(Strand &self);
    void release(std::vector<Strand *> &strands);
    Strand *next_strand();
    void go_on_with(Strand &self, Strand &other);

    bool finish_if_complete(Warp &warp, std::size_t i);
    [[noreturn]] void stop(cudaError_t error, const std::string &why);
    [[noreturn]] void report_deadlock();
    void unwind_all();

    const LaunchRequest &request_;
    const unsigned thread_count_; /* of a block */
    bool flat_ = false;           /* the block has one dimension */

    Strand host_; /* the caller's stack; control goes there if no thread can go on */
    Strand *running_ = &host_;
    std::deque<Strand *> ready_; /* released, but not yet running */

    std::uint64_t blocks_left_ = 0; /* after the running one */
    unsigned next_thread_ = 0;      /* of the running block: the first not begun */
    unsigned returned_ = 0;
    std::vector<Strand *> at_barrier_;
    std::vector<Warp> warps_;

    bool stopping_ = false;
    cudaError_t error_ = cudaSuccess;
    std::string diagnosis_;
};

/* The grid that is running, if one is. */
Grid *current_grid = nullptr;

Grid::Grid(const LaunchRequest &request)
    : request_(request), thread_count_(request.block.x * request.block.y * request.block.z) {
    flat_ = request.block.y == 1 && request.block.z == 1;
    registers.block_dim = request.block;
    registers.grid_dim = request.grid;
    registers.block = {0, 0, 0};
    blocks_left_ = std::uint64_t{request.grid.x} * request.grid.y * request.grid.z - 1;
    warps_.resize((thread_count_ + 31) / 32);
    start_block();
}

/* Makes the next block of the grid the running one; false after the last. */
bool Grid::next_block() {
    const dim3 &grid = request_.grid;
    if (blocks_left_ == 0) {
        return false;
    }
    blocks_left_--;
    uint3 &block = registers.block;
    if (++block.x == grid.x) {
        block.x = 0;
        if (++block.y == grid.y) {
            block.y = 0;
            block.z++;
        }
    }
    start_block();
    return true;
}

void Grid::start_block() {
    next_thread_ = 0;
    returned_ = 0;
    for (Warp &warp : warps_) {
        warp.gone = 0;
    }
    if (thread_count_ % 32 != 0) {
        warps_.back().gone = ~std::uint32_t{0} << thread_count_ % 32;
    }
}

/* Puts the next thread that has not begun on `strand`, from the next block if this one is over. */
bool Grid::claim(Strand &strand) {
    if (stopping_) {
        return false;
    }
    if (next_thread_ == thread_count_ && (returned_ < thread_count_ || !next_block())) {
        return false;
    }
    strand.thread = next_thread_++;
    return true;
}

void Grid::load_registers(const Strand &strand) const {
    const unsigned t = strand.thread;
    if (flat_) {
        registers.thread = {t, 0, 0};
        return;
    }
    const dim3 &block = request_.block;
    registers.thread = {t % block.x, t / block.x % block.y, t / block.x / block.y};
}

/* Runs device threads on `strand` until all have begun. */
void Grid::work(Strand &strand) {
    while (claim(strand)) {
        load_registers(strand);
        try {
            request_.run_thread();
        } catch (const Stopped &) {
            strand.waiting = false;
            return;
        }
        retire(strand);
    }
}

/* Counts the strand's thread as returned, so that no other thread waits for it. */
void Grid::retire(const Strand &strand) {
    returned_++;
    Warp &warp = warps_[strand.thread / 32];
    warp.gone |= std::uint32_t{1} << strand.thread % 32;
    for (std::size_t i = warp.open.size(); i-- > 0;) {
        finish_if_complete(warp, i);
    }
    if (!at_barrier_.empty() && at_barrier_.size() + returned_ == thread_count_) {
        release(at_barrier_);
    }
}

/* Returns the strand of a released thread, or else an idle one for a thread that has not begun;
 * null if there is neither. */
Strand *Grid::next_strand() {
    if (stopping_) {
        return nullptr;
    }
    if (!ready_.empty()) {
        Strand *const next = ready_.front();
        ready_.pop_front();
        return next;
    }
    if (next_thread_ == thread_count_) {
        return nullptr;
    }
    Pool &strands = pool();
    if (strands.idle.empty()) {
        strands.all.push_back(std::make_unique<Strand>(strand_main));
        strands.idle.push_back(strands.all.back().get());
    }
    Strand *const next = strands.idle.back();
    strands.idle.pop_back();
    return next;
}

void Grid::go_on_with(Strand &self, Strand &other) {
    if (&self != &other) {
        running_ = &other;
        self.fiber.switch_to(other.fiber);
    }
}

void Grid::release(std::vector<Strand *> &strands) {
    for (Strand *const strand : strands) {
        strand->released = true;
        ready_.push_back(strand);
    }
    strands.clear();
}

/* Lets others go on until `self` is released. The host strand is woken too if no other can go on.
 */
void Grid::wait(Strand &self) {
    self.waiting = true;
    self.released = false;
    do {
        Strand *const next = next_strand();
        if (next == nullptr && &self == &host_) {
            report_deadlock();
        }
        go_on_with(self, next != nullptr ? *next : host_);
    } while (!self.released && !stopping_);
    if (stopping_) {
        throw Stopped();
    }
    self.waiting = false;
    load_registers(self);
}

void Grid::barrier() {
    Strand &self = *running_;
    if (at_barrier_.size() + 1 + returned_ == thread_count_) {
        release(at_barrier_);
        return;
    }
    at_barrier_.push_back(&self);
    wait(self);
}

/* Release the lanes of an open collective if all that live have reached it; whether they have. */
bool Grid::finish_if_complete(Warp &warp, std::size_t i) {
    const std::shared_ptr<Collective> collective = warp.open[i];
    if ((collective->mask & ~(collective->seen.participants | warp.gone)) != 0) {
        return false;
    }
    warp.open.erase(warp.open.begin() + static_cast<std::ptrdiff_t>(i));
    release(collective->waiting);
    return true;
}

/* Lanes belong together when they ask for the same operation with the same mask. */
WarpExchange Grid::exchange(WarpOperation operation, unsigned mask, std::uint64_t value) {
    Strand &self = *running_;
    const std::uint32_t bit = std::uint32_t{1} << lane();
    if ((mask & bit) == 0) {
        char why[96];
        std::snprintf(why, sizeof why, "lane %d called a warp operation with mask 0x%08x", lane(),
                      mask);
        stop(cudaErrorLaunchFailure, why);
    }
    Warp &warp = warps_[self.thread / 32];
    std::size_t i = 0;
    while (i < warp.open.size() &&
           (warp.open[i]->operation != operation || warp.open[i]->mask != mask)) {
        i++;
    }
    if (i == warp.open.size()) {
        warp.open.push_back(std::make_shared<Collective>());
        warp.open[i]->operation = operation;
        warp.open[i]->mask = mask;
    }
    const std::shared_ptr<Collective> collective = warp.open[i];
    collective->seen.participants |= bit;
    collective->seen.values[lane()] = value;
    if (!finish_if_complete(warp, i)) {
        collective->waiting.push_back(&self);
        wait(self);
    }
    return collective->seen;
}

void Grid::stop(cudaError_t error, const std::string &why) {
    const uint3 &block = registers.block;
    char where[80];
    std::snprintf(where, sizeof where, "block (%u, %u, %u): ", block.x, block.y, block.z);
    diagnosis_ = where + why;
    error_ = error;
    stopping_ = true;
    throw Stopped();
}

void Grid::report_deadlock() {
    std::size_t in_warps = 0;
    for (const Warp &warp : warps_) {
        for (const std::shared_ptr<Collective> &collective : warp.open) {
            in_warps += collective->waiting.size();
        }
    }
    char why[160];
    std::snprintf(why, sizeof why,
                  "deadlock: of %u threads %u have returned, %zu wait at __syncthreads and %zu in "
                  "warp operations",
                  thread_count_, returned_, at_barrier_.size(), in_warps);
    stop(cudaErrorLaunchFailure, why);
}

/* Stop every thread that still waits. */
void Grid::unwind_all() {
    for (const std::unique_ptr<Strand> &strand : pool().all) {
        if (strand->waiting) {
            go_on_with(host_, *strand);
        }
    }
}

/* It outlives its grid: a later launch finds it idle and wakes it here. */
void Grid::strand_main() {
    Fiber::started();
    Strand &self = *current_grid->running_;
    for (;;) {
        current_grid->work(self);
        Strand *const next = current_grid->next_strand();
        pool().idle.push_back(&self);
        current_grid->go_on_with(self, next != nullptr ? *next : current_grid->host_);
    }
}

void Grid::run() {
    for (;;) {
        work(host_);
        Strand *const next = next_strand();
        if (next == nullptr) {
            break;
        }
        go_on_with(host_, *next);
    }
    if (!stopping_ && returned_ < thread_count_) {
        try {
            report_deadlock();
        } catch (const Stopped &) {
        }
    }
    if (stopping_) {
        unwind_all();
    }
}

} // namespace

cudaError_t run_grid(const LaunchRequest &request, std::string *diagnosis) {
    Grid grid(request);
    current_grid = &grid;
    grid.run();
    current_grid = nullptr;
    if (grid.error() != cudaSuccess) {
        *diagnosis = grid.diagnosis();
    }
    return grid.error();
}

namespace {

Grid &grid_of_caller(const char *function) {
    if (current_grid == nullptr) {
        std::fprintf(stderr, "emulated device: %s outside a kernel\n", function);
        std::abort();
    }
    return *current_grid;
}

} // namespace

WarpExchange exchange(WarpOperation operation, unsigned mask, std::uint64_t value) {
    return grid_of_caller("a warp operation").exchange(operation, mask, value);
}

int lane() {
    return grid_of_caller("a warp operation").lane();
}

} // namespace fg_emulator

void __syncthreads() {
    fg_emulator::grid_of_caller("__syncthreads").barrier();
}
