/* SPDX-License-Identifier: MIT */
/*
 * options_fuzz.c: the option parser on arbitrary arguments. It either takes them and writes
 * nothing, or refuses them with one message, and what it took keeps what options.h promises.
 *
 * Input: the arguments behind the program's name, with a NUL or a newline between two.
 */
#include "cli/command/options.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ARGUMENTS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the fuzzer, which keeps the input. */
static void require(bool holds, const char *what, const char *text) {
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, text);
    abort();
}

/* The arguments in allocations of their own, where an overrun shows; the first is the program. */
static int make_arguments(const uint8_t *data, size_t size, char *argv[MOST_ARGUMENTS + 2]) {
    int argc = 0;
    argv[argc++] = strdup("factor-gpu");
    for (size_t begin = 0; begin < size && argc <= MOST_ARGUMENTS;) {
        size_t end = begin;
        while (end < size && data[end] != '\0' && data[end] != '\n')
            end++;
        argv[argc++] = strndup((const char *)data + begin, end - begin);
        begin = end + 1;
    }
    argv[argc] = NULL;
    return argc;
}

/* Checks that the message has two whole lines with the program's name: what is wrong, and where to
 * find help. A line may quote an argument as it came, so that no more can be checked. */
static void check_message(const char *message) {
    static const char prefix[] = "factor-gpu: ", tail[] = "\nfactor-gpu: try 'factor-gpu --help'\n";
    const size_t length = strlen(message);
    require(strncmp(message, prefix, strlen(prefix)) == 0, "no prefix", message);
    require(length > strlen(prefix) + strlen(tail), "nothing is said", message);
    require(strcmp(message + length - strlen(tail), tail) == 0, "no help at the end", message);
    require(strstr(message, tail) == message + length - strlen(tail), "two messages", message);
}

static void check_options(const struct fg_options *options, int argc, char **argv) {
    if (options->action == FG_OPTIONS_HELP) /* nothing behind it is looked at */
        return;
    require(fg_method_name(options->method) != NULL, "method", "out of range");
    require(options->backend != NULL, "backend", "NULL");
    require(options->columns.count >= 1 && options->columns.count <= FG_COLUMNS_MOST, "show",
            "out of range");
    require(options->format <= FG_WRITER_NPY, "format", "out of range");
    require(options->progress <= FG_OPTIONS_PROGRESS_JSON, "progress", "out of range");
    require(options->input_format <= FG_READER_TSV, "input format", "out of range");
    require(options->shard.index <= options->shard.count, "shard", "out of range");
    require(options->jobs <= FG_OPTIONS_MAX_JOBS, "jobs", "out of range");
    require(options->repeat >= 1 && options->repeat <= FG_OPTIONS_MAX_REPEAT, "repeat", "range");
    require(options->budget_s > 0 && options->budget_s <= FG_OPTIONS_MAX_BUDGET_S, "budget",
            "out of range");
    require(options->device_count <= FG_OPTIONS_MAX_DEVICES, "devices", "too many");
    for (size_t i = 0; i < options->device_count; i++)
        require(options->devices[i] >= 0, "devices", "negative");
    require(options->operand_count < (size_t)argc, "operands", "too many");
    require(options->operands + options->operand_count == argv + argc, "operands", "not the last");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *argv[MOST_ARGUMENTS + 2];
    const int argc = make_arguments(data, size, argv);
    struct fg_options options;
    char *message = NULL;
    size_t length = 0;
    FILE *const err = open_memstream(&message, &length);
    const bool taken = fg_options_parse(argc, argv, &options, err);
    fclose(err);
    if (taken) {
        require(length == 0, "taken, but", message);
        check_options(&options, argc, argv);
    } else {
        check_message(message);
    }
    free(message);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    return 0;
}
