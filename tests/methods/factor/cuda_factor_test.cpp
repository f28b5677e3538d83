// SPDX-License-Identifier: MIT
/*
 * cuda_factor_test.cpp: the method factor on the emulated device: machines with little memory or
 * several devices, and devices that answer wrongly.
 */
#include "cuda_factor_run.h"
#include "support/chosen_numbers.h"
#include "support/emulated_fixture.h"
#include "support/random_numbers.h"
#include "support/self_tests_once.h"
#include "support/wave_face.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

extern "C" {
#include "algorithms/split_plan.h"
#include "methods/factor/factor_self_test.h"
}

namespace {

using oracle::Numbers;
using namespace chosen;

/* If both waves of a device have room for 256 numbers each, and 184,320 divisors a piece. */
constexpr size_t little_memory = 6100000;

fg_config factor_config(fg_answer answer, const std::vector<int> &devices) {
    fg_config config = {};
    config.backend = "cuda";
    config.method = FG_METHOD_FACTOR;
    config.answer = answer;
    config.jobs = 3;
    config.devices = devices.data();
    config.device_count = devices.size();
    return config;
}

class Factor : public Emulated {
  protected:
    /* Expects both kinds of answers, on the current machine. */
    static void expect_factored(const Numbers &numbers, const std::vector<int> &devices = {0}) {
        Engine divisors(factor_config(FG_ANSWER_DIVISORS, devices));
        ASSERT_TRUE(divisors.is_open()) << divisors.open_message();
        expect_flint_answers(divisors.run(numbers), numbers);
        Engine primes(factor_config(FG_ANSWER_PRIMES, devices));
        ASSERT_TRUE(primes.is_open()) << primes.open_message();
        expect_flint_primes(primes.run(numbers), numbers);
    }
    static Numbers random_batch(RandomNumbers &random, size_t count) {
        Numbers numbers(count);
        for (uint64_t &number : numbers)
            number = random.of_any_size(64);
        return numbers;
    }
};

/* ---- The machine ---- */

TEST_F(Factor, BatchesLargerThanTheDevicesMemoryAreAnsweredInOrder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    fg_emulator_set_memory_bytes(little_memory);
    expect_factored(random_batch(random, scaled_slow(3000)));
    EXPECT_LE(fg_emulator_peak_device_bytes(), little_memory);
    EXPECT_EQ(fg_emulator_unpinned_async_copies(), 0u);
    EXPECT_EQ(fg_emulator_pending_operations(), 0u);
}

/* With doubles and without, around the bound of their form too. */
TEST_F(Factor, DevicesOfEveryCapabilityAnswerAlike) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers = random_batch(random, scaled_slow(500));
    for (unsigned bits = 40; bits <= 58; bits++)
        for (size_t i = 0; i < scaled_slow(25); i++)
            numbers.push_back(semiprime(random, bits));
    for (uint64_t offset = 1; offset < 100; offset += 2) {
        numbers.push_back(FG_PLAN_DOUBLE_MAX - offset);
        numbers.push_back(FG_PLAN_DOUBLE_MAX + offset);
    }
    const std::pair<int, int> capabilities[] = {{8, 6}, {9, 0}};
    for (const auto &[major, minor] : capabilities) {
        fg_emulator_reset();
        fg_emulator_set_compute_capability(major, minor);
        fg_test_devices_again();
        expect_factored(numbers);
    }
}

/* A thread writes lists of up to 96, a warp those of up to 512. There are more of the longer kinds
 * than warps or blocks on the device, so that one of these writes several. */
TEST_F(Factor, ListsAroundTheBordersOfTheirKindsAreComplete) {
    const std::pair<uint64_t, size_t> lists[] = {{210, 16},
                                                 {180, 18},
                                                 {32760, 96},
                                                 {UINT64_C(64) * 729 * 5, 98},
                                                 {UINT64_C(16) * 81 * 35, 100},
                                                 {UINT64_C(128) * 27 * 5005, 512},
                                                 {UINT64_C(262144) * 11025, 513}};
    Numbers numbers;
    for (const auto &[number, length] : lists)
        ASSERT_EQ(oracle::divisors(number).size(), length) << number;
    for (size_t i = 0; i < 700; i++)
        numbers.push_back(lists[i % std::size(lists)].first);
    expect_factored(numbers);
}

