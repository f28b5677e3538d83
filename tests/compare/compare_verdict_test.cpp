// SPDX-License-Identifier: MIT
// The share of wrong verdicts of a comparison, by simulation: tables and curves of rows that are
// equally fast, with noise of many kinds, and rows that are not.
#include "cli/command/option_values.h"
#include "compare/compare_break_even.h"
#include "compare/compare_verdict.h"
#include "support/random_numbers.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

// Numbers that are the same with every C++ library.
class Noise {
  public:
    explicit Noise(unsigned seed) : random_(seed) {}
    // Above 0, at most 1.
    double uniform() { return (static_cast<double>(random_() >> 11) + 1) * 0x1p-53; }
    double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * M_PI * uniform()); }
    double exponential() { return -std::log(uniform()); }

  private:
    std::mt19937_64 random_;
};

// One run of a row of a table of equal rows: all medians are the same.
struct Kind {
    const char *name;
    std::function<double(Noise &, size_t row)> run_s;
};

double log_normal(Noise &noise, double deviation) {
    return std::exp(deviation * noise.normal());
}

const std::vector<Kind> kinds = {
    {"log-normal, 2 %", [](Noise &noise, size_t) { return log_normal(noise, 0.02); }},
    {"log-normal, 60 %", [](Noise &noise, size_t) { return log_normal(noise, 0.6); }},
    {"skewed: never below 1", [](Noise &noise, size_t) { return 1 + 0.3 * noise.exponential(); }},
    {"heavy-tailed: no mean", [](Noise &noise, size_t) { return 1 + 0.1 / noise.uniform(); }},
    {"contaminated: 5 % take ten times as long",
     [](Noise &noise, size_t) {
         return log_normal(noise, 0.02) * (noise.uniform() < 0.05 ? 10 : 1);
     }},
    {"contaminated: 15 % take three times as long",
     [](Noise &noise, size_t) {
         return log_normal(noise, 0.05) * (noise.uniform() < 0.15 ? 3 : 1);
     }},
    {"unequal variances",
     [](Noise &noise, size_t row) { return log_normal(noise, 0.6 * std::pow(0.5, row % 10)); }},
    {"a steady row in two, the others wild",
     [](Noise &noise, size_t row) { return log_normal(noise, row % 2 == 0 ? 1e-9 : 0.7); }},
};

// A table whose rows have the given samples.
class Table {
  public:
    Table(size_t row_count, unsigned repeat) : rows_(row_count), samples_(row_count * repeat) {
        request_.repeat = repeat;
        report_.request = &request_;
        report_.rows = rows_.data();
        report_.row_count = row_count;
        for (size_t i = 0; i < row_count; i++) {
            rows_[i].method = fg_method_at(i % fg_method_count());
            rows_[i].backend = fg_backend_name(i % fg_backend_count());
            rows_[i].properties = fg_backend_get_properties(rows_[i].backend);
            rows_[i].state = FG_COMPARE_MEASURED;
            rows_[i].samples_s = &samples_[i * repeat];
            rows_[i].sample_count = repeat;
        }
    }
    Table(const Table &) = delete;
    Table &operator=(const Table &) = delete;
    const fg_compare_row &row(size_t i) const { return rows_[i]; }
    // Runs of a turn.
    unsigned together(size_t row) const {
        return static_cast<unsigned>(fg_compare_runs_together(&report_, &rows_[row]));
    }
    void draw(const std::function<double(size_t row)> &run_s) {
        for (size_t i = 0; i < rows_.size(); i++)
            for (size_t k = 0; k < rows_[i].sample_count; k++)
                rows_[i].samples_s[k] = run_s(i);
        fg_error error = {};
        ASSERT_EQ(fg_compare_evaluate(&report_, &error), FG_OK);
    }
    bool has_verdict() const {
        for (const fg_compare_row &row : rows_) {
            if (row.has_ratio && row.verdict == FG_STATISTICS_CLEAR)
                return true;
            for (const fg_compare_row &other : rows_)
                if (fg_compare_is_faster(&row, &other))
                    return true;
        }
        return false;
    }
    // Returns whether all runs of one row are below all of another.
    bool has_separation() const {
        for (const fg_compare_row &row : rows_)
            for (const fg_compare_row &other : rows_)
                if (row.summary.max_s < other.summary.min_s)
                    return true;
        return false;
    }

