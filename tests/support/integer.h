/* SPDX-License-Identifier: MIT */
/*
 * integer.h: integers of any size, and products of prime powers, for tests of tables.
 */
#ifndef FG_TESTS_INTEGER_H
#define FG_TESTS_INTEGER_H

#include <gmp.h>

#include <map>
#include <ostream>
#include <vector>

/* An integer of any size. */
class Integer {
  public:
    explicit Integer(uint64_t n = 0) { mpz_init_set_ui(value_, n); }
    Integer(const Integer &other) { mpz_init_set(value_, other.value_); }
    Integer &operator=(Integer other) {
        mpz_swap(value_, other.value_);
        return *this;
    }
    ~Integer() { mpz_clear(value_); }

    mpz_ptr get() { return value_; }
    mpz_srcptr get() const { return value_; }
    bool operator==(const Integer &other) const { return mpz_cmp(value_, other.value_) == 0; }

    /* Divides by p as often as it divides, and returns how often. */
    unsigned take_out(unsigned p) {
        const Integer prime(p);
        return static_cast<unsigned>(mpz_remove(value_, value_, prime.get()));
    }

  private:
    mpz_t value_;
};

inline std::ostream &operator<<(std::ostream &out, const Integer &n) {
    std::vector<char> text(mpz_sizeinbase(n.get(), 10) + 2);
    return out << mpz_get_str(text.data(), 10, n.get());
}

/* The primes up to `limit`. */
inline std::vector<unsigned> primes_up_to(unsigned limit) {
    std::vector<bool> composite(limit + 1);
    std::vector<unsigned> primes;
    for (unsigned p = 2; p <= limit; p++) {
        if (!composite[p])
            primes.push_back(p);
        for (unsigned multiple = p; multiple <= limit; multiple += p)
            composite[multiple] = true;
    }
    return primes;
}

/* Exponents by their primes. */
using Powers = std::map<unsigned, unsigned>;

inline Integer product(const Powers &powers) {
    Integer result(1), power;
    for (const auto &[p, e] : powers) {
        mpz_ui_pow_ui(power.get(), p, e);
        mpz_mul(result.get(), result.get(), power.get());
    }
    return result;
}

template <typename T, size_t n> size_t length(const T (&)[n]) {
    return n;
}

#endif
