/* test_prove_plans.c -- certificates of mornings too large for brute force, against plans found by every other means.
 *
 * No plan, wherever it comes from, may have less than a level's bound, if it is no worse than the certificate's plan at the
 * levels above (docs/model.md, "The certificate").  Plans come from the search with several seeds and efforts, from the search
 * in mornings with a vehicle, a stop or a choice taken away, from greedy and random constructions, and from all of these
 * with a route or a stop taken out; the referee passes each one.  The audit confirms each certificate.  And plain vehicles
 * of two classes, whose pricers run out of labels.
 *
 * TR_TEST_SCALE (per cent, default 100) takes that share of the mornings; TR_TEST_FROM one of them, to look into it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "audit.h"
#include "mornings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MORNINGS = 300, MAX_STOPS = 12, MAX_VEHICLES = 3 };
static const uint64_t SEED = 0x706c616e73ull;

static uint64_t state; /* of tr_random */

static int64_t between(int64_t low, int64_t high)
{
    return tr_between(&state, low, high);
}

/* ---- a certificate, and what is held against it ---- */

typedef struct {
    tr_arena *arena;
    tr_problem problem;
    tr_plan best; /* the certificate's */
    tr_certificate certificate;
    int32_t number, plans, improved;
    int64_t nearest; /* pence from a bound of level 3 to the cheapest plan that it is about */
} held;

typedef struct { /* the stops of each vehicle after what is frozen, in order */
    int32_t n[MAX_VEHICLES], stops[MAX_VEHICLES][MAX_STOPS];
} orders;

static int64_t level_of(const tr_goal *g, int32_t level)
{
    return level == 0 ? g->hazard_left : level == 1 ? g->due_left : g->cost_pence;
}

static void hold(held *h, const tr_plan *plan, const char *from)
{
    tr_verdict verdict;
    if (!tr_referee(&h->problem, plan, h->arena, &verdict))
        fail_msg("morning %d, %s: %s", h->number, from, verdict.findings[0].text);
    h->plans++;
    h->improved += tr_goal_compare(&plan->goal, &h->best.goal) < 0;
    for (int32_t k = 0; k < 3; k++) {
        const tr_level_proof *x = &h->certificate.level[k];
        int64_t value = level_of(&plan->goal, k);
        if (x->known && value < x->bound)
            fail_msg("morning %d, %s: level %d is %lld, the bound is %lld (%s)", h->number, from, (int)k + 1,
                     (long long)value, (long long)x->bound, x->how);
        if (k == 2 && x->known && value - x->bound < h->nearest) h->nearest = value - x->bound;
        if (value > x->value) return; /* bounds below are not about this plan */
    }
}

/* Breaks and many stops multiply the labels of the audit, which knows none of pricing's tricks. */
static bool audit_is_short(const tr_problem *p)
{
    bool breaks = false;
    for (int32_t v = 0; v < p->n_vehicles; v++)
        breaks |= p->vehicles[v].wtr || p->vehicles[v].hours_rule == TR_HOURS_EU;
    return !breaks && p->n_stops <= 10;
}

/* Does the audit confirm the certificate?  False: it has routes below a claim that it could not follow to the second
 * (docs/format-certificate.md); anything else is a failure. */
static bool confirmed(const held *h)
{
    const tr_problem *p = &h->problem;
    const tr_certificate *c = &h->certificate;
    const char *why;
    bool relaxed = false;
    if (tr_audit(p, &h->best, c, h->arena, &why, NULL)) return true;
    for (int32_t k = 0; k < 3; k++)
        for (int32_t v = 0; v < p->n_vehicles && c->level[k].stop_dual; v++) {
            const tr_level_proof *x = &c->level[k];
            tr_audit_found found;
            tr_audit_prices prices = {k == 2, x->stop_dual, x->n_cuts, x->cuts, x->n_entries, x->entries, c->n_near, c->near};
            tr_audit_least(p, v, &prices, x->vehicle_least[v], h->arena, &found);
            relaxed |= found.relaxed && found.least < x->vehicle_least[v];
        }
    if (!relaxed || strstr(why, "the duals prove")) fail_msg("morning %d: %s", h->number, why);
    return false;
}

/* ---- plans from orders of stops ---- */

static int32_t n_done(const tr_problem *p, int32_t v)
{
    return p->vehicles[v].n_frozen;
}