  private:
    fg_compare_request request_ = {};
    fg_compare_report report_ = {};
    std::vector<fg_compare_row> rows_;
    std::vector<double> samples_;
};

constexpr unsigned trials = 1000;
constexpr unsigned default_repeat = FG_OPTIONS_REPEAT;

// As many false verdicts as a rate of 1 % gives, and 3.3 standard deviations.
constexpr unsigned false_most = 10 + 10;

TEST(CompareVerdict, EqualRowsAreToldApartInOneComparisonOfAHundredAtMost) {
    for (const Kind &kind : kinds) {
        for (unsigned repeat : {1u, 2u, 3u, 5u, 12u, default_repeat, 20u}) {
            for (size_t rows : {2u, 5u, 15u, 20u}) {
                if (!every_case() && rows != 2 && rows != 20)
                    continue;
                Noise noise(static_cast<unsigned>(1000 * repeat + rows));
                Table table(rows, repeat);
                unsigned wrong = 0;
                for (unsigned trial = 0; trial < trials; trial++) {
                    table.draw([&](size_t row) { return kind.run_s(noise, row); });
                    wrong += table.has_verdict();
                }
                EXPECT_LE(wrong, false_most)
                    << kind.name << ", " << repeat << " runs, " << rows << " rows";
            }
        }
    }
}

// Counts the trials that tell two rows apart, though all rows are of one program. Each process has
// a speed of its own, and so has each turn.
unsigned told_apart(size_t rows, unsigned repeat, double of_process, double of_turn, double of_run,
                    unsigned count = 300) {
    Noise noise(repeat);
    Table table(rows, repeat);
    unsigned wrong = 0;
    for (unsigned trial = 0; trial < count; trial++) {
        std::vector<double> processes, turns(rows, 1);
        std::vector<unsigned> runs(rows, 0);
        for (size_t row = 0; row < rows; row++)
            processes.push_back(log_normal(noise, of_process));
        table.draw([&](size_t row) {
            if (runs[row]++ % table.together(row) == 0)
                turns[row] = log_normal(noise, of_turn);
            return 1e-3 * processes[row] * turns[row] * log_normal(noise, of_run);
        });
        wrong += table.has_verdict();
    }
    return wrong;
}

TEST(CompareVerdict, ProcessesOfOneProgramAreNotToldApart) {
    for (const unsigned repeat : {5u, default_repeat, 100u}) {
        for (const size_t rows : {2u, 12u}) {
            EXPECT_LE(told_apart(rows, repeat, 0.007, 0, 1e-3), 10u) << repeat << ", " << rows;
            EXPECT_LE(told_apart(rows, repeat, 0.007, 0, 0.03), 10u) << repeat << ", " << rows;
        }
    }
}

TEST(CompareVerdict, WhatDisturbsAWholeTurnDoesNotTellRowsApart) {
    for (const unsigned repeat : {5u, default_repeat, 100u})
        for (const size_t rows : {2u, 12u})
            EXPECT_LE(told_apart(rows, repeat, 0.007, 0.2, 0.01), 10u) << repeat << ", " << rows;
}

