/* SPDX-License-Identifier: MIT */
// names_in.h: names out of a text, for tests that hold two texts against each other.
#ifndef FG_TESTS_NAMES_IN_H
#define FG_TESTS_NAMES_IN_H

#include <regex>
#include <set>
#include <string>

using Names = std::set<std::string>;

// Returns all texts that the pattern's first group matches.
inline Names names_in(const std::string &text, const char *pattern) {
    const std::regex expression(pattern);
    Names names;
    for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
        names.insert((*at)[1]);
    return names;
}

#endif
