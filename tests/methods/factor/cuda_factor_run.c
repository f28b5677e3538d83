/* SPDX-License-Identifier: MIT */
/*
 * cuda_factor_run.c: see cuda_factor_run.h.
 */
#include "cuda_factor_run.h"

#include "methods/factor/gpu_batches.h"

static struct fg_gpu_wavefronts device;

enum fg_status fg_test_factor_run(const uint64_t *numbers, size_t count, uint32_t batch,
                                  uint64_t value_limit, struct fg_results *results,
                                  struct fg_error *error) {
    static const atomic_bool never = false;
    device = (struct fg_gpu_wavefronts){0};
    enum fg_status status = fg_gpu_wavefronts_open(&device, 0, FG_ANSWER_DIVISORS, error);
    if (status == FG_OK) {
        struct fg_gpu_batches run;
        FG_TRY(fg_gpu_batches_open(&run, 2, error));
        fg_gpu_batches_begin(&run, FG_ANSWER_DIVISORS, numbers, count, value_limit, batch,
                             FG_WAVES_PER_DEVICE, results);
        status = fg_gpu_batches_work(&device, &run, &never, &never, error);
        if (status == FG_OK)
            fg_gpu_batches_end(&run);
        fg_gpu_wavefronts_close(&device);
        fg_gpu_batches_close(&run);
    }
    fg_gpu_wavefronts_close(&device);
    return status;
}

const struct fg_wave *fg_test_factor_wave(void) {
    return device.waves[0].stream.handle == NULL ? NULL : &device.waves[0].device;
}
