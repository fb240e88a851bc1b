/* audit_label.c -- the least reduced cost of one vehicle's routes, by plain forward labelling.
 *
 * A label is the beginning of a route.  Labels are taken by their earliest time and extended by all
 * that may follow: each stop the neighbourhoods do not forbid (in each compartment, in each of its
 * windows), each site (in each opening period), a break, the end.  Two things keep them few.
 *
 * Hope.  What a label has cost so far, and the bound on what is to come (audit_bound.c), must be
 * below the limit or the best route so far.
 *
 * Dominance.  B is dropped if at the same node some A is at least as good in everything that what follows can
 * ask for (see `dominates`): each way to go on from B is one from A, and cannot cost less.
 *
 * Time.  When to leave, t, is chosen at the end.  To start everything as early as it can makes every
 * later time the earliest, and no term of the cost falls when a time rises.  So with window and opening
 * period chosen, a label's time is max(c, d + t) for lo <= t <= hi, whatever went before.
 *
 * Breaks.  First routes are sought that need none (the rules on breaks are left out): if none is below the
 * limit, none is with them.  Otherwise a second time, with them.  Breaks under 15 min count for nothing and
 * adjacent ones can be one, so neither is tried; longer ones than the rules ask for only delay.  So a
 * break lasts 15 min, or 45 (`eu`), or what is missing of 30 or 45 min in all; but where two share a total
 * of 45 min, any share may be best, since waiting may swallow either.  Of such a pair the first lasts
 * 15 min + k steps, the second what would be missing had the first lasted one step more: at most
 * PAIR_STEP_S less than the truth.
 *
 * A site at which nothing is emptied is visited only where the way by it is shorter or less far, or where a
 * break could be taken there.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

#include <string.h>

enum {
    QUARTER = 900,
    HALF = 1800,
    FULL = 2700,
    SPELL = 6 * 3600,
    LONG = 9 * 3600,
    EU_SPELL = 4 * 3600 + 1800,
    PAIR_STEP_S = 60,
    MAX_LABELS = 4000000,
    MAX_DEPTH = 10000,
    N_BUCKETS = 4096,
    WORDS = TR_AUDIT_CUTS / 64
};

static const int64_t MAX_LOOKS = 10000000000; /* labels looked at for dominance before the audit gives up */

typedef struct hazard { /* a hazardous stop: its service ends at d + max(kink, t), at day_start at least */
    const struct hazard *before;
    int64_t kink, d;
} hazard;

typedef struct {
    int64_t kg, litres;
    tr_mask streams, sites; /* on board; bits of the first 64 sites that would take them */
    int64_t fee;            /* pence a tonne that they will cost at least */
} load;

typedef struct label {
    /* what dominance asks first */
    int64_t early;          /* time for t = lo */
    int64_t worth;          /* reduced cost so far, hazard for t = lo, without the time on duty; not rounded */
    tr_audit_set memory;
    int64_t c, d, hi;       /* time: max(c, d + t), lo <= t <= hi */
    bool dead, others, used, rested; /* rested: a break was the last visit */
    int32_t node, depth, last; /* last: the stop served last, n_stops = none */
    int64_t hope;           /* no route that begins so costs less */
    int64_t duals, metres, fees; /* exact terms; fees in kg x pence a tonne, with what those on board will cost at least */
    int64_t paid_fees;      /* in kg x pence a tonne */
    int64_t drive, drive_spell, work, work_spell, break_sum, rest_of_pair;
    int64_t hazard_done;    /* seconds, in the frozen part */
    const hazard *hazards;
    uint64_t odd[WORDS];    /* cuts of which one stop is held without a second */
    load loads[TR_MAX_COMPARTMENTS];
    const struct label *parent;
    struct label *next;     /* in its bucket */
} label;

typedef struct { /* what dominance asks first, side by side in memory */
    int64_t worth, early;
    tr_audit_set memory;
    label *label;
} key;

typedef struct {
    key *keys; /* by worth, least first */
    int32_t n, room;
} shelf; /* living labels at one node */

