/* SPDX-License-Identifier: MIT */
/*
 * environment_json.h: program, machine and GPUs in the form that all JSON files of measurements
 * use.
 */
#ifndef FG_MEASURE_ENVIRONMENT_JSON_H
#define FG_MEASURE_ENVIRONMENT_JSON_H

#include "measure/environment.h"
#include "measure/json_object.h"

struct fg_json_object fg_build_json(const struct fg_build_info *build);
struct fg_json_object fg_device_json(const struct fg_device *device);
struct fg_json_object fg_environment_json(const struct fg_environment *environment);

#endif
