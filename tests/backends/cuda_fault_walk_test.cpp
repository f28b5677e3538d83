// SPDX-License-Identifier: MIT
/*
 * cuda_fault_walk_test.cpp: every runtime call of a job fails, one in each run.
 *
 * The job first runs undisturbed, and its calls are noted. Then it runs again for each call that is
 * to fail. Of calls between the same neighbours only the first and the last fail; with FG_TEST_ALL
 * every call does. Each time the answers are right and complete, or the job ends with an error;
 * nothing leaks. The jobs are small, but have both widths, several windows, overflows and, for one
 * of the methods, two devices. A device's self-test takes most of the time of the method factor:
 * with it a third of the calls fail, each time others, and all of them without it.
 */
#include "support/emulated_fixture.h"
#include "support/random_numbers.h"
#include "support/self_tests_once.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using oracle::Numbers;

const Numbers trial_numbers = {
    360, 97, UINT64_C(963761198400), UINT64_C(10000000033), 1, UINT64_C(3491888400), 65537};
const Numbers exhaustive_numbers = [] {
    Numbers numbers(20, 55440); /* 120 divisors each: more hits than a stream has room for */
    numbers.insert(numbers.begin() + 7, {97, 1, 99991, 5040});
    return numbers;
}();

/* Lists of divisors of every length, a number for P-1, and so many primes that "auto" takes the
 * GPU. */
const Numbers factor_numbers = [] {
    Numbers numbers = {UINT64_C(6469693230), 12, 97, 720720, 65537 * UINT64_C(4294967291)};
    numbers.insert(numbers.end(), 24, UINT64_C(18446744073709551557));
    return numbers;
}();

const Numbers &numbers_for(fg_method method) {
    return method == FG_METHOD_TRIAL        ? trial_numbers
           : method == FG_METHOD_EXHAUSTIVE ? exhaustive_numbers
                                            : factor_numbers;
}

/* Sets up a machine with little memory, so that hits overflow. Its devices are tested, unless they
 * have passed and `tested` is false. */
void set_machine(fg_method method, bool tested = true) {
    if (tested)
        fg_test_devices_again();
    fg_emulator_reset();
    fg_emulator_set_device_count(2);
    fg_emulator_set_memory_bytes(method == FG_METHOD_FACTOR ? 6100000 : 56 * 1024);
}

struct Outcome {
    fg_status status = FG_OK;
    std::string message, notice;
    bool complete = false; /* all answers came and are right */
};

/* A program's use of an engine, which ends at its first failure. */
Outcome run_job(const char *backend, fg_method method) {
    static std::map<uint64_t, Numbers> known;
    const bool trial = method == FG_METHOD_TRIAL;
    const Numbers &numbers = numbers_for(method);
    Outcome outcome;
    Engine engine(backend, method, 1, trial ? std::vector<int>{0, 1} : std::vector<int>{1});
    outcome.status = engine.open_status();
    outcome.message = engine.open_message();
    const int batches = method == FG_METHOD_FACTOR ? 1 : 2; /* one has calls enough */
    for (int batch = 0; batch < batches && outcome.status == FG_OK; batch++) {
        const BatchAnswer answer = engine.run(numbers);
        outcome.notice += engine.take_notice();
        outcome.status = answer.status;
        outcome.message = answer.message;
        for (size_t i = 0; i < numbers.size() && answer.status == FG_OK; i++) {
            auto expected = known.find(numbers[i]);
            if (expected == known.end())
                expected = known.emplace(numbers[i], oracle::divisors(numbers[i])).first;
            EXPECT_EQ(oracle::difference(answer.divisors.at(i), expected->second), "")
                << numbers[i];
        }
    }
    outcome.complete = outcome.status == FG_OK;
    return outcome;
}

/* Returns an error that CUDA could give for that call. */
cudaError_t fitting_error(const std::string &function) {
    if (function == "cudaMalloc" || function == "cudaHostAlloc")
        return cudaErrorMemoryAllocation;
    if (function == "launch")
        return cudaErrorLaunchFailure;
    if (function == "cudaGetDeviceCount")
        return cudaErrorNoDevice;
    if (function == "cudaFuncGetAttributes")
        return cudaErrorNoKernelImageForDevice;
    return cudaErrorUnknown;
}

/* A call to fail: the k-th, counted from 1, of a job whose devices are tested or have passed. */
struct Call {
    unsigned long k;
    std::string name;
    bool tested;

    std::string words() const {
        return "call " + std::to_string(k) + ", " + name + (tested ? ", with self-tests" : "");
    }
};

