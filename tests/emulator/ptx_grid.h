/* SPDX-License-Identifier: MIT */
/*
 * ptx_grid.h: running a grid by the PTX of its kernel, in place of fibers.
 */
#ifndef FG_EMULATOR_PTX_GRID_H
#define FG_EMULATOR_PTX_GRID_H

#include <cuda_runtime.h>

#include <string>

namespace fg_emulator {

/* Returns whether FG_PTX names PTX files. */
bool has_ptx();

/*
 * Runs the launch by its kernel's PTX, and returns cudaSuccess or why the kernel had to be stopped,
 * with the reason in words in `diagnosis` and on standard error. The caller holds the machine's
 * lock. A kernel may access the live allocations, device and pinned, and nothing else.
 */
cudaError_t run_ptx_grid(const LaunchRequest &request, std::string *diagnosis);

} // namespace fg_emulator

#endif
