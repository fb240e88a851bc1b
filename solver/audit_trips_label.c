/* audit_trips_label.c -- the least reduced cost of one class's trips, by plain forward labelling.
 *
 * Trips are sought by where they end and by the streams that may share the largest compartment, one such group at a time.  A label is the
 * beginning of a trip: from the start, or from a site in a state, up to a stop or to a site on the way that emptied the other
 * compartment.  Labels are taken in the order in which they are made, and so by their number of visits.
 *
 * Hope.  What a label has cost, and the bound on what is to come (audit_trips_ahead.c), must be below the best so far.
 *
 * Dominance.  B is dropped if at the same node some A is at least as good in everything that what follows can ask for.  Then
 * A never has a kind on board that B has not; where less is paid for coming with more, A is charged the most
 * that this can make.
 *
 * Once.  A stop may come again when it is forgotten.  Each trip found below the best that serves one twice makes the stops between
 * remember it (decremental state space relaxation: Righini and Salani 2008), and labels are made anew, until every trip
 * found serves no stop twice.  No trip that serves each stop once is ever lost: what is remembered are stops that it served.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit_trips.h"

#include <string.h>

enum {
    MAX_LABELS = 3000000, /* of one run */
    MAX_GHOSTS = 64,      /* trips that serve a stop twice, before labels are made anew */
    WORDS = TR_AUDIT_CUTS / 64
};
static const int64_t ALL_LABELS = 200000000, ALL_LOOKS = 40000000000; /* of an audit */

typedef struct label {
    int64_t cost;
    tr_audit_set memory;
    int64_t large[2], other[2]; /* kg, litres */
    tr_mask forbid_large, forbid_other; /* streams that may not join */
    uint32_t kinds;
    bool others, served, dead;  /* others: a stop was served that is not hazardous; served: any stop, on this trip */
    int32_t node;
    uint64_t odd[WORDS];        /* cuts of which one stop is held without a second */
    const struct label *parent;
    struct label *next;
} label;

typedef struct { /* what dominance asks first, side by side in memory */
    int64_t cost, kg;
    tr_audit_set memory;
    label *label;
} key;

typedef struct {
    key *keys; /* by cost, least first */
    int32_t n, room;
} shelf;

typedef struct {
    const tr_audit_class *cls;
    const tr_audit_aim *aim;
    const tr_audit_ahead *ahead;
    tr_audit_set *near;
    tr_arena *arena;          /* of the run */
    int32_t n_cuts, *cuts;    /* followed: index in the duals' cuts */
    uint64_t (*held)[WORDS];  /* [n_stops] cuts that hold the stop */
    int64_t gap;              /* most that is paid less for a state than for a better one */
    shelf *shelves;           /* [n_nodes] */
    label *first, *last;
    int64_t best;
    int32_t n_best, to_best, *best_stops; /* [n_stops] */
    int32_t n_ghosts;
    const label *ghosts[MAX_GHOSTS];
    int64_t n_labels;
    tr_audit_effort *effort;
} work;

/* ---- dominance ---- */

static bool holds_no_more(const label *a, const label *b)
{
    return a->large[0] <= b->large[0] && a->large[1] <= b->large[1] && a->other[0] <= b->other[0] && a->other[1] <= b->other[1] &&
           !(a->forbid_large & ~b->forbid_large) && !(a->forbid_other & ~b->forbid_other) && !(a->kinds & ~b->kinds) &&
           a->others <= b->others && a->served >= b->served;
}

static bool dominates(const work *w, const label *a, const label *b)
{
    if (!holds_no_more(a, b)) return false;
    int64_t gain = b->cost - a->cost - (a->kinds != b->kinds || a->others != b->others ? w->gap : 0);
    for (int32_t k = 0; k < WORDS && gain >= 0; k++)
        for (uint64_t more = a->odd[k] & ~b->odd[k]; more; more &= more - 1)
            gain += TR_TRIP_FINE * w->cls->duals->cuts[w->cuts[64 * k + __builtin_ctzll(more)]].dual;
    return gain >= 0;
}

static bool spent(work *w)
{
    tr_audit_effort *e = w->effort;
    e->gave_up = e->gave_up || w->n_labels >= MAX_LABELS || e->labels >= ALL_LABELS || e->looks >= ALL_LOOKS;
    return e->gave_up;
}

