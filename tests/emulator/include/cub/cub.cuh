/* SPDX-License-Identifier: MIT */
/*
 * cub.cuh: the emulated device's stand-in for the one algorithm of CUB that the kernels use.
 *
 * As in CUB it is called twice, first without space, to learn how much it takes; here the space is
 * filled with garbage when the scan runs, so that a piece too small, or one in use elsewhere,
 * shows. It runs as one kernel and counts as one launch.
 */
#ifndef FG_EMULATED_CUB_CUH
#define FG_EMULATED_CUB_CUH

#include <cuda_runtime.h>

#include <cstddef>
#include <cstring>

namespace fg_emulator {

template <class In, class Out, class Count>
void scan_kernel(void *space, std::size_t space_bytes, In in, Out out, Count count) {
    std::memset(space, 0x5A, space_bytes);
    auto sum = *in;
    sum = 0;
    for (Count i = 0; i < count; i++) {
        const auto value = in[i];
        out[i] = sum;
        sum += value;
    }
}

} // namespace fg_emulator

namespace cub {

struct DeviceScan {
    /* out[i] = in[0] + ... + in[i - 1], summed in the type of in[0]. */
    template <class In, class Out, class Count>
    static cudaError_t ExclusiveSum(void *d_temp_storage, std::size_t &temp_storage_bytes, In d_in,
                                    Out d_out, Count num_items, cudaStream_t stream = nullptr) {
        const std::size_t needed = 256 + static_cast<std::size_t>(num_items) / 64;
        if (d_temp_storage == nullptr) {
            temp_storage_bytes = needed;
            return cudaSuccess;
        }
        if (temp_storage_bytes < needed) {
            return cudaErrorInvalidValue;
        }
        if (num_items == 0) {
            return cudaSuccess;
        }
        fg_emulator::launcher(fg_emulator::scan_kernel<In, Out, Count>, 1, 1, 0,
                              stream)(d_temp_storage, needed, d_in, d_out, num_items);
        return cudaPeekAtLastError();
    }
};

} // namespace cub

#endif
