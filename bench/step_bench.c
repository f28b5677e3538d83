/* SPDX-License-Identifier: MIT */
/*
 * step_bench.c: what the steps of factoring cost on one core, each on its own, and what the engine
 * loses or gains with other tunables. Each constant of algorithms/split_plan.h, algorithms/hart.h
 * and factor/lanes.h has a race here that shows why it is what it is.
 *
 *     step_bench [--rounds=N] [--json=FILE] [TOPIC...]
 *
 * Topics are beginnings of the races' names: `ecm` runs ecm-40, ecm-48 ...
 */
#include "factor_variants.h"
#include "harness.h"
#include "number_lists.h"
#include "step_forms.h"

#include "algorithms/ecm_wide_tables.h"
#include "algorithms/hart.h"
#include "algorithms/one_lane.h"
#include "algorithms/small_primes.h"
#include "arith/gcd.h"
#include "methods/factor/factor_work.h"
#include "methods/factor/hart_batch.h"
#include "methods/factor/wide_lanes.h"
#include <stdlib.h>
#include <string.h>

/* Numbers of a list for steps, and for whole factorisations. */
enum { step_numbers = 256, engine_numbers = 8192 };

static const struct fg_bench_step_form *const forms[] = {
    &fg_step_full_x1, &fg_step_full_x2, &fg_step_full_x4,
    &fg_step_lazy_x1, &fg_step_lazy_x2, &fg_step_lazy_x4,
};
enum { form_count = sizeof forms / sizeof forms[0] };

/* Steps on single numbers, if `program` is something else. */
static void small_primes(const uint64_t *numbers, uint32_t blocks, uint64_t *out) {
    struct fg_factorization factors;
    bool settled;
    fg_factorization_clear(&factors);
    out[0] = fg_small_primes_strip(numbers[0], blocks, &factors, &settled) + settled;
}

static void hart(const uint64_t *numbers, uint32_t program, uint64_t *out) {
    (void)program;
    out[0] = fg_hart_block(numbers[0], 1, FG_HART_STEPS);
}

/* Hart's method in the lanes of this CPU, without the last gcd. */
static fg_hart_batch_function *hart_search;

static void hart_batch(const uint64_t *numbers, uint32_t count, uint64_t *out) {
    hart_search(numbers, count, out);
}

static void gcd(const uint64_t *numbers, uint32_t program, uint64_t *out) {
    (void)program;
    out[0] = fg_gcd64_odd(numbers[0] ^ UINT64_C(0x5555555555555554), numbers[0]);
}

static void lucas_parameter(const uint64_t *numbers, uint32_t program, uint64_t *out) {
    (void)program;
    out[0] = fg_lucas_parameter(numbers[0]);
}

static void inverse(const uint64_t *numbers, uint32_t program, uint64_t *out) {
    (void)program;
    out[0] = fg_inverse64(numbers[0]);
}

static void one(const uint64_t *numbers, uint32_t program, uint64_t *out) {
    (void)program;
    out[0] = fg_mont64_one(fg_mont64_prepare(numbers[0]));
}

/* Hart's search as in algorithms/hart.h with another odd multiplier. */
static void hart_multiplied(const uint64_t *numbers, uint32_t multiplier, uint64_t *out) {
    const uint64_t n = numbers[0];
    out[0] = 1;
    for (uint64_t k = 1; out[0] == 1 && k < FG_HART_STEPS; k++) {
        const uint64_t mkn = multiplier * k * n, four = 4 * mkn;
        uint64_t a = (uint64_t)(int64_t)sqrt((double)(int64_t)four);
        a += a * a < four;
        a += k % 2 == 0 ? ~a & 1 : (mkn + 1 - a) & (((mkn + 1) & 3) == 0 ? 7 : 3);
        const uint64_t test = a * a - four;
        const uint64_t b = (uint64_t)(int64_t)sqrt((double)(int64_t)test);
        if (b * b == test) {
            const uint64_t factor = fg_gcd64_odd(a + b, n);
            out[0] = factor != n ? factor : 1;
        }
    }
}

