/* SPDX-License-Identifier: MIT */
/*
 * answer_command.c: from the options to the settings of a run, and from its end to an exit status.
 */
#include "cli/command/answer_command.h"

#include "cli/command/devices.h"
#include "cli/command/exit_status.h"
#include "cli/command/option_fingerprint.h"
#include "cli/command/run_manifest.h"
#include "cli/run/answer.h"
#include "terminal/message.h"

#include <signal.h>

static int exit_status(const struct fg_run_outcome *outcome) {
    switch (outcome->end) {
    case FG_RUN_ANSWERED:
        return outcome->had_unreadable  ? FG_EXIT_UNREADABLE
               : outcome->had_bad_token ? FG_EXIT_BAD_INPUT
                                        : FG_EXIT_ANSWERED;
    case FG_RUN_STOPPED:
        return FG_EXIT_SIGNAL + outcome->signal_number;
    case FG_RUN_UNSIZED:
    case FG_RUN_REFUSED:
        return FG_EXIT_USAGE;
    case FG_RUN_OUTPUT_FAILED:
        return FG_EXIT_OUTPUT;
    case FG_RUN_OUTPUT_CLOSED:
        return FG_EXIT_SIGNAL + SIGPIPE;
    case FG_RUN_FAILED:
        break;
    }
    return fg_exit_status_of(outcome->status);
}

/* Appends the run's line to the manifest, unless the run was refused and did nothing. Returns the
 * exit status, which a line that cannot be written changes. */
static int append_to_manifest(const struct fg_options *options,
                              const struct fg_run_outcome *outcome, off_t stdin_from, int status) {
    const struct fg_run_account *const account = &outcome->account;
    const bool did_something = account->backend != NULL || *account->output_sha256 != '\0';
    struct fg_error error;
    if (options->manifest_path == NULL || !did_something || outcome->end == FG_RUN_UNSIZED ||
        outcome->end == FG_RUN_REFUSED ||
        fg_run_manifest_append(options, outcome, stdin_from, status, &error) == FG_OK)
        return status;
    fg_message(stderr, "the run's line in the manifest is missing: %s", error.message);
    return status == FG_EXIT_ANSWERED || status == FG_EXIT_BAD_INPUT ? FG_EXIT_OUTPUT : status;
}

int fg_answer_options(const struct fg_options *options) {
    char fingerprint[FG_CHECKPOINT_OPTIONS];
    int devices[FG_OPTIONS_MAX_DEVICES];
    struct fg_error error;
    struct fg_run_settings settings = {
        .operands = options->operands,
        .operand_count = options->operand_count,
        .input_format = options->input_format,
        .column = options->column,
        .shard = options->shard,
        .strict = options->strict,
        .engine = {.backend = options->backend,
                   .method = options->method,
                   .jobs = options->jobs,
                   .smooth_bound = options->smooth_bound},
        .writer = {.columns = &options->columns,
                   .format = options->format,
                   .exponents = options->exponents,
                   .integers = options->json_integers,
                   .totals = options->total,
                   .total_every = options->total_every,
                   .smooth_only = (options->smooth_bound.low | options->smooth_bound.high) != 0},
        .output_path = options->output_path,
        .checkpoint_path = options->checkpoint_path,
        .checkpoint_every_s = options->checkpoint_every_s,
        .manifest_path = options->manifest_path,
        .certify_path = options->certify_path,
        .resume = options->resume,
        .fingerprint = fingerprint,
        .quiet = options->quiet,
        .verbose = options->verbose,
        .progress = fg_options_progress_style(options),
    };
    fg_option_fingerprint(options, fingerprint);
    if (fg_devices_choose(options, devices, &settings.engine, &error) != FG_OK) {
        fg_message(stderr, "%s", error.message);
        return FG_EXIT_INTERNAL;
    }
    const off_t stdin_from = fg_run_manifest_stdin();
    const struct fg_run_outcome outcome = fg_answer_run(&settings);
    if (outcome.end == FG_RUN_UNSIZED)
        fg_options_hint(stderr);
    return append_to_manifest(options, &outcome, stdin_from, exit_status(&outcome));
}
