// SPDX-License-Identifier: MIT
/*
 * range_sieve_test.cpp: the primes that planes show for every number, and the lists that every form
 * of finishing makes of them, against a table of smallest prime factors and against the engine for
 * lists, which shares no code with the sieve.
 */
#include "sieve_internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

extern "C" {
#include "methods/sieve/finish.h"
}

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace {

using oracle::Numbers;

constexpr uint64_t top = UINT64_MAX;
constexpr uint32_t to_the_root = UINT32_MAX, to_the_cheapest = 0; /* limits of a sieve */
constexpr uint64_t greatest_prime = 4294967291;                   /* below 2^32 */

/* Divides n by p as often as it divides, at most `most` times, and lists it each time. */
void divide(uint64_t &n, uint64_t p, unsigned most, Numbers &primes) {
    for (unsigned k = 0; k < most && n % p == 0; k++, n /= p)
        primes.push_back(p);
}

/* The primes of number i as planes.h says that they are to be read. */
Numbers primes_from(const fg_planes &planes, uint32_t i) {
    uint64_t n = planes.first + i;
    Numbers primes;
    if (n == 0)
        return primes;
    const unsigned most = fg_planes_is_special(&planes, i) ? 64 : 0;
    const fg_tiny_patterns &tiny = *planes.tiny;
    const uint32_t at_3 = (planes.at_3 + i) % FG_PERIOD_3, at_5 = (planes.at_5 + i) % FG_PERIOD_5,
                   at_7 = (planes.at_7 + i) % FG_PERIOD_7;
    divide(n, 2, 64, primes);
    divide(n, 3, most + tiny.of_3[at_3], primes);
    divide(n, 5, most + tiny.of_5[at_5], primes);
    divide(n, 7, most + tiny.of_7[at_7], primes);
    for (uint32_t k = 0; k < planes.small_counts[i]; k++)
        divide(n, fg_planes_small(&planes, i, k) | 1, std::max(most, 1U), primes);
    for (uint32_t k = 0; planes.large_counts != nullptr && k < planes.large_counts[i]; k++)
        divide(n, fg_planes_large(&planes, i, k), std::max(most, 1U), primes);
    if (n > 1)
        primes.push_back(n);
    return primes;
}

/* The lists that every form of finishing makes of a segment. */
class Finished {
  public:
    explicit Finished(const fg_planes &planes) {
        fg_error error{};
        for (unsigned form = 0; form < fg_finish_count; form++) {
            if (!fg_finish_all[form]->runs_here())
                continue;
            results_.emplace_back();
            results_.back().answer = FG_ANSWER_PRIMES;
            results_.back().words = 1;
            EXPECT_EQ(fg_finish_all[form]->lists(&planes, &results_.back(), &error), FG_OK)
                << error.message;
            EXPECT_EQ(results_.back().count, planes.count);
        }
    }
    ~Finished() {
        for (fg_results &each : results_)
            fg_results_free(&each);
    }
    Finished(const Finished &) = delete;
    Finished &operator=(const Finished &) = delete;

    /* Returns whether all have this list for number i. */
    bool have(uint32_t i, const Numbers &list) const {
        return std::all_of(results_.begin(), results_.end(), [&](const fg_results &each) {
            return i < each.count &&
                   std::equal(each.values + each.offsets[i], each.values + each.offsets[i + 1],
                              list.begin(), list.end());
        });
    }

  private:
    std::vector<fg_results> results_;
};

/* Expects of every entry, whatever n is, that it is odd and larger than the one before, or even and
 * that of the same prime; and that the arrays are clear behind the segment's last number. */
void expect_shape(const fg_planes &planes) {
    ASSERT_LE(planes.count, FG_SEGMENT);
    for (uint32_t i = 0; i < planes.count; i++) {
        uint32_t before = 1;
        for (uint32_t k = 0; k < planes.small_counts[i]; k++) {
            const uint32_t entry = fg_planes_small(&planes, i, k);
            ASSERT_TRUE(entry % 2 == 1 ? entry > before : (entry | 1) == before)
                << planes.first + i;
            before = entry | 1;
        }
    }
    const uint32_t end = (planes.count + FG_PLANES_READ - 1) / FG_PLANES_READ * FG_PLANES_READ;
    for (uint32_t i = planes.count; i < end; i++) {
        ASSERT_EQ(planes.small_counts[i], 0) << i;
        ASSERT_FALSE(fg_planes_is_special(&planes, i)) << i;
        ASSERT_TRUE(planes.large_counts == nullptr || planes.large_counts[i] == 0) << i;
    }
}

/* A sieve of a test. */
class Sieve {
  public:
    explicit Sieve(size_t bucket_bytes = 0, const atomic_bool *cancelled = nullptr) {
        EXPECT_EQ(fg_range_sieve_open(cancelled, bucket_bytes, &sieve_, &error_), FG_OK);
        force_limit(to_the_root);
    }
    ~Sieve() { fg_range_sieve_close(sieve_); }
    Sieve(const Sieve &) = delete;
    Sieve &operator=(const Sieve &) = delete;

    fg_status begin(uint64_t first, uint64_t count) {
        return fg_range_sieve_begin(sieve_, first, count, &error_);
    }
    fg_status next(const fg_planes *&planes) {
        return fg_range_sieve_next(sieve_, &planes, &error_);
    }
    void force_limit(uint32_t limit) { fg_range_sieve_force_limit(sieve_, limit); }
    const char *message() const { return error_.message; }

    /* Calls `each` with the planes of every segment of a range, which must follow each other. */
    void walk(uint64_t first, uint64_t count, const std::function<void(const fg_planes &)> &each) {
        ASSERT_EQ(begin(first, count), FG_OK) << message();
        for (uint64_t done = 0;;) {
            const fg_planes *planes = nullptr;
            ASSERT_EQ(next(planes), FG_OK) << message();
            if (planes->count == 0) {
                ASSERT_EQ(done, count);
                return;
            }
            ASSERT_EQ(planes->first, first + done);
            done += planes->count;
            ASSERT_LE(done, count);
            ASSERT_NO_FATAL_FAILURE(expect_shape(*planes));
            ASSERT_NO_FATAL_FAILURE(each(*planes));
        }
    }

  private:
    fg_range_sieve *sieve_ = nullptr;
    fg_error error_ = {};
};

/* The engine for lists. */
class Lists {
  public:
    Lists() : factors_(FG_FACTOR_TILE) { EXPECT_EQ(fg_factor_work_open(&work_, nullptr), FG_OK); }
    ~Lists() { fg_factor_work_close(work_); }
    Lists(const Lists &) = delete;
    Lists &operator=(const Lists &) = delete;

    /* Compares the planes of a segment, finished and not, with the engine's answers. */
    void expect_equal(const fg_planes &planes) {
        const Finished finished(planes);
        for (uint32_t begin = 0; begin < planes.count; begin += FG_FACTOR_TILE) {
            const uint32_t count = std::min<uint32_t>(FG_FACTOR_TILE, planes.count - begin);
            Numbers numbers(count);
            for (uint32_t i = 0; i < count; i++)
                numbers[i] = std::max<uint64_t>(planes.first + begin + i, 1);
            const atomic_bool never = false;
            ASSERT_EQ(fg_factor_run(work_, numbers.data(), count, &never, factors_.data()), FG_OK);
            for (uint32_t i = 0; i < count; i++) {
                const Numbers list = list_of(factors_[i]);
                ASSERT_EQ(primes_from(planes, begin + i), list) << planes.first + begin + i;
                ASSERT_TRUE(finished.have(begin + i, list)) << planes.first + begin + i;
            }
        }
    }

  private:
    static Numbers list_of(const fg_factorization &factors) {
        Numbers list;
        for (unsigned k = 0; k < factors.distinct; k++)
            list.insert(list.end(), factors.exponents[k], factors.primes[k]);
        return list;
    }

    fg_factor_work *work_ = nullptr;
    std::vector<fg_factorization> factors_;
};

/* Compares a range with the engine's answers. */
void expect_range(Sieve &sieve, uint64_t first, uint64_t count) {
    static Lists lists;
    SCOPED_TRACE(std::to_string(count) + " numbers from " + std::to_string(first));
    sieve.walk(first, count, [](const fg_planes &planes) { lists.expect_equal(planes); });
}

/* Compares the numbers from middle - below to middle + above, as far as they exist. */
void expect_around(Sieve &sieve, uint64_t middle, uint64_t below, uint64_t above) {
    const uint64_t first = middle - std::min(middle, below);
    const uint64_t last = middle + std::min(top - middle, above);
    ASSERT_NO_FATAL_FAILURE(expect_range(sieve, first, last - first + 1));
}

/* There is one form for all CPUs below 2^32, so that one run of this test does it all. */
TEST(RangeSieve, EveryNumberFrom0On) {
    const bool again = std::getenv("FACTOR_GPU_CPU") != nullptr || sanitized();
    const uint32_t end = 1U << (every_case() ? 24 : again ? 17 : 22);
    std::vector<uint32_t> smallest(end, 0);
    for (uint32_t p = 2; p < end; p++)
        for (uint64_t n = p; smallest[p] == 0 && n < end; n += p)
            if (smallest[n] == 0 && n != p)
                smallest[n] = p;
    Sieve sieve;
    sieve.walk(0, end, [&](const fg_planes &planes) {
        const Finished finished(planes);
        for (uint32_t i = 0; i < planes.count; i++) {
            Numbers expected;
            uint64_t n = planes.first + i;
            for (; n > 1; n /= expected.back())
                expected.push_back(smallest[n] == 0 ? n : smallest[n]);
            ASSERT_EQ(primes_from(planes, i), expected) << planes.first + i;
            ASSERT_TRUE(finished.have(i, expected)) << planes.first + i;
        }
    });
}

TEST(RangeSieve, BlocksAroundPowers) {
    Sieve sieve;
    for (unsigned k = 1; k <= 52; k++)
        ASSERT_NO_FATAL_FAILURE(expect_around(sieve, UINT64_C(1) << k, 600, 600)) << k;
    uint64_t power = 1;
    for (unsigned k = 0; k <= 15; k++, power *= 10)
        ASSERT_NO_FATAL_FAILURE(expect_around(sieve, power, 500, 700)) << k;
}

/* Numbers that a square or a higher power of a prime divides, which make them special. */
TEST(RangeSieve, SquaresAndHigherPowersOfPrimes) {
    Sieve sieve;
    for (const uint64_t p : {3, 5, 7, 11, 13, 251, 257, 263, 65519, 65521, 65537, 65539, 65543})
        for (uint64_t power = p * p;; power *= p) {
            ASSERT_NO_FATAL_FAILURE(expect_around(sieve, power, 3, 3)) << p;
            if (power > (UINT64_C(1) << 50) / p)
                break;
        }
    /* Several multiples of the square of the least large prime, whose first is far away. */
    const uint64_t square = UINT64_C(65537) * 65537;
    for (const uint64_t k : {2, 3, 100, 65536, 65537})
        ASSERT_NO_FATAL_FAILURE(expect_around(sieve, square * k, 200, 200)) << k;
    for (const uint64_t k : {1, 2, 7, 4096, 100003})
        ASSERT_NO_FATAL_FAILURE(expect_around(sieve, k << 32, 100, 100)) << k;
}

/* A range of several super-segments, from below 2^32 on; the smallest buckets. */
TEST(RangeSieve, SeveralSuperSegments) {
    Sieve sieve;
    ASSERT_NO_FATAL_FAILURE(expect_range(sieve, (UINT64_C(1) << 32) - 70000, 200001));
    const uint64_t span = fg_range_sieve_span(0, UINT64_C(1) << 46);
    EXPECT_EQ(span % FG_SEGMENT, 0U);
    const uint64_t first = (UINT64_C(1) << 46) - span + 60000; /* the last segments of the first */
    sieve.walk(first, span + 100000, [&](const fg_planes &planes) {
        static Lists lists;
        if (planes.first - first + planes.count + 70000 > span)
            lists.expect_equal(planes);
    });
}

TEST(RangeSieve, RangesOfAnyLengthAndPlace) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Sieve sieve((size_t)8 << 20);
    for (unsigned round = 0; round < 60; round++) {
        const uint64_t first = random.of_any_size(50);
        const uint64_t count = random.between(1, round % 10 == 0 ? 70000 : 300);
        sieve.force_limit(round % 2 == 0 ? to_the_root : (uint32_t)random.of_any_size(25));
        ASSERT_NO_FATAL_FAILURE(expect_range(sieve, first, count));
    }
}

