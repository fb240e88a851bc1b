/* search.c -- see search.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "search.h"
#include "place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRING_LONGEST = 10,  /* stops in a removed string */
    STRING_MEAN = 10,     /* stops removed in an iteration, on average */
    NEIGHBOURS = 256,     /* looked at around the seed stop */
    LEFT_TRIED = 4,       /* of the stops long left, tried in an iteration */
    THOROUGH = 8,         /* up to so many stops every place is tried by exact placement */
    BLOCKED_ODDS = 32,    /* one such stop in so many is tried */
    BLOCKED_TRIED = 2,    /* routes tried by exact placement for a stop that fits nowhere */
    TRIP_ODDS = 6,        /* one iteration in so many takes out a whole trip */
    POLISH_TRIED = 16,    /* stops left of each rank, tried in each route at the end */
    PROMISING_LEGS = 20    /* a plan within so many typical legs of acceptance is placed exactly */
};

struct tr_chain {
    const tr_model *m;
    tr_arena *arena;
    tr_placer *placer;
    tr_pool *pool;
    uint64_t random, blink;
    int32_t n, nv;        /* stops, vehicles */
    tr_rt **at;           /* [nv] current routes */
    tr_rt **old;          /* [nv] the route before this iteration; NULL = untouched */
    tr_rt **best;         /* [nv] */
    tr_rt **spare;        /* free routes */
    int32_t n_spare;
    tr_rt *trial;
    int32_t *vehicle_of;  /* [n] -1 = left */
    int32_t *left, n_left, *left_old, n_left_old;
    int32_t *touched, n_touched;
    int32_t *queue, n_queue; /* stops to insert */
    int32_t *order;          /* scratch [n + nv] */
    int32_t *near;           /* [n * n_near] nearest stops, the nearest first, itself excluded */
    int32_t n_near;
    int32_t n_active;        /* stops that some vehicle may serve */
    int32_t *active;
    int64_t energy, left_weight;
    tr_goal goal, best_goal;
    int64_t *far_from_start; /* [n] */
    int32_t *stuck;          /* [nv] scratch: routes without room */
    int64_t least_visit;     /* the work of the shortest disposal visit, TR_MONEY */
    bool *seen_class;        /* [nv] scratch */
    bool levels;             /* stops differ in weight */
    bool prices;             /* some stops weigh at level 3 only: what they cost decides */
    uint32_t eager;          /* of 256: how many of the stops of this iteration go in at any price */
};

/* ---- small ---- */

static int32_t below(tr_chain *c, int32_t n)
{
    return (int32_t)((tr_random(&c->random) >> 32) * (uint64_t)n >> 32);
}

static double unit(tr_chain *c) /* (0, 1] */
{
    return ((double)(tr_random(&c->random) >> 11) + 1.0) * 0x1.0p-53;
}

static void touch(tr_chain *c, int32_t v)
{
    if (c->old[v]) return;
    c->old[v] = c->at[v];
    c->at[v] = c->spare[--c->n_spare];
    tr_rt_reserve(c->m, c->at[v], c->old[v]->n + 16, c->arena);
    tr_rt_copy(c->m, c->at[v], c->old[v]);
    c->touched[c->n_touched++] = v;
}

/* ---- the goal of the current plan ---- */

static void count_goal(tr_chain *c)
{
    tr_goal g = {0, 0, 0};
    c->left_weight = 0;
    for (int32_t s = 0; s < c->n; s++) {
        if (c->vehicle_of[s] >= 0 || tr_bit(c->m->frozen, s)) continue;
        const tr_model_stop *t = &c->m->stops[s];
        g.hazard_left += t->left.hazard_left, g.due_left += t->left.due_left, g.cost_pence += t->left.cost_pence;
        c->left_weight += t->weight;
    }
    c->energy = c->left_weight;
    for (int32_t v = 0; v < c->nv; v++) {
        g.cost_pence += c->at[v]->cost;
        c->energy += c->at[v]->cost * TR_MONEY;
    }
    c->goal = g;
}

