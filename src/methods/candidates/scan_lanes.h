/* SPDX-License-Identifier: MIT */
/*
 * scan_lanes.h: the two candidate loops, written once over an abstract vector of lanes.
 *
 * Each scan_<variant>.c defines the lane types and their operations for one instruction set and
 * then includes this file, so that AVX-512, AVX2 and the portable build run the same formulas. A
 * variant provides, with `x` one of u32 and u64:
 *
 *   FG_x_LANES, FG_x_CHAINS           lanes a vector, independent vectors in flight
 *   xv                                the vector type; xv_load: from a plain array
 *   xv_step(&d, &q, &r)               d, n/d and n%d to d+1 (see advance below)
 *   xv_mark, xv_mark_none()           a record of the lanes whose remainder was 0
 *   xv_note(mark, r), xv_marked(mark) adds to the record; the lanes as a bit mask
 *
 * and for the trial loop, unless FG_TRIAL_BY_REMAINDER is defined (no fused multiply-add here),
 *
 *   FG_F64_LANES, FG_F64_CHAINS, f64v, f64v_set, f64v_load, f64v_add, f64v_sub, f64v_mul, f64v_div,
 *   f64v_fma(a, b, c) = ab + c, f64v_fnma(a, b, c) = c - ab, f64v_equal: a bit mask
 */
#ifndef FG_SCAN_SCAN_LANES_H
#define FG_SCAN_SCAN_LANES_H

#include "methods/candidates/scan.h"
#include <fenv.h>
#include <stdlib.h>

/* Tests d in [first, last] by division and appends the hits. The right way for a few candidates. */
static size_t scan_by_remainder(uint64_t n, uint64_t first, uint64_t last, uint64_t step,
                                uint64_t *hits, size_t hit_count) {
    if (n <= UINT32_MAX && last <= UINT32_MAX - step) {
        for (uint32_t d = (uint32_t)first; d <= last; d += (uint32_t)step)
            if ((uint32_t)n % d == 0)
                hits[hit_count++] = d;
        return hit_count;
    }
    const uint64_t steps = first <= last ? (last - first) / step + 1 : 0;
    uint64_t d = first;
    for (uint64_t i = 0; i < steps; i++, d += step)
        if (n % d == 0)
            hits[hit_count++] = d;
    return hit_count;
}

