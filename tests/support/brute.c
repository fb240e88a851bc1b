/* brute.c -- every route of every vehicle over every set of stops, then the best way to combine them.
 *
 * A partial route is a `label`; it is extended by every visit that may follow: a stop (in each
 * compartment and each of its windows), a site (in each opening period), a break, the end.  What
 * is left out, and why nothing is lost:
 *
 * Waiting.  For a fixed order of visits and a fixed time of leaving, starting everything as early
 * as it can makes every later time earliest, and no term of the cost falls when a time rises.
 * So the only times to choose are that of leaving (t0), and the lengths of breaks.  A label
 * chooses the window of each stop and the opening period of each site, and its departure is then
 * max(c0, ct + t0) for t0 in [lo, hi], whatever went before.  t0 is fixed only at the end, when
 * all is known, by a search over every second (see `leave_best`): rounding is exact.
 *
 * Disposal.  Between two stops nothing is loaded.  A second visit to a site with the same load as
 * at the visit before it, in the same gap, closes a cycle that changed nothing; without the cycle
 * (its breaks kept, at its start) all is earlier, shorter and has no more work.  Apart from
 * that any sequence of sites is tried, also visits that empty nothing: where travel breaks the
 * triangle inequality or has no road, a site can be a useful way point.
 *
 * Breaks.  Those under 15 min count for nothing: leave them out, and all is earlier.  Adjacent
 * breaks can be one.  Of the rest, each needs 15 min to end a spell of work; some need 45 min to
 * end a spell of driving (`eu`); and together they need S = 0, 30 or 45 min less those in the
 * frozen part.  Longer ones than needed only delay.  If one has 45 min, S is met, and the others
 * have 15.  If none has: one break alone has max(15, S); three or more have 15 each; two have 15
 * each if S <= 30 min, else x and S - x for any x from 15 min to S - 15 min, since each may be swallowed
 * by a wait of any length.  So x is a second unknown beside t0 (`phase`), also fixed at the end.
 *
 * Dominance.  A label is dropped if another at the same place with the same stops served has
 * no later departure for every t0 (and x) that is open to it, no more metres, fees, driving, work
 * and hazard time, and no more on board: every continuation of the one is one of the other, and
 * costs no less, since each term is rounded by itself and rounding is monotone.  With less on
 * board a compartment can be emptied where it would not have been, which could be where it
 * is dear; so where fees differ, what is on board must be the same to every site.
 * tr_brute_plain does without dominance.
 *
 * Hours.  Where speed changes with the hour, who leaves a place later is never at the next one earlier,
 * but may drive for longer or for less.  Starting as early as possible still makes all earliest, and no
 * term of the cost counts driving, so only t0 is left to choose: but a time is no simple function of it.
 * A label then keeps its departure for every second t0 (departures.h), in place of `when`, and dominance
 * is asked for each of them by itself.  Only rules on hours could make it worth while to
 * wait for a faster hour, or to break, so they must be out of reach: a shift with overtime of at most
 * 6 h under `wtr`, 4 h 30 under `eu`, 10 h under `gb_domestic` (asserted).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "brute.h"
#include "departures.h"

#include <assert.h>
#include <string.h>

enum {
    FOREVER = 100000000,
    NEVER = -10 * FOREVER, /* a term of a maximum that is not there */
    QUARTER = 900,
    HALF = 1800,
    FULL = 2700,
    SPELL = 6 * 3600,
    LONG = 9 * 3600, /* wtr */
    EU_SPELL = 4 * 3600 + 1800
};

/* A time as a function of t0 and, where a route has a pair of breaks of x and S - x, of x:
 * phase 0 (no pair so far): max(c0, ct + t0)
 * phase 1 (between the two): max(c0, cx + x, ct + t0 + x)
 * phase 2 (after the second): max(c0, cx - x, ct + t0) */
typedef struct {
    int32_t c0, cx, ct, phase;
} when;

typedef struct {
    int32_t kg, litres;
    tr_mask streams;
} load;

/* What kind of breaks a label has, frozen ones apart: see "Breaks" above. */
typedef enum { NONE, SHORT, SINGLE, PAIR_OPEN, PAIR, N_BREAKS } breaks;

typedef enum { BREAK_FIXED, BREAK_X, BREAK_REST } break_length;

typedef struct {
    tr_visit_kind kind;
    int32_t ref, compartment;
    int32_t open_s;   /* the window or opening period chosen */
    int32_t length_s; /* of a break that is not x or the rest */
    break_length length;
} action;

typedef struct {  /* what dominance looks at first comes first: one cache line */
    int32_t next; /* next label of the same set, place and breaks, older */
    bool dead, used;
    int32_t metres, drive, work, work_spell, drive_spell, break_sum;
    when at; /* departure */
    int64_t fees;
    breaks breaks;
    int32_t lo, hi;             /* t0 may be */
    int32_t x_lo, x_hi, sum_hi; /* x may be; t0 + x at most */
    load loads[TR_MAX_COMPARTMENTS];
    int64_t hazard_done; /* seconds of hazard in the frozen part */
    int32_t n_hazards;
    when hazards[TR_BRUTE_STOPS]; /* end of service, at least day_start */
    int32_t parent;               /* -1 = after the frozen part, or at the start */
    int32_t follow;               /* next label of the same set, newer */
    int32_t place;
    action by;
    tr_departures departures; /* hourly: for each t0, in place of all times above */
} label;

typedef struct {
    int64_t pence;        /* -1 = no route */
    int32_t label, t0, x; /* label -1 = stays at home */
} closed;

typedef struct {
    const tr_problem *problem;
    const tr_vehicle *vehicle;
    tr_arena *arena;
    int32_t index;
    const int32_t *order;               /* [n_order] the stops are served in this order; NULL = in any */
    int32_t n_order;
    bool plain, with_breaks, hit_break; /* hit_break: some route failed for want of a break */
    bool alike;                         /* two compartments with the same limits and streams */
    bool fees;              /* the total of fees depends on the route, not only on the stops served */
    tr_mask picky;          /* streams that some site does not take */
    int64_t least_fee;      /* pence per tonne that every kg on board will cost yet, at least */
    uint32_t base, allowed; /* stops: frozen here, possible */
    uint32_t others, first; /* rule 9: the others, those bound to be first */
    int64_t max_duty, max_drive;
    int32_t pair_sum; /* S of a pair, 0 = no pair is needed */
    label *labels;
    int32_t n_labels, room;
    int32_t *heads;              /* [1 << n_stops][n_places][N_BREAKS] newest label, -1 = none */
    int32_t *oldest, *newest;    /* [1 << n_stops] label, -1 = none */
    closed *best;                /* [1 << n_stops] */
    tr_seconds *seconds;         /* speed changes with the hour; else NULL */
    tr_departures drove, stayed; /* room to work in */
} work;

