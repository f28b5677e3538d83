/*
 * compare_curve.h: time against batch size, one line a backend: a comparison over one input says
 * who wins there, the curve says from how many numbers on.
 *
 * The batches are runs of neighbouring numbers of the input, as many apart as fit, so that a sorted
 * input does not make small batches easy. An input shorter than FG_COMPARE_CURVE_CYCLED_MAX is
 * gone through again and again as long as that is quick.
 */
#ifndef FG_CLI_COMPARE_CURVE_H
#define FG_CLI_COMPARE_CURVE_H

#include "compare/compare_answers.h"
#include "factor_gpu.h"
#include "measure/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 1, 3, 10, 30, ... below 2^64, and the whole input. */
/* Below this, clock reads and the scheduler's ticks are a visible part of a run. So is what others
 * leave behind: after a fork each page that is written to is copied first, which cost four numbers
 * 53 us instead of 1.3. So a shorter run of a CPU backend is done once more before it is timed. */
#define FG_COMPARE_SHORT_RUN_S 5e-3

#define FG_COMPARE_CURVE_SIZES_MAX 42
/* Timed runs at each size, where --repeat does not ask for fewer. */
#define FG_COMPARE_CURVE_RUNS_MAX 5
/* Beyond the whole input, up to so many numbers and only while a run is expected to be so short. */
#define FG_COMPARE_CURVE_CYCLED_MAX ((size_t)100000)
#define FG_COMPARE_CURVE_CYCLED_S 0.1
/* And only while the answers are so many divisors: a number may have 184320. */
#define FG_COMPARE_CURVE_CYCLED_DIVISORS 8388608.0

struct fg_compare_curve_point {
    size_t size; /* numbers in the batch */
    double samples_s[FG_COMPARE_CURVE_RUNS_MAX];
    size_t sample_count;
    struct fg_statistics_summary summary;
};

struct fg_compare_curve_line {
    size_t row; /* the row of its method and backend in the report */
    struct fg_compare_curve_point points[FG_COMPARE_CURVE_SIZES_MAX];
    size_t point_count;
    double spent_s;        /* of the budget */
    bool is_short;         /* a run of the current size */
    size_t stopped_before; /* the size, within the input, that the budget had no room for; else 0 */
    enum fg_status status; /* what ended the line early */
    char reason[512];      /* its message */
    void *engine;          /* while it is measured */
};

/* Zero-initialise. */
struct fg_compare_curve {
    bool measured; /* false: it was not asked for */
    enum fg_method method;
    unsigned runs; /* at each size */
    size_t size_count;
    size_t sizes[FG_COMPARE_CURVE_SIZES_MAX]; /* ascending */
    size_t line_count;
    struct fg_compare_curve_line *lines; /* in the order of the report's rows */
};

struct fg_compare_report;
struct fg_compare_operations;

/* Sizes of batches from an input of `count` >= 1 numbers, ascending; returns how many. */
size_t fg_compare_curve_sizes(size_t count, size_t sizes[FG_COMPARE_CURVE_SIZES_MAX]);

/* Where in the input run `run` of `run_count` begins its batch; 0 for a batch larger than it. */
size_t fg_compare_curve_first(size_t count, size_t size, unsigned run, unsigned run_count);

/* Lists the lines of a report whose rows are listed. False for want of memory. */
bool fg_compare_curve_list(struct fg_compare_report *report);

/*
 * Measures the lines of one side, the CPU's or the GPU's, whose rows were estimated or measured:
 * the same sizes and batches in interleaved rounds. Each line takes the request's budget_s in all.
 * Answers are held against `reference`, where it holds some; `results` is overwritten. What goes
 * wrong is the line's; FG_ERROR_MEMORY alone ends it all.
 */
enum fg_status fg_compare_curve_measure(const struct fg_compare_operations *operations,
                                        struct fg_compare_report *report,
                                        const struct fg_compare_answers *reference,
                                        size_t reference_row, struct fg_results *results,
                                        bool cuda);

void fg_compare_curve_free(struct fg_compare_curve *curve);

#ifdef __cplusplus
}
#endif

#endif
