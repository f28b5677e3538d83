/* SPDX-License-Identifier: MIT */
/*
 * child.h: forked children that are noticed when they die, for `fork` and `pool`.
 *
 * Parent and child hold one end each of a socket pair. However a child ends, the kernel closes its
 * end, and poll() on the parent's end wakes up: no SIGCHLD handler is needed, and children that
 * other code of the process created are left alone. A process that another thread forked between
 * socketpair() and close() may hold a copy of the child's end; for that rare case a parent that
 * polls in vain asks fg_child_has_ended().
 */
#ifndef FG_BACKENDS_CHILD_H
#define FG_BACKENDS_CHILD_H

#include "batch/error.h"
#include <stdatomic.h>
#include <sys/types.h>

struct fg_child {
    pid_t pid;  /* 0: none */
    int socket; /* the parent's end; in the child its own end */
};

/* A child that does not exist. */
static const struct fg_child fg_child_none = {.pid = 0, .socket = -1};

/* Max time that a parent waits before it polls its cancel flag again. */
#define FG_POLL_MS 50

/*
 * Keeps the whole pages of an array out of children forked from now on, or with `hidden` false
 * gives them to later children again. Copying the page tables of large answers can cost more than
 * all else in a fork. A child must not touch a hidden array; it must be visible again before it is
 * freed or moved.
 */
void fg_child_hide(void *array, size_t bytes, bool hidden);

enum fg_role { FG_ROLE_PARENT, FG_ROLE_CHILD };

/*
 * Forks. On FG_OK both processes return, and *role says which one this is. The child dies with the
 * thread that forked it, leaves Ctrl-C to its parent, and must end with _exit(). FG_ERROR_SYSTEM
 * if the system refuses, with *error_number set to errno.
 */
enum fg_status fg_child_fork(struct fg_child *child, enum fg_role *role, int *error_number,
                             struct fg_error *error);

/* Returns whether the child has ended, and only needs to be reaped. Does not wait. */
bool fg_child_has_ended(const struct fg_child *child);

/*
 * Ends a child and reaps it: cuts its line, kills it with `kill_it`, and waits for its end. Without
 * `kill_it` it must have closed its socket. Describes in `how` how the child died ("exit status 1",
 * "signal 9: Killed").
 *
 * If the system does not let this process kill, waits FG_LEAVE_MS for a child that reads the end of
 * its line or the stop flag, and returns false if it lives on: then it may still write to shared
 * memory.
 */
#define FG_LEAVE_MS 5000
bool fg_child_reap(struct fg_child *child, bool kill_it, char *how, size_t how_size);

/*
 * Returns memory, all 0, that children forked from now on share with the parent. A page takes
 * memory once it is written to. NULL, and FG_ERROR_MEMORY in `error`, if the system refuses.
 */
void *fg_child_share(size_t bytes, struct fg_error *error);
void fg_child_unshare(void *memory, size_t bytes); /* NULL is allowed */

/*
 * A flag in memory that children forked from now on share with the parent, false at first. They
 * take it as their method's cancel flag: a parent that may not kill them ends their work with it.
 * NULL, and the reason in `error`, if the system refuses.
 */
atomic_bool *fg_child_stop_create(struct fg_error *error);
void fg_child_stop_destroy(atomic_bool *stop); /* NULL is allowed */

#endif
