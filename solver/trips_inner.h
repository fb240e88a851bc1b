/* trips_inner.h -- inside the bound over trips: a class of vehicles, its prices, its trips.  See trips.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TRIPS_INNER_H
#define TR_TRIPS_INNER_H
#include "full.h"
#include "trips.h"

enum { TRIP_BOXES = 2, TRIP_WORDS = TR_TRIPS_MOST / 64, TRIP_LONG = TR_TRIPS_MOST, TRIP_CUTS = 64, TRIP_RECENT = 6, TRIP_BARRED = 255,
       TRIP_ALL = 0, TRIP_ALL_WELL = -1, TRIP_BEAM_WELL = 100, /* beams: see trip_price */
       TRIP_STATES = 2 << TR_TRIP_KINDS };

typedef struct { /* from a node (start or a site) to a node (a site or the end), or without a stop; money in 1/TR_MONEY without hours */
    const struct trip_class *c;
    int32_t from, to, n;  /* nodes of its graph; stops of the problem */
    int32_t from_state, to_state; /* of the vehicle there, see trip_class */
    const int32_t *stops;
    int64_t cost;         /* metres and fees and hazard minutes */
    int32_t seconds;      /* on duty */
} trip;

typedef struct { /* what a class pays in a pricing, 1/TR_MONEY */
    int64_t second;       /* of duty, >= 0; in parts of TR_TRIP_FINE */
    const int64_t *stop;  /* [n_stops] got for a stop */
    int64_t *leave[TRIP_STATES], *reach[TRIP_STATES]; /* [states][nodes] got for a trip from the node, to it; never more for a worse state */
    const tr_cut *cuts;   /* [n_cuts] at most TRIP_CUTS; dual <= 0 */
    int32_t n_cuts;
    int64_t each;         /* paid for a trip, of either sign */
    bool loops;           /* sets of sites are priced that a trip leads into only if something leads out: */
    int64_t *inward;      /* [nodes][stops of the graph] >= 0 paid for the stop on a trip to the node, */
    int64_t *outward;     /* [nodes][nodes] <= 0 paid for a trip or a way without a stop from the first node to the second */
} trip_prices;

typedef struct trip_class { /* of vehicles */
    int32_t index;
    tr_full *graph;
    const tr_model_vehicle *d;
    int32_t count;        /* vehicles */
    int32_t main, n_boxes, room[TRIP_BOXES], room_kg[TRIP_BOXES]; /* the largest; all others together */
    tr_mask streams[TRIP_BOXES];
    bool follows;         /* there is one other, and what is in it is followed: */
    tr_mask kinds[TR_TRIP_KINDS]; /* of streams there, of one group and which the same sites take; if there were more, the last is a mixture */
    tr_mask group[1 << TR_TRIP_KINDS]; /* [kinds kept] streams that may join them: all where it is not known */
    int32_t n_kinds;
    bool phased;          /* the order of hazardous stops matters */
    int32_t n_states;     /* between trips: a bit for each kind on board, then one if a stop was served that is not hazardous */
    int32_t start_state;
    int32_t break_most;   /* seconds of breaks that the programme counts for one vehicle, at most */
    int64_t out_cost;     /* of one more vehicle out, 1/TR_MONEY */
    int64_t most_time;    /* of a vehicle's duty from here */
    int64_t free_work;    /* work without a break */
    int64_t slope;        /* in TR_TRIP_PARTS: seconds of break a second of work beyond free_work, at least */
    uint64_t (*near)[TRIP_WORDS]; /* [graph->ns] remembered there */
    int64_t *stop_cost;   /* [graph->ns] hazard minutes at least */
    int64_t *fee;         /* [graph->ns] at least, where it is not known which site takes it */
} trip_class;

typedef struct { /* trips of a class to a node, with streams of one group in the largest compartment: what follows a stop at best */
    const trip_class *c;
    const tr_full *g;
    const trip_prices *u;
    int32_t to;
    tr_mask group, takes; /* as asked for; streams that may be in the largest compartment there: it is emptied */
    int64_t fee;          /* a kg of them */
    int64_t *arc;         /* [stride * stride] of going to a stop, and what is got there */
    int64_t *last;        /* [n] to the end of the trip */
    int64_t most;         /* got there at most */
    bool *may[TRIP_BOXES]; /* [ns] the stop may go into the compartment */
    int32_t *row, n_rows; /* [ns] of those that may go into any, counted */
    bool *many;           /* [ns] stops that may go into another, or are less than a level: */
    uint64_t many_set[TRIP_WORDS];
    int32_t *levels_of;   /* [ns] levels that a stop takes */
    int32_t n_many;       /* each takes one of as many levels more */
    bool by_kg;           /* loads are counted in kg, not in litres */
    int32_t room, step;   /* for what is followed; a level */
    int32_t levels;       /* with a level more for each that is `many`, and */
    int32_t times, more;  /* with the room of the other compartment so many times more */
    int64_t detour;       /* at least, for each time */
    int32_t n_recent, (*recent)[TRIP_RECENT]; /* [ns] stops near it that the way on from there may not come to again, -1 = none */
    int64_t *rests;       /* [levels + 1][ns][1 << n_recent] what follows a stop at best, by which of them were visited */
} trip_ahead;

