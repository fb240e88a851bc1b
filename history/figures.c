/* figures.c -- see figures.h.
 *
 * Clear-up times are those of the piles that crews are to clear (waits.h): by calendar days, and by the working-day clock.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures.h"
#include "calendar.h"
#include "curves.h"
#include "groups.h"
#include "places.h"
#include "stats.h"

#include <math.h>

enum { DAY_S = 86400 };

const tr_figure_info tr_figures[TR_N_FIGURES] = {
    [TR_FIG_CASES] = {"cases", "piles", "reported for crews"},
    [TR_FIG_OPEN] = {"open", "piles", "of these still open at the end"},
    [TR_FIG_MEAN] = {"mean_days", "days", "clear-up time, mean up to the horizon"},
    [TR_FIG_MEDIAN] = {"median_days", "days", "clear-up time, median"},
    [TR_FIG_P90] = {"p90_days", "days", "clear-up time, 90th percentile"},
    [TR_FIG_WORK_MEAN] = {"work_mean_days", "days", "clear-up time, mean weighted by work, up to the horizon"},
    [TR_FIG_OLDEST] = {"oldest_days", "days", "longest clear-up time or age at the end"},
    [TR_FIG_WORKING_MEAN] = {"working_mean_days", "working days", "clear-up time by the working-day clock, mean up to its horizon"},
    [TR_FIG_WORKING_MEDIAN] = {"working_median_days", "working days", "clear-up time by the working-day clock, median"},
    [TR_FIG_WORKING_P90] = {"working_p90_days", "working days", "clear-up time by the working-day clock, 90th percentile"},
    [TR_FIG_WORKING_WORK_MEAN] = {"working_work_mean_days", "working days",
                                  "clear-up time by the working-day clock, mean weighted by work, up to its horizon"},
    [TR_FIG_WORKING_OLDEST] = {"working_oldest_days", "working days",
                               "longest clear-up time or age at the end by the working-day clock"},
    [TR_FIG_IN_TARGET] = {"in_target", "share", "cleared by their due day, of those due before the end"},
    [TR_FIG_DRAWN] = {"drawn", "share", "whose size or waste type was drawn, not reported"},
    [TR_FIG_SAME_DAY] = {"same_day", "share", "cleared on the day of the report"},
    [TR_FIG_HAZARDOUS] = {"hazardous", "piles", "hazardous, with a working day to clear them"},
    [TR_FIG_HAZARDOUS_FIRST_DAY] = {"hazardous_first_day", "share", "of these with every hazardous stop cleared on the first working day"},
    [TR_FIG_HAZARDOUS_HOURS] = {"hazardous_hours", "hours", "from the report until the last hazardous stop of a pile is cleared, mean up to the horizon"},
    [TR_FIG_ASBESTOS_HOURS] = {"asbestos_hours", "hours", "the same of piles with asbestos"},
    [TR_FIG_QUEUE] = {"queue", "piles", "open in the morning, mean"},
    [TR_FIG_QUEUE_GROWTH] = {"queue_growth", "piles a working day", "last fifth of the mornings less first fifth, by the days between"},
    [TR_FIG_CLEARED] = {"cleared", "piles", "cleared, whenever reported"},
    [TR_FIG_WORK_PER_HOUR] = {"work_per_hour", "minutes", "planned service of stops cleared, an hour of crew"},
    [TR_FIG_KM] = {"km", "km", "driven"},
    [TR_FIG_HOURS] = {"crew_hours", "hours", "from leaving to being back"},
    [TR_FIG_OVERTIME] = {"overtime_hours", "hours", "of these after the end of the shift"},
    [TR_FIG_POUNDS] = {"pounds", "pounds", "kilometres, hours, overtime, vehicles, gate fees"},
    [TR_FIG_CO2] = {"co2_kg", "kg", "of CO2, kilometres times co2_g_per_km"},
    [TR_FIG_KM_PER_CASE] = {"km_per_case", "km", "a pile cleared"},
    [TR_FIG_HOURS_PER_CASE] = {"hours_per_case", "hours", "a pile cleared"},
    [TR_FIG_OVERTIME_PER_CASE] = {"overtime_per_case", "hours", "of overtime, a pile cleared"},
    [TR_FIG_POUNDS_PER_CASE] = {"pounds_per_case", "pounds", "a pile cleared"},
    [TR_FIG_CO2_PER_CASE] = {"co2_per_case", "kg", "of CO2, a pile cleared"},
    [TR_FIG_BROUGHT_BACK] = {"brought_back", "stops", "planned and not reached"},
    [TR_FIG_LATE_TIPS] = {"late_tips", "loads", "tipped after the site had shut"},
    [TR_FIG_INSERTED] = {"inserted", "piles a working day", "put into a route under way when they were reported"},
    [TR_FIG_LITTLE_L] = {"little_l", "piles", "open at once, mean over all seconds"},
    [TR_FIG_LITTLE_LAMBDA_W] = {"little_lambda_w", "piles", "cleared a second, times their mean clear-up time"},
    [TR_FIG_LITTLE_GAP] = {"little_gap", "share", "of the former that the two differ by"},
};

/* Clear-up times of the run as a whole, of its groups and places, and its curve. */
static void measure_times(tr_replay_run *run, const tr_town *town, const tr_replay_settings *settings, int32_t from, int32_t to,
                          tr_arena *arena)
{
    tr_horizons horizons = {tr_replay_horizon(settings, from, to), tr_replay_working_horizon(settings, from, to)};
    tr_wait *waits;
    int32_t n = tr_waits_of(run, town, settings, from, to, arena, &waits), last = to - horizons.calendar;
    tr_waits_measure(waits, n, horizons, run->figure);
    run->group_figure = tr_groups_measure(waits, n, town, horizons, arena);
    run->places = tr_places_measure(waits, n, town, (int64_t)last * DAY_S - tr_utc_offset(last), horizons.calendar, arena);
    run->n_waiting = horizons.calendar + 1;
    run->waiting = tr_curve_of(waits, n, horizons.calendar, arena);
}

