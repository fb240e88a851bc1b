/* plain_master.c -- see plain_master.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "plain_master.h"
#include "cuts.h"
#include "plain.h"
#include "route.h"

#include <glpk.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STOP_CUTS = 5, FOUND = 20000, LONGEST = 8, MOST_SIMPLEX = 20000 };

static const double least_violation = 0.02;

static void *many(int64_t n, size_t size)
{
    void *p = calloc((size_t)n + 1, size);
    if (!p) abort();
    return p;
}

static int row_of_cut(const plain_master *x, int32_t cut)
{
    return x->n_stops + 2 + cut;
}

static int column_at(const plain_master *x, int32_t k) /* behind a column a stop: on no route */
{
    return x->n_stops + 1 + k;
}

plain_master *plain_master_new(int32_t n_stops, int32_t most_routes, int64_t dear)
{
    plain_master *x = many(1, sizeof *x);
    x->n_stops = n_stops, x->words = n_stops / 64 + 1, x->most = most_routes;
    x->duals.stop = many(n_stops, sizeof *x->duals.stop);
    glp_prob *lp = x->lp = glp_create_prob();
    glp_add_rows(lp, n_stops + 1);
    glp_add_cols(lp, n_stops);
    for (int32_t s = 0; s < n_stops; s++) {
        int index[2] = {0, s + 1};
        double one[2] = {0, 1};
        glp_set_col_bnds(lp, s + 1, GLP_LO, 0, 0);
        glp_set_obj_coef(lp, s + 1, (double)dear);
        glp_set_mat_col(lp, s + 1, 1, index, one);
    }
    glp_set_row_bnds(lp, n_stops + 1, GLP_UP, 0, most_routes);
    plain_master_perturb(x, false);
    return x;
}

void plain_master_free(plain_master *x)
{
    if (!x) return;
    if (x->lp) glp_delete_prob(x->lp);
    for (int32_t k = 0; k < x->n; k++) free(x->columns[k].stops), free(x->columns[k].set);
    free(x->columns), free(x->cuts), free(x->memory), free(x->duals.stop), free(x->duals.cuts),
        free(x->duals.memory);
    free(x->index), free(x->value), free(x);
}

void plain_master_perturb(plain_master *x, bool on)
{
    uint64_t random = 20261125;
    for (int32_t s = 0; s < x->n_stops; s++) {
        double off = on ? 1e-3 * ((double)(tr_random(&random) >> 11) * 0x1.0p-53) : 0;
        glp_set_row_bnds(x->lp, s + 1, GLP_FX, 1 + off, 1 + off);
    }
}

/* ---- columns ---- */

static int32_t coefficient(const plain_master *x, int32_t cut, const plain_column *c)
{
    const int32_t *s = x->cuts[cut].stops;
    if (!c->repeats && tr_bit(c->set, s[0]) + tr_bit(c->set, s[1]) + tr_bit(c->set, s[2]) < 2) return 0;
    return tr_plain_coefficient(&x->cuts[cut], x->memory + (size_t)cut * (size_t)x->words, c->n, c->stops);
}

static void need_scratch(plain_master *x, int32_t n)
{
    x->index = plain_grow(x->index, &x->room_index, n + 1, sizeof *x->index);
    x->value = plain_grow(x->value, &x->room_value, n + 1, sizeof *x->value);
}

void plain_master_add(plain_master *x, const tr_priced *r)
{
    x->columns = plain_grow(x->columns, &x->room, x->n + 1, sizeof *x->columns);
    plain_column *c = &x->columns[x->n++];
    *c = (plain_column){.n = r->n,
                        .cost = r->cost,
                        .stops = many(r->n, sizeof *c->stops),
                        .set = many(x->words, sizeof *c->set)};
    memcpy(c->stops, r->stops, (size_t)r->n * sizeof *c->stops);
    need_scratch(x, r->n + 1 + x->n_cuts);
    int32_t k = 0;
    for (int32_t i = 0; i < r->n; i++) {
        if (!tr_bit(c->set, r->stops[i])) {
            tr_bit_set(c->set, r->stops[i]);
            x->index[++k] = r->stops[i] + 1, x->value[k] = 1;
            continue;
        }
        c->repeats = true;
        for (int32_t e = 1; e <= k; e++) x->value[e] += x->index[e] == r->stops[i] + 1;
    }
    x->index[++k] = x->n_stops + 1, x->value[k] = 1;
    for (int32_t q = 0; q < x->n_cuts; q++) {
        int32_t in = coefficient(x, q, c);
        if (in) x->index[++k] = row_of_cut(x, q), x->value[k] = in;
    }
    int j = glp_add_cols(x->lp, 1);
    glp_set_col_bnds(x->lp, j, GLP_LO, 0, 0);
    glp_set_obj_coef(x->lp, j, (double)r->cost);
    glp_set_mat_col(x->lp, j, k, x->index, x->value);
}

typedef struct {
    double reduced;
    int32_t column;
} ranked;

static int by_reduced(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->reduced < y->reduced || x->reduced > y->reduced) return x->reduced < y->reduced ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

