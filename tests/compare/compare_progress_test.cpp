// SPDX-License-Identifier: MIT
// The time left of a comparison, as --progress=json says it.
#include "compare/compare_progress.h"
#include "support/compare_synthetic.h"

#include <gtest/gtest.h>
#include <jansson.h>

namespace {

using compare_synthetic::written;

// A comparison in which each of some rows has had some of its ten timed runs.
class CompareProgress : public testing::Test {
  protected:
    fg_compare_request request_ = {};
    fg_compare_report report_ = {};
    std::vector<fg_compare_row> rows_;
    std::vector<std::vector<fg_compare_sample>> taken_;
    int engine_ = 0;

    CompareProgress() {
        request_.repeat = 10;
        request_.progress = FG_PROGRESS_JSON;
        report_.request = &request_;
    }

    void add_row(const char *backend, double warm_up_s, const std::vector<double> &runs_s) {
        fg_compare_row row = {};
        row.method = FG_METHOD_TRIAL;
        row.backend = backend;
        row.properties = fg_backend_get_properties(backend);
        row.engine = &engine_;
        row.warm_up_s = warm_up_s;
        row.taken_count = runs_s.size();
        taken_.emplace_back(runs_s.size());
        for (size_t i = 0; i < runs_s.size(); i++)
            taken_.back()[i].wall_s = runs_s[i];
        rows_.push_back(row);
    }

    // Returns a member of the last line; -1 for null.
    double last(const char *key) {
        for (size_t i = 0; i < rows_.size(); i++)
            rows_[i].taken = taken_[i].data();
        report_.rows = rows_.data();
        report_.row_count = rows_.size();
        const std::string text = written([&](FILE *err) {
            fg_compare_progress progress;
            fg_compare_progress_start(&progress, &report_, err);
            fg_compare_progress_note(&progress, &rows_[0], "run", 6, request_.repeat);
            fg_compare_progress_end(&progress, true);
        });
        const size_t begin = text.rfind('\n', text.size() - 2) + 1; // 0 if there is one line
        json_t *const line = json_loads(text.c_str() + begin, 0, nullptr);
        EXPECT_NE(line, nullptr) << text;
        json_t *const member = json_object_get(line, key);
        const double value = json_is_null(member) ? -1 : json_number_value(member);
        json_decref(line);
        return value;
    }
};

TEST_F(CompareProgress, TimeLeftIsThatOfEachRowsRuns) {
    add_row("serial", 4, {3, 3, 3, 3, 3});
    add_row("threads", 2, {2, 2, 2, 2});
    add_row("pool", 0.5, {}); // none yet: as long as the warm-up
    EXPECT_NEAR(last("eta_s"), 5 * 3 + 6 * 2 + 10 * 0.5, 0.1);
    EXPECT_NEAR(last("rate"), 21 / 32.0, 0.01);
}

// As while batches are timed, after all runs of the rows.
TEST_F(CompareProgress, RateIsUnknownIfNoRunIsToCome) {
    add_row("serial", 3, std::vector<double>(10, 3));
    EXPECT_EQ(last("rate"), -1) << "the last run was just taken";
    rows_[0].engine = nullptr;
    EXPECT_EQ(last("rate"), -1);
}

// A run during which the process was stopped for five minutes.
TEST_F(CompareProgress, TimeLeftHeedsNoStop) {
    add_row("serial", 3, {3, 3, 303, 3, 3});
    EXPECT_NEAR(last("eta_s"), 5 * 3, 0.1);
}

TEST_F(CompareProgress, TimeLeftFollowsTheLatestRuns) {
    request_.repeat = 20;
    add_row("serial", 3, {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2});
    EXPECT_NEAR(last("eta_s"), 7 * 2, 0.1);
}

// Its runs are timed for FG_COMPARE_BRIEF_S each, after untimed ones.
TEST_F(CompareProgress, BriefRunsTakeAsLongAsTheirSamples) {
    add_row("serial", 1e-5, {1e-5});
    EXPECT_GT(last("eta_s"), 9 * FG_COMPARE_BRIEF_S);
    EXPECT_LT(last("eta_s"), 9 * (FG_COMPARE_BRIEF_S + FG_COMPARE_WARM_S) + 0.1);
}

// Of three disturbed runs, one was taken again and is the eleventh run.
TEST_F(CompareProgress, DisturbedRunsAreTakenAgain) {
    add_row("serial", 3, std::vector<double>(11, 3));
    for (const size_t i : {2, 5, 7})
        taken_[0][i].disturbed = taken_[0][i].knows_disturbed = true;
    taken_[0][2].replaced = true;
    EXPECT_EQ(last("eta_s"), 0) << "only three of eleven can tell";
    for (auto &run : taken_[0])
        run.knows_disturbed = true;
    EXPECT_NEAR(last("eta_s"), 2 * 3, 0.1);
    rows_[0].taken_count = 20; // twice the timed runs, the most there are
    taken_[0].resize(20);
    EXPECT_EQ(last("eta_s"), 0);
}

TEST_F(CompareProgress, RowsThatAreClosedTakeNoTime) {
    add_row("serial", 3, {3, 3});
    add_row("fork", 9, {9, 9});
    rows_[1].engine = nullptr;
    EXPECT_NEAR(last("eta_s"), 8 * 3, 0.1);
}

} // namespace
