/* SPDX-License-Identifier: MIT */
/*
 * pseudoprimes.h: composites that a sloppy primality test calls prime, from lists and by
 * construction.
 *
 * Every one is made as a product, so that it is composite whatever a test of it says.
 */
#ifndef FG_TESTS_PSEUDOPRIMES_H
#define FG_TESTS_PSEUDOPRIMES_H

#include "oracle.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <vector>

namespace pseudoprimes {

using oracle::Numbers;

/*
 * psi_k, the least composite that is a strong pseudoprime to the first k primes as bases, for
 * k = 1 .. 12; psi_7 = psi_8 and psi_9 = psi_10 = psi_11. The one for k = 12 is the first beyond
 * 2^64. Source: C. Pomerance, J. Selfridge, S. Wagstaff (1980); G. Jaeschke (1993); Y. Jiang,
 * Y. Deng (2014).
 */
inline const Numbers strong_to_first_primes = {
    2047,          1373653,       25326001,        3215031751,
    2152302898747, 3474749660383, 341550071728321, 3825123056546413051};

/* The strong pseudoprimes to base 2 below 50,000: OEIS A001262. */
inline const Numbers strong_to_base_2 = {2047, 3277, 4033, 4681, 8321, 15841, 29341, 42799, 49141};

/* The almost extra strong Lucas pseudoprimes below 100,000 with Q = 1 and P = 3, 4, 5 ...:
 * D. Jacobsen, "Pseudoprime statistics, tables, and data" (2013). */
inline const Numbers almost_extra_strong_lucas = {989,   3239,  5777,  10469, 10877, 27971, 29681,
                                                  30739, 31631, 39059, 72389, 73919, 75077};

/* Lucas and strong Lucas pseudoprimes with Selfridge's parameters: OEIS A217120, A217255. */
inline const Numbers lucas = {323,   377,   1159,  1829,  3827,  5459,  5777,  9071,  9179,
                              10877, 11419, 11663, 13919, 14839, 16109, 16211, 18407, 18971,
                              19043, 22499, 25199, 40309, 58519, 75077, 97439};

/* The only known squares that pass a base-2 test: of the Wieferich primes. */
inline const Numbers wieferich_squares = {UINT64_C(1093) * 1093, UINT64_C(3511) * 3511};

/* The least m > 0 with 2^m = 1 modulo p, an odd prime below 2^32. */
inline std::uint64_t order_of_2(std::uint64_t p) {
    std::uint64_t order = p - 1;
    for (const auto &[factor, exponent] : oracle::prime_powers(p - 1))
        for (unsigned i = 0; i < exponent; i++) {
            std::uint64_t power = 1, square = 2;
            for (std::uint64_t e = order / factor; e > 0; e /= 2, square = square * square % p)
                power = e % 2 == 1 ? power * square % p : power;
            if (power != 1)
                break;
            order /= factor;
        }
    return order;
}

/* Products p * q of primes whose orders of 2 are the same m: 2^m = 1 modulo both, and modulo m both
 * are 1, so p * q is a strong pseudoprime to base 2. Primes are below `limit`. */
inline Numbers of_equal_order_of_2(std::uint64_t limit) {
    std::map<std::uint64_t, Numbers> primes_of_order;
    for (std::uint64_t p = 3; p < limit; p = oracle::next_prime(p))
        primes_of_order[order_of_2(p)].push_back(p);
    Numbers products;
    for (const auto &[order, primes] : primes_of_order)
        for (std::size_t i = 0; i < primes.size(); i++)
            for (std::size_t j = i + 1; j < primes.size(); j++)
                products.push_back(primes[i] * primes[j]);
    return products;
}

/* Chernick's Carmichael numbers (6k + 1)(12k + 1)(18k + 1), for the first `most` k that give primes
 * and for the last ones below 2^64. */
inline Numbers chernick(std::size_t most) {
    const std::uint64_t last = 242380; /* 1296 k^3 + ... < 2^64 */
    Numbers numbers;
    const auto consider = [&numbers](std::uint64_t k) {
        if (oracle::is_prime(6 * k + 1) && oracle::is_prime(12 * k + 1) &&
            oracle::is_prime(18 * k + 1))
            numbers.push_back((6 * k + 1) * (12 * k + 1) * (18 * k + 1));
    };
    for (std::uint64_t k = 1; k < last && numbers.size() < most; k++)
        consider(k);
    for (std::uint64_t k = last; k > last - 50000; k--)
        consider(k);
    return numbers;
}

/* All Carmichael numbers with three prime factors, the least of them below `limit`, that fit in 64
 * bits, by the bounds on the second and third of R. Pinch, "The Carmichael numbers up to 10^15"
 * (1993). Each satisfies Korselt's criterion, which is checked. */
inline Numbers carmichael_of_three_primes(std::uint64_t limit) {
    Numbers numbers;
    for (std::uint64_t p = 3; p < limit; p = oracle::next_prime(p))
        for (std::uint64_t h = 2; h < p; h++)
            for (std::uint64_t d = 1; d < h + p; d++) {
                if ((h + p) * (p - 1) % d != 0 || (d + p * p) % h != 0)
                    continue;
                const std::uint64_t q = 1 + (h + p) * (p - 1) / d, r = 1 + p * q / h;
                if (q <= p || r <= q || !oracle::is_prime(q) || !oracle::is_prime(r) ||
                    p * q % (r - 1) != 1)
                    continue;
                std::uint64_t n;
                if (__builtin_mul_overflow(p * q, r, &n))
                    continue;
                if ((n - 1) % (p - 1) == 0 && (n - 1) % (q - 1) == 0 && (n - 1) % (r - 1) == 0)
                    numbers.push_back(n);
            }
    return numbers;
}

/* p * q with q = k (p - 1) + 1 or k (p + 1) - 1, both prime: the commonest pseudoprimes of Fermat's
 * and of Lucas's kind. 0 if q is no prime or the product does not fit. */
inline std::uint64_t with_related_prime(std::uint64_t p, std::uint64_t k, bool lucas_kind) {
    const std::uint64_t q = lucas_kind ? k * (p + 1) - 1 : k * (p - 1) + 1;
    std::uint64_t n;
    if (__builtin_mul_overflow(p, q, &n) || !oracle::is_prime(q))
        return 0;
    return n;
}

} // namespace pseudoprimes

#endif
