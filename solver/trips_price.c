/* trips_price.c -- trips of one class of vehicles to one node, priced: labels forwards, held to what is left at best.
 * See trips.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "trips_inner.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEVELS = 30, RECENT = 6, QUICK = 2, /* of look_ahead: levels of litres, stops remembered; in heuristics */
    STAY = 8,             /* in heuristics: times `beam`, labels at a stop */
    FOUND = 400, TOLD = 30, /* trips noted, told */
    LEAST = 500,          /* units below 0 from which a trip is told: less is rounding */
    LOOK = 4096,          /* labels between looks at the clock */
    MOST = 3000000,       /* labels of a call: some 300 MB */
    BARRED = 255
};

typedef struct {
    int64_t cost, fees;
    uint64_t memory[TRIP_WORDS], half; /* half: cuts that an odd number of its stops is in */
    tr_mask kept;         /* streams that are not in the largest compartment */
    tr_mask group[TRIP_BOXES]; /* streams that may go with what is on board; 0 = nothing is */
    int32_t kg[TRIP_BOXES], litres[TRIP_BOXES];
    int32_t parent, from;
    int16_t node, n, many; /* stops; those of them that take a level more */
    bool from_kept, unknown, beaten; /* unknown: something else is there from before the trip */
} label;

typedef struct { /* what most labels are told apart by, side by side in memory */
    int64_t cost;
    uint64_t memory;
    int32_t litres, label;
} key;

typedef struct {
    const trip_class *c;
    const tr_full *g;
    const trip_prices *u;
    int32_t to, beam;
    tr_mask takes;        /* streams that may be in the largest compartment there: it is emptied */
    int64_t fee;          /* a kg of them */
    int64_t *arc;         /* [stride * stride] of going to a stop, and what is got there */
    int64_t *last;        /* [n] to the end of the trip */
    int64_t most;         /* got there at most */
    bool *may[TRIP_BOXES]; /* [ns] the stop may go into the compartment */
    bool *many;           /* [ns] stops that may go into another, or are less than a level: */
    int32_t n_many;       /* each takes one of as many levels more */
    uint64_t *cuts_of;    /* [ns] cuts that hold the stop */
    int32_t step;         /* litres a level of `rests` */
    int32_t n_recent, (*recent)[RECENT]; /* [ns] stops near it that the way on from there may not come to again, -1 = none */
    int64_t *rests;       /* [levels + 1][ns][1 << n_recent] what follows a stop at best, by which of them were visited */
    label *labels;
    int32_t n, room;
    key **of;             /* [n] by node: labels by cost */
    int32_t *n_of, *room_of;
} pricer;

static int64_t road(const pricer *p, int32_t from, int32_t to)
{
    size_t cell = (size_t)from * (size_t)p->g->stride + (size_t)to;
    int32_t sec = p->g->sec[cell];
    if (sec >= TR_FAR) return INT64_MAX / 4;
    return p->g->met[cell] * p->g->a + p->u->second * (sec + p->g->nodes[to].stay) / TRIP_FINE;
}

static const tr_model_stop *stop_of(const pricer *p, int32_t i)
{
    return &p->g->m->stops[p->g->nodes[i].ref];
}

static void set_up(pricer *p, tr_mask group, tr_arena *scratch)
{
    const tr_full *g = p->g;
    const int32_t s = g->stride;
    p->takes = group & (p->to == g->end ? p->c->d->park_streams : g->m->problem->sites[g->nodes[p->to].ref].streams);
    p->fee = p->to == g->end ? 0 : 18 * g->m->problem->sites[g->nodes[p->to].ref].gate_fee_pence_per_tonne;
    p->arc = TR_NEW(scratch, int64_t, (size_t)s * (size_t)s), p->last = TR_NEW(scratch, int64_t, g->n + 1);
    for (int32_t b = 0; b < TRIP_BOXES; b++) p->may[b] = TR_NEW(scratch, bool, g->ns + 1);
    for (int32_t j = 0; j < g->ns; j++) {
        int32_t stream = stop_of(p, j)->stream;
        int64_t here = p->c->stop_cost[j] - p->u->stop[g->nodes[j].ref];
        p->may[0][j] = (p->c->streams[0] & p->takes) >> stream & 1;
        p->may[1][j] = p->c->n_boxes > 1 && (p->c->streams[1] >> stream & 1);
        for (int32_t i = 0; i < s; i++) p->arc[i * s + j] = i == j ? INT64_MAX / 4 : road(p, i, j) + here;
    }
    for (int32_t j = 0; j < g->n; j++) p->last[j] = road(p, j, p->to);
    p->most = p->u->reach[0][p->to] > p->u->reach[1][p->to] ? p->u->reach[0][p->to] : p->u->reach[1][p->to];
    p->cuts_of = TR_NEW(scratch, uint64_t, g->ns + 1);
    for (int32_t k = 0; k < p->u->n_cuts; k++)
        for (int i = 0; i < 3 && p->u->cuts[k].dual < 0; i++) {
            int32_t j = g->local[p->u->cuts[k].stops[i]];
            if (j >= 0) p->cuts_of[j] |= (uint64_t)1 << k;
        }
    p->of = TR_NEW(scratch, key *, g->n + 1), p->n_of = TR_NEW(scratch, int32_t, g->n + 1), p->room_of = TR_NEW(scratch, int32_t, g->n + 1);
}

