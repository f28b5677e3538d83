/* SPDX-License-Identifier: MIT */
/*
 * scan_portable.c: the candidate loops in plain C, one lane a vector.
 *
 * Runs everywhere, and is the yardstick for the vector variants' answers. If the compiler has a
 * fast fused multiply-add for the target (as on AArch64) the trial loop uses it, else it divides.
 */
#include "methods/candidates/scan.h"

#include <math.h>

/* Chains: Zen 5, ps per candidate with gcc 12 / clang 14: u32 8 chains 685 / 817, 3 chains 615 /
 * 622; u64 620 / 837, 595 / 654. The whole sweep is in bench/README.md. */
#define FG_u32_LANES 1
#define FG_u32_CHAINS 3
#define FG_u64_LANES 1
#define FG_u64_CHAINS 3

typedef uint32_t u32v;
typedef uint64_t u64v;
typedef bool u32v_mark, u64v_mark;

static inline u32v u32v_load(const uint32_t *lanes) {
    return *lanes;
}
static inline void u32v_step(u32v *d, u32v *q, u32v *r) {
    const uint32_t borrow = *r < *q;
    *d += 1;
    *r = *r - *q + (-borrow & *d);
    *q -= borrow;
}
static inline u32v_mark u32v_mark_none(void) {
    return false;
}
static inline u32v_mark u32v_note(u32v_mark mark, u32v r) {
    return mark | (r == 0);
}
static inline unsigned u32v_marked(u32v_mark mark) {
    return mark;
}

static inline u64v u64v_load(const uint64_t *lanes) {
    return *lanes;
}
static inline void u64v_step(u64v *d, u64v *q, u64v *r) {
    const uint64_t borrow = *r < *q;
    *d += 1;
    *r = *r - *q + (-borrow & *d);
    *q -= borrow;
}
static inline u64v_mark u64v_mark_none(void) {
    return false;
}
static inline u64v_mark u64v_note(u64v_mark mark, u64v r) {
    return mark | (r == 0);
}
static inline unsigned u64v_marked(u64v_mark mark) {
    return mark;
}

#ifdef FP_FAST_FMA
#define FG_F64_LANES 1
#define FG_F64_CHAINS 8
typedef double f64v;
static inline f64v f64v_set(double x) {
    return x;
}
static inline f64v f64v_load(const double *lanes) {
    return *lanes;
}
static inline f64v f64v_add(f64v a, f64v b) {
    return a + b;
}
static inline f64v f64v_sub(f64v a, f64v b) {
    return a - b;
}
static inline f64v f64v_mul(f64v a, f64v b) {
    return a * b;
}
static inline f64v f64v_div(f64v a, f64v b) {
    return a / b;
}
static inline f64v f64v_fma(f64v a, f64v b, f64v c) {
    return fma(a, b, c);
}
static inline f64v f64v_fnma(f64v a, f64v b, f64v c) {
    return fma(-a, b, c);
}
static inline unsigned f64v_equal(f64v a, f64v b) {
    return a == b;
}
#else
#define FG_TRIAL_BY_REMAINDER
#endif

#include "methods/candidates/scan_lanes.h"

size_t fg_scan_portable(struct fg_candidates candidates, uint64_t begin, uint64_t end,
                        uint64_t *hits) {
    return scan_lanes(candidates, begin, end, hits);
}
