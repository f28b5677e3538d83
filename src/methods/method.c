/* SPDX-License-Identifier: MIT */
/*
 * method.c: the table of methods, and the work of numbers.
 *
 * To add a method: its enumerator in factor_gpu.h, its folder, and its line in `methods`; the order
 * of a comparison is in `listed`.
 */
#include "methods/method.h"

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

double fg_work_numbers(enum fg_method method, const struct fg_numbers *numbers) {
    const struct fg_method_engine *const engine = fg_method_engine(method);
    if (!engine->takes(numbers->kind, numbers->words) || numbers->kind != FG_NUMBERS_LIST)
        return 0;
    const size_t step = engine->brief ? numbers->count / FG_SAMPLE_NUMBERS + 1 : 1;
    double work = 0;
    for (size_t i = 0; i < numbers->count; i += step)
        if (numbers->list[i] > 0)
            work += (double)engine->work(method, numbers->list[i]);
    return work * (double)step;
}

size_t fg_numbers_prefix(const struct fg_method_engine *engine, const struct fg_numbers *numbers,
                         uint64_t value_limit) {
    uint64_t bound = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        bound += engine->max_values(numbers->list[i]);
        if (bound > value_limit)
            return i > 0 ? i : 1;
    }
    return numbers->count;
}
