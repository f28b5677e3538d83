/* SPDX-License-Identifier: MIT */
/*
 * accesses.h: what an access to memory by a warp costs.
 */
#ifndef FG_PTX_ACCESSES_H
#define FG_PTX_ACCESSES_H

#include "program.h"

namespace fg_ptx {

/*
 * Adds to `count` what it costs that the `active` lanes access `bytes` at their addresses. The
 * words of a thread's `local_bytes` of local memory lie side by side with those of the other lanes,
 * as a device has them.
 */
void count_access(const Instruction &instruction, const std::uint64_t *addresses,
                  std::uint32_t active, unsigned bytes, std::size_t local_bytes, Count *count);

} // namespace fg_ptx

#endif
