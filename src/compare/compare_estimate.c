/* SPDX-License-Identifier: MIT */
/*
 * compare_estimate.c: a linear model of a run (call + numbers + work), fitted to two series of
 * quick probes that grow until they take long enough to be timed.
 *
 * The first series are copies of 1, which make next to no work: they cost what a number costs. The
 * second are numbers with more and more candidates. Whatever else runs on the machine makes a probe
 * slower, never faster, so each is the fastest of a few tries. The longest probes decide, because a
 * delay is divided by the most units there: of candidates the least of their rates, as a core that
 * shares its units with another is slower for a while; of numbers the median, as what is done for a
 * number, a fork say, is slower in a long run than at its best.
 *
 * Units of fg_work() are no measure beyond the sizes that were probed: candidates of 64 bits take
 * twice what those of 32 bits do, those above 2^63 sixty times as much. So numbers are weighed by
 * what one thread takes for them (fg_sample_work()), and the probes say how many times as long a
 * run through the row's backend takes. Each weight is in that of one reference number, which is
 * sampled beside it, in the same while.
 *
 * What `factor` takes for a number does not follow from its size, and no number takes it long: its
 * second series are larger and larger samples of the input, of which the last decides alone.
 *
 * A double holds every sum: 2^64 candidates of 10^9 numbers are far below its range.
 */
#include "compare/compare_estimate.h"

#include "measure/clock.h"
#include "text/failure.h"
#include <math.h>
#include <stdlib.h>

/* A series ends at its second probe that takes so long: one alone may have been delayed. */
#define PROBE_TARGET_S 2e-3
/* The same before a row is skipped: delays of a busy scheduler, some milliseconds, are small then.
 */
#define CAREFUL_TARGET_S 10e-3
#define PROBES_ON_TARGET 2
/* The fastest of so many counts: in the others a worker woke up late, or something else ran. */
#define PROBE_TRIES 3
#define PROBE_GROWTH 2
#define COPIES_MAX 4096
#define SAMPLE_MAX FG_COMPARE_MADE_UP_MAX
#define CANDIDATES_FIRST UINT64_C(1024)
/* Numbers in a candidate probe: one for each job, or as many as keep a GPU's threads in step; not
 * more than the input has. */
#define WIDTH_MAX 256
#define WIDTH_GPU 64
/* At least this part of a probe's time is put down to its work: calls that were timed too slow
 * never make a candidate look faster than half of the truth. */
#define WORK_SHARE_MIN 0.5
/* Numbers are weighed by the bits of their fg_work(): below this all units weigh the same, and a
 * class with less than this share of the input's work weighs what the others do. */
#define CLASS_MIN 16
#define CLASS_SHARE_MIN 0.02
#define CLASSES 65
/* Every weight is in that of an odd number with so much work. */
#define REFERENCE_WORK (UINT64_C(1) << 24)
/* How many samples beside the reference's a weight is the median of, the second before a row is
 * skipped. */
#define WEIGHINGS 1
#define CAREFUL_WEIGHINGS 3

/* How many probes of a series decide, its last ones. */
#define DECIDING 3
/* A probe at so many times the least rate was delayed. One that takes so many times the target ends
 * the series all the same. */
#define DELAYED_RATIO 2
#define TOO_LONG_RATIO 8

struct prober {
    const struct fg_compare_operations *operations;
    struct fg_compare_row *row;
    struct fg_error *error;
    double weight_s;    /* what a unit of weight takes, with all workers busy */
    unsigned weighings; /* 1 .. CAREFUL_WEIGHINGS */
};

/* Sorts few values, and returns the one in the middle, the lower one of two. */
static double median_of(double *values, size_t count) {
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && values[k] < values[k - 1]; k--) {
            const double larger = values[k - 1];
            values[k - 1] = values[k];
            values[k] = larger;
        }
    return values[(count - 1) / 2];
}

static enum fg_status probe_once(struct prober *prober, const uint64_t *numbers, size_t count,
                                 double *seconds) {
    const struct fg_compare_operations *operations = prober->operations;
    const struct fg_compare_batch batch = {.made_up = numbers, .count = count};
    struct fg_compare_sample sample = {0};
    const enum fg_status status =
        operations->run(operations->context, prober->row->engine, &batch, &sample, prober->error);
    *seconds = sample.wall_s;
    return status;
}

