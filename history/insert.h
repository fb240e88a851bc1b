/* insert.h -- a day on which reports that come while crews are out are put into the routes still under way.
 *
 * When a report comes, every crew stands where its real day has brought it: what it has done and the visit that it is at, or
 * on its way to, are facts (frozen visits, docs/rules.md), with the times and loads that they really had.  How long the
 * visit at hand will still take is not known then: a stop is reckoned to end after its planned service, or at once if that is over.
 * The rest of each route keeps its stops and their order.  The stop goes where it costs least, in pence as the plan counts
 * them, among the routes whose rest can take it as well; each such plan passes the referee.  If there is none, it is left.
 *
 * A crew that is home or on its way, that stays at home today, or whose rest no longer holds because it is late takes nothing.
 * Nothing is drawn here: the same day gives the same routes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_INSERT_H
#define TR_INSERT_H
#include "shift.h"

typedef struct { /* the last n stops of the problem: reported while crews are out, in order of time */
    int32_t n;
    const int64_t *second;  /* [n] of the local day: when they are reported */
    const int32_t *patch;   /* [n_stops] zones: only the crew of the stop's patch may take it; NULL = any crew */
    bool *inserted;         /* [n] out: put into a route */
} tr_coming;

/* Drives the routes of a plan of the problem without the coming stops, as tr_shift_drive does; so the arrays.
 * TR_EINTERNAL: the referee rejects a route. */
tr_status tr_insert_drive(const tr_problem *problem, const tr_plan *plan, const tr_coming *coming, const int64_t *service_s,
                          int64_t *cleared_s, tr_shift *sum, tr_err *err);

#endif
