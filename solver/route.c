/* route.c -- see route.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "route.h"
#include "hourly.h"
#include "money.h"

#include <string.h>

enum { MIN15 = 900, MIN30 = 1800, MIN45 = 2700, HOUR = 3600 };

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* Hourly: the seconds of a leg; out of the way of the checks that need it not. */
__attribute__((noinline)) static int32_t leg_at(const tr_model *m, const tr_legs *g, size_t cell, int32_t leave)
{
    return tr_leg_seconds(g, tr_leg_base(m, g, cell), leave);
}

/* ---- memory ---- */

static void rt_arrays(const tr_model *m, tr_rt *r, int32_t capacity, tr_arena *arena)
{
    size_t nodes = (size_t)capacity + 2;
    int32_t **a[] = {&r->place, &r->early, &r->lag, &r->latest, &r->tail, &r->tail_end, &r->leave_max,
                     &r->spent, &r->drive_to, &r->work_to, &r->drive_from, &r->work_from, &r->hazards_after,
                     &r->hazard_node, &r->start, &r->leg, &r->open, &r->close, &r->base};
    size_t n = sizeof a / sizeof *a - (m->hourly ? 0 : 5); /* the last five are hourly's */
    int32_t *block = TR_NEW(arena, int32_t, nodes * n);
    for (size_t i = 0; i < n; i++) *a[i] = block + i * nodes;
    r->items = TR_NEW(arena, tr_item, capacity);
    int32_t comps = 1;
    for (int32_t v = 0; v < m->n_vehicles; v++) comps = MAX(comps, m->problem->vehicles[v].n_compartments);
    r->trips = m->plain ? NULL : TR_NEW(arena, tr_trip, nodes * (size_t)comps);
    r->capacity = capacity;
}

tr_rt *tr_rt_new(const tr_model *m, int32_t capacity, tr_arena *arena)
{
    tr_rt *r = TR_NEW(arena, tr_rt, 1);
    rt_arrays(m, r, capacity, arena);
    return r;
}

void tr_rt_reserve(const tr_model *m, tr_rt *r, int32_t items, tr_arena *arena)
{
    if (items <= r->capacity) return;
    tr_rt old = *r;
    rt_arrays(m, r, MAX(items, 2 * old.capacity), arena);
    memcpy(r->items, old.items, (size_t)old.n * sizeof *old.items);
}

void tr_rt_copy(const tr_model *m, tr_rt *to, const tr_rt *from)
{
    (void)m;
    to->vehicle = from->vehicle, to->n = from->n, to->n_stops = from->n_stops;
    memcpy(to->items, from->items, (size_t)from->n * sizeof *from->items);
}

int32_t tr_rt_stops(const tr_rt *r, int32_t *out)
{
    int32_t n = 0;
    for (int32_t i = 0; i < r->n; i++)
        if (r->items[i].kind == TR_ITEM_STOP) out[n++] = r->items[i].ref;
    return n;
}

void tr_rt_insert(tr_rt *r, const tr_insertion *x)
{
    memmove(r->items + x->gap + x->n_items, r->items + x->gap, (size_t)(r->n - x->gap) * sizeof *r->items);
    for (int32_t i = 0; i < x->n_items; i++) {
        r->items[x->gap + i] = x->items[i];
        r->n_stops += x->items[i].kind == TR_ITEM_STOP;
    }
    r->n += x->n_items;
}

void tr_rt_erase(tr_rt *r, int32_t i)
{
    r->n_stops -= r->items[i].kind == TR_ITEM_STOP;
    memmove(r->items + i, r->items + i + 1, (size_t)(r->n - i - 1) * sizeof *r->items);
    r->n--;
}

/* ---- money ---- */

typedef struct { /* hazardous stops of a route: service ends at max(early, leave + lag) */
    int32_t n;
    const int32_t *early, *lag, *index; /* index[k] = node of the k-th */
    const int32_t *spent;
} hazards;

static tr_spell spell_at(const tr_model *m, const tr_model_vehicle *d, int32_t leave, int32_t early_back,
                      int32_t lag_back, const hazards *h)
{
    tr_spell s = tr_spell_of(d, leave, MAX(early_back, leave + lag_back), d->hazard_s);
    for (int32_t k = 0; k < h->n; k++) {
        int32_t i = h->index[k];
        int64_t end = (int64_t)MAX(h->early[i], leave + h->lag[i]) + h->spent[i] - m->problem->policy.day_start_s;
        s.hazard += MAX(0, end);
    }
    return s;
}

/* The time of leaving that costs least.  The cost is linear between the moments where a wait vanishes,
 * so these moments are tried; as each term is rounded, also the seconds beside them on which the linear
 * cost has moved by no more than the two pence that rounding could win. */
