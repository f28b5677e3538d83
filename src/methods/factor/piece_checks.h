/* SPDX-License-Identifier: MIT */
/*
 * piece_checks.h: threads of the host that check a device's answers and copy them to their place.
 *
 * A device makes answers several times as fast as one thread checks them. So a piece, which is a
 * run of answers in pinned memory, is cut into blocks, and any thread that has nothing better to do
 * takes the next one. Pieces are independent, and each has its place before its blocks are taken,
 * so that the order of the answers is kept whoever does what. Knows nothing of CUDA.
 */
#ifndef FG_METHODS_FACTOR_PIECE_CHECKS_H
#define FG_METHODS_FACTOR_PIECE_CHECKS_H

#include "batch/error.h"
#include "gpu/wakeup.h"
#include <stdatomic.h>
#include <stddef.h>

/* The answers to numbers[0 .. count), one behind the other in `values`, and their place. A list of
 * divisors begins with its marks (algorithms/marked_divisors.h), which a thread that has checked it
 * replaces by the divisor 1. */
struct fg_piece {
    enum fg_answer answer;
    const uint64_t *numbers;
    const uint32_t *value_counts; /* how many values each answer has */
    uint64_t *values;
    uint32_t count;
    size_t value_count;
    size_t first;    /* the index of numbers[0] in its run */
    size_t *offsets; /* the place of `count` offsets: where each answer ends */
    uint64_t *place; /* of the values */
    size_t begin;    /* the offset of the first value */

    /* These belong to the threads, under their lock. */
    uint32_t taken;        /* numbers in blocks that a thread has taken */
    size_t taken_values;   /* their values */
    unsigned under_way;    /* blocks taken and not done */
    uint32_t wrong_at;     /* the first number whose answer failed, if `is_wrong` */
    bool is_wrong;         /* some answer failed its check */
    struct fg_piece *next; /* in the list of pieces with blocks to take */
};

/* The threads, shared by all devices of an engine. */
struct fg_piece_checkers {
    struct fg_wakeup *wakeup; /* raised when a piece is done */
    pthread_mutex_t lock;
    pthread_cond_t offered; /* a helper waits for a piece */
    pthread_cond_t ended;   /* a block of a piece that was withdrawn */
    struct fg_piece *first; /* the oldest piece with blocks to take */
    pthread_t *helpers;
    unsigned helper_count, helper_limit;
    bool leaving;
    atomic_uint_fast64_t busy_ns; /* time in blocks, summed over all threads */
};

/*
 * Makes checkers that start up to `helper_limit` threads when a piece has work for them. Without
 * any, and if the system gives none, the callers of fg_piece_checkers_work() do it all.
 * FG_ERROR_MEMORY.
 */
enum fg_status fg_piece_checkers_open(struct fg_piece_checkers *checkers, unsigned helper_limit,
                                      struct fg_wakeup *wakeup, struct fg_error *error);

/* Ends the threads. No piece may be left. */
void fg_piece_checkers_close(struct fg_piece_checkers *checkers);

/* Frees the memory in a forked child, which has no such threads, and whose lock may be held for
 * ever.
 */
void fg_piece_checkers_forget(struct fg_piece_checkers *checkers);

/* Gives a piece to the threads, which read it until it is done or withdrawn. Its public members are
 * set. */
void fg_piece_checkers_offer(struct fg_piece_checkers *checkers, struct fg_piece *piece);

/* Returns whether there is a block to take. */
bool fg_piece_checkers_have_work(struct fg_piece_checkers *checkers);

/* Checks and copies a block, some 50 us of work. Does nothing if there is none. */
void fg_piece_checkers_work(struct fg_piece_checkers *checkers);

/* Returns whether no thread uses the piece any more: every block is done, or an answer is wrong. */
bool fg_piece_checkers_is_done(struct fg_piece_checkers *checkers, const struct fg_piece *piece);

/* The outcome of a piece that is done: FG_ERROR_SELF_CHECK, with the number, if an answer failed.
 */
enum fg_status fg_piece_outcome(const struct fg_piece *piece, struct fg_error *error);

/* Takes a piece back that may not be done, and waits until no thread uses it. */
void fg_piece_checkers_withdraw(struct fg_piece_checkers *checkers, struct fg_piece *piece);

#endif
