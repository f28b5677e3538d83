/* SPDX-License-Identifier: MIT */
/*
 * factor_peers.c: the peers of a build, opened and closed.
 */
#include "factor_peers.h"

/* Returns the peer, opened; NULL after a note if a build has no such peer. */
static const struct fg_bench_peer *open_peer(struct fg_bench *bench,
                                             const struct fg_bench_peer *peer, const char *name,
                                             const char *package) {
    if (peer != NULL && (peer->open == NULL || peer->open()))
        return peer;
    fg_bench_note(bench, "%s is left out: this build does not have it (Debian package %s)", name,
                  package);
    return NULL;
}

struct fg_bench_peers fg_bench_peers_open(struct fg_bench *bench, bool wide) {
    const struct fg_bench_peer *pari = NULL, *flint = NULL, *ecm = NULL;
#ifdef FG_BENCH_HAVE_PARI
    pari = &fg_bench_pari;
#endif
#ifdef FG_BENCH_HAVE_FLINT
    flint = &fg_bench_flint;
#endif
#ifdef FG_BENCH_HAVE_ECM
    ecm = &fg_bench_ecm;
#endif
    return (struct fg_bench_peers){
        .pari = open_peer(bench, pari, "PARI", "libpari-dev"),
        .flint = open_peer(bench, flint, "FLINT", "libflint-dev"),
        .ecm = wide ? open_peer(bench, ecm, "GMP-ECM", "libecm-dev") : NULL,
    };
}

void fg_bench_peers_close(const struct fg_bench_peers *peers) {
    if (peers->pari != NULL)
        peers->pari->close();
}
