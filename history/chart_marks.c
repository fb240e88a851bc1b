/* chart_marks.c -- see chart_marks.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_marks.h"
#include "chart_parts.h"

#include <math.h>

enum { LEFT = 52, RIGHT = 14, TOP = 12, LEGEND = 18, HEAD = 18, PLOT = 240, FOOT = 42, WORDS = 226, ROW = 15, SHAPES = 4 };

typedef struct { /* from the chart's figures to its own units */
    FILE *out;
    double left, right, top, bottom;
    double x_least, x_most, y_most;
} frame;

static double across(const frame *f, double x)
{
    return f->left + (f->right - f->left) * (x - f->x_least) / (f->x_most - f->x_least);
}

static double down(const frame *f, double y)
{
    return f->bottom - (f->bottom - f->top) * y / f->y_most;
}

/* Decimals that the ticks of such a step need. */
static int decimals_of(double step)
{
    return step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
}

static void x_axis(const frame *f, const char *label, bool grid)
{
    double step = tr_tick_step(f->x_most - f->x_least);
    for (long k = lround(ceil(f->x_least / step - 1e-9)); (double)k * step <= f->x_most * (1 + 1e-9); k++) {
        double x = across(f, (double)k * step);
        tr_svg_line(f->out, "tick", x, f->bottom, x, f->bottom + 4);
        if (grid) tr_svg_line(f->out, "grid", x, f->top, x, f->bottom);
        tr_svg_text(f->out, x, f->bottom + 17, "middle", tr_num_text((double)k * step, decimals_of(step)).text);
    }
    tr_svg_line(f->out, "axis", f->left, f->bottom, f->right, f->bottom);
    tr_svg_text(f->out, (f->left + f->right) / 2, f->bottom + 35, "middle", label);
}

static void y_axis(const frame *f, const char *label)
{
    double step = tr_tick_step(f->y_most);
    for (int k = 1; k * step <= f->y_most * (1 + 1e-9); k++) tr_svg_line(f->out, "grid", f->left, down(f, k * step), f->right, down(f, k * step));
    for (int k = 0; k * step <= f->y_most * (1 + 1e-9); k++)
        tr_svg_text(f->out, f->left - 6, down(f, k * step) + 4, "end", tr_num_text(k * step, decimals_of(step)).text);
    tr_svg_text(f->out, 4, f->top - 14, "start", label);
}

