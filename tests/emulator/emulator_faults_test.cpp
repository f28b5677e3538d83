// SPDX-License-Identifier: MIT
/*
 * emulator_faults_test.cpp: what the emulated machine can be set to lack or to do wrong.
 *
 * Apart from emulator_test.cpp, which tests the device that works. An error path of the CUDA
 * backend is tested by making one call fail; these tests show that the right call fails, in CUDA's
 * way.
 */
#include "emulator.h"
#include "kernels/launch_macro.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

const char *const variables[] = {"FG_EMULATED_DEVICES",    "FG_EMULATED_MEMORY",
                                 "FG_EMULATED_CAPABILITY", "FG_EMULATED_COMPUTE_MODE",
                                 "FG_EMULATED_DRIVER",     "FG_EMULATED_FAIL",
                                 "FG_EMULATED_NO_IMAGE",   "FG_EMULATED_WRONG"};

class EmulatedMachine : public testing::Test {
  protected:
    void SetUp() override { start_afresh(); }
    void TearDown() override { start_afresh(); }

    static void start_afresh() {
        for (const char *const variable : variables) {
            unsetenv(variable);
        }
        fg_emulator_reset();
    }
};

__global__ void fill(std::uint64_t *words, unsigned count, std::uint64_t value) {
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        words[i] = value;
    }
}

/* The struct's member is where a kernel's memory often hides. */
struct Target {
    std::uint64_t count;
    std::uint64_t *words;
};

__global__ void fill_target(Target target) {
    __shared__ std::uint64_t value;
    if (threadIdx.x == 0) {
        value = 77;
    }
    __syncthreads();
    if (threadIdx.x < target.count) {
        target.words[threadIdx.x] = value;
    }
}

std::uint64_t *allocate_words(unsigned count) {
    std::uint64_t *words = nullptr;
    EXPECT_EQ(cudaMalloc(&words, count * sizeof *words), cudaSuccess);
    return words;
}

std::uint64_t word_at(const std::uint64_t *device, unsigned i) {
    std::uint64_t word = 0;
    EXPECT_EQ(cudaMemcpy(&word, device + i, sizeof word, cudaMemcpyDeviceToHost), cudaSuccess);
    return word;
}

/* A small program on the device, as a backend would write it: the first error, nothing left over.
 */
cudaError_t run_program(std::uint64_t *result) {
    std::uint64_t *device = nullptr, *pinned = nullptr;
    cudaStream_t stream = nullptr;
    cudaEvent_t done = nullptr;
    cudaError_t error = cudaSetDevice(0);
    const auto then = [&](auto step) {
        if (error == cudaSuccess) {
            error = step();
        }
    };
    then([&] { return cudaMalloc(&device, 256); });
    then([&] { return cudaMallocHost(&pinned, 256); });
    then([&] { return cudaStreamCreate(&stream); });
    then([&] { return cudaEventCreate(&done); });
    then([&] { return cudaMemsetAsync(device, 0, 256, stream); });
    then([&] {
        FG_LAUNCH(fill, 1, 32, stream, device, 32u, 5u);
        return cudaGetLastError();
    });
    then([&] { return cudaMemcpyAsync(pinned, device, 256, cudaMemcpyDeviceToHost, stream); });
    then([&] { return cudaEventRecord(done, stream); });
    then([&] { return cudaEventSynchronize(done); });
    if (error == cudaSuccess) {
        *result = pinned[31];
    } else {
        cudaDeviceSynchronize(); /* what is under way must not use what goes now */
    }
    const cudaError_t released[] = {
        done != nullptr ? cudaEventDestroy(done) : cudaSuccess,
        stream != nullptr ? cudaStreamDestroy(stream) : cudaSuccess,
        cudaFree(device),
        cudaFreeHost(pinned),
    };
    for (const cudaError_t e : released) {
        error = error == cudaSuccess ? e : error;
    }
    return error;
}

/* ---- Machines ---- */

TEST_F(EmulatedMachine, WithoutADriverAnswersAsTheRealRuntimeDoes) {
    fg_emulator_set_driver_version(0);
    int count = -7, version = -7;
    void *memory = nullptr;
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaErrorInsufficientDriver);
    EXPECT_EQ(count, -7);
    EXPECT_EQ(cudaDriverGetVersion(&version), cudaSuccess);
    EXPECT_EQ(version, 0);
    EXPECT_EQ(cudaRuntimeGetVersion(&version), cudaSuccess);
    EXPECT_EQ(version, 13000);
    EXPECT_EQ(cudaMalloc(&memory, 1), cudaErrorInsufficientDriver);
    EXPECT_EQ(cudaFree(nullptr), cudaErrorInsufficientDriver);
    EXPECT_EQ(cudaGetLastError(), cudaErrorInsufficientDriver);
    EXPECT_EQ(cudaGetLastError(), cudaErrorInsufficientDriver);
}

