/* SPDX-License-Identifier: MIT */
/*
 * option_table.c: the options themselves. Names of methods and backends come from the library, so a
 * new one appears here by itself.
 */
#include "cli/command/option_table.h"

#include "cli/command/only_option.h"
#include "cli/output/writer.h"
#include "compare/report/compare_present.h"
#include "terminal/message.h"
#include "text/operand_value.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(name) offsetof(struct fg_options, name)

bool fg_option_complain(const struct fg_option_parse *parse, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fg_message_list(parse->err, format, arguments);
    va_end(arguments);
    fg_message(parse->err, "try 'factor-gpu --help'");
    return false;
}

bool fg_option_takes_list(const struct fg_option_entry *entry) {
    return entry->choice != NULL && entry->value != NULL;
}

bool fg_option_takes_value(const struct fg_option_entry *entry) {
    return entry->value != NULL || entry->choice != NULL;
}

bool fg_option_takes_file(const struct fg_option_entry *entry) {
    return entry->value != NULL && strncmp(entry->value, "FILE", 4) == 0;
}

/* The option's field, of the type that its function knows. */
static void *field_of(const struct fg_option_parse *parse) {
    return (char *)parse->options + parse->entry->field;
}

static const char *method_choice(size_t index) {
    if (index == 0)
        return fg_method_name(FG_METHOD_AUTO);
    return index <= fg_method_count() ? fg_method_name(fg_method_at(index - 1)) : NULL;
}

static const char *backend_choice(size_t index) {
    if (index == 0)
        return "auto";
    return index <= fg_backend_count() ? fg_backend_name(index - 1) : NULL;
}

/* The next five are in the order of the enumerators. */
static const char *format_choice(size_t index) {
    return fg_writer_format_name((enum fg_writer_format)index);
}

