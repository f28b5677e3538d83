/* SPDX-License-Identifier: MIT */
/*
 * option_table.h: the table of options, from which parsing, messages and --help are all made.
 *
 * An option is one line of the table and, if it needs its own reading of the value, one small
 * function.
 */
#ifndef FG_CLI_OPTION_TABLE_H
#define FG_CLI_OPTION_TABLE_H

#include "cli/command/option_values.h"
#include <stdio.h>

struct fg_option_entry;

/* A command line being read. */
struct fg_option_parse {
    struct fg_options *options;
    FILE *err;
    const struct fg_option_entry *entry; /* the option whose value is being read */
};

enum fg_option_scope {
    FG_OPTION_ALWAYS,
    FG_OPTION_ANYWHERE, /* if there are numbers: not for two exports side by side */
    FG_OPTION_NOT_WITH_COMPARE,
    FG_OPTION_ONLY_WITH_COMPARE,
    FG_OPTION_WITH_COMPARISONS, /* one, or two exports side by side */
};

struct fg_option_entry {
    const char *name;
    char letter; /* 0: none */
    enum fg_option_scope scope;
    /* The value's name in --help: it begins with FILE if it is the name of one, LIST if it is some
     * of the choices with commas between them; NULL if it is one of the choices or there is none.
     */
    const char *value;
    /* NULL: the value can be anything; else NULL after the last. */
    const char *(*choice)(size_t index);
    /* Takes the value, and the index of the choice; false after a message. */
    bool (*set)(const struct fg_option_parse *parse, const char *value, size_t choice);
    size_t field; /* where in struct fg_options, for functions that serve several options */
    const char *help;
};

#define FG_OPTION_SEVERAL SIZE_MAX

/* In the order of --help. */
extern const struct fg_option_entry fg_option_entries[];
extern const size_t fg_option_count;
#define FG_OPTION_COUNT_MAX 64

bool fg_option_takes_list(const struct fg_option_entry *entry);
/* With --compare the value may be several of the choices, each once, with commas between them.
 * `set` gets them as they are, and FG_OPTION_SEVERAL. */
bool fg_option_takes_several_compared(const struct fg_option_entry *entry);
bool fg_option_takes_value(const struct fg_option_entry *entry);
bool fg_option_takes_file(const struct fg_option_entry *entry);

/* Writes what is wrong and where to find help; returns false. */
bool fg_option_complain(const struct fg_option_parse *parse, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
