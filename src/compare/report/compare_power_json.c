/* SPDX-License-Identifier: MIT */
/*
 * compare_power_json.c: one object for energy, and one for the GPU before, during and after a run.
 */
#include "compare/report/compare_power_json.h"

struct fg_json_object fg_compare_energy_json(const struct fg_compare_energy *energy) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "runs", fg_json_integer(energy->run_count));
    fg_json_set(&object, "window_s", fg_json_real(energy->window_s));
    fg_json_set(&object, "cpu_j", fg_json_real(energy->cpu_j));
    fg_json_set(&object, "gpu_j", fg_json_real(energy->gpu_j));
    return object;
}

/* Returns the names of limits; of a bit without a name, "bit_N". */
static json_t *describe_limits(struct fg_json_object *object, uint64_t limits) {
    json_t *const names = json_array();
    for (unsigned bit = 0; bit < FG_GPU_LIMITS_MAX; bit++) {
        char number[16];
        if ((limits & UINT64_C(1) << bit) == 0)
            continue;
        snprintf(number, sizeof number, "bit_%u", bit);
        const char *const name = fg_gpu_limit_name(bit);
        if (json_array_append_new(names, fg_json_string(name != NULL ? name : number)) != 0)
            object->complete = false;
    }
    return names;
}

static struct fg_json_object describe_reading(const struct fg_gpu_reading *reading) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "sm_mhz", fg_json_real(reading->sm_mhz));
    fg_json_set(&object, "memory_mhz", fg_json_real(reading->memory_mhz));
    fg_json_set(&object, "temperature_c", fg_json_real(reading->temperature_c));
    fg_json_set(&object, "power_w", fg_json_real(reading->power_w));
    fg_json_set(&object, "limits",
                reading->knows_limits ? describe_limits(&object, reading->limits) : json_null());
    return object;
}

struct fg_json_object fg_compare_gpu_json(const struct fg_gpu_course *course) {
    struct fg_json_object object = fg_json_object_begin();
    fg_json_set_object(&object, "before", describe_reading(&course->before));
    if (course->during_count > 0)
        fg_json_set_object(&object, "during", describe_reading(&course->during));
    else
        fg_json_set(&object, "during", json_null());
    fg_json_set_object(&object, "after", describe_reading(&course->after));
    fg_json_set(&object, "readings_during", fg_json_integer(course->during_count));
    fg_json_set(&object, "limits",
                course->knows_limits ? describe_limits(&object, course->limits) : json_null());
    return object;
}
