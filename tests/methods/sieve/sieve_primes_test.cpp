// SPDX-License-Identifier: MIT
/*
 * sieve_primes_test.cpp: the list that all sieves of a process share: its counts, which are known,
 * several threads that make it together, and a child that inherits it.
 */
#include "sieve_internals.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

/* The number of primes above 2^16 that the list has up to `limit`, and their sum. */
struct Census {
    uint64_t count = 0, sum = 0;
};

Census census_to(uint32_t limit) {
    Census census;
    for (unsigned k = 0; k < FG_PRIME_CHUNKS && fg_prime_chunk_begin(k) <= limit; k++) {
        const fg_prime_chunk chunk = fg_sieve_primes_chunk(k);
        uint32_t p = chunk.first;
        for (uint32_t i = 0; i < chunk.count; i++) {
            p += 2U * chunk.half_gaps[i];
            if (p > limit)
                break;
            census.count++;
            census.sum += p;
        }
    }
    return census;
}

/* pi(10^7) = 664579, and 3203324994356 is the sum of the primes below (OEIS A006880, A046731). */
bool is_right_at_10_to_7(const Census &census) {
    uint64_t sum = census.sum;
    for (unsigned i = 0; i < FG_BELOW_16_PRIMES; i++)
        sum += fg_sieve_primes_below_16()[i];
    return census.count + FG_BELOW_16_PRIMES == 664579 && sum == 3203324994356;
}

bool make_and_check() {
    fg_error error;
    return fg_sieve_primes_make(10000000, nullptr, &error) == FG_OK &&
           is_right_at_10_to_7(census_to(10000000));
}

TEST(SievePrimes, CountAndSumTo10To7) {
    fg_error error;
    ASSERT_EQ(fg_sieve_primes_hold(&error), FG_OK);
    EXPECT_EQ(fg_sieve_primes_made(), 0U);
    EXPECT_TRUE(make_and_check());
    EXPECT_GE(fg_sieve_primes_made(), 10000000U);
    EXPECT_TRUE(make_and_check()); /* made already */
    fg_sieve_primes_release();
    EXPECT_EQ(fg_sieve_primes_made(), 0U); /* nobody holds it: freed */
}

TEST(SievePrimes, ThreadsMakeTheListTogether) {
    for (unsigned round = 0; round < 3; round++) {
        std::vector<std::thread> threads;
        std::atomic<unsigned> right{0};
        for (unsigned i = 0; i < 7; i++)
            threads.emplace_back([&] {
                fg_error error;
                if (fg_sieve_primes_hold(&error) != FG_OK)
                    return;
                right += make_and_check();
                fg_sieve_primes_release();
            });
        for (std::thread &thread : threads)
            thread.join();
        EXPECT_EQ(right, 7U);
    }
}

TEST(SievePrimes, CancelledKeepsWhatIsComplete) {
    fg_error error;
    ASSERT_EQ(fg_sieve_primes_hold(&error), FG_OK);
    const atomic_bool cancelled = true;
    EXPECT_EQ(fg_sieve_primes_make(10000000, &cancelled, &error), FG_ERROR_CANCELLED);
    EXPECT_TRUE(make_and_check());
    EXPECT_EQ(fg_sieve_primes_make(10000000, &cancelled, &error), FG_OK);
    fg_sieve_primes_release();
}

/* A child has no threads but its own: a chunk that another thread of the parent was making must not
 * keep it waiting. */
TEST(SievePrimes, ChildrenMakeWhatWasInMaking) {
    if (address_sanitized())
        GTEST_SKIP() << "a lock of the address sanitizer's allocator may stay locked in a child";
    fg_error error;
    ASSERT_EQ(fg_sieve_primes_hold(&error), FG_OK);
    for (unsigned round = 0; round < 5; round++) {
        std::thread maker([] {
            fg_error failed;
            if (fg_sieve_primes_hold(&failed) == FG_OK) {
                EXPECT_EQ(fg_sieve_primes_make(40000000, nullptr, &failed), FG_OK);
                fg_sieve_primes_release();
            }
        });
        usleep(500 * round);
        const pid_t child = fork();
        if (child == 0) {
            alarm(600);
            /* Not _exit(), where a sanitizer would miss the parent's threads. */
            syscall(SYS_exit_group, make_and_check() ? 0 : 1);
        }
        maker.join();
        int status = -1;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    fg_sieve_primes_release();
}

/* pi(2^32) = 203280221. */
TEST(SievePrimes, AllBelow2To32) {
    fg_error error;
    ASSERT_EQ(fg_sieve_primes_hold(&error), FG_OK);
    ASSERT_EQ(fg_sieve_primes_make(UINT32_MAX, nullptr, &error), FG_OK);
    EXPECT_EQ(fg_sieve_primes_made(), UINT32_MAX);
    EXPECT_EQ(census_to(UINT32_MAX).count + FG_BELOW_16_PRIMES, 203280221U);
    EXPECT_EQ(census_to(1000000000).count + FG_BELOW_16_PRIMES, 50847534U);
    fg_sieve_primes_release();
}

} // namespace
