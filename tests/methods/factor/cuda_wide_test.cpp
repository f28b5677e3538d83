// SPDX-License-Identifier: MIT
/*
 * cuda_wide_test.cpp: numbers of two words on the emulated device: every program and form, machines
 * with several devices or little memory, calls and kernels that fail, and devices that answer
 * wrongly.
 */
#include "support/emulated_fixture.h"
#include "support/random_numbers.h"
#include "support/self_tests_once.h"
#include "support/wide_engine.h"
#include "support/wide_numbers.h"

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

extern "C" {
#include "algorithms/ecm_family.h"
#include "algorithms/pm1_wide_tables.h"
#include "algorithms/wide_plan.h"
#include "methods/factor/gpu_wide_wavefront.h"
#include "methods/factor/wide_lanes.h"
#include "methods/factor/wide_self_test.h"
}

namespace {

using oracle::Wide;
using oracle::WideNumbers;

Wide below_power(unsigned bits, unsigned offset) {
    return (Wide{1} << bits) - offset;
}

/* Two primes above 2^64, of which the CPU proves one; composites for each form; small primes. */
const WideNumbers few = {12 * (below_power(64, 0) + 13), below_power(100, 15),
                         Wide{1000003} * below_power(80, 65), Wide{1000003} * below_power(107, 1),
                         below_power(45, 55) * below_power(45, 55)};

fg_config wide_config(fg_answer answer, const std::vector<int> &devices) {
    fg_config config = {};
    config.backend = "cuda";
    config.method = FG_METHOD_FACTOR;
    config.answer = answer;
    config.jobs = 1;
    config.devices = devices.data();
    config.device_count = devices.size();
    return config;
}

class CudaWide : public Emulated {
  protected:
    static void expect_factored(const WideNumbers &numbers, const std::vector<int> &devices = {0}) {
        Engine engine(wide_config(FG_ANSWER_PRIMES, devices));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_PRIMES, numbers);
    }
};

/* Semiprimes whose smaller prime is easy, around the bounds of the forms; with a sanitizer half of
 * the bounds, each time others. */
TEST_F(CudaWide, EveryFormAnswersAroundItsBounds) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    WideNumbers numbers;
    for (const unsigned bits : {65u, 81u, 82u, 90u, 91u, 92u, 122u, 123u, 124u, 127u, 128u}) {
        if (sanitized() && !every_case() && random.any() % 2 == 0)
            continue;
        numbers.push_back(below_power(bits - 1, 0) * 2 - 1);
        const Wide small = oracle::next_wide_prime(wide_numbers::random_of(random, 22));
        numbers.push_back(small *
                          oracle::next_wide_prime(wide_numbers::random_of(random, bits - 22)));
    }
    expect_factored(numbers);
}

TEST_F(CudaWide, SeveralDevicesShareTheWorkAndKeepTheOrder) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    WideNumbers numbers;
    while (numbers.size() < 700)
        numbers.push_back(wide_numbers::random_of(random, 70) / 720720 * 720720 + 720720);
    fg_emulator_set_device_count(3);
    expect_factored(numbers, {0, 2});
    EXPECT_GT(fg_emulator_kernels_executed(2), 0u);
}

TEST_F(CudaWide, BuffersAreHalvedUntilTheyFit) {
    fg_emulator_set_memory_bytes(6100000);
    expect_factored(few);
    EXPECT_LE(fg_emulator_peak_device_bytes(), 6100000u);
    EXPECT_EQ(fg_emulator_pending_operations(), 0u);
}

TEST_F(CudaWide, TheAccountOfTimeHasEveryLaunch) {
    Engine engine(wide_config(FG_ANSWER_PRIMES, {0}));
    ASSERT_EQ(run_wide(engine.get(), few).status, FG_OK);
    const uint64_t launches = engine.timing().launch_count;
    const unsigned long before = fg_emulator_kernels_executed(0);
    ASSERT_EQ(run_wide(engine.get(), few).status, FG_OK);
    EXPECT_EQ(engine.timing().launch_count - launches, fg_emulator_kernels_executed(0) - before);
    EXPECT_GT(engine.timing().host_ns, 0u);
}

