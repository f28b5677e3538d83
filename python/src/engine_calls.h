/* SPDX-License-Identifier: MIT */
// engine_calls.h: engines of the library, called from Python.
//
// A call lets other threads of Python run. One that may take long is made by a thread of its own,
// while the caller looks for Ctrl-C. Calls from several threads take turns.
#ifndef FG_PYTHON_ENGINE_CALLS_H
#define FG_PYTHON_ENGINE_CALLS_H

#include "call_thread.h"
#include "factor_gpu.h"

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <vector>

namespace factor_gpu {

// A batch: lists of the numbers, or columns of them if results is NULL.
struct Work {
    const fg_numbers *numbers;
    fg_results *results;
    const fg_column_request *requests;
    size_t request_count;

    enum fg_status run(fg_engine *engine, fg_error *error) const;
};

// As Engine's constructor in Python takes it. Zeros are always allowed here: who calls has refused
// them.
struct EngineOptions {
    std::string backend;
    enum fg_method method;
    std::vector<int> devices;
    unsigned jobs;
};

// One engine of the library for each kind of answer. All functions need the GIL, and throw Python's
// exceptions.
class EngineCalls {
  public:
    explicit EngineCalls(EngineOptions options);
    ~EngineCalls();
    EngineCalls(const EngineCalls &) = delete;
    EngineCalls &operator=(const EngineCalls &) = delete;

    void answer(enum fg_answer kind, const Work &work);
    // Ends the batch that another thread waits for; nothing if there is none.
    void cancel();
    // Waits for a batch of another thread; after that every call is refused.
    void close();

    bool is_closed() const { return closed_; }
    const char *backend();
    unsigned jobs();
    const std::vector<int> &devices() const { return options_.devices; }

  private:
    class Turn;

    void refuse_other_process() const;
    void refuse_closed() const;
    fg_engine *opened(enum fg_answer kind);
    enum fg_status open(enum fg_answer kind, fg_error *error);
    bool is_brief(const fg_numbers &numbers) const;
    enum fg_status answer_beside(fg_engine *engine, const Work &work, fg_error *error);
    void wait_or_cancel();
    bool end_batch();
    CallThread &call_thread();
    void close_engines();

    const EngineOptions options_;
    const pid_t process_;
    bool uses_processes_ = false;
    std::atomic<bool> closed_{false};
    std::timed_mutex turn_;
    std::atomic<std::thread::id> owner_{}; // the thread whose turn it is
    std::array<fg_engine *, 2> engines_{}; // by the kind of answer; NULL: not opened
    std::unique_ptr<CallThread> call_thread_;
    std::mutex running_mutex_; // for the two below
    fg_engine *running_ = nullptr;
    bool cancelled_ = false;
};

} // namespace factor_gpu

#endif
