/* plain_enumerate.c -- all sets of stops that have a route below a gap, each with its cheapest route.
 *
 * Elementary partial routes from both ends until they meet, each kept only if some ng-label of the other
 * direction completes it below the gap (Baldacci, Christofides, Mingozzi 2008; Sadykov, Uchoa, Pessoa 2021).
 * Of two with the same stops and the same last one, the one that costs no more and is no later is enough: whatever
 * follows, it makes the same set of stops for no more.  That drops by cost alone what cuts of limited memory
 * may favour, and rightly: below the gap is meant under full memory, where only the set counts.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "plain.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t exact; /* cost of the legs so far, fixed included */
    plain_key key; /* cost: reduced; memory unused; id: of the partial route */
    int32_t node, parent;
    int32_t next; /* in its hash chain */
    bool dead;
} partial;

typedef struct { /* one direction */
    plain_side *side;
    partial *parts;
    uint64_t *sets, *states;
    int32_t n, room, room_sets, room_states;
    int32_t *heads; /* [n_heads] hash of (set, node) -> part + 1 */
    int32_t n_heads;
    int32_t *line, n_line,
        room_line; /* parts by bucket once it is done: line[start[b]]..line[start[b + 1]-1] */
    int32_t *bucket_head, *part_next, room_next; /* parts waiting in each bucket, chained */
    int32_t n_done;
} front;

typedef struct {
    tr_plain_pricer *p;
    int64_t gap;
    int32_t n_set; /* words of a set */
    front fronts[2];
    /* the sets found */
    int32_t most, n, room, room_sets, room_stops, n_stops;
    int64_t *cost;
    uint64_t *sets;
    int32_t *first, *count, *stops, room_first, room_count;
    int32_t *table; /* [n_table] set + 1 */
    int32_t n_table;
} enumeration;

static void *zeroed(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);
    if (!p) abort();
    return p;
}

static uint64_t hash_set(const uint64_t *set, int32_t words, uint64_t salt)
{
    uint64_t z = salt;
    for (int32_t w = 0; w < words; w++) {
        z = (z ^ set[w]) * 0x9e3779b97f4a7c15u;
        z ^= z >> 29;
    }
    z *= 0xbf58476d1ce4e5b9u;
    return z ^ z >> 32;
}

/* ---- partial routes ---- */

/* Memory bits at `node` of the stops in the set. */
static uint64_t bits_at(const tr_plain_pricer *p, int32_t node, const uint64_t *set)
{
    uint64_t bits = 0;
    for (int32_t e = node * p->n_near, end = e + (node < p->n ? p->near_count[node] : 0); e < end; e++)
        if (p->near_bit[e] && tr_bit(set, p->near_list[e])) bits |= p->near_bit[e];
    return bits;
}

static void rehash(enumeration *g, front *f)
{
    free(f->heads);
    f->n_heads = f->n_heads ? 4 * f->n_heads : 1 << 12;
    f->heads = zeroed((size_t)f->n_heads, sizeof *f->heads);
    for (int32_t i = 0; i < f->n; i++) {
        if (f->parts[i].dead) continue;
        uint64_t h =
            hash_set(f->sets + (size_t)i * (size_t)g->n_set, g->n_set, (uint64_t)f->parts[i].node + 1);
        int32_t *head = &f->heads[h & (uint64_t)(f->n_heads - 1)];
        f->parts[i].next = *head, *head = i + 1;
    }
}

/* Is the new part needed beside those of the same set and last stop?  Kills those it makes needless. */
static bool is_needed(enumeration *g, front *f, const partial *x, const uint64_t *set, uint64_t h)
{
    for (int32_t i = f->heads[h & (uint64_t)(f->n_heads - 1)]; i; i = f->parts[i - 1].next) {
        partial *y = &f->parts[i - 1];
        if (y->dead || y->node != x->node ||
            memcmp(f->sets + (size_t)(i - 1) * (size_t)g->n_set, set, (size_t)g->n_set * 8) != 0)
            continue;
        if (y->exact <= x->exact && y->key.at <= x->key.at) return false;
        if (x->exact <= y->exact && x->key.at <= y->key.at) y->dead = true;
    }
    return true;
}

