/* SPDX-License-Identifier: MIT */
/*
 * compare_power_json.h: energy and the GPU's state as JSON. Unknown values are null.
 */
#ifndef FG_COMPARE_POWER_JSON_H
#define FG_COMPARE_POWER_JSON_H

#include "compare/compare_report.h"
#include "measure/json_object.h"

struct fg_json_object fg_compare_energy_json(const struct fg_compare_energy *energy);
struct fg_json_object fg_compare_gpu_json(const struct fg_gpu_course *course);

#endif