static int64_t fee_in(const pricer *p, int32_t stop, int32_t box)
{
    return box == 0 ? stop_of(p, stop)->kg * p->fee : p->c->fee[stop];
}

static int64_t least_fee(const pricer *p, int32_t stop)
{
    int64_t a = p->may[0][stop] ? fee_in(p, stop, 0) : INT64_MAX, b = p->may[1][stop] ? fee_in(p, stop, 1) : INT64_MAX;
    return a < b ? a : b;
}

/* Levels of `rests` that a stop takes: those of the largest compartment, or one of those there are for stops that may go into another. */
static int32_t levels_of(const pricer *p, int32_t stop)
{
    return p->many[stop] ? 1 : stop_of(p, stop)->litres / p->step;
}

static void find_recent(pricer *p, tr_arena *scratch)
{
    const int32_t ns = p->g->ns, s = p->g->stride;
    p->n_recent = p->beam > 0 ? QUICK : RECENT;
    p->recent = tr_arena_alloc(scratch, (size_t)ns + 1, sizeof *p->recent);
    bool *in = TR_NEW(scratch, bool, ns + 1);
    for (int32_t j = 0; j < ns; j++) {
        memset(in, 0, (size_t)ns * sizeof *in);
        for (int32_t k = 0; k < p->n_recent; k++) {
            int32_t best = -1;
            for (int32_t i = 0; i < ns; i++)
                if (!in[i] && i != j && (p->may[0][i] || p->may[1][i]) && (best < 0 || p->g->sec[i * s + j] < p->g->sec[best * s + j])) best = i;
            p->recent[j][k] = best;
            if (best >= 0) in[best] = true;
        }
    }
}

static uint32_t recent_of(const pricer *p, int32_t node, const uint64_t *memory)
{
    uint32_t bits = 0;
    for (int32_t k = 0; k < p->n_recent; k++) {
        int32_t i = p->recent[node][k];
        if (i >= 0 && (memory[i >> 6] >> (i & 63) & 1)) bits |= 1u << k;
    }
    return bits;
}

static int64_t *rest_of(const pricer *p, int32_t level, int32_t stop, uint32_t bits)
{
    return p->rests + ((((size_t)level * (size_t)p->g->ns + (size_t)stop) << p->n_recent) + bits);
}

/* [ns][ns][1 << n_recent] which of the stops near the second are remembered there, by which of those near the first were at the first;
 * BARRED where the second is one of them. */
static uint8_t *recent_then(const pricer *p, tr_arena *scratch)
{
    const int32_t ns = p->g->ns;
    const uint32_t sets = 1u << p->n_recent;
    uint8_t *all = TR_NEW(scratch, uint8_t, ((size_t)ns * (size_t)ns << p->n_recent) + 1), *then = all;
    for (int32_t j = 0; j < ns; j++)
        for (int32_t i = 0; i < ns; i++, then += sets) {
            uint32_t bar = 0, always = 0, from[RECENT], to[RECENT], n = 0;
            for (int32_t k = 0; k < p->n_recent; k++) {
                int32_t at = p->recent[i][k];
                if (at == j) always |= 1u << k;
                if (p->recent[j][k] == i) bar = 1u << k;
                for (int32_t b = 0; at >= 0 && b < p->n_recent; b++)
                    if (p->recent[j][b] == at) from[n] = (uint32_t)b, to[n++] = (uint32_t)k;
            }
            for (uint32_t m = 0; m < sets; m++) {
                uint32_t bits = always;
                for (uint32_t k = 0; k < n; k++) bits |= (m >> from[k] & 1) << to[k];
                then[m] = m & bar ? BARRED : (uint8_t)bits;
            }
        }
    return all;
}

