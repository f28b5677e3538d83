/* SPDX-License-Identifier: MIT */
/*
 * options.c: getopt_long() over the table of options, and the messages if it complains.
 */
#include "cli/command/options.h"

#include "cli/command/option_table.h"
#include "cli/output/writer.h"
#include "compare/report/compare_present.h"
#include "terminal/message.h"
#include "terminal/terminal_line.h"
#include "text/operand.h"
#include "text/operand_value.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

void fg_options_hint(FILE *err) {
    fg_message(err, "try 'factor-gpu --help'");
}

/* The choices with `separator` between two. */
static void join_choices(const char *(*choice)(size_t), const char *separator, char *text,
                         size_t room) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; choice(i) != NULL && used < room; i++)
        used +=
            (size_t)snprintf(text + used, room - used, "%s%s", i > 0 ? separator : "", choice(i));
}

/* Sets *choice to the index of a choice; false after a message. */
static bool find_choice(const struct fg_option_parse *parse, const char *value, size_t length,
                        size_t *choice) {
    const struct fg_option_entry *const entry = parse->entry;
    char choices[200];
    for (*choice = 0; entry->choice(*choice) != NULL; ++*choice)
        if (strlen(entry->choice(*choice)) == length &&
            memcmp(entry->choice(*choice), value, length) == 0)
            return true;
    join_choices(entry->choice, ", ", choices, sizeof choices);
    return fg_option_complain(parse, "option --%s: '%.*s' is not valid; valid values: %s",
                              entry->name, (int)length, value, choices);
}

/* Checks several choices with commas between them: the first one, auto, stands for all. */
static bool check_choices(const struct fg_option_parse *parse, const char *value) {
    bool given[64] = {false};
    for (const char *at = value;; at++) {
        const size_t length = strcspn(at, ",");
        size_t choice;
        if (!find_choice(parse, at, length, &choice))
            return false;
        if (choice == 0)
            return fg_option_complain(parse, "option --%s: '%.*s' stands alone, for all",
                                      parse->entry->name, (int)length, at);
        if (given[choice])
            return fg_option_complain(parse, "option --%s: '%.*s' is there twice",
                                      parse->entry->name, (int)length, at);
        given[choice] = true;
        at += length;
        if (*at == '\0')
            return true;
    }
}

/* Refuses numbers where a file's name belongs, as in --certify 12: the option would take the number
 * that it is to work on. */
static bool check_file(const struct fg_option_parse *parse, const char *value) {
    const struct fg_option_entry *const entry = parse->entry;
    if (!fg_option_takes_file(entry) ||
        (!fg_operand_is_number(value) && !fg_operand_is_range(value)))
        return true;
    return fg_option_complain(parse,
                              "option --%s needs a file before the numbers, as in --%s=FILE %s; "
                              "for a file of that name write --%s=%s",
                              entry->name, entry->name, value, entry->name, value);
}

/* `is_apart`: the value is an argument of its own. */
static bool apply(struct fg_option_parse *parse, const struct fg_option_entry *entry,
                  const char *value, bool is_apart) {
    size_t choice = 0;
    parse->entry = entry;
    if (is_apart && !check_file(parse, value))
        return false;
    if (fg_option_takes_several_compared(entry) && strchr(value, ',') != NULL) {
        if (!check_choices(parse, value))
            return false;
        choice = FG_OPTION_SEVERAL;
    } else if (entry->choice != NULL && !fg_option_takes_list(entry) &&
               !find_choice(parse, value, strlen(value), &choice)) {
        return false;
    }
    return entry->set(parse, value, choice);
}

/* The table in getopt's terms; val is 1 + the entry's index. */
static void make_getopt_tables(struct option long_options[FG_OPTION_COUNT_MAX + 1],
                               char letters[2 * FG_OPTION_COUNT_MAX + 2]) {
    *letters++ = ':'; /* getopt prints nothing, and tells a missing value from an unknown option */
    for (size_t i = 0; i < fg_option_count; i++) {
        const int argument =
            fg_option_takes_value(&fg_option_entries[i]) ? required_argument : no_argument;
        long_options[i] = (struct option){fg_option_entries[i].name, argument, NULL, (int)i + 1};
        if (fg_option_entries[i].letter == 0)
            continue;
        *letters++ = fg_option_entries[i].letter;
        if (argument == required_argument)
            *letters++ = ':';
    }
    long_options[fg_option_count] = (struct option){0};
    *letters = '\0';
}

