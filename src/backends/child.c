/* SPDX-License-Identifier: MIT */
/*
 * child.c: forks a child with a socket to its parent, and notices and reaps a dead one.
 */
#include "backends/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* Resets a handler inherited from the program, which the child must not run. A signal that is
 * ignored (under nohup, say) stays ignored. */
static void drop_handler(int number) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        signal(number, SIG_DFL);
}

/* Prepares a child's signals: it dies with the parent, and only the parent decides what Ctrl-C
 * means. */
static void settle_child(pid_t parent) {
    signal(SIGINT, SIG_IGN);
    drop_handler(SIGTERM);
    drop_handler(SIGHUP);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent) /* it died before the call above */
        _exit(1);
}

enum fg_status fg_child_fork(struct fg_child *child, enum fg_role *role, int *error_number,
                             struct fg_error *error) {
    *child = fg_child_none;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        *error_number = errno;
        return fg_fail(
            error, FG_ERROR_SYSTEM,
            "no socket for a worker process (%s); try a smaller --jobs, a larger ulimit -n, or "
            "--backend=threads",
            strerror(errno));
    }
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) {
        *error_number = errno;
        close(ends[0]);
        close(ends[1]);
        return fg_fail(error, FG_ERROR_SYSTEM,
                       "a worker process could not be forked (%s); try a smaller --jobs, or "
                       "--backend=threads",
                       strerror(*error_number));
    }
    *role = pid == 0 ? FG_ROLE_CHILD : FG_ROLE_PARENT;
    const int mine = pid == 0 ? 1 : 0;
    close(ends[1 - mine]);
    *child = (struct fg_child){.pid = pid, .socket = ends[mine]};
    if (pid == 0)
        settle_child(parent);
    return FG_OK;
}

void fg_child_hide(void *array, size_t bytes, bool hidden) {
#ifdef MADV_DONTFORK
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t skip = (page - (uintptr_t)array % page) % page; /* to the first whole page */
    if (array == NULL || bytes < skip + page)
        return;
    /* Advice: if it is refused, forks only take longer. */
    madvise((unsigned char *)array + skip, (bytes - skip) / page * page,
            hidden ? MADV_DONTFORK : MADV_DOFORK);
#else
    (void)array;
    (void)bytes;
    (void)hidden;
#endif
}

bool fg_child_has_ended(const struct fg_child *child) {
    siginfo_t info = {0};
    const int result = waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT);
    return result == 0 ? info.si_pid == child->pid : errno == ECHILD;
}

static pid_t reap(pid_t pid, int *state, int options) {
    pid_t reaped;
    do
        reaped = waitpid(pid, state, options);
    while (reaped < 0 && errno == EINTR);
    return reaped;
}

/* Reaps a child that should end soon. Returns 0 if it lives on after FG_LEAVE_MS. */
static pid_t reap_soon(pid_t pid, int *state) {
    pid_t reaped = reap(pid, state, WNOHANG);
    for (int waited_ms = 0; reaped == 0 && waited_ms < FG_LEAVE_MS; waited_ms++) {
        const struct timespec millisecond = {0, 1000000};
        nanosleep(&millisecond, NULL);
        reaped = reap(pid, state, WNOHANG);
    }
    return reaped;
}

bool fg_child_reap(struct fg_child *child, bool kill_it, char *how, size_t how_size) {
    if (child->pid == 0)
        return true;
    /* Other children may have a copy of this end: closing it alone would not cut the line. */
    shutdown(child->socket, SHUT_RDWR);
    close(child->socket);
    int state = 0;
    const bool surely_ends = !kill_it || kill(child->pid, SIGKILL) == 0;
    const pid_t reaped = surely_ends ? reap(child->pid, &state, 0) : reap_soon(child->pid, &state);
    if (reaped == 0)
        snprintf(how, how_size, "it could not be killed");
    else if (reaped < 0)
        snprintf(how, how_size, "no exit status: %s", strerror(errno));
    else if (WIFSIGNALED(state))
        snprintf(how, how_size, "signal %d: %s", WTERMSIG(state), strsignal(WTERMSIG(state)));
    else
        snprintf(how, how_size, "exit status %d", WEXITSTATUS(state));
    *child = fg_child_none;
    return reaped != 0;
}

void *fg_child_share(size_t bytes, struct fg_error *error) {
    void *const memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory != MAP_FAILED)
        return memory;
    fg_fail_memory(error, bytes);
    return NULL;
}

void fg_child_unshare(void *memory, size_t bytes) {
    if (memory != NULL)
        munmap(memory, bytes);
}

atomic_bool *fg_child_stop_create(struct fg_error *error) {
    return fg_child_share(sizeof(atomic_bool), error);
}

void fg_child_stop_destroy(atomic_bool *stop) {
    fg_child_unshare(stop, sizeof *stop);
}
