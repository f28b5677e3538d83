/* SPDX-License-Identifier: MIT */
/*
 * random_numbers.h: the tests' random numbers, repeatable, and how much work a test should do.
 *
 * Environment: FG_TEST_SEED=N repeats a run whose failure printed that seed. FG_TEST_SCALE=X
 * multiplies how many random cases there are and how far ranges go; by default 0.15, 0.1 if a
 * sanitizer slows everything down, and two fifths of that if FACTOR_GPU_CPU repeats with other
 * instructions what ran before. FG_TEST_ALL=1 runs every case of the tests that otherwise choose,
 * and by default has the scales 2 and 0.5: each run has new numbers, so frequent short runs see as
 * many as rare long ones.
 */
#ifndef FG_TESTS_RANDOM_NUMBERS_H
#define FG_TESTS_RANDOM_NUMBERS_H

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

/* A function of each sanitizer's runtime; null in a program without it. The tests' own files ask
 * the program, because they may be compiled without the sanitizers of what they test. */
extern "C" {
void __asan_init() __attribute__((weak));
void __tsan_init() __attribute__((weak));
}

inline bool address_sanitized() {
    return __asan_init != nullptr;
}

inline bool thread_sanitized() {
    return __tsan_init != nullptr;
}

/* Returns true if what is tested is built with a sanitizer: this program, or the one that it runs.
 */
inline bool sanitized() {
    return address_sanitized() || thread_sanitized() ||
           std::getenv("FG_TEST_SANITIZED") != nullptr; /* from ./dev, beside FG_TEST_BUILD */
}

/* FG_TEST_ALL: a run that may take its time, as before a release. */
inline bool every_case() {
    return std::getenv("FG_TEST_ALL") != nullptr;
}

/* Returns true if the same tests also run with the best instructions of this CPU. */
inline bool repeated() {
    return std::getenv("FACTOR_GPU_CPU") != nullptr;
}

/* Returns those of the backends in which a sanitizer, if there is one, has something to find: the
 * thread sanitizer has nothing in one thread, nor in processes of one thread. */
inline std::vector<const char *> tested_of(const std::vector<const char *> &backends) {
    std::vector<const char *> tested;
    for (const char *const backend : backends)
        if (!thread_sanitized() || every_case() || std::string(backend) == "threads")
            tested.push_back(backend);
    return tested;
}

/* `count` times the scale, at least 1. */
inline std::size_t scaled(std::size_t count) {
    const char *const wanted = std::getenv("FG_TEST_SCALE");
    double scale = sanitized() ? 0.1 : 0.15;
    if (every_case())
        scale = sanitized() ? 0.5 : 2;
    else if (repeated())
        scale *= 0.4;
    if (wanted != nullptr)
        scale = std::strtod(wanted, nullptr);
    const double scaled_count = static_cast<double>(count) * scale;
    return scaled_count < 1 ? 1 : static_cast<std::size_t>(scaled_count);
}

/* Scales the count of cases that take long, as to factor a number does: to half of scaled(), or to
 * two fifths if a sanitizer slows everything down. FG_TEST_ALL=1 takes none of these away. */
inline std::size_t scaled_slow(std::size_t count) {
    return scaled(every_case() ? count : sanitized() ? count * 2 / 5 : count / 2);
}

class RandomNumbers {
  public:
    RandomNumbers() : seed_(choose_seed()), engine_(seed_) {}

    /* For SCOPED_TRACE. */
    std::string trace() const { return "repeat with FG_TEST_SEED=" + std::to_string(seed_); }

    std::uint64_t any() { return engine_(); }
    /* Returns a number in [low, high]. */
    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return std::uniform_int_distribution<std::uint64_t>(low, high)(engine_);
    }
    /* Returns a number of exactly `bits` bits, 1 .. 64. */
    std::uint64_t with_bits(unsigned bits) {
        const std::uint64_t top = UINT64_C(1) << (bits - 1);
        return top | (any() & (top - 1));
    }
    /* Returns a number of any size alike, at least 1 and at most `bits` bits. */
    std::uint64_t of_any_size(unsigned bits = 64) {
        return with_bits(static_cast<unsigned>(between(1, bits)));
    }

  private:
    static std::uint64_t choose_seed() {
        const char *const wanted = std::getenv("FG_TEST_SEED");
        return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : std::random_device{}();
    }

    std::uint64_t seed_;
    std::mt19937_64 engine_;
};

#endif