/* The entry of what getopt_long() returned; NULL for its two complaints. */
static const struct fg_option_entry *find_entry(int found) {
    if (found >= 1 && found <= (int)fg_option_count)
        return &fg_option_entries[found - 1];
    for (size_t i = 0; i < fg_option_count; i++)
        if (fg_option_entries[i].letter != 0 && fg_option_entries[i].letter == found)
            return &fg_option_entries[i];
    return NULL;
}

/* Complains about a long name as typed: it is unknown or ambiguous, or the option takes no value.
 */
static bool complain_long(const struct fg_option_parse *parse, const char *typed) {
    const size_t length = strcspn(typed, "=");
    char matches[400] = "";
    size_t used = 0, match_count = 0;
    for (size_t i = 0; i < fg_option_count; i++) {
        if (length == 0 || strncmp(fg_option_entries[i].name, typed, length) != 0)
            continue;
        used += (size_t)snprintf(matches + used, sizeof matches - used, "%s--%s",
                                 match_count++ > 0 ? ", " : "", fg_option_entries[i].name);
    }
    if (match_count == 0)
        return fg_option_complain(parse, "unknown option '--%.*s'", (int)length, typed);
    if (match_count > 1)
        return fg_option_complain(parse, "option '--%.*s' could be any of %s", (int)length, typed,
                                  matches);
    return fg_option_complain(parse, "option %s takes no value", matches);
}

/* Returns the first letter of "-abc" that is no option; NULL if there is none, or no such list. */
static const char *find_unknown_letter(const char *argument) {
    if (argument == NULL || argument[0] != '-' || argument[1] == '-')
        return NULL;
    for (const char *letter = argument + 1; *letter != '\0'; letter++) {
        const struct fg_option_entry *const entry = find_entry((unsigned char)*letter);
        if (entry == NULL)
            return letter;
        if (fg_option_takes_value(entry))
            return NULL; /* the rest is its value */
    }
    return NULL;
}

/* Complains about the argument that holds the digit at which getopt stopped. getopt steps to the
 * next argument only after an argument's last letter. */
static bool complain_digit(const struct fg_option_parse *parse, char **argv) {
    const char *letter = find_unknown_letter(argv[optind]);
    const bool stopped_inside = letter != NULL && *letter == optopt && letter[1] != '\0';
    const char *const argument = argv[stopped_inside ? optind : optind - 1];
    if (isdigit((unsigned char)argument[1]))
        return fg_option_complain(
            parse,
            "'%s' is neither an option nor a number that can be factored: numbers "
            "run from 1 to 2^128 - 1",
            argument);
    return fg_option_complain(parse, "unknown option '-%c' in '%s'", optopt, argument);
}

/* Says in words why getopt_long() returned `found`. Returns false. */
static bool complain_getopt(const struct fg_option_parse *parse, int argc, char **argv, int found) {
    const struct fg_option_entry *const entry = optopt != 0 ? find_entry(optopt) : NULL;
    if (found == ':' && entry != NULL)
        return fg_option_complain(parse, "option --%s needs a value", entry->name);
    if (isdigit(optopt))
        return complain_digit(parse, argv);
    const char *const last = optind > 0 && optind <= argc ? argv[optind - 1] : "";
    if (strncmp(last, "--", 2) == 0 && (optopt == 0 || entry != NULL))
        return complain_long(parse, last + 2);
    return fg_option_complain(
        parse, isprint(optopt) ? "unknown option '-%c'" : "unknown option '-\\x%02x'",
        (unsigned char)optopt);
}

/* Returns whether the command line has the option. */
static bool is_given(const char *name, const bool given[FG_OPTION_COUNT_MAX]) {
    size_t i = 0;
    while (strcmp(fg_option_entries[i].name, name) != 0)
        i++;
    return given[i];
}

/* Checks that the columns, their form and the format go together. */
static bool check_columns(const struct fg_option_parse *parse,
                          const bool given[FG_OPTION_COUNT_MAX]) {
    const struct fg_options *const options = parse->options;
    const struct fg_columns *const columns = &options->columns;
    if (options->exponents && !fg_columns_have(columns, FG_COLUMN_PRIMES))
        return fg_option_complain(parse, "option --exponents (-h) needs the column primes: add it "
                                         "to --show, as in --show=primes, or leave --show out");
    if (options->exponents && fg_writer_is_binary(options->format))
        return fg_option_complain(parse, "option --exponents (-h) is for the formats text, jsonl "
                                         "and csv: the binary ones repeat a prime");
    if (options->format != FG_WRITER_JSONL && is_given("json-integers", given))
        return fg_option_complain(parse, "option --json-integers needs --format=jsonl");
    if (fg_writer_is_npy(options->format) && (fg_columns_have(columns, FG_COLUMN_DIVISORS) ||
                                              fg_columns_have(columns, FG_COLUMN_PRIMES)))
        return fg_option_complain(
            parse,
            "--format=%s has no lists of varying length, such as the columns divisors and "
            "primes: choose others with --show, or --format=%s",
            fg_writer_format_name(options->format), fg_writer_unframed_name(options->format));
    return true;
}

