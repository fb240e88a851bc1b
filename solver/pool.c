/* pool.c -- see pool.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool.h"

#include <glpk.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    STOPS_ROOM = 24,      /* stops a column has on average */
    MIP_COLUMNS = 1500    /* GLPK's MIP finds nothing among many more */
};

tr_pool *tr_pool_new(const tr_model *m, int32_t capacity, tr_arena *arena)
{
    tr_pool *p = TR_NEW(arena, tr_pool, 1);
    p->model = m, p->arena = arena, p->capacity = capacity;
    p->n_table = 1;
    while (p->n_table < 2 * capacity) p->n_table *= 2;
    p->columns = TR_NEW(arena, tr_column, capacity);
    p->table = TR_NEW(arena, int32_t, p->n_table);
    p->room_stops = capacity * STOPS_ROOM;
    p->stops = TR_NEW(arena, int32_t, p->room_stops);
    return p;
}

static uint64_t set_key(const int32_t *stops, int32_t n, int32_t cls)
{
    uint64_t key = 0;
    for (int32_t i = 0; i < n; i++) { /* a sum: the order does not matter */
        uint64_t s = (uint64_t)(uint32_t)stops[i] + 1;
        key += tr_random(&s);
    }
    uint64_t c = key ^ (uint64_t)(uint32_t)cls << 32;
    return tr_random(&c);
}

static void note(tr_pool *p, uint64_t key, int32_t vehicle, int32_t n, const int32_t *stops, int64_t cost)
{
    if (p->n == p->capacity || p->n_stops + n > p->room_stops) { /* start afresh: the newest matter */
        p->n = p->n_stops = 0;
        memset(p->table, 0, (size_t)p->n_table * sizeof *p->table);
    }
    if (n > p->room_stops) return;
    uint64_t at = key & (uint64_t)(p->n_table - 1);
    while (p->table[at] && p->columns[p->table[at] - 1].key != key) at = (at + 1) & (uint64_t)(p->n_table - 1);
    if (p->table[at]) {
        tr_column *c = &p->columns[p->table[at] - 1];
        c->seen = ++p->clock;
        if (cost >= c->cost) return;
        c->cost = cost; /* the same stops in a better order */
        memcpy(p->stops + c->first, stops, (size_t)n * sizeof *stops);
        return;
    }
    p->columns[p->n] = (tr_column){key, vehicle, n, p->n_stops, cost, ++p->clock};
    memcpy(p->stops + p->n_stops, stops, (size_t)n * sizeof *stops);
    p->n_stops += n;
    p->table[at] = ++p->n;
}

void tr_pool_note(tr_pool *p, const tr_rt *r)
{
    int32_t stops[512];
    if (r->n_stops > 512) return;
    int32_t n = tr_rt_stops(r, stops), cls = p->model->vehicles[r->vehicle].cls;
    note(p, set_key(stops, n, cls), cls, n, stops, r->cost);
}

void tr_pool_merge(tr_pool *p, const tr_pool *other)
{
    for (int32_t i = 0; i < other->n; i++) {
        const tr_column *c = &other->columns[i];
        note(p, c->key, c->vehicle, c->n, other->stops + c->first, c->cost);
    }
}

/* ---- recombination ---- */

static void watch(glp_tree *tree, void *context)
{
    const int *limit = context; /* simplex iterations, as clocks cannot be repeated */
    if (glp_get_it_cnt(glp_ios_get_prob(tree)) > *limit) glp_ios_terminate(tree);
}

static int newest(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return x[0] != y[0] ? (x[0] > y[0] ? -1 : 1) : x[1] > y[1] ? 1 : -1;
}

static int64_t plan_energy(const tr_model *m, const tr_plan *plan)
{
    int64_t e = plan->goal.cost_pence - plan->left_pence;
    for (int32_t i = 0; i < plan->n_left; i++) e += (m->stops[plan->left[i]].weight + TR_MONEY / 2) / TR_MONEY;
    return e;
}

