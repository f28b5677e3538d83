/* SPDX-License-Identifier: MIT */
/*
 * gpu_rounds.c: the graph of some rounds, captured from their launches.
 *
 * A graph is kept from batch to batch. It has a few sizes, powers of two: its launches are as large
 * as a batch of that size needs. If one cannot be made, whatever the reason, the rounds are
 * launched one kernel after the other, which says what is wrong if the device is.
 *
 * A conditional node (CUDA 12.4) would repeat rounds without any poll. It is not used, by counts. A
 * batch of 2^18 random numbers takes 12 rounds, so 3 graphs and 3 polls; one of 4096 semiprimes 6,
 * so 2 and 2. A node would save all polls but one, some 15 us each, and up to 3 rounds of empty
 * launches at the end. During these the other batch's kernels run; a batch alone, of 1,070 and 410
 * us by prediction, would gain some 4 %. And cudaGraphSetConditional() is a function of
 * libcudadevrt, for which all device code has to be relocatable and linked once more.
 */
#include "methods/factor/gpu_rounds.h"

#include "algorithms/split_plan.h"

/* The least size of batch for which a graph is made. */
#define LEAST_NUMBERS 16

/* A stream and an event for each step of a capture. The last step stays on the stream that sorts.
 */
struct capture {
    cudaStream_t streams[FG_WAVE_STEPS];
    cudaEvent_t events[FG_WAVE_STEPS];
};

static cudaError_t open_capture(struct capture *capture) {
    cudaError_t result = cudaSuccess;
    *capture = (struct capture){0};
    for (int i = 0; i < FG_WAVE_STEPS && result == cudaSuccess; i++) {
        result = cudaStreamCreateWithFlags(&capture->streams[i], cudaStreamNonBlocking);
        if (result == cudaSuccess)
            result = cudaEventCreateWithFlags(&capture->events[i], cudaEventDisableTiming);
    }
    return result;
}

static void close_capture(struct capture *capture) {
    for (int i = 0; i < FG_WAVE_STEPS; i++) {
        if (capture->events[i] != NULL)
            cudaEventDestroy(capture->events[i]);
        if (capture->streams[i] != NULL)
            cudaStreamDestroy(capture->streams[i]);
    }
}

/* Lets what is enqueued on `to` from now on come after what is on `from`. */
static cudaError_t follow(cudaStream_t from, cudaStream_t to, cudaEvent_t event) {
    const cudaError_t result = cudaEventRecord(event, from);
    return result == cudaSuccess ? cudaStreamWaitEvent(to, event, 0) : result;
}

/* Captures a round: its sorting, then its steps side by side, each on a stream of its own. */
static cudaError_t capture_round(const struct capture *capture, const struct fg_wave *wave) {
    enum { LAST = FG_WAVE_STEPS - 1 };
    cudaStream_t sorting = capture->streams[LAST];
    cudaError_t result = fg_launch_wave_sort(wave, sorting);
    for (int i = 0; i < FG_WAVE_STEPS && result == cudaSuccess; i++) {
        if (i != LAST)
            result = follow(sorting, capture->streams[i], capture->events[i]);
        if (result == cudaSuccess)
            result = fg_launch_wave_step(wave, (enum fg_wave_step)i, capture->streams[i]);
    }
    for (int i = 0; i < LAST && result == cudaSuccess; i++)
        result = follow(capture->streams[i], sorting, capture->events[i]);
    return result;
}

/* Captures the rounds. The capture is ended in any case. */
static cudaError_t capture_rounds(const struct capture *capture, struct fg_wave wave,
                                  cudaGraph_t *graph) {
    cudaStream_t sorting = capture->streams[FG_WAVE_STEPS - 1];
    cudaError_t result = cudaStreamBeginCapture(sorting, cudaStreamCaptureModeRelaxed);
    if (result != cudaSuccess)
        return result;
    for (unsigned i = 0; i < FG_WAVE_ROUNDS_PER_LOOK && result == cudaSuccess; i++) {
        wave.round++;
        result = capture_round(capture, &wave);
    }
    const cudaError_t ended = cudaStreamEndCapture(sorting, graph);
    return result != cudaSuccess ? result : ended;
}

/* Makes the graph for what `captured` says. */
static cudaError_t make_graph(struct fg_gpu_rounds *rounds) {
    struct capture capture;
    cudaGraph_t graph = NULL;
    cudaError_t result = open_capture(&capture);
    if (result == cudaSuccess)
        result = capture_rounds(&capture, rounds->captured, &graph);
    if (result == cudaSuccess)
        result = cudaGraphInstantiateWithFlags(&rounds->graph, graph, 0);
    if (graph != NULL)
        cudaGraphDestroy(graph);
    close_capture(&capture);
    return result;
}

void fg_gpu_rounds_close(struct fg_gpu_rounds *rounds) {
    if (rounds->graph != NULL)
        cudaGraphExecDestroy(rounds->graph);
    rounds->graph = NULL;
}

/* Returns whether the graph does what `wave` needs. */
static bool fits(const struct fg_gpu_rounds *rounds, const struct fg_wave *wave) {
    const struct fg_wave *const captured = &rounds->captured;
    return rounds->graph != NULL && wave->number_count <= captured->number_count &&
           wave->numbers == captured->numbers && wave->doubles == captured->doubles &&
           wave->blocks == captured->blocks && wave->threads == captured->threads &&
           wave->round % 2 == captured->round % 2;
}

/* Makes a graph that fits the wave, if that is possible: the kernels are loaded then, and batches
 * with fewer curves, which only the self-test has, are not worth one. */
static void prepare(struct fg_gpu_rounds *rounds, const struct fg_wave *wave,
                    uint32_t number_capacity) {
    if (!rounds->launched || rounds->refused || wave->curves != FG_PLAN_CURVES ||
        fits(rounds, wave))
        return;
    uint32_t numbers = LEAST_NUMBERS;
    while (numbers < wave->number_count)
        numbers *= 2;
    fg_gpu_rounds_close(rounds);
    rounds->captured = *wave;
    rounds->captured.number_count = numbers < number_capacity ? numbers : number_capacity;
    rounds->refused = make_graph(rounds) != cudaSuccess;
    if (rounds->refused)
        cudaGetLastError(); /* or the next launch would find it */
}

cudaError_t fg_gpu_rounds_enqueue(struct fg_gpu_rounds *rounds, struct fg_wave *wave,
                                  uint32_t number_capacity, cudaStream_t stream) {
    prepare(rounds, wave, number_capacity);
    if (wave->curves == FG_PLAN_CURVES && fits(rounds, wave)) {
        const cudaError_t launched = cudaGraphLaunch(rounds->graph, stream);
        if (launched != cudaErrorMemoryAllocation) {
            wave->round += FG_WAVE_ROUNDS_PER_LOOK;
            return launched;
        }
        cudaGetLastError(); /* the first launch of a graph takes memory of the device */
        fg_gpu_rounds_close(rounds);
        rounds->refused = true;
    }
    cudaError_t result = cudaSuccess;
    for (unsigned i = 0; i < FG_WAVE_ROUNDS_PER_LOOK && result == cudaSuccess; i++) {
        wave->round++;
        result = fg_launch_wave_round(wave, stream);
    }
    rounds->launched |= result == cudaSuccess;
    return result;
}
