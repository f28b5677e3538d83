/*
 * build_info.c: how this library was built, for --version and the head of a comparison.
 */
#include "factor_gpu.h"

#include "build_info_generated.h"

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
