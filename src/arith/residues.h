/*
 * residues.h: Montgomery residues in lanes: the abstract word that primality, P-1 and ECM are
 * written over, once for one number at a time (the GPU's threads), once for several numbers
 * interleaved on one core, which hides the multiplier's latency.
 *
 * Included once for each form, with
 *
 *     FG_LANES     1, 2 or 4: how many moduli are worked on side by side
 *     FG_HEADROOM  0 or 6: every modulus is below 2^(64 - FG_HEADROOM)
 *
 * which it leaves defined for the algorithms included behind it; arith/residues_end.h ends a form.
 * FG_FORM(name) is a name of this form: fg_name_x2h6.
 *
 * Ranges.
 *     headroom 0   everything is fully reduced: below n.
 *     headroom 6   nothing is: a product is below 2n, the sum of residues below i*n and j*n below
 *                  (i+j)*n, and a difference adds 2n or 4n to stay positive. The factors of a
 *                  product may be below f*n and g*n where f*g <= 64, because f*g*n < 2^64 then.
 *                  The algorithms' comments keep count.
 * A third form, headroom 2 with everything kept below 2n, was measured and left out: 0.78 ns a
 * product in ECM's doubling, where headroom 0 takes 0.83 and headroom 6 0.63 (two lanes, Zen 5).
 */
#include "arith/montgomery.h"

#define FG_FORM_GLUE(name, lanes, headroom) fg_##name##_x##lanes##h##headroom
#define FG_FORM_PASTE(name, lanes, headroom) FG_FORM_GLUE(name, lanes, headroom)
#define FG_FORM(name) FG_FORM_PASTE(name, FG_LANES, FG_HEADROOM)

/* FG_EACH_LANE(F): F(0) F(1) ... */
#if FG_LANES == 1
#define FG_EACH_LANE(F) F(0)
#elif FG_LANES == 2
#define FG_EACH_LANE(F) F(0) F(1)
#elif FG_LANES == 4
#define FG_EACH_LANE(F) F(0) F(1) F(2) F(3)
#else
#error "FG_LANES must be 1, 2 or 4"
#endif

/* A word for each lane. Members and not an array: compilers keep them in registers. */
struct FG_FORM(word) {
#define FG_LANE(i) uint64_t lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
};

/* The moduli of the lanes. */
struct FG_FORM(field) {
    struct FG_FORM(word) n, inverse;
};

#define FG_WORD struct FG_FORM(word)
#define FG_BITS struct FG_FORM(word)
#define FG_FIELD struct FG_FORM(field)

/* numbers[FG_LANES] into lanes, and back. */
static FG_HD FG_WORD FG_FORM(load)(const uint64_t *numbers) {
    FG_WORD word;
#define FG_LANE(i) word.lane##i = numbers[i];
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return word;
}

static FG_HD void FG_FORM(store)(FG_WORD word, uint64_t *numbers) {
#define FG_LANE(i) numbers[i] = word.lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
}

/* moduli[FG_LANES], odd. */
static FG_HD FG_FIELD FG_FORM(prepare)(const uint64_t *moduli) {
    FG_FIELD field;
#define FG_LANE(i)                                                                                 \
    FG_VERIFY_CHECK(moduli[i] <= UINT64_MAX >> FG_HEADROOM);                                       \
    field.n.lane##i = moduli[i];                                                                   \
    field.inverse.lane##i = fg_inverse64(moduli[i]);
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return field;
}

/* a * b / 2^64. */
static FG_HD FG_WORD FG_FORM(mul)(const FG_FIELD *field, FG_WORD a, FG_WORD b) {
    FG_WORD product;
    struct fg_mont64 modulus;
#if FG_HEADROOM == 0
#define FG_LANE(i)                                                                                 \
    modulus.n = field->n.lane##i;                                                                  \
    modulus.inverse = field->inverse.lane##i;                                                      \
    product.lane##i = fg_mont64_mul(modulus, a.lane##i, b.lane##i);
#else
#define FG_LANE(i)                                                                                 \
    modulus.n = field->n.lane##i;                                                                  \
    modulus.inverse = field->inverse.lane##i;                                                      \
    product.lane##i = fg_mont64_mul_loose(modulus, a.lane##i, b.lane##i);
#endif
    /* The analyzer cannot know that the point steps of ecm.h fill every slot before its use. */
    FG_EACH_LANE(FG_LANE) // NOLINT(clang-analyzer-core.CallAndMessage)
#undef FG_LANE
    return product;
}

