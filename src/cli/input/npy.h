/*
 * npy.h: the header of a .npy file, NumPy's format for one array (numpy.lib.format): a magic, a
 * version, and a Python dictionary that says what the array's bytes mean. Reads from memory alone,
 * strictly: whatever is not a one-dimensional array of whole numbers is refused in words.
 */
#ifndef FG_CLI_NPY_H
#define FG_CLI_NPY_H

#include "cli/input/binary.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a .npy file begins with. */
#define FG_NPY_MAGIC "\x93NUMPY"
#define FG_NPY_MAGIC_BYTES ((size_t)6)
/* No header that is accepted is longer. */
#define FG_NPY_HEADER_MOST ((size_t)65536)
/* Room for what is wrong with a header. */
#define FG_NPY_TEXT 320

enum fg_npy_status {
    FG_NPY_OK,
    FG_NPY_MORE, /* more bytes are needed to tell; never with FG_NPY_HEADER_MOST of them */
    FG_NPY_BAD,
};

struct fg_npy {
    struct fg_binary_type type;
    uint64_t count;      /* of elements */
    size_t header_bytes; /* the first element comes after so many */
};

/* Reads the header from a file's first bytes. Where it is bad, `text` says why and what to do. */
enum fg_npy_status fg_npy_parse(const unsigned char *bytes, size_t size, struct fg_npy *npy,
                                char text[FG_NPY_TEXT]);

/* Whether a file of `size` bytes holds what its header promises; `text` as above. */
bool fg_npy_fits(const struct fg_npy *npy, uint64_t size, char text[FG_NPY_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
