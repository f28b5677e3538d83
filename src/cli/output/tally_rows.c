/* SPDX-License-Identifier: MIT */
/*
 * tally_rows.c: a row for each column, whose parts are the same in csv and jsonl, and in text where
 * a person wants them.
 */
#include "cli/output/tally_rows.h"

#include "text/signed_decimal.h"

#include <string.h>

/* Max bytes of a row: nine numbers, a name, and a value with its count for each of a histogram. */
#define ROW_BYTES                                                                                  \
    ((size_t)10 * FG_SIGNED_DECIMAL_ROOM + FG_COLUMN_NAME_ROOM + 256 +                             \
     (size_t)FG_TOTALS_VALUES * 40)

/* One column's totals of the numbers from .. to. */
struct row {
    const struct fg_writer_config *config;
    struct fg_uint128 from, to;
    const char *name;
    const struct fg_totals *totals;
};

static struct fg_int256 of_number(struct fg_uint128 n) {
    return (struct fg_int256){{n.low, n.high, 0, 0}};
}

static struct fg_int256 of_count(uint64_t n) {
    return (struct fg_int256){{n, 0, 0, 0}};
}

static struct fg_int256 of_bin(size_t bin) {
    const uint64_t sign = bin == 0 ? UINT64_MAX : 0;
    return (struct fg_int256){{(uint64_t)bin - 1, sign, sign, sign}};
}

static bool has_values(const struct row *row) {
    return fg_column_has_histogram(row->totals->column) && row->totals->count > 0;
}

/* ---- jsonl and csv ---- */

static bool is_json(const struct row *row) {
    return row->config->format == FG_WRITER_JSONL;
}

/* Writes a number; in JSON a string unless numbers are asked for. */
static char *put_number(char *out, const struct row *row, struct fg_int256 n) {
    const bool quoted = is_json(row) && row->config->integers != FG_WRITER_INTEGERS_NUMBER;
    *out = '"';
    out = fg_signed_decimal_write(out + quoted, n);
    *out = '"';
    return out + quoted;
}

/* Begins a field: the separator, and in JSON its name. */
static char *begin_field(char *out, const struct row *row, const char *name, bool is_first) {
    if (is_json(row))
        return stpcpy(stpcpy(stpcpy(out, is_first ? "{\"" : ",\""), name), "\":");
    return is_first ? out : stpcpy(out, ",");
}

/* Writes a field; without numbers there are only a few, and the others are empty. */
static char *put_field(char *out, const struct row *row, const char *name, bool is_there,
                       struct fg_int256 n) {
    out = begin_field(out, row, name, strcmp(name, "from") == 0);
    if (is_there)
        return put_number(out, row, n);
    return is_json(row) ? stpcpy(out, "null") : out;
}

static char *put_column(char *out, const struct row *row) {
    out = begin_field(out, row, "column", false);
    if (!is_json(row))
        return stpcpy(out, row->name);
    return stpcpy(stpcpy(stpcpy(out, "\""), row->name), "\"");
}

/* Writes the histogram: pairs in JSON, and "value:count" with spaces between in csv. */
static char *put_values(char *out, const struct row *row) {
    const char *separator = "";
    out = begin_field(out, row, "values", false);
    if (is_json(row))
        *out++ = '[';
    for (size_t bin = 0; has_values(row) && bin < FG_TOTALS_VALUES; bin++) {
        if (row->totals->histogram[bin] == 0)
            continue;
        out = stpcpy(stpcpy(out, separator), is_json(row) ? "[" : "");
        out = stpcpy(put_number(out, row, of_bin(bin)), is_json(row) ? "," : ":");
        out = put_number(out, row, of_count(row->totals->histogram[bin]));
        if (is_json(row))
            *out++ = ']';
        separator = is_json(row) ? "," : " ";
    }
    return is_json(row) ? stpcpy(out, "]}") : out;
}

static char *put_record(char *out, const struct row *row) {
    const struct fg_totals *const totals = row->totals;
    const bool is_there = totals->count > 0;
    out = put_field(out, row, "from", is_there, of_number(row->from));
    out = put_field(out, row, "to", is_there, of_number(row->to));
    out = put_column(out, row);
    out = put_field(out, row, "numbers", true, of_count(totals->count));
    out = put_field(out, row, "sum", true, totals->sum);
    out = put_field(out, row, "least", is_there, totals->least);
    out = put_field(out, row, "least_n", is_there, of_number(totals->least_n));
    out = put_field(out, row, "greatest", is_there, totals->greatest);
    out = put_field(out, row, "greatest_n", is_there, of_number(totals->greatest_n));
    return stpcpy(put_values(out, row), "\n");
}

