/* SPDX-License-Identifier: MIT */
/*
 * program_tables.h: the tables of ECM and P-1 for the form at hand, under one set of names.
 *
 * ecm.h, pm1.h and pairs.h are written once for forms of one word and of two. Their programs are in
 * ecm_tables.h; or in ecm_wide_tables.h and pm1_wide_tables.h; or, for forms that define
 * FG_ECM_BLOCKS, ecm_block_tables.h in place of the former. FG_TABLE_OF(ecm_steps) is
 * fg_ecm_steps, fg_wide_ecm_steps or fg_block_ecm_steps, and struct FG_PROGRAM_OF(ecm_program) the
 * type of a program. FG_WORDS is the words of the form's numbers. There is no include guard,
 * because a C++ file can have forms of several kinds: each inclusion chooses anew. Such a file
 * includes the headers of tables before its first namespace.
 */
#include "arith/residues.h" /* which defines FG_WORDS */

#undef FG_TABLE_OF
#undef FG_PROGRAM_OF
#undef FG_PM1_TABLE_OF
#undef FG_ECM_PAIRS
#undef FG_PM1_PAIRS
#undef FG_PAIR_ROW
#undef FG_ECM_SLOTS
#undef FG_PM1_SLOTS
#undef FG_POINT_DOUBLE

/* FG_ECM_SLOTS and FG_PM1_SLOTS: the most slots of stage 2 that a program has: babies, giants,
 * temporaries. FG_POINT_DOUBLE: the `difference` of a point step that doubles. FG_ECM_PAIRS and
 * FG_PM1_PAIRS: how many pairs each giant has, and which. FG_PAIR_ROW: the most of a giant that are
 * written out; 1 if the table has them so. */
#if defined(FG_WORDS) && FG_WORDS == 2
#include "algorithms/wide_programs.h"
#define FG_PROGRAM_OF(name) fg_wide_##name
#define FG_PM1_TABLE_OF(name) fg_wide_##name
#define FG_POINT_DOUBLE FG_WIDE_ECM_DOUBLE
#if defined(FG_ECM_BLOCKS)
#define FG_TABLE_OF(name) fg_block_##name
#else
#define FG_TABLE_OF(name) fg_wide_##name
#define FG_ECM_SLOTS FG_WIDE_ECM_SLOTS
#define FG_PM1_SLOTS FG_WIDE_PM1_SLOTS
#define FG_ECM_PAIRS fg_wide_ecm_pair_counts, fg_wide_ecm_pair_bits
#define FG_PM1_PAIRS fg_wide_pm1_pair_counts, fg_wide_pm1_pair_bits
#define FG_PAIR_ROW 240
#endif
#else
#include "algorithms/ecm_tables.h"
#define FG_TABLE_OF(name) fg_##name
#define FG_PROGRAM_OF(name) fg_##name
#define FG_PM1_TABLE_OF(name) fg_##name
#define FG_ECM_SLOTS 74
#define FG_PM1_SLOTS 112
#define FG_POINT_DOUBLE FG_ECM_DOUBLE
#define FG_ECM_PAIRS fg_pair_counts, fg_pair_slots
#define FG_PM1_PAIRS fg_pair_counts, fg_pair_slots
#define FG_PAIR_ROW 1
#endif
