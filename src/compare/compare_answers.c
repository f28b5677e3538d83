/*
 * compare_answers.c: compares two batches of answers list by list; the lists are shown only in
 * part, as a number may have 184320 divisors.
 */
#include "compare/compare_answers.h"

#include "text/failure.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define SHOWN_DIVISORS 6 /* of a long list: two before the difference, and what follows */

enum fg_status fg_compare_answers_keep(struct fg_compare_answers *answers,
                                       const struct fg_results *results, struct fg_error *error) {
    assert(answers->offsets == NULL && results->count >= 1 && results->offsets != NULL);
    const size_t first = results->offsets[0];
    const size_t divisor_count = results->offsets[results->count] - first;
    const size_t offset_bytes = (results->count + 1) * sizeof answers->offsets[0];
    const size_t bytes = offset_bytes + divisor_count * sizeof answers->divisors[0];
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return fg_program_fail_memory(error);
    madvise(memory, bytes, MADV_DONTFORK); /* advice only: where it fails, fork() is slower */
    answers->memory = memory;
    answers->memory_bytes = bytes;
    answers->offsets = memory;
    answers->divisors = (uint64_t *)((char *)memory + offset_bytes);
    answers->count = results->count;
    for (size_t i = 0; i <= results->count; i++)
        answers->offsets[i] = results->offsets[i] - first;
    if (divisor_count > 0)
        memcpy(answers->divisors, results->values + first,
               divisor_count * sizeof answers->divisors[0]);
    return FG_OK;
}

void fg_compare_answers_free(struct fg_compare_answers *answers) {
    if (answers->memory != NULL)
        munmap(answers->memory, answers->memory_bytes);
    memset(answers, 0, sizeof *answers);
}

/* One number's list; NULL where there is no answer at all. */
struct list {
    const uint64_t *divisors;
    size_t count;
};

static struct list list_at(size_t count, const size_t *offsets, const uint64_t *divisors,
                           size_t index) {
    struct list list = {NULL, 0};
    if (index < count) {
        list.divisors = divisors + offsets[index];
        list.count = offsets[index + 1] - offsets[index];
    }
    return list;
}

/* Writes the list from shortly before `position`, a few divisors and how many there are. */
static void describe_list(struct list list, size_t position, char *text, size_t size) {
    if (list.divisors == NULL) {
        snprintf(text, size, "nothing: no answer to this number");
        return;
    }
    const size_t first = position > 2 ? position - 2 : 0;
    size_t used = 0;
    used += (size_t)snprintf(text, size, "%s", first > 0 ? "... " : "");
    for (size_t i = first; i < list.count && i < first + SHOWN_DIVISORS; i++)
        used += (size_t)snprintf(text + used, size - used, "%" PRIu64 " ", list.divisors[i]);
    snprintf(text + used, size - used, "%s(%zu in all)",
             list.count > first + SHOWN_DIVISORS ? "... " : "", list.count);
}

static bool lists_equal(struct list a, struct list b) {
    return a.divisors != NULL && b.divisors != NULL && a.count == b.count &&
           (a.count == 0 || memcmp(a.divisors, b.divisors, a.count * sizeof a.divisors[0]) == 0);
}

static void describe_difference(struct list reference, struct list row,
                                struct fg_compare_difference *difference) {
    size_t position = 0;
    while (position < reference.count && position < row.count &&
           reference.divisors[position] == row.divisors[position])
        position++;
    describe_list(reference, position, difference->reference_said,
                  sizeof difference->reference_said);
    describe_list(row, position, difference->row_said, sizeof difference->row_said);
}

bool fg_compare_answers_equal(const struct fg_compare_answers *reference, size_t first,
                              size_t count, const struct fg_results *results,
                              const uint64_t *numbers, struct fg_compare_difference *difference) {
    assert(reference->offsets != NULL && first < reference->count);
    for (size_t i = 0, at = first; i < count; i++, at = at + 1 < reference->count ? at + 1 : 0) {
        const struct list expected =
            list_at(reference->count, reference->offsets, reference->divisors, at);
        const struct list found = list_at(results->count, results->offsets, results->values, i);
        if (lists_equal(expected, found))
            continue;
        difference->index = at;
        difference->number = numbers[at];
        describe_difference(expected, found, difference);
        return false;
    }
    return true; /* a batch is never answered with more numbers than it has */
}
