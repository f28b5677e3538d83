/* SPDX-License-Identifier: MIT */
/*
 * option_fingerprint.h: the options that shape numbers and text, as words that a checkpoint keeps:
 * a run goes on from it only with the same ones.
 */
#ifndef FG_CLI_OPTION_FINGERPRINT_H
#define FG_CLI_OPTION_FINGERPRINT_H

#include "cli/command/options.h"
#include "cli/run/checkpoint.h"

/* Writes them, as in "show=primes exponents=no format=text strict=no". */
void fg_option_fingerprint(const struct fg_options *options, char text[FG_CHECKPOINT_OPTIONS]);

#endif
