/* SPDX-License-Identifier: MIT */
// Arguments and input that the tests of totals give to the program.
#ifndef FG_TESTS_TOTALS_PROGRAM_H
#define FG_TESTS_TOTALS_PROGRAM_H

#include "support/random_numbers.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <string>
#include <vector>

using Arguments = std::vector<std::string>;

inline const char *const all_columns =
    "count,sigma,phi,mobius,omega,bigomega,radical,spf,gpf,is_prime,"
    "smooth=1000,liouville,squarefree,core,sopfr,sopf,carmichael";
inline const char *const csv_header =
    "from,to,column,numbers,sum,least,least_n,greatest,greatest_n,values\n";

inline spawn::Result program(Arguments arguments, const std::string &input = "") {
    arguments.insert(arguments.begin(), factor_gpu());
    return spawn::run(arguments, input);
}

inline std::string numbers(uint64_t first, uint64_t last) {
    std::string text;
    for (uint64_t n = first; n <= last; n++)
        text += std::to_string(n) + "\n";
    return text;
}

// Numbers of every size, in any order, some of them twice.
inline std::string random_numbers(RandomNumbers &random, size_t count, bool wide) {
    std::string text;
    for (size_t i = 0; i < count; i++) {
        const uint64_t any = random.of_any_size();
        const std::string n = std::to_string(any);
        text += n + "\n";
        if (wide && i % 10 == 0) // below 2^128
            text +=
                std::to_string(any % UINT64_C(1000000000000000000) + 1) + "18446744073709551616\n";
        if (i % 7 == 0)
            text += n + "\n";
    }
    return text;
}

#endif
