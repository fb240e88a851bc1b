/* prove.c -- bounds of a plan's three levels: column generation, cuts, enumeration, a level after the other.
 *
 * A bound is computed from duals on a grid and from what exact pricing answers, in integers (docs/model.md, "The certificate").
 * All work is counted in labels and simplex iterations, so that the same input gives the same certificate; a clock only
 * ends the work earlier.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "close.h"
#include "cuts.h"
#include "entries.h"
#include "master.h"
#include "place.h"
#include "plain_prove.h"
#include "search.h"
#include "trips.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>


enum {
    NEAR = 16, NEAR_FIRST = 6, NEAR_PLAIN = 10, /* ng-neighbourhoods: room; at the beginning */
    ROUND_ROUTES = 40,    /* of a class, told in a round; ten times as many in one that takes long, thirty where few stops are merged */
    MIP_ROUTES = 1500,    /* of the restricted master */
    SETS = 20000,         /* enumerated, of a class */
    CUT_ROUND = 20, CUT_MOST = 120, ENTER_ROUND = 30,
    TOLERANCE = 2500,     /* the part of the value for which no further round is made */
    GHOST = 2000,         /* units below 0 from which a route that does not hold is of interest */
    SMALL = 12,           /* stops: only exact pricing */
    LISTED_FASTER = 2, LISTED_SLOWER = 8, /* times the labels a second of pricing, where few stops are listed; the part of them where pricing merges */
    PLAIN_WORK = 10,      /* times the labels of the general pricer: its own are small */
    PLAIN_RATE = 400000,  /* labels a second of the plain pricer, until it is known better */
    FEW = 25, MANY = 40, TRIPS_LEAST = 13, /* stops: up to FEW, and above MANY, the cost is priced narrowly from the start; see bound_trips */
    PART = 8,             /* the part of the gap for which no further narrow round is made */
    TRIAL = 2,            /* thirds of what is left that a first round of exact pricing may take before it is narrowed */
    TRIPS_MOSTLY = 11, TRIPS_PARTS = 12, /* of time and labels that the bound over trips may take */
    ROUTES_FIRST = 20, ROUTES_PART = 6, /* stops up to which routes come before trips, for a part of what there is */
    SLOW = 200            /* the part of the value by which the bound must rise before a narrow pricing is widened */
};

typedef struct {
    const tr_problem *problem;
    const tr_prove_options *options;
    tr_model *m;
    tr_arena *arena, *out; /* of the run; of the answers */
    tr_plan *plan;         /* the best */
    tr_certificate *certificate;
    tr_master *master;
    tr_pricer **pricers;   /* [n_vehicles] by the class's number */
    tr_master_duals duals;
    int32_t *near, n_near;
    bool general;          /* no vehicle is plain: their pricer knows no entries */
    int64_t work;          /* labels left */
    double begun, rate;    /* labels a second */
    bool limited;          /* some limit is reached */
    int64_t kept;          /* labels, */
    double kept_s;         /* and seconds that are kept for what follows */
    int64_t *least;        /* [n_vehicles] of the class, */
    int64_t *taken;        /* labels of its last exact pricing, */
    bool *priced;          /* in this round */
    int32_t level;
    __int128 units;        /* the level's best bound in units */
    tr_master_duals best;  /* its duals, */
    int64_t *best_least;   /* and least reduced costs */
    bool bounded;
    int32_t width;         /* of pricing: 0 = all partial routes are kept; else see tr_pricer_narrow */
    int64_t since;         /* labels left when routes were last listed and that took too long */
    int64_t merged;        /* of all classes, in the last exact pricing of each; */
    bool best_merged;      /* whether the best bound comes of any such */
    __int128 tightened;    /* the bound when pricing was last tightened */
    struct enumerator *pool; /* that takes what is listed over trips */
    bool trips_listed;     /* a bound over routes that were listed by trips is the better one */
    tr_trip_proof *proof;  /* of a bound over trips; NULL = none */
    int64_t trips;         /* a bound of the cost over trips, pence, */
    int64_t simplex;       /* steps that it took, */
    const bool *useful;    /* [n_vehicles] and classes that a better plan may have out, of it; NULL = any may */
    double given;          /* seconds that the level's pricing has */
    bool listed;           /* what is known beyond the duals comes of listing routes */
    uint64_t seed;
    tr_prove_figures figures;
} prover;

typedef enum { PROVEN, CONVERGED, IMPROVED, ENDED } outcome;

/* ---- limits ---- */

static double seconds_left(const prover *r)
{
    const tr_prove_options *o = r->options;
    return o->seconds > 0 && o->clock ? o->seconds - (o->clock(o->context) - r->begun) : 1e9;
}

static bool ended(prover *r)
{
    r->limited |= r->work <= 0 || seconds_left(r) <= 0 || (r->options->stop && *r->options->stop);
    return r->limited || r->work <= r->kept || seconds_left(r) <= r->kept_s;
}

static bool ended_for(void *context)
{
    return ended(context);
}

/* Labels that the next call may make: what the time left allows. */
static int64_t allowance(const prover *r)
{
    const double left = seconds_left(r) - r->kept_s;
    const int64_t work = r->work - r->kept;
    if (left > 1e8) return work;
    const double n = left * (r->rate > 0 ? r->rate : 1e6) + 1000;
    return n < (double)work ? (int64_t)n : work;
}

/* ---- values ---- */

static int64_t value_of(const prover *r)
{
    return tr_goal_level(&r->plan->goal, r->level);
}

static int64_t ceiling(__int128 units)
{
    return (int64_t)(units >= 0 ? (units + TR_MONEY - 1) / TR_MONEY : -(-units / TR_MONEY));
}

static int64_t bound_of(const prover *r)
{
    int64_t b = r->bounded ? ceiling(r->units) : 0;
    if (r->trips > b) b = r->trips;
    return b > 0 ? b : 0;
}

static void tell(const prover *r)
{
    if (r->options->progress) r->options->progress(r->options->context, r->level, value_of(r), bound_of(r));
}

