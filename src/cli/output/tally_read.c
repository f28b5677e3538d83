/* SPDX-License-Identifier: MIT */
/*
 * tally_read.c: reads totals back.
 *
 * All formats have the same numbers in the same order, so that one reader takes the numbers and the
 * names of columns, whatever stands between them. That it was nothing else is then checked at once:
 * the same totals must give the same text, byte by byte.
 */
#include "cli/output/tally_rows.h"

#include "text/failure.h"
#include "text/signed_decimal.h"

#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

/* Max numbers of a row: from, to, count, sum, two extremes and their n, and a histogram. */
#define ROW_NUMBERS ((size_t)8 + 2 * FG_TOTALS_VALUES)
/* Max bytes of a list of columns. */
#define NAMES_BYTES ((size_t)FG_COLUMNS_MOST * FG_COLUMN_NAME_ROOM)

/* Numbers of a row of csv or jsonl before its histogram, if it is of numbers: from, to, count, sum,
 * least, least_n, greatest and greatest_n. */
#define RECORD_NUMBERS 8

/* A part of a text. */
struct span {
    const char *begin, *end;
};

struct row_numbers {
    struct fg_int256 list[ROW_NUMBERS];
    size_t count;
};

/* The text, and what is known of it. */
struct source {
    struct span text;
    enum fg_writer_format format;
    enum fg_writer_integers integers;
    struct span totals; /* the rows of all numbers */
    size_t row_count;   /* in csv and jsonl: how many they are, */
    size_t row_before;  /* and how many came together before them; 0: none */
};

static enum fg_status refuse(struct fg_error *error, const char *why) {
    return fg_program_fail(error, FG_ERROR_ARGUMENT, "it holds no totals of --total: %s", why);
}

/* Takes the next line, without its line feed, off the front; false at the end. */
static bool next_line(struct span *text, struct span *line) {
    if (text->begin == text->end)
        return false;
    const char *const end = memchr(text->begin, '\n', (size_t)(text->end - text->begin));
    *line = (struct span){text->begin, end != NULL ? end : text->end};
    text->begin = end != NULL ? end + 1 : text->end;
    return true;
}

/* Returns the place behind `words` in the line; NULL if they are not there. */
static const char *behind(struct span line, const char *words) {
    const size_t length = strlen(words);
    const char *const found = memmem(line.begin, (size_t)(line.end - line.begin), words, length);
    return found != NULL ? found + length : NULL;
}

/* Returns the first of these characters; the line's end if there is none. */
static const char *find_any(struct span line, const char *characters) {
    const char *at = line.begin;
    while (at < line.end && strchr(characters, *at) == NULL)
        at++;
    return at;
}

/* ---- Formats ---- */

static void find_format(struct source *source) {
    struct span text = source->text, line;
    source->format = FG_WRITER_TEXT;
    source->integers = FG_WRITER_INTEGERS_AUTO;
    if (!next_line(&text, &line))
        return;
    const char *const mark = find_any(line, "{,: ");
    if (mark < line.end && *mark == '{')
        source->format = FG_WRITER_JSONL;
    else if (mark < line.end && *mark == ',')
        source->format = FG_WRITER_CSV;
    if (source->format == FG_WRITER_JSONL && behind(line, "\"numbers\":\"") == NULL)
        source->integers = FG_WRITER_INTEGERS_NUMBER;
}

/* Returns the name of the row's column; empty if it has none. */
static struct span find_name(const struct source *source, struct span line) {
    const char *begin = line.begin;
    if (source->format == FG_WRITER_TEXT)
        return (struct span){begin, find_any(line, ":")};
    if (source->format == FG_WRITER_JSONL) {
        begin = behind(line, "\"column\":\"");
        begin = begin != NULL ? begin : line.end;
        return (struct span){begin, find_any((struct span){begin, line.end}, "\"")};
    }
    for (int i = 0; i < 2; i++) {
        begin = find_any((struct span){begin, line.end}, ",");
        begin += begin < line.end;
    }
    return (struct span){begin, find_any((struct span){begin, line.end}, ",")};
}

