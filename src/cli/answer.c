/*
 * answer.c: one number, one way through: reader, engine, writer.
 *
 * A batch goes to the engine in slices whose work is kept near half a second, so that answers
 * appear, the progress line moves, and an interrupt loses little, on a slow CPU as on a fast GPU.
 * The engine ends a slice early where its answers would fill too much memory.
 */
#include "cli/answer.h"

#include "cli/devices.h"
#include "cli/exit_status.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/progress.h"
#include "cli/reader.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A slice ends once it holds so many values: 32 MiB of them. */
#define SLICE_VALUES ((size_t)1 << 22)
/* fg_work() in the first slice; of later ones by how long it took. */
#define SLICE_WORK (UINT64_C(1) << 32)
#define SLICE_WORK_MIN (UINT64_C(1) << 24)
#define SLICE_WORK_MAX (UINT64_C(1) << 56)
#define SLICE_SHORT_NS UINT64_C(250000000)
#define SLICE_LONG_NS UINT64_C(1000000000)

struct run {
    const struct fg_options *options;
    struct fg_reader *reader;
    struct fg_writer writer;
    struct fg_engine *engine;
    struct fg_results results;
    struct fg_progress progress;
    uint64_t *nonzero; /* a batch without its zeros; NULL until there is one with zeros */
    uint64_t slice_work;
    uint64_t answered;
    int failure; /* the exit status of what ended the run early; 0: nothing did */
};

/* A message, out of the progress line's way. */
static void report(void *context, const char *message) {
    struct run *const run = context;
    fg_progress_erase(&run->progress);
    fg_message(stderr, "%s", message);
}

static void report_notices(struct run *run) {
    const char *notice;
    while ((notice = fg_engine_take_notice(run->engine)) != NULL)
        if (!run->options->quiet)
            report(run, notice);
}

/* Ends the run with the library's error, or with the signal that cancelled it. */
static bool fail(struct run *run, const struct fg_error *error) {
    if (error->status == FG_ERROR_CANCELLED && fg_interrupt_signal() != 0)
        return false;
    report(run, error->message);
    run->failure = fg_exit_status_of(error->status);
    return false;
}

static bool fail_memory(struct run *run) {
    report(run, fg_strerror(FG_ERROR_MEMORY));
    run->failure = FG_EXIT_INTERNAL;
    return false;
}

/* Ends the run for want of a reader at the other end, quietly, or of space. */
static bool fail_output(struct run *run, int reason) {
    if (reason == EPIPE) {
        run->failure = FG_EXIT_SIGNAL + SIGPIPE;
        return false;
    }
    char message[200];
    snprintf(message, sizeof message, "cannot write to standard output: %s", strerror(reason));
    report(run, message);
    run->failure = FG_EXIT_OUTPUT;
    return false;
}

/* How many of the next numbers make one slice. */
static size_t slice_count(const struct run *run, const uint64_t *numbers, size_t count) {
    const enum fg_method method = run->options->method;

    /* Small numbers are recognised as one slice without a look at each one's work: an odd number
     * makes at least as much as any smaller or even one. */
    uint64_t bits = 1;
    for (size_t i = 0; i < count; i++)
        bits |= numbers[i];
    if (fg_work(method, bits) <= run->slice_work / FG_READER_BATCH)
        return count;

    uint64_t work = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t more = fg_work(method, numbers[i]);
        if (i > 0 && (work > run->slice_work || more > run->slice_work - work))
            return i;
        work += more;
    }
    return count;
}

/* After a slice that was cut short of what was there: makes the next ones larger or smaller. */
static void pace(struct run *run, uint64_t elapsed_ns) {
    if (elapsed_ns < SLICE_SHORT_NS && run->slice_work < SLICE_WORK_MAX)
        run->slice_work *= 2;
    else if (elapsed_ns > SLICE_LONG_NS && run->slice_work > SLICE_WORK_MIN)
        run->slice_work /= 2;
}

/* Writes the zeros at *position of the batch and steps over them. */
static bool write_zeros(struct run *run, const struct fg_reader_batch *batch, size_t *position) {
    for (; *position < batch->count && batch->numbers[*position] == 0; ++*position, run->answered++)
        if (!fg_writer_put(&run->writer, 0, NULL, 0))
            return false;
    return true;
}

