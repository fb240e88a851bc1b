/* test_audit.c -- the audit of certificates against exact enumeration, and against tampering.
 *
 * Honest certificates are made without any pricing: brute force knows the cheapest route of a vehicle for
 * every set of stops, so for any duals the least reduced cost is a minimum over sets and, where sets are
 * entered, over their orders.  The audit must find exactly that, confirm it, and refuse one unit more.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "audit.h"
#include "brute.h"
#include "certificate.h"
#include "mornings.h"
#include "truth.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_STOPS = 10, MAX_CUTS = 4, MAX_ENTRIES = 4, UNITS = TR_AUDIT_UNITS };

static uint64_t state; /* of tr_random */

static int64_t between(int64_t low, int64_t high)
{
    return tr_between(&state, low, high);
}

static bool chance(int32_t percent)
{
    return between(0, 99) < percent;
}

/* ---- a morning and what brute force knows of it ---- */

typedef tr_truth morning;

static morning begin(int32_t i)
{
    tr_arena *arena = tr_arena_new();
    tr_problem problem;
    tr_standard_morning(i, arena, &problem);
    return tr_truth_of(&problem, arena);
}

/* ---- certificates ---- */

/* A set of some of the stops, frozen ones too, with one that is not. */
static void add_entry(const morning *m, tr_level_proof *t, int32_t stop, int64_t dual)
{
    uint64_t *set = TR_NEW(m->arena, uint64_t, 1);
    int32_t share = (int32_t)between(20, 90);
    for (int32_t s = 0; s < m->problem.n_stops; s++)
        if (s == stop || chance(share)) *set |= (uint64_t)1 << s;
    t->entries[t->n_entries++] = (tr_entry){set, stop, dual};
}

static tr_level_proof random_proof(const morning *m, int32_t level)
{
    const tr_problem *p = &m->problem;
    tr_level_proof t = {.known = true};
    int64_t scale = level == 2 ? between(1000, 12000) : between(1, 150);
    t.stop_dual = TR_NEW(m->arena, int64_t, p->n_stops + 1);
    t.vehicle_least = TR_NEW(m->arena, int64_t, p->n_vehicles + 1);
    t.cuts = TR_NEW(m->arena, tr_cut, MAX_CUTS);
    t.entries = TR_NEW(m->arena, tr_entry, MAX_ENTRIES);
    for (int32_t s = 0; s < p->n_stops; s++) t.stop_dual[s] = between(-scale * UNITS / 4, scale * UNITS);
    for (int32_t k = 0; k < level; k++)
        if (chance(50)) t.level_dual[k] = -between(0, 200 * UNITS);
    int32_t free_stops[MAX_STOPS], n = 0;
    for (int32_t s = 0; s < p->n_stops; s++)
        if (!(m->frozen >> s & 1)) free_stops[n++] = s;
    for (int32_t k = 0; n >= 3 && k < MAX_CUTS && chance(60); k++) {
        int32_t a = (int32_t)between(0, n - 3), b = (int32_t)between(a + 1, n - 2), c = (int32_t)between(b + 1, n - 1);
        t.cuts[t.n_cuts++] = (tr_cut){{free_stops[c], free_stops[a], free_stops[b]}, -between(0, scale * UNITS / 2)};
    }
    for (int32_t k = 0; n >= 1 && k < MAX_ENTRIES && chance(60); k++)
        add_entry(m, &t, free_stops[between(0, n - 1)], between(0, scale * UNITS / 2));
    return t;
}

static tr_audit_found audited(const morning *m, const tr_level_proof *t, int32_t level, int32_t v, int64_t limit)
{
    tr_audit_found found;
    tr_audit_prices prices = {.pence = level == 2, .stop_dual = t->stop_dual, .n_cuts = t->n_cuts, .cuts = t->cuts,
                              .n_entries = t->n_entries, .entries = t->entries};
    tr_audit_least(&m->problem, v, &prices, limit, m->arena, &found);
    return found;
}

