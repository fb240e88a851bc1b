/* audit_trips.c -- recomputes what a bound over trips proves: docs/model.md, "Trips".
 *
 * Are classes, fleets and duals of the right shape and sign, has no trip of any class a reduced cost below the least claimed for
 * each of its stops (audit_trips_label.c), and does each fleet that is not parted cost the bound by its duals?
 *
 * Fleets.  The first holds every plan.  A fleet is a box: how many vehicles are out in all and of each class, how many trips each
 * class makes, whether the only vehicle of a class owes a break.  Its two parts hold all of its plans.  Boxes are made from the
 * first on, as parts come after what they are parts of.
 *
 * Rounding.  Each term of a route's cost is rounded half up once, and what trips cost is not; so what one vehicle out costs is less by
 * the most that this can take off.
 *
 * Guarantees: exact integers (128 bits where sums ask for them); any content of the proof is safe.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_FAULTS = 20, MAX_MOVES = 8, HALF = 1800 };

typedef struct {
    int64_t low, high;     /* vehicles out */
    int64_t few, many;     /* trips */
    bool rested, brief;    /* of the only vehicle: it has a break; it needs none */
} side_box;

typedef struct {
    bool reached, empty;
    int64_t least, most;   /* vehicles out in all */
    side_box *sides;       /* [n_classes]; NULL where empty */
} box;

typedef enum { NEW, GOOD, BAD } state;

typedef struct {
    const tr_problem *problem;
    const tr_goal *goal;
    const tr_trip_proof *proof;
    tr_arena *arena;
    int32_t *n_of;         /* [n_classes] vehicles */
    tr_audit_day *days;    /* [n_classes] */
    int64_t *rounding;     /* [n_classes] units that it can take off one vehicle's cost */
    tr_audit_set **near;   /* [n_classes] */
    state *priced;         /* [n_duals] */
    int64_t *moves;        /* [n_duals * n_classes] least reduced cost of one, units */
    box *boxes;            /* [n_fleets] */
    tr_audit_effort effort;
    int32_t n_faults, n_given_up;
    const char *why;
} court;