/* The change against the old plan, from the touched routes and the two lists of stops left. */
static int64_t changed_energy(const tr_chain *c, tr_goal *goal)
{
    *goal = c->goal;
    int64_t e = c->energy;
    for (int32_t i = 0; i < c->n_touched; i++) {
        int32_t v = c->touched[i];
        int64_t d = c->at[v]->cost - c->old[v]->cost;
        goal->cost_pence += d, e += d * TR_MONEY;
    }
    for (int32_t i = 0; i < c->n_left; i++) {
        const tr_model_stop *t = &c->m->stops[c->left[i]];
        goal->hazard_left += t->left.hazard_left, goal->due_left += t->left.due_left;
        goal->cost_pence += t->left.cost_pence, e += t->weight;
    }
    for (int32_t i = 0; i < c->n_left_old; i++) {
        const tr_model_stop *t = &c->m->stops[c->left_old[i]];
        goal->hazard_left -= t->left.hazard_left, goal->due_left -= t->left.due_left;
        goal->cost_pence -= t->left.cost_pence, e -= t->weight;
    }
    return e;
}

static void keep_best(tr_chain *c)
{
    if (tr_goal_compare(&c->goal, &c->best_goal) >= 0) return;
    c->best_goal = c->goal;
    for (int32_t v = 0; v < c->nv; v++) {
        tr_rt_reserve(c->m, c->best[v], c->at[v]->n, c->arena);
        tr_rt_copy(c->m, c->best[v], c->at[v]);
    }
}

/* ---- recreate ---- */

typedef struct {
    int32_t vehicle;
    tr_insertion x;
} choice;

/* What a stop may cost to put in: less than leaving it, or anything, as two stops may pay together. */
static int64_t price_limit(tr_chain *c, int32_t stop)
{
    if (c->eager && (uint32_t)below(c, 256) < c->eager) return INT64_MAX;
    return c->m->stops[stop].weight;
}

/* A vehicle that stands for its class while it is unused: the others alike need no look. */
static bool skip_idle(tr_chain *c, int32_t v)
{
    if (c->at[v]->n > 0) return false;
    int32_t cls = c->m->vehicles[v].cls;
    if (c->seen_class[cls]) return true;
    c->seen_class[cls] = true;
    return false;
}

/* Puts the stop at each place of each route and lets exact placement judge: small problems. */
static bool insert_thorough(tr_chain *c, int32_t stop)
{
    int64_t least = price_limit(c, stop);
    int32_t best_v = -1, best_at = 0, *order = c->order;
    memset(c->seen_class, 0, (size_t)c->nv * sizeof *c->seen_class);
    for (int32_t v = 0; v < c->nv; v++) {
        if (!tr_bit(c->m->vehicles[v].can, stop) || skip_idle(c, v)) continue;
        int32_t n = tr_rt_stops(c->at[v], order);
        for (int32_t at = n; at >= 0; at--) {
            memmove(order + at + 1, order + at, (size_t)(n - at) * sizeof *order);
            order[at] = stop;
            bool looked = (tr_random(&c->random) & 15) != 0 && tr_place(c->placer, v, n + 1, order, c->arena, c->trial);
            int64_t delta = looked ? (c->trial->cost - c->at[v]->cost) * TR_MONEY : INT64_MAX;
            if (delta < least) least = delta, best_v = v, best_at = at;
            memmove(order + at, order + at + 1, (size_t)(n - at) * sizeof *order);
        }
    }
    if (best_v < 0) return false;
    int32_t n = tr_rt_stops(c->at[best_v], order);
    memmove(order + best_at + 1, order + best_at, (size_t)(n - best_at) * sizeof *order);
    order[best_at] = stop;
    touch(c, best_v);
    return tr_place(c->placer, best_v, n + 1, order, c->arena, c->at[best_v]);
}

/* A stop that no O(1) check could place, into a route by exact placement. */
static bool insert_exactly(tr_chain *c, int32_t stop, int32_t v, int32_t tries)
{
    int32_t n = tr_rt_stops(c->at[v], c->order);
    if (!tr_place_with(c->placer, v, n, c->order, stop, tries, c->arena, c->trial)) return false;
    if ((c->trial->cost - c->at[v]->cost) * TR_MONEY >= c->m->stops[stop].weight) return false;
    touch(c, v);
    tr_rt *swap = c->at[v];
    c->at[v] = c->trial, c->trial = swap;
    c->vehicle_of[stop] = v;
    return true;
}