TEST(RangeSieve, OneNumberAndNone) {
    Sieve sieve;
    for (const uint64_t n : {0, 1, 2, 3, 4, 11, 121, 65535, 65536, 65537})
        ASSERT_NO_FATAL_FAILURE(expect_range(sieve, n, 1));
    for (const uint64_t n : {UINT64_C(0), UINT64_C(5), UINT64_C(1) << 40, top}) {
        ASSERT_NO_FATAL_FAILURE(expect_range(sieve, n, 0));
        const fg_planes *planes = nullptr;
        ASSERT_EQ(sieve.next(planes), FG_OK); /* the end stays the end */
        EXPECT_EQ(planes->count, 0U);
    }
}

TEST(RangeSieve, RefusesRangesThatPassTheTop) {
    Sieve sieve;
    EXPECT_EQ(sieve.begin(top, 2), FG_ERROR_ARGUMENT);
    EXPECT_STREQ(sieve.message(),
                 "the range of 2 numbers from 18446744073709551615 on passes 2^64 - 1");
    EXPECT_EQ(sieve.begin(1, top), FG_OK);
    EXPECT_EQ(sieve.begin(2, top), FG_ERROR_ARGUMENT);
}

TEST(RangeSieve, BeginsAnewInTheMiddle) {
    Sieve sieve;
    const fg_planes *planes = nullptr;
    ASSERT_EQ(sieve.begin(0, 1 << 20), FG_OK);
    ASSERT_EQ(sieve.next(planes), FG_OK);
    ASSERT_NO_FATAL_FAILURE(expect_range(sieve, UINT64_C(1) << 33, 1000));
    ASSERT_NO_FATAL_FAILURE(expect_range(sieve, 0, 1000));
}

