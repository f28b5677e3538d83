// SPDX-License-Identifier: MIT
/*
 * finish_test.cpp: every form of finishing planes gives FLINT's primes, and the columns of those.
 */
#include "methods/sieve/model_planes.h"
#include "support/internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

extern "C" {
#include "cpu/cpu_variant.h"
#include "methods/sieve/finish.h"
}

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using Powers = ModelPlanes::Powers;
using Numbers = oracle::Numbers;

constexpr uint64_t top = UINT64_MAX, small_bound = 7, large_bound = UINT64_C(1) << 33;

/* Returns the root of n, rounded down: as far as a sieve has to go. */
uint64_t root(uint64_t n) {
    return fg_isqrt64(n);
}

std::vector<Powers> powers_of(uint64_t first, size_t count) {
    std::vector<Powers> all(count);
    for (size_t i = 0; i < count; i++)
        if (first + i > 0)
            all[i] = oracle::prime_powers(first + i);
    return all;
}

Numbers expand(const Powers &powers) {
    Numbers list;
    for (const auto &[p, exponent] : powers)
        list.insert(list.end(), exponent, p);
    return list;
}

std::vector<const fg_finish *> forms() {
    std::vector<const fg_finish *> all;
    for (unsigned i = 0; i < fg_finish_count; i++)
        if (fg_finish_all[i]->runs_here())
            all.push_back(fg_finish_all[i]);
        else
            std::printf("%s does not run here\n", fg_finish_all[i]->name);
    return all;
}

class Results {
  public:
    ~Results() { fg_results_free(&results_); }
    Results() { results_.answer = FG_ANSWER_PRIMES, results_.words = 1; }
    Results(const Results &) = delete;
    Results &operator=(const Results &) = delete;
    fg_results *get() { return &results_; }
    Numbers list(size_t i) const {
        return Numbers(results_.values + results_.offsets[i],
                       results_.values + results_.offsets[i + 1]);
    }

  private:
    fg_results results_{};
};

/* The lists are appended twice: behind nothing, and behind other answers. */
void expect_lists(const fg_finish *form, const fg_planes *planes,
                  const std::vector<Powers> &powers) {
    Results results;
    fg_error error{};
    for (int turn = 0; turn < 2; turn++)
        ASSERT_EQ(form->lists(planes, results.get(), &error), FG_OK) << error.message;
    ASSERT_EQ(results.get()->count, 2 * powers.size());
    for (size_t i = 0; i < 2 * powers.size(); i++) {
        const size_t k = i % powers.size();
        ASSERT_EQ(oracle::difference(results.list(i), expand(powers[k])), "")
            << form->name << ' ' << planes->first + k;
    }
}

/* An array for every column, and for "smooth" a second one with a large bound. Behind and before
 * the entries are bytes that must stay. */
struct Arrays {
    static constexpr unsigned char canary = 0xc5;
    std::vector<std::vector<unsigned char>> bytes;
    std::vector<fg_column_request> requests;

    explicit Arrays(size_t entries) {
        for (size_t column = 0; column <= fg_column_count(); column++) {
            fg_column_request request{};
            request.size = sizeof request;
            request.column =
                column < fg_column_count() ? static_cast<fg_column>(column) : FG_COLUMN_SMOOTH;
            if (request.column == FG_COLUMN_SMOOTH)
                request.bound = column < fg_column_count() ? small_bound : large_bound;
            bytes.emplace_back(entries * fg_column_entry_bytes(request.column), canary);
            requests.push_back(request);
        }
        for (size_t i = 0; i < requests.size(); i++)
            requests[i].values = bytes[i].data();
    }
};

/* The expected columns are those of FLINT's lists: columns_test.cpp compares them with FLINT. */
void expect_columns(const fg_finish *form, const fg_planes *planes,
                    const std::vector<Powers> &powers) {
    const size_t before = 3, entries = before + powers.size() + 2;
    Numbers primes;
    std::vector<size_t> offsets = {0};
    for (const Powers &each : powers) {
        const Numbers list = expand(each);
        primes.insert(primes.end(), list.begin(), list.end());
        offsets.push_back(primes.size());
    }
    primes.push_back(0); // so that data() is not null
    Arrays got(entries), expected(entries);
    fg_error error{};
    ASSERT_EQ(form->columns(planes, got.requests.data(), got.requests.size(), before, &error),
              FG_OK)
        << error.message;
    for (size_t i = 0; i < expected.requests.size(); i++) {
        fg_column_request request = expected.requests[i];
        const size_t size = fg_column_entry_bytes(request.column);
        request.values = expected.bytes[i].data() + before * size;
        ASSERT_EQ(fg_compute_columns_of(primes.data(), offsets.data(), powers.size(), &request, 1,
                                        &error),
                  FG_OK);
        if (planes->first == 0)
            std::memset(request.values, 0, size);
        for (size_t byte = 0; byte < entries * size; byte++)
            ASSERT_EQ(static_cast<int>(got.bytes[i][byte]),
                      static_cast<int>(expected.bytes[i][byte]))
                << form->name << ' ' << fg_column_name(request.column) << " of "
                << planes->first + byte / size - before;
    }
}