// The simulation finds fault with the rule that it was made for.
TEST(CompareVerdict, SamplesOfEqualRowsLieApartByChance) {
    Noise noise(1);
    for (const auto &[repeat, rate] : {std::pair(2u, 0.333), std::pair(3u, 0.1)}) {
        Table table(2, repeat);
        unsigned apart = 0;
        for (unsigned trial = 0; trial < trials; trial++) {
            table.draw([&](size_t row) { return kinds[0].run_s(noise, row); });
            apart += table.has_separation();
        }
        EXPECT_NEAR(apart, rate * trials, 60) << repeat;
    }
    Table table(15, 5);
    unsigned apart = 0;
    for (unsigned trial = 0; trial < trials; trial++) {
        table.draw([&](size_t row) { return kinds[0].run_s(noise, row); });
        apart += table.has_separation();
    }
    EXPECT_GT(apart, trials / 4);
}

// Returns how many of the trials find the first row faster than all others.
unsigned found(size_t rows, unsigned repeat, double factor,
               const std::function<double(Noise &)> &run_s) {
    Noise noise(repeat);
    Table table(rows, repeat);
    unsigned count = 0;
    for (unsigned trial = 0; trial < trials; trial++) {
        table.draw([&](size_t row) { return run_s(noise) * (row == 0 ? 1 : factor); });
        bool all = true;
        for (size_t i = 1; i < rows; i++)
            all = all && fg_compare_is_faster(&table.row(0), &table.row(i));
        count += all;
    }
    return count;
}

TEST(CompareVerdict, DifferencesAreFound) {
    const auto steady = [](Noise &noise) { return log_normal(noise, 0.02); };
    const auto contaminated = [](Noise &noise) {
        return log_normal(noise, 0.02) * (noise.uniform() < 0.02 ? 10 : 1);
    };
    for (size_t rows : {2u, 5u, 15u, 20u}) {
        // A tenth with the default of --repeat, over every other row at once.
        EXPECT_GE(found(rows, default_repeat, 1.1, steady), 0.98 * trials) << rows;
        EXPECT_GE(found(rows, 20, 1.1, steady), 0.98 * trials) << rows;
        // An outlier among the first row's runs does not take it away.
        EXPECT_GE(found(rows, default_repeat, 1.1, contaminated), 0.9 * trials) << rows;
        // Orders of magnitude with few runs.
        EXPECT_EQ(found(rows, 5, 10, steady), trials) << rows;
        EXPECT_EQ(found(rows, 3, 600, steady), trials) << rows;
        EXPECT_EQ(found(rows, 2, 1500, steady), trials) << rows;
        EXPECT_EQ(found(rows, 1, 1e9, steady), 0u) << rows;
    }
}

// Lines of serial, fork, threads and cuda over sizes 1, 3, 10, ...
class Curve {
  public:
    Curve(size_t size_count, unsigned runs) : lines_(fg_backend_count()), rows_(lines_.size()) {
        report_.rows = rows_.data();
        report_.row_count = rows_.size();
        report_.curve.measured = true;
        report_.curve.lines = lines_.data();
        report_.curve.line_count = lines_.size();
        for (size_t i = 0; i < lines_.size(); i++) {
            rows_[i].backend = fg_backend_name(i);
            rows_[i].properties = fg_backend_get_properties(rows_[i].backend);
            lines_[i].row = i;
            lines_[i].point_count = size_count;
            for (size_t k = 0; k < size_count; k++) {
                lines_[i].points[k].size = k + 1;
                lines_[i].points[k].sample_count = runs;
            }
        }
    }
    Curve(const Curve &) = delete;
    Curve &operator=(const Curve &) = delete;
    // `batch_s` is what run `run` at a size takes any backend; `factor` what its own is.
    void draw(const std::function<double()> &batch_s,
              const std::function<double(const std::string &backend, size_t size_index, size_t run)>
                  &factor) {
        for (size_t k = 0; k < lines_[0].point_count; k++) {
            for (size_t run = 0; run < lines_[0].points[k].sample_count; run++) {
                const double shared_s = batch_s();
                for (size_t i = 0; i < lines_.size(); i++)
                    lines_[i].points[k].samples_s[run] =
                        shared_s * factor(rows_[i].backend, k, run);
            }
        }
    }
    std::vector<fg_compare_break_even> break_evens() const {
        std::vector<fg_compare_break_even> found(FG_COMPARE_BREAK_EVENS_MAX);
        found.resize(fg_compare_break_evens(&report_, found.data()));
        return found;
    }
    bool has_leader() const {
        for (const fg_compare_break_even &found : break_evens())
            for (size_t i = 0; i < found.count; i++)
                if (found.leads[i].leader == FG_COMPARE_LEADS ||
                    found.leads[i].leader == FG_COMPARE_RIVAL_LEADS)
                    return true;
        return false;
    }

