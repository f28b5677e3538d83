// SPDX-License-Identifier: MIT
/*
 * marks_test.cpp: the byte sieve and the sieve of numbers of primes count what the planes say, with
 * every instruction set, and at powers of ten what the OEIS says.
 */
#include "methods/sieve/sieve_internals.h"
#include "support/internals.h"
#include "support/random_numbers.h"

extern "C" {
#include "methods/sieve/finish.h"
#include "methods/sieve/mark_buckets.h"
#include "methods/sieve/marks.h"
#include "methods/sieve/marks_count.h"
#include "methods/sieve/omegas.h"
}

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

constexpr uint64_t top = UINT64_MAX;
constexpr size_t buckets = 16 << 20;

fg_column_request request_of(fg_column column, void *values) {
    fg_column_request request{};
    request.size = sizeof request;
    request.column = column;
    request.values = values;
    return request;
}

/* Counts by planes, whose columns finish_test.cpp compares with FLINT. */
fg_omegas_counts counts_by_planes(uint64_t first, uint64_t count) {
    fg_range_sieve *sieve;
    const fg_planes *planes;
    fg_error error{};
    fg_omegas_counts counts{};
    EXPECT_EQ(fg_range_sieve_open(nullptr, buckets, &sieve, &error), FG_OK);
    EXPECT_EQ(fg_range_sieve_begin(sieve, first, count, &error), FG_OK);
    for (;;) {
        EXPECT_EQ(fg_range_sieve_next(sieve, &planes, &error), FG_OK) << error.message;
        if (planes->count == 0)
            break;
        std::vector<int8_t> mobius(planes->count);
        std::vector<uint64_t> omega(planes->count), bigomega(planes->count);
        const fg_column_request requests[] = {request_of(FG_COLUMN_MOBIUS, mobius.data()),
                                              request_of(FG_COLUMN_OMEGA, omega.data()),
                                              request_of(FG_COLUMN_BIGOMEGA, bigomega.data())};
        EXPECT_EQ(fg_finish_select()->columns(planes, requests, 3, 0, &error), FG_OK);
        counts.numbers += planes->count;
        for (size_t i = 0; i < planes->count; i++) {
            counts.squarefree += mobius[i] != 0;
            counts.odd += mobius[i] < 0;
            counts.omega[omega[i]]++;
            counts.bigomega[bigomega[i]]++;
        }
    }
    fg_range_sieve_close(sieve);
    return counts;
}

fg_marks_counts counts_by_marks(uint64_t first, uint64_t count) {
    fg_marks *marks;
    fg_error error{};
    fg_marks_counts counts{};
    EXPECT_EQ(fg_marks_open(nullptr, buckets, &marks, &error), FG_OK);
    fg_marks_begin(marks, first, count);
    for (uint64_t sieved = 1, sum = 0; sieved > 0; sum += sieved) {
        EXPECT_EQ(fg_marks_next(marks, &counts, &sieved, &error), FG_OK) << error.message;
        EXPECT_EQ(counts.numbers, sum + sieved);
    }
    fg_marks_close(marks);
    return counts;
}

/* Looks every number up, too, unless there are very many. */
fg_omegas_counts counts_by_omegas(uint64_t first, uint64_t count) {
    const bool looks_up = count < 100000000;
    fg_omegas *omegas;
    fg_error error{};
    fg_omegas_counts counts{}, looked_up{};
    std::vector<uint16_t> cells(FG_SEGMENT);
    EXPECT_EQ(fg_omegas_open(nullptr, buckets, &omegas, &error), FG_OK);
    fg_omegas_begin(omegas, first, count);
    for (uint64_t sieved = 1; sieved > 0;) {
        EXPECT_EQ(fg_omegas_next(omegas, &counts, &sieved, &error), FG_OK) << error.message;
        const auto middle = static_cast<uint32_t>(sieved / 2);
        if (looks_up) {
            fg_omegas_cells(omegas, 0, middle, cells.data());
            fg_omegas_cells(omegas, middle, static_cast<uint32_t>(sieved) - middle, &cells[middle]);
        }
        for (size_t i = 0; i < sieved && looks_up; i++) {
            looked_up.omega[fg_cell_omega(cells[i])]++;
            looked_up.bigomega[fg_cell_bigomega(cells[i])]++;
        }
    }
    if (looks_up) {
        EXPECT_TRUE(std::equal(counts.omega, counts.omega + FG_OMEGAS, looked_up.omega));
        EXPECT_TRUE(
            std::equal(counts.bigomega, counts.bigomega + FG_BIGOMEGAS, looked_up.bigomega));
    }
    fg_omegas_close(omegas);
    return counts;
}

