/* full_route.c -- a pair of labels as a route: its stops, and its items with the breaks put in.  See full.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "full.h"
#include "money.h"

#define MAX(a, b) ((a) > (b) ? (a) : (b))

enum { PATH = 4000 };

/* Labels of the route in order of service into path[]; their number, 0 if there are too many. */
static int32_t path_of(const tr_full *p, const full_pair *pair, int32_t *path)
{
    int32_t n = 0;
    for (int32_t i = pair->front; i >= 0 && full_at(p, i)->parent >= 0; i = full_at(p, i)->parent) {
        if (n == PATH) return 0;
        path[n++] = i;
    }
    for (int32_t i = 0; i < n / 2; i++) {
        int32_t t = path[i];
        path[i] = path[n - 1 - i], path[n - 1 - i] = t;
    }
    for (int32_t i = pair->back; i >= 0; i = full_at(p, i)->parent) {
        if (n == PATH) return 0;
        path[n++] = i;
    }
    return n;
}

bool full_stops(const tr_full *cp, const full_pair *pair, int32_t *stops, int32_t *n)
{
    tr_full *p = (tr_full *)(uintptr_t)cp; /* scratch only */
    int32_t len = path_of(p, pair, p->path);
    bool once = true;
    *n = 0, p->stamp++;
    for (int32_t i = 0; i < len; i++) {
        const full_node *node = &p->nodes[full_at(p, p->path[i])->node];
        if (node->kind != TR_ITEM_STOP) continue;
        once &= p->seen[p->local[node->ref]] != p->stamp;
        p->seen[p->local[node->ref]] = p->stamp;
        stops[(*n)++] = node->ref;
    }
    return once;
}

static bool rest_due(const tr_full *p, int32_t work, int32_t drive, int32_t leg, int32_t stay)
{
    return (p->d->wtr && work + leg + stay > 6 * 3600) || (p->d->eu && drive + leg > 4 * 3600 + 1800);
}

/* The items of the path, with a break before the visit that would be one too much. */
static void items_of(const tr_full *p, int32_t len, const int32_t *path, tr_rt *r)
{
    const tr_legs *g = &p->m->legs[p->d->legs];
    int32_t total = p->d->work, drive_all = p->d->drive, place = p->d->place;
    for (int32_t i = 0; i <= len; i++) {
        const full_node *node = &p->nodes[i < len ? full_at(p, path[i])->node : p->end];
        int32_t leg = g->seconds[(size_t)place * (size_t)p->m->n_places + (size_t)node->place];
        total += leg + node->stay, drive_all += leg, place = node->place;
    }
    int32_t owed = MAX(0, full_owed(p, total, drive_all, true) - p->d->breaks);
    int32_t work = p->d->work_since_break, drive = p->d->drive_since_break;
    r->n = r->n_stops = 0, place = p->d->place;
    for (int32_t i = 0; i <= len; i++) {
        const full_label *x = i < len ? full_at(p, path[i]) : NULL;
        const full_node *node = &p->nodes[x ? x->node : p->end];
        int32_t leg = g->seconds[(size_t)place * (size_t)p->m->n_places + (size_t)node->place];
        if (p->rests && rest_due(p, work, drive, leg, node->stay) && (r->n > 0 || p->v->n_frozen > 0)) {
            int32_t length = p->d->eu && drive + leg > 4 * 3600 + 1800 ? 2700 : MAX(owed, 900);
            r->items[r->n++] = (tr_item){TR_ITEM_BREAK, length, -1, 0};
            work = 0, owed = MAX(0, owed - length);
            if (length >= 2700) drive = 0;
        }
        work += leg + node->stay, drive += leg, place = node->place;
        if (x) r->items[r->n++] = (tr_item){node->kind, node->ref, x->comp, x->window};
        r->n_stops += x && node->kind == TR_ITEM_STOP;
    }
}

int64_t full_exact(tr_full *p, const full_pair *pair)
{
    int32_t len = path_of(p, pair, p->path), n;
    tr_rt_reserve(p->m, p->rt, 2 * len + 8, p->arena);
    p->rt->vehicle = p->vehicle;
    items_of(p, len, p->path, p->rt);
    if (tr_rt_update(p->m, p->rt)) return p->rt->cost;
    if (!full_stops(p, pair, p->order, &n)) return INT64_MAX;
    return tr_place(p->placer, p->vehicle, n, p->order, p->arena, p->rt) ? p->rt->cost : INT64_MAX;
}

int64_t full_path_least(const tr_full *p, int32_t at)
{
    const tr_vehicle *v = p->v;
    const tr_problem *q = p->m->problem;
    const full_label *last = full_at(p, at);
    int64_t metres = p->d->metres, fees = p->d->fees_kgp, hazard = p->d->hazard_s;
    const int64_t whole = full_close(p, last);
    if (whole == INT64_MAX) return whole;
    int32_t node = p->end;
    for (int32_t i = at; i >= 0; i = full_at(p, i)->parent) {
        const full_label *x = full_at(p, i);
        metres += p->met[(size_t)x->node * (size_t)p->stride + (size_t)node], node = x->node;
        if (x->parent < 0) break;
        if (node < p->ns) {
            const tr_model_stop *s = &p->m->stops[p->nodes[node].ref];
            if (s->hazardous) hazard += MAX(0, (int64_t)x->time + s->service - q->policy.day_start_s);
            continue;
        }
        const full_box *before = full_boxes(p, full_at(p, x->parent));
        for (int32_t c = 0; c < p->kc; c++)
            if (x->emptied >> c & 1) fees += before[c].kg * q->sites[p->nodes[node].ref].gate_fee_pence_per_tonne;
    }
    const int64_t hours = whole - last->cost - p->met[(size_t)last->node * (size_t)p->stride + (size_t)p->end] * p->a;
    const bool overtime = p->d->back_by > p->d->shift_end; /* two terms then */
    return tr_rounded(metres * v->pence_per_km, 1000) + tr_rounded(fees, 1000) + tr_rounded(hazard * q->policy.pence_per_hazard_minute, 60) +
           (last->used ? v->fixed_pence : 0) + (overtime ? MAX(0, hours - 1) / TR_MONEY : (hours + TR_MONEY / 2) / TR_MONEY);
}
