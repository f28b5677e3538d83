/* SPDX-License-Identifier: MIT */
/*
 * compare_report.h: the request for a comparison, and its results, which the scheduler fills in and
 * the reports show. Nothing here measures or writes.
 */
#ifndef FG_COMPARE_REPORT_H
#define FG_COMPARE_REPORT_H

#include "compare/compare_answers.h"
#include "compare/compare_input.h"
#include "factor_gpu.h"
#include "measure/cpu_energy.h"
#include "measure/environment.h"
#include "measure/gpu_state.h"
#include "measure/statistics.h"
#include "measure/usage.h"
#include "terminal/progress_style.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In a run shorter than this, clock reads and the scheduler's ticks are a visible share. */
#define FG_COMPARE_SHORT_RUN_S 5e-3
/*
 * A run of a CPU backend that is shorter than this is slower after other rows have run: they
 * replace its data in the caches, and the host of a virtual machine slows CPUs that are idle. On
 * one virtual machine four forks took 0.42 ms, but 0.48 ms in the first 50 ms after all CPUs but
 * one had been idle for 0.1 s. So each turn of such a row begins with untimed runs for
 * FG_COMPARE_WARM_S, and then has several timed runs. A row with worker processes keeps all CPUs
 * busy after rows that keep one busy, and takes longer to warm up: with 60, 150 and 300 ms the fork
 * of 30 numbers by 64 jobs took 1.22, 1.07 and 1.07 of its time alone (medians of 72 runs, 2 CPUs),
 * when comparisons of that row alone differed by a fifth. A row with enough runs has
 * FG_COMPARE_TURNS turns or more, so that its samples come from different times: what disturbs one
 * of several runs in a turn may disturb them all, and if all are slower or faster by a fifth, 6
 * turns of 3 runs would tell equal rows apart in one of ten tables of 12
 * (compare_verdict_test.cpp).
 */
#define FG_COMPARE_SHORT_TURN_S 50e-3
#define FG_COMPARE_WARM_S 60e-3
#define FG_COMPARE_WARM_PROCESSES_S 0.15
#define FG_COMPARE_TURNS 18
/* A shorter run may be interrupted as a whole: each third run of 12 us took 15 to 60 % longer, by
 * the machine's host, beside other rows or not. So the median of all runs in so many seconds is one
 * sample. */
#define FG_COMPARE_BRIEF_RUN_S 1e-3
#define FG_COMPARE_BRIEF_S 10e-3
/* Min time in which energy is measured, because the counters move in steps: those of CPUs every
 * millisecond, those of GPUs about ten times in a second. If the runs of a row are shorter, it runs
 * over and over for so long after them. */
#define FG_COMPARE_ENERGY_CPU_S 0.25
#define FG_COMPARE_ENERGY_GPU_S 1.0

struct fg_beside;   /* compare/report/compare_beside.h */
struct fg_exported; /* compare/report/exported_comparison.h */

struct fg_compare_request {
    /* Each >= 1. If one of them is 2^64 or more, all are in wide_numbers, and that is not NULL. */
    const uint64_t *numbers;
    const struct fg_uint128 *wide_numbers;
    size_t count;  /* >= 1 */
    bool is_range; /* each number follows the one before: methods for ranges are compared */
    const char *input_label; /* what the report calls the input */
    unsigned jobs;           /* 0: the CPUs that this process may use */
    const int *devices;      /* CUDA device indices; NULL: the first usable one */
    size_t device_count;
    unsigned repeat;                /* timed runs of each row, >= 1 */
    double budget_s;                /* max time of a row, warm-up included; >= 0, may be infinite */
    struct fg_uint128 smooth_bound; /* as in struct fg_config; 0: none */
    enum fg_method method;          /* FG_METHOD_AUTO: all of them */
    /* NULL or "auto": all backends. Otherwise names with commas between them: each method has a row
     * of each, in that order. */
    const char *backend;
    bool curve;                      /* also times batches of other sizes */
    bool quiet;                      /* only error messages */
    enum fg_progress_style progress; /* on the error stream */
    /* An earlier comparison of the same numbers, to set this one beside; NULL: none. */
    const struct fg_exported *earlier;
    const char *powercap; /* the folder of the CPUs' counters of energy; NULL: Linux's own */
};

/* Returns `count` of the request's numbers, from `first` on. */
struct fg_numbers fg_compare_list(const struct fg_compare_request *request, size_t first,
                                  size_t count);

enum fg_compare_state {
    FG_COMPARE_MEASURED,
    FG_COMPARE_SKIPPED, /* over the budget */
    FG_COMPARE_NOT_RUN, /* the backend is not available here */
    FG_COMPARE_FAILED,  /* the backend is available, but reported an error */
};

