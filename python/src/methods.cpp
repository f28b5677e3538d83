// SPDX-License-Identifier: MIT
#include "methods.h"

#include "text.h"
#include "whole_number.h"

#include <new>
#include <stdexcept>

namespace factor_gpu {

namespace {

void add_attribute(nb::handle type, const char *name, PyObject *descriptor) {
    const nb::object owned = nb::steal(descriptor);
    if (!owned.is_valid() || PyObject_SetAttrString(type.ptr(), name, descriptor) != 0)
        throw nb::python_error();
}

} // namespace

std::string describe_call(Py_ssize_t count, PyObject *names) {
    std::string text = std::to_string(count) + " without a name";
    const char *join = " and ";
    for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_Size(names); i++) {
        text += join + shown(PyTuple_GetItem(names, i));
        join = ", ";
    }
    return text;
}

Arguments::Arguments(const Signature &signature, PyObject *const *values, Py_ssize_t count,
                     PyObject *names) {
    const auto positional = static_cast<Py_ssize_t>(signature.positional);
    bool fits = count <= positional;
    for (Py_ssize_t i = 0; fits && i < count; i++)
        given_[static_cast<size_t>(i)] = values[i];
    for (Py_ssize_t i = 0; fits && names != nullptr && i < PyTuple_Size(names); i++)
        fits = place(signature, PyTuple_GetItem(names, i), values[count + i]);
    for (size_t i = 0; fits && i < signature.required; i++)
        fits = has(i);
    if (!fits)
        refuse_type("%s; it was given %s", signature.usage, describe_call(count, names).c_str());
}

// Returns whether the signature has this name, and no argument has it yet.
bool Arguments::place(const Signature &signature, PyObject *name, PyObject *value) {
    for (size_t i = 0; i < signature.names.size() && signature.names[i] != nullptr; i++) {
        if (PyUnicode_CompareWithASCIIString(name, signature.names[i]) == 0 && !has(i)) {
            given_[i] = value;
            return true;
        }
    }
    return false;
}

void set_caught_exception() noexcept {
    try {
        throw;
    } catch (nb::python_error &error) {
        error.restore();
    } catch (const std::bad_alloc &) {
        PyErr_NoMemory();
    } catch (const std::exception &error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
    }
}

void refuse_uninitialised(nb::handle self) {
    refuse_type("this %s was not initialised: its class has an __init__() that does not call "
                "super().__init__()",
                type_of(self).c_str());
}

void add_methods(nb::handle type, PyMethodDef *methods) {
    for (PyMethodDef *method = methods; method->ml_name != nullptr; method++)
        add_attribute(type, method->ml_name,
                      PyDescr_NewMethod(reinterpret_cast<PyTypeObject *>(type.ptr()), method));
}

void add_properties(nb::handle type, PyGetSetDef *properties) {
    for (PyGetSetDef *property = properties; property->name != nullptr; property++)
        add_attribute(type, property->name,
                      PyDescr_NewGetSet(reinterpret_cast<PyTypeObject *>(type.ptr()), property));
}

} // namespace factor_gpu
