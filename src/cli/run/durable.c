/* SPDX-License-Identifier: MIT */
/*
 * durable.c: the order of steps that lets a run be killed at any time and resumed.
 *
 * A checkpoint describes only text that is on the disk already; a resumed run cuts off the text
 * after it. At the end a last checkpoint says that all is answered, then the file is renamed, then
 * the checkpoint is removed. A run that resumes in between finds out which of the three steps was
 * the last.
 */
#include "cli/run/durable.h"

#include "cli/manifest/manifest.h"
#include "cli/output/replaceable.h"
#include "cli/run/finish_advice.h"
#include "cli/run/interrupt.h"
#include "terminal/progress.h"
#include "text/disk.h"
#include "text/failure.h"
#include "text/line_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Numbers that are read at once if they are already answered. */
#define SKIP_NUMBERS ((size_t)65536)
/* The limit for numbers from 2^64 on. */
#define SKIP_WIDE ((size_t)16384)

/* ---- Opening ---- */

/* Finds the words of `some` that `others` lacks. */
static void find_different(const char *some, const char *others, char text[FG_CHECKPOINT_OPTIONS]) {
    char padded[FG_CHECKPOINT_OPTIONS + 2], copy[FG_CHECKPOINT_OPTIONS], *rest = copy;
    snprintf(padded, sizeof padded, " %s ", others);
    strcpy(copy, some);
    text[0] = '\0';
    for (const char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        char wanted[FG_CHECKPOINT_OPTIONS + 2];
        snprintf(wanted, sizeof wanted, " %s ", word);
        if (strstr(padded, wanted) == NULL)
            strcat(strcat(text, *text != '\0' ? " " : ""), word);
    }
    if (*text == '\0')
        strcpy(text, "nothing");
}

/* Returns whether the earlier run had done everything except removing its checkpoint. */
static bool was_renamed(const struct fg_durable *durable) {
    const struct fg_checkpoint *const found = &durable->found;
    struct stat status;
    char tail[FG_DIGEST_HEX];
    if (!found->complete || stat(durable->file.path, &status) != 0 ||
        (uint64_t)status.st_size != found->output_bytes)
        return false;
    FILE *const file = fopen(durable->file.path, "re");
    const bool same = file != NULL &&
                      fg_checkpoint_tail(fileno(file), durable->provisional, found->output_bytes,
                                         tail, NULL) == FG_OK &&
                      strcmp(tail, found->tail_sha256) == 0;
    if (file != NULL)
        fclose(file);
    return same;
}

/* Handles a FILE.part that is shorter than the checkpoint says: it may already be renamed to FILE.
 */
static enum fg_status check_short_part(struct fg_durable *durable, bool is_empty,
                                       struct fg_error *error) {
    if (is_empty && was_renamed(durable)) {
        durable->finished_before = true;
        return FG_OK;
    }
    return fg_program_fail(
        error, FG_ERROR_ARGUMENT,
        FG_PATH " %s, but the checkpoint is about its first %ju bytes; to begin "
                "again, remove the checkpoint " FG_PATH,
        FG_PATH_END(durable->file.part_path), is_empty ? "is missing or empty" : "is shorter",
        (uintmax_t)durable->found.output_bytes, FG_PATH_END(durable->checkpoint_path));
}

/* Checks that FILE.part begins with what the checkpoint is about. */
static enum fg_status check_part(struct fg_durable *durable, struct fg_error *error) {
    const struct fg_checkpoint *const found = &durable->found;
    const char *const name = durable->file.part_path;
    struct stat status;
    struct fg_error reason;
    char tail[FG_DIGEST_HEX];
    if (fstat(durable->file.fd, &status) != 0)
        return fg_program_fail(error, FG_ERROR_SYSTEM, FG_PATH ": %s", FG_PATH_END(name),
                               strerror(errno));
    if ((uint64_t)status.st_size < found->output_bytes)
        return check_short_part(durable, status.st_size == 0, error);
    if (fg_checkpoint_tail(durable->file.fd, durable->provisional, found->output_bytes, tail,
                           &reason) != FG_OK)
        return fg_program_fail(error, reason.status, FG_PATH " cannot be read: %.100s",
                               FG_PATH_END(name), reason.message);
    if (strcmp(tail, found->tail_sha256) == 0)
        return FG_OK;
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           FG_PATH " is not what the checkpoint is about: it has changed; to begin "
                                   "again, remove the checkpoint " FG_PATH,
                           FG_PATH_END(name), FG_PATH_END(durable->checkpoint_path));
}

