/* SPDX-License-Identifier: MIT */
/*
 * profile_range.h: names what the host does for the GPU, for a profiler (NVTX, the CUDA toolkit's
 * header nvtx3/nvToolsExt.h).
 *
 * A range covers the rest of the block that it stands in, so that it ends on every way out. Work
 * that is enqueued in a range belongs to it, also when the GPU does it later. If no profiler
 * listens, a range costs two calls that return at once. Without the header there are no ranges.
 */
#ifndef FG_GPU_PROFILE_RANGE_H
#define FG_GPU_PROFILE_RANGE_H

#include "gpu/vendor.h"
#include <stdint.h>

/* Begins a range named "factor-gpu: NAME"; `name` is a literal. The profiler shows `payload`, a
 * count, beside it. At most one in a block. */
#define FG_PROFILE_RANGE(name, payload)                                                            \
    __attribute__((cleanup(fg_profile_range_end), unused)) const int profile_range =               \
        fg_profile_range_begin("factor-gpu: " name, payload)

#ifdef FG_HAVE_NVTX

static inline int fg_profile_range_begin(const char *name, uint64_t payload) {
    const nvtxEventAttributes_t attributes = {
        .version = NVTX_VERSION,
        .size = NVTX_EVENT_ATTRIB_STRUCT_SIZE,
        .payloadType = NVTX_PAYLOAD_TYPE_UNSIGNED_INT64,
        .payload.ullValue = payload,
        .messageType = NVTX_MESSAGE_TYPE_ASCII,
        .message.ascii = name,
    };
    return nvtxRangePushEx(&attributes);
}

static inline void fg_profile_range_end(const int *range) {
    (void)range;
    nvtxRangePop();
}

#else

static inline int fg_profile_range_begin(const char *name, uint64_t payload) {
    (void)name;
    (void)payload;
    return 0;
}

static inline void fg_profile_range_end(const int *range) {
    (void)range;
}

#endif

#endif
