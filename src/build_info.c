/* SPDX-License-Identifier: MIT */
/*
 * build_info.c: reports how this library was built, for --version and the head of a comparison.
 */
#include "factor_gpu.h"

#include "build_info_generated.h"

/* The version stands in CMakeLists.txt and in the header: both must say the same. */
#define FG_MUST_AGREE(part)                                                                        \
    _Static_assert(FG_VERSION_##part == FG_PROJECT_VERSION_##part,                                 \
                   "factor_gpu.h and project(VERSION) in CMakeLists.txt differ")
FG_MUST_AGREE(MAJOR);
FG_MUST_AGREE(MINOR);
FG_MUST_AGREE(PATCH);
_Static_assert(FG_ABI_VERSION == FG_PROJECT_ABI,
               "factor_gpu.h and FACTOR_GPU_ABI in CMakeLists.txt differ");

const struct fg_build_info *fg_library_build_info(void) {
    static const struct fg_build_info info = {
        .version = FG_VERSION,
        .git_revision = FG_GIT_REVISION,
        .compiler = FG_COMPILER,
        .build_type = FG_BUILD_TYPE,
#ifdef FG_HAVE_CUDA
        .cuda_toolkit = FG_CUDA_TOOLKIT,
        .cuda_architectures = FG_CUDA_ARCHITECTURES,
#endif
    };
    return &info;
}