/* Returns whether --merge-totals, which only reads totals and writes their sum, heeds the option.
 */
static bool is_of_merging(const struct fg_option_entry *entry) {
    static const char *const names[] = {"merge-totals", "total-every", "format", "json-integers",
                                        "output"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(entry->name, names[i]) == 0)
            return true;
    return entry->scope == FG_OPTION_ALWAYS;
}

/* Refuses options and operands that --merge-totals does not take. */
static bool check_merging(const struct fg_option_parse *parse,
                          const bool given[FG_OPTION_COUNT_MAX]) {
    const struct fg_options *const options = parse->options;
    size_t stdin_count = 0;
    if (options->total && options->total_every == 0)
        return fg_option_complain(parse, "option --merge-totals adds up what --total has written: "
                                         "leave --total out");
    for (size_t i = 0; i < fg_option_count; i++)
        if (given[i] && !is_of_merging(&fg_option_entries[i]))
            return fg_option_complain(parse,
                                      "option --%s does not go with --merge-totals, which only "
                                      "adds totals up: give it to the runs that write them",
                                      fg_option_entries[i].name);
    if (options->operand_count == 0)
        return fg_option_complain(parse, "option --merge-totals needs the files of the parts, as "
                                         "in --merge-totals part*.csv");
    for (size_t i = 0; i < options->operand_count; i++)
        stdin_count += fg_operand_is_stdin(options->operands[i]);
    return stdin_count < 2 ||
           fg_option_complain(parse, "option --merge-totals: standard input was given twice, and "
                                     "can be read once: give each part once");
}

/* Checks the options of totals, which exist for columns of numbers, and as text. */
static bool check_totals(const struct fg_option_parse *parse,
                         const bool given[FG_OPTION_COUNT_MAX]) {
    const struct fg_options *const options = parse->options;
    const bool merges = options->action == FG_OPTIONS_MERGE_TOTALS;
    if (!options->total && !merges)
        return true;
    if (fg_writer_is_binary(options->format))
        return fg_option_complain(parse, "totals have the formats text, jsonl and csv, not %s",
                                  fg_writer_format_name(options->format));
    if (merges)
        return check_merging(parse, given);
    return (!fg_columns_have(&options->columns, FG_COLUMN_DIVISORS) &&
            !fg_columns_have(&options->columns, FG_COLUMN_PRIMES)) ||
           fg_option_complain(parse, "option --total needs --show with columns that are "
                                     "numbers, as in --show=count,phi; the lists divisors and "
                                     "primes have no sum");
}

/* Refuses a part in a format whose parts cannot be joined byte by byte, unless it gets a file of
 * its own: what comes on standard output is soon joined, by GNU parallel or a loop. */
static bool check_part(const struct fg_option_parse *parse) {
    const struct fg_options *const options = parse->options;
    if (options->shard.count == 0 || !fg_writer_is_npy(options->format) ||
        options->output_path != NULL)
        return true;
    return fg_option_complain(
        parse,
        "options --shard and --format=%s need --output=FILE, a file for each part: of parts "
        "that are joined byte by byte NumPy reads the first alone",
        fg_writer_format_name(options->format));
}

/* Refuses --column without a table, and --shard with one. */
static bool check_table(const struct fg_option_parse *parse) {
    const struct fg_options *const options = parse->options;
    const bool is_table = fg_reader_format_is_table(options->input_format);
    if (options->column != NULL && !is_table)
        return fg_option_complain(parse,
                                  "option --column needs --input-format=csv or --input-format=tsv");
    if (is_table && options->shard.count > 0)
        return fg_option_complain(
            parse, "option --shard cannot cut CSV, whose fields may hold line ends: write the "
                   "column to a file first, one number a line, and cut that");
    return true;
}

