// SPDX-License-Identifier: MIT
/*
 * large_sieve_test.cpp: each instruction set's way from half-gaps to primes and to their multiples,
 * against remainders one by one; and buckets that get full.
 */
#include "sieve_internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using oracle::Numbers;

std::vector<const fg_bucket_steps *> all_steps() {
    std::vector<const fg_bucket_steps *> steps = {&fg_bucket_steps_portable};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        steps.push_back(&fg_bucket_steps_avx2);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        steps.push_back(&fg_bucket_steps_avx512);
#endif
    return steps;
}

/* The contents of a super-segment's buckets and squares. */
struct Contents {
    std::vector<Numbers> buckets;
    Numbers squares;
    bool operator==(const Contents &other) const {
        return buckets == other.buckets && squares == other.squares;
    }
};

Contents by_remainders(uint64_t first, uint32_t span, const std::vector<uint32_t> &primes) {
    Contents contents;
    contents.buckets.resize((span + FG_SEGMENT - 1) / FG_SEGMENT);
    for (const uint64_t p : primes) {
        const uint64_t rest = first % p;
        for (uint64_t i = rest == 0 ? 0 : p - rest; i < span; i += p) {
            contents.buckets[i / FG_SEGMENT].push_back(p << 32 | i % FG_SEGMENT);
            if ((first + i) / p % p == 0)
                contents.squares.push_back(i);
        }
    }
    std::sort(contents.squares.begin(), contents.squares.end());
    return contents;
}

Contents by_steps(const fg_bucket_steps &steps, uint64_t first, uint32_t span,
                  const std::vector<uint32_t> &primes) {
    Contents contents;
    contents.buckets.resize((span + FG_SEGMENT - 1) / FG_SEGMENT);
    std::vector<uint32_t> squares(primes.size() + 1);
    const size_t bytes = (primes.size() + 2) * FG_BUCKET_BYTES;
    std::vector<std::vector<unsigned char>> entries(contents.buckets.size(),
                                                    std::vector<unsigned char>(bytes));
    std::vector<unsigned char *> ends;
    for (auto &bucket : entries)
        ends.push_back(bucket.data());
    fg_buckets buckets = {first - 1, span, ends.data(), squares.data(), 0, {}};
    std::vector<uint32_t> padded = primes;
    padded.resize(primes.size() + FG_BUCKET_BATCH_READ, 0); /* no prime is behind the last */
    for (size_t done = 0; done < primes.size(); done += FG_BUCKET_BATCH)
        fg_bucket_fill(&steps, &buckets, padded.data() + done,
                       std::min<size_t>(FG_BUCKET_BATCH, primes.size() - done));
    for (size_t s = 0; s < ends.size(); s++)
        for (const unsigned char *at = entries[s].data(); at < ends[s]; at += FG_BUCKET_BYTES) {
            const fg_bucket_entry entry = fg_bucket_read(at);
            contents.buckets[s].push_back((uint64_t)entry.prime << 32 | entry.place);
        }
    contents.squares.assign(squares.begin(), squares.begin() + (long)buckets.square_count);
    std::sort(contents.squares.begin(), contents.squares.end());
    return contents;
}

void expect_right(uint64_t first, uint32_t span, const std::vector<uint32_t> &primes) {
    const Contents expected = by_remainders(first, span, primes);
    for (const fg_bucket_steps *const steps : all_steps())
        ASSERT_TRUE(by_steps(*steps, first, span, primes) == expected)
            << steps->name << ": " << span << " numbers from " << first << ", primes from "
            << primes.front();
}

/* `count` primes in a row, the first above `low`. */
std::vector<uint32_t> primes_above(uint64_t low, size_t count) {
    std::vector<uint32_t> primes;
    for (uint64_t p = oracle::next_prime(low); primes.size() < count && p >> 32 == 0;
         p = oracle::next_prime(p))
        primes.push_back((uint32_t)p);
    return primes;
}

TEST(LargeSieve, MultiplesOfPrimesOfEverySize) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (unsigned bits = 16; bits < 32; bits++) {
        const auto primes = primes_above(UINT64_C(1) << bits, random.between(1, 300));
        for (unsigned round = 0; round < 20; round++) {
            const uint32_t span = (uint32_t)random.between(1, 1 << random.between(1, 22));
            const uint64_t first = std::min(random.of_any_size(), UINT64_MAX - span) | 1 << 16;
            ASSERT_NO_FATAL_FAILURE(expect_right(first, span, primes));
        }
    }
    const auto last = primes_above(4294967291 - 5000, 1000);
    ASSERT_EQ(last.back(), 4294967291);
    for (const uint64_t below_top : {1, 70, 65536, 1 << 20, 1 << 28})
        ASSERT_NO_FATAL_FAILURE(expect_right(0 - below_top, (uint32_t)below_top, last));
}

