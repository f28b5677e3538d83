// SPDX-License-Identifier: MIT
// The estimate of one row on a fake clock, where candidates do not all take the same: as on a CPU,
// whose scan has other code for candidates of 64 bits, and none but a division above 2^63.
#include "compare/compare_estimate.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

struct Machine {
    double clock_s = 0;
    double call_s = 5e-6, number_s = 1e-7;
    double speed = 1; // of the backend with all its workers busy, in those of one thread
    unsigned jobs = 1, cpus = 64;
    bool whole_numbers = false; // one number is one worker's
    double slowdown = 0;        // a probe takes up to 1 + slowdown times as long
    enum fg_method method = FG_METHOD_EXHAUSTIVE;
    double slow_until_s = 0; // and whatever runs before takes half as long again
    double probe_ratio = 1;  // a probe takes so many times as long as its numbers in the input
    double budget_s = 0;
    unsigned repeat = 1;
    unsigned samples = 0;
    const uint64_t *input = nullptr;
    std::mt19937_64 random{};
};

// Returns the time of one thread for all candidates of n. Exhaustive search: a division each below
// the root, then lanes, half as many of 64 bits. Trial: a division each at first, and from 2^24 on
// less.
double thread_s(enum fg_method method, uint64_t n) {
    const double units = static_cast<double>(fg_work(method, n));
    if (method == FG_METHOD_TRIAL) {
        const double slow = std::min(units, std::ldexp(1.0, 24));
        return slow * 130e-12 + (units - slow) * 88e-12;
    }
    if (n >> 63 != 0)
        return units * 1750e-12;
    const double root = std::sqrt(units);
    const double narrow = n >> 32 != 0 ? 0 : std::min(units, std::ldexp(1.0, 31)) - root;
    return root * 1500e-12 + narrow * 30e-12 + (units - root - narrow) * 53e-12;
}

double batch_s(const Machine &machine, const uint64_t *numbers, size_t count) {
    double sum_s = 0, largest_s = 0;
    for (size_t i = 0; i < count; i++) {
        const double seconds = thread_s(machine.method, numbers[i]);
        sum_s += seconds;
        largest_s = std::max(largest_s, seconds);
    }
    double work_s = sum_s / machine.speed;
    if (machine.whole_numbers)
        work_s = std::max(work_s, largest_s * std::min(machine.jobs, machine.cpus) / machine.speed);
    return machine.call_s + static_cast<double>(count) * machine.number_s + work_s;
}

// Returns the estimate of one run over the numbers, divided by the time that the run takes.
double estimated(Machine &machine, const std::vector<uint64_t> &numbers, const char *backend) {
    fg_compare_operations operations = {};
    machine.input = numbers.data();
    operations.context = &machine;
    operations.now = [](void *context) { return static_cast<Machine *>(context)->clock_s; };
    operations.run = [](void *context, void *, const fg_compare_batch *batch,
                        fg_compare_sample *sample, fg_error *) {
        Machine &self = *static_cast<Machine *>(context);
        std::uniform_real_distribution<double> slowdown(0, self.slowdown);
        const bool made_up = batch->made_up != nullptr;
        const uint64_t *const probed = made_up ? batch->made_up : self.input + batch->first;
        sample->wall_s = batch_s(self, probed, batch->count) * (1 + slowdown(self.random)) *
                         (made_up ? self.probe_ratio : 1) *
                         (self.clock_s < self.slow_until_s ? 1.5 : 1);
        self.clock_s += sample->wall_s;
        return FG_OK;
    };
    operations.sample_work = [](void *context, enum fg_method method, uint64_t n, double *seconds,
                                fg_error *) {
        static_cast<Machine *>(context)->samples++;
        *seconds = thread_s(method, n);
        return FG_OK;
    };
    fg_compare_request request = {};
    request.numbers = numbers.data();
    request.count = numbers.size();
    request.repeat = machine.repeat;
    request.budget_s = machine.budget_s;
    fg_compare_row row = {};
    row.method = machine.method;
    row.backend = backend;
    row.properties = fg_backend_get_properties(backend);
    row.jobs = machine.jobs;
    row.work.count = numbers.size();
    for (const uint64_t n : numbers) {
        const double units = static_cast<double>(fg_work(machine.method, n));
        row.work.total += units;
        row.work.largest = std::max(row.work.largest, units);
    }
    fg_error error = {};
    EXPECT_EQ(fg_compare_estimate_row(&operations, &request, machine.cpus, &row, &error), FG_OK);
    EXPECT_TRUE(row.estimate.known);
    return row.estimate.run_s / batch_s(machine, numbers.data(), numbers.size());
}