/* Checks that the run may resume from the checkpoint that exists. */
static enum fg_status check_found(struct fg_durable *durable, struct fg_error *error) {
    const char *const options = durable->found.options;
    const char *const own = durable->settings->fingerprint;
    if (!durable->settings->resume)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "checkpoint " FG_PATH
                               ": it is there already, of a run that did not end; go on with "
                               "--resume, or remove it to begin again",
                               FG_PATH_END(durable->checkpoint_path));
    if (strcmp(options, own) != 0) {
        char there[FG_CHECKPOINT_OPTIONS], here[FG_CHECKPOINT_OPTIONS];
        find_different(options, own, there);
        find_different(own, options, here);
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "checkpoint " FG_PATH
                               ": it is of a run with other options: %.128s there, %.128s here; "
                               "give the same ones",
                               FG_PATH_END(durable->checkpoint_path), there, here);
    }
    if (durable->tally != NULL && !durable->found.has_tally)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "checkpoint " FG_PATH
                               ": it is damaged: 'totals' is missing or wrong; remove it to begin "
                               "again",
                               FG_PATH_END(durable->checkpoint_path));
    durable->resumes = true;
    return check_part(durable, error);
}

/* Claims the names of the checkpoint and of the files beside it. */
static enum fg_status claim_checkpoint(struct fg_durable *durable, struct fg_file_claims *claims,
                                       struct fg_error *error) {
    static const char option[] = "--checkpoint";
    static const char *const ends[] = {FG_CHECKPOINT_NEW, FG_CHECKPOINT_LOCK};
    if (durable->settings->checkpoint_path == NULL)
        return FG_OK;
    /* All runs that it is given to, by whatever link, lock one file. */
    const char *const path = durable->checkpoint_path =
        fg_disk_behind_links(durable->settings->checkpoint_path);
    if (path == NULL)
        return fg_program_fail_memory(error);
    FG_TRY(fg_file_claims_write(claims, option, path, error));
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *name;
        if (asprintf(&name, "%s%s", path, ends[i]) < 0)
            return fg_program_fail_memory(error);
        const enum fg_status status = fg_file_claims_write_beside(claims, option, name, error);
        free(name);
        FG_TRY(status);
    }
    return FG_OK;
}

static enum fg_status fail_checkpoint(const struct fg_durable *durable,
                                      const struct fg_error *reason, struct fg_error *error) {
    return fg_program_fail(error, reason->status, "cannot write checkpoint " FG_PATH ": %.300s",
                           FG_PATH_END(durable->checkpoint_path), reason->message);
}

/* Locks the checkpoint against other runs, also against those that write another output. */
static enum fg_status lock_checkpoint(struct fg_durable *durable, struct fg_error *error) {
    struct fg_error reason;
    char *name;
    if (fg_replaceable_check(durable->checkpoint_path, &reason) != FG_OK)
        return fail_checkpoint(durable, &reason, error);
    if (asprintf(&name, "%s" FG_CHECKPOINT_LOCK, durable->checkpoint_path) < 0)
        return fg_program_fail_memory(error);
    if (fg_checkpoint_check_new(durable->checkpoint_path, &reason) == FG_OK &&
        fg_locked_file_open_empty(name, &durable->lock, &reason) == FG_OK) {
        durable->lock_path = name;
        return FG_OK;
    }
    free(name);
    return fail_checkpoint(durable, &reason, error);
}

/* Removes the lock's name before the lock itself, so that a run that has opened the file meanwhile
 * notices and makes a new file. */
