/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor_products.h: how many products modulo its cofactors a number takes on its way through
 * the wavefront.
 */
#ifndef FG_BENCH_GPU_FACTOR_PRODUCTS_H
#define FG_BENCH_GPU_FACTOR_PRODUCTS_H

#include "measured_gpu.h"
#include "methods/factor/gpu_wavefront.h"

/* Products, by form: FG_WAVE_FULL, FG_WAVE_LAZY and FG_WAVE_DOUBLE. */
struct fg_gpu_products {
    double full, roomy, doubles;
};

/* Counts the products on n's way through the wavefront; `doubles` as in struct fg_wave. */
struct fg_gpu_products fg_gpu_factor_products(uint64_t n, bool doubles);
struct fg_gpu_products fg_gpu_curve_products(uint32_t program, enum fg_wave_form form);
struct fg_gpu_products fg_gpu_pm1_products(uint32_t program, enum fg_wave_form form);

/* sum += count * products */
void fg_gpu_products_add(struct fg_gpu_products *sum, double count,
                         struct fg_gpu_products products);
double fg_gpu_products_count(struct fg_gpu_products products); /* of all forms */
/* Products a second of a device that does nothing else, in this mixture; 0: not measured. */
double fg_gpu_products_ceiling(struct fg_gpu_products products,
                               const struct fg_gpu_ceilings *ceilings);

#endif