/* A contender: a step over a list, or an engine over one. */
struct attempt {
    const uint64_t *numbers;
    size_t count;
    fg_bench_step *step;
    unsigned lanes;
    uint32_t program;
    uint64_t passed; /* what each call of `step` has to give; 0: anything */
    fg_bench_engine *engine;
    const struct fg_wide_steps *wide; /* steps for two words, and which of them */
    enum wide_step { WIDE_STRONG, WIDE_PM1, WIDE_ECM } wide_step;
    unsigned bits; /* of the numbers, which take two words each */
    struct fg_factor_work *work;
    int plan_pm1, plan_ecm;
    struct fg_factorization *factors;
    bool wrong;
    uint64_t sum; /* keeps the steps from being optimised away */
};

/* A race in the making. */
struct lineup {
    struct fg_bench *bench;
    uint64_t numbers[engine_numbers];
    struct fg_factorization factors[engine_numbers];
    size_t number_count;
    struct fg_factor_work *work; /* the engines' */
    struct attempt attempts[FG_BENCH_CONTENDERS_MAX];
    struct fg_bench_contender contenders[FG_BENCH_CONTENDERS_MAX];
    size_t count;
    bool failed;
};

static bool run_step(void *context) {
    struct attempt *const attempt = context;
    attempt->wrong = false;
    for (size_t i = 0; i + attempt->lanes <= attempt->count; i += attempt->lanes) {
        uint64_t out[FG_HART_BATCH];
        attempt->step(attempt->numbers + i, attempt->program, out);
        attempt->sum += out[0];
        attempt->wrong |= attempt->passed != 0 && out[0] != attempt->passed;
    }
    return true;
}

static bool run_engine(void *context) {
    static const atomic_bool never;
    struct attempt *const attempt = context;
    attempt->wrong = false;
    fg_bench_plan_pm1 = attempt->plan_pm1;
    fg_bench_plan_ecm = attempt->plan_ecm;
    for (size_t i = 0; i < attempt->count; i += FG_FACTOR_TILE)
        attempt->wrong |= attempt->engine(attempt->work, attempt->numbers + i, FG_FACTOR_TILE,
                                          &never, attempt->factors + i) != FG_OK;
    return true;
}

/* A step of a form for numbers of two words, for as many as are given in single words. */
static bool run_wide(void *context) {
    static _Alignas(FG_WIDE_SPACE_ALIGNMENT) char space[FG_WIDE_SPACE_BYTES];
    struct attempt *const attempt = context;
    const unsigned lanes = attempt->wide->lanes;
    struct fg_wide_curve curves[FG_WIDE_LANES_MOST];
    fg_wide n[FG_WIDE_LANES_MOST], found[FG_WIDE_LANES_MOST], early[FG_WIDE_LANES_MOST];
    uint32_t bases[FG_WIDE_LANES_MOST];
    for (size_t i = 0; i + lanes <= attempt->count; i += lanes) {
        for (unsigned lane = 0; lane < lanes; lane++) {
            const uint64_t word = attempt->numbers[i + lane];
            const fg_wide top = (fg_wide)1 << (attempt->bits - 1);
            n[lane] = top | (fg_wide_join(word, ~word) & (top - 1)) | 1;
            curves[lane] = (struct fg_wide_curve){fg_ecm_curves[lane].x, fg_ecm_curves[lane].y,
                                                  fg_ecm_curves[lane].z};
            bases[lane] = attempt->program;
        }
        if (attempt->wide_step == WIDE_STRONG)
            found[0] = attempt->wide->strong_base(n, bases);
        else if (attempt->wide_step == WIDE_PM1)
            attempt->wide->pm1(n, attempt->program, space, found, early);
        else
            attempt->wide->ecm(n, attempt->program, curves, space, found, early);
        attempt->sum += fg_wide_low(found[0]);
    }
    return true;
}

static bool check(void *context) {
    return !((const struct attempt *)context)->wrong;
}

