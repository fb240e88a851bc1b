/* master.c -- see master.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "master.h"
#include "place.h"

#include <glpk.h>
#include <math.h>
#include <setjmp.h>
#include <string.h>

/* GLPK ends the program on an error of its own; the hook leaves it instead.  All problems of the thread are gone then. */
static _Thread_local jmp_buf escape;

static void on_error(void *unused)
{
    (void)unused;
    longjmp(escape, 1);
}

static void lose(tr_master *x)
{
    glp_error_hook(NULL, NULL);
    glp_free_env();
    x->lp = NULL;
}

int64_t tr_goal_level(const tr_goal *g, int32_t level)
{
    return level == 0 ? g->hazard_left : level == 1 ? g->due_left : g->cost_pence;
}

int32_t tr_cut_count(const int32_t cut[3], const uint64_t *set)
{
    return (tr_bit(set, cut[0]) + tr_bit(set, cut[1]) + tr_bit(set, cut[2])) / 2;
}

int32_t tr_cut_visits(const int32_t cut[3], int32_t n, const int32_t *stops)
{
    int32_t in = 0;
    for (int32_t i = 0; i < n; i++) in += stops[i] == cut[0] || stops[i] == cut[1] || stops[i] == cut[2];
    return in / 2;
}

int32_t tr_entry_times(const tr_entry *e, int32_t n, const int32_t *stops)
{
    int32_t times = 0;
    for (int32_t i = 0; i < n; i++) times += tr_bit(e->set, stops[i]) && (i == 0 || !tr_bit(e->set, stops[i - 1]));
    return times;
}

/* ---- rows and columns ---- */

static int row_of_class(const tr_master *x, int32_t vehicle)
{
    return x->m->n_stops + vehicle + 1;
}

static int row_of_level(const tr_master *x, int32_t level)
{
    return x->m->n_stops + x->m->n_vehicles + level + 1;
}

/* Columns: a left stop each; then, at a price that no plan pays, so that there always is a solution: a stop neither served
 * nor left, points above a limit, a vehicle that stays though it must depart; then the routes. */

static int column_of_route(const tr_master *x, int32_t route)
{
    return 2 * x->m->n_stops + 2 + x->m->n_vehicles + route + 1;
}

int64_t tr_master_left_value(const tr_master *x, int32_t stop, int32_t level)
{
    return tr_bit(x->m->frozen, stop) || x->ignored[stop] ? 0 : tr_goal_level(&x->m->stops[stop].left, level);
}

static double left_cost(const tr_master *x, int32_t stop, int32_t level)
{
    return (double)tr_master_left_value(x, stop, level);
}

static void set_rows(tr_master *x)
{
    const tr_model *m = x->m;
    double slack[2] = {0, 0};
    uint64_t random = 20261125;
    for (int32_t s = 0; s < m->n_stops; s++) {
        double off = x->perturbed ? 1e-3 * ((double)(tr_random(&random) >> 11) * 0x1.0p-53) : 0;
        for (int k = 0; k < 2; k++) slack[k] += 2 * off * left_cost(x, s, k);
        glp_set_row_bnds(x->lp, s + 1, GLP_FX, 1 + off, 1 + off);
    }
    for (int32_t k = 0; k < 2; k++)
        glp_set_row_bnds(x->lp, row_of_level(x, k), k < x->level ? GLP_UP : GLP_FR, 0, (double)x->limit[k] + slack[k]);
}

static double route_cost(const tr_master *x, const tr_route_column *c)
{
    return x->level < 2 ? 0 : c->ghost ? (double)c->units / TR_MONEY : (double)c->cost;
}

static void set_costs(tr_master *x)
{
    int32_t n = x->m->n_stops;
    for (int32_t s = 0; s < n; s++) glp_set_obj_coef(x->lp, s + 1, left_cost(x, s, x->level));
    for (int32_t i = n; i < 2 * n + 2 + x->m->n_vehicles; i++) glp_set_obj_coef(x->lp, i + 1, x->dear);
    for (int32_t i = 0; i < x->n; i++)
        glp_set_obj_coef(x->lp, column_of_route(x, i), route_cost(x, &x->columns[i]));
}