TEST_F(EmulatedMachine, DriverOfAnEarlierMajorVersionIsTooOld) {
    int count = 0, version = 0;
    fg_emulator_set_driver_version(12080);
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaErrorInsufficientDriver);
    EXPECT_EQ(cudaDriverGetVersion(&version), cudaSuccess);
    EXPECT_EQ(version, 12080);
    fg_emulator_set_runtime_version(12040);
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaSuccess);
}

TEST_F(EmulatedMachine, HasNoCodeForADeviceThatIsTooOld) {
    cudaFuncAttributes attributes;
    fg_emulator_set_device_count(2);
    fg_emulator_set_compute_capability_of(1, 6, 2);
    EXPECT_EQ(cudaFuncGetAttributes(&attributes, fill), cudaSuccess);
    EXPECT_EQ(attributes.binaryVersion, 90);
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    EXPECT_EQ(cudaFuncGetAttributes(&attributes, fill), cudaErrorNoKernelImageForDevice);
    fg_emulator_set_compute_capability_of(1, 7, 0);
    EXPECT_EQ(cudaFuncGetAttributes(&attributes, fill), cudaSuccess);
    EXPECT_EQ(attributes.binaryVersion, 70);
}

TEST_F(EmulatedMachine, WithoutADeviceSaysSo) {
    fg_emulator_set_device_count(0);
    int count = 0;
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaErrorNoDevice);
    EXPECT_EQ(cudaSetDevice(0), cudaErrorNoDevice);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorNoDevice);
}

TEST_F(EmulatedMachine, DevicesHaveTheirOwnMemoryStreamsAndProperties) {
    fg_emulator_set_device_count(3);
    fg_emulator_set_memory_bytes(4096);
    fg_emulator_set_compute_capability(7, 5);
    int count = 0, minor = 0;
    ASSERT_EQ(cudaGetDeviceCount(&count), cudaSuccess);
    EXPECT_EQ(count, 3);
    EXPECT_EQ(cudaSetDevice(3), cudaErrorInvalidDevice);
    EXPECT_EQ(cudaSetDevice(-1), cudaErrorInvalidDevice);
    for (int device = 0; device < count; device++) {
        cudaDeviceProp properties;
        ASSERT_EQ(cudaSetDevice(device), cudaSuccess);
        ASSERT_EQ(cudaGetDeviceProperties(&properties, device), cudaSuccess);
        EXPECT_EQ(properties.major, 7);
        EXPECT_NE(std::strstr(properties.name, "no GPU"), nullptr);
        EXPECT_EQ(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device),
                  cudaSuccess);
        EXPECT_EQ(minor, 5);
        void *all_of_it = nullptr;
        EXPECT_EQ(cudaMalloc(&all_of_it, 4096), cudaSuccess);
    }
    cudaStream_t of_device_2;
    ASSERT_EQ(cudaStreamCreate(&of_device_2), cudaSuccess);
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    FG_LAUNCH(fill, 1, 1, of_device_2, nullptr, 0u, 0u);
    EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidResourceHandle);
    ASSERT_EQ(cudaDeviceReset(), cudaSuccess);
    EXPECT_EQ(fg_emulator_count_live().device_bytes, 2 * 4096u);
}

TEST_F(EmulatedMachine, DevicesHaveAddressesOfTheirOwn) {
    fg_emulator_set_device_count(2);
    char id[13] = "";
    EXPECT_EQ(cudaDeviceGetPCIBusId(id, sizeof id, 1), cudaSuccess);
    EXPECT_STREQ(id, "0000:02:00.0");
    EXPECT_EQ(cudaDeviceGetPCIBusId(id, sizeof id - 1, 1), cudaErrorInvalidValue);
    EXPECT_EQ(cudaDeviceGetPCIBusId(id, sizeof id, 2), cudaErrorInvalidDevice);
}

