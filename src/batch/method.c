/*
 * method.c: the table of methods, and the public questions about the work a number makes.
 *
 * To add a method of candidates: its enumerator in factor_gpu.h, its function in
 * algorithms/candidates.h, its line here.
 */
#include "batch/method.h"

#include "algorithms/divisor_bound.h"
#include "algorithms/divisors.h"
#include "arith/bits.h"
#include <string.h>

static const struct method {
    enum fg_method method;
    const char *name;
    struct fg_candidates (*candidates)(uint64_t n);
} methods[] = {
    {FG_METHOD_EXHAUSTIVE, "exhaustive", fg_candidates_exhaustive},
    {FG_METHOD_TRIAL, "trial", fg_candidates_trial},
};

size_t fg_method_count(void) {
    return sizeof methods / sizeof methods[0];
}

enum fg_method fg_method_at(size_t index) {
    return index < fg_method_count() ? methods[index].method : FG_METHOD_AUTO;
}

enum fg_method fg_method_resolve(enum fg_method method) {
    return method == FG_METHOD_AUTO ? FG_METHOD_TRIAL : method;
}

static const struct method *method_entry(enum fg_method method) {
    for (size_t i = 0; i < fg_method_count(); i++)
        if (methods[i].method == method)
            return &methods[i];
    return NULL;
}

const char *fg_method_name(enum fg_method method) {
    if (method == FG_METHOD_AUTO)
        return "auto";
    const struct method *const entry = method_entry(method);
    return entry != NULL ? entry->name : NULL;
}

bool fg_method_from_name(const char *name, enum fg_method *method) {
    if (strcmp(name, "auto") == 0) {
        *method = FG_METHOD_AUTO;
        return true;
    }
    for (size_t i = 0; i < fg_method_count(); i++)
        if (strcmp(name, methods[i].name) == 0) {
            *method = methods[i].method;
            return true;
        }
    return false;
}

struct fg_candidates fg_method_candidates(enum fg_method method, uint64_t n) {
    return method_entry(fg_method_resolve(method))->candidates(n);
}

uint64_t fg_candidate_count(enum fg_method method, uint64_t n) {
    return fg_method_candidates(method, n).count;
}

uint32_t fg_divisor_bound(uint64_t n) {
    return fg_divisor_bound_by_bits[fg_bit_length64(n)];
}

size_t fg_batch_prefix(const uint64_t *numbers, size_t count, uint64_t divisor_limit) {
    uint64_t bound = 0;
    for (size_t i = 0; i < count; i++) {
        bound += fg_divisor_bound(numbers[i]);
        if (bound > divisor_limit)
            return i > 0 ? i : 1;
    }
    return count;
}

size_t fg_prime_factors(uint64_t n, const uint64_t *divisors, size_t divisor_count,
                        struct fg_prime_power primes[FG_MAX_DISTINCT_PRIMES]) {
    const uint32_t found = fg_primes_from_divisors(n, divisors, (uint32_t)divisor_count, primes,
                                                   FG_MAX_DISTINCT_PRIMES);
    return found <= FG_MAX_DISTINCT_PRIMES ? found : 0;
}

bool fg_check_divisors(uint64_t n, const uint64_t *divisors, size_t divisor_count) {
    return divisor_count <= FG_MAX_DIVISORS &&
           fg_divisors_plausible(n, divisors, (uint32_t)divisor_count);
}