/* ---- the least reduced cost is the true one ---- */

static void least_is_exact(void **unused)
{
    (void)unused;
    int32_t n = tr_scaled(1000), routes = 0, cut = 0, entered = 0, relaxed = 0;
    for (int32_t i = 0; i < n; i++) {
        morning m = begin(i);
        state = 0xa0d17 + (uint64_t)i;
        for (int32_t level = 0; level < 3; level++)
            for (int32_t v = 0; v < m.problem.n_vehicles; v++) {
                tr_level_proof t = random_proof(&m, level);
                int64_t least = tr_true_least(&m, &t, level, v);
                tr_audit_found found = audited(&m, &t, level, v, TR_AUDIT_NEVER);
                bool same = found.relaxed ? found.least <= least : found.least == least;
                if (!same || !found.complete)
                    fail_msg("morning %d level %d vehicle %d: audit %" PRId64 ", brute force %" PRId64, i, level + 1, v,
                             found.least, least);
                routes += found.n_stops > 0;
                cut += t.n_cuts > 0;
                entered += tr_true_entered(&t, found.n_stops, found.stops) > 0;
                relaxed += found.relaxed && found.least < least;
            }
        tr_arena_free(m.arena);
    }
    printf("%d mornings: %d minima with stops, %d under cuts, %d that enter sets, %d below the truth for a pair of breaks\n", n, routes,
           cut, entered, relaxed);
    assert_true(relaxed * 100 < n);
}

/* Where speed changes with the hour every leg is taken at the fastest hour of the vehicle's day: never above the truth. */
static void least_is_not_above_the_truth_by_the_hour(void **unused)
{
    (void)unused;
    int32_t n = tr_scaled(TR_HOURLY_MORNINGS), minima = 0, exact = 0;
    for (int32_t i = 0; i < n; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem problem;
        tr_hourly_morning(i, arena, &problem);
        morning m = tr_truth_of(&problem, arena);
        state = 0x4a0d17 + (uint64_t)i;
        for (int32_t level = 0; level < 3; level++)
            for (int32_t v = 0; v < m.problem.n_vehicles; v++) {
                tr_level_proof t = random_proof(&m, level);
                int64_t least = tr_true_least(&m, &t, level, v);
                tr_audit_found found = audited(&m, &t, level, v, TR_AUDIT_NEVER);
                if (found.least > least || !found.complete)
                    fail_msg("morning %d level %d vehicle %d: audit %" PRId64 ", brute force %" PRId64, i, level + 1, v,
                             found.least, least);
                minima++;
                exact += found.least == least;
            }
        tr_arena_free(arena);
    }
    printf("%d hourly mornings: %d minima, %d of them the truth\n", n, minima, exact);
}

/* ---- neighbourhoods: the same by walking every walk ---- */

enum { WALK = 5, COPIES = WALK }; /* visits of a walk at most; so many copies of a stop are enough */

typedef struct {
    const morning *m;
    tr_problem copied; /* each stop COPIES times over: a second visit is one to its next copy */
    const tr_level_proof *proof;
    const int32_t *near;
    int32_t n_near, level, v, walk[WALK], n_walk;
    int64_t least, walks;
} walker;

/* The stops copied, so that any walk is a route that tr_best_route can judge. */
static tr_problem copy_stops(const morning *m)
{
    tr_problem p = m->problem;
    tr_stop *stops = TR_NEW(m->arena, tr_stop, p.n_stops * COPIES);
    for (int32_t k = 0; k < COPIES; k++)
        memcpy(stops + (size_t)k * (size_t)p.n_stops, p.stops, (size_t)p.n_stops * sizeof *stops);
    p.stops = stops;
    p.n_stops *= COPIES;
    return p;
}

