/* SPDX-License-Identifier: MIT */
/*
 * environment_json.c: unknown values are null.
 */
#include "measure/environment_json.h"

struct fg_json_object fg_build_json(const struct fg_build_info *build) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "name", fg_json_string("factor-gpu"));
    fg_json_set(&object, "version", fg_json_string(build->version));
    fg_json_set(&object, "git_revision", fg_json_string(build->git_revision));
    fg_json_set(&object, "compiler", fg_json_string(build->compiler));
    fg_json_set(&object, "build_type", fg_json_string(build->build_type));
    fg_json_set(&object, "cuda_toolkit", fg_json_string(build->cuda_toolkit));
    fg_json_set(&object, "cuda_architectures", fg_json_string(build->cuda_architectures));
    return object;
}

struct fg_json_object fg_device_json(const struct fg_device *device) {
    struct fg_json_object object = fg_json_object_begin();
    char capability[2 * sizeof "-2147483648"];
    snprintf(capability, sizeof capability, "%d.%d", device->capability_major,
             device->capability_minor);
    fg_json_set(&object, "index", json_integer(device->index));
    fg_json_set(&object, "name", fg_json_string(device->name));
    fg_json_set(&object, "capability", fg_json_string(capability));
    fg_json_set(&object, "multiprocessors", json_integer(device->multiprocessor_count));
    fg_json_set(&object, "memory_bytes", fg_json_integer(device->memory_bytes));
    fg_json_set(&object, "pci_bus_id",
                device->pci_bus_id[0] != '\0' ? fg_json_string(device->pci_bus_id) : json_null());
    fg_json_set(&object, "driver_version", json_integer(device->driver_version));
    fg_json_set(&object, "runtime_version", json_integer(device->runtime_version));
    fg_json_set(&object, "usable", json_boolean(device->usable));
    fg_json_set(&object, "reason", device->usable ? json_null() : fg_json_string(device->reason));
    return object;
}

struct fg_json_object fg_environment_json(const struct fg_environment *environment) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "cpu", fg_json_string(environment->cpu_model));
    fg_json_set(&object, "usable_cpus", json_integer(environment->cpus.usable));
    fg_json_set(&object, "allowed_cpus", json_integer(environment->cpus.allowed));
    fg_json_set(&object, "cpu_quota",
                environment->cpus.quota > 0 ? json_real(environment->cpus.quota) : json_null());
    fg_json_set(&object, "cpu_scan", fg_json_string(environment->cpu_variant));
    fg_json_set(&object, "system", fg_json_string(environment->system));
    json_t *devices = json_array();
    for (size_t i = 0; i < environment->device_count; i++)
        fg_json_append_object(&object, devices, fg_device_json(&environment->devices[i]));
    fg_json_set(&object, "gpus", devices);
    fg_json_set(&object, "gpu_reason",
                environment->device_count > 0 ? json_null()
                                              : fg_json_string(environment->gpu_reason));
    return object;
}
