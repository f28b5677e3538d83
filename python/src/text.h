/* SPDX-License-Identifier: MIT */
// text.h: Python's texts in sentences, whatever characters they have.
#ifndef FG_PYTHON_TEXT_H
#define FG_PYTHON_TEXT_H

#include <nanobind/nanobind.h>
#include <string>

namespace factor_gpu {

// Returns a str as UTF-8 without NUL: a NUL becomes \0, and half of a surrogate pair \ud800, so
// that no other text equals it. Throws what Python raises.
std::string text_of(nanobind::handle text);

// Returns the value as Python shows it, cut at a character to a length that fits into a sentence.
std::string shown(nanobind::handle value);

// Returns the name of the value's type.
std::string type_of(nanobind::handle value);

// Sets Python's exception; what a fixed buffer has cut in the middle of a character is left out.
void set_exception(PyObject *type, const char *message);

} // namespace factor_gpu

#endif