/* The bound that duals and least reduced costs prove: docs/model.md. */
static __int128 lagrangian(const prover *r, const tr_master_duals *d, const int64_t *least)
{
    const tr_model *m = r->m;
    const int64_t limit[2] = {r->plan->goal.hazard_left, r->plan->goal.due_left};
    __int128 sum = 0;
    for (int32_t k = 0; k < r->level; k++) sum += (__int128)d->level[k] * limit[k];
    for (int32_t k = 0; k < d->n_cuts; k++) sum += d->cuts[k].dual;
    for (int32_t v = 0; v < m->n_vehicles; v++)
        if (m->vehicles[v].usable) sum += least[m->vehicles[v].cls];
    for (int32_t s = 0; s < m->n_stops; s++) {
        if (tr_bit(m->frozen, s)) continue;
        int64_t left = tr_goal_level(&m->stops[s].left, r->level) * TR_MONEY - d->stop[s];
        for (int32_t k = 0; k < r->level; k++) left -= d->level[k] * tr_goal_level(&m->stops[s].left, k);
        for (int32_t k = 0; k < d->n_entries; k++)
            if (d->entries[k].stop == s) left -= d->entries[k].dual, sum += d->entries[k].dual;
        sum += d->stop[s] + (left < 0 ? left : 0);
    }
    return sum;
}

static void copy_duals(prover *r, tr_master_duals *to, const tr_master_duals *from)
{
    const tr_model *m = r->m;
    if (!to->stop) to->stop = TR_NEW(r->arena, int64_t, m->n_stops + 1), to->cls = TR_NEW(r->arena, int64_t, m->n_vehicles + 1);
    memcpy(to->stop, from->stop, (size_t)m->n_stops * sizeof *to->stop);
    memcpy(to->cls, from->cls, (size_t)m->n_vehicles * sizeof *to->cls);
    to->level[0] = from->level[0], to->level[1] = from->level[1];
    if (to->n_cuts < from->n_cuts) to->cuts = TR_NEW(r->arena, tr_cut, from->n_cuts + CUT_MOST);
    if (from->n_cuts > 0) memcpy(to->cuts, from->cuts, (size_t)from->n_cuts * sizeof *to->cuts);
    to->n_cuts = from->n_cuts, to->z = from->z;
    if (to->n_entries < from->n_entries) to->entries = TR_NEW(r->arena, tr_entry, 2 * from->n_entries);
    if (from->n_entries > 0) memcpy(to->entries, from->entries, (size_t)from->n_entries * sizeof *to->entries);
    to->n_entries = from->n_entries;
}

static void note_bound(prover *r)
{
    __int128 units = lagrangian(r, &r->duals, r->least);
    if (r->bounded && units <= r->units) return;
    r->units = units, r->bounded = true, r->best_merged = r->merged > 0;
    copy_duals(r, &r->best, &r->duals);
    memcpy(r->best_least, r->least, (size_t)r->m->n_vehicles * sizeof *r->least);
}

/* ---- pricing ---- */

typedef struct {
    prover *r;
    int32_t vehicle, added;
} taker;

static void take_route(void *context, const tr_priced *route)
{
    taker *t = context;
    const prover *r = t->r;
    const tr_master_duals *d = &r->duals;
    int64_t prizes = 0;
    for (int32_t i = 0; i < route->n; i++) prizes += d->stop[route->stops[i]];
    for (int32_t k = 0; k < d->n_cuts; k++)
        if (d->cuts[k].dual < 0) prizes += d->cuts[k].dual * tr_cut_visits(d->cuts[k].stops, route->n, route->stops);
    for (int32_t k = 0; k < d->n_entries; k++)
        if (d->entries[k].dual > 0) prizes += d->entries[k].dual * tr_entry_times(&d->entries[k], route->n, route->stops);
    int64_t cost = r->level < 2 ? 0 : route->cost == INT64_MAX ? INT64_MAX / 2 : route->cost * TR_MONEY;
    if (route->cost < INT64_MAX && cost - prizes < d->cls[t->vehicle]) {
        t->added += tr_master_add(r->master, t->vehicle, route);
    } else if (route->reduced < d->cls[t->vehicle] - GHOST) { /* the bound needs it, though there is no such route */
        int64_t units = route->reduced + prizes;
        bool loose = tr_pricer_merged(r->pricers[t->vehicle]) > 0; /* of halves that do not belong together even a cost below 0 */
        if (units >= 0) t->added += tr_master_add_ghost(r->master, t->vehicle, route->n, route->stops, units, loose);
    }
}

static double now(const prover *r)
{
    return r->options->clock ? r->options->clock(r->options->context) : 0;
}

/* One call; what it made of labels in which time is the rate that a time limit goes by. */
static int64_t price_one(prover *r, int32_t v, const tr_duals *u, int32_t effort, int64_t most, taker *t)
{
    int64_t work = most, least;
    double at = now(r);
    const int32_t told = effort < 2 ? ROUND_ROUTES : r->width > 0 && r->m->n_stops <= FEW ? 30 * ROUND_ROUTES : 10 * ROUND_ROUTES;
    least = tr_price(r->pricers[v], u, effort, r->duals.cls[v], told, take_route, t, &work);
    r->work -= most - work;
    r->figures.labels += most - work, r->figures.price_s += now(r) - at;
    if (most - work > 20000 && now(r) - at > 1e-3) r->rate = (double)(most - work) / (now(r) - at);
    return least;
}

static bool solve_master(prover *r)
{
    double at = now(r);
    bool solved = tr_master_solve(r->master, &r->duals);
    r->figures.lp_s += now(r) - at;
    return solved;
}

/* What pricing could still add to the bound with the classes priced so far is worth another round. */
static bool much_found(const prover *r, __int128 found)
{
    return found >= (__int128)value_of(r) * TR_MONEY / TOLERANCE;
}

/* Where merged pricing soon comes so far that routes can be listed, and where exact pricing never ends. */
static bool narrow_first(const prover *r)
{
    const int32_t n = r->m->n_stops;
    return n > MANY || (r->general && n > NEAR && n <= FEW);
}

/* With so few stops that none is forgotten, exact pricing ends in the time that a narrow one would take to catch up with it. */
static bool may_narrow(const prover *r)
{
    return r->m->n_stops > NEAR;
}

/* Prices the classes, those first whose last exact pricing was least work; routes added, or -1 if an exact pricing was not
 * finished.  Where much is found before one that takes longer than all so far, that one is left for a later round: *whole tells. */
