/* SPDX-License-Identifier: MIT */
/*
 * wide_bench.c: what the engine for numbers of 65 to 128 bits gains over the libraries that Debian
 * packages, on one core: PARI, FLINT and GMP-ECM in this process, GNU factor in one of its own, and
 * the engine itself with one number at a time, and asked for smooth numbers only.
 *
 * A slow contender is given the first part of the list, as large a part as `slow_s` allows; times
 * are compared number by number. GNU factor takes part as long as its way, Pollard's rho, needs
 * less than a second a number. Every answer of every contender is compared with the engine's.
 */
#include "factor_peers.h"
#include "harness.h"
#include "number_lists.h"
#include "peer_gnu_factor.h"
#include "process.h"

#include "algorithms/primality.h"
#include "methods/factor/wide_factor.h"
#include "methods/factor/wide_work.h"
#include <stdlib.h>
#include <string.h>

/* About how long a slow contender's run takes at most. */
static const double slow_s = 0.7;
enum { contenders_max = 7 };

/* The input of a race. */
struct input {
    const char *topic, *title;
    size_t count;
    struct fg_bench_list list;
    double over_pari;     /* at least so many times as fast as PARI; 0: no bar */
    const char *bar;      /* required against a peer that is no Debian package; NULL: nothing */
    unsigned smooth_bits; /* not 0: also only the numbers with primes up to 2^smooth_bits */
};

#define SEMIPRIMES(bits)                                                                           \
    { FG_BENCH_SEMIPRIMES, bits, 0 }
