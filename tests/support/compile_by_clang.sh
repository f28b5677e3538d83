#!/bin/sh
# SPDX-License-Identifier: MIT
# compile_by_clang.sh CLANG [LAUNCHER] COMPILER ARG...: runs the command with CLANG in the place of g++, as CMake's
# launcher of compilers (FACTOR_GPU_TESTS_CLANG in tests/CMakeLists.txt).
set -eu
clang=$1
shift
for argument; do
    shift
    case $argument in
    c++ | g++ | */c++ | */g++) set -- "$@" "$clang" ;;
    -fstack-clash-protection | -Winvalid-pch) ;; # g++ alone knows these
    c++-header) set -- "$@" "$argument" -fpch-instantiate-templates ;;
    *) set -- "$@" "$argument" ;;
    esac
done
exec "$@"
