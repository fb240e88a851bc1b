/* trips_list.c -- all routes of a class that a better plan with a fleet may have, by the duals over its trips: see trips.h.
 *
 * Labels are those of full.h, over all the rules and with exact sets.  Beside them each counts what its trips cost reduced, so that it
 * goes on only while that, the best way on to the end of its trip, and what it costs above its trips, are below the gap.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "trips_inner.h"

#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum {
    LOOK = 4096,          /* labels between looks at the clock */
    MOST = 5000000,       /* labels: some 1 GB */
    MOST_SETS = 30000,
    DAYS = 3,             /* cores */
    ROOM = 500000000      /* cells of tables: 2 GB */
};

typedef struct { /* of a label */
    int64_t reduced;      /* of its trips, the last one open */
    int64_t plain;        /* what they cost */
    uint64_t half;        /* cuts that an odd number of the open trip's stops is in */
    tr_mask in;           /* streams in the largest compartment */
    uint64_t open[TRIP_WORDS]; /* stops of the open trip */
    int32_t kg;           /* of them, in the largest compartment */
    int32_t from;         /* node where it began */
    uint16_t core[DAYS];  /* stops of each core that were visited */
    int32_t state;
} mark;

typedef struct {
    const trip_wanted *w;
    const trip_class *c;
    const trip_prices *u;
    trip_day day[DAYS];
    int32_t n_days;
    uint64_t *cuts_of;
    int64_t calls;
} lister;

static mark *mark_of(const tr_full *g, const full_label *x)
{
    return (mark *)(void *)(uintptr_t)(x->words + g->guide_at);
}

/* What the label costs above its trips: for waiting, and for hazard minutes after the first. */
static int64_t above_trips(const lister *l, const tr_full *g, const full_label *x, const mark *y)
{
    const int64_t duty = MAX(x->lag, x->time - x->slack) + g->nodes[x->node].stay - l->c->break_most;
    return MAX(0, x->cost + g->r * duty - y->plain);
}

static void start(void *of, tr_full *g, full_label *x)
{
    const lister *l = of;
    mark *y = mark_of(g, x);
    *y = (mark){.in = g->d->streams[l->c->main], .from = g->start, .state = l->c->start_state, .reduced = -l->u->leave[l->c->start_state][g->start], .plain = g->base_cost + (g->d->used ? 0 : g->fixed_cost) + g->r * g->d->lag};
}

static int32_t many_of(const trip_ahead *a, const mark *y)
{
    int32_t n = 0;
    for (int w = 0; w < TRIP_WORDS; w++) n += __builtin_popcountll(y->open[w] & a->many_set[w]);
    return n;
}

static bool has_begun(const mark *y)
{
    uint64_t open = 0;
    for (int w = 0; w < TRIP_WORDS; w++) open |= y->open[w];
    return open != 0;
}

/* What is paid beside its stops for the open trip, or for the way without a stop, if it ends there. */
static int64_t once_of(const lister *l, const mark *y, int32_t to)
{
    int64_t sum = has_begun(y) ? trip_once(l->c, l->u, y->from, to) : trip_outward(l->c, l->u, y->from, to);
    for (int w = 0; w < TRIP_WORDS && l->u->loops; w++)
        for (uint64_t in = y->open[w]; in; in &= in - 1) sum += trip_inward(l->c, l->u, to, 64 * w + __builtin_ctzll(in));
    return sum;
}

/* May what follows the stop cost no more than that, by one of the ends that what is on board allows? */
static bool leads_on(const lister *l, const tr_full *g, int32_t before, const full_label *x, const mark *y, int64_t most)
{
    int32_t kg = 0, litres = 0;
    for (int32_t b = 0; b < g->kc; b++)
        if (b == l->c->main || l->c->follows) kg += full_boxes(g, x)[b].kg, litres += full_boxes(g, x)[b].litres;
    for (int32_t k = 0; k < l->n_days; k++) {
        const trip_day *d = &l->day[k];
        int64_t best = INT64_MAX / 4;
        for (int32_t e = 0; e < d->n_ends && best > most; e++) {
            const bool on = before < g->ns || before == y->from; /* not by a site on the way */
            if ((y->in & ~d->end[e].takes) || !(d->end[e].may[0][x->node] || d->end[e].may[1][x->node])) continue;
            if (on && d->end[e].arc[before * g->stride + x->node] >= INT64_MAX / 8) continue;
            const int32_t level = trip_day_level(&d->end[e], kg, litres, many_of(&d->end[e], y));
            best = MIN(best, once_of(l, y, d->end[e].to) + y->kg * d->end[e].fee + trip_day_at_best(d, e, x->node, level, trip_kept(l->c, y->state), y->core[k], x->words));
        }
        if (best > most) return false;
    }
    return true;
}

static int64_t best_day(const lister *l, const mark *y, int32_t site)
{
    int64_t best = INT64_MIN;
    for (int32_t k = 0; k < l->n_days; k++) best = MAX(best, trip_day_after(&l->day[k], site, y->state, y->core[k]));
    return best;
}

