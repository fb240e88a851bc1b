/* trips_day.c -- what may follow on a whole day at best: as trips_ahead.c, but over all trips to come, and of some stops, the core, it is
 * remembered for good whether they were visited.  By the same tables: what may follow on one trip.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "trips_inner.h"

#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum {
    LEVELS = 32, RECENT = 5, /* of a day; */
    TRIP_LEVELS = 60, CORE_MOST = 12, CORE_FIRST = 4, /* of one trip; stops that come to its core at once at first */
    COARSE = 128,         /* units of a table's unit at least, rounded down */
    NONE = 1 << 29,       /* in a table: no way */
    LOOK = 16             /* sets of the core between looks at the clock */
};

static const int64_t NEVER = INT64_MAX / 4;

/* Where the cells of a stop are; stop -1: the first of them. */
static size_t place(const trip_day *d, int32_t end, uint32_t core, int32_t level, int32_t stop)
{
    const trip_ahead *a = &d->end[end];
    return (((size_t)core * (size_t)(a->levels + 1) + (size_t)level) * (size_t)a->n_rows + (size_t)(stop < 0 ? 0 : a->row[stop])) << a->n_recent;
}

static int64_t *day_of(const trip_day *d, uint32_t core, int32_t site, int32_t state)
{
    const tr_full *g = d->c->graph;
    return d->day + ((size_t)core * (size_t)g->nz + (size_t)(site - g->ns)) * (size_t)d->c->n_states + state;
}

static bool visited(const trip_day *d, uint32_t core, int32_t stop)
{
    return d->core_of[stop] >= 0 && (core >> d->core_of[stop] & 1);
}

static uint32_t with(const trip_day *d, uint32_t core, int32_t stop)
{
    return d->core_of[stop] >= 0 ? core | 1u << d->core_of[stop] : core;
}

static bool fits(const trip_day *d, const trip_ahead *a, uint32_t core, int32_t stop, int32_t level)
{
    return (a->may[0][stop] || a->may[1][stop]) && a->levels_of[stop] <= level && !visited(d, core, stop);
}

static int32_t coarse(const trip_day *d, int64_t cost)
{
    return cost >= NONE * d->unit ? NONE : (int32_t)(cost >= 0 ? cost / d->unit : -((-cost + d->unit - 1) / d->unit));
}

static void lower(int32_t *here, const int32_t *next, int32_t step, const uint8_t *then, uint32_t sets)
{
    for (uint32_t m = 0; m < sets; m++) {
        const int32_t way = then[m] == TRIP_BARRED ? NONE : step + next[then[m] & (sets - 1)];
        here[m] = MIN(here[m], way);
    }
}

/* Ways on from all stops and levels into a table, over stops of the core that are left and over others.  `there`: [kinds][ns] cost of ending the trip
 * after the stop, NULL = it goes on at least to a stop of the core.  emptied: a table of the ways on once the other compartment was emptied, which gives all
 * its room again; NULL = only what is kept is gone then. */
static void go_on(const trip_day *d, int32_t end, uint32_t core, const uint8_t *thens, const int32_t *there, const int32_t *emptied, int32_t *const *into)
{
    const trip_ahead *a = &d->end[end];
    const int32_t ns = a->g->ns, s = a->g->stride, all = 1 << d->c->n_kinds, detour = coarse(d, a->detour);
    const uint32_t sets = 1u << a->n_recent;
    for (int32_t q = 0; q <= a->levels; q++)
        for (int32_t j = 0; j < ns; j++) {
            if (!(a->may[0][j] || a->may[1][j])) continue;
            const size_t at = place(d, end, 0, q, j);
            for (int32_t k = 0; k < all; k++)
                for (uint32_t m = 0; m < sets && d->c->group[k]; m++) into[k][at + m] = there ? there[k * ns + j] : NONE;
            if (d->core_of[j] >= 0 && !visited(d, core, j)) continue;
            for (int32_t i = 0; i < ns; i++) {
                const int64_t arc = a->arc[j * s + i];
                if (i == j || arc >= NEVER || !fits(d, a, core, i, q)) continue;
                const bool in = d->core_of[i] >= 0;
                const size_t next = place(d, end, in ? with(d, core, i) : 0, q - a->levels_of[i], i);
                int32_t *const *from = in ? d->rests[end] : into;
                const uint8_t *then = thens + (((size_t)j * (size_t)ns + (size_t)i) << a->n_recent);
                const tr_mask stream = (tr_mask)1 << trip_stop(a, i)->stream;
                for (int32_t k = 0; k < all; k++) {
                    if (!d->c->group[k]) continue; /* no such load */
                    if (a->may[0][i]) lower(into[k] + at, from[k] + next, coarse(d, arc + trip_fee(a, i, 0)), then, sets);
                    if (a->may[1][i] && (d->c->group[k] & stream))
                        lower(into[k] + at, from[trip_loads(d->c, k, stream)] + next, coarse(d, arc + trip_fee(a, i, 1)), then, sets);
                }
            }
            const int32_t *gone = emptied ? emptied + place(d, end, 0, trip_level_then(a, q, a->times), j) : into[0] + at;
            for (int32_t k = emptied ? 0 : 1; k < all; k++) /* what is kept is gone on the way */
                for (uint32_t m = 0; m < sets && d->c->group[k]; m++) into[k][at + m] = MIN(into[k][at + m], gone[m] + detour);
        }
}

