/* SPDX-License-Identifier: MIT */
/*
 * gpu_trial.c: exact-division tests a second.
 *
 * A test is a product and a comparison, so that two things bound it: what the multipliers give,
 * measured by gpu_ceilings.c, and what the schedulers issue, which is counted here in the machine
 * code.
 */
#include "gpu_topics.h"
#include "trial_ideas.h"
#include "trial_work.h"

/* Of a test's ceiling, in lists of TARGET_NUMBERS and more. */
#define TARGET_SHARE 0.6
#define TARGET_NUMBERS 64
/* Instructions of a thread that a multiprocessor issues in a clock: four warps' of 32 threads. */
#define ISSUED_PER_CLOCK 128

/* A form of the kernel. What a test takes was counted in the code that nvcc 13.0 makes for
 * FG_GPU_COUNTED_CAPABILITY: in a turn of the inner loop without a hit, and before that loop. */
struct form {
    const char *name;
    bool wide;
    uint32_t step;
    fg_bench_launch *launch;
    double loop_instructions;        /* a test */
    double preparation_instructions; /* a candidate, shared by the tests of a tile */
};

static const struct form trial32 = {"trial32", false, 2, fg_launch_trial32, 2.16, 28};
static const struct form trial64 = {"trial64", true, 2, fg_launch_trial64, 4.13, 40};
static const struct form exhaustive32 = {"exhaustive32",         false, 1,
                                         fg_launch_exhaustive32, 3.16,  25};
static const struct form exhaustive64 = {"exhaustive64", true, 1, fg_launch_exhaustive64, 5.13, 43};

/* So many candidates that the kernel takes about 10 ms on an H200, or all that there are; a
 * multiple of 15, for the wheel. */
static struct fg_trial_shape shape_for(const struct fg_gpu_bench *bench, const struct form *form,
                                       unsigned bits, uint32_t number_count) {
    const uint64_t tests = bench->smoke ? 1 << 20 : UINT64_C(1) << (form->wide ? 35 : 36);
    const uint64_t most = form->wide ? UINT64_C(1) << 32 : UINT32_MAX / form->step;
    const uint64_t candidates = tests / number_count;
    return (struct fg_trial_shape){
        .bits = bits,
        .step = form->step,
        .number_count = number_count,
        .candidates = (candidates < most ? candidates : most) / 15 * 15,
    };
}

/* Tests a second if the multipliers did nothing else: a 32-bit number takes one low product; the
 * high word of a 64-bit one takes a wide product and two low ones. 0: not measured. */
static double product_ceiling(const struct fg_gpu_bench *bench, const struct form *form) {
    const struct fg_gpu_ceilings *const ceilings = &bench->ceilings;
    if (ceilings->imad <= 0 || (form->wide && ceilings->imad_wide <= 0))
        return 0;
    return form->wide ? 1 / (1 / ceilings->imad_wide + 2 / ceilings->imad) : ceilings->imad;
}

/* A rate measured over a list, to be set beside its ceilings. */
struct measured {
    const struct form *form;
    const char *topic;
    uint32_t number_count;
    double tests_per_s;
};

/* Notes what the rate is of the card's greatest issue rate. */
static void note_issue_share(struct fg_gpu_bench *bench, const struct measured *measured,
                             double issued_per_s) {
    const uint32_t sharing =
        measured->number_count < FG_TILE_NUMBERS ? measured->number_count : FG_TILE_NUMBERS;
    const double instructions =
        measured->form->loop_instructions + measured->form->preparation_instructions / sharing;
    const double ceiling = issued_per_s / instructions;
    fg_bench_note(&bench->bench, "%s: %.3g instructions a test: at most %.3g T/s, %.1f %%",
                  measured->topic, instructions, ceiling * 1e-12,
                  100 * measured->tests_per_s / ceiling);
}

