/* SPDX-License-Identifier: MIT */
/*
 * auto_engine.h: what FG_METHOD_AUTO stands for, as one engine.
 */
#ifndef FG_METHODS_AUTO_ENGINE_H
#define FG_METHODS_AUTO_ENGINE_H

#include "methods/contract/method_engine.h"

extern const struct fg_method_engine fg_auto_engine;

#endif
