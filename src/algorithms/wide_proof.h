/* SPDX-License-Identifier: MIT */
/*
 * wide_proof.h: proofs that a number from 2^64 to 2^128 is prime.
 *
 * Below FG_PROOF_BASES_END thirteen_bases.h has one. From there on a proof needs proved primes of
 * n - 1 or of n + 1 (J. Brillhart, D. Lehmer and J. Selfridge, "New primality criteria and
 * factorizations of 2^m +- 1", 1975: theorem 5 with m = 1 for n - 1; theorem 17 with m = 1 and
 * M. Morrison's theorem for n + 1). With F the product of the
 * known primes' full powers in a side, the side is F R, F even, R odd and coprime to F:
 *
 *     n - 1: for each prime q of F some a has a^(n-1) = 1 and gcd(a^((n-1)/q) - 1, n) = 1. Then
 *            every divisor of n is 1 modulo F.
 *     n + 1: for each q some Lucas sequence, all with one discriminant d, has U_(n+1) = 0 and
 *            gcd(U_((n+1)/q), n) = 1. Then every divisor of n is 1 or -1 modulo F.
 *
 * A composite n is then (a F + 1)(b F + 1), or (a F - 1)(b F + 1), a, b >= 1. If F is above about
 * the cube root of n, the sum (or difference) of a and b and their product are determined by the
 * digits of R in base 2 F, and n is prime unless a discriminant is a square.
 *
 * If neither F is large enough, both together may be: a composite n would have a divisor that is 1
 * modulo both, so modulo F_(n-1) F_(n+1) / 2, which residue_divisors.h finds if that is above the
 * cube root of n.
 *
 * How a caller proves n, which has passed the strong test to base 2:
 *
 *     fg_proof_begin(n, &proof);                        divides small primes out of both sides
 *     while ((result = fg_proof_try(&proof, NULL)) == FG_PROOF_MORE)
 *         factor proof.sides[..].cofactor, in any order; each prime of it, proved:
 *             fg_proof_add(&proof, side, prime);        its whole power is divided out
 *
 * fg_proof_enough() says whether a side has a factored part that is large enough, without trying,
 * and fg_proof_enough_together() whether both together have.
 * All are pure functions of their arguments; different proofs from different threads.
 */
#ifndef FG_ALGORITHMS_WIDE_PROOF_H
#define FG_ALGORITHMS_WIDE_PROOF_H

#include "algorithms/lucas_parameter.h"
#include "algorithms/residue_divisors.h"
#include "algorithms/thirteen_bases.h"
#include "algorithms/wide_small_primes.h"
#include "arith/montgomery_wide.h"
#include "arith/wide_gcd.h"
#include "arith/wide_root.h"
#include <stddef.h>

/* A number below 2^128 has at most this many distinct primes. */
#define FG_PROOF_PRIMES 26
/* Witnesses are tried up to this value. A prime n rejects each with a probability of 1/q, and for
 * q = 2 by a Jacobi symbol that is known before, so that even q = 3 needs all once in 3^97 proofs.
 * A composite n survives each with a probability of 1/2 at most. */
#define FG_PROOF_WITNESS_END 512

enum fg_proof_result {
    FG_PROOF_MORE,     /* more primes of the sides are needed */
    FG_PROOF_PRIME,    /* proved */
    FG_PROOF_COMPOSITE /* proved to be composite */
};

/* Indices of the sides. */
enum { FG_PROOF_BELOW /* n - 1 */, FG_PROOF_ABOVE /* n + 1 */, FG_PROOF_SIDES };

/* A side of n, which is factored * cofactor. */
struct fg_proof_side {
    fg_wide factored;                /* the product of the primes' full powers; even */
    fg_wide cofactor;                /* odd, coprime to it; 1 when all primes are known */
    uint32_t count;                  /* primes in use */
    fg_wide primes[FG_PROOF_PRIMES]; /* proved primes, 2 first, the others as they were added */
};

struct fg_proof {
    fg_wide n;
    struct fg_proof_side sides[FG_PROOF_SIDES];
};

