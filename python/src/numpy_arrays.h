/* SPDX-License-Identifier: MIT */
// numpy_arrays.h: arrays of NumPy, made and filled without NumPy's C interface, which differs
// between its versions.
#ifndef FG_PYTHON_NUMPY_ARRAYS_H
#define FG_PYTHON_NUMPY_ARRAYS_H

#include "factor_gpu.h"

#include <memory>
#include <nanobind/nanobind.h>

namespace factor_gpu {

// Types of entries. A number of two words is a struct of uint64 lo and hi, one of three lo, mid,
// hi.
enum class Dtype { uint64, uint128, uint192, int8, boolean, object };

Dtype dtype_of(enum fg_column_type type);

// A new array of numpy.empty(), and its memory.
class NewArray {
  public:
    NewArray(size_t count, Dtype dtype);
    ~NewArray();
    NewArray(const NewArray &) = delete;
    NewArray &operator=(const NewArray &) = delete;

    void *data() const { return buffer_.buf; }
    const nanobind::object &array() const { return array_; }

  private:
    nanobind::object array_;
    Py_buffer buffer_{};
};

// Returns whether the object is an array of NumPy, and of no class that is derived from it.
bool is_plain_array(nanobind::handle object);

// A read-only array over memory that `owner` keeps alive.
nanobind::object view_of(const uint64_t *words, size_t word_count,
                         const std::shared_ptr<const void> &owner);
// Returns an array over the same memory with another type of entry.
nanobind::object as_dtype(const nanobind::object &words, Dtype dtype);
// An array of Python's integers.
nanobind::object array_of_ints(const nanobind::list &ints);

} // namespace factor_gpu

#endif
