/* SPDX-License-Identifier: MIT */
// device_list.h: the CUDA devices of this machine, from the library.
#ifndef FG_PYTHON_DEVICE_LIST_H
#define FG_PYTHON_DEVICE_LIST_H

#include "factor_gpu.h"

#include <vector>

namespace factor_gpu {

// Fills the list with all devices, usable or not; with none if it fails. Needs the GIL, and lets
// other threads of Python run.
enum fg_status list_devices(std::vector<fg_device> &devices, fg_error *error);

// Returns the indices of the usable devices; none if they cannot be listed.
std::vector<int> usable_devices();

} // namespace factor_gpu

#endif
