/*
 * text_bench.c: what reading and writing 10^6 small numbers cost beside finding their divisors.
 *
 * The program's own reader, engine and writer, each on its own, from a file and to a file, on one
 * core. The yardstick is a bare loop of read() and write() over the same input.
 */
#include "harness.h"

#include "cli/output.h"
#include "cli/reader.h"
#include "cli/writer.h"
#include <stdlib.h>
#include <unistd.h>

enum { number_count = 1000000 };

#define FLUSH_BYTES ((size_t)256 * 1024)

struct text {
    int output; /* a file without a name; the input is standard input */
    uint64_t *numbers;
    struct fg_engine *engine;
    struct fg_results results; /* of `engine`, for the writer */
    size_t read_count;
    double read_sum;
};

static bool rewind_files(const struct text *text) {
    return lseek(STDIN_FILENO, 0, SEEK_SET) == 0 && lseek(text->output, 0, SEEK_SET) == 0 &&
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
    struct fg_reader_batch batch = {.numbers = room, .room = sizeof room / sizeof *room};
    text->read_count = 0;
    text->read_sum = 0;
    while (fg_reader_next(reader, &batch)) {
        text->read_count += batch.count;
        text->read_sum += (double)batch.numbers[0] + (double)batch.numbers[batch.count - 1];
    }
    fg_reader_close(reader);
    return true;
}

static bool check_reader(void *context) {
    const struct text *const text = context;
    return text->read_count == number_count && text->read_sum > number_count;
}

static bool run_engine(void *context) {
    struct text *const text = context;
    struct fg_error error;
    if (fg_factor_batch(text->engine, text->numbers, number_count, &text->results, &error) == FG_OK)
        return true;
    report(NULL, error.message);
    return false;
}

static bool run_writer(struct text *text, enum fg_writer_show show) {
    static struct fg_text lines;
    struct fg_output output = {.fd = text->output};
    const struct fg_writer_config config = {.show = show};
    if (!rewind_files(text))
        return false;
    const struct fg_results *const results = &text->results;
    bool written = true;
    lines.size = 0;
    for (size_t i = 0; i < results->count && written; i++) {
        written =
            fg_writer_line(&config, &lines, text->numbers[i], results->values + results->offsets[i],
                           results->offsets[i + 1] - results->offsets[i]);
        if (lines.size >= FLUSH_BYTES) {
            written = written && fg_output_write(&output, lines.data, lines.size);
            lines.size = 0;
        }
    }
    return written && fg_output_write(&output, lines.data, lines.size);
}

static bool run_writer_count(void *context) {
    return run_writer(context, FG_WRITER_COUNT);
}
static bool run_writer_divisors(void *context) {
    return run_writer(context, FG_WRITER_DIVISORS);
}

/* Standard input becomes a file that holds 1 .. number_count, one a line. */
static bool make_input(struct text *text) {
    FILE *const input = tmpfile(), *const output = tmpfile();
    text->numbers = malloc(number_count * sizeof *text->numbers);
    if (input == NULL || output == NULL || text->numbers == NULL)
        return false;
    for (size_t i = 0; i < number_count; i++) {
        text->numbers[i] = i + 1;
        fprintf(input, "%zu\n", i + 1);
    }
    text->output = fileno(output);
    return fflush(input) == 0 && dup2(fileno(input), STDIN_FILENO) == STDIN_FILENO;
}

static bool open_engine(struct text *text) {
    const struct fg_config config = {.backend = "serial", .method = FG_METHOD_TRIAL, .jobs = 1};
    struct fg_error error;
    if (fg_engine_open(&config, &text->engine, &error) == FG_OK)
        return run_engine(text);
    report(NULL, error.message);
    return false;
}

static void note_share(struct fg_bench *bench, const char *what, double reading_s, double writing_s,
                       double computing_s) {
    const double text_s = reading_s + writing_s;
    fg_bench_note(bench, "reading and writing %s: %.1f %% of one core's time: %s", what,
                  100 * text_s / (text_s + computing_s),
                  text_s < computing_s ? "does not dominate" : "DOMINATES");
}

static bool race_text(struct fg_bench *bench, struct text *text) {
    const struct fg_bench_contender contenders[] = {
        {"copy, read + write", run_copy, NULL, text, 0, 0},
        {"reader", run_reader, check_reader, text, 0, 0},
        {"engine, serial trial", run_engine, NULL, text, 0, 0},
        {"writer, counts", run_writer_count, NULL, text, 0, 0},
        {"writer, divisors", run_writer_divisors, NULL, text, 0, 0},
    };
    enum { count = sizeof contenders / sizeof contenders[0] };
    const struct fg_bench_race race = {
        .topic = "text",
        .title = "reading and writing 1 .. 1000000, one core",
        .contenders = contenders,
        .count = count,
        .cpu_time = true,
        .least_sample_s = 0.02,
        .unit_count = number_count,
        .unit_name = "number",
    };
    struct fg_bench_result results[count];
    if (!fg_bench_run(bench, &race, results))
        return false;
    const double reading_s = results[1].summary.median_s, computing_s = results[2].summary.median_s;
    note_share(bench, "counts", reading_s, results[3].summary.median_s, computing_s);
    note_share(bench, "divisors", reading_s, results[4].summary.median_s, computing_s);
    return true;
}

int main(int argc, char **argv) {
    struct fg_bench bench;
    struct text text = {0};
    if (!fg_bench_open(&bench, "text_bench", &argc, argv))
        return EXIT_FAILURE;
    bool raced = make_input(&text) && open_engine(&text);
    if (raced)
        raced = race_text(&bench, &text);
    else
        perror("text_bench: cannot prepare");
    fg_engine_close(text.engine);
    fg_results_free(&text.results);
    free(text.numbers);
    const bool written = fg_bench_close(&bench);
    return raced && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
