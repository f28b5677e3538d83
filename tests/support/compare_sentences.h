/* SPDX-License-Identifier: MIT */
// The sentences of a comparison's report, worked out anew from the JSON export: from the raw
// samples to what may be said of them. Nothing here comes from src/compare; only numbers are
// formatted by measure/quantity.h.
#ifndef FG_TESTS_COMPARE_SENTENCES_H
#define FG_TESTS_COMPARE_SENTENCES_H

#include "support/compare_costs.h"
#include "support/compare_samples.h"

#include <map>

namespace compare_sentences {

enum class Verdict { faster, slower, unclear, too_few_runs };

class Sentences {
  public:
    std::vector<std::string> notes, curve_notes;
    std::vector<std::string> remarks; // of each row
    // Lines of the tables under the times: a name, then its cells.
    std::vector<std::vector<std::string>> costs, energies, states;
    std::string scope, conclusion, batches;

    explicit Sentences(const json_t *root) : root_(root) {
        const json_t *settings = json_object_get(root, "settings");
        jobs_ = number_at(settings, "jobs");
        repeat_ = static_cast<size_t>(number_at(settings, "repeat"));
        budget_ = general_text(number_at(settings, "budget_s"));
        count_ = static_cast<size_t>(number_at(json_object_get(root, "input"), "count"));
        disagree_ = has(root, "disagreement");
        read_rows();
        make_scope();
        for (const Row &row : rows_)
            remarks.push_back(remark_of(row));
        make_notes();
        make_conclusion();
        for (const Row &row : rows_)
            if (row.measured())
                add_lines(row);
        if (has(root, "curve"))
            make_curve(json_object_get(root, "curve"));
    }

  private:
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

    void make_scope() {
        const auto measured = std::count_if(rows_.begin(), rows_.end(),
                                            [](const Row &row) { return row.measured(); });
        scope = "From numbers in memory to complete, ordered answers in memory";
        if (measured > 0)
            scope += "; " + std::to_string(repeat_) + " timed run" + (repeat_ == 1 ? "" : "s") +
                     " of each row after a warm-up";
        scope += ".";
        if (std::any_of(rows_.begin(), rows_.end(), [](const Row &row) { return row.is_brief(); }))
            scope += " Where a run on the CPU takes less than 1 ms, the median of the runs in 10 "
                     "ms stands for one.";
        if (!disagree_ && measured > 1)
            scope += " Ratio Nx: N times as fast as the method's baseline, with the range that the "
                     "runs leave open. All verdicts of the tables (a ratio, \"faster\", "
                     "\"fastest\") are right together in at least 99 % of comparisons. Rows less "
                     "than 5 % apart are not told apart: so much can lie between two processes of "
                     "one program.";
    }

