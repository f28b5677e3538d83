/*
 * output.c: writes that are interrupted, partial, or refused by a pipe that somebody made
 * non-blocking are taken up again.
 */
#include "cli/output.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* After a write that failed: whether it is worth another try. */
static bool may_retry(int fd) {
    if (errno == EINTR)
        return true;
    if (errno != EAGAIN)
        return false;
    struct pollfd wanted = {.fd = fd, .events = POLLOUT};
    return poll(&wanted, 1, -1) >= 0 || errno == EINTR;
}

bool fg_output_write(struct fg_output *output, const char *text, size_t size) {
    const char *const end = text + size;
    while (text < end && output->error == 0) {
        const ssize_t written = write(output->fd, text, (size_t)(end - text));
        if (written >= 0)
            text += written;
        else if (!may_retry(output->fd))
            output->error = errno;
    }
    return output->error == 0;
}
