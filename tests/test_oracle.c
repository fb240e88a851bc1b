/* test_oracle.c -- is the brute force worth believing, and does the standard population test every rule?
 *
 * The brute force is checked by the referee, by plain enumeration, by the compact model and
 * by what must hold between problems; the population by counting.  The search is not here.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "brute.h"
#include "compact.h"
#include "compact_glpk.h"
#include "departures.h"
#include "mornings.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ENOUGH = 50,        /* mornings in which each rule must make a difference */
    COMPACT_NODES = 100 /* of GLPK a level */
};

typedef struct {
    int32_t n;
    void (*morning)(int32_t i, tr_arena *arena, tr_problem *problem);
    tr_goal goals[TR_STANDARD_MORNINGS]; /* the optimum of each, made once for all tests */
} population;

static population standard = {.n = TR_STANDARD_MORNINGS, .morning = tr_standard_morning};
static population hourly = {.n = TR_HOURLY_MORNINGS, .morning = tr_hourly_morning};
static int left_something, tipped_twice, took_breaks, sent_two, met_frozen;

/* ---- counting ---- */

static int most_tips(const tr_plan *plan)
{
    int most = 0;
    for (int32_t r = 0; r < plan->n_routes; r++) {
        int tips = 0;
        for (int32_t i = 0; i < plan->routes[r].n_visits; i++)
            tips += plan->routes[r].visits[i].kind == TR_VISIT_DISPOSAL;
        if (tips > most) most = tips;
    }
    return most;
}

static bool has_break(const tr_problem *p, const tr_plan *plan) /* one that is not frozen */
{
    for (int32_t r = 0; r < plan->n_routes; r++)
        for (int32_t i = p->vehicles[r].n_frozen; i < plan->routes[r].n_visits; i++)
            if (plan->routes[r].visits[i].kind == TR_VISIT_BREAK) return true;
    return false;
}

static int n_used(const tr_plan *plan)
{
    int n = 0;
    for (int32_t r = 0; r < plan->n_routes; r++) n += plan->routes[r].n_visits > 0;
    return n;
}

static void count(const tr_problem *p, const tr_plan *plan)
{
    left_something += plan->n_left > 0;
    tipped_twice += most_tips(plan) >= 2;
    took_breaks += has_break(p, plan);
    sent_two += n_used(plan) == 2;
    for (int32_t v = 0; v < p->n_vehicles; v++) met_frozen += p->vehicles[v].n_frozen > 1;
}

/* ---- every optimum is a plan that the referee accepts, figures and all ---- */

static void referee_accepts(population *all, void (*also)(const tr_problem *, const tr_plan *))
{
    for (int32_t i = 0; i < all->n; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem problem;
        tr_plan plan;
        tr_verdict verdict;
        all->morning(i, arena, &problem);
        if (!tr_brute(&problem, arena, &plan)) fail_msg("morning %d: no plan at all", i);
        if (!tr_referee(&problem, &plan, arena, &verdict))
            fail_msg("morning %d: %s: %s", i, verdict.findings[0].rule, verdict.findings[0].text);
        assert_int_equal(tr_goal_compare(&plan.goal, &verdict.goal), 0);
        all->goals[i] = plan.goal;
        also(&problem, &plan);
        tr_arena_free(arena);
    }
}

static void test_referee_accepts_every_optimum(void **state)
{
    (void)state;
    referee_accepts(&standard, count);
}

static void test_population_is_varied(void **state)
{
    (void)state;
    print_message("of %d: %d leave something, %d tip twice on a route, %d take breaks, %d send two vehicles, "
                  "%d have frozen stops\n",
                  TR_STANDARD_MORNINGS, left_something, tipped_twice, took_breaks, sent_two, met_frozen);
    assert_true(left_something >= 600);
    assert_true(TR_STANDARD_MORNINGS - left_something >= 300);
    assert_true(tipped_twice >= 300);
    assert_true(took_breaks >= 100);
    assert_true(sent_two >= 300);
    assert_true(met_frozen >= 50);
}

/* ---- every rule matters ---- */

static bool rule_matters(int32_t i, tr_rule rule)
{
    tr_arena *arena = tr_arena_new();
    tr_problem problem, without;
    tr_plan plan;
    tr_standard_morning(i, arena, &problem);
    without = tr_problem_without_rule(&problem, rule, arena);
    bool solved = tr_brute(&without, arena, &plan);
    bool matters = solved && tr_goal_compare(&plan.goal, &standard.goals[i]) != 0;
    tr_arena_free(arena);
    return matters;
}