static void part_add(enumeration *g, front *f, partial *x, const uint64_t *set, const uint64_t *state)
{
    const tr_plain_pricer *p = g->p;
    if (f->n >= f->n_heads) rehash(g, f);
    uint64_t h = hash_set(set, g->n_set, (uint64_t)x->node + 1);
    if (!is_needed(g, f, x, set, h)) return;
    int32_t id = x->key.id = f->n++, b = plain_bucket_of(p, x->key.at), w = p->n_words;
    f->parts = plain_grow(f->parts, &f->room, f->n, sizeof *f->parts);
    f->part_next = plain_grow(f->part_next, &f->room_next, f->n, sizeof *f->part_next);
    f->sets = plain_grow(f->sets, &f->room_sets, f->n * g->n_set, sizeof *f->sets);
    f->states = plain_grow(f->states, &f->room_states, f->n * w + 1, sizeof *f->states);
    memcpy(f->sets + (size_t)id * (size_t)g->n_set, set, (size_t)g->n_set * sizeof *set);
    if (w) memcpy(f->states + (size_t)id * (size_t)w, state, (size_t)w * sizeof *state);
    int32_t *head = &f->heads[h & (uint64_t)(f->n_heads - 1)];
    x->next = *head, *head = id + 1;
    f->parts[id] = *x;
    f->part_next[id] = f->bucket_head[b], f->bucket_head[b] = id;
    --*p->work;
}

static void part_expand(enumeration *g, front *f, int32_t id, uint64_t *set)
{
    tr_plain_pricer *p = g->p;
    const plain_side *s = f->side;
    int32_t side = s == &p->sides[1], nn = p->n + 1;
    const front *other = &g->fronts[!side];
    partial from = f->parts[id];
    uint64_t before[PLAIN_MOST_WORDS], after[PLAIN_MOST_WORDS];
    memcpy(set, f->sets + (size_t)id * (size_t)g->n_set, (size_t)g->n_set * sizeof *set);
    memcpy(before, f->states + (size_t)id * (size_t)p->n_words, (size_t)p->n_words * sizeof *before);
    for (int32_t e = s->first[from.node]; e < s->best[from.node]; e++) {
        const plain_arc *a = &s->arcs[e];
        int32_t j = a->to, unused = -1;
        if (tr_bit(set, j) || from.key.at > a->until) continue;
        partial x = {.node = j, .parent = id};
        x.key.at = from.key.at + a->takes, x.key.kg = from.key.kg + p->kg[j],
        x.key.litres = from.key.litres + p->litres[j];
        if (x.key.kg > p->most_kg || x.key.litres > p->most_litres) continue;
        if (x.key.at < s->lo[j]) x.key.at = s->lo[j];
        if (plain_bucket_of(p, x.key.at) >= p->n_buckets - other->n_done) continue;
        if (plain_join(p, side, &from.key, before, bits_at(p, j, set), a, g->gap, true, &unused) >= g->gap)
            continue;
        x.key.cost = from.key.cost + a->cost + plain_cut_step(p, before, j, after);
        x.exact = from.exact + (side == 0 ? p->leg[from.node * nn + j] : p->leg[j * nn + from.node]);
        tr_bit_set(set, j);
        part_add(g, f, &x, set, after);
        set[j >> 6] &= ~((uint64_t)1 << (j & 63));
    }
}

static void front_bucket(enumeration *g, front *f, uint64_t *set)
{
    int32_t b = f->n_done;
    while (f->bucket_head[b] >= 0 && *g->p->work > 0) {
        int32_t id = f->bucket_head[b];
        f->bucket_head[b] = f->part_next[id];
        if (f->parts[id].dead) continue;
        part_expand(g, f, id, set);
    }
    f->n_done++;
}

static void front_begin(enumeration *g, int32_t k)
{
    static const uint64_t nothing[PLAIN_MOST_WORDS];
    tr_plain_pricer *p = g->p;
    front *f = &g->fronts[k];
    uint64_t *set = zeroed((size_t)g->n_set, sizeof *set);
    f->side = &p->sides[k];
    f->bucket_head = zeroed((size_t)p->n_buckets, sizeof *f->bucket_head);
    for (int32_t b = 0; b < p->n_buckets; b++) f->bucket_head[b] = -1;
    partial root = {.node = p->n, .parent = -1, .exact = 0};
    root.key.at = f->side->lo[p->n], root.key.cost = k == 0 ? p->root_cost : 0;
    part_add(g, f, &root, set, nothing);
    free(set);
}

static void front_free(front *f)
{
    free(f->parts), free(f->sets), free(f->states), free(f->heads), free(f->line), free(f->bucket_head),
        free(f->part_next);
}

/* ---- what was found ---- */