TEST(RangeSieve, CancelledIsUsableAgain) {
    atomic_bool cancelled = false;
    Sieve sieve(0, &cancelled);
    const fg_planes *planes = nullptr;
    ASSERT_EQ(sieve.begin(UINT64_C(1) << 44, 1 << 20), FG_OK);
    ASSERT_EQ(sieve.next(planes), FG_OK);
    cancelled = true;
    EXPECT_EQ(sieve.next(planes), FG_ERROR_CANCELLED);
    ASSERT_EQ(sieve.begin(UINT64_C(1) << 45, 1 << 20), FG_OK);
    EXPECT_EQ(sieve.next(planes), FG_ERROR_CANCELLED);
    cancelled = false;
    ASSERT_NO_FATAL_FAILURE(expect_range(sieve, UINT64_C(1) << 44, 100));
}

/* Sieved by some of the primes: the engine finds the others. */
TEST(RangeSieve, AnyLimitShowsTheSamePrimes) {
    Sieve sieve;
    for (const uint32_t limit :
         {to_the_cheapest, 1U, 65536U, 65537U, 200003U, 1U << 20, 1U << 24}) {
        SCOPED_TRACE("limit " + std::to_string(limit));
        sieve.force_limit(limit);
        ASSERT_NO_FATAL_FAILURE(expect_range(sieve, top - 499, 500));
        ASSERT_NO_FATAL_FAILURE(expect_range(sieve, (UINT64_C(1) << 32) - 3000, 6000));
        ASSERT_NO_FATAL_FAILURE(expect_around(sieve, UINT64_C(1) << 63, 250, 250));
        ASSERT_NO_FATAL_FAILURE(expect_around(sieve, UINT64_C(1000000000000), 250, 250));
    }
    sieve.force_limit(to_the_cheapest);
    for (unsigned k = 33; k < 64; k++)
        ASSERT_NO_FATAL_FAILURE(expect_around(sieve, UINT64_C(1) << k, 60, 60)) << k;
}

