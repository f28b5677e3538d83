/* SPDX-License-Identifier: MIT */
/*
 * model_planes.h: planes as planes.h describes them, made from lists of primes instead of a sieve.
 *
 * What the description leaves open is filled with values that would be noticed in an answer.
 */
#ifndef FG_TESTS_METHODS_SIEVE_MODEL_PLANES_H
#define FG_TESTS_METHODS_SIEVE_MODEL_PLANES_H

#include "support/internals.h"
#include "support/oracle.h"

extern "C" {
#include "methods/sieve/planes.h"
}

#include <algorithm>
#include <utility>
#include <vector>

class ModelPlanes {
  public:
    using Powers = std::vector<std::pair<uint64_t, unsigned>>;

    /* The numbers first .. first + powers.size() - 1 with these prime powers, ascending; 0 has
     * none. Primes up to `limit` are entries, as a sieve with all primes up to there has them. */
    ModelPlanes()
        : small_counts_(array), large_counts_(array), special_(array / 8),
          small_(static_cast<size_t>(FG_SMALL_STRIDE) * FG_SMALL_PLANES + array, 0x5a5a),
          large_(static_cast<size_t>(FG_LARGE_STRIDE) * FG_LARGE_PLANES + array, 0x5a5a5a5b) {
        for (const Pattern &pattern : tiny_)
            fill_pattern(pattern);
        planes_.tiny = &patterns_;
        planes_.small_counts = small_counts_.data();
        planes_.small = small_.data();
        planes_.special = special_.data();
    }
    ModelPlanes(const ModelPlanes &) = delete;
    ModelPlanes &operator=(const ModelPlanes &) = delete;

    /* Takes the numbers first .. first + powers.size() - 1 with these prime powers, ascending; 0
     * has none. Primes up to `limit` are entries, as a sieve with all primes up to there has them.
     */
    void set(uint64_t first, const std::vector<Powers> &powers, uint64_t limit) {
        for (std::vector<uint8_t> *bytes : {&small_counts_, &large_counts_, &special_})
            std::fill(bytes->begin(), bytes->end(), static_cast<uint8_t>(0));
        planes_.first = first;
        planes_.count = static_cast<uint32_t>(powers.size());
        planes_.at_3 = static_cast<uint32_t>(first % FG_PERIOD_3);
        planes_.at_5 = static_cast<uint32_t>(first % FG_PERIOD_5);
        planes_.at_7 = static_cast<uint32_t>(first % FG_PERIOD_7);
        const bool has_large = limit > UINT16_MAX;
        planes_.large_counts = has_large ? large_counts_.data() : nullptr;
        planes_.large = has_large ? large_.data() : nullptr;
        for (size_t i = 0; i < powers.size(); i++)
            fill(i, first + i, powers[i], limit);
    }

    const fg_planes *get() const { return &planes_; }
    /* Gives access to the planes, to make them wrong. */
    uint16_t *small() { return small_.data(); }
    uint8_t *small_counts() { return small_counts_.data(); }

  private:
    static constexpr size_t array = FG_SEGMENT + FG_PLANES_READ;
    struct Pattern {
        uint32_t p, period;
        uint8_t *exponents;
    };

    static void fill_pattern(const Pattern &pattern) {
        const auto &[p, period, exponents] = pattern;
        for (uint32_t i = 0; i < period + FG_PLANES_READ; i++) {
            const uint32_t n = i % period == 0 ? period : i % period;
            uint32_t exponent = 0;
            for (uint32_t left = n; left % p == 0; left /= p)
                exponent++;
            exponents[i] = static_cast<uint8_t>(exponent);
        }
    }

    void make_special(size_t i) {
        special_[i / 8] = static_cast<uint8_t>(special_[i / 8] | 1 << (i % 8));
    }

    void add_small(size_t i, uint64_t entry) {
        small_[small_counts_[i]++ * static_cast<size_t>(FG_SMALL_STRIDE) + i] =
            static_cast<uint16_t>(entry);
    }

    /* Adds p^exponent to number i; p >= 11. */
    void add_power(size_t i, uint64_t p, unsigned exponent) {
        if (p > UINT16_MAX)
            large_[large_counts_[i]++ * static_cast<size_t>(FG_LARGE_STRIDE) + i] =
                static_cast<uint32_t>(p);
        else
            add_small(i, p);
        uint64_t power = p;
        for (unsigned k = 1; k < exponent; k++) {
            if (p > UINT8_MAX || power * p > UINT16_MAX) {
                make_special(i);
                return;
            }
            power *= p;
            add_small(i, p - 1);
        }
    }

    void fill(size_t i, uint64_t n, const Powers &powers, uint64_t limit) {
        if (n << 32 == 0)
            make_special(i);
        for (const auto &[p, exponent] : powers) {
            if ((p == 3 && exponent > 6) || (p == 5 && exponent > 4) || (p == 7 && exponent > 4))
                make_special(i);
            if (p >= 11 && p <= limit)
                add_power(i, p, exponent);
        }
    }

    fg_planes planes_{};
    fg_tiny_patterns patterns_{};
    const std::vector<Pattern> tiny_ = {{3, FG_PERIOD_3, patterns_.of_3},
                                        {5, FG_PERIOD_5, patterns_.of_5},
                                        {7, FG_PERIOD_7, patterns_.of_7}};
    std::vector<uint8_t> small_counts_, large_counts_, special_;
    std::vector<uint16_t> small_;
    std::vector<uint32_t> large_;
};

#endif
