/* SPDX-License-Identifier: MIT */
/*
 * cpu_energy.c: finds the packages among the zones of the powercap folder, and reads their files.
 *
 * The zones of packages are called intel-rapl:N, on AMD's CPUs too, and their file `name` begins
 * with "package". Parts of a package are intel-rapl:N:M. The zone "psys" is the whole machine, and
 * intel-rapl-mmio:N shows a package a second time.
 */
#include "measure/cpu_energy.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No package uses more. */
#define PACKAGE_MAX_W 1000.0

/* Reads a file of the folder from its beginning; false, with errno set, if that fails. */
static bool read_text(int file, char *text, size_t size) {
    const ssize_t got = pread(file, text, size - 1, 0);
    if (got < 0)
        return false;
    text[got] = '\0';
    errno = EINVAL; /* if it holds no number */
    return got > 0;
}

/* Reads a number that stands alone in a file. */
static bool read_number(int file, uint64_t *number) {
    char text[64], *end;
    if (!read_text(file, text, sizeof text) || !isdigit((unsigned char)text[0]))
        return false;
    *number = strtoull(text, &end, 10);
    return *end == '\n' || *end == '\0';
}

/* Returns whether a zone's name is intel-rapl:N. */
static bool is_top_zone(const char *name) {
    static const char prefix[] = "intel-rapl:";
    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return false;
    const char *const number = name + strlen(prefix);
    return *number != '\0' && number[strspn(number, "0123456789")] == '\0';
}

/* Opens a file of a zone; -1 with errno set. */
static int open_file(const char *root, const char *zone, const char *file, char path[PATH_MAX]) {
    if (snprintf(path, PATH_MAX, "%s/%s/%s", root, zone, file) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static bool is_package(const char *root, const char *zone) {
    static const char package[] = "package";
    char path[PATH_MAX], name[64];
    const int file = open_file(root, zone, "name", path);
    const bool found = file >= 0 && read_text(file, name, sizeof name) &&
                       strncmp(name, package, strlen(package)) == 0;
    if (file >= 0)
        close(file);
    return found;
}

/* Notes that a file cannot be read. */
static bool refuse(struct fg_cpu_energy *energy, const char *path) {
    const int why = errno;
    snprintf(energy->reason, sizeof energy->reason, "%.200s cannot be read: %.60s%s", path,
             strerror(why), why == EACCES || why == EPERM ? " (root can, or whom it allows)" : "");
    return false;
}

/* Adds a package; false with the reason. */
static bool add_package(struct fg_cpu_energy *energy, const char *root, const char *zone) {
    char path[PATH_MAX];
    const size_t index = energy->package_count;
    uint64_t now;
    if (index == FG_CPU_ENERGY_PACKAGES_MAX) {
        snprintf(energy->reason, sizeof energy->reason, "%.200s has more than %d packages", root,
                 FG_CPU_ENERGY_PACKAGES_MAX);
        return false;
    }
    const int limit = open_file(root, zone, "max_energy_range_uj", path);
    const bool limited =
        limit >= 0 && read_number(limit, &energy->max_uj[index]) && energy->max_uj[index] > 0;
    if (!limited)
        refuse(energy, path);
    if (limit >= 0)
        close(limit);
    if (!limited)
        return false;
    const int counter = open_file(root, zone, "energy_uj", path);
    if (counter < 0)
        return refuse(energy, path);
    energy->files[energy->package_count++] = counter;
    return read_number(counter, &now) || refuse(energy, path);
}

void fg_cpu_energy_open(struct fg_cpu_energy *energy, const char *root) {
    *energy = (struct fg_cpu_energy){0};
    DIR *const zones = opendir(root);
    if (zones == NULL)
        return;
    bool complete = true;
    for (const struct dirent *zone; complete && (zone = readdir(zones)) != NULL;)
        if (is_top_zone(zone->d_name) && is_package(root, zone->d_name))
            complete = add_package(energy, root, zone->d_name);
    closedir(zones);
    if (!complete)
        fg_cpu_energy_close(energy);
}

void fg_cpu_energy_close(struct fg_cpu_energy *energy) {
    for (size_t i = 0; i < energy->package_count; i++)
        close(energy->files[i]);
    energy->package_count = 0;
}

void fg_cpu_energy_read(const struct fg_cpu_energy *energy, struct fg_cpu_energy_reading *reading) {
    reading->known = energy->package_count > 0;
    for (size_t i = 0; i < energy->package_count && reading->known; i++)
        reading->known = read_number(energy->files[i], &reading->uj[i]);
}

double fg_cpu_energy_between(const struct fg_cpu_energy *energy,
                             const struct fg_cpu_energy_reading *before,
                             const struct fg_cpu_energy_reading *after, double seconds) {
    if (!before->known || !after->known)
        return NAN;
    double sum_uj = 0;
    for (size_t i = 0; i < energy->package_count; i++) {
        const uint64_t max_uj = energy->max_uj[i], from = before->uj[i], to = after->uj[i];
        if (seconds * PACKAGE_MAX_W * 1e6 > (double)max_uj || from > max_uj || to > max_uj)
            return NAN;
        sum_uj += (double)(to >= from ? to - from : max_uj - from + to);
    }
    return sum_uj * 1e-6;
}
