/* roads.h -- the streets that recorded legs were driven on: a part of the road network, and the quickest way along it.
 *
 * A street leads from one place where ways part, or a leg ends, to the next.  What no leg was driven on is not there, so a
 * way along the streets takes as long as the true one or longer.  How far to believe it beside the estimate of area.h is
 * learnt from recorded ways whose ends' own legs are left out (calibrate_roads.c): with r = log(way by streets / estimate)
 * held within 1.5,
 *
 *     log T = log estimate + sum over 16 of  coefficient * trust * nearness * (1, min(r, 0), r in 0 to 0.3, r beyond 0.3)
 *
 * trust: t and 1 - t, t = 1 / (1 + (metres from place to street / 20)^2); nearness: 1 and that of area.h within 7 spacings.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_ROADS_H
#define TR_ROADS_H
#include "area.h"

enum {
    TR_ROADS_BASIS = 16,
    TR_ROADS_MOST_STREETS = 100000,
    TR_ROADS_MOST_POINTS = 500000,
    TR_ROADS_ACCESSES = 4
};

typedef struct {
    int32_t n_points;
    const double *lon_lat; /* [2 * n_points] longitude first */
    double seconds[2];     /* along its points, and back; below 0: not driven */
    int32_t node[2];       /* its first and last point; worked out, as what follows */
    const double *xy;      /* [2 * n_points] metres on the plane of the area */
    double metres, box[4]; /* least and most east, least and most north */
} tr_street;

typedef struct tr_roads {
    int32_t n_streets;
    tr_street *streets;
    double blend[TR_QUANTITIES][TR_ROADS_BASIS];
    int32_t n_nodes;    /* worked out, as what follows */
    int32_t *first_arc; /* [n_nodes + 1] */
    int32_t *arcs;      /* by node that they leave: 2 * street + direction */
    double slowness;    /* seconds a metre, of all streets together */
} tr_roads;

typedef struct {        /* legs by arc, so that those of two places can be left out */
    int32_t *first;     /* [2 * n_streets + 1] */
    int32_t *legs;      /* of arc a: legs[first[a]] .. legs[first[a + 1] - 1] */
    int32_t *from, *to; /* of each leg: place of the area, -1: another one */
} tr_driven;

typedef struct { /* the streets without the legs of two places; NULL: all of them */
    const tr_driven *driven;
    int32_t a, b;
} tr_left_legs;

typedef struct { /* how a place is reached; n = 0: no street is near */
    int32_t n;
    double away_m;
    struct {
        int32_t street;
        double part; /* of the street's metres before it */
    } at[TR_ROADS_ACCESSES];
} tr_access;

typedef struct {
    double *seconds, *metres; /* [n_nodes] from the place of the search; HUGE_VAL: no way, or not asked for */
    int32_t *heap, *slot;     /* slot: -1 never seen, else its position in the heap */
    int32_t n_heap;
} tr_road_search;

/* Works out what streets[n_streets] do not tell; the ends of two that have the same millionths of a degree are one. */
void tr_roads_lay_out(const tr_area *area, tr_roads *roads, tr_arena *arena);

/* The streets nearest to a point of the plane, within 200 m. */
tr_access tr_roads_access(const tr_roads *roads, const double xy[2], const tr_left_legs *left);

tr_road_search tr_roads_search_new(const tr_roads *roads, tr_arena *arena);

/* Quickest ways from a place (Dijkstra 1959), to those nodes that take at most limit_s; until (NULL allowed): no farther
 * than its streets. */
void tr_roads_search(const tr_roads *roads, const tr_access *from, const tr_access *until, double limit_s,
                     const tr_left_legs *left, tr_road_search *search);

/* Seconds and metres from the place of the search, the feet from place to street and back included; HUGE_VAL: no way. */
void tr_roads_way(const tr_roads *roads, const tr_access *from, const tr_access *to, const tr_left_legs *left,
                  const tr_road_search *search, double way[TR_QUANTITIES]);

void tr_roads_basis(const tr_area *area, double straight_m, double away_m, double estimated, double way,
                    double basis[TR_ROADS_BASIS]);

/* The log that the streets add to that of the estimate; 0 where a place is not near one. */
double tr_roads_correction(const tr_area *area, const tr_roads *roads, int quantity, double straight_m,
                           const tr_access *from, const tr_access *to, double estimated,
                           const double way[TR_QUANTITIES]);

/* ---- from legs (roads_build.c) ---- */

typedef struct {
    int32_t from, to; /* places of the area, -1: another one */
    int32_t n_points;
    const double *lon_lat;
    double seconds;
} tr_road_leg;

/* Streets with the seconds that fit the legs best, laid out, and the legs by arc; false: too many to keep. */
bool tr_roads_build(const tr_area *area, int32_t n_legs, const tr_road_leg *legs, tr_arena *arena,
                    tr_roads *roads, tr_driven *driven);

#endif