static int64_t fine(const trip_day *d, int32_t cost)
{
    return cost > NONE / 2 ? NEVER : cost * d->unit;
}

/* A trip from the site: one that begins with a stop of the core (`core`) or whose ways on from others are in the table. */
static int64_t one_more(const trip_day *d, int32_t end, uint32_t core, int32_t site, int32_t state, bool cores, int32_t *const *others)
{
    const trip_ahead *a = &d->end[end];
    const int32_t level = trip_day_level(a, 0, 0, 0), kept = trip_kept(d->c, state);
    int64_t best = NEVER;
    for (int32_t j = 0; j < a->g->ns && d->c->group[kept]; j++) {
        const bool in = d->core_of[j] >= 0;
        if ((in && !cores) || !fits(d, a, core, j, level) || trip_is_late(d->c, state, j)) continue;
        const int64_t arc = a->arc[site * a->g->stride + j] - d->u->leave[state][site] + trip_once(d->c, d->u, site, a->to);
        const size_t next = place(d, end, in ? with(d, core, j) : 0, level - a->levels_of[j], j);
        int32_t *const *from = in ? d->rests[end] : others;
        const tr_mask stream = (tr_mask)1 << trip_stop(a, j)->stream;
        if (a->may[0][j]) best = MIN(best, arc + trip_fee(a, j, 0) + fine(d, from[kept][next]));
        if (a->may[1][j] && (d->c->group[kept] & stream)) best = MIN(best, arc + trip_fee(a, j, 1) + fine(d, from[trip_loads(d->c, kept, stream)][next]));
    }
    return best;
}

static int64_t *way_of(const trip_day *d, int32_t site, int32_t state, int32_t to, int32_t then)
{
    const tr_full *g = d->c->graph;
    const int32_t n = d->c->n_states, from = (site - g->ns) * n + state;
    return d->ways + (size_t)from * (size_t)(g->nz * n + 1) + (to == g->end ? g->nz * n : (to - g->ns) * n + then);
}

/* From each site in each state to each other: without a stop, or by a trip that has none of the core, which costs no less than nothing. */
static void find_ways(trip_day *d, const uint8_t *const *thens, int32_t *const (*scratch)[1 << TR_TRIP_KINDS], int32_t *there)
{
    const tr_full *g = d->c->graph;
    const trip_class *c = d->c;
    const int32_t n = c->n_states, all = 1 << c->n_kinds;
    for (size_t i = 0; i < (size_t)(g->nz * n) * (size_t)(g->nz * n + 1); i++) d->ways[i] = NEVER;
    for (int32_t w = g->ns; w < g->n; w++)
        for (int32_t k = 0; k < n; k++)
            for (int32_t to = g->ns; to <= g->n; to++) {
                const int32_t node = to < g->n ? to : g->end, then = trip_cleaned(c, k, trip_taken_at(d->c, node));
                if (node == w || (node == g->end && trip_kept(c, then))) continue;
                *way_of(d, w, k, node, then) = trip_road(c, d->u, w, node) + trip_outward(c, d->u, w, node) - d->u->leave[k][w] -
                                               (node == g->end ? 0 : d->u->reach[then][node]);
            }
    for (int32_t e = 0; e < d->n_ends; e++) {
        const trip_ahead *a = &d->end[e];
        for (int32_t then = 0; then < n; then++) {
            for (int32_t k = 0; k < all; k++)
                for (int32_t j = 0; j < g->ns; j++) {
                    const int32_t state = trip_cleaned(c, trip_serves(c, k, j), trip_taken_at(d->c, a->to));
                    const bool may = state == then && (a->to != g->end || trip_kept(c, state) == 0);
                    there[k * g->ns + j] = may ? coarse(d, a->last[j] - (a->to == g->end ? 0 : d->u->reach[then][a->to])) : NONE;
                }
            go_on(d, e, (1u << d->n_core) - 1, thens[e], there, NULL, scratch[e]);
            for (int32_t w = g->ns; w < g->n; w++)
                for (int32_t k = 0; k < n; k++) {
                    int64_t *way = way_of(d, w, k, a->to, then), cost = one_more(d, e, 0, w, k, false, scratch[e]);
                    if (cost < NEVER / 2) *way = MIN(*way, MAX(0, cost));
                }
        }
    }
}

