/*
 * strip_lanes.h: dividing out the small primes, over the tests of an instruction set.
 *
 * A file includes it behind its own
 *
 *     narrow_hits(n, block)   bit k: prime number k of the block divides n < 2^32
 *     wide_hits(n, block)     the same for any n
 *
 * and finds in it the tables for both, in rows of a block of sixteen primes.
 */
#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"
#include <assert.h>

#define FG_STRIP_BLOCK 16
#define FG_STRIP_BLOCKS (FG_PLAN_SMALL_BLOCKS * FG_SMALL_BLOCK / FG_STRIP_BLOCK)
static_assert(FG_STRIP_BLOCKS * FG_STRIP_BLOCK == FG_SMALL_BLOCKS * FG_SMALL_BLOCK,
              "the tables are of all small primes");

#define FG_STRIP_TABLE(type, name, entry)                                                          \
    __attribute__((aligned(64),                                                                    \
                   unused)) static const type name[FG_STRIP_BLOCKS * FG_STRIP_BLOCK] = {           \
        FG_SMALL_PRIMES(entry)}

/* p divides n exactly when n * inverse <= limit, modulo 2^32 or 2^64 (divisibility.h). */
#define FG_ENTRY(p) (uint32_t) FG_INVERSE_64(p),
FG_STRIP_TABLE(uint32_t, narrow_inverses, FG_ENTRY);
#undef FG_ENTRY
#define FG_ENTRY(p) UINT32_MAX / (p),
FG_STRIP_TABLE(uint32_t, narrow_limits, FG_ENTRY);
#undef FG_ENTRY
#define FG_ENTRY(p) FG_INVERSE_64(p),
FG_STRIP_TABLE(uint64_t, wide_inverses, FG_ENTRY);
#undef FG_ENTRY
#define FG_ENTRY(p) UINT64_MAX / (p),
FG_STRIP_TABLE(uint64_t, wide_limits, FG_ENTRY);
#undef FG_ENTRY

static inline uint32_t narrow_hits(uint32_t n, uint32_t block);
static inline uint32_t wide_hits(uint64_t n, uint32_t block);

/* One number: fg_small_primes_strip() in rows, and what strip.h wants done with the rest. */
static inline void strip_number(uint64_t n, struct fg_factorization *factors, uint64_t *rest) {
    fg_factorization_clear(factors);
    const uint32_t twos = fg_trailing_zeros64(n);
    if (twos > 0)
        fg_factorization_append(factors, 2, twos);
    n >>= twos;
    bool settled = n < 9;
    for (uint32_t block = 0; block < FG_STRIP_BLOCKS && !settled; block++) {
        uint32_t hits = n <= UINT32_MAX ? narrow_hits((uint32_t)n, block) : wide_hits(n, block);
        for (; hits != 0; hits &= hits - 1)
            n = fg_small_primes_take(n, block * FG_STRIP_BLOCK + fg_trailing_zeros64(hits),
                                     factors);
        const uint64_t last = fg_small_prime_values[(block + 1) * FG_STRIP_BLOCK - 1];
        settled = n < (last + 2) * (last + 2);
    }
    if (settled && n > 1)
        fg_factorization_append(factors, n, 1);
    *rest = settled ? 1 : n;
}
