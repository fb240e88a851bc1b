/* trips.c -- the linear programme over trips and the fleets it is branched on: see trips.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cuts.h"
#include "trips_inner.h"

#include <glpk.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum {
    PARTS = 65536,        /* of one: what of a second of work is a second of break */
    BEAM = 6, WIDE = 30,  /* of heuristics, one after the other */
    FLEETS = 2000,
    MANY = 30, NEAR = 6, NEAR_MANY = 3, /* stops; remembered at a stop at first */
    ENOUGH = 200,         /* trips of a round of a heuristic */
    CUTS_FOUND = 4000, CUT_ROUND = 15, STOP_CUTS = 3, /* triples looked at; added in a round, and of those that hold a stop */
    LOOPS = 200, LOOP_SITES = 6, LOOP_STOPS = 4, /* in all; sites of which all sets are looked at; added of a set and a class in a round */
    EFFORT = 2, RISEN = 5, /* of listing routes, at most; the part of the gap by which the bound rises before that is tried again */
    LISTED_MOST = 40,     /* stops with which it is tried at all */
    LITTLE = 5000, SOME = 500 /* the part of the value for which no further round is made; of a fleet to be parted */
};

static const double CUT_LEAST = 0.1, LOOP_LEAST = 0.05, TRIPS_BROKEN = 0.05; /* violation of a cut, of a loop; off a whole number */

/* GLPK ends the program on an error of its own; the hook leaves it instead. */
static _Thread_local jmp_buf escape;

static void on_error(void *unused)
{
    (void)unused;
    longjmp(escape, 1);
}

typedef struct { /* rows and columns of a class in GLPK, and what they say */
    int row_start, row_site, row_time, row_break, row_work, row_trips; /* row_site: of the first site in the first state */
    int col_out, col_break, col_move; /* of the first move */
    int32_t n_moves;
    trip *moves;          /* ways without a stop */
    int64_t out_cost;     /* of one more vehicle out, 1/TR_MONEY */
    int64_t most_time;    /* of a vehicle's duty from here */
    int64_t free_work;    /* work without a break */
    int64_t slope;        /* in PARTS: seconds of break a second of work beyond free_work, at least */
    trip_prices prices;   /* of the last duals; */
    int64_t time, rest, work; /* and these themselves */
} side;

typedef struct { /* a class serves the stop on trips into a set of sites no more often than it leaves the set */
    const trip_class *c;
    tr_mask sites;        /* bits of nodes, from the first site's */
    int32_t stop;
    int row;
} loop;

typedef struct { /* so many vehicles of each class are out */
    int32_t *low, *high;  /* [classes] */
    int32_t *few, *many;  /* [classes] trips that they make */
    bool *rested, *brief; /* [classes] the one that is out has its break; has no more work than asks for none */
    int32_t all_low, all_high;
    int64_t level[2], *out; /* duals; [classes] what one more vehicle out costs by them */
    __int128 units;       /* no solution is below; */
    __int128 priced;      /* or below that by these, where listing wants them: */
    trip_prices *prices;  /* [classes] */
    bool *done;           /* [classes] all routes of it that a better plan may have were told; */
    uint64_t (*serves)[TRIP_WORDS]; /* [classes] stops of them */
    int32_t tries;        /* of listing them */
    __int128 tried;       /* its bound when that was last given up */
    bool open, listed;    /* listed: all of all classes were */
} fleet;

typedef struct {
    tr_trips *t;
    const tr_model *m;
    tr_arena *arena;
    trip_class *classes;
    side *sides;
    int32_t n_classes;
    glp_prob *lp;
    int row_level, row_all, first_trip;
    trip *trips;
    int32_t n, room;
    int64_t level[2], all, *stop; /* duals */
    tr_cut cuts[TRIP_CUTS];
    int cut_row[TRIP_CUTS];
    int32_t n_cuts;
    loop loops[LOOPS];
    int32_t n_loops;
    fleet *fleets;
    int32_t n_fleets;
    bool *told;           /* [classes] routes of it were told, and it was taken out of a fleet then; */
    __int128 least_told;  /* the bound of that */
    __int128 root;        /* the bound before anything was branched on */
    double begun, dear;
    int *index;
    double *value, *made; /* made: [classes] trips of the solution */
    fleet *listing;       /* whose routes are told now, */
    int32_t listed;       /* and of which class */
    tr_mask *groups;      /* of the streams of stops and of loads */
    int32_t n_groups, turn;
} run;

static double now(const run *r)
{
    return r->t->clock ? r->t->clock(r->t->context) : 0;
}

static bool ended(const run *r)
{
    return r->t->work <= 0 || (r->t->enough && r->t->enough(r->t->context)) || (r->t->seconds > 0 && now(r) - r->begun > r->t->seconds);
}

static bool ended_for(void *context)
{
    return ended(context);
}

/* ---- classes ---- */

static bool same_kind(const run *r, const trip_class *c, int32_t a, int32_t b)
{
    bool same = (c->d->park_streams >> a & 1) == (c->d->park_streams >> b & 1) && r->m->same_group[a] == r->m->same_group[b];
    for (int32_t z = 0; z < r->m->n_sites; z++) same &= (r->m->problem->sites[z].streams >> a & 1) == (r->m->problem->sites[z].streams >> b & 1);
    return same;
}

/* What is told apart of a vehicle between trips. */
static void find_states(const run *r, trip_class *c)
{
    const tr_full *g = c->graph;
    tr_mask streams = 0, loads = 0;
    for (int32_t b = 0; b < g->kc; b++)
        if (b != c->main) loads |= c->d->streams[b];
    for (int32_t j = 0; j < g->ns; j++) {
        const tr_model_stop *s = &r->m->stops[g->nodes[j].ref];
        streams |= (tr_mask)1 << s->stream;
        c->phased |= g->first_rule && full_comes_first(g, j);
    }
    streams = c->follows ? (streams & c->streams[1]) | loads : 0;
    for (; streams; streams &= streams - 1) {
        const int32_t s = __builtin_ctzll(streams);
        int32_t k = 0;
        while (k < c->n_kinds && !same_kind(r, c, __builtin_ctzll(c->kinds[k]), s)) k++;
        if (k == TRIP_KINDS) k--;
        c->kinds[k] |= (tr_mask)1 << s, c->n_kinds = MAX(c->n_kinds, k + 1);
    }
    for (int32_t kept = 0; kept < 1 << c->n_kinds; kept++) {
        c->group[kept] = ~(tr_mask)0;
        for (int32_t k = 0; k < c->n_kinds; k++) {
            tr_mask may = 0;
            for (tr_mask s = c->kinds[k]; s; s &= s - 1) may |= r->m->same_group[__builtin_ctzll(s)];
            if (kept >> k & 1) c->group[kept] &= may;
        }
    }
    c->n_states = 1 << (c->n_kinds + c->phased);
    c->start_state = c->follows ? trip_loads(c, 0, loads) : 0;
}

