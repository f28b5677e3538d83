/* SPDX-License-Identifier: MIT */
/*
 * gpu_state.c: questions to NVML, from the caller's thread before and after a run and from a thread
 * of the state's own in between. NVML may be called from several threads.
 */
#include "measure/gpu_state.h"

#include "measure/nvml_interface.h"
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Wait before the first reading of a run, which then doubles up to the longest. A reading takes
 * some 0.1 ms of CPU time. */
#define FIRST_WAIT_NS 2000000
#define LONGEST_WAIT_NS 64000000

/* Policies with a counter of the time for which they held the clocks down, and the limit each
 * stands for. The reliability policy has one too, but holds whenever a GPU runs at its highest
 * clock. */
static const struct {
    int policy;
    uint64_t limit;
} policies[] = {{FG_NVML_POLICY_POWER, FG_NVML_REASON_SW_POWER_CAP},
                {FG_NVML_POLICY_THERMAL, FG_NVML_REASON_SW_THERMAL_SLOWDOWN},
                {FG_NVML_POLICY_SYNC_BOOST, FG_NVML_REASON_SYNC_BOOST},
                {FG_NVML_POLICY_BOARD_LIMIT, FG_NVML_REASON_BOARD_LIMIT}};
#define POLICY_COUNT (sizeof policies / sizeof policies[0])

#define THROTTLING                                                                                 \
    (FG_NVML_REASON_SW_POWER_CAP | FG_NVML_REASON_HW_SLOWDOWN | FG_NVML_REASON_SYNC_BOOST |        \
     FG_NVML_REASON_SW_THERMAL_SLOWDOWN | FG_NVML_REASON_HW_THERMAL_SLOWDOWN |                     \
     FG_NVML_REASON_HW_POWER_BRAKE_SLOWDOWN | FG_NVML_REASON_BOARD_LIMIT)

/* The names of the reasons, by bit. */
static const struct {
    const char *name, *words;
} limits[] = {{"gpu_idle", "idle"},
              {"applications_clocks_setting", "chosen clocks"},
              {"sw_power_cap", "power cap"},
              {"hw_slowdown", "hardware slowdown"},
              {"sync_boost", "sync boost with another GPU"},
              {"sw_thermal_slowdown", "heat"},
              {"hw_thermal_slowdown", "heat, by the hardware"},
              {"hw_power_brake_slowdown", "power brake"},
              {"display_clock_setting", "display clock setting"},
              {"board_limit", "board limit"},
              {"reliability", "reliability"}};

/* NULL: a function that this driver's library does not have. */
struct library {
    void *handle;
    fg_nvml_init_v2 *init;
    fg_nvml_shutdown *shutdown;
    fg_nvml_device_by_pci_bus_id_v2 *find;
    fg_nvml_error_string *error_string;
    fg_nvml_clock_info *clock;
    fg_nvml_temperature *temperature;
    fg_nvml_power_usage *power;
    fg_nvml_total_energy *energy;
    fg_nvml_clocks_reasons *reasons;
    fg_nvml_violation_status *violation;
};

/* The readings of a device's counters. */
struct counters {
    bool known[POLICY_COUNT];
    unsigned long long held_ns[POLICY_COUNT];
};

struct fg_gpu_state {
    struct library library;
    bool initialised;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; /* of the members up to `sum` */
    pthread_cond_t changed;
    bool ending;
    uint64_t run;                /* odd: in a run; counts begins and ends */
    struct fg_gpu_reading sum;   /* of the readings in the run */
    size_t count;                /* of these */
    struct fg_gpu_course course; /* the caller's thread alone */
    size_t device_count;
    struct {
        struct nvmlDevice_st *handle;
        struct counters before; /* what they said before the run */
    } devices[];
};

bool fg_gpu_limits_throttle(uint64_t bits) {
    return (bits & THROTTLING) != 0;
}

const char *fg_gpu_limit_name(unsigned bit) {
    return bit < sizeof limits / sizeof limits[0] ? limits[bit].name : NULL;
}

