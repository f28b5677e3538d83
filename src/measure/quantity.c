/* SPDX-License-Identifier: MIT */
/*
 * quantity.c: numbers to words.
 */
#include "measure/quantity.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

struct fg_unit fg_unit_for(double largest_s) {
    static const struct fg_unit units[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (largest_s >= units[i].seconds)
            return units[i];
    const struct fg_unit nanoseconds = {"ns", 1e-9};
    return nanoseconds;
}

void fg_format_time(double seconds, struct fg_unit unit, char text[FG_QUANTITY_CELL]) {
    const double value = seconds / unit.seconds;
    const char *format = value >= 99999 ? "%.3e" : value >= 0.1 || value == 0 ? "%.3f" : "%.3g";
    snprintf(text, FG_QUANTITY_CELL, format, value);
}

void fg_format_duration(double seconds, int digits, char text[FG_QUANTITY_CELL]) {
    static const struct {
        double from_s, unit_s;
        const char *unit;
    } scales[] = {
        {2 * 365.25 * 86400, 365.25 * 86400, "years"},
        {2 * 86400, 86400, "days"},
        {2 * 3600, 3600, "h"},
        {120, 60, "min"},
        {0.9995, 1, "s"},
        {0.9995e-3, 1e-3, "ms"},
        {0.9995e-6, 1e-6, "us"},
        {0, 1e-9, "ns"},
    };
    size_t i = 0;
    while (seconds < scales[i].from_s)
        i++;
    const double value = seconds / scales[i].unit_s;
    if (value >= 9999.5) {
        snprintf(text, FG_QUANTITY_CELL, "%.2g %s", value, scales[i].unit);
    } else if (value >= 99.5) { /* not as 1e+02 */
        const double step = value >= 999.5 ? pow(10, 4 - digits) : pow(10, 3 - digits);
        snprintf(text, FG_QUANTITY_CELL, "%.0f %s", round(value / step) * step, scales[i].unit);
    } else {
        snprintf(text, FG_QUANTITY_CELL, "%.*g %s", digits, value, scales[i].unit);
    }
}

void fg_format_count(double count, char text[FG_QUANTITY_CELL]) {
    snprintf(text, FG_QUANTITY_CELL, count < 1e15 ? "%.0f" : "%.2g", count);
}

void fg_format_ratio(double ratio, char text[FG_QUANTITY_CELL]) {
    const char *format = ratio >= 99999     ? "%.3g"
                         : ratio >= 999.95  ? "%.0f"
                         : ratio >= 99.995  ? "%.1f"
                         : ratio >= 0.09995 ? "%.2f"
                                            : "%.2g";
    snprintf(text, FG_QUANTITY_CELL, format, ratio);
}
