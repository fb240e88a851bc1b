/* page_record.c -- the page of a recorded history: what was found, in tables, charts and plain words.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "chart.h"
#include "page.h"
#include "slow_places.h"
#include "writers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SERIES = 8, MOST_DRAWN = 5, LEAST_DRAWN = 10, BINS = 40 };

/* ---- words ---- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *tr_history_name(const tr_record *record, tr_arena *arena)
{
    return *record->city ? record->city : tr_arena_strdup(arena, base_name(record->path));
}

const char *tr_history_target(const tr_history *h, tr_arena *arena)
{
    const tr_describe_options *o = h->options;
    bool one = o->target_days == 1;
    int decimals = o->target_days == rint(o->target_days) ? 0 : 2;
    if (o->target_days > 0)
        return tr_arena_printf(arena, "%s %sday%s", tr_num_text(o->target_days, decimals).text,
                               o->target_working ? "working " : "", one ? "" : "s");
    return h->record->has_due ? "the record's own due dates" : NULL;
}

static const char *interval_text(tr_interval i, int decimals, tr_arena *arena)
{
    if (!isfinite(i.low) && !isfinite(i.high)) return "";
    return tr_arena_printf(arena, "95 %% interval %s to %s", tr_num_text(i.low, decimals).text,
                           isfinite(i.high) ? tr_num_text(i.high, decimals).text : "not reached");
}

/* ---- the head ---- */

static void card(FILE *out, const char *figure, const char *what, const char *more)
{
    fputs("<div class=\"card\"><b>", out);
    tr_html_put(out, figure);
    fputs("</b><span>", out);
    tr_html_put(out, what);
    fputs("</span><span>", out);
    tr_html_put(out, more);
    fputs("</span></div>\n", out);
}

static const char *days(double value, int decimals, tr_arena *arena)
{
    return tr_arena_printf(arena, "%s d", tr_num_text(value, decimals).text);
}

static void put_cards(FILE *out, const tr_history *h, tr_arena *arena)
{
    const tr_description *d = h->description;
    const tr_group *all = &d->all;
    const char *target = tr_history_target(h, arena);
    fputs("<div class=\"cards\">\n", out);
    if (all->open)
        card(out, days(all->restricted_mean, 2, arena),
             tr_arena_printf(arena, "mean to %s days, with the open ones", tr_num_text(all->horizon, 0).text),
             tr_arena_printf(arena, "± %s", tr_num_text(1.96 * all->restricted_se, 2).text));
    card(out, days(all->calendar.mean, 2, arena),
         tr_arena_printf(arena, all->open ? "mean of the %s cleared only" : "mean of %s cleared",
                         tr_count_text(all->calendar.n).text),
         interval_text(d->mean_interval, 2, arena));
    card(out, days(all->calendar.median, 2, arena), "median", interval_text(d->median_interval, 2, arena));
    card(out, days(all->calendar.p90, 2, arena), "90th percentile",
         tr_arena_printf(arena, "longest %s", days(all->calendar.longest, 1, arena)));
    card(out, tr_count_text(all->open).text, "still open at the end",
         all->open ? tr_arena_printf(arena, "the oldest for %s", days(all->oldest_open, 1, arena)) : "");
    if (target && all->inside.n)
        card(out, tr_arena_printf(arena, "%s %%", tr_num_text(100 * all->inside.share, 1).text),
             tr_arena_printf(arena, "inside %s, of %s", target, tr_count_text(all->inside.n).text),
             tr_arena_printf(arena, "exact 95 %% interval %s to %s %%",
                             tr_num_text(100 * all->inside.interval.low, 1).text,
                             tr_num_text(100 * all->inside.interval.high, 1).text));
    fputs("</div>\n", out);
}

static void put_warnings(FILE *out, const tr_history *h, tr_arena *arena)
{
    const tr_record *r = h->record;
    const tr_months *m = h->months;
    double after = (double)(r->end_s - r->last_report_s) / 86400;
    if (m->n_findings || r->zone_assumed || !r->has_ends || after > 30) {
        fputs("<div class=\"warn\">Read this before the figures:<ul>\n", out);
        const char *texts[4] = {0};
        if (!r->has_ends)
            texts[0] = "no column tells when a case ended: every case is taken for open, and only reports "
                       "can be counted";
        if (r->zone_assumed)
            texts[1] = tr_arena_printf(
                arena, "times have no zone; they are read as %s, which nobody has confirmed", r->zone);
        if (after > 30)
            texts[2] = tr_arena_printf(
                arena,
                "the last report is of %s, but the record goes on for %s days: either the feed of reports "
                "stopped, or some time of closing is wrong; open cases count as watched until then",
                tr_page_day(r->last_report_s, arena), tr_num_text(after, 0).text);
        if (m->n_findings)
            texts[3] = "the feed itself stops or jumps; such a change is mostly one of the system and not of "
                       "the streets:";
        for (int i = 0; i < 4; i++) {
            if (!texts[i]) continue;
            fputs("<li>", out);
            tr_html_put(out, texts[i]);
            fputs("</li>\n", out);
        }
        for (int32_t i = 0; i < m->n_findings; i++) {
            fputs("<li>", out);
            tr_html_put(out, m->findings[i].text);
            fputs("</li>\n", out);
        }
        fputs("</ul></div>\n", out);
    }
}

