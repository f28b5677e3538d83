/* SPDX-License-Identifier: MIT */
/*
 * decimal.c: the tables of three digits.
 */
#include "text/decimal.h"

/* An entry for each h, t, u, in order. */
#define UNITS(entry, h, t)                                                                         \
    entry(h, t, 0), entry(h, t, 1), entry(h, t, 2), entry(h, t, 3), entry(h, t, 4),                \
        entry(h, t, 5), entry(h, t, 6), entry(h, t, 7), entry(h, t, 8), entry(h, t, 9)
#define TENS(entry, h)                                                                             \
    UNITS(entry, h, 0), UNITS(entry, h, 1), UNITS(entry, h, 2), UNITS(entry, h, 3),                \
        UNITS(entry, h, 4), UNITS(entry, h, 5), UNITS(entry, h, 6), UNITS(entry, h, 7),            \
        UNITS(entry, h, 8), UNITS(entry, h, 9)
#define THOUSAND(entry)                                                                            \
    TENS(entry, 0), TENS(entry, 1), TENS(entry, 2), TENS(entry, 3), TENS(entry, 4),                \
        TENS(entry, 5), TENS(entry, 6), TENS(entry, 7), TENS(entry, 8), TENS(entry, 9)

#define PADDED(h, t, u)                                                                            \
    { '0' + (h), '0' + (t), '0' + (u), 3 }
/* An entry without leading zeros. The characters behind its last digit do not matter. */
#define SHORT(h, t, u)                                                                             \
    {                                                                                              \
        '0' + ((h)   ? (h)                                                                         \
               : (t) ? (t)                                                                         \
                     : (u)),                                                                       \
            '0' + ((h) ? (t) : (u)), '0' + (u),                                                    \
            (h)   ? 3                                                                              \
            : (t) ? 2                                                                              \
                  : 1                                                                              \
    }

const char fg_decimal_short[1000][4] = {THOUSAND(SHORT)};
const char fg_decimal_padded[1000][4] = {THOUSAND(PADDED)};
