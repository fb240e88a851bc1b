/* trips.c -- the bound over trips: rounds of pricing, and the fleets that are branched on: see trips.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "trips_master.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum {
    BEAM = 6, WIDE = 30,  /* of heuristics, one after the other */
    FLEETS = 2000,
    ENOUGH = 200,         /* trips of a round of a heuristic */
    WORTH = 50,           /* the part of the value that is much to go */
    SLOW = 3,             /* seconds of pricing all trips from which a beam is tried that looks ahead well */
    ROSE = 50, SELDOM = 3, /* all trips are priced in between once the programme rose by that part of the gap, and it takes no more than that part of the time */
    CENTERED = 10,        /* rounds of pricing by central duals, at most; they may prove less by that part of the gap */
    EFFORT = 2, RISEN = 5, /* of listing routes, at most; the part of the gap by which the bound rises before that is tried again */
    LISTED_MOST = 40, LISTED_SEVERAL = 25, /* stops with which it is tried at all; where several vehicles are out and the bound is not near */
    LITTLE = 5000, SOME = 500, FAINT = 2000 /* the part of the value for which no further round is made; of a fleet to be parted; of a heuristic */
};

static const double TRIPS_BROKEN = 0.05; /* off a whole number */

/* GLPK ends the program on an error of its own; the hook leaves it instead. */
static _Thread_local jmp_buf escape;

static void on_error(void *unused)
{
    (void)unused;
    longjmp(escape, 1);
}

typedef struct { /* what a fleet is parted by: how many are out in all, or of a class; whether the only one of a class has a break; trips of a class */
    tr_trip_parting of;
    int32_t cls, down;
} parting;

typedef struct fleet {
    trip_fleet is;
    parting by;           /* it was parted, */
    struct fleet *part[2]; /* into these; NULL = not */
    const tr_trip_duals *duals; /* of `proven`, for the certificate; */
    __int128 proven;      /* no solution is below by them */
    bool sealed, none;    /* part of it is settled otherwise: duals and parts are those of before; there is no such fleet */
    __int128 units;       /* no solution is below; */
    __int128 priced;      /* or below that by these, where listing wants them: */
    int64_t level[2], *out; /* duals; [classes] what one more vehicle out costs by them */
    trip_prices *prices;  /* [classes] */
    bool *done;           /* [classes] all routes of it that a better plan may have were told; */
    uint64_t (*serves)[TRIP_WORDS]; /* [classes] stops of them */
    int32_t tries;        /* of listing them */
    __int128 tried;       /* its bound when that was last given up */
    bool open, listed;    /* listed: all of all classes were */
} fleet;

typedef struct {
    tr_trips *t;
    tr_arena *arena;
    trip_master p;
    fleet *fleets;
    int32_t n_fleets;
    bool *told;           /* [classes] routes of it were told, and it was taken out of a fleet then; */
    __int128 least_told;  /* the bound of that */
    __int128 root;        /* the bound before anything was branched on */
    double begun, priced_at, priced_s, well_s; /* when all trips were priced last; what that took, and what the widest beam did */
    double *made;         /* [classes] trips of the solution */
    fleet *listing;       /* whose routes are told now, */
    int32_t listed;       /* and of which class */
    int32_t turn;         /* of pricing */
} run;

static double now(const run *r)
{
    return r->t->clock ? r->t->clock(r->t->context) : 0;
}

static bool ended(const run *r)
{
    return r->t->work <= 0 || (r->t->enough && r->t->enough(r->t->context)) || (r->t->seconds > 0 && now(r) - r->begun > r->t->seconds);
}

static bool ended_for(void *context)
{
    return ended(context);
}

/* ---- rounds ---- */

static void take_trip(void *context, const trip *found)
{
    run *r = context;
    trip_master_take(&r->p, found);
}

/* The least reduced cost a stop of all trips of the fleet, a node, a class and a group of streams after the other; a heuristic goes on
 * with the next in the next round once it has enough.  INT64_MIN if work ran out. */