static int32_t best_leaving(const tr_model *m, const tr_model_vehicle *d, const tr_vehicle *v, int32_t low,
                            int32_t high, int32_t early_back, int32_t lag_back, const hazards *h)
{
    bool hazard = h->n > 0 && m->problem->policy.pence_per_hazard_minute > 0;
    int32_t natural = MAX(low, MIN(high, early_back - lag_back));
    int32_t latest_back = MAX(early_back, high + lag_back);
    if (!hazard && latest_back <= d->shift_end) return natural;
    int32_t best = natural;
    int64_t least = tr_spell_pence(m, v, spell_at(m, d, natural, early_back, lag_back, h));
    for (int32_t k = -5; k < h->n; k++) {
        int32_t at = k == -5 ? d->shift_end : k == -4 ? low : k == -3 ? high : k == -2 ? early_back - lag_back
                   : k == -1 ? d->shift_end - lag_back : h->early[h->index[k]] - h->lag[h->index[k]];
        if (at < low || at > high) continue;
        for (int32_t way = -1; way <= 1; way += 2) {
            int64_t start = tr_spell_exact(m, v, spell_at(m, d, at, early_back, lag_back, h));
            for (int32_t x = at, tries = 0; x >= low && x <= high && tries < 60; x += way, tries++) {
                tr_spell s = spell_at(m, d, x, early_back, lag_back, h);
                int64_t exact = tr_spell_exact(m, v, s), moved = exact - start;
                int64_t pence = exact > (least + 2) * TR_MONEY ? INT64_MAX : tr_spell_pence(m, v, s); /* three terms rounded */
                if (pence < least || (pence == least && x > best)) least = pence, best = x;
                if (moved > 2 * TR_MONEY || moved < -2 * TR_MONEY) break;
            }
        }
    }
    return best;
}

/* ---- update ---- */

bool tr_item_window(const tr_model *m, const tr_item *it, int32_t *open, int32_t *close)
{
    if (it->kind == TR_ITEM_STOP) {
        const tr_model_stop *s = &m->stops[it->ref];
        *open = (int32_t)s->windows[it->window].start_s, *close = (int32_t)s->windows[it->window].end_s;
    } else if (it->kind == TR_ITEM_DISPOSAL) {
        const tr_site *s = &m->problem->sites[it->ref];
        *open = (int32_t)MAX(s->opening[it->window].start_s, -TR_LATEST);
        *close = (int32_t)MIN(s->opening[it->window].end_s - s->turnaround_s, TR_LATEST);
    } else {
        *open = -TR_LATEST, *close = TR_LATEST;
    }
    return *open <= *close;
}

int32_t tr_item_spent(const tr_model *m, const tr_item *it)
{
    return it->kind == TR_ITEM_STOP       ? m->stops[it->ref].service
           : it->kind == TR_ITEM_DISPOSAL ? (int32_t)m->problem->sites[it->ref].turnaround_s
                                          : it->ref;
}

int32_t tr_item_place(const tr_model *m, const tr_item *it, int32_t before)
{
    return it->kind == TR_ITEM_STOP       ? m->stops[it->ref].place
           : it->kind == TR_ITEM_DISPOSAL ? m->problem->sites[it->ref].place
                                          : before;
}

/* Forward over time, metres, hours. */
static bool forward(const tr_model *m, tr_rt *r, const tr_model_vehicle *d)
{
    const tr_legs *g = &m->legs[d->legs];
    int32_t n = r->n, places = m->n_places;
    int32_t leave_max = d->leave_max, drive = 0, work = 0;
    r->place[0] = d->place, r->early[0] = d->ready, r->lag[0] = d->lag, r->spent[0] = 0;
    r->leave_max[0] = leave_max;
    r->metres = d->metres;
    r->drive = d->drive, r->work = d->work, r->breaks = d->breaks;
    r->drive_to[0] = drive = d->drive_since_break;
    r->work_to[0] = work = d->work_since_break;
    for (int32_t i = 1; i <= n + 1; i++) {
        const tr_item *it = &r->items[i - 1]; /* not read for the end */
        int32_t place = i > n ? d->end_place : tr_item_place(m, it, r->place[i - 1]);
        size_t cell = (size_t)r->place[i - 1] * (size_t)places + (size_t)place;
        int32_t leg = g->seconds[cell];
        if (leg >= TR_FAR) return false;
        int32_t open = -TR_LATEST, close = d->back_by;
        if (i <= n && !tr_item_window(m, it, &open, &close)) return false;
        int32_t early = r->early[i - 1] + r->spent[i - 1] + leg, lag = r->lag[i - 1] + r->spent[i - 1] + leg;
        early = MAX(early, open);
        if (early > close) return false;
        leave_max = MIN(leave_max, close - lag);
        r->place[i] = place, r->early[i] = early, r->lag[i] = lag, r->leave_max[i] = leave_max;
        r->spent[i] = i > n ? 0 : tr_item_spent(m, it);
        r->metres += g->metres[cell];
        r->drive += leg, drive += leg, work += leg;
        r->work += leg;
        if (d->wtr && work > 6 * HOUR) return false;
        if (d->eu && drive > 4 * HOUR + MIN30) return false;
        if (i <= n && it->kind == TR_ITEM_BREAK) {
            if (it->ref >= MIN15) work = 0, r->breaks += it->ref;
            if (it->ref >= MIN45) drive = 0;
        } else {
            work += r->spent[i], r->work += r->spent[i];
            if (d->wtr && work > 6 * HOUR) return false;
        }
        r->drive_to[i] = drive, r->work_to[i] = work;
    }
    if (r->drive > d->drive_max) return false;
    return !d->wtr || r->work <= 6 * HOUR || r->breaks >= (r->work > 9 * HOUR ? MIN45 : MIN30);
}

