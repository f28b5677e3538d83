// SPDX-License-Identifier: MIT
/*
 * emulator_graphs_test.cpp: stream capture, graphs and priorities on the emulated device.
 */
#include "emulated_device.h"
#include "kernels/launch_macro.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace {

/* Appends `value` to the decimal digits of *out. */
__global__ void append_digit(unsigned *out, unsigned value) {
    *out = *out * 10 + value;
}

class Graphs : public EmulatedDevice {
  protected:
    void SetUp() override {
        EmulatedDevice::SetUp();
        word_ = std::make_unique<DeviceArray<unsigned>>(1, 0);
        for (cudaStream_t &stream : streams_)
            ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
        for (cudaEvent_t &event : events_)
            ASSERT_EQ(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), cudaSuccess);
    }
    void TearDown() override {
        word_.reset();
        EmulatedDevice::TearDown();
    }
    static cudaError_t begin(cudaStream_t stream) {
        return cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed);
    }
    /* Makes `to` wait for what `from` has reached. */
    void follow(cudaStream_t from, cudaStream_t to, int event = 0) {
        ASSERT_EQ(cudaEventRecord(events_[event], from), cudaSuccess);
        ASSERT_EQ(cudaStreamWaitEvent(to, events_[event], 0), cudaSuccess);
    }
    void append(cudaStream_t stream, unsigned digit) {
        FG_LAUNCH(append_digit, 1, 1, stream, word_->get(), digit);
        ASSERT_EQ(cudaGetLastError(), cudaSuccess);
    }
    /* Ends the capture in streams_[0] and makes its graph ready. */
    void instantiate() {
        cudaGraph_t graph = nullptr;
        ASSERT_EQ(cudaStreamEndCapture(streams_[0], &graph), cudaSuccess);
        ASSERT_EQ(cudaGraphInstantiateWithFlags(&exec_, graph, 0), cudaSuccess);
        ASSERT_EQ(cudaGraphDestroy(graph), cudaSuccess);
    }

    std::unique_ptr<DeviceArray<unsigned>> word_;
    cudaStream_t streams_[3] = {};
    cudaEvent_t events_[2] = {};
    cudaGraphExec_t exec_ = nullptr;
};

TEST_F(Graphs, WhatIsCapturedRunsAtEachLaunchOfTheGraph) {
    ASSERT_EQ(begin(streams_[0]), cudaSuccess);
    append(streams_[0], 1);
    append(streams_[0], 2);
    instantiate();
    EXPECT_EQ(fg_emulator_pending_operations(), 0u);
    EXPECT_EQ(fg_emulator_kernels_executed(0), 0u);
    ASSERT_EQ(cudaGraphLaunch(exec_, streams_[1]), cudaSuccess);
    ASSERT_EQ(cudaGraphLaunch(exec_, streams_[1]), cudaSuccess);
    EXPECT_EQ(fg_emulator_count_live().graphs, 1u);
    EXPECT_EQ(cudaGraphExecDestroy(exec_), cudaSuccess) << "what was launched still runs";
    EXPECT_EQ(fg_emulator_count_live().graphs, 0u);
    EXPECT_EQ(cudaStreamSynchronize(streams_[1]), cudaSuccess);
    EXPECT_EQ(word_->read()[0], 1212u);
    EXPECT_EQ(fg_emulator_kernels_executed(0), 4u);
}

TEST_F(Graphs, BranchesRunInAnOrderThatTheirEventsAllow) {
    ASSERT_EQ(begin(streams_[0]), cudaSuccess);
    append(streams_[0], 1);
    ASSERT_EQ(cudaEventRecord(events_[0], streams_[0]), cudaSuccess);
    ASSERT_EQ(cudaStreamWaitEvent(streams_[1], events_[0], 0), cudaSuccess);
    ASSERT_EQ(cudaStreamWaitEvent(streams_[2], events_[0], 0), cudaSuccess);
    append(streams_[0], 2);
    append(streams_[1], 3);
    append(streams_[1], 4);
    append(streams_[2], 5);
    follow(streams_[1], streams_[0], 0);
    follow(streams_[2], streams_[0], 1);
    append(streams_[0], 6);
    instantiate();
    ASSERT_EQ(cudaGraphLaunch(exec_, streams_[0]), cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(streams_[0]), cudaSuccess);
    EXPECT_EQ(word_->read()[0], 153426u) << "last captured, first run, after what it waits for";
    EXPECT_EQ(cudaGraphExecDestroy(exec_), cudaSuccess);
    append(streams_[1], 7);
    EXPECT_EQ(cudaStreamSynchronize(streams_[1]), cudaSuccess) << "no stream is captured any more";
    EXPECT_EQ(word_->read()[0], 1534267u);
}