static int64_t price(run *r, const fleet *f, int32_t beam, int32_t *added)
{
    const int32_t ends = r->p.m->n_sites + 1, turns = r->p.n_classes * ends * r->p.n_groups, before = r->p.n;
    int64_t least = 0;
    for (int32_t i = 0; i < turns && (beam <= 0 || r->p.n - before < ENOUGH); i++) {
        if (++r->turn >= turns) r->turn = 0;
        const int32_t k = r->turn / r->p.n_groups / ends, at = r->turn / r->p.n_groups % ends;
        const trip_class *c = &r->p.classes[k];
        const tr_full *g = c->graph;
        const int32_t to = at < r->p.m->n_sites ? g->ns + at : g->end;
        if (f->is.high[k] == 0 || (to == g->end ? c->d->park_streams == 0 && c->n_boxes == 1 : !g->active[to])) continue;
        int64_t work = r->t->work;
        int64_t one = trip_price(c, &r->p.sides[k].prices, to, r->p.groups[r->turn % r->p.n_groups], beam, take_trip, ended_for, r, &work);
        r->t->labels += r->t->work - work, r->t->work = work;
        if (one == INT64_MIN) return one;
        least = MIN(least, one);
    }
    *added = r->p.n - before;
    return least;
}

/* Are the routes of better plans to be told? */
static bool lists(const run *r)
{
    return r->t->listed && r->p.m->n_stops <= LISTED_MOST;
}

/* Into few trips or many, where a class makes a broken number of them. */
static parting trips_of(const run *r)
{
    double *trips = r->made, most = TRIPS_BROKEN;
    memset(trips, 0, (size_t)r->p.n_classes * sizeof *trips);
    parting by = {TR_PART_NONE, -1, 0};
    for (int32_t i = 0; i < r->p.n; i++) trips[r->p.trips[i].c->index] += glp_get_col_prim(r->p.lp, r->p.first_trip + i);
    for (int32_t k = 0; k < r->p.n_classes; k++) {
        const double off = fabs(trips[k] - floor(trips[k] + 0.5));
        if (off > most) most = off, by = (parting){TR_PART_TRIPS, k, (int32_t)floor(trips[k])};
    }
    return by;
}

/* By its vehicles. */
static parting parting_of(const run *r, const fleet *f)
{
    double all = 0, most = 1e-6;
    parting by = {TR_PART_NONE, -1, 0};
    for (int32_t k = 0; k < r->p.n_classes; k++) {
        double out = glp_get_col_prim(r->p.lp, r->p.sides[k].col_out), off = fabs(out - floor(out + 0.5));
        all += out;
        if (off > most) most = off, by = (parting){TR_PART_CLASS, k, (int32_t)floor(out)};
    }
    if (fabs(all - floor(all + 0.5)) > 1e-6) return (parting){TR_PART_OUT, -1, (int32_t)floor(all)};
    for (int32_t k = 0; k < r->p.n_classes && by.of == TR_PART_NONE; k++) {
        const double rest = glp_get_col_prim(r->p.lp, r->p.sides[k].col_break);
        bool open = f->is.low[k] == 1 && f->is.high[k] == 1 && r->p.classes[k].slope > 0 && !f->is.rested[k] && !f->is.brief[k];
        if (open && rest > 1e-6 && rest < 0.5 - 1e-6) by = (parting){TR_PART_BREAK, k, 0};
    }
    if (by.of == TR_PART_NONE && lists(r) && f->is.all_low < f->is.all_high) { /* so that it is known how many others there are */
        const int32_t n = (int32_t)floor(all + 0.5);
        by = (parting){TR_PART_OUT, -1, n > f->is.all_low ? n - 1 : n};
    }
    return by;
}

