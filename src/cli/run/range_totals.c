/* SPDX-License-Identifier: MIT */
/*
 * range_totals.c: cuts a range at the ends of intervals.
 */
#include "cli/run/range_totals.h"

#include "text/failure.h"

#include <stdlib.h>

/* Min numbers of an interval for a call of its own. */
#define CALL_NUMBERS 8192

bool fg_range_totals_pay(const struct fg_writer_config *config, const struct fg_numbers *batch) {
    return config->totals && !config->smooth_only && batch->kind == FG_NUMBERS_RANGE &&
           (config->total_every == 0 || config->total_every >= CALL_NUMBERS);
}

/* Returns how many numbers from `first` on lie in its interval, at most `left`. */
static size_t count_in_interval(uint64_t first, size_t left, uint64_t every) {
    if (every == 0)
        return left;
    const uint64_t to_end = (every - first % every) % every; /* from `first` to the multiple */
    return to_end < left ? (size_t)to_end + 1 : left;
}

/* Returns the tally of so many numbers of a range; NULL after a failure. */
static struct fg_tally *answer_part(struct fg_engine *engine, const struct fg_numbers *part,
                                    const struct fg_writer_config *config, struct fg_error *error) {
    struct fg_tally *const tally = fg_tally_make(config->columns);
    if (tally == NULL) {
        fg_program_fail_memory(error);
        return NULL;
    }
    if (fg_factor_totals(engine, part, tally->totals, config->columns->count, error) != FG_OK) {
        fg_tally_free_list(tally);
        return NULL;
    }
    const struct fg_uint128 first = part->begin, last = {part->begin.low + (part->count - 1), 0};
    tally->span = (struct fg_tally_span){first, last, first, last, true};
    return tally;
}

enum fg_status fg_range_totals_answer(struct fg_engine *engine, const struct fg_numbers *batch,
                                      const struct fg_writer_config *config,
                                      struct fg_stream *stream, struct fg_error *error) {
    for (size_t done = 0; done < batch->count;) {
        struct fg_numbers part = *batch;
        part.begin.low += done;
        part.count = count_in_interval(part.begin.low, batch->count - done, config->total_every);
        struct fg_tally *const tally = answer_part(engine, &part, config, error);
        if (tally == NULL)
            return error->status;
        fg_stream_consume_tally(stream, done, part.count, tally);
        done += part.count;
    }
    return FG_OK;
}
