/* settle_cuts.c -- rank-1 cuts over known routes, and the routes themselves.
 *
 * Multipliers of rows that give facets of the set partitioning polytope: Pecin, Pessoa, Poggi, Uchoa, Santos 2017.
 * Three rows are all tried; for more, each stop with some of those it shares routes with.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle_parts.h"

#include <stdlib.h>
#include <string.h>

enum { AROUND = 9, FOUND = 3000, STOP_CUTS = 6 };

static const double least_violation = 0.03;

/* weights in groups: how many rows of which weight */
typedef struct {
    int32_t n_groups, weight[3], count[3], per, rhs;
} pattern;

static const pattern patterns[] = {
    {2, {2, 1}, {1, 3}, 3, 1},       {1, {1}, {5}, 3, 1},
    {2, {3, 1}, {1, 4}, 4, 1},       {2, {2, 1}, {2, 3}, 4, 1},
    {3, {3, 2, 1}, {1, 2, 2}, 5, 1}, {1, {1}, {5}, 2, 2},
    {2, {2, 1}, {2, 3}, 3, 2},       {3, {3, 2, 1}, {2, 2, 1}, 4, 2},
};

static void *must(void *p)
{
    if (!p) abort();
    return p;
}

static void *many(int64_t n, size_t size)
{
    return must(calloc((size_t)n + 1, size));
}

/* ---- routes ---- */

void settle_open(settling *s)
{
    const tr_settle *job = s->job;
    int32_t n = s->n_routes = job->n, total = 0;
    s->n = job->n_stops, s->words = s->n / 64 + 1;
    int64_t room = (int64_t)n + s->n + 512;
    s->sets = many((int64_t)n * s->words, sizeof *s->sets);
    memcpy(s->sets, job->sets, (size_t)n * (size_t)s->words * sizeof *s->sets);
    s->cost = many(n, sizeof *s->cost), s->reduced = many(n, sizeof *s->reduced),
    s->origin = many(n, sizeof *s->origin);
    s->first = many(n + 1, sizeof *s->first);
    for (int32_t r = 0; r < n; r++)
        for (int32_t w = 0; w < s->words; w++)
            total += __builtin_popcountll(s->sets[(size_t)r * (size_t)s->words + (size_t)w]);
    s->stops = many(total, sizeof *s->stops);
    for (int32_t r = 0, k = 0; r < n; r++) {
        s->cost[r] = job->cost[r], s->origin[r] = r, s->first[r] = k;
        for (int32_t i = 0; i < s->n; i++)
            if (tr_bit(s->sets + (size_t)r * (size_t)s->words, i)) s->stops[k++] = i;
        s->first[r + 1] = k;
    }
    s->out = many(n, sizeof *s->out), s->is_in = many(n, sizeof *s->is_in),
    s->marks = many(room, sizeof *s->marks);
    s->moved = many(n, sizeof *s->moved), s->times = many(n, sizeof *s->times),
    s->in = many(room, sizeof *s->in);
    s->use = many(room, sizeof *s->use), s->cuts = many(512, sizeof *s->cuts),
    s->dual = many(s->n, sizeof *s->dual);
    s->order = many(room, sizeof *s->order), s->index = many(room, sizeof *s->index),
    s->value = many(room, sizeof *s->value);
    s->pair = many((int64_t)s->n * s->n, sizeof *s->pair), s->seen = many(s->words, sizeof *s->seen);
    s->best = many(job->most, sizeof *s->best);
}

void settle_close(settling *s)
{
    for (int32_t c = 0; c < s->n_cuts; c++) free(s->cuts[c].routes), free(s->cuts[c].times);
    for (int32_t k = 0; k < s->n_nodes; k++) free(s->nodes[k].branches);
    free(s->sets), free(s->cost), free(s->reduced), free(s->origin), free(s->first), free(s->stops),
        free(s->out), free(s->is_in);
    free(s->marks), free(s->moved), free(s->times), free(s->in), free(s->use), free(s->cuts), free(s->dual),
        free(s->order);
    free(s->index), free(s->value), free(s->pair), free(s->seen), free(s->best), free(s->nodes);
}

