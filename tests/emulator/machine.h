/* SPDX-License-Identifier: MIT */
/*
 * machine.h: the emulated machine's state, shared by the emulator's source files.
 *
 * One machine, one lock: every runtime call holds it from start to end, kernels included, so host
 * threads meet the devices one at a time. So do the host functions of cudaLaunchHostFunc. The lock
 * is recursive because a callback of a test, which runs inside a call, may use the control panel.
 */
#ifndef FG_EMULATOR_MACHINE_H
#define FG_EMULATOR_MACHINE_H

#include "emulator.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace fg_emulator {

/* "When `stream` has executed its first `position` operations." */
struct Mark {
    std::shared_ptr<CUstream_st> stream;
    std::uint64_t position = 0;
};

struct Operation {
    std::vector<Mark> after; /* run these first, besides all before it in its own stream */
    std::function<cudaError_t()> run;
};

/* An operation of a graph. */
struct Node {
    bool is_kernel = false;
    std::function<cudaError_t(cudaError_t fault, int priority)> run;
    std::vector<std::size_t> after; /* indices of the nodes that come before it */
};

/* A graph while streams are captured. */
struct Capture {
    CUstream_st *origin = nullptr; /* the stream in which it began and must end */
    bool invalidated = false;
    bool ended = false;
    std::vector<Node> nodes;
};

struct Allocation {
    std::size_t bytes = 0;
    int device = 0; /* pinned host memory: the device that was current */
    bool pinned = false;
    std::uint64_t serial = 0; /* rises with age: the smaller, the older */
};

struct Device {
    int ordinal = 0;
    cudaError_t sticky_error = cudaSuccess; /* what a failed kernel left behind */
    std::shared_ptr<CUstream_st> default_stream;
    std::vector<std::shared_ptr<CUstream_st>> streams; /* created ones; destroyed ones until idle */
    std::size_t used_bytes = 0;
    unsigned long kernels_executed = 0;
};

/* A fault that waits for its call: `remaining` counts down to 1; 0 means every call. */
struct Fault {
    std::string function;
    unsigned long remaining = 0;
    cudaError_t error = cudaSuccess;
};

struct Machine {
    std::recursive_mutex lock;

    int device_count = 1;
    std::size_t memory_bytes = 0;
    int capability = 0;              /* 10 * major + minor */
    std::map<int, int> capabilities; /* of devices that have one of their own */
    cudaComputeMode compute_mode = cudaComputeModeDefault;
    int driver_version = 0, runtime_version = 0;
    bool no_kernel_image = false;

    std::vector<Fault> faults, execution_faults;
    bool wrong_answers = false;
    fg_emulator_after_kernel_fn *after_kernel = nullptr;
    void *after_kernel_context = nullptr;

    std::vector<std::unique_ptr<Device>> devices;
    std::map<std::uintptr_t, Allocation> allocations; /* by first byte */
    std::map<CUevent_st *, std::unique_ptr<CUevent_st>> events;
    std::map<CUgraph_st *, std::unique_ptr<CUgraph_st>> graphs;
    std::map<CUgraphExec_st *, std::shared_ptr<CUgraphExec_st>> graph_execs;
    std::uint64_t allocation_serial = 0;

    /* Marks behind host functions, which a thread of the emulator's own runs the streams up to. */
    std::deque<Mark> urgent;
    std::condition_variable_any urgent_added;
    bool has_runner = false;

    std::vector<const char *> call_log;
    std::size_t peak_device_bytes = 0;
    unsigned long unpinned_async_copies = 0;
    unsigned long spinning_waits = 0;
    std::string diagnosis;

    std::map<std::string, unsigned long> ranges_begun; /* of NVTX, by name */
    std::size_t ranges_open = 0;
};

/* The one machine; made, and told what the environment says, at first use. */
Machine &machine();

/* The calling host thread's own part of the runtime. */
struct HostThread {
    int device = 0;
    cudaError_t last_error = cudaSuccess;
    bool in_host_function = false; /* which must not call the runtime */
    int range_depth = 0;           /* open ranges of NVTX */
};
HostThread &host_thread();

/* ---- faults.cpp: how every runtime call begins and ends ---- */

