/* master.h -- the master: which routes to drive and which stops to leave, as a linear programme over known routes.
 *
 * Rows: each stop is on one route or left; no more routes of a class than it has vehicles (just as many, where they must
 * depart); no more points left at the levels above than the plan leaves; cuts; sets of stops that are entered.  Columns: a left stop, a route of a class.
 * Solved by GLPK, which may fail but never ends the program: tr_master_solve tells.  What GLPK says is advice: bounds are
 * computed from the duals, rounded to integers, by whoever asked for them.
 * Source: Balinski, Quandt 1964; Desrochers, Desrosiers, Solomon 1992; cuts: Jepsen et al. 2008.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_MASTER_H
#define TR_MASTER_H
#include "pricing.h"

typedef struct {
    int32_t vehicle;      /* one of the class: its number */
    int32_t n, n_items;   /* stops; items, 0 = none kept */
    int32_t *stops;       /* in order of service */
    tr_item *items;
    int64_t cost;         /* pence */
    bool off;             /* a ghost that is not allowed any more, until it is found again */
    bool loose;           /* a ghost of merged partial routes */
    bool ghost;           /* no route at all, only in the relaxation; stops may repeat; */
    int64_t units;        /* what it costs in 1/TR_MONEY */
    uint64_t key;
    uint64_t *set;        /* [words] bits of the stops */
} tr_route_column;

typedef struct { /* in 1/TR_MONEY, rounded, with the signs that a bound needs */
    int64_t *stop;        /* [n_stops] */
    int64_t *cls;         /* [n_vehicles] of the row of a class, by its vehicle's number */
    int64_t level[2];     /* <= 0 */
    tr_cut *cuts;         /* [n_cuts] dual <= 0 */
    int32_t n_cuts;
    tr_entry *entries;    /* [n_entries] dual >= 0 */
    int32_t n_entries;
    double z;             /* GLPK's objective: pence or points */
} tr_master_duals;

typedef struct tr_master {
    const tr_model *m;
    tr_arena *arena;
    void *lp;             /* glp_prob; NULL = GLPK has failed */
    int32_t n, room, words;
    tr_route_column *columns;
    int32_t *table, n_table;
    int32_t *count;       /* [n_vehicles] vehicles of the class */
    int32_t level;        /* 0, 1, 2 */
    int64_t limit[2];     /* of levels 0 and 1 */
    bool perturbed;
    double dear;          /* the price of what no plan may do: above any value of the level */
    bool *ignored;        /* [n_stops] leaving it counts for nothing: only for bounds */
    tr_cut *cuts;
    int32_t n_cuts, room_cuts, *cut_row;
    tr_entry *entries;
    int32_t n_entries, room_entries, *entry_row;
    int64_t simplex;      /* iterations so far */
    int *index;           /* scratch */
    double *value;
} tr_master;

tr_master *tr_master_new(const tr_model *model, tr_arena *arena);
void tr_master_free(tr_master *master); /* GLPK's part */

void tr_master_ignore(tr_master *master, int32_t stop); /* before the stage is set */
int64_t tr_master_left_value(const tr_master *master, int32_t stop, int32_t level); /* what leaving it counts at the level */

/* Adds the route unless one of the class with the same stops costs no more; true if the master changed. */
bool tr_master_add(tr_master *master, int32_t vehicle, const tr_priced *route);

/* Adds a route that only pricing's relaxation has: units is what it costs in 1/TR_MONEY.  No plan is made of it.
 * loose: partial routes were merged to make it (tr_pricer_narrow). */
bool tr_master_add_ghost(tr_master *master, int32_t vehicle, int32_t n, const int32_t *stops, int64_t units, bool loose);

/* level 0: points of hazard left; 1: due work left, with at most limit[0] hazard left; 2: pence, with both limits. */
void tr_master_stage(tr_master *master, int32_t level, const int64_t limit[2]);

/* Right-hand sides a little off, against degeneracy (du Merle et al. 1999); bounds are computed without. */
void tr_master_perturb(tr_master *master, bool on);

/* False if there is no optimum or GLPK failed.  duals: arrays in the arena of the master, made when NULL. */
bool tr_master_solve(tr_master *master, tr_master_duals *duals);
double tr_master_value(const tr_master *master, int32_t column); /* of the route in the last solution */
double tr_master_left(const tr_master *master, int32_t stop);    /* of its being left */
double tr_master_unserved(const tr_master *master, int32_t stop); /* of its being neither served nor left */

void tr_master_allow(tr_master *master, int32_t column, bool allowed); /* not allowed: it stays at 0 */
void tr_master_allow_left(tr_master *master, int32_t stop, bool allowed);
void tr_master_cost(tr_master *master, int32_t column, int64_t pence);

void tr_master_cut(tr_master *master, const int32_t stops[3]);
void tr_master_enter(tr_master *master, const uint64_t *set, int32_t stop); /* the set is copied */
void tr_master_drop_cuts(tr_master *master); /* all of them, entries, too */
void tr_master_heed_entries(tr_master *master, bool on); /* off: they bind nothing; whole plans hold to them anyway */

int32_t tr_cut_count(const int32_t cut[3], const uint64_t *set); /* floor(|cut cap set| / 2) */
int32_t tr_cut_visits(const int32_t cut[3], int32_t n, const int32_t *stops); /* the same, each visit counted */
int32_t tr_entry_times(const tr_entry *entry, int32_t n, const int32_t *stops); /* that a route enters the set */
int64_t tr_goal_level(const tr_goal *goal, int32_t level);

/* The present stage in CPLEX LP format, in the arena; NULL if GLPK has failed. */
const char *tr_master_text(const tr_master *master, tr_arena *arena);

/* The plan of the chosen columns (one of the class a vehicle, -1 = none or empty).  False if one does not hold after all. */
bool tr_master_plan(const tr_master *master, const int32_t *chosen, tr_arena *arena, tr_plan *plan);

#endif
