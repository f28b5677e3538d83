/* SPDX-License-Identifier: MIT */
/*
 * gpu_ceilings.c: what the card reaches in loops that do one thing only: the yardsticks that the
 * other topics give shares of.
 */
#include "ceilings.h"
#include "gpu_copies.h"
#include "gpu_topics.h"
#include <math.h>

/* Threads of a launch whose results the host works out as well: half of them the first, half the
 * last. */
#define CHECKED_THREADS 16
/* The card raises its clock when it has worked for a while. */
#define WAKING_S 0.3

/* The device's memory that the loops share. */
struct device_memory {
    struct fg_ceiling_factors *factors; /* [FG_CEILING_KINDS][FG_CEILING_FACTORS] */
    uint64_t *results;                  /* one for each thread of the widest launch */
    unsigned *cycles;                   /* one */
};

/* A loop as it runs in a race. */
struct loop {
    const struct fg_gpu_bench *bench;
    struct fg_ceiling_launch launch;
    bool expects; /* `expected` is filled */
    uint64_t expected[CHECKED_THREADS];
    double elapsed_s;  /* of the last run */
    unsigned cycles;   /* the fewest of any run; 0: the device has no clock */
    double cycles_ghz; /* the clock during that run */
};

/* ---- Factors ---- */

static struct fg_ceiling_factors factors_of(enum fg_ceiling_kind kind, unsigned index) {
    /* Odd multiples of the digits of the golden ratio and of pi: bits without a pattern. */
    const uint64_t a = (2 * (uint64_t)index + 1) * UINT64_C(0x9E3779B97F4A7C15);
    const uint64_t b = (2 * (uint64_t)index + 1) * UINT64_C(0x243F6A8885A308D3);
    struct fg_ceiling_factors factors = {a | 1, b | 1, 0};
    if (kind == FG_CEILING_FULL || kind == FG_CEILING_ROOMY) {
        const unsigned headroom = kind == FG_CEILING_FULL ? 0 : 6;
        const uint64_t n = (a | UINT64_C(1) << 63 | 1) >> headroom | 1;
        factors = (struct fg_ceiling_factors){n, fg_inverse64(n), b >> (headroom + 1)};
    }
    if (kind == FG_CEILING_FMA64) {
        /* x -> -(1 - 2^-30) x + b changes sign and digits all the time, and stays small. */
        const double numbers[] = {-1 + ldexp(1, -30), ldexp((double)(b >> 11), -53)};
        memcpy(&factors.a, &numbers[0], sizeof factors.a);
        memcpy(&factors.b, &numbers[1], sizeof factors.b);
    }
    return factors;
}

/* ---- The device's memory ---- */

static void free_memory(struct device_memory *memory) {
    cudaFree(memory->cycles);
    cudaFree(memory->results);
    cudaFree(memory->factors);
}

/* Returns how many blocks fill all multiprocessors without one that has to wait. */
static unsigned filling_blocks(const struct fg_gpu_bench *bench) {
    const unsigned room = (unsigned)bench->multiprocessor_threads / FG_CEILING_BLOCK;
    return (unsigned)bench->multiprocessors * (room < FG_CEILING_BLOCKS ? room : FG_CEILING_BLOCKS);
}

static bool allocate_memory(const struct fg_gpu_bench *bench, struct device_memory *memory) {
    struct fg_ceiling_factors factors[FG_CEILING_KINDS][FG_CEILING_FACTORS];
    for (int kind = 0; kind < FG_CEILING_KINDS; kind++)
        for (unsigned i = 0; i < FG_CEILING_FACTORS; i++)
            factors[kind][i] = factors_of((enum fg_ceiling_kind)kind, i);
    const size_t threads = (size_t)filling_blocks(bench) * FG_CEILING_BLOCK;
    *memory = (struct device_memory){0};
    if (FG_GPU(cudaMalloc((void **)&memory->factors, sizeof factors)) &&
        FG_GPU(cudaMalloc((void **)&memory->results, threads * sizeof *memory->results)) &&
        FG_GPU(cudaMalloc((void **)&memory->cycles, sizeof *memory->cycles)) &&
        fg_gpu_upload(memory->factors, factors, sizeof factors))
        return true;
    free_memory(memory);
    return false;
}

