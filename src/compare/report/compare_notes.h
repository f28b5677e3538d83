/* SPDX-License-Identifier: MIT */
/*
 * compare_notes.h: sentences that a reader needs to understand a comparison's table.
 *
 * Every sentence follows from the samples and the input of this report. None is general advice.
 */
#ifndef FG_COMPARE_NOTES_H
#define FG_COMPARE_NOTES_H

#include "compare/report/compare_format.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Calls `sink` for each note: runs that are too few, baselines, the gain of the algorithm, cases
 * where one worker is faster than many, runs too short to time, outliers, whether the GPU's times
 * include its start-up, throttled rows, and why energy or the GPU's state is unknown. There may be
 * none. */
void fg_compare_each_note(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                          void *context);

/* Calls `sink` for each note about the curve: which backend is faster with how many numbers,
 * whether the GPU's times include its start-up, and which lines end early. There are none if no
 * curve was measured. */
void fg_compare_each_curve_note(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                                void *context);

/* Appends what the points of a measured curve are, or that there are none: sentences with their
 * full stops. */
void fg_compare_append_batches(char *text, size_t size, const struct fg_compare_report *report);

/* The first difference, in three lines: the place, the reference's answer, the row's answer. */
struct fg_compare_disagreement_words {
    char where[256], reference[320], row[320];
};
void fg_compare_describe_disagreement(const struct fg_compare_report *report,
                                      struct fg_compare_disagreement_words *words);

#ifdef __cplusplus
}
#endif

#endif
