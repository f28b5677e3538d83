/* SPDX-License-Identifier: MIT */
/*
 * manifest_verify.c: joins the runs of a manifest that belong together, and checks each whole.
 */
#include "cli/manifest/manifest_verify.h"

#include "characters/printable.h"
#include "cli/manifest/manifest.h"
#include "text/disk.h"
#include "text/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Characters of a name that a line shows. */
#define NAME_SHOWN 161

struct line {
    struct fg_manifest_run run;
    json_t *object; /* owns the strings of `run` */
    char *key;      /* the same for all runs of one whole */
    bool taken;     /* it belongs to a whole that was checked */
};

struct verify {
    const char *path;
    FILE *out;
    struct line *lines;
    size_t count;
    size_t problems;
};

/* Runs that belong together. */
struct whole {
    unsigned of;
    const struct line **last;   /* of entries: the last run of each part that ended well, or NULL */
    const struct line **failed; /* the last that did not */
    size_t outputs_checked, outputs_missing;
};

__attribute__((format(printf, 2, 3))) static void report(struct verify *verify, const char *format,
                                                         ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("  ", verify->out);
    vfprintf(verify->out, format, arguments);
    fputc('\n', verify->out);
    va_end(arguments);
    verify->problems++;
}

static const char *shown(const char *name, char text[NAME_SHOWN]) {
    fg_printable_copy(name != NULL ? name : "standard output", text, NAME_SHOWN);
    return text;
}

/* ---- Reading ---- */

static void free_lines(struct verify *verify) {
    for (size_t i = 0; i < verify->count; i++) {
        free(verify->lines[i].run.inputs);
        json_decref(verify->lines[i].object);
        free(verify->lines[i].key);
    }
    free(verify->lines);
}

/* Returns what the runs of a whole have in common, for the caller to free. */
static char *make_key(const struct fg_manifest_run *run) {
    char *key = NULL;
    size_t size;
    FILE *const text = open_memstream(&key, &size);
    if (text == NULL)
        return NULL;
    fprintf(text, "%u %zu:%s", run->of, strlen(run->options), run->options);
    for (size_t i = 0; i < run->input_count; i++) /* a name may have any byte */
        fprintf(text, " %zu:%s", strlen(run->inputs[i].name), run->inputs[i].name);
    return fclose(text) == 0 ? key : NULL;
}

/* Appends a line; an unreadable one is reported. */
static enum fg_status take_line(struct verify *verify, const char *text, size_t number,
                                struct fg_error *error) {
    struct line line = {0};
    const char *const wrong = fg_manifest_parse(text, &line.run, &line.object);
    if (wrong != NULL) {
        char name[NAME_SHOWN];
        fprintf(verify->out, "%s:%zu: %s\n", shown(verify->path, name), number, wrong);
        verify->problems++;
        return FG_OK;
    }
    line.key = make_key(&line.run);
    struct line *const more =
        line.key != NULL ? realloc(verify->lines, (verify->count + 1) * sizeof *more) : NULL;
    if (more == NULL) {
        free(line.run.inputs);
        json_decref(line.object);
        free(line.key);
        return fg_program_fail_memory(error);
    }
    verify->lines = more;
    more[verify->count++] = line;
    return FG_OK;
}

static enum fg_status read_lines(struct verify *verify, struct fg_error *error) {
    errno = 0;
    FILE *const file = fopen(verify->path, "re");
    char *text = NULL;
    size_t room = 0, number = 0;
    enum fg_status status = FG_OK;
    while (file != NULL && status == FG_OK && getline(&text, &room, file) > 0) {
        number++;
        if (text[strspn(text, " \t\r\n")] != '\0')
            status = take_line(verify, text, number, error);
    }
    if (status == FG_OK && (file == NULL || ferror(file)))
        status = fg_program_fail(error, FG_ERROR_SYSTEM, "--verify-manifest=" FG_PATH ": %s",
                                 FG_PATH_END(verify->path), strerror(errno));
    free(text);
    if (file != NULL)
        fclose(file);
    return status;
}

/* ---- One part ---- */

/* Returns whether the run answered its part: with --strict bad input ends it. */
static bool ended_well(const struct fg_manifest_run *run) {
    return *run->output_sha256 != '\0' &&
           (run->exit_status == 0 ||
            (run->exit_status == 1 && strstr(run->options, "strict=yes") == NULL));
}

