/* SPDX-License-Identifier: MIT */
/*
 * factor_bench.c: what the method `factor` gains over the libraries that Debian packages, on one
 * core: PARI and FLINT in this process, each asked as its own users ask it.
 *
 * A slow peer is given the first part of the list, as large a part as `peer_s` allows; times are
 * compared number by number. Every answer of every contender is compared with the engine's, whose
 * products and primes are checked here first.
 */
#include "factor_peers.h"
#include "harness.h"
#include "measure/clock.h"
#include "number_lists.h"

#include "algorithms/primality.h"
#include "methods/factor/factor.h"
#include "methods/factor/factor_work.h"
#include <stdlib.h>
#include <string.h>

/* The time that a peer's run may take, about. */
static const double peer_s = 0.7;
enum { peers_max = 2, contenders_max = 2 + peers_max };

/* The input of a race. */
struct input {
    const char *topic, *title;
    size_t count;
    struct fg_bench_list list;
    /* At least so many times as fast as PARI and FLINT; 0: no bar. The bars of 64-bit semiprimes
     * and of divisors are requirements. The others say the same as `bar`, by what EPR and microecm
     * took on the machine where PARI and FLINT were timed too. */
    double over_pari, over_flint;
    const char *bar; /* required against a peer that is no Debian package; NULL: nothing */
};

#define SEMIPRIMES(bits)                                                                           \
    { FG_BENCH_SEMIPRIMES, bits, 0 }
#define PRIMES(bits)                                                                               \
    { FG_BENCH_PRIMES, bits, 0 }
#define RANDOM(bits)                                                                               \
    { FG_BENCH_RANDOM, bits, 0 }
#define FROM(first)                                                                                \
    { FG_BENCH_CONSECUTIVE, 0, first }
#define EXA UINT64_C(1000000000000000000)

static const struct input inputs[] = {
    {"semiprimes-40", "40-bit semiprimes", 100000, SEMIPRIMES(40), 0, 0, NULL},
    {"semiprimes-48", "48-bit semiprimes", 100000, SEMIPRIMES(48), 66, 22, "0.5x microecm"},
    {"semiprimes-56", "56-bit semiprimes", 100000, SEMIPRIMES(56), 0, 0, NULL},
    {"semiprimes-62", "62-bit semiprimes", 100000, SEMIPRIMES(62), 0, 0, NULL},
    {"semiprimes-64", "64-bit semiprimes", 100000, SEMIPRIMES(64), 15, 25,
     "0.5x microecm, 0.42x EPR"},
    {"random-64", "random 64-bit numbers", 100000, RANDOM(64), 32, 23, "0.75x EPR"},
    {"primes-64", "64-bit primes", 100000, PRIMES(64), 2.1, 28, "1.0x EPR"},
    {"from-1e18", "10^18 .. 10^18 + 99999", 100000, FROM(EXA), 37, 22, "0.75x EPR"},
    {"random-32", "random 32-bit numbers", 100000, RANDOM(32), 3.6, 11, "1.0x EPR"},
    {"from-1", "1 .. 1000000", 1000000, FROM(1), 3.7, 4.8, "1.0x EPR"},
};

static const struct input divisor_inputs[] = {
    {"divisors-random-64", "divisors of random 64-bit numbers", 100000, RANDOM(64), 10, 0, NULL},
    {"divisors-from-1", "divisors of 1 .. 1000000", 1000000, FROM(1), 0, 0, NULL},
};

/* The work of a race, which all contenders share. */
struct work {
    uint64_t *numbers;
    size_t count;
    struct fg_factorization *expected;
    struct fg_factor_work *space; /* fg_factor_run()'s */
    struct fg_engine *engine;     /* serial, for what the race asks */
    struct fg_results results;    /* the engine's last */
};

/* A contender's. */
struct attempt {
    struct work *work;
    const struct fg_bench_peer *peer; /* NULL: ours */
    size_t count;                     /* how many of the work's numbers */
    struct fg_factorization *factors;
    uint64_t *divisors; /* one number's after the other */
    size_t divisor_count;
};

static void *allocate(size_t count, size_t size) {
    void *const memory = calloc(count, size);
    if (memory == NULL) {
        fprintf(stderr, "factor_bench: out of memory\n");
        exit(EXIT_FAILURE);
    }
    return memory;
}

static bool run_engine_core(void *context) {
    static const atomic_bool never;
    const struct attempt *const attempt = context;
    for (size_t begin = 0; begin < attempt->count; begin += FG_FACTOR_TILE) {
        const size_t left = attempt->count - begin;
        const enum fg_status status = fg_factor_run(
            attempt->work->space, attempt->work->numbers + begin,
            left < FG_FACTOR_TILE ? left : FG_FACTOR_TILE, &never, attempt->factors + begin);
        if (status != FG_OK) {
            fprintf(stderr, "factor_bench: %s\n", fg_strerror(status));
            return false;
        }
    }
    return true;
}

