/* SPDX-License-Identifier: MIT */
/*
 * process.h: whole programs in a benchmark: children that read a file and write a file.
 */
#ifndef FG_BENCH_PROCESS_H
#define FG_BENCH_PROCESS_H

#include "harness.h"

/* The arguments of a program, and the NULL at their end. */
#define FG_BENCH_ARGUMENTS_MAX 10

/* Returns a new file without a name; -1 if there is none to be had. */
int fg_bench_make_file(void);

/* Returns whether a program is in one of PATH's folders; if not, notes its Debian package. */
bool fg_bench_have_program(struct fg_bench *bench, const char *program, const char *package);

/* Runs a program from the beginning of both files to its end. The output is not emptied. False,
 * after a message, if it could not be run or failed. */
bool fg_bench_run_program(const char *const arguments[], int input, int output);

/* Returns whether both files have the same content, which is not empty; if `partial`, whether one
 * is the beginning of the other. */
bool fg_bench_same_files(int left, int right, bool partial);

#endif
