/* SPDX-License-Identifier: MIT */
/*
 * certifying.c: the certifier of a run, the reasons to stop it, and its first failure.
 */
#include "cli/run/certifying.h"

#include "cli/output/certifier.h"
#include "cli/run/interrupt.h"
#include "text/failure.h"

/* Serves as the certifier's fg_stop. */
static bool stops_proofs(void *context) {
    struct fg_certifying *const certifying = context;
    return fg_interrupt_is_grace_over() || atomic_load(certifying->stop) ||
           atomic_load(&certifying->failed);
}

enum fg_status fg_certifying_open(struct fg_certifying *certifying, const char *path,
                                  const atomic_bool *stop, struct fg_config *config,
                                  struct fg_error *error) {
    if (path == NULL)
        return FG_OK;
    certifying->stop = stop;
    FG_TRY(fg_certifier_open(&certifying->certifier, path, stops_proofs, certifying, error));
    config->take_certificate = fg_certifier_note;
    config->certificate_context = certifying->certifier;
    return FG_OK;
}

bool fg_certifying_take(struct fg_certifying *certifying, const struct fg_results *results) {
    struct fg_error error;
    if (certifying->certifier == NULL ||
        fg_certifier_take(certifying->certifier, results, &error) == FG_OK)
        return true;
    if (!atomic_exchange(&certifying->failed, true))
        certifying->error = error;
    return false;
}

enum fg_status fg_certifying_flush(struct fg_certifying *certifying, struct fg_error *error) {
    return certifying->certifier == NULL ? FG_OK : fg_certifier_flush(certifying->certifier, error);
}

void fg_certifying_close(struct fg_certifying *certifying) {
    fg_certifier_close(certifying->certifier);
}
