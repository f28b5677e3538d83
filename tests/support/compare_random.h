/* SPDX-License-Identifier: MIT */
// Random comparisons: what a scheduler could have measured on some machine, rows and curve, with
// rows that are equally fast, clearly apart, noisy, skipped or absent.
#ifndef FG_TESTS_COMPARE_RANDOM_H
#define FG_TESTS_COMPARE_RANDOM_H

#include "compare/compare_curve.h"
#include "compare/compare_verdict.h"
#include "support/compare_synthetic.h"
#include "support/number_list_of.h"

#include <algorithm>

namespace compare_synthetic {

class RandomComparison {
  public:
    fg_compare_report report = {};

    explicit RandomComparison(unsigned seed) : random_(seed) {
        choose_request();
        report.request = &request_;
        report.jobs = request_.jobs;
        const fg_numbers list = list_of(numbers_.data(), numbers_.size());
        fg_compare_input_describe(&list, &report.input);
        report.input.count = request_.count;
        fill_environment();
        list_rows();
        if (one_in(10) && rows_.size() > 1)
            disagree();
        if (one_in(2))
            fill_curve();
        fg_error error = {};
        if (fg_compare_evaluate(&report, &error) != FG_OK)
            abort();
    }
    RandomComparison(const RandomComparison &) = delete;
    RandomComparison &operator=(const RandomComparison &) = delete;

  private:
    RandomText random_;
    fg_compare_request request_ = {};
    struct fg_build_info build_ = {"1.2.3", "abc1234", "GNU 12.2.0", "Release", nullptr, nullptr};
    std::vector<uint64_t> numbers_;
    std::vector<fg_compare_row> rows_;
    std::vector<std::vector<double>> samples_;
    std::vector<std::vector<fg_compare_sample>> taken_;
    std::vector<fg_compare_curve_line> lines_;

    bool one_in(size_t count) { return random_.below(count) == 0; }
    // exp(deviation * z) for z about normal.
    double noise(double deviation) {
        double sum = -6;
        for (int i = 0; i < 12; i++)
            sum += static_cast<double>(random_.below(1000000)) * 1e-6;
        return std::exp(deviation * sum);
    }
    template <typename T> T one_of(const std::vector<T> &values) {
        return values[random_.below(values.size())];
    }

    void choose_request() {
        request_.count = one_of<size_t>({1, 2, 4, 10, 1000, 123456});
        for (size_t i = 0; i < std::min<size_t>(request_.count, 1000); i++)
            numbers_.push_back(1 + random_.below(1000000000));
        request_.numbers = numbers_.data();
        request_.input_label = "numbers.txt";
        request_.jobs = one_of<unsigned>({1, 1, 2, 4, 64});
        request_.repeat = one_of<unsigned>({1, 2, 3, 5, 11, 12, 18, 20, 40});
        request_.budget_s = one_of<double>({0.001, 10, 30, 1e9});
        request_.method =
            one_in(3) ? fg_method_at(random_.below(fg_method_count())) : FG_METHOD_AUTO;
        request_.backend = one_in(4) ? fg_backend_name(random_.below(fg_backend_count())) : nullptr;
    }

    void fill_environment() {
        fg_environment &environment = report.environment;
        copy(environment.cpu_model, sizeof environment.cpu_model, "Test CPU");
        copy(environment.system, sizeof environment.system, "Linux");
        copy(environment.gpu_reason, sizeof environment.gpu_reason, "no driver");
        copy(environment.date, sizeof environment.date, "2000-01-01T00:00:00Z");
        environment.cpus = {sizeof(fg_cpu_count), 4, 4, 0};
        environment.cpu_variant = "portable";
        environment.build = &build_;
        if (one_in(4))
            copy(report.cpu_energy_reason, sizeof report.cpu_energy_reason, "no permission");
    }

