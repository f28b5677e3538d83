/* SPDX-License-Identifier: MIT */
/*
 * canceller.h: a thread that cancels what an engine runs after some milliseconds.
 *
 * A thread that begins allocates. A child that the engine forks at that moment would inherit the
 * locked allocator of the address sanitizer and wait for ever, so the thread has begun when the
 * constructor returns.
 */
#ifndef FG_TESTS_CANCELLER_H
#define FG_TESTS_CANCELLER_H

#include "factor_gpu.h"

#include <chrono>
#include <future>
#include <thread>

class Canceller {
  public:
    Canceller(fg_engine *engine, std::chrono::milliseconds delay)
        : thread_([this, engine, delay] {
              begun_.set_value();
              std::this_thread::sleep_for(delay);
              fg_engine_cancel(engine);
          }) {
        begun_.get_future().wait();
    }
    Canceller(const Canceller &) = delete;
    Canceller &operator=(const Canceller &) = delete;
    ~Canceller() { thread_.join(); }

  private:
    std::promise<void> begun_;
    std::thread thread_;
};

#endif