    void add_lines(const Row &row) {
        costs.push_back(cost_line(row));
        const std::vector<std::string> energy =
            energy_line(row, static_cast<double>(count_)); // without cells if nothing is known
        if (energy.size() > 1)
            energies.push_back(energy);
        if (row.on_gpu())
            for (const auto &line : state_lines(row))
                states.push_back(line);
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

    // ---- Notes ----

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

    void make_notes() {
        if (!disagree_) {
            bool too_few_runs = false;
            for (const Row &row : rows_)
                for (const Row &other : rows_)
                    too_few_runs =
                        too_few_runs || (&row != &other && row.measured() && other.measured() &&
                                         verdict(row, other) == Verdict::too_few_runs);
            if (too_few_runs)
                notes.push_back(too_few(repeat_, error_, std::pow(margin_of(repeat_, error_), 2),
                                        "each row", "rows"));
            note_baselines();
            note_algorithm();
            note_one_worker();
        }
        note_rows("Medians under 5 ms: timer and scheduler noise weigh (",
                  [](const Row &row) { return row.median < 5e-3 && !row.is_brief(); });
        note_rows("Outliers: the slowest run took over twice the median (",
                  [](const Row &row) { return row.most > 2 * row.median; });
        note_gpu();
        note_power();
    }

    void note_power() {
        for (const Row &row : rows_) {
            const Throttled throttled = throttled_runs(row);
            if (throttled.runs > 0)
                notes.push_back(row.name + " was throttled in " + std::to_string(throttled.runs) +
                                " of " + std::to_string(row.samples.size()) + " timed run" +
                                (row.samples.size() == 1 ? "" : "s") + " (" + throttled.causes +
                                "): the GPU's clocks were held down, and its times are longer for "
                                "it");
        }
        const json_t *cpu = json_object_get(root_, "cpu_energy");
        if (has(cpu, "reason"))
            notes.push_back("The energy of the CPU is unknown: " + text_at(cpu, "reason"));
        std::vector<std::string> said;
        for (const Row &row : rows_) {
            const std::string reason = text_at(row.json, "sensor_reason");
            if (reason.empty() || std::find(said.begin(), said.end(), reason) != said.end())
                continue;
            said.push_back(reason);
            notes.push_back(row.backend +
                            (row.on_gpu() ? ": clocks, power and energy of the GPU are unknown: "
                                          : ": energy is unknown: ") +
                            reason);
        }
    }

    void note_baselines() {
        for (const std::string &method : methods()) {
            size_t measured = 0;
            for (const Row &row : rows_)
                measured += row.method == method && row.measured();
            const bool has_serial = find_measured(method, "serial") != nullptr;
            if (measured == 0 || find_measured(method, "fork") != nullptr ||
                (has_serial && measured == 1))
                continue;
            if (has_serial)
                notes.push_back(method + ": " + absence(method, "fork") +
                                ", so the ratios are to serial");
            else
                notes.push_back(method + ": no ratio, because " + absence(method, "fork") +
                                " and " + absence(method, "serial"));
        }
    }

    std::string absence(const std::string &method, const std::string &backend) const {
        const Row *row = find(method, backend);
        if (row == nullptr)
            return backend + " is not in this comparison";
        return backend + (row->state == "failed" ? " " : " was ") + row->state;
    }

    void note_algorithm() {
        const Row *fast = nullptr;
        for (const Row &row : rows_)
            if (row.measured() && row.one_worker() &&
                (fast == nullptr || row.median < fast->median))
                fast = &row;
        std::string text;
        for (const Row &row : rows_) {
            if (fast == nullptr || !row.one_worker() || !row.measured() ||
                verdict(*fast, row) != Verdict::faster)
                continue;
            text += (text.empty() ? "" : " and ") + ratio_text(row.median / fast->median) +
                    "x as fast as " + row.method;
        }
        if (!text.empty())
            notes.push_back("The algorithm alone: on serial, " + fast->method + " is " + text +
                            "; the ratios of the table leave that out");
    }

    void note_one_worker() {
        for (const std::string &method : methods()) {
            const Row *serial = find_measured(method, "serial");
            std::vector<std::string> slower;
            for (const Row &row : rows_)
                if (serial != nullptr && row.method == method && row.measured() &&
                    verdict(*serial, row) == Verdict::faster && row.median >= 1.05 * serial->median)
                    slower.push_back(row.backend + " (" + ratio_text(row.median / serial->median) +
                                     "x)");
            if (!slower.empty())
                notes.push_back(method + ": serial, with one worker, is faster than " +
                                list_text(slower));
        }
    }

    template <typename Holds> void note_rows(const std::string &words, Holds holds) {
        std::string names;
        for (const Row &row : rows_)
            if (row.measured() && holds(row))
                names += (names.empty() ? "" : ", ") + row.name;
        if (!names.empty())
            notes.push_back(words + names + ")");
    }

    void note_gpu() {
        bool measured = false, staged = false;
        json_int_t reruns = 0;
        for (const Row &row : rows_) {
            if (!row.on_gpu() || !row.measured())
                continue;
            measured = true;
            staged = staged || has(row.json, "timing");
            reruns +=
                json_integer_value(json_object_get(json_object_get(row.json, "timing"), "reruns"));
        }
        if (measured)
            notes.push_back(std::string("cuda: start-up is paid once and is not in the times") +
                            (staged ? "; copies and kernels are means per run on the GPU's clock "
                                      "and overlap, so that they need not add up"
                                    : ""));
        if (reruns > 0)
            notes.push_back("cuda: " + std::to_string(reruns) +
                            " kernel launches of the timed runs were repeated, as their buffer of "
                            "hits was too small");
    }

    // ---- The conclusion ----

    const Row *fastest(bool with_gpu, const Row *except = nullptr) const {
        const Row *best = nullptr;
        for (const Row &row : rows_)
            if (&row != except && row.measured() && (with_gpu || !row.on_gpu()) &&
                (best == nullptr || row.median < best->median))
                best = &row;
        return best;
    }

    void make_conclusion() {
        const Row *winner = fastest(true);
        if (disagree_) {
            conclusion = "The rows do not agree on the answers, so their times say nothing.";
            return;
        }
        if (winner == nullptr) {
            conclusion = "No row was measured.";
            return;
        }
        const Row *second = fastest(true, winner);
        std::vector<std::string> unclear, too_few_runs;
        for (const Row &row : rows_) {
            if (&row == winner || !row.measured())
                continue;
            if (verdict(*winner, row) == Verdict::unclear)
                unclear.push_back(row.name);
            if (verdict(*winner, row) == Verdict::too_few_runs)
                too_few_runs.push_back(row.name);
        }
        const bool first = unclear.empty() && too_few_runs.empty();
        conclusion = (second == nullptr ? "Measured alone: "
                      : first           ? "Fastest: "
                                        : "Lowest median: ") +
                     winner->name + ", " + (first ? "median " : "") + duration_text(winner->median);
        const Row *baseline = baseline_of(winner->method);
        if (baseline != nullptr && baseline != winner &&
            verdict(*winner, *baseline) == Verdict::faster)
            conclusion += ", " + ratio_remark(*baseline, *winner) + " as fast as " + baseline->name;
        conclusion += rivals("; no clear difference from ", unclear) +
                      rivals("; too few runs to tell it from ", too_few_runs) + ".";
        if (winner->on_gpu())
            conclude_gpu(*winner);
        else if (second != nullptr && jobs_ == 1)
            conclude_one_job();
        else
            conclude_processes(*winner);
    }

    static std::string rivals(const std::string &words, std::vector<std::string> names) {
        if (names.empty())
            return "";
        if (names.size() <= 3)
            return words + list_text(names);
        const size_t more = names.size() - 3;
        return words + names[0] + ", " + names[1] + ", " + names[2] + " and " +
               std::to_string(more) + " more";
    }

    static double first_answer_s(const Row &row) { return number_at(row.json, "first_answer_s"); }

    void conclude_gpu(const Row &winner) {
        conclusion += " The GPU's start-up of " +
                      duration_text(number_at(winner.json, "start_up_s")) + " is not in the times";
        const Row *cpu = nullptr;
        for (const Row &row : rows_)
            if (row.measured() && !row.on_gpu() &&
                (cpu == nullptr || first_answer_s(row) < first_answer_s(*cpu)))
                cpu = &row;
        if (cpu != nullptr)
            conclusion += ": with start-up, the first batch took " +
                          duration_text(first_answer_s(winner)) + ", against " +
                          duration_text(first_answer_s(*cpu)) + " on " + cpu->name;
        conclusion += ".";
    }

    void conclude_one_job() {
        std::vector<std::string> backends;
        for (const Row &row : rows_)
            if (row.measured() && !row.one_worker() && !row.on_gpu() &&
                std::find(backends.begin(), backends.end(), row.backend) == backends.end())
                backends.push_back(row.backend);
        if (!backends.empty())
            conclusion += " With 1 job, " + list_text(backends) +
                          (backends.size() == 1 ? " has one worker" : " have one worker each") +
                          " and nothing runs side by side on the CPU.";
    }

    void conclude_processes(const Row &winner) {
        const Row *fork = find_measured(winner.method, "fork");
        const Row *pool = find_measured(winner.method, "pool");
        const Row *serial = find_measured(winner.method, "serial");
        if (fork == &winner || pool == &winner || serial == nullptr)
            return;
        if (fork != nullptr && serial->interval.high <= 0.5 * fork->interval.low) {
            const int percent =
                static_cast<int>(100 * (1 - serial->interval.high / fork->interval.low));
            conclusion += " fork takes " + duration_text(fork->median) +
                          " for what serial does in " + duration_text(serial->median) +
                          ": at least " + std::to_string(percent) +
                          " % of it goes into its processes, not into the numbers.";
            return;
        }
        const double total = number_at(winner.json, "work"),
                     largest = number_at(winner.json, "work_largest");
        if (winner.method == "factor" || winner.method == "sieve" ||
            number_at(winner.json, "workers") <= 1 || largest * jobs_ <= total)
            return;
        std::vector<std::string> waiting;
        for (const Row *row : {fork, pool})
            if (row != nullptr && serial->median * (largest / total) >= 0.5 * row->median)
                waiting.push_back(row->backend);
        if (waiting.empty())
            return;
        char part[FG_QUANTITY_CELL], all[FG_QUANTITY_CELL];
        fg_format_count(largest, part);
        fg_format_count(total, all);
        conclusion += " " + list_text(waiting) + (waiting.size() == 1 ? " gives" : " give") +
                      " each number to one process, and " + part + " of " + all +
                      " candidates are in one number, which bounds what more processes can win" +
                      (winner.backend == "threads" ? "; threads split a number's candidates" : "") +
                      ".";
    }

    // ---- The curve ----

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
            curve_notes.push_back(
                "cuda: the start-up of " +
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
            curve_notes.push_back(text_at(line, "backend") + ": something else took CPU time in " +
                                  general_text(disturbed) + " of the " + general_text(known) +
                                  " run" + (known == 1 ? "" : "s") + " that can tell");
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
            curve_notes.push_back(text_at(line, "backend") + ": throttled in " +
                                  std::to_string(throttled) + " of the " + std::to_string(runs) +
                                  " runs of these batches: the GPU's clocks were held down");
    }

    void note_missing_runs(const json_t *line, size_t runs) {
        size_t i;
        const json_t *point;
        json_array_foreach(json_object_get(line, "points"), i, point) {
            if (samples_of(point).size() == runs)
                continue;
            curve_notes.push_back(
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
            curve_notes.push_back(backend + ": failed: " + text_at(line, "reason"));
        else if (has(line, "over_budget_at"))
            curve_notes.push_back(
                backend + ": batches of " +
                std::to_string(json_integer_value(json_object_get(line, "over_budget_at"))) +
                " and more are left out, as --budget " + budget_ + " s has no room for them");
        else if (json_array_size(json_object_get(line, "points")) == 0 && !row->measured())
            curve_notes.push_back(backend + ": " + remark_of(*row));
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
            curve_notes.push_back(duel_text(a, b, leads));
        }
        if (too_few_runs > 0)
            curve_notes.push_back(too_few(too_few_runs, error, margin_of(too_few_runs, error),
                                          too_few_runs == runs ? "each size" : "a size",
                                          "backends"));
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
