/* audit_trips_shape.c -- are classes and duals of a bound over trips of the right shape and sign?
 *
 * Any content is safe: nothing is read before it is known to be there.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit_trips.h"

#include <inttypes.h>

enum { MAX_FAULTS = 20 };

void tr_audit_fault(tr_audit_court *c, const char *format, ...)
{
    va_list args;
    if (c->n_faults++ >= MAX_FAULTS) return;
    va_start(args, format);
    const char *text = tr_arena_vprintf(c->arena, format, args);
    va_end(args);
    c->why = tr_arena_printf(c->arena, "%s%slevel 3, trips: %s", c->why ? c->why : "", c->why ? "\n" : "", text);
}

const char *tr_audit_name(const tr_audit_court *c, int32_t cls)
{
    return c->problem->vehicles[c->proof->classes[cls].vehicle].id;
}

/* ---- classes ---- */

/* Is there a vehicle like it before? */
static bool has_class(const tr_audit_court *c, int32_t v)
{
    for (int32_t i = 0; i < v; i++)
        if (c->problem->vehicles[i].available && tr_audit_alike(c->problem, i, v)) return true;
    return false;
}

static bool judge_vehicles(tr_audit_court *c)
{
    int32_t n = 0;
    for (int32_t v = 0; v < c->problem->n_vehicles; v++) {
        if (c->problem->vehicles[v].n_frozen) {
            tr_audit_fault(c, "vehicle %s has left already: such a morning is not bounded over trips", c->problem->vehicles[v].id);
            return false;
        }
        if (!c->problem->vehicles[v].available || has_class(c, v)) continue;
        if (n >= c->proof->n_classes || c->proof->classes[n].vehicle != v) {
            tr_audit_fault(c, "vehicle %s is not the first of class %d, as it must be", c->problem->vehicles[v].id, (int)n);
            return false;
        }
        n++;
    }
    if (n == c->proof->n_classes) return true;
    tr_audit_fault(c, "there are %d classes, the vehicles make %d", (int)c->proof->n_classes, (int)n);
    return false;
}

static bool judge_kinds(tr_audit_court *c, int32_t cls)
{
    const tr_trip_class *k = &c->proof->classes[cls];
    tr_mask seen = 0;
    if (k->follows && c->problem->vehicles[k->vehicle].n_compartments != 2) {
        tr_audit_fault(c, "class of vehicle %s: the other compartment is followed, and there are not two", tr_audit_name(c, cls));
        return false;
    }
    if (k->n_kinds < 0 || k->n_kinds > (k->follows ? TR_TRIP_KINDS : 0)) {
        tr_audit_fault(c, "class of vehicle %s: %d kinds, it must be 0 to %d", tr_audit_name(c, cls), (int)k->n_kinds, k->follows ? TR_TRIP_KINDS : 0);
        return false;
    }
    for (int32_t i = 0; i < k->n_kinds; i++) {
        if (seen & k->kinds[i]) {
            tr_audit_fault(c, "class of vehicle %s: kind %d shares a stream with one before", tr_audit_name(c, cls), (int)i);
            return false;
        }
        seen |= k->kinds[i];
    }
    return true;
}

static bool judge_near(tr_audit_court *c, int32_t cls)
{
    const tr_trip_class *k = &c->proof->classes[cls];
    int32_t n = c->problem->n_stops;
    if (k->n_near < 0 || k->n_near > n || (k->n_near > 0 && !k->near)) {
        tr_audit_fault(c, "class of vehicle %s: %d stops are remembered at each stop, it must be 0 to %d", tr_audit_name(c, cls), (int)k->n_near, (int)n);
        return false;
    }
    for (int64_t i = 0; i < (int64_t)n * k->n_near; i++) {
        if (k->near[i] >= -1 && k->near[i] < n) continue;
        tr_audit_fault(c, "class of vehicle %s: stop index %d is remembered, the last is %d", tr_audit_name(c, cls), (int)k->near[i], (int)n - 1);
        return false;
    }
    return true;
}

