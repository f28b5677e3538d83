/* SPDX-License-Identifier: MIT */
/*
 * answers_bench.c: what the host does for each number that a GPU has factorised: it checks the
 * answer and copies it to its place.
 *
 *     answers_bench [--rounds=N] [--json=FILE] [LIST]...
 *
 * The answers are ready, one behind the other in memory, as a device's copies leave them, with
 * marks in the lists of divisors: no GPU is needed, and nothing is said of one. What is raced is
 * CPU time a number, of all threads together, so that it is fair on a busy machine: the way of one
 * thread (check, then append, to new memory or to memory that an earlier batch has used), and
 * pieces for several threads. Then the wall time of one thread and of all, which an idle machine
 * must be asked for.
 *
 * LIST is the beginning of a list's name.
 */
#include "algorithms/marked_divisors.h"
#include "batch/answers.h"
#include "batch/results.h"
#include "harness.h"
#include "measure/clock.h"
#include "methods/factor/piece_checks.h"
#include "number_lists.h"

#include <stdlib.h>
#include <string.h>

#define NUMBERS (UINT32_C(1) << 18) /* of a full batch */

struct input {
    const char *name, *title;
    struct fg_bench_list list;
    enum fg_answer answer;
};

static const struct input inputs[] = {
    {"random-64-divisors", "random 64-bit, divisors", {FG_BENCH_RANDOM, 64, 1}, FG_ANSWER_DIVISORS},
    {"random-64-primes", "random 64-bit, primes", {FG_BENCH_RANDOM, 64, 1}, FG_ANSWER_PRIMES},
    {"semiprimes-64-divisors",
     "64-bit semiprimes, divisors",
     {FG_BENCH_SEMIPRIMES, 64, 1},
     FG_ANSWER_DIVISORS},
    {"semiprimes-48-divisors",
     "48-bit semiprimes, divisors",
     {FG_BENCH_SEMIPRIMES, 48, 1},
     FG_ANSWER_DIVISORS},
    {"primes-64-divisors", "64-bit primes, divisors", {FG_BENCH_PRIMES, 64, 1}, FG_ANSWER_DIVISORS},
};
enum { input_count = sizeof inputs / sizeof inputs[0] };

/* Ready answers. */
struct answers {
    const struct input *input;
    uint64_t *numbers;
    struct fg_results ready;
    uint64_t *sent, *marks; /* the same as a device sends them; the first value of each list */
    uint32_t *value_counts;
    size_t value_count;
};

/* A way from the answers to checked results. */
struct attempt {
    const struct answers *answers;
    struct fg_results results;
    struct fg_wakeup wakeup;
    struct fg_block_workers workers;
    double begin_s, elapsed_s; /* CPU time of the process */
    bool fresh;                /* the results get new memory for each run */
};

