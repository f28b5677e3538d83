/* SPDX-License-Identifier: MIT */
/*
 * graphs.h: what streams, events and launches do while a stream is captured (graphs.cpp).
 */
#ifndef FG_EMULATOR_GRAPHS_H
#define FG_EMULATOR_GRAPHS_H

#include "machine.h"

namespace fg_emulator {

/* Adds a node behind what the captured stream has reached. A kernel's node is run with the fault
 * that a test wants of that execution and with its priority; others ignore both. */
void add_node(CUstream_st &stream, bool is_kernel,
              std::function<cudaError_t(cudaError_t, int)> run);

/* The result of a call that a captured stream does not allow. The capture is void. */
cudaError_t refuse_in_capture(CUstream_st &stream);

/* Record an event on a captured stream, and let a stream wait for an event if either is part of a
 * capture. */
void record_in_capture(const CUstream_st &stream, CUevent_st &event);
cudaError_t wait_in_capture(CUstream_st &stream, const CUevent_st &event);

/* Makes the graphs of a device vanish. */
void drop_graphs(const Device &device);

} // namespace fg_emulator

#endif
