// SPDX-License-Identifier: MIT
/*
 * wide_oracle.cpp: FLINT's answers for numbers of two words.
 */
#include "wide_oracle.h"

#include <gmp.h> /* before FLINT, which would include it in an extern "C" block */

#include <flint/fmpz.h>
#include <flint/fmpz_factor.h>

#include <algorithm>
#include <stdexcept>

namespace oracle {

namespace {

/* An integer of FLINT's. */
class Integer {
  public:
    explicit Integer(Wide n) {
        fmpz_init(value_);
        fmpz_set_ui(value_, static_cast<ulong>(n >> 64));
        fmpz_mul_2exp(value_, value_, 64);
        fmpz_add_ui(value_, value_, static_cast<ulong>(n));
    }
    ~Integer() { fmpz_clear(value_); }
    Integer(const Integer &) = delete;
    Integer &operator=(const Integer &) = delete;
    fmpz *get() { return value_; }

  private:
    fmpz_t value_;
};

Wide value_of(const fmpz *n) {
    fmpz_t high;
    fmpz_init(high);
    fmpz_fdiv_q_2exp(high, n, 64);
    const Wide upper = fmpz_get_ui(high);
    fmpz_mul_2exp(high, high, 64);
    fmpz_sub(high, n, high);
    const Wide lower = fmpz_get_ui(high);
    fmpz_clear(high);
    return upper << 64 | lower;
}

} // namespace

std::vector<std::pair<Wide, unsigned>> wide_prime_powers(Wide n) {
    Integer number(n);
    fmpz_factor_t factors;
    fmpz_factor_init(factors);
    fmpz_factor(factors, number.get());
    std::vector<std::pair<Wide, unsigned>> powers;
    Wide product = 1;
    for (slong i = 0; i < factors->num; i++) {
        const Wide prime = value_of(factors->p + i);
        powers.emplace_back(prime, static_cast<unsigned>(factors->exp[i]));
        for (ulong k = 0; k < factors->exp[i]; k++)
            if (__builtin_mul_overflow(product, prime, &product))
                throw std::logic_error("FLINT's factors are too large");
    }
    fmpz_factor_clear(factors);
    if (product != n)
        throw std::logic_error("FLINT's factors do not multiply to " + decimal(n));
    std::sort(powers.begin(), powers.end());
    return powers;
}

bool is_wide_prime(Wide n) {
    Integer number(n);
    return fmpz_is_probabprime(number.get()) == 1;
}

bool is_proved_wide_prime(Wide n) {
    Integer number(n);
    return fmpz_is_prime(number.get()) == 1;
}

bool passes_strong_test(Wide n, unsigned base) {
    Integer number(n), of(base);
    return fmpz_is_strong_probabprime(number.get(), of.get()) == 1;
}

Wide next_wide_prime(Wide n) {
    do
        n++;
    while (!is_wide_prime(n));
    return n;
}

Wide previous_wide_prime(Wide n) {
    do
        n--;
    while (!is_wide_prime(n));
    return n;
}

std::string decimal(Wide n) {
    std::string digits;
    do
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(n % 10)));
    while ((n /= 10) > 0);
    return digits;
}

Wide wide(const char *digits) {
    Wide n = 0;
    for (; *digits != '\0'; digits++)
        if (__builtin_mul_overflow(n, Wide{10}, &n) ||
            __builtin_add_overflow(n, static_cast<Wide>(*digits - '0'), &n))
            throw std::logic_error("a number for a test is not below 2^128");
    return n;
}

} // namespace oracle
