/* SPDX-License-Identifier: MIT */
/*
 * number_digest.c: the numbers of one word between others go into the digest at once, and a range
 * when it is known where it ends.
 */
#include "cli/run/number_digest.h"

void fg_number_digest_start(struct fg_number_digest *digest) {
    *digest = (struct fg_number_digest){0};
    fg_digest_start(&digest->digest);
}

/* Adds the words of a number from 2^64 on or of a range, the last of which says how many numbers
 * lie before it. */
static void add_mark(struct fg_number_digest *digest, const uint64_t *words, size_t count) {
    fg_digest_numbers(&digest->digest, words, count);
    digest->since_mark = 0;
    digest->has_marks = true;
}

/* Adds the range that was open, because others follow it. */
static void close_range(struct fg_number_digest *digest) {
    const uint64_t words[] = {digest->range_first, digest->range_count, 0, digest->since_mark};
    if (digest->range_count > 0)
        add_mark(digest, words, sizeof words / sizeof *words);
    digest->range_count = 0;
}

/* Adds a range to the one that is open, or opens it. */
static void add_range(struct fg_number_digest *digest, uint64_t first, uint64_t count) {
    if (digest->range_count > 0 && digest->range_first + digest->range_count != first)
        close_range(digest);
    if (digest->range_count == 0)
        digest->range_first = first;
    digest->range_count += count;
}

static void add_narrow(struct fg_number_digest *digest, const uint64_t *numbers, size_t count) {
    if (count == 0)
        return;
    close_range(digest);
    fg_digest_numbers(&digest->digest, numbers, count);
    digest->since_mark += count;
}

void fg_number_digest_add(struct fg_number_digest *digest, const struct fg_number_list *list,
                          size_t begin, size_t end) {
    if (list->is_range) {
        add_range(digest, list->first + begin, end - begin);
        return;
    }
    size_t place = begin;
    for (size_t wide = fg_number_list_find_wide(list, begin);
         wide < list->wide_count && list->wide_places[wide] < end; wide++) {
        add_narrow(digest, list->numbers + place, list->wide_places[wide] - place);
        close_range(digest);
        const uint64_t words[] = {list->wide[wide].low, list->wide[wide].high, digest->since_mark};
        add_mark(digest, words, sizeof words / sizeof *words);
        place = list->wide_places[wide] + 1;
    }
    add_narrow(digest, list->numbers + place, end - place);
}

void fg_number_digest_hex(const struct fg_number_digest *digest, char hex[FG_DIGEST_HEX]) {
    static const unsigned char mark = 1;
    struct fg_number_digest ended = *digest;
    close_range(&ended);
    if (ended.has_marks) {
        fg_digest_numbers(&ended.digest, &ended.since_mark, 1);
        fg_digest_bytes(&ended.digest, &mark, 1);
    }
    fg_digest_hex(&ended.digest, hex);
}
