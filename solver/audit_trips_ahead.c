/* audit_trips_ahead.c -- what a trip can still gain: a bound for labels without hope.
 *
 * A dynamic programme, backwards from where the trip ends, over (room left in the largest compartment, room left in the
 * other, others served, stop, memory): the least cost from the end of a stop's service on.
 *   kept     roads, prices, which compartment takes what; of each compartment's loads the scarcer of kg and litres; rule 9;
 *            which of the nearest stops were served
 *   let go   which streams may share, kinds (the best state is come in), the payload of both compartments together, cuts
 * Rooms are in levels, each stop's rounded down.  One that would take no level takes one, and there are as many levels
 * more: a trip serves each such stop once, so no trip is lost, and each stop leads to fewer levels.
 * The other compartment can be emptied between two stops.  A trip that loads it with more than its room does so once at least for
 * each room more; so a level beyond the first room costs its share of the least detour by a site.
 * Where the other compartment is not followed it takes no levels, and the programme is gone through until
 * nothing changes, or once more than there are stops that may go there: that is as often as a trip can make use of it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit_trips.h"

enum { MAX_NEAR = 6, LEVELS = 48, OTHER_LEVELS = 8, MOST_STEPS = 24000000 };

struct tr_audit_ahead {
    const tr_audit_aim *aim;
    const tr_audit_class *cls;
    tr_arena *arena;
    int32_t n, n_orders;         /* stops; 2 where it matters that others were served */
    tr_audit_memory memory;
    int32_t levels[2], spare[2]; /* of the largest, of the other; levels more for stops that would take none */
    int32_t beyond;              /* levels of the other beyond its room, each at a share of a detour */
    int64_t share;
    bool by_litres[2];           /* of the largest, of the other */
    int64_t room[2];             /* kg or litres */
    int32_t *takes[2];           /* [n] levels that a stop takes there */
    uint16_t *after;             /* [n * n << n_near] the memory at the one stop, from that at the other */
    int64_t ends[2];             /* [n_orders] least that is paid for a state at the end of the trip */
    int64_t *entries;            /* [left_of(0) + 1][left_of(1) + 1][n_orders][n][1 << n_near] */
};

/* ---- levels ---- */

static int64_t load_of(const tr_audit_ahead *b, int32_t body, int32_t i)
{
    const tr_stop *s = &b->cls->crew.problem->stops[b->cls->crew.stops[i]];
    return b->by_litres[body] ? s->litres : s->kg;
}

static void measure(tr_audit_ahead *b, int32_t body)
{
    const tr_audit_crew *w = &b->cls->crew;
    const tr_vehicle *v = w->vehicle;
    int64_t kg = 0, litres = 0, all_kg = 0, all_litres = 0;
    for (int32_t c = 0; c < v->n_compartments; c++) {
        if ((c == b->cls->large) != (body == 0)) continue;
        kg += v->compartments[c].kg;
        litres += v->compartments[c].litres;
    }
    if (kg > v->payload_kg) kg = v->payload_kg;
    for (int32_t i = 0; i < b->n; i++) {
        if (!(body ? b->cls->fits_other : b->aim->large)[i]) continue;
        all_kg += w->problem->stops[w->stops[i]].kg;
        all_litres += w->problem->stops[w->stops[i]].litres;
    }
    b->by_litres[body] = (__int128)all_litres * kg > (__int128)all_kg * litres;
    b->room[body] = b->by_litres[body] ? litres : kg;
}

static int32_t levels_of(const tr_audit_ahead *b, int32_t body, int64_t load, bool up)
{
    int64_t room = b->room[body], levels = b->levels[body];
    if (load <= 0 || room <= 0) return 0;
    if (load >= room) return (int32_t)levels;
    return (int32_t)((load * levels + (up ? room - 1 : 0)) / room);
}

static void lay_levels(tr_audit_ahead *b)
{
    b->beyond = 0;
    for (int32_t body = 0; body < 2; body++) {
        const bool *fits = body ? b->cls->fits_other : b->aim->large;
        b->spare[body] = 0;
        for (int32_t i = 0; i < b->n; i++) {
            int32_t takes = levels_of(b, body, load_of(b, body, i), false);
            b->takes[body][i] = takes;
            if (!b->levels[body] || !fits[i]) continue;
            if (body) b->beyond += takes;
            if (takes) continue;
            b->takes[body][i] = 1;
            b->spare[body]++;
        }
    }
}

/* Most levels that can be left. */
static int32_t left_of(const tr_audit_ahead *b, int32_t body)
{
    return b->levels[body] + b->spare[body] + (body ? b->beyond : 0);
}

static int64_t n_entries(const tr_audit_ahead *b)
{
    return ((int64_t)(left_of(b, 0) + 1) * (left_of(b, 1) + 1) * b->n_orders * b->n) << b->memory.n_near;
}

