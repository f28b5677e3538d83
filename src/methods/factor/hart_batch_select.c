/*
 * hart_batch_select.c: the portable variant, and the choice among them.
 */
#include "methods/factor/hart_batch.h"

#include "algorithms/hart.h"
#include "methods/candidates/scan.h"
#include <string.h>

void fg_hart_batch_portable(const uint64_t *n, unsigned count, uint64_t *found) {
    for (unsigned i = 0; i < count; i++)
        found[i] = fg_hart_block(n[i], 1, FG_HART_STEPS);
}

fg_hart_batch_function *fg_hart_batch_select(void) {
#ifdef FG_SCAN_X86
    const char *const variant = fg_scan_select()->name;
    if (strcmp(variant, "avx512") == 0)
        return fg_hart_batch_avx512;
    if (strcmp(variant, "portable") != 0)
        return fg_hart_batch_avx2;
#endif
    return fg_hart_batch_portable;
}