TEST_F(EmulatedMachine, AttributesAgreeWithProperties) {
    cudaDeviceProp p;
    ASSERT_EQ(cudaGetDeviceProperties(&p, 0), cudaSuccess);
    const std::pair<cudaDeviceAttr, int> expected[] = {
        {cudaDevAttrMaxThreadsPerBlock, p.maxThreadsPerBlock},
        {cudaDevAttrMaxBlockDimX, p.maxThreadsDim[0]},
        {cudaDevAttrMaxBlockDimY, p.maxThreadsDim[1]},
        {cudaDevAttrMaxBlockDimZ, p.maxThreadsDim[2]},
        {cudaDevAttrMaxGridDimX, p.maxGridSize[0]},
        {cudaDevAttrMaxGridDimY, p.maxGridSize[1]},
        {cudaDevAttrMaxGridDimZ, p.maxGridSize[2]},
        {cudaDevAttrMaxSharedMemoryPerBlock, static_cast<int>(p.sharedMemPerBlock)},
        {cudaDevAttrTotalConstantMemory, static_cast<int>(p.totalConstMem)},
        {cudaDevAttrWarpSize, p.warpSize},
        {cudaDevAttrMaxRegistersPerBlock, p.regsPerBlock},
        {cudaDevAttrMultiProcessorCount, p.multiProcessorCount},
        {cudaDevAttrIntegrated, p.integrated},
        {cudaDevAttrConcurrentKernels, p.concurrentKernels},
        {cudaDevAttrPciBusId, p.pciBusID},
        {cudaDevAttrGlobalMemoryBusWidth, p.memoryBusWidth},
        {cudaDevAttrL2CacheSize, p.l2CacheSize},
        {cudaDevAttrMaxThreadsPerMultiProcessor, p.maxThreadsPerMultiProcessor},
        {cudaDevAttrAsyncEngineCount, p.asyncEngineCount},
        {cudaDevAttrUnifiedAddressing, p.unifiedAddressing},
        {cudaDevAttrComputeCapabilityMajor, p.major},
        {cudaDevAttrComputeCapabilityMinor, p.minor},
        {cudaDevAttrMaxBlocksPerMultiprocessor, p.maxBlocksPerMultiProcessor},
    };
    for (const auto &[attribute, value] : expected) {
        int given = -1;
        EXPECT_EQ(cudaDeviceGetAttribute(&given, attribute, 0), cudaSuccess) << attribute;
        EXPECT_EQ(given, value) << attribute;
    }
    int given = -1;
    EXPECT_EQ(cudaDeviceGetAttribute(&given, static_cast<cudaDeviceAttr>(0), 0),
              cudaErrorInvalidValue);
    EXPECT_EQ(cudaDeviceGetAttribute(&given, cudaDevAttrWarpSize, 1), cudaErrorInvalidDevice);
}

TEST_F(EmulatedMachine, KernelGivenMemoryOfAnotherDeviceFaults) {
    fg_emulator_set_device_count(2);
    const Target target = {1, allocate_words(1)};
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    FG_LAUNCH(fill_target, 1, 32, nullptr, target);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
    ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess); /* the other device is well */
}

TEST_F(EmulatedMachine, HostThreadsHaveTheirOwnDeviceAndLastError) {
    fg_emulator_set_device_count(2);
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    EXPECT_EQ(cudaSetDevice(9), cudaErrorInvalidDevice);
    std::thread([] {
        int device = -1;
        EXPECT_EQ(cudaGetLastError(), cudaSuccess);
        EXPECT_EQ(cudaGetDevice(&device), cudaSuccess);
        EXPECT_EQ(device, 0);
    }).join();
    EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidDevice);
}

