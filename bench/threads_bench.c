/* SPDX-License-Identifier: MIT */
/*
 * threads_bench.c: what `threads` costs beside `serial`, batch by batch, from 1 number to 100,000
 * (from 2^64 on: to 1,000).
 *
 *     threads_bench [--rounds=N] [--json=FILE] [TOPIC]...
 *
 * Both engines are open and warm, and take the same batch in turns: what is measured is a batch,
 * not the start of threads. On an idle machine `threads` is to be no more than a tenth behind at
 * any size, because a batch that is not worth waking a thread is the caller's alone. Then the same
 * beside a busy loop on each CPU, where no thread may wait for one that gets no CPU.
 *
 * TOPIC is the beginning of an input's name. A size that takes `serial` too long is left out.
 */
#include "harness.h"
#include "measure/clock.h"
#include "number_lists.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define TARGET 1.1 /* times the time of `serial` */
#define LEAST_SAMPLE_S 10e-3
#define LONGEST_RUN_S 0.25
#define SIZES_MAX 100000
#define WIDE_SIZES_MAX 1000

struct input {
    const char *name, *title;
    enum fg_method method;
    struct fg_bench_list list;
};

static const struct input inputs[] = {
    {"factor-small", "factor, 1, 2, 3, ...", FG_METHOD_FACTOR, {FG_BENCH_CONSECUTIVE, 20, 1}},
    {"factor-random-64", "factor, random 64-bit", FG_METHOD_FACTOR, {FG_BENCH_RANDOM, 64, 1}},
    {"factor-primes-64", "factor, 64-bit primes", FG_METHOD_FACTOR, {FG_BENCH_PRIMES, 64, 1}},
    {"factor-semi-64", "factor, 64-bit semiprimes", FG_METHOD_FACTOR, {FG_BENCH_SEMIPRIMES, 64, 1}},
    {"factor-random-80", "factor, random 80-bit", FG_METHOD_FACTOR, {FG_BENCH_RANDOM, 80, 0}},
    {"factor-random-96", "factor, random 96-bit", FG_METHOD_FACTOR, {FG_BENCH_RANDOM, 96, 0}},
    {"factor-primes-96", "factor, 96-bit primes", FG_METHOD_FACTOR, {FG_BENCH_PRIMES, 96, 0}},
    {"factor-semi-80", "factor, 80-bit semiprimes", FG_METHOD_FACTOR, {FG_BENCH_SEMIPRIMES, 80, 0}},
    {"factor-semi-96", "factor, 96-bit semiprimes", FG_METHOD_FACTOR, {FG_BENCH_SEMIPRIMES, 96, 0}},
    {"trial-small", "trial, 1, 2, 3, ...", FG_METHOD_TRIAL, {FG_BENCH_CONSECUTIVE, 20, 1}},
    {"trial-random-40", "trial, random 40-bit", FG_METHOD_TRIAL, {FG_BENCH_RANDOM, 40, 1}},
    {"exhaustive-small",
     "exhaustive, 1, 2, 3, ...",
     FG_METHOD_EXHAUSTIVE,
     {FG_BENCH_CONSECUTIVE, 20, 1}},
};
enum { input_count = sizeof inputs / sizeof inputs[0] };
static const size_t sizes[] = {1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, SIZES_MAX};
enum { size_count = sizeof sizes / sizeof sizes[0] };

/* An engine, and what its runs took. */
struct attempt {
    struct fg_engine *engine;
    struct fg_numbers numbers;
    struct fg_results results;
    unsigned long runs;
    double cpu_s, cpu_begin_s; /* of the process, so of all threads */
};