/* Checks that of --output, --checkpoint and --resume each has the one before it. */
static bool check_checkpoint(const struct fg_option_parse *parse,
                             const bool given[FG_OPTION_COUNT_MAX]) {
    const struct fg_options *const options = parse->options;
    if (options->checkpoint_path != NULL && options->output_path == NULL)
        return fg_option_complain(
            parse, "option --checkpoint needs --output=FILE, which can be gone on with");
    if (options->checkpoint_path != NULL)
        return true;
    if (options->resume)
        return fg_option_complain(parse,
                                  "option --resume needs --checkpoint=FILE, where to go on from");
    return !is_given("checkpoint-every", given) ||
           fg_option_complain(parse, "option --checkpoint-every needs --checkpoint=FILE");
}

/* Checks that at most one report goes to standard output. */
static bool check_exports(const struct fg_option_parse *parse) {
    const struct fg_options *const options = parse->options;
    struct fg_options_export exports[FG_OPTIONS_EXPORTS];
    const char *other = NULL;
    fg_options_list_exports(options, exports);
    for (size_t i = 0; i < FG_OPTIONS_EXPORTS; i++) {
        if (exports[i].path == NULL || strcmp(exports[i].path, FG_COMPARE_STDOUT) != 0)
            continue;
        if (other != NULL)
            return fg_option_complain(parse,
                                      "options %s and %s both write to standard output, where one "
                                      "report can go: name a file for the other",
                                      other, exports[i].option);
        other = exports[i].option;
    }
    return true;
}

/* Without --compare, the operand of --compare-with is the newer export. */
static bool check_two_exports(const struct fg_option_parse *parse) {
    const struct fg_options *const options = parse->options;
    if (options->operand_count != 1)
        return fg_option_complain(parse,
                                  "option --compare-with without --compare takes one operand, the "
                                  "newer file of --export-json, but %zu were given; to measure "
                                  "now, add --compare",
                                  options->operand_count);
    const char *const operand = options->operands[0];
    if (fg_operand_is_number(operand) || fg_operand_is_range(operand))
        return fg_option_complain(
            parse,
            "'%s' is a number or a range, but option --compare-with without --compare "
            "takes the newer file of --export-json; to measure now, add "
            "--compare",
            operand);
    return true;
}

/* Standard input can be the earlier export or something else. */
static bool check_earlier_export(const struct fg_option_parse *parse) {
    const struct fg_options *const options = parse->options;
    bool reads_stdin = options->operand_count == 0;
    if (options->compare_with_path == NULL || !fg_operand_is_stdin(options->compare_with_path))
        return true;
    for (size_t i = 0; i < options->operand_count; i++)
        reads_stdin = reads_stdin || fg_operand_is_stdin(options->operands[i]);
    return !reads_stdin ||
           fg_option_complain(parse, "option --compare-with=- takes standard input, from which the "
                                     "operands are read, too: name a file for one of them");
}

/* Each option with what the program does at all. */
static bool check_scopes(const struct fg_option_parse *parse,
                         const bool given[FG_OPTION_COUNT_MAX]) {
    const enum fg_options_action action = parse->options->action;
    const bool compare = action == FG_OPTIONS_COMPARE;
    const bool exports = action == FG_OPTIONS_COMPARE_EXPORTS;
    for (size_t i = 0; i < fg_option_count; i++) {
        const enum fg_option_scope scope = fg_option_entries[i].scope;
        const char *const name = fg_option_entries[i].name;
        if (!given[i] || scope == FG_OPTION_ALWAYS)
            continue;
        if (exports && scope != FG_OPTION_WITH_COMPARISONS)
            return fg_option_complain(parse,
                                      "option --%s does not go with --compare-with without "
                                      "--compare, which measures nothing",
                                      name);
        if (compare && scope == FG_OPTION_NOT_WITH_COMPARE)
            return fg_option_complain(
                parse,
                "option --%s does not go with --compare, which prints times and no "
                "answers",
                name);
        if (!compare && scope == FG_OPTION_ONLY_WITH_COMPARE)
            return fg_option_complain(parse, "option --%s needs --compare", name);
        if (!compare && !exports && scope == FG_OPTION_WITH_COMPARISONS)
            return fg_option_complain(
                parse, "option --%s needs --compare%s", name,
                parse->options->compare_with_path != NULL ? "" : " or --compare-with=FILE");
    }
    return true;
}

/* Its text is for people, its JSON for programs. */
static bool check_list_devices(const struct fg_option_parse *parse) {
    const enum fg_writer_format format = parse->options->format;
    return parse->options->action != FG_OPTIONS_LIST_DEVICES || format == FG_WRITER_TEXT ||
           format == FG_WRITER_JSONL ||
           fg_option_complain(parse, "option --list-devices prints text, or with --format=jsonl a "
                                     "JSON object for each device; it has no other format");
}

