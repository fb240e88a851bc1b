/* trips_master.c -- see trips_master.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "trips_master.h"
#include "cuts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum {
    CUTS_FOUND = 4000, CUT_ROUND = 15, STOP_CUTS = 3, /* triples looked at; added in a round, and of those that hold a stop */
    LOOP_SITES = 6, LOOP_STOPS = 4 /* sites of which all sets are looked at; added of a set and a class in a round */
};

static const double CUT_LEAST = 0.1, LOOP_LEAST = 0.05; /* violation of a cut, of a loop */

/* ---- rows and columns ---- */

static bool in_loop(const trip_loop *l, int32_t node)
{
    const tr_full *g = l->c->graph;
    return node >= g->ns && node < g->n && (l->sites >> (node - g->ns) & 1);
}

/* What the trip, or the way without a stop, counts in the row. */
static int32_t loop_counts(const trip_loop *l, const trip *t)
{
    if (t->c != l->c) return 0;
    int32_t n = 0;
    if (in_loop(l, t->to))
        for (int32_t i = 0; i < t->n; i++) n += t->stops[i] == l->stop;
    else n -= in_loop(l, t->from);
    return n;
}

/* A column of a trip, or of a way without a stop. */
static void add_column(trip_master *p, const trip *t)
{
    const trip_side *x = &p->sides[t->c->index];
    const tr_full *g = t->c->graph;
    int n = 0, j = glp_add_cols(p->lp, 1);
    for (int32_t i = 0; i < t->n; i++) {
        int k = 1;
        while (k <= n && p->index[k] != t->stops[i] + 1) k++;
        if (k > n) p->index[++n] = t->stops[i] + 1, p->value_of[n] = 1;
        else p->value_of[k] += 1;
    }
    if (t->from != t->to || t->from_state != t->to_state) {
        bool start = t->from == g->start;
        p->index[++n] = start ? x->row_start : x->row_site + t->from_state * g->nz + t->from - g->ns, p->value_of[n] = start ? 1 : -1;
        if (t->to != g->end) p->index[++n] = x->row_site + t->to_state * g->nz + t->to - g->ns, p->value_of[n] = 1;
    }
    if (t->n > 0) p->index[++n] = x->row_trips, p->value_of[n] = 1;
    p->index[++n] = x->row_time, p->value_of[n] = (double)t->seconds / 3600;
    p->index[++n] = x->row_work, p->value_of[n] = (double)t->seconds / 3600;
    if (t->c->slope > 0) p->index[++n] = x->row_break, p->value_of[n] = -(double)t->seconds * (double)t->c->slope / TR_TRIP_PARTS / 3600;
    for (int32_t k = 0; k < p->n_cuts; k++) {
        int32_t in = tr_cut_visits(p->cuts[k].stops, t->n, t->stops);
        if (in > 0) p->index[++n] = p->cut_row[k], p->value_of[n] = in;
    }
    for (int32_t k = 0; k < p->n_loops; k++) {
        int32_t counts = loop_counts(&p->loops[k], t);
        if (counts != 0) p->index[++n] = p->loops[k].row, p->value_of[n] = counts;
    }
    glp_set_col_bnds(p->lp, j, GLP_LO, 0, 0);
    glp_set_obj_coef(p->lp, j, (double)(t->cost + g->r * t->seconds) / TR_MONEY);
    glp_set_mat_col(p->lp, j, n, p->index, p->value_of);
}

static bool are_same(const trip *a, const trip *b)
{
    return a->c == b->c && a->from == b->from && a->to == b->to && a->from_state == b->from_state && a->to_state == b->to_state && a->cost == b->cost && a->seconds == b->seconds &&
           a->n == b->n && !memcmp(a->stops, b->stops, (size_t)a->n * sizeof *a->stops);
}

/* Where the trip is in `places`, or may be put. */
static int32_t *place_of(const trip_master *p, const trip *t)
{
    uint64_t hash = (uint64_t)(t->from * 64 + t->to) * 64 + (uint64_t)t->c->index;
    for (int32_t i = 0; i < t->n; i++) hash = (hash ^ (uint64_t)t->stops[i]) * 0x9E3779B97F4A7C15u;
    size_t at = (hash >> 20) % p->n_places;
    while (p->places[at] > 0 && !are_same(&p->trips[p->places[at] - 1], t)) at = (at + 1) % p->n_places;
    return &p->places[at];
}

