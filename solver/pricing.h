/* pricing.h -- (stand-in until the general pricer is merged) what pricers are asked and what they answer.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PRICING_H
#define TR_PRICING_H
#include "model.h"

typedef struct {
    int32_t stops[3];
    int64_t dual; /* <= 0 */
} tr_cut;

typedef struct {
    bool cost_counts;
    const int64_t *stop;
    int32_t n_cuts;
    const tr_cut *cuts;
} tr_duals;

typedef struct {
    int32_t n;
    const int32_t *stops;
    int64_t cost;
    int64_t reduced;
} tr_priced;

typedef void tr_priced_sink(void *context, const tr_priced *route);

#endif