static bool measure_class(tr_audit_court *c, int32_t cls)
{
    int32_t first = c->proof->classes[cls].vehicle;
    tr_arena *scratch = tr_arena_new();
    tr_audit_crew crew;
    int64_t *none = TR_NEW(scratch, int64_t, c->problem->n_stops + 1);
    tr_audit_prices prices = {.pence = true, .stop_dual = none};
    tr_audit_prepare(c->problem, first, &prices, scratch, &crew);
    int32_t n_stops = crew.n_stops;
    c->days[cls] = tr_audit_day_of(&crew);
    tr_arena_free(scratch);
    for (int32_t i = first; i < c->problem->n_vehicles; i++)
        c->n_of[cls] += c->problem->vehicles[i].available && (i == first || tr_audit_alike(c->problem, first, i));
    if (n_stops <= TR_AUDIT_SET) return true;
    tr_audit_fault(c, "class of vehicle %s: it may serve %d stops, %d can be remembered", tr_audit_name(c, cls), (int)n_stops, (int)TR_AUDIT_SET);
    return false;
}

/* ---- duals ---- */

static bool judge_dual(tr_audit_court *c, int32_t d, const char *of, int64_t dual, int64_t low, int64_t high)
{
    if (dual >= low && dual <= high) return true;
    tr_audit_fault(c, "duals %d: that of %s is %" PRId64 ", it must be %" PRId64 " to %" PRId64, (int)d, of, dual, low, high);
    return false;
}

static bool judge_side(tr_audit_court *c, int32_t d, int32_t cls)
{
    const tr_trip_class *k = &c->proof->classes[cls];
    const tr_trip_side *s = &c->proof->duals[d].sides[cls];
    const int64_t all = TR_AUDIT_MOST;
    int64_t n_sites = c->problem->n_sites, n = n_sites << (k->n_kinds + k->phased);
    if (!s->site && n > 0) {
        tr_audit_fault(c, "duals %d, class of vehicle %s: those of sites are missing", (int)d, tr_audit_name(c, cls));
        return false;
    }
    for (int64_t i = 0; i < n; i++)
        if (!tr_audit_in_reach(s->site[i])) {
            tr_audit_fault(c, "duals %d, class of vehicle %s: that of site %s is %" PRId64 ", it must be within %" PRId64, (int)d, tr_audit_name(c, cls),
                  c->problem->sites[i % n_sites].id, s->site[i], all);
            return false;
        }
    return judge_dual(c, d, "the start", s->start, -all, all) && judge_dual(c, d, "trips", s->trips, -all, all) &&
           judge_dual(c, d, "time", s->time, -all, 0) && judge_dual(c, d, "work", s->work, -all, 0) &&
           judge_dual(c, d, "breaks", s->rest, 0, c->days[cls].slope > 0 ? all : 0);
}

static bool judge_cuts(tr_audit_court *c, int32_t d)
{
    const tr_trip_duals *y = &c->proof->duals[d];
    int64_t sum = 0;
    for (int32_t k = 0; k < y->n_cuts; k++) {
        const int32_t *s = y->cuts[k].stops;
        if (!judge_dual(c, d, "a cut", y->cuts[k].dual, -TR_AUDIT_MOST, 0)) return false;
        for (int32_t m = 0; m < 3; m++)
            if (s[m] < 0 || s[m] >= c->problem->n_stops || s[m] == s[(m + 1) % 3]) {
                tr_audit_fault(c, "duals %d: cut %d is over stop indices %d, %d and %d: three stops are needed", (int)d, (int)k, (int)s[0],
                      (int)s[1], (int)s[2]);
                return false;
            }
        sum += y->cuts[k].dual;
        if (!judge_dual(c, d, "all cuts", sum, -TR_AUDIT_MOST, 0)) return false;
    }
    return true;
}