static bool insert(tr_chain *c, int32_t stop)
{
    choice best = {-1, {.delta = price_limit(c, stop)}};
    int32_t *stuck = c->stuck, n_stuck = 0, blocked[BLOCKED_TRIED], n_blocked = 0;
    memset(c->seen_class, 0, (size_t)c->nv * sizeof *c->seen_class);
    for (int32_t v = 0; v < c->nv; v++) {
        if (!tr_bit(c->m->vehicles[v].can, stop) || skip_idle(c, v)) continue;
        bool no_room = false;
        int64_t before = best.x.delta;
        tr_rt_find(c->m, c->at[v], stop, &c->blink, false, &best.x, &no_room);
        if (best.x.delta < before) best.vehicle = v;
        if (no_room) stuck[n_stuck++] = v;
    }
    bool dear = best.vehicle < 0 || best.x.delta > c->least_visit;
    for (int32_t k = 0; k < n_stuck && dear; k++) { /* one more disposal visit may be cheaper */
        bool no_room = false;
        int64_t before = best.x.delta;
        tr_rt_find(c->m, c->at[stuck[k]], stop, &c->blink, true, &best.x, &no_room);
        if (best.x.delta < before) best.vehicle = stuck[k];
    }
    bool tries = best.vehicle < 0 && below(c, BLOCKED_ODDS) == 0;
    for (int32_t k = 0; k < n_stuck && tries; k++) { /* a fair sample for exact placement */
        if (n_blocked < BLOCKED_TRIED) blocked[n_blocked++] = stuck[k];
        else if (below(c, k + 1) < BLOCKED_TRIED) blocked[below(c, BLOCKED_TRIED)] = stuck[k];
    }
    if (best.vehicle >= 0) {
        touch(c, best.vehicle);
        tr_rt *r = c->at[best.vehicle];
        tr_rt_reserve(c->m, r, r->n + 8, c->arena);
        tr_rt_insert(r, &best.x);
        if (tr_rt_update(c->m, r)) {
            c->vehicle_of[stop] = best.vehicle;
            return true;
        }
        for (int32_t k = best.x.n_items - 1; k >= 0; k--) tr_rt_erase(r, best.x.gap + k);
        tr_rt_update(c->m, r);
        if (n_blocked == 0) blocked[n_blocked++] = best.vehicle;
    }
    for (int32_t k = 0; k < n_blocked; k++)
        if (insert_exactly(c, stop, blocked[k], 1)) return true;
    return false;
}

static int compare_keys(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : x[1] < y[1] ? -1 : x[1] > y[1];
}

static void sort_queue(tr_chain *c)
{
    int64_t pairs[512][2];
    int32_t n = c->n_queue, kind = below(c, c->levels ? 16 : 11);
    for (int32_t i = n - 1; i > 0; i--) { /* random first: ties stay random */
        int32_t j = below(c, i + 1), t = c->queue[i];
        c->queue[i] = c->queue[j], c->queue[j] = t;
    }
    if (kind < 4 || n > 512) return;
    for (int32_t i = 0; i < n; i++) {
        int32_t s = c->queue[i];
        const tr_model_stop *t = &c->m->stops[s];
        pairs[i][0] = kind < 8 ? -((int64_t)t->kg + t->litres) : kind < 10 ? -c->far_from_start[s]
                    : kind < 11 ? c->far_from_start[s] : -t->weight;
        pairs[i][1] = (int64_t)i << 32 | s;
    }
    qsort(pairs, (size_t)n, sizeof *pairs, compare_keys);
    for (int32_t i = 0; i < n; i++) c->queue[i] = (int32_t)(pairs[i][1] & 0xffffffff);
}

static void recreate(tr_chain *c)
{
    bool thorough = !c->m->plain && c->n_active <= THOROUGH;
    uint32_t dice = c->prices ? (uint32_t)below(c, 16) : 15;
    c->eager = dice == 0 ? 256 : dice == 1 ? 128 : dice == 2 ? 24 : 0;
    sort_queue(c);
    for (int32_t i = 0; i < c->n_queue; i++) {
        int32_t s = c->queue[i];
        if (thorough) {
            /* vehicle_of is set below, from the routes */
            if (!insert_thorough(c, s)) c->left[c->n_left++] = s;
        } else if (!insert(c, s)) {
            c->left[c->n_left++] = s;
        }
    }
    if (!thorough) return;
    for (int32_t i = 0; i < c->n_queue; i++) c->vehicle_of[c->queue[i]] = -1;
    for (int32_t i = 0; i < c->n_touched; i++) {
        const tr_rt *r = c->at[c->touched[i]];
        for (int32_t k = 0; k < r->n; k++)
            if (r->items[k].kind == TR_ITEM_STOP) c->vehicle_of[r->items[k].ref] = c->touched[i];
    }
}