static const char *json_integers_choice(size_t index) {
    static const char *const names[] = {"auto", "number", "string"};
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

static const char *input_format_choice(size_t index) {
    static const char *const names[] = {"auto", "text", "u64le", "u128le", "npy", "csv", "tsv"};
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

static const char *progress_choice(size_t index) {
    static const char *const names[] = {"auto", "always", "never", "json"};
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

static const char *shell_choice(size_t index) {
    static const char *const names[] = {"bash", "zsh", "fish"};
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

static bool set_flag(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    return *(bool *)field_of(parse) = true;
}

/* An enumeration whose values are in the order of the choices. */
static bool set_choice(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)value;
    *(unsigned *)field_of(parse) = (unsigned)choice;
    return true;
}

static bool set_path(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    if (*value == '\0')
        return fg_option_complain(parse, "option --%s: the file name is empty", parse->entry->name);
    *(const char **)field_of(parse) = value;
    return true;
}

/* Sets the column of a table: by its number, or by its name. */
static bool set_column(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    const bool is_number = value[strspn(value, "0123456789")] == '\0';
    const unsigned long number = is_number ? strtoul(value, NULL, 10) : 1;
    if (*value == '\0' || number < 1 || number > FG_CSV_COLUMN_MOST)
        return fg_option_complain(
            parse,
            "option --%s: '%s' is neither a column's number, 1 to %d, nor its "
            "name in the first row",
            parse->entry->name, value, FG_CSV_COLUMN_MOST);
    parse->options->column = value;
    return true;
}

static bool set_columns(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    struct fg_error error;
    return fg_columns_parse(&parse->options->columns, value, &error) == FG_OK ||
           fg_option_complain(parse, "option --%s: %s", parse->entry->name, error.message);
}

static bool set_only(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    struct fg_error error;
    return fg_only_parse(value, &parse->options->smooth_bound, &error) == FG_OK ||
           fg_option_complain(parse, "option --%s: %s", parse->entry->name, error.message);
}

/* Standard output is not opened anew: what a shell has opened for several programs, or to append
 * to, is not to be replaced. */
static bool is_stdout(const char *path) {
    return strcmp(path, FG_COMPARE_STDOUT) == 0 || strcmp(path, "/dev/stdout") == 0;
}

static bool set_export(const struct fg_option_parse *parse, const char *value, size_t choice) {
    return set_path(parse, is_stdout(value) ? FG_COMPARE_STDOUT : value, choice);
}

/* A file that stays: a name that elsewhere means standard output is most likely a mistake. */
static bool set_kept_file(const struct fg_option_parse *parse, const char *value, size_t choice) {
    if (strcmp(value, "-") == 0)
        return fg_option_complain(parse,
                                  "option --%s: '-' is no file, and standard output has the "
                                  "answers; for a file of that name write ./-",
                                  parse->entry->name);
    return set_path(parse, value, choice);
}

/* Text goes to standard output without the option. */
static bool set_output(const struct fg_option_parse *parse, const char *value, size_t choice) {
    if (!set_path(parse, value, choice))
        return false;
    if (is_stdout(value))
        parse->options->output_path = NULL;
    return true;
}

static bool set_method(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    return fg_method_from_name(value, &parse->options->method);
}

static bool set_backend(const struct fg_option_parse *parse, const char *value, size_t choice) {
    parse->options->backend = choice == FG_OPTION_SEVERAL ? value : backend_choice(choice);
    return true;
}

bool fg_option_takes_several_compared(const struct fg_option_entry *entry) {
    return entry->choice == backend_choice;
}

/* Digits alone, min..max. */
static bool set_whole_number(const struct fg_option_parse *parse, const char *value, unsigned min,
                             unsigned max, unsigned *number) {
    const size_t length = strlen(value);
    unsigned long parsed = 0;
    const bool digits = length > 0 && value[strspn(value, "0123456789")] == '\0';
    errno = 0;
    if (digits)
        parsed = strtoul(value, NULL, 10);
    if (!digits || errno != 0 || parsed < min || parsed > max)
        return fg_option_complain(parse, "option --%s: '%s' is not a whole number from %u to %u",
                                  parse->entry->name, value, min, max);
    *number = (unsigned)parsed;
    return true;
}

/* The step of partial totals, which asks for totals. */
static bool set_total_every(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    const struct fg_uint128 most = {UINT64_MAX, 0};
    struct fg_uint128 step;
    if (!fg_operand_read_value(value, most, &step))
        return fg_option_complain(
            parse,
            "option --%s: '%s' is not a whole number from 1 to 18446744073709551615; write digits, "
            "10^18, 1e9 or 2^64-1",
            parse->entry->name, value);
    parse->options->total = true;
    parse->options->total_every = step.low;
    return true;
}

static bool set_jobs(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    return set_whole_number(parse, value, 1, FG_OPTIONS_MAX_JOBS, &parse->options->jobs);
}

static bool set_repeat(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    return set_whole_number(parse, value, 1, FG_OPTIONS_MAX_REPEAT, &parse->options->repeat);
}

/* Digits with at most one point among them. */
static bool read_seconds(const char *value, double *seconds) {
    char *end;
    *seconds = strtod(value, &end);
    return value[strspn(value, "0123456789.")] == '\0' && end != value && *end == '\0';
}

static bool set_checkpoint_every(const struct fg_option_parse *parse, const char *value,
                                 size_t choice) {
    (void)choice;
    double seconds;
    if (!read_seconds(value, &seconds) || seconds > FG_OPTIONS_MAX_CHECKPOINT_EVERY_S)
        return fg_option_complain(
            parse,
            "option --%s: '%s' is not a number of seconds from 0 to %d, written as 30 or 2.5",
            parse->entry->name, value, FG_OPTIONS_MAX_CHECKPOINT_EVERY_S);
    parse->options->checkpoint_every_s = seconds;
    return true;
}

static bool set_budget(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    double seconds;
    if (!read_seconds(value, &seconds) || !(seconds > 0) || seconds > FG_OPTIONS_MAX_BUDGET_S)
        return fg_option_complain(
            parse,
            "option --%s: '%s' is not a number of seconds above 0 and at most %d, "
            "written as 30 or 2.5",
            parse->entry->name, value, FG_OPTIONS_MAX_BUDGET_S);
    parse->options->budget_s = seconds;
    return true;
}

/* "I/N", the part and how many there are. */
static bool set_shard(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    struct fg_shard *const shard = &parse->options->shard;
    const size_t index_digits = strspn(value, "0123456789");
    const char *const count = value + index_digits + (value[index_digits] == '/');
    const size_t count_digits = strspn(count, "0123456789");
    const bool plain = index_digits > 0 && count > value + index_digits && count_digits > 0 &&
                       count[count_digits] == '\0';
    const unsigned long i = plain ? strtoul(value, NULL, 10) : 0;
    const unsigned long n = plain ? strtoul(count, NULL, 10) : 0;
    if (n > FG_SHARD_MOST || i < 1 || i > n)
        return fg_option_complain(
            parse, "option --%s: '%s' is not a part I/N with 1 <= I <= N <= %d, written as 2/8",
            parse->entry->name, value, FG_SHARD_MOST);
    *shard = (struct fg_shard){(unsigned)i, (unsigned)n};
    return true;
}

/* "all", or device indices with a comma between two. */
static bool set_devices(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)choice;
    struct fg_options *const options = parse->options;
    options->all_devices = strcmp(value, "all") == 0;
    options->device_count = 0;
    for (const char *p = value; !options->all_devices;) {
        char *end;
        const long index = isdigit((unsigned char)*p) ? strtol(p, &end, 10) : -1;
        if (index < 0 || index > 9999 || (*end != ',' && *end != '\0'))
            return fg_option_complain(
                parse,
                "option --%s: '%s' is not a list of devices; valid values: all, or "
                "indices as in 0 or 0,2",
                parse->entry->name, value);
        for (size_t i = 0; i < options->device_count; i++)
            if (options->devices[i] == index)
                return fg_option_complain(parse, "option --%s: '%s' names device %ld twice",
                                          parse->entry->name, value, index);
        if (options->device_count == FG_OPTIONS_MAX_DEVICES)
            return fg_option_complain(parse, "option --%s: '%s' has more than %d devices",
                                      parse->entry->name, value, FG_OPTIONS_MAX_DEVICES);
        options->devices[options->device_count++] = (int)index;
        if (*end == '\0')
            break;
        p = end + 1;
    }
    return true;
}

/* One of the options that say what the program does at all. */
static bool set_action(const struct fg_option_parse *parse, enum fg_options_action action) {
    struct fg_options *const options = parse->options;
    if (options->action != FG_OPTIONS_ANSWER && options->action != action)
        return fg_option_complain(
            parse,
            "options --compare, --list-devices, --verify-manifest, --merge-totals, --completion "
            "and --version exclude each other");
    options->action = action;
    return true;
}

static bool set_compare(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    return set_action(parse, FG_OPTIONS_COMPARE);
}

static bool set_list_devices(const struct fg_option_parse *parse, const char *value,
                             size_t choice) {
    (void)value, (void)choice;
    return set_action(parse, FG_OPTIONS_LIST_DEVICES);
}

static bool set_verify_manifest(const struct fg_option_parse *parse, const char *value,
                                size_t choice) {
    return set_action(parse, FG_OPTIONS_VERIFY_MANIFEST) && set_path(parse, value, choice);
}

static bool set_merge_totals(const struct fg_option_parse *parse, const char *value,
                             size_t choice) {
    (void)value, (void)choice;
    return set_action(parse, FG_OPTIONS_MERGE_TOTALS);
}

static bool set_completion(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)value;
    parse->options->shell = (enum fg_options_shell)choice;
    return set_action(parse, FG_OPTIONS_COMPLETION);
}

static bool set_version(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    return set_action(parse, FG_OPTIONS_VERSION);
}

static bool set_help(const struct fg_option_parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    parse->options->action = FG_OPTIONS_HELP;
    return true;
}

const struct fg_option_entry fg_option_entries[] = {
    {"show", 's', FG_OPTION_NOT_WITH_COMPARE, "LIST", fg_columns_name, set_columns, 0,
     "columns to print, listed below (default: divisors)"},
    {"only", 0, FG_OPTION_ANYWHERE, "smooth=B", NULL, set_only, 0,
     "only numbers without a prime above B, as in 2^40"},
    {"exponents", 'h', FG_OPTION_NOT_WITH_COMPARE, NULL, NULL, set_flag, FIELD(exponents),
     "primes as p^e as in GNU factor; without -s: -s primes"},
    {"format", 'f', FG_OPTION_NOT_WITH_COMPARE, NULL, format_choice, set_choice, FIELD(format),
     "output format (default: text)"},
    {"json-integers", 0, FG_OPTION_NOT_WITH_COMPARE, NULL, json_integers_choice, set_choice,
     FIELD(json_integers), "with --format=jsonl: type of integers (default: auto)"},
    {"total", 0, FG_OPTION_NOT_WITH_COMPARE, NULL, NULL, set_flag, FIELD(total),
     "sum, extremes and histogram of each column; no lines"},
    {"total-every", 0, FG_OPTION_NOT_WITH_COMPARE, "STEP", NULL, set_total_every, 0,
     "--total, and as it is at each multiple of STEP"},
    {"method", 'm', FG_OPTION_ANYWHERE, NULL, method_choice, set_method, 0,
     "how; auto is factor, and sieve for long ranges"},
    {"backend", 'b', FG_OPTION_ANYWHERE, NULL, backend_choice, set_backend, 0,
     "where; auto is cuda where that pays, else threads"},
    {"jobs", 'j', FG_OPTION_ANYWHERE, "N", NULL, set_jobs, 0,
     "processes or threads (default: all usable CPUs)"},
    {"device", 'd', FG_OPTION_ANYWHERE, "LIST", NULL, set_devices, 0,
     "CUDA devices: 0 or 0,2 or all (default: first usable)"},
    {"input-format", 0, FG_OPTION_ANYWHERE, NULL, input_format_choice, set_choice,
     FIELD(input_format), "what files and standard input hold (default: auto)"},
    {"column", 0, FG_OPTION_ANYWHERE, "N|NAME", NULL, set_column, 0,
     "with --input-format=csv or tsv: the column to read"},
    {"shard", 0, FG_OPTION_ANYWHERE, "I/N", NULL, set_shard, 0,
     "only the I-th of N parts of the input"},
    {"strict", 0, FG_OPTION_ANYWHERE, NULL, NULL, set_flag, FIELD(strict),
     "stop at the first bad token"},
    {"output", 'o', FG_OPTION_NOT_WITH_COMPARE, "FILE", NULL, set_output, FIELD(output_path),
     "write there; FILE appears once it is complete"},
    {"checkpoint", 0, FG_OPTION_NOT_WITH_COMPARE, "FILE", NULL, set_kept_file,
     FIELD(checkpoint_path), "with --output: note there how far the run has got"},
    {"checkpoint-every", 0, FG_OPTION_NOT_WITH_COMPARE, "SECONDS", NULL, set_checkpoint_every, 0,
     "how often (default: 30; 0: at every write)"},
    {"resume", 0, FG_OPTION_NOT_WITH_COMPARE, NULL, NULL, set_flag, FIELD(resume),
     "go on from the checkpoint, if there is one"},
    {"manifest", 0, FG_OPTION_NOT_WITH_COMPARE, "FILE", NULL, set_kept_file, FIELD(manifest_path),
     "append a JSON line there: digests, counts, options"},
    {"certify", 0, FG_OPTION_NOT_WITH_COMPARE, "FILE", NULL, set_kept_file, FIELD(certify_path),
     "append what proves each prime above 2^64: JSON lines"},
    {"progress", 0, FG_OPTION_ALWAYS, NULL, progress_choice, set_choice, FIELD(progress),
     "rate and time left on standard error (default: auto)"},
    {"quiet", 'q', FG_OPTION_ALWAYS, NULL, NULL, set_flag, FIELD(quiet),
     "no notices and no progress, only errors"},
    {"verbose", 'v', FG_OPTION_ALWAYS, NULL, NULL, set_flag, FIELD(verbose),
     "say what ran where; with --version: what can run here"},
    {"compare", 0, FG_OPTION_ALWAYS, NULL, NULL, set_compare, 0,
     "time every method on every backend, same numbers"},
    {"repeat", 0, FG_OPTION_ONLY_WITH_COMPARE, "N", NULL, set_repeat, 0,
     "timed runs of each row (default: 18)"},
    {"budget", 0, FG_OPTION_ONLY_WITH_COMPARE, "SECONDS", NULL, set_budget, 0,
     "skip a row if warm-up + runs take longer (default: 30)"},
    {"compare-with", 0, FG_OPTION_WITH_COMPARISONS, "FILE", NULL, set_path,
     FIELD(compare_with_path), "set it beside the export FILE; or two exports alone"},
    {"export-json", 0, FG_OPTION_WITH_COMPARISONS, "FILE", NULL, set_export, FIELD(json_path),
     "write it as JSON with raw samples; -: standard output"},
    {"export-markdown", 0, FG_OPTION_WITH_COMPARISONS, "FILE", NULL, set_export,
     FIELD(markdown_path), "write the comparison as Markdown"},
    {"report", 0, FG_OPTION_WITH_COMPARISONS, "FILE.html", NULL, set_export, FIELD(page_path),
     "write it as a page with charts; times other sizes, too"},
    {"list-devices", 0, FG_OPTION_NOT_WITH_COMPARE, NULL, NULL, set_list_devices, 0,
     "list the CUDA devices"},
    {"verify-manifest", 0, FG_OPTION_NOT_WITH_COMPARE, "FILE", NULL, set_verify_manifest,
     FIELD(verified_path), "check that all parts are there, with their digests"},
    {"merge-totals", 0, FG_OPTION_NOT_WITH_COMPARE, NULL, NULL, set_merge_totals, 0,
     "add up the totals of parts: operands are their files"},
    {"completion", 0, FG_OPTION_NOT_WITH_COMPARE, NULL, shell_choice, set_completion, 0,
     "print a script that completes these options in a shell"},
    {"version", 0, FG_OPTION_NOT_WITH_COMPARE, NULL, NULL, set_version, 0,
     "print version and build"},
    {"help", 0, FG_OPTION_ALWAYS, NULL, NULL, set_help, 0, "print this text"},
};

const size_t fg_option_count = sizeof fg_option_entries / sizeof *fg_option_entries;
_Static_assert(sizeof fg_option_entries / sizeof *fg_option_entries <= FG_OPTION_COUNT_MAX,
               "room in options.c for every option");
