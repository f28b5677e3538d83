/*
 * residues_ifma_forms.c: every form of factor/residues_ifma.h on arrays. Compiled with the options
 * of lanes_ifma.c; only residues_ifma_runs_here() may be called before it has said yes.
 */
#include "residues_ifma_forms.h"

#include "methods/factor/lanes.h"

/* Each form's headers in the order in which they stand on each other. */

#define FG_MODULUS_BITS 48
#define FG_CHAINS 3
#include "methods/factor/residues_ifma.h"

#include "residues_ifma_face.h"

#include "methods/factor/residues_ifma_end.h"

#define FG_MODULUS_BITS 48
#define FG_CHAINS 4
#include "methods/factor/residues_ifma.h"

#include "residues_ifma_face.h"

#include "methods/factor/residues_ifma_end.h"

#define FG_MODULUS_BITS 50
#define FG_CHAINS 3
#include "methods/factor/residues_ifma.h"

#include "residues_ifma_face.h"

#include "methods/factor/residues_ifma_end.h"

#define FG_MODULUS_BITS 50
#define FG_CHAINS 4
#include "methods/factor/residues_ifma.h"

#include "residues_ifma_face.h"

#include "methods/factor/residues_ifma_end.h"

#define FG_MODULUS_BITS 64
#define FG_CHAINS 2
#include "methods/factor/residues_ifma.h"

#include "residues_ifma_face.h"

#include "methods/factor/residues_ifma_end.h"

#define FG_MODULUS_BITS 64
#define FG_CHAINS 4
#include "methods/factor/residues_ifma.h"

#include "residues_ifma_face.h"

#include "methods/factor/residues_ifma_end.h"

#define FACE(form)                                                                                 \
    {                                                                                              \
        .name = #form, .bits = fg_modulus_bits_##form, .limbs = fg_limbs_##form,                   \
        .lanes = fg_lanes_##form, .load_and_store = fg_load_and_store_face_##form,                 \
        .inverse = fg_inverse_face_##form, .one = fg_one_face_##form, .mul = fg_mul_face_##form,   \
        .sqr = fg_sqr_face_##form, .add = fg_add_face_##form, .sub = fg_sub_face_##form,           \
        .sub_sum = fg_sub_sum_face_##form, .tighten = fg_tighten_face_##form,                      \
        .by_unit = fg_by_unit_face_##form, .store_for_gcd = fg_store_for_gcd_face_##form,          \
        .is_zero = fg_is_zero_face_##form, .choose_bit = fg_choose_bit_face_##form,                \
        .where_bit = fg_where_bit_face_##form,                                                     \
    }

const struct residues_ifma_form residues_ifma_forms[6] = {
    FACE(ifma48x3), FACE(ifma48x4), FACE(ifma50x3), FACE(ifma50x4), FACE(ifma64x2), FACE(ifma64x4),
};

bool residues_ifma_runs_here(void) {
    return fg_lanes_ifma.runs_here();
}