/* ---- ruin ---- */

/* Drops disposal visits and breaks that the route no longer needs.  False if it does not hold at all. */
static bool tidy(tr_chain *c, int32_t v)
{
    tr_rt *r = c->at[v];
    if (r->n_stops == 0 && !c->m->vehicles[v].departs) r->n = 0;
    if (!tr_rt_update(c->m, r)) {
        int32_t n = tr_rt_stops(r, c->order);
        return tr_place(c->placer, v, n, c->order, c->arena, r);
    }
    if (c->m->plain) return true;
    for (int32_t i = r->n - 1; i >= 0; i--) {
        if (r->items[i].kind == TR_ITEM_STOP) continue;
        tr_insertion undo = {0, i, 1, {r->items[i]}};
        int64_t cost = r->cost_exact;
        tr_rt_erase(r, i);
        if (tr_rt_update(c->m, r) && r->cost_exact <= cost) continue;
        tr_rt_insert(r, &undo);
        tr_rt_update(c->m, r);
    }
    return true;
}

static void take_out(tr_chain *c, tr_rt *r, int32_t item)
{
    int32_t s = r->items[item].ref;
    c->vehicle_of[s] = -1;
    c->queue[c->n_queue++] = s;
    tr_rt_erase(r, item);
}

/* Takes a string of `length` stops around `stop` out of its route; a split string keeps some of them. */
static void remove_string(tr_chain *c, int32_t v, int32_t stop, int32_t length)
{
    touch(c, v);
    tr_rt *r = c->at[v];
    int32_t *where = c->order, n = 0, pos = 0;
    for (int32_t i = 0; i < r->n; i++) {
        if (r->items[i].kind != TR_ITEM_STOP) continue;
        if (r->items[i].ref == stop) pos = n;
        where[n++] = i;
    }
    int32_t kept = 0;
    if (length > 1 && length < n && (tr_random(&c->random) & 1)) { /* split string */
        kept = 1;
        while (length + kept < n && (tr_random(&c->random) & 127) != 0 && unit(c) > 0.5) kept++;
        if (unit(c) > 0.5) kept = 1;
    }
    int32_t span = length + kept, low = pos - span + 1 < 0 ? 0 : pos - span + 1;
    int32_t high = pos < n - span ? pos : n - span;
    int32_t first = low + below(c, high - low + 1);
    int32_t keep_from = kept ? first + 1 + below(c, length - 1 > 0 ? length - 1 : 1) : -1;
    for (int32_t k = first + span - 1; k >= first; k--)
        if (!(kept && k >= keep_from && k < keep_from + kept)) take_out(c, r, where[k]);
}

/* Takes out all stops between the two disposal visits around `stop`: a whole trip, or the route if it has one. */
static void remove_trip(tr_chain *c, int32_t v, int32_t stop)
{
    touch(c, v);
    tr_rt *r = c->at[v];
    int32_t at = 0, low, high;
    while (r->items[at].kind != TR_ITEM_STOP || r->items[at].ref != stop) at++;
    for (low = at; low > 0 && r->items[low - 1].kind != TR_ITEM_DISPOSAL;) low--;
    for (high = at; high + 1 < r->n && r->items[high + 1].kind != TR_ITEM_DISPOSAL;) high++;
    for (int32_t i = high; i >= low; i--)
        if (r->items[i].kind == TR_ITEM_STOP) take_out(c, r, i);
}

static bool ruin(tr_chain *c)
{
    int32_t used = 0, stops = 0;
    for (int32_t v = 0; v < c->nv; v++) used += c->at[v]->n_stops > 0, stops += c->at[v]->n_stops;
    if (used == 0) return true;
    double mean = (double)stops / used, longest = mean < STRING_LONGEST ? mean : STRING_LONGEST;
    double strings_max = 4.0 * STRING_MEAN / (1.0 + longest) - 1.0;
    int32_t strings = (int32_t)(unit(c) * strings_max + 1.0), done = 0, seed = c->active[below(c, c->n_active)];
    for (int32_t i = -1; i < c->n_near && done < strings; i++) {
        int32_t s = i < 0 ? seed : c->near[(size_t)seed * (size_t)c->n_near + (size_t)i];
        int32_t v = c->vehicle_of[s];
        if (v < 0 || c->old[v]) continue;
        double limit = c->at[v]->n_stops < longest ? c->at[v]->n_stops : longest;
        int32_t length = (int32_t)(unit(c) * limit + 1.0);
        if (length > c->at[v]->n_stops) length = c->at[v]->n_stops;
        if (!c->m->plain && done == 0 && below(c, TRIP_ODDS) == 0) remove_trip(c, v, s);
        else remove_string(c, v, s, length);
        done++;
    }
    for (int32_t i = 0; i < c->n_touched; i++)
        if (!tidy(c, c->touched[i])) return false;
    return true;
}