/* Arrays in the arena.  quick: fewer stops are remembered. */
void trip_look_ahead(trip_ahead *ahead, const trip_class *c, const trip_prices *prices, int32_t to, tr_mask group, bool quick, tr_arena *arena);
/* The same without `rests`; only of trips below `most`: others may be left out; core: [ns] stops that are in no `recent`, NULL = none. */
void trip_ahead_begin(trip_ahead *ahead, const trip_class *c, const trip_prices *prices, int32_t to, tr_mask group, int64_t most, const bool *core,
                      int32_t n_recent, int32_t levels, tr_arena *arena);
/* What follows the stop costs no less, to the end of the trip and with what is got there; kg, litres: on board, as far as it is followed; many: stops of
 * the trip that are `many`; memory: stops that are not visited any more. */
int64_t trip_at_best(const trip_ahead *ahead, int32_t stop, int32_t kg, int32_t litres, int32_t many, const uint64_t *memory);
int32_t trip_level(const trip_ahead *ahead, int32_t kg, int32_t litres, int32_t many); /* left */
int32_t trip_level_then(const trip_ahead *ahead, int32_t level, int32_t times); /* after so many visits of sites on the way */
uint32_t trip_recent_of(const trip_ahead *ahead, int32_t stop, const uint64_t *memory);
/* [ns][ns][1 << n_recent] which of the stops near the second are remembered there, by which of those near the first were at the first;
 * TRIP_BARRED where the second is one of them. */
uint8_t *trip_recent_then(const trip_ahead *ahead, tr_arena *arena);
int64_t trip_least_fee(const trip_ahead *ahead, int32_t stop);
int64_t trip_road(const trip_class *c, const trip_prices *prices, int32_t from, int32_t to); /* with the stay there */
static inline const tr_model_stop *trip_stop(const trip_ahead *a, int32_t node)
{
    return &a->g->m->stops[a->g->nodes[node].ref];
}
static inline int64_t trip_fee(const trip_ahead *a, int32_t stop, int32_t box) /* of the largest compartment, or another */
{
    return box == 0 ? trip_stop(a, stop)->kg * a->fee : a->c->fee[stop];
}
uint64_t *trip_cuts_of(const trip_class *c, const trip_prices *prices, tr_arena *arena); /* [ns] cuts that hold the stop */
int64_t trip_cuts_cost(const trip_prices *prices, uint64_t cuts);

/* trips_day.c: what follows on a whole day at best */
enum { TRIP_ENDS = 32 };
typedef struct {
    const trip_class *c;
    const trip_prices *u;
    trip_ahead end[TRIP_ENDS]; /* of trips: a node and a group of streams */
    int32_t n_ends, n_core;
    int64_t unit;         /* of `rests`, in units */
    uint64_t core_set[TRIP_WORDS];
    int8_t *core_of;      /* [ns] bit of a stop of the core, -1 = it is none */
    int32_t *rests[TRIP_ENDS][1 << TR_TRIP_KINDS]; /* [kinds kept][1 << n_core][levels + 1][n_rows][1 << n_recent] what follows a stop at best, by which of the
                           * core were visited */
    int64_t *ways;        /* [nz * states][nz * states + 1] from site to site, or to the end, without a stop of the core; */
    int32_t (*used)[2], n_used; /* [n_used] those that there are from site to site */
    int64_t *day;         /* [1 << n_core][nz][states] what follows at a site, where a trip ended */
} trip_day;
typedef struct { /* routes of a class that are wanted */
    const trip_class *c;
    const trip_prices *prices;
    const tr_mask *groups; /* [n_groups] of streams */
    int32_t n_groups;
    const int64_t *unserved; /* [n_stops] what it costs that the route leaves the stop */
    int64_t gap, below;   /* units: their trips, and what they cost above them, come to less than `gap` by the prices, and they cost less than `below` */
    int32_t effort;       /* 0, 1, 2: how much work that may be */
    int32_t core;         /* stops that are told apart over the day; 0 = as many as goes with the effort */
    tr_priced_sink *sink; /* each set of stops once with the least cost found, in units; */
    bool (*enough)(void *context); /* true ends it; */
    void *context;        /* of both */
} trip_wanted;