/* ---- What goes wrong ---- */

/* A batch with a fault: either it fails, in words, or the answers are right. */
void expect_right_or_clear_error() {
    Engine engine(wide_config(FG_ANSWER_PRIMES, {0}));
    if (!engine.is_open()) {
        EXPECT_NE(engine.open_message(), "");
        return;
    }
    const WideAnswer answer = run_wide(engine.get(), few);
    if (answer.status == FG_OK)
        expect_wide_answers(answer, FG_ANSWER_PRIMES, few);
    else
        EXPECT_TRUE(answer.status == FG_ERROR_DEVICE && answer.message != "") << answer.message;
}

class CudaWideCall : public CudaWide {
  protected:
    /* A batch, with the devices' self-tests or without them, whose k-th call fails; 0: none. */
    static void run(bool tested, unsigned long k = 0) {
        fg_emulator_reset();
        if (k > 0)
            fg_emulator_fail_any_call(k, cudaErrorUnknown);
        if (tested)
            fg_test_devices_again();
        expect_right_or_clear_error();
    }

    /* The first and the last call of each function, and some in between. */
    static std::vector<unsigned long> calls(RandomNumbers &random) {
        const unsigned long count = fg_emulator_call_count();
        std::map<std::string, std::pair<unsigned long, unsigned long>> ends;
        for (unsigned long k = 1; k <= count; k++)
            ends.insert({fg_emulator_call_name(k), {k, k}}).first->second.second = k;
        std::vector<unsigned long> chosen;
        for (const auto &[name, both] : ends)
            chosen.insert(chosen.end(), {both.first, both.second});
        for (size_t i = 0; i < scaled_slow(10); i++)
            chosen.push_back(random.between(1, count));
        return chosen;
    }
};

/* With a sanitizer a third of the calls fail, each time others; and a third of those with
 * self-tests, which take most of the time. */
TEST_F(CudaWideCall, ThatFailsIsAnErrorOrMadeGood) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const bool tested : {true, false}) {
        if (!tested)
            run(tested); /* the last call that failed may have been one of a self-test */
        run(tested);
        const uint64_t parts = every_case() ? 1 : (sanitized() ? 3 : 1) * (tested ? 3 : 1);
        for (const unsigned long k : calls(random)) {
            if (random.between(1, parts) > 1)
                continue;
            SCOPED_TRACE("call " + std::to_string(k) + (tested ? ", with self-tests" : ""));
            run(tested, k);
            expect_nothing_leaked();
            ASSERT_FALSE(HasFailure());
        }
    }
}

TEST_F(CudaWide, AKernelThatFailsIsAnError) {
    expect_right_or_clear_error();
    fg_emulator_reset();
    expect_right_or_clear_error();
    const unsigned long launches = fg_emulator_calls_of("launch");
    ASSERT_GT(launches, 12u);
    for (unsigned long k = 1; k <= launches; k += launches / (sanitized() ? 4 : 12)) {
        fg_emulator_reset();
        fg_emulator_fail_execution(k, cudaErrorIllegalAddress);
        Engine engine(wide_config(FG_ANSWER_PRIMES, {0}));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        const WideAnswer answer = run_wide(engine.get(), few);
        EXPECT_EQ(answer.status, FG_ERROR_DEVICE);
        EXPECT_TRUE(contains(answer.message, "cudaErrorIllegalAddress")) << answer.message;
    }
}

TEST_F(CudaWide, ADeviceThatAnswersWronglyIsNotUsed) {
    Engine engine(wide_config(FG_ANSWER_PRIMES, {0}));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    fg_emulator_set_wrong_answers(true);
    fg_test_devices_again();
    const WideAnswer answer = run_wide(engine.get(), few);
    EXPECT_EQ(answer.status, FG_ERROR_SELF_CHECK);
    EXPECT_TRUE(contains(answer.message, "do not use this device")) << answer.message;
}

