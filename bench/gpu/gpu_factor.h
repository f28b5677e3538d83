/*
 * gpu_factor.h: what the parts of the topic `factor` share: its lists and its time, and lists that
 * stay in the device's memory together with their answers.
 */
#ifndef FG_BENCH_GPU_FACTOR_H
#define FG_BENCH_GPU_FACTOR_H

#include "gpu_bench.h"
#include "methods/factor/gpu_batches.h"
#include "number_lists.h"

/* Seconds of the whole topic; what would begin or end later is left out. */
#define FG_GPU_FACTOR_BUDGET_S 200

/* Montgomery products, by form: those modulo n < 2^58 take less. */
struct fg_gpu_products {
    double full, roomy;
};

struct fg_gpu_list {
    const char *name;  /* "semiprimes-64" */
    const char *title; /* "balanced 64-bit semiprimes" */
    struct fg_bench_list numbers_of;
    double target;     /* numbers a second in the device's memory; 0: none */
    uint64_t *numbers; /* those of the list that differ: longer ones repeat them */
    size_t count;
    struct fg_gpu_products products; /* that a number takes on its way, on the average: */
    size_t products_of;              /* of the first so many */
    /* In the device's memory, as the backend cuts lists into waves; 0: not measured. */
    double rate;   /* numbers a second */
    double wave_s; /* of one wave alone */
};

/* The lists, in the order in which they are measured. */
enum { FG_GPU_HARD, FG_GPU_RANDOM, FG_GPU_LISTS = 7 };

struct fg_gpu_factor {
    struct fg_gpu_bench *bench;
    double begun_s;
    struct fg_gpu_list lists[FG_GPU_LISTS];
};

/* Copies of the list's numbers, one behind the other, until there are `count`. */
void fg_gpu_list_repeat(const struct fg_gpu_list *list, uint64_t *numbers, size_t count);

/* Whether `expected_s` more fit the topic's budget; where not, a note says that `what` is left
 * out. */
bool fg_gpu_factor_has_time(struct fg_gpu_factor *factor, double expected_s, const char *what);

/* How a list goes through the device. */
struct fg_gpu_schedule {
    uint32_t numbers; /* of a wave */
    unsigned waves;   /* at once, each on a stream: 1 .. FG_WAVES_PER_DEVICE */
    unsigned rounds_per_look;
    uint32_t blocks, threads; /* those of struct fg_wave */
};

/* Waves over a list in the device's memory. */
struct fg_gpu_resident {
    struct fg_gpu_factor *factor;
    struct fg_cuda_wave waves[FG_WAVES_PER_DEVICE]; /* their streams and buffers */
    struct fg_wave current[FG_WAVES_PER_DEVICE];    /* what the launches work on */
    uint32_t capacity;                              /* numbers, of each wave and of the list */
    uint64_t *device_numbers;                       /* the list, repeated until there are so many */
    const struct fg_gpu_list *list;
    uint64_t *numbers; /* the same, for checks */
};

/* Takes as much memory as waves of `capacity` numbers need, or halves it until they fit. On failure
 * it must be closed as well. */
bool fg_gpu_resident_open(struct fg_gpu_resident *resident, struct fg_gpu_factor *factor,
                          uint32_t capacity);
void fg_gpu_resident_close(struct fg_gpu_resident *resident);

/* Puts the list where all that follows finds it. */
bool fg_gpu_resident_load(struct fg_gpu_resident *resident, const struct fg_gpu_list *list);

/* Makes current[wave] ready for the launches over numbers [first, first + count) of the list, and
 * enqueues on the wave's stream that its state is zeroed. */
bool fg_gpu_resident_begin(struct fg_gpu_resident *resident, unsigned wave,
                           const struct fg_gpu_schedule *schedule, uint32_t first, uint32_t count);

/* Factorises `total` numbers, whole waves; when the list ends it begins again. *elapsed_s is the
 * device's time from the first launch until the host knows that all is done. `checked`: the answers
 * of every wave are, which takes long. */
bool fg_gpu_resident_run(struct fg_gpu_resident *resident, const struct fg_gpu_schedule *schedule,
                         size_t total, bool checked, double *elapsed_s);

/* Whether the answers that a wave has left in the device's memory are right: every product, and
 * one number in so many has its primes proved. */
bool fg_gpu_resident_check(struct fg_gpu_resident *resident, unsigned wave);

/* The parts of the topic. False after a message where something failed. */
bool fg_gpu_factor_rates(struct fg_gpu_resident *resident);    /* numbers a second of every list */
bool fg_gpu_factor_rounds(struct fg_gpu_resident *resident);   /* where a wave's time goes */
bool fg_gpu_factor_batches(struct fg_gpu_factor *factor);      /* from host memory, and threads */
bool fg_gpu_factor_tunables(struct fg_gpu_resident *resident); /* other schedules */

/* How the backend cuts a list, in waves of at most what the buffers hold. */
struct fg_gpu_schedule fg_gpu_resident_schedule(const struct fg_gpu_resident *resident);

/* How many Montgomery products the way through the wavefront takes (gpu_factor_products.c). */
struct fg_gpu_products fg_gpu_factor_products(uint64_t n);
struct fg_gpu_products fg_gpu_curve_products(uint32_t program, bool roomy);
struct fg_gpu_products fg_gpu_pm1_products(uint32_t program, bool roomy);

/* sum += count * products */
void fg_gpu_products_add(struct fg_gpu_products *sum, double count,
                         struct fg_gpu_products products);
double fg_gpu_products_count(struct fg_gpu_products products); /* of both forms */
/* Products a second of a device that does nothing else, in this mixture; 0: not measured. */
double fg_gpu_products_ceiling(struct fg_gpu_products products,
                               const struct fg_gpu_ceilings *ceilings);

#endif
