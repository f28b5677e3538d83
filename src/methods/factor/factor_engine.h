/* SPDX-License-Identifier: MIT */
/*
 * factor_engine.h: the engine of the method factor, for the table of methods.
 */
#ifndef FG_METHODS_FACTOR_FACTOR_ENGINE_H
#define FG_METHODS_FACTOR_FACTOR_ENGINE_H

#include "methods/contract/method_engine.h"

extern const struct fg_method_engine fg_factor_engine;

#endif
