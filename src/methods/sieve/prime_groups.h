/* SPDX-License-Identifier: MIT */
/*
 * prime_groups.h: primes in groups by the multiples that they surely have in an interval, so that
 * the loop over these has a constant length. Each group is compiled by itself.
 */
#ifndef FG_METHODS_SIEVE_PRIME_GROUPS_H
#define FG_METHODS_SIEVE_PRIME_GROUPS_H

enum { FG_PRIME_GROUPS = 16 };

/* GROUP(k) for each count of certain multiples 1 <= k < FG_PRIME_GROUPS, in the order in which the
 * primes ascend. */
#define FG_EACH_PRIME_GROUP(GROUP)                                                                 \
    GROUP(15);                                                                                     \
    GROUP(14);                                                                                     \
    GROUP(13);                                                                                     \
    GROUP(12);                                                                                     \
    GROUP(11);                                                                                     \
    GROUP(10);                                                                                     \
    GROUP(9);                                                                                      \
    GROUP(8);                                                                                      \
    GROUP(7);                                                                                      \
    GROUP(6);                                                                                      \
    GROUP(5);                                                                                      \
    GROUP(4);                                                                                      \
    GROUP(3);                                                                                      \
    GROUP(2);                                                                                      \
    GROUP(1)

#endif
