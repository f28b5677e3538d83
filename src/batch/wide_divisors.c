/* SPDX-License-Identifier: MIT */
/*
 * wide_divisors.c: all divisors of a number below 2^128, ascending, in bounded memory.
 *
 * The prime powers are shared out to two halves. The divisors of the first are a list of at most
 * MAX_LIST numbers. Each divisor e of the second is a run: the ascending products of e and the
 * list. A tree of losers (Knuth, TAOCP volume 3, section 5.4.1) merges the runs: a divisor costs a
 * product and a comparison on each level. There are at most some 1,500 runs, so that the tree stays
 * in the first-level cache.
 */
#include "batch/wide_divisors.h"

#include "batch/numbers.h"
#include "batch/wide_arithmetic.h"
#include <stdlib.h>

/* 4 MiB of divisors. */
#define MAX_LIST ((size_t)1 << 18)

struct run {
    fg_wide head;      /* the next product; after the last one, the max number */
    fg_wide factor;    /* the divisor of the second half */
    uint32_t position; /* in the list, of the head */
    uint32_t loser; /* of the tree's inner node that has this run's index; of node 0: the winner */
};

struct fg_wide_divisors {
    fg_wide *list, *scratch;
    struct run *runs;
    size_t list_capacity, run_capacity;
    size_t list_count, run_count;
    size_t left; /* how many divisors are still to come */
};

struct power {
    fg_wide prime;
    uint32_t exponent;
    bool in_list; /* of the first half */
};

struct fg_wide_divisors *fg_wide_divisors_create(struct fg_error *error) {
    struct fg_wide_divisors *const walk = calloc(1, sizeof *walk);
    if (walk == NULL)
        fg_fail_memory(error, sizeof *walk);
    return walk;
}

void fg_wide_divisors_close(struct fg_wide_divisors *walk) {
    if (walk == NULL)
        return;
    free(walk->list);
    free(walk->scratch);
    free(walk->runs);
    free(walk);
}

/* ---- The two halves ---- */

/* Returns how many prime powers the list has, and writes them. */
static size_t powers_of(const struct fg_uint128 *primes, size_t prime_count, struct power *powers) {
    size_t count = 0;
    for (size_t i = 0; i < prime_count; i++) {
        const fg_wide prime = fg_wide_of_uint128(primes[i]);
        if (count == 0 || powers[count - 1].prime != prime)
            powers[count++] = (struct power){.prime = prime};
        powers[count - 1].exponent++;
    }
    return count;
}

/* Chooses the prime powers of the first half, those with the largest exponents first, because those
 * with small ones fill what is left best. Returns how many divisors that half has. */
static size_t choose_list(struct power *powers, size_t count) {
    size_t divisors = 1;
    for (uint32_t exponent = FG_WIDE_MAX_PRIMES; exponent > 0; exponent--)
        for (size_t i = 0; i < count; i++)
            if (powers[i].exponent == exponent && divisors * (exponent + 1) <= MAX_LIST) {
                powers[i].in_list = true;
                divisors *= exponent + 1;
            }
    return divisors;
}

/* Multiplies the ascending list by the powers of a prime up to prime^exponent, merged from the back
 * so that no copy is needed but that of the list before, and returns its new length. */
static size_t multiply_list(fg_wide *list, size_t count, const struct power *power,
                            fg_wide *scratch) {
    const size_t before = count;
    for (size_t i = 0; i < before; i++)
        scratch[i] = list[i];
    fg_wide factor = 1;
    for (uint32_t e = 0; e < power->exponent; e++) {
        factor *= power->prime;
        size_t left = count, right = before, out = count + before;
        count = out;
        while (right > 0) {
            const fg_wide multiple = scratch[right - 1] * factor;
            if (left > 0 && list[left - 1] > multiple) {
                list[--out] = list[--left];
            } else {
                list[--out] = multiple;
                right--;
            }
        }
    }
    return count;
}

static size_t fill_list(fg_wide *list, const struct power *powers, size_t count, fg_wide *scratch) {
    size_t length = 1;
    list[0] = 1;
    for (size_t i = 0; i < count; i++)
        if (powers[i].in_list)
            length = multiply_list(list, length, &powers[i], scratch);
    return length;
}

/* The runs' factors, in any order; each run begins with its factor, times 1. */
static size_t fill_runs(struct run *runs, const struct power *powers, size_t count) {
    size_t length = 1;
    runs[0] = (struct run){.head = 1, .factor = 1};
    for (size_t i = 0; i < count; i++) {
        const size_t before = length;
        fg_wide factor = 1;
        for (uint32_t e = 0; e < powers[i].exponent && !powers[i].in_list; e++) {
            factor *= powers[i].prime;
            for (size_t k = 0; k < before; k++) {
                const fg_wide product = runs[k].factor * factor;
                runs[length++] = (struct run){.head = product, .factor = product};
            }
        }
    }
    return length;
}

/* ---- The tree ---- */

/* Returns the winner of the tree's node, and fills the losers below it. */
static uint32_t play(struct fg_wide_divisors *walk, size_t node) {
    if (node >= walk->run_count)
        return (uint32_t)(node - walk->run_count);
    const uint32_t left = play(walk, 2 * node), right = play(walk, 2 * node + 1);
    const bool left_wins = walk->runs[left].head < walk->runs[right].head;
    walk->runs[node].loser = left_wins ? right : left;
    return left_wins ? left : right;
}