/* Must the vehicle go out: with something on board, or on its way already? */
static bool must_go(const tr_problem *p, int32_t v)
{
    const tr_vehicle *x = &p->vehicles[v];
    bool loaded = false;
    for (int32_t c = 0; c < x->n_compartments; c++) loaded |= x->compartments[c].start_streams != 0;
    return x->available && (x->n_frozen > 0 || loaded);
}

static orders orders_of(const tr_problem *p, const tr_plan *plan)
{
    orders o = {0};
    for (int32_t v = 0; v < plan->n_routes; v++)
        for (int32_t k = n_done(p, v); k < plan->routes[v].n_visits; k++)
            if (plan->routes[v].visits[k].kind == TR_VISIT_STOP)
                o.stops[v][o.n[v]++] = plan->routes[v].visits[k].ref;
    return o;
}

/* False if a vehicle has no such route. The figures are the referee's own. */
static bool plan_of(const held *h, const orders *o, tr_plan *plan)
{
    const tr_problem *p = &h->problem;
    bool served[MAX_STOPS] = {false};
    *plan = (tr_plan){.n_routes = p->n_vehicles,
                      .routes = TR_NEW(h->arena, tr_route, p->n_vehicles + 1),
                      .left = TR_NEW(h->arena, int32_t, p->n_stops + 1)};
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        tr_route *x = &plan->routes[v];
        *x = (tr_route){.vehicle = v};
        if ((o->n[v] || must_go(p, v)) && !tr_best_route(p, v, o->n[v], o->stops[v], h->arena, x))
            return false;
        for (int32_t k = 0; k < x->n_visits; k++)
            if (x->visits[k].kind == TR_VISIT_STOP) served[x->visits[k].ref] = true;
    }
    for (int32_t s = 0; s < p->n_stops; s++)
        if (!served[s]) plan->left[plan->n_left++] = s;
    tr_verdict verdict;
    tr_referee(p, plan, h->arena, &verdict);
    *plan = verdict.figures;
    return true;
}

static void hold_orders(held *h, const orders *o, const char *from)
{
    tr_plan plan;
    if (plan_of(h, o, &plan)) hold(h, &plan, from);
}

/* Each vehicle brought home empty, each stop left: one at a time. */
static void hold_without(held *h, const tr_plan *plan)
{
    orders whole = orders_of(&h->problem, plan);
    for (int32_t v = 0; v < h->problem.n_vehicles; v++) {
        orders o = whole;
        o.n[v] = 0;
        if (whole.n[v]) hold_orders(h, &o, "a route taken out");
        for (int32_t k = 0; k < whole.n[v] && whole.n[v] > 1; k++) {
            o = whole;
            o.n[v]--;
            memmove(o.stops[v] + k, o.stops[v] + k + 1, (size_t)(o.n[v] - k) * sizeof o.stops[v][0]);
            hold_orders(h, &o, "a stop taken out");
        }
    }
}

/* ---- constructions ---- */

static int64_t route_pence(const tr_route *x)
{
    const tr_cost *c = &x->cost;
    return c->km + c->hours + c->overtime + c->fixed + c->fees + c->hazard;
}

/* The stop at the place; the route's pence, -1 = it cannot be there. */
static int64_t try_at(const held *h, const orders *o, int32_t v, int32_t at, int32_t stop, tr_arena *scratch)
{
    int32_t stops[MAX_STOPS];
    tr_route route;
    memcpy(stops, o->stops[v], (size_t)at * sizeof *stops);
    stops[at] = stop;
    memcpy(stops + at + 1, o->stops[v] + at, (size_t)(o->n[v] - at) * sizeof *stops);
    return tr_best_route(&h->problem, v, o->n[v] + 1, stops, scratch, &route) ? route_pence(&route) : -1;
}

static void put(orders *o, int32_t v, int32_t at, int32_t stop)
{
    memmove(o->stops[v] + at + 1, o->stops[v] + at, (size_t)(o->n[v] - at) * sizeof o->stops[v][0]);
    o->stops[v][at] = stop;
    o->n[v]++;
}

static bool is_frozen(const tr_problem *p, int32_t stop)
{
    for (int32_t v = 0; v < p->n_vehicles; v++)
        for (int32_t k = 0; k < p->vehicles[v].n_frozen; k++)
            if (p->vehicles[v].frozen[k].kind == TR_VISIT_STOP && p->vehicles[v].frozen[k].ref == stop)
                return true;
    return false;
}