/* The stops left so far that are tried this time go to the queue, the others stay in left[]. */
static void queue_left(tr_chain *c)
{
    c->n_left_old = c->n_left;
    memcpy(c->left_old, c->left, (size_t)c->n_left * sizeof *c->left);
    for (int32_t k = 0; k < LEFT_TRIED && c->n_left > 0; k++) {
        int32_t i = c->n_left_old <= LEFT_TRIED ? c->n_left - 1 : below(c, c->n_left);
        c->queue[c->n_queue++] = c->left[i];
        c->left[i] = c->left[--c->n_left];
    }
}

/* ---- an iteration ---- */

static void release(tr_chain *c, bool accepted)
{
    for (int32_t i = 0; i < c->n_touched; i++) {
        int32_t v = c->touched[i];
        tr_rt *gone = accepted ? c->old[v] : c->at[v];
        if (!accepted) c->at[v] = c->old[v];
        c->old[v] = NULL;
        c->spare[c->n_spare++] = gone;
    }
    if (!accepted) {
        for (int32_t i = 0; i < c->n_queue; i++) c->vehicle_of[c->queue[i]] = -1;
        for (int32_t i = 0; i < c->n_touched; i++) {
            const tr_rt *r = c->at[c->touched[i]];
            for (int32_t k = 0; k < r->n; k++)
                if (r->items[k].kind == TR_ITEM_STOP) c->vehicle_of[r->items[k].ref] = c->touched[i];
        }
        c->n_left = c->n_left_old;
        memcpy(c->left, c->left_old, (size_t)c->n_left * sizeof *c->left);
    }
    c->n_touched = c->n_queue = 0;
}

static void place_touched(tr_chain *c)
{
    for (int32_t i = 0; i < c->n_touched; i++) {
        int32_t v = c->touched[i];
        int32_t n = tr_rt_stops(c->at[v], c->order);
        if (n == 0 || !tr_place_below(c->placer, v, n, c->order, c->at[v]->cost, c->arena, c->trial)) continue;
        if (c->trial->cost >= c->at[v]->cost) continue;
        tr_rt *swap = c->at[v];
        c->at[v] = c->trial, c->trial = swap;
    }
}

static void iterate(tr_chain *c, double temperature)
{
    c->n_queue = 0;
    if (!ruin(c)) {
        c->n_left_old = c->n_left;
        memcpy(c->left_old, c->left, (size_t)c->n_left * sizeof *c->left);
        release(c, false);
        return;
    }
    queue_left(c);
    recreate(c);
    tr_goal goal;
    int64_t e = changed_energy(c, &goal);
    double limit = (double)c->energy - temperature * log(unit(c));
    if (!c->m->plain && (double)e < limit + (double)(PROMISING_LEGS * c->m->unit_leg)) {
        place_touched(c);
        e = changed_energy(c, &goal);
    }
    bool better = tr_goal_compare(&goal, &c->best_goal) < 0;
    bool accepted = better || (double)e < limit;
    if (accepted) {
        if (c->pool && e < c->energy)
            for (int32_t i = 0; i < c->n_touched; i++)
                if (c->at[c->touched[i]]->n_stops > 0) tr_pool_note(c->pool, c->at[c->touched[i]]);
        c->energy = e, c->goal = goal;
    }
    release(c, accepted);
    if (better) keep_best(c);
}

int64_t tr_chain_run(tr_chain *c, int64_t iterations, double hot, double cold, const volatile sig_atomic_t *stop)
{
    if (c->n_active == 0) return iterations;
    double t = hot, factor = pow(cold / hot, 1.0 / (double)(iterations > 0 ? iterations : 1));
    for (int64_t i = 0; i < iterations; i++) {
        if (stop && *stop) return i;
        iterate(c, t);
        t *= factor;
    }
    return iterations;
}

/* ---- building a chain ---- */