static bool is_same_name(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Returns whether two runs had the same input, as far as that is known. */
static bool have_same_input(const struct fg_manifest_run *a, const struct fg_manifest_run *b) {
    if (a->input_count != b->input_count)
        return false;
    for (size_t i = 0; i < a->input_count; i++)
        if (strcmp(a->inputs[i].sha256, b->inputs[i].sha256) != 0)
            return false;
    return true;
}

/* Returns the next run of the same part after this one that ended well. */
static const struct line *next_of_part(const struct verify *verify, const struct line *line) {
    const struct line *const end = verify->lines + verify->count;
    for (const struct line *next = line + 1; next < end; next++)
        if (next->run.part == line->run.part && strcmp(next->key, line->key) == 0 &&
            ended_well(&next->run))
            return next;
    return NULL;
}

/* Returns whether a later run wrote the same file. */
static bool is_replaced(const struct verify *verify, const struct line *line) {
    for (const struct line *next = line; (next = next_of_part(verify, next)) != NULL;)
        if (is_same_name(line->run.output, next->run.output))
            return true;
    return false;
}

/* Opens an output: by its name, or that name in the folder of the manifest. */
static int open_output(const struct verify *verify, const char *name) {
    const int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    char *const folder = fg_disk_folder(verify->path);
    char *path = NULL;
    int beside = -1;
    if (fd < 0 && *name != '/' && folder != NULL && asprintf(&path, "%s/%s", folder, name) >= 0)
        beside = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    free(path);
    free(folder);
    return fd >= 0 ? fd : beside;
}

/* Checks that an output that is still there is what was written. */
static void check_output(struct verify *verify, struct whole *whole,
                         const struct fg_manifest_run *run) {
    char name[NAME_SHOWN], hex[FG_DIGEST_HEX];
    uint64_t bytes;
    struct stat status;
    const int fd = run->output != NULL ? open_output(verify, run->output) : -1;
    if (fd < 0 || (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode))) {
        whole->outputs_missing++;
        if (fd >= 0)
            close(fd);
        return;
    }
    if (!fg_digest_file(fd, 0, &bytes, hex))
        report(verify, "part %u: %s cannot be read: %s", run->part, shown(run->output, name),
               strerror(errno));
    else if (bytes != run->bytes || strcmp(hex, run->output_sha256) != 0)
        report(verify,
               "part %u: %s has changed: it has %ju bytes with SHA-256 %.16s..., and was "
               "written with %ju and %.16s...",
               run->part, shown(run->output, name), (uintmax_t)bytes, hex, (uintmax_t)run->bytes,
               run->output_sha256);
    else
        whole->outputs_checked++;
    close(fd);
}

/* Checks a run of a part against the one that counts, and what it wrote. */
static void check_repeated(struct verify *verify, struct whole *whole, const struct line *line,
                           const struct fg_manifest_run *last) {
    const struct fg_manifest_run *const earlier = &line->run;
    char name[NAME_SHOWN], other[NAME_SHOWN];
    if (earlier->of > 1 && !is_replaced(verify, line))
        report(verify, "part %u is there twice: in %s and in %s", last->part,
               shown(earlier->output, name), shown(last->output, other));
    if (have_same_input(earlier, last) &&
        strcmp(earlier->numbers_sha256, last->numbers_sha256) == 0 &&
        strcmp(earlier->output_sha256, last->output_sha256) != 0)
        report(verify, "part %u differs: two runs over the same numbers wrote %s and %s",
               last->part, shown(earlier->output, name), shown(last->output, other));
    if (!is_replaced(verify, line))
        check_output(verify, whole, earlier);
}

/* ---- A whole ---- */

/* Gathers the runs with the key of the line at `first`. */
static void gather(struct verify *verify, size_t first, struct whole *whole) {
    for (size_t i = first; i < verify->count; i++) {
        struct line *const line = &verify->lines[i];
        if (strcmp(line->key, verify->lines[first].key) != 0)
            continue;
        line->taken = true;
        const struct line **const kind = ended_well(&line->run) ? whole->last : whole->failed;
        kind[line->run.part - 1] = line;
    }
}

static void check_part(struct verify *verify, struct whole *whole, unsigned part,
                       const struct fg_manifest_run **reference) {
    const struct line *const last = whole->last[part - 1], *const failed = whole->failed[part - 1];
    if (last == NULL) {
        if (failed != NULL)
            report(verify, "part %u is missing: its run ended with exit status %d", part,
                   failed->run.exit_status);
        else
            report(verify, "part %u is missing", part);
        return;
    }
    for (const struct line *line = verify->lines; line < last; line++)
        if (line->run.part == part && strcmp(line->key, last->key) == 0 && ended_well(&line->run))
            check_repeated(verify, whole, line, &last->run);
    if (*reference == NULL)
        *reference = &last->run;
    else if (!have_same_input(*reference, &last->run))
        report(verify, "part %u differs: it had another input than part %u", part,
               (*reference)->part);
    check_output(verify, whole, &last->run);
}

