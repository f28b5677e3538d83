// SPDX-License-Identifier: MIT
/*
 * planes_totals_test.cpp: totals straight from planes are those of columns of FLINT's primes, and
 * at powers of ten those of the OEIS. Wrong planes are noticed.
 */
#include "methods/sieve/model_planes.h"
#include "methods/sieve/sieve_internals.h"
#include "support/internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

extern "C" {
#include "batch/totals.h"
#include "methods/sieve/finish.h"
#include "methods/sieve/planes_totals.h"
}

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using Powers = ModelPlanes::Powers;

/* Ready for no number: compares nothing. */
const fg_sieve_check unchecked{};

/* Totals of no numbers for every column. */
std::vector<fg_totals> empty_totals() {
    std::vector<fg_totals> all(fg_column_count());
    for (size_t i = 0; i < all.size(); i++) {
        all[i].size = sizeof all[i];
        all[i].column = static_cast<fg_column>(i);
        all[i].bound = fg_column_has_bound(all[i].column) ? 100 : 0;
    }
    return all;
}

std::string text(const fg_int256 &value) {
    return std::to_string(value.words[3]) + ' ' + std::to_string(value.words[2]) + ' ' +
           std::to_string(value.words[1]) + ' ' + std::to_string(value.words[0]);
}

void expect_equal(const fg_totals &got, const fg_totals &expected) {
    SCOPED_TRACE(fg_column_name(expected.column));
    EXPECT_EQ(got.count, expected.count);
    EXPECT_EQ(text(got.sum), text(expected.sum));
    EXPECT_EQ(text(got.least), text(expected.least));
    EXPECT_EQ(text(got.greatest), text(expected.greatest));
    EXPECT_EQ(got.least_n.low, expected.least_n.low);
    EXPECT_EQ(got.greatest_n.low, expected.greatest_n.low);
    EXPECT_TRUE(std::equal(std::begin(got.histogram), std::end(got.histogram),
                           std::begin(expected.histogram)));
}

/* The totals of lists of primes, by the library's functions for lists. */
std::vector<fg_totals> totals_of_lists(uint64_t first, const std::vector<Powers> &powers) {
    std::vector<uint64_t> primes;
    std::vector<size_t> offsets = {0};
    for (const Powers &each : powers) {
        for (const auto &[p, exponent] : each)
            primes.insert(primes.end(), exponent, p);
        offsets.push_back(primes.size());
    }
    primes.push_back(0); // so that data() is not null
    std::vector<fg_totals> totals = empty_totals();
    fg_error error{};
    for (fg_totals &entry : totals) {
        std::vector<unsigned char> values(powers.size() * fg_column_entry_bytes(entry.column));
        fg_column_request request{};
        request.size = sizeof request;
        request.column = entry.column;
        request.bound = entry.bound;
        request.values = values.data();
        EXPECT_EQ(fg_compute_columns_of(primes.data(), offsets.data(), powers.size(), &request, 1,
                                        &error),
                  FG_OK);
        fg_numbers numbers{};
        numbers.kind = FG_NUMBERS_RANGE;
        numbers.words = 1;
        numbers.count = powers.size();
        numbers.begin.low = first;
        EXPECT_EQ(fg_totals_add_columns(&entry, &request, 1, &numbers, &error), FG_OK)
            << error.message;
    }
    return totals;
}

std::vector<const fg_finish *> forms() {
    std::vector<const fg_finish *> all;
    for (unsigned i = 0; i < fg_finish_count; i++)
        if (fg_finish_all[i]->runs_here())
            all.push_back(fg_finish_all[i]);
    return all;
}

void expect_totals(uint64_t first, size_t count, uint64_t limit) {
    SCOPED_TRACE("from " + std::to_string(first) + ", " + std::to_string(count) + " numbers");
    std::vector<Powers> powers(count);
    for (size_t i = 0; i < count; i++)
        if (first + i > 0)
            powers[i] = oracle::prime_powers(first + i);
    ModelPlanes planes;
    planes.set(first, powers, limit);
    const std::vector<fg_totals> expected = totals_of_lists(first, powers);
    std::vector<uint64_t> space(FG_PLANES_TOTALS_BYTES / sizeof(uint64_t));
    fg_error error{};
    for (const fg_finish *form : forms()) {
        SCOPED_TRACE(form->name);
        std::vector<fg_totals> got = empty_totals();
        ASSERT_EQ(fg_planes_add_totals(form, planes.get(), &unchecked, got.data(), got.size(),
                                       space.data(), &error),
                  FG_OK)
            << error.message;
        for (size_t k = 0; k < got.size(); k++)
            ASSERT_NO_FATAL_FAILURE(expect_equal(got[k], expected[k]));
    }
}