static void backward(const tr_model *m, tr_rt *r, const tr_model_vehicle *d)
{
    const tr_legs *g = &m->legs[d->legs];
    int32_t n = r->n, places = m->n_places, drive = 0, work = 0, hazards_after = 0;
    r->latest[n + 1] = d->back_by, r->tail[n + 1] = 0, r->tail_end[n + 1] = -TR_LATEST;
    r->drive_from[n + 1] = r->work_from[n + 1] = 0, r->hazards_after[n + 1] = 0;
    for (int32_t i = n; i >= 0; i--) {
        int32_t leg = g->seconds[(size_t)r->place[i] * (size_t)places + (size_t)r->place[i + 1]];
        int32_t open = -TR_LATEST, close = TR_LATEST;
        const tr_item *it = i > 0 ? &r->items[i - 1] : NULL, *next = i < n ? &r->items[i] : NULL;
        if (it) tr_item_window(m, it, &open, &close);
        r->tail[i] = r->spent[i] + leg + r->tail[i + 1];
        r->tail_end[i] = MAX(r->tail_end[i + 1], open + r->tail[i]);
        r->latest[i] = MIN(close, r->latest[i + 1] - leg - r->spent[i]);
        bool rest = next && next->kind == TR_ITEM_BREAK;
        if (rest && next->ref >= MIN15) work = 0;
        if (rest && next->ref >= MIN45) drive = 0;
        work += leg + (next && !rest ? r->spent[i + 1] : 0);
        drive += leg;
        r->drive_from[i] = drive, r->work_from[i] = work;
        hazards_after += next && next->kind == TR_ITEM_STOP && m->stops[next->ref].hazardous;
        r->hazards_after[i] = hazards_after;
    }
}

/* Rule 9: where the hazardous ones end and the others begin. */
static bool order(const tr_model *m, tr_rt *r, const tr_model_vehicle *d)
{
    r->last_first = 0, r->first_other = r->n + 1;
    for (int32_t i = 1; i <= r->n; i++) {
        const tr_item *it = &r->items[i - 1];
        if (it->kind != TR_ITEM_STOP) continue;
        bool hazardous = m->stops[it->ref].hazardous;
        if (hazardous && !tr_bit(d->exempt, it->ref)) {
            r->last_first = i;
            if (r->first_other <= r->n) return false;
        } else if (!hazardous && r->first_other > r->n && m->problem->policy.hazard_policy == TR_HAZARD_FIRST) {
            r->first_other = i;
        }
    }
    if (m->problem->policy.hazard_policy != TR_HAZARD_FIRST) r->last_first = 0;
    return true;
}

static bool loads(const tr_model *m, tr_rt *r, const tr_model_vehicle *d, const tr_vehicle *v)
{
    int32_t kc = v->n_compartments, n = r->n, kg[TR_MAX_COMPARTMENTS], litres[TR_MAX_COMPARTMENTS], total = 0;
    tr_mask streams[TR_MAX_COMPARTMENTS];
    r->fees_kgp = d->fees_kgp, r->used = d->used;
    for (int32_t c = 0; c < kc; c++) {
        kg[c] = d->kg[c], litres[c] = d->litres[c], streams[c] = d->streams[c];
        total += kg[c];
    }
    for (int32_t i = 0; i <= n; i++) {
        const tr_item *it = i > 0 ? &r->items[i - 1] : NULL;
        if (it && it->kind == TR_ITEM_STOP) {
            const tr_model_stop *s = &m->stops[it->ref];
            int32_t c = it->comp;
            if (!(v->compartments[c].streams >> s->stream & 1)) return false;
            kg[c] += s->kg, litres[c] += s->litres, total += s->kg;
            streams[c] |= (tr_mask)1 << s->stream;
            if ((streams[c] & ~m->same_group[s->stream]) || kg[c] > v->compartments[c].kg ||
                litres[c] > v->compartments[c].litres || total > v->payload_kg)
                return false;
            r->used = true;
        } else if (it && it->kind == TR_ITEM_DISPOSAL) {
            const tr_site *s = &m->problem->sites[it->ref];
            r->used = true;
            for (int32_t c = 0; c < kc; c++) {
                if (streams[c] & ~s->streams) continue;
                r->fees_kgp += kg[c] * s->gate_fee_pence_per_tonne;
                total -= kg[c], kg[c] = litres[c] = 0, streams[c] = 0;
            }
        }
        for (int32_t c = 0; c < kc; c++) {
            tr_trip *t = &r->trips[i * kc + c];
            t->kg_here = kg[c], t->litres_here = litres[c], t->streams_here = streams[c];
            t->room_kg = v->payload_kg - total;
        }
    }
    for (int32_t c = 0; c < kc; c++) {
        if (streams[c] & ~d->park_streams) return false;
        tr_trip end = {.kg = kg[c], .litres = litres[c], .room_kg = INT32_MAX, .streams = streams[c],
                       .accepted = d->park_streams};
        for (int32_t i = n; i >= 0; i--) {
            tr_trip *t = &r->trips[i * kc + c];
            const tr_item *it = i < n ? &r->items[i] : NULL; /* the item behind this gap */
            if (it && it->kind == TR_ITEM_DISPOSAL) {
                tr_mask accepted = m->problem->sites[it->ref].streams;
                if (!(t->streams_here & ~accepted))
                    end = (tr_trip){.kg = t->kg_here, .litres = t->litres_here, .room_kg = INT32_MAX,
                                    .streams = t->streams_here, .accepted = accepted};
            } else if (it && it->kind == TR_ITEM_STOP && it->comp == c) {
                end.streams_after |= (tr_mask)1 << m->stops[it->ref].stream;
            }
            end.room_kg = MIN(end.room_kg, t->room_kg);
            t->kg = end.kg, t->litres = end.litres, t->streams = end.streams, t->room_kg = end.room_kg;
            t->accepted = end.accepted, t->streams_after = end.streams_after;
        }
    }
    return true;
}