void expect_equal(const fg_omegas_counts &got, const fg_omegas_counts &expected) {
    EXPECT_EQ(got.numbers, expected.numbers);
    EXPECT_EQ(got.squarefree, expected.squarefree);
    EXPECT_EQ(got.odd, expected.odd);
    for (int k = 0; k < FG_OMEGAS; k++)
        EXPECT_EQ(got.omega[k], expected.omega[k]) << "omega " << k;
    for (int k = 0; k < FG_BIGOMEGAS; k++)
        EXPECT_EQ(got.bigomega[k], expected.bigomega[k]) << "bigomega " << k;
}

void expect_equal(const fg_marks_counts &got, const fg_omegas_counts &expected) {
    EXPECT_EQ(got.numbers, expected.numbers);
    EXPECT_EQ(got.squarefree, expected.squarefree);
    EXPECT_EQ(got.odd, expected.odd);
}

/* With the counting of every instruction set; more than a million numbers with one of them if a
 * sanitizer slows everything down. */
void expect_counts(uint64_t first, uint64_t count) {
    SCOPED_TRACE(std::to_string(count) + " numbers from " + std::to_string(first));
    const fg_omegas_counts expected = counts_by_planes(first, count);
    for (const char *const variant : {"portable", "avx2", "avx512"}) {
        SCOPED_TRACE(variant);
        if (sanitized() && !every_case() && count > 1000000 && variant != std::string("avx512"))
            continue;
        ASSERT_EQ(setenv("FACTOR_GPU_CPU", variant, 1), 0);
        expect_equal(counts_by_marks(first, count), expected);
        expect_equal(counts_by_omegas(first, count), expected);
    }
    unsetenv("FACTOR_GPU_CPU");
}

TEST(Marks, CountsWhatThePlanesSay) {
    for (const uint64_t count : {1, 63, 64, 65, 65535, 65536, 65537, 300000})
        expect_counts(FG_MARKS_MIN, count);
    expect_counts(FG_MARKS_MIN, every_case() ? 40000000 : 6000000); // two super-segments
    expect_counts(FG_MARKS_MIN, 0);
    for (unsigned bits = 21; bits < (every_case() ? 64 : 46); bits += every_case() ? 1 : 3)
        expect_counts((UINT64_C(1) << bits) - 70000, 100000);
    if (every_case()) // the primes up to the root take a second
        expect_counts(top - 99999, 100000);
    expect_counts((UINT64_C(1) << 32) - 100000, 1000000); // low and high super-segments
}

/* The value of every number, from each residue modulo 4 on, past the end of segments. */
TEST(Marks, LookUpWhatThePlanesSay) {
    for (const uint64_t first : {FG_MARKS_MIN, UINT64_C(3000000001), (UINT64_C(1) << 32) - 299998,
                                 UINT64_C(1000000000003)}) {
        constexpr size_t count = 600000;
        std::vector<int8_t> expected(count), values(count);
        fg_range_sieve *sieve;
        const fg_planes *planes;
        fg_marks *marks;
        fg_marks_counts counts{};
        fg_error error{};
        ASSERT_EQ(fg_range_sieve_open(nullptr, buckets, &sieve, &error), FG_OK);
        ASSERT_EQ(fg_range_sieve_begin(sieve, first, count, &error), FG_OK);
        for (size_t done = 0; done < count; done += planes->count) {
            ASSERT_EQ(fg_range_sieve_next(sieve, &planes, &error), FG_OK);
            const fg_column_request request = request_of(FG_COLUMN_MOBIUS, expected.data());
            ASSERT_EQ(fg_finish_select()->columns(planes, &request, 1, done, &error), FG_OK);
        }
        fg_range_sieve_close(sieve);
        ASSERT_EQ(fg_marks_open(nullptr, buckets, &marks, &error), FG_OK);
        fg_marks_begin(marks, first, count);
        for (uint64_t done = 0, sieved; done < count; done += sieved) {
            ASSERT_EQ(fg_marks_next(marks, &counts, &sieved, &error), FG_OK);
            const auto middle = static_cast<uint32_t>(sieved / 2);
            fg_marks_values(marks, 0, middle, &values[done]);
            fg_marks_values(marks, middle, static_cast<uint32_t>(sieved) - middle,
                            &values[done + middle]);
        }
        fg_marks_close(marks);
        EXPECT_TRUE(values == expected) << first;
    }
}

