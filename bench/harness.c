/* SPDX-License-Identifier: MIT */
/*
 * harness.c: the rounds of a race.
 */
#include "harness.h"

#include "harness_json.h"
#include "harness_text.h"
#include "measure/clock.h"
#include "measure/turns.h"
#include "measure/usage.h"
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
    static const char rounds[] = "--rounds=", json[] = "--json=", lines[] = "--lines=";
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        if (strncmp(argv[i], rounds, strlen(rounds)) == 0) {
            if (!parse_rounds(bench, argv[i] + strlen(rounds)))
                return false;
        } else if (strncmp(argv[i], json, strlen(json)) == 0) {
            bench->json_path = argv[i] + strlen(json);
        } else if (strncmp(argv[i], lines, strlen(lines)) == 0) {
            bench->lines_path = argv[i] + strlen(lines);
        } else if (argv[i][0] == '-') {
            fprintf(stderr,
                    "%s: no option '%s'; there are --rounds=N, --json=FILE and --lines=FILE\n",
                    bench->name, argv[i]);
            return false;
        } else {
            argv[kept++] = argv[i];
        }
    }
    *argc = kept;
    bench->operands = argv + 1;
    bench->operand_count = (size_t)kept - 1;
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
    bench->json = fg_bench_json_head(bench);
    bench->names = json_array();
    bench->names_a_race = calloc(bench->operand_count + 1, sizeof *bench->names_a_race);
    if (bench->names != NULL && bench->names_a_race != NULL)
        return true;
    fprintf(stderr, "%s: out of memory\n", name);
    return false;
}

/* ---- Which races ---- */

/* Keeps each name once, for the message about an operand that is none. */
static void keep_name(struct fg_bench *bench, const char *name) {
    size_t i;
    json_t *kept;
    json_array_foreach(bench->names, i, kept) {
        if (strcmp(json_string_value(kept), name) == 0)
            return;
    }
    json_array_append_new(bench->names, json_string(name));
}

/* Notes which operands ask for the name: those that are it, or else begin it. */
static bool is_asked_for(struct fg_bench *bench, const char *name, bool whole) {
    bool asked = bench->operand_count == 0;
    keep_name(bench, name);
    for (size_t i = 0; i < bench->operand_count; i++) {
        const char *const operand = bench->operands[i];
        const bool names_it =
            whole ? strcmp(name, operand) == 0 : strncmp(name, operand, strlen(operand)) == 0;
        bench->names_a_race[i] = bench->names_a_race[i] || names_it;
        asked = asked || names_it;
    }
    return asked;
}

bool fg_bench_is_asked_for(struct fg_bench *bench, const char *name) {
    return is_asked_for(bench, name, false);
}

bool fg_bench_is_named(struct fg_bench *bench, const char *name) {
    return is_asked_for(bench, name, true);
}

/* Returns whether each operand named a race; else a message lists the races. A program that has
 * asked about none takes operands of another kind. */
static bool operands_are_names(const struct fg_bench *bench) {
    bool fine = true;
    size_t k;
    json_t *name;
    for (size_t i = 0; json_array_size(bench->names) > 0 && i < bench->operand_count; i++) {
        if (bench->names_a_race[i])
            continue;
        fprintf(stderr, "%s: no race is called '%s'; there are", bench->name, bench->operands[i]);
        json_array_foreach(bench->names, k, name) {
            fprintf(stderr, "%s %s", k == 0 ? "" : ",", json_string_value(name));
        }
        fputc('\n', stderr);
        fine = false;
    }
    return fine;
}

/* ---- Files ---- */

/* Opens the file that was asked for. Not before there is a race: a mistake in the operands leaves
 * an older file as it is. */
static bool open_json(struct fg_bench *bench) {
    if (bench->json_path == NULL || bench->json_file != NULL)
        return true;
    bench->json_file = fopen(bench->json_path, "w");
    return bench->json_file != NULL || fail_json(bench);
}

