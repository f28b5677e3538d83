// SPDX-License-Identifier: MIT
/*
 * lanes_integer.cpp: integer and logical operations, and moves of values.
 */
#include "lanewise.h"

#include <algorithm>
#include <map>

namespace fg_ptx {

namespace {

__extension__ using Wide = __int128;
__extension__ using WideUnsigned = unsigned __int128;

/* The type of a product of two T, and of T bits twice as wide. */
template <class T>
using Product =
    std::conditional_t<(sizeof(T) < 8),
                       std::conditional_t<std::is_signed<T>::value, std::int64_t, std::uint64_t>,
                       std::conditional_t<std::is_signed<T>::value, Wide, WideUnsigned>>;
template <class T>
using Double =
    std::conditional_t<sizeof(T) == 2,
                       std::conditional_t<std::is_signed<T>::value, std::int32_t, std::uint32_t>,
                       std::conditional_t<std::is_signed<T>::value, std::int64_t, std::uint64_t>>;

template <class T> constexpr unsigned bits_of = sizeof(T) * 8;

/* Sums and products modulo 2^64, of which T is the low part: no signed overflow. */
struct Add {
    template <class T> static T apply(T a, T b) {
        return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
    }
};
struct Subtract {
    template <class T> static T apply(T a, T b) {
        return static_cast<T>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
    }
};
struct MultiplyLow {
    template <class T> static T apply(T a, T b) {
        return static_cast<T>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
    }
};
struct MultiplyHigh {
    template <class T> static T apply(T a, T b) {
        return static_cast<T>(static_cast<Product<T>>(a) * static_cast<Product<T>>(b) >>
                              bits_of<T>);
    }
};
struct MultiplyWide {
    template <class T> static Double<T> apply(T a, T b) {
        return MultiplyLow::apply<Double<T>>(a, b);
    }
};
struct MultiplyAddLow {
    template <class T> static T apply(T a, T b, T c) {
        return Add::apply<T>(MultiplyLow::apply<T>(a, b), c);
    }
};
struct MultiplyAddHigh {
    template <class T> static T apply(T a, T b, T c) {
        return Add::apply<T>(MultiplyHigh::apply<T>(a, b), c);
    }
};
struct MultiplyAddWide {
    template <class T> static Double<T> apply(T a, T b, Double<T> c) {
        return Add::apply<Double<T>>(MultiplyWide::apply<T>(a, b), c);
    }
};
struct Minimum {
    template <class T> static T apply(T a, T b) { return std::min(a, b); }
};
struct Maximum {
    template <class T> static T apply(T a, T b) { return std::max(a, b); }
};
/* Divided by zero a device gives any value; here all ones, so that a use of it shows. */
struct Divide {
    template <class T> static T apply(T a, T b) {
        if (b == 0) {
            return static_cast<T>(~T{0});
        }
        return std::is_signed<T>::value && b == static_cast<T>(~T{0}) ? Subtract::apply<T>(0, a)
                                                                      : static_cast<T>(a / b);
    }
};
struct Remainder {
    template <class T> static T apply(T a, T b) {
        if (b == 0) {
            return a;
        }
        return std::is_signed<T>::value && b == static_cast<T>(~T{0}) ? T{0}
                                                                      : static_cast<T>(a % b);
    }
};
struct Negate {
    template <class T> static T apply(T a) { return Subtract::apply<T>(0, a); }
};
struct Absolute {
    template <class T> static T apply(T a) { return a < 0 ? Negate::apply<T>(a) : a; }
};
struct And {
    template <class T> static T apply(T a, T b) { return static_cast<T>(a & b); }
};
struct Or {
    template <class T> static T apply(T a, T b) { return static_cast<T>(a | b); }
};
struct ExclusiveOr {
    template <class T> static T apply(T a, T b) { return static_cast<T>(a ^ b); }
};
struct Not {
    template <class T> static T apply(T a) {
        if constexpr (std::is_same<T, bool>::value) {
            return !a;
        } else {
            return static_cast<T>(~a);
        }
    }
};
struct Move {
    template <class T> static T apply(T a) { return a; }
};
struct Select {
    template <class T> static T apply(T a, T b, bool first) { return first ? a : b; }
};
struct ShiftLeft {
    template <class T> static T apply(T a, std::uint32_t by) {
        return by >= bits_of<T> ? T{0} : static_cast<T>(static_cast<std::uint64_t>(a) << by);
    }
};
struct ShiftRight {
    template <class T> static T apply(T a, std::uint32_t by) {
        if (by >= bits_of<T>) {
            return std::is_signed<T>::value && a < 0 ? static_cast<T>(~T{0}) : T{0};
        }
        return static_cast<T>(a >> by);
    }
};

std::uint64_t joined(std::uint32_t low, std::uint32_t high) {
    return std::uint64_t{high} << 32 | low;
}
struct FunnelRightWrap {
    template <class T> static T apply(T low, T high, T by) {
        return static_cast<T>(joined(low, high) >> (by & 31));
    }
};
struct FunnelLeftWrap {
    template <class T> static T apply(T low, T high, T by) {
        return static_cast<T>(joined(low, high) << (by & 31) >> 32);
    }
};
struct FunnelRightClamp {
    template <class T> static T apply(T low, T high, T by) {
        return static_cast<T>(joined(low, high) >> std::min<T>(by, 32));
    }
};
struct FunnelLeftClamp {
    template <class T> static T apply(T low, T high, T by) {
        return by >= 32 ? low : static_cast<T>(joined(low, high) << by >> 32);
    }
};

struct CountLeadingZeros {
    template <class T> static std::uint32_t apply(T a) {
        return a == 0 ? bits_of<T>
                      : static_cast<std::uint32_t>(__builtin_clzll(a)) - (64 - bits_of<T>);
    }
};
struct CountOnes {
    template <class T> static std::uint32_t apply(T a) {
        return static_cast<std::uint32_t>(__builtin_popcountll(a));
    }
};
struct ReverseBits {
    template <class T> static T apply(T a) {
        T reversed = 0;
        for (unsigned bit = 0; bit < bits_of<T>; bit++) {
            reversed = static_cast<T>(reversed << 1 | (a >> bit & 1));
        }
        return reversed;
    }
};
/* The place of the highest one; of signed numbers: of the highest bit that is not the sign. */
struct FindHighestBit {
    template <class T> static std::uint32_t apply(T a) {
        using Bits = std::make_unsigned_t<T>;
        const Bits bits = static_cast<Bits>(a < 0 ? ~a : a);
        return bits == 0 ? 0xffffffffu : bits_of<T> - 1 - CountLeadingZeros::apply<Bits>(bits);
    }
};
/* Bits [place, place + length) of a; of signed numbers the highest fills what is above. */
struct ExtractBits {
    template <class T> static T apply(T a, std::uint32_t place, std::uint32_t length) {
        const std::uint32_t begin = place & 255, count = length & 255;
        T result = 0;
        for (std::uint32_t bit = 0; bit < bits_of<T>; bit++) {
            const std::uint32_t last = count == 0 ? 0 : std::min(begin + count, bits_of<T>) - 1;
            const std::uint32_t at = bit < count ? std::min(begin + bit, bits_of<T>) : bits_of<T>;
            bool one = at < bits_of<T> && (a >> at & 1) != 0;
            if (at >= bits_of<T> && std::is_signed<T>::value && count != 0) {
                one = (a >> last & 1) != 0;
            }
            result = static_cast<T>(result | static_cast<T>(static_cast<T>(one) << bit));
        }
        return result;
    }
};
/* Bytes of a pair of words, chosen by the low three bits of four digits; the fourth bit of a digit
 * asks for the byte's sign in all eight bits. */
struct PermuteBytes {
    template <class T> static T apply(T low, T high, T digits) {
        const std::uint64_t bytes = joined(low, high);
        T result = 0;
        for (unsigned i = 0; i < 4; i++) {
            const unsigned digit = digits >> (4 * i) & 15;
            const unsigned byte = static_cast<unsigned>(bytes >> (8 * (digit & 7)) & 255);
            const unsigned sign = (byte & 128) != 0 ? 255 : 0;
            result |= static_cast<T>((digit & 8) != 0 ? sign : byte) << (8 * i);
        }
        return result;
    }
};

/* The bits of b with [place, place + length) of them replaced by the low bits of a. */
template <class T> void insert_bits(Warp &warp, const Instruction &in, std::uint32_t active) {
    const std::uint64_t *const a = warp.lanes(in.from[0]), *const b = warp.lanes(in.from[1]);
    const std::uint64_t *const place = warp.lanes(in.from[2]), *const length =
                                                                   warp.lanes(in.from[3]);
    write_lanes(warp.lanes(in.to[0]), active, [=](unsigned lane) {
        const std::uint64_t begin = place[lane] & 255, count = length[lane] & 255;
        if (begin >= bits_of<T> || count == 0) {
            return raw<T>(value<T>(b[lane]));
        }
        const std::uint64_t mask =
            (count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1) << begin;
        return raw<T>(value<T>((b[lane] & ~mask) | (a[lane] << begin & mask)));
    });
}

/* Any function of three bits, whose table is the fourth operand. */
void look_up(Warp &warp, const Instruction &in, std::uint32_t active) {
    const std::uint64_t *const a = warp.lanes(in.from[0]), *const b = warp.lanes(in.from[1]);
    const std::uint64_t *const c = warp.lanes(in.from[2]), *const table = warp.lanes(in.from[3]);
    write_lanes(warp.lanes(in.to[0]), active, [=](unsigned lane) {
        std::uint64_t result = 0;
        for (unsigned i = 0; i < 8; i++) {
            const std::uint64_t x = (i & 4) != 0 ? a[lane] : ~a[lane];
            const std::uint64_t y = (i & 2) != 0 ? b[lane] : ~b[lane];
            const std::uint64_t z = (i & 1) != 0 ? c[lane] : ~c[lane];
            result |= (table[lane] >> i & 1) != 0 ? x & y & z : 0;
        }
        return result & 0xffffffffu;
    });
}

/* ---- From types to functions ---- */

template <template <class> class Choice> Execute by_type(Type type) {
    const bool is_signed = type.kind == Type::Kind::signed_integer;
    switch (type.bits) {
    case 16:
        return is_signed ? Choice<std::int16_t>::function : Choice<std::uint16_t>::function;
    case 32:
        return is_signed ? Choice<std::int32_t>::function : Choice<std::uint32_t>::function;
    case 64:
        return is_signed ? Choice<std::int64_t>::function : Choice<std::uint64_t>::function;
    default:
        return nullptr;
    }
}

template <class Operation> struct OfTwo {
    template <class T> struct Choice {
        static constexpr Execute function = binary<Operation, T, T, T>;
    };
    static Execute find(Type type) { return by_type<Choice>(type); }
};
template <class Operation> struct OfOne {
    template <class T> struct Choice {
        static constexpr Execute function = unary<Operation, T, T>;
    };
    static Execute find(Type type) { return by_type<Choice>(type); }
};
template <class Operation> struct OfThree {
    template <class T> struct Choice {
        static constexpr Execute function = ternary<Operation, T, T, T, T>;
    };
    static Execute find(Type type) { return by_type<Choice>(type); }
};
template <class Operation> struct Shift {
    template <class T> struct Choice {
        static constexpr Execute function = binary<Operation, T, T, std::uint32_t>;
    };
    static Execute find(Type type) { return by_type<Choice>(type); }
};
/* The result is a count of bits. */
template <class Operation> struct Counting {
    template <class T> struct Choice {
        static constexpr Execute function = unary<Operation, std::uint32_t, T>;
    };
    static Execute find(Type type) { return type.bits >= 32 ? by_type<Choice>(type) : nullptr; }
};
/* The result has twice the bits. */
struct Widening {
    template <class T> struct Choice {
        static constexpr Execute function = binary<MultiplyWide, Double<T>, T, T>;
    };
    static Execute find(Type type) { return type.bits < 64 ? by_type<Choice>(type) : nullptr; }
};
struct WideningSum {
    template <class T> struct Choice {
        static constexpr Execute function = ternary<MultiplyAddWide, Double<T>, T, T, Double<T>>;
    };
    static Execute find(Type type) { return type.bits < 64 ? by_type<Choice>(type) : nullptr; }
};
struct Selecting {
    template <class T> struct Choice {
        static constexpr Execute function = ternary<Select, T, T, T, bool>;
    };
    static Execute find(Type type) { return by_type<Choice>(type); }
};
struct Extracting {
    template <class T> struct Choice {
        static constexpr Execute function =
            ternary<ExtractBits, T, T, std::uint32_t, std::uint32_t>;
    };
    static Execute find(Type type) { return by_type<Choice>(type); }
};
struct Inserting {
    template <class T> struct Choice { static constexpr Execute function = insert_bits<T>; };
    static Execute find(Type type) { return by_type<Choice>(type); }
};
/* Also of predicates. */
template <class Operation> struct LogicOfTwo {
    static Execute find(Type type) {
        return type.kind == Type::Kind::predicate ? binary<Operation, bool, bool, bool>
                                                  : OfTwo<Operation>::find(type);
    }
};
template <class Operation> struct LogicOfOne {
    static Execute find(Type type) {
        return type.kind == Type::Kind::predicate ? unary<Operation, bool, bool>
                                                  : OfOne<Operation>::find(type);
    }
};
/* Of 32 bits only. */
template <class Operation> struct Funnel {
    static Execute find(Type type) {
        return type.bits == 32 ? OfThree<Operation>::find({Type::Kind::bits, 32}) : nullptr;
    }
};
struct Lookup {
    static Execute find(Type type) { return type.bits == 32 ? look_up : nullptr; }
};

} // namespace

Execute find_integer_operation(const std::string &name, Type type) {
    static const std::map<std::string, Execute (*)(Type)> operations = {
        {"add", OfTwo<Add>::find},
        {"sub", OfTwo<Subtract>::find},
        {"mul.lo", OfTwo<MultiplyLow>::find},
        {"mul.hi", OfTwo<MultiplyHigh>::find},
        {"mul.wide", Widening::find},
        {"mad.lo", OfThree<MultiplyAddLow>::find},
        {"mad.hi", OfThree<MultiplyAddHigh>::find},
        {"mad.wide", WideningSum::find},
        {"min", OfTwo<Minimum>::find},
        {"max", OfTwo<Maximum>::find},
        {"div", OfTwo<Divide>::find},
        {"rem", OfTwo<Remainder>::find},
        {"neg", OfOne<Negate>::find},
        {"abs", OfOne<Absolute>::find},
        {"and", LogicOfTwo<And>::find},
        {"or", LogicOfTwo<Or>::find},
        {"xor", LogicOfTwo<ExclusiveOr>::find},
        {"not", LogicOfOne<Not>::find},
        {"mov", LogicOfOne<Move>::find},
        {"selp", Selecting::find},
        {"shl", Shift<ShiftLeft>::find},
        {"shr", Shift<ShiftRight>::find},
        {"shf.r.wrap", Funnel<FunnelRightWrap>::find},
        {"shf.l.wrap", Funnel<FunnelLeftWrap>::find},
        {"shf.r.clamp", Funnel<FunnelRightClamp>::find},
        {"shf.l.clamp", Funnel<FunnelLeftClamp>::find},
        {"prmt", Funnel<PermuteBytes>::find},
        {"lop3", Lookup::find},
        {"clz", Counting<CountLeadingZeros>::find},
        {"popc", Counting<CountOnes>::find},
        {"bfind", Counting<FindHighestBit>::find},
        {"brev", OfOne<ReverseBits>::find},
        {"bfe", Extracting::find},
        {"bfi", Inserting::find},
    };
    const auto found = operations.find(name);
    return found == operations.end() ? nullptr : found->second(type);
}

} // namespace fg_ptx
