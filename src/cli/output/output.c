/* SPDX-License-Identifier: MIT */
/*
 * output.c: continues writes that are interrupted, partial, or refused by a pipe that another
 * process made non-blocking.
 */
#include "cli/output/output.h"

#include "text/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns whether a failed write should be tried again. */
static bool may_retry(int fd) {
    if (errno == EINTR)
        return true;
    if (errno != EAGAIN)
        return false;
    struct pollfd wanted = {.fd = fd, .events = POLLOUT};
    return poll(&wanted, 1, -1) >= 0 || errno == EINTR;
}

enum fg_status fg_output_fail(struct fg_output *output) {
    if (output->error.status != FG_OK)
        return output->error.status;
    if (errno == ENOMEM)
        return fg_program_fail_memory(&output->error);
    return fg_program_fail(&output->error, errno == EPIPE ? FG_ERROR_CANCELLED : FG_ERROR_SYSTEM,
                           "cannot write to " FG_PATH ": %s", FG_PATH_END(output->name),
                           strerror(errno));
}

enum fg_status fg_output_write(struct fg_output *output, const char *text, size_t size) {
    while (size > 0 && output->error.status == FG_OK) {
        const ssize_t written = write(output->fd, text, size);
        if (written >= 0) {
            if (output->digest != NULL)
                fg_digest_bytes(output->digest, text, (size_t)written);
            text += written;
            size -= (size_t)written;
            output->bytes += (uint64_t)written;
        } else if (!may_retry(output->fd)) {
            fg_output_fail(output);
        }
    }
    return output->error.status;
}

bool fg_output_is_rewritable(const struct fg_output *output, uint64_t size) {
    struct stat file;
    const int flags = fcntl(output->fd, F_GETFL);
    return flags >= 0 && (flags & O_APPEND) == 0 && fstat(output->fd, &file) == 0 &&
           S_ISREG(file.st_mode) && (uint64_t)file.st_size == size &&
           lseek(output->fd, 0, SEEK_CUR) == file.st_size;
}

enum fg_status fg_output_size(struct fg_output *output, uint64_t *size) {
    struct stat file;
    if (output->error.status != FG_OK || fstat(output->fd, &file) != 0)
        return fg_output_fail(output);
    *size = (uint64_t)file.st_size;
    return FG_OK;
}

enum fg_status fg_output_rewrite(struct fg_output *output, const char *text, size_t size) {
    for (size_t done = 0; done < size && output->error.status == FG_OK;) {
        const ssize_t written = pwrite(output->fd, text + done, size - done, (off_t)done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            fg_output_fail(output);
    }
    return output->error.status;
}
