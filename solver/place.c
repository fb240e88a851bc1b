/* place.c -- see place.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "place.h"

#include <stdlib.h>
#include <string.h>

#define NEVER (INT32_MAX / 2) /* of what cannot be: a cost in COARSE, or seconds */
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum {
    HOUR = 3600, MIN15 = 900, MIN30 = 1800, MIN45 = 2700,
    SMALL_PROBLEM = 8,    /* stops: below, routes of up to EXACT_STOPS are placed without a cut */
    EXACT_STOPS = 8, EXACT_STOPS_LARGE = 3,
    EXACT_LABELS = 600,   /* a stage of an exact run holds at most so many, */
    SET_LABELS = 20000,   /* or so many if the order is open, */
    ALL_LABELS = 500000,  /* and all its stages together this many: 200 MB with what growing leaves behind */
    COARSE = 16,          /* any order: costs to come are in so much TR_MONEY, rounded down: 32 bits hold GBP 9000 */
    AHEAD = 8 << 20,      /* any order: the table of what is to come has at most so many cells if it can do with fewer visits */
    BEAM = 20,            /* a stage of a longer route */
    NEAR_SITES = 3,       /* sites tried in a gap of a longer route */
    SITES = 32, NODES = PLACE_SET + SITES + 2, /* any order: at most */
    CACHE = 4096, CACHE_ITEMS = 56,
    PROBES = 4            /* hourly: times of leaving after the earliest that labels are followed from */
};

typedef struct {
    int64_t rough;        /* cost so far, TR_MONEY: metres, fees, least duty */
    int32_t place, early, lag, leave_max; /* at departure: max(early, leave + lag), leave <= leave_max */
    uint32_t sites;       /* visited in this gap since the load last changed, by bit */
    bool rested;          /* in this gap, at this place */
    uint8_t node;         /* any order: where it is, see fill_ahead */
    int32_t parent;       /* label before, -1 = start */
    tr_item item;         /* what this label added; the start has kind -1 */
    int32_t drive, work, drive_to, work_to, breaks;
    int64_t metres, fees;
    int32_t hazard;       /* label of the latest hazardous stop, -1 */
    union {
        int32_t clocks;   /* hourly: index of its clocks; labels stay three cache lines long */
        int32_t older;    /* any order (never hourly): label before it of its set and node, -1 */
    };
    int32_t kg[TR_MAX_COMPARTMENTS], litres[TR_MAX_COMPARTMENTS];
    tr_mask streams[TR_MAX_COMPARTMENTS];
} label;

typedef struct { /* for each of the times of leaving, TR_LATEST = too late */
    int32_t at[PROBES];
} clocks;

typedef struct {
    uint64_t key;
    int32_t n_items;      /* -1 = no route below `bound` pence */
    int64_t bound;
    tr_item items[CACHE_ITEMS];
} answer;

typedef struct { /* least number of loads, and least of a load not full, of kg and of litres */
    int32_t kg_loads, kg, litres_loads, litres;
} trips;

struct tr_placer {
    const tr_model *m;
    label *labels;
    int32_t n, capacity;
    tr_arena *arena;
    answer *cache;        /* [CACHE], direct mapped */
    const tr_model_vehicle *d; /* the vehicle at hand */
    const tr_vehicle *v;
    bool exact, rests, thorough, fees, hourly, any_order;
    int32_t owed;         /* break length of a longer route */
    clocks *clocks;       /* hourly: of all labels since the start of this placement */
    int32_t n_clocks, clocks_capacity;
    int64_t bound;        /* TR_MONEY: only routes below it are asked for */
    int64_t *ahead_s;     /* likewise: seconds */
    int32_t n_nodes, most_visits; /* any_order: see fill_ahead */
    uint32_t set;         /* any_order: the stops served, by bit */
    int32_t newest[NODES]; /* any_order: of the set's labels, by node, -1 */
    size_t n_sets;
    int32_t *cost_to_go;  /* any_order: [most_visits + 1][n_sets][n_nodes] least cost, COARSE */
    int32_t *work_to_go;  /* any_order, wtr: likewise the least driving and work, seconds */
    size_t to_go_room;    /* cells of each */
    int32_t *first;       /* any_order: [n_sets + 1] first label of each set */
    trips *trips;         /* any_order: [n_sets] that the stops of the set take */
    size_t first_room;
    uint32_t not_before[PLACE_SET]; /* any_order: stops that may not have been served before the stop (rule 9) */
    int64_t fees_to_come; /* any_order: for the stops not served yet, kg x pence per tonne */
    int32_t n_hazards_to_come, hazards_to_come[PLACE_SET]; /* any_order: stays at hazardous ones */
    int64_t kg_most, litres_most; /* any_order: on board at most */
    int64_t *ahead;       /* [n_stops + 1] longer routes: least cost from each stop on */
    int32_t *order;       /* [n_stops + 1] scratch of tr_place_with */
    int64_t (*sorted)[2]; /* [SET_LABELS] scratch of finish */
};

tr_placer *tr_placer_new(const tr_model *m, tr_arena *arena)
{
    tr_placer *p = TR_NEW(arena, tr_placer, 1);
    p->m = m, p->arena = arena, p->hourly = m->hourly;
    for (int32_t z = 0; z < m->n_sites; z++) p->fees |= m->problem->sites[z].gate_fee_pence_per_tonne > 0;
    p->order = TR_NEW(arena, int32_t, m->n_stops + 2), p->ahead = TR_NEW(arena, int64_t, m->n_stops + 2);
    p->ahead_s = TR_NEW(arena, int64_t, m->n_stops + 2);
    p->cache = TR_NEW(arena, answer, CACHE);
    p->sorted = tr_arena_alloc(arena, SET_LABELS, sizeof *p->sorted);
    return p;
}

static label *label_new(tr_placer *p)
{
    if (p->n == p->capacity) {
        int32_t more = p->capacity ? 2 * p->capacity : 512;
        p->labels = tr_arena_grow(p->arena, p->labels, (size_t)p->n, (size_t)more, sizeof *p->labels);
        p->capacity = more;
    }
    return &p->labels[p->n++];
}

