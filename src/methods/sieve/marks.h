/* SPDX-License-Identifier: MIT */
/*
 * marks.h: how often each value of the Moebius function occurs in a range, by 3 bytes for each 4
 * numbers.
 *
 * A multiple of 4 has the value 0. Twice an odd number m has the value -mu(m). So only odd numbers
 * are sieved: those of a segment, and the halves of the other even ones, a quarter as many numbers
 * as the segment has. Among consecutive odd numbers every p-th is a multiple of an odd p, as among
 * all numbers.
 *
 * Every odd prime p up to the root adds a weight to its multiples: an odd number near s log2(p), so
 * that bit 0 of a byte counts the primes modulo 2, and the rest tells whether a prime is missing.
 * Every square of a prime sets bit 7. The primes up to 59 come as patterns, which are added to many
 * bytes at a time, with the squares of 3, 5 and 7.
 *
 * With B bits in the last number of a super-segment the scale s is 112 / B, or 4 if that is less. A
 * weight is off by 1.02 at most. An odd number m below 2^B has 15 different primes at most.
 *
 * - The byte of m without a square is below s log2(m) + 15.3 < 127.3: it needs 7 bits, and so do
 *   the weights of different primes of any number. With a square it is 128 or more, because
 *   patterns are added with saturation.
 * - If the primes up to the root are all primes of m, its byte is at least s log2(m) - 15.3.
 * - Otherwise one prime q is missing, above the root of the super-segment's last number. m / q is
 *   below 2^32 and has 9 different primes at most, and the byte is at most s log2(m / q) + 9.2,
 *   which is at most s log2(m) / 2 + 9.2.
 *
 * So the byte is compared with T = floor(s log2(a)) - 17, where a is the first of the odd numbers.
 * In the first case it is above T. In the other it is below T if s log2(m) / 2 exceeds
 * s log2(m / a) + 27.2. With m >= a >= 2^19 and m < a + 2^18 the right side is below 29.6 if s = 4,
 * and the left side at least 2 * 19. Otherwise B >= 29. No super-segment begins below 7/8 of its
 * last number there, so that m, half of a number at least, is above 2^(B - 2.2): the right side is
 * below 27.3, and the left side 56 (B - 2.2) / B > 51.
 */
#ifndef FG_METHODS_SIEVE_MARKS_H
#define FG_METHODS_SIEVE_MARKS_H

#include "factor_gpu.h"
#include "methods/sieve/marks_count.h"
#include <stdatomic.h>

/* The least number that a range may have. */
#define FG_MARKS_MIN (UINT64_C(1) << 20)

/* A range under way. One thread at a time. */
struct fg_marks;

/*
 * Opens a byte sieve, which fg_marks_close() closes. `cancelled` may be NULL, and must stay valid
 * until then; it is polled every few milliseconds. bucket_bytes is the memory for multiples of
 * primes above 2^16, taken from the first super-segment on that ends above 2^32. FG_ERROR_MEMORY.
 * Thread-safe.
 */
enum fg_status fg_marks_open(const atomic_bool *cancelled, size_t bucket_bytes,
                             struct fg_marks **marks, struct fg_error *error);

/* Closes a byte sieve; NULL is allowed. Thread-safe, for different ones. */
void fg_marks_close(struct fg_marks *marks);

/* Begins the range first .. first + count - 1 in place of what was under way; first is at least
 * FG_MARKS_MIN, and the range ends below 2^64. */
void fg_marks_begin(struct fg_marks *marks, uint64_t first, uint64_t count);

/*
 * Sieves the next segment and adds what is in it to `counts`; *sieved becomes the count of its
 * numbers, and 0 when the range has ended. FG_ERROR_MEMORY, or FG_ERROR_CANCELLED: then the range
 * must be begun anew.
 */
enum fg_status fg_marks_next(struct fg_marks *marks, struct fg_marks_counts *counts,
                             uint64_t *sieved, struct fg_error *error);

/* Writes the Moebius function of numbers begin .. begin + count - 1 of the segment that was sieved
 * last to `values`. About 10 ns a number. */
void fg_marks_values(const struct fg_marks *marks, uint32_t begin, uint32_t count, int8_t *values);

#endif
