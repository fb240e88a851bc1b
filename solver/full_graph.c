/* full_graph.c -- nodes, roads, prizes and neighbourhoods of the full pricer: see full.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "full.h"

#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

static void add_nodes(tr_full *p, tr_arena *arena)
{
    const tr_model *m = p->m;
    p->local = TR_NEW(arena, int32_t, m->n_stops + 1);
    p->nodes = TR_NEW(arena, full_node, m->n_stops + m->n_sites + 2);
    for (int32_t s = 0; s < m->n_stops; s++) {
        const tr_model_stop *x = &m->stops[s];
        p->local[s] = tr_bit(p->d->can, s) ? p->ns : -1;
        if (p->local[s] < 0) continue;
        p->nodes[p->ns++] = (full_node){TR_ITEM_STOP, s, x->place, x->service, x->n_windows, x->windows};
    }
    p->nz = m->n_sites, p->n = p->ns + p->nz;
    for (int32_t z = 0; z < p->nz; z++) {
        const tr_site *x = &m->problem->sites[z];
        tr_window *w = TR_NEW(arena, tr_window, x->n_opening + 1);
        int32_t k = 0;
        for (int32_t i = 0; i < x->n_opening; i++) { /* the index is that of the period: an empty one stays */
            int64_t open = MAX(x->opening[i].start_s, -TR_LATEST), close = MIN(x->opening[i].end_s - x->turnaround_s, TR_LATEST);
            w[k++] = (tr_window){open, close};
        }
        p->nodes[p->ns + z] = (full_node){TR_ITEM_DISPOSAL, z, x->place, (int32_t)MIN(x->turnaround_s, TR_LATEST), k, w};
    }
    p->start = p->n, p->end = p->n + 1, p->stride = p->n + 2;
    p->nodes[p->start] = (full_node){-1, -1, p->d->place, 0, 0, NULL};
    p->nodes[p->end] = (full_node){-1, -1, p->d->end_place, 0, 0, NULL};
}

static void add_roads(tr_full *p, tr_arena *arena)
{
    const tr_legs *g = &p->m->legs[p->d->legs];
    size_t cells = (size_t)p->stride * (size_t)p->stride;
    int32_t **tables[] = {&p->base_sec, &p->base_met, &p->sec, &p->met, &p->drv};
    for (int k = 0; k < 5; k++) *tables[k] = TR_NEW(arena, int32_t, cells);
    p->enter = TR_NEW(arena, int64_t, cells);
    for (int k = 0; k < 2; k++) p->enter_most[k] = TR_NEW(arena, int64_t, p->stride), p->enter_more[k] = TR_NEW(arena, int64_t, cells);
    p->fixed = TR_NEW(arena, uint8_t, cells), p->useful = TR_NEW(arena, uint8_t, cells), p->skip = TR_NEW(arena, uint8_t, cells);
    for (int32_t i = 0; i < p->stride; i++)
        for (int32_t j = 0; j < p->stride; j++) {
            size_t from = (size_t)p->nodes[i].place, to = (size_t)p->nodes[j].place;
            size_t cell = from * (size_t)p->m->n_places + to, here = (size_t)i * (size_t)p->stride + (size_t)j;
            p->base_sec[here] = g->seconds[cell], p->base_met[here] = g->metres[cell];
        }
}

/* Half a penny for each term of the cost that is rounded (docs/rules.md). */
static void set_rates(tr_full *p)
{
    const tr_vehicle *v = p->v;
    const tr_problem *q = p->m->problem;
    bool overtime = p->d->back_by > p->d->shift_end, dear = v->pence_per_overtime_hour >= v->pence_per_hour, hazard = false;
    for (int32_t i = 0; i < p->ns; i++) hazard |= p->m->stops[p->nodes[i].ref].hazardous;
    hazard |= p->d->hazard_s > 0;
    p->a = v->pence_per_km * 18;
    p->r = 5 * (overtime && !dear ? v->pence_per_overtime_hour : v->pence_per_hour);
    p->over = overtime && dear ? 5 * (v->pence_per_overtime_hour - v->pence_per_hour) : 0;
    p->hazard = 300 * q->policy.pence_per_hazard_minute;
    for (int32_t z = 0; z < p->nz; z++) p->fees |= q->sites[z].gate_fee_pence_per_tonne > 0;
    int32_t terms = (v->pence_per_km % 1000 != 0) + (v->pence_per_hour > 0) + (overtime && v->pence_per_overtime_hour > 0) +
                    p->fees + (hazard && p->hazard > 0);
    p->margin = terms * (TR_MONEY / 2);
}

