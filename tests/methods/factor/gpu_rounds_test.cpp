// SPDX-License-Identifier: MIT
/*
 * gpu_rounds_test.cpp: what a batch costs in calls, blocks, rounds and curves on the emulated
 * device, and a device on which no graph can be made.
 */
#include "support/chosen_numbers.h"
#include "support/emulated_fixture.h"
#include "support/random_numbers.h"
#include "support/wave_face.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

extern "C" {
#include "algorithms/split_plan.h"
}

namespace {

using oracle::Numbers;
using namespace chosen;

constexpr unsigned multiprocessors = 4; /* the emulated device's */
constexpr unsigned blocks_at_once = 8 * multiprocessors;
constexpr unsigned curves_at_once = 192 * multiprocessors;
/* A launch of the small primes, of the count, of the scan and of the primes. */
constexpr unsigned long launches_around_rounds = 4;

/* The device's work, kernel by kernel. */
struct Log {
    const fg_gpu_wavefront *wave = nullptr;
    unsigned long blocks = 0, largest = 0;
    unsigned rounds = 0;
    unsigned long curves = 0, most_shared_curves = 0;
    unsigned visits = 0;
    std::vector<int> priorities;
};

/* Counts the curves of a round whose list has just been sorted into queues. */
void enter_round(Log &log, const fg_wave_queues &queues) {
    log.rounds++;
    unsigned long curves[FG_WAVE_FORMS] = {};
    for (unsigned queue = FG_QUEUE_ECM; queue < FG_QUEUE_END; queue++)
        curves[FG_WAVE_FORM_OF(queue)] += queues.lengths[queue];
    for (unsigned form = 0; form < FG_WAVE_FORMS; form++) {
        const unsigned long run = curves[form] * queues.copies[form];
        log.curves += run;
        if (queues.copies[form] > 1)
            log.most_shared_curves = std::max(log.most_shared_curves, run);
    }
}

void enter_kernel(const fg_emulator_launch *launch, void *context) {
    Log &log = *static_cast<Log *>(context);
    const fg_wave_state &state = *log.wave->device.state;
    log.blocks += launch->grid.x;
    log.largest = std::max<unsigned long>(log.largest, launch->grid.x);
    log.priorities.push_back(launch->priority);
    const unsigned visits = std::accumulate(std::begin(state.visits), std::end(state.visits), 0u);
    if (visits > log.visits) /* the kernel that opens a round has counted its queues */
        enter_round(log, state.queues);
    log.visits = visits;
}

class Rounds : public Emulated, protected WaveFace {
  protected:
    void TearDown() override {
        fg_emulator_after_kernel(nullptr, nullptr);
        close();
        EXPECT_TRUE(fg_emulator_nothing_leaked());
        Emulated::TearDown();
    }
    /* Runs a batch whose primes must be right. */
    void factor(const Numbers &numbers) {
        BatchAnswer answer = {};
        answer.status = run(numbers, FG_PLAN_CURVES, &answer.divisors);
        answer.message = error_.message;
        expect_flint_primes(answer, numbers);
    }
    /* Runs a batch whose primes must be right, and returns what the device did. */
    Log factor_logged(const Numbers &numbers) {
        Log log;
        log.wave = &wave_;
        fg_emulator_after_kernel(enter_kernel, &log);
        factor(numbers);
        fg_emulator_after_kernel(nullptr, nullptr);
        return log;
    }
    template <class Make> static Numbers list_of(size_t count, Make make) {
        Numbers numbers(count);
        std::generate(numbers.begin(), numbers.end(), make);
        return numbers;
    }
};

unsigned long looks_of(unsigned rounds) {
    return (rounds + FG_WAVE_ROUNDS_PER_LOOK - 1) / FG_WAVE_ROUNDS_PER_LOOK;
}

TEST_F(Rounds, ABatchIsAFewCallsAndNoLaunchIsLargerThanTheDevice) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const struct {
        const char *name;
        Numbers numbers;
        unsigned long max_calls;
    } lists[] = {
        {"random numbers", list_of(2000, [&] { return random.any() | 1; }), 10},
        {"semiprimes of 64 bits", list_of(1000, [&] { return semiprime(random, 64); }), 12},
        {"semiprimes of 48 bits", list_of(1000, [&] { return semiprime(random, 48); }), 10},
        {"primes", list_of(1000, [&] { return random_prime(random, 63); }), 6},
        {"one number", {semiprime(random, 64)}, 8},
    };
    open(true, 2000);
    factor({semiprime(random, 64)}); /* without a graph, because the kernels must be loaded */
    for (const auto &list : lists) {
        SCOPED_TRACE(list.name);
        factor(list.numbers); /* makes the graph */
        const unsigned long launches = fg_emulator_calls_of("launch");
        const unsigned long graphs = fg_emulator_calls_of("cudaGraphLaunch");
        const Log log = factor_logged(list.numbers);
        const unsigned long looks = fg_emulator_calls_of("cudaGraphLaunch") - graphs;
        const unsigned long calls = fg_emulator_calls_of("launch") - launches + looks;
        EXPECT_EQ(calls, launches_around_rounds + looks);
        EXPECT_EQ(looks, std::max(1ul, looks_of(log.rounds)));
        EXPECT_LE(calls, list.max_calls);
        EXPECT_LE(log.largest, blocks_at_once);
        /* A round: three launches that sort, and the steps on half of the device each. */
        EXPECT_LE(log.blocks,
                  launches_around_rounds * blocks_at_once +
                      looks * FG_WAVE_ROUNDS_PER_LOOK *
                          (2 * blocks_at_once + 1 + FG_WAVE_STEPS * blocks_at_once / 2));
        RecordProperty(std::string(list.name) + ", calls", std::to_string(calls));
        RecordProperty(std::string(list.name) + ", blocks", std::to_string(log.blocks));
        RecordProperty(std::string(list.name) + ", rounds", std::to_string(log.rounds));
        RecordProperty(std::string(list.name) + ", curves", std::to_string(log.curves));
    }
}

