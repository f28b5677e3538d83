/* SPDX-License-Identifier: MIT */
/*
 * finish_advice.c: composes the command that gives the answers their name.
 */
#include "cli/run/finish_advice.h"

#include "text/failure.h"
#include "text/shell_word.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A longer command does not fit in a message, and half of one would do harm. */
#define COMMAND_BYTES 700

/* Returns the absolute path as a word of a command, for the caller to free; NULL if memory is
 * short. */
static char *word_of(const char *path) {
    char *const absolute = realpath(path, NULL);
    char *const word = fg_shell_word(absolute != NULL ? absolute : path);
    free(absolute);
    return word;
}

/* Returns the command, for the caller to free; NULL if it is too long. */
static char *command_of(const struct fg_finish_advice *advice) {
    const bool has_checkpoint = advice->checkpoint_path != NULL;
    char *const from = word_of(advice->file->part_path);
    char *const to = fg_shell_word(advice->file->path); /* absolute; may be a folder by now */
    char *const checkpoint = has_checkpoint ? word_of(advice->checkpoint_path) : strdup("");
    char *command = NULL;
    if (from == NULL || to == NULL || checkpoint == NULL ||
        asprintf(&command, "mv -T -- %s %s%s%s", from, to, has_checkpoint ? " && rm -- " : "",
                 checkpoint) < 0)
        command = NULL;
    free(from);
    free(to);
    free(checkpoint);
    if (command != NULL && strlen(command) > COMMAND_BYTES) {
        free(command);
        command = NULL;
    }
    return command;
}

void fg_finish_advise(struct fg_screen *screen, const struct fg_finish_advice *advice) {
    const char *const plural = advice->numbers == 1 ? "" : "s";
    const char *const part = advice->file->part_path;
    if (part == NULL)
        return;
    if (advice->missing_header > 0) {
        fg_screen_say(screen,
                      "all answers (to %" PRIu64 " number%s) are in " FG_PATH ", from byte %" PRIu64
                      " on; its header could not be completed",
                      advice->numbers, plural, FG_PATH_END(part), advice->missing_header);
        return;
    }
    char *const command = command_of(advice);
    const char *const resume = advice->can_resume ? "give the same command with --resume, or " : "";
    if (command != NULL)
        fg_screen_say(screen,
                      "all answers (to %" PRIu64 " number%s) are in " FG_PATH
                      "; when that is mended, %sfinish with: %s",
                      advice->numbers, plural, FG_PATH_END(part), resume, command);
    else
        fg_screen_say(screen,
                      "all answers (to %" PRIu64 " number%s) are in " FG_PATH
                      "; when that is mended, %srename it to " FG_PATH,
                      advice->numbers, plural, FG_PATH_END(part), resume,
                      FG_PATH_END(advice->file->path));
    free(command);
}