/* ---- what counts as cleared ---- */

static void reading(FILE *out, const char *what, const tr_times *t, const tr_share *share)
{
    fputs("<tr><td>", out);
    tr_html_put(out, what);
    fprintf(out,
            "</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td "
            "class=\"n\">%s</td><td class=\"n\">%s</td>",
            tr_count_text(t->n).text, tr_num_text(t->mean, 2).text, tr_num_text(t->median, 2).text,
            tr_num_text(t->p90, 2).text, tr_num_text(t->longest, 1).text);
    if (share && share->n)
        fprintf(out, "<td class=\"n\">%s %% of %s</td>", tr_num_text(100 * share->share, 1).text,
                tr_count_text(share->n).text);
    else if (share)
        fputs("<td class=\"n\">–</td>", out);
    fputs("</tr>\n", out);
}

static void put_readings(FILE *out, const tr_history *h, tr_arena *arena)
{
    const tr_description *d = h->description;
    const char *target = tr_history_target(h, arena);
    tr_page_heading(out, "What is counted, and what that does to the figures");
    fputs("<div class=\"wide\"><table class=\"words\"><thead><tr><th>reading of the same record</th><th "
          "class=\"n\">n</th><th class=\"n\">mean, d</th>"
          "<th class=\"n\">median</th><th class=\"n\">90th</th><th class=\"n\">longest</th>",
          out);
    if (target) fputs("<th class=\"n\">inside target</th>", out);
    fputs("</tr></thead><tbody>\n", out);
    reading(out, "every closing, whatever its word: the plain average of an export", &d->all.closed,
            target ? &d->all.closed_inside : NULL);
    reading(out, "cleared: without duplicates, cases passed on and closings without clearing",
            &d->all.calendar, target ? &d->all.inside : NULL);
    reading(out, "cleared, and not within 15 minutes of the report", &d->not_at_once.calendar,
            target ? &d->not_at_once.inside : NULL);
    fputs("</tbody></table></div>\n", out);
    tr_page_paragraph(
        out, "Closed is not the same as cleared: the record tells when a case was closed, and nobody who "
             "reads it was there. "
             "Open cases are in none of these rows; the curves and the columns \"with the open ones\" below "
             "hold them as what they are, cases that took at least as long as they were watched.");
}

/* ---- groups ---- */

/* The largest ones; what a handful of cases draws is no curve. */
static void put_group_curves(FILE *out, const tr_grouping *g, const char *where, tr_arena *arena)
{
    tr_group drawn[MOST_DRAWN];
    int32_t n = 0;
    for (int32_t i = 0; i < g->n && n < MOST_DRAWN; i++)
        if (g->groups[i].n >= LEAST_DRAWN) drawn[n++] = g->groups[i];
    if (n < 2) return;
    tr_page_curves(out,
                   tr_arena_printf(arena, "%s: share not yet cleared, with bands of 95 %%%s", where,
                                   n < g->n ? "; the largest groups only" : ""),
                   drawn, n, arena);
}

static void put_groups(FILE *out, const tr_history *h, tr_arena *arena)
{
    const tr_description *d = h->description;
    const char *target = tr_history_target(h, arena), *where = tr_history_name(h->record, arena);
    tr_page_heading(out, "How long until cleared");
    tr_page_table(out, tr_arena_printf(arena, "%s, all cases", where), "", &d->all, 1, target);
    tr_page_curves(
        out,
        tr_arena_printf(
            arena,
            "%s: share of cases not yet cleared, by days since the report (Kaplan-Meier; band: 95 %%, "
            "log-log with Greenwood's variance). Open cases, duplicates and cases passed on are censored.",
            where),
        &d->all, 1, arena);
    for (int32_t k = TR_N_GROUPINGS - 1; k >= 0; k--) { /* hazard first */
        const tr_grouping *g = &d->groupings[k];
        if (!g->n) continue;
        tr_page_heading(out, g->title);
        tr_page_table(out, tr_arena_printf(arena, "%s, by number of cases", where), "", g->groups, g->n,
                      target);
        put_group_curves(out, g, where, arena);
        tr_page_test(out, g->test);
    }
}

/* ---- ends that compete ---- */

