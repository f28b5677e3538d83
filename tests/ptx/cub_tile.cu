/* SPDX-License-Identifier: MIT */
/*
 * cub_tile.cu: how CUB cuts the scan of kernels/factor/answers.cu into tiles, as it says itself:
 * for the stand-in of its host side, which launches CUB's own kernels.
 */
#include <cub/cub.cuh>

#include <stdint.h>

namespace {

using policies =
    cub::detail::scan::policy_hub<uint32_t, uint32_t, uint32_t, uint32_t, ::cuda::std::plus<>>;
using policy = policies::MaxPolicy::ActivePolicy::ScanPolicyT;
using tile_state = cub::ScanTileState<uint32_t>;

} /* namespace */

extern "C" {
__device__ uint32_t fg_cub_tile_threads = policy::BLOCK_THREADS;
__device__ uint32_t fg_cub_tile_items = policy::BLOCK_THREADS * policy::ITEMS_PER_THREAD;
__device__ uint32_t fg_cub_tile_padding = tile_state::TILE_STATUS_PADDING;
__device__ uint32_t fg_cub_tile_bytes = sizeof(tile_state::TxnWord);
}
