/*
 * main.c: the program factor-gpu: from the command line to the run it asks for.
 */
#include "cli/command/compare_exit.h"
#include "cli/command/completion.h"
#include "cli/command/devices.h"
#include "cli/command/exit_status.h"
#include "cli/command/options.h"
#include "cli/input/reader.h"
#include "cli/run/answer.h"
#include "terminal/message.h"
#include "terminal/progress_signal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than any text that goes through stdio: it is written, and may fail, in close_output(). */
#define OUTPUT_BYTES ((size_t)256 * 1024)

/* Makes sure that no file that is opened later becomes standard input, output or error. */
static void occupy_standard_streams(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            /* Of the wrong kind: using a stream that was closed must fail. */
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static void print_version(FILE *out, bool verbose) {
    const struct fg_build_info *const build = fg_library_build_info();
    fprintf(out, "factor-gpu %s (git %s, %s, %s)\n", build->version, build->git_revision,
            build->build_type, build->compiler);
    if (build->cuda_toolkit != NULL)
        fprintf(out, "CUDA toolkit %s, architectures %s\n", build->cuda_toolkit,
                build->cuda_architectures != NULL ? build->cuda_architectures : "unknown");
    else
        fputs("built without CUDA\n", out);
    fputs("backends:", out);
    for (size_t i = 0; i < fg_backend_count(); i++)
        if (build->cuda_toolkit != NULL ||
            !fg_backend_get_properties(fg_backend_name(i))->uses_devices)
            fprintf(out, " %s", fg_backend_name(i));
    fputc('\n', out);
    if (!verbose)
        return;
    fprintf(out, "CPU variant: %s\nCPU lanes for factor: %s\n", fg_cpu_variant(), fg_cpu_lanes());
    for (size_t i = 0; i < fg_backend_count(); i++) {
        struct fg_error error;
        const bool can_run = fg_backend_probe(fg_backend_name(i), &error) == FG_OK;
        fprintf(out, "  %-8s %s: %s\n", fg_backend_name(i), can_run ? "can run" : "cannot run",
                can_run ? fg_backend_summary(i) : error.message);
    }
}

static void report_plainly(void *context, const char *message) {
    (void)context;
    fg_message(stderr, "%s", message);
}

/* How many numbers there is room for before it is known whether there are more. */
#define READ_AT_FIRST ((size_t)65536)

/* The whole input in one array, for the caller to free; NULL where memory is short. */
static uint64_t *read_all(struct fg_reader *reader, size_t *count) {
    size_t capacity = READ_AT_FIRST;
    uint64_t *numbers = malloc(capacity * sizeof *numbers);
    *count = 0;
    while (numbers != NULL) {
        struct fg_reader_batch batch = {.numbers = numbers + *count, .room = capacity - *count};
        if (!fg_reader_next(reader, &batch))
            break;
        *count += batch.count;
        if (*count == capacity) {
            capacity *= 2;
            uint64_t *const larger = realloc(numbers, capacity * sizeof *numbers);
            if (larger == NULL)
                free(numbers);
            numbers = larger;
        }
    }
    return numbers;
}

/* What a comparison's report calls its input: "numbers.txt", "numbers.txt and 1 more", "part 2/8 of
 * numbers.txt". For the caller to free; NULL where memory is short. */
static char *input_label(const struct fg_options *options) {
    const size_t count = options->operand_count;
    const bool is_stdin = count == 0 || strcmp(options->operands[0], "-") == 0;
    const char *const first = is_stdin ? "standard input" : options->operands[0];
    char part[40] = "", more[40] = "", *label;
    if (options->shard.count > 0)
        snprintf(part, sizeof part, "part %u/%u of ", options->shard.index, options->shard.count);
    if (count > 1)
        snprintf(more, sizeof more, " and %zu more", count - 1);
    return asprintf(&label, "%s%s%s", part, first, more) >= 0 ? label : NULL;
}

static int fail_memory(void) {
    fg_message(stderr, "%s", fg_strerror(FG_ERROR_MEMORY));
    return FG_EXIT_INTERNAL;
}

static int compare_numbers(const struct fg_options *options, const uint64_t *numbers, size_t count,
                           FILE *report) {
    int devices[FG_OPTIONS_MAX_DEVICES];
    struct fg_config config;
    if (!fg_devices_choose(options, devices, &config, stderr))
        return FG_EXIT_INTERNAL;
    char *const label = input_label(options);
    if (label == NULL)
        return fail_memory();
    const struct fg_compare_request request = {
        .numbers = numbers,
        .count = count,
        .input_label = label,
        .jobs = options->jobs,
        .devices = config.devices,
        .device_count = config.device_count,
        .repeat = options->repeat,
        .budget_s = options->budget_s,
        .method = options->method,
        .backend = options->backend,
        .curve = options->page_path != NULL,
        .progress = options->progress == FG_OPTIONS_PROGRESS_ALWAYS ||
                    (options->progress == FG_OPTIONS_PROGRESS_AUTO && isatty(STDERR_FILENO)),
        .quiet = options->quiet,
    };
    const struct fg_compare_paths paths = {options->json_path, options->markdown_path,
                                           options->page_path};
    const int status = fg_compare_command(&request, &paths, report, stderr);
    free(label);
    return status;
}

/* The report goes through memory, so that only close_output() meets the errors of writing it. */
static int compare_and_print(const struct fg_options *options, const uint64_t *numbers,
                             size_t count) {
    char *text = NULL;
    size_t size = 0;
    FILE *const report = open_memstream(&text, &size);
    if (report == NULL)
        return fail_memory();
    const int status = compare_numbers(options, numbers, count, report);
    fclose(report);
    fwrite(text, 1, size, stdout);
    free(text);
    return status;
}

static struct fg_reader *open_reader(const struct fg_options *options) {
    const struct fg_reader_config config = {.operands = options->operands,
                                            .operand_count = options->operand_count,
                                            .format = options->input_format,
                                            .shard = options->shard,
                                            .strict = options->strict,
                                            .stop_fd = -1,
                                            .report = report_plainly};
    return fg_reader_open(&config);
}

static int compare(const struct fg_options *options) {
    int status = FG_EXIT_INTERNAL;
    size_t count = 0;
    uint64_t *numbers = NULL;
    struct fg_reader *const reader = open_reader(options);
    if (reader != NULL && !fg_options_check_shard(options, reader, stderr)) {
        status = FG_EXIT_USAGE;
        goto cleanup;
    }
    if (reader != NULL)
        numbers = read_all(reader, &count);
    if (numbers == NULL) {
        status = fail_memory();
        goto cleanup;
    }
    const int input_status = fg_reader_had_unreadable(reader)  ? FG_EXIT_UNREADABLE
                             : fg_reader_had_bad_token(reader) ? FG_EXIT_BAD_INPUT
                                                               : FG_EXIT_ANSWERED;
    if (count == 0) {
        fg_message(stderr, "there is nothing to compare: the input holds no numbers; give some, or "
                           "a file of them");
        status = input_status != 0 ? input_status : FG_EXIT_BAD_INPUT;
        goto cleanup;
    }
    status = compare_and_print(options, numbers, count);
    if (status == FG_EXIT_ANSWERED)
        status = input_status;
cleanup:
    free(numbers);
    fg_reader_close(reader);
    return status;
}

/* A forced variant of the CPU's inner loop that this program or CPU does not have is not used,
 * which whoever measures with it should know. */
static void notice_other_cpu_variant(const struct fg_options *options) {
    const char *const forced = getenv("FACTOR_GPU_CPU");
    const char *const used = fg_cpu_variant();
    if (options->quiet || forced == NULL || *forced == '\0' || strcmp(forced, used) == 0)
        return;
    char shown[41];
    size_t length = 0;
    for (; length < sizeof shown - 1 && forced[length] != '\0'; length++)
        shown[length] = forced[length] >= ' ' && forced[length] <= '~' ? forced[length] : '?';
    shown[length] = '\0';
    fg_message(stderr,
               "FACTOR_GPU_CPU: '%s' is not a CPU variant that can run here; using %s (valid "
               "values: avx512, avx2, portable)",
               shown, used);
}

/* A person who typed the name alone should know what the program waits for. */
static void hint_at_terminal(const struct fg_options *options) {
    if (options->operand_count == 0 && !options->quiet && isatty(STDIN_FILENO))
        fg_message(stderr,
                   "reading numbers from the terminal; Ctrl-D on a line of its own ends them");
}

/* Standard output may be buffered until here; a full disk must not go unnoticed. */
static int close_output(int status) {
    const bool had_error = ferror(stdout) != 0;
    errno = 0;
    if (fclose(stdout) == 0 && !had_error)
        return status;
    if (errno == EPIPE)
        return FG_EXIT_SIGNAL + SIGPIPE;
    fg_message(stderr, "cannot write to standard output: %s",
               errno != 0 ? strerror(errno) : "write error");
    return FG_EXIT_OUTPUT;
}

int main(int argc, char **argv) {
    struct fg_options options;
    occupy_standard_streams();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of write() */
    signal(SIGXFSZ, SIG_IGN); /* and so is a limit on the size of files */
    fg_status_install();
    setvbuf(stdout, NULL, _IOFBF, OUTPUT_BYTES);
    if (!fg_options_parse(argc, argv, &options, stderr))
        return FG_EXIT_USAGE;
    switch (options.action) {
    case FG_OPTIONS_HELP:
        fg_options_print_help(stdout);
        return close_output(FG_EXIT_ANSWERED);
    case FG_OPTIONS_VERSION:
        if (options.verbose)
            notice_other_cpu_variant(&options);
        print_version(stdout, options.verbose);
        return close_output(FG_EXIT_ANSWERED);
    case FG_OPTIONS_COMPLETION:
        fg_completion_print(options.shell, stdout);
        return close_output(FG_EXIT_ANSWERED);
    case FG_OPTIONS_LIST_DEVICES:
        return close_output(fg_devices_print(stdout, stderr));
    case FG_OPTIONS_COMPARE:
        fg_status_ignore(); /* there is no rate to tell */
        notice_other_cpu_variant(&options);
        hint_at_terminal(&options);
        return close_output(compare(&options));
    case FG_OPTIONS_ANSWER:
        break;
    }
    notice_other_cpu_variant(&options);
    hint_at_terminal(&options);
    return fg_answer_run(&options);
}
