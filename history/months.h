/* months.h -- how many reports came, by category and month, and where the feed itself stopped or jumped.
 *
 * A category that falls silent is mostly a change of the feed and not of the streets: a replay that does not see it lets the
 * queue run dry. What is found here is told, never mended.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_MONTHS_H
#define TR_MONTHS_H
#include "case.h"

typedef struct {
    const char *text;              /* a sentence without a full stop */
    int32_t first_day, last_day;   /* days since 1970-01-01: when the feed begins or stops (one day), of a silence between, of a month that is off */
} tr_feed_finding;

typedef struct {
    int32_t n_months, n_categories;
    int32_t first_month;           /* 12 * year + month (0..11), of local time */
    const char *const *categories; /* [n_categories] by count, falling; "not known" for none */
    const int32_t *counts;         /* [n_categories * n_months] */
    int32_t n_findings;
    const tr_feed_finding *findings;
} tr_months;

/* Categories are the cases' waste types. from_s and to_s: between these the feed is held to be watched (first report, end of
 * the record). Cases ascend in time. Needs tr_zone_set before. */
tr_months tr_months_count(const tr_case *cases, int32_t n, int64_t from_s, int64_t to_s, tr_arena *arena);

const char *tr_month_text(int32_t month, tr_arena *arena); /* "2025-06" */

#endif
