/* SPDX-License-Identifier: MIT */
/*
 * vendor.h: the one place in src/ that includes a GPU's runtime. Host files use CUDA's names. For
 * another vendor's runtime this header will map them.
 */
#ifndef FG_GPU_VENDOR_H
#define FG_GPU_VENDOR_H

#include <cuda_runtime_api.h>

#endif