TEST_F(Graphs, ACaptureThatIsNotEndedRightGivesNoGraph) {
    cudaGraph_t graph = nullptr;
    EXPECT_EQ(cudaStreamEndCapture(streams_[0], &graph), cudaErrorIllegalState);
    EXPECT_EQ(begin(nullptr), cudaErrorStreamCaptureUnsupported);

    ASSERT_EQ(begin(streams_[0]), cudaSuccess);
    EXPECT_EQ(begin(streams_[0]), cudaErrorIllegalState);
    follow(streams_[0], streams_[1]);
    EXPECT_EQ(cudaGetLastError(), cudaErrorIllegalState);
    append(streams_[1], 1);
    EXPECT_EQ(cudaStreamEndCapture(streams_[0], &graph), cudaErrorStreamCaptureUnjoined);

    ASSERT_EQ(begin(streams_[0]), cudaSuccess);
    follow(streams_[0], streams_[1]);
    EXPECT_EQ(cudaStreamEndCapture(streams_[1], &graph), cudaErrorStreamCaptureUnmatched);

    ASSERT_EQ(begin(streams_[0]), cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(streams_[0]), cudaErrorStreamCaptureUnsupported);
    EXPECT_EQ(cudaStreamEndCapture(streams_[0], &graph), cudaErrorStreamCaptureInvalidated);

    ASSERT_EQ(begin(streams_[0]), cudaSuccess);
    fg_emulator_fail_call("cudaStreamEndCapture", 1, cudaErrorMemoryAllocation);
    EXPECT_EQ(cudaStreamEndCapture(streams_[0], &graph), cudaErrorMemoryAllocation);
    EXPECT_EQ(graph, nullptr);
    EXPECT_EQ(fg_emulator_count_live().graphs, 0u);
    EXPECT_EQ(cudaStreamSynchronize(streams_[0]), cudaSuccess) << "it has ended all the same";
}

TEST_F(Graphs, EventsStayWithinTheirCapture) {
    cudaGraph_t graph = nullptr;
    ASSERT_EQ(cudaEventRecord(events_[0], streams_[2]), cudaSuccess);
    ASSERT_EQ(begin(streams_[0]), cudaSuccess);
    EXPECT_EQ(cudaStreamWaitEvent(streams_[0], events_[0], 0), cudaErrorStreamCaptureIsolation);
    EXPECT_EQ(cudaStreamEndCapture(streams_[0], &graph), cudaErrorStreamCaptureInvalidated);

    ASSERT_EQ(begin(streams_[0]), cudaSuccess);
    ASSERT_EQ(begin(streams_[1]), cudaSuccess);
    ASSERT_EQ(cudaEventRecord(events_[0], streams_[0]), cudaSuccess);
    EXPECT_EQ(cudaStreamWaitEvent(streams_[1], events_[0], 0), cudaErrorStreamCaptureMerge);
    EXPECT_EQ(cudaEventSynchronize(events_[0]), cudaErrorCapturedEvent);
    EXPECT_EQ(cudaStreamEndCapture(streams_[0], &graph), cudaErrorStreamCaptureInvalidated);
    EXPECT_EQ(cudaStreamEndCapture(streams_[1], &graph), cudaErrorStreamCaptureInvalidated);
    EXPECT_EQ(cudaStreamWaitEvent(streams_[1], events_[0], 0), cudaErrorCapturedEvent);
    ASSERT_EQ(cudaEventRecord(events_[0], streams_[0]), cudaSuccess) << "it is an event as before";
    EXPECT_EQ(cudaEventSynchronize(events_[0]), cudaSuccess);
}

TEST_F(Graphs, AKernelOfAGraphFailsAsAnyOther) {
    ASSERT_EQ(begin(streams_[0]), cudaSuccess);
    append(streams_[0], 1);
    append(streams_[0], 2);
    instantiate();
    fg_emulator_fail_execution(4, cudaErrorIllegalAddress);
    ASSERT_EQ(cudaGraphLaunch(exec_, streams_[0]), cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(streams_[0]), cudaSuccess);
    ASSERT_EQ(cudaGraphLaunch(exec_, streams_[0]), cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(streams_[0]), cudaErrorIllegalAddress);
    EXPECT_EQ(cudaGraphLaunch(exec_, streams_[0]), cudaErrorIllegalAddress);
    EXPECT_EQ(cudaDeviceReset(), cudaSuccess);
    EXPECT_TRUE(fg_emulator_nothing_leaked());
}

void note_priority(const fg_emulator_launch *launch, void *priorities) {
    static_cast<std::vector<int> *>(priorities)->push_back(launch->priority);
}

TEST_F(Graphs, AKernelHasThePriorityOfTheStreamOfItsLaunch) {
    int least = 7, greatest = 7;
    ASSERT_EQ(cudaDeviceGetStreamPriorityRange(&least, &greatest), cudaSuccess);
    EXPECT_EQ(least, 0);
    EXPECT_LT(greatest, least);
    cudaStream_t urgent;
    ASSERT_EQ(cudaStreamCreateWithPriority(&urgent, cudaStreamNonBlocking, greatest - 9),
              cudaSuccess);
    std::vector<int> priorities;
    fg_emulator_after_kernel(note_priority, &priorities);
    append(streams_[0], 1);
    EXPECT_EQ(cudaStreamSynchronize(streams_[0]), cudaSuccess);
    ASSERT_EQ(begin(streams_[0]), cudaSuccess);
    append(streams_[0], 1);
    instantiate();
    ASSERT_EQ(cudaGraphLaunch(exec_, urgent), cudaSuccess);
    append(urgent, 1);
    EXPECT_EQ(cudaStreamSynchronize(urgent), cudaSuccess);
    EXPECT_EQ(priorities, (std::vector<int>{0, greatest, greatest}));
}

} // namespace
