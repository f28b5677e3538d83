/* SPDX-License-Identifier: MIT */
/*
 * sieve_memory.h: large blocks of memory for the sieve, in large pages if the system has them.
 *
 * Planes and buckets are written in many places at a time, more than a CPU keeps the addresses of
 * if a page has 4 KiB.
 */
#ifndef FG_METHODS_SIEVE_SIEVE_MEMORY_H
#define FG_METHODS_SIEVE_SIEVE_MEMORY_H

#include <stddef.h>

/* Returns `bytes` > 0 bytes of zeros that begin at a multiple of 4096, or NULL. A page takes memory
 * only once it is written. Freed by fg_sieve_memory_free(). Thread-safe. */
void *fg_sieve_memory_take(size_t bytes);

/* Frees what fg_sieve_memory_take(bytes) returned; NULL is allowed. Thread-safe. */
void fg_sieve_memory_free(void *memory, size_t bytes);

#endif
