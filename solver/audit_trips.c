/* audit_trips.c -- recomputes what a bound over trips proves: docs/model.md, "Trips".
 *
 * Are classes, fleets and duals of the right shape and sign (audit_trips_shape.c), has no trip of any class a reduced cost below the least claimed for
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
#include "audit_trips.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_MOVES = 8, HALF = 1800 };

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- prices ---- */

static bool price_class(tr_audit_court *c, int32_t d, int32_t cls, tr_arena *scratch)
{
    tr_audit_class k;
    tr_audit_found found;
    int32_t to = 0;
    int64_t claimed = c->proof->duals[d].least;
    tr_audit_class_prepare(c->problem, c->proof, cls, &c->proof->duals[d], scratch, &k);
    if (!k.fits) {
        tr_audit_fault(c, "duals %d, class of vehicle %s: what a trip costs by them is too large to be audited", (int)d, tr_audit_name(c, cls));
        return false;
    }
    c->moves[(size_t)d * (size_t)c->proof->n_classes + (size_t)cls] = tr_audit_least_move(&k);
    c->rounding[cls] = k.rounding;
    if (!c->near[cls]) c->near[cls] = tr_audit_trip_near(&k, c->arena);
    tr_audit_least_trip(&k, 0, c->near[cls], c->arena, &c->effort, &found, &to);
    if (!found.complete) {
        c->n_given_up++;
        tr_audit_fault(c, "duals %d, class of vehicle %s: given up after %" PRId64 " labels, the trips below what is claimed are too many to follow",
                       (int)d, tr_audit_name(c, cls), found.labels);
        return false;
    }
    if (found.least >= 0) return true;
    int64_t cost = found.least / TR_TRIP_FINE - (found.least % TR_TRIP_FINE < 0) + claimed * found.n_stops;
    tr_audit_fault(c, "duals %d, class of vehicle %s: a trip to %s%s has reduced cost %" PRId64 ", claimed are %" PRId64 " or more (it serves%s)", (int)d,
          tr_audit_name(c, cls), to < c->problem->n_sites ? "site " : "the end", to < c->problem->n_sites ? c->problem->sites[to].id : "", cost,
          claimed * found.n_stops, tr_audit_stops_text(c->problem, &found, c->arena));
    return false;
}

/* Do the duals hold for the classes that the fleet may have out?  Each is priced once. */
static bool price(tr_audit_court *c, int32_t d, const tr_audit_box *b)
{
    tr_audit_priced *shape = &c->shapes[d];
    if (*shape == TR_AUDIT_NEW) *shape = tr_audit_judge_duals(c, d) ? TR_AUDIT_GOOD : TR_AUDIT_BAD;
    bool good = *shape == TR_AUDIT_GOOD;
    for (int32_t k = 0; k < c->proof->n_classes && good; k++) {
        tr_audit_priced *priced = &c->priced[(size_t)d * (size_t)c->proof->n_classes + (size_t)k];
        if (b->sides[k].high == 0) continue;
        if (*priced == TR_AUDIT_NEW) {
            tr_arena *scratch = tr_arena_new();
            *priced = price_class(c, d, k, scratch) ? TR_AUDIT_GOOD : TR_AUDIT_BAD;
            tr_arena_free(scratch);
        }
        good = *priced == TR_AUDIT_GOOD;
    }
    return good;
}

/* ---- fleets ---- */

static void fit(const tr_audit_court *c, tr_audit_box *b)
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
    for (int32_t k = 0; k < c->proof->n_classes; k++) {
        const tr_audit_side_box *x = &b->sides[k];
        b->empty = b->empty || x->low > x->high || x->few > x->many || (x->high == 0 && x->few > 0); /* who stays at home makes no trip */
    }
}

static void open_root(tr_audit_court *c)
{
    tr_audit_box *b = &c->boxes[0];
    b->reached = true;
    b->sides = TR_NEW(c->arena, tr_audit_side_box, c->proof->n_classes + 1);
    for (int32_t k = 0; k < c->proof->n_classes; k++) {
        bool must = tr_audit_at_home(c->problem, &c->problem->vehicles[c->proof->classes[k].vehicle]) != 0;
        b->sides[k] = (tr_audit_side_box){.low = must ? c->n_of[k] : 0, .high = c->n_of[k], .many = c->problem->n_stops};
        b->least += b->sides[k].low;
        b->most += b->sides[k].high;
    }
    fit(c, b);
}

