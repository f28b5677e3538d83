/* SPDX-License-Identifier: MIT */
/*
 * checkpoint_fuzz.c: the reader of checkpoints on arbitrary bytes. What it takes is within its
 * ranges and comes back from print and parse as it was; what it refuses has a reason of one line
 * that a terminal can be shown.
 */
#include "cli/run/checkpoint.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_digest(const char hex[FG_DIGEST_HEX]) {
    check(strlen(hex) == 64 && strspn(hex, "0123456789abcdef") == 64);
}

static void check_refusal(const struct fg_error *error) {
    const char *const message = error->message;
    check(error->status == FG_ERROR_ARGUMENT);
    check(*message != '\0' && memchr(message, '\0', sizeof error->message) != NULL);
    for (const char *p = message; *p != '\0'; p++)
        check(*p >= ' ' && *p <= '~');
}

static void check_same(const struct fg_checkpoint *a, const struct fg_checkpoint *b) {
    check(strcmp(a->options, b->options) == 0);
    check(a->numbers == b->numbers && a->output_bytes == b->output_bytes);
    check(strcmp(a->numbers_sha256, b->numbers_sha256) == 0);
    check(strcmp(a->tail_sha256, b->tail_sha256) == 0);
    check(a->had_bad_token == b->had_bad_token && a->had_unreadable == b->had_unreadable);
    check(a->complete == b->complete);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fg_checkpoint first, second;
    struct fg_error error = {.status = FG_OK};
    if (fg_checkpoint_parse((const char *)data, size, &first, &error) != FG_OK) {
        check_refusal(&error);
        return 0;
    }
    check(first.numbers <= INT64_MAX && first.output_bytes <= INT64_MAX);
    check_digest(first.numbers_sha256);
    check_digest(first.tail_sha256);
    char *const text = fg_checkpoint_print(&first);
    check(text != NULL);
    check(fg_checkpoint_parse(text, strlen(text), &second, &error) == FG_OK);
    check_same(&first, &second);
    free(text);
    return 0;
}
