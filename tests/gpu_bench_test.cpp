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

/* The named race has these rows, or any where none is named, each with two samples above 0. */
void expect_race(const Json &document, const std::string &topic,
                 const std::vector<std::string> &names = {}) {
    SCOPED_TRACE(topic);
    std::size_t i;
    json_t *race, *found = nullptr;
    json_array_foreach(json_object_get(document.get(), "races"), i, race) {
        if (json_string_value(json_object_get(race, "topic")) == topic)
            found = race;
    }
    ASSERT_NE(found, nullptr);
    json_t *row, *sample;
    std::vector<std::string> seen;
    json_array_foreach(json_object_get(found, "rows"), i, row) {
        seen.emplace_back(json_string_value(json_object_get(row, "name")));
        const json_t *const samples = json_object_get(row, "samples_s");
        EXPECT_EQ(json_array_size(samples), 2u) << seen.back();
        std::size_t j;
        json_array_foreach(samples, j, sample) {
            EXPECT_GT(json_real_value(sample), 0) << seen.back();
        }
    }
    EXPECT_FALSE(seen.empty());
    if (!names.empty()) {
        EXPECT_EQ(seen, names);
    }
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

TEST(GpuBench, MeasuresCeilings) {
    const Json document = smoke("ceilings");
    const std::vector<std::string> instructions = {"imad", "imad.wide", "add, xor", "fma64"};
    const std::vector<std::string> products = {"full, 1 chain",   "full, 2 chains",
                                               "full, 4 chains",  "roomy, 1 chain",
                                               "roomy, 2 chains", "roomy, 4 chains"};
    expect_race(document, "ceilings-rates", instructions);
    expect_race(document, "ceilings-latencies", instructions);
    expect_race(document, "ceilings-products", products);
    expect_race(document, "ceilings-product-latencies", products);
    expect_race(
        document, "ceilings-copies",
        {"pinned, to the GPU", "pinned, from it", "pageable, to the GPU", "pageable, from it"});
    expect_race(document, "ceilings-memory", {"within the GPU"});
}

/* A loop that computes anything else than the host does is not measured. */
TEST(GpuBench, FailsWhereALoopIsWrong) {
    spawn::Setup setup;
    setup.environment = {{"FG_EMULATED_WRONG", "1"}};
    const spawn::Result result =
        spawn::run({FG_GPU_BENCH, "--smoke", "--rounds=2", "ceilings"}, "", setup);
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("imad gave a wrong answer"), std::string::npos) << result.err;
}

void expect_note(const Json &document, const std::string &part) {
    std::size_t i;
    json_t *note;
    json_array_foreach(json_object_get(document.get(), "notes"), i, note) {
        if (std::string(json_string_value(note)).find(part) != std::string::npos)
            return;
    }
    ADD_FAILURE() << "no note with " << part;
}

TEST(GpuBench, MeasuresFactoring) {
    const Json document = smoke("factor");
    for (const std::string list : {"semiprimes-40", "semiprimes-48", "semiprimes-56",
                                   "semiprimes-62", "semiprimes-64", "random-64", "primes-64"})
        expect_race(document, "factor-resident-" + list);
    for (const std::string list : {"semiprimes-64", "random-64"}) {
        expect_race(document, "factor-kernels-" + list);
        for (const std::string size : {"10", "30"})
            expect_race(document, "factor-batch-" + list + "-" + size);
        for (const std::string tunable : {"waves", "looks", "blocks", "threads"})
            expect_race(document, "factor-" + tunable + "-" + list);
    }
    expect_note(document, "target: >= 30 M balanced 64-bit semiprimes/s: NOT reached");
    expect_note(document, "target: >= 120 M random 64-bit numbers/s: NOT reached");
    expect_note(document, "products a number (64 counted)");
    expect_note(document, "random 64-bit numbers: cuda is ");
}

TEST(GpuBench, TimesTheStart) {
    const Json document = smoke("start");
    expect_race(document, "start",
                {"all, to an answer", "all, to a kernel", "start to main()", "context",
                 "first kernel", "engine, self-test", "first answer"});
}

/* The process that starts anew says itself what went wrong, and tells no times. */
TEST(GpuBench, NewProcessFailsAloud) {
    const spawn::Result child = spawn::run({FG_GPU_BENCH, "--first-kernel", "7"});
    EXPECT_EQ(child.status, 1);
    EXPECT_EQ(child.out, "");
    EXPECT_NE(child.err.find("cudaSetDevice"), std::string::npos) << child.err;
}

/* Every race checks its contenders' hits; here is that none is missing. */
TEST(GpuBench, MeasuresTrialDivision) {
    const Json document = smoke("trial");
    std::vector<std::string> topics;
    size_t i;
    json_t *race;
    json_array_foreach(json_object_get(document.get(), "races"), i, race) {
        const std::string topic = json_string_value(json_object_get(race, "topic"));
        if (topic.rfind("ceilings-", 0) != 0) /* which run first, for the shares */
            topics.push_back(topic);
    }
    EXPECT_EQ(topics, (std::vector<std::string>{
                          "trial32-list-1", "trial32-list-4", "trial32-list-64", "trial32-list-300",
                          "trial64-list-1", "trial64-list-4", "trial64-list-64", "trial64-list-300",
                          "exhaustive32-list-64", "exhaustive64-list-64", "trial32-variants",
                          "trial64-variants", "trial32-ideas", "trial52-ideas",
                          "article-exhaustive", "article-trial"}));
}

} // namespace
