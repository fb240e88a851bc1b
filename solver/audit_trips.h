/* audit_trips.h -- what the parts of the audit of a bound over trips share.
 *
 * audit_trips.c judges fleets and their bounds, audit_trips_shape.c whether classes and duals are of the right shape and sign,
 * audit_trips_class.c prepares a class with its prices, audit_trips_label.c finds its least trip, audit_trips_ahead.c tells early
 * which labels are beyond hope.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_AUDIT_TRIPS_H
#define TR_AUDIT_TRIPS_H
#include "audit.h"

/* ---- a class with prices, and its least trip ---- */

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

/* ---- fleets ---- */

typedef struct {
    int64_t low, high;     /* vehicles out */
    int64_t few, many;     /* trips */
    bool rested, brief;    /* of the only vehicle: it has a break; it needs none */
} tr_audit_side_box;

typedef struct {
    bool reached, empty;
    int64_t least, most;   /* vehicles out in all */
    tr_audit_side_box *sides; /* [n_classes]; NULL where empty */
} tr_audit_box;

typedef enum { TR_AUDIT_NEW, TR_AUDIT_GOOD, TR_AUDIT_BAD } tr_audit_priced;

typedef struct {
    const tr_problem *problem;
    const tr_goal *goal;
    const tr_trip_proof *proof;
    tr_arena *arena;
    int32_t *n_of;         /* [n_classes] vehicles */
    tr_audit_day *days;    /* [n_classes] */
    int64_t *rounding;     /* [n_classes] of those that were priced: tr_audit_class */
    tr_audit_set **near;   /* [n_classes] */
    tr_audit_priced *shapes; /* [n_duals] */
    tr_audit_priced *priced; /* [n_duals * n_classes] */
    int64_t *moves;        /* [n_duals * n_classes] least reduced cost of one, units */
    tr_audit_box *boxes;   /* [n_fleets] */
    tr_audit_effort effort;
    int32_t n_faults, n_given_up; /* n_given_up: those that only say so */
    const char *why;
} tr_audit_court;

/* A line more of what is wrong. */
void tr_audit_fault(tr_audit_court *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *tr_audit_name(const tr_audit_court *c, int32_t cls); /* its first vehicle's id */

bool tr_audit_judge_arrays(tr_audit_court *c);
bool tr_audit_judge_classes(tr_audit_court *c); /* and measures them: n_of, days */
bool tr_audit_judge_duals(tr_audit_court *c, int32_t duals);

#endif