const char *fg_gpu_limit_words(unsigned bit) {
    return bit < sizeof limits / sizeof limits[0] ? limits[bit].words : NULL;
}

/* ---- Readings ---- */

/* Returns what a call answered, in units of `unit`; NAN if it failed. */
static double answer(int result, const unsigned *value, double unit) {
    return result == FG_NVML_SUCCESS ? *value * unit : NAN;
}

static struct fg_gpu_reading read_device(const struct library *library,
                                         struct nvmlDevice_st *device) {
    struct fg_gpu_reading reading = {NAN, NAN, NAN, NAN, false, 0};
    unsigned value = 0;
    unsigned long long reasons = 0;
    if (library->clock != NULL) {
        reading.sm_mhz = answer(library->clock(device, FG_NVML_CLOCK_SM, &value), &value, 1);
        reading.memory_mhz = answer(library->clock(device, FG_NVML_CLOCK_MEM, &value), &value, 1);
    }
    if (library->temperature != NULL)
        reading.temperature_c =
            answer(library->temperature(device, FG_NVML_TEMPERATURE_GPU, &value), &value, 1);
    if (library->power != NULL)
        reading.power_w = answer(library->power(device, &value), &value, 1e-3);
    if (library->reasons != NULL && library->reasons(device, &reasons) == FG_NVML_SUCCESS) {
        reading.knows_limits = true;
        reading.limits = reasons;
    }
    return reading;
}

static double lower(double a, double b) {
    return isnan(a) || isnan(b) ? NAN : fmin(a, b);
}

static double higher(double a, double b) {
    return isnan(a) || isnan(b) ? NAN : fmax(a, b);
}

static struct fg_gpu_reading read_all(const struct fg_gpu_state *state) {
    struct fg_gpu_reading all = read_device(&state->library, state->devices[0].handle);
    for (size_t i = 1; i < state->device_count; i++) {
        const struct fg_gpu_reading one = read_device(&state->library, state->devices[i].handle);
        all.sm_mhz = lower(all.sm_mhz, one.sm_mhz);
        all.memory_mhz = lower(all.memory_mhz, one.memory_mhz);
        all.temperature_c = higher(all.temperature_c, one.temperature_c);
        all.power_w += one.power_w;
        all.knows_limits = all.knows_limits && one.knows_limits;
        all.limits |= one.limits;
    }
    return all;
}

/* Adds a reading to the sum of those of a run. */
static void add_reading(struct fg_gpu_reading *sum, size_t *count,
                        const struct fg_gpu_reading *reading) {
    if ((*count)++ == 0) {
        *sum = *reading;
        return;
    }
    sum->sm_mhz += reading->sm_mhz;
    sum->memory_mhz += reading->memory_mhz;
    sum->temperature_c = higher(sum->temperature_c, reading->temperature_c);
    sum->power_w += reading->power_w;
    sum->knows_limits = sum->knows_limits || reading->knows_limits;
    sum->limits |= reading->limits;
}

static void read_counters(const struct fg_gpu_state *state, size_t device, struct counters *read) {
    for (size_t i = 0; i < POLICY_COUNT; i++) {
        struct fg_nvml_violation_time time = {0, 0};
        read->known[i] = state->library.violation != NULL &&
                         state->library.violation(state->devices[device].handle, policies[i].policy,
                                                  &time) == FG_NVML_SUCCESS;
        read->held_ns[i] = time.violation_ns;
    }
}

double fg_gpu_state_energy_j(const struct fg_gpu_state *state) {
    double sum_j = 0;
    for (size_t i = 0; i < state->device_count; i++) {
        unsigned long long millijoules = 0;
        if (state->library.energy == NULL ||
            state->library.energy(state->devices[i].handle, &millijoules) != FG_NVML_SUCCESS)
            return NAN;
        sum_j += (double)millijoules * 1e-3;
    }
    return sum_j;
}

/* ---- The thread that reads in a run ---- */

static struct timespec after_ns(long wait_ns) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += wait_ns;
    if (end.tv_nsec >= 1000000000L) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000L;
    }
    return end;
}

