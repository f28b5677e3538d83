/* SPDX-License-Identifier: MIT */
// The rows of a comparison from its JSON export: samples, medians and their intervals, worked out
// anew, and how figures are written. Nothing here comes from src/compare.
#ifndef FG_TESTS_COMPARE_SAMPLES_H
#define FG_TESTS_COMPARE_SAMPLES_H

#include "factor_gpu.h"
#include "measure/quantity.h"

#include <algorithm>
#include <cmath>
#include <jansson.h>
#include <string>
#include <vector>

namespace compare_sentences {

inline std::string ratio_text(double value) {
    char text[FG_QUANTITY_CELL];
    fg_format_ratio(value, text);
    return text;
}

inline std::string duration_text(double seconds) {
    char text[FG_QUANTITY_CELL];
    fg_format_duration(seconds, FG_MEASURED_DIGITS, text);
    return text;
}

inline std::string general_text(double value) {
    char text[64];
    snprintf(text, sizeof text, "%.6g", value);
    return text;
}

// "a, b and c"
inline std::string list_text(const std::vector<std::string> &items) {
    std::string text;
    for (size_t i = 0; i < items.size(); i++)
        text += (i == 0 ? "" : i + 1 < items.size() ? ", " : " and ") + items[i];
    return text;
}

inline double number_at(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

inline std::string text_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != nullptr ? text : "";
}

inline bool has(const json_t *object, const char *key) {
    return !json_is_null(json_object_get(object, key));
}

inline std::vector<double> samples_of(const json_t *object) {
    std::vector<double> samples;
    const json_t *array = json_object_get(object, "samples_s");
    for (size_t i = 0; i < json_array_size(array); i++)
        samples.push_back(json_number_value(json_array_get(array, i)));
    return samples;
}

inline double median_of(std::vector<double> samples) {
    std::sort(samples.begin(), samples.end());
    const size_t n = samples.size();
    return n % 2 == 1 ? samples[n / 2] : (samples[n / 2 - 1] + samples[n / 2]) / 2;
}

// P(Binomial(n, 1/2) < k), from the binomial coefficients of whole numbers: n is at most 50.
inline double tail_of(size_t n, size_t k) {
    double sum = 0, coefficient = 1;
    for (size_t i = 0; i < k; i++) {
        sum += coefficient;
        coefficient = coefficient * static_cast<double>(n - i) / static_cast<double>(i + 1);
    }
    return std::ldexp(sum, -static_cast<int>(n));
}

// Returns how many times the interval is wider than so few samples.
inline double margin_of(size_t n, double error) {
    return std::max(1.0, 0.5 * std::exp(std::log(2 / error) / static_cast<double>(n)));
}

inline size_t enough_runs(double error) {
    size_t n = 2;
    while (2 * tail_of(n, 1) > error)
        n++;
    return n;
}

struct Interval {
    double low, high;
};

// Returns the interval of samples of which `together` at a time have one cause of noise.
inline Interval interval_of(std::vector<double> samples, double error, size_t together = 1) {
    std::sort(samples.begin(), samples.end());
    const size_t turns = (samples.size() + together - 1) / together;
    if (turns == 1)
        return {0, HUGE_VAL};
    size_t rank = 0;
    while (2 * tail_of(turns, rank + 1) <= error)
        rank++;
    if (rank > 0)
        return {samples[(rank - 1) * together],
                samples[samples.size() - 1 - (rank - 1) * together]};
    return {samples.front() / margin_of(turns, error), samples.back() * margin_of(turns, error)};
}

struct Row {
    std::string method, backend, name, state;
    std::vector<double> samples;
    double median = 0, least = 0, most = 0;
    Interval interval = {};
    const json_t *json = nullptr;
    bool measured() const { return state == "measured"; }
    bool one_worker() const { return backend == "serial"; }
    bool on_gpu() const { return backend == "cuda"; }
    bool is_brief() const { // a sample is the median of many runs
        size_t i;
        const json_t *run;
        json_array_foreach(json_object_get(json, "runs"), i, run) {
            if (json_integer_value(json_object_get(run, "median_of")) > 1)
                return true;
        }
        return false;
    }
};

} // namespace compare_sentences

#endif
