/* SPDX-License-Identifier: MIT */
/*
 * locked_file.c: takes the lock, and finds the process that holds it.
 *
 * The lock is fcntl()'s, not flock()'s. Worker processes of a killed run would hold flock()'s until
 * they notice that the run is gone, and a run that resumes would be refused. fcntl() also names the
 * process that holds the lock.
 */
#include "cli/output/locked_file.h"

#include "text/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum fg_status fail(struct fg_error *error, const char *reason) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "%s", reason);
}

/* Fails, and names the process that holds the lock if it is known: it may run on another machine.
 */
static enum fg_status fail_locked(int fd, struct fg_error *error) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char holder[40] = "";
    if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
        snprintf(holder, sizeof holder, " (process %ld)", (long)lock.l_pid);
    return fg_program_fail(error, FG_ERROR_SYSTEM,
                           "another run is writing it%s; wait for its end or stop it", holder);
}

/* Returns whether the path still names the open file. */
static bool has_name(int fd, const char *path) {
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && stat(path, &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

/* Locks what was opened. *renamed: another run has finished the file after it was opened and before
 * it was locked. */
static enum fg_status lock_file(int fd, const char *path, bool *renamed, struct fg_error *error) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    *renamed = false;
    if (fcntl(fd, F_SETLK, &lock) == 0) {
        *renamed = !has_name(fd, path);
        return FG_OK;
    }
    if (errno == EAGAIN || errno == EACCES)
        return fail_locked(fd, error);
    return fg_program_fail(error, FG_ERROR_SYSTEM, "it cannot be locked: %s", strerror(errno));
}

/* Opens and locks the file. */
static enum fg_status try_once(const char *path, mode_t mode, int *fd, bool *renamed,
                               struct fg_error *error) {
    struct stat status;
    /* Does not wait if a named pipe was put there. */
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
    if (*fd < 0)
        return fail(error, errno == ELOOP ? "it is a symbolic link" : strerror(errno));
    if (fstat(*fd, &status) != 0 || !S_ISREG(status.st_mode))
        return fail(error, "it is not a regular file");
    return lock_file(*fd, path, renamed, error);
}

enum fg_status fg_locked_file_open(const char *path, mode_t mode, int *fd, struct fg_error *error) {
    enum fg_status status;
    bool renamed;
    *fd = -1;
    do {
        if (*fd >= 0)
            close(*fd);
        renamed = false;
        status = try_once(path, mode, fd, &renamed, error);
    } while (status == FG_OK && renamed);
    if (status != FG_OK && *fd >= 0) {
        close(*fd);
        *fd = -1;
    }
    return status;
}
