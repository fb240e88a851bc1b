/* as_recorded.h -- the report files of a simulation read as a history: traps in them, where the feed stops or jumps, and how long
 * cases took by the record, to stand beside the simulation as context.
 *
 * A simulation uses arrivals only.  What the record says of ends is other crews' work under other rules: it is described, and never
 * compared with a rule.  What cannot be read so is no fault of the run, and is told.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_AS_RECORDED_H
#define TR_AS_RECORDED_H
#include "describe.h"
#include "months.h"
#include "record.h"
#include "settings.h"

#include <jansson.h>

typedef struct {
    int32_t n_rows, n_cases;      /* of all files: rows; and reports in the box of the settings, whatever their dates and ends */
    int32_t traps[TR_N_TRAPS];    /* of all rows */
    int32_t first_day, last_day;  /* of the reports that the simulation uses */
    tr_months months;             /* of those reports: also before and after the days used */
    bool has_ends;                /* some file has a column that tells when cases ended */
    bool has_times;               /* some case of the days used was cleared */
    tr_group times;               /* of the cases of the days used; without intervals */
    const char *why_none;         /* in words, a sentence: why there are no times; NULL with has_times */
} tr_as_recorded;

/* Read with the mapping and the clock of the simulation.  first_day, last_day: of the reports used; horizon: days, of the restricted
 * mean.  Everything is in the arena. */
tr_as_recorded *tr_as_recorded_read(const char *const *files, int32_t n_files, const char *mapping, const char *zone,
                                    const tr_replay_settings *settings, int32_t first_day, int32_t last_day, double horizon, tr_arena *arena);

/* Whether there is some of that trap to tell of: where no column tells of ends, that all are open is no news. */
bool tr_as_recorded_tells(const tr_as_recorded *recorded, tr_trap trap);

/* Whether a finding of the months touches the days used. */
bool tr_as_recorded_touches(const tr_as_recorded *recorded, const tr_feed_finding *finding);

const char *tr_as_recorded_table(const tr_as_recorded *recorded, tr_arena *arena); /* for people */
json_t *tr_as_recorded_json(const tr_as_recorded *recorded);                       /* a new reference */

#endif
