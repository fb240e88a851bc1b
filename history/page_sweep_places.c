/* page_sweep_places.c -- where piles lie long: a map of squares under the control and one under tiprun, in the same shades, at the
 * load of the headline.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_sweep.h"
#include "chart.h"
#include "page.h"
#include "places.h"
#include "sweep_parts.h"
#include "writers.h"

#include <math.h>

/* Means of both arms, one behind the other; NAN where a square has few piles.  Returns squares that are drawn. */
static int32_t measure(const tr_sweep_page *p, const int32_t arms[2], int32_t squares, int32_t *n, double *days)
{
    int32_t drawn = 0;
    for (int k = 0; k < 2; k++)
        for (int32_t i = 0; i < squares; i++) {
            tr_place_mean m = tr_places_mean(p->w, p->load, arms[k], i);
            n[k * squares + i] = m.n, days[k * squares + i] = m.n < TR_PLACE_FEW ? NAN : m.mean;
            drawn += !k && m.n >= TR_PLACE_FEW;
        }
    return drawn;
}

static void put_differences(const tr_sweep_page *p, int32_t squares, int32_t drawn, const double *control)
{
    int32_t shorter = 0, longer = 0, worst = -1;
    double most = 0;
    for (int32_t i = 0; i < squares; i++) {
        if (!isfinite(control[i])) continue;
        tr_place_mean d = tr_places_difference(p->w, p->load, p->subject, p->control, i);
        shorter += d.t.high < 0, longer += d.t.low > 0;
        if (d.mean > most) most = d.mean, worst = i;
    }
    const char *name = tr_rule_words(p->w->arms->arms[p->subject].rule);
    if (p->w->settings->replications < 2) {
        tr_page_paragraph(p->out, "One stream gives no intervals: no two squares can be told apart.");
        return;
    }
    tr_page_paragraph(p->out, "Of the %d squares drawn, piles lie longer under %s than under oldest first in %d and shorter in %d, each with a 95 %% interval that leaves out 0; "
                      "the others are not told apart. Among so many squares about %s would be so by chance alone.", drawn, name, longer, shorter,
                      tr_num_text(0.05 * drawn, 0.05 * drawn < 10 ? 1 : 0).text);
    if (worst < 0) return;
    const tr_squares *s = &p->w->arms->towns[0]->squares;
    tr_place_mean d = tr_places_difference(p->w, p->load, p->subject, p->control, worst);
    tr_page_paragraph(p->out, "The square that is longest behind under %s: row %d from the north, column %d from the west, %s days more (95 %% interval %s, %s piles).", name,
                      worst / s->n_x + 1, worst % s->n_x + 1, tr_num_text(d.mean, 2).text, tr_signed_range_words(d.t, 1, 2, p->arena), tr_count_text(d.n).text);
}

void tr_sweep_page_places(const tr_sweep_page *p)
{
    if (p->load < 0 || p->control < 0 || p->subject < 0) return;
    const tr_squares *s = &p->w->arms->towns[0]->squares;
    const int32_t arms[2] = {p->control, p->subject}, squares = s->n_x * s->n_y;
    int32_t *n = TR_NEW(p->arena, int32_t, 2 * squares + 1);
    double *days = TR_NEW(p->arena, double, 2 * squares + 1), limits[TR_N_SHADES - 1];
    int32_t drawn = measure(p, arms, squares, n, days), horizon = tr_sweep_horizon(p->w);
    tr_page_heading(p->out, "Where piles lie long");
    if (!drawn) {
        tr_page_paragraph(p->out, "No square of %s m has %d piles in all streams together that were reported at least %d days before the end: there is nothing to map.",
                          tr_count_text((int64_t)s->side_m).text, TR_PLACE_FEW, horizon);
        return;
    }
    tr_squares_fifths(days, 2 * squares, limits, p->arena);
    tr_page_paragraph(p->out, "At %s: mean clear-up time up to %d days in squares of %s m over the piles' places, of those reported at least %d days before the end. Both maps have the same shades, "
                      "fifths of all their squares. Fewer than %d piles in all streams together: an empty square. Intervals, differences and the other rules and loads are in places.csv.",
                      tr_load_words(p, p->load), horizon, tr_count_text((int64_t)s->side_m).text, horizon, TR_PLACE_FEW);
    for (int k = 0; k < 2; k++) {
        const char *name = tr_rule_words(p->w->arms->arms[arms[k]].rule);
        tr_squares_map map = {.title = tr_arena_printf(p->arena, "mean clear-up time by place, %s", name), .value = "mean",
                              .counted = "piles in all streams", .n = &n[k * squares], .days = &days[k * squares]};
        for (int i = 0; i < TR_N_SHADES - 1; i++) map.limits[i] = limits[i];
        fputs("<figure>", p->out);
        tr_squares_draw(p->out, s, &map);
        fputs("<figcaption>", p->out);
        tr_html_put(p->out, tr_arena_printf(p->arena, "Mean days until cleared, %s.", name));
        fputs("</figcaption></figure>\n", p->out);
    }
    put_differences(p, squares, drawn, days);
}
