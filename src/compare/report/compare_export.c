/* SPDX-License-Identifier: MIT */
/*
 * compare_export.c: opens, replaces and closes export files, and checks every error: a full disk
 * shows only when buffers are flushed.
 */
#include "compare/report/compare_export.h"

#include "compare/report/compare_json.h"
#include "compare/report/compare_markdown.h"
#include "compare/report/compare_page.h"
#include "text/failure.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Fails with "cannot write results.json: No space left on device". Shows only the end of a path
 * that is too long. */
static enum fg_status fail(const char *path, int error_number, struct fg_error *error) {
    const size_t shown = sizeof error->message / 2;
    const size_t length = strlen(path);
    return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write %s%s: %s",
                           length > shown ? "..." : "",
                           length > shown ? path + length - shown : path, strerror(error_number));
}

/* Removes a file that this program created and could not fill, because it would look like a report.
 */
static void remove_if_empty(const struct fg_compare_export *target) {
    struct stat status;
    if (target->created && lstat(target->path, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size == 0)
        unlink(target->path);
}

enum fg_status fg_compare_export_open(struct fg_compare_export *target, const char *path,
                                      struct fg_error *error) {
    *target = (struct fg_compare_export){.path = path};
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    target->created = descriptor >= 0;
    if (descriptor < 0 && errno == EEXIST)
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return fail(path, errno, error);
    target->file = fdopen(descriptor, "w");
    if (target->file == NULL) {
        const int error_number = errno;
        close(descriptor);
        remove_if_empty(target);
        return fail(path, error_number, error);
    }
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

/* Empties an existing file; pipes and devices have nothing to empty. */
static bool empty_file(const struct fg_compare_export *target) {
    struct stat status;
    const int descriptor = fileno(target->file);
    return target->borrowed || (fstat(descriptor, &status) == 0 &&
                                (!S_ISREG(status.st_mode) || ftruncate(descriptor, 0) == 0));
}

static bool write_markdown(const struct fg_compare_report *report, FILE *out) {
    fg_compare_write_markdown(report, out);
    return !ferror(out);
}

static enum fg_status export_report(struct fg_compare_export *target,
                                    const struct fg_compare_report *report,
                                    bool (*write)(const struct fg_compare_report *, FILE *),
                                    struct fg_error *error) {
    errno = 0;
    bool written = empty_file(target) && write(report, target->file) && fflush(target->file) == 0 &&
                   !ferror(target->file);
    int error_number = errno;
    if (!close_file(target) && written) {
        error_number = errno;
        written = false;
    }
    if (written)
        return FG_OK;
    remove_if_empty(target);
    return fail(target->path, error_number != 0 ? error_number : EIO, error);
}

enum fg_status fg_compare_export_json(struct fg_compare_export *target,
                                      const struct fg_compare_report *report,
                                      struct fg_error *error) {
    return export_report(target, report, fg_compare_write_json, error);
}

enum fg_status fg_compare_export_markdown(struct fg_compare_export *target,
                                          const struct fg_compare_report *report,
                                          struct fg_error *error) {
    return export_report(target, report, write_markdown, error);
}

enum fg_status fg_compare_export_page(struct fg_compare_export *target,
                                      const struct fg_compare_report *report,
                                      struct fg_error *error) {
    return export_report(target, report, fg_compare_write_page, error);
}