static int32_t price_all(prover *r, int32_t effort, bool *whole)
{
    tr_duals u = {r->level == 2, r->duals.stop, r->duals.n_cuts, r->duals.cuts, r->duals.n_entries, r->duals.entries};
    int32_t added = 0;
    int64_t begun = r->work;
    __int128 found = 0;
    const int64_t trial = effort == 2 && !r->bounded && r->width == 0 && may_narrow(r) ? TRIAL * (allowance(r) / 3) : INT64_MAX;
    memset(r->priced, 0, (size_t)r->m->n_vehicles * sizeof *r->priced);
    r->merged = 0;
    for (*whole = true;;) {
        int32_t v = -1;
        for (int32_t k = 0; k < r->m->n_vehicles; k++)
            if (r->pricers[k] && !r->priced[k] && (v < 0 || (effort == 2 && r->taken[k] < r->taken[v]))) v = k;
        if (v < 0) return added;
        if (effort == 2 && added > 0 && r->taken[v] > begun - r->work && much_found(r, found)) return *whole = false, added;
        taker t = {r, v, 0};
        int64_t before = r->work, most = allowance(r), rest = trial - (begun - before);
        int64_t least = price_one(r, v, &u, effort, most < rest ? most : rest > 0 ? rest : 1, &t);
        if (effort == 2) {
            if (least == INT64_MIN) return -1;
            r->taken[v] = before - r->work, found += r->duals.cls[v] - least;
            r->merged += tr_pricer_merged(r->pricers[v]);
        }
        r->priced[v] = true, added += t.added;
        r->least[v] = least == INT64_MIN ? least : !r->m->vehicles[v].departs && least > 0 ? 0 : least;
    }
}

static bool remember_at(prover *r, int32_t at, int32_t stop)
{
    int32_t *set = r->near + (size_t)at * (size_t)r->n_near;
    for (int32_t k = 0; k < r->n_near; k++) {
        if (set[k] == stop) return false;
        if (set[k] >= 0) continue;
        set[k] = stop;
        return true;
    }
    return false;
}

static bool remembers(const prover *r, int32_t at, int32_t stop)
{
    for (int32_t k = 0; k < r->n_near; k++)
        if (r->near[(size_t)at * (size_t)r->n_near + (size_t)k] == stop) return true;
    return false;
}

/* The first stop that comes again though all between remember it: no ng-route.  Or, any: the first that comes again. */
static bool find_cycle(const prover *r, const tr_route_column *c, bool any, int32_t *from, int32_t *to)
{
    for (*to = 1; *to < c->n; ++*to)
        for (*from = *to - 1; *from >= 0; --*from) {
            if (c->stops[*from] == c->stops[*to]) return true;
            if (!any && !remembers(r, c->stops[*from], c->stops[*to])) break;
        }
    return false;
}

static void narrow(prover *r, int32_t width)
{
    r->width = width, r->tightened = 0;
    for (int32_t v = 0; v < r->m->n_vehicles; v++)
        if (r->pricers[v]) tr_pricer_narrow(r->pricers[v], width);
}

/* At the end of the rounds: the relaxation is tightened where the master's solution makes use of it.  False if nothing is left. */
static bool tighten(prover *r)
{
    tr_master *x = r->master;
    int32_t cycles = 0, loose = 0, from, to;
    for (int32_t i = 0; i < x->n; i++) {
        tr_route_column *c = &x->columns[i];
        if (!c->ghost || tr_master_value(x, i) < 1e-6) continue;
        if (!find_cycle(r, c, true, &from, &to)) continue; /* a relaxed rule has made it up */
        for (int32_t k = from + 1; k < to; k++) cycles += remember_at(r, c->stops[k], c->stops[to]);
    }
    for (int32_t i = 0; i < x->n; i++) {
        const tr_route_column *c = &x->columns[i];
        if (!c->ghost) continue;
        bool made_up = c->loose && tr_master_value(x, i) >= 1e-6; /* merging did, and the bound rests on it */
        loose += made_up;
        if (made_up || find_cycle(r, c, false, &from, &to)) tr_master_allow(x, i, false);
    }
    if (r->merged == 0 && (cycles > 0 || loose == 0)) return cycles > 0;
    if (r->units - r->tightened < (__int128)value_of(r) * TR_MONEY / SLOW) narrow(r, 2 * r->width);
    r->tightened = r->units;
    return true;
}

/* Sets of stops that the master's solution enters too rarely; false if there are none. */
static bool enter(prover *r)
{
    return r->general && tr_entries_add(r->master, ENTER_ROUND) > 0;
}

/* What pricing could still add would not move the bound by much. */
static bool little_left(const prover *r)
{
    __int128 most = lagrangian(r, &r->duals, r->duals.cls), gap = (__int128)value_of(r) * TR_MONEY - r->units;
    return !much_found(r, most - r->units) || (r->merged > 0 && most - r->units < gap / PART);
}

/* Rounds of master and pricing until the bound meets the value, nothing is found, or a limit is reached. */
static outcome converge(prover *r)
{
    const bool small = r->m->n_stops <= SMALL;
    int32_t effort = small || r->width > 0 ? 2 : 0;
    bool perturbed = !small && r->master->n_cuts == 0;
    tr_master_perturb(r->master, perturbed);
    while (!ended(r)) {
        if (!solve_master(r)) return ENDED;
        if (effort < 2 && !r->bounded && seconds_left(r) < 0.6 * r->given) effort = 2; /* some bound first */
        bool whole;
        int32_t added = price_all(r, effort, &whole);
        if (added < 0) {
            if (ended(r) || !may_narrow(r) || r->width > 0) return ENDED;
            narrow(r, 1), effort = 2;
            continue;
        }
        if (effort == 2 && whole) {
            note_bound(r);
            tell(r);
            if (bound_of(r) >= value_of(r)) return PROVEN;
            if (!small && little_left(r)) added = 0;
        }
        const int32_t again = small || r->width > 0 ? 2 : 1;
        if (added > 0 && effort == 2) effort = again;
        else if (added == 0 && effort < 2) effort++;
        else if (added == 0 && perturbed) tr_master_perturb(r->master, perturbed = false);
        else if (added == 0 && enter(r)) effort = again;
        else if (added == 0 && (r->merged > 0 || !tighten(r))) return CONVERGED;
        else if (added == 0) effort = again;
    }
    return ENDED;
}

/* ---- plans ---- */

/* Takes the plan if the referee passes it and it is better; true if so. */
static bool adopt(prover *r, const tr_plan *plan)
{
    tr_verdict verdict;
    if (tr_goal_compare(&plan->goal, &r->plan->goal) >= 0) return false;
    tr_arena *scratch = tr_arena_new();
    bool holds = tr_referee(r->problem, plan, scratch, &verdict);
    tr_arena_free(scratch);
    if (holds) *r->plan = *plan;
    return holds;
}

static bool adopt_columns(prover *r, const tr_master *x, const int32_t *chosen)
{
    tr_plan plan;
    return tr_master_plan(x, chosen, r->out, &plan) && adopt(r, &plan);
}