void expect_finished(uint64_t first, size_t count, uint64_t limit) {
    SCOPED_TRACE("from " + std::to_string(first) + ", " + std::to_string(count) +
                 " numbers, sieved to " + std::to_string(limit));
    const std::vector<Powers> powers = powers_of(first, count);
    ModelPlanes planes;
    planes.set(first, powers, limit);
    for (const fg_finish *form : forms()) {
        ASSERT_NO_FATAL_FAILURE(expect_lists(form, planes.get(), powers));
        ASSERT_NO_FATAL_FAILURE(expect_columns(form, planes.get(), powers));
    }
}

TEST(SieveFinish, AnswersTheFirstNumbers) {
    const size_t count = every_case() ? FG_SEGMENT : 12000;
    expect_finished(0, count, root(count - 1));
    expect_finished(0, count, UINT16_MAX);
    expect_finished(0, 100000 / 2, UINT32_MAX); // numbers that are large primes' entries follow
    expect_finished(1, 5000, 5000);
    expect_finished(65000, 2000, 70000);
}

TEST(SieveFinish, AnswersEveryCountOfNumbers) {
    for (size_t count = 1; count <= 34; count++) {
        expect_finished(1, count, 10);
        expect_finished(UINT64_C(1000000000000) - count, count, 1000000);
        expect_finished(top - count + 1, count, UINT32_MAX);
    }
    for (const size_t count : {1023, 1024, 1025, 1041})
        expect_finished(UINT64_C(3000000000), count, root(UINT64_C(3000002000)));
}

/* On both sides of every height where the arithmetic changes, and of powers of two and ten. */
TEST(SieveFinish, AnswersNumbersOfEveryHeight) {
    const size_t count = scaled(1200);
    for (unsigned bits = 17; bits < 64; bits++) {
        const uint64_t first = (UINT64_C(1) << bits) - count / 2;
        ASSERT_NO_FATAL_FAILURE(expect_finished(first, count, root(first + count)));
    }
    for (uint64_t ten = 1000000; ten <= UINT64_C(10000000000000000000); ten *= 10) {
        ASSERT_NO_FATAL_FAILURE(expect_finished(ten - 100, 200, root(ten + 100)));
        if (ten == UINT64_C(10000000000000000000))
            break;
    }
    expect_finished(top - count + 1, count, UINT32_MAX);
}

TEST(SieveFinish, AnswersRandomRanges) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < scaled(120); turn++) {
        const uint64_t count = random.between(1, 300);
        const uint64_t first = std::min(random.of_any_size(), top - count + 1);
        const uint64_t last = first + count - 1;
        const uint64_t limit =
            std::min<uint64_t>(random.between(root(last), 2 * root(last)), UINT32_MAX);
        ASSERT_NO_FATAL_FAILURE(expect_finished(first, count, limit));
    }
}

/* The neighbours of products of two numbers around 2^32, and around 2^31 and above: there the words
 * of reduced totients have least room. */
TEST(SieveFinish, AnswersProductsOfTwoLargeNumbers) {
    static const uint64_t products[][2] = {
        {UINT64_C(4294967291), UINT64_C(4294967279)}, // the last below 2^32
        {UINT64_C(4294967231), UINT64_C(4294967291)},
        {UINT64_C(2147483647), UINT64_C(8589934583)},
        {UINT64_C(2147483647), UINT64_C(6442450939)}, // 3 (p - 1) + 1 = q, both near 2^31.5
        {UINT64_C(3221225473), UINT64_C(4294967291)}, // 3 * 2^30 + 1
        {UINT64_C(65537), UINT64_C(281470681743359)}, // 2^16 + 1
        {UINT64_C(65539), UINT64_C(65539) * 65538 + 1},
    };
    for (const auto &[p, q] : products) {
        const uint64_t n = p * q; // below 2^64
        ASSERT_NO_FATAL_FAILURE(expect_finished(n - 40, 80, UINT32_MAX));
    }
}

/* Numbers with the most primes, the most different ones, and high powers. */
TEST(SieveFinish, AnswersNumbersThatAreRare) {
    std::vector<uint64_t> rare = {UINT64_C(614889782588491410),   // the first 15 primes
                                  UINT64_C(18401055938125660800), // the most divisors
                                  UINT64_C(11) * 13 * 17 * 19 * 23 * 29 * 31 * 37 * 41 * 43 * 47,
                                  UINT64_C(4294836223) * 4294836223, // 65521^2 * 65551^2
                                  UINT64_C(65537) * 65539 * 65543,
                                  UINT64_C(65521) * 65519 * 65497 * 65479,
                                  UINT64_C(18446743979220271189),  // a square of a prime
                                  UINT64_C(63001) * 61009 * 58081, // 251^2 * 247^2 * 241^2
                                  UINT64_C(1) << 63};
    for (const uint64_t p : {2, 3, 5, 7, 11, 13, 41, 251, 257, 65521, 65537})
        for (uint64_t power = p; power <= top / p; power *= p)
            rare.push_back(power * p);
    for (const uint64_t n : rare) {
        const uint64_t first = std::max<uint64_t>(n, 9) - 9;
        const size_t count = static_cast<size_t>(std::min<uint64_t>(top - first, 17)) + 1;
        ASSERT_NO_FATAL_FAILURE(expect_finished(first, count, root(first + count - 1)));
    }
}

