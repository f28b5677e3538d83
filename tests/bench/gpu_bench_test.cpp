// SPDX-License-Identifier: MIT
/*
 * gpu_bench_test.cpp: gpu_bench runs on the emulated device, in its small sizes, so that a mistake
 * in it costs no time on a real GPU.
 */
#include <gtest/gtest.h>
#include <jansson.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "support/scratch_folder.h"
#include "support/spawn.h"

namespace {

struct JsonDeleter {
    void operator()(json_t *value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonDeleter>;

using Environment = std::vector<std::pair<std::string, std::string>>;

/* Runs a topic of gpu_bench in its small sizes on that emulated machine, and returns what it
 * writes. */
Json smoke(const std::string &topic, const Environment &environment = {}, int status = 0) {
    const ScratchFolder folder; /* several tests of a topic may run at once */
    const std::string path = folder.path(topic + ".json");
    spawn::Setup setup;
    setup.environment = environment;
    const spawn::Result result =
        spawn::run({FG_GPU_BENCH, "--smoke", "--rounds=2", "--json=" + path, topic}, "", setup);
    EXPECT_EQ(result.status, status) << result.err;
    json_error_t error;
    Json document(json_load_file(path.c_str(), 0, &error));
    EXPECT_NE(document, nullptr) << error.text << " in line " << error.line;
    return document;
}

/* The named race has these rows, or any if none is named, each with two samples above 0. */
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

/* Returns how many notes contain that text. */
int count_notes(const Json &document, const std::string &part) {
    int count = 0;
    std::size_t i;
    json_t *note;
    json_array_foreach(json_object_get(document.get(), "notes"), i, note) {
        count += std::string(json_string_value(note)).find(part) != std::string::npos;
    }
    return count;
}

void expect_note(const Json &document, const std::string &part) {
    EXPECT_GT(count_notes(document, part), 0) << "no note with " << part;
}

bool has_race(const Json &document, const std::string &topic) {
    std::size_t i;
    json_t *race;
    json_array_foreach(json_object_get(document.get(), "races"), i, race) {
        if (json_string_value(json_object_get(race, "topic")) == topic)
            return true;
    }
    return false;
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

/* A run that measures nothing leaves the results of an earlier one as they are. */
TEST(GpuBench, KeepsEarlierResultsWhereItMeasuresNothing) {
    const ScratchFolder folder;
    const std::string path = folder.path("earlier.json");
    std::ofstream(path) << "earlier";
    for (const std::vector<std::string> &arguments :
         {std::vector<std::string>{"--smoke", "trail"}, {}, {"--smoke", "--fast"}}) {
        std::vector<std::string> command = {FG_GPU_BENCH, "--json=" + path};
        command.insert(command.end(), arguments.begin(), arguments.end());
        EXPECT_EQ(spawn::run(command).status, 2);
        std::string content;
        std::getline(std::ifstream(path), content);
        EXPECT_EQ(content, "earlier");
    }
}

TEST(GpuBench, SaysWhereItRan) {
    const Json document = smoke("start", {{"FG_EMULATED_DEVICES", "2"}});
    expect_note(document, "measured: device 0, Emulated device 0 (no GPU), PCI 0000:01:00.0");
    const json_t *const environment = json_object_get(document.get(), "environment");
    const json_t *const device = json_array_get(json_object_get(environment, "gpus"), 0);
    EXPECT_GT(json_integer_value(json_object_get(device, "multiprocessors")), 0);
    EXPECT_STREQ(json_string_value(
                     json_object_get(json_object_get(document.get(), "program"), "cuda_toolkit")),
                 "emulated");
}

TEST(GpuBench, MeasuresCeilings) {
    const Json document = smoke("ceilings");
    const std::vector<std::string> instructions = {"imad", "imad.wide", "imad.hi", "add, xor",
                                                   "fma64"};
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

TEST(GpuBench, MeasuresFactoring) {
    const Json document = smoke("factor");
    for (const std::string list : {"semiprimes-40", "semiprimes-48", "semiprimes-56",
                                   "semiprimes-62", "semiprimes-64", "random-64", "primes-64"})
        expect_race(document, "factor-resident-" + list);
    for (const std::string list : {"semiprimes-64", "random-64"}) {
        expect_race(document, "factor-kernels-" + list);
    }
    expect_note(document, "target: >= 30 M balanced 64-bit semiprimes/s: NOT reached");
    expect_note(document, "target: >= 120 M random 64-bit numbers/s: NOT reached");
    expect_note(document, "products a number (64 counted)");
    EXPECT_EQ(count_notes(document, " % in doubles at most "), 7);
    EXPECT_EQ(count_notes(document, "with 0 % of them roomy and 100 % in doubles"), 2)
        << "48 bits and less";
    EXPECT_EQ(count_notes(document, "with 9"), 1) << "56 bits, but for the proofs";
}

TEST(GpuBench, MeasuresOtherTunablesOfFactoring) {
    const Json curves = smoke("curves"), tunables = smoke("tunables");
    for (const std::string list : {"semiprimes-48", "random-64"})
        expect_race(curves, "factor-forms-" + list, {"doubles", "words"});
    for (const std::string list : {"semiprimes-64", "random-64"}) {
        expect_race(curves, "factor-threads-" + list);
        for (const std::string tunable : {"waves", "looks", "blocks"})
            expect_race(tunables, "factor-" + tunable + "-" + list);
    }
}

TEST(GpuBench, MeasuresNumbersAbove64BitsAndRanges) {
    const Json wide = smoke("wide"), ranges = smoke("ranges");
    for (const std::string list : {"semiprimes-80", "random-128"})
        expect_race(wide, "wide-" + list, {"cuda", "threads"});
    for (const std::string column : {"mobius", "phi"})
        expect_race(ranges, "ranges-" + column + "-12", {"cuda", "threads"});
    expect_note(ranges, "; 0 chunks did not fit");
    EXPECT_FALSE(has_race(wide, "ceilings-rates"));
    EXPECT_FALSE(has_race(ranges, "ceilings-rates"));
}

/* Each race and each note is a line of its own, in the file that was there before. */
TEST(GpuBench, AppendsLinesAsItMeasures) {
    const ScratchFolder folder;
    folder.write("lines", "{}\n");
    const spawn::Result result = spawn::run(
        {FG_GPU_BENCH, "--smoke", "--rounds=2", "--lines=" + folder.path("lines"), "ceilings"});
    ASSERT_EQ(result.status, 0) << result.err;
    std::istringstream lines(folder.read("lines"));
    std::vector<std::string> topics;
    int notes = 0, count = 0;
    for (std::string line; std::getline(lines, line); count++) {
        json_error_t error;
        const Json object(json_loads(line.c_str(), JSON_REJECT_DUPLICATES, &error));
        ASSERT_NE(object, nullptr) << error.text << ": " << line;
        const json_t *const race = json_object_get(object.get(), "race");
        if (race != nullptr)
            topics.emplace_back(json_string_value(json_object_get(race, "topic")));
        notes += json_is_string(json_object_get(object.get(), "note"));
    }
    EXPECT_EQ(topics.front(), "ceilings-rates");
    EXPECT_EQ(topics.size(), 6u);
    EXPECT_GE(notes, 2);
    EXPECT_EQ(count, 1 + static_cast<int>(topics.size()) + notes);
}

TEST(GpuBench, TimesTheStart) {
    const Json document = smoke("start");
    expect_race(document, "start",
                {"all, to an answer", "all, to a kernel", "start to main()", "context",
                 "first kernel", "engine, self-test", "first answer"});
}

/* If only one process may use the GPU, the one that measures is it. */
TEST(GpuBench, LeavesTheStartOutWhereItCannotBe) {
    const Json document = smoke("start", {{"FG_EMULATED_COMPUTE_MODE", "3"}});
    expect_note(document, "left out: the start");
    EXPECT_FALSE(has_race(document, "start"));
    EXPECT_TRUE(has_race(document, "ceilings-rates"));
}

/* The ceilings fail, which alone copy twice, and the topic that was asked for is measured without
 * them. */
TEST(GpuBench, GoesOnAfterATopicThatFailed) {
    const Json document = smoke("start", {{"FG_EMULATED_FAIL", "cudaMemcpy:2:999"}}, 1);
    expect_note(document, "FAILED, and so not whole: the topic 'ceilings'");
    EXPECT_FALSE(has_race(document, "ceilings-rates"));
    EXPECT_TRUE(has_race(document, "start"));
}

/* Instructions counted in the code for one GPU are not another's. */
TEST(GpuBench, TellsNoCountsOfAnotherGpusCode) {
    const Json counted = smoke("ceilings");
    expect_note(counted, "IMAD.WIDE are ");
    const Json other = smoke("ceilings", {{"FG_EMULATED_CAPABILITY", "75"}});
    EXPECT_TRUE(has_race(other, "ceilings-products"));
    EXPECT_EQ(count_notes(other, "IMAD.WIDE are "), 0);
}

/* The process that starts anew says itself what went wrong, and tells no times. */
TEST(GpuBench, NewProcessFailsAloud) {
    const spawn::Result child = spawn::run({FG_GPU_BENCH, "--first-kernel", "7"});
    EXPECT_EQ(child.status, 1);
    EXPECT_EQ(child.out, "");
    EXPECT_NE(child.err.find("cudaSetDevice"), std::string::npos) << child.err;
}

/* Every race checks its contenders' hits; this test checks that no race is missing. */
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
    EXPECT_EQ(topics,
              (std::vector<std::string>{
                  "trial32-list-1", "trial32-list-4", "trial32-list-64", "trial32-list-300",
                  "trial64-list-1", "trial64-list-4", "trial64-list-64", "trial64-list-300",
                  "trial32-few-candidates", "exhaustive32-list-64", "exhaustive64-list-64",
                  "trial32-variants", "trial64-variants", "trial32-ideas", "trial52-ideas"}));
}

} // namespace
