/* SPDX-License-Identifier: MIT */
/*
 * growing_text.h: a text in memory that grows, and what is computed on the way to it.
 */
#ifndef FG_CLI_GROWING_TEXT_H
#define FG_CLI_GROWING_TEXT_H

#include "cli/output/tally.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A text that grows. Zero-initialise. */
struct fg_text {
    char *data;
    size_t size, room;   /* bytes in use, and allocated */
    uint64_t *divisors;  /* the divisors of a line are made here of its primes; with as many */
    size_t divisor_room; /* entries again as scratch */
    char *cells;         /* the columns of some lines, as the library computes them */
    size_t cell_bytes;
    struct fg_tally *tallies, *last_tally; /* with --total: of intervals, in place of lines */
};

void fg_text_free(struct fg_text *text);  /* back to all zero */
void fg_text_clear(struct fg_text *text); /* empty, with memory to use again */

/* Adds capacity for at least `more` bytes. False if memory is short. */
bool fg_text_grow(struct fg_text *text, size_t more);

/* Returns the end of the text, with capacity for `bytes` more; NULL if memory is short. */
static inline char *fg_text_reserve(struct fg_text *text, size_t bytes) {
    if (text->room - text->size < bytes && !fg_text_grow(text, bytes))
        return NULL;
    return text->data + text->size;
}

/* Makes the text end there, after something was written behind its end. */
static inline void fg_text_end_at(struct fg_text *text, const char *end) {
    text->size = (size_t)(end - text->data);
}

#ifdef __cplusplus
}
#endif

#endif
