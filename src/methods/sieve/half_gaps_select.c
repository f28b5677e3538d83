/* SPDX-License-Identifier: MIT */
/*
 * half_gaps_select.c: the portable variant, one bit after the other, and the choice.
 */
#include "methods/sieve/half_gaps.h"

#include "cpu/cpu_variant.h"

uint8_t *fg_half_gaps_portable(const uint8_t *bytes, uint32_t byte_count, uint32_t last,
                               uint8_t *half_gaps) {
    uint32_t half = 0; /* of the word's first number */
    for (uint32_t i = 0; i < byte_count; i += 8, half += FG_HALF_PLACES_STEP)
        for (uint64_t word = fg_half_places_word(bytes + i); word != 0; word &= word - 1) {
            const uint32_t found = half + fg_half_places[__builtin_ctzll(word)];
            *half_gaps++ = (uint8_t)(found - last);
            last = found;
        }
    return half_gaps;
}

fg_half_gaps_writer *fg_half_gaps_select(void) {
#ifdef FG_SCAN_X86
    /* More than FG_CPU_AVX512 says: bytes are permuted and compressed. */
    if (fg_cpu_select() >= FG_CPU_AVX512 && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2"))
        return fg_half_gaps_avx512;
#endif
    return fg_half_gaps_portable;
}
