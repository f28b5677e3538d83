/*
 * answer.c: one number, one way through: reader, engine, writer, which the stream keeps busy at the
 * same time.
 *
 * A batch goes to the engine in slices whose work is kept near half a second, so that answers
 * appear, the progress line moves, and an interrupt loses little, on a slow CPU as on a fast GPU.
 */
#include "cli/run/answer.h"

#include "cli/command/devices.h"
#include "cli/command/exit_status.h"
#include "cli/input/reader.h"
#include "cli/run/durable.h"
#include "cli/run/interrupt.h"
#include "cli/run/stream.h"
#include "terminal/message.h"
#include "terminal/progress.h"
#include "terminal/progress_signal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* fg_work() in the first slice; of later ones by how long it took. */
#define SLICE_WORK (UINT64_C(1) << 32)
#define SLICE_WORK_MIN (UINT64_C(1) << 24)
#define SLICE_WORK_MAX (UINT64_C(1) << 56)
#define SLICE_SHORT_NS UINT64_C(250000000)
#define SLICE_LONG_NS UINT64_C(1000000000)

/* Numbers of a batch on the CPU: enough for each job to make the wait for the last of them short,
 * few enough to make a list of a million many batches, so that reading and answering overlap. With
 * two jobs and 1 .. 10^6, half as many take 1 % longer and twice as many 2 %. With
 * --backend=cuda it is what the backend takes at once. */
#define BATCH_PER_JOB ((size_t)32768)
#define BATCH_MOST ((size_t)1 << 18)
#define BATCH_OF_A_GPU ((size_t)1 << 20)

struct run {
    const struct fg_options *options;
    struct fg_reader *reader;
    struct fg_output output;
    struct fg_durable durable;
    struct fg_engine *engine;
    struct fg_stream *stream;
    uint64_t slice_work;
    size_t slice_first; /* of the batch's numbers, where the slice that is being answered begins */
    atomic_bool output_failed;
    int failure;      /* the exit status of what ended the run early; 0: nothing did */
    int stopped_by;   /* the signal that did */
    bool complete;    /* all is answered and where it belongs */
    bool is_skipping; /* what was answered, and reported, by the run before */

    pthread_mutex_t screen_lock; /* for standard error and what follows */
    struct fg_progress progress;
    uint64_t answered; /* by this run */
};

/* A message, out of the progress line's way. From any thread. */
static void report(void *context, const char *message) {
    struct run *const run = context;
    pthread_mutex_lock(&run->screen_lock);
    fg_progress_erase(&run->progress);
    fg_message(stderr, "%s", message);
    pthread_mutex_unlock(&run->screen_lock);
}

/* What is wrong with the input was reported by the run before, as far as that got. */
static void report_input(void *context, const char *message) {
    const struct run *const run = context;
    if (!run->is_skipping)
        report(context, message);
}

static void report_notices(struct run *run) {
    const char *notice;
    while ((notice = fg_engine_take_notice(run->engine)) != NULL)
        if (!run->options->quiet)
            report(run, notice);
}

