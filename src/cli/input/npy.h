/* SPDX-License-Identifier: MIT */
/*
 * npy.h: the header of a .npy file, NumPy's format for one array (numpy.lib.format): a magic, a
 * version, and a Python dictionary that says what the array's bytes mean. Reads from memory alone,
 * strictly: whatever is not a one-dimensional array of whole numbers, or of their two words as
 * fields `lo` and `hi`, is refused in words.
 */
#ifndef FG_CLI_NPY_H
#define FG_CLI_NPY_H

#include "cli/input/binary.h"
#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The first bytes of a .npy file. */
#define FG_NPY_MAGIC "\x93NUMPY"
#define FG_NPY_MAGIC_BYTES ((size_t)6)
/* No header that is accepted is longer. */
#define FG_NPY_HEADER_MOST ((size_t)65536)

struct fg_npy {
    struct fg_binary_type type;
    uint64_t count;      /* of elements; no more than a file can hold */
    size_t header_bytes; /* the first element comes after so many */
};

/* Reads the header from a file's first bytes. npy->header_bytes is 0 if more of them are needed;
 * never with FG_NPY_HEADER_MOST of them. FG_ERROR_ARGUMENT, and what to do, if the header is bad.
 */
enum fg_status fg_npy_parse(const unsigned char *bytes, size_t size, struct fg_npy *npy,
                            struct fg_error *error);

/* FG_ERROR_ARGUMENT unless a file of `size` bytes holds what its header promises. */
enum fg_status fg_npy_fits(const struct fg_npy *npy, uint64_t size, struct fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
