/*
 * answer.c: one number, one way through: reader, engine, writer, which the stream keeps busy at the
 * same time.
 */
#include "cli/run/answer.h"

#include "cli/run/durable.h"
#include "cli/run/interrupt.h"
#include "cli/run/pace.h"
#include "cli/run/screen.h"
#include "cli/run/stream.h"
#include "text/failure.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* Numbers of a batch on the CPU: enough for each job to make the wait for the last of them short,
 * few enough to make a list of a million many batches, so that reading and answering overlap. With
 * two jobs and 1 .. 10^6, half as many take 1 % longer and twice as many 2 %. With
 * --backend=cuda it is what the backend takes at once. */
#define BATCH_PER_JOB ((size_t)32768)
#define BATCH_MOST ((size_t)1 << 18)
#define BATCH_OF_A_GPU ((size_t)1 << 20)

struct run {
    const struct fg_run_settings *settings;
    struct fg_run_outcome outcome;
    struct fg_screen screen;
    struct fg_reader *reader;
    struct fg_engine *engine;
    struct fg_stream *stream;
    struct fg_output output;
    struct fg_durable durable;
    struct fg_pace pace;
    size_t slice_first; /* of the batch's numbers, where the slice that is being answered begins */
    atomic_bool output_failed;
};

/* ---- What is wrong ---- */

/* Ends the run with a message. Always false. */
static bool fail(struct run *run, enum fg_run_end end, const struct fg_error *error) {
    fg_screen_say(&run->screen, "%s", error->message);
    run->outcome.end = end;
    run->outcome.status = error->status;
    return false;
}

static bool fail_memory(struct run *run) {
    struct fg_error error;
    fg_program_fail_memory(&error);
    return fail(run, FG_RUN_FAILED, &error);
}

/* After a function of durable.h. */
static bool fail_durable(struct run *run, const struct fg_error *error) {
    const enum fg_run_end end = error->status == FG_ERROR_ARGUMENT ? FG_RUN_REFUSED
                                : error->status == FG_ERROR_SYSTEM ? FG_RUN_OUTPUT_FAILED
                                                                   : FG_RUN_FAILED;
    return fail(run, end, error);
}

/* Ends the run with the library's error, unless a signal or the output's failure cancelled it. */
static bool fail_engine(struct run *run, const struct fg_error *error) {
    if (error->status == FG_ERROR_CANCELLED &&
        (fg_interrupt_signal() != 0 || atomic_load(&run->output_failed)))
        return false;
    return fail(run, FG_RUN_FAILED, error);
}

/* Ends the run for want of a reader at the other end, quietly, or of space. */
static void fail_output(struct run *run) {
    const struct fg_error *const error = &run->output.error;
    if (error->status == FG_ERROR_CANCELLED)
        run->outcome.end = FG_RUN_OUTPUT_CLOSED;
    else
        fail(run, error->status == FG_ERROR_MEMORY ? FG_RUN_FAILED : FG_RUN_OUTPUT_FAILED, error);
}

static void report_notices(struct run *run) {
    const char *notice;
    while ((notice = fg_engine_take_notice(run->engine)) != NULL)
        fg_screen_note(&run->screen, "%s", notice);
}

/* ---- Answering ---- */

/* The engine's consumer. */
static void consume(void *context, size_t first, struct fg_results *results) {
    struct run *const run = context;
    fg_stream_consume(run->stream, run->slice_first + first, results);
}

/* Returns whether only the calling thread hands answers over (fg_factor_batch_to()): then others
 * format them. */
static bool needs_formatters(const struct run *run) {
    return !fg_backend_get_properties(fg_engine_backend(run->engine))->uses_threads ||
           !fg_method_is_brief(fg_engine_method(run->engine));
}

static bool answer_batch(struct run *run, const struct fg_stream_batch *batch) {
    const size_t count = batch->count; /* once all is consumed, the batch is another one */
    if (count == 0) {
        struct fg_results none = {0};
        fg_stream_consume(run->stream, 0, &none);
    }
    if (needs_formatters(run))
        fg_stream_use_formatters(run->stream);
    for (run->slice_first = 0; run->slice_first < count;) {
        struct fg_error error;
        if (fg_interrupt_signal() != 0)
            return false;
        const uint64_t *const numbers = batch->numbers + run->slice_first;
        const size_t left = count - run->slice_first;
        const size_t slice = fg_pace_count(&run->pace, numbers, left);
        const uint64_t start_ns = fg_progress_monotonic_ns(NULL);
        if (fg_factor_batch_to(run->engine, numbers, slice, consume, run, &error) != FG_OK)
            return fail_engine(run, &error);
        if (slice < left)
            fg_pace_learn(&run->pace, fg_progress_monotonic_ns(NULL) - start_ns);
        report_notices(run);
        run->slice_first += slice;
    }
    return true;
}

/* ---- What the stream calls ---- */