static void find_near(tr_chain *c)
{
    const tr_model *m = c->m;
    c->n_near = c->n - 1 < NEIGHBOURS ? (c->n > 0 ? c->n - 1 : 0) : NEIGHBOURS;
    c->near = TR_NEW(c->arena, int32_t, (size_t)c->n * (size_t)(c->n_near + 1));
    tr_arena *scratch = tr_arena_new();
    int64_t(*pairs)[2] = tr_arena_alloc(scratch, (size_t)c->n + 1, sizeof *pairs);
    const tr_legs *g = m->n_legs > 0 ? &m->legs[0] : NULL;
    for (int32_t i = 0; i < c->n; i++) {
        int32_t k = 0;
        for (int32_t j = 0; j < c->n; j++) {
            if (i == j) continue;
            size_t a = (size_t)m->stops[i].place * (size_t)m->n_places + (size_t)m->stops[j].place;
            pairs[k][0] = g ? (int64_t)g->seconds[a] + g->seconds_to[a] : 0;
            pairs[k++][1] = j;
        }
        qsort(pairs, (size_t)k, sizeof *pairs, compare_keys);
        for (int32_t j = 0; j < c->n_near; j++) c->near[(size_t)i * (size_t)c->n_near + (size_t)j] = (int32_t)pairs[j][1];
    }
    tr_arena_free(scratch);
}

static void restart(tr_chain *c)
{
    c->n_left = c->n_touched = c->n_queue = 0;
    for (int32_t s = 0; s < c->n; s++) c->vehicle_of[s] = -1;
    for (int32_t v = 0; v < c->nv; v++)
        for (int32_t k = 0; k < c->at[v]->n; k++)
            if (c->at[v]->items[k].kind == TR_ITEM_STOP) c->vehicle_of[c->at[v]->items[k].ref] = v;
    for (int32_t i = 0; i < c->n_active; i++)
        if (c->vehicle_of[c->active[i]] < 0) c->left[c->n_left++] = c->active[i];
    count_goal(c);
}

tr_chain *tr_chain_new(const tr_model *m, uint64_t seed, tr_pool *pool, tr_arena *arena)
{
    tr_chain *c = TR_NEW(arena, tr_chain, 1);
    c->m = m, c->arena = arena, c->pool = pool, c->n = m->n_stops, c->nv = m->n_vehicles;
    c->placer = tr_placer_new(m, arena);
    c->random = seed * 0x9e3779b97f4a7c15u + 1, c->blink = ~seed * 0xd1342543de82ef95u;
    size_t n = (size_t)c->n + 1, nv = (size_t)c->nv + 1;
    tr_rt ***sets[] = {&c->at, &c->best, &c->spare};
    for (int k = 0; k < 3; k++) {
        *sets[k] = TR_NEW(arena, tr_rt *, nv);
        for (int32_t v = 0; v < c->nv; v++) (*sets[k])[v] = tr_rt_new(m, 16, arena);
    }
    c->n_spare = c->nv;
    c->old = TR_NEW(arena, tr_rt *, nv);
    c->trial = tr_rt_new(m, 64, arena);
    int32_t **lists[] = {&c->vehicle_of, &c->left, &c->left_old, &c->queue, &c->active};
    for (int k = 0; k < 5; k++) *lists[k] = TR_NEW(arena, int32_t, n);
    c->touched = TR_NEW(arena, int32_t, nv), c->stuck = TR_NEW(arena, int32_t, nv);
    c->least_visit = m->n_sites > 0 ? INT64_MAX : 0;
    for (int32_t z = 0; z < m->n_sites; z++)
        for (int32_t v = 0; v < c->nv; v++) {
            int64_t work = m->problem->sites[z].turnaround_s * m->problem->vehicles[v].pence_per_hour * 5;
            if (work < c->least_visit) c->least_visit = work;
        }
    c->order = TR_NEW(arena, int32_t, n + nv + 8);
    c->far_from_start = TR_NEW(arena, int64_t, n);
    c->seen_class = TR_NEW(arena, bool, nv);
    for (int32_t s = 0; s < c->n; s++) {
        bool can = false;
        for (int32_t v = 0; v < c->nv && !can; v++)
            if (tr_bit(m->vehicles[v].can, s)) {
                can = true;
                const tr_legs *g = &m->legs[m->vehicles[v].legs];
                c->far_from_start[s] =
                    g->seconds_to[(size_t)m->stops[s].place * (size_t)m->n_places + (size_t)m->vehicles[v].place];
            }
        if (can) c->active[c->n_active++] = s;
        c->levels |= m->stops[s].weight != m->stops[0].weight;
        c->prices |= can && m->stops[s].left.hazard_left == 0 && m->stops[s].left.due_left == 0;
    }
    find_near(c);
    for (int32_t v = 0; v < c->nv; v++) {
        c->at[v]->vehicle = v;
        if (!m->vehicles[v].usable || !tr_place(c->placer, v, 0, NULL, arena, c->at[v])) {
            c->at[v]->n = c->at[v]->n_stops = 0, c->at[v]->vehicle = v;
            tr_rt_update(m, c->at[v]);
        }
    }
    restart(c);
    c->best_goal = (tr_goal){INT64_MAX, 0, 0};
    keep_best(c);
    c->n_left_old = 0;
    memcpy(c->queue, c->left, (size_t)c->n_left * sizeof *c->left);
    c->n_queue = c->n_left, c->n_left = 0;
    recreate(c);
    release(c, true);
    restart(c);
    keep_best(c);
    return c;
}