static bool update_plain(const tr_model *m, tr_rt *r, const tr_model_vehicle *d, const tr_vehicle *v)
{
    const tr_legs *g = &m->legs[d->legs];
    int32_t n = r->n, kg = 0, litres = 0;
    int64_t metres = 0;
    r->place[0] = d->place, r->early[0] = d->ready, r->spent[0] = 0;
    for (int32_t i = 1; i <= n; i++) {
        const tr_model_stop *s = &m->stops[r->items[i - 1].ref];
        const size_t cell = (size_t)r->place[i - 1] * (size_t)m->n_places + (size_t)s->place;
        int32_t early = r->early[i - 1] + r->spent[i - 1] + g->seconds[cell];
        metres += g->metres[cell];
        early = MAX(early, (int32_t)s->windows[0].start_s);
        if (early > s->windows[0].end_s) return false;
        r->place[i] = s->place, r->early[i] = early, r->spent[i] = s->service;
        kg += s->kg, litres += s->litres;
    }
    size_t cell = (size_t)r->place[n] * (size_t)m->n_places + (size_t)d->end_place;
    r->early[n + 1] = r->early[n] + r->spent[n] + g->seconds[cell];
    metres += g->metres[cell];
    r->place[n + 1] = d->end_place;
    if (n > 0 && r->early[n + 1] > d->back_by) return false;
    if (kg > v->compartments[0].kg || kg > v->payload_kg || litres > v->compartments[0].litres) return false;
    r->latest[n + 1] = d->back_by;
    for (int32_t i = n; i >= 0; i--) {
        int32_t leg = g->seconds[(size_t)r->place[i] * (size_t)m->n_places + (size_t)r->place[i + 1]];
        int32_t close = i > 0 ? (int32_t)m->stops[r->items[i - 1].ref].windows[0].end_s : TR_LATEST;
        r->latest[i] = MIN(close, r->latest[i + 1] - leg - r->spent[i]);
    }
    r->load_kg = kg, r->load_litres = litres;
    r->used = n > 0;
    r->metres = n ? metres : 0;
    r->leave = d->ready, r->back = r->early[n + 1];
    r->cost_exact = r->metres * v->pence_per_km * 18 + (n ? v->fixed_pence * TR_MONEY : 0);
    r->cost = tr_rounded(r->metres * v->pence_per_km, 1000) + (n ? v->fixed_pence : 0);
    return true;
}

/* A vehicle that stays at home: no leg from start to end, but ready for a first stop. */
static void update_home(const tr_model *m, tr_rt *r, const tr_model_vehicle *d, const tr_vehicle *v)
{
    r->place[0] = d->place, r->early[0] = d->ready, r->lag[0] = d->lag, r->spent[0] = 0, r->leave_max[0] = d->leave_max;
    r->place[1] = d->end_place, r->early[1] = d->ready, r->lag[1] = d->lag;
    r->latest[1] = d->back_by, r->tail[1] = 0, r->tail_end[1] = -TR_LATEST;
    r->drive_to[0] = r->work_to[0] = r->drive_from[0] = r->work_from[0] = r->hazards_after[0] = 0;
    r->drive = r->work = r->breaks = 0;
    r->metres = r->hazard_s = r->cost = r->cost_exact = 0;
    r->leave = r->back = d->ready;
    if (m->hourly) r->start[0] = r->start[1] = d->ready, r->leg[1] = 0;
    loads(m, r, d, v), order(m, r, d);
}

static void price(const tr_model *m, tr_rt *r, const tr_vehicle *v, tr_spell s)
{
    int64_t fixed = r->used ? v->fixed_pence : 0;
    r->cost_exact = r->metres * v->pence_per_km * 18 + fixed * TR_MONEY + r->fees_kgp * 18 + tr_spell_exact(m, v, s);
    r->cost = tr_rounded(r->metres * v->pence_per_km, 1000) + fixed + tr_rounded(r->fees_kgp, 1000) + tr_spell_pence(m, v, s);
}

static bool update_hourly(const tr_model *m, tr_rt *r, const tr_model_vehicle *d, const tr_vehicle *v)
{
    if (!tr_hourly_times(m, r) || !loads(m, r, d, v) || !order(m, r, d) || !tr_hourly_leave(m, r)) return false;
    price(m, r, v, tr_spell_of(d, r->leave, r->back, r->hazard_s));
    return true;
}

bool tr_rt_update(const tr_model *m, tr_rt *r)
{
    const tr_model_vehicle *d = &m->vehicles[r->vehicle];
    const tr_vehicle *v = &m->problem->vehicles[r->vehicle];
    if (m->plain) return update_plain(m, r, d, v);
    if (r->n == 0 && !d->departs) {
        update_home(m, r, d, v);
        return true;
    }
    if (m->hourly) return update_hourly(m, r, d, v);
    if (!forward(m, r, d) || !loads(m, r, d, v) || !order(m, r, d)) return false;
    int32_t n = r->n, low = d->leave_min, high = r->leave_max[n + 1];
    low = MAX(low, r->early[n + 1] - d->duty_max);
    if (r->lag[n + 1] > d->duty_max || low > high) return false;
    backward(m, r, d);
    hazards h = {0, r->early, r->lag, r->hazard_node, r->spent};
    for (int32_t i = 1; i <= n; i++)
        if (r->items[i - 1].kind == TR_ITEM_STOP && m->stops[r->items[i - 1].ref].hazardous) r->hazard_node[h.n++] = i;
    r->leave = best_leaving(m, d, v, low, high, r->early[n + 1], r->lag[n + 1], &h);
    r->back = MAX(r->early[n + 1], r->leave + r->lag[n + 1]);
    tr_spell s = spell_at(m, d, r->leave, r->early[n + 1], r->lag[n + 1], &h);
    r->hazard_s = s.hazard;
    price(m, r, v, s);
    return true;
}

