/* SPDX-License-Identifier: MIT */
/*
 * usable_cpus.h: how many CPUs this process can use: those that it may run on, bounded by the CPU
 * time that a container gives it. fg_count_cpus() of the public header is the whole of it.
 *
 * A quota is not in the affinity mask: a process with a quota of 2 on a machine of 64 CPUs may run
 * on all of them, but stands still for most of each 0.1 s if it does.
 */
#ifndef FG_CPU_USABLE_CPUS_H
#define FG_CPU_USABLE_CPUS_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Returns the CPUs' worth of time that the cgroups of this process allow it: the least quota of its
 * group and all groups above that can be seen, of cgroup v1 or v2; 0 if there is none. `root` is
 * put before every path: "", or in tests the folder of a made-up machine. What is missing or makes
 * no sense is taken for no quota. Thread-safe.
 */
double fg_cpu_quota(const char *root);

#ifdef __cplusplus
}
#endif

#endif