TEST_F(EmulatedMachine, HostThreadsMayWorkAtTheSameTime) {
    fg_emulator_set_device_count(2);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++) {
        threads.emplace_back([t] {
            EXPECT_EQ(cudaSetDevice(t % 2), cudaSuccess);
            cudaStream_t stream;
            EXPECT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
            for (int round = 0; round < 10; round++) {
                const Target target = {64, allocate_words(64)};
                FG_LAUNCH(fill_target, 1, 64, stream, target);
                EXPECT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
                EXPECT_EQ(word_at(target.words, 63), 77u);
                EXPECT_EQ(cudaFree(target.words), cudaSuccess);
            }
            EXPECT_EQ(cudaStreamDestroy(stream), cudaSuccess);
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(fg_emulator_kernels_executed(0) + fg_emulator_kernels_executed(1), 40u);
    EXPECT_TRUE(fg_emulator_nothing_leaked());
}

TEST_F(EmulatedMachine, ErrorsHaveCudasNumbersAndNames) {
    EXPECT_STREQ(cudaGetErrorName(static_cast<cudaError_t>(2)), "cudaErrorMemoryAllocation");
    EXPECT_STREQ(cudaGetErrorString(static_cast<cudaError_t>(700)),
                 "an illegal memory access was encountered");
    EXPECT_STREQ(cudaGetErrorName(static_cast<cudaError_t>(12)), "unrecognized error code");
}

/* ---- Faults ---- */

TEST_F(EmulatedMachine, KthCallOfAFunctionFailsOnce) {
    fg_emulator_fail_call("cudaMalloc", 3, cudaErrorMemoryAllocation);
    for (int call = 1; call <= 5; call++) {
        void *memory = nullptr;
        const cudaError_t expected = call == 3 ? cudaErrorMemoryAllocation : cudaSuccess;
        EXPECT_EQ(cudaMalloc(&memory, 8), expected) << call;
        EXPECT_EQ(cudaGetLastError(), expected);
        EXPECT_EQ(cudaFree(memory), cudaSuccess);
    }
    EXPECT_EQ(fg_emulator_calls_of("cudaMalloc"), 5u);
}

TEST_F(EmulatedMachine, EveryCallOfAFunctionFailsWithKZero) {
    fg_emulator_fail_call("cudaStreamCreate", 0, cudaErrorUnknown);
    cudaStream_t stream;
    EXPECT_EQ(cudaStreamCreate(&stream), cudaErrorUnknown);
    EXPECT_EQ(cudaStreamCreate(&stream), cudaErrorUnknown);
}

TEST_F(EmulatedMachine, SeveralFaultsWaitForTheSameFunction) {
    fg_emulator_fail_call("launch", 1, cudaErrorLaunchOutOfResources);
    fg_emulator_fail_call("launch", 3, cudaErrorInvalidPtx);
    const cudaError_t expected[] = {cudaErrorLaunchOutOfResources, cudaSuccess, cudaErrorInvalidPtx,
                                    cudaSuccess};
    for (const cudaError_t error : expected) {
        FG_LAUNCH(fill, 1, 1, nullptr, nullptr, 0u, 0u);
        EXPECT_EQ(cudaGetLastError(), error);
    }
}

TEST_F(EmulatedMachine, MisspeltFunctionIsRefused) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_DEATH(fg_emulator_fail_call("cudaMaloc", 1, cudaErrorUnknown), "no such runtime");
}

/* The walk that a backend's test makes: each call fails in turn, none goes unseen or leaks. */
TEST_F(EmulatedMachine, EveryCallOfAProgramCanFailInTurn) {
    std::uint64_t result = 0;
    ASSERT_EQ(run_program(&result), cudaSuccess);
    ASSERT_EQ(result, 5u);
    const unsigned long calls = fg_emulator_call_count();
    EXPECT_STREQ(fg_emulator_call_name(1), "cudaSetDevice");
    EXPECT_STREQ(fg_emulator_call_name(7), "launch");
    EXPECT_STREQ(fg_emulator_call_name(calls), "cudaFreeHost");
    EXPECT_STREQ(fg_emulator_call_name(calls + 1), "");
    for (unsigned long k = 1; k <= calls; k++) {
        fg_emulator_reset();
        fg_emulator_fail_any_call(k, cudaErrorECCUncorrectable);
        EXPECT_EQ(run_program(&result), cudaErrorECCUncorrectable) << "call " << k;
        EXPECT_TRUE(fg_emulator_nothing_leaked()) << "call " << k;
    }
    fg_emulator_reset();
    fg_emulator_fail_any_call(calls + 1, cudaErrorECCUncorrectable);
    EXPECT_EQ(run_program(&result), cudaSuccess);
}

TEST_F(EmulatedMachine, FailedExecutionShowsAtTheSynchronisationAndStaysUntilReset) {
    std::uint64_t *const words = allocate_words(4);
    fg_emulator_fail_execution(2, cudaErrorIllegalAddress);
    FG_LAUNCH(fill, 1, 4, nullptr, words, 4u, 1u);
    FG_LAUNCH(fill, 1, 4, nullptr, words, 4u, 2u);
    FG_LAUNCH(fill, 1, 4, nullptr, words, 4u, 3u);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
    EXPECT_EQ(fg_emulator_kernels_executed(0), 2u); /* the third was discarded */
    void *memory = nullptr;
    EXPECT_EQ(cudaGetLastError(), cudaErrorIllegalAddress);
    EXPECT_EQ(cudaMalloc(&memory, 8), cudaErrorIllegalAddress);
    FG_LAUNCH(fill, 1, 4, nullptr, words, 4u, 4u);
    EXPECT_EQ(cudaGetLastError(), cudaErrorIllegalAddress);
    EXPECT_EQ(cudaFree(words), cudaErrorIllegalAddress); /* says so, and frees */
    EXPECT_TRUE(fg_emulator_nothing_leaked());
    EXPECT_EQ(cudaDeviceReset(), cudaSuccess);
    cudaGetLastError();
    std::uint64_t result = 0;
    EXPECT_EQ(run_program(&result), cudaSuccess);
}

TEST_F(EmulatedMachine, CallbackSeesEachKernelAndMayChangeItsMemory) {
    std::uint64_t *const small = allocate_words(2);
    std::uint64_t *const large = allocate_words(4);
    struct Seen {
        unsigned launches = 0;
        void *buffer = nullptr;
    } seen;
    fg_emulator_after_kernel(
        [](const struct fg_emulator_launch *launch, void *context) {
            Seen *const record = static_cast<Seen *>(context);
            record->launches++;
            record->buffer = launch->buffer;
            static_cast<std::uint64_t *>(launch->buffer)[3] = 1234;
            EXPECT_EQ(launch->buffer_bytes, 32u);
            EXPECT_EQ(launch->block.x, 32u);
        },
        &seen);
    FG_LAUNCH(fill_target, 1, 32, nullptr, Target{4, large});
    EXPECT_EQ(word_at(large, 3), 1234u);
    EXPECT_EQ(seen.launches, 1u);
    EXPECT_EQ(seen.buffer, large);
    fg_emulator_after_kernel(nullptr, nullptr);
    FG_LAUNCH(fill, 1, 32, nullptr, small, 2u, 6u);
    EXPECT_EQ(word_at(small, 0), 6u);
    EXPECT_EQ(seen.launches, 1u);
}

TEST_F(EmulatedMachine, WrongAnswersFlipOneBitOfTheResult) {
    std::uint64_t *const words = allocate_words(4);
    fg_emulator_set_wrong_answers(true);
    FG_LAUNCH(fill, 1, 4, nullptr, words, 4u, 10u);
    EXPECT_EQ(word_at(words, 1), 10u);
    EXPECT_EQ(word_at(words, 2), 8u);
    EXPECT_EQ(word_at(words, 3), 10u);
}

/* ---- The environment ---- */

TEST_F(EmulatedMachine, EnvironmentDescribesTheMachine) {
    setenv("FG_EMULATED_DEVICES", "2", 1);
    setenv("FG_EMULATED_MEMORY", "12345", 1);
    setenv("FG_EMULATED_CAPABILITY", "75", 1);
    setenv("FG_EMULATED_COMPUTE_MODE", "3", 1);
    setenv("FG_EMULATED_DRIVER", "13010", 1);
    setenv("FG_EMULATED_NO_IMAGE", "1", 1);
    fg_emulator_reset();
    int count = 0, version = 0;
    size_t free = 0, total = 0;
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaSuccess);
    EXPECT_EQ(count, 2);
    int major = 0, mode = 0;
    EXPECT_EQ(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, 1), cudaSuccess);
    EXPECT_EQ(major, 7);
    EXPECT_EQ(cudaDeviceGetAttribute(&mode, cudaDevAttrComputeMode, 1), cudaSuccess);
    EXPECT_EQ(mode, cudaComputeModeExclusiveProcess);
    EXPECT_EQ(cudaDriverGetVersion(&version), cudaSuccess);
    EXPECT_EQ(version, 13010);
    EXPECT_EQ(cudaMemGetInfo(&free, &total), cudaSuccess);
    EXPECT_EQ(total, 12345u);
    cudaFuncAttributes attributes;
    EXPECT_EQ(cudaFuncGetAttributes(&attributes, fill), cudaErrorNoKernelImageForDevice);
}

TEST_F(EmulatedMachine, EnvironmentInjectsFaults) {
    setenv("FG_EMULATED_FAIL", "cudaMalloc:2:2,any:4:46", 1);
    setenv("FG_EMULATED_WRONG", "1", 1);
    fg_emulator_reset();
    void *memory = nullptr;
    EXPECT_EQ(cudaMalloc(&memory, 8), cudaSuccess);
    EXPECT_EQ(cudaFree(memory), cudaSuccess);
    EXPECT_EQ(cudaMalloc(&memory, 8), cudaErrorMemoryAllocation);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorDevicesUnavailable);
    std::uint64_t *const words = allocate_words(3);
    FG_LAUNCH(fill, 1, 3, nullptr, words, 3u, 0u);
    EXPECT_EQ(word_at(words, 2), 2u);
}

TEST_F(EmulatedMachine, UnreadableEnvironmentIsRefused) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    for (const char *const text : {"cudaMalloc", "cudaMalloc:1", "cudaMalloc:1:x", "nosuch:1:2"}) {
        EXPECT_DEATH(
            {
                setenv("FG_EMULATED_FAIL", text, 1);
                fg_emulator_reset();
            },
            "emulated device");
    }
}

} // namespace