/* Checks that the output is a file if it must be, because a manifest's line has its digest. */
static bool check_manifest(const struct fg_option_parse *parse) {
    const struct fg_options *const options = parse->options;
    return options->manifest_path == NULL || !fg_writer_is_npy(options->format) ||
           options->output_path != NULL ||
           fg_option_complain(parse,
                              "option --manifest with --format=%s needs --output=FILE, "
                              "which can be read again when its header is complete",
                              fg_writer_format_name(options->format));
}

/* Some actions read nothing. */
static bool check_no_operands(const struct fg_option_parse *parse) {
    const struct fg_options *const options = parse->options;
    const char *const name = options->action == FG_OPTIONS_LIST_DEVICES      ? "list-devices"
                             : options->action == FG_OPTIONS_COMPLETION      ? "completion"
                             : options->action == FG_OPTIONS_VERIFY_MANIFEST ? "verify-manifest"
                                                                             : NULL;
    return name == NULL || options->operand_count == 0 ||
           fg_option_complain(parse, "option --%s takes no numbers, but '%s' was given", name,
                              options->operands[0]);
}

/* Several backends are compared. Devices are for one that uses them. */
static bool check_backends(const struct fg_option_parse *parse) {
    const struct fg_options *const options = parse->options;
    const char *const backends = options->backend;
    bool uses_devices = strcmp(backends, "auto") == 0;
    if (options->action != FG_OPTIONS_COMPARE && strchr(backends, ',') != NULL)
        return fg_option_complain(parse,
                                  "option --backend takes one backend without --compare, "
                                  "but '%s' are several",
                                  backends);
    for (const char *at = backends; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, ","), at);
        const struct fg_backend_properties *const properties = fg_backend_get_properties(name);
        uses_devices = uses_devices || (properties != NULL && properties->uses_devices);
    }
    if (uses_devices || (options->device_count == 0 && !options->all_devices))
        return true;
    return fg_option_complain(
        parse, "option --device is for the cuda backend, not for --backend=%s", backends);
}

/* Options that contradict each other. */
static bool check_together(const struct fg_option_parse *parse,
                           const bool given[FG_OPTION_COUNT_MAX]) {
    const struct fg_options *const options = parse->options;
    if (!check_scopes(parse, given))
        return false;
    if (options->action == FG_OPTIONS_COMPARE_EXPORTS && !check_two_exports(parse))
        return false;
    if (!check_earlier_export(parse))
        return false;
    if (!check_list_devices(parse) || !check_totals(parse, given) || !check_columns(parse, given) ||
        !check_table(parse) || !check_exports(parse))
        return false;
    if (options->action == FG_OPTIONS_ANSWER && !check_part(parse))
        return false;
    if (options->quiet && options->verbose)
        return fg_option_complain(parse, "options --quiet and --verbose exclude each other");
    if (!check_backends(parse))
        return false;
    if (!check_manifest(parse) || !check_no_operands(parse))
        return false;
    return check_checkpoint(parse, given);
}

bool fg_options_parse(int argc, char **argv, struct fg_options *options, FILE *err) {
    struct option long_options[FG_OPTION_COUNT_MAX + 1];
    char letters[2 * FG_OPTION_COUNT_MAX + 2];
    bool given[FG_OPTION_COUNT_MAX] = {false};
    struct fg_option_parse parse = {options, err, NULL};
    make_getopt_tables(long_options, letters);
    *options = (struct fg_options){.backend = "auto",
                                   .repeat = FG_OPTIONS_REPEAT,
                                   .budget_s = FG_OPTIONS_BUDGET_S,
                                   .checkpoint_every_s = FG_OPTIONS_CHECKPOINT_EVERY_S};
    optind = 0; /* glibc: begin anew */
    for (;;) {
        const int found = getopt_long(argc, argv, letters, long_options, NULL);
        if (found == -1)
            break;
        const struct fg_option_entry *const entry = find_entry(found);
        if (entry == NULL)
            return complain_getopt(&parse, argc, argv, found);
        given[entry - fg_option_entries] = true;
        if (!apply(&parse, entry, optarg, optarg == argv[optind - 1]))
            return false;
        if (options->action == FG_OPTIONS_HELP)
            return true;
    }
    if (options->columns.count == 0) /* --exponents alone is GNU factor's */
        fg_columns_parse(&options->columns, options->exponents ? "primes" : "divisors", NULL);
    options->operands = argv + optind;
    options->operand_count = (size_t)(argc - optind);
    if (options->action == FG_OPTIONS_ANSWER && options->compare_with_path != NULL)
        options->action = FG_OPTIONS_COMPARE_EXPORTS;
    return options->action == FG_OPTIONS_VERSION || check_together(&parse, given);
}

