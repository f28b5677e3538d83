// SPDX-License-Identifier: MIT
/*
 * device_faults_test.cpp: totals of a range on a device of which something fails: they are right
 * and complete, or there is an error and nothing was added. Nothing leaks.
 *
 * The job first runs undisturbed and its calls are noted; of those after the same neighbour the
 * last fails, one in each run.
 */
#include "kernels/sieve/segments_launch.h"
#include "methods/sieve/sieve_internals.h"
#include "support/emulated_fixture.h"
#include "support/random_numbers.h"
#include "support/range_totals.h"
#include "support/self_tests_once.h"

extern "C" {
#include "methods/sieve/device_sieve.h"
#include "methods/sieve/sieve_check.h"
#include "methods/sieve/totals_device.h"
}

#include <map>
#include <memory>
#include <set>

/* Makes the launch of counts say that one multiple had no room, and what it makes of a number. */
static bool overflowing = false;
/* Makes it say that one number cannot be right. */
static bool violating = false;
/* Makes it give a wrong value to the first number that the host factors. */
static bool missampling = false;
/* Makes it give values to the sampled numbers alone, and the bin of no number to one of them. */
static bool sampling_alone = false;
static size_t wrong_sample = SIZE_MAX;
/* Each launch of counts sets the flag to true, if there is one; `launches` counts them. */
static atomic_bool *set_by_launches = nullptr;
static unsigned launches = 0;
extern "C" cudaError_t __real_fg_launch_segment_counts(const fg_sieve_chunk *chunk,
                                                       fg_segment_counts *counts,
                                                       cudaStream_t stream);
extern "C" cudaError_t __wrap_fg_launch_segment_counts(const fg_sieve_chunk *chunk,
                                                       fg_segment_counts *counts,
                                                       cudaStream_t stream);

/* Returns the bin of counts that n, at least 1, is in. */
static uint64_t bin_of(uint64_t n) {
    uint64_t omega = 0, bigomega = 0;
    for (uint64_t p = 2; n > 1; p = p * p < n ? p + 1 : n) {
        omega += n % p == 0;
        for (; n % p == 0; n /= p)
            bigomega++;
    }
    return omega << 6 | bigomega;
}

/* Gives the sampled numbers their values. */
static cudaError_t give_samples(const fg_sieve_chunk *chunk, cudaStream_t stream) {
    static std::vector<uint64_t> values;
    const cudaError_t result = cudaStreamSynchronize(stream); /* it copies the samples in */
    values.assign(((chunk->count - 1) >> FG_SAMPLE_BITS) + 1, 0);
    for (size_t k = 0; k < values.size(); k++)
        values[k] =
            k == wrong_sample ? FG_COUNT_BINS - 1 : bin_of(chunk->first + chunk->samples[k]);
    return result != cudaSuccess
               ? result
               : cudaMemcpyAsync(chunk->sample_values, values.data(),
                                 values.size() * sizeof values[0], cudaMemcpyHostToDevice, stream);
}

extern "C" cudaError_t __wrap_fg_launch_segment_counts(const fg_sieve_chunk *chunk,
                                                       fg_segment_counts *counts,
                                                       cudaStream_t stream) {
    static const unsigned one = 1;
    if (sampling_alone)
        return give_samples(chunk, stream);
    const cudaError_t result = __real_fg_launch_segment_counts(chunk, counts, stream);
    if (set_by_launches != nullptr) {
        *set_by_launches = true;
        launches++;
    }
    if (missampling)
        return cudaMemsetAsync(chunk->sample_values, 0, sizeof *chunk->sample_values, stream);
    for (const auto &[place, is_set] : {std::pair(chunk->overflows, overflowing),
                                        std::pair(chunk->violations, overflowing || violating)})
        if (is_set) {
            EXPECT_EQ(cudaMemcpyAsync(place, &one, sizeof one, cudaMemcpyHostToDevice, stream),
                      cudaSuccess);
        }
    return result;
}

