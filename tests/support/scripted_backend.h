/* SPDX-License-Identifier: MIT */
/*
 * scripted_backend.h: a registry with one backend, "threads", that does as the test says and
 * remembers what the engine asked of it. Linked in place of the library's own registry.
 */
#ifndef FG_TESTS_SCRIPTED_BACKEND_H
#define FG_TESTS_SCRIPTED_BACKEND_H

#include "factor_gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SCRIPTED_CALLS 4096

/* The script of the backend, and in `calls` the calls that it got; all zero answers nothing. */
struct scripted_backend {
    size_t room;        /* values that one call delivers at most; the first answer in any case */
    bool room_for_none; /* the first answer neither, if it is larger */
    bool one_too_many;  /* answers more numbers than it was given */
    bool wrong;         /* the last value of each answer is wrong */

    enum fg_answer answer; /* what the engine asked for when it opened */
    size_t call_count;
    size_t call_numbers[SCRIPTED_CALLS]; /* how many numbers each call was given */
};
extern struct scripted_backend scripted_backend;

/* The room that the backend claims. */
#define SCRIPTED_CHUNK_VALUES (UINT64_C(1) << 20)

#ifdef __cplusplus
}
#endif

#endif
