/* SPDX-License-Identifier: MIT */
/*
 * devices.c: the CUDA devices, as the library lists them.
 */
#include "cli/command/devices.h"

#include "characters/printable.h"
#include "cli/command/exit_status.h"
#include "measure/environment_json.h"
#include "terminal/message.h"
#include "text/failure.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child of usable_devices(): writes the indices to the pipe. False if that failed. */
static bool write_usable(int fd) {
    struct fg_device found[FG_OPTIONS_MAX_DEVICES];
    found[0].size = sizeof found[0];
    int usable[FG_OPTIONS_MAX_DEVICES];
    struct fg_error error;
    size_t found_count = 0, count = 0;
    if (fg_list_devices(found, FG_OPTIONS_MAX_DEVICES, &found_count, &error) != FG_OK)
        return true; /* none; the library will say why */
    for (size_t i = 0; i < found_count && i < FG_OPTIONS_MAX_DEVICES; i++)
        if (found[i].usable)
            usable[count++] = found[i].index;
    /* At most 256 bytes: a pipe takes them whole. */
    const size_t bytes = count * sizeof *usable;
    return bytes == 0 || write(fd, usable, bytes) == (ssize_t)bytes;
}

static enum fg_status fail_to_list(struct fg_error *error, const char *reason) {
    return fg_program_fail(error, FG_ERROR_SYSTEM,
                           "the CUDA devices for --device=all cannot be listed: %s", reason);
}

/* Waits for the child to end. Fails if the child failed or a signal killed it. */
static enum fg_status reap_lister(pid_t child, struct fg_error *error) {
    int state = 0;
    char reason[64];
    while (waitpid(child, &state, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0) /* or SIGCHLD is ignored: nothing is known */
        return FG_OK;
    if (WIFSIGNALED(state))
        snprintf(reason, sizeof reason, "a child process died of signal %d", WTERMSIG(state));
    else
        snprintf(reason, sizeof reason, "a child process failed");
    return fail_to_list(error, reason);
}

/* Asks for the indices of all usable devices in a child process. */
static enum fg_status usable_devices(int devices[FG_OPTIONS_MAX_DEVICES], size_t *count,
                                     struct fg_error *error) {
    int ends[2];
    *count = 0;
    if (pipe(ends) != 0)
        return fail_to_list(error, strerror(errno));
    const pid_t child = fork();
    const int fork_error = errno;
    if (child == 0)
        _exit(write_usable(ends[1]) ? 0 : 1);
    close(ends[1]);
    ssize_t got = 0;
    if (child > 0)
        do {
            got = read(ends[0], devices, FG_OPTIONS_MAX_DEVICES * sizeof *devices);
        } while (got < 0 && errno == EINTR);
    close(ends[0]);
    if (child < 0)
        return fail_to_list(error, strerror(fork_error));
    *count = got > 0 ? (size_t)got / sizeof *devices : 0;
    return reap_lister(child, error);
}

enum fg_status fg_devices_choose(const struct fg_options *options,
                                 int devices[FG_OPTIONS_MAX_DEVICES], struct fg_config *config,
                                 struct fg_error *error) {
    size_t count = options->device_count;
    memcpy(devices, options->devices, count * sizeof *devices);
    if (options->all_devices)
        FG_TRY(usable_devices(devices, &count, error));
    config->devices = count > 0 ? devices : NULL;
    config->device_count = count;
    return FG_OK;
}

static void print_device(FILE *out, const struct fg_device *device) {
    char name[FG_PRINTABLE_ESCAPE_BYTES * sizeof device->name];
    char reason[FG_PRINTABLE_ESCAPE_BYTES * sizeof device->reason];
    fg_printable_copy(device->name, name, sizeof name);
    fg_printable_copy(device->reason, reason, sizeof reason);
    fprintf(out,
            "%d: %s, compute capability %d.%d, %d multiprocessors, %.1f GiB, driver %d.%d, "
            "runtime %d.%d",
            device->index, name, device->capability_major, device->capability_minor,
            device->multiprocessor_count, (double)device->memory_bytes / 0x1p30,
            device->driver_version / 1000, device->driver_version % 1000 / 10,
            device->runtime_version / 1000, device->runtime_version % 1000 / 10);
    if (!device->usable)
        fprintf(out, "; not usable: %s", reason);
    fputc('\n', out);
}

/* Writes the line. False if memory is short, or if it cannot be written, which close_output()
 * reports. */
static bool write_device_json(FILE *out, const struct fg_device *device) {
    const struct fg_json_object object = fg_device_json(device);
    const bool is_written = fg_json_write_line(&object, out);
    json_decref(object.json);
    return is_written || ferror(out);
}

int fg_devices_print(bool as_json, FILE *out, FILE *err) {
    struct fg_device devices[FG_OPTIONS_MAX_DEVICES];
    devices[0].size = sizeof devices[0];
    struct fg_error error;
    size_t count = 0, usable_count = 0;
    if (fg_list_devices(devices, FG_OPTIONS_MAX_DEVICES, &count, &error) != FG_OK) {
        fg_message(err, "%s", error.message);
        return FG_EXIT_UNAVAILABLE;
    }
    for (size_t i = 0; i < count && i < FG_OPTIONS_MAX_DEVICES; i++) {
        if (!as_json)
            print_device(out, &devices[i]);
        else if (!write_device_json(out, &devices[i])) {
            fg_message(err, "%s", fg_strerror(FG_ERROR_MEMORY));
            return FG_EXIT_INTERNAL;
        }
        usable_count += devices[i].usable;
    }
    if (usable_count > 0)
        return FG_EXIT_ANSWERED;
    fg_message(err, "no CUDA device is usable");
    return FG_EXIT_UNAVAILABLE;
}
