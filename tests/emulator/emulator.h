/* SPDX-License-Identifier: MIT */
/*
 * emulator.h: the control panel of the emulated CUDA device.
 *
 * A test sets here what machine the program meets (devices, memory, driver), what goes wrong and
 * when, and afterwards reads what the program did. The emulator stands in for the CUDA headers and
 * runtime, so that every CUDA line runs where there is no GPU, under sanitizers and gcov. It is
 * test code: nothing it computes is a result of a GPU.
 *
 * What it keeps of a real device: work is enqueued and runs at the latest possible moment, the next
 * synchronisation that covers it, so a forgotten one shows as stale data; fresh memory is filled
 * with garbage (its first MiB); allocations are heap blocks of their own, so that a sanitizer sees
 * an overrun; a failed kernel makes every later call on its device fail until cudaDeviceReset().
 * cudaFree waits for its device, cudaFreeHost and cudaStreamDestroy wait for nothing. A host
 * function (cudaLaunchHostFunc) makes what is before it in its stream run soon, in a thread of the
 * emulator's own; it is not called once its device has failed, and no runtime call succeeds in it.
 * A graph is made by stream capture from kernels, copies and clearings; a node that comes after no
 * other of those left may run before all of them, and the one captured last does.
 * What it doesn't keep: blocks run one after another, threads of a block switch only at barriers,
 * and a host pointer given to a kernel works; with FG_PTX, kernels run by the PTX that nvcc made of
 * them, and neither holds (tests/ptx/README.md). Per-thread default streams, dynamic shared memory
 * and copies to symbols are left out.
 *
 * Every function may be called from several threads. Names of functions are CUDA's ("cudaMalloc");
 * a kernel launch counts as a call named "launch"; cudaGetLastError, cudaPeekAtLastError,
 * cudaGetErrorName and cudaGetErrorString are not counted and never fail.
 */
#ifndef FG_EMULATOR_H
#define FG_EMULATOR_H

#include <cuda_runtime_api.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Multiprocessors of a device: few, so that a grid sized by them is quick to emulate. */
#define FG_EMULATED_MULTIPROCESSORS 4

/*
 * A machine as new: everything allocated is gone, faults, log and counters are empty, and the
 * machine is one device of 1 GiB with capability 9.0, driver and runtime 13.0, unless these
 * environment variables say otherwise (which also hold without a call of this function):
 *
 *   FG_EMULATED_DEVICES=N        number of devices
 *   FG_EMULATED_MEMORY=BYTES     memory of each device
 *   FG_EMULATED_CAPABILITY=MN    the devices' compute capability, M.N
 *   FG_EMULATED_COMPUTE_MODE=N   as fg_emulator_set_compute_mode(N)
 *   FG_EMULATED_DRIVER=VERSION   the driver's version as in 12040; 0: no driver is installed
 *   FG_EMULATED_FAIL=F:K:E[,...] the K-th call of F fails with error number E; F may be "any"
 *   FG_EMULATED_NO_IMAGE=1       as fg_emulator_set_no_kernel_image(true)
 *   FG_EMULATED_PASSED=1         engines of factor-gpu-emulated do not test devices
 *   FG_EMULATED_WRONG=1          as fg_emulator_set_wrong_answers(true)
 *   FG_EMULATED_STATE=FILE       a file that is read at every call. If it begins with "hangs", the
 * call waits until it no longer does; "gone": there is no device any more; "wrong": as
 * fg_emulator_set_wrong_answers(true) from then on
 *
 * The calling thread's current device becomes 0 and its last error cudaSuccess.
 */
void fg_emulator_reset(void);

/* ---- The machine ---- */

/* Sets how many devices there are; 0: a driver without a device. Devices that go lose their memory.
 */
void fg_emulator_set_device_count(int count);
/* Sets the memory of each device. Earlier allocations stay. */
void fg_emulator_set_memory_bytes(size_t bytes);
void fg_emulator_set_compute_capability(int major, int minor);
/* Sets that of one device, which it keeps. */
void fg_emulator_set_compute_capability_of(int device, int major, int minor);
/* Sets what cudaDevAttrComputeMode says; every process may still use the device. */
void fg_emulator_set_compute_mode(enum cudaComputeMode mode);
/*
 * Set the versions as CUDA numbers them (1000 * major + 10 * minor). With driver 0 none is
 * installed; a driver whose major version is below the runtime's is too old. Both give
 * cudaErrorInsufficientDriver.
 */
