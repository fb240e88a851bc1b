/* page_sweep_head.c -- what a simulation says, in plain words: first what is to be known before, then the headline, then what is in
 * favour of tiprun, what is against it, and what is not told apart.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_sweep.h"
#include "chart.h"
#include "curves.h"
#include "page.h"
#include "sweep_parts.h"
#include "writers.h"

#include <math.h>
#include <string.h>

enum { FEW_STREAMS = 30, GOOD_STREAMS = 60, MOST_TOLD = 4 };
static const char begin_warnings[] = "<div class=\"warn\">Read this before the figures:<ul>\n";

static void put(const tr_sweep_page *p, const char *open, const char *text, const char *close)
{
    fputs(open, p->out);
    tr_html_put(p->out, text);
    fputs(close, p->out);
}

static void lead(const tr_sweep_page *p, const char *text)
{
    put(p, "<p class=\"lead\">", text, "</p>\n");
}

/* ---- before the figures ---- */

static const char *why_few(const tr_sweep_page *p)
{
    int32_t n = p->w->settings->replications;
    if (n >= FEW_STREAMS) return NULL;
    if (n == 1) return "one stream only: nothing on this page has an interval, and no two rules can be told apart";
    return tr_arena_printf(p->arena, "%d streams only: intervals of so few hold the truth less often than they say, near saturation above all; "
                           "the program's own number is %d", n, GOOD_STREAMS);
}

static const char *why_estimated(const tr_sweep_page *p)
{
    tr_estimated e = tr_travel_estimated(&p->w->arms->towns[0]->morning.problem);
    if (e == TR_ESTIMATED_NONE) return NULL;
    return e == TR_ESTIMATED_ALL ? "road times are estimates from straight lines, no router was asked" : "some road times are estimates from straight lines";
}

static const char *why_drawn(const tr_sweep_page *p)
{
    double share = p->load < 0 ? 0 : tr_sweep_mean(p->w, p->load, 0, TR_FIG_DRAWN).mean;
    if (!(share > 0)) return NULL;
    return tr_arena_printf(p->arena, "the size or waste type of %s %% of the piles is not in the record; it is drawn by seed, and such piles are synthetic",
                           tr_num_text(100 * share, 0).text);
}

static const char *why_unsteady(const tr_sweep_page *p, int32_t arm)
{
    if (p->load < 0 || arm < 0) return NULL;
    tr_little l = tr_little_of(p->w, p->load, arm);
    if (l.holds || !isfinite(l.gap)) return NULL;
    return tr_arena_printf(p->arena, "%s at %s: Little's law is off by %s %% (%s); %s", tr_arm_words(p, arm), tr_load_words(p, p->load),
                           tr_signed_words(100 * l.gap, 1, p->arena), isfinite(l.t.low) ? tr_arena_printf(p->arena, "95 %% interval %s", tr_signed_range_words(l.t, 100, 1, p->arena)) : "one stream",
                           l.why);
}

static const char *why_ran_out(const tr_sweep_page *p)
{
    int32_t n = p->saturated < 0 ? 0 : tr_sweep_ran_out(p->w, p->saturated);
    return n ? tr_arena_printf(p->arena, "in %d of the runs whose list should never be empty it was too short on some morning: enlarge saturated_list", n) : NULL;
}

/* What of the feed's stops and jumps touches the days that the streams are made of. */
static bool put_feed(const tr_sweep_page *p, bool begun)
{
    const tr_as_recorded *r = p->w->recorded;
    int32_t n = 0;
    for (int32_t i = 0; r && i < r->months.n_findings; i++) {
        if (!tr_as_recorded_touches(r, &r->months.findings[i])) continue;
        if (n == 0) {
            if (!begun) fputs(begin_warnings, p->out);
            fputs("<li>the feed stops or jumps within the days used, which is mostly a change of the system and not of the streets; streams are made of days from before "
                  "and after it alike:<ul>\n", p->out);
        }
        if (n++ < MOST_TOLD) put(p, "<li>", r->months.findings[i].text, "</li>\n");
    }
    if (n > MOST_TOLD) fprintf(p->out, "<li>and %d more, told below</li>\n", n - MOST_TOLD);
    if (n) fputs("</ul></li>\n", p->out);
    return n > 0;
}

static void put_warnings(const tr_sweep_page *p)
{
    const char *texts[] = {why_few(p), why_estimated(p), why_drawn(p), why_ran_out(p), why_unsteady(p, p->control), why_unsteady(p, p->subject)};
    bool any = false;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!texts[i]) continue;
        if (!any) fputs(begin_warnings, p->out);
        any = true;
        put(p, "<li>", texts[i], "</li>\n");
    }
    any |= put_feed(p, any);
    if (any) fputs("</ul></div>\n", p->out);
}

/* ---- the headline ---- */