/* As fine as there is time for. */
static void lay_grid(tr_audit_ahead *b)
{
    b->levels[0] = LEVELS;
    b->levels[1] = b->cls->follows ? OTHER_LEVELS : 0;
    b->memory.n_near = b->n > MAX_NEAR ? MAX_NEAR : b->n > 1 ? b->n - 1 : 0;
    for (int32_t body = 0; body < 2; body++) b->takes[body] = TR_NEW(b->arena, int32_t, b->n + 1);
    lay_levels(b);
    while (n_entries(b) * b->n > MOST_STEPS) {
        if (b->levels[1] > 2) b->levels[1]--;
        else if (b->levels[0] > LEVELS / 2) b->levels[0] -= 8;
        else if (b->memory.n_near > 1) b->memory.n_near--;
        else break;
        lay_levels(b);
    }
}

/* ---- memories ---- */

static void pick_near(tr_audit_ahead *b, int32_t i)
{
    int32_t *mine = b->memory.near + (size_t)i * (size_t)b->memory.n_near;
    tr_audit_set taken = (tr_audit_set)1 << i;
    for (int32_t k = 0; k < b->memory.n_near; k++) {
        int32_t best = -1;
        int64_t least = TR_AUDIT_NEVER;
        for (int32_t j = 0; j < b->n; j++) {
            int64_t road = b->cls->road[(size_t)j * (size_t)b->cls->crew.n_nodes + (size_t)i];
            if (taken >> j & 1 || road >= least) continue;
            least = road;
            best = j;
        }
        mine[k] = best;
        if (best >= 0) taken |= (tr_audit_set)1 << best;
    }
}

/* ---- ways ---- */

static int64_t road(const tr_audit_ahead *b, int32_t i, int32_t j)
{
    return b->cls->road[(size_t)i * (size_t)b->cls->crew.n_nodes + (size_t)j];
}

/* What it costs at least to go by a site between two stops. */
static int64_t least_detour(const tr_audit_ahead *b)
{
    const tr_audit_crew *w = &b->cls->crew;
    int64_t least = TR_AUDIT_NEVER;
    for (int32_t i = 0; i < b->n; i++)
        for (int32_t j = 0; j < b->n; j++)
            for (int32_t s = 0; s < w->problem->n_sites && i != j; s++) {
                int64_t there = road(b, i, w->first_site + s), on = road(b, w->first_site + s, j);
                if (there == TR_AUDIT_NEVER || on == TR_AUDIT_NEVER) continue;
                int64_t more = there + b->cls->turn[s] + on - road(b, i, j);
                if (more < least) least = more;
            }
    return least < TR_AUDIT_NEVER ? least : 0;
}

static void lay_ends(tr_audit_ahead *b)
{
    const tr_audit_class *c = b->cls;
    if (b->levels[1]) b->share = least_detour(b) / b->levels[1];
    for (int32_t order = 0; order < b->n_orders; order++) {
        b->ends[order] = TR_AUDIT_NEVER;
        for (int32_t kinds = 0; kinds < 1 << c->n_kinds; kinds++) {
            int64_t end = b->aim->ends[kinds | order << c->n_kinds];
            if (end < b->ends[order]) b->ends[order] = end;
        }
    }
}

/* ---- the programme ---- */

static int64_t *entry(const tr_audit_ahead *b, int32_t left, int32_t other, int32_t order, int32_t stop)
{
    size_t at = ((size_t)left * (size_t)(left_of(b, 1) + 1) + (size_t)other) * (size_t)b->n_orders + (size_t)order;
    return b->entries + ((at * (size_t)b->n + (size_t)stop) << b->memory.n_near);
}

static int64_t end_from(const tr_audit_ahead *b, int32_t node, int32_t order)
{
    const tr_audit_class *c = b->cls;
    int64_t way = road(b, node, b->aim->to == c->crew.problem->n_sites ? c->crew.end : c->crew.first_site + b->aim->to);
    if (way == TR_AUDIT_NEVER || b->ends[order] == TR_AUDIT_NEVER) return TR_AUDIT_NEVER;
    return way + c->turn[b->aim->to] + b->ends[order];
}

/* What levels of the other compartment cost beyond its room, if so many are left before and after. */
static int64_t beyond_cost(const tr_audit_ahead *b, int32_t before, int32_t after)
{
    return ((after < b->beyond ? b->beyond - after : 0) - (before < b->beyond ? b->beyond - before : 0)) * b->share;
}

typedef struct { /* stop j in one of the compartments */
    int32_t left, other, order;
    int64_t cost;
} step;

/* The steps from a node to stop j: two at most. */
static int32_t steps_to(const tr_audit_ahead *b, int32_t node, int32_t left, int32_t other, int32_t order, int32_t j, step *steps)
{
    const tr_audit_class *c = b->cls;
    int64_t way = road(b, node, j);
    int32_t n = 0, then = order || (b->n_orders > 1 && !c->crew.hazardous[j]), room = other - b->takes[1][j];
    if (way == TR_AUDIT_NEVER || (order && c->crew.first[j])) return 0;
    way += b->aim->gain[j];
    if (b->aim->large[j] && b->takes[0][j] <= left)
        steps[n++] = (step){left - b->takes[0][j], other, then, way + b->aim->large_fee[j]};
    if (c->fits_other[j] && room >= 0)
        steps[n++] = (step){left, room, then, way + c->other_fee[j] + beyond_cost(b, other, room)};
    return n;
}

