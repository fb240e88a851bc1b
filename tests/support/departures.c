/* departures.c -- see departures.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "departures.h"

#include <assert.h>
#include <string.h>

enum { HOUR = 3600 };

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* ---- legs ---- */

bool tr_hours_vary(const tr_problem *problem)
{
    for (int h = 0; h < 24; h++) {
        int32_t speed = problem->policy.speed_by_hour[h];
        if (speed != 0 && speed != 1000) return true;
    }
    return false;
}

int64_t tr_leg_by_hour(const tr_problem *problem, const tr_vehicle *vehicle, int32_t from, int32_t to,
                       int64_t departure)
{
    int64_t cell = problem->travel[vehicle->profile].seconds[(int64_t)from * problem->n_places + to];
    int64_t rest = 1000000 * cell, t = departure;
    assert(cell >= 0 && departure >= 0);
    for (;;) {
        int64_t by_hour = problem->policy.speed_by_hour[t / HOUR % 24], next = (t / HOUR + 1) * HOUR;
        int64_t rate = vehicle->speed_permille * (by_hour ? by_hour : 1000);
        if (rest <= (next - t) * rate) return t - departure + (2 * rest + rate) / (2 * rate);
        rest -= (next - t) * rate;
        t = next;
    }
}

static const uint16_t *arrivals(tr_seconds *s, int32_t from, int32_t to)
{
    uint16_t **row = &s->arrival[from * s->problem->n_places + to];
    if (*row) return *row;
    *row = TR_NEW(s->arena, uint16_t, s->late + 1);
    for (int32_t at = 0; at <= s->late; at++) {
        int64_t there = at + tr_leg_by_hour(s->problem, s->vehicle, from, to, s->base + at);
        (*row)[at] = (uint16_t)clamp(there, 0, s->late);
    }
    return *row;
}

/* ---- the day ---- */

tr_seconds *tr_seconds_new(const tr_problem *problem, int32_t vehicle, tr_arena *arena)
{
    const tr_vehicle *v = &problem->vehicles[vehicle];
    const tr_visit *done = v->n_frozen ? &v->frozen[v->n_frozen - 1] : NULL;
    int64_t latest = v->end_s + v->max_overtime_s;
    tr_seconds *s = TR_NEW(arena, tr_seconds, 1);
    *s = (tr_seconds){.problem = problem, .vehicle = v, .arena = arena};
    s->base = done ? done->departure_s : v->start_s;
    s->first = done ? v->frozen[0].departure_s : v->start_s;
    s->late = (int32_t)clamp(latest - s->base + 1, 0, UINT16_MAX);
    s->n = done ? s->late > 0 : s->late;
    s->arrival = TR_NEW(arena, uint16_t *, problem->n_places * problem->n_places);
    assert(latest - s->base < UINT16_MAX);
    assert(!v->wtr || latest - s->first <= 6 * HOUR);
    assert(v->hours_rule != TR_HOURS_EU || latest - s->first <= 4 * HOUR + HOUR / 2);
    assert(v->hours_rule != TR_HOURS_GB_DOMESTIC || latest - s->first <= 10 * HOUR);
    return s;
}

/* ---- departures ---- */

/* No leaving is open before the first and after the last that is. */
static void trim(const tr_seconds *s, tr_departures *d)
{
    while (d->hi > d->lo && d->at[d->hi - 1 - d->lo] == s->late) d->hi--;
    int32_t closed = 0;
    while (d->lo + closed < d->hi && d->at[closed] == s->late) closed++;
    d->lo += closed;
    d->at += closed;
    d->hazard += closed;
}

tr_departures tr_departures_new(const tr_seconds *s)
{
    return (tr_departures){.hi = s->n,
                           .at = TR_NEW(s->arena, uint16_t, s->n + 1),
                           .hazard = TR_NEW(s->arena, int32_t, s->n + 1)};
}

void tr_departures_start(const tr_seconds *s, tr_departures *d)
{
    for (int32_t i = 0; i < s->n; i++) {
        d->at[i] = (uint16_t)i; /* one leaving only after a frozen part: 0 */
        d->hazard[i] = 0;
    }
}

tr_departures tr_departures_copy(const tr_seconds *s, const tr_departures *d)
{
    size_t n = (size_t)(d->hi - d->lo);
    tr_departures copy = {d->lo, d->hi, TR_NEW(s->arena, uint16_t, n + 1), TR_NEW(s->arena, int32_t, n + 1)};
    memcpy(copy.at, d->at, n * sizeof *copy.at);
    memcpy(copy.hazard, d->hazard, n * sizeof *copy.hazard);
    return copy;
}

void tr_departures_drive(tr_seconds *s, const tr_departures *d, int32_t from, int32_t to, tr_departures *out)
{
    int32_t n = d->hi - d->lo;
    const uint16_t *there = arrivals(s, from, to);
    out->lo = d->lo;
    out->hi = d->hi;
    for (int32_t i = 0; i < n; i++) out->at[i] = d->at[i] == s->late ? d->at[i] : there[d->at[i]];
    memcpy(out->hazard, d->hazard, (size_t)n * sizeof *out->hazard);
    trim(s, out);
}

void tr_departures_stay(const tr_seconds *s, const tr_departures *d, int64_t earliest, int64_t latest,
                        int64_t stay_s, tr_departures *out)
{
    int32_t n = d->hi - d->lo;
    int32_t from = (int32_t)clamp(earliest - s->base, 0, s->late);
    int32_t to = (int32_t)clamp(latest - s->base, -1, s->late - 1 - stay_s);
    out->lo = d->lo;
    out->hi = d->hi;
    for (int32_t i = 0; i < n; i++) {
        int32_t start = d->at[i] > from ? d->at[i] : from;
        out->at[i] = (uint16_t)(start <= to ? start + (int32_t)stay_s : s->late);
    }
    memcpy(out->hazard, d->hazard, (size_t)n * sizeof *out->hazard);
    trim(s, out);
}

void tr_departures_add_hazard(const tr_seconds *s, tr_departures *d)
{
    int32_t day_start = (int32_t)(s->problem->policy.day_start_s - s->base);
    for (int32_t i = 0; i < d->hi - d->lo; i++)
        if (d->at[i] > day_start) d->hazard[i] += d->at[i] - day_start;
}

void tr_departures_yield(const tr_seconds *s, const tr_departures *a, tr_departures *b)
{
    int32_t lo = a->lo > b->lo ? a->lo : b->lo, hi = a->hi < b->hi ? a->hi : b->hi;
    for (int32_t i = lo; i < hi; i++)
        if (a->at[i - a->lo] <= b->at[i - b->lo] && a->hazard[i - a->lo] <= b->hazard[i - b->lo])
            b->at[i - b->lo] = (uint16_t)s->late;
    trim(s, b);
}

bool tr_departures_any(const tr_departures *d)
{
    return d->hi > d->lo;
}
