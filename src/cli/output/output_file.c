/*
 * output_file.c: checks before any work, the temporary name, and the renaming.
 *
 * The lock is fcntl()'s, not flock()'s: that one would stay with the worker processes of a run that
 * was killed, for as long as they take to notice, and refuse the run that takes over.
 */
#include "cli/output/output_file.h"

#include "text/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPTION "--output"

static enum fg_status fail(struct fg_error *error, const char *path, const char *reason) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write " FG_PATH ": %s",
                           FG_PATH_END(path), reason);
}

static bool is_same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* There is nothing at the path yet. */
static enum fg_status take_new_path(struct fg_output_file *file, const char *path,
                                    struct fg_error *error) {
    struct stat link;
    if (lstat(path, &link) == 0)
        return fail(error, path, "it is a symbolic link to nothing");
    file->path = strdup(path);
    return file->path != NULL ? FG_OK : fail(error, path, strerror(ENOMEM));
}

/* Looks at what stands at the path: fills in path and what is to be kept. */
static enum fg_status look_at(struct fg_output_file *file, const char *path, bool *direct,
                              struct fg_error *error) {
    struct stat status;
    *direct = false;
    if (stat(path, &status) != 0)
        return errno == ENOENT ? take_new_path(file, path, error)
                               : fail(error, path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return fail(error, path, "it is a directory");
    *direct = !S_ISREG(status.st_mode);
    if (*direct)
        file->path = strdup(path);
    else if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
        file->path = realpath(path, NULL);
    if (file->path == NULL)
        return fail(error, path, strerror(errno));
    file->existed = true;
    file->mode = status.st_mode & 0777;
    file->owner = status.st_uid;
    file->group = status.st_gid;
    return FG_OK;
}

/* Locks what was opened. False with errno set: EAGAIN if another process has it, ESTALE if that
 * one has finished it meanwhile, so that the name is another file's or none's. */
static bool lock_part(const struct fg_output_file *file) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct stat opened, named;
    if (fcntl(file->fd, F_SETLK, &lock) != 0) {
        errno = errno == EACCES ? EAGAIN : errno;
        return false;
    }
    if (fstat(file->fd, &opened) == 0 && stat(file->part_path, &named) == 0 &&
        is_same(&opened, &named))
        return true;
    errno = ESTALE;
    return false;
}

static enum fg_status open_part(struct fg_output_file *file, struct fg_error *error) {
    const char *const name = file->part_path;
    /* Never readable for more people than FILE will be. */
    const mode_t mode = file->existed ? (file->mode & 0666) | 0600 : 0666;
    struct stat status;
    do {
        if (file->fd >= 0)
            close(file->fd);
        /* Does not wait if a named pipe was put there. */
        file->fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
        if (file->fd < 0)
            return fail(error, name, errno == ELOOP ? "it is a symbolic link" : strerror(errno));
        if (fstat(file->fd, &status) != 0 || !S_ISREG(status.st_mode))
            return fail(error, name, "it is not a regular file");
        errno = 0;
    } while (!lock_part(file) && errno == ESTALE);
    if (errno == 0)
        return FG_OK;
    if (errno == EAGAIN)
        return fail(error, name, "another run is writing it; wait for its end or stop it");
    return fg_program_fail(error, FG_ERROR_SYSTEM,
                           "cannot write " FG_PATH ": it cannot be locked: %s", FG_PATH_END(name),
                           strerror(errno));
}

static enum fg_status open_directly(struct fg_output_file *file, struct fg_error *error) {
    file->fd = open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return file->fd >= 0 ? FG_OK : fail(error, file->path, strerror(errno));
}

enum fg_status fg_output_file_open(struct fg_output_file *file, const char *path,
                                   struct fg_file_claims *claims, struct fg_error *error) {
    bool direct;
    *file = (struct fg_output_file){.fd = -1};
    FG_TRY(look_at(file, path, &direct, error));
    FG_TRY(fg_file_claims_write(claims, OPTION, path, error));
    if (direct)
        return open_directly(file, error);
    if (asprintf(&file->part_path, "%s.part", file->path) < 0) {
        file->part_path = NULL;
        return fail(error, path, strerror(ENOMEM));
    }
    FG_TRY(fg_file_claims_write_beside(claims, OPTION, file->part_path, error));
    return open_part(file, error);
}

/* As far as this user may: then the new file is his, as if he had removed the old one. */
static bool take_over_attributes(const struct fg_output_file *file) {
    if (!file->existed)
        return true;
    (void)!fchown(file->fd, file->owner, file->group);
    return fchmod(file->fd, file->mode) == 0;
}

/* The new name is on the disk too; where a file system has no such thing, all is done. */
static void sync_folder(const char *path) {
    const char *const slash = strrchr(path, '/');
    char *const folder =
        slash == NULL ? strdup(".") : strndup(path, slash > path ? (size_t)(slash - path) : 1);
    const int fd = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(folder);
    if (fd < 0)
        return;
    (void)!fsync(fd);
    close(fd);
}

/* Sees to it that the text is on the disk before it has its name. */
static bool rename_part(const struct fg_output_file *file) {
    if (fsync(file->fd) != 0 || !take_over_attributes(file) ||
        rename(file->part_path, file->path) != 0)
        return false;
    sync_folder(file->path);
    return true;
}

enum fg_status fg_output_file_finish(struct fg_output_file *file, struct fg_output *output) {
    if (file->part_path != NULL && !rename_part(file))
        return fg_output_fail(output);
    const int fd = file->fd;
    file->fd = -1;
    /* A file that has its name is on the disk, whatever close() says. */
    return close(fd) == 0 || file->part_path != NULL ? FG_OK : fg_output_fail(output);
}

void fg_output_file_discard(struct fg_output_file *file) {
    if (file->part_path != NULL)
        unlink(file->part_path);
}

void fg_output_file_close(struct fg_output_file *file) {
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    free(file->part_path);
    *file = (struct fg_output_file){.fd = -1};
}