/* Each piece has another list than what the one before has left in the buffer. */
TEST_F(Factor, AnswersLargerThanTheBufferComeInPieces) {
    fg_emulator_set_memory_bytes(little_memory);
    const uint64_t many = UINT64_C(897612484786617600);  /* 103,680 divisors */
    const uint64_t more = UINT64_C(9200527969062830400); /* 161,280 */
    expect_factored({many, more, 97, 1, UINT64_C(963761198400), many, 12});
}

TEST_F(Factor, SeveralDevicesShareTheWorkAndKeepTheOrder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers numbers = random_batch(random, scaled_slow(3000));
    for (const std::vector<int> &devices :
         {std::vector<int>{0, 1}, std::vector<int>{0, 1, 2}, std::vector<int>{2}}) {
        fg_emulator_reset();
        fg_emulator_set_device_count(3);
        fg_emulator_set_memory_bytes(little_memory);
        Engine engine(factor_config(FG_ANSWER_PRIMES, devices));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        unsigned long before = 0, after = 0;
        for (int device = 0; device < 3; device++)
            before += fg_emulator_kernels_executed(device);
        expect_flint_primes(engine.run(numbers), numbers);
        expect_flint_primes(engine.run(numbers), numbers);
        for (int device = 0; device < 3; device++)
            after += fg_emulator_kernels_executed(device);
        EXPECT_EQ(after - before, engine.timing().launch_count);
    }
}

/* A device that fails while the others compute, or wait for its answers: with lists of divisors a
 * batch has 256 numbers, so that each device has several. */
TEST_F(Factor, OneDeviceOfSeveralThatFailsEndsTheRun) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers numbers = random_batch(random, 3000);
    for (const unsigned long launch : {1ul, 3ul, 40ul, 90ul}) {
        if (sanitized() && !every_case() && launch != 3 && launch != 90)
            continue;
        fg_emulator_reset();
        fg_emulator_set_device_count(3);
        fg_emulator_set_memory_bytes(little_memory);
        Engine engine(factor_config(FG_ANSWER_DIVISORS, {0, 1, 2}));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        fg_emulator_fail_execution(launch, cudaErrorLaunchFailure);
        const BatchAnswer answer = engine.run(numbers);
        EXPECT_EQ(answer.status, FG_ERROR_DEVICE);
        EXPECT_TRUE(contains(answer.message, "cudaErrorLaunchFailure")) << answer.message;
    }
}

/* Two waves of a device go on independently; one by itself is waited for directly. */
TEST_F(Factor, StreamsAreWatchedWhereThereAreTwo) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    fg_emulator_set_memory_bytes(little_memory);
    Engine engine(factor_config(FG_ANSWER_PRIMES, {0}));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    ASSERT_EQ(engine.run(random_batch(random, 100)).status, FG_OK);
    EXPECT_EQ(fg_emulator_calls_of("cudaLaunchHostFunc"), 0u);
    ASSERT_EQ(engine.run(random_batch(random, every_case() ? 20000 : 5000)).status, FG_OK);
    EXPECT_GT(fg_emulator_calls_of("cudaLaunchHostFunc"), 0u);
}

TEST_F(Factor, TheAccountOfTimeHasEveryLaunch) {
    Engine engine(factor_config(FG_ANSWER_DIVISORS, {0}));
    const unsigned long before = fg_emulator_kernels_executed(0);
    ASSERT_EQ(engine.run({360, largest_prime, UINT64_C(17385374577255971971)}).status, FG_OK);
    const fg_timing timing = engine.timing();
    EXPECT_TRUE(timing.known);
    EXPECT_GT(timing.start_up_ns, 0u);
    EXPECT_GT(timing.host_ns, 0u);
    EXPECT_GT(timing.kernels_ns, 0u);
    EXPECT_EQ(timing.launch_count, fg_emulator_kernels_executed(0) - before);
}

