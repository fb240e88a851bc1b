/* shift.h -- a crew's day as it goes: the planned route driven with the service times that really come.
 *
 * Legs, disposal and breaks take what the plan says, service what luck says.  Before a stop the crew reckons with the planned
 * service: if it could not be served, tipped and home by the end of its hours (overtime that the plan may use included), or if
 * its window or the site would be shut, the stop is brought back unserved and the next one is looked at.  What is on board
 * is always tipped: a site found shut because of bad luck takes the load all the same, and is counted.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SHIFT_H
#define TR_SHIFT_H
#include "model.h"

typedef struct { /* sums over crews */
    int64_t metres, duty_s, overtime_s, service_s, planned_s; /* service of the stops served: as it was, as planned */
    int64_t cost_pence;          /* kilometres, hours, overtime, vehicles, gate fees */
    int32_t served, brought_back, late_tips;
} tr_shift;

/* Drives the route.  service_s[n_stops]: real seconds of each stop.  cleared_s[n_stops]: set to the second of the local day at
 * which the crew has done a stop; stops brought back are left alone.  Adds to *sum. */
void tr_shift_drive(const tr_model *model, const tr_route *route, const int64_t *service_s, int64_t *cleared_s, tr_shift *sum);

/* ---- the same, stopped on the way ---- */

typedef struct { /* a crew on its round, as far as it has come */
    const tr_model *m;
    const tr_route *route;       /* visits from `next` on may be changed */
    int32_t next;                /* first visit not begun */
    bool home, out;              /* is back, or on its way; has made a stop or a disposal visit */
    int64_t now;                 /* second of the local day at which it is done with all that is begun */
    int64_t metres, fee_kgp;     /* driven; kg x pence per tonne */
    int32_t place;
    tr_mask on_board[TR_MAX_COMPARTMENTS];
    int64_t kg[TR_MAX_COMPARTMENTS];
    int32_t n_done;
    tr_visit *done;              /* visits begun, the start first, with the times they really take; loads are not filled in */
} tr_crew;

/* At its start place.  done: room for as many visits as the route has, NULL = they are not noted. */
tr_crew tr_crew_new(const tr_model *model, const tr_route *route, tr_visit *done);

/* Begins every visit whose leg begins by `until` (second of the local day); then crew->now > until, or crew->home. */
void tr_crew_drive(tr_crew *crew, int64_t until, const int64_t *service_s, int64_t *cleared_s, tr_shift *sum);

#endif