/* Hourly: gives the label clocks of its own, as they are in the label it was copied from. */
static clocks *clocks_new(tr_placer *p, label *x)
{
    if (p->n_clocks == p->clocks_capacity) {
        int32_t more = p->clocks_capacity ? 2 * p->clocks_capacity : 512;
        p->clocks = tr_arena_grow(p->arena, p->clocks, (size_t)p->n_clocks, (size_t)more, sizeof *p->clocks);
        p->clocks_capacity = more;
    }
    p->clocks[p->n_clocks] = p->clocks[x->clocks];
    x->clocks = p->n_clocks;
    return &p->clocks[p->n_clocks++];
}

/* ---- dominance ---- */

/* Hourly: as early whenever the crew leaves, as far as the probes tell. */
static bool probes_no_later(const tr_placer *p, const label *a, const label *b)
{
    const clocks *x = &p->clocks[a->clocks], *y = &p->clocks[b->clocks];
    for (int32_t k = 0; k < PROBES; k++)
        if (x->at[k] > y->at[k]) return false;
    return true;
}

static bool hazards_no_later(const tr_placer *p, int32_t a, int32_t b)
{
    while (a != b) {
        const label *x = &p->labels[a], *y = &p->labels[b];
        if (a < 0 || b < 0 || x->early > y->early) return false;
        if (p->hourly ? !probes_no_later(p, x, y) : x->lag > y->lag) return false;
        a = p->labels[x->parent].hazard, b = p->labels[y->parent].hazard;
    }
    return true;
}

static bool loads_no_more(const tr_placer *p, const label *a, const label *b)
{
    for (int32_t c = 0; c < p->v->n_compartments; c++)
        if (a->kg[c] > b->kg[c] || a->litres[c] > b->litres[c] || (a->streams[c] & ~b->streams[c]) ||
            (p->fees && p->exact && a->streams[c] != b->streams[c])) /* it may have to empty where that is dear */
            return false;
    return true;
}

static bool hours_no_more(const tr_placer *p, const label *a, const label *b)
{
    if (p->d->wtr && (a->work > b->work || a->work_to > b->work_to || MIN(a->breaks, MIN45) < MIN(b->breaks, MIN45)))
        return false;
    return !p->d->eu || a->drive_to <= b->drive_to;
}

static bool dominates(const tr_placer *p, const label *a, const label *b)
{
    if (a->place != b->place || a->early > b->early || a->rough > b->rough || (a->sites & ~b->sites) ||
        (a->rested && !b->rested))
        return false;
    if (p->rests && !hours_no_more(p, a, b)) return false;
    if (!p->exact) return loads_no_more(p, a, b); /* longer routes: cost, time, hours and loads are enough */
    if (a->metres > b->metres || a->fees > b->fees || (!p->hourly && (a->lag > b->lag || a->leave_max < b->leave_max)) ||
        (p->hourly && !probes_no_later(p, a, b)) || (a->drive > b->drive && p->d->drive_max < TR_LATEST))
        return false;
    return loads_no_more(p, a, b) && hazards_no_later(p, a->hazard, b->hazard);
}

/* Any order: keeps the newest label unless one of its set and node dominates it. */
static void settle_set(tr_placer *p)
{
    label *x = &p->labels[p->n - 1];
    int32_t *newest = &p->newest[x->node];
    for (int32_t i = *newest; i >= 0; i = p->labels[i].older)
        if (dominates(p, &p->labels[i], x)) {
            p->n--;
            return;
        }
    x->older = *newest, *newest = p->n - 1;
}

/* Keeps the newest label unless one of its stage dominates it; drops those of [from, n-1) that it dominates. */
static void settle(tr_placer *p, int32_t from, bool drop)
{
    int32_t last = p->n - 1;
    if (p->any_order) {
        settle_set(p);
        return;
    }
    for (int32_t i = from; i < last; i++)
        if (dominates(p, &p->labels[i], &p->labels[last])) {
            p->n--;
            return;
        }
    if (!drop) return; /* others hold on to labels by index */
    label fresh = p->labels[last];
    int32_t keep = from;
    for (int32_t i = from; i < last; i++)
        if (!dominates(p, &fresh, &p->labels[i])) {
            if (keep < i) p->labels[keep] = p->labels[i];
            keep++;
        }
    if (keep < last) p->labels[keep] = fresh;
    keep++;
    p->n = keep;
}

/* ---- steps ---- */

static int64_t least_rate(const tr_placer *p)
{
    bool overtime = p->d->back_by > p->d->shift_end && p->v->pence_per_overtime_hour < p->v->pence_per_hour;
    return overtime ? p->v->pence_per_overtime_hour : p->v->pence_per_hour;
}

/* Never above the cost of any route that goes on from the label: fixed cost aside, metres, fees so far
 * and the duty that cannot be shorter, at the cheaper of the two rates. */
static void rough_cost(const tr_placer *p, label *x)
{
    int64_t rate = least_rate(p);
    x->rough = x->metres * p->v->pence_per_km * 18 + x->fees * 18 + (int64_t)MAX(x->lag, x->early - x->leave_max) * rate * 5;
}

/* A break is only worth it on a route of more than 6 h of work, and that long is its duty then (wtr alone). */
static int64_t rested_cost(const tr_placer *p, const label *x)
{
    int64_t duty = MAX(x->lag, x->early - x->leave_max), least = 6 * HOUR + x->breaks;
    if (p->d->eu || x->breaks <= p->d->breaks || duty >= least) return x->rough;
    return x->rough + (least - duty) * least_rate(p) * 5;
}

/* Least gate fee for what is on board together, kg x pence per tonne; 0 if it may stay there. */
static int64_t least_fee(const tr_placer *p, tr_mask streams, int64_t kg)
{
    int64_t least = INT64_MAX;
    if (!p->fees || kg == 0 || !(streams & ~p->d->park_streams)) return 0;
    for (int32_t z = 0; z < p->m->n_sites; z++)
        if (!(streams & ~p->m->problem->sites[z].streams)) least = MIN(least, p->m->problem->sites[z].gate_fee_pence_per_tonne);
    return least == INT64_MAX ? 0 : kg * least;
}

/* One thing more into the loads: where it does not fit beside the least of them, into one more. */
static trips load_more(const tr_placer *p, trips t, int64_t kg, int64_t litres)
{
    if (t.kg_loads == 0 || t.kg + kg > p->kg_most) t.kg_loads++, t.kg = 0;
    if (t.litres_loads == 0 || t.litres + litres > p->litres_most) t.litres_loads++, t.litres = 0;
    t.kg += (int32_t)kg, t.litres += (int32_t)litres;
    return t;
}

