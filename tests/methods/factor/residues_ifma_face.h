/*
 * residues_ifma_face.h: the operations of one form of factor/residues_ifma.h on arrays. Included
 * once for each form, behind it.
 */
static FG_WORD FG_FORM(gather)(const struct residues_ifma_word *words) {
    uint64_t low[FG_LANES], high[FG_LANES];
    for (unsigned i = 0; i < FG_LANES; i++) {
        low[i] = words[i].low;
        high[i] = words[i].high;
    }
    const FG_BITS lows = FG_FORM(load_bits)(low), highs = FG_FORM(load_bits)(high);
    FG_WORD word;
#if FG_LIMBS == 1
    (void)highs;
#define FG_CHAIN(c) word.low##c = lows.words##c;
#else
#define FG_CHAIN(c)                                                                                \
    word.low##c = lows.words##c;                                                                   \
    word.high##c = highs.words##c;
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return word;
}

static void FG_FORM(scatter)(FG_WORD word, struct residues_ifma_word *words) {
    uint64_t low[FG_LANES], high[FG_LANES] = {0};
#if FG_LIMBS == 1
#define FG_CHAIN(c) _mm512_storeu_si512(low + 8 * (c), word.low##c);
#else
#define FG_CHAIN(c)                                                                                \
    _mm512_storeu_si512(low + 8 * (c), word.low##c);                                               \
    _mm512_storeu_si512(high + 8 * (c), word.high##c);
#endif
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    for (unsigned i = 0; i < FG_LANES; i++)
        words[i] = (struct residues_ifma_word){low[i], high[i]};
}

static void FG_FORM(load_and_store_face)(const uint64_t *numbers, uint64_t *stored) {
    FG_FORM(store)(FG_FORM(load)(numbers), stored);
}

static void FG_FORM(inverse_face)(const uint64_t *n, uint64_t *inverses) {
    const FG_FIELD field = FG_FORM(prepare)(n);
#define FG_CHAIN(c) _mm512_storeu_si512(inverses + 8 * (c), field.inverse.words##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
}

static void FG_FORM(one_face)(const uint64_t *n, struct residues_ifma_word *one) {
    const FG_FIELD field = FG_FORM(prepare)(n);
    FG_FORM(scatter)(FG_FORM(one)(&field), one);
}

#define FG_FACE_OF_ONE(op)                                                                         \
    static void FG_FORM(op##_face)(const uint64_t *n, const struct residues_ifma_word *a,          \
                                   struct residues_ifma_word *result) {                            \
        const FG_FIELD field = FG_FORM(prepare)(n);                                                \
        FG_FORM(scatter)(FG_FORM(op)(&field, FG_FORM(gather)(a)), result);                         \
    }
#define FG_FACE_OF_TWO(op)                                                                         \
    static void FG_FORM(op##_face)(const uint64_t *n, const struct residues_ifma_word *a,          \
                                   const struct residues_ifma_word *b,                             \
                                   struct residues_ifma_word *result) {                            \
        const FG_FIELD field = FG_FORM(prepare)(n);                                                \
        FG_FORM(scatter)(FG_FORM(op)(&field, FG_FORM(gather)(a), FG_FORM(gather)(b)), result);     \
    }
FG_FACE_OF_TWO(mul)
FG_FACE_OF_TWO(add)
FG_FACE_OF_TWO(sub)
FG_FACE_OF_TWO(sub_sum)
FG_FACE_OF_ONE(sqr)
FG_FACE_OF_ONE(tighten)
FG_FACE_OF_ONE(by_unit)
#undef FG_FACE_OF_ONE
#undef FG_FACE_OF_TWO

static void FG_FORM(store_for_gcd_face)(const uint64_t *n, const struct residues_ifma_word *a,
                                        uint64_t *numbers) {
    const FG_FIELD field = FG_FORM(prepare)(n);
    FG_FORM(store_for_gcd)(&field, FG_FORM(gather)(a), numbers);
}

static uint32_t FG_FORM(is_zero_face)(const uint64_t *n, const struct residues_ifma_word *a) {
    const FG_FIELD field = FG_FORM(prepare)(n);
    return FG_FORM(is_zero)(&field, FG_FORM(gather)(a));
}

static void FG_FORM(choose_bit_face)(const uint64_t *bits, uint32_t bit,
                                     const struct residues_ifma_word *a,
                                     const struct residues_ifma_word *b,
                                     struct residues_ifma_word *result) {
    FG_FORM(scatter)
    (FG_FORM(choose_bit)(FG_FORM(load_bits)(bits), bit, FG_FORM(gather)(a), FG_FORM(gather)(b)),
     result);
}

static void FG_FORM(where_bit_face)(const uint64_t *bits, uint32_t bit,
                                    const struct residues_ifma_word *a,
                                    struct residues_ifma_word *result) {
    FG_FORM(scatter)
    (FG_FORM(where_bit)(FG_FORM(load_bits)(bits), bit, FG_FORM(gather)(a)), result);
}

enum {
    FG_FORM(modulus_bits) = FG_MODULUS_BITS,
    FG_FORM(limbs) = FG_LIMBS,
    FG_FORM(lanes) = FG_LANES
};
