/* SPDX-License-Identifier: MIT */
/*
 * wide_lanes_select.c: the table of instruction sets for numbers of two words, and the choice.
 */
#include "methods/factor/wide_lanes.h"

const struct fg_wide_lanes *const fg_wide_lanes_all[] = {
    &fg_wide_lanes_scalar,
};
const unsigned fg_wide_lanes_count = sizeof fg_wide_lanes_all / sizeof fg_wide_lanes_all[0];

const struct fg_wide_lanes *fg_wide_lanes_select(void) {
    return &fg_wide_lanes_scalar;
}
