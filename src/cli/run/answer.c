/* SPDX-License-Identifier: MIT */
/*
 * answer.c: each number goes through reader, engine and writer; the stream keeps all three busy at
 * the same time.
 */
#include "cli/run/answer.h"

#include "cli/run/certifying.h"
#include "cli/run/durable.h"
#include "cli/run/interrupt.h"
#include "cli/run/late_header.h"
#include "cli/run/range_totals.h"
#include "cli/run/screen.h"
#include "cli/run/stream.h"
#include "cli/run/used_methods.h"
#include "text/failure.h"
#include "text/operand.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* Numbers of an input block on the CPU: enough for each job that the wait for the last ones is
 * short, and so few that a list of a million is many blocks, so that reading and answering overlap.
 * With two jobs and 1 .. 10^6, half as many take 1 % longer and twice as many 2 %. With
 * --backend=cuda a block is what the backend takes at once. */
#define BLOCK_PER_JOB ((size_t)32768)
#define BLOCK_MAX ((size_t)1 << 18)
#define BLOCK_OF_A_GPU ((size_t)1 << 20)

struct run {
    const struct fg_run_settings *settings; /* these: */
    struct fg_run_settings own_settings;    /* the caller's, and how many numbers there are */
    struct fg_run_outcome outcome;
    struct fg_screen screen;
    struct fg_reader *reader;
    struct fg_engine *engine;
    const char *narrow_advice; /* NULL: numbers from 2^64 on are answered */
    /* For those: `engine`, or one of its own if that gives divisors, because lists of theirs would
     * not fit in memory. NULL until it is needed. */
    struct fg_engine *wide_engine;
    _Atomic(struct fg_engine *) working; /* the engine of the last batch */
    struct fg_stream *stream;
    struct fg_output output;
    struct fg_digest output_digest; /* if there is a manifest */
    struct fg_durable durable;
    struct fg_running_tally tally; /* with --total */
    atomic_bool output_failed;
    struct fg_certifying certifying;
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

/* Ends the run with the error of a function of durable.h. */
static bool fail_durable(struct run *run, const struct fg_error *error) {
    const enum fg_run_end end = error->status == FG_ERROR_ARGUMENT ? FG_RUN_REFUSED
                                : error->status == FG_ERROR_SYSTEM ? FG_RUN_OUTPUT_FAILED
                                                                   : FG_RUN_FAILED;
    return fail(run, end, error);
}

/* Ends the run with the library's error, unless a signal or the output's failure cancelled it. */
static bool fail_engine(struct run *run, const struct fg_error *error) {
    if (error->status == FG_ERROR_CANCELLED &&
        (fg_interrupt_signal() != 0 || atomic_load(&run->output_failed) ||
         atomic_load(&run->certifying.failed)))
        return false;
    return fail(run, FG_RUN_FAILED, error);
}

/* Ends the run because the output failed; without a message if its reader has closed it. The
 * numbers may not go with the options, either. */
static void fail_output(struct run *run) {
    const struct fg_error *const error = &run->output.error;
    if (error->status == FG_ERROR_CANCELLED)
        run->outcome.end = FG_RUN_OUTPUT_CLOSED;
    else if (error->status == FG_ERROR_ARGUMENT)
        fail(run, FG_RUN_REFUSED, error);
    else
        fail(run, error->status == FG_ERROR_MEMORY ? FG_RUN_FAILED : FG_RUN_OUTPUT_FAILED, error);
}

static void report_notices(struct run *run, struct fg_engine *engine) {
    const char *notice;
    while ((notice = fg_engine_take_notice(engine)) != NULL)
        fg_screen_note(&run->screen, "%s", notice);
}

/* ---- Certificates ---- */

/* Serves as the engine's consumer. Answers that are not certified are not written. */
static void take_answers(void *context, size_t first, struct fg_results *results) {
    struct run *const run = context;
    if (fg_certifying_take(&run->certifying, results))
        fg_stream_consume(run->stream, first, results);
    else
        fg_engine_cancel(atomic_load(&run->working));
}

/* Brings the certificates of what was answered to the disk. A failure is one of the output. */
static enum fg_status flush_certificates(struct run *run) {
    struct fg_error error;
    if (run->output.error.status != FG_OK || fg_certifying_flush(&run->certifying, &error) == FG_OK)
        return FG_OK;
    run->output.error = error;
    return error.status;
}

/* Ends the run with the first failure of a certificate, if there was one. A signal is none. */
static void report_certifying(struct run *run) {
    const struct fg_error *const error = &run->certifying.error;
    if (atomic_load(&run->certifying.failed) && error->status != FG_ERROR_CANCELLED)
        fail(run, error->status == FG_ERROR_SYSTEM ? FG_RUN_OUTPUT_FAILED : FG_RUN_FAILED, error);
}

/* Opens the certifier before the engines, which give it what they prove. */
static bool open_certifier(struct run *run) {
    struct fg_error error;
    return fg_certifying_open(&run->certifying, run->settings->certify_path, &run->output_failed,
                              &run->own_settings.engine, &error) == FG_OK ||
           fail(run, FG_RUN_FAILED, &error);
}

/* ---- Answering ---- */

/* Returns why numbers of two words are not answered, and what to do; NULL if they are. */
static const char *find_narrow_advice(const struct fg_run_settings *settings) {
    if (!fg_method_takes(fg_method_resolve(settings->engine.method), FG_NUMBERS_LIST, 2))
        return "the method ends there; take --method=factor";
    return fg_writer_takes_wide(&settings->writer)
               ? NULL
               : "the format ends there; take --format=u128le or npy128, or one of text";
}

/* Takes the method auto for the method sieve on a backend that uses devices: they sum up ranges by
 * a sieve, which auto takes there too, and answer everything else in lists. */
static void take_method_of_devices(struct run *run) {
    struct fg_config *const engine = &run->own_settings.engine;
    const struct fg_backend_properties *const properties =
        engine->backend != NULL ? fg_backend_get_properties(engine->backend) : NULL;
    if (engine->method != FG_METHOD_SIEVE || properties == NULL || !properties->uses_devices)
        return;
    engine->method = FG_METHOD_AUTO;
    fg_screen_note(&run->screen,
                   "the backend %s sieves only for totals of ranges and answers the rest in lists; "
                   "using the method auto",
                   engine->backend);
}

/* Returns whether only the calling thread delivers answers (fg_factor_batch_to()). Other threads
 * then format them. */
static bool needs_formatters(const struct run *run) {
    return !fg_backend_get_properties(fg_engine_backend(run->engine))->uses_threads ||
           !fg_method_is_brief(fg_engine_method(run->engine));
}

/* Opens the engine for numbers of two words if there is none yet. */
static bool open_wide_engine(struct run *run) {
    struct fg_error error;
    struct fg_config config = run->settings->engine;
    if (run->wide_engine == NULL && fg_engine_answer(run->engine) == FG_ANSWER_PRIMES)
        run->wide_engine = run->engine;
    if (run->wide_engine != NULL)
        return true;
    config.answer = FG_ANSWER_PRIMES;
    if (fg_engine_open(&config, &run->wide_engine, &error) != FG_OK)
        return fail_engine(run, &error);
    return true;
}

/* Answers the batch in columns. */
static enum fg_status answer_in_columns(const struct run *run, struct fg_engine *engine,
                                        const struct fg_numbers *batch, struct fg_error *error) {
    const struct fg_column_block *const columns = fg_stream_columns(run->stream);
    if (columns == NULL)
        return fg_program_fail_memory(error);
    FG_TRY(fg_factor_columns(engine, batch, columns->requests, columns->request_count, error));
    fg_stream_take_columns(run->stream);
    return FG_OK;
}

/* Answers the batch in the way that is best for it. */
static enum fg_status answer_by(struct run *run, struct fg_engine *engine,
                                const struct fg_numbers *batch, struct fg_error *error) {
    const struct fg_writer_config *const writer = &run->settings->writer;
    if (fg_stream_wants_columns(run->stream))
        return answer_in_columns(run, engine, batch, error);
    if (fg_range_totals_pay(writer, batch))
        return fg_range_totals_answer(engine, batch, writer, run->stream, error);
    return fg_factor_numbers_to(engine, batch, take_answers, run, error);
}

/* Answers the batch; the answers go to the stream. */
static bool answer_batch(struct run *run, const struct fg_numbers *batch) {
    struct fg_error error;
    if (needs_formatters(run) || batch->words == 2 || fg_stream_wants_columns(run->stream))
        fg_stream_use_formatters(run->stream, needs_formatters(run));
    if (batch->words == 2 && !open_wide_engine(run))
        return false;
    struct fg_engine *const engine = batch->words == 2 ? run->wide_engine : run->engine;
    fg_interrupt_watch(engine);
    atomic_store(&run->working, engine);
    if (answer_by(run, engine, batch, &error) != FG_OK)
        return fail_engine(run, &error);
    report_notices(run, engine);
    fg_screen_note_backend(&run->screen, fg_engine_backend(engine));
    return !atomic_load(&run->certifying.failed); /* then answers are missing */
}

/* Serves as the stream's callback `written`. */
static enum fg_status note_written(void *context, const struct fg_stream_written *written) {
    struct run *const run = context;
    if (run->settings->checkpoint_path != NULL) /* which may be about these answers */
        FG_TRY(flush_certificates(run));
    FG_TRY(fg_durable_advance(&run->durable, written));
    fg_screen_advance(&run->screen, written->end - written->begin, written->end_byte);
    return FG_OK;
}

/* Cancels the engine's batch, because its answers cannot be written any more. */
static void cancel_engine(void *context) {
    struct run *const run = context;
    atomic_store(&run->output_failed, true);
    fg_engine_cancel(atomic_load(&run->working));
}

/* ---- Opening ---- */

/* Checks that the output can take the format at all. */
static enum fg_status check_output(const struct run *run, struct fg_error *error) {
    if (fg_writer_is_binary(run->settings->writer.format) && isatty(run->output.fd))
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "the format is binary and " FG_PATH
                               " is a terminal: write to a file with "
                               "--output=FILE, or pipe it into a program",
                               FG_PATH_END(run->output.name));
    return FG_OK;
}

