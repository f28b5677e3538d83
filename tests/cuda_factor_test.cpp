/*
 * cuda_factor_test.cpp: the method factor on the emulated device: numbers that are hard for one
 * part of the wavefront or another, machines with little memory or several devices, and devices
 * that answer wrongly.
 */
#include "cuda_factor_run.h"
#include "emulated_fixture.h"
#include "internals.h"
#include "random_numbers.h"

#include <algorithm>
#include <string>
#include <vector>

extern "C" {
#include "algorithms/split_plan.h"
#include "backends/cuda_factor_self_test.h"
}

namespace {

using oracle::Numbers;

/* 184,320 divisors, the most that a number below 2^64 has. */
constexpr uint64_t richest = UINT64_C(18401055938125660800);
/* 2^64 - 59, the largest prime. */
constexpr uint64_t largest_prime = UINT64_C(18446744073709551557);

/* Where both waves of a device have room for 256 numbers each, and 184,320 divisors a piece. */
constexpr size_t little_memory = 6100000;

fg_config factor_config(fg_answer answer, const std::vector<int> &devices) {
    fg_config config = {};
    config.backend = "cuda";
    config.method = FG_METHOD_FACTOR;
    config.answer = answer;
    config.jobs = 1;
    config.devices = devices.data();
    config.device_count = devices.size();
    return config;
}

class Factor : public Emulated {
  protected:
    static uint64_t random_prime(RandomNumbers &random, unsigned bits) {
        return oracle::next_prime(random.with_bits(bits) - 1);
    }
    /* A product of two primes that has exactly so many bits. */
    static uint64_t semiprime(RandomNumbers &random, unsigned bits) {
        for (;;) {
            const unsigned half = bits / 2;
            const unsigned __int128 product =
                static_cast<unsigned __int128>(random_prime(random, half)) *
                random_prime(random, bits - half);
            if (product >> (bits - 1) == 1)
                return static_cast<uint64_t>(product);
        }
    }
    static uint64_t power(uint64_t base, unsigned exponent) {
        uint64_t result = 1;
        while (exponent-- > 0)
            result *= base;
        return result;
    }
    /* Both answers, on the machine of the moment. */
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

/* ---- Numbers ---- */

TEST_F(Factor, EveryNumberUpToFiveThousand) {
    Numbers numbers;
    for (uint64_t n = 1; n <= 5000; n++)
        numbers.push_back(n);
    expect_factored(numbers);
}

TEST_F(Factor, SemiprimesAndPrimesOfEverySize) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (size_t i = 0; i < scaled(4); i++)
        for (unsigned bits = 10; bits <= 64; bits++) {
            numbers.push_back(semiprime(random, bits));
            numbers.push_back(bits < 64 ? random_prime(random, bits) : largest_prime);
        }
    expect_factored(numbers);
}

TEST_F(Factor, PowersAndPowersOfProducts) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (const unsigned exponent : {2u, 3u, 4u, 5u, 6u, 7u})
        for (unsigned bits = 8; bits * exponent <= 63; bits++)
            numbers.push_back(power(random_prime(random, bits), exponent));
    for (unsigned bits = 8; bits <= 15; bits++) {
        numbers.push_back(power(random_prime(random, bits) * random_prime(random, bits), 2));
        numbers.push_back(power(random_prime(random, bits), 3) * random_prime(random, bits));
    }
    numbers.push_back(power(random_prime(random, 9) * random_prime(random, 10), 3));
    numbers.push_back(power(4294967291, 2));
    numbers.push_back(power(2642239, 3));
    numbers.push_back(power(7129, 5));
    numbers.push_back(power(563, 7));
    for (unsigned exponent = 1; exponent <= 63; exponent++)
        numbers.push_back(UINT64_C(1) << exponent);
    expect_factored(numbers);
}

TEST_F(Factor, ProductsOfClosePrimesAndOfManyPrimes) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers = {largest_prime, UINT64_MAX, 1, 2, 3, UINT64_C(1) << 63};
    for (unsigned bits = 9; bits <= 31; bits++) {
        const uint64_t p = random_prime(random, bits);
        numbers.push_back(p * oracle::next_prime(p));
    }
    /* Three to seven primes that no table of small ones has; one large and one small prime. */
    for (unsigned count = 3; count <= 7; count++)
        for (size_t i = 0; i < scaled(5); i++) {
            uint64_t n = 1;
            for (unsigned k = 0; k < count; k++)
                n *= random_prime(random, std::max(8u, 63 / count));
            numbers.push_back(n);
        }
    for (unsigned bits = 9; bits <= 30; bits += 3)
        numbers.push_back(random_prime(random, bits) * random_prime(random, 63 - bits));
    expect_factored(numbers);
}

