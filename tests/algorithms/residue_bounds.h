/* SPDX-License-Identifier: MIT */
/*
 * residue_bounds.h: a form of arith/residues.h whose residues are bounds: those of
 * arith/residues_double.h for all moduli below 2^49 at once, in units of the modulus. The
 * algorithms run over it as they are, and it notes the largest factors and sums that they come to.
 *
 * Each operation adds more than its own rounding error to its result, so that bounds stay bounds.
 */
#include "arith/target.h"

#if FG_LANES != 1
#error "FG_LANES must be 1"
#endif
#define FG_WORDS 1
#define FG_RESTRICT

typedef uint64_t fg_number;

/* The largest of each since fg_clear_extremes(). */
struct fg_extremes {
    double factors; /* f g of a product */
    double sum;     /* a sum or a difference */
    double tightened, stored;
};
static fg_extremes extremes;

inline void fg_clear_extremes() {
    extremes = {};
}

inline double fg_upwards(double bound) {
    return bound * (1 + 0x1p-40);
}

inline void fg_note(double *largest, double bound) {
    *largest = bound > *largest ? bound : *largest;
}

struct fg_residue {
    double bound;
    uint64_t number; /* of the modulus and of 1, which the algorithms store; else 0 */
};

struct fg_lane_bits {
    uint64_t unused;
};

struct fg_field {
    struct fg_residue n;
};

/* The bound of what the algorithms load: 1, but for the parameter of Lucas' test. */
static double loaded_bound = 1;

inline fg_residue fg_load(const uint64_t *) {
    return {loaded_bound, 0};
}

inline fg_field fg_prepare(const uint64_t *modulus) {
    return {{1, *modulus}};
}

inline void fg_store(fg_residue residue, uint64_t *number) {
    *number = residue.number;
}

inline fg_residue fg_mul(const fg_field *, fg_residue a, fg_residue b) {
    const double factors = fg_upwards(a.bound * b.bound);
    fg_note(&extremes.factors, factors);
    return {fg_upwards(0.5 + factors * 0.125), 0};
}

inline fg_residue fg_sqr(const fg_field *field, fg_residue a) {
    return fg_mul(field, a, a);
}

inline fg_residue fg_add(const fg_field *, fg_residue a, fg_residue b) {
    const double sum = fg_upwards(a.bound + b.bound);
    fg_note(&extremes.sum, sum);
    return {sum, 0};
}

inline fg_residue fg_sub(const fg_field *field, fg_residue a, fg_residue b) {
    return fg_add(field, a, b);
}

inline fg_residue fg_sub_sum(const fg_field *field, fg_residue a, fg_residue b) {
    return fg_add(field, a, b);
}

inline fg_residue fg_tighten(const fg_field *, fg_residue a) {
    fg_note(&extremes.tightened, a.bound);
    return {0.5, 0};
}

inline void fg_store_for_gcd(const fg_field *, fg_residue a, uint64_t *number) {
    fg_note(&extremes.stored, a.bound);
    *number = 1;
}

inline uint32_t fg_is_zero(const fg_field *field, fg_residue a) {
    fg_tighten(field, a);
    return 0;
}

inline fg_lane_bits fg_load_bits(const uint64_t *word) {
    return {*word};
}

/* Either may be chosen. */
inline fg_residue fg_choose_bit(fg_lane_bits, uint32_t, fg_residue a, fg_residue b) {
    return a.bound > b.bound ? a : b;
}

inline fg_residue fg_where_bit(fg_lane_bits, uint32_t, fg_residue a) {
    return a;
}

inline fg_residue fg_one(const fg_field *) {
    return {1, 1};
}
