/* SPDX-License-Identifier: MIT */
/*
 * process.c: children that are found in PATH, spawned and waited for.
 */
#include "process.h"

#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int fg_bench_make_file(void) {
    FILE *const file = tmpfile();
    return file != NULL ? fileno(file) : -1;
}

static bool is_installed(const char *program) {
    const char *path = getenv("PATH");
    for (; path != NULL && *path != '\0'; path += strspn(path, ":")) {
        char candidate[4096];
        const int length = (int)strcspn(path, ":");
        snprintf(candidate, sizeof candidate, "%.*s/%s", length, path, program);
        if (access(candidate, X_OK) == 0)
            return true;
        path += length;
    }
    return false;
}

bool fg_bench_have_program(struct fg_bench *bench, const char *program, const char *package) {
    if (is_installed(program))
        return true;
    fg_bench_note(bench, "%s is left out: not installed (Debian package %s)", program, package);
    return false;
}

static bool spawn(const char *const arguments[], int input, int output, pid_t *child) {
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    bool spawned = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) == 0 &&
                   posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) == 0;
    char *copies[FG_BENCH_ARGUMENTS_MAX] = {NULL};
    for (int i = 0; i < FG_BENCH_ARGUMENTS_MAX - 1 && arguments[i] != NULL; i++)
        copies[i] = strdup(arguments[i]);
    spawned = spawned && copies[0] != NULL &&
              posix_spawnp(child, copies[0], &actions, NULL, copies, environ) == 0;
    for (int i = 0; i < FG_BENCH_ARGUMENTS_MAX; i++)
        free(copies[i]);
    posix_spawn_file_actions_destroy(&actions);
    return spawned;
}

bool fg_bench_run_program(const char *const arguments[], int input, int output) {
    pid_t child;
    int status;
    if (lseek(input, 0, SEEK_SET) == 0 && lseek(output, 0, SEEK_SET) == 0 &&
        spawn(arguments, input, output, &child) && waitpid(child, &status, 0) == child &&
        status == 0)
        return true;
    fprintf(stderr, "%s failed\n", arguments[0]);
    return false;
}

bool fg_bench_same_files(int left, int right, bool partial) {
    struct stat of_left, of_right;
    if (fstat(left, &of_left) != 0 || fstat(right, &of_right) != 0)
        return false;
    const off_t shorter = of_left.st_size < of_right.st_size ? of_left.st_size : of_right.st_size;
    if (shorter == 0 || (!partial && of_left.st_size != of_right.st_size))
        return false;
    const size_t size = (size_t)shorter;
    void *const a = mmap(NULL, size, PROT_READ, MAP_SHARED, left, 0);
    void *const b = mmap(NULL, size, PROT_READ, MAP_SHARED, right, 0);
    const bool same = a != MAP_FAILED && b != MAP_FAILED && memcmp(a, b, size) == 0;
    if (a != MAP_FAILED)
        munmap(a, size);
    if (b != MAP_FAILED)
        munmap(b, size);
    return same;
}
