/* SPDX-License-Identifier: MIT */
/*
 * wide_integer.h: GMP's integers to hold arithmetic of two words against, and numbers at the bounds
 * of that arithmetic.
 */
#ifndef FG_TESTS_WIDE_INTEGER_H
#define FG_TESTS_WIDE_INTEGER_H

#include "support/random_numbers.h"
#include "support/wide_numbers.h"

#include <cstdint>
#include <gmp.h>
#include <iterator>
#include <ostream>

extern "C" {
#include "arith/wide.h"
}

namespace wide {

/* An integer of any size, not negative. */
class Integer {
  public:
    Integer(fg_wide n = 0) {
        const uint64_t words[] = {fg_wide_low(n), fg_wide_high(n)};
        mpz_init(value_);
        mpz_import(value_, 2, -1, sizeof words[0], 0, 0, words);
    }
    Integer(const Integer &other) { mpz_init_set(value_, other.value_); }
    Integer &operator=(const Integer &other) {
        if (this != &other)
            mpz_set(value_, other.value_);
        return *this;
    }
    ~Integer() { mpz_clear(value_); }

    mpz_srcptr mpz() const { return value_; }
    mpz_ptr mpz() { return value_; }
    /* The value modulo 2^128. */
    fg_wide number() const {
        uint64_t words[2] = {0, 0};
        mpz_t low;
        mpz_init(low);
        mpz_fdiv_r_2exp(low, value_, 128);
        mpz_export(words, nullptr, -1, sizeof words[0], 0, 0, low);
        mpz_clear(low);
        return fg_wide_join(words[0], words[1]);
    }

    friend Integer operator+(Integer a, const Integer &b) {
        mpz_add(a.value_, a.value_, b.value_);
        return a;
    }
    friend Integer operator-(Integer a, const Integer &b) {
        mpz_sub(a.value_, a.value_, b.value_);
        return a;
    }
    friend Integer operator*(Integer a, const Integer &b) {
        mpz_mul(a.value_, a.value_, b.value_);
        return a;
    }
    friend Integer operator%(Integer a, const Integer &b) {
        mpz_mod(a.value_, a.value_, b.value_);
        return a;
    }
    friend Integer operator<<(Integer a, unsigned bits) {
        mpz_mul_2exp(a.value_, a.value_, bits);
        return a;
    }
    friend bool operator==(const Integer &a, const Integer &b) {
        return mpz_cmp(a.value_, b.value_) == 0;
    }
    friend bool operator<(const Integer &a, const Integer &b) {
        return mpz_cmp(a.value_, b.value_) < 0;
    }
    Integer gcd(const Integer &other) const {
        Integer result;
        mpz_gcd(result.value_, value_, other.value_);
        return result;
    }
    Integer root(unsigned exponent) const {
        Integer result;
        mpz_root(result.value_, value_, exponent);
        return result;
    }
    Integer power_modulo(const Integer &exponent, const Integer &n) const {
        Integer result;
        mpz_powm(result.value_, value_, exponent.value_, n.value_);
        return result;
    }

    friend std::ostream &operator<<(std::ostream &out, const Integer &a) {
        char text[2048];
        gmp_snprintf(text, sizeof text, "%Zd", a.value_);
        return out << text;
    }
    /* GoogleTest would take the conversion from a number for a container. */
    friend void PrintTo(const Integer &a, std::ostream *out) { *out << a; }

  private:
    mpz_t value_;
};

/* Below `end` > 0. */
inline fg_wide below(RandomNumbers &random, fg_wide end) {
    return fg_wide_join(random.any(), random.any()) % end;
}

/* Odd, with `least` to `most` bits; often next to a power of two, where words, limbs and forms end,
 * or with runs of ones and zeros. */
inline fg_wide odd_near_bounds(RandomNumbers &random, unsigned least, unsigned most) {
    static const unsigned edges[] = {48, 50, 52, 63, 64, 65, 96, 98, 100, 102, 104, 122, 127, 128};
    const auto bits = (unsigned)random.between(least, most);
    const fg_wide last = ~(fg_wide)0 >> (128 - most);
    switch (random.between(0, 7)) {
    case 0: /* below the end */
        return last - 2 * random.between(0, least == most || most > 8 ? 50 : 0);
    case 1: { /* around a power of two */
        const unsigned edge = edges[random.between(0, std::size(edges) - 1)];
        const fg_wide power = edge == 128 ? 0 : (fg_wide)1 << edge;
        const fg_wide offset = 1 + 2 * random.between(0, 20);
        const fg_wide n = random.between(0, 1) == 0 ? power - offset : power + offset;
        if (fg_wide_bit_length(n) >= least && fg_wide_bit_length(n) <= most)
            return n;
        break;
    }
    case 2: { /* ones, then zeros, or the reverse */
        const fg_wide ones = ((fg_wide)1 << random.between(0, bits - 1)) - 1;
        const fg_wide top = (fg_wide)1 << (bits - 1);
        return (random.between(0, 1) == 0 ? top | ones : top | ((2 * (top - 1) + 1) & ~ones)) | 1;
    }
    default:
        break;
    }
    return wide_numbers::random_of(random, bits) | 1;
}

} // namespace wide

#endif