TEST(PlanesTotals, AreThoseOfLists) {
    for (const size_t count : {1, 2, 7, 63, 64, 65, 2047, 2048, 2049, 5000})
        expect_totals(0, count, UINT16_MAX);
    for (const size_t count : {1, 9, 2048, 3001}) {
        expect_totals(1, count, UINT16_MAX);
        expect_totals(UINT64_C(1000000000000) - 500, count, 1000100);
        expect_totals(UINT64_MAX - count + 1, std::min<size_t>(count, 300), UINT32_MAX);
    }
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < scaled(40); turn++) {
        const uint64_t first = random.with_bits(static_cast<unsigned>(random.between(17, 63)));
        expect_totals(first, random.between(1, 200), fg_isqrt64(first + 200));
    }
}

/* Returns the message of the failure of a column's totals, or nothing if they pass. */
std::string failure_of(fg_column column, const ModelPlanes &planes, const fg_sieve_check &check) {
    std::vector<uint64_t> space(FG_PLANES_TOTALS_BYTES / sizeof(uint64_t));
    fg_totals totals{};
    fg_error error{};
    totals.size = sizeof totals;
    totals.column = column;
    const fg_status status = fg_planes_add_totals(fg_finish_select(), planes.get(), &check, &totals,
                                                  1, space.data(), &error);
    EXPECT_EQ(status, error.message[0] == '\0' ? FG_OK : FG_ERROR_SELF_CHECK);
    return error.message;
}

/* The product of two primes above 11 taken for a prime, as by a sieve that misses them. */
TEST(PlanesTotals, AMissedPrimeIsNoticed) {
    const atomic_bool never = false;
    fg_sieve_check check{};
    fg_error error{};
    check.cancelled = &never;
    uint64_t first = UINT64_C(1) << 24;
    for (Powers found; found.size() != 3 || found[0].first > 11 || found[1].first <= 11;
         first += FG_SEGMENT) {
        ASSERT_EQ(fg_sieve_check_prepare(&check, first, FG_SEGMENT, FG_SEGMENT, &error), FG_OK);
        ASSERT_EQ(check.count, 1u);
        found = oracle::prime_powers(check.numbers[0]);
    }
    const uint64_t begin = check.numbers[0] - 2500;
    std::vector<Powers> powers;
    for (uint64_t n = begin; n <= check.numbers[0]; n++)
        powers.push_back(oracle::prime_powers(n));
    ModelPlanes right, wrong;
    right.set(begin, powers, UINT16_MAX);
    wrong.set(begin, powers, 11);
    const std::string expected = "different answers for " + std::to_string(check.numbers[0]);
    for (const fg_column column : {FG_COLUMN_COUNT, FG_COLUMN_SIGMA, FG_COLUMN_PHI, FG_COLUMN_OMEGA,
                                   FG_COLUMN_GPF, FG_COLUMN_LIOUVILLE, FG_COLUMN_CARMICHAEL}) {
        SCOPED_TRACE(fg_column_name(column));
        EXPECT_EQ(failure_of(column, right, check), "");
        EXPECT_EQ(failure_of(column, wrong, unchecked), "");
        EXPECT_NE(failure_of(column, wrong, check).find(expected), std::string::npos);
    }
    fg_sieve_check_close(&check);
}

/* Values far apart, of any length: the sums of words in every form. */
TEST(PlanesTotals, SumWordsExactly) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t count = 1; count <= 70; count++) {
        std::vector<uint64_t> words(count);
        for (uint64_t &word : words)
            word = random.between(0, 3) == 0 ? UINT64_MAX - random.between(0, 1)
                                             : random.of_any_size() - 1;
        fg_uint128 sum{};
        for (const uint64_t word : words) {
            sum.low += word;
            sum.high += sum.low < word;
        }
        for (const fg_finish *form : forms()) {
            const fg_word_sum got = form->sum_words(words.data(), count);
            EXPECT_EQ(got.sum.low, sum.low) << form->name;
            EXPECT_EQ(got.sum.high, sum.high) << form->name;
            EXPECT_EQ(got.least, *std::min_element(words.begin(), words.end())) << form->name;
            EXPECT_EQ(got.greatest, *std::max_element(words.begin(), words.end())) << form->name;
            for (const uint64_t word : {words.front(), words.back(), words[count / 2]})
                EXPECT_EQ(form->find_word(words.data(), count, word),
                          static_cast<size_t>(std::find(words.begin(), words.end(), word) -
                                              words.begin()))
                    << form->name;
        }
    }
}

