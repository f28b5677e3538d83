/* SPDX-License-Identifier: MIT */
/*
 * checkpoint.h: the file of --checkpoint. It says how far a run has got, so that another run can
 * resume it.
 *
 * It says that the first `numbers` numbers of the input are answered and that their answers are the
 * first `output_bytes` bytes of FILE.part. Digests of both show whether input and output are still
 * the same; the options that shape the text are kept too. So a resumed run ends with exactly the
 * bytes of a run that was never interrupted, or is refused.
 */
#ifndef FG_CLI_CHECKPOINT_H
#define FG_CLI_CHECKPOINT_H

#include "cli/run/running_tally.h"
#include "factor_gpu.h"
#include "text/digest.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of text before output_bytes that the digest covers; all of them if there are fewer. */
#define FG_CHECKPOINT_TAIL_BYTES ((size_t)65536)
/* Capacity for the options' words. */
#define FG_CHECKPOINT_OPTIONS 2560
/* Suffix of the path: the file that is written first and then replaces the old checkpoint. */
#define FG_CHECKPOINT_NEW ".new"
/* Suffix of the path: a file that the checkpoint's run locks as long as it runs. */
#define FG_CHECKPOINT_LOCK ".lock"

struct fg_checkpoint {
    /* The options that shape the text, as "show=primes exponents=no format=text". */
    char options[FG_CHECKPOINT_OPTIONS];
    uint64_t numbers;
    char numbers_sha256[FG_DIGEST_HEX]; /* as fg_number_digest_hex() has it */
    uint64_t output_bytes;
    char tail_sha256[FG_DIGEST_HEX];
    bool had_bad_token, had_unreadable; /* found by the run so far */
    bool complete; /* the input is at its end: FILE.part is complete, or already renamed to FILE */
    /* With --total: the totals of these numbers, and how many of output_bytes are the totals of all
     * at the end, to be written again if the run goes on. */
    struct fg_running_tally *tally; /* the caller's, set before parsing; NULL: not wanted */
    bool has_tally;                 /* the file has it, of the columns of `tally` */
    uint64_t totals_bytes;
};

/* Reads the text of a file, and its totals into checkpoint->tally. FG_ERROR_ARGUMENT if it is no
 * checkpoint; the message says what to do then. */
enum fg_status fg_checkpoint_parse(const char *text, size_t size, struct fg_checkpoint *checkpoint,
                                   struct fg_error *error);

/* Returns the text of a file, for the caller to free(); NULL if memory is short. */
char *fg_checkpoint_print(const struct fg_checkpoint *checkpoint);

/* Reads the file, as fg_checkpoint_parse() does; *found is false if there is none.
 * FG_ERROR_ARGUMENT if it cannot be read or is no checkpoint: the message begins with the path. */
enum fg_status fg_checkpoint_load(const char *path, struct fg_checkpoint *checkpoint, bool *found,
                                  struct fg_error *error);

/* Checks that fg_checkpoint_save(path) replaces no file of somebody else's: FG_ERROR_SYSTEM if the
 * file that is written first exists and holds no part of a checkpoint. FG_ERROR_MEMORY. */
enum fg_status fg_checkpoint_check_new(const char *path, struct fg_error *error);

/* Replaces the file in one step, after the new one is on the disk. If that fails, with
 * FG_ERROR_SYSTEM, the file stays as it was. The caller holds the lock. */
enum fg_status fg_checkpoint_save(const char *path, const struct fg_checkpoint *checkpoint,
                                  struct fg_error *error);

/* Computes the digest of the tail of an output's first `bytes` bytes, without its first
 * `provisional` bytes, which may still change. FG_ERROR_SYSTEM, with the reason alone as the
 * message and in errno, if the file cannot be read or is shorter. */
enum fg_status fg_checkpoint_tail(int fd, uint64_t provisional, uint64_t bytes,
                                  char hex[FG_DIGEST_HEX], struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
