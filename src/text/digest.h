/* SPDX-License-Identifier: MIT */
/*
 * digest.h: SHA-256 of bytes or of numbers as they come, readable at any point on the way.
 */
#ifndef FG_CLI_DIGEST_H
#define FG_CLI_DIGEST_H

#include <nettle/sha2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_DIGEST_HEX 65 /* 64 digits and the NUL */

struct fg_digest {
    struct sha256_ctx context;
};

void fg_digest_start(struct fg_digest *digest);
void fg_digest_bytes(struct fg_digest *digest, const void *bytes, size_t size);
/* Each number as eight bytes, the lowest first. */
void fg_digest_numbers(struct fg_digest *digest, const uint64_t *numbers, size_t count);
/* Writes the digest of an open file from byte `from` on to its end, and sets *bytes to how many
 * these are. Leaves the file's offset alone. False with errno set if it cannot be read. */
bool fg_digest_file(int fd, uint64_t from, uint64_t *bytes, char hex[FG_DIGEST_HEX]);
/* The digest of what came so far, in lower case; more may come after it. */
void fg_digest_hex(const struct fg_digest *digest, char hex[FG_DIGEST_HEX]);

#ifdef __cplusplus
}
#endif

#endif
