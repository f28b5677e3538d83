/* SPDX-License-Identifier: MIT */
/*
 * compare_answers.c: compares two batches of answers list by list. A message shows only part of a
 * list, because a number may have 184320 divisors.
 */
#include "compare/compare_answers.h"

#include "compare/compare_input.h"
#include "text/decimal.h"
#include "text/disk.h"
#include "text/failure.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHOWN_DIVISORS 6 /* of a long list: two before the difference, and what follows */

/* A file holds the count, the words of a divisor, the offsets and the divisors, as they are in
 * memory. The count and the words are written last: until then they are zero, and the file counts
 * as empty. */
enum { COUNT, WORDS, HEAD_SIZE };

static enum fg_status fail_file(struct fg_error *error, const char *what) {
    return fg_program_fail(error,
                           errno == ENOMEM || errno == ENOSPC ? FG_ERROR_MEMORY : FG_ERROR_SYSTEM,
                           "the first row's answers cannot be %s (%s)", what, strerror(errno));
}

static enum fg_status write_all(int file, const void *bytes, size_t size, struct fg_error *error) {
    return fg_disk_write(file, bytes, size) ? FG_OK : fail_file(error, "kept");
}

static enum fg_status seek(int file, size_t offset, struct fg_error *error) {
    return lseek(file, (off_t)offset, SEEK_SET) >= 0 ? FG_OK : fail_file(error, "kept");
}

enum fg_status fg_compare_answers_write(int file, const struct fg_results *results,
                                        struct fg_error *error) {
    assert(results->count >= 1 && results->offsets[0] == 0);
    const size_t head[HEAD_SIZE] = {[COUNT] = results->count, [WORDS] = results->words};
    FG_TRY(seek(file, sizeof head, error));
    FG_TRY(
        write_all(file, results->offsets, (head[COUNT] + 1) * sizeof results->offsets[0], error));
    FG_TRY(write_all(file, results->values,
                     results->offsets[head[COUNT]] * head[WORDS] * sizeof results->values[0],
                     error));
    FG_TRY(seek(file, 0, error));
    return write_all(file, head, sizeof head, error);
}

enum fg_status fg_compare_answers_map(int file, struct fg_compare_answers *answers,
                                      struct fg_error *error) {
    struct stat state;
    if (fstat(file, &state) != 0)
        return fail_file(error, "read");
    if ((size_t)state.st_size < HEAD_SIZE * sizeof(size_t))
        return FG_OK;
    const size_t bytes = (size_t)state.st_size;
    void *const memory = mmap(NULL, bytes, PROT_READ, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED)
        return fail_file(error, "read");
    const size_t *const head = memory;
    if (head[COUNT] == 0) { /* the row that wrote it failed or died */
        munmap(memory, bytes);
        return FG_OK;
    }
    answers->memory = memory;
    answers->memory_bytes = bytes;
    answers->count = head[COUNT];
    answers->words = (unsigned)head[WORDS];
    answers->offsets = head + HEAD_SIZE;
    answers->divisors = (const uint64_t *)(answers->offsets + answers->count + 1);
    return FG_OK;
}

void fg_compare_answers_unmap(struct fg_compare_answers *answers) {
    if (answers->memory != NULL)
        munmap(answers->memory, answers->memory_bytes);
    memset(answers, 0, sizeof *answers);
}

/* One number's list; NULL if there is no answer at all. */
struct list {
    const uint64_t *divisors;
    size_t count;
    unsigned words; /* of a divisor */
};

static struct list list_at(size_t count, unsigned words, const size_t *offsets,
                           const uint64_t *divisors, size_t index) {
    struct list list = {NULL, 0, words};
    if (index < count) {
        list.divisors = divisors + offsets[index] * words;
        list.count = offsets[index + 1] - offsets[index];
    }
    return list;
}

/* Writes a divisor and a space, as much of it as there is room for, and returns its length. */
static size_t describe_value(struct list list, size_t i, char *text, size_t size) {
    const uint64_t *const words = list.divisors + i * list.words;
    const struct fg_uint128 value = {words[0], list.words == 2 ? words[1] : 0};
    char digits[FG_DECIMAL_WIDE_ROOM + 1];
    *fg_decimal_write_wide(digits, value) = '\0';
    const size_t length = (size_t)snprintf(text, size, "%s ", digits);
    return length < size ? length : size - 1;
}

/* Writes a few divisors of the list, from shortly before `position` on, and how many there are. */
static void describe_list(struct list list, size_t position, char *text, size_t size) {
    if (list.divisors == NULL) {
        snprintf(text, size, "nothing: no answer to this number");
        return;
    }
    const size_t first = position > 2 ? position - 2 : 0;
    size_t used = 0;
    used += (size_t)snprintf(text, size, "%s", first > 0 ? "... " : "");
    for (size_t i = first; i < list.count && i < first + SHOWN_DIVISORS; i++)
        used += describe_value(list, i, text + used, size - used);
    snprintf(text + used, size - used, "%s(%zu in all)",
             list.count > first + SHOWN_DIVISORS ? "... " : "", list.count);
}

static bool lists_equal(struct list a, struct list b) {
    return a.divisors != NULL && b.divisors != NULL && a.count == b.count && a.words == b.words &&
           (a.count == 0 ||
            memcmp(a.divisors, b.divisors, a.count * a.words * sizeof a.divisors[0]) == 0);
}

static void describe_difference(struct list reference, struct list row,
                                struct fg_compare_difference *difference) {
    size_t position = 0;
    while (position < reference.count && position < row.count && reference.words == row.words &&
           memcmp(reference.divisors + position * row.words, row.divisors + position * row.words,
                  row.words * sizeof row.divisors[0]) == 0)
        position++;
    describe_list(reference, position, difference->reference_said,
                  sizeof difference->reference_said);
    describe_list(row, position, difference->row_said, sizeof difference->row_said);
}

bool fg_compare_answers_equal(const struct fg_compare_answers *reference, size_t first,
                              size_t count, const struct fg_results *results,
                              const struct fg_numbers *numbers,
                              struct fg_compare_difference *difference) {
    assert(reference->offsets != NULL && first < reference->count);
    for (size_t i = 0, at = first; i < count; i++, at = at + 1 < reference->count ? at + 1 : 0) {
        const struct list expected = list_at(reference->count, reference->words, reference->offsets,
                                             reference->divisors, at);
        const struct list found =
            list_at(results->count, results->words, results->offsets, results->values, i);
        if (lists_equal(expected, found))
            continue;
        difference->index = at;
        difference->number = fg_compare_number_at(numbers, at);
        describe_difference(expected, found, difference);
        return false;
    }
    return true; /* a batch is never answered with more numbers than it has */
}
