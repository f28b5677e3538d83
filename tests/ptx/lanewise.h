/* SPDX-License-Identifier: MIT */
/*
 * lanewise.h: an operation on one lane's values, made one on a warp's registers.
 */
#ifndef FG_PTX_LANEWISE_H
#define FG_PTX_LANEWISE_H

#include "machine.h"

#include <cstring>
#include <type_traits>

namespace fg_ptx {

/* The value of type T in a register; a narrow one is in its low bits. */
template <class T> inline T value(std::uint64_t bits) {
    if constexpr (std::is_same<T, bool>::value) {
        return (bits & 1) != 0;
    } else if constexpr (std::is_floating_point<T>::value) {
        T result;
        std::memcpy(&result, &bits, sizeof result); /* little-endian */
        return result;
    } else {
        return static_cast<T>(bits);
    }
}

/* A value as a register holds it: zeros above a narrow one. */
template <class T> inline std::uint64_t raw(T v) {
    if constexpr (std::is_same<T, bool>::value) {
        return v ? 1 : 0;
    } else if constexpr (std::is_floating_point<T>::value) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &v, sizeof v);
        return bits;
    } else {
        return static_cast<std::make_unsigned_t<T>>(v);
    }
}

template <class Step> inline void for_lanes(std::uint32_t active, Step step) {
    if (active == all_lanes) {
        for (unsigned lane = 0; lane < warp_lanes; lane++) {
            step(lane);
        }
        return;
    }
    for (; active != 0; active &= active - 1) {
        step(static_cast<unsigned>(__builtin_ctz(active)));
    }
}

/* So few are computed one by one, because most of a warp's results would be for nothing. */
constexpr int few_lanes = 4;

/* Writes a value for each active lane. Values of all lanes come first, which overlap with nothing
 * that they read, so that the compiler makes vectors of them. */
template <class Value>
inline void write_lanes(std::uint64_t *to, std::uint32_t active, Value lane_value) {
    if (__builtin_popcount(active) <= few_lanes) {
        for_lanes(active, [&](unsigned lane) { to[lane] = lane_value(lane); });
        return;
    }
    std::uint64_t results[warp_lanes];
    for (unsigned lane = 0; lane < warp_lanes; lane++) {
        results[lane] = lane_value(lane);
    }
    if (active != all_lanes) {
        for (unsigned lane = 0; lane < warp_lanes; lane++) {
            results[lane] = (active >> lane & 1) != 0 ? results[lane] : to[lane];
        }
    }
    std::memcpy(to, results, sizeof results);
}

/* to = Operation(a), of types R and T. */
template <class Operation, class R, class T>
void unary(Warp &warp, const Instruction &in, std::uint32_t active) {
    const std::uint64_t *const a = warp.lanes(in.from[0]);
    write_lanes(warp.lanes(in.to[0]), active, [=](unsigned lane) {
        return raw<R>(Operation::template apply<T>(value<T>(a[lane])));
    });
}

template <class Operation, class R, class A, class B>
void binary(Warp &warp, const Instruction &in, std::uint32_t active) {
    const std::uint64_t *const a = warp.lanes(in.from[0]);
    const std::uint64_t *const b = warp.lanes(in.from[1]);
    write_lanes(warp.lanes(in.to[0]), active, [=](unsigned lane) {
        return raw<R>(Operation::template apply<A>(value<A>(a[lane]), value<B>(b[lane])));
    });
}

template <class Operation, class R, class A, class B, class C>
void ternary(Warp &warp, const Instruction &in, std::uint32_t active) {
    const std::uint64_t *const a = warp.lanes(in.from[0]);
    const std::uint64_t *const b = warp.lanes(in.from[1]);
    const std::uint64_t *const c = warp.lanes(in.from[2]);
    write_lanes(warp.lanes(in.to[0]), active, [=](unsigned lane) {
        return raw<R>(
            Operation::template apply<A>(value<A>(a[lane]), value<B>(b[lane]), value<C>(c[lane])));
    });
}

} // namespace fg_ptx

#endif
