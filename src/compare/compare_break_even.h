/*
 * compare_break_even.h: from how many numbers on one backend is faster than another, read off the
 * curve of time against batch size.
 */
#ifndef FG_COMPARE_BREAK_EVEN_H
#define FG_COMPARE_BREAK_EVEN_H

#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fg_compare_break_even_kind {
    FG_COMPARE_BREAK_EVEN_ALWAYS,  /* faster at every size that both were timed at */
    FG_COMPARE_BREAK_EVEN_FROM,    /* from `size` on */
    FG_COMPARE_BREAK_EVEN_NEVER,   /* slower at the largest size */
    FG_COMPARE_BREAK_EVEN_UNCLEAR, /* the runs at the largest size leave it open */
};

struct fg_compare_break_even {
    const char *backend, *rival; /* that it overtakes */
    enum fg_compare_break_even_kind kind;
    double size;    /* between two sizes that were timed, as straight lines would cross */
    double time_s;  /* what both take there */
    size_t largest; /* that both were timed at */
};

/* Finds out if the line overtakes its rival. False if there is no such line or rival (NULL). */
bool fg_compare_break_even_of(const struct fg_compare_report *report,
                              const struct fg_compare_curve_line *line,
                              const struct fg_compare_curve_line *rival,
                              struct fg_compare_break_even *result);

/* Most that fg_compare_break_evens() finds. */
#define FG_COMPARE_BREAK_EVENS_MAX 3

/*
 * Those worth telling: the GPU against threads where there are times of a GPU, and what threads
 * and a process for each number are worth against one worker. Returns how many.
 */
size_t fg_compare_break_evens(const struct fg_compare_report *report,
                              struct fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX]);

#ifdef __cplusplus
}
#endif

#endif
