// SPDX-License-Identifier: MIT
/*
 * threads_pool_test.cpp: whom the backend `threads` wakes for a batch, and whom it waits for.
 *
 * Nothing here depends on how long anything takes. The linker leads the library's calls of
 * pthread_create() and pthread_cond_wait() through this file (--wrap), which counts the threads and
 * can hold them just before they begin, or just after they were woken, for as long as a test likes.
 */
#include "support/engine_face.h"
#include "support/random_numbers.h"

#include <gtest/gtest.h>

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using oracle::Numbers;

namespace {

/* For what happens soon, or never. */
constexpr std::chrono::minutes patience(5);

/* The places at which threads of the pool are held while it is closed. */
class Gate {
  public:
    void pass() {
        std::unique_lock<std::mutex> guard(lock_);
        held_ += !open_;
        held_changed_.notify_all();
        opened_.wait(guard, [&] { return open_; });
    }
    void close() {
        const std::lock_guard<std::mutex> guard(lock_);
        open_ = false;
        held_ = 0;
    }
    void open() {
        const std::lock_guard<std::mutex> guard(lock_);
        open_ = true;
        opened_.notify_all();
    }
    bool is_closed() {
        const std::lock_guard<std::mutex> guard(lock_);
        return !open_;
    }
    /* Waits until so many are held, or time is up. Returns how many are. */
    unsigned await_held(unsigned count) {
        std::unique_lock<std::mutex> guard(lock_);
        held_changed_.wait_for(guard, patience, [&] { return held_ >= count; });
        return held_;
    }

  private:
    std::mutex lock_;
    std::condition_variable opened_, held_changed_;
    bool open_ = true;
    unsigned held_ = 0;
};

Gate gate;
std::atomic<unsigned> created;
std::atomic<unsigned> asleep; /* threads of the pool that wait to be woken */
thread_local bool is_pool_thread;

struct Start {
    void *(*routine)(void *);
    void *argument;
};

void *begin_late(void *argument) {
    const Start start = *static_cast<Start *>(argument);
    delete static_cast<Start *>(argument);
    is_pool_thread = true;
    gate.pass();
    return start.routine(start.argument);
}

} // namespace

extern "C" {

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*routine)(void *), void *argument);
int __real_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*routine)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*routine)(void *), void *argument) {
    created++;
    return __real_pthread_create(thread, attributes, begin_late, new Start{routine, argument});
}

int __wrap_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex);
int __wrap_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
    asleep += is_pool_thread;
    const int status = __real_pthread_cond_wait(condition, mutex);
    asleep -= is_pool_thread;
    if (is_pool_thread && gate.is_closed()) {
        pthread_mutex_unlock(mutex);
        gate.pass();
        pthread_mutex_lock(mutex);
    }
    return status;
}
}

namespace {

Numbers small_numbers(size_t count) {
    Numbers numbers(count);
    for (size_t i = 0; i < count; i++)
        numbers[i] = 1 + i;
    return numbers;
}

/* So many of the numbers from 1 on are enough work for four threads; exhaustive search takes as
 * many candidates as their sum. */
size_t enough_for_four(fg_method method) {
    return method == FG_METHOD_EXHAUSTIVE ? 4000 : 20000;
}

/* Expects FLINT's divisors of 1 .. count, at most 20000, of which every test here asks again. */
void expect_small_answers(const BatchAnswer &answer, size_t count) {
    static const std::vector<Numbers> known = [] {
        std::vector<Numbers> divisors(20001);
        for (size_t n = 1; n < divisors.size(); n++)
            divisors[n] = oracle::divisors(n);
        return divisors;
    }();
    expect_table_answers(answer, small_numbers(count), known);
}

Numbers large_numbers(RandomNumbers &random, size_t count) {
    Numbers numbers(count);
    for (uint64_t &number : numbers)
        number = random.between(UINT64_C(1) << 63, UINT64_MAX);
    return numbers;
}

class ThreadsPool : public testing::Test {
  protected:
    void SetUp() override { created = 0; }
    void TearDown() override { gate.open(); }