TEST_F(Factor, TooLittleMemoryForAnythingIsAnError) {
    fg_emulator_set_memory_bytes(1 << 20);
    Engine engine(factor_config(FG_ANSWER_DIVISORS, {0}));
    EXPECT_EQ(engine.open_status(), FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(engine.open_message(), "too little free memory")) << engine.open_message();
    Engine primes(factor_config(FG_ANSWER_PRIMES, {0})); /* which need less */
    ASSERT_TRUE(primes.is_open()) << primes.open_message();
    expect_flint_primes(primes.run({360, 97}), {360, 97});
}

/* A batch pins 12 bytes a number and 8 a value, as long as the engine is open, and twice that when
 * it grows; the self-test, when the engine is opened, pins less than 2 MiB. */
TEST_F(Factor, AsMuchMemoryIsPinnedAsTheLargestBatchNeeds) {
    for (const fg_answer answer : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS}) {
        fg_emulator_reset();
        fg_test_devices_again();
        Engine engine(factor_config(answer, {0}));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        const size_t opened = fg_emulator_count_live().pinned_bytes;
        EXPECT_LT(opened, answer == FG_ANSWER_PRIMES ? 256u << 10 : 2u << 20);
        size_t before = opened;
        for (const size_t count : {1u, 1000u, 4000u, 1u}) {
            const Numbers numbers(count, answer == FG_ANSWER_PRIMES ? 1u << 16 : 720720u);
            const size_t values = count * (answer == FG_ANSWER_PRIMES ? 16 : 240);
            ASSERT_EQ(engine.run(numbers).status, FG_OK);
            const size_t pinned = fg_emulator_count_live().pinned_bytes;
            EXPECT_GE(pinned, std::max(before, 12 * count + 8 * values)) << count;
            EXPECT_LE(pinned, 2 * (opened + 12 * 4000 + 8 * 4000 * values / count)) << count;
            if (count == 1) {
                EXPECT_EQ(pinned, before) << "a small batch after the self-test, or a large one";
            }
            before = pinned;
        }
    }
}

TEST_F(Factor, IfNothingCanBePinnedOrdinaryMemoryIsUsed) {
    fg_emulator_fail_call("cudaHostAlloc", 0, cudaErrorMemoryAllocation);
    expect_factored({360, largest_prime, UINT64_C(17385374577255971971), 1});
    EXPECT_EQ(fg_emulator_count_live().pinned_blocks, 0u);
    EXPECT_GT(fg_emulator_unpinned_async_copies(), 0u);
}

/* The answers are a prefix that ends with the batch, or the piece of one, that reaches the limit.
 */
TEST_F(Factor, ARunEndsWhenItHasAsManyValuesAsItMay) {
    Numbers numbers(50, 720720);                                           /* 240 divisors each */
    numbers.insert(numbers.begin() + 20, 2, UINT64_C(897612484786617600)); /* 103,680 */
    const struct {
        fg_test_factor_limits limits;
        size_t answered;
    } cases[] = {{{52, UINT64_MAX, 1}, 52}, {{4, UINT64_MAX, 1}, 52}, {{4, 1, 1}, 4},
                 {{4, 960, 1}, 4},          {{4, 961, 1}, 8},         {{1, 4800, 1}, 20},
                 {{1, 4801, 1}, 21},        {{52, 1, 1}, 21},         {{52, 150000, 1}, 52},
                 {{7, 100000, 1}, 21},      {{7, 100000, 2}, 28},     {{22, UINT64_MAX, 1}, 52},
                 {{4, 961, 60}, 52}};
    for (const auto &each : cases) {
        fg_emulator_reset();
        fg_emulator_set_memory_bytes(little_memory);
        fg_results results = {};
        fg_error error = {};
        ASSERT_EQ(
            fg_test_factor_run(numbers.data(), numbers.size(), &each.limits, &results, &error),
            FG_OK)
            << error.message;
        EXPECT_EQ(results.count, each.answered) << each.limits.batch << " " << each.limits.values;
        for (size_t i = 0; i < results.count; i++)
            EXPECT_EQ(results.offsets[i + 1] - results.offsets[i],
                      numbers[i] == 720720 ? 240u : 103680u);
        fg_results_free(&results);
    }
    EXPECT_EQ(fg_test_factor_broken_rules(), 0u);
}

