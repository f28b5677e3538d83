/* SPDX-License-Identifier: MIT */
/*
 * divisibility_fuzz.c: the exact-division tests and the candidate scans against `%`.
 *
 * Input: words of 8 bytes: a number, a divisor, where a slice begins, and its length.
 */
#include "algorithms/candidates.h"
#include "algorithms/divisibility.h"
#include "algorithms/divisor_bound.h"
#include "methods/candidates/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CANDIDATES 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the fuzzer, which keeps the input. */
static void require(bool holds, const char *what, uint64_t n, uint64_t d) {
    if (holds)
        return;
    fprintf(stderr, "%s: n = %llu, d or slice = %llu\n", what, (unsigned long long)n,
            (unsigned long long)d);
    abort();
}

static void test_division32(uint32_t n, uint32_t d) {
    const struct fg_divisor32 divisor = fg_divisor32_prepare(d);
    const uint32_t quotient = fg_divisor32_quotient(divisor, n);
    require((quotient <= divisor.limit) == (n % d == 0), "32-bit test", n, d);
    require(n % d != 0 || quotient == n / d, "32-bit quotient", n, d);
    if (d % 2 == 1)
        require(fg_divisor32_quotient_odd(divisor, n) == quotient, "odd 32-bit quotient", n, d);
}

static void test_division64(uint64_t n, uint64_t d) {
    const struct fg_divisor64 divisor = fg_divisor64_prepare(d);
    if (divisor.twos >= 32)
        return;
    const uint32_t quotient = fg_divisor64_quotient(divisor, n);
    require(n % d == 0 ? quotient == n / d >> 32 : quotient >= divisor.limit_high,
            "64-bit quotient", n, d);
    if (d % 2 == 1)
        require(fg_divisor64_quotient_odd(divisor, n) == quotient, "odd 64-bit quotient", n, d);
}

/* The variants on candidates [begin, end), at most MOST_CANDIDATES of them. */
static void test_scans(struct fg_candidates candidates, uint64_t begin, uint64_t end) {
    uint64_t expected[MOST_CANDIDATES];
    size_t count = 0;
    for (uint64_t c = begin; c < end; c++) {
        const uint64_t d = fg_candidate_at(candidates, c);
        if (candidates.dividend % d == 0)
            expected[count++] = d;
    }
    for (size_t i = 0; i < fg_scan_count; i++) {
        if (!fg_cpu_runs(fg_scans[i].level))
            continue;
        uint64_t *const hits = malloc((count + 1) * sizeof *hits); /* exact: an overrun shows */
        if (hits == NULL)
            return;
        const size_t found = fg_scans[i].scan(candidates, begin, end, hits);
        require(found == count && memcmp(hits, expected, count * sizeof *hits) == 0,
                fg_scans[i].name, candidates.dividend, begin);
        free(hits);
    }
}

static void test_slice(struct fg_candidates candidates, uint64_t place, uint64_t length) {
    const uint64_t begin = place % candidates.count;
    const uint64_t left = candidates.count - begin;
    length %= MOST_CANDIDATES + 1;
    test_scans(candidates, begin, begin + (length < left ? length : left));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint64_t words[4] = {0}; /* number, divisor, place, length */
    memcpy(words, data, size < sizeof words ? size : sizeof words);
    const uint64_t n = words[0], d = words[1];
    if (d != 0) {
        test_division64(n, d);
        test_division64(n - n % d, d);
        if (n > 0)
            test_slice(fg_candidates_exhaustive(n), d - 1, words[3]);
    }
    if ((uint32_t)d != 0) {
        test_division32((uint32_t)n, (uint32_t)d);
        test_division32((uint32_t)n - (uint32_t)n % (uint32_t)d, (uint32_t)d);
    }
    if (n > 0) {
        test_slice(fg_candidates_exhaustive(n), words[2], words[3]);
        test_slice(fg_candidates_trial(n), words[2], words[3]);
    }
    uint64_t multiple;
    if (n > 0 && d > 0 && !__builtin_mul_overflow(n, d, &multiple)) {
        test_division64(multiple, d);
        test_slice(fg_candidates_trial(multiple), (n < d ? n : d) / 2 - words[2] % 300, words[3]);
    }
    return 0;
}