/* ---- A run ---- */

static unsigned thread_count(const struct fg_ceiling_launch *launch) {
    return launch->blocks * launch->block_threads;
}

static bool prepare_loop(void *context) {
    const struct loop *const loop = context;
    const struct fg_ceiling_launch *const launch = &loop->launch;
    const struct fg_gpu_clock clock = loop->bench->clock;
    return FG_GPU(cudaMemsetAsync(launch->results, 0,
                                  thread_count(launch) * sizeof *launch->results, clock.stream)) &&
           FG_GPU(cudaMemsetAsync(launch->cycles, 0, sizeof *launch->cycles, clock.stream));
}

static bool run_loop(void *context) {
    struct loop *const loop = context;
    struct fg_gpu_clock clock = loop->bench->clock;
    return fg_gpu_clock_start(&clock) && FG_GPU(fg_launch_ceiling(&loop->launch, clock.stream)) &&
           fg_gpu_clock_stop(&clock, &loop->elapsed_s);
}

static double loop_elapsed_s(void *context) {
    const struct loop *const loop = context;
    return loop->elapsed_s;
}

/* Returns a thread's result, computed by the host. */
static uint64_t expected_result(const struct fg_ceiling_launch *launch, unsigned thread) {
    const unsigned index = thread % launch->block_threads % FG_CEILING_FACTORS;
    const struct fg_ceiling_factors factors = factors_of(launch->kind, index);
    uint64_t result = 0;
    for (unsigned chain = 0; chain < launch->chains; chain++) {
        uint64_t x = fg_ceiling_start(launch->kind, thread * launch->chains + chain);
        for (uint32_t step = 0; step < launch->steps; step++)
            x = fg_ceiling_step(launch->kind, &factors, x);
        result ^= x;
    }
    return result;
}

static unsigned checked_thread(const struct fg_ceiling_launch *launch, unsigned index) {
    return index < CHECKED_THREADS / 2 ? index : thread_count(launch) - CHECKED_THREADS + index;
}

/* Returns whether the checked threads have the host's results. */
static bool check_loop(void *context) {
    struct loop *const loop = context;
    const struct fg_ceiling_launch *const launch = &loop->launch;
    for (unsigned i = 0; i < CHECKED_THREADS; i++) {
        const unsigned thread = checked_thread(launch, i);
        uint64_t result;
        if (!loop->expects)
            loop->expected[i] = expected_result(launch, thread);
        if (!FG_GPU(cudaMemcpy(&result, launch->results + thread, sizeof result,
                               cudaMemcpyDeviceToHost)) ||
            result != loop->expected[i])
            return false;
    }
    loop->expects = true;
    unsigned cycles;
    if (!FG_GPU(cudaMemcpy(&cycles, launch->cycles, sizeof cycles, cudaMemcpyDeviceToHost)))
        return false;
    if (loop->cycles == 0 || cycles < loop->cycles) {
        loop->cycles = cycles;
        loop->cycles_ghz = cycles / loop->elapsed_s * 1e-9;
    }
    return true;
}

/* ---- Races ---- */

/* A row of a race. */
struct row {
    const char *name;
    enum fg_ceiling_kind kind;
    unsigned chains;
};

enum { rows_most = 6 };

/* A race of loops: what it is, and what it left. */
struct loop_race {
    const char *topic, *title, *unit_name;
    const struct row *rows;
    size_t count;
    bool alone;          /* a warp on each multiprocessor, instead of enough to fill it */
    uint32_t operations; /* of each thread */
    struct loop loops[rows_most];
    struct fg_bench_result results[rows_most];
    double unit_count;
};

/* A multiple of what every loop does in a round. */
static const uint32_t smoke_operations = 8 * FG_CEILING_UNROLL;

