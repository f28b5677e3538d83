/* SPDX-License-Identifier: MIT */
/*
 * growing_text.c: reserves memory for texts.
 */
#include "cli/output/growing_text.h"

#include <stdlib.h>

/* The first capacity of a text; each growth at least doubles it. */
#define TEXT_BYTES ((size_t)64 * 1024)

void fg_text_free(struct fg_text *text) {
    free(text->data);
    free(text->divisors);
    free(text->cells);
    fg_tally_free_list(text->tallies);
    *text = (struct fg_text){0};
}

void fg_text_clear(struct fg_text *text) {
    fg_tally_free_list(text->tallies);
    text->tallies = text->last_tally = NULL;
    text->size = 0;
}

bool fg_text_grow(struct fg_text *text, size_t more) {
    const size_t least = text->size + more, twice = 2 * text->room;
    const size_t room = least > twice ? (least > TEXT_BYTES ? least : TEXT_BYTES) : twice;
    char *const data = realloc(text->data, room);
    if (data == NULL)
        return false;
    text->data = data;
    text->room = room;
    return true;
}
