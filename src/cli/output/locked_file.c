/* SPDX-License-Identifier: MIT */
/*
 * locked_file.c: takes the lock, and finds the process that holds it.
 *
 * The lock is fcntl()'s, not flock()'s. Worker processes of a killed run would hold flock()'s until
 * they notice that the run is gone, and a run that resumes would be refused. fcntl() also names the
 * process that holds the lock. Where a file system has no locks, the file is used without one.
 */
#include "cli/output/locked_file.h"

#include "text/disk.h"
#include "text/failure.h"

#include <errno.h>
#include <fcntl.h>
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

/* Returns whether errno says that the file system has no locks: Lustre without the option flock,
 * NFS without lockd. */
static bool has_no_locks(void) {
    return errno == ENOLCK || errno == ENOSYS || errno == EOPNOTSUPP || errno == EINVAL;
}

/* Locks what was opened, if the file system has locks. *is_held: another run has the lock. */
static enum fg_status lock_file(struct fg_locked_file *file, bool *is_held,
                                struct fg_error *error) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int result;
    while ((result = fcntl(file->fd, F_SETLK, &lock)) != 0 && errno == EINTR)
        continue;
    *is_held = result != 0 && (errno == EAGAIN || errno == EACCES);
    if (*is_held)
        return fail_locked(file->fd, error);
    if (result != 0 && !has_no_locks())
        return fg_program_fail(error, FG_ERROR_SYSTEM,
                               "it cannot be locked: %s; name a file on another file system",
                               strerror(errno));
    file->lock_error = result != 0 ? errno : 0;
    return FG_OK;
}

/* Opens the file, creating it if needed. */
static void open_or_create(const char *path, mode_t mode, struct fg_locked_file *file) {
    /* Does not wait if a named pipe was put there. */
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    file->fd = open(path, flags | O_EXCL, mode);
    file->created = file->fd >= 0;
    if (file->fd < 0 && errno == EEXIST)
        file->fd = open(path, flags, mode);
}

static enum fg_status fail_open(struct fg_error *error) {
    switch (errno) {
    case ELOOP:
        return fail(error, "it is a symbolic link; remove it");
    case EISDIR:
        return fail(error, "it is a directory; remove it");
    default:
        return fg_program_fail(error, FG_ERROR_SYSTEM, "%s%s", strerror(errno),
                               fg_disk_advice(errno));
    }
}

/* Opens and locks the file. *renamed: another run has finished the file after it was opened and
 * before it was locked. */
static enum fg_status try_once(const char *path, mode_t mode, struct fg_locked_file *file,
                               bool *renamed, struct fg_error *error) {
    struct stat status;
    bool is_held = false;
    *renamed = false;
    open_or_create(path, mode, file);
    if (file->fd < 0)
        return fail_open(error);
    const enum fg_status locked = fstat(file->fd, &status) != 0 || !S_ISREG(status.st_mode)
                                      ? fail(error, "it is not a regular file; remove it")
                                      : lock_file(file, &is_held, error);
    *renamed = locked == FG_OK && !fg_disk_names(path, file->fd);
    if (locked != FG_OK && file->created && !is_held)
        unlink(path);
    return locked;
}

enum fg_status fg_locked_file_open(const char *path, mode_t mode, struct fg_locked_file *file,
                                   struct fg_error *error) {
    enum fg_status status;
    bool renamed;
    *file = (struct fg_locked_file){.fd = -1};
    do {
        if (file->fd >= 0)
            close(file->fd);
        status = try_once(path, mode, file, &renamed, error);
    } while (status == FG_OK && renamed);
    if (status != FG_OK && file->fd >= 0) {
        close(file->fd);
        file->fd = -1;
    }
    return status;
}

enum fg_status fg_locked_file_open_empty(const char *path, struct fg_locked_file *file,
                                         struct fg_error *error) {
    struct stat status;
    FG_TRY(fg_locked_file_open(path, 0666, file, error));
    if (fstat(file->fd, &status) != 0 || status.st_size == 0)
        return FG_OK;
    close(file->fd);
    *file = (struct fg_locked_file){.fd = -1};
    return fg_program_fail(error, FG_ERROR_SYSTEM,
                           FG_PATH " is not its lock, but holds something; move it elsewhere",
                           FG_PATH_END(path));
}
