/* SPDX-License-Identifier: MIT */
/*
 * operand_list.h: the operands of a command line one after the other, and how much of the input
 * each is: which of them a shard has a share in, and how large the whole is.
 */
#ifndef FG_CLI_OPERAND_LIST_H
#define FG_CLI_OPERAND_LIST_H

#include "cli/input/shard.h"
#include "factor_gpu.h"
#include "text/operand_value.h"

/* All of it but what is said to be the caller's to read belongs to operand_list.c. */
struct fg_operand_list {
    char *const *operands;
    size_t count;
    struct fg_shard shard;
    size_t next;          /* read by the caller: how many were taken */
    uint64_t total_bytes; /* read by the caller: of all, or of the shard's part; 0: not known */
    const char *unsized;  /* the first operand whose size is not known, such as a pipe */
    size_t stdin_index;   /* of the first that is standard input */
    uint64_t *sizes;      /* of the operands, for a shard */
    uint64_t input_bytes; /* all together */
    bool is_uncountable;  /* those are more than 2^64 - 1 */
    /* Read by the caller: the bytes that each number of a range counts for beside files, 8, as
     * in an array; or 1 if they were more than 2^64 - 1. */
    unsigned number_bytes;
    uint64_t place; /* of those before the next */
};

/* `operands` must outlive the list; none at all means "-". A shard's count of 0 is the whole input.
 * False if memory is short. */
bool fg_operand_list_open(struct fg_operand_list *list, char *const *operands, size_t count,
                          struct fg_shard shard);
void fg_operand_list_close(struct fg_operand_list *list);

/* Returns whether a part of the input is asked for. */
static inline bool fg_operand_list_is_shard(const struct fg_operand_list *list) {
    return list->shard.count > 0;
}

/* FG_ERROR_ARGUMENT if a part is asked for but the size of an operand is not known, or all together
 * are too large. */
enum fg_status fg_operand_list_check_sizes(const struct fg_operand_list *list,
                                           struct fg_error *error);

/* Cuts a range, an operand of the list, to the numbers that begin in the bytes of `share`, which
 * fg_operand_list_next() returned with it. False if there are none. */
bool fg_operand_list_cut(const struct fg_operand_list *list, const struct fg_range *share,
                         struct fg_number_range *range);

/* The kinds of numbers that are answered. */
struct fg_operand_rules {
    bool accept_zero, accept_wide; /* 0; numbers from 2^64 on */
};

/* Counts the numbers of the input, or of the part. False if that needs a file to be read, or if an
 * operand is wrong. */
bool fg_operand_list_count(const struct fg_operand_list *list, struct fg_operand_rules rules,
                           uint64_t *count);

/* Returns the next operand, for a shard the next that it has a share in, with its bytes; NULL
 * behind the last. */
const char *fg_operand_list_next(struct fg_operand_list *list, struct fg_range *share);

#endif