/* Some primes of a side, and a witness for each. */
struct fg_proof_witnesses {
    uint32_t discriminant;           /* d for n + 1; 0 for n - 1 */
    uint32_t count;                  /* 0: the proof does not use this side */
    fg_wide primes[FG_PROOF_PRIMES]; /* 2 first; at most one is above 2^64, the last */
    /* For n - 1 the base a, for n + 1 an x: the Lucas sequences with P = 2 x, Q = x^2 - d. */
    uint32_t values[FG_PROOF_PRIMES];
};

/* A proof that was found: primes whose powers in one side are enough, or in both together. */
struct fg_proof_found {
    struct fg_proof_witnesses sides[FG_PROOF_SIDES];
};

/* ---- Sides ---- */

/* Tells a side that `prime`, which is proved, divides its cofactor: divides it out. Nothing happens
 * if it does not divide it, so that a prime may come twice. prime >= 2. */
static FG_HD void fg_proof_add(struct fg_proof *proof, uint32_t side, fg_wide prime) {
    struct fg_proof_side *const at = &proof->sides[side];
    if (at->cofactor % prime != 0)
        return;
    FG_VERIFY_CHECK(at->count < FG_PROOF_PRIMES);
    at->primes[at->count++] = prime;
    for (; at->cofactor % prime == 0; at->cofactor /= prime)
        at->factored *= prime;
}

/* Begins a proof with the prime 2 of both sides. n odd, 2^64 < n < 2^128 - 1. */
static FG_HD void fg_proof_begin_with_two(fg_wide n, struct fg_proof *proof) {
    FG_VERIFY_CHECK(n % 2 == 1 && fg_wide_high(n) != 0 && n + 1 != 0);
    proof->n = n;
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        struct fg_proof_side *const at = &proof->sides[side];
        at->count = 0;
        at->factored = 1;
        at->cofactor = side == FG_PROOF_BELOW ? n - 1 : n + 1;
        fg_proof_add(proof, side, 2);
    }
}

/*
 * Begins a proof: both sides without their primes below 2^10. n odd, 2^64 < n < 2^128 - 1. A
 * cofactor that is below the square of the next prime, and so prime, is added too.
 */
static FG_HD void fg_proof_begin(fg_wide n, struct fg_proof *proof) {
    const uint64_t bound = fg_small_primes_bound(FG_SMALL_BLOCKS);
    fg_proof_begin_with_two(n, proof);
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        struct fg_proof_side *const at = &proof->sides[side];
        for (uint32_t i = 0; i < FG_SMALL_BLOCKS * FG_SMALL_BLOCK; i++)
            if (fg_wide_small_prime_hit(at->cofactor, i))
                fg_proof_add(proof, side, fg_small_prime_values[i]);
        if (at->cofactor > 1 && at->cofactor < (fg_wide)bound * bound)
            fg_proof_add(proof, side, at->cofactor);
    }
}

/* ---- The conditions on the size of the factored part ---- */

/* R = 2 F s + r with r odd: 0 < r < 2 F for n - 1, |r| < F for n + 1. */
struct fg_proof_digits {
    fg_wide s;
    fg_wide r; /* |r| */
    bool negative;
};

/* F even, F * R is the side `side` of n. If F >= 2^64, R < 2^64 <= F (R is odd), so that 2 F never
 * passes 2^65. */
static FG_HD struct fg_proof_digits fg_proof_digits(fg_wide n, uint32_t side, fg_wide factored) {
    struct fg_proof_digits digits;
    const fg_wide rest = (side == FG_PROOF_BELOW ? n - 1 : n + 1) / factored;
    digits.s = 0;
    digits.r = rest;
    digits.negative = false;
    if (fg_wide_high(factored) != 0)
        return digits;
    digits.s = rest / (2 * factored);
    digits.r = rest % (2 * factored);
    if (side == FG_PROOF_ABOVE && digits.r > factored) {
        digits.s++;
        digits.r = 2 * factored - digits.r;
        digits.negative = true;
    }
    return digits;
}

/*
 * Returns whether the factored part F of a side, even, at least 2, with an odd cofactor, is large
 * enough for a proof:
 *
 *     n - 1:  n < (F + 1)(2 F^2 + (r - 1) F + 1)           theorem 5, m = 1
 *     n + 1:  n < (F - 1)(2 F^2 + F - |r| F + 1)           theorem 17, m = 1
 *
 * For F >= 2^43 both products are above 2^128: (F + 1)(2 F^2 + 1) and, as |r| < F,
 * (F - 1)(F + 1)^2 > 2^129 - 2^44. For smaller F, r < 2^44 and the second factors are below 2^89;
 * n < x y exactly if floor(n / x) < y.
 */
