// SPDX-License-Identifier: MIT
/*
 * ecm_wide_tables_test.cpp: the tables of ECM and P-1 for wide numbers, checked by their purpose as
 * ecm_tables_test.cpp checks those for 64 bits.
 */
#include "algorithms/ecm_wide_tables.h"
#include "support/program_walk.h"

namespace {

/* b1, b2, D. */
struct Bounds {
    unsigned b1, b2, step;
};
const Bounds ecm_bounds[] = {
    {250, 12000, 210},    {600, 36000, 420},    {1400, 84000, 840},
    {3000, 240000, 1260}, {8000, 640000, 2310},
};
const Bounds pm1_bounds[] = {
    {1000, 20000, 210},    {3000, 60000, 420},    {16000, 320000, 1260},
    {32000, 640000, 2310}, {48000, 960000, 2310},
};

/* The primes up to b1 to the highest power up to b1 or `least_power`. */
Powers exponent(unsigned b1, unsigned least_power) {
    Powers powers;
    for (const unsigned p : primes_up_to(b1)) {
        unsigned e = 1;
        for (uint64_t power = p; power * p <= std::max(b1, least_power); power *= p)
            e++;
        powers[p] = e;
    }
    return powers;
}

template <typename Program> void expect_bounds(const Program &program, const Bounds &bounds) {
    EXPECT_EQ(program.b1, bounds.b1);
    EXPECT_EQ(program.b2, bounds.b2);
    EXPECT_EQ(program.baby_step, bounds.step);
}

template <typename Program>
void expect_pairs_meet_every_prime(const Program &program, const std::vector<unsigned> &babies) {
    expect_babies(babies, program.baby_step);
    ASSERT_EQ(babies.size(), program.baby_count);
    ASSERT_LE(program.baby_count, FG_WIDE_BABIES);
    const unsigned words = (program.baby_count + 63u) / 64u;
    ASSERT_EQ(program.pair_slot_end - program.pair_slot_begin + 0u, program.giant_count * words);
    ASSERT_LE(program.pair_slot_end, length(fg_wide_pair_bits));
    ASSERT_LE(program.pair_count_begin + program.giant_count + 0u, length(fg_wide_pair_counts));

    std::set<unsigned> values;
    for (unsigned giant = 0; giant < program.giant_count; giant++) {
        const unsigned multiple = (program.first_giant + giant) * program.baby_step;
        const uint64_t *const row = &fg_wide_pair_bits[program.pair_slot_begin + giant * words];
        unsigned count = 0;
        for (unsigned bit = 0; bit < 64 * words; bit++)
            if (row[bit / 64] >> bit % 64 & 1) {
                ASSERT_LT(bit, program.baby_count);
                values.insert({multiple - babies[bit], multiple + babies[bit]});
                count++;
            }
        EXPECT_EQ(fg_wide_pair_counts[program.pair_count_begin + giant], count) << giant;
    }
    const unsigned last = program.first_giant + program.giant_count - 1u;
    expect_values_meet_every_prime(program.b1, program.b2,
                                   last * program.baby_step + program.baby_step / 2u, values, {});
}

/* Sets r to what the program's windows multiply by. */
void walk_windows(const struct fg_wide_ecm_program &program, Integer &r) {
    r = Integer(1);
    for (unsigned at = program.step_begin; at < program.step_end; at++) {
        const struct fg_ecm_step step = fg_wide_ecm_steps[at];
        const unsigned window = step.flags >> FG_WIDE_ECM_WINDOW_SHIFT;
        ASSERT_LT(window, program.window_count);
        ASSERT_GT(step.doublings, 0);
        ASSERT_EQ(step.flags & FG_ECM_START, 0);
        const Integer operand(2 * window + 1);
        mpz_mul_2exp(r.get(), r.get(), step.doublings);
        ASSERT_NE(mpz_cmpabs(r.get(), operand.get()), 0);
        (step.flags & FG_ECM_SUBTRACT ? mpz_sub : mpz_add)(r.get(), r.get(), operand.get());
    }
    mpz_mul_2exp(r.get(), r.get(), program.twos);
}

TEST(EcmWideTables, ChainsMultiplyByTheirExponent) {
    ASSERT_EQ(length(fg_wide_ecm_programs), static_cast<size_t>(FG_WIDE_ECM_PROGRAM_COUNT));
    ASSERT_EQ(length(ecm_bounds), static_cast<size_t>(FG_WIDE_ECM_PROGRAM_COUNT));
    unsigned end = 0;
    for (unsigned k = 0; k < FG_WIDE_ECM_PROGRAM_COUNT; k++) {
        SCOPED_TRACE(k);
        const struct fg_wide_ecm_program &program = fg_wide_ecm_programs[k];
        expect_bounds(program, ecm_bounds[k]);
        EXPECT_EQ(program.step_begin, end);
        end = program.step_end;
        ASSERT_LE(end, length(fg_wide_ecm_steps));
        Integer r;
        if (program.window_count != 0)
            walk_windows(program, r);
        else
            walk_chain(program, fg_wide_ecm_steps, r);
        /* The operands of windows are kept in the slots: four residues each, two to a slot. */
        EXPECT_LE(2 * program.window_count, program.slot_count);
        EXPECT_EQ(r, product(exponent(program.b1, 1024)));
    }
    EXPECT_EQ(end, length(fg_wide_ecm_steps));
}

TEST(EcmWideTables, PointStepsReachWhatThePairsOfEcmMeetEveryPrimeWith) {
    unsigned end = 0;
    for (const struct fg_wide_ecm_program &program : fg_wide_ecm_programs) {
        SCOPED_TRACE(program.b1);
        EXPECT_EQ(program.point_step_begin, end);
        end = program.point_step_end;
        ASSERT_LE(end, length(fg_wide_ecm_point_steps));
        ASSERT_LE(program.slot_count, FG_WIDE_ECM_SLOTS);
        ASSERT_LE(program.baby_count + program.giant_count, program.slot_count);
        const std::vector<unsigned> slots =
            walk_point_steps(program, fg_wide_ecm_point_steps, FG_WIDE_ECM_DOUBLE);
        for (unsigned giant = 0; giant < program.giant_count; giant++)
            EXPECT_EQ(slots[program.baby_count + giant],
                      (program.first_giant + giant) * program.baby_step);
        expect_pairs_meet_every_prime(program, {slots.begin(), slots.begin() + program.baby_count});
    }
    EXPECT_EQ(end, length(fg_wide_ecm_point_steps));
}

TEST(EcmWideTables, Pm1ExponentsHaveEveryPrimeAndItsPowers) {
    ASSERT_EQ(length(fg_wide_pm1_programs), static_cast<size_t>(FG_WIDE_PM1_PROGRAM_COUNT));
    ASSERT_EQ(length(pm1_bounds), static_cast<size_t>(FG_WIDE_PM1_PROGRAM_COUNT));
    for (unsigned k = 0; k < FG_WIDE_PM1_PROGRAM_COUNT; k++) {
        const struct fg_wide_pm1_program &program = fg_wide_pm1_programs[k];
        SCOPED_TRACE(program.b1);
        expect_bounds(program, pm1_bounds[k]);
        ASSERT_LE(program.exponent_word_begin + (program.exponent_bits + 63u) / 64u,
                  length(fg_wide_pm1_exponents));
        Powers powers = exponent(program.b1, 0);
        powers[2]++;
        EXPECT_EQ(factor_exponent(fg_wide_pm1_exponents + program.exponent_word_begin,
                                  program.exponent_bits, program.b1),
                  powers);
    }
}

TEST(EcmWideTables, PairsOfPm1MeetEveryPrime) {
    for (const struct fg_wide_pm1_program &program : fg_wide_pm1_programs) {
        SCOPED_TRACE(program.b1);
        ASSERT_LE(program.baby_count + program.giant_count, FG_WIDE_PM1_SLOTS);
        ASSERT_LE(program.baby_begin + program.baby_count + 0u, length(fg_wide_pm1_babies));
        const uint16_t *const first = fg_wide_pm1_babies + program.baby_begin;
        expect_pairs_meet_every_prime(program, {first, first + program.baby_count});
    }
}

} // namespace
