/*
 * output_file.c: checks before any work, the temporary name, and the renaming.
 *
 * The lock is fcntl()'s, not flock()'s: that one would stay with the worker processes of a run that
 * was killed, for as long as they take to notice, and refuse the run that takes over.
 */
#include "cli/output/output_file.h"

#include "text/operand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a path in a message: its end. */
#define SHOWN 256

__attribute__((format(printf, 3, 4))) static bool fail(char message[FG_OUTPUT_FILE_MESSAGE],
                                                       const char *path, const char *format, ...) {
    const size_t length = strlen(path);
    int used = snprintf(message, FG_OUTPUT_FILE_MESSAGE,
                        "cannot write %s%s: ", length > SHOWN ? "..." : "",
                        length > SHOWN ? path + length - SHOWN : path);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message + used, FG_OUTPUT_FILE_MESSAGE - (size_t)used, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether an operand is this file. Numbers are no files, and what is missing is no file yet. */
static bool is_operand(const char *operand, const struct stat *status) {
    struct stat input;
    if (fg_operand_is_stdin(operand))
        return fstat(STDIN_FILENO, &input) == 0 && is_same(&input, status);
    return !fg_operand_is_number(operand) && stat(operand, &input) == 0 && is_same(&input, status);
}

static const char *find_operand(char *const *operands, size_t count, const struct stat *status) {
    for (size_t i = 0; i < count; i++)
        if (is_operand(operands[i], status))
            return operands[i];
    return count == 0 && is_operand("-", status) ? "-" : NULL;
}

/* Whether reading and writing would meet; says so. */
static bool is_input(const char *path, char *const *operands, size_t count,
                     const struct stat *status, char message[FG_OUTPUT_FILE_MESSAGE]) {
    const char *const operand =
        S_ISREG(status->st_mode) ? find_operand(operands, count, status) : NULL;
    if (operand == NULL)
        return false;
    fail(message, path, "it is also read, as %s; give the output another name",
         fg_operand_is_stdin(operand) ? "standard input" : "an operand");
    return true;
}

/* What stands at the path: fills in path and what is to be kept. */
static bool look_at(struct fg_output_file *file, const char *path, char *const *operands,
                    size_t operand_count, bool *direct, char message[FG_OUTPUT_FILE_MESSAGE]) {
    struct stat status;
    *direct = false;
    if (stat(path, &status) != 0) {
        struct stat link;
        if (errno != ENOENT)
            return fail(message, path, "%s", strerror(errno));
        if (lstat(path, &link) == 0)
            return fail(message, path, "it is a symbolic link to nothing");
        file->path = strdup(path);
        return file->path != NULL || fail(message, path, "%s", strerror(ENOMEM));
    }
    if (S_ISDIR(status.st_mode))
        return fail(message, path, "it is a directory");
    if (is_input(path, operands, operand_count, &status, message))
        return false;
    *direct = !S_ISREG(status.st_mode);
    if (*direct)
        file->path = strdup(path);
    else if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
        file->path = realpath(path, NULL);
    if (file->path == NULL)
        return fail(message, path, "%s", strerror(errno));
    file->existed = true;
    file->mode = status.st_mode & 0777;
    file->owner = status.st_uid;
    file->group = status.st_gid;
    return true;
}

/* Locks what was opened. False with errno set: EAGAIN where somebody else has it, ESTALE where he
 * has finished it meanwhile and the name is another file's or nobody's. */
static bool lock_part(const struct fg_output_file *file) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct stat opened, named;
    if (fcntl(file->fd, F_SETLK, &lock) != 0) {
        errno = errno == EACCES ? EAGAIN : errno;
        return false;
    }
    if (fstat(file->fd, &opened) == 0 && stat(file->part_path, &named) == 0 &&
        is_same(&opened, &named))
        return true;
    errno = ESTALE;
    return false;
}

