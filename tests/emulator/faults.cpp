// SPDX-License-Identifier: MIT
/*
 * faults.cpp: the gate that every runtime call passes.
 *
 * Calls are counted and logged here, and here a test's faults meet the calls they wait for. What a
 * call returned in error stays behind as its host thread's last error.
 */
#include "machine.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

namespace fg_emulator {

namespace {

const char *const function_names[] = {
    "cudaGetDeviceCount",
    "cudaSetDevice",
    "cudaGetDevice",
    "cudaGetDeviceProperties",
    "cudaDeviceGetAttribute",
    "cudaDeviceGetPCIBusId",
    "cudaDriverGetVersion",
    "cudaRuntimeGetVersion",
    "cudaDeviceSynchronize",
    "cudaDeviceReset",
    "cudaFuncGetAttributes",
    "cudaMemGetInfo",
    "cudaMalloc",
    "cudaFree",
    "cudaHostAlloc",
    "cudaMallocHost",
    "cudaFreeHost",
    "cudaMemcpy",
    "cudaMemcpyAsync",
    "cudaMemset",
    "cudaMemsetAsync",
    "cudaStreamCreate",
    "cudaStreamCreateWithFlags",
    "cudaDeviceGetStreamPriorityRange",
    "cudaStreamCreateWithPriority",
    "cudaStreamDestroy",
    "cudaStreamSynchronize",
    "cudaStreamQuery",
    "cudaStreamWaitEvent",
    "cudaLaunchHostFunc",
    "cudaEventCreate",
    "cudaEventCreateWithFlags",
    "cudaEventRecord",
    "cudaEventSynchronize",
    "cudaEventQuery",
    "cudaEventElapsedTime",
    "cudaEventDestroy",
    "cudaStreamBeginCapture",
    "cudaStreamEndCapture",
    "cudaGraphInstantiateWithFlags",
    "cudaGraphLaunch",
    "cudaGraphExecDestroy",
    "cudaGraphDestroy",
    "launch",
};

/* The first fault that this call of `name` has come to; all that wait for it count it. */
cudaError_t count_down(std::vector<Fault> &faults, const char *name) {
    cudaError_t error = cudaSuccess;
    for (auto fault = faults.begin(); fault != faults.end();) {
        if (fault->function != any_function && fault->function != name) {
            ++fault;
            continue;
        }
        const bool always = fault->remaining == 0;
        const bool now = always || fault->remaining == 1;
        if (now && error == cudaSuccess) {
            error = fault->error;
        }
        if (now && !always) {
            fault = faults.erase(fault);
            continue;
        }
        if (!always) {
            fault->remaining--;
        }
        ++fault;
    }
    return error;
}

/* The first word of the file that FG_EMULATED_STATE names; "" if there is none. */
std::string told_state() {
    static const char *const path = std::getenv("FG_EMULATED_STATE");
    std::string word;
    if (path != nullptr) {
        std::ifstream(path) >> word;
    }
    return word;
}

/* Does what another process wants of this device: the call waits, finds no device, or computes
 * wrongly.
 */
bool obey_state(Machine &m) {
    std::string state = told_state();
    while (state == "hangs") {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        state = told_state();
    }
    m.wrong_answers = m.wrong_answers || state == "wrong";
    return state != "gone";
}

bool driver_is_sufficient(const Machine &m) {
    return m.driver_version / 1000 >= m.runtime_version / 1000;
}

} // namespace

void refuse(const char *what, const char *value) {
    std::fprintf(stderr, "emulated device: %s '%s'\n", what, value);
    std::abort();
}

void check_function(const char *name) {
    for (const char *known : function_names) {
        if (std::strcmp(known, name) == 0) {
            return;
        }
    }
    refuse("no such runtime function:", name);
}

cudaError_t enter_call(const char *name, Needs needs) {
    Machine &m = machine();
    if (host_thread().in_host_function) {
        return cudaErrorNotPermitted;
    }
    m.call_log.push_back(name);
    const cudaError_t injected = count_down(m.faults, name);
    if (injected != cudaSuccess) {
        return injected;
    }
    if (needs == Needs::nothing) {
        return cudaSuccess;
    }
    if (!driver_is_sufficient(m)) {
        return cudaErrorInsufficientDriver;
    }
    if (!obey_state(m) || m.devices.empty()) {
        return cudaErrorNoDevice;
    }
    return needs == Needs::working_device ? current_device().sticky_error : cudaSuccess;
}

cudaError_t next_execution_fault() {
    return count_down(machine().execution_faults, "launch");
}

} // namespace fg_emulator

using fg_emulator::machine;

namespace {
using Guard = std::lock_guard<std::recursive_mutex>;
}

cudaError_t cudaPeekAtLastError(void) {
    const Guard guard(machine().lock);
    const cudaError_t last = fg_emulator::host_thread().last_error;
    /* Asking is using the runtime, which does not start without a driver. */
    if (last == cudaSuccess && !fg_emulator::driver_is_sufficient(machine())) {
        return cudaErrorInsufficientDriver;
    }
    return last;
}

cudaError_t cudaGetLastError(void) {
    const cudaError_t last = cudaPeekAtLastError();
    fg_emulator::host_thread().last_error = cudaSuccess;
    return last;
}
