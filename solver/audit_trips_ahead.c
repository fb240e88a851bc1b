/* audit_trips_ahead.c -- what a trip can still gain: a bound for labels without hope.
 *
 * A dynamic programme, backwards from where the trip ends, over (room left in the largest compartment, room left in the
 * other, state, stop, memory): the least cost from the end of a stop's service on.
 *   kept     roads, prices, which compartment takes what; of each compartment's loads the scarcer of kg and litres; which
 *            kinds are on board, where they can be emptied, and what is paid for the state at last; rule 9; which
 *            of the nearest stops were served
 *   let go   which streams may share, the payload of both compartments together, cuts (they only add)
 * Rooms are in levels, each stop's rounded down.  One that would take no level of the largest compartment takes one,
 * and there are as many levels more: a trip serves each such stop once, so no trip is lost, and each stop leads to fewer levels.
 * In the other compartment it takes none, and a visit that empties it fills the room again; so the programme is gone through until
 * nothing changes, or once more than there are stops that may go there: that is as often as a trip can make use of it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

enum { MAX_NEAR = 6, LEVELS = 48, OTHER_LEVELS = 8, MOST_STEPS = 24000000 };

struct tr_audit_ahead {
    const tr_audit_aim *aim;
    const tr_audit_class *cls;
    tr_arena *arena;
    int32_t n, n_states, n_near; /* stops; states; bits of a memory */
    int32_t levels, spare;       /* of the largest compartment; levels more */
    int32_t other_levels;
    bool by_litres[2];           /* of the largest, of the other */
    int64_t room[2];             /* kg or litres */
    int32_t *takes[2];           /* [n] levels that a stop takes there */
    int32_t *near;               /* [n * n_near] the others remembered, -1 = none */
    uint8_t *after;              /* [n * n << n_near] the memory at the one stop, from that at the other */
    int64_t *cleaning;           /* [1 << n_kinds][n_nodes * n_nodes] from node to node by a site that takes these kinds */
    int64_t *entries;            /* [levels + spare + 1][other_levels + 1][n_states][n][1 << n_near] */
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
    int64_t room = b->room[body], levels = body ? b->other_levels : b->levels;
    if (load <= 0 || room <= 0) return 0;
    if (load >= room) return (int32_t)levels;
    return (int32_t)((load * levels + (up ? room - 1 : 0)) / room);
}

static void lay_levels(tr_audit_ahead *b)
{
    for (int32_t body = 0; body < 2; body++) b->takes[body] = TR_NEW(b->arena, int32_t, b->n + 1);
    b->spare = 0;
    for (int32_t i = 0; i < b->n; i++) {
        b->takes[0][i] = levels_of(b, 0, load_of(b, 0, i), false);
        b->takes[1][i] = levels_of(b, 1, load_of(b, 1, i), false);
        if (b->takes[0][i] || !b->aim->large[i]) continue;
        b->takes[0][i] = 1;
        b->spare++;
    }
}

static int64_t n_entries(const tr_audit_ahead *b)
{
    return ((int64_t)(b->levels + b->spare + 1) * (b->other_levels + 1) * b->n_states * b->n) << b->n_near;
}

/* As fine as there is time for. */
static void lay_grid(tr_audit_ahead *b)
{
    b->levels = LEVELS;
    b->other_levels = b->cls->follows ? OTHER_LEVELS : 0;
    b->n_near = b->n > MAX_NEAR ? MAX_NEAR : b->n > 1 ? b->n - 1 : 0;
    lay_levels(b);
    while (n_entries(b) * b->n > MOST_STEPS) {
        if (b->other_levels > 4) b->other_levels -= 2;
        else if (b->n_near > 4) b->n_near--;
        else if (b->levels > LEVELS / 2) b->levels -= 8;
        else if (b->n_near > 1) b->n_near--;
        else break;
        lay_levels(b);
    }
}

/* ---- memories ---- */

