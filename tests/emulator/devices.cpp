// SPDX-License-Identifier: MIT
/*
 * devices.cpp: the emulated machine's devices: how many, what they are, which is current; versions,
 * and the names of errors.
 */
#include "machine.h"

#include <cstdio>

namespace fg_emulator {

namespace {

constexpr int max_threads_per_block = 1024;
constexpr int max_threads_per_multiprocessor = 2048;
constexpr int max_blocks_per_multiprocessor = 32;
constexpr int registers_per_block = 65536;
constexpr int shared_bytes_per_block = 48 << 10;
constexpr int constant_bytes = 64 << 10;
constexpr int oldest_capability = 70; /* as src/CMakeLists.txt says of the kernels */
constexpr int clock_khz = 1000000;
constexpr int pci_bus_id_size = 13; /* "0000:01:00.0" */

bool exists(int device) {
    return device >= 0 && static_cast<std::size_t>(device) < machine().devices.size();
}

cudaDeviceProp properties_of(int device) {
    const Machine &m = machine();
    cudaDeviceProp p = {};
    std::snprintf(p.name, sizeof p.name, "Emulated device %d (no GPU)", device);
    p.totalGlobalMem = m.memory_bytes;
    p.sharedMemPerBlock = shared_bytes_per_block;
    p.regsPerBlock = registers_per_block;
    p.warpSize = 32;
    p.maxThreadsPerBlock = max_threads_per_block;
    p.maxThreadsDim[0] = 1024;
    p.maxThreadsDim[1] = 1024;
    p.maxThreadsDim[2] = 64;
    p.maxGridSize[0] = 2147483647;
    p.maxGridSize[1] = 65535;
    p.maxGridSize[2] = 65535;
    p.totalConstMem = constant_bytes;
    p.major = capability_of(device) / 10;
    p.minor = capability_of(device) % 10;
    p.multiProcessorCount = FG_EMULATED_MULTIPROCESSORS;
    p.canMapHostMemory = 0;
    p.concurrentKernels = 1;
    p.pciBusID = device + 1;
    p.asyncEngineCount = 2;
    p.unifiedAddressing = 1;
    p.memoryBusWidth = 64;
    p.l2CacheSize = 4 << 20;
    p.maxThreadsPerMultiProcessor = max_threads_per_multiprocessor;
    p.sharedMemPerMultiprocessor = shared_bytes_per_block;
    p.regsPerMultiprocessor = registers_per_block;
    p.maxBlocksPerMultiProcessor = max_blocks_per_multiprocessor;
    return p;
}

/* The attribute's value; false for one that CUDA 13 does not have or the emulator does not know. */
bool attribute_of(const cudaDeviceProp &p, cudaDeviceAttr attribute, int *value) {
    switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock:
        return *value = p.maxThreadsPerBlock, true;
    case cudaDevAttrMaxBlockDimX:
        return *value = p.maxThreadsDim[0], true;
    case cudaDevAttrMaxBlockDimY:
        return *value = p.maxThreadsDim[1], true;
    case cudaDevAttrMaxBlockDimZ:
        return *value = p.maxThreadsDim[2], true;
    case cudaDevAttrMaxGridDimX:
        return *value = p.maxGridSize[0], true;
    case cudaDevAttrMaxGridDimY:
        return *value = p.maxGridSize[1], true;
    case cudaDevAttrMaxGridDimZ:
        return *value = p.maxGridSize[2], true;
    case cudaDevAttrMaxSharedMemoryPerBlock:
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
        return *value = shared_bytes_per_block, true;
    case cudaDevAttrTotalConstantMemory:
        return *value = constant_bytes, true;
    case cudaDevAttrWarpSize:
        return *value = p.warpSize, true;
    case cudaDevAttrMaxRegistersPerBlock:
    case cudaDevAttrMaxRegistersPerMultiprocessor:
        return *value = p.regsPerBlock, true;
    case cudaDevAttrClockRate:
    case cudaDevAttrMemoryClockRate:
        return *value = clock_khz, true;
    case cudaDevAttrMultiProcessorCount:
        return *value = p.multiProcessorCount, true;
    case cudaDevAttrConcurrentKernels:
        return *value = p.concurrentKernels, true;
    case cudaDevAttrPciBusId:
        return *value = p.pciBusID, true;
    case cudaDevAttrGlobalMemoryBusWidth:
        return *value = p.memoryBusWidth, true;
    case cudaDevAttrL2CacheSize:
        return *value = p.l2CacheSize, true;
    case cudaDevAttrMaxThreadsPerMultiProcessor:
        return *value = p.maxThreadsPerMultiProcessor, true;
    case cudaDevAttrAsyncEngineCount:
        return *value = p.asyncEngineCount, true;
    case cudaDevAttrUnifiedAddressing:
        return *value = p.unifiedAddressing, true;
    case cudaDevAttrComputeCapabilityMajor:
        return *value = p.major, true;
    case cudaDevAttrComputeCapabilityMinor:
        return *value = p.minor, true;
    case cudaDevAttrMaxBlocksPerMultiprocessor:
        return *value = p.maxBlocksPerMultiProcessor, true;
    case cudaDevAttrComputeMode:
        return *value = machine().compute_mode, true;
    case cudaDevAttrKernelExecTimeout:
    case cudaDevAttrIntegrated:
    case cudaDevAttrCanMapHostMemory:
    case cudaDevAttrEccEnabled:
    case cudaDevAttrPciDeviceId:
    case cudaDevAttrPciDomainId:
    case cudaDevAttrManagedMemory:
        return *value = 0, true;
    }
    return false;
}

struct ErrorText {
    cudaError_t error;
    const char *name, *text;
};

#define FG_ERROR(error, text)                                                                      \
    { error, #error, text }
const ErrorText error_texts[] = {
    FG_ERROR(cudaSuccess, "no error"),
    FG_ERROR(cudaErrorInvalidValue, "invalid argument"),
    FG_ERROR(cudaErrorMemoryAllocation, "out of memory"),
    FG_ERROR(cudaErrorInitializationError, "initialization error"),
    FG_ERROR(cudaErrorCudartUnloading, "driver shutting down"),
    FG_ERROR(cudaErrorInvalidConfiguration, "invalid configuration argument"),
    FG_ERROR(cudaErrorInvalidSymbol, "invalid device symbol"),
    FG_ERROR(cudaErrorInvalidHostPointer, "invalid host pointer"),
    FG_ERROR(cudaErrorInvalidDevicePointer, "invalid device pointer"),
    FG_ERROR(cudaErrorInvalidMemcpyDirection, "invalid copy direction for memcpy"),
    FG_ERROR(cudaErrorStubLibrary, "CUDA driver is a stub library"),
    FG_ERROR(cudaErrorInsufficientDriver,
             "CUDA driver version is insufficient for CUDA runtime version"),
    FG_ERROR(cudaErrorCallRequiresNewerDriver,
             "API call is not supported in the installed CUDA driver"),
    FG_ERROR(cudaErrorDevicesUnavailable, "CUDA-capable device(s) is/are busy or unavailable"),
    FG_ERROR(cudaErrorInvalidDeviceFunction, "invalid device function"),
    FG_ERROR(cudaErrorNoDevice, "no CUDA-capable device is detected"),
    FG_ERROR(cudaErrorInvalidDevice, "invalid device ordinal"),
    FG_ERROR(cudaErrorStartupFailure, "startup failure in cuda runtime"),
    FG_ERROR(cudaErrorInvalidKernelImage, "device kernel image is invalid"),
    FG_ERROR(cudaErrorDeviceUninitialized, "invalid device context"),
    FG_ERROR(cudaErrorNoKernelImageForDevice,
             "no kernel image is available for execution on the device"),
    FG_ERROR(cudaErrorECCUncorrectable, "uncorrectable ECC error encountered"),
    FG_ERROR(cudaErrorInvalidPtx, "a PTX JIT compilation failed"),
    FG_ERROR(cudaErrorNvlinkUncorrectable,
             "uncorrectable NVLink error detected during the execution"),
    FG_ERROR(cudaErrorJitCompilerNotFound, "PTX JIT compiler library not found"),
    FG_ERROR(cudaErrorUnsupportedPtxVersion,
             "the provided PTX was compiled with an unsupported toolchain."),
    FG_ERROR(cudaErrorOperatingSystem, "OS call failed or operation not supported on this OS"),
    FG_ERROR(cudaErrorInvalidResourceHandle, "invalid resource handle"),
    FG_ERROR(cudaErrorIllegalState, "the operation cannot be performed in the present state"),
    FG_ERROR(cudaErrorSymbolNotFound, "named symbol not found"),
    FG_ERROR(cudaErrorNotReady, "device not ready"),
    FG_ERROR(cudaErrorIllegalAddress, "an illegal memory access was encountered"),
    FG_ERROR(cudaErrorLaunchOutOfResources, "too many resources requested for launch"),
    FG_ERROR(cudaErrorLaunchTimeout, "the launch timed out and was terminated"),
    FG_ERROR(cudaErrorContextIsDestroyed, "context is destroyed"),
    FG_ERROR(cudaErrorAssert, "device-side assert triggered"),
    FG_ERROR(cudaErrorHardwareStackError, "hardware stack error"),
    FG_ERROR(cudaErrorIllegalInstruction, "an illegal instruction was encountered"),
    FG_ERROR(cudaErrorMisalignedAddress, "misaligned address"),
    FG_ERROR(cudaErrorInvalidAddressSpace,
             "operation not supported on global/shared address space"),
    FG_ERROR(cudaErrorInvalidPc, "invalid program counter"),
    FG_ERROR(cudaErrorLaunchFailure, "unspecified launch failure"),
    FG_ERROR(cudaErrorNotPermitted, "operation not permitted"),
    FG_ERROR(cudaErrorNotSupported, "operation not supported"),
    FG_ERROR(cudaErrorSystemNotReady, "system not yet initialized"),
    FG_ERROR(cudaErrorSystemDriverMismatch,
             "system has unsupported display driver / cuda driver combination"),
    FG_ERROR(cudaErrorCompatNotSupportedOnDevice,
             "forward compatibility was attempted on non supported HW"),
    FG_ERROR(cudaErrorStreamCaptureUnsupported, "operation not permitted when stream is capturing"),
    FG_ERROR(cudaErrorStreamCaptureInvalidated,
             "operation failed due to a previous error during capture"),
    FG_ERROR(cudaErrorStreamCaptureMerge,
             "operation would result in a merge of separate capture sequences"),
    FG_ERROR(cudaErrorStreamCaptureUnmatched,
             "capture was not ended in the same stream as it began"),
    FG_ERROR(cudaErrorStreamCaptureUnjoined, "capturing stream has unjoined work"),
    FG_ERROR(cudaErrorStreamCaptureIsolation,
             "dependency created on uncaptured work in another stream"),
    FG_ERROR(cudaErrorCapturedEvent, "operation not permitted on an event last recorded in a "
                                     "capturing stream"),
    FG_ERROR(cudaErrorTimeout, "wait operation timed out"),
    FG_ERROR(cudaErrorUnknown, "unknown error"),
};
#undef FG_ERROR

/* The error's entry; null for a number that is no error's. */
const ErrorText *find_error(cudaError_t error) {
    for (const ErrorText &entry : error_texts) {
        if (entry.error == error) {
            return &entry;
        }
    }
    return nullptr;
}

} // namespace

int capability_of(int device) {
    const Machine &m = machine();
    const auto own = m.capabilities.find(device);
    return own != m.capabilities.end() ? own->second : m.capability;
}

bool has_code() {
    return !machine().no_kernel_image &&
           capability_of(current_device().ordinal) >= oldest_capability;
}

Device &current_device() {
    int &device = host_thread().device;
    if (!exists(device)) {
        device = 0; /* a test took the device away */
    }
    return *machine().devices[static_cast<std::size_t>(device)];
}

void build_devices(Machine &m) {
    for (int ordinal = 0; ordinal < m.device_count; ordinal++) {
        auto device = std::make_unique<Device>();
        device->ordinal = ordinal;
        device->default_stream = std::make_shared<CUstream_st>();
        device->default_stream->device = ordinal;
        device->default_stream->is_default = true;
        m.devices.push_back(std::move(device));
    }
}

} // namespace fg_emulator

