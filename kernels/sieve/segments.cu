/* SPDX-License-Identifier: MIT */
/*
 * segments.cu: the kernels that sieve a chunk of consecutive numbers segment by segment.
 *
 * Counts: a word of shared memory for each number has the binary logarithm of what was found, and
 * how many primes that are, without and with multiplicity, so that each prime power is one atomic
 * addition. What is left is 1 or a prime, which the logarithm tells apart: it is in units of 2^-14,
 * each prime's weight is off by less than 0.7 units, and a number has at most 40 odd primes, so
 * that the sum is off by less than 28; the number's own logarithm by less than 2. Of a number of
 * which all primes were found less than 30 units are left, and of one with a prime missing more
 * than 16384 * log2(3) - 30.
 *
 * Every number is checked: what is left of it must be 1 or exceed the root of the chunk's last
 * number, by its logarithm or exactly. So a prime that was missed or changed shows up, unless what
 * is left has several primes.
 *
 * Products: two words for each number have the product of the prime powers found, and of the
 * function's values at these. Both are multiplied by compare and swap. The order of the factors
 * does not matter, so that the result is the same in every run.
 */
#include "kernels/sieve/segment_walk.h"

#include "arith/bits.h"
#include "arith/inverse.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"
#include <cmath>

namespace {

/* ---- Places and buckets ---- */

__global__ void __launch_bounds__(FG_SEGMENT_THREADS)
    sieve_places_kernel(const fg_sieve_chunk chunk) {
    const uint32_t k = blockIdx.x * FG_SEGMENT_THREADS + threadIdx.x;
    if (k >= FG_SEGMENT_PRIMES)
        return;
    const uint32_t p = chunk.primes[k];
    fg_sieve_place place;
    place.prime = p;
    place.residue = (uint32_t)(chunk.first % (p * p));
    place.reciprocal = UINT32_MAX / p; /* p does not divide 2^32 */
    place.square_reciprocal = UINT32_MAX / (p * p);
    place.inverse = fg_inverse64(p);
    place.limit = UINT64_MAX / p;
    chunk.places[k] = place;
}

/* Returns the exponent of p in n, which p^2 divides. */
__device__ uint32_t exponent_in(uint32_t p, uint64_t n) {
    uint32_t exponent = 2;
    n = n / p / p;
    for (; n % p == 0; n /= p)
        exponent++;
    return exponent;
}

/* Puts the multiples of a prime among numbers begin .. begin + count - 1 of the chunk into
 * buckets. */
__device__ void put_multiples(const fg_sieve_chunk &chunk, uint32_t p, uint32_t begin,
                              uint32_t count) {
    const uint64_t first = chunk.first + begin;
    uint64_t quotient = first / p;
    const uint32_t rest = (uint32_t)(first - quotient * p);
    const uint32_t gap = rest != 0 ? p - rest : 0;
    if (gap >= count)
        return;
    quotient += rest != 0;
    uint32_t counter = (uint32_t)(quotient % p); /* n / p modulo p */
    for (uint64_t at = gap; at < count; at += p) {
        const uint32_t exponent = counter == 0 ? exponent_in(p, first + at) : 1;
        const uint32_t place = begin + (uint32_t)at, segment = place >> chunk.segment_bits;
        const uint32_t index = atomicAdd(&chunk.entry_counts[segment], 1u);
        if (index < chunk.bucket_capacity)
            chunk.entries[(uint64_t)segment * chunk.bucket_capacity + index] =
                fg_entry_of(p, place & ((1u << chunk.segment_bits) - 1), exponent);
        counter = counter + 1 == p ? 0 : counter + 1;
    }
}

/* Takes primes [begin, end) of the list, each through `stretch` numbers for each row of the grid.
 */
__global__ void __launch_bounds__(FG_SEGMENT_THREADS)
    sieve_buckets_kernel(const fg_sieve_chunk chunk, uint32_t begin, uint32_t end,
                         uint32_t stretch) {
    const uint32_t left = end - begin, k = blockIdx.x * FG_SEGMENT_THREADS + threadIdx.x;
    const uint32_t place = blockIdx.y * stretch, numbers = chunk.count - place;
    if (k < left)
        put_multiples(chunk, chunk.primes[begin + k], place, numbers < stretch ? numbers : stretch);
}

/* ---- Counts ---- */

constexpr uint32_t counts_size = 1u << FG_COUNTS_SEGMENT_BITS;

/* Fields of a number's word: primes with multiplicity, different primes, units of the logarithm. */
constexpr uint32_t omega_shift = 6, log_shift = 10;
constexpr float log_unit = 16384;

/* Returns the binary logarithm of n >= 1 in units. */
__device__ uint32_t log_of(uint64_t n) {
#ifdef __CUDA_ARCH__
    float log; /* off by two units in the last place at most */
    asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(log) : "f"((float)n));
#else
    const float log = log2f((float)n);
#endif
    return (uint32_t)(log * log_unit + 0.5f);
}