/* The powers of 2, 3, 5 and 7 in n; none of 0. */
Powers tiny_powers(uint64_t n) {
    Powers powers;
    for (const uint64_t p : {2, 3, 5, 7}) {
        unsigned exponent = 0;
        for (; n > 0 && n % p == 0; n /= p)
            exponent++;
        if (exponent > 0)
            powers.emplace_back(p, exponent);
    }
    return powers;
}

/* One number n = d q in a lane, for entries whose product is d and any q: no form looks whether q
 * is a prime, so that all quotients can be tried. The other lanes keep what they have of 2, 3,
 * 5, 7. */
TEST(SieveFinish, DividesExactly) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers primes = {11, 13, 101, 251, 257, 4099, 32749, 65519, 65521};
    const Numbers large = {65537, 1000003, 2147483647, 4294967291};
    ModelPlanes planes;
    for (size_t turn = 0; turn < scaled(40000); turn++) {
        const uint64_t lane = random.between(0, 15);
        Powers entries;
        uint64_t d = 1;
        for (const uint64_t p : primes)
            if (random.between(0, 2) == 0 && d <= top / p) {
                d *= p;
                entries.emplace_back(p, 1);
            }
        for (const uint64_t p : large)
            if (random.between(0, 7) == 0 && d <= top / p) {
                d *= p;
                entries.emplace_back(p, 1);
            }
        /* Odd, not a multiple of 3, 5 or 7, and larger than every entry, or 1. */
        uint64_t q =
            random.between(0, 3) == 0 ? top / d - random.between(0, 50) : random.of_any_size();
        q = q > top / d ? 1 : q;
        while (q > 1 && (q % 2 == 0 || q % 3 == 0 || q % 5 == 0 || q % 7 == 0))
            q--;
        const uint64_t last_entry = entries.empty() ? 1 : entries.back().first;
        q = q <= last_entry ? 1 : q;
        const uint64_t n = d * q;
        if (n < lane || n - lane > top - 15)
            continue;
        std::vector<Powers> powers(16);
        for (size_t i = 0; i < powers.size(); i++)
            powers[i] = tiny_powers(n - lane + i);
        powers[lane] = entries;
        if (q > 1)
            powers[lane].emplace_back(q, 1);
        planes.set(n - lane, powers, q > UINT32_MAX ? UINT32_MAX : last_entry);
        for (const fg_finish *form : forms()) {
            Results results;
            fg_error error{};
            ASSERT_EQ(form->lists(planes.get(), results.get(), &error), FG_OK)
                << error.message << ' ' << form->name << ' ' << n;
            ASSERT_EQ(oracle::difference(results.list(lane), expand(powers[lane])), "")
                << form->name << ' ' << n;
        }
    }
}

/* An entry that does not divide is noticed, in every lane, and the results stay as they were. */
TEST(SieveFinish, NoticesAWrongEntry) {
    const uint64_t first = UINT64_C(1000000000000);
    const size_t count = 40;
    const std::vector<Powers> powers = powers_of(first, count);
    ModelPlanes planes, right;
    right.set(first, powers, 1000000);
    for (size_t i = 0; i < count; i++) {
        planes.set(first, powers, 1000000);
        if (planes.small_counts()[i] == 0)
            planes.small_counts()[i] = 1;
        planes.small()[i] = 65521; // divides none of them
        for (const fg_finish *form : forms()) {
            Results results;
            fg_error error{};
            ASSERT_EQ(form->lists(right.get(), results.get(), &error), FG_OK);
            ASSERT_EQ(form->lists(planes.get(), results.get(), &error), FG_ERROR_SELF_CHECK)
                << form->name << ' ' << i;
            ASSERT_NE(std::strstr(error.message, std::to_string(first + i).c_str()), nullptr)
                << error.message;
            ASSERT_EQ(results.get()->count, count);
            ASSERT_EQ(results.list(i), expand(powers[i]));
        }
    }
}

/* The choice follows FACTOR_GPU_CPU. */
TEST(SieveFinish, ChoosesTheFormThatWasAskedFor) {
    for (const fg_finish *form : forms()) {
        ASSERT_EQ(setenv("FACTOR_GPU_CPU", form->name, 1), 0);
        EXPECT_STREQ(fg_finish_select()->name, form->name);
    }
    unsetenv("FACTOR_GPU_CPU");
    EXPECT_EQ(fg_finish_select(), forms().front());
}

} // namespace
