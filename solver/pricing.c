/* pricing.c -- see pricing.h: which pricer a vehicle has.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "full.h"
#include "pricing_plain.h"

#include <string.h>

struct tr_pricer { /* one of the two */
    tr_full *full;
    tr_plain_pricer *plain;
    int32_t n_stops;
    uint64_t *seen;
};

tr_pricer *tr_pricer_new(const tr_model *m, int32_t vehicle, int32_t n_near, const int32_t *near, tr_arena *arena)
{
    tr_pricer *p = TR_NEW(arena, tr_pricer, 1);
    p->n_stops = m->n_stops, p->seen = TR_NEW(arena, uint64_t, m->n_stops / 64 + 1);
    if (m->vehicles[vehicle].plain) p->plain = tr_plain_new(m, vehicle, n_near, near, arena), tr_plain_repeats(p->plain, true);
    else p->full = tr_full_new(m, vehicle, n_near, near, arena);
    return p;
}

void tr_pricer_free(tr_pricer *p)
{
    if (p && p->full) tr_full_free(p->full);
    if (p) tr_plain_free(p->plain);
}

/* ---- plain routes, as the general master wants them: what comes twice has no cost ---- */

typedef struct {
    tr_pricer *p;
    int32_t effort;
    tr_priced_sink *sink;
    void *context;
} adapter;

static void adapt(void *context, const tr_priced *route)
{
    const adapter *a = context;
    tr_priced x = *route;
    bool twice = false;
    memset(a->p->seen, 0, ((size_t)a->p->n_stops / 64 + 1) * sizeof *a->p->seen);
    for (int32_t i = 0; i < x.n; i++) twice |= tr_bit(a->p->seen, x.stops[i]), tr_bit_set(a->p->seen, x.stops[i]);
    if (twice) x.cost = INT64_MAX;
    if (!twice || a->effort == 2) a->sink(a->context, &x);
}

int64_t tr_price(tr_pricer *p, const tr_duals *u, int32_t effort, int64_t below, int32_t most, tr_priced_sink *sink,
                 void *context, int64_t *work)
{
    adapter a = {p, effort, sink, context};
    if (p->plain) return tr_plain_price(p->plain, u, effort, below, most, adapt, &a, work);
    return tr_full_price(p->full, u, effort, below, most, sink, context, work);
}

int64_t tr_pricer_fix(tr_pricer *p, const tr_duals *u, int64_t gap, int64_t *work)
{
    if (p->plain) return tr_plain_fix(p->plain, u, gap, work);
    return tr_full_fix(p->full, u, gap, work);
}

void tr_pricer_unfix(tr_pricer *p)
{
    if (p->plain) tr_plain_unfix(p->plain);
    else tr_full_unfix(p->full);
}

bool tr_pricer_enumerate(tr_pricer *p, const tr_duals *u, int64_t gap, int32_t most, tr_priced_sink *sink,
                         void *context, int64_t *work)
{
    if (p->plain) return tr_plain_enumerate(p->plain, u, gap, most, sink, context, work);
    return tr_full_enumerate(p->full, u, gap, most, sink, context, work);
}

void tr_pricer_narrow(tr_pricer *p, int32_t width)
{
    if (p->full) p->full->apart = width;
}

int64_t tr_pricer_merged(const tr_pricer *p)
{
    return p->full ? p->full->merged : 0;
}

const char *tr_pricer_relaxed(const tr_pricer *p)
{
    return p->full ? tr_full_relaxed(p->full) : NULL;
}