static void open_part(tr_audit_court *c, int32_t f, int32_t which)
{
    const tr_trip_fleet *fleet = &c->proof->fleets[f];
    const tr_audit_box *whole = &c->boxes[f];
    tr_audit_box *b = &c->boxes[fleet->part[which]];
    *b = (tr_audit_box){.reached = true, .empty = true};
    if (whole->empty) return;
    *b = *whole;
    b->sides = TR_NEW(c->arena, tr_audit_side_box, c->proof->n_classes + 1);
    memcpy(b->sides, whole->sides, (size_t)c->proof->n_classes * sizeof *b->sides);
    int64_t limit = fleet->most;
    tr_audit_side_box *s = &b->sides[fleet->cls];
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

static bool judge_parting(tr_audit_court *c, int32_t f)
{
    const tr_trip_fleet *fleet = &c->proof->fleets[f];
    const tr_audit_box *b = &c->boxes[f];
    bool of_class = fleet->by != TR_PART_OUT;
    if (of_class && (fleet->cls < 0 || fleet->cls >= c->proof->n_classes)) {
        tr_audit_fault(c, "fleet %d is parted by class %d, there are %d", (int)f, (int)fleet->cls, (int)c->proof->n_classes);
        return false;
    }
    for (int32_t i = 0; i < 2; i++) {
        int32_t part = fleet->part[i];
        if (part <= f || part >= c->proof->n_fleets || c->boxes[part].reached || part == fleet->part[!i]) {
            tr_audit_fault(c, "fleet %d has part %d: it must come after it, be of no other and below %d", (int)f, (int)part, (int)c->proof->n_fleets);
            return false;
        }
    }
    if (fleet->by != TR_PART_BREAK || b->empty) return true;
    const tr_audit_side_box *s = &b->sides[fleet->cls];
    if (s->low == 1 && s->high == 1 && c->days[fleet->cls].slope > 0) return true;
    tr_audit_fault(c, "fleet %d is parted by the break of vehicle %s: one such vehicle must be out, and its day ask for a break", (int)f,
          tr_audit_name(c, fleet->cls));
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
static __int128 rest_part(const tr_audit_court *c, const tr_trip_duals *y, int32_t cls, const tr_audit_side_box *b)
{
    const tr_trip_side *s = &y->sides[cls];
    const tr_vehicle *v = &c->problem->vehicles[c->proof->classes[cls].vehicle];
    int64_t floor = b->rested ? HALF : 0;
    __int128 second = (__int128)tr_audit_least_hour(v) * (TR_AUDIT_UNITS / 3600) * TR_TRIP_FINE - s->time - s->rest;
    __int128 sum = second * (second > 0 ? floor : most(c->days[cls].break_most * b->high, floor));
    return sum + (b->brief ? (__int128)s->work * c->days[cls].free : 0);
}

static __int128 side_part(const tr_audit_court *c, int32_t d, int32_t cls, const tr_audit_side_box *b)
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

static __int128 bound_of(const tr_audit_court *c, int32_t d, const tr_audit_box *b) /* units */
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
    for (int32_t k = 0; k < c->proof->n_classes; k++)
        if (b->sides[k].high > 0) sum += side_part(c, d, k, &b->sides[k]);
    return sum;
}

static void judge_bound(tr_audit_court *c, int32_t f)
{
    const tr_trip_fleet *fleet = &c->proof->fleets[f];
    const tr_audit_box *b = &c->boxes[f];
    if (fleet->duals < 0 || fleet->duals >= c->proof->n_duals) {
        tr_audit_fault(c, "fleet %d has duals %d, there are %d", (int)f, (int)fleet->duals, (int)c->proof->n_duals);
        return;
    }
    if (!price(c, fleet->duals, b)) return;
    for (int32_t k = 0; k < c->proof->n_classes; k++)
        if (c->proof->duals[fleet->duals].sides[k].work && !b->sides[k].brief) {
            tr_audit_fault(c, "fleet %d: duals %d ask vehicle %s to work no longer than needs no break, and it may", (int)f, (int)fleet->duals,
                  tr_audit_name(c, k));
            return;
        }
    int64_t reached = tr_audit_proven(bound_of(c, fleet->duals, b));
    if (reached < c->proof->bound)
        tr_audit_fault(c, "fleet %d: duals %d prove %" PRId64 ", claimed are %" PRId64, (int)f, (int)fleet->duals, reached, c->proof->bound);
}

static void judge_fleets(tr_audit_court *c)
{
    c->boxes = TR_NEW(c->arena, tr_audit_box, c->proof->n_fleets);
    open_root(c);
    for (int32_t f = 0; f < c->proof->n_fleets; f++) {
        const tr_trip_fleet *fleet = &c->proof->fleets[f];
        if (!c->boxes[f].reached) {
            tr_audit_fault(c, "fleet %d is part of none", (int)f);
            return;
        }
        if ((int)fleet->by < TR_PART_NONE || (int)fleet->by > TR_PART_TRIPS) {
            tr_audit_fault(c, "fleet %d is parted by %d, it must be 0 to %d", (int)f, (int)fleet->by, (int)TR_PART_TRIPS);
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

bool tr_audit_trips(const tr_problem *problem, const tr_goal *goal, const tr_trip_proof *proof, tr_arena *arena, const char **why,
                    bool *given_up)
{
    tr_audit_court c = {.problem = problem, .goal = goal, .proof = proof, .arena = arena};
    if (tr_audit_judge_arrays(&c) && tr_audit_judge_classes(&c)) {
        c.rounding = TR_NEW(arena, int64_t, proof->n_classes + 1);
        c.shapes = TR_NEW(arena, tr_audit_priced, proof->n_duals + 1);
        c.priced = TR_NEW(arena, tr_audit_priced, (size_t)proof->n_duals * (size_t)proof->n_classes + 1);
        c.moves = TR_NEW(arena, int64_t, (size_t)proof->n_duals * (size_t)proof->n_classes + 1);
        judge_fleets(&c);
    }
    *why = c.why;
    *given_up = c.n_faults > 0 && c.n_faults == c.n_given_up;
    return !c.why;
}
