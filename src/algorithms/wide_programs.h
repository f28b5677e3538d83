/* SPDX-License-Identifier: MIT */
/*
 * wide_programs.h: what a program of ECM or P-1 for numbers of 65 to 128 bits is. The programs
 * themselves are in ecm_wide_tables.h, pm1_wide_tables.h and ecm_block_tables.h, so that a file of
 * the GPU's kernels has only those that it runs: unused tables take constant memory, too.
 */
#ifndef FG_ALGORITHMS_WIDE_PROGRAMS_H
#define FG_ALGORITHMS_WIDE_PROGRAMS_H

#include <stdint.h>

/* A step like struct fg_ecm_point_step; programs have up to some hundred slots. */
struct fg_wide_ecm_point_step {
    uint16_t out, a, b, difference;
};
enum { FG_WIDE_ECM_DOUBLE = 65535, FG_WIDE_ECM_WINDOW_SHIFT = 2 };

/* A program like struct fg_ecm_program. The babies are all j < D / 2 without a common factor with
 * D. Giant by giant ..._pair_counts says how many babies it is paired with, and a row of
 * ..._pair_bits which: bit j % 64 of its word j / 64 stands for baby j. Rows are whole words; the
 * program's are [pair_slot_begin, pair_slot_end).
 *
 * If window_count is not 0, stage 1 goes by windows: it has as many operands R, 3R, 5R ..., where R
 * is 2^twos P, and a step adds or subtracts operand flags >> FG_WIDE_ECM_WINDOW_SHIFT. */
struct fg_wide_ecm_program {
    uint8_t twos;
    uint8_t window_count;
    uint8_t baby_count;
    uint16_t giant_count, slot_count;
    uint16_t b1;
    uint16_t baby_step; /* D */
    uint16_t first_giant;
    uint32_t b2;
    uint16_t step_begin, step_end;
    uint16_t point_step_begin, point_step_end;
    uint16_t pair_count_begin;
    uint16_t pair_slot_begin, pair_slot_end;
};
enum {
    FG_WIDE_ECM_A,
    FG_WIDE_ECM_B,
    FG_WIDE_ECM_C,
    FG_WIDE_ECM_D,
    FG_WIDE_ECM_E,
    FG_WIDE_ECM_PROGRAM_COUNT,
};

/* A program like struct fg_pm1_program, with pairs as above. */
struct fg_wide_pm1_program {
    uint32_t exponent_word_begin, exponent_bits;
    uint16_t b1;
    uint16_t baby_step;
    uint16_t first_giant;
    uint32_t b2;
    uint8_t baby_count;
    uint16_t giant_count;
    uint16_t baby_begin;
    uint16_t pair_count_begin;
    uint16_t pair_slot_begin, pair_slot_end;
};
enum {
    FG_WIDE_PM1_A,
    FG_WIDE_PM1_B,
    FG_WIDE_PM1_C,
    FG_WIDE_PM1_D,
    FG_WIDE_PM1_E,
    FG_WIDE_PM1_PROGRAM_COUNT,
};

#endif
