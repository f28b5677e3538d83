// SPDX-License-Identifier: MIT
#include "column_arrays.h"

#include "text.h"
#include "unlocked.h"
#include "whole_number.h"

#include <cstring>

namespace factor_gpu {

namespace {

enum fg_column column_of(const char *name) {
    enum fg_column column = FG_COLUMN_COUNT;
    if (fg_column_from_name(name, &column))
        return column;
    const bool is_primes = strcmp(name, "primes") == 0;
    if (is_primes || strcmp(name, "divisors") == 0)
        refuse_value("%s are lists and no column; %s() returns them", name,
                     is_primes ? "factor" : "divisors");
    std::string known;
    for (size_t i = 0; i < fg_column_count(); i++)
        known += std::string(i == 0 ? "" : ", ") + fg_column_name(static_cast<enum fg_column>(i));
    refuse_value("there is no column '%.40s'; there are %s", name, known.c_str());
}

uint64_t bound_of(enum fg_column column, nb::handle bound) {
    const char *const name = fg_column_name(column);
    if (!fg_column_has_bound(column)) {
        if (!bound.is_none())
            refuse_value("the column %s has no bound", name);
        return 0;
    }
    if (bound.is_none())
        refuse_value("the column %s needs a bound, as in '%s=100'", name, name);
    const std::string place = "the bound of " + std::string(name);
    return to_argument(bound, place.c_str(), 1, UINT64_MAX);
}

} // namespace

ColumnArray::ColumnArray(const char *name, nb::handle bound, const NumberInput &input)
    : count_(input.numbers().count), is_scalar_(input.is_scalar()),
      wide_numbers_(input.numbers().words == 2) {
    request_.size = sizeof request_;
    request_.column = column_of(name);
    request_.bound = bound_of(request_.column, bound);
    type_ = wide_numbers_ ? fg_wide_column_get_type(request_.column)
                          : fg_column_get_type(request_.column);
    if (!is_scalar_)
        array_.emplace(count_, dtype_of(type_));
}

std::string ColumnArray::column_text(nb::handle name) {
    if (!PyUnicode_Check(name.ptr()))
        refuse_type("a column is a name, or a pair of a name and a bound, not a %s",
                    type_of(name).c_str());
    return text_of(name);
}

std::unique_ptr<ColumnArray> ColumnArray::parse(nb::handle name, const NumberInput &input) {
    if (PyTuple_Check(name.ptr()) && nb::len(name) == 2) {
        const nb::object column = name[0], bound = name[1];
        return std::make_unique<ColumnArray>(column_text(column).c_str(), bound, input);
    }
    const std::string text = column_text(name);
    const size_t equals = text.find('=');
    if (equals == std::string::npos)
        return std::make_unique<ColumnArray>(text.c_str(), nb::none(), input);
    const std::string digits = text.substr(equals + 1);
    PyObject *const bound = PyLong_FromString(digits.c_str(), nullptr, 10);
    if (bound == nullptr) {
        PyErr_Clear();
        refuse_value("the bound in '%.60s' is no whole number; write digits, as in '%s=1000'",
                     text.c_str(), text.substr(0, equals).c_str());
    }
    return std::make_unique<ColumnArray>(text.substr(0, equals).c_str(), nb::steal(bound), input);
}

fg_column_request ColumnArray::request() const {
    fg_column_request request = request_;
    request.values = is_scalar_ ? const_cast<fg_uint192 *>(&only_) : array_->data();
    return request;
}

std::string ColumnArray::key() const {
    const std::string name = fg_column_name(request_.column);
    return fg_column_has_bound(request_.column) ? name + "=" + std::to_string(request_.bound)
                                                : name;
}

nb::object ColumnArray::result(bool words) const {
    if (is_scalar_)
        return scalar();
    if (words || type_ == FG_COLUMN_UINT64 || type_ == FG_COLUMN_INT8 || type_ == FG_COLUMN_BOOL)
        return array_->array();
    return wide_numbers_ ? ints() : narrow_sums();
}

nb::object ColumnArray::scalar() const {
    switch (type_) {
    case FG_COLUMN_UINT64:
        return to_int(only_.low);
    case FG_COLUMN_UINT128:
        return to_int(fg_uint128{only_.low, only_.middle});
    case FG_COLUMN_UINT192:
        return to_int(only_);
    case FG_COLUMN_INT8: {
        int8_t value;
        memcpy(&value, &only_, sizeof value);
        return nb::cast(static_cast<int>(value));
    }
    case FG_COLUMN_BOOL:
        break;
    }
    bool value;
    memcpy(&value, &only_, sizeof value);
    return nb::cast(value);
}

// Sums of numbers below 2^64 rarely need a second word: an array of uint64 if none does, otherwise
// of ints.
nb::object ColumnArray::narrow_sums() const {
    const auto *const sums = static_cast<const fg_uint128 *>(array_->data());
    NewArray narrow(count_, Dtype::uint64);
    auto *const words = static_cast<uint64_t *>(narrow.data());
    uint64_t any_high = 0;
    {
        const Unlocked unlocked;
        for (size_t i = 0; i < count_; i++) {
            words[i] = sums[i].low;
            any_high |= sums[i].high;
        }
    }
    return any_high == 0 ? narrow.array() : ints();
}

nb::object ColumnArray::ints() const {
    nb::list ints;
    for (size_t i = 0; i < count_; i++) {
        let_python_run_at(i);
        if (type_ == FG_COLUMN_UINT192)
            ints.append(to_int(static_cast<const fg_uint192 *>(array_->data())[i]));
        else
            ints.append(to_int(static_cast<const fg_uint128 *>(array_->data())[i]));
    }
    return array_of_ints(ints);
}

} // namespace factor_gpu
