/* compact_model.h -- what compact_sets.c, compact.c (columns) and compact_rows.c hand on.  Not for others.
 *
 * Nodes: the stops; a visit to each site in the gap after each stop, and after each vehicle's start; each
 * vehicle's start and end.  An arc is a leg of one vehicle from node to node; a pair is the arcs of all vehicles
 * from a to b.  A column 0 is one that is not there.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_COMPACT_MODEL_H
#define TR_COMPACT_MODEL_H
#include "compact.h"

#include <glpk.h>

enum {
    TR_SPELL_S = 6 * 3600,
    TR_LONG_S = 9 * 3600,
    TR_EU_SPELL_S = 4 * 3600 + 1800,
    TR_QUARTER_S = 900,
    TR_FULL_S = 2700
};

typedef enum { TR_NODE_STOP, TR_NODE_SITE, TR_NODE_START, TR_NODE_END } tr_node_kind;

typedef struct {
    tr_node_kind kind;
    int stop, site, vehicle; /* -1 = none; vehicle: of a start, an end and a site after a start */
    int owner;               /* the node after which the gap is: of a stop and a start itself */
    int place;
    double stay_s;    /* service, turnaround, 0 */
    int n_spans;      /* it begins in one of them; 0 = never */
    tr_window *spans; /* ascending, cut to the hours in which some vehicle is out */
    const char *name;
    int first_out, n_out, first_in, n_in; /* in arcs[], and in by_end[] */
    int at, work, driven, rank;           /* columns */
    int *kg, *litres, *tip, *gone;        /* [n_slots] columns */
    int *aboard;                          /* [n_slots * n_kinds] */
    int *span;                            /* [n_spans], if there are several */
} tr_node;

typedef struct {
    int vehicle, from, to; /* nodes */
    double leg_s, leg_m;
    int x; /* column */
} tr_compact_arc;

typedef struct {
    int from, to, first, n; /* in arcs[] */
} tr_pair;

typedef struct { /* streams that no rule tells apart */
    const char *name;
    int stream; /* the first of them */
    tr_mask streams;
    bool hazardous, picky; /* picky: some site does not take it */
} tr_kind;

typedef struct {
    double latest, duty, drive;
    bool usable, owed;                                         /* owed: it must go and tip its start load */
    bool wtr, eu;                                              /* the rule can bind: the day is long enough */
    int leave, back, regular, over, late, after, long6, long9; /* columns */
    int start, end;                                            /* nodes */
} tr_compact_vehicle;

typedef struct {
    const tr_problem *p;
    tr_arena *arena;
    glp_prob *lp;
    int level;
    int n, n_slots, n_kinds, n_nodes, n_arcs, n_pairs;
    tr_node *nodes;
    tr_compact_arc *arcs; /* sorted by from, to, vehicle */
    int *by_end;          /* arcs sorted by to */
    tr_pair *pairs;
    tr_kind *kinds;
    tr_compact_vehicle *vehicles;
    const char **stop_names, **site_names, **vehicle_names;
    double *most_kg, *most_litres; /* [n_slots] */
    bool kg, litres;               /* can bind, or are paid for */
    bool exact;                    /* fees differ: nothing may be carried past a site that takes it */
    int *in;                       /* [n_vehicles][n][n_slots] columns */
    int *pause, *rest, *rest45;    /* [n_vehicles][n_nodes] columns */
    int *left, *hazard;            /* [n] columns */
} tr_compact;

bool tr_compact_hazardous(const tr_problem *p, const tr_stop *s);
bool tr_compact_first(const tr_problem *p, int vehicle, int stop); /* rule 9 binds this stop to come first */
double tr_compact_weight(const tr_problem *p, const tr_stop *s, int level); /* of the stop left */
bool tr_compact_fits(const tr_problem *p, int vehicle, int stop, int slot); /* rules 2, 3, 6 for it alone */
bool tr_compact_rides(const tr_compact *m, int vehicle,
                      const tr_node *node);                              /* may it make this visit at all? */
tr_compact tr_compact_sets(const tr_problem *problem, tr_arena *arena);  /* all but columns */
int tr_compact_in(const tr_compact *m, int vehicle, int stop, int slot); /* column */

void tr_compact_rows(tr_compact *m, const tr_goal *held);

#endif
