/* SPDX-License-Identifier: MIT */
/*
 * device.c: finding devices. A build with CUDA starts on any machine. If something is missing, this
 * file says what, and the remedy, in one sentence.
 */
#include "gpu/device.h"

#include "gpu/driver_library.h"
#include "gpu/vendor.h"
#include "kernels/images.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum fg_status fg_gpu_check(int result, const char *call, struct fg_error *error) {
    if (result == cudaSuccess)
        return FG_OK;
    const cudaError_t code = (cudaError_t)result;
    cudaGetLastError(); /* a failed call must not show up again at the next launch */
    return fg_fail(error, FG_ERROR_DEVICE, "%s (%s) from %.200s", cudaGetErrorString(code),
                   cudaGetErrorName(code), call);
}

/* Explains that the driver shows no device. */
static enum fg_status explain_no_device(struct fg_error *error) {
    const char *const visible = getenv("CUDA_VISIBLE_DEVICES");
    char path[280];
    if (fg_gpu_forbidden_file("/dev", path, sizeof path))
        return fg_fail(error, FG_ERROR_UNAVAILABLE,
                       "no GPU: the NVIDIA driver shows no device to this process, which may not "
                       "open %.250s; see its owner and group",
                       path);
    return fg_fail(error, FG_ERROR_UNAVAILABLE,
                   "no GPU: the NVIDIA driver shows no device to this process%s%.100s%s",
                   visible != NULL ? " (CUDA_VISIBLE_DEVICES is '" : "",
                   visible != NULL ? visible : "", visible != NULL ? "')" : "");
}

/* Remedies for what keeps CUDA from starting with a driver that is new enough. */
static const struct {
    cudaError_t result;
    const char *words;
} remedies[] = {
    {cudaErrorDevicesUnavailable, "another process has the device for itself; see nvidia-smi"},
    {cudaErrorOperatingSystem, "see whether this process may open /dev/nvidia*"},
    {cudaErrorNotPermitted, "see whether this process may open /dev/nvidia*"},
    {cudaErrorSystemNotReady, "start the service nvidia-fabricmanager"},
    {cudaErrorSystemDriverMismatch,
     "the driver's module in the kernel and its library differ; restart the machine"},
    {cudaErrorCompatNotSupportedOnDevice,
     "this GPU cannot use CUDA's compatibility package; update the driver"},
    {cudaErrorUnknown, "see whether the module nvidia-uvm is loaded, and nvidia-smi"},
};

static enum fg_status explain_start(cudaError_t result, struct fg_error *error) {
    const char *words = "see nvidia-smi and the kernel's log";
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (remedies[i].result == result)
            words = remedies[i].words;
    return fg_fail(error, FG_ERROR_UNAVAILABLE, "no GPU: CUDA failed to start: %s (%s); %s",
                   cudaGetErrorString(result), cudaGetErrorName(result), words);
}

/* Explains the `result` of cudaGetDeviceCount(). */
static enum fg_status explain_count(cudaError_t result, struct fg_error *error) {
    int driver = 0, runtime = 0;
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    cudaGetLastError();
    if (driver == 0)
        return fg_gpu_explain_no_driver(error);
    if (result == cudaErrorInsufficientDriver)
        return fg_fail(
            error, FG_ERROR_UNAVAILABLE,
            "no GPU: the NVIDIA driver is too old: it supports CUDA %d.%d and this build "
            "needs %d.%d; update the driver",
            driver / 1000, driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10);
    if (result == cudaErrorNoDevice || result == cudaSuccess)
        return explain_no_device(error);
    return explain_start(result, error);
}

enum fg_status fg_gpu_count_devices(int *count, struct fg_error *error) {
    *count = 0;
    const cudaError_t result = cudaGetDeviceCount(count);
    if (result == cudaSuccess && *count > 0)
        return FG_OK;
    *count = 0;
    return explain_count(result, error);
}

/* Advises on a build that has no code for the device. CUDA 12 is the last that compiles for compute
 * capabilities before 7.5. */
