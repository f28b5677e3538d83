/* SPDX-License-Identifier: MIT */
/*
 * locked_file.c: takes the lock, and finds the process that holds it.
 *
 * The lock is fcntl()'s, not flock()'s. Worker processes of a killed run would hold flock()'s until
 * they notice that the run is gone, and a run that resumes would be refused. fcntl() also names the
 * process that holds the lock. Where a file system has no locks, the file is used without one.
 *
 * A killed process itself holds its locks until the kernel has freed its memory, which a run that
 * resumes at once would find. Such a lock is waited for.
 */
#include "cli/output/locked_file.h"

#include "text/disk.h"
#include "text/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The longest wait for a process that is ending. */
#define ENDING_TRIES 1000
#define ENDING_WAIT_NS 10000000

static enum fg_status fail(struct fg_error *error, const char *reason) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "%s", reason);
}

/* Returns the process that holds the lock, 0 if it is unknown: it may run on another machine. */
static pid_t holder_of(int fd) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0 ? lock.l_pid
                                                                                      : 0;
}

/* Returns a field of /proc/PID/stat, from the bracket that ends field 2; 0 if it is missing. */
static unsigned long field_of(const char *bracket, int field) {
    for (int i = 2; i < field && bracket != NULL; i++)
        bracket = strchr(bracket + 1, ' ');
    return bracket != NULL ? strtoul(bracket, NULL, 10) : 0;
}

/* Returns whether the process was killed or is ending. */
static bool is_ending(pid_t pid) {
    enum { FLAGS = 9, PENDING_SIGNALS = 31 };         /* fields, see proc(5) */
    enum { PF_EXITING = 0x004, PF_SIGNALED = 0x400 }; /* the kernel's flags */
    char path[40], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    text[length > 0 ? length : 0] = '\0';
    const char *const bracket = strrchr(text, ')');
    return (field_of(bracket, FLAGS) & (PF_EXITING | PF_SIGNALED)) != 0 ||
           (field_of(bracket, PENDING_SIGNALS) >> (SIGKILL - 1) & 1) != 0;
}

/* Fails, and names the process that holds the lock if it is known. */
static enum fg_status fail_locked(int fd, struct fg_error *error) {
    const pid_t pid = holder_of(fd);
    char holder[40] = "";
    if (pid > 0)
        snprintf(holder, sizeof holder, " (process %ld)", (long)pid);
    return fg_program_fail(error, FG_ERROR_SYSTEM,
                           "another run is writing it%s; wait for its end or stop it", holder);
}

/* Returns whether an errno says that the file system has no locks: Lustre without the option flock,
 * NFS without lockd. */
static bool means_no_locks(int why) {
    return why == ENOLCK || why == ENOSYS || why == EOPNOTSUPP || why == EINVAL;
}

/* Locks the whole file. Returns 0, or errno. */
static int try_lock(int fd) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int result;
    while ((result = fcntl(fd, F_SETLK, &lock)) != 0 && errno == EINTR)
        continue;
    return result != 0 ? errno : 0;
}

/* Locks the file, for which it waits as long as the process that has the lock is ending. */
static int lock_or_wait(int fd) {
    int why, alive = 0;
    for (int tries = 0; (why = try_lock(fd)) == EAGAIN || why == EACCES; tries++) {
        const struct timespec pause = {0, ENDING_WAIT_NS};
        /* A process that was killed has neither mark for an instant: one look is not enough. */
        alive = is_ending(holder_of(fd)) ? 0 : alive + 1;
        if (alive == 2 || tries == ENDING_TRIES)
            return why;
        nanosleep(&pause, NULL);
    }
    return why;
}

/* Locks what was opened, if the file system has locks. *is_held: another run has the lock. */
static enum fg_status lock_file(struct fg_locked_file *file, bool *is_held,
                                struct fg_error *error) {
    const int why = lock_or_wait(file->fd);
    *is_held = why == EAGAIN || why == EACCES;
    if (*is_held)
        return fail_locked(file->fd, error);
    if (why != 0 && !means_no_locks(why))
        return fg_program_fail(error, FG_ERROR_SYSTEM,
                               "it cannot be locked: %s; name a file on another file system",
                               strerror(why));
    file->lock_error = why;
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