static double cpu_now_s(void) {
    return fg_clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

static bool begin_sample(void *context) {
    struct attempt *const attempt = context;
    attempt->cpu_begin_s = cpu_now_s();
    return true;
}

static bool run(void *context) {
    struct attempt *const attempt = context;
    struct fg_error error;
    attempt->runs++;
    if (fg_factor_numbers(attempt->engine, &attempt->numbers, &attempt->results, &error) == FG_OK)
        return true;
    fprintf(stderr, "threads_bench: %s\n", error.message);
    return false;
}

static bool end_sample(void *context) {
    struct attempt *const attempt = context;
    attempt->cpu_s += cpu_now_s() - attempt->cpu_begin_s;
    return attempt->results.count == attempt->numbers.count;
}

/* Fills the list of an input. The numbers stay in static memory until the next call. */
static struct fg_numbers fill(const struct fg_bench_list *list) {
    static uint64_t numbers[SIZES_MAX];
    static struct fg_uint128 wide[WIDE_SIZES_MAX];
    if (list->bits > 64) {
        fg_bench_fill_wide(list, wide, WIDE_SIZES_MAX);
        return (struct fg_numbers){.size = sizeof(struct fg_numbers),
                                   .words = 2,
                                   .count = WIDE_SIZES_MAX,
                                   .wide_list = wide};
    }
    fg_bench_fill(list, numbers, SIZES_MAX);
    return (struct fg_numbers){
        .size = sizeof(struct fg_numbers), .words = 1, .count = SIZES_MAX, .list = numbers};
}

static bool open_attempt(const char *backend, enum fg_method method, struct fg_numbers numbers,
                         struct attempt *attempt) {
    const struct fg_config config = {.size = sizeof config, .backend = backend, .method = method};
    struct fg_error error;
    *attempt = (struct attempt){.numbers = numbers};
    if (fg_engine_open(&config, &attempt->engine, &error) == FG_OK)
        return true;
    fprintf(stderr, "threads_bench: %s: %s\n", backend, error.message);
    return false;
}

static void close_attempt(struct attempt *attempt) {
    fg_engine_close(attempt->engine);
    fg_results_free(&attempt->results);
}

/* The worst ratio of times so far. */
struct worst {
    double ratio;
    const struct input *input;
    size_t size;
};

/* Races one batch, and prints its line. `serial_s`: what it took. */
static bool race_size(struct fg_bench *bench, const struct input *input, struct attempt *attempts,
                      size_t size, bool busy, double *serial_s, struct worst *worst) {
    const struct fg_bench_contender contenders[] = {
        {"serial", .run = run, .check = end_sample, .context = &attempts[0],
         .prepare = begin_sample},
        {"threads", .run = run, .check = end_sample, .context = &attempts[1],
         .prepare = begin_sample},
    };
    char topic[64], title[79];
    snprintf(topic, sizeof topic, "threads-%s-%zu%s", input->name, size, busy ? "-busy" : "");
    snprintf(title, sizeof title, "%s, %zu numbers%s", input->title, size,
             busy ? ", beside a busy loop on each CPU" : "");
    const struct fg_bench_race race = {
        .topic = topic,
        .title = title,
        .contenders = contenders,
        .count = 2,
        .untold = true,
        .least_sample_s = LEAST_SAMPLE_S,
        .unit_count = (double)size,
        .unit_name = "number",
    };
    struct fg_bench_result results[2];
    for (int i = 0; i < 2; i++) {
        attempts[i].numbers.count = size;
        attempts[i].runs = 0;
        attempts[i].cpu_s = 0;
    }
    if (!fg_bench_run(bench, &race, results))
        return false;
    *serial_s = results[0].summary.median_s;
    const struct fg_statistics_ratio ratio =
        fg_statistics_ratio_of(&results[1].summary, &results[0].summary);
    const double cpu_ratio =
        attempts[1].cpu_s / (double)attempts[1].runs / attempts[0].cpu_s * (double)attempts[0].runs;
    printf("  %8zu %11.2f %11.2f %8.3f %6.2f-%-6.2f %8.3f %8.2f\n", size, *serial_s * 1e6,
           results[1].summary.median_s * 1e6, ratio.value, ratio.low, ratio.high,
           results[1].summary.min_s / results[0].summary.min_s, cpu_ratio);
    if (ratio.value > worst->ratio)
        *worst = (struct worst){ratio.value, input, size};
    return true;
}

static bool race_input(struct fg_bench *bench, const struct input *input, bool busy,
                       struct worst *worst) {
    const struct fg_numbers list = fill(&input->list);
    struct attempt attempts[2];
    if (!open_attempt("serial", input->method, list, &attempts[0]))
        return false;
    bool raced = open_attempt("threads", input->method, list, &attempts[1]);
    if (raced)
        printf("\n%s%s\n  %8s %11s %11s %8s %13s %8s %8s\n", input->title,
               busy ? ", beside a busy loop on each CPU" : "", "numbers", "serial us", "threads us",
               "ratio", "", "fastest", "CPU time");
    double serial_s = 0;
    for (size_t i = 0;
         raced && i < size_count && sizes[i] <= list.count && serial_s < LONGEST_RUN_S / 3; i++)
        raced = race_size(bench, input, attempts, sizes[i], busy, &serial_s, worst);
    close_attempt(&attempts[0]);
    close_attempt(&attempts[1]);
    return raced;
}

static bool race_inputs(struct fg_bench *bench, bool busy) {
    struct worst worst = {0};
    for (size_t i = 0; i < input_count; i++)
        if (fg_bench_is_asked_for(bench, inputs[i].name) &&
            !race_input(bench, &inputs[i], busy, &worst))
            return false;
    if (worst.input == NULL)
        return true;
    fg_bench_note(bench, "%s: threads takes at most %.3f of the time of serial (%s, %zu numbers)",
                  busy ? "beside busy loops" : "alone", worst.ratio, worst.input->name, worst.size);
    if (!busy)
        fg_bench_note(bench, "target: at most %g: %s", TARGET,
                      worst.ratio <= TARGET ? "reached" : "NOT reached");
    return true;
}

/* Starts a process on each usable CPU that does nothing, and all the time. Returns how many. */
static size_t start_busy_loops(pid_t loops[CPU_SETSIZE]) {
    const pid_t parent = getpid();
    cpu_set_t usable;
    size_t count = 0;
    if (sched_getaffinity(0, sizeof usable, &usable) != 0)
        return 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &usable))
            continue;
        const pid_t child = fork();
        if (child > 0)
            loops[count++] = child;
        if (child != 0)
            continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        sched_setaffinity(0, sizeof one, &one);
        while (getppid() == parent) /* so that none outlives the benchmark */
            for (volatile unsigned i = 0; i < 1u << 24; i++)
                ;
        _exit(EXIT_SUCCESS);
    }
    return count;
}

static void end_busy_loops(const pid_t *loops, size_t count) {
    for (size_t i = 0; i < count; i++) {
        kill(loops[i], SIGKILL);
        waitpid(loops[i], NULL, 0);
    }
}

int main(int argc, char **argv) {
    static pid_t loops[CPU_SETSIZE];
    struct fg_bench bench;
    if (!fg_bench_open(&bench, "threads_bench", false, &argc, argv))
        return EXIT_FAILURE;
    bool raced = race_inputs(&bench, false);
    if (raced) {
        const size_t loop_count = start_busy_loops(loops);
        raced = race_inputs(&bench, true);
        end_busy_loops(loops, loop_count);
    }
    const bool written = fg_bench_close(&bench);
    return raced && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