static void fill(struct lineup *lineup, enum fg_bench_list_kind kind, unsigned bits, size_t count) {
    const struct fg_bench_list list = {kind, bits, UINT64_C(1000000000000000000)};
    fg_bench_fill(&list, lineup->numbers, count);
    lineup->number_count = count;
}

static struct attempt *add(struct lineup *lineup, const char *name, bool (*run)(void *)) {
    struct attempt *const attempt = &lineup->attempts[lineup->count];
    *attempt = (struct attempt){.numbers = lineup->numbers, .count = lineup->number_count};
    lineup->contenders[lineup->count++] =
        (struct fg_bench_contender){.name = name, .run = run, .check = check, .context = attempt};
    return attempt;
}

static struct attempt *add_step(struct lineup *lineup, const char *name, fg_bench_step *step,
                                unsigned lanes, uint32_t program) {
    struct attempt *const attempt = add(lineup, name, run_step);
    attempt->step = step;
    attempt->lanes = lanes;
    attempt->program = program;
    return attempt;
}

static struct attempt *add_engine(struct lineup *lineup, const char *name,
                                  fg_bench_engine *engine) {
    struct attempt *const attempt = add(lineup, name, run_engine);
    attempt->engine = engine;
    attempt->work = lineup->work;
    attempt->factors = lineup->factors;
    attempt->plan_pm1 = attempt->plan_ecm = -1;
    return attempt;
}

/* Runs the race, if it is wanted, and empties the lineup. */
static void race(struct lineup *lineup, const char *topic, const char *title, double unit_count,
                 const char *unit_name) {
    const struct fg_bench_race race = {
        .topic = topic,
        .title = title,
        .contenders = lineup->contenders,
        .count = lineup->count,
        .rounds_most = 7,
        .clock = FG_BENCH_CPU_TIME,
        .least_sample_s = 0.01,
        .unit_count = unit_count,
        .unit_name = unit_name,
    };
    if (!lineup->failed && fg_bench_is_asked_for(lineup->bench, topic) &&
        !fg_bench_run(lineup->bench, &race, NULL))
        lineup->failed = true;
    lineup->count = 0;
}

/* Lanes of factor/lanes_scalar.c and FG_PLAN_LAZY_MAX: products, and the steps made of them. */
static void race_forms(struct lineup *lineup) {
    static const char *const bits[FG_ECM_PROGRAM_COUNT] = {"40", "48", "56", "62", "64"};
    fill(lineup, FG_BENCH_SEMIPRIMES, 58, step_numbers);
    for (size_t i = 0; i < form_count; i++)
        add_step(lineup, forms[i]->name, forms[i]->product, forms[i]->lanes, 0);
    race(lineup, "product", "Montgomery squarings in a row, by lanes side by side",
         (double)step_numbers * FG_BENCH_CHAIN_LENGTH, "prod");
    for (uint32_t program = 0; program < FG_PM1_PROGRAM_COUNT; program++) {
        char topic[20], title[79];
        snprintf(topic, sizeof topic, "pm1-%s", bits[program]);
        snprintf(title, sizeof title, "P-1, program of %s bits, by lanes", bits[program]);
        for (size_t i = 0; i < form_count; i++)
            add_step(lineup, forms[i]->name, forms[i]->pm1, forms[i]->lanes, program);
        race(lineup, topic, title, step_numbers, "number");
    }
    for (uint32_t program = 0; program < FG_ECM_PROGRAM_COUNT; program++) {
        char topic[20], title[79];
        snprintf(topic, sizeof topic, "ecm-%s", bits[program]);
        snprintf(title, sizeof title, "one curve, program of %s bits, by lanes", bits[program]);
        for (size_t i = 0; i < form_count; i++)
            add_step(lineup, forms[i]->name, forms[i]->ecm, forms[i]->lanes, program);
        race(lineup, topic, title, step_numbers, "number");
    }
}

