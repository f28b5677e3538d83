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
#include "methods/auto_engine.h"
#include "methods/candidates/candidates_engine.h"
#include "methods/contract/method_engine.h"
#include "methods/factor/factor_engine.h"
#include "methods/sieve/sieve_engine.h"
#include <string.h>

static const struct method {
    const char *name;
    const struct fg_method_engine *engine;
} methods[] = {
    [FG_METHOD_AUTO] = {"auto", &fg_auto_engine},
    [FG_METHOD_FACTOR] = {"factor", &fg_factor_engine},
    [FG_METHOD_TRIAL] = {"trial", &fg_candidates_engine},
    [FG_METHOD_EXHAUSTIVE] = {"exhaustive", &fg_candidates_engine},
    [FG_METHOD_SIEVE] = {"sieve", &fg_sieve_engine},
};
#define METHODS (sizeof methods / sizeof methods[0])

/* In the order of a comparison: from the experiment's own to the best. */
static const enum fg_method listed[] = {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL, FG_METHOD_FACTOR,
                                        FG_METHOD_SIEVE};

/* Numbers of a batch that are sampled to estimate its work. */
#define FG_SAMPLE_NUMBERS 256
/* fg_work() counts about 0.1 ns of one core. */
#define FG_WORK_UNITS_PER_S 1e10
/* The count of numbers of a range that are sampled if the method is not brief. */
#define FG_SAMPLE_RANGE 4096

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

/* A range that the method's engine does not take becomes lists of consecutive numbers. */
bool fg_method_takes(enum fg_method method, enum fg_numbers_kind kind, unsigned words) {
    const struct fg_method_engine *const engine = fg_method_engine(method);
    return engine->takes(kind, words) ||
           (kind == FG_NUMBERS_RANGE && words == 1 && engine->takes(FG_NUMBERS_LIST, 1));
}

uint64_t fg_work(enum fg_method method, uint64_t n) {
    return fg_method_engine(method)->work(method, n);
}

uint64_t fg_wide_work(enum fg_method method, struct fg_uint128 n) {
    const struct fg_method_engine *const engine = fg_method_engine(method);
    return engine->wide_work != NULL ? engine->wide_work(method, n) : 0;
}

/* Returns the place of the sample for numbers i .. i + step - 1 of a batch: in a range a
 * pseudorandom one of them, because the work of consecutive numbers depends on the powers of 2 in
 * them. */
static size_t sampled_place(const struct fg_numbers *numbers, size_t i, size_t step) {
    const size_t left = numbers->count - i;
    if (numbers->kind == FG_NUMBERS_LIST || step == 1)
        return i;
    const uint64_t random = (i / step + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
    return i + random % (step < left ? step : left);
}

/* Returns how many numbers there are for each that is sampled; 1 to take all of them. */
static size_t sample_step(const struct fg_method_engine *engine, const struct fg_numbers *numbers) {
    if (engine->brief)
        return numbers->count / FG_SAMPLE_NUMBERS + 1;
    return numbers->kind == FG_NUMBERS_RANGE ? numbers->count / FG_SAMPLE_RANGE + 1 : 1;
}

/* Sums over a batch of one-word numbers that the method takes; of a brief method, and of a long
 * range, from a sample. */
static struct fg_work_sums sum_work(enum fg_method method, const struct fg_numbers *numbers) {
    const struct fg_method_engine *const engine = fg_method_engine(method);
    struct fg_work_sums sums = {0};
    if (!fg_method_takes(method, numbers->kind, numbers->words) || numbers->words != 1)
        return sums;
    const size_t step = sample_step(engine, numbers);
    for (size_t i = 0; i < numbers->count; i += step) {
        const uint64_t n = fg_numbers_at(numbers, sampled_place(numbers, i, step)).low;
        const size_t left = numbers->count - i;
        const double weight = (double)(step < left ? step : left);
        if (n == 0)
            continue;
        const double work = weight * (double)engine->work(method, n);
        *(n <= UINT32_MAX ? &sums.narrow : &sums.wide) += work;
        sums.count += weight;
        sums.bits += weight * fg_bit_length64(n);
        if (left <= step)
            break;
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

/* Returns whether the method's engine answers the batch as the range that it is. */
static bool is_sieved(const struct fg_method_engine *engine, const struct fg_numbers *numbers) {
    return numbers->kind == FG_NUMBERS_RANGE && engine->takes(FG_NUMBERS_RANGE, numbers->words) &&
           (engine->ranges->pays == NULL || engine->ranges->pays(numbers, numbers->count, 1));
}

double fg_work_numbers(enum fg_method method, const struct fg_numbers *numbers) {
    const struct fg_method_engine *const engine = fg_method_engine(method);
    if (numbers->words == 2 && numbers->kind == FG_NUMBERS_LIST)
        return sum_wide_work(method, numbers);
    if (is_sieved(engine, numbers))
        return FG_WORK_UNITS_PER_S * engine->ranges->cost_s(numbers);
    const struct fg_work_sums sums = sum_work(method, numbers);
    return sums.narrow + sums.wide;
}

/* Returns the cost on the CPU, in seconds, of numbers with these sums, if they are sieved. */
static double sieving_s(const struct fg_method_engine *engine, enum fg_answer answer,
                        const struct fg_numbers *numbers, const struct fg_work_sums *sums) {
    const double divisors_s = FG_COST_CPU_DIVISORS_BIT_S * sums->bits;
    return engine->ranges->cost_s(numbers) + (answer == FG_ANSWER_DIVISORS ? divisors_s : 0);
}

struct fg_method_cost fg_cost_numbers(enum fg_method method, enum fg_answer answer,
                                      const struct fg_numbers *numbers) {
    const struct fg_method_engine *const engine = fg_method_engine(method);
    const struct fg_work_sums sums = sum_work(method, numbers);
    const struct fg_method_cost in_lists = engine->cost(answer, &sums);
    return (struct fg_method_cost){
        .cpu_s =
            is_sieved(engine, numbers) ? sieving_s(engine, answer, numbers, &sums) : in_lists.cpu_s,
        .gpu_clocks = in_lists.gpu_clocks,
        .host_s = in_lists.host_s,
    };
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