static FG_HD bool fg_proof_factored_enough(fg_wide n, uint32_t side, fg_wide factored) {
    FG_VERIFY_CHECK(factored >= 2 && factored % 2 == 0);
    if (factored >> 43 != 0)
        return true;
    const struct fg_proof_digits digits = fg_proof_digits(n, side, factored);
    const fg_wide twice_square = 2 * factored * factored;
    if (side == FG_PROOF_BELOW)
        return n / (factored + 1) < twice_square + (digits.r - 1) * factored + 1;
    /* The analyzer cannot know that the factored part is even. */
    const fg_wide quotient = n / (factored - 1); // NOLINT(clang-analyzer-core.DivideZero)
    return quotient < twice_square + factored - digits.r * factored + 1;
}

/* Returns whether the known primes of a side are enough for a proof. */
static FG_HD bool fg_proof_enough(const struct fg_proof *proof, uint32_t side) {
    return fg_proof_factored_enough(proof->n, side, proof->sides[side].factored);
}

/*
 * Returns whether no composite n has this factored part F, which is enough. With n - 1 = F R or
 * n + 1 = F R, and R = 2 F s + r, that is so if s = 0, or if a number is no square: r^2 - 8 s for
 * n - 1, r^2 + 8 s for n + 1. If it is a square, n is composite: n = (a F + 1) (b F + 1) or
 * (a F - 1) (b F + 1), where a b = 2 s > 0, and the square is (a - b)^2 or (a + b)^2.
 *
 * With enough factored, s < 2^46: s <= (n + 1) / 2 F^2 + 1. If 8 s < 2 r - 1, both lie strictly
 * between neighbouring squares; if not, r <= 4 s < 2^48, and the sums stay below 2^97.
 */
static FG_HD bool fg_proof_no_square(fg_wide n, uint32_t side, fg_wide factored) {
    const struct fg_proof_digits digits = fg_proof_digits(n, side, factored);
    FG_VERIFY_CHECK(digits.s >> 46 == 0);
    const fg_wide eight = 8 * digits.s;
    if (eight == 0 || eight < 2 * digits.r - 1)
        return true;
    const fg_wide square = digits.r * digits.r;
    if (side == FG_PROOF_BELOW && square < eight)
        return true;
    const fg_wide value = side == FG_PROOF_BELOW ? square - eight : square + eight;
    const fg_wide root = fg_wide_isqrt(value);
    return root * root != value;
}

/* ---- Which primes a proof uses ---- */

/* The index of the largest prime of a side that is not in `used` (a bit for each), below 2^64 or
 * not; FG_PROOF_PRIMES if there is none. */
static FG_HD uint32_t fg_proof_largest(const struct fg_proof_side *side, uint32_t used, bool wide) {
    uint32_t best = FG_PROOF_PRIMES;
    for (uint32_t i = 0; i < side->count; i++) {
        const fg_wide prime = side->primes[i];
        if ((used >> i & 1) == 0 && (fg_wide_high(prime) != 0) == wide &&
            (best == FG_PROOF_PRIMES || prime > side->primes[best]))
            best = i;
    }
    return best;
}

static FG_HD fg_wide fg_proof_whole(fg_wide n, uint32_t side) {
    return side == FG_PROOF_BELOW ? n - 1 : n + 1;
}

/* Begins a choice with the prime 2; returns its full power in the side. */
static FG_HD fg_wide fg_proof_choose_two(fg_wide n, uint32_t side,
                                         struct fg_proof_witnesses *chosen) {
    const fg_wide whole = fg_proof_whole(n, side);
    chosen->discriminant = 0;
    chosen->count = 1;
    chosen->primes[0] = 2;
    return whole & (0 - whole);
}

/* Adds prime number `index` to a choice; returns the product with its full power in the side. */
static FG_HD fg_wide fg_proof_choose_prime(const struct fg_proof *proof, uint32_t side,
                                           uint32_t index, fg_wide product,
                                           struct fg_proof_witnesses *chosen) {
    const fg_wide prime = proof->sides[side].primes[index];
    chosen->primes[chosen->count++] = prime;
    for (fg_wide rest = fg_proof_whole(proof->n, side) / product; rest % prime == 0; rest /= prime)
        product *= prime;
    return product;
}

