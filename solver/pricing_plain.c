/* pricing_plain.c -- see pricing_plain.h: routes out of joined labels, and arcs that no good route uses.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "plain.h"

#include <stdlib.h>
#include <string.h>

typedef struct { /* a forward label and the best it was joined with */
    int64_t total;
    int32_t id, other;
} match;

/* ---- joining all ---- */

typedef struct {
    tr_plain_pricer *p;
    int64_t below, least;
    match *best; /* [labels of the forward side] other = -1: none */
} joining;

static void join_cell(joining *g, int32_t node, const plain_cell *c)
{
    tr_plain_pricer *p = g->p;
    const plain_side *f = &p->sides[0], *o = &p->sides[1];
    for (int32_t e = f->first[node]; e < f->first[node + 1]; e++) {
        const plain_arc *a = &f->arcs[e];
        int64_t beyond = o->cells[(size_t)a->to * (size_t)p->n_buckets + (size_t)(o->n_done - 1)].least_upto;
        if (beyond == INT64_MAX) continue;
        int64_t rest = a->cost + (a->to < p->n ? p->duals->stop[a->to] : 0) + beyond;
        for (int32_t k = 0; k < c->n_clean && c->keys[k].cost + rest < g->below; k++) {
            const plain_key *key = &c->keys[k];
            match *m = &g->best[key->id];
            if (key->at > a->until || key->memory & a->forbids) continue;
            int32_t other = -1;
            int64_t total = plain_join(p, 0, key, plain_state_of(p, f, key->id), key->memory & a->keeps, a,
                                       m->total, false, &other);
            if (other < 0) continue;
            *m = (match){total, key->id, other};
            if (total < g->least) g->least = total;
        }
    }
}

static void join_all(joining *g)
{
    tr_plain_pricer *p = g->p;
    const plain_side *f = &p->sides[0];
    g->best = malloc(((size_t)f->n_labels + 1) * sizeof *g->best);
    if (!g->best) abort();
    for (int32_t i = 0; i < f->n_labels; i++) g->best[i] = (match){g->below, i, -1};
    for (int32_t i = 0; i <= p->n; i++)
        for (int32_t b = 0; b < f->n_done; b++)
            join_cell(g, i, &f->cells[(size_t)i * (size_t)p->n_buckets + (size_t)b]);
}

/* ---- routes ---- */

