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

#define MADE_UP_BYTES (FG_COMPARE_MADE_UP_MAX * sizeof(struct fg_uint128))

static size_t input_bytes(const struct fg_compare_request *request) {
    return request->count *
           (request->wide_numbers != NULL ? sizeof(struct fg_uint128) : sizeof(uint64_t));
}

static void *map_shared(size_t bytes) {
    void *const memory =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

enum fg_status fg_row_common_make(const struct fg_compare_request *request,
                                  struct fg_row_common *common, struct fg_error *error) {
    *common = (struct fg_row_common){.request = request,
                                     .input = fg_compare_list(request, 0, request->count),
                                     .memory = map_shared(input_bytes(request)),
                                     .made_up = map_shared(MADE_UP_BYTES),
                                     .reference = memfd_create("reference", MFD_CLOEXEC)};
    if (common->memory == NULL || common->made_up == NULL)
        return fg_program_fail_memory(error);
    if (common->reference < 0)
        return fg_program_fail(error, FG_ERROR_SYSTEM,
                               "no file in memory for the answers that all rows are held against "
                               "(%s); try a larger ulimit -n",
                               strerror(errno));
    const bool wide = request->wide_numbers != NULL;
    memcpy(common->memory, wide ? (const void *)request->wide_numbers : request->numbers,
           input_bytes(request));
    if (wide)
        common->input.wide_list = common->memory;
    else
        common->input.list = common->memory;
    fg_cpu_energy_open(&common->cpu_energy,
                       request->powercap != NULL ? request->powercap : FG_CPU_ENERGY_ROOT);
    return FG_OK;
}

void fg_row_common_free(struct fg_row_common *common) {
    if (common->memory != NULL)
        munmap(common->memory, input_bytes(common->request));
    if (common->made_up != NULL)
        munmap(common->made_up, MADE_UP_BYTES);
    if (common->reference >= 0)
        close(common->reference);
    fg_cpu_energy_close(&common->cpu_energy);
    *common = (struct fg_row_common){.reference = -1};
}