typedef struct {
    tr_audit_crew crew;
    const tr_audit_bound *bound;
    tr_arena *arena;
    bool with_breaks;
    int32_t n_cuts, *cuts;      /* followed: index in the prices' cuts */
    uint64_t (*held)[WORDS];    /* [n_stops] cuts that hold the stop */
    bool *shortcut;             /* [n_nodes * n_sites] a way by the site is shorter than one past it */
    shelf *shelves;             /* [n_nodes] */
    label *first[N_BUCKETS], *last[N_BUCKETS];
    int64_t bucket_s, slack;    /* slack: units that rounding can take off a cost */
    int64_t best;
    const label *best_label;
    int64_t n_labels, looks;
    bool gave_up, pair_tried;
} work;

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- time and hazard as functions of the time of leaving ---- */

static int64_t time_at(const label *l, int64_t t)
{
    return most(l->c, l->d + t);
}

static void pass(label *l, int64_t seconds)
{
    l->c += seconds;
    l->d += seconds;
}

/* Leave no later than lets the label's time be at most `limit`. */
static bool at_most(const work *w, label *l, int64_t limit)
{
    l->hi = least(l->hi, limit - l->d);
    return l->c <= limit && l->hi >= w->crew.lo;
}

static int64_t hazard_at(const label *l, int64_t t)
{
    int64_t sum = l->hazard_done;
    for (const hazard *h = l->hazards; h; h = h->before) sum += h->d + most(h->kink, t);
    return sum;
}

static int64_t hazard_gap(const label *a, const label *b, int64_t t)
{
    return hazard_at(b, t) - hazard_at(a, t);
}

/* The least of b's hazard less a's for t in [lo, b->hi]: a piecewise linear function, least at an end or a kink. */
static int64_t least_hazard_gap(const work *w, const label *a, const label *b)
{
    if (a->hazards == b->hazards) return b->hazard_done - a->hazard_done;
    int64_t lo = w->crew.lo, gap = least(hazard_gap(a, b, lo), hazard_gap(a, b, b->hi));
    for (int side = 0; side < 2; side++)
        for (const hazard *h = side ? a->hazards : b->hazards; h; h = h->before)
            if (h->kink > lo && h->kink < b->hi) gap = least(gap, hazard_gap(a, b, h->kink));
    return gap;
}

/* ---- dominance ---- */

static bool never_later(const label *a, const label *b)
{
    return a->early <= b->early && a->hi >= b->hi && (a->d <= b->d || a->d + b->hi <= b->early);
}

static bool loads_fit(const work *w, const label *a, const label *b)
{
    for (int32_t c = 0; c < w->crew.vehicle->n_compartments; c++) {
        const load *p = &a->loads[c], *q = &b->loads[c];
        if (p->kg > q->kg || p->litres > q->litres || p->streams & ~q->streams) return false;
        if (!w->crew.fees_differ) continue;
        /* where fees differ a must be emptied when b is, and only then: so it pays no dearer site */
        if (p->sites != q->sites || (p->fee != q->fee && p->kg)) return false;
        if (w->crew.problem->n_sites > 64 && p->streams != q->streams) return false;
    }
    return true;
}

/* Can the label's sum of work or driving still go past the limit? */
static bool may_pass(const work *w, const label *l, int64_t sum, int64_t limit)
{
    int64_t rest = least(w->crew.until_s - l->early, w->crew.max_duty);
    return limit < INT64_MAX - rest && sum + rest > limit;
}

static bool hours_fit(const work *w, const label *a, const label *b)
{
    const tr_vehicle *v = w->crew.vehicle;
    if (a->drive > b->drive && may_pass(w, a, a->drive, w->crew.max_drive)) return false;
    if (!w->with_breaks) return true;
    if (a->rested > b->rested || (b->rest_of_pair && (!a->rest_of_pair || a->rest_of_pair > b->rest_of_pair))) return false;
    if (v->hours_rule == TR_HOURS_EU && a->drive_spell > b->drive_spell && may_pass(w, a, a->drive_spell, EU_SPELL))
        return false;
    if (!v->wtr || !may_pass(w, a, a->work, SPELL)) return true;
    return a->work <= b->work && a->work_spell <= b->work_spell && a->break_sum >= b->break_sum;
}

/* What a term that is cheaper by `gap` saves at least, once each is rounded to the penny. */
static int64_t rounded_gap(int64_t gap)
{
    return !gap ? 0 : gap > 0 ? most(0, gap - TR_AUDIT_UNITS) : gap - TR_AUDIT_UNITS;
}

