/* page.c -- the parts of a page of clear-up times: frame, tables, curves, and a group as JSON and CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "page.h"
#include "chart.h"
#include "json_text.h"
#include "writers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    "*{box-sizing:border-box}\n"
    "body{font:15px/1.5 system-ui,\"Segoe UI\",\"Helvetica Neue\",Arial,\"Liberation "
    "Sans\",sans-serif;color:#1b1b1b;"
    "background:#fff;max-width:1080px;margin:0 auto;padding:24px 20px 48px}\n"
    "h1{font-size:26px;line-height:1.2;margin:0 0 4px}h2{font-size:19px;margin:34px 0 6px}\n"
    "p{margin:6px 0;max-width:84ch}p.sub{max-width:none}.sub,.quiet{color:#555}.quiet{font-size:13px}\n"
    ".warn p{margin:0}.warn{border-left:4px solid #b00020;background:#fdf1f2;padding:8px 12px;margin:12px "
    "0}.warn ul{margin:4px 0;padding-left:18px}\n"
    ".cards{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0}\n"
    ".card{border:1px solid #ccc;border-radius:6px;padding:8px 14px;flex:1 1 150px}\n"
    ".card b{display:block;font-size:24px;line-height:1.25}.card "
    "span{display:block;font-size:13px;color:#444}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:8px 0 4px;font-size:13.5px}\n"
    "caption{text-align:left;font-weight:600;padding:4px 0}\n"
    "th,td{padding:3px 6px;text-align:right;border-bottom:1px solid "
    "#ddd;vertical-align:top;font-variant-numeric:tabular-nums}\n"
    "th{font-weight:600;border-bottom:1px solid #888;vertical-align:bottom;line-height:1.25}\n"
    "th:first-child,td:first-child{text-align:left;min-width:9em}td,th{white-space:nowrap}td:first-child,th."
    "wrap,.words td{white-space:normal}\n"
    ".words td,.words th{text-align:left}.words td.n,.words "
    "th.n{text-align:right;white-space:nowrap;min-width:4em}td small{color:#555}\n"
    "thead tr.over th{border-bottom:0;text-align:center;padding-bottom:0}\n"
    "figure{margin:10px "
    "0}figcaption{font-size:13px;color:#444;max-width:90ch}svg{width:100%;height:auto;display:block}\n"
    "svg text{font:11px system-ui,\"Segoe UI\",Arial,\"Liberation Sans\",sans-serif;fill:#333}\n"
    ".grid{stroke:#e2e2e2}.axis,.tick{stroke:#666}.curve{fill:none;stroke-width:2}.band{fill-opacity:.16;"
    "stroke:none}"
    ".bar{fill:#0072b2}\n"
    ".many{display:grid;grid-template-columns:1fr 1fr;gap:4px 18px}.many h3{font-size:13px;margin:8px 0 "
    "0;font-weight:600}\n"
    ".many svg text{font-size:20px}\n"
    "p.lead{font-size:17px;margin:10px 0}h3{font-size:15px;margin:14px 0 2px}ul{margin:2px 0 8px;padding-left:20px;max-width:100ch}"
    "tr.part th{text-align:left;background:#f3f3f3;border-bottom:1px solid #ddd;padding-top:6px}\n"
    "@media(max-width:640px){.many{grid-template-columns:1fr}figure{overflow-x:auto}figure>svg{min-width:600px}}\n"
    "@media "
    "print{@page{size:A4;margin:13mm}body{max-width:none;padding:0;font-size:10.5pt}table{font-size:8.5pt}"
    "th,td{padding:2px 4px}h2{break-after:avoid}tbody "
    "tr:first-child{break-before:avoid}tr.part,h3{break-after:avoid}figure>svg{max-width:165mm}figcaption,.quiet{font-size:8.5pt}figure,tr,.card,.many>div{break-inside:avoid}.wide{overflow:visible}"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n";

void tr_page_begin(FILE *out, const char *title, const char *subtitle)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
          out);
    tr_html_put(out, title);
    fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>", style);
    tr_html_put(out, title);
    fputs("</h1>\n<p class=\"sub\">", out);
    tr_html_put(out, subtitle);
    fputs("</p>\n", out);
}

void tr_page_end(FILE *out, const char *colophon)
{
    fputs("<p class=\"quiet\">", out);
    tr_html_put(out, colophon);
    fputs("</p>\n</body>\n</html>\n", out);
}

void tr_page_heading(FILE *out, const char *text)
{
    fputs("<h2>", out);
    tr_html_put(out, text);
    fputs("</h2>\n", out);
}

void tr_page_paragraph(FILE *out, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0) text = NULL;
    va_end(args);
    fputs("<p>", out);
    tr_html_put(out, text ? text : "");
    fputs("</p>\n", out);
    free(text);
}

/* ---- the table ---- */