/* Returns whether 0 is answered, as by GNU factor: with a line that has no primes. */
static bool accepts_zero(const struct fg_run_settings *settings) {
    return fg_columns_are_only(settings->writer.columns, FG_COLUMN_PRIMES);
}

/* Checks that the output can take the header of the format. A file of --output can; others only if
 * it is complete at once or can be completed at the end. */
static bool check_header(struct run *run) {
    const struct fg_writer_config *const writer = &run->settings->writer;
    struct fg_error error;
    if (!fg_writer_is_npy(writer->format) || writer->knows_count ||
        fg_durable_is_file(&run->durable) || fg_output_is_rewritable(&run->output, 0))
        return true;
    fg_late_header_refuse(run->settings, accepts_zero(run->settings), run->narrow_advice,
                          run->output.name, &error);
    return fail_durable(run, &error);
}

/* Says how parts are joined that cannot be joined byte by byte. */
static void note_part(struct run *run) {
    const struct fg_run_settings *const settings = run->settings;
    if (settings->shard.count > 1 && fg_writer_is_npy(settings->writer.format))
        fg_screen_note(&run->screen,
                       "part %u/%u is an array of its own: join the parts with "
                       "numpy.concatenate(), not with cat",
                       settings->shard.index, settings->shard.count);
}

