// SPDX-License-Identifier: MIT
/*
 * segments_test.cpp: the kernels of kernels/sieve/segments.cu against FLINT, up to 2^64 - 1.
 *
 * Only the primes that divide a number of the range matter, so that the list that a device gets has
 * those alone: FLINT finds them. So a range at the top needs no list of 203 million primes.
 */
#include "methods/sieve/sieve_internals.h"
#include "support/backend_fixture.h"
#include "support/internals.h"
#include "support/oracle.h"
#include "support/range_totals.h"

extern "C" {
#include "batch/int256.h"
#include "methods/sieve/device_columns.h"
#include "methods/sieve/device_sieve.h"
#include "methods/sieve/sieve_primes.h"
}

#include <set>

namespace {

using Powers = std::vector<std::pair<uint64_t, unsigned>>;

/* The value of a column that a device has, from the definition. */
fg_int256 value_of(fg_column column, const Powers &powers) {
    uint64_t product = 1, omega = 0, bigomega = 0;
    unsigned __int128 sigma = 1;
    for (const auto &[prime, exponent] : powers) {
        unsigned __int128 sum = 1;
        omega++;
        bigomega += exponent;
        for (unsigned k = 1; k <= exponent; k++) {
            sum = sum * prime + 1;
            if (column == FG_COLUMN_PHI)
                product *= k == 1 ? prime - 1 : prime;
        }
        sigma *= sum;
        if (column == FG_COLUMN_COUNT)
            product *= exponent + 1;
        if (column == FG_COLUMN_RADICAL || (column == FG_COLUMN_CORE && exponent % 2 == 1))
            product *= prime;
    }
    switch (column) {
    case FG_COLUMN_MOBIUS:
        return fg_int256_of_signed(omega != bigomega ? 0 : omega % 2 == 0 ? 1 : -1);
    case FG_COLUMN_LIOUVILLE:
        return fg_int256_of_signed(bigomega % 2 == 0 ? 1 : -1);
    case FG_COLUMN_SQUAREFREE:
        return fg_int256_of_signed(omega == bigomega);
    case FG_COLUMN_IS_PRIME:
        return fg_int256_of_signed(bigomega == 1);
    case FG_COLUMN_OMEGA:
        return fg_int256_of_wide(omega);
    case FG_COLUMN_BIGOMEGA:
        return fg_int256_of_wide(bigomega);
    case FG_COLUMN_SIGMA:
        return fg_int256_of_wide(sigma);
    default:
        return fg_int256_of_wide(product);
    }
}

/* Adds number n with this value to totals, of which the smaller numbers come first. */
void add_value(fg_totals &totals, const fg_int256 &value, uint64_t n) {
    if (totals.count == 0 || fg_int256_compare(&value, &totals.least) < 0) {
        totals.least = value;
        totals.least_n.low = n;
    }
    if (totals.count == 0 || fg_int256_compare(&value, &totals.greatest) > 0) {
        totals.greatest = value;
        totals.greatest_n.low = n;
    }
    fg_int256_add(&totals.sum, &value);
    totals.count++;
    if (fg_column_has_histogram(totals.column))
        totals.histogram[static_cast<int64_t>(value.words[0]) + 1]++;
}

class Segments : public Backend {
  protected:
    void SetUp() override {
        Backend::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        fg_error error = {};
        ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
        ASSERT_EQ(fg_sieve_primes_hold(&error), FG_OK);
        is_held_ = true;
        ASSERT_EQ(fg_device_sieve_open(&sieve_, &error), FG_OK) << error.message;
    }
    void TearDown() override {
        fg_device_sieve_close(&sieve_);
        if (is_held_)
            fg_sieve_primes_release();
    }

    /* Gives the device the large primes of the numbers. */
    void give_primes(const std::vector<Powers> &numbers, uint64_t last) {
        std::set<uint32_t> large;
        fg_error error = {};
        const uint64_t root = fg_isqrt64(last);
        for (const Powers &powers : numbers)
            for (const auto &power : powers)
                if (power.first > FG_SEGMENT_PRIME_END && power.first <= root)
                    large.insert(static_cast<uint32_t>(power.first));
        const std::vector<uint32_t> list(large.begin(), large.end());
        const uint32_t count = static_cast<uint32_t>(list.size());
        ASSERT_EQ(fg_device_sieve_begin_list(&sieve_, count, &error), FG_OK) << error.message;
        ASSERT_EQ(fg_device_sieve_append(&sieve_, list.data(), count, &error), FG_OK);
        sieve_.reciprocals = 1.5; /* as if the list were complete */
    }