static void make_room(trip_master *p)
{
    const int32_t more = p->room ? 2 * p->room : 4096;
    p->trips = tr_arena_grow(p->arena, p->trips, (size_t)p->room, (size_t)more, sizeof *p->trips);
    p->room = more, p->n_places = 2 * (size_t)more;
    p->places = tr_arena_alloc(p->arena, p->n_places, sizeof *p->places);
    for (int32_t i = 0; i < p->n; i++) *place_of(p, &p->trips[i]) = i + 1;
}

void trip_master_take(void *context, const trip *t)
{
    trip_master *p = context;
    if (p->n == p->room) make_room(p);
    int32_t *place = place_of(p, t);
    if (*place > 0) return;
    add_column(p, t);
    *place = p->n + 1;
    trip *own = &p->trips[p->n++];
    *own = *t;
    own->stops = tr_arena_grow(p->arena, t->stops, (size_t)t->n, (size_t)t->n, sizeof *t->stops);
}

static void add_move(trip_master *p, int32_t k, trip move)
{
    trip_side *x = &p->sides[k];
    move.c = &p->classes[k];
    x->moves[x->n_moves++] = move;
    add_column(p, &move);
}

/* Along a road, to a site or to the end. */
static void add_road(trip_master *p, int32_t k, int32_t from, int32_t state, int32_t to)
{
    const trip_class *c = &p->classes[k];
    const tr_full *g = c->graph;
    const size_t cell = (size_t)from * (size_t)g->stride + (size_t)to;
    const int32_t then = trip_cleaned(c, state, trip_taken_at(c, to));
    if (from == to || g->sec[cell] >= TR_FAR || (to == g->end && trip_kept(c, then))) return;
    trip move = {.from = from, .to = to, .from_state = state, .to_state = then, .cost = g->met[cell] * g->a, .seconds = g->sec[cell] + g->nodes[to].stay};
    if (from == g->start && to == g->end && !g->d->used) move.cost -= g->fixed_cost;
    add_move(p, k, move);
}

static void add_side(trip_master *p, int32_t k)
{
    trip_side *x = &p->sides[k];
    const trip_class *c = &p->classes[k];
    const tr_full *g = c->graph;
    const int32_t nz = p->m->n_sites;
    int row = glp_add_rows(p->lp, 5 + c->n_states * nz);
    x->row_start = row, x->row_time = row + 1, x->row_break = row + 2, x->row_work = row + 3, x->row_trips = row + 4, x->row_site = row + 5;
    glp_set_row_bnds(p->lp, x->row_start, GLP_FX, 0, 0);
    glp_set_row_bnds(p->lp, x->row_time, GLP_UP, 0, 0);
    glp_set_row_bnds(p->lp, x->row_break, c->slope > 0 ? GLP_LO : GLP_FR, 0, 0);
    glp_set_row_bnds(p->lp, x->row_work, GLP_FR, 0, 0);
    for (int32_t z = 0; z < c->n_states * nz; z++) glp_set_row_bnds(p->lp, x->row_site + z, GLP_FX, 0, 0);
    x->col_out = glp_add_cols(p->lp, 4), x->col_break = x->col_out + 1, x->col_move = x->col_out + 4;
    int index[5] = {0, x->row_start, x->row_time, x->row_break, p->row_all};
    double value[5] = {0, -1, -(double)c->most_time / 3600, (double)c->slope * (double)c->free_work / TR_TRIP_PARTS / 3600, 1};
    glp_set_mat_col(p->lp, x->col_out, 4, index, value);
    glp_set_obj_coef(p->lp, x->col_out, (double)c->out_cost / TR_MONEY);
    int rest_index[3] = {0, x->row_time, x->row_break};
    double rest_value[3] = {0, 1, 1};
    glp_set_mat_col(p->lp, x->col_break, 2, rest_index, rest_value); /* in hours */
    glp_set_obj_coef(p->lp, x->col_break, 3600.0 * (double)g->r / TR_MONEY);
    const int dear[2] = {x->row_start, x->row_trips}; /* out, and nowhere; a trip less than there are to be: at a price that no plan pays */
    for (int i = 0; i < 2; i++) {
        glp_set_col_bnds(p->lp, x->col_break + 1 + i, GLP_LO, 0, 0);
        glp_set_mat_col(p->lp, x->col_break + 1 + i, 1, (int[]){0, dear[i]}, (double[]){0, 1});
        glp_set_obj_coef(p->lp, x->col_break + 1 + i, p->dear);
    }
    x->moves = tr_arena_alloc(p->arena, (size_t)(nz + 1) * (size_t)(nz + TR_TRIP_KINDS + 3) * (size_t)c->n_states, sizeof *x->moves);
    bool loaded = false;
    for (int32_t b = 0; b < g->kc; b++) loaded |= c->d->kg[b] > 0 || c->d->litres[b] > 0 || c->d->streams[b];
    for (int32_t from = g->ns; from < g->n; from++)
        for (int32_t state = 0; state < c->n_states; state++) {
            for (int32_t to = g->ns; to < g->n; to++) add_road(p, k, from, state, to);
            add_road(p, k, from, state, g->end);
            for (int32_t worse = 1; worse < c->n_states; worse *= 2)
                if (!(state & worse)) add_move(p, k, (trip){.from = from, .to = from, .from_state = state, .to_state = state | worse});
        }
    for (int32_t to = g->ns; loaded && to < g->n; to++) add_road(p, k, g->start, c->start_state, to);
    if (c->d->departs) add_road(p, k, g->start, c->start_state, g->end);
}

