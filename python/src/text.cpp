// SPDX-License-Identifier: MIT
#include "text.h"

#include <cstring>

namespace nb = nanobind;

namespace factor_gpu {

namespace {

constexpr Py_ssize_t max_shown = 60;

// The result of repr(); an int of more digits than Python writes is described.
nb::object repr_of(nb::handle value) {
    PyObject *const text = PyObject_Repr(value.ptr());
    if (text != nullptr)
        return nb::steal(text);
    if (!PyLong_Check(value.ptr()))
        throw nb::python_error();
    PyErr_Clear();
    return nb::str("an int of thousands of digits");
}

} // namespace

std::string text_of(nb::handle text) {
    Py_ssize_t size = 0;
    const char *const utf8 = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
    if (utf8 != nullptr && strlen(utf8) == static_cast<size_t>(size))
        return {utf8, static_cast<size_t>(size)};
    PyErr_Clear();
    const nb::object bytes =
        nb::steal(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "backslashreplace"));
    char *begin = nullptr;
    Py_ssize_t length = 0;
    if (!bytes.is_valid() || PyBytes_AsStringAndSize(bytes.ptr(), &begin, &length) != 0)
        throw nb::python_error();
    std::string plain(begin, static_cast<size_t>(length));
    for (size_t i = 0; (i = plain.find('\0', i)) != std::string::npos;)
        plain.replace(i, 1, "\\0");
    return plain;
}

std::string shown(nb::handle value) {
    const nb::object text = repr_of(value);
    const Py_ssize_t length = PyUnicode_GetLength(text.ptr());
    if (length <= max_shown)
        return text_of(text);
    const nb::object part = nb::steal(PyUnicode_Substring(text.ptr(), 0, max_shown));
    if (!part.is_valid())
        throw nb::python_error();
    return text_of(part) + "...";
}

std::string type_of(nb::handle value) {
    return text_of(nb::type_name(value.type()));
}

void set_exception(PyObject *type, const char *message) {
    PyObject *const text =
        PyUnicode_DecodeUTF8(message, static_cast<Py_ssize_t>(strlen(message)), "ignore");
    if (text == nullptr)
        return; // Python has set another exception
    PyErr_SetObject(type, text);
    Py_DECREF(text);
}

} // namespace factor_gpu