/* Numbers just before and at multiples of p and p^2, near every power of two and the top. */
TEST(LargeSieve, MultiplesAndSquaresAtTheirEdges) {
    for (const uint64_t low : {65536, 65539, 99990, 1 << 20, 1 << 24})
        for (const uint32_t p : primes_above(low, 8))
            for (const uint64_t square : {(uint64_t)p, (uint64_t)p * p})
                for (uint64_t end = UINT64_MAX; end > 2 * square + 200; end /= 2)
                    for (const uint64_t before : {0, 1, 5, 200}) {
                        const uint64_t first = end / square * square - before;
                        const uint32_t span = (uint32_t)std::min<uint64_t>(201, 0 - first);
                        ASSERT_NO_FATAL_FAILURE(expect_right(first, span, {p}));
                    }
}

/* The entries of all buckets of places, by remainders and by an instruction set's steps. */
using Places = std::vector<std::vector<uint16_t>>;

Places places_by_remainders(uint64_t first, uint32_t span, const std::vector<uint32_t> &primes,
                            uint32_t twice_begin) {
    Places places(twice_begin / 65536 + span / 4 / 65536 + 1);
    for (const uint64_t p : primes)
        for (uint64_t i = p - 1 - (first - 1) % p; i < span; i += p) {
            const uint64_t place = i % 2 != 0 ? i / 2 : twice_begin + i / 4;
            if (i % 4 != 0)
                places[place / 65536].push_back((uint16_t)place);
        }
    return places;
}

Places places_by_steps(const fg_place_steps &steps, uint64_t first, uint32_t span,
                       const std::vector<uint32_t> &primes, uint32_t twice_begin) {
    Places places(twice_begin / 65536 + span / 4 / 65536 + 1);
    std::vector<uint32_t> squares(primes.size() + 1), padded = primes;
    padded.resize(primes.size() + FG_BUCKET_BATCH_READ, 0);
    std::vector<uint16_t *> ends;
    for (auto &bucket : places) {
        bucket.resize(primes.size() + 2);
        ends.push_back(bucket.data());
    }
    fg_buckets buckets = {first - 1, span, nullptr, squares.data(), 0, {}};
    const size_t count = fg_bucket_steps_portable.find(&buckets, padded.data(), primes.size());
    const fg_place_buckets own = {ends.data(), span / 2, twice_begin, twice_begin + (span + 1) / 4};
    if (primes.front() >= span)
        steps.put_only(&own, buckets.found, count);
    else
        steps.put_all(&own, buckets.found, count);
    for (size_t b = 0; b < ends.size(); b++)
        places[b].resize((size_t)(ends[b] - places[b].data()));
    return places;
}

/* All multiples of primes below the super-segment's length and around it, and the only ones of
 * larger primes, up to the longest that there are. */
TEST(LargeSieve, PlacesOfMultiples) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<const fg_place_steps *> all = {&fg_place_steps_portable};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        all.push_back(&fg_place_steps_avx512);
#endif
    for (size_t round = 0; round < scaled(300); round++) {
        const uint32_t span = (uint32_t)random.between(1, UINT64_C(1) << random.between(1, 24));
        const uint64_t last = UINT64_MAX - span, any = random.of_any_size();
        const uint64_t first = (std::min(any, last) & ~UINT64_C(3)) | 1 << 16;
        const uint64_t low = random.between(0, 2) == 0
                                 ? span
                                 : random.between(0, UINT64_C(1) << random.between(1, 31));
        const auto primes = primes_above(std::max<uint64_t>(low, 65536), random.between(1, 300));
        if (primes.front() < span && primes.back() > span + (1 << 18))
            continue;
        const uint32_t twice_begin = (span / 2 / 65536 + 1) * 65536;
        Places expected = places_by_remainders(first, span, primes, twice_begin);
        for (const fg_place_steps *const steps : all) {
            Places got = places_by_steps(*steps, first, span, primes, twice_begin);
            for (Places *places : {&expected, &got})
                for (auto &bucket : *places)
                    std::sort(bucket.begin(), bucket.end());
            ASSERT_TRUE(got == expected) << steps->name << ": " << span << " numbers from " << first
                                         << ", primes from " << primes.front();
        }
    }
    /* The longest super-segment, and primes that are as long. */
    const uint32_t span = 4000U << 18, twice_begin = span / 2;
    const auto primes = primes_above(span - 2000, 300);
    const uint64_t first = UINT64_C(1) << 62;
    Places expected = places_by_remainders(first, span, primes, twice_begin);
    for (auto &bucket : expected)
        std::sort(bucket.begin(), bucket.end());
    for (const fg_place_steps *const steps : all) {
        Places got = places_by_steps(*steps, first, span, primes, twice_begin);
        for (auto &bucket : got)
            std::sort(bucket.begin(), bucket.end());
        EXPECT_TRUE(got == expected) << steps->name;
    }
}

