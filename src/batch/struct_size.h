/*
 * struct_size.h: structs of the public header that begin with their size and may grow.
 */
#ifndef FG_BATCH_STRUCT_SIZE_H
#define FG_BATCH_STRUCT_SIZE_H

#include "batch/error.h"

/*
 * Checks a struct whose first member says `size`, and which the library knows `known` bytes of. 0
 * stands for those. A smaller struct is no version's; of a larger one the rest must be 0, because
 * the library does not know what it asks for. FG_ERROR_ARGUMENT names the struct as `name`.
 */
static inline enum fg_status fg_check_struct(const void *object, size_t size, size_t known,
                                             const char *name, struct fg_error *error) {
    if (size != 0 && size < known)
        return fg_fail(error, FG_ERROR_ARGUMENT, "%s.size is %zu; it is at least %zu, or 0", name,
                       size, known);
    const unsigned char *const bytes = (const unsigned char *)object;
    for (size_t i = known; i < size; i++)
        if (bytes[i] != 0)
            return fg_fail(error, FG_ERROR_ARGUMENT,
                           "%s asks for what this library, version %s, does not have", name,
                           FG_VERSION);
    return FG_OK;
}

#endif
