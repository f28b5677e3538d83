/* SPDX-License-Identifier: MIT */
/*
 * checkpoint.c: reads and writes checkpoints as JSON, with jansson. A file may hold anything, so
 * every member is checked: it must be there, of its type and in its range.
 */
#include "cli/run/checkpoint.h"

#include "text/disk.h"
#include "text/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT "factor-gpu checkpoint"
#define VERSION 1
/* Far more bytes than any checkpoint has: totals have up to 64 rows of 6 KB. */
#define FILE_BYTES_MOST ((size_t)1 << 20)

/* ---- As text ---- */

static bool read_count(const json_t *object, const char *key, uint64_t *count) {
    const json_t *const value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *count = (uint64_t)json_integer_value(value);
    return true;
}

static bool read_flag(const json_t *object, const char *key, bool *flag) {
    const json_t *const value = json_object_get(object, key);
    *flag = json_is_true(value);
    return json_is_boolean(value);
}

/* Reads a string without NUL of at most room - 1 bytes. */
static bool read_text(const json_t *object, const char *key, char *text, size_t room) {
    const json_t *const value = json_object_get(object, key);
    if (!json_is_string(value) || json_string_length(value) >= room)
        return false;
    strcpy(text, json_string_value(value));
    return true;
}

static bool read_digest(const json_t *object, const char *key, char hex[FG_DIGEST_HEX]) {
    return read_text(object, key, hex, FG_DIGEST_HEX) &&
           strspn(hex, "0123456789abcdef") == FG_DIGEST_HEX - 1;
}

/* Reads the totals, if the file has some and they are wanted. False if there is something else in
 * their place. */
static bool read_totals(const json_t *object, struct fg_checkpoint *checkpoint) {
    const json_t *const rows = json_object_get(object, "totals");
    checkpoint->has_tally = false;
    checkpoint->totals_bytes = 0;
    if (rows == NULL)
        return true;
    if (!json_is_string(rows) || strlen(json_string_value(rows)) != json_string_length(rows) ||
        !read_count(object, "totals_bytes", &checkpoint->totals_bytes) ||
        checkpoint->totals_bytes > checkpoint->output_bytes)
        return false;
    checkpoint->has_tally = checkpoint->tally != NULL &&
                            fg_running_tally_parse(checkpoint->tally, json_string_value(rows));
    return true;
}

/* Reads all members. Returns the name of the first wrong one; NULL if all are right. */
static const char *read_members(const json_t *object, struct fg_checkpoint *checkpoint) {
    return !read_text(object, "options", checkpoint->options, sizeof checkpoint->options)
               ? "options"
           : !read_count(object, "numbers", &checkpoint->numbers)               ? "numbers"
           : !read_digest(object, "numbers_sha256", checkpoint->numbers_sha256) ? "numbers_sha256"
           : !read_count(object, "output_bytes", &checkpoint->output_bytes)     ? "output_bytes"
           : !read_digest(object, "tail_sha256", checkpoint->tail_sha256)       ? "tail_sha256"
           : !read_flag(object, "had_bad_token", &checkpoint->had_bad_token)    ? "had_bad_token"
           : !read_flag(object, "had_unreadable", &checkpoint->had_unreadable)  ? "had_unreadable"
           : !read_flag(object, "complete", &checkpoint->complete)              ? "complete"
           : !read_totals(object, checkpoint)                                   ? "totals"
                                                                                : NULL;
}

/* Checks what was read from the file. The message shows only our own words, because the file's
 * bytes may be anything. */
static enum fg_status take_object(const json_t *object, struct fg_checkpoint *checkpoint,
                                  struct fg_error *error) {
    uint64_t version = 0;
    const char *const format = json_string_value(json_object_get(object, "format"));
    if (format == NULL || strcmp(format, FORMAT) != 0)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "it is no checkpoint of this program; give another name");
    if (!read_count(object, "version", &version) || version != VERSION)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "it is a checkpoint of another version of this program, which this "
                               "one cannot read (it reads version %d); remove it to begin again",
                               VERSION);
    const char *const member = read_members(object, checkpoint);
    if (member != NULL)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "it is damaged: '%s' is missing or wrong; remove it to begin again",
                               member);
    return FG_OK;
}

enum fg_status fg_checkpoint_parse(const char *text, size_t size, struct fg_checkpoint *checkpoint,
                                   struct fg_error *error) {
    json_error_t reason;
    json_t *const object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &reason);
    if (object == NULL)
        return fg_program_fail(error, FG_ERROR_ARGUMENT,
                               "it is no checkpoint: no JSON at byte %d; give another name, or "
                               "remove it to begin again",
                               reason.position);
    const enum fg_status status = take_object(object, checkpoint, error);
    json_decref(object);
    return status;
}

/* Sets the members for totals. False if memory is short. */
static bool set_totals(json_t *object, const struct fg_checkpoint *checkpoint) {
    char *const rows = fg_running_tally_print(checkpoint->tally);
    const bool is_set =
        rows != NULL && json_object_set_new(object, "totals", json_string(rows)) == 0 &&
        json_object_set_new(object, "totals_bytes",
                            json_integer((json_int_t)checkpoint->totals_bytes)) == 0;
    free(rows);
    return is_set;
}