/* Buckets with room for hardly more than a batch: they get full, are made larger, and the
 * super-segment becomes shorter if the memory needs it. */
TEST(Marks, FullBucketsAreMadeLarger) {
    constexpr uint64_t first = UINT64_C(1000000000000), root = 1000001;
    constexpr double scale = 112.0 / 40;
    std::vector<bool> composite(root + 1);
    for (uint64_t p = 2; p * p <= root; p++)
        for (uint64_t m = p * p; m <= root; m += p)
            composite[m] = true;
    fg_mark_buckets *marks;
    fg_error error{};
    std::vector<fg_marks_bytes> bytes(1), expected(1);
    marks = fg_mark_buckets_open(0);
    ASSERT_NE(marks, nullptr);
    ASSERT_EQ(fg_sieve_primes_hold(&error), FG_OK);
    for (const uint32_t capacity : {FG_BUCKET_BATCH + 1, 12000, 100000}) {
        uint64_t count = 3 * FG_MARKS_SEGMENT - 100;
        fg_mark_buckets_force_capacity(marks, capacity);
        ASSERT_EQ(fg_mark_buckets_begin(marks, first, &count, scale, nullptr, &error), FG_OK);
        ASSERT_TRUE(count == 3 * FG_MARKS_SEGMENT - 100 || count % FG_MARKS_SEGMENT == 0);
        ASSERT_GE(count, FG_MARKS_SEGMENT);
        for (uint32_t segment = 0; segment * FG_MARKS_SEGMENT < count; segment++) {
            const uint64_t begin = first + segment * FG_MARKS_SEGMENT;
            const uint64_t end = std::min<uint64_t>(begin + FG_MARKS_SEGMENT, first + count);
            bytes[0] = expected[0] = {};
            fg_mark_buckets_apply(marks, segment, bytes.data());
            for (uint64_t p = 65537; p * p < first + count; p++)
                for (uint64_t n = (begin + p - 1) / p * p; n < end && !composite[p]; n += p)
                    if (n % 4 != 0) {
                        const uint64_t i = n - begin;
                        uint8_t &byte =
                            n % 2 != 0 ? expected[0].odd[i / 2] : expected[0].twice[i / 4];
                        byte = static_cast<uint8_t>(byte + fg_marks_weight(scale * std::log2(p)));
                        if (n / p % p == 0)
                            byte |= FG_MARKS_SQUARE;
                    }
            EXPECT_TRUE(std::equal(bytes[0].odd, std::end(bytes[0].odd), expected[0].odd));
            EXPECT_TRUE(std::equal(bytes[0].twice, std::end(bytes[0].twice), expected[0].twice));
        }
    }
    fg_sieve_primes_release();
    fg_mark_buckets_close(marks);
}

/* Around numbers with the most primes, and around squares of primes. */
TEST(Marks, CountsNumbersThatAreRare) {
    for (const uint64_t n :
         {UINT64_C(9699690), UINT64_C(223092870), UINT64_C(6469693230), UINT64_C(200560490130),
          UINT64_C(7420738134810), UINT64_C(304250263527210), UINT64_C(65521) * 65521,
          UINT64_C(65537) * 65537, UINT64_C(1000003) * 1000003, UINT64_C(1048573) * 1048583,
          UINT64_C(65537) * 65537 * 65537, UINT64_C(3) * 65539 * 65539, UINT64_C(1) << 46,
          UINT64_C(617673396283947), UINT64_C(476837158203125),
          UINT64_C(282475249) * 282475249 / 49, UINT64_C(1771561) * 1771561 * 121,
          UINT64_C(4294967296) * 65521, UINT64_C(2825761) * 41})
        expect_counts(n - 1000, 3000);
    for (const uint64_t n : {UINT64_C(13082761331670030), UINT64_C(614889782588491410)}) {
        if (n >> 56 != 0 && sanitized() && !every_case())
            continue; // the list of its primes would take half of this executable's time
        const fg_omegas_counts expected = counts_by_planes(n - 1000, 3000);
        expect_equal(counts_by_marks(n - 1000, 3000), expected);
        expect_equal(counts_by_omegas(n - 1000, 3000), expected);
    }
    if (every_case()) // 63 primes, and the highest powers of others
        for (const uint64_t n : {UINT64_C(1) << 63, UINT64_C(12157665459056928801),
                                 UINT64_C(7450580596923828125), UINT64_C(9223372036854775783),
                                 UINT64_C(18445618199572250625), UINT64_C(18446724184312856125)})
            expect_counts(n - 1000, 3000);
}

