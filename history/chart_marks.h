/* chart_marks.h -- charts of means with their intervals: along a scale, row by row, and two distributions side by side.
 *
 * Marks differ by shape as well as by colour: circle, square, triangle, diamond, filled first, then hollow.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CHART_MARKS_H
#define TR_CHART_MARKS_H
#include "chart.h"

/* Points with whiskers from low to high, joined by lines; x from x_least to x_most, y from 0.  Points without a y (NAN) are left
 * out, and the line ends there.  Whiskers of one x stand beside each other, and end at
 * the upper edge, which is at most some twice the highest point. */
void tr_chart_marks(FILE *out, const char *title, const char *x_label, const char *y_label, double x_least, double x_most,
                    const tr_line *lines, int32_t n);

typedef struct { /* a row a label; in it a mark a series, with its whisker */
    const char *title, *x_label;
    int32_t n, n_series;
    const char *const *labels;       /* [n] */
    const char *const *series;       /* [n_series] */
    const double *mean, *low, *high; /* [n * n_series]; NAN = none */
} tr_dots;
void tr_chart_dots(FILE *out, const tr_dots *dots);

/* Bars of two series side by side, n bins of `width` from 0 on; the second one is hollow. */
void tr_chart_pairs(FILE *out, const char *title, const char *x_label, const char *y_label, double width, int32_t n,
                    const char *const names[2], const double *const values[2]);

#endif