const char *tr_full_relaxed(const tr_full *p)
{
    bool hazard = false;
    for (int32_t i = 0; i < p->ns; i++) hazard |= p->m->stops[p->nodes[i].ref].hazardous;
    hazard = hazard && p->m->problem->policy.pence_per_hazard_minute > 0;
    const char *parts[] = {p->rests ? "breaks come at the best moment" : NULL,
                           hazard ? "hazard minutes count from the earliest leaving" : NULL,
                           p->m->hourly ? "legs take the time of the fastest hour" : NULL};
    const char *text = NULL;
    for (int k = 0; k < 3; k++)
        if (parts[k]) text = text ? tr_arena_printf(p->arena, "%s, %s", text, parts[k]) : parts[k];
    return text;
}

static void set_loads(tr_full *p)
{
    for (int32_t c = 0; c < p->kc; c++) p->room[c] = p->v->compartments[c].litres, p->room_kg[c] = p->v->compartments[c].kg;
    p->payload = p->v->payload_kg;
    for (int32_t z = 0; z < p->nz; z++)
        p->most_fee = MAX(p->most_fee, 18 * p->m->problem->sites[z].gate_fee_pence_per_tonne);
}

/* Wherever stream b may go, a may: so to carry b is to be bound at least as much as to carry both. */
static bool no_harder(const tr_full *p, int32_t a, int32_t b)
{
    if (!(p->m->same_group[b] >> a & 1) || (p->d->park_streams >> b & 1 && !(p->d->park_streams >> a & 1))) return false;
    for (int32_t z = 0; z < p->nz; z++) {
        tr_mask takes = p->m->problem->sites[z].streams;
        if (takes >> b & 1 && !(takes >> a & 1)) return false;
    }
    return true;
}

static void set_streams(tr_full *p, tr_arena *arena)
{
    int32_t n = p->m->problem->n_streams;
    p->carry = TR_NEW(arena, tr_mask, n + 1);
    for (int32_t b = 0; b < n; b++)
        for (int32_t a = 0; a < n; a++)
            if (a == b || no_harder(p, a, b)) p->carry[b] |= (tr_mask)1 << a;
    for (int32_t c = 0; c < p->kc; c++)
        for (tr_mask x = p->d->streams[c]; x; x &= x - 1) p->start_streams[c] |= p->carry[__builtin_ctzll(x)];
}