static int64_t walk_reduced(const walker *k, int64_t cost)
{
    for (int32_t i = 0; i < k->n_walk; i++) cost -= k->proof->stop_dual[k->walk[i]];
    for (int32_t c = 0; c < k->proof->n_cuts; c++) {
        int32_t held = 0;
        for (int32_t i = 0; i < k->n_walk; i++)
            for (int32_t j = 0; j < 3; j++) held += k->walk[i] == k->proof->cuts[c].stops[j];
        cost -= held / 2 * k->proof->cuts[c].dual;
    }
    return cost - tr_true_entered(k->proof, k->n_walk, k->walk);
}

static void judge_walk(walker *k)
{
    tr_arena *scratch = tr_arena_new();
    tr_route route;
    int32_t order[WALK], times[MAX_STOPS] = {0}, n = k->m->problem.n_stops;
    for (int32_t i = 0; i < k->n_walk; i++) order[i] = k->walk[i] + n * times[k->walk[i]]++;
    if (tr_best_route(&k->copied, k->v, k->n_walk, order, scratch, &route)) {
        const tr_cost *c = &route.cost;
        int64_t pence = c->km + c->hours + c->overtime + c->fixed + c->fees + c->hazard;
        int64_t r = walk_reduced(k, k->level == 2 ? pence * UNITS : 0);
        k->walks++;
        if (r < k->least) k->least = r;
    }
    tr_arena_free(scratch);
}

static void walk_on(walker *k, uint32_t memory)
{
    if (k->n_walk) judge_walk(k);
    if (k->n_walk == WALK) return;
    for (int32_t s = 0; s < k->m->problem.n_stops; s++) {
        uint32_t kept = 0;
        if (memory >> s & 1) continue;
        for (int32_t i = 0; i < k->n_near; i++)
            if (k->near[s * k->n_near + i] >= 0) kept |= memory & 1u << k->near[s * k->n_near + i];
        k->walk[k->n_walk++] = s;
        walk_on(k, kept | 1u << s);
        k->n_walk--;
    }
}

static void neighbourhoods_are_followed(void **unused)
{
    (void)unused;
    int32_t n = tr_scaled(1000), compared = 0, repeats = 0, longer = 0;
    for (int32_t i = 0; i < n; i++) {
        morning m = begin(i);
        state = 0x6e67 + (uint64_t)i;
        int32_t v = (int32_t)between(0, m.problem.n_vehicles - 1), level = chance(70) ? 2 : (int32_t)between(0, 1);
        const tr_vehicle *vehicle = &m.problem.vehicles[v];
        bool day_is_short = vehicle->end_s + vehicle->max_overtime_s - vehicle->start_s <= 5 * 3600; /* or walks are endless */
        if (m.problem.n_stops <= 4 && vehicle->available && !m.frozen && day_is_short) {
            int32_t near[MAX_STOPS * 2], n_near = 2, stays = 0;
            for (int32_t s = 0; s < m.problem.n_stops; s++) {
                near[2 * s] = s;
                near[2 * s + 1] = chance(50) ? (int32_t)between(0, m.problem.n_stops - 1) : -1;
            }
            tr_level_proof t = random_proof(&m, level);
            for (int32_t s = 0; s < m.problem.n_stops; s++) t.stop_dual[s] = t.stop_dual[s] * 2 / 3;
            walker k = {.m = &m, .copied = copy_stops(&m), .proof = &t, .near = near, .n_near = n_near, .level = level, .v = v};
            k.least = m.costs[v][0] < 0 ? TR_AUDIT_NEVER : level == 2 ? m.costs[v][0] * UNITS : 0;
            walk_on(&k, 0);
            tr_audit_prices prices = {.pence = level == 2, .stop_dual = t.stop_dual, .n_cuts = t.n_cuts, .cuts = t.cuts,
                                      .n_entries = t.n_entries, .entries = t.entries, .n_near = n_near, .near = near};
            tr_audit_found found;
            tr_audit_least(&m.problem, v, &prices, k.least + 1, m.arena, &found); /* the limit keeps it short */
            uint32_t seen = 0;
            for (int32_t s = 0; s < found.n_stops; s++) {
                stays |= seen >> found.stops[s] & 1;
                seen |= 1u << found.stops[s];
            }
            /* the best walk of all may be longer than those tried */
            bool same = found.n_stops > WALK || found.relaxed ? found.least <= k.least : found.least == k.least;
            if (!same || !found.complete)
                fail_msg("morning %d level %d vehicle %d: audit %" PRId64 " with %d stops, walks %" PRId64, i, level + 1, v,
                         found.least, found.n_stops, k.least);
            compared++;
            repeats += stays;
            longer += found.n_stops > WALK;
        }
        tr_arena_free(m.arena);
    }
    printf("%d compared: %d whose best walk repeats a stop, %d longer than the walks tried\n", compared, repeats, longer);
    if (n >= 1000) assert_true(compared >= 30 && repeats >= 10);
}