/* The routes of the plan become columns, with their items. */
static void add_plan(prover *r)
{
    const tr_problem *p = r->problem;
    tr_arena *scratch = tr_arena_new();
    for (int32_t v = 0; v < r->plan->n_routes; v++) {
        const tr_route *x = &r->plan->routes[v];
        int32_t done = p->vehicles[v].n_frozen > 0 ? p->vehicles[v].n_frozen : 1, n = 0, k = 0;
        if (x->n_visits <= done) continue;
        int32_t *stops = TR_NEW(scratch, int32_t, x->n_visits);
        tr_item *items = TR_NEW(scratch, tr_item, x->n_visits);
        for (int32_t i = done; i < x->n_visits; i++) {
            const tr_visit *y = &x->visits[i];
            if (y->kind != TR_VISIT_STOP && y->kind != TR_VISIT_DISPOSAL && y->kind != TR_VISIT_BREAK) continue;
            if (y->kind == TR_VISIT_STOP) stops[n++] = y->ref;
            items[k++] = tr_item_of(r->m, y);
        }
        tr_priced route = {n, stops, tr_cost_pence(&x->cost), 0, k, items};
        if (n > 0 || r->m->vehicles[v].departs) tr_master_add(r->master, v, &route);
    }
    tr_arena_free(scratch);
}

/* Vehicles that must go out go out empty at least. */
static bool add_empty(prover *r, tr_master *x)
{
    tr_arena *scratch = tr_arena_new();
    tr_placer *placer = tr_placer_new(r->m, scratch);
    tr_placer_thorough(placer);
    tr_rt *rt = tr_rt_new(r->m, 32, scratch);
    bool whole = true;
    for (int32_t v = 0; v < r->m->n_vehicles; v++) {
        if (!r->m->vehicles[v].usable || r->m->vehicles[v].cls != v || !r->m->vehicles[v].departs) continue;
        if (!tr_place(placer, v, 0, NULL, scratch, rt)) {
            whole = false;
            continue;
        }
        tr_priced route = {0, NULL, rt->cost, 0, rt->n, rt->items};
        tr_master_add(x, v, &route);
    }
    tr_arena_free(scratch);
    return whole;
}

/* A short search from the plan: a better one perhaps, and the routes that its good plans are made of. */
static void search_on(prover *r)
{
    const tr_model *m = r->m;
    tr_arena *scratch = tr_arena_new();
    tr_pool *pool = tr_pool_new(m, 20000, scratch);
    tr_chain *chain = tr_chain_new(m, ++r->seed, pool, scratch);
    tr_chain_start(chain, r->plan);
    double unit = (double)tr_chain_leg(chain);
    int64_t steps = m->n_stops <= SMALL ? 200 : 4000 + 300 * (int64_t)m->n_stops;
    tr_chain_run(chain, steps, unit, 0.05 * unit, r->options->stop);
    if (!r->options->bound_only) {
        tr_chain_polish(chain);
        tr_plan plan;
        tr_chain_write(chain, r->out, &plan);
        adopt(r, &plan);
    }
    int32_t most = 2000, from = pool->n > most ? pool->n - most : 0;
    for (int32_t i = from; i < pool->n; i++) {
        const tr_column *c = &pool->columns[i];
        tr_priced route = {c->n, pool->stops + c->first, c->cost, 0, 0, NULL};
        if (c->n > 0) tr_master_add(r->master, c->vehicle, &route);
    }
    tr_arena_free(scratch);
}

/* ---- integer plans of the routes known ---- */

static int64_t reduced_cost(const prover *r, const tr_master_duals *d, const tr_route_column *c)
{
    int64_t x = r->level < 2 ? 0 : c->ghost ? c->units : c->cost * TR_MONEY;
    for (int32_t i = 0; i < c->n; i++) x -= d->stop[c->stops[i]];
    for (int32_t k = 0; k < d->n_cuts; k++) x -= d->cuts[k].dual * tr_cut_count(d->cuts[k].stops, c->set);
    for (int32_t k = 0; k < d->n_entries; k++) x -= d->entries[k].dual * tr_entry_times(&d->entries[k], c->n, c->stops);
    return x;
}

static int by_key(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : x[1] < y[1] ? -1 : 1;
}

/* Room above its class's least that a route of a plan better than the value may take, in units. */
static int64_t room(const prover *r)
{
    __int128 x = (__int128)(value_of(r) - 1) * TR_MONEY - r->units;
    return x < 0 ? -1 : x > (int64_t)1 << 60 ? (int64_t)1 << 60 : (int64_t)x;
}

static bool restricted(prover *r)
{
    tr_master *x = r->master;
    if (r->options->bound_only || !r->bounded || x->n == 0) return false;
    tr_arena *scratch = tr_arena_new();
    int64_t(*order)[2] = tr_arena_alloc(scratch, (size_t)x->n, sizeof *order), space = room(r);
    for (int32_t i = 0; i < x->n; i++) order[i][0] = reduced_cost(r, &r->best, &x->columns[i]) - r->best_least[x->columns[i].vehicle], order[i][1] = i;
    qsort(order, (size_t)x->n, sizeof *order, by_key);
    bool *out = TR_NEW(scratch, bool, x->n + 1);
    for (int32_t i = 0, in = 0; i < x->n; i++) {
        out[order[i][1]] = x->columns[order[i][1]].ghost || in >= MIP_ROUTES || order[i][0] > space;
        in += !out[order[i][1]];
    }
    for (int32_t i = 0; i < x->n; i++) /* what must go out may */
        if (x->columns[i].n == 0 && !x->columns[i].ghost) out[i] = false;
    tr_master_perturb(x, false);
    tr_master_heed_entries(x, false);
    tr_close c = {.master = x, .value = value_of(r), .nodes = 300, .out = out, .enough = ended_for, .context = r};
    double at = now(r);
    tr_close_run(&c, scratch);
    tr_master_heed_entries(x, true);
    r->figures.settle_s += now(r) - at;
    bool better = c.found && adopt_columns(r, x, c.chosen);
    tr_arena_free(scratch);
    return better;
}

/* ---- enumeration ---- */

typedef struct enumerator {
    prover *r;
    tr_master *pool;
    tr_placer *placer;
    tr_arena *scratch;
    tr_rt *rt;
    int32_t vehicle;
    int64_t *stop;        /* [n_stops] the duals it is done with */
    int64_t *real;        /* [columns] cost of a route that holds, INT64_MAX = none known; */
    bool *settled;        /* [columns] the column's cost is exact */
    int32_t room;
    bool partly;          /* stops without a dual are not in the sets: a set that is impossible may be part of one that is not */
} enumerator;

