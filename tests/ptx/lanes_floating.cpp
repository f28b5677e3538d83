// SPDX-License-Identifier: MIT
/*
 * lanes_floating.cpp: floating-point operations. Without a rounding mode, and with .rn, they round
 * to the nearest. Approximations give the host's value: a device's differs in the last bits.
 */
#include "lanewise.h"

#include <cmath>
#include <map>

namespace fg_ptx {

namespace {

/* A subnormal number becomes 0, as .ftz asks for. */
float flushed(float x) {
    return std::fpclassify(x) == FP_SUBNORMAL ? std::copysign(0.0f, x) : x;
}

struct Add {
    template <class T> static T apply(T a, T b) { return a + b; }
};
struct Subtract {
    template <class T> static T apply(T a, T b) { return a - b; }
};
struct Multiply {
    template <class T> static T apply(T a, T b) { return a * b; }
};
struct Divide {
    template <class T> static T apply(T a, T b) { return a / b; }
};
struct MultiplyAdd {
    template <class T> static T apply(T a, T b, T c) { return std::fma(a, b, c); }
};
struct Minimum {
    template <class T> static T apply(T a, T b) { return std::fmin(a, b); }
};
struct Maximum {
    template <class T> static T apply(T a, T b) { return std::fmax(a, b); }
};
struct CopySign { /* of a, to b */
    template <class T> static T apply(T a, T b) { return std::copysign(b, a); }
};
struct Negate {
    template <class T> static T apply(T a) { return -a; }
};
struct Absolute {
    template <class T> static T apply(T a) { return std::fabs(a); }
};
struct SquareRoot {
    template <class T> static T apply(T a) { return std::sqrt(a); }
};
struct Reciprocal {
    template <class T> static T apply(T a) { return 1 / a; }
};
/* The approximation has the upper 32 bits only. */
struct ReciprocalUpperHalf {
    template <class T> static T apply(T a) {
        return value<T>(raw<T>(1 / a) & UINT64_C(0xffffffff00000000));
    }
};
struct Logarithm {
    template <class T> static T apply(T a) { return std::log2(a); }
};
struct Power {
    template <class T> static T apply(T a) { return std::exp2(a); }
};
template <class Operation> struct Flushing {
    template <class T> static T apply(T a) {
        return flushed(Operation::template apply<T>(flushed(a)));
    }
};

template <class Operation> Execute of_one(Type type) {
    return type.bits == 64   ? unary<Operation, double, double>
           : type.bits == 32 ? unary<Operation, float, float>
                             : nullptr;
}
template <class Operation> Execute of_two(Type type) {
    return type.bits == 64   ? binary<Operation, double, double, double>
           : type.bits == 32 ? binary<Operation, float, float, float>
                             : nullptr;
}
template <class Operation> Execute of_three(Type type) {
    return type.bits == 64   ? ternary<Operation, double, double, double, double>
           : type.bits == 32 ? ternary<Operation, float, float, float, float>
                             : nullptr;
}
template <class Operation> Execute of_float(Type type) {
    return type.bits == 32 ? unary<Operation, float, float> : nullptr;
}
template <class Operation> Execute of_double(Type type) {
    return type.bits == 64 ? unary<Operation, double, double> : nullptr;
}

/* ---- Conversions ---- */

enum class Rounding { nearest, zero, down, up };

template <Rounding rounding> double whole(double x) {
    switch (rounding) {
    case Rounding::nearest:
        return std::nearbyint(x);
    case Rounding::down:
        return std::floor(x);
    case Rounding::up:
        return std::ceil(x);
    default:
        return std::trunc(x);
    }
}

/* To an integer: values out of range become the nearest in range, NaN becomes 0. */
template <class R, Rounding rounding> struct ToInteger {
    template <class T> static R apply(T a) {
        const double x = whole<rounding>(static_cast<double>(a));
        const double bound = std::ldexp(1.0, sizeof(R) * 8 - std::is_signed<R>::value);
        if (!(x == x)) {
            return 0;
        }
        if (x >= bound) {
            return std::numeric_limits<R>::max();
        }
        if (x < (std::is_signed<R>::value ? -bound : 0.0)) {
            return std::numeric_limits<R>::min();
        }
        return static_cast<R>(x);
    }
};
template <class R> struct Cast {
    template <class T> static R apply(T a) { return static_cast<R>(a); }
};
template <Rounding rounding> struct Whole {
    template <class T> static T apply(T a) { return static_cast<T>(whole<rounding>(a)); }
};

bool is_floating(Type type) {
    return type.kind == Type::Kind::floating;
}

/* An operation on numbers of type T, chosen by the type of the result. */
template <template <class> class Operation, class T> Execute to_integer(Type type) {
    const bool is_signed = type.kind == Type::Kind::signed_integer;
    switch (type.bits) {
    case 8:
        return is_signed ? unary<Operation<std::int8_t>, std::int8_t, T>
                         : unary<Operation<std::uint8_t>, std::uint8_t, T>;
    case 16:
        return is_signed ? unary<Operation<std::int16_t>, std::int16_t, T>
                         : unary<Operation<std::uint16_t>, std::uint16_t, T>;
    case 32:
        return is_signed ? unary<Operation<std::int32_t>, std::int32_t, T>
                         : unary<Operation<std::uint32_t>, std::uint32_t, T>;
    default:
        return is_signed ? unary<Operation<std::int64_t>, std::int64_t, T>
                         : unary<Operation<std::uint64_t>, std::uint64_t, T>;
    }
}

template <class R> using ToNearest = ToInteger<R, Rounding::nearest>;
template <class R> using ToZero = ToInteger<R, Rounding::zero>;
template <class R> using ToLower = ToInteger<R, Rounding::down>;
template <class R> using ToUpper = ToInteger<R, Rounding::up>;

/* From a floating-point number of type T. */
template <class T> Execute from_floating(const std::string &name, Type type) {
    const bool same = is_floating(type) && type.bits == sizeof(T) * 8;
    if (name == "cvt.rni") {
        return is_floating(type) ? (same ? unary<Whole<Rounding::nearest>, T, T> : nullptr)
                                 : to_integer<ToNearest, T>(type);
    }
    if (name == "cvt.rzi") {
        return is_floating(type) ? (same ? unary<Whole<Rounding::zero>, T, T> : nullptr)
                                 : to_integer<ToZero, T>(type);
    }
    if (name == "cvt.rmi") {
        return is_floating(type) ? (same ? unary<Whole<Rounding::down>, T, T> : nullptr)
                                 : to_integer<ToLower, T>(type);
    }
    if (name == "cvt.rpi") {
        return is_floating(type) ? (same ? unary<Whole<Rounding::up>, T, T> : nullptr)
                                 : to_integer<ToUpper, T>(type);
    }
    if (!is_floating(type)) {
        return nullptr;
    }
    const bool narrows = type.bits == 32 && sizeof(T) == 8;
    if (name == (narrows ? "cvt.rn" : "cvt")) {
        return type.bits == 32 ? unary<Cast<float>, float, T> : unary<Cast<double>, double, T>;
    }
    return nullptr;
}

/* From an integer of type T. */
template <class T> Execute from_integer(const std::string &name, Type type) {
    if (is_floating(type) && name == "cvt.rn") {
        return type.bits == 32 ? unary<Cast<float>, float, T> : unary<Cast<double>, double, T>;
    }
    return !is_floating(type) && name == "cvt" ? to_integer<Cast, T>(type) : nullptr;
}

} // namespace

Execute find_conversion(const std::string &name, Type type, Type source) {
    const bool is_signed = source.kind == Type::Kind::signed_integer;
    if (is_floating(source)) {
        return source.bits == 64   ? from_floating<double>(name, type)
               : source.bits == 32 ? from_floating<float>(name, type)
                                   : nullptr;
    }
    switch (source.bits) {
    case 8:
        return is_signed ? from_integer<std::int8_t>(name, type)
                         : from_integer<std::uint8_t>(name, type);
    case 16:
        return is_signed ? from_integer<std::int16_t>(name, type)
                         : from_integer<std::uint16_t>(name, type);
    case 32:
        return is_signed ? from_integer<std::int32_t>(name, type)
                         : from_integer<std::uint32_t>(name, type);
    case 64:
        return is_signed ? from_integer<std::int64_t>(name, type)
                         : from_integer<std::uint64_t>(name, type);
    default:
        return nullptr;
    }
}

Execute find_floating_operation(const std::string &name, Type type) {
    static const std::map<std::string, Execute (*)(Type)> operations = {
        {"add", of_two<Add>},
        {"sub", of_two<Subtract>},
        {"mul", of_two<Multiply>},
        {"div", of_two<Divide>},
        {"fma", of_three<MultiplyAdd>},
        {"min", of_two<Minimum>},
        {"max", of_two<Maximum>},
        {"copysign", of_two<CopySign>},
        {"neg", of_one<Negate>},
        {"abs", of_one<Absolute>},
        {"sqrt", of_one<SquareRoot>},
        {"rcp", of_one<Reciprocal>},
        {"rcp.approx.ftz", of_double<ReciprocalUpperHalf>},
        {"lg2.approx.ftz", of_float<Flushing<Logarithm>>},
        {"ex2.approx.ftz", of_float<Flushing<Power>>},
    };
    const auto found = operations.find(name);
    return found == operations.end() ? nullptr : found->second(type);
}

} // namespace fg_ptx
