/* SPDX-License-Identifier: MIT */
/*
 * oracle.h: divisors and primes that the library under test had no part in.
 *
 * Large numbers are factored by FLINT, with the product and every prime checked here; small ones
 * come from a sieve that only adds.
 */
#ifndef FG_TESTS_ORACLE_H
#define FG_TESTS_ORACLE_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace oracle {

using Numbers = std::vector<std::uint64_t>;

/* Ascending prime powers of n >= 1, by FLINT. Throws if FLINT's answer does not multiply to n.
 */
std::vector<std::pair<std::uint64_t, unsigned>> prime_powers(std::uint64_t n);
/* Ascending primes of n, each as often as it divides n. */
Numbers primes(std::uint64_t n);
/* Every divisor of n >= 1, ascending, by FLINT. */
Numbers divisors(std::uint64_t n);
bool is_prime(std::uint64_t n);
/* The least prime above n; n < 18446744073709551557. */
std::uint64_t next_prime(std::uint64_t n);

/* The sum of the divisors of n >= 1 in decimal, by FLINT: it can pass 64 bits. */
std::string sum_of_divisors(std::uint64_t n);

/* The divisors of 1 .. limit, by writing every d into its multiples' lists. */
std::vector<Numbers> sieve_divisors(std::uint64_t limit);

/* A message that compares two lists in a line or two; "" if they are equal. */
std::string difference(const Numbers &got, const Numbers &expected);

} // namespace oracle

#endif
