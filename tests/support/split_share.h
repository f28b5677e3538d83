/* SPDX-License-Identifier: MIT */
/*
 * split_share.h: the share of balanced semiprimes that a step of factoring splits, so that a test
 * notices a loss of strength. FG_TEST_SHOW=1 prints the shares.
 */
#ifndef FG_TESTS_SPLIT_SHARE_H
#define FG_TESTS_SPLIT_SHARE_H

#include "support/chosen_numbers.h"
#include "support/lane_forms.h"

#include <cstdio>
#include <cstdlib>
#include <numeric>

/* Calls run(n, found, early), a step of `lanes` numbers in the form, for at least `count` products
 * of two primes of bits / 2 bits that have exactly `bits` bits. Returns the share of those with a
 * factor. */
template <class Run>
double split_share(const LaneForm &form, RandomNumbers &random, unsigned bits, unsigned lanes,
                   size_t count, Run run) {
    size_t split = 0, tried = 0;
    while (tried < count) {
        uint64_t n[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST];
        for (unsigned k = 0; k < lanes; k++)
            do
                n[k] =
                    chosen::random_prime(random, bits / 2) * chosen::random_prime(random, bits / 2);
            while (n[k] >> (bits - 1) == 0);
        run(n, found, early);
        for (unsigned k = 0; k < lanes; k++, tried++) {
            uint64_t factor = std::gcd(found[k], n[k]);
            if (factor == n[k])
                factor = std::gcd(early[k], n[k]);
            split += factor > 1 && factor < n[k];
        }
    }
    const double share = (double)split / (double)tried;
    if (std::getenv("FG_TEST_SHOW") != nullptr)
        std::printf("%s %u bits: %.4f\n", form.name().c_str(), bits, share);
    return share;
}

#endif
