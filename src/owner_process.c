/* SPDX-License-Identifier: MIT */
/*
 * owner_process.c: a page that the kernel empties when the process forks.
 */
#include "owner_process.h"

#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* Memory is mapped in whole pages. */
#define MARK_BYTES 1

void fg_owner_process_open(struct fg_owner_process *owner) {
    owner->id = getpid();
    owner->mark = NULL;
#ifdef MADV_WIPEONFORK
    void *const page =
        mmap(NULL, MARK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return;
    if (madvise(page, MARK_BYTES, MADV_WIPEONFORK) != 0) {
        munmap(page, MARK_BYTES);
        return;
    }
    owner->mark = page;
    *owner->mark = 1;
#endif
}

void fg_owner_process_close(struct fg_owner_process *owner) {
    if (owner->mark != NULL)
        munmap(owner->mark, MARK_BYTES);
    owner->mark = NULL;
}

bool fg_owner_process_is_caller(const struct fg_owner_process *owner) {
    return owner->mark != NULL ? *owner->mark != 0 : owner->id == getpid();
}