/* Writes the file again: it is whole after every race, so that a run that is stopped leaves what it
 * has measured. It only grows. */
static bool write_json(const struct fg_bench *bench) {
    rewind(bench->json_file);
    return fg_json_write(&bench->json, bench->json_file) && fflush(bench->json_file) == 0;
}

/* Appends a line to the file of lines, and waits until the disk has it: not even a machine that
 * stops loses what was measured. */
static void append_line(const struct fg_bench *bench, const char *key, json_t *value) {
    FILE *const file = bench->lines_path != NULL ? fopen(bench->lines_path, "a") : NULL;
    struct fg_json_object line = fg_json_object_begin();
    fg_json_set(&line, "program", fg_json_string(bench->name));
    fg_json_set(&line, key, value);
    if (bench->lines_path != NULL && (file == NULL || !fg_json_write_line(&line, file) ||
                                      fflush(file) != 0 || fsync(fileno(file)) != 0))
        fprintf(stderr, "%s: cannot append to %s: %s\n", bench->name, bench->lines_path,
                strerror(errno));
    json_decref(line.json);
    if (file != NULL)
        fclose(file);
}

static void keep_race(struct fg_bench *bench, const struct fg_bench_race *race,
                      const struct fg_bench_result *results, unsigned rounds) {
    struct fg_json_object kept = fg_bench_json_race(race, results, rounds);
    append_line(bench, "race", json_incref(kept.json));
    fg_json_append_object(&bench->json, json_object_get(bench->json.json, "races"), kept);
    if (bench->json_file != NULL && ftell(bench->json_file) >= 0) /* a pipe gets it at the end */
        write_json(bench);
}

bool fg_bench_close(struct fg_bench *bench) {
    FILE *const file = bench->json_file;
    bool fine = operands_are_names(bench);
    if (file != NULL) {
        const bool whole = write_json(bench);
        fine = ((fclose(file) == 0 && whole) || fail_json(bench)) && fine;
    }
    json_decref(bench->json.json);
    json_decref(bench->names);
    free(bench->names_a_race);
    return fine;
}

struct timed {
    double elapsed_s;    /* what all repetitions took */
    double run_s;        /* what one of them took, scaled */
    double others_cores; /* how many CPUs everything else kept busy meanwhile */
};

/* Children are waited for within a sample: they are this process's own work then. */
static const struct fg_usage_workers no_workers;

static double others_cores(const struct fg_usage *before, const struct fg_usage *after,
                           double elapsed_s) {
    const struct fg_usage usage = fg_usage_between(before, after);
    if (!usage.knows_machine || elapsed_s < JUDGED_S)
        return 0;
    return fmax(0, usage.machine_s - usage.cpu_s) / elapsed_s;
}

/* Returns how long a run of the contender's would take if it covered as much as the race says. */
static double scaled_s(const struct fg_bench_race *race, const struct fg_bench_contender *contender,
                       double run_s) {
    if (race->covered == NULL)
        return run_s;
    return run_s * race->unit_count / race->covered[contender - race->contenders];
}

double fg_bench_cpu_s(void) {
    struct rusage children;
    getrusage(RUSAGE_CHILDREN, &children);
    return fg_clock_s(CLOCK_THREAD_CPUTIME_ID) +
           (double)(children.ru_utime.tv_sec + children.ru_stime.tv_sec) +
           (double)(children.ru_utime.tv_usec + children.ru_stime.tv_usec) * 1e-6;
}