/* Lanes of the proofs. */
static void race_tests(struct lineup *lineup) {
    fill(lineup, FG_BENCH_PRIMES, 64, step_numbers);
    for (size_t i = 0; i < form_count; i++)
        if (forms[i]->base2 != NULL)
            add_step(lineup, forms[i]->name, forms[i]->base2, forms[i]->lanes, 0)->passed =
                (UINT64_C(1) << forms[i]->lanes) - 1;
    race(lineup, "base2", "the strong test to base 2, 64-bit primes, by lanes", step_numbers,
         "number");
    for (size_t i = 0; i < form_count; i++)
        if (forms[i]->lucas != NULL)
            add_step(lineup, forms[i]->name, forms[i]->lucas, forms[i]->lanes, 0)->passed =
                (UINT64_C(1) << forms[i]->lanes) - 1;
    race(lineup, "lucas", "the Lucas test with its parameter, 64-bit primes, by lanes",
         step_numbers, "number");
    add_step(lineup, "gcd, odd", gcd, 1, 0);
    add_step(lineup, "Lucas parameter", lucas_parameter, 1, 0);
    add_step(lineup, "inverse mod 2^64", inverse, 1, 0);
    add_step(lineup, "2^64 mod n", one, 1, 0);
    race(lineup, "operations", "single operations, 64-bit primes", step_numbers, "number");
}

/* Lanes of factor/wide_lanes_*.c: one step of each form for two words that runs here, with its
 * largest numbers. */
static void race_wide_step(struct lineup *lineup, enum wide_step step, uint32_t program,
                           const char *topic, const char *title) {
    char names[FG_BENCH_CONTENDERS_MAX][30];
    for (unsigned i = 0; i < fg_wide_lanes_count; i++) {
        const struct fg_wide_lanes *const entry = fg_wide_lanes_all[i];
        for (unsigned k = 0; entry->runs_here() && k < entry->form_count; k++) {
            const struct fg_wide_form *const form = entry->forms[k];
            const bool scalar = form == &fg_wide_form_scalar || form == &fg_wide_form_scalar_lazy;
            if ((scalar && entry != &fg_wide_lanes_scalar) ||
                lineup->count == FG_BENCH_CONTENDERS_MAX)
                continue;
            snprintf(names[lineup->count], sizeof names[0], "%s, %u bits", entry->name, form->bits);
            struct attempt *const attempt = add(lineup, names[lineup->count], run_wide);
            attempt->wide = step == WIDE_STRONG ? form->primality
                            : step == WIDE_PM1  ? form->pm1
                                                : form->ecm;
            attempt->wide_step = step;
            attempt->program = program;
            attempt->bits = form->bits;
        }
    }
    race(lineup, topic, title, (double)lineup->number_count, "number");
}

static void race_wide_forms(struct lineup *lineup) {
    static const char programs[FG_WIDE_ECM_PROGRAM_COUNT] = {'A', 'B', 'C', 'D', 'E'};
    char topic[20], title[79];
    fill(lineup, FG_BENCH_SEMIPRIMES, 64, step_numbers);
    race_wide_step(lineup, WIDE_STRONG, 2, "wide-strong-2", "the strong test to base 2, two words");
    race_wide_step(lineup, WIDE_STRONG, 3, "wide-strong-3", "the strong test to base 3, two words");
    for (uint32_t program = 0; program < FG_WIDE_ECM_PROGRAM_COUNT; program++) {
        snprintf(topic, sizeof topic, "wide-pm1-%c", programs[program]);
        snprintf(title, sizeof title, "P-1, program %c, two words", programs[program]);
        race_wide_step(lineup, WIDE_PM1, program, topic, title);
        snprintf(topic, sizeof topic, "wide-ecm-%c", programs[program]);
        snprintf(title, sizeof title, "one curve, program %c, two words", programs[program]);
        race_wide_step(lineup, WIDE_ECM, program, topic, title);
    }
}

