/* SPDX-License-Identifier: MIT */
/*
 * text_bench.c: what reading and writing 10^6 numbers cost beside factoring them, and in bytes.
 *
 * The program's own reader, engine and writer, each on its own, from a file and to a file, on one
 * core. The yardsticks are a bare loop of read() and write() over the same input, and `cat` and
 * `wc -l` of the same bytes, whole processes with their start and end.
 */
#include "harness.h"

#include "cli/input/reader.h"
#include "cli/output/output.h"
#include "cli/output/writer.h"
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { number_count = 1000000 };

/* Numbers that the program formats at once if lines are of moderate length. */
#define PIECE_NUMBERS ((size_t)2048)

/* Numbers in a file and in memory, with their answers. */
struct text {
    int input, output; /* files without a name */
    uint64_t *numbers;
    uint64_t input_bytes;
    struct fg_engine *engine; /* by trial division, for the share of text in a run; or NULL */
    struct fg_results divisors, primes;
    size_t read_count;
    uint64_t read_sum;
};

/* A writer, the columns that it writes, and where to. */
struct writing {
    struct text *text;
    const char *columns;
    bool to_file;   /* or only into memory, again and again the same */
    uint64_t bytes; /* of the last run */
};

static bool rewind_files(const struct text *text) {
    return dup2(text->input, STDIN_FILENO) == STDIN_FILENO &&
           lseek(STDIN_FILENO, 0, SEEK_SET) == 0 && lseek(text->output, 0, SEEK_SET) == 0 &&
           ftruncate(text->output, 0) == 0;
}

