/*
 * probable_prime.h: the two tests whose conjunction proves a 64-bit number prime, in one form of
 * arith/residues.h with headroom 0. primality.h says why that is a proof.
 *
 * Included once for each form, behind arith/residues.h. Both tests walk the bits of the longest
 * exponent for all lanes; a lane's leading zeros change nothing.
 */
#if FG_HEADROOM != 0
#error "the primality tests compare residues, which must be fully reduced"
#endif

/*
 * Bit i of the result: lane i passes the strong probable-prime test to base 2 (Rabin 1980;
 * Selfridge): with n - 1 = d 2^s, 2^d = 1 or 2^(d 2^r) = -1 for some r < s. n odd, n >= 3.
 */
static FG_HD uint32_t FG_FORM(strong_base2)(const FG_FIELD *field) {
    const FG_WORD one = FG_FORM(one)(field);
    FG_WORD exponent, x = one;
    uint32_t bits = 0, most_twos = 0, passed = 0;
    uint32_t twos[FG_LANES];
#define FG_LANE(i)                                                                                 \
    twos[i] = fg_trailing_zeros64(field->n.lane##i - 1);                                           \
    exponent.lane##i = (field->n.lane##i - 1) >> twos[i];                                          \
    most_twos = twos[i] > most_twos ? twos[i] : most_twos;                                         \
    bits = fg_bit_length64(exponent.lane##i) > bits ? fg_bit_length64(exponent.lane##i) : bits;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    while (bits-- > 0) {
        x = FG_FORM(sqr)(field, x);
        FG_WORD again; /* x where this bit of the exponent is set, else 0 */
#define FG_LANE(i) again.lane##i = x.lane##i & (0 - (exponent.lane##i >> bits & 1));
        FG_EACH_LANE(FG_LANE)
#undef FG_LANE
        x = FG_FORM(add)(field, x, again);
    }
#define FG_LANE(i) passed |= (uint32_t)(x.lane##i == one.lane##i) << i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    for (uint32_t r = 0; r < most_twos; r++) {
#define FG_LANE(i)                                                                                 \
    passed |= (uint32_t)(r < twos[i] && x.lane##i == field->n.lane##i - one.lane##i) << i;
        FG_EACH_LANE(FG_LANE)
#undef FG_LANE
        x = FG_FORM(sqr)(field, x);
    }
    return passed;
}

/*
 * Bit i of the result: lane i passes the almost extra strong Lucas test (Grantham 2001; Baillie's
 * and PARI's form) with Q = 1 and P = parameters[i], (P^2 - 4 / n) = -1: with n + 1 = d 2^s,
 * V_d = 2 or -2, or V_(d 2^r) = 0 for some r < s - 1. n odd, 3 <= n < 2^64 - 1.
 */
static FG_HD uint32_t FG_FORM(lucas)(const FG_FIELD *field, const uint32_t *parameters) {
    const FG_WORD one = FG_FORM(one)(field);
    const FG_WORD two = FG_FORM(add)(field, one, one);
    FG_WORD p, exponent;
    uint32_t bits = 0, most_twos = 0, passed = 0;
    uint32_t twos[FG_LANES];
#define FG_LANE(i)                                                                                 \
    p.lane##i = fg_mod64_multiple(one.lane##i, parameters[i], field->n.lane##i);                   \
    twos[i] = fg_trailing_zeros64(~field->n.lane##i);                                              \
    exponent.lane##i = ((field->n.lane##i >> 1) + 1) >> (twos[i] - 1);                             \
    most_twos = twos[i] > most_twos ? twos[i] : most_twos;                                         \
    bits = fg_bit_length64(exponent.lane##i) > bits ? fg_bit_length64(exponent.lane##i) : bits;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    FG_WORD v = two, w = p; /* V_k and V_(k+1), from k = 0 */
    while (bits-- > 0) {
        FG_WORD doubled; /* the one of the two whose index is doubled */
#define FG_LANE(i) doubled.lane##i = exponent.lane##i >> bits & 1 ? w.lane##i : v.lane##i;
        FG_EACH_LANE(FG_LANE)
#undef FG_LANE
        const FG_WORD between = FG_FORM(sub)(field, FG_FORM(mul)(field, v, w), p);
        doubled = FG_FORM(sub)(field, FG_FORM(sqr)(field, doubled), two);
#define FG_LANE(i)                                                                                 \
    v.lane##i = exponent.lane##i >> bits & 1 ? between.lane##i : doubled.lane##i;                  \
    w.lane##i = exponent.lane##i >> bits & 1 ? doubled.lane##i : between.lane##i;
        FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    }
#define FG_LANE(i)                                                                                 \
    passed |= (uint32_t)(v.lane##i == two.lane##i || v.lane##i == field->n.lane##i - two.lane##i)  \
              << i;
    FG_EACH_LANE(FG_LANE)
#undef FG_LANE
    for (uint32_t r = 0; r + 1 < most_twos; r++) {
#define FG_LANE(i) passed |= (uint32_t)(r + 1 < twos[i] && v.lane##i == 0) << i;
        FG_EACH_LANE(FG_LANE)
#undef FG_LANE
        v = FG_FORM(sub)(field, FG_FORM(sqr)(field, v), two);
    }
    return passed;
}