/* Stops in random order: each where its route is cheapest, or at the end of the first vehicle that can. */
static void construct(held *h, bool greedy)
{
    const tr_problem *p = &h->problem;
    tr_arena *scratch = tr_arena_new();
    orders o = {0};
    int32_t order[MAX_STOPS] = {0};
    for (int32_t s = 0; s < p->n_stops; s++) {
        int32_t at = between(0, s);
        order[s] = order[at], order[at] = s;
    }
    for (int32_t i = 0; i < p->n_stops; i++) {
        int64_t least = INT64_MAX;
        int32_t best_v = -1, best_at = 0, first = between(0, p->n_vehicles - 1);
        if (is_frozen(p, order[i])) continue;
        for (int32_t n = 0; n < p->n_vehicles && (greedy || best_v < 0); n++) {
            int32_t v = (first + n) % p->n_vehicles;
            for (int32_t at = greedy ? 0 : o.n[v]; at <= o.n[v]; at++) {
                int64_t pence = try_at(h, &o, v, at, order[i], scratch);
                if (pence >= 0 && pence < least) least = pence, best_v = v, best_at = at;
            }
        }
        if (best_v >= 0) put(&o, best_v, best_at, order[i]);
    }
    tr_arena_free(scratch);
    hold_orders(h, &o, greedy ? "greedy" : "random");
}

/* ---- searches ---- */

static void search(held *h, const tr_problem *problem, uint64_t seed, int64_t iterations, const char *from)
{
    tr_solve_options so = {.seed = seed, .iterations = iterations, .threads = 1};
    tr_plan plan;
    tr_err err = {0};
    if (tr_solve(problem, &so, h->arena, &plan, NULL, &err))
        fail_msg("morning %d, %s: %s", h->number, from, err.text);
    hold(h, &plan, from);
}

/* The morning with a vehicle at home: what remains is a plan of the whole morning, too. */
static void search_without_vehicles(held *h)
{
    for (int32_t v = 0; v < h->problem.n_vehicles; v++) {
        if (must_go(&h->problem, v)) continue;
        tr_problem less = h->problem;
        tr_vehicle *vehicles = tr_arena_grow(h->arena, less.vehicles, (size_t)less.n_vehicles,
                                             (size_t)less.n_vehicles, sizeof *vehicles);
        vehicles[v].available = false;
        less.vehicles = vehicles;
        search(h, &less, 5, 150, "search without a vehicle");
    }
}

/* The morning with a stop to be left, or bound to a vehicle. */
static void search_with_orders(held *h)
{
    tr_problem less = h->problem;
    tr_stop *stops =
        tr_arena_grow(h->arena, less.stops, (size_t)less.n_stops, (size_t)less.n_stops, sizeof *stops);
    int32_t s = between(0, less.n_stops - 1);
    less.stops = stops;
    if (is_frozen(&less, s)) return;
    stops[s].leave = true;
    search(h, &less, 6, 150, "search with a stop left");
    stops[s].leave = h->problem.stops[s].leave;
    if (stops[s].pin < 0) stops[s].pin = between(0, less.n_vehicles - 1);
    search(h, &less, 7, 150, "search with a stop pinned");
}

/* ---- mornings ---- */

/* All rules mixed, 8 to 12 stops, up to three vehicles; in one of twenty speed changes with the hour, and days are short. */
static void draw(int32_t i, tr_arena *arena, tr_problem *p)
{
    tr_morning_options o = tr_standard_options(i);
    state = SEED + (uint64_t)i;
    o.n_stops = between(8, MAX_STOPS), o.n_vehicles = between(1, MAX_VEHICLES);
    if (i % 20 == 9) {
        o.extras |= TR_EXTRA_HOURS;
        o.rules &= ~(1u << TR_RULE_HOURS | 1u << TR_RULE_EU | 1u << TR_RULE_WTR);
    }
    tr_random_morning(SEED + (uint64_t)i * 7919, &o, arena, p);
}

typedef struct {
    int32_t mornings, proven, levels, open, unknown, improved, short_of, audited;
    int64_t plans, worst_pence, worst_value, nearest;
} figures;