static void test_each_rule_changes_optima(void **state)
{
    (void)state;
    int missing = 0;
    for (int r = 0; r < TR_N_RULES; r++) {
        int matters = 0, tried = 0;
        for (int32_t i = 0; i < TR_STANDARD_MORNINGS && matters < ENOUGH; i++) {
            if (!(tr_standard_options(i).rules >> r & 1)) continue;
            matters += rule_matters(i, (tr_rule)r);
            tried++;
        }
        print_message("without %-13s %2d of %4d mornings change\n", tr_rule_name((tr_rule)r), matters, tried);
        missing += matters < ENOUGH;
    }
    assert_int_equal(missing, 0);
}

/* ---- the same answer by other ways ---- */

/* The standard morning with as few stops as enumeration can bear: it is exponential in every choice. */
static void small_morning(int32_t i, tr_arena *arena, tr_problem *problem)
{
    const uint32_t hours = 1u << TR_RULE_HOURS | 1u << TR_RULE_EU | 1u << TR_RULE_WTR;
    tr_morning_options o = tr_standard_options(i);
    bool many = o.extras & (TR_EXTRA_BODIES | TR_EXTRA_WINDOWS) || o.rules & hours;
    o.n_stops = o.n_sites == 1 && !many ? 4 : o.n_sites == 1 || !many ? 3 : 2;
    tr_random_morning((uint64_t)i, &o, arena, problem);
}

static void test_plain_enumeration_agrees(void **state)
{
    (void)state;
    int changed = 0;
    for (int32_t i = 0; i < TR_STANDARD_MORNINGS; i += 3) {
        tr_arena *arena = tr_arena_new();
        tr_problem problem;
        tr_plan plain, best;
        small_morning(i, arena, &problem);
        bool feasible = tr_brute(&problem, arena, &best);
        assert_int_equal(tr_brute_plain(&problem, arena, &plain), feasible);
        if (feasible && tr_goal_compare(&plain.goal, &best.goal))
            fail_msg("morning %d: dominance loses the optimum", i);
        changed += feasible && n_used(&best) > 0;
        tr_arena_free(arena);
    }
    print_message("plain enumeration agrees, on %d mornings that send somebody\n", changed);
    assert_true(changed >= 400);
}

/* Does the compact model, solved by GLPK, have the same optimum?  Counts in *proven; more than 5 stops would take long. */
static void compare_compact(int32_t i, int *proven)
{
    tr_arena *arena = tr_arena_new();
    tr_problem problem;
    tr_goal goal;
    tr_standard_morning(i, arena, &problem);
    if (problem.n_stops <= 5 && tr_compact_can(&problem, NULL) == TR_OK &&
        tr_compact_glpk(&problem, COMPACT_NODES, &goal)) {
        int64_t off = goal.cost_pence - standard.goals[i].cost_pence, slack = (5 * problem.n_vehicles + 1) / 2;
        if (goal.hazard_left != standard.goals[i].hazard_left || goal.due_left != standard.goals[i].due_left || llabs(off) > slack)
            fail_msg("morning %d: brute force %lld %lld %lld, compact model %lld %lld %lld", i,
                     (long long)standard.goals[i].hazard_left, (long long)standard.goals[i].due_left, (long long)standard.goals[i].cost_pence,
                     (long long)goal.hazard_left, (long long)goal.due_left, (long long)goal.cost_pence);
        ++*proven;
    }
    tr_arena_free(arena);
}

static void test_compact_model_agrees(void **state)
{
    (void)state;
    int proven = 0;
    for (int32_t i = 0; i < TR_STANDARD_MORNINGS && proven < 400; i++) compare_compact(i, &proven);
    print_message("the compact model agrees on %d mornings\n", proven);
    assert_true(proven >= 400);
}

/* ---- what must hold between problems ---- */

/* Wider windows, a later end to each; the opening that can exempt (rule 9) stays. */
static tr_problem with_wider_windows(const tr_problem *p, tr_arena *arena)
{
    tr_problem wider = *p;
    size_t n = (size_t)p->n_stops;
    tr_stop *stops = tr_arena_grow(arena, p->stops, n, n + 1, sizeof *stops);
    for (int32_t j = 0; j < p->n_stops; j++) {
        size_t k = (size_t)stops[j].n_windows;
        if (!k) continue;
        tr_window *windows = tr_arena_grow(arena, stops[j].windows, k, k, sizeof *windows);
        windows[k - 1].end_s += 1800;
        stops[j].windows = windows;
    }
    wider.stops = stops;
    return wider;
}