/* Any order: the visits to sites that it takes at least to get rid of what is on board and to come. */
static int32_t least_visits(const tr_placer *p, const label *x)
{
    trips t = p->trips[(uint32_t)p->n_sets - 1 - p->set];
    int64_t kg = 0, litres = 0;
    for (int32_t c = 0; c < p->v->n_compartments; c++) kg += x->kg[c], litres += x->litres[c];
    if (kg > 0 || litres > 0) t = load_more(p, t, kg, litres);
    return MAX(0, MAX(t.kg_loads, t.litres_loads) - (p->d->park_streams != 0));
}

static size_t cell_of(const tr_placer *p, int32_t visits, uint32_t set, int32_t node)
{
    return ((size_t)visits * p->n_sets + set) * (size_t)p->n_nodes + (size_t)node;
}

/* Any order: seconds that it has yet to rest at least (wtr). */
static int32_t least_rest(const tr_placer *p, const label *x, size_t cell)
{
    if (!p->rests || !p->d->wtr) return 0;
    int64_t work = x->work + p->work_to_go[cell];
    return work > 6 * HOUR ? MAX(0, (work > 9 * HOUR ? MIN45 : MIN30) - x->breaks) : 0;
}

/* Any order: least hazard seconds of the route. */
static int64_t least_hazard(const tr_placer *p, const label *x)
{
    int64_t begin = p->m->problem->policy.day_start_s, sum = p->d->hazard_s;
    for (int32_t h = x->hazard; h >= 0; h = p->labels[p->labels[h].parent].hazard) sum += MAX(0, p->labels[h].early - begin);
    for (int32_t i = 0; i < p->n_hazards_to_come; i++) sum += MAX(0, x->early + p->hazards_to_come[i] - begin);
    return sum;
}

/* Any order: never more than what is added to the rough cost until the end, however the route goes on.  Its metres and fees
 * are what they are now and those to come; its duty, max(lag, early - leave_max), grows by all legs and stays to come at
 * least and the rests owed, as lag and early do and leave_max only falls; hazardous stops are served no earlier than when it leaves at once. */
static int64_t to_come(const tr_placer *p, const label *x)
{
    size_t cell = cell_of(p, MIN(least_visits(p, x), p->most_visits), p->set, x->node);
    int64_t fees = p->fees_to_come, hazard = least_hazard(p, x) * p->m->problem->policy.pence_per_hazard_minute;
    for (int32_t c = 0; c < p->v->n_compartments; c++) fees += least_fee(p, x->streams[c], x->kg[c]);
    return fees * 18 + hazard * 300 + least_rest(p, x, cell) * least_rate(p) * 5 + (int64_t)p->cost_to_go[cell] * COARSE;
}

/* Whether the label, which has yet to serve stops[next...], can still come below the bound. */
static bool hopeful(const tr_placer *p, const label *x, int32_t next)
{
    if (p->any_order) return x->rough + to_come(p, x) < p->bound && rested_cost(p, x) < p->bound;
    return x->rough + (p->exact ? 0 : p->ahead[next]) < p->bound;
}

/* Hourly: seconds of the leg when the crew left as early as it may; the clocks go on. */
__attribute__((noinline)) static int32_t probe_on(tr_placer *p, label *x, size_t cell, int64_t open, int64_t close, int32_t stay)
{
    const tr_legs *g = &p->m->legs[p->d->legs];
    int32_t base = tr_leg_base(p->m, g, cell);
    clocks *now = p->exact ? clocks_new(p, x) : NULL;
    for (int32_t k = 0; now && k < PROBES; k++) {
        if (now->at[k] >= TR_LATEST) continue;
        int64_t at = MAX((int64_t)now->at[k] + tr_leg_seconds(g, base, now->at[k]), open);
        now->at[k] = at > close || at + stay > p->d->back_by ? TR_LATEST : (int32_t)at + stay;
    }
    return tr_leg_seconds(g, base, x->early);
}

/* Moves on to a place: leg, window, stay.  False if a rule is broken. */
static bool step(tr_placer *p, label *x, int32_t place, int64_t open, int64_t close, int32_t stay)
{
    const tr_legs *g = &p->m->legs[p->d->legs];
    size_t cell = (size_t)x->place * (size_t)p->m->n_places + (size_t)place;
    int32_t leg = g->seconds[cell];
    if (leg >= TR_FAR) return false;
    int32_t first = p->hourly ? probe_on(p, x, cell, open, close, stay) : leg; /* leg: the least it can take */
    int64_t early = MAX((int64_t)x->early + first, open), lag = (int64_t)x->lag + leg;
    if (early > close || early + stay > p->d->back_by) return false;
    x->leave_max = (int32_t)MIN(x->leave_max, close - lag);
    x->early = (int32_t)early + stay, x->lag = (int32_t)lag + stay;
    x->place = place, x->metres += g->metres[cell];
    x->drive += leg, x->drive_to += leg, x->work += leg + stay, x->work_to += leg + stay;
    x->sites = 0, x->rested = false;
    return x->drive <= p->d->drive_max && !(p->d->wtr && x->work_to > 6 * HOUR) &&
           !(p->d->eu && x->drive_to > 4 * HOUR + MIN30) && x->leave_max >= p->d->leave_min;
}

static void add_rest(tr_placer *p, int32_t from, int32_t at, int32_t next, int32_t length)
{
    label x = p->labels[at];
    x.parent = at, x.item = (tr_item){TR_ITEM_BREAK, length, -1, 0};
    x.early += length, x.lag += length;
    if (x.early > p->d->back_by) return;
    if (p->hourly && p->exact) {
        clocks *now = clocks_new(p, &x);
        for (int32_t k = 0; k < PROBES; k++) now->at[k] = MIN(now->at[k] + length, TR_LATEST);
    }
    x.breaks += length, x.work_to = 0;
    if (length >= MIN45) x.drive_to = 0;
    x.rested = true;
    rough_cost(p, &x);
    if (!hopeful(p, &x, next)) return;
    *label_new(p) = x;
    settle(p, from, false);
}

