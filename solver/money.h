/* money.h -- what a time of leaving costs: the terms of a route that hang on the clock.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_MONEY_H
#define TR_MONEY_H
#include "model.h"

typedef struct {
    int64_t hours, overtime, hazard; /* seconds */
} tr_spell;

static inline int64_t tr_rounded(int64_t amount, int64_t unit) /* half up, amount >= 0 */
{
    return (2 * amount + unit) / (2 * unit);
}

/* Of a crew that leaves and is back then; hazard: its hazard seconds. */
static inline tr_spell tr_spell_of(const tr_model_vehicle *d, int32_t leave, int32_t back, int64_t hazard)
{
    int32_t split = d->shift_end > leave ? d->shift_end : leave;
    return (tr_spell){(back < split ? back : split) - leave, back > split ? back - split : 0, hazard};
}

static inline int64_t tr_spell_pence(const tr_model *m, const tr_vehicle *v, tr_spell s)
{
    return tr_rounded(s.hours * v->pence_per_hour, 3600) + tr_rounded(s.overtime * v->pence_per_overtime_hour, 3600) +
           tr_rounded(s.hazard * m->problem->policy.pence_per_hazard_minute, 60);
}

static inline int64_t tr_spell_exact(const tr_model *m, const tr_vehicle *v, tr_spell s) /* TR_MONEY */
{
    return s.hours * v->pence_per_hour * 5 + s.overtime * v->pence_per_overtime_hour * 5 +
           s.hazard * m->problem->policy.pence_per_hazard_minute * 300;
}

#endif
