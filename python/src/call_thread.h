/* SPDX-License-Identifier: MIT */
// call_thread.h: a thread that makes the long calls of an engine.
//
// The thread that called from Python waits meanwhile, and looks for signals: Python handles Ctrl-C
// only in its main thread, and only if that thread asks. The thread lives as long as the engine,
// because the children of the backends fork and pool end with the thread that created them.
#ifndef FG_PYTHON_CALL_THREAD_H
#define FG_PYTHON_CALL_THREAD_H

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace factor_gpu {

class CallThread {
  public:
    // Starts the thread; it is given no signals. Throws std::system_error.
    CallThread();
    // Waits for the call and ends the thread.
    ~CallThread();
    CallThread(const CallThread &) = delete;
    CallThread &operator=(const CallThread &) = delete;

    // Begins a call, which must not throw. One at a time: wait() must have returned true before.
    void begin(std::function<void()> call);
    // Waits so long at most; returns whether the call has ended.
    bool wait(std::chrono::milliseconds time);

  private:
    void serve();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::function<void()> call_;
    bool calling_ = false, ending_ = false;
    std::thread thread_;
};

} // namespace factor_gpu

#endif
