// SPDX-License-Identifier: MIT
/*
 * ptx_code_test.cpp: what nvcc made of the kernels in this build: every instruction is known, and
 * every kernel is there.
 *
 * FG_PTX_FOLDER is the folder of PTX, if the environment names no other; FG_PTX_MISSING why there
 * is none.
 */
#include "ptx.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace {

std::string folder() {
    const char *const other = std::getenv("FG_PTX_FOLDER");
    return other != nullptr ? other : FG_PTX_FOLDER;
}

class PtxCode : public testing::Test {
  protected:
    void SetUp() override {
        if (folder().empty()) {
            GTEST_SKIP() << "the kernels' PTX is not tested: " FG_PTX_MISSING;
        }
        for (const auto &entry : std::filesystem::directory_iterator(folder())) {
            program_.add_file(entry.path().string());
        }
    }

    fg_ptx::Program program_;
};

TEST_F(PtxCode, HasOnlyKnownInstructions) {
    EXPECT_NO_THROW(program_.check());
}

TEST_F(PtxCode, HasEveryKernel) {
    const char *const kernels[] = {
        "trial32_kernel", "exhaustive64_kernel",  "ecm_full_kernel",   "ecm_double_kernel",
        "hart_kernel",    "long_divisors_kernel", "arithmetic_kernel", "DeviceScanKernel"};
    for (const char *const kernel : kernels) {
        EXPECT_NO_THROW(program_.kernel(kernel));
    }
}

} // namespace
