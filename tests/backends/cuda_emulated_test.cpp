// SPDX-License-Identifier: MIT
/*
 * cuda_emulated_test.cpp: the cuda backend on machines of all kinds: without a device, with little
 * memory, with several devices, with a device that answers wrongly.
 *
 * The library's objects call pthread_create() through this file (--wrap), which can let it fail.
 */
#include "support/emulated_fixture.h"
#include "support/random_numbers.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <pthread.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

static bool gives_threads = true;

extern "C" {
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*routine)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*routine)(void *), void *argument) {
    return gives_threads ? __real_pthread_create(thread, attributes, routine, argument) : EAGAIN;
}
}

namespace {

using oracle::Numbers;

class Cuda : public Emulated {
  protected:
    static std::string probe_message() {
        fg_error error = {};
        EXPECT_EQ(fg_backend_probe("cuda", &error), FG_ERROR_UNAVAILABLE);
        const Engine engine("cuda");
        EXPECT_EQ(engine.open_status(), FG_ERROR_UNAVAILABLE);
        return error.message;
    }
    static Numbers random_batch(RandomNumbers &random, size_t count, unsigned bits) {
        Numbers numbers(count);
        for (uint64_t &number : numbers)
            number = random.of_any_size(bits);
        return numbers;
    }
};

/* ---- Why there is no GPU ---- */

TEST_F(Cuda, SaysThatNoDriverIsInstalled) {
    fg_emulator_set_driver_version(0);
    const std::string message = probe_message();
    EXPECT_TRUE(contains(message, "no NVIDIA driver is installed")) << message;
}

TEST_F(Cuda, SaysThatTheDriverIsTooOld) {
    fg_emulator_set_driver_version(11080);
    fg_emulator_set_runtime_version(13000);
    const std::string message = probe_message();
    EXPECT_TRUE(contains(message, "too old")) << message;
    EXPECT_TRUE(contains(message, "11.8")) << message;
    EXPECT_TRUE(contains(message, "13.0")) << message;
}

TEST_F(Cuda, SaysThatNoDeviceIsVisible) {
    fg_emulator_set_device_count(0);
    unsetenv("CUDA_VISIBLE_DEVICES");
    EXPECT_TRUE(contains(probe_message(), "shows no device")) << probe_message();
    EXPECT_FALSE(contains(probe_message(), "CUDA_VISIBLE_DEVICES"));
    setenv("CUDA_VISIBLE_DEVICES", "7", 1);
    EXPECT_TRUE(contains(probe_message(), "CUDA_VISIBLE_DEVICES is '7'")) << probe_message();
    unsetenv("CUDA_VISIBLE_DEVICES");
}

TEST_F(Cuda, SaysThatTheBuildHasNoCodeForTheArchitecture) {
    fg_emulator_set_no_kernel_image(true);
    fg_emulator_set_compute_capability(8, 6);
    std::string message = probe_message();
    EXPECT_TRUE(contains(message, "no code for compute capability 8.6")) << message;
    EXPECT_TRUE(contains(message, "-DCMAKE_CUDA_ARCHITECTURES=86")) << message;
    /* CUDA 13 has no code for this one. */
    fg_emulator_set_compute_capability(6, 1);
    message = probe_message();
    EXPECT_TRUE(contains(message, "build with CUDA 12")) << message;
    fg_emulator_set_runtime_version(12040);
    message = probe_message();
    EXPECT_TRUE(contains(message, "-DCMAKE_CUDA_ARCHITECTURES=61")) << message;
}

TEST_F(Cuda, SaysThatCudaDoesNotStartForAnyOtherReason) {
    fg_emulator_fail_call("cudaGetDeviceCount", 0, cudaErrorUnknown);
    EXPECT_TRUE(contains(probe_message(), "cudaErrorUnknown")) << probe_message();
    EXPECT_EQ(cudaPeekAtLastError(), cudaSuccess) << "the next launch would find it";
}

TEST_F(Cuda, TheReasonsAreFourDifferentMessages) {
    std::set<std::string> messages;
    fg_emulator_set_driver_version(0);
    messages.insert(probe_message());
    fg_emulator_reset();
    fg_emulator_set_driver_version(11080);
    messages.insert(probe_message());
    fg_emulator_reset();
    fg_emulator_set_device_count(0);
    messages.insert(probe_message());
    fg_emulator_reset();
    fg_emulator_set_no_kernel_image(true);
    messages.insert(probe_message());
    EXPECT_EQ(messages.size(), 4u);
    EXPECT_EQ(messages.count(""), 0u);
}

TEST_F(Cuda, ADeviceThatDoesNotExistIsNamed) {
    fg_emulator_set_device_count(2);
    for (const int device : {2, 99, -1}) {
        const Engine engine("cuda", FG_METHOD_TRIAL, 1, {0, device});
        EXPECT_EQ(engine.open_status(), FG_ERROR_UNAVAILABLE);
        EXPECT_TRUE(contains(engine.open_message(),
                             "no CUDA device " + std::to_string(device) + "; this machine has 2"))
            << engine.open_message();
    }
}

TEST_F(Cuda, ADeviceThatDoesNotSayItsNameHasItsNumber) {
    fg_emulator_fail_call("cudaGetDeviceProperties", 1, cudaErrorUnknown);
    const Engine engine("cuda", FG_METHOD_TRIAL, 1, {0});
    EXPECT_EQ(engine.open_status(), FG_ERROR_UNAVAILABLE);
    EXPECT_TRUE(contains(engine.open_message(), "CUDA device 0 (without a name): "))
        << engine.open_message();
}

/* ---- The list of devices ---- */

TEST_F(Cuda, ListsEveryDevice) {
    fg_emulator_set_device_count(3);
    fg_emulator_set_memory_bytes(123456789);
    fg_emulator_set_compute_capability(8, 6);
    fg_device devices[5] = {};
    size_t count = 0;
    fg_error error;
    ASSERT_EQ(fg_list_devices(devices, 5, &count, &error), FG_OK);
    ASSERT_EQ(count, 3u);
    for (int i = 0; i < 3; i++) {
        EXPECT_EQ(devices[i].index, i);
        EXPECT_STRNE(devices[i].name, "");
        EXPECT_EQ(devices[i].capability_major, 8);
        EXPECT_EQ(devices[i].capability_minor, 6);
        EXPECT_EQ(devices[i].memory_bytes, 123456789u);
        EXPECT_GT(devices[i].multiprocessor_count, 0);
        EXPECT_TRUE(devices[i].usable);
        EXPECT_STREQ(devices[i].reason, "");
        EXPECT_EQ(devices[i].pci_bus_id, "0000:0" + std::to_string(i + 1) + ":00.0");
    }
    /* With capacity for fewer, no more is written, and the count is still right. */
    ASSERT_EQ(fg_list_devices(devices, 1, &count, &error), FG_OK);
    EXPECT_EQ(count, 3u);
    ASSERT_EQ(fg_list_devices(nullptr, 0, &count, &error), FG_OK);
    EXPECT_EQ(count, 3u);
    /* A size that was read from uninitialised memory. */
    devices[0].size = SIZE_MAX / 3;
    EXPECT_EQ(fg_list_devices(devices, 5, &count, &error), FG_ERROR_ARGUMENT);
    EXPECT_TRUE(contains(error.message, "devices[0].size is ")) << error.message;
}

TEST_F(Cuda, ListsAnUnusableDeviceWithItsReason) {
    fg_emulator_set_no_kernel_image(true);
    fg_device device = {};
    size_t count = 0;
    fg_error error;
    ASSERT_EQ(fg_list_devices(&device, 1, &count, &error), FG_OK);
    EXPECT_FALSE(device.usable);
    EXPECT_TRUE(contains(device.reason, "compute capability")) << device.reason;
    fg_emulator_reset();
    fg_emulator_fail_call("cudaSetDevice", 1, cudaErrorDevicesUnavailable);
    ASSERT_EQ(fg_list_devices(&device, 1, &count, &error), FG_OK);
    EXPECT_FALSE(device.usable);
    EXPECT_STRNE(device.reason, "");
}

/* ---- Memory ---- */

TEST_F(Cuda, BatchesLargerThanTheDevicesMemoryAreAnswered) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    fg_emulator_set_memory_bytes(256 * 1024); /* the batch alone is 512 KiB */
    const Numbers numbers = random_batch(random, 1u << 16, 32);
    Engine engine("cuda");
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    const BatchAnswer answer = engine.run(numbers);
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    for (size_t i = 0; i < numbers.size(); i += 37)
        ASSERT_EQ(oracle::difference(answer.divisors[i], oracle::divisors(numbers[i])), "")
            << numbers[i];
    EXPECT_LE(fg_emulator_peak_device_bytes(), 256u * 1024);
}