static void add_site(tr_placer *p, int32_t from, int32_t at, int32_t next, int32_t site)
{
    const tr_site *s = &p->m->problem->sites[site];
    if (p->labels[at].sites >> site & 1) return;
    bool useful = false;
    for (int32_t c = 0; c < p->v->n_compartments; c++)
        useful |= p->labels[at].streams[c] && !(p->labels[at].streams[c] & ~s->streams);
    if (!useful && !p->exact) return;
    for (int32_t k = 0; k < s->n_opening; k++) {
        label x = p->labels[at];
        uint32_t sites = x.sites;
        if (!step(p, &x, s->place, s->opening[k].start_s, s->opening[k].end_s - s->turnaround_s, (int32_t)s->turnaround_s))
            continue;
        x.parent = at, x.item = (tr_item){TR_ITEM_DISPOSAL, site, -1, k};
        bool emptied = false;
        for (int32_t c = 0; c < p->v->n_compartments; c++) {
            if (x.streams[c] & ~s->streams) continue;
            emptied |= x.streams[c] != 0;
            x.fees += x.kg[c] * s->gate_fee_pence_per_tonne;
            x.kg[c] = x.litres[c] = 0, x.streams[c] = 0;
        }
        x.sites = (emptied ? 0 : sites) | (uint32_t)1 << site; /* no way back with the same load */
        x.node = (uint8_t)(p->n_nodes - 1 - p->m->n_sites + site);
        rough_cost(p, &x);
        if (!hopeful(p, &x, next)) continue;
        *label_new(p) = x;
        settle(p, from, false);
    }
}

static void add_stop(tr_placer *p, int32_t from, int32_t at, int32_t next, int32_t stop)
{
    const tr_model_stop *s = &p->m->stops[stop];
    for (int32_t c = 0; c < p->v->n_compartments; c++) {
        const tr_compartment *box = &p->v->compartments[c];
        const label *b = &p->labels[at];
        if (!(box->streams >> s->stream & 1) || (b->streams[c] & ~p->m->same_group[s->stream]) ||
            b->kg[c] + s->kg > box->kg || b->litres[c] + s->litres > box->litres)
            continue;
        int32_t total = s->kg;
        for (int32_t k = 0; k < p->v->n_compartments; k++) total += b->kg[k];
        if (total > p->v->payload_kg) continue;
        for (int32_t w = 0; w < s->n_windows; w++) {
            label x = p->labels[at];
            if (!step(p, &x, s->place, s->windows[w].start_s, s->windows[w].end_s, s->service)) continue;
            x.node = (uint8_t)next; /* any order: its number in the set */
            x.parent = at, x.item = (tr_item){TR_ITEM_STOP, stop, c, w};
            x.kg[c] += s->kg, x.litres[c] += s->litres, x.streams[c] |= (tr_mask)1 << s->stream;
            rough_cost(p, &x);
            if (!hopeful(p, &x, next + 1)) continue;
            label *fresh = label_new(p);
            *fresh = x;
            if (s->hazardous) fresh->hazard = p->n - 1; /* settled stages keep their order of stops */
            settle(p, from, !s->hazardous);
        }
    }
}

/* ---- stages ---- */

static int by_cost(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return x[0] != y[0] ? (x[0] > y[0] ? 1 : -1) : x[1] > y[1] ? 1 : -1;
}

/* Labels of the stage that go on, the cheapest first if there are too many; those that have had the break
 * they owe and those that have not are kept apart, as a break costs now and saves the route later. */
static int32_t survivors(const tr_placer *p, int32_t from, int64_t (*order)[2])
{
    int32_t n = MIN(p->n - from, EXACT_LABELS), limit = p->exact ? EXACT_LABELS : BEAM, kept = 0, count[2] = {0, 0};
    for (int32_t i = 0; i < n; i++) order[i][0] = n > limit ? p->labels[from + i].rough : 0, order[i][1] = from + i;
    if (n <= limit) return n;
    qsort(order, (size_t)n, sizeof *order, by_cost);
    for (int32_t i = 0; i < n; i++) {
        bool rested = p->rests && p->labels[order[i][1]].breaks >= p->owed;
        if (++count[rested] <= limit) order[kept][0] = order[i][0], order[kept++][1] = order[i][1];
    }
    return kept;
}

/* The sites worth a try in the gap from -> to of a longer route: the least detours among those open at all. */
static int32_t near_sites(const tr_placer *p, int32_t from, int32_t to, int32_t *out)
{
    const tr_legs *g = &p->m->legs[p->d->legs];
    int64_t best[NEAR_SITES];
    int32_t n = 0, limit = NEAR_SITES;
    if (p->exact || p->m->n_sites <= NEAR_SITES) {
        for (int32_t z = 0; z < p->m->n_sites && z < 32; z++) out[n++] = z;
        return n;
    }
    for (int32_t z = 0; z < p->m->n_sites && z < 32; z++) {
        int32_t place = p->m->problem->sites[z].place;
        int64_t detour = (int64_t)g->seconds[(size_t)from * (size_t)p->m->n_places + (size_t)place] +
                         g->seconds_to[(size_t)to * (size_t)p->m->n_places + (size_t)place];
        if (n == limit && best[n - 1] <= detour) continue;
        int32_t k = n < limit ? n++ : n - 1;
        while (k > 0 && best[k - 1] > detour) best[k] = best[k - 1], out[k] = out[k - 1], k--;
        best[k] = detour, out[k] = z;
    }
    return n;
}

/* A rest that lasts until the next place opens and no longer, if the law counts that. */
static void rest_until(tr_placer *p, int32_t from, int32_t at, int32_t next, int32_t place, int64_t open)
{
    const label *x = &p->labels[at];
    const tr_legs *g = &p->m->legs[p->d->legs];
    size_t cell = (size_t)x->place * (size_t)p->m->n_places + (size_t)place;
    int64_t leg = p->hourly ? tr_leg_seconds(g, tr_leg_base(p->m, g, cell), x->early) : g->seconds[cell];
    int64_t length = open - x->early - leg;
    if (length > MIN15 && length < MIN30) add_rest(p, from, at, next, (int32_t)length);
}

/* The lengths that can be best: the least pieces of the law; of two pieces that must sum to 45 min, one that
 * fills a wait and the one that is then still owed. */
