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

/* The race of that name; every row has as many samples as rounds, all above 0. */
void expect_race(const json_t *document, const std::string &topic) {
    std::size_t i, k, m;
    json_t *race, *row, *sample;
    json_array_foreach(json_object_get(document, "races"), i, race) {
        if (json_string_value(json_object_get(race, "topic")) != topic)
            continue;
        json_array_foreach(json_object_get(race, "rows"), k, row) {
            EXPECT_EQ(json_array_size(json_object_get(row, "samples_s")), 2u) << topic;
            json_array_foreach(json_object_get(row, "samples_s"), m, sample)
                    EXPECT_GT(json_real_value(sample), 0)
                << topic;
        }
        return;
    }
    ADD_FAILURE() << "no race " << topic;
}

void expect_note(const json_t *document, const std::string &part) {
    std::size_t i;
    json_t *note;
    json_array_foreach(json_object_get(document, "notes"), i,
                       note) if (std::string(json_string_value(note)).find(part) !=
                                 std::string::npos) return;
    ADD_FAILURE() << "no note with " << part;
}

TEST(GpuBench, MeasuresFactoring) {
    const Json document = smoke("factor");
    for (const std::string list : {"semiprimes-40", "semiprimes-48", "semiprimes-56",
                                   "semiprimes-62", "semiprimes-64", "random-64", "primes-64"})
        expect_race(document.get(), "factor-resident-" + list);
    for (const std::string list : {"semiprimes-64", "random-64"}) {
        expect_race(document.get(), "factor-kernels-" + list);
        for (const std::string size : {"10", "30"})
            expect_race(document.get(), "factor-batch-" + list + "-" + size);
        for (const std::string tunable : {"waves", "looks", "blocks", "threads"})
            expect_race(document.get(), "factor-" + tunable + "-" + list);
    }
    expect_note(document.get(), "target: >= 30 M balanced 64-bit semiprimes/s: NOT reached");
    expect_note(document.get(), "target: >= 120 M random 64-bit numbers/s: NOT reached");
    expect_note(document.get(), "products a number (64 counted)");
    expect_note(document.get(), "random 64-bit numbers: cuda is ");
}

} // namespace
