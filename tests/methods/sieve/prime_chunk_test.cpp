// SPDX-License-Identifier: MIT
/*
 * prime_chunk_test.cpp: the primes of one chunk, against a plain sieve of Eratosthenes and FLINT.
 */
#include "sieve_internals.h"
#include "support/oracle.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

using oracle::Numbers;

/* The primes below `end`, by a plain sieve. */
Numbers primes_below(uint64_t end) {
    std::vector<bool> composite(end, false);
    Numbers primes;
    for (uint64_t n = 2; n < end; n++) {
        if (composite[n])
            continue;
        primes.push_back(n);
        for (uint64_t multiple = n * n; multiple < end; multiple += n)
            composite[multiple] = true;
    }
    return primes;
}

class PrimeChunk : public testing::Test {
  protected:
    PrimeChunk() {
        for (const uint64_t p : primes_below(1 << 16))
            below_16_.push_back((uint16_t)p);
        sieve_ = fg_prime_sieve_open(below_16_.data());
    }
    ~PrimeChunk() override { fg_prime_sieve_close(sieve_); }

    /* The primes above 2^16 in [begin, end). */
    Numbers run(uint64_t begin, uint64_t end) {
        const fg_prime_chunk chunk = fg_prime_sieve_run(sieve_, begin, end);
        EXPECT_EQ(chunk.half_gaps[0], 0);
        Numbers primes;
        uint64_t last = chunk.first;
        for (uint32_t i = 0; i < chunk.count; i++)
            primes.push_back(last += 2U * chunk.half_gaps[i]);
        return primes;
    }

    std::vector<uint16_t> below_16_;
    fg_prime_sieve *sieve_ = nullptr;
};

TEST_F(PrimeChunk, PrimesOfTheFirstChunks) {
    constexpr uint64_t end = 2 * (uint64_t)FG_PRIME_CHUNK_NUMBERS;
    ASSERT_NE(sieve_, nullptr);
    ASSERT_EQ(below_16_.size(), (size_t)FG_BELOW_16_PRIMES);
    Numbers expected;
    for (const uint64_t p : primes_below(end))
        if (p > 1 << 16)
            expected.push_back(p);
    Numbers found;
    for (unsigned k = 0; fg_prime_chunk_begin(k) < end; k++)
        for (const uint64_t p : run(fg_prime_chunk_begin(k), fg_prime_chunk_begin(k + 1)))
            found.push_back(p);
    EXPECT_TRUE(found == expected) << found.size() << " in place of " << expected.size();
}

TEST_F(PrimeChunk, ChunksOfAnyLength) {
    const Numbers all = primes_below(1 << 22);
    for (const uint64_t begin : {0, 30 * 2185, 30 * 3000, 30 * 100000})
        for (const uint64_t length : {90000, 65600, 65700, 1000000}) {
            Numbers expected;
            for (const uint64_t p : all)
                if (p > 1 << 16 && p >= begin && p < begin + length / 30 * 30)
                    expected.push_back(p);
            EXPECT_EQ(run(begin, begin + length / 30 * 30), expected) << begin << " " << length;
        }
}

/* The last chunk ends within a byte of the sieve. */
TEST_F(PrimeChunk, PrimesOfTheLastChunk) {
    const uint64_t begin = fg_prime_chunk_begin(FG_PRIME_CHUNKS - 1), end = UINT64_C(1) << 32;
    ASSERT_LT(begin, end);
    Numbers expected;
    for (uint64_t p = oracle::next_prime(begin); p < end; p = oracle::next_prime(p))
        expected.push_back(p);
    EXPECT_TRUE(run(begin, end) == expected);
    EXPECT_EQ(expected.back(), 4294967291U);
}

/* Words with every number of bits, among them none and all; both ways write the same. */
TEST(HalfGaps, AreTheSameInAllWays) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (unsigned round = 0; round < 200; round++) {
        std::vector<uint8_t> bytes(8 * random.between(1, 20) + 8, 0);
        Numbers places;
        for (size_t i = 0; i + 8 < bytes.size(); i++) {
            bytes[i] = (uint8_t)(round < 100 ? random.any() & random.any() : random.any() | 0xf0);
            if (i % 16 < 8)
                bytes[i] |= 1; /* no gap is too long */
            for (unsigned k = 0; k < 8; k++)
                if (bytes[i] >> k & 1)
                    places.push_back(15 * i + fg_half_places[k]);
        }
        std::vector<uint8_t> expected, found(places.size() + 64);
        for (size_t i = 0; i < places.size(); i++)
            expected.push_back((uint8_t)(i == 0 ? 0 : places[i] - places[i - 1]));
        const auto length = (uint32_t)bytes.size() - 8;
        ASSERT_EQ(fg_half_gaps_portable(bytes.data(), length, (uint32_t)places[0], found.data()),
                  found.data() + places.size());
        found.resize(places.size());
        ASSERT_EQ(found, expected);
        if (fg_half_gaps_select() == fg_half_gaps_portable)
            continue;
        found.assign(places.size() + 64, 0xee);
        ASSERT_EQ(fg_half_gaps_select()(bytes.data(), length, (uint32_t)places[0], found.data()),
                  found.data() + places.size());
        found.resize(places.size());
        ASSERT_EQ(found, expected);
    }
}

} // namespace