static void rest_exactly(tr_placer *p, int32_t from, int32_t at, int32_t next, int32_t next_stop)
{
    int32_t breaks = p->labels[at].breaks;
    if (p->d->wtr) {
        add_rest(p, from, at, next, MIN15);
        if (breaks < MIN45) {
            add_rest(p, from, at, next, MIN30);
            if (breaks > 0 && MIN45 - breaks > MIN15 && MIN45 - breaks != MIN30) add_rest(p, from, at, next, MIN45 - breaks);
            if (next_stop >= 0) {
                const tr_model_stop *s = &p->m->stops[next_stop];
                for (int32_t w = 0; w < s->n_windows; w++) rest_until(p, from, at, next, s->place, s->windows[w].start_s);
            }
            for (int32_t z = 0; z < p->m->n_sites; z++) {
                const tr_site *s = &p->m->problem->sites[z];
                for (int32_t k = 0; k < s->n_opening; k++) rest_until(p, from, at, next, s->place, s->opening[k].start_s);
            }
        }
    }
    if (p->d->eu || breaks < MIN45) add_rest(p, from, at, next, MIN45);
}

/* On longer routes: one rest as the law asks, where the work to come makes it due; then what else it asks. */
static void rest_roughly(tr_placer *p, int32_t from, int32_t at, int32_t next)
{
    const label *x = &p->labels[at];
    int64_t ahead = p->ahead_s[next] + 3 * HOUR / 2; /* straight on, and a visit or two */
    if (p->d->eu) {
        if (x->drive_to + ahead > 4 * HOUR + MIN30 || x->work_to + ahead > 6 * HOUR) add_rest(p, from, at, next, MIN45);
    } else if (x->breaks < p->owed) {
        if (x->work + ahead > 6 * HOUR) add_rest(p, from, at, next, p->owed);
    } else if (x->work_to > 4 * HOUR) {
        add_rest(p, from, at, next, MIN15);
    }
}

/* Adds to the stage what can be done in the gap before the next stop (-1: the end). */
static void widen(tr_placer *p, int32_t from, int32_t next, int32_t next_stop)
{
    int32_t next_place = next_stop >= 0 ? p->m->stops[next_stop].place : p->d->end_place;
    int32_t sites[32];
    for (int32_t at = from; at < p->n && p->n - from < EXACT_LABELS; at++) {
        int32_t n = near_sites(p, p->labels[at].place, next_place, sites);
        for (int32_t k = 0; k < n; k++) add_site(p, from, at, next, sites[k]);
        const label *x = &p->labels[at];
        if (!p->rests || x->rested) continue;
        if (p->exact) rest_exactly(p, from, at, next, next_stop);
        else if (x->parent >= 0) rest_roughly(p, from, at, next);
    }
}

static void start_label(tr_placer *p)
{
    const tr_model_vehicle *d = p->d;
    label *x = label_new(p);
    memset(x, 0, sizeof *x);
    x->parent = -1, x->item.kind = -1, x->hazard = -1;
    x->place = d->place, x->early = d->ready, x->lag = d->lag, x->leave_max = d->leave_max;
    x->drive = d->drive, x->work = d->work, x->drive_to = d->drive_since_break, x->work_to = d->work_since_break;
    x->breaks = d->breaks, x->metres = d->metres, x->fees = d->fees_kgp;
    memcpy(x->kg, d->kg, sizeof x->kg);
    memcpy(x->litres, d->litres, sizeof x->litres);
    memcpy(x->streams, d->streams, sizeof x->streams);
}

static void path_items(const tr_placer *p, int32_t at, tr_arena *arena, tr_rt *out)
{
    int32_t n = 0;
    for (int32_t i = at; p->labels[i].parent >= 0; i = p->labels[i].parent) n++;
    tr_rt_reserve(p->m, out, n + 4, arena);
    out->n = n, out->n_stops = 0;
    for (int32_t i = at; p->labels[i].parent >= 0; i = p->labels[i].parent) {
        out->items[--n] = p->labels[i].item;
        out->n_stops += p->labels[i].item.kind == TR_ITEM_STOP;
    }
}

static bool empty_at_end(const tr_placer *p, const label *x)
{
    for (int32_t c = 0; c < p->v->n_compartments; c++)
        if (x->streams[c] & ~p->d->park_streams) return false;
    return true;
}

static bool finish(tr_placer *p, int32_t from, tr_arena *arena, tr_rt *out)
{
    int64_t(*order)[2] = p->sorted;
    int32_t n = 0, tried = 0;
    for (int32_t i = from; i < p->n && n < SET_LABELS; i++) {
        label x = p->labels[i];
        if (!empty_at_end(p, &x) || !step(p, &x, p->d->end_place, -TR_LATEST, p->d->back_by, 0)) continue;
        if (p->d->wtr && x.work > 6 * HOUR && x.breaks < (x.work > 9 * HOUR ? MIN45 : MIN30)) continue;
        rough_cost(p, &x);
        if (x.rough >= p->bound) continue;
        order[n][0] = x.rough, order[n][1] = i, n++;
    }
    qsort(order, (size_t)n, sizeof *order, by_cost);
    int32_t best = -1;
    int64_t least = INT64_MAX;
    for (int32_t k = 0; k < n && (p->exact || tried < 4); k++) {
        if (p->hourly && least < INT64_MAX && order[k][0] >= (least + 1) * TR_MONEY) break; /* driving it is dear */
        path_items(p, (int32_t)order[k][1], arena, out);
        if (!tr_rt_update(p->m, out)) continue;
        tried++;
        if (out->cost < least) least = out->cost, best = (int32_t)order[k][1];
    }
    if (best < 0) return false;
    path_items(p, best, arena, out);
    return tr_rt_update(p->m, out);
}

static bool order_allowed(const tr_placer *p, int32_t n, const int32_t *stops)
{
    bool other = false;
    for (int32_t i = 0; i < n; i++) {
        if (!tr_bit(p->d->can, stops[i])) return false;
        bool hazardous = p->m->stops[stops[i]].hazardous;
        if (hazardous && other && !tr_bit(p->d->exempt, stops[i])) return false;
        other |= !hazardous;
    }
    return true;
}