/* b's cost less a's is at least 0 whatever follows.  Hours and overtime are not less for b, which is never
 * earlier.  A cut of which a holds one stop and b none can cost a its dual once more than b.  Which sets the next stop
 * enters hangs on the last one: at a site that of b may be worth more. */
static bool money_fits(const work *w, const label *a, const label *b)
{
    const tr_audit_crew *crew = &w->crew;
    int64_t gap = b->duals - a->duals - crew->enter_gap[(size_t)a->last * (size_t)(crew->n_stops + 1) + (size_t)b->last];
    gap += rounded_gap((b->metres - a->metres) * crew->per_metre) + rounded_gap((b->fees - a->fees) * crew->per_fee);
    if (crew->per_hazard_second) gap += rounded_gap(least_hazard_gap(w, a, b) * crew->per_hazard_second);
    for (int32_t k = 0; k < WORDS && gap >= 0; k++)
        for (uint64_t more = a->odd[k] & ~b->odd[k]; more; more &= more - 1)
            gap += crew->prices->cuts[w->cuts[64 * k + __builtin_ctzll(more)]].dual;
    return gap >= 0;
}

static bool dominates(const work *w, const label *a, const label *b)
{
    if ((w->crew.order && a->others > b->others) || a->used != b->used) return false;
    return never_later(a, b) && loads_fit(w, a, b) && hours_fit(w, a, b) && money_fits(w, a, b);
}

/* ---- keeping labels ---- */

static void weigh(const work *w, label *l)
{
    const tr_audit_crew *crew = &w->crew;
    int64_t owed = 0, kg = 0, litres = 0;
    for (int32_t c = 0; c < crew->vehicle->n_compartments; c++) {
        owed += l->loads[c].kg * l->loads[c].fee;
        kg += l->loads[c].kg;
        litres += l->loads[c].litres;
    }
    l->early = time_at(l, crew->lo);
    l->fees = l->paid_fees + owed;
    l->worth = l->duals + l->metres * crew->per_metre + l->fees * crew->per_fee +
               hazard_at(l, crew->lo) * crew->per_hazard_second + (l->used ? crew->fixed : 0);
    int64_t to_come = 0;
    if (l->node != crew->end) to_come = tr_audit_to_come(w->bound, l->node, l->last, l->memory, l->others, l->early, kg, litres);
    l->hope = l->worth + most(l->c - l->hi, l->d) * crew->least_second - w->slack + to_come;
}

static void put(work *w, label *l)
{
    int64_t k = least((l->early - w->crew.lo) / w->bucket_s, N_BUCKETS - 1);
    l->next = NULL;
    if (w->first[k]) w->last[k]->next = l;
    else w->first[k] = l;
    w->last[k] = l;
}

static void keep(work *w, label *l)
{
    shelf *s = &w->shelves[l->node];
    weigh(w, l);
    if (l->hope >= w->best || w->gave_up) return;
    int32_t n = 0, at = 0;
    w->looks += s->n;
    w->gave_up = w->looks >= MAX_LOOKS;
    for (; at < s->n && s->keys[at].worth <= l->worth; at++) {
        const key *k = &s->keys[at];
        if (k->early <= l->early && !(k->memory & ~l->memory) && dominates(w, k->label, l)) return;
    }
    while (n < s->n && s->keys[n].worth < l->worth) n++;
    for (int32_t i = at = n; i < s->n; i++) {
        const key *k = &s->keys[i];
        if (l->early <= k->early && !(l->memory & ~k->memory) && dominates(w, l, k->label)) k->label->dead = true;
        else s->keys[n++] = *k;
    }
    s->n = n;
    if (s->n == s->room) {
        int32_t room = s->room ? 2 * s->room : 64;
        s->keys = tr_arena_grow(w->arena, s->keys, (size_t)s->n, (size_t)room, sizeof *s->keys);
        s->room = room;
    }
    label *kept = TR_NEW(w->arena, label, 1);
    *kept = *l;
    memmove(s->keys + at + 1, s->keys + at, (size_t)(s->n - at) * sizeof *s->keys);
    s->keys[at] = (key){l->worth, l->early, l->memory, kept};
    s->n++;
    put(w, kept);
    w->gave_up = w->gave_up || ++w->n_labels >= MAX_LABELS || l->depth >= MAX_DEPTH;
}