/* ---- A wave by itself ---- */

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

class WideWave : public CudaWide {
  protected:
    void SetUp() override {
        CudaWide::SetUp();
        ASSERT_EQ(fg_gpu_wide_wavefront_open(&wave_, 256, &error_), FG_OK) << error_.message;
    }
    void TearDown() override {
        fg_gpu_wide_wavefront_close(&wave_);
        CudaWide::TearDown();
    }
    fg_status run(const WideNumbers &numbers, uint32_t steps) {
        const std::vector<fg_uint128> words = to_words(numbers);
        wave_.phase = FG_WIDE_WAVE_IDLE;
        fg_status status = fg_gpu_wide_wavefront_start(
            &wave_, words.data(), static_cast<uint32_t>(words.size()), steps, &error_);
        while (status == FG_OK && wave_.phase != FG_WIDE_WAVE_READY)
            status = fg_gpu_wide_wavefront_step(&wave_, &error_);
        return status;
    }
    /* Each number, of two primes or twice that, is split in so many steps. */
    void expect_split(const WideNumbers &numbers, uint32_t steps) {
        ASSERT_EQ(run(numbers, steps), FG_OK) << error_.message;
        for (size_t i = 0; i < numbers.size(); i++)
            EXPECT_EQ(wave_.factors[i].distinct + (wave_.rests[i].kind != FG_WIDE_REST_NONE),
                      numbers[i] % 2 == 0 ? 3 : 2)
                << i;
    }
    fg_gpu_wide_wavefront wave_ = {};
    fg_error error_ = {};
};

/* Programs by the steps that a composite has come to, of both kinds and in each form: those of two
 * primes of 64 bits or less take the last ones. */
TEST_F(WideWave, CompositesGoThroughTheProgramsOfTheirPlans) {
    const WideNumbers numbers = {below_power(59, 55) * below_power(63, 25),
                                 below_power(61, 1) * below_power(63, 25),
                                 below_power(63, 25) * below_power(64, 59)};
    ASSERT_EQ(run(numbers, 30), FG_OK) << error_.message;
    for (uint32_t i = 0; i < numbers.size(); i++) {
        const bool is_split = wave_.rests[i].kind == FG_WIDE_REST_NONE;
        EXPECT_EQ(wave_.factors[i].distinct, is_split ? 2 : 0) << i;
    }
    const unsigned *const visits = wave_.state->visits;
    for (const auto &[first, program, form] :
         {std::tuple<unsigned, unsigned, unsigned>{FG_WIDE_WAVE_PM1, FG_WIDE_PM1_B,
                                                   FG_WIDE_WAVE_LAZY},
          {FG_WIDE_WAVE_PM1, FG_WIDE_PM1_B, FG_WIDE_WAVE_FULL},
          {FG_WIDE_WAVE_ECM, FG_WIDE_ECM_A, FG_WIDE_WAVE_LAZY},
          {FG_WIDE_WAVE_ECM, FG_WIDE_ECM_A, FG_WIDE_WAVE_FULL},
          {FG_WIDE_WAVE_ECM, FG_WIDE_ECM_E, FG_WIDE_WAVE_FULL}})
        EXPECT_GT(visits[FG_WAVE_QUEUE(first, program, form)], 0u) << program << " " << form;
}

/* In each form a prime, and composites of two primes: P-1 finds the smaller one of the first, and
 * only curves that of the second. */
