/* lp_text.h -- a GLPK problem as text in CPLEX LP format that GLPK, CBC, HiGHS, Gurobi and CPLEX read alike.
 *
 * glp_write_lp knows no comments and only writes files; this one makes a text, so that a file can be written
 * whole or not at all.  Names must be valid in the format (tr_lp_name makes them so).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_LP_TEXT_H
#define TR_LP_TEXT_H
#include "arena.h"

struct glp_prob;

enum { TR_LP_NAME = 18 }; /* bytes of an id in a name: five of them stay below CBC's limit of 100 */

/* `head` (lines without the comment sign, each ended by \n) stands first.  Every column and row has a name; no
 * column is free, every row has one bound or is an equation.  The text lives in the arena. */
const char *tr_lp_text(struct glp_prob *problem, const char *head, tr_arena *arena);

/* Names for `n` ids: letters, digits and _, at most TR_LP_NAME bytes, all different.  In the arena. */
const char **tr_lp_names(const char *const *ids, int n, tr_arena *arena);

#endif