    void expect_column(fg_column column, const std::vector<Powers> &numbers, uint64_t first) {
        const uint32_t count = static_cast<uint32_t>(numbers.size()), middle = count / 2;
        fg_totals got = {}, expected = {};
        fg_error error = {};
        got.column = expected.column = column;
        for (uint32_t i = 0; i < count; i++)
            add_value(expected, value_of(column, numbers[i]), first + i);
        ASSERT_EQ(
            fg_device_sieve_run(&sieve_, first, count, &middle, fg_device_pass_of(column), &error),
            FG_OK)
            << error.message;
        ASSERT_EQ(fg_device_sieve_result(&sieve_)->overflows, 0u);
        fg_device_add_totals(&sieve_, first, count, &got);
        expect_same_totals(got, expected);
        unsigned char entry[sizeof(fg_uint128)];
        uint64_t word = 0;
        fg_device_sample_entries(column, fg_device_sieve_result(&sieve_)->sample_values, 1, entry);
        const bool is_short = fg_column_entry_bytes(column) == 1;
        memcpy(&word, entry, is_short ? 1 : sizeof word);
        const uint64_t value = value_of(column, numbers[middle]).words[0];
        EXPECT_EQ(word, is_short ? value & 0xff : value) << "the sample";
    }

    void expect_range(uint64_t first, uint32_t count) {
        SCOPED_TRACE(std::to_string(count) + " numbers from " + std::to_string(first));
        const uint64_t last = first + (count - 1);
        std::vector<Powers> numbers;
        fg_error error = {};
        for (uint32_t i = 0; i < count; i++)
            numbers.push_back(oracle::prime_powers(first + i));
        give_primes(numbers, last);
        uint32_t room = count;
        ASSERT_EQ(fg_device_sieve_make_room(&sieve_, &room, &error), FG_OK) << error.message;
        std::vector<fg_column> columns = device_columns();
        if (fg_device_has_column(FG_COLUMN_SIGMA, last))
            columns.push_back(FG_COLUMN_SIGMA);
        for (const fg_column column : columns)
            expect_column(column, numbers, first);
    }

    fg_device_sieve sieve_ = {};
    bool is_held_ = false;
};

TEST_P(Segments, OfSmallNumbers) {
    expect_range(1, 1);
    expect_range(1, 2500);
    expect_range(UINT64_C(67108864) - 1100, 2200);
}

TEST_P(Segments, AtTheTop) {
    expect_range(UINT64_MAX, 1);
    expect_range(UINT64_MAX - 2199, 2200);
}

/* Squares and cubes of primes that go by buckets, powers of 2 and 3, and where words end. */
TEST_P(Segments, AtPowers) {
    for (const uint64_t p : {UINT64_C(8209), UINT64_C(65537), UINT64_C(4294967291)})
        expect_range(p * p - 20, 40);
    for (const uint64_t cube : {UINT64_C(8209), UINT64_C(65537), UINT64_C(2642239)})
        expect_range(cube * cube * cube - 20, 40);
    expect_range(UINT64_C(8209) * 8209 * 8209 * 8209 - 20, 40);
    expect_range((UINT64_C(1) << 61) - 40, 40); /* the last with sums of divisors */
    expect_range((UINT64_C(1) << 63) - 20, 40);
    expect_range(UINT64_C(12157665459056928801) - 20, 40); /* 3^40 */
    expect_range(UINT64_C(614889782588491410) - 20, 40);   /* the product of 15 primes */
}

TEST_P(Segments, OfRandomRanges) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < scaled(8); turn++)
        expect_range(random.with_bits(static_cast<unsigned>(random.between(2, 63))),
                     static_cast<uint32_t>(random.between(1, 300)));
}

FG_INSTANTIATE_FOR_BACKENDS(Segments);

} // namespace
