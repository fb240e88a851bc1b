/* hourly.c -- see hourly.h.
 *
 * A route's cost as a function of the time of leaving is piecewise linear up to rounding: it turns where a
 * wait vanishes, where a leg begins or ends at an hour at which the speed changes, and at the end of the
 * shift.  Each such moment is carried back to the start node through the inverse of the legs; the route is
 * driven from there to the second, rules on hours included, and beside the cheapest moments second by
 * second, as rounding may win a penny.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "hourly.h"
#include "money.h"

#include <stdlib.h>

enum {
    MIN15 = 900, MIN30 = 1800, MIN45 = 2700, HOUR = 3600,
    MOMENTS = 256,        /* times of leaving tried */
    FAR_AHEAD = 48 * HOUR, /* changes of speed looked at after the earliest leaving */
    CLOSE_PENCE = 3,      /* moments within so much of the cheapest are looked around */
    AROUND_S = 6,         /* seconds; a penny seldom lies farther off, */
    SHORT = 12, AROUND_SHORT_S = 40, /* and in routes of up to so many items it is looked for there too */
    NEVER = -TR_FAR
};

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

bool tr_hourly_times(const tr_model *m, tr_rt *r)
{
    const tr_model_vehicle *d = &m->vehicles[r->vehicle];
    const tr_legs *g = &m->legs[d->legs];
    int32_t n = r->n;
    r->place[0] = d->place, r->early[0] = d->ready, r->spent[0] = 0;
    r->metres = d->metres;
    for (int32_t i = 1; i <= n + 1; i++) {
        const tr_item *it = i <= n ? &r->items[i - 1] : NULL;
        r->open[i] = -TR_LATEST, r->close[i] = d->back_by;
        if (it && !tr_item_window(m, it, &r->open[i], &r->close[i])) return false;
        r->place[i] = it ? tr_item_place(m, it, r->place[i - 1]) : d->end_place;
        r->spent[i] = it ? tr_item_spent(m, it) : 0;
        size_t cell = (size_t)r->place[i - 1] * (size_t)m->n_places + (size_t)r->place[i];
        r->base[i] = tr_leg_base(m, g, cell);
        int32_t at = r->early[i - 1] + r->spent[i - 1], leg = tr_leg_seconds(g, r->base[i], at);
        r->early[i] = MAX(at + leg, r->open[i]);
        if (leg >= TR_FAR || r->early[i] > r->close[i] || r->early[i] > d->back_by) return false;
        r->metres += g->metres[cell];
    }
    r->latest[n + 1] = d->back_by;
    for (int32_t i = n; i >= 0; i--) {
        int32_t left = tr_leg_leave(g, r->base[i + 1], r->latest[i + 1]) - r->spent[i];
        r->latest[i] = i > 0 ? MIN(r->close[i], left) : left;
        if (r->latest[i] < r->early[i]) return false;
    }
    return true;
}

/* ---- driving it ---- */

typedef struct {
    int32_t leave;
    int64_t pence;        /* INT64_MAX: a rule is broken */
    tr_spell spell;
} outing;

/* Drives the route from one time of leaving on; keep: writes down start, leg and hours of the nodes. */
static outing drive(const tr_model *m, tr_rt *r, int32_t leave, bool keep)
{
    const tr_model_vehicle *d = &m->vehicles[r->vehicle];
    const tr_legs *g = &m->legs[d->legs];
    outing o = {leave, INT64_MAX, {0, 0, 0}};
    int32_t drive_to = d->drive_since_break, work_to = d->work_since_break, drive = d->drive, work = d->work;
    int32_t breaks = d->breaks, at = leave + d->lag, back = at;
    int64_t hazard = d->hazard_s, day_start = m->problem->policy.day_start_s;
    for (int32_t i = 1; i <= r->n + 1; i++) {
        const tr_item *it = i <= r->n ? &r->items[i - 1] : NULL;
        int32_t leg = tr_leg_seconds(g, r->base[i], at), start = MAX(at + leg, r->open[i]);
        if (start > r->close[i]) return o;
        drive += leg, drive_to += leg, work += leg, work_to += leg;
        if ((d->wtr && work_to > 6 * HOUR) || (d->eu && drive_to > 4 * HOUR + MIN30)) return o;
        if (it && it->kind == TR_ITEM_BREAK) {
            if (it->ref >= MIN15) work_to = 0, breaks += it->ref;
            if (it->ref >= MIN45) drive_to = 0;
        } else {
            work += r->spent[i], work_to += r->spent[i];
            if (d->wtr && work_to > 6 * HOUR) return o;
        }
        at = start + r->spent[i];
        if (it && it->kind == TR_ITEM_STOP && m->stops[it->ref].hazardous) hazard += MAX(0, at - day_start);
        back = start;
        if (keep) r->leg[i] = leg, r->start[i] = start, r->drive_to[i] = drive_to, r->work_to[i] = work_to;
    }
    if (keep) r->drive = drive, r->work = work, r->breaks = breaks, r->back = back;
    if (drive > d->drive_max || back - leave > d->duty_max) return o;
    if (d->wtr && work > 6 * HOUR && breaks < (work > 9 * HOUR ? MIN45 : MIN30)) return o;
    o.spell = tr_spell_of(d, leave, back, hazard);
    o.pence = tr_spell_pence(m, &m->problem->vehicles[r->vehicle], o.spell);
    return o;
}