/* FG_PLAN_SMALL_BLOCKS, FG_SMALL_BLOCKS. */
static void race_small_primes(struct lineup *lineup) {
    static const struct {
        uint32_t blocks;
        const char *name;
    } choices[] = {{1, "1 block"},    {2, "2 blocks"},   {4, "4 blocks"},   {7, "7 blocks"},
                   {10, "10 blocks"}, {14, "14 blocks"}, {18, "18 blocks"}, {22, "22 blocks"}};
    fill(lineup, FG_BENCH_PRIMES, 64, step_numbers);
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
        if (choices[i].blocks <= FG_SMALL_BLOCKS)
            add_step(lineup, choices[i].name, small_primes, 1, choices[i].blocks);
    race(lineup, "small-primes", "small primes, blocks of eight, none divides", step_numbers,
         "number");
}

/* FG_HART_MULTIPLIER, FG_HART_STEPS, FG_HART_BATCH: times by size and by numbers in turns, other
 * multipliers, the longest search. */
static void race_hart(struct lineup *lineup) {
    static const char *const multipliers[] = {"45", "105", "315", "945", "1155", "3465"};
    const unsigned most_bits = (fg_bit_length64(FG_HART_MAX) - 1) / 2 * 2;
    uint64_t numbers[FG_BENCH_CONTENDERS_MAX][step_numbers];
    char names[FG_BENCH_CONTENDERS_MAX][20];
    for (unsigned i = 0, bits = most_bits - 12; bits <= most_bits; i++, bits += 2) {
        const struct fg_bench_list list = {FG_BENCH_SEMIPRIMES, bits, 0};
        fg_bench_fill(&list, numbers[i], step_numbers);
        snprintf(names[i], sizeof names[i], "%u bits", bits);
        lineup->number_count = step_numbers;
        add_step(lineup, names[i], hart, 1, 0)->numbers = numbers[i];
    }
    race(lineup, "hart-sizes", "Hart's method on semiprimes, by size", step_numbers, "number");

    hart_search = fg_hart_batch_select();
    fill(lineup, FG_BENCH_SEMIPRIMES, 32, step_numbers);
    add_step(lineup, "not in lanes", hart, 1, 0);
    add_step(lineup, "in lanes, 1 number", hart_batch, 1, 1);
    add_step(lineup, "4 numbers", hart_batch, 4, 4);
    add_step(lineup, "16 numbers", hart_batch, 16, 16);
    add_step(lineup, "32 numbers", hart_batch, 32, 32);
    add_step(lineup, "64 numbers", hart_batch, 64, 64);
    race(lineup, "hart-batch", "Hart's method on 32-bit semiprimes, by numbers in turns",
         step_numbers, "number");

    fill(lineup, FG_BENCH_SEMIPRIMES, most_bits, step_numbers);
    add_step(lineup, "as built", hart, 1, 0);
    for (size_t i = 0; i < sizeof multipliers / sizeof multipliers[0]; i++)
        add_step(lineup, multipliers[i], hart_multiplied, 1,
                 (uint32_t)strtoul(multipliers[i], NULL, 10));
    race(lineup, "hart-multipliers", "Hart's method on its largest semiprimes, by multiplier",
         step_numbers, "number");

    if (!fg_bench_is_asked_for(lineup->bench, "hart-steps"))
        return;
    fill(lineup, FG_BENCH_SEMIPRIMES, most_bits, engine_numbers);
    uint32_t longest = 0;
    for (size_t i = 0; i < engine_numbers; i++) {
        uint32_t k = 1;
        while (k < FG_HART_STEPS && fg_hart_block(lineup->numbers[i], k, k + 1) == 1)
            k++;
        longest = k > longest ? k : longest;
    }
    fg_bench_note(lineup->bench, "hart-steps: the longest of %d searches at %u bits took %u of %u",
                  engine_numbers, most_bits, longest, FG_HART_STEPS);
}

