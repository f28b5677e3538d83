// SPDX-License-Identifier: MIT
/*
 * ptx_grid.cpp: see ptx_grid.h.
 */
#include "ptx_grid.h"

#include "machine.h"
#include "ptx.h"

#include <cstdio>
#include <exception>

namespace fg_emulator {

namespace {

class LiveAllocations : public fg_ptx::Memory {
  public:
    bool find(std::uint64_t address, std::uint64_t *begin, std::uint64_t *bytes) const override {
        const AllocationEntry *const entry = find_allocation(address);
        if (entry == nullptr) {
            return false;
        }
        *begin = entry->first;
        *bytes = entry->second.bytes;
        return true;
    }
};

fg_ptx::Size size_of(const dim3 &size) {
    return {size.x, size.y, size.z};
}

} // namespace

bool has_ptx() {
    return fg_ptx::environment_program() != nullptr;
}

cudaError_t run_ptx_grid(const LaunchRequest &request, std::string *diagnosis) {
    const LiveAllocations allocations;
    try {
        fg_ptx::run(fg_ptx::environment_program()->kernel(request.name), size_of(request.grid),
                    size_of(request.block), request.arguments, allocations,
                    fg_ptx::environment_settings());
        return cudaSuccess;
    } catch (const std::exception &error) {
        *diagnosis = error.what();
    }
    std::fprintf(stderr, "PTX: %s\n", diagnosis->c_str());
    return cudaErrorLaunchFailure;
}

} // namespace fg_emulator
