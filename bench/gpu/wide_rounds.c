/* SPDX-License-Identifier: MIT */
/*
 * wide_rounds.c: what numbers above 2^64 wait for in the rounds of a batch, for the predictions of
 * tools/gpu_model. It runs on the emulated device of the tests, so that the kernels themselves
 * decide which way a number goes.
 *
 *     wide_rounds MULTIPROCESSORS
 *     wide_rounds --program=P
 *
 * Numbers are read from the standard input, a line each, as two words in hexadecimal, the high one
 * first. The first form takes them through all their rounds as a sample of a full batch on a device
 * with so many multiprocessors. It prints the numbers of such a batch, and a line for each round:
 * the curves of each part, and how many parts wait for P-1 and for a curve, by program and form as
 * FG_WAVE_QUEUE() has them.
 *
 * The second runs program P of P-1 and of the curves once on every number, whatever they need, so
 * that FG_PTX_STATS says what a warp of 32 takes. It prints nothing.
 */
#include "gpu_calls.h"

#include "algorithms/wide_plan.h"
#include "methods/factor/gpu_wide_batches.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS_MAX (1 << 14)

struct sample {
    struct fg_gpu_wide_wavefront wave;
    struct fg_wide_words *numbers;
    uint32_t count;
};

/* Reads the two words of a line; returns whether there is such a line. */
static bool read_number(struct fg_wide_words *n) {
    char line[64], *middle, *end;
    if (fgets(line, sizeof line, stdin) == NULL)
        return false;
    n->high = strtoull(line, &middle, 16);
    n->low = strtoull(middle, &end, 16);
    return middle > line && end > middle && *end == '\n';
}

static bool read_numbers(struct sample *sample) {
    sample->numbers = fg_gpu_allocate(NUMBERS_MAX, sizeof *sample->numbers);
    while (sample->numbers != NULL && sample->count < NUMBERS_MAX &&
           read_number(&sample->numbers[sample->count]))
        sample->count++;
    if (sample->count > 0 && feof(stdin))
        return true;
    fprintf(stderr, "wide_rounds: give 1 to %d numbers, of two words each\n", NUMBERS_MAX - 1);
    return false;
}

static bool open_wave(struct sample *sample) {
    struct fg_error error = {0};
    if (!fg_gpu_fine(fg_gpu_wide_wavefront_open(&sample->wave, 2 * NUMBERS_MAX, &error), &error,
                     "wide_rounds"))
        return false;
    struct fg_wide_wave *const wave = &sample->wave.device;
    wave->number_count = sample->count;
    wave->steps = FG_WIDE_PLAN_STEPS;
    wave->round = 1;
    return fg_gpu_upload(wave->numbers, sample->numbers, sample->count * sizeof *sample->numbers);
}

/* Makes the wave's state empty but for `appended` parts in its list. */
static bool reset_state(const struct sample *sample, uint32_t appended) {
    const struct fg_wide_wave_state state = {.appended = appended};
    return fg_gpu_upload(sample->wave.device.state, &state, sizeof state);
}

/* Runs the next round, and copies the state behind it. */
static bool run_round(struct sample *sample) {
    struct fg_gpu_wide_wavefront *const wave = &sample->wave;
    wave->device.round++;
    if (!FG_GPU(fg_launch_wide_round(&wave->device, wave->stream.handle)) ||
        !FG_GPU(cudaStreamSynchronize(wave->stream.handle)) ||
        !FG_GPU(cudaMemcpy(wave->state, wave->device.state, sizeof *wave->state,
                           cudaMemcpyDeviceToHost)))
        return false;
    if (wave->state->violations == 0)
        return true;
    fprintf(stderr, "wide_rounds: the device found %u of its answers to be wrong\n",
            wave->state->violations);
    return false;
}

static void print_round(const struct fg_wide_wave_queues *queues) {
    printf("%u", queues->copies);
    for (int queue = FG_WIDE_WAVE_PM1; queue < FG_WIDE_WAVE_QUEUE_END; queue++)
        printf(" %u", queues->lengths[queue]);
    putchar('\n');
}

/* Takes the numbers through their rounds. The threads for curves are to them what the device's are
 * to a full batch. */
static bool take_rounds(struct sample *sample, double multiprocessors) {
    struct fg_wide_wave *const wave = &sample->wave.device;
    int emulated;
    if (!FG_GPU(cudaDeviceGetAttribute(&emulated, cudaDevAttrMultiProcessorCount, 0)))
        return false;
    wave->threads = (uint32_t)(wave->threads * multiprocessors / emulated * sample->count /
                               FG_WIDE_WAVE_NUMBERS);
    if (!reset_state(sample, 0) || !FG_GPU(fg_launch_wide_begin(wave, sample->wave.stream.handle)))
        return false;
    printf("%u\n", (unsigned)FG_WIDE_WAVE_NUMBERS);
    do {
        if (!run_round(sample))
            return false;
        print_round(&sample->wave.state->queues);
    } while (sample->wave.state->appended > 0);
    return true;
}

static unsigned form_of(struct fg_wide_words n) {
    const uint32_t bits = fg_wide_bit_length(fg_wide_join(n.low, n.high));
    return bits > FG_WIDE_PLAN_LAZY_BITS ? FG_WIDE_WAVE_FULL
           : bits > FG_WIDE_PLAN_96_BITS ? FG_WIDE_WAVE_LAZY
                                         : FG_WIDE_WAVE_96;
}

/* Runs a round in which every number is in the queues of a program, with one curve each. */
static bool run_program(struct sample *sample, unsigned program) {
    struct fg_wide_wave *const wave = &sample->wave.device;
    const uint32_t count = sample->count;
    struct fg_wide_cofactor *const parts = fg_gpu_allocate(2 * (size_t)count, sizeof *parts);
    if (parts == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct fg_wide_words n = sample->numbers[i];
        const unsigned pm1 = FG_WAVE_QUEUE(FG_WIDE_WAVE_PM1, program, form_of(n));
        const unsigned curve = FG_WAVE_QUEUE(FG_WIDE_WAVE_ECM, program, form_of(n));
        parts[i] = (struct fg_wide_cofactor){.n = n, .number = i, .queue = pm1};
        parts[count + i] = (struct fg_wide_cofactor){.n = n, .number = i, .queue = curve};
    }
    wave->number_count = 2 * count; /* the capacity of the lists */
    wave->threads = 0;
    const bool fine = reset_state(sample, 2 * count) &&
                      fg_gpu_upload(wave->parts[0], parts, 2 * count * sizeof *parts) &&
                      run_round(sample);
    free(parts);
    return fine;
}

int main(int argc, char **argv) {
    static const char option[] = "--program=";
    struct sample sample = {.count = 0};
    const bool one = argc == 2 && strncmp(argv[1], option, strlen(option)) == 0;
    const long value = argc == 2 ? strtol(argv[1] + (one ? strlen(option) : 0), NULL, 10) : -1;
    if (value < !one || (one && value >= FG_WAVE_PROGRAMS)) {
        fprintf(stderr, "usage: wide_rounds MULTIPROCESSORS, or wide_rounds --program=0 to %d\n",
                FG_WAVE_PROGRAMS - 1);
        return 2;
    }
    const bool fine =
        read_numbers(&sample) && open_wave(&sample) &&
        (one ? run_program(&sample, (unsigned)value) : take_rounds(&sample, (double)value));
    fg_gpu_wide_wavefront_close(&sample.wave);
    free(sample.numbers);
    return fine && fflush(stdout) == 0 ? 0 : 1;
}
