/* SPDX-License-Identifier: MIT */
/*
 * gpu_factor_products.h: how many Montgomery products a number takes on its way through the
 * wavefront.
 */
#ifndef FG_BENCH_GPU_FACTOR_PRODUCTS_H
#define FG_BENCH_GPU_FACTOR_PRODUCTS_H

#include "measured_gpu.h"

/* Montgomery products, by form: those modulo n < 2^58 take less. */
struct fg_gpu_products {
    double full, roomy;
};

/* How many Montgomery products the way through the wavefront takes. */
struct fg_gpu_products fg_gpu_factor_products(uint64_t n);
struct fg_gpu_products fg_gpu_curve_products(uint32_t program, bool roomy);
struct fg_gpu_products fg_gpu_pm1_products(uint32_t program, bool roomy);

/* sum += count * products */
void fg_gpu_products_add(struct fg_gpu_products *sum, double count,
                         struct fg_gpu_products products);
double fg_gpu_products_count(struct fg_gpu_products products); /* of both forms */
/* Products a second of a device that does nothing else, in this mixture; 0: not measured. */
double fg_gpu_products_ceiling(struct fg_gpu_products products,
                               const struct fg_gpu_ceilings *ceilings);

#endif
