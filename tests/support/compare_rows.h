/* SPDX-License-Identifier: MIT */
// The rows of a comparison and what may be said of each and of two of them, worked out anew from
// the JSON export. Nothing here comes from src/compare.
#ifndef FG_TESTS_COMPARE_ROWS_H
#define FG_TESTS_COMPARE_ROWS_H

#include "support/compare_costs.h"
#include "support/compare_samples.h"

namespace compare_sentences {

enum class Verdict { faster, slower, unclear, too_few_runs };

class Rows {
  protected:
    explicit Rows(const json_t *root) : root_(root) {
        const json_t *settings = json_object_get(root, "settings");
        jobs_ = number_at(settings, "jobs");
        repeat_ = static_cast<size_t>(number_at(settings, "repeat"));
        budget_ = general_text(number_at(settings, "budget_s"));
        count_ = static_cast<size_t>(number_at(json_object_get(root, "input"), "count"));
        disagree_ = has(root, "disagreement");
        read_rows();
    }

    const json_t *root_;
    std::vector<Row> rows_;
    double jobs_ = 0, error_ = 0;
    size_t repeat_ = 0, count_ = 0;
    std::string budget_;
    bool disagree_ = false;

    void read_rows() {
        const json_t *array = json_object_get(root_, "rows");
        size_t measured = 0;
        for (size_t i = 0; i < json_array_size(array); i++) {
            Row row;
            row.json = json_array_get(array, i);
            row.method = text_at(row.json, "method");
            row.backend = text_at(row.json, "backend");
            row.name = row.method + "/" + row.backend;
            row.state = text_at(row.json, "state");
            row.samples = samples_of(row.json);
            measured += row.measured();
            rows_.push_back(row);
        }
        error_ = 0.01 / static_cast<double>(measured);
        for (Row &row : rows_) {
            if (!row.measured())
                continue;
            row.median = median_of(row.samples);
            row.least = *std::min_element(row.samples.begin(), row.samples.end());
            row.most = *std::max_element(row.samples.begin(), row.samples.end());
            row.interval = interval_of(row.samples, error_,
                                       static_cast<size_t>(number_at(row.json, "runs_together")));
        }
    }

    // Medians with this ratio tell no rows apart.
    static bool is_near(double ratio) { return ratio < 1.05 && ratio > 1 / 1.05; }

    static Verdict verdict(const Row &row, const Row &other) {
        if (is_near(other.median / row.median) && row.samples.size() > 1)
            return Verdict::unclear;
        if (row.interval.high < other.interval.low)
            return Verdict::faster;
        if (other.interval.high < row.interval.low)
            return Verdict::slower;
        const bool apart = row.most < other.least || other.most < row.least;
        return apart || row.samples.size() == 1 ? Verdict::too_few_runs : Verdict::unclear;
    }

    const Row *find(const std::string &method, const std::string &backend) const {
        for (const Row &row : rows_)
            if (row.method == method && row.backend == backend)
                return &row;
        return nullptr;
    }
    const Row *find_measured(const std::string &method, const std::string &backend) const {
        const Row *row = find(method, backend);
        return row != nullptr && row->measured() ? row : nullptr;
    }
    const Row *baseline_of(const std::string &method) const {
        const Row *fork = find_measured(method, "fork");
        return fork != nullptr ? fork : find_measured(method, "serial");
    }
    std::vector<std::string> methods() const {
        std::vector<std::string> names;
        for (const Row &row : rows_)
            if (names.empty() || names.back() != row.method)
                names.push_back(row.method);
        return names;
    }

    std::string remark_of(const Row &row) const {
        const std::string times = remark_on_times(row);
        const Throttled throttled = row.measured() ? throttled_runs(row) : Throttled();
        if (throttled.runs == 0)
            return times;
        return times + (times.empty() ? "" : "; ") + "throttled in " +
               std::to_string(throttled.runs) + " of " + runs_text(row.samples.size());
    }

    static std::string runs_text(size_t count) {
        return std::to_string(count) + " run" + (count == 1 ? "" : "s");
    }

    std::string remark_on_times(const Row &row) const {
        if (row.state == "skipped") {
            const bool warmed_up = has(row.json, "warm_up_s");
            const double total_s =
                warmed_up ? (1.0 + static_cast<double>(repeat_)) * number_at(row.json, "warm_up_s")
                          : number_at(json_object_get(row.json, "estimate"), "total_s");
            char estimate[FG_QUANTITY_CELL];
            fg_format_duration(total_s, FG_ESTIMATE_DIGITS, estimate);
            return "skipped: about " + std::string(estimate) +
                   (warmed_up ? ", judging by its warm-up" : "") + " (--budget " + budget_ + " s)";
        }
        if (!row.measured())
            return row.state + ": " + text_at(row.json, "reason");
        if (json_is_false(json_object_get(row.json, "answers_agree")))
            return "other answers";
        const Row *baseline = baseline_of(row.method);
        if (baseline == nullptr || disagree_)
            return "";
        if (baseline == &row)
            return "baseline";
        return ratio_remark(*baseline, row);
    }

    static std::string ratio_remark(const Row &baseline, const Row &row) {
        const std::string value = ratio_text(baseline.median / row.median),
                          range = " (" + ratio_text(baseline.interval.low / row.interval.high) +
                                  " to " + ratio_text(baseline.interval.high / row.interval.low) +
                                  ")";
        switch (verdict(row, baseline)) {
        case Verdict::unclear:
            return "no clear difference" + range;
        case Verdict::too_few_runs:
            return "too few runs to tell (" + value + "x)";
        default:
            return value + "x" + range;
        }
    }

    static std::string too_few(size_t runs, double error, double gap, const std::string &of_what,
                               const std::string &what) {
        const std::string cure =
            of_what == "a size" ? ""
                                : "; --repeat=" + std::to_string(enough_runs(error)) + " would do";
        if (runs == 1)
            return "Too few runs: one of " + of_what + " tells no " + what + " apart" + cure;
        return "Too few runs: " + std::to_string(runs) + " of " + of_what + " tell " + what +
               " apart only if they are over " + ratio_text(std::max(gap, 1.05)) +
               "x apart in every run" + cure;
    }
};

} // namespace compare_sentences

#endif
