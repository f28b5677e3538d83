/* SPDX-License-Identifier: MIT */
/*
 * gpu_state.h: clocks, temperature, power and energy of GPUs, and what limits their clocks, by
 * NVIDIA's management library.
 *
 * The library is opened at run time. Without it, or if it refuses a question, a value is unknown,
 * and nothing else changes.
 */
#ifndef FG_MEASURE_GPU_STATE_H
#define FG_MEASURE_GPU_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The reasons that limit the clocks of a GPU, as NVML's bits. */
#define FG_GPU_LIMITS_MAX 64

/* The state of all watched GPUs together. NAN: unknown, for at least one of them. */
struct fg_gpu_reading {
    double sm_mhz, memory_mhz; /* of the slowest */
    double temperature_c;      /* of the hottest */
    double power_w;            /* sum */
    bool knows_limits;
    uint64_t limits; /* of any of them */
};

/* A run from begin to end. All zero: nothing was read. */
struct fg_gpu_course {
    bool known;                           /* the GPUs were watched */
    struct fg_gpu_reading before, during; /* `during`: means of clocks and power, the highest
                                             temperature, limits of any reading */
    struct fg_gpu_reading after;
    size_t during_count; /* readings that ended in the run; 0: `during` says nothing */
    bool knows_limits;   /* in at least one reading, or by counters of the time that each held */
    uint64_t limits;     /* in any reading, and by the counters */
};

/* Returns whether something held the clocks down that nobody chose: heat, power, a fault or another
 * GPU. False if no limit is known. */
bool fg_gpu_limits_throttle(uint64_t limits);

/* Returns the name of a limit, 0 <= bit < FG_GPU_LIMITS_MAX, as nvidia-smi spells it
 * ("sw_power_cap"), and in words ("power cap"). NULL for a bit that had no meaning when this was
 * written. */
const char *fg_gpu_limit_name(unsigned bit);
const char *fg_gpu_limit_words(unsigned bit);

struct fg_gpu_state;

/*
 * Opens the library and finds the devices with these PCI bus ids, as CUDA writes them. Returns NULL
 * with the reason, a sentence without its full stop, if the library or one of the devices is not
 * there. The caller closes the state. One thread at a time may use it; it has a thread of its own.
 */
struct fg_gpu_state *fg_gpu_state_open(const char *const *pci_bus_ids, size_t count, char *reason,
                                       size_t size);
/* Accepts NULL. */
void fg_gpu_state_close(struct fg_gpu_state *state);

/* Reads the state before a run, and lets the thread read it from time to time until
 * fg_gpu_state_end(), which reads it after the run and returns all. */
void fg_gpu_state_begin(struct fg_gpu_state *state);
struct fg_gpu_course fg_gpu_state_end(struct fg_gpu_state *state);

/* Returns the joules that all devices have used since some moment in the past; NAN if unknown. The
 * counter moves in steps of up to 0.1 s. */
double fg_gpu_state_energy_j(const struct fg_gpu_state *state);

#ifdef __cplusplus
}
#endif

#endif