/* Carmichael numbers, strong pseudoprimes to base 2, and what passes the one test or the other. */
TEST_F(Factor, Pseudoprimes) {
    expect_factored({561,
                     1105,
                     2047,
                     3277,
                     4033,
                     4681,
                     8321,
                     15841,
                     29341,
                     42799,
                     90751,
                     161038,
                     UINT64_C(3215031751),
                     UINT64_C(3825123056546413051),
                     UINT64_C(318665857834031151),
                     UINT64_C(2305843149873875041),
                     5459,
                     5777,
                     10877,
                     UINT64_C(4294967295),
                     UINT64_C(4294967297),
                     UINT64_C(1152921504606846977)});
}

/* Short, medium and long lists of divisors beside each other. */
TEST_F(Factor, SmoothNumbersOfEveryLengthOfList) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    static const uint64_t primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47};
    Numbers numbers = {UINT64_C(614889782588491410), /* the first fifteen primes */
                       UINT64_C(6469693230), UINT64_C(897612484786617600)};
    for (size_t i = 0; i < scaled(200); i++) {
        uint64_t n = 1;
        while (n < (UINT64_C(1) << 58) / random.between(1, 1 << 20))
            n *= primes[random.between(0, 14)];
        numbers.push_back(n);
    }
    expect_factored(numbers);
}

TEST_F(Factor, TheRichestNumberAmongPoorOnes) {
    Numbers numbers(300, largest_prime);
    numbers[150] = richest;
    expect_factored(numbers);
}

/* ---- The machine ---- */

TEST_F(Factor, BatchesLargerThanTheDevicesMemoryAreAnsweredInOrder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    fg_emulator_set_memory_bytes(little_memory);
    expect_factored(random_batch(random, scaled(3000)));
    EXPECT_LE(fg_emulator_peak_device_bytes(), little_memory);
    EXPECT_EQ(fg_emulator_unpinned_async_copies(), 0u);
    EXPECT_EQ(fg_emulator_pending_operations(), 0u);
}

TEST_F(Factor, AnswersLargerThanTheBufferComeInPieces) {
    fg_emulator_set_memory_bytes(little_memory);
    Numbers numbers(5, UINT64_C(897612484786617600)); /* 103,680 divisors each */
    numbers.insert(numbers.begin() + 2, {97, 1, UINT64_C(963761198400)});
    numbers.push_back(12);
    expect_factored(numbers);
}

TEST_F(Factor, SeveralDevicesShareTheWorkAndKeepTheOrder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers numbers = random_batch(random, scaled(3000));
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

/* The answers are a prefix that ends with the batch, or the piece of one, that reaches the limit.
 */
TEST_F(Factor, ARunEndsWhenItHasAsManyValuesAsItMay) {
    Numbers numbers(50, 720720);                                           /* 240 divisors each */
    numbers.insert(numbers.begin() + 20, 2, UINT64_C(897612484786617600)); /* 103,680 */
    const struct {
        uint32_t batch;
        uint64_t limit;
        size_t answered;
    } cases[] = {{52, UINT64_MAX, 52}, {4, UINT64_MAX, 52}, {4, 1, 4},     {4, 960, 4},
                 {4, 961, 8},          {1, 4800, 20},       {1, 4801, 21}, {52, 1, 21},
                 {52, 150000, 52},     {7, 100000, 21}};
    for (const auto &each : cases) {
        fg_emulator_reset();
        fg_emulator_set_memory_bytes(little_memory);
        fg_results results = {};
        fg_error error = {};
        ASSERT_EQ(fg_test_factor_run(numbers.data(), numbers.size(), each.batch, each.limit,
                                     &results, &error),
                  FG_OK)
            << error.message;
        EXPECT_EQ(results.count, each.answered) << each.batch << " " << each.limit;
        for (size_t i = 0; i < results.count; i++)
            EXPECT_EQ(results.offsets[i + 1] - results.offsets[i],
                      numbers[i] == 720720 ? 240u : 103680u);
        fg_results_free(&results);
    }
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
    }
}

/* ---- A wave by itself ---- */

