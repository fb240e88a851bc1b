/* full.c -- the pricer for vehicles under all the rules: see full.h and pricing.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "full.h"

#include <stdlib.h>
#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum {
    NARROW = 2, WIDE = 16, /* of heuristics: so many labels may be better in cost, time and hours */
    FOUND = 4000          /* pairs remembered, at most */
};

void tr_full_free(tr_full *p)
{
    for (int32_t i = 0; p && i < p->n_chunks; i++) free(p->chunks[i]);
    for (int32_t i = 0; p && i < 2 * (p->n + 1) * FULL_BUCKETS; i++) {
        full_list *l = &p->side[i & 1].lists[i >> 1];
        free(l->keys), free(l->word), free(l->litres), free(l->work);
        *l = (full_list){0};
    }
    if (p) free(p->chunks), free(p->heap), free(p->members), free(p->same), free(p->next);
    if (p) p->chunks = NULL, p->heap = NULL, p->members = NULL, p->same = p->next = NULL, p->n_chunks = p->room_members = p->room_next = 0;
}

static int by_reduced(const void *a, const void *b)
{
    const full_pair *x = a, *y = b;
    if (x->reduced != y->reduced) return x->reduced < y->reduced ? -1 : 1;
    if (x->front != y->front) return x->front < y->front ? -1 : 1;
    return x->back < y->back ? -1 : x->back > y->back;
}

static uint64_t hash_of(int32_t n, const int32_t *stops)
{
    uint64_t key = 0;
    for (int32_t i = 0; i < n; i++) {
        uint64_t s = (uint64_t)(uint32_t)stops[i] + 1;
        key += tr_random(&s);
    }
    return key;
}

/* The pairs found, the best first, each set of stops once; at effort 2 also routes that do not hold. */
static void tell(tr_full *p, int32_t most, tr_priced_sink *sink, void *context)
{
    qsort(p->heap, (size_t)p->n_heap, sizeof *p->heap, by_reduced);
    tr_arena *scratch = tr_arena_new();
    uint64_t *keys = TR_NEW(scratch, uint64_t, p->n_heap + 1);
    int32_t *stops = TR_NEW(scratch, int32_t, 4096), n, told = 0, n_keys = 0, ghosts = 0;
    for (int32_t i = 0; i < p->n_heap && told < most; i++) {
        bool once = full_stops(p, &p->heap[i], stops, &n);
        if (!once && (p->effort < 1 || ghosts >= most / 2)) continue;
        uint64_t key = hash_of(n, stops);
        bool again = false;
        for (int32_t k = 0; k < n_keys && !again; k++) again = keys[k] == key;
        if (again) continue;
        keys[n_keys++] = key;
        int64_t cost = once ? full_exact(p, &p->heap[i]) : INT64_MAX;
        if (cost == INT64_MAX && (p->effort < 1 || ghosts >= most / 2)) continue;
        ghosts += cost == INT64_MAX, told++;
        tr_priced out = {n, stops, cost, p->heap[i].reduced, cost < INT64_MAX ? p->rt->n : 0, p->rt->items};
        sink(context, &out);
    }
    tr_arena_free(scratch);
}

/* Once the duals are prepared. */
static void begin(tr_full *p, int64_t below, int64_t *work)
{
    p->mid = p->d->ready + (p->d->back_by - p->d->ready) / 2;
    p->elementary = p->complete = false, p->beam = p->narrow = 0, p->merged = 0, p->sure = -TR_LATEST, p->work = work, p->below = below;
    p->n_labels = p->n_heap = p->room_heap = 0, p->least = below, p->threshold = below;
    full_clear(p, 0), full_clear(p, 1);
}

/* One pass over the day, from both ends; false if work ran out. */
static bool pass(tr_full *p, int32_t beam, int64_t below, int32_t most, int64_t *work)
{
    begin(p, below, work);
    p->beam = beam, p->narrow = p->effort == 2 ? p->apart : 0;
    p->room_heap = MIN(FOUND, 8 * most + 8);
    full_start(p); /* label 0 */
    return full_meet(p);
}

int64_t tr_full_price(tr_full *p, const tr_duals *u, int32_t effort, int64_t below, int32_t most,
                      tr_priced_sink *sink, void *context, int64_t *work)
{
    p->heap = realloc(p->heap, (size_t)FOUND * sizeof *p->heap);
    if (!p->heap) abort();
    full_prepare(p, u, effort);
    bool whole = pass(p, effort == 2 ? 0 : NARROW, below, most, work);
    if (effort == 1 && whole && p->n_heap == 0) whole = pass(p, WIDE, below, most, work);
    if (sink) tell(p, most, sink, context);
    return whole ? p->least : INT64_MIN;
}

/* ---- fixing and enumeration: backward labels over the whole day, then forward ones that they lead on from ---- */

/* Forward labels of the first half of the day, then all backward labels that lead to a route below `below`: in the first
 * half only those that a forward label leads to.  Where labels are merged there are few anyway.  False if work ran out. */
static bool look_back(tr_full *p)
{
    p->narrow = p->apart;
    if (p->narrow == 0) {
        full_start(p);
        full_grow_front(p, 0);
        if (!full_run(p, 0)) return false;
        p->sure = p->mid;
    }
    p->mid = -TR_LATEST;
    full_grow_back(p, -1);
    if (!full_run(p, 1)) return false;
    full_clear(p, 0);
    p->mid = TR_LATEST, p->complete = true, p->narrow = 0;
    return true;
}

