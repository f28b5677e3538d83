/* SPDX-License-Identifier: MIT */
/*
 * run_settings.h: the settings of a run. cli/command makes them from the command line; the layers
 * below do not see the options.
 */
#ifndef FG_CLI_RUN_SETTINGS_H
#define FG_CLI_RUN_SETTINGS_H

#include "cli/input/reader.h"
#include "cli/output/writer.h"
#include "factor_gpu.h"
#include "terminal/progress_style.h"

/* The members point to data of the caller, which must not change during the run. */
struct fg_run_settings {
    /* The input: as in struct fg_reader_config. */
    char *const *operands;
    size_t operand_count;
    enum fg_reader_format input_format;
    const char *column;
    struct fg_shard shard;
    bool strict;

    /* The engine. The run sets which kind of answer the columns need. */
    struct fg_config engine;

    /* The output. */
    struct fg_writer_config writer;
    const char *output_path;     /* NULL: standard output */
    const char *checkpoint_path; /* NULL: none; else there is an output_path */
    double checkpoint_every_s;
    const char
        *manifest_path;       /* NULL: none; the caller appends to it, from the outcome's account */
    const char *certify_path; /* NULL: none */
    bool resume;              /* from the checkpoint, if there is one */
    const char *fingerprint; /* the options that shape the text, as struct fg_checkpoint has them */

    /* Standard error. */
    bool quiet; /* only errors */
    bool verbose;
    enum fg_progress_style progress;
};

#endif