/* One more vehicle, like the first but empty and not yet out. */
static tr_problem with_one_more_vehicle(const tr_problem *p, tr_arena *arena)
{
    tr_problem more = *p;
    size_t n = (size_t)p->n_vehicles;
    tr_vehicle *vehicles = tr_arena_grow(arena, p->vehicles, n, n + 1, sizeof *vehicles);
    vehicles[n] = vehicles[0];
    vehicles[n].n_frozen = 0;
    for (int32_t c = 0; c < vehicles[n].n_compartments; c++) {
        vehicles[n].compartments[c].start_kg = vehicles[n].compartments[c].start_litres = 0;
        vehicles[n].compartments[c].start_streams = 0;
    }
    more.vehicles = vehicles;
    more.n_vehicles++;
    return more;
}

/* All times of the day an hour later. The same plans, an hour later; hazard minutes keep. */
static tr_problem an_hour_later(const tr_problem *p, tr_arena *arena)
{
    tr_problem later = *p;
    size_t n_stops = (size_t)p->n_stops, n_sites = (size_t)p->n_sites, n_vehicles = (size_t)p->n_vehicles;
    tr_stop *stops = tr_arena_grow(arena, p->stops, n_stops, n_stops + 1, sizeof *stops);
    tr_site *sites = tr_arena_grow(arena, p->sites, n_sites, n_sites + 1, sizeof *sites);
    tr_vehicle *vehicles = tr_arena_grow(arena, p->vehicles, n_vehicles, n_vehicles + 1, sizeof *vehicles);
    for (size_t j = 0; j < n_stops; j++) {
        size_t n = (size_t)stops[j].n_windows;
        tr_window *w = tr_arena_grow(arena, stops[j].windows, n, n + 1, sizeof *w);
        for (size_t k = 0; k < n; k++) w[k] = (tr_window){w[k].start_s + 3600, w[k].end_s + 3600};
        stops[j].windows = w;
    }
    for (size_t s = 0; s < n_sites; s++) {
        size_t n = (size_t)sites[s].n_opening;
        tr_window *w = tr_arena_grow(arena, sites[s].opening, n, n + 1, sizeof *w);
        for (size_t k = 0; k < n; k++) w[k] = (tr_window){w[k].start_s + 3600, w[k].end_s + 3600};
        sites[s].opening = w;
    }
    for (size_t v = 0; v < n_vehicles; v++) {
        size_t n = (size_t)vehicles[v].n_frozen;
        tr_visit *f = tr_arena_grow(arena, vehicles[v].frozen, n, n + 1, sizeof *f);
        for (size_t k = 0; k < n; k++) {
            f[k].arrival_s += 3600;
            f[k].start_s += 3600;
            f[k].departure_s += 3600;
        }
        vehicles[v].frozen = f;
        vehicles[v].start_s += 3600;
        vehicles[v].end_s += 3600;
    }
    later.policy.day_start_s += 3600;
    for (int h = 0; h < 24; h++) later.policy.speed_by_hour[(h + 1) % 24] = p->policy.speed_by_hour[h];
    later.stops = stops;
    later.sites = sites;
    later.vehicles = vehicles;
    return later;
}

/* Stops in the opposite order: names without meaning. */
static tr_problem turned_round(const tr_problem *p, tr_arena *arena)
{
    tr_problem turned = *p;
    tr_stop *stops = TR_NEW(arena, tr_stop, p->n_stops + 1);
    for (int32_t j = 0; j < p->n_stops; j++) stops[j] = p->stops[p->n_stops - 1 - j];
    turned.stops = stops;
    size_t n = (size_t)p->n_vehicles;
    tr_vehicle *vehicles = tr_arena_grow(arena, p->vehicles, n, n + 1, sizeof *vehicles);
    for (size_t v = 0; v < n; v++) {
        size_t k = (size_t)vehicles[v].n_frozen;
        tr_visit *f = tr_arena_grow(arena, vehicles[v].frozen, k, k + 1, sizeof *f);
        for (size_t i = 0; i < k; i++)
            if (f[i].kind == TR_VISIT_STOP) f[i].ref = p->n_stops - 1 - f[i].ref;
        vehicles[v].frozen = f;
    }
    turned.vehicles = vehicles;
    return turned;
}

typedef tr_problem change(const tr_problem *p, tr_arena *arena);