TEST_F(WideWave, EveryFormTakesTheFirstSteps) {
    const Wide smooth = 16790833, rough = 16777907;
    WideNumbers numbers, rests;
    std::vector<uint64_t> kinds;
    for (const auto &[large, kind] :
         {std::pair<Wide, uint64_t>{below_power(60, 93), FG_WIDE_REST_NONE},
          {below_power(80, 65), FG_WIDE_REST_PRIME},
          {below_power(100, 15), FG_WIDE_REST_CLAIM},
          {below_power(127, 1), FG_WIDE_REST_CLAIM}})
        for (const Wide factor : {Wide{1}, 2 * smooth, 2 * rough})
            if (factor == 1 ? large >> 64 != 0 : large >> 100 == 0) {
                numbers.push_back(factor * large);
                rests.push_back(kind == FG_WIDE_REST_NONE ? 0 : large);
                kinds.push_back(kind);
            }
    ASSERT_EQ(run(numbers, 5), FG_OK) << error_.message;
    for (size_t i = 0; i < numbers.size(); i++) {
        SCOPED_TRACE(i);
        EXPECT_EQ(wave_.rests[i].kind, kinds[i]);
        EXPECT_EQ(from_words({wave_.rests[i].n.low, wave_.rests[i].n.high}), rests[i]);
        EXPECT_EQ(wave_.factors[i].distinct, rests[i] == 0 ? 3 : rests[i] == numbers[i] ? 0 : 2);
    }
    const unsigned *const visits = wave_.state->visits;
    for (const unsigned form : {FG_WIDE_WAVE_FULL, FG_WIDE_WAVE_LAZY, FG_WIDE_WAVE_96}) {
        EXPECT_EQ(visits[FG_WAVE_QUEUE(FG_WIDE_WAVE_PM1, FG_WIDE_PM1_A, form)], 2u) << form;
        EXPECT_EQ(visits[FG_WAVE_QUEUE(FG_WIDE_WAVE_ECM, FG_WIDE_ECM_A, form)], 1u) << form;
    }
}

/* A prime of some 34 bits that the first two programs of P-1 find in their second stages alone: 1
 * more than a prime of both stages times small ones. */
Wide second_stage_prime(RandomNumbers &random) {
    const unsigned b1 = fg_wide_pm1_programs[FG_WIDE_PM1_B].b1;
    const unsigned small = fg_wide_pm1_programs[FG_WIDE_PM1_A].b1 - 20;
    const Wide last = oracle::previous_wide_prime(
        random.between(b1 + 100, fg_wide_pm1_programs[FG_WIDE_PM1_A].b2));
    for (;;) {
        const Wide one = oracle::next_wide_prime(random.between(2, small));
        const Wide other = oracle::next_wide_prime(random.between(2, small));
        const Wide p = 2 * last * one * other + 1;
        if (one != other && oracle::is_wide_prime(p)) /* a square may be above the bound */
            return p;
    }
}

/* The largest prime below n that P-1 does not find, too: p - 1 has a prime above all bounds. */
Wide prime_out_of_reach(Wide n) {
    for (;;) {
        n = oracle::previous_wide_prime(n);
        Wide rest = n - 1;
        for (unsigned d = 2; d <= fg_wide_pm1_programs[FG_WIDE_PM1_B].b2; d++)
            while (rest % d == 0)
                rest /= d;
        if (rest > 1)
            return n;
    }
}

/* Returns which curves from `step` on of the first program find a factor of n, as bits, by the
 * CPU's form without vectors. */
uint32_t curves_that_find(Wide n, uint32_t step) {
    const fg_wide_form &form = fg_wide_form_scalar;
    alignas(FG_WIDE_SPACE_ALIGNMENT) static unsigned char space[FG_WIDE_SPACE_BYTES];
    fg_wide numbers[FG_WIDE_LANES_MOST], found[FG_WIDE_LANES_MOST], early[FG_WIDE_LANES_MOST];
    fg_wide_curve curves[FG_WIDE_LANES_MOST];
    fg_ecm_family family = {};
    const unsigned lanes = form.ecm->lanes;
    for (unsigned lane = 0; lane < lanes; lane++) {
        numbers[lane] = n;
        curves[lane] = fg_wide_curve_of_step(&family, n, step + lane);
    }
    form.ecm->ecm(numbers, FG_WIDE_ECM_A, curves, space, found, early);
    form.gcd(found, numbers, lanes, found);
    form.gcd(early, numbers, lanes, early);
    uint32_t finds = 0;
    for (unsigned lane = 0; lane < lanes; lane++) {
        const Wide factor = found[lane] == n ? early[lane] : found[lane];
        finds |= uint32_t{factor > 1 && factor < n} << lane;
    }
    return finds;
}

