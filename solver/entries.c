/* entries.c -- see entries.h.
 * How often a set that holds a stop is entered at least is the largest flow from the start to that stop over the ways of the
 * routes driven; GLPK finds it, and the set.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "entries.h"

#include <glpk.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 1000000, LEAST = 20000 }; /* of a route: flows are whole numbers; by so many a set is entered too rarely */

typedef struct {
    int by;
    int32_t stop;
    uint64_t *set;
} missing;

static int by_most(const void *a, const void *b)
{
    const missing *x = a, *y = b;
    return x->by != y->by ? (x->by > y->by ? -1 : 1) : x->stop < y->stop ? -1 : x->stop > y->stop;
}

static glp_graph *ways(const tr_master *x, tr_arena *scratch)
{
    const int32_t n = x->m->n_stops, side = n + 1;
    double *flow = TR_NEW(scratch, double, (size_t)side * (size_t)side); /* n: the start */
    for (int32_t c = 0; c < x->n; c++) {
        double v = tr_master_value(x, c);
        const tr_route_column *r = &x->columns[c];
        for (int32_t i = 0; i < r->n && v > 1e-6; i++) flow[(i ? r->stops[i - 1] : n) * side + r->stops[i]] += v;
    }
    glp_graph *g = glp_create_graph(sizeof(int), sizeof(double));
    glp_add_vertices(g, side);
    for (int32_t i = 0; i < side; i++)
        for (int32_t j = 0; j < n; j++) {
            int parts = (int)(flow[i * side + j] * PARTS + 0.5);
            if (i == j || parts == 0) continue;
            glp_arc *a = glp_add_arc(g, i + 1, j + 1);
            double capacity = parts;
            memcpy(a->data, &capacity, sizeof capacity);
        }
    return g;
}

static bool known(const tr_master *x, const missing *e)
{
    for (int32_t k = 0; k < x->n_entries; k++)
        if (x->entries[k].stop == e->stop && memcmp(x->entries[k].set, e->set, (size_t)x->words * sizeof *e->set) == 0) return true;
    return false;
}

/* The set that holds the stop and is entered least; false if it is entered as often as the stop is served. */
static bool least_entered(const tr_master *x, glp_graph *g, int32_t stop, tr_arena *scratch, missing *e)
{
    const int32_t n = x->m->n_stops;
    double times, out = tr_master_left(x, stop) + tr_master_unserved(x, stop);
    if (glp_maxflow_ffalg(g, n + 1, stop + 1, 0, &times, -1, 0) != 0) return false;
    e->by = (int)((1 - out) * PARTS - times);
    e->stop = stop;
    if (e->by < LEAST) return false;
    e->set = TR_NEW(scratch, uint64_t, x->words);
    double least = out;
    for (int32_t s = 0; s < n; s++) {
        int before;
        memcpy(&before, g->v[s + 1]->data, sizeof before);
        if (before || !g->v[s + 1]->in) continue; /* who is on no way changes nothing */
        tr_bit_set(e->set, s);
        double other = tr_master_left(x, s) + tr_master_unserved(x, s); /* the stop of it that is served most says most */
        if (other < least - 1e-9) least = other, e->stop = s;
    }
    e->by += (int)((out - least) * PARTS);
    return true;
}

int32_t tr_entries_add(tr_master *x, int32_t most)
{
    const int32_t n = x->m->n_stops;
    int32_t n_found = 0, added = 0;
    if (!x->lp || n < 2) return 0;
    tr_arena *scratch = tr_arena_new();
    missing *found = TR_NEW(scratch, missing, n + 1);
    glp_graph *g = ways(x, scratch);
    for (int32_t s = 0; s < n; s++)
        if (!tr_bit(x->m->frozen, s) && least_entered(x, g, s, scratch, &found[n_found])) n_found++;
    glp_delete_graph(g);
    qsort(found, (size_t)n_found, sizeof *found, by_most);
    for (int32_t k = 0; k < n_found && added < most; k++) {
        if (known(x, &found[k])) continue; /* of before, or found from another stop */
        tr_master_enter(x, found[k].set, found[k].stop);
        added++;
    }
    tr_arena_free(scratch);
    return added;
}
