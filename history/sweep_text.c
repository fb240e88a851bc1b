/* sweep_text.c -- a sweep for people, as JSON and as CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { /* text that grows */
    char *text;
    size_t length;
    FILE *out;
} pad;

static void pad_open(pad *p) /* the stream keeps pointers into it */
{
    p->out = open_memstream(&p->text, &p->length);
}

static const char *pad_close(pad *p, tr_arena *arena)
{
    fclose(p->out);
    const char *text = tr_arena_strndup(arena, p->text, p->length);
    free(p->text);
    return text;
}

static const char *load_name(const tr_sweep_load *l, tr_arena *arena)
{
    return l->kind == TR_LOAD_SATURATED ? "saturated" : l->kind == TR_LOAD_RECORD ? "record" : tr_arena_printf(arena, "%d%%", l->percent);
}

/* Beyond what the control can clear there is no mean to speak of: it grows with the days simulated. */
static bool has_times(const tr_sweep_load *l)
{
    return l->kind == TR_LOAD_RECORD || (l->kind == TR_LOAD_PERCENT && l->percent <= 100);
}

static bool is_time(tr_figure f)
{
    return f >= TR_FIG_MEAN && f <= TR_FIG_OLDEST;
}

static int32_t horizon_of(const tr_sweep *w)
{
    int32_t from, to;
    tr_replay_window(w->settings, w->town, false, &from, &to);
    return tr_replay_horizon(w->settings, from, to);
}

/* ---- for people ---- */