/* The time that a row is expected to take, in seconds, from probes through its own backend. */
struct fg_compare_estimate {
    bool known;
    double call_s;    /* a call with one number, without its work */
    double number_s;  /* each further number */
    double work_s;    /* each unit of fg_work(), a candidate, with all workers busy */
    double largest_s; /* the largest number on its one worker; 0 if that is no bound */
    double run_s;     /* one run over the input */
    double total_s;   /* warm-up and all timed runs */
};

/* The way in which the runs of a row are timed. */
struct fg_compare_turn {
    unsigned runs;  /* one after another */
    bool rehearsed; /* each right after an untimed one */
    double warm_s;  /* how long untimed runs are done before the first */
    double brief_s; /* not 0: the median of as many runs as take so long is a sample, if they take
                       less than FG_COMPARE_BRIEF_RUN_S each */
};

/* The energy that the machine used while a row ran. NAN: unknown. */
struct fg_compare_energy {
    size_t run_count; /* whole runs in that time; 0: nothing is known */
    double window_s;  /* how long they took together */
    double cpu_j;     /* of all CPU packages */
    double gpu_j;     /* of the row's GPUs */
};

/* One timed run, or several brief ones. */
struct fg_compare_sample {
    double wall_s;         /* the median of these */
    size_t run_count;      /* 1, or as many as fit into FG_COMPARE_BRIEF_S */
    double elapsed_s;      /* wall time of all of these */
    struct fg_usage usage; /* cpu_s is that of one, the rest of all and of the one before them */
    bool knows_disturbed;  /* the next is known; row_disturbance.h */
    bool disturbed;        /* something else took CPU time that the row could have used */
    bool replaced;         /* it does not count: another run of the same row stands in its place */
    struct fg_compare_energy energy; /* if it took long enough to measure that */
    struct fg_gpu_course gpu;        /* of a GPU's row */
};

struct fg_compare_row {
    enum fg_method method;
    const char *backend;                            /* its name, for people */
    const struct fg_backend_properties *properties; /* the backend's; each backend has its own */
    struct fg_compare_work work;
    enum fg_compare_state state;
    enum fg_status status; /* the error of a row that did not run or failed */
    char reason[512];      /* its message */
    bool differs;          /* its answers differ from the reference's */

    double open_s; /* start-up, outside every run */
    unsigned jobs;
    struct fg_compare_estimate estimate;
    bool warmed_up;
    double warm_up_s;      /* the first run of a new process */
    double first_answer_s; /* from the start of that process to the end of that run */
    double *samples_s;     /* sample_count runs, in the order they were made */
    size_t sample_count;
    struct fg_compare_sample *taken; /* every timed run, also those replaced; 2 * repeat at most */
    size_t taken_count;
    double cpu_s;        /* CPU time of the timed runs that count, the median */
    double busy_cpus;    /* CPU time over wall time of the same runs, the median */
    uint64_t peak_bytes; /* memory of the row's process and its workers; 0 if unknown */
    struct fg_statistics_summary summary;   /* of a measured row */
    struct fg_statistics_interval interval; /* of its median, by compare_verdict.h */

    bool has_ratio;
    enum fg_statistics_verdict verdict; /* on the ratio */
    struct fg_statistics_ratio ratio;   /* bounded by the intervals */
    size_t baseline; /* the row that the ratio refers to; its own index: this is the baseline */

    struct fg_timing timing; /* of all runs in `taken`; start_up_ns since the engine opened */
    size_t timing_runs;      /* how many they are */

    struct fg_compare_energy energy; /* of untimed runs after them, if each was too short */
    char sensor_reason[320];         /* why energy, or the GPU's state, is unknown; else empty */

    void *engine; /* while the row is open */
};

/* Sizes of batches: 1, 3, 10, 30, ... below 2^64, and the whole input. */
#define FG_COMPARE_CURVE_SIZES_MAX 42
/* Max count of timed runs at each size, one in each turn; --repeat can ask for fewer. With this
 * many, one outlier at each of 68 pairs of backends and sizes does no harm (compare_break_even.h).
 */
#define FG_COMPARE_CURVE_RUNS_MAX FG_COMPARE_TURNS

struct fg_compare_curve_point {
    size_t size;      /* numbers in the batch */
    double warm_up_s; /* a run before all turns */
    double samples_s[FG_COMPARE_CURVE_RUNS_MAX];
    size_t run_counts[FG_COMPARE_CURVE_RUNS_MAX]; /* of how many runs each sample is the median */
    size_t sample_count;    /* <= the curve's `runs`: fewer if a larger size is over the budget */
    size_t throttled_count; /* of these: something held the GPU's clocks down */
    size_t known_count;     /* of these: it is known if something else took CPU time ... */
    size_t disturbed_count; /* ... and of so many, that something did */
    struct fg_statistics_summary summary;
};

