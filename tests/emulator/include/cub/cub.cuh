/* SPDX-License-Identifier: MIT */
/*
 * cub.cuh: the emulated device's stand-in for the one algorithm of CUB that the kernels use.
 *
 * As in CUB it is called twice, first without space, to learn how much it takes; here the space is
 * filled with garbage when the scan runs, so that a piece too small, or one in use elsewhere,
 * shows. It runs as one kernel and counts as one launch. If kernels run by their PTX, CUB's own two
 * kernels do (tests/emulator/ptx_scan.cpp).
 */
#ifndef FG_EMULATED_CUB_CUH
#define FG_EMULATED_CUB_CUH

#include <cuda_runtime.h>

#include <cstddef>
#include <cstring>

namespace fg_emulator {

/* Returns whether kernels run by their PTX: FG_PTX. */
bool has_ptx();

/* ExclusiveSum() by CUB's kernels, whose PTX tests/ptx has. */
cudaError_t scan_by_ptx(void *space, std::size_t &space_bytes, const std::uint32_t *in,
                        std::uint32_t *out, std::uint32_t count, cudaStream_t stream);

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
        if (fg_emulator::has_ptx()) {
            return fg_emulator::scan_by_ptx(d_temp_storage, temp_storage_bytes, d_in, d_out,
                                            num_items, stream);
        }
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
        fg_emulator::launcher("scan_kernel", fg_emulator::scan_kernel<In, Out, Count>, 1, 1, 0,
                              stream)(d_temp_storage, needed, d_in, d_out, num_items);
        return cudaPeekAtLastError();
    }
};

} // namespace cub

#endif
