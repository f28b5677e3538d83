/* SPDX-License-Identifier: MIT */
/*
 * wavefront_launch.h: the C interface of the wavefront that factorises a batch of numbers on
 * the device.
 *
 * What is left of a number waits as a "part" in a list. A round sorts the list by what each part
 * needs next (its queue) and takes every part one step further, which writes the list of the next
 * round; a finished part leaves it. All lengths stay on the device, so that rounds can be enqueued
 * without knowing them; the host polls the state now and then to see whether any part is left.
 *
 *     begin, then rounds until state.appended is 0, then count, then for each run of numbers
 *     whose answers fit the buffer: scan, expand.
 */
#ifndef FG_KERNELS_FACTOR_WAVEFRONT_LAUNCH_H
#define FG_KERNELS_FACTOR_WAVEFRONT_LAUNCH_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Max parts of one number that wait at once, and max primes in its record: see cofactors.h. */
#define FG_WAVE_COFACTORS 4
#define FG_WAVE_PRIMES 8
/* The forms in which a cofactor is taken (algorithms/one_lane.h, one_lane_double.h). Proofs have no
 * lazy one. */
enum fg_wave_form {
    FG_WAVE_FULL,   /* any modulus */
    FG_WAVE_LAZY,   /* below FG_PLAN_LAZY_MAX */
    FG_WAVE_DOUBLE, /* below FG_PLAN_DOUBLE_MAX, if the wave takes these in doubles */
    FG_WAVE_FORMS
};
/* Queues: unproved and probable, in words and in doubles; Hart, last resort; P-1 and ECM with five
 * programs in each form. */
#define FG_WAVE_QUEUES 36
#define FG_WAVE_PROGRAMS 5
enum {
    FG_QUEUE_UNPROVED,
    FG_QUEUE_UNPROVED_DOUBLE,
    FG_QUEUE_PROBABLE, /* passed the test to base 2 */
    FG_QUEUE_PROBABLE_DOUBLE,
    FG_QUEUE_HART,
    FG_QUEUE_LAST_RESORT,
    /* For each program one of each form: FG_WAVE_QUEUE(). */
    FG_QUEUE_PM1,
    FG_QUEUE_ECM = FG_QUEUE_PM1 + FG_WAVE_FORMS * FG_WAVE_PROGRAMS,
    FG_QUEUE_END = FG_QUEUE_ECM + FG_WAVE_FORMS * FG_WAVE_PROGRAMS
};
/* The queue of a program in a form; `first` is FG_QUEUE_PM1 or FG_QUEUE_ECM. */
#define FG_WAVE_QUEUE(first, program, form) ((first) + FG_WAVE_FORMS * (program) + (form))
/* The form of queue FG_QUEUE_PM1 or one behind it. */
#define FG_WAVE_FORM_OF(queue) (((queue)-FG_QUEUE_PM1) % FG_WAVE_FORMS)
/* Threads of a block, if a kernel does not say otherwise. */
#define FG_WAVE_BLOCK 128
/* The number of kernels of a round without doubles, and of the expansion of a run of numbers with
 * its scan, which counts as one: on a device CUB launches two. */
#define FG_WAVE_ROUND_LAUNCHES (3 + FG_WAVE_STEPS - FG_WAVE_DOUBLE_LAUNCHES)
#define FG_WAVE_DOUBLE_LAUNCHES 2 /* more in a round with doubles */
#define FG_WAVE_EXPAND_LAUNCHES 4

/* A factor of a number that is not known to be prime yet. */
struct fg_cofactor {
    uint64_t n;
    uint32_t number;  /* which of the batch */
    uint16_t step;    /* of its plan; for Hart and the last resort, how many blocks were tried */
    uint8_t exponent; /* the number holds it this often */
    uint8_t queue;    /* what it needs next */
};

/* The queues of a round: its sorting writes them, all that follows only reads them. */
struct fg_wave_queues {
    unsigned begins[FG_WAVE_QUEUES]; /* where in `order` each begins */
    unsigned lengths[FG_WAVE_QUEUES];
    unsigned copies[FG_WAVE_FORMS]; /* curves for each part in this round */
};

/* The lists of divisors that a warp or a block writes, of the numbers that are being expanded. */
struct fg_wave_lists {
    unsigned medium_count, large_count;
    unsigned large_cursor; /* long lists that a block has taken */
};