static enum fg_status probe_best(struct prober *prober, const uint64_t *numbers, size_t count,
                                 double *seconds) {
    enum fg_status status = FG_OK;
    *seconds = INFINITY;
    for (int i = 0; i < PROBE_TRIES && status == FG_OK; i++) {
        double once;
        status = probe_once(prober, numbers, count, &once);
        *seconds = fmin(*seconds, once);
    }
    return status;
}

/* Whether a probe is one of those that end its series. *least_rate is the least of the series. */
static bool is_on_target(double spent_s, double target_s, double rate, double *least_rate) {
    *least_rate = fmin(*least_rate, rate);
    return spent_s >= target_s &&
           (rate <= DELAYED_RATIO * *least_rate || spent_s >= TOO_LONG_RATIO * target_s);
}

/* Lowers call_s, and sets number_s. */
static enum fg_status fit_numbers(struct prober *prober, double target_s) {
    struct fg_compare_estimate *estimate = &prober->row->estimate;
    uint64_t ones[COPIES_MAX];
    for (size_t i = 0; i < COPIES_MAX; i++)
        ones[i] = 1;

    /* The first call of all pays for what is set up lazily. */
    double seconds, rates[DECIDING], least_rate = INFINITY;
    FG_TRY(probe_once(prober, ones, 1, &seconds));
    unsigned on_target = 0;
    size_t probed = 0;
    for (size_t copies = 1; copies <= COPIES_MAX && on_target < PROBES_ON_TARGET;
         copies *= PROBE_GROWTH) {
        FG_TRY(probe_best(prober, ones, copies, &seconds));
        estimate->call_s = fmin(estimate->call_s, seconds);
        const double rate = seconds / (double)copies;
        rates[probed++ % DECIDING] = rate;
        on_target += is_on_target(seconds, target_s, rate, &least_rate);
    }
    estimate->number_s = median_of(rates, probed < DECIDING ? probed : DECIDING);
    return FG_OK;
}

/* The least odd number with so much work, 2^64 - 1 if none has. */
static uint64_t number_with_work(enum fg_method method, uint64_t work) {
    uint64_t low = 0, high = UINT64_MAX / 2; /* n = 2 i + 1 */
    while (low < high) {
        const uint64_t i = low + (high - low) / 2;
        if (fg_work(method, 2 * i + 1) >= work)
            high = i;
        else
            low = i + 1;
    }
    return 2 * low + 1;
}

/* What one thread takes for n. */
static enum fg_status sample(struct prober *prober, uint64_t n, double *seconds) {
    const struct fg_compare_operations *const operations = prober->operations;
    FG_TRY(operations->sample_work(operations->context, prober->row->method, n, seconds,
                                   prober->error));
    *seconds = fmax(*seconds, FG_CLOCK_RESOLUTION_S);
    return FG_OK;
}

/* Returns in a measure whose unit takes the same for all numbers how much work n is: what one
 * thread takes for it, in what it takes for the reference, or fg_work() if nothing tells. */
static enum fg_status weigh(struct prober *prober, uint64_t n, double *weight) {
    const enum fg_method method = prober->row->method;
    *weight = (double)fg_work(method, n);
    if (prober->operations->sample_work == NULL || fg_compare_uses_gpu(prober->row))
        return FG_OK;
    const uint64_t reference = number_with_work(method, REFERENCE_WORK);
    double weights[CAREFUL_WEIGHINGS];
    for (unsigned i = 0; i < prober->weighings; i++) {
        double reference_s, seconds;
        FG_TRY(sample(prober, reference, &reference_s));
        FG_TRY(sample(prober, n, &seconds));
        weights[i] = seconds / reference_s;
    }
    *weight = median_of(weights, prober->weighings);
    return FG_OK;
}

/* The odd number 2^k - 1 with at least so many candidates, 2^64 - 1 where none has. */
static uint64_t number_with_candidates(enum fg_method method, uint64_t candidates) {
    for (unsigned bits = 2; bits < 64; bits++) {
        const uint64_t n = (UINT64_C(1) << bits) - 1;
        if (fg_work(method, n) >= candidates)
            return n;
    }
    return UINT64_MAX;
}

static size_t probe_width(const struct fg_compare_row *row) {
    size_t width = fg_compare_uses_gpu(row) ? WIDTH_GPU : row->jobs;
    if (width > row->work.count)
        width = row->work.count;
    if (width > WIDTH_MAX)
        width = WIDTH_MAX;
    return width > 0 ? width : 1;
}

