/* page_sweep_tables.c -- the tables of a simulation: a row a load and arm, a column a figure, with intervals over streams.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_sweep.h"
#include "chart.h"
#include "curves.h"
#include "page.h"
#include "sweep_parts.h"
#include "writers.h"

#include <math.h>

typedef struct {
    tr_figure figure;
    const char *head;
    double scale;
    int decimals;
} column;

typedef enum { MEANS, DIFFERENCES } kind;

/* A figure that no arm has at any load has no column. */
static bool wanted(const tr_sweep_page *p, tr_figure f)
{
    for (int32_t l = 0; l < p->w->n_loads; l++)
        for (int32_t i = 0; i < p->w->settings->replications * p->w->arms->n && l != p->saturated; i++) {
            double x = p->w->loads[l].runs[i].figure[f];
            if (isfinite(x) && x != 0) return true;
        }
    return false;
}

/* Its times would grow with the days simulated, as above 100 %. */
static bool grows(const tr_sweep_page *p, int32_t load, int32_t arm)
{
    return tr_sweep_mean(p->w, load, arm, TR_FIG_QUEUE_GROWTH).t.low > 0;
}

static void put_name(const tr_sweep_page *p, int32_t load, int32_t arm, bool mark)
{
    fputs("<tr><td>", p->out);
    tr_html_put(p->out, tr_arm_words(p, arm));
    if (arm == p->control) fputs(" <small>(control)</small>", p->out);
    if (mark && grows(p, load, arm)) fputs(" †", p->out);
    fputs("</td>", p->out);
}

/* An interval of a mean, kept within what the figure can be. */
static tr_interval within(tr_interval i, tr_figure f)
{
    bool share = f == TR_FIG_IN_TARGET || f == TR_FIG_SAME_DAY;
    if (f == TR_FIG_QUEUE_GROWTH || !isfinite(i.low)) return i;
    return (tr_interval){fmax(i.low, 0), share ? fmin(i.high, 1) : i.high};
}

static void put_cell(const tr_sweep_page *p, int32_t load, int32_t arm, const column *c, kind what)
{
    int32_t base = what == DIFFERENCES ? tr_arms_base(p->w->arms, arm) : -1;
    tr_summary s = tr_sweep_difference(p->w, load, arm, base, c->figure);
    if (!s.n || !isfinite(s.mean)) {
        fputs("<td>–</td>", p->out);
        return;
    }
    fprintf(p->out, "<td>%s", what == DIFFERENCES ? tr_signed_words(c->scale * s.mean, c->decimals, p->arena)
                                                  : tr_number_words(c->scale * s.mean, c->decimals, p->arena));
    if (what == DIFFERENCES) {
        if (isfinite(s.t.low)) fprintf(p->out, "<br><small>t %s</small>", tr_signed_range_words(s.t, c->scale, c->decimals, p->arena));
        if (isfinite(s.bca.low)) fprintf(p->out, "<br><small>B %s</small>", tr_signed_range_words(s.bca, c->scale, c->decimals, p->arena));
    }
    else if (isfinite(s.t.low))
        fprintf(p->out, "<br><small>%s</small>", tr_range_words(within(s.t, c->figure), c->scale, c->decimals, p->arena));
    if (s.n != p->w->settings->replications) fprintf(p->out, "<br><small>n %d</small>", s.n);
    fputs("</td>", p->out);
}

static void put_load(const tr_sweep_page *p, int32_t load, int32_t width)
{
    const tr_sweep_load *l = &p->w->loads[load];
    fprintf(p->out, "<tr class=\"part\"><th colspan=\"%d\">", width);
    tr_html_put(p->out, tr_load_words(p, load));
    if (l->kind == TR_LOAD_PERCENT) fprintf(p->out, " (%s times the record's rate)", tr_num_text(l->rate, 2).text);
    fputs("</th></tr>\n", p->out);
}

static void open_table(const tr_sweep_page *p, const char *caption, const column *columns, const bool *shown, int32_t n, const char *const *more)
{
    fputs("<div class=\"wide\"><table><caption>", p->out);
    tr_html_put(p->out, caption);
    fputs("</caption>\n<thead><tr><th>rule</th>", p->out);
    for (; more && *more; more++) fprintf(p->out, "<th class=\"wrap\">%s</th>", *more);
    for (int32_t c = 0; c < n; c++)
        if (shown[c]) fprintf(p->out, "<th class=\"wrap\">%s</th>", columns[c].head);
    fputs("</tr></thead>\n<tbody>\n", p->out);
}

