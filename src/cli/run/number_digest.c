/* SPDX-License-Identifier: MIT */
/*
 * number_digest.c: the numbers of one word between those of two go into the digest at once.
 */
#include "cli/run/number_digest.h"

void fg_number_digest_start(struct fg_number_digest *digest) {
    *digest = (struct fg_number_digest){0};
    fg_digest_start(&digest->digest);
}

static void add_narrow(struct fg_number_digest *digest, const uint64_t *numbers, size_t count) {
    fg_digest_numbers(&digest->digest, numbers, count);
    digest->since_wide += count;
}

void fg_number_digest_add(struct fg_number_digest *digest, const struct fg_number_list *list,
                          size_t begin, size_t end) {
    size_t place = begin;
    for (size_t wide = fg_number_list_find_wide(list, begin);
         wide < list->wide_count && list->wide_places[wide] < end; wide++) {
        add_narrow(digest, list->numbers + place, list->wide_places[wide] - place);
        const uint64_t words[] = {list->wide[wide].low, list->wide[wide].high, digest->since_wide};
        fg_digest_numbers(&digest->digest, words, 3);
        digest->since_wide = 0;
        digest->has_wide = true;
        place = list->wide_places[wide] + 1;
    }
    add_narrow(digest, list->numbers + place, end - place);
}

void fg_number_digest_hex(const struct fg_number_digest *digest, char hex[FG_DIGEST_HEX]) {
    static const unsigned char mark = 1;
    struct fg_digest ended = digest->digest;
    if (digest->has_wide) {
        fg_digest_numbers(&ended, &digest->since_wide, 1);
        fg_digest_bytes(&ended, &mark, 1);
    }
    fg_digest_hex(&ended, hex);
}
