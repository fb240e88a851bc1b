/* close.c -- see close.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "close.h"
#include "cuts.h"

#include <math.h>
#include <string.h>

typedef struct {
    tr_close *c;
    tr_master *x;
    tr_arena *arena;
    tr_master_duals duals;
    uint8_t *out;         /* [columns] how many branches took it out */
    uint8_t *stay;        /* [n_stops] how many branches forbid to leave it */
    double *pair;         /* [n_stops * n_stops] scratch */
    bool stopped;
} search;

static const double whole = 1e-6;

/* ---- a bound that holds: docs/model.md ---- */

static int64_t reduced_cost(const tr_master *x, const tr_master_duals *d, const tr_route_column *r)
{
    int64_t c = (x->level < 2 ? 0 : r->ghost ? r->units : r->cost * TR_MONEY) - d->cls[r->vehicle];
    for (int32_t i = 0; i < r->n; i++) c -= d->stop[r->stops[i]];
    for (int32_t k = 0; k < d->n_cuts; k++)
        if (d->cuts[k].dual < 0) c -= d->cuts[k].dual * tr_cut_count(d->cuts[k].stops, r->set);
    return c;
}

static __int128 bound(search *s)
{
    const tr_master *x = s->x;
    const tr_model *m = x->m;
    tr_master_duals *d = &s->duals;
    __int128 sum = 0;
    for (int32_t v = 0; v < m->n_vehicles; v++) {
        if (x->count[v] > 0 && !m->vehicles[v].departs && d->cls[v] > 0) d->cls[v] = 0;
        if (x->count[v] == 0) d->cls[v] = 0;
        sum += (__int128)d->cls[v] * x->count[v];
    }
    for (int32_t k = 0; k < 2; k++) sum += (__int128)d->level[k] * x->limit[k];
    for (int32_t k = 0; k < d->n_cuts; k++) sum += d->cuts[k].dual;
    for (int32_t i = 0; i < m->n_stops; i++) {
        if (tr_bit(m->frozen, i)) continue;
        sum += d->stop[i];
        int64_t left = tr_master_left_value(x, i, x->level) * TR_MONEY - d->stop[i];
        for (int32_t k = 0; k < x->level; k++) left -= d->level[k] * tr_master_left_value(x, i, k);
        if (left < 0 && !s->stay[i]) sum += left;
    }
    for (int32_t c = 0; c < x->n; c++) {
        if (s->out[c]) continue;
        int64_t r = reduced_cost(x, d, &x->columns[c]);
        if (r < 0) sum += (__int128)r * (x->columns[c].n == 0 ? x->count[x->columns[c].vehicle] : 1);
    }
    return sum;
}

static int64_t ceiling(__int128 sum)
{
    return (int64_t)(sum >= 0 ? (sum + TR_MONEY - 1) / TR_MONEY : -(-sum / TR_MONEY));
}

/* ---- branches ---- */

static void take_out(search *s, int32_t column)
{
    if (s->out[column]++ == 0) tr_master_allow(s->x, column, false);
}

static void put_back(search *s, int32_t column)
{
    if (--s->out[column] == 0) tr_master_allow(s->x, column, true);
}

static void keep_in(search *s, int32_t stop, bool on)
{
    if (on && s->stay[stop]++ == 0) tr_master_allow_left(s->x, stop, false);
    if (!on && --s->stay[stop] == 0) tr_master_allow_left(s->x, stop, true);
}

typedef struct {
    enum { TOGETHER, LEFT, CLASS, WHOLE } kind;
    int32_t i, j;         /* stops; LEFT: stop; CLASS: stop, class */
    double at;
} branch;

/* Does the side of the branch take the column out?  yes: together, left, on that class. */
static bool excludes(const branch *b, bool yes, const tr_route_column *r)
{
    bool i = tr_bit(r->set, b->i);
    if (b->kind == LEFT) return yes && i;
    if (b->kind == CLASS) return i && (yes ? r->vehicle != b->j : r->vehicle == b->j);
    bool j = tr_bit(r->set, b->j);
    return yes ? i != j : i && j;
}

static void side(search *s, const branch *b, bool yes, bool enter)
{
    for (int32_t c = 0; c < s->x->n; c++)
        if (excludes(b, yes, &s->x->columns[c])) {
            if (enter) take_out(s, c);
            else put_back(s, c);
        }
    if (b->kind == LEFT && !yes) keep_in(s, b->i, enter);
    if (b->kind == CLASS && yes) keep_in(s, b->i, enter);
    if (b->kind == TOGETHER && yes) keep_in(s, b->i, enter), keep_in(s, b->j, enter);
}

static double middle(double v) /* how far from whole */
{
    return v < 0.5 ? v : 1 - v;
}

static branch choose(search *s)
{
    const tr_master *x = s->x;
    int32_t n = x->m->n_stops, split = -1;
    branch best = {WHOLE, -1, -1, 0};
    double most = 1e-5;
    memset(s->pair, 0, (size_t)n * (size_t)n * sizeof *s->pair);
    for (int32_t c = 0; c < x->n; c++) {
        const tr_route_column *r = &x->columns[c];
        double v = s->out[c] ? 0 : tr_master_value(x, c);
        if (v < whole) continue;
        if (middle(v) > whole && r->n > 0) split = c;
        for (int32_t i = 0; i < r->n; i++)
            for (int32_t j = i + 1; j < r->n; j++) {
                int32_t a = r->stops[i] < r->stops[j] ? r->stops[i] : r->stops[j], b = r->stops[i] + r->stops[j] - a;
                s->pair[(size_t)a * (size_t)n + (size_t)b] += v;
            }
    }
    for (int32_t i = 0; i < n; i++) {
        double left = tr_master_left(x, i);
        if (middle(left) > most) most = middle(left), best = (branch){LEFT, i, -1, left};
    }
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = i + 1; j < n; j++) {
            double v = s->pair[(size_t)i * (size_t)n + (size_t)j];
            if (middle(v) > most) most = middle(v), best = (branch){TOGETHER, i, j, v};
        }
    if (best.kind == WHOLE && split >= 0) {
        const tr_route_column *r = &x->columns[split];
        best = (branch){CLASS, r->stops[0], r->vehicle, tr_master_value(x, split)};
    }
    return best;
}

