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
    check(a->complete == b->complete && a->totals_bytes == b->totals_bytes);
    check(!a->has_tally || b->has_tally);
    check(!a->has_tally || memcmp(&a->tally->sum->totals[2].sum, &b->tally->sum->totals[2].sum,
                                  sizeof a->tally->sum->totals[2].sum) == 0);
}

/* Reads, prints and reads again, with the totals of each in a tally. */
static void check_text(const char *data, size_t size, struct fg_running_tally tallies[2]) {
    struct fg_checkpoint first = {.tally = &tallies[0]}, second = {.tally = &tallies[1]};
    struct fg_error error = {.status = FG_OK};
    if (fg_checkpoint_parse(data, size, &first, &error) != FG_OK) {
        check_refusal(&error);
        return;
    }
    check(first.numbers <= INT64_MAX && first.output_bytes <= INT64_MAX);
    check_digest(first.numbers_sha256);
    check_digest(first.tail_sha256);
    char *const text = fg_checkpoint_print(&first);
    check(text != NULL);
    check(fg_checkpoint_parse(text, strlen(text), &second, &error) == FG_OK);
    check_same(&first, &second);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fg_columns columns;
    struct fg_running_tally tallies[2];
    struct fg_error error = {.status = FG_OK};
    check(fg_columns_parse(&columns, "mobius,smooth=7,sigma", &error) == FG_OK);
    const struct fg_writer_config config = {.columns = &columns};
    for (int i = 0; i < 2; i++)
        check(fg_running_tally_open(&tallies[i], &config, &error) == FG_OK);
    check_text((const char *)data, size, tallies);
    for (int i = 0; i < 2; i++)
        fg_running_tally_close(&tallies[i]);
    return 0;
}