    /* Waits until so many threads of the pool sleep. */
    static bool all_fall_asleep(unsigned count) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (asleep < count && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return asleep == count;
    }

    /* Runs the batch while the gate is closed; opens it if that does not end. */
    static void expect_answers_meanwhile(Engine &engine, size_t count) {
        const Numbers numbers = small_numbers(count);
        std::future<BatchAnswer> answer =
            std::async(std::launch::async, [&] { return engine.run(numbers); });
        const bool ended = answer.wait_for(patience) == std::future_status::ready;
        EXPECT_TRUE(ended) << "the batch waits for a thread without a task";
        if (!ended)
            gate.open();
        expect_small_answers(answer.get(), count);
    }
};

TEST_F(ThreadsPool, ASmallBatchIsTheCallersAlone) {
    for (size_t i = 0; i < list_method_count(); i++) {
        Engine engine("threads", fg_method_at(i), 4);
        for (const size_t count : {1u, 2u, 20u}) {
            const Numbers numbers = small_numbers(count);
            expect_small_answers(engine.run(numbers), count);
            size_t handed_over = 0;
            fg_consumer *const consume = [](void *context, size_t, fg_results *results) {
                *static_cast<size_t *>(context) += results->count;
            };
            fg_error error;
            EXPECT_EQ(fg_factor_batch_to(engine.get(), numbers.data(), count, consume, &handed_over,
                                         &error),
                      FG_OK);
            EXPECT_EQ(handed_over, count);
        }
    }
    EXPECT_EQ(created, 0u);
}

TEST_F(ThreadsPool, ALargeBatchIsShared) {
    for (size_t i = 0; i < list_method_count(); i++) {
        created = 0;
        const size_t count = enough_for_four(fg_method_at(i));
        Engine engine("threads", fg_method_at(i), 4);
        expect_small_answers(engine.run(small_numbers(count)), count);
        EXPECT_EQ(created, 3u);
    }
}

/* 800 numbers are 73 tasks of at least eleven. */
TEST_F(ThreadsPool, NoMoreThreadsAreWokenThanThereAreTasks) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Engine engine("threads", FG_METHOD_FACTOR, 200);
    const Numbers numbers = large_numbers(random, 800);
    expect_flint_answers(engine.run(numbers), numbers);
    EXPECT_EQ(created, 72u);
}

TEST_F(ThreadsPool, AThreadThatBeginsLateIsNotWaitedFor) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < list_method_count(); i++) {
        const size_t enough = enough_for_four(fg_method_at(i));
        gate.close();
        Engine engine("threads", fg_method_at(i), 4);
        expect_answers_meanwhile(engine, enough / 5 * 4);
        expect_answers_meanwhile(engine, enough);
        EXPECT_EQ(gate.await_held(3), 3u);
        gate.open(); /* while the next batch runs, or before it, or after it */
        for (int again = 0; again < 20; again++) {
            const size_t count = random.between(1, enough / 5);
            expect_small_answers(engine.run(small_numbers(count)), count);
        }
    }
}

TEST_F(ThreadsPool, AThreadThatWakesLateIsNotWaitedFor) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    Engine engine("threads", FG_METHOD_FACTOR, 4);
    for (int again = 0; again < 3; again++) {
        expect_small_answers(engine.run(small_numbers(20000)), 20000);
        EXPECT_TRUE(all_fall_asleep(3));
        gate.close();
        expect_answers_meanwhile(engine, 20000);
        expect_answers_meanwhile(engine, 10);
        EXPECT_EQ(gate.await_held(2), 2u) << "those that the caller wakes";
        gate.open();
        const Numbers next = large_numbers(random, 900);
        expect_flint_answers(engine.run(next), next);
    }
}

} // namespace