static bool follow(void *of, tr_full *g, const full_label *before, full_label *x)
{
    lister *l = of;
    const trip_class *c = l->c;
    mark *y = mark_of(g, x); /* so far a copy of the one before */
    size_t cell = (size_t)before->node * (size_t)g->stride + (size_t)x->node;
    const int32_t stay = g->nodes[x->node].stay;
    if (++l->calls % LOOK == 0 && l->w->enough(l->w->context)) *g->work = -1;
    if (g->n_labels > MOST) *g->work = -1;
    y->plain += g->met[cell] * g->a + g->r * (g->sec[cell] + stay);
    if (x->node < g->ns) {
        const tr_model_stop *s = &g->m->stops[g->nodes[x->node].ref];
        y->reduced += trip_road(c, l->u, before->node, x->node) + c->stop_cost[x->node] - l->u->stop[g->nodes[x->node].ref], y->plain += c->stop_cost[x->node];
        if (x->comp == c->main) y->kg += s->kg, y->in |= (tr_mask)1 << s->stream;
        else {
            y->reduced += c->fee[x->node], y->plain += c->fee[x->node];
            y->state = trip_loads(c, y->state, (tr_mask)1 << s->stream);
        }
        y->state = trip_serves(c, y->state, x->node);
        tr_bit_set(y->open, x->node);
        for (int32_t k = 0; k < l->n_days; k++)
            if (l->day[k].core_of[x->node] >= 0) y->core[k] |= (uint16_t)(1u << l->day[k].core_of[x->node]);
        uint64_t in = l->cuts_of[x->node];
        if (in) y->reduced += trip_cuts_cost(l->u, y->half & in), y->half ^= in;
        return leads_on(l, g, before->node, x, y, l->w->gap - 1 - y->reduced - above_trips(l, g, x, y));
    }
    const tr_site *site = &g->m->problem->sites[g->nodes[x->node].ref];
    y->reduced += trip_road(c, l->u, before->node, x->node);
    y->state = trip_cleaned(c, y->state, site->streams);
    const bool emptied = x->emptied >> c->main & 1;
    if (emptied || !has_begun(y)) y->reduced += once_of(l, y, x->node), y->from = x->node;
    if (!emptied) return true;
    int64_t fee = y->kg * 18 * site->gate_fee_pence_per_tonne;
    y->reduced += fee, y->plain += fee;
    y->in = 0, y->kg = 0, y->half = 0, memset(y->open, 0, sizeof y->open);
    return y->reduced + best_day(l, y, x->node) + above_trips(l, g, x, y) < l->w->gap;
}

static bool ends(void *of, tr_full *g, const full_label *x)
{
    const lister *l = of;
    const mark *y = mark_of(g, x);
    return y->reduced + trip_road(l->c, l->u, x->node, g->end) + once_of(l, y, g->end) < l->w->gap;
}

/* Stops that are told apart: those next to one that no core has yet, the first of which is far away. */
static void choose_core(const tr_full *g, int32_t most, bool *core, bool *had)
{
    const int32_t ns = g->ns, s = g->stride;
    int32_t seed = 0, n = 0;
    for (int32_t j = 1; j < ns; j++)
        if (had[seed] || (!had[j] && g->sec[g->start * s + j] > g->sec[g->start * s + seed])) seed = j;
    for (int32_t j = 0; j < ns; j++) core[j] = false;
    while (n < MIN(ns, most)) {
        int32_t best = -1;
        for (int32_t j = 0; j < ns; j++) {
            if (core[j] || (best >= 0 && had[j] && !had[best])) continue;
            if (best < 0 || (had[best] && !had[j]) || g->sec[seed * s + j] + g->sec[j * s + seed] < g->sec[seed * s + best] + g->sec[best * s + seed]) best = j;
        }
        core[best] = true, n++;
    }
    for (int32_t j = 0; j < ns; j++) had[j] |= core[j];
}

/* Tables by cores of so many stops; false if they are too large, or `enough` said so. */
static bool look_through(lister *l, int32_t core_stops, bool *too_large, tr_arena *arena)
{
    const tr_full *g = l->w->c->graph;
    bool *core = TR_NEW(arena, bool, g->ns + 1), *had = TR_NEW(arena, bool, g->ns + 1), whole = true;
    const int32_t days = MIN(DAYS, (g->ns + core_stops - 1) / core_stops);
    *too_large = false;
    for (l->n_days = 0; whole && l->n_days < MAX(1, days);) {
        int64_t room = ROOM / MAX(1, days);
        choose_core(g, core_stops, core, had);
        whole = trip_look_through(&l->day[l->n_days++], l->w, core, &room, arena);
        *too_large |= room < 0;
    }
    return whole;
}

/* The more stops the cores have, the fewer labels, and the more it takes before there is one. */
static bool list_by(lister *l, int32_t core_stops, int64_t *work)
{
    tr_full *g = l->w->c->graph;
    bool whole = false, too_large = true;
    for (; too_large && core_stops > 0; core_stops--) {
        tr_arena *scratch = tr_arena_new();
        const full_guide guide = {l, (int32_t)((sizeof(mark) + 7) / 8), start, follow, ends};
        whole = look_through(l, core_stops, &too_large, scratch);
        whole = whole && tr_full_list(g, &guide, l->w->below, MOST_SETS, l->w->sink, l->w->context, work);
        tr_full_free(g);
        tr_arena_free(scratch);
    }
    return whole;
}

bool trip_list(const trip_wanted *w, int64_t *work)
{
    static const struct {
        int32_t core;
        int64_t labels;
    } by[] = {{6, 50000}, {9, 400000}, {10, 4500000}};
    tr_arena *scratch = tr_arena_new();
    lister *l = TR_NEW(scratch, lister, 1);
    *l = (lister){.w = w, .c = w->c, .u = w->prices, .cuts_of = trip_cuts_of(w->c, w->prices, scratch)};
    int64_t labels = MIN(*work, by[w->effort].labels), before = labels;
    const bool whole = list_by(l, w->core > 0 ? w->core : by[w->effort].core, &labels);
    *work -= before - labels;
    tr_arena_free(scratch);
    return whole;
}
