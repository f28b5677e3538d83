// SPDX-License-Identifier: MIT
/*
 * control_panel.cpp: the settings of the emulated machine, and what a test can read from it.
 *
 * By the environment a finished program (factor-gpu-emulated) gets the same machines and faults as
 * a test that calls these functions.
 */
#include "machine.h"

#include <cstdlib>
#include <cstring>

namespace fg_emulator {

namespace {

/* The number that `text`, a part of the variable's value, starts with; `*end` is what follows it.
 */
unsigned long long number(const char *variable, const char *text, const char **end) {
    char *rest = nullptr;
    const unsigned long long value = std::strtoull(text, &rest, 10);
    if (rest == text || *text == '-') {
        refuse(variable, text);
    }
    *end = rest;
    return value;
}

/* The variable's whole value as a number, or `otherwise` if it is not set. */
unsigned long long environment(const char *variable, unsigned long long otherwise) {
    const char *const text = std::getenv(variable);
    if (text == nullptr) {
        return otherwise;
    }
    const char *end = nullptr;
    const unsigned long long value = number(variable, text, &end);
    if (*end != '\0') {
        refuse(variable, text);
    }
    return value;
}

/* FG_EMULATED_FAIL="function:k:error[,...]" */
void read_environment_faults(std::vector<Fault> &faults) {
    const char *const variable = "FG_EMULATED_FAIL";
    const char *at = std::getenv(variable);
    while (at != nullptr && *at != '\0') {
        const char *const colon = std::strchr(at, ':');
        if (colon == nullptr) {
            refuse(variable, at);
        }
        Fault fault;
        fault.function.assign(at, colon);
        if (fault.function != any_function) {
            check_function(fault.function.c_str());
        }
        fault.remaining = number(variable, colon + 1, &at);
        if (*at != ':') {
            refuse(variable, at);
        }
        fault.error = static_cast<cudaError_t>(number(variable, at + 1, &at));
        if (*at != ',' && *at != '\0') {
            refuse(variable, at);
        }
        at += *at == ',';
        faults.push_back(fault);
    }
}

/* The machine's settings as new. */
void restore_settings(Machine &m) {
    m.device_count = static_cast<int>(environment("FG_EMULATED_DEVICES", 1));
    m.memory_bytes = environment("FG_EMULATED_MEMORY", std::size_t{1} << 30);
    m.capability = static_cast<int>(environment("FG_EMULATED_CAPABILITY", 90));
    m.capabilities.clear();
    m.compute_mode = static_cast<cudaComputeMode>(
        environment("FG_EMULATED_COMPUTE_MODE", cudaComputeModeDefault));
    m.driver_version = static_cast<int>(environment("FG_EMULATED_DRIVER", CUDART_VERSION));
    m.runtime_version = CUDART_VERSION;
    m.no_kernel_image = environment("FG_EMULATED_NO_IMAGE", 0) != 0;
    m.wrong_answers = environment("FG_EMULATED_WRONG", 0) != 0;
    m.faults.clear();
    m.execution_faults.clear();
    read_environment_faults(m.faults);
    m.after_kernel = nullptr;
    m.after_kernel_context = nullptr;
    m.call_log.clear();
    m.peak_device_bytes = 0;
    m.unpinned_async_copies = 0;
    m.spinning_waits = 0;
    m.diagnosis.clear();
    m.ranges_begun.clear();
    m.ranges_open = 0;
}

/* Drops the present devices with all they hold, and starts new ones. */
void rebuild(Machine &m) {
    for (const std::unique_ptr<Device> &device : m.devices) {
        drop_streams(*device);
        free_device_memory(*device);
    }
    m.devices.clear();
    build_devices(m);
}

} // namespace

Machine &machine() {
    /* Never destroyed: host threads may still hold streams when the program's statics go. */
    static Machine *const the_machine = [] {
        Machine *const made = new Machine;
        restore_settings(*made);
        build_devices(*made);
        return made;
    }();
    return *the_machine;
}

HostThread &host_thread() {
    static thread_local HostThread thread;
    return thread;
}

} // namespace fg_emulator

using fg_emulator::any_function;
using fg_emulator::Machine;
using fg_emulator::machine;

namespace {
using Guard = std::lock_guard<std::recursive_mutex>;
}

void fg_emulator_reset(void) {
    Machine &m = machine();
    const Guard guard(m.lock);
    fg_emulator::restore_settings(m);
    fg_emulator::rebuild(m);
    fg_emulator::host_thread() = fg_emulator::HostThread();
}

void fg_emulator_set_device_count(int count) {
    Machine &m = machine();
    const Guard guard(m.lock);
    m.device_count = count;
    fg_emulator::rebuild(m);
    fg_emulator::host_thread().device = 0;
}

void fg_emulator_set_memory_bytes(size_t bytes) {
    const Guard guard(machine().lock);
    machine().memory_bytes = bytes;
}

