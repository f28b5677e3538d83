/* SPDX-License-Identifier: MIT */
/*
 * foreign_file.c: the kinds. None begins as a list of numbers can begin, or a comment.
 */
#include "cli/input/foreign_file.h"

#include <stdio.h>
#include <string.h>

struct kind {
    const char *magic;
    size_t size; /* of the magic */
    size_t wild; /* the place of a byte that may be any, counted from 1; 0: there is none */
    const char *advice;
};

#define MAGIC(bytes) bytes, sizeof bytes - 1, 0

#define UTF_16 "is text in UTF-16: convert it first, as in iconv -f UTF-16 -t UTF-8 FILE"
#define UTF_32 "is text in UTF-32: convert it first, as in iconv -f UTF-32 -t UTF-8 FILE"
#define FEATHER                                                                                    \
    "is an Arrow or Feather file: save one column for this program first, as in "                  \
    "numpy.save('n.npy', pandas.read_feather('FILE')['COLUMN'])"
#define PICKLE                                                                                     \
    "is a Python pickle: save the numbers with numpy.save('n.npy', numbers), or print them one a " \
    "line"
#define UNPACK "unpack it first, as in "

static const struct kind kinds[] = {
    /* compressed */
    {MAGIC("\x1f\x8b"), "is compressed with gzip: " UNPACK "zcat FILE | factor-gpu"},
    {MAGIC("\xfd"
           "7zXZ"),
     "is compressed with xz: " UNPACK "xzcat FILE | factor-gpu"},
    {MAGIC("\x28\xb5\x2f\xfd"), "is compressed with zstd: " UNPACK "zstdcat FILE | factor-gpu"},
    {"BZh-1AY&SY", 10, 4, "is compressed with bzip2: " UNPACK "bzcat FILE | factor-gpu"},
    {"BZh-\x17rE8P\x90", 10, 4, "is compressed with bzip2, and empty"},
    {MAGIC("\x04\x22\x4d\x18"), "is compressed with lz4: " UNPACK "lz4cat FILE | factor-gpu"},
    {MAGIC("LZIP\x01"), "is compressed with lzip: " UNPACK "lzip -dc FILE | factor-gpu"},
    {MAGIC("\x1f\x9d"), "is compressed with compress: " UNPACK "zcat FILE | factor-gpu"},
    /* archives */
    {MAGIC("PK\x03\x04"), "is a .zip, .npz or .xlsx file: unpack an archive first, and give the "
                          "files in it; save a spreadsheet as CSV, and say --input-format=csv"},
    {MAGIC("PK\x05\x06"), "is an empty .zip or .npz archive"},
    {MAGIC("7z\xbc\xaf\x27\x1c"), "is a 7-Zip archive: unpack it first, and give the files in it"},
    {MAGIC("Rar!\x1a\x07"), "is a RAR archive: unpack it first, and give the files in it"},
    /* tables and arrays */
    {MAGIC("PAR1\x15"), "is a Parquet file: save one column for this program first, as in "
                        "numpy.save('n.npy', pandas.read_parquet('FILE')['COLUMN'])"},
    {MAGIC("PARE"), "is an encrypted Parquet file: save one column of it as .npy first"},
    {MAGIC("ARROW1\0"), FEATHER},
    {MAGIC("FEA1\0"), FEATHER},
    {MAGIC("\xff\xff\xff\xff"), "is an Arrow stream, or words of 64 bits: save one column of a "
                                "stream as .npy first; for words say --input-format=u64le"},
    {MAGIC("\x89HDF\r\n\x1a\n"), "is an HDF5 file: save one array for this program first, as in "
                                 "numpy.save('n.npy', h5py.File('FILE')['NAME'])"},
    {MAGIC("CDF\x01"), "is a NetCDF file: save one variable of it as .npy first"},
    {MAGIC("CDF\x02"), "is a NetCDF file: save one variable of it as .npy first"},
    {MAGIC("MATLAB 5.0 MAT-file"), "is a MATLAB file: save one array for this program first, as in "
                                   "numpy.save('n.npy', scipy.io.loadmat('FILE')['NAME'].ravel())"},
    {MAGIC("Obj\x01"), "is an Avro file: write the numbers one a line first"},
    {MAGIC("\x80\x02]"), PICKLE}, /* a list */
    {MAGIC("\x80\x02"
           "c"),
     PICKLE}, /* an object */
    {MAGIC("\x80\x03]"), PICKLE},
    {MAGIC("\x80\x03"
           "c"),
     PICKLE},
    {MAGIC("(lp0\n"), PICKLE},
    {MAGIC("\x80\x04\x95"), PICKLE},
    {MAGIC("\x80\x05\x95"), PICKLE},
    {MAGIC("SQLite format 3\0"), "is an SQLite database: take one column out first, as in "
                                 "sqlite3 FILE 'select COLUMN from TABLE' | factor-gpu"},
    {MAGIC("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "is a file of an old Office program: save the "
                                                "spreadsheet as CSV, and say --input-format=csv"},
    /* documents and programs */
    {MAGIC("%PDF-"), "is a PDF document: take its text out first, as in pdftotext FILE -"},
    {MAGIC("\x7f"
           "ELF"),
     "is a program or a library, not a file of numbers"},
    {MAGIC("MZ\x90\0"), "is a program or a library, not a file of numbers"},
    {MAGIC("\x89PNG\r\n"), "is an image, not a file of numbers"},
    {MAGIC("\xff\xd8\xff"), "is an image, not a file of numbers"},
    {MAGIC("GIF8"), "is an image, not a file of numbers"},
    /* other texts; the longer mark first */
    {MAGIC("\xff\xfe\0\0"), UTF_32},
    {MAGIC("\0\0\xfe\xff"), UTF_32},
    {MAGIC("\xff\xfe"), UTF_16},
    {MAGIC("\xfe\xff"), UTF_16},
};

#define KIND_COUNT (sizeof kinds / sizeof *kinds)

/* A tar archive begins with a file's name. */
#define TAR_MAGIC "ustar"
#define TAR_PLACE ((size_t)257)

/* Returns whether the first `size` bytes of the magic are these. */
static bool is_like(const struct kind *kind, const unsigned char *bytes, size_t size) {
    const unsigned char *const magic = (const unsigned char *)kind->magic;
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != magic[i] && i + 1 != kind->wild)
            return false;
    return true;
}