static void advise_a_build(const struct fg_device *device, char *advice, size_t size) {
    const int capability = 10 * device->capability_major + device->capability_minor;
    if (capability < 75 && device->runtime_version >= 13000)
        snprintf(advice, size, "build with CUDA 12, the last that compiles for it");
    else
        snprintf(advice, size, "configure with -DCMAKE_CUDA_ARCHITECTURES=%d", capability);
}

/* An image of the build, and what the current device says of it. */
static const struct {
    const char *name;
    cudaError_t (*loads)(void);
} images[] = {
#define FG_IMAGE_ENTRY(name) {#name, FG_KERNEL_IMAGE_FUNCTION(name)},
    FG_KERNEL_IMAGES(FG_IMAGE_ENTRY)
#undef FG_IMAGE_ENTRY
};

static bool lacks_code(cudaError_t result) {
    return result == cudaErrorNoKernelImageForDevice || result == cudaErrorInvalidDeviceFunction ||
           result == cudaErrorUnsupportedPtxVersion;
}

/* Says why a device has no code: the driver compiles PTX only of its own toolkit or an older one.
 */
static void explain_no_code(cudaError_t result, const struct fg_device *device, const char *image,
                            char *reason, size_t size) {
    const char *const built = fg_library_build_info()->cuda_architectures;
    char advice[80];
    advise_a_build(device, advice, sizeof advice);
    if (result == cudaErrorUnsupportedPtxVersion)
        snprintf(reason, size,
                 "this driver is too old to compile the PTX of this build for compute capability "
                 "%d.%d; update the driver, or %s",
                 device->capability_major, device->capability_minor, advice);
    else
        snprintf(reason, size,
                 "this build has no code for compute capability %d.%d (%s.cu has %.100s); %s",
                 device->capability_major, device->capability_minor, image,
                 built != NULL ? built : "none", advice);
}

/* Returns whether the current device can load every kernel; if not, the reason in `reason`. */
static bool kernels_load(const struct fg_device *device, char *reason, size_t size) {
    cudaError_t result = cudaSuccess;
    const char *name = NULL;
    for (size_t i = 0; result == cudaSuccess && i < sizeof images / sizeof *images; i++) {
        name = images[i].name;
        result = images[i].loads();
    }
    if (result == cudaSuccess)
        return true;
    cudaGetLastError();
    if (lacks_code(result))
        explain_no_code(result, device, name, reason, size);
    else
        snprintf(reason, size, "it cannot load the kernels of %s.cu: %s (%s)", name,
                 cudaGetErrorString(result), cudaGetErrorName(result));
    return false;
}

static enum fg_status ask_runtime(int index, struct fg_device *device,
                                  struct cudaDeviceProp *properties, struct fg_error *error) {
    FG_TRY(FG_CUDA(cudaGetDeviceProperties(properties, index), error));
    FG_TRY(FG_CUDA(cudaDriverGetVersion(&device->driver_version), error));
    return FG_CUDA(cudaRuntimeGetVersion(&device->runtime_version), error);
}

void fg_gpu_describe_device(int index, struct fg_device *device) {
    *device = (struct fg_device){.index = index};
    struct cudaDeviceProp properties;
    struct fg_error error;
    if (ask_runtime(index, device, &properties, &error) != FG_OK) {
        snprintf(device->reason, sizeof device->reason, "%.250s", error.message);
        return;
    }
    snprintf(device->name, sizeof device->name, "%s", properties.name);
    device->capability_major = properties.major;
    device->capability_minor = properties.minor;
    device->multiprocessor_count = properties.multiProcessorCount;
    device->memory_bytes = properties.totalGlobalMem;
    snprintf(device->pci_bus_id, sizeof device->pci_bus_id, "%04x:%02x:%02x.0",
             (unsigned)properties.pciDomainID, (unsigned)properties.pciBusID,
             (unsigned)properties.pciDeviceID);
    if (FG_CUDA(cudaSetDevice(index), &error) != FG_OK) /* busy in exclusive mode, for one */
        snprintf(device->reason, sizeof device->reason, "%.250s", error.message);
    else
        device->usable = kernels_load(device, device->reason, sizeof device->reason);
}

/* Returns how messages call the device: by its name, if the runtime gave one. */
static const char *name_of(const struct fg_device *device) {
    return *device->name != '\0' ? device->name : "without a name";
}

