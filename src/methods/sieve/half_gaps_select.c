/* SPDX-License-Identifier: MIT */
/*
 * half_gaps_select.c: the portable variant, a byte of the sieve at once by a table, and the choice.
 */
#include "methods/sieve/half_gaps.h"

#include "cpu/cpu_variant.h"

enum {
    BYTE_STEP = 15, /* from a byte's first half place to that of the next */
};

/* The half places of a byte's bits. */
struct byte_gaps {
    /* The first place in the lowest eight bits, and from each place to the next in those above. */
    uint64_t gaps;
    uint16_t count;
    uint16_t ahead;    /* from the last place to the next byte; a byte's step if there is none */
    uint32_t is_empty; /* 1 if there is none, else 0 */
};

static void fill_table(struct byte_gaps table[256]) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        struct byte_gaps entry = {0, 0, BYTE_STEP, 1};
        uint32_t last = 0;
        for (uint32_t k = 0; k < 8; k++) {
            if ((byte >> k & 1) == 0)
                continue;
            entry.gaps |= (uint64_t)(fg_half_places[k] - last) << (8 * entry.count++);
            last = fg_half_places[k];
            entry.ahead = (uint16_t)(BYTE_STEP - last);
            entry.is_empty = 0;
        }
        table[byte] = entry;
    }
}

/* Writes the eight bytes of a word, the lowest first. */
static inline void write_word(uint8_t *bytes, uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(bytes, &word, sizeof word);
}

uint8_t *fg_half_gaps_portable(const uint8_t *bytes, uint32_t byte_count, uint32_t last,
                               uint8_t *half_gaps) {
    struct byte_gaps table[256];
    fill_table(table);
    uint32_t i = last / BYTE_STEP;
    /* From the last place to the byte, negative at first. With a first place it makes a gap, which
     * is below 256 and not negative, so that the gaps above it are not touched. */
    uint64_t way = 0 - (uint64_t)(last % BYTE_STEP);
    for (; i < byte_count; i++) {
        const struct byte_gaps *const entry = &table[bytes[i]];
        write_word(half_gaps, entry->gaps + way);
        half_gaps += entry->count;
        way = (way & (0 - (uint64_t)entry->is_empty)) + entry->ahead;
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
