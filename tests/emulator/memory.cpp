// SPDX-License-Identifier: MIT
/*
 * memory.cpp: device memory and pinned host memory, and the copies between them.
 *
 * Each allocation is a heap block of its own, so that a sanitizer sees every overrun; a map of live
 * allocations tells which pointers are good for what. A copy is checked when it is asked for and
 * again when it runs, since memory may go in between.
 */
#include "machine.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace fg_emulator {

namespace {

constexpr std::size_t alignment = 256; /* what cudaMalloc promises */
constexpr int garbage = 0xA5;
constexpr std::size_t garbage_bytes = 1 << 20;

cudaError_t allocate(void **pointer, std::size_t bytes, bool pinned) {
    Machine &m = machine();
    if (pointer == nullptr) {
        return cudaErrorInvalidValue;
    }
    *pointer = nullptr;
    if (bytes == 0) {
        return cudaSuccess;
    }
    Device &device = current_device();
    const bool too_much = !pinned && (device.used_bytes > m.memory_bytes ||
                                      bytes > m.memory_bytes - device.used_bytes);
    void *block = nullptr;
    if (too_much || posix_memalign(&block, alignment, bytes) != 0) {
        return cudaErrorMemoryAllocation;
    }
    std::memset(block, garbage, std::min(bytes, garbage_bytes));

    Allocation allocation;
    allocation.bytes = bytes;
    allocation.device = device.ordinal;
    allocation.pinned = pinned;
    allocation.serial = m.allocation_serial++;
    m.allocations.emplace(reinterpret_cast<std::uintptr_t>(block), allocation);
    if (!pinned) {
        device.used_bytes += bytes;
        std::size_t alive = 0;
        for (const std::unique_ptr<Device> &each : m.devices) {
            alive += each->used_bytes;
        }
        m.peak_device_bytes = std::max(m.peak_device_bytes, alive);
    }
    *pointer = block;
    return cudaSuccess;
}

/* Null is fine; a pointer that is not the start of a live block of the right kind is not. */
cudaError_t release(void *pointer, bool pinned) {
    Machine &m = machine();
    if (pointer == nullptr) {
        return cudaSuccess;
    }
    const auto found = m.allocations.find(reinterpret_cast<std::uintptr_t>(pointer));
    if (found == m.allocations.end() || found->second.pinned != pinned) {
        return cudaErrorInvalidValue;
    }
    Device &device = *m.devices[static_cast<std::size_t>(found->second.device)];
    cudaError_t error = cudaSuccess;
    if (!pinned) {
        error = run_device(device); /* cudaFree waits for the device */
        device.used_bytes -= found->second.bytes;
    }
    m.allocations.erase(found);
    std::free(pointer);
    return error;
}

enum class Side { pageable, pinned, device, outside };

/* Returns the kind of the memory; `outside` if it starts in an allocation and ends beyond it. */
Side side_of(const void *pointer, std::size_t count) {
    const auto address = reinterpret_cast<std::uintptr_t>(pointer);
    const AllocationEntry *const entry = find_allocation(address);
    if (entry == nullptr) {
        return Side::pageable;
    }
    if (count > entry->second.bytes - (address - entry->first)) {
        return Side::outside;
    }
    return entry->second.pinned ? Side::pinned : Side::device;
}

bool is_host(Side side) {
    return side == Side::pageable || side == Side::pinned;
}

struct Copy {
    void *to;
    const void *from;
    std::size_t count;
    cudaMemcpyKind kind;
};

cudaError_t check(const Copy &copy) {
    const Side to = side_of(copy.to, copy.count);
    const Side from = side_of(copy.from, copy.count);
    if (copy.to == nullptr || copy.from == nullptr || to == Side::outside ||
        from == Side::outside) {
        return cudaErrorInvalidValue;
    }
    bool fits = false;
    switch (copy.kind) {
    case cudaMemcpyHostToHost:
        fits = is_host(from) && is_host(to);
        break;
    case cudaMemcpyHostToDevice:
        fits = is_host(from) && to == Side::device;
        break;
    case cudaMemcpyDeviceToHost:
        fits = from == Side::device && is_host(to);
        break;
    case cudaMemcpyDeviceToDevice:
        fits = from == Side::device && to == Side::device;
        break;
    case cudaMemcpyDefault:
        fits = true;
        break;
    default:
        return cudaErrorInvalidMemcpyDirection;
    }
    return fits ? cudaSuccess : cudaErrorInvalidValue;
}

/* Memory that was valid when the work was enqueued, and no longer is, was freed too early. */
cudaError_t run_copy(const Copy &copy, Side to, Side from) {
    if (side_of(copy.to, copy.count) != to || side_of(copy.from, copy.count) != from) {
        machine().diagnosis = "memory was freed before a copy that uses it had run";
        return cudaErrorIllegalAddress;
    }
    std::memcpy(copy.to, copy.from, copy.count);
    return cudaSuccess;
}

/* With pageable memory an asynchronous copy is over when the call returns, as in CUDA. */
cudaError_t submit_copy(const Copy &copy, cudaStream_t handle, bool asynchronous) {
    const auto stream = find_stream(handle);
    if (stream == nullptr) {
        return cudaErrorInvalidResourceHandle;
    }
    if (copy.count == 0) {
        return cudaSuccess;
    }
    const cudaError_t error = check(copy);
    if (error != cudaSuccess) {
        return error;
    }
    const Side to = side_of(copy.to, copy.count);
    const Side from = side_of(copy.from, copy.count);
    enqueue(stream, [copy, to, from] { return run_copy(copy, to, from); });
    const bool pageable = to == Side::pageable || from == Side::pageable;
    machine().unpinned_async_copies += asynchronous && pageable;
    return asynchronous && !pageable ? cudaSuccess : run_stream(stream);
}

cudaError_t submit_fill(void *pointer, int value, std::size_t count, cudaStream_t handle) {
    const auto stream = find_stream(handle);
    if (stream == nullptr) {
        return cudaErrorInvalidResourceHandle;
    }
    if (count == 0) {
        return cudaSuccess;
    }
    const Side side = side_of(pointer, count);
    if (side != Side::device && side != Side::pinned) {
        return cudaErrorInvalidValue;
    }
    enqueue(stream, [=] {
        if (side_of(pointer, count) != side) {
            machine().diagnosis = "memory was freed before the cudaMemset on it had run";
            return cudaErrorIllegalAddress;
        }
        std::memset(pointer, value, count);
        return cudaSuccess;
    });
    return cudaSuccess;
}

} // namespace

