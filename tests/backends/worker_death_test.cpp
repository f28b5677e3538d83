// SPDX-License-Identifier: MIT
/*
 * worker_death_test.cpp: worker processes that die. The answer is complete all the same, or the run
 * ends with a clear error; never a hang, never a process left behind.
 */
#include "support/canceller.h"
#include "support/engine_face.h"
#include "support/random_numbers.h"
#include "support/side_process.h"
#include "support/wide_engine.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <dirent.h>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using oracle::Numbers;

/* A prime that takes `trial` so long, on every variant, that a worker can be killed while it works
 * on it. A sanitizer makes each candidate ten times as dear. */
const uint64_t long_prime = sanitized() ? UINT64_C(72057594037927931)     /* below 2^56 */
                                        : UINT64_C(18446744073709551557); /* below 2^64 */
/* A number whose every candidate takes days: its worker ends by a signal, or by a cancel. */
constexpr uint64_t endless = UINT64_C(1) << 52;

/* Field `index` of /proc/<pid>/stat, counted as in proc(5) from 1; "" if the process has gone.
 */
std::string stat_field(pid_t pid, int index) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    const size_t name_end = line.rfind(')');
    if (name_end == std::string::npos)
        return "";
    std::istringstream rest(line.substr(name_end + 1));
    std::string field;
    for (int i = 3; i <= index; i++)
        rest >> field;
    return field;
}

std::vector<pid_t> children(pid_t parent = getpid()) {
    std::vector<pid_t> found;
    DIR *const folder = opendir("/proc");
    if (folder == nullptr)
        return found;
    while (const dirent *const entry = readdir(folder)) {
        const pid_t pid = static_cast<pid_t>(std::atoi(entry->d_name));
        if (pid > 0 && stat_field(pid, 4) == std::to_string(parent) && stat_field(pid, 3) != "Z")
            found.push_back(pid);
    }
    closedir(folder);
    return found;
}

/* In clock ticks: a worker that has used some is in the middle of its number. */
bool has_worked(pid_t pid) {
    const std::string user_ticks = stat_field(pid, 14);
    return !user_ticks.empty() && user_ticks != "0";
}

/* Kills up to `count` workers that are at work, one after another, until it is told to finish. */
class Killer {
  public:
    Killer(unsigned count, int signal)
        : process_([this, count, signal] {
              while (killed() < count) {
                  for (const pid_t pid : children(getppid()))
                      if (killed() < count && pid != getpid() && has_worked(pid)) {
                          ++*killed_;
                          kill(pid, signal);
                          wait_for_end(pid);
                      }
                  std::this_thread::sleep_for(std::chrono::milliseconds(1));
              }
          }) {}
    void finish() { process_.end(); }
    unsigned killed() const { return *killed_; }

