/* SPDX-License-Identifier: MIT */
/*
 * quantity.h: times, ratios and counts as words.
 *
 * All times inside the program are in seconds. A unit is chosen here, one for each table.
 */
#ifndef FG_MEASURE_QUANTITY_H
#define FG_MEASURE_QUANTITY_H

#ifdef __cplusplus
extern "C" {
#endif

/* Capacity for a number, a time or a ratio. */
#define FG_QUANTITY_CELL 32
struct fg_unit {
    const char *name; /* "ns", "us", "ms" or "s" */
    double seconds;   /* one of it */
};

/* Returns the unit in which `largest_s` >= 0 has one to three digits before the point. */
struct fg_unit fg_unit_for(double largest_s);

/* Formats a time in a table's unit, without the unit; at most 9 characters. */
void fg_format_time(double seconds, struct fg_unit unit, char text[FG_QUANTITY_CELL]);

/* Formats a time of any size with its unit, to `digits` significant digits: "12 ms", "3.2 h",
 * "1.8e+04 years". */
void fg_format_duration(double seconds, int digits, char text[FG_QUANTITY_CELL]);
/* Significant digits of an estimate, and of a measured time. */
#define FG_ESTIMATE_DIGITS 2
#define FG_MEASURED_DIGITS 3

/* Formats a count, which may exceed 64 bits: exact below 10^15, then as 1.8e+19. */
void fg_format_count(double count, char text[FG_QUANTITY_CELL]);

/* Formats a ratio as "12.34", with fewer decimals if it is large and two significant digits if it
 * is small. At most 9 characters. */
void fg_format_ratio(double ratio, char text[FG_QUANTITY_CELL]);

#ifdef __cplusplus
}
#endif

#endif
