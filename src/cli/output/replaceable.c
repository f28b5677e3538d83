/* SPDX-License-Identifier: MIT */
/*
 * replaceable.c: asks the kernel for what its rename() will look at.
 */
#include "cli/output/replaceable.h"

#include "text/disk.h"
#include "text/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Attributes of statx() that older headers lack. */
#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif
/* Set by chattr +i and +a. */
#define FIXED_ATTRIBUTES (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)

static enum fg_status fail(struct fg_error *error, const char *reason) {
    return fg_program_fail(error, FG_ERROR_SYSTEM, "%s", reason);
}

/* Returns whether the process may act as the owner of any file. */
static bool is_owner_of_all(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};
    return syscall(SYS_capget, &header, sets) == 0 && (sets[0].effective & (1u << CAP_FOWNER)) != 0;
}

static bool look_at(const char *path, struct statx *status) {
    return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS,
                 status) == 0;
}

static enum fg_status check_folder(const char *folder, struct statx *status,
                                   struct fg_error *error) {
    if (statx(AT_FDCWD, folder, AT_NO_AUTOMOUNT, STATX_BASIC_STATS, status) != 0 && errno == ENOENT)
        return fail(error, "its folder does not exist; make it first");
    if (status->stx_mode != 0 && !S_ISDIR(status->stx_mode))
        return fail(error, "its folder is a file; name a file elsewhere");
    if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0)
        return fg_program_fail(error, FG_ERROR_SYSTEM,
                               "its folder, in which files are made and renamed, cannot be written "
                               "to: %s; name a file elsewhere",
                               strerror(errno));
    if ((status->stx_attributes & FIXED_ATTRIBUTES) != 0)
        return fail(error, "files of its folder cannot be renamed (chattr +a or +i); name a file "
                           "elsewhere");
    return FG_OK;
}

/* Returns whether the sticky bit of the folder keeps the process from renaming the file. */
static bool is_stuck(const struct statx *folder, const struct statx *file) {
    return (folder->stx_mode & S_ISVTX) != 0 && file->stx_uid != geteuid() &&
           folder->stx_uid != geteuid() && !is_owner_of_all();
}

static enum fg_status check_file(const struct statx *folder, const struct statx *file,
                                 struct fg_error *error) {
    if ((file->stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0)
        return fail(error, "it is a mount point, which a complete file cannot replace; name a file "
                           "in a mounted folder");
    if (is_stuck(folder, file))
        return fg_program_fail(error, FG_ERROR_SYSTEM,
                               "it belongs to another user (%u) in a folder with the sticky bit, "
                               "where only that user may replace it; give another name",
                               file->stx_uid);
    if ((file->stx_attributes & FIXED_ATTRIBUTES) != 0)
        return fail(error, "it cannot be replaced (chattr +a or +i); give another name");
    return FG_OK;
}

enum fg_status fg_replaceable_check(const char *path, struct fg_error *error) {
    struct statx of_folder = {0}, of_file = {0};
    char *const folder = fg_disk_folder(path);
    if (folder == NULL)
        return fg_program_fail_memory(error);
    enum fg_status status = check_folder(folder, &of_folder, error);
    if (status == FG_OK && look_at(path, &of_file))
        status = check_file(&of_folder, &of_file, error);
    free(folder);
    return status;
}