static void add_class(run *r, int32_t v)
{
    const tr_model *m = r->m;
    trip_class *c = &r->classes[r->n_classes];
    c->index = r->n_classes;
    side *x = &r->sides[r->n_classes++];
    int64_t *none = TR_NEW(r->arena, int64_t, m->n_stops + 1);
    const int32_t near = m->n_stops > MANY ? NEAR_MANY : NEAR;
    tr_duals u = {.cost_counts = true, .stop = none};
    tr_full *g = tr_full_new(m, v, 0, NULL, r->arena);
    g->keep_all = INT32_MAX; /* stops are no roads */
    full_prepare(g, &u, 2);
    c->graph = g, c->d = g->d;
    for (int32_t k = 0; k < m->n_vehicles; k++) c->count += m->vehicles[k].usable && m->vehicles[k].cls == v;
    c->n_boxes = MIN(g->kc, TRIP_BOXES);
    for (int32_t k = 1; k < g->kc; k++)
        if (g->room[k] > g->room[c->main]) c->main = k;
    for (int32_t k = 0; k < g->kc; k++) {
        int32_t b = k != c->main;
        c->room[b] += g->room[k], c->room_kg[b] += g->room_kg[k], c->streams[b] |= g->v->compartments[k].streams | c->d->streams[k];
    }
    c->follows = g->kc == 2 && m->n_stops <= MANY;
    c->near = tr_arena_alloc(r->arena, (size_t)g->ns + 1, sizeof *c->near);
    c->stop_cost = TR_NEW(r->arena, int64_t, g->ns + 1), c->fee = TR_NEW(r->arena, int64_t, g->ns + 1);
    for (int32_t j = 0; j < g->ns; j++) {
        const tr_model_stop *s = &m->stops[g->nodes[j].ref];
        if (s->hazardous) c->stop_cost[j] = g->hazard * MAX(0, (int64_t)g->head[j] + s->service - m->problem->policy.day_start_s);
        int64_t fee = c->d->park_streams >> s->stream & 1 ? 0 : INT64_MAX;
        for (int32_t z = 0; z < m->n_sites; z++)
            if (m->problem->sites[z].streams >> s->stream & 1) fee = MIN(fee, 18 * m->problem->sites[z].gate_fee_pence_per_tonne);
        c->fee[j] = fee == INT64_MAX ? 0 : fee * s->kg;
        int64_t by[TR_TRIPS_MOST];
        bool in[TR_TRIPS_MOST] = {false};
        for (int32_t i = 0; i < g->ns; i++) by[i] = (int64_t)g->sec[j * g->stride + i] + g->sec[i * g->stride + j];
        for (int32_t k = 0; k < MIN(near, g->ns); k++) {
            int32_t best = -1;
            for (int32_t i = 0; i < g->ns; i++)
                if (!in[i] && (best < 0 || i == j || (by[i] < by[best] && best != j))) best = i;
            in[best] = true, c->near[j][best >> 6] |= (uint64_t)1 << (best & 63);
        }
    }
    x->out_cost = g->base_cost + (c->d->used ? 0 : g->fixed_cost) + g->r * c->d->lag;
    x->most_time = MAX(0, MIN(c->d->duty_max, c->d->back_by - c->d->leave_min) - c->d->lag);
    x->free_work = x->most_time;
    if (g->rests && c->d->wtr && c->d->breaks == 0) { /* docs/model.md: the least convex function below the law's steps */
        const int64_t most = x->most_time - 1800 + 1; /* work at most, with the shorter break at least */
        x->free_work = MAX(0, 6 * 3600 - c->d->work);
        c->break_most = most + c->d->work > 9 * 3600 ? 2700 : 1800;
        if (most > x->free_work) x->slope = (int64_t)1800 * PARTS / (most - x->free_work);
    }
    x->prices.stop = r->stop, x->prices.cuts = r->cuts;
    find_states(r, c);
    x->prices.inward = TR_NEW(r->arena, int64_t, (size_t)g->stride * (size_t)g->ns + 1);
    x->prices.outward = TR_NEW(r->arena, int64_t, (size_t)g->stride * (size_t)g->stride);
    for (int k = 0; k < c->n_states; k++) x->prices.leave[k] = TR_NEW(r->arena, int64_t, g->stride), x->prices.reach[k] = TR_NEW(r->arena, int64_t, g->stride);
}

/* ---- rows and columns ---- */

static bool in_loop(const loop *l, int32_t node)
{
    const tr_full *g = l->c->graph;
    return node >= g->ns && node < g->n && (l->sites >> (node - g->ns) & 1);
}

/* What the trip, or the way without a stop, counts in the row. */
static int32_t loop_counts(const loop *l, const trip *t)
{
    if (t->c != l->c) return 0;
    int32_t n = 0;
    if (in_loop(l, t->to))
        for (int32_t i = 0; i < t->n; i++) n += t->stops[i] == l->stop;
    else n -= in_loop(l, t->from);
    return n;
}

/* A column of a trip, or of a way without a stop. */
static void add_column(run *r, const trip *t)
{
    const side *x = &r->sides[t->c->index];
    const tr_full *g = t->c->graph;
    int n = 0, j = glp_add_cols(r->lp, 1);
    for (int32_t i = 0; i < t->n; i++) {
        int k = 1;
        while (k <= n && r->index[k] != t->stops[i] + 1) k++;
        if (k > n) r->index[++n] = t->stops[i] + 1, r->value[n] = 1;
        else r->value[k] += 1;
    }
    if (t->from != t->to || t->from_state != t->to_state) {
        bool start = t->from == g->start;
        r->index[++n] = start ? x->row_start : x->row_site + t->from_state * g->nz + t->from - g->ns, r->value[n] = start ? 1 : -1;
        if (t->to != g->end) r->index[++n] = x->row_site + t->to_state * g->nz + t->to - g->ns, r->value[n] = 1;
    }
    if (t->n > 0) r->index[++n] = x->row_trips, r->value[n] = 1;
    r->index[++n] = x->row_time, r->value[n] = (double)t->seconds / 3600;
    r->index[++n] = x->row_work, r->value[n] = (double)t->seconds / 3600;
    if (x->slope > 0) r->index[++n] = x->row_break, r->value[n] = -(double)t->seconds * (double)x->slope / PARTS / 3600;
    for (int32_t k = 0; k < r->n_cuts; k++) {
        int32_t in = tr_cut_visits(r->cuts[k].stops, t->n, t->stops);
        if (in > 0) r->index[++n] = r->cut_row[k], r->value[n] = in;
    }
    for (int32_t k = 0; k < r->n_loops; k++) {
        int32_t counts = loop_counts(&r->loops[k], t);
        if (counts != 0) r->index[++n] = r->loops[k].row, r->value[n] = counts;
    }
    glp_set_col_bnds(r->lp, j, GLP_LO, 0, 0);
    glp_set_obj_coef(r->lp, j, (double)(t->cost + g->r * t->seconds) / TR_MONEY);
    glp_set_mat_col(r->lp, j, n, r->index, r->value);
}

static void take_trip(void *context, const trip *t)
{
    run *r = context;
    add_column(r, t);
    if (r->n == r->room) {
        int32_t more = r->room ? 2 * r->room : 4096;
        r->trips = tr_arena_grow(r->arena, r->trips, (size_t)r->room, (size_t)more, sizeof *r->trips);
        r->room = more;
    }
    trip *own = &r->trips[r->n++];
    *own = *t;
    own->stops = tr_arena_grow(r->arena, t->stops, (size_t)t->n, (size_t)t->n, sizeof *t->stops);
}

static void add_move(run *r, int32_t k, trip move)
{
    side *x = &r->sides[k];
    move.c = &r->classes[k];
    x->moves[x->n_moves++] = move;
    add_column(r, &move);
}

/* Along a road, to a site or to the end. */
static void add_road(run *r, int32_t k, int32_t from, int32_t state, int32_t to)
{
    const trip_class *c = &r->classes[k];
    const tr_full *g = c->graph;
    const size_t cell = (size_t)from * (size_t)g->stride + (size_t)to;
    const int32_t then = trip_cleaned(c, state, trip_taken_at(c, to));
    if (from == to || g->sec[cell] >= TR_FAR || (to == g->end && trip_kept(c, then))) return;
    trip move = {.from = from, .to = to, .from_state = state, .to_state = then, .cost = g->met[cell] * g->a, .seconds = g->sec[cell] + g->nodes[to].stay};
    if (from == g->start && to == g->end && !g->d->used) move.cost -= g->fixed_cost;
    add_move(r, k, move);
}

