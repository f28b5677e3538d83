/* SPDX-License-Identifier: MIT */
/*
 * certificate_line.h: a certificate as a line of JSON, for the file of --certify. What the members
 * mean: tools/check_certificates.py.
 */
#ifndef FG_CLI_CERTIFICATE_LINE_H
#define FG_CLI_CERTIFICATE_LINE_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns the line, with its newline, for the caller to free; NULL if memory is short. The
 * certificate's kind is FG_CERTIFICATE_BASES or one after it. */
char *fg_certificate_line(const struct fg_certificate *certificate);

#ifdef __cplusplus
}
#endif

#endif
