/* SPDX-License-Identifier: MIT */
/*
 * file_claims.h: the files of one run, what it reads and what it writes, so that no output replaces
 * an input of the same run or another output.
 *
 * A file has many names (./a, links, /dev/stdin): it is known by its device and inode, and one that
 * is still to be made by its folder and its name there. Only what has contents to lose is claimed:
 * regular files and block devices. A terminal, a pipe, a socket or /dev/null may be anything at the
 * same time.
 *
 * A run claims all its files before it makes, opens or truncates one of them.
 */
#ifndef FG_CLI_FILE_CLAIMS_H
#define FG_CLI_FILE_CLAIMS_H

#include "factor_gpu.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fg_file_claim;

/* Begin with all zero. */
struct fg_file_claims {
    struct fg_file_claim *list;
    size_t count;
};

/*
 * The functions below return FG_ERROR_ARGUMENT if a file that is written has another use in this
 * run; the message names both uses and what to do. FG_ERROR_MEMORY. They copy the paths; an
 * `option`, such as "--output", must outlive the claims.
 */

/* Claims what a run with these operands reads; standard input if there are none. */
enum fg_status fg_file_claims_read(struct fg_file_claims *claims, char *const *operands,
                                   size_t operand_count, struct fg_error *error);

/* Claims the file that the value of an option names, which will be read; "-" is standard input. */
enum fg_status fg_file_claims_read_option(struct fg_file_claims *claims, const char *option,
                                          const char *path, struct fg_error *error);

/* Claims the file that the value of an option names, which will be written. */
enum fg_status fg_file_claims_write(struct fg_file_claims *claims, const char *option,
                                    const char *path, struct fg_error *error);

/* Claims a file that is used on the way to the option's own, such as FILE.part. */
enum fg_status fg_file_claims_write_beside(struct fg_file_claims *claims, const char *option,
                                           const char *path, struct fg_error *error);

/* Claims standard output, which will be written. */
enum fg_status fg_file_claims_write_stdout(struct fg_file_claims *claims, struct fg_error *error);

/* Claims standard error, to which messages will be written. It may be the file of standard
 * output. */
enum fg_status fg_file_claims_write_stderr(struct fg_file_claims *claims, struct fg_error *error);

/* Frees what the claims hold; they are all zero again. */
void fg_file_claims_free(struct fg_file_claims *claims);

#ifdef __cplusplus
}
#endif

#endif