static void shelve(work *w, shelf *s, int32_t at, label *l)
{
    if (s->n == s->room) {
        int32_t room = s->room ? 2 * s->room : 64;
        s->keys = tr_arena_grow(w->arena, s->keys, (size_t)s->n, (size_t)room, sizeof *s->keys);
        s->room = room;
    }
    memmove(s->keys + at + 1, s->keys + at, (size_t)(s->n - at) * sizeof *s->keys);
    s->keys[at] = (key){l->cost, l->large[0], l->memory, l};
    s->n++;
}

static void keep(work *w, const label *l)
{
    shelf *s = &w->shelves[l->node];
    if (spent(w) || l->cost + tr_audit_ahead_of(w->ahead, l->node, l->memory, l->others, l->large, l->other) >= w->best)
        return;
    int32_t at = 0;
    w->effort->looks += s->n;
    for (; at < s->n && s->keys[at].cost <= l->cost; at++) {
        const key *k = &s->keys[at];
        if (k->kg <= l->large[0] && !(k->memory & ~l->memory) && dominates(w, k->label, l)) return;
    }
    int32_t n = at;
    for (int32_t i = at; i < s->n; i++) {
        const key *k = &s->keys[i];
        if (l->large[0] <= k->kg && !(l->memory & ~k->memory) && dominates(w, l, k->label)) k->label->dead = true;
        else s->keys[n++] = *k;
    }
    s->n = n;
    label *kept = TR_NEW(w->arena, label, 1);
    *kept = *l;
    shelve(w, s, at, kept);
    if (w->last) w->last->next = kept;
    else w->first = kept;
    w->last = kept;
    w->n_labels++;
    w->effort->labels++;
}

/* ---- extending ---- */

static int64_t road(const work *w, int32_t i, int32_t j)
{
    return w->cls->road[(size_t)i * (size_t)w->cls->crew.n_nodes + (size_t)j];
}

/* The cuts of which it is the second stop. */
static void collect(const work *w, label *l, int32_t i)
{
    for (int32_t k = 0; k < WORDS; k++) {
        for (uint64_t two = l->odd[k] & w->held[i][k]; two; two &= two - 1)
            l->cost -= TR_TRIP_FINE * w->cls->duals->cuts[w->cuts[64 * k + __builtin_ctzll(two)]].dual;
        l->odd[k] ^= w->held[i][k];
    }
}

static void load_large(work *w, const label *there, int32_t i)
{
    const tr_audit_crew *crew = &w->cls->crew;
    const tr_stop *s = &crew->problem->stops[crew->stops[i]];
    const tr_compartment *body = &crew->vehicle->compartments[w->cls->large];
    label l = *there;
    if (!w->aim->large[i] || l.forbid_large >> s->stream & 1) return;
    l.large[0] += s->kg;
    l.large[1] += s->litres;
    l.forbid_large |= crew->apart[s->stream];
    l.cost += w->aim->large_fee[i];
    if (l.large[0] <= body->kg && l.large[1] <= body->litres && l.large[0] + l.other[0] <= crew->vehicle->payload_kg) keep(w, &l);
}

static void load_other(work *w, const label *there, int32_t i)
{
    const tr_audit_crew *crew = &w->cls->crew;
    const tr_stop *s = &crew->problem->stops[crew->stops[i]];
    label l = *there;
    if (!w->cls->fits_other[i] || l.forbid_other >> s->stream & 1) return;
    l.cost += w->cls->other_fee[i];
    if (w->cls->follows) { /* there are two compartments */
        const tr_compartment *body = &crew->vehicle->compartments[!w->cls->large];
        l.other[0] += s->kg;
        l.other[1] += s->litres;
        l.forbid_other |= crew->apart[s->stream];
        l.kinds |= w->cls->kind[s->stream];
        if (l.other[0] > body->kg || l.other[1] > body->litres || l.large[0] + l.other[0] > crew->vehicle->payload_kg) return;
    }
    keep(w, &l);
}

