/* master_text.c -- the master as text in CPLEX LP format, with names that a reader understands.
 *
 * stop(R_7): the stop is on one route or left; class(Cage_1): no more routes than vehicles of its class; held_hazard_left,
 * held_due_left: no more at the levels above; cut(3).  Columns: left(R_7); route(Cage_1,12); ghost(Cage_1,13), which only the
 * relaxation of pricing has; and, at a price that no plan pays, missed(..), above(..) and stays(..).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "lp_text.h"
#include "master.h"

#include <glpk.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const tr_master *x;
    glp_prob *lp;         /* a copy */
    const char **stops, **vehicles;
    tr_arena *arena;
} naming;

static const char *const level_rows[2] = {"held_hazard_left", "held_due_left"};

static void name_rows(const naming *t)
{
    const tr_model *m = t->x->m;
    int row = 0;
    for (int32_t s = 0; s < m->n_stops; s++) glp_set_row_name(t->lp, ++row, tr_arena_printf(t->arena, "stop(%s)", t->stops[s]));
    for (int32_t v = 0; v < m->n_vehicles; v++) glp_set_row_name(t->lp, ++row, tr_arena_printf(t->arena, "class(%s)", t->vehicles[v]));
    for (int k = 0; k < 2; k++) glp_set_row_name(t->lp, ++row, level_rows[k]);
    for (int32_t c = 0; row < glp_get_num_rows(t->lp); c++) glp_set_row_name(t->lp, ++row, tr_arena_printf(t->arena, "cut(%d)", (int)c + 1));
}

static void name_columns(const naming *t)
{
    const tr_model *m = t->x->m;
    int column = 0;
    for (int32_t s = 0; s < m->n_stops; s++) glp_set_col_name(t->lp, ++column, tr_arena_printf(t->arena, "left(%s)", t->stops[s]));
    for (int32_t s = 0; s < m->n_stops; s++) glp_set_col_name(t->lp, ++column, tr_arena_printf(t->arena, "missed(%s)", t->stops[s]));
    for (int k = 0; k < 2; k++) glp_set_col_name(t->lp, ++column, tr_arena_printf(t->arena, "above(%s)", level_rows[k]));
    for (int32_t v = 0; v < m->n_vehicles; v++) glp_set_col_name(t->lp, ++column, tr_arena_printf(t->arena, "stays(%s)", t->vehicles[v]));
    for (int32_t i = 0; i < t->x->n; i++) {
        const tr_route_column *c = &t->x->columns[i];
        glp_set_col_name(t->lp, ++column, tr_arena_printf(t->arena, "%s(%s,%d)", c->ghost ? "ghost" : "route", t->vehicles[c->vehicle], (int)i + 1));
    }
}

/* Rows that bind nothing: those of levels not held, those without a column. */
static void drop_idle_rows(const naming *t)
{
    int n = glp_get_num_rows(t->lp), *rows = TR_NEW(t->arena, int, n + 1), k = 0;
    for (int r = 1; r <= n; r++)
        if (glp_get_row_type(t->lp, r) == GLP_FR || glp_get_mat_row(t->lp, r, NULL, NULL) == 0) rows[++k] = r;
    if (k) glp_del_rows(t->lp, k, rows);
}

static void drop_idle_columns(const naming *t)
{
    int n = glp_get_num_cols(t->lp), *columns = TR_NEW(t->arena, int, n + 1), k = 0;
    for (int c = 1; c <= n; c++)
        if (glp_get_mat_col(t->lp, c, NULL, NULL) == 0) columns[++k] = c;
    if (k) glp_del_cols(t->lp, k, columns);
}

const char *tr_master_text(const tr_master *x, tr_arena *arena)
{
    const tr_problem *p = x->m->problem;
    if (!x->lp) return NULL;
    naming t = {.x = x, .lp = glp_create_prob(), .arena = arena};
    const char **ids = TR_NEW(arena, const char *, p->n_stops + p->n_vehicles + 1);
    for (int32_t s = 0; s < p->n_stops; s++) ids[s] = p->stops[s].id;
    t.stops = tr_lp_names(ids, p->n_stops, arena);
    for (int32_t v = 0; v < p->n_vehicles; v++) ids[v] = p->vehicles[v].id;
    t.vehicles = tr_lp_names(ids, p->n_vehicles, arena);
    glp_copy_prob(t.lp, x->lp, GLP_OFF);
    name_rows(&t);
    name_columns(&t);
    drop_idle_rows(&t);
    drop_idle_columns(&t);
    const char *head = tr_arena_printf(arena, "tiprun: the master of level %d (docs/model.md, \"The certificate\") over the %d routes known at last.\n"
                                              "Its optimum is that of the relaxation; the proven bound comes from its duals.\n",
                                       (int)x->level + 1, (int)x->n);
    const char *text = tr_lp_text(t.lp, head, arena);
    glp_delete_prob(t.lp);
    return text;
}
