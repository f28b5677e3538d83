// SPDX-License-Identifier: MIT
/*
 * engine_test.cpp: what "auto" decides and reports, and how an engine fails.
 *
 * Compiled with a device_choice.c for which a GPU starts in 2 us.
 */
#include "support/emulated_fixture.h"
#include "support/random_numbers.h"
#include "support/range_answers.h"
#include "support/wide_engine.h"

#include <cmath>
#include <string>
#include <vector>

extern "C" {
#include "device_choice.h"
#include "gpu/device.h"
#include "methods/method.h"
}

namespace {

using oracle::Numbers;

/* Below and above what "auto" finds worth the GPU with one worker. */
const Numbers little = {12, 97, 5040, 1000003};
const Numbers much = {UINT64_C(1000000000039), UINT64_C(999999999989), UINT64_C(963761198400), 360};

Engine automatic() {
    return Engine("auto", FG_METHOD_TRIAL, 1);
}

class EngineAuto : public Emulated {};

TEST_F(EngineAuto, StaysOnTheThreadsForLittleWork) {
    Engine engine = automatic();
    EXPECT_STREQ(engine.backend(), "threads");
    expect_flint_answers(engine.run(little), little);
    EXPECT_STREQ(engine.backend(), "threads");
    EXPECT_EQ(engine.take_notice(), "");
    EXPECT_EQ(fg_emulator_call_count(), 0u) << "the GPU was touched";
}

TEST_F(EngineAuto, TakesTheGpuForMuchWork) {
    Engine engine = automatic();
    expect_flint_answers(engine.run(much), much);
    EXPECT_STREQ(engine.backend(), "cuda");
    EXPECT_EQ(engine.take_notice(), "");
    EXPECT_GT(engine.timing().launch_count, 0u);
}

/* Runs the same number until "auto" takes the GPU, which must be when the sum of what each of these
 * batches is expected to gain on the emulated device's multiprocessors pays for its start. */
void expect_sum_of_batches(fg_method method, uint64_t n) {
    fg_numbers numbers = fg_numbers_of_list(&n, 1);
    const fg_method_cost cost = fg_cost_numbers(method, FG_ANSWER_DIVISORS, &numbers);
    fg_device_choice choice = fg_device_choice_begin(1, 0);
    choice.multiprocessors = FG_EMULATED_MULTIPROCESSORS;
    fg_device_choice_add(&choice, &cost, 1);
    const double gain_s = fg_device_choice_gain_s(&choice);
    ASSERT_GT(gain_s, 0);
    const auto batches = static_cast<unsigned>(std::ceil(FG_AUTO_START_UP_S / gain_s));
    Engine engine("auto", method, 1);
    for (unsigned batch = 1; batch < batches; batch++) {
        expect_flint_answers(engine.run({n}), {n});
        EXPECT_STREQ(engine.backend(), "threads") << batch << " of " << batches;
    }
    expect_flint_answers(engine.run({n}), {n});
    EXPECT_STREQ(engine.backend(), "cuda") << batches;
}

TEST_F(EngineAuto, AddsUpTheWorkOfItsBatches) {
    expect_sum_of_batches(FG_METHOD_TRIAL, 4294967291);
    expect_sum_of_batches(FG_METHOD_FACTOR, UINT64_C(18446743979220271189));
}

/* One with few multiprocessors is slower than 64 workers, and is not even started. */
TEST_F(EngineAuto, AsksForTheSizeOfTheGpuBeforeItStartsIt) {
    Engine engine("auto", FG_METHOD_FACTOR, 64);
    const Numbers numbers(2000, UINT64_C(18446744073709551557));
    expect_flint_answers(engine.run(numbers), numbers);
    EXPECT_STREQ(engine.backend(), "threads");
    EXPECT_EQ(fg_emulator_calls_of("cudaDeviceGetAttribute"), 4u)
        << "may it be started, has the build code for it, its size";
    EXPECT_EQ(fg_emulator_calls_of("cudaSetDevice"), 0u);
    const std::string reason = fg_engine_reason(engine.get());
    EXPECT_TRUE(contains(reason, "a GPU of " + std::to_string(FG_EMULATED_MULTIPROCESSORS)))
        << reason;
    EXPECT_EQ(engine.take_notice(), "");
}

/* The first of three is too old for the build's code, and then the second is, too. */
TEST_F(EngineAuto, AsksForTheSizeOfTheDeviceThatItWillTake) {
    fg_emulator_set_device_count(3);
    fg_emulator_set_compute_capability_of(0, 6, 1);
    EXPECT_EQ(fg_gpu_first_expected(), 1);
    int usable = -1;
    fg_error error;
    ASSERT_EQ(fg_gpu_first_usable(&usable, &error), FG_OK) << error.message;
    EXPECT_EQ(usable, 1);
    fg_emulator_set_compute_capability_of(1, 5, 2);
    EXPECT_EQ(fg_gpu_first_expected(), 2);
    ASSERT_EQ(fg_gpu_first_usable(&usable, &error), FG_OK) << error.message;
    EXPECT_EQ(usable, 2);
    Engine engine = automatic();
    expect_flint_answers(engine.run(much), much);
    EXPECT_STREQ(engine.backend(), "cuda");
    EXPECT_EQ(engine.take_notice(), "");
}

/* Then its size stays the one that was assumed, and starting says why there is none. */
TEST_F(EngineAuto, ExpectsNoDeviceWithoutCodeForIt) {
    fg_emulator_set_compute_capability(6, 1);
    EXPECT_EQ(fg_gpu_first_expected(), -1);
    Engine engine = automatic();
    expect_flint_answers(engine.run(much), much);
    EXPECT_STREQ(engine.backend(), "threads");
    const std::string notice = engine.take_notice();
    EXPECT_TRUE(contains(notice, "no code for compute capability 6.1")) << notice;
    fg_emulator_set_compute_capability(9, 0);
    EXPECT_EQ(fg_gpu_first_expected(), 0);
    fg_emulator_set_compute_mode(cudaComputeModeProhibited);
    EXPECT_EQ(fg_gpu_first_expected(), -1) << "programs may not start it";
    fg_emulator_set_compute_mode(cudaComputeModeDefault);
    fg_emulator_set_driver_version(13000);
    fg_emulator_set_runtime_version(13010);
    EXPECT_EQ(fg_gpu_first_expected(), -1) << "the driver compiles no PTX of a later toolkit";
}

/* A GPU that is there does not sieve; it answers the numbers of a range in lists if that is sooner.
 */
TEST_F(EngineAuto, SievesOnTheThreadsBesideTheGpu) {
    if (std::string(fg_cpu_variant()) == "portable")
        GTEST_SKIP() << "a sieve without vectors takes longer than lists on a GPU";
    fg_config config = {};
    config.answer = FG_ANSWER_PRIMES;
    config.jobs = 1;
    Engine engine(config);
    const Numbers hard(300, UINT64_C(18446743979220271189));
    expect_flint_primes(engine.run(hard), hard);
    ASSERT_STREQ(engine.backend(), "cuda");
    expect_flint_primes(gather_range(engine, range_of(1, 20000)), numbers_of(1, 20000));
    EXPECT_STREQ(engine.backend(), "threads");
    const uint64_t high = UINT64_MAX - 99;
    expect_flint_primes(gather_range(engine, range_of(high, 100)), numbers_of(high, 100));
    EXPECT_STREQ(engine.backend(), "cuda");
    expect_flint_primes(hand_over_range(engine, range_of(1, 20000)), numbers_of(1, 20000));
    EXPECT_STREQ(engine.backend(), "threads");
    EXPECT_EQ(engine.take_notice(), "");
}

TEST_F(EngineAuto, TheSieveAloneTakesNoGpu) {
    Engine engine("auto", FG_METHOD_SIEVE, 1);
    for (int i = 0; i < 3; i++)
        expect_flint_answers(gather_range(engine, range_of(1000000, 3000)),
                             numbers_of(1000000, 3000));
    EXPECT_STREQ(engine.backend(), "threads");
    EXPECT_EQ(fg_emulator_call_count(), 0u) << "the GPU was touched";
    Engine cuda("cuda", FG_METHOD_SIEVE, 1);
    EXPECT_EQ(cuda.open_status(), FG_ERROR_UNAVAILABLE);
    EXPECT_TRUE(contains(cuda.open_message(), "does not run on GPUs")) << cuda.open_message();
}

TEST_F(EngineAuto, HasNoReasonWithoutAChoice) {
    Engine chosen("threads");
    EXPECT_EQ(fg_engine_reason(chosen.get()), nullptr);
}

TEST_F(EngineAuto, MoreWorkersNeedMoreWorkToTakeTheGpu) {
    Engine engine("auto", FG_METHOD_TRIAL, 4000);
    expect_flint_answers(engine.run(little), little);
    EXPECT_STREQ(engine.backend(), "threads");
}

TEST_F(EngineAuto, NullMeansAutoAndZeroJobsMeansTheUsableCpus) {
    Engine engine((fg_config{}));
    ASSERT_TRUE(engine.is_open());
    EXPECT_STREQ(engine.backend(), "threads");
    EXPECT_GE(fg_engine_jobs(engine.get()), 1u);
    expect_flint_answers(engine.run(little), little);
}

/* ---- Numbers of two words ---- */

TEST_F(EngineAuto, AnswersWideNumbersWhereItAnswersOthers) {
    const Numbers narrow(300, UINT64_C(18446743979220271189));
    const oracle::WideNumbers wide = {12, (oracle::Wide{1} << 64) + 1, ~oracle::Wide{0}};
    fg_config config = {};
    config.answer = FG_ANSWER_PRIMES;
    config.jobs = 1;
    Engine engine(config);
    expect_wide_answers(run_wide(engine.get(), wide), FG_ANSWER_PRIMES, wide);
    EXPECT_STREQ(engine.backend(), "threads");
    EXPECT_TRUE(fg_engine_takes(engine.get(), FG_NUMBERS_LIST, 2));
    const BatchAnswer answer = engine.run(narrow);
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    EXPECT_EQ(answer.divisors.back(), (Numbers{4294967279, 4294967291}));
    EXPECT_STREQ(engine.backend(), "cuda");
    expect_wide_answers(run_wide(engine.get(), wide), FG_ANSWER_PRIMES, wide);
    EXPECT_STREQ(engine.backend(), "cuda");
    fg_engine_cancel(engine.get());
    EXPECT_EQ(run_wide(engine.get(), wide).status, FG_ERROR_CANCELLED);
    expect_wide_answers(run_wide(engine.get(), wide), FG_ANSWER_PRIMES, wide);
    EXPECT_EQ(engine.take_notice(), "");
}

/* The threads would refuse it, too. */
TEST_F(EngineAuto, KeepsTheGpuAfterANumberWithTooManyDivisors) {
    const Numbers narrow(300, UINT64_C(18446743979220271189));
    oracle::Wide rich = 1; /* 2^21 divisors */
    for (const unsigned prime :
         {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73})
        rich *= prime;
    fg_config config = {};
    config.jobs = 1;
    Engine engine(config);
    EXPECT_EQ(engine.run(narrow).divisors.back(),
              (Numbers{1, 4294967279, 4294967291, narrow.back()}));
    ASSERT_STREQ(engine.backend(), "cuda");
    const WideAnswer refused = run_wide(engine.get(), {rich});
    EXPECT_EQ(refused.status, FG_ERROR_TOO_MANY);
    EXPECT_TRUE(contains(refused.message, "has 2097152 divisors")) << refused.message;
    EXPECT_EQ(engine.take_notice(), "");
    expect_flint_answers(engine.run(little), little);
    EXPECT_STREQ(engine.backend(), "cuda");
}

/* ---- Falling back ---- */

void expect_fall_back(const std::string &reason) {
    Engine engine = automatic();
    expect_flint_answers(engine.run(much), much);
    EXPECT_STREQ(engine.backend(), "threads");
    const std::string notice = engine.take_notice();
    EXPECT_TRUE(contains(notice, reason)) << notice;
    EXPECT_TRUE(contains(notice, "; using the CPU's threads")) << notice;
    EXPECT_EQ(engine.take_notice(), "") << "the notice came twice";
    expect_flint_answers(engine.run(much), much); /* for good */
    EXPECT_EQ(engine.take_notice(), "");
}

TEST_F(EngineAuto, FallsBackWithoutADriver) {
    fg_emulator_set_driver_version(0);
    expect_fall_back("no NVIDIA driver is installed");
}

TEST_F(EngineAuto, FallsBackWithoutADevice) {
    fg_emulator_set_device_count(0);
    expect_fall_back("shows no device");
}

TEST_F(EngineAuto, FallsBackFromADeviceWithoutMemory) {
    fg_emulator_set_memory_bytes(1000);
    expect_fall_back("too little free memory");
}

TEST_F(EngineAuto, FallsBackFromADeviceThatAnswersWrongly) {
    fg_emulator_set_wrong_answers(true);
    expect_fall_back("answers wrongly");
}

TEST_F(EngineAuto, FallsBackFromADeviceThatFailsInTheMiddle) {
    fg_emulator_fail_execution(10, cudaErrorIllegalAddress); /* the self-test takes eight */
    expect_fall_back("cudaErrorIllegalAddress");
}

/* A device that passes its self-test and loses a hit afterwards is caught by the engine's check. */
void lose_a_hit(const fg_emulator_launch *launch, void *context) {
    unsigned *const launches = static_cast<unsigned *>(context);
    if (++*launches > 8 && launch->buffer != nullptr) {
        unsigned long long *const hit_count = static_cast<unsigned long long *>(launch->buffer);
        *hit_count -= *hit_count > 0;
    }
}

TEST_F(EngineAuto, FallsBackFromADeviceThatAnswersWronglyInTheMiddle) {
    unsigned launches = 0;
    fg_emulator_after_kernel(lose_a_hit, &launches);
    expect_fall_back("failed its check");
}

/* ---- An explicit backend has no way out ---- */

class EngineExplicit : public Emulated {};

TEST_F(EngineExplicit, ADeviceThatFailsInTheMiddleIsAnError) {
    fg_emulator_fail_execution(10, cudaErrorIllegalAddress);
    Engine engine("cuda");
    ASSERT_TRUE(engine.is_open());
    const BatchAnswer answer = engine.run(much);
    EXPECT_EQ(answer.status, FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(answer.message, "cudaErrorIllegalAddress")) << answer.message;
    EXPECT_EQ(engine.take_notice(), "");
    const BatchAnswer again = engine.run(little);
    EXPECT_EQ(again.status, FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(again.message, "failed before")) << again.message;
    EXPECT_TRUE(contains(again.message, answer.message)) << again.message;
    EXPECT_FALSE(engine.timing().known);

    /* Neither a cancel nor a malformed batch nor asking again makes it another failure. */
    fg_engine_cancel(engine.get());
    EXPECT_EQ(engine.run(little).status, FG_ERROR_CANCELLED);
    EXPECT_EQ(engine.run({0}).status, FG_ERROR_ARGUMENT);
    const BatchAnswer third = engine.run(little);
    EXPECT_EQ(third.status, FG_ERROR_DEVICE);
    EXPECT_EQ(third.message, again.message);
    EXPECT_EQ(engine.run({}).status, FG_ERROR_DEVICE);
}

TEST_F(EngineExplicit, ADeviceThatLosesAHitIsAnError) {
    unsigned launches = 0;
    fg_emulator_after_kernel(lose_a_hit, &launches);
    Engine engine("cuda");
    ASSERT_TRUE(engine.is_open());
    const BatchAnswer answer = engine.run(much);
    EXPECT_EQ(answer.status, FG_ERROR_SELF_CHECK);
    EXPECT_TRUE(contains(answer.message, "cuda")) << answer.message;
}

TEST_F(EngineExplicit, NoDeviceIsUnavailable) {
    fg_emulator_set_device_count(0);
    Engine engine("cuda");
    EXPECT_EQ(engine.open_status(), FG_ERROR_UNAVAILABLE);
}

TEST_F(EngineExplicit, UnknownBackendsAndTooManyJobsAreRefused) {
    EXPECT_EQ(Engine("quantum").open_status(), FG_ERROR_ARGUMENT);
    EXPECT_EQ(Engine("").open_status(), FG_ERROR_ARGUMENT);
    EXPECT_EQ(Engine("serial", FG_METHOD_TRIAL, 4097).open_status(), FG_ERROR_ARGUMENT);
    EXPECT_TRUE(Engine("serial", FG_METHOD_TRIAL, 4096).is_open());
    fg_engine_close(nullptr);
}

TEST_F(EngineExplicit, OnlyTheGpuKeepsAnAccountOfTime) {
    for (const char *const name : {"serial", "fork", "pool", "threads"}) {
        Engine engine(name);
        engine.run(little);
        EXPECT_FALSE(engine.timing().known) << name;
    }
    Engine engine("cuda");
    expect_flint_answers(engine.run(much), much);
    const fg_timing timing = engine.timing();
    EXPECT_TRUE(timing.known);
    EXPECT_GT(timing.start_up_ns, 0u);
    EXPECT_GT(timing.host_ns, 0u);
    EXPECT_GT(timing.launch_count, 0u);
    EXPECT_EQ(timing.rerun_count, 0u);
}

/* More numbers than a backend is handed at once, with the same answers; with a sanitizer by one
 * method, because the engine cuts the batch before any method sees it. */
TEST_F(EngineExplicit, LargeBatchesAreCutIntoChunks) {
    Numbers numbers((1u << 20) + 1000);
    for (size_t i = 0; i < numbers.size(); i++)
        numbers[i] = 1 + i % 1000;
    const std::vector<Numbers> table = oracle::sieve_divisors(1000);
    for (size_t i = 0; i < list_method_count(); i++)
        if (const fg_method method = fg_method_at(i);
            method == FG_METHOD_FACTOR || !sanitized() || every_case())
            expect_table_answers(Engine("threads", method).run(numbers), numbers, table);
    Engine engine("threads");
    /* As large as the bound of divisors that the shared arena is made for allows. */
    const Numbers rich(200, UINT64_C(18401055938125660800) >> 20 << 20);
    const BatchAnswer answer = engine.run(rich);
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    const Numbers expected = oracle::divisors(rich[0]);
    for (const Numbers &divisors : answer.divisors)
        ASSERT_EQ(oracle::difference(divisors, expected), "");
}

} // namespace
