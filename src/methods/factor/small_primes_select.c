/* SPDX-License-Identifier: MIT */
/*
 * small_primes_select.c: the portable variant, and the choice among them.
 */
#include "methods/factor/small_primes_batch.h"

#include "algorithms/small_primes.h"
#include "algorithms/split_plan.h"
#include "cpu/cpu_variant.h"

void fg_small_primes_portable(const uint64_t *numbers, size_t count,
                              struct fg_factorization *factors, uint64_t *rests) {
    for (size_t i = 0; i < count; i++) {
        bool settled;
        fg_factorization_clear(&factors[i]);
        rests[i] = fg_small_primes_strip(numbers[i], FG_PLAN_SMALL_BLOCKS, &factors[i], &settled);
        if (settled && rests[i] > 1)
            fg_factorization_append(&factors[i], rests[i], 1);
        rests[i] = settled ? 1 : rests[i];
    }
}

#ifdef FG_SCAN_X86
/* Returns whether the CPU has more than FG_CPU_AVX512 says. */
static bool has_avx512dq(void) {
    return __builtin_cpu_supports("avx512dq");
}
#endif

fg_small_primes_function *fg_small_primes_select(void) {
#ifdef FG_SCAN_X86
    const enum fg_cpu_level level = fg_cpu_select();
    if (level >= FG_CPU_AVX512 && has_avx512dq())
        return fg_small_primes_avx512;
    if (level >= FG_CPU_AVX2)
        return fg_small_primes_avx2;
#endif
    return fg_small_primes_portable;
}
