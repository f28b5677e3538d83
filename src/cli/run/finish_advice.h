/* SPDX-License-Identifier: MIT */
/*
 * finish_advice.h: tells the user, after the last step of a run has failed, where the answers are
 * and how to finish by hand.
 */
#ifndef FG_CLI_FINISH_ADVICE_H
#define FG_CLI_FINISH_ADVICE_H

#include "cli/output/output_file.h"
#include "cli/run/screen.h"

struct fg_finish_advice {
    const struct fg_output_file *file;
    const char *checkpoint_path; /* NULL: none */
    bool can_resume;             /* there is one, and the text is still in FILE.part */
    uint64_t missing_header;     /* size of an incomplete header, in bytes; 0: nothing is missing */
    uint64_t numbers;            /* how many the input has; all are answered */
};

/* Writes the message. Does nothing if there is no FILE.part. */
void fg_finish_advise(struct fg_screen *screen, const struct fg_finish_advice *advice);

#endif