class CudaFaultWalk : public Emulated, public testing::WithParamInterface<fg_method> {
  protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(note_calls(true, calls_));
        launch_count_ = fg_emulator_calls_of("launch");
        ASSERT_GT(launch_count_, 10u);
        if (GetParam() == FG_METHOD_FACTOR) {
            ASSERT_NO_FATAL_FAILURE(note_calls(false, untested_calls_));
        }
    }

    void note_calls(bool tested, std::vector<std::string> &calls) {
        set_machine(GetParam(), tested);
        const Outcome outcome = run_job("cuda", GetParam());
        ASSERT_TRUE(outcome.complete) << outcome.message;
        for (unsigned long i = 1; i <= fg_emulator_call_count(); i++)
            calls.push_back(fg_emulator_call_name(i));
        ASSERT_GT(calls.size(), 100u);
    }

    /* Fails the call with `error` and returns the job's outcome. */
    Outcome run_with_fault(const char *backend, const Call &call, cudaError_t error) {
        if (!call.tested && was_tested_) { /* so that the devices have passed */
            set_machine(GetParam());
            EXPECT_TRUE(run_job("cuda", GetParam()).complete);
        }
        was_tested_ = call.tested;
        set_machine(GetParam(), call.tested);
        fg_emulator_fail_any_call(call.k, error);
        const Outcome outcome = run_job(backend, GetParam());
        expect_nothing_leaked();
        return outcome;
    }

    /* The calls to fail. Under a sanitizer every sixth, each time others. */
    std::vector<Call> calls_to_fail() {
        std::vector<Call> chosen;
        for (const bool tested : {true, false}) {
            const std::vector<std::string> &calls = tested ? calls_ : untested_calls_;
            std::vector<unsigned long> some = different(calls);
            if (tested && !untested_calls_.empty())
                some = one_in(3, some);
            for (const unsigned long k : sanitized() ? one_in(6, some) : some)
                chosen.push_back({k, calls[k - 1], tested});
        }
        return chosen;
    }

    /* Of calls between the same neighbours the first and the last, counted from 1; with FG_TEST_ALL
     * all of them. */
    static std::vector<unsigned long> different(const std::vector<std::string> &calls) {
        std::map<std::vector<std::string>, std::pair<unsigned long, unsigned long>> alike;
        const auto name = [&calls](size_t i) { return i < calls.size() ? calls[i] : ""; };
        std::set<unsigned long> chosen;
        for (size_t i = 0; i < calls.size(); i++) {
            const unsigned long k = i + 1;
            const auto [group, is_new] =
                alike.insert({{name(i - 2), name(i - 1), name(i), name(i + 1)}, {k, k}});
            group->second.second = k;
            if (every_case())
                chosen.insert(k);
        }
        for (const auto &[neighbours, ends] : alike)
            chosen.insert({ends.first, ends.second});
        return {chosen.begin(), chosen.end()};
    }

    /* The launches to fail, counted from 1: all, or about forty at equal distances. */
    std::vector<unsigned long> launches_to_fail() {
        const unsigned long stride = every_case() ? 1 : std::max(launch_count_ / 40, 1ul);
        std::vector<unsigned long> chosen;
        for (unsigned long k = random_.between(1, stride); k <= launch_count_; k += stride)
            chosen.push_back(k);
        return sanitized() ? one_in(6, chosen) : chosen;
    }

    /* Every so many one, from a random one on; with FG_TEST_ALL all of them. */
    template <class T> std::vector<T> one_in(size_t step, const std::vector<T> &all) {
        if (every_case())
            return all;
        std::vector<T> some;
        for (size_t i = random_.between(0, step - 1); i < all.size(); i += step)
            some.push_back(all[i]);
        return some;
    }

    RandomNumbers random_;
    std::vector<std::string> calls_, untested_calls_;
    unsigned long launch_count_ = 0;
    bool was_tested_ = true;
};

void expect_right_or_clear_error(const Outcome &outcome) {
    if (outcome.complete)
        return;
    EXPECT_TRUE(outcome.status == FG_ERROR_DEVICE || outcome.status == FG_ERROR_UNAVAILABLE)
        << outcome.status << " " << outcome.message;
    EXPECT_NE(outcome.message, "");
    EXPECT_EQ(outcome.notice, "");
}

