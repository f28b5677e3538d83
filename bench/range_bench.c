/* SPDX-License-Identifier: MIT */
/*
 * range_bench.c: what the sieve of whole ranges gains over the list engine and over PARI and FLINT,
 * on one core: lists of primes, and columns and sums without lists.
 *
 * Every contender answers consecutive numbers into memory, segment by segment, from nothing: the
 * sieve makes its list of primes anew in each run. A slow contender is given the first part of the
 * range, as large a part as `slow_s` allows; times are compared number by number. Each run leaves a
 * sum of what it computed; the sums over the same numbers have to agree.
 */
#include "factor_peers.h"
#include "harness.h"
#include "measure/clock.h"

#include "methods/sieve/finish.h"
#include "methods/sieve/range_sieve.h"
#include "methods/sieve/sieve_totals.h"
#include "methods/sieve/totients.h"
#include <stdlib.h>
#include <string.h>

/* The time that a slow contender's run may take, about. */
static const double slow_s = 0.5;

/* The memory for buckets, as the engine has it for one job. */
#define BUCKET_BYTES ((size_t)1 << 28)

/* The largest share of a range that is answered at once. */
#define PIECE ((size_t)1 << 16)

enum question { LISTS, PHI, MOBIUS, MOBIUS_SUM, CARMICHAEL };
/* Three forms of finishing, the list engine, and two peers, each in two ways. */
enum { contenders_max = 8 };

/* A range of every height that the arithmetic tells apart; and a long one, which is only run if an
 * operand is its whole name, and only by the best form of the sieve. */
static const struct place {
    const char *topic, *title;
    uint64_t first, count;
} places[] = {
    {"1e0", "1 .. 10^7", 1, 10000000},
    {"1e9", "10^7 numbers from 10^9", UINT64_C(1000000000), 10000000},
    {"1e12", "10^7 numbers from 10^12", UINT64_C(1000000000000), 10000000},
    {"1e15", "10^7 numbers from 10^15", UINT64_C(1000000000000000), 10000000},
    {"1e18", "10^7 numbers from 10^18", UINT64_C(1000000000000000000), 10000000},
    {"top", "the last 10^7 numbers below 2^64", UINT64_MAX - 9999999, 10000000},
    {"long", "the last 10^9 numbers below 2^64", UINT64_MAX - 999999999, 1000000000},
};

static const struct {
    enum question question;
    const char *topic, *title;
} questions[] = {
    {LISTS, "lists", "primes"},
    {PHI, "phi", "column phi"},
    {MOBIUS, "mobius", "column mobius"},
    {MOBIUS_SUM, "mobius-sum", "sum of mobius"},
    {CARMICHAEL, "carmichael", "column carmichael"},
};

/* A range of more numbers is long. */
#define LONG_COUNT 10000000

enum {
    place_count = sizeof places / sizeof places[0],
    question_count = sizeof questions / sizeof questions[0],
};

/* A piece's values; all contenders of a race use the same memory. */
union column {
    uint64_t words[PIECE];
    int8_t signs[PIECE];
};

/* A contender: its task, and the result of its last run. */
struct attempt {
    enum question question;
    uint64_t first;
    size_t count;
    const struct fg_finish *finish;   /* of the sieve; NULL: another contender */
    const struct fg_bench_peer *peer; /* NULL: the list engine, if there is no `finish` */
    struct fg_engine *engine;
    struct fg_results results;
    uint64_t *numbers; /* a piece of the range, of the list engine */
    union column *column;
    uint64_t sum;                /* of all values, modulo 2^64 */
    const struct attempt *other; /* the sieve's, over the same numbers; NULL: nothing to compare */
};

static bool fail(const char *message) {
    fprintf(stderr, "range_bench: %s\n", message);
    return false;
}

static void *allocate(size_t size) {
    void *const memory = calloc(1, size);
    if (memory == NULL) {
        fail("out of memory");
        exit(EXIT_FAILURE);
    }
    return memory;
}

static uint64_t sum_words(const uint64_t *words, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += words[i];
    return sum;
}

static uint64_t sum_signs(const int8_t *signs, size_t count) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += signs[i];
    return (uint64_t)sum;
}

