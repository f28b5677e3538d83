/* SPDX-License-Identifier: MIT */
/*
 * start.cu: the least that a kernel can do, in a module of its own: to start it is all it costs.
 */
#include "start.h"

#include "kernels/launch_macro.h"
#include <cuda_runtime.h>

namespace {

__global__ void first_kernel(uint32_t *d_word, uint32_t word) {
    *d_word = word;
}

} /* namespace */

extern "C" cudaError_t fg_launch_first(uint32_t *d_word, uint32_t word, cudaStream_t stream) {
    FG_LAUNCH(first_kernel, 1, 1, stream, d_word, word);
    return cudaGetLastError();
}
