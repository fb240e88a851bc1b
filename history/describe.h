/* describe.h -- clear-up times of a set of cases: figures, intervals, curves, by group.
 *
 * All times are in days. The calendar clock always runs; the working-day clock runs on working days only (workdays.h).
 * "Cleared" is what the record (or the simulation) says was cleared; "closed" is every end, whatever its word, which is what a
 * plain average over an export tells. Cases are taken as independent: right for a recorded history, never for the days or
 * reports of one simulated run. docs/history.md tells each figure's rule.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_DESCRIBE_H
#define TR_DESCRIBE_H
#include "case.h"
#include "stats.h"
#include "workdays.h"

typedef struct {
    int32_t n;
    double mean, median, p90, longest; /* days, quantiles of type 7; NAN where n = 0 */
} tr_times;

/* Of those whose target is known and ended before the end of what was seen: how many were cleared within it. */
typedef struct {
    int32_t inside, n;
    double share; /* NAN where n = 0 */
    tr_interval interval;
} tr_share;

typedef struct {
    const char *name;
    int32_t n, cleared, open, duplicate, transferred;
    tr_times calendar, working; /* of the cleared */
    tr_times closed;            /* of every end, calendar */
    double oldest_open;         /* days; NAN: none is open */
    tr_share inside;            /* cleared cases and those still open */
    tr_share closed_inside;     /* every end counts as cleared */
    int32_t n_points;
    bool one_run; /* no intervals: those here are NAN, and the bands of the points mean nothing */
    const tr_km_point *points; /* Kaplan-Meier: still to be cleared, by calendar days; other ends censor */
    double km_median, km_p90;  /* NAN: not reached */
    tr_interval km_median_interval;
    double horizon, restricted_mean, restricted_se; /* mean of min(time, horizon) */
} tr_group;

typedef struct {
    const char *key, *title; /* "waste_type", "By waste type" */
    int32_t n;
    const tr_group *groups; /* by number of cases, falling */
    bool tested;            /* two groups or more with events: */
    tr_logrank test;        /* that all groups have one curve */
} tr_grouping;

typedef struct {
    const tr_workdays *workdays;
    int64_t end_s;       /* until when cases were watched */
    double target_days;  /* 0 = none ... */
    bool target_working; /* ... by the working-day clock */
    const int64_t
        *due_s;     /* [n] of the cases where there is no target: their own, INT64_MIN = none; may be NULL */
    double horizon; /* days, of restricted means */
    bool one_run;   /* cases of one simulated run, which wait for each other: no intervals over them */
    int32_t draws;  /* of the bootstrap; 0 = no bootstrap */
    uint64_t seed;
} tr_describe_options;

enum { TR_N_GROUPINGS = 4, TR_N_ENDS = 3 };

typedef struct {
    tr_group all, not_at_once;                  /* without those closed within 15 minutes */
    tr_interval mean_interval, median_interval; /* of all.calendar, BCa over cases; NAN without draws */
    tr_grouping groupings[TR_N_GROUPINGS];      /* waste type, size, ward, hazard; n = 0 where not known */
    int32_t n_times;                            /* cumulative incidence of cleared, duplicate, passed on */
    const double *times;                        /* [n_times] days */
    double *const *incidence;                   /* [TR_N_ENDS][n_times] */
} tr_description;

/* One group, as a row of a table and a curve: also for the cases of a simulated rule. index NULL: all n cases. */
tr_group tr_group_describe(const char *name, const tr_case *cases, const int32_t *index, int32_t n,
                           const tr_describe_options *options, tr_arena *arena);
/* Groups of fewer than LEAST_OF_GROUP cases, and those beyond the 15 largest, are put together. */
tr_description tr_describe(const tr_case *cases, int32_t n, const tr_describe_options *options,
                           tr_arena *arena);
/* Whether groups of cases (group[i] in 0..groups-1) have one curve of clearing in common. */
tr_logrank tr_describe_test(const tr_case *cases, const int32_t *group, int32_t n, int32_t groups,
                            tr_arena *arena);

#endif
