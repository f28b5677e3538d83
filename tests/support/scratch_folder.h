/* SPDX-License-Identifier: MIT */
// A folder of a test's own, for programs that make and rename files; removed with all it holds.
#ifndef FG_TESTS_SCRATCH_FOLDER_H
#define FG_TESTS_SCRATCH_FOLDER_H

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>

class ScratchFolder {
  public:
    // In memory if the machine has such a place: for tests that sync often.
    enum Where { on_disk, in_memory };
    explicit ScratchFolder(Where where = on_disk) {
        const char *const folder = std::getenv("TMPDIR");
        path_ = std::string(folder != nullptr ? folder : "/tmp");
        if (where == in_memory && access("/dev/shm", W_OK | X_OK) == 0)
            path_ = "/dev/shm";
        path_ += "/factor-gpu-test-XXXXXX";
        if (mkdtemp(path_.data()) == nullptr)
            throw std::runtime_error("mkdtemp: " + path_);
    }
    ScratchFolder(const ScratchFolder &) = delete;
    ScratchFolder &operator=(const ScratchFolder &) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string &path() const { return path_; }
    std::string path(const std::string &name) const { return path_ + "/" + name; }

    void write(const std::string &name, const std::string &content) const {
        std::ofstream file(path(name), std::ios::binary | std::ios::trunc);
        file << content;
        if (!file.flush())
            throw std::runtime_error("write: " + path(name));
    }

    // "" if there is no such file.
    std::string read(const std::string &name) const {
        std::ifstream file(path(name), std::ios::binary);
        std::stringstream content;
        content << file.rdbuf();
        return content.str();
    }

    // Waits until the file's content is such.
    template <typename Enough> void wait_for(const std::string &name, Enough enough) const {
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(10);
        while (!enough(read(name))) {
            if (std::chrono::steady_clock::now() > until)
                throw std::runtime_error("nobody wrote what was waited for: " + path(name));
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    // The names of what is in it.
    std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto &entry : std::filesystem::directory_iterator(path_))
            found.insert(entry.path().filename());
        return found;
    }

  private:
    std::string path_;
};

#endif