static void extend_stop(work *w, const label *from, int32_t i)
{
    const tr_audit_crew *crew = &w->cls->crew;
    int64_t way = road(w, from->node, i);
    if (from->memory >> i & 1 || way == TR_AUDIT_NEVER || (from->others && crew->first[i])) return;
    label there = *from;
    there.parent = from;
    there.next = NULL;
    there.node = i;
    there.cost += way + w->aim->gain[i];
    there.memory = (from->memory & w->near[i]) | (tr_audit_set)1 << i;
    there.others = from->others || (w->cls->cls->phased && !crew->hazardous[i]);
    there.served = true;
    collect(w, &there, i);
    load_large(w, &there, i);
    load_other(w, &there, i);
}

/* To a site on the way, if that empties the other compartment.  Before the first stop a move does that. */
static void extend_site(work *w, const label *from, int32_t s)
{
    int32_t node = w->cls->crew.first_site + s;
    int64_t way = road(w, from->node, node);
    bool any = from->kinds || from->other[0] || from->other[1] || from->forbid_other;
    if (!from->served || !any || way == TR_AUDIT_NEVER || tr_audit_kinds_after(w->cls, from->kinds, s)) return;
    label l = *from;
    l.parent = from;
    l.next = NULL;
    l.node = node;
    l.cost += way + w->cls->turn[s];
    l.other[0] = l.other[1] = 0;
    l.forbid_other = 0;
    l.kinds = 0;
    keep(w, &l);
}

/* ---- the end ---- */

static int32_t stops_of(const work *w, const label *l, int32_t *stops) /* the last first, by number in the crew */
{
    int32_t n = 0;
    for (; l; l = l->parent)
        if (l->node < w->cls->crew.n_stops) {
            if (stops) stops[n] = l->node;
            n++;
        }
    return n;
}

static bool serves_twice(const work *w, const label *l)
{
    tr_audit_set seen = 0;
    for (; l; l = l->parent) {
        if (l->node >= w->cls->crew.n_stops) continue;
        if (seen >> l->node & 1) return true;
        seen |= (tr_audit_set)1 << l->node;
    }
    return false;
}

static void close_trip(work *w, const label *l)
{
    const tr_audit_class *c = w->cls;
    int32_t n_sites = c->crew.problem->n_sites, to = w->aim->to;
    int64_t way = road(w, l->node, to == n_sites ? c->crew.end : c->crew.first_site + to);
    int64_t paid = w->aim->ends[l->kinds | (l->others ? 1u << c->n_kinds : 0)];
    if (!l->served || way == TR_AUDIT_NEVER || paid == TR_AUDIT_NEVER) return;
    int64_t price = l->cost + way + c->turn[to] + paid;
    if (price >= w->best) return;
    if (serves_twice(w, l)) {
        if (w->n_ghosts < MAX_GHOSTS) w->ghosts[w->n_ghosts++] = l;
        return;
    }
    w->best = price;
    w->to_best = to;
    w->n_best = stops_of(w, l, w->best_stops);
}

/* Stops between two visits of the same one come to remember it. */
static void tighten(work *w, const label *ghost)
{
    int32_t n = stops_of(w, ghost, NULL), *stops = TR_NEW(w->arena, int32_t, n + 1);
    stops_of(w, ghost, stops);
    for (int32_t a = 0; a < n; a++)
        for (int32_t b = a + 1; b < n; b++) {
            if (stops[b] != stops[a]) continue;
            for (int32_t k = a + 1; k < b; k++) w->near[stops[k]] |= (tr_audit_set)1 << stops[a];
            break;
        }
}

/* ---- the beginning ---- */

static void begin_at_start(work *w)
{
    const tr_audit_class *c = w->cls;
    const tr_vehicle *v = c->crew.vehicle;
    label l = {.node = c->crew.start, .cost = -TR_TRIP_FINE * (c->side->start + c->side->trips)};
    for (int32_t b = 0; b < v->n_compartments; b++) {
        const tr_compartment *body = &v->compartments[b];
        if (!body->start_streams || (b != c->large && !c->follows)) continue; /* what has no stream is not followed */
        int64_t *load = b == c->large ? l.large : l.other;
        load[0] += body->start_kg;
        load[1] += body->start_litres;
        if (b == c->large && body->start_streams & ~c->keeps[w->aim->to]) return;
        for (int32_t s = 0; s < c->crew.problem->n_streams; s++) {
            if (!(body->start_streams >> s & 1)) continue;
            *(b == c->large ? &l.forbid_large : &l.forbid_other) |= c->crew.apart[s];
            if (b != c->large) l.kinds |= c->kind[s];
        }
    }
    keep(w, &l);
}