/* Every `step`th morning, changed: the optimum is no worse, or just the same. */
static void compare_changed(const population *all, int32_t step, change *apply, const char *name, bool same)
{
    for (int32_t i = 0; i < all->n; i += step) {
        tr_arena *arena = tr_arena_new();
        tr_problem problem, changed;
        tr_plan plan;
        all->morning(i, arena, &problem);
        changed = apply(&problem, arena);
        if (!tr_brute(&changed, arena, &plan)) fail_msg("morning %d, %s: no plan at all", i, name);
        int order = tr_goal_compare(&plan.goal, &all->goals[i]);
        if (order > 0 || (same && order))
            fail_msg("morning %d, %s: the optimum is %s", i, name, order > 0 ? "worse" : "better");
        tr_arena_free(arena);
    }
}

static void test_wider_windows_never_worsen(void **state)
{
    (void)state;
    compare_changed(&standard, 3, with_wider_windows, "wider windows", false);
}

static void test_one_more_vehicle_never_worsens(void **state)
{
    (void)state;
    compare_changed(&standard, 3, with_one_more_vehicle, "one more vehicle", false);
}

static void test_an_hour_later_is_the_same(void **state)
{
    (void)state;
    compare_changed(&standard, 3, an_hour_later, "an hour later", true);
}

static void test_order_of_stops_is_nothing(void **state)
{
    (void)state;
    compare_changed(&standard, 3, turned_round, "turned round", true);
}

/* ---- speed by the hour ---- */

static int hourly_left, hourly_sent, hourly_frozen, hourly_slow, hourly_fast, hourly_across;

static bool drives(const tr_visit *v)
{
    return v->drive_s > 0 &&
           (v->kind == TR_VISIT_STOP || v->kind == TR_VISIT_DISPOSAL || v->kind == TR_VISIT_END);
}

static void count_hourly(const tr_problem *p, const tr_plan *plan)
{
    bool slow = false, fast = false, across = false;
    for (int32_t r = 0; r < plan->n_routes; r++)
        for (int32_t i = 1; i < plan->routes[r].n_visits; i++) {
            const tr_visit *v = &plan->routes[r].visits[i];
            if (i < p->vehicles[r].n_frozen || !drives(v)) continue;
            int32_t speed = p->policy.speed_by_hour[v[-1].departure_s / 3600];
            slow = slow || (speed && speed < 1000);
            fast = fast || speed > 1000;
            across = across || v[-1].departure_s / 3600 < (v->arrival_s - 1) / 3600;
        }
    hourly_left += plan->n_left > 0;
    hourly_sent += n_used(plan) > 0;
    for (int32_t v = 0; v < p->n_vehicles; v++) hourly_frozen += p->vehicles[v].n_frozen > 1;
    hourly_slow += slow;
    hourly_fast += fast;
    hourly_across += across;
}

static void test_hourly_optima_are_accepted(void **state)
{
    (void)state;
    referee_accepts(&hourly, count_hourly);
    print_message(
        "of %d hourly: %d send somebody, %d leave something, %d have frozen stops; %d drive in a slow "
        "hour, %d in a fast one, %d across the hour\n",
        TR_HOURLY_MORNINGS, hourly_sent, hourly_left, hourly_frozen, hourly_slow, hourly_fast, hourly_across);
    assert_true(hourly_sent >= 200);
    assert_true(hourly_left >= 100 && TR_HOURLY_MORNINGS - hourly_left >= 50);
    assert_true(hourly_frozen >= 10);
    assert_true(hourly_slow >= 100 && hourly_fast >= 100 && hourly_across >= 100);
}

static void set_hours(tr_problem *p, int32_t hour, int32_t permille) /* 1000 but in one hour */
{
    for (int h = 0; h < 24; h++) p->policy.speed_by_hour[h] = h == hour ? permille : 1000;
}

/* Does each leg of the plan last as long by the problem's table as it says? */
static bool timed_by(const tr_problem *p, const tr_plan *plan)
{
    for (int32_t r = 0; r < plan->n_routes; r++)
        for (int32_t i = 1; i < plan->routes[r].n_visits; i++) {
            const tr_visit *v = &plan->routes[r].visits[i];
            if (i < p->vehicles[r].n_frozen || !drives(v)) continue;
            if (v->drive_s != tr_leg_by_hour(p, &p->vehicles[r], v[-1].place, v->place, v[-1].departure_s))
                return false;
        }
    return true;
}