/* The batch of the second number is ready first. When its turn comes, the first is being copied,
 * and the answers to the second have no room. */
TEST_F(Factor, ResultsDoNotMoveDuringACopy) {
    const Numbers numbers = {6, UINT64_C(897612484786617600)};
    const fg_test_factor_limits limits = {1, UINT64_MAX, 1};
    fg_results results = {};
    fg_error error = {};
    fg_test_factor_hold_first(true);
    const fg_status status =
        fg_test_factor_run(numbers.data(), numbers.size(), &limits, &results, &error);
    fg_test_factor_hold_first(false);
    ASSERT_EQ(status, FG_OK) << error.message;
    ASSERT_EQ(results.count, 2u);
    EXPECT_EQ(results.offsets[1], 4u);
    EXPECT_EQ(results.offsets[2], 4u + 103680);
    EXPECT_EQ(fg_test_factor_broken_rules(), 0u);
    fg_results_free(&results);
}

/* Cancels the engine after a while. */
struct Canceller {
    fg_engine *engine;
    unsigned kernels_left;
};

void cancel_later(const fg_emulator_launch *, void *context) {
    Canceller *const canceller = static_cast<Canceller *>(context);
    if (canceller->kernels_left > 0 && --canceller->kernels_left == 0)
        fg_engine_cancel(canceller->engine);
}

TEST_F(Factor, CancellingEndsTheRun) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers numbers = random_batch(random, 2000);
    for (const unsigned kernels : {1u, 7u, 60u}) {
        Engine engine(factor_config(FG_ANSWER_DIVISORS, {0}));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        Canceller canceller = {engine.get(), kernels};
        fg_emulator_after_kernel(cancel_later, &canceller);
        EXPECT_EQ(engine.run(numbers).status, FG_ERROR_CANCELLED);
        fg_emulator_after_kernel(nullptr, nullptr);
        expect_flint_answers(engine.run({720720, 97}), {720720, 97}); /* it does not stay stopped */
    }
}

/* ---- A wave by itself ---- */

class Wave : public Factor, protected WaveFace {
  protected:
    void TearDown() override {
        close();
        Factor::TearDown();
    }
    /* Tests the device, also if it has passed. */
    fg_status self_test() {
        fg_test_devices_again();
        return fg_factor_self_test(0, &wave_, &error_);
    }
};

/* A wave with smaller buffers is opened only if memory is short. */
TEST_F(Wave, ABufferThatFailsOtherwiseDoesNotLackMemory) {
    for (const auto &[failure, status, words] :
         {std::tuple{cudaErrorUnknown, FG_ERROR_DEVICE, "cudaErrorUnknown"},
          {cudaErrorMemoryAllocation, FG_ERROR_MEMORY, "no room for a stream's buffers"}}) {
        fg_emulator_fail_call("cudaMalloc", 2, failure);
        EXPECT_EQ(fg_gpu_wavefront_open(&wave_, true, 256, 256, &error_), status);
        EXPECT_TRUE(contains(error_.message, words)) << error_.message;
    }
}

/* Spoils a word of one of the wave's buffers after one of its kernels. */
struct Spoiler {
    uint64_t *word;
    uint64_t change;
    unsigned long kernel; /* which one, from 1 */
    unsigned long seen;
};

void spoil(const fg_emulator_launch *, void *context) {
    Spoiler *const spoiler = static_cast<Spoiler *>(context);
    if (++spoiler->seen == spoiler->kernel)
        *spoiler->word += spoiler->change;
}

/* A record of primes, its count, or a record of small primes is spoiled after each kernel in turn.
 */
