/* SPDX-License-Identifier: MIT */
/*
 * row_common.h: what the processes of all rows of a comparison share.
 */
#ifndef FG_COMPARE_ROW_COMMON_H
#define FG_COMPARE_ROW_COMMON_H

#include "compare/compare_operations.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The settings and numbers that all rows of a comparison share. Its arrays lie in memory that
 * processes share. */
struct fg_row_common {
    const struct fg_compare_request *request; /* must outlive this */
    struct fg_numbers input;                  /* a copy of the request's numbers */
    void *memory;                             /* of them */
    uint64_t *made_up; /* capacity for FG_COMPARE_MADE_UP_MAX numbers of either width */
    int reference;     /* file without a name: the answers of the first row; empty at first */
    void (*waiting)(void *context); /* called now and then while a row is at work; may be NULL */
    void *waiting_context;
    struct fg_cpu_energy cpu_energy; /* of the machine */
};

/* Fails if memory or files are short. Free it in either case, after the last process has ended. */
enum fg_status fg_row_common_make(const struct fg_compare_request *request,
                                  struct fg_row_common *common, struct fg_error *error);
void fg_row_common_free(struct fg_row_common *common);

#ifdef __cplusplus
}
#endif

#endif