void plain_master_thin(plain_master *x, int32_t most)
{
    if (x->n <= most) return;
    ranked *order = many(x->n, sizeof *order);
    bool *out = many(x->n, sizeof *out);
    for (int32_t k = 0; k < x->n; k++) {
        int j = column_at(x, k);
        order[k] = (ranked){glp_get_col_stat(x->lp, j) == GLP_BS ? -HUGE_VAL : glp_get_col_dual(x->lp, j), k};
    }
    qsort(order, (size_t)x->n, sizeof *order, by_reduced);
    for (int32_t k = most / 2; k < x->n; k++) out[order[k].column] = order[k].reduced > 1e-6;
    need_scratch(x, x->n);
    int32_t n = 0, gone = 0;
    for (int32_t k = 0; k < x->n; k++) {
        if (!out[k]) {
            x->columns[n++] = x->columns[k];
            continue;
        }
        x->index[++gone] = column_at(x, k);
        free(x->columns[k].stops), free(x->columns[k].set);
    }
    x->n = n;
    if (gone) glp_del_cols(x->lp, gone, x->index);
    free(order), free(out);
}

/* ---- solving ---- */

static int64_t grid(double dual)
{
    return llround(dual * TR_MONEY);
}

static void read_duals(plain_master *x)
{
    plain_duals *d = &x->duals;
    d->cuts = plain_grow(d->cuts, &x->room_duals, x->n_cuts + 1, sizeof *d->cuts);
    d->memory = plain_grow(d->memory, &x->room_dual_memory, x->n_cuts * x->words + 1, sizeof *d->memory);
    for (int32_t s = 0; s < x->n_stops; s++) d->stop[s] = grid(glp_get_row_dual(x->lp, s + 1));
    d->count = grid(glp_get_row_dual(x->lp, x->n_stops + 1));
    if (d->count > 0) d->count = 0;
    d->n_cuts = x->n_cuts;
    for (int32_t q = 0; q < x->n_cuts; q++) {
        d->cuts[q] = x->cuts[q];
        d->cuts[q].dual = grid(glp_get_row_dual(x->lp, row_of_cut(x, q)));
        if (d->cuts[q].dual > 0) d->cuts[q].dual = 0;
    }
    if (x->n_cuts) memcpy(d->memory, x->memory, (size_t)x->n_cuts * (size_t)x->words * sizeof *d->memory);
}

static bool simplex(plain_master *x, int method)
{
    glp_smcp o;
    glp_init_smcp(&o);
    o.msg_lev = GLP_MSG_OFF, o.r_test = GLP_RT_FLIP, o.meth = method, o.it_lim = MOST_SIMPLEX;
    int before = glp_get_it_cnt(x->lp);
    bool solved = glp_simplex(x->lp, &o) == 0 && glp_get_status(x->lp) == GLP_OPT;
    x->simplex += glp_get_it_cnt(x->lp) - before;
    return solved;
}

/* After new columns the basis is primal feasible, after new rows dual feasible.  Either method may go in circles. */
bool plain_master_solve(plain_master *x)
{
    bool solved = simplex(x, x->has_new_rows ? GLP_DUALP : GLP_PRIMAL) ||
                  simplex(x, x->has_new_rows ? GLP_PRIMAL : GLP_DUALP);
    if (!solved) {
        glp_adv_basis(x->lp, 0);
        solved = simplex(x, GLP_PRIMAL);
    }
    x->has_new_rows = false;
    if (solved) read_duals(x);
    return solved;
}

/* ---- cuts ---- */

typedef struct { /* columns in use by a fraction */
    int32_t n, *column;
    double *use, *pair; /* pair [n_stops^2]: use of routes that hold both, i < j */
} fractions;

static fractions read_fractions(const plain_master *x)
{
    size_t n = (size_t)x->n_stops;
    fractions f = {0, many(x->n, sizeof *f.column), many(x->n, sizeof *f.use),
                   many((int64_t)(n * n), sizeof *f.pair)};
    for (int32_t k = 0; k < x->n; k++) {
        double v = glp_get_col_prim(x->lp, column_at(x, k));
        const plain_column *c = &x->columns[k];
        if (v < 1e-6 || v > 1 - 1e-6) continue;
        f.column[f.n] = k, f.use[f.n++] = v;
        for (int32_t a = 0; a < c->n; a++)
            for (int32_t b = a + 1; b < c->n; b++) {
                int32_t i = c->stops[a] < c->stops[b] ? c->stops[a] : c->stops[b],
                        j = c->stops[a] + c->stops[b] - i;
                f.pair[(size_t)i * n + (size_t)j] += v;
            }
    }
    return f;
}

static bool holds_two(const plain_column *c, const int32_t s[3])
{
    return tr_bit(c->set, s[0]) + tr_bit(c->set, s[1]) + tr_bit(c->set, s[2]) >= 2;
}