/* ---- the moments ---- */

typedef struct {
    int32_t n, low, high;
    int32_t at[MOMENTS];
} moments;

static void add_moment(moments *t, int32_t leave)
{
    if (leave >= t->low && leave <= t->high && t->n < MOMENTS) t->at[t->n++] = leave;
}

/* The latest time of leaving that arrives at node i by `arrive`, NEVER if a wait on the way forbids it. */
static int32_t leave_for(const tr_model *m, const tr_rt *r, int32_t i, int32_t arrive)
{
    const tr_model_vehicle *d = &m->vehicles[r->vehicle];
    const tr_legs *g = &m->legs[d->legs];
    for (; i > 0; i--) {
        arrive = tr_leg_leave(g, r->base[i], arrive) - r->spent[i - 1];
        if (arrive < r->early[i - 1]) return NEVER;
    }
    return arrive - d->lag;
}

static void add_changes(const tr_model *m, const tr_rt *r, moments *t)
{
    const tr_legs *g = &m->legs[m->vehicles[r->vehicle].legs];
    for (int32_t i = 0; i <= r->n + 1; i++) {
        int32_t until = MIN(r->latest[i], r->early[0] + FAR_AHEAD) + r->spent[i];
        for (int32_t h = r->early[i] / HOUR; h * HOUR <= until; h++) {
            if (g->rate[(h % 24 + 24) % 24] == g->rate[(h % 24 + 23) % 24]) continue;
            if (i > 0) add_moment(t, leave_for(m, r, i, h * HOUR));
            if (h * HOUR - r->spent[i] >= r->early[i]) add_moment(t, leave_for(m, r, i, h * HOUR - r->spent[i]));
        }
    }
}

