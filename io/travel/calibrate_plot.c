/* calibrate_plot.c -- a drawing of a calibration: for each mode the recorded ways with the curve, and what is left of
 * them when both ends are left out, by the straight line.  SVG, written with libxml2; no other program is needed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calibrate.h"
#include "write_file.h"

#include <libxml/xmlwriter.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 460, HEIGHT = 320, GAP = 60, MOST_DOTS = 1500, CURVE_STEPS = 60, TICKS = 5 };

typedef struct {
    xmlTextWriterPtr out;
    double x, y; /* of the panel's upper left corner */
    double most_x, low_y, high_y;
} panel;

/* <name key="value" .../>: pairs of texts up to NULL; numbers are printed by the caller. */
static void element(xmlTextWriterPtr out, const char *name, const char *text, ...)
{
    va_list args;
    va_start(args, text);
    xmlTextWriterStartElement(out, BAD_CAST name);
    for (const char *key; (key = va_arg(args, const char *));)
        xmlTextWriterWriteAttribute(out, BAD_CAST key, BAD_CAST va_arg(args, const char *));
    if (text) xmlTextWriterWriteString(out, BAD_CAST text);
    xmlTextWriterEndElement(out);
    va_end(args);
}

typedef struct {
    char text[24];
} number_text;
static number_text num(double value) /* one decimal, in any locale */
{
    number_text n;
    long long tenths = llround(value * 10), size = tenths < 0 ? -tenths : tenths;
    snprintf(n.text, sizeof n.text, "%s%lld.%lld", tenths < 0 ? "-" : "", size / 10, size % 10);
    return n;
}

static double across(const panel *p, double x)
{
    return p->x + WIDTH * x / p->most_x;
}

static double down(const panel *p, double y)
{
    return p->y + HEIGHT * (1 - (fmin(fmax(y, p->low_y), p->high_y) - p->low_y) / (p->high_y - p->low_y));
}

static void words(const panel *p, double x, double y, const char *anchor, const char *text)
{
    element(p->out, "text", text, "x", num(x).text, "y", num(y).text, "text-anchor", anchor, NULL);
}

static void line(const panel *p, double x1, double y1, double x2, double y2, const char *class)
{
    element(p->out, "line", NULL, "x1", num(x1).text, "y1", num(y1).text, "x2", num(x2).text, "y2",
            num(y2).text, "class", class, NULL);
}

static void frame(const panel *p, const char *title, const char *unit)
{
    char label[64];
    words(p, p->x, p->y - 10, "start", title);
    for (int k = 0; k <= TICKS; k++) {
        double x = p->most_x * k / TICKS, y = p->low_y + (p->high_y - p->low_y) * k / TICKS;
        line(p, across(p, x), p->y, across(p, x), p->y + HEIGHT, "grid");
        line(p, p->x, down(p, y), p->x + WIDTH, down(p, y), "grid");
        snprintf(label, sizeof label, "%s km", num(x / 1000).text);
        words(p, across(p, x), p->y + HEIGHT + 16, "middle", label);
        snprintf(label, sizeof label, "%s %s", num(y).text, unit);
        words(p, p->x - 4, down(p, y) + 4, "end", label);
    }
}

static void dot(const panel *p, double x, double y)
{
    element(p->out, "circle", NULL, "cx", num(across(p, x)).text, "cy", num(down(p, y)).text, "r", "1.2",
            NULL);
}

static void draw_ways(panel p, const tr_area_mode *m, const tr_residuals *r, int64_t stride,
                      const char *title)
{
    frame(&p, title, "min");
    for (int64_t i = 0; i < r->n; i += stride) dot(&p, r->ways[i].straight_m, r->ways[i].seconds / 60);
    for (int k = 0; k < CURVE_STEPS; k++) {
        double x1 = p.most_x * k / CURVE_STEPS, x2 = p.most_x * (k + 1) / CURVE_STEPS;
        line(&p, across(&p, x1), down(&p, exp(tr_area_curve_log(m, TR_SECONDS, x1)) / 60), across(&p, x2),
             down(&p, exp(tr_area_curve_log(m, TR_SECONDS, x2)) / 60), "curve");
    }
}

