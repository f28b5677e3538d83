// SPDX-License-Identifier: MIT
/*
 * cuda_device_test.cpp: single parts of the cuda backend, on the emulated device or on a GPU.
 */
#include "support/backend_fixture.h"
#include "support/chosen_numbers.h"
#include "support/wave_face.h"

#include <string>
#include <vector>

extern "C" {
#include "algorithms/split_plan.h"
#include "methods/factor/factor_self_test.h"
}

namespace {

using oracle::Numbers;
using namespace chosen;

using CudaHits = Backend;

/* More hits than come back with their count, so that a second copy brings the rest. */
TEST_P(CudaHits, HitsBeyondTheFirstCopyArrive) {
    const Numbers numbers(64, UINT64_C(3491888400)); /* 1,920 divisors each */
    Engine engine(name());
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    expect_flint_answers(engine.run(numbers), numbers);
    EXPECT_EQ(engine.timing().rerun_count, 0u);
}

class CudaWave : public Backend, protected WaveFace {
  protected:
    void TearDown() override { close(); }
};

TEST_P(CudaWave, TheLastResortFindsWhatNoCurveDoes) {
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

TEST_P(CudaWave, NumbersWithoutAnythingLeftToDoEndInTheFirstRound) {
    open(false);
    expect_divisors({1}, FG_MAX_DIVISORS);
    expect_divisors({1, 2, 4, 270, 65536, 3486784401}, 60);
}

/* Each prime up to some above the device's table: alone, with a large cofactor, and as a power. */
TEST_P(CudaWave, EverySmallPrimeIsFoundAsOftenAsItDivides) {
    Numbers numbers;
    for (uint64_t p = 2; p < 1100; p = oracle::next_prime(p)) {
        numbers.push_back(p * UINT64_C(4294967291));
        uint64_t power = p;
        while (power <= UINT64_MAX / p)
            power *= p;
        numbers.push_back(power);
        numbers.push_back(p * oracle::next_prime(p));
    }
    open(false, static_cast<uint32_t>(numbers.size()));
    expect_divisors(numbers, FG_PLAN_CURVES);
}

/* More small primes than a number's record on the device holds. */
TEST_P(CudaWave, ManySmallPrimesAreFound) {
    Numbers numbers;
    for (uint64_t first = 3; first < 60; first = oracle::next_prime(first)) {
        uint64_t product = 1;
        for (uint64_t p = first; p <= UINT64_MAX / product; p = oracle::next_prime(p)) {
            product *= p;
            numbers.push_back(product);
        }
        while (product <= UINT64_MAX / first)
            product *= first;
        numbers.push_back(product);
    }
    open(false);
    expect_divisors(numbers, FG_PLAN_CURVES);
}

/* So few blocks that a warp and a block come to several lists, and to several parts of a queue. */
TEST_P(CudaWave, FewBlocksDoTheWorkOfMany) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Numbers numbers;
    for (unsigned i = 0; i < 24; i++) { /* 128 divisors and more, by a warp */
        numbers.push_back(UINT64_C(510510) * (i + 1));
        numbers.push_back(semiprime(random, 40 + i));
    }
    for (const uint64_t n : {UINT64_C(6469693230), UINT64_C(13082761331670030)})
        for (const uint64_t power : {1, 2, 3})
            numbers.push_back(n * power); /* 1,024 divisors and more */
    open(false);
    wave_.device.blocks = 2;
    expect_divisors(numbers, FG_PLAN_CURVES);
    expect_divisors({numbers[1], numbers[3], numbers[5], 12, UINT64_C(1200327167929)}, 0);
}

/* More numbers than two tiles of the scan of lengths have, so that a tile looks back at others. */
TEST_P(CudaWave, LengthsAreSummedOverManyTiles) {
    Numbers numbers(7000);
    for (size_t i = 0; i < numbers.size(); i++)
        numbers[i] = i % 1000 + 1;
    open(true, 7000);
    std::vector<Numbers> answers;
    ASSERT_EQ(run(numbers, FG_PLAN_CURVES, &answers), FG_OK) << error_.message;
    ASSERT_EQ(answers.size(), numbers.size());
    for (size_t i = 0; i < numbers.size(); i++) {
        uint64_t product = 1;
        for (const uint64_t prime : answers[i])
            product *= prime;
        ASSERT_EQ(product, numbers[i]) << "at " << i;
    }
}

/* The queue of a plan's step in a form. */
unsigned queue_of(fg_plan_step step, fg_wave_form form) {
    return FG_WAVE_QUEUE(step.method == FG_PLAN_PM1 ? FG_QUEUE_PM1 : FG_QUEUE_ECM, step.program,
                         form);
}

/* The form that most cofactors of a plan have. */
fg_wave_form form_of(unsigned plan, bool doubles) {
    if (plan >= 6) /* more than 58 bits */
        return FG_WAVE_FULL;
    return doubles && plan < 4 /* up to 50 bits */ ? FG_WAVE_DOUBLE : FG_WAVE_LAZY;
}

TEST_P(CudaWave, TheSelfTestHasWorkForEveryQueueOfThePlans) {
    open(true);
    for (const bool doubles : {wave_.device.doubles, !wave_.device.doubles}) {
        wave_.device.doubles = doubles;
        const fg_status status = fg_factor_self_test(0, &wave_, &error_);
        const unsigned *const visited = wave_.state->visits;
        for (unsigned plan = 0; plan < 2 * FG_PLAN_SIZES; plan++)
            for (unsigned step = 0; step < FG_PLAN_STEPS; step++)
                EXPECT_GT(visited[queue_of(fg_plan_at(plan, step), form_of(plan, doubles))], 0u)
                    << "plan " << plan << ", step " << step << ", doubles " << doubles;
        for (const unsigned queue : {FG_QUEUE_UNPROVED, FG_QUEUE_PROBABLE, FG_QUEUE_HART})
            EXPECT_GT(visited[queue], 0u) << queue;
        for (const unsigned queue : {FG_QUEUE_UNPROVED_DOUBLE, FG_QUEUE_PROBABLE_DOUBLE})
            EXPECT_EQ(visited[queue] > 0, doubles) << queue;
        EXPECT_EQ(visited[FG_QUEUE_LAST_RESORT], 0u);
        std::string visits; /* what the table is made from */
        for (unsigned queue = 0; queue < FG_WAVE_QUEUES; queue++)
            visits += " " + std::to_string(visited[queue]);
        EXPECT_EQ(status, FG_OK) << error_.message << "; doubles " << doubles << "; visits of "
                                 << wave_.number_count << " numbers:" << visits;
    }
}

FG_INSTANTIATE_FOR_BACKENDS(CudaHits);
FG_INSTANTIATE_FOR_BACKENDS(CudaWave);

} // namespace
