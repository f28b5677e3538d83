/* SPDX-License-Identifier: MIT */
/*
 * show.c: finds columns by name, and parses lists of names.
 */
#include "cli/output/show.h"

#include "text/failure.h"
#include "text/operand_value.h"

#include <stdio.h>
#include <string.h>

/* The only column with a bound, as in the library's table. */
#define SMOOTH "smooth="
/* Room for a bound as it is spelled. */
#define BOUND_ROOM 64

/* The lists, which the writers make; the library computes all other columns. */
static const struct fg_shown_column lists[] = {
    {.name = "divisors", .kind = FG_COLUMN_DIVISORS},
    {.name = "primes", .kind = FG_COLUMN_PRIMES},
};
static const size_t list_count = sizeof lists / sizeof *lists;

const char *fg_columns_name(size_t index) {
    if (index < list_count)
        return lists[index].name;
    const enum fg_column column = (enum fg_column)(index - list_count);
    return fg_column_has_bound(column) ? SMOOTH "B" : fg_column_name(column);
}

static enum fg_column_kind kind_of(enum fg_column column) {
    switch (fg_column_get_type(column)) {
    case FG_COLUMN_UINT128:
    case FG_COLUMN_UINT192: /* no column of numbers with one word */
        return FG_COLUMN_WIDE;
    case FG_COLUMN_INT8:
        return FG_COLUMN_SIGNED;
    case FG_COLUMN_BOOL:
        return FG_COLUMN_TRUTH;
    case FG_COLUMN_UINT64:
        break;
    }
    return FG_COLUMN_NUMBER;
}

/* A column that is not named here may be large: then its values are exact all the same. */
static bool is_small(enum fg_column column) {
    return column == FG_COLUMN_COUNT || column == FG_COLUMN_OMEGA || column == FG_COLUMN_BIGOMEGA ||
           column == FG_COLUMN_MOBIUS || column == FG_COLUMN_LIOUVILLE;
}

/* Parses the bound after SMOOTH, 1 .. 2^64 - 1, spelled as an operand is. */
static bool parse_bound(const char *text, size_t length, uint64_t *bound) {
    const struct fg_uint128 most = {UINT64_MAX, 0};
    char spelling[BOUND_ROOM];
    struct fg_uint128 number;
    if (length >= sizeof spelling)
        return false;
    memcpy(spelling, text, length);
    spelling[length] = '\0';
    if (!fg_operand_read_value(spelling, most, &number))
        return false;
    *bound = number.low;
    return true;
}

/* Finds a column that has no bound. */
static bool find_column(struct fg_shown_column *column, const char *name, size_t length) {
    *column = (struct fg_shown_column){0};
    if (length >= sizeof column->name)
        return false;
    memcpy(column->name, name, length);
    for (size_t i = 0; i < list_count; i++)
        if (strcmp(lists[i].name, column->name) == 0) {
            *column = lists[i];
            return true;
        }
    if (!fg_column_from_name(column->name, &column->column) || fg_column_has_bound(column->column))
        return false;
    column->kind = kind_of(column->column);
    column->is_small = is_small(column->column);
    return true;
}

static int shown(size_t length) {
    return length < FG_COLUMN_NAME_ROOM ? (int)length : FG_COLUMN_NAME_ROOM;
}

static enum fg_status refuse_unknown(const char *name, size_t length, struct fg_error *error) {
    char names[300] = "";
    size_t used = 0;
    for (size_t i = 0; fg_columns_name(i) != NULL && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                                 fg_columns_name(i));
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           "'%.*s' is not a column; valid columns, with a comma between two: %s",
                           shown(length), name, names);
}

static enum fg_status parse_column(struct fg_shown_column *column, const char *name, size_t length,
                                   struct fg_error *error) {
    const size_t before = strlen(SMOOTH);
    if (find_column(column, name, length))
        return FG_OK;
    if (strncmp(name, SMOOTH, before) != 0)
        return refuse_unknown(name, length, error);
    *column = (struct fg_shown_column){.kind = FG_COLUMN_TRUTH, .column = FG_COLUMN_SMOOTH};
    if (!parse_bound(name + before, length - before, &column->bound))
        return fg_program_fail(
            error, FG_ERROR_ARGUMENT,
            "the bound of '%.*s' is not a whole number from 1 to 18446744073709551615; "
            "write digits, 10^18, 1e9 or 2^64-1",
            shown(length), name);
    snprintf(column->name, sizeof column->name, SMOOTH "%ju", (uintmax_t)column->bound);
    return FG_OK;
}

enum fg_status fg_columns_parse(struct fg_columns *columns, const char *list,
                                struct fg_error *error) {
    columns->count = 0;
    for (const char *name = list;; name++) {
        const size_t length = strcspn(name, ",");
        if (columns->count == FG_COLUMNS_MOST)
            return fg_program_fail(error, FG_ERROR_ARGUMENT, "there are more than %d columns",
                                   FG_COLUMNS_MOST);
        struct fg_shown_column *const column = &columns->list[columns->count];
        FG_TRY(parse_column(column, name, length, error));
        for (size_t i = 0; i < columns->count; i++)
            if (strcmp(columns->list[i].name, column->name) == 0)
                return fg_program_fail(error, FG_ERROR_ARGUMENT, "the column '%s' is given twice",
                                       column->name);
        column->place = columns->count++;
        name += length;
        if (*name == '\0')
            return FG_OK;
    }
}

bool fg_columns_are_only(const struct fg_columns *columns, enum fg_column_kind kind) {
    return columns->count == 1 && columns->list[0].kind == kind;
}

bool fg_columns_have(const struct fg_columns *columns, enum fg_column_kind kind) {
    for (size_t i = 0; i < columns->count; i++)
        if (columns->list[i].kind == kind)
            return true;
    return false;
}