static int32_t find_violated(const plain_master *x, const fractions *f, tr_violated *out)
{
    int32_t found = 0;
    size_t n = (size_t)x->n_stops;
    for (int32_t i = 0; i < x->n_stops; i++)
        for (int32_t j = i + 1; j < x->n_stops; j++)
            for (int32_t k = j + 1; k < x->n_stops && found < FOUND; k++) {
                double most = f->pair[(size_t)i * n + (size_t)j] + f->pair[(size_t)i * n + (size_t)k] +
                              f->pair[(size_t)j * n + (size_t)k];
                if (most < 1 + least_violation) continue;
                tr_violated v = {-1, {i, j, k}};
                for (int32_t e = 0; e < f->n; e++)
                    v.by += holds_two(&x->columns[f->column[e]], v.stops) ? f->use[e] : 0;
                if (v.by > least_violation) out[found++] = v;
            }
    qsort(out, (size_t)found, sizeof *out, tr_by_violation);
    return found;
}

/* Remembers the cut on the way between two of its stops, the nearer two where a route holds all three. */
static void remember(const plain_column *c, const int32_t s[3], uint64_t *memory)
{
    int32_t at[LONGEST] = {0}, n = 0;
    for (int32_t i = 0; i < c->n && n < LONGEST; i++)
        if (c->stops[i] == s[0] || c->stops[i] == s[1] || c->stops[i] == s[2]) at[n++] = i;
    int32_t from = at[0], to = at[1];
    if (n >= 3 && at[2] - at[1] < to - from) from = at[1], to = at[2];
    for (int32_t i = from; i <= to; i++) tr_bit_set(memory, c->stops[i]);
}

static void fill_row(plain_master *x, int32_t cut)
{
    int32_t k = 0;
    need_scratch(x, x->n);
    for (int32_t q = 0; q < x->n; q++) {
        int32_t in = coefficient(x, cut, &x->columns[q]);
        if (in) x->index[++k] = column_at(x, q), x->value[k] = in;
    }
    glp_set_mat_row(x->lp, row_of_cut(x, cut), k, x->index, x->value);
}

static int32_t cut_of(plain_master *x, const int32_t s[3])
{
    for (int32_t q = 0; q < x->n_cuts; q++)
        if (memcmp(x->cuts[q].stops, s, sizeof x->cuts[q].stops) == 0) return q;
    x->cuts = plain_grow(x->cuts, &x->room_cuts, x->n_cuts + 1, sizeof *x->cuts);
    x->memory = plain_grow(x->memory, &x->room_memory, (x->n_cuts + 1) * x->words, sizeof *x->memory);
    memcpy(x->cuts[x->n_cuts].stops, s, sizeof x->cuts[0].stops);
    memset(x->memory + (size_t)x->n_cuts * (size_t)x->words, 0, (size_t)x->words * sizeof *x->memory);
    glp_set_row_bnds(x->lp, glp_add_rows(x->lp, 1), GLP_UP, 0, 1);
    return x->n_cuts++;
}

int32_t plain_master_cut(plain_master *x, int32_t most)
{
    fractions f = read_fractions(x);
    tr_violated *v = many(FOUND, sizeof *v);
    int32_t n = find_violated(x, &f, v), changed = 0, *used = many(x->n_stops, sizeof *used);
    uint64_t *memory = many(x->words, sizeof *memory);
    for (int32_t e = 0; e < n && changed < most; e++) {
        const int32_t *s = v[e].stops;
        if (used[s[0]] >= STOP_CUTS || used[s[1]] >= STOP_CUTS || used[s[2]] >= STOP_CUTS) continue;
        memset(memory, 0, (size_t)x->words * sizeof *memory);
        for (int k = 0; k < 3; k++) tr_bit_set(memory, s[k]);
        for (int32_t k = 0; k < f.n; k++)
            if (holds_two(&x->columns[f.column[k]], s)) remember(&x->columns[f.column[k]], s, memory);
        int32_t cut = cut_of(x, s);
        bool wider = false;
        for (int32_t w = 0; w < x->words; w++) {
            uint64_t *old = &x->memory[(size_t)cut * (size_t)x->words + (size_t)w];
            wider |= (memory[w] & ~*old) != 0, *old |= memory[w];
        }
        if (!wider) continue;
        fill_row(x, cut);
        x->has_new_rows = true;
        for (int k = 0; k < 3; k++) used[s[k]]++;
        changed++;
    }
    free(f.column), free(f.use), free(f.pair), free(v), free(used), free(memory);
    return changed;
}

void plain_master_drop_cuts(plain_master *x)
{
    int32_t n = 0, gone = 0;
    need_scratch(x, x->n_cuts);
    for (int32_t q = 0; q < x->n_cuts; q++) {
        if (glp_get_row_stat(x->lp, row_of_cut(x, q)) == GLP_BS) {
            x->index[++gone] = row_of_cut(x, q);
            continue;
        }
        x->cuts[n] = x->cuts[q];
        memmove(x->memory + (size_t)n * (size_t)x->words, x->memory + (size_t)q * (size_t)x->words,
                (size_t)x->words * sizeof *x->memory);
        n++;
    }
    x->n_cuts = n;
    if (gone) glp_del_rows(x->lp, gone, x->index);
}
