/* SPDX-License-Identifier: MIT */
/*
 * output_file.c: does the checks before any work, and handles the temporary name and the renaming.
 */
#include "cli/output/output_file.h"

#include "cli/output/locked_file.h"
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

/* Fills in a path at which there is no file yet. */
static enum fg_status take_new_path(struct fg_output_file *file, const char *path,
                                    struct fg_error *error) {
    struct stat link;
    if (lstat(path, &link) == 0)
        return fail(error, path, "it is a symbolic link to nothing");
    file->path = strdup(path);
    return file->path != NULL ? FG_OK : fail(error, path, strerror(ENOMEM));
}

/* Looks at the file at the path: fills in the path and the attributes to keep. */
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

static enum fg_status open_part(struct fg_output_file *file, struct fg_error *error) {
    /* FILE.part is never readable for more users than FILE will be. */
    const mode_t mode = file->existed ? (file->mode & 0666) | 0600 : 0666;
    struct fg_error reason;
    if (fg_locked_file_open(file->part_path, mode, &file->fd, &reason) == FG_OK)
        return FG_OK;
    return fail(error, file->part_path, reason.message);
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

/* Gives the new file the old one's owner, if this user may, and its mode. If not, the new file
 * belongs to this user, as if the old one had been removed first. */
static bool take_over_attributes(const struct fg_output_file *file) {
    if (!file->existed)
        return true;
    (void)!fchown(file->fd, file->owner, file->group);
    return fchmod(file->fd, file->mode) == 0;
}

/* Syncs the new name to the disk. Ignores errors, because some file systems cannot sync a folder.
 */
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

/* Syncs the text to the disk before it renames it. */
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
