/* settings.h -- what a simulation is asked: how often, how long, under which rules and loads, and what is drawn.
 *
 * One JSON file (docs/history.md, "Settings") holds it, so that it can be committed before the first run.  Nothing in it
 * depends on the machine.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SETTINGS_H
#define TR_SETTINGS_H
#include "diag.h"
#include "dispatch.h"
#include "json.h"
#include "morning.h"
#include "workdays.h"

enum { TR_MOST_LOADS = 32 };

typedef struct {
    uint64_t seed;
    int32_t replications;     /* arrival streams, each through every rule */
    int32_t days, warm_up_days; /* working days measured; worked before that */
    int32_t backlog_days;     /* calendar days of arrivals that wait when the first crew goes out */
    int32_t block_days;       /* of the record, drawn whole; a multiple of 7 */
    int32_t start_day;        /* first working day or the day before it; -1 = the record's first */
    int32_t from_day, to_day; /* of the record, both included; -1 = all of it */
    bool boxed;
    double west, south, east, north; /* degrees; reports outside are not used */
    double most_snap_m;       /* reports farther from a road are not used */
    tr_workdays workdays;     /* on which crews go out: Monday to Friday but for the holidays of England and Wales, or the file's */
    int32_t n_rules;
    tr_dispatch_rule rules[TR_N_DISPATCH];
    int32_t n_loads;          /* 0: the record's own rate */
    int32_t loads[TR_MOST_LOADS]; /* per cent of the control's saturated throughput */
    double service_factor;    /* all service times, planned and real, times this */
    double service_sigma;     /* of the logarithm of real over planned; the mean is the plan's */
    bool merge_duplicates;
    bool insert;              /* what comes while crews are out may go into a route under way; else it waits for the morning */
    int32_t revisit_minutes;  /* rule unmerged: a visit to a pile that an earlier one has cleared */
    int32_t size_permille[TR_N_SIZES]; /* drawn from where a report has no size */
    bool draw_types;          /* draw the waste type, too, where nothing tells it */
    int32_t type_permille[TR_N_WASTE_TYPES];
    int64_t iterations;       /* of tr_solve, a morning of rule tiprun */
    int64_t order_iterations; /* a morning of the rules that only order what they chose */
    int32_t candidates;       /* on a morning's list, of stops that the same vehicles can take, at most; of any rule */
    int32_t saturated_list, saturated_days; /* list and working days of the saturated run, warm-up as above */
    int32_t horizon_days;     /* of restricted means */
    double co2_g_per_km;      /* of every vehicle; 0 = not known, no CO2 is told */
} tr_replay_settings;

tr_replay_settings tr_replay_settings_default(void);
/* Overwrites what the file gives; faults go to diag. */
void tr_replay_settings_read(const char *path, tr_replay_settings *settings, tr_diag *diag);
/* The same of an object within a file; what does not go together is told of that file. */
void tr_replay_settings_of(tr_json object, tr_replay_settings *settings);
json_t *tr_replay_settings_json(const tr_replay_settings *settings); /* every key that has a value, read back to the same; caller frees */
/* What does not go together, to diag; `where` names the file or option. */
void tr_replay_settings_check(const tr_replay_settings *settings, const char *where, tr_diag *diag);

#endif