static void add_side(run *r, int32_t k)
{
    side *x = &r->sides[k];
    const trip_class *c = &r->classes[k];
    const tr_full *g = c->graph;
    const int32_t nz = r->m->n_sites;
    int row = glp_add_rows(r->lp, 5 + c->n_states * nz);
    x->row_start = row, x->row_time = row + 1, x->row_break = row + 2, x->row_work = row + 3, x->row_trips = row + 4, x->row_site = row + 5;
    glp_set_row_bnds(r->lp, x->row_start, GLP_FX, 0, 0);
    glp_set_row_bnds(r->lp, x->row_time, GLP_UP, 0, 0);
    glp_set_row_bnds(r->lp, x->row_break, x->slope > 0 ? GLP_LO : GLP_FR, 0, 0);
    glp_set_row_bnds(r->lp, x->row_work, GLP_FR, 0, 0);
    for (int32_t z = 0; z < c->n_states * nz; z++) glp_set_row_bnds(r->lp, x->row_site + z, GLP_FX, 0, 0);
    x->col_out = glp_add_cols(r->lp, 4), x->col_break = x->col_out + 1, x->col_move = x->col_out + 4;
    int index[5] = {0, x->row_start, x->row_time, x->row_break, r->row_all};
    double value[5] = {0, -1, -(double)x->most_time / 3600, (double)x->slope * (double)x->free_work / PARTS / 3600, 1};
    glp_set_mat_col(r->lp, x->col_out, 4, index, value);
    glp_set_obj_coef(r->lp, x->col_out, (double)x->out_cost / TR_MONEY);
    int rest_index[3] = {0, x->row_time, x->row_break};
    double rest_value[3] = {0, 1, 1};
    glp_set_mat_col(r->lp, x->col_break, 2, rest_index, rest_value); /* in hours */
    glp_set_obj_coef(r->lp, x->col_break, 3600.0 * (double)g->r / TR_MONEY);
    const int dear[2] = {x->row_start, x->row_trips}; /* out, and nowhere; a trip less than there are to be: at a price that no plan pays */
    for (int i = 0; i < 2; i++) {
        glp_set_col_bnds(r->lp, x->col_break + 1 + i, GLP_LO, 0, 0);
        glp_set_mat_col(r->lp, x->col_break + 1 + i, 1, (int[]){0, dear[i]}, (double[]){0, 1});
        glp_set_obj_coef(r->lp, x->col_break + 1 + i, r->dear);
    }
    x->moves = tr_arena_alloc(r->arena, (size_t)(nz + 1) * (size_t)(nz + TRIP_KINDS + 3) * (size_t)c->n_states, sizeof *x->moves);
    bool loaded = false;
    for (int32_t b = 0; b < g->kc; b++) loaded |= c->d->kg[b] > 0 || c->d->litres[b] > 0 || c->d->streams[b];
    for (int32_t from = g->ns; from < g->n; from++)
        for (int32_t state = 0; state < c->n_states; state++) {
            for (int32_t to = g->ns; to < g->n; to++) add_road(r, k, from, state, to);
            add_road(r, k, from, state, g->end);
            for (int32_t worse = 1; worse < c->n_states; worse *= 2)
                if (!(state & worse)) add_move(r, k, (trip){.from = from, .to = from, .from_state = state, .to_state = state | worse});
        }
    for (int32_t to = g->ns; loaded && to < g->n; to++) add_road(r, k, g->start, c->start_state, to);
    if (c->d->departs) add_road(r, k, g->start, c->start_state, g->end);
}

/* The trips of a route of the plan, as they are known to the programme. */
static void add_route(run *r, const trip_class *c, const tr_route *route)
{
    const tr_full *g = c->graph;
    const int32_t done = g->v->n_frozen > 0 ? g->v->n_frozen : 1;
    int32_t stops[TRIP_LONG], last = g->start, state = c->start_state;
    tr_mask in = c->d->streams[c->main]; /* in the largest compartment */
    trip t = {.c = c, .from = g->start, .from_state = state, .stops = stops};
    int64_t main_kg = 0;
    for (int32_t i = done; i < route->n_visits; i++) {
        const tr_visit *x = &route->visits[i];
        const bool site = x->kind == TR_VISIT_DISPOSAL, stop = x->kind == TR_VISIT_STOP, end = i == route->n_visits - 1;
        if (!site && !stop && !end) continue;
        const int32_t node = end ? g->end : site ? g->ns + x->ref : g->local[x->ref];
        if (node < 0 || t.n == TRIP_LONG) return;
        size_t cell = (size_t)last * (size_t)g->stride + (size_t)node;
        t.cost += g->met[cell] * g->a, t.seconds += g->sec[cell] + g->nodes[node].stay, last = node;
        if (stop) {
            const tr_model_stop *s = &r->m->stops[x->ref];
            stops[t.n++] = x->ref, t.cost += c->stop_cost[node];
            if (x->compartment == c->main) in |= (tr_mask)1 << s->stream, main_kg += s->kg;
            else t.cost += c->fee[node], state = trip_loads(c, state, (tr_mask)1 << s->stream);
            state = trip_serves(c, state, node);
            continue;
        }
        const tr_mask takes = site ? r->m->problem->sites[x->ref].streams : ~(tr_mask)0;
        state = trip_cleaned(c, state, takes);
        if (!end && (!in || (in & ~takes))) continue; /* on the way */
        if (site) t.cost += main_kg * 18 * r->m->problem->sites[x->ref].gate_fee_pence_per_tonne;
        t.to = node, t.to_state = state;
        if (t.n > 0) take_trip(r, &t);
        t = (trip){.c = c, .from = node, .from_state = state, .stops = stops};
        main_kg = 0, in = 0;
    }
}

static void add_plan(run *r)
{
    for (int32_t v = 0; r->t->plan && v < r->t->plan->n_routes; v++)
        for (int32_t k = 0; k < r->n_classes; k++)
            if (r->classes[k].graph->vehicle == r->m->vehicles[v].cls) add_route(r, &r->classes[k], &r->t->plan->routes[v]);
}

