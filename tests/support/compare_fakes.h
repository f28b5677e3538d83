/* SPDX-License-Identifier: MIT */
// A clock and backends for tests of the comparison's scheduler: time passes by a cost model, every
// call is logged, and any run can be made to fail or to answer wrongly.
#ifndef FG_TESTS_COMPARE_FAKES_H
#define FG_TESTS_COMPARE_FAKES_H

#include "compare/compare_schedule.h"
#include "support/number_list_of.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <sys/mman.h>
#include <tuple>
#include <unistd.h>
#include <unordered_map>
#include <vector>

namespace compare_fakes {

// Runs enough that rows are found different if their samples lie apart.
constexpr unsigned enough_runs = 18;
inline const std::vector<uint64_t> small_numbers = {12, 35, 97, 60};

struct Cost {
    double open_s = 0.25, probe_s = 0.125;
    double call_s = 1e-6, number_s = 1e-6, candidate_s = 1e-9; // a candidate, or unit of work
    bool whole_numbers = false;                                // one number is one worker's
    unsigned jobs = 1;
};

class World;

struct Engine {
    World *world;
    enum fg_method method;
    std::string backend, name; // name: "trial/fork"
    unsigned input_runs = 0;
    fg_timing timing = {};
    size_t first = 0, asked = 0;              // numbers of the last run
    std::vector<std::vector<uint64_t>> lists; // and its answers, if something may have spoiled them
};

class World {
  public:
    double clock_s = 1000;
    std::map<std::string, Cost> costs;                 // by backend
    std::vector<std::string> log;                      // "open trial/fork", ...
    std::vector<double> probe_times_s;                 // of runs over made-up numbers
    std::vector<std::vector<uint64_t>> probe_batches;  // what they were given
    std::vector<std::string> probe_rows;               // and by whom
    std::map<std::string, std::string> unavailable;    // backend: reason
    std::map<std::string, enum fg_status> open_errors; // by row
    std::map<std::string, size_t> rooms_at_open; // rows that had room for runs when this one opened
    std::map<std::string, std::map<unsigned, enum fg_status>> run_errors; // row, input run from 0
    std::map<std::string, double> slower; // row: factor on its input runs only
    double stretch = 1;                   // the mean of brief runs over their median
    std::function<double(const std::string &, unsigned)> extra_s; // row, input run
    std::function<bool(const std::string &, unsigned)> disturbed; // row, input run
    std::function<bool(const std::string &, unsigned)> can_tell;  // likewise; none: all can
    // Delays a probe, as other programs do: row, numbers.
    std::function<double(const std::string &, const std::vector<uint64_t> &)> probe_delay_s;
    // Changes the answers of a row's input run: each number's list.
    std::function<void(const std::string &, unsigned, std::vector<std::vector<uint64_t>> *)> spoil;
    // Changes the answers to a batch of the curve: row, its numbers, their lists. Logged as "batch
    // trial/fork 10".
    std::function<void(const std::string &, size_t, std::vector<std::vector<uint64_t>> *)>
        spoil_batch;
    size_t spoiled_size = SIZE_MAX; // the largest batches that it gets, because lists take long
    std::map<std::string, std::map<size_t, enum fg_status>> batch_errors; // row, size
    std::map<std::string, size_t> batch_deaths; // row: the batch that fails, in order from 0
    std::function<double(const std::string &)> batch_factor; // row: how many times as long it takes
    std::map<std::string, double> batch_s; // by row: all together, without rehearsals
    std::map<std::string, size_t> batch_counts;

    explicit World(std::vector<uint64_t> numbers) : numbers_(std::move(numbers)) {
        request = {};
        request.numbers = numbers_.data();
        request.count = numbers_.size();
        request.input_label = "numbers.txt";
        request.jobs = 1;
        request.repeat = 3;
        request.budget_s = 10;
        build_ = {"1.2.3", "abc1234", "GNU 12.2.0", "Release", "13.0.88", "90-real"};
    }
    World(const World &) = delete;
    World &operator=(const World &) = delete;
    ~World() {
        fg_compare_report_free(&report);
        close(reference_);
    }

    fg_compare_request request;
    fg_compare_report report = {};