/* Writes the answers that the engine has given, from *position of the batch on, and flushes. */
static bool write_slice(struct run *run, const struct fg_reader_batch *batch, size_t *position) {
    const struct fg_results *const results = &run->results;
    bool written = true;
    for (size_t i = 0; i < results->count && written; i++) {
        written = write_zeros(run, batch, position) &&
                  fg_writer_put(&run->writer, batch->numbers[*position],
                                results->values + results->offsets[i],
                                results->offsets[i + 1] - results->offsets[i]);
        ++*position;
        run->answered++;
    }
    written = written && write_zeros(run, batch, position) && fg_writer_flush(&run->writer);
    return written || fail_output(run, run->writer.error);
}

/* The numbers of a batch that the engine takes: all but 0. NULL where memory is short. */
static const uint64_t *nonzero_numbers(struct run *run, const struct fg_reader_batch *batch,
                                       size_t *count) {
    size_t kept = 0;
    while (kept < batch->count && batch->numbers[kept] != 0)
        kept++;
    *count = kept;
    if (kept == batch->count)
        return batch->numbers;
    if (run->nonzero == NULL)
        run->nonzero = malloc(FG_READER_BATCH * sizeof *run->nonzero);
    if (run->nonzero == NULL)
        return NULL;
    memcpy(run->nonzero, batch->numbers, kept * sizeof *run->nonzero);
    for (size_t i = kept; i < batch->count; i++)
        if (batch->numbers[i] != 0)
            run->nonzero[kept++] = batch->numbers[i];
    *count = kept;
    return run->nonzero;
}

static void show_progress(struct run *run, const struct fg_reader_batch *batch, size_t position) {
    const double share = (double)position / (double)batch->count;
    const double bytes = share * (double)(batch->end_byte - batch->begin_byte);
    fg_progress_update(&run->progress, run->answered, batch->begin_byte + (uint64_t)bytes);
}

static bool answer_batch(struct run *run, const struct fg_reader_batch *batch) {
    size_t count, position = 0;
    const uint64_t *const numbers = nonzero_numbers(run, batch, &count);
    if (numbers == NULL)
        return fail_memory(run);
    fg_results_clear(&run->results);
    if (count == 0)
        return write_slice(run, batch, &position);
    for (size_t done = 0; done < count; done += run->results.count) {
        struct fg_error error;
        if (fg_interrupt_signal() != 0)
            return false;
        const size_t slice = slice_count(run, numbers + done, count - done);
        const uint64_t start_ns = fg_progress_monotonic_ns(NULL);
        if (fg_factor_batch(run->engine, numbers + done, slice, &run->results, &error) != FG_OK)
            return fail(run, &error);
        if (done + slice < count && run->results.count == slice)
            pace(run, fg_progress_monotonic_ns(NULL) - start_ns);
        report_notices(run);
        if (!write_slice(run, batch, &position))
            return false;
        show_progress(run, batch, position);
    }
    return true;
}

/* From the primes follow the exponents, and from those how many divisors there are. */
static enum fg_answer wanted_answer(const struct fg_options *options) {
    return options->show == FG_WRITER_DIVISORS ? FG_ANSWER_DIVISORS : FG_ANSWER_PRIMES;
}

static bool open_engine(struct run *run) {
    struct fg_error error;
    int devices[FG_OPTIONS_MAX_DEVICES];
    struct fg_config config = {.backend = run->options->backend,
                               .method = run->options->method,
                               .answer = wanted_answer(run->options),
                               .jobs = run->options->jobs,
                               .value_limit = SLICE_VALUES};
    if (!fg_devices_choose(run->options, devices, &config, stderr)) {
        run->failure = FG_EXIT_INTERNAL;
        return false;
    }
    if (fg_engine_open(&config, &run->engine, &error) != FG_OK)
        return fail(run, &error);
    fg_interrupt_watch(run->engine);
    report_notices(run);
    return true;
}

static bool wants_progress(const struct fg_options *options) {
    if (options->quiet || options->progress == FG_OPTIONS_PROGRESS_NEVER)
        return false;
    return options->progress == FG_OPTIONS_PROGRESS_ALWAYS || isatty(STDERR_FILENO);
}

