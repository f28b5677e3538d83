/*
 * durable.c: the order of things that makes a run survive being killed at any moment.
 *
 * A checkpoint speaks of text that is on the disk already; text behind it is cut off by the run
 * that goes on. At the end a last checkpoint says that all is answered, then the file is renamed,
 * then the checkpoint goes: whoever comes between finds out which of the three was the last.
 */
#include "cli/run/durable.h"

#include "cli/command/exit_status.h"
#include "cli/command/option_table.h"
#include "cli/run/interrupt.h"
#include "terminal/progress.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Numbers that are read at once where they are answered already. */
#define SKIP_NUMBERS ((size_t)65536)
/* Of a path in a message. */
#define SHOWN "%.256s"

__attribute__((format(printf, 2, 3))) static void say(const struct fg_durable *durable,
                                                      const char *format, ...) {
    char message[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    durable->report(durable->context, message);
}

/* ---- Opening ---- */

/* What the option's value is called. */
static const char *choice_name(const char *option, unsigned choice) {
    size_t i = 0;
    while (strcmp(fg_option_entries[i].name, option) != 0)
        i++;
    return fg_option_entries[i].choice(choice);
}

/* What of the options shapes numbers and text: an option that does so has its word here. */
static void describe_options(const struct fg_options *options, char text[FG_CHECKPOINT_OPTIONS]) {
    size_t used = (size_t)snprintf(text, FG_CHECKPOINT_OPTIONS, "show=");
    for (size_t i = 0; i < options->columns.count; i++)
        used += (size_t)snprintf(text + used, FG_CHECKPOINT_OPTIONS - used, "%s%s",
                                 i > 0 ? "," : "", options->columns.list[i].name);
    used +=
        (size_t)snprintf(text + used, FG_CHECKPOINT_OPTIONS - used,
                         " exponents=%s format=%s strict=%s", options->exponents ? "yes" : "no",
                         choice_name("format", options->format), options->strict ? "yes" : "no");
    if (options->shard.count > 0)
        snprintf(text + used, FG_CHECKPOINT_OPTIONS - used, " shard=%u/%u", options->shard.index,
                 options->shard.count);
}

/* The words of `some` that `others` lacks. */
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

static const char *checkpoint_path(const struct fg_durable *durable) {
    return durable->options->checkpoint_path;
}

/* Whether the run before had done everything but remove its checkpoint. */
static bool was_renamed(const struct fg_durable *durable) {
    const struct fg_checkpoint *const found = &durable->found;
    struct stat status;
    char tail[FG_DIGEST_HEX];
    if (!found->complete || stat(durable->file.path, &status) != 0 ||
        (uint64_t)status.st_size != found->output_bytes)
        return false;
    FILE *const file = fopen(durable->file.path, "re");
    const bool same =
        file != NULL &&
        fg_checkpoint_tail(fileno(file), durable->provisional, found->output_bytes, tail) &&
        strcmp(tail, found->tail_sha256) == 0;
    if (file != NULL)
        fclose(file);
    return same;
}

/* Whether FILE.part begins with what the checkpoint is about. */
static int check_part(struct fg_durable *durable) {
    const struct fg_checkpoint *const found = &durable->found;
    struct stat status;
    char tail[FG_DIGEST_HEX];
    const char *const name = durable->file.part_path;
    if (fstat(durable->file.fd, &status) != 0) {
        say(durable, SHOWN ": %s", name, strerror(errno));
        return FG_EXIT_OUTPUT;
    }
    if ((uint64_t)status.st_size < found->output_bytes) {
        if (status.st_size == 0 && was_renamed(durable)) {
            durable->finished_before = true;
            return 0;
        }
        say(durable,
            SHOWN " %s, but the checkpoint is about its first %ju bytes; to begin again, remove "
                  "the checkpoint " SHOWN,
            name, status.st_size == 0 ? "is missing or empty" : "is shorter",
            (uintmax_t)found->output_bytes, checkpoint_path(durable));
        return FG_EXIT_USAGE;
    }
    if (!fg_checkpoint_tail(durable->file.fd, durable->provisional, found->output_bytes, tail)) {
        say(durable, SHOWN " cannot be read: %s", name, strerror(errno));
        return FG_EXIT_OUTPUT;
    }
    if (strcmp(tail, found->tail_sha256) == 0)
        return 0;
    say(durable,
        SHOWN " is not what the checkpoint is about: it has changed; to begin again, remove the "
              "checkpoint " SHOWN,
        name, checkpoint_path(durable));
    return FG_EXIT_USAGE;
}

/* There is a checkpoint: whether the run may go on from it. */
static int check_found(struct fg_durable *durable) {
    const struct fg_checkpoint *const found = &durable->found;
    if (!durable->options->resume) {
        say(durable,
            "checkpoint " SHOWN ": it is there already, of a run that did not end; go on with "
            "--resume, or remove it to begin again",
            checkpoint_path(durable));
        return FG_EXIT_USAGE;
    }
    if (strcmp(found->options, durable->text_options) != 0) {
        char there[FG_CHECKPOINT_OPTIONS], here[FG_CHECKPOINT_OPTIONS];
        find_different(found->options, durable->text_options, there);
        find_different(durable->text_options, found->options, here);
        say(durable,
            "checkpoint " SHOWN ": it is of a run with other options: %.128s there, %.128s here; "
            "give the same ones",
            checkpoint_path(durable), there, here);
        return FG_EXIT_USAGE;
    }
    durable->resumes = true;
    return check_part(durable);
}

/* Whether the checkpoint would be written over the output or the input; says so. */
static bool has_other_use(const struct fg_durable *durable, const char *path) {
    const struct fg_options *const options = durable->options;
    const bool is_output = fg_output_file_is(&durable->file, path);
    if (!is_output && !fg_output_file_is_read(path, options->operands, options->operand_count))
        return false;
    say(durable,
        "checkpoint " SHOWN ": it would be written to " SHOWN
        ", which is %s, too; give it another name",
        checkpoint_path(durable), path, is_output ? "the output" : "the input");
    return true;
}

/* The same for the name that it has until it is whole. */
static int check_names(const struct fg_durable *durable) {
    char *name = NULL;
    if (asprintf(&name, "%s" FG_CHECKPOINT_NEW, checkpoint_path(durable)) < 0) {
        say(durable, "%s", fg_strerror(FG_ERROR_MEMORY));
        return FG_EXIT_INTERNAL;
    }
    const bool taken =
        has_other_use(durable, checkpoint_path(durable)) || has_other_use(durable, name);
    free(name);
    return taken ? FG_EXIT_USAGE : 0;
}

static int look_for_checkpoint(struct fg_durable *durable) {
    char message[FG_CHECKPOINT_MESSAGE];
    if (durable->file.part_path == NULL) {
        say(durable, "option --checkpoint needs an output that is a file; " SHOWN " is none",
            durable->options->output_path);
        return FG_EXIT_USAGE;
    }
    const int refused = check_names(durable);
    if (refused != 0)
        return refused;
    switch (fg_checkpoint_load(checkpoint_path(durable), &durable->found, message)) {
    case FG_CHECKPOINT_NONE:
        if (durable->options->resume && !durable->options->quiet)
            say(durable, "there is no checkpoint " SHOWN " yet: beginning with the first number",
                checkpoint_path(durable));
        return 0;
    case FG_CHECKPOINT_READ:
        return check_found(durable);
    case FG_CHECKPOINT_BAD:
        break;
    }
    say(durable, "%s", message);
    return FG_EXIT_USAGE;
}

int fg_durable_open(struct fg_durable *durable, const struct fg_options *options,
                    struct fg_output *output, void (*report)(void *context, const char *message),
                    void *context) {
    char message[FG_OUTPUT_FILE_MESSAGE];
    *durable = (struct fg_durable){.options = options,
                                   .output = output,
                                   .report = report,
                                   .context = context,
                                   .file = {.fd = -1}};
    fg_digest_start(&durable->begin.digest);
    if (options->output_path == NULL)
        return 0;
    describe_options(options, durable->text_options);
    const struct fg_writer_config writer = fg_options_writer(options);
    durable->provisional = fg_writer_provisional_bytes(&writer);
    if (!fg_output_file_open(&durable->file, options->output_path, options->operands,
                             options->operand_count, message)) {
        say(durable, "%s", message);
        fg_output_file_close(&durable->file); /* FILE.part may be another run's */
        return FG_EXIT_OUTPUT;
    }
    output->fd = durable->file.fd;
    return options->checkpoint_path != NULL ? look_for_checkpoint(durable) : 0;
}

const char *fg_durable_output_name(const struct fg_durable *durable) {
    return durable->options->output_path == NULL ? "standard output"
           : durable->file.part_path != NULL     ? durable->file.part_path
                                                 : durable->file.path;
}

/* ---- Going on from a checkpoint ---- */

static int refuse_input(const struct fg_durable *durable, const struct fg_reader *reader,
                        const char *what) {
    const bool unreadable = fg_reader_had_unreadable(reader) && !durable->found.had_unreadable;
    say(durable,
        "checkpoint " SHOWN
        ": it is of another input: %s%s; give the same, or remove the checkpoint to begin again",
        checkpoint_path(durable), what, unreadable ? " (some of it cannot be read)" : "");
    return FG_EXIT_USAGE;
}

/* Reads up to `count` numbers into the mark; returns how many there were. */
static uint64_t read_numbers(struct fg_durable *durable, struct fg_reader *reader,
                             uint64_t *numbers, uint64_t count) {
    uint64_t done = 0;
    while (done < count) {
        struct fg_reader_batch batch = {.numbers = numbers, .room = SKIP_NUMBERS};
        if (count - done < SKIP_NUMBERS)
            batch.room = (size_t)(count - done);
        if (!fg_reader_next(reader, &batch))
            break;
        fg_digest_numbers(&durable->begin.digest, numbers, batch.count);
        durable->begin_byte = batch.end_byte;
        done += batch.count;
    }
    return done;
}

int fg_durable_skip(struct fg_durable *durable, struct fg_reader *reader) {
    const struct fg_checkpoint *const found = &durable->found;
    if (!durable->resumes)
        return 0;
    uint64_t *const numbers = malloc(SKIP_NUMBERS * sizeof *numbers);
    if (numbers == NULL) {
        say(durable, "%s", fg_strerror(FG_ERROR_MEMORY));
        return FG_EXIT_INTERNAL;
    }
    const uint64_t count = read_numbers(durable, reader, numbers, found->numbers);
    char hex[FG_DIGEST_HEX], what[100] = "";
    fg_digest_hex(&durable->begin.digest, hex);
    if (count < found->numbers)
        snprintf(what, sizeof what, "this one has %ju numbers, and %ju of that were answered",
                 (uintmax_t)count, (uintmax_t)found->numbers);
    else if (strcmp(hex, found->numbers_sha256) != 0)
        snprintf(what, sizeof what, "the first %ju numbers are not the same", (uintmax_t)count);
    else if (durable->finished_before && read_numbers(durable, reader, numbers, 1) > 0)
        snprintf(what, sizeof what, "this one has more numbers than the %ju of that",
                 (uintmax_t)count);
    free(numbers);
    if (fg_interrupt_signal() != 0)
        return 0; /* whose input may have seemed short */
    if (*what != '\0')
        return refuse_input(durable, reader, what);
    durable->begin.numbers = count;
    durable->begin.output_bytes = found->output_bytes;
    durable->begin.had_bad_token = found->had_bad_token;
    durable->begin.had_unreadable = found->had_unreadable;
    if (durable->finished_before)
        unlink(checkpoint_path(durable));
    if (!durable->options->quiet && durable->finished_before)
        say(durable, SHOWN " is complete already", durable->file.path);
    else if (!durable->options->quiet)
        say(durable, "going on after %ju number%s", (uintmax_t)count, count == 1 ? "" : "s");
    return 0;
}

/* ---- Checkpoints ---- */

/* False, with output->error set, where the output has failed; a checkpoint that cannot be written
 * is told, and the one before it still holds: *saved. */
static bool save(struct fg_durable *durable, const struct fg_stream_mark *mark, bool complete,
                 bool *saved) {
    struct fg_checkpoint checkpoint = {.numbers = mark->numbers,
                                       .output_bytes = mark->output_bytes,
                                       .had_bad_token = mark->had_bad_token,
                                       .had_unreadable = mark->had_unreadable,
                                       .complete = complete};
    strcpy(checkpoint.options, durable->text_options);
    fg_digest_hex(&mark->digest, checkpoint.numbers_sha256);
    *saved = false;
    if (fdatasync(durable->file.fd) != 0 ||
        !fg_checkpoint_tail(durable->file.fd, durable->provisional, mark->output_bytes,
                            checkpoint.tail_sha256)) {
        durable->output->error = errno != 0 ? errno : EIO;
        return false;
    }
    *saved = fg_checkpoint_save(checkpoint_path(durable), &checkpoint);
    if (!*saved && !durable->warned) {
        say(durable, "cannot write checkpoint " SHOWN ": %s", checkpoint_path(durable),
            strerror(errno));
        durable->warned = true;
    }
    durable->saved_ns = fg_progress_monotonic_ns(NULL);
    return true;
}

int fg_durable_start(struct fg_durable *durable) {
    if (durable->file.part_path == NULL)
        return 0;
    const off_t size = (off_t)durable->begin.output_bytes;
    if (ftruncate(durable->file.fd, size) != 0 || lseek(durable->file.fd, size, SEEK_SET) < 0) {
        say(durable, "cannot write " SHOWN ": %s", durable->file.part_path, strerror(errno));
        return FG_EXIT_OUTPUT;
    }
    durable->output->bytes = durable->begin.output_bytes;
    if (!fg_durable_wants_marks(durable))
        return 0;
    bool saved; /* the first one, too, so that a path that cannot be written to is noticed now */
    if (!save(durable, &durable->begin, false, &saved)) {
        say(durable, "cannot write " SHOWN ": %s", durable->file.part_path,
            strerror(durable->output->error));
        return FG_EXIT_OUTPUT;
    }
    return saved ? 0 : FG_EXIT_OUTPUT;
}

bool fg_durable_mark(struct fg_durable *durable, const struct fg_stream_mark *mark) {
    const double elapsed_s = (double)(fg_progress_monotonic_ns(NULL) - durable->saved_ns) * 1e-9;
    bool saved;
    return elapsed_s < durable->options->checkpoint_every_s || save(durable, mark, false, &saved);
}

/* ---- The end ---- */

bool fg_durable_finish(struct fg_durable *durable, const struct fg_stream_mark *mark) {
    if (durable->options->output_path == NULL)
        return true;
    const bool keeps = fg_durable_wants_marks(durable);
    bool saved;
    if (keeps) {
        struct fg_stream_mark last = *mark;
        last.output_bytes = durable->output->bytes; /* a header alone is before any mark */
        if (!save(durable, &last, true, &saved))
            return false;
    }
    if (!fg_output_file_finish(&durable->file)) {
        durable->output->error = errno;
        return false;
    }
    if (keeps)
        unlink(checkpoint_path(durable));
    durable->ended = true;
    return true;
}

void fg_durable_leave(struct fg_durable *durable, const struct fg_stream_mark *mark) {
    const bool quiet = durable->options->quiet;
    const int error = durable->output->error; /* of the run */
    bool saved;
    if (durable->file.part_path == NULL)
        return;
    durable->ended = true;
    if (!fg_durable_wants_marks(durable)) {
        fg_output_file_discard(&durable->file);
        if (!quiet)
            say(durable,
                SHOWN " %s; its beginning was removed (--checkpoint keeps it, to go on later)",
                durable->file.path, durable->file.existed ? "is as it was" : "was not made");
        return;
    }
    if (!save(durable, mark, false, &saved) || !saved)
        mark = NULL; /* an older one holds */
    durable->output->error = error;
    if (quiet)
        return;
    if (mark != NULL)
        say(durable,
            "%ju number%s kept in " SHOWN "; to go on, give the same command with "
            "--resume",
            (uintmax_t)mark->numbers, mark->numbers == 1 ? "" : "s", durable->file.part_path);
    else
        say(durable, "to go on from the last checkpoint, give the same command with --resume");
}

/* Without a word: the run did not begin, or another had finished it. What FILE.part holds then is
 * not of this run, and somebody may want to go on with it. */
static void tidy(struct fg_durable *durable) {
    struct stat status;
    if (fstat(durable->file.fd, &status) == 0 && status.st_size == 0)
        fg_output_file_discard(&durable->file);
}

void fg_durable_close(struct fg_durable *durable) {
    if (durable->file.fd >= 0 && durable->file.part_path != NULL && !durable->ended)
        tidy(durable);
    fg_output_file_close(&durable->file);
}
