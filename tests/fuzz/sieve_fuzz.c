/* SPDX-License-Identifier: MIT */
/*
 * sieve_fuzz.c: the sieve of ranges against the factoring engine for lists, number for number:
 * every instruction set, any place, length and limit of the primes, and ranges that pass 2^64 - 1.
 * Longer ranges go through an engine with up to 7 threads: every list is multiplied back, and some
 * are held against the engine for lists.
 *
 * Input, little-endian: a byte for the instruction sets of the sieve and of the finishing and for
 * the threads, 8 bytes for the first number, a byte for how far that is shifted down, 2 bytes for
 * how many numbers, 3 for the limit. First numbers with an odd shift are counted down from the top.
 */
#include "batch/numbers.h"
#include "methods/factor/factor.h"
#include "methods/factor/factor_work.h"
#include "methods/sieve/finish.h"
#include "methods/sieve/range_sieve.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES = 15, MAX_COUNT = 400, VARIANTS = 3, MAX_JOBS = 7 };
/* Threads share ranges of several segments. Higher up these would take seconds. */
enum { COUNT_FACTOR = 4, SHARED_BITS = 40 };
/* They take a hundred times as long as one thread, so that few inputs ask for them. */
enum { NO_JOBS = 21 };

static const char *const variants[VARIANTS] = {"portable", "avx2", "avx512"};

struct input {
    unsigned variant, finish;
    unsigned jobs; /* 0: no threads */
    uint64_t first, count;
    uint32_t limit;
};

/* Stops the fuzzer, which keeps the input. */
static void require(bool holds, const char *what, uint64_t n) {
    if (holds)
        return;
    fprintf(stderr, "%s: n = %llu\n", what, (unsigned long long)n);
    abort();
}

/* Returns the number that `bytes` bytes spell. */
static uint64_t read_bytes(const uint8_t *data, unsigned bytes) {
    uint64_t value = 0;
    for (unsigned k = bytes; k > 0; k--)
        value = value << 8 | data[k - 1];
    return value;
}

static struct input read_input(const uint8_t *data) {
    struct input input;
    input.variant = data[0] % VARIANTS;
    input.finish = data[0] / VARIANTS % fg_finish_count;
    const unsigned rest = data[0] / VARIANTS / fg_finish_count; /* 0 .. 28 */
    input.jobs = rest > NO_JOBS ? (rest - NO_JOBS - 1) % MAX_JOBS + 1 : 0;
    const unsigned shift = data[9] % 64;
    const uint64_t place = read_bytes(data + 1, 8) >> shift;
    input.first = shift % 2 == 0 ? place : UINT64_MAX - place;
    input.count = read_bytes(data + 10, 2);
    input.limit = (uint32_t)read_bytes(data + 12, 3) >> 4; /* below 2^20 */
    return input;
}

/* Returns the sieve of an instruction set, which all inputs share: it has the list of primes. */
static struct fg_range_sieve *sieve_of(unsigned variant) {
    static struct fg_range_sieve *sieves[VARIANTS];
    static struct fg_error error;
    setenv("FACTOR_GPU_CPU", variants[variant], 1);
    if (sieves[variant] == NULL)
        require(fg_range_sieve_open(NULL, 0, &sieves[variant], &error) == FG_OK, error.message, 0);
    return sieves[variant];
}

/* Factors first, first + step, ... : count <= MAX_COUNT numbers; 1 in place of 0. */
static void factor(uint64_t first, uint64_t step, size_t count, struct fg_factorization *factors) {
    static struct fg_factor_work *work;
    static const atomic_bool never = false;
    uint64_t numbers[MAX_COUNT];
    if (work == NULL)
        require(fg_factor_work_open(&work, NULL) == FG_OK, "no memory", 0);
    for (size_t i = 0; i < count; i++)
        numbers[i] = first + i * step == 0 ? 1 : first + i * step;
    require(fg_factor_run(work, numbers, count, &never, factors) == FG_OK, "not factored", first);
}

static void check(uint64_t n, const struct fg_factorization *factors, const uint64_t *list,
                  size_t length) {
    uint64_t expected[FG_FACTORIZATION_PRIMES];
    const size_t count = fg_factorization_primes(factors, expected);
    require(count == length, "another count of primes", n);
    require(memcmp(list, expected, count * sizeof *list) == 0, "other primes", n);
}