static bool is_same(struct span a, struct span b) {
    const size_t size = (size_t)(a.end - a.begin);
    return size == (size_t)(b.end - b.begin) && memcmp(a.begin, b.begin, size) == 0;
}

static bool is_header(const struct source *source, struct span line) {
    return source->format == FG_WRITER_CSV && behind(line, "column,numbers,sum") != NULL;
}

/* ---- Numbers ---- */

/* Reads the numbers of a row that lie outside its column's name. Returns how many. */
static size_t read_numbers(struct span line, struct span name,
                           struct fg_int256 numbers[ROW_NUMBERS]) {
    size_t count = 0;
    for (const char *at = line.begin; at < line.end;) {
        if (at == name.begin)
            at = name.end;
        const char *const end = at < name.begin ? name.begin : line.end;
        const size_t bytes =
            count < ROW_NUMBERS ? fg_signed_decimal_read(at, end, &numbers[count]) : 0;
        count += bytes > 0;
        at += bytes > 0 ? bytes : 1;
    }
    return count;
}

/* ---- Rows of all numbers ---- */

/* Returns a number below, of or above 0 as a is below, of or above b. */
static int compare(const struct fg_int256 *a, const struct fg_int256 *b) {
    if ((int64_t)a->words[3] != (int64_t)b->words[3])
        return (int64_t)a->words[3] < (int64_t)b->words[3] ? -1 : 1;
    for (size_t i = 3; i-- > 0;)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

/* Returns whether an extreme can be followed by another in a table of totals: it is the same, at
 * the same number, or a number after `to` has a more extreme value. `order`: below 0 if the second
 * value is more extreme. */
static bool can_follow(int order, const struct fg_int256 *n_before, const struct fg_int256 *n,
                       const struct fg_int256 *to) {
    if (order == 0)
        return compare(n, n_before) == 0;
    return order < 0 && compare(n, to) > 0;
}

/* Returns whether a histogram has what another has, and perhaps more. */
static bool grows(const struct row_numbers *before, const struct row_numbers *row) {
    for (size_t i = RECORD_NUMBERS; i + 1 < before->count; i += 2) {
        size_t k = RECORD_NUMBERS;
        while (k + 1 < row->count && compare(&row->list[k], &before->list[i]) != 0)
            k += 2;
        if (k + 1 >= row->count || compare(&row->list[k + 1], &before->list[i + 1]) < 0)
            return false;
    }
    return true;
}

/* Returns whether a row of csv or jsonl can follow another in the table of one run: the rows of
 * --total-every begin at the same number, and have more and greater numbers each time. */
static bool goes_on(const struct row_numbers *before, const struct row_numbers *row) {
    const struct fg_int256 *const a = before->list, *const b = row->list;
    if (before->count < RECORD_NUMBERS || row->count < RECORD_NUMBERS)
        return false; /* one of no numbers is alone */
    return compare(&b[0], &a[0]) == 0 && compare(&b[1], &a[1]) > 0 && compare(&b[2], &a[2]) > 0 &&
           can_follow(compare(&b[4], &a[4]), &a[5], &b[5], &a[1]) &&
           can_follow(compare(&a[6], &b[6]), &a[7], &b[7], &a[1]) && grows(before, row);
}

/* Takes note of a row of the first column, from which on the rows of all numbers come. False if it
 * is of another run than the row before it. */
static bool take_first(struct source *source, struct span line, struct span name,
                       struct row_numbers *before) {
    struct row_numbers row;
    row.count = read_numbers(line, name, row.list);
    const bool is_other_run = source->totals.begin != NULL && !goes_on(before, &row);
    source->totals.begin = line.begin;
    source->row_before = source->row_count;
    source->row_count = 0;
    *before = row;
    return !is_other_run;
}

/* Finds the rows of all numbers, which come last: from the last row on that is of the same column
 * as the first; in text from the count of numbers on. If there are none, they begin nowhere. */
static enum fg_status find_totals(struct source *source, struct fg_error *error) {
    struct span rest = source->text, line, first = {0};
    struct row_numbers before;
    bool is_one_run = true;
    memset(&before, 0, sizeof before);
    source->totals = (struct span){NULL, source->text.end};
    while (is_one_run && next_line(&rest, &line)) {
        if (source->format == FG_WRITER_TEXT && behind(line, " number") != NULL) {
            is_one_run = source->totals.begin == NULL;
            source->totals.begin = line.begin;
        } else if (is_header(source, line)) {
            is_one_run = first.begin == NULL;
        } else if (source->format != FG_WRITER_TEXT) {
            const struct span name = find_name(source, line);
            first = first.begin == NULL ? name : first;
            if (is_same(name, first))
                is_one_run = take_first(source, line, name, &before);
            source->row_count++;
        }
    }
    if (!is_one_run)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "it holds the totals of several runs, one after the other: give "
                               "each a file of its own");
    if (source->row_before != 0 && source->row_before != source->row_count)
        return refuse(error, "its last rows are of other columns than those before, or cut off");
    return FG_OK;
}

