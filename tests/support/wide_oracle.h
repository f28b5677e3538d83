/* SPDX-License-Identifier: MIT */
/*
 * wide_oracle.h: primes below 2^128 that the library under test had no part in: by FLINT.
 */
#ifndef FG_TESTS_WIDE_ORACLE_H
#define FG_TESTS_WIDE_ORACLE_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace oracle {

__extension__ typedef unsigned __int128 Wide;
using WideNumbers = std::vector<Wide>;

/* Ascending prime powers of n >= 1, by FLINT. Throws if FLINT's answer does not multiply to n. A
 * hard number of 128 bits takes 50 ms. */
std::vector<std::pair<Wide, unsigned>> wide_prime_powers(Wide n);

/* Returns whether n is prime: FLINT's Baillie-PSW test, of which no failure is known and which has
 * been proved below 2^64. Takes 20 us. */
bool is_wide_prime(Wide n);
/* Returns whether n is prime, proved by FLINT. Takes 2 ms. */
bool is_proved_wide_prime(Wide n);
/* Returns whether an odd n passes the strong test to the base, by FLINT. */
bool passes_strong_test(Wide n, unsigned base);

/* The least prime above n, and the largest one below n. */
Wide next_wide_prime(Wide n);
Wide previous_wide_prime(Wide n);

std::string decimal(Wide n);
/* The number that the digits stand for; it must be below 2^128. */
Wide wide(const char *digits);

} // namespace oracle

#endif
