/* page_sweep_fleets.c -- what each further fleet is worth against the first: under the same rule, on the same arrivals.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_sweep.h"
#include "chart_marks.h"
#include "page.h"
#include "sweep_parts.h"
#include "writers.h"

#include <math.h>

static const tr_figure told[] = {TR_FIG_MEAN, TR_FIG_P90, TR_FIG_HAZARDOUS_HOURS, TR_FIG_ASBESTOS_HOURS, TR_FIG_POUNDS_PER_CASE, TR_FIG_KM_PER_CASE};
enum { N_TOLD = sizeof told / sizeof *told };

static int32_t arm_of(const tr_sweep_page *p, int32_t fleet, tr_dispatch_rule rule)
{
    for (int32_t a = 0; a < p->w->arms->n; a++)
        if (p->w->arms->arms[a].fleet == fleet && p->w->arms->arms[a].rule == rule) return a;
    return -1;
}

/* ---- in words ---- */

static void item(const tr_sweep_page *p, int32_t load, int32_t arm, int32_t base, tr_figure figure, const char *less, const char *more)
{
    const tr_compared *c = tr_compared_of(figure);
    tr_summary d = tr_sweep_difference(p->w, load, arm, base, figure), ours = tr_sweep_mean(p->w, load, arm, figure), theirs = tr_sweep_mean(p->w, load, base, figure);
    if (!d.n || !isfinite(d.mean)) return;
    fputs("<li>", p->out);
    tr_html_put(p->out, tr_arena_printf(p->arena, "%s: %s instead of %s %s; %s", c->what, tr_num_text(c->scale * ours.mean, c->decimals).text,
                                        tr_num_text(c->scale * theirs.mean, c->decimals).text, c->unit, tr_difference_words(d, c, less, more, p->arena)));
    fputs("</li>\n", p->out);
}

static void put_words(const tr_sweep_page *p, int32_t fleet)
{
    tr_dispatch_rule rule = p->w->arms->arms[p->subject >= 0 ? p->subject : 0].rule;
    int32_t arm = arm_of(p, fleet, rule), base = arm_of(p, 0, rule);
    int32_t other = tr_arms_given_to_one(p->w->arms->towns[0], p->w->arms->towns[fleet]);
    if (arm < 0 || base < 0) return;
    fputs("<h3>", p->out);
    tr_html_put(p->out, tr_arena_printf(p->arena, "Fleet “%s” instead of “%s”", p->w->arms->fleets[fleet], p->w->arms->fleets[0]));
    fputs("</h3>\n", p->out);
    if (other)
        tr_page_paragraph(p->out, "%d of %d piles are for crews with only one of these two fleets: what follows is not of the same piles.", other, p->w->arms->towns[0]->n_firsts);
    tr_page_paragraph(p->out, "Under rule %s, at %s:", tr_rule_words(rule), tr_load_words(p, p->load));
    fputs("<ul>\n", p->out);
    item(p, p->load, arm, base, TR_FIG_MEAN, "sooner", "later");
    item(p, p->load, arm, base, TR_FIG_P90, "sooner", "later");
    item(p, p->load, arm, base, TR_FIG_HAZARDOUS_HOURS, "sooner", "later");
    item(p, p->load, arm, base, TR_FIG_ASBESTOS_HOURS, "sooner", "later");
    item(p, p->load, arm, base, TR_FIG_POUNDS_PER_CASE, "less", "more");
    fputs("</ul>\n", p->out);
}

/* ---- the table ---- */

static void cell(const tr_sweep_page *p, int32_t load, int32_t arm, tr_figure figure, double scale, int decimals)
{
    bool has = tr_sweep_tells(p->w, load, figure) && !(load == p->saturated && tr_figure_is_time(figure));
    tr_summary d = tr_sweep_difference(p->w, load, arm, tr_arms_base(p->w->arms, arm), figure);
    if (!has || !d.n || !isfinite(d.mean)) {
        fputs("<td>–</td>", p->out);
        return;
    }
    fprintf(p->out, "<td>%s", tr_signed_words(scale * d.mean, decimals, p->arena));
    if (isfinite(d.t.low)) fprintf(p->out, "<br><small>%s</small>", tr_signed_range_words(d.t, scale, decimals, p->arena));
    fputs("</td>", p->out);
}

