/* SPDX-License-Identifier: MIT */
/*
 * run_manifest.c: the digests of the inputs, and the members of the line.
 */
#include "cli/command/run_manifest.h"

#include "cli/command/option_fingerprint.h"
#include "cli/command/option_table.h"
#include "cli/manifest/manifest.h"
#include "cli/run/interrupt.h"
#include "text/failure.h"
#include "text/operand.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns whether the open file is one that can be read again. */
static bool is_file(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

off_t fg_run_manifest_stdin(void) {
    return is_file(STDIN_FILENO) ? lseek(STDIN_FILENO, 0, SEEK_CUR) : -1;
}

/* Describes an operand, a number or a range by its spelling; its digest stays "" if it cannot be
 * read again. */
static void describe_operand(struct fg_manifest_input *input, const char *operand,
                             off_t stdin_from) {
    *input = (struct fg_manifest_input){.name = operand};
    if (fg_operand_is_number(operand) || fg_operand_is_range(operand)) {
        struct fg_digest digest;
        fg_digest_start(&digest);
        fg_digest_bytes(&digest, operand, strlen(operand));
        fg_digest_hex(&digest, input->sha256);
        input->bytes = strlen(operand);
        return;
    }
    struct stat status;
    const bool is_stdin = fg_operand_is_stdin(operand);
    /* A pipe that is opened once more would take what its next writer has for the next reader.
     * After a signal there is no time to read a large file. */
    if (fg_interrupt_signal() != 0 ||
        (!is_stdin && (stat(operand, &status) != 0 || !S_ISREG(status.st_mode))))
        return;
    const int fd =
        is_stdin ? STDIN_FILENO : open(operand, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    const off_t from = is_stdin ? stdin_from : 0;
    if (fd >= 0 && from >= 0 && is_file(fd) &&
        !fg_digest_file(fd, (uint64_t)from, &input->bytes, input->sha256))
        *input->sha256 = '\0';
    if (fd > STDIN_FILENO)
        close(fd);
}

/* Returns the options that shape the text, but not the part, and which column of a table was read.
 * The caller frees them; NULL: no memory. */
static char *describe_options(const struct fg_options *options) {
    struct fg_options whole = *options;
    char words[FG_CHECKPOINT_OPTIONS], *text;
    whole.shard = (struct fg_shard){0};
    fg_option_fingerprint(&whole, words);
    if (options->column == NULL)
        return strdup(words);
    return asprintf(&text, "%s column=%s", words, options->column) < 0 ? NULL : text;
}

enum fg_status fg_run_manifest_append(const struct fg_options *options,
                                      const struct fg_run_outcome *outcome, off_t stdin_from,
                                      int exit_status, struct fg_error *error) {
    static char *const standard_input[] = {"-"};
    const struct fg_run_account *const account = &outcome->account;
    const bool has_operands = options->operand_count > 0;
    char *const *const operands = has_operands ? options->operands : standard_input;
    const size_t count = has_operands ? options->operand_count : 1;
    struct fg_manifest_input *const inputs = calloc(count, sizeof *inputs);
    char *const words = describe_options(options);
    if (inputs == NULL || words == NULL) {
        free(inputs);
        free(words);
        return fg_program_fail_memory(error);
    }
    for (size_t i = 0; i < count; i++)
        describe_operand(&inputs[i], operands[i], stdin_from);
    const struct fg_manifest_run run = {
        .inputs = inputs,
        .input_count = count,
        .part = options->shard.count > 0 ? options->shard.index : 1,
        .of = options->shard.count > 0 ? options->shard.count : 1,
        .numbers = account->numbers,
        .numbers_sha256 = account->numbers_sha256,
        .output = options->output_path,
        .bytes = account->output_bytes,
        .output_sha256 = account->output_sha256,
        .options = words,
        .method = fg_method_name(options->method),
        .used_methods = account->used_methods,
        .backend = account->backend,
        .jobs = account->jobs,
        .seconds = account->seconds,
        .exit_status = exit_status,
    };
    const enum fg_status status = fg_manifest_append(options->manifest_path, &run, error);
    free(words);
    free(inputs);
    return status;
}