namespace {

constexpr uint64_t first = 1000000, count = 2500;

struct Outcome {
    fg_status status = FG_OK;
    std::string message;
    std::vector<fg_totals> totals;
};

class DeviceFaults : public Emulated {
  protected:
    using Opened = std::unique_ptr<fg_engine, void (*)(fg_engine *)>;

    /* Opens an engine whose sieve is tested when it is used first. */
    static Opened open(const char *backend, fg_method method, std::vector<int> devices = {}) {
        fg_test_sieves_again();
        fg_config config = {};
        fg_engine *engine = nullptr;
        fg_error error = {};
        config.backend = backend;
        config.method = method;
        config.answer = FG_ANSWER_PRIMES;
        config.jobs = 1;
        config.devices = devices.empty() ? nullptr : devices.data();
        config.device_count = devices.size();
        EXPECT_EQ(fg_engine_open(&config, &engine, &error), FG_OK) << error.message;
        return {engine, fg_engine_close};
    }

    static Outcome run(fg_engine *engine, const fg_numbers &numbers) {
        Outcome outcome;
        outcome.totals = totals_of({FG_COLUMN_OMEGA, FG_COLUMN_PHI});
        fg_error error = {};
        outcome.status = fg_factor_totals(engine, &numbers, outcome.totals.data(),
                                          outcome.totals.size(), &error);
        outcome.message = error.message;
        return outcome;
    }
    static Outcome run(fg_engine *engine, uint64_t from = first, uint64_t numbers = count) {
        return run(engine, range_of(from, numbers));
    }

    static std::vector<fg_totals> expected(uint64_t from = first, uint64_t numbers = count) {
        return run(open("serial", FG_METHOD_SIEVE).get(), from, numbers).totals;
    }

    static void expect_same(const Outcome &outcome, const std::vector<fg_totals> &totals) {
        ASSERT_EQ(outcome.status, FG_OK) << outcome.message;
        for (size_t k = 0; k < totals.size(); k++)
            expect_same_totals(outcome.totals[k], totals[k]);
    }