static void list_ways(trip_day *d, tr_arena *arena)
{
    const int32_t n = d->c->graph->nz * d->c->n_states;
    d->used = tr_arena_alloc(arena, (size_t)n * (size_t)n + 1, sizeof *d->used);
    for (int32_t from = 0; from < n; from++)
        for (int32_t to = 0; to < n; to++)
            if (from != to && d->ways[from * (n + 1) + to] < NEVER / 2) d->used[d->n_used][0] = from, d->used[d->n_used++][1] = to;
}

/* What follows a trip, from each site in each state: trips that have one of the core at least, with other ways between. */
static void days_of(trip_day *d, uint32_t core, int64_t none, int32_t *const (*scratch)[1 << TR_TRIP_KINDS])
{
    const tr_full *g = d->c->graph;
    const int32_t n = d->c->n_states;
    for (int32_t w = g->ns; w < g->n; w++)
        for (int32_t k = 0; k < n; k++) {
            const int64_t home = *way_of(d, w, k, g->end, 0);
            int64_t best = home >= NEVER / 2 ? NEVER : none + home;
            for (int32_t e = 0; e < d->n_ends; e++) best = MIN(best, one_more(d, e, core, w, k, true, scratch[e]));
            *day_of(d, core, w, k) = best;
        }
    bool changed = true;
    int64_t *days = day_of(d, core, g->ns, 0);
    for (int32_t times = 0; changed && times < 2 * g->nz * n; times++) {
        changed = false;
        for (int32_t i = 0; i < d->n_used; i++) {
            const int32_t from = d->used[i][0], to = d->used[i][1];
            const int64_t all = d->ways[from * (g->nz * n + 1) + to] + days[to];
            if (all < days[from]) days[from] = all, changed = true;
        }
    }
}

/* Cost of ending the trip after each stop, with what follows then. */
static void end_there(const trip_day *d, int32_t end, uint32_t core, int64_t none, int32_t *there)
{
    const trip_ahead *a = &d->end[end];
    const tr_full *g = a->g;
    for (int32_t k = 0; k < 1 << d->c->n_kinds; k++)
        for (int32_t j = 0; j < g->ns; j++) {
            const int32_t state = trip_cleaned(d->c, trip_serves(d->c, k, j), trip_taken_at(d->c, a->to));
            const int64_t then = a->to != g->end ? *day_of(d, core, a->to, state) - d->u->reach[state][a->to] : trip_kept(d->c, state) ? NEVER : none;
            there[k * g->ns + j] = then >= NEVER / 2 ? NONE : coarse(d, a->last[j] + then);
        }
}

/* Ends of trips: to a node with streams of a group in the largest compartment.  False if there are too many. */
static bool find_ends(trip_day *d, const trip_wanted *w, const bool *core, tr_arena *arena)
{
    const trip_class *c = d->c;
    const tr_full *g = c->graph;
    for (int32_t to = g->ns; to <= g->n; to++)
        for (int32_t k = 0; k < w->n_groups; k++) {
            const int32_t node = to < g->n ? to : g->end;
            if (node < g->n ? !g->active[node] : !c->d->park_streams && c->n_boxes == 1) continue;
            if (d->n_ends == TRIP_ENDS) return false;
            trip_ahead *a = &d->end[d->n_ends++];
            trip_ahead_begin(a, c, d->u, node, w->groups[k], w->gap, core, d->n_core == g->ns ? 0 : RECENT, LEVELS, arena);
            bool any = (a->takes & c->d->streams[c->main]) || (node == g->end && c->n_boxes > 1); /* only others are loaded then */
            for (int32_t j = 0; j < g->ns; j++) any |= a->may[0][j];
            d->n_ends -= !any; /* no trip ends so */
        }
    return true;
}