static void on_written(void *context, uint64_t numbers, uint64_t end_byte) {
    struct run *const run = context;
    fg_screen_advance(&run->screen, numbers, end_byte);
}

static enum fg_status on_marked(void *context, const struct fg_stream_mark *mark) {
    struct run *const run = context;
    return fg_durable_mark(&run->durable, mark);
}

/* Nobody will read the answer that the engine is at. */
static void on_output_failed(void *context) {
    struct run *const run = context;
    atomic_store(&run->output_failed, true);
    fg_engine_cancel(run->engine);
}

static bool is_batch_wanted(void *context) {
    struct run *const run = context;
    return run->stream == NULL || fg_stream_is_waiting(run->stream);
}

/* The reader's and the stream's context are one. */
static void report_input(void *context, const char *message) {
    struct run *const run = context;
    fg_screen_report_input(&run->screen, message);
}

/* ---- Opening ---- */

/* Checks that the output can take the format at all. A file of --output can. */
static enum fg_status check_output(const struct run *run, struct fg_error *error) {
    const enum fg_writer_format format = run->settings->writer.format;
    if (fg_writer_is_binary(format) && isatty(run->output.fd))
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "the format is binary and " FG_PATH
                               " is a terminal: write to a file with "
                               "--output=FILE, or pipe it into a program",
                               FG_PATH_END(run->output.name));
    if (format == FG_WRITER_NPY && !fg_durable_is_file(&run->durable) &&
        !fg_output_is_rewritable(&run->output, 0))
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "--format=npy completes its header at the end, so " FG_PATH
                               " must be an empty file: "
                               "take --output=FILE, or redirect with > FILE, not into a pipe nor "
                               "with >>, or take --format=u64le",
                               FG_PATH_END(run->output.name));
    return FG_OK;
}

static bool open_output(struct run *run) {
    struct fg_error error;
    if (fg_durable_open(&run->durable, run->settings, &run->output, &run->screen, &error) !=
            FG_OK ||
        check_output(run, &error) != FG_OK)
        return fail_durable(run, &error);
    return true;
}

static bool open_reader(struct run *run) {
    const struct fg_run_settings *const settings = run->settings;
    struct fg_error error;
    struct fg_reader_config config = {
        .operands = settings->operands,
        .operand_count = settings->operand_count,
        .format = settings->input_format,
        .shard = settings->shard,
        /* as GNU factor does */
        .accept_zero = fg_columns_are_only(settings->writer.columns, FG_COLUMN_PRIMES),
        .strict = settings->strict,
        .wanted = is_batch_wanted,
        .report = report_input,
        .context = run,
    };
    if (fg_interrupt_install(&config.stop_fd, &error) != FG_OK)
        return fail(run, FG_RUN_FAILED, &error);
    run->reader = fg_reader_open(&config);
    if (run->reader == NULL)
        return fail_memory(run);
    if (fg_reader_check_sizes(run->reader, &error) != FG_OK)
        return fail(run, FG_RUN_UNSIZED, &error);
    return true;
}

/* Past what the run before has answered. */
static bool skip_answered(struct run *run) {
    struct fg_error error;
    if (fg_durable_skip(&run->durable, run->reader, &error) != FG_OK)
        return fail_durable(run, &error);
    return fg_interrupt_signal() == 0 && !run->durable.finished_before;
}

static bool open_engine(struct run *run) {
    struct fg_error error;
    struct fg_config config = run->settings->engine;
    config.answer = fg_writer_answer(run->settings->writer.columns);
    if (fg_engine_open(&config, &run->engine, &error) != FG_OK) {
        const size_t used = strlen(error.message);
        if (error.status == FG_ERROR_UNAVAILABLE)
            snprintf(error.message + used, sizeof error.message - used,
                     "; without --backend the CPU can do the work");
        return fail_engine(run, &error);
    }
    run->pace = fg_pace_start(config.method);
    fg_interrupt_watch(run->engine);
    report_notices(run);
    return true;
}

static bool start_output(struct run *run) {
    struct fg_error error;
    return fg_durable_start(&run->durable, &error) == FG_OK || fail_durable(run, &error);
}

static size_t batch_numbers(const struct run *run) {
    if (fg_backend_get_properties(fg_engine_backend(run->engine))->uses_devices)
        return BATCH_OF_A_GPU;
    const size_t wanted = fg_engine_jobs(run->engine) * BATCH_PER_JOB;
    return wanted < BATCH_MOST ? wanted : BATCH_MOST;
}

static bool open_stream(struct run *run) {
    const struct fg_run_settings *const settings = run->settings;
    const struct fg_stream_config config = {
        .reader = run->reader,
        .output = &run->output,
        .writer = settings->writer,
        .headerless = settings->writer.format == FG_WRITER_CSV && settings->shard.index > 1,
        .batch_numbers = batch_numbers(run),
        .jobs = fg_engine_jobs(run->engine),
        .brief_tasks = fg_engine_method(run->engine) == FG_METHOD_FACTOR,
        .written = on_written,
        .output_failed = on_output_failed,
        .begin = fg_durable_wants_marks(&run->durable) ? &run->durable.begin : NULL,
        .marked = on_marked,
        .context = run,
    };
    run->stream = fg_stream_open(&config);
    return run->stream != NULL || fail_memory(run);
}