static bool lower(int64_t *restrict to, const int64_t *from, const uint16_t *after, int32_t n, int32_t known, int64_t cost)
{
    bool changed = false;
    for (int32_t m = 0; m < n; m++) {
        int64_t sum = from[after[m]] + cost;
        if ((known >= 0 && m >> known & 1) || sum >= to[m]) continue;
        to[m] = sum;
        changed = true;
    }
    return changed;
}

static bool fill_row(tr_audit_ahead *b, int32_t left, int32_t other, int32_t order)
{
    bool changed = false;
    for (int32_t i = 0; i < b->n; i++)
        for (int32_t j = 0; j < b->n; j++) {
            step steps[2];
            if (i == j) continue;
            int32_t n = steps_to(b, i, left, other, order, j, steps), known = tr_audit_bit_at(&b->memory, i, j);
            const uint16_t *after = b->after + (((size_t)i * (size_t)b->n + (size_t)j) << b->memory.n_near);
            for (int32_t k = 0; k < n; k++)
                changed |= lower(entry(b, left, other, order, i), entry(b, steps[k].left, steps[k].other, steps[k].order, j),
                                 after, 1 << b->memory.n_near, known, steps[k].cost);
        }
    return changed;
}

static void fill(tr_audit_ahead *b)
{
    int32_t rounds = 1;
    bool changed = true;
    for (int32_t i = 0; i < b->n && !b->levels[1]; i++) rounds += b->cls->fits_other[i];
    for (int32_t left = 0; left <= left_of(b, 0); left++)
        for (int32_t other = 0; other <= left_of(b, 1); other++)
            for (int32_t order = 0; order < b->n_orders; order++)
                for (int32_t i = 0; i < b->n; i++) {
                    int64_t end = end_from(b, i, order), *e = entry(b, left, other, order, i);
                    for (int32_t m = 0; m < 1 << b->memory.n_near; m++) e[m] = end;
                }
    for (; rounds > 0 && changed; rounds--) {
        changed = false;
        for (int32_t left = 0; left <= left_of(b, 0); left++)
            for (int32_t other = 0; other <= left_of(b, 1); other++)
                for (int32_t order = 0; order < b->n_orders; order++) changed |= fill_row(b, left, other, order);
    }
}

tr_audit_ahead *tr_audit_ahead_new(const tr_audit_aim *aim, tr_arena *arena)
{
    tr_audit_ahead *b = TR_NEW(arena, tr_audit_ahead, 1);
    *b = (tr_audit_ahead){.aim = aim, .cls = aim->cls, .arena = arena, .n = aim->cls->crew.n_stops, .n_orders = 1 + aim->cls->cls->phased};
    measure(b, 0);
    measure(b, 1);
    lay_grid(b);
    lay_ends(b);
    b->memory.near = TR_NEW(arena, int32_t, (size_t)b->n * (size_t)b->memory.n_near + 1);
    b->after = TR_NEW(arena, uint16_t, (((size_t)b->n * (size_t)b->n) << b->memory.n_near) + 1);
    b->entries = TR_NEW(arena, int64_t, n_entries(b) + 1);
    for (int32_t i = 0; i < b->n; i++) pick_near(b, i);
    for (int32_t i = 0; i < b->n; i++)
        for (int32_t j = 0; j < b->n; j++)
            tr_audit_carry_over(&b->memory, i, j, b->after + (((size_t)i * (size_t)b->n + (size_t)j) << b->memory.n_near));
    fill(b);
    return b;
}

/* ---- asking ---- */

int64_t tr_audit_ahead_of(const tr_audit_ahead *b, int32_t node, tr_audit_set memory, bool others, const int64_t large[2],
                          const int64_t other[2])
{
    int32_t order = others && b->n_orders > 1;
    int32_t left = left_of(b, 0) - levels_of(b, 0, large[b->by_litres[0]], true);
    int32_t room = left_of(b, 1) - levels_of(b, 1, other[b->by_litres[1]], true);
    if (node < b->n) return entry(b, left, room, order, node)[tr_audit_memory_at(&b->memory, node, memory)];
    int64_t best = end_from(b, node, order);
    for (int32_t j = 0; j < b->n; j++) {
        step steps[2];
        if (memory >> j & 1) continue;
        int32_t n = steps_to(b, node, left, room, order, j, steps);
        uint32_t m = tr_audit_memory_at(&b->memory, j, memory);
        for (int32_t k = 0; k < n; k++) {
            int64_t sum = steps[k].cost + entry(b, steps[k].left, steps[k].other, steps[k].order, j)[m];
            if (sum < best) best = sum;
        }
    }
    return best;
}
