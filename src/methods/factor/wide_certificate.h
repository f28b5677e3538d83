/* SPDX-License-Identifier: MIT */
/*
 * wide_certificate.h: certificates from what a proof has found.
 */
#ifndef FG_FACTOR_WIDE_CERTIFICATE_H
#define FG_FACTOR_WIDE_CERTIFICATE_H

#include "algorithms/wide_proof.h"
#include "factor_gpu.h"

/* Fills the certificate, but for its size, of a prime n below FG_PROOF_BASES_END. */
void fg_wide_certificate_of_bases(fg_wide n, struct fg_certificate *certificate);

/* Fills it for a prime n whose proof was found: the witnesses of one side, or of both. */
void fg_wide_certificate_of_sides(fg_wide n, const struct fg_proof_found *found,
                                  struct fg_certificate *certificate);

#endif
