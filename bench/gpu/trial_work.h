/* SPDX-License-Identifier: MIT */
/*
 * trial_work.h: windows of candidates in device memory, with answers known beforehand.
 *
 * A work's numbers are random and odd, its candidates the first ones there are: each is tested
 * against each number, beyond the root too, so that a list of any length fills the device. What the
 * hits have to be says the naive kernel, whose own are checked against the host. A wheel of 30
 * tests no candidates with the factors 2, 3 and 5 among the same ones, and has their hits alone.
 */
#ifndef FG_BENCH_TRIAL_WORK_H
#define FG_BENCH_TRIAL_WORK_H

#include "measured_gpu.h"
#include "trial_naive.h"
#include "trial_variants.h"

struct fg_trial_shape {
    unsigned bits;         /* of the numbers: 32 or less is narrow */
    uint32_t step;         /* candidate c is 1 + step * c */
    uint32_t number_count; /* 1 .. 65535 */
    uint64_t candidates;   /* narrow: step * candidates below 2^32. For a wheel: step 2, and a
                              multiple of 15 */
};

/* The hits as a sum, whatever order they came in. */
struct fg_trial_digest {
    uint64_t count, sum;
};

struct fg_trial_work {
    struct fg_gpu_bench *bench;
    struct fg_trial_shape shape;
    struct fg_window window;         /* of all candidates; its pointers are to device memory, */
    struct fg_hit_list list;         /* and so are these */
    uint64_t *inputs;                /* there: the dividends, then the counts */
    uint64_t *numbers;               /* the dividends, here */
    struct fg_hit *hits;             /* room for what comes back */
    struct fg_trial_digest expected; /* of the naive kernel's hits */
    struct fg_trial_digest expected_wheel; /* of those that a wheel finds */
};

/* A contender: the kernel that does the work. */
struct fg_trial_attempt {
    struct fg_trial_work *work;
    fg_bench_launch *launch; /* NULL: the naive kernel */
    bool wheel;
    double elapsed_s;
};

/* False, with everything freed, after a message. */
bool fg_trial_work_open(struct fg_trial_work *work, struct fg_gpu_bench *bench,
                        const struct fg_trial_shape *shape);
void fg_trial_work_close(struct fg_trial_work *work);

/* The functions of a contender whose context is a struct fg_trial_attempt. */
bool fg_trial_run(void *context);
bool fg_trial_check(void *context);
double fg_trial_elapsed_s(void *context);

#endif
