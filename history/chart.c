/* chart.c -- see chart.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_parts.h"
#include "writers.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { WIDTH = TR_CHART_WIDTH, HEIGHT = 300, SMALL_HEIGHT = 110, LEFT = 52, RIGHT = 12, TOP = 12, BOTTOM = 42, LEGEND = 18 };

/* Okabe and Ito's colours, which colour-blind eyes tell apart, the dark ones first. */
const char *const tr_chart_colours[TR_MOST_CURVES] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                    "#000000", "#e69f00", "#56b4e9", "#7a5c00"};
const char *const tr_chart_dashes[TR_MOST_CURVES] = {"none", "7 3", "2 2",  "10 3 2 3",
                                                   "5 2",  "1 3", "12 4", "3 5"};

tr_num tr_num_text(double value, int decimals)
{
    tr_num n;
    long long unit = 1;
    if (!isfinite(value) || fabs(value) > 1e15) return (tr_num){"–"};
    for (int i = 0; i < decimals; i++) unit *= 10;
    long long scaled = llround(value * (double)unit), size = scaled < 0 ? -scaled : scaled;
    const char *sign = scaled < 0 ? "-" : "";
    if (decimals)
        snprintf(n.text, sizeof n.text, "%s%lld.%0*lld", sign, size / unit, decimals, size % unit);
    else
        snprintf(n.text, sizeof n.text, "%s%lld", sign, size);
    return n;
}

tr_num tr_count_text(int64_t value)
{
    tr_num n;
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    size_t length = strlen(digits), k = 0;
    for (size_t i = 0; i < length && k + 2 < sizeof n.text; i++) {
        n.text[k++] = digits[i];
        size_t left = length - 1 - i;
        if (left && left % 3 == 0 && digits[i] != '-') n.text[k++] = ',';
    }
    n.text[k] = 0;
    return n;
}

double tr_nice_above(double value)
{
    static const double steps[] = {1, 2, 3, 4, 5, 6, 8, 10};
    if (!(value > 0)) return 1;
    double unit = pow(10, floor(log10(value)));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i] * unit >= value * (1 - 1e-9)) return steps[i] * unit;
    return 10 * unit;
}

double tr_tick_step(double most)
{
    double unit = pow(10, floor(log10(most / 4)));
    if (most / (5 * unit) >= 4) return 5 * unit;
    return most / (2 * unit) >= 4 ? 2 * unit : unit;
}

typedef struct {
    FILE *out;
    double left, top, height; /* of the plot */
    double x_most, y_most;
} panel;

static double across(const panel *p, double x)
{
    return p->left + (WIDTH - p->left - RIGHT) * x / p->x_most;
}

static double down(const panel *p, double y)
{
    return p->top + p->height * (1 - y / p->y_most);
}

void tr_svg_open(FILE *out, const char *title, double height)
{
    fprintf(out, "<svg viewBox=\"0 0 %d %s\" role=\"img\"><title>", WIDTH, tr_num_text(height, 0).text);
    tr_html_put(out, title);
    fputs("</title>\n", out);
}

void tr_svg_text(FILE *out, double x, double y, const char *anchor, const char *text)
{
    fprintf(out, "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">", tr_num_text(x, 1).text,
            tr_num_text(y, 1).text, anchor);
    tr_html_put(out, text);
    fputs("</text>\n", out);
}

void tr_svg_line(FILE *out, const char *class, double x1, double y1, double x2, double y2)
{
    fprintf(out, "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n", class,
            tr_num_text(x1, 1).text, tr_num_text(y1, 1).text, tr_num_text(x2, 1).text,
            tr_num_text(y2, 1).text);
}

static void x_axis(const panel *p, const char *label)
{
    double step = tr_tick_step(p->x_most), foot = p->top + p->height;
    for (int k = 0; k * step <= p->x_most * (1 + 1e-9); k++) {
        tr_svg_line(p->out, "tick", across(p, k * step), foot, across(p, k * step), foot + 4);
        tr_svg_text(p->out, across(p, k * step), foot + 17, "middle",
                 tr_num_text(k * step, step < 1 ? 1 : 0).text);
    }
    tr_svg_text(p->out, p->left + (WIDTH - p->left - RIGHT) / 2, foot + 35, "middle", label);
}