static bool run_batch(void *context) {
    const struct attempt *const attempt = context;
    struct work *const work = attempt->work;
    struct fg_error error;
    if (fg_factor_batch(work->engine, work->numbers, work->count, &work->results, &error) == FG_OK)
        return true;
    fprintf(stderr, "factor_bench: %s\n", error.message);
    return false;
}

static bool run_peer_factor(void *context) {
    const struct attempt *const attempt = context;
    for (size_t i = 0; i < attempt->count; i++)
        attempt->peer->factor(attempt->work->numbers[i], &attempt->factors[i]);
    return true;
}

static bool run_peer_divisors(void *context) {
    struct attempt *const attempt = context;
    attempt->divisor_count = 0;
    for (size_t i = 0; i < attempt->count; i++)
        attempt->divisor_count += attempt->peer->divisors(
            attempt->work->numbers[i], attempt->divisors + attempt->divisor_count);
    return true;
}

static bool same_factors(const struct fg_factorization *left,
                         const struct fg_factorization *right) {
    return left->distinct == right->distinct &&
           memcmp(left->primes, right->primes, left->distinct * sizeof *left->primes) == 0 &&
           memcmp(left->exponents, right->exponents, left->distinct * sizeof *left->exponents) == 0;
}

static bool check_factors(void *context) {
    const struct attempt *const attempt = context;
    for (size_t i = 0; i < attempt->count; i++)
        if (!same_factors(&attempt->factors[i], &attempt->work->expected[i]))
            return false;
    return true;
}

/* The engine's lists of primes or of divisors. */
static bool check_batch(void *context) {
    const struct attempt *const attempt = context;
    const struct fg_results *const results = &attempt->work->results;
    for (size_t i = 0; i < attempt->count; i++) {
        uint64_t primes[FG_FACTORIZATION_PRIMES];
        const size_t count = results->offsets[i + 1] - results->offsets[i];
        if (count != fg_factorization_primes(&attempt->work->expected[i], primes) ||
            memcmp(results->values + results->offsets[i], primes, count * sizeof *primes) != 0)
            return false;
    }
    return results->count == attempt->count;
}

static bool check_peer_divisors(void *context) {
    const struct attempt *const attempt = context;
    const struct fg_results *const results = &attempt->work->results;
    return attempt->divisor_count == results->offsets[attempt->count] &&
           memcmp(attempt->divisors, results->values,
                  attempt->divisor_count * sizeof *attempt->divisors) == 0;
}

static bool check_divisor_counts(void *context) {
    const struct attempt *const attempt = context;
    const struct fg_results *const results = &attempt->work->results;
    for (size_t i = 0; i < attempt->count; i++)
        if (results->offsets[i + 1] - results->offsets[i] !=
            fg_factorization_divisor_count(&attempt->work->expected[i]))
            return false;
    return results->count == attempt->count;
}

/* Primes whose product is the number, for all of them. */
static bool check_expected(const struct work *work) {
    for (size_t i = 0; i < work->count; i++) {
        const struct fg_factorization *const factors = &work->expected[i];
        bool right = fg_factorization_product_is(factors, work->numbers[i]);
        for (uint32_t k = 0; k < factors->distinct && right; k++)
            right = fg_is_prime64(factors->primes[k]);
        if (!right) {
            fprintf(stderr, "factor_bench: wrong factors of %ju\n", (uintmax_t)work->numbers[i]);
            return false;
        }
    }
    return true;
}

static bool open_work(struct work *work, const struct input *input, enum fg_answer answer) {
    const struct fg_config config = {
        .backend = "serial", .method = FG_METHOD_FACTOR, .answer = answer, .jobs = 1};
    struct fg_error error;
    *work = (struct work){
        .numbers = allocate(input->count, sizeof *work->numbers),
        .count = input->count,
        .expected = allocate(input->count, sizeof *work->expected),
    };
    fg_bench_fill(&input->list, work->numbers, work->count);
    if (fg_factor_work_open(&work->space, &error) != FG_OK) {
        fprintf(stderr, "factor_bench: %s\n", error.message);
        return false;
    }
    struct attempt first = {.work = work, .count = work->count, .factors = work->expected};
    if (!run_engine_core(&first) || !check_expected(work))
        return false;
    if (fg_engine_open(&config, &work->engine, &error) == FG_OK)
        return true;
    fprintf(stderr, "factor_bench: %s\n", error.message);
    return false;
}

static void close_work(struct work *work) {
    fg_engine_close(work->engine);
    fg_factor_work_close(work->space);
    fg_results_free(&work->results);
    free(work->numbers);
    free(work->expected);
}

/* Cuts the peer's part of the list to what takes about peer_s. */
static void limit_peer(struct attempt *attempt, bool (*run)(void *)) {
    const size_t all = attempt->count, probe = 200;
    attempt->count = probe;
    const double start_s = fg_clock_s(CLOCK_THREAD_CPUTIME_ID);
    run(attempt);
    const double rate = (double)probe / (fg_clock_s(CLOCK_THREAD_CPUTIME_ID) - start_s);
    const double most = rate * peer_s;
    attempt->count = most < (double)probe ? probe : most < (double)all ? (size_t)most : all;
}

