/* SPDX-License-Identifier: MIT */
/*
 * wave_face.h: one wave for test fixtures, which set its number of curves, spoil its memory, and
 * close it.
 */
#ifndef FG_TESTS_WAVE_FACE_H
#define FG_TESTS_WAVE_FACE_H

#include "engine_face.h"
#include "internals.h"
#include "marked_lists.h"
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
    /* The answers to a batch, one piece after the other. The marks of divisors go to marks_. */
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
                if (!wave_.device.primes && count > 0) {
                    marks_.push_back(*answer);
                    answers->back()[0] = 1;
                }
                answer += count;
            }
            status = fg_gpu_wavefront_next_piece(&wave_, &error_);
        }
        return status;
    }
    void expect_divisors(const oracle::Numbers &numbers, uint32_t curves) {
        std::vector<oracle::Numbers> answers;
        marks_.clear();
        ASSERT_EQ(run(numbers, curves, &answers), FG_OK) << error_.message;
        ASSERT_EQ(answers.size(), numbers.size());
        for (size_t i = 0; i < numbers.size(); i++) {
            const oracle::Numbers divisors = oracle::divisors(numbers[i]);
            EXPECT_EQ(oracle::difference(answers[i], divisors), "")
                << numbers[i] << " with " << curves << " curves";
            EXPECT_EQ(marks_[i], marks_of(numbers[i], divisors)) << numbers[i];
        }
    }

    fg_gpu_wavefront wave_ = {};
    oracle::Numbers marks_;
    fg_error error_ = {};
};

#endif
