// SPDX-License-Identifier: MIT
/*
 * launch.cpp: from FG_LAUNCH to the stream, and from the stream to the grid.
 *
 * A launch is checked as CUDA checks it, then waits in its stream. What a real device would trip
 * over and a host doesn't, memory of another device, is found by looking the kernel's arguments up
 * among the allocations.
 */
#include "graphs.h"
#include "grid.h"
#include "machine.h"
#include "ptx_grid.h"

namespace fg_emulator {

namespace {

/* A launch on its way, with what was known when it was asked for. */
struct Launch {
    LaunchRequest request;
    int device = 0;
};

bool configuration_is_valid(const LaunchRequest &request) {
    const dim3 &g = request.grid;
    const dim3 &b = request.block;
    const bool grid_fits =
        g.x >= 1 && g.x <= 2147483647u && g.y >= 1 && g.y <= 65535 && g.z >= 1 && g.z <= 65535;
    const bool block_fits = b.x >= 1 && b.x <= 1024 && b.y >= 1 && b.y <= 1024 && b.z >= 1 &&
                            b.z <= 64 && b.x * b.y * b.z <= 1024;
    return grid_fits && block_fits;
}

bool uses_memory_of_another_device(const Launch &launch) {
    for (const std::uint64_t word : launch.request.argument_words) {
        const AllocationEntry *const entry = find_allocation(word);
        if (entry != nullptr && !entry->second.pinned && entry->second.device != launch.device) {
            return true;
        }
    }
    return false;
}

/* The allocation that most likely takes the results: see struct fg_emulator_launch. */
const AllocationEntry *largest_argument(const Launch &launch) {
    const AllocationEntry *largest = nullptr;
    for (const std::uint64_t word : launch.request.argument_words) {
        const AllocationEntry *const entry = find_allocation(word);
        if (entry == nullptr || entry->second.pinned) {
            continue;
        }
        const Allocation &found = entry->second;
        if (largest == nullptr || found.bytes > largest->second.bytes ||
            (found.bytes == largest->second.bytes && found.serial < largest->second.serial)) {
            largest = entry;
        }
    }
    return largest;
}

void corrupt(void *buffer, std::size_t bytes) {
    const std::size_t offset = bytes >= 24 ? 16 : 0;
    if (bytes >= 1) {
        static_cast<unsigned char *>(buffer)[offset] ^= 2; /* little-endian: bit 1 */
    }
}

/* Does what a test wants after a kernel has run. */
void after_kernel(const Launch &launch, int priority) {
    const Machine &m = machine();
    struct fg_emulator_launch done = {};
    done.device = launch.device;
    done.kernel = launch.request.kernel;
    done.grid = launch.request.grid;
    done.block = launch.request.block;
    done.priority = priority;
    const AllocationEntry *const largest = largest_argument(launch);
    if (largest != nullptr) {
        done.buffer = reinterpret_cast<void *>(largest->first);
        done.buffer_bytes = largest->second.bytes;
    }
    if (m.wrong_answers && done.buffer != nullptr) {
        corrupt(done.buffer, done.buffer_bytes);
    }
    if (m.after_kernel != nullptr) {
        m.after_kernel(&done, m.after_kernel_context);
    }
}

/* Runs the kernel; `fault`: a test wants it to fail like this. */
cudaError_t execute(const Launch &launch, cudaError_t fault, int priority) {
    Machine &m = machine();
    m.devices[static_cast<std::size_t>(launch.device)]->kernels_executed++;
    if (fault != cudaSuccess) {
        return fault;
    }
    if (uses_memory_of_another_device(launch)) {
        m.diagnosis = "a kernel was given memory of another device";
        return cudaErrorIllegalAddress;
    }
    const cudaError_t error = has_ptx() ? run_ptx_grid(launch.request, &m.diagnosis)
                                        : run_grid(launch.request, &m.diagnosis);
    if (error == cudaSuccess) {
        after_kernel(launch, priority);
    }
    return error;
}

cudaError_t check_and_enqueue(LaunchRequest &&request) {
    const auto stream = find_stream(request.stream);
    if (stream == nullptr || stream->device != current_device().ordinal) {
        return cudaErrorInvalidResourceHandle;
    }
    if (!configuration_is_valid(request)) {
        return cudaErrorInvalidConfiguration;
    }
    if (request.dynamic_shared_bytes != 0) {
        return cudaErrorNotSupported;
    }
    if (!has_code()) {
        return cudaErrorNoKernelImageForDevice;
    }
    const auto launch = std::make_shared<Launch>();
    launch->request = std::move(request);
    launch->device = stream->device;
    const auto run = [launch](cudaError_t fault, int priority) {
        return execute(*launch, fault, priority);
    };
    if (stream->capture != nullptr) {
        add_node(*stream, true, run);
        return cudaSuccess;
    }
    const cudaError_t fault = next_execution_fault();
    const int priority = stream->priority;
    enqueue(stream, [=] { return run(fault, priority); });
    return cudaSuccess;
}

} // namespace

void submit(LaunchRequest &&request) {
    call("launch", Needs::working_device, [&] { return check_and_enqueue(std::move(request)); });
}

} // namespace fg_emulator
