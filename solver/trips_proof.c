/* trips_proof.c -- a bound over trips as the certificate has it: classes, duals, and which fleets they are for.  See trips.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "trips_master.h"

#define MAX(a, b) ((a) > (b) ? (a) : (b))

static tr_trip_side side_of(const trip_master *p, int32_t k, tr_arena *arena)
{
    const trip_side *x = &p->sides[k];
    const trip_class *c = &p->classes[k];
    const int32_t nz = p->m->n_sites;
    tr_trip_side side = {.start = x->prices.leave[c->start_state][c->graph->start], .time = x->time, .work = x->work, .rest = x->rest, .trips = -x->prices.each};
    side.site = TR_NEW(arena, int64_t, c->n_states * nz + 1);
    for (int32_t q = 0; q < c->n_states; q++)
        for (int32_t z = 0; z < nz; z++) side.site[q * nz + z] = x->prices.reach[q][c->graph->ns + z];
    return side;
}

tr_trip_duals *trip_proof_duals(const trip_master *p, int64_t least, tr_arena *arena)
{
    tr_trip_duals *d = TR_NEW(arena, tr_trip_duals, 1);
    *d = (tr_trip_duals){.level = {p->level[0], p->level[1]}, .all = p->all, .least = least};
    d->stop = tr_arena_grow(arena, p->stop, (size_t)p->m->n_stops, (size_t)p->m->n_stops + 1, sizeof *d->stop);
    d->cuts = TR_NEW(arena, tr_cut, p->n_cuts + 1), d->loops = TR_NEW(arena, tr_trip_loop, p->n_loops + 1), d->sides = TR_NEW(arena, tr_trip_side, p->n_classes + 1);
    for (int32_t k = 0; k < p->n_cuts; k++)
        if (p->cuts[k].dual < 0) d->cuts[d->n_cuts++] = p->cuts[k];
    for (int32_t k = 0; k < p->n_loops; k++) {
        const trip_loop *l = &p->loops[k];
        if (l->dual < 0) d->loops[d->n_loops++] = (tr_trip_loop){l->c->index, l->sites, l->stop, l->dual};
    }
    for (int32_t k = 0; k < p->n_classes; k++) d->sides[k] = side_of(p, k, arena);
    return d;
}

static tr_trip_class class_of(const trip_master *p, const trip_class *c, tr_arena *arena)
{
    const tr_full *g = c->graph;
    tr_trip_class is = {.vehicle = g->vehicle, .follows = c->follows, .n_kinds = c->n_kinds, .phased = c->phased};
    for (int32_t k = 0; k < c->n_kinds; k++) is.kinds[k] = c->kinds[k];
    for (int32_t i = 0; i < g->ns; i++) {
        int32_t n = 0;
        for (int w = 0; w < TRIP_WORDS; w++) n += __builtin_popcountll(c->near[i][w]);
        is.n_near = MAX(is.n_near, n);
    }
    is.near = TR_NEW(arena, int32_t, p->m->n_stops * is.n_near + 1);
    for (int32_t k = 0; k < p->m->n_stops * is.n_near; k++) is.near[k] = -1;
    for (int32_t i = 0; i < g->ns; i++)
        for (int32_t j = 0, n = 0; j < g->ns; j++)
            if (c->near[i][j >> 6] >> (j & 63) & 1) is.near[g->nodes[i].ref * is.n_near + n++] = g->nodes[j].ref;
    return is;
}

tr_trip_class *trip_proof_classes(const trip_master *p, tr_arena *arena)
{
    tr_trip_class *all = TR_NEW(arena, tr_trip_class, p->n_classes + 1);
    for (int32_t k = 0; k < p->n_classes; k++) all[k] = class_of(p, &p->classes[k], arena);
    return all;
}
