/*
 * source.h: where numbers come from: an operand, and the bytes of a file or of standard input in
 * large pieces. What the bytes mean is for others (tokenizer.h, npy.h, binary.h) to say.
 */
#ifndef FG_CLI_SOURCE_H
#define FG_CLI_SOURCE_H

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

/* Begin with fd = -1. All else is read only, but for `at`, which whoever uses bytes moves on. */
struct fg_source {
    int fd;        /* -1: nothing is open */
    bool has_size; /* it is a file of `size` bytes, read from byte `base` of it on */
    off_t base;
    uint64_t size;
    uint64_t left;                 /* no more than so many bytes are read */
    const unsigned char *at, *end; /* what is left of the piece */
    char name[256];                /* printable */
    unsigned char piece[FG_SOURCE_PIECE];
};

/* How many bytes an operand will give; false where that cannot be known. What does not exist gives
 * none. */
bool fg_source_operand_bytes(const char *operand, uint64_t *bytes);

/* Opens a file, or standard input for "-"; its name is known whatever happens. False with the
 * reason in errno: EISDIR also where opening alone would have worked. */
bool fg_source_open(struct fg_source *source, const char *operand);
void fg_source_close(struct fg_source *source); /* also where nothing is open */

/* Waits for input up to `timeout_ms` (-1: for ever), or until stop_fd (-1: none) can be read. */
enum fg_source_ready fg_source_wait(const struct fg_source *source, int stop_fd, int timeout_ms);

/* Reads up to `most` bytes behind what is left of the piece. Returns how many, 0 at the end, and -1
 * with the reason in errno: EAGAIN or EINTR where it is to be tried again. */
ssize_t fg_source_read(struct fg_source *source, size_t most);

/* Whether somebody has taken a part of the file away since it was opened. */
bool fg_source_became_shorter(const struct fg_source *source);

/* From here on only bytes begin .. end of a source that has a size; false with errno. */
bool fg_source_seek(struct fg_source *source, uint64_t begin, uint64_t end);

/* Copies up to `room` bytes from byte `place` on, of a source that has a size, and leaves what is
 * read next as it is. Returns how many, fewer only at the end; -1 with errno. */
ssize_t fg_source_peek(const struct fg_source *source, uint64_t place, unsigned char *bytes,
                       size_t room);

#ifdef __cplusplus
}
#endif

#endif
