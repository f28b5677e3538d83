/*
 * factor.h: the CPU's factoring engine: the complete, proved factorisations of a run of numbers on
 * one core.
 *
 * Numbers are taken many at a time because the engine interleaves several on one core, to hide the
 * multiplier's latency; a lone number works too.
 */
#ifndef FG_FACTOR_FACTOR_H
#define FG_FACTOR_FACTOR_H

#include "algorithms/factorization.h"
#include "batch/error.h"
#include <stdatomic.h>
#include <stddef.h>

/* The most numbers of one call: enough to fill every lane, few enough to stay in a core's cache.
 * Random 64-bit numbers take 0.91 us with 1024 and 0.86 with 2048, others the same (Zen 5). */
#define FG_FACTOR_RUN 2048

/* What a run is computed in. One run at a time uses it. */
struct fg_factor_work;

/* Allocates *work, about 350 KB. FG_ERROR_MEMORY with *work NULL if there is no memory. */
enum fg_status fg_factor_work_open(struct fg_factor_work **work, struct fg_error *error);
void fg_factor_work_close(struct fg_factor_work *work); /* also of NULL */

/*
 * Factorises numbers[0 .. count), each >= 1, count <= FG_FACTOR_RUN, into factors[0 .. count).
 * Every prime has passed the primality proof and every product is its number: FG_ERROR_SELF_CHECK
 * where that fails (a fault of the machine), FG_ERROR_CANCELLED where `cancelled` turned true,
 * which is looked at about every 10 ms. No memory is allocated. Thread-safe, if each thread has a
 * work space of its own.
 */
enum fg_status fg_factor_run(struct fg_factor_work *work, const uint64_t *numbers, size_t count,
                             const atomic_bool *cancelled, struct fg_factorization *factors);

#endif
