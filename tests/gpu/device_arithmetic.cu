/* SPDX-License-Identifier: MIT */
/*
 * device_arithmetic.cu: see device_arithmetic.h.
 */
#include "device_arithmetic.h"

#include "algorithms/divisibility.h"
#include "arith/gcd.h"
#include "arith/iroot.h"
#include "arith/isqrt.h"
#include "arith/montgomery.h"
#include "arith/montgomery_rows.h"
#include "arith/wide.h"
#include "arith/wide_divide.h"
#include "kernels/launch_macro.h"
#include <cuda_runtime.h>

namespace doubles {
#define FG_LANES 1
#include "arith/residues_double.h"
} /* namespace doubles */
#undef FG_RESTRICT
#undef FG_WORDS

namespace {

__device__ fg_wide rows_number(const uint32_t *words) {
    return fg_wide_join((uint64_t)words[1] << 32 | words[0], (uint64_t)words[3] << 32 | words[2]);
}

__device__ void rows_words(fg_wide n, uint32_t *words) {
    for (int i = 0; i < 4; i++)
        words[i] = (uint32_t)(n >> (32 * i));
}

} /* namespace */

namespace rows3 {
#define FG_LIMBS 3
#include "arith/residues_rows.h"
#include "gpu/device_rows.h"
} /* namespace rows3 */
#undef FG_RESTRICT
#undef FG_WORDS
#undef FG_LIMBS

namespace rows4 {
#define FG_LIMBS 4
#include "arith/residues_rows.h"
#include "gpu/device_rows.h"
} /* namespace rows4 */
#undef FG_RESTRICT
#undef FG_WORDS
#undef FG_LIMBS

namespace rows_any {
#define FG_WORDS 2
#define FG_HEADROOM 0
#include "arith/residues_scalar.h"
#include "gpu/device_rows.h"
} /* namespace rows_any */

namespace {

constexpr unsigned threads_per_block = 256;

__device__ void do_words(const fg_operands &in, fg_outcome *out) {
    out->high = fg_mul64_high(in.a, in.b);
    out->low = fg_mul64_low(in.a, in.b);
    out->inverse = fg_inverse64(in.n);
    out->inverse32 = fg_inverse32((uint32_t)in.n);
    out->rotated = fg_rotate_right32((uint32_t)in.a, (uint32_t)(in.b % 32));
    out->shifted = fg_funnel_right32((uint32_t)(in.a >> 32), (uint32_t)in.a, (uint32_t)in.b);
    out->zeros = fg_trailing_zeros64(in.a != 0 ? in.a : 1);
    out->length = fg_bit_length64(in.a);
    out->gcd = fg_gcd64_odd(in.a, in.n);
    out->root = fg_isqrt64(in.a);
    out->cube_root = fg_iroot64(in.a, 3);
    out->fifth_root = fg_iroot64(in.a, 5);
}

__device__ void do_residues(const fg_operands &in, fg_outcome *out) {
    const fg_mont64 modulus = fg_mont64_prepare(in.n);
    const uint64_t a = in.a % in.n, b = in.b % in.n;
    out->sum = fg_mod64_add(a, b, in.n);
    out->difference = fg_mod64_sub(a, b, in.n);
    out->product = fg_mont64_mul(modulus, a, b);
    out->loose = in.n >> 62 == 0 ? fg_mont64_mul_loose(modulus, a, b) : 0;
    const uint64_t far = FG_LOOSE_FACTORS - a;
    out->loose_far = in.n >> 62 == 0 ? fg_mont64_mul_loose(modulus, a, far) : 0;
    out->one = fg_mont64_one(modulus);
    out->reduced = fg_mont64_reduce(modulus, 0, in.b);
}

__device__ void do_doubles(const fg_operands &in, fg_outcome *out) {
    const uint64_t m = fg_operand_modulus_in_doubles(in.n);
    const uint64_t a = in.a % m, b = in.b % m;
    const doubles::fg_field field = doubles::fg_prepare(&m);
    const doubles::fg_residue one_a = doubles::fg_load(&a), one_b = doubles::fg_load(&b);
    const doubles::fg_residue twice_a = doubles::fg_add(&field, one_a, one_a);
    const doubles::fg_residue zero = doubles::fg_sub(&field, one_b, one_b);
    const doubles::fg_residue minus_b = doubles::fg_sub(&field, zero, one_b);
    const doubles::fg_residue product = doubles::fg_mul(&field, twice_a, minus_b);
    out->double_product = (int64_t)product.value;
    out->double_tight = (int64_t)doubles::fg_tighten(&field, product).value;
}

__device__ void do_divisibility(const fg_operands &in, fg_outcome *out) {
    const uint32_t n32 = (uint32_t)in.a, d32 = (uint32_t)in.b != 0 ? (uint32_t)in.b : 1;
    const fg_divisor32 divisor32 = fg_divisor32_prepare(d32);
    out->limit32 = divisor32.limit;
    out->quotient32 = fg_divisor32_quotient(divisor32, n32);
    out->quotient32_odd = fg_divisor32_quotient_odd(fg_divisor32_prepare(d32 | 1), n32);
    const uint64_t d = in.b != 0 ? in.b : 1;
    const fg_divisor64 divisor = fg_divisor64_prepare(d);
    out->limit64 = divisor.limit_high;
    out->quotient64 = divisor.twos < 32 ? fg_divisor64_quotient(divisor, in.a) : 0;
    out->quotient64_odd = fg_divisor64_quotient_odd(fg_divisor64_prepare(d | 1), in.a);
}

__global__ void rows_kernel(uint32_t words, const fg_row_operands *operands,
                            fg_row_outcome *outcomes, size_t count) {
    const size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count)
        return;
    if (words == 3)
        rows3::do_rows(operands[i], &outcomes[i]);
    else if (words == FG_ROW_ANY)
        rows_any::do_rows(operands[i], &outcomes[i]);
    else
        rows4::do_rows(operands[i], &outcomes[i]);
}