void fg_emulator_set_driver_version(int version);
void fg_emulator_set_runtime_version(int version);
/* Makes launches and cudaFuncGetAttributes fail with cudaErrorNoKernelImageForDevice, as they do on
 * a device of a compute capability below 7.0: the kernels are taken for PTX of 7.0. */
void fg_emulator_set_no_kernel_image(bool missing);

/* ---- What goes wrong ---- */

/*
 * Makes the k-th call of `function` from now on fail with `error` (k counts from 1; 0: every call).
 * The failing call has no effect, except that cudaFree, cudaFreeHost, cudaStreamDestroy and
 * cudaEventDestroy still release their object, as CUDA's do when they report an earlier error. The
 * current device is not marked as failed. Several such faults may wait at once.
 */
void fg_emulator_fail_call(const char *function, unsigned long k, cudaError_t error);

/* Makes the k-th call of any function fail. */
void fg_emulator_fail_any_call(unsigned long k, cudaError_t error);

/*
 * Makes the k-th launch from now on fail when it executes, although it is accepted. The
 * synchronisation that runs it returns `error`, and so does every later call on that device until
 * cudaDeviceReset().
 */
void fg_emulator_fail_execution(unsigned long k, cudaError_t error);

/*
 * Flips a bit after each kernel: bit 1 of the 64-bit word at byte offset 16 (0 if the buffer is
 * shorter than 24 bytes) of the launch's buffer, see struct fg_emulator_launch. An odd number stays
 * odd, so that the checked preconditions of the arithmetic still hold.
 */
void fg_emulator_set_wrong_answers(bool wrong);

/*
 * A kernel that has just been executed. Its buffer is the largest device allocation (of several,
 * the oldest) into which an argument, or a member of a struct argument, points; null if there is
 * none.
 */
struct fg_emulator_launch {
    int device;
    const void *kernel; /* its function */
    dim3 grid, block;
    int priority; /* of the stream that it, or its graph, was launched on; the lowest is first */
    void *buffer;
    size_t buffer_bytes;
};

/*
 * Calls `callback` after each kernel. It may read and write device memory through plain pointers
 * and read and set this control panel (short of fg_emulator_reset and
 * fg_emulator_set_device_count), but not call the CUDA runtime. Null: no callback.
 */
typedef void fg_emulator_after_kernel_fn(const struct fg_emulator_launch *launch, void *context);
void fg_emulator_after_kernel(fg_emulator_after_kernel_fn *callback, void *context);

/* ---- What the program did ---- */

/* Calls since the last reset, of any kind and of one function. */
unsigned long fg_emulator_call_count(void);
unsigned long fg_emulator_calls_of(const char *function);
/* The name of the i-th call, i in 1 .. fg_emulator_call_count(). */
const char *fg_emulator_call_name(unsigned long i);

/* The resources that are in use now. All zero: nothing leaked. */
struct fg_emulator_live {
    size_t device_bytes, device_blocks;
    size_t pinned_bytes, pinned_blocks;
    size_t streams, events;
    size_t graphs; /* and those made ready to be launched */
    size_t ranges; /* of NVTX, begun and not ended */
};
struct fg_emulator_live fg_emulator_count_live(void);
bool fg_emulator_nothing_leaked(void);

/* Returns the number of NVTX ranges of this name that were begun since the last reset. */
unsigned long fg_emulator_ranges_begun(const char *name);

/* The max of the device memory in use at once on all devices together, since the last reset. */
size_t fg_emulator_peak_device_bytes(void);
/* Asynchronous copies that were not asynchronous, because the host's memory was not pinned. */
unsigned long fg_emulator_unpinned_async_copies(void);
/* Waits for work that was not done yet in which a real runtime polls in a loop: of a stream or a
 * device, and of an event without cudaEventBlockingSync. */
unsigned long fg_emulator_spinning_waits(void);
/* Kernels executed on a device. */
unsigned long fg_emulator_kernels_executed(int device);
/* Enqueued operations, on all devices, that nothing has made run yet. */
size_t fg_emulator_pending_operations(void);
/* Why the last kernel failed by itself (a deadlock, a wrong mask), in words; "" if none did. */
const char *fg_emulator_diagnosis(void);

#ifdef __cplusplus
}
#endif

#endif
