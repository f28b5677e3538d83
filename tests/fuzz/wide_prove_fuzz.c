/* SPDX-License-Identifier: MIT */
/*
 * wide_prove_fuzz.c: proofs of primality and their certificates, held against the theorems with
 * plain arithmetic (fuzz_wide.h): every witness, the size of what is factored, the discriminant. A
 * number that is said to be composite must fail a strong test.
 *
 * Input: a byte that says how the word of 16 bytes behind it becomes a number: as it is, the next
 * one that may be prime, or one beside a multiple of a power of 2 or of 3. Of a certificate that
 * uses both n - 1 and n + 1 only the witnesses are checked.
 */
#include "fuzz_wide.h"

#include "factor_gpu.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static fuzz_wide joined(struct fg_uint128 n) {
    return (fuzz_wide)n.high << 64 | n.low;
}

static fuzz_wide residue_of(int64_t value, fuzz_wide n) {
    const uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    return value < 0 ? fuzz_subtract(0, size % n, n) : size % n;
}

/* U_k(p, q) modulo n: x^k = U_k x - q U_(k-1) modulo x^2 - p x + q. */
static fuzz_wide lucas(fuzz_wide p, fuzz_wide q, fuzz_wide k, fuzz_wide n) {
    fuzz_wide a = 1, b = 0; /* a + b x */
    for (unsigned bit = 128; bit-- > 0;) {
        const fuzz_wide square = fuzz_multiply(b, b, n), twice = fuzz_multiply(a, b, n);
        a = fuzz_subtract(fuzz_multiply(a, a, n), fuzz_multiply(q, square, n), n);
        b = fuzz_add(fuzz_add(twice, twice, n), fuzz_multiply(p, square, n), n);
        if (k >> bit & 1) {
            const fuzz_wide before = a;
            a = fuzz_subtract(0, fuzz_multiply(q, b, n), n);
            b = fuzz_add(before, fuzz_multiply(p, b, n), n);
        }
    }
    return b;
}

static void check_base(fuzz_wide n, const struct fg_certificate_factor *factor) {
    const fuzz_wide base = residue_of(factor->base, n), prime = joined(factor->prime);
    const fuzz_wide power = fuzz_power(base, (n - 1) / prime, n);
    fuzz_require(fuzz_power(base, n - 1, n) == 1, "a base's power is not 1", n);
    fuzz_require(fuzz_gcd(fuzz_subtract(power, 1, n), n) == 1, "no witness", n);
}

static void check_sequence(fuzz_wide n, const struct fg_certificate_factor *factor) {
    const fuzz_wide p = residue_of(factor->p, n), q = residue_of(factor->q, n);
    const fuzz_wide discriminant = residue_of(factor->p * factor->p - 4 * factor->q, n);
    fuzz_require(fuzz_gcd(discriminant, n) == 1 && fuzz_gcd(q, n) == 1, "degenerate", n);
    fuzz_require(lucas(p, q, n + 1, n) == 0, "a sequence's term is not 0", n);
    fuzz_require(fuzz_gcd(lucas(p, q, (n + 1) / joined(factor->prime), n), n) == 1,
                 "no sequence for a prime", n);
}

static bool is_square(fuzz_wide value) {
    fuzz_wide low = 0, high = (fuzz_wide)1 << 64;
    while (high - low > 1) {
        const fuzz_wide middle = low + (high - low) / 2;
        if (middle <= value / middle)
            low = middle;
        else
            high = middle;
    }
    return low * low == value;
}

/* Returns whether the product of two numbers below 2^127 is above n. */
static bool is_product_above(fuzz_wide a, fuzz_wide b, fuzz_wide n) {
    fuzz_wide product;
    return __builtin_mul_overflow(a, b, &product) || product > n;
}

/* The theorems 5 and 17 (m = 1) of Brillhart, Lehmer and Selfridge: no composite n is left. F =
 * `factored`, and R = 2 F s + r with |r| < F for n + 1. An F above the cube root of 2^129 is large
 * enough. Between r^2 and its neighbours is no square. */
static void check_size(fuzz_wide n, bool minus, fuzz_wide factored) {
    const fuzz_wide rest = (minus ? n - 1 : n + 1) / factored;
    if (factored >> 64 != 0) /* s = 0 */
        return;
    fuzz_wide s = rest / (2 * factored), r = rest % (2 * factored);
    if (!minus && r > factored) {
        s++;
        r = 2 * factored - r;
    }
    if (factored >> 43 == 0) {
        const fuzz_wide other =
            2 * factored * factored + 1 + (minus ? (r - 1) * factored : factored - r * factored);
        fuzz_require(is_product_above(minus ? factored + 1 : factored - 1, other, n),
                     "too little is factored", n);
    }
    if (s == 0 || 8 * s < 2 * r - 1 || (minus && r * r < 8 * s))
        return;
    fuzz_require(!is_square(minus ? r * r - 8 * s : r * r + 8 * s), "the discriminant is a square",
                 n);
}

