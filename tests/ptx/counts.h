/* SPDX-License-Identifier: MIT */
/*
 * counts.h: the counts of kernels as JSON. README.md describes the format.
 */
#ifndef FG_PTX_COUNTS_H
#define FG_PTX_COUNTS_H

#include "program.h"

#include <ostream>
#include <vector>

namespace fg_ptx {

void write_json(const std::vector<const Kernel *> &kernels, std::ostream &stream);

} // namespace fg_ptx

#endif
