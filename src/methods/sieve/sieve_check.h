/* SPDX-License-Identifier: MIT */
/*
 * sieve_check.h: a sample of the sieve's answers, compared with those of the method factor.
 *
 * Every list of primes that the sieve gives multiplies to its number. That each entry is prime
 * rests on the sieve missing no prime. One number in some thousands is therefore factored by the
 * other method, which shares no code with the sieve: a wrong list of primes or a bucket that was
 * lost shows up within a few segments.
 */
#ifndef FG_METHODS_SIEVE_SIEVE_CHECK_H
#define FG_METHODS_SIEVE_SIEVE_CHECK_H

#include "methods/contract/method_engine.h"

/* One number of so many is checked: 8 in a segment, which are factored side by side. */
#define FG_CHECKED_NUMBERS 8192
/* One number of so many is checked if they only go into totals, which take less time. */
#define FG_CHECKED_TOTALS 65536
/* Max numbers that are factored side by side. */
#define FG_CHECK_CAPACITY 32

/* A checker, zero-initialised but `cancelled`, of lists, of columns or of totals. One thread at a
 * time. */
struct fg_sieve_check {
    const atomic_bool *cancelled;
    void *factor;    /* the other method's state; NULL before the first check */
    uint64_t passed; /* numbers since the last interval began */
    uint64_t chosen; /* the place of the interval's sample */
    uint64_t random;
    uint64_t first, last; /* for totals: `found` has the primes of the sample in first .. last */
    size_t begin, end;    /* for totals: the part of `numbers` that is in the segment */
    size_t count;         /* numbers that wait; for totals: numbers in `found` */
    uint64_t numbers[FG_CHECK_CAPACITY];
    size_t places[FG_CHECK_CAPACITY]; /* of the entries of columns */
    struct fg_results claimed;        /* their primes by the sieve */
    struct fg_results found;          /* and by the other method */
};

/*
 * Takes note of the answers from `from` on, primes of first, first + 1, .. , and keeps the sampled
 * ones for fg_sieve_check_lists(). FG_ERROR_MEMORY, and the errors of that function.
 */
enum fg_status fg_sieve_check_note(struct fg_sieve_check *check, uint64_t first,
                                   const struct fg_results *results, size_t from,
                                   struct fg_error *error);
/* Compares the lists that wait. FG_ERROR_SELF_CHECK, with the number named, if one is wrong;
 * FG_ERROR_MEMORY, FG_ERROR_CANCELLED. */
enum fg_status fg_sieve_check_lists(struct fg_sieve_check *check, struct fg_error *error);

/* Compares sampled entries of at .. at + count - 1 of the requests, the columns of first, first +
 * 1,
 * .., with columns from the other method's primes. The same errors. */
enum fg_status fg_sieve_check_columns(struct fg_sieve_check *check, uint64_t first, size_t count,
                                      const struct fg_column_request *requests,
                                      size_t request_count, size_t at, struct fg_error *error);

/*
 * Makes the checker ready for the totals of the segment first .. first + count - 1, 1 <= count <=
 * 2^20, of which and of what follows a range has `left` >= count numbers: it factors
 * the sample of some segments ahead. Which numbers are in the sample does not depend on the range,
 * so that parts of a range in any order have the sample of the whole. FG_ERROR_MEMORY,
 * FG_ERROR_CANCELLED.
 */
enum fg_status fg_sieve_check_prepare(struct fg_sieve_check *check, uint64_t first, uint64_t count,
                                      uint64_t left, struct fg_error *error);
/* Compares the entries that are in the sample of request->values[0 .. count), a column of numbers
 * first .. first + count - 1 of the segment. FG_ERROR_SELF_CHECK, with the number named. */
enum fg_status fg_sieve_check_block(const struct fg_sieve_check *check, uint64_t first,
                                    uint64_t count, const struct fg_column_request *request,
                                    struct fg_error *error);

/* Compares entries 0 .. count - 1 of the requests, the columns of such a sample of numbers, 1 <=
 * count <= FG_CHECK_CAPACITY, none of them 0. The errors of fg_sieve_check_columns(). */
enum fg_status fg_sieve_check_sample(struct fg_sieve_check *check, const uint64_t *numbers,
                                     size_t count, const struct fg_column_request *requests,
                                     size_t request_count, struct fg_error *error);

/* Forgets the numbers that wait to be compared, because their answers are not given. */
void fg_sieve_check_forget(struct fg_sieve_check *check);

void fg_sieve_check_close(struct fg_sieve_check *check);

#endif
