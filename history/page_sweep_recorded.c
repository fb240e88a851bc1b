/* page_sweep_recorded.c -- the report files of a simulation as a history: what traps are in them, where the feed stops or jumps, and
 * recorded times as context.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_sweep.h"
#include "calendar.h"
#include "chart.h"
#include "page.h"
#include "writers.h"

#include <math.h>

static void put_item(const tr_sweep_page *p, const char *text)
{
    fputs("<li>", p->out);
    tr_html_put(p->out, text);
    fputs("</li>\n", p->out);
}

static void put_traps(const tr_sweep_page *p, const tr_as_recorded *r)
{
    bool any = false;
    for (int t = 0; t < TR_N_TRAPS; t++) {
        if (!tr_as_recorded_tells(r, (tr_trap)t)) continue;
        if (!any) fprintf(p->out, "<p>Of the %s rows of the files, read as a history (all dates and places; a row may be in several):</p>\n<ul>\n", tr_count_text(r->n_rows).text);
        any = true;
        put_item(p, tr_arena_printf(p->arena, "%s: %s", tr_traps[t].what, tr_count_text(r->traps[t]).text));
    }
    if (any) fputs("</ul>\n", p->out);
    else tr_page_paragraph(p->out, "No other trap was found in the %s rows of the files: no id twice, no time in the hour that comes twice, none without a zone.", tr_count_text(r->n_rows).text);
}

static void put_findings(const tr_sweep_page *p, const tr_as_recorded *r)
{
    char first[11], last[11];
    tr_day_print(r->first_day, first), tr_day_print(r->last_day, last);
    if (!r->months.n_findings) {
        tr_page_paragraph(p->out, "Nowhere, by category, over the whole files%s.", p->w->settings->boxed ? " within the box" : "");
        return;
    }
    tr_page_paragraph(p->out, "By category, over the whole files%s; the days used are %s to %s. Nothing of it is mended: where it is within these days, "
                      "a queue may run dry or flood in the streams that hold them.", p->w->settings->boxed ? " within the box" : "", first, last);
    fputs("<ul>\n", p->out);
    for (int32_t i = 0; i < r->months.n_findings; i++) {
        const tr_feed_finding *f = &r->months.findings[i];
        put_item(p, tr_arena_printf(p->arena, "%s (%s the days used)", f->text, tr_as_recorded_touches(r, f) ? "within" : "not in"));
    }
    fputs("</ul>\n", p->out);
}

static const char *days(const tr_sweep_page *p, double value, const char *none)
{
    return isfinite(value) ? tr_arena_printf(p->arena, "%s", tr_num_text(value, 2).text) : none;
}

static void put_times(const tr_sweep_page *p, const tr_as_recorded *r)
{
    const tr_group *g = &r->times;
    if (!r->has_times) {
        tr_page_paragraph(p->out, "%s", r->why_none);
        return;
    }
    const char *heads[] = {"", "n", "mean, d", "median, d", "90th percentile, d"};
    const char *cells[] = {
        "cleared, by the record", tr_arena_printf(p->arena, "%s", tr_count_text(g->cleared).text), days(p, g->calendar.mean, "–"), days(p, g->calendar.median, "–"), days(p, g->calendar.p90, "–"),
        tr_arena_printf(p->arena, "with those still open or ended otherwise (Kaplan-Meier; mean up to %s days)", tr_num_text(g->horizon, g->horizon == rint(g->horizon) ? 0 : 1).text),
        tr_arena_printf(p->arena, "%s", tr_count_text(g->n).text), days(p, g->restricted_mean, "–"), days(p, g->km_median, "not reached"), days(p, g->km_p90, "not reached")};
    tr_page_grid(p->out, "As recorded (other crews, other rules; context only)", heads, 5, cells, 2);
    tr_page_paragraph(p->out, "Reports of the days used%s, by calendar days from the report to the closing in the record. Who cleared them, with how many crews and in what order the record does not "
                      "tell, and closed need not be cleared. These times are no control for the simulation, and a difference to a rule on this page is no effect of that rule.",
                      p->w->settings->boxed ? " within the box" : "");
}

void tr_sweep_page_recorded(const tr_sweep_page *p)
{
    const tr_as_recorded *r = p->w->recorded;
    if (!r) return;
    fputs("<h3>What else is in the files</h3>\n", p->out);
    put_traps(p, r);
    fputs("<h3>Where the feed itself stops or jumps</h3>\n", p->out);
    put_findings(p, r);
    fputs("<h3>Recorded times, for context</h3>\n", p->out);
    put_times(p, r);
}