static void draw_residuals(panel p, const tr_residuals *r, int64_t stride, const char *title)
{
    p.low_y = -100, p.high_y = 100;
    frame(&p, title, "%");
    line(&p, p.x, down(&p, 0), p.x + WIDTH, down(&p, 0), "zero");
    for (int64_t i = 0; i < r->n; i += stride)
        dot(&p, r->ways[i].straight_m, 100 * (r->ways[i].estimated_s / fmax(r->ways[i].seconds, 1) - 1));
}

static void draw_mode(xmlTextWriterPtr out, double y, const tr_area_mode *m, const tr_residuals *r)
{
    panel p = {out, GAP + 20, y, 1, 0, 1};
    int64_t stride = r->n / MOST_DOTS + 1;
    char title[200];
    if (stride > 1) stride |= 1;
    for (int64_t i = 0; i < r->n; i++) {
        p.most_x = fmax(p.most_x, r->ways[i].straight_m);
        p.high_y = fmax(p.high_y, r->ways[i].seconds / 60);
    }
    snprintf(title, sizeof title, "%.60s: recorded minutes by the straight line, and the curve", m->name);
    draw_ways(p, m, r, stride, title);
    p.x += WIDTH + 2 * GAP;
    snprintf(title, sizeof title, "%.60s: error of the estimate, both ends left out", m->name);
    draw_residuals(p, r, stride, title);
}

static void draw(xmlTextWriterPtr out, const tr_area *a, const tr_residuals *residuals)
{
    static const char style[] = "text{font:12px sans-serif;fill:#222}.grid{stroke:#ddd}.zero{stroke:#888}"
                                ".curve{stroke:#c22;stroke-width:2}circle{fill:#1560a8;fill-opacity:.35}";
    double width = 2 * WIDTH + 4 * GAP, height = a->n_modes * (HEIGHT + 1.5 * GAP) + GAP;
    char box[80];
    snprintf(box, sizeof box, "0 0 %s %s", num(width).text, num(height).text);
    xmlTextWriterSetIndent(out, 1);
    xmlTextWriterStartDocument(out, NULL, "UTF-8", NULL);
    xmlTextWriterStartElement(out, BAD_CAST "svg");
    xmlTextWriterWriteAttribute(out, BAD_CAST "xmlns", BAD_CAST "http://www.w3.org/2000/svg");
    xmlTextWriterWriteAttribute(out, BAD_CAST "viewBox", BAD_CAST box);
    xmlTextWriterWriteAttribute(out, BAD_CAST "width", BAD_CAST num(width).text);
    xmlTextWriterWriteAttribute(out, BAD_CAST "height", BAD_CAST num(height).text);
    element(out, "title", "calibration of travel", NULL);
    element(out, "style", style, NULL);
    element(out, "rect", NULL, "width", "100%", "height", "100%", "fill", "#fff", NULL);
    for (int32_t k = 0; k < a->n_modes; k++)
        draw_mode(out, GAP + k * (HEIGHT + 1.5 * GAP), &a->modes[k], &residuals[k]);
    if (*a->credit) element(out, "text", a->credit, "x", "20", "y", num(height - 12).text, NULL);
    xmlTextWriterEndDocument(out);
}

tr_status tr_calibration_plot(const char *path, const tr_area *a, const tr_residuals *residuals, tr_err *err)
{
    xmlBufferPtr buffer = xmlBufferCreate();
    xmlTextWriterPtr out = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
    if (out) {
        draw(out, a, residuals);
        xmlFreeTextWriter(out);
    }
    tr_status status =
        out ? tr_file_write(path, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer), err)
            : tr_fail(err, TR_EINTERNAL, "%s: out of memory", path);
    if (buffer) xmlBufferFree(buffer);
    return status;
}
