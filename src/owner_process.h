/* SPDX-License-Identifier: MIT */
/*
 * owner_process.h: the process that made something, told from its forked children without a system
 * call, which takes longer than a batch of one small number.
 */
#ifndef FG_OWNER_PROCESS_H
#define FG_OWNER_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct fg_owner_process {
    pid_t id;
    /* A byte that is 1 in the owner: the kernel empties its page in a child. NULL where the kernel
     * does not do that (before Linux 4.14). */
    unsigned char *mark;
};

/* Makes the calling process the owner. Cannot fail: without a mark each question is a system call.
 */
void fg_owner_process_open(struct fg_owner_process *owner);
/* Releases the mark, in the owner or in a child. */
void fg_owner_process_close(struct fg_owner_process *owner);

/* Returns whether the calling process is the owner. Thread-safe. */
bool fg_owner_process_is_caller(const struct fg_owner_process *owner);

#endif
