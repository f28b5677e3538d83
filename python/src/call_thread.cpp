// SPDX-License-Identifier: MIT
#include "call_thread.h"

#include <csignal>
#include <utility>

namespace factor_gpu {

CallThread::CallThread() {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        thread_ = std::thread([this] { serve(); });
    } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

CallThread::~CallThread() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void CallThread::begin(std::function<void()> call) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        call_ = std::move(call);
        calling_ = true;
    }
    changed_.notify_all();
}

bool CallThread::wait(std::chrono::milliseconds time) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return !calling_; });
}

void CallThread::serve() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return calling_ || ending_; });
        if (!calling_)
            return;
        lock.unlock();
        call_();
        lock.lock();
        calling_ = false;
        changed_.notify_all();
    }
}

} // namespace factor_gpu