static struct fg_column_request request_of(const struct attempt *attempt) {
    return (struct fg_column_request){
        .size = sizeof(struct fg_column_request),
        .column = attempt->question == PHI          ? FG_COLUMN_PHI
                  : attempt->question == CARMICHAEL ? FG_COLUMN_CARMICHAEL
                                                    : FG_COLUMN_MOBIUS,
        .values = attempt->column,
    };
}

/* Adds what a piece's column or lists sum up to. The values of a list of primes are summed up as
 * they lie in memory, which is what a reader of them does at least. */
static void add_piece(struct attempt *attempt, size_t count) {
    if (attempt->question == LISTS)
        attempt->sum +=
            sum_words(attempt->results.values, attempt->results.offsets[attempt->results.count]);
    else if (attempt->question == PHI || attempt->question == CARMICHAEL)
        attempt->sum += sum_words(attempt->column->words, count);
    else
        attempt->sum += sum_signs(attempt->column->signs, count);
}

/* ---- The sieve ---- */

static enum fg_status finish_piece(struct attempt *attempt, const struct fg_planes *planes,
                                   struct fg_error *error) {
    const struct fg_column_request request = request_of(attempt);
    if (attempt->question != LISTS)
        return attempt->finish->columns(planes, &request, 1, 0, error);
    fg_results_clear(&attempt->results);
    return attempt->finish->lists(planes, &attempt->results, error);
}

static bool run_sieve(void *context) {
    struct attempt *const attempt = context;
    struct fg_range_sieve *sieve;
    const struct fg_planes *planes;
    struct fg_error error;
    attempt->sum = 0;
    setenv("FACTOR_GPU_CPU", attempt->finish->name, 1); /* for the sieve's own steps */
    attempt->results.answer = FG_ANSWER_PRIMES;
    attempt->results.words = 1;
    enum fg_status status = fg_range_sieve_open(NULL, BUCKET_BYTES, &sieve, &error);
    if (status != FG_OK)
        return fail(error.message);
    status = fg_range_sieve_begin(sieve, attempt->first, attempt->count, &error);
    while (status == FG_OK) {
        status = fg_range_sieve_next(sieve, &planes, &error);
        if (status != FG_OK || planes->count == 0)
            break;
        status = finish_piece(attempt, planes, &error);
        add_piece(attempt, planes->count);
    }
    fg_range_sieve_close(sieve);
    unsetenv("FACTOR_GPU_CPU");
    return status == FG_OK || fail(error.message);
}

/* phi below 2^32, which has a sieve of its own. */
static bool run_totients(void *context) {
    struct attempt *const attempt = context;
    struct fg_totients *totients;
    struct fg_error error;
    uint64_t first;
    uint32_t count = 1;
    attempt->sum = 0;
    setenv("FACTOR_GPU_CPU", attempt->finish->name, 1);
    enum fg_status status = fg_totients_open(NULL, &totients, &error);
    if (status == FG_OK) {
        fg_totients_begin(totients, attempt->first, attempt->count);
        while (status == FG_OK && count > 0) {
            status = fg_totients_next(totients, &first, &count, &error);
            fg_totients_values(totients, 0, count, attempt->column->words);
            add_piece(attempt, count);
        }
        fg_totients_close(totients);
    }
    unsetenv("FACTOR_GPU_CPU");
    return status == FG_OK || fail(error.message);
}

/* The sum alone, as totals have it. */
static bool run_totals(void *context) {
    struct attempt *const attempt = context;
    struct fg_totals totals = {.size = sizeof totals, .column = FG_COLUMN_MOBIUS};
    struct fg_sieve_totals *sieves;
    struct fg_error error;
    setenv("FACTOR_GPU_CPU", attempt->finish->name, 1);
    enum fg_status status = fg_sieve_totals_open(NULL, BUCKET_BYTES, &sieves, &error);
    if (status == FG_OK) {
        status = fg_sieve_totals_add(sieves, attempt->first, attempt->count, &totals, 1, &error);
        fg_sieve_totals_close(sieves);
    }
    unsetenv("FACTOR_GPU_CPU");
    attempt->sum = totals.sum.words[0];
    return status == FG_OK || fail(error.message);
}

