/* SPDX-License-Identifier: MIT */
/*
 * finish_number.c: the primes of single numbers of a segment.
 */
#include "methods/sieve/finish_number.h"

#include "arith/bits.h"
#include "batch/columns.h"

enum fg_status fg_planes_fail(const struct fg_planes *planes, uint32_t i, struct fg_error *error) {
    return fg_fail(error, FG_ERROR_SELF_CHECK,
                   "the primes that the sieve found for %ju do not multiply to it; please report "
                   "this",
                   (uintmax_t)(planes->first + i));
}

/* Appends `times` times p. */
static inline void append(uint64_t p, uint32_t times, uint64_t *primes, uint32_t *count) {
    for (uint32_t k = 0; k < times; k++)
        primes[(*count)++] = p;
}

/* Divides `*rest` >= 1 by p >= 2 as often as it can, and appends p as often. Returns whether p
 * divided at all. */
static bool take(uint64_t p, uint64_t *rest, uint64_t *primes, uint32_t *count) {
    const uint32_t before = *count;
    for (uint64_t quotient = *rest / p; quotient * p == *rest; quotient = *rest / p) {
        primes[(*count)++] = p; /* at most 63 times for all primes together */
        *rest = quotient;
    }
    return *count > before;
}

/* Returns the next index of a pattern at index i of the segment. */
static inline uint32_t pattern_index(uint32_t at, uint32_t i, uint32_t period) {
    return (at + i) % period;
}

/* Divides by the entries of a special number. Returns false if one does not divide. */
static bool take_special(const struct fg_planes *planes, uint32_t i, uint64_t *rest,
                         uint64_t *primes, uint32_t *count) {
    for (uint64_t p = 3; p <= 7; p += 2)
        take(p, rest, primes, count);
    bool divides = true;
    for (uint32_t k = 0; k < planes->small_counts[i]; k++) {
        const uint32_t entry = fg_planes_small(planes, i, k);
        if (entry % 2 == 1) /* an even entry repeats the prime before it */
            divides = divides && entry > 1 && take(entry, rest, primes, count);
    }
    const uint32_t large_count = planes->large_counts != NULL ? planes->large_counts[i] : 0;
    for (uint32_t k = 0; k < large_count; k++) {
        const uint32_t p = fg_planes_large(planes, i, k);
        divides = divides && p > 1 && take(p, rest, primes, count);
    }
    return divides;
}

/* Takes the entries of a number that is not special as they are, and divides once. */
static bool take_entries(const struct fg_planes *planes, uint32_t i, uint64_t *rest,
                         uint64_t *primes, uint32_t *count) {
    const struct fg_tiny_patterns *const tiny = planes->tiny;
    const uint32_t begin = *count;
    append(3, tiny->of_3[pattern_index(planes->at_3, i, FG_PERIOD_3)], primes, count);
    append(5, tiny->of_5[pattern_index(planes->at_5, i, FG_PERIOD_5)], primes, count);
    append(7, tiny->of_7[pattern_index(planes->at_7, i, FG_PERIOD_7)], primes, count);
    for (uint32_t k = 0; k < planes->small_counts[i]; k++)
        primes[(*count)++] = fg_planes_small(planes, i, k) | 1;
    const uint32_t large_count = planes->large_counts != NULL ? planes->large_counts[i] : 0;
    for (uint32_t k = 0; k < large_count; k++)
        primes[(*count)++] = fg_planes_large(planes, i, k);
    uint64_t product = 1;
    for (uint32_t k = begin; k < *count; k++)
        product *= primes[k];
    const uint64_t quotient = *rest / (product | (product == 0));
    const bool divides = quotient * product == *rest;
    *rest = quotient;
    return divides;
}

enum fg_status fg_planes_number(const struct fg_planes *planes, uint32_t i, uint64_t *primes,
                                uint32_t *count, struct fg_error *error) {
    uint64_t rest = planes->first + i;
    *count = 0;
    if (rest == 0)
        return FG_OK;
    const uint32_t twos = fg_trailing_zeros64(rest);
    append(2, twos, primes, count);
    rest >>= twos;
    const bool divides = fg_planes_is_special(planes, i)
                             ? take_special(planes, i, &rest, primes, count)
                             : take_entries(planes, i, &rest, primes, count);
    /* The cofactor is a prime above the largest that the sieve had. */
    if (!divides || (rest > 1 && *count > 0 && rest <= primes[*count - 1]))
        return fg_planes_fail(planes, i, error);
    append(rest, rest > 1, primes, count);
    return FG_OK;
}

enum fg_status fg_planes_fill_columns(const struct fg_planes *planes, uint32_t begin,
                                      uint32_t count, const struct fg_column_request *requests,
                                      size_t request_count, size_t at, struct fg_error *error) {
    enum { capacity = 1024, most = 128 }; /* 9 KiB of stack */
    uint64_t primes[capacity];
    size_t offsets[most + 1];
    offsets[0] = 0; /* the others are written before they are read, for one number two of them */
    for (uint32_t done = 0; done < count;) {
        uint32_t ready = 0;
        for (; ready < most && done + ready < count; ready++) {
            const size_t end = offsets[ready];
            uint32_t found;
            if (end + FG_NUMBER_PRIMES > capacity)
                break;
            FG_TRY(fg_planes_number(planes, begin + done + ready, primes + end, &found, error));
            offsets[ready + 1] = end + found;
        }
        fg_columns_fill_range(requests, request_count, at + done, primes, offsets, ready);
        done += ready;
    }
    if (count > 0 && planes->first + begin == 0)
        fg_columns_clear_entry(requests, request_count, 1, at);
    return FG_OK;
}