TEST_F(Cuda, TheBufferOfHitsOverflowsAndTheWindowIsRunAgain) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    fg_emulator_set_memory_bytes(56 * 1024);    /* room for 2,048 and 1,024 hits */
    Numbers numbers(5, UINT64_C(963761198400)); /* 6,720 divisors each */
    const Numbers others = random_batch(random, 50, 40);
    numbers.insert(numbers.end(), others.begin(), others.end());
    numbers.push_back(UINT64_C(3491888400));
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_EXHAUSTIVE}) {
        if (method == FG_METHOD_EXHAUSTIVE) {
            numbers.assign(63, 720720); /* 240 divisors each, most below 2,048 */
            numbers.push_back(1441440);
        }
        Engine engine("cuda", method);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        expect_flint_answers(engine.run(numbers), numbers);
        EXPECT_GT(engine.timing().rerun_count, 0u);
    }
}

/* A device that says "overflow" for its first launches after the self-test. */
struct Overflows {
    unsigned left;
    unsigned launches = 0;
};

void claim_overflow(const fg_emulator_launch *launch, void *context) {
    Overflows *const overflows = static_cast<Overflows *>(context);
    if (++overflows->launches <= 8 || overflows->left == 0)
        return;
    overflows->left--;
    *static_cast<unsigned long long *>(launch->buffer) = UINT64_C(1) << 30;
}