static bool open_run(struct run *run) {
    const struct fg_options *const options = run->options;
    const int stop_fd = fg_interrupt_install();
    if (stop_fd < 0) {
        fg_message(stderr, "cannot catch signals: %s", strerror(errno));
        run->failure = FG_EXIT_INTERNAL;
        return false;
    }
    if (!open_engine(run))
        return false;
    const struct fg_reader_config reader_config = {
        .operands = options->operands,
        .operand_count = options->operand_count,
        .accept_zero = options->show == FG_WRITER_PRIMES, /* as GNU factor does */
        .strict = options->strict,
        .stop_fd = stop_fd,
        .report = report,
        .report_context = run,
    };
    const struct fg_writer_config writer_config = {.fd = STDOUT_FILENO,
                                                   .show = options->show,
                                                   .format = options->format,
                                                   .exponents = options->exponents};
    run->reader = fg_reader_open(&reader_config);
    if (run->reader == NULL || !fg_writer_open(&run->writer, &writer_config))
        return fail_memory(run);
    if (wants_progress(options))
        fg_progress_start(&run->progress, stderr, fg_progress_monotonic_ns, NULL,
                          fg_reader_total_bytes(run->reader));
    return true;
}

static void close_run(struct run *run) {
    fg_interrupt_watch(NULL);
    fg_progress_erase(&run->progress);
    fg_engine_close(run->engine);
    fg_reader_close(run->reader);
    fg_writer_close(&run->writer);
    fg_results_free(&run->results);
    free(run->nonzero);
}

/* What the run ends with. The severest reason wins. */
static int exit_status(const struct run *run) {
    if (run->failure != 0)
        return run->failure;
    if (fg_interrupt_signal() != 0)
        return FG_EXIT_SIGNAL + fg_interrupt_signal();
    if (fg_reader_had_unreadable(run->reader))
        return FG_EXIT_UNREADABLE;
    return fg_reader_had_bad_token(run->reader) ? FG_EXIT_BAD_INPUT : FG_EXIT_ANSWERED;
}

/* The line of --verbose. A GPU has no jobs. */
static void report_what_ran(const struct run *run, const char *plural, uint64_t elapsed_ns) {
    const char *const backend = fg_engine_backend(run->engine);
    char jobs[32] = "";
    if (strcmp(backend, "cuda") != 0)
        snprintf(jobs, sizeof jobs, ", jobs %u", fg_engine_jobs(run->engine));
    fg_message(stderr, "%ju number%s, method %s, backend %s%s, CPU variant %s, %.3f s",
               (uintmax_t)run->answered, plural, fg_method_name(fg_engine_method(run->engine)),
               backend, jobs, fg_cpu_variant(), (double)elapsed_ns * 1e-9);
}

static void report_end(const struct run *run, uint64_t elapsed_ns) {
    const int signal_number = fg_interrupt_signal();
    const char *const plural = run->answered == 1 ? "" : "s";
    if (signal_number != 0 && !run->options->quiet)
        fg_message(stderr, "stopped by SIG%s, %ju number%s answered", sigabbrev_np(signal_number),
                   (uintmax_t)run->answered, plural);
    if (run->options->verbose)
        report_what_ran(run, plural, elapsed_ns);
}

int fg_answer_run(const struct fg_options *options) {
    struct run run = {.options = options, .slice_work = SLICE_WORK};
    struct fg_reader_batch batch;
    const uint64_t start_ns = fg_progress_monotonic_ns(NULL);
    if (!open_run(&run))
        goto cleanup;
    while (fg_interrupt_signal() == 0 && fg_reader_next(run.reader, &batch))
        if (!answer_batch(&run, &batch))
            break;
    /* What was answered goes out whatever ended the run; then the file system has the last word. */
    if (run.writer.error == 0 && (!fg_writer_flush(&run.writer) || close(STDOUT_FILENO) != 0))
        fail_output(&run, run.writer.error != 0 ? run.writer.error : errno);
    fg_progress_erase(&run.progress);
    report_end(&run, fg_progress_monotonic_ns(NULL) - start_ns);
cleanup:;
    const int status = exit_status(&run);
    close_run(&run);
    return status;
}