__global__ void arithmetic_kernel(const fg_operands *operands, fg_outcome *outcomes, size_t count) {
    const size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count)
        return;
    do_words(operands[i], &outcomes[i]);
    do_residues(operands[i], &outcomes[i]);
    do_doubles(operands[i], &outcomes[i]);
    do_divisibility(operands[i], &outcomes[i]);
}

} /* namespace */

/* Calls launch(blocks, operands, outcomes) with the operands in the device's memory. */
template <class Operands, class Outcome, class Launch>
static cudaError_t run_on_device(const Operands *operands, Outcome *outcomes, size_t count,
                                 Launch launch) {
    const unsigned blocks = (unsigned)((count + threads_per_block - 1) / threads_per_block);
    void *d_operands = nullptr, *d_outcomes = nullptr;
    cudaError_t result = cudaMalloc(&d_operands, count * sizeof *operands);
    if (result == cudaSuccess)
        result = cudaMalloc(&d_outcomes, count * sizeof *outcomes);
    if (result == cudaSuccess)
        result = cudaMemcpy(d_operands, operands, count * sizeof *operands, cudaMemcpyHostToDevice);
    if (result == cudaSuccess) {
        launch(blocks, static_cast<const Operands *>(d_operands),
               static_cast<Outcome *>(d_outcomes));
        result = cudaGetLastError();
    }
    if (result == cudaSuccess)
        result = cudaMemcpy(outcomes, d_outcomes, count * sizeof *outcomes, cudaMemcpyDeviceToHost);
    cudaFree(d_outcomes);
    cudaFree(d_operands);
    return result;
}

extern "C" cudaError_t fg_test_device_arithmetic(const fg_operands *operands, fg_outcome *outcomes,
                                                 size_t count) {
    return run_on_device(
        operands, outcomes, count, [=](unsigned blocks, const fg_operands *in, fg_outcome *out) {
            FG_LAUNCH(arithmetic_kernel, blocks, threads_per_block, nullptr, in, out, count);
        });
}

extern "C" cudaError_t fg_test_device_rows(uint32_t words, const fg_row_operands *operands,
                                           fg_row_outcome *outcomes, size_t count) {
    return run_on_device(operands, outcomes, count,
                         [=](unsigned blocks, const fg_row_operands *in, fg_row_outcome *out) {
                             FG_LAUNCH(rows_kernel, blocks, threads_per_block, nullptr, words, in,
                                       out, count);
                         });
}
