/* SPDX-License-Identifier: MIT */
/*
 * cuda_runtime.h: what lets g++ and clang++ compile a .cu file for the emulated device.
 *
 * CUDA's qualifiers, built-in variables and device functions, as plain C++17. Neither __CUDACC__
 * nor
 * __CUDA_ARCH__ is defined: the project's headers give a kernel their host code. A `__shared__`
 * variable is one static object: blocks run one after another, so it belongs to the block that
 * runs, and keeps what the block before left there, as real shared memory may.
 */
#ifndef FG_EMULATED_CUDA_RUNTIME_H
#define FG_EMULATED_CUDA_RUNTIME_H

#include <cuda_runtime_api.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#define FG_EMULATED_DEVICE 1

#define __global__
#define __device__
#define __host__
#define __constant__
#define __shared__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)

constexpr int warpSize = 32;

namespace fg_emulator {

/* The running thread's place in its grid. The scheduler sets it each time a thread goes on. */
struct Registers {
    uint3 thread, block;
    dim3 block_dim, grid_dim;
};
extern Registers registers;

inline const uint3 &thread_index() {
    return registers.thread;
}
inline const uint3 &block_index() {
    return registers.block;
}
inline const dim3 &block_size() {
    return registers.block_dim;
}
inline const dim3 &grid_size() {
    return registers.grid_dim;
}

/* A kernel launch with its arguments bound, as the launcher hands it to the stream. */
struct LaunchRequest {
    const void *kernel = nullptr;
    std::string name; /* of the kernel, as FG_LAUNCH has it: by it tests/ptx finds its PTX */
    dim3 grid, block;
    std::size_t dynamic_shared_bytes = 0;
    cudaStream_t stream = nullptr;
    std::function<void()> run_thread;
    std::vector<std::uint64_t> argument_words; /* every aligned 64-bit word of every argument */
    std::vector<std::vector<unsigned char>> arguments; /* the bytes of each */
};

/* Checks the launch and enqueues it; an error becomes the host thread's last error. */
void submit(LaunchRequest &&request);

template <class Argument>
void append_words(std::vector<std::uint64_t> &words, const Argument &argument) {
    static_assert(std::is_trivially_copyable<Argument>::value,
                  "a kernel's arguments travel to the device as bytes");
    static_assert(!std::is_class<Argument>::value ||
                      std::has_unique_object_representations<Argument>::value,
                  "padding has no value: it could look like a pointer to another device's memory");
    for (std::size_t offset = 0; offset + sizeof(std::uint64_t) <= sizeof argument;
         offset += sizeof(std::uint64_t)) {
        std::uint64_t word;
        std::memcpy(&word, reinterpret_cast<const char *>(&argument) + offset, sizeof word);
        words.push_back(word);
    }
}

template <class Argument> std::vector<unsigned char> bytes_of(const Argument &argument) {
    const unsigned char *const bytes = reinterpret_cast<const unsigned char *>(&argument);
    return {bytes, bytes + sizeof argument};
}

/* launcher(name, kernel, grid, block, shared, stream)(arguments...): what FG_LAUNCH expands to. */
template <class... Parameters> class Launcher {
  public:
    Launcher(const char *name, void (*kernel)(Parameters...), dim3 grid, dim3 block,
             std::size_t dynamic_shared_bytes, cudaStream_t stream)
        : kernel_(kernel) {
        request_.name = name;
        request_.kernel = reinterpret_cast<const void *>(kernel);
        request_.grid = grid;
        request_.block = block;
        request_.dynamic_shared_bytes = dynamic_shared_bytes;
        request_.stream = stream;
    }

    void operator()(std::decay_t<Parameters>... arguments) {
        (append_words(request_.argument_words, arguments), ...);
        (request_.arguments.push_back(bytes_of(arguments)), ...);
        request_.run_thread = [kernel = kernel_, bound = std::make_tuple(arguments...)] {
            std::apply(kernel, bound);
        };
        submit(std::move(request_));
    }

  private:
    void (*kernel_)(Parameters...);
    LaunchRequest request_;
};

template <class... Parameters>
Launcher<Parameters...> launcher(const char *name, void (*kernel)(Parameters...), dim3 grid,
                                 dim3 block, std::size_t dynamic_shared_bytes,
                                 cudaStream_t stream) {
    return Launcher<Parameters...>(name, kernel, grid, block, dynamic_shared_bytes, stream);
}

enum class WarpOperation { sync, ballot, any, all, shuffle };

/* The values that the lanes of a warp exchange in one collective operation. */
struct WarpExchange {
    std::uint32_t participants = 0;
    std::uint64_t values[32] = {};
};

/* Waits until every live lane in `mask` takes part in one operation, then returns their values. */
WarpExchange exchange(WarpOperation operation, unsigned mask, std::uint64_t value);

/* The calling thread's place in its warp. */
int lane();

/* A collective's vote: bit i says whether lane i takes part with a true predicate. */
inline std::uint32_t vote(WarpOperation operation, unsigned mask, bool predicate) {
    const WarpExchange seen = exchange(operation, mask, predicate);
    std::uint32_t ballot = 0;
    for (int i = 0; i < warpSize; i++) {
        ballot |= static_cast<std::uint32_t>(seen.values[i] & 1) << i;
    }
    return ballot & seen.participants;
}

/* A shuffle: the value of `source`, or a recognisable wrong one if that lane takes no part. */
template <class T> T shuffle(unsigned mask, T value, int source) {
    static_assert(std::is_arithmetic<T>::value && (sizeof(T) == 4 || sizeof(T) == 8),
                  "CUDA shuffles 32-bit and 64-bit numbers");
    std::uint64_t word = 0;
    std::memcpy(&word, &value, sizeof value);
    const WarpExchange seen = exchange(WarpOperation::shuffle, mask, word);
    const bool present = (seen.participants >> source & 1) != 0;
    word = present ? seen.values[source] : 0xBAD1A7E5BAD1A7E5u;
    std::memcpy(&value, &word, sizeof value);
    return value;
}

/* The last lane of the segment of `width` lanes (a power of two) that holds the caller. */
inline int segment_end(int width) {
    return lane() | (width - 1);
}
inline int segment_begin(int width) {
    return lane() & ~(width - 1);
}

/* The operand of an atomic: convertible to the address's type, as with CUDA's overloads. */
template <class T> struct AtomicOperand {
    static_assert(std::is_same<T, int>::value || std::is_same<T, unsigned int>::value ||
                      std::is_same<T, unsigned long long>::value,
                  "CUDA's atomics take int, unsigned int or unsigned long long (not uint64_t)");
    using type = T;
};
template <class T> using Atomic = typename AtomicOperand<T>::type;

/* The type of min(A, B), where CUDA has an overload for the two. */
template <class T, bool is_integer = std::is_integral<T>::value> struct Width {
    using type = std::make_unsigned_t<T>;
};
template <class T> struct Width<T, false> { using type = double; /* float and double mix */ };
template <class T> using Promoted = decltype(+T());
template <class A, class B>
using MinMax = std::enable_if_t<
    std::is_same<typename Width<Promoted<A>>::type, typename Width<Promoted<B>>::type>::value,
    std::common_type_t<Promoted<A>, Promoted<B>>>;

} // namespace fg_emulator

