/*
 * lane_steps.h: the functions of a struct fg_lane_form over a form of the abstract word, for the
 * files that fill the table of lanes. `form` is the form's suffix: x4h6.
 */
#define FG_PRIMALITY_STEPS(form)                                                                   \
    static uint32_t strong_base2_##form(const uint64_t *n) {                                       \
        const struct fg_field_##form field = fg_prepare_##form(n);                                 \
        return fg_strong_base2_##form(&field);                                                     \
    }                                                                                              \
    static uint32_t lucas_##form(const uint64_t *n, const uint32_t *parameters) {                  \
        const struct fg_field_##form field = fg_prepare_##form(n);                                 \
        return fg_lucas_##form(&field, parameters);                                                \
    }

#define FG_PM1_STEP(form)                                                                          \
    static void pm1_##form(const uint64_t *n, uint32_t program, uint64_t *found,                   \
                           uint64_t *early) {                                                      \
        const struct fg_field_##form field = fg_prepare_##form(n);                                 \
        fg_pm1_##form(&field, &fg_pm1_programs[program], found, early);                            \
    }

#define FG_ECM_STEP(form)                                                                          \
    static void ecm_##form(const uint64_t *n, uint32_t program, const uint32_t *curves,            \
                           uint64_t *found, uint64_t *early) {                                     \
        const struct fg_field_##form field = fg_prepare_##form(n);                                 \
        fg_ecm_curve_##form(&field, &fg_ecm_programs[program], curves, found, early);              \
    }