/* ---- insertion ---- */

static void find_plain(const tr_model *m, const tr_rt *r, int32_t stop, uint64_t *blink, tr_insertion *best)
{
    const tr_model_vehicle *d = &m->vehicles[r->vehicle];
    const tr_vehicle *v = &m->problem->vehicles[r->vehicle];
    const tr_model_stop *s = &m->stops[stop];
    if (r->load_kg + s->kg > v->compartments[0].kg || r->load_kg + s->kg > v->payload_kg ||
        r->load_litres + s->litres > v->compartments[0].litres)
        return;
    const tr_legs *g = &m->legs[d->legs];
    size_t row = (size_t)s->place * (size_t)m->n_places;
    const int32_t *sec_to = g->seconds_to + row, *sec = g->seconds + row;
    const int32_t *met_to = g->metres_to + row, *met = g->metres + row;
    int32_t open = (int32_t)s->windows[0].start_s, close = (int32_t)s->windows[0].end_s;
    int64_t per_metre = v->pence_per_km * 18, extra = r->n == 0 ? v->fixed_pence * TR_MONEY : 0;
    uint64_t bits = blink ? tr_random(blink) : 0;
    int32_t used_bits = 0;
    for (int32_t i = 0; i <= r->n; i++) {
        if (r->early[i] > close) break;
        int32_t a = r->place[i], b = r->place[i + 1];
        if (blink) { /* one gap in 128 is overlooked */
            if (used_bits == 63) bits = tr_random(blink), used_bits = 0;
            bool skip = (bits & 127) == 0;
            bits >>= 7, used_bits += 7;
            if (skip) continue;
        }
        int64_t metres = (int64_t)met_to[a] + met[b] - (r->n ? g->metres[(size_t)a * (size_t)m->n_places + (size_t)b] : 0);
        int64_t delta = metres * per_metre + extra;
        if (delta >= best->delta) continue;
        int32_t start = r->early[i] + r->spent[i] + sec_to[a];
        start = MAX(start, open);
        if (start > close || start + s->service + sec[b] > r->latest[i + 1]) continue;
        *best = (tr_insertion){delta, i, 1, {{TR_ITEM_STOP, stop, 0, 0}}};
    }
}

typedef struct { /* a few items put into a gap, followed while they are added */
    int32_t place, early, lag, leave_max;
    int32_t drive, work;         /* added */
    int32_t drive_to, work_to;   /* since the last break */
    int32_t breaks;
    int64_t metres;
    bool ok;
    int32_t now;                 /* hourly: the clock at the route's present time of leaving */
} thread;

static void thread_add(const tr_model *m, const tr_model_vehicle *d, thread *t, int32_t place, int32_t open,
                       int32_t close, int32_t spent, bool rest)
{
    const tr_legs *g = &m->legs[d->legs];
    size_t cell = (size_t)t->place * (size_t)m->n_places + (size_t)place;
    int32_t leg = m->hourly ? leg_at(m, g, cell, t->now) : g->seconds[cell];
    int32_t early = MAX(t->early + (m->hourly ? leg_at(m, g, cell, t->early) : leg), open), lag = t->lag + leg;
    if (early > close) {
        t->ok = false;
        return;
    }
    if (m->hourly) t->now = MAX(t->now + leg, open) + spent;
    t->leave_max = MIN(t->leave_max, close - lag);
    t->metres += g->metres[cell];
    t->drive += leg, t->drive_to += leg, t->work += leg, t->work_to += leg;
    if (!rest) t->work += spent, t->work_to += spent;
    t->ok = !(d->wtr && t->work_to > 6 * HOUR) && !(d->eu && t->drive_to > 4 * HOUR + MIN30);
    if (rest && spent >= MIN15) t->work_to = 0, t->breaks += spent;
    if (rest && spent >= MIN45) t->drive_to = 0;
    t->place = place, t->early = early + spent, t->lag = lag + spent;
}

/* Closes the thread onto the node behind the gap.  INT64_MAX if the rest of the route is not kept;
 * *hours tells that only a break rule stood in the way. */
