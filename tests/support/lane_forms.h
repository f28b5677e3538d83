/* SPDX-License-Identifier: MIT */
/*
 * lane_forms.h: the forms in the table of lanes (factor/lanes.h), as parameters of a test; and the
 * one-lane forms that they are compared with.
 */
#ifndef FG_TESTS_LANE_FORMS_H
#define FG_TESTS_LANE_FORMS_H

#include "internals.h"

#include "algorithms/one_lane_double.h"

extern "C" {
#include "methods/factor/lanes.h"
}

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

/* The forms of one lane. */
enum class OneLane { full, lazy, in_doubles };

struct LaneForm {
    const fg_lanes *entry;     /* NULL: one lane, by itself */
    const fg_lane_form *steps; /* one of the entry's, or that for few numbers */
    OneLane one_lane;          /* if there is no entry */
    unsigned few_most = 0;     /* not 0: the form for so many numbers at most */

    std::string name() const {
        return std::string(entry != nullptr ? entry->name : "one_lane") + "_" +
               std::to_string(bits()) + (few_most > 0 ? "_up_to_" + std::to_string(few_most) : "");
    }
    bool runs_here() const { return entry == nullptr || entry->runs_here(); }
    /* Moduli are below 2^bits. */
    unsigned bits() const {
        if (entry == nullptr)
            return one_lane == OneLane::full ? 64 : one_lane == OneLane::lazy ? 58 : 49;
        return fg_bit_length64(steps->most);
    }
    unsigned primality_lanes() const { return entry != nullptr ? steps->primality->lanes : 1; }
    bool has_pm1() const { return entry == nullptr || steps->pm1 != nullptr; }
    /* 0 without P-1, which then finds nothing in no lane. */
    unsigned pm1_lanes() const {
        return entry == nullptr ? 1 : steps->pm1 != nullptr ? steps->pm1->lanes : 0;
    }
    unsigned ecm_lanes() const { return entry != nullptr ? steps->ecm->lanes : 1; }

    void pm1(const uint64_t *n, uint32_t program, uint64_t *found, uint64_t *early) const {
        if (!has_pm1())
            return;
        if (entry != nullptr) {
            alignas(FG_LANE_SPACE_ALIGNMENT) unsigned char space[FG_LANE_SPACE_BYTES];
            steps->pm1->pm1(n, program, space, found, early);
        } else if (one_lane == OneLane::lazy) {
            const fg_lazy::fg_field field = fg_lazy::fg_prepare(n);
            fg_lazy::fg_pm1_run(&field, &fg_pm1_programs[program], found, early);
        } else if (one_lane == OneLane::in_doubles) {
            const fg_double::fg_field field = fg_double::fg_prepare(n);
            fg_double::fg_pm1_run(&field, &fg_pm1_programs[program], found, early);
        } else {
            const fg_full::fg_field field = fg_full::fg_prepare(n);
            fg_full::fg_pm1_run(&field, &fg_pm1_programs[program], found, early);
        }
    }
    void ecm(const uint64_t *n, uint32_t program, const uint32_t *curves, uint64_t *found,
             uint64_t *early) const {
        if (entry != nullptr) {
            alignas(FG_LANE_SPACE_ALIGNMENT) unsigned char space[FG_LANE_SPACE_BYTES];
            steps->ecm->ecm(n, program, curves, space, found, early);
        } else if (one_lane == OneLane::lazy) {
            const fg_lazy::fg_field field = fg_lazy::fg_prepare(n);
            fg_lazy::fg_ecm_run(&field, &fg_ecm_programs[program], curves, found, early);
        } else if (one_lane == OneLane::in_doubles) {
            const fg_double::fg_field field = fg_double::fg_prepare(n);
            fg_double::fg_ecm_run(&field, &fg_ecm_programs[program], curves, found, early);
        } else {
            const fg_full::fg_field field = fg_full::fg_prepare(n);
            fg_full::fg_ecm_run(&field, &fg_ecm_programs[program], curves, found, early);
        }
    }
};

inline void PrintTo(const LaneForm &form, std::ostream *out) {
    *out << form.name();
}

/* Appends a form, unless it is there already. */
inline void add_lane_form(std::vector<LaneForm> &forms, const LaneForm &added) {
    if (std::none_of(forms.begin(), forms.end(),
                     [&](const LaneForm &form) { return form.steps == added.steps; }))
        forms.push_back(added);
}

/* From the last entry, which runs anywhere, so that a form that others have too is that one's. */
inline std::vector<LaneForm> table_lane_forms() {
    std::vector<LaneForm> forms;
    for (unsigned i = fg_lanes_count; i-- > 0;)
        for (unsigned k = 0; k < fg_lanes_all[i]->form_count; k++) {
            const fg_lane_form *steps = fg_lanes_all[i]->forms[k];
            add_lane_form(forms, {fg_lanes_all[i], steps, OneLane::full});
            for (; steps->few != nullptr; steps = steps->few)
                add_lane_form(forms, {fg_lanes_all[i], steps->few, OneLane::full, steps->few_most});
        }
    return forms;
}

inline std::vector<LaneForm> all_lane_forms() {
    std::vector<LaneForm> forms = table_lane_forms();
    for (const OneLane one_lane : {OneLane::full, OneLane::lazy, OneLane::in_doubles})
        forms.push_back({nullptr, nullptr, one_lane});
    return forms;
}

/* Those that offer P-1. */
inline std::vector<LaneForm> with_pm1(std::vector<LaneForm> forms) {
    forms.erase(std::remove_if(forms.begin(), forms.end(),
                               [](const LaneForm &form) { return !form.has_pm1(); }),
                forms.end());
    return forms;
}

/* Those for any count of numbers: the forms for few share the others' gcd. */
inline std::vector<LaneForm> for_many(std::vector<LaneForm> forms) {
    forms.erase(std::remove_if(forms.begin(), forms.end(),
                               [](const LaneForm &form) { return form.few_most > 0; }),
                forms.end());
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