static void y_axis(const panel *p, double factor, const char *unit)
{
    double step = tr_tick_step(p->y_most);
    if (p->height < 80) step *= 2;
    if (factor <= 1 && step < 1) step = 1; /* counts */
    for (int k = 0; k * step <= p->y_most * (1 + 1e-9); k++) {
        char text[48];
        snprintf(text, sizeof text, "%s%s",
                 factor > 1 ? tr_num_text(k * step * factor, 0).text : tr_count_text(llround(k * step)).text,
                 unit);
        tr_svg_line(p->out, k ? "grid" : "axis", p->left, down(p, k * step), WIDTH - RIGHT, down(p, k * step));
        tr_svg_text(p->out, p->left - 6, down(p, k * step) + 4, "end", text);
    }
}

/* ---- curves ---- */

/* The steps of y over x from 0 to x_most, to the right, leaving out what no eye could see. */
static void steps(const panel *p, const tr_line *c, const double *y)
{
    double drawn = c->start, last_x = 0;
    for (int32_t i = 0; i < c->n && c->x[i] <= p->x_most; i++) {
        last_x = c->x[i];
        if (fabs(down(p, y[i]) - down(p, drawn)) < 0.15) continue;
        fprintf(p->out, "H%sV%s", tr_num_text(across(p, c->x[i]), 1).text,
                tr_num_text(down(p, y[i]), 1).text);
        drawn = y[i];
    }
    bool goes_on = c->n && c->x[c->n - 1] > p->x_most;
    fprintf(p->out, "H%s", tr_num_text(across(p, goes_on ? p->x_most : last_x), 1).text);
}

/* Where the upper edge of a band ends, back along the lower one. */
static void steps_back(const panel *p, const tr_line *c)
{
    int32_t last = -1;
    for (int32_t i = 0; i < c->n && c->x[i] <= p->x_most; i++) last = i;
    if (last < 0) return;
    double drawn = c->low[last];
    fprintf(p->out, "V%s", tr_num_text(down(p, drawn), 1).text);
    for (int32_t i = last; i >= 0; i--) {
        double before = i ? c->low[i - 1] : c->start;
        if (i && fabs(down(p, before) - down(p, drawn)) < 0.15) continue;
        fprintf(p->out, "H%sV%s", tr_num_text(across(p, c->x[i]), 1).text,
                tr_num_text(down(p, before), 1).text);
        drawn = before;
    }
}

static void put_curve(const panel *p, const tr_line *c, int k)
{
    const char *x0 = "M", *colour = tr_chart_colours[k];
    if (c->low && c->n) {
        fprintf(p->out, "<path class=\"band\" fill=\"%s\" d=\"%s%d %s", colour, x0, LEFT,
                tr_num_text(down(p, c->start), 1).text);
        steps(p, c, c->high);
        steps_back(p, c);
        fputs("Z\"/>\n", p->out);
    }
    fprintf(p->out, "<path class=\"curve\" stroke=\"%s\" stroke-dasharray=\"%s\" d=\"%s%d %s", colour,
            tr_chart_dashes[k], x0, LEFT, tr_num_text(down(p, c->start), 1).text);
    steps(p, c, c->y);
    fputs("\"/>\n", p->out);
}

/* A line of names over the plot, two in a row. */
static double legend_height(int32_t n)
{
    return n > 1 ? LEGEND * ((n + 1) / 2) + 6 : 0;
}

static void put_legend(FILE *out, const tr_line *curves, int32_t n)
{
    for (int32_t k = 0; n > 1 && k < n; k++) {
        double x = LEFT + k % 2 * (WIDTH - LEFT) / 2.0, y = TOP + LEGEND * (k / 2) + 4;
        fprintf(out, "<path class=\"curve\" stroke=\"%s\" stroke-dasharray=\"%s\" d=\"M%s %sh34\"/>\n",
                tr_chart_colours[k], tr_chart_dashes[k], tr_num_text(x, 1).text, tr_num_text(y, 1).text);
        tr_svg_text(out, x + 42, y + 4, "start", curves[k].name);
    }
}

void tr_chart_curves(FILE *out, const char *title, const char *x_label, double x_most, const tr_line *curves,
                     int32_t n)
{
    if (n > TR_MOST_CURVES) n = TR_MOST_CURVES;
    double legend = legend_height(n);
    panel p = {out, LEFT, TOP + legend, HEIGHT - TOP - BOTTOM, x_most, 1};
    tr_svg_open(out, title, HEIGHT + legend);
    y_axis(&p, 100, " %");
    x_axis(&p, x_label);
    for (int32_t k = n - 1; k >= 0; k--) put_curve(&p, &curves[k], k);
    put_legend(out, curves, n);
    fputs("</svg>\n", out);
}