void fg_options_list_exports(const struct fg_options *options,
                             struct fg_options_export exports[FG_OPTIONS_EXPORTS]) {
    exports[0] = (struct fg_options_export){"--export-json", options->json_path};
    exports[1] = (struct fg_options_export){"--export-markdown", options->markdown_path};
    exports[2] = (struct fg_options_export){"--report", options->page_path};
}

static bool reads_stdin(const struct fg_options *options) {
    for (size_t i = 0; i < options->operand_count; i++)
        if (fg_operand_is_stdin(options->operands[i]))
            return true;
    return options->operand_count == 0;
}

/* Returns whether answers appear, or numbers are typed, on a terminal while progress is shown: the
 * line would stand in their way. */
static bool shares_terminal(const struct fg_options *options) {
    if (options->action == FG_OPTIONS_COMPARE) /* it reads before and prints after */
        return false;
    return (options->output_path == NULL && isatty(STDOUT_FILENO)) ||
           (reads_stdin(options) && isatty(STDIN_FILENO));
}

enum fg_progress_style fg_options_progress_style(const struct fg_options *options) {
    const bool is_always = options->progress == FG_OPTIONS_PROGRESS_ALWAYS;
    if (options->progress == FG_OPTIONS_PROGRESS_JSON)
        return FG_PROGRESS_JSON;
    if (options->quiet || options->progress == FG_OPTIONS_PROGRESS_NEVER)
        return FG_PROGRESS_NONE;
    if (!is_always && (!isatty(STDERR_FILENO) || shares_terminal(options)))
        return FG_PROGRESS_NONE;
    return fg_terminal_redraws(stderr) && !shares_terminal(options) ? FG_PROGRESS_REDRAWN
                                                                    : FG_PROGRESS_LINES;
}

static void print_entry(FILE *out, const struct fg_option_entry *entry) {
    char value[200] = "";
    if (entry->value != NULL)
        snprintf(value, sizeof value, "%s", entry->value);
    else if (entry->choice != NULL)
        join_choices(entry->choice, "|", value, sizeof value);
    char left[300];
    const int width = snprintf(left, sizeof left, "%c%c%c --%s%s%s", entry->letter ? '-' : ' ',
                               entry->letter ? entry->letter : ' ', entry->letter ? ',' : ' ',
                               entry->name, *value ? "=" : "", value);
    fprintf(out, width <= 23 ? "  %-24s%s\n" : "  %s\n                          %s\n", left,
            entry->help);
}

static void print_columns(FILE *out) {
    int width = 0;
    for (size_t i = 0; fg_columns_name(i) != NULL; i++) {
        const char *const name = fg_columns_name(i);
        if (width + (int)strlen(name) > 76) {
            fputc('\n', out);
            width = 0;
        }
        width += fprintf(out, "%s%s", width == 0 ? "  " : " ", name);
    }
    fputc('\n', out);
}

void fg_options_print_help(FILE *out) {
    fputs("Usage: factor-gpu [OPTION]... [NUMBER | A..B | FILE | -]...\n"
          "Find every divisor and every prime factor of each number, on a GPU or the CPU.\n\n"
          "An operand of digits alone is a number, and so is 10^18, 1e9 or 2^64-1; 1..100\n"
          "is the range from 1 to 100, 5..+10 from 5 to 15, and 1..100..3 has each third\n"
          "number. Anything else is a file of numbers; with '-' or without operand they\n"
          "come from standard input. Numbers run from 1 to 2^128 - 1, but with the methods\n"
          "exhaustive, trial and sieve to 2^64 - 1; decimal or as 0x1f, with white space\n"
          "between two, or a comma and white space; '#' starts a comment.\n\n",
          out);
    for (size_t i = 0; i < fg_option_count; i++)
        print_entry(out, &fg_option_entries[i]);
    fputs("\nColumns, with a comma between two:\n", out);
    print_columns(out);
    fputs("\nExit status: 0 all answered, 1 bad input, 2 usage, 3 unreadable input,\n"
          "4 backend not available, 5 backends disagree, 6 output not written,\n"
          "70 internal error, 128+signal when interrupted.\n",
          out);
}
