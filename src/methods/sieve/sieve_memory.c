/* SPDX-License-Identifier: MIT */
/*
 * sieve_memory.c: anonymous mappings, which begin at a large page if they have one.
 */
#include "methods/sieve/sieve_memory.h"

#include <stdint.h>
#include <sys/mman.h>

#define LARGE_PAGE ((size_t)1 << 21)

void *fg_sieve_memory_take(size_t bytes) {
    void *const memory =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
#ifdef MADV_HUGEPAGE
    if (bytes >= LARGE_PAGE)
        (void)madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return memory;
}

void fg_sieve_memory_free(void *memory, size_t bytes) {
    if (memory != NULL)
        (void)munmap(memory, bytes);
}
