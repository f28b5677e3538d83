/* SPDX-License-Identifier: MIT */
/*
 * wide_checks.c: the checks of answers to numbers of two words.
 *
 * They check what those for one word do (algorithms/divisors.h), with plain divisions: finding the
 * factors of a number above 2^64 takes far longer than its check.
 */
#include "batch/numbers.h"

/* Returns whether a * b is n, and not only modulo 2^128. */
static bool is_product(fg_wide a, fg_wide b, fg_wide n) {
    fg_wide product;
    return !__builtin_mul_overflow(a, b, &product) && product == n;
}

bool fg_wide_check_primes(struct fg_uint128 n, const struct fg_uint128 *primes,
                          size_t prime_count) {
    fg_wide product = 1, before = 2;
    for (size_t i = 0; i < prime_count; i++) {
        const fg_wide prime = fg_wide_of_uint128(primes[i]);
        if (prime < before || __builtin_mul_overflow(product, prime, &product))
            return false;
        before = prime;
    }
    return product == fg_wide_of_uint128(n);
}

/* Returns whether the list ascends from 1 and consists of pairs d * (n/d) = n. The products imply
 * the order of the upper half: the cofactors of ascending divisors descend. */
static bool pairs_up(fg_wide n, const struct fg_uint128 *divisors, size_t count) {
    fg_wide before = 0;
    for (size_t i = 0; i <= (count - 1) / 2; i++) {
        const fg_wide divisor = fg_wide_of_uint128(divisors[i]);
        if (divisor <= before || (i == 0 && divisor != 1) ||
            !is_product(divisor, fg_wide_of_uint128(divisors[count - 1 - i]), n))
            return false;
        before = divisor;
    }
    /* the cofactor of the last of the lower half is above it, or it is the root of n itself */
    return count % 2 != 0 || fg_wide_of_uint128(divisors[count / 2]) > before;
}

/* Returns whether the ascending list holds `value`. */
static bool holds(const struct fg_uint128 *divisors, size_t count, fg_wide value) {
    size_t begin = 0, end = count;
    while (begin < end) {
        const size_t middle = begin + (end - begin) / 2;
        if (fg_wide_of_uint128(divisors[middle]) < value)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin < count && fg_wide_of_uint128(divisors[begin]) == value;
}

/*
 * Returns how many divisors n has if the primes in a list that pairs up are its primes; 0 if a part
 * of n is left unexplained. The first divisor that divides what is left of n is a prime, and so is
 * what is left if the next divisor is above its root.
 */
static uint64_t count_by_primes(fg_wide n, const struct fg_uint128 *divisors, size_t count) {
    uint64_t expected = 1;
    fg_wide rest = n;
    for (size_t i = 1; i < count && rest > 1; i++) {
        const fg_wide divisor = fg_wide_of_uint128(divisors[i]);
        const fg_wide quotient = rest / divisor;
        if (quotient * divisor != rest) {
            if (quotient >= divisor)
                continue;
            return holds(divisors, count, rest) ? 2 * expected : 0;
        }
        uint64_t exponent = 0;
        for (; rest % divisor == 0; rest /= divisor)
            exponent++;
        expected *= exponent + 1;
    }
    return rest == 1 ? expected : 0;
}

bool fg_wide_check_divisors(struct fg_uint128 n, const struct fg_uint128 *divisors,
                            size_t divisor_count) {
    const fg_wide number = fg_wide_of_uint128(n);
    return number > 0 && divisor_count > 0 && divisor_count <= FG_WIDE_MAX_DIVISORS &&
           pairs_up(number, divisors, divisor_count) &&
           count_by_primes(number, divisors, divisor_count) == divisor_count;
}
