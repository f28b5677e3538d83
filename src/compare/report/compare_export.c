/* SPDX-License-Identifier: MIT */
/*
 * compare_export.c: opens, replaces and closes export files, and checks every error. A file is
 * written in place, so that a mount point, a link or a folder without permission is no hindrance.
 */
#include "compare/report/compare_export.h"

#include "text/disk.h"
#include "text/failure.h"
#include "text/rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Fails with "cannot write results.json: No space left on device". */
static enum fg_status fail(const char *path, int error_number, struct fg_error *error) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write " FG_PATH ": %s",
                           FG_PATH_END(path), strerror(error_number));
}

/* Fails before anything is measured. */
static enum fg_status fail_to_open(const char *path, int error_number, struct fg_error *error) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write " FG_PATH ": %s%s",
                           FG_PATH_END(path), strerror(error_number), fg_disk_advice(error_number));
}

/* Removes a file that this program created and could not fill, because it would look like a report.
 */
static void remove_if_empty(const struct fg_compare_export *target) {
    struct stat status;
    char *const file = target->created ? realpath(target->path, NULL) : NULL; /* behind links */
    if (file != NULL && stat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0)
        unlink(file);
    free(file);
}

enum fg_status fg_compare_export_open(struct fg_compare_export *target, const char *path,
                                      struct fg_error *error) {
    *target = (struct fg_compare_export){.path = path};
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    target->created = descriptor >= 0;
    if (descriptor < 0 && errno == EEXIST) {
        descriptor = open(path, O_WRONLY | O_CLOEXEC);
        if (descriptor < 0 && errno == ENOENT) { /* a link to no file yet */
            descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
            target->created = descriptor >= 0;
        }
    }
    if (descriptor < 0)
        return fail_to_open(path, errno, error);
    target->file = fdopen(descriptor, "w");
    if (target->file == NULL) {
        const int error_number = errno;
        close(descriptor);
        remove_if_empty(target);
        return fail(path, error_number, error);
    }
    /* It is made again when there is a report: a signal until then must not leave it empty. */
    remove_if_empty(target);
    return FG_OK;
}

void fg_compare_export_borrow(struct fg_compare_export *target, const char *name, FILE *stream) {
    *target = (struct fg_compare_export){.path = name, .file = stream, .borrowed = true};
}

/* Closes the file, unless it is the caller's. Returns whether all writes succeeded. */
static bool close_file(struct fg_compare_export *target) {
    FILE *const file = target->file;
    target->file = NULL;
    return target->borrowed || fclose(file) == 0;
}

void fg_compare_export_abandon(struct fg_compare_export *target) {
    if (target->file == NULL)
        return;
    close_file(target);
    remove_if_empty(target);
}

/* ---- Writing ---- */

/* A report as text. */
struct text {
    char *bytes;
    size_t size;
};

static bool is_regular(const struct fg_compare_export *target, struct stat *status) {
    return fstat(fileno(target->file), status) == 0 && S_ISREG(status->st_mode);
}

/* Opens the file again if its path no longer names it: it was removed or renamed meanwhile. */
static bool open_again(struct fg_compare_export *target) {
    if (fg_disk_names(target->path, fileno(target->file)))
        return true;
    const int descriptor = open(target->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return false;
    FILE *const file = fdopen(descriptor, "w");
    if (file == NULL) {
        close(descriptor);
        return false;
    }
    fclose(target->file);
    target->file = file;
    return true;
}

/* Replaces what a regular file holds. If there is no space for the text, the file stays as it
 * was. */
static bool replace_text(int descriptor, off_t old_size, const struct text *text) {
    const int reason = posix_fallocate(descriptor, 0, (off_t)text->size);
    if (reason != 0 && reason != EINVAL && reason != EOPNOTSUPP && reason != ENOSYS) {
        (void)!ftruncate(descriptor, old_size);
        errno = reason;
        return false;
    }
    return fg_disk_write(descriptor, text->bytes, text->size) &&
           ftruncate(descriptor, (off_t)text->size) == 0;
}

/* Writes the text to the target and closes it. False with errno set. */
static bool put_text(struct fg_compare_export *target, const struct text *text) {
    struct stat status;
    bool written;
    if (target->borrowed)
        written = fwrite(text->bytes, 1, text->size, target->file) == text->size &&
                  fflush(target->file) == 0;
    else if (is_regular(target, &status))
        written = open_again(target) && is_regular(target, &status) &&
                  replace_text(fileno(target->file), status.st_size, text);
    else
        written = fg_disk_write(fileno(target->file), text->bytes, text->size);
    const int reason = errno;
    if (!close_file(target) && written)
        return false;
    errno = reason;
    return written;
}

static bool write_rescued(void *context, int descriptor) {
    const struct text *const text = context;
    return fg_disk_write(descriptor, text->bytes, text->size);
}

/* Fails for the reason in errno, after the report, which took long to measure, was written
 * elsewhere. */
static enum fg_status rescue(const char *path, struct text *text, struct fg_error *error) {
    const int reason = errno;
    int descriptor;
    char *const place = fg_rescue(path, write_rescued, text, &descriptor);
    if (place == NULL)
        return fail(path, reason, error);
    close(descriptor);
    fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write " FG_PATH ": %s; it is in " FG_PATH,
                    FG_PATH_END(path), strerror(reason), FG_PATH_END(place));
    free(place);
    return error->status;
}

/* Writes the report to memory, so that a file is touched only when the whole text is there. */
static bool compose(struct text *text, fg_compare_writer *write, const void *report) {
    FILE *const memory = open_memstream(&text->bytes, &text->size);
    if (memory == NULL)
        return false;
    const bool is_written = write(report, memory);
    return fclose(memory) == 0 && is_written;
}

enum fg_status fg_compare_export_write(struct fg_compare_export *target, fg_compare_writer *write,
                                       const void *report, struct fg_error *error) {
    struct text text = {NULL, 0};
    struct stat file;
    enum fg_status status = FG_OK;
    const bool may_rescue = !target->borrowed && is_regular(target, &file);
    errno = 0;
    if (!compose(&text, write, report)) {
        status = fail(target->path, errno != 0 ? errno : ENOMEM, error);
        close_file(target);
    } else if (!put_text(target, &text)) {
        status = may_rescue ? rescue(target->path, &text, error)
                            : fail(target->path, errno != 0 ? errno : EIO, error);
    }
    free(text.bytes);
    if (status != FG_OK)
        remove_if_empty(target);
    return status;
}