/* ---- extending ---- */

/* Drive on; false if there is no road or the hours do not allow it. */
static bool drive(const work *w, label *l, int32_t node)
{
    const tr_vehicle *v = w->crew.vehicle;
    tr_audit_leg leg = w->crew.legs[(size_t)l->node * (size_t)w->crew.n_nodes + (size_t)node];
    if (leg.seconds < 0) return false;
    pass(l, leg.seconds);
    l->node = node;
    l->metres += leg.metres;
    l->drive += leg.seconds;
    l->drive_spell += leg.seconds;
    l->work += leg.seconds;
    l->work_spell += leg.seconds;
    l->rested = false;
    l->depth++;
    if (!at_most(w, l, w->crew.until_s) || (leg.seconds && l->drive > w->crew.max_drive)) return false;
    if (!w->with_breaks || !leg.seconds) return true;
    if (v->hours_rule == TR_HOURS_EU && l->drive_spell > EU_SPELL) return false;
    return !v->wtr || l->work_spell <= SPELL;
}

/* Start in [from, to], and stay. */
static bool stay(const work *w, label *l, int64_t from, int64_t to, int64_t seconds)
{
    l->c = most(l->c, from);
    if (!at_most(w, l, to)) return false;
    pass(l, seconds);
    l->work += seconds;
    l->work_spell += seconds;
    l->used = true;
    return !w->with_breaks || !w->crew.vehicle->wtr || !seconds || l->work_spell <= SPELL;
}

static void put_in(const tr_audit_crew *crew, load *on, int64_t kg, int64_t litres, tr_mask streams)
{
    on->kg += kg;
    on->litres += litres;
    if (on->sites && !(streams & ~on->streams)) return;
    on->streams |= streams;
    on->sites = 0;
    for (int32_t s = 0; s < crew->problem->n_sites && s < 64; s++)
        if (!(on->streams & ~crew->problem->sites[s].streams)) on->sites |= (tr_mask)1 << s;
    on->fee = on->streams ? tr_audit_least_fee(crew, on->streams) : 0;
}

static bool stow(const work *w, label *l, const tr_stop *stop, int32_t c)
{
    const tr_vehicle *v = w->crew.vehicle;
    const tr_compartment *body = &v->compartments[c];
    load *on = &l->loads[c];
    int64_t kg = stop->kg;
    if (!(body->streams >> stop->stream & 1) || on->streams & w->crew.apart[stop->stream]) return false;
    for (int32_t k = 0; k < v->n_compartments; k++) kg += l->loads[k].kg;
    put_in(&w->crew, on, stop->kg, stop->litres, (tr_mask)1 << stop->stream);
    return on->kg <= body->kg && on->litres <= body->litres && kg <= v->payload_kg;
}

static bool empty(const tr_audit_crew *crew, label *l, int32_t site) /* was there anything? */
{
    const tr_problem *p = crew->problem;
    bool any = false;
    for (int32_t c = 0; c < crew->vehicle->n_compartments; c++) {
        load *on = &l->loads[c];
        if (on->streams & ~p->sites[site].streams) continue;
        any = any || on->streams || on->kg || on->litres;
        l->paid_fees += on->kg * p->sites[site].gate_fee_pence_per_tonne;
        *on = (load){0};
        put_in(crew, on, 0, 0, 0);
    }
    return any;
}

/* The stop's dual, those of the cuts of which it is the second stop, and those of the sets that it enters. */
static void collect(const work *w, label *l, int32_t i)
{
    l->duals -= w->crew.prices->stop_dual[w->crew.stops[i]] + w->crew.enter[(size_t)l->last * (size_t)w->crew.n_stops + (size_t)i];
    l->last = i;
    for (int32_t k = 0; k < WORDS; k++) {
        for (uint64_t two = l->odd[k] & w->held[i][k]; two; two &= two - 1)
            l->duals -= w->crew.prices->cuts[w->cuts[64 * k + __builtin_ctzll(two)]].dual;
        l->odd[k] ^= w->held[i][k];
    }
}