/* A race in the making; the first contender is ours. */
struct lineup {
    struct attempt attempts[contenders_max];
    struct fg_bench_contender contenders[contenders_max];
    double covered[contenders_max];
    struct fg_bench_lead leads[peers_max];
    size_t count, lead_count;
};

static struct attempt *add(struct lineup *lineup, struct work *work, const char *name,
                           bool (*run)(void *), bool (*check)(void *)) {
    struct attempt *const attempt = &lineup->attempts[lineup->count];
    *attempt = (struct attempt){.work = work, .count = work->count};
    lineup->contenders[lineup->count++] =
        (struct fg_bench_contender){.name = name, .run = run, .check = check, .context = attempt};
    return attempt;
}

/* `over`: what the first contender has to reach against the peer added last; 0: nothing. */
static void add_lead(struct lineup *lineup, double over) {
    if (over > 0)
        lineup->leads[lineup->lead_count++] =
            (struct fg_bench_lead){.leader = 0, .other = lineup->count - 1, .ratio = over};
}

static void add_peer_factor(struct lineup *lineup, struct work *work,
                            const struct fg_bench_peer *peer, double over) {
    if (peer == NULL)
        return;
    struct attempt *const attempt = add(lineup, work, peer->name, run_peer_factor, check_factors);
    attempt->peer = peer;
    attempt->factors = allocate(work->count, sizeof *attempt->factors);
    limit_peer(attempt, run_peer_factor);
    add_lead(lineup, over);
}

static bool run_lineup(struct fg_bench *bench, struct lineup *lineup, const struct input *input) {
    char title[79];
    snprintf(title, sizeof title, "%s, one core", input->title);
    for (size_t i = 0; i < lineup->count; i++)
        lineup->covered[i] = (double)lineup->attempts[i].count;
    const struct fg_bench_race race = {
        .topic = input->topic,
        .title = title,
        .contenders = lineup->contenders,
        .count = lineup->count,
        .rounds_most = 5,
        .clock = FG_BENCH_CPU_TIME,
        .least_sample_s = 0.02,
        .unit_count = (double)input->count,
        .unit_name = "number",
        .covered = lineup->covered,
        .leads = lineup->leads,
        .lead_count = lineup->lead_count,
    };
    const bool raced = fg_bench_run(bench, &race, NULL);
    for (size_t i = 0; i < lineup->count; i++) {
        free(lineup->attempts[i].factors);
        free(lineup->attempts[i].divisors);
    }
    if (raced && input->bar != NULL)
        fg_bench_note(bench, "bar: at most %s, timed apart: no Debian package", input->bar);
    return raced;
}

static bool race_factors(struct fg_bench *bench, const struct fg_bench_peers *peers,
                         const struct input *input) {
    struct work work;
    struct lineup lineup = {0};
    bool raced = open_work(&work, input, FG_ANSWER_PRIMES);
    if (raced) {
        add(&lineup, &work, "fg_factor_run", run_engine_core, check_factors)->factors =
            allocate(work.count, sizeof *lineup.attempts[0].factors);
        add(&lineup, &work, "serial backend", run_batch, check_batch);
        add_peer_factor(&lineup, &work, peers->pari, input->over_pari);
        add_peer_factor(&lineup, &work, peers->flint, input->over_flint);
        raced = run_lineup(bench, &lineup, input);
    }
    close_work(&work);
    return raced;
}

static bool race_divisors(struct fg_bench *bench, const struct fg_bench_peers *peers,
                          const struct input *input) {
    struct work work;
    struct lineup lineup = {0};
    bool raced = open_work(&work, input, FG_ANSWER_DIVISORS);
    if (raced) {
        struct attempt *const ours =
            add(&lineup, &work, "serial backend", run_batch, check_divisor_counts);
        raced = run_batch(ours);
    }
    if (raced && peers->pari != NULL) {
        struct attempt *const theirs =
            add(&lineup, &work, "PARI divisors", run_peer_divisors, check_peer_divisors);
        theirs->peer = peers->pari;
        theirs->divisors = allocate(work.results.offsets[work.count], sizeof *work.results.values);
        limit_peer(theirs, run_peer_divisors);
        add_lead(&lineup, input->over_pari);
    }
    raced = raced && run_lineup(bench, &lineup, input);
    close_work(&work);
    return raced;
}

int main(int argc, char **argv) {
    struct fg_bench bench;
    if (!fg_bench_open(&bench, "factor_bench", false, &argc, argv))
        return EXIT_FAILURE;
    const struct fg_bench_peers peers = fg_bench_peers_open(&bench, false);
    bool raced = true;
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0] && raced; i++)
        if (fg_bench_is_named(&bench, inputs[i].topic))
            raced = race_factors(&bench, &peers, &inputs[i]);
    for (size_t i = 0; i < sizeof divisor_inputs / sizeof divisor_inputs[0] && raced; i++)
        if (fg_bench_is_named(&bench, divisor_inputs[i].topic))
            raced = race_divisors(&bench, &peers, &divisor_inputs[i]);
    fg_bench_peers_close(&peers);
    const bool written = fg_bench_close(&bench);
    return raced && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
