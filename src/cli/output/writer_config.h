/* SPDX-License-Identifier: MIT */
/*
 * writer_config.h: the settings for writing answers.
 */
#ifndef FG_CLI_WRITER_CONFIG_H
#define FG_CLI_WRITER_CONFIG_H

#include "cli/output/show.h"
#include <stdbool.h>
#include <stdint.h>

enum fg_writer_format {
    FG_WRITER_TEXT,
    FG_WRITER_JSONL,
    FG_WRITER_CSV,
    FG_WRITER_U64LE, /* words of 64 bits, the lowest byte first, and nothing else */
    FG_WRITER_NPY,   /* the same behind NumPy's header; no lists */
};

/* Larger JSON numbers are not exact everywhere (RFC 8259, section 6), so they become strings. */
#define FG_WRITER_JSON_EXACT ((UINT64_C(1) << 53) - 1)

struct fg_writer_config {
    const struct fg_columns *columns; /* at least one */
    enum fg_writer_format format;
    bool exponents; /* primes as p^e; only if primes are shown, and in no binary format */
};

#endif
