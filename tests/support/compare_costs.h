/* SPDX-License-Identifier: MIT */
// Costs of a row, worked out from the runs in a comparison's JSON export: cells of the tables under
// the times, and which runs were throttled. Nothing here comes from src/compare.
#ifndef FG_TESTS_COMPARE_COSTS_H
#define FG_TESTS_COMPARE_COSTS_H

#include "support/compare_samples.h"

#include <map>

namespace compare_sentences {

template <typename Use> void each_run_that_counts(const Row &row, Use use) {
    size_t i;
    const json_t *run;
    json_array_foreach(json_object_get(row.json, "runs"), i, run) {
        if (json_is_true(json_object_get(run, "counts")))
            use(run);
    }
}

struct Throttled {
    size_t runs = 0;
    std::string causes; // in the order of NVML's bits
};

// Reasons for lower clocks that are no setting, by bit: nvidia-smi's names, and the report's words.
inline Throttled throttled_runs(const Row &row) {
    static const std::pair<const char *, const char *> causes[] = {
        {"sw_power_cap", "power cap"},
        {"hw_slowdown", "hardware slowdown"},
        {"sync_boost", "sync boost with another GPU"},
        {"sw_thermal_slowdown", "heat"},
        {"hw_thermal_slowdown", "heat, by the hardware"},
        {"hw_power_brake_slowdown", "power brake"},
        {"board_limit", "board limit"}};
    Throttled throttled;
    std::map<std::string, bool> seen;
    each_run_that_counts(row, [&](const json_t *run) {
        const json_t *limits = json_object_get(json_object_get(run, "gpu"), "limits");
        bool any = false;
        for (size_t i = 0; i < json_array_size(limits); i++)
            for (const auto &[name, words] : causes)
                if (name == std::string(json_string_value(json_array_get(limits, i))))
                    any = seen[name] = true;
        throttled.runs += any;
    });
    for (const auto &[name, words] : causes)
        if (seen[name])
            throttled.causes += (throttled.causes.empty() ? "" : ", ") + std::string(words);
    return throttled;
}

inline std::string memory_text(double bytes) {
    char text[32];
    const double mib = bytes / 1048576;
    snprintf(text, sizeof text, mib < 9.95 ? "%.1f MiB" : "%.0f MiB", mib);
    return bytes == 0 ? "-" : text;
}

// Name, first answer, CPU, CPUs, memory, disturbed.
inline std::vector<std::string> cost_line(const Row &row) {
    std::vector<double> cpu_s, busy;
    each_run_that_counts(row, [&](const json_t *run) {
        cpu_s.push_back(std::max(number_at(run, "cpu_s"), 1e-9));
        busy.push_back(std::max(number_at(run, "cpu_s") * number_at(run, "median_of") /
                                    number_at(run, "elapsed_s"),
                                1e-9));
    });
    size_t known = 0, disturbed = 0, i;
    const json_t *const runs = json_object_get(row.json, "runs"), *run;
    json_array_foreach(runs, i, run) {
        known += has(run, "disturbed");
        disturbed += json_is_true(json_object_get(run, "disturbed"));
    }
    const bool most = 2 * known > json_array_size(runs);
    const std::string share = std::to_string(disturbed) + (most ? " of " : "+ of ") +
                              std::to_string(most ? known : json_array_size(runs));
    const double cpu = median_of(cpu_s);
    return {row.name,
            duration_text(number_at(row.json, "first_answer_s")),
            duration_text(cpu),
            ratio_text(median_of(busy)),
            memory_text(number_at(row.json, "peak_bytes")),
            known > 0 ? share : "-"};
}

// Name, CPU, GPU: joules for a million numbers, the median over runs or that of runs made for it.
// The name alone if nothing is known.
inline std::vector<std::string> energy_line(const Row &row, double count) {
    std::vector<std::string> line = {row.name};
    bool any = false;
    for (const char *const key : {"cpu_j", "gpu_j"}) {
        std::vector<double> joules;
        const auto add = [&](const json_t *energy) {
            if (!json_is_null(energy) && has(energy, key))
                joules.push_back(number_at(energy, key) / number_at(energy, "runs"));
        };
        each_run_that_counts(row, [&](const json_t *run) { add(json_object_get(run, "energy")); });
        if (joules.empty())
            add(json_object_get(row.json, "energy"));
        any = any || !joules.empty();
        line.push_back(joules.empty() ? "-" : ratio_text(median_of(joules) * 1e6 / count));
    }
    return any ? line : std::vector<std::string>{row.name};
}

// A line for each quantity that is known: name, before, during, after.
inline std::vector<std::vector<std::string>> state_lines(const Row &row) {
    std::vector<std::vector<std::string>> lines;
    for (const auto &quantity : {std::pair<const char *, const char *>("sm_mhz", "SM clock, MHz"),
                                 {"memory_mhz", "memory clock, MHz"},
                                 {"temperature_c", "temperature, C"},
                                 {"power_w", "power, W"}}) {
        const char *const key = quantity.first;
        std::vector<std::string> line = {row.name + ": " + quantity.second};
        bool any = false;
        for (const char *const moment : {"before", "during", "after"}) {
            std::vector<double> values;
            each_run_that_counts(row, [&](const json_t *run) {
                const json_t *reading = json_object_get(json_object_get(run, "gpu"), moment);
                if (reading != nullptr && json_is_number(json_object_get(reading, key)))
                    values.push_back(number_at(reading, key));
            });
            char text[32];
            snprintf(text, sizeof text, "%.0f", values.empty() ? 0 : median_of(values));
            line.push_back(values.empty() ? "-" : text);
            any = any || !values.empty();
        }
        if (any)
            lines.push_back(line);
    }
    return lines;
}

} // namespace compare_sentences

#endif
