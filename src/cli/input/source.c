/*
 * source.c: operands, and what opening, waiting and reading mean for files, pipes and terminals.
 */
#include "cli/input/source.h"

#include "text/operand.h"

#include <assert.h>
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
    if (fg_operand_is_number(operand)) {
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

/* Copies a file name for messages: control characters could make a terminal do things. */
static void print_name(const char *name, char *text, size_t room) {
    size_t used = 0;
    for (const char *p = name; *p != '\0' && room - used > 5; p++) {
        const unsigned char byte = (unsigned char)*p;
        if (byte < 32 || byte == 127)
            used += (size_t)snprintf(text + used, room - used, "\\x%02x", byte);
        else
            text[used++] = *p;
    }
    text[used] = '\0';
    if (*name == '\0')
        snprintf(text, room, "''");
}

bool fg_source_open(struct fg_source *source, const char *operand) {
    struct stat status;
    const bool is_stdin = fg_operand_is_stdin(operand);
    print_name(is_stdin ? "standard input" : operand, source->name, sizeof source->name);
    source->at = source->end = source->piece;
    source->left = UINT64_MAX;
    source->has_size = false;
    /* A named pipe that nobody writes to yet is waited for where a stop is noticed, not here. */
    source->fd = is_stdin ? STDIN_FILENO : open(operand, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (source->fd < 0)
        return false;
    if (fstat(source->fd, &status) != 0)
        return true; /* reading says why */
    if (S_ISDIR(status.st_mode)) {
        fg_source_close(source);
        errno = EISDIR;
        return false;
    }
    source->base = S_ISREG(status.st_mode) ? lseek(source->fd, 0, SEEK_CUR) : -1;
    source->has_size = source->base >= 0;
    source->size = source->has_size ? bytes_from(&status, source->base) : 0;
    return true;
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

ssize_t fg_source_read(struct fg_source *source, size_t most) {
    const size_t kept = (size_t)(source->end - source->at);
    if (kept > 0)
        memmove(source->piece, source->at, kept);
    source->at = source->piece;
    source->end = source->piece + kept;
    assert(kept < FG_SOURCE_PIECE);
    size_t room = FG_SOURCE_PIECE - kept;
    room = room < most ? room : most;
    room = room < source->left ? room : (size_t)source->left;
    const ssize_t got = room > 0 ? read(source->fd, source->piece + kept, room) : 0;
    if (got > 0) {
        source->end += got;
        source->left -= (uint64_t)got;
    }
    return got;
}

bool fg_source_became_shorter(const struct fg_source *source) {
    struct stat status;
    return source->has_size && fstat(source->fd, &status) == 0 &&
           bytes_from(&status, source->base) < source->size;
}

bool fg_source_seek(struct fg_source *source, uint64_t begin, uint64_t end) {
    assert(source->has_size && begin <= end);
    source->at = source->end = source->piece;
    source->left = end - begin;
    return lseek(source->fd, source->base + (off_t)begin, SEEK_SET) >= 0;
}

ssize_t fg_source_peek(const struct fg_source *source, uint64_t place, unsigned char *bytes,
                       size_t room) {
    size_t copied = 0;
    while (copied < room) {
        const off_t at = source->base + (off_t)(place + copied);
        const ssize_t got = pread(source->fd, bytes + copied, room - copied, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        copied += (size_t)got;
    }
    return (ssize_t)copied;
}