#define threadIdx (::fg_emulator::thread_index())
#define blockIdx (::fg_emulator::block_index())
#define blockDim (::fg_emulator::block_size())
#define gridDim (::fg_emulator::grid_size())

/* Barriers, votes and shuffles. */

void __syncthreads();

inline void __syncwarp(unsigned mask = 0xffffffffu) {
    fg_emulator::exchange(fg_emulator::WarpOperation::sync, mask, 0);
}
inline unsigned __ballot_sync(unsigned mask, int predicate) {
    return fg_emulator::vote(fg_emulator::WarpOperation::ballot, mask, predicate != 0);
}
inline int __any_sync(unsigned mask, int predicate) {
    return fg_emulator::vote(fg_emulator::WarpOperation::any, mask, predicate != 0) != 0;
}
inline int __all_sync(unsigned mask, int predicate) {
    return fg_emulator::vote(fg_emulator::WarpOperation::all, mask, predicate == 0) == 0;
}

template <class T> T __shfl_sync(unsigned mask, T value, int source, int width = warpSize) {
    const int chosen = fg_emulator::segment_begin(width) | (source & (width - 1));
    return fg_emulator::shuffle(mask, value, chosen);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned int delta, int width = warpSize) {
    const int chosen = fg_emulator::lane() - static_cast<int>(delta);
    const bool inside = chosen >= fg_emulator::segment_begin(width);
    return fg_emulator::shuffle(mask, value, inside ? chosen : fg_emulator::lane());
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned int delta, int width = warpSize) {
    const int chosen = fg_emulator::lane() + static_cast<int>(delta);
    const bool inside = chosen <= fg_emulator::segment_end(width);
    return fg_emulator::shuffle(mask, value, inside ? chosen : fg_emulator::lane());
}
template <class T> T __shfl_xor_sync(unsigned mask, T value, int lane_mask, int width = warpSize) {
    const int chosen = fg_emulator::lane() ^ lane_mask;
    const bool inside = chosen <= fg_emulator::segment_end(width);
    return fg_emulator::shuffle(mask, value, inside ? chosen : fg_emulator::lane());
}

