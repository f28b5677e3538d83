/* SPDX-License-Identifier: MIT */
/*
 * usage.c: readings of getrusage() and /proc, added up over a process, its threads and its workers.
 *
 * getrusage(RUSAGE_CHILDREN) includes children that have ended and were waited for. Living children
 * are read one by one.
 */
#include "measure/usage.h"

#include "measure/clock.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Max count of threads whose waiting is read: the two files of each thread take some 30 us to read.
 */
#define THREADS_MAX 128

/* Reads the text of a file of /proc, as much as fits; false if it cannot be read. */
static bool read_file(const char *path, char *text, size_t size) {
    FILE *const file = fopen(path, "re");
    if (file == NULL)
        return false;
    const size_t got = fread(text, 1, size - 1, file);
    fclose(file);
    text[got] = '\0';
    return got > 0;
}

/* Finds the number that follows `word`, at the beginning of a line, and the characters " :\t". */
static bool find_number(const char *text, const char *word, double *number) {
    const size_t length = strlen(word);
    for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, word, length) != 0)
            continue;
        const char *const value = line + length + strspn(line + length, " :\t");
        char *end;
        *number = strtod(value, &end);
        return end > value;
    }
    return false;
}

/* Reads the first numbers of a text, with white space between them; false if there are fewer. */
static bool read_numbers(const char *text, double *numbers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *end;
        numbers[i] = strtod(text, &end);
        if (end == text)
            return false;
        text = end;
    }
    return true;
}

/* Returns the parent of a process, from /proc/PID/stat, where it follows the name in brackets; 0 if
 * unknown. */
static pid_t parent_of(const char *pid) {
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    if (!read_file(path, text, sizeof text))
        return 0;
    const char *const behind = strrchr(text, ')');
    double parent;
    if (behind == NULL || strlen(behind) < strlen(") S 1") ||
        !read_numbers(behind + strlen(") S "), &parent, 1))
        return 0;
    return (pid_t)parent;
}

void fg_usage_find_workers(struct fg_usage_workers *workers) {
    fg_usage_forget_workers(workers);
    DIR *const processes = opendir("/proc");
    if (processes == NULL)
        return;
    size_t capacity = 0;
    for (const struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        const pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid <= 0 || parent_of(entry->d_name) != getpid())
            continue;
        if (workers->count == capacity) {
            capacity = capacity > 0 ? 2 * capacity : 16;
            pid_t *const larger = realloc(workers->pids, capacity * sizeof *larger);
            if (larger == NULL)
                break;
            workers->pids = larger;
        }
        workers->pids[workers->count++] = pid;
    }
    closedir(processes);
}

void fg_usage_forget_workers(struct fg_usage_workers *workers) {
    free(workers->pids);
    *workers = (struct fg_usage_workers){NULL, 0};
}

static double seconds_of(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

static double cpu_s_of_worker(pid_t pid) {
    clockid_t clock;
    return clock_getcpuclockid(pid, &clock) == 0 ? fg_clock_s(clock) : 0;
}

double fg_usage_cpu_s(const struct fg_usage_workers *workers) {
    struct rusage of_children;
    getrusage(RUSAGE_CHILDREN, &of_children);
    double sum_s = fg_clock_s(CLOCK_PROCESS_CPUTIME_ID) + seconds_of(of_children.ru_utime) +
                   seconds_of(of_children.ru_stime);
    for (size_t i = 0; i < workers->count; i++)
        sum_s += cpu_s_of_worker(workers->pids[i]);
    return sum_s;
}

double fg_usage_workers_cpu_s(const struct fg_usage_workers *workers) {
    return fg_usage_cpu_s(workers) - fg_clock_s(CLOCK_THREAD_CPUTIME_ID);
}

/* Adds the waiting time and the migrations of one thread; false if the system does not say them. */
static bool add_thread(const char *folder, const char *thread, struct fg_usage *usage) {
    char path[128], text[4096];
    double ran_and_waited_ns[2], migrations;
    snprintf(path, sizeof path, "%.60s/%.20s/schedstat", folder, thread);
    if (!read_file(path, text, sizeof text) || !read_numbers(text, ran_and_waited_ns, 2))
        return false;
    snprintf(path, sizeof path, "%.60s/%.20s/sched", folder, thread);
    if (!read_file(path, text, sizeof text) || !find_number(text, "se.nr_migrations", &migrations))
        return false;
    usage->waiting_s += ran_and_waited_ns[1] * 1e-9;
    usage->migrations += (uint64_t)migrations;
    return true;
}

/* Adds the waiting times and migrations of all threads of a process. */
static bool add_threads(const char *folder, size_t *count, struct fg_usage *usage) {
    DIR *const threads = opendir(folder);
    bool known = threads != NULL;
    for (const struct dirent *entry; known && (entry = readdir(threads)) != NULL;)
        if (entry->d_name[0] != '.')
            known = ++*count <= THREADS_MAX && add_thread(folder, entry->d_name, usage);
    if (threads != NULL)
        closedir(threads);
    return known;
}

static void add_waiting(const struct fg_usage_workers *workers, struct fg_usage *usage) {
    size_t count = 0;
    usage->knows_waiting = add_threads("/proc/self/task", &count, usage);
    for (size_t i = 0; i < workers->count && usage->knows_waiting; i++) {
        char folder[64];
        snprintf(folder, sizeof folder, "/proc/%d/task", (int)workers->pids[i]);
        usage->knows_waiting = add_threads(folder, &count, usage);
    }
}

/* Adds the context switches of a worker. */
static void add_switches(pid_t pid, struct fg_usage *usage) {
    char path[64], text[4096];
    double count;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    if (!read_file(path, text, sizeof text))
        return;
    if (find_number(text, "voluntary_ctxt_switches", &count))
        usage->voluntary += (uint64_t)count;
    if (find_number(text, "nonvoluntary_ctxt_switches", &count))
        usage->involuntary += (uint64_t)count;
}

static void read_machine(struct fg_usage *usage) {
    char text[512];
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, FIELDS };
    double ticks[FIELDS];
    usage->knows_machine = read_file("/proc/stat", text, sizeof text) &&
                           strncmp(text, "cpu ", strlen("cpu ")) == 0 &&
                           read_numbers(text + strlen("cpu "), ticks, FIELDS);
    if (usage->knows_machine)
        usage->machine_s = (ticks[USER] + ticks[NICE] + ticks[SYSTEM] + ticks[IRQ] +
                            ticks[SOFTIRQ] + ticks[STEAL]) /
                           (double)sysconf(_SC_CLK_TCK);
}

