/* SPDX-License-Identifier: MIT */
/* first_difference.h: where two long texts differ first. */
#ifndef FG_TESTS_FIRST_DIFFERENCE_H
#define FG_TESTS_FIRST_DIFFERENCE_H

#include <sstream>
#include <string>

// Returns the first line of each that is not the same; empty if the texts are equal.
inline std::string first_difference(const std::string &got, const std::string &expected) {
    std::istringstream left(got), right(expected);
    for (std::string one, other; got != expected;) {
        const bool more = static_cast<bool>(std::getline(left, one));
        if (!std::getline(right, other) || !more || one != other)
            return "got '" + one + "', not '" + other + "'";
    }
    return "";
}

#endif