    enum fg_status compare() {
        fg_compare_operations operations = {};
        operations.context = this;
        operations.now = [](void *context) { return self(context)->clock_s; };
        operations.probe = probe;
        operations.open = open;
        operations.jobs = jobs;
        operations.run = run;
        operations.check = check;
        operations.peak_bytes = [](void *, void *) { return UINT64_C(12345678); };
        operations.timing = [](void *, void *engine, fg_timing *timing) {
            *timing = static_cast<Engine *>(engine)->timing;
        };
        operations.close = close_engine;
        operations.progress = [](void *context, const fg_compare_row *, const char *stage, unsigned,
                                 unsigned) { self(context)->stage_ = stage; };
        snprintf(report.environment.cpu_model, sizeof report.environment.cpu_model, "Test CPU");
        snprintf(report.environment.gpu_reason, sizeof report.environment.gpu_reason, "no driver");
        snprintf(report.environment.system, sizeof report.environment.system, "Linux");
        snprintf(report.environment.date, sizeof report.environment.date, "2000-01-01T00:00:00Z");
        report.environment.cpus = {sizeof(fg_cpu_count), 4, 4, 0};
        report.environment.cpu_variant = "portable";
        report.environment.build = &build_;
        fg_error error = {};
        return fg_compare(&request, &operations, &report, &error);
    }

    // The row called "trial/fork"; fails the test's expectations by aborting if there is none.
    fg_compare_row &row(const std::string &name) {
        for (size_t i = 0; i < report.row_count; i++)
            if (name_of(report.rows[i].method, report.rows[i].backend) == name)
                return report.rows[i];
        abort();
    }

    // Returns how long one run of this backend over these numbers takes.
    double model_s(const std::string &backend, enum fg_method method, const uint64_t *numbers,
                   size_t count) const {
        const auto found = costs.find(backend);
        const Cost cost = found != costs.end() ? found->second : Cost();
        return seconds_of(cost, work_of(method, numbers, count), count);
    }

    size_t count_of(const std::string &event) const {
        return static_cast<size_t>(std::count(log.begin(), log.end(), event));
    }

    static std::string name_of(enum fg_method method, const std::string &backend) {
        return std::string(fg_method_name(method)) + "/" + backend;
    }

  private:
    std::vector<uint64_t> numbers_;
    std::string stage_; // what the scheduler last said it was doing
    int reference_ = memfd_create("reference", MFD_CLOEXEC);
    struct fg_build_info build_;

    // A line measures the same large batches again and again, so that these are kept for each batch
    // of the input: its method, the place of its first number, and its length.
    using Batch = std::tuple<enum fg_method, size_t, size_t>;
    struct Work {
        double candidates = 0, largest = 0;
    };
    std::map<Batch, Work> works_;
    struct Answers {
        std::vector<size_t> offsets;
        std::vector<uint64_t> values;
    };
    std::map<std::pair<size_t, size_t>, Answers> answers_;
    // Batches whose right answers have been compared once: how many values they have.
    std::map<std::pair<size_t, size_t>, size_t> right_;

    static World *self(void *context) { return static_cast<World *>(context); }
    bool runs_batches() const { return stage_.compare(0, 11, "batches of ") == 0; }

    static Work work_of(enum fg_method method, const uint64_t *numbers, size_t count) {
        Work work;
        for (size_t i = 0; i < count; i++) {
            const double c = static_cast<double>(fg_work(method, numbers[i]));
            work.candidates += c;
            work.largest = std::max(work.largest, c);
        }
        return work;
    }

    static double seconds_of(const Cost &cost, const Work &work, size_t count) {
        double busiest = work.candidates / cost.jobs;
        if (cost.whole_numbers)
            busiest = std::max(busiest, work.largest);
        return cost.call_s + static_cast<double>(count) * cost.number_s +
               busiest * cost.candidate_s;
    }

    double model_s(const Engine &engine, const fg_compare_batch &batch) {
        if (batch.made_up != nullptr)
            return model_s(engine.backend, engine.method, batch.made_up, batch.count);
        const Batch key = {engine.method, batch.first % numbers_.size(), batch.count};
        auto known = works_.find(key);
        if (known == works_.end()) {
            const std::vector<uint64_t> numbers = numbers_of(batch);
            known =
                works_.emplace(key, work_of(engine.method, numbers.data(), numbers.size())).first;
        }
        return seconds_of(costs[engine.backend], known->second, batch.count);
    }

    static enum fg_status failure(enum fg_status status, const std::string &message,
                                  fg_error *error) {
        error->status = status;
        snprintf(error->message, sizeof error->message, "%s", message.c_str());
        return status;
    }

    static enum fg_status probe(void *context, const char *backend, fg_error *error) {
        World *world = self(context);
        world->log.push_back(std::string("probe ") + backend);
        world->clock_s += world->costs[backend].probe_s;
        const auto reason = world->unavailable.find(backend);
        if (reason != world->unavailable.end())
            return failure(FG_ERROR_UNAVAILABLE, reason->second, error);
        return FG_OK;
    }