/* The prices that prove the fleet's bound are kept. */
static void keep_prices(run *r, fleet *f)
{
    f->level[0] = r->p.level[0], f->level[1] = r->p.level[1];
    f->out = TR_NEW(r->arena, int64_t, r->p.n_classes + 1), f->prices = TR_NEW(r->arena, trip_prices, r->p.n_classes + 1);
    const int64_t *stop = tr_arena_grow(r->arena, r->p.stop, (size_t)r->p.m->n_stops, (size_t)r->p.m->n_stops + 1, sizeof *stop);
    const tr_cut *cuts = tr_arena_grow(r->arena, r->p.cuts, (size_t)r->p.n_cuts, (size_t)r->p.n_cuts + 1, sizeof *cuts);
    for (int32_t k = 0; k < r->p.n_classes; k++) {
        const trip_prices *from = &r->p.sides[k].prices;
        trip_prices *to = &f->prices[k];
        const size_t n = (size_t)r->p.classes[k].graph->stride;
        f->out[k] = trip_master_out(&r->p, k);
        *to = *from, to->stop = stop, to->cuts = cuts;
        to->inward = tr_arena_grow(r->arena, from->inward, n * (size_t)r->p.classes[k].graph->ns, n * (size_t)r->p.classes[k].graph->ns + 1, sizeof *to->inward);
        to->outward = tr_arena_grow(r->arena, from->outward, n * n, n * n + 1, sizeof *to->outward);
        for (int q = 0; q < r->p.classes[k].n_states; q++) {
            to->leave[q] = tr_arena_grow(r->arena, from->leave[q], n, n + 1, sizeof *to->leave[q]);
            to->reach[q] = tr_arena_grow(r->arena, from->reach[q], n, n + 1, sizeof *to->reach[q]);
        }
    }
}

static bool is_parted(const run *r, const fleet *f)
{
    return parting_of(r, f).of != TR_PART_NONE;
}

/* Is the solution to be held to more rules before all trips are priced?  Not if it is above the value already, or to be parted, unless there are many stops
 * and so many fleets and much to go; or if it has come a good part of the way since all were priced. */
static bool is_worth_more(const run *r, const fleet *f)
{
    const double value = (double)r->t->value, known = (double)f->units / TR_MONEY, is = glp_get_obj_val(r->p.lp);
    if (f->units == INT64_MIN || is >= value) return false;
    if (is_parted(r, f) && (lists(r) || is >= value - value / WORTH)) return false;
    return is - known <= (value - known) / ROSE || now(r) - r->priced_at < SELDOM * r->priced_s;
}

/* Does the widest beam save rounds of pricing all trips? */
static bool helps_well(const run *r)
{
    return lists(r) && r->priced_s > SLOW && r->priced_s > SELDOM * r->well_s;
}

/* The beam of the next round after that of one; some: it found trips. */
static int32_t next_beam(run *r, const fleet *f, int32_t beam, bool some, int32_t first, int32_t all)
{
    if (beam == TRIP_BEAM_WELL) return some && helps_well(r) ? beam : all;
    if (some) return beam;
    if (f->units == INT64_MIN) return all; /* a bound before all else */
    if (beam == BEAM) return WIDE;
    if (is_worth_more(r, f) && trip_master_hold(&r->p)) return first;
    return helps_well(r) ? TRIP_BEAM_WELL : all;
}

/* Rounds until the fleet's bound meets the value or little is found; false if something ended them before.  A fleet that is to be parted is
 * not worth many. */
static bool converge(run *r, fleet *f)
{
    const int32_t all = r->t->well ? TRIP_ALL_WELL : TRIP_ALL, first = r->t->exact ? all : BEAM;
    int32_t beam = first;
    for (;;) {
        if (ended(r)) return false;
        const double at = now(r);
        const bool solved = trip_master_solve(&r->p);
        r->t->lp_s += now(r) - at;
        if (!solved) return false;
        trip_master_read(&r->p, &f->is);
        if (beam == all) trip_master_lower(&r->p, &f->is);
        int32_t added = 0;
        const double from = now(r);
        int64_t least = price(r, f, beam, &added);
        if (beam == all) r->priced_at = now(r), r->priced_s = r->priced_at - from;
        if (beam == TRIP_BEAM_WELL) r->well_s = now(r) - from;
        if (least == INT64_MIN) return false;
        if (beam == all) {
            __int128 units = trip_master_bound(&r->p, &f->is, least);
            if (units > f->units) f->units = units;
            if (r->t->listed && units > f->priced) f->priced = units, keep_prices(r, f);
            if (r->t->keeps && !f->sealed && units > f->proven) f->proven = units, f->duals = trip_proof_duals(&r->p, least, r->t->keeps);
            if (f->units > trip_value_units(&r->p)) return true;
            const bool parted = is_parted(r, f);
            if (added == 0 || -(__int128)least * r->p.m->n_stops < (__int128)r->t->value * TR_MONEY / (parted ? SOME : LITTLE)) {
                if (parted || !trip_master_hold(&r->p)) return true;
                beam = first;
                continue;
            }
        }
        const bool some = added > 0 && -(__int128)least * r->p.m->n_stops >= (__int128)r->t->value * TR_MONEY / FAINT;
        beam = beam == all ? first : next_beam(r, f, beam, some, first, all);
    }
}

