/* trips_inner.h -- inside the bound over trips: a class of vehicles, its prices, its trips.  See trips.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TRIPS_INNER_H
#define TR_TRIPS_INNER_H
#include "full.h"
#include "trips.h"

enum { TRIP_BOXES = 2, TRIP_WORDS = TR_TRIPS_MOST / 64, TRIP_LONG = TR_TRIPS_MOST, TRIP_FINE = 256, TRIP_CUTS = 64 };

typedef struct { /* from a node (start or a site) to a node (a site or the end), or without a stop; money in 1/TR_MONEY without hours */
    const struct trip_class *c;
    int32_t from, to, n;  /* nodes of its graph; stops of the problem */
    bool keeps_from, keeps_to; /* something is on board there that is not in the largest compartment */
    const int32_t *stops;
    int64_t cost;         /* metres and fees and hazard minutes */
    int32_t seconds;      /* on duty */
} trip;

typedef struct { /* what a class pays in a pricing, 1/TR_MONEY */
    int64_t second;       /* of duty, >= 0; in parts of TRIP_FINE */
    const int64_t *stop;  /* [n_stops] got for a stop */
    int64_t *leave[2], *reach[2]; /* [nodes] got for a trip from the node, to it; 1: with something kept on board */
    const tr_cut *cuts;   /* [n_cuts] at most TRIP_CUTS; dual <= 0 */
    int32_t n_cuts;
} trip_prices;

typedef struct trip_class { /* of vehicles */
    int32_t index;
    const tr_full *graph;
    const tr_model_vehicle *d;
    int32_t count;        /* vehicles */
    int32_t main, n_boxes, room[TRIP_BOXES], room_kg[TRIP_BOXES]; /* the largest; all others together */
    tr_mask streams[TRIP_BOXES];
    bool follows;         /* there is one other, and what is in it is followed */
    uint64_t (*near)[TRIP_WORDS]; /* [graph->ns] remembered there */
    int64_t *stop_cost;   /* [graph->ns] hazard minutes at least */
    int64_t *fee;         /* [graph->ns] at least, where it is not known which site takes it */
} trip_class;

typedef void trip_sink(void *context, const trip *found);

/* The least reduced cost a stop (rounded down) of a trip of the class to the node with a group of streams in the largest compartment, if it
 * is below 0, or 0; INT64_MIN if *work or room ran out, or `enough` said so.  beam > 0: at most so many partial trips of a stop and a length go on: then
 * not the least.  The best trips go to the sink; context is for both. */
int64_t trip_price(const trip_class *c, const trip_prices *prices, int32_t to, tr_mask group, int32_t beam, trip_sink *sink,
                   bool (*enough)(void *context), void *context, int64_t *work);

#endif