const char *fg_foreign_file_advice(const unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (size >= kinds[i].size && is_like(&kinds[i], bytes, kinds[i].size))
            return kinds[i].advice;
    if (size >= TAR_PLACE + strlen(TAR_MAGIC) &&
        memcmp(bytes + TAR_PLACE, TAR_MAGIC, strlen(TAR_MAGIC)) == 0)
        return "is a tar archive: unpack it first, and give the files in it";
    return NULL;
}

bool fg_foreign_file_may_follow(const unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (size < kinds[i].size && is_like(&kinds[i], bytes, size))
            return true;
    return false;
}

/* ---- Bytes that no text has ---- */

/* fg_foreign_is_binary() of any of the bytes. A sum for each range of them, without a branch, lets
 * the compiler use vectors: 1.6 instructions a byte, and not 8 (gcc 12, SSE2). */
static bool has_binary(const unsigned char *bytes, size_t size) {
    unsigned char low = 0, middle = 0, high = 0, rubout = 0;
    for (size_t i = 0; i < size; i++) {
        const unsigned char byte = bytes[i];
        low |= byte <= 6;
        middle |= (unsigned char)(byte - 14) <= 25 - 14;
        high |= (unsigned char)(byte - 28) <= 31 - 28;
        rubout |= byte == 127;
    }
    return (low | middle | high | rubout) != 0;
}

const unsigned char *fg_foreign_find_binary(const unsigned char *bytes, size_t size) {
    enum { BLOCK = 1024 };
    size_t at = 0;
    while (size - at >= BLOCK && !has_binary(bytes + at, BLOCK))
        at += BLOCK;
    for (; at < size; at++)
        if (fg_foreign_is_binary(bytes[at]))
            return bytes + at;
    return NULL;
}

/* Returns whether every other byte is NUL, from the first or the second on, and no other is: ASCII
 * text in words of 16 bits. */
static bool is_wide_text(const unsigned char *bytes, size_t size) {
    const size_t looked = size < 64 ? size & ~(size_t)1 : 64;
    const size_t first_nul = looked > 0 && bytes[0] != 0;
    for (size_t i = 0; i < looked; i++)
        if ((bytes[i] == 0) != (i % 2 == first_nul))
            return false;
    return looked > 0;
}

void fg_foreign_describe_start(const unsigned char *bytes, size_t size, const unsigned char *binary,
                               char *text, size_t room) {
    if (is_wide_text(bytes, size))
        snprintf(text, room,
                 "is text in UTF-16 without a byte order mark: convert it first, as in iconv -f "
                 "UTF-16%s -t UTF-8 FILE",
                 bytes[0] == 0 ? "BE" : "LE");
    else
        snprintf(text, room,
                 "is binary, not numbers (byte 0x%02x at offset %zu): for words of 64 or 128 bits "
                 "say --input-format=u64le or u128le, from anything else write the numbers as text "
                 "first",
                 *binary, (size_t)(binary - bytes));
}

void fg_foreign_describe(unsigned char byte, char *text, size_t room) {
    snprintf(text, room,
             "binary data begins here (byte 0x%02x): the rest of it is not read, because it would "
             "give numbers by chance; remove that data",
             byte);
}