/* Reads everything except the CPU time. */
static void read_scheduling(const struct fg_usage_workers *workers, struct fg_usage *usage) {
    struct rusage mine, of_children;
    getrusage(RUSAGE_SELF, &mine);
    getrusage(RUSAGE_CHILDREN, &of_children);
    usage->voluntary = (uint64_t)(mine.ru_nvcsw + of_children.ru_nvcsw);
    usage->involuntary = (uint64_t)(mine.ru_nivcsw + of_children.ru_nivcsw);
    for (size_t i = 0; i < workers->count; i++)
        add_switches(workers->pids[i], usage);
    add_waiting(workers, usage);
    read_machine(usage);
}

void fg_usage_begin(const struct fg_usage_workers *workers, struct fg_usage *usage) {
    *usage = (struct fg_usage){0};
    read_scheduling(workers, usage);
    usage->cpu_s = fg_usage_cpu_s(workers);
}

void fg_usage_end(const struct fg_usage_workers *workers, struct fg_usage *usage) {
    *usage = (struct fg_usage){.cpu_s = fg_usage_cpu_s(workers)};
    read_scheduling(workers, usage);
}

static uint64_t grown(uint64_t before, uint64_t after) {
    return after > before ? after - before : 0; /* smaller if a worker or a thread has ended */
}

struct fg_usage fg_usage_between(const struct fg_usage *before, const struct fg_usage *after) {
    struct fg_usage usage = {0};
    usage.cpu_s = after->cpu_s > before->cpu_s ? after->cpu_s - before->cpu_s : 0;
    usage.voluntary = grown(before->voluntary, after->voluntary);
    usage.involuntary = grown(before->involuntary, after->involuntary);
    usage.knows_waiting = before->knows_waiting && after->knows_waiting;
    if (usage.knows_waiting) {
        usage.waiting_s =
            after->waiting_s > before->waiting_s ? after->waiting_s - before->waiting_s : 0;
        usage.migrations = grown(before->migrations, after->migrations);
    }
    usage.knows_machine = before->knows_machine && after->knows_machine;
    if (usage.knows_machine)
        usage.machine_s =
            after->machine_s > before->machine_s ? after->machine_s - before->machine_s : 0;
    return usage;
}

/* Returns a field of /proc/PID/status in bytes; the file has it in KiB. */
static uint64_t status_bytes(const char *path, const char *field) {
    char text[4096];
    double kib = 0;
    if (!read_file(path, text, sizeof text) || !find_number(text, field, &kib))
        return 0;
    return (uint64_t)kib * 1024;
}

uint64_t fg_usage_peak_bytes(const struct fg_usage_workers *workers) {
    uint64_t sum = status_bytes("/proc/self/status", "VmHWM");
    for (size_t i = 0; i < workers->count; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/status", (int)workers->pids[i]);
        sum += status_bytes(path, "RssAnon");
    }
    return sum;
}
