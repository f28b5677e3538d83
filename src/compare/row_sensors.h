/* SPDX-License-Identifier: MIT */
/*
 * row_sensors.h: the counters of energy and the GPU's state, as a row's process reads them.
 */
#ifndef FG_COMPARE_ROW_SENSORS_H
#define FG_COMPARE_ROW_SENSORS_H

#include "compare/compare_report.h"

struct fg_row_sensors {
    const struct fg_cpu_energy *cpu; /* the comparison's own, opened before the process forked */
    struct fg_gpu_state *gpu;        /* NULL: the row uses no GPU, or its state is unknown */
    char reason[320];                /* why it is unknown; else empty */
};

/* The counters of energy at a moment. */
struct fg_row_energy_mark {
    double now_s;
    struct fg_cpu_energy_reading cpu;
    double gpu_j;
};

/* Opens the sensors of the row's engine. If it uses GPUs, this asks CUDA for its devices, so it
 * must be in the process that uses CUDA. `cpu` must outlive the sensors. */
void fg_row_sensors_open(struct fg_row_sensors *sensors, const struct fg_cpu_energy *cpu,
                         const struct fg_config *config);
void fg_row_sensors_close(struct fg_row_sensors *sensors);

/* Returns the min time in which the energy of the row's runs can be measured; 0 if it is unknown.
 */
double fg_row_sensors_min_s(const struct fg_row_sensors *sensors);

void fg_row_sensors_mark(const struct fg_row_sensors *sensors, struct fg_row_energy_mark *mark);

/* Returns the energy since a mark, in which there were so many runs; nothing if that was too short
 * a time. */
struct fg_compare_energy fg_row_sensors_since(const struct fg_row_sensors *sensors,
                                              const struct fg_row_energy_mark *mark,
                                              size_t run_count);

#endif
