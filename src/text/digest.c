/* SPDX-License-Identifier: MIT */
/*
 * digest.c: nettle's SHA-256.
 */
#include "text/digest.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)32 * 1024)

void fg_digest_start(struct fg_digest *digest) {
    sha256_init(&digest->context);
}

void fg_digest_bytes(struct fg_digest *digest, const void *bytes, size_t size) {
    sha256_update(&digest->context, size, bytes);
}

void fg_digest_numbers(struct fg_digest *digest, const uint64_t *numbers, size_t count) {
    uint64_t words[512];
    for (size_t at = 0; at < count;) {
        size_t filled = 0;
        while (filled < sizeof words / sizeof *words && at < count)
            words[filled++] = htole64(numbers[at++]);
        fg_digest_bytes(digest, words, filled * sizeof *words);
    }
}

void fg_digest_hex(const struct fg_digest *digest, char hex[FG_DIGEST_HEX]) {
    struct sha256_ctx copy = digest->context; /* the end of a digest changes its context */
    uint8_t bytes[SHA256_DIGEST_SIZE];
    sha256_digest(&copy, sizeof bytes, bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
}

bool fg_digest_file(int fd, uint64_t from, uint64_t *bytes, char hex[FG_DIGEST_HEX]) {
    unsigned char piece[PIECE_BYTES];
    struct fg_digest digest;
    ssize_t got;
    fg_digest_start(&digest);
    *bytes = 0;
    while ((got = pread(fd, piece, sizeof piece, (off_t)(from + *bytes))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        fg_digest_bytes(&digest, piece, (size_t)got);
        *bytes += (uint64_t)got;
    }
    fg_digest_hex(&digest, hex);
    return true;
}
