/* travel.h -- road seconds and metres between places, and the road line of finished routes.
 *
 * Three sources behind one interface: an OSRM server, a recording, or an estimate (geodesic metres
 * x detour factor / speed), which needs nothing and says in every cell that it is one.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TRAVEL_H
#define TR_TRAVEL_H
#include "diag.h"
#include "morning.h"

typedef struct tr_travel tr_travel;

typedef struct {
    const char *url;       /* "http://127.0.0.1:5000"; per profile as "van=http://...,lorry=http://..." */
    double connect_timeout_s, timeout_s; /* 0 = 3 and 20 */
    int32_t retries;       /* after the first try, on 429, 5xx and broken connections; default 3 */
} tr_osrm_options;

/* Caller closes.  Opening asks nothing of the network. */
tr_status tr_travel_open_osrm(const tr_osrm_options *options, tr_travel **travel, tr_err *err);
tr_status tr_travel_open_recording(const char *path, tr_diag *diag, tr_travel **travel, tr_err *err);
tr_status tr_travel_open_estimate(double detour_factor, double kmh, tr_travel **travel, tr_err *err); /* 0, 0 = defaults */
void tr_travel_close(tr_travel *travel); /* accepts NULL */

const char *tr_travel_describe(const tr_travel *travel); /* "OSRM at http://127.0.0.1:5000", "estimated, 1.35 x straight line at 26 km/h" */
tr_travel_source tr_travel_kind(const tr_travel *travel); /* a recording is one also if it recorded an estimate */
const char *tr_travel_file(const tr_travel *travel);      /* of a recording, as it was opened; else NULL */

/* Fills problem.travel and problem.n_places of the morning from its places (one matrix a profile),
 * sets snap_* and finding of each place by triage.snap_warn_m and snap_left_m.  A stop beyond
 * snap_left_m, or that no road joins with the rest, gets TR_NO_ROAD cells and its finding.  A depot
 * or site out of reach is an error that names it.  Warnings go to diag. */
tr_status tr_travel_fill(tr_travel *travel, tr_morning *morning, const char *const *profiles, int32_t n_profiles,
                         tr_diag *diag, tr_err *err);

typedef struct {
    int32_t n_points;
    const double *lon_lat;   /* [2 * n_points], lon first */
    bool estimated;          /* a straight line, not a road */
    int32_t n_steps;
    const char *const *steps; /* turn instructions in words */
    int64_t seconds, metres; /* of this leg as the source tells them; -1 unknown */
} tr_leg;

/* The legs of one route through places[0..n-1] (indices into the morning's places), n - 1 legs; a
 * leg from a place to itself has 2 equal points.  A leg that the source does not know is estimated. */
tr_status tr_travel_legs(tr_travel *travel, const tr_morning *morning, int32_t profile, int32_t n,
                         const int32_t *places, tr_arena *arena, tr_leg **legs, tr_err *err);

/* Writes matrices, snapping and the given legs as a recording (docs/format.md) that
 * tr_travel_open_recording reads back to the same cells.  legs: n_legs of (profile, from, to, leg). */
typedef struct {
    int32_t profile, from, to;
    tr_leg leg;
} tr_recorded_leg;
tr_status tr_travel_record(const char *path, const tr_travel *travel, const tr_morning *morning,
                           int32_t n_legs, const tr_recorded_leg *legs, const char *credit, tr_err *err);

#endif
