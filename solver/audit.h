/* audit.h -- what the parts of the audit share: the least reduced cost of one vehicle's routes, and of its trips.
 *
 * audit.c judges a certificate, audit_label.c finds the least reduced cost, audit_legs.c prepares one
 * vehicle for that, audit_bound.c tells early which labels are beyond hope.  A bound over trips is judged by
 * audit_trips.c and audit_trips_shape.c; audit_trips_class.c, audit_trips_label.c and audit_trips_ahead.c do the same for a class's trips.
 * Nothing of the search or of pricing is used: only tiprun.h, so that the two can disagree.
 *
 * Units: reduced cost is in TR_AUDIT_UNITS (1/18000) of a penny (levels 1 and 2: of a point), in which a
 * metre, a second and a kilogram all cost whole numbers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_AUDIT_H
#define TR_AUDIT_H
#include "tiprun.h"

enum {
    TR_AUDIT_UNITS = 18000,
    TR_AUDIT_SET = 128,  /* stops of one vehicle that a route can remember */
    TR_AUDIT_CUTS = 256, /* cuts of one vehicle that are followed; others cost it nothing */
};
static const int64_t TR_AUDIT_NEVER = INT64_MAX / 4;    /* no route */
static const int64_t TR_AUDIT_MOST = 10000000000000;    /* a dual, and the sum of all cuts' or entries' duals, at most */

typedef unsigned __int128 tr_audit_set; /* of stops, by their number among the vehicle's own */

/* ---- asked ---- */

typedef struct {                /* what a route is paid for */
    bool pence;                 /* its cost counts (level 3) */
    const int64_t *stop_dual;   /* [n_stops] */
    int32_t n_cuts;
    const tr_cut *cuts;         /* [n_cuts] dual <= 0 */
    int32_t n_entries;
    const tr_entry *entries;    /* [n_entries] dual >= 0 */
    int32_t n_near;             /* 0: no stop is ever forgotten */
    const int32_t *near;        /* [n_stops * n_near], -1 = none */
} tr_audit_prices;

typedef struct {
    int64_t least;     /* of all routes, or `limit` if none is below it */
    bool complete;     /* false: given up after too many labels, and least means nothing */
    bool relaxed;      /* two breaks or hourly speeds were not followed to the second: least may be too low */
    int64_t labels;
    int32_t n_stops;   /* the stops of a route of that cost, if it is below the limit */
    int32_t *stops;
} tr_audit_found;

/* The least reduced cost of one vehicle's routes under all rules of docs/rules.md, stops repeated where the
 * neighbourhoods have forgotten them.  All routes count that are below `limit`.  The prices must have been
 * looked over (audit.c).  Result in the arena; scratch memory is given back. */
void tr_audit_least(const tr_problem *problem, int32_t vehicle, const tr_audit_prices *prices, int64_t limit,
                    tr_arena *arena, tr_audit_found *found);

/* Staying at home costs nothing; a vehicle that has left, or is loaded with what may not stay on board, must go: TR_AUDIT_NEVER. */
int64_t tr_audit_at_home(const tr_problem *problem, const tr_vehicle *vehicle);
/* Has the one vehicle exactly the routes of the other, at the same cost? */
bool tr_audit_alike(const tr_problem *problem, int32_t i, int32_t j);
/* What a stop left weighs at each level: docs/model.md, "Goal". */
void tr_audit_weigh(const tr_problem *problem, const tr_stop *stop, int64_t weight[3]);

/* ---- one vehicle, prepared ---- */

typedef struct {
    int64_t seconds, metres; /* seconds -1: no road */
} tr_audit_leg;