  private:
    static void wait_for_end(pid_t pid) {
        while (!stat_field(pid, 3).empty() && stat_field(pid, 3) != "Z")
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

    SharedCounter killed_;
    SideProcess process_;
};

/* Runs batches until one in which a worker was killed, or that failed. So there is work to
 * interrupt however late the killer's process runs. */
BatchAnswer run_until_killed(Engine &engine, Killer &killer, const Numbers &numbers) {
    BatchAnswer answer;
    do
        answer = engine.run(numbers);
    while (answer.status == FG_OK && killer.killed() == 0);
    killer.finish();
    return answer;
}

class WorkerDeath : public testing::TestWithParam<const char *> {
  protected:
    void TearDown() override {
        int state;
        EXPECT_EQ(waitpid(-1, &state, WNOHANG), -1) << "a child is left behind";
        EXPECT_EQ(errno, ECHILD);
    }
};

TEST_P(WorkerDeath, OneDeathIsMadeGoodByTheRetry) {
    const Numbers numbers = {12, long_prime, 97, 5040};
    Engine engine(GetParam(), FG_METHOD_TRIAL, 2);
    Killer killer(1, SIGKILL);
    const BatchAnswer answer = run_until_killed(engine, killer, numbers);
    EXPECT_EQ(killer.killed(), 1u);
    expect_flint_answers(answer, numbers);
    expect_flint_answers(engine.run({360, 97}), {360, 97}); /* and the engine goes on */
}

TEST_P(WorkerDeath, ADeathByAnotherSignalIsMadeGoodToo) {
    Engine engine(GetParam(), FG_METHOD_TRIAL, 1);
    Killer killer(1, SIGTERM);
    const BatchAnswer answer = run_until_killed(engine, killer, {long_prime});
    EXPECT_EQ(killer.killed(), 1u);
    expect_flint_answers(answer, {long_prime});
}

TEST_P(WorkerDeath, TheSecondDeathAtANumberEndsTheRunWithAnError) {
    Engine engine(GetParam(), FG_METHOD_EXHAUSTIVE, 1);
    Killer killer(1000, SIGKILL);
    const BatchAnswer answer = engine.run({endless});
    killer.finish();
    EXPECT_EQ(answer.status, FG_ERROR_WORKER_DIED);
    EXPECT_EQ(killer.killed(), 2u);
    EXPECT_NE(answer.message.find(std::to_string(endless)), std::string::npos) << answer.message;
    EXPECT_NE(answer.message.find("signal 9"), std::string::npos) << answer.message;
    const BatchAnswer next = engine.run({6}); /* the engine is finished, and says why */
    EXPECT_EQ(next.status, FG_ERROR_WORKER_DIED);
    EXPECT_NE(next.message.find("failed before"), std::string::npos) << next.message;
    EXPECT_NE(next.message.find("signal 9"), std::string::npos) << next.message;
}

/* The other workers are at work when one number is given up: they must not outlive the run. */
TEST_P(WorkerDeath, TheOtherWorkersEndWithTheRun) {
    Engine engine(GetParam(), FG_METHOD_EXHAUSTIVE, 4);
    Killer killer(1000, SIGKILL);
    const BatchAnswer answer = engine.run({endless, endless + 1, endless + 2, endless + 3});
    killer.finish();
    EXPECT_EQ(answer.status, FG_ERROR_WORKER_DIED);
    EXPECT_TRUE(children().empty());
}

TEST_P(WorkerDeath, CancelLeavesNoChild) {
    Engine engine(GetParam(), FG_METHOD_EXHAUSTIVE, 3);
    const Canceller canceller(engine.get(), std::chrono::milliseconds(50));
    EXPECT_EQ(engine.run({endless, endless, endless, endless}).status, FG_ERROR_CANCELLED);
    EXPECT_TRUE(children().empty());
}

INSTANTIATE_TEST_SUITE_P(Of, WorkerDeath, testing::Values("fork", "pool"),
                         [](const testing::TestParamInfo<const char *> &backend) {
                             return std::string(backend.param);
                         });

/* A worker that dies between two batches, when it has nothing to do. */
TEST(PoolWorker, ThatDiesIdleIsReplaced) {
    Engine engine("pool", FG_METHOD_TRIAL, 2);
    expect_flint_answers(engine.run({360, 97}), {360, 97});
    for (const pid_t pid : children())
        kill(pid, SIGKILL);
    expect_flint_answers(engine.run({362, 98}), {362, 98});
    for (const pid_t pid : children()) {
        kill(pid, SIGKILL);
        while (stat_field(pid, 3) != "Z")
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    expect_flint_answers(engine.run({364, 99}), {364, 99});
    engine.close();
    EXPECT_TRUE(children().empty());
    int state;
    EXPECT_EQ(waitpid(-1, &state, WNOHANG), -1) << "a child is left behind";
}

/* A worker dies in the middle of many numbers, of which a part may have been delivered. */
TEST(PoolWorker, ThatDiesWhileItFactorsIsMadeGood) {
    const Numbers numbers(sanitized() ? 5000 : 20000, UINT64_C(18446743979220271189));
    const Numbers expected = {1, UINT64_C(4294967279), UINT64_C(4294967291), numbers[0]};
    Engine engine("pool", FG_METHOD_FACTOR, 2);
    Killer killer(1, SIGKILL);
    const BatchAnswer answer = run_until_killed(engine, killer, numbers);
    EXPECT_EQ(killer.killed(), 1u);
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    ASSERT_EQ(answer.divisors.size(), numbers.size());
    for (const Numbers &divisors : answer.divisors)
        ASSERT_EQ(oracle::difference(divisors, expected), "");
}

TEST(PoolWorker, ThatDiesAtNumbersOfTwoWordsIsMadeGood) {
    const oracle::WideNumbers expected = {UINT64_C(1099511627609), UINT64_C(1099511627689)};
    const oracle::WideNumbers numbers(100, expected[0] * expected[1]);
    fg_config config = {};
    config.backend = "pool";
    config.answer = FG_ANSWER_PRIMES;
    config.jobs = 2;
    Engine engine(config);
    Killer killer(1, SIGKILL);
    WideAnswer answer;
    do
        answer = run_wide(engine.get(), numbers);
    while (answer.status == FG_OK && killer.killed() == 0);
    killer.finish();
    EXPECT_EQ(killer.killed(), 1u);
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    ASSERT_EQ(answer.values.size(), numbers.size());
    for (const oracle::WideNumbers &primes : answer.values)
        ASSERT_TRUE(primes == expected);
}

/* The arena is too small for the answers, so that the place of lost answers is missing. */
TEST(PoolWorker, ThatDiesAmongNumbersOfMostDivisorsIsMadeGood) {
    const Numbers numbers(60, UINT64_C(18401055938125660800));
    const Numbers expected = oracle::divisors(numbers[0]);
    Engine engine("pool", FG_METHOD_FACTOR, 2);
    Killer killer(1, SIGKILL);
    const BatchAnswer answer = run_until_killed(engine, killer, numbers);
    EXPECT_EQ(killer.killed(), 1u);
    ASSERT_EQ(answer.status, FG_OK) << answer.message;
    ASSERT_EQ(answer.divisors.size(), numbers.size());
    for (const Numbers &divisors : answer.divisors)
        ASSERT_EQ(oracle::difference(divisors, expected), "");
}

TEST(PoolWorker, EndsWithItsEngine) {
    Engine engine("pool", FG_METHOD_TRIAL, 5);
    EXPECT_EQ(children().size(), 5u) << "forked before the program can have threads";
    engine.run(Numbers(20, UINT64_C(1099511627791))); /* a 40-bit prime: a task each */
    EXPECT_EQ(children().size(), 5u);
    engine.run({6});
    EXPECT_EQ(children().size(), 5u) << "they live as long as the engine";
    engine.close();
    EXPECT_TRUE(children().empty());
}

} // namespace
