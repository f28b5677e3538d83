/* SPDX-License-Identifier: MIT */
/*
 * writer.c: reserves memory for a line, and calls the formatter. Before each line the text gets
 * capacity for the longest line possible, so the formatters never check for space.
 */
#include "cli/output/writer.h"

#include "cli/output/npy_writer.h"
#include "cli/output/tally_rows.h"
#include "cli/output/writer_formats.h"
#include "cli/output/writer_tally.h"
#include "text/decimal.h"
#include "text/failure.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Max bytes: a value has at most 20 digits, two quotes and a separator; a column also has its name
 * and a wide value; the rest of a line is short. */
#define VALUE_BYTES ((size_t)23)
#define COLUMN_BYTES ((size_t)(FG_COLUMN_NAME_ROOM + FG_DECIMAL_WIDE_ROOM + 24))
#define LINE_BYTES ((size_t)256)

bool fg_writer_is_binary(enum fg_writer_format format) {
    return format == FG_WRITER_U64LE || fg_writer_has_pairs(format) || fg_writer_is_npy(format);
}

bool fg_writer_is_npy(enum fg_writer_format format) {
    return format == FG_WRITER_NPY || format == FG_WRITER_NPY128;
}

const char *fg_writer_format_name(enum fg_writer_format format) {
    static const char *const names[] = {"text", "jsonl", "csv", "u64le", "u128le", "npy", "npy128"};
    return (size_t)format < sizeof names / sizeof *names ? names[format] : NULL;
}

const char *fg_writer_unframed_name(enum fg_writer_format format) {
    return fg_writer_format_name(fg_writer_has_pairs(format) ? FG_WRITER_U128LE : FG_WRITER_U64LE);
}

bool fg_writer_has_pairs(enum fg_writer_format format) {
    return format == FG_WRITER_U128LE || format == FG_WRITER_NPY128;
}

/* Writes the header for so many records, and returns its length. */
static size_t put_npy_header(const struct fg_writer_config *config, uint64_t record_count,
                             char header[FG_NPY_HEADER_ROOM]) {
    return fg_npy_header(config->columns, fg_writer_has_pairs(config->format), record_count,
                         header);
}

enum fg_answer fg_writer_answer(const struct fg_columns *columns) {
    return fg_columns_are_only(columns, FG_COLUMN_DIVISORS) ? FG_ANSWER_DIVISORS : FG_ANSWER_PRIMES;
}

bool fg_writer_expands_divisors(const struct fg_writer_config *config) {
    return config->columns->count > 1 && fg_columns_have(config->columns, FG_COLUMN_DIVISORS);
}

bool fg_writer_header(const struct fg_writer_config *config, struct fg_text *text) {
    if (config->totals)
        return fg_tally_put_header(config, text);
    char *out = fg_text_reserve(text, FG_NPY_HEADER_ROOM);
    if (out == NULL)
        return false;
    if (fg_writer_is_npy(config->format))
        out += put_npy_header(config, config->knows_count ? config->count : FG_NPY_UNFINISHED, out);
    if (config->format == FG_WRITER_CSV) {
        *out++ = 'n';
        for (size_t i = 0; i < config->columns->count; i++)
            out = stpcpy(stpcpy(out, ","), config->columns->list[i].name);
        *out++ = '\n';
    }
    fg_text_end_at(text, out);
    return true;
}

size_t fg_writer_provisional_bytes(const struct fg_writer_config *config) {
    char header[FG_NPY_HEADER_ROOM];
    return fg_writer_is_npy(config->format) ? put_npy_header(config, 0, header) : 0;
}

enum fg_status fg_writer_finish(const struct fg_writer_config *config, struct fg_output *output) {
    if (!fg_writer_is_npy(config->format))
        return output->error.status;
    char header[FG_NPY_HEADER_ROOM];
    uint64_t size;
    FG_TRY(fg_output_size(output, &size));
    const size_t header_size = put_npy_header(config, 0, header);
    const size_t record_bytes =
        fg_npy_record_bytes(config->columns, fg_writer_has_pairs(config->format));
    if (config->knows_count && (output->bytes == header_size + config->count * record_bytes ||
                                !fg_output_is_rewritable(output, size)))
        return output->error.status;
    assert(size >= header_size);
    put_npy_header(config, (size - header_size) / record_bytes, header);
    return fg_output_rewrite(output, header, header_size);
}

/* Computes the answer's divisors from its primes. False if memory is short. */
static bool expand_divisors(struct fg_text *text, struct fg_writer_answer *answer) {
    const size_t count = fg_count_divisors(answer->primes, answer->prime_count);
    if (text->divisor_room < count) {
        free(text->divisors);
        text->divisors = malloc(2 * count * sizeof *text->divisors);
        text->divisor_room = text->divisors != NULL ? count : 0;
        if (text->divisors == NULL)
            return false;
    }
    answer->divisor_count = fg_expand_divisors(answer->primes, answer->prime_count, text->divisors,
                                               text->divisors + count);
    answer->divisors = text->divisors;
    return true;
}

