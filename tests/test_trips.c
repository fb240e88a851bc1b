/* test_trips.c -- the bound over trips against brute force: it is never above the optimum, no vehicle is ruled out that the
 * optimum has out, and where all routes of better plans are listed the optimum's are among them; on mornings with few rules it is near it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "brute.h"
#include "model.h"
#include "mornings.h"
#include "trips.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORK = 3000000 }; /* labels */

typedef struct {
    int32_t mornings, known, met, listed, looped, by_trips, two_bodies, three_bodies, loaded, frozen, several;
    double part;          /* bound in parts of the optimum, summed */
} figures;

static bool never(void *context)
{
    (void)context;
    return false;
}

enum { LISTED = 20000, LONG = 16 };

typedef struct { /* routes that were told */
    int32_t n;
    struct {
        int32_t vehicle, n, stops[LONG];
        int64_t cost;     /* units */
    } at[LISTED];
} listing;

static void take(void *context, int32_t vehicle, const tr_priced *route)
{
    listing *l = context;
    assert_true(l->n < LISTED && route->n <= LONG);
    l->at[l->n].vehicle = vehicle, l->at[l->n].n = route->n, l->at[l->n].cost = route->reduced;
    for (int32_t i = 0; i < route->n; i++) l->at[l->n].stops[i] = route->stops[i];
    l->n++;
}

/* Is a route through these stops, in any order, among them, at no more than that? */
static bool was_told(const listing *l, int32_t vehicle, int32_t n, const int32_t *stops, int64_t pence)
{
    for (int32_t i = 0; i < l->n; i++) {
        if (l->at[i].vehicle != vehicle || l->at[i].n != n || l->at[i].cost > pence * TR_MONEY) continue;
        int32_t same = 0;
        for (int32_t a = 0; a < n; a++)
            for (int32_t b = 0; b < n; b++) same += l->at[i].stops[a] == stops[b];
        if (same == n) return true;
    }
    return false;
}

/* The routes of a plan that costs less than the value are among those listed. */
static void check_listing(int32_t i, const tr_problem *p, const tr_trips *t, const listing *l, const tr_plan *best)
{
    for (int32_t v = 0; v < best->n_routes; v++) {
        const tr_route *x = &best->routes[v];
        const int32_t done = p->vehicles[v].n_frozen > 0 ? p->vehicles[v].n_frozen : 1;
        int32_t stops[LONG], n = 0;
        for (int32_t k = done; k < x->n_visits; k++)
            if (x->visits[k].kind == TR_VISIT_STOP) stops[n++] = x->visits[k].ref;
        if (n > 0 && !was_told(l, t->model->vehicles[v].cls, n, stops, tr_cost_pence(&x->cost)))
            fail_msg("morning %d: all routes of better plans are said to be listed, and that of vehicle %d through %d stops is not", i, v, n);
    }
}

/* With few labels only a few exact rounds are made.  Half of the mornings look up well what follows on a trip. */
static int64_t bound_of(const tr_problem *p, const tr_plan *plan, const tr_goal *limit, int64_t value, int64_t work, int32_t core, listing *l, tr_arena *arena, tr_trips *t)
{
    *t = (tr_trips){.model = tr_model_new(p, arena), .plan = plan, .limit = {limit->hazard_left, limit->due_left}, .value = value,
                    .work = work, .exact = work < WORK, .well = value % 2, .core = core, .enough = never, .listed = l ? take : NULL, .context = l};
    if (l) l->n = 0;
    tr_trips_bound(t, arena);
    return t->known ? t->bound : 0;
}

static void count(const tr_problem *p, figures *f)
{
    bool two = false, three = false, loaded = false, frozen = false;
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        const tr_vehicle *x = &p->vehicles[v];
        two |= x->n_compartments == 2, three |= x->n_compartments > 2, frozen |= x->n_frozen > 0;
        for (int32_t c = 0; c < x->n_compartments; c++) loaded |= x->compartments[c].start_streams != 0;
    }
    f->two_bodies += two, f->three_bodies += three, f->loaded += loaded, f->frozen += frozen, f->several += p->n_vehicles > 1;
}

/* The optimum is asked for with a value above it, as of a plan that can be improved, and with its own. */
static void one(int32_t i, void (*draw)(int32_t, tr_arena *, tr_problem *), figures *f)
{
    tr_arena *arena = tr_arena_new();
    tr_problem p;
    tr_plan best;
    tr_trips t;
    draw(i, arena, &p);
    if (tr_brute(&p, arena, &best)) {
        const int64_t optimum = best.goal.cost_pence, value = optimum + optimum / 10 + 5;
        for (int64_t work = 30; work < 1000; work = 3 * work + 1) { /* a limit gives a weaker bound */
            int64_t weak = bound_of(&p, work % 2 ? &best : NULL, &best.goal, value, work, 0, NULL, arena, &t);
            if (weak > optimum) fail_msg("morning %d, %lld labels: bound %lld above the optimum %lld", i, (long long)work, (long long)weak, (long long)optimum);
        }
        listing *l = TR_NEW(arena, listing, 1);
        int64_t bound = bound_of(&p, NULL, &best.goal, value, WORK, 0, l, arena, &t);
        if (bound > optimum) fail_msg("morning %d: bound %lld above the optimum %lld", i, (long long)bound, (long long)optimum);
        for (int32_t v = 0; t.out && v < best.n_routes; v++) {
            bool out = false;
            for (int32_t k = 0; k < best.routes[v].n_visits; k++) out |= best.routes[v].visits[k].kind == TR_VISIT_STOP;
            if (out && !t.out[t.model->vehicles[v].cls]) fail_msg("morning %d: vehicle %d is ruled out, and the optimum has it out", i, v);
        }
        if (t.all_listed) check_listing(i, &p, &t, l, &best), f->listed++;
        for (int32_t core = 0; core < 4; core++) { /* and where hardly anything is better */
            bound_of(&p, &best, &best.goal, optimum + 1, WORK, core, l, arena, &t);
            if (t.all_listed) check_listing(i, &p, &t, l, &best);
        }
        int64_t own = bound_of(&p, &best, &best.goal, optimum, WORK, 0, NULL, arena, &t);
        if (own > optimum) fail_msg("morning %d: bound %lld above the value %lld", i, (long long)own, (long long)optimum);
        f->looped += t.loops > 0, f->by_trips += t.by_trips > 0;
        count(&p, f);
        f->mornings++, f->known += bound > 0, f->met += own == optimum;
        f->part += optimum > 0 ? (double)bound / (double)optimum : 1;
    }
    tr_arena_free(arena);
}

