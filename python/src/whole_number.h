/* SPDX-License-Identifier: MIT */
// whole_number.h: Python's integers as words, and back.
#ifndef FG_PYTHON_WHOLE_NUMBER_H
#define FG_PYTHON_WHOLE_NUMBER_H

#include "factor_gpu.h"

#include <nanobind/nanobind.h>

namespace factor_gpu {

// The index of a number that stands alone, for the words of a refusal.
constexpr size_t no_index = SIZE_MAX;

// Returns a whole number below 2^128. Throws TypeError for what is no integer, bool among it, and
// ValueError for one that is negative or too large; the words name the index.
fg_uint128 to_words(nanobind::handle integer, size_t index);

// Returns an argument that is no number to factor. Throws TypeError or ValueError with its name.
uint64_t to_argument(nanobind::handle value, const char *name, uint64_t least, uint64_t most);

nanobind::object to_int(uint64_t value);
nanobind::object to_int(fg_uint128 value);
nanobind::object to_int(fg_uint192 value);

[[noreturn]] void refuse_type(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Throws MemoryError for so many numbers.
[[noreturn]] void refuse_length(const char *count);
[[noreturn]] void refuse_value(const char *format, ...) __attribute__((format(printf, 1, 2)));

} // namespace factor_gpu

#endif
