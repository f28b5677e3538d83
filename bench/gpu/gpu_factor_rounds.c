/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor_rounds.c: where the time of a wave goes: its launches one group after the other, each
 * between two events, round by round beside the lengths of the queues.
 *
 * The backend launches the steps of a round side by side, here they follow each other.
 * Rounds are enqueued as many at a time as the backend does. The state is copied behind each of
 * them, outside of what is timed. The stream runs dry at each look, so that the first launch after
 * it has some microseconds of the host's in its time.
 */
#include "gpu_factor_parts.h"

#include <stdlib.h>
#include <string.h>

/* Groups of launches: those of a round, then those around the rounds. */
enum group {
    SORT,
    PROVE,
    HART,
    PM1,
    ECM,
    LAST_RESORT,
    ROUND_GROUPS,
    BEGIN = ROUND_GROUPS,
    COUNT,
    EXPAND,
    GROUPS
};
static const char *const group_names[GROUPS] = {
    "sort", "prove", "Hart", "P-1", "ECM", "last resort", "small primes", "count", "expand"};
static const char *const short_names[GROUPS] = {"sort", "prove", "Hart",  "P-1",  "ECM",
                                                "last", "begin", "count", "write"};
/* The steps of a round that a group has, one after the other. */
static const struct {
    enum fg_wave_step first, last;
} steps[ROUND_GROUPS] = {[PROVE] = {FG_STEP_LUCAS, FG_STEP_BASE2},
                         [HART] = {FG_STEP_HART, FG_STEP_HART},
                         [PM1] = {FG_STEP_PM1_FULL, FG_STEP_PM1_DOUBLE},
                         [ECM] = {FG_STEP_ECM_FULL, FG_STEP_ECM_DOUBLE},
                         [LAST_RESORT] = {FG_STEP_LAST_RESORT, FG_STEP_LAST_RESORT}};

static cudaError_t launch(enum group group, const struct fg_wave *wave, cudaStream_t stream) {
    cudaError_t result = cudaSuccess;
    switch (group) {
    case SORT:
        return fg_launch_wave_sort(wave, stream);
    case BEGIN:
        return fg_launch_wave_begin(wave, stream);
    case COUNT:
        return fg_launch_wave_count(wave, stream);
    case EXPAND:
        return fg_launch_wave_expand(wave, stream);
    default:
        for (int step = steps[group].first; step <= (int)steps[group].last && result == cudaSuccess;
             step++)
            result = fg_launch_wave_step(wave, (enum fg_wave_step)step, stream);
        return result;
    }
}

#define ROUNDS_MOST 256
#define LOOK_MOST FG_WAVE_ROUNDS_PER_LOOK
/* Runs whose times are kept for the table of rounds. */
#define RUNS_MOST 64

/* The lengths of a round's queues. */
struct queues {
    unsigned lengths[FG_WAVE_QUEUES];
    unsigned copies[FG_WAVE_FORMS];
};

struct breakdown {
    struct fg_gpu_resident *resident;
    struct fg_gpu_schedule schedule;
    cudaEvent_t events[LOOK_MOST][ROUND_GROUPS + 1]; /* before and after each group */
    struct fg_wave_state *states;                    /* pinned, behind each round of a look */
    unsigned rounds;                                 /* of the last run; all runs have as many */
    struct queues queues[ROUNDS_MOST];
    double sums_s[GROUPS]; /* of the last run */
    unsigned runs;
    double rounds_s[ROUNDS_MOST][ROUND_GROUPS][RUNS_MOST];
};

static bool record(const struct breakdown *at, unsigned round, unsigned event) {
    return FG_GPU(cudaEventRecord(at->events[round][event], at->resident->waves[0].stream.handle));
}

/* A group of launches and the event behind it. */
static bool enqueue(struct breakdown *at, enum group group, unsigned round, unsigned event) {
    return FG_GPU(launch(group, &at->resident->current[0], at->resident->waves[0].stream.handle)) &&
           record(at, round, event);
}

