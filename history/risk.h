/* risk.h -- how likely each route of a plan overruns, by simulated days (docs/history.md, "Risk").
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_RISK_H
#define TR_RISK_H
#include "outputs.h"

/* Drives each route `draws` times, its stops in their order, each taking a log-normal time by its stop note; legs,
 * tipping and breaks as planned.  The same seed gives the same figures, and those of a route do not hang on the others.
 * The result and its routes live in the arena. */
tr_risk tr_risk_simulate(const tr_morning *morning, const tr_plan *plan, int32_t draws, uint64_t seed,
                         tr_arena *arena);

#endif
