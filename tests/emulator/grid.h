/* SPDX-License-Identifier: MIT */
/*
 * grid.h: running a grid of device threads on one host thread.
 */
#ifndef FG_EMULATOR_GRID_H
#define FG_EMULATOR_GRID_H

#include <cuda_runtime.h>

#include <string>

namespace fg_emulator {

/*
 * Run every thread of the launch, and return cudaSuccess or why the kernel had to be stopped, with
 * the reason in words in `diagnosis`. Not reentrant; the caller holds the machine's lock.
 */
cudaError_t run_grid(const LaunchRequest &request, std::string *diagnosis);

} // namespace fg_emulator

#endif