/* ---- whole certificates ---- */

/* Climb the Lagrangian a little, so that the bound is worth something: raise the dual of a stop that the best
 * routes leave out, lower it where two routes hold it. */
static void climb(const morning *m, const tr_goal *goal, tr_level_proof *t, int32_t level)
{
    const tr_problem *p = &m->problem;
    int64_t *best = TR_NEW(m->arena, int64_t, p->n_stops + 1), step = (level == 2 ? 3000 : 50) * UNITS;
    __int128 best_bound = 0;
    for (int32_t round = 0; round < 40; round++, step = step * 9 / 10) {
        int32_t held[MAX_STOPS] = {0};
        for (int32_t v = 0; v < p->n_vehicles; v++) {
            t->vehicle_least[v] = TR_AUDIT_NEVER;
            uint32_t at = 0;
            for (uint32_t set = 0; set < 1u << p->n_stops; set++) {
                int64_t r = m->costs[v][set] < 0 ? TR_AUDIT_NEVER
                                                 : tr_true_reduced(m, t, set, level == 2 ? m->costs[v][set] * UNITS : 0);
                if (r >= t->vehicle_least[v]) continue;
                t->vehicle_least[v] = r;
                at = set;
            }
            for (int32_t s = 0; s < p->n_stops; s++) held[s] += at >> s & 1;
        }
        if (!round || tr_true_units(m, goal, t, level) > best_bound) {
            best_bound = tr_true_units(m, goal, t, level);
            memcpy(best, t->stop_dual, (size_t)p->n_stops * sizeof *best);
        }
        for (int32_t s = 0; s < p->n_stops; s++) {
            __int128 left = (__int128)tr_true_weight(p, s, level) * UNITS - t->stop_dual[s];
            for (int32_t k = 0; k < level; k++) left -= (__int128)t->level_dual[k] * tr_true_weight(p, s, k);
            t->stop_dual[s] += (1 - held[s] - (left < 0)) * step;
        }
    }
    memcpy(t->stop_dual, best, (size_t)p->n_stops * sizeof *best);
    for (int32_t v = 0; v < p->n_vehicles; v++) t->vehicle_least[v] = tr_true_least(m, t, level, v);
}

/* A certificate that holds and is as sharp as its duals allow.  False: a pair of breaks may matter. */
static bool honest(const morning *m, const tr_plan *plan, tr_certificate *t)
{
    const int64_t values[] = {plan->goal.hazard_left, plan->goal.due_left, plan->goal.cost_pence};
    bool exact = true;
    *t = (tr_certificate){.n_near = 0};
    for (int32_t level = 0; level < 3; level++) {
        tr_level_proof *l = &t->level[level];
        *l = random_proof(m, level);
        if (chance(70)) climb(m, &plan->goal, l, level);
        l->value = values[level];
        for (int32_t v = 0; v < m->problem.n_vehicles; v++) {
            l->vehicle_least[v] = tr_true_least(m, l, level, v);
            if (l->vehicle_least[v] > TR_AUDIT_MOST) l->vehicle_least[v] = TR_AUDIT_MOST;
            exact = exact && !audited(m, l, level, v, TR_AUDIT_NEVER).relaxed;
        }
        l->dual_bound = l->bound = tr_true_bound(m, &plan->goal, l, level);
    }
    return exact;
}