/* core: [ns] stops that are told apart; *room: cells of tables left, counted down.  False if there is no room, or `enough` said so. */
bool trip_look_through(trip_day *day, const trip_wanted *wanted, const bool *core, int64_t *room, tr_arena *arena);
/* What follows the stop costs no less, on the trip to that end and for the rest of the day; level: trip_day_level; core: the bits of those visited. */
int64_t trip_day_at_best(const trip_day *day, int32_t end, int32_t stop, int32_t level, int32_t kept, uint32_t core, const uint64_t *memory);
/* What is got there for a trip that ends at the site, and what follows. */
int64_t trip_day_after(const trip_day *day, int32_t site, int32_t state, uint32_t core);

/* The same for one trip to one node, as those that `like` looks at: `end` 0 alone, `kept` 1 for whatever is kept, levels as of trip_level.  Stops that the best
 * way on would serve again come to the core, as many as `most` steps of work allow; true if there are more. */
bool trip_look_well(trip_day *day, const trip_ahead *like, int32_t n_recent, int64_t most, tr_arena *arena);

/* Levels left, with the room of the other compartment as often as may be. */
static inline int32_t trip_day_level(const trip_ahead *a, int32_t kg, int32_t litres, int32_t many)
{
    return trip_level_then(a, trip_level(a, kg, litres, many), a->times);
}

static inline tr_mask trip_taken_at(const trip_class *c, int32_t node) /* streams that may be emptied there, or parked at the end */
{
    const tr_full *g = c->graph;
    return node == g->end ? c->d->park_streams : g->m->problem->sites[g->nodes[node].ref].streams;
}
static inline int64_t trip_outward(const trip_class *c, const trip_prices *u, int32_t from, int32_t to)
{
    return u->outward[from * c->graph->stride + to];
}
static inline int64_t trip_once(const trip_class *c, const trip_prices *u, int32_t from, int32_t to) /* paid for a trip beside its stops */
{
    return u->each + trip_outward(c, u, from, to);
}
static inline int64_t trip_inward(const trip_class *c, const trip_prices *u, int32_t to, int32_t stop)
{
    return u->inward[to * c->graph->ns + stop];
}
static inline int32_t trip_kept(const trip_class *c, int32_t state) /* the kinds of it */
{
    return state & ((1 << c->n_kinds) - 1);
}
static inline int32_t trip_loads(const trip_class *c, int32_t state, tr_mask streams) /* into the other compartment */
{
    for (int32_t k = 0; k < c->n_kinds; k++)
        if (c->kinds[k] & streams) state |= 1 << k;
    return state;
}
static inline int32_t trip_serves(const trip_class *c, int32_t state, int32_t stop)
{
    return c->phased && !c->graph->m->stops[c->graph->nodes[stop].ref].hazardous ? state | 1 << c->n_kinds : state;
}
static inline bool trip_is_late(const trip_class *c, int32_t state, int32_t stop) /* too late for it */
{
    return c->phased && state >> c->n_kinds && full_comes_first(c->graph, stop);
}
/* After a visit where these streams are taken: the other compartment is emptied if all that is in it is. */
static inline int32_t trip_cleaned(const trip_class *c, int32_t state, tr_mask streams)
{
    for (int32_t k = 0; k < c->n_kinds; k++)
        if (state >> k & 1 && !(c->kinds[k] & streams)) return state;
    return state - trip_kept(c, state);
}

typedef void trip_sink(void *context, const trip *found);

/* The least reduced cost a stop (rounded down) of a trip of the class to the node with a group of streams in the largest compartment, if it
 * is below 0, or 0; INT64_MIN if *work or room ran out, or `enough` said so.  beam > 0: at most so many partial trips of a stop and a length go on: then
 * not the least.  TRIP_ALL looks ahead the better the more labels there are; TRIP_ALL_WELL and TRIP_BEAM_WELL do so at once, the
 * first with memory of no stop near, so that small mornings, too, have stops that are told apart for good.  The best trips go to the sink; context is for both. */
int64_t trip_price(const trip_class *c, const trip_prices *prices, int32_t to, tr_mask group, int32_t beam, trip_sink *sink,
                   bool (*enough)(void *context), void *context, int64_t *work);

/* All sets of stops with a route that is wanted.  False if it would take more than the effort goes, *work ran out or `enough` said so: nothing was told
 * then. */
bool trip_list(const trip_wanted *wanted, int64_t *work);

#endif