static void note_hazard(const work *w, label *l)
{
    hazard *h = TR_NEW(w->arena, hazard, 1);
    int64_t day = w->crew.problem->policy.day_start_s;
    *h = (hazard){.before = l->hazards, .kink = most(l->c, day) - l->d, .d = l->d - day};
    l->hazards = h;
}

static void extend_stop(work *w, const label *from, int32_t i)
{
    const tr_audit_crew *crew = &w->crew;
    const tr_stop *stop = &crew->problem->stops[crew->stops[i]];
    label there = *from;
    if (i < TR_AUDIT_SET && from->memory >> i & 1) return;
    if (from->others && crew->first[i]) return;
    there.parent = from;
    if (!drive(w, &there, i)) return;
    there.others = from->others || !crew->hazardous[i];
    there.memory &= crew->near[i];
    if (i < TR_AUDIT_SET) there.memory |= (tr_audit_set)1 << i;
    collect(w, &there, i);
    for (int32_t c = 0; c < crew->vehicle->n_compartments; c++) {
        label loaded = there;
        if (!stow(w, &loaded, stop, c)) continue;
        for (int32_t k = 0; k < stop->n_windows || k == 0; k++) {
            label l = loaded;
            int64_t open_s = stop->n_windows ? stop->windows[k].start_s : INT64_MIN;
            int64_t close_s = stop->n_windows ? stop->windows[k].end_s : crew->until_s;
            if (!stay(w, &l, open_s, least(close_s, crew->latest_s[i]), stop->service_s)) continue;
            if (crew->hazardous[i] && crew->per_hazard_second) note_hazard(w, &l);
            keep(w, &l);
        }
    }
}

static void extend_site(work *w, const label *from, int32_t s)
{
    const tr_problem *p = w->crew.problem;
    const tr_site *site = &p->sites[s];
    label there = *from;
    there.parent = from;
    bool useful = w->with_breaks || w->shortcut[(size_t)from->node * (size_t)p->n_sites + (size_t)s];
    if (!drive(w, &there, w->crew.first_site + s)) return;
    if (!empty(&w->crew, &there, s) && !useful) return;
    for (int32_t k = 0; k < site->n_opening; k++) {
        label l = there;
        const tr_window *open = &site->opening[k];
        if (stay(w, &l, open->start_s, open->end_s - site->turnaround_s, site->turnaround_s)) keep(w, &l);
    }
}

static void rest(work *w, const label *from, int64_t seconds, int64_t counts, int64_t rest_of_pair)
{
    label l = *from;
    l.parent = from;
    pass(&l, seconds);
    l.work_spell = 0;
    if (seconds >= FULL) l.drive_spell = 0;
    l.break_sum = least(FULL, l.break_sum + counts);
    l.rest_of_pair = rest_of_pair;
    l.rested = true;
    l.depth++;
    if (at_most(w, &l, w->crew.until_s)) keep(w, &l);
}

/* A break of every length that may be needed here: see "Breaks" at the top. */
static void extend_break(work *w, const label *from, int64_t frozen_breaks)
{
    const tr_vehicle *v = w->crew.vehicle;
    bool eu = v->hours_rule == TR_HOURS_EU && may_pass(w, from, from->drive, EU_SPELL);
    int64_t missing = FULL - from->break_sum;
    if (!w->with_breaks || from->rested) return;
    if (eu) rest(w, from, FULL, FULL, 0);
    if (!v->wtr || !may_pass(w, from, from->work, SPELL)) return;
    rest(w, from, QUARTER, QUARTER, 0);
    if (HALF - from->break_sum > QUARTER) rest(w, from, HALF - from->break_sum, HALF - from->break_sum, 0);
    if (!may_pass(w, from, from->work, LONG)) return;
    if (missing > QUARTER && !(eu && missing == FULL)) rest(w, from, missing, missing, 0);
    if (from->rest_of_pair) rest(w, from, from->rest_of_pair, FULL, 0);
    if (from->break_sum > frozen_breaks || missing <= HALF) return;
    w->pair_tried = true;
    for (int64_t x = QUARTER; x < missing - QUARTER; x += PAIR_STEP_S) {
        int64_t second = most(QUARTER, missing - x - PAIR_STEP_S);
        rest(w, from, x, x, second);
    }
}

