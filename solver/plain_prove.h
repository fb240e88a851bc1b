/* plain_prove.h -- level 3 for plain vehicles of one class that serve all stops: the ground of public benchmark files.
 *
 * Column generation with subset-row cuts of limited memory; then steps: all sets of stops are listed that a plan could
 * use which is below some value V not far above the bound, and settle.h looks for one.  If there is one it is the best
 * plan; if there is none the bound is V, and V goes up.  So a poor plan at the start costs little.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PLAIN_PROVE_H
#define TR_PLAIN_PROVE_H
#include "pricing_plain.h"

typedef struct {
    const tr_model *model;
    int32_t vehicle, most; /* one of the class; how many there are */
    int32_t n_near;
    const int32_t *near; /* [n_stops * n_near] */
    int64_t value;       /* pence of a plan that leaves nothing; then of the best one known */
    int64_t work;        /* labels that may be made; then those left */
    bool bound_only;     /* look for no better plan than comes by itself */
    int64_t (*allowance)(void *context,
                         int64_t work); /* labels that one call may make of those; NULL = all */
    bool (*enough)(void *context);      /* NULL, or: true ends it */
    double (*clock)(void *context);
    void *clock_context; /* NULL, or: for the figures' seconds */
    void (*told)(void *context, int64_t value, int64_t bound);
    void *context;
    /* answers; arrays in the arena */
    bool better;                      /* value is that of these routes: */
    int32_t n_routes, *first, *stops; /* route r: first[r]..first[r+1]-1 */
    int64_t bound;                    /* pence: no plan is below min(bound, value); INT64_MIN = none */
    bool enumerated;                  /* the bound comes of listing routes */
    bool proven;                      /* it meets the value */
    /* what proves dual_bound by itself, over all arcs */
    bool has_duals;
    int64_t dual_bound, dual_units, least, *stop_dual; /* pence; the rest in 1/TR_MONEY */
    int32_t n_cuts;
    tr_cut *cuts;
    bool lost_glpk; /* it failed; all problems of the thread are gone */
    tr_prove_figures figures;
} tr_plain_proof;

/* columns: routes to begin with, those of the plan among them. */
void tr_plain_prove(tr_plain_proof *proof, int32_t n, const tr_priced *columns, tr_arena *arena);

#endif
