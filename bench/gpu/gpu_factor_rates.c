/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor_rates.c: numbers a second where the numbers are in the device's memory and their
 * primes stay there: every list as the backend cuts it into waves, and other ways to cut it.
 */
#include "gpu_factor_parts.h"

#include "arith/bits.h"

/* A contender: a list, and the way in which it goes through the device. */
struct course {
    struct fg_gpu_resident *resident;
    struct fg_gpu_schedule schedule;
    size_t total;
    double elapsed_s;
    char name[21];
};

static bool run_course(void *context) {
    struct course *const course = context;
    return fg_gpu_resident_run(course->resident, &course->schedule, course->total, false,
                               &course->elapsed_s);
}

static double course_elapsed_s(void *context) {
    return ((const struct course *)context)->elapsed_s;
}

/* Checks the answers of the last waves. The others were checked by the waves' own checks only. */
static bool check_course(void *context) {
    const struct course *const course = context;
    for (unsigned i = 0; i < course->schedule.waves; i++)
        if (!fg_gpu_resident_check(course->resident, i))
            return false;
    return true;
}

static unsigned log2_of(uint64_t n) {
    return fg_bit_length64(n) - 1;
}

/* Courses over the list that is loaded, as a race: samples cover `total` numbers. */
static bool race_courses(struct course *courses, size_t count, const char *topic, const char *title,
                         size_t total, struct fg_bench_result *results) {
    const struct fg_gpu_resident *const resident = courses[0].resident;
    struct fg_bench_contender contenders[FG_BENCH_CONTENDERS_MAX];
    double covered[FG_BENCH_CONTENDERS_MAX];
    for (size_t i = 0; i < count; i++) {
        contenders[i] = (struct fg_bench_contender){
            .name = courses[i].name,
            .run = run_course,
            .check = check_course,
            .context = &courses[i],
            .elapsed_s = course_elapsed_s,
        };
        /* Each of its waves has work. */
        const size_t least = (size_t)courses[i].schedule.numbers * courses[i].schedule.waves;
        courses[i].total = total > least ? total : least;
        covered[i] = (double)courses[i].total;
    }
    const struct fg_bench_race race = {
        .topic = topic,
        .title = title,
        .contenders = contenders,
        .count = count,
        .clock = FG_BENCH_DEVICE_TIME,
        .rates = true,
        .unit_count = (double)total,
        .unit_name = "number",
        .covered = covered,
    };
    return fg_bench_run(&resident->factor->bench->bench, &race, results);
}

static struct course course_of(struct fg_gpu_resident *resident, unsigned waves, uint32_t numbers) {
    struct course course = {.resident = resident, .schedule = fg_gpu_resident_schedule(resident)};
    course.schedule.waves = waves;
    course.schedule.numbers = numbers;
    snprintf(course.name, sizeof course.name, "%u wave%s of 2^%u", waves, waves == 1 ? "" : "s",
             log2_of(numbers));
    return course;
}

/* Notes the rate beside its target, and beside the ceiling. */
static void note_rate(struct fg_gpu_bench *bench, const struct fg_gpu_list *list) {
    if (list->target > 0)
        fg_bench_note(&bench->bench, "target: >= %g M %s/s: %s (%.3g M)", list->target * 1e-6,
                      list->title, list->rate >= list->target ? "reached" : "NOT reached",
                      list->rate * 1e-6);
    const double products = fg_gpu_products_count(list->products);
    const double ceiling = fg_gpu_products_ceiling(list->products, &bench->ceilings);
    fg_bench_note(&bench->bench, "%.0f products a number (%zu counted): %.4g G products/s",
                  products, list->products_of, list->rate * products * 1e-9);
    if (ceiling > 0)
        fg_bench_note(&bench->bench,
                      "with %.0f %% of them roomy and %.0f %% in doubles at most %.4g G "
                      "products/s: share %.1f %%",
                      list->products.roomy / products * 100,
                      list->products.doubles / products * 100, ceiling * 1e-9,
                      list->rate * products / ceiling * 100);
}

/* A list, after all of it has been checked once. */
static bool measure_list(struct fg_gpu_resident *resident, struct fg_gpu_list *list) {
    struct fg_gpu_bench *const bench = resident->factor->bench;
    const struct fg_gpu_schedule schedule = fg_gpu_resident_schedule(resident);
    const size_t total = resident->capacity;
    struct course courses[] = {course_of(resident, 1, schedule.numbers),
                               course_of(resident, schedule.waves, schedule.numbers)};
    struct fg_bench_result results[2];
    char topic[64], title[80];
    double elapsed_s;
    snprintf(topic, sizeof topic, "factor-resident-%s", list->name);
    snprintf(title, sizeof title, "%s in the device's memory, to primes there", list->title);
    if (!fg_gpu_resident_load(resident, list) ||
        !fg_gpu_resident_run(resident, &schedule, total, true, &elapsed_s) ||
        !race_courses(courses, 2, topic, title, total, results))
        return false;
    list->wave_s = results[0].summary.median_s * schedule.numbers / (double)total;
    list->rate = (double)total / results[1].summary.median_s;
    note_rate(bench, list);
    return true;
}

bool fg_gpu_factor_rates(struct fg_gpu_resident *resident) {
    struct fg_gpu_factor *const factor = resident->factor;
    for (size_t i = 0; i < FG_GPU_LISTS; i++)
        if (fg_gpu_factor_has_time(factor, 0, factor->lists[i].title) &&
            !measure_list(resident, &factor->lists[i]))
            return false;
    return true;
}

