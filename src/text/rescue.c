/* SPDX-License-Identifier: MIT */
/*
 * rescue.c: tries one place after the other.
 */
#include "text/rescue.h"

#include "text/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PLACES 3

/* Returns the pattern of a name in this place, for the caller to free. */
static char *pattern_of(const char *wanted, unsigned place) {
    const char *const folder = place == 1 ? getenv("TMPDIR") : "/tmp";
    char *pattern;
    if (place == 0)
        return asprintf(&pattern, "%s-XXXXXX", wanted) >= 0 ? pattern : NULL;
    if (folder == NULL)
        return NULL;
    return asprintf(&pattern, "%s/factor-gpu-XXXXXX", folder) >= 0 ? pattern : NULL;
}

char *fg_rescue(const char *wanted, fg_rescue_write *write, void *context, int *fd) {
    for (unsigned place = 0; place < PLACES; place++) {
        char *const path = pattern_of(wanted, place);
        if (path == NULL)
            continue;
        *fd = mkostemp(path, O_CLOEXEC);
        if (*fd >= 0 && write(context, *fd) && fg_disk_sync(*fd))
            return path;
        const int reason = errno;
        if (*fd >= 0) {
            close(*fd);
            unlink(path);
        }
        free(path);
        errno = reason;
    }
    *fd = -1;
    return NULL;
}