static bool open_part(struct fg_output_file *file, char *const *operands, size_t operand_count,
                      char message[FG_OUTPUT_FILE_MESSAGE]) {
    const char *const name = file->part_path;
    /* Never readable for more people than FILE will be. */
    const mode_t mode = file->existed ? (file->mode & 0666) | 0600 : 0666;
    struct stat status;
    if (stat(name, &status) == 0 && is_input(name, operands, operand_count, &status, message))
        return false;
    do {
        if (file->fd >= 0)
            close(file->fd);
        /* Not waiting where somebody has put a named pipe. */
        file->fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
        if (file->fd < 0)
            return fail(message, name, "%s",
                        errno == ELOOP ? "it is a symbolic link" : strerror(errno));
        if (fstat(file->fd, &status) != 0 || !S_ISREG(status.st_mode))
            return fail(message, name, "it is not a regular file");
        errno = 0;
    } while (!lock_part(file) && errno == ESTALE);
    if (errno == EAGAIN)
        return fail(message, name, "another run is writing it; wait for its end or stop it");
    return errno == 0 || fail(message, name, "it cannot be locked: %s", strerror(errno));
}

static bool open_directly(struct fg_output_file *file, char message[FG_OUTPUT_FILE_MESSAGE]) {
    file->fd = open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return file->fd >= 0 || fail(message, file->path, "%s", strerror(errno));
}

bool fg_output_file_open(struct fg_output_file *file, const char *path, char *const *operands,
                         size_t operand_count, char message[FG_OUTPUT_FILE_MESSAGE]) {
    bool direct;
    *file = (struct fg_output_file){.fd = -1};
    if (!look_at(file, path, operands, operand_count, &direct, message))
        return false;
    if (direct)
        return open_directly(file, message);
    if (asprintf(&file->part_path, "%s.part", file->path) < 0) {
        file->part_path = NULL;
        return fail(message, path, "%s", strerror(ENOMEM));
    }
    return open_part(file, operands, operand_count, message);
}

bool fg_output_file_is(const struct fg_output_file *file, const char *path) {
    struct stat other, mine;
    if (strcmp(path, file->path) == 0 ||
        (file->part_path != NULL && strcmp(path, file->part_path) == 0))
        return true;
    return stat(path, &other) == 0 && ((stat(file->path, &mine) == 0 && is_same(&mine, &other)) ||
                                       (fstat(file->fd, &mine) == 0 && is_same(&mine, &other)));
}

bool fg_output_file_is_read(const char *path, char *const *operands, size_t operand_count) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
           find_operand(operands, operand_count, &status) != NULL;
}

/* As far as this user may: then the new file is his, as if he had removed the old one. */
static bool take_over_attributes(const struct fg_output_file *file) {
    if (!file->existed)
        return true;
    (void)!fchown(file->fd, file->owner, file->group);
    return fchmod(file->fd, file->mode) == 0;
}

/* The new name is on the disk too; where a file system has no such thing, all is done. */
static void sync_folder(const char *path) {
    const char *const slash = strrchr(path, '/');
    char *const folder =
        slash == NULL ? strdup(".") : strndup(path, slash > path ? (size_t)(slash - path) : 1);
    const int fd = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(folder);
    if (fd < 0)
        return;
    (void)!fsync(fd);
    close(fd);
}

bool fg_output_file_finish(struct fg_output_file *file) {
    if (file->part_path != NULL) {
        if (fsync(file->fd) != 0 || !take_over_attributes(file) ||
            rename(file->part_path, file->path) != 0)
            return false;
        sync_folder(file->path);
    }
    const int fd = file->fd;
    file->fd = -1;
    return close(fd) == 0 || file->part_path != NULL; /* which is on the disk whatever this says */
}

void fg_output_file_discard(struct fg_output_file *file) {
    if (file->part_path != NULL)
        unlink(file->part_path);
}

void fg_output_file_close(struct fg_output_file *file) {
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    free(file->part_path);
    *file = (struct fg_output_file){.fd = -1};
}
