// SPDX-License-Identifier: MIT
/*
 * backend_wide_test.cpp: batches of two-word numbers on every backend.
 */
#include "support/backend_fixture.h"
#include "support/wide_engine.h"
#include "support/wide_numbers.h"

#include <map>
#include <mutex>
#include <vector>

namespace {

using oracle::Wide;
using oracle::WideNumbers;

/* 2^7 * 3^3 * 5 * 7 * .. * 47, with 262,144 divisors, as many as a list holds; and 2^6 * 3^3 * 5^2
 * * 7 * .. * 47, with 344,064. */
const char *const full_list = "354176514770971052160", *const too_many = "885441286927427630400";

class BackendWide : public Backend {
  protected:
    fg_config config(fg_answer answer, unsigned jobs = 2) const {
        fg_config config = {};
        config.backend = name();
        config.method = FG_METHOD_FACTOR;
        config.answer = answer;
        config.jobs = jobs;
        return config;
    }
    /* Numbers of every size, most of them with small primes, so that a batch takes little time. */
    static WideNumbers random_batch(RandomNumbers &random, size_t count) {
        WideNumbers numbers = {1, 2, 720720, Wide{1} << 64, (Wide{1} << 64) + 1, ~Wide{0}};
        while (numbers.size() < count)
            numbers.push_back(wide_numbers::random_of(
                random, static_cast<unsigned>(random.between(1, random.any() % 8 ? 70 : 90))));
        return numbers;
    }
};

TEST_P(BackendWide, PrimesMatchFlint) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Engine engine(config(FG_ANSWER_PRIMES));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    for (const size_t count : {size_t{1}, size_t{7}, scaled_slow(100)}) {
        const WideNumbers numbers = random_batch(random, count);
        expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_PRIMES, numbers);
    }
}

TEST_P(BackendWide, DivisorsMatchFlint) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Engine engine(config(FG_ANSWER_DIVISORS));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    WideNumbers numbers = random_batch(random, scaled_slow(100));
    numbers.push_back(UINT64_C(18401055938125660800)); /* 184,320 divisors */
    expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_DIVISORS, numbers);
}

TEST_P(BackendWide, BatchesOfBothWidthsTakeTurns) {
    Engine engine(config(FG_ANSWER_PRIMES));
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    for (int i = 0; i < 2; i++) {
        expect_flint_primes(engine.run({12, 97, UINT64_MAX}), {12, 97, UINT64_MAX});
        const WideNumbers wide = {12, Wide{UINT64_MAX} * 6, (Wide{1} << 127) - 1};
        expect_wide_answers(run_wide(engine.get(), wide), FG_ANSWER_PRIMES, wide);
    }
}

TEST_P(BackendWide, ListsHoldAsManyDivisorsAsTheHeaderSays) {
    Engine engine(config(FG_ANSWER_DIVISORS));
    const WideNumbers numbers = {6, oracle::wide(full_list), (Wide{1} << 64) + 1};
    expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_DIVISORS, numbers);
}

TEST_P(BackendWide, ANumberWithMoreDivisorsIsRefusedAndTheEngineGoesOn) {
    Engine engine(config(FG_ANSWER_DIVISORS));
    WideNumbers numbers(60, 6);
    numbers[50] = oracle::wide(too_many);
    for (const WideNumbers &batch : {numbers, WideNumbers{numbers[50]}}) {
        const WideAnswer answer = run_wide(engine.get(), batch);
        EXPECT_EQ(answer.status, FG_ERROR_TOO_MANY);
        EXPECT_NE(answer.message.find(std::string(too_many) + " has 344064 divisors"),
                  std::string::npos)
            << answer.message;
        numbers[50] = 12;
        expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_DIVISORS, numbers);
    }
    Engine primes(config(FG_ANSWER_PRIMES));
    numbers[50] = oracle::wide(too_many);
    expect_wide_answers(run_wide(primes.get(), numbers), FG_ANSWER_PRIMES, numbers);
}

TEST_P(BackendWide, ZerosHaveEmptyAnswersIfTheyAreAllowed) {
    for (const fg_answer kind : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS}) {
        fg_config allowing = config(kind);
        Engine strict(allowing);
        EXPECT_EQ(run_wide(strict.get(), {5, 0}).status, FG_ERROR_ARGUMENT);
        allowing.allow_zeros = true;
        Engine engine(allowing);
        const Wide large = (Wide{1} << 64) + 1, high_only = Wide{1} << 64;
        const WideAnswer answer = run_wide(engine.get(), {0, large, 0, 0, 12, high_only, 0});
        ASSERT_EQ(answer.status, FG_OK) << answer.message;
        ASSERT_EQ(answer.values.size(), 7u);
        for (const size_t zero : {0, 2, 3, 6})
            EXPECT_TRUE(answer.values[zero].empty());
        const bool primes = kind == FG_ANSWER_PRIMES;
        EXPECT_TRUE(answer.values[1] == (primes ? wide_primes(large) : wide_divisors(large)));
        EXPECT_TRUE(answer.values[4] == (primes ? wide_primes(12) : wide_divisors(12)));
        EXPECT_EQ(answer.values[5].size(), primes ? 64u : 65u);
    }
}

TEST_P(BackendWide, AValueLimitEndsABatchEarly) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    fg_config limited = config(FG_ANSWER_DIVISORS);
    limited.value_limit = 50;
    Engine engine(limited);
    const WideNumbers numbers = random_batch(random, scaled_slow(100));
    std::vector<WideNumbers> answers;
    size_t calls = 0;
    for (; answers.size() < numbers.size(); calls++) {
        const WideAnswer answer = run_wide(
            engine.get(), {numbers.begin() + static_cast<long>(answers.size()), numbers.end()});
        ASSERT_EQ(answer.status, FG_OK) << answer.message;
        ASSERT_FALSE(answer.values.empty());
        answers.insert(answers.end(), answer.values.begin(), answer.values.end());
    }
    expect_wide_answers({FG_OK, "", answers}, FG_ANSWER_DIVISORS, numbers);
}