/* The state that the kernels share with each other and with the host. Zero it before "begin". */
struct fg_wave_state {
    unsigned appended;   /* parts in the list that is being written */
    unsigned violations; /* answers that cannot be right: not 0, and all are void */
    unsigned live;       /* parts in the list of the round */
    struct fg_wave_queues queues;
    unsigned counted[FG_WAVE_QUEUES]; /* the queues' lengths while they are counted */
    unsigned cursors[FG_WAVE_QUEUES]; /* where the next part of each queue goes in `order` */
    unsigned visits[FG_WAVE_QUEUES];  /* lengths, summed over the rounds: for the self-test */
    struct fg_wave_lists lists;
};

/*
 * All buffers of a wave. Pointers are to device memory. A launch function gives each kernel only
 * those that it reads or writes.
 */
struct fg_wave {
    uint64_t *numbers; /* each >= 1 */
    uint32_t number_count;
    uint32_t round;   /* "begin" is 1, the first round 2: the parity says which list is read */
    uint32_t curves;  /* for a composite before its last resort; at most FG_PLAN_CURVES */
    uint32_t blocks;  /* of any launch, at most: as many as the device holds at once */
    uint32_t threads; /* of curves that the device runs at once */
    bool primes;      /* the answers are primes in a row, not divisors */
    bool doubles;     /* cofactors below FG_PLAN_DOUBLE_MAX are taken in doubles */
    struct fg_wave_state *state;
    struct fg_cofactor *parts[2]; /* two lists, of FG_WAVE_COFACTORS entries a number each */
    uint32_t *order;              /* as many: the round's list by queues; long lists of divisors */
    uint64_t *small_primes;       /* of each number: kernels/factor/small_prime_records.h */
    uint64_t *primes_found;       /* FG_WAVE_PRIMES a number */
    unsigned *prime_counts;       /* of which these are in use */
    uint32_t *value_counts;       /* the answers' lengths */
    uint32_t *value_offsets;      /* of the numbers being expanded: where each answer begins */
    uint64_t *values;             /* their answers, */
    uint64_t *scratch;            /* and as much room again; divisors only */
    void *scan_space;             /* fg_wave_scan_bytes() of them */
    size_t scan_bytes;
    uint32_t first, count; /* the numbers being expanded */
};

/*
 * Each of these enqueues on `stream` and returns the launch's own error. They are called in this
 * order.
 */
cudaError_t fg_launch_wave_begin(const struct fg_wave *wave, cudaStream_t stream);

/* A round; wave->round rises by one from each to the next. */
cudaError_t fg_launch_wave_round(const struct fg_wave *wave, cudaStream_t stream);

/* Checks every factorisation and writes value_counts. */
cudaError_t fg_launch_wave_count(const struct fg_wave *wave, cudaStream_t stream);

/* Writes the answers to numbers [first, first + count) to `values`, one behind the other. They must
 * fit there. Zeroes nothing: state->lists must be 0. */
cudaError_t fg_launch_wave_expand(const struct fg_wave *wave, cudaStream_t stream);

/* Returns how much scan_space a batch of `number_count` takes on the current device. */
cudaError_t fg_wave_scan_bytes(uint32_t number_count, size_t *bytes);

/*
 * The launches of a round: its sorting, and then its steps, each a kernel with its own queues. The
 * steps need not wait for each other. The longest come first.
 */
cudaError_t fg_launch_wave_sort(const struct fg_wave *wave, cudaStream_t stream);

enum fg_wave_step {
    FG_STEP_ECM_FULL,
    FG_STEP_ECM_LAZY,
    FG_STEP_ECM_DOUBLE, /* nothing, if the wave takes no cofactors in doubles; nor has P-1 */
    FG_STEP_PM1_FULL,
    FG_STEP_PM1_LAZY,
    FG_STEP_PM1_DOUBLE,
    FG_STEP_LUCAS,
    FG_STEP_BASE2,
    FG_STEP_HART,
    FG_STEP_LAST_RESORT,
    FG_WAVE_STEPS
};
cudaError_t fg_launch_wave_step(const struct fg_wave *wave, enum fg_wave_step step,
                                cudaStream_t stream);

/* The steps, each in the file that has its kernel. */
cudaError_t fg_launch_wave_ecm_full(const struct fg_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wave_ecm_lazy(const struct fg_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wave_ecm_double(const struct fg_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wave_pm1_full(const struct fg_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wave_pm1_lazy(const struct fg_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wave_pm1_double(const struct fg_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wave_lucas(const struct fg_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wave_base2(const struct fg_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wave_hart(const struct fg_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wave_last_resort(const struct fg_wave *wave, cudaStream_t stream);

#ifdef __cplusplus
}
#endif

#endif