struct counting {
    using step = uint32_t;
    unsigned *words; /* of a segment, in shared memory */
    __device__ step once(uint32_t prime) const {
        return (log_of(prime) << log_shift) + (1u << omega_shift) + 1;
    }
    __device__ void add(uint32_t at, step word) const { atomicAdd(&words[at], word); }
    __device__ void add_power(uint32_t at, uint32_t prime, uint32_t exponent) const {
        atomicAdd(&words[at],
                  (exponent * log_of(prime) << log_shift) + (1u << omega_shift) + exponent);
    }
};

/* Max difference of logarithms that rounding makes. */
constexpr int32_t log_error = 32;

/* Returns the bin of n, of which a segment's word is known. */
__device__ uint32_t bin_of(uint64_t n, uint32_t word, int32_t least_left, unsigned *violations) {
    const uint32_t twos = fg_trailing_zeros64(n);
    const int32_t left = (int32_t)(log_of(n >> twos) - (word >> log_shift));
    const bool is_prime_left = left > (int32_t)log_unit / 2;
    if (is_prime_left ? left < least_left : left > log_error || left < -log_error)
        atomicAdd(violations, 1u);
    const uint32_t omega = (word >> omega_shift & 15) + (twos > 0) + is_prime_left;
    const uint32_t bigomega = (word & 63) + twos + is_prime_left;
    return (omega << 6 | bigomega) % FG_COUNT_BINS; /* a word that is wrong may say more */
}

__global__ void __launch_bounds__(FG_SEGMENT_THREADS, FG_SEGMENT_RESIDENT)
    segment_counts_kernel(const fg_sieve_chunk chunk, fg_segment_counts *out) {
    __shared__ unsigned words[counts_size], numbers[FG_COUNT_BINS], firsts[FG_COUNT_BINS];
    const uint32_t segments = (chunk.count - 1) / counts_size + 1;
    const counting found = {words};
    const int32_t least_left = (int32_t)log_of(chunk.root) - 2 * log_error;
    for (uint32_t bin = threadIdx.x; bin < FG_COUNT_BINS; bin += FG_SEGMENT_THREADS) {
        numbers[bin] = 0;
        firsts[bin] = UINT32_MAX;
    }
    for (uint32_t index = blockIdx.x; index < segments; index += gridDim.x) {
        const fg_segment segment = fg_segment_at(chunk, index);
        for (uint32_t i = threadIdx.x; i < counts_size; i += FG_SEGMENT_THREADS)
            words[i] = 0;
        __syncthreads();
        fg_walk_segment(chunk, index, segment, found);
        __syncthreads();
        const uint32_t sampled = fg_sampled_place(chunk, segment);
        for (uint32_t i = threadIdx.x; i < segment.length; i += FG_SEGMENT_THREADS) {
            const uint32_t bin = bin_of(segment.first + i, words[i], least_left, chunk.violations);
            /* the first number of a bin is in the block's first segment that has any */
            if (atomicAdd(&numbers[bin], 1u) < counts_size)
                atomicMin(&firsts[bin], segment.begin + i);
            if (i == sampled)
                chunk.sample_values[segment.begin >> FG_SAMPLE_BITS] = bin;
        }
        __syncthreads();
    }
    for (uint32_t bin = threadIdx.x; bin < FG_COUNT_BINS; bin += FG_SEGMENT_THREADS) {
        if (numbers[bin] == 0)
            continue;
        atomicAdd(&out->numbers[bin], (unsigned long long)numbers[bin]);
        atomicMin(&out->firsts[bin], firsts[bin]);
    }
}

/* ---- Products ---- */

constexpr uint32_t products_size = 1u << FG_PRODUCTS_SEGMENT_BITS;