static void put_mark(FILE *out, double x, double y, int k)
{
    static const char *const shapes[SHAPES] = {"m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "m-3.5-3.5h7v7h-7z", "m-4.5 3.5h9l-4.5-8z", "m-4.5 0l4.5-4.5 4.5 4.5-4.5 4.5z"};
    const char *colour = tr_chart_colours[k];
    fprintf(out, "<path fill=\"%s\" stroke=\"%s\" stroke-width=\"1.5\" d=\"M%s %s%s\"/>\n", k < SHAPES ? colour : "#fff", colour,
            tr_num_text(x, 1).text, tr_num_text(y, 1).text, shapes[k % SHAPES]);
}

static void put_whisker(FILE *out, double x1, double y1, double x2, double y2, int k)
{
    fprintf(out, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" d=\"M%s %sL%s %s\"/>\n", tr_chart_colours[k],
            tr_num_text(x1, 1).text, tr_num_text(y1, 1).text, tr_num_text(x2, 1).text, tr_num_text(y2, 1).text);
}

/* Names over the plot, two in a row. */
static double legend_height(int32_t n)
{
    return n > 1 ? LEGEND * ((n + 1) / 2) + 6 : 0;
}

static void put_legend(FILE *out, const char *name, int k, bool line)
{
    double x = LEFT + k % 2 * (TR_CHART_WIDTH - LEFT) / 2.0, y = TOP + LEGEND * (k / 2) + 4;
    if (line)
        fprintf(out, "<path class=\"curve\" stroke=\"%s\" stroke-dasharray=\"%s\" d=\"M%s %sh34\"/>\n", tr_chart_colours[k],
                tr_chart_dashes[k], tr_num_text(x, 1).text, tr_num_text(y, 1).text);
    put_mark(out, x + 17, y, k);
    tr_svg_text(out, x + 42, y + 4, "start", name);
}

/* ---- along a scale ---- */

static void put_line(const frame *f, const tr_line *c, int32_t k, double shift)
{
    bool pen = false;
    for (int32_t i = 0; i < c->n; i++) {
        if (!isfinite(c->y[i])) {
            if (pen) fputs("\"/>\n", f->out);
            pen = false;
            continue;
        }
        if (!pen) fprintf(f->out, "<path class=\"curve\" stroke=\"%s\" stroke-dasharray=\"%s\" d=\"", tr_chart_colours[k], tr_chart_dashes[k]);
        fprintf(f->out, "%s%s %s", pen ? "L" : "M", tr_num_text(across(f, c->x[i]) + shift, 1).text, tr_num_text(down(f, c->y[i]), 1).text);
        pen = true;
    }
    if (pen) fputs("\"/>\n", f->out);
    for (int32_t i = 0; i < c->n; i++) {
        double x = across(f, c->x[i]) + shift;
        if (!isfinite(c->y[i])) continue;
        if (c->low && isfinite(c->low[i]) && isfinite(c->high[i])) put_whisker(f->out, x, down(f, fmax(c->low[i], 0)), x, down(f, fmin(c->high[i], f->y_most)), k);
        put_mark(f->out, x, down(f, c->y[i]), k);
    }
}

void tr_chart_marks(FILE *out, const char *title, const char *x_label, const char *y_label, double x_least, double x_most,
                    const tr_line *lines, int32_t n)
{
    if (n > TR_MOST_CURVES) n = TR_MOST_CURVES;
    double most = 0, highest = 0, legend = legend_height(n);
    for (int32_t k = 0; k < n; k++)
        for (int32_t i = 0; i < lines[k].n; i++) {
            if (isfinite(lines[k].y[i])) most = fmax(most, lines[k].y[i]);
            if (lines[k].high && isfinite(lines[k].high[i])) highest = fmax(highest, lines[k].high[i]);
        }
    most = fmax(most, fmin(highest, 2 * most));
    double top = TOP + legend + HEAD;
    frame f = {out, LEFT, TR_CHART_WIDTH - RIGHT, top, top + PLOT, x_least, x_most, tr_nice_above(most)};
    tr_svg_open(out, title, f.bottom + FOOT);
    y_axis(&f, y_label);
    x_axis(&f, x_label, false);
    for (int32_t k = n - 1; k >= 0; k--) put_line(&f, &lines[k], k, 4 * (k - (n - 1) / 2.0));
    for (int32_t k = 0; n > 1 && k < n; k++) put_legend(out, lines[k].name, k, true);
    fputs("</svg>\n", out);
}

/* ---- row by row ---- */

void tr_chart_dots(FILE *out, const tr_dots *d)
{
    double most = 0, top = TOP + legend_height(d->n_series), height = ROW * d->n_series + 8;
    for (int32_t i = 0; i < d->n * d->n_series; i++) most = fmax(most, fmax(isfinite(d->mean[i]) ? d->mean[i] : 0, isfinite(d->high[i]) ? d->high[i] : 0));
    frame f = {out, WORDS, TR_CHART_WIDTH - RIGHT, top, top + d->n * height, 0, tr_nice_above(most), 1};
    tr_svg_open(out, d->title, f.bottom + FOOT);
    x_axis(&f, d->x_label, true);
    for (int32_t i = 0; i < d->n; i++) {
        double y0 = top + i * height;
        if (i) tr_svg_line(out, "grid", 0, y0, f.right, y0);
        tr_svg_text(out, WORDS - 8, y0 + height / 2 + 4, "end", d->labels[i]);
        for (int32_t k = 0; k < d->n_series; k++) {
            int32_t at = i * d->n_series + k;
            double y = y0 + 4 + ROW * (k + 0.5);
            if (!isfinite(d->mean[at])) continue;
            if (isfinite(d->low[at]) && isfinite(d->high[at])) put_whisker(out, across(&f, fmax(d->low[at], 0)), y, across(&f, d->high[at]), y, k);
            put_mark(out, across(&f, d->mean[at]), y, k);
        }
    }
    for (int32_t k = 0; d->n_series > 1 && k < d->n_series; k++) put_legend(out, d->series[k], k, false);
    fputs("</svg>\n", out);
}

/* ---- two distributions ---- */

void tr_chart_pairs(FILE *out, const char *title, const char *x_label, const char *y_label, double width, int32_t n,
                    const char *const names[2], const double *const values[2])
{
    double most = 0, top = TOP + legend_height(2) + HEAD;
    for (int k = 0; k < 2; k++)
        for (int32_t i = 0; i < n; i++) most = fmax(most, values[k][i]);
    frame f = {out, LEFT, TR_CHART_WIDTH - RIGHT, top, top + PLOT, 0, n * width, tr_nice_above(most)};
    double bar = (across(&f, width) - across(&f, 0)) * 0.42;
    tr_svg_open(out, title, f.bottom + FOOT);
    y_axis(&f, y_label);
    x_axis(&f, x_label, false);
    for (int32_t i = 0; i < n; i++)
        for (int k = 0; k < 2; k++)
            if (values[k][i] > 0)
                fprintf(out, "<rect fill=\"%s\" stroke=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>\n", k ? "#fff" : tr_chart_colours[0],
                        tr_chart_colours[k], tr_num_text(across(&f, (i + 0.5) * width) - (k ? 0 : bar), 1).text,
                        tr_num_text(down(&f, values[k][i]), 1).text, tr_num_text(bar, 1).text,
                        tr_num_text(f.bottom - down(&f, values[k][i]), 1).text);
    for (int k = 0; k < 2; k++) {
        double x = LEFT + k * (TR_CHART_WIDTH - LEFT) / 2.0;
        fprintf(out, "<rect fill=\"%s\" stroke=\"%s\" x=\"%s\" y=\"%d\" width=\"22\" height=\"10\"/>\n", k ? "#fff" : tr_chart_colours[0],
                tr_chart_colours[k], tr_num_text(x, 1).text, TOP);
        tr_svg_text(out, x + 30, TOP + 9, "start", names[k]);
    }
    fputs("</svg>\n", out);
}
