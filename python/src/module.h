/* SPDX-License-Identifier: MIT */
// module.h: the classes of the extension module, each defined in a file of its own.
#ifndef FG_PYTHON_MODULE_H
#define FG_PYTHON_MODULE_H

#include <nanobind/nanobind.h>

namespace factor_gpu {

void define_lists(nanobind::module_ &module);
void define_engine(nanobind::module_ &module);

} // namespace factor_gpu

#endif