/* The preconditions of a call. */
enum class Needs {
    nothing,       /* it answers without a driver */
    driver,        /* it answers on a machine whose device has failed */
    working_device /* it fails with the current device's sticky error */
};

/* Counts the call and returns the error that it must fail with, cudaSuccess if it may go on. */
cudaError_t enter_call(const char *name, Needs needs);

/* Keeps an error as the thread's last one, as every runtime call does with what it returns. */
inline cudaError_t leave_call(cudaError_t error) {
    if (error != cudaSuccess) {
        host_thread().last_error = error;
    }
    return error;
}

template <class Body> cudaError_t call(const char *name, Needs needs, Body body) {
    const std::lock_guard<std::recursive_mutex> guard(machine().lock);
    const cudaError_t error = enter_call(name, needs);
    return leave_call(error == cudaSuccess ? body() : error);
}

/* A call that gives something back does so whatever else it reports. */
template <class Body> cudaError_t release_call(const char *name, Body body) {
    const std::lock_guard<std::recursive_mutex> guard(machine().lock);
    const cudaError_t error = enter_call(name, Needs::working_device);
    const cudaError_t released = body();
    return leave_call(error == cudaSuccess ? released : error);
}

/* Stands for every function in a fault. */
constexpr const char *any_function = "any";
/* Stops the program and names the value, if a test asks for an impossible setting. */
[[noreturn]] void refuse(const char *what, const char *value);
/* Refuse a misspelt name, which would wait for ever and let its test pass for nothing. */
void check_function(const char *name);

/* The error that the next execution of a kernel must fail with. */
cudaError_t next_execution_fault();

/* ---- memory.cpp ---- */

using AllocationEntry = std::map<std::uintptr_t, Allocation>::value_type;

/* The live allocation that holds `address`; null if none does. */
const AllocationEntry *find_allocation(std::uintptr_t address);
/* Frees everything that was allocated while `device` was current. */
void free_device_memory(Device &device);

/* ---- streams.cpp ---- */

/* A stream handle's stream, null for a dead handle; the null handle is the current device's own. */
std::shared_ptr<CUstream_st> find_stream(cudaStream_t handle);
/* Returns whether anything is enqueued on the device. */
bool is_busy(const Device &device);
Device &device_of(const CUstream_st &stream);
/* Appends an operation; ordering with the default stream included. */
void enqueue(const std::shared_ptr<CUstream_st> &stream, std::function<cudaError_t()> run,
             std::vector<Mark> after = {});
/* Execute all that a stream, or a device, has enqueued; the result is the device's sticky error. */
cudaError_t run_stream(const std::shared_ptr<CUstream_st> &stream);
cudaError_t run_device(Device &device);
/* Makes a device's streams and events vanish with their pending work. */
void drop_streams(Device &device);

Device &current_device();
/* 10 * major + minor of a device. */
int capability_of(int device);
/* Returns whether kernels run on the current device. */
bool has_code();
/* Gives a machine without devices as many as its settings say. */
void build_devices(Machine &m);

} /* namespace fg_emulator */

/* The structs behind CUDA's opaque handles. */

struct CUstream_st {
    int device = 0;
    bool blocking = true; /* takes turns with the device's default stream */
    bool is_default = false;
    bool destroyed = false; /* the program has destroyed it, but it still has work to do */
    int priority = 0;
    std::uint64_t enqueued = 0, executed = 0;
    std::deque<fg_emulator::Operation> queue;
    std::shared_ptr<fg_emulator::Capture> capture; /* null: it is not captured */
    std::vector<std::size_t> reached;              /* nodes that its next one comes after */
};

struct CUevent_st {
    struct Recording {
        fg_emulator::Mark mark;
        std::chrono::steady_clock::time_point time;
    };
    int device = 0;
    bool timing = true;
    bool blocking_sync = false;
    std::shared_ptr<Recording> recording;          /* the latest; null: never recorded */
    std::shared_ptr<fg_emulator::Capture> capture; /* that it was recorded in; null: none */
    std::vector<std::size_t> reached;              /* nodes of the capture that it comes after */
};

struct CUgraph_st {
    int device = 0;
    std::vector<fg_emulator::Node> nodes;
};

struct CUgraphExec_st {
    int device = 0;
    std::vector<fg_emulator::Node> nodes;
};

#endif
