/* cuts.c -- see cuts.h.
 * For three stops the violation is p(i,j) + p(i,k) + p(j,k) - 2 t(i,j,k) - 1, where p and t are the sums of the routes
 * that hold the pair and all three.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cuts.h"

#include <stdlib.h>

enum { STOP_CUTS = 5, FOUND = 4000 };

int tr_by_violation(const void *a, const void *b)
{
    const tr_violated *x = a, *y = b;
    if (x->by > y->by + 1e-9 || x->by < y->by - 1e-9) return x->by > y->by ? -1 : 1;
    for (int k = 0; k < 3; k++)
        if (x->stops[k] != y->stops[k]) return x->stops[k] < y->stops[k] ? -1 : 1;
    return 0;
}

static double triple(const tr_master *x, const int32_t *support, int32_t n, int32_t i, int32_t j, int32_t k)
{
    double sum = 0;
    for (int32_t r = 0; r < n; r++) {
        const uint64_t *set = x->columns[support[r]].set;
        if (tr_bit(set, i) && tr_bit(set, j) && tr_bit(set, k)) sum += tr_master_value(x, support[r]);
    }
    return sum;
}

static bool known(const tr_master *x, const int32_t s[3])
{
    for (int32_t c = 0; c < x->n_cuts; c++)
        if (x->cuts[c].stops[0] == s[0] && x->cuts[c].stops[1] == s[1] && x->cuts[c].stops[2] == s[2]) return true;
    return false;
}

int32_t tr_cuts_add(tr_master *x, int32_t most)
{
    int32_t n = x->m->n_stops, n_support = 0, n_found = 0, added = 0;
    tr_arena *scratch = tr_arena_new();
    int32_t *support = TR_NEW(scratch, int32_t, x->n + 1), *used = TR_NEW(scratch, int32_t, n + 1);
    double *pair = TR_NEW(scratch, double, (size_t)n * (size_t)n + 1);
    tr_violated *found = TR_NEW(scratch, tr_violated, FOUND);
    for (int32_t c = 0; c < x->n; c++) {
        double v = tr_master_value(x, c);
        const tr_route_column *r = &x->columns[c];
        if (v < 1e-6 || v > 1 - 1e-6) continue;
        support[n_support++] = c;
        for (int32_t i = 0; i < r->n; i++)
            for (int32_t j = 0; j < r->n; j++) pair[(size_t)r->stops[i] * (size_t)n + (size_t)r->stops[j]] += v;
    }
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = i + 1; j < n; j++) {
            double a = pair[(size_t)i * (size_t)n + (size_t)j];
            if (a < 1e-6) continue;
            for (int32_t k = 0; k < n; k++) { /* each triple once: (i, j) is its first pair that counts */
                if (k == i || k == j) continue;
                double b = pair[(size_t)i * (size_t)n + (size_t)k], c = pair[(size_t)j * (size_t)n + (size_t)k];
                if (k < j && (b > 1e-6 || (k < i && c > 1e-6))) continue;
                if (a + b + c < 1.05 || n_found == FOUND) continue;
                double by = a + b + c - 2 * triple(x, support, n_support, i, j, k) - 1;
                if (by < 0.05) continue;
                tr_violated f = {by, {i, j, k}};
                for (int s = 2; s > 0 && f.stops[s] < f.stops[s - 1]; s--) {
                    int32_t t = f.stops[s];
                    f.stops[s] = f.stops[s - 1], f.stops[s - 1] = t;
                }
                if (!known(x, f.stops)) found[n_found++] = f;
            }
        }
    qsort(found, (size_t)n_found, sizeof *found, tr_by_violation);
    for (int32_t f = 0; f < n_found && added < most; f++) {
        const int32_t *s = found[f].stops;
        if (used[s[0]] >= STOP_CUTS || used[s[1]] >= STOP_CUTS || used[s[2]] >= STOP_CUTS) continue;
        if (f > 0 && tr_by_violation(&found[f - 1], &found[f]) == 0) continue;
        for (int k = 0; k < 3; k++) used[s[k]]++;
        tr_master_cut(x, s);
        added++;
    }
    tr_arena_free(scratch);
    return added;
}
