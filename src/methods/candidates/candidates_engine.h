/* SPDX-License-Identifier: MIT */
/*
 * candidates_engine.h: the engine of the methods exhaustive and trial, for the table of methods.
 */
#ifndef FG_METHODS_CANDIDATES_CANDIDATES_ENGINE_H
#define FG_METHODS_CANDIDATES_CANDIDATES_ENGINE_H

#include "methods/contract/method_engine.h"

extern const struct fg_method_engine fg_candidates_engine;

#endif
