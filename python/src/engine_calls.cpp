// SPDX-License-Identifier: MIT
#include "engine_calls.h"

#include "exceptions.h"
#include "unlocked.h"

#include <nanobind/nanobind.h>
#include <optional>
#include <system_error>
#include <unistd.h>

namespace nb = nanobind;

namespace factor_gpu {

namespace {

// The time between two looks of a waiting thread for Ctrl-C.
constexpr std::chrono::milliseconds poll_time(50);

// A batch of a brief method with so many numbers below 2^64 ends within 0.1 s, so that the calling
// thread can make it: the slowest take 25 us each.
constexpr size_t max_brief_count = 4096;

// After another failure the engine answers no more.
bool outlives(enum fg_status status) {
    return status == FG_OK || status == FG_ERROR_ARGUMENT || status == FG_ERROR_TOO_MANY ||
           status == FG_ERROR_CANCELLED;
}

} // namespace

enum fg_status Work::run(fg_engine *engine, fg_error *error) const {
    return results != nullptr ? fg_factor_numbers(engine, numbers, results, error)
                              : fg_factor_columns(engine, numbers, requests, request_count, error);
}

// A thread's turn to use the engine.
class EngineCalls::Turn {
  public:
    explicit Turn(EngineCalls &calls) : calls_(calls) {
        if (!calls_.turn_.try_lock())
            wait();
        calls_.owner_ = std::this_thread::get_id();
    }
    ~Turn() {
        calls_.owner_ = std::thread::id();
        calls_.turn_.unlock();
    }
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;

  private:
    void wait() {
        if (calls_.owner_.load() == std::this_thread::get_id())
            raise_error(FG_ERROR_ARGUMENT,
                        "this engine is answering a batch of this thread, which a signal handler "
                        "has interrupted; use another engine in the handler");
        Unlocked unlocked;
        while (!calls_.turn_.try_lock_for(poll_time)) {
            unlocked.take_back();
            if (PyErr_CheckSignals() != 0)
                throw nb::python_error();
            unlocked.give_up();
        }
    }