/* Rows 1..n_stops: each stop once or left; then one a class: no more routes than vehicles. */
static glp_prob *build(const tr_pool *p, const int32_t *pick, int32_t n_pick, tr_arena *scratch)
{
    const tr_model *m = p->model;
    glp_prob *lp = glp_create_prob();
    glp_add_rows(lp, m->n_stops + m->n_vehicles);
    for (int32_t s = 0; s < m->n_stops; s++) glp_set_row_bnds(lp, s + 1, GLP_FX, 1, 1);
    int32_t *count = TR_NEW(scratch, int32_t, m->n_vehicles + 1);
    for (int32_t v = 0; v < m->n_vehicles; v++) count[m->vehicles[v].cls] += m->vehicles[v].usable;
    for (int32_t v = 0; v < m->n_vehicles; v++) {
        int32_t k = count[v];
        glp_set_row_bnds(lp, m->n_stops + v + 1, k > 0 ? GLP_UP : GLP_FX, 0, k);
    }
    glp_add_cols(lp, n_pick + m->n_stops);
    int *index = TR_NEW(scratch, int, m->n_stops + 2);
    double *value = TR_NEW(scratch, double, m->n_stops + 2);
    for (int32_t i = 0; i < m->n_stops + 2; i++) value[i] = 1;
    for (int32_t k = 0; k < n_pick; k++) {
        const tr_column *c = &p->columns[pick[k]];
        glp_set_col_bnds(lp, k + 1, GLP_DB, 0, 1);
        glp_set_obj_coef(lp, k + 1, (double)c->cost);
        for (int32_t i = 0; i < c->n; i++) index[i + 1] = p->stops[c->first + i] + 1;
        index[c->n + 1] = m->n_stops + c->vehicle + 1;
        glp_set_mat_col(lp, k + 1, c->n + 1, index, value);
    }
    for (int32_t s = 0; s < m->n_stops; s++) {
        bool frozen = tr_bit(m->frozen, s);
        glp_set_col_bnds(lp, n_pick + s + 1, GLP_DB, 0, 1);
        glp_set_obj_coef(lp, n_pick + s + 1, frozen ? 0 : (double)m->stops[s].weight / TR_MONEY);
        index[1] = s + 1;
        glp_set_mat_col(lp, n_pick + s + 1, 1, index, value);
    }
    return lp;
}

bool tr_pool_recombine(const tr_pool *p, const tr_plan *best, int32_t most, int32_t simplex_limit, int32_t *chosen)
{
    const tr_model *m = p->model;
    if (p->n == 0 || m->n_stops == 0) return false;
    bool found = false;
    tr_arena *scratch = tr_arena_new();
    int64_t(*order)[2] = tr_arena_alloc(scratch, (size_t)p->n, sizeof *order);
    for (int32_t i = 0; i < p->n; i++) order[i][0] = p->columns[i].seen, order[i][1] = i;
    qsort(order, (size_t)p->n, sizeof *order, newest);
    int32_t n = p->n < most ? p->n : most, *pick = TR_NEW(scratch, int32_t, n);
    for (int32_t i = 0; i < n; i++) pick[i] = (int32_t)order[i][1];

    int terminal = glp_term_out(GLP_OFF);
    glp_prob *lp = build(p, pick, n, scratch);
    glp_smcp simplex;
    glp_init_smcp(&simplex);
    simplex.msg_lev = GLP_MSG_OFF, simplex.it_lim = simplex_limit, simplex.r_test = GLP_RT_FLIP;
    if (glp_simplex(lp, &simplex) != 0 || glp_get_status(lp) != GLP_OPT) goto done;
    /* only columns that can be in a plan better than the best one */
    double gap = (double)plan_energy(m, best) - glp_get_obj_val(lp);
    int32_t kept = 0;
    for (int32_t k = 0; k < n; k++) {
        if (glp_get_col_dual(lp, k + 1) > gap) glp_set_col_bnds(lp, k + 1, GLP_FX, 0, 0);
        else kept++;
    }
    if (gap < 0.5 || kept > MIP_COLUMNS) goto done;
    for (int32_t k = 1; k <= n + m->n_stops; k++)
        if (glp_get_col_type(lp, k) != GLP_FX) glp_set_col_kind(lp, k, GLP_BV);
    if (glp_simplex(lp, &simplex) != 0 || glp_get_status(lp) != GLP_OPT) goto done;
    int limit = glp_get_it_cnt(lp) + simplex_limit;
    glp_iocp mip;
    glp_init_iocp(&mip);
    mip.msg_lev = GLP_MSG_OFF, mip.clq_cuts = GLP_ON, mip.cb_func = watch, mip.cb_info = &limit;
    glp_intopt(lp, &mip);
    int status = glp_mip_status(lp);
    if ((status != GLP_OPT && status != GLP_FEAS) || glp_mip_obj_val(lp) > (double)plan_energy(m, best) - 0.5) goto done;
    for (int32_t v = 0; v < m->n_vehicles; v++) chosen[v] = -1;
    for (int32_t k = 0; k < n; k++) {
        if (glp_mip_col_val(lp, k + 1) < 0.5) continue;
        for (int32_t v = 0; v < m->n_vehicles; v++)
            if (m->vehicles[v].cls == p->columns[pick[k]].vehicle && m->vehicles[v].usable && chosen[v] < 0) {
                chosen[v] = pick[k];
                break;
            }
    }
    found = true;
done:
    glp_delete_prob(lp);
    glp_term_out(terminal);
    tr_arena_free(scratch);
    return found;
}