/* Returns the totals of the run; NULL if it writes lines. */
static struct fg_running_tally *tally_of(struct run *run) {
    return run->settings->writer.totals ? &run->tally : NULL;
}

static bool open_tally(struct run *run) {
    struct fg_error error;
    return tally_of(run) == NULL ||
           fg_running_tally_open(&run->tally, &run->settings->writer, &error) == FG_OK ||
           fail(run, FG_RUN_FAILED, &error);
}

static bool open_output(struct run *run) {
    struct fg_error error;
    if (fg_durable_open(&run->durable, run->settings, &run->output, &run->screen, tally_of(run),
                        &error) != FG_OK ||
        check_output(run, &error) != FG_OK)
        return fail_durable(run, &error);
    fg_digest_start(&run->output_digest);
    if (run->settings->manifest_path != NULL && !fg_durable_is_file(&run->durable))
        run->output.digest = &run->output_digest; /* a file is read again when it is complete */
    note_part(run);
    return true;
}

static bool open_reader(struct run *run) {
    const struct fg_run_settings *const settings = run->settings;
    struct fg_error error;
    struct fg_reader_config config = {
        .operands = settings->operands,
        .operand_count = settings->operand_count,
        .format = settings->input_format,
        .column = settings->column,
        .shard = settings->shard,
        .accept_zero = accepts_zero(settings),
        .strict = settings->strict,
        .narrow_advice = run->narrow_advice,
        .report = fg_screen_report_input,
        .context = &run->screen,
    };
    if (fg_interrupt_install(&config.stop_fd, &error) != FG_OK)
        return fail(run, FG_RUN_FAILED, &error);
    run->reader = fg_reader_open(&config);
    if (run->reader == NULL)
        return fail_memory(run);
    if (fg_reader_check_sizes(run->reader, &error) != FG_OK)
        return fail(run, FG_RUN_UNSIZED, &error);
    struct fg_writer_config *const writer = &run->own_settings.writer;
    writer->knows_count = fg_reader_count(run->reader, &writer->count) && !writer->smooth_only;
    return true;
}

