// SPDX-License-Identifier: MIT
#include "unlocked.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <unistd.h>

namespace factor_gpu {

namespace {

std::atomic<bool> python_ends{false};
std::atomic<std::thread::id> ending_thread{};
// Threads that have seen that Python goes on, and wait for its lock.
std::atomic<int> coming_back{0};

void wait_for_the_end() {
    for (;;)
        pause();
}

} // namespace

Unlocked::~Unlocked() {
    if (state_ != nullptr)
        take_back();
}

void Unlocked::take_back() {
    coming_back++;
    if (python_ends && ending_thread.load() != std::this_thread::get_id()) {
        coming_back--;
        wait_for_the_end();
    }
    PyEval_RestoreThread(state_);
    state_ = nullptr;
    coming_back--;
}

void Unlocked::look_for_signals() {
    if (state_ == nullptr)
        return;
    take_back();
    if (PyErr_CheckSignals() != 0)
        throw nanobind::python_error();
    give_up();
}

void let_python_run() {
    { const Unlocked unlocked; }
    if (PyErr_CheckSignals() != 0)
        throw nanobind::python_error();
}

void begin_end_of_python() {
    constexpr int max_waits = 1000; // a forked child has a count of threads that it does not have
    ending_thread = std::this_thread::get_id();
    python_ends = true;
    PyThreadState *const state = PyEval_SaveThread();
    for (int i = 0; i < max_waits && coming_back > 0; i++)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    PyEval_RestoreThread(state);
}

} // namespace factor_gpu