static void prepare(tr_placer *p, int32_t n, const int32_t *stops)
{
    const tr_legs *g = &p->m->legs[p->d->legs];
    p->any_order = false;
    p->exact = n <= (p->m->n_stops <= SMALL_PROBLEM || p->thorough ? EXACT_STOPS : EXACT_STOPS_LARGE);
    p->rests = p->d->may_need_break;
    if (p->exact) return;
    int64_t rate = least_rate(p);
    p->ahead[n] = p->ahead_s[n] = 0;
    for (int32_t i = n; i > 0; i--) { /* straight on, without sites or waits */
        size_t a = (size_t)p->m->stops[stops[i - 1]].place;
        size_t b = (size_t)(i < n ? p->m->stops[stops[i]].place : p->d->end_place), cell = a * (size_t)p->m->n_places + b;
        p->ahead[i - 1] = p->ahead[i] + (int64_t)g->metres[cell] * p->v->pence_per_km * 18 +
                          ((int64_t)g->seconds[cell] + p->m->stops[stops[i - 1]].service) * rate * 5;
        p->ahead_s[i - 1] = p->ahead_s[i] + g->seconds[cell] + p->m->stops[stops[i - 1]].service;
    }
    int64_t work = p->ahead_s[0] + p->d->work;
    p->owed = p->d->eu || work + HOUR > 9 * HOUR ? MIN45 : MIN30;
}

/* Hourly: spreads the probes up to the latest leaving that still serves the stops, sites and rests aside. */
static void spread_probes(tr_placer *p, int32_t n, const int32_t *stops)
{
    const tr_legs *g = &p->m->legs[p->d->legs];
    int32_t at = p->d->back_by, place = p->d->end_place, low = p->d->leave_min;
    for (int32_t i = n; i >= 0; i--) {
        const tr_model_stop *s = i > 0 ? &p->m->stops[stops[i - 1]] : NULL;
        size_t cell = (size_t)(s ? s->place : p->d->place) * (size_t)p->m->n_places + (size_t)place;
        if (g->seconds[cell] < TR_FAR) at = tr_leg_leave(g, tr_leg_base(p->m, g, cell), at);
        if (!s) break;
        at = (int32_t)MIN(at - s->service, s->windows[s->n_windows - 1].end_s), place = s->place;
    }
    int32_t high = MAX(low, MIN(at - p->d->lag, p->d->leave_max));
    label start = {.clocks = 0};
    p->n_clocks = 0;
    clocks *first = clocks_new(p, &start); /* the start label's */
    for (int32_t k = 0; k < PROBES; k++)
        first->at[k] = (int32_t)(low + (int64_t)(high - low) * (k + 1) / PROBES) + p->d->lag;
}

static bool solve(tr_placer *p, int32_t vehicle, int32_t n, const int32_t *stops, int64_t bound, tr_arena *arena, tr_rt *out)
{
    int64_t order[EXACT_LABELS][2];
    p->d = &p->m->vehicles[vehicle], p->v = &p->m->problem->vehicles[vehicle];
    out->vehicle = vehicle;
    p->bound = bound == INT64_MAX ? INT64_MAX : (bound + 1) * TR_MONEY; /* rounding: six terms, half a penny each */
    if (!order_allowed(p, n, stops)) return false;
    prepare(p, n, stops);
    p->n = 0;
    if (p->hourly) spread_probes(p, n, stops);
    start_label(p);
    int32_t from = 0;
    for (int32_t i = 0; i <= n; i++) {
        widen(p, from, i, i < n ? stops[i] : -1);
        if (i == n) break;
        int32_t live = survivors(p, from, order), next = p->n;
        for (int32_t k = 0; k < live && p->n - next < EXACT_LABELS; k++) add_stop(p, next, (int32_t)order[k][1], i, stops[i]);
        if (p->n == next) return false;
        from = next;
    }
    return finish(p, from, arena, out);
}

bool tr_place_below(tr_placer *p, int32_t vehicle, int32_t n, const int32_t *stops, int64_t bound, tr_arena *arena,
                    tr_rt *out)
{
    const tr_model_vehicle *d = &p->m->vehicles[vehicle];
    if (n == 0 && !d->departs) {
        out->vehicle = vehicle, out->n = out->n_stops = 0;
        return tr_rt_update(p->m, out);
    }
    if (p->m->plain) {
        tr_rt_reserve(p->m, out, n + 4, arena);
        out->vehicle = vehicle, out->n = out->n_stops = n;
        for (int32_t i = 0; i < n; i++) out->items[i] = (tr_item){TR_ITEM_STOP, stops[i], 0, 0};
        return tr_rt_update(p->m, out);
    }
    uint64_t seed = (uint64_t)(uint32_t)d->cls, key = tr_random(&seed);
    for (int32_t i = 0; i < n; i++) {
        uint64_t mix = key ^ (uint64_t)(uint32_t)stops[i] << 1;
        key = tr_random(&mix);
    }
    answer *a = &p->cache[key % CACHE];
    if (a->key == key && a->n_items < 0 && a->bound >= bound) return false;
    if (a->key == key && a->n_items >= 0) {
        tr_rt_reserve(p->m, out, a->n_items + 4, arena);
        out->vehicle = vehicle, out->n = a->n_items, out->n_stops = n;
        memcpy(out->items, a->items, (size_t)a->n_items * sizeof *a->items);
        return tr_rt_update(p->m, out);
    }
    bool found = solve(p, vehicle, n, stops, bound, arena, out);
    if (!found || out->n <= CACHE_ITEMS) {
        a->key = key, a->n_items = found ? out->n : -1, a->bound = bound;
        if (found) memcpy(a->items, out->items, (size_t)out->n * sizeof *a->items);
    }
    return found;
}

bool tr_place(tr_placer *p, int32_t vehicle, int32_t n, const int32_t *stops, tr_arena *arena, tr_rt *out)
{
    return tr_place_below(p, vehicle, n, stops, INT64_MAX, arena, out);
}