static double incidence_at(const tr_description *d, int32_t end, double t)
{
    double value = 0;
    for (int32_t i = 0; i < d->n_times && d->times[i] <= t; i++) value = d->incidence[end][i];
    return value;
}

static void put_ends(FILE *out, const tr_history *h)
{
    static const char *const names[TR_N_ENDS] = {"cleared", "closed as a duplicate",
                                                 "passed on, or closed without clearing"};
    static const double at[] = {1, 3, 7, 14, 30, 90};
    const tr_description *d = h->description;
    tr_line curves[TR_N_ENDS];
    int32_t n = 0, last = d->all.n_points - 1;
    double watched = d->all.open ? d->all.points[last].t : INFINITY; /* nobody was watched for longer */
    tr_page_heading(out, "Ends that compete");
    fputs("<div class=\"wide\"><table><caption>Share of cases that had ended so, days after the report "
          "(Aalen-Johansen)</caption><thead><tr><th>end</th>",
          out);
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        fprintf(out, "<th>%s d</th>", tr_num_text(at[i], 0).text);
    fputs("</tr></thead><tbody>\n", out);
    for (int32_t k = 0; k < TR_N_ENDS; k++) {
        fprintf(out, "<tr><td>%s</td>", names[k]);
        for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
            if (at[i] <= watched)
                fprintf(out, "<td>%s %%</td>", tr_num_text(100 * incidence_at(d, k, at[i]), 1).text);
            else
                fputs("<td>–</td>", out);
        }
        fputs("</tr>\n", out);
        if (incidence_at(d, k, INFINITY) > 0)
            curves[n++] = (tr_line){names[k], d->n_times, d->times, d->incidence[k], NULL, NULL, 0};
    }
    fputs("</tbody></table></div>\n", out);
    if (n < 2) return;
    fputs("<figure>", out);
    tr_chart_curves(out, "cumulative incidence by end", "days since the report", tr_page_horizon(&d->all, 1),
                    curves, n);
    fprintf(out,
            "<figcaption>%s: share that had ended so by each day; they and the still open add up to "
            "all.</figcaption></figure>\n",
            "Cumulative incidence");
}

/* ---- histogram, months ---- */

static void put_histogram(FILE *out, const tr_history *h, tr_arena *arena)
{
    const tr_description *d = h->description;
    double most = tr_page_horizon(&d->all, 1),
           width = most <= BINS ? fmax(most / BINS, most < 10 ? 0.25 : 1) : tr_nice_above(most / BINS);
    int32_t n = (int32_t)ceil(most / width - 1e-9), beyond = 0;
    double *counts = TR_NEW(arena, double, n + 1);
    for (int32_t i = 0; i < h->record->n_cases; i++) {
        const tr_case *c = &h->record->cases[i];
        if (c->end != TR_CASE_CLEARED) continue;
        double k = floor((double)(c->until_s - c->reported_s) / 86400 / width);
        if (k < n)
            counts[(int32_t)k]++;
        else
            beyond++;
    }
    tr_page_heading(out, "Histogram of clear-up times");
    fputs("<figure>", out);
    tr_chart_bars(out, &(tr_bars){"histogram of clear-up times", "days until cleared", "cases", n, counts,
                                  n * width, NULL, false});
    fprintf(out,
            "<figcaption>Cleared cases only, %s day%s a bar; %s took longer than is "
            "drawn.</figcaption></figure>\n",
            tr_num_text(width, width < 1 ? 2 : 0).text, width == 1 ? "" : "s", tr_count_text(beyond).text);
}

static void put_places(FILE *out, const tr_history *h, tr_arena *arena)
{
    const tr_record *r = h->record;
    tr_slow_places p = tr_slow_places_of(r->cases, r->n_cases, arena);
    if (!p.squares.n_x) return;
    tr_page_heading(out, "Where it takes long");
    fputs("<figure>", out);
    tr_slow_places_draw(out, &p, arena);
    fprintf(out,
            "<figcaption>Median clear-up time in squares of %s m; squares with fewer than %d cleared cases "
            "are empty. Of %s cleared and located "
            "cases %s lie outside. Squares differ by chance, too: the fewer cases, the "
            "more.</figcaption></figure>\n",
            tr_count_text((int64_t)p.squares.side_m).text, TR_LEAST_IN_SQUARE, tr_count_text(p.n_cases).text,
            tr_count_text(p.n_outside).text);
}

/* A label under each first month of a year; of short records under each month. */
static const char **month_labels(const tr_months *m, tr_arena *arena)
{
    const char **labels = TR_NEW(arena, const char *, m->n_months + 1);
    int32_t years = m->n_months / 12 + 1, stride = years > 14 ? 2 : 1;
    for (int32_t k = 0; k < m->n_months; k++) {
        int32_t month = m->first_month + k;
        labels[k] = "";
        if (m->n_months <= 14)
            labels[k] = tr_month_text(month, arena);
        else if (month % 12 == 0 && month / 12 % stride == 0)
            labels[k] = tr_arena_printf(arena, "%d", month / 12);
    }
    return labels;
}