TEST_F(Rounds, ALoneNumberTakesFewBlocks) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    open(true, 2000);
    factor({97});
    const Log log = factor_logged({semiprime(random, 64)});
    /* Of a round: five of the sorting, at most three of a step. */
    EXPECT_LE(log.blocks,
              launches_around_rounds + looks_of(log.rounds) * FG_WAVE_ROUNDS_PER_LOOK * 22);
}

TEST_F(Rounds, CopiesOfCurvesFillTheDeviceAndNoMore) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    open(true, 2000);
    const Log log = factor_logged(list_of(2000, [&] { return random.any() | 1; }));
    EXPECT_LE(log.most_shared_curves, curves_at_once);
    EXPECT_GT(log.most_shared_curves, curves_at_once / 4) << "few cofactors have several curves";
    EXPECT_LE(log.curves, 3 * 2000u);
    EXPECT_LE(log.rounds, 20u);
}

TEST_F(Rounds, RoundsAfterTheFirstPollComeBeforeOtherStreams) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    open(true);
    const Numbers numbers = list_of(200, [&] { return semiprime(random, 64); });
    for (int turn = 0; turn < 2; turn++) { /* by launches, then by a graph */
        const std::vector<int> priorities = factor_logged(numbers).priorities;
        const size_t round =
            FG_WAVE_ROUND_LAUNCHES + (wave_.device.doubles ? FG_WAVE_DOUBLE_LAUNCHES : 0);
        const size_t look = FG_WAVE_ROUNDS_PER_LOOK * round;
        ASSERT_GT(priorities.size(), 2 * look);
        const size_t urgent_end = priorities.size() - (launches_around_rounds - 1);
        for (size_t i = 0; i < priorities.size(); i++)
            EXPECT_EQ(priorities[i] < 0, i >= 1 + look && i < urgent_end) << "kernel " << i;
    }
}

TEST_F(Rounds, AGraphServesSmallerBatchesToo) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const auto graphs_made = [] { return fg_emulator_calls_of("cudaGraphInstantiateWithFlags"); };
    const auto batch = [&](size_t count) {
        return list_of(count, [&] { return semiprime(random, 50); });
    };
    open(true, 700);
    factor({97});
    EXPECT_EQ(graphs_made(), 0u);
    factor(batch(300));
    EXPECT_EQ(graphs_made(), 1u);
    factor(batch(3));
    factor(batch(500));
    EXPECT_EQ(graphs_made(), 1u) << "it was made for 512";
    factor(batch(700));
    factor(batch(700));
    EXPECT_EQ(graphs_made(), 2u);
    EXPECT_EQ(fg_emulator_count_live().graphs, 1u);
}

/* Each call that makes a graph fails once, as on a driver that lacks it. */
TEST_F(Rounds, WithoutAGraphKernelsAreLaunchedOneByOne) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers numbers = list_of(20, [&] { return semiprime(random, 64); });
    const char *const calls[] = {"cudaStreamCreateWithFlags", "cudaEventCreateWithFlags",
                                 "cudaStreamBeginCapture",    "cudaStreamWaitEvent",
                                 "cudaStreamEndCapture",      "cudaGraphInstantiateWithFlags"};
    for (const char *const call : calls) {
        SCOPED_TRACE(call);
        open(true);
        factor({97});
        fg_emulator_fail_call(call, 1, cudaErrorNotSupported);
        factor(numbers);
        factor(numbers);
        EXPECT_EQ(fg_emulator_calls_of("cudaGraphLaunch"), 0u);
        EXPECT_EQ(fg_emulator_count_live().graphs, 0u);
        close();
        fg_emulator_reset();
    }
}

TEST_F(Rounds, AGraphThatCannotBeLaunchedEndsTheBatch) {
    open(true);
    factor({97});
    fg_emulator_fail_call("cudaGraphLaunch", 1, cudaErrorLaunchFailure);
    std::vector<Numbers> answers;
    EXPECT_EQ(run({UINT64_C(1000003) * 1000033}, FG_PLAN_CURVES, &answers), FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(error_.message, "a round of factoring")) << error_.message;
}

TEST_F(Rounds, AGraphThatFindsNoMemoryIsGivenUp) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    open(true);
    factor({97});
    fg_emulator_fail_call("cudaGraphLaunch", 1, cudaErrorMemoryAllocation);
    const Numbers numbers = list_of(20, [&] { return semiprime(random, 64); });
    factor(numbers);
    EXPECT_EQ(fg_emulator_calls_of("cudaGraphLaunch"), 1u);
    factor(numbers);
    EXPECT_EQ(fg_emulator_calls_of("cudaGraphLaunch"), 1u) << "it is not tried again";
}

} // namespace