static bool enqueue_round(struct breakdown *at, unsigned round) {
    struct fg_wave *const current = &at->resident->current[0];
    current->round++;
    if (!record(at, round, 0))
        return false;
    for (enum group group = SORT; group < ROUND_GROUPS; group++)
        if (!enqueue(at, group, round, group + 1))
            return false;
    return FG_GPU(cudaMemcpyAsync(&at->states[round], current->state, sizeof *at->states,
                                  cudaMemcpyDeviceToHost, at->resident->waves[0].stream.handle));
}

/* The time between two events of a round, that have both happened, for a group. */
static bool add_elapsed(struct breakdown *at, enum group group, unsigned round, unsigned event,
                        double *elapsed_s) {
    float ms = 0;
    if (!FG_GPU(cudaEventElapsedTime(&ms, at->events[round][event], at->events[round][event + 1])))
        return false;
    *elapsed_s = (double)ms * 1e-3;
    at->sums_s[group] += *elapsed_s;
    return true;
}

/* Takes down a round that has been run. */
static bool enter_round(struct breakdown *at, unsigned round) {
    const struct fg_wave_state *const state = &at->states[round];
    struct queues *const queues = &at->queues[at->rounds];
    memcpy(queues->lengths, state->queues.lengths, sizeof queues->lengths);
    memcpy(queues->copies, state->queues.copies, sizeof queues->copies);
    for (enum group group = SORT; group < ROUND_GROUPS; group++) {
        double elapsed_s;
        if (!add_elapsed(at, group, round, group, &elapsed_s))
            return false;
        if (at->runs < RUNS_MOST)
            at->rounds_s[at->rounds][group][at->runs] = elapsed_s;
    }
    at->rounds++;
    return true;
}

/* Rounds until no part is left. */
static bool run_rounds(struct breakdown *at) {
    const unsigned look = at->schedule.rounds_per_look;
    do {
        for (unsigned i = 0; i < look; i++)
            if (!enqueue_round(at, i))
                return false;
        if (!FG_GPU(cudaStreamSynchronize(at->resident->waves[0].stream.handle)))
            return false;
        for (unsigned i = 0; i < look; i++)
            if (!enter_round(at, i))
                return false;
    } while (at->states[look - 1].appended > 0 && at->rounds + look <= ROUNDS_MOST);
    return at->states[look - 1].appended == 0 && at->states[look - 1].violations == 0;
}

/* A group that is not part of a round. */
static bool run_alone(struct breakdown *at, enum group group) {
    double elapsed_s;
    return record(at, 0, 0) && enqueue(at, group, 0, 1) &&
           FG_GPU(cudaStreamSynchronize(at->resident->waves[0].stream.handle)) &&
           add_elapsed(at, group, 0, 0, &elapsed_s);
}

/* A whole wave. */
static bool run_wave(struct breakdown *at) {
    memset(at->sums_s, 0, sizeof at->sums_s);
    at->rounds = 0;
    if (!fg_gpu_resident_begin(at->resident, 0, &at->schedule, 0, at->schedule.numbers) ||
        !run_alone(at, BEGIN))
        return false;
    if (!run_rounds(at)) {
        fprintf(stderr, "gpu_bench: a wave's rounds failed\n");
        return false;
    }
    at->runs++;
    return run_alone(at, COUNT) && run_alone(at, EXPAND);
}

/* A contender: a group of launches, or all of them together. */
struct share {
    struct breakdown *breakdown;
    enum group group; /* GROUPS: all */
};

static bool run_share(void *context) {
    return run_wave(((const struct share *)context)->breakdown);
}

static bool check_share(void *context) {
    return fg_gpu_resident_check(((const struct share *)context)->breakdown->resident, 0);
}

static double share_elapsed_s(void *context) {
    const struct share *const share = context;
    const double *const sums_s = share->breakdown->sums_s;
    double all_s = 0;
    for (enum group group = 0; group < GROUPS; group++)
        all_s += sums_s[group];
    return share->group == GROUPS ? all_s : sums_s[share->group];
}

