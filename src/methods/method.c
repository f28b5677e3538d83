/* SPDX-License-Identifier: MIT */
/*
 * method.c: the table of methods, and the work of numbers.
 *
 * To add a method: its enumerator in factor_gpu.h, its folder, and its line in `methods`; the order
 * of a comparison is in `listed`.
 */
#include "methods/method.h"

#include "arith/bits.h"
#include "arith/target.h"
#include "methods/candidates/candidates_engine.h"
#include "methods/contract/method_engine.h"
#include "methods/factor/factor_engine.h"
#include <string.h>

static const struct method {
    const char *name;
    const struct fg_method_engine *engine;
} methods[] = {
    [FG_METHOD_AUTO] = {"auto", &fg_factor_engine},
    [FG_METHOD_FACTOR] = {"factor", &fg_factor_engine},
    [FG_METHOD_TRIAL] = {"trial", &fg_candidates_engine},
    [FG_METHOD_EXHAUSTIVE] = {"exhaustive", &fg_candidates_engine},
};
#define METHODS (sizeof methods / sizeof methods[0])

/* In the order of a comparison: from the experiment's own to the best. */
static const enum fg_method listed[] = {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL, FG_METHOD_FACTOR};

/* How many numbers of a batch are sampled to estimate its work. */
#define FG_SAMPLE_NUMBERS 256

size_t fg_method_count(void) {
    return sizeof listed / sizeof listed[0];
}

enum fg_method fg_method_at(size_t index) {
    return index < fg_method_count() ? listed[index] : FG_METHOD_AUTO;
}

enum fg_method fg_method_resolve(enum fg_method method) {
    return method == FG_METHOD_AUTO ? FG_METHOD_FACTOR : method;
}

const char *fg_method_name(enum fg_method method) {
    return (size_t)method < METHODS ? methods[method].name : NULL;
}

bool fg_method_from_name(const char *name, enum fg_method *method) {
    for (size_t i = 0; i < METHODS; i++)
        if (strcmp(name, methods[i].name) == 0) {
            *method = (enum fg_method)i;
            return true;
        }
    return false;
}

const struct fg_method_engine *fg_method_engine(enum fg_method method) {
    FG_VERIFY_CHECK((size_t)method < METHODS);
    return methods[method].engine;
}

bool fg_method_is_brief(enum fg_method method) {
    return fg_method_engine(method)->brief;
}

bool fg_method_takes(enum fg_method method, enum fg_numbers_kind kind, unsigned words) {
    return fg_method_engine(method)->takes(kind, words);
}

uint64_t fg_work(enum fg_method method, uint64_t n) {
    return fg_method_engine(method)->work(method, n);
}

uint64_t fg_wide_work(enum fg_method method, struct fg_uint128 n) {
    const struct fg_method_engine *const engine = fg_method_engine(method);
    return engine->wide_work != NULL ? engine->wide_work(method, n) : 0;
}

/* Sums over a batch of one-word numbers that the method takes; of a brief method from a sample. */
static struct fg_work_sums sum_work(enum fg_method method, const struct fg_numbers *numbers) {
    const struct fg_method_engine *const engine = fg_method_engine(method);
    struct fg_work_sums sums = {0};
    if (!engine->takes(numbers->kind, numbers->words) || numbers->kind != FG_NUMBERS_LIST ||
        numbers->words != 1)
        return sums;
    const size_t step = engine->brief ? numbers->count / FG_SAMPLE_NUMBERS + 1 : 1;
    for (size_t i = 0; i < numbers->count; i += step) {
        const uint64_t n = numbers->list[i];
        if (n == 0)
            continue;
        const double work = (double)step * (double)engine->work(method, n);
        *(n <= UINT32_MAX ? &sums.narrow : &sums.wide) += work;
        sums.count += (double)step;
        sums.bits += (double)step * fg_bit_length64(n);
    }
    return sums;
}

/* Returns the work of a list of two-word numbers, from a sample. */
static double sum_wide_work(enum fg_method method, const struct fg_numbers *numbers) {
    const size_t step = numbers->count / FG_SAMPLE_NUMBERS + 1;
    double work = 0;
    for (size_t i = 0; i < numbers->count; i += step) {
        const struct fg_uint128 n = numbers->wide_list[i];
        if ((n.low | n.high) != 0)
            work += (double)step * (double)fg_wide_work(method, n);
    }
    return work;
}

double fg_work_numbers(enum fg_method method, const struct fg_numbers *numbers) {
    if (numbers->words == 2 && numbers->kind == FG_NUMBERS_LIST)
        return sum_wide_work(method, numbers);
    const struct fg_work_sums sums = sum_work(method, numbers);
    return sums.narrow + sums.wide;
}

struct fg_method_cost fg_cost_numbers(enum fg_method method, enum fg_answer answer,
                                      const struct fg_numbers *numbers) {
    const struct fg_work_sums sums = sum_work(method, numbers);
    return fg_method_engine(method)->cost(answer, &sums);
}

size_t fg_numbers_prefix(const struct fg_method_engine *engine, const struct fg_numbers *numbers,
                         uint64_t value_limit) {
    uint64_t bound = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        const struct fg_uint128 n = fg_numbers_at(numbers, i);
        bound += n.high == 0 ? engine->max_values(n.low) : FG_WIDE_MAX_LISTED_DIVISORS;
        if (bound > value_limit)
            return i > 0 ? i : 1;
    }
    return numbers->count;
}
