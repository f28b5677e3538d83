/* SPDX-License-Identifier: MIT */
/*
 * row_common.c: memory and a file that forked processes inherit.
 */
#include "compare/row_common.h"

#include "text/failure.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t *map_shared(size_t count) {
    void *const memory = mmap(NULL, count * sizeof(uint64_t), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

enum fg_status fg_row_common_make(const struct fg_compare_request *request,
                                  struct fg_row_common *common, struct fg_error *error) {
    *common = (struct fg_row_common){.request = request,
                                     .input = map_shared(request->count),
                                     .made_up = map_shared(FG_COMPARE_MADE_UP_MAX),
                                     .reference = memfd_create("reference", MFD_CLOEXEC)};
    if (common->input == NULL || common->made_up == NULL)
        return fg_program_fail_memory(error);
    if (common->reference < 0)
        return fg_program_fail(error, FG_ERROR_SYSTEM,
                               "no file in memory for the answers that all rows are held against "
                               "(%s); try a larger ulimit -n",
                               strerror(errno));
    memcpy(common->input, request->numbers, request->count * sizeof *common->input);
    fg_cpu_energy_open(&common->cpu_energy,
                       request->powercap != NULL ? request->powercap : FG_CPU_ENERGY_ROOT);
    return FG_OK;
}

void fg_row_common_free(struct fg_row_common *common) {
    if (common->input != NULL)
        munmap(common->input, common->request->count * sizeof *common->input);
    if (common->made_up != NULL)
        munmap(common->made_up, FG_COMPARE_MADE_UP_MAX * sizeof *common->made_up);
    if (common->reference >= 0)
        close(common->reference);
    fg_cpu_energy_close(&common->cpu_energy);
    *common = (struct fg_row_common){.reference = -1};
}