/* Returns whether the bytes of all parts are those of a run over the whole: arrays, and the Parquet
 * files of the Python package, have a header each, and totals are added up. */
static bool have_joined_bytes(const struct fg_manifest_run *run) {
    return strstr(run->options, "format=npy") == NULL &&
           strstr(run->options, "format=parquet") == NULL &&
           strstr(run->options, " total=yes") == NULL;
}

/* Compares the sums of the parts with a run over the whole, if there is one. */
static void check_sums(struct verify *verify, const struct fg_manifest_run *part, uint64_t numbers,
                       uint64_t bytes) {
    for (size_t i = 0; i < verify->count; i++) {
        const struct fg_manifest_run *const run = &verify->lines[i].run;
        const bool matches = run->of == 1 && ended_well(run) &&
                             run->input_count == part->input_count &&
                             strcmp(run->options, part->options) == 0 && have_same_input(run, part);
        if (!matches || run->numbers != numbers) {
            if (matches)
                report(verify, "the parts have %ju numbers, a run over the whole had %ju",
                       (uintmax_t)numbers, (uintmax_t)run->numbers);
            continue;
        }
        if (run->bytes != bytes && have_joined_bytes(run))
            report(verify, "the parts have %ju bytes, a run over the whole wrote %ju",
                   (uintmax_t)bytes, (uintmax_t)run->bytes);
    }
}

static void print_title(struct verify *verify, const struct fg_manifest_run *run) {
    char name[NAME_SHOWN];
    for (size_t i = 0; i < run->input_count; i++)
        fprintf(verify->out, "%s%s", i > 0 ? " " : "", shown(run->inputs[i].name, name));
    if (run->of > 1)
        fprintf(verify->out, " in %u parts", run->of);
    fprintf(verify->out, " (%s):\n", run->options);
}

/* Sums up, checks the sums, and says what is there. */
static void conclude(struct verify *verify, const struct whole *whole,
                     const struct fg_manifest_run *reference) {
    unsigned there = 0;
    uint64_t numbers = 0, bytes = 0;
    for (unsigned i = 0; i < whole->of; i++) {
        if (whole->last[i] == NULL)
            continue;
        there++;
        numbers += whole->last[i]->run.numbers;
        bytes += whole->last[i]->run.bytes;
    }
    if (there == whole->of && whole->of > 1)
        check_sums(verify, reference, numbers, bytes);
    fprintf(verify->out,
            "  %u of %u part%s, %ju numbers, %ju bytes; %zu output%s checked, %zu not here\n",
            there, whole->of, whole->of == 1 ? "" : "s", (uintmax_t)numbers, (uintmax_t)bytes,
            whole->outputs_checked, whole->outputs_checked == 1 ? "" : "s", whole->outputs_missing);
}

static enum fg_status check_whole(struct verify *verify, size_t first, struct fg_error *error) {
    const struct fg_manifest_run *const run = &verify->lines[first].run;
    const struct fg_manifest_run *reference = NULL;
    struct whole whole = {.of = run->of,
                          .last = calloc(run->of, sizeof(const struct line *)),
                          .failed = calloc(run->of, sizeof(const struct line *))};
    const bool has_memory = whole.last != NULL && whole.failed != NULL;
    if (has_memory) {
        gather(verify, first, &whole);
        print_title(verify, run);
        for (unsigned part = 1; part <= whole.of; part++)
            check_part(verify, &whole, part, &reference);
        conclude(verify, &whole, reference);
    }
    free(whole.last);
    free(whole.failed);
    return has_memory ? FG_OK : fg_program_fail_memory(error);
}

enum fg_status fg_manifest_verify(const char *path, FILE *out, bool *whole,
                                  struct fg_error *error) {
    struct verify verify = {.path = path, .out = out};
    enum fg_status status = read_lines(&verify, error);
    for (size_t i = 0; status == FG_OK && i < verify.count; i++)
        if (!verify.lines[i].taken)
            status = check_whole(&verify, i, error);
    if (status == FG_OK && verify.count == 0)
        report(&verify, "no run is in this manifest");
    *whole = verify.problems == 0;
    if (status == FG_OK && *whole)
        fputs("all parts are there\n", out);
    else if (status == FG_OK)
        fprintf(out, "%zu thing%s wrong\n", verify.problems,
                verify.problems == 1 ? " is" : "s are");
    free_lines(&verify);
    return status;
}
