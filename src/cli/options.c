/*
 * options.c: the table of options, from which parsing, messages and --help are all made.
 *
 * An option is one line of `entries` and, where it needs its own reading of the value, one small
 * function. Names of methods and backends come from the library, so a new one appears here by
 * itself.
 */
#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* A command line being read. */
struct parse {
    struct fg_options *options;
    FILE *err;
    const char *name; /* the option whose value is being read */
};

/* The valid values of an option that has a list of them; NULL after the last. */
typedef const char *choice_function(size_t index);

enum scope { ANYWHERE, NOT_WITH_COMPARE, ONLY_WITH_COMPARE };

struct entry {
    const char *name;
    char letter; /* 0: none */
    enum scope scope;
    const char *value; /* what --help calls the value; NULL where there are choices or no value */
    choice_function *choice;
    /* Takes the value, and the index of the choice; false after a message. */
    bool (*set)(const struct parse *parse, const char *value, size_t choice);
    const char *help;
};

static bool complain(const struct parse *parse, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool complain(const struct parse *parse, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("factor-gpu: ", parse->err);
    vfprintf(parse->err, format, arguments);
    fputs("\nfactor-gpu: try 'factor-gpu --help'\n", parse->err);
    va_end(arguments);
    return false;
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

/* In the order of the enumerators. */
static const char *show_choice(size_t index) {
    static const char *const names[] = {"divisors", "primes", "count"};
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

static const char *format_choice(size_t index) {
    static const char *const names[] = {"text", "jsonl", "csv"};
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

static const char *progress_choice(size_t index) {
    static const char *const names[] = {"auto", "always", "never"};
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

static bool set_method(const struct parse *parse, const char *value, size_t choice) {
    (void)choice;
    return fg_method_from_name(value, &parse->options->method);
}

static bool set_backend(const struct parse *parse, const char *value, size_t choice) {
    (void)value;
    parse->options->backend = backend_choice(choice);
    return true;
}

static bool set_show(const struct parse *parse, const char *value, size_t choice) {
    (void)value;
    parse->options->show = (enum fg_writer_show)choice;
    return true;
}

static bool set_format(const struct parse *parse, const char *value, size_t choice) {
    (void)value;
    parse->options->format = (enum fg_writer_format)choice;
    return true;
}

static bool set_progress(const struct parse *parse, const char *value, size_t choice) {
    (void)value;
    parse->options->progress = (enum fg_options_progress)choice;
    return true;
}

/* Digits alone, min..max. */
static bool set_whole_number(const struct parse *parse, const char *value, unsigned min,
                             unsigned max, unsigned *number) {
    const size_t length = strlen(value);
    unsigned long parsed = 0;
    const bool digits = length > 0 && value[strspn(value, "0123456789")] == '\0';
    errno = 0;
    if (digits)
        parsed = strtoul(value, NULL, 10);
    if (!digits || errno != 0 || parsed < min || parsed > max)
        return complain(parse, "option --%s: '%s' is not a whole number from %u to %u", parse->name,
                        value, min, max);
    *number = (unsigned)parsed;
    return true;
}

static bool set_jobs(const struct parse *parse, const char *value, size_t choice) {
    (void)choice;
    return set_whole_number(parse, value, 1, FG_OPTIONS_MAX_JOBS, &parse->options->jobs);
}

static bool set_repeat(const struct parse *parse, const char *value, size_t choice) {
    (void)choice;
    return set_whole_number(parse, value, 1, FG_OPTIONS_MAX_REPEAT, &parse->options->repeat);
}

static bool set_budget(const struct parse *parse, const char *value, size_t choice) {
    (void)choice;
    char *end;
    const double seconds = strtod(value, &end);
    const bool plain = value[strspn(value, "0123456789.")] == '\0' && end != value && *end == '\0';
    if (!plain || !(seconds > 0) || seconds > FG_OPTIONS_MAX_BUDGET_S)
        return complain(parse,
                        "option --%s: '%s' is not a number of seconds above 0 and at most %d, "
                        "written as 30 or 2.5",
                        parse->name, value, FG_OPTIONS_MAX_BUDGET_S);
    parse->options->budget_s = seconds;
    return true;
}

/* "all", or device indices with a comma between two. */
static bool set_devices(const struct parse *parse, const char *value, size_t choice) {
    (void)choice;
    struct fg_options *const options = parse->options;
    options->all_devices = strcmp(value, "all") == 0;
    options->device_count = 0;
    for (const char *p = value; !options->all_devices;) {
        char *end;
        const long index = isdigit((unsigned char)*p) ? strtol(p, &end, 10) : -1;
        if (index < 0 || index > 9999 || (*end != ',' && *end != '\0'))
            return complain(parse,
                            "option --%s: '%s' is not a list of devices; valid values: all, or "
                            "indices as in 0 or 0,2",
                            parse->name, value);
        for (size_t i = 0; i < options->device_count; i++)
            if (options->devices[i] == index)
                return complain(parse, "option --%s: '%s' names device %ld twice", parse->name,
                                value, index);
        if (options->device_count == FG_OPTIONS_MAX_DEVICES)
            return complain(parse, "option --%s: '%s' has more than %d devices", parse->name, value,
                            FG_OPTIONS_MAX_DEVICES);
        options->devices[options->device_count++] = (int)index;
        if (*end == '\0')
            break;
        p = end + 1;
    }
    return true;
}

static bool set_path(const struct parse *parse, const char *value, const char **path) {
    if (*value == '\0')
        return complain(parse, "option --%s: the file name is empty", parse->name);
    *path = value;
    return true;
}

static bool set_json_path(const struct parse *parse, const char *value, size_t choice) {
    (void)choice;
    return set_path(parse, value, &parse->options->json_path);
}

static bool set_markdown_path(const struct parse *parse, const char *value, size_t choice) {
    (void)choice;
    return set_path(parse, value, &parse->options->markdown_path);
}

static bool set_exponents(const struct parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    return parse->options->exponents = true;
}

static bool set_strict(const struct parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    return parse->options->strict = true;
}

static bool set_quiet(const struct parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    return parse->options->quiet = true;
}

static bool set_verbose(const struct parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    return parse->options->verbose = true;
}

/* One of the options that say what the program does at all. */
static bool set_action(const struct parse *parse, enum fg_options_action action) {
    struct fg_options *const options = parse->options;
    if (options->action != FG_OPTIONS_ANSWER && options->action != action)
        return complain(parse,
                        "options --compare, --list-devices and --version exclude each other");
    options->action = action;
    return true;
}

static bool set_compare(const struct parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    return set_action(parse, FG_OPTIONS_COMPARE);
}

static bool set_list_devices(const struct parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    return set_action(parse, FG_OPTIONS_LIST_DEVICES);
}

static bool set_version(const struct parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    return set_action(parse, FG_OPTIONS_VERSION);
}

static bool set_help(const struct parse *parse, const char *value, size_t choice) {
    (void)value, (void)choice;
    parse->options->action = FG_OPTIONS_HELP;
    return true;
}

static const struct entry entries[] = {
    {"show", 's', NOT_WITH_COMPARE, NULL, show_choice, set_show,
     "what to print of each number (default: divisors)"},
    {"exponents", 'h', NOT_WITH_COMPARE, NULL, NULL, set_exponents,
     "with --show=primes: print p^e, as GNU factor does"},
    {"format", 'f', NOT_WITH_COMPARE, NULL, format_choice, set_format,
     "output format (default: text)"},
    {"method", 'm', ANYWHERE, NULL, method_choice, set_method,
     "how answers are found; auto is factor"},
    {"backend", 'b', ANYWHERE, NULL, backend_choice, set_backend,
     "where; auto is cuda where that pays, else threads"},
    {"jobs", 'j', ANYWHERE, "N", NULL, set_jobs, "processes or threads (default: all usable CPUs)"},
    {"device", 'd', ANYWHERE, "LIST", NULL, set_devices,
     "CUDA devices: 0 or 0,2 or all (default: first usable)"},
    {"strict", 0, ANYWHERE, NULL, NULL, set_strict, "stop at the first bad token"},
    {"progress", 0, ANYWHERE, NULL, progress_choice, set_progress,
     "rate and time left on standard error (default: auto)"},
    {"quiet", 'q', ANYWHERE, NULL, NULL, set_quiet, "no notices and no progress, only errors"},
    {"verbose", 'v', ANYWHERE, NULL, NULL, set_verbose,
     "say what ran where; with --version: what can run here"},
    {"compare", 0, ANYWHERE, NULL, NULL, set_compare,
     "time every method on every backend, same numbers"},
    {"repeat", 0, ONLY_WITH_COMPARE, "N", NULL, set_repeat, "timed runs of each row (default: 5)"},
    {"budget", 0, ONLY_WITH_COMPARE, "SECONDS", NULL, set_budget,
     "skip a row if warm-up + runs take longer (default: 10)"},
    {"export-json", 0, ONLY_WITH_COMPARE, "FILE", NULL, set_json_path,
     "write the comparison, raw samples included, as JSON"},
    {"export-markdown", 0, ONLY_WITH_COMPARE, "FILE", NULL, set_markdown_path,
     "write the comparison as Markdown"},
    {"list-devices", 0, NOT_WITH_COMPARE, NULL, NULL, set_list_devices, "list the CUDA devices"},
    {"version", 0, NOT_WITH_COMPARE, NULL, NULL, set_version, "print version and build"},
    {"help", 0, ANYWHERE, NULL, NULL, set_help, "print this text"},
};

#define ENTRY_COUNT (sizeof entries / sizeof *entries)

/* The choices with `separator` between two. */
static void join_choices(choice_function *choice, const char *separator, char *text, size_t room) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; choice(i) != NULL && used < room; i++)
        used +=
            (size_t)snprintf(text + used, room - used, "%s%s", i > 0 ? separator : "", choice(i));
}

static bool apply(struct parse *parse, const struct entry *entry, const char *value) {
    size_t choice = 0;
    parse->name = entry->name;
    if (entry->choice != NULL) {
        while (entry->choice(choice) != NULL && strcmp(entry->choice(choice), value) != 0)
            choice++;
        if (entry->choice(choice) == NULL) {
            char choices[200];
            join_choices(entry->choice, ", ", choices, sizeof choices);
            return complain(parse, "option --%s: '%s' is not valid; valid values: %s", entry->name,
                            value, choices);
        }
    }
    return entry->set(parse, value, choice);
}

static bool takes_value(const struct entry *entry) {
    return entry->value != NULL || entry->choice != NULL;
}

/* The table in getopt's terms; val is 1 + the entry's index. */
static void make_getopt_tables(struct option long_options[ENTRY_COUNT + 1],
                               char letters[2 * ENTRY_COUNT + 2]) {
    *letters++ = ':'; /* getopt prints nothing, and tells a missing value from an unknown option */
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        const int argument = takes_value(&entries[i]) ? required_argument : no_argument;
        long_options[i] = (struct option){entries[i].name, argument, NULL, (int)i + 1};
        if (entries[i].letter == 0)
            continue;
        *letters++ = entries[i].letter;
        if (argument == required_argument)
            *letters++ = ':';
    }
    long_options[ENTRY_COUNT] = (struct option){0};
    *letters = '\0';
}

/* The entry of what getopt_long() returned; NULL for its two complaints. */
static const struct entry *find_entry(int found) {
    if (found >= 1 && found <= (int)ENTRY_COUNT)
        return &entries[found - 1];
    for (size_t i = 0; i < ENTRY_COUNT; i++)
        if (entries[i].letter != 0 && entries[i].letter == found)
            return &entries[i];
    return NULL;
}

/* An option's long name as typed that getopt does not take: unknown, ambiguous, or given a value.
 */
static bool complain_long(const struct parse *parse, const char *typed) {
    const size_t length = strcspn(typed, "=");
    char matches[400] = "";
    size_t used = 0, match_count = 0;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (length == 0 || strncmp(entries[i].name, typed, length) != 0)
            continue;
        used += (size_t)snprintf(matches + used, sizeof matches - used, "%s--%s",
                                 match_count++ > 0 ? ", " : "", entries[i].name);
    }
    if (match_count == 0)
        return complain(parse, "unknown option '--%.*s'", (int)length, typed);
    if (match_count > 1)
        return complain(parse, "option '--%.*s' could be any of %s", (int)length, typed, matches);
    return complain(parse, "option %s takes no value", matches);
}

/* The first letter of "-abc" that is no option; NULL where there is none or it is no such list. */
static const char *find_unknown_letter(const char *argument) {
    if (argument == NULL || argument[0] != '-' || argument[1] == '-')
        return NULL;
    for (const char *letter = argument + 1; *letter != '\0'; letter++) {
        const struct entry *const entry = find_entry((unsigned char)*letter);
        if (entry == NULL)
            return letter;
        if (takes_value(entry))
            return NULL; /* the rest is its value */
    }
    return NULL;
}

/* The argument that holds the digit at which getopt stopped: it steps to the next argument only
 * after an argument's last letter. */
static bool complain_digit(const struct parse *parse, char **argv) {
    const char *letter = find_unknown_letter(argv[optind]);
    const bool stopped_inside = letter != NULL && *letter == optopt && letter[1] != '\0';
    const char *const argument = argv[stopped_inside ? optind : optind - 1];
    if (isdigit((unsigned char)argument[1]))
        return complain(parse,
                        "'%s' is neither an option nor a number that can be factored: numbers "
                        "run from 1 to 18446744073709551615",
                        argument);
    return complain(parse, "unknown option '-%c' in '%s'", optopt, argument);
}

/* What getopt_long() complained about when it returned `found`. */
static bool complain_getopt(const struct parse *parse, int argc, char **argv, int found) {
    const struct entry *const entry = optopt != 0 ? find_entry(optopt) : NULL;
    if (found == ':' && entry != NULL)
        return complain(parse, "option --%s needs a value", entry->name);
    if (isdigit(optopt))
        return complain_digit(parse, argv);
    const char *const last = optind > 0 && optind <= argc ? argv[optind - 1] : "";
    if (strncmp(last, "--", 2) == 0 && (optopt == 0 || entry != NULL))
        return complain_long(parse, last + 2);
    return complain(parse, isprint(optopt) ? "unknown option '-%c'" : "unknown option '-\\x%02x'",
                    (unsigned char)optopt);
}

/* Options that contradict each other. */
static bool check_together(const struct parse *parse, const bool given[ENTRY_COUNT]) {
    const struct fg_options *const options = parse->options;
    const bool compare = options->action == FG_OPTIONS_COMPARE;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (given[i] && compare && entries[i].scope == NOT_WITH_COMPARE)
            return complain(parse,
                            "option --%s does not go with --compare, which prints times and no "
                            "answers",
                            entries[i].name);
        if (given[i] && !compare && entries[i].scope == ONLY_WITH_COMPARE)
            return complain(parse, "option --%s needs --compare", entries[i].name);
    }
    if (options->exponents && options->show != FG_WRITER_PRIMES)
        return complain(parse, "option --exponents (-h) needs --show=primes");
    if (options->quiet && options->verbose)
        return complain(parse, "options --quiet and --verbose exclude each other");
    if ((options->device_count > 0 || options->all_devices) &&
        strcmp(options->backend, "auto") != 0 && strcmp(options->backend, "cuda") != 0)
        return complain(parse, "option --device is for the cuda backend, not for --backend=%s",
                        options->backend);
    if (options->action == FG_OPTIONS_LIST_DEVICES && options->operand_count > 0)
        return complain(parse, "option --list-devices takes no numbers, but '%s' was given",
                        options->operands[0]);
    return true;
}