/* Windows are halved by candidates, and those of one candidate by numbers. */
TEST_F(Cuda, WindowsThatGoOnOverflowingAreHalvedDownToSingleTests) {
    const Numbers numbers(200, 1155);
    for (const unsigned count : {1u, 2u, 9u, 40u, 200u}) {
        fg_emulator_reset();
        Overflows overflows = {count};
        fg_emulator_after_kernel(claim_overflow, &overflows);
        Engine engine("cuda", FG_METHOD_TRIAL, 1);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        const BatchAnswer answer = engine.run(numbers);
        if (answer.status == FG_OK) {
            expect_flint_answers(answer, numbers);
            EXPECT_EQ(engine.timing().rerun_count, count);
        } else { /* it said so of a single test, which cannot be */
            EXPECT_EQ(answer.status, FG_ERROR_INTERNAL);
            EXPECT_TRUE(contains(answer.message, "one test overflowed")) << answer.message;
            EXPECT_GT(count, 9u);
        }
    }
}

TEST_F(Cuda, TooLittleMemoryForAnythingIsAnError) {
    fg_emulator_set_memory_bytes(4096);
    Engine engine("cuda");
    EXPECT_EQ(engine.open_status(), FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(engine.open_message(), "too little free memory")) << engine.open_message();
}

TEST_F(Cuda, EveryAsynchronousCopyUsesPinnedMemory) {
    Engine engine("cuda");
    expect_flint_answers(engine.run({5040, UINT64_C(1000000000039)}),
                         {5040, UINT64_C(1000000000039)});
    EXPECT_EQ(fg_emulator_unpinned_async_copies(), 0u);
    engine.close();
    EXPECT_EQ(fg_emulator_pending_operations(), 0u);
}

/* A host thread that waits for its device leaves its core to others. */
TEST_F(Cuda, NoWaitForADeviceSpins) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const fg_method method : {FG_METHOD_TRIAL, FG_METHOD_FACTOR})
        for (const size_t count : {1u, 20u, sanitized() ? 2000u : 9000u}) {
            Engine engine("cuda", method);
            ASSERT_TRUE(engine.is_open()) << engine.open_message();
            ASSERT_EQ(engine.run(random_batch(random, count, 40)).status, FG_OK);
        }
    EXPECT_GT(fg_emulator_calls_of("cudaEventSynchronize"), 6u);
    EXPECT_GT(fg_emulator_calls_of("cudaLaunchHostFunc"), 0u);
    EXPECT_EQ(fg_emulator_spinning_waits(), 0u);
}

