/* SPDX-License-Identifier: MIT */
/*
 * manifest_verify.h: does the work of --verify-manifest: whether all parts of each whole are there,
 * belong together, and have outputs as they were written.
 */
#ifndef FG_CLI_MANIFEST_VERIFY_H
#define FG_CLI_MANIFEST_VERIFY_H

#include "factor_gpu.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Checks every whole of the manifest and prints a line for each to `out`, and for each thing that
 * is wrong a line below it; *whole says whether nothing is. FG_ERROR_SYSTEM if the manifest cannot
 * be read; FG_ERROR_MEMORY.
 *
 * Runs over inputs of the same names, with the same options and the same number of parts, are one
 * whole. Of runs that did not end well nothing counts. Of several runs of a part that did, the last
 * counts.
 */
enum fg_status fg_manifest_verify(const char *path, FILE *out, bool *whole, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