static void unlock_checkpoint(struct fg_durable *durable) {
    if (durable->lock_path == NULL)
        return;
    unlink(durable->lock_path);
    close(durable->lock.fd);
    free(durable->lock_path);
}

/* Says once if a file system has no locks: then the user must keep other runs away. */
static void note_missing_lock(const struct fg_durable *durable) {
    const int of_file = durable->file.lock_error, of_checkpoint = durable->lock.lock_error;
    const char *const path = of_file != 0 ? durable->file.part_path : durable->lock_path;
    if (of_file != 0 || of_checkpoint != 0)
        fg_screen_note(durable->screen,
                       FG_PATH " cannot be locked on this file system (%s): going on without a "
                               "lock; start no other run that writes it",
                       FG_PATH_END(path), strerror(of_file != 0 ? of_file : of_checkpoint));
}

static enum fg_status look_for_checkpoint(struct fg_durable *durable, struct fg_error *error) {
    bool found;
    if (durable->file.part_path == NULL)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "option --checkpoint needs an output that is a file; " FG_PATH
                               " is none",
                               FG_PATH_END(durable->settings->output_path));
    FG_TRY(lock_checkpoint(durable, error));
    note_missing_lock(durable);
    durable->found.tally = durable->tally;
    FG_TRY(fg_checkpoint_load(durable->checkpoint_path, &durable->found, &found, error));
    if (found)
        return check_found(durable, error);
    if (durable->settings->resume)
        fg_screen_note(durable->screen,
                       "there is no checkpoint " FG_PATH " yet: beginning with the first number",
                       FG_PATH_END(durable->checkpoint_path));
    return FG_OK;
}

/* Opens the output, unless that is standard output. Claims all files of the run before any is made.
 */
static enum fg_status open_output(struct fg_durable *durable, struct fg_file_claims *claims,
                                  struct fg_error *error) {
    const struct fg_run_settings *const settings = durable->settings;
    if (settings->manifest_path != NULL)
        FG_TRY(fg_manifest_check(settings->manifest_path, error));
    if (settings->certify_path != NULL)
        FG_TRY(fg_line_file_check("--certify", settings->certify_path, error));
    FG_TRY(fg_file_claims_read(claims, settings->operands, settings->operand_count, error));
    FG_TRY(fg_file_claims_write_stderr(claims, error));
    if (settings->manifest_path != NULL)
        FG_TRY(fg_file_claims_write(claims, "--manifest", settings->manifest_path, error));
    if (settings->certify_path != NULL)
        FG_TRY(fg_file_claims_write(claims, "--certify", settings->certify_path, error));
    if (settings->output_path == NULL)
        return fg_file_claims_write_stdout(claims, error);
    FG_TRY(claim_checkpoint(durable, claims, error));
    return fg_output_file_open(&durable->file, settings->output_path, claims, error);
}

enum fg_status fg_durable_open(struct fg_durable *durable, const struct fg_run_settings *settings,
                               struct fg_output *output, struct fg_screen *screen,
                               struct fg_running_tally *tally, struct fg_error *error) {
    struct fg_file_claims claims = {0};
    *durable = (struct fg_durable){.settings = settings,
                                   .output = output,
                                   .screen = screen,
                                   .tally = tally,
                                   .file = {.fd = -1},
                                   .lock = {.fd = -1}};
    fg_number_digest_start(&durable->position.digest);
    *output = (struct fg_output){.fd = STDOUT_FILENO, .name = "standard output"};
    const enum fg_status status = open_output(durable, &claims, error);
    fg_file_claims_free(&claims);
    if (status != FG_OK) {
        fg_output_file_close(&durable->file); /* FILE.part may be another run's */
        return status;
    }
    if (settings->output_path == NULL)
        return FG_OK;
    durable->provisional = fg_writer_provisional_bytes(&settings->writer);
    output->fd = durable->file.fd;
    output->name = fg_durable_is_file(durable) ? durable->file.part_path : durable->file.path;
    if (settings->checkpoint_path != NULL)
        return look_for_checkpoint(durable, error);
    note_missing_lock(durable);
    return FG_OK;
}