/* Skips what an earlier run has answered. */
static bool skip_answered(struct run *run) {
    struct fg_error error;
    if (fg_durable_skip(&run->durable, run->reader, run->narrow_advice == NULL, &error) != FG_OK)
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
    fg_interrupt_watch(run->engine);
    atomic_store(&run->working, run->engine);
    report_notices(run, run->engine);
    return true;
}

static bool start_output(struct run *run) {
    struct fg_error error;
    return fg_durable_start(&run->durable, &error) == FG_OK || fail_durable(run, &error);
}

static size_t block_numbers(const struct run *run) {
    if (fg_backend_get_properties(fg_engine_backend(run->engine))->uses_devices)
        return BLOCK_OF_A_GPU;
    const size_t wanted = fg_engine_jobs(run->engine) * BLOCK_PER_JOB;
    return wanted < BLOCK_MAX ? wanted : BLOCK_MAX;
}

static bool open_stream(struct run *run) {
    const struct fg_run_settings *const settings = run->settings;
    const struct fg_numbers range = {.kind = FG_NUMBERS_RANGE, .words = 1};
    const struct fg_stream_config config = {
        .reader = run->reader,
        .output = &run->output,
        .writer = settings->writer,
        .tally = tally_of(run),
        .headerless = settings->writer.format == FG_WRITER_CSV && settings->shard.index > 1,
        .block_numbers = block_numbers(run),
        .takes_wide = run->narrow_advice == NULL,
        .is_given_up = fg_interrupt_is_grace_over,
        .method = settings->engine.method,
        .sums_ranges = fg_range_totals_pay(&settings->writer, &range),
        .jobs = fg_engine_jobs(run->engine),
        .brief_tasks = fg_method_is_brief(fg_engine_method(run->engine)),
        .written = note_written,
        .output_failed = cancel_engine,
        .context = run,
    };
    run->stream = fg_stream_open(&config);
    return run->stream != NULL || fail_memory(run);
}

static bool open_run(struct run *run) {
    return open_tally(run) && open_output(run) && open_reader(run) && check_header(run) &&
           skip_answered(run) && open_certifier(run) && open_engine(run) && start_output(run) &&
           open_stream(run);
}

/* ---- The end ---- */

static void close_run(struct run *run) {
    fg_interrupt_watch(NULL);
    fg_screen_end(&run->screen, run->outcome.end == FG_RUN_ANSWERED);
    /* The engines first: freeing memory takes longer while their threads exist. */
    if (run->wide_engine != run->engine)
        fg_engine_close(run->wide_engine);
    fg_engine_close(run->engine);
    fg_stream_close(run->stream);
    fg_reader_close(run->reader);
    fg_certifying_close(&run->certifying);
    fg_durable_close(&run->durable);
    fg_running_tally_close(&run->tally);
    fg_screen_close(&run->screen);
}

