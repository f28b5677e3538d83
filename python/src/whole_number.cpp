// SPDX-License-Identifier: MIT
#include "whole_number.h"

#include "text.h"

#include <cstdarg>
#include <cstdio>
#include <string>

namespace nb = nanobind;

namespace factor_gpu {

namespace {

// "numbers[3]", or "the number" if it stands alone.
std::string place_of(size_t index) {
    return index == no_index ? "the number" : "numbers[" + std::to_string(index) + "]";
}

[[noreturn]] void refuse_negative(nb::handle value, size_t index) {
    refuse_value("%s is %s; numbers begin at 1", place_of(index).c_str(), shown(value).c_str());
}

// Says what to do with a value that is no whole number, after the sentence that refuses it.
const char *advice_for(nb::handle value) {
    PyObject *const object = value.ptr();
    if (object == Py_None)
        return "; leave it out, or fill it first";
    if (PyUnicode_Check(object) || PyBytes_Check(object))
        return "; convert it with int()";
    if (PyList_Check(object) || PyTuple_Check(object))
        return "; give one list of numbers";
    // A float, a Fraction, a Decimal.
    if (!PyBool_Check(object) && !PyType_Check(object) && nb::hasattr(value, "as_integer_ratio"))
        return "; convert it with int() if it is whole";
    return "";
}

[[noreturn]] void refuse_number(nb::handle value, size_t index) {
    refuse_type("%s is %s, of the type %s; numbers are whole numbers%s", place_of(index).c_str(),
                shown(value).c_str(), type_of(value).c_str(), advice_for(value));
}

// Returns a number from 2^64 on.
fg_uint128 to_two_words(nb::handle integer, size_t index) {
    const nb::object shift = nb::steal(PyLong_FromLong(64));
    const nb::object high = nb::steal(PyNumber_Rshift(integer.ptr(), shift.ptr()));
    const nb::object mask = nb::steal(PyLong_FromUnsignedLongLong(UINT64_MAX));
    const nb::object low = nb::steal(PyNumber_And(integer.ptr(), mask.ptr()));
    if (!high.is_valid() || !low.is_valid())
        throw nb::python_error();
    fg_uint128 words;
    words.low = PyLong_AsUnsignedLongLong(low.ptr());
    words.high = PyLong_AsUnsignedLongLong(high.ptr());
    if (PyErr_Occurred() == nullptr)
        return words;
    PyErr_Clear();
    refuse_value("%s is 2^128 or more; this library factors numbers below 2^128",
                 place_of(index).c_str());
}

fg_uint128 exact_to_words(nb::handle integer, size_t index) {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(integer.ptr(), &overflow);
    if (overflow < 0 || (overflow == 0 && value < 0))
        refuse_negative(integer, index);
    if (overflow == 0)
        return {static_cast<uint64_t>(value), 0};
    const unsigned long long large = PyLong_AsUnsignedLongLong(integer.ptr());
    if (PyErr_Occurred() == nullptr)
        return {large, 0};
    PyErr_Clear();
    return to_two_words(integer, index);
}

nb::object checked(PyObject *object) {
    if (object == nullptr)
        throw nb::python_error();
    return nb::steal(object);
}

void refuse(PyObject *type, const char *format, va_list arguments) {
    char text[512];
    (void)vsnprintf(text, sizeof text, format, arguments);
    set_exception(type, text);
}

} // namespace

fg_uint128 to_words(nb::handle integer, size_t index) {
    if (PyLong_CheckExact(integer.ptr()))
        return exact_to_words(integer, index);
    // A float has no __index__, and no other number that is not whole. NumPy's booleans have none.
    if (PyBool_Check(integer.ptr()) || !PyIndex_Check(integer.ptr()))
        refuse_number(integer, index);
    PyObject *const exact = PyNumber_Index(integer.ptr());
    if (exact == nullptr && PyErr_ExceptionMatches(PyExc_TypeError) != 0) { // as an array of two
        PyErr_Clear();
        refuse_number(integer, index);
    }
    return exact_to_words(checked(exact), index);
}

uint64_t to_argument(nb::handle value, const char *name, uint64_t least, uint64_t most) {
    const std::string limits =
        std::to_string(least) + " to " + (most == UINT64_MAX ? "2^64 - 1" : std::to_string(most));
    if (PyBool_Check(value.ptr()) || !PyIndex_Check(value.ptr()))
        refuse_type("%s is %s, of the type %s; it is a whole number from %s", name,
                    shown(value).c_str(), type_of(value).c_str(), limits.c_str());
    const nb::object integer = checked(PyNumber_Index(value.ptr()));
    const uint64_t word = PyLong_AsUnsignedLongLong(integer.ptr());
    const bool fits = PyErr_Occurred() == nullptr && word >= least && word <= most;
    PyErr_Clear();
    if (!fits)
        refuse_value("%s is %s; it is a whole number from %s", name, shown(value).c_str(),
                     limits.c_str());
    return word;
}

nb::object to_int(uint64_t value) {
    return checked(PyLong_FromUnsignedLongLong(value));
}

nb::object to_int(fg_uint128 value) {
    if (value.high == 0)
        return to_int(value.low);
    const nb::object shift = checked(PyLong_FromLong(64));
    const nb::object high = checked(PyNumber_Lshift(to_int(value.high).ptr(), shift.ptr()));
    return checked(PyNumber_Or(high.ptr(), to_int(value.low).ptr()));
}

nb::object to_int(fg_uint192 value) {
    if (value.high == 0)
        return to_int(fg_uint128{value.low, value.middle});
    const nb::object shift = checked(PyLong_FromLong(64));
    const nb::object upper = to_int(fg_uint128{value.middle, value.high});
    return checked(PyNumber_Or(checked(PyNumber_Lshift(upper.ptr(), shift.ptr())).ptr(),
                               to_int(value.low).ptr()));
}

void refuse_length(const char *count) {
    PyErr_Format(PyExc_MemoryError,
                 "%s numbers do not fit into memory; answer them in parts: for part in "
                 "factor_gpu.chunks(numbers)",
                 count);
    throw nb::python_error();
}

void refuse_type(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    refuse(PyExc_TypeError, format, arguments);
    va_end(arguments);
    throw nb::python_error();
}

void refuse_value(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    refuse(PyExc_ValueError, format, arguments);
    va_end(arguments);
    throw nb::python_error();
}

} // namespace factor_gpu