/* Returns whether of the curves of a part, of which a thread takes each, only the first finds a
 * factor. */
bool only_the_first_curve_finds(Wide n) {
    const unsigned lanes = fg_wide_form_scalar.ecm->lanes;
    bool right = curves_that_find(n, 1) == 1;
    for (uint32_t step = 1 + lanes; right && step <= 16; step += lanes)
        right = curves_that_find(n, step) == 0;
    return right;
}

/* Bits of products of two primes for a warp of each form. The first two get the factor 2, too,
 * which makes the products cofactors. The form for all takes whole numbers of 128 bits, whose sums
 * have one bit more. */
const std::pair<unsigned, unsigned> bits_of_forms[] = {{83, 91}, {93, 123}, {128, 128}};

/* A carry that is lost in P-1 makes it miss the factor of a number. */
TEST_F(WideWave, EveryFormTakesAWarpOfPm1) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    WideNumbers numbers;
    for (const auto &[least, most] : bits_of_forms)
        for (unsigned i = 0; i < 32; i++) {
            const Wide p = second_stage_prime(random);
            const Wide n = wide_numbers::random_of(random, (unsigned)random.between(least, most));
            const Wide q = prime_out_of_reach(n / p);
            numbers.push_back(most == 128 ? p * q : 2 * p * q);
        }
    expect_split(numbers, 1);
}

/* A curve that a warp runs finds a factor of each number of which the CPU's form finds one. */
TEST_F(WideWave, EveryFormTakesAWarpOfCurves) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    WideNumbers numbers;
    for (const auto &[least, most] : bits_of_forms)
        for (unsigned i = 0; i < 32;) {
            const Wide p = wide_numbers::random_prime(random, 36);
            const auto bits = (unsigned)random.between(least, most);
            const Wide n = p * wide_numbers::random_prime(random, bits - 36);
            if (!only_the_first_curve_finds(n))
                continue;
            numbers.push_back(most == 128 ? n : 2 * n);
            i++;
        }
    expect_split(numbers, 2);
}

/* A prime above n, or not far below it, that is 1 more than an odd multiple of 2^twos. */
Wide prime_with_twos(Wide n, unsigned twos) {
    Wide prime = ((n >> twos | 1) << twos) + 1;
    while (!oracle::is_wide_prime(prime))
        prime += Wide{2} << twos;
    return prime;
}

/* A warp of primes for each form, so that each carry of a product is set at some number: one that
 * is lost anywhere makes a prime look composite. Primes near a power of two would have small
 * residues and few carries. The end of a strong test has as many squarings as n - 1 has twos, and
 * only those before it meets -1 matter; its loop is unrolled by 4, so that the last squaring behind
 * it needs 3, 7, 11 ... twos. */
TEST_F(WideWave, PrimesOfEveryFormPassTheirTests) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::pair<unsigned, unsigned> forms[] = {{66, 81}, {83, 90}, {92, 122}, {124, 128}};
    WideNumbers numbers;
    for (const auto &[least, most] : forms)
        for (unsigned i = 0; i < 32; i++) {
            const unsigned bits = i == 0 ? most : least + i % (most - least + 1);
            const unsigned twos = i % 2 == 0 ? 1 + i / 2 : 3 + i / 8 * 4;
            numbers.push_back(prime_with_twos(wide_numbers::random_of(random, bits), twos));
        }
    ASSERT_EQ(run(numbers, 0), FG_OK) << error_.message;
    for (size_t i = 0; i < numbers.size(); i++) {
        const uint64_t kind = i < 32 ? FG_WIDE_REST_PRIME : FG_WIDE_REST_CLAIM;
        EXPECT_EQ(wave_.rests[i].kind, kind) << i;
        EXPECT_EQ(from_words({wave_.rests[i].n.low, wave_.rests[i].n.high}), numbers[i]) << i;
    }
}

