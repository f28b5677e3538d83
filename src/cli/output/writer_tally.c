/* SPDX-License-Identifier: MIT */
/*
 * writer_tally.c: totals in place of lines: adds the columns of answers to the tallies of a text,
 * one for each interval.
 */
#include "cli/output/writer_tally.h"

#include "cli/output/writer_formats.h"

#include <stdlib.h>

/* Bytes from the values of one column to those of the next. */
#define COLUMN_BYTES (FG_WRITER_ROWS * sizeof(struct fg_uint192))

/* Answers to numbers that follow in the input. */
struct answers {
    struct fg_numbers numbers;
    const size_t *offsets;
    const uint64_t *values;
};

static struct fg_uint128 number_at(const struct fg_numbers *numbers, size_t i) {
    return numbers->words == 2 ? numbers->wide_list[i] : (struct fg_uint128){numbers->list[i], 0};
}

static struct fg_numbers part_of(const struct fg_numbers *numbers, size_t first, size_t count) {
    struct fg_numbers part = *numbers;
    part.count = count;
    if (part.words == 2)
        part.wide_list += first;
    else
        part.list += first;
    return part;
}

/* Returns whether both lie in the same interval. */
static bool is_same_interval(const struct fg_writer_config *config, struct fg_uint128 a,
                             struct fg_uint128 b) {
    if (config->total_every == 0)
        return true;
    const struct fg_uint128 end = fg_tally_interval_end(a, config->total_every),
                            other = fg_tally_interval_end(b, config->total_every);
    return end.low == other.low && end.high == other.high;
}

/* Returns the text's tally that the number belongs to; NULL if memory is short. */
static struct fg_tally *find_tally(const struct fg_writer_config *config, struct fg_text *text,
                                   struct fg_uint128 n) {
    struct fg_tally *const last = text->last_tally;
    if (last != NULL && is_same_interval(config, last->span.last, n))
        return last;
    struct fg_tally *const tally = fg_tally_make(config->columns);
    if (tally == NULL)
        return NULL;
    *(last != NULL ? &last->next : &text->tallies) = tally;
    text->last_tally = tally;
    return tally;
}

/* Computes all columns into the text's cells. The columns were checked when they were parsed, so
 * that this cannot fail. */
static void compute_cells(const struct fg_writer_config *config, const struct fg_text *text,
                          const struct answers *answers,
                          struct fg_column_request requests[FG_COLUMNS_MOST]) {
    const size_t column_count = config->columns->count;
    for (size_t i = 0; i < column_count; i++)
        requests[i] = (struct fg_column_request){.column = config->columns->list[i].column,
                                                 .bound = config->columns->list[i].bound,
                                                 .values = text->cells + i * COLUMN_BYTES};
    if (answers->numbers.words == 2)
        fg_wide_compute_columns_of((const struct fg_uint128 *)answers->values, answers->offsets,
                                   answers->numbers.count, requests, column_count, NULL);
    else
        fg_compute_columns_of(answers->values, answers->offsets, answers->numbers.count, requests,
                              column_count, NULL);
}

/* Adds numbers first .. end, which lie in one interval. False if memory is short. */
static bool add(const struct fg_writer_config *config, struct fg_text *text,
                const struct fg_numbers *numbers, const struct fg_column_request *requests,
                size_t first, size_t end) {
    struct fg_column_request shifted[FG_COLUMNS_MOST];
    const struct fg_numbers part = part_of(numbers, first, end - first);
    struct fg_tally *const tally = find_tally(config, text, number_at(numbers, first));
    if (tally == NULL)
        return false;
    for (size_t i = 0; i < config->columns->count; i++) {
        const size_t bytes = numbers->words == 2 ? fg_wide_column_entry_bytes(requests[i].column)
                                                 : fg_column_entry_bytes(requests[i].column);
        shifted[i] = requests[i];
        shifted[i].values = (char *)requests[i].values + first * bytes;
    }
    /* A text has too few numbers for this to fail. */
    fg_tally_add_values(tally, &part, shifted, config->columns, NULL);
    return true;
}

bool fg_writer_tally_columns(const struct fg_writer_config *config, struct fg_text *text,
                             const struct fg_numbers *numbers,
                             const struct fg_column_request *requests) {
    for (size_t first = 0, end; first < numbers->count; first = end) {
        const struct fg_uint128 n = number_at(numbers, first);
        end = config->total_every == 0 ? numbers->count : first + 1;
        while (end < numbers->count && is_same_interval(config, n, number_at(numbers, end)))
            end++;
        if (!add(config, text, numbers, requests, first, end))
            return false;
    }
    return true;
}

/* Adds at most FG_WRITER_ROWS answers. False if memory is short. */
static bool add_rows(const struct fg_writer_config *config, struct fg_text *text,
                     const struct answers *answers) {
    struct fg_column_request requests[FG_COLUMNS_MOST];
    compute_cells(config, text, answers, requests);
    return fg_writer_tally_columns(config, text, &answers->numbers, requests);
}

bool fg_writer_tally(const struct fg_writer_config *config, struct fg_text *text,
                     const struct fg_numbers *numbers, const size_t *offsets,
                     const uint64_t *values) {
    const size_t bytes = config->columns->count * COLUMN_BYTES;
    if (text->cell_bytes < bytes) {
        free(text->cells);
        text->cells = malloc(bytes);
        text->cell_bytes = text->cells != NULL ? bytes : 0;
    }
    if (text->cells == NULL)
        return false;
    for (size_t i = 0; i < numbers->count; i += FG_WRITER_ROWS) {
        const size_t left = numbers->count - i;
        const struct answers part = {
            part_of(numbers, i, left < FG_WRITER_ROWS ? left : FG_WRITER_ROWS), offsets + i,
            values};
        if (!add_rows(config, text, &part))
            return false;
    }
    return true;
}
