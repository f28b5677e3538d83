/* SPDX-License-Identifier: MIT */
/*
 * launch_macro.h: the one way in which the host side of a .cu file starts a kernel.
 *
 * nvcc reads the triple chevrons, no other compiler does; through this macro g++ and clang++
 * compile the same line for the emulated device of tests/emulator.
 */
#ifndef FG_KERNELS_LAUNCH_MACRO_H
#define FG_KERNELS_LAUNCH_MACRO_H

#include <cuda_runtime.h>

/*
 * FG_LAUNCH(kernel, grid, block, stream, arguments...): enqueues `kernel` on `stream`. A kernel
 * with several template arguments goes in parentheses. The emulated device also takes its name, by
 * which it finds the kernel's PTX (tests/ptx). Like the chevrons it is a statement without
 * a value: the launch's own error comes from cudaGetLastError().
 */
// clang-format off
#ifdef FG_EMULATED_DEVICE
#define FG_LAUNCH(kernel, grid, block, stream, ...) \
    fg_emulator::launcher(#kernel, kernel, grid, block, 0, stream)(__VA_ARGS__)
#else
#define FG_LAUNCH(kernel, grid, block, stream, ...) \
    kernel<<<grid, block, 0, stream>>>(__VA_ARGS__)
#endif
// clang-format on

#endif