using fg_emulator::call;
using fg_emulator::machine;
using fg_emulator::Needs;

cudaError_t cudaGetDeviceCount(int *count) {
    return call("cudaGetDeviceCount", Needs::driver, [&] {
        if (count == nullptr) {
            return cudaErrorInvalidValue;
        }
        *count = static_cast<int>(machine().devices.size());
        return cudaSuccess;
    });
}

cudaError_t cudaSetDevice(int device) {
    return call("cudaSetDevice", Needs::driver, [&] {
        if (!fg_emulator::exists(device)) {
            return cudaErrorInvalidDevice;
        }
        fg_emulator::host_thread().device = device;
        return cudaSuccess;
    });
}

cudaError_t cudaGetDevice(int *device) {
    return call("cudaGetDevice", Needs::driver, [&] {
        if (device == nullptr) {
            return cudaErrorInvalidValue;
        }
        *device = fg_emulator::current_device().ordinal;
        return cudaSuccess;
    });
}

cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *prop, int device) {
    return call("cudaGetDeviceProperties", Needs::driver, [&] {
        if (prop == nullptr) {
            return cudaErrorInvalidValue;
        }
        if (!fg_emulator::exists(device)) {
            return cudaErrorInvalidDevice;
        }
        *prop = fg_emulator::properties_of(device);
        return cudaSuccess;
    });
}