bool tr_place_with(tr_placer *p, int32_t vehicle, int32_t n, const int32_t *stops, int32_t stop, int32_t tries,
                   tr_arena *arena, tr_rt *out)
{
    const tr_model *m = p->m;
    const tr_model_vehicle *d = &m->vehicles[vehicle];
    const tr_legs *g = &m->legs[d->legs];
    const size_t np = (size_t)m->n_places, here = (size_t)m->stops[stop].place;
    int64_t detour[4] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
    int32_t at[4] = {-1, -1, -1, -1}, best = -1;
    bool bound = m->stops[stop].hazardous && !tr_bit(d->exempt, stop);
    if (!tr_bit(d->can, stop)) return false;
    for (int32_t i = 0; i <= n; i++) {
        size_t a = (size_t)(i > 0 ? m->stops[stops[i - 1]].place : d->place);
        size_t b = (size_t)(i < n ? m->stops[stops[i]].place : d->end_place);
        int64_t x = (int64_t)g->seconds[a * np + here] + g->seconds[here * np + b] - g->seconds[a * np + b];
        int32_t k = tries - 1;
        if (x < detour[k]) {
            for (; k > 0 && detour[k - 1] > x; k--) detour[k] = detour[k - 1], at[k] = at[k - 1];
            detour[k] = x, at[k] = i;
        }
        if (bound && i < n && !m->stops[stops[i]].hazardous) break;
    }
    tr_rt_reserve(m, out, n + 8, arena);
    int64_t least = INT64_MAX;
    for (int32_t k = 0; k <= tries; k++) { /* after the last try, the best once more */
        int32_t i = k < tries ? at[k] : best;
        if (i < 0 || (k == tries && tries == 1)) continue;
        memcpy(p->order, stops, (size_t)i * sizeof *stops);
        p->order[i] = stop;
        memcpy(p->order + i + 1, stops + i, (size_t)(n - i) * sizeof *stops);
        if (tr_place(p, vehicle, n + 1, p->order, arena, out) && out->cost < least) least = out->cost, best = i;
    }
    return best >= 0;
}

void tr_placer_thorough(tr_placer *p)
{
    p->thorough = true;
    memset(p->cache, 0, CACHE * sizeof *p->cache);
}

/* ---- any order ---- */

/* What can be done in the gap after the stops of `set` are served, before any of the others. */
static void widen_set(tr_placer *p, int32_t from, int32_t n, const int32_t *stops, uint32_t set)
{
    for (int32_t at = from; at < p->n && p->n - from < SET_LABELS; at++) {
        for (int32_t z = 0; z < p->m->n_sites && z < 32; z++) add_site(p, from, at, 0, z);
        if (!p->rests || p->labels[at].rested) continue;
        rest_exactly(p, from, at, 0, -1);
        for (int32_t i = 0; i < n && p->d->wtr && p->labels[at].breaks < MIN45; i++) {
            const tr_model_stop *s = &p->m->stops[stops[i]];
            if (set >> i & 1) continue;
            for (int32_t w = 0; w < s->n_windows; w++) rest_until(p, from, at, 0, s->place, s->windows[w].start_s);
        }
    }
}

static int32_t least_sum(int32_t n, const int32_t *a, const int32_t *b)
{
    int32_t least = NEVER;
    for (int32_t i = 0; i < n; i++) least = MIN(least, a[i] + b[i]);
    return least;
}

/* Least cost, by metre and second in the unit, of each way between nodes, over sites or not, with the stay at its end.  Nodes
 * are the stops of the set, then the sites, the start, and the end. */
static void fill_ways(const tr_placer *p, int32_t n, const int32_t *stops, int64_t metre, int64_t second, int64_t unit, int32_t (*way)[NODES])
{
    const tr_legs *g = &p->m->legs[p->d->legs];
    const int32_t sites = n + p->m->n_sites, all = sites + 2;
    int32_t place[NODES], stay[NODES] = {0};
    for (int32_t i = 0; i < n; i++) place[i] = p->m->stops[stops[i]].place, stay[i] = p->m->stops[stops[i]].service;
    for (int32_t i = n; i < sites; i++)
        place[i] = p->m->problem->sites[i - n].place, stay[i] = (int32_t)p->m->problem->sites[i - n].turnaround_s;
    place[sites] = p->d->place, place[sites + 1] = p->d->end_place;
    for (int32_t a = 0; a < all; a++)
        for (int32_t b = 0; b < all; b++) {
            size_t cell = (size_t)place[a] * (size_t)p->m->n_places + (size_t)place[b];
            int64_t cost = (g->metres[cell] * metre + (g->seconds[cell] + stay[b]) * second) / unit;
            way[a][b] = g->seconds[cell] >= TR_FAR ? NEVER : (int32_t)MIN(cost, NEVER);
        }
    for (int32_t z = n; z < sites; z++)
        for (int32_t a = 0; a < all; a++)
            for (int32_t b = 0; b < all; b++) way[a][b] = MIN(way[a][b], way[a][z] + way[z][b]);
}

/* Fills [most_visits + 1][n_sets][n_nodes]: by visits to sites, set of stops served and node, the least cost, by metre and
 * second in the unit, of going through all other stops to the end, with so many visits to sites or more.  Of the rules it knows the order
 * (rule 9), and that what the last stop gives is to be emptied.  A dynamic programme over sets (Held, Karp 1962). */
static void fill_to_go(const tr_placer *p, int32_t n, const int32_t *stops, int64_t metre, int64_t second, int64_t unit,
                       int32_t *to_go)
{
    const int32_t start = n + p->m->n_sites, end = start + 1;
    const uint32_t all = (uint32_t)p->n_sets - 1;
    int32_t way[NODES][NODES], then[NODES];
    fill_ways(p, n, stops, metre, second, unit, way);
    for (int32_t k = 0; k <= p->most_visits; k++)
        for (uint32_t set = all + 1; set-- > 0;) {
            int32_t *row = to_go + cell_of(p, k, set, 0);
            for (int32_t i = 0; i < n; i++)
                then[i] = set >> i & 1 || set & p->not_before[i] ? NEVER : to_go[cell_of(p, k, set | (uint32_t)1 << i, i)];
            for (int32_t z = n; z < start; z++) then[z] = k > 0 ? to_go[cell_of(p, k - 1, set, z)] : NEVER;
            then[start] = NEVER, then[end] = set == all && k == 0 ? 0 : NEVER;
            for (int32_t i = 0; i <= start; i++)
                if (i < n ? set >> i & 1 : i < start || set == 0) row[i] = least_sum(end + 1, way[i], then);
            for (int32_t i = 0; i < n && set == all; i++) {
                tr_mask stream = (tr_mask)1 << p->m->stops[stops[i]].stream;
                if (stream & p->d->park_streams) continue;
                row[i] = NEVER;
                for (int32_t z = n; z < start; z++)
                    if (p->m->problem->sites[z - n].streams & stream)
                        row[i] = MIN(row[i], way[i][z] + to_go[cell_of(p, MAX(k - 1, 0), set, z)]);
            }
        }
}