static void put_days(FILE *out, const tr_times *t, bool longest)
{
    fprintf(out, "<td>%s</td><td>%s</td><td>%s</td>", tr_num_text(t->mean, 2).text,
            tr_num_text(t->median, 2).text, tr_num_text(t->p90, 2).text);
    if (longest) fprintf(out, "<td>%s</td>", tr_num_text(t->longest, 1).text);
}

static void put_share(FILE *out, const tr_share *s)
{
    if (!s->n) {
        fputs("<td>–</td>", out);
        return;
    }
    fprintf(out, "<td>%s %%<br><small>", tr_num_text(100 * s->share, 1).text);
    if (isfinite(s->interval.low))
        fprintf(out, "%s–%s, ", tr_num_text(100 * s->interval.low, 1).text,
                tr_num_text(100 * s->interval.high, 1).text);
    fprintf(out, "n %s</small></td>", tr_count_text(s->n).text);
}

/* The horizon stands in the head of its column; a group that was not watched so long tells its own. */
static void put_restricted(FILE *out, const tr_group *g, double horizon)
{
    fprintf(out, "<td>%s<br><small>", tr_num_text(g->restricted_mean, 2).text);
    if (isfinite(g->restricted_se)) fprintf(out, "± %s", tr_num_text(1.96 * g->restricted_se, 2).text);
    if (g->horizon != horizon) fprintf(out, " to %s d", tr_num_text(g->horizon, 1).text);
    fputs("</small></td>", out);
}

static double largest_horizon(const tr_group *groups, int32_t n)
{
    double most = 0;
    for (int32_t i = 0; i < n; i++) most = fmax(most, groups[i].horizon);
    return most;
}

