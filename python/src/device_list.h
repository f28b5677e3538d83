/* SPDX-License-Identifier: MIT */
// device_list.h: the CUDA devices of this machine, from the library.
#ifndef FG_PYTHON_DEVICE_LIST_H
#define FG_PYTHON_DEVICE_LIST_H

#include "factor_gpu.h"

#include <vector>

namespace factor_gpu {

// Returns all devices, usable or not; none without a driver. Throws what the library says if they
// cannot be listed. Needs the GIL, and lets other threads of Python run.
std::vector<fg_device> list_devices();

// Returns the indices of the usable ones of list_devices().
std::vector<int> usable_devices();

} // namespace factor_gpu

#endif