cudaError_t cudaDeviceGetAttribute(int *value, enum cudaDeviceAttr attr, int device) {
    return call("cudaDeviceGetAttribute", Needs::driver, [&] {
        if (value == nullptr) {
            return cudaErrorInvalidValue;
        }
        if (!fg_emulator::exists(device)) {
            return cudaErrorInvalidDevice;
        }
        const cudaDeviceProp properties = fg_emulator::properties_of(device);
        return fg_emulator::attribute_of(properties, attr, value) ? cudaSuccess
                                                                  : cudaErrorInvalidValue;
    });
}

cudaError_t cudaDeviceGetPCIBusId(char *pciBusId, int len, int device) {
    return call("cudaDeviceGetPCIBusId", Needs::driver, [&] {
        if (pciBusId == nullptr || len < fg_emulator::pci_bus_id_size) {
            return cudaErrorInvalidValue;
        }
        if (!fg_emulator::exists(device)) {
            return cudaErrorInvalidDevice;
        }
        const cudaDeviceProp p = fg_emulator::properties_of(device);
        std::snprintf(pciBusId, static_cast<std::size_t>(len), "%04x:%02x:%02x.0",
                      static_cast<unsigned>(p.pciDomainID), static_cast<unsigned>(p.pciBusID),
                      static_cast<unsigned>(p.pciDeviceID));
        return cudaSuccess;
    });
}