void fg_emulator_set_compute_capability(int major, int minor) {
    const Guard guard(machine().lock);
    machine().capability = 10 * major + minor;
}

void fg_emulator_set_compute_capability_of(int device, int major, int minor) {
    const Guard guard(machine().lock);
    machine().capabilities[device] = 10 * major + minor;
}

void fg_emulator_set_compute_mode(enum cudaComputeMode mode) {
    const Guard guard(machine().lock);
    machine().compute_mode = mode;
}

void fg_emulator_set_driver_version(int version) {
    const Guard guard(machine().lock);
    machine().driver_version = version;
}

void fg_emulator_set_runtime_version(int version) {
    const Guard guard(machine().lock);
    machine().runtime_version = version;
}

void fg_emulator_set_no_kernel_image(bool missing) {
    const Guard guard(machine().lock);
    machine().no_kernel_image = missing;
}

void fg_emulator_fail_call(const char *function, unsigned long k, cudaError_t error) {
    const Guard guard(machine().lock);
    fg_emulator::check_function(function);
    machine().faults.push_back({function, k, error});
}

void fg_emulator_fail_any_call(unsigned long k, cudaError_t error) {
    const Guard guard(machine().lock);
    machine().faults.push_back({any_function, k, error});
}

void fg_emulator_fail_execution(unsigned long k, cudaError_t error) {
    const Guard guard(machine().lock);
    machine().execution_faults.push_back({"launch", k, error});
}

void fg_emulator_set_wrong_answers(bool wrong) {
    const Guard guard(machine().lock);
    machine().wrong_answers = wrong;
}

void fg_emulator_after_kernel(fg_emulator_after_kernel_fn *callback, void *context) {
    const Guard guard(machine().lock);
    machine().after_kernel = callback;
    machine().after_kernel_context = context;
}

unsigned long fg_emulator_call_count(void) {
    const Guard guard(machine().lock);
    return machine().call_log.size();
}

unsigned long fg_emulator_calls_of(const char *function) {
    const Guard guard(machine().lock);
    fg_emulator::check_function(function);
    unsigned long count = 0;
    for (const char *const name : machine().call_log) {
        count += std::strcmp(name, function) == 0;
    }
    return count;
}

const char *fg_emulator_call_name(unsigned long i) {
    const Guard guard(machine().lock);
    return i >= 1 && i <= machine().call_log.size() ? machine().call_log[i - 1] : "";
}

struct fg_emulator_live fg_emulator_count_live(void) {
    const Guard guard(machine().lock);
    struct fg_emulator_live live = {};
    for (const fg_emulator::AllocationEntry &entry : machine().allocations) {
        const fg_emulator::Allocation &allocation = entry.second;
        (allocation.pinned ? live.pinned_bytes : live.device_bytes) += allocation.bytes;
        (allocation.pinned ? live.pinned_blocks : live.device_blocks) += 1;
    }
    for (const std::unique_ptr<fg_emulator::Device> &device : machine().devices) {
        for (const std::shared_ptr<CUstream_st> &stream : device->streams) {
            live.streams += !stream->destroyed;
        }
    }
    live.events = machine().events.size();
    live.graphs = machine().graphs.size() + machine().graph_execs.size();
    live.ranges = machine().ranges_open;
    return live;
}

bool fg_emulator_nothing_leaked(void) {
    const struct fg_emulator_live live = fg_emulator_count_live();
    return live.device_blocks == 0 && live.pinned_blocks == 0 && live.streams == 0 &&
           live.events == 0 && live.graphs == 0 && live.ranges == 0;
}

size_t fg_emulator_peak_device_bytes(void) {
    const Guard guard(machine().lock);
    return machine().peak_device_bytes;
}

unsigned long fg_emulator_unpinned_async_copies(void) {
    const Guard guard(machine().lock);
    return machine().unpinned_async_copies;
}

unsigned long fg_emulator_spinning_waits(void) {
    const Guard guard(machine().lock);
    return machine().spinning_waits;
}

unsigned long fg_emulator_kernels_executed(int device) {
    const Guard guard(machine().lock);
    const bool exists = device >= 0 && static_cast<size_t>(device) < machine().devices.size();
    return exists ? machine().devices[static_cast<size_t>(device)]->kernels_executed : 0;
}

size_t fg_emulator_pending_operations(void) {
    const Guard guard(machine().lock);
    size_t pending = 0;
    for (const std::unique_ptr<fg_emulator::Device> &device : machine().devices) {
        pending += device->default_stream->queue.size();
        for (const std::shared_ptr<CUstream_st> &stream : device->streams) {
            pending += stream->queue.size();
        }
    }
    return pending;
}

const char *fg_emulator_diagnosis(void) {
    const Guard guard(machine().lock);
    return machine().diagnosis.c_str();
}
