// SPDX-License-Identifier: MIT
/*
 * gpu_hits_test.cpp: hits that come from a GPU are put in order, and those that no window has are
 * refused before anything is written or read by them. If there are more than fit, the host is told.
 */
#include "support/emulated_fixture.h"
#include "support/internals.h"

extern "C" {
#include "methods/candidates/gpu_hits.h"
#include "methods/candidates/gpu_stream.h"
}

#include <string>
#include <vector>

namespace {

using Numbers = std::vector<uint64_t>;

class GpuHits : public testing::Test {
  protected:
    void TearDown() override {
        fg_gpu_hits_free(&found_);
        fg_results_free(&results_);
    }
    /* Appends hits of a window over numbers 1 and 0 of a batch. */
    fg_status append(const std::vector<fg_hit> &hits) {
        return fg_gpu_hits_append(&found_, hits.data(), hits.size(), indices_, 2, &error_);
    }
    fg_status gather(const Numbers &numbers) {
        return fg_gpu_hits_gather(&found_, FG_METHOD_EXHAUSTIVE, numbers.data(), numbers.size(),
                                  &results_, &error_);
    }
    Numbers answer(size_t i) {
        size_t count;
        const uint64_t *const values = fg_results_at(&results_, i, &count);
        return Numbers(values, values + count);
    }
    const uint32_t indices_[3] = {1, 0, 0}; /* the third is not the window's */
    fg_gpu_hits found_ = {};
    fg_results results_ = {};
    fg_error error_ = {};
};

TEST_F(GpuHits, ComeInTheOrderOfNumbersAndDivisors) {
    ASSERT_EQ(append({{6, 0, 0}, {5, 1, 0}, {2, 0, 0}, {1, 1, 0}}), FG_OK) << error_.message;
    ASSERT_EQ(append({{1, 0, 0}, {3, 0, 0}}), FG_OK) << error_.message;
    ASSERT_EQ(gather({5, 6}), FG_OK) << error_.message;
    EXPECT_EQ(answer(0), (Numbers{1, 5}));
    EXPECT_EQ(answer(1), (Numbers{1, 2, 3, 6}));
}

TEST_F(GpuHits, OfANumberBeyondTheWindowAreRefused) {
    for (const uint32_t index : {UINT32_C(2), UINT32_MAX}) {
        EXPECT_EQ(append({{1, 0, 0}, {1, index, 0}}), FG_ERROR_SELF_CHECK);
        EXPECT_NE(std::string(error_.message).find("a hit that no window has"), std::string::npos)
            << error_.message;
    }
}

TEST_F(GpuHits, OfTheDivisorZeroAreRefused) {
    EXPECT_EQ(append({{0, 1, 0}}), FG_ERROR_SELF_CHECK);
}

TEST_F(GpuHits, MoreThanANumberCanHaveAreRefused) {
    ASSERT_EQ(append(std::vector<fg_hit>(5000, {1, 1, 0})), FG_OK) << error_.message;
    EXPECT_EQ(gather({12, 1}), FG_ERROR_SELF_CHECK);
    EXPECT_NE(std::string(error_.message).find("too many divisors of 12"), std::string::npos)
        << error_.message;
}

/* Of the candidates 1 to 6 the divisors of 12 are all but 5; a buffer has room for one hit less, or
 * for just as many. */
TEST_F(Emulated, HitsOverflowFromTheFirstThatDoesNotFit) {
    const uint64_t twelve = 12, count = 6;
    for (const uint64_t capacity : {4u, 5u}) {
        fg_candidates_stream stream;
        fg_error error = {};
        ASSERT_EQ(fg_candidates_stream_open(&stream, 1, capacity, &error), FG_OK) << error.message;
        const fg_gpu_launch launch = {FG_METHOD_EXHAUSTIVE, false, &twelve, &count, 1, 0, count};
        bool overflow = capacity == 5;
        EXPECT_EQ(fg_candidates_stream_start(&stream, &launch, &error), FG_OK) << error.message;
        EXPECT_EQ(fg_candidates_stream_finish(&stream, &overflow, &error), FG_OK) << error.message;
        EXPECT_EQ(stream.host_output->hit_count, 5u);
        EXPECT_EQ(overflow, capacity == 4);
        EXPECT_EQ(stream.timing.rerun_count, overflow ? 1u : 0u);
        fg_candidates_stream_close(&stream);
    }
}

} // namespace