static bool may_be_claimed(const morning *m, const tr_plan *plan, const tr_certificate *t)
{
    for (int32_t level = 0; level < 3; level++)
        for (int32_t v = 0; v < m->problem.n_vehicles; v++)
            if (t->level[level].vehicle_least[v] > tr_true_least(m, &t->level[level], level, v)) return false;
    for (int32_t level = 0; level < 3; level++)
        if (tr_true_bound(m, &plan->goal, &t->level[level], level) < t->level[level].dual_bound) return false;
    return true;
}

static bool morning_with_plan(int32_t i, morning *m, tr_plan *plan, tr_certificate *t)
{
    *m = begin(i);
    state = 0xce47 + (uint64_t)i;
    if (tr_brute(&m->problem, m->arena, plan) && honest(m, plan, t)) return true;
    tr_arena_free(m->arena);
    return false;
}

static void honest_ones_hold(void **unused)
{
    (void)unused;
    int32_t n = tr_scaled(300), confirmed = 0, tight[3] = {0}, positive[3] = {0};
    for (int32_t i = 0; i < n; i++) {
        morning m;
        tr_plan plan;
        tr_certificate t;
        const char *why;
        if (!morning_with_plan(i, &m, &plan, &t)) continue;
        if (!tr_audit(&m.problem, &plan, &t, m.arena, &why, NULL)) fail_msg("morning %d: %s", i, why);
        confirmed++;
        for (int32_t level = 0; level < 3; level++) {
            tight[level] += t.level[level].bound == t.level[level].value;
            positive[level] += t.level[level].bound > 0;
            assert_true(t.level[level].bound <= t.level[level].value);
        }
        for (int32_t level = 0; level < 3; level++) { /* one more anywhere is refused */
            int32_t v = (int32_t)between(0, m.problem.n_vehicles - 1);
            if (t.level[level].vehicle_least[v] < TR_AUDIT_MOST) {
                t.level[level].vehicle_least[v]++;
                assert_false(tr_audit(&m.problem, &plan, &t, m.arena, &why, NULL));
                assert_non_null(strstr(why, m.problem.vehicles[v].id));
                t.level[level].vehicle_least[v]--;
            }
            t.level[level].dual_bound++;
            t.level[level].bound++;
            assert_false(tr_audit(&m.problem, &plan, &t, m.arena, &why, NULL));
            assert_non_null(why);
            t.level[level].dual_bound--;
            t.level[level].bound--;
        }
        assert_true(tr_audit(&m.problem, &plan, &t, m.arena, &why, NULL));
        tr_arena_free(m.arena);
    }
    printf("%d confirmed; bounds above 0: %d, %d, %d; equal to the value: %d, %d, %d\n", confirmed, positive[0], positive[1],
           positive[2], tight[0], tight[1], tight[2]);
    assert_true(confirmed * 10 >= n * 8);
}

/* ---- tampering ---- */

enum { RAISE_DUAL, LOWER_DUAL, RAISE_LEAST, NO_LEAST, FLIP_CUT, DROP_CUT, MOVE_CUT, TWICE_IN_CUT, STRAY_CUT, RAISE_ENTRY,
       FLIP_ENTRY, DROP_ENTRY, LEAVE_ENTRY, JOIN_ENTRY, MOVE_UNLESS, STRAY_UNLESS, EMPTY_ENTRY, HUGE_ENTRY, LEVEL_DUAL, POSITIVE_LEVEL_DUAL,
       LOWER_LEVEL_ABOVE, VALUE, RAISE_BOUND, BOUND_OVER_VALUE, HUGE_DUAL, NEAR_ONE, NEAR_STRAY, NO_DUALS, PLAN_VALUE, N_KINDS };

