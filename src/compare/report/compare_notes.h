/* SPDX-License-Identifier: MIT */
/*
 * compare_notes.h: what a comparison's reader must know to read its table right, in sentences.
 *
 * Every sentence follows from the samples and the input of this report; none is general advice.
 */
#ifndef FG_COMPARE_NOTES_H
#define FG_COMPARE_NOTES_H

#include "compare/compare_report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Takes one sentence, without its full stop; valid during the call. */
typedef void fg_compare_note_sink(void *context, const char *note);

/* Runs that are too few, baselines, what the algorithm buys, where one worker is faster than many,
 * runs too short to time, outliers, where the GPU's start-up is. Any number of them. */
void fg_compare_each_note(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                          void *context);

/* With how many numbers which backend is faster, where the GPU's start-up is, and which lines end
 * early. None if no curve was measured. */
void fg_compare_each_curve_note(const struct fg_compare_report *report, fg_compare_note_sink *sink,
                                void *context);

/* What the points of a measured curve are, or that there are none: sentences with their full
 * stops. */
void fg_compare_append_batches(char *text, size_t size, const struct fg_compare_report *report);

/* Who was fastest, by what factor, and why: up to three sentences with their full stops. */
void fg_compare_append_conclusion(char *text, size_t size, const struct fg_compare_report *report);

/* The first difference, in a line each: where, what the reference said, what the row said. */
struct fg_compare_disagreement_words {
    char where[256], reference[320], row[320];
};
void fg_compare_describe_disagreement(const struct fg_compare_report *report,
                                      struct fg_compare_disagreement_words *words);

#ifdef __cplusplus
}
#endif

#endif
