/* SPDX-License-Identifier: MIT */
/*
 * usable_cpus.c: reads the affinity mask, and the CPU quotas of cgroups as proc(5), cgroups(7) and
 * the kernel's cgroup-v2.rst describe them.
 *
 * /proc/self/cgroup names the process's group in each hierarchy, /proc/self/mountinfo where
 * hierarchies are mounted and which of their groups is at the mount point. From the process's group
 * up to the mount point each group may have a quota, and the least of them holds.
 */
#include "cpu/usable_cpus.h"

#include "batch/struct_size.h"
#include "factor_gpu.h"
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One of the two kinds of hierarchy. */
enum version { V1, V2 };

/* The process's group in the hierarchy that has its CPU quota. */
struct group {
    enum version version;
    char *path; /* from the hierarchy's root; or from that of the process's cgroup namespace */
};

/* ---- Quotas ---- */

/* Reads the first line of a file; false if there is none. */
static bool read_line(const char *folder, const char *name, char *line, int size) {
    char *path;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return false;
    FILE *const file = fopen(path, "re");
    free(path);
    const bool has_line = file != NULL && fgets(line, size, file) != NULL;
    if (file != NULL)
        fclose(file);
    return has_line;
}

/* Takes a whole number off the text; false if it does not begin with one. */
static bool take_number(const char **text, long long *number) {
    char *end;
    *number = strtoll(*text, &end, 10);
    const bool found = end != *text;
    *text = end;
    return found;
}

/* The period if none is written. */
#define FG_DEFAULT_PERIOD_US 100000

/* Returns the quota of the group in this folder in CPUs; 0 if it has none. */
static double folder_quota(enum version version, const char *folder) {
    char line[128];
    const char *text = line;
    long long time_us, period_us;
    /* version 2: "200000 100000" or "max 100000"; version 1: "200000" or "-1" */
    if (!read_line(folder, version == V2 ? "cpu.max" : "cpu.cfs_quota_us", line, sizeof line) ||
        !take_number(&text, &time_us))
        return 0;
    if (version == V1)
        text = read_line(folder, "cpu.cfs_period_us", line, sizeof line) ? line : "";
    if (!take_number(&text, &period_us))
        period_us = FG_DEFAULT_PERIOD_US;
    return time_us > 0 && period_us > 0 ? (double)time_us / (double)period_us : 0;
}

/* Returns the least quota from the group `below` the mount point up to the mount point itself. */
static double least_quota(enum version version, const char *mount_point, const char *below) {
    char *folder;
    if (asprintf(&folder, "%s/%s", mount_point, below) < 0)
        return 0;
    const size_t top = strlen(mount_point);
    double least = 0;
    for (;;) {
        const double quota = folder_quota(version, folder);
        if (quota > 0 && (least == 0 || quota < least))
            least = quota;
        char *const last = strrchr(folder + top, '/');
        if (last == NULL)
            break;
        *last = '\0';
    }
    free(folder);
    return least;
}

/* ---- Where the groups are ---- */

/* Returns whether a list has the word. */
static bool has_word(const char *list, char separator, const char *word) {
    const size_t length = strlen(word);
    for (const char *at = list; at != NULL; at = strchr(at, separator)) {
        at += *at == separator;
        if (strncmp(at, word, length) == 0 && (at[length] == separator || at[length] == '\0'))
            return true;
    }
    return false;
}

