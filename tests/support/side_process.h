/* SPDX-License-Identifier: MIT */
// A process beside a test, for tests that fork. A thread would not do there: a child that is forked
// while a thread holds a lock of the sanitizer's allocator waits for that lock for ever.
#ifndef FG_TESTS_SIDE_PROCESS_H
#define FG_TESTS_SIDE_PROCESS_H

#include <atomic>
#include <csignal>
#include <new>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

class SideProcess {
  public:
    // Calls `body` in the process, which ends with it, with end(), or with the test.
    template <class Body> explicit SideProcess(Body body) : pid_(fork()) {
        if (pid_ < 0)
            throw std::runtime_error("fork");
        if (pid_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            body();
            _exit(0);
        }
    }
    SideProcess(const SideProcess &) = delete;
    SideProcess &operator=(const SideProcess &) = delete;
    ~SideProcess() { end(); }

    pid_t pid() const { return pid_; }

    void end() {
        if (pid_ <= 0)
            return;
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

  private:
    pid_t pid_;
};

// A counter that the processes forked from here on share.
class SharedCounter {
  public:
    SharedCounter() {
        void *const place = mmap(nullptr, sizeof *value_, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (place == MAP_FAILED)
            throw std::runtime_error("mmap");
        value_ = new (place) std::atomic<unsigned>(0);
    }
    SharedCounter(const SharedCounter &) = delete;
    SharedCounter &operator=(const SharedCounter &) = delete;
    ~SharedCounter() { munmap(value_, sizeof *value_); }

    std::atomic<unsigned> &operator*() const { return *value_; }

  private:
    std::atomic<unsigned> *value_;
};

#endif