/* Nodes: the vehicle's own stops 0..n_stops-1, the sites, the place it sets out from, the place it ends at. */
typedef struct {
    const tr_problem *problem;
    const tr_vehicle *vehicle;
    const tr_audit_prices *prices;
    tr_arena *arena;
    int32_t index, n_stops, n_nodes;
    int32_t first_site, start, end; /* nodes */
    const int32_t *stops;           /* [n_stops] index in the problem */
    const tr_audit_leg *legs;       /* [n_nodes * n_nodes] */
    const tr_audit_set *near;       /* [n_stops] remembered at each, itself included */
    const int64_t *enter;           /* [(n_stops + 1) * n_stops] duals of the sets entered from one stop to the next; row n_stops: from none */
    const int64_t *enter_gap;       /* [(n_stops + 1) * (n_stops + 1)] what the next stop can be worth more after the second than after the first */
    bool *hazardous, *first;        /* [n_stops] rule 9: hazardous; bound to come before others */
    int64_t *latest_s;              /* [n_stops] of the start of service, apart from windows */
    tr_mask *apart;                 /* [n_streams] streams that may not share a compartment with it */
    int64_t lo, until_s;            /* earliest leaving; back at most */
    int64_t max_duty, max_drive;
    bool hourly;                    /* speeds change by the hour: every leg is taken at the fastest of its day */
    bool order;                     /* some stop is bound to come first */
    bool fees_differ;               /* fees depend on where one tips */
    int64_t per_metre, per_second, per_over_second, per_hazard_second, per_fee, fixed; /* units */
    int64_t least_second;           /* what a second on duty costs at least */
} tr_audit_crew;

/* Is every amount of the problem so small that 64 bits hold any route's sums? */
bool tr_audit_fits(const tr_problem *problem);
void tr_audit_prepare(const tr_problem *problem, int32_t vehicle, const tr_audit_prices *prices,
                      tr_arena *arena, tr_audit_crew *crew);

int64_t tr_audit_least_hour(const tr_vehicle *v); /* pence, of an hour on duty */

/* The least fee, pence a tonne, at a site that takes all of the streams; 0 if they may stay on board. */
int64_t tr_audit_least_fee(const tr_audit_crew *crew, tr_mask streams);

/* ---- which of the stops next to a stop were served ---- */

enum { TR_AUDIT_NEAR = 8 };
typedef struct {
    int32_t n_near;  /* bits of a memory, at most TR_AUDIT_NEAR */
    int32_t *near;   /* [n_stops * n_near] the others remembered at each stop, -1 = none */
} tr_audit_memory;

int32_t tr_audit_bit_at(const tr_audit_memory *memory, int32_t i, int32_t stop); /* -1 = not remembered at i */
/* The memory after going from i to j, for each memory at i: [1 << n_near]. */
void tr_audit_carry_over(const tr_audit_memory *memory, int32_t i, int32_t j, uint16_t *after);
uint32_t tr_audit_memory_at(const tr_audit_memory *memory, int32_t i, tr_audit_set served);

/* ---- bound on what is to come ---- */

typedef struct tr_audit_bound tr_audit_bound;

tr_audit_bound *tr_audit_bound_new(const tr_audit_crew *crew); /* in the crew's arena */
/* No way to go on from a node costs less, if one leaves it at `time_s` or later with that on board; `last`: the stop served last,
 * n_stops = none. */
int64_t tr_audit_to_come(const tr_audit_bound *bound, int32_t node, int32_t last, tr_audit_set memory, bool others, int64_t time_s,
                         int64_t kg, int64_t litres);

/* ---- trips: docs/model.md, "Trips" ---- */

/* True if a bound over trips holds: its shape, the least reduced cost that each set of duals in use claims, and that each fleet
 * which is not parted costs `bound`.  The goal is the plan's; amounts must fit (tr_audit_fits).  *why: a fault a line, else NULL;
 * *given_up: they only say that there are too many labels.  Any content of *proof is safe (its arrays must be as long as the header says). */
bool tr_audit_trips(const tr_problem *problem, const tr_goal *goal, const tr_trip_proof *proof, tr_arena *arena, const char **why,
                    bool *given_up);

enum { TR_AUDIT_STATES = 2 << TR_TRIP_KINDS };

typedef struct { /* one vehicle's day, as the rows of time and break see it; seconds */
    int64_t most;        /* on duty at most */
    int64_t free;        /* work that asks for no break */
    int64_t slope;       /* break owed for each second of work beyond, 1/TR_TRIP_PARTS */
    int64_t break_most;  /* of it that is counted */
} tr_audit_day;

