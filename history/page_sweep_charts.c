/* page_sweep_charts.c -- the charts of a simulation: means by load, who still waits, how times are spread, the list day by day.
 *
 * Of several fleets the first one's rules are drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_sweep.h"
#include "chart_marks.h"
#include "curves.h"
#include "page.h"
#include "sweep_parts.h"
#include "writers.h"

#include <math.h>

enum { MOST_BANDS = 5, BINS = 30 };

/* The two that are compared come first, so that they look the same in every chart. */
static int32_t arms_drawn(const tr_sweep_page *p, int32_t arms[TR_MOST_CURVES])
{
    int32_t n = 0;
    if (p->control >= 0) arms[n++] = p->control;
    if (p->subject >= 0) arms[n++] = p->subject;
    for (int32_t a = 0; a < p->w->arms->n && n < TR_MOST_CURVES; a++)
        if (!p->w->arms->arms[a].fleet && a != p->control && a != p->subject) arms[n++] = a;
    return n;
}

static void caption(const tr_sweep_page *p, const char *text)
{
    fputs("<figcaption>", p->out);
    tr_html_put(p->out, text);
    fputs("</figcaption></figure>\n", p->out);
}

/* ---- means by load ---- */

static void put_means(const tr_sweep_page *p, tr_figure figure, const char *what)
{
    int32_t arms[TR_MOST_CURVES], n = arms_drawn(p, arms), n_loads = 0, least = INT32_MAX, most = 0;
    tr_line lines[TR_MOST_CURVES];
    bool part = false;
    for (int32_t l = 0; l < p->w->n_loads; l++) {
        if (p->w->loads[l].kind != TR_LOAD_PERCENT || !tr_load_has_times(&p->w->loads[l])) continue;
        least = p->w->loads[l].percent < least ? p->w->loads[l].percent : least, most = p->w->loads[l].percent > most ? p->w->loads[l].percent : most, n_loads++;
    }
    if (n_loads < 2 || least == most) return;
    for (int32_t k = 0; k < n; k++) {
        double *x = TR_NEW(p->arena, double, n_loads), *y = TR_NEW(p->arena, double, n_loads), *low = TR_NEW(p->arena, double, n_loads), *high = TR_NEW(p->arena, double, n_loads);
        int32_t i = 0;
        for (int32_t percent = least; percent <= most; percent++) /* loads may stand in any order */
            for (int32_t l = 0; l < p->w->n_loads; l++) {
                if (p->w->loads[l].kind != TR_LOAD_PERCENT || p->w->loads[l].percent != percent || i == n_loads) continue;
                tr_summary s = tr_sweep_mean(p->w, l, arms[k], figure);
                x[i] = percent, y[i] = s.mean, low[i] = s.t.low, high[i] = s.t.high, i++;
                part |= s.n < p->w->settings->replications;
            }
        lines[k] = (tr_line){tr_rule_words(p->w->arms->arms[arms[k]].rule), i, x, y, low, high, 0};
    }
    const char *title = tr_arena_printf(p->arena, "%s of clear-up times by load", what);
    fputs("<figure>", p->out);
    tr_chart_marks(p->out, title, "load: per cent of what oldest first can clear", "days", least - 1, most + 1, lines, n);
    caption(p, tr_arena_printf(p->arena, "%s, calendar days; whiskers: 95 %% intervals over %d streams, cut at the edge. Marks of one load stand side by side.%s", title,
                               p->w->settings->replications, part ? " Of streams in which it was not reached it has no value; marks are of the others, which are the faster ones." : ""));
}

/* ---- who still waits ---- */

static tr_line line_of(const tr_sweep_page *p, const tr_curve *c, int32_t arm, bool band)
{
    double *x = TR_NEW(p->arena, double, c->n + 1), *low = TR_NEW(p->arena, double, c->n + 1), *high = TR_NEW(p->arena, double, c->n + 1);
    for (int32_t i = 0; i < c->n; i++) {
        x[i] = c->x[i];
        low[i] = isfinite(c->t[i].low) ? c->t[i].low : c->mean[i], high[i] = isfinite(c->t[i].high) ? c->t[i].high : c->mean[i];
    }
    return (tr_line){tr_rule_words(p->w->arms->arms[arm].rule), c->n, x, c->mean, band ? low : NULL, band ? high : NULL, 1};
}

/* The day by which nearly all of the piles are gone under every rule. */
static double last_day(const tr_curve *curves, int32_t n)
{
    double most = 5;
    for (int32_t k = 0; k < n; k++)
        for (int32_t i = 0; i < curves[k].n; i++)
            if (curves[k].mean[i] > 0.01) most = fmax(most, curves[k].x[i] + 1);
    return most;
}

