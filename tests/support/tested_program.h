/* SPDX-License-Identifier: MIT */
/*
 * tested_program.h: the programs that a test runs.
 *
 * They are those of the test's own build, or those of the build folder that FG_TEST_BUILD names: a
 * build with sanitizers needs no second copy of the tests that only run programs.
 */
#ifndef FG_TESTS_TESTED_PROGRAM_H
#define FG_TESTS_TESTED_PROGRAM_H

#include <cstdlib>
#include <string>

/* The path of a program: its own build's, or the one of that name in FG_TEST_BUILD. */
inline std::string tested_program(const char *name, const char *own) {
    const char *const folder = std::getenv("FG_TEST_BUILD");
    return folder != nullptr ? std::string(folder) + "/" + name : own;
}

/* factor-gpu; the build defines FG_OWN_PROGRAM and FG_OWN_EMULATED_PROGRAM. */
inline const char *factor_gpu() {
    static const std::string path = tested_program("factor-gpu", FG_OWN_PROGRAM);
    return path.c_str();
}

/* The program with its CUDA side on the emulated device. */
inline const char *factor_gpu_emulated() {
    static const std::string path = tested_program("factor-gpu-emulated", FG_OWN_EMULATED_PROGRAM);
    return path.c_str();
}

#endif
