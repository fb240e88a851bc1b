/* lp_text.c -- see lp_text.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "lp_text.h"

#include <ctype.h>
#include <glpk.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 100 }; /* columns of a line; the format allows 560 */

typedef struct {
    char *bytes;
    size_t length, room, line; /* line: where the present one begins */
    tr_arena *arena;
} text;

static void put(text *t, const char *what)
{
    size_t n = strlen(what);
    if (t->length + n + 1 > t->room) {
        size_t room = 2 * (t->length + n + 1);
        t->bytes = tr_arena_grow(t->arena, t->bytes, t->length, room, 1);
        t->room = room;
    }
    memcpy(t->bytes + t->length, what, n + 1);
    t->length += n;
    if (n && what[n - 1] == '\n') t->line = t->length;
}

static void put_number(text *t, double value)
{
    char number[40];
    bool whole = value == floor(value) && fabs(value) < 1e15;
    snprintf(number, sizeof number, whole ? "%.0f" : "%.15g", value);
    put(t, number);
}

static void put_term(text *t, double factor, const char *name)
{
    if (t->length - t->line > WIDTH - 30) put(t, "\n  ");
    put(t, factor < 0 ? " - " : " + ");
    if (fabs(factor) != 1) {
        put_number(t, fabs(factor));
        put(t, " ");
    }
    put(t, name);
}

static void put_objective(text *t, glp_prob *lp)
{
    int terms = 0;
    put(t, "Minimize\n");
    put(t, glp_get_obj_name(lp) ? glp_get_obj_name(lp) : "objective");
    put(t, ":");
    for (int c = 1; c <= glp_get_num_cols(lp); c++) {
        if (glp_get_obj_coef(lp, c) == 0) continue;
        put_term(t, glp_get_obj_coef(lp, c), glp_get_col_name(lp, c));
        terms++;
    }
    if (!terms) { /* some readers want one */
        put(t, " 0 ");
        put(t, glp_get_col_name(lp, 1));
    }
    put(t, "\n");
}

static void put_rows(text *t, glp_prob *lp)
{
    int *index = tr_arena_alloc(t->arena, (size_t)glp_get_num_cols(lp) + 1, sizeof *index);
    double *value = tr_arena_alloc(t->arena, (size_t)glp_get_num_cols(lp) + 1, sizeof *value);
    put(t, "\nSubject To\n");
    for (int r = 1; r <= glp_get_num_rows(lp); r++) {
        int n = glp_get_mat_row(lp, r, index, value), type = glp_get_row_type(lp, r);
        put(t, glp_get_row_name(lp, r));
        put(t, ":");
        for (int k = n; k >= 1; k--)
            put_term(t, value[k], glp_get_col_name(lp, index[k])); /* GLPK turns them round */
        put(t, type == GLP_FX ? " = " : type == GLP_LO ? " >= " : " <= ");
        put_number(t, type == GLP_UP ? glp_get_row_ub(lp, r) : glp_get_row_lb(lp, r));
        put(t, "\n");
    }
}

static void put_bounds(text *t, glp_prob *lp)
{
    put(t, "\nBounds\n");
    for (int c = 1; c <= glp_get_num_cols(lp); c++) {
        int type = glp_get_col_type(lp, c);
        if (glp_get_col_kind(lp, c) == GLP_BV || (type == GLP_LO && glp_get_col_lb(lp, c) == 0)) continue;
        put(t, " ");
        if (type != GLP_FX) {
            put_number(t, glp_get_col_lb(lp, c));
            put(t, " <= ");
        }
        put(t, glp_get_col_name(lp, c));
        if (type == GLP_DB || type == GLP_FX) {
            put(t, type == GLP_FX ? " = " : " <= ");
            put_number(t, glp_get_col_ub(lp, c));
        }
        put(t, "\n");
    }
}

static void put_binaries(text *t, glp_prob *lp)
{
    if (!glp_get_num_bin(lp)) return;
    put(t, "\nBinaries\n");
    for (int c = 1; c <= glp_get_num_cols(lp); c++) {
        if (glp_get_col_kind(lp, c) != GLP_BV) continue;
        put(t, " ");
        put(t, glp_get_col_name(lp, c));
        if (t->length - t->line > WIDTH - 30) put(t, "\n");
    }
    put(t, "\n");
}

const char *tr_lp_text(glp_prob *lp, const char *head, tr_arena *arena)
{
    text t = {.arena = arena};
    for (const char *line = head; *line;) {
        size_t n = strcspn(line, "\n");
        put(&t, n ? "\\ " : "\\");
        put(&t, tr_arena_strndup(arena, line, n));
        put(&t, "\n");
        line += n + (line[n] == '\n');
    }
    put(&t, "\n");
    put_objective(&t, lp);
    put_rows(&t, lp);
    put_bounds(&t, lp);
    put_binaries(&t, lp);
    put(&t, "\nEnd\n");
    return t.bytes;
}

/* ---- names ---- */

static char *clean(const char *id, tr_arena *arena)
{
    char *name = tr_arena_strndup(arena, id, strnlen(id, TR_LP_NAME));
    for (char *c = name; *c; c++)
        if (!isascii((unsigned char)*c) || !isalnum((unsigned char)*c)) *c = '_';
    return name;
}

typedef struct {
    const char *name;
    int index;
} labelled;

static int by_name(const void *a, const void *b)
{
    const labelled *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : x->index - y->index;
}

/* Those of one name but the first end in a dot and their number: no clean name has a dot. */
const char **tr_lp_names(const char *const *ids, int n, tr_arena *arena)
{
    const char **names = TR_NEW(arena, const char *, n + 1);
    labelled *sorted = TR_NEW(arena, labelled, n + 1);
    for (int i = 0; i < n; i++) sorted[i] = (labelled){clean(ids[i], arena), i};
    qsort(sorted, (size_t)n, sizeof *sorted, by_name);
    for (int i = 0; i < n; i++) {
        bool again = i && !strcmp(sorted[i].name, sorted[i - 1].name);
        const char *name = sorted[i].name;
        names[sorted[i].index] =
            again ? tr_arena_printf(arena, "%.*s.%d", TR_LP_NAME - 7, name, sorted[i].index + 1) : name;
    }
    return names;
}