/*
 * Chooses primes of a side whose powers are enough, as few as there can be: 2, then the largest
 * below 2^64, which need no proof of their own, then one above. Returns the product of their full
 * powers, or 0 if all together are not enough.
 */
static FG_HD fg_wide fg_proof_choose(const struct fg_proof *proof, uint32_t side,
                                     struct fg_proof_witnesses *chosen) {
    const struct fg_proof_side *const at = &proof->sides[side];
    uint32_t used = 1; /* primes[0] is 2 */
    fg_wide product = fg_proof_choose_two(proof->n, side, chosen);
    while (!fg_proof_factored_enough(proof->n, side, product)) {
        uint32_t next = fg_proof_largest(at, used, false);
        if (next == FG_PROOF_PRIMES)
            next = fg_proof_largest(at, used, true);
        if (next == FG_PROOF_PRIMES)
            return 0;
        used |= UINT32_C(1) << next;
        product = fg_proof_choose_prime(proof, side, next, product, chosen);
    }
    return product;
}

/*
 * Chooses primes of both sides that are enough together, if neither side is alone: then either
 * product is below 2^43. Returns whether there are such; factored[side] is the product of a side.
 */
static FG_HD bool fg_proof_choose_both(const struct fg_proof *proof, struct fg_proof_found *chosen,
                                       fg_wide factored[FG_PROOF_SIDES]) {
    uint32_t used[FG_PROOF_SIDES];
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        used[side] = 1;
        factored[side] = fg_proof_choose_two(proof->n, side, &chosen->sides[side]);
        if (fg_proof_enough(proof, side))
            return false;
    }
    while (!fg_residue_suits(proof->n, factored[FG_PROOF_BELOW] / 2 * factored[FG_PROOF_ABOVE])) {
        uint32_t side = FG_PROOF_BELOW;
        const struct fg_proof_side *const sides = proof->sides;
        uint32_t next = fg_proof_largest(&sides[FG_PROOF_BELOW], used[FG_PROOF_BELOW], false);
        const uint32_t other =
            fg_proof_largest(&sides[FG_PROOF_ABOVE], used[FG_PROOF_ABOVE], false);
        if (next == FG_PROOF_PRIMES ||
            (other != FG_PROOF_PRIMES &&
             sides[FG_PROOF_ABOVE].primes[other] > sides[FG_PROOF_BELOW].primes[next])) {
            side = FG_PROOF_ABOVE;
            next = other;
        }
        if (next == FG_PROOF_PRIMES)
            return false;
        used[side] |= UINT32_C(1) << next;
        factored[side] =
            fg_proof_choose_prime(proof, side, next, factored[side], &chosen->sides[side]);
    }
    return true;
}

/* Returns whether the known primes of both sides are enough for a proof by both together. */
static FG_HD bool fg_proof_enough_together(const struct fg_proof *proof) {
    struct fg_proof_found chosen;
    fg_wide factored[FG_PROOF_SIDES];
    return fg_proof_choose_both(proof, &chosen, factored);
}

/* ---- Witnesses ---- */

/* (a / n), the Jacobi symbol, for odd n > |a|. 0 if they have a common factor, or a = 0. */
static FG_HD int fg_proof_jacobi(int32_t a, fg_wide n) {
    const uint64_t low = fg_wide_low(n);
    uint32_t m = a < 0 ? 0 - (uint32_t)a : (uint32_t)a;
    int symbol = a < 0 && low % 4 == 3 ? -1 : 1;
    if (m == 0)
        return 0;
    const uint32_t twos = fg_trailing_zeros64(m);
    m >>= twos;
    if (twos % 2 == 1 && (low % 8 == 3 || low % 8 == 5))
        symbol = -symbol;
    if (m % 4 == 3 && low % 4 == 3)
        symbol = -symbol;
    return symbol * fg_jacobi32((uint32_t)(n % m), m);
}

/* The state of a search for witnesses: which primes have none yet, a bit for each, and the product
 * of all differences that have to be coprime to n. */
struct fg_proof_search {
    struct fg_mont128 modulus;
    fg_wide one, factored, rest, product;
    uint32_t pending;
};

