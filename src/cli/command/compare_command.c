/* SPDX-License-Identifier: MIT */
/*
 * compare_command.c: the input read whole, handed to the comparison, and the report on standard
 * output.
 */
#include "cli/command/compare_command.h"

#include "characters/printable.h"
#include "cli/command/compare_exit.h"
#include "cli/command/compare_files.h"
#include "cli/command/devices.h"
#include "cli/command/exit_status.h"
#include "cli/command/only_option.h"
#include "cli/input/reader.h"
#include "terminal/message.h"
#include "text/failure.h"
#include "text/operand.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void report_plainly(void *context, const char *message) {
    (void)context;
    fg_message(stderr, "%s", message);
}

/* Capacity for numbers before it is known whether there are more, and for those of two words among
 * them. */
#define READ_AT_FIRST ((size_t)65536)
#define READ_WIDE ((size_t)16384)

/* The whole input: numbers of one word, or if one of them has two, all of them as such. */
struct input {
    uint64_t *numbers;
    struct fg_uint128 *wide; /* NULL: none has two words */
    size_t count, capacity;
};

static void free_input(struct input *input) {
    free(input->numbers);
    free(input->wide);
    *input = (struct input){0};
}

/* Makes room for as many numbers again, of both widths if there are both. False if memory is short.
 */
static bool grow_input(struct input *input) {
    const size_t capacity = input->capacity > 0 ? 2 * input->capacity : READ_AT_FIRST;
    uint64_t *const numbers = realloc(input->numbers, capacity * sizeof *numbers);
    if (numbers == NULL)
        return false;
    input->numbers = numbers;
    if (input->wide != NULL) {
        struct fg_uint128 *const wide = realloc(input->wide, capacity * sizeof *wide);
        if (wide == NULL)
            return false;
        input->wide = wide;
    }
    input->capacity = capacity;
    return true;
}

/* Takes over the numbers of a list, which lie behind those of the input already. False if memory is
 * short. */
static bool take_list(struct input *input, const struct fg_number_list *list) {
    const size_t begin = input->count;
    input->count += list->count;
    if (list->wide_count == 0 && input->wide == NULL)
        return true;
    size_t first = begin;
    if (input->wide == NULL) {
        input->wide = malloc(input->capacity * sizeof *input->wide);
        first = 0;
    }
    if (input->wide == NULL)
        return false;
    for (size_t i = first; i < input->count; i++)
        input->wide[i] = (struct fg_uint128){input->numbers[i], 0};
    for (size_t i = 0; i < list->wide_count; i++)
        input->wide[begin + list->wide_places[i]] = list->wide[i];
    return true;
}

/* Reads all; false if memory is short. */
static bool read_all(struct fg_reader *reader, struct input *input) {
    struct fg_uint128 *const wide = malloc(READ_WIDE * sizeof *wide);
    size_t *const places = malloc(READ_WIDE * sizeof *places);
    bool has_memory = wide != NULL && places != NULL && grow_input(input);
    while (has_memory) {
        struct fg_reader_block block = {.list = {.numbers = input->numbers + input->count,
                                                 .capacity = input->capacity - input->count,
                                                 .wide_capacity = READ_WIDE,
                                                 .wide = wide,
                                                 .wide_places = places}};
        if (!fg_reader_next(reader, &block))
            break;
        has_memory =
            take_list(input, &block.list) && (input->count < input->capacity || grow_input(input));
    }
    free(wide);
    free(places);
    return has_memory;
}

/* Returns the name of the input in a comparison's report: "numbers.txt", "numbers.txt and 1 more",
 * "part 2/8 of numbers.txt", "numbers.txt, only=smooth=1000"; the name as printable.h shows it. For
 * the caller to free; NULL if memory is short. */