/* Takes the smallest head, and finds the next winner on the way up from its run. */
static fg_wide take_smallest(struct fg_wide_divisors *walk) {
    uint32_t winner = walk->runs[0].loser;
    struct run *const run = &walk->runs[winner];
    const fg_wide divisor = run->head;
    run->head =
        ++run->position < walk->list_count ? run->factor * walk->list[run->position] : ~(fg_wide)0;
    for (size_t node = (walk->run_count + winner) / 2; node > 0; node /= 2) {
        const uint32_t other = walk->runs[node].loser;
        if (walk->runs[other].head < walk->runs[winner].head) {
            walk->runs[node].loser = winner;
            winner = other;
        }
    }
    walk->runs[0].loser = winner;
    return divisor;
}

/* ---- A walk ---- */

static bool grow_numbers(fg_wide **numbers, size_t count) {
    fg_wide *const moved = realloc(*numbers, count * sizeof *moved);
    if (moved != NULL)
        *numbers = moved;
    return moved != NULL;
}

/* Reserves capacity for the two halves; returns false if there is no memory. */
static bool reserve(struct fg_wide_divisors *walk, size_t list_count, size_t run_count) {
    if (walk->list == NULL || walk->scratch == NULL || list_count > walk->list_capacity) {
        walk->list_capacity = 0;
        /* A prime at least doubles the list, so that half of it is enough for the list before. */
        if (!grow_numbers(&walk->list, list_count) ||
            !grow_numbers(&walk->scratch, list_count / 2 + 1))
            return false;
        walk->list_capacity = list_count;
    }
    if (walk->runs == NULL || run_count > walk->run_capacity) {
        struct run *const moved = realloc(walk->runs, run_count * sizeof *moved);
        if (moved == NULL)
            return false;
        walk->runs = moved;
        walk->run_capacity = run_count;
    }
    return true;
}

enum fg_status fg_wide_divisors_begin(struct fg_wide_divisors *walk,
                                      const struct fg_uint128 *primes, size_t prime_count,
                                      struct fg_error *error) {
    struct power powers[FG_WIDE_MAX_PRIMES];
    const size_t count = powers_of(primes, prime_count, powers);
    const size_t list_count = choose_list(powers, count);
    size_t run_count = 1;
    for (size_t i = 0; i < count; i++)
        run_count *= powers[i].in_list ? 1 : powers[i].exponent + UINT64_C(1);
    walk->left = 0;
    if (!reserve(walk, list_count, run_count))
        return fg_fail_memory(error,
                              2 * list_count * sizeof *walk->list + run_count * sizeof *walk->runs);
    walk->list_count = fill_list(walk->list, powers, count, walk->scratch);
    walk->run_count = fill_runs(walk->runs, powers, count);
    walk->runs[0].loser = play(walk, 1);
    walk->left = list_count * run_count;
    return FG_OK;
}

/* Returns whether the list can be the primes of a number below 2^128. */
static enum fg_status check_primes(const struct fg_uint128 *primes, size_t prime_count,
                                   struct fg_error *error) {
    fg_wide product = 1, before = 2;
    for (size_t i = 0; i < prime_count; i++) {
        const fg_wide prime = fg_wide_of_uint128(primes[i]);
        char text[FG_NUMBER_TEXT];
        if (prime < before)
            return fg_fail(
                error, FG_ERROR_ARGUMENT,
                "entry %zu of the list of primes, %s, is below 2 or below the one before", i,
                fg_number_text(primes[i], text));
        if (__builtin_mul_overflow(product, prime, &product))
            return fg_fail(error, FG_ERROR_ARGUMENT,
                           "the product of the %zu primes is 2^128 or more", prime_count);
        before = prime;
    }
    if (fg_wide_arithmetic_count(primes, prime_count) > FG_WIDE_MAX_DIVISORS)
        return fg_fail(error, FG_ERROR_ARGUMENT,
                       "the list has numbers that are not prime: with so many primes no number is "
                       "below 2^128");
    return FG_OK;
}

enum fg_status fg_wide_divisors_open(const struct fg_uint128 *primes, size_t prime_count,
                                     struct fg_wide_divisors **walk, struct fg_error *error) {
    FG_TRY(check_primes(primes, prime_count, error));
    struct fg_wide_divisors *const made = fg_wide_divisors_create(error);
    if (made == NULL)
        return FG_ERROR_MEMORY;
    const enum fg_status status = fg_wide_divisors_begin(made, primes, prime_count, error);
    if (status != FG_OK) {
        fg_wide_divisors_close(made);
        return status;
    }
    *walk = made;
    return FG_OK;
}

/* One run needs no tree: its products are the list. */
size_t fg_wide_divisors_next(struct fg_wide_divisors *walk, struct fg_uint128 *divisors,
                             size_t capacity) {
    const size_t count = walk->left < capacity ? walk->left : capacity;
    if (walk->run_count == 1) {
        const fg_wide *const next = walk->list + (walk->list_count - walk->left);
        for (size_t i = 0; i < count; i++)
            divisors[i] = fg_uint128_of_wide(next[i]);
    } else {
        for (size_t i = 0; i < count; i++)
            divisors[i] = fg_uint128_of_wide(take_smallest(walk));
    }
    walk->left -= count;
    return count;
}
