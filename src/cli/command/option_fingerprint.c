/* SPDX-License-Identifier: MIT */
/*
 * option_fingerprint.c: an option that shapes numbers or text has its word here.
 */
#include "cli/command/option_fingerprint.h"

#include "cli/command/only_option.h"
#include "cli/command/option_table.h"

#include <string.h>

/* Returns the name of an option's choice. */
static const char *choice_name(const char *option, unsigned choice) {
    size_t i = 0;
    while (strcmp(fg_option_entries[i].name, option) != 0)
        i++;
    return fg_option_entries[i].choice(choice);
}

void fg_option_fingerprint(const struct fg_options *options, char text[FG_CHECKPOINT_OPTIONS]) {
    size_t used = (size_t)snprintf(text, FG_CHECKPOINT_OPTIONS, "show=");
    for (size_t i = 0; i < options->columns.count; i++)
        used += (size_t)snprintf(text + used, FG_CHECKPOINT_OPTIONS - used, "%s%s",
                                 i > 0 ? "," : "", options->columns.list[i].name);
    used +=
        (size_t)snprintf(text + used, FG_CHECKPOINT_OPTIONS - used,
                         " exponents=%s format=%s strict=%s", options->exponents ? "yes" : "no",
                         choice_name("format", options->format), options->strict ? "yes" : "no");
    if (options->format == FG_WRITER_JSONL)
        used += (size_t)snprintf(text + used, FG_CHECKPOINT_OPTIONS - used, " json-integers=%s",
                                 choice_name("json-integers", options->json_integers));
    if (options->total)
        used += (size_t)snprintf(text + used, FG_CHECKPOINT_OPTIONS - used,
                                 " total=yes total-every=%ju", (uintmax_t)options->total_every);
    if ((options->smooth_bound.low | options->smooth_bound.high) != 0) {
        char only[FG_ONLY_TEXT];
        used += (size_t)snprintf(text + used, FG_CHECKPOINT_OPTIONS - used, " only=%s",
                                 fg_only_text(options->smooth_bound, only));
    }
    if (options->shard.count > 0)
        snprintf(text + used, FG_CHECKPOINT_OPTIONS - used, " shard=%u/%u", options->shard.index,
                 options->shard.count);
}
