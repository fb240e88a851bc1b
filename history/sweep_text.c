/* sweep_text.c -- a sweep for people, as JSON and as CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_parts.h"
#include "json_text.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool tr_load_has_times(const tr_sweep_load *l)
{
    return l->kind == TR_LOAD_RECORD || (l->kind == TR_LOAD_PERCENT && l->percent <= 100);
}

bool tr_figure_is_time(tr_figure f)
{
    return (f >= TR_FIG_MEAN && f <= TR_FIG_WORKING_OLDEST) || f == TR_FIG_HAZARDOUS_HOURS || f == TR_FIG_ASBESTOS_HOURS;
}

int32_t tr_sweep_horizon(const tr_sweep *w)
{
    int32_t from, to;
    tr_replay_window(w->settings, w->arms->towns[0], false, &from, &to);
    return tr_replay_horizon(w->settings, from, to);
}

int32_t tr_sweep_working_horizon(const tr_sweep *w)
{
    int32_t from, to;
    tr_replay_window(w->settings, w->arms->towns[0], false, &from, &to);
    return tr_replay_working_horizon(w->settings, from, to);
}

/* ---- for people ---- */

static const struct {
    tr_figure figure;
    const char *head;
    int decimals;
} columns[] = {
    {TR_FIG_CASES, "piles", 0},          {TR_FIG_MEAN, "mean d", 2},      {TR_FIG_MEDIAN, "median d", 2},
    {TR_FIG_P90, "p90 d", 2},            {TR_FIG_WORKING_MEAN, "mean wd", 2}, {TR_FIG_WORKING_P90, "p90 wd", 2},
               {TR_FIG_WORK_MEAN, "work d", 2}, {TR_FIG_OLDEST, "oldest d", 1},
    {TR_FIG_IN_TARGET, "in target", 3},  {TR_FIG_QUEUE, "queue", 1},      {TR_FIG_QUEUE_GROWTH, "growth", 2},
    {TR_FIG_WORK_PER_HOUR, "min/h", 2},  {TR_FIG_KM_PER_CASE, "km/pile", 2}, {TR_FIG_POUNDS_PER_CASE, "gbp/pile", 2},
    {TR_FIG_OVERTIME, "overtime h", 1},  {TR_FIG_HAZARDOUS_HOURS, "hazard h", 1}, {TR_FIG_ASBESTOS_HOURS, "asbestos h", 1},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static void print_rows(const tr_sweep *w, int32_t load, FILE *out)
{
    int width = 9;
    for (int32_t a = 0; a < w->arms->n; a++)
        if ((int)strlen(w->arms->arms[a].label) > width) width = (int)strlen(w->arms->arms[a].label);
    fprintf(out, "  %-*s", width, w->arms->n_fleets > 1 ? "rule@fleet" : "rule");
    for (int c = 0; c < N_COLUMNS; c++) fprintf(out, " %10s", columns[c].head);
    fprintf(out, "   Little  hazardous first day\n");
    for (int32_t a = 0; a < w->arms->n; a++) {
        fprintf(out, "  %-*s", width, w->arms->arms[a].label);
        for (int c = 0; c < N_COLUMNS; c++) {
            tr_summary s = tr_sweep_mean(w, load, a, columns[c].figure);
            bool shown = isfinite(s.mean) && (tr_load_has_times(&w->loads[load]) || !tr_figure_is_time(columns[c].figure));
            if (shown) fprintf(out, " %10.*f", columns[c].decimals, s.mean);
            else fprintf(out, " %10s", "-");
        }
        int32_t k, n;
        tr_interval exact = tr_sweep_hazardous(w, load, a, &k, &n);
        if (w->loads[load].kind == TR_LOAD_SATURATED) fprintf(out, " %8s", "-");
        else fprintf(out, " %8.4f", fabs(tr_little_of(w, load, a).gap));
        if (n) fprintf(out, "  %d of %d (%.3f to %.3f)\n", k, n, exact.low, exact.high);
        else fprintf(out, "  none\n");
    }
}

static void print_differences(const tr_sweep *w, int32_t load, FILE *out)
{
    static const tr_figure shown[] = {TR_FIG_MEAN, TR_FIG_P90, TR_FIG_WORK_MEAN, TR_FIG_OLDEST, TR_FIG_HAZARDOUS_HOURS,
                                      TR_FIG_ASBESTOS_HOURS, TR_FIG_WORK_PER_HOUR, TR_FIG_CLEARED};
    for (int32_t a = 0; a < w->arms->n; a++) {
        int32_t base = tr_arms_base(w->arms, a);
        for (size_t i = 0; base >= 0 && i < sizeof shown / sizeof *shown; i++) {
            if (tr_figure_is_time(shown[i]) && !tr_load_has_times(&w->loads[load])) continue;
            tr_summary s = tr_sweep_difference(w, load, a, base, shown[i]);
            if (s.n) fprintf(out, "  %s less %s, %s: %.3f (t %.3f to %.3f, BCa %.3f to %.3f, n %d)\n", w->arms->arms[a].label,
                             w->arms->arms[base].label, tr_figures[shown[i]].name, s.mean, s.t.low, s.t.high, s.bca.low, s.bca.high, s.n);
        }
    }
}

/* Little's law, arm by arm: whom it holds for, and why not for the others. */
static void print_little(const tr_sweep *w, int32_t load, FILE *out)
{
    bool any = false;
    if (w->loads[load].kind == TR_LOAD_SATURATED) return;
    for (int32_t a = 0; a < w->arms->n; a++) {
        if (!tr_little_of(w, load, a).holds) continue;
        fprintf(out, "%s %s", any ? "," : "  Little's law holds within 1 % over all replications of", w->arms->arms[a].label);
        any = true;
    }
    if (any) fputc('\n', out);
    for (int32_t a = 0; a < w->arms->n; a++) {
        tr_little little = tr_little_of(w, load, a);
        if (little.holds || !isfinite(little.gap)) continue;
        fprintf(out, "  Little's law does not hold within 1 %% of %s: L %.2f, lambda W %.2f, gap %.2f %% (t %.2f to %.2f); %s\n",
                w->arms->arms[a].label, little.l, little.lambda_w, 100 * little.gap, 100 * little.t.low, 100 * little.t.high, little.why);
    }
}

static void print_insertions(const tr_sweep *w, int32_t load, FILE *out)
{
    if (!w->settings->insert || w->loads[load].kind == TR_LOAD_SATURATED) return;
    for (int32_t i = 0; i < w->arms->n; i++)
        fprintf(out, "  %s: %.2f piles a working day put into a route under way; %.3f of all piles cleared on the day of the report\n",
                w->arms->arms[i].label, tr_sweep_mean(w, load, i, TR_FIG_INSERTED).mean, tr_sweep_mean(w, load, i, TR_FIG_SAME_DAY).mean);
}

int32_t tr_sweep_ran_out(const tr_sweep *w, int32_t load)
{
    int32_t n = 0;
    for (int32_t i = 0; i < w->settings->replications * w->arms->n; i++) n += !w->loads[load].runs[i].always_work;
    return n;
}

const char *tr_sweep_table(const tr_sweep *w, tr_arena *arena)
{
    tr_pad p;
    tr_pad_open(&p);
    const tr_replay_settings *s = w->settings;
    fprintf(p.out, "%d replications of %d working days after %d; record: %.2f piles for crews a day", s->replications, s->days, s->warm_up_days, w->record_per_day);
    if (w->capacity_per_day > 0) fprintf(p.out, "; %s clears %.2f a day when saturated", w->arms->arms[tr_arms_control(w->arms)].label, w->capacity_per_day);
    fprintf(p.out, "\nclear-up times: means up to %d days, by the working-day clock (wd) up to %d; all figures: means over replications, differences with 95 %% intervals over replications\n", tr_sweep_horizon(w), tr_sweep_working_horizon(w));
    for (int32_t l = 0; l < w->n_loads; l++) {
        fprintf(p.out, "\nload %s", tr_load_name(&w->loads[l], arena));
        if (w->loads[l].rate > 0) fprintf(p.out, " (%.3f times the record's rate)", w->loads[l].rate);
        if (tr_sweep_ran_out(w, l)) fprintf(p.out, "; the list was too short on some morning of %d runs: enlarge saturated_list", tr_sweep_ran_out(w, l));
        fprintf(p.out, "\n");
        print_rows(w, l, p.out);
        print_insertions(w, l, p.out);
        print_differences(w, l, p.out);
        print_little(w, l, p.out);
    }
    return tr_pad_close(&p, arena);
}

/* ---- CSV ---- */

static void csv_summary(FILE *out, tr_summary s)
{
    tr_number_csv(out, s.mean);
    tr_number_csv(out, s.t.low), tr_number_csv(out, s.t.high);
    tr_number_csv(out, s.bca.low), tr_number_csv(out, s.bca.high);
}

const char *tr_sweep_csv(const tr_sweep *w, tr_arena *arena)
{
    tr_pad p;
    tr_pad_open(&p);
    fprintf(p.out, "load,rate,rule,figure,unit,n,mean,t_low,t_high,bca_low,bca_high,difference,difference_t_low,difference_t_high,"
                   "difference_bca_low,difference_bca_high,fleet,less\n");
    for (int32_t l = 0; l < w->n_loads; l++)
        for (int32_t a = 0; a < w->arms->n; a++)
            for (int32_t f = 0; f < TR_N_FIGURES; f++) {
                const tr_arm *arm = &w->arms->arms[a];
                int32_t base = tr_arms_base(w->arms, a);
                tr_summary s = tr_sweep_mean(w, l, a, (tr_figure)f);
                fprintf(p.out, "%s,%.10g,%s,%s,%s,%d", tr_load_name(&w->loads[l], arena), w->loads[l].rate, tr_dispatch_names[arm->rule],
                        tr_figures[f].name, tr_figures[f].unit, s.n);
                csv_summary(p.out, s);
                if (base >= 0) csv_summary(p.out, tr_sweep_difference(w, l, a, base, (tr_figure)f));
                else fprintf(p.out, ",,,,,");
                tr_text_csv(p.out, w->arms->fleets[arm->fleet]);
                tr_text_csv(p.out, base >= 0 ? w->arms->arms[base].label : "");
                fprintf(p.out, "\n");
            }
    return tr_pad_close(&p, arena);
}

const char *tr_sweep_runs_csv(const tr_sweep *w, tr_arena *arena)
{
    tr_pad p;
    tr_pad_open(&p);
    fprintf(p.out, "load,replication,rule,always_work");
    for (int32_t f = 0; f < TR_N_FIGURES; f++) fprintf(p.out, ",%s", tr_figures[f].name);
    fprintf(p.out, ",fleet\n");
    for (int32_t l = 0; l < w->n_loads; l++)
        for (int32_t i = 0; i < w->settings->replications * w->arms->n; i++) {
            const tr_replay_run *run = &w->loads[l].runs[i];
            const tr_arm *arm = &w->arms->arms[i % w->arms->n];
            fprintf(p.out, "%s,%d,%s,%d", tr_load_name(&w->loads[l], arena), i / w->arms->n + 1, tr_dispatch_names[arm->rule], run->always_work);
            for (int32_t f = 0; f < TR_N_FIGURES; f++) tr_number_csv(p.out, run->figure[f]);
            tr_text_csv(p.out, w->arms->fleets[arm->fleet]);
            fprintf(p.out, "\n");
        }
    return tr_pad_close(&p, arena);
}

/* ---- JSON ---- */

static json_t *summary_json(tr_summary s)
{
    return json_pack("{s:i, s:o, s:[o,o], s:[o,o]}", "n", (int)s.n, "mean", tr_number_json(s.mean), "t95", tr_number_json(s.t.low), tr_number_json(s.t.high),
                     "bca95", tr_number_json(s.bca.low), tr_number_json(s.bca.high));
}

/* Differences stand under "less_oldest" on the first fleet, under "less_first_fleet" on the others. */
static json_t *arm_json(const tr_sweep *w, int32_t load, int32_t a)
{
    const tr_arm *arm = &w->arms->arms[a];
    int32_t base = tr_arms_base(w->arms, a), k, n;
    json_t *figures = json_object(), *differences = json_object();
    for (int32_t f = 0; f < TR_N_FIGURES; f++) {
        json_object_set_new(figures, tr_figures[f].name, summary_json(tr_sweep_mean(w, load, a, (tr_figure)f)));
        if (base >= 0)
            json_object_set_new(differences, tr_figures[f].name, summary_json(tr_sweep_difference(w, load, a, base, (tr_figure)f)));
    }
    tr_interval exact = tr_sweep_hazardous(w, load, a, &k, &n);
    json_t *json = json_pack("{s:s, s:s, s:o, s:o, s:{s:i, s:i, s:[o,o]}, s:o}", "rule", tr_dispatch_names[arm->rule], "fleet",
                     w->arms->fleets[arm->fleet], "figures", figures, arm->fleet ? "less_first_fleet" : "less_oldest", differences,
                     "hazardous_first_day", "k", (int)k, "n", (int)n, "exact95", tr_number_json(exact.low), tr_number_json(exact.high), "little",
                     tr_little_json(tr_little_of(w, load, a)));
    if (w->loads[load].kind == TR_LOAD_SATURATED) return json; /* its list is filled up: nothing in it has waited */
    json_object_set_new(json, "groups", tr_groups_json(w, load, a));
    json_object_set_new(json, "curves", tr_curves_json(w, load, a));
    if (w->arms->towns[0]->squares.n_x && tr_load_has_times(&w->loads[load])) json_object_set_new(json, "places", tr_places_json(w, load, a));
    return json;
}

static json_t *counts_json(const tr_town *t)
{
    return json_pack("{s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i}", "read", (int)t->counts.read, "faulty", (int)t->counts.faulty,
                     "undated", (int)t->counts.undated, "unlocated", (int)t->counts.unlocated, "outside_dates",
                     (int)t->counts.outside_dates, "outside_box", (int)t->counts.outside_box, "after_last_week",
                     (int)t->counts.after_last_week, "used", (int)t->counts.used, "off_road", (int)t->counts.off_road, "duplicates",
                     (int)t->counts.duplicates, "piles", (int)t->n_piles, "piles_without_size", (int)t->counts.unsized,
                     "piles_for_crews", (int)t->counts.for_crews);
}

const char *tr_sweep_json(const tr_sweep *w, tr_arena *arena)
{
    const tr_replay_settings *s = w->settings;
    json_t *loads = json_array(), *names = json_object();
    for (int32_t f = 0; f < TR_N_FIGURES; f++)
        json_object_set_new(names, tr_figures[f].name, json_pack("{s:s,s:s}", "unit", tr_figures[f].unit, "what", tr_figures[f].what));
    for (int32_t l = 0; l < w->n_loads; l++) {
        json_t *rules = json_array();
        for (int32_t a = 0; a < w->arms->n; a++) json_array_append_new(rules, arm_json(w, l, a));
        json_array_append_new(loads, json_pack("{s:s, s:o, s:b, s:o}", "load", tr_load_name(&w->loads[l], arena), "rate", tr_number_json(w->loads[l].rate),
                                               "times_have_a_mean", (int)tr_load_has_times(&w->loads[l]), "rules", rules));
    }
    json_t *root = json_pack("{s:s, s:i, s:I, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "type", "tiprun-replay", "version", 1, "seed",
                             (json_int_t)s->seed, "replications", (int)s->replications, "days", (int)s->days, "horizon_days",
                             (int)tr_sweep_horizon(w), "horizon_working_days", (int)tr_sweep_working_horizon(w), "record_per_day", tr_number_json(w->record_per_day),
                             "capacity_per_day", tr_number_json(w->capacity_per_day), "record", counts_json(w->arms->towns[0]), "figures", names, "loads",
                             loads);
    json_object_set_new(root, "squares", tr_squares_json(&w->arms->towns[0]->squares));
    if (w->recorded) json_object_set_new(root, "as_recorded", tr_as_recorded_json(w->recorded));
    const char *text = tr_json_print(root, arena);
    json_decref(root);
    return text;
}
