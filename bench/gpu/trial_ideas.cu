/* SPDX-License-Identifier: MIT */
/*
 * trial_ideas.cu: other forms of the kernel, and the kernel as it was with a comparison a test.
 */
#include "trial_ideas.h"

#define FG_BENCH_VARIANT ideas
#include "trial_variant.cu"

#include <cmath>
#include <cstring>

namespace {

/* ---- A wheel ---- */

template <class form> struct wheel : form {
    static __device__ uint64_t candidate(uint64_t c) {
        const uint64_t residues = 0x1d1713110d0b0701; /* 1 7 11 13 17 19 23 29, a byte each */
        return 30 * (c / 8) + (residues >> 8 * (c % 8) & 0xff);
    }
};

/* ---- Floating point ---- */

/*
 * q = n * (1/d) rounded to a whole number is n/d if d divides n: 1/d is off by less than one
 * part in 2^53 and n/d is below 2^52, so that the product is off by less than a half. 2^52 + q is
 * exact for what the sum is rounded to; so is n - q * d, whose high word is 0 for 0 alone.
 */
struct reciprocal {
    using number = uint64_t;
    double divisor[candidates_per_thread], inverse[candidates_per_thread];
    uint32_t limit;

    static __device__ uint64_t candidate(uint64_t c) { return 1 + 2 * c; }
    __device__ void prepare(unsigned k, uint64_t d) {
        divisor[k] = (double)d;
        inverse[k] = 1 / divisor[k];
        limit = 0;
    }
    /* n < 2^52 as a double, with one addition: the bits of 2^52 + n are known. */
    static __device__ double to_double(uint64_t n) {
        const uint64_t bits = 0x4330000000000000 | n;
        double sum;
        memcpy(&sum, &bits, sizeof sum);
        return sum - 0x1p52;
    }
    /* Not the quotient, but as small if d divides and larger if it does not. */
    __device__ uint32_t quotient(unsigned k, uint64_t n) const {
        const double x = to_double(n);
        const double q = fma(x, inverse[k], 0x1p52) - 0x1p52;
        const double remainder = fma(-q, divisor[k], x);
        uint64_t bits;
        memcpy(&bits, &remainder, sizeof bits);
        return (uint32_t)(bits >> 32);
    }
};

struct mixed {
    using number = uint64_t;
    static constexpr unsigned whole = candidates_per_thread / 2;
    wide<true> products; /* of the candidates before `whole` */
    reciprocal quotients;
    uint32_t limit;

    static __device__ uint64_t candidate(uint64_t c) { return 1 + 2 * c; }
    __device__ void prepare(unsigned k, uint64_t d) {
        if (k < whole)
            products.prepare(k, d);
        else
            quotients.prepare(k, d);
        limit = products.limit;
    }
    __device__ uint32_t quotient(unsigned k, uint64_t n) const {
        return k < whole ? products.quotient(k, n) : quotients.quotient(k, n);
    }
};

/* ---- A comparison a test ---- */

constexpr unsigned each_threads = 256;
constexpr unsigned each_count = FG_BLOCK_CANDIDATES / each_threads;

struct each32 {
    fg_divisor32 divisor;
    __device__ void prepare(uint64_t d) { divisor = fg_divisor32_prepare((uint32_t)d); }
    __device__ bool may_divide(uint64_t n) const {
        return fg_divisor32_quotient_odd(divisor, (uint32_t)n) <= divisor.limit;
    }
    __device__ bool confirm(uint64_t, uint64_t) const { return true; }
};

struct each64 {
    fg_divisor64 divisor;
    __device__ void prepare(uint64_t d) { divisor = fg_divisor64_prepare(d); }
    __device__ bool may_divide(uint64_t n) const {
        return (uint32_t)(n * divisor.inverse >> 32) <= divisor.limit_high;
    }
    __device__ bool confirm(uint64_t d, uint64_t n) const {
        const uint64_t quotient = n * divisor.inverse;
        return quotient * d == n && fg_mul64_high(quotient, d) == 0;
    }
};

template <class each>
__global__ void __launch_bounds__(each_threads, 4)
    each_kernel(const fg_window window, const fg_hit_list list) {
    const uint64_t first = (uint64_t)blockIdx.x * FG_BLOCK_CANDIDATES + threadIdx.x;
    if (first >= window.end)
        return;
    uint64_t c[each_count], d[each_count];
    each prepared[each_count];
    for (unsigned k = 0; k < each_count; k++) {
        const bool inside = first + k * each_threads < window.end;
        c[k] = inside ? first + k * each_threads : UINT64_MAX;
        d[k] = 1 + 2 * (inside ? c[k] : window.end - 1);
        prepared[k].prepare(d[k]);
    }
    const uint32_t begin = blockIdx.y * FG_TILE_NUMBERS;
    const uint32_t left = window.number_count - begin;
    const uint32_t last = begin + (left < FG_TILE_NUMBERS ? left : FG_TILE_NUMBERS);
    for (uint32_t i = begin; i < last; i++) {
        const uint64_t n = window.dividends[i];
        bool any = false; /* one branch for all candidates: hits are rare */
        for (unsigned k = 0; k < each_count; k++)
            any |= prepared[k].may_divide(n);
        if (!any)
            continue;
        for (unsigned k = 0; k < each_count; k++)
            if (prepared[k].may_divide(n) && c[k] < window.counts[i] &&
                prepared[k].confirm(d[k], n))
                append_hit(list, d[k], i);
    }
}

template <class form>
__global__ void __launch_bounds__(threads_per_block, blocks_per_multiprocessor)
    idea_kernel(const fg_window window, const fg_hit_list list) {
    test_window<form>(window, list);
}

} /* namespace */

#define FG_BENCH_LAUNCH(name, kernel, threads)                                                     \
    extern "C" cudaError_t name(const fg_window *window, const fg_hit_list *list,                  \
                                cudaStream_t stream) {                                             \
        FG_LAUNCH(kernel, window_grid(*window), threads, stream, *window, *list);                  \
        return cudaGetLastError();                                                                 \
    }
FG_BENCH_LAUNCH(fg_bench_each32, each_kernel<each32>, each_threads)
FG_BENCH_LAUNCH(fg_bench_each64, each_kernel<each64>, each_threads)
FG_BENCH_LAUNCH(fg_bench_wheel32, idea_kernel<wheel<narrow<true>>>, threads_per_block)
FG_BENCH_LAUNCH(fg_bench_wheel64, idea_kernel<wheel<wide<true>>>, threads_per_block)
FG_BENCH_LAUNCH(fg_bench_reciprocal52, idea_kernel<reciprocal>, threads_per_block)
FG_BENCH_LAUNCH(fg_bench_mixed52, idea_kernel<mixed>, threads_per_block)
