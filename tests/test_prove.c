/* test_prove.c -- certificates of random mornings against brute force: no bound is above what can be had, and what is said
 * to be proven is the optimum.
 *
 * TR_TEST_SCALE (per cent, default 100) takes that share of the mornings, for slow builds.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "brute.h"
#include "mornings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int32_t mornings, proven, levels, open, two_bodies, loaded, pinned, rested, hazard;
} figures;

static int64_t level_of(const tr_goal *g, int32_t level)
{
    return level == 0 ? g->hazard_left : level == 1 ? g->due_left : g->cost_pence;
}

static void count(const tr_problem *p, const tr_plan *best, figures *f)
{
    bool two = false, loaded = false, pin = false, rest = false;
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        const tr_vehicle *x = &p->vehicles[v];
        bool apart = false;
        for (int32_t z = 1; z < p->n_sites; z++) apart |= p->sites[z].streams != p->sites[0].streams;
        two |= x->n_compartments > 1 && apart;
        for (int32_t c = 0; c < x->n_compartments; c++) loaded |= x->compartments[c].start_streams != 0;
        for (int32_t k = x->n_frozen; k < best->routes[v].n_visits; k++) rest |= best->routes[v].visits[k].kind == TR_VISIT_BREAK;
    }
    for (int32_t s = 0; s < p->n_stops; s++) pin |= p->stops[s].pin >= 0;
    f->two_bodies += two, f->loaded += loaded, f->pinned += pin, f->rested += rest;
    f->hazard += p->policy.pence_per_hazard_minute > 0;
}

/* With two bodies and two sites that take different streams, whatever else there is. */
static void two_bodies(int32_t i, tr_arena *arena, tr_problem *p)
{
    tr_morning_options o = tr_standard_options(i);
    o.extras |= TR_EXTRA_BODIES, o.rules |= 1u << TR_RULE_SITE_STREAMS, o.n_sites = 2;
    if (o.n_stops > 5) o.n_stops = 5;
    tr_random_morning(0x626f64696573ull + (uint64_t)i * 7919, &o, arena, p);
}

typedef enum { AS_EVER, MERGED, TRIPS } way; /* few partial routes from the start; over trips first: tr_prove_options */

static void one(int32_t i, void (*draw)(int32_t, tr_arena *, tr_problem *), way by, figures *f)
{
    tr_arena *arena = tr_arena_new();
    tr_problem p;
    tr_plan best, plan, better;
    tr_certificate c;
    tr_err err = {0};
    draw(i, arena, &p);
    if (!tr_brute(&p, arena, &best)) {
        tr_arena_free(arena);
        return;
    }
    tr_solve_options so = {.seed = 1, .iterations = 600, .threads = 1};
    assert_int_equal(tr_solve(&p, &so, arena, &plan, NULL, &err), TR_OK);
    tr_prove_options o = {.threads = 1, .width = by == MERGED, .trips = by == TRIPS};
    assert_int_equal(tr_prove(&p, &plan, &o, arena, &better, &c, &err), TR_OK);
    tr_verdict verdict;
    if (!tr_referee(&p, &better, arena, &verdict)) fail_msg("morning %d: %s", i, verdict.findings[0].text);
    assert_true(tr_goal_compare(&better.goal, &plan.goal) <= 0);
    assert_true(tr_goal_compare(&better.goal, &best.goal) >= 0);
    bool proven = true;
    for (int32_t k = 0; k < 3; k++) {
        int64_t value = level_of(&better.goal, k), optimum = level_of(&best.goal, k);
        const tr_level_proof *x = &c.level[k];
        assert_int_equal(x->value, value);
        if (x->known && x->bound > optimum) fail_msg("morning %d level %d: bound %lld above the optimum %lld (%s)", i, k + 1, (long long)x->bound, (long long)optimum, x->how);
        f->levels++;
        if (!x->known || x->bound < value) {
            f->open++, proven = false;
            printf("morning %d level %d: value %lld bound %lld optimum %lld known %d (%s)\n", i, k + 1, (long long)value, (long long)x->bound, (long long)optimum, x->known, x->how ? x->how : "-");
        }
        if (value != optimum) break; /* the levels below are among other plans */
    }
    f->mornings++, f->proven += proven;
    count(&p, &best, f);
    tr_arena_free(arena);
}

static void prove_all(int32_t n, void (*draw)(int32_t, tr_arena *, tr_problem *), way by)
{
    figures f = {0};
    const char *from = getenv("TR_TEST_FROM"); /* one morning only, to look into it */
    int32_t first = from ? atoi(from) : 0, last = from ? first + 1 : tr_scaled(n);
    for (int32_t i = first; i < last; i++) one(i, draw, by, &f);
    printf("%d mornings: %d proven at all levels; %d of %d levels open; two bodies with streams apart %d, loaded %d, pin %d, break %d, "
           "hazard minutes %d\n", f.mornings, f.proven, f.open, f.levels, f.two_bodies, f.loaded, f.pinned, f.rested, f.hazard);
    assert_int_equal(f.open, 0);
}

static void equals_brute_force(void **state)
{
    (void)state;
    prove_all(1000, tr_standard_morning, AS_EVER);
}

static void equals_brute_force_with_two_bodies(void **state)
{
    (void)state;
    prove_all(500, two_bodies, AS_EVER);
}

static void equals_brute_force_where_partial_routes_are_merged_first(void **state)
{
    (void)state;
    prove_all(300, tr_standard_morning, MERGED);
    prove_all(200, two_bodies, MERGED);
}

static void equals_brute_force_over_trips(void **state)
{
    (void)state;
    prove_all(600, tr_standard_morning, TRIPS);
    prove_all(400, two_bodies, TRIPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(equals_brute_force), cmocka_unit_test(equals_brute_force_with_two_bodies),
                                       cmocka_unit_test(equals_brute_force_where_partial_routes_are_merged_first), cmocka_unit_test(equals_brute_force_over_trips)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
