/* near_legs.c -- the road lines of each place to its nearest others, both ways, for `tiprun travel --roads`.
 *
 * The pairs of a place and one near it are a graph; a walk goes along each pair once there and once back, as the walk
 * round a tree does, so that a whole neighbourhood is one route and few requests.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "travel_source.h"

#include <stdlib.h>

typedef struct {
    int32_t seconds, place;
} near_place;

typedef struct {
    int32_t a, b; /* a < b */
} pair;

typedef struct { /* pairs by place: those of place i are at[first[i]] .. at[first[i + 1] - 1] */
    int32_t *first, *at, *next; /* next[i]: the first of them that may not have been gone along */
    bool *done;                 /* by pair */
} neighbourhood;

static int by_seconds(const void *a, const void *b)
{
    const near_place *p = a, *q = b;
    if (p->seconds != q->seconds) return p->seconds < q->seconds ? -1 : 1;
    return (p->place > q->place) - (p->place < q->place);
}

static int by_pair(const void *a, const void *b)
{
    const pair *p = a, *q = b;
    if (p->a != q->a) return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

/* Each pair once; of one that no road joins both ways, none. */
static int32_t near_pairs(const tr_morning *m, const tr_travel_matrix *t, int32_t k, pair *out,
                          tr_arena *scratch)
{
    size_t n = (size_t)m->n_places;
    near_place *others = TR_NEW(scratch, near_place, n);
    int32_t n_pairs = 0, n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t n_others = 0;
        for (size_t j = 0; j < n; j++)
            if (t->seconds[i * n + j] != TR_NO_ROAD && t->seconds[j * n + i] != TR_NO_ROAD &&
                !tr_place_same(&m->places[i], &m->places[j]))
                others[n_others++] = (near_place){t->seconds[i * n + j], (int32_t)j};
        qsort(others, (size_t)n_others, sizeof *others, by_seconds);
        for (int32_t x = 0; x < n_others && x < k; x++) {
            int32_t from = (int32_t)i, to = others[x].place;
            out[n_pairs++] = from < to ? (pair){from, to} : (pair){to, from};
        }
    }
    qsort(out, (size_t)n_pairs, sizeof *out, by_pair);
    for (int32_t x = 0; x < n_pairs; x++)
        if (n_kept == 0 || by_pair(&out[n_kept - 1], &out[x])) out[n_kept++] = out[x];
    return n_kept;
}

static neighbourhood gather(int32_t n, int32_t n_pairs, const pair *pairs, tr_arena *scratch)
{
    neighbourhood h = {TR_NEW(scratch, int32_t, n + 1), TR_NEW(scratch, int32_t, 2 * n_pairs),
                       TR_NEW(scratch, int32_t, n + 1), TR_NEW(scratch, bool, n_pairs)};
    for (int32_t x = 0; x < n_pairs; x++) h.first[pairs[x].a + 1]++, h.first[pairs[x].b + 1]++;
    for (int32_t i = 0; i < n; i++) h.first[i + 1] += h.first[i];
    for (int32_t i = 0; i < n; i++) h.next[i] = h.first[i];
    for (int32_t x = 0; x < n_pairs; x++) h.at[h.next[pairs[x].a]++] = x, h.at[h.next[pairs[x].b]++] = x;
    for (int32_t i = 0; i < n; i++) h.next[i] = h.first[i];
    return h;
}

/* From a place along each pair that can be reached: forward while there is one, else back the way it came. */
static int32_t walk(neighbourhood *h, const pair *pairs, int32_t start, int32_t *stops, int32_t *trail)
{
    int32_t n = 0, depth = 0, here = start;
    stops[n++] = start;
    for (;;) {
        while (h->next[here] < h->first[here + 1] && h->done[h->at[h->next[here]]]) h->next[here]++;
        if (h->next[here] < h->first[here + 1]) {
            int32_t x = h->at[h->next[here]++];
            h->done[x] = true;
            trail[depth++] = here;
            here = pairs[x].a == here ? pairs[x].b : pairs[x].a;
        } else if (depth) {
            here = trail[--depth];
        } else {
            return n;
        }
        stops[n++] = here;
    }
}

tr_status tr_travel_near_legs(tr_travel *travel, const tr_morning *m, int32_t profile, int32_t k,
                              tr_arena *arena, int32_t *n_legs, tr_recorded_leg **legs, tr_diag *diag,
                              tr_err *err)
{
    if ((int64_t)m->n_places * k > TR_MOST_NEAR_PAIRS)
        return tr_fail(
            err, TR_EINPUT,
            "road lines of %d places to the %d nearest of each are more than %d pairs; ask for fewer",
            m->n_places, k, TR_MOST_NEAR_PAIRS);
    tr_arena *scratch = tr_arena_new();
    pair *pairs = TR_NEW(scratch, pair, (size_t)m->n_places * (size_t)k);
    int32_t n_pairs = near_pairs(m, &m->problem.travel[profile], k, pairs, scratch);
    neighbourhood h = gather(m->n_places, n_pairs, pairs, scratch);
    int32_t *stops = TR_NEW(scratch, int32_t, 2 * n_pairs + 1),
            *trail = TR_NEW(scratch, int32_t, n_pairs + 1);
    tr_status status = TR_OK;
    *n_legs = 0;
    *legs = TR_NEW(arena, tr_recorded_leg, 2 * n_pairs);
    for (int32_t start = 0; start < m->n_places && !status; start++) {
        tr_leg *found = NULL;
        int32_t n = walk(&h, pairs, start, stops, trail);
        if (n < 2) continue;
        status = tr_travel_legs(travel, m, profile, n, stops, arena, &found, diag, err);
        for (int32_t x = 0; !status && x + 1 < n; x++) {
            if (found[x].estimated) continue;
            found[x].n_steps = 0; /* turns in words are for crews, and most of the bytes */
            (*legs)[(*n_legs)++] = (tr_recorded_leg){profile, stops[x], stops[x + 1], found[x]};
        }
    }
    tr_arena_free(scratch);
    return status;
}