/* Turns "\040" into a space, and so on, in place. */
static void unescape(char *text) {
    char *to = text;
    for (const char *from = text; *from != '\0'; to++) {
        if (*from == '\\' && strspn(from + 1, "01234567") >= 3) {
            *to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

/* Opens a file of /proc/self. */
static FILE *open_self(const char *root, const char *name) {
    char *path;
    if (asprintf(&path, "%s/proc/self/%s", root, name) < 0)
        return NULL;
    FILE *const file = fopen(path, "re");
    free(path);
    return file;
}

/* Finds the process's group: in the v1 hierarchy of the controller `cpu` if that is in use, else in
 * the v2 hierarchy. The caller frees the path; false if there is neither. */
static bool find_group(const char *root, struct group *group) {
    FILE *const file = open_self(root, "cgroup");
    char *line = NULL;
    size_t size = 0;
    group->path = NULL;
    while (file != NULL && getline(&line, &size, file) > 0) {
        /* "4:cpu,cpuacct:/path" or "0::/path"; the path may have colons */
        char *const controllers = strchr(line, ':');
        char *const path = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
        if (path == NULL)
            continue;
        line[strcspn(line, "\n")] = '\0';
        *path = '\0';
        const bool is_v1 = has_word(controllers + 1, ',', "cpu");
        const bool is_v2 = strncmp(line, "0:", 2) == 0 && controllers[1] == '\0';
        if (!is_v1 && (!is_v2 || group->path != NULL))
            continue;
        free(group->path);
        *group = (struct group){is_v1 ? V1 : V2, strdup(path + 1)};
        if (is_v1)
            break;
    }
    free(line);
    if (file != NULL)
        fclose(file);
    return group->path != NULL;
}

/* A line of mountinfo, taken apart in place. */
struct mount {
    char *root, *point, *type, *options;
};

static bool parse_mount(char *line, struct mount *mount) {
    char *rest = line;
    char *const tail = strstr(line, " - ");
    line[strcspn(line, "\n")] = '\0';
    if (tail == NULL)
        return false;
    *tail = '\0';
    strsep(&rest, " "); /* its number, its parent's, its device's */
    strsep(&rest, " ");
    strsep(&rest, " ");
    mount->root = strsep(&rest, " ");
    mount->point = strsep(&rest, " ");
    rest = tail + 3;
    mount->type = strsep(&rest, " ");
    strsep(&rest, " "); /* its source */
    mount->options = strsep(&rest, " ");
    if (mount->root == NULL || mount->point == NULL || mount->options == NULL)
        return false;
    unescape(mount->root);
    unescape(mount->point);
    return true;
}

static bool is_hierarchy(const struct mount *mount, enum version version) {
    return version == V2
               ? strcmp(mount->type, "cgroup2") == 0
               : strcmp(mount->type, "cgroup") == 0 && has_word(mount->options, ',', "cpu");
}

/* Returns the group's path from the mount point on; NULL if the mount does not have it. */
static const char *below_mount(const struct mount *mount, const char *group) {
    const size_t length = strcmp(mount->root, "/") == 0 ? 0 : strlen(mount->root);
    if (strncmp(group, mount->root, length) != 0 || (group[length] != '/' && group[length] != '\0'))
        return NULL;
    const bool leaves = strncmp(group, "/..", 3) == 0 && (group[3] == '/' || group[3] == '\0');
    return leaves ? NULL : group + length + (group[length] == '/');
}

/*
 * Returns the least quota that the hierarchy's mounts show for the group. If none of them has it,
 * because the mount was made in another cgroup namespace, what is at the mount point is taken: a
 * container's own group.
 */
static double mounted_quota(const char *root, const struct group *group) {
    FILE *const file = open_self(root, "mountinfo");
    char *line = NULL;
    size_t size = 0;
    double least = 0, other = 0;
    bool found = false;
    while (file != NULL && !found && getline(&line, &size, file) > 0) {
        struct mount mount;
        char *point;
        if (!parse_mount(line, &mount) || !is_hierarchy(&mount, group->version) ||
            asprintf(&point, "%s%s", root, mount.point) < 0)
            continue;
        const char *const below = below_mount(&mount, group->path);
        found = below != NULL;
        if (found)
            least = least_quota(group->version, point, below);
        else if (other == 0)
            other = least_quota(group->version, point, "");
        free(point);
    }
    free(line);
    if (file != NULL)
        fclose(file);
    return found ? least : other;
}

double fg_cpu_quota(const char *root) {
    struct group group;
    if (!find_group(root, &group))
        return 0;
    const double quota = mounted_quota(root, &group);
    free(group.path);
    return quota;
}

/* ---- CPUs ---- */

/* Counts the CPUs of the affinity mask, which grows until the kernel's own mask fits. */
static unsigned allowed_cpus(void) {
    for (size_t cpus = 1024; cpus <= 1 << 20; cpus *= 4) {
        cpu_set_t *const set = CPU_ALLOC(cpus);
        if (set == NULL)
            break;
        const size_t bytes = CPU_ALLOC_SIZE(cpus);
        const int found = sched_getaffinity(0, bytes, set) == 0 ? CPU_COUNT_S(bytes, set) : 0;
        CPU_FREE(set);
        if (found > 0)
            return (unsigned)found;
    }
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

void fg_count_cpus(struct fg_cpu_count *count) {
    struct fg_cpu_count made = {
        .size = count->size, .allowed = allowed_cpus(), .quota = fg_cpu_quota("")};
    const double whole = ceil(made.quota); /* half a CPU more is worth a worker */
    made.usable = whole > 0 && whole < made.allowed ? (unsigned)whole : made.allowed;
    /* Zeros the members that only a later header has. */
    if (count->size > sizeof made && count->size <= FG_STRUCT_SIZE_MOST)
        memset((char *)count + sizeof made, 0, count->size - sizeof made);
    *count = made;
}