/* The trips of a route of the plan, as they are known to the programme. */
static void add_route(trip_master *p, const trip_class *c, const tr_route *route)
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
            const tr_model_stop *s = &p->m->stops[x->ref];
            stops[t.n++] = x->ref, t.cost += c->stop_cost[node];
            if (x->compartment == c->main) in |= (tr_mask)1 << s->stream, main_kg += s->kg;
            else t.cost += c->fee[node], state = trip_loads(c, state, (tr_mask)1 << s->stream);
            state = trip_serves(c, state, node);
            continue;
        }
        const tr_mask takes = site ? p->m->problem->sites[x->ref].streams : ~(tr_mask)0;
        state = trip_cleaned(c, state, takes);
        if (!end && (!in || (in & ~takes))) continue; /* on the way */
        if (site) t.cost += main_kg * 18 * p->m->problem->sites[x->ref].gate_fee_pence_per_tonne;
        t.to = node, t.to_state = state;
        if (t.n > 0) trip_master_take(p, &t);
        t = (trip){.c = c, .from = node, .from_state = state, .stops = stops};
        main_kg = 0, in = 0;
    }
}

static void add_plan(trip_master *p, const tr_plan *plan)
{
    for (int32_t v = 0; plan && v < plan->n_routes; v++)
        for (int32_t k = 0; k < p->n_classes; k++)
            if (p->classes[k].graph->vehicle == p->m->vehicles[v].cls) add_route(p, &p->classes[k], &plan->routes[v]);
}