/* A unit of the tables by which no cell overflows: no trip gets more than the best stop, a level, and no more trips have one of the core than it has. */
static int64_t unit_of(const trip_day *d, int32_t trips)
{
    int64_t most = 0, once = 0, unit = COARSE;
    for (int32_t i = 0; i < d->c->graph->stride * d->c->graph->stride; i++) once = MIN(once, d->u->each + d->u->outward[i]);
    for (int32_t e = 0; e < d->n_ends; e++)
        for (int32_t j = 0; j < d->end[e].g->ns; j++) {
            const trip_ahead *a = &d->end[e];
            if (a->may[0][j] || a->may[1][j]) most = MAX(most, d->u->stop[a->g->nodes[j].ref] / MAX(1, a->levels_of[j]) * a->levels);
        }
    while (most - once >= NONE * unit / (trips + 1)) unit *= 2;
    return unit;
}

static void set_core(trip_day *d, const bool *core, tr_arena *arena)
{
    const int32_t ns = d->c->graph->ns;
    d->core_of = tr_arena_alloc(arena, (size_t)ns + 1, 1);
    for (int32_t j = 0; j < ns; j++) {
        d->core_of[j] = (int8_t)(core[j] ? d->n_core++ : -1);
        if (core[j]) tr_bit_set(d->core_set, j);
    }
}

bool trip_look_through(trip_day *d, const trip_wanted *w, const bool *core, int64_t *room, tr_arena *arena)
{
    const trip_class *c = w->c;
    const tr_full *g = c->graph;
    *d = (trip_day){.c = c, .u = w->prices};
    set_core(d, core, arena);
    if (!find_ends(d, w, core, arena)) return false;
    d->unit = unit_of(d, d->n_core + 1);
    const uint32_t cores = 1u << d->n_core;
    d->day = TR_NEW(arena, int64_t, (size_t)cores * (size_t)g->nz * (size_t)c->n_states + 1);
    d->ways = TR_NEW(arena, int64_t, (size_t)(g->nz * c->n_states) * (size_t)(g->nz * c->n_states + 1) + 1);
    const int32_t all = 1 << c->n_kinds;
    for (int32_t e = 0; e < d->n_ends; e++)
        for (int32_t k = 0; k < all; k++) *room -= c->group[k] ? (int64_t)place(d, e, cores, 0, -1) : 0;
    if (*room < 0) return false;
    const uint8_t *thens[TRIP_ENDS];
    int32_t *scratch[TRIP_ENDS][1 << TR_TRIP_KINDS] = {{NULL}}, *there = TR_NEW(arena, int32_t, (size_t)all * (size_t)g->ns + 1);
    for (int32_t e = 0; e < d->n_ends; e++) {
        thens[e] = trip_recent_then(&d->end[e], arena);
        for (int32_t k = 0; k < all; k++) {
            if (!c->group[k]) continue; /* no such load */
            d->rests[e][k] = tr_arena_alloc(arena, place(d, e, cores, 0, -1) + 1, sizeof *d->rests[e][k]);
            scratch[e][k] = tr_arena_alloc(arena, place(d, e, 1, 0, -1) + 1, sizeof *scratch[e][k]);
        }
    }
    find_ways(d, thens, (int32_t *const(*)[1 << TR_TRIP_KINDS])scratch, there);
    list_ways(d, arena);
    for (uint32_t at = cores; at-- > 0;) {
        int64_t none = 0;
        if (at % LOOK == 0 && w->enough(w->context)) return false;
        for (int32_t j = 0; j < g->ns; j++)
            if (d->core_of[j] >= 0 && !visited(d, at, j)) none += w->unserved[g->nodes[j].ref];
        for (int32_t e = 0; e < d->n_ends; e++) go_on(d, e, at, thens[e], NULL, NULL, scratch[e]);
        days_of(d, at, none, (int32_t *const(*)[1 << TR_TRIP_KINDS])scratch);
        for (int32_t e = 0; e < d->n_ends; e++) {
            int32_t *into[1 << TR_TRIP_KINDS];
            for (int32_t k = 0; k < all; k++) into[k] = !c->group[k] ? NULL : d->rests[e][k] + place(d, e, at, 0, -1);
            end_there(d, e, at, none, there);
            go_on(d, e, at, thens[e], there, NULL, into);
        }
    }
    return true;
}