TEST_F(Wave, AWrongRecordIsNeverAnAnswer) {
    const Numbers numbers = {12 * power(1000003, 2), 360, largest_prime};
    for (const bool primes : {true, false}) {
        open(primes);
        std::vector<Numbers> answers;
        const unsigned long before = fg_emulator_kernels_executed(0);
        ASSERT_EQ(run(numbers, 60, &answers), FG_OK);
        const unsigned long launches = fg_emulator_kernels_executed(0) - before;
        uint64_t *const counts = reinterpret_cast<uint64_t *>(wave_.device.prime_counts);
        uint64_t *const small = wave_.device.small_primes;
        const struct {
            uint64_t *word;
            uint64_t change;
        } kinds[] = {{wave_.device.primes_found, 2},
                     {wave_.device.primes_found, UINT64_MAX / 2},
                     {wave_.device.primes_found + 1, static_cast<uint64_t>(-1000002)},
                     {counts, 1},
                     {counts, 9},
                     {counts, 7},
                     {small, 1},                       /* 5 instead of 3 */
                     {small, 0xff},                    /* no 3 */
                     {small, (UINT64_C(1) << 56) + 1}, /* 5, with its sum */
                     {small + 1, UINT64_C(0xfe) << 8}, /* no 5 */
                     {small + 1, UINT64_C(0xb0) << 8}, /* not in the table */
                     {small + 1, UINT64_C(1) << 60}};
        unsigned refused = 0;
        for (const auto &kind : kinds)
            for (unsigned long kernel = 2; kernel <= launches; kernel++) {
                Spoiler spoiler = {kind.word, kind.change, kernel, 0};
                fg_emulator_after_kernel(spoil, &spoiler);
                std::vector<Numbers> spoilt;
                const fg_status status = run(numbers, 60, &spoilt);
                fg_emulator_after_kernel(nullptr, nullptr);
                if (status == FG_OK) { /* the word was written afterwards, or not read again */
                    EXPECT_EQ(spoilt, answers);
                } else {
                    EXPECT_EQ(status, FG_ERROR_SELF_CHECK);
                    EXPECT_TRUE(contains(error_.message, "do not multiply")) << error_.message;
                    refused++;
                    wave_.phase = FG_WAVE_IDLE;
                }
            }
        EXPECT_GT(refused, 50u);
        fg_gpu_wavefront_close(&wave_);
    }
}

TEST_F(Wave, ACountThatNoNumberHasIsRefused) {
    ASSERT_EQ(fg_gpu_wavefront_open(&wave_, false, 256, FG_MAX_DIVISORS + 1000, &error_), FG_OK);
    std::vector<Numbers> answers;
    ASSERT_EQ(run({360}, 60, &answers), FG_OK);
    const unsigned long launches = fg_emulator_kernels_executed(0);
    for (const uint64_t change : {uint64_t{FG_MAX_DIVISORS}, UINT64_C(1) << 31}) {
        Spoiler spoiler = {reinterpret_cast<uint64_t *>(wave_.device.value_counts), change,
                           launches - FG_WAVE_EXPAND_LAUNCHES, 0};
        fg_emulator_after_kernel(spoil, &spoiler);
        EXPECT_EQ(run({360}, 60, &answers), FG_ERROR_SELF_CHECK);
        fg_emulator_after_kernel(nullptr, nullptr);
        const std::string words = "counted " + std::to_string(24 + change) + " factors of 360";
        EXPECT_TRUE(contains(error_.message, words)) << error_.message;
    }
}

/* ---- The self-test ---- */

/* A device on which the entries of one queue go to another, as if their method had found
 * nothing. */
struct Blindness {
    const fg_wave *wave;
    unsigned queue, next;
    unsigned step;
};

void blind(const fg_emulator_launch *, void *context) {
    const Blindness *const blindness = static_cast<Blindness *>(context);
    const fg_wave *const wave = blindness->wave;
    for (fg_cofactor *const list : wave->parts)
        for (uint32_t i = 0; i < wave->number_count * FG_WAVE_COFACTORS; i++)
            if (list[i].queue == blindness->queue) {
                list[i].queue = static_cast<uint8_t>(blindness->next);
                list[i].step = static_cast<uint16_t>(blindness->step);
            }
}

