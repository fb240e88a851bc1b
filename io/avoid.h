/* avoid.h -- which legs and visits of a plan come near a place to keep away from, and how that is said.
 *
 * The road times of a plan do not know of closed roads and low bridges (what a router's data can keep off is
 * `--osrm-exclude`), so nothing is planned around them: what comes near is named.  Where there is doubt a
 * finding is made: a leg counts for all of its drive, a vehicle that does not say its size is too large.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_AVOID_H
#define TR_AVOID_H
#include "outputs.h"

typedef struct {
    double metres;   /* between the two where they are nearest; 0 = they touch or cross */
    double lat, lon; /* of the line's point there */
    double share;    /* of the line's length up to there, 0..1 */
} tr_near;

/* Whether a line of n >= 1 points [2 * n], lon first, comes within the place's radius.  Plane geometry in metres
 * around the place's first point, scaled as WGS 84's ellipsoid is there: lengths are right to 0.5 % within
 * 20 km of it up to 60 degrees of latitude.  Nothing may span the date line. */
bool tr_avoid_near(const tr_avoid *place, int32_t n, const double *lon_lat, tr_near *near);

/* Whether it is for this vehicle to keep away.  *assumed: only because the vehicle does not say its size. */
bool tr_avoid_concerns(const tr_morning *morning, const tr_avoid *place, int32_t vehicle, bool *assumed);
/* Whether it holds at some moment from start to end, both included. */
bool tr_avoid_holds(const tr_avoid *place, int64_t start_s, int64_t end_s);

/* All findings of a day's plan and legs, by route, visit and place, in the arena.  Where a visit lies in a place,
 * the legs to and from it are not told again. */
tr_avoid_finding *tr_avoid_find(const tr_day *day, tr_arena *arena, int32_t *n);
/* A warning for each depot, site and stop that lies in a place which holds on the day and concerns a vehicle. */
void tr_avoid_places(const tr_morning *morning, tr_diag *diag);

/* "low bridge Station Road (B-7), 3.2 m high, 07:00-15:00" */
const char *tr_avoid_what(const tr_avoid *place, tr_arena *arena);
/* "low bridge Station Road (B-7), 3.2 m high: the road comes within 4 m of it about 07:41; ..." */
const char *tr_avoid_text(const tr_day *day, const tr_avoid_finding *finding, tr_arena *arena);
/* The same without what, with whose and where: "Cage-1, on the way to Mill Lane (due 07:44): the way comes ..." */
const char *tr_avoid_line(const tr_day *day, const tr_avoid_finding *finding, tr_arena *arena);
/* All texts of a visit, with "; " between them; NULL if there are none. */
const char *tr_avoid_of_visit(const tr_day *day, int32_t route, int32_t visit, tr_arena *arena);

#endif