/* Prices in the middle of those that prove the fleet's bound: fewer routes seem worth their while by them than by those in a corner. */
static void center(run *r, fleet *f)
{
    for (int32_t round = 0; round < CENTERED && !ended(r); round++) {
        int32_t added = 0;
        if (!trip_master_solve(&r->p) || !trip_master_read_central(&r->p, &f->is)) return;
        trip_master_lower(&r->p, &f->is);
        const int64_t least = price(r, f, TRIP_ALL, &added);
        if (least == INT64_MIN) return;
        const __int128 units = trip_master_bound(&r->p, &f->is, least);
        if (units >= f->priced - (trip_value_units(&r->p) - f->priced) / CENTERED) f->priced = units, keep_prices(r, f);
        if (added == 0) return;
    }
}

/* ---- fleets ---- */

static fleet *new_fleet(run *r, const fleet *of)
{
    if (r->n_fleets == FLEETS) return NULL;
    fleet *f = &r->fleets[r->n_fleets++];
    *f = of ? *of : (fleet){.units = INT64_MIN, .priced = INT64_MIN, .proven = INT64_MIN};
    size_t n = (size_t)r->p.n_classes, room = n + 1;
    f->is.low = tr_arena_grow(r->arena, of ? of->is.low : NULL, of ? n : 0, room, sizeof *f->is.low);
    f->is.high = tr_arena_grow(r->arena, of ? of->is.high : NULL, of ? n : 0, room, sizeof *f->is.high);
    f->is.rested = tr_arena_grow(r->arena, of ? of->is.rested : NULL, of ? n : 0, room, sizeof *f->is.rested);
    f->is.few = tr_arena_grow(r->arena, of ? of->is.few : NULL, of ? n : 0, room, sizeof *f->is.few);
    f->is.many = tr_arena_grow(r->arena, of ? of->is.many : NULL, of ? n : 0, room, sizeof *f->is.many);
    f->is.brief = tr_arena_grow(r->arena, of ? of->is.brief : NULL, of ? n : 0, room, sizeof *f->is.brief);
    f->done = tr_arena_grow(r->arena, of ? of->done : NULL, of ? n : 0, room, sizeof *f->done);
    f->serves = tr_arena_grow(r->arena, of ? of->serves : NULL, of ? n : 0, room, sizeof *f->serves);
    f->by = (parting){TR_PART_NONE, -1, 0}, f->part[0] = f->part[1] = NULL;
    f->tries = 0;
    f->open = true;
    return f;
}

static fleet *worst_open(run *r)
{
    fleet *worst = NULL;
    for (int32_t i = 0; i < r->n_fleets; i++)
        if (r->fleets[i].open && !r->fleets[i].listed && (!worst || r->fleets[i].units < worst->units)) worst = &r->fleets[i];
    return worst;
}

/* Holds each class to what the others leave of the vehicles out in all, and these to the classes; there may be no such fleet. */
static void fit(const run *r, fleet *f)
{
    for (int times = 0; times < 2; times++) {
        int32_t low = 0, high = 0;
        for (int32_t k = 0; k < r->p.n_classes; k++) low += f->is.low[k], high += f->is.high[k];
        f->is.all_low = MAX(f->is.all_low, low), f->is.all_high = MIN(f->is.all_high, high);
        for (int32_t k = 0; k < r->p.n_classes; k++) {
            const int32_t most = f->is.low[k] + f->is.all_high - low, least = f->is.high[k] - (high - f->is.all_low);
            f->is.high[k] = MIN(f->is.high[k], most), f->is.low[k] = MAX(f->is.low[k], least);
        }
    }
    f->open = f->is.all_low <= f->is.all_high;
    for (int32_t k = 0; k < r->p.n_classes; k++) f->open &= f->is.low[k] <= f->is.high[k];
}