void tr_page_table(FILE *out, const char *caption, const char *first_column, const tr_group *groups,
                   int32_t n, const char *target)
{
    fputs("<div class=\"wide\"><table><caption>", out);
    tr_html_put(out, caption);
    fputs("</caption>\n<thead><tr class=\"over\"><th></th><th colspan=\"4\">cases</th><th colspan=\"4\">days "
          "until cleared, "
          "calendar</th><th colspan=\"3\">working days</th><th colspan=\"2\">with the open ones</th>",
          out);
    if (target) fputs("<th></th>", out);
    fputs("</tr>\n<tr><th>", out);
    tr_html_put(out, first_column);
    fputs("</th><th>all</th><th>cleared</th><th>open</th><th>other<br>ends</th><th>mean</th><th>median</"
          "th><th>90th</th><th>longest</th>"
          "<th>mean</th><th>median</th><th>90th</th><th>median</th>",
          out);
    double horizon = largest_horizon(groups, n);
    fprintf(out, "<th>mean to<br>%s d</th>", tr_num_text(horizon, horizon == rint(horizon) ? 0 : 1).text);
    if (target) {
        fputs("<th class=\"wrap\">inside ", out);
        tr_html_put(out, target);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (int32_t i = 0; i < n; i++) {
        const tr_group *g = &groups[i];
        fputs("<tr><td>", out);
        tr_html_put(out, g->name);
        fprintf(out, "</td><td>%s</td><td>%s</td>", tr_count_text(g->n).text, tr_count_text(g->cleared).text);
        fprintf(out, "<td>%s</td><td>%s</td>", tr_count_text(g->open).text,
                tr_count_text(g->duplicate + g->transferred).text);
        put_days(out, &g->calendar, true);
        put_days(out, &g->working, false);
        fprintf(out, "<td>%s</td>", tr_num_text(g->km_median, 2).text);
        put_restricted(out, g, horizon);
        if (target) put_share(out, &g->inside);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

void tr_page_grid(FILE *out, const char *caption, const char *const *heads, int32_t n_columns,
                  const char *const *cells, int32_t n_rows)
{
    fputs("<div class=\"wide\"><table><caption>", out);
    tr_html_put(out, caption);
    fputs("</caption>\n<thead><tr>", out);
    for (int32_t c = 0; c < n_columns; c++) {
        fputs("<th class=\"wrap\">", out);
        tr_html_put(out, heads[c]);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (int32_t r = 0; r < n_rows; r++) {
        fputs("<tr>", out);
        for (int32_t c = 0; c < n_columns; c++) {
            fputs("<td>", out);
            tr_html_put(out, cells[(size_t)r * (size_t)n_columns + (size_t)c]);
            fputs("</td>", out);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

void tr_page_test(FILE *out, tr_logrank test)
{
    if (!test.df) return;
    bool tiny = test.p < 0.0001;
    tr_page_paragraph(out,
                      "Log-rank test that all of these have one curve in common: chi-square %s on %d "
                      "degree%s of freedom, p %s %s. "
                      "A small p says that such a difference would be rare if there were none; it says "
                      "nothing of its reason.",
                      tr_num_text(test.chi2, 2).text, test.df, test.df == 1 ? "" : "s", tiny ? "<" : "=",
                      tiny ? "0.0001" : tr_num_text(test.p, 4).text);
}

/* ---- curves ---- */

double tr_page_horizon(const tr_group *groups, int32_t n)
{
    double most = 1;
    for (int32_t i = 0; i < n; i++) {
        double slow = tr_km_quantile(groups[i].points, groups[i].n_points, 0.96);
        if (isfinite(slow))
            most = fmax(most, slow);
        else if (groups[i].n_points)
            most = fmax(most, fmin(groups[i].points[groups[i].n_points - 1].t, 2 * groups[i].horizon));
    }
    return tr_nice_above(most);
}

static tr_line curve_of(const tr_group *g, const char *name, bool band, tr_arena *arena)
{
    double *x = TR_NEW(arena, double, g->n_points + 1), *y = TR_NEW(arena, double, g->n_points + 1);
    double *low = TR_NEW(arena, double, g->n_points + 1), *high = TR_NEW(arena, double, g->n_points + 1);
    for (int32_t i = 0; i < g->n_points; i++) {
        const tr_km_point *p = &g->points[i];
        x[i] = p->t, y[i] = p->survival;
        low[i] = isfinite(p->low) ? p->low : p->survival, high[i] = isfinite(p->high) ? p->high : p->survival;
    }
    return (tr_line){name, g->n_points, x, y, band ? low : NULL, band ? high : NULL, 1};
}

void tr_page_curves(FILE *out, const char *caption, const tr_group *groups, int32_t n, tr_arena *arena)
{
    tr_line curves[TR_MOST_CURVES];
    if (n > TR_MOST_CURVES) n = TR_MOST_CURVES;
    for (int32_t i = 0; i < n; i++) {
        const char *name =
            tr_arena_printf(arena, "%s (n = %s)", groups[i].name, tr_count_text(groups[i].n).text);
        curves[i] = curve_of(&groups[i], name, n <= 5 && !groups[i].one_run, arena);
    }
    fputs("<figure>", out);
    tr_chart_curves(out, caption, "days since the report", tr_page_horizon(groups, n), curves, n);
    fputs("<figcaption>", out);
    tr_html_put(out, caption);
    fputs("</figcaption></figure>\n", out);
}

/* ---- JSON and CSV ---- */

static json_t *real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *times_json(const tr_times *t)
{
    return json_pack("{s:i, s:o, s:o, s:o, s:o}", "n", (int)t->n, "mean", real(t->mean), "median",
                     real(t->median), "p90", real(t->p90), "longest", real(t->longest));
}

static json_t *share_json(const tr_share *s)
{
    return json_pack("{s:i, s:i, s:o, s:o, s:o}", "inside", (int)s->inside, "n", (int)s->n, "share",
                     real(s->share), "low", real(s->interval.low), "high", real(s->interval.high));
}

static json_t *curve_json(const tr_group *g)
{
    json_t *points = json_array();
    for (int32_t i = 0; i < g->n_points; i++) {
        const tr_km_point *p = &g->points[i];
        json_array_append_new(points,
                              json_pack("[o, o, o, o, i, i, i]", real(p->t), real(p->survival),
                                        real(g->one_run ? NAN : p->low), real(g->one_run ? NAN : p->high),
                                        (int)p->at_risk, (int)p->events, (int)p->censored));
    }
    return points;
}

json_t *tr_group_json(const tr_group *g, bool with_curve)
{
    json_t *o = json_pack("{s:o, s:i, s:i, s:i, s:i, s:i}", "name", tr_json_string(g->name), "n", (int)g->n,
                          "cleared", (int)g->cleared, "open", (int)g->open, "duplicate", (int)g->duplicate,
                          "transferred", (int)g->transferred);
    json_object_set_new(o, "calendar_days", times_json(&g->calendar));
    json_object_set_new(o, "working_days", times_json(&g->working));
    json_object_set_new(o, "closed_days", times_json(&g->closed));
    json_object_set_new(o, "oldest_open_days", real(g->oldest_open));
    json_object_set_new(o, "inside", share_json(&g->inside));
    json_object_set_new(o, "closed_inside", share_json(&g->closed_inside));
    json_object_set_new(o, "km_median", real(g->km_median));
    json_object_set_new(o, "km_median_low", real(g->km_median_interval.low));
    json_object_set_new(o, "km_median_high", real(g->km_median_interval.high));
    json_object_set_new(o, "km_p90", real(g->km_p90));
    json_object_set_new(o, "horizon_days", real(g->horizon));
    json_object_set_new(o, "restricted_mean", real(g->restricted_mean));
    json_object_set_new(o, "restricted_se", real(g->restricted_se));
    if (with_curve) json_object_set_new(o, "curve", curve_json(g));
    return o;
}

void tr_csv_word(FILE *out, const char *text)
{
    bool formula = strchr("=+-@", *text) && *text;
    fputc('"', out);
    if (formula) fputc('\'', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void put_number(FILE *out, double value)
{
    fputc(',', out);
    if (isfinite(value)) fputs(tr_num_text(value, 6).text, out);
}

void tr_group_csv_header(FILE *out)
{
    fputs("grouping,group,cases,cleared,open,duplicate,transferred,mean_days,median_days,p90_days,longest_"
          "days,mean_working_days,"
          "median_working_days,p90_working_days,longest_working_days,closed,closed_mean_days,closed_median_"
          "days,closed_p90_days,"
          "closed_longest_days,oldest_open_days,inside,inside_of,inside_share,inside_low,inside_high,closed_"
          "inside,"
          "closed_inside_of,km_median_days,km_median_low,km_median_high,horizon_days,restricted_mean_days,"
          "restricted_se\n",
          out);
}

static void put_times(FILE *out, const tr_times *t)
{
    put_number(out, t->mean), put_number(out, t->median), put_number(out, t->p90),
        put_number(out, t->longest);
}

void tr_group_csv(FILE *out, const char *grouping, const tr_group *g)
{
    tr_csv_word(out, grouping);
    fputc(',', out);
    tr_csv_word(out, g->name);
    fprintf(out, ",%d,%d,%d,%d,%d", g->n, g->cleared, g->open, g->duplicate, g->transferred);
    put_times(out, &g->calendar);
    put_times(out, &g->working);
    fprintf(out, ",%d", g->closed.n);
    put_times(out, &g->closed);
    put_number(out, g->oldest_open);
    fprintf(out, ",%d,%d", g->inside.inside, g->inside.n);
    put_number(out, g->inside.share), put_number(out, g->inside.interval.low),
        put_number(out, g->inside.interval.high);
    fprintf(out, ",%d,%d", g->closed_inside.inside, g->closed_inside.n);
    put_number(out, g->km_median), put_number(out, g->km_median_interval.low),
        put_number(out, g->km_median_interval.high);
    put_number(out, g->horizon), put_number(out, g->restricted_mean), put_number(out, g->restricted_se);
    fputc('\n', out);
}
