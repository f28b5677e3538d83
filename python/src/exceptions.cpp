// SPDX-License-Identifier: MIT
#include "exceptions.h"

#include <nanobind/nanobind.h>

namespace nb = nanobind;

namespace factor_gpu {

void raise_error(enum fg_status status, const char *message) {
    const nb::object find = nb::module_::import_("factor_gpu._errors").attr("class_of_status");
    const nb::object type = find(static_cast<int>(status));
    PyErr_SetString(type.ptr(), message);
    throw nb::python_error();
}

void raise_error(const fg_error &error) {
    raise_error(error.status, error.message);
}

} // namespace factor_gpu