/* Ways on by litres left, rounded up to whole levels, over routes that remember few stops (Baldacci et al. 2011). */
static void look_ahead(pricer *p, tr_arena *scratch)
{
    const int32_t ns = p->g->ns, s = p->g->stride;
    p->step = p->c->room[0] / LEVELS + 1;
    p->many = TR_NEW(scratch, bool, ns + 1);
    for (int32_t j = 0; j < ns; j++) {
        p->many[j] = p->may[1][j] || stop_of(p, j)->litres < p->step;
        p->n_many += p->many[j] && (p->may[0][j] || p->may[1][j]);
    }
    find_recent(p, scratch);
    const int32_t levels = p->c->room[0] / p->step + p->n_many;
    const uint32_t sets = 1u << p->n_recent;
    const uint8_t *all = recent_then(p, scratch);
    p->rests = TR_NEW(scratch, int64_t, ((size_t)(levels + 1) * (size_t)ns << p->n_recent) + 1);
    for (int32_t q = 0; q <= levels; q++)
        for (int32_t j = 0; j < ns; j++) {
            int64_t *here = rest_of(p, q, j, 0);
            for (uint32_t m = 0; m < sets; m++) here[m] = p->last[j] - p->most; /* the trip ends */
            for (int32_t i = 0; i < ns; i++) {
                if (i == j || !(p->may[0][i] || p->may[1][i]) || levels_of(p, i) > q) continue;
                const int64_t step = p->arc[j * s + i] + least_fee(p, i), *next = rest_of(p, q - levels_of(p, i), i, 0);
                const uint8_t *then = all + (((size_t)j * (size_t)ns + (size_t)i) << p->n_recent);
                for (uint32_t m = 0; m < sets; m++)
                    if (then[m] != BARRED && step + next[then[m]] < here[m]) here[m] = step + next[then[m]];
            }
        }
}

static int64_t at_best(const pricer *p, const label *x)
{
    if (x->node >= p->g->ns) return INT64_MIN / 4;
    int32_t left = (p->c->room[0] - x->litres[0]) / p->step + p->n_many - x->many;
    return *rest_of(p, left > 0 ? left : 0, x->node, recent_of(p, x->node, x->memory));
}

static int64_t cuts_cost(const pricer *p, uint64_t cuts)
{
    int64_t sum = 0;
    for (; cuts; cuts &= cuts - 1) sum -= p->u->cuts[__builtin_ctzll(cuts)].dual;
    return sum;
}

/* Whatever follows b may follow a, and costs no less then. */
static bool beats(const pricer *p, const label *a, const label *b)
{
    for (int w = 0; w < TRIP_WORDS; w++)
        if (a->memory[w] & ~b->memory[w]) return false;
    if ((a->kept & ~b->kept) || a->unknown > b->unknown || a->many > b->many) return false;
    for (int32_t k = 0; k < p->c->n_boxes; k++)
        if (a->kg[k] > b->kg[k] || a->litres[k] > b->litres[k] || (a->group[k] && a->group[k] != b->group[k])) return false;
    return !(a->half & ~b->half) || a->cost + cuts_cost(p, a->half & ~b->half) <= b->cost;
}

/* May the first beat the second?  Both keys are at hand, and mostly this tells. */
static inline bool may_beat(const key *a, const key *b)
{
    return !(a->memory & ~b->memory) && a->litres <= b->litres;
}

/* Keeps labels[n] unless it is beaten or leads to nothing. */
static void keep(pricer *p, int64_t *work)
{
    label *x = &p->labels[p->n];
    if (x->cost + at_best(p, x) >= 0) return; /* no trip of it is below 0 */
    const int32_t j = x->node, n = p->n_of[j];
    const key own = {x->cost, x->memory[0], x->litres[0], p->n};
    key *list = p->of[j];
    int32_t at = 0;
    for (; at < n && list[at].cost <= own.cost; at++)
        if (may_beat(&list[at], &own) && beats(p, &p->labels[list[at].label], x)) break;
    *work -= at / 256;
    if ((at < n && list[at].cost <= own.cost) || (p->beam > 0 && at >= p->beam * STAY)) return;
    int32_t to = at;
    for (int32_t k = at; k < n; k++) {
        label *y = &p->labels[list[k].label];
        if (may_beat(&own, &list[k]) && beats(p, x, y)) y->beaten = true;
        else list[to++] = list[k];
    }
    *work -= 1 + (n - at) / 256;
    p->n_of[j] = to;
    if (to == p->room_of[j]) {
        p->room_of[j] = to ? 2 * to : 16;
        p->of[j] = list = realloc(list, (size_t)p->room_of[j] * sizeof *list);
        if (!list) abort();
    }
    memmove(list + at + 1, list + at, (size_t)(to - at) * sizeof *list);
    list[at] = own;
    p->n++, p->n_of[j]++;
}

