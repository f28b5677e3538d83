// SPDX-License-Identifier: MIT
/*
 * lanes_compare.cpp: comparisons. The result may be combined with a predicate, and a second
 * predicate may take the opposite result.
 */
#include "lanewise.h"

#include <map>

namespace fg_ptx {

namespace {

struct Equal {
    template <class T> static bool apply(T a, T b) { return a == b; }
};
struct Less {
    template <class T> static bool apply(T a, T b) { return a < b; }
};
struct LessOrEqual {
    template <class T> static bool apply(T a, T b) { return a <= b; }
};
/* Of floating-point numbers only: a NaN is not ordered to any number. */
struct LessOrGreater {
    template <class T> static bool apply(T a, T b) { return a < b || a > b; }
};
struct Ordered {
    template <class T> static bool apply(T a, T b) { return a == a && b == b; }
};
template <class Relation> struct Swapped {
    template <class T> static bool apply(T a, T b) { return Relation::template apply<T>(b, a); }
};
template <class Relation> struct Opposite {
    template <class T> static bool apply(T a, T b) { return !Relation::template apply<T>(a, b); }
};

bool combined(bool result, bool with, std::uint8_t combination) {
    switch (combination) {
    case combine_and:
        return result && with;
    case combine_or:
        return result || with;
    case combine_xor:
        return result != with;
    default:
        return result;
    }
}

template <class Relation, class T>
void compare(Warp &warp, const Instruction &in, std::uint32_t active) {
    if (in.variant == combine_none && in.to_count == 1) {
        binary<Relation, bool, T, T>(warp, in, active);
        return;
    }
    const std::uint64_t *const a = warp.lanes(in.from[0]), *const b = warp.lanes(in.from[1]);
    const std::uint64_t *const with = warp.lanes(in.from[in.from_count > 2 ? 2 : 0]);
    for_lanes(active, [&](unsigned lane) {
        const bool result = Relation::template apply<T>(value<T>(a[lane]), value<T>(b[lane]));
        const bool predicate = value<bool>(with[lane]);
        const bool opposite = combined(!result, predicate, in.variant);
        warp.lanes(in.to[0])[lane] = combined(result, predicate, in.variant);
        if (in.to_count > 1) {
            warp.lanes(in.to[1])[lane] = opposite;
        }
    });
}

template <class Relation> Execute of_floating(Type type) {
    return type.bits == 64   ? compare<Relation, double>
           : type.bits == 32 ? compare<Relation, float>
                             : nullptr;
}

template <class Relation> Execute of_integer(Type type) {
    const bool is_signed = type.kind == Type::Kind::signed_integer;
    switch (type.bits) {
    case 16:
        return is_signed ? compare<Relation, std::int16_t> : compare<Relation, std::uint16_t>;
    case 32:
        return is_signed ? compare<Relation, std::int32_t> : compare<Relation, std::uint32_t>;
    case 64:
        return is_signed ? compare<Relation, std::int64_t> : compare<Relation, std::uint64_t>;
    default:
        return nullptr;
    }
}

using Table = std::map<std::string, Execute (*)(Type)>;

} // namespace

Execute find_comparison(const std::string &relation, Type type) {
    static const Table integer = {
        {"eq", of_integer<Equal>},         {"ne", of_integer<Opposite<Equal>>},
        {"lt", of_integer<Less>},          {"le", of_integer<LessOrEqual>},
        {"gt", of_integer<Swapped<Less>>}, {"ge", of_integer<Swapped<LessOrEqual>>},
        {"lo", of_integer<Less>},          {"ls", of_integer<LessOrEqual>},
        {"hi", of_integer<Swapped<Less>>}, {"hs", of_integer<Swapped<LessOrEqual>>},
    };
    static const Table floating = {
        {"eq", of_floating<Equal>},
        {"ne", of_floating<LessOrGreater>},
        {"lt", of_floating<Less>},
        {"le", of_floating<LessOrEqual>},
        {"gt", of_floating<Swapped<Less>>},
        {"ge", of_floating<Swapped<LessOrEqual>>},
        {"equ", of_floating<Opposite<LessOrGreater>>},
        {"neu", of_floating<Opposite<Equal>>},
        {"ltu", of_floating<Opposite<Swapped<LessOrEqual>>>},
        {"leu", of_floating<Opposite<Swapped<Less>>>},
        {"gtu", of_floating<Opposite<LessOrEqual>>},
        {"geu", of_floating<Opposite<Less>>},
        {"num", of_floating<Ordered>},
        {"nan", of_floating<Opposite<Ordered>>},
    };
    const Table &table = type.kind == Type::Kind::floating ? floating : integer;
    const auto found = table.find(relation);
    return found == table.end() ? nullptr : found->second(type);
}

} // namespace fg_ptx
