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

/* Is the dual so small that it may be followed? */
bool tr_audit_in_reach(int64_t dual);
/* What so many units prove: pence, or points, rounded up, as no value is broken or below 0. */
int64_t tr_audit_proven(__int128 units);
/* The ids of the stops found, each with a blank before it. */
const char *tr_audit_stops_text(const tr_problem *problem, const tr_audit_found *found, tr_arena *arena);

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

#endif