static label *fresh(pricer *p)
{
    if (p->n + 1 >= p->room) {
        p->room = p->room ? 2 * p->room : 4096;
        p->labels = realloc(p->labels, (size_t)p->room * sizeof *p->labels);
        if (!p->labels) abort();
    }
    return &p->labels[p->n];
}

static void load(const pricer *p, label *x, int32_t box, const tr_model_stop *s)
{
    x->kg[box] += s->kg, x->litres[box] += s->litres, x->group[box] = p->g->m->same_group[s->stream];
    if (box > 0) x->kept |= (tr_mask)1 << s->stream;
}

/* From a label, or from a node with what is on board there, to a stop: into each compartment that takes it. */
static void go(pricer *p, const label *before, int32_t parent, int64_t cost, int32_t stop, int64_t *work)
{
    const tr_model_stop *s = stop_of(p, stop);
    for (int32_t b = 0; b < p->c->n_boxes; b++) {
        if (!p->may[b][stop] || before->kg[b] + s->kg > p->c->room_kg[b] || before->litres[b] + s->litres > p->c->room[b]) continue;
        if (s->kg + before->kg[0] + before->kg[1] > p->g->payload) continue;
        if (before->group[b] && !(before->group[b] >> s->stream & 1)) continue;
        label *x = fresh(p);
        *x = *before, x->beaten = false;
        x->cost = cost + fee_in(p, stop, b), x->fees += fee_in(p, stop, b), x->node = (int16_t)stop, x->n++, x->many += p->many[stop], x->parent = parent;
        if (b == 0 || p->c->follows) load(p, x, b, s);
        for (int w = 0; w < TRIP_WORDS; w++) x->memory[w] &= p->c->near[stop][w];
        x->memory[stop >> 6] |= (uint64_t)1 << (stop & 63);
        if (p->cuts_of[stop]) x->cost += cuts_cost(p, x->half & p->cuts_of[stop]), x->half ^= p->cuts_of[stop];
        keep(p, work);
    }
}

/* May all that is kept beside the largest compartment be emptied there? */
static bool takes_kept(const pricer *p, const label *x, tr_mask streams)
{
    return !(x->kept & ~streams) && (!x->unknown || (streams & p->c->streams[1]));
}

/* What is got for ending the trip after the label; false if it may not end there.  keeps: something stays on board. */
static bool may_end(const pricer *p, const label *x, bool *keeps, int64_t *got)
{
    const tr_full *g = p->g;
    *keeps = false;
    if (p->to == g->end) {
        *got = 0;
        return !x->unknown && !(x->kept & ~p->c->d->park_streams);
    }
    *keeps = (x->kept || x->unknown) && !takes_kept(p, x, g->m->problem->sites[g->nodes[p->to].ref].streams);
    *got = p->u->reach[*keeps][p->to];
    return true;
}

/* To a site on the way, where all but the largest compartment are emptied. */
static void empty_others(pricer *p, const label *before, int32_t parent, int64_t *work)
{
    const tr_full *g = p->g;
    for (int32_t w = g->ns; w < g->n; w++) {
        if (!takes_kept(p, before, g->m->problem->sites[g->nodes[w].ref].streams)) continue;
        label *x = fresh(p);
        *x = *before, x->beaten = false;
        x->cost += road(p, before->node, w), x->node = (int16_t)w, x->parent = parent, x->kg[1] = x->litres[1] = 0, x->group[1] = x->kept = 0, x->unknown = false;
        if (x->cost < INT64_MAX / 8) keep(p, work);
    }
}