void settle_compact(settling *s, int32_t n)
{
    for (int32_t r = 0, k = 0; r < s->n_routes; r++) {
        int32_t to = s->moved[r], from = s->first[r], end = s->first[r + 1];
        if (to < 0) continue;
        s->cost[to] = s->cost[r], s->reduced[to] = s->reduced[r], s->origin[to] = s->origin[r],
        s->is_in[to] = s->is_in[r];
        s->out[to] = s->out[r];
        memmove(s->sets + (size_t)to * (size_t)s->words, s->sets + (size_t)r * (size_t)s->words,
                (size_t)s->words * sizeof *s->sets);
        s->first[to] = k; /* never behind what is still to be read */
        for (int32_t e = from; e < end; e++) s->stops[k++] = s->stops[e];
        if (to == n - 1) s->first[n] = k;
    }
    for (int32_t j = 0; j < s->n_in; j++) s->in[j] = s->moved[s->in[j]];
    for (int32_t c = 0; c < s->n_cuts; c++) {
        settle_cut *x = &s->cuts[c];
        int32_t k = 0;
        for (int32_t e = 0; e < x->n; e++)
            if (s->moved[x->routes[e]] >= 0)
                x->routes[k] = s->moved[x->routes[e]], x->times[k++] = x->times[e];
        x->n = k;
    }
    s->n_routes = n;
}

/* ---- cuts ---- */

int32_t settle_coefficient(const settling *s, const settle_cut *c, int32_t route)
{
    const uint64_t *set = s->sets + (size_t)route * (size_t)s->words;
    int32_t sum = 0;
    for (int32_t k = 0; k < c->n_rows; k++) sum += tr_bit(set, c->stops[k]) ? c->weights[k] : 0;
    return sum / c->per;
}

typedef struct {
    double by;
    settle_cut cut;
} violated;

typedef struct
{ /* routes of the solution, as seen from one stop and those around it: bit 0 = it, bit k = around[k - 1] */
    int32_t n, n_around, stop, around[AROUND];
    uint32_t *mask;
    double *use;
} view;

typedef struct {
    settling *s;
    violated *found;
    int32_t n_found;
    int32_t *fraction, n_fraction; /* routes neither out nor in whole */
    double *share;
} separation;

static int by_violation(const void *x, const void *y)
{
    const violated *a = x, *b = y;
    if (a->by > b->by + 1e-9 || a->by < b->by - 1e-9) return a->by > b->by ? -1 : 1;
    if (a->cut.n_rows != b->cut.n_rows) return a->cut.n_rows < b->cut.n_rows ? -1 : 1;
    for (int k = 0; k < a->cut.n_rows; k++)
        if (a->cut.stops[k] != b->cut.stops[k]) return a->cut.stops[k] < b->cut.stops[k] ? -1 : 1;
    for (int k = 0; k < a->cut.n_rows; k++)
        if (a->cut.weights[k] != b->cut.weights[k]) return a->cut.weights[k] < b->cut.weights[k] ? -1 : 1;
    return 0;
}

static void keep(separation *p, double by, const settle_cut *cut)
{
    if (p->n_found == FOUND) { /* only better ones from now on */
        qsort(p->found, FOUND, sizeof *p->found, by_violation);
        p->n_found = FOUND / 2;
    }
    p->found[p->n_found++] = (violated){by, *cut};
}

