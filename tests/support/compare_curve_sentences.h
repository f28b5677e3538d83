/* SPDX-License-Identifier: MIT */
// The sentences on the curve of a comparison, time against batch size, worked out anew from the
// JSON export. Nothing here comes from src/compare.
#ifndef FG_TESTS_COMPARE_CURVE_SENTENCES_H
#define FG_TESTS_COMPARE_CURVE_SENTENCES_H

#include "support/compare_rows.h"

#include <map>

namespace compare_sentences {

class CurveSentences : Rows {
  public:
    std::vector<std::string> notes;
    std::string batches;

    explicit CurveSentences(const json_t *root) : Rows(root) {
        if (has(root, "curve"))
            make_curve(json_object_get(root, "curve"));
    }

  private:
    struct Line {
        const json_t *json;
        std::vector<size_t> sizes;
        std::vector<std::vector<double>> samples;
    };

    static std::string numbers(size_t size) {
        return std::to_string(size) + " number" + (size == 1 ? "" : "s");
    }

    void make_curve(const json_t *curve) {
        std::map<std::string, Line> lines;
        const json_t *array = json_object_get(curve, "lines");
        size_t largest = 0, smallest = 0;
        for (size_t i = 0; i < json_array_size(array); i++) {
            Line line;
            line.json = json_array_get(array, i);
            const json_t *points = json_object_get(line.json, "points");
            for (size_t k = 0; k < json_array_size(points); k++) {
                const json_t *point = json_array_get(points, k);
                line.sizes.push_back(static_cast<size_t>(number_at(point, "count")));
                line.samples.push_back(samples_of(point));
                smallest = line.sizes.front();
                largest = std::max(largest, line.sizes.back());
            }
            lines[text_at(line.json, "backend")] = line;
        }
        const size_t runs = std::min<size_t>(repeat_, 18);
        size_t fewest = runs;
        for (const auto &[backend, line] : lines)
            for (const std::vector<double> &samples : line.samples)
                fewest = std::min(fewest, samples.size());
        const std::string method = text_at(curve, "method");
        make_batches(curve, fewest, runs, smallest, largest);
        make_duels(lines, runs);
        if (!lines["cuda"].sizes.empty())
            notes.push_back("cuda: the start-up of " +
                            duration_text(number_at(find(method, "cuda")->json, "start_up_s")) +
                            " is paid once and is not in these times");
        for (size_t i = 0; i < json_array_size(array); i++)
            note_disturbed_batches(json_array_get(array, i));
        for (size_t i = 0; i < json_array_size(array); i++)
            note_throttled_batches(json_array_get(array, i));
        for (size_t i = 0; i < json_array_size(array); i++) {
            note_missing_runs(json_array_get(array, i), runs);
            note_line(method, json_array_get(array, i));
        }
    }

    static bool has_brief_batch(const json_t *curve) {
        size_t i, k, run;
        const json_t *line, *point, *count;
        json_array_foreach(json_object_get(curve, "lines"), i, line) {
            json_array_foreach(json_object_get(line, "points"), k, point) {
                json_array_foreach(json_object_get(point, "median_of"), run, count) {
                    if (json_integer_value(count) > 1)
                        return true;
                }
            }
        }
        return false;
    }

    void make_batches(const json_t *curve, size_t fewest, size_t runs, size_t smallest,
                      size_t largest) {
        const std::string method = text_at(curve, "method");
        if (largest == 0) {
            batches = "No batch of any size was timed with the method " + method + ".";
            return;
        }
        batches = "Time of one batch with the method " + method + ", the median of " +
                  (fewest < runs ? std::to_string(fewest) + " to " : "") + std::to_string(runs) +
                  (runs == 1 ? " run after a warm-up."
                             : " runs after a warm-up, each in a turn of its own.");
        if (has_brief_batch(curve))
            batches += " Where a batch on the CPU takes less than 1 ms, the median of those in 10 "
                       "ms stands for one run.";
        if (smallest < count_ && runs == 1)
            batches += " The batches are the input's first numbers.";
        else if (smallest < count_)
            batches += " The runs of a batch shorter than the input's " + std::to_string(count_) +
                       " numbers begin at places spread evenly over it, the same for every "
                       "backend.";
        if (largest > count_)
            batches +=
                " Batches of more than the input's " + numbers(count_) + " repeat the input.";
    }

    void note_disturbed_batches(const json_t *line) {
        double known = 0, disturbed = 0;
        size_t i;
        const json_t *point;
        json_array_foreach(json_object_get(line, "points"), i, point) {
            known += number_at(point, "known_runs");
            disturbed += number_at(point, "disturbed_runs");
        }
        if (disturbed > 0)
            notes.push_back(text_at(line, "backend") + ": something else took CPU time in " +
                            general_text(disturbed) + " of the " + general_text(known) + " run" +
                            (known == 1 ? "" : "s") + " that can tell");
    }

    void note_throttled_batches(const json_t *line) {
        const json_t *points = json_object_get(line, "points");
        size_t runs = 0, throttled = 0;
        for (size_t i = 0; i < json_array_size(points); i++) {
            const json_t *point = json_array_get(points, i);
            runs += samples_of(point).size();
            throttled += static_cast<size_t>(number_at(point, "throttled_runs"));
        }
        if (throttled > 0)
            notes.push_back(text_at(line, "backend") + ": throttled in " +
                            std::to_string(throttled) + " of the " + std::to_string(runs) +
                            " runs of these batches: the GPU's clocks were held down");
    }

