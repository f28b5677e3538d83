/* SPDX-License-Identifier: MIT */
/*
 * output_file.c: does the checks before any work, and handles the temporary name and the renaming.
 */
#include "cli/output/output_file.h"

#include "cli/output/locked_file.h"
#include "cli/output/replaceable.h"
#include "text/disk.h"
#include "text/failure.h"
#include "text/rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPTION "--output"
/* Bytes that are copied at once. */
#define COPY_BYTES 65536

static enum fg_status fail(struct fg_error *error, const char *path, const char *reason) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write " FG_PATH ": %s",
                           FG_PATH_END(path), reason);
}

/* ---- Opening ---- */

static enum fg_status fail_to_open(struct fg_error *error, const char *path, int error_number) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write " FG_PATH ": %s%s",
                           FG_PATH_END(path), strerror(error_number), fg_disk_advice(error_number));
}

/* Fills in a path at which there is no file yet. Makes it absolute, because a message may show it
 * to a user who is in another folder. */
static enum fg_status take_new_path(struct fg_output_file *file, const char *path,
                                    struct fg_error *error) {
    struct stat link;
    if (lstat(path, &link) == 0)
        return fail(error, path,
                    "it is a symbolic link to nothing; make the file that it names, "
                    "or remove the link");
    char *const folder = fg_disk_folder(path);
    char *const absolute = folder != NULL ? realpath(folder, NULL) : NULL;
    const int reason = errno;
    free(folder);
    if (absolute == NULL && reason == ENOENT)
        return fail(error, path, "its folder does not exist; make it first");
    if (absolute == NULL)
        return fail_to_open(error, path, reason);
    const char *const slash = strrchr(path, '/'), *const name = slash != NULL ? slash + 1 : path;
    const bool is_made =
        asprintf(&file->path, "%s/%s", strcmp(absolute, "/") == 0 ? "" : absolute, name) >= 0;
    free(absolute);
    if (is_made)
        return FG_OK;
    file->path = NULL;
    return fail(error, path, strerror(ENOMEM));
}

/* Looks at the file at the path: fills in the path and the attributes to keep. */
static enum fg_status look_at(struct fg_output_file *file, const char *path, bool *direct,
                              struct fg_error *error) {
    struct stat status;
    *direct = false;
    if (stat(path, &status) != 0)
        return errno == ENOENT ? take_new_path(file, path, error)
                               : fail_to_open(error, path, errno);
    if (S_ISDIR(status.st_mode))
        return fail(error, path, "it is a directory; name a file");
    *direct = !S_ISREG(status.st_mode);
    if (*direct)
        file->path = strdup(path);
    else if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
        file->path = realpath(path, NULL);
    if (file->path == NULL)
        return fail_to_open(error, path, errno);
    file->existed = true;
    file->mode = status.st_mode & 0777;
    file->owner = status.st_uid;
    file->group = status.st_gid;
    return FG_OK;
}

/* Checks that a rename can work at the end. */
static enum fg_status check_rename(const struct fg_output_file *file, struct fg_error *error) {
    const char *const paths[] = {file->path, file->part_path};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct fg_error reason;
        if (fg_replaceable_check(paths[i], &reason) != FG_OK)
            return fg_program_fail(error, reason.status, "cannot write " FG_PATH ": %.300s%s",
                                   FG_PATH_END(paths[i]), reason.message,
                                   file->existed ? ", or redirect with > in place of " OPTION : "");
    }
    return FG_OK;
}

static enum fg_status open_part(struct fg_output_file *file, struct fg_error *error) {
    /* FILE.part is never readable for more users than FILE will be. */
    const mode_t mode = file->existed ? (file->mode & 0666) | 0600 : 0666;
    struct fg_locked_file part;
    struct fg_error reason;
    if (fg_locked_file_open(file->part_path, mode, &part, &reason) != FG_OK)
        return fail(error, file->part_path, reason.message);
    file->fd = part.fd;
    file->made_part = part.created;
    file->lock_error = part.lock_error;
    return FG_OK;
}

static enum fg_status open_directly(struct fg_output_file *file, struct fg_error *error) {
    file->fd = open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return file->fd >= 0 ? FG_OK : fail_to_open(error, file->path, errno);
}

enum fg_status fg_output_file_open(struct fg_output_file *file, const char *path,
                                   struct fg_file_claims *claims, struct fg_error *error) {
    bool direct;
    *file = (struct fg_output_file){.fd = -1};
    FG_TRY(look_at(file, path, &direct, error));
    FG_TRY(fg_file_claims_write(claims, OPTION, path, error));
    if (direct)
        return open_directly(file, error);
    if (asprintf(&file->part_path, "%s" FG_OUTPUT_PART, file->path) < 0) {
        file->part_path = NULL;
        return fail(error, path, strerror(ENOMEM));
    }
    FG_TRY(fg_file_claims_write_beside(claims, OPTION, file->part_path, error));
    FG_TRY(check_rename(file, error));
    return open_part(file, error);
}

