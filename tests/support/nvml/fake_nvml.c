/* SPDX-License-Identifier: MIT */
/*
 * fake_nvml.c: a library libnvidia-ml.so.1 for tests, with made-up GPUs. Environment variables,
 * read at every call, say what it answers:
 *
 *   FG_NVML_DEVICES=ID,...   the PCI bus ids of its GPUs; 0000:01:00.0 if not set
 *   FG_NVML_SM=MHZ,...       the answer to the first question for that clock, the second ...; the
 *                            last one stands for all later ones. 1000 if not set. GPU i is slower
 *                            by 100 i
 *   FG_NVML_MEMORY=MHZ,...   likewise; 2000
 *   FG_NVML_CELSIUS=C,...    likewise; 40. GPU i is hotter by 10 i
 *   FG_NVML_MILLIWATTS=..    likewise; 50000
 *   FG_NVML_REASONS=BITS,... likewise; 1 (idle). GPU i has none, if i > 0
 *   FG_NVML_ENERGY=MJ,...    likewise, added to the counter of energy before it is read; 0
 *   FG_NVML_HELD=P:NS        the counter of policy P grows by so much before it is read
 *   FG_NVML_FAIL=F:E,...     function F fails with error E
 *
 * Compiled with FG_NVML_OLD, it lacks what a driver of 2016 did; with FG_NVML_BARE, all that is not
 * needed; with FG_NVML_BROKEN, a function that is.
 */
#include "measure/nvml_interface.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN __attribute__((visibility("default")))
#define DEVICES_MAX 8
#define NVML_ERROR_UNINITIALIZED 1
#define NVML_ERROR_INVALID_ARGUMENT 2
#define NVML_ERROR_NOT_FOUND 6

struct nvmlDevice_st {
    unsigned index;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int initialised;
static atomic_uint calls; /* questions about clocks */

/* Questions so far, by kind and device. */
enum kind { SM, MEMORY, CELSIUS, MILLIWATTS, REASONS, ENERGY, KINDS };
static unsigned asked[KINDS][DEVICES_MAX];
static unsigned long long energy_mj[DEVICES_MAX], held_ns[DEVICES_MAX];

/* For a test in the same process: how often it is initialised, and how many questions it had. */
SHOWN int fg_fake_nvml_initialised(void);
SHOWN unsigned fg_fake_nvml_calls(void);

int fg_fake_nvml_initialised(void) {
    return initialised;
}

unsigned fg_fake_nvml_calls(void) {
    return atomic_load(&calls);
}

/* Returns the error that a function must fail with; 0: none. */
static int failure(const char *function) {
    const char *at = getenv("FG_NVML_FAIL");
    const size_t length = strlen(function);
    while (at != NULL && *at != '\0') {
        if (strncmp(at, function, length) == 0 && at[length] == ':')
            return (int)strtol(at + length + 1, NULL, 10);
        at = strchr(at, ',');
        at = at != NULL ? at + 1 : NULL;
    }
    return 0;
}

/* ---- What every version has ---- */

SHOWN fg_nvml_init_v2 nvmlInit_v2;
SHOWN fg_nvml_shutdown nvmlShutdown;

int nvmlInit_v2(void) {
    const int failed = failure("nvmlInit_v2");
    pthread_mutex_lock(&lock);
    if (failed == 0 && initialised++ == 0) {
        memset(asked, 0, sizeof asked);
        memset(energy_mj, 0, sizeof energy_mj);
        memset(held_ns, 0, sizeof held_ns);
    }
    pthread_mutex_unlock(&lock);
    return failed;
}

int nvmlShutdown(void) {
    pthread_mutex_lock(&lock);
    initialised--;
    pthread_mutex_unlock(&lock);
    return FG_NVML_SUCCESS;
}

#ifndef FG_NVML_BROKEN
static struct nvmlDevice_st devices[DEVICES_MAX] = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}};

SHOWN fg_nvml_device_by_pci_bus_id_v2 nvmlDeviceGetHandleByPciBusId_v2;

int nvmlDeviceGetHandleByPciBusId_v2(const char *id, struct nvmlDevice_st **device) {
    const char *at = getenv("FG_NVML_DEVICES");
    const int failed = failure("nvmlDeviceGetHandleByPciBusId_v2");
    if (failed != 0)
        return failed;
    at = at != NULL ? at : "0000:01:00.0";
    for (unsigned i = 0; i < DEVICES_MAX && *at != '\0'; i++) {
        const size_t length = strcspn(at, ",");
        if (length == strlen(id) && strncmp(at, id, length) == 0) {
            *device = &devices[i];
            return FG_NVML_SUCCESS;
        }
        at += length + (at[length] == ',');
    }
    return NVML_ERROR_NOT_FOUND;
}
#endif

/* ---- What is not needed ---- */

#ifndef FG_NVML_BARE
/* Returns the k-th number of a list, or the last one. */
static unsigned long long number_at(const char *variable, unsigned k,
                                    unsigned long long otherwise) {
    const char *at = getenv(variable);
    if (at == NULL)
        return otherwise;
    for (; k > 0 && strchr(at, ',') != NULL; k--)
        at = strchr(at, ',') + 1;
    return strtoull(at, NULL, 10);
}

