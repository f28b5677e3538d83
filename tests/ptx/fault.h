/* SPDX-License-Identifier: MIT */
/*
 * fault.h: the error by which the PTX machine refuses a text or stops a kernel.
 */
#ifndef FG_PTX_FAULT_H
#define FG_PTX_FAULT_H

#include <stdexcept>
#include <string>

namespace fg_ptx {

/* A text that cannot be read, or a kernel that did what a device would not survive. */
struct Fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace fg_ptx

#endif