static bool race_groups(struct breakdown *at, struct fg_bench_result *results) {
    const struct fg_gpu_list *const list = at->resident->list;
    struct share shares[GROUPS + 1];
    struct fg_bench_contender contenders[GROUPS + 1];
    char topic[64], title[80];
    for (unsigned i = 0; i <= GROUPS; i++) {
        const enum group group = i == 0 ? GROUPS : (enum group)(i - 1);
        shares[i] = (struct share){at, group};
        contenders[i] = (struct fg_bench_contender){
            .name = group == GROUPS ? "all kernels" : group_names[group],
            .run = run_share,
            .check = check_share,
            .context = &shares[i],
            .elapsed_s = share_elapsed_s,
        };
    }
    snprintf(topic, sizeof topic, "factor-kernels-%s", list->name);
    snprintf(title, sizeof title, "%s: the launches of one wave of %u", list->title,
             (unsigned)at->schedule.numbers);
    const struct fg_bench_race race = {
        .topic = topic,
        .title = title,
        .contenders = contenders,
        .count = GROUPS + 1,
        .clock = FG_BENCH_DEVICE_TIME,
    };
    return fg_bench_run(&at->resident->factor->bench->bench, &race, results);
}

static unsigned sum_of(const unsigned *lengths, unsigned from, unsigned to) {
    unsigned sum = 0;
    for (unsigned queue = from; queue < to; queue++)
        sum += lengths[queue];
    return sum;
}

/* Curves of a round: a part has several at once if parts are few. */
static unsigned long curves_of(const struct queues *queues) {
    unsigned long curves = 0;
    for (unsigned queue = FG_QUEUE_ECM; queue < FG_QUEUE_END; queue++)
        curves += (unsigned long)queues->lengths[queue] * queues->copies[FG_WAVE_FORM_OF(queue)];
    return curves;
}

/* The median of a cell, in microseconds, in as many characters as there is room for. */
static void format_us(struct breakdown *at, unsigned round, enum group group, char text[16]) {
    double sorted_s[RUNS_MOST];
    const unsigned runs = at->runs < RUNS_MOST ? at->runs : RUNS_MOST;
    double *const samples_s = at->rounds_s[round][group];
    const double us = fg_statistics_summarise(samples_s, runs, sorted_s).median_s * 1e6;
    snprintf(text, 16, us < 999.95 ? "%.1f" : "%.0f", us);
}

static void note_rounds(struct breakdown *at) {
    struct fg_bench *const bench = &at->resident->factor->bench->bench;
    fg_bench_note(bench, "each round: what waits for a step, and microseconds of its launches");
    fg_bench_note(bench, "%2s%7s%7s%7s%7s%7s%7s |%6s%6s%6s%6s%7s", "", "base 2", "Lucas", "Hart",
                  "P-1", "ECM", "curves", "sort", "prove", "Hart", "P-1", "ECM");
    for (unsigned round = 0; round < at->rounds; round++) {
        const struct queues *const queues = &at->queues[round];
        const unsigned *const lengths = queues->lengths;
        char us[ECM + 1][16];
        for (enum group group = SORT; group <= ECM; group++)
            format_us(at, round, group, us[group]);
        fg_bench_note(bench, "%2u%7u%7u%7u%7u%7u%7lu |%6s%6s%6s%6s%7s", round + 1,
                      sum_of(lengths, FG_QUEUE_UNPROVED, FG_QUEUE_PROBABLE),
                      sum_of(lengths, FG_QUEUE_PROBABLE, FG_QUEUE_HART), lengths[FG_QUEUE_HART],
                      sum_of(lengths, FG_QUEUE_PM1, FG_QUEUE_ECM),
                      sum_of(lengths, FG_QUEUE_ECM, FG_QUEUE_END), curves_of(queues), us[SORT],
                      us[PROVE], us[HART], us[PM1], us[ECM]);
    }
}

/* Notes the share of each group in the time of the kernels, and that of the kernels in a wave's. */
static void note_shares(const struct breakdown *at, const struct fg_bench_result *results) {
    struct fg_bench *const bench = &at->resident->factor->bench->bench;
    const double all_s = results[0].summary.median_s, wave_s = at->resident->list->wave_s;
    char shares[160] = "";
    size_t length = 0;
    for (enum group group = 0; group < GROUPS; group++)
        length += (size_t)snprintf(shares + length, sizeof shares - length, "%s%s %.0f",
                                   group == 0 ? "" : ", ", short_names[group],
                                   results[1 + group].summary.median_s / all_s * 100);
    fg_bench_note(bench, "%%: %s", shares);
    if (wave_s > 0)
        fg_bench_note(bench, "of the %.4g ms of a wave alone the kernels take %.1f %%",
                      wave_s * 1e3, all_s / wave_s * 100);
}

