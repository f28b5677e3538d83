// SPDX-License-Identifier: MIT
/*
 * no_ptx.cpp: takes the place of ptx_grid.cpp and ptx_scan.cpp in builds with sanitizers, where
 * kernels always run as the host's compiler reads them. The machine that executes PTX would take a
 * tenth of such a build's time, and would run too slowly.
 */
#include "ptx_grid.h"

#include <cstdio>
#include <cstdlib>
#include <cub/cub.cuh>

namespace fg_emulator {

bool has_ptx() {
    if (std::getenv("FG_PTX") != nullptr) {
        std::fputs("emulated device: FG_PTX needs a build without sanitizers\n", stderr);
        std::abort();
    }
    return false;
}

cudaError_t run_ptx_grid(const LaunchRequest &, std::string *) {
    return cudaErrorNotSupported;
}

cudaError_t scan_by_ptx(void *, std::size_t &, const std::uint32_t *, std::uint32_t *,
                        std::uint32_t, cudaStream_t) {
    return cudaErrorNotSupported;
}

} // namespace fg_emulator
