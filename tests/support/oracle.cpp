// SPDX-License-Identifier: MIT
/*
 * oracle.cpp: FLINT's answers, expanded to divisors.
 */
#include "oracle.h"

#include <gmp.h> /* before FLINT, which would include it in an extern "C" block */

#include <flint/fmpz.h>
#include <flint/ulong_extras.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

namespace oracle {

namespace {

using PrimePowers = std::vector<std::pair<std::uint64_t, unsigned>>;

PrimePowers factor(std::uint64_t n) {
    n_factor_t factors;
    n_factor_init(&factors);
    n_factor(&factors, n, 1);
    PrimePowers powers;
    std::uint64_t product = 1;
    for (int i = 0; i < factors.num; i++) {
        const std::uint64_t prime = factors.p[i];
        if (n_is_prime(prime) == 0)
            throw std::logic_error("FLINT gave a composite as a prime");
        powers.emplace_back(prime, static_cast<unsigned>(factors.exp[i]));
        for (unsigned long k = 0; k < static_cast<unsigned long>(factors.exp[i]); k++)
            if (__builtin_mul_overflow(product, prime, &product))
                throw std::logic_error("FLINT's factors are too large");
    }
    if (product != n)
        throw std::logic_error("FLINT's factors do not multiply to " + std::to_string(n));
    std::sort(powers.begin(), powers.end());
    return powers;
}

} // namespace

/* The latest numbers are remembered: a test asks for the same ones by several methods, and FLINT
 * takes most of the time of some. */
PrimePowers prime_powers(std::uint64_t n) {
    constexpr std::size_t max_known = 1 << 14;
    thread_local std::unordered_map<std::uint64_t, PrimePowers> known;
    const auto found = known.find(n);
    if (found != known.end())
        return found->second;
    if (known.size() == max_known)
        known.clear();
    return known.emplace(n, factor(n)).first->second;
}

Numbers primes(uint64_t n) {
    Numbers list;
    for (const auto &[prime, exponent] : prime_powers(n))
        list.insert(list.end(), exponent, prime);
    return list;
}

Numbers divisors(std::uint64_t n) {
    Numbers list = {1};
    for (const auto &[prime, exponent] : prime_powers(n)) {
        const std::size_t before = list.size();
        for (std::size_t i = 0; i < before; i++) {
            std::uint64_t d = list[i];
            for (unsigned k = 0; k < exponent; k++)
                list.push_back(d *= prime);
        }
    }
    std::sort(list.begin(), list.end());
    return list;
}

bool is_prime(std::uint64_t n) {
    return n_is_prime(n) != 0;
}

std::uint64_t next_prime(std::uint64_t n) {
    do
        n++;
    while (!is_prime(n));
    return n;
}

std::string sum_of_divisors(std::uint64_t n) {
    fmpz_t number, sum;
    fmpz_init_set_ui(number, n);
    fmpz_init(sum);
    fmpz_divisor_sigma(sum, 1, number);
    char *const text = fmpz_get_str(nullptr, 10, sum);
    const std::string digits = text;
    flint_free(text);
    fmpz_clear(number);
    fmpz_clear(sum);
    return digits;
}

std::vector<Numbers> sieve_divisors(std::uint64_t limit) {
    std::vector<Numbers> table(limit + 1);
    for (std::uint64_t d = 1; d <= limit; d++)
        for (std::uint64_t multiple = d; multiple <= limit; multiple += d)
            table[multiple].push_back(d);
    return table;
}

std::string difference(const Numbers &got, const Numbers &expected) {
    if (got == expected)
        return "";
    std::ostringstream text;
    text << got.size() << " entries, expected " << expected.size();
    const std::size_t common = std::min(got.size(), expected.size());
    const auto [left, right] = std::mismatch(
        got.begin(), got.begin() + static_cast<std::ptrdiff_t>(common), expected.begin());
    text << "; entry " << left - got.begin() << " is "
         << (left == got.end() ? "missing" : std::to_string(*left)) << ", expected "
         << (right == expected.end() ? "none" : std::to_string(*right));
    return text.str();
}

} // namespace oracle
