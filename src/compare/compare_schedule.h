/*
 * compare.h: `--compare`: the same numbers through every method on every backend.
 *
 * fg_compare() decides what runs when, checks that all rows give the same answers, and fills a
 * report. It reaches clock and backends through struct fg_compare_operations alone, so that the
 * tests drive it with a clock and backends of their own; compare_run.h has the real ones.
 */
#ifndef FG_CLI_COMPARE_H
#define FG_CLI_COMPARE_H

#include "compare/compare_answers.h"
#include "compare/compare_curve.h"
#include "compare/compare_input.h"
#include "factor_gpu.h"
#include "measure/environment.h"
#include "measure/statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FG_COMPARE_DEFAULT_REPEAT 5
#define FG_COMPARE_DEFAULT_BUDGET_S 10.0

struct fg_compare_request {
    const uint64_t *numbers; /* each >= 1 */
    size_t count;            /* >= 1 */
    const char *input_label; /* what the report calls the input */
    unsigned jobs;           /* 0: the CPUs that this process may use */
    const int *devices;      /* CUDA device indices; NULL: the first usable one */
    size_t device_count;
    unsigned repeat;       /* timed runs of each row, >= 1 */
    double budget_s;       /* what a row may take, warm-up included; >= 0, may be infinite */
    enum fg_method method; /* FG_METHOD_AUTO: all of them */
    const char *backend;   /* NULL or "auto": all of them */
    bool curve;            /* also times batches of other sizes */
    bool progress;         /* shows on the error stream what is running */
    bool quiet;            /* no progress and no messages but errors */
};

enum fg_compare_state {
    FG_COMPARE_MEASURED,
    FG_COMPARE_SKIPPED, /* over the budget */
    FG_COMPARE_NOT_RUN, /* the backend is not available here */
    FG_COMPARE_FAILED,  /* it is, but reported an error */
};

/* "measured", "skipped", "not run", "failed" */
const char *fg_compare_state_name(enum fg_compare_state state);

/* What a row is expected to take, from probes through its own backend. Seconds. */
struct fg_compare_estimate {
    bool known;
    double call_s;    /* a call with one number, its work left out */
    double number_s;  /* each further number */
    double work_s;    /* each unit of fg_work(), a candidate, with all workers busy */
    double largest_s; /* the largest number on its one worker; 0 where that is no bound */
    double run_s;     /* one run over the input */
    double total_s;   /* warm-up and all timed runs */
};

struct fg_compare_row {
    enum fg_method method;
    const char *backend;
    struct fg_compare_work work;
    enum fg_compare_state state;
    enum fg_status status; /* the error of a row that did not run or failed */
    char reason[512];      /* its message */
    bool differs;          /* its answers are not the reference's */

    double probe_s; /* asking whether the backend works; 0 where an earlier row had asked */
    double open_s;  /* start-up, outside every run */
    unsigned jobs;
    struct fg_compare_estimate estimate;
    bool warmed_up;
    double warm_up_s;
    double *samples_s; /* sample_count runs, in the order they were made */
    size_t sample_count;
    struct fg_statistics_summary summary; /* of a measured row */

    bool has_ratio;
    size_t baseline; /* the row that the ratio refers to; its own index: this is the baseline */
    struct fg_statistics_ratio ratio;

    struct fg_timing timing; /* of the timed runs together; start_up_ns since the engine opened */

    void *engine; /* while the row is open */
};

struct fg_compare_report {
    const struct fg_compare_request *request; /* must outlive the report */
    struct fg_environment environment;        /* filled by whoever calls fg_compare() */
    struct fg_compare_input input;
    unsigned jobs; /* what `jobs` 0 came to */
    size_t row_count;
    struct fg_compare_row *rows; /* by method, then by backend, in the library's order */
    bool disagreement;
    struct fg_compare_difference difference; /* the first one */
    struct fg_compare_curve curve;
};

/*
 * The world as the scheduler sees it. `engine` is what open() gave, never NULL. Errors are worded
 * in `error`.
 */
struct fg_compare_operations {
    void *context;
    double (*now)(void *context); /* seconds on a monotonic clock */
    enum fg_status (*probe)(void *context, const char *backend, struct fg_error *error);
    enum fg_status (*open)(void *context, enum fg_method method, const char *backend, void **engine,
                           struct fg_error *error);
    unsigned (*jobs)(void *context, void *engine); /* how many numbers are worked on at once */
    enum fg_status (*run)(void *context, void *engine, const uint64_t *numbers, size_t count,
                          struct fg_results *results, struct fg_error *error);
    void (*timing)(void *context, void *engine, struct fg_timing *timing);
    void (*close)(void *context, void *engine);
    /* `stage` is "estimate", "warm-up", "run" or a batch size; run 0 outside the timed ones. May be
     * NULL. */
    void (*progress)(void *context, const struct fg_compare_row *row, const char *stage,
                     unsigned run, unsigned run_count);
};

/*
 * Runs the comparison. All rows of CPU backends are opened, estimated, warmed up, timed in
 * interleaved rounds and closed, and their lines of the curve after them, before anything asks for
 * "cuda": a process that has initialised CUDA must not fork. Fails only for want of memory; what
 * goes wrong in a row is the row's. The report must be zero-initialised but for its environment,
 * and freed in either case.
 */
enum fg_status fg_compare(const struct fg_compare_request *request,
                          const struct fg_compare_operations *operations,
                          struct fg_compare_report *report, struct fg_error *error);

void fg_compare_report_free(struct fg_compare_report *report);

/* Whether this is the row of a GPU: opened after all others, with start-up and copies shown. */
bool fg_compare_is_cuda(const struct fg_compare_row *row);

/* The measured row of this method and backend; NULL where there is none. */
const struct fg_compare_row *fg_compare_measured_row(const struct fg_compare_report *report,
                                                     enum fg_method method, const char *backend);

#ifdef __cplusplus
}
#endif

#endif