/* Only devices with as many units for FP64 as for integer products take doubles. */
TEST_F(Wave, TheCapabilityDecidesWhetherCofactorsAreTakenInDoubles) {
    const struct {
        int major, minor;
        bool doubles;
    } devices[] = {{7, 0, false}, {7, 5, false}, {8, 0, false},  {8, 6, false}, {8, 9, false},
                   {9, 0, true},  {10, 0, true}, {10, 3, false}, {12, 0, false}};
    for (const auto &device : devices) {
        fg_emulator_set_compute_capability(device.major, device.minor);
        open(true);
        EXPECT_EQ(wave_.device.doubles, device.doubles) << device.major << '.' << device.minor;
        EXPECT_EQ(self_test(), FG_OK) << error_.message;
        unsigned in_doubles = wave_.state->visits[FG_QUEUE_UNPROVED_DOUBLE];
        for (unsigned queue = FG_QUEUE_PM1; queue < FG_QUEUE_END; queue++)
            if (FG_WAVE_FORM_OF(queue) == FG_WAVE_DOUBLE)
                in_doubles += wave_.state->visits[queue];
        EXPECT_EQ(in_doubles > 0, device.doubles) << device.major << '.' << device.minor;
        fg_gpu_wavefront_close(&wave_);
    }
}

TEST_F(Wave, AMethodThatFindsNothingIsNoticed) {
    const auto pm1 = [](unsigned program, fg_wave_form form) {
        return FG_WAVE_QUEUE(FG_QUEUE_PM1, program, form);
    };
    const auto curve = [](unsigned program, fg_wave_form form) {
        return FG_WAVE_QUEUE(FG_QUEUE_ECM, program, form);
    };
    const Blindness kinds[] = {
        {&wave_.device, FG_QUEUE_HART, FG_QUEUE_LAST_RESORT, 0},
        {&wave_.device, pm1(FG_PM1_40, FG_WAVE_LAZY), curve(FG_ECM_40, FG_WAVE_LAZY), 1},
        {&wave_.device, pm1(FG_PM1_40, FG_WAVE_DOUBLE), curve(FG_ECM_40, FG_WAVE_DOUBLE), 1},
        {&wave_.device, pm1(FG_PM1_62, FG_WAVE_FULL), curve(FG_ECM_56, FG_WAVE_FULL), 1},
        {&wave_.device, curve(FG_ECM_40, FG_WAVE_FULL), curve(FG_ECM_48, FG_WAVE_FULL), 2},
        {&wave_.device, curve(FG_ECM_40, FG_WAVE_DOUBLE), curve(FG_ECM_48, FG_WAVE_DOUBLE), 2},
        {&wave_.device, curve(FG_ECM_64, FG_WAVE_FULL), FG_QUEUE_LAST_RESORT, 0},
    };
    for (const Blindness &kind : kinds) {
        open(true);
        Blindness blindness = kind;
        fg_emulator_after_kernel(blind, &blindness);
        EXPECT_EQ(self_test(), FG_ERROR_SELF_CHECK) << kind.queue;
        EXPECT_TRUE(contains(error_.message, "device 0 answers wrongly")) << error_.message;
        fg_emulator_after_kernel(nullptr, nullptr);
        fg_gpu_wavefront_close(&wave_);
    }
}

/* The kernels find nothing wrong, and the checks that follow the self-test are not there. */
TEST_F(Wave, TheSelfTestComparesAnswers) {
    for (const bool primes : {true, false}) {
        open(primes);
        fg_emulator_after_kernel(
            [](const fg_emulator_launch *, void *values) { ++*static_cast<uint64_t *>(values); },
            wave_.device.values);
        EXPECT_EQ(self_test(), FG_ERROR_SELF_CHECK);
        EXPECT_EQ(wave_.state->violations, 0u);
        fg_emulator_after_kernel(nullptr, nullptr);
        fg_gpu_wavefront_close(&wave_);
    }
}

/* All answers are right, but they take as many rounds as on a device that finds them late. */
TEST_F(Wave, TheSelfTestCountsRounds) {
    open(true);
    fg_emulator_after_kernel(
        [](const fg_emulator_launch *, void *wave) {
            static_cast<fg_gpu_wavefront *>(wave)->device.round += 64;
        },
        &wave_);
    EXPECT_EQ(self_test(), FG_ERROR_SELF_CHECK);
    EXPECT_EQ(wave_.state->violations, 0u);
}

