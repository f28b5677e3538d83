/* SPDX-License-Identifier: MIT */
/*
 * certificate_box.c: places in shared memory, which workers take by an atomic counter.
 */
#include "backends/certificate_box.h"

#include "backends/child.h"

/* 18 MiB, of which only what certificates reach takes memory. A batch of the program takes about
 * half a second, in which a worker proves about 5,000 primes of 128 bits. */
#define PLACES ((size_t)1 << 14)

struct place {
    atomic_bool is_full; /* written last */
    struct fg_certificate certificate;
};

struct fg_certificate_box {
    atomic_size_t taken; /* places, and those that were wanted beyond the last */
    struct place places[PLACES];
};

enum fg_status fg_certificate_box_create(const struct fg_method_setup *setup,
                                         struct fg_certificate_box **box, struct fg_error *error) {
    *box = NULL;
    if (setup->take_certificate == NULL)
        return FG_OK;
    *box = fg_child_share(sizeof **box, error);
    return *box != NULL ? FG_OK : FG_ERROR_MEMORY;
}

void fg_certificate_box_destroy(struct fg_certificate_box *box) {
    fg_child_unshare(box, sizeof *box);
}

/* Serves as the method's fg_certificate_consumer in a worker. */
static void put(void *context, const struct fg_certificate *certificate) {
    struct fg_certificate_box *const box = context;
    const size_t at = atomic_fetch_add(&box->taken, 1);
    if (at >= PLACES)
        return;
    box->places[at].certificate = *certificate;
    atomic_store(&box->places[at].is_full, true);
}

void fg_certificate_box_attach(struct fg_certificate_box *box, struct fg_method_setup *setup) {
    setup->take_certificate = box != NULL ? put : NULL;
    setup->certificate_context = box;
}

void fg_certificate_box_empty(struct fg_certificate_box *box, const struct fg_method_setup *setup) {
    if (box == NULL)
        return;
    const size_t wanted = atomic_load(&box->taken);
    const size_t count = wanted < PLACES ? wanted : PLACES;
    for (size_t i = 0; i < count; i++) {
        struct place *const place = &box->places[i];
        if (atomic_exchange(&place->is_full, false))
            setup->take_certificate(setup->certificate_context, &place->certificate);
    }
    atomic_store(&box->taken, 0);
}