static bool run_ours(void *context) {
    const struct attempt *const attempt = context;
    if (attempt->question == PHI && attempt->first + attempt->count <= FG_TOTIENTS_END)
        return run_totients(context);
    return attempt->question == MOBIUS_SUM ? run_totals(context) : run_sieve(context);
}

/* ---- The list engine ---- */

static bool run_engine(void *context) {
    struct attempt *const attempt = context;
    const struct fg_column_request request = request_of(attempt);
    attempt->sum = 0;
    for (size_t done = 0; done < attempt->count;) {
        const size_t left = attempt->count - done, count = left < PIECE ? left : PIECE;
        struct fg_error error;
        for (size_t i = 0; i < count; i++)
            attempt->numbers[i] = attempt->first + done + i;
        enum fg_status status =
            fg_factor_batch(attempt->engine, attempt->numbers, count, &attempt->results, &error);
        if (status == FG_OK && attempt->question != LISTS)
            status = fg_compute_columns(&attempt->results, 0, count, &request, 1, &error);
        if (status != FG_OK)
            return fail(error.message);
        add_piece(attempt, count);
        done += count;
    }
    return true;
}

/* ---- Peers ---- */

static bool run_peer(void *context) {
    struct attempt *const attempt = context;
    attempt->sum = 0;
    for (size_t i = 0; i < attempt->count; i++) {
        struct fg_factorization factors;
        const uint64_t n = attempt->first + i;
        if (attempt->question == PHI) {
            attempt->sum += attempt->peer->totient(n);
        } else if (attempt->question != LISTS) {
            attempt->sum += (uint64_t)(int64_t)attempt->peer->mobius(n);
        } else {
            attempt->peer->factor(n, &factors);
            for (uint32_t k = 0; k < factors.distinct; k++)
                attempt->sum += factors.primes[k] * factors.exponents[k];
        }
    }
    return true;
}

/* The peer's own way for a range, with factorisations of all its numbers. */
static bool run_peer_range(void *context) {
    struct attempt *const attempt = context;
    attempt->sum = 0;
    for (size_t done = 0; done < attempt->count;) {
        const size_t left = attempt->count - done, count = left < PIECE ? left : PIECE;
        attempt->sum += attempt->peer->range_sum(
            attempt->first + done, count,
            attempt->question == LISTS
                ? FG_BENCH_RANGE_PRIMES
                : (attempt->question == PHI ? FG_BENCH_RANGE_TOTIENTS : FG_BENCH_RANGE_MOBIUS));
        done += count;
    }
    return true;
}

/* Compares the sum with the sieve's, over as many numbers. */
static bool check_sum(void *context) {
    const struct attempt *const attempt = context;
    struct attempt again = *attempt->other;
    again.count = attempt->count;
    if (attempt->other->count == attempt->count)
        return attempt->sum == attempt->other->sum;
    again.results = (struct fg_results){0};
    const bool ran = run_ours(&again);
    fg_results_free(&again.results);
    return ran && again.sum == attempt->sum;
}

/* ---- Races ---- */

/* Cuts a slow contender's part of the range to what takes about slow_s. */
static void limit(struct attempt *attempt, bool (*run)(void *)) {
    const size_t all = attempt->count;
    for (attempt->count = 500; attempt->count < all;) {
        const double start_s = fg_clock_s(CLOCK_THREAD_CPUTIME_ID);
        run(attempt);
        const double took_s = fg_clock_s(CLOCK_THREAD_CPUTIME_ID) - start_s;
        const double most = (double)attempt->count * slow_s / took_s;
        if (took_s > slow_s / 10) {
            attempt->count = most < (double)all ? (size_t)most : all;
            return;
        }
        attempt->count *= 10;
    }
    attempt->count = all;
}

/* A race in the making; the first contender is the sieve. */
struct lineup {
    struct attempt attempts[contenders_max];
    struct fg_bench_contender contenders[contenders_max];
    double covered[contenders_max];
    size_t count;
    union column *column;
};

static struct attempt *add(struct lineup *lineup, enum question question, const struct place *place,
                           const char *name, bool (*run)(void *)) {
    struct attempt *const attempt = &lineup->attempts[lineup->count];
    *attempt = (struct attempt){.question = question,
                                .first = place->first,
                                .count = place->count,
                                .column = lineup->column};
    const bool is_first = lineup->count == 0;
    attempt->other = is_first ? NULL : &lineup->attempts[0];
    lineup->contenders[lineup->count++] = (struct fg_bench_contender){
        .name = name, .run = run, .check = is_first ? NULL : check_sum, .context = attempt};
    return attempt;
}