    void note_missing_runs(const json_t *line, size_t runs) {
        size_t i;
        const json_t *point;
        json_array_foreach(json_object_get(line, "points"), i, point) {
            if (samples_of(point).size() == runs)
                continue;
            notes.push_back(
                text_at(line, "backend") + ": batches of " +
                general_text(number_at(point, "count")) + " and more have fewer than " +
                std::to_string(runs) + " runs" +
                (has(line, "reason") ? "" : ", as --budget " + budget_ + " s has no room for all"));
            return;
        }
    }

    void note_line(const std::string &method, const json_t *line) {
        const std::string backend = text_at(line, "backend");
        const Row *row = find(method, backend);
        if (has(line, "reason"))
            notes.push_back(backend + ": failed: " + text_at(line, "reason"));
        else if (has(line, "over_budget_at"))
            notes.push_back(
                backend + ": batches of " +
                std::to_string(json_integer_value(json_object_get(line, "over_budget_at"))) +
                " and more are left out, as --budget " + budget_ + " s has no room for them");
        else if (json_array_size(json_object_get(line, "points")) == 0 && !row->measured())
            notes.push_back(backend + ": " + remark_of(*row));
    }

    // One size of a duel: the word that stands for its leader, and by how much it leads.
    struct Lead {
        size_t size;
        std::string leader; // a backend, "unclear" or "too few"
        double ratio;
    };

    void make_duels(std::map<std::string, Line> &lines, size_t runs) {
        std::vector<std::pair<std::string, std::string>> pairs;
        size_t family = 0;
        for (const auto &[a, b] : {std::pair<std::string, std::string>("cuda", "threads"),
                                   {"threads", "serial"},
                                   {"fork", "serial"}}) {
            const size_t both = std::min(lines[a].sizes.size(), lines[b].sizes.size());
            if (both > 0 && !disagree_)
                pairs.emplace_back(a, b);
            family += both;
        }
        const double error = 0.01 / static_cast<double>(family);
        size_t too_few_runs = 0; // the least count of them
        for (const auto &[a, b] : pairs) {
            std::vector<Lead> leads;
            for (size_t k = 0; k < std::min(lines[a].sizes.size(), lines[b].sizes.size()); k++) {
                const size_t both =
                    std::min(lines[a].samples[k].size(), lines[b].samples[k].size());
                leads.push_back(
                    lead_of(a, lines[a].samples[k], b, lines[b].samples[k], both, error));
                leads.back().size = lines[a].sizes[k];
                if (leads.back().leader == "too few" && (too_few_runs == 0 || both < too_few_runs))
                    too_few_runs = both;
            }
            notes.push_back(duel_text(a, b, leads));
        }
        if (too_few_runs > 0)
            notes.push_back(too_few(too_few_runs, error, margin_of(too_few_runs, error),
                                    too_few_runs == runs ? "each size" : "a size", "backends"));
    }

    static Lead lead_of(const std::string &a, const std::vector<double> &a_s, const std::string &b,
                        const std::vector<double> &b_s, size_t count, double error) {
        std::vector<double> ratios;
        size_t above = 0, below = 0;
        for (size_t i = 0; i < count; i++) {
            ratios.push_back(b_s[i] / a_s[i]);
            above += ratios.back() > 1;
            below += ratios.back() < 1;
        }
        const Interval interval = interval_of(ratios, error);
        const double ratio = median_of(ratios);
        if (is_near(ratio) && ratios.size() > 1)
            return {0, "unclear", 0};
        if (interval.low > 1)
            return {0, a, ratio};
        if (interval.high < 1)
            return {0, b, 1 / ratio};
        const bool one_sided = above == ratios.size() || below == ratios.size();
        return {0, one_sided || ratios.size() == 1 ? "too few" : "unclear", 0};
    }

    static std::string sizes_text(const std::vector<Lead> &leads, size_t first, size_t last) {
        return (first < last ? std::to_string(leads[first].size) + " to " : "") +
               numbers(leads[last].size);
    }

    static std::string by_text(const std::vector<Lead> &leads, size_t first, size_t last) {
        double most = 0;
        for (size_t i = first; i <= last; i++)
            most = std::max(most, leads[i].ratio);
        return std::string(first < last ? " (up to " : " (") + ratio_text(most) + "x)";
    }

    static std::string duel_text(const std::string &a, const std::string &b,
                                 const std::vector<Lead> &leads) {
        const size_t end = leads.size() - 1;
        size_t top = end;
        while (top > 0 && leads[top - 1].leader == leads[end].leader)
            top--;
        std::string text;
        const std::string &leader = leads[end].leader;
        const std::string most = ", the most that both were timed with";
        if (leader == "unclear") {
            text = "no clear difference between " + a + " and " + b + " with " +
                   sizes_text(leads, top, end) + most;
        } else if (leader == "too few") {
            text = "too few runs to tell " + a + " and " + b + " apart with " +
                   sizes_text(leads, top, end) + most;
        } else {
            text = leader + " is faster than " + (leader == a ? b : a) + " ";
            if (top == end)
                text += "with " + numbers(leads[end].size) + most;
            else if (top == 0)
                text += "at every size that both were timed with, " + sizes_text(leads, 0, end);
            else
                text += "from " + std::to_string(leads[top].size) +
                        " numbers on, as far as both were timed, " +
                        std::to_string(leads[end].size);
            text += by_text(leads, top, end);
        }
        for (size_t first = 0; first < top;) {
            size_t last = first;
            while (last + 1 < top && leads[last + 1].leader == leads[first].leader)
                last++;
            text += "; with " + sizes_text(leads, first, last);
            if (leads[first].leader == "unclear")
                text += " there is no clear difference";
            else if (leads[first].leader == "too few")
                text += " the runs are too few to tell";
            else
                text += " " + leads[first].leader + " is faster" + by_text(leads, first, last);
            first = last + 1;
        }
        return text;
    }
};

} // namespace compare_sentences

#endif
