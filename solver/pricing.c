/* pricing.c -- see pricing.h: which pricer a vehicle has.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "full.h"

struct tr_pricer {
    tr_full *full;
};

tr_pricer *tr_pricer_new(const tr_model *m, int32_t vehicle, int32_t n_near, const int32_t *near, tr_arena *arena)
{
    tr_pricer *p = TR_NEW(arena, tr_pricer, 1);
    p->full = tr_full_new(m, vehicle, n_near, near, arena);
    return p;
}

void tr_pricer_free(tr_pricer *p)
{
    if (p) tr_full_free(p->full);
}

int64_t tr_price(tr_pricer *p, const tr_duals *u, int32_t effort, int64_t below, int32_t most, tr_priced_sink *sink,
                 void *context, int64_t *work)
{
    return tr_full_price(p->full, u, effort, below, most, sink, context, work);
}

bool tr_pricer_broaden(tr_pricer *p)
{
    return tr_full_broaden(p->full);
}

bool tr_pricer_coarsen(tr_pricer *p)
{
    return tr_full_coarsen(p->full);
}

int64_t tr_pricer_fix(tr_pricer *p, const tr_duals *u, int64_t gap, int64_t *work)
{
    return tr_full_fix(p->full, u, gap, work);
}

void tr_pricer_unfix(tr_pricer *p)
{
    tr_full_unfix(p->full);
}

bool tr_pricer_enumerate(tr_pricer *p, const tr_duals *u, int64_t gap, int32_t most, tr_priced_sink *sink,
                         void *context, int64_t *work)
{
    return tr_full_enumerate(p->full, u, gap, most, sink, context, work);
}

const char *tr_pricer_relaxed(const tr_pricer *p)
{
    return tr_full_relaxed(p->full);
}
