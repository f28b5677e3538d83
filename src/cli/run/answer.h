/* SPDX-License-Identifier: MIT */
/*
 * answer.h: does a whole run: answers every number of the input and writes the answers.
 */
#ifndef FG_CLI_ANSWER_H
#define FG_CLI_ANSWER_H

#include "cli/run/run_settings.h"
#include "text/digest.h"

/* The ends of a run. The command turns them into exit statuses. */
enum fg_run_end {
    FG_RUN_ANSWERED,      /* all that could be read */
    FG_RUN_STOPPED,       /* by a signal: outcome.signal_number */
    FG_RUN_FAILED,        /* outcome.status says how */
    FG_RUN_UNSIZED,       /* the settings ask for a part of an input whose size is not known */
    FG_RUN_REFUSED,       /* the settings do not go with the output or the checkpoint */
    FG_RUN_OUTPUT_FAILED, /* it could not be written */
    FG_RUN_OUTPUT_CLOSED, /* its reader has closed it: no message */
};

/* The figures of a run for its manifest. */
struct fg_run_account {
    uint64_t numbers; /* answered, in a run that this one resumes too */
    char numbers_sha256[FG_DIGEST_HEX];
    uint64_t output_bytes;
    char output_sha256[FG_DIGEST_HEX]; /* "": the output is not whole */
    const char *backend;               /* NULL: the run had none */
    unsigned jobs;
    unsigned used_methods; /* that have answered numbers of this run: fg_used_methods() */
    double seconds;
};

struct fg_run_outcome {
    enum fg_run_end end;
    enum fg_status status; /* of FG_RUN_FAILED */
    int signal_number;     /* of FG_RUN_STOPPED */
    /* Some of the input was bad or could not be read, in this run or in the one that it resumes. */
    bool had_bad_token, had_unreadable;
    struct fg_run_account account; /* if there is a manifest */
};

/* Runs to the end. Writes a message on standard error for everything that goes wrong. Catches
 * signals. */
struct fg_run_outcome fg_answer_run(const struct fg_run_settings *settings);

#endif
