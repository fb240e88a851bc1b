/* trips.h -- a bound of the cost over trips: what a vehicle does from one disposal visit to the next.
 *
 * Routes of many stops are chains of trips, and a trip has few stops.  A linear programme over trips (GLPK) needs no clock and no
 * memory of stops from trip to trip: each stop is on one trip or left; as many trips of a class begin at a site in a state as end there; a class
 * has so much time as its vehicles out have together.  How many vehicles of each class are out, and how many trips they make, is branched on.  A relaxation:
 *   time       windows and opening hours are left aside; hazard minutes count from the earliest leaving
 *   emptying   how much other compartments than the largest keep on board from trip to trip is left aside, or what
 *   way        trips from a site need no way there, but for sets of sites that a solution only goes round in
 *   sharing    vehicles of a class share their time; breaks are counted in proportion, unless one vehicle of a class is out
 * Where little is left below the plan's value, all routes that a better plan may have are told, under all the rules (trips_list.c).
 * docs/model.md, "Trips".  Source: Mingozzi, Roberti, Toth 2013 (multi-trip); Baldacci et al. 2011 (ng-routes); Jepsen et al. 2008 (cuts).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TRIPS_H
#define TR_TRIPS_H
#include "pricing.h"

typedef struct {
    const tr_model *model;
    const tr_plan *plan;  /* its trips are the first columns; NULL = none */
    int64_t limit[2];     /* hazard and due work left, at most */
    int64_t value;        /* pence of the plan: a bound that meets it ends the work */
    double seconds;       /* of the clock, at most; 0 = any */
    int64_t work;         /* labels, at most */
    double (*clock)(void *context);
    bool (*enough)(void *context); /* true ends the work */
    void (*told)(void *context, int64_t bound); /* NULL allowed */
    void (*listed)(void *context, int32_t vehicle, const tr_priced *route); /* routes of its class that a better plan may have; NULL = none is wanted */
    void *context;
    bool exact, well;     /* no heuristics; all that follows on a trip is looked up well at once: tests want it */
    tr_arena *keeps;      /* arena of `proof`, NULL = it is not wanted */
    int32_t core;         /* stops that listing tells apart, 0 = as many as it likes: tests want few */
    /* answers */
    bool known;
    bool lost_glpk;       /* GLPK failed, and all its problems of this thread are gone */
    int64_t bound;        /* no plan within the limits costs less: pence */
    bool *out;            /* [n_vehicles] by the class's number: a plan that costs less than value may have one of it out */
    tr_trip_proof *proof; /* what proves a bound without any listing; NULL = there is none */
    int64_t root;         /* the bound before anything was branched on */
    bool all_listed;      /* a better plan has no other routes than those that were told */
    int64_t labels, columns, simplex; /* made; at last; steps */
    int32_t cuts, loops, fleets, by_trips; /* rows; made; those of them that were parted by how many trips they make */
    double lp_s;          /* seconds of the clock in GLPK */
} tr_trips;

/* Arrays in the arena.  Problems of more than TR_TRIPS_MOST stops are not looked at: known stays false. */
enum { TR_TRIPS_MOST = 128 };
void tr_trips_bound(tr_trips *trips, tr_arena *arena);

#endif
