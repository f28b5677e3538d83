/* SPDX-License-Identifier: MIT */
/*
 * quantity.h: times, ratios and counts as words.
 *
 * Everything inside is in seconds; this is the edge where a unit is chosen, one for a table.
 */
#ifndef FG_MEASURE_QUANTITY_H
#define FG_MEASURE_QUANTITY_H

#ifdef __cplusplus
extern "C" {
#endif

/* Room for a number, a time or a ratio. */
#define FG_QUANTITY_CELL 32
struct fg_unit {
    const char *name; /* "ns", "us", "ms" or "s" */
    double seconds;   /* one of it */
};

/* The unit in which `largest_s` >= 0 has one to three digits before the point. */
struct fg_unit fg_unit_for(double largest_s);

/* A time in a table's unit, without the unit; at most 9 characters. */
void fg_format_time(double seconds, struct fg_unit unit, char text[FG_QUANTITY_CELL]);

/* A time on its own, of any size, to `digits` digits that count: "12 ms", "3.2 h", "1.8e+04 years".
 */
void fg_format_duration(double seconds, int digits, char text[FG_QUANTITY_CELL]);
/* How many digits an estimate deserves, and how many a measured time. */
#define FG_ESTIMATE_DIGITS 2
#define FG_MEASURED_DIGITS 3

/* A count that may be beyond 64 bits: exact below 10^15, then as 1.8e+19. */
void fg_format_count(double count, char text[FG_QUANTITY_CELL]);

/* "12.34"; fewer decimals where it is large, two digits that count where it is small. At most 9
 * characters. */
void fg_format_ratio(double ratio, char text[FG_QUANTITY_CELL]);

#ifdef __cplusplus
}
#endif

#endif