/* Products of P-1's or the curves' kernels in a wave. */
static struct fg_gpu_products kernel_products(const struct breakdown *at, enum group group) {
    struct fg_gpu_products products = {0};
    for (unsigned round = 0; round < at->rounds; round++)
        for (unsigned i = 0; i < FG_WAVE_FORMS * FG_WAVE_PROGRAMS; i++) {
            const struct queues *const queues = &at->queues[round];
            const unsigned program = i / FG_WAVE_FORMS;
            const enum fg_wave_form form = (enum fg_wave_form)(i % FG_WAVE_FORMS);
            if (group == PM1)
                fg_gpu_products_add(&products, queues->lengths[FG_QUEUE_PM1 + i],
                                    fg_gpu_pm1_products(program, form));
            else
                fg_gpu_products_add(
                    &products, (double)queues->lengths[FG_QUEUE_ECM + i] * queues->copies[form],
                    fg_gpu_curve_products(program, form));
        }
    return products;
}

static void note_kernel(struct breakdown *at, enum group group, double median_s) {
    struct fg_gpu_bench *const bench = at->resident->factor->bench;
    const struct fg_gpu_products counted = kernel_products(at, group);
    const double products = fg_gpu_products_count(counted);
    const double ceiling = fg_gpu_products_ceiling(counted, &bench->ceilings);
    char share[64] = "";
    if (products == 0)
        return;
    if (ceiling > 0)
        snprintf(share, sizeof share, ", %.1f %% of the ceiling",
                 products / median_s / ceiling * 100);
    fg_bench_note(&bench->bench, "%s: %.0f products a number, %.4g G products/s%s",
                  group_names[group], products / at->schedule.numbers, products / median_s * 1e-9,
                  share);
}

static bool break_down(struct breakdown *at) {
    struct fg_bench_result results[GROUPS + 1];
    at->runs = 0;
    if (!race_groups(at, results))
        return false;
    note_shares(at, results);
    note_kernel(at, PM1, results[1 + PM1].summary.median_s);
    note_kernel(at, ECM, results[1 + ECM].summary.median_s);
    note_rounds(at);
    return true;
}

static bool open_breakdown(struct breakdown *at) {
    for (unsigned round = 0; round < LOOK_MOST; round++)
        for (unsigned event = 0; event <= ROUND_GROUPS; event++)
            if (!FG_GPU(cudaEventCreateWithFlags(&at->events[round][event], cudaEventDefault)))
                return false;
    return FG_GPU(
        cudaHostAlloc((void **)&at->states, LOOK_MOST * sizeof *at->states, cudaHostAllocDefault));
}

static void close_breakdown(struct breakdown *at) {
    for (unsigned round = 0; round < LOOK_MOST; round++)
        for (unsigned event = 0; event <= ROUND_GROUPS; event++)
            if (at->events[round][event] != NULL)
                cudaEventDestroy(at->events[round][event]);
    if (at->states != NULL)
        cudaFreeHost(at->states);
    free(at);
}

bool fg_gpu_factor_rounds(struct fg_gpu_resident *resident) {
    struct breakdown *const at = fg_gpu_allocate(1, sizeof *at);
    if (at == NULL)
        return false;
    at->resident = resident;
    at->schedule = fg_gpu_resident_schedule(resident);
    bool fine = open_breakdown(at);
    for (size_t i = FG_GPU_HARD; fine && i <= FG_GPU_RANDOM; i++) {
        struct fg_gpu_list *const list = &resident->factor->lists[i];
        if (fg_gpu_factor_has_time(resident->factor, 0, "a wave's launches"))
            fine = fg_gpu_resident_load(resident, list) && break_down(at);
    }
    close_breakdown(at);
    return fine;
}
