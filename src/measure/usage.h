/* SPDX-License-Identifier: MIT */
/*
 * usage.h: what a process and its workers used besides time: CPU, memory, and how the system
 * scheduled them. From getrusage(2), clock_getcpuclockid(3) and /proc (proc(5)), on Linux.
 */
#ifndef FG_MEASURE_USAGE_H
#define FG_MEASURE_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The calling process's children that live on between two readings. Zero-initialise. */
struct fg_usage_workers {
    pid_t *pids; /* from malloc() */
    size_t count;
};

/* Lists the children that exist now. Where memory is short, or /proc is missing, there are none. */
void fg_usage_find_workers(struct fg_usage_workers *workers);
void fg_usage_forget_workers(struct fg_usage_workers *workers);

/* Counts since the beginning of the process, or between two readings. */
struct fg_usage {
    double cpu_s;         /* user and system, of the process and of its children */
    uint64_t voluntary;   /* context switches: waits */
    uint64_t involuntary; /* and those that the system forced */
    bool knows_waiting;   /* the two below are known */
    double waiting_s;     /* sum over all threads: ready to run while something else had the CPU */
    uint64_t migrations;  /* from one CPU to another */
    bool knows_machine;
    double machine_s; /* of all CPUs: busy, or taken by the host; in ticks of some 10 ms */
};

/*
 * Read the calling process and `workers`, before and after what is measured: the CPU time last and
 * first, so that it holds none of the reading, which takes longer the more threads and workers
 * there are.
 */
void fg_usage_begin(const struct fg_usage_workers *workers, struct fg_usage *usage);
void fg_usage_end(const struct fg_usage_workers *workers, struct fg_usage *usage);

/* What came between two readings. */
struct fg_usage fg_usage_between(const struct fg_usage *before, const struct fg_usage *after);

/* CPU seconds alone, which are quick to read. */
double fg_usage_cpu_s(const struct fg_usage_workers *workers);

/*
 * The most memory that the calling process has had resident, and what each of `workers` has for
 * itself now. 0 where /proc does not say it.
 */
uint64_t fg_usage_peak_bytes(const struct fg_usage_workers *workers);

#ifdef __cplusplus
}
#endif

#endif
