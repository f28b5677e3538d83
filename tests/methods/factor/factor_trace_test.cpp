// SPDX-License-Identifier: MIT
/*
 * factor_trace_test.cpp: the steps that cofactors take on the CPU and on the emulated device: the
 * same ones if their histories are the same, and those that next_step.h names.
 */
#include "support/atomics.h"
#include "support/chosen_numbers.h"
#include "support/emulated_fixture.h"
#include "support/pseudoprimes.h"
#include "support/wave_face.h"

extern "C" {
#include "algorithms/split.h"
#include "factor_trace.h"
}

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace {

using oracle::Numbers;
using namespace chosen;

/* A step: of which cofactor, whether that is a whole number, the kind, how many steps of its plan
 * came before. The value is its program. */
using Step = std::tuple<uint64_t, bool, uint32_t, uint32_t>;
using Trace = std::map<Step, uint32_t>;

Trace cpu_trace;
std::set<uint64_t> cpu_lucas_tested;

/* The step of the cofactors in a queue of the device. */
fg_next next_in(unsigned queue) {
    switch (queue) {
    case FG_QUEUE_UNPROVED:
    case FG_QUEUE_UNPROVED_DOUBLE:
        return {FG_NEXT_BASE2, 0};
    case FG_QUEUE_PROBABLE:
    case FG_QUEUE_PROBABLE_DOUBLE:
        return {FG_NEXT_LUCAS, 0};
    case FG_QUEUE_HART:
        return {FG_NEXT_HART, 0};
    case FG_QUEUE_LAST_RESORT:
        return {FG_NEXT_LAST_RESORT, 0};
    default:
        return queue < FG_QUEUE_ECM ? fg_next{FG_NEXT_PM1, (queue - FG_QUEUE_PM1) / FG_WAVE_FORMS}
                                    : fg_next{FG_NEXT_ECM, (queue - FG_QUEUE_ECM) / FG_WAVE_FORMS};
    }
}

bool is_of_plan(uint32_t kind) {
    return kind == FG_NEXT_PM1 || kind == FG_NEXT_ECM;
}

/* The parts that the device's kernels have appended to its lists. */
struct Witness {
    const fg_wave *wave;
    Trace trace;
};

/* Lists are written over from their beginnings, so that what is left of older rounds was a step of
 * this batch as well; memory that was never written holds the emulator's garbage. */
void look(const fg_emulator_launch *, void *context) {
    Witness *const witness = static_cast<Witness *>(context);
    const fg_wave *const wave = witness->wave;
    for (const fg_cofactor *const list : wave->parts)
        for (uint32_t i = 0; i < wave->number_count * FG_WAVE_COFACTORS; i++) {
            const fg_cofactor &part = list[i];
            if (part.queue >= FG_WAVE_QUEUES || part.number >= wave->number_count || part.n == 0)
                continue;
            const fg_next next = next_in(part.queue);
            const bool whole = part.n == wave->numbers[part.number];
            const uint32_t steps = is_of_plan(next.kind) ? part.step : 0;
            witness->trace[{part.n, whole, next.kind, steps}] = next.program;
        }
}

class FactorTrace : public Emulated, protected WaveFace {
  protected:
    void SetUp() override {
        Emulated::SetUp();
        ASSERT_EQ(fg_factor_work_open(&work_, nullptr), FG_OK);
    }
    void TearDown() override {
        fg_factor_work_close(work_);
        close();
        Emulated::TearDown();
    }
    Trace trace_on_cpu(const Numbers &numbers) {
        const atomic_bool never = false;
        std::vector<fg_factorization> factors(numbers.size());
        cpu_trace.clear();
        cpu_lucas_tested.clear();
        EXPECT_EQ(fg_test_traced_run(work_, numbers.data(), numbers.size(), &never, factors.data()),
                  FG_OK);
        return cpu_trace;
    }
    Trace trace_on_device(const Numbers &numbers, uint32_t curves) {
        open(true, static_cast<uint32_t>(numbers.size()));
        Witness witness = {&wave_.device, {}};
        fg_emulator_after_kernel(look, &witness);
        std::vector<Numbers> answers;
        EXPECT_EQ(run(numbers, curves, &answers), FG_OK) << error_.message;
        fg_emulator_after_kernel(nullptr, nullptr);
        close();
        return witness.trace;
    }

    fg_factor_work *work_ = nullptr;
};

/* Numbers of every kind that split into the same cofactors on the CPU and on the device. */
Numbers cofactors(RandomNumbers &random) {
    Numbers numbers = pseudoprimes::strong_to_base_2;
    numbers.resize(std::min<size_t>(numbers.size(), 40));
    for (unsigned bits = 22; bits <= 64; bits++)
        for (unsigned i = 0; i < 3; i++) {
            numbers.push_back(semiprime(random, bits));
            numbers.push_back(bits < 64 ? random_prime(random, bits) : largest_prime);
            if (bits < 63)
                numbers.push_back(2 * semiprime(random, bits));
        }
    for (unsigned bits = 11; bits <= 31; bits++)
        numbers.push_back(power(random_prime(random, bits), 2));
    for (unsigned bits = 12; bits <= 20; bits++)
        numbers.push_back(power(random_prime(random, bits), 3));
    return numbers;
}

using Steps = std::vector<Step>;

/* The steps outside the plan of curves that one trace has and the other lacks. */
Steps of_one_alone(const Trace &one, const Trace &other) {
    Steps steps;
    for (const auto &entry : one)
        if (!is_of_plan(std::get<2>(entry.first)) && other.find(entry.first) == other.end())
            steps.push_back(entry.first);
    return steps;
}

/* The CPU makes both tests of few numbers at once and decides nothing between them. */
bool is_of_both_tests(const Step &step) {
    return std::get<2>(step) == FG_NEXT_LUCAS && cpu_lucas_tested.count(std::get<0>(step)) > 0;
}

TEST_F(FactorTrace, CofactorsTakeTheSameStepsOnTheCpuAndOnTheDevice) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(5); i++) {
        const Numbers numbers = cofactors(random);
        const Trace cpu = trace_on_cpu(numbers);
        const Trace device = trace_on_device(numbers, FG_PLAN_CURVES);
        EXPECT_EQ(of_one_alone(cpu, device), Steps()) << "on the CPU alone";
        Steps on_device = of_one_alone(device, cpu);
        on_device.erase(std::remove_if(on_device.begin(), on_device.end(), is_of_both_tests),
                        on_device.end());
        EXPECT_EQ(on_device, Steps()) << "on the device alone";
        /* The number of curves at once may differ: only the history that both have is compared. */
        size_t common = 0;
        for (const auto &entry : cpu) {
            const auto same = device.find(entry.first);
            common += same != device.end();
            ASSERT_TRUE(same == device.end() || same->second == entry.second)
                << std::get<0>(entry.first) << " after " << std::get<3>(entry.first) << " steps";
            ASSERT_TRUE(same != device.end() || std::get<2>(entry.first) == FG_NEXT_ECM)
                << std::get<0>(entry.first) << ": " << std::get<2>(entry.first);
        }
        EXPECT_GT(common, numbers.size());
    }
}

