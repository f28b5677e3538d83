/* SPDX-License-Identifier: MIT */
/*
 * factor_work.c: the work space's memory.
 */
#include "methods/factor/factor_work.h"

#include <stdlib.h>

enum fg_status fg_factor_work_open(struct fg_factor_work **work, struct fg_error *error) {
    *work = aligned_alloc(alignof(struct fg_factor_work), sizeof **work);
    if (*work == NULL)
        return fg_fail_memory(error, sizeof **work);
    (*work)->prime_score = 0;
    (*work)->lanes = fg_lanes_select();
    (*work)->hart_batch = fg_hart_batch_select();
    (*work)->small_primes = fg_small_primes_select();
    return FG_OK;
}

void fg_factor_work_close(struct fg_factor_work *work) {
    free(work);
}