/* One sample. False if a run or what goes with it failed. */
static bool sample(const struct fg_bench *bench, const struct fg_bench_race *race,
                   const struct fg_bench_contender *contender, unsigned repetitions,
                   struct timed *timed) {
    const bool on_cpu = race->clock == FG_BENCH_CPU_TIME;
    const bool own_clock = race->clock == FG_BENCH_DEVICE_TIME || race->clock == FG_BENCH_PART_TIME;
    if (contender->prepare != NULL && !contender->prepare(contender->context))
        return false;
    const bool on_wall = race->clock == FG_BENCH_WALL_TIME;
    struct fg_usage before, after;
    if (on_wall)
        fg_usage_begin(&no_workers, &before);
    const double start_s = on_cpu ? fg_bench_cpu_s() : fg_clock_s(CLOCK_MONOTONIC);
    double own_s = 0;
    for (unsigned i = 0; i < repetitions; i++) {
        if (!contender->run(contender->context))
            return false;
        if (own_clock)
            own_s += contender->elapsed_s(contender->context);
    }
    const double end_s = on_cpu ? fg_bench_cpu_s() : fg_clock_s(CLOCK_MONOTONIC);
    const double elapsed_s = fmax(own_clock ? own_s : end_s - start_s, FG_CLOCK_RESOLUTION_S);
    timed->elapsed_s = elapsed_s;
    timed->run_s = scaled_s(race, contender, elapsed_s / repetitions);
    timed->others_cores = 0;
    if (on_wall) {
        fg_usage_end(&no_workers, &after);
        timed->others_cores = others_cores(&before, &after, elapsed_s);
    }
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

/* A race that is on. */
struct course {
    const struct fg_bench *bench;
    const struct fg_bench_race *race;
    struct fg_bench_result *results;
    unsigned rounds;
};

static void keep_sample(struct fg_bench_result *result, size_t at, const struct timed *timed) {
    result->samples_s[at] = timed->run_s;
    result->others_cores[at] = timed->others_cores;
}

/* The sample that others disturbed most. */
static size_t most_disturbed(const struct fg_bench_result *result, unsigned rounds) {
    size_t most = 0;
    for (size_t i = 1; i < rounds; i++)
        if (result->others_cores[i] > result->others_cores[most])
            most = i;
    return most;
}

/* Times a contender, and after all rounds once more in each for the most disturbed sample. The less
 * disturbed of the two is kept: chosen by what the others did, never by the time it took. */
static bool take_turn(void *context, size_t contender, unsigned round) {
    const struct course *const course = context;
    struct fg_bench_result *const result = &course->results[contender];
    const bool again = round >= course->rounds;
    const size_t at = again ? most_disturbed(result, course->rounds) : round;
    struct timed timed;
    if (again && result->others_cores[at] <= FG_BENCH_QUIET_CORES)
        return true;
    if (!sample(course->bench, course->race, &course->race->contenders[contender],
                result->repetitions, &timed))
        return false;
    if (!again || timed.others_cores < result->others_cores[at])
        keep_sample(result, at, &timed);
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
    if (!open_json(bench))
        return false;

    for (size_t i = 0; i < race->count; i++) {
        results[i] = (struct fg_bench_result){.repetitions = 1};
        if (!race->cold && !warm_up(bench, race, &race->contenders[i], &results[i]))
            return false;
    }
    struct course course = {bench, race, results, rounds};
    if (!fg_take_turns(race->count, 2 * rounds, take_turn, &course))
        return false;
    for (size_t i = 0; i < race->count; i++) {
        double sorted_s[FG_BENCH_ROUNDS_MAX];
        results[i].summary = fg_statistics_summarise(results[i].samples_s, rounds, sorted_s);
        results[i].ratio = fg_statistics_ratio_of(&results[0].summary, &results[i].summary);
    }
    if (!race->untold)
        fg_bench_print_race(race, results, rounds);
    keep_race(bench, race, results, rounds);
    return true;
}

void fg_bench_note(struct fg_bench *bench, const char *format, ...) {
    char note[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(note, sizeof note, format, arguments);
    va_end(arguments);
    printf("  %s\n", note);
    append_line(bench, "note", fg_json_string(note));
    if (json_array_append_new(json_object_get(bench->json.json, "notes"), fg_json_string(note)) !=
        0)
        bench->json.complete = false;
}
