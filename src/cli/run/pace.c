/* SPDX-License-Identifier: MIT */
/*
 * pace.c: the amount of work is doubled or halved until its time is right.
 */
#include "cli/run/pace.h"

/* The work of the first batch. */
#define WORK (UINT64_C(1) << 32)
#define WORK_MIN (UINT64_C(1) << 24)
#define WORK_MAX (UINT64_C(1) << 56)
#define SHORT_NS UINT64_C(250000000)
#define LONG_NS UINT64_C(1000000000)
/* Work and times for ranges: 2^36 units are about 7 s of one core. 4 * 10^7 numbers near 2^64,
 * which are worth a walk through 2 * 10^8 primes, take 4 s. */
#define RANGE_WORK (UINT64_C(1) << 36)
#define RANGE_SHORT_NS UINT64_C(2000000000)
#define RANGE_LONG_NS UINT64_C(16000000000)
/* Work and times for totals of ranges, which come when a batch ends. */
#define TOTALS_WORK (UINT64_C(1) << 33)
#define TOTALS_SHORT_NS UINT64_C(500000000)
#define TOTALS_LONG_NS UINT64_C(1500000000)
/* Columns straight from a range may have twice the work: lists that columns are made of take three
 * times as long. */
#define FAIR_RATIO 2.0
/* Half a batch has at most so many times half of its work, if it may be halved: then the walk
 * through the primes takes up to a fifth of the time. */
#define HALVING_RATIO 1.1

struct fg_pace fg_pace_start(enum fg_method method) {
    return (struct fg_pace){method, WORK, SHORT_NS, LONG_NS, false};
}

static bool sieves_ranges(enum fg_method method) {
    return method == FG_METHOD_AUTO || !fg_method_takes(method, FG_NUMBERS_LIST, 1);
}

struct fg_pace fg_pace_start_ranges(enum fg_method method) {
    const struct fg_pace of_ranges = {method, RANGE_WORK, RANGE_SHORT_NS, RANGE_LONG_NS, false};
    return sieves_ranges(method) ? of_ranges : fg_pace_start(method);
}

struct fg_pace fg_pace_start_totals(enum fg_method method) {
    const struct fg_pace of_totals = {method, TOTALS_WORK, TOTALS_SHORT_NS, TOTALS_LONG_NS, true};
    return sieves_ranges(method) ? of_totals : fg_pace_start(method);
}

size_t fg_pace_count(const struct fg_pace *pace, const uint64_t *numbers, size_t count) {
    /* Takes all numbers, without computing the work of each, if they are small: an odd number has
     * at least as much work as any smaller number. */
    uint64_t bits = 1;
    for (size_t i = 0; i < count; i++)
        bits |= numbers[i];
    if (fg_work(pace->method, bits) <= pace->work / (count + 1))
        return count;

    uint64_t work = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t more = fg_work(pace->method, numbers[i]);
        if (i > 0 && (work > pace->work || more > pace->work - work))
            return i;
        work += more;
    }
    return count;
}

/* Returns the work of a range. */
static double work_of_range(const struct fg_pace *pace, uint64_t first, size_t count) {
    const struct fg_numbers range = {
        .kind = FG_NUMBERS_RANGE, .words = 1, .count = count, .begin = {.low = first}};
    return fg_work_numbers(pace->method, &range);
}

/* Returns whether `part` numbers have at most `ratio` times their share of the work of `count`. */
static bool is_share(const struct fg_pace *pace, uint64_t first, size_t part, size_t count,
                     double ratio) {
    const double share = (double)part / (double)count;
    return work_of_range(pace, first, part) <= ratio * share * work_of_range(pace, first, count);
}

size_t fg_pace_count_range(const struct fg_pace *pace, uint64_t first, size_t count) {
    while (count > 1 && work_of_range(pace, first, count) > (double)pace->work &&
           (!pace->halves_fairly || is_share(pace, first, count / 2, count, HALVING_RATIO)))
        count /= 2;
    return count;
}

bool fg_pace_is_fair(const struct fg_pace *pace, uint64_t first, size_t part, size_t count) {
    return is_share(pace, first, part, count, FAIR_RATIO);
}

size_t fg_pace_count_wide(const struct fg_pace *pace, const struct fg_uint128 *numbers,
                          size_t count) {
    uint64_t work = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t more = fg_wide_work(pace->method, numbers[i]);
        if (i > 0 && (work > pace->work || more > pace->work - work))
            return i;
        work += more;
    }
    return count;
}

void fg_pace_learn(struct fg_pace *pace, uint64_t elapsed_ns) {
    if (elapsed_ns < pace->short_ns && pace->work < WORK_MAX)
        pace->work *= 2;
    else if (elapsed_ns > pace->long_ns && pace->work > WORK_MIN)
        pace->work /= 2;
}