static bool open_run(struct run *run) {
    return open_output(run) && open_reader(run) && skip_answered(run) && open_engine(run) &&
           start_output(run) && open_stream(run);
}

/* ---- The end ---- */

static void close_run(struct run *run) {
    fg_interrupt_watch(NULL);
    fg_screen_clear(&run->screen);
    fg_engine_close(run->engine); /* first: to give memory back is dearer with its threads about */
    fg_stream_close(run->stream);
    fg_reader_close(run->reader);
    fg_durable_close(&run->durable);
    fg_screen_close(&run->screen);
}

/* The line of --verbose. A GPU has no jobs. */
static void report_what_ran(struct run *run, const char *plural, uint64_t elapsed_ns) {
    const char *const backend = fg_engine_backend(run->engine);
    char jobs[32] = "";
    if (!fg_backend_get_properties(backend)->uses_devices)
        snprintf(jobs, sizeof jobs, ", jobs %u", fg_engine_jobs(run->engine));
    fg_screen_say(&run->screen, "%ju number%s, method %s, backend %s%s, CPU variant %s, %.3f s",
                  (uintmax_t)run->screen.answered, plural,
                  fg_method_name(fg_engine_method(run->engine)), backend, jobs, fg_cpu_variant(),
                  (double)elapsed_ns * 1e-9);
}

static void report_end(struct run *run, uint64_t elapsed_ns) {
    const int signal_number = run->outcome.signal_number;
    const char *const plural = run->screen.answered == 1 ? "" : "s";
    if (signal_number != 0)
        fg_screen_note(&run->screen, "stopped by SIG%s, %ju number%s answered",
                       sigabbrev_np(signal_number), (uintmax_t)run->screen.answered, plural);
    if (run->settings->verbose)
        report_what_ran(run, plural, elapsed_ns);
}

/* Notes the signal that has ended the run. One that comes later changes nothing any more. A failure
 * is the severer reason. */
static void note_signal(struct run *run) {
    run->outcome.signal_number = fg_interrupt_signal();
    if (run->outcome.signal_number != 0 && run->outcome.end == FG_RUN_ANSWERED)
        run->outcome.end = FG_RUN_STOPPED;
}

/* After the stream was drained. */
static void end_output(struct run *run) {
    note_signal(run);
    const bool is_complete = run->outcome.end == FG_RUN_ANSWERED;
    /* What a run that goes on will complete is left as it is. */
    if (!fg_durable_is_file(&run->durable) || is_complete)
        fg_writer_finish(&run->settings->writer, &run->output);
    if (run->output.error.status == FG_OK && run->output.fd == STDOUT_FILENO &&
        close(STDOUT_FILENO) != 0)
        fg_output_fail(&run->output);
    if (is_complete && run->output.error.status == FG_OK)
        fg_durable_finish(&run->durable, fg_stream_last_mark(run->stream));
    if (run->output.error.status != FG_OK)
        fail_output(run);
}

/* Between opening and closing. */
static void answer_all(struct run *run, uint64_t start_ns) {
    const struct fg_run_settings *const settings = run->settings;
    const struct fg_durable *const durable = &run->durable;
    const struct fg_stream_batch *batch;
    fg_screen_start(&run->screen, settings->shows_progress, fg_reader_total_bytes(run->reader),
                    durable->begin.numbers, durable->begin_byte);
    while (fg_interrupt_signal() == 0 && (batch = fg_stream_next(run->stream)) != NULL)
        if (!answer_batch(run, batch))
            break;
    /* What was answered goes out whatever ended the run; then the file system has the last word. */
    fg_interrupt_stop_waiting();
    fg_stream_drain(run->stream);
    end_output(run);
    report_end(run, fg_progress_monotonic_ns(NULL) - start_ns);
    if (run->outcome.end != FG_RUN_ANSWERED)
        fg_durable_leave(&run->durable, fg_stream_last_mark(run->stream));
}

struct fg_run_outcome fg_answer_run(const struct fg_run_settings *settings) {
    struct run run = {.settings = settings};
    const uint64_t start_ns = fg_progress_monotonic_ns(NULL);
    fg_screen_open(&run.screen, settings->quiet);
    if (open_run(&run))
        answer_all(&run, start_ns);
    else
        note_signal(&run);
    const struct fg_stream_mark *const begin = &run.durable.begin;
    run.outcome.had_bad_token =
        begin->had_bad_token || (run.reader != NULL && fg_reader_had_bad_token(run.reader));
    run.outcome.had_unreadable =
        begin->had_unreadable || (run.reader != NULL && fg_reader_had_unreadable(run.reader));
    close_run(&run);
    return run.outcome;
}
