/* SPDX-License-Identifier: MIT */
/*
 * harness.c: the rounds of a race.
 */
#include "harness.h"

#include "bench_clock.h"
#include "harness_json.h"
#include "harness_text.h"
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define ROUNDS_DEFAULT 11
#define REPETITIONS_MAX (1u << 24)
/* Below this the kernel's account of CPU time (10 ms ticks) says nothing about a sample. */
#define JUDGED_S 0.25

static bool parse_rounds(struct fg_bench *bench, const char *text) {
    char *end;
    const unsigned long rounds = strtoul(text, &end, 10);
    if (*text == '\0' || *end != '\0' || rounds < 1 || rounds > FG_BENCH_ROUNDS_MAX) {
        fprintf(stderr, "%s: --rounds takes a number from 1 to %d, not '%s'\n", bench->name,
                FG_BENCH_ROUNDS_MAX, text);
        return false;
    }
    bench->rounds = (unsigned)rounds;
    return true;
}

static bool parse_arguments(struct fg_bench *bench, int *argc, char **argv) {
    static const char rounds[] = "--rounds=", json[] = "--json=";
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        if (strncmp(argv[i], rounds, strlen(rounds)) == 0) {
            if (!parse_rounds(bench, argv[i] + strlen(rounds)))
                return false;
        } else if (strncmp(argv[i], json, strlen(json)) == 0) {
            bench->json_path = argv[i] + strlen(json);
        } else if (argv[i][0] == '-') {
            fprintf(stderr, "%s: no option '%s'; there are --rounds=N and --json=FILE\n",
                    bench->name, argv[i]);
            return false;
        } else {
            argv[kept++] = argv[i];
        }
    }
    *argc = kept;
    return true;
}

static bool fail_json(const struct fg_bench *bench) {
    fprintf(stderr, "%s: cannot write %s: %s\n", bench->name, bench->json_path, strerror(errno));
    return false;
}

bool fg_bench_open(struct fg_bench *bench, const char *name, bool gpus, int *argc, char **argv) {
    *bench = (struct fg_bench){.name = name, .rounds = ROUNDS_DEFAULT};
    if (!parse_arguments(bench, argc, argv))
        return false;
    fg_environment_describe(&bench->environment);
    if (gpus)
        fg_environment_add_gpus(&bench->environment);
    if (getloadavg(&bench->load, 1) != 1)
        bench->load = 0;
    setvbuf(stdout, NULL, _IOLBF, 0); /* tables appear as they are made, in a pipe too */
    fg_bench_print_environment(bench);
    if (bench->json_path != NULL)
        bench->notes = open_memstream(&bench->notes_text, &bench->notes_size);
    return bench->json_path == NULL || bench->notes != NULL || fail_json(bench);
}

/* Begins the file that was asked for, up to its first race. Not before there is one: a mistake in
 * the operands leaves an older file as it is. */
static bool begin_json(struct fg_bench *bench) {
    if (bench->json_path == NULL || bench->json.stream != NULL)
        return true;
    bench->json.stream = fopen(bench->json_path, "w");
    if (bench->json.stream == NULL)
        return fail_json(bench);
    fg_json_begin_object(&bench->json, NULL);
    fg_bench_json_head(&bench->json, bench);
    fg_json_begin_array(&bench->json, "races");
    return true;
}

/* Writes what follows the races. The next race may take its place. */
static void end_json(const struct fg_bench *bench) {
    struct fg_json json = bench->json;
    fg_json_end(&json); /* the races */
    fg_json_begin_array(&json, "notes");
    fflush(bench->notes);
    for (const char *note = bench->notes_text; note < bench->notes_text + bench->notes_size;
         note += strlen(note) + 1)
        fg_json_text(&json, NULL, note);
    fg_json_end(&json);
    fg_json_end(&json);
    fflush(json.stream);
}