/* The class as if all kinds in the other compartment were one. */
static const trip_class *of_one_kind(const trip_class *c, tr_arena *arena)
{
    trip_class *one = TR_NEW(arena, trip_class, 1);
    *one = *c;
    for (int32_t k = 1; k < c->n_kinds; k++) one->kinds[0] |= c->kinds[k];
    one->n_kinds = MIN(1, c->n_kinds), one->group[0] = one->group[1] = ~(tr_mask)0;
    return one;
}

/* What is got at most for ending a trip after the stop, with something on board in the other compartment (kept) or nothing; -NEVER if it may not end. */
static int64_t got_at(const trip_ahead *a, int32_t kept, int32_t stop)
{
    const trip_class *c = a->c;
    int64_t got = -NEVER;
    for (int32_t k = kept > 0; k < 1 << c->n_kinds && (k == 0 || kept > 0); k++) {
        const int32_t state = trip_cleaned(c, trip_serves(c, k, stop), trip_taken_at(c, a->to));
        if (a->to != c->graph->end) got = MAX(got, a->u->reach[state][a->to]);
        else if (!trip_kept(c, state)) got = MAX(got, 0);
    }
    return got;
}

/* Tables of trips to one node, by the stops of the core: `rests` 0, and 1 once the other compartment was emptied on the way. */
static void look_to(trip_day *d, const trip_ahead *like, const bool *core, int32_t n_recent, tr_arena *arena)
{
    const trip_class *c = of_one_kind(like->c, arena);
    const tr_full *g = c->graph;
    const int32_t all = 1 << c->n_kinds;
    *d = (trip_day){.c = c, .u = like->u};
    set_core(d, core, arena);
    trip_ahead *a = &d->end[0];
    trip_ahead_begin(a, like->c, like->u, like->to, like->group, INT64_MAX, core, n_recent, TRIP_LEVELS, arena);
    d->n_ends = a->times > 0 ? 2 : 1, d->end[1] = *a;
    d->unit = unit_of(d, 1);
    const uint32_t cores = 1u << d->n_core;
    const uint8_t *thens = trip_recent_then(a, arena);
    int32_t *there = TR_NEW(arena, int32_t, all * g->ns + 1);
    for (int32_t k = 0; k < all; k++) {
        for (int32_t e = 0; e < d->n_ends; e++) d->rests[e][k] = tr_arena_alloc(arena, place(d, 0, cores, 0, -1) + 1, sizeof *d->rests[e][k]);
        for (int32_t j = 0; j < g->ns; j++) there[k * g->ns + j] = coarse(d, MIN(NEVER, a->last[j] - got_at(a, k, j)));
    }
    for (uint32_t at = cores; at-- > 0;) {
        int32_t *into[2][2];
        for (int32_t e = d->n_ends; e-- > 0;) {
            for (int32_t k = 0; k < all; k++) into[e][k] = d->rests[e][k] + place(d, 0, at, 0, -1);
            go_on(d, e, at, thens, there, e < d->n_ends - 1 ? into[e + 1][0] : NULL, into[e]);
        }
    }
}

typedef struct { /* where a walk along the tables is */
    int32_t table, stop, kept, level;
    uint32_t core, recent;
} stand;

static void try_way(const trip_day *d, const stand *from, int32_t stop, uint32_t recent, int64_t cost, int64_t *least, stand *best)
{
    const trip_ahead *a = &d->end[0];
    const tr_mask stream = (tr_mask)1 << trip_stop(a, stop)->stream;
    if (!fits(d, a, from->core, stop, from->level) || cost >= NEVER / 2) return;
    for (int32_t b = 0; b < TRIP_BOXES; b++) {
        if (!a->may[b][stop] || (b == 1 && !(d->c->group[from->kept] & stream))) continue;
        const stand x = {from->table, stop, b == 0 ? from->kept : trip_loads(d->c, from->kept, stream), from->level - a->levels_of[stop], with(d, from->core, stop), recent};
        const int64_t all = cost + trip_fee(a, stop, b) + fine(d, d->rests[x.table][x.kept][place(d, 0, x.core, x.level, stop) + recent]);
        if (all < *least) *least = all, *best = x;
    }
}