TEST(LargeSieve, PrimesFromHalfGaps) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<uint8_t> half_gaps(FG_BUCKET_BATCH + FG_HALF_GAPS_READ);
    for (const size_t count :
         {1, 2, 15, 16, 17, 63, 64, 65, 1000, FG_BUCKET_BATCH - 1, FG_BUCKET_BATCH + 0}) {
        for (uint8_t &half_gap : half_gaps)
            half_gap = (uint8_t)random.any();
        uint32_t last = 65537;
        std::vector<uint32_t> expected;
        for (size_t i = 0; i < count; i++)
            expected.push_back(last += 2U * half_gaps[i]);
        for (const fg_bucket_steps *const steps : all_steps()) {
            std::vector<uint32_t> primes(count + FG_BUCKET_BATCH_READ, 1);
            EXPECT_EQ(steps->primes_from_half_gaps(half_gaps.data(), count, 65537, primes.data()),
                      last);
            primes.resize(count);
            EXPECT_EQ(primes, expected) << steps->name << " " << count;
        }
    }
}

/* Short ranges in one part; longer ones in parts that become more, and longer too. */
TEST(LargeSieve, PartsOfARange) {
    constexpr uint32_t limit = 1 << 25;
    EXPECT_EQ(fg_large_sieve_part(0, limit), 0U);
    EXPECT_EQ(fg_large_sieve_part(1, limit), 1U);
    EXPECT_EQ(fg_large_sieve_part(1000001, limit), 1000001U);
    EXPECT_EQ(fg_large_sieve_part(10000001, UINT32_MAX), 10000001U);
    uint64_t part_before = 0, parts_before = 1;
    for (uint64_t count = 10000001; count < UINT64_MAX / 20; count *= 10) {
        const uint64_t part = fg_large_sieve_part(count, limit), parts = count / part + 1;
        EXPECT_EQ(part % FG_SEGMENT, 0U) << count;
        EXPECT_GT(part, 2 * part_before) << count;
        EXPECT_GT(parts, 2 * parts_before - 1) << count;
        part_before = part;
        parts_before = parts;
    }
    EXPECT_GE(fg_large_sieve_part(10000000, 70000), 64U * FG_SEGMENT / 2); /* few primes */
}

/* Buckets with room for hardly more than a batch: they get full, are made larger, and what they
 * have no room for then is left to the next super-segment. */
TEST(LargeSieve, FullBucketsShortenTheSuperSegment) {
    fg_error error;
    ASSERT_EQ(fg_sieve_primes_hold(&error), FG_OK);
    const size_t bytes = FG_LARGE_SIEVE_MIN_BYTES;
    fg_large_sieve *const sieve = fg_large_sieve_open(bytes);
    ASSERT_NE(sieve, nullptr);
    const uint64_t first = UINT64_C(1) << 50;
    const uint64_t wanted = UINT64_C(60) * FG_SEGMENT;
    uint64_t count = wanted;
    ASSERT_EQ(
        fg_large_sieve_begin(sieve, first, &count, 33554432, FG_BUCKET_BATCH + 16, nullptr, &error),
        FG_OK);
    EXPECT_LT(count, wanted);
    EXPECT_EQ(count % FG_SEGMENT, 0U);
    ASSERT_GE(count, (uint64_t)FG_SEGMENT);
    std::vector<uint8_t> counts(FG_SEGMENT + FG_PLANES_READ), special(FG_SEGMENT / 8 + 64);
    std::vector<uint32_t> entries(FG_LARGE_PLANES * FG_LARGE_STRIDE);
    const fg_large_planes planes = {counts.data(), entries.data(), special.data()};
    for (uint32_t s = 0; s < count / FG_SEGMENT; s++) {
        fg_large_sieve_segment(sieve, s, &planes);
        for (uint32_t i = 0; i < FG_SEGMENT; i += 1 + FG_SEGMENT / 300) {
            Numbers expected, found;
            for (const auto &power : oracle::prime_powers(first + s * FG_SEGMENT + i))
                if (power.first > 65536 && power.first <= 33554432)
                    expected.push_back(power.first);
            for (uint32_t k = 0; k < counts[i]; k++)
                found.push_back(entries[k * FG_LARGE_STRIDE + i]);
            ASSERT_EQ(found, expected) << s << " " << i;
        }
    }
    fg_large_sieve_close(sieve);
    fg_sieve_primes_release();
}

} // namespace