/* Returns whether a race of so many courses over `total` numbers each fits the topic's time. */
static bool has_time(const struct fg_gpu_resident *resident, size_t courses, size_t total,
                     const char *what) {
    const double rate = resident->list->rate; /* 0: there was no time for it either */
    const double runs = (double)courses * (resident->factor->bench->bench.rounds + 1);
    return fg_gpu_factor_has_time(resident->factor, rate > 0 ? runs * (double)total / rate : 0,
                                  what);
}

/* Waves of other sizes, one and two at once; the backend's come first. */
static bool sweep_sizes(struct fg_gpu_resident *resident) {
    const struct fg_gpu_schedule schedule = fg_gpu_resident_schedule(resident);
    struct course courses[FG_BENCH_CONTENDERS_MAX];
    size_t count = 0;
    char topic[64], title[80];
    courses[count++] = course_of(resident, schedule.waves, schedule.numbers);
    for (unsigned waves = 1; waves <= FG_WAVES_PER_DEVICE; waves++)
        for (uint32_t numbers = schedule.numbers / 4; numbers <= resident->capacity; numbers *= 4)
            if (waves != schedule.waves || numbers != schedule.numbers)
                courses[count++] = course_of(resident, waves, numbers);
    snprintf(topic, sizeof topic, "factor-waves-%s", resident->list->name);
    snprintf(title, sizeof title, "%s: how many numbers a wave", resident->list->title);
    return !has_time(resident, count, resident->capacity, title) ||
           race_courses(courses, count, topic, title, resident->capacity, NULL);
}

/* The lists in which cofactors below FG_PLAN_DOUBLE_MAX decide, and some have a part in. */
static const size_t forms_lists[] = {FG_GPU_SMALL, FG_GPU_RANDOM};

/* Small cofactors in doubles and in words; the backend's choice for the device comes first. */
static bool race_forms(struct fg_gpu_resident *resident) {
    const struct fg_gpu_schedule schedule = fg_gpu_resident_schedule(resident);
    struct course courses[2];
    char topic[64], title[80];
    for (unsigned i = 0; i < 2; i++) {
        courses[i] = course_of(resident, schedule.waves, schedule.numbers);
        courses[i].schedule.doubles = schedule.doubles != (i == 1);
        snprintf(courses[i].name, sizeof courses[i].name, "%s",
                 courses[i].schedule.doubles ? "doubles" : "words");
    }
    snprintf(topic, sizeof topic, "factor-forms-%s", resident->list->name);
    snprintf(title, sizeof title, "%s: small cofactors in doubles or in words",
             resident->list->title);
    return !has_time(resident, 2, resident->capacity, title) ||
           race_courses(courses, 2, topic, title, resident->capacity, NULL);
}

/* Other rounds between two looks, blocks of a launch, and curves at once. */
enum tunable { ROUNDS_PER_LOOK, BLOCKS, THREADS };
static const char *const tunable_names[] = {"looks", "blocks", "threads"};
static const char *const tunable_titles[] = {"rounds between two looks",
                                             "blocks of a launch for each multiprocessor",
                                             "curves at once for each multiprocessor"};

static void tune(struct course *course, enum tunable tunable, double factor) {
    const unsigned processors = (unsigned)course->resident->factor->bench->multiprocessors;
    struct fg_gpu_schedule *const schedule = &course->schedule;
    unsigned value = 0;
    if (tunable == ROUNDS_PER_LOOK)
        value = schedule->rounds_per_look = (unsigned)(schedule->rounds_per_look * factor);
    else if (tunable == BLOCKS)
        value = (schedule->blocks = (uint32_t)(schedule->blocks * factor)) / processors;
    else
        value = (schedule->threads = (uint32_t)(schedule->threads * factor)) / processors;
    snprintf(course->name, sizeof course->name, "%u", value);
}

/* The backend's value comes first. */
static bool sweep_tunable(struct fg_gpu_resident *resident, enum tunable tunable) {
    static const double factors[] = {1, 0.25, 0.5, 2, 4};
    enum { COUNT = sizeof factors / sizeof *factors };
    const struct fg_gpu_schedule schedule = fg_gpu_resident_schedule(resident);
    struct course courses[COUNT];
    char topic[64], title[80];
    for (size_t i = 0; i < COUNT; i++) {
        courses[i] = course_of(resident, schedule.waves, schedule.numbers);
        tune(&courses[i], tunable, factors[i]);
    }
    snprintf(topic, sizeof topic, "factor-%s-%s", tunable_names[tunable], resident->list->name);
    snprintf(title, sizeof title, "%s: %s", resident->list->title, tunable_titles[tunable]);
    return !has_time(resident, COUNT, resident->capacity, title) ||
           race_courses(courses, COUNT, topic, title, resident->capacity, NULL);
}

bool fg_gpu_factor_curves(struct fg_gpu_resident *resident) {
    for (size_t i = FG_GPU_HARD; i <= FG_GPU_RANDOM; i++)
        if (!fg_gpu_resident_load(resident, &resident->factor->lists[i]) ||
            !sweep_tunable(resident, THREADS))
            return false;
    for (size_t i = 0; i < sizeof forms_lists / sizeof *forms_lists; i++)
        if (!fg_gpu_resident_load(resident, &resident->factor->lists[forms_lists[i]]) ||
            !race_forms(resident))
            return false;
    return true;
}

bool fg_gpu_factor_tunables(struct fg_gpu_resident *resident) {
    for (size_t i = FG_GPU_HARD; i <= FG_GPU_RANDOM; i++)
        if (!fg_gpu_resident_load(resident, &resident->factor->lists[i]) ||
            !sweep_sizes(resident) || !sweep_tunable(resident, ROUNDS_PER_LOOK) ||
            !sweep_tunable(resident, BLOCKS))
            return false;
    return true;
}
