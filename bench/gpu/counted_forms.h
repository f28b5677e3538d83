/* SPDX-License-Identifier: MIT */
/*
 * counted_forms.h: the steps of the wavefront on the host, in the forms of the device, with
 * products that count themselves.
 */
#ifndef FG_BENCH_COUNTED_FORMS_H
#define FG_BENCH_COUNTED_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fg_counted_form {
    uint64_t (*products)(void); /* Montgomery products since the program's start */
    void (*pm1)(uint64_t n, uint32_t program, uint64_t *found, uint64_t *early);
    void (*curve)(uint64_t n, uint32_t program, uint32_t curve, uint64_t *found, uint64_t *early);
    /* The two tests of a proof; NULL in the form that proofs do not use. */
    bool (*strong_base2)(uint64_t n), (*lucas)(uint64_t n);
};

extern const struct fg_counted_form fg_counted_full, fg_counted_lazy;

#endif