enum fg_status fg_gpu_first_usable(int *index, struct fg_error *error) {
    int count;
    FG_TRY(fg_gpu_count_devices(&count, error));
    struct fg_device device = {0};
    for (*index = 0; *index < count; ++*index) {
        fg_gpu_describe_device(*index, &device);
        if (device.usable)
            return FG_OK;
    }
    return fg_fail(error, FG_ERROR_UNAVAILABLE, "no usable GPU: device %d (%.60s): %.300s",
                   device.index, name_of(&device), device.reason);
}

/* Returns whether code for one architecture runs on a device of compute capability `capability`, as
 * in 90. Machine code serves later minor versions of its major one, and PTX all later ones; names
 * with a letter, as "90a", are for that capability alone. */
static bool one_runs_on(unsigned long architecture, const char *suffix, unsigned long capability,
                        bool compiles_ptx) {
    const bool compiled = strstr(suffix, "-virtual") == NULL;
    const bool has_ptx = strstr(suffix, "-real") == NULL;
    if (*suffix == 'a' || *suffix == 'f')
        return architecture == capability && (compiled || compiles_ptx);
    const bool same_major = architecture / 10 == capability / 10;
    return architecture <= capability && ((compiled && same_major) || (has_ptx && compiles_ptx));
}

bool fg_gpu_code_runs_on(const char *architectures, int major, int minor, bool compiles_ptx) {
    const unsigned long capability = 10 * (unsigned long)major + (unsigned long)minor;
    const char *at = architectures + strspn(architectures, " ");
    while (*at != '\0') {
        char *end, suffix[16];
        const unsigned long architecture = strtoul(at, &end, 10);
        const size_t length = strcspn(end, " ");
        snprintf(suffix, sizeof suffix, "%.*s", (int)length, end);
        if (end == at || one_runs_on(architecture, suffix, capability, compiles_ptx))
            return true;
        at = end + length + strspn(end + length, " ");
    }
    return false;
}

/* Returns whether the driver compiles PTX of the build's toolkit. */
static bool driver_compiles_ptx(void) {
    int driver = 0, runtime = 0;
    return cudaDriverGetVersion(&driver) == cudaSuccess &&
           cudaRuntimeGetVersion(&runtime) == cudaSuccess && driver >= runtime;
}

static bool is_expected_to_run(int index) {
    int mode = 0, major = 0, minor = 0;
    return cudaDeviceGetAttribute(&mode, cudaDevAttrComputeMode, index) == cudaSuccess &&
           mode != cudaComputeModeProhibited &&
           cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, index) ==
               cudaSuccess &&
           cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, index) ==
               cudaSuccess &&
           fg_gpu_code_runs_on(fg_library_build_info()->cuda_architectures, major, minor,
                               driver_compiles_ptx());
}

int fg_gpu_first_expected(void) {
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess)
        return -1;
    for (int i = 0; i < count; i++)
        if (is_expected_to_run(i))
            return i;
    return -1;
}

/*
 * Results a clock of a multiprocessor, FP64 and 32-bit multiply-add of integers ("Throughput of
 * Native Arithmetic Instructions" in NVIDIA's CUDA C++ Programming Guide): 64 and 64 for 9.0 and
 * 10.0; 32 and 64 for 7.0 and 8.0; 2 and 64 for 7.5, 8.6, 8.9, 12.0 and, by its FP64 rate, 10.3.
 */
bool fg_gpu_has_fast_doubles(int major, int minor) {
    return (major == 9 || major == 10) && minor == 0;
}

enum fg_status fg_gpu_require_device(int index, struct fg_error *error) {
    int count;
    FG_TRY(fg_gpu_count_devices(&count, error));
    if (index < 0 || index >= count)
        return fg_fail(error, FG_ERROR_UNAVAILABLE,
                       "there is no CUDA device %d; this machine has %d, numbered from 0", index,
                       count);
    struct fg_device device;
    fg_gpu_describe_device(index, &device);
    if (!device.usable)
        return fg_fail(error, FG_ERROR_UNAVAILABLE, "CUDA device %d (%.60s): %s", index,
                       name_of(&device), device.reason);
    return FG_OK;
}
