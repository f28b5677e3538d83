/* SPDX-License-Identifier: MIT */
/*
 * line_file.c: appending under a lock that other runs respect.
 */
#include "text/line_file.h"

#include "text/disk.h"
#include "text/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The longest wait for another run's lock. */
#define LOCK_TRIES 1000
#define LOCK_WAIT_NS 10000000

static enum fg_status fail(struct fg_error *error, const char *option, const char *path,
                           const char *advice) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "%s=" FG_PATH ": %s%s", option,
                           FG_PATH_END(path), strerror(errno), advice);
}

static enum fg_status fail_to_open(struct fg_error *error, const char *option, const char *path) {
    return fail(error, option, path, fg_disk_advice(errno));
}

enum fg_status fg_line_file_check(const char *option, const char *path, struct fg_error *error) {
    const int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0) {
        close(fd);
        return FG_OK;
    }
    if (errno != ENOENT)
        return fail_to_open(error, option, path);
    struct stat status;
    if (lstat(path, &status) == 0)
        return fg_program_fail(error, FG_ERROR_SYSTEM,
                               "%s=" FG_PATH ": it is a symbolic link to nothing; remove it",
                               option, FG_PATH_END(path));
    char *const folder = fg_disk_folder(path);
    if (folder == NULL)
        return fg_program_fail_memory(error);
    const bool can_make = faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0;
    free(folder);
    return can_make ? FG_OK : fail_to_open(error, option, path);
}

/* Locks the file against other runs of its kind; goes on without, if there are no locks here or
 * another process holds it too long: a single write is mostly whole by itself. Returns whether it
 * is locked. */
static bool lock(int fd) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    for (int tries = 0; fcntl(fd, F_OFD_SETLK, &whole) != 0; tries++) {
        const struct timespec pause = {0, LOCK_WAIT_NS};
        if (tries == LOCK_TRIES || (errno != EAGAIN && errno != EACCES))
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

/* Returns whether a run that was killed has left half a line at the end. */
static bool ends_within_a_line(int fd) {
    struct stat status;
    char last;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
           pread(fd, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

/* Appends the lines under the lock. If that fails, leaves no part of them. */
static bool append(int fd, const char *lines, size_t length) {
    struct stat before;
    const bool is_locked = lock(fd);
    if (fstat(fd, &before) != 0)
        return false;
    if ((!ends_within_a_line(fd) || fg_disk_write(fd, "\n", 1)) &&
        fg_disk_write(fd, lines, length) && fg_disk_sync(fd))
        return true;
    const int why = errno;
    if (is_locked && S_ISREG(before.st_mode)) /* else the end may be another run's line */
        (void)!ftruncate(fd, before.st_size);
    errno = why;
    return false;
}

enum fg_status fg_line_file_append(const char *option, const char *path, const char *lines,
                                   size_t length, struct fg_error *error) {
    const int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd < 0)
        return fail_to_open(error, option, path);
    const enum fg_status status =
        append(fd, lines, length) ? FG_OK
                                  : fail(error, option, path, "; name a file that can be written");
    close(fd);
    return status;
}
