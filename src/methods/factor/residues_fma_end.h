/*
 * residues_fma_end.h: ends a form that residues_fma.h began, so that another can begin.
 */
#undef FG_WORD
#undef FG_BITS
#undef FG_FIELD
#undef FG_EACH_CHAIN
#undef FG_FORM
#undef FG_FORM_PASTE
#undef FG_FORM_GLUE
#undef FG_LANES
#undef FG_CHAINS
#undef FG_FACTORS_RANGE
#undef FG_MODULUS_BITS