tr_full *tr_full_new(const tr_model *m, int32_t vehicle, int32_t n_near, const int32_t *near, tr_arena *arena)
{
    tr_full *p = TR_NEW(arena, tr_full, 1);
    p->m = m, p->vehicle = vehicle, p->d = &m->vehicles[vehicle], p->v = &m->problem->vehicles[vehicle];
    p->n_near = n_near, p->near = near, p->arena = arena, p->keep_all = FULL_KEEP_ALL;
    add_nodes(p, arena);
    add_roads(p, arena);
    set_rates(p);
    p->kc = p->v->n_compartments;
    set_loads(p);
    set_streams(p, arena);
    p->rests = p->d->may_need_break;
    int32_t span = p->d->back_by - p->d->leave_min;
    p->drives = p->d->eu || p->d->drive + span > p->d->drive_max;
    p->duties = p->d->lag + span > p->d->duty_max;
    p->head = TR_NEW(arena, int32_t, p->stride), p->tail = TR_NEW(arena, int32_t, p->stride);
    p->group = TR_NEW(arena, tr_mask, p->n + 1), p->prize = TR_NEW(arena, int64_t, p->n + 1);
    p->active = TR_NEW(arena, bool, p->n + 1);
    for (int32_t i = 0; i < p->ns; i++) p->group[i] = m->same_group[m->stops[p->nodes[i].ref].stream];
    p->nw = p->ns / 64 + 1;
    p->nb = TR_NEW(arena, uint64_t, (size_t)p->ns * (size_t)p->nw + 1);
    p->core = TR_NEW(arena, uint64_t, (size_t)p->ns * (size_t)p->nw + 1);
    p->cut_of = TR_NEW(arena, uint64_t, (size_t)p->ns * 2 + 2);
    for (int k = 0; k < 2; k++) p->side[k].least = TR_NEW(arena, int64_t, (size_t)(p->n + 1) * FULL_BUCKETS);
    for (int k = 0; k < 2; k++) p->side[k].lists = TR_NEW(arena, full_list, (size_t)(p->n + 1) * FULL_BUCKETS);
    p->base = p->d->leave_min;
    p->width = MAX(1, (p->d->back_by - p->d->leave_min) / FULL_BUCKETS + 1);
    p->rt = tr_rt_new(m, 64, arena);
    p->placer = tr_placer_new(m, arena);
    p->path = TR_NEW(arena, int32_t, 4096), p->order = TR_NEW(arena, int32_t, 4096);
    p->seen = TR_NEW(arena, int32_t, p->n + 1);
    return p;
}

/* ---- for a call ---- */

static void detour(tr_full *p, int32_t k)
{
    const int32_t s = p->stride, stay = p->nodes[k].stay;
    for (int32_t i = 0; i < s; i++) {
        int32_t first = p->sec[i * s + k], met = p->met[i * s + k];
        if (i == k || i == p->end || first >= TR_FAR) continue;
        for (int32_t j = 0; j < s; j++) {
            int32_t on = p->sec[k * s + j];
            if (j == k || j == i || j == p->start || on >= TR_FAR) continue;
            int32_t *sec = &p->sec[i * s + j], *to = &p->met[i * s + j], *drive = &p->drv[i * s + j];
            if (*sec >= TR_FAR) *to = met + p->met[k * s + j];
            *drive = MIN(*drive, p->drv[i * s + k] + p->drv[k * s + j]);
            *sec = MIN(*sec, first + stay + on);
            *to = MIN(*to, met + p->met[k * s + j]);
        }
    }
}

/* The sets that are entered on a detour by a stop, too, whatever roads there are: sites may lie between.  As it cannot pay for
 * itself, no chain of such stops gives more than all the sets of the stop that it leads to, and on the way to the end nothing. */
static void enter_by(tr_full *p, int32_t k)
{
    const int32_t s = p->stride;
    for (int32_t i = 0; p->entered && i < s; i++)
        for (int32_t j = 0; j < p->ns; j++) {
            int64_t by = p->enter[i * s + k] + p->enter[k * s + j] - p->prize[k];
            if ((i < p->ns || i == p->start) && i != j && i != k && j != k) p->enter[i * s + j] = MAX(p->enter[i * s + j], by);
        }
}

/* Least start of service at each node, and least time from there to the end, over any roads. */
static void find_limits(tr_full *p)
{
    const int32_t s = p->stride;
    for (int32_t i = 0; i < s; i++) p->head[i] = p->tail[i] = TR_FAR;
    p->head[p->start] = p->d->ready, p->tail[p->end] = 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (int32_t i = 0; i < s; i++) {
            if (i < p->n && !p->active[i]) continue;
            for (int32_t j = 0; j < s; j++) {
                if (i == j || i == p->end || j == p->start || p->sec[i * s + j] >= TR_FAR) continue;
                if (j < p->n && !p->active[j]) continue;
                int32_t step = p->nodes[i].stay + p->sec[i * s + j];
                if (p->tail[j] < TR_FAR && p->tail[j] + step < p->tail[i]) p->tail[i] = p->tail[j] + step, changed = true;
                if (p->head[i] >= TR_FAR) continue;
                int64_t at = (int64_t)p->head[i] + step, open = TR_FAR;
                if (j == p->end) open = at;
                for (int32_t k = 0; j < p->n && k < p->nodes[j].n_windows; k++) {
                    const tr_window *w = &p->nodes[j].windows[k];
                    if (at <= w->end_s && w->start_s <= w->end_s) open = MIN(open, MAX(at, w->start_s));
                }
                if (open < p->head[j]) p->head[j] = (int32_t)open, changed = true;
            }
        }
    }
}