/* The file is whole after every race, so that a run that is stopped leaves what it has measured. */
static void write_race(struct fg_bench *bench, const struct fg_bench_race *race,
                       const struct fg_bench_result *results, unsigned rounds) {
    FILE *const stream = bench->json.stream;
    if (stream == NULL)
        return;
    fg_bench_json_race(&bench->json, race, results, rounds);
    const long here = ftell(stream);
    if (here < 0)
        return; /* a pipe: it is whole at the end */
    end_json(bench);
    fseek(stream, here, SEEK_SET);
}

bool fg_bench_close(struct fg_bench *bench) {
    FILE *const stream = bench->json.stream;
    if (stream != NULL)
        end_json(bench);
    if (bench->notes != NULL)
        fclose(bench->notes);
    free(bench->notes_text);
    if (stream == NULL)
        return true;
    const bool failed = ferror(stream) != 0;
    return (fclose(stream) == 0 && !failed) || fail_json(bench);
}

static double timeval_s(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

static double rusage_s(int who) {
    struct rusage usage;
    getrusage(who, &usage);
    return timeval_s(usage.ru_utime) + timeval_s(usage.ru_stime);
}

/* CPU seconds that everything but this process and its children has used since the machine started,
 * the hypervisor's other guests included; 0 if the system does not say. */
static double others_s(void) {
    char line[512] = "";
    FILE *const file = fopen("/proc/stat", "r");
    if (file == NULL)
        return 0;
    char *const got = fgets(line, sizeof line, file);
    fclose(file);
    if (got == NULL || strncmp(line, "cpu ", 4) != 0)
        return 0;
    /* proc(5): user, nice, system, idle, iowait, irq, softirq, steal */
    const char *field = line + 4;
    double busy_ticks = 0;
    for (int i = 0; i < 8; i++) {
        char *end;
        const unsigned long long ticks = strtoull(field, &end, 10);
        if (i != 3 && i != 4)
            busy_ticks += (double)ticks;
        field = end;
    }
    return busy_ticks / (double)sysconf(_SC_CLK_TCK) - rusage_s(RUSAGE_SELF) -
           rusage_s(RUSAGE_CHILDREN);
}

struct timed {
    double elapsed_s;    /* what all repetitions took */
    double run_s;        /* what one of them took, scaled */
    double others_cores; /* how many CPUs everything else kept busy meanwhile */
};

/* What a run of the contender's would take if it covered as much as the race says. */
static double scaled_s(const struct fg_bench_race *race, const struct fg_bench_contender *contender,
                       double run_s) {
    if (race->covered == NULL)
        return run_s;
    return run_s * race->unit_count / race->covered[contender - race->contenders];
}

/* One sample. False if a run or what goes with it failed. */
static bool sample(const struct fg_bench *bench, const struct fg_bench_race *race,
                   const struct fg_bench_contender *contender, unsigned repetitions,
                   struct timed *timed) {
    const clockid_t clock =
        race->clock == FG_BENCH_CPU_TIME ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
    const bool own_clock = race->clock == FG_BENCH_DEVICE_TIME || race->clock == FG_BENCH_PART_TIME;
    if (contender->prepare != NULL && !contender->prepare(contender->context))
        return false;
    const double others_start_s = others_s(), start_s = fg_bench_now_s(clock);
    double own_s = 0;
    for (unsigned i = 0; i < repetitions; i++) {
        if (!contender->run(contender->context))
            return false;
        if (own_clock)
            own_s += contender->elapsed_s(contender->context);
    }
    const double elapsed_s = fmax(own_clock ? own_s : fg_bench_now_s(clock) - start_s, 1e-9);
    timed->elapsed_s = elapsed_s;
    timed->run_s = scaled_s(race, contender, elapsed_s / repetitions);
    timed->others_cores = 0;
    if (race->clock == FG_BENCH_WALL_TIME && elapsed_s >= JUDGED_S)
        timed->others_cores = fmax(0, others_s() - others_start_s) / elapsed_s;
    if (contender->check == NULL || contender->check(contender->context))
        return true;
    fprintf(stderr, "%s: %s gave a wrong answer\n", bench->name, contender->name);
    return false;
}

/* Warms the contender up, and doubles the repetitions until a sample takes long enough. */
static bool warm_up(const struct fg_bench *bench, const struct fg_bench_race *race,
                    const struct fg_bench_contender *contender, struct fg_bench_result *result) {
    struct timed timed;
    for (;;) {
        if (!sample(bench, race, contender, result->repetitions, &timed))
            return false;
        if (timed.elapsed_s >= race->least_sample_s || result->repetitions >= REPETITIONS_MAX)
            return true;
        result->repetitions *= 2;
    }
}

/* A sample that other programs disturbed is taken again while *retries last, and the least
 * disturbed is kept: chosen by what the others did, never by the time it took. */
static bool quiet_sample(const struct fg_bench *bench, const struct fg_bench_race *race,
                         const struct fg_bench_contender *contender, unsigned repetitions,
                         unsigned *retries, struct timed *best) {
    struct timed timed;
    if (!sample(bench, race, contender, repetitions, best))
        return false;
    for (int i = 0; i < 3 && *retries > 0 && best->others_cores > FG_BENCH_QUIET_CORES; i++) {
        --*retries;
        if (!sample(bench, race, contender, repetitions, &timed))
            return false;
        if (timed.others_cores < best->others_cores)
            *best = timed;
    }
    return true;
}

/* Every round begins with another contender, so that none always follows the same one. */
static bool run_rounds(const struct fg_bench *bench, const struct fg_bench_race *race,
                       unsigned rounds, struct fg_bench_result *results) {
    unsigned retries = rounds * (unsigned)race->count; /* at most doubles the race's time */
    for (unsigned round = 0; round < rounds; round++)
        for (size_t turn = 0; turn < race->count; turn++) {
            struct fg_bench_result *const result = &results[(round + turn) % race->count];
            const size_t i = (size_t)(result - results);
            struct timed timed;
            if (!quiet_sample(bench, race, &race->contenders[i], result->repetitions, &retries,
                              &timed))
                return false;
            result->samples_s[round] = timed.run_s;
            result->others_cores = fmax(result->others_cores, timed.others_cores);
        }
    return true;
}

bool fg_bench_run(struct fg_bench *bench, const struct fg_bench_race *race,
                  struct fg_bench_result *results) {
    assert(1 <= race->count && race->count <= FG_BENCH_CONTENDERS_MAX);
    struct fg_bench_result own[FG_BENCH_CONTENDERS_MAX];
    if (results == NULL)
        results = own;
    const bool fewer = race->rounds_most > 0 && race->rounds_most < bench->rounds;
    const unsigned rounds = fewer ? race->rounds_most : bench->rounds;
    if (!begin_json(bench))
        return false;

    for (size_t i = 0; i < race->count; i++) {
        results[i] = (struct fg_bench_result){.repetitions = 1};
        if (!race->cold && !warm_up(bench, race, &race->contenders[i], &results[i]))
            return false;
    }
    if (!run_rounds(bench, race, rounds, results))
        return false;
    for (size_t i = 0; i < race->count; i++) {
        double sorted_s[FG_BENCH_ROUNDS_MAX];
        results[i].summary = fg_statistics_summarise(results[i].samples_s, rounds, sorted_s);
        results[i].ratio = fg_statistics_ratio_of(&results[0].summary, &results[i].summary);
    }
    if (!race->untold)
        fg_bench_print_race(race, results, rounds);
    write_race(bench, race, results, rounds);
    return true;
}

void fg_bench_note(struct fg_bench *bench, const char *format, ...) {
    char note[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(note, sizeof note, format, arguments);
    va_end(arguments);
    printf("  %s\n", note);
    if (bench->notes != NULL)
        fwrite(note, 1, strlen(note) + 1, bench->notes);
}
