/* SPDX-License-Identifier: MIT */
/*
 * small_primes.h: the primes below 2^10, and dividing them out by exact-division tests.
 *
 * A test is one multiplication and one comparison (divisibility.h); the quotient comes with it. The
 * hits of a block are counted before any is acted on, so that most blocks cost one branch.
 */
#ifndef FG_ALGORITHMS_SMALL_PRIMES_H
#define FG_ALGORITHMS_SMALL_PRIMES_H

#include "algorithms/factorization.h"
#include "arith/bits.h"
#include "arith/target.h"

/* The odd primes below 2^10 in blocks of eight; the last block is filled up from above. */
// clang-format off
#define FG_SMALL_PRIMES(X) \
    X(3) X(5) X(7) X(11) X(13) X(17) X(19) X(23) \
    X(29) X(31) X(37) X(41) X(43) X(47) X(53) X(59) \
    X(61) X(67) X(71) X(73) X(79) X(83) X(89) X(97) \
    X(101) X(103) X(107) X(109) X(113) X(127) X(131) X(137) \
    X(139) X(149) X(151) X(157) X(163) X(167) X(173) X(179) \
    X(181) X(191) X(193) X(197) X(199) X(211) X(223) X(227) \
    X(229) X(233) X(239) X(241) X(251) X(257) X(263) X(269) \
    X(271) X(277) X(281) X(283) X(293) X(307) X(311) X(313) \
    X(317) X(331) X(337) X(347) X(349) X(353) X(359) X(367) \
    X(373) X(379) X(383) X(389) X(397) X(401) X(409) X(419) \
    X(421) X(431) X(433) X(439) X(443) X(449) X(457) X(461) \
    X(463) X(467) X(479) X(487) X(491) X(499) X(503) X(509) \
    X(521) X(523) X(541) X(547) X(557) X(563) X(569) X(571) \
    X(577) X(587) X(593) X(599) X(601) X(607) X(613) X(617) \
    X(619) X(631) X(641) X(643) X(647) X(653) X(659) X(661) \
    X(673) X(677) X(683) X(691) X(701) X(709) X(719) X(727) \
    X(733) X(739) X(743) X(751) X(757) X(761) X(769) X(773) \
    X(787) X(797) X(809) X(811) X(821) X(823) X(827) X(829) \
    X(839) X(853) X(857) X(859) X(863) X(877) X(881) X(883) \
    X(887) X(907) X(911) X(919) X(929) X(937) X(941) X(947) \
    X(953) X(967) X(971) X(977) X(983) X(991) X(997) X(1009) \
    X(1013) X(1019) X(1021) X(1031) X(1033) X(1039) X(1049) X(1051)
// clang-format on

#define FG_SMALL_BLOCK 8
#define FG_SMALL_BLOCKS 22

/* inverse.h's iteration as a constant expression. */
#define FG_INVERSE_5(p) ((UINT64_C(3) * (p)) ^ 2)
#define FG_INVERSE_10(p) (FG_INVERSE_5(p) * (2 - (p)*FG_INVERSE_5(p)))
#define FG_INVERSE_20(p) (FG_INVERSE_10(p) * (2 - (p)*FG_INVERSE_10(p)))
#define FG_INVERSE_40(p) (FG_INVERSE_20(p) * (2 - (p)*FG_INVERSE_20(p)))
#define FG_INVERSE_64(p) (FG_INVERSE_40(p) * (2 - (p)*FG_INVERSE_40(p)))

struct fg_small_prime {
    uint64_t inverse; /* modulo 2^64 */
    uint64_t bound;   /* floor((2^64 - 1) / p) + 1: p divides n exactly when n * inverse < bound */
};

FG_TABLE struct fg_small_prime fg_small_primes[FG_SMALL_BLOCKS * FG_SMALL_BLOCK] = {
#define FG_SMALL_ENTRY(p) {FG_INVERSE_64(p), UINT64_MAX / (p) + 1},
    FG_SMALL_PRIMES(FG_SMALL_ENTRY)
#undef FG_SMALL_ENTRY
};

