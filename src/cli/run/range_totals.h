/* SPDX-License-Identifier: MIT */
/*
 * range_totals.h: the totals of a range, which the engine gives without a value for each number.
 */
#ifndef FG_CLI_RANGE_TOTALS_H
#define FG_CLI_RANGE_TOTALS_H

#include "cli/run/stream.h"

/* Returns whether a batch is best answered so: it is a range, totals of all its numbers are wanted,
 * and intervals are not so short that a call of the engine for each would take longer than the
 * numbers do. */
bool fg_range_totals_pay(const struct fg_writer_config *config, const struct fg_numbers *batch);

/* Answers the stream's batch, one interval at a time. The errors of fg_factor_totals(), and
 * FG_ERROR_MEMORY; after one of them the answers to the first intervals have been consumed. */
enum fg_status fg_range_totals_answer(struct fg_engine *engine, const struct fg_numbers *batch,
                                      const struct fg_writer_config *config,
                                      struct fg_stream *stream, struct fg_error *error);

#endif
