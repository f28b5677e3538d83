/*
 * solver.c: numbers one after the other through the candidate scan, or run by run through the
 * factoring engine.
 */
#include "backends/cpu_worker.h"

#include "batch/answers.h"
#include "methods/candidates/scan_number.h"
#include "methods/factor/factor.h"
#include "methods/method.h"
#include <stdlib.h>

enum fg_status fg_solver_open(struct fg_solver *solver, enum fg_method method,
                              enum fg_answer answer, const atomic_bool *cancelled,
                              struct fg_error *error) {
    *solver = (struct fg_solver){
        .method = method, .answer = answer, .scan = fg_scan_select(), .cancelled = cancelled};
    const size_t scratch_bytes = FG_MAX_DIVISORS * sizeof *solver->scratch;
    const size_t factors_bytes =
        fg_method_has_candidates(method) ? 0 : FG_FACTOR_RUN * sizeof *solver->factors;
    solver->scratch = malloc(scratch_bytes);
    solver->factors = factors_bytes > 0 ? malloc(factors_bytes) : NULL;
    if (solver->scratch == NULL || (factors_bytes > 0 && solver->factors == NULL)) {
        fg_solver_close(solver);
        return fg_fail_memory(error, scratch_bytes + factors_bytes);
    }
    return FG_OK;
}

void fg_solver_close(struct fg_solver *solver) {
    free(solver->scratch);
    free(solver->factors);
    *solver = (struct fg_solver){0};
}

static enum fg_status scan_numbers(struct fg_solver *solver, const uint64_t *numbers, size_t count,
                                   size_t value_limit, struct fg_results *results,
                                   struct fg_error *error) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t bound = fg_divisor_bound(numbers[i]);
        if (i > 0 && used + bound > value_limit)
            return FG_OK;
        uint64_t *list;
        const enum fg_status status = fg_results_reserve(results, bound, &list, error);
        if (status != FG_OK)
            return status;
        uint32_t value_count;
        if (!fg_scan_number(solver->scan, solver->method, numbers[i], solver->cancelled, list,
                            &value_count, solver->scratch))
            return fg_fail(error, FG_ERROR_CANCELLED, "cancelled");
        fg_results_commit(results, value_count);
        used += value_count;
    }
    return FG_OK;
}

static enum fg_status factor_run(struct fg_solver *solver, const uint64_t *numbers, size_t count,
                                 struct fg_error *error) {
    const enum fg_status status = fg_factor_run(numbers, count, solver->cancelled, solver->factors);
    if (status == FG_ERROR_CANCELLED)
        return fg_fail(error, status, "cancelled");
    if (status != FG_OK)
        return fg_fail(error, status,
                       "one of the %zu factorisations from %llu to %llu failed its check", count,
                       (unsigned long long)numbers[0], (unsigned long long)numbers[count - 1]);
    return FG_OK;
}

/*
 * fg_factorization_primes() into room for FG_FACTORIZATION_PRIMES, without branches that cannot be
 * foretold where there are up to four distinct primes, the first with an exponent up to 4, the
 * others up to 2. Each prime is written more often than it is wanted, and over by the next one; an
 * exponent that is too large must not lead out of the room before that is noticed.
 */
static uint32_t write_primes(const struct fg_factorization *factors, uint64_t *list) {
    uint32_t count = 0, unusual = factors->distinct > 4;
    list[2] = list[3] = factors->primes[0];
    for (uint32_t i = 0; i < 4; i++) {
        const uint32_t exponent = factors->exponents[i] & -(uint32_t)(i < factors->distinct);
        unusual |= exponent > (i == 0 ? 4 : 2);
        list[count & 15] = list[(count & 15) + 1] = factors->primes[i];
        count += exponent;
    }
    return unusual == 0 ? count : fg_factorization_primes(factors, list);
}

/* Appends what the run's factorisations come to, of as many as surely fit *room values, but of one
 * at least where `first`. */
static enum fg_status append_primes(const struct fg_solver *solver, size_t count, bool first,
                                    size_t *room, struct fg_results *results, size_t *appended,
                                    struct fg_error *error) {
    const enum fg_status status =
        fg_results_reserve_run(results, count, count * FG_FACTORIZATION_PRIMES, error);
    if (status != FG_OK)
        return status;
    size_t i = 0;
    for (; i < count && (*room >= FG_FACTORIZATION_PRIMES || (first && i == 0)); i++) {
        const uint32_t length = write_primes(&solver->factors[i], fg_results_end(results));
        fg_results_commit(results, length);
        *room -= length < *room ? length : *room;
    }
    *appended = i;
    return FG_OK;
}

static enum fg_status append_divisors(const struct fg_solver *solver, size_t count, bool first,
                                      size_t *room, struct fg_results *results, size_t *appended,
                                      struct fg_error *error) {
    size_t i = 0;
    for (; i < count; i++) {
        const struct fg_factorization *const factors = &solver->factors[i];
        const uint32_t length = fg_factorization_divisor_count(factors);
        if (length > *room && !(first && i == 0))
            break;
        uint64_t *list;
        const enum fg_status status = fg_results_reserve(results, length, &list, error);
        if (status != FG_OK)
            return status;
        fg_results_commit(results, fg_factorization_divisors(factors, list, solver->scratch));
        *room -= length < *room ? length : *room;
    }
    *appended = i;
    return FG_OK;
}

static enum fg_status factor_numbers(struct fg_solver *solver, const uint64_t *numbers,
                                     size_t count, size_t value_limit, struct fg_results *results,
                                     struct fg_error *error) {
    size_t room = value_limit;
    for (size_t done = 0; done < count;) {
        const size_t run = count - done < FG_FACTOR_RUN ? count - done : FG_FACTOR_RUN;
        size_t appended = 0;
        enum fg_status status = factor_run(solver, numbers + done, run, error);
        if (status == FG_OK)
            status = (solver->answer == FG_ANSWER_PRIMES ? append_primes : append_divisors)(
                solver, run, done == 0, &room, results, &appended, error);
        if (status != FG_OK || appended < run)
            return status;
        done += run;
    }
    return FG_OK;
}

enum fg_status fg_solver_run(struct fg_solver *solver, const uint64_t *numbers, size_t count,
                             size_t value_limit, struct fg_results *results,
                             struct fg_error *error) {
    const size_t first = results->count;
    const enum fg_status status =
        (fg_method_has_candidates(solver->method) ? scan_numbers : factor_numbers)(
            solver, numbers, count, value_limit, results, error);
    if (status != FG_OK)
        return status;
    /* fg_factor_run() has multiplied the primes already. */
    const bool checked =
        !fg_method_has_candidates(solver->method) && solver->answer == FG_ANSWER_PRIMES;
    return checked ? FG_OK : fg_answers_check(solver->answer, numbers, results, first, error);
}
