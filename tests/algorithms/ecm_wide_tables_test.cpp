// SPDX-License-Identifier: MIT
/*
 * ecm_wide_tables_test.cpp: the tables of ECM and P-1 for wide numbers, checked by their purpose as
 * ecm_tables_test.cpp checks those for 64 bits.
 */
#include "algorithms/ecm_block_tables.h"
#include "algorithms/ecm_wide_tables.h"
#include "algorithms/pm1_wide_tables.h"
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
const Bounds block_bounds[] = {
    {250, 12000, 210},   {600, 36000, 420},   {1400, 84000, 840},
    {3000, 240000, 840}, {8000, 640000, 840},
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

/* The tables of pairs of some programs. */
struct PairTables {
    const uint8_t *counts;
    size_t count_length;
    const uint64_t *bits;
    size_t bit_length;
};
const PairTables ecm_pairs = {fg_wide_ecm_pair_counts, length(fg_wide_ecm_pair_counts),
                              fg_wide_ecm_pair_bits, length(fg_wide_ecm_pair_bits)};
const PairTables block_pairs = {fg_block_ecm_pair_counts, length(fg_block_ecm_pair_counts),
                                fg_block_ecm_pair_bits, length(fg_block_ecm_pair_bits)};
const PairTables pm1_pairs = {fg_wide_pm1_pair_counts, length(fg_wide_pm1_pair_counts),
                              fg_wide_pm1_pair_bits, length(fg_wide_pm1_pair_bits)};

template <typename Program>
void expect_pairs_meet_every_prime(const Program &program, const PairTables &tables,
                                   const std::vector<unsigned> &babies) {
    expect_babies(babies, program.baby_step);
    ASSERT_EQ(babies.size(), program.baby_count);
    const unsigned words = (program.baby_count + 63u) / 64u;
    ASSERT_EQ(program.pair_slot_end - program.pair_slot_begin + 0u, program.giant_count * words);
    ASSERT_LE(program.pair_slot_end, tables.bit_length);
    ASSERT_LE(program.pair_count_begin + program.giant_count + 0u, tables.count_length);

    std::set<unsigned> values;
    for (unsigned giant = 0; giant < program.giant_count; giant++) {
        const unsigned multiple = (program.first_giant + giant) * program.baby_step;
        const uint64_t *const row = &tables.bits[program.pair_slot_begin + giant * words];
        unsigned count = 0;
        for (unsigned bit = 0; bit < 64 * words; bit++)
            if (row[bit / 64] >> bit % 64 & 1) {
                ASSERT_LT(bit, program.baby_count);
                values.insert({multiple - babies[bit], multiple + babies[bit]});
                count++;
            }
        EXPECT_EQ(tables.counts[program.pair_count_begin + giant], count) << giant;
    }
    const unsigned last = program.first_giant + program.giant_count - 1u;
    expect_values_meet_every_prime(program.b1, program.b2,
                                   last * program.baby_step + program.baby_step / 2u, values, {});
}

/* Sets r to what the program's windows multiply by. */
void walk_windows(const fg_wide_ecm_program &program, const fg_ecm_step *steps, Integer &r) {
    r = Integer(1);
    for (unsigned at = program.step_begin; at < program.step_end; at++) {
        const fg_ecm_step step = steps[at];
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

/* Expects that the steps of each program multiply by its exponent. The operands of windows are kept
 * in the slots: four residues each, two to a slot. */
template <size_t programs, size_t steps>
void expect_exponents(const fg_wide_ecm_program (&program)[programs],
                      const fg_ecm_step (&step)[steps], const Bounds *bounds, unsigned slots) {
    static_assert(programs == FG_WIDE_ECM_PROGRAM_COUNT);
    unsigned end = 0;
    for (unsigned k = 0; k < programs; k++) {
        SCOPED_TRACE(k);
        expect_bounds(program[k], bounds[k]);
        EXPECT_EQ(program[k].step_begin, end);
        end = program[k].step_end;
        ASSERT_LE(end, steps);
        Integer r;
        if (program[k].window_count != 0)
            walk_windows(program[k], step, r);
        else
            walk_chain(program[k], step, r);
        EXPECT_LE(2u * program[k].window_count, slots);
        EXPECT_EQ(r, product(exponent(program[k].b1, 1024)));
    }
    EXPECT_EQ(end, steps);
}

TEST(EcmWideTables, ChainsMultiplyByTheirExponent) {
    expect_exponents(fg_wide_ecm_programs, fg_wide_ecm_steps, ecm_bounds, FG_WIDE_ECM_SLOTS);
    expect_exponents(fg_block_ecm_programs, fg_block_ecm_steps, block_bounds, FG_BLOCK_SLOTS);
}

TEST(EcmWideTables, PointStepsReachWhatThePairsOfEcmMeetEveryPrimeWith) {
    unsigned end = 0;
    for (const fg_wide_ecm_program &program : fg_wide_ecm_programs) {
        SCOPED_TRACE(program.b1);
        EXPECT_EQ(program.point_step_begin, end);
        end = program.point_step_end;
        ASSERT_LE(end, length(fg_wide_ecm_point_steps));
        ASSERT_LE(program.slot_count, FG_WIDE_ECM_SLOTS);
        ASSERT_LE(program.baby_count + program.giant_count, program.slot_count);
        ASSERT_LE(program.baby_count, FG_WIDE_ECM_BABIES);
        const std::vector<unsigned> slots =
            walk_point_steps(program, fg_wide_ecm_point_steps, FG_WIDE_ECM_DOUBLE);
        for (unsigned giant = 0; giant < program.giant_count; giant++)
            EXPECT_EQ(slots[program.baby_count + giant],
                      (program.first_giant + giant) * program.baby_step);
        expect_pairs_meet_every_prime(program, ecm_pairs,
                                      {slots.begin(), slots.begin() + program.baby_count});
    }
    EXPECT_EQ(end, length(fg_wide_ecm_point_steps));
}

/* Behind the babies come the first two giants, D and 2 D. */
TEST(EcmWideTables, PointStepsReachTheBabiesAndTwoGiantsOfBlocks) {
    unsigned end = 0;
    for (const fg_wide_ecm_program &program : fg_block_ecm_programs) {
        SCOPED_TRACE(program.b1);
        EXPECT_EQ(program.point_step_begin, end);
        end = program.point_step_end;
        ASSERT_LE(end, length(fg_block_ecm_point_steps));
        ASSERT_LE(program.slot_count, FG_BLOCK_SLOTS);
        ASSERT_EQ(program.baby_count % 2, 0);
        ASSERT_EQ(program.first_giant, 1);
        const std::vector<unsigned> slots =
            walk_point_steps(program, fg_block_ecm_point_steps, FG_WIDE_ECM_DOUBLE);
        ASSERT_LE(program.baby_count + 2u, slots.size());
        EXPECT_EQ(slots[program.baby_count], program.baby_step);
        EXPECT_EQ(slots[program.baby_count + 1], 2u * program.baby_step);
        expect_pairs_meet_every_prime(program, block_pairs,
                                      {slots.begin(), slots.begin() + program.baby_count});
    }
    EXPECT_EQ(end, length(fg_block_ecm_point_steps));
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
        ASSERT_LE(program.baby_count, FG_WIDE_PM1_BABIES);
        ASSERT_LE(program.baby_begin + program.baby_count + 0u, length(fg_wide_pm1_babies));
        const uint16_t *const first = fg_wide_pm1_babies + program.baby_begin;
        expect_pairs_meet_every_prime(program, pm1_pairs, {first, first + program.baby_count});
    }
}

} // namespace
