/* SPDX-License-Identifier: MIT */
/*
 * certifier.h: the file of --certify: a line for each prime above 2^64 of the answers, and for each
 * prime above 2^64 that its proof stands on.
 *
 * Lines are only ever appended, so that the parts of a whole and a run that is resumed can share
 * the file. A run writes a prime once, unless many others lie between: it remembers about the last
 * 65,536 of them, so that memory stays bounded. So a reader must expect a line more than once.
 */
#ifndef FG_CLI_CERTIFIER_H
#define FG_CLI_CERTIFIER_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fg_certifier;

/* Opens a certifier that appends to the file, which has passed fg_line_file_check(). Makes no file.
 * FG_ERROR_MEMORY. `path` must outlive it. Proofs end once `stop` (fg_prove_prime_until(); NULL:
 * they run on) returns true. */
enum fg_status fg_certifier_open(struct fg_certifier **certifier, const char *path, fg_stop *stop,
                                 void *context, struct fg_error *error);

/*
 * Keeps the line of a prime that the engine has proved until an answer with the prime is taken.
 * Nothing happens if there is no memory, or many others come in between: the prime is then proved
 * once more. Serves as fg_config.take_certificate; any thread.
 */
void fg_certifier_note(void *certifier, const struct fg_certificate *certificate);

/*
 * Adds the line of the prime above 2^64 of each answer, of which a number below 2^128 has one at
 * most, unless it was added before. Proves the prime if it was not noted. Keeps the lines until
 * they are many, or fg_certifier_flush(). FG_ERROR_SELF_CHECK if an answer's prime is none;
 * FG_ERROR_CANCELLED, FG_ERROR_SYSTEM and FG_ERROR_MEMORY. May be called from several threads.
 */
enum fg_status fg_certifier_take(struct fg_certifier *certifier, const struct fg_results *results,
                                 struct fg_error *error);

/* Brings the lines of all answers that were taken to the disk, and makes the file if there are
 * none. Thread-safe. FG_ERROR_SYSTEM. */
enum fg_status fg_certifier_flush(struct fg_certifier *certifier, struct fg_error *error);

/* Frees it. Lines that were not flushed are lost. NULL is allowed. */
void fg_certifier_close(struct fg_certifier *certifier);

#ifdef __cplusplus
}
#endif

#endif