static bool run_copy(void *context) {
    const struct text *const text = context;
    static char buffer[1 << 16];
    if (!rewind_files(text))
        return false;
    ssize_t got;
    while ((got = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
        if (write(text->output, buffer, (size_t)got) != got)
            return false;
    return got == 0;
}

static void report(void *context, const char *message) {
    (void)context;
    fprintf(stderr, "text_bench: %s\n", message);
}

static bool run_reader(void *context) {
    struct text *const text = context;
    const struct fg_reader_config config = {.stop_fd = -1, .report = report};
    struct fg_reader *const reader = rewind_files(text) ? fg_reader_open(&config) : NULL;
    if (reader == NULL)
        return false;
    static uint64_t room[65536];
    struct fg_reader_block block = {
        .list = {.numbers = room, .capacity = sizeof room / sizeof *room}};
    text->read_count = 0;
    text->read_sum = 0;
    while (fg_reader_next(reader, &block)) {
        text->read_count += block.list.count;
        for (size_t i = 0; i < block.list.count; i++)
            text->read_sum += block.list.numbers[i];
    }
    fg_reader_close(reader);
    return true;
}

static bool check_reader(void *context) {
    const struct text *const text = context;
    uint64_t sum = 0;
    for (size_t i = 0; i < number_count; i++)
        sum += text->numbers[i];
    return text->read_count == number_count && text->read_sum == sum;
}

static bool answer(struct fg_engine *engine, const struct text *text, struct fg_results *results) {
    struct fg_error error;
    if (fg_factor_batch(engine, text->numbers, number_count, results, &error) == FG_OK)
        return true;
    report(NULL, error.message);
    return false;
}

static bool run_engine(void *context) {
    struct text *const text = context;
    return answer(text->engine, text, &text->divisors);
}

static bool run_writer(void *context) {
    struct writing *const writing = context;
    const struct text *const text = writing->text;
    static struct fg_text lines;
    static struct fg_columns columns;
    struct fg_output output = {.fd = text->output, .name = "the benchmark's output"};
    const struct fg_writer_config config = {.columns = &columns};
    writing->bytes = 0;
    if ((writing->to_file && !rewind_files(text)) ||
        fg_columns_parse(&columns, writing->columns, NULL) != FG_OK)
        return false;
    const struct fg_results *const results =
        fg_writer_answer(&columns) == FG_ANSWER_DIVISORS ? &text->divisors : &text->primes;
    bool written = true;
    for (size_t i = 0; i < results->count && written; i += PIECE_NUMBERS) {
        const size_t left = results->count - i;
        lines.size = 0;
        written = fg_writer_lines(&config, &lines, text->numbers + i,
                                  left < PIECE_NUMBERS ? left : PIECE_NUMBERS, results->offsets + i,
                                  results->values);
        written = written &&
                  (!writing->to_file || fg_output_write(&output, lines.data, lines.size) == FG_OK);
        writing->bytes += lines.size;
    }
    return written;
}

/* A program from standard input to the output, from its start to its end. */
static bool run_process(const struct text *text, char *const *arguments) {
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = -1;
    if (!rewind_files(text) || posix_spawn_file_actions_init(&actions) != 0)
        return false;
    if (posix_spawn_file_actions_adddup2(&actions, text->output, STDOUT_FILENO) == 0 &&
        posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ) == 0)
        waitpid(child, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    return status == 0;
}

static bool run_cat(void *context) {
    static char *arguments[] = {"cat", NULL};
    return run_process(context, arguments);
}

static bool run_wc(void *context) {
    static char *arguments[] = {"wc", "-l", NULL};
    return run_process(context, arguments);
}

/* ---- The texts ---- */

/* A file that holds 1 .. number_count, or random numbers of 64 bits, one a line. */
static bool make_input(struct text *text, bool random) {
    FILE *const input = tmpfile(), *const output = tmpfile();
    uint64_t state = 20261122;
    text->numbers = malloc(number_count * sizeof *text->numbers);
    if (input == NULL || output == NULL || text->numbers == NULL)
        return false;
    for (size_t i = 0; i < number_count; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407); /* Knuth */
        text->numbers[i] = random ? (state ^ state >> 31) | UINT64_C(1) << 63 : i + 1;
        text->input_bytes += (uint64_t)fprintf(input, "%ju\n", (uintmax_t)text->numbers[i]);
    }
    text->input = fileno(input);
    text->output = fileno(output);
    return fflush(input) == 0;
}

/* Answers by the method `factor`, whose engine is closed again. */
static bool make_answers(const struct text *text, enum fg_answer kind, struct fg_results *results) {
    const struct fg_config config = {.backend = "threads", .answer = kind};
    struct fg_engine *engine;
    struct fg_error error;
    if (fg_engine_open(&config, &engine, &error) != FG_OK) {
        report(NULL, error.message);
        return false;
    }
    const bool made = answer(engine, text, results);
    fg_engine_close(engine);
    return made;
}

static bool make_text(struct text *text, bool random) {
    return make_input(text, random) && make_answers(text, FG_ANSWER_PRIMES, &text->primes) &&
           make_answers(text, FG_ANSWER_DIVISORS, &text->divisors);
}

static void free_text(struct text *text) {
    fg_engine_close(text->engine);
    fg_results_free(&text->primes);
    fg_results_free(&text->divisors);
    free(text->numbers);
}

static bool open_engine(struct text *text) {
    const struct fg_config config = {.backend = "serial", .method = FG_METHOD_TRIAL, .jobs = 1};
    struct fg_error error;
    if (fg_engine_open(&config, &text->engine, &error) == FG_OK)
        return true;
    report(NULL, error.message);
    return false;
}

/* ---- The races ---- */

static void note_rate(struct fg_bench *bench, const char *what, uint64_t bytes,
                      const struct fg_bench_result *result) {
    const double rate = (double)bytes / result->summary.median_s * 1e-9;
    fg_bench_note(bench, "%-19s %6.2f GB/s of %.1f MB", what, rate, (double)bytes * 1e-6);
}

static void note_share(struct fg_bench *bench, const char *what, double reading_s, double writing_s,
                       double computing_s) {
    const double text_s = reading_s + writing_s;
    fg_bench_note(bench, "reading and writing %s: %.1f %% of one core's time: %s", what,
                  100 * text_s / (text_s + computing_s),
                  text_s < computing_s ? "does not dominate" : "DOMINATES");
}

/* Reading, and writing lines of each kind; the engine only if it is there. */
static bool race_text(struct fg_bench *bench, struct text *text, const char *topic,
                      const char *title) {
    struct writing writings[] = {{text, "count", false, 0},    {text, "primes", false, 0},
                                 {text, "divisors", false, 0}, {text, "count", true, 0},
                                 {text, "primes", true, 0},    {text, "divisors", true, 0}};
    const struct fg_bench_contender contenders[] = {
        {"copy, read + write", .run = run_copy, .context = text},
        {"reader", .run = run_reader, .check = check_reader, .context = text},
        {"format, counts", .run = run_writer, .context = &writings[0]},
        {"format, primes", .run = run_writer, .context = &writings[1]},
        {"format, divisors", .run = run_writer, .context = &writings[2]},
        {"and write, counts", .run = run_writer, .context = &writings[3]},
        {"and write, primes", .run = run_writer, .context = &writings[4]},
        {"and write, divisors", .run = run_writer, .context = &writings[5]},
        {"engine, serial trial", .run = run_engine, .context = text},
    };
    enum { count = sizeof contenders / sizeof contenders[0] };
    const struct fg_bench_race race = {
        .topic = topic,
        .title = title,
        .contenders = contenders,
        .count = text->engine != NULL ? count : count - 1,
        .clock = FG_BENCH_CPU_TIME,
        .least_sample_s = 0.02,
        .unit_count = number_count,
        .unit_name = "number",
    };
    struct fg_bench_result results[count];
    if (!fg_bench_is_asked_for(bench, race.topic))
        return true;
    if (!fg_bench_run(bench, &race, results))
        return false;
    for (size_t i = 0; i < 8; i++)
        note_rate(bench, contenders[i].name, i < 2 ? text->input_bytes : writings[i - 2].bytes,
                  &results[i]);
    if (text->engine != NULL) {
        const double reading_s = results[1].summary.median_s;
        const double computing_s = results[8].summary.median_s;
        note_share(bench, "counts", reading_s, results[5].summary.median_s, computing_s);
        note_share(bench, "divisors", reading_s, results[7].summary.median_s, computing_s);
    }
    return true;
}

/* By wall time: the work is another process's. */
static bool race_processes(struct fg_bench *bench, struct text *text) {
    const struct fg_bench_contender contenders[] = {
        {"copy, read + write", .run = run_copy, .context = text},
        {"cat", .run = run_cat, .context = text},
        {"wc -l", .run = run_wc, .context = text},
    };
    enum { count = sizeof contenders / sizeof contenders[0] };
    const struct fg_bench_race race = {
        .topic = "text_processes",
        .title = "whole processes over the same random numbers, wall time",
        .contenders = contenders,
        .count = count,
        .least_sample_s = 0.05,
        .unit_count = number_count,
        .unit_name = "number",
    };
    struct fg_bench_result results[count];
    if (!fg_bench_is_asked_for(bench, race.topic))
        return true;
    if (!fg_bench_run(bench, &race, results))
        return false;
    for (size_t i = 0; i < count; i++)
        note_rate(bench, contenders[i].name, text->input_bytes, &results[i]);
    return true;
}

int main(int argc, char **argv) {
    struct fg_bench bench;
    struct text range = {0}, random = {0};
    if (!fg_bench_open(&bench, "text_bench", false, &argc, argv))
        return EXIT_FAILURE;
    bool raced = make_text(&range, false) && make_text(&random, true) && open_engine(&range);
    if (raced)
        raced = race_text(&bench, &range, "text", "reading and writing 1 .. 1000000, one core") &&
                race_text(&bench, &random, "text_random",
                          "reading and writing 1000000 random numbers of 64 bits, one core") &&
                race_processes(&bench, &random);
    else
        perror("text_bench: cannot prepare");
    free_text(&range);
    free_text(&random);
    const bool written = fg_bench_close(&bench);
    return raced && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
