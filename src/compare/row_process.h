/* SPDX-License-Identifier: MIT */
/*
 * row_process.h: runs one row of a comparison in a process of its own.
 *
 * Rows that share a process slow each other down: a fork has to copy the page tables of every other
 * engine, and each page that is written to after a fork is copied first. So each row has its own
 * process, forked from one that holds little more than the input. Rows then share nothing but the
 * machine.
 */
#ifndef FG_COMPARE_ROW_PROCESS_H
#define FG_COMPARE_ROW_PROCESS_H

#include "compare/row_common.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fg_row_process;

/*
 * Forks a process and opens the engine there; the caller ends it with fg_row_process_end(). Fails
 * as fg_engine_open() does, or if no process can be created. The calling process must not have used
 * CUDA.
 */
enum fg_status fg_row_process_start(const struct fg_row_common *common,
                                    const struct fg_config *config, struct fg_row_process **process,
                                    struct fg_error *error);

/* Closes the engine and ends the process. */
void fg_row_process_end(struct fg_row_process *process);

/* Calls fg_backend_probe() in a process made for that, so that the caller does not use CUDA. */
enum fg_status fg_row_process_probe(const struct fg_row_common *common, const char *backend,
                                    struct fg_error *error);

/*
 * The operations of a comparison. If the process dies, this and every later call fails with
 * FG_ERROR_WORKER_DIED. fg_row_process_run() returns when the row's workers are at rest again.
 */
unsigned fg_row_process_jobs(const struct fg_row_process *process);
enum fg_status fg_row_process_run(struct fg_row_process *process,
                                  const struct fg_compare_batch *batch,
                                  struct fg_compare_sample *sample, struct fg_error *error);
enum fg_status fg_row_process_check(struct fg_row_process *process, size_t first,
                                    struct fg_compare_check *check, struct fg_error *error);
/* fg_compare_operations.energy */
void fg_row_process_energy(struct fg_row_process *process, bool run,
                           struct fg_compare_energy *energy, char *reason, size_t size);
/* Both give zero if the process has died. */
void fg_row_process_timing(struct fg_row_process *process, struct fg_timing *timing);
uint64_t fg_row_process_peak_bytes(struct fg_row_process *process);

#ifdef __cplusplus
}
#endif

#endif