/* ---- Tallies ---- */

static uint64_t word_of(const struct fg_int256 *n) {
    return n->words[0];
}

static struct fg_uint128 pair_of(const struct fg_int256 *n) {
    return (struct fg_uint128){n->words[0], n->words[1]};
}

/* Fills the totals from sum, extremes and histogram. What does not fit is found by comparing. */
static void fill_totals(struct fg_totals *totals, const struct fg_int256 *numbers, size_t count) {
    if (count > 0)
        totals->sum = numbers[0];
    if (count >= 5) {
        totals->least = numbers[1];
        totals->least_n = pair_of(&numbers[2]);
        totals->greatest = numbers[3];
        totals->greatest_n = pair_of(&numbers[4]);
    }
    for (size_t i = 5; i + 1 < count; i += 2) {
        const uint64_t bin = word_of(&numbers[i]) + 1;
        if (bin < FG_TOTALS_VALUES)
            totals->histogram[bin] = word_of(&numbers[i + 1]);
    }
}

/* Takes the line of text that says which numbers the totals are of. */
static void take_numbers(struct fg_tally *tally, size_t column_count, struct span line) {
    struct fg_int256 numbers[ROW_NUMBERS];
    const size_t count = read_numbers(line, (struct span){line.end, line.end}, numbers);
    for (size_t i = 0; count > 0 && i < column_count; i++)
        tally->totals[i].count = word_of(&numbers[0]);
    if (count > 2) {
        tally->span.from = pair_of(&numbers[1]);
        tally->span.to = pair_of(&numbers[2]);
    }
}

/* Takes a row of csv or jsonl. */
static void take_record(struct fg_tally *tally, struct fg_totals *totals,
                        const struct fg_int256 *numbers, size_t count) {
    const size_t before = count > 2 ? 3 : 1; /* without numbers there is no from and to */
    if (count == 0)
        return;
    totals->count = word_of(&numbers[before - 1]);
    if (count > 2) {
        tally->span.from = pair_of(&numbers[0]);
        tally->span.to = pair_of(&numbers[1]);
    }
    fill_totals(totals, numbers + before, count - before);
}

static void take_rows(const struct source *source, const struct fg_columns *columns,
                      struct fg_tally *tally) {
    struct span rest = source->totals, line;
    struct fg_int256 numbers[ROW_NUMBERS];
    if (source->format == FG_WRITER_TEXT && next_line(&rest, &line))
        take_numbers(tally, columns->count, line);
    for (size_t i = 0; i < columns->count && next_line(&rest, &line); i++) {
        const size_t count = read_numbers(line, find_name(source, line), numbers);
        if (source->format == FG_WRITER_TEXT)
            fill_totals(&tally->totals[i], numbers, count);
        else
            take_record(tally, &tally->totals[i], numbers, count);
    }
    tally->span.first = tally->span.from;
    tally->span.last = tally->span.to;
}

