/* SPDX-License-Identifier: MIT */
/*
 * option_values.h: what the command line asks for, as data.
 */
#ifndef FG_CLI_OPTION_VALUES_H
#define FG_CLI_OPTION_VALUES_H

#include "cli/input/reader.h"
#include "cli/output/writer_config.h"
#include "factor_gpu.h"

#define FG_OPTIONS_MAX_JOBS 4096
#define FG_OPTIONS_MAX_DEVICES 64
/* Timed runs of each row of a comparison: 12 make every verdict on 15 rows clear whose samples lie
 * apart; with 18 one of a row's runs may stand out, up to 68 rows (measure/statistics.h). */
#define FG_OPTIONS_REPEAT 18
#define FG_OPTIONS_MAX_REPEAT 10000
/* Seconds for a row: runs of 1.5 s fit. */
#define FG_OPTIONS_BUDGET_S 30
#define FG_OPTIONS_CHECKPOINT_EVERY_S 30
#define FG_OPTIONS_MAX_CHECKPOINT_EVERY_S 1000000000
#define FG_OPTIONS_MAX_BUDGET_S 1000000000

enum fg_options_action {
    FG_OPTIONS_ANSWER,
    FG_OPTIONS_COMPARE,
    FG_OPTIONS_COMPARE_EXPORTS, /* --compare-with without --compare */
    FG_OPTIONS_LIST_DEVICES,
    FG_OPTIONS_VERIFY_MANIFEST,
    FG_OPTIONS_MERGE_TOTALS,
    FG_OPTIONS_COMPLETION,
    FG_OPTIONS_VERSION,
    FG_OPTIONS_HELP,
};

enum fg_options_progress {
    FG_OPTIONS_PROGRESS_AUTO, /* if standard error is a terminal */
    FG_OPTIONS_PROGRESS_ALWAYS,
    FG_OPTIONS_PROGRESS_NEVER,
    FG_OPTIONS_PROGRESS_JSON,
};

enum fg_options_shell {
    FG_OPTIONS_BASH,
    FG_OPTIONS_ZSH,
    FG_OPTIONS_FISH,
};

struct fg_options {
    enum fg_options_action action;
    enum fg_options_shell shell; /* whose completion is asked for */
    enum fg_method method;
    const char *backend; /* "auto" or a backend's name */
    struct fg_columns columns;
    enum fg_writer_format format;
    enum fg_writer_integers json_integers;
    bool exponents, strict, quiet, verbose;
    bool total;
    uint64_t total_every;           /* 0: not asked for */
    struct fg_uint128 smooth_bound; /* of --only; 0: not asked for */
    enum fg_reader_format input_format;
    const char *column;    /* of a table; NULL: not asked for */
    struct fg_shard shard; /* count 0: not asked for */
    unsigned jobs;         /* 0: the CPUs that this process may use */
    bool all_devices;
    int devices[FG_OPTIONS_MAX_DEVICES];
    size_t device_count; /* 0: the library's choice */
    enum fg_options_progress progress;
    unsigned repeat;
    double budget_s;
    const char *json_path, *markdown_path, *page_path;        /* NULL: not asked for */
    const char *compare_with_path;                            /* NULL: not asked for; "-": stdin */
    const char *output_path, *checkpoint_path;                /* NULL: not asked for */
    const char *manifest_path, *verified_path, *certify_path; /* NULL: not asked for */
    double checkpoint_every_s;
    bool resume;
    char *const *operands;
    size_t operand_count;
};

#endif
