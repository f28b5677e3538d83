/* SPDX-License-Identifier: MIT */
/*
 * exit_status.h: what the program's exit status means, and which one a library status becomes.
 */
#ifndef FG_CLI_EXIT_STATUS_H
#define FG_CLI_EXIT_STATUS_H

#include "factor_gpu.h"

enum fg_exit_status {
    FG_EXIT_ANSWERED = 0,    /* everything */
    FG_EXIT_BAD_INPUT = 1,   /* some input was bad; the rest was answered */
    FG_EXIT_USAGE = 2,       /* the command line makes no sense */
    FG_EXIT_UNREADABLE = 3,  /* some input does not exist or cannot be read */
    FG_EXIT_UNAVAILABLE = 4, /* the backend that was asked for */
    FG_EXIT_WRONG = 5,       /* backends disagree, or an answer failed its check */
    FG_EXIT_OUTPUT = 6,      /* could not be written */
    FG_EXIT_INTERNAL = 70,   /* as sysexits.h's EX_SOFTWARE */
    FG_EXIT_SIGNAL = 128,    /* plus the signal's number */
};

static inline int fg_exit_status_of(enum fg_status status) {
    switch (status) {
    case FG_OK:
        return FG_EXIT_ANSWERED;
    case FG_ERROR_UNAVAILABLE:
    case FG_ERROR_DEVICE:
        return FG_EXIT_UNAVAILABLE;
    case FG_ERROR_SELF_CHECK:
        return FG_EXIT_WRONG;
    case FG_ERROR_TOO_MANY: /* a number has more divisors than a list of a comparison holds */
        return FG_EXIT_BAD_INPUT;
    case FG_ERROR_ARGUMENT:
    case FG_ERROR_MEMORY:
    case FG_ERROR_SYSTEM:
    case FG_ERROR_WORKER_DIED:
    case FG_ERROR_CANCELLED: /* by a signal: the caller knows which */
    case FG_ERROR_INTERNAL:
        break;
    }
    return FG_EXIT_INTERNAL;
}

#endif
