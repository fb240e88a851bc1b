/* sweep_parts.h -- what groups, curves and places add to replay.json, and how numbers of a simulation are written.
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
/* Squares, null without any; and of one arm arrays as long as there are squares, row by row from the north-west: {"piles", "mean_days", "t95_low",
 * "t95_high", "difference": {"days", "t95_low", "t95_high"}}; the last three empty where the arm is compared with none. */
json_t *tr_squares_json(const tr_squares *squares);
json_t *tr_places_json(const tr_sweep *sweep, int32_t load, int32_t arm);

json_t *tr_number_json(double x);       /* to ten digits; null where it is not finite */
void tr_number_csv(FILE *out, double x); /* a comma and the number; nothing after the comma where it is not finite */
void tr_text_csv(FILE *out, const char *text); /* a comma and the text, quoted where it has to be */
void tr_arm_csv(FILE *out, const tr_sweep *sweep, int32_t load, int32_t arm, tr_arena *arena); /* load,rule,fleet */
const char *tr_load_name(const tr_sweep_load *load, tr_arena *arena); /* "saturated", "record", "95%" */

/* Beyond what the control can clear there is no mean to speak of: it grows with the days simulated. */
bool tr_load_has_times(const tr_sweep_load *load);
bool tr_figure_is_time(tr_figure figure);

int32_t tr_sweep_horizon(const tr_sweep *sweep); /* days: of the restricted means by either clock */
int32_t tr_sweep_working_horizon(const tr_sweep *sweep);
/* Runs whose list was too short on some morning: saturated ones then say less than they seem to. */
int32_t tr_sweep_ran_out(const tr_sweep *sweep, int32_t load);

/* Text that grows: open_memstream as an arena's string. */
typedef struct {
    char *text;
    size_t length;
    FILE *out;
} tr_pad;
void tr_pad_open(tr_pad *pad);
const char *tr_pad_close(tr_pad *pad, tr_arena *arena);

#endif