static int32_t tamper_entry(const morning *m, tr_level_proof *l, int32_t kind, int32_t s, int64_t some)
{
    if (!l->n_entries || !l->entries[0].dual) return -1;
    tr_entry *e = &l->entries[0];
    uint64_t *set = TR_NEW(m->arena, uint64_t, 1), bit = (uint64_t)1 << s;
    *set = *e->set;
    switch (kind) {
    case RAISE_ENTRY: e->dual += some; return kind;
    case FLIP_ENTRY: e->dual *= -1; return kind;
    case DROP_ENTRY: l->n_entries--, l->entries++; return kind;
    case LEAVE_ENTRY: *set &= ~bit; e->set = set; return kind;
    case JOIN_ENTRY: *set |= bit; e->set = set; return kind;
    case MOVE_UNLESS: /* to one that is frozen, if there is any: it cannot be left */
        e->stop = m->frozen ? __builtin_ctz(m->frozen) : s;
        if (m->frozen) *set |= (uint64_t)1 << e->stop;
        e->set = set;
        return kind;
    case STRAY_UNLESS: e->stop = chance(50) ? -1 : m->problem.n_stops; return kind;
    case EMPTY_ENTRY: *set = 0; e->set = chance(50) ? set : NULL; return kind;
    case HUGE_ENTRY: e->dual = chance(50) ? INT64_MAX : TR_AUDIT_MOST + 1; return kind;
    default: return -1;
    }
}

/* The kind of harm done, or -1 if there was nothing to do it to. */
static int32_t tamper(const morning *m, tr_certificate *t, tr_plan *plan, int32_t kind)
{
    int32_t level = (int32_t)between(0, 2);
    tr_level_proof *l = &t->level[level];
    int32_t s = (int32_t)between(0, m->problem.n_stops - 1), v = (int32_t)between(0, m->problem.n_vehicles - 1);
    int64_t some = between(1, 2000 * UNITS);
    switch (kind) {
    case RAISE_DUAL: l->stop_dual[s] += some; return kind;
    case LOWER_DUAL: l->stop_dual[s] -= some; return kind;
    case RAISE_LEAST: l->vehicle_least[v] += some; return kind;
    case NO_LEAST: l->vehicle_least = NULL; return kind;
    case FLIP_CUT: return l->n_cuts && l->cuts[0].dual ? (l->cuts[0].dual *= -1, kind) : -1;
    case DROP_CUT: return l->n_cuts && l->cuts[0].dual ? (l->n_cuts--, l->cuts++, kind) : -1;
    case MOVE_CUT: return l->n_cuts && s != l->cuts[0].stops[1] && s != l->cuts[0].stops[2] ? (l->cuts[0].stops[0] = s, kind) : -1;
    case TWICE_IN_CUT: return l->n_cuts ? (l->cuts[0].stops[0] = l->cuts[0].stops[1], kind) : -1;
    case STRAY_CUT: return l->n_cuts ? (l->cuts[0].stops[0] = chance(50) ? -1 : m->problem.n_stops, kind) : -1;
    case RAISE_ENTRY: case FLIP_ENTRY: case DROP_ENTRY: case LEAVE_ENTRY: case JOIN_ENTRY: case MOVE_UNLESS: case STRAY_UNLESS:
    case EMPTY_ENTRY: case HUGE_ENTRY: return tamper_entry(m, l, kind, s, some);
    case LEVEL_DUAL: return level ? (l->level_dual[level - 1] -= some, kind) : -1;
    case POSITIVE_LEVEL_DUAL: l->level_dual[0] = some; return kind;
    case LOWER_LEVEL_ABOVE: t->level[0].level_dual[level > 0] = -some; return kind;
    case VALUE: l->value += chance(50) ? 1 : -1; return kind;
    case RAISE_BOUND: l->dual_bound += between(1, 500); l->bound = l->dual_bound; return kind;
    case BOUND_OVER_VALUE: l->bound = l->value + 1; return kind;
    case HUGE_DUAL: l->stop_dual[s] = chance(50) ? INT64_MAX : INT64_MIN; return kind;
    case NEAR_ONE: /* every stop is forgotten at the next: routes may come back to it */
        t->n_near = 1;
        t->near = TR_NEW(m->arena, int32_t, m->problem.n_stops + 1);
        for (int32_t i = 0; i < m->problem.n_stops; i++) t->near[i] = i;
        return kind;
    case NEAR_STRAY:
        t->n_near = 1;
        t->near = TR_NEW(m->arena, int32_t, m->problem.n_stops + 1);
        t->near[0] = m->problem.n_stops;
        return kind;
    case NO_DUALS: return l->dual_bound > 0 ? (l->stop_dual = NULL, kind) : -1;
    case PLAN_VALUE: /* the plan is another one: it leaves a stop that it served */
        for (int32_t r = 0; r < plan->n_routes; r++)
            if (plan->routes[r].n_visits > 2 && !m->problem.vehicles[r].n_frozen) {
                plan->routes[r].n_visits = 0;
                return kind;
            }
        return -1;
    default: return -1;
    }
}