/* Loads with times only, one of them or all (-1).  Differences: of the first fleet's rules, and no row for the control. */
static void put_times(const tr_sweep_page *p, int32_t only, const char *caption, const column *columns, int32_t n, kind what)
{
    bool shown[16], some = false;
    int32_t width = 1;
    for (int32_t c = 0; c < n; c++) shown[c] = wanted(p, columns[c].figure), width += shown[c];
    open_table(p, caption, columns, shown, n, NULL);
    for (int32_t l = 0; l < p->w->n_loads; l++) {
        if (!tr_load_has_times(&p->w->loads[l]) || (only >= 0 && l != only)) continue;
        put_load(p, l, width);
        for (int32_t a = 0; a < p->w->arms->n; a++) {
            if (what == DIFFERENCES && (a == p->control || p->w->arms->arms[a].fleet)) continue;
            put_name(p, l, a, true);
            some |= grows(p, l, a);
            for (int32_t c = 0; c < n; c++)
                if (shown[c]) put_cell(p, l, a, &columns[c], what);
            fputs("</tr>\n", p->out);
        }
    }
    fputs("</tbody></table></div>\n", p->out);
    if (some)
        fputs("<p class=\"quiet\">† The list grows under this rule at this load (its interval is above 0): its times grow with the days simulated, and are no property of the "
              "rule.</p>\n", p->out);
}

/* ---- safety, effort, the list ---- */

static void put_first_morning(const tr_sweep_page *p, int32_t load, int32_t arm)
{
    int32_t k, n;
    tr_interval exact = tr_sweep_hazardous(p->w, load, arm, &k, &n);
    if (n)
        fprintf(p->out, "<td>%s of %s<br><small>%s %%</small></td>", tr_count_text(k).text, tr_count_text(n).text, tr_range_words(exact, 100, 1, p->arena));
    else fputs("<td>–</td>", p->out);
}

static void put_little(const tr_sweep_page *p, int32_t load, int32_t arm)
{
    tr_little l = tr_little_of(p->w, load, arm);
    if (load == p->saturated || !isfinite(l.gap)) fputs("<td>–</td>", p->out);
    else fprintf(p->out, "<td>%s %%<br><small>%s</small></td>", tr_signed_words(100 * l.gap, 2, p->arena), l.holds ? "holds" : "does not hold");
}

/* A list that is filled up has no growth, and its reports no time. */
static bool told(const tr_sweep_page *p, int32_t load, tr_figure f)
{
    bool of_arrivals = f == TR_FIG_QUEUE_GROWTH || f == TR_FIG_INSERTED || f == TR_FIG_SAME_DAY;
    return tr_sweep_tells(p->w, load, f) && !(load == p->saturated && of_arrivals);
}

typedef void extra(const tr_sweep_page *p, int32_t load, int32_t arm);

enum { EVEN_SATURATED = -2 };

/* One load, all (-1), or with the saturated one; figures that a load does not have are dashes. */
static void put_others(const tr_sweep_page *p, int32_t only, const char *caption, const char *head, extra *first, const column *columns, int32_t n)
{
    const char *const more[] = {head, NULL};
    bool shown[16];
    int32_t width = 2;
    for (int32_t c = 0; c < n; c++) shown[c] = wanted(p, columns[c].figure), width += shown[c];
    open_table(p, caption, columns, shown, n, more);
    for (int32_t l = 0; l < p->w->n_loads; l++) {
        if ((only >= 0 && l != only) || (l == p->saturated && only != EVEN_SATURATED)) continue;
        put_load(p, l, width);
        for (int32_t a = 0; a < p->w->arms->n; a++) {
            put_name(p, l, a, false);
            first(p, l, a);
            for (int32_t c = 0; c < n; c++) {
                if (!shown[c]) continue;
                if (told(p, l, columns[c].figure)) put_cell(p, l, a, &columns[c], MEANS);
                else fputs("<td>–</td>", p->out);
            }
            fputs("</tr>\n", p->out);
        }
    }
    fputs("</tbody></table></div>\n", p->out);
}

#define N_OF(array) ((int32_t)(sizeof(array) / sizeof *(array)))

