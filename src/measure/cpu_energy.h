/* SPDX-License-Identifier: MIT */
/*
 * cpu_energy.h: the energy that the machine's CPU packages use, by the counters that Linux shows
 * under /sys/class/powercap (RAPL of Intel and AMD; the kernel's document "Power Capping
 * Framework").
 *
 * A counter is that of a whole package: all its cores, caches and what else runs on them. Since
 * Linux 5.10 only root may read it, unless the machine's owner allows more.
 */
#ifndef FG_MEASURE_CPU_ENERGY_H
#define FG_MEASURE_CPU_ENERGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_CPU_ENERGY_ROOT "/sys/class/powercap"
#define FG_CPU_ENERGY_PACKAGES_MAX 64

/* The counters, open; all zero: none. */
struct fg_cpu_energy {
    size_t package_count; /* 0: the energy is unknown */
    int files[FG_CPU_ENERGY_PACKAGES_MAX];
    uint64_t max_uj[FG_CPU_ENERGY_PACKAGES_MAX]; /* after it a counter begins again at 0 */
    char reason[320]; /* a sentence, without its full stop, if counters are there but cannot be
                         read; empty if there are none, or all can be read */
};

/* The readings. */
struct fg_cpu_energy_reading {
    bool known;
    uint64_t uj[FG_CPU_ENERGY_PACKAGES_MAX];
};

/* Opens the counters of all packages in `root`, FG_CPU_ENERGY_ROOT but for tests. If one of them
 * cannot be read, there are none: a sum over some packages says nothing. Close it in either case.
 */
void fg_cpu_energy_open(struct fg_cpu_energy *energy, const char *root);
void fg_cpu_energy_close(struct fg_cpu_energy *energy);

/* Takes some microseconds a package. */
void fg_cpu_energy_read(const struct fg_cpu_energy *energy, struct fg_cpu_energy_reading *reading);

/*
 * Returns the joules between two readings that are `seconds` apart; NAN if one of them is unknown,
 * or if a counter may have begun again more than once in that time.
 */
double fg_cpu_energy_between(const struct fg_cpu_energy *energy,
                             const struct fg_cpu_energy_reading *before,
                             const struct fg_cpu_energy_reading *after, double seconds);

#ifdef __cplusplus
}
#endif

#endif