    void list_rows() {
        for (size_t m = 0; m < fg_method_count(); m++) {
            if (request_.method != FG_METHOD_AUTO && request_.method != fg_method_at(m))
                continue;
            const double total = random_.real(1, 12);
            const double largest = total * one_of<double>({1, 0.9, 0.4, 0.01});
            for (size_t b = 0; b < fg_backend_count(); b++) {
                if (request_.backend != nullptr && request_.backend != fg_backend_name(b))
                    continue;
                fg_compare_row row = {};
                row.method = fg_method_at(m);
                row.backend = fg_backend_name(b);
                row.properties = fg_backend_get_properties(row.backend);
                row.work = {request_.count, total, largest};
                rows_.push_back(row);
            }
        }
        samples_.resize(rows_.size());
        taken_.resize(rows_.size());
        const bool all_measured = one_in(2), has_gpu = one_in(2);
        double usual_s = 0;
        for (size_t i = 0; i < rows_.size(); i++) {
            const bool on_gpu = rows_[i].properties->uses_devices;
            rows_[i].baseline = i;
            rows_[i].state = on_gpu && !has_gpu ? FG_COMPARE_NOT_RUN
                             : all_measured || !one_in(4)
                                 ? FG_COMPARE_MEASURED
                                 : static_cast<fg_compare_state>(1 + random_.below(3));
            if (usual_s == 0 || !one_in(3))
                usual_s = random_.real(-6, -1); // else as fast as the row before
            fill_row(&rows_[i], &samples_[i], usual_s);
            if (rows_[i].state == FG_COMPARE_MEASURED)
                fill_costs(&rows_[i], &taken_[i]);
        }
        report.rows = rows_.data();
        report.row_count = rows_.size();
    }

    void fill_row(fg_compare_row *row, std::vector<double> *samples, double usual_s) {
        row->jobs = row->properties->one_worker ? 1 : request_.jobs;
        if (row->state >= FG_COMPARE_NOT_RUN) {
            copy(row->reason, sizeof row->reason, "no such luck");
            row->status = FG_ERROR_UNAVAILABLE;
            return;
        }
        row->open_s = random_.real(-6, 0);
        row->estimate = {true,
                         random_.real(-7, 1),
                         random_.real(-7, 1),
                         random_.real(-9, 1),
                         one_in(2) ? random_.real(-7, 1) : 0,
                         usual_s,
                         random_.real(-5, 9)};
        row->warm_up_s = usual_s;
        row->first_answer_s = row->open_s + usual_s;
        row->warmed_up = row->state == FG_COMPARE_MEASURED || one_in(2);
        if (row->state != FG_COMPARE_MEASURED)
            return;
        const double deviation = one_of<double>({1e-4, 0.02, 0.3});
        for (unsigned k = 0; k < request_.repeat; k++)
            samples->push_back(usual_s * noise(deviation) * (one_in(20) ? 10 : 1));
        row->samples_s = samples->data();
        row->sample_count = samples->size();
        row->timing.known = row->properties->uses_devices && one_in(2);
        row->timing.kernels_ns = 1000000;
        row->timing.rerun_count = row->timing.known ? random_.below(2) * 7 : 0;
    }

    // Adds readings beside the times of a measured row, and runs that no longer count.
    void fill_costs(fg_compare_row *row, std::vector<fg_compare_sample> *taken) {
        const bool on_gpu = row->properties->uses_devices;
        const bool brief = !on_gpu && row->samples_s[0] < 1e-3 && one_in(2);
        const bool knows_disturbed = !one_in(4), has_energy = one_in(6);
        const double cpus = random_.real(-1, 1);
        std::vector<double> cpu_s, busy;
        for (size_t k = 0; k < row->sample_count; k++) {
            fg_compare_sample sample = {};
            sample.wall_s = row->samples_s[k];
            sample.run_count = brief ? 2 + random_.below(500) : 1;
            sample.elapsed_s =
                sample.wall_s * static_cast<double>(sample.run_count) * (1 + random_.real(-3, 0));
            sample.usage.cpu_s = cpus * sample.wall_s * noise(0.1);
            sample.knows_disturbed = knows_disturbed && !one_in(9);
            sample.disturbed = sample.knows_disturbed && one_in(5);
            if (has_energy)
                sample.energy = energy(on_gpu);
            if (on_gpu && one_in(2))
                watch(&sample.gpu);
            cpu_s.push_back(std::max(sample.usage.cpu_s, 1e-9));
            busy.push_back(sample.usage.cpu_s * static_cast<double>(sample.run_count) /
                           sample.elapsed_s);
            taken->push_back(sample);
            if (one_in(8)) {
                sample.disturbed = sample.knows_disturbed = sample.replaced = true;
                sample.usage.cpu_s *= 3;
                taken->push_back(sample);
            }
        }
        std::vector<double> room(cpu_s.size());
        row->cpu_s = fg_statistics_summarise(cpu_s.data(), cpu_s.size(), room.data()).median_s;
        row->busy_cpus = fg_statistics_summarise(busy.data(), busy.size(), room.data()).median_s;
        row->taken = taken->data();
        row->taken_count = row->timing_runs = taken->size();
        row->peak_bytes = one_in(5) ? 0 : static_cast<uint64_t>(random_.real(6, 10));
        if (!has_energy && one_in(6))
            row->energy = energy(on_gpu);
        if (one_in(5))
            copy(row->sensor_reason, sizeof row->sensor_reason,
                 one_of<const char *>({"no such library", "a run to measure it failed: no luck"}));
    }