std::vector<std::vector<uint64_t>> inputs() {
    std::vector<std::vector<uint64_t>> inputs;
    for (unsigned bits = 20; bits <= 64; bits++)
        for (const uint64_t part : {16u, 19u, 24u, 31u}) // sixteenths of the least of so many bits
            if (every_case() || (part == 16 || part == 24) == (bits % 2 == 0))
                inputs.emplace_back(4, ((UINT64_C(1) << (bits - 5)) * part) | 1);
    inputs.push_back({UINT64_MAX});
    inputs.push_back({UINT64_MAX, 97, 1, (UINT64_C(1) << 33) + 17});
    std::vector<uint64_t> mixed;
    for (unsigned i = 0; i < 500; i++)
        mixed.push_back((UINT64_MAX >> (i % 60)) - i / 60);
    inputs.push_back(mixed);
    inputs.emplace_back(mixed.begin() + 28, mixed.begin() + 60);
    return inputs;
}

TEST(CompareEstimateRow, IsRightWhereTheRateOfCandidatesChanges) {
    for (const enum fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL})
        for (const auto &numbers : inputs()) {
            Machine machine;
            machine.method = method;
            EXPECT_NEAR(estimated(machine, numbers, "serial"), 1, 0.2)
                << fg_method_name(method) << " of " << numbers.size() << " from " << numbers[0];
            EXPECT_LT(machine.samples, 200u) << "each takes a millisecond";
        }
}

// Expects right estimates of scans by `jobs` workers that are together `speed` times as fast as
// one.
void expect_right_for(const std::vector<std::vector<uint64_t>> &all, unsigned jobs, unsigned cpus,
                      double speed) {
    const size_t busy = std::min(jobs, cpus);
    for (const char *const backend : {"fork", "pool", "threads"})
        for (const enum fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL})
            for (const auto &numbers : all) {
                Machine machine;
                machine.method = method;
                machine.jobs = jobs;
                machine.cpus = cpus;
                machine.speed = speed;
                machine.whole_numbers = std::string(backend) != "threads";
                if (machine.whole_numbers && numbers.size() < busy)
                    continue; // its probes are as narrow, and its speed is another
                EXPECT_NEAR(estimated(machine, numbers, backend), 1, 0.2)
                    << fg_method_name(method) << "/" << backend << " of " << numbers.size()
                    << " from " << numbers[0];
            }
}

TEST(CompareEstimateRow, IsRightForSeveralWorkers) {
    expect_right_for(inputs(), 4, Machine().cpus, 3.6);
}

// 64 workers on two CPUs: two are at work at a time, and one that is left alone is as fast.
TEST(CompareEstimateRow, IsRightForMoreWorkersThanCpus) {
    auto all = inputs();
    all.emplace_back(63, 3);
    all.back().push_back((UINT64_C(1) << 33) + 17);
    expect_right_for(all, 64, 2, 1.9);
}

