/* SPDX-License-Identifier: MIT */
/*
 * program_tables.h: the tables of ECM and P-1 for the form at hand, under one set of names.
 *
 * ecm.h, pm1.h and pairs.h are written once for forms of one word and of two. Their programs are in
 * ecm_tables.h and ecm_wide_tables.h; FG_TABLE_OF(ecm_steps) is fg_ecm_steps or fg_wide_ecm_steps.
 * FG_WORDS is the words of the form's numbers. There is no include guard, because a C++ file can
 * have forms of both kinds: each inclusion chooses anew. Such a file includes both headers of
 * tables before its first namespace.
 */
#include "arith/residues.h" /* which defines FG_WORDS */

#undef FG_TABLE_OF
#undef FG_ECM_SLOTS
#undef FG_PM1_SLOTS
#undef FG_POINT_DOUBLE

/* FG_ECM_SLOTS and FG_PM1_SLOTS: the most slots of stage 2 that a program has: babies, giants,
 * temporaries. FG_POINT_DOUBLE: the `difference` of a point step that doubles. */
#if defined(FG_WORDS) && FG_WORDS == 2
#include "algorithms/ecm_wide_tables.h"
#define FG_TABLE_OF(name) fg_wide_##name
#define FG_ECM_SLOTS FG_WIDE_ECM_SLOTS
#define FG_PM1_SLOTS FG_WIDE_PM1_SLOTS
#define FG_POINT_DOUBLE FG_WIDE_ECM_DOUBLE
#else
#include "algorithms/ecm_tables.h"
#define FG_TABLE_OF(name) fg_##name
#define FG_ECM_SLOTS 74
#define FG_PM1_SLOTS 112
#define FG_POINT_DOUBLE FG_ECM_DOUBLE
#endif