static void route_keep(enumeration *g, int32_t at, int32_t forward, int32_t backward)
{
    const tr_plain_pricer *p = g->p;
    int32_t n = 0;
    for (int32_t k = 0, id = forward; k < 2; k++, id = backward)
        for (; id >= 0; id = g->fronts[k].parts[id].parent) n += g->fronts[k].parts[id].node < p->n;
    if (at == g->n) {
        g->first = plain_grow(g->first, &g->room_first, g->n + 1, sizeof *g->first);
        g->count = plain_grow(g->count, &g->room_count, g->n + 1, sizeof *g->count);
        g->stops = plain_grow(g->stops, &g->room_stops, g->n_stops + n, sizeof *g->stops);
        g->first[at] = g->n_stops, g->count[at] = n;
        g->n_stops += n;
    }
    int32_t *stops = g->stops + g->first[at], i = 0;
    for (int32_t id = forward; id >= 0; id = g->fronts[0].parts[id].parent)
        if (g->fronts[0].parts[id].node < p->n) stops[i++] = g->fronts[0].parts[id].node;
    for (int32_t a = 0, b = i - 1; a < b; a++, b--) {
        int32_t s = stops[a];
        stops[a] = stops[b], stops[b] = s;
    }
    for (int32_t id = backward; id >= 0; id = g->fronts[1].parts[id].parent)
        if (g->fronts[1].parts[id].node < p->n) stops[i++] = g->fronts[1].parts[id].node;
}

static void table_grow(enumeration *g)
{
    free(g->table);
    g->n_table = g->n_table ? 4 * g->n_table : 1 << 12;
    g->table = zeroed((size_t)g->n_table, sizeof *g->table);
    for (int32_t i = 0; i < g->n; i++) {
        uint64_t h =
            hash_set(g->sets + (size_t)i * (size_t)g->n_set, g->n_set, 0) & (uint64_t)(g->n_table - 1);
        while (g->table[h]) h = (h + 1) & (uint64_t)(g->n_table - 1);
        g->table[h] = i + 1;
    }
}

/* Notes the route; false if there are too many sets. */
static bool found(enumeration *g, const uint64_t *set, int64_t exact, int32_t forward, int32_t backward)
{
    if (2 * g->n >= g->n_table) table_grow(g);
    uint64_t h = hash_set(set, g->n_set, 0) & (uint64_t)(g->n_table - 1);
    while (g->table[h] &&
           memcmp(g->sets + (size_t)(g->table[h] - 1) * (size_t)g->n_set, set, (size_t)g->n_set * 8) != 0)
        h = (h + 1) & (uint64_t)(g->n_table - 1);
    int32_t at = g->table[h] ? g->table[h] - 1 : g->n;
    if (at < g->n) {
        if (exact < g->cost[at]) g->cost[at] = exact, route_keep(g, at, forward, backward);
        return true;
    }
    if (g->n == g->most) return false;
    g->cost = plain_grow(g->cost, &g->room, g->n + 1, sizeof *g->cost);
    g->sets = plain_grow(g->sets, &g->room_sets, (g->n + 1) * g->n_set, sizeof *g->sets);
    memcpy(g->sets + (size_t)at * (size_t)g->n_set, set, (size_t)g->n_set * sizeof *set);
    g->cost[at] = exact;
    route_keep(g, at, forward, backward);
    g->table[h] = ++g->n;
    return true;
}

/* ---- meeting ---- */

typedef struct { /* a part behind an arc, by reduced cost */
    int64_t cost;
    int32_t id;
} ranked;

