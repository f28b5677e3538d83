/*
 * residues_end.h: ends a form that arith/residues.h began, so that another can begin.
 */
#undef FG_WORD
#undef FG_BITS
#undef FG_FIELD
#undef FG_EACH_LANE
#undef FG_FORM
#undef FG_FORM_PASTE
#undef FG_FORM_GLUE
#undef FG_LANES
#undef FG_HEADROOM
