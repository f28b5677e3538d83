// SPDX-License-Identifier: MIT
/*
 * lanes_carry.cpp: sums, differences and products that write or read the carry of their lane.
 */
#include "lanewise.h"

#include <map>

namespace fg_ptx {

namespace {

__extension__ using UnsignedWide = unsigned __int128;
/* Has room for a product of two T. */
template <class T> using Wide = std::conditional_t<sizeof(T) == 4, std::uint64_t, UnsignedWide>;

template <class T> constexpr unsigned bits_of = sizeof(T) * 8;

/* Each gives its operands' result, with the carry out above the bits of T. */
struct Sum {
    template <class T>
    static Wide<T> apply(const std::uint64_t *const *from, unsigned lane, unsigned carry) {
        return Wide<T>{value<T>(from[0][lane])} + value<T>(from[1][lane]) + carry;
    }
};
struct Difference {
    template <class T>
    static Wide<T> apply(const std::uint64_t *const *from, unsigned lane, unsigned borrow) {
        return Wide<T>{value<T>(from[0][lane])} - value<T>(from[1][lane]) - borrow;
    }
};
template <bool high> struct ProductSum {
    template <class T>
    static Wide<T> apply(const std::uint64_t *const *from, unsigned lane, unsigned carry) {
        const Wide<T> product = Wide<T>{value<T>(from[0][lane])} * value<T>(from[1][lane]);
        const T half = static_cast<T>(high ? product >> bits_of<T> : product);
        return Wide<T>{half} + value<T>(from[2][lane]) + carry;
    }
};

template <class Operation, class T, bool reads, bool writes>
void chain(Warp &warp, const Instruction &in, std::uint32_t active) {
    const std::uint64_t *from[3];
    for (unsigned i = 0; i < in.from_count; i++) {
        from[i] = warp.lanes(in.from[i]);
    }
    std::uint64_t *const to = warp.lanes(in.to[0]);
    const std::uint32_t carries = reads ? warp.carry : 0;
    std::uint32_t carried[warp_lanes] = {};
    write_lanes(to, active, [&](unsigned lane) {
        const Wide<T> result = Operation::template apply<T>(from, lane, carries >> lane & 1);
        carried[lane] = static_cast<std::uint32_t>(result >> bits_of<T> & 1) << lane;
        return raw<T>(static_cast<T>(result));
    });
    if (writes) {
        std::uint32_t all_carried = 0;
        for (const std::uint32_t bit : carried) {
            all_carried |= bit;
        }
        warp.carry = (warp.carry & ~active) | (all_carried & active);
    }
}

template <class Operation, bool reads, bool writes> Execute chosen(Type type) {
    return type.bits == 64   ? chain<Operation, std::uint64_t, reads, writes>
           : type.bits == 32 ? chain<Operation, std::uint32_t, reads, writes>
                             : nullptr;
}

} // namespace

Execute find_carry_operation(const std::string &name, Type type) {
    static const std::map<std::string, Execute (*)(Type)> operations = {
        {"add.cc", chosen<Sum, false, true>},
        {"addc", chosen<Sum, true, false>},
        {"addc.cc", chosen<Sum, true, true>},
        {"sub.cc", chosen<Difference, false, true>},
        {"subc", chosen<Difference, true, false>},
        {"subc.cc", chosen<Difference, true, true>},
        {"mad.lo.cc", chosen<ProductSum<false>, false, true>},
        {"madc.lo", chosen<ProductSum<false>, true, false>},
        {"madc.lo.cc", chosen<ProductSum<false>, true, true>},
        {"mad.hi.cc", chosen<ProductSum<true>, false, true>},
        {"madc.hi", chosen<ProductSum<true>, true, false>},
        {"madc.hi.cc", chosen<ProductSum<true>, true, true>},
    };
    const auto found = operations.find(name);
    const bool is_signed = type.kind == Type::Kind::signed_integer;
    const bool multiplies_high = name.find(".hi") != std::string::npos;
    if (found == operations.end() || (is_signed && multiplies_high)) {
        return nullptr;
    }
    return found->second(type);
}

} // namespace fg_ptx