const AllocationEntry *find_allocation(std::uintptr_t address) {
    const auto &allocations = machine().allocations;
    auto after = allocations.upper_bound(address);
    if (after == allocations.begin()) {
        return nullptr;
    }
    --after;
    return address - after->first < after->second.bytes ? &*after : nullptr;
}

void free_device_memory(Device &device) {
    auto &allocations = machine().allocations;
    for (auto entry = allocations.begin(); entry != allocations.end();) {
        if (entry->second.device != device.ordinal) {
            ++entry;
            continue;
        }
        std::free(reinterpret_cast<void *>(entry->first));
        entry = allocations.erase(entry);
    }
    device.used_bytes = 0;
}

} // namespace fg_emulator

using fg_emulator::call;
using fg_emulator::Needs;
using fg_emulator::release_call;

cudaError_t cudaMemGetInfo(size_t *free, size_t *total) {
    return call("cudaMemGetInfo", Needs::working_device, [&] {
        if (free == nullptr || total == nullptr) {
            return cudaErrorInvalidValue;
        }
        const size_t used = fg_emulator::current_device().used_bytes;
        *total = fg_emulator::machine().memory_bytes;
        *free = *total > used ? *total - used : 0;
        return cudaSuccess;
    });
}

cudaError_t cudaMalloc(void **devPtr, size_t size) {
    return call("cudaMalloc", Needs::working_device,
                [&] { return fg_emulator::allocate(devPtr, size, false); });
}

cudaError_t cudaFree(void *devPtr) {
    return release_call("cudaFree", [&] { return fg_emulator::release(devPtr, false); });
}

cudaError_t cudaHostAlloc(void **pHost, size_t size, unsigned int flags) {
    return call("cudaHostAlloc", Needs::working_device, [&] {
        const unsigned int known =
            cudaHostAllocPortable | cudaHostAllocMapped | cudaHostAllocWriteCombined;
        if ((flags & ~known) != 0) {
            return cudaErrorInvalidValue;
        }
        return fg_emulator::allocate(pHost, size, true);
    });
}

cudaError_t cudaMallocHost(void **ptr, size_t size) {
    return call("cudaMallocHost", Needs::working_device,
                [&] { return fg_emulator::allocate(ptr, size, true); });
}

cudaError_t cudaFreeHost(void *ptr) {
    return release_call("cudaFreeHost", [&] { return fg_emulator::release(ptr, true); });
}

cudaError_t cudaMemcpy(void *dst, const void *src, size_t count, enum cudaMemcpyKind kind) {
    return call("cudaMemcpy", Needs::working_device, [&] {
        return fg_emulator::submit_copy({dst, src, count, kind}, nullptr, false);
    });
}

cudaError_t cudaMemcpyAsync(void *dst, const void *src, size_t count, enum cudaMemcpyKind kind,
                            cudaStream_t stream) {
    return call("cudaMemcpyAsync", Needs::working_device, [&] {
        return fg_emulator::submit_copy({dst, src, count, kind}, stream, true);
    });
}

cudaError_t cudaMemset(void *devPtr, int value, size_t count) {
    return call("cudaMemset", Needs::working_device,
                [&] { return fg_emulator::submit_fill(devPtr, value, count, nullptr); });
}

cudaError_t cudaMemsetAsync(void *devPtr, int value, size_t count, cudaStream_t stream) {
    return call("cudaMemsetAsync", Needs::working_device,
                [&] { return fg_emulator::submit_fill(devPtr, value, count, stream); });
}
