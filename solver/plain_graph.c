/* plain_graph.c -- the plain pricer's graph: windows, arcs, memory bits, and their costs under given duals.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "plain.h"

#include <stdlib.h>
#include <string.h>

enum {
    BEST_ARCS = 15, /* of each node at effort 0 */
    COARSE = 6,     /* stops near a node that effort 1 remembers in dominance */
    MOST_BUCKETS = 256,
    FEW_BUCKETS = 50, /* where the shortest arc is no guide to their width */
    MOST_CLOSED = 400 /* nodes up to which shortest ways are worth their time */
};

static int32_t min32(int32_t a, int32_t b)
{
    return a < b ? a : b;
}
static int32_t max32(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* ---- what binds ---- */

static int32_t place_of(const tr_plain_pricer *p, int32_t node, bool is_from)
{
    if (node < p->n) return p->model->stops[node].place;
    return is_from ? p->vehicle->place : p->vehicle->end_place;
}

static int32_t drive(const tr_plain_pricer *p, int32_t i, int32_t j)
{
    const tr_legs *g = &p->model->legs[p->vehicle->legs];
    return g
        ->seconds[(size_t)place_of(p, i, true) * (size_t)p->model->n_places + (size_t)place_of(p, j, false)];
}

/* No order of stops can be late: then it is the load that orders labels. */
static bool time_is_free(const tr_plain_pricer *p)
{
    int64_t longest = 0, service = 0, opens = p->vehicle->leave_min, closes = p->vehicle->back_by;
    for (int32_t i = 0; i <= p->n; i++)
        for (int32_t j = 0; j <= p->n; j++) {
            int32_t s = i == j ? 0 : drive(p, i, j);
            if (s < TR_FAR && s > longest) longest = s;
        }
    for (int32_t i = 0; i < p->n; i++) {
        const tr_window *w = &p->model->stops[i].windows[0];
        if (p->model->stops[i].n_windows <= 0) return false;
        service += p->model->stops[i].service;
        if (w->start_s > opens) opens = w->start_s;
        if (w->end_s < closes) closes = w->end_s;
    }
    return opens <= p->vehicle->leave_min && opens + service + longest * (p->n + 1) <= closes;
}

static void load_fill(tr_plain_pricer *p)
{
    const tr_vehicle *v = &p->model->problem->vehicles[p->vehicle - p->model->vehicles];
    int64_t kg = 0, litres = 0;
    p->most_kg = min32(v->payload_kg, v->compartments[0].kg) - p->vehicle->kg[0];
    p->most_litres = v->compartments[0].litres - p->vehicle->litres[0];
    for (int32_t i = 0; i < p->n; i++) {
        p->kg[i] = p->model->stops[i].kg, p->litres[i] = p->model->stops[i].litres;
        kg += p->kg[i], litres += p->litres[i];
    }
    /* a limit that cannot bind is no reason to tell two labels apart */
    if (litres <= p->most_litres) memset(p->litres, 0, (size_t)p->n * sizeof *p->litres);
    if (kg <= p->most_kg && !p->by_load) memset(p->kg, 0, (size_t)p->n * sizeof *p->kg);
    /* where kilograms take the place of time, a visit without any must count too, or a walk would never end */
    for (int32_t i = 0; i < p->n; i++) p->counts_visits |= p->by_load && p->kg[i] == 0;
}

static int32_t load_at(const tr_plain_pricer *p, int32_t kg, int32_t visits)
{
    return p->counts_visits ? kg * (p->n + 1) + visits : kg;
}

/* ---- windows and arcs, forwards ---- */

static void windows_fill(tr_plain_pricer *p, int32_t *lo, int32_t *hi)
{
    lo[p->n] = p->by_load ? 0 : p->vehicle->leave_min;
    hi[p->n] = p->by_load ? load_at(p, p->most_kg, p->n) : p->vehicle->back_by;
    for (int32_t i = 0; i < p->n; i++) {
        const tr_model_stop *s = &p->model->stops[i];
        lo[i] = lo[p->n], hi[i] = hi[p->n];
        if (!tr_bit(p->vehicle->can, i) || s->n_windows <= 0)
            hi[i] = lo[i] - 1; /* never */
        else if (!p->by_load) {
            lo[i] = max32(lo[i], (int32_t)s->windows[0].start_s);
            hi[i] = min32(hi[i], (int32_t)s->windows[0].end_s);
        }
    }
}

static void takes_fill(tr_plain_pricer *p, int32_t *takes)
{
    int32_t nn = p->n + 1;
    for (int32_t i = 0; i < nn; i++)
        for (int32_t j = 0; j < nn; j++) {
            int32_t s = i == j ? TR_FAR : drive(p, i, j);
            int32_t t = i < p->n ? s + p->model->stops[i].service : s;
            takes[i * nn + j] = s >= TR_FAR  ? TR_FAR
                                : p->by_load ? (j < p->n ? load_at(p, p->kg[j], 1) : 0)
                                             : t;
        }
}

/* Floyd's: a stop may be quicker to reach by way of others, as the legs need not be metric. */
static void shortest_fill(tr_plain_pricer *p)
{
    int32_t nn = p->n + 1, *d = p->shortest;
    memcpy(d, p->sides[0].takes, (size_t)nn * (size_t)nn * sizeof *d);
    for (int32_t i = 0; i < nn; i++) d[i * nn + i] = 0;
    for (int32_t k = 0; k < p->n; k++)
        for (int32_t i = 0; i < nn; i++)
            for (int32_t j = 0; d[i * nn + k] < TR_FAR && j < nn; j++)
                d[i * nn + j] = min32(d[i * nn + j], d[i * nn + k] + d[k * nn + j]);
}

static void windows_tighten(tr_plain_pricer *p, int32_t *lo, int32_t *hi)
{
    int32_t nn = p->n + 1;
    for (int32_t i = 0; p->shortest && i < p->n; i++) {
        int32_t there = p->shortest[p->n * nn + i], back = p->shortest[i * nn + p->n];
        if (there >= TR_FAR || back >= TR_FAR) hi[i] = lo[i] - 1;
        lo[i] = max32(lo[i], min32(lo[p->n] + there, hi[i] + 1));
        hi[i] = min32(hi[i], hi[p->n] - back);
    }
}

/* The arcs' latest departures; none where the ends do not go together. */
static void until_fill(const tr_plain_pricer *p, plain_side *s)
{
    int32_t nn = p->n + 1;
    for (int32_t i = 0; i < nn; i++)
        for (int32_t j = 0; j < nn; j++) {
            int32_t *u = &s->until[i * nn + j];
            int32_t earliest = s->lo[i], latest = j == p->n ? p->mirror : s->hi[j];
            *u = INT32_MIN;
            if (i == j || s->takes[i * nn + j] >= TR_FAR || (i < p->n && s->hi[i] < s->lo[i])) continue;
            if (j < p->n && s->hi[j] < s->lo[j]) continue;
            if (i < p->n && j < p->n &&
                (p->kg[i] + p->kg[j] > p->most_kg || p->litres[i] + p->litres[j] > p->most_litres))
                continue;
            if (j < p->n && (p->kg[j] > p->most_kg || p->litres[j] > p->most_litres)) continue;
            if (earliest <= latest - s->takes[i * nn + j]) *u = latest - s->takes[i * nn + j];
        }
}

/* An arc is there in both directions or in none. */
static void until_agree(tr_plain_pricer *p)
{
    int32_t nn = p->n + 1;
    for (int32_t i = 0; i < nn; i++)
        for (int32_t j = 0; j < nn; j++) {
            int32_t *a = &p->sides[0].until[i * nn + j], *b = &p->sides[1].until[j * nn + i];
            if (*a == INT32_MIN || *b == INT32_MIN) *a = *b = INT32_MIN;
        }
}

static void buckets_fill(tr_plain_pricer *p)
{
    int32_t nn = p->n + 1, first = p->sides[0].lo[p->n], last = p->sides[0].hi[p->n];
    int64_t span = last < first ? 1 : (int64_t)last - first + 1, shortest = span;
    for (int32_t i = 0; i < p->n; i++)
        for (int32_t j = 0; j < p->n; j++)
            if (p->sides[0].takes[i * nn + j] < shortest) shortest = p->sides[0].takes[i * nn + j];
    int64_t width = shortest; /* then a bucket is final once those before it are */
    if (width * MOST_BUCKETS < span) width = (span + MOST_BUCKETS - 1) / MOST_BUCKETS;
    if (width > (span + FEW_BUCKETS - 1) / FEW_BUCKETS) width = (span + FEW_BUCKETS - 1) / FEW_BUCKETS;
    p->from = first, p->width = (int32_t)width;
    p->n_buckets = max32(2, (int32_t)((span + width - 1) / width));
    p->mirror = 2 * p->from + p->n_buckets * p->width - 1;
}

static void mirror_fill(tr_plain_pricer *p)
{
    const plain_side *a = &p->sides[0];
    plain_side *b = &p->sides[1];
    int32_t nn = p->n + 1;
    for (int32_t i = 0; i < nn; i++) {
        b->lo[i] = p->mirror - a->hi[i], b->hi[i] = p->mirror - a->lo[i];
        for (int32_t j = 0; j < nn; j++) b->takes[i * nn + j] = a->takes[j * nn + i];
    }
}

void tr_plain_unfix(tr_plain_pricer *p)
{
    for (int32_t k = 0; k < 2; k++) until_fill(p, &p->sides[k]);
    until_agree(p);
}

/* ---- costs ---- */

static void legs_fill(tr_plain_pricer *p)
{
    const tr_legs *g = &p->model->legs[p->vehicle->legs];
    int32_t nn = p->n + 1;
    for (int32_t i = 0; i < nn; i++)
        for (int32_t j = 0; j < nn; j++) {
            size_t at =
                (size_t)place_of(p, i, true) * (size_t)p->model->n_places + (size_t)place_of(p, j, false);
            p->leg[i * nn + j] = (int64_t)g->metres[at] * p->per_km * (TR_MONEY / 1000);
        }
}

int64_t plain_cost(const tr_plain_pricer *p, int32_t n, const int32_t *stops)
{
    int64_t exact = 0;
    int32_t at = p->n, nn = p->n + 1;
    for (int32_t i = 0; i < n; i++) exact += p->leg[at * nn + stops[i]], at = stops[i];
    exact += p->leg[at * nn + p->n];
    return (exact + TR_MONEY / 2) / TR_MONEY + p->fixed;
}

int32_t tr_plain_coefficient(const tr_cut *cut, const uint64_t *memory, int32_t n, const int32_t *stops)
{
    int32_t times = 0;
    bool one = false;
    for (int32_t i = 0; i < n; i++) {
        int32_t s = stops[i];
        if (s == cut->stops[0] || s == cut->stops[1] || s == cut->stops[2]) {
            times += one, one = !one;
        } else if (memory && !tr_bit(memory, s))
            one = false;
    }
    return times;
}

static const uint64_t *memory_of(const tr_plain_pricer *p, int32_t cut)
{
    return p->memory ? p->memory + (size_t)cut * ((size_t)p->n / 64 + 1) : NULL;
}

int64_t plain_reduced(const tr_plain_pricer *p, int32_t n, const int32_t *stops, int64_t pence, bool full)
{
    const tr_duals *d = p->duals;
    int64_t reduced = d->cost_counts ? pence * TR_MONEY : 0;
    for (int32_t i = 0; i < n; i++) reduced -= d->stop[stops[i]];
    for (int32_t c = 0; c < d->n_cuts; c++)
        if (d->cuts[c].dual < 0)
            reduced -=
                d->cuts[c].dual * tr_plain_coefficient(&d->cuts[c], full ? NULL : memory_of(p, c), n, stops);
    return reduced;
}

/* ---- memory bits ---- */

/* Stops that are remembered at one node must have bits of their own there; so a bit may stand for several stops
 * far from each other.  A stop that gets none is never remembered: a weaker bound, and still one. */
static void bits_fill(tr_plain_pricer *p)
{
    int32_t n = p->n, k = p->n_near;
    uint64_t *taken = calloc((size_t)n + 1, sizeof *taken); /* [node] bits given to stops remembered there */
    int32_t *head = malloc(((size_t)n + 1) * sizeof *head),
            *next = malloc(((size_t)n * (size_t)k + 1) * sizeof *next);
    if (!taken || !head || !next) abort();
    for (int32_t s = 0; s < n; s++) head[s] = -1;
    for (int32_t e = 0; e < n * k; e++) { /* the nodes at which a stop is remembered */
        int32_t s = p->near_list[e];
        if (s >= 0 && s < n) next[e] = head[s], head[s] = e;
    }
    for (int32_t s = 0; s < n; s++) {
        uint64_t used = 0;
        for (int32_t e = head[s]; e >= 0; e = next[e]) used |= taken[e / k];
        p->bit[s] = ~used & (used + 1); /* the lowest that is free */
        for (int32_t e = head[s]; e >= 0; e = next[e]) taken[e / k] |= p->bit[s];
    }
    for (int32_t e = 0; e < n * k; e++) {
        int32_t s = p->near_list[e];
        p->near_bit[e] = s >= 0 && s < n ? p->bit[s] : 0;
    }
    memset(p->coarse, 0, (size_t)n * sizeof *p->coarse);
    for (int32_t i = 0; i < n; i++)
        for (int32_t q = 0; q < COARSE && q < p->n_near; q++) p->coarse[i] |= p->near_bit[i * p->n_near + q];
    free(taken), free(head), free(next);
}

static bool is_near(const tr_plain_pricer *p, int32_t at, int32_t stop)
{
    for (int32_t k = 0; k < p->near_count[at]; k++)
        if (p->near_list[at * p->n_near + k] == stop) return true;
    return false;
}

/* What of the memory at i is still known at j, and whether it forbids j. */
static void memories_fill(tr_plain_pricer *p)
{
    for (int32_t i = 0; i < p->n; i++)
        for (int32_t j = 0; j < p->n; j++) {
            uint64_t bits = 0;
            for (int32_t k = 0; k < p->near_count[i]; k++) {
                int32_t s = p->near_list[i * p->n_near + k];
                if (s >= 0 && is_near(p, j, s)) bits |= p->bit[s];
            }
            p->shares[(size_t)i * (size_t)p->n + (size_t)j] = bits;
            p->recalls[(size_t)i * (size_t)p->n + (size_t)j] = is_near(p, i, j) ? p->bit[j] : 0;
        }
}

/* From when on a near stop cannot follow any more, and need not be remembered. */
static void reach_fill(tr_plain_pricer *p, int32_t side)
{
    plain_side *s = &p->sides[side];
    int32_t nn = p->n + 1;
    for (int32_t i = 0; i < p->n; i++)
        for (int32_t k = 0; k < p->n_near; k++) {
            int32_t e = i * p->n_near + k, t = p->near_list[e];
            s->near_until[e] = s->near_kg[e] = INT32_MAX;
            if (t < 0 || t >= p->n) continue;
            int32_t way = !p->shortest ? 0 : side == 0 ? p->shortest[i * nn + t] : p->shortest[t * nn + i];
            s->near_until[e] = s->hi[t] < s->lo[t] ? INT32_MIN : s->hi[t] - way;
            s->near_kg[e] = p->most_kg - p->kg[t];
        }
}

static void near_fill(tr_plain_pricer *p)
{
    memcpy(p->near_seen, p->near, (size_t)p->n * (size_t)p->n_near * sizeof *p->near);
    for (int32_t i = 0; i < p->n; i++) { /* without gaps, which are of no use to loops */
        int32_t *list = p->near_list + i * p->n_near, n = 0;
        for (int32_t k = 0; k < p->n_near; k++)
            if (p->near_seen[i * p->n_near + k] >= 0 && p->near_seen[i * p->n_near + k] < p->n)
                list[n++] = p->near_seen[i * p->n_near + k];
        p->near_count[i] = n;
        while (n < p->n_near) list[n++] = -1;
    }
    bits_fill(p);
    memories_fill(p);
    for (int32_t k = 0; k < 2; k++) reach_fill(p, k);
}

/* ---- arcs under duals ---- */

static void keep_best(plain_arc *arcs, int32_t n,
                      int32_t n_best) /* the cheapest first, enough for effort 0 */
{
    for (int32_t i = 0; i < n_best && i < n; i++) {
        int32_t b = i;
        for (int32_t j = i + 1; j < n; j++)
            if (arcs[j].cost < arcs[b].cost) b = j;
        plain_arc a = arcs[b];
        arcs[b] = arcs[i], arcs[i] = a;
    }
}

static void arcs_fill(tr_plain_pricer *p, plain_side *s, bool forward)
{
    int32_t nn = p->n + 1, n_arcs = 0;
    const tr_duals *d = p->duals;
    for (int32_t i = 0; i < nn; i++) {
        s->first[i] = n_arcs;
        for (int32_t j = 0; j < nn; j++) {
            int32_t until = s->until[i * nn + j];
            if (until < s->lo[i] || (j == p->n && (!forward || i == p->n))) continue;
            int64_t cost = !d->cost_counts ? 0 : forward ? p->leg[i * nn + j] : p->leg[j * nn + i];
            if (j < p->n) cost -= d->stop[j];
            s->arcs[n_arcs++] =
                (plain_arc){.to = j, .takes = s->takes[i * nn + j], .until = until, .cost = cost};
        }
        bool ends = n_arcs > s->first[i] && s->arcs[n_arcs - 1].to == p->n;
        s->best[i] = n_arcs - ends;
        if (p->effort > 0 || s->best[i] - s->first[i] <= BEST_ARCS) continue;
        keep_best(s->arcs + s->first[i], s->best[i] - s->first[i], BEST_ARCS);
        s->best[i] = s->first[i] + BEST_ARCS;
    }
    s->first[nn] = n_arcs;
    for (int32_t i = 0; i < p->n; i++)
        for (int32_t e = s->first[i]; e < s->first[i + 1]; e++) {
            int32_t j = s->arcs[e].to;
            if (j == p->n) continue;
            s->arcs[e].forbids = p->recalls[(size_t)i * (size_t)p->n + (size_t)j];
            s->arcs[e].keeps = p->shares[(size_t)i * (size_t)p->n + (size_t)j];
        }
}

static void cuts_fill(tr_plain_pricer *p)
{
    const tr_duals *d = p->duals;
    int32_t n_active = 0, nn = p->n + 1;
    for (int32_t c = 0; c < d->n_cuts; c++) n_active += d->cuts[c].dual < 0;
    n_active =
        min32(n_active, 64 * PLAIN_MOST_WORDS); /* a cut that is overlooked weakens the bound, no more */
    int32_t w = p->n_words = (n_active + 63) / 64;
    if (w > p->room_words) {
        p->room_words = w;
        p->cut_of = TR_NEW(p->arena, int32_t, 64 * w);
        p->penalty = TR_NEW(p->arena, int64_t, 64 * w);
        p->cut_has = TR_NEW(p->arena, uint64_t, nn * w);
        p->cut_keeps = TR_NEW(p->arena, uint64_t, nn * w);
    }
    if (!w) return;
    memset(p->cut_has, 0, (size_t)nn * (size_t)w * sizeof *p->cut_has);
    memset(p->cut_keeps, 0, (size_t)nn * (size_t)w * sizeof *p->cut_keeps);
    int32_t b = 0;
    for (int32_t c = 0; c < d->n_cuts && b < n_active; c++) {
        if (d->cuts[c].dual >= 0) continue;
        const uint64_t *memory = memory_of(p, c);
        p->cut_of[b] = c, p->penalty[b] = -d->cuts[c].dual;
        for (int32_t i = 0; i < p->n; i++)
            if (!memory || tr_bit(memory, i)) p->cut_keeps[i * w + b / 64] |= (uint64_t)1 << (b & 63);
        for (int32_t k = 0; k < 3; k++) {
            p->cut_has[d->cuts[c].stops[k] * w + b / 64] |= (uint64_t)1 << (b & 63);
            p->cut_keeps[d->cuts[c].stops[k] * w + b / 64] |= (uint64_t)1 << (b & 63);
        }
        b++;
    }
}

void plain_arrange(tr_plain_pricer *p, const tr_duals *duals, int32_t effort, int64_t *work)
{
    p->duals = duals, p->effort = effort, p->work = work;
    if (memcmp(p->near_seen, p->near, (size_t)p->n * (size_t)p->n_near * sizeof *p->near) != 0) near_fill(p);
    for (int32_t k = 0; k < 2; k++) arcs_fill(p, &p->sides[k], k == 0);
    cuts_fill(p);
    p->root_cost = !duals->cost_counts ? 0 : p->fixed * TR_MONEY - (p->per_km % 1000 ? TR_MONEY / 2 : 0);
}

int64_t plain_count_arcs(const tr_plain_pricer *p)
{
    int64_t n = 0, nn = p->n + 1;
    for (int64_t a = 0; a < nn * nn; a++) n += p->sides[0].until[a] != INT32_MIN;
    return n;
}

/* ---- life ---- */

tr_plain_pricer *tr_plain_new(const tr_model *m, int32_t vehicle, int32_t n_near, const int32_t *near,
                              tr_arena *arena)
{
    tr_plain_pricer *p = TR_NEW(arena, tr_plain_pricer, 1);
    int32_t n = m->n_stops, nn = n + 1;
    p->model = m, p->vehicle = &m->vehicles[vehicle], p->arena = arena;
    p->n = n, p->n_near = n_near, p->near = near;
    p->near_seen = TR_NEW(arena, int32_t, n * n_near + 1),
    p->near_list = TR_NEW(arena, int32_t, n * n_near + 1);
    p->near_count = TR_NEW(arena, int32_t, nn);
    p->near_bit = TR_NEW(arena, uint64_t, n * n_near + 1);
    p->bit = TR_NEW(arena, uint64_t, nn), p->coarse = TR_NEW(arena, uint64_t, nn);
    p->shares = TR_NEW(arena, uint64_t, n * n + 1), p->recalls = TR_NEW(arena, uint64_t, n * n + 1);
    p->kg = TR_NEW(arena, int32_t, nn), p->litres = TR_NEW(arena, int32_t, nn);
    p->leg = TR_NEW(arena, int64_t, nn * nn);
    p->per_km = m->problem->vehicles[vehicle].pence_per_km,
    p->fixed = m->problem->vehicles[vehicle].fixed_pence;
    for (int32_t k = 0; k < 2; k++) {
        plain_side *s = &p->sides[k];
        s->lo = TR_NEW(arena, int32_t, nn), s->hi = TR_NEW(arena, int32_t, nn);
        s->takes = TR_NEW(arena, int32_t, nn * nn), s->until = TR_NEW(arena, int32_t, nn * nn);
        s->near_until = TR_NEW(arena, int32_t, n * n_near + 1),
        s->near_kg = TR_NEW(arena, int32_t, n * n_near + 1);
        s->first = TR_NEW(arena, int32_t, nn + 1), s->best = TR_NEW(arena, int32_t, nn + 1);
        s->arcs = TR_NEW(arena, plain_arc, nn * nn);
    }
    p->by_load = time_is_free(p);
    load_fill(p);
    legs_fill(p);
    takes_fill(p, p->sides[0].takes);
    if (n <= MOST_CLOSED) p->shortest = TR_NEW(arena, int32_t, nn * nn), shortest_fill(p);
    windows_fill(p, p->sides[0].lo, p->sides[0].hi);
    windows_tighten(p, p->sides[0].lo, p->sides[0].hi);
    buckets_fill(p);
    mirror_fill(p);
    if (p->by_load) memset(p->kg, 0, (size_t)n * sizeof *p->kg); /* `at` counts them */
    for (int32_t k = 0; k < 2; k++) p->sides[k].cells = TR_NEW(arena, plain_cell, nn * p->n_buckets);
    tr_plain_unfix(p);
    near_fill(p);
    return p;
}

void tr_plain_free(tr_plain_pricer *p)
{
    if (p) plain_sides_free(p);
}

void tr_plain_memory(tr_plain_pricer *p, const uint64_t *memory)
{
    p->memory = memory;
}
void tr_plain_repeats(tr_plain_pricer *p, bool told)
{
    p->repeats = told;
}
tr_plain_figures tr_plain_count(const tr_plain_pricer *p)
{
    return p->figures;
}
