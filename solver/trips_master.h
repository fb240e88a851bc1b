/* trips_master.h -- the linear programme over trips, in GLPK: rows, columns, duals, and what they prove.  See trips.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TRIPS_MASTER_H
#define TR_TRIPS_MASTER_H
#include "trips_inner.h"

#include <glpk.h>

enum { TRIP_LOOPS = 200 };

typedef struct { /* rows and columns of a class in GLPK, and what they say */
    int row_start, row_site, row_time, row_break, row_work, row_trips; /* row_site: of the first site in the first state */
    int col_out, col_break, col_move; /* of the first move */
    int32_t n_moves;
    trip *moves;          /* ways without a stop */
    trip_prices prices;   /* of the last duals; */
    int64_t time, rest, work; /* and these themselves */
} trip_side;

typedef struct { /* a class serves the stop on trips into a set of sites no more often than it leaves the set */
    const trip_class *c;
    tr_mask sites;        /* bits of nodes, from the first site's */
    int32_t stop;
    int row;
    int64_t dual;         /* <= 0 */
} trip_loop;

typedef struct { /* what plans are bounded: so many vehicles of each class are out */
    int32_t *low, *high;  /* [classes] */
    int32_t *few, *many;  /* [classes] trips that they make */
    bool *rested, *brief; /* [classes] the one that is out has its break; has no more work than asks for none */
    int32_t all_low, all_high;
} trip_fleet;

typedef struct {
    const tr_model *m;
    tr_arena *arena;
    int64_t limit[2];     /* hazard and due work left, at most */
    int64_t value;        /* pence: more is not to be proven */
    trip_class *classes;
    trip_side *sides;
    int32_t n_classes;
    glp_prob *lp;
    int row_level, row_all, first_trip;
    trip *trips;
    int32_t n, room;
    int32_t *places;      /* [n_places] hashed: number of a trip + 1, 0 = none */
    size_t n_places;
    bool central;         /* duals are those of the interior point method */
    int64_t level[2], all, *stop; /* duals */
    tr_cut cuts[TRIP_CUTS];
    int cut_row[TRIP_CUTS];
    int32_t n_cuts;
    trip_loop loops[TRIP_LOOPS];
    int32_t n_loops;
    double dear;
    int *index;
    double *value_of;
    tr_mask *groups;      /* of the streams of stops and of loads */
    int32_t n_groups;
} trip_master;

/* Rows and columns in GLPK's problem `lp`, which the caller deletes; plan's trips are the first columns (NULL: none).  Arrays in the arena. */
void trip_master_build(trip_master *master, const tr_model *model, const int64_t limit[2], int64_t value, const tr_plan *plan, tr_arena *arena);
/* Bounds of rows and columns for the fleet. */
void trip_master_set(trip_master *master, const trip_fleet *fleet);
/* False if GLPK finds no optimum. */
bool trip_master_solve(trip_master *master);
/* Duals on a grid, into `level`, `all`, `stop`, cuts and each class's prices. */
void trip_master_read(trip_master *master, const trip_fleet *fleet);
/* The same in the middle of all optimal duals, by GLPK's interior point method (the simplex method ends in a corner of them); false if it fails. */
bool trip_master_read_central(trip_master *master, const trip_fleet *fleet);
/* Prices that would prove more than the value are lowered to what proves it: then fewer trips are to be looked at. */
void trip_master_lower(trip_master *master, const trip_fleet *fleet);
/* What these duals and the least reduced cost a stop of any trip prove, in units: docs/model.md, "Trips". */
__int128 trip_master_bound(const trip_master *master, const trip_fleet *fleet, int64_t least);
/* What one more vehicle of class k out costs by these duals, in units. */
int64_t trip_master_out(const trip_master *master, int32_t k);
/* Takes a trip as a column, unless it is one (GLPK's duals are off by a little, so that it may be found again); a trip_sink, context is the master. */
void trip_master_take(void *master, const trip *found);
/* Holds trips to what the solution breaks: stops on trips that go round are remembered, loops are forbidden; false if it breaks neither. */
bool trip_master_hold(trip_master *master);
/* Subset-row cuts that the solution violates, the worst first; how many were added. */
int32_t trip_master_cut(trip_master *master);
static inline __int128 trip_value_units(const trip_master *master)
{
    return (__int128)(master->value - 1) * TR_MONEY;
}

/* trips_proof.c: these duals and the classes as the certificate has them, in the arena; least: as above. */
tr_trip_duals *trip_proof_duals(const trip_master *master, int64_t least, tr_arena *arena);
tr_trip_class *trip_proof_classes(const trip_master *master, tr_arena *arena);

/* trips_class.c: vehicles of the class of v; the arena's. */
void trip_class_init(trip_class *c, const tr_model *model, int32_t v, int32_t index, tr_arena *arena);

#endif