/* A wave of its own, to be told how many curves there are and to have its memory spoiled. */
class Wave : public Factor {
  protected:
    void open(bool primes, uint32_t numbers = 256) {
        ASSERT_EQ(fg_cuda_wave_open(&wave_, primes, numbers, FG_MAX_DIVISORS, &error_), FG_OK)
            << error_.message;
    }
    void TearDown() override {
        fg_cuda_wave_close(&wave_);
        Factor::TearDown();
    }
    /* The answers to a batch, one piece after the other. */
    fg_status run(const Numbers &numbers, uint32_t curves, std::vector<Numbers> *answers) {
        fg_status status = fg_cuda_wave_start(
            &wave_, numbers.data(), static_cast<uint32_t>(numbers.size()), curves, &error_);
        while (status == FG_OK && wave_.phase != FG_WAVE_IDLE) {
            status = fg_cuda_wave_step(&wave_, &error_);
            if (status != FG_OK || wave_.phase != FG_WAVE_READY)
                continue;
            const uint64_t *answer = wave_.values;
            for (uint32_t i = 0; i < wave_.piece_count; i++) {
                const uint32_t count = wave_.value_counts[wave_.piece_first + i];
                answers->emplace_back(answer, answer + count);
                answer += count;
            }
            status = fg_cuda_wave_next_piece(&wave_, &error_);
        }
        return status;
    }
    void expect_divisors(const Numbers &numbers, uint32_t curves) {
        std::vector<Numbers> answers;
        ASSERT_EQ(run(numbers, curves, &answers), FG_OK) << error_.message;
        ASSERT_EQ(answers.size(), numbers.size());
        for (size_t i = 0; i < numbers.size(); i++)
            EXPECT_EQ(oracle::difference(answers[i], oracle::divisors(numbers[i])), "")
                << numbers[i] << " with " << curves << " curves";
    }

    fg_cuda_wave wave_ = {};
    fg_error error_ = {};
};

TEST_F(Wave, TheLastResortFindsWhatNoCurveDoes) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers = {UINT64_C(1200327167929), 12, largest_prime};
    for (unsigned bits = 39; bits <= 44; bits++)
        numbers.push_back(semiprime(random, bits));
    /* A small prime before a large one: found in the first of several blocks, or in a later one. */
    numbers.push_back(random_prime(random, 17) * random_prime(random, 46));
    numbers.push_back(random_prime(random, 23) * random_prime(random, 24));
    open(false);
    for (const uint32_t curves : {0u, 1u, 2u})
        expect_divisors(numbers, curves);
}

