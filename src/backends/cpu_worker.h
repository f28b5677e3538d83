/*
 * solver.h: one core's way from numbers to checked answers, whatever the method.
 *
 * All CPU backends share it: they differ in who runs it on which numbers, never in what is done.
 */
#ifndef FG_BACKENDS_SOLVER_H
#define FG_BACKENDS_SOLVER_H

#include "algorithms/factorization.h"
#include "batch/error.h"
#include "batch/results.h"
#include "methods/candidates/scan.h"
#include <stdatomic.h>

struct fg_solver {
    enum fg_method method;
    enum fg_answer answer;
    const struct fg_scan *scan;
    const atomic_bool *cancelled;
    struct fg_factorization *factors; /* FG_FACTOR_RUN entries, for methods without candidates */
    uint64_t *scratch;                /* FG_MAX_DIVISORS entries */
};

/* `answer` as in struct fg_setup; `cancelled` must outlive the solver. */
enum fg_status fg_solver_open(struct fg_solver *solver, enum fg_method method,
                              enum fg_answer answer, const atomic_bool *cancelled,
                              struct fg_error *error);
void fg_solver_close(struct fg_solver *solver); /* also of one that is all zero */

/*
 * Appends the answers for a prefix of numbers[0 .. count), checked, to `results`: for all of them,
 * or for as many as surely come to no more than `value_limit` values, but at least for one where
 * count > 0. FG_OK, FG_ERROR_CANCELLED, FG_ERROR_MEMORY or FG_ERROR_SELF_CHECK. One thread at a
 * time.
 */
enum fg_status fg_solver_run(struct fg_solver *solver, const uint64_t *numbers, size_t count,
                             size_t value_limit, struct fg_results *results,
                             struct fg_error *error);

#endif
