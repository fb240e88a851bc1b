/* truth.c -- see truth.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "truth.h"
#include "brute.h"

#include <assert.h>

tr_truth tr_truth_of(const tr_problem *problem, tr_arena *arena)
{
    tr_truth m = {.arena = arena, .problem = *problem};
    assert(problem->n_vehicles <= TR_TRUTH_VEHICLES);
    for (int32_t v = 0; v < m.problem.n_vehicles; v++) {
        const tr_vehicle *vehicle = &m.problem.vehicles[v];
        m.costs[v] = tr_brute_costs(&m.problem, v, m.arena);
        for (int32_t k = 0; k < vehicle->n_frozen; k++)
            if (vehicle->frozen[k].kind == TR_VISIT_STOP) m.frozen |= 1u << vehicle->frozen[k].ref;
    }
    return m;
}

int64_t tr_true_weight(const tr_problem *p, int32_t stop, int32_t level)
{
    const tr_stop *s = &p->stops[stop];
    int64_t age = p->day - s->reported_day, late = p->day - s->due_day;
    bool hazardous = s->hazard >= p->policy.hazardous_rank;
    if (level == 0) return hazardous ? (s->hazard == 3 ? 3 : 1) * (1 + (age < 30 ? age : 30)) : 0;
    if (hazardous) return 0;
    if (level == 1) return late > 0 ? 100 + (late < 100 ? late : 100) : late == 0 ? 60 : 0;
    return late >= 0 ? 0 : p->policy.pence_left + p->policy.pence_left_per_day * age;
}

int64_t tr_true_reduced(const tr_truth *m, const tr_level_proof *t, uint32_t set, int64_t units)
{
    for (int32_t s = 0; s < m->problem.n_stops; s++)
        if (set >> s & 1 && !(m->frozen >> s & 1)) units -= t->stop_dual[s];
    for (int32_t k = 0; k < t->n_cuts; k++) {
        int32_t held = 0;
        for (int32_t i = 0; i < 3; i++) held += set >> t->cuts[k].stops[i] & 1;
        if (held >= 2) units -= t->cuts[k].dual;
    }
    return units;
}

int64_t tr_true_entered(const tr_level_proof *t, int32_t n, const int32_t *stops)
{
    int64_t sum = 0;
    for (int32_t k = 0; k < t->n_entries; k++)
        for (int32_t i = 0, inside = 0; i < n; i++) {
            int32_t now = t->entries[k].set[stops[i] / 64] >> stops[i] % 64 & 1;
            if (now && !inside) sum += t->entries[k].dual;
            inside = now;
        }
    return sum;
}

typedef struct { /* the orders of a set's stops */
    const tr_truth *truth;
    const tr_level_proof *proof;
    int32_t level, v, n, stops[TR_BRUTE_STOPS];
    int64_t duals, cheapest; /* of the set, units: what its duals take off; the cost of its best order (levels 1 and 2: 0) */
    int64_t most, least;     /* that any order enters; reduced cost of all sets so far */
} orders;

/* Of all orders in which the first `fixed` stops stay: `most`; and with `drive` also `least`, for which those are driven that
 * could be below it. */
static void permute(orders *o, int32_t fixed, bool drive)
{
    for (int32_t i = fixed; i < o->n; i++) {
        int32_t first = o->stops[fixed], chosen = o->stops[i];
        o->stops[fixed] = chosen, o->stops[i] = first;
        permute(o, fixed + 1, drive);
        o->stops[fixed] = first, o->stops[i] = chosen;
    }
    if (fixed < o->n) return;
    int64_t entered = tr_true_entered(o->proof, o->n, o->stops);
    if (entered > o->most) o->most = entered;
    if (!drive || o->cheapest - o->duals - entered >= o->least) return;
    int64_t pence = tr_brute_cost_in_order(&o->truth->problem, o->v, o->n, o->stops);
    int64_t reduced = (o->level == 2 ? pence * TR_TRUTH_UNITS : 0) - o->duals - entered;
    if (pence >= 0 && reduced < o->least) o->least = reduced;
}

static orders orders_of(const tr_truth *m, const tr_level_proof *t, int32_t level, int32_t v, uint32_t set)
{
    orders o = {.truth = m, .proof = t, .level = level, .v = v};
    o.cheapest = level == 2 ? m->costs[v][set] * TR_TRUTH_UNITS : 0;
    o.duals = o.cheapest - tr_true_reduced(m, t, set, o.cheapest);
    for (int32_t s = 0; s < m->problem.n_stops; s++)
        if (set >> s & 1 && !(m->frozen >> s & 1)) o.stops[o.n++] = s;
    if (t->n_entries) permute(&o, 0, false);
    return o;
}

/* Sets are taken by the least that any of their orders can have, so most are never driven. */
int64_t tr_true_least(const tr_truth *m, const tr_level_proof *t, int32_t level, int32_t v)
{
    uint32_t n = 1u << m->problem.n_stops;
    int64_t least = TR_TRUTH_NEVER, *hope = TR_NEW(m->arena, int64_t, n);
    for (uint32_t set = 0; set < n; set++) {
        hope[set] = TR_TRUTH_NEVER;
        if (m->costs[v][set] < 0) continue;
        orders o = orders_of(m, t, level, v, set);
        hope[set] = o.cheapest - o.duals - o.most;
        if (o.most == 0 && hope[set] < least) least = hope[set];
    }
    for (;;) {
        uint32_t best = 0;
        for (uint32_t set = 1; set < n; set++)
            if (hope[set] < hope[best]) best = set;
        if (hope[best] >= least) return least;
        orders o = orders_of(m, t, level, v, best);
        o.least = least;
        permute(&o, 0, true);
        least = o.least;
        hope[best] = TR_TRUTH_NEVER;
    }
}

__int128 tr_true_units(const tr_truth *m, const tr_goal *goal, const tr_level_proof *t, int32_t level)
{
    __int128 sum =
        (__int128)t->level_dual[0] * goal->hazard_left + (__int128)t->level_dual[1] * goal->due_left;
    for (int32_t v = 0; v < m->problem.n_vehicles; v++) sum += t->vehicle_least[v];
    for (int32_t k = 0; k < t->n_cuts; k++) sum += t->cuts[k].dual;
    for (int32_t k = 0; k < t->n_entries; k++) sum += t->entries[k].dual;
    for (int32_t s = 0; s < m->problem.n_stops; s++) {
        if (m->frozen >> s & 1) continue;
        __int128 left = (__int128)tr_true_weight(&m->problem, s, level) * TR_TRUTH_UNITS - t->stop_dual[s];
        for (int32_t k = 0; k < level; k++)
            left -= (__int128)t->level_dual[k] * tr_true_weight(&m->problem, s, k);
        for (int32_t k = 0; k < t->n_entries; k++)
            if (t->entries[k].stop == s) left -= t->entries[k].dual;
        sum += t->stop_dual[s] + (left < 0 ? left : 0);
    }
    return sum;
}

int64_t tr_true_bound(const tr_truth *m, const tr_goal *goal, const tr_level_proof *t, int32_t level)
{
    __int128 sum = tr_true_units(m, goal, t, level);
    return sum <= 0 ? 0 : (int64_t)((sum + TR_TRUTH_UNITS - 1) / TR_TRUTH_UNITS);
}