/* ---- nodes ---- */

/* A whole solution: checked in integers, and its columns' costs made exact first.  True: solve the node again. */
static bool take(search *s)
{
    tr_master *x = s->x;
    const tr_model *m = x->m;
    tr_close *c = s->c;
    tr_arena *scratch = tr_arena_new();
    int32_t *chosen = TR_NEW(scratch, int32_t, m->n_vehicles + 1);
    bool *served = TR_NEW(scratch, bool, m->n_stops + 1), raised = false, holds = true;
    int64_t sum[3] = {0, 0, 0};
    for (int32_t v = 0; v < m->n_vehicles; v++) chosen[v] = -1;
    for (int32_t k = 0; k < x->n; k++) {
        if (s->out[k] || tr_master_value(x, k) < 0.5) continue;
        int told = c->exact ? c->exact(c->context, k) : 0;
        if (told < 0) take_out(s, k); /* for good */
        raised |= told != 0;
        if (told != 0) continue;
        int32_t times = (int32_t)lround(tr_master_value(x, k));
        for (int32_t v = 0; v < m->n_vehicles && times > 0; v++)
            if (m->vehicles[v].cls == x->columns[k].vehicle && m->vehicles[v].usable && chosen[v] < 0)
                chosen[v] = k, times--, sum[2] += x->columns[k].cost;
        holds &= times == 0;
        for (int32_t i = 0; i < x->columns[k].n; i++) {
            holds &= !served[x->columns[k].stops[i]];
            served[x->columns[k].stops[i]] = true;
        }
    }
    for (int32_t i = 0; i < m->n_stops; i++)
        for (int32_t k = 0; k < 3 && !served[i]; k++) sum[k] += tr_master_left_value(x, i, k);
    for (int32_t v = 0; v < m->n_vehicles; v++) holds &= !m->vehicles[v].departs || chosen[v] >= 0;
    for (int32_t k = 0; k < x->level; k++) holds &= sum[k] <= x->limit[k];
    if (!raised && holds && sum[x->level] < c->value) {
        c->value = sum[x->level], c->found = true;
        memcpy(c->chosen, chosen, (size_t)m->n_vehicles * sizeof *chosen);
    }
    tr_arena_free(scratch);
    return raised;
}

static void look(search *s, bool root);

static void both(search *s, const branch *b)
{
    for (int k = 0; k < 2 && !s->stopped; k++) {
        bool yes = (b->at >= 0.5) == (k == 0);
        side(s, b, yes, true);
        look(s, false);
        side(s, b, yes, false);
    }
}

/* Columns that no solution below the value can hold; only at the root. */
static void fix(search *s, __int128 sum)
{
    __int128 room = (__int128)(s->c->value - 1) * TR_MONEY - sum;
    for (int32_t c = 0; c < s->x->n; c++)
        if (!s->out[c] && reduced_cost(s->x, &s->duals, &s->x->columns[c]) > room) take_out(s, c);
}

static void look(search *s, bool root)
{
    tr_close *c = s->c;
    for (int32_t round = 0;; round++) {
        if (--c->nodes < 0 || (c->enough && c->enough(c->context)) || !tr_master_solve(s->x, &s->duals)) {
            s->stopped = true;
            return;
        }
        __int128 sum = bound(s);
        if (root && ceiling(sum) > c->lowest) c->lowest = ceiling(sum);
        if (ceiling(sum) >= c->value) return;
        if (root) fix(s, sum);
        branch b = choose(s);
        if (b.kind == WHOLE) {
            int64_t before = c->value;
            if (take(s)) continue;
            if (c->value < before || round < 3) continue; /* the bound is tried again */
            s->stopped = true; /* rounding: whole by GLPK's measure, but not a solution */
            return;
        }
        if (root && round < c->cut_rounds && tr_cuts_add(s->x, 40) > 0) continue;
        both(s, &b);
        return;
    }
}

bool tr_close_run(tr_close *c, tr_arena *arena)
{
    search s = {.c = c, .x = c->master, .arena = arena};
    const tr_model *m = c->master->m;
    if (!c->chosen) c->chosen = TR_NEW(arena, int32_t, m->n_vehicles + 1);
    s.out = TR_NEW(arena, uint8_t, c->master->n + 1), s.stay = TR_NEW(arena, uint8_t, m->n_stops + 1);
    s.pair = TR_NEW(arena, double, (size_t)m->n_stops * (size_t)m->n_stops + 1);
    c->found = false, c->lowest = INT64_MIN;
    for (int32_t k = 0; c->out && k < c->master->n; k++)
        if (c->out[k]) take_out(&s, k);
    look(&s, true);
    for (int32_t k = 0; k < c->master->n; k++)
        if (s.out[k]) tr_master_allow(c->master, k, true);
    return !s.stopped;
}