/* How often the best trip of the tables serves each stop. */
static void walk(const trip_day *d, const uint8_t *then, int32_t *visits)
{
    const trip_ahead *a = &d->end[0];
    const int32_t ns = a->g->ns, s = a->g->stride;
    int64_t best = 0;
    stand at = {.stop = -1};
    for (int32_t w = ns; w <= a->g->start; w++)
        for (int32_t state = 0; state < d->c->n_states; state++) {
            const stand from = {.kept = trip_kept(a->c, state) > 0, .level = trip_level(a, 0, 0, 0)};
            if ((w == a->g->start && state != d->c->start_state) || !a->c->group[trip_kept(a->c, state)]) continue;
            for (int32_t j = 0; j < ns; j++)
                if (!trip_is_late(a->c, state, j)) try_way(d, &from, j, 0, a->arc[w * s + j] - d->u->leave[state][w] + trip_once(d->c, d->u, w, a->to), &best, &at);
        }
    for (int32_t n = 0; at.stop >= 0 && n < 4 * ns; n++) {
        const stand from = at;
        visits[from.stop]++;
        best = a->last[from.stop] - got_at(a, from.kept, from.stop), at.stop = -1;
        for (int32_t emptied = 0; emptied < 2; emptied++) {
            stand x = from;
            if (emptied && from.table < d->n_ends - 1) x.table++, x.kept = 0, x.level = trip_level_then(a, x.level, a->times);
            else if (emptied) x.kept = 0;
            for (int32_t i = 0; i < ns; i++) {
                const uint8_t bits = then[(((size_t)from.stop * (size_t)ns + (size_t)i) << a->n_recent) + from.recent];
                if (i != from.stop && bits != TRIP_BARRED) try_way(d, &x, i, bits, a->arc[from.stop * s + i] + emptied * a->detour, &best, &at);
            }
        }
    }
}

/* The stop without the core that was visited most, and more than once; -1 = none. */
static int32_t comes_again(const trip_day *d, const bool *core, const int32_t *visits)
{
    int32_t best = -1;
    for (int32_t j = 0; j < d->c->graph->ns; j++)
        if (!core[j] && visits[j] > 1 && (best < 0 || visits[j] > visits[best])) best = j;
    return best;
}

bool trip_look_well(trip_day *d, const trip_ahead *like, int32_t n_recent, int64_t most, tr_arena *arena)
{
    const int32_t ns = like->g->ns;
    bool *core = TR_NEW(arena, bool, ns + 1);
    int32_t *visits = TR_NEW(arena, int32_t, ns + 1);
    for (int32_t more = CORE_FIRST;; more = MAX(2, more - 1)) {
        look_to(d, like, core, n_recent, arena);
        memset(visits, 0, (size_t)ns * sizeof *visits);
        walk(d, trip_recent_then(&d->end[0], arena), visits);
        const int64_t steps = (int64_t)place(d, 0, 1u << d->n_core, 0, -1) * d->end[0].n_rows * d->n_ends << d->c->n_kinds;
        int32_t n = d->n_core, again = -1;
        while (n < d->n_core + more && (again = comes_again(d, core, visits)) >= 0 && n < CORE_MOST && steps << (n + 1 - d->n_core) <= most) core[again] = true, n++;
        if (n == d->n_core) return again >= 0;
    }
}

int64_t trip_day_at_best(const trip_day *d, int32_t end, int32_t stop, int32_t level, int32_t kept, uint32_t core, const uint64_t *memory)
{
    if (!d->c->group[kept]) return INT64_MIN / 4; /* such a load is not followed */
    return fine(d, d->rests[end][kept][place(d, end, core, level, stop) + trip_recent_of(&d->end[end], stop, memory)]);
}

int64_t trip_day_after(const trip_day *d, int32_t site, int32_t state, uint32_t core)
{
    return *day_of(d, core, site, state) - d->u->reach[state][site];
}