/* Returns the function's value at a prime. */
__device__ uint64_t value_at_prime(fg_segment_function function, uint64_t prime) {
    return function == FG_SEGMENT_TAU     ? 2
           : function == FG_SEGMENT_SIGMA ? prime + 1
           : function == FG_SEGMENT_PHI   ? prime - 1
                                          : prime;
}

/* Returns the function's value at prime^exponent, and prime^exponent itself in *power. */
__device__ uint64_t value_at(fg_segment_function function, uint64_t prime, uint32_t exponent,
                             uint64_t *power) {
    uint64_t before = 1, sum = 1 + prime; /* prime^(exponent - 1), and the sum of all powers */
    for (uint32_t k = 1; k < exponent; k++) {
        before *= prime;
        sum += before * prime;
    }
    *power = before * prime;
    switch (function) {
    case FG_SEGMENT_TAU:
        return exponent + 1;
    case FG_SEGMENT_SIGMA:
        return sum;
    case FG_SEGMENT_PHI:
        return before * (prime - 1);
    case FG_SEGMENT_RADICAL:
        return prime;
    case FG_SEGMENT_CORE:
        break;
    }
    return exponent % 2 == 1 ? prime : 1;
}

/* Returns the function's value at 2^exponent. */
__device__ uint64_t value_at_twos(fg_segment_function function, uint32_t exponent) {
    switch (function) {
    case FG_SEGMENT_TAU:
        return exponent + 1;
    case FG_SEGMENT_SIGMA:
        return (UINT64_C(2) << exponent) - 1;
    case FG_SEGMENT_PHI:
        return UINT64_C(1) << exponent >> (exponent > 0);
    case FG_SEGMENT_RADICAL:
        return exponent > 0 ? 2 : 1;
    case FG_SEGMENT_CORE:
        break;
    }
    return exponent % 2 + 1;
}

/* Multiplies a word of shared memory, modulo 2^64. */
__device__ void multiply(unsigned long long *word, uint64_t factor) {
    unsigned long long seen = 1, old; /* it was 1 unless a prime was found before */
    do {
        old = seen;
        seen = atomicCAS(word, old, old * factor);
    } while (seen != old);
}

struct multiplying {
    struct step {
        uint64_t power, value;
    };
    unsigned long long *products, *values; /* of a segment, in shared memory */
    fg_segment_function function;
    __device__ step once(uint32_t prime) const { return {prime, value_at_prime(function, prime)}; }
    __device__ void add(uint32_t at, const step &factors) const {
        multiply(&products[at], factors.power);
        multiply(&values[at], factors.value);
    }
    __device__ void add_power(uint32_t at, uint32_t prime, uint32_t exponent) const {
        uint64_t power;
        const uint64_t value = value_at(function, prime, exponent, &power);
        add(at, {power, value});
    }
};

/* Returns the function's value at n, of which the product of the odd prime powers found, and the
 * function's value at that, are known. */
__device__ uint64_t complete(const fg_sieve_chunk &chunk, fg_segment_function function, uint64_t n,
                             uint64_t product, uint64_t value) {
    const uint32_t twos = fg_trailing_zeros64(n);
    const uint64_t rest = (n >> twos) * fg_inverse64(product | 1); /* exact: 1 or a prime */
    if (fg_mul64_high(rest, product) != 0 || (rest > 1 && rest <= chunk.root))
        atomicAdd(chunk.violations, 1u);
    value *= value_at_twos(function, twos);
    return rest > 1 ? value * value_at_prime(function, rest) : value;
}

/* Takes the value of a later number into a thread's sum. */
__device__ void take_value(fg_segment_sum *sum, uint64_t value, uint32_t at) {
    sum->sum_low += value;
    sum->sum_high += sum->sum_low < value;
    if (value < sum->least || sum->greatest == 0) { /* the first may be 2^64 - 1 */
        sum->least = value;
        sum->least_at = at;
    }
    if (value > sum->greatest) {
        sum->greatest = value;
        sum->greatest_at = at;
    }
}

/* Adds the sum that the lane `distance` further on has. Of equal values that of the smaller number
 * is kept. */