static int64_t thread_close(const tr_model *m, const tr_rt *r, const tr_model_vehicle *d, const tr_vehicle *v,
                            int32_t gap, const thread *t, bool *hours)
{
    const tr_legs *g = &m->legs[d->legs];
    int32_t j = gap + 1, a = r->place[gap], b = r->place[j];
    size_t cell = (size_t)t->place * (size_t)m->n_places + (size_t)b, old = (size_t)a * (size_t)m->n_places + (size_t)b;
    bool out = r->n > 0 || d->departs;
    int32_t leg = m->hourly ? leg_at(m, g, cell, t->now) : g->seconds[cell];
    int32_t leg_old = !out ? 0 : m->hourly ? r->leg[j] : g->seconds[old];
    int32_t early = t->early + (m->hourly ? leg_at(m, g, cell, t->early) : leg), lag = t->lag + leg;
    if (leg >= TR_FAR || early > r->latest[j]) return INT64_MAX;
    int32_t next = m->hourly ? MIN(t->now + leg, r->latest[j]) : early; /* hourly: from the present time of leaving */
    int32_t early_back = MAX(r->tail_end[j], next + r->tail[j]), lag_back = lag + r->tail[j];
    int32_t high = MIN(t->leave_max, r->latest[j] - lag), low = MAX(d->leave_min, early_back - d->duty_max);
    if (m->hourly) high = MAX(high, low); /* a guess: the whole route is driven before it is believed */
    if (low > high || lag_back > d->duty_max) return INT64_MAX;
    int32_t drive = r->drive + t->drive + leg - leg_old, work = r->work + t->work + leg - leg_old;
    if (drive > d->drive_max) return INT64_MAX;
    int32_t work_on = t->work_to + leg + r->work_from[gap] - leg_old;
    int32_t drive_on = t->drive_to + leg + r->drive_from[gap] - leg_old;
    int32_t breaks = r->breaks + t->breaks;
    if ((d->wtr && (work_on > 6 * HOUR || (work > 6 * HOUR && breaks < (work > 9 * HOUR ? MIN45 : MIN30)))) ||
        (d->eu && drive_on > 4 * HOUR + MIN30)) {
        *hours = true;
        return INT64_MAX;
    }
    int64_t metres = t->metres + g->metres[cell] - (out ? g->metres[old] : 0);
    int64_t delta = metres * v->pence_per_km * 18;
    if (v->pence_per_hour || v->pence_per_overtime_hour) {
        int32_t leave = MAX(low, MIN(high, early_back - lag_back)), back = MAX(early_back, leave + lag_back);
        int32_t split = MAX(d->shift_end, leave), split_old = MAX(d->shift_end, r->leave);
        int64_t hours_new = MIN(back, split) - leave, over_new = MAX(0, back - split);
        int64_t hours_old = out ? MIN(r->back, split_old) - r->leave : 0, over_old = out ? MAX(0, r->back - split_old) : 0;
        delta += (hours_new - hours_old) * v->pence_per_hour * 5 + (over_new - over_old) * v->pence_per_overtime_hour * 5;
    }
    if (r->hazards_after[gap]) { /* those behind are later by what the next start moves */
        int64_t late = m->hourly ? next - r->start[j] : MAX(early, r->leave + lag) - MAX(r->early[j], r->leave + r->lag[j]);
        if (late > 0) delta += late * r->hazards_after[gap] * m->problem->policy.pence_per_hazard_minute * 300;
    }
    return delta;
}

typedef struct {
    const tr_model *m;
    const tr_rt *r;
    const tr_model_vehicle *d;
    const tr_vehicle *v;
    int32_t stop;
    bool *blocked;
    tr_insertion *best;
} finder;

static bool thread_disposal(const finder *f, thread *t, int32_t site, tr_item *item)
{
    const tr_site *s = &f->m->problem->sites[site];
    const tr_legs *g = &f->m->legs[f->d->legs];
    size_t cell = (size_t)t->place * (size_t)f->m->n_places + (size_t)s->place;
    int32_t leg = f->m->hourly ? leg_at(f->m, g, cell, t->early) : g->seconds[cell];
    for (int32_t k = 0; k < s->n_opening; k++) {
        int64_t close = s->opening[k].end_s - s->turnaround_s;
        if (t->early + leg > close || s->opening[k].start_s > close) continue;
        *item = (tr_item){TR_ITEM_DISPOSAL, site, -1, k};
        thread_add(f->m, f->d, t, s->place, (int32_t)s->opening[k].start_s, (int32_t)close, (int32_t)s->turnaround_s, false);
        return t->ok;
    }
    return false;
}

static void thread_finish(const finder *f, int32_t gap, thread t, int64_t extra, int32_t n, const tr_item *items)
{
    bool hours = false;
    if (!t.ok) return;
    int64_t delta = thread_close(f->m, f->r, f->d, f->v, gap, &t, &hours);
    if (delta == INT64_MAX && hours && n < 3) { /* rest as long as the law asks, where the last item is */
        int32_t work = f->r->work + t.work, owed = (f->d->eu ? MIN45 : work > 9 * HOUR ? MIN45 : MIN30) ;
        if (!f->d->eu) owed = MAX(MIN15, owed - f->r->breaks);
        thread u = t;
        thread_add(f->m, f->d, &u, u.place, -TR_LATEST, TR_LATEST, owed, true);
        delta = u.ok ? thread_close(f->m, f->r, f->d, f->v, gap, &u, &hours) : INT64_MAX;
        if (delta == INT64_MAX) *f->blocked = true;
        if (delta == INT64_MAX || delta + extra >= f->best->delta) return;
        *f->best = (tr_insertion){delta + extra, gap, n + 1, {items[0], n > 1 ? items[1] : items[0]}};
        f->best->items[n] = (tr_item){TR_ITEM_BREAK, owed, -1, 0};
        return;
    }
    if (delta == INT64_MAX || delta + extra >= f->best->delta) return;
    *f->best = (tr_insertion){delta + extra, gap, n, {items[0]}};
    for (int32_t k = 1; k < n; k++) f->best->items[k] = items[k];
}