/* ---- Going on from a checkpoint ---- */

/* Reads up to `count` numbers into the position's digest, by way of the list; returns how many
 * there were. */
static uint64_t read_numbers(struct fg_durable *durable, struct fg_reader *reader,
                             const struct fg_number_list *list, uint64_t count) {
    uint64_t done = 0;
    while (done < count) {
        struct fg_reader_block block = {.list = *list};
        if (count - done < list->capacity)
            block.list.capacity = (size_t)(count - done);
        block.list.range_capacity = (size_t)(count - done);
        if (!fg_reader_next(reader, &block))
            break;
        fg_number_digest_add(&durable->position.digest, &block.list, 0, block.list.count);
        durable->begin_byte = block.end_byte;
        done += block.list.count;
    }
    return done;
}

/* Reads the numbers that the checkpoint is about. `difference` gets the words for what is wrong
 * with them; empty if nothing is. */
static void read_answered(struct fg_durable *durable, struct fg_reader *reader,
                          const struct fg_number_list *list, char difference[100]) {
    const struct fg_checkpoint *const found = &durable->found;
    const uint64_t count = read_numbers(durable, reader, list, found->numbers);
    char hex[FG_DIGEST_HEX];
    fg_number_digest_hex(&durable->position.digest, hex);
    difference[0] = '\0';
    if (count < found->numbers)
        snprintf(difference, 100, "this one has %ju numbers, and %ju of that were answered",
                 (uintmax_t)count, (uintmax_t)found->numbers);
    else if (strcmp(hex, found->numbers_sha256) != 0)
        snprintf(difference, 100, "the first %ju numbers are not the same", (uintmax_t)count);
    else if (durable->finished_before && read_numbers(durable, reader, list, 1) > 0)
        snprintf(difference, 100, "this one has more numbers than the %ju of that",
                 (uintmax_t)count);
}

static enum fg_status refuse_input(const struct fg_durable *durable, const struct fg_reader *reader,
                                   const char *difference, struct fg_error *error) {
    const bool unreadable = fg_reader_had_unreadable(reader) && !durable->found.had_unreadable;
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           "checkpoint " FG_PATH ": it is of another input: %s%s; give the same, "
                           "or remove the checkpoint to begin again",
                           FG_PATH_END(durable->checkpoint_path), difference,
                           unreadable ? " (some of it cannot be read)" : "");
}

enum fg_status fg_durable_skip(struct fg_durable *durable, struct fg_reader *reader,
                               bool takes_wide, struct fg_error *error) {
    const struct fg_checkpoint *const found = &durable->found;
    char difference[100];
    if (!durable->resumes)
        return FG_OK;
    struct memory {
        uint64_t numbers[SKIP_NUMBERS];
        struct fg_uint128 wide[SKIP_WIDE];
        size_t wide_places[SKIP_WIDE];
    } *const memory = malloc(sizeof *memory);
    if (memory == NULL)
        return fg_program_fail_memory(error);
    const struct fg_number_list list = {.numbers = memory->numbers,
                                        .capacity = SKIP_NUMBERS,
                                        .wide_capacity = takes_wide ? SKIP_WIDE : 0,
                                        .wide = memory->wide,
                                        .wide_places = memory->wide_places};
    durable->screen->mutes_input = true; /* the earlier run has reported bad input up to here */
    read_answered(durable, reader, &list, difference);
    durable->screen->mutes_input = false;
    fg_reader_report_anew(reader);
    free(memory);
    if (fg_interrupt_signal() != 0)
        return FG_OK; /* because of the signal, the input may have seemed too short */
    if (*difference != '\0')
        return refuse_input(durable, reader, difference, error);
    durable->position.numbers = found->numbers;
    durable->position.output_bytes = found->output_bytes - found->totals_bytes;
    durable->position.had_bad_token = found->had_bad_token;
    durable->position.had_unreadable = found->had_unreadable;
    if (durable->finished_before) {
        unlink(durable->checkpoint_path);
        fg_screen_note(durable->screen, FG_PATH " is complete already",
                       FG_PATH_END(durable->file.path));
    } else {
        fg_screen_note(durable->screen, "going on after %ju number%s", (uintmax_t)found->numbers,
                       found->numbers == 1 ? "" : "s");
    }
    return FG_OK;
}