static void say_mean(const tr_sweep_page *p)
{
    const tr_compared *c = tr_compared_of(TR_FIG_MEAN);
    tr_summary ours = tr_sweep_mean(p->w, p->load, p->subject, TR_FIG_MEAN), theirs = tr_sweep_mean(p->w, p->load, p->control, TR_FIG_MEAN);
    tr_summary less = tr_sweep_difference(p->w, p->load, p->subject, p->control, TR_FIG_MEAN);
    if (!less.n) return;
    lead(p, tr_arena_printf(p->arena, "At %s, oldest first clears a pile in %s days on average and %s in %s: %s.", tr_load_words(p, p->load),
                            tr_num_text(theirs.mean, 2).text, tr_rule_words(p->w->arms->arms[p->subject].rule), tr_num_text(ours.mean, 2).text,
                            tr_difference_words(less, c, "sooner", "later", p->arena)));
}

static void say_work(const tr_sweep_page *p)
{
    static const tr_compared c = {TR_FIG_WORK_PER_HOUR, "", "minutes", 1, 2, 1};
    if (p->saturated < 0) return;
    tr_summary ours = tr_sweep_mean(p->w, p->saturated, p->subject, c.figure), theirs = tr_sweep_mean(p->w, p->saturated, p->control, c.figure);
    tr_summary more = tr_sweep_difference(p->w, p->saturated, p->subject, p->control, c.figure);
    if (!more.n) return;
    lead(p, tr_arena_printf(p->arena, "When there is always work, a crew clears %s minutes of planned work an hour under %s and %s under oldest first: %s.",
                            tr_num_text(ours.mean, 2).text, tr_rule_words(p->w->arms->arms[p->subject].rule), tr_num_text(theirs.mean, 2).text,
                            tr_difference_words(more, &c, "less", "more", p->arena)));
}

static const char *first_morning(const tr_sweep_page *p, int32_t arm)
{
    int32_t k, n;
    tr_interval exact = tr_sweep_hazardous(p->w, p->load, arm, &k, &n);
    if (!n) return NULL;
    return tr_arena_printf(p->arena, "%s of %s under %s (%s %%, exact 95 %% interval %s)", tr_count_text(k).text, tr_count_text(n).text,
                           tr_rule_words(p->w->arms->arms[arm].rule), tr_num_text(100.0 * k / n, 1).text, tr_range_words(exact, 100, 1, p->arena));
}

static void say_hazard(const tr_sweep_page *p)
{
    const char *ours = first_morning(p, p->subject), *theirs = first_morning(p, p->control);
    if (ours && theirs) lead(p, tr_arena_printf(p->arena, "Hazardous piles made safe on their first working day: %s, %s.", ours, theirs));
}

/* ---- for, against, not told apart ---- */

static const char *comparison(const tr_sweep_page *p, int32_t load, const tr_compared *c)
{
    int32_t n = p->w->settings->replications;
    tr_summary ours = tr_sweep_mean(p->w, load, p->subject, c->figure), theirs = tr_sweep_mean(p->w, load, p->control, c->figure);
    tr_summary d = tr_sweep_difference(p->w, load, p->subject, p->control, c->figure);
    return tr_arena_printf(p->arena, "%s: %s %s instead of %s; difference %s (%s%s)", c->what, tr_num_text(c->scale * ours.mean, c->decimals).text, c->unit,
                           tr_num_text(c->scale * theirs.mean, c->decimals).text, tr_signed_words(c->scale * d.mean, c->decimals, p->arena),
                           tr_signed_range_words(d.t, c->scale, c->decimals, p->arena),
                           d.n == n ? "" : tr_arena_printf(p->arena, ", in %d of %d streams: under one of both it has no value in the others", d.n, n));
}

static void put_list(const tr_sweep_page *p, tr_apart verdict, const char *title, const char *none)
{
    bool any = false;
    put(p, "<h3>", title, "</h3>\n");
    for (int32_t i = 0; i < TR_N_COMPARED; i++) {
        const tr_compared *c = &tr_compared_figures[i];
        tr_summary d = tr_sweep_difference(p->w, p->load, p->subject, p->control, c->figure);
        if (!d.n || tr_judge(d, c->good) != verdict) continue;
        bool never = d.mean == 0 && tr_sweep_mean(p->w, p->load, p->subject, c->figure).mean == 0; /* no CO2 told, no overtime at all */
        if (never) continue;
        if (!any) fputs("<ul>\n", p->out);
        any = true;
        put(p, "<li>", comparison(p, p->load, c), "</li>\n");
    }
    if (any) fputs("</ul>\n", p->out);
    else put(p, "<p>", none, "</p>\n");
}

