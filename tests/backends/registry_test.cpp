// SPDX-License-Identifier: MIT
/*
 * registry_test.cpp: what the library reports about itself: its backends and how it was built.
 */
#include "support/engine_face.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

TEST(Registry, ListsTheBackendsInTheOrderOfAComparison) {
    std::vector<std::string> names;
    for (size_t i = 0; i < fg_backend_count(); i++) {
        names.push_back(fg_backend_name(i));
        EXPECT_STRNE(fg_backend_summary(i), "");
    }
    EXPECT_EQ(names, (std::vector<std::string>{"serial", "fork", "pool", "threads", "cuda"}));
    EXPECT_EQ(fg_backend_name(fg_backend_count()), nullptr);
    EXPECT_EQ(fg_backend_summary(fg_backend_count()), nullptr);
}

TEST(Registry, CpuBackendsAreAlwaysAvailable) {
    for (const char *const name : {"serial", "fork", "pool", "threads"}) {
        fg_error error;
        EXPECT_EQ(fg_backend_probe(name, &error), FG_OK) << name;
    }
}

TEST(Registry, ProbingAnUnknownBackendNamesIt) {
    fg_error error;
    EXPECT_EQ(fg_backend_probe("gpu", &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::string(error.message).find("'gpu'"), std::string::npos) << error.message;
}

/* This list of names is independent of the library's table. */
TEST(Registry, PropertiesTellWhatABackendWorksWith) {
    const fg_backend_properties *const serial = fg_backend_get_properties("serial");
    const fg_backend_properties *const fork = fg_backend_get_properties("fork");
    for (size_t i = 0; i < fg_backend_count(); i++) {
        const std::string name = fg_backend_name(i);
        const fg_backend_properties *const properties = fg_backend_get_properties(name.c_str());
        ASSERT_NE(properties, nullptr) << name;
        EXPECT_EQ(properties->size, sizeof *properties) << name;
        EXPECT_EQ(properties->one_worker, name == "serial") << name;
        EXPECT_EQ(properties->uses_devices, name == "cuda") << name;
        EXPECT_EQ(properties->uses_processes, name == "fork" || name == "pool") << name;
        EXPECT_EQ(properties->process_per_number, name == "fork") << name;
        EXPECT_EQ(properties->uses_threads, name == "threads") << name;
        EXPECT_EQ(properties->baseline_rank > 0, properties == serial || properties == fork)
            << name;
    }
    EXPECT_LT(fork->baseline_rank, serial->baseline_rank);
    EXPECT_EQ(fg_backend_get_properties("gpu"), nullptr);
    EXPECT_EQ(fg_backend_get_properties("auto"), nullptr);
}

TEST(Registry, BuildInfoIsComplete) {
    const fg_build_info *const info = fg_library_build_info();
    for (const char *const text :
         {info->version, info->git_revision, info->compiler, info->build_type}) {
        ASSERT_NE(text, nullptr);
        EXPECT_STRNE(text, "");
    }
    EXPECT_EQ(info->cuda_toolkit == nullptr, info->cuda_architectures == nullptr);
    EXPECT_STREQ(info->version, FG_VERSION);
}

TEST(Registry, TheVersionIsANumberForThePreprocessorToo) {
#if FG_VERSION_NUMBER < 200
    FAIL() << "FG_VERSION_NUMBER is less than that of the first version that had it";
#endif
    int major = -1, minor = -1, patch = -1;
    ASSERT_EQ(sscanf(FG_VERSION, "%d.%d.%d", &major, &minor, &patch), 3);
    EXPECT_EQ(10000 * major + 100 * minor + patch, FG_VERSION_NUMBER);
}

/* In every build: either devices are listed, or there is a reason in words. */
TEST(Registry, WithoutAGpuTheReasonIsGiven) {
    fg_error error = {};
    const fg_status probed = fg_backend_probe("cuda", &error);
    const std::string reason = error.message;
    fg_device devices[4] = {};
    size_t count = 99;
    error = {};
    const fg_status listed = fg_list_devices(devices, 4, &count, &error);
    if (probed == FG_OK) {
        EXPECT_EQ(listed, FG_OK);
        EXPECT_GE(count, 1u);
        return;
    }
    EXPECT_EQ(probed, FG_ERROR_UNAVAILABLE);
    EXPECT_NE(reason, "");
    if (listed != FG_OK) {
        EXPECT_EQ(listed, FG_ERROR_UNAVAILABLE);
        EXPECT_EQ(count, 0u);
        EXPECT_EQ(error.message, reason);
    }
    if (fg_library_build_info()->cuda_toolkit == nullptr) {
        EXPECT_NE(reason.find("this build has no CUDA"), std::string::npos) << reason;
    }

    Engine engine("cuda");
    EXPECT_FALSE(engine.is_open());
    EXPECT_EQ(engine.open_status(), FG_ERROR_UNAVAILABLE);
}

/* A build without CUDA has nothing to choose. */
TEST(Registry, AutoThinksOfAGpuOnlyIfTheBuildHasCuda) {
    Engine engine("auto");
    const bool has_cuda = fg_library_build_info()->cuda_toolkit != nullptr;
    EXPECT_EQ(fg_engine_reason(engine.get()) != nullptr, has_cuda);
}

} // namespace