TEST(Marks, CountsRandomRanges) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t turn = 0; turn < scaled_slow(40); turn++) {
        const uint64_t first = random.with_bits(static_cast<unsigned>(random.between(21, 52)));
        expect_counts(first, random.between(1, 200000));
    }
}

/* A084237, A071172, A064182, A071811, A090410, A006880 and A066265. */
TEST(Marks, CountsWhatTheEncyclopediaSays) {
    static const struct {
        uint64_t end;
        int64_t mobius;
        uint64_t squarefree, omega, bigomega;
        int64_t liouville;
        uint64_t primes, semiprimes;
    } known[] = {{10000000, 1037, 6079291, 30130317, 37861249, -842, 664579, 1904324},
                 {100000000, 1928, 60792694, 315037281, 392351272, -3884, 5761455, 17427258},
                 {1000000000, -222, 607927124, UINT64_C(3271067968), UINT64_C(4044220058), -25216,
                  50847534, 160788536},
                 {UINT64_C(10000000000), -33722, UINT64_C(6079270942), UINT64_C(33787242719),
                  UINT64_C(41518796555), -116026, 455052511, 1493776443},
                 {UINT64_C(100000000000), -87856, UINT64_C(60792710280), UINT64_C(347589015681),
                  UINT64_C(424904645958), -342224, UINT64_C(4118054813), UINT64_C(13959990342)}};
    const fg_omegas_counts below = counts_by_planes(1, FG_MARKS_MIN - 1);
    for (size_t i = 0; i < (every_case() ? 5 : sanitized() ? 1 : 3); i++) {
        const uint64_t count = known[i].end - FG_MARKS_MIN + 1;
        const fg_marks_counts marks = counts_by_marks(FG_MARKS_MIN, count);
        fg_omegas_counts omegas = counts_by_omegas(FG_MARKS_MIN, count);
        uint64_t omega = 0, bigomega = 0;
        int64_t liouville = 0;
        EXPECT_EQ(marks.squarefree, omegas.squarefree);
        EXPECT_EQ(marks.odd, omegas.odd);
        for (int k = 0; k < FG_OMEGAS; k++)
            omega += static_cast<unsigned>(k) * (omegas.omega[k] + below.omega[k]);
        for (int k = 0; k < FG_BIGOMEGAS; k++) {
            omegas.bigomega[k] += below.bigomega[k];
            bigomega += static_cast<unsigned>(k) * omegas.bigomega[k];
            liouville += (k % 2 == 0 ? 1 : -1) * static_cast<int64_t>(omegas.bigomega[k]);
        }
        const uint64_t squarefree = below.squarefree + marks.squarefree;
        EXPECT_EQ(squarefree, known[i].squarefree);
        EXPECT_EQ(static_cast<int64_t>(squarefree - 2 * (below.odd + marks.odd)), known[i].mobius);
        EXPECT_EQ(omega, known[i].omega);
        EXPECT_EQ(bigomega, known[i].bigomega);
        EXPECT_EQ(liouville, known[i].liouville);
        EXPECT_EQ(omegas.bigomega[1], known[i].primes);
        EXPECT_EQ(omegas.bigomega[2], known[i].semiprimes);
    }
}

TEST(Marks, EndWhenTheyAreCancelled) {
    atomic_bool cancelled = true;
    fg_marks *marks;
    fg_omegas *omegas;
    fg_error error{};
    uint64_t sieved;
    ASSERT_EQ(fg_marks_open(&cancelled, buckets, &marks, &error), FG_OK);
    ASSERT_EQ(fg_omegas_open(&cancelled, buckets, &omegas, &error), FG_OK);
    for (const bool is_cancelled : {true, false}) {
        const fg_status status = is_cancelled ? FG_ERROR_CANCELLED : FG_OK;
        fg_marks_counts marked{};
        fg_omegas_counts counted{};
        cancelled = is_cancelled;
        fg_marks_begin(marks, FG_MARKS_MIN, 1000);
        EXPECT_EQ(fg_marks_next(marks, &marked, &sieved, &error), status);
        EXPECT_EQ(marked.numbers, is_cancelled ? 0U : 1000U);
        fg_omegas_begin(omegas, FG_OMEGAS_MIN, 1000);
        EXPECT_EQ(fg_omegas_next(omegas, &counted, &sieved, &error), status);
        EXPECT_EQ(counted.numbers, is_cancelled ? 0U : 1000U);
    }
    fg_marks_close(marks);
    fg_omegas_close(omegas);
}

} // namespace
