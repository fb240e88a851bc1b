/* curves.c -- see curves.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "curves.h"

#include <math.h>

static const double level = 0.95, little_tolerance = 0.01;

double *tr_curve_of(const tr_wait *waits, int32_t n, int32_t horizon, tr_arena *arena)
{
    tr_arena *scratch = tr_arena_new();
    double *t = TR_NEW(scratch, double, n + 1), *curve = TR_NEW(arena, double, horizon + 1), survival = n ? 1 : NAN;
    bool *cleared = TR_NEW(scratch, bool, n + 1);
    tr_km_point *points;
    for (int32_t i = 0; i < n; i++) t[i] = waits[i].calendar, cleared[i] = waits[i].cleared;
    int32_t n_points = tr_km(t, cleared, n, level, scratch, &points), k = 0;
    for (int32_t day = 0; day <= horizon; day++) {
        for (; k < n_points && points[k].t <= day; k++) survival = points[k].survival;
        curve[day] = survival;
    }
    tr_arena_free(scratch);
    return curve;
}

/* ---- over replications ---- */

static const tr_replay_run *run_of(const tr_sweep *w, int32_t load, int32_t arm, int32_t replication)
{
    return &w->loads[load].runs[replication * w->arms->n + arm];
}

typedef double reading(const tr_replay_run *run, int32_t point);

static double read_waiting(const tr_replay_run *run, int32_t point)
{
    return run->waiting[point];
}

static double read_queue(const tr_replay_run *run, int32_t day)
{
    return run->days[day].queue;
}

static double within(double x, double most)
{
    return x < 0 ? 0 : x > most ? most : x; /* NAN stays */
}

/* Points first..first + n - 1 of every replication. */
static tr_curve average(const tr_sweep *w, int32_t load, int32_t arm, reading *read, int32_t first, int32_t n, double most, tr_arena *arena)
{
    int32_t *x = TR_NEW(arena, int32_t, n + 1);
    double *mean = TR_NEW(arena, double, n + 1), *values = TR_NEW(arena, double, w->settings->replications + 1);
    tr_interval *t = TR_NEW(arena, tr_interval, n + 1);
    for (int32_t i = 0; i < n; i++) {
        int32_t k = 0;
        mean[i] = NAN, t[i] = (tr_interval){NAN, NAN}, x[i] = first + i;
        for (int32_t r = 0; r < w->settings->replications; r++) {
            double value = read(run_of(w, load, arm, r), first + i);
            if (isfinite(value)) values[k++] = value;
        }
        if (k) t[i] = tr_paired_t(values, k, level, &mean[i]);
        t[i] = (tr_interval){within(t[i].low, most), within(t[i].high, most)};
    }
    return (tr_curve){n, x, mean, t};
}

tr_curve tr_curve_waiting(const tr_sweep *w, int32_t load, int32_t arm, tr_arena *arena)
{
    return average(w, load, arm, read_waiting, 0, run_of(w, load, arm, 0)->n_waiting, 1, arena);
}

tr_curve tr_curve_queue(const tr_sweep *w, int32_t load, int32_t arm, tr_arena *arena)
{
    const tr_replay_run *run = run_of(w, load, arm, 0); /* the days of all runs of a load are the same */
    int32_t first = 0, from, to;
    tr_replay_window(w->settings, w->arms->towns[0], w->loads[load].kind == TR_LOAD_SATURATED, &from, &to);
    while (first < run->n_days && run->days[first].day < from) first++;
    tr_curve curve = average(w, load, arm, read_queue, first, run->n_days - first, INFINITY, arena);
    int32_t *dates = TR_NEW(arena, int32_t, curve.n + 1);
    for (int32_t i = 0; i < curve.n; i++) dates[i] = run->days[first + i].day;
    curve.x = dates;
    return curve;
}

/* ---- Little's law ---- */

static const char *why_not(const tr_little *little)
{
    bool chance = !(little->t.low > 0 || little->t.high < 0);
    if (little->holds || isnan(little->gap)) return "";
    if (chance) return "not steady in single replications: more or longer ones would tell";
    return little->gap > 0 ? "not steady: the list has waited longer at the end than at the beginning"
                           : "not steady: the list had waited longer at the beginning than at the end";
}

tr_little tr_little_of(const tr_sweep *w, int32_t load, int32_t arm)
{
    tr_arena *scratch = tr_arena_new();
    double *x = TR_NEW(scratch, double, w->settings->replications + 1);
    tr_little little = {.gap = NAN, .t = {NAN, NAN}, .l = NAN, .lambda_w = NAN};
    double l = 0, lambda_w = 0;
    for (int32_t r = 0; r < w->settings->replications; r++) {
        const double *f = run_of(w, load, arm, r)->figure;
        if (!isfinite(f[TR_FIG_LITTLE_L]) || !isfinite(f[TR_FIG_LITTLE_LAMBDA_W])) continue;
        l += f[TR_FIG_LITTLE_L], lambda_w += f[TR_FIG_LITTLE_LAMBDA_W];
        x[little.n++] = f[TR_FIG_LITTLE_L] - f[TR_FIG_LITTLE_LAMBDA_W];
    }
    if (l > 0) {
        little.l = l / little.n, little.lambda_w = lambda_w / little.n;
        tr_interval t = tr_paired_t(x, little.n, level, NULL);
        little.gap = (l - lambda_w) / l;
        little.t = (tr_interval){t.low / little.l, t.high / little.l};
    }
    little.holds = fabs(little.gap) <= little_tolerance;
    little.why = why_not(&little);
    tr_arena_free(scratch);
    return little;
}
