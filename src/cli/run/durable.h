/*
 * durable.h: what --output, --checkpoint and --resume make of a run: where it begins, what is kept
 * on the way, and what stays behind when it ends.
 *
 *     fg_durable_open()     before any work: the output file, and the checkpoint to go on from
 *     fg_durable_skip()     past the numbers that are answered already
 *     fg_durable_start()    the output stands where the run goes on
 *     fg_durable_mark()     as text is written
 *     fg_durable_finish()   the file gets its name, or
 *     fg_durable_leave()    what was answered is kept
 *     fg_durable_close()    in any case
 *
 * Without --output all of them do nothing, and the text goes to standard output.
 */
#ifndef FG_CLI_DURABLE_H
#define FG_CLI_DURABLE_H

#include "cli/command/options.h"
#include "cli/output/output.h"
#include "cli/output/output_file.h"
#include "cli/run/checkpoint.h"
#include "cli/run/stream.h"

struct fg_durable {
    const struct fg_options *options;
    struct fg_output *output;
    void (*report)(void *context, const char *message);
    void *context;

    struct fg_output_file file;
    char text_options[FG_CHECKPOINT_OPTIONS];
    uint64_t provisional; /* bytes at the beginning of the text that the end of the run changes */
    struct fg_checkpoint found; /* where the run goes on from, if it is */
    bool resumes;
    bool finished_before; /* the run that went before had renamed the file */
    bool ended;           /* it was seen to what stays behind */
    struct fg_stream_mark begin;
    uint64_t begin_byte; /* of the input */
    uint64_t saved_ns;
    bool warned; /* that a checkpoint could not be written */
};

/* The functions that may fail return the exit status, after a message; 0: all is well. */

/* `report` is told every message; output->fd becomes the file's. */
int fg_durable_open(struct fg_durable *durable, const struct fg_options *options,
                    struct fg_output *output, void (*report)(void *context, const char *message),
                    void *context);

/* Whether the text goes to a file of its own. */
static inline bool fg_durable_is_file(const struct fg_durable *durable) {
    return durable->file.part_path != NULL;
}

/* Whether marks are to be kept. */
static inline bool fg_durable_wants_marks(const struct fg_durable *durable) {
    return durable->options->checkpoint_path != NULL;
}

/* Reads what is answered already. After a signal it may return 0 early: then the run ends. */
int fg_durable_skip(struct fg_durable *durable, struct fg_reader *reader);

int fg_durable_start(struct fg_durable *durable);

/* The stream's `marked`. */
bool fg_durable_mark(struct fg_durable *durable, const struct fg_stream_mark *mark);

/* All is answered and written: the file gets its name, and the checkpoint goes. False, with
 * output->error set, where that failed. */
bool fg_durable_finish(struct fg_durable *durable, const struct fg_stream_mark *mark);

/* The run ended before that: keeps what was answered, if there is a checkpoint, and says so. */
void fg_durable_leave(struct fg_durable *durable, const struct fg_stream_mark *mark);

/* What the text is written to, for messages. */
const char *fg_durable_output_name(const struct fg_durable *durable);

void fg_durable_close(struct fg_durable *durable);

#endif