static char *input_label(const struct fg_options *options) {
    const size_t count = options->operand_count;
    const bool is_stdin = count == 0 || fg_operand_is_stdin(options->operands[0]);
    const char *const name = is_stdin ? "standard input" : options->operands[0];
    const size_t room = FG_PRINTABLE_ESCAPE_BYTES * strlen(name) + 1;
    char *const first = malloc(room);
    char part[40] = "", more[40] = "", only[FG_ONLY_TEXT] = "", *label;
    if (first == NULL)
        return NULL;
    fg_printable_copy(name, first, room);
    if (options->shard.count > 0)
        snprintf(part, sizeof part, "part %u/%u of ", options->shard.index, options->shard.count);
    if (count > 1)
        snprintf(more, sizeof more, " and %zu more", count - 1);
    const bool has_bound = (options->smooth_bound.low | options->smooth_bound.high) != 0;
    if (has_bound)
        fg_only_text(options->smooth_bound, only);
    const bool is_made =
        asprintf(&label, "%s%s%s%s%s", part, first, more, has_bound ? ", only=" : "", only) >= 0;
    free(first);
    return is_made ? label : NULL;
}

/* A comparison has all numbers in memory, and their answers. */
#define NUMBERS_MAX UINT64_C(1000000000)

/* Says that the input is too long for a comparison, if that is known before it is read. */
static bool fits_memory(const struct fg_reader *reader) {
    uint64_t count;
    if (!fg_reader_count(reader, &count) || count <= NUMBERS_MAX)
        return true;
    fg_message(stderr,
               "the input has %ju numbers, and a comparison, which has all answers in memory, "
               "takes %ju at most: give a shorter range",
               (uintmax_t)count, (uintmax_t)NUMBERS_MAX);
    return false;
}

static int fail_memory(void) {
    fg_message(stderr, "%s", fg_strerror(FG_ERROR_MEMORY));
    return FG_EXIT_INTERNAL;
}

/* Returns whether the input is one range of consecutive numbers, given as such. */
static bool is_range(const struct fg_options *options, const struct input *input) {
    bool has_range = false;
    for (size_t i = 0; i < options->operand_count; i++)
        has_range = has_range || fg_operand_is_range(options->operands[i]);
    for (size_t i = 0; i < input->count && has_range; i++)
        has_range = input->wide == NULL && input->numbers[i] - input->numbers[0] == i;
    return has_range;
}

static int compare_numbers(const struct fg_options *options, const struct fg_exported *earlier,
                           const struct input *input, FILE *report) {
    int devices[FG_OPTIONS_MAX_DEVICES];
    struct fg_config config;
    struct fg_error error;
    if (fg_devices_choose(options, devices, &config, &error) != FG_OK) {
        fg_message(stderr, "%s", error.message);
        return FG_EXIT_INTERNAL;
    }
    char *const label = input_label(options);
    if (label == NULL)
        return fail_memory();
    const struct fg_compare_request request = {
        .numbers = input->numbers,
        .wide_numbers = input->wide,
        .count = input->count,
        .is_range = is_range(options, input),
        .input_label = label,
        .jobs = options->jobs,
        .devices = config.devices,
        .device_count = config.device_count,
        .repeat = options->repeat,
        .budget_s = options->budget_s,
        .smooth_bound = options->smooth_bound,
        .method = options->method,
        .backend = options->backend,
        .curve = options->page_path != NULL,
        .progress = fg_options_progress_style(options),
        .quiet = options->quiet,
        .earlier = earlier,
    };
    const struct fg_compare_paths paths = {options->json_path, options->markdown_path,
                                           options->page_path};
    const int status = fg_compare_command(&request, &paths, report, stderr);
    free(label);
    return status;
}

/* Returns whether standard output was closed when the program began: main() has opened something in
 * its place that cannot be written. */
static bool is_output_closed(void) {
    const int flags = fcntl(STDOUT_FILENO, F_GETFL);
    return flags < 0 || (flags & O_ACCMODE) == O_RDONLY;
}