/* ---- Columns and the check ---- */

static enum fg_status read_columns(const struct source *source, struct fg_columns *columns,
                                   struct fg_error *error) {
    struct span rest = source->totals, line;
    char names[NAMES_BYTES];
    size_t used = 0;
    if (source->format == FG_WRITER_TEXT)
        next_line(&rest, &line);
    while (next_line(&rest, &line)) {
        const struct span name = find_name(source, line);
        const size_t length = (size_t)(name.end - name.begin);
        if (length == 0 || used + length + 2 > sizeof names ||
            memchr(name.begin, ',', length) != NULL || memchr(name.begin, '\0', length) != NULL)
            return refuse(error, "a row has no column");
        used += used > 0;
        memcpy(names + used, name.begin, length);
        used += length;
        names[used] = ',';
    }
    if (used == 0)
        return refuse(error, "there is no column");
    names[used] = '\0';
    if (fg_columns_parse(columns, names, error) != FG_OK)
        return refuse(error, "a row is of no column of this version");
    for (size_t i = 0; i < columns->count; i++)
        if (columns->list[i].kind == FG_COLUMN_DIVISORS ||
            columns->list[i].kind == FG_COLUMN_PRIMES)
            return refuse(error, "lists have no totals");
    return FG_OK;
}

/* Checks that the totals give the text that they were read from. */
static enum fg_status check_text(const struct source *source, const struct fg_columns *columns,
                                 const struct fg_tally *tally, struct fg_error *error) {
    const struct fg_writer_config config = {
        .columns = columns, .format = source->format, .integers = source->integers};
    struct fg_text text = {0};
    const bool is_made = fg_tally_put_totals(&config, &text, tally);
    const bool same =
        is_made && is_same(source->totals, (struct span){text.data, text.data + text.size});
    fg_text_free(&text);
    if (!is_made)
        return fg_program_fail_memory(error);
    return same ? FG_OK : refuse(error, "its last rows are not as this program writes them");
}

/* Returns how many values a histogram has, and sets *sum to their sum. Each of its 129 counts is
 * below 2^64 and each value at most 127, so that both are below 2^79. */
static wide add_up(const struct fg_totals *totals, struct fg_int256 *sum) {
    wide count = 0, value_sum = 0;
    for (size_t bin = 0; bin < FG_TOTALS_VALUES; bin++) {
        count += totals->histogram[bin];
        value_sum += ((wide)bin - 1) * totals->histogram[bin];
    }
    const uint64_t sign = value_sum < 0 ? UINT64_MAX : 0;
    *sum = (struct fg_int256){{(uint64_t)value_sum, (uint64_t)(value_sum >> 64), sign, sign}};
    return count;
}

/* Returns whether a value is that of a place in the histogram. */
static bool is_bin(const struct fg_int256 *value, size_t bin) {
    const uint64_t sign = bin == 0 ? UINT64_MAX : 0;
    const struct fg_int256 of_bin = {{(uint64_t)bin - 1, sign, sign, sign}};
    return compare(value, &of_bin) == 0;
}

/* Returns whether the least and the greatest value are the first and the last of the histogram. */
static bool has_extremes(const struct fg_totals *totals) {
    size_t first = 0, last = FG_TOTALS_VALUES - 1;
    while (first < last && totals->histogram[first] == 0)
        first++;
    while (last > first && totals->histogram[last] == 0)
        last--;
    return is_bin(&totals->least, first) && is_bin(&totals->greatest, last);
}