static int ascending(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void find_moments(const tr_model *m, const tr_rt *r, moments *t)
{
    const tr_model_vehicle *d = &m->vehicles[r->vehicle];
    t->low = d->leave_min, t->high = MIN(d->leave_max, r->latest[0] - d->lag), t->n = 0;
    add_moment(t, t->low), add_moment(t, t->high);
    if (t->low >= t->high) return;
    add_moment(t, leave_for(m, r, r->n + 1, r->early[r->n + 1]));
    add_moment(t, leave_for(m, r, r->n + 1, d->shift_end)), add_moment(t, d->shift_end);
    for (int32_t i = 1; i <= r->n; i++) {
        if (r->early[i] == r->open[i]) add_moment(t, leave_for(m, r, i, r->open[i]));
        const tr_item *it = &r->items[i - 1];
        int32_t dawn = (int32_t)m->problem->policy.day_start_s - r->spent[i];
        if (it->kind == TR_ITEM_STOP && m->stops[it->ref].hazardous && dawn >= r->early[i])
            add_moment(t, leave_for(m, r, i, dawn));
    }
    add_changes(m, r, t);
    qsort(t->at, (size_t)t->n, sizeof *t->at, ascending);
    int32_t kept = 0;
    for (int32_t k = 0; k < t->n; k++)
        if (kept == 0 || t->at[kept - 1] != t->at[k]) t->at[kept++] = t->at[k];
    t->n = kept;
}

/* ---- the choice ---- */

static void keep_better(outing *best, const outing *o)
{
    if (o->pence == INT64_MAX) return;
    if (o->pence < best->pence || (o->pence == best->pence && o->leave > best->leave)) *best = *o;
}

/* Between a time of leaving that holds and one that does not: the last that holds. */
static void find_edge(const tr_model *m, tr_rt *r, int32_t holds, int32_t breaks, outing *best)
{
    while (breaks - holds > 1 || holds - breaks > 1) {
        int32_t middle = holds + (breaks - holds) / 2;
        outing o = drive(m, r, middle, false);
        keep_better(best, &o);
        if (o.pence < INT64_MAX) holds = middle;
        else breaks = middle;
    }
}

static outing choose(const tr_model *m, tr_rt *r)
{
    moments t;
    int64_t pence[MOMENTS];
    outing best = {NEVER, INT64_MAX, {0, 0, 0}};
    find_moments(m, r, &t);
    for (int32_t k = 0; k < t.n; k++) {
        outing o = drive(m, r, t.at[k], false);
        keep_better(&best, &o);
        pence[k] = o.pence;
    }
    for (int32_t k = 1; k < t.n; k++)
        if ((pence[k - 1] < INT64_MAX) != (pence[k] < INT64_MAX)) {
            bool up = pence[k - 1] < INT64_MAX;
            find_edge(m, r, t.at[up ? k - 1 : k], t.at[up ? k : k - 1], &best);
        }
    if (best.pence == INT64_MAX) return best;
    int64_t near = best.pence + CLOSE_PENCE;
    int32_t around = r->n <= SHORT ? AROUND_SHORT_S : AROUND_S;
    if (t.n < MOMENTS) t.at[t.n] = best.leave, pence[t.n++] = best.pence; /* it may be an edge */
    for (int32_t k = 0; k < t.n; k++) {
        if (pence[k] > near) continue;
        for (int32_t way = -1; way <= 1; way += 2)
            for (int32_t x = t.at[k] + way, tries = 0; x >= t.low && x <= t.high && tries < around; x += way, tries++) {
                outing o = drive(m, r, x, false);
                keep_better(&best, &o);
                if (o.pence > near) break;
            }
    }
    return best;
}

/* What insertions are estimated with: the legs as driven, forwards and backwards. */
static void fill_lags(const tr_model *m, tr_rt *r)
{
    const tr_model_vehicle *d = &m->vehicles[r->vehicle];
    int32_t n = r->n, drive_on = 0, work_on = 0, hazards_after = 0;
    r->lag[0] = d->lag, r->leave_max[0] = d->leave_max, r->start[0] = r->leave + d->lag;
    r->drive_to[0] = d->drive_since_break, r->work_to[0] = d->work_since_break;
    for (int32_t i = 1; i <= n + 1; i++) {
        r->lag[i] = r->lag[i - 1] + r->spent[i - 1] + r->leg[i];
        r->leave_max[i] = MIN(r->leave_max[i - 1], r->close[i] - r->lag[i]);
    }
    r->tail[n + 1] = 0, r->tail_end[n + 1] = -TR_LATEST;
    r->drive_from[n + 1] = r->work_from[n + 1] = 0, r->hazards_after[n + 1] = 0;
    for (int32_t i = n; i >= 0; i--) {
        const tr_item *next = i < n ? &r->items[i] : NULL;
        bool rest = next && next->kind == TR_ITEM_BREAK;
        r->tail[i] = r->spent[i] + r->leg[i + 1] + r->tail[i + 1];
        r->tail_end[i] = MAX(r->tail_end[i + 1], (i > 0 ? r->open[i] : -TR_LATEST) + r->tail[i]);
        if (rest && next->ref >= MIN15) work_on = 0;
        if (rest && next->ref >= MIN45) drive_on = 0;
        work_on += r->leg[i + 1] + (next && !rest ? r->spent[i + 1] : 0), drive_on += r->leg[i + 1];
        r->drive_from[i] = drive_on, r->work_from[i] = work_on;
        hazards_after += next && next->kind == TR_ITEM_STOP && m->stops[next->ref].hazardous;
        r->hazards_after[i] = hazards_after;
    }
}

bool tr_hourly_leave(const tr_model *m, tr_rt *r)
{
    outing best = choose(m, r);
    if (best.pence == INT64_MAX) return false;
    r->leave = best.leave;
    drive(m, r, best.leave, true);
    r->hazard_s = best.spell.hazard;
    fill_lags(m, r);
    return true;
}
