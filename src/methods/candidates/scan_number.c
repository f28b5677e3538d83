/* SPDX-License-Identifier: MIT */
/*
 * scan_number.c: scanning in pieces, so that a cancelled run ends soon, and completing the list.
 */
#include "methods/candidates/scan_number.h"

#include "algorithms/divisors.h"
#include "methods/candidates/candidate_methods.h"

/* Candidates between two polls of the cancel flag: 3 ms at 0.1 ns each, 60 ms at 2 ns. */
#define FG_PIECE_CANDIDATES (UINT64_C(1) << 25)

bool fg_scan_slice(const struct fg_scan *scan, struct fg_candidates candidates, uint64_t begin,
                   uint64_t end, const atomic_bool *cancelled, uint64_t *hits,
                   uint32_t *hit_count) {
    size_t found = 0;
    while (begin < end) {
        if (atomic_load_explicit(cancelled, memory_order_relaxed))
            return false;
        const uint64_t left = end - begin;
        const uint64_t piece = left < FG_PIECE_CANDIDATES ? left : FG_PIECE_CANDIDATES;
        found += scan->scan(candidates, begin, begin + piece, hits + found);
        begin += piece;
    }
    *hit_count = (uint32_t)found;
    return true;
}

bool fg_scan_number(const struct fg_scan *scan, enum fg_method method, uint64_t n,
                    const atomic_bool *cancelled, uint64_t *list, uint32_t *count,
                    uint64_t *scratch) {
    const struct fg_candidates candidates = fg_method_candidates(method, n);
    uint32_t hit_count = 0;
    if (!fg_scan_slice(scan, candidates, 0, candidates.count, cancelled, list, &hit_count))
        return false;
    *count = fg_divisors_complete(candidates, list, hit_count, scratch);
    return true;
}