/* The history that a cofactor must have in order to take such a step. */
fg_history history_before(uint64_t n, uint32_t kind, uint32_t steps) {
    switch (kind) {
    case FG_NEXT_BASE2:
        return fg_history_of(FG_KNOWN_NOTHING);
    case FG_NEXT_LUCAS:
        return fg_history_of(FG_KNOWN_PROBABLE);
    case FG_NEXT_HART:
        return fg_history_of(FG_KNOWN_COMPOSITE);
    case FG_NEXT_LAST_RESORT:
        return n < FG_PLAN_HART_MAX ? fg_history_of(FG_KNOWN_HART_MISSED)
                                    : fg_history_of_steps(FG_PLAN_CURVES + 1);
    default:
        return fg_history_of_steps(steps);
    }
}

TEST_F(FactorTrace, WhatWaitsOnTheDeviceIsWhereTheDecisionPutsIt) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const uint32_t curves : {(uint32_t)FG_PLAN_CURVES, 1u, 0u}) {
        Numbers numbers;
        for (size_t i = 0; i < 256; i++) /* the last resort takes long */
            numbers.push_back(curves > 0 ? random.of_any_size()
                                         : semiprime(random, (unsigned)random.between(22, 44)));
        std::set<uint32_t> kinds;
        for (const auto &entry : trace_on_device(numbers, curves)) {
            const auto [n, whole, kind, steps] = entry.first;
            const fg_next next = fg_next_step(n, whole, history_before(n, kind, steps), curves);
            ASSERT_EQ(next.kind, kind) << n << " after " << steps << " steps";
            ASSERT_EQ(next.program, entry.second) << n << " after " << steps << " steps";
            const bool tested = kind == FG_NEXT_BASE2 || kind == FG_NEXT_LUCAS;
            ASSERT_TRUE(tested || !oracle::is_prime(n)) << n;
            uint64_t root;
            ASSERT_TRUE(!is_of_plan(kind) || fg_split_power(n, &root) == 1) << n;
            kinds.insert(kind);
        }
        EXPECT_EQ(kinds.count(FG_NEXT_ECM), curves > 0 ? 1u : 0u);
        EXPECT_EQ(kinds.count(FG_NEXT_HART) + kinds.count(FG_NEXT_PM1), 2u);
    }
}

} // namespace

extern "C" void fg_test_lucas_tested(uint64_t n) {
    cpu_lucas_tested.insert(n);
}

extern "C" void fg_test_decided(uint64_t n, bool whole, fg_history history, fg_next next) {
    if (next.kind != FG_NEXT_PRIME && next.kind != FG_NEXT_POWER) /* which no part waits for */
        cpu_trace[{n, whole, next.kind, is_of_plan(next.kind) ? history.steps : 0}] = next.program;
}