TEST_F(WideWave, WithoutStepsTheHostGetsTheComposites) {
    const WideNumbers numbers = {Wide{1000003} * below_power(80, 65) * 60, below_power(80, 65)};
    ASSERT_EQ(run(numbers, 0), FG_OK) << error_.message;
    EXPECT_EQ(wave_.rests[0].kind, static_cast<uint64_t>(FG_WIDE_REST_HARD));
    EXPECT_EQ(from_words({wave_.rests[0].n.low, wave_.rests[0].n.high}), numbers[0] / 60);
    EXPECT_EQ(wave_.factors[0].distinct, 3);
    EXPECT_EQ(wave_.rests[1].kind, static_cast<uint64_t>(FG_WIDE_REST_PRIME));
}

/* The kernels' lists are changed before the host reads them: no factorisation may have more
 * than its number, whatever the check says later. */
TEST_F(WideWave, SpoiltListsAreNoticedOrKeepTheirPlace) {
    const WideNumbers numbers = {Wide{1000003} * below_power(64, 59), 97 * below_power(63, 25)};
    ASSERT_EQ(run(numbers, FG_WIDE_PLAN_STEPS), FG_OK) << error_.message;
    uint64_t *const origin = reinterpret_cast<uint64_t *>(wave_.device.origins);
    const struct {
        uint64_t *word;
        uint64_t change;
    } kinds[] = {{origin, 1000},                /* of a number that is not there */
                 {origin, UINT64_C(200) << 32}, /* an impossible exponent */
                 {wave_.device.narrow, 2},      /* another part */
                 {wave_.device.small_primes, UINT64_C(1) << 20},
                 {reinterpret_cast<uint64_t *>(wave_.device.rests), 1}};
    const unsigned long before = fg_emulator_kernels_executed(0);
    ASSERT_EQ(run(numbers, FG_WIDE_PLAN_STEPS), FG_OK);
    const unsigned long launches = fg_emulator_kernels_executed(0) - before;
    unsigned refused = 0;
    for (const auto &kind : kinds)
        for (unsigned long kernel = 1; kernel <= launches; kernel += sanitized() ? 15 : 5) {
            Spoiler spoiler = {kind.word, kind.change, kernel, 0};
            fg_emulator_after_kernel(spoil, &spoiler);
            const fg_status status = run(numbers, FG_WIDE_PLAN_STEPS);
            fg_emulator_after_kernel(nullptr, nullptr);
            EXPECT_TRUE(status == FG_OK || status == FG_ERROR_SELF_CHECK) << error_.message;
            refused += status != FG_OK;
            ASSERT_EQ(fg_gpu_wide_wavefront_abandon(&wave_, &error_), FG_OK);
            wave_.narrow.phase = FG_WAVE_IDLE;
        }
    EXPECT_GT(refused, sanitized() ? 1u : 5u);
}

/* Changed behind the last round: what the kernels have counted to be wrong, how many parts below
 * 2^64 there are, and whose part the first of them is: one beyond the last number. */
TEST_F(WideWave, CountsAndOriginsThatCannotBeRightEndTheBatch) {
    const WideNumbers numbers = {Wide{1000003} * below_power(64, 59), 97 * below_power(63, 25)};
    ASSERT_EQ(run(numbers, FG_WIDE_PLAN_STEPS), FG_OK) << error_.message;
    const unsigned long launches = wave_.timing.launch_count;
    uint64_t *const state = reinterpret_cast<uint64_t *>(wave_.device.state);
    static_assert(offsetof(fg_wide_wave_state, violations) == 4 &&
                      offsetof(fg_wide_wave_state, narrow_count) == 12,
                  "each is the upper half of a word");
    for (const auto &[word, change] : {std::pair<uint64_t *, uint64_t>{state, UINT64_C(1) << 32},
                                       {state + 1, UINT64_C(1) << 52},
                                       {reinterpret_cast<uint64_t *>(wave_.device.origins),
                                        numbers.size() - wave_.origins[0].number}}) {
        Spoiler spoiler = {word, change, launches, 0};
        fg_emulator_after_kernel(spoil, &spoiler);
        EXPECT_EQ(run(numbers, FG_WIDE_PLAN_STEPS), FG_ERROR_SELF_CHECK) << error_.message;
        fg_emulator_after_kernel(nullptr, nullptr);
        EXPECT_TRUE(contains(error_.message, "do not multiply to their number")) << error_.message;
        ASSERT_EQ(fg_gpu_wide_wavefront_abandon(&wave_, &error_), FG_OK);
        wave_.narrow.phase = FG_WAVE_IDLE;
    }
}