static double cpu_now_s(void) {
    return fg_clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

static bool complain(const char *what, const struct fg_error *error) {
    fprintf(stderr, "answers_bench: %s: %s\n", what, error->message);
    return false;
}

static void free_answers(struct answers *answers) {
    fg_results_free(&answers->ready);
    free(answers->numbers);
    free(answers->value_counts);
    free(answers->sent);
    free(answers->marks);
}

/* Returns the marks of a list of divisors. */
static uint64_t find_marks(uint64_t n, const uint64_t *divisors, size_t count) {
    struct fg_prime_power primes[FG_MAX_DISTINCT_PRIMES];
    struct fg_factorization factors;
    const size_t distinct = fg_prime_factors(n, divisors, count, primes);
    fg_factorization_clear(&factors);
    for (size_t i = 0; i < distinct; i++)
        fg_factorization_append(&factors, primes[i].prime, primes[i].exponent);
    return fg_marks_of(&factors, divisors);
}

/* Copies the answers, and finds their marks. False if there is no memory. */
static bool prepare_sent(struct answers *answers) {
    const size_t *const offsets = answers->ready.offsets;
    answers->sent = malloc(answers->value_count * sizeof *answers->sent);
    answers->marks = malloc(NUMBERS * sizeof *answers->marks);
    if (answers->sent == NULL || answers->marks == NULL)
        return false;
    memcpy(answers->sent, answers->ready.values, answers->value_count * sizeof *answers->sent);
    for (uint32_t i = 0; i < NUMBERS && answers->input->answer == FG_ANSWER_DIVISORS; i++)
        answers->marks[i] = find_marks(answers->numbers[i], answers->ready.values + offsets[i],
                                       answers->value_counts[i]);
    return true;
}

/* Marks the lists again, whose marks a run has taken out. */
static void mark_lists(const struct answers *answers) {
    const size_t *const offsets = answers->ready.offsets;
    for (uint32_t i = 0; i < NUMBERS && answers->input->answer == FG_ANSWER_DIVISORS; i++)
        answers->sent[offsets[i]] = answers->marks[i];
}

/* Finds the answers, by the CPU. free_answers() is called after a failure, too. */
static bool find_answers(struct answers *answers, const struct input *input) {
    const struct fg_config config = {.size = sizeof config,
                                     .backend = "threads",
                                     .method = FG_METHOD_FACTOR,
                                     .answer = input->answer};
    struct fg_engine *engine;
    struct fg_error error;
    *answers = (struct answers){.input = input};
    answers->numbers = malloc(NUMBERS * sizeof *answers->numbers);
    answers->value_counts = malloc(NUMBERS * sizeof *answers->value_counts);
    if (answers->numbers == NULL || answers->value_counts == NULL)
        return complain("memory", &(struct fg_error){.message = "there is too little"});
    fg_bench_fill(&input->list, answers->numbers, NUMBERS);
    enum fg_status status = fg_engine_open(&config, &engine, &error);
    if (status == FG_OK) {
        status = fg_factor_batch(engine, answers->numbers, NUMBERS, &answers->ready, &error);
        fg_engine_close(engine);
    }
    if (status != FG_OK)
        return complain("the answers", &error);
    const size_t *const offsets = answers->ready.offsets;
    for (uint32_t i = 0; i < NUMBERS; i++)
        answers->value_counts[i] = (uint32_t)(offsets[i + 1] - offsets[i]);
    answers->value_count = offsets[NUMBERS];
    if (!prepare_sent(answers))
        return complain("memory", &(struct fg_error){.message = "there is too little"});
    return true;
}

/* ---- The contenders ---- */

static bool begin(void *context) {
    struct attempt *const attempt = context;
    if (attempt->fresh)
        fg_results_free(&attempt->results);
    fg_results_clear(&attempt->results);
    attempt->elapsed_s = 0;
    return true;
}

/* Begins a run, of which a sample may have several. */
static bool start(struct attempt *attempt) {
    fg_results_clear(&attempt->results);
    attempt->begin_s = cpu_now_s();
    return true;
}

static bool stop(struct attempt *attempt, enum fg_status status, const struct fg_error *error) {
    attempt->elapsed_s += cpu_now_s() - attempt->begin_s;
    return status == FG_OK || complain(attempt->answers->input->name, error);
}

static double elapsed_s(void *context) {
    const struct attempt *const attempt = context;
    return attempt->elapsed_s;
}

static enum fg_status check(const struct answers *answers, struct fg_error *error) {
    return fg_answers_check(answers->input->answer, answers->numbers, &answers->ready, 0, false,
                            error);
}

static enum fg_status append(struct attempt *attempt, struct fg_error *error) {
    const struct answers *const answers = attempt->answers;
    return fg_results_append(&attempt->results, answers->value_counts, NUMBERS,
                             answers->ready.values, error);
}

static bool check_alone(void *context) {
    struct attempt *const attempt = context;
    struct fg_error error;
    start(attempt);
    return stop(attempt, check(attempt->answers, &error), &error);
}

static bool append_alone(void *context) {
    struct attempt *const attempt = context;
    struct fg_error error;
    start(attempt);
    return stop(attempt, append(attempt, &error), &error);
}

/* Checks, then appends, as one thread of the host does without pieces. */
static bool check_and_append(void *context) {
    struct attempt *const attempt = context;
    struct fg_error error;
    start(attempt);
    enum fg_status status = check(attempt->answers, &error);
    if (status == FG_OK)
        status = append(attempt, &error);
    return stop(attempt, status, &error);
}

/* Does what a device's thread does with a piece, as long as it is not done. */
static enum fg_status finish_piece(struct attempt *attempt, const struct fg_piece *piece,
                                   struct fg_error *error) {
    struct fg_worker_space no_space = {0};
    for (;;) {
        const uint64_t seen = fg_wakeup_count(&attempt->wakeup);
        if (fg_block_workers_is_done(&attempt->workers, &piece->job))
            return fg_block_job_outcome(&piece->job, error);
        if (fg_block_workers_have_work(&attempt->workers))
            fg_block_workers_work(&attempt->workers, &no_space);
        else
            fg_wakeup_wait(&attempt->wakeup, seen);
    }
}

static bool by_pieces(void *context) {
    struct attempt *const attempt = context;
    const struct answers *const answers = attempt->answers;
    struct fg_error error;
    mark_lists(answers);
    start(attempt);
    enum fg_status status =
        fg_results_reserve_run(&attempt->results, NUMBERS, answers->value_count, &error);
    struct fg_piece piece = {.job = {.kind = &fg_piece_checks,
                                     .count = NUMBERS,
                                     .value_counts = answers->value_counts,
                                     .value_count = answers->value_count},
                             .answer = answers->input->answer,
                             .numbers = answers->numbers,
                             .values = answers->sent,
                             .offsets = attempt->results.offsets + 1,
                             .place = attempt->results.values};
    if (status == FG_OK) {
        fg_block_workers_offer(&attempt->workers, &piece.job);
        status = finish_piece(attempt, &piece, &error);
        attempt->results.count = NUMBERS;
    }
    return stop(attempt, status, &error);
}

static bool is_complete(void *context) {
    const struct attempt *const attempt = context;
    const struct fg_results *const ready = &attempt->answers->ready;
    const size_t values = attempt->answers->value_count;
    return attempt->results.count == NUMBERS &&
           memcmp(attempt->results.offsets, ready->offsets, (NUMBERS + 1) * sizeof(size_t)) == 0 &&
           memcmp(attempt->results.values, ready->values, values * sizeof *ready->values) == 0;
}

/* ---- The races ---- */

enum { ONE_THREAD_FRESH, ONE_THREAD, CHECK, APPEND, PIECES_ONE, PIECES_ALL, way_count };

/* Prints the CPU time of a number, and that as a line of the file that `./dev gpu-model --host`
 * reads. */
static void note_costs(struct fg_bench *bench, const struct input *input,
                       const struct fg_bench_result *results, unsigned threads) {
    const double one_ns = results[PIECES_ONE].summary.median_s / NUMBERS * 1e9;
    const double all_ns = results[PIECES_ALL].summary.median_s / NUMBERS * 1e9;
    const char *const answers = input->answer == FG_ANSWER_PRIMES ? "primes" : "divisors";
    const int list = (int)(strlen(input->name) - strlen(answers) - 1);
    fg_bench_note(
        bench,
        "%s: %.1f ns of CPU time a number by pieces, %.1f ns with %u threads; so a core has "
        "%.1f million a second",
        input->name, one_ns, all_ns, threads, 1e3 / all_ns);
    fg_bench_note(
        bench,
        "{\"list\": \"%.*s\", \"answers\": \"%s\", \"steps_ns\": {\"check and copy\": %.1f}}", list,
        input->name, answers, all_ns);
}

static bool race(struct fg_bench *bench, const struct input *input, struct attempt *attempts,
                 unsigned threads) {
    const struct fg_bench_contender ways[way_count] = {
        {"1 thread, new memory", check_and_append, is_complete, &attempts[ONE_THREAD_FRESH],
         .prepare = begin, .elapsed_s = elapsed_s},
        {"1 thread", check_and_append, is_complete, &attempts[ONE_THREAD], .prepare = begin,
         .elapsed_s = elapsed_s},
        {"check alone", check_alone, NULL, &attempts[CHECK], .prepare = begin,
         .elapsed_s = elapsed_s},
        {"append alone", append_alone, is_complete, &attempts[APPEND], .prepare = begin,
         .elapsed_s = elapsed_s},
        {"pieces, 1 thread", by_pieces, is_complete, &attempts[PIECES_ONE], .prepare = begin,
         .elapsed_s = elapsed_s},
        {"pieces, all threads", by_pieces, is_complete, &attempts[PIECES_ALL], .prepare = begin,
         .elapsed_s = elapsed_s},
    };
    char topic[64], title[79];
    snprintf(topic, sizeof topic, "answers-%s", input->name);
    snprintf(title, sizeof title, "%s: CPU time, %u threads", input->title, threads);
    const struct fg_bench_race cpu = {.topic = topic,
                                      .title = title,
                                      .contenders = ways,
                                      .count = way_count,
                                      .clock = FG_BENCH_PART_TIME,
                                      .unit_count = NUMBERS,
                                      .unit_name = "number"};
    struct fg_bench_result results[way_count];
    if (!fg_bench_run(bench, &cpu, results))
        return false;
    note_costs(bench, input, results, threads);
    snprintf(topic, sizeof topic, "answers-%s-wall", input->name);
    snprintf(title, sizeof title, "%s: wall time, %u threads", input->title, threads);
    const struct fg_bench_contender walls[] = {ways[ONE_THREAD_FRESH], ways[ONE_THREAD],
                                               ways[PIECES_ONE], ways[PIECES_ALL]};
    const struct fg_bench_race wall = {.topic = topic,
                                       .title = title,
                                       .contenders = walls,
                                       .count = sizeof walls / sizeof walls[0],
                                       .unit_count = NUMBERS,
                                       .unit_name = "number"};
    return fg_bench_run(bench, &wall, NULL);
}

static bool race_input(struct fg_bench *bench, const struct input *input, unsigned threads) {
    struct answers answers;
    struct attempt attempts[way_count];
    struct fg_error error;
    if (!find_answers(&answers, input)) {
        free_answers(&answers);
        return false;
    }
    for (int i = 0; i < way_count; i++) {
        attempts[i] = (struct attempt){.answers = &answers, .fresh = i == ONE_THREAD_FRESH};
        fg_wakeup_init(&attempts[i].wakeup);
        if (fg_block_workers_open(&attempts[i].workers, i == PIECES_ALL ? threads - 1 : 0,
                                  &attempts[i].wakeup, &error) != FG_OK)
            return complain("threads", &error);
    }
    const bool raced = race(bench, input, attempts, threads);
    for (int i = 0; i < way_count; i++) {
        fg_block_workers_close(&attempts[i].workers);
        fg_results_free(&attempts[i].results);
    }
    free_answers(&answers);
    return raced;
}

int main(int argc, char **argv) {
    struct fg_bench bench;
    if (!fg_bench_open(&bench, "answers_bench", false, &argc, argv))
        return EXIT_FAILURE;
    struct fg_cpu_count cpus = {0};
    fg_count_cpus(&cpus);
    bool fine = true;
    for (size_t i = 0; fine && i < input_count; i++)
        if (fg_bench_is_asked_for(&bench, inputs[i].name))
            fine = race_input(&bench, &inputs[i], cpus.usable);
    return fg_bench_close(&bench) && fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