    fg_compare_energy energy(bool on_gpu) {
        return {1 + random_.below(9), random_.real(-1, 1), random_.real(-2, 3),
                on_gpu && !one_in(3) ? random_.real(-2, 3) : NAN};
    }

    fg_gpu_reading reading(uint64_t limits) {
        return {random_.real(2, 3.3),
                random_.real(3, 3.4),
                one_in(4) ? NAN : random_.real(1.4, 2),
                random_.real(1, 3),
                true,
                limits};
    }

    void watch(fg_gpu_course *course) {
        course->known = true;
        course->knows_limits = !one_in(5);
        course->before = reading(1);
        course->after = reading(0);
        course->during_count = random_.below(3);
        if (course->during_count > 0)
            course->during = reading(0);
        else
            course->during = {NAN, NAN, NAN, NAN, false, 0};
        if (course->knows_limits && one_in(2))
            course->limits = UINT64_C(1) << random_.below(12) | UINT64_C(1) << random_.below(64);
    }

    void disagree() {
        report.disagreement = true;
        report.difference.row = rows_.size() - 1;
        report.difference.number = {numbers_[0], 0};
        rows_.back().differs = true;
        copy(report.difference.reference_said, sizeof report.difference.reference_said, "1 2");
        copy(report.difference.row_said, sizeof report.difference.row_said, "1 3");
    }

    void fill_curve() {
        fg_compare_curve &curve = report.curve;
        curve.measured = true;
        curve.method = fg_method_resolve(request_.method);
        curve.runs = std::min<unsigned>(request_.repeat, FG_COMPARE_CURVE_RUNS_MAX);
        curve.size_count = fg_compare_curve_sizes(request_.count, curve.sizes);
        lines_.reserve(rows_.size());
        for (size_t i = 0; i < rows_.size(); i++) {
            if (rows_[i].method != curve.method)
                continue;
            lines_.push_back({});
            lines_.back().row = i;
            if (rows_[i].state == FG_COMPARE_MEASURED || rows_[i].state == FG_COMPARE_SKIPPED)
                fill_line(&lines_.back());
        }
        curve.lines = lines_.data();
        curve.line_count = lines_.size();
    }

    // Time is a call's and each number's; the batches of a size differ, for all backends alike.
    void fill_line(fg_compare_curve_line *line) {
        const fg_compare_curve &curve = report.curve;
        const double call_s = one_of<double>({1e-6, 1e-6, 1e-4, 1e-3});
        const double number_s = one_of<double>({1e-7, 1e-6, 1e-5});
        const double deviation = one_of<double>({1e-4, 0.05, 0.5});
        const bool is_brief = one_in(2), knows_disturbed = one_in(2);
        const bool ends_early = one_in(6);
        size_t runs = curve.runs;
        line->point_count = one_in(4) ? random_.below(curve.size_count + 1) : curve.size_count;
        for (size_t k = 0; k < line->point_count; k++) {
            fg_compare_curve_point &point = line->points[k];
            double sorted[FG_COMPARE_CURVE_RUNS_MAX];
            if (ends_early && one_in(3))
                runs = 1 + random_.below(runs);
            point.size = curve.sizes[k];
            point.sample_count = runs;
            for (unsigned run = 0; run < runs; run++)
                point.samples_s[run] = (call_s + static_cast<double>(point.size) * number_s) *
                                       (1 + run % 3) * noise(deviation);
            for (unsigned run = 0; run < runs; run++)
                point.run_counts[run] = is_brief && point.samples_s[run] < 1e-3 ? 5 + run : 1;
            if (knows_disturbed) {
                point.known_count = 1 + random_.below(runs);
                point.disturbed_count = one_in(3) ? random_.below(point.known_count + 1) : 0;
            }
            point.summary = fg_statistics_summarise(point.samples_s, runs, sorted);
            if (rows_[line->row].properties->uses_devices && one_in(9))
                point.throttled_count = 1 + random_.below(runs);
        }
        if (line->point_count == curve.size_count)
            return;
        if (one_in(3))
            copy(line->reason, sizeof line->reason, "a worker died");
        else if (curve.sizes[line->point_count] <= request_.count)
            line->stopped_before = curve.sizes[line->point_count];
    }
};

} // namespace compare_synthetic

#endif