/* Notes what the rate is of the multipliers' ceiling, and whether that was the aim. */
static void note_product_share(struct fg_gpu_bench *bench, const struct measured *measured) {
    const double ceiling = product_ceiling(bench, measured->form);
    if (ceiling == 0)
        return;
    const double share = measured->tests_per_s / ceiling;
    fg_bench_note(&bench->bench, "%s: %s a test: at most %.3g T/s, %.1f %%", measured->topic,
                  measured->form->wide ? "1 IMAD.WIDE, 2 IMAD" : "1 IMAD", ceiling * 1e-12,
                  100 * share);
    if (measured->number_count >= TARGET_NUMBERS)
        fg_bench_note(&bench->bench, "target: %s >= %.0f %% of its ceiling: %s (%.1f %%)",
                      measured->topic, 100 * TARGET_SHARE,
                      share >= TARGET_SHARE ? "reached" : "NOT reached", 100 * share);
}

static struct fg_bench_contender contender(const char *name, struct fg_trial_attempt *attempt) {
    return (struct fg_bench_contender){
        .name = name,
        .run = fg_trial_run,
        .check = fg_trial_check,
        .elapsed_s = fg_trial_elapsed_s,
        .context = attempt,
    };
}

/* A race whose contenders all do `work`. */
static bool race_work(struct fg_gpu_bench *bench, const struct fg_trial_work *work,
                      const struct fg_bench_contender *contenders, size_t count, const char *topic,
                      struct fg_bench_result *results) {
    char title[112]; /* room for any topic; with those of this file it stays below 79 */
    snprintf(title, sizeof title, "%s: %u numbers of %u bits, %ju candidates each", topic,
             work->shape.number_count, work->shape.bits, (uintmax_t)work->shape.candidates);
    return fg_bench_run(
        &bench->bench,
        &(struct fg_bench_race){
            .topic = topic,
            .title = title,
            .contenders = contenders,
            .count = count,
            .clock = FG_BENCH_DEVICE_TIME,
            .rates = true,
            .unit_count = (double)work->shape.number_count * (double)work->shape.candidates,
            .unit_name = "test",
        },
        results);
}

/* The kernel against the naive one; results: the naive one's, then the kernel's. */
static bool race_shape(struct fg_gpu_bench *bench, const struct form *form, const char *topic,
                       const struct fg_trial_shape *shape, struct fg_bench_result results[2]) {
    struct fg_trial_work work;
    if (!fg_trial_work_open(&work, bench, shape))
        return false;
    struct fg_trial_attempt naive = {.work = &work};
    struct fg_trial_attempt window = {.work = &work, .launch = form->launch};
    const struct fg_bench_contender contenders[] = {contender("naive, n % d", &naive),
                                                    contender("window", &window)};
    const bool raced = race_work(bench, &work, contenders, 2, topic, results);
    fg_trial_work_close(&work);
    return raced;
}

/* Over a list of a length, and what share of its ceilings that is. issued_per_s: from
 * find_issue_rate(). */
static bool race_list(struct fg_gpu_bench *bench, const struct form *form, uint32_t number_count,
                      double issued_per_s) {
    const struct fg_trial_shape shape = shape_for(bench, form, form->wide ? 64 : 32, number_count);
    char topic[40];
    struct fg_bench_result results[2];
    snprintf(topic, sizeof topic, "%s-list-%u", form->name, number_count);
    if (!race_shape(bench, form, topic, &shape, results))
        return false;
    const double tests = (double)number_count * (double)shape.candidates;
    const struct measured measured = {form, topic, number_count,
                                      tests / results[1].summary.median_s};
    note_product_share(bench, &measured);
    if (issued_per_s > 0)
        note_issue_share(bench, &measured, issued_per_s);
    return true;
}

/* Many numbers of 20 bits, which have few candidates: most of those divide often, and so hardly a
 * thread gets by with the comparison that its candidates share. */
static bool race_few_candidates(struct fg_gpu_bench *bench) {
    struct fg_bench_result results[2];
    const struct fg_trial_shape shape = {.bits = 20,
                                         .step = trial32.step,
                                         .number_count = bench->smoke ? 300 : 65535,
                                         .candidates = 510};
    return race_shape(bench, &trial32, "trial32-few-candidates", &shape, results);
}

/* The instructions of threads that the card issues a second; 0 if those of a test have not been
 * counted. */
static bool find_issue_rate(struct fg_gpu_bench *bench, double *issued_per_s) {
    int clock_khz;
    *issued_per_s = 0;
    if (bench->capability != FG_GPU_COUNTED_CAPABILITY)
        return true;
    if (!FG_GPU(cudaDeviceGetAttribute(&clock_khz, cudaDevAttrClockRate, bench->device)))
        return false;
    *issued_per_s = 1e3 * clock_khz * bench->multiprocessors * ISSUED_PER_CLOCK;
    fg_bench_note(&bench->bench, "a thread's instructions at %d MHz: at most %.4g T/s",
                  clock_khz / 1000, *issued_per_s * 1e-12);
    return true;
}

