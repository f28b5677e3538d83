/* SPDX-License-Identifier: MIT */
// arrow_export.h: lists for Arrow, by its C data interface.
#ifndef FG_PYTHON_ARROW_EXPORT_H
#define FG_PYTHON_ARROW_EXPORT_H

#include "lists.h"

namespace factor_gpu {

// Returns the capsules (arrow_schema, arrow_array) of large_list<uint64>, or for values of two
// words of large_list<fixed_size_binary(16)>, each lo before hi. Both share the memory of the
// answers.
nb::tuple export_to_arrow(const std::shared_ptr<const Answers> &answers, size_t first,
                          size_t count);

} // namespace factor_gpu

#endif