/* Two fleets in the place of one; false if there is no room. */
static bool branch(run *r, fleet *f, parting by)
{
    fleet *a = new_fleet(r, f), *b = new_fleet(r, f);
    if (!a || !b) return false;
    if (by.of == TR_PART_OUT) a->is.all_high = by.down, b->is.all_low = by.down + 1;
    if (by.of == TR_PART_CLASS) a->is.high[by.cls] = by.down, b->is.low[by.cls] = by.down + 1;
    r->t->by_trips += by.of == TR_PART_TRIPS;
    if (by.of == TR_PART_TRIPS) a->is.many[by.cls] = by.down, b->is.few[by.cls] = by.down + 1;
    if (by.of == TR_PART_BREAK) a->is.rested[by.cls] = b->is.brief[by.cls] = true;
    fit(r, a), fit(r, b);
    a->none = !a->open, b->none = !b->open;
    f->open = false, f->by = by, f->part[0] = a, f->part[1] = b;
    return true;
}

static int64_t pence_of(__int128 units)
{
    return units <= 0 ? 0 : (int64_t)((units + TR_MONEY - 1) / TR_MONEY);
}

static void take_listed(void *context, const tr_priced *route)
{
    run *r = context;
    uint64_t *serves = r->listing->serves[r->listed];
    for (int32_t i = 0; i < route->n; i++) tr_bit_set(serves, route->stops[i]);
    r->t->listed(r->t->context, r->p.classes[r->listed].graph->vehicle, route);
}

/* What the fleet's bound leaves for a class of which one more is out. */
static __int128 gap_of(const run *r, const fleet *f, int32_t k)
{
    return trip_value_units(&r->p) - f->priced + 1 - (f->is.low[k] == 0 ? MAX(0, f->out[k]) : 0);
}

/* What it costs that a vehicle of the class serves a stop not, if no other can: nobody does then. */
static void cost_unserved(const run *r, const fleet *f, int32_t k, int64_t *cost)
{
    for (int32_t s = 0; s < r->p.m->n_stops; s++) {
        const tr_goal *x = &r->p.m->stops[s].left;
        bool other = f->is.high[k] > 1;
        for (int32_t j = 0; j < r->p.n_classes && f->is.all_high > 1; j++)
            other |= j != k && f->is.high[j] > 0 && gap_of(r, f, j) > 0 && (!f->done[j] || tr_bit(f->serves[j], s));
        const int64_t left = x->cost_pence * TR_MONEY - f->prices[0].stop[s] - f->level[0] * x->hazard_left - f->level[1] * x->due_left;
        cost[s] = other ? 0 : MAX(0, left);
    }
}

/* Is there one vehicle out, of which it is known whether it rests? */
static bool is_last(const run *r, const fleet *f)
{
    bool is = f->is.all_low == 1 && f->is.all_high == 1;
    for (int32_t k = 0; k < r->p.n_classes; k++) is &= f->is.low[k] == f->is.high[k] && (f->is.high[k] == 0 || r->p.classes[k].slope == 0 || f->is.rested[k] || f->is.brief[k]);
    return is;
}

