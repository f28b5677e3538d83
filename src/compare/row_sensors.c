/* SPDX-License-Identifier: MIT */
/*
 * row_sensors.c: finds the GPUs of a row by their PCI bus ids, and adds energy up.
 */
#include "compare/row_sensors.h"

#include "measure/clock.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lists the first devices, up to the one that is the row's: each device that is listed takes time
 * and memory. Returns how many; 0 if that fails, with the reason. */
static size_t list_devices(const struct fg_config *config,
                           struct fg_device devices[FG_ENVIRONMENT_DEVICES_MAX], char *reason,
                           size_t size) {
    size_t wanted = 1, exist = 0;
    for (size_t i = 0; i < config->device_count; i++)
        if ((size_t)config->devices[i] >= wanted)
            wanted = (size_t)config->devices[i] + 1;
    for (; wanted <= FG_ENVIRONMENT_DEVICES_MAX; wanted++) {
        struct fg_error error = {FG_OK, ""};
        if (fg_list_devices(devices, wanted, &exist, &error) != FG_OK) {
            snprintf(reason, size, "%.300s", error.message);
            return 0;
        }
        if (config->devices != NULL || devices[wanted - 1].usable || wanted >= exist)
            return wanted < exist ? wanted : exist;
    }
    snprintf(reason, size, "the device's number is above %d", FG_ENVIRONMENT_DEVICES_MAX - 1);
    return 0;
}

static bool is_used(const struct fg_config *config, const struct fg_device *device) {
    if (config->devices == NULL)
        return device->usable; /* the last one listed, and the only one that is usable */
    for (size_t i = 0; i < config->device_count; i++)
        if (config->devices[i] == device->index)
            return true;
    return false;
}

/* Watches the GPUs that the configuration names, or the first that is usable. */
static void open_gpus(struct fg_row_sensors *sensors, const struct fg_config *config) {
    static struct fg_device devices[FG_ENVIRONMENT_DEVICES_MAX]; /* larger than a stack may be */
    const char *ids[FG_ENVIRONMENT_DEVICES_MAX];
    size_t used = 0;
    const size_t listed = list_devices(config, devices, sensors->reason, sizeof sensors->reason);
    for (size_t i = 0; i < listed; i++)
        if (is_used(config, &devices[i]))
            ids[used++] = devices[i].pci_bus_id;
    if (listed > 0)
        sensors->gpu = fg_gpu_state_open(ids, used, sensors->reason, sizeof sensors->reason);
}

void fg_row_sensors_open(struct fg_row_sensors *sensors, const struct fg_cpu_energy *cpu,
                         const struct fg_config *config) {
    *sensors = (struct fg_row_sensors){.cpu = cpu};
    if (fg_backend_get_properties(config->backend)->uses_devices)
        open_gpus(sensors, config);
}

void fg_row_sensors_close(struct fg_row_sensors *sensors) {
    fg_gpu_state_close(sensors->gpu);
    sensors->gpu = NULL;
}

double fg_row_sensors_min_s(const struct fg_row_sensors *sensors) {
    if (sensors->gpu != NULL && !isnan(fg_gpu_state_energy_j(sensors->gpu)))
        return FG_COMPARE_ENERGY_GPU_S;
    return sensors->cpu->package_count > 0 ? FG_COMPARE_ENERGY_CPU_S : 0;
}

void fg_row_sensors_mark(const struct fg_row_sensors *sensors, struct fg_row_energy_mark *mark) {
    mark->gpu_j = sensors->gpu != NULL ? fg_gpu_state_energy_j(sensors->gpu) : NAN;
    fg_cpu_energy_read(sensors->cpu, &mark->cpu);
    mark->now_s = fg_clock_s(CLOCK_MONOTONIC);
}

struct fg_compare_energy fg_row_sensors_since(const struct fg_row_sensors *sensors,
                                              const struct fg_row_energy_mark *mark,
                                              size_t run_count) {
    struct fg_row_energy_mark now;
    fg_row_sensors_mark(sensors, &now);
    const double window_s = now.now_s - mark->now_s;
    if (window_s < (isnan(now.gpu_j) ? FG_COMPARE_ENERGY_CPU_S : FG_COMPARE_ENERGY_GPU_S))
        return (struct fg_compare_energy){0};
    const struct fg_compare_energy energy = {
        .run_count = run_count,
        .window_s = window_s,
        .cpu_j = fg_cpu_energy_between(sensors->cpu, &mark->cpu, &now.cpu, window_s),
        /* The counter is smaller if the driver was loaded anew. */
        .gpu_j = now.gpu_j >= mark->gpu_j ? now.gpu_j - mark->gpu_j : NAN,
    };
    const bool known = !isnan(energy.cpu_j) || !isnan(energy.gpu_j);
    return known ? energy : (struct fg_compare_energy){0};
}