static void add_peer(struct lineup *lineup, enum question question, const struct place *place,
                     const struct fg_bench_peer *peer) {
    if (peer == NULL)
        return;
    const char *const name = question == LISTS ? peer->name
                             : question == PHI ? peer->totient_name
                                               : peer->mobius_name;
    struct attempt *attempt = add(lineup, question, place, name, run_peer);
    attempt->peer = peer;
    limit(attempt, run_peer);
    if (peer->range_sum == NULL || place->first > peer->range_end - place->count)
        return;
    attempt = add(lineup, question, place, peer->range_name, run_peer_range);
    attempt->peer = peer;
    limit(attempt, run_peer_range);
}

static bool run_race(struct fg_bench *bench, const struct fg_bench_peers *peers, const char *topic,
                     size_t which, const struct place *place, struct fg_engine *engine) {
    char title[79];
    uint64_t *const numbers = allocate(PIECE * sizeof *numbers);
    struct lineup lineup = {.column = allocate(sizeof *lineup.column)};
    const enum question question = questions[which].question;
    snprintf(title, sizeof title, "%s: %s, one core", questions[which].title, place->title);
    const bool is_long = place->count > LONG_COUNT;
    for (unsigned i = 0; i < fg_finish_count; i++)
        if (fg_finish_all[i]->runs_here() && (!is_long || lineup.count == 0))
            add(&lineup, question, place, fg_finish_all[i]->name, run_ours)->finish =
                fg_finish_all[i];
    struct attempt *const list_engine = add(&lineup, question, place, "list engine", run_engine);
    list_engine->engine = engine;
    list_engine->numbers = numbers;
    limit(list_engine, run_engine);
    if (question != CARMICHAEL && !is_long) {
        add_peer(&lineup, question, place, peers->pari);
        add_peer(&lineup, question, place, peers->flint);
    }
    for (size_t i = 0; i < lineup.count; i++)
        lineup.covered[i] = (double)lineup.attempts[i].count;
    const struct fg_bench_race race = {
        .topic = topic,
        .title = title,
        .contenders = lineup.contenders,
        .count = lineup.count,
        .rounds_most = is_long ? 3 : 5,
        .cold = is_long,
        .clock = FG_BENCH_CPU_TIME,
        .least_sample_s = 0.02,
        .unit_count = (double)place->count,
        .unit_name = "number",
        .covered = lineup.covered,
    };
    const bool raced = fg_bench_run(bench, &race, NULL);
    for (size_t i = 0; i < lineup.count; i++)
        fg_results_free(&lineup.attempts[i].results);
    free(lineup.column);
    free(numbers);
    return raced;
}

int main(int argc, char **argv) {
    const struct fg_config config = {
        .backend = "serial", .method = FG_METHOD_FACTOR, .answer = FG_ANSWER_PRIMES, .jobs = 1};
    struct fg_bench bench;
    struct fg_engine *engine;
    struct fg_error error;
    if (!fg_bench_open(&bench, "range_bench", false, &argc, argv))
        return EXIT_FAILURE;
    if (fg_engine_open(&config, &engine, &error) != FG_OK) {
        fail(error.message);
        return EXIT_FAILURE;
    }
    const struct fg_bench_peers peers = fg_bench_peers_open(&bench, false);
    char topics[question_count][place_count][32];
    bool raced = true;
    for (size_t which = 0; which < question_count; which++)
        for (size_t i = 0; i < place_count; i++) {
            char *const topic = topics[which][i];
            snprintf(topic, sizeof topics[which][i], "%s-%s", questions[which].topic,
                     places[i].topic);
            const bool is_asked_for = places[i].count > LONG_COUNT
                                          ? fg_bench_is_named(&bench, topic) && argc > 1
                                          : fg_bench_is_asked_for(&bench, topic);
            if (is_asked_for && raced)
                raced = run_race(&bench, &peers, topic, which, &places[i], engine);
        }
    fg_bench_peers_close(&peers);
    fg_engine_close(engine);
    const bool written = fg_bench_close(&bench);
    return raced && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