FG_TABLE uint16_t fg_small_prime_values[FG_SMALL_BLOCKS * FG_SMALL_BLOCK] = {
#define FG_SMALL_ENTRY(p) p,
    FG_SMALL_PRIMES(FG_SMALL_ENTRY)
#undef FG_SMALL_ENTRY
};

/* Divides out small prime number `index` of `n`, which it divides, and which is above all that were
 * divided out before. */
static FG_HD uint64_t fg_small_primes_take(uint64_t n, uint32_t index,
                                           struct fg_factorization *factors) {
    const struct fg_small_prime prime = fg_small_primes[index];
    uint32_t exponent = 0;
    for (uint64_t quotient; (quotient = n * prime.inverse) < prime.bound; n = quotient)
        exponent++;
    fg_factorization_append(factors, fg_small_prime_values[index], exponent);
    return n;
}

/* 1 if the prime divides n, else 0. */
static FG_HD uint32_t fg_small_prime_hit(uint64_t n, struct fg_small_prime prime) {
    return n * prime.inverse < prime.bound;
}

/* 1 if small prime number `index` divides n, else 0. */
static FG_HD uint32_t fg_small_primes_hit(uint64_t n, uint32_t index) {
    return fg_small_prime_hit(n, fg_small_primes[index]);
}

/* Returns how many primes of the block from `first` on divide n. */
static FG_HD uint32_t fg_small_primes_count(uint64_t n, uint32_t first) {
    return fg_small_primes_hit(n, first) + fg_small_primes_hit(n, first + 1) +
           fg_small_primes_hit(n, first + 2) + fg_small_primes_hit(n, first + 3) +
           fg_small_primes_hit(n, first + 4) + fg_small_primes_hit(n, first + 5) +
           fg_small_primes_hit(n, first + 6) + fg_small_primes_hit(n, first + 7);
}

/* Returns which primes of the block divide n: bit k for prime number k. */
static FG_HD uint32_t fg_small_primes_mask(uint64_t n, uint32_t first) {
    return fg_small_primes_hit(n, first) | fg_small_primes_hit(n, first + 1) << 1 |
           fg_small_primes_hit(n, first + 2) << 2 | fg_small_primes_hit(n, first + 3) << 3 |
           fg_small_primes_hit(n, first + 4) << 4 | fg_small_primes_hit(n, first + 5) << 5 |
           fg_small_primes_hit(n, first + 6) << 6 | fg_small_primes_hit(n, first + 7) << 7;
}

/*
 * Divides n >= 1 by 2 and by the primes of the first `blocks` blocks, adding them to `factors`,
 * which is empty.
 * Returns what is left. `*settled`: it is 1 or a prime, because it is below the square of the next
 * prime.
 */
static FG_HD uint64_t fg_small_primes_strip(uint64_t n, uint32_t blocks,
                                            struct fg_factorization *factors, bool *settled) {
    FG_VERIFY_CHECK(n >= 1 && blocks <= FG_SMALL_BLOCKS);
    const uint32_t twos = fg_trailing_zeros64(n);
    if (twos > 0)
        fg_factorization_append(factors, 2, twos);
    n >>= twos;
    *settled = n < 9;
    for (uint32_t block = 0; block < blocks && !*settled; block++) {
        const uint32_t first = block * FG_SMALL_BLOCK;
        if (block == 0 || fg_small_primes_count(n, first) > 0)
            for (uint32_t hits = fg_small_primes_mask(n, first); hits != 0; hits &= hits - 1)
                n = fg_small_primes_take(n, first + fg_trailing_zeros64(hits), factors);
        const uint64_t last = fg_small_prime_values[first + FG_SMALL_BLOCK - 1];
        *settled = n < (last + 2) * (last + 2);
    }
    return n;
}

/* Returns a bound: what is left of a number after `blocks` blocks has no prime factor below it. */
static FG_HD uint64_t fg_small_primes_bound(uint32_t blocks) {
    return blocks == 0 ? 3 : fg_small_prime_values[blocks * FG_SMALL_BLOCK - 1] + UINT64_C(2);
}

#endif
