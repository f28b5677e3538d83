/*
 * residues_fma_forms.c: every form of factor/residues_fma.h on arrays. Compiled with the options of
 * lanes_avx2.c; only residues_fma_runs_here() may be called before it has said yes.
 */
#include "residues_fma_forms.h"

#include "methods/factor/lanes.h"

/* Each form's headers in the order in which they stand on each other. */

#define FG_MODULUS_BITS 48
#define FG_CHAINS 4
#include "methods/factor/residues_fma.h"

#include "residues_fma_face.h"

#include "methods/factor/residues_fma_end.h"

#define FG_MODULUS_BITS 48
#define FG_CHAINS 8
#include "methods/factor/residues_fma.h"

#include "residues_fma_face.h"

#include "methods/factor/residues_fma_end.h"

#define FG_MODULUS_BITS 51
#define FG_CHAINS 4
#include "methods/factor/residues_fma.h"

#include "residues_fma_face.h"

#include "methods/factor/residues_fma_end.h"

#define FG_MODULUS_BITS 51
#define FG_CHAINS 8
#include "methods/factor/residues_fma.h"

#include "residues_fma_face.h"

#include "methods/factor/residues_fma_end.h"

#define FACE(form)                                                                                 \
    {                                                                                              \
        .name = #form, .bits = fg_modulus_bits_##form, .range = fg_range_##form,                   \
        .lanes = fg_lanes_##form, .load_and_store = fg_load_and_store_face_##form,                 \
        .one = fg_one_face_##form, .mul = fg_mul_face_##form, .sqr = fg_sqr_face_##form,           \
        .add = fg_add_face_##form, .sub = fg_sub_face_##form, .sub_sum = fg_sub_sum_face_##form,   \
        .tighten = fg_tighten_face_##form, .store_for_gcd = fg_store_for_gcd_face_##form,          \
        .is_zero = fg_is_zero_face_##form, .choose_bit = fg_choose_bit_face_##form,                \
        .where_bit = fg_where_bit_face_##form,                                                     \
    }

const struct residues_fma_form residues_fma_forms[4] = {
    FACE(fma48x4),
    FACE(fma48x8),
    FACE(fma51x4),
    FACE(fma51x8),
};

bool residues_fma_runs_here(void) {
    return fg_lanes_avx2.runs_here();
}