static void load_best(tr_chain *c, tr_rt *const *from)
{
    for (int32_t v = 0; v < c->nv; v++) {
        tr_rt_reserve(c->m, c->at[v], from[v]->n, c->arena);
        tr_rt_copy(c->m, c->at[v], from[v]);
        tr_rt_update(c->m, c->at[v]);
    }
    restart(c);
    keep_best(c);
}

void tr_chain_adopt(tr_chain *c, const tr_chain *other)
{
    load_best(c, other->best);
}

void tr_chain_reheat(tr_chain *c)
{
    load_best(c, c->best);
}

/* 0: hazardous, 1: due, 2: only its cost counts. */
static int32_t rank_of(const tr_chain *c, int32_t stop)
{
    tr_goal g = c->m->stops[stop].left;
    return g.hazard_left ? 0 : g.due_left ? 1 : 2;
}

/* Seconds that the stop adds to the route at least, sites and waits aside. */
static int64_t added_seconds(const tr_chain *c, int32_t v, int32_t stop)
{
    const tr_legs *g = &c->m->legs[c->m->vehicles[v].legs];
    const tr_rt *r = c->at[v];
    size_t np = (size_t)c->m->n_places, here = (size_t)c->m->stops[stop].place;
    int64_t least = INT64_MAX;
    for (int32_t gap = 0; gap <= r->n; gap++) {
        size_t a = (size_t)r->place[gap], b = (size_t)r->place[gap + 1];
        int64_t detour = (int64_t)g->seconds[a * np + here] + g->seconds[here * np + b] - g->seconds[a * np + b];
        if (detour < least) least = detour;
    }
    return least + c->m->stops[stop].service;
}

/* The stops left of a rank that fit best into the route, by exact placement; POLISH_TRIED of them, as many more would
 * be refused where crews have no time left. */
static void fill_up(tr_chain *c, int32_t v, int32_t rank, int64_t (*pairs)[2])
{
    int32_t n = 0;
    for (int32_t i = 0; i < c->n_left; i++) {
        int32_t s = c->left[i];
        if (c->vehicle_of[s] >= 0 || rank_of(c, s) != rank || !tr_bit(c->m->vehicles[v].can, s)) continue;
        pairs[n][0] = added_seconds(c, v, s), pairs[n++][1] = s;
    }
    qsort(pairs, (size_t)n, sizeof *pairs, compare_keys);
    for (int32_t i = 0; i < n && i < POLISH_TRIED; i++) insert_exactly(c, (int32_t)pairs[i][1], v, 3);
}

void tr_chain_polish(tr_chain *c)
{
    load_best(c, c->best);
    tr_placer_thorough(c->placer);
    for (int32_t v = 0; v < c->nv; v++)
        if (c->at[v]->n_stops > 0) touch(c, v), tr_rt_update(c->m, c->at[v]);
    place_touched(c);
    tr_arena *scratch = tr_arena_new();
    int64_t(*pairs)[2] = tr_arena_alloc(scratch, (size_t)c->n_left + 1, sizeof *pairs);
    for (int32_t rank = 0; rank < 3; rank++)
        for (int32_t v = 0; v < c->nv; v++)
            if (c->m->vehicles[v].usable) fill_up(c, v, rank, pairs);
    tr_arena_free(scratch);
    release(c, true);
    restart(c);
    keep_best(c);
}

