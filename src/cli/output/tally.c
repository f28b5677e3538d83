/* SPDX-License-Identifier: MIT */
/*
 * tally.c: the library adds the totals; here is which numbers they are of.
 */
#include "cli/output/tally.h"

#include "text/failure.h"

#include <stdlib.h>

__extension__ typedef unsigned __int128 wide;

static wide wide_of(struct fg_uint128 n) {
    return (wide)n.high << 64 | n.low;
}

static struct fg_uint128 of_wide(wide n) {
    return (struct fg_uint128){(uint64_t)n, (uint64_t)(n >> 64)};
}

bool fg_tally_is_below(struct fg_uint128 a, struct fg_uint128 b) {
    return wide_of(a) < wide_of(b);
}

bool fg_tally_is_within(struct fg_uint128 n, const struct fg_tally_span *span) {
    return !fg_tally_is_below(n, span->from) && !fg_tally_is_below(span->to, n);
}

struct fg_uint128 fg_tally_interval_end(struct fg_uint128 n, uint64_t every) {
    const wide number = wide_of(n), beyond = number % every;
    const wide to_end = beyond == 0 ? 0 : every - beyond;
    return of_wide(number > ~(wide)0 - to_end ? ~(wide)0 : number + to_end);
}

bool fg_tally_is_multiple(struct fg_uint128 n, uint64_t every) {
    return wide_of(n) % every == 0;
}

struct fg_tally *fg_tally_make(const struct fg_columns *columns) {
    struct fg_tally *const tally =
        calloc(1, sizeof *tally + columns->count * sizeof *tally->totals);
    for (size_t i = 0; tally != NULL && i < columns->count; i++)
        tally->totals[i] = (struct fg_totals){.size = sizeof *tally->totals,
                                              .column = columns->list[i].column,
                                              .bound = columns->list[i].bound};
    return tally;
}

/* Takes note of numbers that follow in the input. */
static void extend(struct fg_tally_span *span, bool is_empty, const struct fg_tally_span *more) {
    if (is_empty) {
        *span = *more;
        return;
    }
    span->ascends = span->ascends && more->ascends && !fg_tally_is_below(more->first, span->last);
    span->last = more->last;
    if (fg_tally_is_below(more->from, span->from))
        span->from = more->from;
    if (fg_tally_is_below(span->to, more->to))
        span->to = more->to;
}

enum fg_status fg_tally_add(struct fg_tally *tally, const struct fg_tally *more,
                            const struct fg_columns *columns, struct fg_error *error) {
    const bool is_empty = fg_tally_count(tally) == 0;
    FG_TRY(fg_totals_add(tally->totals, more->totals, columns->count, error));
    if (fg_tally_count(more) > 0)
        extend(&tally->span, is_empty, &more->span);
    return FG_OK;
}

enum fg_status fg_tally_add_values(struct fg_tally *tally, const struct fg_numbers *numbers,
                                   const struct fg_column_request *requests,
                                   const struct fg_columns *columns, struct fg_error *error) {
    const bool is_empty = fg_tally_count(tally) == 0;
    FG_TRY(fg_totals_add_columns(tally->totals, requests, columns->count, numbers, error));
    for (size_t i = 0; i < numbers->count; i++) {
        const struct fg_uint128 n =
            numbers->words == 2 ? numbers->wide_list[i] : (struct fg_uint128){numbers->list[i], 0};
        const struct fg_tally_span one = {n, n, n, n, true};
        extend(&tally->span, is_empty && i == 0, &one);
    }
    return FG_OK;
}

void fg_tally_free_list(struct fg_tally *first) {
    while (first != NULL) {
        struct fg_tally *const next = first->next;
        free(first);
        first = next;
    }
}