static FG_HD struct fg_proof_search fg_proof_search_begin(fg_wide n, fg_wide whole,
                                                          fg_wide factored, uint32_t pending) {
    struct fg_proof_search search;
    search.modulus = fg_mont128_prepare(n);
    search.one = fg_mont128_one(search.modulus);
    search.product = search.one;
    search.factored = factored;
    search.rest = whole / factored;
    search.pending = pending;
    return search;
}

/* Ends a search in which every prime has a witness: no gcd may be above 1. */
static FG_HD enum fg_proof_result fg_proof_search_end(const struct fg_proof_search *search) {
    return fg_wide_gcd_odd(search->product, search->modulus.n) == 1 ? FG_PROOF_PRIME
                                                                    : FG_PROOF_COMPOSITE;
}

/* The residue that a power of a prime n's must be by Euler's criterion, for the Jacobi symbol -1 or
 * 1: k or -k, k < n. */
static FG_HD fg_wide fg_proof_euler(int symbol, fg_wide k, fg_wide n) {
    return symbol < 0 ? n - k : k;
}

/*
 * Tries base a, (a / n) = symbol, for all pending primes; the prime 2 is pending only if the symbol
 * is -1. Returns false if n is composite: a^((n-1)/2) is not the symbol, which half of all a show.
 */
static FG_HD bool fg_proof_base(struct fg_proof_search *search, uint32_t a, int symbol,
                                struct fg_proof_witnesses *witnesses) {
    const struct fg_mont128 modulus = search->modulus;
    const fg_wide one = search->one;
    const fg_wide residue = fg_mod128_multiple(one, a, modulus.n);
    const fg_wide base = fg_mont128_pow(modulus, residue, search->rest, one);
    if (fg_mont128_pow(modulus, base, search->factored / 2, one) !=
        fg_proof_euler(symbol, one, modulus.n))
        return false;
    if (search->pending % 2 == 1) { /* a^((n-1)/2) - 1 = -2 */
        search->pending--;
        witnesses->values[0] = a;
    }
    for (uint32_t pending = search->pending; pending != 0; pending &= pending - 1) {
        const uint32_t i = fg_trailing_zeros64(pending);
        const fg_wide power =
            fg_mont128_pow(modulus, base, search->factored / witnesses->primes[i], one);
        if (power == one)
            continue;
        search->product =
            fg_mont128_mul(modulus, search->product, fg_mod128_sub(power, one, modulus.n));
        search->pending &= ~(UINT32_C(1) << i);
        witnesses->values[i] = a;
    }
    return true;
}

/* Finds witnesses for n - 1 from base `first` on; FG_PROOF_PRIME: all that are pending have one. A
 * base with (a / n) = 1 cannot be one for the prime 2. */
static FG_HD enum fg_proof_result fg_proof_below(fg_wide n, fg_wide factored, uint32_t pending,
                                                 uint32_t first,
                                                 struct fg_proof_witnesses *witnesses) {
    struct fg_proof_search search = fg_proof_search_begin(n, n - 1, factored, pending);
    for (uint32_t a = first < 2 ? 2 : first; a < FG_PROOF_WITNESS_END; a++) {
        const int symbol = fg_proof_jacobi((int32_t)a, n);
        if (symbol == 0)
            return FG_PROOF_COMPOSITE;
        if (search.pending % 2 == 1 && symbol > 0)
            continue;
        if (!fg_proof_base(&search, a, symbol, witnesses))
            return FG_PROOF_COMPOSITE;
        if (search.pending == 0)
            return fg_proof_search_end(&search);
    }
    return FG_PROOF_MORE;
}

/* V_k(v, 1) modulo n: V_0 = 2, V_1 = v, V_(i+1) = v V_i - V_(i-1). From the top bit of k, by
 * V_2i = V_i^2 - 2 and V_(2i+1) = V_i V_(i+1) - v. */
static FG_HD fg_wide fg_proof_lucas(struct fg_mont128 modulus, fg_wide v, fg_wide k, fg_wide two) {
    fg_wide low = two, high = v; /* V_i and V_(i+1), from i = 0 */
    for (uint32_t bit = fg_wide_bit_length(k); bit-- > 0;) {
        const fg_wide between = fg_mod128_sub(fg_mont128_mul(modulus, low, high), v, modulus.n);
        const bool odd = (k >> bit & 1) != 0;
        const fg_wide doubled =
            fg_mod128_sub(fg_mont128_sqr(modulus, odd ? high : low), two, modulus.n);
        low = odd ? between : doubled;
        high = odd ? doubled : between;
    }
    return low;
}