static bool read_route(tr_chain *c, const tr_route *from, tr_rt *r)
{
    const tr_problem *p = c->m->problem;
    int32_t done = p->vehicles[r->vehicle].n_frozen > 0 ? p->vehicles[r->vehicle].n_frozen : 1;
    tr_rt_reserve(c->m, r, from->n_visits + 4, c->arena);
    r->n = r->n_stops = 0;
    for (int32_t i = done; i < from->n_visits; i++) {
        const tr_visit *x = &from->visits[i];
        if (x->kind == TR_VISIT_STOP) {
            if (x->ref < 0 || x->ref >= c->n || !tr_bit(c->m->vehicles[r->vehicle].can, x->ref) || x->compartment < 0 ||
                x->compartment >= p->vehicles[r->vehicle].n_compartments || c->vehicle_of[x->ref] >= 0)
                continue;
            c->vehicle_of[x->ref] = r->vehicle;
            r->n_stops++;
        } else if (x->kind == TR_VISIT_DISPOSAL) {
            if (x->ref < 0 || x->ref >= p->n_sites || p->sites[x->ref].n_opening == 0) continue;
        } else if (x->kind != TR_VISIT_BREAK) {
            continue;
        }
        r->items[r->n++] = tr_item_of(c->m, x);
    }
    return tr_rt_update(c->m, r);
}

bool tr_chain_start(tr_chain *c, const tr_plan *plan)
{
    bool whole = true;
    for (int32_t s = 0; s < c->n; s++) c->vehicle_of[s] = -1;
    for (int32_t i = 0; i < plan->n_routes; i++) {
        int32_t v = plan->routes[i].vehicle;
        if (v < 0 || v >= c->nv || !c->m->vehicles[v].usable) continue;
        if (plan->routes[i].n_visits > 0 && read_route(c, &plan->routes[i], c->at[v])) continue;
        int32_t n = plan->routes[i].n_visits > 0 ? tr_rt_stops(c->at[v], c->order) : 0;
        while (!tr_place(c->placer, v, n, c->order, c->arena, c->at[v]) && n > 0) n--, whole = false;
    }
    restart(c);
    keep_best(c);
    return whole;
}

bool tr_chain_start_columns(tr_chain *c, const int32_t *column_of_vehicle)
{
    bool whole = true;
    for (int32_t v = 0; v < c->nv; v++) {
        int32_t k = column_of_vehicle[v];
        if (!c->m->vehicles[v].usable) continue;
        const tr_column *col = k >= 0 ? &c->pool->columns[k] : NULL;
        if (!tr_place(c->placer, v, col ? col->n : 0, col ? c->pool->stops + col->first : NULL, c->arena, c->at[v])) {
            whole = false;
            tr_place(c->placer, v, 0, NULL, c->arena, c->at[v]);
        }
    }
    restart(c);
    keep_best(c);
    return whole;
}

int64_t tr_chain_leg(const tr_chain *c)
{
    int64_t sum = 0, legs = 0;
    for (int32_t v = 0; v < c->nv; v++) {
        const tr_rt *r = c->at[v];
        const tr_vehicle *w = &c->m->problem->vehicles[v];
        if (r->n_stops == 0) continue;
        legs += r->n + 1;
        sum += r->metres * w->pence_per_km * 18 + (c->m->plain ? 0 : r->drive * w->pence_per_hour * 5);
    }
    return legs && sum / legs > c->m->unit_leg ? sum / legs : c->m->unit_leg;
}

tr_goal tr_chain_best(const tr_chain *c)
{
    return c->best_goal;
}

void tr_chain_write(const tr_chain *c, tr_arena *arena, tr_plan *plan)
{
    *plan = (tr_plan){.n_routes = c->nv, .routes = TR_NEW(arena, tr_route, c->nv + 1)};
    tr_arena *scratch = tr_arena_new();
    for (int32_t v = 0; v < c->nv; v++) {
        tr_rt *r = tr_rt_new(c->m, c->best[v]->n + 4, scratch);
        tr_rt_copy(c->m, r, c->best[v]);
        r->vehicle = v;
        tr_rt_update(c->m, r);
        if (c->m->vehicles[v].usable) tr_rt_write(c->m, r, arena, &plan->routes[v]);
        else plan->routes[v] = (tr_route){.vehicle = v};
    }
    tr_arena_free(scratch);
    tr_plan_sum(c->m->problem, arena, plan);
}