/* The best plan by a table of 1000 is not one by the real table, unless it says the same of each leg. */
static void test_hourly_plan_without_table_is_rejected(void **state)
{
    (void)state;
    int rejected = 0, changed = 0;
    for (int32_t i = 0; i < TR_HOURLY_MORNINGS; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem problem, flat;
        tr_plan plan;
        tr_verdict verdict;
        tr_hourly_morning(i, arena, &problem);
        flat = problem;
        set_hours(&flat, 0, 1000);
        assert_true(tr_brute(&flat, arena, &plan));
        assert_true(tr_referee(&flat, &plan, arena, &verdict));
        bool accepted = tr_referee(&problem, &plan, arena, &verdict), timing = false;
        for (int32_t k = 0; k < verdict.n_findings; k++)
            timing = timing || !strcmp(verdict.findings[k].rule, "timing");
        if (accepted != timed_by(&problem, &plan) || accepted == timing)
            fail_msg("morning %d: a plan timed without the table is %s", i,
                     accepted ? "accepted" : "rejected");
        rejected += !accepted;
        changed += tr_goal_compare(&plan.goal, &hourly.goals[i]) != 0;
        tr_arena_free(arena);
    }
    print_message("%d plans made without the table are rejected; %d optima change by it\n", rejected,
                  changed);
    assert_true(rejected >= 150);
    assert_true(changed >= 150);
}

/* A table that differs at night only: every second of leaving finds what functions of it find. */
static void test_hourly_by_night_is_the_same(void **state)
{
    (void)state;
    for (int32_t i = 0; i < TR_HOURLY_MORNINGS; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem problem;
        tr_plan by_day, by_night;
        tr_hourly_morning(i, arena, &problem);
        set_hours(&problem, 0, 1000);
        assert_true(tr_brute(&problem, arena, &by_day));
        set_hours(&problem, 23, 500);
        assert_true(tr_brute(&problem, arena, &by_night));
        if (tr_goal_compare(&by_day.goal, &by_night.goal)) fail_msg("morning %d: another optimum", i);
        tr_arena_free(arena);
    }
}

static void test_hourly_plain_enumeration_agrees(void **state)
{
    (void)state;
    int sent = 0;
    for (int32_t i = 0; i < TR_HOURLY_MORNINGS; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem problem;
        tr_plan plain, best;
        tr_morning_options o = tr_hourly_options(i);
        bool many = o.extras & (TR_EXTRA_BODIES | TR_EXTRA_WINDOWS);
        o.n_stops = o.n_sites == 1 && !many ? 4 : o.n_sites == 1 || !many ? 3 : 2;
        tr_random_morning((uint64_t)i, &o, arena, &problem);
        bool feasible = tr_brute(&problem, arena, &best);
        assert_int_equal(tr_brute_plain(&problem, arena, &plain), feasible);
        if (feasible && tr_goal_compare(&plain.goal, &best.goal))
            fail_msg("morning %d: dominance loses the optimum", i);
        sent += feasible && n_used(&best) > 0;
        tr_arena_free(arena);
    }
    print_message("plain enumeration agrees, on %d hourly mornings that send somebody\n", sent);
    assert_true(sent >= 200);
}

static tr_problem with_faster_hours(const tr_problem *p, tr_arena *arena)
{
    tr_problem faster = *p;
    (void)arena;
    for (int h = 0; h < 24; h++) {
        int32_t *speed = &faster.policy.speed_by_hour[h];
        *speed = (*speed ? *speed : 1000) + 70 * (h % 3);
    }
    return faster;
}

static void test_hourly_changes(void **state)
{
    (void)state;
    compare_changed(&hourly, 2, with_faster_hours, "faster hours", false);
    compare_changed(&hourly, 2, with_wider_windows, "wider windows", false);
    compare_changed(&hourly, 2, an_hour_later, "an hour later", true);
    compare_changed(&hourly, 2, turned_round, "turned round", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_referee_accepts_every_optimum), /* first: it fills `goals` */
        cmocka_unit_test(test_population_is_varied),
        cmocka_unit_test(test_each_rule_changes_optima),
        cmocka_unit_test(test_plain_enumeration_agrees),
        cmocka_unit_test(test_compact_model_agrees),
        cmocka_unit_test(test_wider_windows_never_worsen),
        cmocka_unit_test(test_one_more_vehicle_never_worsens),
        cmocka_unit_test(test_an_hour_later_is_the_same),
        cmocka_unit_test(test_order_of_stops_is_nothing),
        cmocka_unit_test(test_hourly_optima_are_accepted), /* it fills hourly.goals */
        cmocka_unit_test(test_hourly_plan_without_table_is_rejected),
        cmocka_unit_test(test_hourly_by_night_is_the_same),
        cmocka_unit_test(test_hourly_plain_enumeration_agrees),
        cmocka_unit_test(test_hourly_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
