/* SPDX-License-Identifier: MIT */
/*
 * race.h: races: contenders that do the same work, timed in turns, reported as ratios.
 *
 * Only times from one run are set against each other: contenders are timed in turns
 * (measure/turns.h), and the report gives medians, extremes and the ratio to the first contender
 * with the spread that the samples allow (measure/statistics.h). Nothing here passes or fails on a
 * time: a target is printed beside what was measured.
 */
#ifndef FG_BENCH_RACE_H
#define FG_BENCH_RACE_H

#include "measure/environment.h"
#include "measure/json_object.h"
#include "measure/statistics.h"

#define FG_BENCH_CONTENDERS_MAX 16
#define FG_BENCH_ROUNDS_MAX 101
/* A sample of wall time during which everything else kept no more CPUs busy is undisturbed. */
#define FG_BENCH_QUIET_CORES 0.1

struct fg_bench_contender {
    const char *name; /* at most 20 characters */
    /* The timed run. False, after a message on stderr, ends the program with a failure. */
    bool (*run)(void *context);
    /* Returns whether the answer of the last run is right; not timed. NULL: nothing to check. */
    bool (*check)(void *context);
    void *context;
    double target_ratio; /* to be at least so many times as fast as the first; 0: no such target */
    double target_s;     /* to take at most so long; 0: no such target */
    /* Prepares a sample; not timed. NULL: nothing to do. */
    bool (*prepare)(void *context);
    /* Returns the time of the last run, if the race's clock is the contender's own. */
    double (*elapsed_s)(void *context);
};

enum fg_bench_clock {
    FG_BENCH_WALL_TIME,
    FG_BENCH_CPU_TIME, /* the thread's own seconds, and those of its children: for runs on one core,
                          fair on a busy machine */
    FG_BENCH_DEVICE_TIME, /* each contender's elapsed_s(): between two events on a GPU */
    FG_BENCH_PART_TIME,   /* each contender's elapsed_s(): wall time of a part of what it ran */
};

/* A target between two contenders neither of which needs to be the first. */
struct fg_bench_lead {
    size_t leader, other; /* indices of contenders */
    double ratio;         /* the leader is to be at least so many times as fast as the other */
};

struct fg_bench_race {
    const char *topic;                           /* the race's name in the JSON output */
    const char *title;                           /* one line of at most 78 characters */
    const struct fg_bench_contender *contenders; /* the first is what the others are held against */
    size_t count;                                /* 1 .. FG_BENCH_CONTENDERS_MAX */
    unsigned rounds_most; /* for slow races: fewer rounds than asked for; 0: as asked for */
    bool untold;          /* no table: the program prints the results itself */
    bool cold;            /* no warm-up: for runs of many seconds */
    enum fg_bench_clock clock;
    bool rates;            /* the column per unit is how many a second instead of a time */
    double least_sample_s; /* a sample is so many runs that it takes at least this; 0: one run */
    double unit_count;     /* what a run covers, for the column of times per unit; 0: no column */
    const char *unit_name; /* "number"; at most 6 characters */
    /* Units that each contender's run covers, if slow ones get less: all times and ratios are then
     * scaled to unit_count. NULL: every run covers unit_count. */
    const double *covered;
    const struct fg_bench_lead *leads; /* [0 .. lead_count), beside the contenders' own targets */
    size_t lead_count;
};

/* "wall" (of a part, too), "cpu" or "device". */
const char *fg_bench_clock_name(enum fg_bench_clock clock);

/* A contender's samples and their statistics; times are those of one run. */
struct fg_bench_result {
    unsigned repetitions; /* runs in a sample */
    struct fg_statistics_summary summary;
    struct fg_statistics_ratio ratio; /* to the first contender */
    double samples_s[FG_BENCH_ROUNDS_MAX];
    /* CPUs that everything else kept busy during each sample; 0 if it is no wall time or too short
     * to tell. */
    double others_cores[FG_BENCH_ROUNDS_MAX];
};

struct fg_bench {
    const char *name; /* of the program */
    unsigned rounds;
    const char *json_path;  /* NULL: none */
    const char *lines_path; /* NULL: none */
    char **operands;        /* [0 .. operand_count) */
    size_t operand_count;
    bool *names_a_race; /* of each operand, so far */
    json_t *names;      /* an array: the races that were asked about */
    struct fg_environment environment;
    double load;                /* processes wanting a CPU when the benchmark began */
    struct fg_json_object json; /* what the JSON file gets */
    FILE *json_file;            /* NULL: none was asked for, or there is no race yet */
};

/* Returns whether the contender's target was reached; true if it has none. */
bool fg_bench_target_reached(const struct fg_bench_contender *contender,
                             const struct fg_bench_result *result);

/* Returns how many times as fast as the other the leader was. */
struct fg_statistics_ratio fg_bench_lead_ratio(const struct fg_bench_lead *lead,
                                               const struct fg_bench_result *results);

#endif