static void try_triples(separation *p)
{
    settling *s = p->s;
    size_t n = (size_t)s->n;
    for (int32_t i = 0; i < s->n; i++)
        for (int32_t j = i + 1; j < s->n; j++) {
            double a = s->pair[(size_t)i * n + (size_t)j];
            for (int32_t k = j + 1; k < s->n; k++) {
                double most = a + s->pair[(size_t)i * n + (size_t)k] + s->pair[(size_t)j * n + (size_t)k];
                if (most < 1 + least_violation) continue;
                settle_cut c = {.n_rows = 3, .stops = {i, j, k}, .weights = {1, 1, 1}, .per = 2, .rhs = 1};
                double sum = 0;
                for (int32_t f = 0; f < p->n_fraction; f++)
                    if (settle_coefficient(s, &c, p->fraction[f])) sum += p->share[f];
                if (sum > 1 + least_violation) keep(p, sum - 1, &c);
            }
        }
}

static void look_from(separation *p, int32_t stop, view *v)
{
    settling *s = p->s;
    bool *taken = s->marks;
    memset(taken, 0, (size_t)s->n * sizeof *taken);
    taken[stop] = true;
    v->stop = stop, v->n_around = 0, v->n = 0;
    while (v->n_around < AROUND) {
        int32_t best = -1;
        double most = 1e-6;
        for (int32_t j = 0; j < s->n; j++) {
            double x = stop < j ? s->pair[(size_t)stop * (size_t)s->n + (size_t)j]
                                : s->pair[(size_t)j * (size_t)s->n + (size_t)stop];
            if (!taken[j] && x > most) most = x, best = j;
        }
        if (best < 0) break;
        taken[best] = true;
        v->around[v->n_around++] = best;
    }
    for (int32_t f = 0; f < p->n_fraction; f++) {
        const uint64_t *set = s->sets + (size_t)p->fraction[f] * (size_t)s->words;
        uint32_t mask = tr_bit(set, stop);
        for (int32_t k = 0; k < v->n_around; k++) mask |= (uint32_t)tr_bit(set, v->around[k]) << (k + 1);
        if ((mask & (mask - 1)) == 0) continue; /* one row alone never counts */
        int32_t e = 0;
        while (e < v->n && v->mask[e] != mask) e++;
        if (e == v->n) v->mask[v->n] = mask, v->use[v->n++] = 0;
        v->use[e] += p->share[f];
    }
}

static void note_pattern(separation *p, const view *v, const pattern *t, const uint32_t *groups)
{
    double sum = 0;
    for (int32_t e = 0; e < v->n; e++) {
        int32_t weight = 0;
        for (int32_t g = 0; g < t->n_groups; g++)
            weight += t->weight[g] * __builtin_popcount(v->mask[e] & groups[g]);
        sum += (weight / t->per) * v->use[e];
    }
    if (sum < t->rhs + least_violation) return;
    settle_cut c = {.per = t->per, .rhs = t->rhs};
    for (int32_t g = 0; g < t->n_groups; g++)
        for (uint32_t bits = groups[g]; bits; bits &= bits - 1) {
            int32_t k = __builtin_ctz(bits);
            c.stops[c.n_rows] = k ? v->around[k - 1] : v->stop, c.weights[c.n_rows++] = t->weight[g];
        }
    for (int32_t a = 1; a < c.n_rows; a++) /* ascending stops, so that the same cut looks the same */
        for (int32_t b = a; b > 0 && c.stops[b] < c.stops[b - 1]; b--) {
            int32_t stop = c.stops[b], weight = c.weights[b];
            c.stops[b] = c.stops[b - 1], c.weights[b] = c.weights[b - 1];
            c.stops[b - 1] = stop, c.weights[b - 1] = weight;
        }
    keep(p, (sum - t->rhs) / t->rhs, &c);
}

/* All choices of rows `from`.. for group g, `more` of them yet to be taken. */
static void fill_groups(separation *p, const view *v, const pattern *t, uint32_t *groups, int32_t g,
                        int32_t more, int32_t from)
{
    if (more == 0) {
        if (g + 1 == t->n_groups) {
            note_pattern(p, v, t, groups);
            return;
        }
        groups[g + 1] = 0;
        fill_groups(p, v, t, groups, g + 1, t->count[g + 1], 1);
        return;
    }
    uint32_t taken = 0;
    for (int32_t k = 0; k <= g; k++) taken |= groups[k];
    for (int32_t k = from; k <= v->n_around; k++) {
        if (taken >> k & 1) continue;
        groups[g] |= (uint32_t)1 << k;
        fill_groups(p, v, t, groups, g, more - 1, k + 1);
        groups[g] &= ~((uint32_t)1 << k);
    }
}

