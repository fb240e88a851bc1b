/* sweep_parts.h -- what groups and curves add to replay.json, and how numbers of a simulation are written.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SWEEP_PARTS_H
#define TR_SWEEP_PARTS_H
#include "curves.h"
#include "groups.h"

#include <jansson.h>
#include <stdio.h>

/* Of one arm at one load; new references.
 * Groups: {"waste_type": [{"name", "few", "thin_replications", "figures": {NAME: [n, mean, low, high]}, "less_oldest" or "less_first_fleet": the same}]}.
 * Groups without a pile are left out, and groupings without a group. */
json_t *tr_groups_json(const tr_sweep *sweep, int32_t load, int32_t arm);
/* {"waiting": {"day", "mean", "t95_low", "t95_high"}, "queue": {"date", ...}}, arrays as long as each other. */
json_t *tr_curves_json(const tr_sweep *sweep, int32_t load, int32_t arm);
json_t *tr_little_json(tr_little little);

json_t *tr_number_json(double x);       /* to ten digits; null where it is not finite */
void tr_number_csv(FILE *out, double x); /* a comma and the number; nothing after the comma where it is not finite */
void tr_text_csv(FILE *out, const char *text); /* a comma and the text, quoted where it has to be */
void tr_arm_csv(FILE *out, const tr_sweep *sweep, int32_t load, int32_t arm, tr_arena *arena); /* load,rule,fleet */
const char *tr_load_name(const tr_sweep_load *load, tr_arena *arena); /* "saturated", "record", "95%" */

/* Text that grows: open_memstream as an arena's string. */
typedef struct {
    char *text;
    size_t length;
    FILE *out;
} tr_pad;
void tr_pad_open(tr_pad *pad);
const char *tr_pad_close(tr_pad *pad, tr_arena *arena);

#endif