/* Ends the run with the library's error, unless a signal or the output's failure cancelled it. */
static bool fail(struct run *run, const struct fg_error *error) {
    if (error->status == FG_ERROR_CANCELLED &&
        (fg_interrupt_signal() != 0 || atomic_load(&run->output_failed)))
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
    if (reason == ENOMEM)
        return fail_memory(run);
    char message[512];
    snprintf(message, sizeof message, "cannot write to %.256s: %s",
             fg_durable_output_name(&run->durable), strerror(reason));
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
    if (fg_work(method, bits) <= run->slice_work / (count + 1))
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

/* The engine's consumer. */
static void consume(void *context, size_t first, struct fg_results *results) {
    struct run *const run = context;
    fg_stream_consume(run->stream, run->slice_first + first, results);
}

/* Whether the engine's threads hand their answers over themselves (fg_factor_batch_to()); where the
 * calling thread does, others are to format them. */
static bool threads_consume(const struct run *run) {
    return fg_backend_get_properties(fg_engine_backend(run->engine))->uses_threads &&
           fg_engine_method(run->engine) == FG_METHOD_FACTOR;
}

static bool answer_batch(struct run *run, const struct fg_stream_batch *batch) {
    const size_t count = batch->count; /* once all is consumed, the batch is another one */
    if (count == 0) {
        struct fg_results none = {0};
        fg_stream_consume(run->stream, 0, &none);
    }
    if (!threads_consume(run))
        fg_stream_use_formatters(run->stream);
    for (run->slice_first = 0; run->slice_first < count;) {
        struct fg_error error;
        if (fg_interrupt_signal() != 0)
            return false;
        const uint64_t *const numbers = batch->numbers + run->slice_first;
        const size_t left = count - run->slice_first;
        const size_t slice = slice_count(run, numbers, left);
        const uint64_t start_ns = fg_progress_monotonic_ns(NULL);
        if (fg_factor_batch_to(run->engine, numbers, slice, consume, run, &error) != FG_OK)
            return fail(run, &error);
        if (slice < left)
            pace(run, fg_progress_monotonic_ns(NULL) - start_ns);
        report_notices(run);
        run->slice_first += slice;
    }
    return true;
}

/* ---- What the stream calls ---- */

static void on_written(void *context, uint64_t numbers, uint64_t end_byte) {
    struct run *const run = context;
    pthread_mutex_lock(&run->screen_lock);
    run->answered += numbers;
    const uint64_t in_all = run->durable.begin.numbers + run->answered;
    fg_status_update(in_all, end_byte);
    fg_progress_update(&run->progress, in_all, end_byte);
    pthread_mutex_unlock(&run->screen_lock);
}

static bool on_marked(void *context, const struct fg_stream_mark *mark) {
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

/* ---- Opening and closing ---- */

/* Whether the output can take the format at all. A file of --output can. */
static bool check_output(struct run *run) {
    const enum fg_writer_format format = run->options->format;
    const char *const name = fg_durable_output_name(&run->durable);
    const bool is_file = fg_durable_is_file(&run->durable);
    char message[600] = "";
    if (fg_writer_is_binary(format) && isatty(run->output.fd))
        snprintf(message, sizeof message,
                 "the format is binary and %.256s is a terminal: write to a file with "
                 "--output=FILE, or pipe it into a program",
                 name);
    else if (format == FG_WRITER_NPY && !is_file && !fg_output_is_rewritable(&run->output, 0))
        snprintf(message, sizeof message,
                 "--format=npy completes its header at the end, so %.256s must be an empty file: "
                 "take --output=FILE, or redirect with > FILE, not into a pipe nor with >>, or "
                 "take --format=u64le",
                 name);
    if (*message == '\0')
        return true;
    report(run, message);
    run->failure = FG_EXIT_USAGE;
    return false;
}

static bool open_engine(struct run *run) {
    struct fg_error error;
    int devices[FG_OPTIONS_MAX_DEVICES];
    struct fg_config config = {.backend = run->options->backend,
                               .method = run->options->method,
                               .answer = fg_writer_answer(&run->options->columns),
                               .jobs = run->options->jobs};
    if (!fg_devices_choose(run->options, devices, &config, stderr)) {
        run->failure = FG_EXIT_INTERNAL;
        return false;
    }
    if (fg_engine_open(&config, &run->engine, &error) != FG_OK) {
        const size_t used = strlen(error.message);
        if (error.status == FG_ERROR_UNAVAILABLE)
            snprintf(error.message + used, sizeof error.message - used,
                     "; without --backend the CPU can do the work");
        return fail(run, &error);
    }
    fg_interrupt_watch(run->engine);
    report_notices(run);
    return true;
}

static bool wants_progress(const struct fg_options *options) {
    if (options->quiet || options->progress == FG_OPTIONS_PROGRESS_NEVER)
        return false;
    return options->progress == FG_OPTIONS_PROGRESS_ALWAYS || isatty(STDERR_FILENO);
}

static size_t batch_numbers(const struct run *run) {
    if (fg_backend_get_properties(fg_engine_backend(run->engine))->uses_devices)
        return BATCH_OF_A_GPU;
    const size_t wanted = fg_engine_jobs(run->engine) * BATCH_PER_JOB;
    return wanted < BATCH_MOST ? wanted : BATCH_MOST;
}

static bool open_stream(struct run *run) {
    const struct fg_options *const options = run->options;
    const struct fg_stream_config config = {
        .reader = run->reader,
        .output = &run->output,
        .writer = fg_options_writer(options),
        .headerless = options->format == FG_WRITER_CSV && options->shard.index > 1,
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

/* Past what the run before has answered. */
static bool skip_answered(struct run *run) {
    run->is_skipping = true;
    run->failure = fg_durable_skip(&run->durable, run->reader);
    run->is_skipping = false;
    return run->failure == 0 && fg_interrupt_signal() == 0 && !run->durable.finished_before;
}

static bool start_output(struct run *run) {
    run->failure = fg_durable_start(&run->durable);
    return run->failure == 0;
}

static bool open_reader(struct run *run, int stop_fd) {
    const struct fg_options *const options = run->options;
    const struct fg_reader_config config = {
        .operands = options->operands,
        .operand_count = options->operand_count,
        .format = options->input_format,
        .shard = options->shard,
        /* as GNU factor does */
        .accept_zero = fg_columns_are_only(&options->columns, FG_COLUMN_PRIMES),
        .strict = options->strict,
        .stop_fd = stop_fd,
        .wanted = is_batch_wanted,
        .report = report_input,
        .context = run,
    };
    run->reader = fg_reader_open(&config);
    if (run->reader == NULL)
        return fail_memory(run);
    if (!fg_options_check_shard(options, run->reader, stderr))
        run->failure = FG_EXIT_USAGE;
    return run->failure == 0;
}

static void start_progress(struct run *run) {
    const uint64_t total_bytes = fg_reader_total_bytes(run->reader);
    const uint64_t numbers = run->durable.begin.numbers, bytes = run->durable.begin_byte;
    const bool draws = wants_progress(run->options);
    if (draws) {
        fg_progress_start(&run->progress, stderr, fg_progress_monotonic_ns, NULL, total_bytes);
        fg_progress_begin_at(&run->progress, numbers, bytes);
    }
    fg_status_begin(total_bytes, numbers, bytes, draws);
}

static bool open_run(struct run *run) {
    run->failure = fg_durable_open(&run->durable, run->options, &run->output, report, run);
    if (run->failure != 0 || !check_output(run))
        return false;
    const int stop_fd = fg_interrupt_install();
    if (stop_fd < 0) {
        fg_message(stderr, "cannot catch signals: %s", strerror(errno));
        run->failure = FG_EXIT_INTERNAL;
        return false;
    }
    return open_reader(run, stop_fd) && skip_answered(run) && open_engine(run) &&
           start_output(run) && open_stream(run);
}

static void close_run(struct run *run) {
    fg_interrupt_watch(NULL);
    fg_progress_erase(&run->progress);
    fg_engine_close(run->engine); /* first: to give memory back is dearer with its threads about */
    fg_stream_close(run->stream);
    fg_reader_close(run->reader);
    fg_durable_close(&run->durable);
    pthread_mutex_destroy(&run->screen_lock);
}

/* What the run ends with. The severest reason wins. */
static int exit_status(const struct run *run) {
    if (run->failure != 0)
        return run->failure;
    if (run->stopped_by != 0)
        return FG_EXIT_SIGNAL + run->stopped_by;
    if (fg_reader_had_unreadable(run->reader) || run->durable.begin.had_unreadable)
        return FG_EXIT_UNREADABLE;
    return fg_reader_had_bad_token(run->reader) || run->durable.begin.had_bad_token
               ? FG_EXIT_BAD_INPUT
               : FG_EXIT_ANSWERED;
}

/* The line of --verbose. A GPU has no jobs. */
static void report_what_ran(const struct run *run, const char *plural, uint64_t elapsed_ns) {
    const char *const backend = fg_engine_backend(run->engine);
    char jobs[32] = "";
    if (!fg_backend_get_properties(backend)->uses_devices)
        snprintf(jobs, sizeof jobs, ", jobs %u", fg_engine_jobs(run->engine));
    fg_message(stderr, "%ju number%s, method %s, backend %s%s, CPU variant %s, %.3f s",
               (uintmax_t)run->answered, plural, fg_method_name(fg_engine_method(run->engine)),
               backend, jobs, fg_cpu_variant(), (double)elapsed_ns * 1e-9);
}

static void report_end(const struct run *run, uint64_t elapsed_ns) {
    const int signal_number = run->stopped_by;
    const char *const plural = run->answered == 1 ? "" : "s";
    if (signal_number != 0 && !run->options->quiet)
        fg_message(stderr, "stopped by SIG%s, %ju number%s answered", sigabbrev_np(signal_number),
                   (uintmax_t)run->answered, plural);
    if (run->options->verbose)
        report_what_ran(run, plural, elapsed_ns);
}

/* After the stream was drained. A signal that comes from now on changes nothing any more. */
static void end_output(struct run *run) {
    run->stopped_by = fg_interrupt_signal();
    const struct fg_writer_config writer = fg_options_writer(run->options);
    /* What a run that goes on will complete is left as it is. */
    if (!fg_durable_is_file(&run->durable) || (run->failure == 0 && run->stopped_by == 0))
        fg_writer_finish(&writer, &run->output);
    if (run->output.error == 0 && run->output.fd == STDOUT_FILENO && close(STDOUT_FILENO) != 0)
        run->output.error = errno;
    run->complete = run->failure == 0 && run->stopped_by == 0 && run->output.error == 0 &&
                    fg_durable_finish(&run->durable, fg_stream_last_mark(run->stream));
    if (run->output.error != 0)
        fail_output(run, run->output.error);
}

int fg_answer_run(const struct fg_options *options) {
    struct run run = {.options = options,
                      .slice_work = SLICE_WORK,
                      .output = {.fd = STDOUT_FILENO},
                      .screen_lock = PTHREAD_MUTEX_INITIALIZER};
    const struct fg_stream_batch *batch;
    const uint64_t start_ns = fg_progress_monotonic_ns(NULL);
    if (!open_run(&run)) {
        run.stopped_by = fg_interrupt_signal();
        goto cleanup;
    }
    start_progress(&run);
    while (fg_interrupt_signal() == 0 && (batch = fg_stream_next(run.stream)) != NULL)
        if (!answer_batch(&run, batch))
            break;
    /* What was answered goes out whatever ended the run; then the file system has the last word. */
    fg_interrupt_stop_waiting();
    fg_stream_drain(run.stream);
    end_output(&run);
    fg_progress_erase(&run.progress);
    report_end(&run, fg_progress_monotonic_ns(NULL) - start_ns);
    if (!run.complete)
        fg_durable_leave(&run.durable, fg_stream_last_mark(run.stream));
cleanup:;
    const int status = exit_status(&run);
    close_run(&run);
    return status;
}