static void begin(work *w)
{
    const tr_audit_class *c = w->cls;
    int32_t n_sites = c->crew.problem->n_sites, all_kinds = (1 << c->n_kinds) - 1;
    begin_at_start(w);
    for (int32_t q = 0; q < c->n_states; q++)
        for (int32_t s = 0; s < n_sites; s++) {
            if (!tr_audit_can_be(c, q, s)) continue;
            label l = {.node = c->crew.first_site + s, .kinds = (uint32_t)(q & all_kinds), .others = q > all_kinds};
            l.forbid_other = c->forbids[q];
            l.cost = tr_audit_loops_left(c, l.node, w->aim->to) +
                     TR_TRIP_FINE * (c->side->site[(size_t)q * (size_t)n_sites + (size_t)s] - c->side->trips);
            keep(w, &l);
        }
}

/* ---- one aim ---- */

static void run(work *w)
{
    const tr_audit_crew *crew = &w->cls->crew;
    w->shelves = TR_NEW(w->arena, shelf, crew->n_nodes);
    w->first = w->last = NULL;
    w->n_ghosts = 0;
    w->n_labels = 0;
    begin(w);
    for (const label *l = w->first; l && !w->effort->gave_up && w->n_ghosts < MAX_GHOSTS; l = l->next) {
        if (l->dead) continue;
        close_trip(w, l);
        for (int32_t i = 0; i < crew->n_stops; i++) extend_stop(w, l, i);
        for (int32_t s = 0; w->cls->follows && s < crew->problem->n_sites; s++) extend_site(w, l, s);
    }
}

static void find_cuts(work *w, tr_arena *arena)
{
    const tr_audit_crew *crew = &w->cls->crew;
    const tr_trip_duals *y = w->cls->duals;
    w->cuts = TR_NEW(arena, int32_t, TR_AUDIT_CUTS);
    w->held = tr_arena_alloc(arena, (size_t)crew->n_stops + 1, sizeof *w->held);
    for (int32_t k = 0; k < y->n_cuts && w->n_cuts < TR_AUDIT_CUTS; k++) {
        int32_t mine[3], n = 0;
        for (int32_t i = 0; i < crew->n_stops; i++)
            for (int32_t m = 0; m < 3; m++)
                if (y->cuts[k].stops[m] == crew->stops[i]) mine[n++] = i;
        if (n < 2 || !y->cuts[k].dual) continue;
        for (int32_t m = 0; m < n; m++) w->held[mine[m]][w->n_cuts / 64] |= (uint64_t)1 << w->n_cuts % 64;
        w->cuts[w->n_cuts++] = k;
    }
}

static void price_ends(work *w, tr_audit_aim *aim)
{
    const tr_audit_class *c = w->cls;
    int32_t n_sites = c->crew.problem->n_sites;
    const int64_t *site = c->side->site;
    for (int32_t q = 0; q < c->n_states; q++) {
        int32_t phase = q >> c->n_kinds << c->n_kinds;
        int32_t then = phase | (int32_t)tr_audit_kinds_after(c, (uint32_t)(q - phase), aim->to);
        if (aim->to < n_sites) aim->ends[q] = -TR_TRIP_FINE * site[(size_t)then * (size_t)n_sites + (size_t)aim->to];
        else aim->ends[q] = then == phase ? 0 : TR_AUDIT_NEVER;
    }
    w->gap = 0;
    for (int32_t q = 0; q < c->n_states && aim->to < n_sites; q++)
        for (int32_t r = 0; r < c->n_states; r++) {
            if (q & ~r) continue; /* q: all bits in r */
            int64_t less = TR_TRIP_FINE * (site[(size_t)r * (size_t)n_sites + (size_t)aim->to] - site[(size_t)q * (size_t)n_sites + (size_t)aim->to]);
            if (less > w->gap) w->gap = less;
        }
}