TEST(RangeSieve, LimitGrowsWithTheRangeAndWithThePrimesThatAreMade) {
    const uint32_t root = UINT32_MAX;
    uint32_t before = 0;
    for (const uint64_t count : {1, 1000, 100000, 1000000, 10000000}) {
        const uint32_t limit = fg_rough_cofactors_limit(count, root, 0);
        EXPECT_GE(limit, std::max(before, 1U << 20)) << count;
        EXPECT_GE(fg_rough_cofactors_limit(count, root, root), limit) << count;
        EXPECT_EQ(fg_rough_cofactors_limit(count, 70000, 0), 70000U) << count;
        before = limit;
    }
    EXPECT_EQ(before, root);
    EXPECT_EQ(fg_rough_cofactors_limit(1, root, 0), fg_rough_cofactors_limit(1, root, root));
    EXPECT_LT(fg_rough_cofactors_limit(100000, root, 0), 1U << 27);
}

/* Cofactors of two and three primes, some of them equal, that the sieve leaves to the engine. */
TEST(RangeSieve, CofactorsOfSeveralPrimes) {
    Sieve sieve;
    const uint64_t p = oracle::next_prime(70000), q = oracle::next_prime(p);
    const uint64_t next_to_greatest = 4294967279;
    for (const uint64_t n :
         {p * p, p * q, p * p * p, p * p * q, p * q * q, 49 * p * p * 3, greatest_prime * p,
          greatest_prime * q * 2, greatest_prime * greatest_prime,
          greatest_prime * next_to_greatest, next_to_greatest * next_to_greatest, p * p * 65537,
          UINT64_C(2642239) * 2642239 * 2642239})
        for (const uint32_t limit :
             {65536U, 65537U, (uint32_t)p - 1, (uint32_t)p, to_the_cheapest}) {
            sieve.force_limit(limit);
            ASSERT_NO_FATAL_FAILURE(expect_around(sieve, n, 3, 3)) << limit;
        }
}