    static enum fg_status open(void *context, enum fg_method method, const char *backend,
                               void **engine, fg_error *error) {
        World *world = self(context);
        const std::string name = name_of(method, backend);
        world->log.push_back("open " + name);
        for (size_t i = 0; i < world->report.row_count; i++)
            world->rooms_at_open[name] += world->report.rows[i].taken != nullptr;
        world->clock_s += world->costs[backend].open_s;
        const auto status = world->open_errors.find(name);
        if (status != world->open_errors.end())
            return failure(status->second, "cannot open " + name, error);
        Engine *made = new Engine();
        made->world = world;
        made->method = method;
        made->backend = backend;
        made->name = name;
        made->timing.known = made->backend == "cuda";
        made->timing.start_up_ns = 7000000;
        *engine = made;
        return FG_OK;
    }

    static unsigned jobs(void *context, void *engine) {
        return self(context)->costs[static_cast<Engine *>(engine)->backend].jobs;
    }

    static const std::vector<uint64_t> &divisors_of(uint64_t n) {
        static std::unordered_map<uint64_t, std::vector<uint64_t>> known;
        std::vector<uint64_t> &divisors = known[n];
        if (divisors.empty() && n > 100000)
            divisors = {1, n}; // only asked for by probes
        for (uint64_t d = 1; divisors.empty() || divisors.back() < n; d++)
            if (n % d == 0)
                divisors.push_back(d);
        return divisors;
    }

    static void add(Answers *answers, const std::vector<uint64_t> &list) {
        answers->values.insert(answers->values.end(), list.begin(), list.end());
        answers->offsets.push_back(answers->values.size());
    }

    static Answers flat(const std::vector<std::vector<uint64_t>> &lists) {
        Answers answers = {{0}, {}};
        for (const auto &list : lists)
            add(&answers, list);
        return answers;
    }

    // The right answers of `count` numbers of the input, from the one at `first` on.
    const Answers &answers_of(size_t first, size_t count) {
        Answers &answers = answers_[{first % numbers_.size(), count}];
        if (answers.offsets.empty()) {
            answers.offsets = {0};
            for (uint64_t n : numbers_of({nullptr, first, count, false, 0, 0, nullptr}))
                add(&answers, divisors_of(n));
        }
        return answers;
    }

    static void fill(const Answers &answers, fg_results *results) {
        const size_t offsets_bytes = answers.offsets.size() * sizeof(size_t);
        const size_t values_bytes = answers.values.size() * sizeof(uint64_t);
        results->count = answers.offsets.size() - 1;
        results->offset_capacity = answers.offsets.size();
        results->value_capacity = answers.values.size() + 1;
        results->offsets = static_cast<size_t *>(malloc(offsets_bytes));
        results->values = static_cast<uint64_t *>(malloc(values_bytes + sizeof(uint64_t)));
        memcpy(results->offsets, answers.offsets.data(), offsets_bytes);
        memcpy(results->values, answers.values.data(), values_bytes);
    }

    // The numbers that a batch stands for.
    std::vector<uint64_t> numbers_of(const fg_compare_batch &batch) const {
        if (batch.made_up != nullptr)
            return {batch.made_up, batch.made_up + batch.count};
        std::vector<uint64_t> numbers;
        for (size_t i = 0; i < batch.count; i++)
            numbers.push_back(numbers_[(batch.first + i) % numbers_.size()]);
        return numbers;
    }

    // Untimed runs before it are one run here, and brief ones are two.
    static enum fg_status run(void *context, void *engine, const fg_compare_batch *batch,
                              fg_compare_sample *sample, fg_error *error) {
        if (batch->rehearsed) {
            const fg_status status = run_once(context, engine, batch, sample, error);
            if (status != FG_OK)
                return status;
        }
        const fg_status status = run_once(context, engine, batch, sample, error);
        if (self(context)->runs_batches())
            self(context)->batch_s[static_cast<Engine *>(engine)->name] += sample->wall_s;
        const bool brief = batch->brief_s > 0 && sample->wall_s < FG_COMPARE_BRIEF_RUN_S;
        sample->run_count = brief ? 2 : 1;
        sample->elapsed_s = sample->wall_s * static_cast<double>(sample->run_count) *
                            (brief ? self(context)->stretch : 1);
        return status;
    }