/* Reads again and again until the run ends. A reading that the end overtakes does not count. With
 * the lock, which is released for waiting and reading. */
static void read_run(struct fg_gpu_state *state) {
    const uint64_t run = state->run;
    for (long wait_ns = FIRST_WAIT_NS; state->run == run && !state->ending;) {
        const struct timespec end = after_ns(wait_ns);
        if (pthread_cond_timedwait(&state->changed, &state->lock, &end) == 0)
            continue;
        pthread_mutex_unlock(&state->lock);
        const struct fg_gpu_reading reading = read_all(state);
        pthread_mutex_lock(&state->lock);
        if (state->run == run)
            add_reading(&state->sum, &state->count, &reading);
        wait_ns = 2 * wait_ns < LONGEST_WAIT_NS ? 2 * wait_ns : LONGEST_WAIT_NS;
    }
}

static void *reader_main(void *argument) {
    struct fg_gpu_state *const state = argument;
    pthread_mutex_lock(&state->lock);
    while (!state->ending) {
        if (state->run % 2 == 1)
            read_run(state);
        else
            pthread_cond_wait(&state->changed, &state->lock);
    }
    pthread_mutex_unlock(&state->lock);
    return NULL;
}

static void start_thread(struct fg_gpu_state *state) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&state->lock, NULL);
    pthread_cond_init(&state->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    /* Without a thread nothing is read in a run. */
    state->has_thread = pthread_create(&state->thread, NULL, reader_main, state) == 0;
}

static void stop_thread(struct fg_gpu_state *state) {
    if (!state->has_thread)
        return;
    pthread_mutex_lock(&state->lock);
    state->ending = true;
    pthread_cond_broadcast(&state->changed);
    pthread_mutex_unlock(&state->lock);
    pthread_join(state->thread, NULL);
}

/* Begins or ends a run for the thread. */
static void advance_run(struct fg_gpu_state *state) {
    pthread_mutex_lock(&state->lock);
    state->run++;
    if (state->run % 2 == 1)
        state->count = 0;
    pthread_cond_broadcast(&state->changed);
    pthread_mutex_unlock(&state->lock);
}

/* ---- A run ---- */

void fg_gpu_state_begin(struct fg_gpu_state *state) {
    if (state->run % 2 == 1) /* the last run failed */
        advance_run(state);
    state->course = (struct fg_gpu_course){.known = true};
    for (size_t i = 0; i < state->device_count; i++)
        read_counters(state, i, &state->devices[i].before);
    state->course.before = read_all(state);
    advance_run(state);
}

/* Adds the limits whose counters have moved since the run began. */
static void add_held_limits(const struct fg_gpu_state *state, struct fg_gpu_course *course) {
    for (size_t i = 0; i < state->device_count; i++) {
        const struct counters *const before = &state->devices[i].before;
        struct counters after;
        read_counters(state, i, &after);
        for (size_t k = 0; k < POLICY_COUNT; k++) {
            if (!before->known[k] || !after.known[k])
                continue;
            course->knows_limits = true;
            if (after.held_ns[k] > before->held_ns[k])
                course->limits |= policies[k].limit;
        }
    }
}

struct fg_gpu_course fg_gpu_state_end(struct fg_gpu_state *state) {
    struct fg_gpu_course *const course = &state->course;
    advance_run(state);
    course->after = read_all(state);
    pthread_mutex_lock(&state->lock);
    course->during_count = state->count;
    course->during = state->sum;
    pthread_mutex_unlock(&state->lock);
    if (course->during_count > 0) {
        course->during.sm_mhz /= (double)course->during_count;
        course->during.memory_mhz /= (double)course->during_count;
        course->during.power_w /= (double)course->during_count;
    } else {
        course->during = (struct fg_gpu_reading){NAN, NAN, NAN, NAN, false, 0};
    }
    const struct fg_gpu_reading *const readings[] = {&course->before, &course->during,
                                                     &course->after};
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        course->knows_limits = course->knows_limits || readings[i]->knows_limits;
        course->limits |= readings[i]->limits;
    }
    add_held_limits(state, course);
    return *course;
}

