/* SPDX-License-Identifier: MIT */
/*
 * compare_estimate.c: a linear model of a run (call + numbers + work), fitted to two series of
 * quick probes that grow until they take long enough to be timed.
 *
 * The first series has copies of 1, which need almost no work: it measures the cost of a number.
 * The second series has numbers with more and more candidates. The longest probes decide, because
 * they divide a delay by the most units. Other programs make a probe slower, never faster, so in
 * the first fit each probe is the fastest of a few tries, and the smallest rate of candidates
 * counts. Before a row is skipped the median of the tries and of the rates counts: a core that
 * shares its units with another is slower for a while, and a long run has its share of that. For
 * numbers the median of the rates counts in both, because the cost of a number, such as a fork, is
 * higher in a long run than at its best.
 *
 * Units of fg_work() do not take the same time at all sizes: candidates of 64 bits take twice as
 * long as those of 32 bits, those above 2^63 sixty times as long. So numbers are weighed by the
 * time that one thread takes for them (fg_sample_work()), and the probes say how many times as long
 * a run through the row's backend takes. A weight is a multiple of the time for one reference
 * number, which is sampled at the same time.
 *
 * The time of `factor` for a number does not follow from its size, and no number takes it long. So
 * its second series has larger and larger samples of the input, and the last one decides alone,
 * before a row is skipped by the median of its tries. The fastest would be half of that if two
 * processes for a batch of 3 ms get one CPU as often as not.
 *
 * A method that answers a range as a whole has a cost before the first number, the walk through
 * the primes, and one for each further number. Its probes are longer and longer pieces from the
 * middle of the input, where numbers have as many divisors as they have on average.
 *
 * All sums are doubles: 2^64 candidates of 10^9 numbers are far below their range.
 */
#include "compare/compare_estimate.h"

#include "measure/clock.h"
#include "text/failure.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A series ends at the second probe that takes this long: a single one may have been delayed. */
#define PROBE_TARGET_S 2e-3
/* The target before a row is skipped: the delays of a busy scheduler, some milliseconds, are small
 * against it. */
#define CAREFUL_TARGET_S 10e-3
#define PROBES_ON_TARGET 2
/* The tries of a probe. In the first fit the fastest counts: in the others a worker woke up late,
 * or another program ran. The second value is for the check before a row is skipped. With it the
 * two probes on target take 0.2 s: a virtual machine whose second CPU has slept may run both on one
 * core for 0.1 s. */
#define PROBE_TRIES 3
#define CAREFUL_TRIES 10
/* Before a row with a process a number is skipped, the median of a few longer tries counts: what
 * the system takes for a process is part of every run, and a burst of them after a pause is a fifth
 * cheaper than the same count in the middle of a long run. */
#define PROCESS_TARGET_S 0.2
#define PROCESS_TRIES 3
/* The part of the budget that this target is at most: all probes of a row take some 30 targets. */
#define PROCESS_BUDGET_PART 0.05
/* A list whose run takes at most this part of the budget is run as a whole before its row is
 * skipped: as often as this part allows, up to the number of tries. The model says 12.8 ms for 256
 * numbers near 2^20 by `pool`, which take 10.4 ms, 0.53 to 0.88 s for two near 2^32 by `fork`,
 * which take 0.67 s, and with AVX2 3.6 to 5.8 s by `serial`, which take 3.7 s (Xeon). */
#define WHOLE_TRIES 5
#define WHOLE_BUDGET_PART 0.2
/* For a longer run the estimate is the median of so many, or of as many as take this part of
 * the budget: the probes of one take half a second, and a neighbour on the core lasts as long. Of
 * 60 estimates of a run of 10.5 s seven were off by more than a fifth, 1.54 at most (Xeon). */
#define LONG_FITS 5
#define LONG_BUDGET_PART 0.1
#define PROBE_GROWTH 2
#define COPIES_MAX 4096
#define SAMPLE_MAX FG_COMPARE_MADE_UP_MAX
#define CANDIDATES_FIRST UINT64_C(1024)
/* Sizes of the pieces of a range that are probed, each RANGE_GROWTH times the one before: at least
 * two, up to the first that takes long enough. The whole range takes the place of its half. The
 * walk through the primes is the same for both, so the longer one has to take RANGE_RATIO times as
 * long: then their difference is uncertain by 1.6 times as much as they are. Before a row is
 * skipped the largest piece is probed in any case: near 10^18 numbers take 781, 583, 452 and 414 ns
 * in 2^14, 2^17, 2^20 and 2^22, because the engine for lists finds what a short sieve leaves (Xeon,
 * AVX-512). Its answers take 0.8 GB there. */
