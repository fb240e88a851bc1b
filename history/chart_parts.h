/* chart_parts.h -- what the charts share: colours, dashes and the simplest pieces of SVG.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CHART_PARTS_H
#define TR_CHART_PARTS_H
#include "chart.h"

enum { TR_CHART_WIDTH = 720 }; /* of every chart, in its own units */

extern const char *const tr_chart_colours[TR_MOST_CURVES], *const tr_chart_dashes[TR_MOST_CURVES];

void tr_svg_open(FILE *out, const char *title, double height);
void tr_svg_text(FILE *out, double x, double y, const char *anchor, const char *text); /* anchor: start, middle, end */
void tr_svg_line(FILE *out, const char *class, double x1, double y1, double x2, double y2);
double tr_tick_step(double most); /* of 1, 2 or 5 x 10^k, that parts `most` into 4 to 10 */

#endif