static void __attribute__((format(printf, 2, 3))) fault(court *c, const char *format, ...)
{
    va_list args;
    if (c->n_faults++ >= MAX_FAULTS) return;
    va_start(args, format);
    const char *text = tr_arena_vprintf(c->arena, format, args);
    va_end(args);
    c->why = tr_arena_printf(c->arena, "%s%slevel 3, trips: %s", c->why ? c->why : "", c->why ? "\n" : "", text);
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static const char *name_of(const court *c, int32_t cls)
{
    return c->problem->vehicles[c->proof->classes[cls].vehicle].id;
}

/* ---- classes ---- */

/* Is there a vehicle like it before? */
static bool has_class(const court *c, int32_t v)
{
    for (int32_t i = 0; i < v; i++)
        if (c->problem->vehicles[i].available && tr_audit_alike(c->problem, i, v)) return true;
    return false;
}

static bool judge_vehicles(court *c)
{
    int32_t n = 0;
    for (int32_t v = 0; v < c->problem->n_vehicles; v++) {
        if (c->problem->vehicles[v].n_frozen) {
            fault(c, "vehicle %s has left already: such a morning is not bounded over trips", c->problem->vehicles[v].id);
            return false;
        }
        if (!c->problem->vehicles[v].available || has_class(c, v)) continue;
        if (n >= c->proof->n_classes || c->proof->classes[n].vehicle != v) {
            fault(c, "vehicle %s is not the first of class %d, as it must be", c->problem->vehicles[v].id, (int)n);
            return false;
        }
        n++;
    }
    if (n == c->proof->n_classes) return true;
    fault(c, "there are %d classes, the vehicles make %d", (int)c->proof->n_classes, (int)n);
    return false;
}

static bool judge_kinds(court *c, int32_t cls)
{
    const tr_trip_class *k = &c->proof->classes[cls];
    tr_mask seen = 0;
    if (k->follows && c->problem->vehicles[k->vehicle].n_compartments != 2) {
        fault(c, "class of vehicle %s: the other compartment is followed, and there are not two", name_of(c, cls));
        return false;
    }
    if (k->n_kinds < 0 || k->n_kinds > (k->follows ? TR_TRIP_KINDS : 0)) {
        fault(c, "class of vehicle %s: %d kinds, it must be 0 to %d", name_of(c, cls), (int)k->n_kinds, k->follows ? TR_TRIP_KINDS : 0);
        return false;
    }
    for (int32_t i = 0; i < k->n_kinds; i++) {
        if (seen & k->kinds[i]) {
            fault(c, "class of vehicle %s: kind %d shares a stream with one before", name_of(c, cls), (int)i);
            return false;
        }
        seen |= k->kinds[i];
    }
    return true;
}

static bool judge_near(court *c, int32_t cls)
{
    const tr_trip_class *k = &c->proof->classes[cls];
    int32_t n = c->problem->n_stops;
    if (k->n_near < 0 || k->n_near > n || (k->n_near > 0 && !k->near)) {
        fault(c, "class of vehicle %s: %d stops are remembered at each stop, it must be 0 to %d", name_of(c, cls), (int)k->n_near, (int)n);
        return false;
    }
    for (int64_t i = 0; i < (int64_t)n * k->n_near; i++) {
        if (k->near[i] >= -1 && k->near[i] < n) continue;
        fault(c, "class of vehicle %s: stop index %d is remembered, the last is %d", name_of(c, cls), (int)k->near[i], (int)n - 1);
        return false;
    }
    return true;
}

/* The most that rounding half up takes off multiples of `rate` in 1/unit of a penny; units. */
static int64_t rounding_of(int64_t rate, int64_t unit)
{
    int64_t step = unit;
    while (rate) {
        int64_t rest = step % rate;
        step = rate;
        rate = rest;
    }
    return (unit - 1) / 2 / step * step * (TR_AUDIT_UNITS / unit);
}

static int64_t gate_step(const tr_problem *p)
{
    int64_t step = 0;
    for (int32_t s = 0; s < p->n_sites; s++)
        for (int64_t fee = p->sites[s].gate_fee_pence_per_tonne; fee;) {
            int64_t rest = step % fee;
            step = fee;
            fee = rest;
        }
    return step;
}

static bool measure_class(court *c, int32_t cls)
{
    int32_t first = c->proof->classes[cls].vehicle;
    const tr_vehicle *v = &c->problem->vehicles[first];
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
    c->rounding[cls] = rounding_of(v->pence_per_km, 1000) + rounding_of(v->pence_per_hour, 3600) +
                       (v->max_overtime_s > 0 ? rounding_of(v->pence_per_overtime_hour, 3600) : 0) +
                       rounding_of(gate_step(c->problem), 1000) + rounding_of(c->problem->policy.pence_per_hazard_minute, 60);
    if (n_stops <= TR_AUDIT_SET) return true;
    fault(c, "class of vehicle %s: it may serve %d stops, %d can be remembered", name_of(c, cls), (int)n_stops, (int)TR_AUDIT_SET);
    return false;
}

/* ---- duals ---- */

static bool in_reach(int64_t dual)
{
    return dual >= -TR_AUDIT_MOST && dual <= TR_AUDIT_MOST;
}

static bool judge_dual(court *c, int32_t d, const char *of, int64_t dual, int64_t low, int64_t high)
{
    if (dual >= low && dual <= high) return true;
    fault(c, "duals %d: that of %s is %" PRId64 ", it must be %" PRId64 " to %" PRId64, (int)d, of, dual, low, high);
    return false;
}

static bool judge_side(court *c, int32_t d, int32_t cls)
{
    const tr_trip_class *k = &c->proof->classes[cls];
    const tr_trip_side *s = &c->proof->duals[d].sides[cls];
    const int64_t all = TR_AUDIT_MOST;
    int64_t n_sites = c->problem->n_sites, n = n_sites << (k->n_kinds + k->phased);
    if (!s->site && n > 0) {
        fault(c, "duals %d, class of vehicle %s: those of sites are missing", (int)d, name_of(c, cls));
        return false;
    }
    for (int64_t i = 0; i < n; i++)
        if (!in_reach(s->site[i])) {
            fault(c, "duals %d, class of vehicle %s: that of site %s is %" PRId64 ", it must be within %" PRId64, (int)d, name_of(c, cls),
                  c->problem->sites[i % n_sites].id, s->site[i], all);
            return false;
        }
    return judge_dual(c, d, "the start", s->start, -all, all) && judge_dual(c, d, "trips", s->trips, -all, all) &&
           judge_dual(c, d, "time", s->time, -all, 0) && judge_dual(c, d, "work", s->work, -all, 0) &&
           judge_dual(c, d, "breaks", s->rest, 0, c->days[cls].slope > 0 ? all : 0);
}

static bool judge_cuts(court *c, int32_t d)
{
    const tr_trip_duals *y = &c->proof->duals[d];
    int64_t sum = 0;
    for (int32_t k = 0; k < y->n_cuts; k++) {
        const int32_t *s = y->cuts[k].stops;
        if (!judge_dual(c, d, "a cut", y->cuts[k].dual, -TR_AUDIT_MOST, 0)) return false;
        for (int32_t m = 0; m < 3; m++)
            if (s[m] < 0 || s[m] >= c->problem->n_stops || s[m] == s[(m + 1) % 3]) {
                fault(c, "duals %d: cut %d is over stop indices %d, %d and %d: three stops are needed", (int)d, (int)k, (int)s[0],
                      (int)s[1], (int)s[2]);
                return false;
            }
        sum += y->cuts[k].dual;
        if (!judge_dual(c, d, "all cuts", sum, -TR_AUDIT_MOST, 0)) return false;
    }
    return true;
}

static bool judge_loops(court *c, int32_t d)
{
    const tr_trip_duals *y = &c->proof->duals[d];
    int32_t n_sites = c->problem->n_sites;
    tr_mask all = n_sites >= 64 ? ~(tr_mask)0 : ((tr_mask)1 << n_sites) - 1;
    int64_t sum = 0;
    for (int32_t k = 0; k < y->n_loops; k++) {
        const tr_trip_loop *l = &y->loops[k];
        if (!judge_dual(c, d, "a loop", l->dual, -TR_AUDIT_MOST, 0)) return false;
        if (l->cls < 0 || l->cls >= c->proof->n_classes || l->stop < 0 || l->stop >= c->problem->n_stops || l->sites & ~all) {
            fault(c, "duals %d: loop %d is of class %d, stop index %d and sites %" PRIx64 ": there are %d classes, %d stops and %d sites",
                  (int)d, (int)k, (int)l->cls, (int)l->stop, l->sites, (int)c->proof->n_classes, (int)c->problem->n_stops, (int)n_sites);
            return false;
        }
        sum += l->dual;
        if (!judge_dual(c, d, "all loops", sum, -TR_AUDIT_MOST, 0)) return false;
    }
    return true;
}

static bool judge_shape(court *c, int32_t d)
{
    const tr_trip_duals *y = &c->proof->duals[d];
    const char *missing = NULL;
    if (!y->stop && c->problem->n_stops > 0) missing = "those of stops are missing";
    if (!y->sides && c->proof->n_classes > 0) missing = "those of classes are missing";
    if (y->n_cuts < 0 || (y->n_cuts > 0 && !y->cuts)) missing = "cuts are told of and none given";
    if (y->n_loops < 0 || (y->n_loops > 0 && !y->loops)) missing = "loops are told of and none given";
    if (missing) {
        fault(c, "duals %d: %s", (int)d, missing);
        return false;
    }
    for (int32_t s = 0; s < c->problem->n_stops; s++)
        if (!in_reach(y->stop[s])) {
            fault(c, "duals %d: stop %s has dual %" PRId64 ", it must be within %" PRId64, (int)d, c->problem->stops[s].id, y->stop[s],
                  TR_AUDIT_MOST);
            return false;
        }
    for (int32_t k = 0; k < c->proof->n_classes; k++)
        if (!judge_side(c, d, k)) return false;
    return judge_dual(c, d, "level 1", y->level[0], -TR_AUDIT_MOST, 0) && judge_dual(c, d, "level 2", y->level[1], -TR_AUDIT_MOST, 0) &&
           judge_dual(c, d, "vehicles out", y->all, -TR_AUDIT_MOST, TR_AUDIT_MOST) &&
           judge_dual(c, d, "the least", y->least, -TR_AUDIT_MOST, 0) && judge_cuts(c, d) && judge_loops(c, d);
}

static const char *stops_text(const court *c, const tr_audit_found *found)
{
    const char *text = "";
    for (int32_t i = 0; i < found->n_stops; i++)
        text = tr_arena_printf(c->arena, "%s%s %s", text, i ? "," : "", c->problem->stops[found->stops[i]].id);
    return text;
}

static bool price_class(court *c, int32_t d, int32_t cls, tr_arena *scratch)
{
    tr_audit_class k;
    tr_audit_found found;
    int32_t to = 0;
    int64_t claimed = c->proof->duals[d].least;
    tr_audit_class_prepare(c->problem, c->proof, cls, &c->proof->duals[d], scratch, &k);
    if (!k.fits) {
        fault(c, "duals %d, class of vehicle %s: what a trip costs by them is too large to be audited", (int)d, name_of(c, cls));
        return false;
    }
    c->moves[(size_t)d * (size_t)c->proof->n_classes + (size_t)cls] = tr_audit_least_move(&k);
    if (!c->near[cls]) c->near[cls] = tr_audit_trip_near(&k, c->arena);
    tr_audit_least_trip(&k, 0, c->near[cls], c->arena, &c->effort, &found, &to);
    if (!found.complete) {
        c->n_given_up++;
        fault(c, "duals %d, class of vehicle %s: given up after %" PRId64 " labels, the trips below what is claimed are too many to follow",
              (int)d, name_of(c, cls), found.labels);
        return false;
    }
    if (found.least >= 0) return true;
    int64_t cost = found.least / TR_TRIP_FINE - (found.least % TR_TRIP_FINE < 0) + claimed * found.n_stops;
    fault(c, "duals %d, class of vehicle %s: a trip to %s%s has reduced cost %" PRId64 ", claimed are %" PRId64 " or more (it serves%s)", (int)d,
          name_of(c, cls), to < c->problem->n_sites ? "site " : "the end", to < c->problem->n_sites ? c->problem->sites[to].id : "", cost,
          claimed * found.n_stops, stops_text(c, &found));
    return false;
}

static bool price(court *c, int32_t d)
{
    if (c->priced[d] != NEW) return c->priced[d] == GOOD;
    bool good = judge_shape(c, d);
    for (int32_t k = 0; k < c->proof->n_classes && good; k++) {
        tr_arena *scratch = tr_arena_new();
        good = price_class(c, d, k, scratch);
        tr_arena_free(scratch);
    }
    c->priced[d] = good ? GOOD : BAD;
    return good;
}

/* ---- fleets ---- */

static void fit(const court *c, box *b)
{
    for (int32_t round = 0; round < 2; round++) {
        int64_t low = 0, high = 0;
        for (int32_t k = 0; k < c->proof->n_classes; k++) {
            low += b->sides[k].low;
            high += b->sides[k].high;
        }
        b->least = most(b->least, low);
        b->most = least(b->most, high);
        high = 0;
        for (int32_t k = 0; k < c->proof->n_classes; k++) {
            b->sides[k].high = least(b->sides[k].high, b->sides[k].low + b->most - low);
            high += b->sides[k].high;
        }
        for (int32_t k = 0; k < c->proof->n_classes; k++)
            b->sides[k].low = most(b->sides[k].low, b->sides[k].high - (high - b->least));
    }
    b->empty = b->least > b->most;
    for (int32_t k = 0; k < c->proof->n_classes; k++) b->empty = b->empty || b->sides[k].low > b->sides[k].high;
}

static void open_root(court *c)
{
    box *b = &c->boxes[0];
    b->reached = true;
    b->sides = TR_NEW(c->arena, side_box, c->proof->n_classes + 1);
    for (int32_t k = 0; k < c->proof->n_classes; k++) {
        bool must = tr_audit_at_home(c->problem, &c->problem->vehicles[c->proof->classes[k].vehicle]) != 0;
        b->sides[k] = (side_box){.low = must ? c->n_of[k] : 0, .high = c->n_of[k], .many = c->problem->n_stops};
        b->least += b->sides[k].low;
        b->most += b->sides[k].high;
    }
    fit(c, b);
}

static void open_part(court *c, int32_t f, int32_t which)
{
    const tr_trip_fleet *fleet = &c->proof->fleets[f];
    const box *whole = &c->boxes[f];
    box *b = &c->boxes[fleet->part[which]];
    *b = (box){.reached = true, .empty = true};
    if (whole->empty) return;
    *b = *whole;
    b->sides = TR_NEW(c->arena, side_box, c->proof->n_classes + 1);
    memcpy(b->sides, whole->sides, (size_t)c->proof->n_classes * sizeof *b->sides);
    int64_t limit = fleet->most;
    side_box *s = &b->sides[fleet->cls];
    switch (fleet->by) {
    case TR_PART_NONE: break;
    case TR_PART_OUT:
        if (which) b->least = most(b->least, limit + 1);
        else b->most = least(b->most, limit);
        break;
    case TR_PART_CLASS:
        if (which) s->low = most(s->low, limit + 1);
        else s->high = least(s->high, limit);
        break;
    case TR_PART_TRIPS:
        if (which) s->few = most(s->few, limit + 1);
        else s->many = least(s->many, limit);
        break;
    case TR_PART_BREAK:
        if (which) s->brief = true;
        else s->rested = true;
        break;
    }
    fit(c, b);
}

static bool judge_parting(court *c, int32_t f)
{
    const tr_trip_fleet *fleet = &c->proof->fleets[f];
    const box *b = &c->boxes[f];
    bool of_class = fleet->by != TR_PART_OUT;
    if (of_class && (fleet->cls < 0 || fleet->cls >= c->proof->n_classes)) {
        fault(c, "fleet %d is parted by class %d, there are %d", (int)f, (int)fleet->cls, (int)c->proof->n_classes);
        return false;
    }
    for (int32_t i = 0; i < 2; i++) {
        int32_t part = fleet->part[i];
        if (part <= f || part >= c->proof->n_fleets || c->boxes[part].reached || part == fleet->part[!i]) {
            fault(c, "fleet %d has part %d: it must come after it, be of no other and below %d", (int)f, (int)part, (int)c->proof->n_fleets);
            return false;
        }
    }
    if (fleet->by != TR_PART_BREAK || b->empty) return true;
    const side_box *s = &b->sides[fleet->cls];
    if (s->low == 1 && s->high == 1 && c->days[fleet->cls].slope > 0) return true;
    fault(c, "fleet %d is parted by the break of vehicle %s: one such vehicle must be out, and its day ask for a break", (int)f,
          name_of(c, fleet->cls));
    return false;
}

/* ---- the bound ---- */

static __int128 up(__int128 sum, int64_t by) /* rounded up; sum >= 0 */
{
    return (sum + by - 1) / by;
}

static __int128 down(__int128 sum, int64_t by)
{
    return sum / by - (sum % by < 0);
}

/* Of seconds of break that are owed, and of work where it asks for none; 1/TR_TRIP_FINE. */
static __int128 rest_part(const court *c, const tr_trip_duals *y, int32_t cls, const side_box *b)
{
    const tr_trip_side *s = &y->sides[cls];
    const tr_vehicle *v = &c->problem->vehicles[c->proof->classes[cls].vehicle];
    int64_t hour = least(v->pence_per_hour, v->pence_per_overtime_hour), floor = b->rested ? HALF : 0;
    __int128 second = (__int128)hour * (TR_AUDIT_UNITS / 3600) * TR_TRIP_FINE - s->time - s->rest;
    __int128 sum = second * (second > 0 ? floor : most(c->days[cls].break_most * b->high, floor));
    return sum + (b->brief ? (__int128)s->work * c->days[cls].free : 0);
}

static __int128 side_part(const court *c, int32_t d, int32_t cls, const side_box *b)
{
    const tr_trip_duals *y = &c->proof->duals[d];
    const tr_trip_side *s = &y->sides[cls];
    const tr_vehicle *v = &c->problem->vehicles[c->proof->classes[cls].vehicle];
    const tr_audit_day *day = &c->days[cls];
    __int128 owed = up((__int128)s->rest * day->slope * day->free, TR_TRIP_PARTS);
    __int128 out = (__int128)v->fixed_pence * TR_AUDIT_UNITS - c->rounding[cls] + s->start -
                   up(-(__int128)s->time * day->most + owed, TR_TRIP_FINE) - y->all;
    __int128 few = (__int128)s->trips * b->few, many = (__int128)s->trips * b->many;
    int64_t move = c->moves[(size_t)d * (size_t)c->proof->n_classes + (size_t)cls];
    return (few < many ? few : many) + out * (out > 0 ? b->low : b->high) + down(rest_part(c, y, cls, b), TR_TRIP_FINE) +
           (__int128)(c->problem->n_stops + MAX_MOVES * b->high) * move;
}

static __int128 bound_of(const court *c, int32_t d, const box *b) /* units */
{
    const tr_trip_duals *y = &c->proof->duals[d];
    __int128 sum = (__int128)y->level[0] * c->goal->hazard_left + (__int128)y->level[1] * c->goal->due_left;
    __int128 fewest = (__int128)y->all * b->least, all = (__int128)y->all * b->most;
    sum += (__int128)c->problem->n_stops * y->least + (fewest < all ? fewest : all);
    for (int32_t k = 0; k < y->n_cuts; k++) sum += y->cuts[k].dual;
    for (int32_t s = 0; s < c->problem->n_stops; s++) {
        int64_t weight[3];
        tr_audit_weigh(c->problem, &c->problem->stops[s], weight);
        __int128 left = (__int128)weight[2] * TR_AUDIT_UNITS - y->stop[s] - (__int128)y->level[0] * weight[0] -
                        (__int128)y->level[1] * weight[1];
        sum += y->stop[s] + (left < 0 ? left : 0);
    }
    for (int32_t k = 0; k < c->proof->n_classes; k++) sum += side_part(c, d, k, &b->sides[k]);
    return sum;
}

static int64_t proven(__int128 sum) /* pence, rounded up, and no value is below 0 */
{
    __int128 whole = sum <= 0 ? 0 : up(sum, TR_AUDIT_UNITS);
    return whole > INT64_MAX ? INT64_MAX : (int64_t)whole;
}

static void judge_bound(court *c, int32_t f)
{
    const tr_trip_fleet *fleet = &c->proof->fleets[f];
    const box *b = &c->boxes[f];
    if (fleet->duals < 0 || fleet->duals >= c->proof->n_duals) {
        fault(c, "fleet %d has duals %d, there are %d", (int)f, (int)fleet->duals, (int)c->proof->n_duals);
        return;
    }
    if (!price(c, fleet->duals)) return;
    for (int32_t k = 0; k < c->proof->n_classes; k++)
        if (c->proof->duals[fleet->duals].sides[k].work && !b->sides[k].brief) {
            fault(c, "fleet %d: duals %d ask vehicle %s to work no longer than needs no break, and it may", (int)f, (int)fleet->duals,
                  name_of(c, k));
            return;
        }
    int64_t reached = proven(bound_of(c, fleet->duals, b));
    if (reached < c->proof->bound)
        fault(c, "fleet %d: duals %d prove %" PRId64 ", claimed are %" PRId64, (int)f, (int)fleet->duals, reached, c->proof->bound);
}

static void judge_fleets(court *c)
{
    c->boxes = TR_NEW(c->arena, box, c->proof->n_fleets);
    open_root(c);
    for (int32_t f = 0; f < c->proof->n_fleets; f++) {
        const tr_trip_fleet *fleet = &c->proof->fleets[f];
        if (!c->boxes[f].reached) {
            fault(c, "fleet %d is part of none", (int)f);
            return;
        }
        if ((int)fleet->by < TR_PART_NONE || (int)fleet->by > TR_PART_TRIPS) {
            fault(c, "fleet %d is parted by %d, it must be 0 to %d", (int)f, (int)fleet->by, (int)TR_PART_TRIPS);
            return;
        }
        if (fleet->by == TR_PART_NONE) {
            if (!c->boxes[f].empty) judge_bound(c, f);
            continue;
        }
        if (!judge_parting(c, f)) return;
        for (int32_t i = 0; i < 2; i++) open_part(c, f, i);
    }
}

/* ---- the whole ---- */

static bool judge_classes(court *c)
{
    if (!judge_vehicles(c)) return false;
    c->n_of = TR_NEW(c->arena, int32_t, c->proof->n_classes + 1);
    c->days = TR_NEW(c->arena, tr_audit_day, c->proof->n_classes + 1);
    c->rounding = TR_NEW(c->arena, int64_t, c->proof->n_classes + 1);
    c->near = TR_NEW(c->arena, tr_audit_set *, c->proof->n_classes + 1);
    for (int32_t k = 0; k < c->proof->n_classes; k++)
        if (!judge_kinds(c, k) || !judge_near(c, k) || !measure_class(c, k)) return false;
    return true;
}

static bool judge_arrays(court *c)
{
    const tr_trip_proof *t = c->proof;
    if (t->n_classes >= 0 && t->n_duals >= 0 && t->n_fleets > 0 && t->fleets && (t->classes || !t->n_classes) && (t->duals || !t->n_duals))
        return true;
    fault(c, "%d classes, %d sets of duals and %d fleets are told of, and not all given", (int)t->n_classes, (int)t->n_duals, (int)t->n_fleets);
    return false;
}

bool tr_audit_trips(const tr_problem *problem, const tr_goal *goal, const tr_trip_proof *proof, tr_arena *arena, const char **why,
                    bool *given_up)
{
    court c = {.problem = problem, .goal = goal, .proof = proof, .arena = arena};
    if (judge_arrays(&c) && judge_classes(&c)) {
        c.priced = TR_NEW(arena, state, proof->n_duals + 1);
        c.moves = TR_NEW(arena, int64_t, (size_t)proof->n_duals * (size_t)proof->n_classes + 1);
        judge_fleets(&c);
    }
    *why = c.why;
    *given_up = c.n_faults > 0 && c.n_faults == c.n_given_up;
    return !c.why;
}