static void set_near(tr_full *p)
{
    memset(p->nb, 0, (size_t)p->ns * (size_t)p->nw * sizeof *p->nb);
    memset(p->core, 0, (size_t)p->ns * (size_t)p->nw * sizeof *p->core);
    for (int32_t i = 0; i < p->ns; i++) {
        uint64_t *set = p->nb + (size_t)i * (size_t)p->nw;
        tr_bit_set(set, i);
        int32_t core = p->m->n_stops > FULL_WHOLE ? FULL_CORE : p->n_near;
        for (int32_t k = 0; k < p->n_near; k++) {
            int32_t s = p->near[(size_t)p->nodes[i].ref * (size_t)p->n_near + (size_t)k];
            int32_t j = s >= 0 ? p->local[s] : -1;
            if (j < 0) continue;
            tr_bit_set(set, j);
            if (j != i && p->active[j] && core-- > 0) tr_bit_set(p->core + (size_t)i * (size_t)p->nw, j);
        }
    }
}

static void set_cuts(tr_full *p, const tr_duals *u)
{
    memset(p->cut_of, 0, (size_t)p->ns * 2 * sizeof *p->cut_of);
    p->n_cuts = 0;
    for (int32_t c = 0; c < u->n_cuts && p->n_cuts < FULL_CUTS; c++) {
        if (u->cuts[c].dual >= 0) continue;
        for (int k = 0; k < 3; k++)
            if (p->local[u->cuts[c].stops[k]] >= 0) tr_bit_set(p->cut_of + 2 * p->local[u->cuts[c].stops[k]], p->n_cuts);
        p->cut_cost[p->n_cuts++] = -u->cuts[c].dual;
    }
}

static void set_entries(tr_full *p, const tr_duals *u)
{
    const int32_t s = p->stride;
    p->entered = false;
    memset(p->enter, 0, (size_t)s * (size_t)s * sizeof *p->enter);
    for (int32_t k = 0; k < u->n_entries; k++) {
        const tr_entry *e = &u->entries[k];
        if (e->dual <= 0) continue;
        p->entered = true;
        for (int32_t j = 0; j < p->ns; j++) {
            if (!tr_bit(e->set, p->nodes[j].ref)) continue;
            for (int32_t i = 0; i < p->ns; i++)
                if (!tr_bit(e->set, p->nodes[i].ref)) p->enter[i * s + j] += e->dual;
            p->enter[p->start * s + j] += e->dual;
        }
    }
}

/* Once stops that cannot pay for themselves have become roads. */
static void sum_up_entries(tr_full *p)
{
    const int32_t s = p->stride;
    if (!p->entered) return;
    for (int32_t a = 0; a < s; a++) {
        p->enter_most[0][a] = p->enter_most[1][a] = 0;
        for (int32_t b = 0; b < s; b++) {
            p->enter_most[0][a] = MAX(p->enter_most[0][a], p->enter[a * s + b]);
            p->enter_most[1][a] = MAX(p->enter_most[1][a], p->enter[b * s + a]);
            int64_t more[2] = {0, 0};
            for (int32_t j = 0; j < s; j++) {
                more[0] = MAX(more[0], p->enter[b * s + j] - p->enter[a * s + j]);
                more[1] = MAX(more[1], p->enter[j * s + b] - p->enter[j * s + a]);
            }
            for (int k = 0; k < 2; k++) p->enter_more[k][a * s + b] = more[k];
        }
    }
}