char *fg_checkpoint_print(const struct fg_checkpoint *checkpoint) {
    json_t *const object = json_pack(
        "{ss si ss sI ss sI ss sb sb sb}", "format", FORMAT, "version", VERSION, "options",
        checkpoint->options, "numbers", (json_int_t)checkpoint->numbers, "numbers_sha256",
        checkpoint->numbers_sha256, "output_bytes", (json_int_t)checkpoint->output_bytes,
        "tail_sha256", checkpoint->tail_sha256, "had_bad_token", checkpoint->had_bad_token,
        "had_unreadable", checkpoint->had_unreadable, "complete", checkpoint->complete);
    const bool is_made =
        object != NULL && (checkpoint->tally == NULL || set_totals(object, checkpoint));
    char *const text = is_made ? json_dumps(object, JSON_INDENT(2)) : NULL;
    json_decref(object);
    return text;
}

/* ---- On the disk ---- */

/* Reads at most `room` bytes. Returns how many; -1 with errno set. */
static ssize_t read_file(const char *path, char *text, size_t room) {
    size_t size = 0;
    ssize_t got = 1;
    /* Does not wait if a named pipe was put there. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -1;
    while (got > 0 && size < room) {
        got = read(fd, text + size, room - size);
        if (got > 0)
            size += (size_t)got;
        else if (got < 0 && errno == EINTR)
            got = 1;
    }
    const int reason = errno;
    close(fd);
    errno = reason;
    return got < 0 ? -1 : (ssize_t)size;
}

enum fg_status fg_checkpoint_load(const char *path, struct fg_checkpoint *checkpoint, bool *found,
                                  struct fg_error *error) {
    char *const text = malloc(FILE_BYTES_MOST);
    struct fg_error reason = {.status = FG_OK};
    if (text == NULL)
        return fg_program_fail_memory(error);
    const ssize_t size = read_file(path, text, FILE_BYTES_MOST);
    *found = size >= 0;
    if (size < 0 && errno != ENOENT)
        fg_program_fail(&reason, FG_ERROR_ARGUMENT, "%s%s", strerror(errno), fg_disk_advice(errno));
    else if (size >= 0)
        fg_checkpoint_parse(text, (size_t)size, checkpoint, &reason);
    free(text);
    if (reason.status == FG_OK)
        return FG_OK;
    return fg_program_fail(error, reason.status, "checkpoint " FG_PATH ": %.300s",
                           FG_PATH_END(path), reason.message);
}

enum fg_status fg_checkpoint_check_new(const char *path, struct fg_error *error) {
    static const char begin[] = "{\n  \"format\": \"" FORMAT "\"";
    char *name, text[sizeof begin - 1];
    if (asprintf(&name, "%s" FG_CHECKPOINT_NEW, path) < 0)
        return fg_program_fail_memory(error);
    const ssize_t size = read_file(name, text, sizeof text);
    /* A run that was killed may have left a part of one. */
    const bool is_ours = size <= 0 || memcmp(text, begin, (size_t)size) == 0;
    if (!is_ours)
        fg_program_fail(error, FG_ERROR_SYSTEM,
                        FG_PATH " holds something else, but is the name under which the "
                                "checkpoint is written first; move it elsewhere",
                        FG_PATH_END(name));
    free(name);
    return is_ours ? FG_OK : FG_ERROR_SYSTEM;
}

/* Writes a whole file and syncs it to the disk. */
static bool write_file(const char *path, const char *text) {
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return false;
    const bool written = fg_disk_write(fd, text, strlen(text)) && fg_disk_sync(fd);
    const int reason = errno;
    if (close(fd) != 0 && written)
        return false;
    errno = reason;
    return written;
}

/* Replaces the file: writes it as `name`, then renames it to `path`. False with errno set. */
static bool replace_file(const char *path, const char *name, const char *text) {
    if (write_file(name, text) && rename(name, path) == 0)
        return true;
    const int reason = errno;
    unlink(name);
    errno = reason;
    return false;
}

enum fg_status fg_checkpoint_save(const char *path, const struct fg_checkpoint *checkpoint,
                                  struct fg_error *error) {
    char *const text = fg_checkpoint_print(checkpoint);
    char *name = NULL;
    bool saved = false;
    errno = ENOMEM;
    if (text != NULL && asprintf(&name, "%s" FG_CHECKPOINT_NEW, path) >= 0)
        saved = replace_file(path, name, text);
    else
        name = NULL;
    const int reason = errno;
    free(text);
    free(name);
    return saved
               ? FG_OK
               : fg_program_fail(error, FG_ERROR_SYSTEM, "cannot write checkpoint " FG_PATH ": %s",
                                 FG_PATH_END(path), strerror(reason));
}

enum fg_status fg_checkpoint_tail(int fd, uint64_t provisional, uint64_t bytes,
                                  char hex[FG_DIGEST_HEX], struct fg_error *error) {
    uint8_t block[8192];
    uint64_t at = bytes > FG_CHECKPOINT_TAIL_BYTES ? bytes - FG_CHECKPOINT_TAIL_BYTES : 0;
    struct fg_digest digest;
    if (at < provisional)
        at = provisional;
    fg_digest_start(&digest);
    while (at < bytes) {
        const size_t wanted = bytes - at < sizeof block ? (size_t)(bytes - at) : sizeof block;
        const ssize_t got = pread(fd, block, wanted, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = EIO;
        if (got <= 0)
            return fg_program_fail(error, FG_ERROR_SYSTEM, "%s", strerror(errno));
        fg_digest_bytes(&digest, block, (size_t)got);
        at += (uint64_t)got;
    }
    fg_digest_hex(&digest, hex);
    return FG_OK;
}
