/* SPDX-License-Identifier: MIT */
// Shared by the tests of the comparison's reports: reports written to strings, and reports that no
// scheduler would make but whose every part some machine could.
#ifndef FG_TESTS_COMPARE_SYNTHETIC_H
#define FG_TESTS_COMPARE_SYNTHETIC_H

#include "compare/compare_report.h"
#include "compare/report/compare_text.h"
#include "support/compare_fakes.h"
#include "support/number_list_of.h"
#include "support/random_numbers.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace compare_synthetic {

using compare_fakes::small_numbers;

inline std::string written(const std::function<void(FILE *)> &write) {
    char *text = nullptr;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    write(stream);
    fclose(stream);
    const std::string result(text, size);
    free(text);
    return result;
}

inline std::string text_of(const fg_compare_report &report) {
    return written([&](FILE *out) { fg_compare_write_text(&report, out); });
}

inline bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

// Text as a driver or a file system might hand it over.
class RandomText {
  public:
    explicit RandomText(unsigned seed) : random_(seed) {}
    size_t below(size_t limit) {
        return std::uniform_int_distribution<size_t>(0, limit - 1)(random_);
    }
    double real(double low_exponent, double high_exponent) {
        return std::pow(10, std::uniform_real_distribution<>(low_exponent, high_exponent)(random_));
    }
    std::string words(size_t length) {
        std::string text;
        while (text.size() < length) {
            static const char *const odd[] = {"\n", "\t", "\x1b[31m", "|", "`", "\xC3\xA9", "\xFF"};
            const size_t word = below(8) == 0 ? 200 : 1 + below(12);
            for (size_t i = 0; i < word; i++)
                text += below(30) == 0 ? odd[below(7)] : std::string(1, char('a' + below(26)));
            text += ' ';
        }
        return text.substr(0, length);
    }

  private:
    std::mt19937 random_;
};

inline void copy(char *to, size_t size, const std::string &text) {
    snprintf(to, size, "%s", text.c_str());
}

// A report that no scheduler would make, but whose every part a machine could.
struct SyntheticReport {
    fg_compare_report report = {};
    fg_compare_request request = {};
    struct fg_build_info build = {};
    std::string label, backends[8], strings[5];
    std::vector<fg_compare_row> rows;
    const fg_backend_properties unknown = {}; // of a backend that the library does not have
    std::vector<double> samples;
    const uint64_t number = UINT64_MAX;

    explicit SyntheticReport(unsigned seed) {
        RandomText random(seed);
        label = random.words(1 + random.below(300));
        for (std::string &string : strings)
            string = random.words(1 + random.below(60));
        build = {strings[0].c_str(), strings[1].c_str(), strings[2].c_str(),
                 strings[3].c_str(), strings[4].c_str(), nullptr};
        request.numbers = &number;
        request.count = 1;
        request.input_label = label.c_str();
        request.repeat = 3;
        request.budget_s = random.real(-9, 12);
        report.request = &request;
        report.jobs = static_cast<unsigned>(random.below(UINT32_MAX));
        report.disagreement = random.below(4) == 0;
        const fg_numbers list = list_of(&number, 1);
        fg_compare_input_describe(&list, &report.input);
        report.input.count = SIZE_MAX;
        fill_environment(&random);
        fill_rows(&random);
        copy(report.difference.reference_said, sizeof report.difference.reference_said,
             random.words(199));
        copy(report.difference.row_said, sizeof report.difference.row_said, random.words(199));
    }

    void fill_environment(RandomText *random) {
        fg_environment &environment = report.environment;
        copy(environment.cpu_model, sizeof environment.cpu_model,
             random->words(random->below(255)));
        copy(environment.system, sizeof environment.system, random->words(random->below(255)));
        copy(environment.gpu_reason, sizeof environment.gpu_reason,
             random->words(random->below(511)));
        copy(environment.date, sizeof environment.date, "2000-01-01T00:00:00Z");
        environment.cpu_variant = "portable";
        environment.build = &build;
        environment.device_count = random->below(3);
        for (size_t i = 0; i < environment.device_count; i++) {
            environment.devices[i] = {};
            environment.devices[i].index = static_cast<int>(i);
            copy(environment.devices[i].name, sizeof environment.devices[i].name,
                 random->words(random->below(255)));
        }
    }

    void fill_rows(RandomText *random) {
        const size_t count = 1 + random->below(8);
        samples.assign(3 * count, 1);
        rows.assign(count, fg_compare_row());
        for (size_t i = 0; i < count; i++) {
            fg_compare_row &row = rows[i];
            backends[i] = random->below(3) == 0 ? "cuda" : std::string(1 + random->below(40), 'b');
            row.backend = backends[i].c_str();
            row.properties = backends[i] == "cuda" ? fg_backend_get_properties("cuda") : &unknown;
            row.method = fg_method_at(i * fg_method_count() / count);
            row.state = static_cast<fg_compare_state>(random->below(4));
            if (row.state >= FG_COMPARE_NOT_RUN)
                copy(row.reason, sizeof row.reason, random->words(1 + random->below(510)));
            row.work = {SIZE_MAX, random->real(0, 30), random->real(0, 20)};
            row.estimate.total_s = random->real(-9, 40);
            row.first_answer_s = random->real(-9, 9);
            row.open_s = random->real(-9, 9);
            row.samples_s = &samples[3 * i];
            row.sample_count = row.state == FG_COMPARE_MEASURED ? 3 : 0;
            for (size_t k = 0; k < 3; k++)
                row.samples_s[k] = random->real(-9, 9);
            double sorted[3];
            row.summary = fg_statistics_summarise(row.samples_s, 3, sorted);
            row.interval = fg_statistics_interval_of(sorted, 3, 1, 0.01);
            row.timing.known = random->below(2) == 0;
            row.timing.kernels_ns = UINT64_MAX;
            row.timing_runs = 3;
            row.timing.rerun_count = random->below(3) * UINT64_C(1000000000000);
            row.has_ratio = !report.disagreement && row.state == FG_COMPARE_MEASURED;
            row.baseline = i;
            if (row.has_ratio && rows[0].state == FG_COMPARE_MEASURED) {
                row.baseline = 0;
                row.ratio = fg_statistics_ratio_of(&rows[0].summary, &row.summary);
                row.verdict = static_cast<fg_statistics_verdict>(random->below(3));
            }
        }
        report.rows = rows.data();
        report.row_count = count;
        report.difference.row = count - 1;
    }
};

inline const unsigned synthetic_reports = every_case() ? 300 : 100;

} // namespace compare_synthetic

#endif
