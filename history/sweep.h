/* sweep.h -- the simulation at several loads, summed up with intervals over replications.
 *
 * The unit is the replication: values, and differences between two arms in the same replication, are averaged over
 * replications; intervals are Student's and BCa (stats.h), at 95 %.  Rules on the first fleet are compared with the control (rule
 * `oldest` there), rules on another fleet with the same rule on the first.  Loads are per cent of the control's saturated
 * throughput, which is measured first by runs whose list is never empty.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SWEEP_H
#define TR_SWEEP_H
#include "as_recorded.h"
#include "replay.h"
#include "stats.h"

typedef enum { TR_LOAD_RECORD, TR_LOAD_SATURATED, TR_LOAD_PERCENT } tr_load_kind;

typedef struct {
    tr_load_kind kind;
    int32_t percent;         /* TR_LOAD_PERCENT */
    double rate;             /* arrivals, times the record's; 0 = saturated */
    tr_replay_run *runs;     /* [replication * n_arms + arm] */
} tr_sweep_load;

typedef struct {
    const tr_arms *arms;
    const tr_replay_settings *settings;
    int32_t n_loads;
    tr_sweep_load *loads;    /* the saturated run first, where loads are given */
    double record_per_day;   /* piles for crews a calendar day, in the record; sizes as they are drawn, on average */
    const tr_as_recorded *recorded; /* what the report files say beside, for page, JSON and table; NULL = not looked at */
    double capacity_per_day; /* that the control clears when saturated; 0 = not measured */
} tr_sweep;

typedef struct {
    int32_t n;               /* replications that have the figure */
    double mean;
    tr_interval t, bca;
} tr_summary;

typedef struct {
    int32_t threads;         /* 0 = all */
    bool keep_cases;
    void (*progress)(void *context, const char *what, int32_t done, int32_t of); /* NULL allowed */
    void *context;
} tr_sweep_options;

tr_status tr_sweep_run(const tr_arms *arms, const tr_replay_settings *settings, const tr_sweep_options *options, tr_arena *arena,
                       tr_sweep *sweep, tr_err *err);

/* Of one arm, and of one arm less another in the same replications. */
tr_summary tr_sweep_mean(const tr_sweep *sweep, int32_t load, int32_t arm, tr_figure figure);
tr_summary tr_sweep_difference(const tr_sweep *sweep, int32_t load, int32_t arm, int32_t other, tr_figure figure);
/* Hazardous piles of all replications cleared on the first working day: *k of *n, with the exact interval. */
tr_interval tr_sweep_hazardous(const tr_sweep *sweep, int32_t load, int32_t arm, int32_t *k, int32_t *n);

/* For people; figures with intervals and differences as JSON and CSV; every figure of every run as CSV. */
const char *tr_sweep_table(const tr_sweep *sweep, tr_arena *arena);
const char *tr_sweep_json(const tr_sweep *sweep, tr_arena *arena);
const char *tr_sweep_csv(const tr_sweep *sweep, tr_arena *arena);
const char *tr_sweep_runs_csv(const tr_sweep *sweep, tr_arena *arena);

#endif