/* The lists that tunables of the engine are judged by. */
static const struct {
    const char *name;
    enum fg_bench_list_kind kind;
    unsigned bits;
} engine_lists[] = {
    {"random-32", FG_BENCH_RANDOM, 32},         {"random-64", FG_BENCH_RANDOM, 64},
    {"from-1e18", FG_BENCH_CONSECUTIVE, 0},     {"semiprimes-35", FG_BENCH_SEMIPRIMES, 35},
    {"semiprimes-36", FG_BENCH_SEMIPRIMES, 36}, {"semiprimes-40", FG_BENCH_SEMIPRIMES, 40},
    {"semiprimes-48", FG_BENCH_SEMIPRIMES, 48}, {"semiprimes-56", FG_BENCH_SEMIPRIMES, 56},
    {"semiprimes-62", FG_BENCH_SEMIPRIMES, 62}, {"semiprimes-64", FG_BENCH_SEMIPRIMES, 64},
};
enum { engine_list_count = sizeof engine_lists / sizeof engine_lists[0] };

static const struct {
    const char *name, *tunable;
    int value;
    fg_bench_engine *engine;
} variants[] = {
#define VARIANT(name, tunable, value) {#name, #tunable, value, fg_bench_factor_##name},
    FG_BENCH_VARIANTS(VARIANT)
#undef VARIANT
};

/* Returns whether the algorithms' domains allow the variant: Hart's method up to FG_HART_MAX, ECM
 * above FG_ECM_MIN. */
static bool allowed(const char *tunable, int value) {
    return strcmp(tunable, "HART_BITS") != 0 ||
           (UINT64_C(1) << value <= FG_HART_MAX && UINT64_C(1) << value >= FG_ECM_MIN);
}

/* The engine as built against all variants of one tunable. */
static void race_tunable(struct lineup *lineup, const char *tunable, const char *topic_begin,
                         size_t list) {
    char topic[60], title[79];
    snprintf(topic, sizeof topic, "%s-%s", topic_begin, engine_lists[list].name);
    if (!fg_bench_is_asked_for(lineup->bench, topic))
        return;
    snprintf(title, sizeof title, "the engine by FG_PLAN_%s, %s", tunable, engine_lists[list].name);
    fill(lineup, engine_lists[list].kind, engine_lists[list].bits, engine_numbers);
    add_engine(lineup, "as built", fg_factor_run);
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++)
        if (strcmp(variants[i].tunable, tunable) == 0 && allowed(tunable, variants[i].value) &&
            lineup->count < FG_BENCH_CONTENDERS_MAX)
            add_engine(lineup, variants[i].name, variants[i].engine);
    race(lineup, topic, title, engine_numbers, "number");
}

/* The plans: one program for all curves, and one for P-1. */
static void race_plans(struct lineup *lineup, size_t list) {
    static const char *const ecm_names[] = {"ECM 40", "ECM 48", "ECM 56", "ECM 62", "ECM 64"};
    static const char *const pm1_names[] = {"P-1 40", "P-1 48", "P-1 56", "P-1 62", "P-1 64"};
    char topic[60], title[79];
    snprintf(topic, sizeof topic, "plan-ecm-%s", engine_lists[list].name);
    snprintf(title, sizeof title, "the engine by ECM's program, %s", engine_lists[list].name);
    fill(lineup, engine_lists[list].kind, engine_lists[list].bits, engine_numbers);
    add_engine(lineup, "as built", fg_factor_run);
    for (int program = 0; program < FG_ECM_PROGRAM_COUNT; program++)
        add_engine(lineup, ecm_names[program], fg_bench_factor_plan)->plan_ecm = program;
    race(lineup, topic, title, engine_numbers, "number");

    snprintf(topic, sizeof topic, "plan-pm1-%s", engine_lists[list].name);
    snprintf(title, sizeof title, "the engine by P-1's program, %s", engine_lists[list].name);
    add_engine(lineup, "as built", fg_factor_run);
    add_engine(lineup, "no P-1", fg_bench_factor_plan)->plan_pm1 = FG_BENCH_NO_PM1;
    for (int program = 0; program < FG_PM1_PROGRAM_COUNT; program++)
        add_engine(lineup, pm1_names[program], fg_bench_factor_plan)->plan_pm1 = program;
    race(lineup, topic, title, engine_numbers, "number");
}

