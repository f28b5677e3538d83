/* SPDX-License-Identifier: MIT */
/*
 * harness.h: what a benchmark program does: it opens, runs races (race.h), notes, and closes.
 */
#ifndef FG_BENCH_HARNESS_H
#define FG_BENCH_HARNESS_H

#include "race.h"

/*
 * Takes --rounds=N, --json=FILE and --lines=FILE from the arguments, whose rest are the program's
 * operands: argv[1 .. *argc), which must live as long as `bench`. To FILE of --lines each race and
 * note is appended as soon as there is one, as a line of JSON. Prints where the benchmark runs.
 * False, after a message, on a bad option. `gpus`: they are part of where it runs; initialises
 * CUDA.
 */
bool fg_bench_open(struct fg_bench *bench, const char *name, bool gpus, int *argc, char **argv);

/* Returns whether an operand asks for the race `name`, by it or its beginning; without operands all
 * are. Remembers the name: every race has to be asked about before fg_bench_close(). */
bool fg_bench_is_asked_for(struct fg_bench *bench, const char *name);

/* Does the same for operands that are whole names. */
bool fg_bench_is_named(struct fg_bench *bench, const char *name);

/* Frees everything. False, after a message, if an operand named no race that was asked about, or if
 * the JSON file that was asked for is not whole; without a race there is none. */
bool fg_bench_close(struct fg_bench *bench);

/* Runs a race and prints its table. results[0 .. race->count) say more, if not NULL. */
bool fg_bench_run(struct fg_bench *bench, const struct fg_bench_race *race,
                  struct fg_bench_result *results);

/* Returns the CPU time of the calling thread and of the children that were waited for, in seconds:
 * the clock of FG_BENCH_CPU_TIME. */
double fg_bench_cpu_s(void);

/* Prints a line below the last table, and keeps it for the JSON file. */
__attribute__((format(printf, 2, 3))) void fg_bench_note(struct fg_bench *bench, const char *format,
                                                         ...);

#endif
