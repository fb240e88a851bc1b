/* hourly.h -- the times of a route where the speed changes with the hour of the day.
 *
 * start(d) = max(early, d + lag) does not hold there.  As nobody who leaves later is there earlier, the
 * earliest start of each node (leaving as early as may be) and the latest (so as to be back in time) are
 * still exact and still what an insertion is checked against; what it costs is estimated from the legs as
 * they are driven at the time of leaving that was chosen.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_HOURLY_H
#define TR_HOURLY_H
#include "route.h"

/* Derives place, spent, open, close, base, early, latest and metres from the items.  False if a window or
 * the time of being back cannot be met, whenever the crew leaves. */
bool tr_hourly_times(const tr_model *model, tr_rt *route);

/* Chooses the time of leaving: drives the route at each moment where its cost can turn.  Then fills what
 * hangs on it: leave, back, hazard_s, start, leg, lag, tail, hours.  After tr_hourly_times.  False if no
 * time of leaving that was tried keeps the rules. */
bool tr_hourly_leave(const tr_model *model, tr_rt *route);

#endif