cudaError_t cudaDriverGetVersion(int *driverVersion) {
    return call("cudaDriverGetVersion", Needs::nothing, [&] {
        if (driverVersion == nullptr) {
            return cudaErrorInvalidValue;
        }
        *driverVersion = machine().driver_version;
        return cudaSuccess;
    });
}

cudaError_t cudaRuntimeGetVersion(int *runtimeVersion) {
    return call("cudaRuntimeGetVersion", Needs::nothing, [&] {
        if (runtimeVersion == nullptr) {
            return cudaErrorInvalidValue;
        }
        *runtimeVersion = machine().runtime_version;
        return cudaSuccess;
    });
}

cudaError_t cudaDeviceSynchronize(void) {
    return call("cudaDeviceSynchronize", Needs::working_device, [] {
        fg_emulator::Device &device = fg_emulator::current_device();
        machine().spinning_waits += fg_emulator::is_busy(device);
        return fg_emulator::run_device(device);
    });
}

cudaError_t cudaDeviceReset(void) {
    return call("cudaDeviceReset", Needs::driver, [] {
        fg_emulator::Device &device = fg_emulator::current_device();
        fg_emulator::drop_streams(device);
        fg_emulator::free_device_memory(device);
        device.sticky_error = cudaSuccess;
        return cudaSuccess;
    });
}

cudaError_t cudaFuncGetAttributes(struct cudaFuncAttributes *attr, const void *func) {
    return call("cudaFuncGetAttributes", Needs::working_device, [&] {
        if (attr == nullptr) {
            return cudaErrorInvalidValue;
        }
        if (func == nullptr) {
            return cudaErrorInvalidDeviceFunction;
        }
        if (!fg_emulator::has_code()) {
            return cudaErrorNoKernelImageForDevice;
        }
        *attr = {};
        attr->maxThreadsPerBlock = fg_emulator::max_threads_per_block;
        attr->numRegs = 32;
        attr->binaryVersion = fg_emulator::capability_of(fg_emulator::current_device().ordinal);
        attr->ptxVersion = attr->binaryVersion;
        return cudaSuccess;
    });
}

const char *cudaGetErrorName(cudaError_t error) {
    const fg_emulator::ErrorText *const entry = fg_emulator::find_error(error);
    return entry != nullptr ? entry->name : "unrecognized error code";
}

const char *cudaGetErrorString(cudaError_t error) {
    const fg_emulator::ErrorText *const entry = fg_emulator::find_error(error);
    return entry != nullptr ? entry->text : "unrecognized error code";
}
