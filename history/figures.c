/* figures.c -- see figures.h.
 *
 * Clear-up times are those of the piles that crews are to clear, in calendar days.  Open piles are censored: median and 90th
 * percentile are read from the Kaplan-Meier curve, the mean is restricted to the horizon.  Duplicates and transferred
 * reports are in none of them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures.h"
#include "calendar.h"
#include "stats.h"

#include <math.h>

const tr_figure_info tr_figures[TR_N_FIGURES] = {
    [TR_FIG_CASES] = {"cases", "piles", "reported for crews"},
    [TR_FIG_OPEN] = {"open", "piles", "of these still open at the end"},
    [TR_FIG_MEAN] = {"mean_days", "days", "clear-up time, mean up to the horizon"},
    [TR_FIG_MEDIAN] = {"median_days", "days", "clear-up time, median"},
    [TR_FIG_P90] = {"p90_days", "days", "clear-up time, 90th percentile"},
    [TR_FIG_WORK_MEAN] = {"work_mean_days", "days", "clear-up time, mean weighted by work, up to the horizon"},
    [TR_FIG_OLDEST] = {"oldest_days", "days", "longest clear-up time or age at the end"},
    [TR_FIG_IN_TARGET] = {"in_target", "share", "cleared by their due day"},
    [TR_FIG_HAZARDOUS] = {"hazardous", "piles", "hazardous, with a working day to clear them"},
    [TR_FIG_HAZARDOUS_FIRST_DAY] = {"hazardous_first_day", "share", "of these with every hazardous stop cleared on the first working day"},
    [TR_FIG_QUEUE] = {"queue", "piles", "open in the morning, mean"},
    [TR_FIG_QUEUE_GROWTH] = {"queue_growth", "piles a working day", "last fifth of the mornings less first fifth, by the days between"},
    [TR_FIG_CLEARED] = {"cleared", "piles", "cleared, whenever reported"},
    [TR_FIG_WORK_PER_HOUR] = {"work_per_hour", "minutes", "planned service of stops cleared, an hour of crew"},
    [TR_FIG_KM] = {"km", "km", "driven"},
    [TR_FIG_HOURS] = {"crew_hours", "hours", "from leaving to being back"},
    [TR_FIG_OVERTIME] = {"overtime_hours", "hours", "of these after the end of the shift"},
    [TR_FIG_POUNDS] = {"pounds", "pounds", "kilometres, hours, overtime, vehicles, gate fees"},
    [TR_FIG_KM_PER_CASE] = {"km_per_case", "km", "a pile cleared"},
    [TR_FIG_HOURS_PER_CASE] = {"hours_per_case", "hours", "a pile cleared"},
    [TR_FIG_POUNDS_PER_CASE] = {"pounds_per_case", "pounds", "a pile cleared"},
    [TR_FIG_BROUGHT_BACK] = {"brought_back", "stops", "planned and not reached"},
    [TR_FIG_LATE_TIPS] = {"late_tips", "loads", "tipped after the site had shut"},
    [TR_FIG_INSERTED] = {"inserted", "piles a working day", "put into a route under way when they were reported"},
    [TR_FIG_SAME_DAY] = {"same_day", "share", "cleared on the day of the report"},
    [TR_FIG_LITTLE_L] = {"little_l", "piles", "open at once, mean over all seconds"},
    [TR_FIG_LITTLE_LAMBDA_W] = {"little_lambda_w", "piles", "cleared a second, times their mean clear-up time"},
    [TR_FIG_LITTLE_GAP] = {"little_gap", "share", "of the former that the two differ by"},
};

/* Punctuality of who was due by the last day. */
static void judge_punctuality(tr_replay_run *run, const tr_town *t, int32_t to)
{
    double due = 0, kept = 0;
    for (int32_t i = 0; i < run->n_cases; i++) {
        const tr_case *c = &run->cases[i];
        if (c->work_s <= 0) continue;
        int32_t cleared = c->end == TR_CASE_CLEARED ? tr_local_day(c->until_s) : INT32_MAX;
        int32_t target = c->hazardous == 1 ? t->morning.triage.target_hazard_days : t->morning.triage.target_days;
        int32_t last = tr_add_working_days(tr_local_day(c->reported_s), target);
        if (last < to) due++, kept += cleared <= last;
    }
    run->figure[TR_FIG_IN_TARGET] = due > 0 ? kept / due : NAN;
}