    static enum fg_status run_once(void *context, void *opaque, const fg_compare_batch *batch,
                                   fg_compare_sample *sample, fg_error *error) {
        World *world = self(context);
        Engine *engine = static_cast<Engine *>(opaque);
        const size_t count = batch->count;
        const bool is_batch = world->runs_batches();
        const bool is_input = batch->made_up == nullptr && !is_batch;
        double seconds = world->model_s(*engine, *batch);
        engine->timing.copy_in_ns += 1000;
        engine->timing.kernels_ns += 2000;
        engine->timing.copy_out_ns += 3000;
        engine->timing.host_ns += 4000;
        engine->timing.launch_count += 1;
        std::vector<std::vector<uint64_t>> &lists = engine->lists;
        engine->first = batch->first;
        engine->asked = count;
        lists.clear();
        const bool spoils = world->spoil_batch != nullptr && count <= world->spoiled_size;
        if (is_batch ? spoils : is_input && world->spoil != nullptr)
            for (uint64_t n : world->numbers_of(*batch))
                lists.push_back(divisors_of(n));
        *sample = {};
        if (is_batch) {
            world->log.push_back("batch " + engine->name + " " + std::to_string(count));
            if (world->batch_factor)
                seconds *= world->batch_factor(engine->name);
            if (spoils)
                world->spoil_batch(engine->name, count, &lists);
            const auto &errors = world->batch_errors[engine->name];
            if (errors.count(count))
                return failure(errors.at(count), "broke with " + std::to_string(count), error);
            const size_t nth = world->batch_counts[engine->name]++;
            if (world->batch_deaths.count(engine->name) && world->batch_deaths[engine->name] == nth)
                return failure(FG_ERROR_WORKER_DIED, "died", error);
        } else if (is_input) {
            const unsigned run = engine->input_runs++;
            world->log.push_back("run " + engine->name);
            if (world->slower.count(engine->name))
                seconds *= world->slower[engine->name];
            if (world->extra_s)
                seconds += world->extra_s(engine->name, run);
            if (world->spoil)
                world->spoil(engine->name, run, &lists);
            sample->knows_disturbed = !world->can_tell || world->can_tell(engine->name, run);
            sample->disturbed =
                sample->knows_disturbed && world->disturbed && world->disturbed(engine->name, run);
            const auto &errors = world->run_errors[engine->name];
            if (errors.count(run))
                return failure(errors.at(run), "broke in run " + std::to_string(run), error);
        } else {
            world->probe_times_s.push_back(seconds);
            world->probe_batches.push_back(world->numbers_of(*batch));
            world->probe_rows.push_back(engine->name);
            if (world->probe_delay_s)
                seconds += world->probe_delay_s(engine->name, world->probe_batches.back());
        }
        world->clock_s += seconds;
        sample->wall_s = seconds;
        sample->usage.cpu_s = 2 * seconds;
        return FG_OK;
    }

    static enum fg_status check(void *context, void *opaque, size_t first, fg_compare_check *check,
                                fg_error *error) {
        World *world = self(context);
        fg_results results = {};
        const Engine *engine = static_cast<Engine *>(opaque);
        const std::pair<size_t, size_t> batch = {first % world->numbers_.size(), engine->asked};
        const auto known = world->right_.find(batch);
        if (engine->lists.empty() && known != world->right_.end()) {
            check->value_count = known->second;
            return FG_OK;
        }
        if (engine->lists.empty())
            fill(world->answers_of(engine->first, engine->asked), &results);
        else
            fill(flat(engine->lists), &results);
        fg_compare_answers reference = {};
        fg_status status = fg_compare_answers_map(world->reference_, &reference, error);
        results.words = 1;
        check->value_count = results.offsets[results.count];
        if (status == FG_OK && reference.offsets != nullptr) {
            const fg_numbers list = list_of(world->numbers_.data(), world->numbers_.size());
            check->differs = !fg_compare_answers_equal(&reference, first, engine->asked, &results,
                                                       &list, &check->difference);
            if (engine->lists.empty() && !check->differs)
                world->right_[batch] = check->value_count;
        } else if (status == FG_OK && results.count != world->numbers_.size()) {
            status = FG_ERROR_INTERNAL;
        } else if (status == FG_OK) {
            check->is_reference = true;
            status = fg_compare_answers_write(world->reference_, &results, error);
        }
        fg_compare_answers_unmap(&reference);
        fg_results_free(&results);
        return status;
    }

    static void close_engine(void *context, void *engine) {
        self(context)->log.push_back("close " + static_cast<Engine *>(engine)->name);
        delete static_cast<Engine *>(engine);
    }
};

} // namespace compare_fakes

#endif