static void try_patterns(separation *p)
{
    view v = {.mask = many(p->n_fraction, sizeof *v.mask), .use = many(p->n_fraction, sizeof *v.use)};
    for (int32_t i = 0; i < p->s->n; i++) {
        look_from(p, i, &v);
        if (v.n_around < 3) continue;
        for (size_t t = 0; t < sizeof patterns / sizeof *patterns; t++) {
            uint32_t groups[3] = {1, 0, 0}; /* the stop itself is of the heaviest group */
            fill_groups(p, &v, &patterns[t], groups, 0, patterns[t].count[0] - 1, 1);
        }
    }
    free(v.mask), free(v.use);
}

static void fractions(separation *p)
{
    settling *s = p->s;
    memset(s->pair, 0, (size_t)s->n * (size_t)s->n * sizeof *s->pair);
    p->fraction = many(s->n_in, sizeof *p->fraction), p->share = many(s->n_in, sizeof *p->share);
    for (int32_t j = 0; j < s->n_in; j++) {
        int32_t r = s->in[j];
        if (s->use[j] < 1e-6 || s->use[j] > 1 - 1e-6) continue;
        p->fraction[p->n_fraction] = r, p->share[p->n_fraction++] = s->use[j];
        for (int32_t a = s->first[r]; a < s->first[r + 1]; a++)
            for (int32_t b = a + 1; b < s->first[r + 1]; b++)
                s->pair[(size_t)s->stops[a] * (size_t)s->n + (size_t)s->stops[b]] += s->use[j];
    }
}

static bool same_cut(const settle_cut *a, const settle_cut *b)
{
    if (a->n_rows != b->n_rows || a->per != b->per || a->rhs != b->rhs) return false;
    for (int32_t k = 0; k < a->n_rows; k++)
        if (a->stops[k] != b->stops[k] || a->weights[k] != b->weights[k]) return false;
    return true;
}

static bool is_known(const settling *s, const settle_cut *c)
{
    for (int32_t k = 0; k < s->n_cuts; k++)
        if (same_cut(c, &s->cuts[k])) return true;
    return false;
}

static void count_routes(const settling *s, settle_cut *c)
{
    for (int32_t pass = 0; pass < 2; pass++) {
        c->n = 0;
        for (int32_t r = 0; r < s->n_routes; r++) {
            int32_t times = settle_coefficient(s, c, r);
            if (!times) continue;
            if (pass) c->routes[c->n] = r, c->times[c->n] = times;
            c->n++;
        }
        if (!pass) c->routes = many(c->n, sizeof *c->routes), c->times = many(c->n, sizeof *c->times);
    }
}

int32_t settle_separate(settling *s, settle_cut *cuts, int32_t most)
{
    separation p = {.s = s, .found = many(FOUND, sizeof *p.found)};
    int32_t n = 0, *used = many(s->n, sizeof *used);
    fractions(&p);
    try_triples(&p);
    if (p.n_found < most) try_patterns(&p);
    qsort(p.found, (size_t)p.n_found, sizeof *p.found, by_violation);
    for (int32_t f = 0; f < p.n_found && n < most; f++) {
        settle_cut *c = &p.found[f].cut;
        bool often = is_known(s, c) || (f > 0 && same_cut(c, &p.found[f - 1].cut));
        for (int32_t k = 0; k < c->n_rows; k++) often |= used[c->stops[k]] >= STOP_CUTS;
        if (often) continue;
        for (int32_t k = 0; k < c->n_rows; k++) used[c->stops[k]]++;
        count_routes(s, c);
        cuts[n++] = *c;
    }
    free(p.found), free(p.fraction), free(p.share), free(used);
    return n;
}