/* ---- The end ---- */

/* Returns the path that the open file has now, for the caller to free; NULL if it has none. */
static char *path_of(int fd) {
    char link[40], path[PATH_MAX + 1];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, PATH_MAX);
    if (size < 0)
        return NULL;
    path[size] = '\0';
    return fg_disk_names(path, fd) ? strdup(path) : NULL;
}

/* Copies an open file, and its mode, to another. Serves as the callback of fg_rescue(). */
static bool copy_file(void *context, int to) {
    const int from = *(const int *)context;
    struct stat status;
    char block[COPY_BYTES];
    ssize_t got;
    for (off_t at = 0; (got = pread(from, block, sizeof block, at)) != 0; at += got) {
        if (got < 0 && errno == EINTR)
            got = 0;
        if (got < 0 || !fg_disk_write(to, block, (size_t)got))
            return false;
    }
    return fstat(from, &status) == 0 && fchmod(to, status.st_mode & 0777) == 0;
}

/* Makes part_path name the text again if FILE.part was renamed or removed while it was written. */
static enum fg_status find_part(struct fg_output_file *file, struct fg_error *error) {
    int copy;
    if (fg_disk_names(file->part_path, file->fd))
        return FG_OK;
    char *path = path_of(file->fd);
    if (path == NULL && (path = fg_rescue(file->part_path, copy_file, &file->fd, &copy)) != NULL) {
        close(file->fd);
        file->fd = copy;
    }
    enum fg_status status = FG_OK;
    if (path == NULL)
        status = fg_program_fail(error, FG_ERROR_SYSTEM,
                                 FG_PATH " was removed while it was written, and no copy of the "
                                         "answers can be made: %s",
                                 FG_PATH_END(file->part_path), strerror(errno));
    free(file->part_path);
    file->part_path = path;
    return status;
}

/* Gives the new file the old one's owner, if this user may, and its mode. If not, the new file
 * belongs to this user, as if the old one had been removed first, and may have a stricter mode. */
static enum fg_status take_over_attributes(struct fg_output_file *file, struct fg_error *error) {
    struct stat status;
    if (!file->existed)
        return FG_OK;
    (void)!fchown(file->fd, file->owner, file->group);
    if (fchmod(file->fd, file->mode) == 0)
        return FG_OK;
    const int reason = errno;
    const mode_t mode = fstat(file->fd, &status) == 0 ? status.st_mode & 0777 : 0777;
    if (mode != file->mode)
        file->mode_error = reason;
    if ((mode & ~file->mode) == 0)
        return FG_OK;
    return fg_program_fail(error, FG_ERROR_SYSTEM,
                           "cannot give " FG_PATH " the mode of " FG_PATH ", %04o: %s",
                           FG_PATH_END(file->part_path), FG_PATH_END(file->path),
                           (unsigned)file->mode, strerror(reason));
}

static enum fg_status rename_part(struct fg_output_file *file, struct fg_error *error) {
    if (!fg_disk_sync(file->fd))
        return fg_program_fail(error, FG_ERROR_SYSTEM,
                               "cannot sync " FG_PATH ", of which the disk may lack a part: %s",
                               FG_PATH_END(file->part_path), strerror(errno));
    FG_TRY(find_part(file, error));
    FG_TRY(take_over_attributes(file, error));
    if (rename(file->part_path, file->path) != 0)
        return fg_program_fail(
            error, FG_ERROR_SYSTEM, "cannot rename " FG_PATH " to " FG_PATH ": %s",
            FG_PATH_END(file->part_path), FG_PATH_END(file->path), strerror(errno));
    fg_disk_sync_name(file->path);
    return FG_OK;
}

enum fg_status fg_output_file_finish(struct fg_output_file *file, struct fg_error *error) {
    const bool direct = file->part_path == NULL;
    if (!direct)
        FG_TRY(rename_part(file, error));
    const int fd = file->fd;
    file->fd = -1;
    /* A file that has its name is on the disk, whatever close() says. */
    if (close(fd) == 0 || !direct)
        return FG_OK;
    return fail(error, file->path, strerror(errno));
}

void fg_output_file_discard(struct fg_output_file *file) {
    if (file->part_path != NULL && fg_disk_names(file->part_path, file->fd))
        unlink(file->part_path);
}

void fg_output_file_tidy(struct fg_output_file *file) {
    struct stat status;
    if ((file->lock_error == 0 || file->made_part) && fstat(file->fd, &status) == 0 &&
        status.st_size == 0)
        fg_output_file_discard(file);
}

void fg_output_file_close(struct fg_output_file *file) {
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    free(file->part_path);
    *file = (struct fg_output_file){.fd = -1};
}
