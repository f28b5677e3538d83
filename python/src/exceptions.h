/* SPDX-License-Identifier: MIT */
// exceptions.h: the library's failures as Python's exceptions, with the library's words.
#ifndef FG_PYTHON_EXCEPTIONS_H
#define FG_PYTHON_EXCEPTIONS_H

#include "factor_gpu.h"

namespace factor_gpu {

// Throws the exception of factor_gpu._errors that belongs to the status. Needs the GIL.
[[noreturn]] void raise_error(enum fg_status status, const char *message);
[[noreturn]] void raise_error(const fg_error &error);

} // namespace factor_gpu

#endif