static const struct {
    tr_figure figure;
    const char *head;
    int decimals;
} columns[] = {
    {TR_FIG_CASES, "piles", 0},          {TR_FIG_MEAN, "mean d", 2},      {TR_FIG_MEDIAN, "median d", 2},
    {TR_FIG_P90, "p90 d", 2},            {TR_FIG_WORK_MEAN, "work d", 2}, {TR_FIG_OLDEST, "oldest d", 1},
    {TR_FIG_IN_TARGET, "in target", 3},  {TR_FIG_QUEUE, "queue", 1},      {TR_FIG_QUEUE_GROWTH, "growth", 2},
    {TR_FIG_WORK_PER_HOUR, "min/h", 2},  {TR_FIG_KM_PER_CASE, "km/pile", 2}, {TR_FIG_POUNDS_PER_CASE, "gbp/pile", 2},
    {TR_FIG_OVERTIME, "overtime h", 1},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

/* |L - lambda W| / L over all replications of a rule. */
static double little_of(const tr_sweep *w, int32_t load, int32_t rule)
{
    double l = tr_sweep_mean(w, load, rule, TR_FIG_LITTLE_L).mean;
    return fabs(l - tr_sweep_mean(w, load, rule, TR_FIG_LITTLE_LAMBDA_W).mean) / l;
}

static void print_rows(const tr_sweep *w, int32_t load, FILE *out)
{
    fprintf(out, "  %-9s", "rule");
    for (int c = 0; c < N_COLUMNS; c++) fprintf(out, " %10s", columns[c].head);
    fprintf(out, "   Little  hazardous first day\n");
    for (int32_t r = 0; r < w->settings->n_rules; r++) {
        fprintf(out, "  %-9s", tr_dispatch_names[w->settings->rules[r]]);
        for (int c = 0; c < N_COLUMNS; c++) {
            tr_summary s = tr_sweep_mean(w, load, r, columns[c].figure);
            bool shown = isfinite(s.mean) && (has_times(&w->loads[load]) || !is_time(columns[c].figure));
            if (shown) fprintf(out, " %10.*f", columns[c].decimals, s.mean);
            else fprintf(out, " %10s", "-");
        }
        int32_t k, n;
        tr_interval exact = tr_sweep_hazardous(w, load, r, &k, &n);
        if (w->loads[load].kind == TR_LOAD_SATURATED) fprintf(out, " %8s", "-");
        else fprintf(out, " %8.4f", little_of(w, load, r));
        if (n) fprintf(out, "  %d of %d (%.3f to %.3f)\n", k, n, exact.low, exact.high);
        else fprintf(out, "  none\n");
    }
}

static void print_differences(const tr_sweep *w, int32_t load, FILE *out)
{
    static const tr_figure shown[] = {TR_FIG_MEAN, TR_FIG_P90, TR_FIG_WORK_MEAN, TR_FIG_OLDEST, TR_FIG_WORK_PER_HOUR, TR_FIG_CLEARED};
    int32_t control = tr_sweep_control(w);
    for (int32_t r = 0; control >= 0 && r < w->settings->n_rules; r++)
        for (size_t i = 0; r != control && i < sizeof shown / sizeof *shown; i++) {
            if (is_time(shown[i]) && !has_times(&w->loads[load])) continue;
            tr_summary s = tr_sweep_difference(w, load, r, control, shown[i]);
            fprintf(out, "  %s less oldest, %s: %.3f (t %.3f to %.3f, BCa %.3f to %.3f, n %d)\n", tr_dispatch_names[w->settings->rules[r]],
                    tr_figures[shown[i]].name, s.mean, s.t.low, s.t.high, s.bca.low, s.bca.high, s.n);
        }
}

static void print_insertions(const tr_sweep *w, int32_t load, FILE *out)
{
    if (!w->settings->insert || w->loads[load].kind == TR_LOAD_SATURATED) return;
    for (int32_t r = 0; r < w->settings->n_rules; r++)
        fprintf(out, "  %s: %.2f piles a working day put into a route under way; %.3f of all piles cleared on the day of the report\n",
                tr_dispatch_names[w->settings->rules[r]], tr_sweep_mean(w, load, r, TR_FIG_INSERTED).mean,
                tr_sweep_mean(w, load, r, TR_FIG_SAME_DAY).mean);
}

/* Saturated runs whose list was too short some morning say less than they seem to. */
static int32_t ran_out(const tr_sweep *w, int32_t load)
{
    int32_t n = 0;
    for (int32_t i = 0; i < w->settings->replications * w->settings->n_rules; i++) n += !w->loads[load].runs[i].always_work;
    return n;
}

const char *tr_sweep_table(const tr_sweep *w, tr_arena *arena)
{
    pad p;
    pad_open(&p);
    const tr_replay_settings *s = w->settings;
    fprintf(p.out, "%d replications of %d working days after %d; record: %.2f piles for crews a day", s->replications, s->days, s->warm_up_days, w->record_per_day);
    if (w->capacity_per_day > 0) fprintf(p.out, "; oldest clears %.2f a day when saturated", w->capacity_per_day);
    fprintf(p.out, "\nclear-up times: means up to %d days; all figures: means over replications, differences with 95 %% intervals over replications\n", horizon_of(w));
    for (int32_t l = 0; l < w->n_loads; l++) {
        fprintf(p.out, "\nload %s", load_name(&w->loads[l], arena));
        if (w->loads[l].rate > 0) fprintf(p.out, " (%.3f times the record's rate)", w->loads[l].rate);
        if (ran_out(w, l)) fprintf(p.out, "; the list was too short on some morning of %d runs: enlarge saturated_list", ran_out(w, l));
        fprintf(p.out, "\n");
        print_rows(w, l, p.out);
        print_insertions(w, l, p.out);
        print_differences(w, l, p.out);
    }
    return pad_close(&p, arena);
}

/* ---- CSV ---- */

static void csv_number(FILE *out, double x)
{
    if (isfinite(x)) fprintf(out, ",%.10g", x);
    else fputc(',', out);
}

static void csv_summary(FILE *out, tr_summary s)
{
    csv_number(out, s.mean);
    csv_number(out, s.t.low), csv_number(out, s.t.high);
    csv_number(out, s.bca.low), csv_number(out, s.bca.high);
}

const char *tr_sweep_csv(const tr_sweep *w, tr_arena *arena)
{
    pad p;
    pad_open(&p);
    int32_t control = tr_sweep_control(w);
    fprintf(p.out, "load,rate,rule,figure,unit,n,mean,t_low,t_high,bca_low,bca_high,difference,difference_t_low,difference_t_high,"
                   "difference_bca_low,difference_bca_high\n");
    for (int32_t l = 0; l < w->n_loads; l++)
        for (int32_t r = 0; r < w->settings->n_rules; r++)
            for (int32_t f = 0; f < TR_N_FIGURES; f++) {
                tr_summary s = tr_sweep_mean(w, l, r, (tr_figure)f);
                fprintf(p.out, "%s,%.10g,%s,%s,%s,%d", load_name(&w->loads[l], arena), w->loads[l].rate,
                        tr_dispatch_names[w->settings->rules[r]], tr_figures[f].name, tr_figures[f].unit, s.n);
                csv_summary(p.out, s);
                if (control >= 0 && r != control) csv_summary(p.out, tr_sweep_difference(w, l, r, control, (tr_figure)f));
                else fprintf(p.out, ",,,,,");
                fprintf(p.out, "\n");
            }
    return pad_close(&p, arena);
}

const char *tr_sweep_runs_csv(const tr_sweep *w, tr_arena *arena)
{
    pad p;
    pad_open(&p);
    fprintf(p.out, "load,replication,rule,always_work");
    for (int32_t f = 0; f < TR_N_FIGURES; f++) fprintf(p.out, ",%s", tr_figures[f].name);
    fprintf(p.out, "\n");
    for (int32_t l = 0; l < w->n_loads; l++)
        for (int32_t i = 0; i < w->settings->replications * w->settings->n_rules; i++) {
            const tr_replay_run *run = &w->loads[l].runs[i];
            fprintf(p.out, "%s,%d,%s,%d", load_name(&w->loads[l], arena), i / w->settings->n_rules + 1,
                    tr_dispatch_names[w->settings->rules[i % w->settings->n_rules]], run->always_work);
            for (int32_t f = 0; f < TR_N_FIGURES; f++) csv_number(p.out, run->figure[f]);
            fprintf(p.out, "\n");
        }
    return pad_close(&p, arena);
}

/* ---- JSON ---- */

static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *summary_json(tr_summary s)
{
    return json_pack("{s:i, s:o, s:[o,o], s:[o,o]}", "n", (int)s.n, "mean", number(s.mean), "t95", number(s.t.low), number(s.t.high),
                     "bca95", number(s.bca.low), number(s.bca.high));
}

static json_t *rule_json(const tr_sweep *w, int32_t load, int32_t rule)
{
    int32_t control = tr_sweep_control(w), k, n;
    json_t *figures = json_object(), *differences = json_object();
    for (int32_t f = 0; f < TR_N_FIGURES; f++) {
        json_object_set_new(figures, tr_figures[f].name, summary_json(tr_sweep_mean(w, load, rule, (tr_figure)f)));
        if (control >= 0 && control != rule)
            json_object_set_new(differences, tr_figures[f].name,
                                summary_json(tr_sweep_difference(w, load, rule, control, (tr_figure)f)));
    }
    tr_interval exact = tr_sweep_hazardous(w, load, rule, &k, &n);
    return json_pack("{s:s, s:o, s:o, s:{s:i, s:i, s:[o,o]}}", "rule", tr_dispatch_names[w->settings->rules[rule]], "figures", figures,
                     "less_oldest", differences, "hazardous_first_day", "k", (int)k, "n", (int)n, "exact95", number(exact.low), number(exact.high));
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
        for (int32_t r = 0; r < s->n_rules; r++) json_array_append_new(rules, rule_json(w, l, r));
        json_array_append_new(loads, json_pack("{s:s, s:f, s:b, s:o}", "load", load_name(&w->loads[l], arena), "rate", w->loads[l].rate,
                                               "times_have_a_mean", (int)has_times(&w->loads[l]), "rules", rules));
    }
    json_t *root = json_pack("{s:s, s:i, s:I, s:i, s:i, s:i, s:f, s:f, s:o, s:o, s:o}", "type", "tiprun-replay", "version", 1, "seed",
                             (json_int_t)s->seed, "replications", (int)s->replications, "days", (int)s->days, "horizon_days",
                             (int)horizon_of(w), "record_per_day", w->record_per_day, "capacity_per_day", w->capacity_per_day, "record",
                             counts_json(w->town), "figures", names, "loads", loads);
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
    const char *copy = tr_arena_printf(arena, "%s\n", text ? text : "");
    free(text);
    json_decref(root);
    return copy;
}