/* Harm that no recomputation by sets can judge: it is refused for its form, or lets in more routes. */
static bool by_form(int32_t kind)
{
    return kind == NO_LEAST || kind == FLIP_CUT || kind == TWICE_IN_CUT || kind == STRAY_CUT || kind == FLIP_ENTRY ||
           kind == STRAY_UNLESS || kind == EMPTY_ENTRY || kind == HUGE_ENTRY || kind == POSITIVE_LEVEL_DUAL ||
           kind == LOWER_LEVEL_ABOVE || kind == VALUE || kind == BOUND_OVER_VALUE || kind == HUGE_DUAL || kind == NEAR_STRAY ||
           kind == NO_DUALS || kind == PLAN_VALUE;
}

static bool cut_holds_frozen(const morning *m, const tr_certificate *t)
{
    for (int32_t level = 0; level < 3; level++)
        for (int32_t k = 0; k < t->level[level].n_cuts; k++)
            for (int32_t i = 0; i < 3; i++)
                if (m->frozen >> t->level[level].cuts[k].stops[i] & 1) return true;
    return false;
}

/* An entry whose stop is not in its set, or is served already. */
static bool entry_is_void(const morning *m, const tr_certificate *t)
{
    for (int32_t level = 0; level < 3; level++)
        for (int32_t k = 0; k < t->level[level].n_entries; k++) {
            const tr_entry *e = &t->level[level].entries[k];
            if (!(*e->set >> e->stop & 1) || m->frozen >> e->stop & 1) return true;
        }
    return false;
}

static void tampered_ones_fail(void **unused)
{
    (void)unused;
    int32_t n = tr_scaled(400), done[N_KINDS] = {0}, refused = 0, still_good = 0, repeats = 0;
    for (int32_t i = 0; i < n; i++) {
        morning m;
        tr_plan plan;
        tr_certificate t;
        const char *why = NULL;
        if (!morning_with_plan(i, &m, &plan, &t)) continue;
        int32_t kind = tamper(&m, &t, &plan, i % N_KINDS);
        if (kind >= 0) {
            bool holds = tr_audit(&m.problem, &plan, &t, m.arena, &why, NULL);
            bool good = !by_form(kind) && !cut_holds_frozen(&m, &t) && !entry_is_void(&m, &t) && may_be_claimed(&m, &plan, &t);
            if (kind == NEAR_ONE ? holds && !good : holds != good)
                fail_msg("morning %d, harm %d: audit says %s", i, kind, why ? why : "good");
            done[kind]++;
            refused += !holds;
            still_good += holds;
            repeats += kind == NEAR_ONE && !holds;
        }
        tr_arena_free(m.arena);
    }
    printf("%d tampered ones refused, %d still true; %d for routes that come back to a stop; kinds:", refused, still_good, repeats);
    for (int32_t k = 0; k < N_KINDS; k++) printf(" %d", done[k]);
    printf("\n");
    if (n < 400) return;
    assert_true(refused >= 50 && repeats >= 2);
    for (int32_t k = 0; k < N_KINDS; k++) assert_true(done[k] >= 2);
}

