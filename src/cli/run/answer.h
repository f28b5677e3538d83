/* SPDX-License-Identifier: MIT */
/*
 * answer.h: a run: every number of the input answered, and the answers written.
 */
#ifndef FG_CLI_ANSWER_H
#define FG_CLI_ANSWER_H

#include "cli/run/run_settings.h"

/* How a run ended. The command decides what exit status that is. */
enum fg_run_end {
    FG_RUN_ANSWERED,      /* all that could be read */
    FG_RUN_STOPPED,       /* by a signal: outcome.signal_number */
    FG_RUN_FAILED,        /* outcome.status says how */
    FG_RUN_UNSIZED,       /* the settings ask for a part of an input whose size is not known */
    FG_RUN_REFUSED,       /* the settings do not go with the output or the checkpoint */
    FG_RUN_OUTPUT_FAILED, /* it could not be written */
    FG_RUN_OUTPUT_CLOSED, /* its reader has closed it: no message */
};

struct fg_run_outcome {
    enum fg_run_end end;
    enum fg_status status; /* of FG_RUN_FAILED */
    int signal_number;     /* of FG_RUN_STOPPED */
    /* Some of the input was bad, or could not be read: by this run or the one it goes on from. */
    bool had_bad_token, had_unreadable;
};

/* Runs to the end. Whatever goes wrong it tells in words on standard error. Catches signals. */
struct fg_run_outcome fg_answer_run(const struct fg_run_settings *settings);

#endif
