// SPDX-License-Identifier: MIT
/*
 * ptx_scan.cpp: the host side of CUB's DeviceScan::ExclusiveSum() of 32-bit numbers, for its
 * kernels' PTX: one kernel marks every tile as not summed, the other sums tiles and looks back at
 * those before them.
 */
#include "ptx.h"

#include <algorithm>
#include <cub/cub.cuh>
#include <cuda_runtime.h>

namespace fg_emulator {

namespace {

/* CUB's cut of the numbers into tiles: the variables of tests/ptx/cub_tile.cu. */
struct Tiles {
    std::uint32_t threads, items, padding, bytes;
};

Tiles read_tiles() {
    const fg_ptx::Program &program = *fg_ptx::environment_program();
    return {program.variable("fg_cub_tile_threads"), program.variable("fg_cub_tile_items"),
            program.variable("fg_cub_tile_padding"), program.variable("fg_cub_tile_bytes")};
}

/* CUB's start value of a scan: the number itself, 0, and not a pointer to one. */
struct StartValue {
    std::uint64_t is_pointer = 0, value = 0;
};

/* The threads of a block of the kernel that marks tiles: INIT_KERNEL_THREADS. */
constexpr unsigned marking_threads = 128;

template <class... Arguments>
void launch(const char *name, std::uint32_t blocks, std::uint32_t threads, cudaStream_t stream,
            const Arguments &...arguments) {
    LaunchRequest request;
    request.name = name;
    request.grid = blocks;
    request.block = threads;
    request.stream = stream;
    (append_words(request.argument_words, arguments), ...);
    (request.arguments.push_back(bytes_of(arguments)), ...);
    submit(std::move(request));
}

} // namespace

cudaError_t scan_by_ptx(void *space, std::size_t &space_bytes, const std::uint32_t *in,
                        std::uint32_t *out, std::uint32_t count, cudaStream_t stream) {
    const Tiles tiles = read_tiles();
    const std::uint32_t tile_count = (count + tiles.items - 1) / tiles.items;
    const std::size_t needed = std::size_t{tiles.padding + tile_count} * tiles.bytes;
    if (space == nullptr) {
        space_bytes = needed;
        return cudaSuccess;
    }
    if (space_bytes < needed) {
        return cudaErrorInvalidValue;
    }
    if (count == 0) {
        return cudaSuccess;
    }
    const unsigned char add = 0; /* std::plus has no members, but a byte */
    launch("DeviceScanInitKernel", (tile_count + marking_threads - 1) / marking_threads,
           marking_threads, stream, space, tile_count);
    const cudaError_t error = cudaPeekAtLastError();
    if (error != cudaSuccess) {
        return error;
    }
    launch("DeviceScanKernel", tile_count, tiles.threads, stream, in, out, space, std::uint32_t{0},
           add, StartValue(), count);
    return cudaPeekAtLastError();
}

} // namespace fg_emulator