/* Hours until hazardous piles are safe: restricted mean, like that of the clear-up time. */
static double hours_until_safe(const tr_flow *flow, bool asbestos_only, int32_t horizon, tr_arena *arena)
{
    double *days = TR_NEW(arena, double, flow->hazardous + 1);
    bool *safe = TR_NEW(arena, bool, flow->hazardous + 1);
    int32_t n = 0, n_curve;
    tr_km_point *curve;
    for (int32_t i = 0; i < flow->hazardous; i++)
        if (flow->asbestos[i] || !asbestos_only) days[n] = flow->safe_days[i], safe[n++] = flow->safe[i];
    if (!n) return NAN;
    n_curve = tr_km(days, safe, n, 0.95, arena, &curve);
    return 24 * tr_restricted_mean(curve, n_curve, horizon, NULL);
}

static void sum_days(tr_replay_run *run, double co2_g_per_km, int32_t from)
{
    double *f = run->figure, queue = 0, cleared = 0, inserted = 0, first = 0, last = 0;
    tr_shift all = {0};
    int32_t begin = 0;
    while (begin < run->n_days && run->days[begin].day < from) begin++;
    int32_t n = run->n_days - begin, fifth = n >= 5 ? n / 5 : n > 0;
    for (int32_t i = begin; i < run->n_days; i++) {
        const tr_replay_day *d = &run->days[i];
        queue += d->queue, cleared += d->cleared, inserted += d->inserted;
        if (i < begin + fifth) first += d->queue;
        if (i >= run->n_days - fifth) last += d->queue;
        all.metres += d->shift.metres, all.duty_s += d->shift.duty_s, all.overtime_s += d->shift.overtime_s;
        all.planned_s += d->shift.planned_s, all.cost_pence += d->shift.cost_pence;
        all.brought_back += d->shift.brought_back, all.late_tips += d->shift.late_tips;
    }
    f[TR_FIG_QUEUE] = n ? queue / n : NAN;
    f[TR_FIG_QUEUE_GROWTH] = n > fifth ? (last - first) / fifth / (n - fifth) : NAN;
    f[TR_FIG_CLEARED] = cleared;
    f[TR_FIG_INSERTED] = n ? inserted / n : NAN;
    f[TR_FIG_KM] = (double)all.metres / 1000, f[TR_FIG_HOURS] = (double)all.duty_s / 3600;
    f[TR_FIG_OVERTIME] = (double)all.overtime_s / 3600, f[TR_FIG_POUNDS] = (double)all.cost_pence / 100;
    f[TR_FIG_CO2] = co2_g_per_km > 0 ? f[TR_FIG_KM] * co2_g_per_km / 1000 : NAN;
    f[TR_FIG_WORK_PER_HOUR] = all.duty_s ? 60 * (double)all.planned_s / (double)all.duty_s : NAN;
    f[TR_FIG_KM_PER_CASE] = cleared > 0 ? f[TR_FIG_KM] / cleared : NAN;
    f[TR_FIG_HOURS_PER_CASE] = cleared > 0 ? f[TR_FIG_HOURS] / cleared : NAN;
    f[TR_FIG_POUNDS_PER_CASE] = cleared > 0 ? f[TR_FIG_POUNDS] / cleared : NAN;
    f[TR_FIG_OVERTIME_PER_CASE] = cleared > 0 ? f[TR_FIG_OVERTIME] / cleared : NAN;
    f[TR_FIG_CO2_PER_CASE] = cleared > 0 ? f[TR_FIG_CO2] / cleared : NAN;
    f[TR_FIG_BROUGHT_BACK] = all.brought_back, f[TR_FIG_LATE_TIPS] = all.late_tips;
}

void tr_figures_of(tr_replay_run *run, const tr_town *town, const tr_replay_settings *settings, int32_t from, int32_t to,
                   tr_flow flow, tr_arena *arena)
{
    double *f = run->figure;
    measure_times(run, town, settings, from, to, arena);
    sum_days(run, settings->co2_g_per_km, from);
    f[TR_FIG_HAZARDOUS] = flow.hazardous;
    f[TR_FIG_HAZARDOUS_HOURS] = hours_until_safe(&flow, false, tr_replay_horizon(settings, from, to), arena);
    f[TR_FIG_ASBESTOS_HOURS] = hours_until_safe(&flow, true, tr_replay_horizon(settings, from, to), arena);
    f[TR_FIG_HAZARDOUS_FIRST_DAY] = flow.hazardous ? (double)flow.safe_at_once / flow.hazardous : NAN;
    f[TR_FIG_LITTLE_L] = flow.pile_seconds / flow.seconds;
    f[TR_FIG_LITTLE_LAMBDA_W] = flow.stay_seconds / flow.seconds; /* gone / seconds x stay / gone */
    f[TR_FIG_LITTLE_GAP] = f[TR_FIG_LITTLE_L] > 0 ? fabs(f[TR_FIG_LITTLE_L] - f[TR_FIG_LITTLE_LAMBDA_W]) / f[TR_FIG_LITTLE_L] : NAN;
}
