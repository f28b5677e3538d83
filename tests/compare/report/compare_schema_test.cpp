// SPDX-License-Identifier: MIT
// doc/compare.schema.json against what the program exports: random comparisons, simulated ones with
// every timed run and the GPU's stages, and two comparisons side by side.
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_json.h"
#include "support/compare_fakes.h"
#include "support/compare_random.h"
#include "support/json_schema.h"
#include "support/random_numbers.h"
#include "support/scratch_folder.h"

#include <gtest/gtest.h>

namespace {

using compare_fakes::World;
using namespace compare_synthetic;

constexpr unsigned comparisons = 24;
const std::string schema = FG_SOURCE_FOLDER "/doc/compare.schema.json";

struct Exported {
    fg_exported exported = {};
    Exported(const fg_compare_report &report, const char *name) {
        fg_error error = {};
        const fg_json_object json = fg_compare_json(&report);
        EXPECT_TRUE(json.complete);
        EXPECT_EQ(fg_exported_take(json.json, name, &exported, &error), FG_OK) << error.message;
    }
    Exported(const Exported &) = delete;
    Exported &operator=(const Exported &) = delete;
    ~Exported() { fg_exported_free(&exported); }
};

class CompareSchema : public testing::Test {
  protected:
    void SetUp() override {
        const std::string reason = json_schema::missing();
        if (!reason.empty())
            GTEST_SKIP() << reason;
    }
    void write(const std::function<bool(FILE *)> &writer) {
        const std::string name = std::to_string(documents_.size()) + ".json";
        folder_.write(name, written([&](FILE *out) { EXPECT_TRUE(writer(out)); }));
        documents_.push_back(folder_.path(name));
    }
    void write_report(const fg_compare_report &report) {
        write([&](FILE *out) { return fg_compare_write_json(&report, out); });
    }
    // The report beside itself, as a part of its export and as a document.
    void write_beside(fg_compare_report *report) {
        Exported old_one(*report, "old.json"), new_one(*report, "new.json");
        // One thing of each kind that may differ.
        json_object_set_new(json_object_get(old_one.exported.root, "settings"), "jobs",
                            json_integer(77));
        json_object_set_new(json_object_get(old_one.exported.root, "environment"), "cpu",
                            json_string("Other CPU"));
        json_object_del(json_object_get(old_one.exported.root, "settings"), "scope");
        json_array_append_new(
            json_object_get(json_object_get(old_one.exported.root, "environment"), "gpus"),
            json_pack("{s:s}", "name", "Other GPU"));
        fg_beside beside = {};
        fg_error error = {};
        ASSERT_EQ(fg_beside_make(&beside, &old_one.exported, &new_one.exported, &error), FG_OK)
            << error.message;
        report->beside = &beside;
        write_report(*report);
        report->beside = nullptr;
        write([&](FILE *out) { return fg_beside_write_json_document(&beside, out); });
        fg_beside_free(&beside);
    }
    std::string check(const std::string &command) {
        return json_schema::run(command, schema, documents_);
    }

  private:
    ScratchFolder folder_;
    std::vector<std::string> documents_;
};

// With a GPU, its stages, a curve and every timed run.
struct Full : World {
    Full() : World(small_numbers) {
        request.curve = true;
        request.repeat = 2;
    }
};

// Adds energy to a row, and the GPU's state to its runs, of which one has no reading during it.
void add_sensors(fg_compare_row &row) {
    row.energy = {7, 1.5, 2.5, NAN};
    for (size_t i = 0; i < row.taken_count; i++) {
        fg_gpu_course &gpu = row.taken[i].gpu;
        row.taken[i].energy = {2, 0.5, 1, 3};
        gpu.known = gpu.knows_limits = true;
        gpu.before = gpu.during = gpu.after = {345, 2619, 34, 75.5, true, 1};
        gpu.during_count = i;
        gpu.limits = i == 0 ? UINT64_MAX : 1;
    }
}

TEST_F(CompareSchema, TakesRandomComparisons) {
    for (unsigned seed = 0; seed < comparisons; seed++) {
        RandomComparison random(seed);
        write_report(random.report);
        if (seed % 4 == 0)
            write_beside(&random.report);
    }
    EXPECT_EQ(check("valid"), "");
}

TEST_F(CompareSchema, TakesForeignTextAndExtremeValues) {
    for (unsigned seed = 0; seed < comparisons; seed++) {
        SyntheticReport synthetic(seed);
        for (fg_compare_row &row : synthetic.rows) // which have samples of their own
            row.ratio = {1e300, 1e-300, INFINITY};
        write_report(synthetic.report);
    }
    EXPECT_EQ(check("valid"), "");
}

TEST_F(CompareSchema, TakesEveryRunAndStage) {
    Full world;
    ASSERT_EQ(world.compare(), FG_OK);
    write_report(world.report);
    add_sensors(world.row("trial/cuda"));
    write_report(world.report);
    write_beside(&world.report);
    EXPECT_EQ(check("valid"), "");
}

TEST_F(CompareSchema, TakesNoOtherKeyTypeOrSign) {
    if (sanitized())
        GTEST_SKIP()
            << "looks at the schema alone, for 22 s; the tests before write such documents";
    World world(small_numbers);
    world.request.method = FG_METHOD_TRIAL;
    world.request.repeat = 1;
    world.request.curve = true;
    ASSERT_EQ(world.compare(), FG_OK);
    add_sensors(world.row("trial/cuda"));
    write_beside(&world.report);
    EXPECT_EQ(check("strict"), "");
}

TEST_F(CompareSchema, DescribesEveryKeyWithItsUnit) {
    EXPECT_EQ(check("described"), "");
}

} // namespace