/* Each of these is wrong in the self-test alone: what is left of the first known number, the
 * composite of the batch without steps, and the number of rounds. */
TEST_F(WideWave, TheSelfTestLooksAtEverything) {
    fg_emulator_after_kernel_fn *const faults[] = {
        [](const fg_emulator_launch *, void *wave) {
            ++static_cast<fg_gpu_wide_wavefront *>(wave)->device.rests[0].n.high;
        },
        [](const fg_emulator_launch *, void *wave) {
            fg_wide_wave &device = static_cast<fg_gpu_wide_wavefront *>(wave)->device;
            device.rests[0].n.high += device.number_count == 1;
        },
        [](const fg_emulator_launch *, void *wave) {
            static_cast<fg_gpu_wide_wavefront *>(wave)->device.round += 128;
        }};
    for (const auto &fault : faults) {
        SCOPED_TRACE(&fault - faults);
        fg_emulator_after_kernel(fault, &wave_);
        fg_test_devices_again();
        EXPECT_EQ(fg_wide_self_test(0, &wave_, &error_), FG_ERROR_SELF_CHECK);
        fg_emulator_after_kernel(nullptr, nullptr);
        EXPECT_EQ(wave_.state->violations, 0u);
        ASSERT_EQ(fg_gpu_wide_wavefront_abandon(&wave_, &error_), FG_OK);
        wave_.narrow.phase = FG_WAVE_IDLE;
    }
}

/* The first launch of a self-test, and the last for a part below 2^64; a composite alone follows.
 */
TEST_F(WideWave, AFirstLaunchWithoutRoomGetsSmallerBuffers) {
    const WideNumbers prime = {below_power(64, 0) + 13};
    const unsigned long before = fg_emulator_calls_of("launch");
    fg_test_devices_again();
    ASSERT_EQ(fg_wide_self_test(0, &wave_, &error_), FG_OK) << error_.message;
    const unsigned long launches = fg_emulator_calls_of("launch") - before;
    for (const unsigned long launch : {1ul, launches - (1 + 2 * FG_WIDE_ROUND_LAUNCHES)}) {
        Engine engine(wide_config(FG_ANSWER_PRIMES, {0}));
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        fg_emulator_fail_call("launch", launch, cudaErrorMemoryAllocation);
        fg_test_devices_again();
        expect_wide_answers(run_wide(engine.get(), prime), FG_ANSWER_PRIMES, prime);
    }
}

/* Three parts below 2^64 of most numbers, and room for two of each. P-1 finds only the least,
 * because a half of the number before each other is a prime, too. */
TEST_F(WideWave, PartsBelow64BitsComeInSeveralTurns) {
    WideNumbers numbers;
    Wide prime = 1 << 14;
    while (numbers.size() < 200) {
        prime = oracle::next_wide_prime(prime);
        numbers.push_back(prime * below_power(33, 9) * below_power(35, 849));
    }
    ASSERT_EQ(run(numbers, FG_WIDE_PLAN_STEPS), FG_OK) << error_.message;
    ASSERT_GT(wave_.state->narrow_count, wave_.narrow.number_capacity);
    for (size_t i = 0; i < numbers.size(); i++) {
        EXPECT_EQ(wave_.factors[i].distinct, 3) << i;
        EXPECT_TRUE(fg_wide_factorization_product_is(&wave_.factors[i], numbers[i])) << i;
    }
}

} // namespace