static void build(tr_master *x)
{
    const tr_model *m = x->m;
    x->lp = glp_create_prob();
    glp_add_rows(x->lp, m->n_stops + m->n_vehicles + 2);
    glp_add_cols(x->lp, 2 * m->n_stops + 2 + m->n_vehicles);
    for (int32_t v = 0; v < m->n_vehicles; v++) {
        int32_t k = x->count[v];
        bool all = k > 0 && m->vehicles[v].departs;
        glp_set_row_bnds(x->lp, row_of_class(x, v), k == 0 || all ? GLP_FX : GLP_UP, k, k);
    }
    for (int32_t s = 0; s < m->n_stops; s++) {
        x->index[1] = s + 1, x->value[1] = 1;
        int n = 1;
        for (int32_t k = 0; k < 2; k++)
            if (left_cost(x, s, k) > 0) x->index[++n] = row_of_level(x, k), x->value[n] = left_cost(x, s, k);
        glp_set_col_bnds(x->lp, s + 1, GLP_LO, 0, 0);
        glp_set_mat_col(x->lp, s + 1, n, x->index, x->value);
        glp_set_col_bnds(x->lp, m->n_stops + s + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(x->lp, m->n_stops + s + 1, x->dear);
        glp_set_mat_col(x->lp, m->n_stops + s + 1, 1, x->index, x->value);
    }
    for (int32_t k = 0; k < 2; k++) {
        x->index[1] = row_of_level(x, k), x->value[1] = -1;
        glp_set_col_bnds(x->lp, 2 * m->n_stops + k + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(x->lp, 2 * m->n_stops + k + 1, x->dear);
        glp_set_mat_col(x->lp, 2 * m->n_stops + k + 1, 1, x->index, x->value);
    }
    for (int32_t v = 0; v < m->n_vehicles; v++) {
        x->index[1] = row_of_class(x, v), x->value[1] = 1;
        glp_set_col_bnds(x->lp, 2 * m->n_stops + 2 + v + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(x->lp, 2 * m->n_stops + 2 + v + 1, x->dear);
        if (m->vehicles[v].departs) glp_set_mat_col(x->lp, 2 * m->n_stops + 2 + v + 1, 1, x->index, x->value);
    }
    set_rows(x);
}

tr_master *tr_master_new(const tr_model *m, tr_arena *arena)
{
    tr_master *x = TR_NEW(arena, tr_master, 1);
    x->m = m, x->arena = arena;
    x->dear = 1e7;
    x->words = m->n_stops / 64 + 1, x->ignored = TR_NEW(arena, bool, m->n_stops + 1);
    x->room = 256, x->columns = TR_NEW(arena, tr_route_column, x->room);
    x->n_table = 1024, x->table = TR_NEW(arena, int32_t, x->n_table);
    x->count = TR_NEW(arena, int32_t, m->n_vehicles + 1);
    for (int32_t v = 0; v < m->n_vehicles; v++) x->count[m->vehicles[v].cls] += m->vehicles[v].usable;
    x->index = TR_NEW(arena, int, m->n_stops + m->n_vehicles + 16), x->value = TR_NEW(arena, double, m->n_stops + m->n_vehicles + 16); /* a column */
    glp_term_out(GLP_OFF);
    if (setjmp(escape)) {
        lose(x);
        return x;
    }
    glp_error_hook(on_error, NULL);
    build(x);
    glp_error_hook(NULL, NULL);
    return x;
}

void tr_master_free(tr_master *x)
{
    if (x && x->lp) glp_delete_prob(x->lp);
    if (x) x->lp = NULL;
}

/* The order of the stops only matters where sets are entered. */
static uint64_t key_of(int32_t vehicle, int32_t n, const int32_t *stops, bool ordered)
{
    uint64_t key = 0;
    for (int32_t i = 0; i < n; i++) {
        uint64_t s = (uint64_t)(uint32_t)stops[i] + 1;
        key += tr_random(&s);
        if (ordered) key *= 0x9e3779b97f4a7c15u;
    }
    key ^= (uint64_t)(uint32_t)vehicle << 32;
    return tr_random(&key);
}

static void table_put(tr_master *x, int32_t column)
{
    uint64_t mask = (uint64_t)x->n_table - 1, at = x->columns[column].key & mask;
    while (x->table[at]) at = (at + 1) & mask;
    x->table[at] = column + 1;
}

static void make_room(tr_master *x)
{
    if (x->n < x->room) return;
    x->columns = tr_arena_grow(x->arena, x->columns, (size_t)x->n, (size_t)x->room * 2, sizeof *x->columns);
    x->room *= 2;
    x->n_table = 4 * x->room;
    x->table = TR_NEW(x->arena, int32_t, x->n_table);
    for (int32_t i = 0; i < x->n; i++) table_put(x, i);
}

static void keep_order(tr_master *x, tr_route_column *c, const tr_priced *r)
{
    c->cost = r->cost, c->units = r->reduced;
    if (r->n > 0) memcpy(c->stops, r->stops, (size_t)r->n * sizeof *r->stops);
    c->n_items = r->n_items;
    c->items = r->n_items > 0 ? tr_arena_grow(x->arena, r->items, (size_t)r->n_items, (size_t)r->n_items, sizeof *r->items) : NULL;
}

static void add_to_lp(tr_master *x, const tr_route_column *c)
{
    int j = glp_add_cols(x->lp, 1), n = 0;
    for (int32_t i = 0; i < c->n; i++) {
        int k = 1;
        while (k <= n && x->index[k] != c->stops[i] + 1) k++;
        if (k > n) x->index[++n] = c->stops[i] + 1, x->value[n] = 1;
        else x->value[k] += 1;
    }
    x->index[++n] = row_of_class(x, c->vehicle), x->value[n] = 1;
    int *index = x->index;
    double *value = x->value;
    tr_arena *scratch = NULL;
    const int32_t extra = x->n_cuts + x->n_entries;
    if (extra > 0) {
        scratch = tr_arena_new();
        index = tr_arena_grow(scratch, index, (size_t)n + 1, (size_t)(n + extra + 2), sizeof *index);
        value = tr_arena_grow(scratch, value, (size_t)n + 1, (size_t)(n + extra + 2), sizeof *value);
        for (int32_t k = 0; k < x->n_cuts; k++) {
            int32_t in = tr_cut_visits(x->cuts[k].stops, c->n, c->stops);
            if (in > 0) index[++n] = x->cut_row[k], value[n] = in;
        }
        for (int32_t k = 0; k < x->n_entries; k++) {
            int32_t times = tr_entry_times(&x->entries[k], c->n, c->stops);
            if (times > 0) index[++n] = x->entry_row[k], value[n] = times;
        }
    }
    glp_set_col_bnds(x->lp, j, GLP_LO, 0, 0);
    glp_set_obj_coef(x->lp, j, route_cost(x, c));
    glp_set_mat_col(x->lp, j, n, index, value);
    tr_arena_free(scratch);
}

static bool add(tr_master *x, int32_t vehicle, const tr_priced *r, bool ghost, bool loose)
{
    vehicle = x->m->vehicles[vehicle].cls;
    uint64_t key = key_of(vehicle, r->n, r->stops, x->n_entries > 0) + ghost, mask = (uint64_t)x->n_table - 1, at = key & mask;
    if (!x->lp) return false;
    for (; x->table[at]; at = (at + 1) & mask) {
        tr_route_column *c = &x->columns[x->table[at] - 1];
        if (c->key != key || c->n != r->n) continue;
        if (!c->off && (ghost ? r->reduced >= c->units : r->cost >= c->cost)) return false;
        keep_order(x, c, r);
        c->loose = loose;
        if (c->off) tr_master_allow(x, x->table[at] - 1, true);
        glp_set_obj_coef(x->lp, column_of_route(x, x->table[at] - 1), route_cost(x, c));
        return true;
    }
    make_room(x);
    tr_route_column *c = &x->columns[x->n];
    *c = (tr_route_column){.vehicle = vehicle, .n = r->n, .ghost = ghost, .loose = loose, .key = key};
    c->stops = TR_NEW(x->arena, int32_t, r->n + 1), c->set = TR_NEW(x->arena, uint64_t, x->words);
    keep_order(x, c, r);
    for (int32_t i = 0; i < r->n; i++) tr_bit_set(c->set, r->stops[i]);
    if (setjmp(escape)) {
        lose(x);
        return false;
    }
    glp_error_hook(on_error, NULL);
    add_to_lp(x, c);
    glp_error_hook(NULL, NULL);
    table_put(x, x->n++);
    return true;
}

bool tr_master_add(tr_master *x, int32_t vehicle, const tr_priced *r)
{
    return add(x, vehicle, r, false, false);
}

bool tr_master_add_ghost(tr_master *x, int32_t vehicle, int32_t n, const int32_t *stops, int64_t units, bool loose)
{
    tr_priced r = {.n = n, .stops = stops, .cost = INT64_MAX, .reduced = units};
    return add(x, vehicle, &r, true, loose);
}

void tr_master_stage(tr_master *x, int32_t level, const int64_t limit[2])
{
    x->level = level, x->limit[0] = limit[0], x->limit[1] = limit[1];
    if (!x->lp) return;
    set_rows(x), set_costs(x);
}

void tr_master_perturb(tr_master *x, bool on)
{
    x->perturbed = on;
    if (x->lp) set_rows(x);
}

typedef int32_t times_in(const void *row, const tr_route_column *c); /* the column's coefficient in the row */

static int32_t cut_times(const void *cut, const tr_route_column *c)
{
    return tr_cut_visits(((const tr_cut *)cut)->stops, c->n, c->stops);
}

static int32_t entry_times(const void *entry, const tr_route_column *c)
{
    return tr_entry_times(entry, c->n, c->stops);
}

/* A row over all routes, at most (GLP_UP) or at least (GLP_LO) 1; unless: a stop whose not being served counts, too, -1 = none. */
static int add_row(tr_master *x, times_in *times, const void *row, int32_t unless, int kind)
{
    tr_arena *scratch = tr_arena_new();
    int *index = TR_NEW(scratch, int, x->n + 4), n = 0, added = glp_add_rows(x->lp, 1);
    double *value = TR_NEW(scratch, double, x->n + 4);
    if (unless >= 0) {
        index[++n] = unless + 1, value[n] = 1; /* it is left, */
        index[++n] = x->m->n_stops + unless + 1, value[n] = 1; /* or neither served nor left */
    }
    for (int32_t i = 0; i < x->n; i++) {
        int32_t in = times(row, &x->columns[i]);
        if (in > 0) index[++n] = column_of_route(x, i), value[n] = in;
    }
    glp_set_row_bnds(x->lp, added, kind, 1, 1);
    glp_set_mat_row(x->lp, added, n, index, value);
    tr_arena_free(scratch);
    return added;
}

void tr_master_cut(tr_master *x, const int32_t stops[3])
{
    if (!x->lp) return;
    if (x->n_cuts == x->room_cuts) {
        int32_t more = x->room_cuts ? 2 * x->room_cuts : 64;
        x->cuts = tr_arena_grow(x->arena, x->cuts, (size_t)x->n_cuts, (size_t)more, sizeof *x->cuts);
        x->cut_row = tr_arena_grow(x->arena, x->cut_row, (size_t)x->n_cuts, (size_t)more, sizeof *x->cut_row);
        x->room_cuts = more;
    }
    x->cuts[x->n_cuts] = (tr_cut){.stops = {stops[0], stops[1], stops[2]}};
    x->cut_row[x->n_cuts] = add_row(x, cut_times, &x->cuts[x->n_cuts], -1, GLP_UP);
    x->n_cuts++;
}

void tr_master_enter(tr_master *x, const uint64_t *set, int32_t stop)
{
    if (!x->lp) return;
    if (x->n_entries == x->room_entries) {
        int32_t more = x->room_entries ? 2 * x->room_entries : 64;
        x->entries = tr_arena_grow(x->arena, x->entries, (size_t)x->n_entries, (size_t)more, sizeof *x->entries);
        x->entry_row = tr_arena_grow(x->arena, x->entry_row, (size_t)x->n_entries, (size_t)more, sizeof *x->entry_row);
        x->room_entries = more;
    }
    tr_entry *e = &x->entries[x->n_entries];
    *e = (tr_entry){tr_arena_grow(x->arena, set, (size_t)x->words, (size_t)x->words, sizeof *set), stop, 0};
    x->entry_row[x->n_entries] = add_row(x, entry_times, e, stop, GLP_LO);
    x->n_entries++;
}

void tr_master_heed_entries(tr_master *x, bool on)
{
    for (int32_t k = 0; x->lp && k < x->n_entries; k++) glp_set_row_bnds(x->lp, x->entry_row[k], on ? GLP_LO : GLP_FR, 1, 0);
}

void tr_master_drop_cuts(tr_master *x)
{
    const int32_t n = x->n_cuts + x->n_entries;
    if (x->lp && n > 0) { /* they are the last rows */
        tr_arena *scratch = tr_arena_new();
        int *rows = TR_NEW(scratch, int, n + 1);
        for (int32_t k = 0; k < n; k++) rows[k + 1] = glp_get_num_rows(x->lp) - k;
        glp_del_rows(x->lp, n, rows);
        glp_std_basis(x->lp);
        tr_arena_free(scratch);
    }
    x->n_cuts = x->n_entries = 0;
}

void tr_master_ignore(tr_master *x, int32_t stop)
{
    x->ignored[stop] = true;
    x->index[1] = stop + 1, x->value[1] = 1;
    if (x->lp) glp_set_mat_col(x->lp, stop + 1, 1, x->index, x->value); /* no longer in the rows of the levels */
}

/* ---- solving ---- */

static int64_t grid(double dual)
{
    double x = dual * TR_MONEY;
    return x > 1e15 ? (int64_t)1e15 : x < -1e15 ? -(int64_t)1e15 : (int64_t)llround(x);
}

static int64_t not_above(int64_t x)
{
    return x < 0 ? x : 0;
}

static bool run_simplex(tr_master *x)
{
    glp_smcp o;
    glp_init_smcp(&o);
    o.msg_lev = GLP_MSG_OFF, o.r_test = GLP_RT_FLIP, o.meth = x->n_cuts + x->n_entries > 0 ? GLP_DUALP : GLP_PRIMAL, o.it_lim = 200000;
    int before = glp_get_it_cnt(x->lp);
    int rc = glp_simplex(x->lp, &o);
    if (rc != 0 || glp_get_status(x->lp) != GLP_OPT) { /* once more, from the beginning */
        glp_adv_basis(x->lp, 0);
        o.meth = GLP_PRIMAL;
        rc = glp_simplex(x->lp, &o);
    }
    x->simplex += glp_get_it_cnt(x->lp) - before;
    return rc == 0 && glp_get_status(x->lp) == GLP_OPT;
}

bool tr_master_solve(tr_master *x, tr_master_duals *d)
{
    const tr_model *m = x->m;
    if (!x->lp) return false;
    if (setjmp(escape)) {
        lose(x);
        return false;
    }
    glp_error_hook(on_error, NULL);
    bool solved = run_simplex(x);
    glp_error_hook(NULL, NULL);
    if (!solved) return false;
    if (!d->stop) d->stop = TR_NEW(x->arena, int64_t, m->n_stops + 1), d->cls = TR_NEW(x->arena, int64_t, m->n_vehicles + 1);
    if (d->n_cuts < x->n_cuts) d->cuts = TR_NEW(x->arena, tr_cut, x->room_cuts);
    d->n_cuts = x->n_cuts, d->z = glp_get_obj_val(x->lp);
    for (int32_t s = 0; s < m->n_stops; s++) d->stop[s] = grid(glp_get_row_dual(x->lp, s + 1));
    for (int32_t v = 0; v < m->n_vehicles; v++) d->cls[v] = grid(glp_get_row_dual(x->lp, row_of_class(x, v)));
    for (int32_t k = 0; k < 2; k++) d->level[k] = k < x->level ? not_above(grid(glp_get_row_dual(x->lp, row_of_level(x, k)))) : 0;
    for (int32_t k = 0; k < x->n_cuts; k++) {
        d->cuts[k] = x->cuts[k];
        d->cuts[k].dual = not_above(grid(glp_get_row_dual(x->lp, x->cut_row[k])));
    }
    if (d->n_entries < x->n_entries) d->entries = TR_NEW(x->arena, tr_entry, x->room_entries);
    d->n_entries = x->n_entries;
    for (int32_t k = 0; k < x->n_entries; k++) {
        d->entries[k] = x->entries[k];
        d->entries[k].dual = -not_above(-grid(glp_get_row_dual(x->lp, x->entry_row[k])));
    }
    return true;
}

double tr_master_value(const tr_master *x, int32_t column)
{
    return glp_get_col_prim(x->lp, column_of_route(x, column));
}

double tr_master_left(const tr_master *x, int32_t stop)
{
    return glp_get_col_prim(x->lp, stop + 1);
}

double tr_master_unserved(const tr_master *x, int32_t stop)
{
    return glp_get_col_prim(x->lp, x->m->n_stops + stop + 1);
}

void tr_master_allow(tr_master *x, int32_t column, bool allowed)
{
    x->columns[column].off = !allowed && x->columns[column].ghost;
    if (x->lp) glp_set_col_bnds(x->lp, column_of_route(x, column), allowed ? GLP_LO : GLP_FX, 0, 0);
}

void tr_master_allow_left(tr_master *x, int32_t stop, bool allowed)
{
    if (x->lp) glp_set_col_bnds(x->lp, stop + 1, allowed ? GLP_LO : GLP_FX, 0, 0);
}

void tr_master_cost(tr_master *x, int32_t column, int64_t pence)
{
    x->columns[column].cost = pence;
    if (x->lp && x->level == 2) glp_set_obj_coef(x->lp, column_of_route(x, column), (double)pence);
}

/* ---- a plan ---- */

static bool column_route(const tr_master *x, const tr_route_column *c, int32_t vehicle, tr_placer *placer, tr_arena *arena, tr_rt *r)
{
    if (c && c->n_items > 0) {
        tr_rt_reserve(x->m, r, c->n_items + 4, arena);
        r->vehicle = vehicle, r->n = c->n_items, r->n_stops = c->n;
        memcpy(r->items, c->items, (size_t)c->n_items * sizeof *c->items);
        if (tr_rt_update(x->m, r) && r->cost <= c->cost) return true;
    }
    return tr_place(placer, vehicle, c ? c->n : 0, c ? c->stops : NULL, arena, r);
}

bool tr_master_plan(const tr_master *x, const int32_t *chosen, tr_arena *arena, tr_plan *plan)
{
    const tr_model *m = x->m;
    *plan = (tr_plan){.n_routes = m->n_vehicles, .routes = TR_NEW(arena, tr_route, m->n_vehicles + 1)};
    tr_arena *scratch = tr_arena_new();
    tr_placer *placer = tr_placer_new(m, scratch);
    tr_placer_thorough(placer);
    bool whole = true;
    for (int32_t v = 0; v < m->n_vehicles && whole; v++) {
        plan->routes[v] = (tr_route){.vehicle = v};
        if (!m->vehicles[v].usable) continue;
        tr_rt *r = tr_rt_new(m, 32, scratch);
        whole = column_route(x, chosen[v] >= 0 ? &x->columns[chosen[v]] : NULL, v, placer, scratch, r);
        if (!whole) break;
        tr_rt_write(m, r, arena, &plan->routes[v]);
    }
    tr_plan_sum(m->problem, arena, plan);
    tr_arena_free(scratch);
    return whole;
}
