/* SPDX-License-Identifier: MIT */
/*
 * backend_fixture.h: a test for each backend that its executable was built for.
 *
 * The same tests run on the CPU's backends, on the emulated device and on a real GPU. A backend
 * that is not available here is skipped with its reason; FG_REQUIRE_GPU=1 makes that a failure.
 */
#ifndef FG_TESTS_BACKEND_FIXTURE_H
#define FG_TESTS_BACKEND_FIXTURE_H

#include "engine_face.h"
#include "random_numbers.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

class Backend : public testing::TestWithParam<const char *> {
  protected:
    void SetUp() override {
        fg_error error;
        if (fg_backend_probe(name(), &error) == FG_OK)
            return;
        if (is_gpu_required())
            FAIL() << "FG_REQUIRE_GPU=1, but: " << error.message;
        GTEST_SKIP() << error.message;
    }

    static bool is_gpu_required() {
        const char *const required = std::getenv("FG_REQUIRE_GPU");
        return required != nullptr && std::string(required) == "1";
    }

    const char *name() const { return GetParam(); }
    bool is(const char *other) const { return std::string(name()) == other; }
    bool is_emulated() const {
        const char *const toolkit = fg_library_build_info()->cuda_toolkit;
        return is("cuda") && toolkit != nullptr && std::string(toolkit) == "emulated";
    }
    /* A number that takes the method exhaustive longer than a test waits before it cancels. The
     * emulated device ends what it has begun, which takes a second. */
    uint64_t endless() const { return UINT64_C(1) << (is_emulated() ? 28 : 52); }
    /* Returns true if a sanitizer runs the emulated device's kernels, and not --all: tests with the
     * batches that other devices get would take most of the time of all. */
    bool is_slow() const { return is_emulated() && sanitized() && !every_case(); }
    /* Returns whether 2^31 candidates take less than two seconds. */
    bool is_fast() const {
        if (is("cuda"))
            return !is_emulated();
        return !sanitized() && std::string(fg_cpu_variant()) != "portable";
    }
};

/* The backends of this executable: BACKENDS of fg_add_test(). */
std::vector<const char *> tested_backends();

inline std::string backend_test_name(const testing::TestParamInfo<const char *> &backend) {
    return backend.param;
}

#define FG_INSTANTIATE_FOR_BACKENDS(suite)                                                         \
    INSTANTIATE_TEST_SUITE_P(On, suite, testing::ValuesIn(tested_backends()), backend_test_name)

#endif