/* Requests every column that the library computes, into the text's cells. False if memory is short.
 */
static bool request_columns(struct fg_text *text, const struct fg_columns *columns,
                            struct fg_column_request requests[FG_COLUMNS_MOST], size_t *count) {
    const size_t bytes = columns->count * FG_WRITER_ROWS * sizeof(struct fg_uint128);
    *count = 0;
    for (size_t i = 0; i < columns->count; i++) {
        const struct fg_shown_column *const column = &columns->list[i];
        if (column->kind == FG_COLUMN_DIVISORS || column->kind == FG_COLUMN_PRIMES)
            continue;
        if (text->cell_bytes < bytes) {
            free(text->cells);
            text->cells = malloc(bytes);
            text->cell_bytes = text->cells != NULL ? bytes : 0;
        }
        if (text->cells == NULL)
            return false;
        requests[(*count)++] = (struct fg_column_request){
            .column = column->column,
            .bound = column->bound,
            .values = fg_writer_cells(text->cells, i),
        };
    }
    return true;
}

static fg_writer_put *find_put(const struct fg_writer_config *config) {
    switch (config->format) {
    case FG_WRITER_TEXT:
        return fg_writer_text_put(config);
    case FG_WRITER_JSONL:
        return fg_writer_put_json;
    case FG_WRITER_CSV:
        return fg_writer_put_csv;
    case FG_WRITER_U128LE:
    case FG_WRITER_NPY128:
        return fg_writer_put_word_pairs;
    case FG_WRITER_U64LE:
    case FG_WRITER_NPY:
        break;
    }
    return fg_writer_put_words;
}

/* Appends the lines of numbers whose columns have been computed and whose lists follow. False if
 * memory is short. */
static bool put_list_rows(const struct fg_writer_config *config, struct fg_text *text,
                          const uint64_t *numbers, size_t count, const size_t **offsets,
                          const uint64_t *values) {
    const bool are_divisors = fg_columns_are_only(config->columns, FG_COLUMN_DIVISORS);
    const bool expands = fg_writer_expands_divisors(config);
    const size_t column_bytes = config->columns->count * COLUMN_BYTES + LINE_BYTES;
    fg_writer_put *const put = find_put(config);
    const size_t *offset = *offsets;
    struct fg_writer_answer answer = {.cells = text->cells};
    for (size_t i = 0; i < count; i++) {
        answer.n = numbers[i];
        answer.row = i;
        assert(answer.n != 0 || fg_columns_are_only(config->columns, FG_COLUMN_PRIMES));
        const bool is_answered = answer.n != 0;
        const size_t value_count = is_answered ? offset[1] - offset[0] : 0;
        const uint64_t *const list = value_count > 0 ? values + offset[0] : NULL;
        if (is_answered)
            offset++;
        assert(value_count <= FG_MAX_DIVISORS);
        if (are_divisors) {
            answer.divisors = list;
            answer.divisor_count = value_count;
        } else {
            answer.primes = list;
            answer.prime_count = value_count;
        }
        if (expands && !expand_divisors(text, &answer))
            return false;
        char *const out = fg_text_reserve(
            text, (answer.prime_count + answer.divisor_count) * VALUE_BYTES + column_bytes);
        if (out == NULL)
            return false;
        fg_text_end_at(text, put(out, config, &answer));
    }
    *offsets = offset;
    return true;
}

/* Returns whether every line is a number and one column of numbers. */
static bool is_number_line(const struct fg_writer_config *config) {
    return config->format == FG_WRITER_TEXT && config->columns->count == 1 &&
           config->columns->list[0].kind == FG_COLUMN_NUMBER;
}

/* Appends such lines. False if memory is short. */
static bool put_number_rows(struct fg_text *text, const uint64_t *numbers, size_t count) {
    char *const out = fg_text_reserve(text, count * FG_WRITER_NUMBER_LINE);
    if (out != NULL)
        fg_text_end_at(text, fg_writer_put_number_lines(out, numbers, text->cells, count));
    return out != NULL;
}

/* Appends the lines of at most FG_WRITER_ROWS numbers, none of them 0, whose columns have been
 * computed. Moves *offsets behind those of their lists. False if memory is short. */
static bool put_rows(const struct fg_writer_config *config, struct fg_text *text,
                     const uint64_t *numbers, size_t count, const size_t **offsets,
                     const uint64_t *values) {
    if (!is_number_line(config))
        return put_list_rows(config, text, numbers, count, offsets, values);
    *offsets += count;
    return put_number_rows(text, numbers, count);
}

