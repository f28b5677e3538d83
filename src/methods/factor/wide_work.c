/* SPDX-License-Identifier: MIT */
/*
 * wide_work.c: the work space's memory.
 */
#include "methods/factor/wide_work.h"

#include <stdlib.h>

enum fg_status fg_wide_work_open(struct fg_wide_work **work, struct fg_error *error) {
    *work = aligned_alloc(alignof(struct fg_wide_work), sizeof **work);
    if (*work == NULL)
        return fg_fail_memory(error, sizeof **work);
    const enum fg_status status = fg_factor_work_open(&(*work)->narrow_work, error);
    if (status != FG_OK) {
        free(*work);
        *work = NULL;
    }
    return status;
}

void fg_wide_work_close(struct fg_wide_work *work) {
    if (work != NULL)
        fg_factor_work_close(work->narrow_work);
    free(work);
}