/* Heuristic: of the arcs from stop to stop only the `most` of least reduced cost. */
static void keep_best_arcs(tr_full *p, int32_t most)
{
    const int32_t s = p->stride;
    for (int32_t i = 0; i < p->ns; i++) {
        int64_t best[32];
        int32_t n = 0, at[32];
        for (int32_t j = 0; j < p->ns; j++) {
            if (!p->active[j] || j == i || p->sec[i * s + j] >= TR_FAR || p->fixed[i * s + j]) continue;
            int64_t c = p->met[i * s + j] * p->a + p->sec[i * s + j] * MAX(p->r, 1) + (p->prize[j] - full_enter(p, i, j)) / 8;
            if (n == most && best[n - 1] <= c) continue;
            int32_t k = n < most ? n++ : n - 1;
            for (; k > 0 && best[k - 1] > c; k--) best[k] = best[k - 1], at[k] = at[k - 1];
            best[k] = c, at[k] = j;
        }
        for (int32_t j = 0; j < p->ns; j++) p->skip[i * s + j] = 1;
        for (int32_t k = 0; k < n; k++) p->skip[i * s + at[k]] = 0;
    }
}

void full_prepare(tr_full *p, const tr_duals *u, int32_t effort)
{
    size_t cells = (size_t)p->stride * (size_t)p->stride;
    p->effort = effort;
    memcpy(p->sec, p->base_sec, cells * sizeof *p->sec);
    memcpy(p->drv, p->base_sec, cells * sizeof *p->drv);
    memcpy(p->met, p->base_met, cells * sizeof *p->met);
    memcpy(p->skip, p->fixed, cells);
    int64_t scale = u->cost_counts ? 1 : 0;
    bool overtime = p->d->back_by > p->d->shift_end, dear = p->v->pence_per_overtime_hour >= p->v->pence_per_hour;
    p->a = scale * p->v->pence_per_km * 18;
    p->r = scale * 5 * (overtime && !dear ? p->v->pence_per_overtime_hour : p->v->pence_per_hour);
    p->over = overtime && dear ? scale * 5 * (p->v->pence_per_overtime_hour - p->v->pence_per_hour) : 0;
    p->hazard = scale * 300 * p->m->problem->policy.pence_per_hazard_minute;
    p->fixed_cost = scale * p->v->fixed_pence * TR_MONEY;
    p->base_cost = p->d->metres * p->a + scale * p->d->fees_kgp * 18 + p->d->hazard_s * p->hazard - scale * p->margin +
                   (p->d->used ? p->fixed_cost : 0);
    p->first_rule = p->m->problem->policy.hazard_policy == TR_HAZARD_FIRST;
    p->fees = false;
    for (int32_t z = 0; z < p->nz; z++) p->fees |= scale && p->m->problem->sites[z].gate_fee_pence_per_tonne > 0;
    set_entries(p, u);
    for (int32_t i = 0; i < p->ns; i++) {
        int64_t dual = u->stop[p->nodes[i].ref];
        p->prize[i] = -dual;
        p->active[i] = dual + full_enter(p, p->start, i) > 0 || p->ns <= p->keep_all;
        if (!p->active[i]) detour(p, i), enter_by(p, i);
    }
    for (int32_t z = p->ns; z < p->n; z++) {
        p->prize[z] = 0, p->active[z] = false;
        for (int32_t k = 0; k < p->nodes[z].n_windows; k++) p->active[z] |= p->nodes[z].windows[k].start_s <= p->nodes[z].windows[k].end_s;
        if (p->active[z]) detour(p, z);
    }
    sum_up_entries(p);
    find_limits(p);
    set_near(p);
    set_cuts(p, u);
    if (effort == 0) keep_best_arcs(p, 14);
    p->cw = (p->n_cuts + 63) / 64;
    p->box_at = p->nw + p->cw;
    p->guide_at = p->box_at + p->kc * (int32_t)(sizeof(full_box) / 8);
    p->size = sizeof(full_label) + (size_t)(p->guide_at + (p->guide ? p->guide->words : 0)) * 8;
    p->bits = 0;
    while (((size_t)2 << p->bits) * p->size <= FULL_CHUNK) p->bits++;
}
