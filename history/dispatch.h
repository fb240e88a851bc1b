/* dispatch.h -- rules by which a morning's list is shared out and driven.
 *
 * All rules get the same problem, whose stops stand in the order of the list: hazardous ones first, then the oldest report
 * first.  Loads, disposal visits, breaks and hours of every route are the solver's (place.h, tr_solve), whatever the rule, so
 * that rules differ in what they choose and in which order they drive, and in nothing else.
 *
 *   listed   the list is dealt out to the crews in turn, and driven in list order
 *   oldest   the list from its head; each stop goes where it costs the crew least, then each crew's own stops are put in
 *            a good order, and what then fits is added: the control
 *   nearest  each crew drives to the nearest open stop, and so on; whoever is free first chooses next
 *   zones    each crew has a patch, and takes the oldest of its patch in a good order
 *   routed   the stops of `oldest`, shared out anew by tr_solve, and what then fits is added
 *   tiprun   tr_solve chooses, shares out and orders, beginning with the plan of `oldest`
 *   unmerged `oldest` of a list on which every report stands by itself (town.h): what merging duplicates is worth
 *
 * A crew's list is closed after four stops in a row that it could take and that do not fit.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_DISPATCH_H
#define TR_DISPATCH_H
#include "model.h"

typedef enum {
    TR_DISPATCH_LISTED, TR_DISPATCH_OLDEST, TR_DISPATCH_NEAREST, TR_DISPATCH_ZONES, TR_DISPATCH_ROUTED,
    TR_DISPATCH_TIPRUN, TR_DISPATCH_UNMERGED, TR_N_DISPATCH
} tr_dispatch_rule;
extern const char *const tr_dispatch_names[TR_N_DISPATCH]; /* "listed", ... */

typedef struct {
    uint64_t seed;             /* of tr_solve */
    int64_t iterations;        /* of tr_solve under `tiprun`, ... */
    int64_t order_iterations;  /* ... and to order the stops of `oldest`, also where a rule begins with them */
    const int32_t *patch;      /* [n_stops] zones: the vehicle whose patch the stop lies in */
} tr_dispatch_options;

/* The morning's plan by the rule, in the arena, accepted by the referee; TR_EINTERNAL names the rule that it breaks. */
tr_status tr_dispatch(const tr_problem *problem, tr_dispatch_rule rule, const tr_dispatch_options *options, tr_arena *arena,
                      tr_plan *plan, tr_err *err);

/* zones: the vehicle that serves the stop.  What the crew of its patch can never serve falls to the next patch whose crew can;
 * -1: no crew can. */
int32_t tr_patch_crew(const tr_model *model, int32_t patch, int32_t stop);

#endif