/* All routes that a better plan of the fleet may have are told, class by class and with more effort then; true if that is all of them. */
static bool list(run *r, fleet *f)
{
    /* little, and then the most if more was tried before, or nothing else can be done; or what goes between */
    const bool last = f->tries > 0 || is_last(r, f);
    const int32_t step = last ? EFFORT : 1, most = last ? EFFORT : f->is.all_high == 1 ? 0 : 1;
    tr_arena *scratch = tr_arena_new();
    int64_t *unserved = TR_NEW(scratch, int64_t, r->p.m->n_stops + 1);
    bool whole = false;
    for (int32_t e = f->tries > 0 ? EFFORT : 0; e <= most && !whole && !ended(r); e += step) {
        whole = true;
        for (int32_t k = 0; k < r->p.n_classes && !ended(r); k++) {
            const __int128 gap = gap_of(r, f, k);
            if (f->is.high[k] == 0 || f->done[k] || gap <= 0) continue;
            cost_unserved(r, f, k, unserved);
            const trip_wanted wanted = {.c = &r->p.classes[k], .prices = &f->prices[k], .groups = r->p.groups, .n_groups = r->p.n_groups, .unserved = unserved,
                                        .gap = (int64_t)gap, .below = (int64_t)trip_value_units(&r->p) + 1, .effort = e, .core = r->t->core, .sink = take_listed,
                                        .enough = ended_for, .context = r};
            int64_t work = r->t->work;
            r->listing = f, r->listed = k;
            f->done[k] = trip_list(&wanted, &work);
            r->t->labels += r->t->work - work, r->t->work = work;
            whole &= f->done[k];
        }
    }
    tr_arena_free(scratch);
    return whole && !ended(r);
}

/* Where one vehicle is out, those of classes that were listed need no more; true if there are any.  What was known of them is kept. */
static bool drop_listed(run *r, fleet *f)
{
    bool any = false;
    for (int32_t k = 0; k < r->p.n_classes && f->is.all_high == 1; k++)
        if (f->done[k] && f->is.low[k] < f->is.high[k]) f->is.high[k] = f->is.low[k], r->told[k] = any = true;
    if (any && f->units < r->least_told) r->least_told = f->units;
    f->sealed |= any;
    fit(r, f);
    return any;
}

/* Not again before the bound has risen by a part of the gap. */
static bool worth_listing(const run *r, const fleet *f)
{
    if (!lists(r) || !f->prices) return false;
    return f->tries < 2 || f->units - f->tried > (trip_value_units(&r->p) - f->tried) / RISEN;
}

/* With several vehicles out, many stops and much to go, routes would be listed in vain: the programme over them does better then. */
static bool is_for_routes(const run *r, const fleet *f)
{
    const int64_t gap = (int64_t)((trip_value_units(&r->p) - f->units) / TR_MONEY);
    return lists(r) && f->is.all_high > 1 && r->p.m->n_stops > LISTED_SEVERAL && gap > r->t->value / 100;
}

static void work_off(run *r)
{
    fleet *f = new_fleet(r, NULL);
    for (int32_t k = 0; k < r->p.n_classes; k++) {
        f->is.high[k] = r->p.classes[k].count, f->is.low[k] = r->p.classes[k].d->departs ? f->is.high[k] : 0;
        f->is.all_low += f->is.low[k], f->is.all_high += f->is.high[k];
        f->is.many[k] = r->p.m->n_stops;
    }
    while ((f = worst_open(r))) {
        trip_master_set(&r->p, &f->is);
        if (!converge(r, f)) break;
        if (r->n_fleets == 1) r->root = f->units;
        f->open = f->units <= trip_value_units(&r->p);
        if (!f->open) continue;
        parting by = parting_of(r, f);
        if (by.of == TR_PART_NONE) by = trips_of(r);
        if (by.of == TR_PART_NONE && worst_open(r) != f) continue; /* later */
        if (by.of == TR_PART_NONE && is_for_routes(r, f)) break;
        if (by.of == TR_PART_NONE && worth_listing(r, f)) {
            center(r, f);
            f->listed = list(r, f), f->tried = f->units, f->tries++;
            if (f->listed || drop_listed(r, f)) continue;
        }
        if (by.of != TR_PART_NONE ? !branch(r, f, by) : trip_master_cut(&r->p) == 0 && f->tries != 1) break;
        const fleet *worst = worst_open(r);
        if (r->t->told && worst && worst->units > 0) r->t->told(r->t->context, pence_of(MIN(worst->units, r->least_told)));
    }
}