/* ---- Text ---- */

static char *put_line(char *out, const struct row *row) {
    const struct fg_totals *const totals = row->totals;
    const char *separator = "; ";
    out = fg_signed_decimal_write(stpcpy(stpcpy(out, row->name), ": sum "), totals->sum);
    if (totals->count > 0) {
        out = fg_signed_decimal_write(stpcpy(out, ", least "), totals->least);
        out = fg_signed_decimal_write(stpcpy(out, " at "), of_number(totals->least_n));
        out = fg_signed_decimal_write(stpcpy(out, ", greatest "), totals->greatest);
        out = fg_signed_decimal_write(stpcpy(out, " at "), of_number(totals->greatest_n));
    }
    for (size_t bin = 0; has_values(row) && bin < FG_TOTALS_VALUES; bin++) {
        if (totals->histogram[bin] == 0)
            continue;
        out = fg_signed_decimal_write(stpcpy(out, separator), of_bin(bin));
        out = fg_signed_decimal_write(stpcpy(out, ": "), of_count(totals->histogram[bin]));
        separator = ", ";
    }
    return stpcpy(out, "\n");
}

/* Writes how many numbers there are, and from where to where. */
static char *put_numbers(char *out, const struct fg_tally *tally) {
    const uint64_t count = fg_tally_count(tally);
    out = fg_signed_decimal_write(out, of_count(count));
    out = stpcpy(out, count == 1 ? " number" : " numbers");
    if (count > 0) {
        out = fg_signed_decimal_write(stpcpy(out, " from "), of_number(tally->span.from));
        out = fg_signed_decimal_write(stpcpy(out, " to "), of_number(tally->span.to));
    }
    return stpcpy(out, "\n");
}

/* ---- Tallies ---- */

/* Appends a row for each column. */
static bool put_rows(const struct fg_writer_config *config, struct fg_text *text,
                     const struct fg_tally *tally, struct fg_uint128 to) {
    for (size_t i = 0; i < config->columns->count; i++) {
        const struct row row = {config, tally->span.from, to, config->columns->list[i].name,
                                &tally->totals[i]};
        char *const out = fg_text_reserve(text, ROW_BYTES);
        if (out == NULL)
            return false;
        fg_text_end_at(text, config->format == FG_WRITER_TEXT ? put_line(out, &row)
                                                              : put_record(out, &row));
    }
    return true;
}

bool fg_tally_put_header(const struct fg_writer_config *config, struct fg_text *text) {
    char *const out = fg_text_reserve(text, ROW_BYTES);
    if (out != NULL && config->format == FG_WRITER_CSV)
        fg_text_end_at(text, stpcpy(out, "from,to,column,numbers,sum,least,least_n,greatest,"
                                         "greatest_n,values\n"));
    return out != NULL;
}

bool fg_tally_put_partial(const struct fg_writer_config *config, struct fg_text *text,
                          const struct fg_tally *tally, struct fg_uint128 to) {
    if (config->format != FG_WRITER_TEXT)
        return put_rows(config, text, tally, to);
    char *out = fg_text_reserve(text, (config->columns->count + 1) * (FG_SIGNED_DECIMAL_ROOM + 4));
    if (out == NULL)
        return false;
    out = stpcpy(fg_signed_decimal_write(out, of_number(to)), ": ");
    for (size_t i = 0; i < config->columns->count; i++)
        out = fg_signed_decimal_write(stpcpy(out, i > 0 ? "\t" : ""), tally->totals[i].sum);
    fg_text_end_at(text, stpcpy(out, "\n"));
    return true;
}

bool fg_tally_put_totals(const struct fg_writer_config *config, struct fg_text *text,
                         const struct fg_tally *tally) {
    if (config->format == FG_WRITER_TEXT) {
        char *const out = fg_text_reserve(text, ROW_BYTES);
        if (out == NULL)
            return false;
        fg_text_end_at(text, put_numbers(out, tally));
    }
    return put_rows(config, text, tally, tally->span.to);
}
