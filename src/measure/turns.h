/* SPDX-License-Identifier: MIT */
/*
 * turns.h: the order in which contenders are timed that will be compared with each other.
 *
 * A machine's load, clock frequency and heat drift, so each round times every contender once: what
 * changes meanwhile falls on all of them alike. Each round begins with the next contender.
 */
#ifndef FG_MEASURE_TURNS_H
#define FG_MEASURE_TURNS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Times contender 0 .. count - 1 in a round, or leaves it out. Returns false to end all rounds. */
typedef bool fg_turn(void *context, size_t contender, unsigned round);

/* Calls `turn` for every contender in rounds 0 .. rounds - 1. After a call returned false, makes no
 * more calls and returns false. */
bool fg_take_turns(size_t count, unsigned rounds, fg_turn *turn, void *context);

#ifdef __cplusplus
}
#endif

#endif