/* What a call with so many numbers takes, their work left out. */
static double overhead_s(const struct fg_compare_estimate *estimate, size_t count) {
    return estimate->call_s + (double)(count - 1) * estimate->number_s;
}

/* A probe of numbers with many candidates. */
struct candidate_probe {
    uint64_t largest;
    double units; /* fg_work() of all its numbers */
    double spent_s;
};

/* Lowers weight_s, given call_s and number_s. */
static enum fg_status fit_candidates(struct prober *prober, double target_s) {
    struct fg_compare_estimate *estimate = &prober->row->estimate;
    const enum fg_method method = prober->row->method;
    const size_t width = probe_width(prober->row);
    struct candidate_probe probes[DECIDING];
    uint64_t largest = 0;
    unsigned on_target = 0;
    size_t probed = 0;
    double least_rate = INFINITY;

    /* At 2^63 candidates the largest number is 2^64 - 1, and the loop ends. */
    for (uint64_t goal = CANDIDATES_FIRST; largest < UINT64_MAX && on_target < PROBES_ON_TARGET;
         goal *= PROBE_GROWTH) {
        largest = number_with_candidates(method, goal);
        uint64_t numbers[WIDTH_MAX];
        double units = 0, seconds;
        for (size_t i = 0; i < width; i++) {
            numbers[i] = largest - 2 * i; /* above 0: `largest` has over CANDIDATES_FIRST */
            units += (double)fg_work(method, numbers[i]);
        }
        FG_TRY(probe_best(prober, numbers, width, &seconds));
        const double spent_s =
            fmax(seconds - overhead_s(estimate, width), WORK_SHARE_MIN * seconds);
        probes[probed++ % DECIDING] = (struct candidate_probe){largest, units, spent_s};
        on_target += is_on_target(spent_s, target_s, spent_s / units, &least_rate);
    }
    const size_t deciding = probed < DECIDING ? probed : DECIDING;
    for (size_t i = 0; i < deciding; i++) {
        double weight;
        FG_TRY(weigh(prober, probes[i].largest, &weight));
        weight *= probes[i].units / (double)fg_work(method, probes[i].largest);
        prober->weight_s = fmin(prober->weight_s, probes[i].spent_s / weight);
    }
    return FG_OK;
}

/* Number i of a sample of the input: a sequence that comes by all parts of it alike, in no step
 * that a regular input could have too. */
static uint64_t sampled_number(const struct fg_compare_request *request, size_t i, size_t size) {
    const double golden = 0.6180339887498949;
    return request->numbers[size == request->count
                                ? i
                                : (size_t)(fmod((double)i * golden, 1) * (double)request->count)];
}

/* Sets run_s, and work_s as what follows from it. */
static enum fg_status fit_sample(struct prober *prober, const struct fg_compare_request *request,
                                 double target_s) {
    struct fg_compare_row *const row = prober->row;
    const size_t most = request->count < SAMPLE_MAX ? request->count : SAMPLE_MAX;
    uint64_t *const numbers = malloc(most * sizeof *numbers);
    if (numbers == NULL)
        return fg_program_fail_memory(prober->error);
    enum fg_status status = FG_OK;
    unsigned on_target = 0;
    for (size_t size = probe_width(row), probed = 0;
         status == FG_OK && probed < most && on_target < PROBES_ON_TARGET;
         size = size * PROBE_GROWTH < most ? size * PROBE_GROWTH : most) {
        double seconds;
        for (size_t i = 0; i < size; i++)
            numbers[i] = sampled_number(request, i, size);
        status = probe_best(prober, numbers, size, &seconds);
        row->estimate.run_s = seconds * (double)request->count / (double)size;
        row->estimate.work_s = row->estimate.run_s / row->work.total;
        on_target += seconds >= target_s;
        probed = size;
    }
    free(numbers);
    return status;
}

/* Numbers of the input whose fg_work() has as many bits. */
struct work_class {
    double count, units;
};

/*
 * Adds up what the numbers of a class weigh. In it the weight grows linearly with the units, as all
 * candidates beyond a power of two take the same: it is known from the class's ends.
 */
