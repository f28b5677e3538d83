/* SPDX-License-Identifier: MIT */
/*
 * engine_face.h: the library's engine as a C++ value, for tests.
 */
#ifndef FG_TESTS_ENGINE_FACE_H
#define FG_TESTS_ENGINE_FACE_H

#include "factor_gpu.h"
#include "oracle.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

/* Returns how many methods answer lists: those at the front of the table. */
inline size_t list_method_count() {
    size_t count = 0;
    while (count < fg_method_count() && fg_method_takes(fg_method_at(count), FG_NUMBERS_LIST, 1))
        count++;
    return count;
}

/* The outcome of a batch. */
struct BatchAnswer {
    fg_status status = FG_OK;
    std::string message;                   /* of a failure */
    std::vector<oracle::Numbers> divisors; /* or primes, if the engine was asked for those */
};

class Engine {
  public:
    explicit Engine(const char *backend, fg_method method = FG_METHOD_TRIAL, unsigned jobs = 2,
                    std::vector<int> devices = {}) {
        fg_config config = {};
        config.backend = backend;
        config.method = method;
        config.jobs = jobs;
        if (!devices.empty()) {
            config.devices = devices.data();
            config.device_count = devices.size();
        }
        open(config);
    }
    explicit Engine(const fg_config &config) { open(config); }
    Engine(const Engine &) = delete;
    Engine &operator=(const Engine &) = delete;
    ~Engine() { close(); }

    void close() {
        fg_engine_close(engine_);
        fg_results_free(&results_);
        engine_ = nullptr;
    }

    bool is_open() const { return engine_ != nullptr; }
    fg_status open_status() const { return open_status_; }
    std::string open_message() const { return open_status_ == FG_OK ? "" : error_.message; }
    fg_engine *get() { return engine_; }
    const char *backend() const { return fg_engine_backend(engine_); }
    /* "" if there is no news. */
    std::string take_notice() {
        const char *const notice = fg_engine_take_notice(engine_);
        return notice != nullptr ? notice : "";
    }
    fg_timing timing() const {
        fg_timing timing;
        fg_engine_timing(engine_, &timing);
        return timing;
    }

    /* Runs a batch, and checks that a failure says what failed and leaves no answers. */
    BatchAnswer run(const oracle::Numbers &numbers) {
        const BatchAnswer answer = run_some(numbers);
        if (answer.status == FG_OK) {
            EXPECT_EQ(answer.divisors.size(), numbers.size());
        }
        return answer;
    }

    /* Runs a batch on an engine with a limit, which may answer fewer numbers. */
    BatchAnswer run_some(const oracle::Numbers &numbers) {
        BatchAnswer answer;
        std::memset(&error_, 0, sizeof error_);
        answer.status =
            fg_factor_batch(engine_, numbers.data(), numbers.size(), &results_, &error_);
        if (answer.status != FG_OK) {
            answer.message = error_.message;
            EXPECT_EQ(error_.status, answer.status);
            EXPECT_NE(answer.message, "");
            EXPECT_EQ(results_.count, 0u);
            return answer;
        }
        EXPECT_LE(results_.count, numbers.size());
        for (size_t i = 0; i < results_.count; i++)
            answer.divisors.emplace_back(results_.values + results_.offsets[i],
                                         results_.values + results_.offsets[i + 1]);
        return answer;
    }

  private:
    void open(const fg_config &config) {
        std::memset(&error_, 0, sizeof error_);
        open_status_ = fg_engine_open(&config, &engine_, &error_);
        if (open_status_ != FG_OK) {
            engine_ = nullptr;
            EXPECT_EQ(error_.status, open_status_);
            EXPECT_STRNE(error_.message, "");
        }
    }

    fg_engine *engine_ = nullptr;
    fg_status open_status_ = FG_OK;
    fg_results results_ = {};
    fg_error error_ = {};
};

/* Expects FG_OK and, for every number, FLINT's divisors. */
inline void expect_flint_answers(const BatchAnswer &answer, const oracle::Numbers &numbers) {
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    ASSERT_EQ(answer.divisors.size(), numbers.size());
    for (size_t i = 0; i < numbers.size(); i++)
        EXPECT_EQ(oracle::difference(answer.divisors[i], oracle::divisors(numbers[i])), "")
            << "number " << i << " of the batch, " << numbers[i];
}

/* Expects FG_OK and, for every number, FLINT's primes, each as often as it divides. */
inline void expect_flint_primes(const BatchAnswer &answer, const oracle::Numbers &numbers) {
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    ASSERT_EQ(answer.divisors.size(), numbers.size());
    for (size_t i = 0; i < numbers.size(); i++)
        EXPECT_EQ(oracle::difference(answer.divisors[i], oracle::primes(numbers[i])), "")
            << "number " << i << " of the batch, " << numbers[i];
}

/* Expects FG_OK and the sieve's divisors for numbers no greater than the table reaches. */
inline void expect_table_answers(const BatchAnswer &answer, const oracle::Numbers &numbers,
                                 const std::vector<oracle::Numbers> &table) {
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    ASSERT_EQ(answer.divisors.size(), numbers.size());
    for (size_t i = 0; i < numbers.size(); i++)
        ASSERT_EQ(oracle::difference(answer.divisors[i], table[numbers[i]]), "")
            << "number " << i << " of the batch, " << numbers[i];
}

#endif