/* Checks the primes and witnesses of a side, and returns the product of their full powers. */
static fuzz_wide check_side(const struct fg_certificate *certificate, bool minus) {
    const fuzz_wide n = joined(certificate->number), side = minus ? n - 1 : n + 1;
    const struct fg_certificate_factor *first = NULL;
    fuzz_wide factored = 1;
    for (size_t i = 0; i < certificate->factor_count; i++) {
        const struct fg_certificate_factor *const factor = &certificate->factors[i];
        const fuzz_wide prime = joined(factor->prime);
        if ((factor->base != 0) != minus)
            continue;
        fuzz_require(side % prime == 0 && factored % prime != 0, "no new factor", n);
        fuzz_require(fuzz_is_prime(prime), "a factor is not prime", n);
        first = first != NULL ? first : factor;
        if (minus)
            check_base(n, factor);
        else
            check_sequence(n, factor);
        fuzz_require(factor->p * factor->p - 4 * factor->q == first->p * first->p - 4 * first->q,
                     "another discriminant", n);
        for (fuzz_wide left = side / factored; left % prime == 0; left /= prime)
            factored *= prime;
    }
    fuzz_require(factored % 2 == 0, "the prime 2 is missing", n);
    return factored;
}

static void check(const struct fg_certificate *certificate) {
    const fuzz_wide n = joined(certificate->number);
    switch (certificate->kind) {
    case FG_CERTIFICATE_NONE:
        fuzz_require(!fuzz_is_prime(n), "a prime was called composite", n);
        return;
    case FG_CERTIFICATE_SMALL:
        fuzz_require(n >> 64 == 0 && fuzz_is_prime(n), "no prime below 2^64", n);
        return;
    case FG_CERTIFICATE_BASES:
        fuzz_require(n < FUZZ_BASES_END && fuzz_is_prime(n), "no prime by bases", n);
        return;
    case FG_CERTIFICATE_MINUS_1:
    case FG_CERTIFICATE_PLUS_1:
        check_size(n, certificate->kind == FG_CERTIFICATE_MINUS_1,
                   check_side(certificate, certificate->kind == FG_CERTIFICATE_MINUS_1));
        return;
    case FG_CERTIFICATE_BOTH:
        check_side(certificate, true);
        check_side(certificate, false);
        return;
    }
    fuzz_require(false, "no such kind", n);
}

/* Returns whether n has no prime up to 31 and passes the strong test to base 2. */
static bool may_be_prime(fuzz_wide n) {
    static const uint8_t primes[] = {3, 5, 7, 11, 13, 17, 19, 23, 29, 31};
    for (size_t i = 0; i < sizeof primes; i++)
        if (n % primes[i] == 0)
            return false;
    return fuzz_is_strong(n, 2);
}

/* Returns n, or a number with the same parity `step` or several steps above that may be prime. */
static fuzz_wide search(fuzz_wide n, fuzz_wide step) {
    fuzz_wide candidate = n;
    if (n < 1000)
        return n;
    for (unsigned i = 0; i < 400 && candidate >= n; i++, candidate += step)
        if (may_be_prime(candidate))
            return candidate;
    return n;
}

static fuzz_wide make_number(fuzz_wide word, unsigned how) {
    const fuzz_wide two = (fuzz_wide)1 << (how >> 2) % 60;
    fuzz_wide three = 2;
    for (unsigned i = 0; i < (how >> 2) % 40; i++)
        three *= 3;
    switch (how % 4) {
    case 1:
        return search(word | 1 | (fuzz_wide)1 << 64, 2);
    case 2: /* n - 1 is a multiple of 2^k */
        return search((word / 2 / two | (fuzz_wide)1 << 64) * two * 2 + 1, 2 * two);
    case 3: /* n + 1 is a multiple of 2 * 3^k */
        return search((word / three + 1) * three - 1, three);
    default:
        return word;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_wide word;
    if (size < 1 + sizeof word)
        return 0;
    memcpy(&word, data + 1, sizeof word);
    const fuzz_wide n = make_number(word, data[0]);
    struct fg_certificate certificate = {.size = sizeof certificate};
    struct fg_error error;
    fuzz_require(fg_prove_prime((struct fg_uint128){(uint64_t)n, (uint64_t)(n >> 64)}, &certificate,
                                &error) == FG_OK,
                 "failed", n);
    fuzz_require(joined(certificate.number) == n, "another number", n);
    check(&certificate);
    return 0;
}