__device__ void add_lane(fg_segment_sum *sum, uint32_t distance) {
    const uint32_t all = UINT32_MAX;
    const unsigned long long low =
        __shfl_down_sync(all, (unsigned long long)sum->sum_low, distance);
    sum->sum_high += __shfl_down_sync(all, (unsigned long long)sum->sum_high, distance);
    sum->sum_low += low;
    sum->sum_high += sum->sum_low < low;
    const uint64_t least = __shfl_down_sync(all, (unsigned long long)sum->least, distance);
    const uint32_t least_at = __shfl_down_sync(all, sum->least_at, distance);
    if (least < sum->least || (least == sum->least && least_at < sum->least_at)) {
        sum->least = least;
        sum->least_at = least_at;
    }
    const uint64_t greatest = __shfl_down_sync(all, (unsigned long long)sum->greatest, distance);
    const uint32_t greatest_at = __shfl_down_sync(all, sum->greatest_at, distance);
    if (greatest > sum->greatest || (greatest == sum->greatest && greatest_at < sum->greatest_at)) {
        sum->greatest = greatest;
        sum->greatest_at = greatest_at;
    }
}

__global__ void __launch_bounds__(FG_SEGMENT_THREADS, FG_SEGMENT_RESIDENT)
    segment_products_kernel(const fg_sieve_chunk chunk, fg_segment_function function,
                            fg_segment_sum *sums) {
    __shared__ unsigned long long products[products_size], values[products_size];
    const uint32_t segments = (chunk.count - 1) / products_size + 1;
    const multiplying found = {products, values, function};
    fg_segment_sum sum = {0, 0, UINT64_MAX, 0, UINT32_MAX, UINT32_MAX};
    for (uint32_t index = blockIdx.x; index < segments; index += gridDim.x) {
        const fg_segment segment = fg_segment_at(chunk, index);
        for (uint32_t i = threadIdx.x; i < products_size; i += FG_SEGMENT_THREADS)
            products[i] = values[i] = 1;
        __syncthreads();
        fg_walk_segment(chunk, index, segment, found);
        __syncthreads();
        const uint32_t sampled = fg_sampled_place(chunk, segment);
        for (uint32_t i = threadIdx.x; i < segment.length; i += FG_SEGMENT_THREADS) {
            const uint64_t value =
                complete(chunk, function, segment.first + i, products[i], values[i]);
            take_value(&sum, value, segment.begin + i);
            if (i == sampled)
                chunk.sample_values[segment.begin >> FG_SAMPLE_BITS] = value;
        }
        __syncthreads();
    }
    for (uint32_t distance = 16; distance > 0; distance /= 2)
        add_lane(&sum, distance);
    if (threadIdx.x % 32 == 0)
        sums[blockIdx.x * FG_SEGMENT_WARPS + threadIdx.x / 32] = sum;
}

/* Returns the blocks for so many threads. */
uint32_t blocks_for(uint32_t threads) {
    return (threads - 1) / FG_SEGMENT_THREADS + 1;
}

/* Enqueues the kernel of buckets for primes [begin, end), if there are any. */
void launch_buckets(const fg_sieve_chunk &chunk, uint32_t begin, uint32_t end, uint32_t stretch,
                    cudaStream_t stream) {
    if (begin >= end)
        return;
    const dim3 grid(blocks_for(end - begin), (chunk.count - 1) / stretch + 1);
    FG_LAUNCH(sieve_buckets_kernel, grid, FG_SEGMENT_THREADS, stream, chunk, begin, end, stretch);
}

} /* namespace */

extern "C" cudaError_t fg_launch_sieve_places(const fg_sieve_chunk *chunk, cudaStream_t stream) {
    FG_LAUNCH(sieve_places_kernel, blocks_for(FG_SEGMENT_PRIMES), FG_SEGMENT_THREADS, stream,
              *chunk);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_sieve_buckets(const fg_sieve_chunk *chunk, cudaStream_t stream) {
    launch_buckets(*chunk, FG_SEGMENT_PRIMES, chunk->near_count, FG_CHUNK_STRETCH, stream);
    launch_buckets(*chunk, chunk->near_count, chunk->prime_count, FG_CHUNK_MAX, stream);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_segment_counts(const fg_sieve_chunk *chunk,
                                                fg_segment_counts *counts, cudaStream_t stream) {
    FG_LAUNCH(segment_counts_kernel, chunk->blocks, FG_SEGMENT_THREADS, stream, *chunk, counts);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_segment_products(const fg_sieve_chunk *chunk,
                                                  fg_segment_function function,
                                                  fg_segment_sum *sums, cudaStream_t stream) {
    FG_LAUNCH(segment_products_kernel, chunk->blocks, FG_SEGMENT_THREADS, stream, *chunk, function,
              sums);
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(segments, segment_counts_kernel)
