/* SPDX-License-Identifier: MIT */
/*
 * usage.h: what a process and its workers used besides time: CPU, memory, and how the system
 * scheduled them. Linux only: it reads getrusage(2), clock_getcpuclockid(3) and /proc (proc(5)).
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

/* Lists the children that exist now. If memory is short or /proc is missing, the list is empty. */
void fg_usage_find_workers(struct fg_usage_workers *workers);
void fg_usage_forget_workers(struct fg_usage_workers *workers);

/* Counts since the beginning of the process, or between two readings. */
struct fg_usage {
    double cpu_s;         /* user and system, of the process and of its children */
    uint64_t voluntary;   /* context switches: waits */
    uint64_t involuntary; /* context switches that the system forced */
    bool knows_waiting;   /* the two below are known */
    double waiting_s;     /* sum over all threads of the time ready to run without a CPU */
    uint64_t migrations;  /* from one CPU to another */
    bool knows_machine;
    double machine_s; /* sum over all CPUs: busy, or taken by the host; in ticks of some 10 ms */
};

/*
 * Read the usage of the calling process and of `workers` before and after what is measured. The
 * first reads the CPU time last and the second reads it first, so that it excludes the reading
 * itself, which takes longer with more threads and workers.
 */
void fg_usage_begin(const struct fg_usage_workers *workers, struct fg_usage *usage);
void fg_usage_end(const struct fg_usage_workers *workers, struct fg_usage *usage);

/* Returns the usage between two readings. */
struct fg_usage fg_usage_between(const struct fg_usage *before, const struct fg_usage *after);

/* Returns the CPU seconds alone, which are quick to read. */
double fg_usage_cpu_s(const struct fg_usage_workers *workers);

/* Returns the same without the CPU time of the calling thread, so that calls of this function do
 * not add to it. */
double fg_usage_workers_cpu_s(const struct fg_usage_workers *workers);

/*
 * Returns the peak resident memory of the calling process, plus the private memory that each of
 * `workers` has now. 0 if /proc does not say it.
 */
uint64_t fg_usage_peak_bytes(const struct fg_usage_workers *workers);

#ifdef __cplusplus
}
#endif

#endif
