/* SPDX-License-Identifier: MIT */
/*
 * replaceable.h: whether a file can be replaced by renaming another one to its name, as far as that
 * can be known. A run asks before it begins, because the rename comes after hours of work.
 */
#ifndef FG_CLI_REPLACEABLE_H
#define FG_CLI_REPLACEABLE_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Checks that the process may make, rename and remove the file `path`, which need not exist: its
 * folder exists and can be written to, the file is no mount point, no other user's in a folder with
 * the sticky bit, and no attribute of chattr forbids it. Links are not followed, and it may be a
 * directory. FG_ERROR_SYSTEM: the message is only the reason, and what to do about it.
 * FG_ERROR_MEMORY.
 */
enum fg_status fg_replaceable_check(const char *path, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