/* ---- the end ---- */

static int64_t rounded(int64_t amount, int64_t unit) /* amount >= 0 */
{
    return (amount + unit / 2) / unit;
}

static int64_t leaving_pence(const work *w, const label *l, int64_t t, int64_t term[3])
{
    const tr_audit_crew *crew = &w->crew;
    const tr_vehicle *v = crew->vehicle;
    int64_t back = time_at(l, t), paid_until = most(v->end_s, t);
    term[0] = rounded((least(back, paid_until) - t) * v->pence_per_hour, 3600);
    term[1] = rounded(most(0, back - paid_until) * v->pence_per_overtime_hour, 3600);
    term[2] = rounded(hazard_at(l, t) * crew->problem->policy.pence_per_hazard_minute, 60);
    return term[0] + term[1] + term[2];
}

/* The least of the three terms for t in [lo, hi], if below `best`.  Each is monotone there (end_s is not
 * inside), so their lesser ends are a bound; where that leaves hope, halve. */
static int64_t best_leaving(const work *w, const label *l, int64_t lo, int64_t hi, int64_t best)
{
    int64_t a[3], b[3], at_lo = leaving_pence(w, l, lo, a), at_hi = leaving_pence(w, l, hi, b);
    int64_t bound = least(a[0], b[0]) + least(a[1], b[1]) + least(a[2], b[2]);
    best = least(best, least(at_lo, at_hi));
    if (bound >= best || hi - lo < 2) return best;
    best = best_leaving(w, l, lo, lo + (hi - lo) / 2, best);
    return best_leaving(w, l, lo + (hi - lo) / 2, hi, best);
}

static int64_t route_pence(const work *w, const label *l, int64_t lo, int64_t hi)
{
    const tr_vehicle *v = w->crew.vehicle;
    int64_t fixed = rounded(l->metres * v->pence_per_km, 1000) + rounded(l->paid_fees, 1000) + (l->used ? v->fixed_pence : 0);
    int64_t best = INT64_MAX, end_s = v->end_s;
    if (lo <= end_s) best = best_leaving(w, l, lo, least(hi, end_s), best);
    if (hi > end_s) best = best_leaving(w, l, most(lo, end_s), hi, best);
    return fixed + best;
}

static bool may_end(const work *w, const label *l)
{
    const tr_vehicle *v = w->crew.vehicle;
    for (int32_t c = 0; c < v->n_compartments; c++)
        for (int32_t s = 0; s < w->crew.problem->n_streams; s++)
            if (l->loads[c].streams >> s & 1 && (w->crew.problem->streams[s].hazardous || !v->may_park_loaded)) return false;
    return true;
}

static void close_route(work *w, const label *l, const label *from, int64_t lo)
{
    int64_t price = l->duals;
    if (l->worth + most(l->c - l->hi, l->d) * w->crew.least_second - w->slack >= w->best || lo > l->hi) return;
    if (w->crew.prices->pence) price += route_pence(w, l, lo, l->hi) * TR_AUDIT_UNITS;
    if (price >= w->best) return;
    w->best = price;
    w->best_label = from;
}

static void extend_end(work *w, const label *from)
{
    const tr_audit_crew *crew = &w->crew;
    label l = *from;
    int64_t lo = crew->lo;
    if (!may_end(w, from) || !drive(w, &l, crew->end)) return;
    if (w->with_breaks && crew->vehicle->wtr && l.break_sum < (l.work > LONG ? FULL : l.work > SPELL ? HALF : 0)) return;
    if (crew->max_duty < INT64_MAX) {
        if (l.d > crew->max_duty) return;
        lo = most(lo, l.c - crew->max_duty);
    }
    weigh(w, &l);
    close_route(w, &l, from, lo);
}

/* ---- the beginning ---- */

