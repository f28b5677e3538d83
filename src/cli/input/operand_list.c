/* SPDX-License-Identifier: MIT */
/*
 * operand_list.c: sizes are looked up once, before anything is read.
 */
#include "cli/input/operand_list.h"

#include "cli/input/source.h"
#include "text/failure.h"
#include "text/operand.h"

#include <stdlib.h>

/* Standard input named once more, where nothing is left of it. */
static bool is_stdin_again(const struct fg_operand_list *list, size_t index) {
    return index > list->stdin_index && fg_operand_is_stdin(list->operands[index]);
}

/* Looks up the sizes of all operands, up to the first that has none. */
static void measure(struct fg_operand_list *list) {
    list->stdin_index = SIZE_MAX;
    for (size_t i = 0; i < list->count && list->unsized == NULL; i++) {
        const char *const operand = list->operands[i];
        uint64_t bytes = 0;
        if (is_stdin_again(list, i))
            continue;
        if (fg_operand_is_stdin(operand))
            list->stdin_index = i;
        if (!fg_source_operand_bytes(operand, &bytes))
            list->unsized = operand;
        if (list->sizes != NULL)
            list->sizes[i] = bytes;
        list->input_bytes += bytes;
    }
    list->total_bytes = list->unsized == NULL ? list->input_bytes : 0;
    if (fg_operand_list_is_shard(list) && list->unsized == NULL) {
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
    measure(list);
    return true;
}

void fg_operand_list_close(struct fg_operand_list *list) {
    free(list->sizes);
    list->sizes = NULL;
}

enum fg_status fg_operand_list_check_sizes(const struct fg_operand_list *list,
                                           struct fg_error *error) {
    const char *const operand = list->unsized;
    if (!fg_operand_list_is_shard(list) || operand == NULL)
        return FG_OK;
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