static const column calendar[] = {{TR_FIG_MEAN, "mean, d", 1, 2}, {TR_FIG_MEDIAN, "median, d", 1, 2}, {TR_FIG_P90, "90th percentile, d", 1, 2},
                                  {TR_FIG_WORK_MEAN, "mean by work, d", 1, 2}, {TR_FIG_OLDEST, "oldest, d", 1, 1}, {TR_FIG_IN_TARGET, "by the due day, %", 100, 1}};
static const column working[] = {{TR_FIG_WORKING_MEAN, "mean, wd", 1, 2}, {TR_FIG_WORKING_MEDIAN, "median, wd", 1, 2}, {TR_FIG_WORKING_P90, "90th percentile, wd", 1, 2},
                                 {TR_FIG_WORKING_WORK_MEAN, "mean by work, wd", 1, 2}, {TR_FIG_WORKING_OLDEST, "oldest, wd", 1, 1}};
static const column effort[] = {{TR_FIG_HAZARDOUS_HOURS, "until hazardous is safe, h", 1, 1}, {TR_FIG_ASBESTOS_HOURS, "until asbestos is safe, h", 1, 1},
                                {TR_FIG_KM_PER_CASE, "km a pile", 1, 2}, {TR_FIG_HOURS_PER_CASE, "crew hours a pile", 1, 3}, {TR_FIG_OVERTIME, "overtime in all, h", 1, 1},
                                {TR_FIG_POUNDS_PER_CASE, "£ a pile", 1, 2}, {TR_FIG_CO2_PER_CASE, "kg CO2 a pile", 1, 2}};
static const column list[] = {{TR_FIG_QUEUE, "open in the morning", 1, 1}, {TR_FIG_QUEUE_GROWTH, "growth, piles a working day", 1, 2}, {TR_FIG_CLEARED, "cleared in all", 1, 0},
                              {TR_FIG_WORK_PER_HOUR, "minutes of work a crew hour", 1, 2}, {TR_FIG_BROUGHT_BACK, "stops not reached", 1, 1},
                              {TR_FIG_INSERTED, "inserted, piles a working day", 1, 2}, {TR_FIG_SAME_DAY, "cleared on the day of the report, %", 100, 1}};

static void put_calendar(const tr_sweep_page *p, int32_t only)
{
    put_times(p, only, tr_arena_printf(p->arena, "Clear-up times in calendar days, from the report (means up to %d days)", tr_sweep_horizon(p->w)), calendar, N_OF(calendar), MEANS);
    if (p->control >= 0 && p->subject >= 0)
        put_times(p, only, "Differences to oldest first in the same streams, calendar days (t: paired t, B: BCa)", calendar, N_OF(calendar), DIFFERENCES);
}

static void put_working(const tr_sweep_page *p, int32_t only)
{
    put_times(p, only, tr_arena_printf(p->arena, "Clear-up times by the working-day clock (means up to %d working days)", tr_sweep_working_horizon(p->w)), working, N_OF(working), MEANS);
}

void tr_sweep_page_table(const tr_sweep_page *p)
{
    if (p->load < 0) return;
    tr_page_heading(p->out, "The rules beside each other");
    tr_page_paragraph(p->out, "Each figure is the mean over %d stream%s, with its 95 %% interval (Student's, kept within what the figure can be) in small print; n: the streams that have it, where not all do.%s",
                      p->w->settings->replications, p->w->settings->replications == 1 ? "" : "s", p->w->n_loads > 2 ? " All other loads are at the end." : "");
    put_calendar(p, p->load);
    put_working(p, p->load);
    put_others(p, p->load, "Hazard and effort; a pile: a pile cleared", "hazardous safe on the first working day, all streams", put_first_morning, effort, N_OF(effort));
}

void tr_sweep_page_loads(const tr_sweep_page *p)
{
    tr_page_heading(p->out, "All loads");
    if (p->load >= 0 && p->w->n_loads > 2) {
        put_calendar(p, -1);
        put_working(p, -1);
    }
    if (p->load < 0 || p->w->n_loads > 2)
        put_others(p, -1, "Hazard and effort; a pile: a pile cleared", "hazardous safe on the first working day, all streams", put_first_morning, effort, N_OF(effort));
    put_others(p, EVEN_SATURATED, "The list", "Little's law, gap", put_little, list, N_OF(list));
    tr_page_paragraph(p->out, "Little's law holds the books: piles open at once against piles cleared times their stay. A gap beyond 1 %% tells of a list that is not steady over the time measured.");
}