static void replay(work *w, label *l, const tr_visit *f)
{
    const tr_problem *p = w->crew.problem;
    int64_t stayed = f->departure_s - f->start_s;
    bool serves = f->kind == TR_VISIT_STOP || f->kind == TR_VISIT_DISPOSAL;
    l->drive += f->drive_s;
    l->drive_spell += f->drive_s;
    l->metres += f->dist_m;
    l->work += f->drive_s + (serves ? stayed : 0);
    l->work_spell += f->drive_s + (serves ? stayed : 0);
    l->used = l->used || serves;
    l->c = f->departure_s;
    if (f->kind == TR_VISIT_STOP && f->ref >= 0 && f->ref < p->n_stops) {
        const tr_stop *stop = &p->stops[f->ref];
        if (f->compartment >= 0 && f->compartment < TR_MAX_COMPARTMENTS) {
            put_in(&w->crew, &l->loads[f->compartment], stop->kg, stop->litres, (tr_mask)1 << stop->stream);
        }
        if (stop->hazard >= p->policy.hazardous_rank) l->hazard_done += most(0, f->departure_s - p->policy.day_start_s);
    } else if (f->kind == TR_VISIT_DISPOSAL && f->ref >= 0 && f->ref < p->n_sites) {
        empty(&w->crew, l, f->ref);
    } else if (f->kind == TR_VISIT_BREAK && stayed >= QUARTER) {
        l->work_spell = 0;
        l->break_sum = least(FULL, l->break_sum + stayed);
        if (stayed >= FULL) l->drive_spell = 0;
    }
}

static label first_label(work *w)
{
    const tr_audit_crew *crew = &w->crew;
    const tr_vehicle *v = crew->vehicle;
    label l = {.node = crew->start, .last = crew->n_stops, .c = -TR_AUDIT_NEVER, .hi = crew->until_s};
    for (int32_t c = 0; c < v->n_compartments; c++) {
        const tr_compartment *body = &v->compartments[c];
        bool named = body->start_streams; /* what has no stream is not followed: it would only cost more */
        put_in(crew, &l.loads[c], named ? body->start_kg : 0, named ? body->start_litres : 0, body->start_streams);
    }
    for (int32_t k = 0; k < v->n_frozen; k++) replay(w, &l, &v->frozen[k]);
    if (v->n_frozen) { /* left already */
        l.hi = crew->lo;
        l.d = l.c - crew->lo;
        l.rested = v->frozen[v->n_frozen - 1].kind == TR_VISIT_BREAK;
    }
    return l;
}

static void find_cuts(work *w)
{
    const tr_audit_crew *crew = &w->crew;
    const tr_audit_prices *y = crew->prices;
    w->cuts = TR_NEW(w->arena, int32_t, TR_AUDIT_CUTS);
    w->held = tr_arena_alloc(w->arena, (size_t)crew->n_stops + 1, sizeof *w->held);
    for (int32_t k = 0; k < y->n_cuts && w->n_cuts < TR_AUDIT_CUTS; k++) {
        int32_t mine = 0;
        for (int32_t i = 0; i < crew->n_stops; i++)
            for (int32_t m = 0; m < 3; m++)
                if (y->cuts[k].stops[m] == crew->stops[i]) mine++;
        if (!mine || !y->cuts[k].dual || (mine < 2 && y->n_near == 0)) continue;
        for (int32_t i = 0; i < crew->n_stops; i++)
            for (int32_t m = 0; m < 3; m++)
                if (y->cuts[k].stops[m] == crew->stops[i]) w->held[i][w->n_cuts / 64] |= (uint64_t)1 << w->n_cuts % 64;
        w->cuts[w->n_cuts++] = k;
    }
}

/* From which nodes is a visit to a site that empties nothing of any use? */
static void find_shortcuts(work *w)
{
    const tr_audit_crew *crew = &w->crew;
    size_t n = (size_t)crew->n_nodes;
    int32_t n_sites = crew->problem->n_sites;
    w->shortcut = TR_NEW(w->arena, bool, n * (size_t)n_sites + 1);
    for (size_t i = 0; i < n; i++)
        for (int32_t s = 0; s < n_sites; s++) {
            const tr_audit_leg *there = &crew->legs[i * n + (size_t)(crew->first_site + s)];
            for (size_t j = 0; j < n && there->seconds >= 0; j++) {
                const tr_audit_leg *past = &crew->legs[i * n + j], *on = &crew->legs[(size_t)(crew->first_site + s) * n + j];
                if (i == j || on->seconds < 0) continue;
                if (past->seconds < 0 || there->seconds + crew->problem->sites[s].turnaround_s + on->seconds < past->seconds ||
                    there->metres + on->metres < past->metres)
                    w->shortcut[i * (size_t)n_sites + (size_t)s] = true;
            }
        }
}