/* The least number of loads, and with it the least of a load, of each set, kg and litres apart: what goes in last does so
 * beside the least load of the others. */
static void fill_trips(tr_placer *p, int32_t n, const int32_t *stops)
{
    p->trips[0] = (trips){0, 0, 0, 0};
    for (uint32_t set = 1; set < p->n_sets; set++) {
        trips best = {INT32_MAX, 0, INT32_MAX, 0};
        for (int32_t i = 0; i < n; i++) {
            if (!(set >> i & 1)) continue;
            const tr_model_stop *s = &p->m->stops[stops[i]];
            trips t = load_more(p, p->trips[set & ~((uint32_t)1 << i)], s->kg, s->litres);
            if (t.kg_loads < best.kg_loads || (t.kg_loads == best.kg_loads && t.kg < best.kg)) best.kg_loads = t.kg_loads, best.kg = t.kg;
            if (t.litres_loads < best.litres_loads || (t.litres_loads == best.litres_loads && t.litres < best.litres))
                best.litres_loads = t.litres_loads, best.litres = t.litres;
        }
        p->trips[set] = best;
    }
}

/* The stops of the set are served, and no others. */
static void enter_set(tr_placer *p, int32_t n, const int32_t *stops, uint32_t set)
{
    for (int32_t i = 0; i < p->n_nodes; i++) p->newest[i] = -1;
    p->set = set, p->fees_to_come = p->n_hazards_to_come = 0;
    for (int32_t i = 0; i < n; i++) {
        const tr_model_stop *s = &p->m->stops[stops[i]];
        if (set >> i & 1) continue;
        p->fees_to_come += least_fee(p, (tr_mask)1 << s->stream, s->kg);
        if (s->hazardous) p->hazards_to_come[p->n_hazards_to_come++] = s->service;
    }
}

static void prepare_set(tr_placer *p, int32_t n, const int32_t *stops)
{
    int64_t kg = 0, litres = 0, on_board = 0;
    uint32_t others = 0;
    for (int32_t c = 0; c < p->v->n_compartments; c++) {
        kg += p->v->compartments[c].kg, on_board += p->d->kg[c];
        litres += MAX(p->v->compartments[c].litres, p->d->litres[c]);
    }
    p->kg_most = MAX(1, MAX(MIN(kg, p->v->payload_kg), on_board)), p->litres_most = MAX(1, litres);
    for (int32_t i = 0; i < n; i++) others |= (uint32_t)!p->m->stops[stops[i]].hazardous << i;
    for (int32_t i = 0; i < n; i++) {
        bool first = p->m->stops[stops[i]].hazardous && !tr_bit(p->d->exempt, stops[i]);
        p->not_before[i] = first ? others : 0;
    }
    p->n_sets = (size_t)1 << n, p->n_nodes = n + p->m->n_sites + 1;
    if (p->first_room <= p->n_sets) {
        p->first_room = p->n_sets + 1;
        p->first = tr_arena_alloc(p->arena, p->first_room, sizeof *p->first);
        p->trips = tr_arena_alloc(p->arena, p->first_room, sizeof *p->trips);
    }
    fill_trips(p, n, stops);
    start_label(p);
    p->labels[0].node = (uint8_t)(p->n_nodes - 1), p->labels[0].older = -1;
    enter_set(p, n, stops, 0);
    size_t cells = p->n_sets * (size_t)p->n_nodes;
    p->most_visits = p->m->n_sites > 0 ? MIN(least_visits(p, &p->labels[0]), MAX((int32_t)(AHEAD / cells) - 1, 0)) : 0;
    cells *= (size_t)p->most_visits + 1;
    if (p->to_go_room < cells) {
        p->to_go_room = MAX(cells, MIN(2 * p->to_go_room, (size_t)AHEAD));
        p->cost_to_go = tr_arena_alloc(p->arena, p->to_go_room, sizeof *p->cost_to_go);
        p->work_to_go = tr_arena_alloc(p->arena, p->to_go_room, sizeof *p->work_to_go);
    }
    fill_to_go(p, n, stops, p->v->pence_per_km * 18, least_rate(p) * 5, COARSE, p->cost_to_go);
    if (p->rests && p->d->wtr) fill_to_go(p, n, stops, 0, 1, 1, p->work_to_go);
}

int32_t tr_place_set(tr_placer *p, int32_t vehicle, int32_t n, const int32_t *stops, int64_t bound, tr_arena *arena,
                     tr_rt *out)
{
    if (n > PLACE_SET || p->m->n_sites > SITES || p->m->hourly) return -1; /* by the hour, leaving is not chosen exactly */
    p->d = &p->m->vehicles[vehicle], p->v = &p->m->problem->vehicles[vehicle];
    out->vehicle = vehicle;
    for (int32_t i = 0; i < n; i++)
        if (!tr_bit(p->d->can, stops[i])) return 0;
    p->bound = bound == INT64_MAX ? INT64_MAX : (bound + 3 - (n > 0 ? p->v->fixed_pence : 0)) * TR_MONEY;
    p->exact = p->any_order = true, p->rests = p->d->may_need_break, p->n = 0;
    prepare_set(p, n, stops);
    for (uint32_t set = 0; set < p->n_sets; set++) {
        int32_t from = set == 0 ? 0 : p->n;
        p->first[set] = from;
        enter_set(p, n, stops, set);
        for (int32_t i = 0; i < n; i++) {
            uint32_t before = set & ~((uint32_t)1 << i);
            if (before == set || before & p->not_before[i]) continue;
            for (int32_t at = p->first[before]; at < p->first[before + 1] && p->n - from < SET_LABELS; at++)
                add_stop(p, from, at, i, stops[i]);
        }
        if (p->n > from) widen_set(p, from, n, stops, set);
        p->first[set + 1] = p->n;
        if (p->n - from >= SET_LABELS || p->n > ALL_LABELS) return -1;
    }
    int32_t last = p->first[p->n_sets - 1];
    return p->n > last && finish(p, last, arena, out) && out->cost < bound;
}
