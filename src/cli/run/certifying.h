/* SPDX-License-Identifier: MIT */
/*
 * certifying.h: the certificates of a run, and the first failure of one, which ends it.
 */
#ifndef FG_CLI_CERTIFYING_H
#define FG_CLI_CERTIFYING_H

#include "factor_gpu.h"
#include <stdatomic.h>

struct fg_certifier;

/* Zero-initialise: nothing is certified. */
struct fg_certifying {
    struct fg_certifier *certifier; /* NULL: none */
    const atomic_bool *stop;        /* proofs also end when this is true */
    atomic_bool failed;
    struct fg_error error; /* of the first failure, once no thread works any more */
};

/* Opens the certifier of the file, if `path` is not NULL, and lets engines that are opened by
 * `config` give it what they prove. `path` and `stop` outlive it. */
enum fg_status fg_certifying_open(struct fg_certifying *certifying, const char *path,
                                  const atomic_bool *stop, struct fg_config *config,
                                  struct fg_error *error);

/* Certifies the primes of answers. Returns false if one could not be, and keeps the first failure.
 * Any thread. */
bool fg_certifying_take(struct fg_certifying *certifying, const struct fg_results *results);

/* Brings the certificates of what was answered to the disk. */
enum fg_status fg_certifying_flush(struct fg_certifying *certifying, struct fg_error *error);

void fg_certifying_close(struct fg_certifying *certifying);

#endif