// A core that is slower for a while, as one that shares its units with another: a long run has the
// slow and the fast stretches of it.
TEST(CompareEstimateRow, IsRightForACoreThatIsSlowerForAWhile) {
    for (const enum fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL})
        for (const auto &numbers : inputs()) {
            Machine machine;
            machine.method = method;
            machine.slowdown = 0.8;
            EXPECT_NEAR(estimated(machine, numbers, "serial") / (1 + machine.slowdown / 2), 1, 0.2)
                << fg_method_name(method) << " of " << numbers.size() << " from " << numbers[0];
        }
}

// Half a second in which the core is slower, while the first of the careful estimates is made.
TEST(CompareEstimateRow, IsRightForALongRunWhoseFirstProbesAreSlow) {
    for (const enum fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_TRIAL})
        for (const double budget_s : {1.0, 30.0}) {
            Machine machine;
            machine.method = method;
            machine.slow_until_s = 0.5;
            machine.budget_s = budget_s;
            machine.repeat = 1000;
            const std::vector<uint64_t> numbers(
                method == FG_METHOD_TRIAL ? 500 : 2,
                (method == FG_METHOD_TRIAL ? UINT64_MAX : UINT64_C(1) << 40) - 1);
            EXPECT_NEAR(estimated(machine, numbers, "serial"), budget_s < 30 ? 1.5 : 1, 0.2)
                << fg_method_name(method) << ", budget " << budget_s;
            EXPECT_LT(machine.clock_s, 0.1 * budget_s + 2) << "all probes";
        }
}

// A list with too many runs for its budget, a small part of which is enough for a few: these count.
TEST(CompareEstimateRow, IsRightForAShortListWhoseProbesAreDearer) {
    const std::vector<uint64_t> numbers(256, (UINT64_C(1) << 20) - 1);
    for (const enum fg_method method : {FG_METHOD_EXHAUSTIVE, FG_METHOD_FACTOR})
        for (const double budget_s : {1e-5, 30.0}) {
            Machine machine;
            machine.method = method;
            machine.probe_ratio = 1.5;
            machine.budget_s = budget_s;
            machine.repeat = 1000000;
            const double ratio = budget_s < 1 ? machine.probe_ratio : 1;
            EXPECT_NEAR(estimated(machine, numbers, "serial") / ratio, 1, 0.05)
                << fg_method_name(method) << ", budget " << budget_s;
            EXPECT_LT(machine.clock_s, 0.2 * budget_s + 1) << "all probes";
        }
}

// A sieve: the walk through the primes comes before the first of several numbers, and the first run
// of more numbers than ever before has to get memory for their answers. A number at the end of the
// input takes three times as long as one at its beginning.
struct Sieve {
    double walk_s;
    size_t count; // of the input
    double number_s = 500e-9, memory_s = 900e-9;
    size_t most = 0;
    unsigned long_probes = 0;
    double delay_s = 0;   // of each run of 16384 numbers
    double variation = 0; // the standard deviation of a run's time, as a part of it
    double left_s = 0;    // more for each number of a piece that is short against 65536
    std::mt19937_64 random{1};

    double seconds(size_t first, size_t numbers) const {
        if (numbers == 1)
            return 3e-6;
        const double middle = static_cast<double>(first) + static_cast<double>(numbers) / 2;
        const double left = left_s / (1 + static_cast<double>(numbers) / 65536);
        return walk_s + static_cast<double>(numbers) *
                            (left + number_s * (0.5 + middle / static_cast<double>(count)));
    }
};

