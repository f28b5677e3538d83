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
#include "cli/input/reader.h"
#include "terminal/message.h"
#include "text/failure.h"
#include "text/operand.h"

#include <stdlib.h>
#include <string.h>

static void report_plainly(void *context, const char *message) {
    (void)context;
    fg_message(stderr, "%s", message);
}

/* How many numbers there is room for before it is known whether there are more. */
#define READ_AT_FIRST ((size_t)65536)

/* The whole input in one array, for the caller to free; NULL where memory is short. */
static uint64_t *read_all(struct fg_reader *reader, size_t *count) {
    size_t capacity = READ_AT_FIRST;
    uint64_t *numbers = malloc(capacity * sizeof *numbers);
    *count = 0;
    while (numbers != NULL) {
        struct fg_reader_block block = {
            .list = {.numbers = numbers + *count, .capacity = capacity - *count}};
        if (!fg_reader_next(reader, &block))
            break;
        *count += block.list.count;
        if (*count == capacity) {
            capacity *= 2;
            uint64_t *const larger = realloc(numbers, capacity * sizeof *numbers);
            if (larger == NULL)
                free(numbers);
            numbers = larger;
        }
    }
    return numbers;
}

/* What a comparison's report calls its input: "numbers.txt", "numbers.txt and 1 more", "part 2/8 of
 * numbers.txt"; the name as printable.h shows it. For the caller to free; NULL where memory is
 * short. */
static char *input_label(const struct fg_options *options) {
    const size_t count = options->operand_count;
    const bool is_stdin = count == 0 || fg_operand_is_stdin(options->operands[0]);
    const char *const name = is_stdin ? "standard input" : options->operands[0];
    const size_t room = FG_PRINTABLE_ESCAPE_BYTES * strlen(name) + 1;
    char *const first = malloc(room);
    char part[40] = "", more[40] = "", *label;
    if (first == NULL)
        return NULL;
    fg_printable_copy(name, first, room);
    if (options->shard.count > 0)
        snprintf(part, sizeof part, "part %u/%u of ", options->shard.index, options->shard.count);
    if (count > 1)
        snprintf(more, sizeof more, " and %zu more", count - 1);
    const bool is_made = asprintf(&label, "%s%s%s", part, first, more) >= 0;
    free(first);
    return is_made ? label : NULL;
}

static int fail_memory(void) {
    fg_message(stderr, "%s", fg_strerror(FG_ERROR_MEMORY));
    return FG_EXIT_INTERNAL;
}

static int compare_numbers(const struct fg_options *options, const struct fg_exported *earlier,
                           const uint64_t *numbers, size_t count, FILE *report) {
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
        .numbers = numbers,
        .count = count,
        .input_label = label,
        .jobs = options->jobs,
        .devices = config.devices,
        .device_count = config.device_count,
        .repeat = options->repeat,
        .budget_s = options->budget_s,
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

/* The report goes through memory, so that only close_output() meets the errors of writing it. */
static int compare_and_print(const struct fg_options *options, const struct fg_exported *earlier,
                             const uint64_t *numbers, size_t count) {
    char *text = NULL;
    size_t size = 0;
    FILE *const report = open_memstream(&text, &size);
    if (report == NULL)
        return fail_memory();
    const int status = compare_numbers(options, earlier, numbers, count, report);
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

/* Reads the numbers and compares, `earlier` beside it unless it is NULL. */
static int read_and_compare(const struct fg_options *options, const struct fg_exported *earlier,
                            struct fg_reader *reader) {
    size_t count = 0;
    struct fg_error error;
    uint64_t *const numbers = reader != NULL ? read_all(reader, &count) : NULL;
    if (numbers == NULL)
        return fail_memory();
    const int input_status = fg_reader_had_unreadable(reader)  ? FG_EXIT_UNREADABLE
                             : fg_reader_had_bad_token(reader) ? FG_EXIT_BAD_INPUT
                                                               : FG_EXIT_ANSWERED;
    int status = input_status != 0 ? input_status : FG_EXIT_BAD_INPUT;
    if (count == 0) {
        fg_message(stderr, "there is nothing to compare: the input holds no numbers; give some, or "
                           "a file of them");
    } else if (earlier != NULL &&
               fg_exported_check_numbers(earlier, numbers, count, &error) != FG_OK) {
        fg_message(stderr, "%s", error.message);
    } else {
        status = compare_and_print(options, earlier, numbers, count);
        if (status == FG_EXIT_ANSWERED)
            status = input_status;
    }
    free(numbers);
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
    } else {
        status =
            read_and_compare(options, options->compare_with_path != NULL ? &earlier : NULL, reader);
    }
    fg_reader_close(reader);
    fg_exported_free(&earlier);
    return status;
}