/* ---- the file ---- */

static bool same_level(const tr_problem *p, const tr_level_proof *a, const tr_level_proof *b)
{
    bool cuts = a->n_cuts == b->n_cuts;
    for (int32_t k = 0; cuts && k < a->n_cuts; k++)
        cuts = a->cuts[k].dual == b->cuts[k].dual && !memcmp(a->cuts[k].stops, b->cuts[k].stops, sizeof a->cuts[k].stops);
    bool entries = a->n_entries == b->n_entries;
    for (int32_t k = 0; entries && k < a->n_entries; k++)
        entries = a->entries[k].dual == b->entries[k].dual && a->entries[k].stop == b->entries[k].stop &&
                  *a->entries[k].set == *b->entries[k].set;
    return cuts && entries && a->value == b->value && a->known == b->known && (!a->known || a->bound == b->bound) &&
           a->dual_bound == b->dual_bound && a->level_dual[0] == b->level_dual[0] && a->level_dual[1] == b->level_dual[1] &&
           !memcmp(a->stop_dual, b->stop_dual, (size_t)p->n_stops * sizeof *a->stop_dual) &&
           !memcmp(a->vehicle_least, b->vehicle_least, (size_t)p->n_vehicles * sizeof *a->vehicle_least);
}

static void file_gives_back_every_figure(void **unused)
{
    (void)unused;
    char path[] = "/tmp/tiprun-certificate-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (int32_t i = 0; i < 20; i++) {
        morning m;
        tr_plan plan;
        tr_certificate t, back;
        tr_err err = {0};
        if (!morning_with_plan(i, &m, &plan, &t)) continue;
        tr_diag diag = {.arena = m.arena};
        t.level[2].stop_dual[0] = INT64_MIN;
        t.level[1].vehicle_least[0] = INT64_MAX;
        t.n_near = i % 3;
        t.near = TR_NEW(m.arena, int32_t, m.problem.n_stops * 2 + 1);
        for (int32_t k = 0; k < m.problem.n_stops * t.n_near; k++) t.near[k] = (int32_t)between(0, m.problem.n_stops - 1);
        t.routes = INT64_MAX - i;
        assert_int_equal(tr_certificate_write(path, &m.problem, &plan, &t, &err), TR_OK);
        if (tr_certificate_read(path, &m.problem, m.arena, &back, &diag, &err)) fail_msg("%s", err.text);
        assert_int_equal(diag.n_faults, 0);
        for (int32_t level = 0; level < 3; level++) assert_true(same_level(&m.problem, &t.level[level], &back.level[level]));
        assert_true(t.n_near == back.n_near && t.routes == back.routes);
        for (int32_t k = 0; k < m.problem.n_stops * t.n_near; k++) assert_int_equal(t.near[k], back.near[k]);
        tr_arena_free(m.arena);
    }
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_is_exact),
        cmocka_unit_test(least_is_not_above_the_truth_by_the_hour),
        cmocka_unit_test(neighbourhoods_are_followed),
        cmocka_unit_test(honest_ones_hold),
        cmocka_unit_test(tampered_ones_fail),
        cmocka_unit_test(file_gives_back_every_figure),
    };
    cmocka_set_test_filter(getenv("TR_TEST_ONLY"));
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