// Returns the estimate of one run over the input, divided by the time that the run takes. *number_s
// is that of each further number.
double estimated(Sieve &sieve, double budget_s, double *number_s = nullptr) {
    fg_compare_operations operations = {};
    operations.context = &sieve;
    operations.now = [](void *) { return 0.0; };
    operations.run = [](void *context, void *, const fg_compare_batch *batch,
                        fg_compare_sample *sample, fg_error *) {
        Sieve &self = *static_cast<Sieve *>(context);
        const size_t more = batch->count > self.most ? batch->count - self.most : 0;
        sample->wall_s = self.seconds(batch->first, batch->count) *
                         (1 + self.variation * std::normal_distribution<double>()(self.random));
        sample->wall_s += static_cast<double>(more) * self.memory_s;
        if (batch->count == 16384)
            sample->wall_s += self.delay_s;
        self.most += more;
        self.long_probes += sample->wall_s >= 1;
        return FG_OK;
    };
    fg_compare_request request = {};
    request.count = sieve.count;
    request.repeat = 3;
    request.budget_s = budget_s;
    fg_compare_row row = {};
    row.method = FG_METHOD_SIEVE;
    row.backend = "serial";
    row.properties = fg_backend_get_properties(row.backend);
    row.jobs = 1;
    row.work.count = sieve.count;
    fg_error error = {};
    EXPECT_EQ(fg_compare_estimate_row(&operations, &request, 4, &row, &error), FG_OK);
    EXPECT_DOUBLE_EQ(row.estimate.total_s, 4 * row.estimate.run_s);
    if (number_s != nullptr)
        *number_s = row.estimate.number_s;
    return row.estimate.run_s / sieve.seconds(0, sieve.count);
}

TEST(CompareEstimateRow, IsRightForARangeWhoseWalkTakesLong) {
    for (const double walk_s : {1e-6, 1e-3, 20e-3, 1.0})
        for (const size_t count : {1u, 1000u, 65536u, 100000u, 1000000u, 1000000000u})
            for (const double budget_s : {0.0, 1e9}) {
                Sieve sieve{walk_s, count};
                EXPECT_NEAR(estimated(sieve, budget_s), 1, 0.01)
                    << count << " after " << walk_s << ", budget " << budget_s;
                EXPECT_LE(sieve.most, 1048576u) << "answers take memory";
                EXPECT_LE(sieve.long_probes, 18u) << count;
            }
}

TEST(CompareEstimateRow, IsRightForARangeWhoseFirstProbesAreDelayed) {
    for (const double budget_s : {0.0, 1e9}) {
        Sieve sieve{1e-3, 1000000000};
        sieve.delay_s = 0.2; // they take longer than eight times as many numbers
        EXPECT_NEAR(estimated(sieve, budget_s), 1, 0.01);
    }
}

// A sieve that is short leaves more of each number to the engine for lists.
TEST(CompareEstimateRow, IsRightForARangeWhoseShortPiecesAreDearer) {
    for (const size_t count : {200000u, 1000000u, 30000000u, 1000000000u}) {
        Sieve sieve{1e-3, count};
        sieve.left_s = 400e-9;
        EXPECT_NEAR(estimated(sieve, 0), 1, 0.05) << count;
    }
}

// Estimates of runs whose time varies by a tenth.
TEST(CompareEstimateRow, IsRightForARangeWhoseRunsVary) {
    for (const double walk_s : {1e-3, 20e-3, 50e-3, 0.1}) {
        Sieve sieve{walk_s, 1000000000};
        sieve.variation = 0.1;
        std::vector<double> off(1000);
        for (double &one : off)
            one = std::abs(std::log(estimated(sieve, 0)));
        std::sort(off.begin(), off.end());
        EXPECT_LT(off[980], std::log(1.2)) << "one in fifty, after " << walk_s;
    }
}

TEST(CompareEstimateRow, KnowsANumberOfARangeThatIsLittleMoreThanAPiece) {
    const std::pair<size_t, double> inputs[] = {{16385, 1e-3}, {131073, 50e-3}};
    for (const auto &[count, walk_s] : inputs)
        for (const double budget_s : {0.0, 1e9}) {
            Sieve sieve{walk_s, count};
            sieve.variation = 0.1;
            double number_s = 0;
            estimated(sieve, budget_s, &number_s);
            EXPECT_NEAR(number_s / sieve.number_s, 1, 0.5) << count << ", budget " << budget_s;
        }
}

} // namespace