static FG_HD FG_WORD FG_FORM(sqr)(const FG_FIELD *field, FG_WORD a) {
    return FG_FORM(mul)(field, a, a);
}

/* a + b. */
static FG_HD FG_WORD FG_FORM(add)(const FG_FIELD *field, FG_WORD a, FG_WORD b) {
    FG_WORD sum;
    (void)field;
#if FG_HEADROOM == 0
#define FG_LANE(i) sum.lane##i = fg_mod64_add(a.lane##i, b.lane##i, field->n.lane##i);
#else
#define FG_LANE(i) sum.lane##i = a.lane##i + b.lane##i;
#endif
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return sum;
}

/* a - b, where with headroom 6 b is a product, below 2n; sub_sum() takes a b below 4n. */
static FG_HD FG_WORD FG_FORM(sub)(const FG_FIELD *field, FG_WORD a, FG_WORD b) {
    FG_WORD difference;
#if FG_HEADROOM == 0
#define FG_LANE(i) difference.lane##i = fg_mod64_sub(a.lane##i, b.lane##i, field->n.lane##i);
#else
#define FG_LANE(i)                                                                                 \
    FG_VERIFY_CHECK(b.lane##i <= 2 * field->n.lane##i);                                            \
    difference.lane##i = a.lane##i + 2 * field->n.lane##i - b.lane##i;
#endif
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return difference;
}

static FG_HD FG_WORD FG_FORM(sub_sum)(const FG_FIELD *field, FG_WORD a, FG_WORD b) {
#if FG_HEADROOM == 6
    FG_WORD difference;
#define FG_LANE(i)                                                                                 \
    FG_VERIFY_CHECK(b.lane##i <= 4 * field->n.lane##i);                                            \
    difference.lane##i = a.lane##i + 4 * field->n.lane##i - b.lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return difference;
#else
    return FG_FORM(sub)(field, a, b);
#endif
}

/* A word below 4n brought below 2n, the range of a product. */
static FG_HD FG_WORD FG_FORM(tighten)(const FG_FIELD *field, FG_WORD a) {
#if FG_HEADROOM == 6
#define FG_LANE(i)                                                                                 \
    FG_VERIFY_CHECK(a.lane##i <= 4 * field->n.lane##i);                                            \
    if (a.lane##i >= 2 * field->n.lane##i)                                                         \
        a.lane##i -= 2 * field->n.lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
#endif
    (void)field;
    return a;
}

/* A residue for a gcd with its modulus: a number with the same common factors, below 2^64. */
static FG_HD void FG_FORM(store_for_gcd)(const FG_FIELD *field, FG_WORD a, uint64_t *numbers) {
    (void)field;
    FG_FORM(store)(a, numbers);
}

/* Bit i of the result: lane i's residue stands for 0. */
static FG_HD uint32_t FG_FORM(is_zero)(const FG_FIELD *field, FG_WORD a) {
    uint32_t zeros = 0;
    (void)field;
#if FG_HEADROOM == 0
#define FG_LANE(i) zeros |= (uint32_t)(a.lane##i == 0) << i;
#else
#define FG_LANE(i) zeros |= (uint32_t)(a.lane##i % field->n.lane##i == 0) << i;
#endif
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return zeros;
}

/* A word of bits for each lane. */
static FG_HD FG_BITS FG_FORM(load_bits)(const uint64_t *words) {
    return FG_FORM(load)(words);
}

/* Where bit number `bit` is set, a; elsewhere 0. By masks: the bits cannot be foretold. */
static FG_HD FG_WORD FG_FORM(where_bit)(FG_BITS bits, uint32_t bit, FG_WORD a) {
#define FG_LANE(i) a.lane##i &= 0 - (bits.lane##i >> bit & 1);
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return a;
}

/* Where bit number `bit` is set, a; elsewhere b. */
static FG_HD FG_WORD FG_FORM(choose_bit)(FG_BITS bits, uint32_t bit, FG_WORD a, FG_WORD b) {
#define FG_LANE(i)                                                                                 \
    a.lane##i = b.lane##i ^ ((a.lane##i ^ b.lane##i) & (0 - (bits.lane##i >> bit & 1)));
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return a;
}

/* The residue that stands for 1. */
static FG_HD FG_WORD FG_FORM(one)(const FG_FIELD *field) {
    FG_WORD word;
#define FG_LANE(i) word.lane##i = (0 - field->n.lane##i) % field->n.lane##i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    return word;
}
