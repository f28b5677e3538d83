/* SPDX-License-Identifier: MIT */
// Random residues of either sign, for the forms of arith/residues.h that compute in doubles.
#ifndef FG_TESTS_SIGNED_RESIDUES_H
#define FG_TESTS_SIGNED_RESIDUES_H

#include "support/random_numbers.h"

#include <algorithm>

class SignedResidues : public RandomNumbers {
  public:
    int64_t any_sign(int64_t value) { return between(0, 1) == 0 ? value : -value; }

    /* An odd number next to a power of two of at least 2^5 and less than 2^bits. */
    uint64_t near_a_power(unsigned bits) {
        const uint64_t power = UINT64_C(1) << between(5, bits - 1);
        const uint64_t away = 1 + 2 * between(0, 7);
        return between(0, 1) == 0 ? power + away : power - away;
    }

    /* Within [-most, most], often at or next to an end, to 0 or to a multiple of n, or of few bits.
     */
    int64_t within(int64_t most, uint64_t n) {
        const auto near = static_cast<int64_t>(between(0, 2));
        int64_t value = 0;
        switch (between(0, 5)) {
        case 0:
            value = most - near;
            break;
        case 1:
            value = near;
            break;
        case 2:
            value =
                static_cast<int64_t>(n * between(0, static_cast<uint64_t>(most) / n)) + near - 1;
            break;
        case 3:
            value = static_cast<int64_t>(UINT64_C(1) << between(0, 51)) - near;
            break;
        default:
            value = static_cast<int64_t>(between(0, static_cast<uint64_t>(most)));
        }
        return any_sign(std::clamp(value, -most, most));
    }
};

#endif