/* Returns whether the step's two answers hold a proper factor of n. */
static bool splits(uint64_t n, uint64_t found, uint64_t early) {
    const uint64_t factor = fg_gcd64_odd(found, n), first = fg_gcd64_odd(early, n);
    return (factor != 1 && factor != n) || (first != 1 && first != n);
}

/* Counts the curves that the composite n takes; FG_ECM_CURVE_COUNT + 1: all were in vain. */
static unsigned curves_taken(uint64_t n) {
    const struct fg_field field = fg_prepare(&n);
    const uint32_t plan = fg_plan_of(n, true);
    uint32_t curve = 0;
    for (uint32_t step = 0; curve < FG_ECM_CURVE_COUNT; step++) {
        const struct fg_plan_step at = fg_plan_at(plan, step);
        uint64_t found = 1, early = 1;
        if (at.method == FG_PLAN_PM1) {
            fg_pm1_run(&field, &fg_pm1_programs[at.program], &found, &early);
        } else if (at.method == FG_PLAN_ECM) {
            fg_ecm_run(&field, &fg_ecm_programs[at.program], &curve, &found, &early);
            curve++;
        } else {
            break;
        }
        if (splits(n, found, early))
            return curve;
    }
    return FG_ECM_CURVE_COUNT + 1;
}

/* FG_PLAN_CURVES: how many curves 64-bit semiprimes take, after P-1. */
static void count_curves(struct lineup *lineup) {
    enum { number_count = 100000, row_count = 5 };
    static const double shares[row_count] = {0.5, 0.9, 0.99, 0.999, 0.9999};
    const struct fg_bench_list list = {FG_BENCH_SEMIPRIMES, 64, 0};
    static unsigned taken[FG_ECM_CURVE_COUNT + 2];
    if (!fg_bench_is_asked_for(lineup->bench, "curves"))
        return;
    uint64_t *const numbers = calloc(number_count, sizeof *numbers);
    if (numbers == NULL) {
        lineup->failed = true;
        return;
    }
    fg_bench_fill(&list, numbers, number_count);
    for (size_t i = 0; i < number_count; i++)
        taken[curves_taken(numbers[i])]++;
    free(numbers);
    unsigned within[row_count], sum = 0, row = 0;
    for (unsigned curves = 0; curves <= FG_ECM_CURVE_COUNT + 1; curves++)
        for (sum += taken[curves]; row < row_count && sum >= shares[row] * number_count; row++)
            within[row] = curves;
    fg_bench_note(
        lineup->bench,
        "curves: 64-bit semiprimes take %u, %u, %u, %u, %u curves (50, 90, 99, 99.9, 99.99 "
        "%%); all %d in vain for %u of %d",
        within[0], within[1], within[2], within[3], within[4], FG_ECM_CURVE_COUNT,
        taken[FG_ECM_CURVE_COUNT + 1], number_count);
}

int main(int argc, char **argv) {
    static struct lineup lineup;
    struct fg_bench bench;
    if (!fg_bench_open(&bench, "step_bench", false, &argc, argv))
        return EXIT_FAILURE;
    struct fg_error error;
    if (fg_factor_work_open(&lineup.work, &error) != FG_OK) {
        fprintf(stderr, "step_bench: %s\n", error.message);
        return EXIT_FAILURE;
    }
    lineup.bench = &bench;
    race_forms(&lineup);
    race_tests(&lineup);
    race_wide_forms(&lineup);
    race_small_primes(&lineup);
    race_hart(&lineup);
    count_curves(&lineup);
    for (size_t list = 0; list < engine_list_count; list++) {
        const bool composites = engine_lists[list].kind == FG_BENCH_SEMIPRIMES;
        if (!composites)
            race_tunable(&lineup, "SMALL_BLOCKS", "blocks", list);
        if (!composites || engine_lists[list].bits <= 40)
            race_tunable(&lineup, "HART_BITS", "hart", list);
        if (engine_lists[list].bits >= 40)
            race_plans(&lineup, list);
    }
    fg_factor_work_close(lineup.work);
    const bool written = fg_bench_close(&bench);
    return !lineup.failed && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