/*
 * Tries the Lucas sequences of x + sqrt(d), (x^2 - d / n) = symbol, for all pending primes; the
 * prime 2 is pending only if the symbol is -1. Returns false if n is composite.
 *
 * With w = (x + sqrt d) / (x - sqrt d), of norm 1 and trace 2 (x^2 + d) / (x^2 - d),
 * U_k(2 x, x^2 - d) is 0 modulo a prime divisor of n exactly if w^k is 1 there, so exactly if the
 * trace of w^k, which is V_k(trace of w, 1), is 2. If n is prime, w^((n+1)/2) is the symbol, and
 * the inverse of a number is its power n - 2.
 */
static FG_HD bool fg_proof_sequence(struct fg_proof_search *search, uint32_t x, int symbol,
                                    struct fg_proof_witnesses *witnesses) {
    const struct fg_mont128 modulus = search->modulus;
    const fg_wide n = modulus.n, two = fg_mod128_add(search->one, search->one, n);
    const fg_wide square = fg_mod128_multiple(search->one, x * x, n);
    const fg_wide d = fg_mod128_multiple(search->one, witnesses->discriminant, n);
    const fg_wide norm = fg_mod128_sub(square, d, n);
    const fg_wide inverse = fg_mont128_pow(modulus, norm, n - 2, search->one);
    if (fg_mont128_mul(modulus, norm, inverse) != search->one)
        return false;
    const fg_wide half_trace = fg_mont128_mul(modulus, fg_mod128_add(square, d, n), inverse);
    const fg_wide trace = fg_mod128_add(half_trace, half_trace, n);
    const fg_wide base = fg_proof_lucas(modulus, trace, search->rest, two);
    if (fg_proof_lucas(modulus, base, search->factored / 2, two) != fg_proof_euler(symbol, two, n))
        return false;
    if (search->pending % 2 == 1) { /* V_((n+1)/2) - 2 = -4 */
        search->pending--;
        witnesses->values[0] = x;
    }
    for (uint32_t pending = search->pending; pending != 0; pending &= pending - 1) {
        const uint32_t i = fg_trailing_zeros64(pending);
        const fg_wide power =
            fg_proof_lucas(modulus, base, search->factored / witnesses->primes[i], two);
        if (power == two)
            continue;
        search->product = fg_mont128_mul(modulus, search->product, fg_mod128_sub(power, two, n));
        search->pending &= ~(UINT32_C(1) << i);
        witnesses->values[i] = x;
    }
    return true;
}

/* Returns the least d >= 2, 2 or odd, for which (d / n) is not 1: -1, or 0 and n is composite.
 * Returns 0 if there is none below 2^16, as for squares, and for no prime that is known. */
static FG_HD uint32_t fg_proof_discriminant(fg_wide n) {
    for (uint32_t d = 2; d < UINT32_C(1) << 16; d += d == 2 ? 1 : 2)
        if (fg_proof_jacobi((int32_t)d, n) != 1)
            return d;
    return 0;
}

/* Finds witnesses for n + 1 likewise. A sequence with (Q / n) = 1 cannot be one for the prime 2. */
static FG_HD enum fg_proof_result fg_proof_above(fg_wide n, fg_wide factored, uint32_t pending,
                                                 uint32_t first,
                                                 struct fg_proof_witnesses *witnesses) {
    struct fg_proof_search search = fg_proof_search_begin(n, n + 1, factored, pending);
    const uint32_t d = fg_proof_discriminant(n);
    witnesses->discriminant = d;
    if (d == 0)
        return FG_PROOF_MORE;
    if (fg_proof_jacobi((int32_t)d, n) == 0)
        return FG_PROOF_COMPOSITE;
    for (uint32_t x = first < 1 ? 1 : first; x < FG_PROOF_WITNESS_END; x++) {
        const int symbol = fg_proof_jacobi((int32_t)(x * x) - (int32_t)d, n);
        if (symbol == 0)
            return FG_PROOF_COMPOSITE; /* x^2 = d is impossible, as (d / n) = -1 */
        if (search.pending % 2 == 1 && symbol > 0)
            continue;
        if (!fg_proof_sequence(&search, x, symbol, witnesses))
            return FG_PROOF_COMPOSITE;
        if (search.pending == 0)
            return fg_proof_search_end(&search);
    }
    return FG_PROOF_MORE;
}