static int compare_u64(const void *left, const void *right) {
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/*
 * The exhaustive loop above the root: quotient and remainder follow from the neighbour's.
 *
 * From n = q d + r follows n = q (d + 1) + (r - q). For d > isqrt(n) the quotient falls by at most
 * one a step, so that r - q is either the next remainder or short of it by d + 1: no division, a
 * subtraction and a conditional addition. Every lane walks a slice of its own from its own start.
 * Remainders of 0 are only noted; a block of steps that met one is searched again by division.
 */
#define FG_BLOCK_STEPS 256

#define FG_DEFINE_EXHAUSTIVE(x, uint)                                                              \
    static size_t exhaustive_##x(uint64_t n, uint64_t first, uint64_t last, uint64_t *hits,        \
                                 size_t hit_count) {                                               \
        enum { slices = FG_##x##_LANES * FG_##x##_CHAINS };                                        \
        const uint64_t length = (last - first + 1) / slices;                                       \
        if (length < 8) /* below this the starting divisions cost more than they save */           \
            return scan_by_remainder(n, first, last, 1, hits, hit_count);                          \
                                                                                                   \
        uint start_d[slices], start_q[slices], start_r[slices];                                    \
        for (int i = 0; i < slices; i++) {                                                         \
            start_d[i] = (uint)(first + (uint64_t)i * length);                                     \
            start_q[i] = (uint)n / start_d[i];                                                     \
            start_r[i] = (uint)n % start_d[i];                                                     \
        }                                                                                          \
        x##v d[FG_##x##_CHAINS], q[FG_##x##_CHAINS], r[FG_##x##_CHAINS];                           \
        for (int chain = 0; chain < FG_##x##_CHAINS; chain++) {                                    \
            d[chain] = x##v_load(start_d + chain * FG_##x##_LANES);                                \
            q[chain] = x##v_load(start_q + chain * FG_##x##_LANES);                                \
            r[chain] = x##v_load(start_r + chain * FG_##x##_LANES);                                \
        }                                                                                          \
        const size_t sorted_count = hit_count;                                                     \
        for (uint64_t at = 0; at < length; at += FG_BLOCK_STEPS) {                                 \
            const uint64_t left = length - at;                                                     \
            const int steps = left < FG_BLOCK_STEPS ? (int)left : FG_BLOCK_STEPS;                  \
            x##v_mark mark[FG_##x##_CHAINS];                                                       \
            for (int chain = 0; chain < FG_##x##_CHAINS; chain++)                                  \
                mark[chain] = x##v_mark_none();                                                    \
            for (int i = 0; i < steps; i++)                                                        \
                for (int chain = 0; chain < FG_##x##_CHAINS; chain++) {                            \
                    mark[chain] = x##v_note(mark[chain], r[chain]);                                \
                    x##v_step(&d[chain], &q[chain], &r[chain]);                                    \
                }                                                                                  \
            for (int chain = 0; chain < FG_##x##_CHAINS; chain++)                                  \
                for (unsigned lanes = x##v_marked(mark[chain]); lanes != 0; lanes &= lanes - 1) {  \
                    const int slice = chain * FG_##x##_LANES + __builtin_ctz(lanes);               \
                    const uint64_t block = first + (uint64_t)slice * length + at;                  \
                    hit_count = scan_by_remainder(n, block, block + (uint64_t)steps - 1, 1, hits,  \
                                                  hit_count);                                      \
                }                                                                                  \
        }                                                                                          \
        qsort(hits + sorted_count, hit_count - sorted_count, sizeof *hits, compare_u64);           \
        return scan_by_remainder(n, first + length * slices, last, 1, hits, hit_count);            \
    }

FG_DEFINE_EXHAUSTIVE(u32, uint32_t)
FG_DEFINE_EXHAUSTIVE(u64, uint64_t)

/* d in [first, last], 1 <= first <= last <= n. */
static size_t scan_exhaustive(uint64_t n, uint64_t first, uint64_t last, uint64_t *hits) {
    const uint64_t root = fg_isqrt64(n);
    size_t hit_count = 0;
    if (first <= root) {
        const uint64_t end = last < root ? last : root;
        hit_count = scan_by_remainder(n, first, end, 1, hits, hit_count);
        first = end + 1;
    }
    /* In 32-bit lanes d + d must not wrap; in 64-bit lanes the comparison is signed. */
    if (n <= UINT32_MAX && first <= last && first <= INT32_MAX) {
        const uint64_t end = last < INT32_MAX ? last : INT32_MAX;
        hit_count = exhaustive_u32(n, first, end, hits, hit_count);
        first = end + 1;
    }
    if (n <= INT64_MAX && first <= last) {
        hit_count = exhaustive_u64(n, first, last, hits, hit_count);
        first = last + 1;
    }
    return scan_by_remainder(n, first, last, 1, hits, hit_count);
}

/*
 * The trial loop: odd d in [first, last] against an odd m.
 *
 * m is split exactly into high + low, high = m rounded to double. The quotient is estimated as
 * high * (1/d), rounded to the nearest integer q, and m - q d is computed exactly by one fused
 * multiply-add (its magnitude is below 2^34). d divides m exactly when that is 0: if d divides m
 * the estimate is within 1/4 of the true quotient, because it is below 2^49 (smaller d are tested
 * by division) and its relative error is below 2^-51: 2^-53 from rounding m, 2^-52 from the
 * reciprocal, 2^-53 from the product. If q is wrong m - q d is not 0, so that there are no false
 * hits either.
 *
 * The reciprocal of the next candidate comes from the last one's by y (1 + e + e^2), e = 1 - d y;
 * the step from d - s to d makes e = s/d and the error e^3 below 2^-54 from d = s * 2^18 on.
 */
#define FG_TRIAL_QUOTIENT_BITS 49

#ifndef FG_TRIAL_BY_REMAINDER

struct trial_split {
    f64v high, minus_low;
};

static inline struct trial_split trial_split_make(uint64_t m) {
    const double high = (double)m;
    const uint64_t high_integer = high < 0x1p64 ? (uint64_t)high : 0; /* modulo 2^64 */
    const int64_t low = (int64_t)(m - high_integer);
    return (struct trial_split){.high = f64v_set(high), .minus_low = f64v_set((double)-low)};
}

/* x rounded to the nearest integer, |x| < 2^51: adding 1.5 * 2^52 leaves no fraction bits. */
static inline f64v trial_round(f64v x) {
    const f64v shifter = f64v_set(0x1.8p52);
    return f64v_sub(f64v_add(x, shifter), shifter);
}

/* The lanes whose d divides m, given the estimated quotient rounded. */
static inline unsigned trial_hits(struct trial_split m, f64v q, f64v d) {
    return f64v_equal(f64v_fnma(q, d, m.high), m.minus_low);
}

static inline f64v trial_first_lanes(uint64_t d) {
    double lanes[FG_F64_LANES];
    for (int i = 0; i < FG_F64_LANES; i++)
        lanes[i] = (double)(d + 2 * (uint64_t)i);
    return f64v_load(lanes);
}

/* Appends d + 2i for every bit i of `lanes` unless it exceeds `last`. */
static inline size_t trial_append(uint64_t d, unsigned lanes, uint64_t last, uint64_t *hits,
                                  size_t hit_count) {
    for (; lanes != 0; lanes &= lanes - 1) {
        const uint64_t hit = d + 2 * (uint64_t)__builtin_ctz(lanes);
        if (hit <= last)
            hits[hit_count++] = hit;
    }
    return hit_count;
}

/* Tests with a division for every vector. Lanes beyond `last` are computed and dropped. */
static size_t trial_by_division(struct trial_split m, uint64_t first, uint64_t last, uint64_t *hits,
                                size_t hit_count) {
    const f64v step = f64v_set(2.0 * FG_F64_LANES);
    f64v d = trial_first_lanes(first);
    for (uint64_t at = first; at <= last; at += 2 * FG_F64_LANES) {
        const unsigned lanes = trial_hits(m, trial_round(f64v_div(m.high, d)), d);
        if (lanes != 0)
            hit_count = trial_append(at, lanes, last, hits, hit_count);
        d = f64v_add(d, step);
    }
    return hit_count;
}

enum { trial_block = 2 * FG_F64_LANES * FG_F64_CHAINS }; /* integers that a Newton step covers */

/* Tests with reciprocals by Newton's iteration; d >= trial_block * 2^18, whole blocks only. */
static size_t trial_by_newton(struct trial_split m, uint64_t first, uint64_t block_count,
                              uint64_t *hits, size_t hit_count) {
    const f64v one = f64v_set(1.0), step = f64v_set((double)trial_block);
    f64v d[FG_F64_CHAINS], y[FG_F64_CHAINS];
    for (int chain = 0; chain < FG_F64_CHAINS; chain++) {
        d[chain] = trial_first_lanes(first + 2 * FG_F64_LANES * (uint64_t)chain);
        y[chain] = f64v_div(one, d[chain]);
    }
    for (uint64_t block = 0; block < block_count; block++) {
        unsigned lanes[FG_F64_CHAINS], any = 0;
        for (int chain = 0; chain < FG_F64_CHAINS; chain++) {
            const f64v q = trial_round(f64v_mul(m.high, y[chain]));
            lanes[chain] = trial_hits(m, q, d[chain]);
            any |= lanes[chain];
            d[chain] = f64v_add(d[chain], step);
            const f64v e = f64v_fnma(d[chain], y[chain], one);
            y[chain] = f64v_fma(y[chain], f64v_fma(e, e, e), y[chain]);
        }
        if (any == 0)
            continue;
        for (int chain = 0; chain < FG_F64_CHAINS; chain++) {
            const uint64_t at = first + block * trial_block + 2 * FG_F64_LANES * (uint64_t)chain;
            hit_count = trial_append(at, lanes[chain], UINT64_MAX, hits, hit_count);
        }
    }
    return hit_count;
}

/* Odd d in [first, last] against an odd m, last <= isqrt(m). */
static size_t scan_trial(uint64_t m, uint64_t first, uint64_t last, uint64_t *hits) {
    if (fegetround() !=
        FE_TONEAREST) /* the caller's choice, and the bounds above need the default */
        return scan_by_remainder(m, first, last, 2, hits, 0);
    size_t hit_count = 0;
    const uint64_t smallest = (m >> FG_TRIAL_QUOTIENT_BITS) | 1;
    if (first <= smallest) {
        const uint64_t end = last < smallest ? last : smallest;
        hit_count = scan_by_remainder(m, first, end, 2, hits, hit_count);
        first = end + 2;
    }
    if (first > last)
        return hit_count;

    const struct trial_split split = trial_split_make(m);
    const uint64_t newton = ((uint64_t)trial_block << 18) + 1;
    if (first < newton) {
        const uint64_t end = last < newton ? last : newton;
        hit_count = trial_by_division(split, first, end, hits, hit_count);
        first = end + 2;
    }
    if (first > last)
        return hit_count;
    const uint64_t block_count = ((last - first) / 2 + 1) / (trial_block / 2);
    hit_count = trial_by_newton(split, first, block_count, hits, hit_count);
    return trial_by_division(split, first + block_count * trial_block, last, hits, hit_count);
}

#else

static size_t scan_trial(uint64_t m, uint64_t first, uint64_t last, uint64_t *hits) {
    return scan_by_remainder(m, first, last, 2, hits, 0);
}

#endif

static size_t scan_lanes(struct fg_candidates candidates, uint64_t begin, uint64_t end,
                         uint64_t *hits) {
    if (begin >= end)
        return 0;
    const uint64_t first = fg_candidate_at(candidates, begin);
    const uint64_t last = fg_candidate_at(candidates, end - 1);
    return candidates.step == 2 ? scan_trial(candidates.dividend, first, last, hits)
                                : scan_exhaustive(candidates.dividend, first, last, hits);
}

#endif
