// SPDX-License-Identifier: MIT
// Finding a file of the driver that a process may not open.
#include "support/internals.h"
#include "support/scratch_folder.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {
#include "gpu/driver_library.h"
}

namespace {

// Asks as another user than root, who may open everything.
bool forbidden(const ScratchFolder &folder, std::string *path) {
    const uid_t before = geteuid();
    char text[4096] = "";
    if (before == 0) {
        EXPECT_EQ(seteuid(65534), 0);
    }
    const bool found = fg_gpu_forbidden_file(folder.path().c_str(), text, sizeof text);
    if (before == 0) {
        EXPECT_EQ(seteuid(0), 0);
    }
    *path = text;
    return found;
}

TEST(DriverLibrary, NamesTheFileThatMayNotBeOpened) {
    const ScratchFolder folder;
    std::string path;
    chmod(folder.path().c_str(), 0755);
    for (const char *const name : {"nvidia0", "nvidiactl", "null"}) {
        std::ofstream(folder.path(name)) << name;
        chmod(folder.path(name).c_str(), 0666);
    }
    mkdir(folder.path("nvidia-caps").c_str(), 0755);
    EXPECT_FALSE(forbidden(folder, &path)) << "only root writes into the driver's own folder";
    chmod(folder.path("null").c_str(), 0);
    EXPECT_FALSE(forbidden(folder, &path)) << "which is not the driver's";
    chmod(folder.path("nvidiactl").c_str(), 0);
    EXPECT_TRUE(forbidden(folder, &path));
    EXPECT_NE(path.find("nvidiactl"), std::string::npos) << path;
    chmod(folder.path("nvidiactl").c_str(), 0666);
    chmod(folder.path("nvidia0").c_str(), 0444);
    EXPECT_TRUE(forbidden(folder, &path)) << "read-only";
    EXPECT_NE(path.find("nvidia0"), std::string::npos) << path;
}

TEST(DriverLibrary, FindsNothingInAFolderThatIsNotThere) {
    char path[64];
    EXPECT_FALSE(fg_gpu_forbidden_file("/nonexistent/folder", path, sizeof path));
}

} // namespace
