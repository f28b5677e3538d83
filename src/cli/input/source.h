/* SPDX-License-Identifier: MIT */
/*
 * source.h: where numbers come from: an operand, and the bytes of a file or of standard input in
 * large pieces. What the bytes mean is for others (tokenizer.h, npy.h, binary.h) to say.
 */
#ifndef FG_CLI_SOURCE_H
#define FG_CLI_SOURCE_H

#include "factor_gpu.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Large enough that the cost of a system call vanishes, small enough to stay in the L2 cache. */
#define FG_SOURCE_PIECE ((size_t)256 * 1024)

enum fg_source_ready {
    FG_SOURCE_READY, /* a read would find something, the end or an error, at once */
    FG_SOURCE_NOT_YET,
    FG_SOURCE_STOPPED,
};

/* Begin with fd = -1. All else is read only, but for `at`, which the user of bytes moves on. */
struct fg_source {
    int fd;        /* -1: nothing is open */
    bool has_size; /* it is a file of `size` bytes, read from byte `base` of it on */
    off_t base;
    uint64_t size;
    uint64_t left;                 /* no more than so many bytes are read */
    bool at_end;                   /* a read has found the end, of the source or of those bytes */
    const unsigned char *at, *end; /* what is left of the piece */
    char name[256];                /* printable */
    unsigned char piece[FG_SOURCE_PIECE];
};

/* Finds how many bytes an operand will give; false if that cannot be known. What does not exist
 * gives none. */
bool fg_source_operand_bytes(const char *operand, uint64_t *bytes);

/* The functions below that fail do so with FG_ERROR_SYSTEM, and the source's name and the reason in
 * the message. */

/* Opens a file, or standard input for "-"; its name is known whatever happens. */
enum fg_status fg_source_open(struct fg_source *source, const char *operand,
                              struct fg_error *error);
void fg_source_close(struct fg_source *source); /* also if nothing is open */

/* Waits for input up to `timeout_ms` (-1: for ever), or until stop_fd (-1: none) can be read. */
enum fg_source_ready fg_source_wait(const struct fg_source *source, int stop_fd, int timeout_ms);

/* Reads up to `max` bytes behind what is left of the piece. *got of them came: none at the end, and
 * none if it is to be tried again after a wait. FG_ERROR_SYSTEM if it cannot be read, or if nothing
 * of a full piece was used. */
enum fg_status fg_source_read(struct fg_source *source, size_t max, size_t *got,
                              struct fg_error *error);

/* Returns whether the file has become shorter since it was opened. */
bool fg_source_became_shorter(const struct fg_source *source);

/* Limits what is read to bytes begin .. end, of a source that has a size. */
enum fg_status fg_source_seek(struct fg_source *source, uint64_t begin, uint64_t end,
                              struct fg_error *error);

/* Copies up to `room` bytes from byte `place` on, of a source that has a size, and leaves what is
 * read next as it is. *got of them came, fewer only at the end. */
enum fg_status fg_source_peek(const struct fg_source *source, uint64_t place, unsigned char *bytes,
                              size_t room, size_t *got, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