static void count_same_day(tr_replay_run *run)
{
    double all = 0, same = 0;
    for (int32_t i = 0; i < run->n_cases; i++) {
        const tr_case *c = &run->cases[i];
        if (c->work_s <= 0) continue;
        all++, same += c->end == TR_CASE_CLEARED && tr_local_day(c->until_s) == tr_local_day(c->reported_s);
    }
    run->figure[TR_FIG_SAME_DAY] = all > 0 ? same / all : NAN;
}

static void measure_times(tr_replay_run *run, int32_t horizon, tr_arena *scratch)
{
    double *t = TR_NEW(scratch, double, run->n_cases + 1), work = 0, weighted = 0, oldest = NAN, *f = run->figure;
    bool *event = TR_NEW(scratch, bool, run->n_cases + 1);
    int32_t n = 0, open = 0;
    for (int32_t i = 0; i < run->n_cases; i++) {
        const tr_case *c = &run->cases[i];
        if (c->work_s <= 0) continue;
        t[n] = (double)(c->until_s - c->reported_s) / 86400;
        event[n] = c->end == TR_CASE_CLEARED;
        open += !event[n];
        work += c->work_s, weighted += c->work_s * fmin(t[n], horizon);
        if (!(t[n] <= oldest)) oldest = t[n];
        n++;
    }
    tr_km_point *curve;
    int32_t n_curve = tr_km(t, event, n, 0.95, scratch, &curve);
    f[TR_FIG_CASES] = n, f[TR_FIG_OPEN] = open, f[TR_FIG_OLDEST] = oldest;
    f[TR_FIG_MEAN] = n ? tr_restricted_mean(curve, n_curve, horizon, NULL) : NAN;
    f[TR_FIG_MEDIAN] = n ? tr_km_quantile(curve, n_curve, 0.5) : NAN;
    f[TR_FIG_P90] = n ? tr_km_quantile(curve, n_curve, 0.9) : NAN;
    f[TR_FIG_WORK_MEAN] = work > 0 ? weighted / work : NAN;
}

static void sum_days(tr_replay_run *run, int32_t from)
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
    f[TR_FIG_WORK_PER_HOUR] = all.duty_s ? 60 * (double)all.planned_s / (double)all.duty_s : NAN;
    f[TR_FIG_KM_PER_CASE] = cleared > 0 ? f[TR_FIG_KM] / cleared : NAN;
    f[TR_FIG_HOURS_PER_CASE] = cleared > 0 ? f[TR_FIG_HOURS] / cleared : NAN;
    f[TR_FIG_POUNDS_PER_CASE] = cleared > 0 ? f[TR_FIG_POUNDS] / cleared : NAN;
    f[TR_FIG_BROUGHT_BACK] = all.brought_back, f[TR_FIG_LATE_TIPS] = all.late_tips;
}

void tr_figures_of(tr_replay_run *run, const tr_town *town, const tr_replay_settings *settings, int32_t from, int32_t to,
                   tr_flow flow)
{
    tr_arena *scratch = tr_arena_new();
    double *f = run->figure;
    measure_times(run, tr_replay_horizon(settings, from, to), scratch);
    judge_punctuality(run, town, to);
    count_same_day(run);
    sum_days(run, from);
    f[TR_FIG_HAZARDOUS] = flow.hazardous;
    f[TR_FIG_HAZARDOUS_FIRST_DAY] = flow.hazardous ? (double)flow.safe_at_once / flow.hazardous : NAN;
    f[TR_FIG_LITTLE_L] = flow.pile_seconds / flow.seconds;
    f[TR_FIG_LITTLE_LAMBDA_W] = flow.stay_seconds / flow.seconds; /* gone / seconds x stay / gone */
    f[TR_FIG_LITTLE_GAP] = f[TR_FIG_LITTLE_L] > 0 ? fabs(f[TR_FIG_LITTLE_L] - f[TR_FIG_LITTLE_LAMBDA_W]) / f[TR_FIG_LITTLE_L] : NAN;
    tr_arena_free(scratch);
}
