// SPDX-License-Identifier: MIT
/*
 * ptx_code_test.cpp: what nvcc made of the kernels in this build: every instruction is known, and
 * every kernel is there.
 *
 * FG_PTX_FOLDERS is the folders of PTX, with colons between them; FG_PTX_MISSING why there are
 * none.
 */
#include "ptx.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

std::vector<std::string> folders() {
    std::vector<std::string> all;
    std::istringstream stream(FG_PTX_FOLDERS);
    for (std::string folder; std::getline(stream, folder, ':');) {
        all.push_back(folder);
    }
    return all;
}

void add_folder(fg_ptx::Program &program, const std::string &folder) {
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        program.add_file(entry.path().string());
    }
}

TEST(PtxCode, HasOnlyKnownInstructions) {
    if (folders().empty()) {
        GTEST_SKIP() << "the kernels' PTX is not tested: " FG_PTX_MISSING;
    }
    for (const std::string &folder : folders()) {
        fg_ptx::Program program;
        add_folder(program, folder);
        EXPECT_NO_THROW(program.check()) << folder;
    }
}

TEST(PtxCode, HasEveryKernel) {
    if (folders().empty()) {
        GTEST_SKIP() << "the kernels' PTX is not tested: " FG_PTX_MISSING;
    }
    for (const std::string &folder : folders()) {
        fg_ptx::Program program;
        add_folder(program, folder);
        const char *const kernels[] = {
            "trial32_kernel", "exhaustive64_kernel",  "ecm_full_kernel",   "ecm_double_kernel",
            "hart_kernel",    "long_divisors_kernel", "arithmetic_kernel", "DeviceScanKernel"};
        for (const char *const kernel : kernels) {
            EXPECT_NO_THROW(program.kernel(kernel)) << folder;
        }
    }
}

} // namespace