/* The stop in compartment c of one gap: alone if the trip has room for it, else with a visit to a site. */
static void find_gap(const finder *f, int32_t gap, int32_t c, bool with_disposal, int64_t extra)
{
    const tr_model *m = f->m;
    const tr_rt *r = f->r;
    const tr_model_stop *s = &m->stops[f->stop];
    const tr_compartment *box = &f->v->compartments[c];
    int32_t kc = f->v->n_compartments;
    const tr_trip *t = &r->trips[gap * kc + c];
    tr_mask bit = (tr_mask)1 << s->stream, group = m->same_group[s->stream];
    thread base = {r->place[gap], r->early[gap] + r->spent[gap], r->lag[gap] + r->spent[gap], r->leave_max[gap], 0, 0,
                   r->drive_to[gap], r->work_to[gap], 0, 0, true, m->hourly ? r->start[gap] + r->spent[gap] : 0};
    bool joins = !(t->streams & ~group) && (t->accepted & bit) && t->kg + s->kg <= box->kg &&
                 t->litres + s->litres <= box->litres && s->kg <= t->room_kg;
    for (int32_t w = 0; w < s->n_windows; w++) {
        int32_t open = (int32_t)s->windows[w].start_s, close = (int32_t)s->windows[w].end_s;
        tr_item stop = {TR_ITEM_STOP, f->stop, c, w};
        thread a = base;
        thread_add(m, f->d, &a, s->place, open, close, s->service, false);
        if (!a.ok) continue;
        int64_t early = 0;
        if (s->hazardous) { /* its own hazard minutes, at the present time of leaving */
            int64_t end = (m->hourly ? a.now : MAX(a.early, r->leave + a.lag)) - m->problem->policy.day_start_s;
            early = MAX(0, end) * m->problem->policy.pence_per_hazard_minute * 300;
        }
        if (joins) {
            if (!with_disposal) thread_finish(f, gap, a, extra + early, 1, &stop);
            continue;
        }
        *f->blocked = true;
        if (!with_disposal) continue;
        bool after_ok = !(t->streams_here & ~group) && t->kg_here + s->kg <= box->kg &&
                        t->litres_here + s->litres <= box->litres;
        bool before_ok = !(t->streams_after & ~group) && (t->accepted & bit) &&
                         t->kg - t->kg_here + s->kg <= box->kg && t->litres - t->litres_here + s->litres <= box->litres;
        for (int32_t z = 0; z < m->n_sites; z++) {
            const tr_site *site = &m->problem->sites[z];
            tr_item items[2];
            if (after_ok && !((t->streams_here | bit) & ~site->streams)) {
                thread u = a;
                items[0] = stop;
                if (thread_disposal(f, &u, z, &items[1]))
                    thread_finish(f, gap, u, extra + early + s->kg * site->gate_fee_pence_per_tonne * 18, 2, items);
            }
            if (before_ok && t->streams_here && !(t->streams_here & ~site->streams)) {
                thread u = base;
                items[1] = stop;
                if (!thread_disposal(f, &u, z, &items[0])) continue;
                thread_add(m, f->d, &u, s->place, open, close, s->service, false);
                thread_finish(f, gap, u, extra + early, 2, items);
            }
        }
    }
}

void tr_rt_find(const tr_model *m, const tr_rt *r, int32_t stop, uint64_t *blink, bool with_disposal,
                tr_insertion *best, bool *blocked)
{
    const tr_model_vehicle *d = &m->vehicles[r->vehicle];
    const tr_vehicle *v = &m->problem->vehicles[r->vehicle];
    if (!tr_bit(d->can, stop)) return;
    if (m->plain) {
        find_plain(m, r, stop, blink, best);
        return;
    }
    finder f = {m, r, d, v, stop, blocked, best};
    const tr_model_stop *s = &m->stops[stop];
    const tr_legs *g = &m->legs[d->legs];
    const size_t np = (size_t)m->n_places, row = (size_t)s->place * np;
    bool bound = s->hazardous && !tr_bit(d->exempt, stop), out = r->n > 0 || d->departs;
    int32_t low = s->hazardous ? 0 : r->last_first, high = bound ? r->first_other - 1 : r->n;
    int32_t close = (int32_t)s->windows[s->n_windows - 1].end_s;
    int64_t extra = r->used || (r->n > 0) ? 0 : v->fixed_pence * TR_MONEY;
    int64_t waits = out ? r->back - r->leave - r->lag[r->n + 1] : 0; /* could take up the new work */
    int64_t per_metre = v->pence_per_km * 18, per_second = v->pence_per_hour * 5;
    for (int32_t gap = low; gap <= high; gap++) {
        if (r->early[gap] > close) break;
        if (blink && (tr_random(blink) & 127) == 0) continue;
        size_t a = (size_t)r->place[gap], b = (size_t)r->place[gap + 1], old = a * np + b;
        int64_t metres = (int64_t)g->metres_to[row + a] + g->metres[row + b] - (out ? g->metres[old] : 0);
        int64_t leg_old = !out ? 0 : m->hourly ? r->leg[gap + 1] : g->seconds[old];
        int64_t seconds = (int64_t)g->seconds_to[row + a] + g->seconds[row + b] - leg_old + s->service - waits;
        if (extra + metres * per_metre + MAX(0, seconds) * per_second >= best->delta) continue;
        for (int32_t c = 0; c < v->n_compartments; c++)
            if (v->compartments[c].streams >> s->stream & 1) find_gap(&f, gap, c, with_disposal, extra);
    }
}

/* ---- in and out ---- */

/* The window or opening period that holds a start of service. */
static int32_t window_at(const tr_window *w, int32_t n, int64_t start, int64_t stay)
{
    for (int32_t k = 0; k < n; k++)
        if (start >= w[k].start_s && start + stay <= w[k].end_s) return k;
    return 0;
}