static bool run_through(tr_full *p)
{
    full_start(p);
    full_grow_front(p, p->n_labels - 1);
    return full_run(p, 0);
}

int64_t tr_full_fix(tr_full *p, const tr_duals *u, int64_t gap, int64_t *work)
{
    const int32_t s = p->stride;
    full_prepare(p, u, 2);
    begin(p, gap, work);
    memset(p->useful, 0, (size_t)s * (size_t)s);
    if (!look_back(p)) return -1;
    if (!run_through(p)) return -1;
    int64_t left = 0;
    for (int32_t i = 0; i < s; i++)
        for (int32_t j = 0; j < s; j++) { /* stops without a dual were not looked at */
            bool seen = (i >= p->n || p->active[i]) && (j >= p->n || p->active[j]);
            if (seen && !p->useful[i * s + j]) p->fixed[i * s + j] = 1;
            left += !p->fixed[i * s + j];
        }
    return left;
}

void tr_full_unfix(tr_full *p)
{
    memset(p->fixed, 0, (size_t)p->stride * (size_t)p->stride);
}

uint64_t full_hash(const tr_full *p, const full_label *x)
{
    uint64_t key = 0;
    for (int32_t i = 0; i < p->nw; i++) {
        uint64_t w = x->words[i] + key;
        key ^= tr_random(&w);
    }
    return key;
}

/* Notes the label, which ends a route, under its set of stops unless a cheaper one is there; false if there are too many. */
bool full_note_set(tr_full *p, int32_t at, int64_t reduced)
{
    const full_label *x = full_at(p, at);
    uint64_t mask = (uint64_t)p->room_sets - 1, i = full_hash(p, x) & mask;
    for (; p->sets[i] >= 0; i = (i + 1) & mask)
        if (memcmp(full_at(p, p->sets[i])->words, x->words, (size_t)p->nw * 8) == 0) {
            if (reduced < p->set_cost[i]) p->sets[i] = at, p->set_cost[i] = reduced;
            return true;
        }
    if (p->n_sets == p->most_sets) return false;
    p->sets[i] = at, p->set_cost[i] = reduced, p->n_sets++;
    return true;
}

static void tell_sets(tr_full *p, tr_priced_sink *sink, void *context)
{
    tr_arena *scratch = tr_arena_new();
    int32_t *stops = TR_NEW(scratch, int32_t, 4096), n;
    for (int32_t i = 0; i < p->room_sets; i++) {
        full_pair pair = {p->set_cost[i], p->sets[i], -1};
        if (p->sets[i] < 0 || !full_stops(p, &pair, stops, &n)) continue;
        int64_t cost = full_exact(p, &pair);
        tr_priced out = {n, stops, cost, pair.reduced, cost < INT64_MAX ? p->rt->n : 0, p->rt->items};
        sink(context, &out);
    }
    tr_arena_free(scratch);
}

/* All sets with a route below `below`, by labels that the backward ones or the guide lead on; false if there are more than `most` or work ran out. */
static bool list_sets(tr_full *p, int32_t most, tr_priced_sink *sink, void *context)
{
    p->room_sets = 1, p->most_sets = most, p->n_sets = 0;
    while (p->room_sets < 2 * most) p->room_sets *= 2;
    p->sets = malloc((size_t)p->room_sets * sizeof *p->sets), p->set_cost = malloc((size_t)p->room_sets * sizeof *p->set_cost);
    p->same = realloc(p->same, FULL_SAME * sizeof *p->same);
    if (!p->sets || !p->set_cost || !p->same) abort();
    for (int32_t i = 0; i < p->room_sets; i++) p->sets[i] = -1;
    for (int32_t i = 0; i < FULL_SAME; i++) p->same[i] = -1;
    p->elementary = true;
    const int64_t before = *p->work;
    const int32_t labels = p->n_labels;
    const bool whole = run_through(p) && p->n_sets < most;
    *p->work = before - (p->n_labels - labels); /* it was cut off if there were too many sets */
    if (whole) tell_sets(p, sink, context);
    free(p->sets), free(p->set_cost);
    p->sets = NULL, p->set_cost = NULL;
    return whole;
}

bool tr_full_enumerate(tr_full *p, const tr_duals *u, int64_t gap, int32_t most, tr_priced_sink *sink, void *context,
                       int64_t *work)
{
    full_prepare(p, u, 2);
    begin(p, gap, work);
    return look_back(p) && list_sets(p, most, sink, context);
}

bool tr_full_list(tr_full *p, const full_guide *guide, int64_t below, int32_t most, tr_priced_sink *sink, void *context, int64_t *work)
{
    int64_t *none = TR_NEW(p->arena, int64_t, p->m->n_stops + 1);
    tr_duals u = {.cost_counts = true, .stop = none};
    p->guide = guide, p->keep_all = INT32_MAX, p->slack = 2 * p->margin;
    full_prepare(p, &u, 2);
    begin(p, below, work);
    p->mid = TR_LATEST;
    const bool whole = list_sets(p, most, sink, context);
    p->guide = NULL, p->slack = 0;
    return whole;
}