    static void expect_right_or_clear(const Outcome &outcome,
                                      const std::vector<fg_totals> &totals) {
        if (outcome.status == FG_OK) {
            expect_same(outcome, totals);
            return;
        }
        EXPECT_TRUE(outcome.status == FG_ERROR_DEVICE || outcome.status == FG_ERROR_MEMORY)
            << outcome.status << " " << outcome.message;
        EXPECT_NE(outcome.message, "");
        for (const fg_totals &entry : outcome.totals)
            EXPECT_EQ(entry.count, 0u);
    }
};

/* Returns an error that CUDA could give for that call. */
cudaError_t fitting_error(const std::string &function) {
    if (function == "cudaMalloc" || function == "cudaHostAlloc")
        return cudaErrorMemoryAllocation;
    return function == "launch" ? cudaErrorLaunchFailure : cudaErrorUnknown;
}

TEST_F(DeviceFaults, EachCallThatFails) {
    const std::vector<fg_totals> totals = expected();
    std::vector<std::string> calls; /* after the engine is open */
    {
        const Opened engine = open("cuda", FG_METHOD_AUTO);
        const unsigned long before = fg_emulator_call_count();
        expect_same(run(engine.get()), totals);
        for (unsigned long i = before + 1; i <= fg_emulator_call_count(); i++)
            calls.push_back(fg_emulator_call_name(i));
    }
    ASSERT_GT(calls.size(), 100u);
    std::map<std::vector<std::string>, std::pair<unsigned long, unsigned long>> alike;
    for (size_t i = 0; i < calls.size(); i++) {
        const std::string before = i > 0 ? calls[i - 1] : "";
        alike.insert({{before, calls[i]}, {i + 1, 0}}).first->second.second = i + 1;
    }
    std::set<unsigned long> chosen;
    for (const auto &[neighbours, ends] : alike) {
        chosen.insert(ends.second);
        if (every_case())
            chosen.insert(ends.first);
    }
    uint64_t turn = RandomNumbers().between(0, 5); /* each time others */
    for (const unsigned long k : chosen) {
        if (sanitized() && !every_case() && turn++ % 6 != 0)
            continue;
        SCOPED_TRACE("call " + std::to_string(k) + ", " + calls[k - 1]);
        fg_emulator_reset();
        {
            const Opened engine = open("cuda", FG_METHOD_AUTO);
            fg_emulator_fail_any_call(k, fitting_error(calls[k - 1]));
            expect_right_or_clear(run(engine.get()), totals);
        }
        expect_nothing_leaked();
        ASSERT_FALSE(HasFailure());
    }
}

TEST_F(DeviceFaults, KernelsThatFailWhileRunning) {
    for (const unsigned long k : {1ul, 2ul, 3ul, 21ul, 22ul, 24ul, 26ul}) {
        if (sanitized() && !every_case() && k != 1 && k != 21 && k != 26)
            continue;
        SCOPED_TRACE("launch " + std::to_string(k));
        fg_emulator_reset();
        {
            const Opened engine = open("cuda", FG_METHOD_AUTO);
            fg_emulator_fail_execution(k, cudaErrorIllegalAddress);
            const Outcome outcome = run(engine.get());
            EXPECT_EQ(outcome.status, FG_ERROR_DEVICE);
            EXPECT_TRUE(contains(outcome.message, "cudaErrorIllegalAddress")) << outcome.message;
        }
        expect_nothing_leaked();
    }
}

/* A device that is wrong from the start fails its test; one that goes wrong later is noticed by the
 * check of every number. */
TEST_F(DeviceFaults, WrongAnswers) {
    {
        const Opened engine = open("cuda", FG_METHOD_AUTO);
        fg_emulator_set_wrong_answers(true);
        const Outcome outcome = run(engine.get());
        EXPECT_EQ(outcome.status, FG_ERROR_SELF_CHECK);
        EXPECT_TRUE(contains(outcome.message, "failed the self-test")) << outcome.message;
    }
    fg_emulator_reset();
    const Opened engine = open("cuda", FG_METHOD_AUTO);
    expect_same(run(engine.get()), expected());
    fg_emulator_set_wrong_answers(true);
    const uint64_t higher = UINT64_C(10000000000);
    const Outcome outcome = run(engine.get(), higher);
    EXPECT_EQ(outcome.status, FG_ERROR_SELF_CHECK);
    EXPECT_TRUE(contains(outcome.message, "cannot be right")) << outcome.message;
    EXPECT_EQ(outcome.totals[0].count, 0u);
    EXPECT_EQ(run(engine.get()).status, FG_ERROR_SELF_CHECK) << "it answers no more";
}

TEST_F(DeviceFaults, LittleMemory) {
    const Opened engine = open("cuda", FG_METHOD_AUTO);
    const uint64_t numbers = UINT64_C(2500000), high = UINT64_C(1) << 40;
    const fg_emulator_live live = fg_emulator_count_live();
    /* The list of primes, and buckets for 2^20 numbers but not for all. */
    fg_emulator_set_memory_bytes(live.device_bytes + (UINT64_C(9) << 20));
    Outcome outcome = run(engine.get(), high, numbers);
    expect_same(outcome, expected(high, numbers));
    const Opened other = open("cuda", FG_METHOD_AUTO);
    fg_emulator_set_memory_bytes(fg_emulator_count_live().device_bytes + (1 << 20));
    outcome = run(other.get(), high, numbers);
    EXPECT_EQ(outcome.status, FG_ERROR_MEMORY);
    EXPECT_TRUE(contains(outcome.message, "no room")) << outcome.message;
}

TEST_F(DeviceFaults, SeveralDevicesShareARange) {
    fg_emulator_set_device_count(2);
    const uint64_t numbers = 4300000; /* more than a chunk that is shared */
    const Opened engine = open("cuda", FG_METHOD_AUTO, {0, 1});
    std::vector<fg_totals> totals = totals_of({FG_COLUMN_MOBIUS});
    const fg_numbers range = range_of(1, numbers);
    fg_error error = {};
    ASSERT_EQ(fg_factor_totals(engine.get(), &range, totals.data(), 1, &error), FG_OK)
        << error.message;
    std::vector<fg_totals> serial = totals_of({FG_COLUMN_MOBIUS});
    const Opened host = open("serial", FG_METHOD_SIEVE);
    ASSERT_EQ(fg_factor_totals(host.get(), &range, serial.data(), 1, &error), FG_OK);
    expect_same_totals(totals[0], serial[0]);
}

TEST_F(DeviceFaults, TheTimeOfOpeningForTotalsIsCounted) {
    const Opened engine = open("cuda", FG_METHOD_AUTO);
    fg_timing before = {}, after = {};
    fg_engine_timing(engine.get(), &before);
    expect_same(run(engine.get()), expected());
    fg_engine_timing(engine.get(), &after);
    EXPECT_GT(after.start_up_ns, before.start_up_ns);
}

/* A chunk whose multiples did not fit into the buckets is sieved by the host. */
TEST_F(DeviceFaults, BucketsThatOverflow) {
    const Opened engine = open("cuda", FG_METHOD_AUTO);
    expect_same(run(engine.get()), expected()); /* the self-test is over */
    fg_timing before = {}, after = {};
    fg_engine_timing(engine.get(), &before);
    overflowing = true;
    const Outcome outcome = run(engine.get(), UINT64_C(1) << 36, 20000);
    overflowing = false;
    expect_same(outcome, expected(UINT64_C(1) << 36, 20000));
    fg_engine_timing(engine.get(), &after);
    EXPECT_EQ(after.rerun_count, before.rerun_count + 1);
}

TEST_F(DeviceFaults, OneNumberThatCannotBeRight) {
    const Opened engine = open("cuda", FG_METHOD_AUTO);
    expect_same(run(engine.get()), expected()); /* the self-test is over */
    violating = true;
    const Outcome outcome = run(engine.get());
    violating = false;
    EXPECT_EQ(outcome.status, FG_ERROR_SELF_CHECK) << outcome.message;
    EXPECT_TRUE(contains(outcome.message, "of 1 of the 2500 numbers")) << outcome.message;
}

/* The sums may be right or not: a value that differs from the host's ends the range. */
TEST_F(DeviceFaults, SamplesThatDiffer) {
    const Opened engine = open("cuda", FG_METHOD_AUTO);
    expect_same(run(engine.get()), expected()); /* the self-test is over */
    missampling = true;
    const Outcome outcome = run(engine.get());
    missampling = false;
    EXPECT_EQ(outcome.status, FG_ERROR_SELF_CHECK) << outcome.message;
    EXPECT_EQ(outcome.totals[0].count, 0u);
}

/* A chunk with more samples than the host factors at once. What the kernel adds up is left out. */
TEST_F(DeviceFaults, EachSampleOfALongChunkIsCompared) {
    constexpr size_t samples = FG_CHECK_CAPACITY + 5;
    const fg_numbers range = range_of(1, samples << FG_SAMPLE_BITS);
    const Opened engine = open("cuda", FG_METHOD_AUTO);
    expect_same(run(engine.get()), expected()); /* the self-test is over */
    std::vector<fg_totals> totals = totals_of({FG_COLUMN_OMEGA});
    fg_error error = {};
    sampling_alone = true;
    EXPECT_EQ(fg_factor_totals(engine.get(), &range, totals.data(), 1, &error), FG_OK)
        << error.message;
    wrong_sample = samples - 2;
    EXPECT_EQ(fg_factor_totals(engine.get(), &range, totals.data(), 1, &error),
              FG_ERROR_SELF_CHECK);
    wrong_sample = SIZE_MAX;
    sampling_alone = false;
}

/* "auto" takes the GPU for totals that it has sooner, and the CPU for the columns of a range. */
TEST_F(DeviceFaults, AutoTakesTheGpu) {
    const Opened engine = open("auto", FG_METHOD_AUTO);
    expect_same(run(engine.get(), first, 300000), expected(first, 300000));
    EXPECT_STREQ(fg_engine_backend(engine.get()), "cuda");
    std::vector<uint64_t> phi(100000);
    fg_column_request request = {};
    request.column = FG_COLUMN_PHI;
    request.values = phi.data();
    const fg_numbers range = range_of(1, phi.size());
    fg_error error = {};
    EXPECT_EQ(fg_factor_columns(engine.get(), &range, &request, 1, &error), FG_OK) << error.message;
    EXPECT_EQ(phi[99990], 99990u);
    EXPECT_STREQ(fg_engine_backend(engine.get()), "threads");
    expect_same(run(engine.get(), first, 300000), expected(first, 300000));
    EXPECT_STREQ(fg_engine_backend(engine.get()), "cuda");
}

/* A list with few gaps is answered as a range, of which totals would count the gaps, too. */
TEST_F(DeviceFaults, AutoLeavesListsWithGapsToLists) {
    const Opened engine = open("auto", FG_METHOD_AUTO);
    expect_same(run(engine.get(), first, 300000), expected(first, 300000));
    EXPECT_STREQ(fg_engine_backend(engine.get()), "cuda");
    std::vector<uint64_t> numbers;
    for (uint64_t n = first; n < first + 300000; n++)
        if (n == first || n % 17 != 0)
            numbers.push_back(n);
    const fg_numbers list = {sizeof list,    FG_NUMBERS_LIST, 1,     numbers.size(),
                             numbers.data(), nullptr,         {0, 0}};
    const Opened factoring = open("serial", FG_METHOD_FACTOR);
    expect_same(run(engine.get(), list), run(factoring.get(), list).totals);
}

TEST_F(DeviceFaults, AutoFallsBack) {
    const std::vector<fg_totals> totals = expected(first, 300000);
    for (const char *const function : {"launch", "cudaMalloc", "cudaEventSynchronize"}) {
        SCOPED_TRACE(function);
        fg_emulator_reset();
        {
            const Opened engine = open("auto", FG_METHOD_AUTO);
            expect_same(run(engine.get(), first, 300000), totals);
            EXPECT_STREQ(fg_engine_backend(engine.get()), "cuda");
            fg_emulator_fail_call(function, 1, fitting_error(function));
            /* a list of primes that is longer takes memory */
            const uint64_t higher = UINT64_C(1) << 34;
            expect_same(run(engine.get(), higher, 300000), expected(higher, 300000));
            EXPECT_STREQ(fg_engine_backend(engine.get()), "threads");
            const char *const notice = fg_engine_take_notice(engine.get());
            ASSERT_NE(notice, nullptr);
            EXPECT_TRUE(contains(notice, "using the CPU's threads")) << notice;
        }
        expect_nothing_leaked();
    }
}

/* The sum of the divisors of a larger number may not fit a word. */
TEST_F(DeviceFaults, SigmaEndsAt61Bits) {
    const std::vector<fg_totals> totals = totals_of({FG_COLUMN_SIGMA});
    const uint64_t numbers = UINT64_C(1) << 26, end = UINT64_C(1) << 61;
    const fg_numbers below = range_of(end - numbers, numbers),
                     at = range_of(end - numbers + 1, numbers);
    EXPECT_TRUE(fg_totals_device.takes_totals(&below, totals.data(), 1));
    EXPECT_FALSE(fg_totals_device.takes_totals(&at, totals.data(), 1));
}

/* A list that was not completed, whatever failed, is made again also for numbers that the one
 * before it was long enough for. */
TEST_F(DeviceFaults, AListThatFailedIsNotComplete) {
    const uint64_t low = UINT64_C(10000000000), high = UINT64_C(10000000000000);
    const atomic_bool never = false, cancelled = true;
    fg_device_sieve sieve;
    fg_error error = {};
    ASSERT_EQ(fg_sieve_primes_hold(&error), FG_OK) << error.message;
    ASSERT_EQ(fg_device_sieve_open(&sieve, &error), FG_OK) << error.message;
    EXPECT_EQ(fg_device_sieve_list_for(&sieve, low, &never, &error), FG_OK) << error.message;
    const uint32_t complete = sieve.prime_count, near = sieve.near_count;
    const double reciprocals = sieve.reciprocals;
    EXPECT_GE(complete, 9591u); /* the odd primes below 10^5 */
    for (const char *const function :
         {"cudaMalloc", "cudaMemcpyAsync", "cudaEventSynchronize", ""}) {
        SCOPED_TRACE(function);
        const bool fails = *function != '\0';
        if (fails)
            fg_emulator_fail_call(function, 1, fitting_error(function));
        EXPECT_EQ(fg_device_sieve_list_for(&sieve, high, fails ? &never : &cancelled, &error),
                  !fails                                                 ? FG_ERROR_CANCELLED
                  : fitting_error(function) == cudaErrorMemoryAllocation ? FG_ERROR_MEMORY
                                                                         : FG_ERROR_DEVICE);
        EXPECT_EQ(fg_device_sieve_list_for(&sieve, low, &never, &error), FG_OK) << error.message;
        EXPECT_EQ(sieve.prime_count, complete);
        EXPECT_EQ(sieve.near_count, near);
        EXPECT_EQ(sieve.reciprocals, reciprocals);
    }
    fg_device_sieve_close(&sieve);
    fg_sieve_primes_release();
}

/* Two chunks: no device begins the second one when another has failed or the range is cancelled. */
TEST_F(DeviceFaults, NoChunkAfterTheEnd) {
    const fg_numbers range = range_of(UINT64_C(1) << 40, UINT64_C(1) << 21);
    std::vector<fg_totals> totals = totals_of({FG_COLUMN_OMEGA});
    fg_shared_totals shared = {};
    shared.totals = totals.data();
    shared.column_count = totals.size();
    for (const bool by_another : {true, false}) {
        SCOPED_TRACE(by_another);
        atomic_bool cancelled = false, stop = false;
        fg_method_setup setup = {};
        setup.cancelled = &cancelled;
        void *state = nullptr;
        fg_error error = {};
        ASSERT_EQ(fg_totals_device.open(&setup, 1, 1, &state, &error), FG_OK) << error.message;
        ASSERT_EQ(fg_totals_device.open_device(state, 0, 0, &error), FG_OK) << error.message;
        /* The list of primes, and buckets for 2^20 numbers but not for all. */
        fg_emulator_set_memory_bytes(fg_emulator_count_live().device_bytes + (UINT64_C(9) << 20));
        EXPECT_EQ(fg_totals_device.begin_totals(state, &range, &shared, &error), FG_OK);
        launches = 0;
        set_by_launches = by_another ? &stop : &cancelled;
        EXPECT_EQ(fg_totals_device.work(state, 0, &stop, &error),
                  by_another ? FG_OK : FG_ERROR_CANCELLED);
        set_by_launches = nullptr;
        EXPECT_EQ(launches, 1u);
        fg_totals_device.close_device(state, 0);
        fg_totals_device.close(state);
        fg_emulator_reset();
    }
}

/* The engine is cancelled when a kernel has run, and is good for the next range. */
TEST_F(DeviceFaults, ACancelledRange) {
    const Opened engine = open("cuda", FG_METHOD_AUTO);
    expect_same(run(engine.get()), expected());
    fg_emulator_after_kernel(
        [](const fg_emulator_launch *, void *context) {
            fg_engine_cancel(static_cast<fg_engine *>(context));
        },
        engine.get());
    const Outcome outcome = run(engine.get());
    EXPECT_EQ(outcome.status, FG_ERROR_CANCELLED);
    EXPECT_EQ(outcome.totals[0].count, 0u);
    fg_emulator_after_kernel(nullptr, nullptr);
    expect_same(run(engine.get()), expected());
}

} // namespace