static void put_load(const tr_sweep_page *p, int32_t load)
{
    const tr_arms *arms = p->w->arms;
    double days = load == p->saturated ? p->w->settings->saturated_days : p->w->settings->days;
    fprintf(p->out, "<tr class=\"part\"><th colspan=\"%d\">", N_TOLD + 2);
    tr_html_put(p->out, tr_load_words(p, load));
    fputs("</th></tr>\n", p->out);
    for (int32_t a = 0; a < arms->n; a++) {
        if (!arms->arms[a].fleet || tr_arms_base(arms, a) < 0) continue;
        fputs("<tr><td>", p->out);
        tr_html_put(p->out, tr_arm_words(p, a));
        fputs("</td>", p->out);
        for (int32_t f = 0; f < N_TOLD; f++) cell(p, load, a, told[f], 1, tr_compared_of(told[f])->decimals);
        cell(p, load, a, TR_FIG_CLEARED, 1 / days, 2);
        fputs("</tr>\n", p->out);
    }
}

static void put_table(const tr_sweep_page *p)
{
    static const char *const heads[] = {"mean, d", "90th percentile, d", "until hazardous is safe, h", "until asbestos is safe, h", "£ a pile", "km a pile", "cleared a working day"};
    fputs("<div class=\"wide\"><table><caption>Differences to the same rule on the first fleet, with 95 % intervals (paired t)</caption>\n<thead><tr><th>rule, fleet</th>", p->out);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) fprintf(p->out, "<th class=\"wrap\">%s</th>", heads[i]);
    fputs("</tr></thead>\n<tbody>\n", p->out);
    for (int32_t l = 0; l < p->w->n_loads; l++) put_load(p, l);
    fputs("</tbody></table></div>\n", p->out);
}

/* ---- the chart ---- */

static void put_hours(const tr_sweep_page *p, tr_figure figure, const char *title)
{
    const tr_arms *arms = p->w->arms;
    const int32_t rules[2] = {p->control, p->subject};
    double *mean = TR_NEW(p->arena, double, 2 * arms->n_fleets), *low = TR_NEW(p->arena, double, 2 * arms->n_fleets), *high = TR_NEW(p->arena, double, 2 * arms->n_fleets);
    const char *names[2];
    bool any = false;
    if (p->control < 0 || p->subject < 0) return;
    for (int k = 0; k < 2; k++) {
        names[k] = tr_rule_words(arms->arms[rules[k]].rule);
        for (int32_t f = 0; f < arms->n_fleets; f++) {
            tr_summary s = tr_sweep_mean(p->w, p->load, arm_of(p, f, arms->arms[rules[k]].rule), figure);
            mean[2 * f + k] = s.mean, low[2 * f + k] = s.t.low, high[2 * f + k] = s.t.high, any |= isfinite(s.mean);
        }
    }
    if (!any) return;
    fputs("<figure>", p->out);
    tr_chart_dots(p->out, &(tr_dots){title, tr_compared_of(figure)->unit, arms->n_fleets, 2, arms->fleets, names, mean, low, high});
    fputs("<figcaption>", p->out);
    tr_html_put(p->out, tr_arena_printf(p->arena, "%s, by fleet, at %s; whiskers: 95 %% intervals over streams.", title, tr_load_words(p, p->load)));
    fputs("</figcaption></figure>\n", p->out);
}

void tr_sweep_page_fleets(const tr_sweep_page *p)
{
    if (p->w->arms->n_fleets < 2) return;
    tr_page_heading(p->out, "What each fleet is worth");
    tr_page_paragraph(p->out, "All fleets face the same arrivals. Loads are per cent of what oldest first clears with fleet “%s”.", p->w->arms->fleets[0]);
    if (p->load >= 0) {
        for (int32_t f = 1; f < p->w->arms->n_fleets; f++) put_words(p, f);
        put_hours(p, TR_FIG_MEAN, "Mean clear-up time");
        put_hours(p, TR_FIG_HAZARDOUS_HOURS, "Hours until a hazardous pile is safe");
        put_hours(p, TR_FIG_ASBESTOS_HOURS, "Hours until a pile with asbestos is safe");
    }
    put_table(p);
}
