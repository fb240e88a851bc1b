/* chart.h -- the charts of the page, as SVG inside HTML: no script, no network, the same in any locale.
 *
 * Lines differ by dash as well as by colour, so that paper and colour-blind eyes can tell them. Callers write what is around
 * the chart; a chart is one <svg> with a <title>, for those who listen to a page.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CHART_H
#define TR_CHART_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
    char text[32];
} tr_num;
tr_num tr_num_text(double value, int decimals); /* "4.63"; "–" for NAN */
tr_num tr_count_text(int64_t value);            /* "1,887" */

enum { TR_MOST_CURVES = 8 };

typedef struct
{ /* a step function that holds from each x on (before the first x it is `start`), or points of a line */
    const char *name;
    int32_t n;
    const double *x, *y;
    const double *low, *high; /* a band; NULL = none */
    double start;
} tr_line;

/* y from 0 to 1, told in per cent. What lies beyond x_most is not drawn; at most TR_MOST_CURVES are. */
void tr_chart_curves(FILE *out, const char *title, const char *x_label, double x_most, const tr_line *curves,
                     int32_t n);

/* Straight lines from point to point, from x = 0 and y = 0 on: a queue over the days. x_most: of the longest; bands are drawn. */
void tr_chart_lines(FILE *out, const char *title, const char *x_label, const char *y_label,
                    const tr_line *curves, int32_t n);

/* n bars side by side from 0 to x_most, or with x_most = 0 one a label ("" = none under that bar). */
typedef struct {
    const char *title, *x_label, *y_label; /* x_label only with x_most */
    int32_t n;
    const double *values;
    double x_most;
    const char *const *labels;
    bool small; /* a low chart, one of many */
} tr_bars;
void tr_chart_bars(FILE *out, const tr_bars *bars);

double tr_nice_above(double value); /* the least 1, 2, 3, 4, 5, 6 or 8 x 10^k that is not below */

#endif