/* A route becomes a column of the pool, at that cost or more. */
static void take(enumerator *e, const tr_priced *s, int64_t least)
{
    tr_priced route = *s;
    route.cost = least < 0 ? 0 : least;
    if (!tr_master_add(e->pool, e->vehicle, &route)) return;
    int32_t at = e->pool->n - 1;
    if (at >= e->room) {
        int32_t more = e->room ? 2 * e->room : 1024;
        e->real = tr_arena_grow(e->scratch, e->real, (size_t)e->room, (size_t)more, sizeof *e->real);
        e->settled = tr_arena_grow(e->scratch, e->settled, (size_t)e->room, (size_t)more, sizeof *e->settled);
        e->room = more;
    }
    e->real[at] = s->cost;
    e->settled[at] = s->cost < INT64_MAX && (e->r->level < 2 || s->cost == route.cost);
}

static void take_set(void *context, const tr_priced *s)
{
    enumerator *e = context;
    const tr_master_duals *d = &e->r->best;
    __int128 units = s->reduced;
    uint64_t set[64] = {0};
    for (int32_t i = 0; i < s->n; i++) units += e->stop[s->stops[i]], tr_bit_set(set, s->stops[i]);
    for (int32_t k = 0; k < d->n_cuts; k++) units += d->cuts[k].dual * tr_cut_count(d->cuts[k].stops, set);
    for (int32_t k = 0; k < d->n_entries; k++) { /* in any order it is entered once at least */
        bool in = false;
        for (int32_t i = 0; i < s->n && !in; i++) in = tr_bit(d->entries[k].set, s->stops[i]);
        if (in) units += d->entries[k].dual;
    }
    take(e, s, e->r->level == 2 ? ceiling(units) : 0);
}

/* Is the column's cost, or at the levels above its being possible, more than pricing knew?  -1: it is impossible. */
static int exact_cost(void *context, int32_t column)
{
    enumerator *e = context;
    tr_route_column *c = &e->pool->columns[column];
    if (e->settled[column]) return 0;
    e->settled[column] = true;
    int64_t bound = e->real[column] < INT64_MAX ? e->real[column] : INT64_MAX;
    int32_t answer = tr_place_set(e->placer, c->vehicle, c->n, c->stops, bound, e->scratch, e->rt);
    if (answer < 0) return 0; /* too many labels: the least cost stands */
    if (answer == 0 && bound == INT64_MAX) return e->partly ? 0 : -1;
    int64_t cost = answer > 0 ? e->rt->cost : bound;
    if (answer > 0) {
        tr_priced route = {c->n, c->stops, cost, 0, e->rt->n, e->rt->items};
        c->n_items = route.n_items;
        c->items = tr_arena_grow(e->pool->arena, route.items, (size_t)route.n_items, (size_t)route.n_items, sizeof *c->items);
    }
    if (e->r->level < 2 || cost <= c->cost) return 0;
    tr_master_cost(e->pool, column, cost);
    return 1;
}

static bool listing_ended(void *context)
{
    const enumerator *e = context;
    return ended(e->r);
}

/* All sets of stops that a better plan could have a route for become columns of the pool; false if there are too many.
 * Stops without a dual would be in too many sets.  At the levels above they may be forgotten, which can only lower the
 * bound; at level 3 a dual of almost nothing keeps them in, which can only add sets. */
static bool enumerate(prover *r, enumerator *e)
{
    int64_t *stop = tr_arena_grow(e->scratch, r->best.stop, (size_t)r->m->n_stops, (size_t)r->m->n_stops + 1, sizeof *stop);
    tr_duals u = {r->level == 2, stop, r->best.n_cuts, r->best.cuts, r->best.n_entries, r->best.entries};
    int64_t most = r->since - r->work; /* no more than pricing took since, before nothing is merged */
    e->stop = stop;
    for (int32_t s = 0; s < r->m->n_stops && r->m->n_stops > SMALL; s++) {
        if (stop[s] > 0 || tr_bit(r->m->frozen, s)) continue;
        if (r->level == 2) stop[s] = 1;
        else tr_master_ignore(e->pool, s), e->partly = true;
    }
    for (int32_t v = 0; v < r->m->n_vehicles; v++) {
        if (!r->pricers[v] || (r->useful && !r->useful[v])) continue;
        int64_t work = (r->m->n_stops <= SMALL ? LISTED_FASTER : 1) * allowance(r), before = work;
        if (r->merged > 0) {
            work = work / LISTED_SLOWER < most ? work / LISTED_SLOWER : most;
            before = work = work > 0 ? work : 1;
        }
        e->vehicle = v;
        bool whole = tr_pricer_enumerate(r->pricers[v], &u, r->best_least[v] + room(r) + 1, SETS, take_set, e, &work);
        r->work -= before - work, r->figures.labels += before - work, most -= before - work;
        if (!whole || ended(r)) return false;
    }
    return true;
}

static void open_pool(prover *r, enumerator *e, tr_arena *scratch)
{
    *e = (enumerator){.r = r, .scratch = scratch};
    e->pool = tr_master_new(r->m, scratch), e->placer = tr_placer_new(r->m, scratch), e->rt = tr_rt_new(r->m, 64, scratch);
    tr_placer_thorough(e->placer);
}

/* True if the level is settled over all the routes in the pool: no plan is below the (perhaps new) value, or below *lowest. */
static bool settle(prover *r, enumerator *e, int64_t *lowest)
{
    const int64_t limit[2] = {r->plan->goal.hazard_left, r->plan->goal.due_left};
    const double at = now(r);
    if (!e->pool->lp) return false;
    e->pool->dear = 1000 * (double)value_of(r) + 1e6; /* a small part of it must be too much: branching does not see it */
    tr_master_stage(e->pool, r->level, limit);
    tr_close c = {.master = e->pool, .value = value_of(r), .nodes = 20000, .cut_rounds = 10, .exact = exact_cost,
                  .enough = listing_ended, .context = e};
    const bool settled = tr_close_run(&c, e->scratch);
    *lowest = settled ? c.value : c.lowest;
    if (c.found && !r->options->bound_only) adopt_columns(r, e->pool, c.chosen);
    r->figures.settled += settled, r->figures.settle_s += now(r) - at;
    return settled;
}

