/* compact.h -- a small morning as one mixed integer program (GLPK), to check the brute force.
 *
 * Arc variables, times by big M, tips as modes of an arc: nothing in common with labels or search.
 * It knows neither breaks, speed by the hour, several windows, several compartments, start loads nor frozen
 * visits, and a site only as a place where the load is tipped, never as a mere way point.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TEST_COMPACT_H
#define TR_TEST_COMPACT_H
#include "tiprun.h"

/* Can the problem be put this way?  Up to 4 stops; 5 on one vehicle or with one site. */
bool tr_compact_can(const tr_problem *problem);

/* The optimum: levels 1 and 2 exactly; the cost before its five terms are rounded for each route, so
 * within 2.5 pence a vehicle of the true one, rounded to a penny itself.  False if GLPK did not prove it. */
bool tr_compact_solve(const tr_problem *problem, tr_goal *goal);

#endif
