/* SPDX-License-Identifier: MIT */
/*
 * range_listener.c: a profiler for toolkit_range_test: a library that NVTX loads if the variable
 * NVTX_INJECTION64_PATH names it. It writes "+name payload" to standard output for a range that
 * begins and "-" for one that ends.
 */
#include <nvtx3/nvToolsExt.h>
#include <stdio.h>

static int depth;

static int range_begins(const nvtxEventAttributes_t *attributes) {
    printf("+%s %llu\n", attributes->message.ascii,
           (unsigned long long)attributes->payload.ullValue);
    return depth++;
}

static int range_ends(void) {
    puts("-");
    return --depth;
}

/* The function that NVTX calls; returns 1 if the profiler listens. */
__attribute__((visibility("default"))) int
InitializeInjectionNvtx2(NvtxGetExportTableFunc_t tables);

int InitializeInjectionNvtx2(NvtxGetExportTableFunc_t tables) {
    const NvtxExportTableCallbacks *const callbacks = tables(NVTX_ETID_CALLBACKS);
    NvtxFunctionTable functions = NULL;
    unsigned int count = 0;
    if (callbacks == NULL ||
        !callbacks->GetModuleFunctionTable(NVTX_CB_MODULE_CORE, &functions, &count) ||
        count <= NVTX_CBID_CORE_RangePushEx || count <= NVTX_CBID_CORE_RangePop)
        return 0;
    *functions[NVTX_CBID_CORE_RangePushEx] = (NvtxFunctionPointer)range_begins;
    *functions[NVTX_CBID_CORE_RangePop] = (NvtxFunctionPointer)range_ends;
    return 1;
}
