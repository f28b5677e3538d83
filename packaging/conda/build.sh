#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How conda-build builds and installs factor-gpu: it sets PREFIX, SRC_DIR, CPU_COUNT, and CMAKE_ARGS for
# the compilers.
set -euo pipefail
cuda=OFF
[ "${cuda_compiler_version:-None}" = None ] || cuda=ON
read -r -a compiler_options <<<"${CMAKE_ARGS:-}"
cmake -S "${SRC_DIR:-.}" -B build -G Ninja "${compiler_options[@]}" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_INSTALL_PREFIX="$PREFIX" -DCMAKE_INSTALL_LIBDIR=lib -DFACTOR_GPU_CUDA="$cuda" \
    -DFACTOR_GPU_CUDA_CODE=ALL \
    -DFACTOR_GPU_TESTS=OFF -DFACTOR_GPU_BENCH=OFF
cmake --build build -j "${CPU_COUNT:-1}"
cmake --install build
