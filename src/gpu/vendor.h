/* SPDX-License-Identifier: MIT */
/*
 * vendor.h: the one place in src/ that includes a GPU's runtime. Host files use CUDA's names. For
 * another vendor's runtime this header will map them.
 */
#ifndef FG_GPU_VENDOR_H
#define FG_GPU_VENDOR_H

#include <cuda_runtime_api.h>

/* The driver's library, by the name for which the runtime asks the dynamic linker. */
#ifndef FG_DRIVER_LIBRARY
#define FG_DRIVER_LIBRARY "libcuda.so.1"
#endif

/* NVTX belongs to the CUDA toolkit, but some packages of the toolkit leave it out. */
#if __has_include(<nvtx3/nvToolsExt.h>)
#include <nvtx3/nvToolsExt.h>
#define FG_HAVE_NVTX 1
#endif

#endif