/* The answers that a consumer was handed, by the number's place. */
struct Handed {
    std::mutex lock;
    std::map<size_t, WideNumbers> answers;
    bool twice = false;

    static void consume(void *context, size_t first, fg_results *results) {
        Handed &handed = *static_cast<Handed *>(context);
        const std::lock_guard<std::mutex> hold(handed.lock);
        std::vector<WideNumbers> lists;
        append_values(*results, lists);
        for (const WideNumbers &list : lists)
            handed.twice |= !handed.answers.emplace(first++, list).second;
    }
};

TEST_P(BackendWide, AConsumerGetsEachNumberOnce) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const fg_answer kind : {FG_ANSWER_PRIMES, FG_ANSWER_DIVISORS}) {
        fg_config allowing = config(kind);
        allowing.allow_zeros = true;
        Engine engine(allowing);
        WideNumbers numbers = random_batch(random, scaled_slow(100));
        const std::vector<fg_uint128> words = to_words(numbers);
        Handed handed;
        fg_error error = {};
        ASSERT_EQ(fg_factor_wide_batch_to(engine.get(), words.data(), words.size(), Handed::consume,
                                          &handed, &error),
                  FG_OK)
            << error.message;
        EXPECT_FALSE(handed.twice);
        WideAnswer answer;
        for (const auto &[place, list] : handed.answers)
            answer.values.push_back(list);
        expect_wide_answers(answer, kind, numbers);
    }
}

TEST_P(BackendWide, AConsumerSeesThatANumberHasTooManyDivisors) {
    Engine engine(config(FG_ANSWER_DIVISORS));
    WideNumbers numbers(100, 30);
    numbers[90] = oracle::wide(too_many);
    const std::vector<fg_uint128> words = to_words(numbers);
    Handed handed;
    fg_error error = {};
    EXPECT_EQ(fg_factor_wide_batch_to(engine.get(), words.data(), words.size(), Handed::consume,
                                      &handed, &error),
              FG_ERROR_TOO_MANY);
    EXPECT_NE(std::string(error.message).find("344064"), std::string::npos) << error.message;
    EXPECT_FALSE(handed.twice);
    EXPECT_EQ(handed.answers.count(90), 0u);
    expect_wide_answers(run_wide(engine.get(), {12}), FG_ANSWER_DIVISORS, {12});
}

TEST_P(BackendWide, ACancelledBatchCanBeAskedForAgain) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Engine engine(config(FG_ANSWER_PRIMES));
    const WideNumbers numbers = random_batch(random, 20);
    fg_engine_cancel(engine.get());
    EXPECT_EQ(run_wide(engine.get(), numbers).status, FG_ERROR_CANCELLED);
    expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_PRIMES, numbers);
}

/* The numbers of the certificates that an engine gives away, from several threads. */
struct GivenAway {
    std::mutex lock;
    std::map<Wide, size_t> counts;
    static void take(void *context, const fg_certificate *certificate) {
        GivenAway *const given = static_cast<GivenAway *>(context);
        const std::lock_guard<std::mutex> guard(given->lock);
        given->counts[Wide{certificate->number.high} << 64 | certificate->number.low]++;
        EXPECT_GE(certificate->kind, FG_CERTIFICATE_BASES);
    }
};

/* A GPU proves those below 3317044064679887385961981 itself, by tests that need no certificate. */
TEST_P(BackendWide, TheCallerGetsTheCertificateOfEveryPrimeThatTheCpuProves) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const bool on_gpu = fg_backend_get_properties(name())->uses_devices;
    const Wide least = on_gpu ? oracle::wide("3317044064679887385961981") : Wide{1} << 64;
    GivenAway given;
    fg_config giving = config(FG_ANSWER_PRIMES);
    giving.take_certificate = GivenAway::take;
    giving.certificate_context = &given;
    Engine engine(giving);
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    for (int batch = 0; batch < 2; batch++) {
        WideNumbers numbers = {12, Wide{1} << 64};
        for (const unsigned bits : {65, 80, 81, 82, 96, 104, 128})
            numbers.push_back(wide_numbers::random_prime(random, bits));
        numbers.push_back(wide_numbers::random_prime(random, 100) * 30);
        given.counts.clear();
        expect_wide_answers(run_wide(engine.get(), numbers), FG_ANSWER_PRIMES, numbers);
        numbers.back() /= 30;
        for (size_t i = 2; i < numbers.size(); i++) {
            if (numbers[i] >= least) {
                EXPECT_EQ(given.counts.count(numbers[i]), 1u) << i;
            }
        }
    }
}

TEST_P(BackendWide, TheMethodsThatTestCandidatesSayThatTheyEndAt64Bits) {
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_EXHAUSTIVE}) {
        Engine engine(name(), method);
        EXPECT_FALSE(fg_engine_takes(engine.get(), FG_NUMBERS_LIST, 2));
        const WideAnswer answer = run_wide(engine.get(), {12});
        EXPECT_EQ(answer.status, FG_ERROR_ARGUMENT);
        EXPECT_NE(answer.message.find("64 bits at most"), std::string::npos) << answer.message;
        expect_flint_answers(engine.run({12}), {12});
    }
}

} // namespace

FG_INSTANTIATE_FOR_BACKENDS(BackendWide);