bool fg_options_parse(int argc, char **argv, struct fg_options *options, FILE *err) {
    struct option long_options[ENTRY_COUNT + 1];
    char letters[2 * ENTRY_COUNT + 2];
    bool given[ENTRY_COUNT] = {false};
    struct parse parse = {options, err, ""};
    make_getopt_tables(long_options, letters);
    *options = (struct fg_options){.backend = backend_choice(0), .repeat = 5, .budget_s = 10};
    optind = 0; /* glibc: begin anew */
    for (;;) {
        const int found = getopt_long(argc, argv, letters, long_options, NULL);
        if (found == -1)
            break;
        const struct entry *const entry = find_entry(found);
        if (entry == NULL)
            return complain_getopt(&parse, argc, argv, found);
        given[entry - entries] = true;
        if (!apply(&parse, entry, optarg))
            return false;
        if (options->action == FG_OPTIONS_HELP)
            return true;
    }
    options->operands = argv + optind;
    options->operand_count = (size_t)(argc - optind);
    return options->action == FG_OPTIONS_VERSION || check_together(&parse, given);
}

static void print_entry(FILE *out, const struct entry *entry) {
    char value[200] = "";
    if (entry->choice != NULL)
        join_choices(entry->choice, "|", value, sizeof value);
    else if (entry->value != NULL)
        snprintf(value, sizeof value, "%s", entry->value);
    char left[300];
    const int width = snprintf(left, sizeof left, "%c%c%c --%s%s%s", entry->letter ? '-' : ' ',
                               entry->letter ? entry->letter : ' ', entry->letter ? ',' : ' ',
                               entry->name, *value ? "=" : "", value);
    fprintf(out, width <= 23 ? "  %-24s%s\n" : "  %s\n                          %s\n", left,
            entry->help);
}

void fg_options_print_help(FILE *out) {
    fputs("Usage: factor-gpu [OPTION]... [NUMBER | FILE | -]...\n"
          "Find every divisor and every prime factor of each number, on a GPU or the CPU.\n\n"
          "An operand of digits alone is a number, anything else a file of numbers; with\n"
          "'-' or without operand they come from standard input. Numbers run from 1 to\n"
          "2^64 - 1, with white space between two; '#' starts a comment.\n\n",
          out);
    for (size_t i = 0; i < ENTRY_COUNT; i++)
        print_entry(out, &entries[i]);
    fputs("\nExit status: 0 all answered, 1 bad input, 2 usage, 3 unreadable input,\n"
          "4 backend not available, 5 backends disagree, 6 output not written,\n"
          "70 internal error, 128+signal when interrupted.\n",
          out);
}