static void put_months(FILE *out, const tr_history *h, tr_arena *arena)
{
    const tr_months *m = h->months;
    const char **labels = month_labels(m, arena), **years = TR_NEW(arena, const char *, m->n_months + 1);
    double *all = TR_NEW(arena, double, m->n_months + 1), *one = TR_NEW(arena, double, m->n_months + 1);
    for (int32_t c = 0; c < m->n_categories; c++)
        for (int32_t k = 0; k < m->n_months; k++)
            all[k] += m->counts[(size_t)c * (size_t)m->n_months + (size_t)k];
    for (int32_t k = 0; k < m->n_months; k++) years[k] = m->n_months <= 14 && k % 3 ? "" : labels[k];
    tr_page_heading(out, "Reports by month");
    fputs("<figure>", out);
    tr_chart_bars(out, &(tr_bars){"reports by month", NULL, "reports", m->n_months, all, 0, labels, false});
    fputs("<figcaption>All cases that are kept. The first and the last month may not be "
          "whole.</figcaption></figure>\n",
          out);
    if (m->n_categories < 2) return;
    fputs("<div class=\"many\">\n", out);
    for (int32_t c = 0; c < m->n_categories && c < MOST_SERIES; c++) {
        int32_t n = 0;
        for (int32_t k = 0; k < m->n_months; k++) {
            one[k] = m->counts[(size_t)c * (size_t)m->n_months + (size_t)k];
            n += m->counts[(size_t)c * (size_t)m->n_months + (size_t)k];
        }
        fputs("<div><h3>", out);
        tr_html_put(out, m->categories[c]);
        fprintf(out, " (%s)</h3>", tr_count_text(n).text);
        tr_chart_bars(out, &(tr_bars){m->categories[c], NULL, NULL, m->n_months, one, 0, years, true});
        fputs("</div>\n", out);
    }
    fputs("</div>\n", out);
    if (m->n_categories > MOST_SERIES)
        fprintf(out,
                "<p class=\"quiet\">The %d most frequent of %d; all of them by month are in "
                "history-months.csv.</p>\n",
                MOST_SERIES, m->n_categories);
}

/* ---- the whole ---- */

static const char *settings_text(const tr_history *h, tr_arena *arena)
{
    char from[11], until[11];
    const char *text =
        tr_arena_printf(arena, "tiprun " TR_VERSION ", replay --history-only; input %s, SHA-256 %s",
                        base_name(h->record->path), h->record->sha256);
    if (h->mapping) text = tr_arena_printf(arena, "%s; mapping %s", text, base_name(h->mapping));
    if (h->only) text = tr_arena_printf(arena, "%s; only categories with \"%s\"", text, h->only);
    if (h->from_day != INT32_MIN)
        tr_day_print(h->from_day, from), text = tr_arena_printf(arena, "%s; from %s", text, from);
    if (h->until_day != INT32_MIN)
        tr_day_print(h->until_day, until), text = tr_arena_printf(arena, "%s; until %s", text, until);
    return tr_arena_printf(arena, "%s; horizon %s days; zone %s", text,
                           tr_num_text(h->options->horizon, 1).text, h->record->zone);
}

static void put_page(FILE *out, const tr_history *h, tr_arena *arena)
{
    const tr_record *r = h->record;
    const char *name = tr_history_name(r, arena);
    tr_page_begin(out, tr_arena_printf(arena, "Clear-up times: %s", name),
                  tr_arena_printf(arena,
                                  "A recorded history: %s reports from %s to %s, as the record stood on %s%s",
                                  tr_count_text(r->n_cases).text, tr_page_day(r->first_s, arena),
                                  tr_page_day(r->last_report_s, arena), tr_page_end_day(r, arena),
                                  r->cut ? " (cut there; what came later is not looked at)" : ""));
    put_warnings(out, h, arena);
    if (h->description->all.closed.n) {
        put_cards(out, h, arena);
        put_readings(out, h, arena);
        put_groups(out, h, arena);
        put_ends(out, h);
        put_histogram(out, h, arena);
        put_places(out, h, arena);
    }
    put_months(out, h, arena);
    tr_page_traps(out, h->record);
    tr_page_method(out, h, arena);
    tr_page_end(out, settings_text(h, arena));
}

char *tr_history_html(const tr_history *h, tr_arena *arena)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_arena_strdup(arena, "");
    put_page(out, h, arena);
    fclose(out);
    char *kept = tr_arena_strdup(arena, text);
    free(text);
    return kept;
}
