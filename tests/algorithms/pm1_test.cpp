// SPDX-License-Identifier: MIT
/*
 * pm1_test.cpp: P-1 in every form against its definition with FLINT's powers: which primes a
 * program finds follows from the order of 2 alone.
 */
#include "support/chosen_numbers.h"
#include "support/lane_forms.h"
#include "support/oracle.h"
#include "support/random_numbers.h"
#include "support/split_share.h"

#include <gmp.h> /* before FLINT, which would include it in an extern "C" block */

#include <flint/ulong_extras.h>

#include <string>
#include <vector>

namespace {

using chosen::random_prime;

/* 2 to the program's exponent, bit by bit. */
uint64_t first_stage(const fg_pm1_program &program, uint64_t p) {
    uint64_t power = 1, square = 2 % p;
    for (unsigned bit = 0; bit < program.exponent_bits; bit++) {
        if (fg_pm1_exponents[program.exponent_word_begin + bit / 64] >> bit % 64 & 1)
            power = n_mulmod2(power, square, p);
        square = n_mulmod2(square, square, p);
    }
    return power;
}

/* Returns whether a pair's powers agree: x^((iD)^2) = x^(j^2). */
bool second_stage_meets(const fg_pm1_program &program, uint64_t x, uint64_t p) {
    unsigned at = program.pair_slot_begin;
    for (unsigned giant = 0; giant < program.giant_count; giant++) {
        const uint64_t i = program.first_giant + giant, step = program.baby_step;
        const uint64_t power = n_powmod2(x, (slong)(i * step * i * step), p);
        for (unsigned k = fg_pair_counts[program.pair_count_begin + giant]; k > 0; k--, at++) {
            const uint64_t j = fg_pm1_babies[program.baby_begin + fg_pair_slots[at]];
            if (n_powmod2(x, (slong)(j * j), p) == power)
                return true;
        }
    }
    EXPECT_EQ(at, program.pair_slot_end);
    return false;
}

class Pm1 : public LaneFormTest {};

TEST_P(Pm1, FindsExactlyThePrimesThatItsExponentAndPairsGive) {
    const LaneForm &form = GetParam();
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t in_first = 0, in_second = 0, missed = 0;
    for (unsigned program = 0; program < FG_PM1_PROGRAM_COUNT; program++) {
        const fg_pm1_program &tables = fg_pm1_programs[program];
        for (size_t i = 0; i < scaled_slow(1600); i += form.pm1_lanes()) {
            uint64_t n[FG_LANES_MOST], p[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST];
            for (unsigned k = 0; k < form.pm1_lanes(); k++) {
                p[k] = random_prime(random, (unsigned)random.between(9, 26));
                const auto bits = (unsigned)random.between(20, form.bits() - 26);
                n[k] = p[k] * random_prime(random, bits);
            }
            form.pm1(n, program, found, early);
            for (unsigned k = 0; k < form.pm1_lanes(); k++) {
                const uint64_t x = first_stage(tables, p[k]);
                const bool first = x == 1, second = second_stage_meets(tables, x, p[k]);
                ASSERT_EQ(early[k] % p[k] == 0, first) << p[k] << " of " << n[k];
                ASSERT_EQ(found[k] % p[k] == 0, second) << p[k] << " of " << n[k];
                in_first += first;
                in_second += second && !first;
                missed += !second;
            }
        }
    }
    EXPECT_GT(in_first, 0u);
    EXPECT_GT(in_second, 0u);
    EXPECT_GT(missed, 0u);
}

/* The pairs must find every prime p for which p - 1 is a prime q in (B1, B2] times a product of
 * what B1 covers. */
TEST_P(Pm1, FindsAPrimeWhoseOrderHasOnePrimeBetweenTheBounds) {
    const LaneForm &form = GetParam();
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (unsigned program = 0; program < FG_PM1_PROGRAM_COUNT; program++) {
        const fg_pm1_program &tables = fg_pm1_programs[program];
        for (uint64_t q = oracle::next_prime(tables.b1); q <= tables.b2;
             q = oracle::next_prime(q + random.between(0, sanitized() ? 400 : 40))) {
            /* p = 1 + 2 k q, k a product of different primes up to B1 */
            uint64_t p = 0;
            for (uint64_t k = 1; k <= tables.b1 && !oracle::is_prime(p); k++)
                if (n_is_squarefree(2 * k) != 0)
                    p = 1 + 2 * k * q;
            if (!oracle::is_prime(p))
                continue;
            uint64_t n[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST];
            for (unsigned k = 0; k < form.pm1_lanes(); k++)
                n[k] = p * random_prime(random, (unsigned)random.between(20, form.bits() - 26));
            form.pm1(n, program, found, early);
            for (unsigned k = 0; k < form.pm1_lanes(); k++)
                ASSERT_EQ(found[k] % p, 0u) << p << ", q = " << q << ", program " << program;
        }
    }
}

/* Stage 1 finds both primes at once: the gcd is n, and the caller must notice it. */
TEST_P(Pm1, GivesAMultipleOfTheNumberWhereAllPrimesComeAtOnce) {
    const LaneForm &form = GetParam();
    for (unsigned program = 0; program < FG_PM1_PROGRAM_COUNT; program++) {
        std::vector<uint64_t> smooth; /* primes whose p - 1 divides the exponent, most likely */
        for (uint64_t p = 1 << 13; smooth.size() < 20; p = oracle::next_prime(p))
            if (oracle::is_prime(p) && first_stage(fg_pm1_programs[program], p) == 1)
                smooth.push_back(p);
        for (size_t i = 0; i + 2 < smooth.size(); i++) {
            uint64_t n[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST];
            for (unsigned k = 0; k < form.pm1_lanes(); k++) { /* three different ones */
                const size_t third = i + 2 + k % (smooth.size() - 2);
                n[k] = smooth[i] * smooth[i + 1] * smooth[third % smooth.size()];
            }
            form.pm1(n, program, found, early);
            for (unsigned k = 0; k < form.pm1_lanes(); k++) {
                ASSERT_EQ(early[k] % n[k], 0u) << n[k];
                ASSERT_EQ(found[k] % n[k], 0u) << n[k];
            }
        }
    }
}

/* Shares measured over 20,000 numbers, give or take five standard deviations of 2,000. */
TEST_P(Pm1, SplitsTheShareOfBalancedSemiprimesThatItUsedTo) {
    const LaneForm &form = GetParam();
    const struct {
        unsigned bits, program;
        double share;
    } cases[] = {{40, FG_PM1_40, 0.505},
                 {48, FG_PM1_48, 0.433},
                 {56, FG_PM1_56, 0.356},
                 {64, FG_PM1_64, 0.279}};
    for (const auto &[bits, program, share] : cases) {
        if (bits > form.bits())
            continue;
        RandomNumbers random;
        SCOPED_TRACE(random.trace());
        const auto run = [&](const uint64_t *n, uint64_t *found, uint64_t *early) {
            form.pm1(n, program, found, early);
        };
        const double got = split_share(form, random, bits, form.pm1_lanes(), 2000, run);
        EXPECT_NEAR(got, share, 0.055) << bits << " bits";
    }
}

INSTANTIATE_TEST_SUITE_P(Forms, Pm1, testing::ValuesIn(for_many(all_lane_forms())), lane_form_name);

} // namespace