static bool judge_loops(tr_audit_court *c, int32_t d)
{
    const tr_trip_duals *y = &c->proof->duals[d];
    int32_t n_sites = c->problem->n_sites;
    tr_mask all = n_sites >= 64 ? ~(tr_mask)0 : ((tr_mask)1 << n_sites) - 1;
    int64_t sum = 0;
    for (int32_t k = 0; k < y->n_loops; k++) {
        const tr_trip_loop *l = &y->loops[k];
        if (!judge_dual(c, d, "a loop", l->dual, -TR_AUDIT_MOST, 0)) return false;
        if (l->cls < 0 || l->cls >= c->proof->n_classes || l->stop < 0 || l->stop >= c->problem->n_stops || l->sites & ~all) {
            tr_audit_fault(c, "duals %d: loop %d is of class %d, stop index %d and sites %" PRIx64 ": there are %d classes, %d stops and %d sites",
                  (int)d, (int)k, (int)l->cls, (int)l->stop, l->sites, (int)c->proof->n_classes, (int)c->problem->n_stops, (int)n_sites);
            return false;
        }
        sum += l->dual;
        if (!judge_dual(c, d, "all loops", sum, -TR_AUDIT_MOST, 0)) return false;
    }
    return true;
}

bool tr_audit_judge_duals(tr_audit_court *c, int32_t d)
{
    const tr_trip_duals *y = &c->proof->duals[d];
    const char *missing = NULL;
    if (!y->stop && c->problem->n_stops > 0) missing = "those of stops are missing";
    if (!y->sides && c->proof->n_classes > 0) missing = "those of classes are missing";
    if (y->n_cuts < 0 || (y->n_cuts > 0 && !y->cuts)) missing = "cuts are told of and none given";
    if (y->n_loops < 0 || (y->n_loops > 0 && !y->loops)) missing = "loops are told of and none given";
    if (missing) {
        tr_audit_fault(c, "duals %d: %s", (int)d, missing);
        return false;
    }
    for (int32_t s = 0; s < c->problem->n_stops; s++)
        if (!tr_audit_in_reach(y->stop[s])) {
            tr_audit_fault(c, "duals %d: stop %s has dual %" PRId64 ", it must be within %" PRId64, (int)d, c->problem->stops[s].id, y->stop[s],
                  TR_AUDIT_MOST);
            return false;
        }
    for (int32_t k = 0; k < c->proof->n_classes; k++)
        if (!judge_side(c, d, k)) return false;
    return judge_dual(c, d, "level 1", y->level[0], -TR_AUDIT_MOST, 0) && judge_dual(c, d, "level 2", y->level[1], -TR_AUDIT_MOST, 0) &&
           judge_dual(c, d, "vehicles out", y->all, -TR_AUDIT_MOST, TR_AUDIT_MOST) &&
           judge_dual(c, d, "the least", y->least, -TR_AUDIT_MOST, 0) && judge_cuts(c, d) && judge_loops(c, d);
}

/* ---- the whole ---- */

bool tr_audit_judge_classes(tr_audit_court *c)
{
    if (!judge_vehicles(c)) return false;
    c->n_of = TR_NEW(c->arena, int32_t, c->proof->n_classes + 1);
    c->days = TR_NEW(c->arena, tr_audit_day, c->proof->n_classes + 1);
    c->near = TR_NEW(c->arena, tr_audit_set *, c->proof->n_classes + 1);
    for (int32_t k = 0; k < c->proof->n_classes; k++)
        if (!judge_kinds(c, k) || !judge_near(c, k) || !measure_class(c, k)) return false;
    return true;
}

bool tr_audit_judge_arrays(tr_audit_court *c)
{
    const tr_trip_proof *t = c->proof;
    if (t->n_classes >= 0 && t->n_duals >= 0 && t->n_fleets > 0 && t->fleets && (t->classes || !t->n_classes) && (t->duals || !t->n_duals))
        return true;
    tr_audit_fault(c, "%d classes, %d sets of duals and %d fleets are told of, and not all given", (int)t->n_classes, (int)t->n_duals, (int)t->n_fleets);
    return false;
}