/* A class with prices.  Nodes are the crew's.  Money in 1/TR_TRIP_FINE of a unit. */
typedef struct {
    tr_audit_crew crew;
    const tr_trip_class *cls;
    const tr_trip_duals *duals;
    const tr_trip_side *side;
    int32_t index;
    int32_t large;           /* its largest compartment */
    bool follows;
    int32_t n_kinds, n_states;
    tr_audit_day day;
    int64_t second;          /* price */
    int64_t *road;           /* [n_nodes * n_nodes] by sites where that is cheaper, their turnaround paid; TR_AUDIT_NEVER: none */
    int64_t *turn;           /* [n_sites + 1] turnaround; none at the end, which is the last */
    bool *fits_large, *fits_other; /* [n_stops] by itself */
    int64_t rounding;        /* units that it can take off one vehicle's cost: each of its terms is rounded half up, and what trips cost is not */
    int64_t *gain;           /* [n_stops] service, hazard minutes at least, dual and the least claimed */
    int64_t *other_fee;      /* [n_stops] what it costs more in the other compartment */
    uint32_t *kind;          /* [n_streams] bit of its kind, 0 = none */
    uint32_t *taken;         /* [n_sites + 1] kinds that are taken there; the last: that may stay on board at the end */
    tr_mask *keeps;          /* [n_sites + 1] streams that are taken there, likewise */
    tr_mask forbids[TR_AUDIT_STATES]; /* streams that may not join the kinds of a state */
    bool never[TR_AUDIT_STATES];      /* no such state can be */
    bool fits;               /* false: sums of these prices may not fit 64 bits */
} tr_audit_class;

tr_audit_day tr_audit_day_of(const tr_audit_crew *crew);
/* The shapes of both must have been looked over. */
void tr_audit_class_prepare(const tr_problem *problem, const tr_trip_proof *proof, int32_t cls, const tr_trip_duals *duals,
                            tr_arena *arena, tr_audit_class *c);
/* May the vehicle be in the state where a trip or a move ends at the site?  Kinds that are all taken there are not on board any more. */
bool tr_audit_can_be(const tr_audit_class *c, int32_t state, int32_t site);
/* A compartment's kinds after a visit to a site, or to the end (n_sites). */
uint32_t tr_audit_kinds_after(const tr_audit_class *c, uint32_t kinds, int32_t site);
/* Of the loops: what a way from the node to `to` (n_sites: the end) is given back. */
int64_t tr_audit_loops_left(const tr_audit_class *c, int32_t from_node, int32_t to);
/* Of a class's moves, or 0 if that is less; rounded down to a unit. */
int64_t tr_audit_least_move(const tr_audit_class *c);

typedef struct { /* trips to one node with streams of one group in the largest compartment */
    const tr_audit_class *cls;
    int32_t to;              /* site, n_sites = the end */
    bool *large;             /* [n_stops] may go into the largest compartment */
    int64_t *gain;           /* [n_stops] with loops */
    int64_t *large_fee;      /* [n_stops] */
    int64_t ends[TR_AUDIT_STATES]; /* dual paid for coming in that state */
} tr_audit_aim;

typedef struct tr_audit_ahead tr_audit_ahead;
tr_audit_ahead *tr_audit_ahead_new(const tr_audit_aim *aim, tr_arena *arena);
/* No way to go on from a node to the aim costs less.  Loads: on board; other: kg and litres of the other compartment. */
int64_t tr_audit_ahead_of(const tr_audit_ahead *ahead, int32_t node, tr_audit_set memory, bool others, const int64_t large[2],
                          const int64_t other[2]);

typedef struct { /* work done so far, over all duals */
    int64_t labels, looks;
    bool gave_up;
} tr_audit_effort;

/* The least of (reduced cost - least claimed x stops) of the class's trips that serve no stop twice, 1/TR_TRIP_FINE, or `limit` if none
 * is below; its stops, and the site that it leads to (n_sites: the end).  near: [n_stops of the crew] remembered at each, grows. */
void tr_audit_least_trip(const tr_audit_class *c, int64_t limit, tr_audit_set *near, tr_arena *arena, tr_audit_effort *effort,
                         tr_audit_found *found, int32_t *found_to);
/* What to remember at first: what the class says, and the nearest few. */
tr_audit_set *tr_audit_trip_near(const tr_audit_class *c, tr_arena *arena);

#endif