/* Sieves the range and appends all its lists. */
static void sieve_lists(const struct input *input, struct fg_results *results) {
    struct fg_error error;
    struct fg_range_sieve *const sieve = sieve_of(input->variant);
    const struct fg_finish *const finish = fg_finish_all[input->finish]->runs_here()
                                               ? fg_finish_all[input->finish]
                                               : &fg_finish_portable;
    fg_range_sieve_force_limit(sieve, input->limit);
    require(fg_range_sieve_begin(sieve, input->first, input->count, &error) == FG_OK, "refused",
            input->first);
    const struct fg_planes *planes;
    while (fg_range_sieve_next(sieve, &planes, &error) == FG_OK && planes->count > 0)
        require(finish->lists(planes, results, &error) == FG_OK, error.message, planes->first);
}

/* ---- Threads ---- */

/* A range that several threads answer. */
struct shared {
    pthread_mutex_t lock;
    uint64_t first, count, answered;
    uint64_t step;                              /* from one number that is compared to the next */
    struct fg_factorization factors[MAX_COUNT]; /* of those */
};

/* Checks the answers to some of the numbers. */
static void take(void *context, size_t first, struct fg_results *results) {
    struct shared *const shared = context;
    for (size_t i = 0; i < results->count; i++) {
        const uint64_t index = first + i, n = shared->first + index;
        const uint64_t *const list = results->values + results->offsets[i];
        const size_t length = results->offsets[i + 1] - results->offsets[i];
        uint64_t product = n == 0 ? 0 : 1;
        for (size_t k = 0; k < length; k++) {
            require(list[k] > 1 && (k == 0 || list[k] >= list[k - 1]), "not in order", n);
            product *= list[k];
        }
        require(product == n, "another product", n);
        if (index % shared->step == 0)
            check(n, &shared->factors[index / shared->step], list, length);
    }
    pthread_mutex_lock(&shared->lock);
    shared->answered += results->count;
    pthread_mutex_unlock(&shared->lock);
}

/* Has a range of several segments answered by threads. */
static void answer_by_threads(const struct input *input) {
    const struct fg_config config = {.backend = "threads",
                                     .method = FG_METHOD_SIEVE,
                                     .answer = FG_ANSWER_PRIMES,
                                     .jobs = input->jobs,
                                     .allow_zeros = true};
    static struct shared shared = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct fg_engine *engine;
    struct fg_error error;
    shared.first = input->first >> (64 - SHARED_BITS);
    shared.count = COUNT_FACTOR * input->count;
    shared.answered = 0;
    shared.step = shared.count / MAX_COUNT + 1;
    factor(shared.first, shared.step, (shared.count + shared.step - 1) / shared.step,
           shared.factors);
    setenv("FACTOR_GPU_CPU", variants[input->variant], 1);
    require(fg_engine_open(&config, &engine, &error) == FG_OK, error.message, 0);
    const struct fg_numbers range = fg_numbers_of_range(shared.first, shared.count);
    require(fg_factor_numbers_to(engine, &range, take, &shared, &error) == FG_OK, error.message,
            shared.first);
    fg_engine_close(engine);
    require(shared.answered == shared.count, "another count of numbers", shared.first);
}

/* ---- One thread ---- */

static void answer_by_one(struct input input) {
    if (input.count > 0 && input.count - 1 > UINT64_MAX - input.first) {
        struct fg_error error;
        require(fg_range_sieve_begin(sieve_of(input.variant), input.first, input.count, &error) ==
                    FG_ERROR_ARGUMENT,
                "not refused", input.first);
        input.count = UINT64_MAX - input.first + 1;
    }
    struct fg_results results = {.answer = FG_ANSWER_PRIMES, .words = 1};
    sieve_lists(&input, &results);
    require(results.count == input.count, "another count of numbers", input.first);
    struct fg_factorization factors[MAX_COUNT];
    factor(input.first, 1, input.count, factors);
    for (size_t i = 0; i < input.count; i++)
        check(input.first + i, &factors[i], results.values + results.offsets[i],
              results.offsets[i + 1] - results.offsets[i]);
    fg_results_free(&results);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size != INPUT_BYTES)
        return 0;
    struct input input = read_input(data);
    if (input.jobs > 0) {
        answer_by_threads(&input);
    } else {
        input.count %= MAX_COUNT + 1;
        answer_by_one(input);
    }
    return 0;
}
