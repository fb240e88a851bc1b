/* when.h -- times as council systems export them, into Unix seconds.
 *
 * Known: ISO 8601 as tr_time_parse reads it, and a day with slashes, dots or hyphens ("04/16/2018 05:30:13 AM",
 * "16/04/2018 17:30"). Without a zone it is the wall clock of the process's zone (tr_zone_set), where an hour of
 * autumn comes twice and one of spring never.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_WHEN_H
#define TR_WHEN_H
#include <stdbool.h>
#include <stdint.h>

typedef enum { TR_DATES_UNKNOWN, TR_DATES_DAY_FIRST, TR_DATES_MONTH_FIRST } tr_date_order;
typedef enum { TR_WALL_ONCE, TR_WALL_TWICE, TR_WALL_NEVER } tr_wall;

typedef struct {
    int64_t unix_s;  /* of the earlier reading where there are two */
    int64_t later_s; /* of the later one; else unix_s */
    tr_wall wall;    /* NEVER: read by the clock of before the change */
    bool day_only;   /* no time of day; or midnight, by UTC or by the wall clock */
} tr_when;

/* False: it is no time, or its order of day and month is not known. */
bool tr_when_parse(const char *text, tr_date_order order, tr_when *when);

/* Which orders a day such as 04/16/2018 allows; both false where it has none to tell (ISO, or no day at all). */
void tr_when_orders(const char *text, bool *day_first, bool *month_first);

#endif
