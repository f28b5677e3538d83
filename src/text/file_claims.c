/* SPDX-License-Identifier: MIT */
/*
 * file_claims.c: identities of files, and the comparison of a new claim with those before it.
 */
#include "text/file_claims.h"

#include "text/disk.h"
#include "text/failure.h"
#include "text/operand.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY "'s temporary file "
/* Claims that the list grows by. */
#define GROWTH 16

struct fg_file_claim {
    const char *option; /* "--output"; or what it is, "the input", "standard input" */
    const char *joint;  /* between the option and the path */
    char *path;         /* as the user gave it; NULL for a standard stream */
    bool is_written;
    bool is_stream; /* standard output or error: both may go to one file */
    dev_t device;   /* of the file; of a file to be made, of its folder */
    ino_t inode;
    char *name; /* of a file to be made, in its folder; NULL: the file exists */
};

static void free_claim(struct fg_file_claim *claim) {
    free(claim->path);
    free(claim->name);
}

void fg_file_claims_free(struct fg_file_claims *claims) {
    for (size_t i = 0; i < claims->count; i++)
        free_claim(&claims->list[i]);
    free(claims->list);
    *claims = (struct fg_file_claims){0};
}

/* ---- Identities ---- */

/* Returns the last name of a path. */
static const char *last_name(const char *path) {
    const char *const slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Identifies a file that is to be made. False if that cannot be: its folder is missing. */
static bool identify_new(struct fg_file_claim *claim, bool *is_short_of_memory) {
    struct stat folder;
    char *const path = fg_disk_behind_links(claim->path);
    *is_short_of_memory = path == NULL;
    if (path == NULL)
        return false;
    char *const name = path + (last_name(path) - path);
    claim->name = strdup(name);
    *is_short_of_memory = claim->name == NULL;
    *name = '\0';
    const bool found = stat(*path != '\0' ? path : ".", &folder) == 0;
    free(path);
    if (!found || claim->name == NULL)
        return false;
    claim->device = folder.st_dev;
    claim->inode = folder.st_ino;
    return true;
}

/* Notes a file that is there. False if it has no contents to lose. */
static bool identify(struct fg_file_claim *claim, const struct stat *status) {
    claim->device = status->st_dev;
    claim->inode = status->st_ino;
    return S_ISREG(status->st_mode) || S_ISBLK(status->st_mode);
}

static bool is_same(const struct fg_file_claim *a, const struct fg_file_claim *b) {
    if (a->device != b->device || a->inode != b->inode || (a->name == NULL) != (b->name == NULL))
        return false;
    return a->name == NULL || strcmp(a->name, b->name) == 0;
}

/* ---- Claims ---- */

static const char *shown_path(const struct fg_file_claim *claim) {
    return claim->path != NULL ? claim->path : "";
}

static enum fg_status refuse(const struct fg_file_claim *claim, const struct fg_file_claim *other,
                             struct fg_error *error) {
    return fg_program_fail(error, FG_ERROR_ARGUMENT,
                           "%s%s" FG_PATH " would overwrite %s%s" FG_PATH
                           ": both are one file; name another file for %s",
                           claim->option, claim->joint, FG_PATH_END(shown_path(claim)),
                           other->option, other->joint, FG_PATH_END(shown_path(other)),
                           claim->option);
}

/* Appends the claim, which belongs to the list if that succeeds. */
static enum fg_status append(struct fg_file_claims *claims, const struct fg_file_claim *claim,
                             struct fg_error *error) {
    for (size_t i = 0; claim->is_written && i < claims->count; i++)
        if (is_same(claim, &claims->list[i]) && !(claim->is_stream && claims->list[i].is_stream))
            return refuse(claim, &claims->list[i], error);
    if (claims->count % GROWTH == 0) {
        struct fg_file_claim *const larger =
            realloc(claims->list, (claims->count + GROWTH) * sizeof *claims->list);
        if (larger == NULL)
            return fg_program_fail_memory(error);
        claims->list = larger;
    }
    claims->list[claims->count++] = *claim;
    return FG_OK;
}

/* Claims the file at claim->path. */
static enum fg_status claim_path(struct fg_file_claims *claims, struct fg_file_claim claim,
                                 const char *path, struct fg_error *error) {
    struct stat status;
    bool is_short_of_memory = false;
    claim.path = strdup(path);
    if (claim.path == NULL)
        return fg_program_fail_memory(error);
    const bool exists = stat(path, &status) == 0;
    const bool is_known = exists            ? identify(&claim, &status)
                          : errno == ENOENT ? identify_new(&claim, &is_short_of_memory)
                                            : false;
    enum fg_status end = is_short_of_memory ? fg_program_fail_memory(error) : FG_OK;
    if (end == FG_OK && is_known)
        end = append(claims, &claim, error);
    if (end != FG_OK || !is_known)
        free_claim(&claim);
    return end;
}

/* Claims what a standard stream is. */
static enum fg_status claim_stream(struct fg_file_claims *claims, struct fg_file_claim claim,
                                   int fd, struct fg_error *error) {
    struct stat status;
    if (fstat(fd, &status) != 0 || !identify(&claim, &status))
        return FG_OK;
    return append(claims, &claim, error);
}

static enum fg_status claim_stdin(struct fg_file_claims *claims, struct fg_error *error) {
    const struct fg_file_claim claim = {.option = "standard input", .joint = ""};
    return claim_stream(claims, claim, STDIN_FILENO, error);
}

enum fg_status fg_file_claims_read(struct fg_file_claims *claims, char *const *operands,
                                   size_t operand_count, struct fg_error *error) {
    const struct fg_file_claim claim = {.option = "the input", .joint = " "};
    if (operand_count == 0)
        return claim_stdin(claims, error);
    for (size_t i = 0; i < operand_count; i++) {
        if (fg_operand_is_stdin(operands[i]))
            FG_TRY(claim_stdin(claims, error));
        else if (fg_operand_is_file(operands[i]))
            FG_TRY(claim_path(claims, claim, operands[i], error));
    }
    return FG_OK;
}

enum fg_status fg_file_claims_read_option(struct fg_file_claims *claims, const char *option,
                                          const char *path, struct fg_error *error) {
    const struct fg_file_claim claim = {.option = option, .joint = "="};
    return fg_operand_is_stdin(path) ? claim_stdin(claims, error)
                                     : claim_path(claims, claim, path, error);
}

enum fg_status fg_file_claims_write(struct fg_file_claims *claims, const char *option,
                                    const char *path, struct fg_error *error) {
    const struct fg_file_claim claim = {.option = option, .joint = "=", .is_written = true};
    return claim_path(claims, claim, path, error);
}

enum fg_status fg_file_claims_write_beside(struct fg_file_claims *claims, const char *option,
                                           const char *path, struct fg_error *error) {
    const struct fg_file_claim claim = {.option = option, .joint = TEMPORARY, .is_written = true};
    return claim_path(claims, claim, path, error);
}

enum fg_status fg_file_claims_write_stdout(struct fg_file_claims *claims, struct fg_error *error) {
    const struct fg_file_claim claim = {
        .option = "standard output", .joint = "", .is_written = true, .is_stream = true};
    return claim_stream(claims, claim, STDOUT_FILENO, error);
}

enum fg_status fg_file_claims_write_stderr(struct fg_file_claims *claims, struct fg_error *error) {
    const struct fg_file_claim claim = {
        .option = "standard error", .joint = "", .is_written = true, .is_stream = true};
    return claim_stream(claims, claim, STDERR_FILENO, error);
}