static void count(const held *h, figures *f)
{
    bool proven = true;
    for (int32_t k = 0; k < 3; k++) {
        const tr_level_proof *x = &h->certificate.level[k];
        bool open = !x->known || x->bound < x->value;
        f->levels++, f->open += open, f->unknown += !x->known;
        proven &= !open;
        if (k == 2 && x->known && x->value - x->bound > f->worst_pence)
            f->worst_pence = x->value - x->bound, f->worst_value = x->value;
    }
    assert_true(!proven || !h->improved);
    if (audit_is_short(&h->problem)) f->audited++, f->short_of += !confirmed(h);
    f->mornings++, f->proven += proven, f->plans += h->plans, f->improved += h->improved > 0;
    if (h->nearest < f->nearest) f->nearest = h->nearest;
}

/* Labels that a proof may make: enough, scarce or hardly any in turn. */
static const int64_t labels[] = {100000, 20000, 3000};

static void one(int32_t i, figures *f)
{
    held h = {.arena = tr_arena_new(), .number = i, .nearest = INT64_MAX};
    tr_plan plan;
    tr_err err = {0};
    draw(i, h.arena, &h.problem);
    tr_solve_options so = {.seed = 1, .iterations = i % 4 ? 300 : 20, .threads = 1};
    if (tr_solve(&h.problem, &so, h.arena, &plan, NULL, &err)) fail_msg("morning %d: %s", i, err.text);
    tr_prove_options po = {.threads = 1, .work = labels[i % 3], .bound_only = i % 7 == 6, .width = i / 3 % 2};
    assert_int_equal(tr_prove(&h.problem, &plan, &po, h.arena, &h.best, &h.certificate, &err), TR_OK);
    assert_true(tr_goal_compare(&h.best.goal, &plan.goal) <= 0);
    for (int32_t k = 0; k < 3; k++) assert_int_equal(h.certificate.level[k].value, level_of(&h.best.goal, k));
    hold(&h, &plan, "search before the proof");
    hold(&h, &h.best, "the exact part");
    hold_without(&h, &h.best);
    for (uint64_t seed = 2; seed <= 4; seed++) search(&h, &h.problem, seed, seed == 2 ? 500 : 150, "search");
    search_without_vehicles(&h);
    search_with_orders(&h);
    for (int32_t k = 0; k < 3; k++) construct(&h, k == 0 && i % 2);
    count(&h, f);
    tr_arena_free(h.arena);
}

static void no_plan_is_below_a_bound(void **unused)
{
    (void)unused;
    figures f[3] = {{.nearest = INT64_MAX}, {.nearest = INT64_MAX}, {.nearest = INT64_MAX}};
    const char *from = getenv("TR_TEST_FROM");
    int32_t first = from ? atoi(from) : 0, last = from ? first + 1 : tr_scaled(MORNINGS);
    for (int32_t i = first; i < last; i++) one(i, &f[i % 3]);
    printf("seed %#llx + 7919 n\n", (unsigned long long)SEED);
    for (int32_t k = 0; k < 3; k++)
        printf("%d mornings with %lld labels: %lld plans held; %d proven at all levels, %d of %d levels open "
               "(%d without a bound); "
               "worst gap %lld of %lld pence; nearest plan %lld pence above its bound; %d with a plan better "
               "than the proof's; "
               "%d of %d certificates true and yet not confirmed\n",
               f[k].mornings, (long long)labels[k], (long long)f[k].plans, f[k].proven, f[k].open,
               f[k].levels, f[k].unknown, (long long)f[k].worst_pence, (long long)f[k].worst_value,
               (long long)f[k].nearest, f[k].improved, f[k].short_of, f[k].audited);
    for (int32_t k = 0; k < 3 && last - first == MORNINGS; k++)
        assert_true(f[k].nearest == 0 && f[k].short_of <= 5);
}

/* ---- plain vehicles of two classes ---- */

enum { PLAIN_VEHICLES = 4, PLAIN_STOPS = 18 };

static void draw_plain_travel(tr_arena *arena, tr_problem *p)
{
    int32_t n = p->n_places, *x = TR_NEW(arena, int32_t, n), *y = TR_NEW(arena, int32_t, n);
    int32_t *cells = TR_NEW(arena, int32_t, n * n);
    tr_travel_matrix *m = TR_NEW(arena, tr_travel_matrix, 1);
    for (int32_t i = 0; i < n; i++) x[i] = between(0, 600), y[i] = between(0, 600);
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++) cells[i * n + j] = abs(x[i] - x[j]) + abs(y[i] - y[j]);
    *m = (tr_travel_matrix){.profile = "van", .seconds = cells, .metres = cells};
    p->travel = m, p->n_profiles = 1;
}

