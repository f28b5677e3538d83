/* SPDX-License-Identifier: MIT */
// A made-up folder of energy counters, as Linux shows them under /sys/class/powercap.
#ifndef FG_TESTS_POWERCAP_TREE_H
#define FG_TESTS_POWERCAP_TREE_H

#include "support/scratch_folder.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>

class PowercapTree {
  public:
    static constexpr uint64_t max_uj = UINT64_C(262143328850); // that of many servers

    const std::string &path() const { return root_.path(); }
    std::string path(const std::string &name) const { return root_.path(name); }

    void add_zone(const std::string &zone, const std::string &name, uint64_t uj,
                  uint64_t max = max_uj) const {
        std::filesystem::create_directories(root_.path(zone));
        root_.write(zone + "/name", name + "\n");
        root_.write(zone + "/max_energy_range_uj", std::to_string(max) + "\n");
        set(zone, uj);
    }
    void set(const std::string &zone, uint64_t uj) const {
        root_.write(zone + "/energy_uj", std::to_string(uj) + "\n");
    }
    void write(const std::string &name, const std::string &content) const {
        root_.write(name, content);
    }

  private:
    ScratchFolder root_;
};

// Lets a counter grow by a joule about every millisecond, as long as the object lives.
class GrowingCounter {
  public:
    GrowingCounter(const PowercapTree &tree, const std::string &zone)
        : file_(open(tree.path(zone + "/energy_uj").c_str(), O_WRONLY | O_CLOEXEC)),
          thread_([this] {
              for (unsigned joules = 1; !ends_; joules++) {
                  char text[32]; // of one length, so that no reader finds a part of it
                  const int length = snprintf(text, sizeof text, "%018llu\n", joules * 1000000ull);
                  if (pwrite(file_, text, static_cast<size_t>(length), 0) != length)
                      return;
                  std::this_thread::sleep_for(std::chrono::milliseconds(1));
              }
          }) {}
    ~GrowingCounter() {
        ends_ = true;
        thread_.join();
        close(file_);
    }
    GrowingCounter(const GrowingCounter &) = delete;
    GrowingCounter &operator=(const GrowingCounter &) = delete;

  private:
    std::atomic<bool> ends_{false};
    int file_;
    std::thread thread_;
};

#endif
