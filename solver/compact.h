/* compact.h -- a whole morning as one mixed integer program, for readers and for other solvers.
 *
 * Written from docs/model.md and docs/rules.md alone: no label, no route, nothing of the search.  A visit is a
 * node, a leg is a binary; times, loads and hours follow the legs by big M.  docs/model.md, "The compact model",
 * names sets, columns and rows as they stand in the file.  It is small mornings that a solver can solve this way.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_COMPACT_H
#define TR_COMPACT_H
#include "tiprun.h"

struct glp_prob;

enum { TR_COMPACT_ARCS = 25000 }; /* binaries x at most, some 50 MB of text: more is no use to any solver */

/* Can the morning be put this way?  TR_EINPUT says in *err (NULL allowed) what cannot: visits already done,
 * speeds that change with the hour, or more than TR_COMPACT_ARCS legs. */
tr_status tr_compact_can(const tr_problem *problem, tr_err *err);

/* The program of one level of the goal: 1 = hazard left, 2 = due work left, 3 = pence.  The levels above are
 * held at `held` or better; at level 1 it is not read.  GLPK's own type; the caller frees it with glp_delete_prob.
 * The cost is that before its terms are rounded for each route: within 2.5 pence a vehicle of the true one.
 * Only for a problem that tr_compact_can accepts. */
struct glp_prob *tr_compact_new(const tr_problem *problem, int32_t level, const tr_goal *held);

/* The same as text in CPLEX LP format, with comments; it lives in the arena. */
const char *tr_compact_text(const tr_problem *problem, int32_t level, const tr_goal *held, tr_arena *arena);

#endif