/* ---- Several devices ---- */

TEST_F(Cuda, SeveralDevicesShareTheWorkAndAgree) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers numbers = random_batch(random, sanitized() ? 600 : 3000, 44);
    Engine alone("cuda");
    const BatchAnswer expected = alone.run(numbers);
    ASSERT_EQ(expected.status, FG_OK) << expected.message;
    alone.close();
    for (const std::vector<int> &devices :
         {std::vector<int>{0, 1}, std::vector<int>{0, 1, 2}, std::vector<int>{2}}) {
        fg_emulator_reset();
        fg_emulator_set_device_count(3);
        fg_emulator_set_memory_bytes(300 * 1024); /* small groups: windows for every device */
        Engine engine("cuda", FG_METHOD_TRIAL, 1, devices);
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        std::vector<unsigned long> before;
        for (int device = 0; device < 3; device++)
            before.push_back(fg_emulator_kernels_executed(device));
        EXPECT_TRUE(engine.run(numbers).divisors == expected.divisors);
        const BatchAnswer again = engine.run(numbers);
        EXPECT_TRUE(again.divisors == expected.divisors);
        unsigned long launched = 0;
        for (int device = 0; device < 3; device++) {
            const unsigned long here =
                fg_emulator_kernels_executed(device) - before[static_cast<size_t>(device)];
            launched += here;
            if (std::find(devices.begin(), devices.end(), device) == devices.end()) {
                EXPECT_EQ(here, 0u) << "device " << device;
            }
        }
        EXPECT_EQ(launched, engine.timing().launch_count);
    }
}

/* Another program has a half of the first device's memory. */
TEST_F(Cuda, OfUnequalDevicesEachGetsWhatItHasRoomFor) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Numbers numbers = random_batch(random, 2100, 40);
    for (const auto &[method, half] :
         {std::pair<fg_method, size_t>{FG_METHOD_TRIAL, 150 * 1024}, {FG_METHOD_FACTOR, 6200000}}) {
        fg_emulator_reset();
        fg_emulator_set_device_count(2);
        fg_emulator_set_memory_bytes(2 * half);
        void *others = nullptr;
        ASSERT_EQ(cudaMalloc(&others, half), cudaSuccess);
        Engine engine("cuda", method, 1, {0, 1});
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        expect_flint_answers(engine.run(numbers), numbers);
        engine.close();
        cudaSetDevice(0);
        cudaFree(others);
    }
}

TEST_F(Cuda, OneDeviceOfSeveralThatFailsEndsTheRun) {
    fg_emulator_set_device_count(3);
    Engine engine("cuda", FG_METHOD_EXHAUSTIVE, 1, {0, 1, 2});
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    fg_emulator_fail_execution(2, cudaErrorLaunchFailure);
    const Numbers numbers(500, 200003);
    const BatchAnswer answer = engine.run(numbers);
    EXPECT_EQ(answer.status, FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(answer.message, "cudaErrorLaunchFailure")) << answer.message;
}

TEST_F(Cuda, OfDevicesThatFailTheFirstIsNamed) {
    fg_emulator_set_device_count(2);
    Engine engine("cuda", FG_METHOD_EXHAUSTIVE, 1, {0, 1});
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    fg_emulator_fail_call("cudaSetDevice", 0, cudaErrorUnknown);
    const BatchAnswer answer = engine.run({200003});
    EXPECT_EQ(answer.status, FG_ERROR_DEVICE);
    EXPECT_TRUE(contains(answer.message, "CUDA device 0: ")) << answer.message;
}

/* The first device, which the caller drives, launches nothing. */
TEST_F(Cuda, ADeviceWithoutAThreadEndsTheRun) {
    fg_emulator_set_device_count(2);
    Engine engine("cuda", FG_METHOD_TRIAL, 1, {0, 1});
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    const unsigned long before = fg_emulator_kernels_executed(0);
    gives_threads = false;
    const BatchAnswer answer = engine.run({200003});
    gives_threads = true;
    EXPECT_EQ(answer.status, FG_ERROR_SYSTEM);
    EXPECT_TRUE(contains(answer.message, "no thread for CUDA device 1 (")) << answer.message;
    EXPECT_EQ(fg_emulator_kernels_executed(0), before);
}

