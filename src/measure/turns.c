/* SPDX-License-Identifier: MIT */
/*
 * turns.c: rounds of turns.
 */
#include "measure/turns.h"

bool fg_take_turns(size_t count, unsigned rounds, fg_turn *turn, void *context) {
    for (unsigned round = 0; round < rounds; round++)
        for (size_t i = 0; i < count; i++)
            if (!turn(context, (round + i) % count, round))
                return false;
    return true;
}
