/* full_join.c -- forward and backward labels made whole: see full.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "full.h"

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* What hours and overtime cost at least; INT64_MAX if they are not allowed. */
static int64_t duty_cost(const tr_full *p, int64_t lag, int64_t back, int64_t slack)
{
    int64_t duty = MAX(lag, back - slack), over = MAX(0, back - p->d->shift_end);
    if (back > p->d->back_by || duty > p->d->duty_max || slack < p->d->leave_min) return INT64_MAX;
    return p->r * duty + p->over * MIN(over, duty);
}

int64_t full_close(const tr_full *p, const full_label *x)
{
    size_t cell = (size_t)x->node * (size_t)p->stride + (size_t)p->end;
    if (p->sec[cell] >= TR_FAR || p->skip[cell] || (x->node == p->start && !p->d->departs)) return INT64_MAX;
    const full_box *b = full_boxes(p, x);
    for (int32_t c = 0; c < p->kc; c++)
        if (b[c].streams & ~p->d->park_streams) return INT64_MAX;
    int32_t step = p->nodes[x->node].stay + p->sec[cell], drive = x->drive + p->drv[cell];
    int32_t owed = full_owed(p, x->work + p->sec[cell], drive, true), lag = x->lag + step, back = x->time + step;
    if (drive > p->d->drive_max) return INT64_MAX;
    if (owed > x->rest) lag += owed - x->rest, back = MAX(back, p->d->leave_min + lag);
    int64_t duty = duty_cost(p, lag, back, x->slack);
    return duty == INT64_MAX ? duty : x->cost + p->met[cell] * p->a + duty;
}

static bool compatible(const tr_full *p, const full_label *x, const full_label *y)
{
    for (int32_t i = 0; i < p->nw; i++)
        if (x->words[i] & y->words[i]) return false;
    if ((x->phase && y->phase) || x->kg + y->kg > p->payload) return false;
    const full_box *a = full_boxes(p, x), *b = full_boxes(p, y);
    for (int32_t c = 0; c < p->kc; c++) {
        if ((a[c].streams & ~b[c].accepted) || a[c].kg + b[c].kg > p->room_kg[c] ||
            a[c].litres + b[c].litres > p->room[c])
            return false;
        if (a[c].streams && b[c].streams && (a[c].streams & ~p->m->same_group[__builtin_ctzll(b[c].streams)])) return false;
    }
    return true;
}

/* Reduced cost of the route x, then y; INT64_MAX if it breaks a rule. */
int64_t full_pair_cost(const tr_full *p, const full_label *x, const full_label *y)
{
    size_t cell = (size_t)x->node * (size_t)p->stride + (size_t)y->node;
    int32_t step = p->nodes[x->node].stay + p->sec[cell], start = x->time + step;
    int32_t work = x->work + p->sec[cell] + y->work, drive = x->drive + p->drv[cell] + y->drive;
    if (start > y->time || drive > p->d->drive_max || !compatible(p, x, y)) return INT64_MAX;
    const tr_window *w = &p->nodes[y->node].windows[y->window];
    start = (int32_t)MAX(start, w->start_s);
    int32_t owed = full_owed(p, work, drive, true), lag = x->lag + step + y->lag, back = MAX(y->slack, start + y->lag);
    if (owed > x->rest) lag += owed - x->rest, back = MAX(back, p->d->leave_min + lag);
    int64_t duty = duty_cost(p, lag, back, MIN(x->slack, y->time - (x->lag + step)));
    if (duty == INT64_MAX) return INT64_MAX;
    int64_t cost = x->cost + p->met[cell] * p->a + y->cost + duty + (x->used ? 0 : p->fixed_cost) - full_enter(p, x->stop, y->stop);
    if (p->hazard && y->haz_n) cost += p->hazard * MAX(0, y->haz + (int64_t)y->haz_n * start);
    if (p->fees)
        for (int32_t c = 0; c < p->kc; c++) cost += full_boxes(p, x)[c].kg * full_boxes(p, y)[c].fee;
    for (int32_t i = 0; i < p->cw; i++)
        for (uint64_t k = x->words[p->nw + i] & y->words[p->nw + i]; k; k &= k - 1)
            cost += p->cut_cost[64 * i + __builtin_ctzll(k)];
    return cost;
}

void full_offer(tr_full *p, int64_t reduced, int32_t front, int32_t back)
{
    if (reduced < p->least) p->least = reduced;
    if (reduced < p->last.reduced) p->last = (full_pair){reduced, front, back};
}

/* ---- the best so far: a heap, the worst on top ---- */

static void sink_down(full_pair *h, int32_t n, int32_t i)
{
    for (;;) {
        int32_t c = 2 * i + 1;
        if (c >= n) return;
        if (c + 1 < n && h[c + 1].reduced > h[c].reduced) c++;
        if (h[i].reduced >= h[c].reduced) return;
        full_pair t = h[i];
        h[i] = h[c], h[c] = t, i = c;
    }
}

