/*
 * residues_fma_face.h: the operations of one form of factor/residues_fma.h on arrays. Included once
 * for each form, behind it.
 */
static FG_WORD FG_FORM(gather)(const int64_t *numbers) {
    double values[FG_LANES];
    FG_WORD word;
    for (unsigned i = 0; i < FG_LANES; i++)
        values[i] = (double)numbers[i];
#define FG_CHAIN(c) word.value##c = _mm256_loadu_pd(values + 4 * (c));
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    return word;
}

static void FG_FORM(scatter)(FG_WORD word, int64_t *numbers) {
    double values[FG_LANES];
#define FG_CHAIN(c) _mm256_storeu_pd(values + 4 * (c), word.value##c);
    FG_EACH_CHAIN(FG_CHAIN)
#undef FG_CHAIN
    for (unsigned i = 0; i < FG_LANES; i++) {
        const bool is_integer =
            values[i] > -0x1p62 && values[i] < 0x1p62 && (double)(int64_t)values[i] == values[i];
        numbers[i] = is_integer ? (int64_t)values[i] : INT64_MIN;
    }
}

static void FG_FORM(load_and_store_face)(const uint64_t *numbers, uint64_t *stored) {
    FG_FORM(store)(FG_FORM(load)(numbers), stored);
}

static void FG_FORM(one_face)(const uint64_t *n, int64_t *one) {
    const FG_FIELD field = FG_FORM(prepare)(n);
    FG_FORM(scatter)(FG_FORM(one)(&field), one);
}

#define FG_FACE_OF_ONE(op)                                                                         \
    static void FG_FORM(op##_face)(const uint64_t *n, const int64_t *a, int64_t *result) {         \
        const FG_FIELD field = FG_FORM(prepare)(n);                                                \
        FG_FORM(scatter)(FG_FORM(op)(&field, FG_FORM(gather)(a)), result);                         \
    }
#define FG_FACE_OF_TWO(op)                                                                         \
    static void FG_FORM(op##_face)(const uint64_t *n, const int64_t *a, const int64_t *b,          \
                                   int64_t *result) {                                              \
        const FG_FIELD field = FG_FORM(prepare)(n);                                                \
        FG_FORM(scatter)(FG_FORM(op)(&field, FG_FORM(gather)(a), FG_FORM(gather)(b)), result);     \
    }
FG_FACE_OF_TWO(mul)
FG_FACE_OF_TWO(add)
FG_FACE_OF_TWO(sub)
FG_FACE_OF_TWO(sub_sum)
FG_FACE_OF_ONE(sqr)
FG_FACE_OF_ONE(tighten)
#undef FG_FACE_OF_ONE
#undef FG_FACE_OF_TWO

static void FG_FORM(store_for_gcd_face)(const uint64_t *n, const int64_t *a, uint64_t *numbers) {
    const FG_FIELD field = FG_FORM(prepare)(n);
    FG_FORM(store_for_gcd)(&field, FG_FORM(gather)(a), numbers);
}

static uint32_t FG_FORM(is_zero_face)(const uint64_t *n, const int64_t *a) {
    const FG_FIELD field = FG_FORM(prepare)(n);
    return FG_FORM(is_zero)(&field, FG_FORM(gather)(a));
}

static void FG_FORM(choose_bit_face)(const uint64_t *bits, uint32_t bit, const int64_t *a,
                                     const int64_t *b, int64_t *result) {
    FG_FORM(scatter)
    (FG_FORM(choose_bit)(FG_FORM(load_bits)(bits), bit, FG_FORM(gather)(a), FG_FORM(gather)(b)),
     result);
}

static void FG_FORM(where_bit_face)(const uint64_t *bits, uint32_t bit, const int64_t *a,
                                    int64_t *result) {
    FG_FORM(scatter)
    (FG_FORM(where_bit)(FG_FORM(load_bits)(bits), bit, FG_FORM(gather)(a)), result);
}

enum {
    FG_FORM(modulus_bits) = FG_MODULUS_BITS,
    FG_FORM(range) = FG_FACTORS_RANGE,
    FG_FORM(lanes) = FG_LANES
};