/* Parts of a range that are added in any order have the totals of the whole. */
TEST(PlanesTotals, KeepTheSmallestNumberOfAnExtreme) {
    const size_t half = 3000;
    std::vector<uint64_t> space(FG_PLANES_TOTALS_BYTES / sizeof(uint64_t));
    std::vector<Powers> all, powers(half);
    for (size_t i = 0; i < 2 * half; i++)
        all.push_back(oracle::prime_powers(1000 + i));
    const std::vector<fg_totals> expected = totals_of_lists(1000, all);
    std::vector<fg_totals> got = empty_totals();
    fg_error error{};
    for (const size_t begin : {half, static_cast<size_t>(0)}) {
        ModelPlanes planes;
        std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(begin), half, powers.begin());
        planes.set(1000 + begin, powers, UINT16_MAX);
        ASSERT_EQ(fg_planes_add_totals(fg_finish_select(), planes.get(), &unchecked, got.data(),
                                       got.size(), space.data(), &error),
                  FG_OK);
    }
    for (size_t k = 0; k < got.size(); k++)
        expect_equal(got[k], expected[k]);
}

/* The totals of 1 .. 10^k by the sieve, as the OEIS has them: A084237 (mobius), A064018 (phi),
 * A057494 (count), A072692 (sigma), A064182 (omega), A071811 (bigomega), A071172 (squarefree),
 * A006880 (is_prime). */
TEST(PlanesTotals, AreThoseOfTheEncyclopedia) {
    static const struct {
        uint64_t end;
        int64_t mobius;
        uint64_t phi, count, sigma, omega, bigomega, squarefree, primes;
    } known[] = {
        {1000000, 212, 303963552392, 13970034, 822468118437, 2853708, 3626619, 607926, 78498},
        {10000000, 1037, 30396356427242, 162725364, 82246711794796, 30130317, 37861249, 6079291,
         664579},
        {100000000, 1928, 3039635516365908, 1857511568, 8224670422194237, 315037281, 392351272,
         60792694, 5761455},
    };
    std::vector<uint64_t> space(FG_PLANES_TOTALS_BYTES / sizeof(uint64_t));
    const size_t cases = every_case() ? 3 : sanitized() ? 1 : 2;
    for (size_t i = 0; i < cases; i++) {
        std::vector<fg_totals> totals;
        for (const fg_totals &entry : empty_totals())
            if (entry.column != FG_COLUMN_CARMICHAEL) // slow
                totals.push_back(entry);
        fg_range_sieve *sieve;
        const fg_planes *planes;
        fg_error error{};
        ASSERT_EQ(fg_range_sieve_open(nullptr, 0, &sieve, &error), FG_OK);
        ASSERT_EQ(fg_range_sieve_begin(sieve, 0, known[i].end + 1, &error), FG_OK);
        for (;;) {
            ASSERT_EQ(fg_range_sieve_next(sieve, &planes, &error), FG_OK);
            if (planes->count == 0)
                break;
            ASSERT_EQ(fg_planes_add_totals(fg_finish_select(), planes, &unchecked, totals.data(),
                                           totals.size(), space.data(), &error),
                      FG_OK);
        }
        fg_range_sieve_close(sieve);
        const auto sum = [&](fg_column column) {
            return static_cast<int64_t>(totals[column].sum.words[0]);
        };
        EXPECT_EQ(totals[0].count, known[i].end);
        EXPECT_EQ(sum(FG_COLUMN_MOBIUS), known[i].mobius);
        EXPECT_EQ(sum(FG_COLUMN_PHI), static_cast<int64_t>(known[i].phi));
        EXPECT_EQ(sum(FG_COLUMN_COUNT), static_cast<int64_t>(known[i].count));
        EXPECT_EQ(sum(FG_COLUMN_SIGMA), static_cast<int64_t>(known[i].sigma));
        EXPECT_EQ(sum(FG_COLUMN_OMEGA), static_cast<int64_t>(known[i].omega));
        EXPECT_EQ(sum(FG_COLUMN_BIGOMEGA), static_cast<int64_t>(known[i].bigomega));
        EXPECT_EQ(sum(FG_COLUMN_SQUAREFREE), static_cast<int64_t>(known[i].squarefree));
        EXPECT_EQ(sum(FG_COLUMN_IS_PRIME), static_cast<int64_t>(known[i].primes));
    }
}

} // namespace
