/* SPDX-License-Identifier: MIT */
/*
 * images.h: the kernel images of the build, one for each .cu file.
 *
 * nvcc makes an image for each .cu file and architecture, and CUDA loads each of them by itself. So
 * every file answers for its own, and only all answers together say that a device can work.
 */
#ifndef FG_KERNELS_IMAGES_H
#define FG_KERNELS_IMAGES_H

#include <cuda_runtime_api.h>

/* Calls X with the base name of every .cu file below kernels/. */
#define FG_KERNEL_IMAGES(X)                                                                        \
    X(window)                                                                                      \
    X(answers)                                                                                     \
    X(ecm)                                                                                         \
    X(hart)                                                                                        \
    X(pm1) X(prove) X(queues) X(wide_ecm) X(wide_pm1) X(wide_prove) X(wide_queues) X(segments)

/* The function that says whether the current device can load the image of `name`.cu:
 * cudaErrorNoKernelImageForDevice (or another error) if it has no machine code and no PTX for it.
 */
#define FG_KERNEL_IMAGE_FUNCTION(name) fg_##name##_image_loads
#define FG_DECLARE_KERNEL_IMAGE(name) cudaError_t FG_KERNEL_IMAGE_FUNCTION(name)(void);

#ifdef __cplusplus
extern "C" {
#endif
FG_KERNEL_IMAGES(FG_DECLARE_KERNEL_IMAGE)
#ifdef __cplusplus
}
#endif

/* Defines that function in a .cu file, which asks for one of the file's kernels. */
#define FG_DEFINE_KERNEL_IMAGE(name, kernel)                                                       \
    extern "C" cudaError_t FG_KERNEL_IMAGE_FUNCTION(name)(void) {                                  \
        cudaFuncAttributes attributes;                                                             \
        return cudaFuncGetAttributes(&attributes, kernel);                                         \
    }

#endif