#define RANGE_FIRST ((size_t)1 << 14)
#define RANGE_GROWTH 8
#define RANGE_LARGEST ((size_t)1 << 20)
#define RANGE_RATIO 3
/* The tries of a piece before a row is skipped, or as many as take RANGE_TRIES_S. If
 * runs vary by a tenth, one estimate in a hundred is off by a fifth with seven tries, and one in
 * five with a single one (compare_estimate_test.cpp). */
#define RANGE_TRIES 7
#define RANGE_TRIES_S 5.0
#define RANGE_HASTY_S 0.2 /* in the first fit */
/* Limits of the count of numbers in a probe: as many as keep all workers busy that have a CPU, or a
 * GPU's threads in step; not more than the input has. */
#define WIDTH_MAX 256
#define WIDTH_GPU 64
/* At least this share of a probe's time counts as its work: a call that was timed too slow then
 * never makes a candidate look more than twice as fast as it is. */
#define WORK_SHARE_MIN 0.5
/* Numbers are weighed in classes, by the bits of their fg_work(). All units of numbers with fewer
 * bits than CLASS_MIN weigh the same. A class with less than CLASS_SHARE_MIN of the input's work
 * weighs the same as the others. */
#define CLASS_MIN 16
#define CLASS_SHARE_MIN 0.02
#define CLASSES 65
/* The work of the reference number: all weights are multiples of its time. */
#define REFERENCE_WORK (UINT64_C(1) << 24)
/* A weight is the median of this many samples, each taken beside one of the reference. The second
 * value is for the check before a row is skipped. */
#define WEIGHINGS 1
#define CAREFUL_WEIGHINGS 5

/* The count of probes that decide, the last ones of a series. */
#define DECIDING 3
/* A probe with DELAYED_RATIO times the smallest rate was delayed. One that takes TOO_LONG_RATIO
 * times the target ends the series even so. */
#define DELAYED_RATIO 2
#define TOO_LONG_RATIO 8

struct prober {
    const struct fg_compare_operations *operations;
    struct fg_compare_row *row;
    struct fg_error *error;
    unsigned usable_cpus; /* >= 1 */
    double weight_s;      /* what a unit of weight takes, with all workers busy */
    unsigned tries;       /* of a probe */
    bool by_median;       /* of its tries, and not by the fastest */
    unsigned weighings;   /* 1 .. CAREFUL_WEIGHINGS */
};

/* Sorts a few values, and returns the one in the middle; for an even count the lower of the two. */
static double median_of(double *values, size_t count) {
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && values[k] < values[k - 1]; k--) {
            const double larger = values[k - 1];
            values[k - 1] = values[k];
            values[k] = larger;
        }
    return values[(count - 1) / 2];
}

static enum fg_status probe_once(struct prober *prober, const struct fg_compare_batch *batch,
                                 double *seconds) {
    const struct fg_compare_operations *operations = prober->operations;
    struct fg_compare_sample sample = {0};
    const enum fg_status status =
        operations->run(operations->context, prober->row->engine, batch, &sample, prober->error);
    *seconds = sample.wall_s;
    return status;
}

/* Sets *seconds to the least time of `count` runs, or to their median; count >= 1, and at most
 * CAREFUL_TRIES. */
static enum fg_status probe_times(struct prober *prober, const struct fg_compare_batch *batch,
                                  unsigned count, double *seconds) {
    double tries[CAREFUL_TRIES] = {0};
    double least = INFINITY;
    *seconds = INFINITY;
    for (unsigned i = 0; i < count; i++) {
        FG_TRY(probe_once(prober, batch, &tries[i]));
        least = fmin(least, tries[i]);
    }
    *seconds = prober->by_median ? median_of(tries, count) : least;
    return FG_OK;
}

static enum fg_status probe_tries(struct prober *prober, const struct fg_compare_batch *batch,
                                  double *seconds) {
    return probe_times(prober, batch, prober->tries, seconds);
}

/* Probes numbers of one word. */
static enum fg_status probe_list(struct prober *prober, const uint64_t *numbers, size_t count,
                                 double *seconds) {
    const struct fg_compare_batch batch = {.made_up = numbers, .count = count};
    return probe_tries(prober, &batch, seconds);
}

/* Returns whether the probe counts towards the end of its series. *least_rate is the smallest rate
 * of the series. */
static bool is_on_target(double spent_s, double target_s, double rate, double *least_rate) {
    *least_rate = fmin(*least_rate, rate);
    return spent_s >= target_s &&
           (rate <= DELAYED_RATIO * *least_rate || spent_s >= TOO_LONG_RATIO * target_s);
}

