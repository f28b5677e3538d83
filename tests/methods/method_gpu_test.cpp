// SPDX-License-Identifier: MIT
/*
 * method_gpu_test.cpp: the methods' halves on a device by themselves: a batch that ends early, and
 * the one after it.
 */
#include "method_gpu_run.h"
#include "support/emulated_fixture.h"
#include "support/random_numbers.h"

#include <string>
#include <vector>

namespace {

using oracle::Numbers;

/* Ends the batch after some kernels, in one of two ways. */
struct Ender {
    fg_test_method_gpu *gpu;
    void (*end)(fg_test_method_gpu *gpu, bool value);
    unsigned kernels_left;
    bool overflows; /* each of them reports more hits than fit, so that halved windows wait */
};

void end_later(const fg_emulator_launch *launch, void *context) {
    Ender *const ender = static_cast<Ender *>(context);
    if (ender->kernels_left > 0 && ender->overflows)
        *static_cast<unsigned long long *>(launch->buffer) = UINT64_C(1) << 30;
    if (ender->kernels_left > 0 && --ender->kernels_left == 0)
        ender->end(ender->gpu, true);
}

class MethodGpu : public Emulated, public testing::WithParamInterface<fg_method> {
  protected:
    /* Little memory, so that the batch is many windows or waves. */
    void SetUp() override {
        Emulated::SetUp();
        fg_emulator_set_memory_bytes(GetParam() == FG_METHOD_FACTOR ? 6100000 : 300 * 1024);
        gpu_ = fg_test_method_gpu_open(GetParam(), &error_);
        ASSERT_NE(gpu_, nullptr) << error_.message;
        const unsigned bits = GetParam() == FG_METHOD_EXHAUSTIVE ? 18 : 40;
        numbers_.resize(GetParam() == FG_METHOD_FACTOR ? 10000 : 3000);
        for (uint64_t &number : numbers_)
            number = random_.of_any_size(bits);
    }
    void TearDown() override {
        if (gpu_ != nullptr)
            fg_test_method_gpu_close(gpu_);
        Emulated::TearDown();
    }
    fg_status run(fg_results *results) {
        return fg_test_method_gpu_run(gpu_, numbers_.data(), numbers_.size(), results, &error_);
    }
    void expect_all_answered() {
        fg_results results = {};
        ASSERT_EQ(run(&results), FG_OK) << error_.message;
        ASSERT_EQ(results.count, numbers_.size());
        for (size_t i = 0; i < numbers_.size(); i += 61) {
            const Numbers answer(results.values + results.offsets[i],
                                 results.values + results.offsets[i + 1]);
            EXPECT_EQ(oracle::difference(answer, oracle::divisors(numbers_[i])), "") << numbers_[i];
        }
        fg_results_free(&results);
    }
    /* Batches that end after more and more kernels, each followed by a whole one. */
    void expect_answers_after(void (*end)(fg_test_method_gpu *, bool), fg_status expected) {
        for (const unsigned kernels : {1u, 2u, 5u}) {
            const bool overflows = kernels == 5 && GetParam() != FG_METHOD_FACTOR;
            Ender ender = {gpu_, end, kernels, overflows};
            fg_emulator_after_kernel(end_later, &ender);
            fg_results results = {};
            EXPECT_EQ(run(&results), expected) << error_.message;
            EXPECT_LT(results.count, numbers_.size());
            fg_results_free(&results);
            EXPECT_EQ(fg_emulator_pending_operations(), 0u) << "something is still under way";
            fg_emulator_after_kernel(nullptr, nullptr);
            end(gpu_, false);
            expect_all_answered();
        }
    }

    RandomNumbers random_;
    fg_test_method_gpu *gpu_ = nullptr;
    Numbers numbers_;
    fg_error error_ = {};
};

TEST_P(MethodGpu, AfterACancelledBatchTheNextOneIsAnswered) {
    SCOPED_TRACE(random_.trace());
    expect_answers_after(fg_test_method_gpu_cancel, FG_ERROR_CANCELLED);
}

TEST_P(MethodGpu, AfterAStoppedBatchTheNextOneIsAnswered) {
    SCOPED_TRACE(random_.trace());
    expect_answers_after(fg_test_method_gpu_stop, FG_OK);
}

INSTANTIATE_TEST_SUITE_P(Of, MethodGpu,
                         testing::Values(FG_METHOD_TRIAL, FG_METHOD_EXHAUSTIVE, FG_METHOD_FACTOR),
                         [](const testing::TestParamInfo<fg_method> &method) {
                             return std::string(fg_method_name(method.param));
                         });

} // namespace
