/* SPDX-License-Identifier: MIT */
/*
 * environment.c: reads /proc/cpuinfo, uname, the clock, and what the library says about itself,
 * the CPUs and the GPUs.
 */
#include "measure/environment.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

/* The value of a "key<blanks>: value" line, cut at its end; NULL if the line has another key. */
static const char *cpuinfo_value(char *line, const char *key) {
    const size_t length = strlen(key);
    if (strncmp(line, key, length) != 0)
        return NULL;
    const char *value = line + length;
    value += strspn(value, " \t");
    if (*value != ':')
        return NULL;
    value++;
    value += strspn(value, " \t");
    line[strcspn(line, "\r\n")] = '\0';
    return *value != '\0' ? value : NULL;
}

void fg_environment_read_cpu_model(FILE *cpuinfo, const char *machine, char *model, size_t size) {
    /* x86, then boards and POWER; arm64 servers have only "CPU part". */
    static const char *const keys[] = {"model name", "Model", "cpu", "Hardware", "CPU part"};
    enum { KEY_COUNT = sizeof keys / sizeof keys[0] };
    size_t best = KEY_COUNT;
    snprintf(model, size, "%s", machine);

    char line[1024];
    while (best > 0 && cpuinfo != NULL && fgets(line, sizeof line, cpuinfo) != NULL) {
        for (size_t k = 0; k < best; k++) {
            const char *value = cpuinfo_value(line, keys[k]);
            if (value == NULL)
                continue;
            best = k;
            if (k == KEY_COUNT - 1)
                snprintf(model, size, "%s, CPU part %s", machine, value);
            else
                snprintf(model, size, "%s", value);
            break;
        }
    }
}

void fg_environment_describe(struct fg_environment *environment) {
    memset(environment, 0, sizeof *environment);

    struct utsname system = {0};
    uname(&system);
    snprintf(environment->system, sizeof environment->system, "%.60s %.120s %.60s", system.sysname,
             system.release, system.machine);
    FILE *cpuinfo = fopen("/proc/cpuinfo", "r");
    fg_environment_read_cpu_model(cpuinfo, system.machine, environment->cpu_model,
                                  sizeof environment->cpu_model);
    if (cpuinfo != NULL)
        fclose(cpuinfo);
    fg_count_cpus(&environment->cpus);

    const time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc) != NULL)
        strftime(environment->date, sizeof environment->date, "%Y-%m-%dT%H:%M:%SZ", &utc);

    environment->cpu_variant = fg_cpu_variant();
    environment->build = fg_library_build_info();
    snprintf(environment->gpu_reason, sizeof environment->gpu_reason,
             "not part of this comparison");
}

void fg_environment_add_gpus(struct fg_environment *environment) {
    struct fg_error error = {FG_OK, ""};
    size_t count = 0;
    const enum fg_status status =
        fg_list_devices(environment->devices, FG_ENVIRONMENT_DEVICES_MAX, &count, &error);
    environment->gpu_reason[0] = '\0';
    if (status == FG_OK && count > 0) {
        environment->device_count =
            count < FG_ENVIRONMENT_DEVICES_MAX ? count : FG_ENVIRONMENT_DEVICES_MAX;
        return;
    }
    environment->device_count = 0;
    const char *reason = status == FG_OK ? "no device found" : error.message;
    snprintf(environment->gpu_reason, sizeof environment->gpu_reason, "%s",
             reason[0] != '\0' ? reason : fg_strerror(status));
}