/* What speaks against the subject at the loads that the headline does not speak of. */
static void put_other_loads(const tr_sweep_page *p)
{
    bool any = false;
    for (int32_t l = 0; l < p->w->n_loads; l++)
        for (int32_t i = 0; i < TR_N_COMPARED; i++) {
            const tr_compared *c = &tr_compared_figures[i];
            if (l == p->load || l == p->saturated || !tr_sweep_tells(p->w, l, c->figure)) continue;
            if (tr_judge(tr_sweep_difference(p->w, l, p->subject, p->control, c->figure), c->good) != TR_AGAINST) continue;
            if (!any) fputs("<h3>Worse at other loads (intervals leave out 0)</h3>\n<ul>\n", p->out);
            any = true;
            put(p, "<li>", tr_arena_printf(p->arena, "at %d %%: %s", p->w->loads[l].percent, comparison(p, l, c)), "</li>\n");
        }
    if (any) fputs("</ul>\n", p->out);
    else if (p->w->n_loads > 2) fputs("<p>At the other loads no figure compared is worse with intervals that leave out 0.</p>\n", p->out);
}

static void put_growth(const tr_sweep_page *p)
{
    for (int32_t l = 0; l < p->w->n_loads; l++) {
        if (tr_load_has_times(&p->w->loads[l]) || l == p->saturated) continue;
        tr_summary ours = tr_sweep_mean(p->w, l, p->subject, TR_FIG_QUEUE_GROWTH), theirs = tr_sweep_mean(p->w, l, p->control, TR_FIG_QUEUE_GROWTH);
        tr_page_paragraph(p->out, "At %s no times are told, for they grow with the days simulated. The list changes by %s piles a working day under oldest first "
                          "(95 %% interval %s) and by %s under %s (%s).", tr_load_words(p, l), tr_signed_words(theirs.mean, 2, p->arena),
                          tr_signed_range_words(theirs.t, 1, 2, p->arena), tr_signed_words(ours.mean, 2, p->arena), tr_rule_words(p->w->arms->arms[p->subject].rule),
                          tr_signed_range_words(ours.t, 1, 2, p->arena));
    }
}

/* ---- how to read it ---- */

static const char *still_waiting(const tr_sweep_page *p, int32_t arm)
{
    tr_curve c = tr_curve_waiting(p->w, p->load, arm, p->arena);
    double share = c.n ? c.mean[c.n - 1] : NAN;
    if (!isfinite(share)) return "–";
    return tr_arena_printf(p->arena, "%s %%", tr_num_text(100 * share, share < 0.1 ? 2 : 1).text);
}

static void put_reading(const tr_sweep_page *p)
{
    int32_t horizon = tr_sweep_horizon(p->w);
    bool compared = p->control >= 0 && p->subject >= 0;
    const char *text = "";
    if (p->load >= 0)
        text = tr_arena_printf(p->arena, "A pile that lies longer than %d days counts as %d in a mean%s. ", horizon, horizon, !compared ? "" :
                               tr_arena_printf(p->arena, " (longer than that wait %s of the piles under oldest first and %s under %s)", still_waiting(p, p->control),
                                               still_waiting(p, p->subject), tr_rule_words(p->w->arms->arms[p->subject].rule)));
    if (compared)
        text = tr_arena_printf(p->arena, "%sDifferences are paired: each stream runs through every rule, with the same arrivals, sizes and luck; intervals are Student's over the streams. "
                               "A difference is called told apart from chance where this and the BCa bootstrap interval both leave out 0. Of twenty figures compared so, about one differs by "
                               "chance alone. ", text);
    if (compared && p->load >= 0 && p->w->settings->n_loads > 1)
        text = tr_arena_printf(p->arena, "%sThe load that these words speak of is the one up to 100 %% at which the mean of oldest first is nearest to 10 days, whatever the "
                               "other rules make of it.", text);
    put(p, "<p class=\"quiet\">", text, "</p>\n");
}

void tr_sweep_page_head(const tr_sweep_page *p)
{
    put_warnings(p);
    if (p->control < 0 || p->subject < 0)
        tr_page_paragraph(p->out, "%s, so nothing is compared: the tables below describe each rule by itself.",
                          p->control < 0 ? "The control, oldest first, was not among the rules" : "There was no rule beside the control");
    else if (p->load < 0) {
        tr_page_paragraph(p->out, "Every load lies above what oldest first can clear, where no clear-up times are told.");
        say_work(p);
        put_growth(p);
    }
    else {
        const char *name = tr_rule_words(p->w->arms->arms[p->subject].rule);
        if (p->w->arms->n_fleets > 1) tr_page_paragraph(p->out, "This first part is of fleet “%s”; what the others are worth is told further down.", p->w->arms->fleets[0]);
        say_mean(p), say_work(p), say_hazard(p);
        put_list(p, TR_AGAINST, tr_arena_printf(p->arena, "Worse under %s (intervals leave out 0)", name), "None of the figures compared.");
        put_list(p, TR_IN_FAVOUR, tr_arena_printf(p->arena, "Better under %s (intervals leave out 0)", name), "None of the figures compared.");
        put_list(p, TR_NOT_TOLD_APART, "Not told apart from chance (an interval holds 0)", "None of the figures compared.");
        put_other_loads(p);
        put_growth(p);
    }
    put_reading(p);
}