void full_settle_offer(tr_full *p)
{
    if (p->last.reduced >= p->threshold) return;
    if (p->n_heap < p->room_heap) {
        int32_t i = p->n_heap++;
        p->heap[i] = p->last;
        for (; i > 0 && p->heap[(i - 1) / 2].reduced < p->heap[i].reduced; i = (i - 1) / 2) {
            full_pair t = p->heap[i];
            p->heap[i] = p->heap[(i - 1) / 2], p->heap[(i - 1) / 2] = t;
        }
    } else {
        p->heap[0] = p->last;
        sink_down(p->heap, p->n_heap, 0);
    }
    if (p->n_heap == p->room_heap) p->threshold = p->heap[0].reduced;
}

typedef struct { /* the road from a front label to a node */
    int32_t start;        /* of service there, at the earliest */
    int64_t cost;         /* up to there: with phi of a backward label no more than the whole route's */
    full_key key;         /* of the front label */
    const full_list *lists; /* backward labels there, by bucket */
    const int64_t *least;
    int32_t last;         /* bucket that can be reached */
} crossing;

static inline crossing cross(const tr_full *p, const full_label *x, int32_t to)
{
    size_t cell = (size_t)x->node * (size_t)p->stride + (size_t)to;
    int32_t step = p->nodes[x->node].stay + p->sec[cell], start = x->time + step;
    int64_t cost = p->met[cell] * p->a + p->r * step + x->phi + (x->used ? 0 : p->fixed_cost) -
                   full_enter_from(p, x->stop, to);
    return (crossing){start, cost, full_key_of(p, x, 0), full_lists(p, 1, to), full_least(p, 1, to), full_bucket(p, 1, start)};
}

/* Both keys are at hand, and mostly this tells.  (The phase is folded into `waste`, so that only streams are held against `takes`.) */
static inline bool may_join(const tr_full *p, const full_key *x, const full_key *y)
{
    return !((x->memory & y->memory) | (x->waste & ~y->takes & ~((uint64_t)1 << 63))) && x->litres + y->litres <= p->room[0];
}

/* The front label with every backward label at `to` that it reaches after the middle: as it does all of them if it is late. */
void full_join(tr_full *p, int32_t front, int32_t to, bool late)
{
    const full_label *x = full_at(p, front);
    const crossing r = cross(p, x, to);
    for (int32_t b = r.last; b >= 0; b--) {
        if (r.least[b] == INT64_MAX || r.cost + r.least[b] >= MIN(p->threshold, p->last.reduced)) break;
        for (int32_t k = 0; k < r.lists[b].n; k++) {
            const full_key *key = &r.lists[b].keys[k];
            if (r.cost + key->phi >= MIN(p->threshold, p->last.reduced)) break;
            if (!may_join(p, &r.key, key)) continue;
            const full_label *y = full_at(p, key->label);
            if (late || r.start > p->mid || p->nodes[to].windows[y->window].start_s > p->mid) {
                int64_t reduced = full_pair_cost(p, x, y);
                if (reduced < p->threshold) full_offer(p, reduced, front, key->label);
            }
        }
    }
}

bool full_completes(const tr_full *p, int32_t front, int32_t to)
{
    const full_label *x = full_at(p, front);
    const crossing r = cross(p, x, to);
    int32_t looked = 0;
    bool found = false;
    for (int32_t b = r.last; b >= 0 && r.least[b] < INT64_MAX && r.cost + r.least[b] < p->below && !found; b--)
        for (int32_t k = 0; k < r.lists[b].n && !found; k++) {
            const full_key *key = &r.lists[b].keys[k];
            if (r.cost + key->phi >= p->below) break;
            looked++;
            found = may_join(p, &r.key, key) && full_pair_cost(p, x, full_at(p, key->label)) < p->below;
        }
    *p->work -= looked / 64;
    return found;
}

bool full_reached(const tr_full *p, int32_t node, int32_t back, int32_t time)
{
    const full_label *y = back >= 0 ? full_at(p, back) : NULL;
    size_t cell = (size_t)node * (size_t)p->stride + (size_t)(y ? y->node : p->end);
    int64_t road = p->met[cell] * p->a + p->r * (p->nodes[node].stay + p->sec[cell]) + (y ? y->phi : 0) -
                   full_enter_to(p, node, y ? y->stop : p->end);
    const full_list *lists = full_lists(p, 0, node);
    int32_t last = full_bucket(p, 0, time);
    for (int32_t b = 0; b <= last; b++)
        for (int32_t k = 0; k < lists[b].n; k++) {
            if (lists[b].keys[k].phi + road >= p->below) break;
            const full_label *x = full_at(p, lists[b].keys[k].label);
            if ((y ? full_pair_cost(p, x, y) : full_close(p, x)) < p->below) return true;
        }
    return false;
}
