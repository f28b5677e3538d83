// SPDX-License-Identifier: MIT
/*
 * ranges.cpp: NVTX of the emulated machine: which ranges were begun, and whether each was ended by
 * the thread that began it.
 */
#include "machine.h"

#include <cstring>
#include <mutex>
#include <nvtx3/nvToolsExt.h>

using fg_emulator::host_thread;
using fg_emulator::machine;
using fg_emulator::refuse;

namespace {
using Guard = std::lock_guard<std::recursive_mutex>;
}

int nvtxRangePushEx(const nvtxEventAttributes_t *eventAttrib) {
    const Guard guard(machine().lock);
    const bool readable = eventAttrib != nullptr && eventAttrib->version == NVTX_VERSION &&
                          eventAttrib->size == NVTX_EVENT_ATTRIB_STRUCT_SIZE &&
                          eventAttrib->messageType == NVTX_MESSAGE_TYPE_ASCII &&
                          eventAttrib->message.ascii != nullptr;
    if (!readable) {
        refuse("nvtxRangePushEx", "attributes that no profiler can read");
    }
    machine().ranges_begun[eventAttrib->message.ascii]++;
    machine().ranges_open++;
    return host_thread().range_depth++;
}

int nvtxRangePop(void) {
    const Guard guard(machine().lock);
    if (host_thread().range_depth == 0) {
        refuse("nvtxRangePop", "a thread that has no open range");
    }
    machine().ranges_open--;
    return --host_thread().range_depth;
}

unsigned long fg_emulator_ranges_begun(const char *name) {
    const Guard guard(machine().lock);
    const auto found = machine().ranges_begun.find(name);
    return found != machine().ranges_begun.end() ? found->second : 0;
}