static int32_t min32(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t max32(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int64_t max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t rounded(int64_t amount, int64_t unit)
{
    return (amount + unit / 2) / unit;
}

/* ---- travel ---- */

static bool leg(const work *w, int32_t from, int32_t to, int64_t departure, int32_t *seconds, int32_t *metres)
{
    const tr_travel_matrix *t = &w->problem->travel[w->vehicle->profile];
    int64_t cell = (int64_t)from * w->problem->n_places + to, speed = w->vehicle->speed_permille;
    if (t->seconds[cell] == TR_NO_ROAD) return false;
    if (w->seconds)
        *seconds = (int32_t)tr_leg_by_hour(w->problem, w->vehicle, from, to, departure);
    else
        *seconds = (int32_t)((1000 * (int64_t)t->seconds[cell] + speed / 2) / speed);
    *metres = t->metres[cell];
    return true;
}

/* ---- times ---- */

static void wait_until(when *t, int32_t s)
{
    t->c0 = max32(t->c0, s);
}

static void pass(when *t, int32_t s)
{
    t->c0 += s;
    t->cx += s;
    t->ct += s;
}

/* Narrow what t0 and x may be so that the time is at most `s`; false if nothing is left. */
static bool at_most(label *l, const when *t, int64_t limit)
{
    int32_t s = limit > FOREVER ? FOREVER : (int32_t)limit;
    if (t->c0 > s) return false;
    if (t->phase == 1) {
        l->x_hi = min32(l->x_hi, s - t->cx);
        l->sum_hi = min32(l->sum_hi, s - t->ct);
    } else {
        if (t->phase == 2) l->x_lo = max32(l->x_lo, t->cx - s);
        l->hi = min32(l->hi, s - t->ct);
    }
    return l->hi >= l->lo && l->x_hi >= l->x_lo && l->sum_hi >= l->lo + l->x_lo;
}

static when with_x(const when *t, int32_t x) /* the same time once x is known: phase 0 */
{
    int32_t sign = t->phase == 1 ? 1 : t->phase == 2 ? -1 : 0;
    return (when){.c0 = t->phase ? max32(t->c0, t->cx + sign * x) : t->c0,
                  .cx = NEVER,
                  .ct = t->phase == 1 ? t->ct + x : t->ct};
}

static int32_t time_at(const when *t, int32_t t0)
{
    return max32(t->c0, t->ct + t0);
}

/* ---- loads ---- */

static bool mixes(const tr_problem *p, tr_mask on_board, int32_t stream)
{
    for (int32_t s = 0; s < p->n_streams; s++)
        if (on_board >> s & 1 && p->streams[s].segregation != p->streams[stream].segregation) return false;
    return true;
}

static bool load_stop(const work *w, label *l, const tr_stop *stop, int32_t c)
{
    const tr_compartment *body = &w->vehicle->compartments[c];
    load *on = &l->loads[c];
    int64_t total = stop->kg;
    if (!(body->streams >> stop->stream & 1) || !mixes(w->problem, on->streams, stop->stream)) return false;
    for (int32_t k = 0; k < w->vehicle->n_compartments; k++) total += l->loads[k].kg;
    on->kg += stop->kg;
    on->litres += stop->litres;
    on->streams |= (tr_mask)1 << stop->stream;
    return on->kg <= body->kg && on->litres <= body->litres && total <= w->vehicle->payload_kg;
}

static int64_t empty_at(const tr_vehicle *v, load *loads, const tr_site *site) /* kg emptied */
{
    int64_t kg = 0;
    for (int32_t c = 0; c < v->n_compartments; c++) {
        if (loads[c].streams & ~site->streams) continue;
        kg += loads[c].kg;
        loads[c] = (load){0};
    }
    return kg;
}

static bool may_end(const work *w, const load *loads)
{
    for (int32_t c = 0; c < w->vehicle->n_compartments; c++)
        for (int32_t s = 0; s < w->problem->n_streams; s++)
            if (loads[c].streams >> s & 1 &&
                (w->problem->streams[s].hazardous || !w->vehicle->may_park_loaded))
                return false;
    return true;
}

/* ---- dominance ---- */

/* a <= b for every t0 in [lo, hi], both of phase 0 */
static bool never_later(const when *a, const when *b, int32_t lo, int32_t hi)
{
    int32_t b_lo = max32(b->c0, b->ct + lo);
    return max32(a->c0, a->ct + lo) <= b_lo && (a->ct <= b->ct || hi + a->ct <= b_lo);
}

static int64_t hazard_at(const label *l, int32_t t0)
{
    int64_t sum = 0;
    for (int32_t i = 0; i < l->n_hazards; i++) sum += time_at(&l->hazards[i], t0);
    return sum;
}

/* The sum of hazard ends of a is at most that of b for every t0 open to b.  Both sums are convex
 * and piecewise linear: on a piece of b's it is enough to look at both ends. */
static bool less_hazard(const label *a, const label *b)
{
    if (!b->n_hazards) return true;
    if (hazard_at(a, b->lo) > hazard_at(b, b->lo) || hazard_at(a, b->hi) > hazard_at(b, b->hi)) return false;
    for (int32_t i = 0; i < b->n_hazards; i++) {
        int32_t kink = b->hazards[i].c0 - b->hazards[i].ct;
        if (kink > b->lo && kink < b->hi && hazard_at(a, kink) > hazard_at(b, kink)) return false;
    }
    return true;
}

static bool times_dominate(const label *a, const label *b)
{
    if (a->at.phase == 0)
        return a->lo <= b->lo && a->hi >= b->hi && never_later(&a->at, &b->at, b->lo, b->hi) &&
               less_hazard(a, b);
    if (a->at.c0 > b->at.c0 || a->at.cx > b->at.cx || a->at.ct > b->at.ct || a->hi < b->hi ||
        a->x_lo > b->x_lo || a->x_hi < b->x_hi || a->sum_hi < b->sum_hi)
        return false;
    for (int32_t i = 0; i < a->n_hazards; i++) {
        const when *p = &a->hazards[i], *q = &b->hazards[i];
        if (p->phase != q->phase || p->c0 > q->c0 || p->cx > q->cx || p->ct > q->ct) return false;
    }
    return true;
}

/* The label as if every time had its own, best x. */
static label relaxed(const label *l)
{
    label r = *l;
    r.at = with_x(&l->at, l->x_hi); /* only asked of phase 2 */
    for (int32_t i = 0; i < r.n_hazards; i++)
        r.hazards[i] = with_x(&l->hazards[i], l->hazards[i].phase == 1 ? l->x_lo : l->x_hi);
    return r;
}

/* a carries no more than b, c for c, or with the two compartments of a swapped if they are alike.
 * With fees that depend on the site, a is emptied when b is, and at no other time: no site may
 * tell their streams apart. */
static bool loads_dominate(const work *w, const label *a, const label *b, int32_t swap)
{
    for (int32_t c = 0; c < w->vehicle->n_compartments; c++) {
        const load *p = &a->loads[c ^ swap], *q = &b->loads[c];
        if (p->kg > q->kg || p->litres > q->litres || p->streams & ~q->streams) return false;
        if (w->fees && (p->streams ^ q->streams) & w->picky) return false;
    }
    return true;
}

static int64_t on_board(const work *w, const label *l)
{
    int64_t kg = 0;
    for (int32_t c = 0; c < w->vehicle->n_compartments; c++) kg += l->loads[c].kg;
    return kg;
}

/* b still has to pay for what it has on board and a has not. */
static bool fees_dominate(const work *w, const label *a, const label *b)
{
    return !w->fees || a->fees <= b->fees + w->least_fee * (on_board(w, b) - on_board(w, a));
}

/* What may still be done about breaks: SHORT allows all that SINGLE and PAIR do, which are both final. */
static bool breaks_dominate(breaks a, breaks b)
{
    return a == b || ((a == SHORT || a == SINGLE) && (b == SINGLE || b == PAIR));
}

static bool dominates(const work *w, const label *a, label *b) /* hourly: b yields where it has to */
{
    const tr_vehicle *v = w->vehicle;
    if (a->metres > b->metres || a->drive > b->drive || a->used > b->used) return false;
    if (v->wtr && (a->work > b->work || a->work_spell > b->work_spell || a->break_sum < b->break_sum))
        return false;
    if (v->hours_rule == TR_HOURS_EU && a->drive_spell > b->drive_spell) return false;
    if (!loads_dominate(w, a, b, 0) && !(w->alike && loads_dominate(w, a, b, 1))) return false;
    if (!fees_dominate(w, a, b)) return false;
    if (w->seconds) {
        tr_departures_yield(w->seconds, &a->departures, &b->departures);
        return !tr_departures_any(&b->departures);
    }
    if (a->at.phase == b->at.phase) return times_dominate(a, b);
    label r = relaxed(b);
    return times_dominate(a, &r);
}

/* ---- labels ---- */

static bool same_loads(const work *w, const label *a, const label *b)
{
    for (int32_t c = 0; c < w->vehicle->n_compartments; c++)
        if (a->loads[c].streams != b->loads[c].streams || a->loads[c].kg != b->loads[c].kg ||
            a->loads[c].litres != b->loads[c].litres)
            return false;
    return true;
}

/* Plain: does a visit to a site close a cycle that changed nothing since the last stop? */
static bool idle_cycle(const work *w, const label *l)
{
    if (l->by.kind != TR_VISIT_DISPOSAL) return false;
    for (int32_t i = l->parent; i >= 0; i = w->labels[i].parent) {
        const label *before = &w->labels[i];
        if (before->by.kind == TR_VISIT_STOP) return false;
        if (before->by.kind == TR_VISIT_DISPOSAL && before->by.ref == l->by.ref && same_loads(w, before, l))
            return true;
    }
    return false;
}

/* Can the label still end as a route that needs the breaks it has?  Work and driving can grow by
 * at most the time that is left of the shift, and of the duty (ct of it is gone at least). */
static bool breaks_needed(const work *w, const label *l)
{
    const tr_vehicle *v = w->vehicle;
    int64_t least = max32(l->at.c0, l->at.ct + l->lo + (l->at.phase == 1 ? l->x_lo : 0));
    int64_t rest = min64(v->end_s + v->max_overtime_s - least, w->max_duty - max32(l->at.ct, 0));
    if (l->breaks == NONE) return true;
    if (l->breaks >= PAIR_OPEN || (l->breaks == SINGLE && l->break_sum >= FULL)) return l->work + rest > LONG;
    if (l->breaks == SINGLE) return l->work + rest > SPELL && l->work <= LONG;
    return (v->wtr && l->work + rest > SPELL) || (v->hours_rule == TR_HOURS_EU && l->drive + rest > EU_SPELL);
}

/* heads[N_BREAKS]: the labels of one set and place */
static bool is_dominated(const work *w, const int32_t *heads, label *l)
{
    for (int32_t b = 0; b < N_BREAKS; b++)
        for (int32_t i = breaks_dominate(b, l->breaks) ? heads[b] : -1; i >= 0; i = w->labels[i].next)
            if (dominates(w, &w->labels[i], l)) return true;
    return false;
}

static void drop_dominated(work *w, int32_t *heads, const label *l)
{
    for (int32_t b = 0; b < N_BREAKS; b++) {
        if (!breaks_dominate(l->breaks, b)) continue;
        for (int32_t *link = &heads[b]; *link >= 0;) {
            label *other = &w->labels[*link];
            if (dominates(w, l, other)) {
                other->dead = true;
                *link = other->next;
            } else {
                link = &other->next;
            }
        }
    }
}

static void keep(work *w, uint32_t set, label *l)
{
    if (!breaks_needed(w, l)) return;
    int32_t *heads = &w->heads[((size_t)set * w->problem->n_places + l->place) * N_BREAKS];
    int32_t *head = &heads[l->breaks];
    if (w->plain ? idle_cycle(w, l) : is_dominated(w, heads, l)) return;
    if (!w->plain) drop_dominated(w, heads, l);
    if (w->n_labels == w->room) {
        size_t room = (size_t)w->room;
        w->labels = tr_arena_grow(w->arena, w->labels, room, 2 * room, sizeof *w->labels);
        w->room *= 2;
    }
    w->labels[w->n_labels] = *l;
    if (w->seconds) w->labels[w->n_labels].departures = tr_departures_copy(w->seconds, &l->departures);
    w->labels[w->n_labels].next = *head;
    w->labels[w->n_labels].follow = -1;
    w->labels[w->n_labels].dead = false;
    if (w->newest[set] < 0)
        w->oldest[set] = w->n_labels;
    else
        w->labels[w->newest[set]].follow = w->n_labels;
    w->newest[set] = *head = w->n_labels++;
}

/* Drive to a place; false if there is no road or the hours do not allow it. */
static bool drive(work *w, label *l, int32_t to)
{
    int32_t seconds, metres, from = l->place;
    if (!leg(w, from, to, w->vehicle->start_s, &seconds, &metres)) return false;
    l->place = to;
    l->metres += metres;
    if (w->seconds) {
        tr_departures before = l->departures;
        l->departures = w->drove;
        tr_departures_drive(w->seconds, &before, from, to, &l->departures);
        return tr_departures_any(&l->departures);
    }
    pass(&l->at, seconds);
    l->drive += seconds;
    l->drive_spell += seconds;
    l->work += seconds;
    l->work_spell += seconds;
    if (l->drive > w->max_drive) return false;
    if (w->vehicle->hours_rule == TR_HOURS_EU && l->drive_spell > EU_SPELL) return w->hit_break = true, false;
    if (w->vehicle->wtr && l->work_spell > SPELL) return w->hit_break = true, false;
    return true;
}

/* Start in a span of the day, and stay. */
static bool stay(work *w, label *l, tr_window span, int32_t latest_start, int32_t seconds)
{
    if (w->seconds) {
        tr_departures before = l->departures;
        l->departures = w->stayed;
        l->used = true;
        l->by.open_s = (int32_t)span.start_s;
        tr_departures_stay(w->seconds, &before, span.start_s, min64(span.end_s, latest_start), seconds,
                           &l->departures);
        return tr_departures_any(&l->departures);
    }
    wait_until(&l->at, (int32_t)max64(span.start_s, NEVER));
    if (!at_most(l, &l->at, min64(span.end_s, latest_start))) return false;
    pass(&l->at, seconds);
    l->work += seconds;
    l->work_spell += seconds;
    l->used = true;
    l->by.open_s = (int32_t)span.start_s;
    if (w->vehicle->wtr && l->work_spell > SPELL) return w->hit_break = true, false;
    return true;
}

static bool hazardous(const tr_problem *p, const tr_stop *stop)
{
    return stop->hazard >= p->policy.hazardous_rank;
}

static void extend_stop(work *w, uint32_t set, const label *from, int32_t parent, int32_t j)
{
    const tr_problem *p = w->problem;
    const tr_stop *stop = &p->stops[j];
    const tr_window any = {0, FOREVER};
    int32_t latest = FOREVER;
    if (w->first >> j & 1 && set & w->others & ~w->base) return;
    if (p->policy.hazard_policy == TR_HAZARD_DEADLINE && hazardous(p, stop))
        latest = (int32_t)(p->policy.day_start_s + p->policy.hazard_latest_s);
    label there = *from;
    there.parent = parent;
    if (!drive(w, &there, stop->place)) return;
    for (int32_t c = 0; c < w->vehicle->n_compartments; c++) {
        label loaded = there;
        if (!load_stop(w, &loaded, stop, c)) continue;
        for (int32_t k = 0; k < max32(stop->n_windows, 1); k++) {
            label l = loaded;
            l.by = (action){.kind = TR_VISIT_STOP, .ref = j, .compartment = c};
            tr_window window = stop->n_windows ? stop->windows[k] : any;
            if (!stay(w, &l, window, latest, (int32_t)stop->service_s)) continue;
            if (hazardous(p, stop) && p->policy.pence_per_hazard_minute && w->seconds) {
                tr_departures_add_hazard(w->seconds, &l.departures);
            } else if (hazardous(p, stop) && p->policy.pence_per_hazard_minute) {
                l.hazards[l.n_hazards] = l.at;
                wait_until(&l.hazards[l.n_hazards++], (int32_t)p->policy.day_start_s);
            }
            keep(w, set | 1u << j, &l);
        }
    }
}

static void extend_site(work *w, uint32_t set, const label *from, int32_t parent, int32_t s)
{
    const tr_site *site = &w->problem->sites[s];
    label there = *from;
    if (from->by.kind == TR_VISIT_DISPOSAL && from->by.ref == s) return;
    there.parent = parent;
    if (!drive(w, &there, site->place)) return;
    there.fees += empty_at(w->vehicle, there.loads, site) * site->gate_fee_pence_per_tonne;
    for (int32_t k = 0; k < site->n_opening; k++) {
        label l = there;
        l.by = (action){.kind = TR_VISIT_DISPOSAL, .ref = s, .compartment = -1};
        if (stay(w, &l, site->opening[k], (int32_t)(site->opening[k].end_s - site->turnaround_s),
                 (int32_t)site->turnaround_s))
            keep(w, set, &l);
    }
}

static void add_break(work *w, uint32_t set, const label *from, int32_t parent, breaks kind,
                      break_length length, int32_t seconds)
{
    label l = *from;
    l.parent = parent;
    l.breaks = kind;
    l.by =
        (action){.kind = TR_VISIT_BREAK, .ref = -1, .compartment = -1, .length = length, .length_s = seconds};
    l.work_spell = 0;
    if (length == BREAK_X) {
        l.at = (when){NEVER, l.at.c0, l.at.ct, 1};
        l.x_lo = QUARTER;
        l.x_hi = w->pair_sum - QUARTER;
        l.sum_hi = l.hi + l.x_hi;
    } else if (length == BREAK_REST) {
        l.at = (when){l.at.cx + w->pair_sum, l.at.c0 + w->pair_sum, l.at.ct + w->pair_sum, 2};
        l.break_sum += w->pair_sum;
    } else {
        pass(&l.at, seconds);
        l.break_sum = min32(l.break_sum + seconds, FULL);
        if (seconds >= FULL) l.drive_spell = 0;
    }
    keep(w, set, &l);
}

/* Every length that may be needed here: see "Breaks" at the top. */
static void extend_break(work *w, uint32_t set, const label *from, int32_t parent)
{
    int32_t have = from->break_sum;
    bool eu = w->vehicle->hours_rule == TR_HOURS_EU;
    if (!w->with_breaks || from->by.kind == TR_VISIT_BREAK) return;
    if (from->breaks == NONE || from->breaks == SHORT) {
        if (eu) add_break(w, set, from, parent, SHORT, BREAK_FIXED, FULL);
        if (w->vehicle->wtr) add_break(w, set, from, parent, SHORT, BREAK_FIXED, QUARTER);
    }
    if (from->breaks == NONE && w->vehicle->wtr) {
        if (HALF - have > QUARTER) add_break(w, set, from, parent, SINGLE, BREAK_FIXED, HALF - have);
        if (FULL - have > QUARTER && !(eu && have == 0))
            add_break(w, set, from, parent, SINGLE, BREAK_FIXED, FULL - have);
        if (w->pair_sum) add_break(w, set, from, parent, PAIR_OPEN, BREAK_X, 0);
    }
    if (from->breaks == PAIR_OPEN) add_break(w, set, from, parent, PAIR, BREAK_REST, 0);
}

/* ---- the end of a route ---- */

typedef struct { /* what the cost still depends on once x is known */
    const tr_vehicle *vehicle;
    int64_t hazard_rate, hazard_base;
    when back;
    int32_t n_hazards;
    when hazards[TR_BRUTE_STOPS];
} leaving;

static int64_t hours_pence(const leaving *e, int32_t t0)
{
    int64_t limit = max64(e->vehicle->end_s, t0);
    return rounded((min64(time_at(&e->back, t0), limit) - t0) * e->vehicle->pence_per_hour, 3600);
}

static int64_t overtime_pence(const leaving *e, int32_t t0)
{
    int64_t over = time_at(&e->back, t0) - max64(e->vehicle->end_s, t0);
    return rounded(max64(over, 0) * e->vehicle->pence_per_overtime_hour, 3600);
}

static int64_t hazard_pence(const leaving *e, int32_t t0)
{
    int64_t sum = e->hazard_base;
    for (int32_t i = 0; i < e->n_hazards; i++) sum += time_at(&e->hazards[i], t0);
    return rounded(sum * e->hazard_rate, 60);
}

/* The least of the three terms over the seconds [lo, hi], if below *best, with its second.  Each
 * term is monotone over the span (it must not hold end_s inside), so the lesser end of each
 * is a bound; where that leaves hope, halve. */
static void leave_best(const leaving *e, int32_t lo, int32_t hi, int64_t *best, int32_t *t0)
{
    int64_t a[3] = {hours_pence(e, lo), overtime_pence(e, lo), hazard_pence(e, lo)};
    int64_t b[3] = {hours_pence(e, hi), overtime_pence(e, hi), hazard_pence(e, hi)};
    int64_t bound = min64(a[0], b[0]) + min64(a[1], b[1]) + min64(a[2], b[2]);
    if (bound >= *best) return;
    if (a[0] + a[1] + a[2] < *best) {
        *best = a[0] + a[1] + a[2];
        *t0 = lo;
    }
    if (b[0] + b[1] + b[2] < *best) {
        *best = b[0] + b[1] + b[2];
        *t0 = hi;
    }
    if (bound >= *best || hi - lo < 2) return;
    leave_best(e, lo, lo + (hi - lo) / 2, best, t0);
    leave_best(e, lo + (hi - lo) / 2, hi, best, t0);
}

/* The least cost over x in [x_lo, x_hi]; `fixed` is what the other terms come to.  Each time is
 * taken at its best x, which bounds the cost from below; where that leaves hope, halve. */
static void close_with(work *w, const label *l, int32_t index, uint32_t set, int32_t x_lo, int32_t x_hi,
                       int64_t fixed)
{
    closed *best = &w->best[set];
    leaving e = {.vehicle = w->vehicle,
                 .hazard_rate = w->problem->policy.pence_per_hazard_minute,
                 .back = with_x(&l->at, x_hi),
                 .n_hazards = l->n_hazards};
    e.hazard_base = l->hazard_done - l->n_hazards * w->problem->policy.day_start_s;
    for (int32_t i = 0; i < l->n_hazards; i++)
        e.hazards[i] = with_x(&l->hazards[i], l->hazards[i].phase == 1 ? x_lo : x_hi);
    int32_t lo = l->lo, hi = min32(l->hi, l->sum_hi - x_lo), end_s = (int32_t)w->vehicle->end_s, t0 = -1;
    if (w->max_duty < FOREVER) lo = max32(lo, e.back.c0 - (int32_t)w->max_duty);
    if (e.back.ct > w->max_duty || lo > hi) return;
    int64_t pence = best->pence < 0 ? INT64_MAX : best->pence - fixed;
    if (lo <= end_s) leave_best(&e, lo, min32(hi, end_s), &pence, &t0);
    if (hi > end_s) leave_best(&e, max32(lo, end_s), hi, &pence, &t0);
    if (t0 < 0) return;
    if (x_lo == x_hi) {
        *best = (closed){.pence = pence + fixed, .label = index, .t0 = t0, .x = x_lo};
        return;
    }
    close_with(w, l, index, set, x_lo, x_lo + (x_hi - x_lo) / 2, fixed);
    close_with(w, l, index, set, x_lo + (x_hi - x_lo) / 2 + 1, x_hi, fixed);
}

/* Hourly: every second of leaving. */
static void close_by_seconds(work *w, const label *l, int32_t index, uint32_t set, int64_t fixed)
{
    const tr_departures *d = &l->departures;
    closed *best = &w->best[set];
    leaving e = {.vehicle = w->vehicle, .hazard_rate = w->problem->policy.pence_per_hazard_minute};
    for (int32_t i = d->lo; i < d->hi; i++) {
        if (d->at[i - d->lo] == w->seconds->late) continue;
        int32_t t0 = (int32_t)w->seconds->first + i;
        e.back = (when){(int32_t)w->seconds->base + d->at[i - d->lo], NEVER, NEVER, 0};
        e.hazard_base = l->hazard_done + d->hazard[i - d->lo];
        int64_t pence = fixed + hours_pence(&e, t0) + overtime_pence(&e, t0) + hazard_pence(&e, t0);
        if (best->pence < 0 || pence < best->pence)
            *best = (closed){.pence = pence, .label = index, .t0 = t0};
    }
}

static void close_route(work *w, uint32_t set, const label *from, int32_t index)
{
    const tr_vehicle *v = w->vehicle;
    label l = *from;
    if (l.parent < 0 && !v->n_frozen && l.by.kind == TR_VISIT_START) return; /* stays at home */
    if (!may_end(w, l.loads) || l.breaks == PAIR_OPEN || !drive(w, &l, v->end_place)) return;
    if (!at_most(&l, &l.at, v->end_s + v->max_overtime_s)) return;
    if (v->wtr && l.break_sum < (l.work > LONG ? FULL : l.work > SPELL ? HALF : 0)) {
        w->hit_break = true;
        return;
    }
    int64_t fixed = rounded((int64_t)l.metres * v->pence_per_km, 1000) + rounded(l.fees, 1000) +
                    (l.used ? v->fixed_pence : 0);
    if (w->seconds)
        close_by_seconds(w, &l, index, set, fixed);
    else
        close_with(w, &l, index, set, l.x_lo, l.x_hi, fixed);
}

/* ---- one vehicle ---- */

static label first_label(const work *w)
{
    const tr_vehicle *v = w->vehicle;
    label l = {.parent = -1, .place = v->start_place, .at = {NEVER, NEVER, 0, 0}};
    l.lo = (int32_t)v->start_s;
    l.hi = (int32_t)(v->end_s + v->max_overtime_s);
    l.sum_hi = FOREVER;
    l.by = (action){.kind = TR_VISIT_START, .ref = -1, .compartment = -1};
    for (int32_t c = 0; c < v->n_compartments; c++)
        l.loads[c] = (load){v->compartments[c].start_kg, v->compartments[c].start_litres,
                            v->compartments[c].start_streams};
    return l;
}

/* What a frozen visit does to the label, its times taken as facts. */
static void replay(const work *w, label *l, const tr_visit *f)
{
    const tr_problem *p = w->problem;
    int64_t stayed = f->departure_s - f->start_s;
    int32_t driven = (int32_t)f->drive_s;
    l->place = f->place;
    l->drive += driven;
    l->drive_spell += driven;
    l->metres += (int32_t)f->dist_m;
    l->work += driven;
    l->work_spell += driven;
    if (f->kind == TR_VISIT_STOP) {
        const tr_stop *stop = &p->stops[f->ref];
        load *on = &l->loads[f->compartment];
        on->kg += stop->kg;
        on->litres += stop->litres;
        on->streams |= (tr_mask)1 << stop->stream;
        if (hazardous(p, stop)) l->hazard_done += max64(0, f->departure_s - p->policy.day_start_s);
    } else if (f->kind == TR_VISIT_DISPOSAL) {
        const tr_site *site = &p->sites[f->ref];
        l->fees += empty_at(w->vehicle, l->loads, site) * site->gate_fee_pence_per_tonne;
    } else if (f->kind == TR_VISIT_BREAK && stayed >= QUARTER) {
        l->work_spell = 0;
        l->break_sum = (int32_t)min64(l->break_sum + stayed, FULL);
        if (stayed >= FULL) l->drive_spell = 0;
    }
    if (f->kind == TR_VISIT_STOP || f->kind == TR_VISIT_DISPOSAL) {
        l->used = true;
        l->work += (int32_t)stayed;
        l->work_spell += (int32_t)stayed;
    }
}

static label start_label(const work *w)
{
    const tr_vehicle *v = w->vehicle;
    label l = first_label(w);
    if (!v->n_frozen) return l;
    for (int32_t i = 0; i < v->n_frozen; i++) replay(w, &l, &v->frozen[i]);
    const tr_visit *last = &v->frozen[v->n_frozen - 1];
    l.lo = l.hi = (int32_t)v->frozen[0].departure_s;
    l.at = (when){(int32_t)last->departure_s, NEVER, NEVER, 0};
    l.by = (action){.kind = last->kind, .ref = last->ref, .compartment = last->compartment};
    return l;
}

static void classify(work *w)
{
    const tr_problem *p = w->problem;
    const tr_vehicle *v = w->vehicle;
    uint32_t frozen = 0;
    for (int32_t k = 0; k < p->n_vehicles; k++)
        for (int32_t i = 0; i < p->vehicles[k].n_frozen; i++)
            if (p->vehicles[k].frozen[i].kind == TR_VISIT_STOP) {
                frozen |= 1u << p->vehicles[k].frozen[i].ref;
                if (k == w->index) w->base |= 1u << p->vehicles[k].frozen[i].ref;
            }
    for (int32_t j = 0; j < p->n_stops; j++) {
        const tr_stop *s = &p->stops[j];
        bool exempt = s->n_windows && s->windows[0].start_s > v->start_s + p->policy.exempt_after_s;
        if (!hazardous(p, s))
            w->others |= 1u << j;
        else if (p->policy.hazard_policy == TR_HAZARD_FIRST && !exempt)
            w->first |= 1u << j;
        if (!s->leave && (s->pin < 0 || s->pin == w->index) && !(s->certs & ~v->certs) &&
            !(s->equipment & ~v->equipment) && !(frozen >> j & 1))
            w->allowed |= 1u << j;
    }
}

/* Where all is tipped at one and the same fee, what a set of stops costs in fees is settled. */
static void classify_loads(work *w)
{
    const tr_problem *p = w->problem;
    const tr_vehicle *v = w->vehicle;
    const tr_compartment *a = &v->compartments[0], *b = &v->compartments[1];
    int64_t least = p->n_sites ? p->sites[0].gate_fee_pence_per_tonne : 0, most = least;
    w->alike = v->n_compartments == 2 && a->kg == b->kg && a->litres == b->litres && a->streams == b->streams;
    for (int32_t s = 0; s < p->n_sites; s++) {
        least = min64(least, p->sites[s].gate_fee_pence_per_tonne);
        most = max64(most, p->sites[s].gate_fee_pence_per_tonne);
        w->picky |= ~p->sites[s].streams;
    }
    w->fees = most > least || (most > 0 && v->may_park_loaded);
    w->least_fee = v->may_park_loaded ? 0 : least;
}

static void limits(work *w)
{
    static const int64_t duty[] = {11 * 3600, 13 * 3600, FOREVER}, driving[] = {10 * 3600, 9 * 3600, FOREVER};
    w->max_duty = duty[w->vehicle->hours_rule];
    w->max_drive = driving[w->vehicle->hours_rule];
}

static void reset(work *w)
{
    size_t sets = (size_t)1 << w->problem->n_stops;
    w->n_labels = 0;
    w->hit_break = false;
    for (size_t i = 0; i < sets * (size_t)w->problem->n_places * N_BREAKS; i++) w->heads[i] = -1;
    for (size_t i = 0; i < sets; i++) {
        w->oldest[i] = w->newest[i] = -1;
        w->best[i] = (closed){.pence = -1, .label = -1};
    }
}

static bool in_turn(const work *w, uint32_t set, int32_t stop)
{
    int32_t served = __builtin_popcount(set & ~w->base);
    return !w->order || (served < w->n_order && w->order[served] == stop);
}

static void extend(work *w, uint32_t set, int32_t index)
{
    const tr_problem *p = w->problem;
    label l = w->labels[index]; /* a copy: the array may move */
    close_route(w, set, &l, index);
    for (int32_t j = 0; j < p->n_stops; j++)
        if (w->allowed >> j & 1 && !(set >> j & 1) && in_turn(w, set, j)) extend_stop(w, set, &l, index, j);
    for (int32_t s = 0; s < p->n_sites; s++) extend_site(w, set, &l, index, s);
    extend_break(w, set, &l, index);
}

/* All labels, set by set: a label's children have the same set, and follow it there, or a larger one. */
static void enumerate(work *w, bool with_breaks)
{
    label first = start_label(w);
    reset(w);
    w->with_breaks = with_breaks;
    w->pair_sum = w->vehicle->wtr && FULL - first.break_sum > HALF ? (int32_t)(FULL - first.break_sum) : 0;
    if (!w->vehicle->n_frozen && may_end(w, first.loads)) w->best[0] = (closed){.pence = 0, .label = -1};
    if (!w->vehicle->available) return;
    if (w->seconds) {
        first.departures = tr_departures_new(w->seconds);
        tr_departures_start(w->seconds, &first.departures);
        if (!tr_departures_any(&first.departures)) return;
    }
    keep(w, w->base, &first);
    for (uint32_t set = 0; set < 1u << w->problem->n_stops; set++)
        for (int32_t i = w->oldest[set]; i >= 0; i = w->labels[i].follow)
            if (!w->labels[i].dead) extend(w, set, i);
}

static work *search_in_order(const tr_problem *problem, int32_t vehicle, bool plain, int32_t n, const int32_t *order, tr_arena *scratch)
{
    size_t sets = (size_t)1 << problem->n_stops;
    work *w = TR_NEW(scratch, work, 1);
    assert(problem->n_stops <= TR_BRUTE_STOPS);
    *w = (work){.problem = problem,
                .vehicle = &problem->vehicles[vehicle],
                .arena = scratch,
                .index = vehicle,
                .order = order,
                .n_order = n,
                .plain = plain,
                .room = 1024};
    w->labels = TR_NEW(scratch, label, w->room);
    w->heads = TR_NEW(scratch, int32_t, sets * (size_t)problem->n_places * N_BREAKS);
    w->oldest = TR_NEW(scratch, int32_t, sets);
    w->newest = TR_NEW(scratch, int32_t, sets);
    w->best = TR_NEW(scratch, closed, sets);
    classify(w);
    classify_loads(w);
    limits(w);
    if (tr_hours_vary(problem)) {
        w->seconds = tr_seconds_new(problem, vehicle, scratch);
        w->drove = tr_departures_new(w->seconds);
        w->stayed = tr_departures_new(w->seconds);
    }
    enumerate(w, false);
    if (w->hit_break && (w->vehicle->wtr || w->vehicle->hours_rule == TR_HOURS_EU)) enumerate(w, true);
    return w;
}

static work *search_vehicle(const tr_problem *problem, int32_t vehicle, bool plain, tr_arena *scratch)
{
    return search_in_order(problem, vehicle, plain, 0, NULL, scratch);
}

/* ---- from labels to routes ---- */

/* The actions that led to a label, in order, after the frozen part. */
static int32_t actions_of(const work *w, int32_t index, tr_arena *arena, action **actions)
{
    int32_t n = 0, at;
    for (int32_t i = index; w->labels[i].parent >= 0; i = w->labels[i].parent) n++;
    *actions = TR_NEW(arena, action, n + 1);
    at = n;
    for (int32_t i = index; w->labels[i].parent >= 0; i = w->labels[i].parent)
        (*actions)[--at] = w->labels[i].by;
    return n;
}

static void set_loads(const work *w, const load *loads, tr_visit *visit)
{
    for (int32_t c = 0; c < TR_MAX_COMPARTMENTS; c++) {
        visit->kg[c] = c < w->vehicle->n_compartments ? loads[c].kg : 0;
        visit->litres[c] = c < w->vehicle->n_compartments ? loads[c].litres : 0;
    }
}

static tr_visit next_visit(const work *w, const tr_visit *before, const action *a, const closed *c)
{
    const tr_problem *p = w->problem;
    tr_visit v = {.kind = a->kind, .ref = a->ref, .compartment = a->compartment, .place = before->place};
    int32_t seconds = 0, metres = 0;
    int64_t stay_s = a->length == BREAK_X ? c->x : a->length == BREAK_REST ? w->pair_sum - c->x : a->length_s;
    if (a->kind == TR_VISIT_STOP) {
        v.place = p->stops[a->ref].place;
        stay_s = p->stops[a->ref].service_s;
    } else if (a->kind == TR_VISIT_DISPOSAL) {
        v.place = p->sites[a->ref].place;
        stay_s = p->sites[a->ref].turnaround_s;
    }
    if (a->kind != TR_VISIT_BREAK) leg(w, before->place, v.place, before->departure_s, &seconds, &metres);
    v.drive_s = seconds;
    v.dist_m = metres;
    v.arrival_s = before->departure_s + seconds;
    v.start_s = a->kind == TR_VISIT_BREAK ? v.arrival_s : max64(v.arrival_s, a->open_s);
    v.departure_s = v.start_s + stay_s;
    return v;
}

static tr_visit end_visit(const work *w, const tr_visit *before)
{
    tr_visit v = {.kind = TR_VISIT_END, .ref = -1, .compartment = -1, .place = w->vehicle->end_place};
    int32_t seconds = 0, metres = 0;
    leg(w, before->place, v.place, before->departure_s, &seconds, &metres);
    v.drive_s = seconds;
    v.dist_m = metres;
    v.arrival_s = v.start_s = v.departure_s = before->departure_s + seconds;
    return v;
}

static void fill_visits(const work *w, const closed *c, tr_arena *arena, tr_route *route)
{
    const tr_vehicle *v = w->vehicle;
    action *actions;
    int32_t n = actions_of(w, c->label, arena, &actions), k = 0;
    tr_visit *visits = route->visits = TR_NEW(arena, tr_visit, n + v->n_frozen + 2);
    label l = first_label(w);
    visits[k++] = (tr_visit){.kind = TR_VISIT_START,
                             .ref = -1,
                             .compartment = -1,
                             .place = v->start_place,
                             .arrival_s = c->t0,
                             .start_s = c->t0,
                             .departure_s = c->t0};
    for (int32_t i = 1; i < v->n_frozen; i++) visits[k++] = v->frozen[i];
    for (int32_t i = 0; i < n; i++, k++) visits[k] = next_visit(w, &visits[k - 1], &actions[i], c);
    visits[k] = end_visit(w, &visits[k - 1]);
    route->n_visits = k + 1;
    for (int32_t i = 0; i < route->n_visits; i++) {
        replay(w, &l, &visits[i]);
        set_loads(w, l.loads, &visits[i]);
    }
    route->cost.fees = rounded(l.fees, 1000);
    route->cost.hazard = rounded(l.hazard_done * w->problem->policy.pence_per_hazard_minute, 60);
    route->cost.fixed = l.used ? v->fixed_pence : 0;
    route->cost.km = rounded((int64_t)l.metres * v->pence_per_km, 1000);
    route->dist_m = l.metres;
    route->drive_s = l.drive;
    route->work_s = l.work;
}

static void fill_route(const work *w, const closed *c, tr_arena *arena, tr_route *route)
{
    const tr_vehicle *v = w->vehicle;
    *route = (tr_route){.vehicle = w->index};
    if (c->label < 0) return;
    fill_visits(w, c, arena, route);
    int64_t left = route->visits[0].departure_s, back = route->visits[route->n_visits - 1].arrival_s;
    int64_t limit = max64(v->end_s, left);
    route->duty_s = back - left;
    route->overtime_s = max64(0, back - limit);
    route->cost.hours = rounded((min64(back, limit) - left) * v->pence_per_hour, 3600);
    route->cost.overtime = rounded(route->overtime_s * v->pence_per_overtime_hour, 3600);
    assert(route->cost.km + route->cost.hours + route->cost.overtime + route->cost.fixed + route->cost.fees +
               route->cost.hazard ==
           c->pence);
}

/* ---- all vehicles ---- */

static tr_goal goal_of_left(const tr_problem *p, uint32_t left)
{
    const tr_policy *y = &p->policy;
    tr_goal goal = {0};
    for (int32_t j = 0; j < p->n_stops; j++) {
        const tr_stop *s = &p->stops[j];
        int64_t age = max64(0, (int64_t)p->day - s->reported_day), late = (int64_t)p->day - s->due_day;
        if (!(left >> j & 1)) continue;
        if (hazardous(p, s))
            goal.hazard_left += max64(y->severity[s->hazard], 1) * (1 + min64(age, y->hazard_age_cap));
        else if (late > 0)
            goal.due_left += y->overdue_weight + min64(late, y->overdue_cap);
        else if (late == 0)
            goal.due_left += y->due_today_weight;
        else
            goal.cost_pence += y->pence_left + y->pence_left_per_day * age;
    }
    return goal;
}

typedef struct { /* the vehicles so far serve a set: its cost, and the part of the last of them */
    int64_t pence;
    uint32_t part;
} share;

/* shares[v][set]: the cheapest way in which vehicles 0..v serve exactly the set. */
static share *combine(const tr_problem *p, work **works, tr_arena *scratch)
{
    uint32_t sets = 1u << p->n_stops;
    share *shares = TR_NEW(scratch, share, (size_t)sets * (size_t)(p->n_vehicles + 1));
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        share *row = shares + (size_t)v * sets;
        const share *before = v ? row - sets : NULL;
        for (uint32_t set = 0; set < sets; set++) {
            row[set].pence = -1;
            for (uint32_t part = set;; part = (part - 1) & set) {
                int64_t rest = before ? before[set & ~part].pence : set == part ? 0 : -1;
                int64_t own = works[v]->best[part].pence;
                if (rest >= 0 && own >= 0 && (row[set].pence < 0 || rest + own < row[set].pence))
                    row[set] = (share){rest + own, part};
                if (!part) break;
            }
        }
    }
    return shares;
}

static void fill_plan(const tr_problem *p, work **works, const share *shares, uint32_t served, tr_goal goal,
                      tr_arena *arena, tr_plan *plan)
{
    uint32_t sets = 1u << p->n_stops, set = served;
    *plan = (tr_plan){.n_routes = p->n_vehicles, .goal = goal};
    plan->routes = TR_NEW(arena, tr_route, p->n_vehicles + 1);
    plan->left = TR_NEW(arena, int32_t, p->n_stops + 1);
    for (int32_t v = p->n_vehicles - 1; v >= 0; v--) {
        uint32_t part = shares[(size_t)v * sets + set].part;
        fill_route(works[v], &works[v]->best[part], arena, &plan->routes[v]);
        set &= ~part;
    }
    for (int32_t j = 0; j < p->n_stops; j++)
        if (!(served >> j & 1)) plan->left[plan->n_left++] = j;
    plan->left_pence = goal_of_left(p, (sets - 1) & ~served).cost_pence;
}

static bool solve(const tr_problem *p, bool plain, tr_arena *arena, tr_plan *best)
{
    tr_arena *scratch = tr_arena_new();
    uint32_t sets = 1u << p->n_stops, served = 0;
    work **works = TR_NEW(scratch, work *, p->n_vehicles + 1);
    tr_goal goal = {INT64_MAX, 0, 0};
    assert(p->n_vehicles > 0);
    for (int32_t v = 0; v < p->n_vehicles; v++) works[v] = search_vehicle(p, v, plain, scratch);
    const share *shares = combine(p, works, scratch), *all = shares + (size_t)(p->n_vehicles - 1) * sets;
    for (uint32_t set = 0; set < sets; set++) {
        if (all[set].pence < 0) continue;
        tr_goal g = goal_of_left(p, (sets - 1) & ~set);
        g.cost_pence += all[set].pence;
        if (tr_goal_compare(&g, &goal) < 0) {
            goal = g;
            served = set;
        }
    }
    if (goal.hazard_left < INT64_MAX) fill_plan(p, works, shares, served, goal, arena, best);
    tr_arena_free(scratch);
    return goal.hazard_left < INT64_MAX;
}

bool tr_brute(const tr_problem *problem, tr_arena *arena, tr_plan *best)
{
    return solve(problem, false, arena, best);
}

bool tr_brute_plain(const tr_problem *problem, tr_arena *arena, tr_plan *best)
{
    return solve(problem, true, arena, best);
}

int64_t *tr_brute_costs(const tr_problem *problem, int32_t vehicle, tr_arena *arena)
{
    tr_arena *scratch = tr_arena_new();
    size_t sets = (size_t)1 << problem->n_stops;
    int64_t *pence = TR_NEW(arena, int64_t, sets);
    const work *w = search_vehicle(problem, vehicle, false, scratch);
    for (size_t i = 0; i < sets; i++) pence[i] = w->best[i].pence;
    tr_arena_free(scratch);
    return pence;
}

int64_t tr_brute_cost_in_order(const tr_problem *problem, int32_t vehicle, int32_t n, const int32_t *stops)
{
    tr_arena *scratch = tr_arena_new();
    const work *w = search_in_order(problem, vehicle, false, n, stops, scratch);
    uint32_t set = w->base;
    for (int32_t i = 0; i < n; i++) set |= 1u << stops[i];
    int64_t pence = w->best[set].pence;
    tr_arena_free(scratch);
    return pence;
}
