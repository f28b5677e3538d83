/*
 * gpu_bench_test.cpp: gpu_bench runs through on the emulated device, in its small sizes, so that no
 * minute of a real one is lost to a mistake in it.
 */
#include <gtest/gtest.h>
#include <jansson.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "spawn.h"

namespace {

struct JsonDeleter {
    void operator()(json_t *value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonDeleter>;

/* What gpu_bench writes about a topic, run in its small sizes. */
Json smoke(const std::string &topic) {
    const std::string path = testing::TempDir() + "gpu_bench_" + topic + ".json";
    const spawn::Result result =
        spawn::run({FG_GPU_BENCH, "--smoke", "--rounds=2", "--json=" + path, topic});
    EXPECT_EQ(result.status, 0) << result.err;
    json_error_t error;
    Json document(json_load_file(path.c_str(), 0, &error));
    EXPECT_NE(document, nullptr) << error.text << " in line " << error.line;
    std::remove(path.c_str());
    return document;
}

TEST(GpuBench, RefusesToMeasureTheEmulatedDevice) {
    const spawn::Result result = spawn::run({FG_GPU_BENCH});
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find("--smoke"), std::string::npos) << result.err;
}

TEST(GpuBench, NamesItsTopics) {
    const spawn::Result result = spawn::run({FG_GPU_BENCH, "--smoke", "trail"});
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find("'trail'"), std::string::npos) << result.err;
}

TEST(GpuBench, SaysWhereItRan) {
    const Json document = smoke("start");
    const json_t *const machine = json_object_get(document.get(), "machine");
    const json_t *const device = json_array_get(json_object_get(machine, "devices"), 0);
    EXPECT_GT(json_integer_value(json_object_get(device, "multiprocessors")), 0);
    EXPECT_STREQ(json_string_value(
                     json_object_get(json_object_get(document.get(), "build"), "cuda_toolkit")),
                 "emulated");
}

} // namespace