/* The same over all routes that could improve the plan by the master's duals. */
static bool close_level(prover *r, int64_t *lowest)
{
    tr_arena *scratch = tr_arena_new();
    enumerator e;
    open_pool(r, &e, scratch);
    *lowest = INT64_MIN;
    const double at = now(r);
    const bool listed = enumerate(r, &e);
    r->figures.listed += listed, r->figures.price_s += now(r) - at;
    const bool settled = listed && settle(r, &e, lowest);
    tr_master_free(e.pool);
    tr_arena_free(scratch);
    return settled;
}

/* ---- a level ---- */

static void begin_level(prover *r, int32_t level)
{
    const int64_t limit[2] = {r->plan->goal.hazard_left, r->plan->goal.due_left};
    r->level = level, r->bounded = false, r->units = 0, r->since = r->work, r->given = r->options->seconds;
    r->trips = 0, r->trips_listed = false, r->useful = NULL, r->proof = NULL;
    narrow(r, r->options->width > 0 ? r->options->width : level == 2 && narrow_first(r) ? 1 : 0);
    tr_master_drop_cuts(r->master);
    r->master->dear = 2 * (double)value_of(r) + 1000;
    tr_master_stage(r->master, level, limit);
    for (int32_t v = 0; v < r->m->n_vehicles; v++)
        if (r->pricers[v]) tr_pricer_unfix(r->pricers[v]);
}

/* What pricing relaxed of the vehicle that it relaxed most for, by the length of the list. */
static const char *longest_relaxed(const prover *r)
{
    const char *longest = NULL;
    for (int32_t v = 0; v < r->m->n_vehicles; v++) {
        const char *text = r->pricers[v] ? tr_pricer_relaxed(r->pricers[v]) : NULL;
        if (text && (!longest || strlen(text) > strlen(longest))) longest = text;
    }
    return longest ? tr_arena_strdup(r->out, longest) : NULL;
}

static const char *relaxed_of(const prover *r)
{
    const char *longest = longest_relaxed(r);
    const char *merged = r->best_merged ? "of many partial routes few are told apart" : NULL;
    if (longest && merged) return tr_arena_printf(r->out, "%s, %s", longest, merged);
    return longest ? longest : merged ? tr_arena_strdup(r->out, merged) : NULL;
}

/* The bound over trips, where it is the better one. */
static void write_trips(const prover *r)
{
    tr_level_proof *x = &r->certificate->level[r->level];
    if (r->proof && r->proof->bound > 0) x->trips = r->proof;
    if (r->trips <= 0 || (x->known && x->bound >= r->trips)) return;
    x->known = true, x->bound = r->trips < x->value ? r->trips : x->value;
    x->how = r->trips_listed ? "all routes that could improve the plan were enumerated" : "trips from one disposal visit to the next, by how many vehicles are out";
    x->relaxed = r->trips_listed ? longest_relaxed(r) : "windows and opening hours, how the vehicles of a class share their time";
}

/* What is known of the level goes into the certificate. */
static void write_level(prover *r, int64_t enumerated)
{
    tr_level_proof *x = &r->certificate->level[r->level];
    const tr_model *m = r->m;
    *x = (tr_level_proof){.value = value_of(r), .known = true, .how = "no value can be below 0"};
    if (!r->bounded) {
        x->known = r->level < 2 || x->value == 0;
        return;
    }
    if (r->options->keep_master) {
        tr_master_perturb(r->master, false);
        x->master = tr_master_text(r->master, r->out);
    }
    x->dual_bound = ceiling(r->units);
    x->bound = x->dual_bound > 0 ? x->dual_bound : 0, x->how = "duals of the master", x->relaxed = relaxed_of(r);
    if (x->bound == 0) x->how = "no value can be below 0";
    if (enumerated > x->bound)
        x->bound = enumerated, x->how = r->listed ? "all routes that could improve the plan were enumerated"
                                                   : "duals of the master, over the legs that a better plan could use";
    if (x->bound > x->value) x->bound = x->value;
    x->stop_dual = tr_arena_grow(r->out, r->best.stop, (size_t)m->n_stops, (size_t)m->n_stops + 1, sizeof *x->stop_dual);
    x->level_dual[0] = r->best.level[0], x->level_dual[1] = r->best.level[1];
    x->cuts = TR_NEW(r->out, tr_cut, r->best.n_cuts + 1);
    for (int32_t k = 0; k < r->best.n_cuts; k++)
        if (r->best.cuts[k].dual < 0) x->cuts[x->n_cuts++] = r->best.cuts[k];
    x->entries = TR_NEW(r->out, tr_entry, r->best.n_entries + 1);
    for (int32_t k = 0; k < r->best.n_entries; k++)
        if (r->best.entries[k].dual > 0) {
            tr_entry e = r->best.entries[k];
            e.set = tr_arena_grow(r->out, e.set, (size_t)r->master->words, (size_t)r->master->words, sizeof *e.set);
            x->entries[x->n_entries++] = e;
        }
    x->vehicle_least = TR_NEW(r->out, int64_t, m->n_vehicles + 1);
    for (int32_t v = 0; v < m->n_vehicles; v++)
        x->vehicle_least[v] = m->vehicles[v].usable ? r->best_least[m->vehicles[v].cls] : 0;
}

/* ---- level 3 of plain vehicles: plain_prove.h ---- */

static bool is_plain(const prover *r)
{
    const tr_model *m = r->m;
    int32_t cls = -1;
    bool one = m->plain && r->plan->n_left == 0 && m->n_stops > 0;
    for (int32_t v = 0; v < m->n_vehicles; v++) {
        if (!m->vehicles[v].usable) continue;
        one &= cls < 0 || m->vehicles[v].cls == cls;
        cls = m->vehicles[v].cls;
    }
    for (int32_t s = 0; s < m->n_stops; s++) one &= m->stops[s].left.due_left > 0 && !tr_bit(m->frozen, s);
    return one && cls >= 0;
}

static int64_t plain_allowance(void *context, int64_t work)
{
    prover *r = context;
    r->work = work;
    return allowance(r);
}

static void plain_told(void *context, int64_t value, int64_t bound)
{
    const prover *r = context;
    if (r->options->progress) r->options->progress(r->options->context, r->level, value, bound > 0 ? bound : 0);
}