static int by_rank(const void *x, const void *y)
{
    const ranked *a = x, *b = y;
    if (a->cost != b->cost) return a->cost < b->cost ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

typedef struct {
    ranked *all;
    int32_t *first; /* [n + 2] by node */
} ranking;

static ranking rank_parts(const enumeration *g, const front *f)
{
    int32_t nodes = g->p->n + 1;
    ranking r = {zeroed((size_t)f->n, sizeof *r.all), zeroed((size_t)nodes + 1, sizeof *r.first)};
    for (int32_t i = 0; i < f->n; i++)
        if (!f->parts[i].dead && plain_bucket_of(g->p, f->parts[i].key.at) < f->n_done)
            r.first[f->parts[i].node + 1]++;
    for (int32_t i = 0; i < nodes; i++) r.first[i + 1] += r.first[i];
    int32_t *fill = zeroed((size_t)nodes, sizeof *fill);
    for (int32_t i = 0; i < f->n; i++) {
        const partial *x = &f->parts[i];
        if (x->dead || plain_bucket_of(g->p, x->key.at) >= f->n_done) continue;
        r.all[r.first[x->node] + fill[x->node]++] = (ranked){x->key.cost, i};
    }
    for (int32_t i = 0; i < nodes; i++)
        qsort(r.all + r.first[i], (size_t)(r.first[i + 1] - r.first[i]), sizeof *r.all, by_rank);
    free(fill);
    return r;
}

static bool join_part(enumeration *g, const ranking *r, int32_t id, uint64_t *set)
{
    const tr_plain_pricer *p = g->p;
    const front *f = &g->fronts[0], *o = &g->fronts[1];
    const partial *x = &f->parts[id];
    const uint64_t *mine = f->sets + (size_t)id * (size_t)g->n_set,
                   *state = f->states + (size_t)id * (size_t)p->n_words;
    for (int32_t e = f->side->first[x->node]; e < f->side->first[x->node + 1]; e++) {
        const plain_arc *a = &f->side->arcs[e];
        int32_t j = a->to, last = p->mirror - x->key.at - a->takes;
        if (x->key.at > a->until || (j < p->n && tr_bit(mine, j))) continue;
        int64_t base = x->key.cost + a->cost + (j < p->n ? p->duals->stop[j] : 0);
        for (int32_t k = r->first[j]; k < r->first[j + 1] && base + r->all[k].cost < g->gap; k++) {
            const partial *y = &o->parts[r->all[k].id];
            if (y->key.at > last || x->key.kg + y->key.kg > p->most_kg ||
                x->key.litres + y->key.litres > p->most_litres)
                continue;
            const uint64_t *its = o->sets + (size_t)r->all[k].id * (size_t)g->n_set;
            bool apart = true;
            for (int32_t w = 0; w < g->n_set; w++)
                apart &= (mine[w] & its[w]) == 0, set[w] = mine[w] | its[w];
            if (!apart) continue;
            int64_t total = base + y->key.cost;
            const uint64_t *other = o->states + (size_t)r->all[k].id * (size_t)p->n_words;
            for (int32_t w = 0; w < p->n_words; w++)
                for (uint64_t bits = state[w] & other[w]; bits; bits &= bits - 1)
                    total += p->penalty[64 * w + __builtin_ctzll(bits)];
            if (total >= g->gap) continue;
            if (!found(g, set, x->exact + p->leg[x->node * (p->n + 1) + j] + y->exact, id, r->all[k].id))
                return false;
        }
    }
    return true;
}

static bool enumerate(enumeration *g)
{
    tr_plain_pricer *p = g->p;
    uint64_t *set = zeroed((size_t)g->n_set, sizeof *set);
    for (int32_t k = 0; k < 2; k++) front_begin(g, k);
    front *f = &g->fronts[0], *o = &g->fronts[1];
    while (f->n_done + o->n_done<p->n_buckets && * p->work> 0)
        front_bucket(g, f->n_done == 0 || (o->n_done > 0 && f->n <= o->n) ? f : o, set);
    bool whole = *p->work > 0;
    if (whole) {
        ranking r = rank_parts(g, o);
        for (int32_t i = 0; i < f->n && whole; i++)
            if (!f->parts[i].dead && plain_bucket_of(p, f->parts[i].key.at) < f->n_done)
                whole = join_part(g, &r, i, set);
        free(r.all), free(r.first);
    }
    free(set);
    return whole;
}

bool tr_plain_enumerate(tr_plain_pricer *p, const tr_duals *duals, int64_t gap, int32_t most,
                        tr_priced_sink *sink, void *context, int64_t *work)
{
    plain_arrange(p, duals, 2, work);
    if (!plain_all(p, &p->sides[0]) || !plain_all(p, &p->sides[1])) return false;
    enumeration g = {.p = p, .gap = gap, .n_set = p->n / 64 + 1, .most = most};
    bool whole = enumerate(&g);
    for (int32_t i = 0; i < g.n && whole; i++) {
        tr_priced route = {.n = g.count[i], .stops = g.stops + g.first[i]};
        route.cost = plain_cost(p, route.n, route.stops);
        route.reduced = plain_reduced(p, route.n, route.stops, route.cost, true);
        if (route.reduced < gap) sink(context, &route);
    }
    for (int32_t k = 0; k < 2; k++) front_free(&g.fronts[k]);
    free(g.cost), free(g.sets), free(g.first), free(g.count), free(g.stops), free(g.table);
    return whole;
}
