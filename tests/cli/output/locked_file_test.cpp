// SPDX-License-Identifier: MIT
// The lock of a file whose holder lives, and of one that was killed and is not gone yet.
#include "cli/output/locked_file.h"
#include "support/scratch_folder.h"
#include "support/side_process.h"

#include <chrono>
#include <gtest/gtest.h>
#include <sched.h>

namespace {

using std::chrono::steady_clock;

void stay_on(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof set, &set);
}

// A process that holds the lock.
class Holder {
  public:
    // With memory that takes the kernel some milliseconds to free; or, if `cpu` is given, one that
    // yields this CPU, its only one, to all others.
    explicit Holder(const std::string &path, int cpu = -1)
        : process_([&] {
              fg_locked_file file;
              fg_error error = {};
              if (cpu < 0)
                  mmap(nullptr, size_t{256} << 20, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
              const bool is_locked =
                  fg_locked_file_open(path.c_str(), 0600, &file, &error) == FG_OK;
              if (cpu >= 0) {
                  stay_on(cpu);
                  const sched_param none = {};
                  sched_setscheduler(0, SCHED_IDLE, &none);
              }
              *locked_ += is_locked;
              for (;;)
                  if (cpu < 0)
                      pause();
          }) {
        while (*locked_ == 0)
            usleep(1000);
    }
    pid_t pid() const { return process_.pid(); }

  private:
    SharedCounter locked_;
    SideProcess process_;
};

TEST(LockedFile, OfALiveProcessIsRefused) {
    const ScratchFolder folder;
    const Holder holder(folder.path("file"));
    for (const int number : {0, SIGSTOP}) {
        kill(holder.pid(), number);
        fg_locked_file file;
        fg_error error = {};
        const auto begin = steady_clock::now();
        EXPECT_EQ(fg_locked_file_open(folder.path("file").c_str(), 0600, &file, &error),
                  FG_ERROR_SYSTEM);
        EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(5)) << "it waited";
        EXPECT_EQ(error.message, "another run is writing it (process " +
                                     std::to_string(holder.pid()) +
                                     "); wait for its end or stop it");
        EXPECT_EQ(file.fd, -1);
    }
}

void expect_locked_after_kill(const ScratchFolder &folder, const Holder &holder) {
    kill(holder.pid(), SIGKILL);
    fg_locked_file file;
    fg_error error = {};
    ASSERT_EQ(fg_locked_file_open(folder.path("file").c_str(), 0600, &file, &error), FG_OK)
        << error.message;
    close(file.fd);
}

TEST(LockedFile, OfAKilledProcessIsWaitedFor) {
    for (int round = 0; round < 3; round++) {
        const ScratchFolder folder;
        expect_locked_after_kill(folder, Holder(folder.path("file")));
    }
}

// Until it gets the CPU, nothing but the pending signal says that it was killed.
TEST(LockedFile, OfAKilledProcessWithoutCpuTimeIsWaitedFor) {
    const int cpu = sched_getcpu();
    const SideProcess busy([cpu] {
        stay_on(cpu);
        for (;;)
            std::atomic_signal_fence(std::memory_order_seq_cst);
    });
    const ScratchFolder folder;
    expect_locked_after_kill(folder, Holder(folder.path("file"), cpu));
}

} // namespace
