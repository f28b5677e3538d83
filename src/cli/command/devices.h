/* SPDX-License-Identifier: MIT */
/*
 * devices.h: the CUDA devices: which ones a run uses, and the list of --list-devices.
 */
#ifndef FG_CLI_DEVICES_H
#define FG_CLI_DEVICES_H

#include "cli/command/options.h"

/*
 * Sets config->devices and its count to what --device asked for, in `devices`. "all" is found out
 * in a child process: this one may have to fork workers later, and must not have touched CUDA then.
 * Where "all" is none, the library's choice is left in place, and its opening says why.
 * FG_ERROR_SYSTEM if "all" could not be found out.
 */
enum fg_status fg_devices_choose(const struct fg_options *options,
                                 int devices[FG_OPTIONS_MAX_DEVICES], struct fg_config *config,
                                 struct fg_error *error);

/* Writes the list, as text or with a JSON object on each line; returns the exit status. Initialises
 * CUDA. */
int fg_devices_print(bool as_json, FILE *out, FILE *err);

#endif
