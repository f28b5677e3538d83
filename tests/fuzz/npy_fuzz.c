/* SPDX-License-Identifier: MIT */
/*
 * npy_fuzz.c: the parser of .npy headers on arbitrary bytes. What it accepts must be accepted again
 * when it is written out plainly, every prefix must want more, and what it says must be printable;
 * the sanitizers watch the rest.
 *
 * The input is the dictionary; its first byte chooses the version, or that it is the whole file.
 */
#include "cli/input/npy.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

/* Feeds bytes from a block of its own, so that a byte read beyond it is seen. */
enum verdict { GOOD, MORE, BAD };

static enum verdict parse(const uint8_t *bytes, size_t size, struct fg_npy *npy) {
    struct fg_error error = {.status = FG_OK};
    uint8_t *const copy = malloc(size + (size == 0));
    memcpy(copy, bytes, size);
    const enum fg_status status = fg_npy_parse(copy, size, npy, &error);
    free(copy);
    check((status != FG_OK) == (error.message[0] != '\0'));
    for (const char *p = error.message; *p != '\0'; p++)
        check(*p >= ' ' && *p <= '~');
    return status != FG_OK ? BAD : npy->header_bytes == 0 ? MORE : GOOD;
}

/* Puts the fixed part in front. Returns the size of both. */
static size_t make_file(uint8_t *file, unsigned major, const char *dictionary, size_t size) {
    const size_t fixed = major == 1 ? 10 : 12;
    memcpy(file, FG_NPY_MAGIC, FG_NPY_MAGIC_BYTES);
    file[6] = (uint8_t)major;
    file[7] = 0;
    for (size_t i = 8; i < fixed; i++)
        file[i] = (uint8_t)(size >> 8 * (i - 8));
    memcpy(file + fixed, dictionary, size);
    return fixed + size;
}

static void check_again(const struct fg_npy *npy) {
    uint8_t file[300];
    char dictionary[200];
    struct fg_npy again;
    char descr[40] = "[('lo', '<u8'), ('hi', '<u8')]";
    if (npy->type.bytes < 16)
        snprintf(descr, sizeof descr, "'%c%c%u'", npy->type.big_endian ? '>' : '<',
                 npy->type.is_signed ? 'i' : 'u', npy->type.bytes);
    const int length = snprintf(
        dictionary, sizeof dictionary,
        "{'descr': %s, 'fortran_order': False, 'shape': (%" PRIu64 ",), }\n", descr, npy->count);
    const size_t size = make_file(file, 1, dictionary, (size_t)length);
    check(parse(file, size, &again) == GOOD && again.count == npy->count);
    check(again.type.bytes == npy->type.bytes && again.type.is_signed == npy->type.is_signed &&
          again.type.big_endian == npy->type.big_endian);
}

static void check_fits(const struct fg_npy *npy, uint64_t size) {
    const unsigned __int128 needed =
        npy->header_bytes + (unsigned __int128)npy->count * npy->type.bytes;
    check(needed <= INT64_MAX); /* no file is larger */
    check((fg_npy_fits(npy, size, NULL) == FG_OK) == (needed == size));
    check(fg_npy_fits(npy, (uint64_t)needed, NULL) == FG_OK);
    check(fg_npy_fits(npy, (uint64_t)needed + 1, NULL) != FG_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 4000)
        return 0;
    uint8_t file[4100];
    struct fg_npy npy, other;
    const unsigned major = data[0] % 4;
    size_t file_size = size - 1;
    if (major == 0)
        memcpy(file, data + 1, file_size);
    else
        file_size = make_file(file, major, (const char *)data + 1, size - 1);
    if (parse(file, file_size, &npy) != GOOD)
        return 0;
    check(npy.header_bytes <= file_size);
    check_again(&npy);
    check_fits(&npy, file_size);
    for (size_t i = 0; i < npy.header_bytes; i += 1 + npy.header_bytes / 20)
        check(parse(file, i, &other) == MORE);
    return 0;
}