static struct loop make_loop(const struct fg_gpu_bench *bench, const struct device_memory *memory,
                             const struct row *row, bool alone, uint32_t operations) {
    const bool narrow = alone || bench->smoke;
    const uint32_t operations_of_step = row->kind == FG_CEILING_ADD_XOR ? 2 : 1;
    const struct fg_ceiling_launch launch = {
        .kind = row->kind,
        .chains = row->chains,
        .blocks = narrow ? (unsigned)bench->multiprocessors : filling_blocks(bench),
        .block_threads = narrow ? 32 : FG_CEILING_BLOCK,
        .steps = operations / row->chains / operations_of_step,
        .factors = memory->factors + (size_t)row->kind * FG_CEILING_FACTORS,
        .results = memory->results,
        .cycles = memory->cycles,
    };
    return (struct loop){.bench = bench, .launch = launch};
}

/* A unit is an operation of the whole device; if warps are alone, of a thread. */
static bool run_race(struct fg_gpu_bench *bench, const struct device_memory *memory,
                     struct loop_race *race) {
    struct fg_bench_contender contenders[rows_most];
    if (bench->smoke)
        race->operations = smoke_operations;
    for (size_t i = 0; i < race->count; i++) {
        race->loops[i] = make_loop(bench, memory, &race->rows[i], race->alone, race->operations);
        contenders[i] = (struct fg_bench_contender){.name = race->rows[i].name,
                                                    .run = run_loop,
                                                    .check = check_loop,
                                                    .context = &race->loops[i],
                                                    .prepare = prepare_loop,
                                                    .elapsed_s = loop_elapsed_s};
    }
    race->unit_count = race->operations;
    if (!race->alone)
        race->unit_count *= thread_count(&race->loops[0].launch);
    const struct fg_bench_race held = {.topic = race->topic,
                                       .title = race->title,
                                       .contenders = contenders,
                                       .count = race->count,
                                       .clock = FG_BENCH_DEVICE_TIME,
                                       .rates = !race->alone,
                                       .unit_count = race->unit_count,
                                       .unit_name = race->unit_name};
    return fg_bench_run(&bench->bench, &held, race->results);
}

/* Units a second of a row of a race of the whole device. */
static double rate_of(const struct loop_race *race, size_t row) {
    return race->unit_count / race->results[row].summary.median_s;
}

/* ---- Instructions ---- */

static void note_cycles(struct fg_gpu_bench *bench, const struct loop_race *rates,
                        const struct loop_race *latencies) {
    for (size_t i = 0; i < rates->count; i++) {
        const struct loop *const all = &rates->loops[i], *const alone = &latencies->loops[i];
        if (all->cycles > 0 && alone->cycles > 0)
            fg_bench_note(&bench->bench,
                          "%s: %.1f a cycle and multiprocessor at %.2f GHz; %.2f cycles in a chain",
                          rates->rows[i].name,
                          rates->unit_count / bench->multiprocessors / all->cycles, all->cycles_ghz,
                          (double)alone->cycles / latencies->operations);
    }
}

static bool race_instructions(struct fg_gpu_bench *bench, const struct device_memory *memory) {
    static const struct row side_by_side[] = {{"imad", FG_CEILING_IMAD, 4},
                                              {"imad.wide", FG_CEILING_IMAD_WIDE, 4},
                                              {"imad.hi", FG_CEILING_IMAD_HI, 4},
                                              {"add, xor", FG_CEILING_ADD_XOR, 4},
                                              {"fma64", FG_CEILING_FMA64, 4}};
    static const struct row chained[] = {{"imad", FG_CEILING_IMAD, 1},
                                         {"imad.wide", FG_CEILING_IMAD_WIDE, 1},
                                         {"imad.hi", FG_CEILING_IMAD_HI, 1},
                                         {"add, xor", FG_CEILING_ADD_XOR, 1},
                                         {"fma64", FG_CEILING_FMA64, 1}};
    struct loop_race rates = {.topic = "ceilings-rates",
                              .title = "Instructions of the whole device, all threads busy",
                              .unit_name = "op",
                              .rows = side_by_side,
                              .count = 5,
                              .operations = 1u << 20};
    struct loop_race latencies = {.topic = "ceilings-latencies",
                                  .title = "One after another: a warp on each multiprocessor",
                                  .unit_name = "op",
                                  .rows = chained,
                                  .count = 5,
                                  .alone = true,
                                  .operations = 1u << 20};
    if (!run_race(bench, memory, &rates) || !run_race(bench, memory, &latencies))
        return false;
    note_cycles(bench, &rates, &latencies);
    bench->ceilings.imad = rate_of(&rates, 0);
    bench->ceilings.imad_wide = rate_of(&rates, 1);
    bench->ceilings.fma64 = rate_of(&rates, 4);
    return true;
}

