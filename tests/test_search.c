/* test_search.c -- the search against the brute force, and what may not change its answers.
 *
 * TR_TEST_SCALE (per cent, default 100) takes that share of the mornings, for slow builds.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "brute.h"
#include "mornings.h"
#include "route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Solves and demands that the referee agrees. */
static tr_goal solve(const tr_problem *p, uint64_t seed, int64_t iterations, int32_t threads, const tr_plan *from,
                     tr_arena *arena, tr_plan *plan)
{
    tr_err err = {0};
    tr_solve_options o = {.seed = seed, .iterations = iterations, .threads = threads, .from = from};
    tr_solve_report report;
    if (tr_solve(p, &o, arena, plan, &report, &err) != TR_OK) fail_msg("solve: %s", err.text);
    tr_verdict verdict;
    if (!tr_referee(p, plan, arena, &verdict)) fail_msg("referee: %s", verdict.findings[0].text);
    return plan->goal;
}

static const int64_t ladder[] = {300, 3000, 50000};

/* The least effort of the ladder that reaches the goal; false if none does. */
static bool reaches(const tr_problem *p, const tr_goal *goal, tr_arena *arena, int *rung)
{
    tr_plan plan;
    for (*rung = 0; *rung < 3; ++*rung) {
        tr_goal g = solve(p, 1, ladder[*rung], 1, NULL, arena, &plan);
        int c = tr_goal_compare(&g, goal);
        if (c < 0) fail_msg("the search beats the brute force: %lld < %lld pence", (long long)g.cost_pence, (long long)goal->cost_pence);
        if (c == 0) return true;
    }
    return false;
}

static void equals_brute_force(void **state)
{
    (void)state;
    int32_t n = tr_scaled(TR_STANDARD_MORNINGS), missed = 0, rungs[3] = {0, 0, 0};
    for (int32_t i = 0; i < n; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem p;
        tr_plan best;
        int rung;
        tr_standard_morning(i, arena, &p);
        if (!tr_brute(&p, arena, &best)) {
            tr_plan plan;
            tr_err err;
            tr_solve_options o = {.seed = 1, .iterations = 10};
            assert_int_equal(tr_solve(&p, &o, arena, &plan, NULL, &err), TR_EINPUT);
        } else if (reaches(&p, &best.goal, arena, &rung)) {
            rungs[rung]++;
        } else {
            missed++;
            printf("morning %d: optimum %lld/%lld/%lld not reached in %lld iterations\n", i, (long long)best.goal.hazard_left,
                   (long long)best.goal.due_left, (long long)best.goal.cost_pence, (long long)ladder[2]);
        }
        tr_arena_free(arena);
    }
    printf("%d mornings: optimum within %lld iterations on %d, %lld on %d more, %lld on %d more\n", n, (long long)ladder[0],
           rungs[0], (long long)ladder[1], rungs[1], (long long)ladder[2], rungs[2]);
    assert_int_equal(missed, 0);
}

/* Speeds by the hour: the time of leaving is chosen by trying, so a miss is no fault, but many would be. */
static void nears_brute_force_by_the_hour(void **state)
{
    (void)state;
    int32_t n = tr_scaled(TR_HOURLY_MORNINGS), missed = 0, solved = 0, rung;
    for (int32_t i = 0; i < n; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem p;
        tr_plan best;
        tr_hourly_morning(i, arena, &p);
        if (tr_brute(&p, arena, &best)) {
            solved++;
            if (!reaches(&p, &best.goal, arena, &rung)) {
                missed++;
                printf("hourly morning %d: optimum not reached in %lld iterations\n", i, (long long)ladder[2]);
            }
        }
        tr_arena_free(arena);
    }
    printf("%d hourly mornings: optimum missed on %d\n", solved, missed);
    assert_true(solved * 10 >= n * 9);
    assert_true(missed * 50 <= solved); /* measured: none of 300 */
}

