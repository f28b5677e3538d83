// SPDX-License-Identifier: MIT
#include "numpy_arrays.h"

#include "whole_number.h"

#include <array>
#include <nanobind/ndarray.h>
#include <string>

namespace nb = nanobind;

namespace factor_gpu {

namespace {

// Functions and types of NumPy, looked up once. Never freed, because NumPy can be gone before.
struct Numpy {
    nb::object empty, array, plain;
    std::array<nb::object, 6> dtypes;
};

const Numpy &numpy() {
    static const Numpy *const found = [] {
        const nb::module_ module = nb::module_::import_("numpy");
        const nb::object ours = nb::module_::import_("factor_gpu._arrays");
        auto *const made =
            new Numpy{module.attr("empty"), module.attr("array"), module.attr("ndarray"), {}};
        const nb::object dtype = module.attr("dtype");
        made->dtypes = {dtype("uint64"), ours.attr("uint128"), ours.attr("uint192"),
                        dtype("int8"),   dtype("bool"),        dtype("object")};
        return made;
    }();
    return *found;
}

const nb::object &object_of(Dtype dtype) {
    return numpy().dtypes[static_cast<size_t>(dtype)];
}

nb::object new_array(size_t count, Dtype dtype) {
    try {
        return numpy().empty(count, object_of(dtype));
    } catch (const nb::python_error &error) {
        if (!error.matches(PyExc_MemoryError))
            throw;
    }
    refuse_length(std::to_string(count).c_str());
}

} // namespace

Dtype dtype_of(enum fg_column_type type) {
    switch (type) {
    case FG_COLUMN_UINT64:
        return Dtype::uint64;
    case FG_COLUMN_UINT128:
        return Dtype::uint128;
    case FG_COLUMN_UINT192:
        return Dtype::uint192;
    case FG_COLUMN_INT8:
        return Dtype::int8;
    case FG_COLUMN_BOOL:
        break;
    }
    return Dtype::boolean;
}

NewArray::NewArray(size_t count, Dtype dtype) : array_(new_array(count, dtype)) {
    if (PyObject_GetBuffer(array_.ptr(), &buffer_, PyBUF_WRITABLE) != 0)
        throw nb::python_error();
}

NewArray::~NewArray() {
    PyBuffer_Release(&buffer_);
}

bool is_plain_array(nb::handle object) {
    return object.type().is(numpy().plain);
}

nb::object view_of(const uint64_t *words, size_t word_count,
                   const std::shared_ptr<const void> &owner) {
    using Owner = std::shared_ptr<const void>;
    static const uint64_t nothing = 0; // an array of no entries must have an address
    const nb::capsule keeper(new Owner(owner),
                             [](void *kept) noexcept { delete static_cast<Owner *>(kept); });
    const nb::ndarray<nb::numpy, const uint64_t, nb::ndim<1>> view(
        words == nullptr ? &nothing : words, {word_count}, keeper);
    return nb::cast(view, nb::rv_policy::reference);
}

nb::object as_dtype(const nb::object &words, Dtype dtype) {
    return words.attr("view")(object_of(dtype));
}

nb::object array_of_ints(const nb::list &ints) {
    return numpy().array(ints, object_of(Dtype::object));
}

} // namespace factor_gpu
