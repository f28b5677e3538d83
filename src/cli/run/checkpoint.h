/*
 * checkpoint.h: the file of --checkpoint: how far a run has got, so that another can take over.
 *
 * It says that the first `numbers` numbers of the input are answered and that their answers are the
 * first `output_bytes` bytes of FILE.part. Digests of both tell whether input and output are still
 * those, and the options that shape the text are kept too: what goes on from a checkpoint ends with
 * the very bytes of a run that was never interrupted, or is refused.
 */
#ifndef FG_CLI_CHECKPOINT_H
#define FG_CLI_CHECKPOINT_H

#include "text/digest.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of this much text before output_bytes, or of all where there is less, the digest is kept. */
#define FG_CHECKPOINT_TAIL_BYTES ((size_t)65536)
/* Room for the options' words. */
#define FG_CHECKPOINT_OPTIONS 2560
#define FG_CHECKPOINT_MESSAGE 1536
/* Behind the path: where it is written before it replaces the one that is there. */
#define FG_CHECKPOINT_NEW ".new"

struct fg_checkpoint {
    /* What of the options shapes the text, as "show=primes exponents=no format=text". */
    char options[FG_CHECKPOINT_OPTIONS];
    uint64_t numbers;
    char numbers_sha256[FG_DIGEST_HEX]; /* as fg_digest_numbers() has it */
    uint64_t output_bytes;
    char tail_sha256[FG_DIGEST_HEX];
    bool had_bad_token, had_unreadable; /* what the run has met so far */
    bool complete; /* the input is at its end: FILE.part is whole, or FILE already */
};

/* From the text of a file. False, with what is wrong with it in `message`. */
bool fg_checkpoint_parse(const char *text, size_t size, struct fg_checkpoint *checkpoint,
                         char message[FG_CHECKPOINT_MESSAGE]);

/* The text of a file, for the caller to free(); NULL where memory is short. */
char *fg_checkpoint_print(const struct fg_checkpoint *checkpoint);

enum fg_checkpoint_found { FG_CHECKPOINT_NONE, FG_CHECKPOINT_READ, FG_CHECKPOINT_BAD };
/* With FG_CHECKPOINT_BAD what is wrong is in `message`, which begins with the path. */
enum fg_checkpoint_found fg_checkpoint_load(const char *path, struct fg_checkpoint *checkpoint,
                                            char message[FG_CHECKPOINT_MESSAGE]);

/* Replaces the file in one step, and not before it is on the disk. False with errno set; the file
 * is then as it was. */
bool fg_checkpoint_save(const char *path, const struct fg_checkpoint *checkpoint);

/* The digest of the tail of an output's first `bytes` bytes, but for its first `provisional` ones,
 * which may still change. False with errno set; 0 where the file is shorter. */
bool fg_checkpoint_tail(int fd, uint64_t provisional, uint64_t bytes, char hex[FG_DIGEST_HEX]);

#ifdef __cplusplus
}
#endif

#endif
