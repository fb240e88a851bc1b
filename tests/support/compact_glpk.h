/* compact_glpk.h -- a small morning's optimum by the compact model (solver/compact.h) and GLPK.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TEST_COMPACT_GLPK_H
#define TR_TEST_COMPACT_GLPK_H
#include "tiprun.h"

/* Levels 1 and 2 exactly; the cost before its terms are rounded for each route, so within 2.5 pence a vehicle of
 * the true one, rounded to a penny itself.  False if GLPK did not prove it within `nodes` nodes a level. */
bool tr_compact_glpk(const tr_problem *problem, int nodes, tr_goal *goal);

#endif