  private:
    fg_compare_report report_ = {};
    std::vector<fg_compare_curve_line> lines_;
    std::vector<fg_compare_row> rows_;
};

TEST(CompareLeads, EqualLinesHaveALeaderInOneComparisonOfAHundredAtMost) {
    for (const Kind &kind : kinds) {
        for (unsigned runs : {1u, 2u, 3u, 5u, static_cast<unsigned>(FG_COMPARE_CURVE_RUNS_MAX)}) {
            Noise noise(runs);
            Curve curve(12, runs);
            unsigned wrong = 0;
            for (unsigned trial = 0; trial < trials; trial++) {
                curve.draw([&] { return log_normal(noise, 2); }, // batches are unlike each other
                           [&](const std::string &backend, size_t, size_t) {
                               return kind.run_s(noise, backend.size());
                           });
                wrong += curve.has_leader();
            }
            EXPECT_LE(wrong, false_most) << kind.name << ", " << runs << " runs";
        }
    }
}

// A turn of a backend has one run of each size, and a noise of its own; so has a process.
TEST(CompareLeads, EqualLinesHaveNoLeaderByDisturbedTurns) {
    for (unsigned runs : {2u, 5u, static_cast<unsigned>(FG_COMPARE_CURVE_RUNS_MAX)}) {
        Noise noise(runs);
        Curve curve(12, runs);
        unsigned wrong = 0;
        for (unsigned trial = 0; trial < trials; trial++) {
            std::map<std::string, double> processes;
            std::map<std::pair<std::string, size_t>, double> turns;
            const auto noise_of = [&](auto *known, const auto &key, double deviation) {
                double &value = (*known)[key];
                return value = value > 0 ? value : log_normal(noise, deviation);
            };
            curve.draw([&] { return log_normal(noise, 2); },
                       [&](const std::string &backend, size_t, size_t run) {
                           return noise_of(&processes, backend, 0.007) *
                                  noise_of(&turns, std::make_pair(backend, run), 0.2) *
                                  log_normal(noise, 0.01);
                       });
            wrong += curve.has_leader();
        }
        EXPECT_LE(wrong, false_most) << runs << " runs";
    }
}

// Batches that differ by far more than the backends do, which only pairs see through.
TEST(CompareLeads, ABreakEvenIsFoundAmongBatchesThatDiffer) {
    Noise noise(7);
    Curve curve(12, FG_COMPARE_CURVE_RUNS_MAX);
    unsigned right = 0;
    for (unsigned trial = 0; trial < trials; trial++) {
        curve.draw([&] { return log_normal(noise, 2); },
                   [&](const std::string &backend, size_t size_index, size_t) {
                       const double gpu = size_index < 6 ? 2 : 0.8;
                       return log_normal(noise, 0.02) * (backend == "cuda" ? gpu : 1);
                   });
        const std::vector<fg_compare_break_even> found = curve.break_evens();
        ASSERT_EQ(found.size(), 3u);
        ASSERT_STREQ(found[0].backend, "cuda");
        ASSERT_STREQ(found[0].rival, "threads");
        right += fg_compare_is_break_even(&found[0]) && found[0].last == 6 &&
                 found[0].leads[5].leader == FG_COMPARE_RIVAL_LEADS;
        EXPECT_NEAR(found[0].leads[11].ratio, 1.25, 0.1);
    }
    EXPECT_GE(right, 0.98 * trials);
}

} // namespace
