/* SPDX-License-Identifier: MIT */
/*
 * engine_gather.c: the answers to a range in order, from workers that hand them over in any order.
 *
 * A range is answered best in few long tasks, and their answers together can be large. So the
 * workers' own results are kept instead of copies, and joined at the end.
 */
#include "engine_page.h"

#include "batch/results.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Max values that are joined at once under a limit of the caller's, about. */
#define FG_JOINED_VALUES (UINT64_C(1) << 23)
/* Half of the primes of a mean number, and of its divisors. */
#define FG_MEAN_PRIMES 2
#define FG_MEAN_DIVISORS 16

/* The answers to some numbers, from number `first` on. */
struct piece {
    size_t first;
    struct fg_results results;
};

struct pieces {
    pthread_mutex_t lock;
    struct piece *list;
    size_t count, capacity;
    bool full; /* there was no memory for a piece */
};

/* Keeps the worker's results, and leaves it empty ones. Any thread. */
static void keep_piece(void *context, size_t first, struct fg_results *results) {
    struct pieces *const pieces = context;
    pthread_mutex_lock(&pieces->lock);
    if (pieces->count == pieces->capacity) {
        const size_t larger = 2 * pieces->capacity + 16;
        struct piece *const moved = realloc(pieces->list, larger * sizeof *moved);
        pieces->full |= moved == NULL;
        if (moved != NULL) {
            pieces->list = moved;
            pieces->capacity = larger;
        }
    }
    if (pieces->count < pieces->capacity) {
        pieces->list[pieces->count++] = (struct piece){first, *results};
        *results = (struct fg_results){0};
    }
    pthread_mutex_unlock(&pieces->lock);
}

static int compare_pieces(const void *left, const void *right) {
    const size_t a = ((const struct piece *)left)->first, b = ((const struct piece *)right)->first;
    return (a > b) - (a < b);
}

static enum fg_status append_piece(struct fg_results *results, const struct fg_results *piece,
                                   struct fg_error *error) {
    if (piece->count == 0)
        return FG_OK;
    const size_t values = piece->offsets[piece->count];
    FG_TRY(fg_results_reserve_run(results, piece->count, values, error));
    if (values > 0)
        memcpy(fg_results_end(results), piece->values, values * sizeof *piece->values);
    for (size_t i = 0; i < piece->count; i++)
        fg_results_commit(results, piece->offsets[i + 1] - piece->offsets[i]);
    return FG_OK;
}

/* Appends the pieces, which are answers to numbers 0 .. count - 1, in order. */
static enum fg_status join_pieces(struct pieces *pieces, size_t count, struct fg_results *results,
                                  struct fg_error *error) {
    size_t joined = 0;
    if (pieces->full)
        return fg_fail_memory(error, 2 * pieces->capacity * sizeof *pieces->list);
    qsort(pieces->list, pieces->count, sizeof *pieces->list, compare_pieces);
    for (size_t i = 0; i < pieces->count && pieces->list[i].first == joined; i++) {
        FG_TRY(append_piece(results, &pieces->list[i].results, error));
        joined += pieces->list[i].results.count;
    }
    return joined == count
               ? FG_OK
               : fg_fail(error, FG_ERROR_INTERNAL, "answers to numbers of a range are missing");
}

static void free_pieces(struct pieces *pieces) {
    for (size_t i = 0; i < pieces->count; i++)
        fg_results_free(&pieces->list[i].results);
    free(pieces->list);
    pthread_mutex_destroy(&pieces->lock);
}

/* Returns how many numbers to answer before the caller's limit is looked at again. Without a limit
 * the workers begin no more parts than they must. */
static size_t numbers_to_join(const struct fg_engine *engine, const struct fg_numbers *range,
                              const struct fg_results *results) {
    const size_t mean = engine->answer == FG_ANSWER_DIVISORS ? FG_MEAN_DIVISORS : FG_MEAN_PRIMES;
    const size_t most = FG_JOINED_VALUES / 2 / mean;
    if (engine->value_limit == SIZE_MAX) {
        const size_t parts =
            engine->jobs * engine->method_engine->ranges->part_numbers(range, NULL) / mean;
        return parts > most ? parts : most;
    }
    const size_t used = results->count > 0 ? results->offsets[results->count] : 0;
    const size_t left = used < engine->value_limit ? engine->value_limit - used : 0;
    return left / mean < most ? left / mean + 1 : most;
}

enum fg_status fg_engine_gather_range(struct fg_engine *engine, const struct fg_numbers *range,
                                      struct fg_results *results, struct fg_error *error) {
    const size_t wanted = numbers_to_join(engine, range, results);
    const struct fg_numbers part =
        fg_numbers_part(range, 0, wanted < range->count ? wanted : range->count);
    struct pieces pieces = {.list = NULL};
    pthread_mutex_init(&pieces.lock, NULL); /* with default attributes it cannot fail on Linux */
    enum fg_status status =
        engine->backend->run_to(engine->state, &part, 0, keep_piece, &pieces, error);
    if (status == FG_OK)
        status = join_pieces(&pieces, part.count, results, error);
    free_pieces(&pieces);
    return status;
}
