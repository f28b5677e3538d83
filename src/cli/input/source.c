/* SPDX-License-Identifier: MIT */
/*
 * source.c: operands, and what opening, waiting and reading mean for files, pipes and terminals.
 */
#include "cli/input/source.h"

#include "characters/printable.h"
#include "cli/input/spelling.h"
#include "text/failure.h"
#include "text/operand.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The bytes from where standard input, or another file, is read; 0 behind the end. */
static uint64_t bytes_from(const struct stat *status, off_t offset) {
    return status->st_size > offset && offset >= 0 ? (uint64_t)(status->st_size - offset) : 0;
}

bool fg_source_operand_bytes(const char *operand, uint64_t *bytes) {
    const bool is_stdin = fg_operand_is_stdin(operand);
    struct stat status;
    *bytes = 0;
    if (fg_operand_is_number(operand) || fg_operand_is_range(operand)) {
        *bytes = strlen(operand);
        return true;
    }
    if ((is_stdin ? fstat(STDIN_FILENO, &status) : stat(operand, &status)) != 0)
        return true; /* it will be reported when its turn comes */
    if (!S_ISREG(status.st_mode))
        return S_ISDIR(status.st_mode);
    *bytes = bytes_from(&status, is_stdin ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0);
    return true;
}

static enum fg_status fail(const struct fg_source *source, struct fg_error *error) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "%s: %s", source->name, strerror(errno));
}

/* Fails after open(). Says so if the name begins as a number, because one may have been meant. */
static enum fg_status fail_to_open(const struct fg_source *source, const char *operand,
                                   struct fg_error *error) {
    const char *const at = operand + strspn(operand, " ");
    const size_t sign = *at == '-' || *at == '+';
    char advice[FG_SPELLING_ADVICE];
    if (errno != ENOENT || !isdigit((unsigned char)at[sign]))
        return fail(source, error);
    const enum fg_spelling_kind kind = fg_spelling_advise(at, strlen(at), true, advice);
    if (kind == FG_SPELLING_PLAIN || kind == FG_SPELLING_EXPONENT) /* operands may have some */
        strcpy(advice, "write digits alone, 10^18, 1e9 or 2^64-1, or a range as 1..100");
    return fg_program_fail(error, FG_ERROR_SYSTEM, "%s: %s (if a number was meant: %s)",
                           source->name, strerror(errno), advice);
}

enum fg_status fg_source_open(struct fg_source *source, const char *operand,
                              struct fg_error *error) {
    struct stat status;
    const bool is_stdin = fg_operand_is_stdin(operand);
    fg_printable_copy(is_stdin           ? "standard input"
                      : *operand == '\0' ? "''"
                                         : operand,
                      source->name, sizeof source->name);
    source->at = source->end = source->piece;
    source->left = UINT64_MAX;
    source->has_size = source->at_end = false;
    /* A named pipe that no process writes to yet is waited for where a stop is noticed, not here.
     */
    source->fd = is_stdin ? STDIN_FILENO : open(operand, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (source->fd < 0)
        return fail_to_open(source, operand, error);
    if (fstat(source->fd, &status) != 0)
        return FG_OK; /* reading says why */
    if (S_ISDIR(status.st_mode)) {
        fg_source_close(source);
        return fg_program_fail(error, FG_ERROR_SYSTEM, "%s: is a directory, not a file of numbers",
                               source->name);
    }
    source->base = S_ISREG(status.st_mode) ? lseek(source->fd, 0, SEEK_CUR) : -1;
    source->has_size = source->base >= 0;
    source->size = source->has_size ? bytes_from(&status, source->base) : 0;
    return FG_OK;
}

void fg_source_close(struct fg_source *source) {
    if (source->fd > STDIN_FILENO)
        close(source->fd);
    source->fd = -1;
    source->at = source->end = source->piece;
}

enum fg_source_ready fg_source_wait(const struct fg_source *source, int stop_fd, int timeout_ms) {
    struct pollfd fds[2] = {{.fd = source->fd, .events = POLLIN},
                            {.fd = stop_fd, .events = POLLIN}};
    int ready;
    do {
        ready = poll(fds, 2, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    if (ready > 0 && fds[1].revents != 0)
        return FG_SOURCE_STOPPED;
    /* Where poll fails, the read says why. */
    return ready < 0 || fds[0].revents != 0 ? FG_SOURCE_READY : FG_SOURCE_NOT_YET;
}

enum fg_status fg_source_read(struct fg_source *source, size_t max, size_t *got,
                              struct fg_error *error) {
    const size_t kept = (size_t)(source->end - source->at);
    if (kept > 0)
        memmove(source->piece, source->at, kept);
    source->at = source->piece;
    source->end = source->piece + kept;
    if (kept == FG_SOURCE_PIECE) /* never taken for the end: that would lose the rest */
        return fg_program_fail(error, FG_ERROR_SYSTEM,
                               "%s: its first %zu bytes do not tell its format; name it with "
                               "--input-format",
                               source->name, FG_SOURCE_PIECE);
    size_t room = FG_SOURCE_PIECE - kept;
    room = room < max ? room : max;
    room = room < source->left ? room : (size_t)source->left;
    const ssize_t count = room > 0 ? read(source->fd, source->piece + kept, room) : 0;
    *got = count > 0 ? (size_t)count : 0;
    source->at_end = count == 0;
    if (count < 0)
        return errno == EINTR || errno == EAGAIN ? FG_OK : fail(source, error);
    source->end += count;
    source->left -= (uint64_t)count;
    return FG_OK;
}

bool fg_source_became_shorter(const struct fg_source *source) {
    struct stat status;
    return source->has_size && fstat(source->fd, &status) == 0 &&
           bytes_from(&status, source->base) < source->size;
}

enum fg_status fg_source_seek(struct fg_source *source, uint64_t begin, uint64_t end,
                              struct fg_error *error) {
    assert(source->has_size && begin <= end);
    source->at = source->end = source->piece;
    source->left = end - begin;
    source->at_end = false;
    return lseek(source->fd, source->base + (off_t)begin, SEEK_SET) >= 0 ? FG_OK
                                                                         : fail(source, error);
}

enum fg_status fg_source_peek(const struct fg_source *source, uint64_t place, unsigned char *bytes,
                              size_t room, size_t *got, struct fg_error *error) {
    *got = 0;
    while (*got < room) {
        const off_t at = source->base + (off_t)(place + *got);
        const ssize_t count = pread(source->fd, bytes + *got, room - *got, at);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(source, error);
        if (count == 0)
            break;
        *got += (size_t)count;
    }
    return FG_OK;
}