static figures bound_all(int32_t n, void (*draw)(int32_t, tr_arena *, tr_problem *))
{
    figures f = {0};
    const char *from = getenv("TR_TEST_FROM"); /* one morning only, to look into it */
    int32_t first = from ? atoi(from) : 0, last = from ? first + 1 : tr_scaled(n);
    for (int32_t i = first; i < last; i++) one(i, draw, &f);
    printf("%d mornings: %d bounds, %d meet the optimum, on average %.3f of it; %d listed; loops broken %d, parted by trips %d; two bodies %d, three %d, loaded %d, frozen %d, several "
           "vehicles %d\n", f.mornings, f.known, f.met, f.part / f.mornings, f.listed, f.looped, f.by_trips, f.two_bodies, f.three_bodies, f.loaded, f.frozen, f.several);
    return f;
}

static void is_never_above_the_optimum(void **state)
{
    (void)state;
    figures f = bound_all(1000, tr_standard_morning);
    assert_true(f.part >= 0.6 * f.mornings && f.looped * 50 >= f.mornings && f.by_trips * 50 >= f.mornings);
}

static void two_bodies(int32_t i, tr_arena *arena, tr_problem *p)
{
    tr_morning_options o = {.n_stops = 3 + i % 4, .n_vehicles = 1 + i % 2, .n_sites = 2, .rules = (1u << TR_N_RULES) - 1,
                            .extras = TR_EXTRA_BODIES | TR_EXTRA_FEES | TR_EXTRA_PARK};
    tr_random_morning(70000 + (uint64_t)i, &o, arena, p);
}

static void is_never_above_the_optimum_of_two_bodies(void **state)
{
    (void)state;
    figures f = bound_all(600, two_bodies);
    assert_true(f.two_bodies * 2 >= f.mornings);
}

/* The second of two bodies parted into two: what one of them holds is not followed. */
static void three_bodies(int32_t i, tr_arena *arena, tr_problem *p)
{
    two_bodies(i, arena, p);
    tr_vehicle *vehicles = tr_arena_grow(arena, p->vehicles, (size_t)p->n_vehicles, (size_t)p->n_vehicles, sizeof *vehicles);
    p->vehicles = vehicles;
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        tr_vehicle *x = &vehicles[v];
        if (x->n_compartments != 2 || x->n_frozen > 0) continue;
        tr_compartment *c = x->compartments;
        x->n_compartments = 3, c[2] = c[1];
        c[2].start_kg = 0, c[2].start_litres = 0, c[2].start_streams = 0;
        c[1].kg = c[1].kg > c[1].start_kg ? (c[1].kg + c[1].start_kg + 1) / 2 : c[1].kg;
    }
}

static void is_never_above_the_optimum_of_three_bodies(void **state)
{
    (void)state;
    figures f = bound_all(300, three_bodies);
    assert_true(f.three_bodies * 8 >= f.mornings);
}

/* One body, no windows, no hours: all that costs is on a trip. */
static void bare(int32_t i, tr_arena *arena, tr_problem *p)
{
    tr_morning_options o = {.n_stops = 4 + i % 4, .n_vehicles = 1 + i % 2, .n_sites = 2,
                            .rules = 1u << TR_RULE_KG | 1u << TR_RULE_LITRES | 1u << TR_RULE_SITE_STREAMS | 1u << TR_RULE_SEGREGATION,
                            .extras = TR_EXTRA_FEES};
    tr_random_morning(80000 + (uint64_t)i, &o, arena, p);
}

static void bare_two_bodies(int32_t i, tr_arena *arena, tr_problem *p)
{
    tr_morning_options o = {.n_stops = 4 + i % 3, .n_vehicles = 1, .n_sites = 2,
                            .rules = 1u << TR_RULE_KG | 1u << TR_RULE_LITRES | 1u << TR_RULE_SITE_STREAMS | 1u << TR_RULE_SEGREGATION,
                            .extras = TR_EXTRA_BODIES | TR_EXTRA_FEES};
    tr_random_morning(90000 + (uint64_t)i, &o, arena, p);
}

static void is_near_the_optimum_where_trips_are_all(void **state)
{
    (void)state;
    figures f = bound_all(200, bare);
    assert_true(f.part >= 0.9 * f.mornings);
    f = bound_all(300, bare_two_bodies);
    assert_true(f.part >= 0.8 * f.mornings && f.two_bodies * 2 >= f.mornings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(is_never_above_the_optimum), cmocka_unit_test(is_never_above_the_optimum_of_two_bodies),
                                       cmocka_unit_test(is_never_above_the_optimum_of_three_bodies),
                                       cmocka_unit_test(is_near_the_optimum_where_trips_are_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