static void begin(pricer *p, int64_t *work)
{
    const tr_full *g = p->g;
    label empty = {.parent = -1, .node = -1}, loaded = empty;
    bool start = true;
    for (int32_t b = 0; b < g->kc; b++) {
        const int32_t in = b != p->c->main;
        const tr_mask streams = p->c->d->streams[b];
        if (in == 0) start = !(streams & ~p->takes);
        if (in > 0 && !p->c->follows) continue;
        loaded.kg[in] += p->c->d->kg[b], loaded.litres[in] += p->c->d->litres[b];
        if (streams) loaded.group[in] = g->m->same_group[__builtin_ctzll(streams)];
        if (in > 0) loaded.kept = streams;
    }
    loaded.from = g->start;
    for (int32_t j = 0; j < g->ns; j++) {
        for (int32_t w = g->ns; w < g->n; w++) {
            for (int k = 0; k < 1 + p->c->follows; k++) {
                int64_t cost = p->arc[w * g->stride + j] - p->u->leave[k][w];
                empty.from = w, empty.from_kept = empty.unknown = k;
                if (cost < INT64_MAX / 8) go(p, &empty, -1, cost, j, work);
            }
        }
        int64_t first = p->arc[g->start * g->stride + j] - p->u->leave[0][g->start];
        if (start && first < INT64_MAX / 8) go(p, &loaded, -1, first, j, work);
    }
}

static int by_cost(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : x[1] < y[1] ? -1 : x[1] > y[1];
}

static void tell(const pricer *p, int32_t at, trip_sink *sink, void *context)
{
    const tr_full *g = p->g;
    int32_t stops[TRIP_LONG], n = p->labels[at].n, node = p->to;
    const label *end = &p->labels[at];
    trip t = {.c = p->c, .from = end->from, .to = p->to, .keeps_from = end->from_kept, .n = n, .stops = stops, .cost = end->fees};
    for (int32_t k = at;; k = p->labels[k].parent) {
        int32_t before = k >= 0 ? p->labels[k].node : t.from;
        size_t cell = (size_t)before * (size_t)g->stride + (size_t)node;
        t.cost += g->met[cell] * g->a, t.seconds += g->sec[cell] + g->nodes[node].stay;
        node = before;
        if (k < 0) break;
        if (node < g->ns) stops[--n] = g->nodes[node].ref, t.cost += p->c->stop_cost[node];
    }
    int64_t got;
    may_end(p, end, &t.keeps_to, &got);
    sink(context, &t);
}

int64_t trip_price(const trip_class *c, const trip_prices *u, int32_t to, tr_mask group, int32_t beam, trip_sink *sink,
                   bool (*enough)(void *context), void *context, int64_t *work)
{
    tr_arena *scratch = tr_arena_new();
    pricer p = {.c = c, .g = c->graph, .u = u, .to = to, .beam = beam};
    const int32_t s = p.g->stride;
    set_up(&p, group, scratch);
    look_ahead(&p, scratch);
    begin(&p, work);
    int64_t least = 0, (*found)[2] = tr_arena_alloc(scratch, FOUND, sizeof *found);
    int32_t n_found = 0, *counted = TR_NEW(scratch, int32_t, p.g->n + 1), length = 0;
    bool out = false;
    for (int32_t i = 0; i < p.n && *work > 0; i++) {
        label x = p.labels[i];
        if (p.n > MOST || (i % LOOK == LOOK - 1 && enough(context))) {
            out = true;
            break;
        }
        if (x.beaten) continue;
        if (x.n > length) length = x.n, memset(counted, 0, (size_t)p.g->n * sizeof *counted);
        bool keeps;
        int64_t got, whole = may_end(&p, &x, &keeps, &got) ? x.cost + p.last[x.node] - got : 0;
        if (whole < 0) least = whole / x.n - 1 < least ? whole / x.n - 1 : least;
        if (whole < -LEAST) {
            if (n_found == FOUND) {
                qsort(found, FOUND, sizeof *found, by_cost);
                n_found = FOUND / 2;
            }
            found[n_found][0] = whole, found[n_found++][1] = i;
        }
        if ((beam > 0 && counted[x.node]++ >= beam) || x.n == TRIP_LONG) continue;
        if (x.node < p.g->ns && (x.kept || x.unknown)) empty_others(&p, &x, i, work);
        for (int32_t j = 0; j < p.g->ns; j++) {
            if (x.memory[j >> 6] >> (j & 63) & 1) continue;
            int64_t arc = p.arc[x.node * s + j];
            if (arc < INT64_MAX / 8) go(&p, &x, i, x.cost + arc, j, work);
        }
    }
    qsort(found, (size_t)n_found, sizeof *found, by_cost);
    for (int32_t k = 0; k < n_found && k < TOLD && !out; k++) tell(&p, (int32_t)found[k][1], sink, context);
    out |= *work <= 0;
    for (int32_t j = 0; j < p.g->n; j++) free(p.of[j]);
    free(p.labels);
    tr_arena_free(scratch);
    return out ? INT64_MIN : least;
}