static enum fg_status weigh_class(struct prober *prober, const struct work_class *class,
                                  unsigned bits, double *weight) {
    const enum fg_method method = prober->row->method;
    const uint64_t first = number_with_work(method, UINT64_C(1) << (bits - 1));
    const uint64_t last = number_with_work(method, UINT64_MAX >> (64 - bits));
    const double first_units = (double)fg_work(method, first);
    const double last_units = (double)fg_work(method, last);
    double first_weight, last_weight;
    FG_TRY(weigh(prober, last, &last_weight));
    if (bits == CLASS_MIN || first_units == last_units) {
        *weight = class->units * last_weight / last_units;
        return FG_OK;
    }
    FG_TRY(weigh(prober, first, &first_weight));
    const double slope = (last_weight - first_weight) / (last_units - first_units);
    *weight = class->count * first_weight + (class->units - class->count * first_units) * slope;
    return FG_OK;
}

/* Returns in *weight how much of a unit's time a unit of the input's work weighs on average. */
static enum fg_status weigh_input(struct prober *prober, const struct fg_compare_request *request,
                                  double *weight) {
    const struct fg_compare_row *const row = prober->row;
    struct work_class classes[CLASSES] = {0};
    *weight = 1;
    if (prober->operations->sample_work == NULL || fg_compare_uses_gpu(row))
        return FG_OK;
    for (size_t i = 0; i < request->count; i++) {
        const uint64_t units = fg_work(row->method, request->numbers[i]);
        const unsigned bits = units >> CLASS_MIN == 0 ? CLASS_MIN : 64 - __builtin_clzll(units);
        classes[bits].count += 1;
        classes[bits].units += (double)units;
    }
    double sum = 0, units = 0;
    for (unsigned bits = CLASS_MIN; bits < CLASSES; bits++) {
        double part;
        if (classes[bits].units < CLASS_SHARE_MIN * row->work.total)
            continue;
        FG_TRY(weigh_class(prober, &classes[bits], bits, &part));
        sum += part;
        units += classes[bits].units;
    }
    *weight = sum / units;
    return FG_OK;
}

/* What the rates come to for the row's whole work, a unit of which weighs `weight` on average. */
static enum fg_status put_together(struct prober *prober, double weight) {
    struct fg_compare_row *const row = prober->row;
    struct fg_compare_estimate *const estimate = &row->estimate;
    estimate->work_s = prober->weight_s * weight;
    double work_s = row->work.total * estimate->work_s;
    if (row->properties->uses_processes) {
        const uint64_t units =
            row->work.largest < 0x1p64 ? (uint64_t)row->work.largest : UINT64_MAX;
        double largest;
        FG_TRY(weigh(prober, number_with_work(row->method, units), &largest));
        /* The probe kept `width` processes busy: one alone is that many times slower. */
        estimate->largest_s = largest * prober->weight_s * (double)probe_width(row);
        work_s = fmax(work_s, estimate->largest_s);
    }
    estimate->run_s = overhead_s(estimate, row->work.count) + work_s;
    return FG_OK;
}

/* Makes the row's estimate of two series of probes. */
static enum fg_status fit(struct prober *prober, const struct fg_compare_request *request,
                          double target_s) {
    struct fg_compare_row *const row = prober->row;
    FG_TRY(fit_numbers(prober, target_s));
    FG_TRY(fg_method_is_brief(row->method) ? fit_sample(prober, request, target_s)
                                           : fit_candidates(prober, target_s));
    if (!fg_method_is_brief(row->method)) {
        double weight;
        FG_TRY(weigh_input(prober, request, &weight));
        FG_TRY(put_together(prober, weight));
    }
    row->estimate.total_s = (1.0 + request->repeat) * row->estimate.run_s;
    return FG_OK;
}

enum fg_status fg_compare_estimate_row(const struct fg_compare_operations *operations,
                                       const struct fg_compare_request *request,
                                       struct fg_compare_row *row, struct fg_error *error) {
    struct prober prober = {operations, row, error, .weight_s = INFINITY, .weighings = WEIGHINGS};
    row->estimate = (struct fg_compare_estimate){.call_s = INFINITY};
    enum fg_status status = fit(&prober, request, PROBE_TARGET_S);
    if (status == FG_OK && row->estimate.total_s > request->budget_s) {
        prober.weighings = CAREFUL_WEIGHINGS;
        status = fit(&prober, request, CAREFUL_TARGET_S);
    }
    row->estimate.known = status == FG_OK;
    return status;
}
