/* public.h -- public benchmark files (Solomon, Gehring-Homberger, VRPLIB) as problems of ours.
 *
 * For measuring the solver on ground that others measure on.  A file becomes one vehicle type, one
 * compartment, one harmless stream, no disposal site and no rule on hours.  Leaving any stop is
 * worse than any distance, and level 3 of the goal is the distance in the file's integer units, so
 * that `goal.cost_pence` of a plan with nothing left is the cost that the literature prints.
 *
 * Conventions: VRPTW (Solomon's text, VRPLIB type VRPTW): Euclid x 10 truncated, times x 10 too;
 * CVRP (VRPLIB): Euclid rounded half up.  The number of vehicles is no part of the cost.
 * Not here: several depots, mixed fleets, prizes, reloads, explicit matrices; each is refused by name.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PUBLIC_H
#define TR_PUBLIC_H
#include "tiprun.h"

#include <stdio.h>

enum { TR_PUBLIC_MAX_NODES = 5000 }; /* stops + depot: the matrix of so many still fits in memory */

typedef struct {
    const char *name;    /* as the file says */
    int32_t scale;       /* integer units to one unit of the file: 10 or 1 */
    int32_t capacity;    /* of each vehicle */
    tr_problem problem;  /* stops[i].id is the customer's number in solutions, counted from 1 */
} tr_public;

/* Reads the file at path ("-": standard input).  Everything lives in the arena.
 * TR_EINPUT: unreadable, or a fault, told with its line. */
tr_status tr_public_read(const char *path, tr_arena *arena, tr_public *instance, tr_err *err);

/* The same from memory; `name` stands for the file in messages.  The text need not end in NUL. */
tr_status tr_public_parse(const char *name, const char *text, size_t length, tr_arena *arena,
                          tr_public *instance, tr_err *err);

/* Prints the plan in VRPLIB's solution text: "Route #1: 3 7 2" a line for each used vehicle, then
 * "Cost 1234".  Says nothing of stops left: the caller prints no plan that leaves one. */
void tr_public_print(const tr_public *instance, const tr_plan *plan, FILE *out);

#endif