TEST_F(Wave, NumbersWithoutAnythingLeftToDoEndInTheFirstRound) {
    open(false);
    expect_divisors({1}, FG_MAX_DIVISORS);
    expect_divisors({1, 2, 4, 270, 65536, 3486784401}, 60);
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

/* A record of primes, or the count of them, that goes wrong anywhere on the way. */
TEST_F(Wave, AWrongRecordIsNeverAnAnswer) {
    const Numbers numbers = {12 * power(1000003, 2), 360, largest_prime};
    for (const bool primes : {true, false}) {
        open(primes);
        std::vector<Numbers> answers;
        const unsigned long before = fg_emulator_kernels_executed(0);
        ASSERT_EQ(run(numbers, 60, &answers), FG_OK);
        const unsigned long launches = fg_emulator_kernels_executed(0) - before;
        uint64_t *const counts = reinterpret_cast<uint64_t *>(wave_.device.prime_counts);
        const struct {
            uint64_t *word;
            uint64_t change;
        } kinds[] = {{wave_.device.primes_found, 2},
                     {wave_.device.primes_found, UINT64_MAX / 2},
                     {wave_.device.primes_found + 1, static_cast<uint64_t>(-1000002)},
                     {counts, 1},
                     {counts, 9},
                     {counts, 7}};
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
        EXPECT_GT(refused, 30u);
        fg_cuda_wave_close(&wave_);
    }
}

TEST_F(Wave, ACountThatNoNumberHasIsRefused) {
    open(false);
    std::vector<Numbers> answers;
    ASSERT_EQ(run({360}, 60, &answers), FG_OK);
    const unsigned long launches = fg_emulator_kernels_executed(0);
    Spoiler spoiler = {reinterpret_cast<uint64_t *>(wave_.device.value_counts), UINT64_C(1) << 31,
                       launches - FG_WAVE_EXPAND_LAUNCHES, 0};
    fg_emulator_after_kernel(spoil, &spoiler);
    EXPECT_EQ(run({360}, 60, &answers), FG_ERROR_SELF_CHECK);
    EXPECT_TRUE(contains(error_.message, "of 360")) << error_.message;
}

/* ---- The self-test ---- */

/* Which queue a step of a plan is, for full or roomy moduli. */
unsigned queue_of(fg_plan_step step, bool roomy) {
    const unsigned first = step.method == FG_PLAN_PM1 ? FG_QUEUE_PM1 : FG_QUEUE_ECM;
    return first + 2u * step.program + roomy;
}

TEST_F(Wave, TheSelfTestHasWorkForEveryQueueOfThePlans) {
    open(true);
    const fg_status status = fg_cuda_factor_self_test(0, &wave_, &error_);
    for (unsigned plan = 0; plan < 2 * FG_PLAN_SIZES; plan++)
        for (unsigned step = 0; step < FG_PLAN_STEPS; step++) {
            const bool roomy = plan < 6; /* up to 58 bits */
            EXPECT_GT(wave_.state->visits[queue_of(fg_plan_at(plan, step), roomy)], 0u)
                << "plan " << plan << ", step " << step;
        }
    for (const unsigned queue : {FG_QUEUE_UNPROVED, FG_QUEUE_PROBABLE, FG_QUEUE_HART})
        EXPECT_GT(wave_.state->visits[queue], 0u) << queue;
    EXPECT_EQ(wave_.state->visits[FG_QUEUE_LAST_RESORT], 0u);
    std::string visits; /* what the table is made from */
    for (const unsigned count : wave_.state->visits)
        visits += " " + std::to_string(count);
    EXPECT_EQ(status, FG_OK) << error_.message << "; visits of " << wave_.number_count
                             << " numbers:" << visits;
}

/* A device on which what waits in some queue goes to another one as if its method had missed. */
struct Blindness {
    const fg_wave *wave;
    unsigned queue, next;
    unsigned step;
};

void blind(const fg_emulator_launch *, void *context) {
    const Blindness *const blindness = static_cast<Blindness *>(context);
    const fg_wave *const wave = blindness->wave;
    for (fg_part *const list : wave->parts)
        for (uint32_t i = 0; i < wave->number_count * FG_WAVE_PARTS; i++)
            if (list[i].queue == blindness->queue) {
                list[i].queue = static_cast<uint8_t>(blindness->next);
                list[i].step = static_cast<uint16_t>(blindness->step);
            }
}

TEST_F(Wave, AMethodThatFindsNothingIsNoticed) {
    const unsigned curves = FG_QUEUE_ECM, whole = FG_QUEUE_ECM + 2 * FG_ECM_56;
    const Blindness kinds[] = {
        {&wave_.device, FG_QUEUE_HART, FG_QUEUE_LAST_RESORT, 0},
        {&wave_.device, FG_QUEUE_PM1 + 1, curves + 1, 1},        /* P-1, roomy */
        {&wave_.device, FG_QUEUE_PM1 + 2 * FG_PM1_62, whole, 1}, /* P-1, full */
        {&wave_.device, curves, curves + 2 * FG_ECM_48, 2},      /* curves, full */
        {&wave_.device, curves + 2 * FG_ECM_64, FG_QUEUE_LAST_RESORT, 0},
    };
    for (const Blindness &kind : kinds) {
        open(true);
        Blindness blindness = kind;
        fg_emulator_after_kernel(blind, &blindness);
        EXPECT_EQ(fg_cuda_factor_self_test(0, &wave_, &error_), FG_ERROR_SELF_CHECK) << kind.queue;
        EXPECT_TRUE(contains(error_.message, "device 0 answers wrongly")) << error_.message;
        fg_emulator_after_kernel(nullptr, nullptr);
        fg_cuda_wave_close(&wave_);
    }
}

TEST_F(Factor, AFirstLaunchWithoutRoomGetsSmallerBuffers) {
    fg_emulator_fail_call("launch", 3, cudaErrorMemoryAllocation);
    expect_factored({360, largest_prime, UINT64_C(17385374577255971971)});
    fg_emulator_fail_call("launch", 0, cudaErrorMemoryAllocation);
    Engine engine(factor_config(FG_ANSWER_PRIMES, {0}));
    EXPECT_EQ(engine.open_status(), FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(engine.open_message(), "too little free memory")) << engine.open_message();
}

/* ---- A device that answers wrongly ---- */

TEST_F(Factor, ADeviceThatAnswersWronglyIsRefused) {
    for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
        fg_emulator_set_wrong_answers(true);
        Engine engine(factor_config(answer, {0}));
        EXPECT_EQ(engine.open_status(), FG_ERROR_SELF_CHECK);
        EXPECT_TRUE(contains(engine.open_message(), "device 0 answers wrongly"))
            << engine.open_message();
    }
}

TEST_F(Factor, ASecondDeviceThatAnswersWronglyIsNamed) {
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
    EXPECT_EQ(fg_test_factor_run(numbers.data(), numbers.size(), 3, UINT64_MAX, &results, &error),
              FG_ERROR_SELF_CHECK);
    EXPECT_TRUE(contains(error.message, "1000036000099 failed its check")) << error.message;
    EXPECT_EQ(results.count, 0u);
    fg_results_free(&results);
}

TEST_F(Factor, WrongAnswersAfterTheSelfTestNeverBecomeAnswers) {
    for (const fg_answer answer : {FG_ANSWER_DIVISORS, FG_ANSWER_PRIMES}) {
        Engine engine(factor_config(answer, {0}));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        fg_emulator_set_wrong_answers(true);
        const BatchAnswer got = engine.run({12, 97, UINT64_C(1000000000039), 5040});
        EXPECT_EQ(got.status, FG_ERROR_SELF_CHECK);
        fg_emulator_set_wrong_answers(false);
    }
}

} // namespace