/* Each call fails as it would for a reason of its own, and a third of them also as none should. */
TEST_P(CudaFaultWalk, AnExplicitGpuAnswersRightlyOrFailsClearly) {
    const std::vector<Call> calls = calls_to_fail();
    const size_t also = random_.between(0, 2);
    for (size_t i = 0; i < calls.size(); i++)
        for (const cudaError_t error : {fitting_error(calls[i].name), cudaErrorInvalidValue}) {
            if (error == cudaErrorInvalidValue && i % 3 != also && !every_case())
                continue;
            SCOPED_TRACE(calls[i].words() + ", fails with " + cudaGetErrorName(error));
            expect_right_or_clear_error(run_with_fault("cuda", calls[i], error));
            ASSERT_FALSE(HasFailure());
        }
}

/* With "auto" the CPU takes over, and all answers come; a third of the calls, each time others, for
 * it does the same whichever fails. */
TEST_P(CudaFaultWalk, AutoAlwaysAnswers) {
    const std::vector<Call> calls = calls_to_fail();
    for (const Call &call : sanitized() ? calls : one_in(3, calls)) {
        SCOPED_TRACE(call.words());
        const Outcome outcome = run_with_fault("auto", call, fitting_error(call.name));
        ASSERT_TRUE(outcome.complete) << outcome.message;
    }
}

/* Two faults in a row, the second in what cleans up after the first. */
TEST_P(CudaFaultWalk, ASecondFaultWhileCleaningUpChangesNothing) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled_slow(GetParam() == FG_METHOD_FACTOR ? 50 : 150) && !HasFailure();
         i++) {
        const unsigned long k = random.between(1, calls_.size());
        const unsigned long next = k + random.between(1, 12);
        SCOPED_TRACE("calls " + std::to_string(k) + " and " + std::to_string(next));
        set_machine(GetParam());
        fg_emulator_fail_any_call(k, fitting_error(calls_[k - 1]));
        fg_emulator_fail_any_call(next, cudaErrorUnknown);
        expect_right_or_clear_error(run_job("cuda", GetParam()));
        expect_nothing_leaked();
    }
}

/* Kernels that are accepted and fail when they run, as a wrong address does on a real device. */
TEST_P(CudaFaultWalk, KernelsThatFailWhileRunningAreErrorsOrAreReplaced) {
    for (const unsigned long k : launches_to_fail()) {
        SCOPED_TRACE("launch " + std::to_string(k));
        set_machine(GetParam());
        fg_emulator_fail_execution(k, cudaErrorIllegalAddress);
        const Outcome outcome = run_job("cuda", GetParam());
        EXPECT_FALSE(outcome.complete);
        EXPECT_EQ(outcome.status, FG_ERROR_DEVICE);
        EXPECT_TRUE(contains(outcome.message, "cudaErrorIllegalAddress")) << outcome.message;
        expect_nothing_leaked();

        set_machine(GetParam());
        fg_emulator_fail_execution(k, cudaErrorIllegalAddress);
        const Outcome automatic = run_job("auto", GetParam());
        EXPECT_TRUE(automatic.complete) << automatic.message;
        expect_nothing_leaked();
        ASSERT_FALSE(HasFailure());
    }
}

/* With "auto" the reason that stops the GPU is reported once, in words. */
TEST_P(CudaFaultWalk, AutoSaysWhyItFellBack) {
    for (const char *const function :
         {"cudaGetDeviceCount", "cudaGetDeviceProperties", "cudaFuncGetAttributes",
          "cudaStreamCreateWithFlags", "cudaEventCreateWithFlags", "cudaHostAlloc", "launch",
          "cudaMemcpyAsync", "cudaMemsetAsync", "cudaEventRecord", "cudaEventSynchronize",
          "cudaEventElapsedTime", "cudaSetDevice"}) {
        SCOPED_TRACE(function);
        set_machine(GetParam());
        fg_emulator_fail_call(function, 0, cudaErrorUnknown);
        const Outcome outcome = run_job("auto", GetParam());
        EXPECT_TRUE(outcome.complete) << outcome.message;
        EXPECT_TRUE(contains(outcome.notice, "using the CPU's threads")) << outcome.notice;
        EXPECT_TRUE(contains(outcome.notice, "cudaErrorUnknown") ||
                    contains(outcome.notice, cudaGetErrorString(cudaErrorUnknown)))
            << outcome.notice;
        expect_nothing_leaked();
    }
}

INSTANTIATE_TEST_SUITE_P(Of, CudaFaultWalk,
                         testing::Values(FG_METHOD_TRIAL, FG_METHOD_EXHAUSTIVE, FG_METHOD_FACTOR),
                         [](const testing::TestParamInfo<fg_method> &method) {
                             return std::string(fg_method_name(method.param));
                         });

} // namespace