/* ---- the run ---- */

static void extend(work *w, const label *l, int64_t frozen_breaks)
{
    extend_end(w, l);
    for (int32_t i = 0; i < w->crew.n_stops; i++) extend_stop(w, l, i);
    for (int32_t s = 0; s < w->crew.problem->n_sites; s++) extend_site(w, l, s);
    extend_break(w, l, frozen_breaks);
}

static void run(work *w, bool with_breaks)
{
    memset(w->first, 0, sizeof w->first);
    w->shelves = TR_NEW(w->arena, shelf, w->crew.n_nodes);
    w->with_breaks = with_breaks;
    label first = first_label(w);
    const tr_vehicle *v = w->crew.vehicle;
    if (v->n_frozen && v->frozen[v->n_frozen - 1].kind == TR_VISIT_END) { /* the day is over */
        weigh(w, &first);
        close_route(w, &first, NULL, w->crew.lo);
        return;
    }
    keep(w, &first);
    for (int32_t k = 0; k < N_BUCKETS; k++)
        while (w->first[k] && !w->gave_up) {
            label *l = w->first[k];
            w->first[k] = l->next;
            if (!l->dead && l->hope < w->best) extend(w, l, first.break_sum);
        }
}

int64_t tr_audit_at_home(const tr_problem *p, const tr_vehicle *v)
{
    if (v->available && v->n_frozen) return TR_AUDIT_NEVER;
    for (int32_t c = 0; v->available && c < v->n_compartments; c++)
        for (int32_t s = 0; s < p->n_streams; s++)
            if (v->compartments[c].start_streams >> s & 1 && (p->streams[s].hazardous || !v->may_park_loaded))
                return TR_AUDIT_NEVER;
    return 0;
}

/* Units that rounding can take off a route's cost: half a penny a term with a price. */
static int64_t rounding_slack(const tr_audit_crew *crew)
{
    int64_t terms = (crew->per_metre > 0) + (crew->per_second > 0) + (crew->per_over_second > 0) + (crew->per_hazard_second > 0);
    return crew->prices->pence ? (terms + 1) * TR_AUDIT_UNITS / 2 : 0;
}

static void name_stops(const work *w, tr_arena *arena, tr_audit_found *found)
{
    for (const label *l = w->best_label; l; l = l->parent) found->n_stops += l->node < w->crew.n_stops && !l->rested;
    int32_t at = found->n_stops;
    found->stops = TR_NEW(arena, int32_t, at + 1);
    for (const label *l = w->best_label; l; l = l->parent)
        if (l->node < w->crew.n_stops && !l->rested) found->stops[--at] = w->crew.stops[l->node];
}

void tr_audit_least(const tr_problem *problem, int32_t vehicle, const tr_audit_prices *prices, int64_t limit,
                    tr_arena *arena, tr_audit_found *found)
{
    tr_arena *scratch = tr_arena_new();
    work *w = TR_NEW(scratch, work, 1);
    const tr_vehicle *v = &problem->vehicles[vehicle];
    int64_t home = least(tr_audit_at_home(problem, v), limit);
    *found = (tr_audit_found){.least = home, .complete = true};
    if (v->available) {
        tr_audit_prepare(problem, vehicle, prices, scratch, &w->crew);
        w->arena = scratch;
        w->bound = tr_audit_bound_new(&w->crew);
        w->slack = rounding_slack(&w->crew);
        w->bucket_s = most(1, (w->crew.until_s - w->crew.lo) / N_BUCKETS + 1);
        find_cuts(w);
        find_shortcuts(w);
        w->best = home;
        run(w, false);
        if (w->best < home && !w->gave_up && (v->wtr || v->hours_rule == TR_HOURS_EU)) {
            w->best = home;
            w->best_label = NULL;
            run(w, true);
        }
        *found = (tr_audit_found){.least = w->best, .complete = !w->gave_up, .labels = w->n_labels};
        found->relaxed = w->crew.hourly || w->pair_tried;
        name_stops(w, arena, found);
    }
    tr_arena_free(scratch);
}