static int by_total(const void *x, const void *y)
{
    const match *a = x, *b = y;
    if (a->total != b->total) return a->total < b->total ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static int32_t walk_of(const tr_plain_pricer *p, const match *m, int32_t *walk)
{
    int32_t n = 0;
    for (int32_t id = m->id; id >= 0; id = p->sides[0].steps[id].parent)
        if (p->sides[0].steps[id].node < p->n) walk[n++] = p->sides[0].steps[id].node;
    for (int32_t a = 0, b = n - 1; a < b; a++, b--) {
        int32_t s = walk[a];
        walk[a] = walk[b], walk[b] = s;
    }
    for (int32_t id = m->other; id >= 0; id = p->sides[1].steps[id].parent)
        if (p->sides[1].steps[id].node < p->n) walk[n++] = p->sides[1].steps[id].node;
    return n;
}

static int32_t walk_length(const tr_plain_pricer *p, const match *m)
{
    int32_t n = 0;
    for (int32_t id = m->id; id >= 0; id = p->sides[0].steps[id].parent) n++;
    for (int32_t id = m->other; id >= 0; id = p->sides[1].steps[id].parent) n++;
    return n;
}

static bool repeats_one(int32_t n, const int32_t *walk, uint64_t *seen, int32_t n_seen)
{
    memset(seen, 0, (size_t)n_seen * sizeof *seen);
    for (int32_t i = 0; i < n; i++) {
        if (tr_bit(seen, walk[i])) return true;
        tr_bit_set(seen, walk[i]);
    }
    return false;
}

static uint64_t walk_key(int32_t n, const int32_t *walk) /* of the multiset: the order does not matter */
{
    uint64_t key = 0;
    for (int32_t i = 0; i < n; i++) {
        uint64_t z = ((uint64_t)(uint32_t)walk[i] + 1) * 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        key += z ^ z >> 31;
    }
    return key;
}

static void tell(tr_plain_pricer *p, match *found, int32_t n_found, int64_t below, int32_t most,
                 tr_priced_sink *sink, void *context)
{
    uint64_t *keys = malloc(((size_t)most + 1) * sizeof *keys);
    uint64_t *seen = malloc(((size_t)p->n / 64 + 1) * sizeof *seen);
    int32_t *walk = NULL, room = 0, told = 0;
    if (!keys || !seen) abort();
    qsort(found, (size_t)n_found, sizeof *found, by_total);
    for (int32_t i = 0; i < n_found && told < most; i++) {
        walk = plain_grow(walk, &room, walk_length(p, &found[i]), sizeof *walk);
        int32_t n = walk_of(p, &found[i], walk), k = 0;
        uint64_t key = walk_key(n, walk);
        while (k < told && keys[k] != key) k++;
        if (k < told || (repeats_one(n, walk, seen, p->n / 64 + 1) && !p->repeats)) continue;
        tr_priced route = {.n = n, .stops = walk, .cost = plain_cost(p, n, walk)};
        route.reduced = plain_reduced(p, n, walk, route.cost, false);
        if (route.reduced >= below) continue; /* rounding took it back */
        keys[told++] = key;
        sink(context, &route);
    }
    free(keys), free(seen), free(walk);
}

int64_t tr_plain_price(tr_plain_pricer *p, const tr_duals *duals, int32_t effort, int64_t below, int32_t most,
                       tr_priced_sink *sink, void *context, int64_t *work)
{
    plain_arrange(p, duals, effort, work);
    bool whole = plain_meet(p);
    if (!whole && effort == 2) return INT64_MIN;
    joining g = {p, below, below, NULL};
    join_all(&g);
    int32_t n = 0;
    for (int32_t i = 0; i < p->sides[0].n_labels; i++)
        if (g.best[i].other >= 0) g.best[n++] = g.best[i];
    tell(p, g.best, n, below, most, sink, context);
    free(g.best);
    return g.least;
}

/* ---- fixing ---- */

/* Does a route of reduced cost < gap go from a label of the cell over the arc? */
static bool is_good(const tr_plain_pricer *p, const plain_cell *c, const plain_arc *a, int64_t gap)
{
    int64_t beyond = plain_cell_at(p, &p->sides[1], a->to, p->n_buckets - 1)->least_upto;
    if (beyond == INT64_MAX) return false;
    int64_t rest = a->cost + (a->to < p->n ? p->duals->stop[a->to] : 0) + beyond;
    for (int32_t k = 0; k < c->n_clean && c->keys[k].cost + rest < gap; k++) {
        int32_t other = -1;
        if (c->keys[k].at > a->until || c->keys[k].memory & a->forbids) continue;
        plain_join(p, 0, &c->keys[k], plain_state_of(p, &p->sides[0], c->keys[k].id),
                   c->keys[k].memory & a->keeps, a, gap, true, &other);
        if (other >= 0) return true;
    }
    return false;
}

static bool is_used(const tr_plain_pricer *p, int32_t i, const plain_arc *a, int64_t gap)
{
    for (int32_t b = 0; b < p->n_buckets; b++)
        if (is_good(p, plain_cell_at(p, &p->sides[0], i, b), a, gap)) return true;
    return false;
}

int64_t tr_plain_fix(tr_plain_pricer *p, const tr_duals *duals, int64_t gap, int64_t *work)
{
    plain_side *f = &p->sides[0], *o = &p->sides[1];
    int32_t nn = p->n + 1;
    plain_arrange(p, duals, 2, work);
    if (!plain_all(p, f) || !plain_all(p, o)) return -1;
    for (int32_t i = 0; i < nn; i++)
        for (int32_t e = f->first[i]; e < f->first[i + 1]; e++) {
            const plain_arc *a = &f->arcs[e];
            if (!is_used(p, i, a, gap)) f->until[i * nn + a->to] = o->until[a->to * nn + i] = INT32_MIN;
        }
    return plain_count_arcs(p);
}