/* ---- Products ---- */

static const struct row product_rows[] = {
    {"full, 1 chain", FG_CEILING_FULL, 1},    {"full, 2 chains", FG_CEILING_FULL, 2},
    {"full, 4 chains", FG_CEILING_FULL, 4},   {"roomy, 1 chain", FG_CEILING_ROOMY, 1},
    {"roomy, 2 chains", FG_CEILING_ROOMY, 2}, {"roomy, 4 chains", FG_CEILING_ROOMY, 4},
};

/* Notes how much of the time a product's multiplications would take at their own ceilings. */
static void note_multiplications(struct fg_gpu_bench *bench, const char *name, double rate) {
    const double wide = rate * FG_CEILING_PRODUCT_IMAD_WIDE / bench->ceilings.imad_wide;
    const double narrow = rate * FG_CEILING_PRODUCT_IMAD / bench->ceilings.imad;
    fg_bench_note(&bench->bench,
                  "%s: its %d IMAD.WIDE are %.0f %% of their ceiling, with %d IMAD %.0f %%", name,
                  FG_CEILING_PRODUCT_IMAD_WIDE, 100 * wide, FG_CEILING_PRODUCT_IMAD,
                  100 * (wide + narrow));
}

/* Returns the highest rate of a form, whose rows begin with `first`, and notes what it consists
 * of. */
static double note_products(struct fg_gpu_bench *bench, const struct loop_race *rates,
                            const struct loop_race *latencies, size_t first) {
    size_t best = first;
    for (size_t i = first + 1; i < first + 3; i++)
        if (rate_of(rates, i) > rate_of(rates, best))
            best = i;
    const double rate = rate_of(rates, best);
    if (bench->capability == FG_GPU_COUNTED_CAPABILITY)
        note_multiplications(bench, rates->rows[best].name, rate);
    if (latencies->loops[first].cycles > 0)
        fg_bench_note(&bench->bench, "%s: %.1f cycles a product", latencies->rows[first].name,
                      (double)latencies->loops[first].cycles / latencies->operations);
    return rate;
}

static bool race_products(struct fg_gpu_bench *bench, const struct device_memory *memory) {
    struct loop_race rates = {.topic = "ceilings-products",
                              .title = "Montgomery products of 64 bits, all threads busy",
                              .unit_name = "prod",
                              .rows = product_rows,
                              .count = 6,
                              .operations = 1u << 16};
    struct loop_race latencies = {
        .topic = "ceilings-product-latencies",
        .title = "The same with a warp on each multiprocessor: products of a thread",
        .unit_name = "prod",
        .rows = product_rows,
        .count = 6,
        .alone = true,
        .operations = 1u << 16};
    if (!run_race(bench, memory, &rates) || !run_race(bench, memory, &latencies))
        return false;
    bench->ceilings.full = note_products(bench, &rates, &latencies, 0);
    bench->ceilings.roomy = note_products(bench, &rates, &latencies, 3);
    return true;
}

/* Works until the clock has settled. */
static bool wake(struct fg_gpu_bench *bench, const struct device_memory *memory) {
    static const struct row row = {"imad", FG_CEILING_IMAD, 4};
    struct loop loop =
        make_loop(bench, memory, &row, false, bench->smoke ? smoke_operations : 1u << 20);
    double worked_s = 0;
    do {
        if (!run_loop(&loop))
            return false;
        worked_s += loop.elapsed_s;
    } while (!bench->smoke && worked_s < WAKING_S);
    return true;
}

bool fg_gpu_bench_ceilings(struct fg_gpu_bench *bench) {
    struct device_memory memory;
    if (!allocate_memory(bench, &memory))
        return false;
    const bool fine =
        wake(bench, &memory) && race_instructions(bench, &memory) && race_products(bench, &memory);
    free_memory(&memory);
    return fine && fg_gpu_bench_copies(bench);
}