/* Sets call_s and number_s. */
static enum fg_status fit_numbers(struct prober *prober, double target_s) {
    struct fg_compare_estimate *estimate = &prober->row->estimate;
    uint64_t ones[COPIES_MAX];
    for (size_t i = 0; i < COPIES_MAX; i++)
        ones[i] = 1;

    /* The very first call includes lazy setup. */
    double seconds, rates[DECIDING], least_rate = INFINITY;
    estimate->call_s = INFINITY;
    const struct fg_compare_batch one = {.made_up = ones, .count = 1};
    FG_TRY(probe_once(prober, &one, &seconds));
    unsigned on_target = 0;
    size_t probed = 0;
    for (size_t copies = 1; copies <= COPIES_MAX && on_target < PROBES_ON_TARGET;
         copies *= PROBE_GROWTH) {
        FG_TRY(probe_list(prober, ones, copies, &seconds));
        estimate->call_s = fmin(estimate->call_s, seconds);
        const double rate = seconds / (double)copies;
        rates[probed++ % DECIDING] = rate;
        on_target += is_on_target(seconds, target_s, rate, &least_rate);
    }
    estimate->number_s = median_of(rates, probed < DECIDING ? probed : DECIDING);
    return FG_OK;
}

/* Returns the smallest odd number with at least this much work; 2^64 - 1 if there is none. */
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

/* Measures the time that one thread takes for n. */
static enum fg_status sample(struct prober *prober, uint64_t n, double *seconds) {
    const struct fg_compare_operations *const operations = prober->operations;
    FG_TRY(operations->sample_work(operations->context, prober->row->method, n, seconds,
                                   prober->error));
    *seconds = fmax(*seconds, FG_CLOCK_RESOLUTION_S);
    return FG_OK;
}

/* Sets *weight to the work of n, in a unit that takes the same time for all numbers: the time of
 * one thread for n, divided by its time for the reference. If that cannot be measured, it is
 * fg_work(). */
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

/* Returns the first odd number 2^k - 1 with at least this many candidates; 2^64 - 1 if there is
 * none. */
static uint64_t number_with_candidates(enum fg_method method, uint64_t candidates) {
    for (unsigned bits = 2; bits < 64; bits++) {
        const uint64_t n = (UINT64_C(1) << bits) - 1;
        if (fg_work(method, n) >= candidates)
            return n;
    }
    return UINT64_MAX;
}

/* With more workers than CPUs their count says nothing of how many are at work: a number alone
 * would seem to take as long as 64 do together, on however few CPUs. */
static size_t probe_width(const struct prober *prober) {
    const struct fg_compare_row *const row = prober->row;
    const unsigned busy = row->jobs < prober->usable_cpus ? row->jobs : prober->usable_cpus;
    size_t width = fg_compare_uses_gpu(row) ? WIDTH_GPU : busy;
    if (width > row->work.count)
        width = row->work.count;
    if (width > WIDTH_MAX)
        width = WIDTH_MAX;
    return width > 0 ? width : 1;
}

/* Returns the time of a call with `count` numbers, without their work. */
static double overhead_s(const struct fg_compare_estimate *estimate, size_t count) {
    return estimate->call_s + (double)(count - 1) * estimate->number_s;
}

/* A probe of numbers with many candidates. */
struct candidate_probe {
    uint64_t largest;
    double units; /* fg_work() of all its numbers */
    double spent_s;
};

/* Sets weight_s, given call_s and number_s. */
static enum fg_status fit_candidates(struct prober *prober, double target_s) {
    struct fg_compare_estimate *estimate = &prober->row->estimate;
    const enum fg_method method = prober->row->method;
    const size_t width = probe_width(prober);
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
        FG_TRY(probe_list(prober, numbers, width, &seconds));
        const double spent_s =
            fmax(seconds - overhead_s(estimate, width), WORK_SHARE_MIN * seconds);
        probes[probed++ % DECIDING] = (struct candidate_probe){largest, units, spent_s};
        on_target += is_on_target(spent_s, target_s, spent_s / units, &least_rate);
    }
    const size_t deciding = probed < DECIDING ? probed : DECIDING;
    double rates[DECIDING] = {0};
    for (size_t i = 0; i < deciding; i++) {
        double weight;
        FG_TRY(weigh(prober, probes[i].largest, &weight));
        weight *= probes[i].units / (double)fg_work(method, probes[i].largest);
        rates[i] = probes[i].spent_s / weight;
    }
    const double median = median_of(rates, deciding); /* and sorts them */
    prober->weight_s = prober->by_median ? median : rates[0];
    return FG_OK;
}

