/* SPDX-License-Identifier: MIT */
/*
 * answers.cu: from the primes of each number's record to answers in a row: lengths, a scan
 * of them, and every divisor in ascending order.
 *
 * Each factorisation is put together and checked against its number before the length of its answer
 * is written, and once more when it is written. Lists of divisors differ in length by five orders
 * of magnitude, so that three kernels share them: a thread, a warp in shared memory, a block. The
 * last two multiply by one prime after the other, D <- D + p D + ... + p^e D, all elements at once:
 * an element's place is its own index plus its ranks in the other runs.
 */
#include "kernels/factor/cofactors.h"
#include "kernels/factor/small_prime_records.h"

#include "algorithms/marked_divisors.h"
#include "kernels/images.h"
#include "kernels/launch_macro.h"
#include <cub/cub.cuh>

namespace {

/*
 * Divisors that a thread writes by itself; and that a warp does in shared memory. Warp instructions
 * of both a random 64-bit number, and memory sectors (4,096 of them, the PTX for 9.0, before small
 * primes were recorded):
 *
 *     short_list       16     64     96    128
 *     instructions  1,308    779    701    686
 *     sectors          65    183    203    249
 */
constexpr uint32_t short_list = 96;
constexpr uint32_t medium_list = 512;

constexpr uint32_t warps_per_block = FG_WAVE_BLOCK / 32;
/* Threads on one long list. */
constexpr uint32_t long_block = 256;

/* Blocks of either kernel that must fit on a multiprocessor. This gives 64 registers a thread,
 * with which neither spills; without it nvcc 13.0 takes 40 and 32 for sm_90 and spills 12 and
 * 24 bytes. */
constexpr uint32_t list_blocks = 4;

/* The input of factorisations: the numbers, and the records of their primes. */
struct record_input {
    const uint64_t *numbers;
    const uint64_t *small_primes; /* kernels/factor/small_prime_records.h */
    const uint64_t *primes;       /* FG_WAVE_PRIMES a number */
    const unsigned *prime_counts;
};

/* The numbers whose answers are written, [first, first + count), and how long each answer is. */
struct piece_input {
    uint32_t first, count;
    const uint32_t *lengths; /* of all numbers */
    const uint32_t *offsets; /* of the piece: the index in `values` at which each begins */
};

struct piece_output {
    uint64_t *values;
    unsigned *violations;
};

/*
 * Adds to number i's small primes those of what they leave; false if all together do not
 * multiply to it exactly. The record has all of these, or none if `rest` is settled: 1 or a
 * prime.
 */
__device__ bool complete_factors(const record_input &record, uint32_t i, uint64_t rest,
                                 bool settled, fg_factorization *factors) {
    if (settled && rest > 1)
        fg_factorization_add(factors, rest, 1);
    const uint32_t count = settled ? 0 : record.prime_counts[i];
    if (count > FG_WAVE_PRIMES)
        return false;
    const uint64_t *const primes = record.primes + (size_t)i * FG_WAVE_PRIMES;
    uint64_t product = 1;
    for (uint32_t k = 0; k < count; k++) {
        if (primes[k] < 2 || fg_mul64_high(product, primes[k]) != 0)
            return false;
        product *= primes[k];
    }
    if (!settled && product != rest)
        return false;
    for (uint32_t k = 0; k < count; k++)
        fg_factorization_add(factors, primes[k], 1);
    return fg_factorization_product_is(factors, record.numbers[i]);
}

/* Collects number i's factors; returns false if they do not multiply to it. */
__device__ bool collect_factors(const record_input &record, uint32_t i, fg_factorization *factors) {
    uint64_t rest;
    fg_factorization_clear(factors);
    return fg_small_primes_take_recorded(record.numbers[i], record.small_primes[i], factors,
                                         &rest) &&
           complete_factors(record, i, rest, fg_small_primes_settle(rest), factors);
}

/* Returns the count of values in an answer: primes with multiplicity, or divisors. */
__device__ uint32_t answer_length(bool primes, const fg_factorization &factors) {
    return primes ? fg_factorization_prime_count(&factors)
                  : fg_factorization_divisor_count(&factors);
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    count_values_kernel(const record_input record, uint32_t number_count, bool primes,
                        uint32_t *lengths, unsigned *violations) {
    for (uint32_t i = fg_grid_thread(); i < number_count; i += fg_grid_threads()) {
        fg_factorization factors;
        const bool right = collect_factors(record, i, &factors);
        if (!right)
            fg_wave_violate(violations);
        lengths[i] = right ? answer_length(primes, factors) : 0;
    }
}

/* Returns whether a number's factors are `right` and its answer still has the length that was
 * counted; if not, counts a violation. */
__device__ bool still_right(bool right, uint32_t length, uint32_t told, unsigned *violations) {
    right = right && length == told;
    if (!right)
        fg_wave_violate(violations);
    return right;
}

/* Collects number i's factors again, for an answer of primes or of divisors. Returns whether they
 * are still right. */
template <bool primes>
__device__ bool collect_again(const record_input &record, const piece_input &piece, uint32_t i,
                              unsigned *violations, fg_factorization *factors) {
    const bool right = collect_factors(record, i, factors);
    return still_right(right, answer_length(primes, *factors), piece.lengths[i], violations);
}

/* Returns the beginning of the answer to number i in a buffer of values. */
__device__ uint64_t *answer_in(uint64_t *values, const piece_input &piece, uint32_t i) {
    return values + piece.offsets[i - piece.first];
}

__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    primes_kernel(const record_input record, const piece_input piece, const piece_output out) {
    for (uint32_t at = fg_grid_thread(); at < piece.count; at += fg_grid_threads()) {
        fg_factorization factors;
        const uint32_t i = piece.first + at;
        if (collect_again<true>(record, piece, i, out.violations, &factors))
            fg_factorization_primes(&factors, answer_in(out.values, piece, i));
    }
}

/*
 * Writes every divisor, ascending, and then the marks in place of the first: what
 * fg_factorization_divisors() does. The largest divisors that are not written yet wait in two
 * variables. Since list[0] is 1, which is below every multiple, no list ends before the multiples.
 */
__device__ void write_short_list(const fg_factorization &factors, uint64_t *list) {
    uint64_t scratch[short_list / 2]; /* the divisors before the last prime */
    uint64_t marks = FG_NO_MARKS;
    uint32_t count = 1, odd = 0;
    list[0] = 1;
    for (uint32_t i = 0; i < factors.distinct; i++) {
        const uint64_t prime = factors.primes[i];
        const uint32_t exponent = factors.exponents[i], before = count;
        for (uint32_t k = 0; k < before; k++)
            scratch[k] = list[k];
        uint64_t power = 1;
        for (uint32_t e = 0; e < exponent; e++) {
            power *= prime;
            uint32_t left = count, right = before, out = count + before;
            count = out;
            uint64_t divisor = list[left - 1], multiple = scratch[right - 1] * power;
            while (right > 0) {
                const bool is_above = divisor > multiple;
                list[--out] = is_above ? divisor : multiple;
                if (is_above)
                    divisor = list[--left - 1];
                else if (--right > 0)
                    multiple = scratch[right - 1] * power;
            }
            if (e == 0 && prime != 2) /* the divisors below the prime have their places */
                marks = fg_marks_with(marks, left, odd++, exponent);
        }
    }
    list[0] = marks;
}

/* Writes the short lists of divisors, and sorts out the numbers of the others: those with medium
 * lists go to the front of `order`, those with long lists to its end, backwards from `order_last`.
 */
__global__ void __launch_bounds__(FG_WAVE_BLOCK)
    short_divisors_kernel(const record_input record, const piece_input piece, uint32_t *order,
                          uint32_t *order_last, fg_wave_lists *lists, const piece_output out) {
    for (uint32_t at = fg_grid_thread(); at < piece.count; at += fg_grid_threads()) {
        const uint32_t i = piece.first + at, length = piece.lengths[i];
        if (length > medium_list) {
            *(order_last - atomicAdd(&lists->large_count, 1u)) = i;
        } else if (length > short_list) {
            order[atomicAdd(&lists->medium_count, 1u)] = i;
        } else {
            fg_factorization factors;
            if (collect_again<false>(record, piece, i, out.violations, &factors))
                write_short_list(factors, answer_in(out.values, piece, i));
        }
    }
}

/* Returns how many of the ascending list[0 .. length) times `factor` are below `bound`. */
__device__ uint32_t rank_below(const uint64_t *list, uint32_t length, uint64_t factor,
                               uint64_t bound) {
    uint32_t low = 0, high = length;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (list[middle] * factor < bound)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

__device__ uint64_t small_power(uint64_t base, uint32_t exponent) {
    uint64_t power = 1;
    for (uint32_t i = 0; i < exponent; i++)
        power *= base;
    return power;
}

/* Returns the place of from[k] * prime^e among all from[..] * prime^0 .. prime^exponent. Both sides
 * of a comparison are divided by the smaller power first, so that they are divisors of the number
 * and do not overflow. No two are equal. */
__device__ uint32_t place_of(const uint64_t *from, uint32_t length, uint32_t k, uint64_t prime,
                             uint32_t e, uint32_t exponent) {
    uint32_t place = k;
    uint64_t power = 1;
    for (uint32_t below = e; below-- > 0;) {
        power *= prime;
        place += rank_below(from, length, 1, from[k] * power);
    }
    power = 1;
    for (uint32_t above = e + 1; above <= exponent; above++) {
        power *= prime;
        place += rank_below(from, length, power, from[k]);
    }
    return place;
}

/*
 * Fills to[] with all from[k] * prime^e, e = 0 .. exponent, ascending. `threads` threads share the
 * work; this is number `thread`. Each thread finds the places of its elements by comparing them
 * with those of every other exponent; their cofactors have the same places from the end. Returns
 * the place of the prime to the thread that writes it, 0 to the others.
 */
__device__ uint32_t multiply_out(const uint64_t *from, uint32_t length, uint64_t prime,
                                 uint32_t exponent, uint64_t *to, uint32_t thread,
                                 uint32_t threads) {
    const uint32_t total = length * (exponent + 1), last = total - 1;
    uint32_t place_of_prime = 0;
    for (uint32_t item = thread; item <= last / 2; item += threads) {
        uint32_t e = 0, k = item;
        for (; k >= length; k -= length)
            e++;
        const uint32_t place = place_of(from, length, k, prime, e, exponent);
        to[place] = from[k] * small_power(prime, e);
        to[last - place] = from[length - 1 - k] * small_power(prime, exponent - e);
        if (item == length)
            place_of_prime = place;
        else if (last - item == length)
            place_of_prime = last - place;
    }
    return place_of_prime;
}

/* Several threads that write one list together. */
struct warp_team {
    static constexpr uint32_t size = 32;
    static __device__ uint32_t thread() { return threadIdx.x % 32; }
    static __device__ void meet() { __syncwarp(); }
};

struct block_team {
    static constexpr uint32_t size = long_block;
    static __device__ uint32_t thread() { return threadIdx.x; }
    static __device__ void meet() { __syncthreads(); }
};

/* A list that several threads write, in the memory that they share. Thread 0 fills `factors`. */
struct shared_list {
    fg_factorization factors; /* no primes: nothing is written */
    uint64_t marks;
};

/* Collects number i's factors for a team; none if they are not right any more. */
__device__ void collect_for_team(const record_input &record, const piece_input &piece, uint32_t i,
                                 unsigned *violations, shared_list *list) {
    if (!collect_again<false>(record, piece, i, violations, &list->factors))
        fg_factorization_clear(&list->factors);
}

/*
 * Writes every divisor, ascending, to `values`, and then the marks in place of the first. Each
 * prime but the last makes an intermediate list. These alternate between `first` and `second`,
 * which have capacity for the longest of them; `second` may be `values`.
 *
 * The threads meet at least once in here, and after their last meeting only thread 0 reads *list.
 * So thread 0 may fill it again at once, whatever the others do.
 */
template <class team>
__device__ void write_divisors(shared_list *list, uint64_t *first, uint64_t *second,
                               uint64_t *values) {
    const fg_factorization &factors = list->factors;
    const uint32_t distinct = factors.distinct; /* read once, before the last meeting */
    const uint32_t even = factors.primes[0] == 2;
    uint64_t *from = distinct % 2 == 0 ? second : first;
    uint32_t length = 1;
    if (team::thread() == 0 && distinct > 0) {
        from[0] = 1;
        list->marks = FG_NO_MARKS;
    }
    team::meet();
    for (uint32_t i = 0; i < distinct; i++) {
        uint64_t *const other = from == first ? second : first;
        uint64_t *const to = i + 1u == distinct ? values : other;
        const uint32_t exponent = factors.exponents[i];
        const uint32_t place =
            multiply_out(from, length, factors.primes[i], exponent, to, team::thread(), team::size);
        if (place > 0 && i >= even)
            list->marks = fg_marks_with(list->marks, place, i - even, exponent);
        length *= exponent + 1u;
        from = to;
        team::meet();
    }
    if (team::thread() == 0 && distinct > 0)
        values[0] = list->marks;
}

/* Writes the medium lists, one warp for each. An intermediate list has at most half the length. */
__global__ void __launch_bounds__(FG_WAVE_BLOCK, list_blocks)
    medium_divisors_kernel(const record_input record, const piece_input piece,
                           const uint32_t *order, const unsigned *listed, const piece_output out) {
    __shared__ uint64_t spaces[warps_per_block][2][medium_list / 2];
    __shared__ shared_list lists[warps_per_block];
    const uint32_t warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    const uint32_t stride = gridDim.x * warps_per_block;
    const uint32_t count = *listed;
    shared_list *const list = &lists[warp];
    for (uint32_t at = blockIdx.x * warps_per_block + warp; at < count; at += stride) {
        const uint32_t i = order[at];
        if (lane == 0)
            collect_for_team(record, piece, i, out.violations, list);
        __syncwarp();
        write_divisors<warp_team>(list, spaces[warp][0], spaces[warp][1],
                                  answer_in(out.values, piece, i));
    }
}

/* Writes the long lists, one block for each. A block takes its next list when it is done, because
 * lengths differ. `taken` and `i` are read before the last meeting over a list, too. */
__global__ void __launch_bounds__(long_block, list_blocks)
    long_divisors_kernel(const record_input record, const piece_input piece,
                         const uint32_t *order_last, fg_wave_lists *lists, uint64_t *scratch,
                         const piece_output out) {
    __shared__ shared_list list;
    __shared__ uint32_t taken, i;
    const uint32_t count = lists->large_count;
    if (blockIdx.x >= count)
        return; /* the others suffice */
    for (;;) {
        if (threadIdx.x == 0) {
            taken = atomicAdd(&lists->large_cursor, 1u);
            i = taken < count ? *(order_last - taken) : 0;
        }
        __syncthreads();
        if (taken >= count)
            return;
        if (threadIdx.x == 0)
            collect_for_team(record, piece, i, out.violations, &list);
        __syncthreads();
        uint64_t *const values = answer_in(out.values, piece, i);
        write_divisors<block_team>(&list, answer_in(scratch, piece, i), values, values);
    }
}

} /* namespace */

static record_input record_of(const fg_wave &wave) {
    return {wave.numbers, wave.small_primes, wave.primes_found, wave.prime_counts};
}

static piece_input piece_of(const fg_wave &wave) {
    return {wave.first, wave.count, wave.value_counts, wave.value_offsets};
}

static piece_output output_of(const fg_wave &wave) {
    return {wave.values, &wave.state->violations};
}

extern "C" cudaError_t fg_launch_wave_count(const struct fg_wave *wave, cudaStream_t stream) {
    FG_LAUNCH(count_values_kernel, fg_wave_grid(*wave), FG_WAVE_BLOCK, stream, record_of(*wave),
              wave->number_count, wave->primes, wave->value_counts, &wave->state->violations);
    return cudaGetLastError();
}

/* Computes the offset of each of `count` answers. CUB has two phases: without `space` it says how
 * much space it takes. The answers fit their buffer, so that 32 bits hold the sum. */
static cudaError_t scan_lengths(void *space, size_t *bytes, const uint32_t *lengths,
                                uint32_t *offsets, uint32_t count, cudaStream_t stream) {
    return cub::DeviceScan::ExclusiveSum(space, *bytes, lengths, offsets, count, stream);
}

extern "C" cudaError_t fg_wave_scan_bytes(uint32_t number_count, size_t *bytes) {
    return scan_lengths(nullptr, bytes, nullptr, nullptr, number_count, nullptr);
}

/* The lists of divisors, long ones last: they are few, and take the longest. */
static cudaError_t expand_divisors(const fg_wave &wave, cudaStream_t stream) {
    const record_input record = record_of(wave);
    const piece_input piece = piece_of(wave);
    const piece_output out = output_of(wave);
    fg_wave_lists *const lists = &wave.state->lists;
    uint32_t *const order_last = wave.order + wave.number_count - 1;
    FG_LAUNCH(short_divisors_kernel, fg_wave_grid(wave), FG_WAVE_BLOCK, stream, record, piece,
              wave.order, order_last, lists, out);
    cudaError_t result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(medium_divisors_kernel, fg_wave_grid(wave, 1.0 / warps_per_block), FG_WAVE_BLOCK,
              stream, record, piece, wave.order, &lists->medium_count, out);
    result = cudaGetLastError();
    if (result != cudaSuccess)
        return result;
    FG_LAUNCH(long_divisors_kernel, fg_wave_grid(wave, 1), long_block, stream, record, piece,
              order_last, lists, wave.scratch, out);
    return cudaGetLastError();
}

extern "C" cudaError_t fg_launch_wave_expand(const struct fg_wave *wave, cudaStream_t stream) {
    size_t bytes = wave->scan_bytes;
    const cudaError_t result =
        scan_lengths(wave->scan_space, &bytes, wave->value_counts + wave->first,
                     wave->value_offsets, wave->count, stream);
    if (result != cudaSuccess)
        return result;
    if (!wave->primes)
        return expand_divisors(*wave, stream);
    FG_LAUNCH(primes_kernel, fg_wave_grid(*wave), FG_WAVE_BLOCK, stream, record_of(*wave),
              piece_of(*wave), output_of(*wave));
    return cudaGetLastError();
}

FG_DEFINE_KERNEL_IMAGE(answers, count_values_kernel)
