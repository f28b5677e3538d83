/* SPDX-License-Identifier: MIT */
/*
 * struct_size.h: structs of the public header that begin with their size and may grow.
 */
#ifndef FG_BATCH_STRUCT_SIZE_H
#define FG_BATCH_STRUCT_SIZE_H

#include "batch/error.h"

/* More than any version's struct has: a larger size was read from uninitialised memory. */
#define FG_STRUCT_SIZE_MOST 16384

/*
 * Checks the size that the first member of a struct gives. The library knows `known` bytes of the
 * struct, for which 0 also stands. Returns FG_ERROR_ARGUMENT, with the struct's `name`, for a size
 * that no version has.
 */
static inline enum fg_status fg_check_struct_size(size_t size, size_t known, const char *name,
                                                  struct fg_error *error) {
    if (size == 0 || (size >= known && size <= FG_STRUCT_SIZE_MOST))
        return FG_OK;
    return fg_fail(
        error, FG_ERROR_ARGUMENT,
        "%s.size is %zu; it is at least %zu and at most %d, or 0 (set it before the call)", name,
        size, known, FG_STRUCT_SIZE_MOST);
}

/*
 * The same for a struct that is input: if it is larger than the library knows, the rest must be 0.
 */
static inline enum fg_status fg_check_struct(const void *object, size_t size, size_t known,
                                             const char *name, struct fg_error *error) {
    FG_TRY(fg_check_struct_size(size, known, name, error));
    const unsigned char *const bytes = (const unsigned char *)object;
    for (size_t i = known; i < size; i++)
        if (bytes[i] != 0)
            return fg_fail(error, FG_ERROR_ARGUMENT,
                           "%s asks for what this library, version %s, does not have", name,
                           FG_VERSION);
    return FG_OK;
}

#endif