/* Finds witnesses for the pending primes of a choice (bit i: number i) from the value `first` on,
 * and leaves the others as they are. `factored` is the product of the full powers of all. */
static FG_HD enum fg_proof_result fg_proof_complete(fg_wide n, uint32_t side, fg_wide factored,
                                                    uint32_t pending, uint32_t first,
                                                    struct fg_proof_witnesses *witnesses) {
    return side == FG_PROOF_BELOW ? fg_proof_below(n, factored, pending, first, witnesses)
                                  : fg_proof_above(n, factored, pending, first, witnesses);
}

static FG_HD enum fg_proof_result fg_proof_find_witnesses(fg_wide n, uint32_t side,
                                                          fg_wide factored,
                                                          struct fg_proof_witnesses *witnesses) {
    const uint32_t all = (UINT32_C(1) << witnesses->count) - 1;
    return fg_proof_complete(n, side, factored, all, 0, witnesses);
}

/* Tries a side alone. */
static FG_HD enum fg_proof_result fg_proof_try_side(const struct fg_proof *proof, uint32_t side,
                                                    struct fg_proof_found *found) {
    const fg_wide factored = fg_proof_choose(proof, side, &found->sides[side]);
    found->sides[FG_PROOF_BELOW + FG_PROOF_ABOVE - side].count = 0;
    if (factored == 0)
        return FG_PROOF_MORE;
    const enum fg_proof_result result =
        fg_proof_find_witnesses(proof->n, side, factored, &found->sides[side]);
    if (result == FG_PROOF_PRIME && !fg_proof_no_square(proof->n, side, factored))
        return FG_PROOF_COMPOSITE;
    return result;
}

/* Tries both sides together. A composite n would have a divisor that is 1 modulo F_below and, as
 * the product of all signs is that of n = -1, also modulo F_above. */
static FG_HD enum fg_proof_result fg_proof_try_both(const struct fg_proof *proof,
                                                    struct fg_proof_found *found) {
    fg_wide factored[FG_PROOF_SIDES];
    if (!fg_proof_choose_both(proof, found, factored))
        return FG_PROOF_MORE;
    for (uint32_t side = 0; side < FG_PROOF_SIDES; side++) {
        const enum fg_proof_result result =
            fg_proof_find_witnesses(proof->n, side, factored[side], &found->sides[side]);
        if (result != FG_PROOF_PRIME)
            return result;
    }
    const fg_wide together = factored[FG_PROOF_BELOW] / 2 * factored[FG_PROOF_ABOVE];
    return fg_residue_has_divisor(proof->n, together) ? FG_PROOF_COMPOSITE : FG_PROOF_PRIME;
}

/*
 * Tries to prove n by the primes that its sides have. `found` (NULL: not wanted) is filled if the
 * result is FG_PROOF_PRIME. FG_PROOF_COMPOSITE is a proof too. FG_PROOF_MORE: there is not enough;
 * or, if fg_proof_enough() or fg_proof_enough_together() says that there is, all witnesses were
 * tried in vain, which has happened for no n. A square, for which there are none, is seen.
 */
static FG_HD enum fg_proof_result fg_proof_try(const struct fg_proof *proof,
                                               struct fg_proof_found *found) {
    struct fg_proof_found unwanted, *filled = found;
    if (found == NULL)
        filled = &unwanted;
    enum fg_proof_result result = fg_proof_try_side(proof, FG_PROOF_BELOW, filled);
    if (result == FG_PROOF_MORE)
        result = fg_proof_try_side(proof, FG_PROOF_ABOVE, filled);
    if (result == FG_PROOF_MORE)
        result = fg_proof_try_both(proof, filled);
    const fg_wide root = fg_wide_isqrt(proof->n);
    return result == FG_PROOF_MORE && root * root == proof->n ? FG_PROOF_COMPOSITE : result;
}

#endif
