/*
 * compare_format.h: seconds, ratios and rows as words, the same in every report.
 *
 * Everything inside is in seconds; this is the edge where a unit is chosen, one for a table.
 */
#ifndef FG_CLI_COMPARE_FORMAT_H
#define FG_CLI_COMPARE_FORMAT_H

#include "cli/compare.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Room for a number, a time or a ratio. */
#define FG_COMPARE_CELL 32
/* Room for a sentence that quotes an error message. */
#define FG_COMPARE_SENTENCE 2048

/* Appends to the string in text[0 .. size); what does not fit is left out. */
__attribute__((format(printf, 3, 4))) void fg_compare_append(char *text, size_t size,
                                                             const char *format, ...);

struct fg_compare_unit {
    const char *name; /* "ns", "us", "ms" or "s" */
    double seconds;   /* one of it */
};

/* The unit in which `largest_s` >= 0 has one to three digits before the point. */
struct fg_compare_unit fg_compare_unit_for(double largest_s);

/* The unit of a method's table: for the largest median. Name NULL where nothing was measured. */
struct fg_compare_unit fg_compare_method_unit(const struct fg_compare_report *report,
                                              enum fg_method method);

/* A time in a table's unit, without the unit; at most 9 characters. */
void fg_compare_format_time(double seconds, struct fg_compare_unit unit,
                            char text[FG_COMPARE_CELL]);

/* A time on its own, of any size, to `digits` digits that count: "12 ms", "3.2 h", "1.8e+04 years".
 */
void fg_compare_format_duration(double seconds, int digits, char text[FG_COMPARE_CELL]);
/* How many digits an estimate deserves, and how many a measured time. */
#define FG_COMPARE_ESTIMATE_DIGITS 2
#define FG_COMPARE_MEASURED_DIGITS 3

/* A count that may be beyond 64 bits: exact below 10^15, then as 1.8e+19. */
void fg_compare_format_count(double count, char text[FG_COMPARE_CELL]);

/* "12.34"; fewer decimals where it is large, two digits that count where it is small. At most 9
 * characters. */
void fg_compare_format_ratio(double ratio, char text[FG_COMPARE_CELL]);

/* "trial/fork" */
void fg_compare_append_row_name(char *text, size_t size, const struct fg_compare_row *row);

/*
 * What stands beside a row's times, or in their place: "baseline", "x12.34 (11.20 to 13.50)",
 * "x12.34 (one run, no spread)", "skipped: about 3.2 h (--budget 10 s)", "not run: no NVIDIA
 * driver", "failed: ...".
 */
void fg_compare_append_remark(char *text, size_t size, const struct fg_compare_report *report,
                              const struct fg_compare_row *row);

/* "4 numbers of 23 to 26 bits" */
void fg_compare_append_input(char *text, size_t size, const struct fg_compare_input *input);
/* The CPU, what of it was used, and which scan. */
void fg_compare_append_cpu(char *text, size_t size, const struct fg_compare_report *report);
/* The devices asked for with their driver, or the reason why there is none. */
void fg_compare_append_gpu(char *text, size_t size, const struct fg_compare_report *report);
/* Version, revision, compiler, build type, CUDA toolkit. */
void fg_compare_append_build(char *text, size_t size, const struct fg_compare_report *report);

/* Puts where and with what the report was made, from the CPU to the date, a line each. */
void fg_compare_put_environment(FILE *out, const struct fg_compare_report *report,
                                void (*put)(FILE *out, const char *label, const char *text));

/* Whether any row was measured on the GPU. */
bool fg_compare_has_cuda_times(const struct fg_compare_report *report);
/* What a cuda row spent per timed run on one of its stages, in seconds. */
double fg_compare_per_run_s(const struct fg_compare_row *row, uint64_t total_ns);

#ifdef __cplusplus
}
#endif

#endif