/* ---- Checkpoints ---- */

/* Syncs the text to the disk, then writes the checkpoint that describes it. If the text could not
 * be synced, the output has failed. */
static enum fg_status write_checkpoint(struct fg_durable *durable, bool complete,
                                       struct fg_error *error) {
    const struct fg_position *const position = &durable->position;
    struct fg_checkpoint checkpoint = {.numbers = position->numbers,
                                       .output_bytes = position->output_bytes,
                                       .had_bad_token = position->had_bad_token,
                                       .had_unreadable = position->had_unreadable,
                                       .complete = complete,
                                       .tally = durable->tally,
                                       .totals_bytes = position->totals_bytes};
    strcpy(checkpoint.options, durable->settings->fingerprint);
    fg_number_digest_hex(&position->digest, checkpoint.numbers_sha256);
    durable->sync_failed |= !fg_disk_sync_data(durable->file.fd);
    if (durable->sync_failed ||
        fg_checkpoint_tail(durable->file.fd, durable->provisional, position->output_bytes,
                           checkpoint.tail_sha256, NULL) != FG_OK) {
        fg_output_fail(durable->output);
        *error = durable->output->error;
        return error->status;
    }
    const enum fg_status status = fg_checkpoint_save(durable->checkpoint_path, &checkpoint, error);
    durable->saved_ns = fg_progress_monotonic_ns(NULL); /* an interval lies between two saves */
    return status;
}

/* Writes a checkpoint, and sets *saved to whether that worked. If only the checkpoint fails, warns
 * once; the previous one stays valid. Returns the output's status. */
static enum fg_status save(struct fg_durable *durable, bool complete, bool *saved) {
    struct fg_error error;
    *saved = write_checkpoint(durable, complete, &error) == FG_OK;
    FG_TRY(durable->output->error.status);
    if (!*saved && !durable->warned) {
        fg_screen_say(durable->screen, "%s", error.message);
        durable->warned = true;
    }
    return FG_OK;
}

enum fg_status fg_durable_start(struct fg_durable *durable, struct fg_error *error) {
    if (!fg_durable_is_file(durable))
        return FG_OK;
    /* The first checkpoint is written now, so that a path that cannot be written to is noticed at
     * once; and before the totals of a run that was complete are cut off, because a checkpoint must
     * never be about more than FILE.part has. */
    if (durable->checkpoint_path != NULL)
        FG_TRY(write_checkpoint(durable, false, error));
    const off_t size = (off_t)durable->position.output_bytes;
    if (ftruncate(durable->file.fd, size) != 0 || lseek(durable->file.fd, size, SEEK_SET) < 0)
        return fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write " FG_PATH ": %s",
                               FG_PATH_END(durable->file.part_path), strerror(errno));
    durable->output->bytes = durable->position.output_bytes;
    return FG_OK;
}

enum fg_status fg_durable_advance(struct fg_durable *durable,
                                  const struct fg_stream_written *written) {
    struct fg_position *const position = &durable->position;
    if (durable->checkpoint_path == NULL && durable->settings->manifest_path == NULL)
        return FG_OK;
    fg_number_digest_add(&position->digest, written->list, written->begin, written->end);
    position->numbers += written->end - written->begin;
    position->output_bytes = durable->output->bytes;
    position->had_bad_token |= written->had_bad_token;
    position->had_unreadable |= written->had_unreadable;
    if (durable->checkpoint_path == NULL)
        return FG_OK;
    const double elapsed_s = (double)(fg_progress_monotonic_ns(NULL) - durable->saved_ns) * 1e-9;
    bool saved;
    return elapsed_s < durable->settings->checkpoint_every_s ? FG_OK : save(durable, false, &saved);
}

/* ---- The end ---- */