tr_item tr_item_of(const tr_model *m, const tr_visit *x)
{
    if (x->kind == TR_VISIT_BREAK) return (tr_item){TR_ITEM_BREAK, (int32_t)(x->departure_s - x->start_s), -1, 0};
    if (x->kind == TR_VISIT_STOP) {
        const tr_model_stop *s = &m->stops[x->ref];
        return (tr_item){TR_ITEM_STOP, x->ref, x->compartment, window_at(s->windows, s->n_windows, x->start_s, 0)};
    }
    const tr_site *s = &m->problem->sites[x->ref];
    return (tr_item){TR_ITEM_DISPOSAL, x->ref, -1, window_at(s->opening, s->n_opening, x->start_s, s->turnaround_s)};
}

void tr_rt_write(const tr_model *m, const tr_rt *r, tr_arena *arena, tr_route *out)
{
    const tr_model_vehicle *d = &m->vehicles[r->vehicle];
    const tr_vehicle *v = &m->problem->vehicles[r->vehicle];
    const tr_problem *p = m->problem;
    *out = (tr_route){.vehicle = r->vehicle};
    if (r->n == 0 && !d->departs) return;
    int32_t done = v->n_frozen > 0 ? v->n_frozen : 1;
    out->n_visits = done + r->n + 1;
    out->visits = TR_NEW(arena, tr_visit, out->n_visits);
    if (v->n_frozen > 0) memcpy(out->visits, v->frozen, (size_t)done * sizeof *v->frozen);
    else
        out->visits[0] = (tr_visit){.kind = TR_VISIT_START, .ref = -1, .compartment = -1, .place = v->start_place,
                                    .arrival_s = r->leave, .start_s = r->leave, .departure_s = r->leave};
    const tr_legs *g = &m->legs[d->legs];
    for (int32_t i = 1; i <= r->n + 1; i++) {
        tr_visit *x = &out->visits[done + i - 1], *b = x - 1;
        const tr_item *it = i <= r->n ? &r->items[i - 1] : NULL;
        x->kind = !it ? TR_VISIT_END : it->kind == TR_ITEM_STOP ? TR_VISIT_STOP
                  : it->kind == TR_ITEM_DISPOSAL ? TR_VISIT_DISPOSAL : TR_VISIT_BREAK;
        x->ref = it && it->kind != TR_ITEM_BREAK ? it->ref : -1;
        x->compartment = it && it->kind == TR_ITEM_STOP ? it->comp : -1;
        int32_t from = i == 1 ? d->place : r->place[i - 1];
        size_t cell = (size_t)from * (size_t)m->n_places + (size_t)r->place[i];
        x->place = r->place[i];
        x->drive_s = m->hourly ? leg_at(m, g, cell, (int32_t)b->departure_s) : g->seconds[cell];
        x->dist_m = g->metres[cell];
        x->arrival_s = b->departure_s + x->drive_s;
        int32_t open = -TR_LATEST, close;
        if (it) tr_item_window(m, it, &open, &close);
        x->start_s = MAX(x->arrival_s, open);
        x->departure_s = x->start_s + r->spent[i];
    }
    int32_t kg[TR_MAX_COMPARTMENTS], litres[TR_MAX_COMPARTMENTS];
    tr_mask streams[TR_MAX_COMPARTMENTS];
    int64_t fees = 0, hazard = 0;
    bool used = false;
    for (int32_t c = 0; c < v->n_compartments; c++)
        kg[c] = v->compartments[c].start_kg, litres[c] = v->compartments[c].start_litres,
        streams[c] = v->compartments[c].start_streams;
    for (int32_t i = 0; i < out->n_visits; i++) {
        tr_visit *x = &out->visits[i];
        used |= x->kind == TR_VISIT_STOP || x->kind == TR_VISIT_DISPOSAL;
        if (x->kind == TR_VISIT_STOP) {
            kg[x->compartment] += p->stops[x->ref].kg, litres[x->compartment] += p->stops[x->ref].litres;
            streams[x->compartment] |= (tr_mask)1 << p->stops[x->ref].stream;
            if (m->stops[x->ref].hazardous) hazard += MAX(0, x->departure_s - p->policy.day_start_s);
        } else if (x->kind == TR_VISIT_DISPOSAL) {
            const tr_site *s = &p->sites[x->ref];
            for (int32_t c = 0; c < v->n_compartments; c++)
                if (!(streams[c] & ~s->streams))
                    fees += kg[c] * s->gate_fee_pence_per_tonne, kg[c] = litres[c] = 0, streams[c] = 0;
        }
        memset(x->kg, 0, sizeof x->kg), memset(x->litres, 0, sizeof x->litres);
        for (int32_t c = 0; c < v->n_compartments; c++) x->kg[c] = kg[c], x->litres[c] = litres[c];
        out->dist_m += x->dist_m, out->drive_s += x->drive_s;
        if (x->kind == TR_VISIT_STOP || x->kind == TR_VISIT_DISPOSAL) out->work_s += x->departure_s - x->start_s;
    }
    out->work_s += out->drive_s;
    int64_t leave = out->visits[0].departure_s, back = out->visits[out->n_visits - 1].arrival_s;
    int64_t split = MAX(v->end_s, leave);
    out->duty_s = back - leave, out->overtime_s = MAX(0, back - split);
    out->cost = (tr_cost){tr_rounded(out->dist_m * v->pence_per_km, 1000),
                          tr_rounded((MIN(back, split) - leave) * v->pence_per_hour, HOUR),
                          tr_rounded(out->overtime_s * v->pence_per_overtime_hour, HOUR), used ? v->fixed_pence : 0,
                          tr_rounded(fees, 1000), tr_rounded(hazard * p->policy.pence_per_hazard_minute, 60)};
}
