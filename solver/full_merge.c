/* full_merge.c -- many labels of a node and a time made few: see full.h.
 *
 * The best stay as they are.  Each group of the others becomes one label that may do all that any of them may, at no more
 * cost, as in a relaxed decision diagram of limited width (Bergman, Cire, van Hoeve and Hooker 2016, "Decision Diagrams for
 * Optimization", ch. 4).  Loads, times and distant stops are given up; what is on board and whether the nearest stops were
 * visited is not: else routes would go round and round between two of them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "full.h"

#include <stdlib.h>
#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum { GROUPS = 4 }; /* times the labels that stay; more where what may not be given up asks for it */

static bool alike(const tr_full *p, const full_label *x, const full_label *y)
{
    if (x->window != y->window || x->stop != y->stop || x->phase != y->phase || x->used != y->used) return false;
    for (int32_t i = 0; x->node < p->ns && i < p->nw; i++) /* sites have no core */
        if ((x->words[i] ^ y->words[i]) & p->core[x->node * p->nw + i]) return false;
    const full_box *a = full_boxes(p, x), *b = full_boxes(p, y);
    for (int32_t c = 0; c < p->kc; c++)
        if (a[c].streams != b[c].streams || a[c].accepted != b[c].accepted) return false;
    return true;
}

static int32_t both_remember(const tr_full *p, const full_label *x, const full_label *y)
{
    int32_t n = 0;
    for (int32_t i = 0; i < p->nw; i++) n += __builtin_popcountll(x->words[i] & y->words[i]);
    return n;
}

/* z does all that x does, too; the cost left aside. */
static void embrace(const tr_full *p, int32_t side, full_label *z, const full_label *x)
{
    full_box *a = full_boxes(p, z);
    const full_box *b = full_boxes(p, x);
    int32_t kg = 0;
    z->time = side == 0 ? MIN(z->time, x->time) : MAX(z->time, x->time);
    z->slack = side == 0 ? MAX(z->slack, x->slack) : MIN(z->slack, x->slack);
    z->lag = MIN(z->lag, x->lag), z->work = MIN(z->work, x->work), z->drive = MIN(z->drive, x->drive);
    z->rest = MAX(z->rest, x->rest);
    for (int32_t c = 0; c < p->kc; c++) {
        a[c].kg = MIN(a[c].kg, b[c].kg), a[c].litres = MIN(a[c].litres, b[c].litres), a[c].fee = MIN(a[c].fee, b[c].fee);
        kg += a[c].kg;
    }
    z->kg = side == 0 ? kg : MIN(z->kg, x->kg); /* forwards, emptying takes from both */
    for (int32_t i = 0; i < p->nw + p->cw; i++) z->words[i] &= x->words[i];
    if (side == 0 || !p->hazard) return;
    int64_t low = MAX(p->mid + 1, p->head[z->node]); /* no start before is ever asked for */
    int32_t n = MIN(z->haz_n, x->haz_n);
    z->haz = MIN(z->haz + (z->haz_n - n) * low, x->haz + (x->haz_n - n) * low), z->haz_n = n;
}

/* What x costs beyond z, at least, if both go on alike. */
static int64_t dearer(const tr_full *p, int32_t side, const full_label *x, const full_label *z)
{
    int64_t cost = x->cost - z->cost + p->r * MIN(x->lag - z->lag, side == 0 ? z->slack - x->slack : x->slack - z->slack);
    const full_box *a = full_boxes(p, x), *b = full_boxes(p, z);
    for (int32_t c = 0; side == 0 && p->fees && c < p->kc; c++) cost += (a[c].kg - b[c].kg) * a[c].fee;
    return cost;
}

/* The members of the group become one label, if there are more. */
static void merge(tr_full *p, int32_t side, int32_t n, const full_member *members, int32_t group)
{
    full_label *z = full_fresh(p);
    int32_t k = 0;
    for (int32_t i = 0; i < n; i++) {
        if (members[i].group != group) continue;
        if (k++ == 0) memcpy(z, full_at(p, members[i].label), p->size);
        else embrace(p, side, z, full_at(p, members[i].label));
    }
    if (k < 2) return;
    int64_t more = INT64_MAX;
    for (int32_t i = 0; i < n; i++)
        if (members[i].group == group) more = MIN(more, dearer(p, side, full_at(p, members[i].label), z));
    z->cost += more;
    full_phi(p, side, z);
    full_keep(p, side); /* and the members are not needed any more */
    p->merged += k - 1;
}

void full_narrow(tr_full *p, int32_t side, int32_t node, int32_t bucket)
{
    const full_list *l = full_lists(p, side, node) + bucket;
    int32_t most = GROUPS * p->narrow, n = 0, kept = 0, groups = 0;
    if (l->n <= p->narrow + most) return;
    if (p->room_members < l->n) {
        p->room_members = 2 * l->n;
        p->members = realloc(p->members, (size_t)p->room_members * sizeof *p->members);
        if (!p->members) abort();
    }
    for (int32_t i = 0; i < l->n; i++) /* by phi */
        if (!full_at(p, l->keys[i].label)->extended && kept++ >= p->narrow) p->members[n++].label = l->keys[i].label;
    if (n <= most) return;
    for (int32_t i = 0; i < n; i++) { /* the best begin the groups */
        const full_label *x = full_at(p, p->members[i].label);
        int32_t own = both_remember(p, x, x), best = -1, common = -1;
        bool same = false;
        for (int32_t k = 0, next = 0; k < i && next < groups && !same; k++) {
            if (p->members[k].group != next) continue; /* the first of each */
            const full_label *y = full_at(p, p->members[k].label);
            next++;
            if (!alike(p, x, y)) continue;
            int32_t both = both_remember(p, x, y);
            same = both == own && both == both_remember(p, y, y);
            if (both > common || same) common = both, best = p->members[k].group;
        }
        p->members[i].group = best < 0 || (!same && groups < most) ? groups++ : best;
    }
    for (int32_t g = 0; g < groups; g++) merge(p, side, n, p->members, g);
}
