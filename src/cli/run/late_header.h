/* SPDX-License-Identifier: MIT */
/*
 * late_header.h: the words for a run that cannot complete its header before it has answered, and
 * whose output cannot be completed later.
 */
#ifndef FG_CLI_LATE_HEADER_H
#define FG_CLI_LATE_HEADER_H

#include "cli/run/run_settings.h"

/*
 * Writes to `error` why the count of answers is not known beforehand, and what to do about it; the
 * status is FG_ERROR_ARGUMENT. The run's format is one of NumPy, and `output_name` is what it
 * writes to. `accept_zero` and `narrow_advice` are as in struct fg_reader_config.
 */
void fg_late_header_refuse(const struct fg_run_settings *settings, bool accept_zero,
                           const char *narrow_advice, const char *output_name,
                           struct fg_error *error);

#endif
