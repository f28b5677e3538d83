/* SPDX-License-Identifier: MIT */
/*
 * durable.h: what --output, --checkpoint and --resume make of a run: where it begins, what is kept
 * on the way, and what stays behind when it ends.
 *
 *     fg_durable_open()     before any work: the output file, and the checkpoint to go on from
 *     fg_durable_skip()     past the numbers that are answered already
 *     fg_durable_start()    the output stands where the run goes on
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

#include "cli/output/output.h"
#include "cli/output/output_file.h"
#include "cli/run/checkpoint.h"
#include "cli/run/run_settings.h"
#include "cli/run/screen.h"
#include "cli/run/stream.h"

/* How far a run has got, for another to go on from there. */
struct fg_position {
    uint64_t numbers;                   /* so many of the input are answered, zeros included, */
    struct fg_digest digest;            /* these, */
    uint64_t output_bytes;              /* with so much text */
    bool had_bad_token, had_unreadable; /* before them, or not far behind */
};

struct fg_durable {
    const struct fg_run_settings *settings;
    struct fg_output *output;
    struct fg_screen *screen;

    struct fg_output_file file;
    char *lock_path;      /* of the checkpoint; NULL: not locked */
    int lock_fd;          /* -1: not open */
    uint64_t provisional; /* bytes at the beginning of the text that the end of the run changes */
    struct fg_checkpoint found; /* where the run goes on from, if it is */
    bool resumes;
    bool finished_before;        /* an earlier run had renamed the file */
    bool ended;                  /* it was seen to what stays behind */
    struct fg_position position; /* kept from where the run begins on, if there is a checkpoint */
    uint64_t begin_byte;         /* of the input, where the run begins */
    uint64_t saved_ns;
    bool warned;      /* that a checkpoint could not be written */
    bool sync_failed; /* the disk may lack bytes that a read still finds: no checkpoint any more */
};

/*
 * The functions that can fail return FG_ERROR_ARGUMENT if what is asked for does not go with what
 * is there (input, output or checkpoint), FG_ERROR_SYSTEM if the output or the checkpoint cannot be
 * read or written, FG_ERROR_MEMORY.
 */

/* The settings, the output and the screen must outlive `durable`. Sets the output's fd and name.
 * FG_ERROR_ARGUMENT also if a file that is written is an input or another output of the run. */
enum fg_status fg_durable_open(struct fg_durable *durable, const struct fg_run_settings *settings,
                               struct fg_output *output, struct fg_screen *screen,
                               struct fg_error *error);

/* Whether the text goes to a file of its own. */
static inline bool fg_durable_is_file(const struct fg_durable *durable) {
    return durable->file.part_path != NULL;
}

/* Reads what is answered already. After a signal it may return FG_OK early: then the run ends. */
enum fg_status fg_durable_skip(struct fg_durable *durable, struct fg_reader *reader,
                               struct fg_error *error);

enum fg_status fg_durable_start(struct fg_durable *durable, struct fg_error *error);

/* Moves the position behind what was written, and from time to time keeps it: in order, one thread
 * at a time. Returns the output's status. */
enum fg_status fg_durable_advance(struct fg_durable *durable,
                                  const struct fg_stream_written *written);

/* All is answered and written: the file gets its name, and the checkpoint goes. Returns the
 * output's status. */
enum fg_status fg_durable_finish(struct fg_durable *durable);

/* The run ended before that: keeps what was answered, if there is a checkpoint, and says so. */
void fg_durable_leave(struct fg_durable *durable);

void fg_durable_close(struct fg_durable *durable);

#endif