/* Trips to the aim with these streams in the largest compartment. */
static void seek(work *w, tr_audit_aim *aim, tr_mask group)
{
    const tr_audit_class *c = w->cls;
    const tr_audit_crew *crew = &c->crew;
    tr_arena *scratch = tr_arena_new();
    aim->large = TR_NEW(scratch, bool, crew->n_stops + 1);
    aim->large_fee = TR_NEW(scratch, int64_t, crew->n_stops + 1);
    aim->gain = TR_NEW(scratch, int64_t, crew->n_stops + 1);
    int64_t fee = aim->to < crew->problem->n_sites ? crew->problem->sites[aim->to].gate_fee_pence_per_tonne : 0;
    for (int32_t i = 0; i < crew->n_stops; i++) {
        const tr_stop *s = &crew->problem->stops[crew->stops[i]];
        aim->large[i] = c->fits_large[i] && group >> s->stream & 1;
        aim->large_fee[i] = TR_TRIP_FINE * s->kg * crew->per_fee * fee;
        aim->gain[i] = c->gain[i];
        for (int32_t k = 0; k < c->duals->n_loops; k++) {
            const tr_trip_loop *l = &c->duals->loops[k];
            bool inside = aim->to < crew->problem->n_sites && aim->to < 64 && l->sites >> aim->to & 1;
            if (inside && l->cls == c->index && l->stop == crew->stops[i]) aim->gain[i] -= TR_TRIP_FINE * l->dual;
        }
    }
    price_ends(w, aim);
    w->aim = aim;
    w->ahead = tr_audit_ahead_new(aim, scratch);
    do {
        w->arena = tr_arena_new();
        run(w);
        for (int32_t k = 0; k < w->n_ghosts; k++) tighten(w, w->ghosts[k]);
        tr_arena_free(w->arena);
    } while (w->n_ghosts && !w->effort->gave_up);
    tr_arena_free(scratch);
}

/* Streams of the same group as s that are taken where the aim is, if a stop has one. */
static tr_mask group_of(const tr_audit_class *c, int32_t s, int32_t to)
{
    const tr_problem *p = c->crew.problem;
    tr_mask group = 0;
    bool any = false;
    for (int32_t t = 0; t < p->n_streams; t++)
        if (!(c->crew.apart[s] >> t & 1) && c->keeps[to] >> t & 1) group |= (tr_mask)1 << t;
    for (int32_t i = 0; i < c->crew.n_stops; i++)
        any = any || (c->fits_large[i] && group >> p->stops[c->crew.stops[i]].stream & 1);
    return any ? group : 0;
}

static void seek_groups(work *w, tr_audit_aim *aim)
{
    tr_mask done = 0;
    for (int32_t s = 0; s < w->cls->crew.problem->n_streams && !w->effort->gave_up; s++) {
        tr_mask group = done >> s & 1 ? 0 : group_of(w->cls, s, aim->to);
        if (group & ~done) seek(w, aim, group);
        done |= group;
    }
    if (!done) seek(w, aim, 0);
}

/* ---- the whole ---- */

void tr_audit_least_trip(const tr_audit_class *c, int64_t limit, tr_audit_set *near, tr_arena *arena, tr_audit_effort *effort,
                         tr_audit_found *found, int32_t *found_to)
{
    tr_arena *scratch = tr_arena_new();
    work *w = TR_NEW(scratch, work, 1);
    *w = (work){.cls = c, .near = near, .best = limit, .effort = effort};
    w->best_stops = TR_NEW(scratch, int32_t, c->crew.n_stops + 1);
    find_cuts(w, scratch);
    for (int32_t to = 0; to <= c->crew.problem->n_sites && !effort->gave_up; to++) {
        tr_audit_aim aim = {.cls = c, .to = to};
        seek_groups(w, &aim);
    }
    *found = (tr_audit_found){.least = w->best, .complete = !effort->gave_up, .labels = effort->labels, .n_stops = w->n_best};
    *found_to = w->to_best;
    found->stops = TR_NEW(arena, int32_t, w->n_best + 1);
    for (int32_t i = 0; i < w->n_best; i++) found->stops[i] = c->crew.stops[w->best_stops[w->n_best - 1 - i]];
    tr_arena_free(scratch);
}
