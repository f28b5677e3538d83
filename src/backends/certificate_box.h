/* SPDX-License-Identifier: MIT */
/*
 * certificate_box.h: the certificates that worker processes find, on their way to the process of
 * the caller, for `fork` and `pool`.
 *
 * The box is memory that the processes share. A worker puts a certificate into a place of its own
 * and marks the place as full last, so that a worker that dies at any instruction leaves whole
 * certificates only. The parent empties the box when no worker works.
 */
#ifndef FG_BACKENDS_CERTIFICATE_BOX_H
#define FG_BACKENDS_CERTIFICATE_BOX_H

#include "batch/error.h"
#include "methods/contract/method_engine.h"

struct fg_certificate_box;

/* Makes an empty box, unless the setup's caller takes no certificates: then *box is NULL, which all
 * functions here accept. FG_ERROR_MEMORY. Call it before the workers are forked. */
enum fg_status fg_certificate_box_create(const struct fg_method_setup *setup,
                                         struct fg_certificate_box **box, struct fg_error *error);
void fg_certificate_box_destroy(struct fg_certificate_box *box);

/* Lets a method that is opened by the setup of a worker put its certificates into the box. */
void fg_certificate_box_attach(struct fg_certificate_box *box, struct fg_method_setup *setup);

/*
 * Gives the certificates to the caller by the setup of the parent, and empties the box. Call it
 * only when no worker is at a number. Certificates that had no place are lost, which the contract
 * allows: their primes need a second proof.
 */
void fg_certificate_box_empty(struct fg_certificate_box *box, const struct fg_method_setup *setup);

#endif
