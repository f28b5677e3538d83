/* SPDX-License-Identifier: MIT */
/*
 * main.c: the program factor-gpu: from the command line to the run it asks for.
 */
#include "cli/command/answer_command.h"
#include "cli/command/compare_command.h"
#include "cli/command/compare_exports.h"
#include "cli/command/completion.h"
#include "cli/command/devices.h"
#include "cli/command/exit_status.h"
#include "cli/command/merge_totals.h"
#include "cli/command/options.h"
#include "cli/manifest/manifest_verify.h"
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

/* Says that the forced variant of the CPU's inner loop is not used, because this program or CPU
 * does not have it: a measurement would be of another variant. */
static void notice_other_cpu_variant(const struct fg_options *options) {
    const char *const forced = getenv("FACTOR_GPU_CPU");
    const char *const used = fg_cpu_variant();
    if (options->quiet || forced == NULL || *forced == '\0' || strcmp(forced, used) == 0)
        return;
    fg_message(stderr,
               "FACTOR_GPU_CPU: '%.40s' is not a CPU variant that can run here; using %s (valid "
               "values: avx512, avx2, portable)",
               forced, used);
}

/* A person who typed the name alone should know what the program waits for. */
static void hint_at_terminal(const struct fg_options *options) {
    if (options->operand_count == 0 && !options->quiet && isatty(STDIN_FILENO))
        fg_message(stderr,
                   "reading numbers from the terminal; Ctrl-D on a line of its own ends "
                   "them%s",
                   options->exponents ? " (-h is --exponents; for help type --help)" : "");
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

static int verify_manifest(const char *path) {
    bool whole;
    struct fg_error error;
    const enum fg_status status = fg_manifest_verify(path, stdout, &whole, &error);
    if (status == FG_OK)
        return whole ? FG_EXIT_ANSWERED : FG_EXIT_BAD_INPUT;
    fg_message(stderr, "%s", error.message);
    return status == FG_ERROR_SYSTEM ? FG_EXIT_UNREADABLE : FG_EXIT_INTERNAL;
}

int main(int argc, char **argv) {
    struct fg_options options = {0};
    occupy_standard_streams();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of write() */
    signal(SIGXFSZ, SIG_IGN); /* and so is a limit on the size of files */
    fg_progress_signal_install();
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
        return close_output(fg_devices_print(options.format == FG_WRITER_JSONL, stdout, stderr));
    case FG_OPTIONS_VERIFY_MANIFEST:
        return close_output(verify_manifest(options.verified_path));
    case FG_OPTIONS_MERGE_TOTALS:
        return close_output(fg_merge_totals(&options));
    case FG_OPTIONS_COMPARE:
        fg_progress_signal_ignore(); /* there is no rate to tell */
        notice_other_cpu_variant(&options);
        hint_at_terminal(&options);
        return close_output(fg_compare_options(&options));
    case FG_OPTIONS_COMPARE_EXPORTS:
        return close_output(fg_compare_exports(&options));
    case FG_OPTIONS_ANSWER:
        break;
    }
    notice_other_cpu_variant(&options);
    hint_at_terminal(&options);
    return fg_answer_options(&options);
}