TEST_F(Factor, AFirstLaunchWithoutRoomGetsSmallerBuffers) {
    fg_test_devices_again();
    fg_emulator_fail_call("launch", 3, cudaErrorMemoryAllocation);
    expect_factored({360, largest_prime, UINT64_C(17385374577255971971)});
    fg_emulator_fail_call("launch", 0, cudaErrorMemoryAllocation);
    fg_test_devices_again();
    Engine engine(factor_config(FG_ANSWER_PRIMES, {0}));
    EXPECT_EQ(engine.open_status(), FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(engine.open_message(), "too little free memory")) << engine.open_message();
}

/* ---- A device that answers wrongly ---- */

TEST_F(Factor, ADeviceThatAnswersWronglyIsRefused) {
    fg_test_devices_again();
    for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
        fg_emulator_set_wrong_answers(true);
        Engine engine(factor_config(answer, {0}));
        EXPECT_EQ(engine.open_status(), FG_ERROR_SELF_CHECK);
        EXPECT_TRUE(contains(engine.open_message(), "device 0 answers wrongly"))
            << engine.open_message();
    }
}

TEST_F(Factor, ASecondDeviceThatAnswersWronglyIsNamed) {
    fg_test_devices_again();
    fg_emulator_set_device_count(2);
    fg_emulator_after_kernel(
        [](const fg_emulator_launch *launch, void *) {
            if (launch->device == 1)
                static_cast<unsigned char *>(launch->buffer)[16] ^= 4;
        },
        nullptr);
    Engine engine(factor_config(FG_ANSWER_DIVISORS, {0, 1}));
    EXPECT_EQ(engine.open_status(), FG_ERROR_SELF_CHECK);
    EXPECT_TRUE(contains(engine.open_message(), "device 1")) << engine.open_message();
}

/* Enters the first number, of two primes, as one prime instead. */
void take_for_prime(const fg_emulator_launch *, void *context) {
    const fg_wave *const wave = fg_test_factor_wave();
    const uint64_t number = *static_cast<const uint64_t *>(context);
    if (wave == nullptr || wave->numbers[0] != number || wave->prime_counts[0] != 2)
        return;
    wave->primes_found[0] = number;
    wave->prime_counts[0] = 1;
}

TEST_F(Factor, ACompositeThatIsTakenForAPrimeIsInTheSample) {
    Numbers numbers = {UINT64_C(1000003) * 1000033, 12, 97};
    fg_results results = {};
    fg_error error = {};
    fg_emulator_after_kernel(take_for_prime, numbers.data());
    const fg_test_factor_limits limits = {3, UINT64_MAX, 1};
    EXPECT_EQ(fg_test_factor_run(numbers.data(), numbers.size(), &limits, &results, &error),
              FG_ERROR_SELF_CHECK);
    EXPECT_TRUE(contains(error.message, "1000036000099 failed its check")) << error.message;
    EXPECT_EQ(results.count, 0u);
    fg_results_free(&results);
}

/* The first block of a batch of two fails, so that the second is not copied. The answers that
 * another device has for the next numbers need more room. */
TEST_F(Factor, ResultsMoveBehindAPieceThatFailed) {
    Numbers numbers(160, 720720);
    numbers[0] = UINT64_C(1000003) * 1000033;
    numbers.insert(numbers.end(), 2, UINT64_C(897612484786617600)); /* 103,680 divisors each */
    fg_results results = {};
    fg_error error = {};
    fg_emulator_after_kernel(take_for_prime, numbers.data());
    EXPECT_EQ(fg_test_factor_go_on(numbers.data(), numbers.size(), 160, &results, &error),
              FG_ERROR_SELF_CHECK)
        << error.message;
    ASSERT_NE(results.offsets, nullptr);
    EXPECT_EQ(results.offsets[160] + 2 * 103680, results.offsets[162]);
    EXPECT_EQ(fg_test_factor_broken_rules(), 0u);
    fg_results_free(&results);
}

TEST_F(Factor, WrongAnswersAfterTheSelfTestNeverBecomeAnswers) {
    for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
        fg_test_devices_again();
        Engine engine(factor_config(answer, {0}));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        fg_emulator_set_wrong_answers(true);
        const BatchAnswer got = engine.run({12, 97, UINT64_C(1000000000039), 5040});
        EXPECT_EQ(got.status, FG_ERROR_SELF_CHECK);
        fg_emulator_set_wrong_answers(false);
    }
}

} // namespace