/* Makes numbers[0 .. size) a sample of the input, of `words` words each. The sample covers all
 * parts of the input equally; its step is irrational, so a regular input cannot have the same step.
 */
static struct fg_numbers take_sample(const struct fg_compare_request *request, size_t size,
                                     uint64_t *numbers) {
    const double golden = 0.6180339887498949;
    struct fg_numbers sample = fg_compare_list(request, 0, request->count);
    const bool wide = sample.words == 2;
    for (size_t i = 0; i < size; i++) {
        const size_t at = size == request->count
                              ? i
                              : (size_t)(fmod((double)i * golden, 1) * (double)request->count);
        if (wide)
            memcpy(numbers + 2 * i, &sample.wide_list[at], sizeof sample.wide_list[at]);
        else
            numbers[i] = sample.list[at];
    }
    sample.count = size;
    if (wide)
        sample.wide_list = (const struct fg_uint128 *)numbers;
    else
        sample.list = numbers;
    return sample;
}

/* Sets run_s, and work_s from it. */
static enum fg_status fit_sample(struct prober *prober, const struct fg_compare_request *request,
                                 double target_s) {
    struct fg_compare_row *const row = prober->row;
    const size_t most = request->count < SAMPLE_MAX ? request->count : SAMPLE_MAX;
    uint64_t *const numbers = malloc(2 * most * sizeof *numbers); /* of up to two words each */
    if (numbers == NULL)
        return fg_program_fail_memory(prober->error);
    enum fg_status status = FG_OK;
    unsigned on_target = 0;
    for (size_t size = probe_width(prober), probed = 0;
         status == FG_OK && probed < most && on_target < PROBES_ON_TARGET;
         size = size * PROBE_GROWTH < most ? size * PROBE_GROWTH : most) {
        double seconds;
        const struct fg_numbers sample = take_sample(request, size, numbers);
        const struct fg_compare_batch batch = {
            .made_up = sample.list, .wide_made_up = sample.wide_list, .count = size};
        status = probe_tries(prober, &batch, &seconds);
        row->estimate.run_s = seconds * (double)request->count / (double)size;
        row->estimate.work_s = row->estimate.run_s / row->work.total;
        on_target += seconds >= target_s;
        probed = size;
    }
    free(numbers);
    return status;
}

/* The numbers of the input whose fg_work() has the same count of bits. */
struct work_class {
    double count, units;
};

/*
 * Adds up the weights of a class's numbers. Within a class the weight grows linearly with the
 * units, because all candidates beyond a power of two take the same time. So the two ends of the
 * class determine it.
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

/* Sets *weight to the average weight of a unit of the input's work. */
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

/* Computes the row's estimate from the rates. A unit of the row's work weighs `weight` on average.
 */
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
        /* The probe kept this many processes busy: one process alone takes that many times as long.
         */
        estimate->largest_s = largest * prober->weight_s * (double)probe_width(prober);
        work_s = fmax(work_s, estimate->largest_s);
    }
    estimate->run_s = overhead_s(estimate, row->work.count) + work_s;
    return FG_OK;
}

/* Sets *seconds to what the `count` numbers in the middle of the input take, once there is memory
 * for their answers. */
static enum fg_status probe_middle(struct prober *prober, size_t count, double *seconds) {
    const struct fg_compare_batch batch = {.first = (prober->row->work.count - count) / 2,
                                           .count = count};
    const double limit_s = prober->by_median ? RANGE_TRIES_S : RANGE_HASTY_S;
    unsigned tries = prober->tries;
    FG_TRY(probe_once(prober, &batch, seconds));
    while (tries > 1 && tries * *seconds > limit_s)
        tries -= 2;
    return probe_times(prober, &batch, tries, seconds);
}

/* Makes the estimate of a method that answers a range as a whole. What a number takes is the
 * difference of the two longest probes: the walk through the primes is not a part of it. */
static enum fg_status fit_range(struct prober *prober, const struct fg_compare_request *request,
                                double target_s) {
    struct fg_compare_estimate *const estimate = &prober->row->estimate;
    FG_TRY(probe_middle(prober, 1, &estimate->call_s));
    estimate->run_s = estimate->call_s;
    size_t before = 1;
    double before_s = estimate->call_s;
    bool enough = false;
    for (size_t size = RANGE_FIRST; before < request->count && !enough; size *= RANGE_GROWTH) {
        /* The piece and an input of hardly more numbers would differ by their noise alone. */
        const bool is_half = size < RANGE_LARGEST && size >= request->count / 2;
        const size_t probed = is_half || size > request->count ? request->count : size;
        double seconds;
        FG_TRY(probe_middle(prober, probed, &seconds));
        estimate->number_s = fmax(seconds - before_s, 0) / (double)(probed - before);
        estimate->run_s = seconds + (double)(request->count - probed) * estimate->number_s;
        enough = size >= RANGE_LARGEST ||
                 (before > 1 && seconds >= target_s && seconds >= RANGE_RATIO * before_s);
        before = probed;
        before_s = seconds;
    }
    estimate->work_s = 0; /* is in number_s */
    estimate->total_s = (1.0 + request->repeat) * estimate->run_s;
    return FG_OK;
}

