/* SPDX-License-Identifier: MIT */
// unlocked.h: scopes in which other threads of Python run, and the way back.
//
// When Python ends, it ends every thread that asks for its lock, by an exception that C++ cannot
// let through its destructors. So a thread that comes back after that time waits for the process to
// end.
#ifndef FG_PYTHON_UNLOCKED_H
#define FG_PYTHON_UNLOCKED_H

#include <nanobind/nanobind.h>

namespace factor_gpu {

// Gives up Python's lock for a scope.
class Unlocked {
  public:
    explicit Unlocked(bool really = true) : state_(really ? PyEval_SaveThread() : nullptr) {}
    ~Unlocked();
    Unlocked(const Unlocked &) = delete;
    Unlocked &operator=(const Unlocked &) = delete;

    // Nothing if the lock is not given up. Takes the lock back for signal handlers, and gives it up
    // again. Throws what a handler raises.
    void look_for_signals();
    // Takes the lock back, and gives it up again with give_up(), within the scope.
    void take_back();
    void give_up() { state_ = PyEval_SaveThread(); }

  private:
    PyThreadState *state_; // NULL: this thread has the lock
};

// Lets other threads and signal handlers of Python run. Throws what a handler raises.
void let_python_run();

// Lets Python run now and then in a loop that holds the lock, of which this is step i.
inline void let_python_run_at(size_t i) {
    constexpr size_t steps = 65536;
    if (i % steps == steps - 1)
        let_python_run();
}

// Python calls this when it ends, in the thread that may still use it.
void begin_end_of_python();

} // namespace factor_gpu

#endif