enum fg_status fg_durable_finish(struct fg_durable *durable) {
    if (durable->settings->output_path == NULL)
        return FG_OK;
    bool saved;
    if (durable->checkpoint_path != NULL) {
        struct fg_position *const position = &durable->position;
        if (durable->tally != NULL)
            position->totals_bytes = durable->output->bytes - position->output_bytes;
        position->output_bytes = durable->output->bytes; /* it may be a header alone */
        FG_TRY(save(durable, true, &saved));
    }
    durable->was_complete = true;
    durable->output->name = durable->file.path;
    FG_TRY(fg_output_file_finish(&durable->file, &durable->output->error));
    if (durable->file.mode_error != 0)
        fg_screen_note(durable->screen, FG_PATH " could not keep its mode, %04o: %s",
                       FG_PATH_END(durable->file.path), (unsigned)durable->file.mode,
                       strerror(durable->file.mode_error));
    if (durable->checkpoint_path != NULL)
        unlink(durable->checkpoint_path);
    durable->ended = true;
    return FG_OK;
}

/* Keeps what was answered, and says how to resume. */
static void keep_answered(struct fg_durable *durable) {
    const struct fg_error error = durable->output->error; /* of the run */
    bool saved;
    durable->output->error = (struct fg_error){.status = FG_OK};
    const bool is_kept = save(durable, false, &saved) == FG_OK && saved;
    durable->output->error = error;
    if (is_kept)
        fg_screen_note(
            durable->screen,
            "%ju number%s kept in " FG_PATH "; to go on, give the same command with --resume",
            (uintmax_t)durable->position.numbers, durable->position.numbers == 1 ? "" : "s",
            FG_PATH_END(durable->file.part_path));
    else /* an older checkpoint is still valid */
        fg_screen_note(durable->screen, "to go on from the last checkpoint, give the same command "
                                        "with --resume");
}

/* Returns whether the text is still in FILE.part, where a run that resumes looks for it. */
static bool is_at_its_place(const struct fg_durable *durable) {
    const char *const path = durable->file.path, *const part = durable->file.part_path;
    const size_t length = strlen(path);
    return strncmp(part, path, length) == 0 && strcmp(part + length, FG_OUTPUT_PART) == 0;
}

/* Says how to finish by hand a run whose answers are all written. */
static void advise(struct fg_durable *durable) {
    const struct fg_screen *const screen = durable->screen;
    const bool has_checkpoint = durable->checkpoint_path != NULL;
    const struct fg_finish_advice advice = {
        .file = &durable->file,
        .checkpoint_path = durable->checkpoint_path,
        .can_resume = has_checkpoint && is_at_its_place(durable),
        .missing_header = durable->was_complete || durable->settings->writer.knows_count
                              ? 0
                              : durable->provisional,
        .numbers = screen->begin_numbers + screen->answered,
    };
    fg_finish_advise(durable->screen, &advice);
}

void fg_durable_leave(struct fg_durable *durable, bool is_whole) {
    if (!fg_durable_is_file(durable))
        return;
    durable->ended = true;
    if (durable->was_complete || (is_whole && durable->checkpoint_path == NULL)) {
        advise(durable);
        return;
    }
    if (durable->checkpoint_path != NULL) {
        keep_answered(durable);
        return;
    }
    fg_output_file_discard(&durable->file);
    fg_screen_note(durable->screen,
                   FG_PATH " %s; its beginning was removed (--checkpoint keeps it, to go on later)",
                   FG_PATH_END(durable->file.path),
                   durable->file.existed ? "is as it was" : "was not made");
}

void fg_durable_close(struct fg_durable *durable) {
    /* After a run that did not begin, or that another run had finished. A FILE.part that is not
     * empty stays: it is an earlier run's, and a later run may resume it. */
    if (durable->file.fd >= 0 && !durable->ended)
        fg_output_file_tidy(&durable->file);
    unlock_checkpoint(durable);
    free(durable->checkpoint_path);
    durable->checkpoint_path = NULL;
    fg_output_file_close(&durable->file);
}
