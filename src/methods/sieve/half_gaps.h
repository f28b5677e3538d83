/* SPDX-License-Identifier: MIT */
/*
 * half_gaps.h: from the bits of a sieve over the numbers prime to 30 to the halves of the gaps
 * between the primes, of which AVX-512 makes those of eight bytes at once.
 */
#ifndef FG_METHODS_SIEVE_HALF_GAPS_H
#define FG_METHODS_SIEVE_HALF_GAPS_H

#include <stdint.h>
#include <string.h>

/* Halves, rounded down, of the numbers below 240 that are prime to 30. Bit k % 8 of byte k / 8
 * stands for number k. */
static const uint8_t fg_half_places[64] = {
    0,  3,  5,  6,  8,  9,  11, 14, 15, 18, 20,  21,  23,  24,  26,  29,  30,  33,  35,  36, 38, 39,
    41, 44, 45, 48, 50, 51, 53, 54, 56, 59, 60,  63,  65,  66,  68,  69,  71,  74,  75,  78, 80, 81,
    83, 84, 86, 89, 90, 93, 95, 96, 98, 99, 101, 104, 105, 108, 110, 111, 113, 114, 116, 119};

/* Half places from a word of the sieve to the next. */
#define FG_HALF_PLACES_STEP 120

/* Returns eight bytes of the sieve as a word: bit k is that of number k. */
static inline uint64_t fg_half_places_word(const uint8_t *bytes) {
    uint64_t word = 0;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/*
 * Writes for each bit that is set in bytes[0 .. byte_count) how far its half place is above the one
 * before, less than 256; for the first bit, how far it is above `last`, at most its own half place
 * and in the same byte. Reads up to seven bytes beyond, which are zero, and overwrites up to 64
 * beyond the last that it writes. Returns the end of what it wrote. Thread-safe.
 */
typedef uint8_t *fg_half_gaps_writer(const uint8_t *bytes, uint32_t byte_count, uint32_t last,
                                     uint8_t *half_gaps);

fg_half_gaps_writer fg_half_gaps_portable, fg_half_gaps_avx512;

/* Returns the best that runs here and that FACTOR_GPU_CPU allows. Thread-safe. */
fg_half_gaps_writer *fg_half_gaps_select(void);

#endif
