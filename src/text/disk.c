/* SPDX-License-Identifier: MIT */
/*
 * disk.c: continues a write or a sync that a signal interrupts, and goes on where a file system has
 * none.
 */
#include "text/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Max links that are followed one after another, as the kernel does. */
#define MAX_LINKS 40

/* Returns whether errno says that this file cannot be synced at all. */
static bool has_no_sync(void) {
    return errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
}

bool fg_disk_write(int fd, const void *bytes, size_t size) {
    const char *at = bytes;
    while (size > 0) {
        const ssize_t written = write(fd, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written == 0) /* which no kind of file should do */
            errno = EIO;
        if (written <= 0)
            return false;
        at += written;
        size -= (size_t)written;
    }
    return true;
}

const char *fg_disk_advice(int error_number) {
    switch (error_number) {
    case EISDIR:
        return "; name a file in it";
    case ENOENT:
    case ENOTDIR:
        return "; make its folder, or name a file in another one";
    case EACCES:
    case EPERM:
    case EROFS:
        return "; name a file that you may write";
    case ENAMETOOLONG:
        return "; give a shorter name";
    default:
        return "";
    }
}

bool fg_disk_sync(int fd) {
    int result;
    while ((result = fsync(fd)) != 0 && errno == EINTR)
        continue;
    return result == 0 || has_no_sync();
}

bool fg_disk_sync_data(int fd) {
    int result;
    while ((result = fdatasync(fd)) != 0 && errno == EINTR)
        continue;
    return result == 0 || has_no_sync();
}

char *fg_disk_folder(const char *path) {
    const char *const slash = strrchr(path, '/');
    if (slash == NULL)
        return strdup(".");
    return strndup(path, slash > path ? (size_t)(slash - path) : 1);
}

/* Returns where the symbolic link at `path` leads, for the caller to free; NULL with errno set:
 * EINVAL or ENOENT if there is no link. */
static char *follow_link(const char *path) {
    char target[PATH_MAX + 1], *followed;
    const ssize_t size = readlink(path, target, PATH_MAX);
    if (size < 0)
        return NULL;
    target[size] = '\0';
    const char *const slash = strrchr(path, '/');
    const int folder = target[0] == '/' || slash == NULL ? 0 : (int)(slash + 1 - path);
    return asprintf(&followed, "%.*s%s", folder, path, target) >= 0 ? followed : NULL;
}

char *fg_disk_behind_links(const char *path) {
    char *at = strdup(path);
    for (int links = 0; links < MAX_LINKS && at != NULL; links++) {
        errno = 0;
        char *const next = follow_link(at);
        if (next == NULL && errno != ENOMEM)
            break;
        free(at);
        at = next;
    }
    return at;
}

void fg_disk_sync_name(const char *path) {
    char *const folder = fg_disk_folder(path);
    const int fd = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(folder);
    if (fd < 0)
        return;
    (void)!fsync(fd);
    close(fd);
}

bool fg_disk_names(const char *path, int fd) {
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && lstat(path, &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}
