/* SPDX-License-Identifier: MIT */
/*
 * article_race.c: what a caller of the library waits for.
 */
#include "article_race.h"

#include "factor_gpu.h"
#include <string.h>

/* What the exhaustive method is to take on the GPU at most. */
#define TARGET_S 1e-3

struct batch {
    uint64_t numbers[4], expected[16];
    size_t expected_count;
};

static const struct batch article = {
    .numbers = {53541233, 21235343, 11421443, 5423123},
    .expected = {1, 5501, 9733, 53541233,                          /* of the first number */
                 1, 21235343,                                      /* second */
                 1, 11, 383, 2711, 4213, 29821, 1038313, 11421443, /* third */
                 1, 5423123},
    .expected_count = 16,
};

/* For the emulated device, which needs minutes for the article's. */
static const struct batch small = {
    .numbers = {9797, 9973, 26, 7},
    .expected = {1, 97, 101, 9797, 1, 9973, 1, 2, 13, 26, 1, 7},
    .expected_count = 12,
};

struct attempt {
    const struct batch *batch;
    struct fg_engine *engine;
    struct fg_results results;
};

static bool run_attempt(void *context) {
    struct attempt *const attempt = context;
    struct fg_error error = {0};
    return fg_gpu_fine(
        fg_factor_batch(attempt->engine, attempt->batch->numbers, 4, &attempt->results, &error),
        &error, "the article's numbers");
}

static bool check_attempt(void *context) {
    const struct attempt *const attempt = context;
    const struct fg_results *const results = &attempt->results;
    return results->count == 4 && results->offsets[4] == attempt->batch->expected_count &&
           memcmp(results->values, attempt->batch->expected,
                  attempt->batch->expected_count * sizeof *results->values) == 0;
}

static bool race_method(struct fg_gpu_bench *bench, enum fg_method method, double target_s) {
    static const char *const backends[] = {"serial", "threads", "cuda"};
    enum { count = 3, cuda = 2 };
    struct attempt attempts[count] = {{0}};
    struct fg_bench_contender contenders[count];
    bool fine = true;
    for (size_t i = 0; i < count && fine; i++) {
        const struct fg_config config = {
            .backend = backends[i],
            .method = method,
            .devices = i == cuda ? &bench->device : NULL,
            .device_count = i == cuda,
        };
        struct fg_error error = {0};
        attempts[i].batch = bench->smoke ? &small : &article;
        fine =
            fg_gpu_fine(fg_engine_open(&config, &attempts[i].engine, &error), &error, backends[i]);
        contenders[i] = (struct fg_bench_contender){
            .name = backends[i],
            .run = run_attempt,
            .check = check_attempt,
            .context = &attempts[i],
            .target_s = i == cuda ? target_s : 0,
        };
    }
    char topic[40], title[79];
    snprintf(topic, sizeof topic, "article-%s", fg_method_name(method));
    snprintf(title, sizeof title, "%s, the article's four numbers, from end to end, warm",
             fg_method_name(method));
    fine = fine && fg_bench_run(&bench->bench,
                                &(struct fg_bench_race){
                                    .topic = topic,
                                    .title = title,
                                    .contenders = contenders,
                                    .count = count,
                                    .least_sample_s = bench->smoke ? 0 : 0.02,
                                },
                                NULL);
    for (size_t i = 0; i < count; i++) {
        fg_results_free(&attempts[i].results);
        fg_engine_close(attempts[i].engine);
    }
    return fine;
}

bool fg_bench_race_article(struct fg_gpu_bench *bench) {
    return race_method(bench, FG_METHOD_EXHAUSTIVE, TARGET_S) &&
           race_method(bench, FG_METHOD_TRIAL, 0);
}