#define OTHER(kind, bits)                                                                          \
    { FG_BENCH_##kind, bits, 0 }

/* The bars are ratios to the best peer of the study that chose them: PARI from 120 bits on and for
 * primes, YAFU's siqs or x8 list below, hurchalla's factorize() for random numbers and cofactors.
 * Below 120 bits `over_pari` says the same by PARI's times of that study. */
static const struct input inputs[] = {
    {"semiprimes-66", "66-bit semiprimes", 4096, SEMIPRIMES(66), 47, "1/8 of YAFU tinyecm x8", 0},
    {"semiprimes-72", "72-bit semiprimes", 4096, SEMIPRIMES(72), 32, "1/9 of YAFU tinyecm x8", 0},
    {"semiprimes-80", "80-bit semiprimes", 2048, SEMIPRIMES(80), 18, "1/8.5 of YAFU tinySIQS", 0},
    {"semiprimes-88", "88-bit semiprimes", 2048, SEMIPRIMES(88), 11.6, "1/6 of YAFU tinySIQS", 0},
    {"semiprimes-96", "96-bit semiprimes", 2048, SEMIPRIMES(96), 6.9, "1/3.8 of YAFU tinySIQS", 0},
    {"semiprimes-102", "102-bit semiprimes", 2048, SEMIPRIMES(102), 0, "1/3 of YAFU tinySIQS", 0},
    {"semiprimes-104", "104-bit semiprimes", 1024, SEMIPRIMES(104), 3.0, "1/1.6 of YAFU tinySIQS",
     0},
    {"semiprimes-112", "112-bit semiprimes", 1024, SEMIPRIMES(112), 2.5, "1/1.4 of YAFU tinySIQS",
     0},
    {"semiprimes-120", "120-bit semiprimes", 512, SEMIPRIMES(120), 1.95, NULL, 0},
    {"semiprimes-128", "128-bit semiprimes", 512, SEMIPRIMES(128), 1.65, NULL, 0},
    {"random-96", "random 96-bit numbers", 4096, OTHER(RANDOM, 96), 36, "1/12 of hurchalla", 0},
    {"random-128", "random 128-bit numbers", 2048, OTHER(RANDOM, 128), 10, "1/7 of hurchalla", 0},
    {"cofactors-96", "96-bit cofactors", 4096, OTHER(COFACTORS, 96), 56, "1/9 of hurchalla", 40},
    {"leftovers-96", "96-bit leftovers", 1024, OTHER(LEFTOVERS, 96), 0, NULL, 40},
    {"leftovers-128", "128-bit leftovers", 512, OTHER(LEFTOVERS, 128), 0, NULL, 50},
    {"primes-96", "96-bit primes, proved", 2048, OTHER(PRIMES, 96), 50, NULL, 0},
    {"primes-128", "128-bit primes, proved", 2048, OTHER(PRIMES, 128), 12, NULL, 0},
};

/* The data that all contenders of a race share. */
struct work {
    struct fg_uint128 *numbers;
    size_t count;
    struct fg_wide_factorization *expected;
    struct fg_wide_work *space;
};

/* A contender's. */
struct attempt {
    struct work *work;
    const struct fg_bench_peer *peer; /* NULL: ours */
    size_t count;                     /* how many of the work's numbers */
    size_t at_once;                   /* ours: how many in one call */
    fg_wide smooth_bound;             /* ours: 0: none */
    struct fg_wide_factorization *factors;
};

static void *allocate(size_t count, size_t size) {
    void *const memory = calloc(count, size);
    if (memory == NULL) {
        fprintf(stderr, "wide_bench: out of memory\n");
        exit(EXIT_FAILURE);
    }
    return memory;
}

static fg_wide joined(struct fg_uint128 n) {
    return fg_wide_join(n.low, n.high);
}

static struct fg_uint128 split(fg_wide n) {
    return (struct fg_uint128){.low = fg_wide_low(n), .high = fg_wide_high(n)};
}

static bool run_engine(void *context) {
    static const atomic_bool never;
    const struct attempt *const attempt = context;
    const struct fg_wide_options options = {.smooth_bound = split(attempt->smooth_bound)};
    for (size_t begin = 0; begin < attempt->count; begin += attempt->at_once) {
        const size_t left = attempt->count - begin;
        const enum fg_status status = fg_wide_factor_run_with(
            attempt->work->space, options, attempt->work->numbers + begin,
            left < attempt->at_once ? left : attempt->at_once, &never, attempt->factors + begin);
        if (status != FG_OK) {
            fprintf(stderr, "wide_bench: %s\n", fg_strerror(status));
            return false;
        }
    }
    return true;
}

/* Returns whether GNU factor takes less than a second a number. */
static bool suits_gnu_factor(const struct fg_bench_list *list) {
    if (list->kind == FG_BENCH_SEMIPRIMES)
        return list->bits <= 80;
    return list->bits <= 96 && (list->kind == FG_BENCH_RANDOM || list->kind == FG_BENCH_COFACTORS);
}

static bool run_peer_factor(void *context) {
    const struct attempt *const attempt = context;
    for (size_t i = 0; i < attempt->count; i++)
        attempt->peer->factor_wide(joined(attempt->work->numbers[i]), &attempt->factors[i]);
    return true;
}

static bool run_gnu_factor(void *context) {
    const struct attempt *const attempt = context;
    return fg_bench_gnu_factor(attempt->work->numbers, attempt->count, attempt->factors);
}

/* Proves the numbers prime. The answer is the number itself, or nothing. */
static bool run_peer_proof(void *context) {
    const struct attempt *const attempt = context;
    for (size_t i = 0; i < attempt->count; i++) {
        const fg_wide n = joined(attempt->work->numbers[i]);
        fg_wide_factorization_clear(&attempt->factors[i]);
        if (attempt->peer->proves_wide(n))
            fg_wide_factorization_add(&attempt->factors[i], n, 1);
    }
    return true;
}

static bool same_factors(const struct fg_wide_factorization *left,
                         const struct fg_wide_factorization *right) {
    bool same = left->distinct == right->distinct;
    for (unsigned k = 0; same && k < left->distinct; k++)
        same = left->primes[k] == right->primes[k] && left->exponents[k] == right->exponents[k];
    return same;
}

/* Checks that the factors are those without a bound, or that a number is not smooth. */
static bool check_factors(void *context) {
    const struct attempt *const attempt = context;
    for (size_t i = 0; i < attempt->count; i++) {
        const struct fg_wide_factorization *const expected = &attempt->work->expected[i];
        const bool is_smooth = attempt->smooth_bound == 0 ||
                               expected->primes[expected->distinct - 1] <= attempt->smooth_bound;
        if (is_smooth ? !same_factors(&attempt->factors[i], expected)
                      : !attempt->factors[i].not_smooth)
            return false;
    }
    return true;
}

/* Returns whether n is prime, by the library's proofs. */
static bool is_prime(fg_wide n) {
    struct fg_certificate certificate = {.size = sizeof certificate};
    struct fg_error error;
    if (fg_wide_high(n) == 0)
        return fg_is_prime64(fg_wide_low(n));
    return fg_prove_prime(split(n), &certificate, &error) == FG_OK &&
           certificate.kind != FG_CERTIFICATE_NONE;
}

/* Primes whose product is the number, for all of them. */
static bool check_expected(const struct work *work) {
    for (size_t i = 0; i < work->count; i++) {
        const struct fg_wide_factorization *const factors = &work->expected[i];
        bool right = fg_wide_factorization_product_is(factors, joined(work->numbers[i]));
        for (uint32_t k = 0; k < factors->distinct && right; k++)
            right = is_prime(factors->primes[k]);
        if (!right) {
            fprintf(stderr, "wide_bench: wrong factors of number %zu\n", i);
            return false;
        }
    }
    return true;
}

static bool open_work(struct work *work, const struct input *input) {
    struct fg_error error;
    *work = (struct work){
        .numbers = allocate(input->count, sizeof *work->numbers),
        .count = input->count,
        .expected = allocate(input->count, sizeof *work->expected),
    };
    fg_bench_fill_wide(&input->list, work->numbers, work->count);
    if (fg_wide_work_open(&work->space, &error) != FG_OK) {
        fprintf(stderr, "wide_bench: %s\n", error.message);
        return false;
    }
    struct attempt first = {
        .work = work, .count = work->count, .at_once = FG_WIDE_TILE, .factors = work->expected};
    return run_engine(&first) && check_expected(work);
}

static void close_work(struct work *work) {
    fg_wide_work_close(work->space);
    free(work->numbers);
    free(work->expected);
}

/* A race in the making; the first contender is ours. */
struct lineup {
    struct attempt attempts[contenders_max];
    struct fg_bench_contender contenders[contenders_max];
    double covered[contenders_max];
    size_t count;
    struct fg_bench_lead lead;
    size_t lead_count;
};

static struct attempt *add(struct lineup *lineup, struct work *work, const char *name,
                           bool (*run)(void *)) {
    struct attempt *const attempt = &lineup->attempts[lineup->count];
    *attempt = (struct attempt){.work = work, .count = work->count, .at_once = FG_WIDE_TILE};
    attempt->factors = allocate(work->count, sizeof *attempt->factors);
    lineup->contenders[lineup->count++] = (struct fg_bench_contender){
        .name = name, .run = run, .check = check_factors, .context = attempt};
    return attempt;
}

/* Cuts the contender's part of the list to what takes about slow_s. */
static void limit(struct attempt *attempt, bool (*run)(void *)) {
    const size_t all = attempt->count;
    double elapsed_s = 0;
    for (attempt->count = 4; attempt->count < all && elapsed_s < slow_s / 10; attempt->count *= 2) {
        const double start_s = fg_bench_cpu_s();
        run(attempt);
        elapsed_s = fg_bench_cpu_s() - start_s;
    }
    const double most = (double)attempt->count / 2 * slow_s / elapsed_s;
    attempt->count = most < 4 ? 4 : most < (double)all ? (size_t)most : all;
}

static void add_peer(struct lineup *lineup, struct work *work, const struct fg_bench_peer *peer,
                     const struct input *input, double over) {
    const bool proof = input->list.kind == FG_BENCH_PRIMES;
    if (peer == NULL || (proof && peer->proves_wide == NULL))
        return;
    bool (*const run)(void *) = proof ? run_peer_proof : run_peer_factor;
    struct attempt *const attempt =
        add(lineup, work, proof ? peer->proof_name : peer->wide_name, run);
    attempt->peer = peer;
    limit(attempt, run);
    if (over > 0) {
        lineup->lead =
            (struct fg_bench_lead){.leader = 0, .other = lineup->count - 1, .ratio = over};
        lineup->lead_count = 1;
    }
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
        .leads = &lineup->lead,
        .lead_count = lineup->lead_count,
    };
    const bool raced = fg_bench_run(bench, &race, NULL);
    for (size_t i = 0; i < lineup->count; i++)
        free(lineup->attempts[i].factors);
    if (raced && input->bar != NULL)
        fg_bench_note(bench, "bar: at most %s, timed apart: no Debian package", input->bar);
    return raced;
}