static void add_rows(trip_master *p)
{
    const tr_model *m = p->m;
    p->lp = glp_create_prob();
    glp_add_rows(p->lp, m->n_stops + 3);
    p->row_level = m->n_stops + 1, p->row_all = m->n_stops + 3;
    glp_add_cols(p->lp, 2 * m->n_stops + 2); /* left; neither; points above the limits */
    for (int32_t s = 0; s < m->n_stops; s++) {
        int index[4] = {0, s + 1}, n = 1;
        double value[4] = {0, 1};
        glp_set_row_bnds(p->lp, s + 1, GLP_FX, 1, 1);
        glp_set_col_bnds(p->lp, m->n_stops + s + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(p->lp, m->n_stops + s + 1, p->dear);
        glp_set_mat_col(p->lp, m->n_stops + s + 1, 1, index, value);
        const tr_goal *left = &m->stops[s].left;
        bool frozen = tr_bit(m->frozen, s);
        int64_t points[2] = {left->hazard_left, left->due_left};
        for (int k = 0; k < 2 && !frozen; k++)
            if (points[k] > 0) index[++n] = p->row_level + k, value[n] = (double)points[k];
        glp_set_col_bnds(p->lp, s + 1, GLP_DB, 0, 1);
        glp_set_obj_coef(p->lp, s + 1, frozen ? 0 : (double)left->cost_pence);
        glp_set_mat_col(p->lp, s + 1, n, index, value);
    }
    for (int k = 0; k < 2; k++) {
        int index[2] = {0, p->row_level + k};
        double value[2] = {0, -1};
        glp_set_row_bnds(p->lp, p->row_level + k, GLP_UP, 0, (double)p->limit[k]);
        glp_set_col_bnds(p->lp, 2 * m->n_stops + k + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(p->lp, 2 * m->n_stops + k + 1, p->dear);
        glp_set_mat_col(p->lp, 2 * m->n_stops + k + 1, 1, index, value);
    }
    for (int32_t k = 0; k < p->n_classes; k++) add_side(p, k);
    p->first_trip = glp_get_num_cols(p->lp) + 1;
}

static void add_group(trip_master *p, tr_mask group)
{
    for (int32_t i = 0; i < p->n_groups; i++)
        if (p->groups[i] == group) return;
    p->groups[p->n_groups++] = group;
}

static void find_groups(trip_master *p)
{
    const tr_model *m = p->m;
    p->groups = TR_NEW(p->arena, tr_mask, TR_MAX_STREAMS);
    for (int32_t s = 0; s < m->n_stops; s++) add_group(p, m->same_group[m->stops[s].stream]);
    for (int32_t v = 0; v < m->n_vehicles; v++)
        for (int32_t b = 0; m->vehicles[v].usable && b < TR_MAX_COMPARTMENTS; b++)
            if (m->vehicles[v].streams[b]) add_group(p, m->same_group[__builtin_ctzll(m->vehicles[v].streams[b])]);
}

static void add_class(trip_master *p, int32_t v)
{
    const int32_t k = p->n_classes++;
    trip_class *c = &p->classes[k];
    trip_prices *u = &p->sides[k].prices;
    trip_class_init(c, p->m, v, k, p->arena);
    const int32_t nodes = c->graph->stride;
    u->stop = p->stop, u->cuts = p->cuts;
    u->inward = TR_NEW(p->arena, int64_t, (size_t)nodes * (size_t)c->graph->ns + 1), u->outward = TR_NEW(p->arena, int64_t, (size_t)nodes * (size_t)nodes);
    for (int q = 0; q < c->n_states; q++) u->leave[q] = TR_NEW(p->arena, int64_t, nodes), u->reach[q] = TR_NEW(p->arena, int64_t, nodes);
}

void trip_master_build(trip_master *p, const tr_model *m, const int64_t limit[2], int64_t value, const tr_plan *plan, tr_arena *arena)
{
    *p = (trip_master){.m = m, .arena = arena, .limit = {limit[0], limit[1]}, .value = value, .dear = 2 * (double)value + 1000};
    p->classes = TR_NEW(arena, trip_class, m->n_vehicles + 1), p->sides = TR_NEW(arena, trip_side, m->n_vehicles + 1), p->stop = TR_NEW(arena, int64_t, m->n_stops + 1);
    p->index = TR_NEW(arena, int, m->n_stops + TRIP_CUTS + TRIP_LOOPS + 16), p->value_of = TR_NEW(arena, double, m->n_stops + TRIP_CUTS + TRIP_LOOPS + 16);
    for (int32_t v = 0; v < m->n_vehicles; v++)
        if (m->vehicles[v].usable && m->vehicles[v].cls == v) add_class(p, v);
    find_groups(p);
    add_rows(p);
    add_plan(p, plan);
}

void trip_master_set(trip_master *p, const trip_fleet *f)
{
    glp_set_row_bnds(p->lp, p->row_all, f->all_low == f->all_high ? GLP_FX : GLP_DB, f->all_low, f->all_high);
    for (int32_t k = 0; k < p->n_classes; k++) {
        const trip_side *x = &p->sides[k];
        glp_set_col_bnds(p->lp, x->col_out, f->low[k] == f->high[k] ? GLP_FX : GLP_DB, f->low[k], f->high[k]);
        double most = (double)p->classes[k].break_most * f->high[k] / 3600, least = f->rested[k] ? 0.5 : 0;
        glp_set_col_bnds(p->lp, x->col_break, most > least ? GLP_DB : GLP_FX, least, MAX(most, least));
        glp_set_row_bnds(p->lp, x->row_trips, f->few[k] == f->many[k] ? GLP_FX : GLP_DB, f->few[k], f->many[k]);
        glp_set_row_bnds(p->lp, x->row_work, f->brief[k] ? GLP_UP : GLP_FR, 0, (double)p->classes[k].free_work / 3600);
    }
}

/* ---- duals and the bound ---- */

static int64_t grid(double dual)
{
    double x = dual * TR_MONEY;
    return x > 1e13 ? (int64_t)1e13 : x < -1e13 ? -(int64_t)1e13 : (int64_t)llround(x);
}

static double dual_of(const trip_master *p, int row)
{
    return p->central ? glp_ipt_row_dual(p->lp, row) : glp_get_row_dual(p->lp, row);
}

static void read_duals(trip_master *p, const trip_fleet *f)
{
    const tr_model *m = p->m;
    for (int32_t s = 0; s < m->n_stops; s++) p->stop[s] = grid(dual_of(p, s + 1));
    for (int k = 0; k < 2; k++) p->level[k] = MIN(0, grid(dual_of(p, p->row_level + k)));
    p->all = grid(dual_of(p, p->row_all));
    for (int32_t k = 0; k < p->n_cuts; k++) p->cuts[k].dual = MIN(0, grid(dual_of(p, p->cut_row[k])));
    for (int32_t k = 0; k < p->n_classes; k++) {
        trip_side *x = &p->sides[k];
        const tr_full *g = p->classes[k].graph;
        x->time = MIN(0, grid(dual_of(p, x->row_time) * TR_TRIP_FINE / 3600));
        x->work = f->brief[k] ? MIN(0, grid(dual_of(p, x->row_work) * TR_TRIP_FINE / 3600)) : 0;
        x->rest = p->classes[k].slope > 0 ? MAX(0, grid(dual_of(p, x->row_break) * TR_TRIP_FINE / 3600)) : 0;
        x->prices.second = g->r * TR_TRIP_FINE - x->time - x->work + x->rest * p->classes[k].slope / TR_TRIP_PARTS;
        x->prices.n_cuts = p->n_cuts;
        memset(x->prices.inward, 0, (size_t)g->stride * (size_t)g->ns * sizeof *x->prices.inward);
        memset(x->prices.outward, 0, (size_t)g->stride * (size_t)g->stride * sizeof *x->prices.outward);
        x->prices.loops = false, x->prices.each = -grid(dual_of(p, x->row_trips));
        x->prices.leave[p->classes[k].start_state][g->start] = grid(dual_of(p, x->row_start));
        for (int q = p->classes[k].n_states; q-- > 0;)
            for (int32_t z = 0; z < m->n_sites; z++) {
                int64_t *reach = &x->prices.reach[q][g->ns + z];
                *reach = grid(dual_of(p, x->row_site + q * m->n_sites + z));
                for (int worse = 1; worse < p->classes[k].n_states; worse *= 2) /* never more for a worse state */
                    if (!(q & worse)) *reach = MAX(*reach, x->prices.reach[q | worse][g->ns + z]);
                x->prices.leave[q][g->ns + z] = -*reach;
            }
    }
}

static void read_loops(trip_master *p)
{
    for (int32_t i = 0; i < p->n_loops; i++) {
        trip_loop *l = &p->loops[i];
        const tr_full *g = l->c->graph;
        trip_prices *u = &p->sides[l->c->index].prices;
        l->dual = MIN(0, grid(dual_of(p, l->row)));
        const int64_t paid = -l->dual;
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

void trip_master_read(trip_master *p, const trip_fleet *f)
{
    p->central = false;
    read_duals(p, f);
    read_loops(p);
}

bool trip_master_read_central(trip_master *p, const trip_fleet *f)
{
    glp_iptcp o;
    glp_init_iptcp(&o);
    o.msg_lev = GLP_MSG_OFF;
    p->central = glp_interior(p->lp, &o) == 0 && glp_ipt_status(p->lp) == GLP_OPT;
    if (!p->central) return false;
    read_duals(p, f);
    read_loops(p);
    return true;
}

/* What one more vehicle of the class out costs by these duals. */
int64_t trip_master_out(const trip_master *p, int32_t k)
{
    const trip_side *x = &p->sides[k];
    const trip_class *c = &p->classes[k];
    __int128 hours = (__int128)x->time * c->most_time - ((__int128)x->rest * c->slope * c->free_work + TR_TRIP_PARTS - 1) / TR_TRIP_PARTS;
    return c->out_cost + x->prices.leave[c->start_state][c->graph->start] - (int64_t)((-hours + TR_TRIP_FINE - 1) / TR_TRIP_FINE) - p->all; /* rows: -1, -most_time, + slope x free_work, 1 */
}

/* What these duals and the least reduced cost of any trip prove, in units: docs/model.md, "Trips". */
__int128 trip_master_bound(const trip_master *p, const trip_fleet *f, int64_t least)
{
    const tr_model *m = p->m;
    __int128 sum = p->all > 0 ? (__int128)p->all * f->all_low : (__int128)p->all * f->all_high;
    for (int k = 0; k < 2; k++) sum += (__int128)p->level[k] * p->limit[k];
    for (int32_t k = 0; k < p->n_cuts; k++) sum += p->cuts[k].dual;
    sum += (__int128)least * m->n_stops; /* each is on one trip */
    for (int32_t s = 0; s < m->n_stops; s++) {
        const tr_goal *g = &m->stops[s].left;
        bool frozen = tr_bit(m->frozen, s);
        int64_t left = frozen ? -p->stop[s] : g->cost_pence * TR_MONEY - p->stop[s] - p->level[0] * g->hazard_left - p->level[1] * g->due_left;
        sum += p->stop[s] + MIN(0, left);
    }
    for (int32_t k = 0; k < p->n_classes; k++) {
        const trip_side *x = &p->sides[k];
        const tr_full *g = p->classes[k].graph;
        int64_t out = trip_master_out(p, k);
        sum += (__int128)out * (out > 0 ? f->low[k] : f->high[k]);
        int64_t rest = g->r * TR_TRIP_FINE - x->time - x->rest;
        __int128 fine = (__int128)rest * (rest > 0 ? f->rested[k] ? 1800 : 0 : MAX((int64_t)p->classes[k].break_most * f->high[k], f->rested[k] ? 1800 : 0));
        if (f->brief[k]) fine += (__int128)x->work * p->classes[k].free_work;
        sum -= (__int128)x->prices.each * (x->prices.each < 0 ? f->few[k] : f->many[k]);
        sum += fine >= 0 ? fine / TR_TRIP_FINE : -((-fine + TR_TRIP_FINE - 1) / TR_TRIP_FINE);
        int64_t move = 0;
        for (int32_t i = 0; i < x->n_moves; i++) {
            const trip *t = &x->moves[i];
            move = MIN(move, t->cost + x->prices.second * t->seconds / TR_TRIP_FINE + trip_outward(t->c, &x->prices, t->from, t->to) - x->prices.leave[t->from_state][t->from] -
                                 (t->to == g->end ? 0 : x->prices.reach[t->to_state][t->to]));
        }
        sum += (__int128)move * (m->n_stops + (TR_MAX_COMPARTMENTS + 2) * f->high[k]); /* each but the last empties something */
    }
    return sum;
}

/* Prices that would prove more than the value are lowered to what proves it: then fewer trips are to be looked at. */
void trip_master_lower(trip_master *p, const trip_fleet *f)
{
    const __int128 over = trip_master_bound(p, f, 0) - trip_value_units(p) - 1;
    for (int32_t s = 0; s < p->m->n_stops && over > 0; s++) p->stop[s] -= (int64_t)(over / p->m->n_stops);
}

/* ---- rounds ---- */

bool trip_master_solve(trip_master *p)
{
    static const struct {
        int method, ratio, steps;
    } tries[] = {{GLP_PRIMAL, GLP_RT_FLIP, 5000}, {GLP_DUALP, GLP_RT_HAR, 5000}, {GLP_PRIMAL, GLP_RT_HAR, 30000}}; /* it may stall, degenerate as it is */
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        glp_smcp o;
        glp_init_smcp(&o);
        o.msg_lev = GLP_MSG_OFF, o.meth = tries[i].method, o.r_test = tries[i].ratio, o.it_lim = tries[i].steps;
        if (i == 2) glp_adv_basis(p->lp, 0);
        if (glp_simplex(p->lp, &o) == 0 && glp_get_status(p->lp) == GLP_OPT) return true;
    }
    return false;
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
static bool tighten(trip_master *p)
{
    int32_t from, to;
    bool grown = false;
    for (int32_t i = 0; i < p->n; i++) {
        const trip *t = &p->trips[i];
        if (glp_get_col_prim(p->lp, p->first_trip + i) < 1e-6 || !find_cycle(t, true, &from, &to)) continue;
        for (int32_t k = from + 1; k < to; k++) {
            const trip_class *c = t->c;
            int32_t at = c->graph->local[t->stops[k]], again = c->graph->local[t->stops[to]];
            c->near[at][again >> 6] |= (uint64_t)1 << (again & 63);
        }
        grown = true;
    }
    for (int32_t i = 0; grown && i < p->n; i++)
        if (find_cycle(&p->trips[i], false, &from, &to)) glp_set_col_bnds(p->lp, p->first_trip + i, GLP_FX, 0, 0);
    return grown;
}

static void add_cut(trip_master *p, const int32_t stops[3])
{
    tr_arena *scratch = tr_arena_new();
    int n = 0, *index = TR_NEW(scratch, int, p->n + 1), row = glp_add_rows(p->lp, 1);
    double *value = TR_NEW(scratch, double, p->n + 1);
    glp_set_row_bnds(p->lp, row, GLP_UP, 0, 1);
    for (int32_t i = 0; i < p->n; i++) {
        int32_t in = tr_cut_visits(stops, p->trips[i].n, p->trips[i].stops);
        if (in > 0) index[++n] = p->first_trip + i, value[n] = in;
    }
    glp_set_mat_row(p->lp, row, n, index, value);
    tr_arena_free(scratch);
    p->cuts[p->n_cuts] = (tr_cut){{stops[0], stops[1], stops[2]}, 0};
    p->cut_row[p->n_cuts++] = row;
}

/* Subset-row cuts that the solution violates, the worst first; how many were added. */
int32_t trip_master_cut(trip_master *p)
{
    const int32_t n = p->m->n_stops;
    tr_arena *scratch = tr_arena_new();
    int32_t n_in = 0, n_found = 0, added = 0, *used = TR_NEW(scratch, int32_t, n + 1);
    int32_t *in = TR_NEW(scratch, int32_t, p->n + 1);
    double *by = TR_NEW(scratch, double, p->n + 1);
    tr_violated *found = TR_NEW(scratch, tr_violated, CUTS_FOUND);
    for (int32_t i = 0; i < p->n; i++) {
        double v = glp_get_col_prim(p->lp, p->first_trip + i);
        if (v > 1e-6 && v < 1 - 1e-6) in[n_in] = i, by[n_in++] = v;
    }
    uint8_t *holds = TR_NEW(scratch, uint8_t, (size_t)n_in * (size_t)n + 1);
    for (int32_t k = 0; k < n_in; k++)
        for (int32_t i = 0; i < p->trips[in[k]].n; i++) holds[(size_t)k * (size_t)n + (size_t)p->trips[in[k]].stops[i]]++;
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
    for (int32_t f = 0; f < n_found && added < CUT_ROUND && p->n_cuts < TRIP_CUTS; f++) {
        const int32_t *s = found[f].stops;
        if (used[s[0]] >= STOP_CUTS || used[s[1]] >= STOP_CUTS || used[s[2]] >= STOP_CUTS) continue;
        for (int k = 0; k < 3; k++) used[s[k]]++;
        add_cut(p, s), added++;
    }
    tr_arena_free(scratch);
    return added;
}

static void add_loop(trip_master *p, trip_loop l)
{
    tr_arena *scratch = tr_arena_new();
    const trip_side *x = &p->sides[l.c->index];
    int n = 0, *index = TR_NEW(scratch, int, p->n + x->n_moves + 1);
    double *value = TR_NEW(scratch, double, p->n + x->n_moves + 1);
    l.row = glp_add_rows(p->lp, 1);
    glp_set_row_bnds(p->lp, l.row, GLP_UP, 0, 0);
    for (int32_t i = 0; i < p->n; i++)
        if ((value[n + 1] = loop_counts(&l, &p->trips[i])) != 0) index[++n] = p->first_trip + i;
    for (int32_t i = 0; i < x->n_moves; i++)
        if ((value[n + 1] = loop_counts(&l, &x->moves[i])) != 0) index[++n] = x->col_move + i;
    glp_set_mat_row(p->lp, l.row, n, index, value);
    tr_arena_free(scratch);
    p->loops[p->n_loops++] = l;
}

/* Trips and ways without a stop of a class that the solution has, and how often; how many. */
static int32_t used_by(const trip_master *p, int32_t k, const trip **used, double *by)
{
    const trip_side *x = &p->sides[k];
    int32_t n = 0;
    for (int32_t i = 0; i < p->n + x->n_moves; i++) {
        const trip *t = i < p->n ? &p->trips[i] : &x->moves[i - p->n];
        if (t->c != &p->classes[k]) continue;
        by[n] = glp_get_col_prim(p->lp, i < p->n ? p->first_trip + i : x->col_move + i - p->n), used[n] = t;
        n += by[n] > 1e-6;
    }
    return n;
}

/* Rows for the set of sites and stops that are served more often on trips into it than it is left, the worst first. */
static void break_loop(trip_master *p, trip_loop l, int32_t n, const trip *const *used, const double *by)
{
    double served[TR_TRIPS_MOST] = {0}, left = 0;
    for (int32_t i = 0; i < n; i++) {
        if (!in_loop(&l, used[i]->to)) left += in_loop(&l, used[i]->from) ? by[i] : 0;
        else
            for (int32_t k = 0; k < used[i]->n; k++) served[used[i]->stops[k]] += by[i];
    }
    for (int32_t i = 0; i < LOOP_STOPS && p->n_loops < TRIP_LOOPS; i++) {
        for (int32_t s = l.stop = 0; s < p->m->n_stops; s++)
            if (served[s] > served[l.stop]) l.stop = s;
        if (served[l.stop] - left < LOOP_LEAST) return;
        add_loop(p, l);
        served[l.stop] = 0;
    }
}

/* Trips of the solution that go round and lead nowhere are forbidden; false if there are none. */
static bool break_loops(trip_master *p)
{
    const int32_t before = p->n_loops, nz = MIN(p->m->n_sites, LOOP_SITES);
    tr_arena *scratch = tr_arena_new();
    for (int32_t k = 0; k < p->n_classes; k++) {
        const size_t most = (size_t)p->n + (size_t)p->sides[k].n_moves + 1;
        const trip **used = tr_arena_alloc(scratch, most, sizeof *used);
        double *by = TR_NEW(scratch, double, most);
        const int32_t n = used_by(p, k, used, by);
        for (tr_mask sites = 1; n > 0 && sites < (tr_mask)1 << nz; sites++) break_loop(p, (trip_loop){.c = &p->classes[k], .sites = sites}, n, used, by);
    }
    tr_arena_free(scratch);
    return p->n_loops > before;
}

bool trip_master_hold(trip_master *p)
{
    const bool tightened = tighten(p);
    return break_loops(p) || tightened;
}
