/* SPDX-License-Identifier: MIT */
// column_arrays.h: the array that the library fills with a column, and what Python gets of it.
#ifndef FG_PYTHON_COLUMN_ARRAYS_H
#define FG_PYTHON_COLUMN_ARRAYS_H

#include "number_input.h"
#include "numpy_arrays.h"

#include <memory>
#include <optional>
#include <string>

namespace factor_gpu {

class ColumnArray {
  public:
    // Throws ValueError for a name that is no column's, and for a bound that is missing or too
    // many.
    ColumnArray(const char *name, nb::handle bound, const NumberInput &input);
    // Returns the text of a name. Throws TypeError if it is none.
    static std::string column_text(nb::handle name);
    // The name can be "smooth=100", or a pair ("smooth", 100).
    static std::unique_ptr<ColumnArray> parse(nb::handle name, const NumberInput &input);

    // The request to the library, valid as long as this object.
    fg_column_request request() const;
    // "phi", or "smooth=100"
    std::string key() const;
    // Returns whether the column has a meaning for 0.
    bool takes_zeros() const { return request_.column == FG_COLUMN_IS_PRIME; }
    // The filled array, or the only number's value. Entries of more than 64 bits are structs if
    // `words`, and otherwise ints.
    nb::object result(bool words) const;

  private:
    nb::object scalar() const;
    nb::object narrow_sums() const;
    nb::object ints() const;

    fg_column_request request_{};
    enum fg_column_type type_;
    size_t count_;
    bool is_scalar_, wide_numbers_;
    fg_uint192 only_{}; // the room for a scalar's value
    std::optional<NewArray> array_;
};

} // namespace factor_gpu

#endif
