/* SPDX-License-Identifier: MIT */
// A made-up folder of energy counters, as Linux shows them under /sys/class/powercap.
#ifndef FG_TESTS_POWERCAP_TREE_H
#define FG_TESTS_POWERCAP_TREE_H

#include "support/scratch_folder.h"
#include "support/side_process.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
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
        : process_([file = tree.path(zone + "/energy_uj")] { grow(file.c_str()); }) {}

  private:
    static void grow(const char *path) {
        const int file = open(path, O_WRONLY | O_CLOEXEC);
        for (unsigned joules = 1;; joules++) {
            char text[32]; // of one length, so that no reader finds a part of it
            const int length = snprintf(text, sizeof text, "%018llu\n", joules * 1000000ull);
            if (pwrite(file, text, static_cast<size_t>(length), 0) != length)
                return;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    SideProcess process_;
};

#endif
