/*
 * probable_prime.h: the two tests whose conjunction proves a 64-bit number prime, in one form of
 * arith/residues.h. primality.h says why that is a proof.
 *
 * Included once for each form, behind arith/residues.h. Both tests walk the bits of the longest
 * exponent for all lanes; a lane's leading zeros change nothing.
 */
/*
 * Bit i of the result: lane i passes the strong probable-prime test to base 2 (Rabin 1980;
 * Selfridge): with n - 1 = d 2^s, 2^d = 1 or 2^(d 2^r) = -1 for some r < s. n odd, n >= 3.
 */
static FG_HD uint32_t FG_FORM(strong_base2)(const FG_FIELD *field) {
    uint64_t n[FG_LANES], exponents[FG_LANES];
    uint32_t twos[FG_LANES], bits = 0, most_twos = 0;
    FG_FORM(store)(field->n, n);
    for (uint32_t i = 0; i < FG_LANES; i++) {
        twos[i] = fg_trailing_zeros64(n[i] - 1);
        exponents[i] = (n[i] - 1) >> twos[i];
        most_twos = twos[i] > most_twos ? twos[i] : most_twos;
        bits = fg_bit_length64(exponents[i]) > bits ? fg_bit_length64(exponents[i]) : bits;
    }
    const FG_BITS exponent = FG_FORM(load_bits)(exponents);
    const FG_WORD one = FG_FORM(one)(field);
    FG_WORD x = one;
    while (bits-- > 0) {
        x = FG_FORM(sqr)(field, x);
        x = FG_FORM(add)(field, x, FG_FORM(where_bit)(exponent, bits, x));
    }
    uint32_t passed = FG_FORM(is_zero)(field, FG_FORM(sub)(field, x, one));
    for (uint32_t r = 0; r < most_twos; r++) {
        const uint32_t minus_one = FG_FORM(is_zero)(field, FG_FORM(add)(field, x, one));
        for (uint32_t i = 0; i < FG_LANES; i++)
            passed |= r < twos[i] ? minus_one & UINT32_C(1) << i : 0;
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
    uint64_t n[FG_LANES], ps[FG_LANES], exponents[FG_LANES];
    uint32_t twos[FG_LANES], bits = 0, most_twos = 0;
    const FG_WORD one = FG_FORM(one)(field);
    FG_FORM(store)(field->n, n);
    FG_FORM(store)(one, ps);
    for (uint32_t i = 0; i < FG_LANES; i++) {
        twos[i] = fg_trailing_zeros64(~n[i]);
        exponents[i] = ((n[i] >> 1) + 1) >> (twos[i] - 1);
        ps[i] = fg_mod64_multiple(ps[i], parameters[i], n[i]);
        most_twos = twos[i] > most_twos ? twos[i] : most_twos;
        bits = fg_bit_length64(exponents[i]) > bits ? fg_bit_length64(exponents[i]) : bits;
    }
    const FG_BITS exponent = FG_FORM(load_bits)(exponents);
    const FG_WORD two = FG_FORM(tighten)(field, FG_FORM(add)(field, one, one));
    const FG_WORD p = FG_FORM(load)(ps);
    FG_WORD v = two, w = p; /* V_k and V_(k+1), from k = 0 */
    while (bits-- > 0) {
        const FG_WORD between = FG_FORM(sub)(field, FG_FORM(mul)(field, v, w), p);
        FG_WORD doubled = FG_FORM(choose_bit)(exponent, bits, w, v);
        doubled = FG_FORM(sub)(field, FG_FORM(sqr)(field, doubled), two);
        v = FG_FORM(choose_bit)(exponent, bits, between, doubled);
        w = FG_FORM(choose_bit)(exponent, bits, doubled, between);
    }
    uint32_t passed = FG_FORM(is_zero)(field, FG_FORM(sub)(field, v, two)) |
                      FG_FORM(is_zero)(field, FG_FORM(add)(field, v, two));
    for (uint32_t r = 0; r + 1 < most_twos; r++) {
        const uint32_t zero = FG_FORM(is_zero)(field, v);
        for (uint32_t i = 0; i < FG_LANES; i++)
            passed |= r + 1 < twos[i] ? zero & UINT32_C(1) << i : 0;
        v = FG_FORM(sub)(field, FG_FORM(sqr)(field, v), two);
    }
    return passed;
}
