/* SPDX-License-Identifier: MIT */
/*
 * emulated_device.h: an emulated device of its own for each test, and memory on it.
 */
#ifndef FG_TESTS_EMULATED_DEVICE_H
#define FG_TESTS_EMULATED_DEVICE_H

#include "emulator.h"

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

class EmulatedDevice : public testing::Test {
  protected:
    void SetUp() override { fg_emulator_reset(); }
    void TearDown() override { fg_emulator_reset(); }
};

/* Device memory that a test fills and reads through synchronous copies. */
template <class T> class DeviceArray {
  public:
    explicit DeviceArray(std::size_t count, T value = T()) : count_(count) {
        const std::vector<T> initial(count, value);
        EXPECT_EQ(cudaMalloc(&data_, count * sizeof(T)), cudaSuccess);
        EXPECT_EQ(cudaMemcpy(data_, initial.data(), count * sizeof(T), cudaMemcpyHostToDevice),
                  cudaSuccess);
    }
    ~DeviceArray() { cudaFree(data_); }
    DeviceArray(const DeviceArray &) = delete;
    DeviceArray &operator=(const DeviceArray &) = delete;

    T *get() const { return data_; }
    std::vector<T> read() const {
        std::vector<T> host(count_);
        EXPECT_EQ(cudaMemcpy(host.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost),
                  cudaSuccess);
        return host;
    }

  private:
    T *data_ = nullptr;
    std::size_t count_;
};

/* Pinned host memory holding one word. */
class PinnedWord {
  public:
    explicit PinnedWord(unsigned value) {
        EXPECT_EQ(cudaMallocHost(&word_, sizeof *word_), cudaSuccess);
        *word_ = value;
    }
    ~PinnedWord() { cudaFreeHost(word_); }
    PinnedWord(const PinnedWord &) = delete;
    PinnedWord &operator=(const PinnedWord &) = delete;
    unsigned *get() const { return word_; }
    unsigned value() const { return *word_; }

  private:
    unsigned *word_ = nullptr;
};

#endif