/* Does what fg_writer_lines() does if every number has a line. */
static bool put_lines(const struct fg_writer_config *config, struct fg_text *text,
                      const uint64_t *numbers, size_t count, const size_t *offsets,
                      const uint64_t *values) {
    struct fg_column_request requests[FG_COLUMNS_MOST];
    size_t request_count;
    if (config->totals) {
        const struct fg_numbers list = {.words = 1, .count = count, .list = numbers};
        return fg_writer_tally(config, text, &list, offsets, values);
    }
    if (!request_columns(text, config->columns, requests, &request_count))
        return false;
    if (request_count == 0)
        return put_list_rows(config, text, numbers, count, &offsets, values);
    for (size_t i = 0; i < count; i += FG_WRITER_ROWS) {
        const size_t left = count - i, rows = left < FG_WRITER_ROWS ? left : FG_WRITER_ROWS;
        /* No number is 0 then: see the assertion above. */
        fg_compute_columns_of(values, offsets, rows, requests, request_count, NULL);
        if (!put_rows(config, text, numbers + i, rows, &offsets, values))
            return false;
    }
    return true;
}

/* Returns whether a number that has an answer has a line. */
static bool is_smooth(const size_t *offsets, const uint64_t *values) {
    return offsets[0] == offsets[1] || values[offsets[0]] != 0;
}

bool fg_writer_lines(const struct fg_writer_config *config, struct fg_text *text,
                     const uint64_t *numbers, size_t count, const size_t *offsets,
                     const uint64_t *values) {
    if (!config->smooth_only)
        return put_lines(config, text, numbers, count, offsets, values);
    bool is_made = true;
    for (size_t i = 0, run; i < count && is_made; i += run) { /* of neighbours with lines */
        for (run = 0; i + run < count && numbers[i + run] != 0 && is_smooth(offsets + run, values);)
            run++;
        is_made = put_lines(config, text, numbers + i, run, offsets, values);
        offsets += run;
        if (i + run < count) /* the number behind them has none */
            offsets += numbers[i + run++] != 0;
    }
    return is_made;
}

/* Writes `count` numbers from `first` on, at most FG_WRITER_ROWS, and returns how many. */
static size_t list_numbers(uint64_t first, size_t count, uint64_t numbers[FG_WRITER_ROWS]) {
    const size_t rows = count < FG_WRITER_ROWS ? count : FG_WRITER_ROWS;
    for (size_t i = 0; i < rows; i++)
        numbers[i] = first + i;
    return rows;
}

bool fg_writer_range_lines(const struct fg_writer_config *config, struct fg_text *text,
                           uint64_t first, size_t count, const size_t *offsets,
                           const uint64_t *values) {
    uint64_t numbers[FG_WRITER_ROWS];
    for (size_t i = 0, rows; i < count; i += rows) {
        rows = list_numbers(first + i, count - i, numbers);
        if (!fg_writer_lines(config, text, numbers, rows, offsets + i, values))
            return false;
    }
    return true;
}

/* Copies the requests, for the values from number `at` on. */
static void shift_requests(const struct fg_column_request *requests, size_t count, size_t at,
                           struct fg_column_request shifted[FG_COLUMNS_MOST]) {
    for (size_t i = 0; i < count; i++) {
        shifted[i] = requests[i];
        shifted[i].values =
            (char *)requests[i].values + at * fg_column_entry_bytes(requests[i].column);
    }
}

bool fg_writer_column_lines(const struct fg_writer_config *config, struct fg_text *text,
                            uint64_t first, size_t count,
                            const struct fg_column_request *requests) {
    static const size_t no_lists[FG_WRITER_ROWS + 1] = {0};
    static const uint64_t no_values[1] = {0};
    struct fg_column_request own[FG_COLUMNS_MOST], given[FG_COLUMNS_MOST];
    uint64_t numbers[FG_WRITER_ROWS];
    size_t own_count = 0;
    if (!config->totals && !request_columns(text, config->columns, own, &own_count))
        return false;
    for (size_t i = 0, rows; i < count; i += rows) {
        const size_t *offsets = no_lists;
        rows = list_numbers(first + i, count - i, numbers);
        shift_requests(requests, config->columns->count, i, given);
        for (size_t k = 0; k < own_count; k++)
            memcpy(own[k].values, given[k].values, rows * fg_column_entry_bytes(own[k].column));
        const struct fg_numbers list = {.words = 1, .count = rows, .list = numbers};
        if (config->totals ? !fg_writer_tally_columns(config, text, &list, given)
                           : !put_rows(config, text, numbers, rows, &offsets, no_values))
            return false;
    }
    return true;
}
