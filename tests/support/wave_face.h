/* SPDX-License-Identifier: MIT */
/*
 * wave_face.h: one wave for test fixtures, which set its number of curves, spoil its memory, and
 * close it.
 */
#ifndef FG_TESTS_WAVE_FACE_H
#define FG_TESTS_WAVE_FACE_H

#include "engine_face.h"
#include "internals.h"
#include "oracle.h"

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <vector>

extern "C" {
#include "methods/factor/gpu_wavefront.h"
}

class WaveFace {
  protected:
    void open(bool primes, uint32_t numbers = 256) {
        ASSERT_EQ(fg_gpu_wavefront_open(&wave_, primes, numbers, FG_MAX_DIVISORS, &error_), FG_OK)
            << error_.message;
    }
    void close() { fg_gpu_wavefront_close(&wave_); }
    /* The answers to a batch, one piece after the other. */
    fg_status run(const oracle::Numbers &numbers, uint32_t curves,
                  std::vector<oracle::Numbers> *answers) {
        fg_status status = fg_gpu_wavefront_start(
            &wave_, numbers.data(), static_cast<uint32_t>(numbers.size()), curves, &error_);
        while (status == FG_OK && wave_.phase != FG_WAVE_IDLE) {
            status = fg_gpu_wavefront_step(&wave_, &error_);
            if (status != FG_OK || wave_.phase != FG_WAVE_READY)
                continue;
            const uint64_t *answer = wave_.values;
            for (uint32_t i = 0; i < wave_.piece_count; i++) {
                const uint32_t count = wave_.value_counts[wave_.piece_first + i];
                answers->emplace_back(answer, answer + count);
                answer += count;
            }
            status = fg_gpu_wavefront_next_piece(&wave_, &error_);
        }
        return status;
    }
    void expect_divisors(const oracle::Numbers &numbers, uint32_t curves) {
        std::vector<oracle::Numbers> answers;
        ASSERT_EQ(run(numbers, curves, &answers), FG_OK) << error_.message;
        ASSERT_EQ(answers.size(), numbers.size());
        for (size_t i = 0; i < numbers.size(); i++)
            EXPECT_EQ(oracle::difference(answers[i], oracle::divisors(numbers[i])), "")
                << numbers[i] << " with " << curves << " curves";
    }

    fg_gpu_wavefront wave_ = {};
    fg_error error_ = {};
};

#endif