/* Rules on hours and whole shifts, which the brute force by the hour leaves out: every plan holds. */
static void keeps_the_rules_by_the_hour(void **state)
{
    (void)state;
    int32_t n = tr_scaled(200), routed = 0;
    for (int32_t i = 0; i < n; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem p;
        tr_plan plan, again;
        uint64_t random = (uint64_t)i;
        tr_standard_morning(i * 10, arena, &p);
        for (int32_t h = 0; h < 24; h++) p.policy.speed_by_hour[h] = tr_random(&random) % 3 ? 1000 : 100 + (int32_t)(tr_random(&random) % 1500);
        tr_err err;
        tr_solve_options o = {.seed = 1, .iterations = 10};
        if (tr_solve(&p, &o, arena, &plan, NULL, &err) == TR_OK) {
            tr_goal first = solve(&p, 1, 200, 1, NULL, arena, &plan);
            for (int32_t v = 0; v < plan.n_routes; v++) routed += plan.routes[v].n_visits > 0;
            tr_goal next = solve(&p, 7, 50, 1, &plan, arena, &again); /* and from a plan it is no worse */
            assert_true(tr_goal_compare(&next, &first) <= 0);
            solve(&p, 1, 200, 2, NULL, arena, &again);
            assert_int_equal(tr_goal_compare(&again.goal, &first), 0);
        }
        tr_arena_free(arena);
    }
    assert_true(routed > n / 2);
}

/* A leg left later is never there earlier, and the latest departure is the inverse of the leg. */
static void legs_by_the_hour_go_both_ways(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (int32_t i = 0; i < 3000; i++) {
        tr_legs g = {.speed_permille = 100 + (int32_t)(tr_random(&random) % 2000)};
        for (int32_t h = 0; h < 24; h++) g.rate[h] = g.speed_permille * (100 + (int64_t)(tr_random(&random) % 4901));
        int32_t base = (int32_t)(tr_random(&random) % (i % 10 ? 4000 : 100000));
        int32_t leave = (int32_t)(tr_random(&random) % 200000) - 50000, there = leave + tr_leg_seconds(&g, base, leave);
        assert_true(leave + 1 + tr_leg_seconds(&g, base, leave + 1) >= there);
        int32_t latest = tr_leg_leave(&g, base, there);
        assert_true(latest >= leave && latest + tr_leg_seconds(&g, base, latest) == there);
        assert_true(latest + 1 + tr_leg_seconds(&g, base, latest + 1) > there);
        for (int32_t h = 0; h < 24; h++) g.rate[h] = 1000 * (int64_t)g.speed_permille;
        assert_int_equal(tr_leg_seconds(&g, base, leave), (1000 * (int64_t)base + g.speed_permille / 2) / g.speed_permille);
    }
}

/* Relaxed input may only help, and the search finds it: a wider window, one more vehicle. */
static void relaxed_is_never_worse(void **state)
{
    (void)state;
    int32_t n = tr_scaled(300), tried = 0;
    for (int32_t i = 0; i < n; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem p;
        tr_plan before, after;
        int rung;
        tr_standard_morning(i * 6 % TR_STANDARD_MORNINGS, arena, &p);
        if (tr_brute(&p, arena, &before) && p.n_vehicles > 0) {
            tr_problem q = p;
            tr_stop *stops = tr_arena_grow(arena, p.stops, (size_t)p.n_stops, (size_t)p.n_stops, sizeof *stops);
            tr_vehicle *vehicles = tr_arena_grow(arena, p.vehicles, (size_t)p.n_vehicles, (size_t)p.n_vehicles + 1, sizeof *vehicles);
            if (i % 2) { /* every window closes 20 minutes later: no exemption is lost */
                for (int32_t s = 0; s < p.n_stops; s++) {
                    tr_window *w = tr_arena_grow(arena, stops[s].windows, (size_t)stops[s].n_windows, (size_t)stops[s].n_windows + 1, sizeof *w);
                    if (stops[s].n_windows > 0) w[stops[s].n_windows - 1].end_s += 1200;
                    stops[s].windows = w;
                }
                q.stops = stops;
            } else {
                vehicles[p.n_vehicles] = vehicles[0];
                vehicles[p.n_vehicles].id = "extra", vehicles[p.n_vehicles].n_frozen = 0;
                for (int32_t c = 0; c < vehicles[0].n_compartments; c++) {
                    tr_compartment *box = &vehicles[p.n_vehicles].compartments[c];
                    box->start_kg = box->start_litres = 0, box->start_streams = 0;
                }
                q.vehicles = vehicles, q.n_vehicles++;
            }
            assert_true(tr_brute(&q, arena, &after));
            assert_true(tr_goal_compare(&after.goal, &before.goal) <= 0);
            assert_true(reaches(&q, &after.goal, arena, &rung));
            tr_plan from, next;
            solve(&p, 1, 300, 1, NULL, arena, &from);
            if (q.n_vehicles == p.n_vehicles) { /* started from the old plan it is no worse than that */
                tr_goal g = solve(&q, 7, 50, 1, &from, arena, &next);
                assert_true(tr_goal_compare(&g, &from.goal) <= 0);
            }
            tried++;
        }
        tr_arena_free(arena);
    }
    assert_true(tried > n / 2);
}

