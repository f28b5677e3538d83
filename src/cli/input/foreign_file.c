/* SPDX-License-Identifier: MIT */
/*
 * foreign_file.c: the kinds. None begins with printable characters alone, so that a text, however
 * wrong, is never taken for one.
 */
#include "cli/input/foreign_file.h"

#include <string.h>

struct kind {
    const char *magic;
    size_t size; /* of the magic */
    const char *advice;
};

#define MAGIC(bytes) bytes, sizeof bytes - 1

static const struct kind kinds[] = {
    {MAGIC("\x1f\x8b"), "is compressed with gzip: unpack it first, as in zcat FILE | factor-gpu"},
    {MAGIC("\xfd"
           "7zXZ"),
     "is compressed with xz: unpack it first, as in xzcat FILE | factor-gpu"},
    {MAGIC("\x28\xb5\x2f\xfd"),
     "is compressed with zstd: unpack it first, as in zstdcat FILE | factor-gpu"},
    {MAGIC("PK\x03\x04"), "is a .zip or .npz archive: unpack it first, and give the files in it"},
    {MAGIC("\xff\xfe"), "is text in UTF-16: convert it first, as in iconv -f UTF-16 -t UTF-8 FILE"},
    {MAGIC("\xfe\xff"), "is text in UTF-16: convert it first, as in iconv -f UTF-16 -t UTF-8 FILE"},
};

#define KIND_COUNT (sizeof kinds / sizeof *kinds)

const char *fg_foreign_file_advice(const unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (size >= kinds[i].size && memcmp(bytes, kinds[i].magic, kinds[i].size) == 0)
            return kinds[i].advice;
    return NULL;
}

bool fg_foreign_file_may_follow(const unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (size < kinds[i].size && memcmp(bytes, kinds[i].magic, size) == 0)
            return true;
    return false;
}
