/*
 * method.c: the table of methods, and the questions about the work and the divisors of a number.
 *
 * To add a method of candidates: its enumerator in factor_gpu.h, its function in
 * algorithms/candidates.h, its line in `methods` and its place in `listed`.
 */
#include "methods/method.h"

#include "algorithms/divisor_bound.h"
#include "arith/bits.h"
#include <string.h>

static const struct method {
    const char *name;
    struct fg_candidates (*candidates)(uint64_t n); /* NULL: it tests none */
} methods[] = {
    [FG_METHOD_AUTO] = {"auto", NULL}, /* never asked for its candidates: it is resolved first */
    [FG_METHOD_FACTOR] = {"factor", NULL},
    [FG_METHOD_TRIAL] = {"trial", fg_candidates_trial},
    [FG_METHOD_EXHAUSTIVE] = {"exhaustive", fg_candidates_exhaustive},
};
#define METHODS (sizeof methods / sizeof methods[0])

/* In the order of a comparison: from the experiment's own to the best. */
static const enum fg_method listed[] = {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL, FG_METHOD_FACTOR};

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

bool fg_method_has_candidates(enum fg_method method) {
    return methods[fg_method_resolve(method)].candidates != NULL;
}

struct fg_candidates fg_method_candidates(enum fg_method method, uint64_t n) {
    FG_VERIFY_CHECK(fg_method_has_candidates(method));
    return methods[fg_method_resolve(method)].candidates(n);
}

/*
 * What FG_METHOD_FACTOR takes for the average number of n's size on one core, in units of 0.1 ns:
 * within a half of what random numbers of 24 to 64 bits took (bench/README.md).
 */
static uint64_t factor_work(uint64_t n) {
    const uint64_t bits = fg_bit_length64(n);
    return 300 + bits * bits * bits * 9 / 100;
}

uint64_t fg_work(enum fg_method method, uint64_t n) {
    FG_VERIFY_CHECK((size_t)method < METHODS);
    return fg_method_has_candidates(method) ? fg_method_candidates(method, n).count
                                            : factor_work(n);
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