/* The caller's thread may have another device, and CUDA would start a context there. */
TEST_F(Cuda, ClosingBeginsWithTheDevice) {
    fg_emulator_set_device_count(2);
    Engine engine("cuda", FG_METHOD_TRIAL, 1, {1});
    ASSERT_TRUE(engine.is_open()) << engine.open_message();
    cudaSetDevice(0);
    const unsigned long before = fg_emulator_call_count();
    engine.close();
    EXPECT_STREQ(fg_emulator_call_name(before + 1), "cudaSetDevice");
}

/* ---- A device that answers wrongly ---- */

TEST_F(Cuda, ADeviceThatAnswersWronglyIsRefused) {
    fg_emulator_set_wrong_answers(true);
    Engine engine("cuda");
    EXPECT_EQ(engine.open_status(), FG_ERROR_SELF_CHECK);
    EXPECT_TRUE(contains(engine.open_message(), "device 0 answers wrongly"))
        << engine.open_message();
}

TEST_F(Cuda, ASecondDeviceThatAnswersWronglyIsNamed) {
    fg_emulator_set_device_count(2);
    fg_emulator_after_kernel(
        [](const fg_emulator_launch *launch, void *) {
            if (launch->device == 1)
                static_cast<unsigned char *>(launch->buffer)[16] ^= 4;
        },
        nullptr);
    Engine engine("cuda", FG_METHOD_TRIAL, 1, {0, 1});
    EXPECT_EQ(engine.open_status(), FG_ERROR_SELF_CHECK);
    EXPECT_TRUE(contains(engine.open_message(), "device 1")) << engine.open_message();
}

/* Every way in which a device can spoil one of the eight launches of the self-test. */
struct Sabotage {
    unsigned launch; /* which one, from 1 */
    int kind;
    unsigned seen = 0;
};

void sabotage(const fg_emulator_launch *launch, void *context) {
    Sabotage *const plan = static_cast<Sabotage *>(context);
    if (++plan->seen != plan->launch)
        return;
    unsigned long long *const words = static_cast<unsigned long long *>(launch->buffer);
    /* words[0]: the counter; words[2], words[3]: the first hit's divisor and index */
    switch (plan->kind) {
    case 0:
        words[0]--;
        break;
    case 1:
        words[0]++;
        break;
    case 2:
        words[2] += 2;
        break;
    case 3:
        words[3] ^= 1;
        break;
    default:
        words[0] = UINT64_C(1) << 40;
    }
}

TEST_F(Cuda, TheSelfTestSeesEveryKindOfWrongAnswerOfEveryKernel) {
    for (unsigned launch = 1; launch <= 8; launch++)
        for (int kind = 0; kind < 5; kind++) {
            fg_emulator_reset();
            Sabotage plan = {launch, kind};
            fg_emulator_after_kernel(sabotage, &plan);
            const Engine engine("cuda");
            EXPECT_EQ(engine.open_status(), FG_ERROR_SELF_CHECK)
                << "launch " << launch << ", kind " << kind;
            EXPECT_EQ(plan.seen, launch);
        }
}

/* If answers are wrong after the self-test, the run must end in an error, whatever the device
 * claims. */
TEST_F(Cuda, WrongAnswersAfterTheSelfTestNeverBecomeAnswers) {
    for (int kind = 0; kind < 5; kind++) {
        fg_emulator_reset();
        Sabotage plan = {9, kind};
        fg_emulator_after_kernel(sabotage, &plan);
        Engine engine("cuda");
        ASSERT_TRUE(engine.is_open()) << engine.open_message();
        const Numbers numbers = {5040, 97, UINT64_C(1000000000039), 12};
        const BatchAnswer answer = engine.run(numbers);
        if (kind == 4) { /* said to have overflowed: run again in halves, which is right */
            expect_flint_answers(answer, numbers);
            continue;
        }
        EXPECT_EQ(answer.status, FG_ERROR_SELF_CHECK) << "kind " << kind << answer.message;
    }
}

} // namespace
