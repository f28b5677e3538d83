/* SPDX-License-Identifier: MIT */
/*
 * mark_places_portable.c: the places of multiples, one after the other, and the choice.
 */
#include "methods/sieve/mark_places.h"

#include "cpu/cpu_variant.h"

/* Appends a place to its bucket if it is below `end`, without a branch; if not, only writes to the
 * place of the first bucket's next entry. */
static inline void put_if(const struct fg_place_buckets *buckets, uint32_t place, uint32_t end) {
    const uint32_t inside = place < end;
    uint16_t **const at = &buckets->ends[place >> 16 & -inside];
    uint16_t *const entry = *at;
    __builtin_prefetch((const char *)entry + FG_PLACES_AHEAD, 1);
    *entry = (uint16_t)place;
    *at = entry + inside;
}

/*
 * From the first one on, i < p, every p-th place of either kind is a multiple. A prime has k or
 * k + 1 of them, where k, the quotient of both lengths, is the same for many primes in a row: k are
 * put without a test, and the last without a branch, because whether there is one is not
 * predictable.
 */
static void put_all(const struct fg_place_buckets *buckets, const fg_prime_and_multiple *found,
                    size_t count) {
    const uint64_t twice_length = buckets->twice_end - buckets->twice_begin;
    uint64_t odd_times = buckets->odd_end >> 16, twice_times = twice_length >> 16;
    for (size_t j = 0; j < count; j++) {
        const uint32_t first = (uint32_t)found[j], p = (uint32_t)(found[j] >> 32);
        while (odd_times * p > buckets->odd_end)
            odd_times--;
        while (twice_times * p > twice_length)
            twice_times--;
        uint32_t place = fg_odd_place(first, p);
        for (uint64_t k = odd_times; k > 0; k--, place += p)
            fg_put_place(buckets, place);
        put_if(buckets, place, buckets->odd_end);
        place = fg_twice_place(buckets, first, p);
        for (uint64_t k = twice_times; k > 0; k--, place += p)
            fg_put_place(buckets, place);
        put_if(buckets, place, buckets->twice_end);
    }
}

static void put_only(const struct fg_place_buckets *buckets, const fg_prime_and_multiple *found,
                     size_t count) {
    for (size_t j = 0; j < count; j++) {
        const uint32_t i = (uint32_t)found[j];
        const uint32_t place = i % 2 != 0 ? i / 2 : buckets->twice_begin + i / 4;
        put_if(buckets, place, i % 4 != 0 ? UINT32_MAX : 0);
    }
}

const struct fg_place_steps fg_place_steps_portable = {"portable", put_all, put_only};

const struct fg_place_steps *fg_place_steps_select(void) {
#ifdef FG_SCAN_X86
    if (fg_cpu_select() >= FG_CPU_AVX512 && __builtin_cpu_supports("avx512dq"))
        return &fg_place_steps_avx512;
#endif
    return &fg_place_steps_portable;
}