/* The fleet with its parts for the certificate; its index. */
static int32_t write_fleet(tr_trip_proof *proof, const fleet *f, __int128 *least)
{
    const int32_t at = proof->n_fleets++;
    tr_trip_fleet *x = &proof->fleets[at];
    *x = (tr_trip_fleet){.by = TR_PART_NONE, .cls = -1, .part = {-1, -1}, .duals = -1};
    if (!f->sealed && f->part[0]) {
        x->by = f->by.of, x->cls = f->by.cls, x->most = f->by.down;
        for (int i = 0; i < 2; i++) x->part[i] = write_fleet(proof, f->part[i], least);
    } else if (!f->none) {
        *least = MIN(*least, f->proven);
        for (x->duals = 0; x->duals < proof->n_duals && proof->duals[x->duals].stop != f->duals->stop;) x->duals++; /* those of a fleet it is part of? */
        if (x->duals == proof->n_duals) proof->duals[proof->n_duals++] = *f->duals;
    }
    return at;
}

static void write_proof(run *r)
{
    tr_trips *t = r->t;
    if (!t->keeps || r->n_fleets == 0 || !r->fleets[0].duals) return;
    __int128 least = (__int128)t->value * TR_MONEY;
    tr_trip_proof *proof = TR_NEW(t->keeps, tr_trip_proof, 1);
    proof->fleets = TR_NEW(t->keeps, tr_trip_fleet, r->n_fleets), proof->duals = TR_NEW(t->keeps, tr_trip_duals, r->n_fleets);
    write_fleet(proof, &r->fleets[0], &least);
    proof->n_classes = r->p.n_classes, proof->classes = trip_proof_classes(&r->p, t->keeps);
    proof->bound = pence_of(least);
    t->proof = proof;
}

static void answer(run *r)
{
    tr_trips *t = r->t;
    __int128 least = MIN((__int128)t->value * TR_MONEY, r->least_told);
    t->out = TR_NEW(r->arena, bool, r->p.m->n_vehicles + 1);
    for (int32_t k = 0; k < r->p.n_classes; k++) t->out[r->p.classes[k].graph->vehicle] |= r->told[k];
    for (int32_t i = 0; i < r->n_fleets; i++) {
        const fleet *f = &r->fleets[i];
        if (!f->open) continue;
        if (f->units < least) least = f->units;
        for (int32_t k = 0; k < r->p.n_classes; k++) t->out[r->p.classes[k].graph->vehicle] |= f->is.high[k] > 0;
    }
    t->all_listed = t->listed && !worst_open(r);
    t->root = pence_of(r->root);
    t->columns = r->p.n, t->cuts = r->p.n_cuts, t->loops = r->p.n_loops, t->fleets = r->n_fleets;
    t->known = least > 0, t->bound = MIN(pence_of(least), t->value);
    write_proof(r);
}

/* False if GLPK failed. */
static bool solve_all(run *r)
{
    tr_trips *t = r->t;
    glp_term_out(GLP_OFF);
    if (setjmp(escape)) {
        glp_error_hook(NULL, NULL);
        glp_free_env();
        return false;
    }
    glp_error_hook(on_error, NULL);
    trip_master_build(&r->p, t->model, t->limit, t->value, t->plan, r->arena);
    work_off(r);
    t->simplex = glp_get_it_cnt(r->p.lp);
    glp_delete_prob(r->p.lp);
    glp_error_hook(NULL, NULL);
    return true;
}

void tr_trips_bound(tr_trips *t, tr_arena *arena)
{
    const tr_model *m = t->model;
    t->known = t->lost_glpk = false, t->labels = t->columns = t->simplex = 0, t->lp_s = 0;
    t->cuts = t->loops = t->fleets = t->by_trips = 0, t->proof = NULL;
    if (m->n_stops > TR_TRIPS_MOST || m->n_stops == 0) return;
    run *r = TR_NEW(arena, run, 1);
    *r = (run){.t = t, .arena = arena, .least_told = (__int128)t->value * TR_MONEY};
    r->told = TR_NEW(arena, bool, m->n_vehicles + 1), r->made = TR_NEW(arena, double, m->n_vehicles + 1), r->fleets = TR_NEW(arena, fleet, FLEETS);
    r->begun = now(r);
    t->lost_glpk = !solve_all(r);
    if (!t->lost_glpk) answer(r);
}