static void pick_near(tr_audit_ahead *b, int32_t i)
{
    int32_t *mine = b->near + (size_t)i * (size_t)b->n_near;
    tr_audit_set taken = (tr_audit_set)1 << i;
    for (int32_t k = 0; k < b->n_near; k++) {
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

static int32_t bit_at(const tr_audit_ahead *b, int32_t i, int32_t stop) /* -1 = not remembered at i */
{
    for (int32_t k = 0; k < b->n_near; k++)
        if (b->near[(size_t)i * (size_t)b->n_near + (size_t)k] == stop) return k;
    return -1;
}

/* The memory after going from i to j, for each memory at i. */
static void carry_over(const tr_audit_ahead *b, int32_t i, int32_t j, uint8_t *after)
{
    int32_t self = bit_at(b, j, i), to[MAX_NEAR];
    for (int32_t k = 0; k < b->n_near; k++) {
        int32_t stop = b->near[(size_t)i * (size_t)b->n_near + (size_t)k];
        to[k] = stop < 0 ? -1 : bit_at(b, j, stop);
    }
    for (int32_t m = 0; m < 1 << b->n_near; m++) {
        uint32_t set = self >= 0 ? 1u << self : 0;
        for (int32_t k = 0; k < b->n_near; k++)
            if (m >> k & 1 && to[k] >= 0) set |= 1u << to[k];
        after[m] = (uint8_t)set;
    }
}

static uint32_t memory_at(const tr_audit_ahead *b, int32_t i, tr_audit_set memory)
{
    uint32_t m = 0;
    for (int32_t k = 0; k < b->n_near; k++) {
        int32_t stop = b->near[(size_t)i * (size_t)b->n_near + (size_t)k];
        if (stop >= 0 && memory >> stop & 1) m |= 1u << k;
    }
    return m;
}

/* ---- ways ---- */

static int64_t road(const tr_audit_ahead *b, int32_t i, int32_t j)
{
    return b->cls->road[(size_t)i * (size_t)b->cls->crew.n_nodes + (size_t)j];
}

static int64_t cleaning(const tr_audit_ahead *b, uint32_t kinds, int32_t i, int32_t j)
{
    size_t n = (size_t)b->cls->crew.n_nodes;
    return b->cleaning[((size_t)kinds * n + (size_t)i) * n + (size_t)j];
}

static void lay_cleaning(tr_audit_ahead *b)
{
    const tr_audit_crew *w = &b->cls->crew;
    size_t n = (size_t)w->n_nodes, sets = (size_t)1 << b->cls->n_kinds;
    b->cleaning = TR_NEW(b->arena, int64_t, sets * n * n);
    for (size_t k = 0; k < sets * n * n; k++) b->cleaning[k] = TR_AUDIT_NEVER;
    for (size_t kinds = 0; kinds < sets && b->cls->follows; kinds++)
        for (int32_t s = 0; s < w->problem->n_sites; s++)
            for (size_t i = 0; i < n && !tr_audit_kinds_after(b->cls, (uint32_t)kinds, s); i++)
                for (size_t j = 0; j < n; j++) {
                    int64_t there = road(b, (int32_t)i, w->first_site + s), on = road(b, w->first_site + s, (int32_t)j);
                    int64_t *best = &b->cleaning[(kinds * n + i) * n + j];
                    if (there == TR_AUDIT_NEVER || on == TR_AUDIT_NEVER) continue;
                    if (there + b->cls->turn[s] + on < *best) *best = there + b->cls->turn[s] + on;
                }
}

/* ---- the programme ---- */

static int64_t *entry(const tr_audit_ahead *b, int32_t left, int32_t other, int32_t state, int32_t stop)
{
    size_t at = ((size_t)left * (size_t)(b->other_levels + 1) + (size_t)other) * (size_t)b->n_states + (size_t)state;
    return b->entries + ((at * (size_t)b->n + (size_t)stop) << b->n_near);
}

static int64_t end_from(const tr_audit_ahead *b, int32_t node, int32_t state)
{
    const tr_audit_class *c = b->cls;
    int32_t to = b->aim->to, phase = state >> c->n_kinds << c->n_kinds;
    int32_t at = to == c->crew.problem->n_sites ? c->crew.end : c->crew.first_site + to;
    int64_t straight = road(b, node, at), by = cleaning(b, (uint32_t)(state - phase), node, at), best = TR_AUDIT_NEVER;
    if (straight < TR_AUDIT_NEVER && b->aim->ends[state] < TR_AUDIT_NEVER) best = straight + b->aim->ends[state];
    if (by < TR_AUDIT_NEVER && by + b->aim->ends[phase] < best) best = by + b->aim->ends[phase];
    return best == TR_AUDIT_NEVER ? best : best + c->turn[to];
}

typedef struct { /* what may be done next: j in a compartment, straight or after the other one was emptied */
    int32_t left, other, state;
    int64_t cost;
} step;

/* The steps from a node to stop j: four at most. */
static int32_t steps_to(const tr_audit_ahead *b, int32_t node, int32_t left, int32_t other, int32_t state, int32_t j, step *steps)
{
    const tr_audit_class *c = b->cls;
    int32_t n = 0, phase = state >> c->n_kinds << c->n_kinds;
    if (c->cls->phased && phase && c->crew.first[j]) return 0;
    int32_t then = phase | (c->cls->phased && !c->crew.hazardous[j] ? 1 << c->n_kinds : 0);
    const tr_stop *s = &c->crew.problem->stops[c->crew.stops[j]];
    for (int32_t by_site = 0; by_site < 2; by_site++) {
        int32_t kinds = by_site ? 0 : state - phase, room = by_site ? b->other_levels : other;
        int64_t way = by_site ? cleaning(b, (uint32_t)(state - phase), node, j) : road(b, node, j);
        if (way == TR_AUDIT_NEVER) continue;
        way += b->aim->gain[j];
        if (b->aim->large[j] && b->takes[0][j] <= left)
            steps[n++] = (step){left - b->takes[0][j], room, kinds | then, way + b->aim->large_fee[j]};
        if (c->fits_other[j] && b->takes[1][j] <= room)
            steps[n++] = (step){left, room - b->takes[1][j], kinds | (int32_t)c->kind[s->stream] | then, way + c->other_fee[j]};
    }
    return n;
}

static bool lower(int64_t *restrict to, const int64_t *from, const uint8_t *after, int32_t n, int32_t known, int64_t cost)
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

static bool fill_row(tr_audit_ahead *b, int32_t left, int32_t other, int32_t state)
{
    bool changed = false;
    for (int32_t i = 0; i < b->n; i++)
        for (int32_t j = 0; j < b->n; j++) {
            step steps[4];
            if (i == j) continue;
            int32_t n = steps_to(b, i, left, other, state, j, steps), known = bit_at(b, i, j);
            const uint8_t *after = b->after + (((size_t)i * (size_t)b->n + (size_t)j) << b->n_near);
            for (int32_t k = 0; k < n; k++)
                changed |= lower(entry(b, left, other, state, i), entry(b, steps[k].left, steps[k].other, steps[k].state, j),
                                 after, 1 << b->n_near, known, steps[k].cost);
        }
    return changed;
}

static void fill(tr_audit_ahead *b)
{
    int32_t rounds = 1;
    bool changed = true;
    for (int32_t i = 0; i < b->n; i++) rounds += b->cls->fits_other[i];
    for (int32_t left = 0; left <= b->levels + b->spare; left++)
        for (int32_t other = 0; other <= b->other_levels; other++)
            for (int32_t state = 0; state < b->n_states; state++)
                for (int32_t i = 0; i < b->n; i++) {
                    int64_t end = end_from(b, i, state), *e = entry(b, left, other, state, i);
                    for (int32_t m = 0; m < 1 << b->n_near; m++) e[m] = end;
                }
    for (; rounds > 0 && changed; rounds--) {
        changed = false;
        for (int32_t left = 0; left <= b->levels + b->spare; left++)
            for (int32_t other = 0; other <= b->other_levels; other++)
                for (int32_t state = 0; state < b->n_states; state++) changed |= fill_row(b, left, other, state);
    }
}

tr_audit_ahead *tr_audit_ahead_new(const tr_audit_aim *aim, tr_arena *arena)
{
    tr_audit_ahead *b = TR_NEW(arena, tr_audit_ahead, 1);
    *b = (tr_audit_ahead){.aim = aim, .cls = aim->cls, .arena = arena, .n = aim->cls->crew.n_stops, .n_states = aim->cls->n_states};
    measure(b, 0);
    measure(b, 1);
    lay_grid(b);
    lay_cleaning(b);
    b->near = TR_NEW(arena, int32_t, (size_t)b->n * (size_t)b->n_near + 1);
    b->after = TR_NEW(arena, uint8_t, (((size_t)b->n * (size_t)b->n) << b->n_near) + 1);
    b->entries = TR_NEW(arena, int64_t, n_entries(b) + 1);
    for (int32_t i = 0; i < b->n; i++) pick_near(b, i);
    for (int32_t i = 0; i < b->n; i++)
        for (int32_t j = 0; j < b->n; j++)
            carry_over(b, i, j, b->after + (((size_t)i * (size_t)b->n + (size_t)j) << b->n_near));
    fill(b);
    return b;
}

/* ---- asking ---- */

int64_t tr_audit_ahead_of(const tr_audit_ahead *b, int32_t node, tr_audit_set memory, uint32_t kinds, bool others,
                          const int64_t large[2], const int64_t other[2])
{
    const tr_audit_class *c = b->cls;
    int32_t state = (int32_t)kinds | (others && c->cls->phased ? 1 << c->n_kinds : 0);
    int32_t left = b->levels + b->spare - levels_of(b, 0, large[b->by_litres[0]], true);
    int32_t room = b->other_levels - levels_of(b, 1, other[b->by_litres[1]], true);
    if (node < b->n) return entry(b, left, room, state, node)[memory_at(b, node, memory)];
    int64_t best = end_from(b, node, state);
    for (int32_t j = 0; j < b->n; j++) {
        step steps[4];
        if (memory >> j & 1) continue;
        int32_t n = steps_to(b, node, left, room, state, j, steps);
        uint32_t m = memory_at(b, j, memory);
        for (int32_t k = 0; k < n; k++) {
            int64_t sum = steps[k].cost + entry(b, steps[k].left, steps[k].other, steps[k].state, j)[m];
            if (sum < best) best = sum;
        }
    }
    return best;
}