/* One compartment, no site, hour or hazard, at most one window a stop, only metres cost: two small vans and two large ones. */
static void draw_plain(int32_t i, tr_arena *arena, tr_problem *p)
{
    static const tr_stream goods[] = {{.name = "goods", .ewc = "20 03 01"}};
    state = SEED + 0x100000 + (uint64_t)i;
    int32_t n = i % 2 ? PLAIN_STOPS : 10;
    *p = (tr_problem){.day = 100,
                      .n_places = n + 1,
                      .n_streams = 1,
                      .n_stops = n,
                      .n_vehicles = PLAIN_VEHICLES,
                      .streams = goods};
    p->policy = tr_policy_default();
    draw_plain_travel(arena, p);
    tr_stop *stops = TR_NEW(arena, tr_stop, n);
    for (int32_t s = 0; s < n; s++) {
        tr_window *w = TR_NEW(arena, tr_window, 1);
        w->start_s = between(0, 4000), w->end_s = w->start_s + 3000;
        stops[s] = (tr_stop){.id = tr_arena_printf(arena, "R-%d", (int)s + 1),
                             .place = s + 1,
                             .kg = between(5, 15),
                             .service_s = 100,
                             .n_windows = between(0, 1),
                             .windows = w,
                             .reported_day = 99,
                             .due_day = 99,
                             .pin = -1};
    }
    tr_vehicle *vans = TR_NEW(arena, tr_vehicle, PLAIN_VEHICLES);
    for (int32_t v = 0; v < PLAIN_VEHICLES; v++) {
        int32_t kg = (v < 2 ? 5 : 9) * n;
        vans[v] = (tr_vehicle){.id = tr_arena_printf(arena, "V-%d", (int)v + 1),
                               .available = true,
                               .n_compartments = 1,
                               .payload_kg = kg,
                               .compartments = {{.id = "body", .kg = kg, .litres = 1000, .streams = 1}},
                               .end_s = 12000,
                               .hours_rule = TR_HOURS_NONE,
                               .may_park_loaded = true,
                               .speed_permille = 1000,
                               .pence_per_km = 1000,
                               .fixed_pence = v < 2 ? 100 : 300};
    }
    p->stops = stops, p->vehicles = vans;
}

/* With hardly a label to be made exact pricing of either class ends early, and no coarser one is to be had. */
static void plain_classes_run_out_of_labels(void **unused)
{
    (void)unused;
    static const int64_t works[] = {1, 30, 300, 3000, 30000, 0};
    int32_t none = 0, met = 0;
    for (int32_t i = 0; i < tr_scaled(8); i++)
        for (size_t k = 0; k < sizeof works / sizeof *works; k++) {
            held h = {.arena = tr_arena_new(), .number = i, .nearest = INT64_MAX};
            tr_plan plan;
            tr_err err = {0};
            draw_plain(i, h.arena, &h.problem);
            tr_solve_options so = {.seed = 1, .iterations = 2000, .threads = 1};
            tr_prove_options po = {.threads = 1, .work = works[k]};
            assert_int_equal(tr_solve(&h.problem, &so, h.arena, &plan, NULL, &err), TR_OK);
            assert_int_equal(tr_prove(&h.problem, &plan, &po, h.arena, &h.best, &h.certificate, &err), TR_OK);
            hold(&h, &plan, "search before the proof");
            hold(&h, &h.best, "the exact part");
            search(&h, &h.problem, 2, 2000, "search");
            assert_true(confirmed(&h));
            const tr_level_proof *x = &h.certificate.level[2];
            none += works[k] == 1 && !x->known;
            met += works[k] == 0 && x->known && x->bound == x->value;
            if (works[k] == 0) assert_true(x->known);
            tr_arena_free(h.arena);
        }
    printf("plain vehicles of two classes: %d mornings without a bound for want of labels, %d proven with "
           "enough\n",
           none, met);
    assert_true(none > 0 && met > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_plan_is_below_a_bound),
                                       cmocka_unit_test(plain_classes_run_out_of_labels)};
    cmocka_set_test_filter(getenv("TR_TEST_ONLY"));
    return cmocka_run_group_tests_name("prove_plans", tests, NULL, NULL);
}
