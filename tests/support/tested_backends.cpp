// SPDX-License-Identifier: MIT
/*
 * tested_backends.cpp: the backends of one executable. It alone is compiled for each executable, so
 * that the tests for all backends are compiled once.
 */
#include "backend_fixture.h"

std::vector<const char *> tested_backends() {
    return {FG_TEST_BACKENDS};
}
