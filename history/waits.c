/* waits.c -- see waits.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "waits.h"
#include "calendar.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

enum { DAY_S = 86400 };

static int64_t midnight(int32_t day)
{
    return (int64_t)day * DAY_S - tr_utc_offset(day);
}

static int8_t judge(const tr_case *c, const tr_town *t, int32_t to)
{
    int32_t target = c->hazardous == 1 ? t->morning.triage.target_hazard_days : t->morning.triage.target_days;
    int32_t last = tr_add_working_days(tr_local_day(c->reported_s), target);
    if (last >= to) return -1;
    return c->end == TR_CASE_CLEARED && tr_local_day(c->until_s) <= last;
}

int32_t tr_waits_of(const tr_replay_run *run, const tr_town *town, const tr_replay_settings *settings, int32_t from, int32_t to,
                    tr_arena *arena, tr_wait **waits)
{
    tr_working_clock clock = tr_working_clock_make(&settings->workdays, midnight(from), midnight(to), arena);
    tr_wait *w = *waits = TR_NEW(arena, tr_wait, run->n_cases + 1);
    int32_t n = 0;
    for (int32_t i = 0; i < run->n_cases; i++) {
        const tr_case *c = &run->cases[i];
        if (c->work_s <= 0) continue;
        w[n++] = (tr_wait){
            .of = c,
            .calendar = (double)(c->until_s - c->reported_s) / DAY_S,
            .working = tr_working_clock_at(&clock, c->until_s) - tr_working_clock_at(&clock, c->reported_s),
            .cleared = c->end == TR_CASE_CLEARED,
            .same_day = c->end == TR_CASE_CLEARED && tr_local_day(c->until_s) == tr_local_day(c->reported_s),
            .in_target = judge(c, town, to),
        };
    }
    return n;
}

typedef struct {
    double t, work;
    bool cleared;
} load;

static int by_time(const void *a, const void *b)
{
    double x = ((const load *)a)->t, y = ((const load *)b)->t;
    return (x > y) - (x < y);
}

/* The Kaplan-Meier curve of seconds of work in the place of piles, and its area up to the horizon.  An open pile taken by its
 * age alone would flatter whoever leaves the large ones. */
static double work_mean(const double *t, const bool *cleared, const tr_wait *waits, int32_t n, double horizon, tr_arena *scratch)
{
    load *loads = TR_NEW(scratch, load, n + 1);
    double at_risk = 0, survival = 1, area = 0, last = 0;
    for (int32_t i = 0; i < n; i++) loads[i] = (load){t[i], waits[i].of->work_s, cleared[i]}, at_risk += loads[i].work;
    if (!(at_risk > 0)) return NAN;
    qsort(loads, (size_t)n, sizeof *loads, by_time);
    for (int32_t i = 0, end; i < n && loads[i].t < horizon; i = end) {
        double there = 0, gone = 0; /* at this time */
        for (end = i; end < n && loads[end].t == loads[i].t; end++)
            there += loads[end].work, gone += loads[end].cleared ? loads[end].work : 0;
        area += survival * (loads[i].t - last), last = loads[i].t;
        survival *= end == n && gone == there ? 0 : 1 - gone / at_risk;
        at_risk -= there;
    }
    return area + survival * (horizon - last);
}

/* By one clock. */
static void measure_times(const double *t, const bool *cleared, const tr_wait *waits, int32_t n, int32_t horizon, tr_arena *scratch,
                          double *mean, double *median, double *p90, double *by_work, double *oldest)
{
    tr_km_point *curve;
    int32_t n_curve = tr_km(t, cleared, n, 0.95, scratch, &curve);
    *oldest = NAN;
    for (int32_t i = 0; i < n; i++)
        if (!(t[i] <= *oldest)) *oldest = t[i];
    *mean = n ? tr_restricted_mean(curve, n_curve, horizon, NULL) : NAN;
    *median = n ? tr_km_quantile(curve, n_curve, 0.5) : NAN;
    *p90 = n ? tr_km_quantile(curve, n_curve, 0.9) : NAN;
    *by_work = work_mean(t, cleared, waits, n, horizon, scratch);
}

void tr_waits_measure(const tr_wait *waits, int32_t n, tr_horizons horizons, double f[TR_N_WAIT])
{
    tr_arena *scratch = tr_arena_new();
    double *calendar = TR_NEW(scratch, double, n + 1), *working = TR_NEW(scratch, double, n + 1);
    bool *cleared = TR_NEW(scratch, bool, n + 1);
    double open = 0, due = 0, kept = 0, drawn = 0, same_day = 0;
    for (int32_t i = 0; i < n; i++) {
        const tr_wait *w = &waits[i];
        calendar[i] = w->calendar, working[i] = w->working, cleared[i] = w->cleared;
        open += !w->cleared, due += w->in_target >= 0, kept += w->in_target == 1, drawn += w->of->drawn, same_day += w->same_day;
    }
    measure_times(calendar, cleared, waits, n, horizons.calendar, scratch, &f[TR_FIG_MEAN], &f[TR_FIG_MEDIAN], &f[TR_FIG_P90],
                  &f[TR_FIG_WORK_MEAN], &f[TR_FIG_OLDEST]);
    measure_times(working, cleared, waits, n, horizons.working, scratch, &f[TR_FIG_WORKING_MEAN], &f[TR_FIG_WORKING_MEDIAN],
                  &f[TR_FIG_WORKING_P90], &f[TR_FIG_WORKING_WORK_MEAN], &f[TR_FIG_WORKING_OLDEST]);
    f[TR_FIG_CASES] = n, f[TR_FIG_OPEN] = open;
    f[TR_FIG_IN_TARGET] = due > 0 ? kept / due : NAN;
    f[TR_FIG_DRAWN] = n ? drawn / n : NAN, f[TR_FIG_SAME_DAY] = n ? same_day / n : NAN;
    tr_arena_free(scratch);
}