static void adopt_plain(prover *r, const tr_plain_proof *p)
{
    tr_arena *scratch = tr_arena_new();
    tr_placer *placer = tr_placer_new(r->m, scratch);
    tr_plan plan = {.n_routes = r->m->n_vehicles, .routes = TR_NEW(r->out, tr_route, r->m->n_vehicles + 1),
                    .left = TR_NEW(r->out, int32_t, 1)};
    int32_t next = 0;
    for (int32_t v = 0; v < r->m->n_vehicles; v++) {
        tr_rt *rt = tr_rt_new(r->m, r->m->n_stops + 4, scratch);
        plan.routes[v] = (tr_route){.vehicle = v};
        if (!r->m->vehicles[v].usable || next == p->n_routes) continue;
        if (!tr_place(placer, v, p->first[next + 1] - p->first[next], p->stops + p->first[next], scratch, rt)) break;
        next++;
        tr_rt_write(r->m, rt, r->out, &plan.routes[v]);
        plan.goal.cost_pence += tr_cost_pence(&plan.routes[v].cost);
    }
    tr_arena_free(scratch);
    if (next == p->n_routes) adopt(r, &plan);
}

/* The proof's duals as the certificate writes them: no stop that counts at level 2 is cheaper left than served. */
static void note_plain(prover *r, const tr_plain_proof *p)
{
    const tr_model *m = r->m;
    tr_master_duals d = {.stop = p->stop_dual, .cls = TR_NEW(r->arena, int64_t, m->n_vehicles + 1), .n_cuts = p->n_cuts, .cuts = p->cuts};
    for (int32_t s = 0; s < m->n_stops; s++) {
        int64_t over = p->stop_dual[s] - m->stops[s].left.cost_pence * TR_MONEY, weight = m->stops[s].left.due_left;
        if (over > 0 && -(over / weight) - 1 < d.level[1]) d.level[1] = -(over / weight) - 1;
    }
    copy_duals(r, &r->best, &d);
    for (int32_t v = 0; v < m->n_vehicles; v++) r->best_least[v] = p->least;
    r->units = p->dual_units, r->bounded = true;
}

static int64_t prove_plain(prover *r)
{
    const tr_model *m = r->m;
    const tr_master *x = r->master;
    tr_plain_proof p = {.model = m, .n_near = r->n_near, .near = r->near, .value = value_of(r), .work = r->work,
                        .bound_only = r->options->bound_only, .allowance = plain_allowance, .enough = ended_for, .told = plain_told,
                        .clock = r->options->clock, .clock_context = r->options->context, .context = r};
    for (int32_t v = 0; v < m->n_vehicles; v++)
        if (m->vehicles[v].usable) p.vehicle = m->vehicles[v].cls, p.most++;
    tr_priced *columns = TR_NEW(r->arena, tr_priced, x->n + 1);
    for (int32_t k = 0; k < x->n; k++) columns[k] = (tr_priced){.n = x->columns[k].n, .stops = x->columns[k].stops, .cost = x->columns[k].cost};
    if (r->rate <= 0) r->rate = PLAIN_RATE;
    if (r->options->work <= 0) p.work = PLAIN_WORK * r->work;
    tr_plain_prove(&p, x->n, columns, r->arena);
    if (p.lost_glpk) r->master->lp = NULL;
    r->work = p.work;
    r->figures = p.figures;
    if (p.has_duals) note_plain(r, &p);
    if (p.better && !r->options->bound_only) adopt_plain(r, &p);
    r->listed = p.enumerated;
    return p.bound;
}

/* ---- level 3 over trips: trips.h ---- */

static double now_for(void *context)
{
    return now(context);
}

static void take_listed(void *context, int32_t vehicle, const tr_priced *route)
{
    prover *r = context;
    enumerator *e = r->pool;
    e->vehicle = vehicle;
    take(e, route, ceiling(route->reduced));
}

static void trips_told(void *context, int64_t bound)
{
    prover *r = context;
    r->trips = bound;
    tell(r);
}

/* Stops that a vehicle may serve and that a road leads to. */
static int32_t in_reach(const prover *r)
{
    const tr_model *m = r->m;
    int32_t n = 0;
    for (int32_t s = 0; s < m->n_stops; s++) {
        bool any = false;
        for (int32_t v = 0; v < m->n_vehicles && !any; v++) {
            const tr_model_vehicle *d = &m->vehicles[v];
            size_t way = (size_t)d->place * (size_t)m->n_places + (size_t)m->stops[s].place;
            any = d->usable && tr_bit(d->can, s) && m->legs[d->legs].seconds[way] < TR_FAR;
        }
        n += any;
    }
    return n;
}

/* With few stops the master's bound is soon there. */
static bool takes_trips(const prover *r)
{
    if (r->level < 2 || value_of(r) == 0 || !r->general) return false;
    return r->m->n_stops >= TRIPS_LEAST || r->options->trips;
}

/* Some vehicle has set out: then the audit does not look at trips. */
static bool has_begun(const prover *r)
{
    bool any = false;
    for (int32_t v = 0; v < r->problem->n_vehicles; v++) any |= r->problem->vehicles[v].n_frozen > 0;
    return any;
}

/* Where all routes of better plans are listed over trips, they are settled, too. */
static void bound_trips(prover *r)
{
    const double left = seconds_left(r), at = now(r);
    tr_arena *scratch = tr_arena_new();
    enumerator e;
    open_pool(r, &e, scratch);
    r->pool = &e;
    tr_trips t = {.model = r->m, .plan = r->plan, .limit = {r->plan->goal.hazard_left, r->plan->goal.due_left}, .value = value_of(r), .work = r->work / TRIPS_PARTS * TRIPS_MOSTLY,
                  .seconds = left < 1e8 ? left / TRIPS_PARTS * TRIPS_MOSTLY : 0, .clock = now_for, .enough = ended_for, .told = trips_told, .listed = take_listed, .context = r, .keeps = has_begun(r) ? NULL : r->out};
    tr_trips_bound(&t, r->arena);
    if (t.lost_glpk) r->master->lp = e.pool->lp = NULL;
    r->work -= t.labels, r->figures.labels += t.labels, r->figures.price_s += now(r) - at - t.lp_s, r->figures.lp_s += t.lp_s, r->figures.root = (double)t.root;
    r->figures.trips = t.columns, r->figures.trip_cuts = t.cuts + t.loops, r->figures.fleets = t.fleets, r->simplex = t.simplex;
    r->trips = t.known ? t.bound : 0, r->useful = t.out, r->proof = t.proof;
    int64_t lowest = INT64_MIN;
    r->figures.listed += t.all_listed;
    if (t.all_listed) settle(r, &e, &lowest);
    if (lowest > r->trips) r->trips = lowest, r->trips_listed = true;
    tr_master_free(e.pool);
    tr_arena_free(scratch);
    r->given = seconds_left(r), r->since = r->work;
}

