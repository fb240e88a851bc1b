/* travel.h -- road seconds and metres between places, and the road line of finished routes.
 *
 * What is known of a cell comes from OSRM servers, from a cache of what they said before, from a
 * recording, or from an estimate, which needs nothing and says in every cell that it is one.  `auto`
 * asks them cell by cell, in this order: recording, cache of the map that the server has now, server,
 * cache of an older map (stale), estimate.
 *
 * A table is for a mode: "van", or "van+kerb" where stops are reached from the kerb side.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TRAVEL_H
#define TR_TRAVEL_H
#include "diag.h"
#include "morning.h"

typedef struct tr_travel tr_travel;

#define TR_ROAD_TIMES "road times" /* the file of a fault that tells of a server */

typedef struct {
    int32_t n_servers;
    const char *const *servers; /* in order of preference; each "http://HOST:PORT" for every profile, or
                                   "van=http://...,lorry=http://..." */
    const char *exclude;        /* "lorry=motorway,toll;van=ferry": road classes to keep off; NULL = none */
    double connect_timeout_s, timeout_s; /* of one request; 0 = 3 and 20 */
    double deadline_s;          /* of all fetching together; 0 = 60 */
    int32_t retries;            /* after the first try, on 429, 502, 503, 504 and broken connections;
                                   0 = 3, below 0 = none */
    int32_t connections;        /* requests in flight at once; 0 = 4 */
} tr_osrm_options;

typedef struct {
    tr_osrm_options osrm;       /* n_servers 0: none */
    const char *cache;          /* file; NULL = none */
    const char *recording;      /* file; NULL = none */
    const char *estimate;       /* file of tiprun calibrate; NULL = the assumed figures */
    bool roads_only;            /* no stale cells, no estimates: what is missing is an error */
} tr_travel_options;

/* Caller closes.  Opening asks nothing of the network. */
tr_status tr_travel_open(const tr_travel_options *options, tr_diag *diag, tr_travel **travel, tr_err *err);
/* One source alone; what it does not know is an error. */
tr_status tr_travel_open_osrm(const tr_osrm_options *options, tr_travel **travel, tr_err *err);
tr_status tr_travel_open_recording(const char *path, tr_diag *diag, tr_travel **travel, tr_err *err);
tr_status tr_travel_open_estimate(double detour_factor, double kmh, tr_travel **travel, tr_err *err); /* 0, 0 = defaults */
void tr_travel_close(tr_travel *travel); /* accepts NULL */

const char *tr_travel_describe(const tr_travel *travel); /* "OSRM at http://127.0.0.1:5000", "estimated, 1.35 x straight line at 26 km/h" */
tr_travel_source tr_travel_kind(const tr_travel *travel); /* the best it has; a recording is one also if it recorded an estimate */
const char *tr_travel_file(const tr_travel *travel);      /* of a recording, as it was opened; else NULL */

/* Fills problem.travel and problem.n_places of the morning from its places (one matrix a mode),
 * sets snap_* and finding of each place by triage.snap_warn_m and snap_left_m.  A stop beyond
 * snap_left_m, or that no road joins with the rest, gets TR_NO_ROAD cells and its finding.  A depot
 * or site out of reach is an error that names it.  Warnings go to diag. */
tr_status tr_travel_fill(tr_travel *travel, tr_morning *morning, const char *const *modes, int32_t n_modes,
                         tr_diag *diag, tr_err *err);

typedef struct { /* a server's map that cells came from */
    const char *server;   /* address without user and password */
    const char *identity; /* the server's data_version, or "canary " and a hash of what it said of 20 cells */
    const char *version;  /* data_version; NULL where the server has none */
    int32_t map_day;      /* days since 1970-01-01, where data_version tells a date; else -1 */
} tr_map;

typedef struct { /* how the cells of one mode came to be; cells = the sum of the six */
    const char *mode;
    int64_t cells;        /* between different places */
    int64_t recorded, asked, cached, stale, estimated, unreachable;
    int32_t n_maps;
    const tr_map *maps;   /* [n_maps] that cells are of: of the servers as they are now */
} tr_coverage;

/* After tr_travel_fill: one a mode, in the order of its modes. */
const tr_coverage *tr_travel_coverage(const tr_travel *travel, int32_t *n_modes);

typedef struct {
    int32_t n_points;
    const double *lon_lat;   /* [2 * n_points], lon first */
    bool estimated;          /* a straight line, not a road */
    int32_t n_steps;
    const char *const *steps; /* turn instructions in words */
    int64_t seconds, metres; /* of this leg as the source tells them; -1 unknown */
} tr_leg;

/* The legs of one route through places[0..n-1] (indices into the morning's places), n - 1 legs; a
 * leg from a place to itself has 2 equal points.  A leg that no source knows is a straight line and estimated.
 * diag (NULL allowed) gets warnings, also of legs that take another time than their cells (by more than 1 s). */
tr_status tr_travel_legs(tr_travel *travel, const tr_morning *morning, int32_t profile, int32_t n,
                         const int32_t *places, tr_arena *arena, tr_leg **legs, tr_diag *diag, tr_err *err);

/* Writes matrices, snapping and the given legs as a recording (docs/format-recording.md) that
 * tr_travel_open_recording reads back to the same cells.  legs: n_legs of (profile, from, to, leg). */
typedef struct {
    int32_t profile, from, to;
    tr_leg leg;
} tr_recorded_leg;
tr_status tr_travel_record(const char *path, const tr_travel *travel, const tr_morning *morning,
                           int32_t n_legs, const tr_recorded_leg *legs, const char *credit, tr_err *err);

/* The road lines of each place to its k nearest others by the table's seconds, both ways, each once and without turns in
 * words: legs for tr_travel_record, in the arena; at most 2 k n_places.  Legs without a road are left out.  TR_EINPUT: more
 * than TR_MOST_NEAR_PAIRS, k n_places. */
enum { TR_MOST_NEAR_PAIRS = 100000 };
tr_status tr_travel_near_legs(tr_travel *travel, const tr_morning *morning, int32_t profile, int32_t k, tr_arena *arena,
                              int32_t *n_legs, tr_recorded_leg **legs, tr_diag *diag, tr_err *err);

#endif