/* Returns the methods that have answered numbers; none before an engine is open. */
static unsigned used_methods(const struct run *run) {
    return (run->engine != NULL ? fg_used_methods(run->engine) : 0) |
           (run->wide_engine != NULL ? fg_used_methods(run->wide_engine) : 0);
}

/* Writes the line of --verbose. A GPU has no jobs. */
static void report_what_ran(struct run *run, const char *plural, uint64_t elapsed_ns) {
    const char *const backend = fg_engine_backend(run->engine);
    char jobs[32] = "", methods[FG_USED_METHODS_TEXT];
    if (!fg_backend_get_properties(backend)->uses_devices)
        snprintf(jobs, sizeof jobs, ", jobs %u", fg_engine_jobs(run->engine));
    fg_used_methods_name(run->settings->engine.method, used_methods(run), methods);
    fg_screen_say(&run->screen, "%ju number%s, method %s, backend %s%s, CPU variant %s, %.3f s",
                  (uintmax_t)run->screen.answered, plural, methods, backend, jobs, fg_cpu_variant(),
                  (double)elapsed_ns * 1e-9);
    const char *const reason = fg_engine_reason(run->engine);
    if (reason != NULL)
        fg_screen_say(&run->screen, "auto took the backend %s: %s", backend, reason);
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

/* Notes the signal that has ended the run. A later signal changes nothing. A failure takes
 * precedence over a signal. */
static void note_signal(struct run *run) {
    run->outcome.signal_number = fg_interrupt_signal();
    if (run->outcome.signal_number != 0 && run->outcome.end == FG_RUN_ANSWERED)
        run->outcome.end = FG_RUN_STOPPED;
}

/* Writes the totals, unless a later run will go on in the same file, or the run has failed. */
static void write_totals(struct run *run) {
    struct fg_text text = {0};
    const bool is_stopped = run->outcome.end == FG_RUN_STOPPED;
    if (tally_of(run) == NULL || run->output.error.status != FG_OK ||
        (run->outcome.end != FG_RUN_ANSWERED && !is_stopped) ||
        (is_stopped && fg_durable_is_file(&run->durable)))
        return;
    if (fg_running_tally_end(&run->tally, &text))
        fg_output_write(&run->output, text.data, text.size);
    else
        fg_program_fail_memory(&run->output.error);
    fg_text_free(&text);
}

/* Completes the output, after the stream was drained. Returns whether the text of all answers was
 * written, even if that then failed. */
static bool end_output(struct run *run) {
    report_certifying(run);
    note_signal(run);
    (void)flush_certificates(run); /* before the output gets its name */
    write_totals(run);
    const bool is_answered = run->outcome.end == FG_RUN_ANSWERED;
    const bool is_whole = is_answered && run->output.error.status == FG_OK;
    /* A file that a later run will complete stays as it is. */
    if (!fg_durable_is_file(&run->durable) || is_answered)
        fg_writer_finish(&run->settings->writer, &run->output);
    if (run->output.error.status == FG_OK && run->output.fd == STDOUT_FILENO &&
        close(STDOUT_FILENO) != 0)
        fg_output_fail(&run->output);
    if (is_answered && run->output.error.status == FG_OK)
        fg_durable_finish(&run->durable);
    if (run->output.error.status != FG_OK)
        fail_output(run);
    return is_whole;
}

/* Returns how many numbers the input has; 0 if that is not known before it is read. */
static uint64_t total_numbers(const struct run *run) {
    const struct fg_run_settings *const settings = run->settings;
    const unsigned bytes = fg_reader_format_bytes(settings->input_format);
    bool has_numbers = false; /* beside files */
    uint64_t count;
    if (fg_reader_count(run->reader, &count))
        return count;
    for (size_t i = 0; i < settings->operand_count; i++)
        has_numbers |= fg_operand_is_number(settings->operands[i]) ||
                       fg_operand_is_range(settings->operands[i]);
    if (has_numbers || bytes == 0 || settings->shard.count > 0)
        return 0;
    return fg_reader_total_bytes(run->reader) / bytes;
}

static void start_progress(struct run *run) {
    const struct fg_screen_start start = {
        .style = run->settings->progress,
        .total_numbers = total_numbers(run),
        .total_bytes = fg_reader_total_bytes(run->reader),
        .begin_numbers = run->durable.position.numbers,
        .begin_bytes = run->durable.begin_byte,
        .method = fg_method_name(run->settings->engine.method),
    };
    fg_screen_start(&run->screen, &start);
    fg_screen_note_backend(&run->screen, fg_engine_backend(run->engine));
}

/* Does the run, between opening and closing. */
static void answer_all(struct run *run, uint64_t start_ns) {
    const struct fg_numbers *batch;
    bool is_answered = true; /* the last batch is */
    start_progress(run);
    while (is_answered && fg_interrupt_signal() == 0 &&
           (batch = fg_stream_next(run->stream)) != NULL)
        is_answered = answer_batch(run, batch);
    if (is_answered)
        fg_stream_end_batch(run->stream);
    /* The answers so far are written, also after a failure. Completing the output can fail, too. */
    fg_interrupt_stop_waiting();
    fg_stream_drain(run->stream);
    const bool is_whole = end_output(run);
    report_end(run, fg_progress_monotonic_ns(NULL) - start_ns);
    if (run->outcome.end != FG_RUN_ANSWERED)
        fg_durable_leave(&run->durable, is_whole);
}

/* Writes the digest of the output's file, which has its name; "" if it cannot be read. */
static void digest_file(const struct run *run, struct fg_run_account *account) {
    FILE *const file = fopen(run->durable.file.path, "re");
    if (file == NULL ||
        !fg_digest_file(fileno(file), 0, &account->output_bytes, account->output_sha256))
        *account->output_sha256 = '\0';
    if (file != NULL)
        fclose(file);
}

/* Notes what the manifest is to say. */
static void take_account(struct run *run, uint64_t start_ns) {
    struct fg_run_account *const account = &run->outcome.account;
    const struct fg_position *const position = &run->durable.position;
    if (run->settings->manifest_path == NULL)
        return;
    account->numbers = position->numbers;
    fg_number_digest_hex(&position->digest, account->numbers_sha256);
    account->output_bytes = run->output.bytes;
    if (run->outcome.end == FG_RUN_ANSWERED || run->durable.finished_before) {
        if (fg_durable_is_file(&run->durable))
            digest_file(run, account);
        else
            fg_digest_hex(&run->output_digest, account->output_sha256);
    }
    if (run->engine != NULL) {
        account->backend = fg_engine_backend(run->engine);
        if (!fg_backend_get_properties(account->backend)->uses_devices)
            account->jobs = fg_engine_jobs(run->engine);
    }
    account->used_methods = used_methods(run);
    account->seconds = (double)(fg_progress_monotonic_ns(NULL) - start_ns) * 1e-9;
}

struct fg_run_outcome fg_answer_run(const struct fg_run_settings *settings) {
    struct run run = {.settings = &run.own_settings, .own_settings = *settings};
    const uint64_t start_ns = fg_progress_monotonic_ns(NULL);
    fg_screen_open(&run.screen, settings->quiet);
    take_method_of_devices(&run);
    run.narrow_advice = find_narrow_advice(run.settings);
    if (open_run(&run))
        answer_all(&run, start_ns);
    else
        note_signal(&run);
    const struct fg_position *const position = &run.durable.position;
    run.outcome.had_bad_token =
        position->had_bad_token || (run.reader != NULL && fg_reader_had_bad_token(run.reader));
    run.outcome.had_unreadable =
        position->had_unreadable || (run.reader != NULL && fg_reader_had_unreadable(run.reader));
    take_account(&run, start_ns);
    close_run(&run);
    return run.outcome;
}