    EngineCalls &calls_;
};

EngineCalls::EngineCalls(EngineOptions options) : options_(std::move(options)), process_(getpid()) {
    const fg_backend_properties *const properties =
        fg_backend_get_properties(options_.backend.c_str());
    uses_processes_ = properties != nullptr && properties->uses_processes;
    const Turn turn(*this);
    (void)opened(FG_ANSWER_PRIMES);
}

EngineCalls::~EngineCalls() {
    if (getpid() != process_) {
        close_engines();
        (void)call_thread_.release(); // the thread is not in this process
        return;
    }
    const Unlocked unlocked;
    close_engines();
    call_thread_.reset();
}

void EngineCalls::refuse_other_process() const {
    if (getpid() == process_)
        return;
    const std::string text = "this engine belongs to process " + std::to_string(process_) +
                             ", which opened it; open another one in this process";
    raise_error(FG_ERROR_ARGUMENT, text.c_str());
}

void EngineCalls::refuse_closed() const {
    if (closed_)
        raise_error(FG_ERROR_ARGUMENT, "the engine is closed; open another one");
}

void EngineCalls::answer(enum fg_answer kind, const Work &work) {
    refuse_other_process();
    const Turn turn(*this);
    refuse_closed();
    fg_engine *const engine = opened(kind);
    fg_error error;
    enum fg_status status;
    if (is_brief(*work.numbers)) {
        const Unlocked unlocked;
        status = work.run(engine, &error);
    } else {
        status = answer_beside(engine, work, &error);
    }
    if (!outlives(status)) { // the next call opens another
        const Unlocked unlocked;
        fg_engine_close(engine);
        engines_[kind] = nullptr;
    }
    if (status == FG_ERROR_MEMORY) {
        const std::string text =
            std::string(error.message) +
            "; answer the numbers in parts: for part in factor_gpu.chunks(numbers)";
        raise_error(status, text.c_str());
    }
    if (status != FG_OK)
        raise_error(error);
}

bool EngineCalls::is_brief(const fg_numbers &numbers) const {
    return !uses_processes_ && numbers.words == 1 && numbers.count <= max_brief_count &&
           options_.method != FG_METHOD_SIEVE &&
           fg_method_is_brief(fg_method_resolve(options_.method));
}

fg_engine *EngineCalls::opened(enum fg_answer kind) {
    if (engines_[kind] != nullptr)
        return engines_[kind];
    fg_error error;
    enum fg_status status = FG_OK;
    if (uses_processes_) { // the children belong to the thread that opens the engine
        call_thread().begin([&] { status = open(kind, &error); });
        const Unlocked unlocked;
        while (!call_thread_->wait(poll_time))
            continue;
    } else {
        const Unlocked unlocked;
        status = open(kind, &error);
    }
    if (status != FG_OK)
        raise_error(error);
    return engines_[kind];
}

enum fg_status EngineCalls::open(enum fg_answer kind, fg_error *error) {
    fg_config config{};
    config.size = sizeof config;
    config.backend = options_.backend.c_str();
    config.method = options_.method;
    config.answer = kind;
    config.jobs = options_.jobs;
    config.devices = options_.devices.empty() ? nullptr : options_.devices.data();
    config.device_count = options_.devices.size();
    config.allow_zeros = true;
    return fg_engine_open(&config, &engines_[kind], error);
}

CallThread &EngineCalls::call_thread() {
    try {
        if (call_thread_ == nullptr)
            call_thread_ = std::make_unique<CallThread>();
        return *call_thread_;
    } catch (const std::system_error &failure) {
        const std::string text = std::string("the thread of a batch could not be created (") +
                                 failure.what() + "); try a larger ulimit -u";
        raise_error(FG_ERROR_SYSTEM, text.c_str());
    }
}

// Answers on the engine's own thread. If a signal handler of Python raises meanwhile, ends the
// batch and throws what it raised.
enum fg_status EngineCalls::answer_beside(fg_engine *engine, const Work &work, fg_error *error) {
    CallThread &thread = call_thread();
    enum fg_status status = FG_OK;
    {
        const std::lock_guard<std::mutex> lock(running_mutex_);
        running_ = engine;
        cancelled_ = false;
    }
    thread.begin([&] {
        status = work.run(engine, error);
        // A cancel that came too late would end the next batch, also a second one of this batch.
        if (end_batch()) {
            const uint64_t one = 1;
            fg_results nothing{};
            fg_error ignored;
            (void)fg_factor_batch(engine, &one, 1, &nothing, &ignored);
            fg_results_free(&nothing);
        }
    });
    wait_or_cancel();
    return status;
}

// Returns whether the batch was cancelled, and allows no more of it.
bool EngineCalls::end_batch() {
    const std::lock_guard<std::mutex> lock(running_mutex_);
    running_ = nullptr;
    return cancelled_;
}

void EngineCalls::wait_or_cancel() {
    std::optional<nb::python_error> raised;
    {
        Unlocked unlocked;
        while (!call_thread_->wait(poll_time)) {
            if (raised)
                continue;
            unlocked.take_back();
            if (PyErr_CheckSignals() != 0) {
                raised.emplace();
                cancel();
            }
            unlocked.give_up();
        }
    }
    if (raised)
        throw nb::python_error(std::move(*raised));
}

void EngineCalls::cancel() {
    refuse_other_process();
    const std::lock_guard<std::mutex> lock(running_mutex_);
    if (running_ != nullptr) {
        fg_engine_cancel(running_);
        cancelled_ = true;
    }
}

void EngineCalls::close() {
    if (getpid() != process_) { // frees memory only; the destructor does the rest
        closed_ = true;
        return;
    }
    const Turn turn(*this);
    closed_ = true;
    const Unlocked unlocked;
    close_engines();
    call_thread_.reset();
}

void EngineCalls::close_engines() {
    for (fg_engine *&engine : engines_) {
        fg_engine_close(engine);
        engine = nullptr;
    }
}

const char *EngineCalls::backend() {
    refuse_other_process();
    const Turn turn(*this);
    refuse_closed();
    return fg_engine_backend(opened(FG_ANSWER_PRIMES));
}

unsigned EngineCalls::jobs() {
    refuse_other_process();
    const Turn turn(*this);
    refuse_closed();
    return fg_engine_jobs(opened(FG_ANSWER_PRIMES));
}

} // namespace factor_gpu
