/* SPDX-License-Identifier: MIT */
/*
 * durable.h: does the work of --output, --checkpoint and --resume: where a run begins, what it
 * saves on the way, and which files remain when it ends.
 *
 *     fg_durable_open()     before any work: the output file, and the checkpoint to go on from
 *     fg_durable_skip()     skips the numbers that are answered already
 *     fg_durable_start()    sets the output to where the run goes on
 *     fg_durable_advance()  as text is written
 *     fg_durable_finish()   the file gets its name, or
 *     fg_durable_leave()    what was answered is kept
 *     fg_durable_close()    in any case
 *
 * Without --output the text goes to standard output, which fg_durable_open() only checks to be none
 * of the inputs; the others do nothing.
 */
#ifndef FG_CLI_DURABLE_H
#define FG_CLI_DURABLE_H

#include "cli/output/locked_file.h"
#include "cli/output/output.h"
#include "cli/output/output_file.h"
#include "cli/run/checkpoint.h"
#include "cli/run/number_digest.h"
#include "cli/run/run_settings.h"
#include "cli/run/screen.h"
#include "cli/run/stream.h"

/* The place that a run has reached, so that another can resume it there. */
struct fg_position {
    uint64_t numbers;               /* numbers of the input that are answered, zeros included */
    struct fg_number_digest digest; /* of these numbers */
    uint64_t output_bytes;          /* size of the text with their answers */
    uint64_t totals_bytes;          /* of that, the totals at the end of a run that is complete */
    bool had_bad_token, had_unreadable; /* in the input up to there, or a little further */
};

struct fg_durable {
    const struct fg_run_settings *settings;
    struct fg_output *output;
    struct fg_screen *screen;

    struct fg_output_file file;
    char *checkpoint_path;      /* behind links; NULL: there is to be none */
    char *lock_path;            /* of the checkpoint; NULL: not open */
    struct fg_locked_file lock; /* of the checkpoint */
    uint64_t provisional; /* bytes at the beginning of the text that are rewritten at the end */
    struct fg_checkpoint found; /* the checkpoint to resume from, if `resumes` */
    bool resumes;
    bool finished_before;           /* an earlier run had renamed the file */
    bool ended;                     /* it is settled which files remain */
    bool was_complete;              /* FILE.part, when it was to be renamed */
    struct fg_running_tally *tally; /* with --total: of the position's numbers; NULL: none */
    struct fg_position position;    /* kept up to date if there is a checkpoint or manifest */
    uint64_t begin_byte;            /* of the input, where the run begins */
    uint64_t saved_ns;
    bool warned;      /* the warning about a failed checkpoint was shown */
    bool sync_failed; /* the disk may lack bytes that a read still finds, so no checkpoint is
                         written any more */
};

/*
 * The functions that can fail return FG_ERROR_ARGUMENT if the request does not match the input, the
 * output or the checkpoint that exists, FG_ERROR_SYSTEM if the output or the checkpoint cannot be
 * read or written, FG_ERROR_MEMORY.
 */

/* The settings, the output, the screen and the tally, NULL without --total, must outlive `durable`.
 * Sets the tally to that of the checkpoint from which the run goes on, if there is one. Sets the
 * output's fd and name. Also FG_ERROR_ARGUMENT if an output file is an input or another output of
 * the run. */
enum fg_status fg_durable_open(struct fg_durable *durable, const struct fg_run_settings *settings,
                               struct fg_output *output, struct fg_screen *screen,
                               struct fg_running_tally *tally, struct fg_error *error);

/* Returns whether the text goes to a FILE.part. */
static inline bool fg_durable_is_file(const struct fg_durable *durable) {
    return durable->file.part_path != NULL;
}

/* Reads past what is answered already, with numbers from 2^64 on if `takes_wide`. After a signal it
 * may return FG_OK early; the run then ends.
 */
enum fg_status fg_durable_skip(struct fg_durable *durable, struct fg_reader *reader,
                               bool takes_wide, struct fg_error *error);

enum fg_status fg_durable_start(struct fg_durable *durable, struct fg_error *error);

/* Advances the position past the written text, and saves it from time to time. Called in order, by
 * one thread at a time. Returns the output's status. */
enum fg_status fg_durable_advance(struct fg_durable *durable,
                                  const struct fg_stream_written *written);

/* Ends a run whose answers are all written: renames the file, and removes the checkpoint. Returns
 * the output's status. */
enum fg_status fg_durable_finish(struct fg_durable *durable);

/* Ends a run that has not ended well, and says what remains of it: keeps what was answered if there
 * is a checkpoint, or if the run `is_whole`: the text of all answers was written. */
void fg_durable_leave(struct fg_durable *durable, bool is_whole);

void fg_durable_close(struct fg_durable *durable);

#endif
