/* SPDX-License-Identifier: MIT */
/*
 * gnu_factor.h: coreutils' factor, whose answers are those of an implementation that had no part in
 * this one.
 */
#ifndef FG_TESTS_GNU_FACTOR_H
#define FG_TESTS_GNU_FACTOR_H

#include "spawn.h"

#include <sstream>
#include <string>

namespace gnu_factor {

inline bool is_here() {
    const spawn::Result version = spawn::run({"/usr/bin/env", "factor", "--version"});
    return version.out.find("GNU coreutils") != std::string::npos;
}

/* Returns its output for numbers with white space between them. */
inline std::string answers(const std::string &input) {
    return spawn::run({"/usr/bin/env", "factor"}, input).out;
}

/* The first line that differs, or nothing. */
inline std::string difference(const std::string &ours, const std::string &theirs) {
    if (ours == theirs)
        return "";
    std::istringstream our_lines(ours), their_lines(theirs);
    std::string our, their;
    while (std::getline(their_lines, their))
        if (!std::getline(our_lines, our) || our != their)
            return "'" + our + "', but GNU factor says '" + their + "'";
    return "more lines than GNU factor's";
}

} // namespace gnu_factor

#endif