/* Atomics. Device threads take turns at barriers only, so a plain read and write is one step. */

template <class T, class Step> T fg_emulated_atomic(T *address, Step step) {
    const T old = *address;
    *address = step(old);
    return old;
}
template <class T> T atomicAdd(T *address, fg_emulator::Atomic<T> value) {
    return fg_emulated_atomic(address, [=](T old) {
        return static_cast<T>(static_cast<std::make_unsigned_t<T>>(old) +
                              static_cast<std::make_unsigned_t<T>>(value));
    });
}
template <class T> T atomicMax(T *address, fg_emulator::Atomic<T> value) {
    return fg_emulated_atomic(address, [=](T old) { return old < value ? value : old; });
}
template <class T> T atomicMin(T *address, fg_emulator::Atomic<T> value) {
    return fg_emulated_atomic(address, [=](T old) { return value < old ? value : old; });
}
template <class T> T atomicExch(T *address, fg_emulator::Atomic<T> value) {
    return fg_emulated_atomic(address, [=](T) { return value; });
}
template <class T>
T atomicCAS(T *address, fg_emulator::Atomic<T> expected, fg_emulator::Atomic<T> value) {
    return fg_emulated_atomic(address, [=](T old) { return old == expected ? value : old; });
}

/* Integer intrinsics. */

inline int __popc(unsigned int x) {
    return __builtin_popcount(x);
}
inline int __popcll(unsigned long long x) {
    return __builtin_popcountll(x);
}
inline int __ffs(int x) {
    return __builtin_ffs(x);
}
inline int __ffsll(long long x) {
    return __builtin_ffsll(x);
}
inline int __clz(int x) {
    return x == 0 ? 32 : __builtin_clz(static_cast<unsigned int>(x));
}
inline int __clzll(long long x) {
    return x == 0 ? 64 : __builtin_clzll(static_cast<unsigned long long>(x));
}
inline unsigned int __umulhi(unsigned int a, unsigned int b) {
    return static_cast<unsigned int>(static_cast<unsigned long long>(a) * b >> 32);
}
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<unsigned long long>(static_cast<Wide>(a) * b >> 64);
}
template <class T> T __ldg(const T *address) {
    return *address;
}

/* min and max, of two numbers of the same width only: others are ambiguous among CUDA's overloads.
 */
template <class A, class B> constexpr fg_emulator::MinMax<A, B> min(A a, B b) {
    using T = fg_emulator::MinMax<A, B>;
    return static_cast<T>(b) < static_cast<T>(a) ? static_cast<T>(b) : static_cast<T>(a);
}
template <class A, class B> constexpr fg_emulator::MinMax<A, B> max(A a, B b) {
    using T = fg_emulator::MinMax<A, B>;
    return static_cast<T>(a) < static_cast<T>(b) ? static_cast<T>(b) : static_cast<T>(a);
}

/* The typed forms that CUDA gives C++ callers. */

template <class T> cudaError_t cudaMalloc(T **pointer, std::size_t size) {
    return cudaMalloc(reinterpret_cast<void **>(pointer), size);
}
template <class T> cudaError_t cudaMallocHost(T **pointer, std::size_t size) {
    return cudaMallocHost(reinterpret_cast<void **>(pointer), size);
}
template <class T> cudaError_t cudaHostAlloc(T **pointer, std::size_t size, unsigned int flags) {
    return cudaHostAlloc(reinterpret_cast<void **>(pointer), size, flags);
}
template <class... Parameters>
cudaError_t cudaFuncGetAttributes(struct cudaFuncAttributes *attributes,
                                  void (*kernel)(Parameters...)) {
    return cudaFuncGetAttributes(attributes, reinterpret_cast<const void *>(kernel));
}

#endif
