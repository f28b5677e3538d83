/* SPDX-License-Identifier: MIT */
/*
 * wide_wavefront_launch.h: the C interface of the wavefront for numbers of two words. It is that of
 * wavefront_launch.h as far as numbers above 2^64 go.
 *
 * Two cofactors of a number cannot both be above 2^64, so that each number has at most one part in
 * the list of a round. Parts below 2^64 leave the wavefront: they are written to a list, which the
 * host gives to the wavefront for numbers of one word. So the primes of a number are its small
 * ones, those of its narrow parts, and what is left above 2^64: a proved prime, or a number that
 * the host takes over (struct fg_wide_rest).
 *
 *     begin, then rounds until state.appended is 0, then the host reads the lists.
 */
#ifndef FG_KERNELS_FACTOR_WIDE_WAVEFRONT_LAUNCH_H
#define FG_KERNELS_FACTOR_WIDE_WAVEFRONT_LAUNCH_H

#include "kernels/factor/wavefront_launch.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Max parts below 2^64 of one number, on average of a batch: see wide_cofactors.h. */
#define FG_WIDE_WAVE_NARROW 8

/* Words of a number's small primes: a bit for each of small_primes.h. */
#define FG_WIDE_WAVE_SMALL_WORDS 3

/* The forms in which a part is taken (algorithms/one_lane_wide.h). There are as many as of one
 * word, so that FG_WAVE_QUEUE() serves both. */
enum fg_wide_wave_form {
    FG_WIDE_WAVE_FULL, /* any modulus */
    FG_WIDE_WAVE_LAZY, /* below 2^FG_WIDE_PLAN_LAZY_BITS */
    FG_WIDE_WAVE_96,   /* below 2^FG_WIDE_PLAN_96_BITS */
};

#define FG_WIDE_WAVE_QUEUES 34
enum {
    FG_WIDE_WAVE_UNPROVED,                                         /* + form */
    FG_WIDE_WAVE_PROBABLE = FG_WIDE_WAVE_UNPROVED + FG_WAVE_FORMS, /* passed base 2; 12 more prove
                                                                      it. Below 2^82 */
    /* For each program one of each form: FG_WAVE_QUEUE(). */
    FG_WIDE_WAVE_PM1,
    FG_WIDE_WAVE_ECM = FG_WIDE_WAVE_PM1 + FG_WAVE_FORMS * FG_WAVE_PROGRAMS,
    FG_WIDE_WAVE_QUEUE_END = FG_WIDE_WAVE_ECM + FG_WAVE_FORMS * FG_WAVE_PROGRAMS
};

/* A number of two words. */
struct fg_wide_words {
    uint64_t low, high;
};

/* A factor above 2^64 of a number. */
struct fg_wide_cofactor {
    struct fg_wide_words n;
    uint32_t number; /* which of the batch */
    uint16_t step;   /* of its plan */
    uint8_t queue;   /* what it needs next */
    uint8_t unused;  /* 0, in place of padding, which has no value */
};

/* The rest of a number above 2^64 in the end. */
enum fg_wide_rest_kind {
    FG_WIDE_REST_NONE,  /* nothing: n is 0 */
    FG_WIDE_REST_PRIME, /* a proved prime */
    FG_WIDE_REST_CLAIM, /* it passed the strong test to base 2; the host proves it */
    FG_WIDE_REST_HARD   /* a composite that all steps have missed; the host splits it */
};
struct fg_wide_rest {
    struct fg_wide_words n;
    uint64_t kind; /* enum fg_wide_rest_kind */
};

/* The origin of a part n below 2^64: n^exponent divides the number. */
struct fg_wide_origin {
    uint32_t number, exponent;
};

/* The queues of a round: its sorting writes them, all that follows only reads them. */
struct fg_wide_wave_queues {
    unsigned begins[FG_WIDE_WAVE_QUEUES]; /* where in `order` each begins */
    unsigned lengths[FG_WIDE_WAVE_QUEUES];
    unsigned copies; /* curves for each part in this round */
};

/* The state that the kernels share with each other and with the host. Zero it before "begin". */
struct fg_wide_wave_state {
    unsigned appended;     /* parts in the list that is being written */
    unsigned violations;   /* answers that cannot be right: not 0, and all are void */
    unsigned live;         /* parts in the list of the round */
    unsigned narrow_count; /* parts below 2^64 */
    struct fg_wide_wave_queues queues;
    unsigned counted[FG_WIDE_WAVE_QUEUES]; /* the queues' lengths while they are counted */
    unsigned cursors[FG_WIDE_WAVE_QUEUES]; /* where the next part of each goes in `order` */
    unsigned visits[FG_WIDE_WAVE_QUEUES];  /* lengths, summed over the rounds: for tests */
};

/* All buffers of a wave of such numbers. Pointers are to device memory. */
struct fg_wide_wave {
    struct fg_wide_words *numbers; /* each >= 1 */
    uint32_t number_count;
    uint32_t round;   /* "begin" is 1, the first round 2: the parity says which list is read */
    uint32_t steps;   /* of its plan for a composite before the host takes it over */
    uint32_t blocks;  /* of any launch, at most: as many as the device holds at once */
    uint32_t threads; /* of curves that the device runs at once */
    uint32_t unused;  /* 0 */
    struct fg_wide_wave_state *state;
    struct fg_wide_cofactor *parts[2]; /* two lists, of an entry a number each */
    uint32_t *order;                   /* as many: the round's list by queues */
    uint64_t *small_primes;            /* FG_WIDE_WAVE_SMALL_WORDS a number */
    struct fg_wide_rest *rests;        /* one a number */
    uint64_t *narrow;                  /* FG_WIDE_WAVE_NARROW a number, of which narrow_count ... */
    struct fg_wide_origin *origins;    /* ... are in use, in any order */
};

/* Each of these enqueues on `stream` and returns the launch's own error. */
cudaError_t fg_launch_wide_begin(const struct fg_wide_wave *wave, cudaStream_t stream);

/* A round; wave->round rises by one from each to the next. */
cudaError_t fg_launch_wide_round(const struct fg_wide_wave *wave, cudaStream_t stream);

/* Launches of a round. */
#define FG_WIDE_ROUND_LAUNCHES 13

/* The steps of a round, each in the file that has its kernels. */
cudaError_t fg_launch_wide_ecm(const struct fg_wide_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wide_pm1(const struct fg_wide_wave *wave, cudaStream_t stream);
cudaError_t fg_launch_wide_prove(const struct fg_wide_wave *wave, cudaStream_t stream);

#ifdef __cplusplus
}
#endif

#endif