static bool race(struct fg_bench *bench, const struct fg_bench_peers *peers, bool have_gnu_factor,
                 const struct input *input) {
    struct work work;
    struct lineup lineup = {0};
    bool raced = open_work(&work, input);
    if (raced) {
        add(&lineup, &work, "fg_wide_factor_run", run_engine);
        struct attempt *const alone = add(&lineup, &work, "one at a time", run_engine);
        alone->at_once = 1;
        limit(alone, run_engine);
        if (input->smooth_bits > 0)
            add(&lineup, &work, "smooth numbers only", run_engine)->smooth_bound =
                (fg_wide)1 << input->smooth_bits;
        add_peer(&lineup, &work, peers->pari, input, input->over_pari);
        add_peer(&lineup, &work, peers->flint, input, 0);
        add_peer(&lineup, &work, peers->ecm, input, 0);
        if (have_gnu_factor && suits_gnu_factor(&input->list))
            limit(add(&lineup, &work, "GNU factor", run_gnu_factor), run_gnu_factor);
        raced = run_lineup(bench, &lineup, input);
    }
    close_work(&work);
    return raced;
}

int main(int argc, char **argv) {
    struct fg_bench bench;
    if (!fg_bench_open(&bench, "wide_bench", false, &argc, argv))
        return EXIT_FAILURE;
    const struct fg_bench_peers peers = fg_bench_peers_open(&bench, true);
    const bool have_gnu_factor = fg_bench_have_program(&bench, "factor", "coreutils");
    bool raced = true;
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0] && raced; i++)
        if (fg_bench_is_named(&bench, inputs[i].topic))
            raced = race(&bench, &peers, have_gnu_factor, &inputs[i]);
    fg_bench_peers_close(&peers);
    const bool written = fg_bench_close(&bench);
    return raced && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