static void put_waiting(const tr_sweep_page *p)
{
    int32_t arms[TR_MOST_CURVES], n = arms_drawn(p, arms);
    tr_curve curves[TR_MOST_CURVES];
    tr_line lines[TR_MOST_CURVES];
    for (int32_t k = 0; k < n; k++) {
        curves[k] = tr_curve_waiting(p->w, p->load, arms[k], p->arena);
        lines[k] = line_of(p, &curves[k], arms[k], n <= MOST_BANDS);
    }
    const char *title = tr_arena_printf(p->arena, "Share of piles not yet cleared, at %s", tr_load_words(p, p->load));
    fputs("<figure>", p->out);
    tr_chart_curves(p->out, title, "days since the report", last_day(curves, n), lines, n);
    caption(p, tr_arena_printf(p->arena, "%s: the Kaplan-Meier curve of each stream read at whole days, averaged%s.", title,
                               n <= MOST_BANDS ? "; bands: 95 % of each day by itself, over streams" : ""));
}

/* What a curve loses from day to day. */
static void put_spread(const tr_sweep_page *p)
{
    const int32_t arms[2] = {p->control, p->subject};
    if (p->control < 0 || p->subject < 0) return;
    tr_curve curves[2];
    double *values[2];
    const char *names[2];
    for (int k = 0; k < 2; k++) curves[k] = tr_curve_waiting(p->w, p->load, arms[k], p->arena);
    double most = last_day(curves, 2);
    int32_t width = (int32_t)ceil(most / BINS), n = (int32_t)ceil(most / width);
    if (n * width > curves[0].n - 1) n = (curves[0].n - 1) / width;
    if (n < 1) return;
    for (int k = 0; k < 2; k++) {
        values[k] = TR_NEW(p->arena, double, n);
        for (int32_t i = 0; i < n; i++) values[k][i] = 100 * (curves[k].mean[i * width] - curves[k].mean[(i + 1) * width]);
        names[k] = tr_arena_printf(p->arena, "%s (%s %% take longer than drawn)", tr_rule_words(p->w->arms->arms[arms[k]].rule),
                                   tr_num_text(100 * curves[k].mean[n * width], 1).text);
    }
    const char *title = tr_arena_printf(p->arena, "Histogram of clear-up times, at %s", tr_load_words(p, p->load));
    fputs("<figure>", p->out);
    tr_chart_pairs(p->out, title, "days from the report until cleared", "% of piles", width, n, names, (const double *const *)values);
    caption(p, tr_arena_printf(p->arena, "%s: %s; the steps of the curves above, open piles taken for what they are.", title,
                               width == 1 ? "a pair of bars a day" : tr_arena_printf(p->arena, "a pair of bars for %d days", width)));
}

/* ---- the list ---- */

static void put_queue(const tr_sweep_page *p, int32_t load)
{
    int32_t arms[TR_MOST_CURVES], n = arms_drawn(p, arms);
    tr_line lines[TR_MOST_CURVES];
    for (int32_t k = 0; k < n; k++) {
        tr_curve c = tr_curve_queue(p->w, load, arms[k], p->arena);
        lines[k] = line_of(p, &c, arms[k], n <= MOST_BANDS);
        double *day = TR_NEW(p->arena, double, c.n + 1);
        for (int32_t i = 0; i < c.n; i++) day[i] = i + 1;
        lines[k].x = day;
    }
    const char *title = tr_arena_printf(p->arena, "Piles on the list in the morning, at %s", tr_load_words(p, load));
    fputs("<figure>", p->out);
    tr_chart_lines(p->out, title, "working days measured, after the warm-up", "piles", lines, n);
    caption(p, tr_arena_printf(p->arena, "%s: mean over streams%s.", title, n <= MOST_BANDS ? "; bands: 95 % of each morning by itself" : ""));
}

/* Above what the control can clear, where the list is all there is to tell. */
static int32_t load_of_growth(const tr_sweep_page *p)
{
    int32_t most = -1;
    for (int32_t l = 0; l < p->w->n_loads; l++)
        if (l != p->saturated && !tr_load_has_times(&p->w->loads[l]) && (most < 0 || p->w->loads[l].percent > p->w->loads[most].percent)) most = l;
    return most;
}

void tr_sweep_page_charts(const tr_sweep_page *p)
{
    int32_t growth = load_of_growth(p);
    tr_page_heading(p->out, "Charts");
    if (p->w->arms->n_fleets > 1) tr_page_paragraph(p->out, "The rules with fleet “%s”.", p->w->arms->fleets[0]);
    put_means(p, TR_FIG_MEAN, "Mean");
    put_means(p, TR_FIG_P90, "90th percentile");
    if (p->load >= 0) put_waiting(p), put_spread(p), put_queue(p, p->load);
    if (growth >= 0) put_queue(p, growth);
}