/* Returns whether the sum, the extremes and the histogram of some numbers agree. */
static bool is_consistent(const struct fg_totals *totals, const struct fg_tally_span *span) {
    struct fg_int256 sum = {0};
    add_up(totals, &sum);
    if (totals->count == 0)
        return compare(&totals->sum, &sum) == 0;
    if (!fg_tally_is_within(totals->least_n, span) ||
        !fg_tally_is_within(totals->greatest_n, span) ||
        compare(&totals->least, &totals->greatest) > 0)
        return false;
    return !fg_column_has_histogram(totals->column) ||
           (compare(&totals->sum, &sum) == 0 && has_extremes(totals));
}

/* Checks what no text shows: that the rows are of the same numbers, and each agrees with itself. */
static enum fg_status check_values(const struct fg_columns *columns, const struct fg_tally *tally,
                                   struct fg_error *error) {
    for (size_t i = 0; i < columns->count; i++) {
        const struct fg_totals *const totals = &tally->totals[i];
        struct fg_int256 sum;
        if (totals->count != fg_tally_count(tally) || (fg_column_has_histogram(totals->column) &&
                                                       add_up(totals, &sum) != (wide)totals->count))
            return refuse(error, "its rows are not of the same count of numbers");
        if (!is_consistent(totals, &tally->span))
            return refuse(error, "the sum, the extremes and the histogram of a row contradict each "
                                 "other");
    }
    return FG_OK;
}

/* Reads and checks the rows of `source->totals`. */
static enum fg_status read_tally(const struct source *source, const struct fg_columns *columns,
                                 struct fg_tally **tally, struct fg_error *error) {
    struct fg_tally *const made = fg_tally_make(columns);
    if (made == NULL)
        return fg_program_fail_memory(error);
    take_rows(source, columns, made);
    enum fg_status status = check_text(source, columns, made, error);
    if (status == FG_OK)
        status = check_values(columns, made, error);
    if (status == FG_OK)
        *tally = made;
    else
        free(made);
    return status;
}

enum fg_status fg_tally_read(const char *text, size_t size, struct fg_columns *columns,
                             struct fg_tally **tally, struct fg_error *error) {
    struct source source = {.text = {text, text + size}};
    if (size == 0)
        return refuse(error, "it is empty");
    if (text[size - 1] != '\n')
        return refuse(error, "it ends in the middle of a line");
    if (size > 1 && text[size - 2] == '\r')
        return refuse(error, "its lines end with a carriage return and a line feed, as on Windows; "
                             "take the carriage returns out, as tr -d '\\r' does");
    find_format(&source);
    FG_TRY(find_totals(&source, error));
    if (source.totals.begin == NULL)
        return refuse(error, "no line begins them");
    FG_TRY(read_columns(&source, columns, error));
    return read_tally(&source, columns, tally, error);
}

/* Cuts the next rows, one of each column, off the front of the table. */
static struct span next_rows(struct span *table, size_t column_count) {
    struct span rows = *table, line;
    for (size_t i = 0; i < column_count; i++)
        next_line(table, &line);
    rows.end = table->begin;
    return rows;
}

enum fg_status fg_tally_read_rows(const char *text, size_t size, const struct fg_columns *columns,
                                  enum fg_status (*take)(void *context, const struct fg_tally *row,
                                                         struct fg_error *error),
                                  void *context, struct fg_error *error) {
    struct source source = {.text = {text, text + size}};
    struct span line;
    find_format(&source);
    FG_TRY(find_totals(&source, error));
    struct span table = {text, source.totals.begin}, behind_first = table;
    if (next_line(&behind_first, &line) && is_header(&source, line))
        table = behind_first;
    if (source.format == FG_WRITER_TEXT && table.begin < table.end)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "the table of --total-every has sums only in text: let the parts be "
                               "written with --format=csv or jsonl");
    while (table.begin < table.end) {
        struct fg_tally *row = NULL;
        source.totals = next_rows(&table, columns->count);
        FG_TRY(read_tally(&source, columns, &row, error));
        const enum fg_status status = take(context, row, error);
        free(row);
        FG_TRY(status);
    }
    return FG_OK;
}