/* At the top all 203,273,679 primes above 2^16 are gone through. */
TEST(RangeSieve, LongTop) {
    Sieve sieve((size_t)64 << 20);
    ASSERT_NO_FATAL_FAILURE(expect_range(sieve, top - 69999, 70000));
    ASSERT_NO_FATAL_FAILURE(expect_range(sieve, top, 1));
    ASSERT_NO_FATAL_FAILURE(expect_around(sieve, greatest_prime * greatest_prime, 300, 300));
    ASSERT_NO_FATAL_FAILURE(expect_around(sieve, UINT64_C(1) << 63, 1000, 1000));
    ASSERT_NO_FATAL_FAILURE(expect_around(sieve, UINT64_C(1000000000000000000), 1000, 1000));
    ASSERT_NO_FATAL_FAILURE(expect_around(sieve, UINT64_C(10000000000000000000), 1000, 1000));
}

/* A million numbers around every power of 2 and of 10, sieved to the root and to less. */
TEST(RangeSieve, LongMillionsAroundPowers) {
    Sieve sieve((size_t)64 << 20);
    for (unsigned k = 24; k < 64; k++) {
        sieve.force_limit(k % 2 == 0 ? to_the_root : to_the_cheapest);
        ASSERT_NO_FATAL_FAILURE(expect_around(sieve, UINT64_C(1) << k, 500000, 499999)) << k;
    }
    uint64_t power = 100000000;
    for (unsigned k = 8; k < 20; k++, power *= 10) {
        sieve.force_limit(k % 2 == 0 ? to_the_root : to_the_cheapest);
        ASSERT_NO_FATAL_FAILURE(expect_around(sieve, power, 500000, 499999)) << k;
    }
}

/* A million numbers around squares of the primes next to 2^16 and 2^32, and the last million. */
TEST(RangeSieve, LongMillionsAroundSquares) {
    Sieve sieve((size_t)64 << 20);
    for (const uint64_t p : {UINT64_C(65519), UINT64_C(65521), UINT64_C(65537), UINT64_C(65539),
                             UINT64_C(4294967279), greatest_prime})
        for (const uint32_t limit : {to_the_root, to_the_cheapest}) {
            sieve.force_limit(limit);
            ASSERT_NO_FATAL_FAILURE(expect_around(sieve, p * p, 500000, 499999)) << p;
        }
    for (const uint32_t limit : {to_the_root, to_the_cheapest}) {
        sieve.force_limit(limit);
        ASSERT_NO_FATAL_FAILURE(expect_around(sieve, top, 999999, 0)) << limit;
    }
}

/* p^2 k just below 2^64, where doubles are least exact. */
TEST(RangeSieve, LongSquaresOfTheLeastLargePrimes) {
    Sieve sieve((size_t)64 << 20);
    for (const uint64_t p : {65537, 65539, 65543, 131071, 16777259})
        for (const uint64_t k : {0, 1})
            ASSERT_NO_FATAL_FAILURE(expect_around(sieve, (top / (p * p) - k) * p * p, 50, 50));
}

} // namespace
