/* sweep.c -- see sweep.h.  What is written of it: sweep_text.c.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep.h"

#include <math.h>
#include <stdio.h>

enum { DRAWS = 2000 };
static const double level = 0.95;

/* Piles for crews a day when sizes and types are drawn as the settings say: the mean over all forms. */
static double record_rate(const tr_town *t, const tr_replay_settings *s)
{
    double piles = 0, sizes = 0, types = 0;
    int32_t n_types = t->n_forms / TR_N_SIZES;
    for (int32_t i = 0; i < TR_N_SIZES; i++) sizes += s->size_permille[i];
    for (int32_t i = 0; i < TR_N_WASTE_TYPES; i++) types += s->type_permille[i];
    for (int32_t k = 0; k < t->n_piles; k++)
        for (int32_t type = 0; type < n_types && !t->piles[k].off_road; type++)
            for (int32_t size = 0; size < TR_N_SIZES; size++)
                if (tr_form_of(t, k, type, size)->kind == TR_LEFT)
                    piles += s->size_permille[size] / sizes * (n_types > 1 ? s->type_permille[type] / types : 1);
    return piles / t->n_days;
}

typedef struct {
    const tr_sweep_options *options;
    char what[80];
} teller;

static void tell(void *context, int32_t done, int32_t of)
{
    const teller *t = context;
    t->options->progress(t->options->context, t->what, done, of);
}

static tr_status run_load(tr_sweep *w, const tr_sweep_options *o, tr_sweep_load *load, tr_arena *arena, tr_err *err)
{
    teller t = {.options = o};
    tr_replay_options r = {.rate = load->rate, .saturated = load->kind == TR_LOAD_SATURATED, .arms = w->arms->arms, .n_arms = w->arms->n,
                           .keep_cases = o->keep_cases && load->kind != TR_LOAD_SATURATED, .threads = o->threads, .context = &t};
    snprintf(t.what, sizeof t.what, load->kind == TR_LOAD_SATURATED ? "saturated" : load->kind == TR_LOAD_RECORD ? "the record's rate" : "load %d %%", load->percent);
    if (o->progress) r.progress = tell;
    return tr_replay(w->settings, &r, arena, &load->runs, err);
}

/* Of the saturated runs, warm-up left out. */
static double cleared_a_working_day(const tr_sweep *w, int32_t arm)
{
    return tr_sweep_mean(w, 0, arm, TR_FIG_CLEARED).mean / w->settings->saturated_days;
}

tr_status tr_sweep_run(const tr_arms *arms, const tr_replay_settings *s, const tr_sweep_options *o, tr_arena *arena,
                       tr_sweep *w, tr_err *err)
{
    const tr_town *town = arms->towns[0];
    *w = (tr_sweep){.arms = arms, .settings = s, .record_per_day = record_rate(town, s)};
    w->n_loads = s->n_loads ? s->n_loads + 1 : 1;
    w->loads = TR_NEW(arena, tr_sweep_load, w->n_loads);
    if (w->record_per_day <= 0) return tr_fail(err, TR_EINPUT, "the record holds nothing for crews to clear");
    if (!s->n_loads) {
        w->loads[0] = (tr_sweep_load){.kind = TR_LOAD_RECORD, .rate = 1};
        return run_load(w, o, &w->loads[0], arena, err);
    }
    int32_t control = tr_arms_control(arms), from, to;
    if (control < 0)
        return tr_fail(err, TR_EINPUT, "loads are shares of what rule oldest clears: it must be among the rules");
    w->loads[0] = (tr_sweep_load){.kind = TR_LOAD_SATURATED};
    TR_TRY(run_load(w, o, &w->loads[0], arena, err));
    tr_replay_window(s, town, false, &from, &to); /* a working day's worth, spread over the days of the runs to come */
    w->capacity_per_day = cleared_a_working_day(w, control) * s->days / (to - from);
    for (int32_t i = 0; i < s->n_loads; i++) {
        tr_sweep_load *load = &w->loads[i + 1];
        *load = (tr_sweep_load){.kind = TR_LOAD_PERCENT, .percent = s->loads[i],
                                .rate = s->loads[i] / 100.0 * w->capacity_per_day / w->record_per_day};
        TR_TRY(run_load(w, o, load, arena, err));
    }
    return TR_OK;
}

/* ---- over replications ---- */

static tr_summary summarize(const double *x, int32_t n, uint64_t seed)
{
    tr_summary s = {.n = n, .mean = NAN, .t = {NAN, NAN}, .bca = {NAN, NAN}};
    if (n == 0) return s;
    s.t = tr_paired_t(x, n, level, &s.mean);
    double wider = n > 1 ? tr_small_sample_level(level, n) : level;
    if (wider < 1) s.bca = tr_bca(x, n, tr_statistic_mean, NULL, DRAWS, seed, wider, NULL);
    return s;
}

tr_summary tr_sweep_difference(const tr_sweep *w, int32_t load, int32_t arm, int32_t other, tr_figure figure)
{
    const tr_replay_settings *s = w->settings;
    tr_arena *scratch = tr_arena_new();
    double *x = TR_NEW(scratch, double, s->replications + 1);
    int32_t n = 0;
    for (int32_t r = 0; r < s->replications; r++) {
        const tr_replay_run *runs = &w->loads[load].runs[r * w->arms->n];
        double value = runs[arm].figure[figure] - (other < 0 ? 0 : runs[other].figure[figure]);
        if (isfinite(value)) x[n++] = value;
    }
    tr_summary result = summarize(x, n, s->seed);
    tr_arena_free(scratch);
    return result;
}

tr_summary tr_sweep_mean(const tr_sweep *w, int32_t load, int32_t arm, tr_figure figure)
{
    return tr_sweep_difference(w, load, arm, -1, figure);
}

tr_interval tr_sweep_hazardous(const tr_sweep *w, int32_t load, int32_t arm, int32_t *k, int32_t *n)
{
    double all = 0, at_once = 0;
    for (int32_t r = 0; r < w->settings->replications; r++) {
        const double *f = w->loads[load].runs[r * w->arms->n + arm].figure;
        if (f[TR_FIG_HAZARDOUS] > 0) all += f[TR_FIG_HAZARDOUS], at_once += f[TR_FIG_HAZARDOUS] * f[TR_FIG_HAZARDOUS_FIRST_DAY];
    }
    *k = (int32_t)lround(at_once), *n = (int32_t)lround(all);
    return tr_binomial_exact(*k, *n, level);
}