/* ---- lines ---- */

static void put_points(const panel *p, const double *x, const double *y, int32_t n, bool back)
{
    for (int32_t k = 0; k < n; k++) {
        int32_t i = back ? n - 1 - k : k;
        fprintf(p->out, "%s%s %s", k || back ? "L" : "M", tr_num_text(across(p, x[i]), 1).text,
                tr_num_text(down(p, y[i]), 1).text);
    }
}

static void put_straight(const panel *p, const tr_line *c, int k)
{
    if (c->low && c->n) {
        fprintf(p->out, "<path class=\"band\" fill=\"%s\" d=\"", tr_chart_colours[k]);
        put_points(p, c->x, c->high, c->n, false);
        put_points(p, c->x, c->low, c->n, true);
        fputs("Z\"/>\n", p->out);
    }
    fprintf(p->out, "<path class=\"curve\" stroke=\"%s\" stroke-dasharray=\"%s\" d=\"", tr_chart_colours[k],
            tr_chart_dashes[k]);
    put_points(p, c->x, c->y, c->n, false);
    fputs("\"/>\n", p->out);
}

void tr_chart_lines(FILE *out, const char *title, const char *x_label, const char *y_label,
                    const tr_line *curves, int32_t n)
{
    if (n > TR_MOST_CURVES) n = TR_MOST_CURVES;
    double legend = legend_height(n), x_most = 0, y_most = 0;
    for (int32_t k = 0; k < n; k++)
        for (int32_t i = 0; i < curves[k].n; i++) {
            x_most = fmax(x_most, curves[k].x[i]);
            y_most = fmax(y_most, curves[k].high ? curves[k].high[i] : curves[k].y[i]);
        }
    panel p = {out,
               LEFT,
               TOP + 18 + legend,
               HEIGHT - TOP - 18 - BOTTOM,
               x_most > 0 ? x_most : 1,
               tr_nice_above(y_most)};
    tr_svg_open(out, title, HEIGHT + legend);
    y_axis(&p, 1, "");
    x_axis(&p, x_label);
    tr_svg_text(out, 4, TOP + legend + 4, "start", y_label);
    for (int32_t k = n - 1; k >= 0; k--) put_straight(&p, &curves[k], k);
    put_legend(out, curves, n);
    fputs("</svg>\n", out);
}

/* ---- bars ---- */

void tr_chart_bars(FILE *out, const tr_bars *b)
{
    double most = 0, height = b->small ? SMALL_HEIGHT : HEIGHT;
    double foot = b->x_label ? BOTTOM
                  : b->small ? BOTTOM - 16
                             : BOTTOM - 20,
           head = b->y_label ? TOP + 14 : TOP;
    for (int32_t i = 0; i < b->n; i++) most = fmax(most, b->values[i]);
    panel p = {out,
               b->small ? LEFT + 18 : LEFT,
               head,
               height - head - foot,
               b->n > 0 ? b->n : 1,
               tr_nice_above(most)};
    tr_svg_open(out, b->title, height);
    y_axis(&p, 1, "");
    if (b->y_label) tr_svg_text(out, 4, TOP, "start", b->y_label);
    for (int32_t i = 0; i < b->n; i++) {
        double gap = b->n > 120 ? 0.2 : 1;
        if (b->values[i] > 0)
            fprintf(out, "<rect class=\"bar\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>\n",
                    tr_num_text(across(&p, i) + gap / 2, 1).text, tr_num_text(down(&p, b->values[i]), 1).text,
                    tr_num_text(across(&p, i + 1) - across(&p, i) - gap, 1).text,
                    tr_num_text(down(&p, 0) - down(&p, b->values[i]), 1).text);
        if (b->labels && *b->labels[i])
            tr_svg_text(out, across(&p, i + 0.5), p.top + p.height + (b->small ? 21 : 17), "middle",
                     b->labels[i]);
    }
    p.x_most = b->x_most;
    if (b->x_most > 0) x_axis(&p, b->x_label);
    fputs("</svg>\n", out);
}
