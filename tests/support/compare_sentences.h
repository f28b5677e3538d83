/* SPDX-License-Identifier: MIT */
// The sentences of a comparison's report, worked out anew from the JSON export: from the raw
// samples to what may be said of them. Nothing here comes from src/compare; only numbers are
// formatted by measure/quantity.h.
#ifndef FG_TESTS_COMPARE_SENTENCES_H
#define FG_TESTS_COMPARE_SENTENCES_H

#include "support/compare_curve_sentences.h"
#include "support/compare_rows.h"

namespace compare_sentences {

class Sentences : Rows {
  public:
    std::vector<std::string> notes, curve_notes;
    std::vector<std::string> remarks; // of each row
    // Lines of the tables under the times: a name, then its cells.
    std::vector<std::vector<std::string>> costs, energies, states;
    std::string scope, conclusion, batches;

    explicit Sentences(const json_t *root) : Rows(root) {
        make_scope();
        for (const Row &row : rows_)
            remarks.push_back(remark_of(row));
        make_notes();
        make_conclusion();
        for (const Row &row : rows_)
            if (row.measured())
                add_lines(row);
        const CurveSentences curve(root);
        curve_notes = curve.notes;
        batches = curve.batches;
    }

  private:
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

    // ---- Notes ----

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
        note_rows("Medians of brief runs: their mean is over 1.2 times as long (",
                  [](const Row &row) {
                      double elapsed_s = 0, of_medians_s = 0;
                      each_run_that_counts(row, [&](const json_t *run) {
                          elapsed_s += number_at(run, "elapsed_s");
                          of_medians_s += number_at(run, "wall_s") * number_at(run, "median_of");
                      });
                      return row.is_brief() && elapsed_s > 1.2 * of_medians_s;
                  });
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
};

} // namespace compare_sentences

#endif