static bool same_visits(const tr_plan *a, const tr_plan *b)
{
    for (int32_t r = 0; r < a->n_routes; r++) {
        if (a->routes[r].n_visits != b->routes[r].n_visits) return false;
        for (int32_t k = 0; k < a->routes[r].n_visits; k++) {
            const tr_visit *x = &a->routes[r].visits[k], *y = &b->routes[r].visits[k];
            if (x->kind != y->kind || x->ref != y->ref || x->start_s != y->start_s || x->departure_s != y->departure_s) return false;
        }
    }
    return true;
}

static void threads_change_nothing(void **state)
{
    (void)state;
    for (int32_t i = 0; i < 12; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem p;
        tr_plan one, two;
        tr_standard_morning(i * 131, arena, &p);
        tr_plan brute;
        if (tr_brute(&p, arena, &brute)) {
            solve(&p, 42, 640, 1, NULL, arena, &one);
            solve(&p, 42, 640, 2, NULL, arena, &two);
            assert_true(same_visits(&one, &two));
        }
        tr_arena_free(arena);
    }
}

/* Loads and capacities doubled, fees halved: the same visits. */
static void units_change_nothing(void **state)
{
    (void)state;
    for (int32_t i = 0; i < 40; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem p;
        tr_plan one, two, brute;
        tr_standard_morning(i * 47 + 3, arena, &p);
        for (int32_t z = 0; z < p.n_sites; z++) ((tr_site *)p.sites)[z].gate_fee_pence_per_tonne = 0;
        tr_problem q = p;
        tr_stop *stops = tr_arena_grow(arena, p.stops, (size_t)p.n_stops, (size_t)p.n_stops, sizeof *stops);
        tr_vehicle *vehicles = tr_arena_grow(arena, p.vehicles, (size_t)p.n_vehicles, (size_t)p.n_vehicles, sizeof *vehicles);
        for (int32_t s = 0; s < p.n_stops; s++) stops[s].kg *= 2, stops[s].litres *= 2;
        for (int32_t v = 0; v < p.n_vehicles; v++) {
            vehicles[v].payload_kg *= 2;
            for (int32_t c = 0; c < vehicles[v].n_compartments; c++) {
                tr_compartment *b = &vehicles[v].compartments[c];
                b->kg *= 2, b->litres *= 2, b->start_kg *= 2, b->start_litres *= 2;
            }
        }
        q.stops = stops, q.vehicles = vehicles;
        if (tr_brute(&p, arena, &brute)) {
            solve(&p, 3, 640, 1, NULL, arena, &one);
            solve(&q, 3, 640, 1, NULL, arena, &two);
            assert_true(same_visits(&one, &two));
        }
        tr_arena_free(arena);
    }
}

/* A signal before the first iteration still gives a plan that holds. */
static void a_stopped_search_hands_over(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    tr_problem p;
    tr_plan plan;
    tr_err err;
    tr_solve_report report;
    static volatile sig_atomic_t stop = 1;
    tr_standard_morning(5, arena, &p);
    tr_solve_options o = {.seed = 1, .iterations = 100000, .stop = &stop};
    assert_int_equal(tr_solve(&p, &o, arena, &plan, &report, &err), TR_OK);
    tr_verdict verdict;
    assert_true(tr_referee(&p, &plan, arena, &verdict));
    assert_true(report.stopped && report.iterations == 0);
    tr_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(legs_by_the_hour_go_both_ways), cmocka_unit_test(nears_brute_force_by_the_hour),
        cmocka_unit_test(keeps_the_rules_by_the_hour),
        cmocka_unit_test(equals_brute_force),      cmocka_unit_test(relaxed_is_never_worse),
        cmocka_unit_test(threads_change_nothing),  cmocka_unit_test(units_change_nothing),
        cmocka_unit_test(a_stopped_search_hands_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
