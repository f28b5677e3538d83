/*
 * compare_break_even.h: from how many numbers on one backend is faster than another, read off the
 * curve of time against batch size.
 */
#ifndef FG_CLI_COMPARE_BREAK_EVEN_H
#define FG_CLI_COMPARE_BREAK_EVEN_H

#include "compare/compare_schedule.h"

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

/* The line of a backend with at least one point; NULL where there is none. */
const struct fg_compare_curve_line *fg_compare_curve_find(const struct fg_compare_report *report,
                                                          const char *backend);

/* Whether `backend` overtakes `rival`. False where they have no size in common. */
bool fg_compare_break_even_of(const struct fg_compare_report *report, const char *backend,
                              const char *rival, struct fg_compare_break_even *result);

/* Most that fg_compare_break_evens() finds. */
#define FG_COMPARE_BREAK_EVENS_MAX 3

/*
 * Those worth telling: the GPU against threads where there are times of a GPU, and what threads
 * and fork are worth against one process. Returns how many.
 */
size_t fg_compare_break_evens(const struct fg_compare_report *report,
                              struct fg_compare_break_even found[FG_COMPARE_BREAK_EVENS_MAX]);

/* "cuda is faster than threads from about 1200 numbers on" */
void fg_compare_append_break_even(char *text, size_t size,
                                  const struct fg_compare_break_even *break_even);

#ifdef __cplusplus
}
#endif

#endif