struct fg_compare_curve_line {
    size_t row; /* the row of its method and backend in the report */
    struct fg_compare_curve_point points[FG_COMPARE_CURVE_SIZES_MAX];
    size_t point_count;
    double spent_s;        /* of the budget */
    bool grows;            /* larger batches are still warmed up */
    size_t open_count;     /* points that are still timed, the smallest sizes */
    size_t stopped_before; /* the size within the input that is over the budget; else 0 */
    enum fg_status status; /* what ended the line early */
    char reason[512];      /* its message */
    void *engine;          /* while it is measured */
};

/* Time against batch size. Zero-initialise. */
struct fg_compare_curve {
    bool measured; /* false: the request does not ask for it */
    enum fg_method method;
    unsigned runs; /* at each size, if the budget has room for all */
    size_t size_count;
    size_t sizes[FG_COMPARE_CURVE_SIZES_MAX]; /* ascending */
    size_t line_count;
    struct fg_compare_curve_line *lines; /* in the order of the report's rows; from calloc() */
};

struct fg_compare_report {
    const struct fg_compare_request *request; /* must outlive the report */
    struct fg_environment environment;        /* filled before fg_compare() */
    struct fg_compare_input input;
    unsigned jobs; /* the count that `jobs` 0 stands for */
    size_t row_count;
    struct fg_compare_row *rows; /* by method, then by backend, in the request's order */
    bool disagreement;
    struct fg_compare_difference difference; /* the first one */
    struct fg_compare_curve curve;
    const struct fg_beside *beside; /* with the earlier comparison; NULL: not asked for */
    size_t cpu_packages;            /* whose energy was read; 0: it is unknown */
    char cpu_energy_reason[320];    /* why, if there are counters; else empty */
};

void fg_compare_report_free(struct fg_compare_report *report);

/* Notes that a row's answers differ from the reference's. The report keeps only the first
 * difference. */
void fg_compare_note_difference(struct fg_compare_report *report, size_t reference_row, size_t row,
                                const struct fg_compare_difference *difference);

/*
 * Returns the result of the whole report: FG_ERROR_SELF_CHECK if rows disagree or an answer failed
 * its check, else the status of the first row or line that failed, else FG_ERROR_UNAVAILABLE if a
 * backend that was asked for by its name could run no row or none could, else FG_OK.
 */
enum fg_status fg_compare_report_status(const struct fg_compare_report *report);
/* Returns whether no row could run. */
bool fg_compare_nothing_is_available(const struct fg_compare_report *report);
/* Returns the first row of a backend that was asked for by its name and is not available; NULL if
 * there is none. One that lacks a method, as `fork` lacks the sieve, is available for the others.
 */
const struct fg_compare_row *fg_compare_lacking_row(const struct fg_compare_report *report);

/* Returns whether a batch of this size of the curve repeats the input. */
bool fg_compare_repeats_input(const struct fg_compare_report *report, size_t size);

/* "measured", "skipped", "not run", "failed" */
const char *fg_compare_state_name(enum fg_compare_state state);

/* Kinds of backends, for the functions below. */
typedef bool fg_compare_kind(const struct fg_backend_properties *properties);
bool fg_compare_is_one_worker(const struct fg_backend_properties *properties);
bool fg_compare_is_process_per_number(const struct fg_backend_properties *properties);
bool fg_compare_is_process_pool(const struct fg_backend_properties *properties);
bool fg_compare_is_threads(const struct fg_backend_properties *properties);
bool fg_compare_is_gpu(const struct fg_backend_properties *properties);

/* Returns whether any of its samples is the median of many runs. */
bool fg_compare_has_brief_runs(const struct fg_compare_row *row);
/* Returns whether most of the row's runs so far can tell if something else disturbed them. Of other
 * rows only the slowest can, and a run that is taken again cannot take the place of one. */
bool fg_compare_row_can_tell(const struct fg_compare_row *row);

/* Returns how `repeat` runs of the row, of about run_s, are shared out to turns. */
struct fg_compare_turn fg_compare_turn_of(const struct fg_compare_row *row, double run_s,
                                          unsigned repeat);

/* Returns whether this is the row of a GPU. It is opened after all CPU rows, and its start-up and
 * copies are shown. */
bool fg_compare_uses_gpu(const struct fg_compare_row *row);

/* Returns the first measured row of the method on a backend of the kind; NULL if there is none. */
const struct fg_compare_row *fg_compare_measured_row(const struct fg_compare_report *report,
                                                     enum fg_method method, fg_compare_kind *kind);

/* Returns the measured row that the method's ratios refer to, by
 * fg_backend_properties.baseline_rank; NULL if there is none. */
const struct fg_compare_row *fg_compare_baseline_row(const struct fg_compare_report *report,
                                                     enum fg_method method);

/* Returns the first line of a backend of the kind that has at least one point; NULL if there is
 * none. */
const struct fg_compare_curve_line *fg_compare_curve_find(const struct fg_compare_report *report,
                                                          fg_compare_kind *kind);

#ifdef __cplusplus
}
#endif

#endif
