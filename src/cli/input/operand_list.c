/* SPDX-License-Identifier: MIT */
/*
 * operand_list.c: sizes are looked up once, before anything is read. Each number of a range counts
 * for as many bytes as any other, so that a part has its share of them.
 */
#include "cli/input/operand_list.h"

#include "cli/input/source.h"
#include "text/failure.h"
#include "text/operand.h"

#include <stdlib.h>

/* Bytes of a number of a range, which stands for what a number takes in a file. */
#define NUMBER_BYTES 8

/* Standard input named once more, when nothing is left of it. */
static bool is_stdin_again(const struct fg_operand_list *list, size_t index) {
    return index > list->stdin_index && fg_operand_is_stdin(list->operands[index]);
}

/* Looks up the bytes of an operand; false if they are not known. A range that is wrong has those of
 * its spelling, as a number. */
static bool find_bytes(struct fg_operand_list *list, const char *operand, uint64_t *bytes) {
    struct fg_number_range range;
    struct fg_error error;
    if (!fg_operand_is_range(operand) || fg_operand_read_range(operand, &range, &error) != FG_OK)
        return fg_source_operand_bytes(operand, bytes);
    list->is_uncountable |=
        __builtin_mul_overflow(fg_number_range_count(&range), list->number_bytes, bytes);
    return true;
}

/* Looks up the sizes of all operands, up to the first that has none. */
static void measure(struct fg_operand_list *list, unsigned number_bytes) {
    list->stdin_index = SIZE_MAX;
    list->number_bytes = number_bytes;
    list->is_uncountable = false;
    list->unsized = NULL;
    list->input_bytes = 0;
    for (size_t i = 0; i < list->count && list->unsized == NULL; i++) {
        const char *const operand = list->operands[i];
        uint64_t bytes = 0;
        if (is_stdin_again(list, i))
            continue;
        if (fg_operand_is_stdin(operand))
            list->stdin_index = i;
        if (!find_bytes(list, operand, &bytes))
            list->unsized = operand;
        if (list->sizes != NULL)
            list->sizes[i] = bytes;
        list->is_uncountable |=
            __builtin_add_overflow(list->input_bytes, bytes, &list->input_bytes);
    }
}

/* Computes the bytes of the whole, or of the part, after measure(). */
static void add_up(struct fg_operand_list *list) {
    const bool is_known = list->unsized == NULL && !list->is_uncountable;
    list->total_bytes = is_known ? list->input_bytes : 0;
    if (fg_operand_list_is_shard(list) && is_known) {
        const struct fg_range range = fg_shard_range(list->shard, list->input_bytes);
        list->total_bytes = range.end - range.begin;
    }
}

bool fg_operand_list_open(struct fg_operand_list *list, char *const *operands, size_t count,
                          struct fg_shard shard) {
    static char standard_input[] = "-";
    static char *const no_operands[] = {standard_input};
    *list = (struct fg_operand_list){.operands = count > 0 ? operands : no_operands,
                                     .count = count > 0 ? count : 1,
                                     .shard = shard};
    if (fg_operand_list_is_shard(list)) {
        list->sizes = calloc(list->count, sizeof *list->sizes);
        if (list->sizes == NULL)
            return false;
    }
    measure(list, NUMBER_BYTES);
    if (list->is_uncountable)
        measure(list, 1);
    add_up(list);
    return true;
}

void fg_operand_list_close(struct fg_operand_list *list) {
    free(list->sizes);
    list->sizes = NULL;
}

enum fg_status fg_operand_list_check_sizes(const struct fg_operand_list *list,
                                           struct fg_error *error) {
    const char *const operand = list->unsized;
    if (!fg_operand_list_is_shard(list) || (operand == NULL && !list->is_uncountable))
        return FG_OK;
    if (operand == NULL)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "option --shard: the ranges have more than 2^64-1 numbers together; "
                               "give fewer in one run");
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           "option --shard: the size of " FG_PATH " is not known before it was "
                           "read: use a file, and not a pipe, a terminal or a device",
                           FG_PATH_END(fg_operand_is_stdin(operand) ? "standard input" : operand));
}

const char *fg_operand_list_next(struct fg_operand_list *list, struct fg_range *share) {
    *share = (struct fg_range){0, 0};
    while (list->next < list->count) {
        const size_t index = list->next++;
        if (!fg_operand_list_is_shard(list))
            return list->operands[index];
        const uint64_t place = list->place, bytes = list->sizes[index];
        list->place += bytes;
        if (fg_shard_share(list->shard, list->input_bytes, place, bytes, share) &&
            !is_stdin_again(list, index))
            return list->operands[index];
    }
    return NULL;
}

/* Returns the index of the first number that begins at the byte or behind it. */
static uint64_t index_from(const struct fg_operand_list *list, uint64_t byte) {
    return byte / list->number_bytes + (byte % list->number_bytes != 0);
}

bool fg_operand_list_cut(const struct fg_operand_list *list, const struct fg_range *share,
                         struct fg_number_range *range) {
    if (!fg_operand_list_is_shard(list))
        return true;
    const uint64_t begin = index_from(list, share->begin), end = index_from(list, share->end);
    if (begin >= end)
        return false;
    range->last = range->first + (end - 1) * range->step; /* at most what it was */
    range->first += begin * range->step;
    return true;
}

/* Counts the numbers of an operand, of which `share` is a shard's. False if that is not known. */
static bool count_operand(const struct fg_operand_list *list, struct fg_operand_rules rules,
                          const char *operand, const struct fg_range *share, uint64_t *count) {
    struct fg_uint128 number;
    struct fg_number_range range;
    struct fg_error error;
    *count = 0;
    if (fg_operand_is_range(operand)) {
        if (fg_operand_read_range(operand, &range, &error) != FG_OK ||
            (range.first == 0 && !rules.accept_zero))
            return false;
        if (fg_operand_list_cut(list, share, &range))
            *count = fg_number_range_count(&range);
        return true;
    }
    *count = share->begin == 0;
    return fg_operand_is_number(operand) &&
           fg_operand_read_number(operand, &number, &error) == FG_OK &&
           (rules.accept_zero || (number.low | number.high) != 0) &&
           (rules.accept_wide || number.high == 0);
}

bool fg_operand_list_count(const struct fg_operand_list *list, struct fg_operand_rules rules,
                           uint64_t *count) {
    struct fg_operand_list rest = *list;
    struct fg_range share;
    *count = 0;
    rest.next = 0;
    rest.place = 0;
    for (const char *operand; (operand = fg_operand_list_next(&rest, &share)) != NULL;) {
        uint64_t more;
        if (!count_operand(list, rules, operand, &share, &more) ||
            __builtin_add_overflow(*count, more, count))
            return false;
    }
    return true;
}