/* Sets run_s to what the whole list takes: one run, or the median of so many after a first one,
 * which gets memory for the answers. */
static enum fg_status time_whole(struct prober *prober, const struct fg_compare_request *request,
                                 unsigned tries) {
    struct fg_compare_estimate *const estimate = &prober->row->estimate;
    const struct fg_compare_batch batch = {.count = request->count};
    FG_TRY(probe_once(prober, &batch, &estimate->run_s));
    if (tries > 1)
        FG_TRY(probe_times(prober, &batch, tries, &estimate->run_s));
    estimate->total_s = (1.0 + request->repeat) * estimate->run_s;
    return FG_OK;
}

/* Makes the row's estimate from two series of probes. */
static enum fg_status fit(struct prober *prober, const struct fg_compare_request *request,
                          double target_s) {
    struct fg_compare_row *const row = prober->row;
    if (!fg_method_takes(row->method, FG_NUMBERS_LIST, 1))
        return fit_range(prober, request, target_s);
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

/* Makes the estimate of a run that is too long to be made again, up to so many times in all, and
 * keeps the one in the middle. */
static enum fg_status fit_again(struct prober *prober, const struct fg_compare_request *request,
                                double target_s, unsigned fits) {
    struct fg_compare_estimate *const estimate = &prober->row->estimate;
    struct fg_compare_estimate all[LONG_FITS] = {*estimate};
    double runs_s[LONG_FITS] = {estimate->run_s};
    for (unsigned i = 1; i < fits; i++) {
        FG_TRY(fit(prober, request, target_s));
        all[i] = *estimate;
        runs_s[i] = estimate->run_s;
    }
    const double median_s = median_of(runs_s, fits);
    for (unsigned i = 0; i < fits; i++)
        if (all[i].run_s == median_s)
            *estimate = all[i];
    return FG_OK;
}

/* Makes an estimate that may be the reason to skip the row. */
static enum fg_status fit_carefully(struct prober *prober,
                                    const struct fg_compare_request *request) {
    const struct fg_compare_operations *const operations = prober->operations;
    struct fg_compare_row *const row = prober->row;
    const bool process_each = row->properties->process_per_number;
    prober->by_median = true;
    prober->weighings = CAREFUL_WEIGHINGS;
    if (!fg_method_takes(row->method, FG_NUMBERS_LIST, 1)) {
        prober->tries = RANGE_TRIES;
        return fit(prober, request, INFINITY);
    }
    prober->tries = process_each ? PROCESS_TRIES : CAREFUL_TRIES;
    double target_s = CAREFUL_TARGET_S;
    if (process_each)
        target_s = fmax(target_s, fmin(PROCESS_TARGET_S, PROCESS_BUDGET_PART * request->budget_s));
    const double begin_s = operations->now(operations->context);
    FG_TRY(fit(prober, request, target_s));
    const double fit_s = operations->now(operations->context) - begin_s;
    const double runs = WHOLE_BUDGET_PART * request->budget_s / row->estimate.run_s;
    if (runs >= 1)
        return time_whole(prober, request, (unsigned)fmin(runs, WHOLE_TRIES));
    const double fits = LONG_BUDGET_PART * request->budget_s / fmax(fit_s, FG_CLOCK_RESOLUTION_S);
    return fit_again(prober, request, target_s, (unsigned)fmax(1, fmin(fits, LONG_FITS)));
}

enum fg_status fg_compare_estimate_row(const struct fg_compare_operations *operations,
                                       const struct fg_compare_request *request,
                                       unsigned usable_cpus, struct fg_compare_row *row,
                                       struct fg_error *error) {
    struct prober prober = {.operations = operations,
                            .row = row,
                            .error = error,
                            .usable_cpus = usable_cpus,
                            .tries = PROBE_TRIES,
                            .weighings = WEIGHINGS};
    row->estimate = (struct fg_compare_estimate){0};
    enum fg_status status = fit(&prober, request, PROBE_TARGET_S);
    if (status == FG_OK && row->estimate.total_s > request->budget_s)
        status = fit_carefully(&prober, request);
    row->estimate.known = status == FG_OK;
    return status;
}