static void build(run *r)
{
    const tr_model *m = r->m;
    r->lp = glp_create_prob();
    glp_add_rows(r->lp, m->n_stops + 3);
    r->row_level = m->n_stops + 1, r->row_all = m->n_stops + 3;
    glp_add_cols(r->lp, 2 * m->n_stops + 2); /* left; neither; points above the limits */
    for (int32_t s = 0; s < m->n_stops; s++) {
        int index[4] = {0, s + 1}, n = 1;
        double value[4] = {0, 1};
        glp_set_row_bnds(r->lp, s + 1, GLP_FX, 1, 1);
        glp_set_col_bnds(r->lp, m->n_stops + s + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(r->lp, m->n_stops + s + 1, r->dear);
        glp_set_mat_col(r->lp, m->n_stops + s + 1, 1, index, value);
        const tr_goal *left = &m->stops[s].left;
        bool frozen = tr_bit(m->frozen, s);
        int64_t points[2] = {left->hazard_left, left->due_left};
        for (int k = 0; k < 2 && !frozen; k++)
            if (points[k] > 0) index[++n] = r->row_level + k, value[n] = (double)points[k];
        glp_set_col_bnds(r->lp, s + 1, GLP_DB, 0, 1);
        glp_set_obj_coef(r->lp, s + 1, frozen ? 0 : (double)left->cost_pence);
        glp_set_mat_col(r->lp, s + 1, n, index, value);
    }
    for (int k = 0; k < 2; k++) {
        int index[2] = {0, r->row_level + k};
        double value[2] = {0, -1};
        glp_set_row_bnds(r->lp, r->row_level + k, GLP_UP, 0, (double)r->t->limit[k]);
        glp_set_col_bnds(r->lp, 2 * m->n_stops + k + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(r->lp, 2 * m->n_stops + k + 1, r->dear);
        glp_set_mat_col(r->lp, 2 * m->n_stops + k + 1, 1, index, value);
    }
    for (int32_t k = 0; k < r->n_classes; k++) add_side(r, k);
    r->first_trip = glp_get_num_cols(r->lp) + 1;
}

static void set_fleet(run *r, const fleet *f)
{
    glp_set_row_bnds(r->lp, r->row_all, f->all_low == f->all_high ? GLP_FX : GLP_DB, f->all_low, f->all_high);
    for (int32_t k = 0; k < r->n_classes; k++) {
        const side *x = &r->sides[k];
        glp_set_col_bnds(r->lp, x->col_out, f->low[k] == f->high[k] ? GLP_FX : GLP_DB, f->low[k], f->high[k]);
        double most = (double)r->classes[k].break_most * f->high[k] / 3600, least = f->rested[k] ? 0.5 : 0;
        glp_set_col_bnds(r->lp, x->col_break, most > least ? GLP_DB : GLP_FX, least, MAX(most, least));
        glp_set_row_bnds(r->lp, x->row_trips, f->few[k] == f->many[k] ? GLP_FX : GLP_DB, f->few[k], f->many[k]);
        glp_set_row_bnds(r->lp, x->row_work, f->brief[k] ? GLP_UP : GLP_FR, 0, (double)x->free_work / 3600);
    }
}

/* ---- duals and the bound ---- */

static __int128 value_units(const run *r)
{
    return (__int128)(r->t->value - 1) * TR_MONEY;
}

static int64_t grid(double dual)
{
    double x = dual * TR_MONEY;
    return x > 1e13 ? (int64_t)1e13 : x < -1e13 ? -(int64_t)1e13 : (int64_t)llround(x);
}

static void read_duals(run *r, const fleet *f)
{
    const tr_model *m = r->m;
    for (int32_t s = 0; s < m->n_stops; s++) r->stop[s] = grid(glp_get_row_dual(r->lp, s + 1));
    for (int k = 0; k < 2; k++) r->level[k] = MIN(0, grid(glp_get_row_dual(r->lp, r->row_level + k)));
    r->all = grid(glp_get_row_dual(r->lp, r->row_all));
    for (int32_t k = 0; k < r->n_cuts; k++) r->cuts[k].dual = MIN(0, grid(glp_get_row_dual(r->lp, r->cut_row[k])));
    for (int32_t k = 0; k < r->n_classes; k++) {
        side *x = &r->sides[k];
        const tr_full *g = r->classes[k].graph;
        x->time = MIN(0, grid(glp_get_row_dual(r->lp, x->row_time) * TRIP_FINE / 3600));
        x->work = f->brief[k] ? MIN(0, grid(glp_get_row_dual(r->lp, x->row_work) * TRIP_FINE / 3600)) : 0;
        x->rest = x->slope > 0 ? MAX(0, grid(glp_get_row_dual(r->lp, x->row_break) * TRIP_FINE / 3600)) : 0;
        x->prices.second = g->r * TRIP_FINE - x->time - x->work + x->rest * x->slope / PARTS;
        x->prices.n_cuts = r->n_cuts;
        memset(x->prices.inward, 0, (size_t)g->stride * (size_t)g->ns * sizeof *x->prices.inward);
        memset(x->prices.outward, 0, (size_t)g->stride * (size_t)g->stride * sizeof *x->prices.outward);
        x->prices.loops = false, x->prices.each = -grid(glp_get_row_dual(r->lp, x->row_trips));
        x->prices.leave[r->classes[k].start_state][g->start] = grid(glp_get_row_dual(r->lp, x->row_start));
        for (int q = r->classes[k].n_states; q-- > 0;)
            for (int32_t z = 0; z < m->n_sites; z++) {
                int64_t *reach = &x->prices.reach[q][g->ns + z];
                *reach = grid(glp_get_row_dual(r->lp, x->row_site + q * m->n_sites + z));
                for (int worse = 1; worse < r->classes[k].n_states; worse *= 2) /* never more for a worse state */
                    if (!(q & worse)) *reach = MAX(*reach, x->prices.reach[q | worse][g->ns + z]);
                x->prices.leave[q][g->ns + z] = -*reach;
            }
    }
}

static void read_loops(run *r)
{
    for (int32_t i = 0; i < r->n_loops; i++) {
        const loop *l = &r->loops[i];
        const tr_full *g = l->c->graph;
        trip_prices *u = &r->sides[l->c->index].prices;
        const int64_t paid = MAX(0, -grid(glp_get_row_dual(r->lp, l->row)));
        u->loops |= paid > 0;
        for (int32_t w = g->ns; w < g->n && paid > 0; w++) {
            if (!in_loop(l, w)) continue;
            u->inward[w * g->ns + g->local[l->stop]] += paid;
            for (int32_t to = g->ns; to <= g->n; to++) {
                const int32_t node = to < g->n ? to : g->end;
                if (!in_loop(l, node)) u->outward[w * g->stride + node] -= paid;
            }
        }
    }
}

/* What one more vehicle of the class out costs by these duals. */
static int64_t out_of(const run *r, int32_t k)
{
    const side *x = &r->sides[k];
    __int128 hours = (__int128)x->time * x->most_time - ((__int128)x->rest * x->slope * x->free_work + PARTS - 1) / PARTS;
    return x->out_cost + x->prices.leave[r->classes[k].start_state][r->classes[k].graph->start] - (int64_t)((-hours + TRIP_FINE - 1) / TRIP_FINE) - r->all; /* rows: -1, -most_time, + slope x free_work, 1 */
}

/* What these duals and the least reduced cost of any trip prove, in units: docs/model.md, "Trips". */
static __int128 bound_of(const run *r, const fleet *f, int64_t least)
{
    const tr_model *m = r->m;
    __int128 sum = r->all > 0 ? (__int128)r->all * f->all_low : (__int128)r->all * f->all_high;
    for (int k = 0; k < 2; k++) sum += (__int128)r->level[k] * r->t->limit[k];
    for (int32_t k = 0; k < r->n_cuts; k++) sum += r->cuts[k].dual;
    sum += (__int128)least * m->n_stops; /* each is on one trip */
    for (int32_t s = 0; s < m->n_stops; s++) {
        const tr_goal *g = &m->stops[s].left;
        bool frozen = tr_bit(m->frozen, s);
        int64_t left = frozen ? -r->stop[s] : g->cost_pence * TR_MONEY - r->stop[s] - r->level[0] * g->hazard_left - r->level[1] * g->due_left;
        sum += r->stop[s] + MIN(0, left);
    }
    for (int32_t k = 0; k < r->n_classes; k++) {
        const side *x = &r->sides[k];
        const tr_full *g = r->classes[k].graph;
        int64_t out = out_of(r, k);
        sum += (__int128)out * (out > 0 ? f->low[k] : f->high[k]);
        int64_t rest = g->r * TRIP_FINE - x->time - x->rest;
        __int128 fine = (__int128)rest * (rest > 0 ? f->rested[k] ? 1800 : 0 : MAX((int64_t)r->classes[k].break_most * f->high[k], f->rested[k] ? 1800 : 0));
        if (f->brief[k]) fine += (__int128)x->work * x->free_work;
        sum -= (__int128)x->prices.each * (x->prices.each < 0 ? f->few[k] : f->many[k]);
        sum += fine >= 0 ? fine / TRIP_FINE : -((-fine + TRIP_FINE - 1) / TRIP_FINE);
        int64_t move = 0;
        for (int32_t i = 0; i < x->n_moves; i++) {
            const trip *t = &x->moves[i];
            move = MIN(move, t->cost + x->prices.second * t->seconds / TRIP_FINE + trip_outward(t->c, &x->prices, t->from, t->to) - x->prices.leave[t->from_state][t->from] -
                                 (t->to == g->end ? 0 : x->prices.reach[t->to_state][t->to]));
        }
        sum += (__int128)move * (m->n_stops + (TR_MAX_COMPARTMENTS + 2) * f->high[k]); /* each but the last empties something */
    }
    return sum;
}

/* Prices that would prove more than the value are lowered to what proves it: then fewer trips are to be looked at. */
static void lower(run *r, const fleet *f)
{
    const __int128 over = bound_of(r, f, 0) - value_units(r) - 1;
    for (int32_t s = 0; s < r->m->n_stops && over > 0; s++) r->stop[s] -= (int64_t)(over / r->m->n_stops);
}

/* ---- rounds ---- */

static bool solve(run *r)
{
    glp_smcp o;
    glp_init_smcp(&o);
    o.msg_lev = GLP_MSG_OFF, o.r_test = GLP_RT_FLIP, o.it_lim = 200000;
    int rc = glp_simplex(r->lp, &o);
    if (rc != 0 || glp_get_status(r->lp) != GLP_OPT) {
        glp_adv_basis(r->lp, 0);
        rc = glp_simplex(r->lp, &o);
    }
    return rc == 0 && glp_get_status(r->lp) == GLP_OPT;
}

/* The least reduced cost a stop of all trips of the fleet, a node, a class and a group of streams after the other; a heuristic goes on
 * with the next in the next round once it has enough.  INT64_MIN if work ran out. */
static int64_t price(run *r, const fleet *f, int32_t beam, int32_t *added)
{
    const int32_t ends = r->m->n_sites + 1, turns = r->n_classes * ends * r->n_groups, before = r->n;
    int64_t least = 0;
    for (int32_t i = 0; i < turns && (beam == 0 || r->n - before < ENOUGH); i++) {
        if (++r->turn >= turns) r->turn = 0;
        const int32_t k = r->turn / r->n_groups / ends, at = r->turn / r->n_groups % ends;
        const trip_class *c = &r->classes[k];
        const tr_full *g = c->graph;
        const int32_t to = at < r->m->n_sites ? g->ns + at : g->end;
        if (f->high[k] == 0 || (to == g->end ? c->d->park_streams == 0 && c->n_boxes == 1 : !g->active[to])) continue;
        int64_t work = r->t->work;
        int64_t one = trip_price(c, &r->sides[k].prices, to, r->groups[r->turn % r->n_groups], beam, take_trip, ended_for, r, &work);
        r->t->labels += r->t->work - work, r->t->work = work;
        if (one == INT64_MIN) return one;
        least = MIN(least, one);
    }
    *added = r->n - before;
    return least;
}

/* A stop that comes again though all between remember it, or, any, one that comes again; false if there is none. */
static bool find_cycle(const trip *t, bool any, int32_t *from, int32_t *to)
{
    const trip_class *c = t->c;
    const int32_t *local = c->graph->local;
    for (*to = 1; *to < t->n; ++*to)
        for (*from = *to - 1; *from >= 0; --*from) {
            int32_t again = local[t->stops[*to]], at = local[t->stops[*from]];
            if (at == again) return true;
            if (!any && !(c->near[at][again >> 6] >> (again & 63) & 1)) break;
        }
    return false;
}

/* Stops between two visits of one on a trip of the solution come to remember it; false if no trip of it goes round. */
static bool tighten(run *r)
{
    int32_t from, to;
    bool grown = false;
    for (int32_t i = 0; i < r->n; i++) {
        const trip *t = &r->trips[i];
        if (glp_get_col_prim(r->lp, r->first_trip + i) < 1e-6 || !find_cycle(t, true, &from, &to)) continue;
        for (int32_t k = from + 1; k < to; k++) {
            const trip_class *c = t->c;
            int32_t at = c->graph->local[t->stops[k]], again = c->graph->local[t->stops[to]];
            c->near[at][again >> 6] |= (uint64_t)1 << (again & 63);
        }
        grown = true;
    }
    for (int32_t i = 0; grown && i < r->n; i++)
        if (find_cycle(&r->trips[i], false, &from, &to)) glp_set_col_bnds(r->lp, r->first_trip + i, GLP_FX, 0, 0);
    return grown;
}

static void add_cut(run *r, const int32_t stops[3])
{
    tr_arena *scratch = tr_arena_new();
    int n = 0, *index = TR_NEW(scratch, int, r->n + 1), row = glp_add_rows(r->lp, 1);
    double *value = TR_NEW(scratch, double, r->n + 1);
    glp_set_row_bnds(r->lp, row, GLP_UP, 0, 1);
    for (int32_t i = 0; i < r->n; i++) {
        int32_t in = tr_cut_visits(stops, r->trips[i].n, r->trips[i].stops);
        if (in > 0) index[++n] = r->first_trip + i, value[n] = in;
    }
    glp_set_mat_row(r->lp, row, n, index, value);
    tr_arena_free(scratch);
    r->cuts[r->n_cuts] = (tr_cut){{stops[0], stops[1], stops[2]}, 0};
    r->cut_row[r->n_cuts++] = row;
}

/* Subset-row cuts that the solution violates, the worst first; how many were added. */
static int32_t cut(run *r)
{
    const int32_t n = r->m->n_stops;
    tr_arena *scratch = tr_arena_new();
    int32_t n_in = 0, n_found = 0, added = 0, *used = TR_NEW(scratch, int32_t, n + 1);
    int32_t *in = TR_NEW(scratch, int32_t, r->n + 1);
    double *by = TR_NEW(scratch, double, r->n + 1);
    tr_violated *found = TR_NEW(scratch, tr_violated, CUTS_FOUND);
    for (int32_t i = 0; i < r->n; i++) {
        double v = glp_get_col_prim(r->lp, r->first_trip + i);
        if (v > 1e-6 && v < 1 - 1e-6) in[n_in] = i, by[n_in++] = v;
    }
    uint8_t *holds = TR_NEW(scratch, uint8_t, (size_t)n_in * (size_t)n + 1);
    for (int32_t k = 0; k < n_in; k++)
        for (int32_t i = 0; i < r->trips[in[k]].n; i++) holds[(size_t)k * (size_t)n + (size_t)r->trips[in[k]].stops[i]]++;
    for (int32_t a = 0; a < n; a++)
        for (int32_t b = a + 1; b < n; b++)
            for (int32_t c = b + 1; c < n; c++) {
                double sum = -1;
                for (int32_t k = 0; k < n_in; k++) {
                    const uint8_t *h = holds + (size_t)k * (size_t)n;
                    sum += by[k] * ((h[a] + h[b] + h[c]) / 2);
                }
                if (sum > CUT_LEAST && n_found < CUTS_FOUND) found[n_found++] = (tr_violated){sum, {a, b, c}};
            }
    qsort(found, (size_t)n_found, sizeof *found, tr_by_violation);
    for (int32_t f = 0; f < n_found && added < CUT_ROUND && r->n_cuts < TRIP_CUTS; f++) {
        const int32_t *s = found[f].stops;
        if (used[s[0]] >= STOP_CUTS || used[s[1]] >= STOP_CUTS || used[s[2]] >= STOP_CUTS) continue;
        for (int k = 0; k < 3; k++) used[s[k]]++;
        add_cut(r, s), added++;
    }
    tr_arena_free(scratch);
    return added;
}

static void add_loop(run *r, loop l)
{
    tr_arena *scratch = tr_arena_new();
    const side *x = &r->sides[l.c->index];
    int n = 0, *index = TR_NEW(scratch, int, r->n + x->n_moves + 1);
    double *value = TR_NEW(scratch, double, r->n + x->n_moves + 1);
    l.row = glp_add_rows(r->lp, 1);
    glp_set_row_bnds(r->lp, l.row, GLP_UP, 0, 0);
    for (int32_t i = 0; i < r->n; i++)
        if ((value[n + 1] = loop_counts(&l, &r->trips[i])) != 0) index[++n] = r->first_trip + i;
    for (int32_t i = 0; i < x->n_moves; i++)
        if ((value[n + 1] = loop_counts(&l, &x->moves[i])) != 0) index[++n] = x->col_move + i;
    glp_set_mat_row(r->lp, l.row, n, index, value);
    tr_arena_free(scratch);
    r->loops[r->n_loops++] = l;
}

/* Trips and ways without a stop of a class that the solution has, and how often; how many. */
static int32_t used_by(const run *r, int32_t k, const trip **used, double *by)
{
    const side *x = &r->sides[k];
    int32_t n = 0;
    for (int32_t i = 0; i < r->n + x->n_moves; i++) {
        const trip *t = i < r->n ? &r->trips[i] : &x->moves[i - r->n];
        if (t->c != &r->classes[k]) continue;
        by[n] = glp_get_col_prim(r->lp, i < r->n ? r->first_trip + i : x->col_move + i - r->n), used[n] = t;
        n += by[n] > 1e-6;
    }
    return n;
}

/* Rows for the set of sites and stops that are served more often on trips into it than it is left, the worst first. */
static void break_loop(run *r, loop l, int32_t n, const trip *const *used, const double *by)
{
    double served[TR_TRIPS_MOST] = {0}, left = 0;
    for (int32_t i = 0; i < n; i++) {
        if (!in_loop(&l, used[i]->to)) left += in_loop(&l, used[i]->from) ? by[i] : 0;
        else
            for (int32_t k = 0; k < used[i]->n; k++) served[used[i]->stops[k]] += by[i];
    }
    for (int32_t i = 0; i < LOOP_STOPS && r->n_loops < LOOPS; i++) {
        for (int32_t s = l.stop = 0; s < r->m->n_stops; s++)
            if (served[s] > served[l.stop]) l.stop = s;
        if (served[l.stop] - left < LOOP_LEAST) return;
        add_loop(r, l);
        served[l.stop] = 0;
    }
}

/* Trips of the solution that go round and lead nowhere are forbidden; false if there are none. */
static bool break_loops(run *r)
{
    const int32_t before = r->n_loops, nz = MIN(r->m->n_sites, LOOP_SITES);
    tr_arena *scratch = tr_arena_new();
    for (int32_t k = 0; k < r->n_classes; k++) {
        const size_t most = (size_t)r->n + (size_t)r->sides[k].n_moves + 1;
        const trip **used = tr_arena_alloc(scratch, most, sizeof *used);
        double *by = TR_NEW(scratch, double, most);
        const int32_t n = used_by(r, k, used, by);
        for (tr_mask sites = 1; n > 0 && sites < (tr_mask)1 << nz; sites++) break_loop(r, (loop){.c = &r->classes[k], .sites = sites}, n, used, by);
    }
    tr_arena_free(scratch);
    return r->n_loops > before;
}

typedef struct { /* what a fleet is parted by: how many are out in all, or of a class; whether the only one of a class has a break; trips of a class */
    enum { NOTHING, ALL, CLASS, REST, TRIPS } of;
    int32_t cls, down;
} parting;

/* Are the routes of better plans to be told? */
static bool lists(const run *r)
{
    return r->t->listed && r->m->n_stops <= LISTED_MOST;
}

/* Into few trips or many, where a class makes a broken number of them. */
static parting trips_of(const run *r)
{
    double *trips = r->made, most = TRIPS_BROKEN;
    memset(trips, 0, (size_t)r->n_classes * sizeof *trips);
    parting by = {NOTHING, -1, 0};
    for (int32_t i = 0; i < r->n; i++) trips[r->trips[i].c->index] += glp_get_col_prim(r->lp, r->first_trip + i);
    for (int32_t k = 0; k < r->n_classes; k++) {
        const double off = fabs(trips[k] - floor(trips[k] + 0.5));
        if (off > most) most = off, by = (parting){TRIPS, k, (int32_t)floor(trips[k])};
    }
    return by;
}

static parting parting_of(const run *r, const fleet *f)
{
    double all = 0, most = 1e-6;
    parting by = {NOTHING, -1, 0};
    for (int32_t k = 0; k < r->n_classes; k++) {
        double out = glp_get_col_prim(r->lp, r->sides[k].col_out), off = fabs(out - floor(out + 0.5));
        all += out;
        if (off > most) most = off, by = (parting){CLASS, k, (int32_t)floor(out)};
    }
    if (fabs(all - floor(all + 0.5)) > 1e-6) return (parting){ALL, -1, (int32_t)floor(all)};
    for (int32_t k = 0; k < r->n_classes && by.of == NOTHING; k++) {
        const side *x = &r->sides[k];
        double rest = glp_get_col_prim(r->lp, x->col_break);
        bool open = f->low[k] == 1 && f->high[k] == 1 && x->slope > 0 && !f->rested[k] && !f->brief[k];
        if (open && rest > 1e-6 && rest < 0.5 - 1e-6) by = (parting){REST, k, 0};
    }
    if (by.of == NOTHING && lists(r) && f->all_low < f->all_high) { /* so that it is known how many others there are */
        const int32_t n = (int32_t)floor(all + 0.5);
        by = (parting){ALL, -1, n > f->all_low ? n - 1 : n};
    }
    if (by.of == NOTHING) by = trips_of(r);
    return by;
}

/* The prices that prove the fleet's bound are kept. */
static void keep_prices(run *r, fleet *f)
{
    f->level[0] = r->level[0], f->level[1] = r->level[1];
    f->out = TR_NEW(r->arena, int64_t, r->n_classes + 1), f->prices = TR_NEW(r->arena, trip_prices, r->n_classes + 1);
    const int64_t *stop = tr_arena_grow(r->arena, r->stop, (size_t)r->m->n_stops, (size_t)r->m->n_stops + 1, sizeof *stop);
    const tr_cut *cuts = tr_arena_grow(r->arena, r->cuts, (size_t)r->n_cuts, (size_t)r->n_cuts + 1, sizeof *cuts);
    for (int32_t k = 0; k < r->n_classes; k++) {
        const trip_prices *from = &r->sides[k].prices;
        trip_prices *to = &f->prices[k];
        const size_t n = (size_t)r->classes[k].graph->stride;
        f->out[k] = out_of(r, k);
        *to = *from, to->stop = stop, to->cuts = cuts;
        to->inward = tr_arena_grow(r->arena, from->inward, n * (size_t)r->classes[k].graph->ns, n * (size_t)r->classes[k].graph->ns + 1, sizeof *to->inward);
        to->outward = tr_arena_grow(r->arena, from->outward, n * n, n * n + 1, sizeof *to->outward);
        for (int q = 0; q < r->classes[k].n_states; q++) {
            to->leave[q] = tr_arena_grow(r->arena, from->leave[q], n, n + 1, sizeof *to->leave[q]);
            to->reach[q] = tr_arena_grow(r->arena, from->reach[q], n, n + 1, sizeof *to->reach[q]);
        }
    }
}

/* False if the solution needs neither. */
static bool hold_to_more(run *r)
{
    const bool tightened = tighten(r);
    return break_loops(r) || tightened;
}

/* By its vehicles. */
static bool is_parted(const run *r, const fleet *f)
{
    const parting by = parting_of(r, f);
    return by.of != NOTHING && by.of != TRIPS;
}

/* Is the solution to be held to more rules before all trips are priced?  Not if it is above the value already, or to be parted. */
static bool is_worth_more(const run *r, const fleet *f)
{
    return f->units > INT64_MIN && glp_get_obj_val(r->lp) < (double)r->t->value && !is_parted(r, f);
}

/* Rounds until the fleet's bound meets the value or little is found; false if something ended them before.  A fleet that is to be parted is
 * not worth many. */
static bool converge(run *r, fleet *f)
{
    const int32_t first = r->t->exact ? 0 : BEAM;
    int32_t beam = first;
    for (;;) {
        if (ended(r) || !solve(r)) return false;
        read_duals(r, f), read_loops(r);
        if (beam == 0) lower(r, f);
        int32_t added = 0;
        int64_t least = price(r, f, beam, &added);
        if (least == INT64_MIN) return false;
        if (beam == 0) {
            __int128 units = bound_of(r, f, least);
            if (units > f->units) f->units = units;
            if (r->t->listed && units > f->priced) f->priced = units, keep_prices(r, f);
            if (f->units > value_units(r)) return true;
            const bool parted = is_parted(r, f);
            if (added == 0 || -(__int128)least * r->m->n_stops < (__int128)r->t->value * TR_MONEY / (parted ? SOME : LITTLE)) {
                if (parted || !hold_to_more(r)) return true;
                beam = first;
                continue;
            }
        }
        if (added > 0 && beam == 0) beam = first;
        else if (added == 0 && beam == WIDE) beam = is_worth_more(r, f) && hold_to_more(r) ? first : 0;
        else if (added == 0) beam = WIDE;
    }
}

/* ---- fleets ---- */

static fleet *new_fleet(run *r, const fleet *of)
{
    if (r->n_fleets == FLEETS) return NULL;
    fleet *f = &r->fleets[r->n_fleets++];
    *f = of ? *of : (fleet){.all_high = 0, .units = INT64_MIN, .priced = INT64_MIN};
    size_t n = (size_t)r->n_classes, room = n + 1;
    f->low = tr_arena_grow(r->arena, of ? of->low : NULL, of ? n : 0, room, sizeof *f->low);
    f->high = tr_arena_grow(r->arena, of ? of->high : NULL, of ? n : 0, room, sizeof *f->high);
    f->rested = tr_arena_grow(r->arena, of ? of->rested : NULL, of ? n : 0, room, sizeof *f->rested);
    f->few = tr_arena_grow(r->arena, of ? of->few : NULL, of ? n : 0, room, sizeof *f->few);
    f->many = tr_arena_grow(r->arena, of ? of->many : NULL, of ? n : 0, room, sizeof *f->many);
    f->brief = tr_arena_grow(r->arena, of ? of->brief : NULL, of ? n : 0, room, sizeof *f->brief);
    f->done = tr_arena_grow(r->arena, of ? of->done : NULL, of ? n : 0, room, sizeof *f->done);
    f->serves = tr_arena_grow(r->arena, of ? of->serves : NULL, of ? n : 0, room, sizeof *f->serves);
    f->tries = 0;
    f->open = true;
    return f;
}

static fleet *worst_open(run *r)
{
    fleet *worst = NULL;
    for (int32_t i = 0; i < r->n_fleets; i++)
        if (r->fleets[i].open && !r->fleets[i].listed && (!worst || r->fleets[i].units < worst->units)) worst = &r->fleets[i];
    return worst;
}

/* Holds each class to what the others leave of the vehicles out in all, and these to the classes; there may be no such fleet. */
static void fit(const run *r, fleet *f)
{
    for (int times = 0; times < 2; times++) {
        int32_t low = 0, high = 0;
        for (int32_t k = 0; k < r->n_classes; k++) low += f->low[k], high += f->high[k];
        f->all_low = MAX(f->all_low, low), f->all_high = MIN(f->all_high, high);
        for (int32_t k = 0; k < r->n_classes; k++) {
            const int32_t most = f->low[k] + f->all_high - low, least = f->high[k] - (high - f->all_low);
            f->high[k] = MIN(f->high[k], most), f->low[k] = MAX(f->low[k], least);
        }
    }
    f->open = f->all_low <= f->all_high;
    for (int32_t k = 0; k < r->n_classes; k++) f->open &= f->low[k] <= f->high[k];
}

/* Two fleets in the place of one; false if there is no room. */
static bool branch(run *r, fleet *f, parting by)
{
    fleet *a = new_fleet(r, f), *b = new_fleet(r, f);
    if (!a || !b) return false;
    if (by.of == ALL) a->all_high = by.down, b->all_low = by.down + 1;
    if (by.of == CLASS) a->high[by.cls] = by.down, b->low[by.cls] = by.down + 1;
    if (by.of == TRIPS) a->many[by.cls] = by.down, b->few[by.cls] = by.down + 1;
    if (by.of == REST) a->rested[by.cls] = b->brief[by.cls] = true;
    fit(r, a), fit(r, b);
    f->open = false;
    return true;
}

static int64_t pence_of(__int128 units)
{
    return units <= 0 ? 0 : (int64_t)((units + TR_MONEY - 1) / TR_MONEY);
}

static void take_listed(void *context, const tr_priced *route)
{
    run *r = context;
    uint64_t *serves = r->listing->serves[r->listed];
    for (int32_t i = 0; i < route->n; i++) tr_bit_set(serves, route->stops[i]);
    r->t->listed(r->t->context, r->classes[r->listed].graph->vehicle, route);
}

/* What the fleet's bound leaves for a class of which one more is out. */
static __int128 gap_of(const run *r, const fleet *f, int32_t k)
{
    return value_units(r) - f->priced + 1 - (f->low[k] == 0 ? MAX(0, f->out[k]) : 0);
}

/* What it costs that a vehicle of the class serves a stop not, if no other can: nobody does then. */
static void cost_unserved(const run *r, const fleet *f, int32_t k, int64_t *cost)
{
    for (int32_t s = 0; s < r->m->n_stops; s++) {
        const tr_goal *x = &r->m->stops[s].left;
        bool other = f->high[k] > 1;
        for (int32_t j = 0; j < r->n_classes && f->all_high > 1; j++)
            other |= j != k && f->high[j] > 0 && gap_of(r, f, j) > 0 && (!f->done[j] || tr_bit(f->serves[j], s));
        const int64_t left = x->cost_pence * TR_MONEY - f->prices[0].stop[s] - f->level[0] * x->hazard_left - f->level[1] * x->due_left;
        cost[s] = other ? 0 : MAX(0, left);
    }
}

/* Is there one vehicle out, of which it is known whether it rests? */
static bool is_last(const run *r, const fleet *f)
{
    bool is = f->all_low == 1 && f->all_high == 1;
    for (int32_t k = 0; k < r->n_classes; k++) is &= f->low[k] == f->high[k] && (f->high[k] == 0 || r->sides[k].slope == 0 || f->rested[k] || f->brief[k]);
    return is;
}

/* All routes that a better plan of the fleet may have are told, class by class and with more effort then; true if that is all of them. */
static bool list(run *r, fleet *f)
{
    /* little, and then the most if more was tried before, or nothing else can be done; or what goes between */
    const bool last = f->tries > 0 || is_last(r, f);
    const int32_t step = last ? EFFORT : 1, most = last ? EFFORT : f->all_high == 1 ? 0 : 1;
    tr_arena *scratch = tr_arena_new();
    int64_t *unserved = TR_NEW(scratch, int64_t, r->m->n_stops + 1);
    bool whole = false;
    for (int32_t e = f->tries > 0 ? EFFORT : 0; e <= most && !whole && !ended(r); e += step) {
        whole = true;
        for (int32_t k = 0; k < r->n_classes && !ended(r); k++) {
            const __int128 gap = gap_of(r, f, k);
            if (f->high[k] == 0 || f->done[k] || gap <= 0) continue;
            cost_unserved(r, f, k, unserved);
            const trip_wanted wanted = {.c = &r->classes[k], .prices = &f->prices[k], .groups = r->groups, .n_groups = r->n_groups, .unserved = unserved,
                                        .gap = (int64_t)gap, .below = (int64_t)value_units(r) + 1, .effort = e, .core = r->t->core, .sink = take_listed,
                                        .enough = ended_for, .context = r};
            int64_t work = r->t->work;
            r->listing = f, r->listed = k;
            f->done[k] = trip_list(&wanted, &work);
            r->t->labels += r->t->work - work, r->t->work = work;
            whole &= f->done[k];
        }
    }
    tr_arena_free(scratch);
    return whole && !ended(r);
}

/* Where one vehicle is out, those of classes that were listed need no more; true if there are any.  What was known of them is kept. */
static bool drop_listed(run *r, fleet *f)
{
    bool any = false;
    for (int32_t k = 0; k < r->n_classes && f->all_high == 1; k++)
        if (f->done[k] && f->low[k] < f->high[k]) f->high[k] = f->low[k], r->told[k] = any = true;
    if (any && f->units < r->least_told) r->least_told = f->units;
    fit(r, f);
    return any;
}

/* Not again before the bound has risen by a part of the gap. */
static bool worth_listing(const run *r, const fleet *f)
{
    if (!lists(r) || !f->prices) return false;
    return f->tries < 2 || f->units - f->tried > (value_units(r) - f->tried) / RISEN;
}

static void work_off(run *r)
{
    fleet *f = new_fleet(r, NULL);
    for (int32_t k = 0; k < r->n_classes; k++) {
        f->high[k] = r->classes[k].count, f->low[k] = r->classes[k].d->departs ? f->high[k] : 0;
        f->all_low += f->low[k], f->all_high += f->high[k];
        f->many[k] = r->m->n_stops;
    }
    while ((f = worst_open(r))) {
        set_fleet(r, f);
        if (!converge(r, f)) break;
        if (r->n_fleets == 1) r->root = f->units;
        f->open = f->units <= value_units(r);
        if (!f->open) continue;
        const parting by = parting_of(r, f);
        if (by.of == NOTHING && worst_open(r) != f) continue; /* later */
        if (by.of == NOTHING && worth_listing(r, f)) {
            f->listed = list(r, f), f->tried = f->units, f->tries++;
            if (f->listed || drop_listed(r, f)) continue;
        }
        if (by.of != NOTHING ? !branch(r, f, by) : cut(r) == 0 && f->tries != 1) break;
        const fleet *worst = worst_open(r);
        if (r->t->told && worst && worst->units > 0) r->t->told(r->t->context, pence_of(MIN(worst->units, r->least_told)));
    }
}

static void answer(run *r)
{
    tr_trips *t = r->t;
    __int128 least = MIN((__int128)t->value * TR_MONEY, r->least_told);
    t->out = TR_NEW(r->arena, bool, r->m->n_vehicles + 1);
    for (int32_t k = 0; k < r->n_classes; k++) t->out[r->classes[k].graph->vehicle] |= r->told[k];
    for (int32_t i = 0; i < r->n_fleets; i++) {
        const fleet *f = &r->fleets[i];
        if (!f->open) continue;
        if (f->units < least) least = f->units;
        for (int32_t k = 0; k < r->n_classes; k++) t->out[r->classes[k].graph->vehicle] |= f->high[k] > 0;
    }
    t->all_listed = t->listed && !worst_open(r);
    t->root = pence_of(r->root);
    t->known = least > 0, t->bound = MIN(pence_of(least), t->value);
}

static void add_group(run *r, tr_mask group)
{
    for (int32_t i = 0; i < r->n_groups; i++)
        if (r->groups[i] == group) return;
    r->groups[r->n_groups++] = group;
}

static void find_groups(run *r)
{
    const tr_model *m = r->m;
    r->groups = TR_NEW(r->arena, tr_mask, TR_MAX_STREAMS);
    for (int32_t s = 0; s < m->n_stops; s++) add_group(r, m->same_group[m->stops[s].stream]);
    for (int32_t v = 0; v < m->n_vehicles; v++)
        for (int32_t b = 0; m->vehicles[v].usable && b < TR_MAX_COMPARTMENTS; b++)
            if (m->vehicles[v].streams[b]) add_group(r, m->same_group[__builtin_ctzll(m->vehicles[v].streams[b])]);
}

/* False if GLPK failed. */
static bool solve_all(run *r)
{
    glp_term_out(GLP_OFF);
    if (setjmp(escape)) {
        glp_error_hook(NULL, NULL);
        glp_free_env();
        return false;
    }
    glp_error_hook(on_error, NULL);
    build(r);
    add_plan(r);
    work_off(r);
    glp_delete_prob(r->lp);
    glp_error_hook(NULL, NULL);
    return true;
}

void tr_trips_bound(tr_trips *t, tr_arena *arena)
{
    const tr_model *m = t->model;
    t->known = t->lost_glpk = false, t->labels = 0;
    if (m->n_stops > TR_TRIPS_MOST || m->n_stops == 0) return;
    run r = {.t = t, .m = m, .arena = arena, .dear = 2 * (double)t->value + 1000, .least_told = (__int128)t->value * TR_MONEY};
    r.classes = TR_NEW(arena, trip_class, m->n_vehicles + 1), r.sides = TR_NEW(arena, side, m->n_vehicles + 1);
    r.stop = TR_NEW(arena, int64_t, m->n_stops + 1), r.told = TR_NEW(arena, bool, m->n_vehicles + 1);
    r.index = TR_NEW(arena, int, m->n_stops + TRIP_CUTS + LOOPS + 16), r.value = TR_NEW(arena, double, m->n_stops + TRIP_CUTS + LOOPS + 16);
    r.fleets = TR_NEW(arena, fleet, FLEETS), r.made = TR_NEW(arena, double, m->n_vehicles + 1);
    r.begun = now(&r);
    for (int32_t v = 0; v < m->n_vehicles; v++)
        if (m->vehicles[v].usable && m->vehicles[v].cls == v) add_class(&r, v);
    find_groups(&r);
    t->lost_glpk = !solve_all(&r);
    if (!t->lost_glpk) answer(&r);
}