/* The report goes through memory, so that only close_output() meets the errors of writing it. */
static int compare_and_print(const struct fg_options *options, const struct fg_exported *earlier,
                             const struct input *input) {
    char *text = NULL;
    size_t size = 0;
    if (is_output_closed()) { /* else it would be found out after everything was measured */
        fg_message(stderr, "cannot write the report: standard output is closed; open it, or send "
                           "it to /dev/null");
        return FG_EXIT_OUTPUT;
    }
    FILE *const report = open_memstream(&text, &size);
    if (report == NULL)
        return fail_memory();
    const int status = compare_numbers(options, earlier, input, report);
    fclose(report);
    fwrite(text, 1, size, stdout);
    free(text);
    return status;
}

static struct fg_reader *open_reader(const struct fg_options *options) {
    const struct fg_reader_config config = {.operands = options->operands,
                                            .operand_count = options->operand_count,
                                            .format = options->input_format,
                                            .column = options->column,
                                            .shard = options->shard,
                                            .strict = options->strict,
                                            .stop_fd = -1,
                                            .report = report_plainly};
    return fg_reader_open(&config);
}

/* Compares rows on the numbers of the input; reports an earlier comparison beside them unless
 * `earlier` is NULL. */
static int compare_input(const struct fg_options *options, const struct fg_exported *earlier,
                         const struct fg_reader *reader, const struct input *input) {
    struct fg_error error;
    const int input_status = fg_reader_had_unreadable(reader)  ? FG_EXIT_UNREADABLE
                             : fg_reader_had_bad_token(reader) ? FG_EXIT_BAD_INPUT
                                                               : FG_EXIT_ANSWERED;
    const struct fg_numbers list = {.kind = FG_NUMBERS_LIST,
                                    .words = input->wide != NULL ? 2 : 1,
                                    .count = input->count,
                                    .list = input->numbers,
                                    .wide_list = input->wide};
    int status = input_status != 0 ? input_status : FG_EXIT_BAD_INPUT;
    if (input->count == 0) {
        if (options->operand_count == 1)
            fg_message(stderr,
                       "there is nothing to compare: " FG_PATH
                       " holds no numbers; give some, or a file of them",
                       FG_PATH_END(options->operands[0]));
        else
            fg_message(stderr, "there is nothing to compare: the input holds no numbers; give "
                               "some, or a file of them");
    } else if (earlier != NULL && fg_exported_check_numbers(earlier, &list, &error) != FG_OK) {
        fg_message(stderr, "%s", error.message);
    } else {
        status = compare_and_print(options, earlier, input);
        if (status == FG_EXIT_ANSWERED)
            status = input_status;
    }
    return status;
}

/* Reads the numbers and compares. */
static int read_and_compare(const struct fg_options *options, const struct fg_exported *earlier,
                            struct fg_reader *reader) {
    struct input input = {0};
    const int status = reader != NULL && read_all(reader, &input)
                           ? compare_input(options, earlier, reader, &input)
                           : fail_memory();
    free_input(&input);
    return status;
}

int fg_compare_options(const struct fg_options *options) {
    int status = FG_EXIT_INTERNAL;
    struct fg_exported earlier = {0};
    struct fg_error error;
    if (!fg_compare_check_files(options, &status))
        return status;
    if (options->compare_with_path != NULL) {
        status = fg_compare_read_export(options->compare_with_path, &earlier);
        if (status != FG_EXIT_ANSWERED)
            return status;
    }
    struct fg_reader *const reader = open_reader(options);
    if (reader != NULL && fg_reader_check_sizes(reader, &error) != FG_OK) {
        fg_message(stderr, "%s", error.message);
        fg_options_hint(stderr);
        status = FG_EXIT_USAGE;
    } else if (reader != NULL && !fits_memory(reader)) {
        status = FG_EXIT_USAGE;
    } else {
        status =
            read_and_compare(options, options->compare_with_path != NULL ? &earlier : NULL, reader);
    }
    fg_reader_close(reader);
    fg_exported_free(&earlier);
    return status;
}
