/*
 * lane_forms.h: the entries of the table of lanes (factor/lanes.h) and their two kinds of moduli,
 * as parameters of a test; and the one-lane forms that they are compared with.
 */
#ifndef FG_TESTS_LANE_FORMS_H
#define FG_TESTS_LANE_FORMS_H

#include "internals.h"

extern "C" {
#include "algorithms/one_lane.h"
#include "factor/lanes.h"
}

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

struct LaneForm {
    const fg_lanes *entry; /* NULL: one lane, by itself */
    bool roomy;

    std::string name() const {
        const std::string entry_name = entry != nullptr ? entry->name : "one_lane";
        return roomy ? entry_name + "_roomy" : entry_name;
    }
    bool runs_here() const { return entry == nullptr || entry->runs_here(); }
    /* Moduli are below 2^bits. */
    unsigned bits() const {
        if (!roomy)
            return 64;
        return entry != nullptr ? fg_bit_length64(entry->roomy_max) - 1 : 58;
    }
    unsigned primality_lanes() const { return entry != nullptr ? entry->primality_lanes : 1; }
    unsigned pm1_lanes() const { return entry != nullptr ? entry->pm1_lanes : 1; }
    unsigned ecm_lanes() const { return entry != nullptr ? entry->ecm_lanes : 1; }

    void pm1(const uint64_t *n, uint32_t program, uint64_t *found, uint64_t *early) const {
        if (entry != nullptr) {
            entry->pm1(n, program, roomy, found, early);
        } else if (roomy) {
            const fg_field_x1h6 field = fg_prepare_x1h6(n);
            fg_pm1_x1h6(&field, &fg_pm1_programs[program], found, early);
        } else {
            const fg_field_x1h0 field = fg_prepare_x1h0(n);
            fg_pm1_x1h0(&field, &fg_pm1_programs[program], found, early);
        }
    }
    void ecm(const uint64_t *n, uint32_t program, const uint32_t *curves, uint64_t *found,
             uint64_t *early) const {
        if (entry != nullptr) {
            entry->ecm(n, program, roomy, curves, found, early);
        } else if (roomy) {
            const fg_field_x1h6 field = fg_prepare_x1h6(n);
            fg_ecm_curve_x1h6(&field, &fg_ecm_programs[program], curves, found, early);
        } else {
            const fg_field_x1h0 field = fg_prepare_x1h0(n);
            fg_ecm_curve_x1h0(&field, &fg_ecm_programs[program], curves, found, early);
        }
    }
};

inline void PrintTo(const LaneForm &form, std::ostream *out) {
    *out << form.name();
}

inline std::vector<LaneForm> table_lane_forms() {
    std::vector<LaneForm> forms;
    for (unsigned i = 0; i < fg_lanes_count; i++)
        for (const bool roomy : {false, true})
            forms.push_back({fg_lanes_all[i], roomy});
    return forms;
}

inline std::vector<LaneForm> all_lane_forms() {
    std::vector<LaneForm> forms = table_lane_forms();
    forms.push_back({nullptr, false});
    forms.push_back({nullptr, true});
    return forms;
}

/* A test for each form; those of an instruction set that this CPU lacks are skipped. */
class LaneFormTest : public testing::TestWithParam<LaneForm> {
  protected:
    void SetUp() override {
        if (!GetParam().runs_here())
            GTEST_SKIP() << GetParam().entry->name << " does not run here";
    }
};

inline std::string lane_form_name(const testing::TestParamInfo<LaneForm> &form) {
    return form.param.name();
}

#endif