/* Answers a question: fails as FG_NVML_FAIL says, or gives the next number. */
static int answer(const char *function, struct nvmlDevice_st *device, enum kind kind,
                  const char *variable, unsigned long long otherwise, unsigned long long *value) {
    const int failed = failure(function);
    if (device == NULL)
        return NVML_ERROR_INVALID_ARGUMENT;
    pthread_mutex_lock(&lock);
    const int result = initialised > 0 ? failed : NVML_ERROR_UNINITIALIZED;
    if (result == FG_NVML_SUCCESS)
        *value = number_at(variable, asked[kind][device->index]++, otherwise);
    pthread_mutex_unlock(&lock);
    return result;
}

SHOWN fg_nvml_error_string nvmlErrorString;
SHOWN fg_nvml_clock_info nvmlDeviceGetClockInfo;
SHOWN fg_nvml_temperature nvmlDeviceGetTemperature;
SHOWN fg_nvml_power_usage nvmlDeviceGetPowerUsage;

const char *nvmlErrorString(int result) {
    static const char *const words[] = {"Success",
                                        "Uninitialized",
                                        "Invalid Argument",
                                        "Not Supported",
                                        "Insufficient Permissions",
                                        "Already Initialized",
                                        "Not Found",
                                        "Insufficient Size",
                                        "Insufficient External Power",
                                        "Driver Not Loaded"};
    return result >= 0 && (size_t)result < sizeof words / sizeof words[0] ? words[result]
                                                                          : "Unknown Error";
}

int nvmlDeviceGetClockInfo(struct nvmlDevice_st *device, int clock, unsigned *mhz) {
    unsigned long long value = 0;
    const int result =
        clock == FG_NVML_CLOCK_SM
            ? answer("nvmlDeviceGetClockInfo", device, SM, "FG_NVML_SM", 1000, &value)
            : answer("nvmlDeviceGetClockInfo", device, MEMORY, "FG_NVML_MEMORY", 2000, &value);
    atomic_fetch_add(&calls, 1);
    if (result == FG_NVML_SUCCESS)
        *mhz = (unsigned)value - 100 * device->index;
    return result;
}

int nvmlDeviceGetTemperature(struct nvmlDevice_st *device, int sensor, unsigned *celsius) {
    unsigned long long value = 0;
    const int result =
        answer("nvmlDeviceGetTemperature", device, CELSIUS, "FG_NVML_CELSIUS", 40, &value);
    if (result == FG_NVML_SUCCESS && sensor == FG_NVML_TEMPERATURE_GPU)
        *celsius = (unsigned)value + 10 * device->index;
    return result;
}

int nvmlDeviceGetPowerUsage(struct nvmlDevice_st *device, unsigned *milliwatts) {
    unsigned long long value = 0;
    const int result =
        answer("nvmlDeviceGetPowerUsage", device, MILLIWATTS, "FG_NVML_MILLIWATTS", 50000, &value);
    if (result == FG_NVML_SUCCESS)
        *milliwatts = (unsigned)value;
    return result;
}

static int reasons_by(const char *function, struct nvmlDevice_st *device,
                      unsigned long long *reasons) {
    unsigned long long value = 0;
    const int result = answer(function, device, REASONS, "FG_NVML_REASONS", 1, &value);
    if (result == FG_NVML_SUCCESS)
        *reasons = device->index == 0 ? value : 0;
    return result;
}

#ifdef FG_NVML_OLD
SHOWN fg_nvml_clocks_reasons nvmlDeviceGetCurrentClocksThrottleReasons;

int nvmlDeviceGetCurrentClocksThrottleReasons(struct nvmlDevice_st *device,
                                              unsigned long long *reasons) {
    return reasons_by("nvmlDeviceGetCurrentClocksThrottleReasons", device, reasons);
}
#else
SHOWN fg_nvml_clocks_reasons nvmlDeviceGetCurrentClocksEventReasons;
SHOWN fg_nvml_total_energy nvmlDeviceGetTotalEnergyConsumption;
SHOWN fg_nvml_violation_status nvmlDeviceGetViolationStatus;

int nvmlDeviceGetCurrentClocksEventReasons(struct nvmlDevice_st *device,
                                           unsigned long long *reasons) {
    return reasons_by("nvmlDeviceGetCurrentClocksEventReasons", device, reasons);
}

int nvmlDeviceGetTotalEnergyConsumption(struct nvmlDevice_st *device,
                                        unsigned long long *millijoules) {
    unsigned long long value = 0;
    const int result =
        answer("nvmlDeviceGetTotalEnergyConsumption", device, ENERGY, "FG_NVML_ENERGY", 0, &value);
    if (result == FG_NVML_SUCCESS)
        *millijoules = energy_mj[device->index] += value;
    return result;
}

int nvmlDeviceGetViolationStatus(struct nvmlDevice_st *device, int policy,
                                 struct fg_nvml_violation_time *time) {
    const char *const held = getenv("FG_NVML_HELD");
    const int failed = failure("nvmlDeviceGetViolationStatus");
    if (failed != 0)
        return failed;
    if (held != NULL && strtol(held, NULL, 10) == policy)
        held_ns[device->index] += strtoull(strchr(held, ':') + 1, NULL, 10);
    time->reference_us = 0;
    time->violation_ns =
        held != NULL && strtol(held, NULL, 10) == policy ? held_ns[device->index] : 0;
    return FG_NVML_SUCCESS;
}
#endif
#endif