/* The bound of the master over routes, tightened, and listing what is left; *enumerated: what that shows. */
static void prove_by_routes(prover *r, int64_t *enumerated)
{
    for (int32_t round = 0; bound_of(r) < value_of(r); round++) {
        outcome now = converge(r);
        r->figures.limited |= now == ENDED;
        if (round == 0 && r->level == 2) r->figures.root = r->bounded ? (double)r->units / TR_MONEY : 0;
        if (now != CONVERGED) break;
        if (r->merged == 0) restricted(r);
        if (bound_of(r) >= value_of(r)) break;
        int64_t lowest;
        const bool settled = close_level(r, &lowest);
        if (lowest > *enumerated) *enumerated = lowest;
        if (settled && (r->merged == 0 || *enumerated >= value_of(r))) break;
        if (r->merged > 0 && !ended(r)) {
            tighten(r);
            r->since = r->work, round--;
            continue;
        }
        if (ended(r) || r->master->n_cuts >= CUT_MOST || round > 20) break;
        if (!solve_master(r) || tr_cuts_add(r->master, CUT_ROUND) == 0) break;
    }
}

/* Better plans at this level or above are taken on the way. */
static void prove_level(prover *r, int32_t level)
{
    int64_t enumerated = INT64_MIN;
    begin_level(r, level);
    tell(r);
    r->listed = true;
    const bool plain = level == 2 && is_plain(r), trips = takes_trips(r);
    if (trips && in_reach(r) <= ROUTES_FIRST && !r->options->trips) {
        r->kept = r->work - r->work / ROUTES_PART, r->kept_s = seconds_left(r) < 1e8 ? seconds_left(r) * (ROUTES_PART - 1) / ROUTES_PART : 0;
        const bool limited = r->figures.limited;
        prove_by_routes(r, &enumerated);
        r->kept = 0, r->kept_s = 0, r->figures.limited = limited;
    }
    if (trips && bound_of(r) < value_of(r) && enumerated < value_of(r) && !ended(r)) bound_trips(r);
    if (plain) enumerated = prove_plain(r);
    else if (enumerated < value_of(r)) prove_by_routes(r, &enumerated);
    if (!plain) r->figures.columns = r->master->n, r->figures.cuts = r->master->n_cuts, r->figures.simplex = r->master->simplex + r->simplex;
    write_level(r, enumerated);
    write_trips(r);
    tell(r);
}

/* ---- all levels ---- */

static void find_near(prover *r)
{
    const tr_model *m = r->m;
    r->n_near = m->n_stops < NEAR ? m->n_stops : NEAR;
    r->near = TR_NEW(r->out, int32_t, (size_t)m->n_stops * (size_t)r->n_near + 1);
    const tr_legs *g = m->n_legs > 0 ? &m->legs[0] : NULL;
    tr_arena *scratch = tr_arena_new();
    int64_t(*pairs)[2] = tr_arena_alloc(scratch, (size_t)m->n_stops + 1, sizeof *pairs);
    for (int32_t i = 0; i < m->n_stops; i++) {
        for (int32_t j = 0; j < m->n_stops; j++) {
            size_t a = (size_t)m->stops[i].place * (size_t)m->n_places + (size_t)m->stops[j].place;
            pairs[j][0] = i == j || !g ? -(int64_t)(i == j) : (int64_t)g->seconds[a] + g->seconds_to[a];
            pairs[j][1] = j;
        }
        qsort(pairs, (size_t)m->n_stops, sizeof *pairs, by_key);
        for (int32_t k = 0; k < r->n_near; k++)
            r->near[i * r->n_near + k] = k < (m->plain ? NEAR_PLAIN : NEAR_FIRST) || m->n_stops <= 16 ? (int32_t)pairs[k][1] : -1;
    }
    tr_arena_free(scratch);
}

static void prepare(prover *r)
{
    const tr_model *m = r->m;
    find_near(r);
    r->pricers = TR_NEW(r->arena, tr_pricer *, m->n_vehicles + 1);
    r->taken = TR_NEW(r->arena, int64_t, m->n_vehicles + 1), r->priced = TR_NEW(r->arena, bool, m->n_vehicles + 1);
    r->least = TR_NEW(r->arena, int64_t, m->n_vehicles + 1), r->best_least = TR_NEW(r->arena, int64_t, m->n_vehicles + 1);
    for (int32_t v = 0; v < m->n_vehicles; v++)
        if (m->vehicles[v].usable && m->vehicles[v].cls == v)
            r->pricers[v] = tr_pricer_new(m, v, r->n_near, r->near, r->arena);
    r->general = true;
    for (int32_t v = 0; v < m->n_vehicles; v++) r->general &= !m->vehicles[v].usable || !m->vehicles[v].plain;
    r->master = tr_master_new(m, r->arena);
    add_empty(r, r->master);
    add_plan(r);
    search_on(r);
    add_plan(r);
}

tr_status tr_prove(const tr_problem *problem, const tr_plan *plan, const tr_prove_options *options, tr_arena *arena,
                   tr_plan *better, tr_certificate *certificate, tr_err *err)
{
    tr_arena *own = tr_arena_new();
    prover r = {.problem = problem, .options = options, .arena = own, .out = arena, .plan = better, .certificate = certificate};
    (void)err;
    *better = *plan, *certificate = (tr_certificate){0};
    r.m = tr_model_new(problem, own);
    r.begun = options->clock ? options->clock(options->context) : 0;
    bool timed = options->seconds > 0 && options->clock;
    r.work = options->work > 0 ? options->work : timed ? INT64_MAX / 100 : 20000000 + 400000 * (int64_t)problem->n_stops;
    prepare(&r);
    for (int32_t level = 0, tries = 0; level < 3; level++) {
        tr_goal before = r.plan->goal;
        prove_level(&r, level);
        bool above = before.hazard_left != r.plan->goal.hazard_left || (level > 0 && before.due_left != r.plan->goal.due_left);
        if (above && level > 0 && tries++ < 5) level = before.hazard_left != r.plan->goal.hazard_left ? -1 : 0;
        if (tr_goal_compare(&r.plan->goal, &before) < 0 && level < 2) search_on(&r), add_plan(&r);
    }
    r.figures.limited |= r.limited;
    if (options->figures) *options->figures = r.figures;
    for (int32_t k = 0; k < 3; k++) certificate->level[k].value = tr_goal_level(&better->goal, k);
    certificate->n_near = r.n_near, certificate->near = r.near, certificate->routes = r.master->n;
    for (int32_t v = 0; v < r.m->n_vehicles; v++) tr_pricer_free(r.pricers[v]);
    tr_master_free(r.master);
    tr_arena_free(own);
    return TR_OK;
}