static bool race_lists(struct fg_gpu_bench *bench) {
    static const uint32_t full[] = {1, 4, 64, 4096}, small[] = {1, 4, 64, 300};
    static const struct form *const forms[] = {&trial32, &trial64};
    double issued_per_s;
    if (!find_issue_rate(bench, &issued_per_s))
        return false;
    for (size_t f = 0; f < 2; f++)
        for (size_t i = 0; i < 4; i++)
            if (!race_list(bench, forms[f], bench->smoke ? small[i] : full[i], issued_per_s))
                return false;
    return race_few_candidates(bench) && race_list(bench, &exhaustive32, 64, issued_per_s) &&
           race_list(bench, &exhaustive64, 64, issued_per_s);
}

/* Another way to do the same. */
struct other {
    const char *name;
    fg_bench_launch *launch;
    bool wheel;
};

/* Others against the first of them, over a list that is long enough for every tile. */
static bool race_others(struct fg_gpu_bench *bench, const struct form *form, unsigned bits,
                        const char *topic, const struct other *others, size_t count) {
    const struct fg_trial_shape shape = shape_for(bench, form, bits, bench->smoke ? 300 : 4096);
    struct fg_trial_work work;
    if (!fg_trial_work_open(&work, bench, &shape))
        return false;
    struct fg_trial_attempt attempts[FG_BENCH_CONTENDERS_MAX];
    struct fg_bench_contender contenders[FG_BENCH_CONTENDERS_MAX];
    for (size_t i = 0; i < count; i++) {
        attempts[i] = (struct fg_trial_attempt){
            .work = &work, .launch = others[i].launch, .wheel = others[i].wheel};
        contenders[i] = contender(others[i].name, &attempts[i]);
    }
    const bool raced = race_work(bench, &work, contenders, count, topic, NULL);
    fg_trial_work_close(&work);
    return raced;
}

/* The kernel against itself with other tunables. */
static bool race_variants(struct fg_gpu_bench *bench) {
#define FG_BENCH_ROW(name, tunable, value) {#name, fg_bench_##name##_trial32, false},
    static const struct other narrow[] = {{"as it is", fg_launch_trial32, false},
                                          FG_BENCH_TRIAL_VARIANTS(FG_BENCH_ROW)};
#undef FG_BENCH_ROW
#define FG_BENCH_ROW(name, tunable, value) {#name, fg_bench_##name##_trial64, false},
    static const struct other wide[] = {{"as it is", fg_launch_trial64, false},
                                        FG_BENCH_TRIAL_VARIANTS(FG_BENCH_ROW)};
#undef FG_BENCH_ROW
    enum { count = sizeof narrow / sizeof *narrow };
    _Static_assert(count <= FG_BENCH_CONTENDERS_MAX, "a race has no room for all variants");
    return race_others(bench, &trial32, 32, "trial32-variants", narrow, count) &&
           race_others(bench, &trial64, 64, "trial64-variants", wide, count);
}

/* The kernel against other forms of it; floating point has room for 52 bits. */
static bool race_ideas(struct fg_gpu_bench *bench) {
    static const struct other narrow[] = {
        {"window", fg_launch_trial32, false},
        {"a limit each", fg_bench_each32, false},
        {"wheel of 30", fg_bench_wheel32, true},
    };
    static const struct other wide[] = {
        {"window", fg_launch_trial64, false},          {"a limit each", fg_bench_each64, false},
        {"reciprocals", fg_bench_reciprocal52, false}, {"half of each", fg_bench_mixed52, false},
        {"wheel of 30", fg_bench_wheel64, true},
    };
    return race_others(bench, &trial32, 32, "trial32-ideas", narrow, 3) &&
           race_others(bench, &trial64, 52, "trial52-ideas", wide, 5);
}

bool fg_gpu_bench_trial(struct fg_gpu_bench *bench) {
    return race_lists(bench) && race_variants(bench) && race_ideas(bench);
}
