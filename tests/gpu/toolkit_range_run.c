/* SPDX-License-Identifier: MIT */
/*
 * toolkit_range_run.c: ranges by the CUDA toolkit's own header, as the library's C files use it.
 */
#include "toolkit_range_run.h"

/* The runtime's header is not needed for ranges, and may be missing. */
#define FG_GPU_VENDOR_H
#include <nvtx3/nvToolsExt.h>
#define FG_HAVE_NVTX 1
#include "gpu/profile_range.h"

void fg_test_toolkit_ranges(unsigned rounds) {
    FG_PROFILE_RANGE("batch", UINT64_MAX);
    for (unsigned round = 0; round < rounds; round++) {
        FG_PROFILE_RANGE("rounds", round);
        if (round == 1)
            continue;
        if (round == 3)
            return;
    }
}