/* ---- Opening and closing ---- */

/* Finds a function of the library. The type of the place is that of a pointer to a function, which
 * POSIX lets an address from dlsym() be. */
static bool find_function(void *handle, const char *name, void *place) {
    void *const address = dlsym(handle, name);
    memcpy(place, &address, sizeof address);
    return address != NULL;
}

/* Opens the library and finds its functions; false with the reason. */
static bool open_library(struct library *library, char *reason, size_t size) {
    library->handle = dlopen(FG_NVML_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library->handle == NULL) {
        snprintf(reason, size, "%s", dlerror());
        return false;
    }
    void *const handle = library->handle;
    const struct {
        const char *name;
        void *place;
    } needed[] = {{"nvmlInit_v2", &library->init},
                  {"nvmlShutdown", &library->shutdown},
                  {"nvmlDeviceGetHandleByPciBusId_v2", &library->find}};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (find_function(handle, needed[i].name, needed[i].place))
            continue;
        snprintf(reason, size, "%s has no function %s", FG_NVML_LIBRARY, needed[i].name);
        return false;
    }
    find_function(handle, "nvmlErrorString", &library->error_string);
    find_function(handle, "nvmlDeviceGetClockInfo", &library->clock);
    find_function(handle, "nvmlDeviceGetTemperature", &library->temperature);
    find_function(handle, "nvmlDeviceGetPowerUsage", &library->power);
    find_function(handle, "nvmlDeviceGetTotalEnergyConsumption", &library->energy);
    find_function(handle, "nvmlDeviceGetViolationStatus", &library->violation);
    if (!find_function(handle, "nvmlDeviceGetCurrentClocksEventReasons", &library->reasons))
        find_function(handle, "nvmlDeviceGetCurrentClocksThrottleReasons", &library->reasons);
    return true;
}

/* Puts a failed call into words: "nvmlInit_v2: Driver Not Loaded". */
static bool fail(const struct library *library, const char *call, int result, char *reason,
                 size_t size) {
    const char *const words =
        library->error_string != NULL ? library->error_string(result) : "an error";
    snprintf(reason, size, "%s: %s (%d)", call, words != NULL ? words : "an error", result);
    return false;
}

/* Opens the library and finds the devices; false with the reason. */
static bool open_all(struct fg_gpu_state *state, const char *const *pci_bus_ids, char *reason,
                     size_t size) {
    struct library *const library = &state->library;
    if (!open_library(library, reason, size))
        return false;
    const int begun = library->init();
    if (begun != FG_NVML_SUCCESS)
        return fail(library, "nvmlInit_v2", begun, reason, size);
    state->initialised = true;
    for (size_t i = 0; i < state->device_count; i++) {
        char call[64];
        const int found = library->find(pci_bus_ids[i], &state->devices[i].handle);
        snprintf(call, sizeof call, "no GPU at PCI bus id %.32s", pci_bus_ids[i]);
        if (found != FG_NVML_SUCCESS)
            return fail(library, call, found, reason, size);
    }
    return true;
}

struct fg_gpu_state *fg_gpu_state_open(const char *const *pci_bus_ids, size_t count, char *reason,
                                       size_t size) {
    struct fg_gpu_state *const state = calloc(1, sizeof *state + count * sizeof state->devices[0]);
    if (state == NULL || count == 0) {
        snprintf(reason, size, count == 0 ? "there is no GPU to watch" : "out of memory");
        free(state);
        return NULL;
    }
    state->device_count = count;
    if (!open_all(state, pci_bus_ids, reason, size)) {
        fg_gpu_state_close(state);
        return NULL;
    }
    start_thread(state);
    return state;
}

void fg_gpu_state_close(struct fg_gpu_state *state) {
    if (state == NULL)
        return;
    stop_thread(state);
    if (state->initialised)
        state->library.shutdown();
    if (state->library.handle != NULL)
        dlclose(state->library.handle);
    free(state);
}
