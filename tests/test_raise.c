/* test_raise.c -- what would make a better day, against the brute force on the relaxed morning.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "brute.h"
#include "mornings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MORNINGS = 400, STRIDE = 5, ITERATIONS = 2000, ALL = 1000 };

/* The morning with an hour more for one vehicle; it shares the rest. */
static tr_problem longer_shift(const tr_problem *p, int32_t vehicle, tr_arena *arena)
{
    tr_problem x = *p;
    tr_vehicle *v = TR_NEW(arena, tr_vehicle, p->n_vehicles);
    memcpy(v, p->vehicles, (size_t)p->n_vehicles * sizeof *v);
    v[vehicle].end_s += 3600;
    x.vehicles = v;
    return x;
}

static const tr_raise *find(const tr_raise *list, int32_t n, const char *code, int32_t vehicle)
{
    for (int32_t i = 0; i < n; i++)
        if (!strcmp(list[i].code, code) && list[i].vehicle == vehicle) return &list[i];
    return NULL;
}

/* Each is better than the plan, the best first; none of those with a longer shift is better than the optimum there, and
 * where that optimum leaves less, it is among them (a vehicle may be spoken for by one of its kind). */
static void agrees_with_brute_force(void **state)
{
    (void)state;
    int32_t n = tr_scaled(MORNINGS), told = 0, shifts = 0, missed = 0;
    for (int32_t i = 0; i < n; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem p;
        tr_plan best;
        tr_raise *list;
        tr_standard_morning(i * STRIDE, arena, &p);
        if (tr_brute(&p, arena, &best)) {
            int32_t found = tr_raises(&p, &best, NULL, 1, ITERATIONS, ALL, ALL, NULL, arena, &list);
            told += found;
            for (int32_t k = 0; k < found; k++) {
                assert_true(tr_goal_compare(&list[k].goal, &best.goal) < 0);
                assert_true(k == 0 || tr_goal_compare(&list[k - 1].goal, &list[k].goal) <= 0);
                assert_true(list[k].text && *list[k].text);
            }
            for (int32_t v = 0; v < p.n_vehicles; v++) {
                tr_problem x = longer_shift(&p, v, arena);
                tr_plan other;
                const tr_raise *raise = find(list, found, "shift", v);
                if (!p.vehicles[v].available || !tr_brute(&x, arena, &other)) continue;
                if (raise) {
                    shifts++;
                    assert_true(tr_goal_compare(&raise->goal, &other.goal) >= 0);
                }
                bool less = other.goal.hazard_left < best.goal.hazard_left ||
                            (other.goal.hazard_left == best.goal.hazard_left && other.goal.due_left < best.goal.due_left);
                if (less && !find(list, found, "shift", v) && (v == 0 || !find(list, found, "shift", 0)) && p.vehicles[v].n_frozen == 0) {
                    missed++;
                    printf("morning %d: an hour more for vehicle %d is not told\n", i * STRIDE, v);
                }
            }
        }
        tr_arena_free(arena);
    }
    printf("%d mornings: %d things told, %d of them longer shifts\n", n, told, shifts);
    assert_true(shifts > 0);
    assert_int_equal(missed, 0);
}

/* A hazardous stop that no crew is certified for: the certificate is told, by its name. */
static void names_the_certificate(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    static const int32_t cells[9] = {0, 600, 600, 600, 0, 600, 600, 600, 0};
    static const tr_window open = {7 * 3600, 16 * 3600};
    static const char *const certs[64] = {"asbestos_bonded"};
    const tr_stream streams[2] = {{"general", "20 03 01", false, 0}, {"asbestos_bonded", "17 06 05*", true, 1}};
    const tr_stop stops[1] = {{.id = "R-1", .place = 1, .stream = 1, .hazard = 2, .kg = 50, .litres = 100, .service_s = 1800,
                               .certs = 1, .reported_day = 99, .due_day = 100, .pin = -1}};
    const tr_vehicle vehicles[1] = {{.id = "V", .available = true, .n_compartments = 1,
                                     .compartments = {{.id = "body", .kg = 1000, .litres = 6000, .streams = 3}}, .payload_kg = 1000,
                                     .start_s = 6 * 3600, .end_s = 14 * 3600, .hours_rule = TR_HOURS_GB_DOMESTIC, .wtr = true,
                                     .speed_permille = 1000, .fixed_pence = 5000, .pence_per_km = 60, .pence_per_hour = 4500}};
    const tr_site sites[1] = {{.id = "T", .place = 2, .streams = 3, .n_opening = 1, .opening = &open, .turnaround_s = 1500}};
    const tr_travel_matrix travel = {"van", cells, cells, NULL};
    const tr_problem p = {.day = 100, .n_places = 3, .n_profiles = 1, .n_streams = 2, .n_stops = 1, .n_vehicles = 1, .n_sites = 1,
                          .travel = &travel, .streams = streams, .stops = stops, .vehicles = vehicles, .sites = sites,
                          .policy = tr_policy_default(), .cert_names = certs};
    tr_plan plan;
    tr_raise *list;
    const tr_solve_options options = {.seed = 1, .iterations = 100};
    assert_int_equal(tr_solve(&p, &options, arena, &plan, NULL, NULL), TR_OK);
    assert_int_equal(plan.n_left, 1);
    int32_t n = tr_raises(&p, &plan, NULL, 1, 100, 5, 5, NULL, arena, &list);
    assert_true(n >= 1);
    assert_string_equal(list[0].code, "certificate");
    assert_string_equal(list[0].text, "the certificate asbestos_bonded for V");
    assert_int_equal(list[0].goal.hazard_left, 0);
    tr_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_certificate),
        cmocka_unit_test(agrees_with_brute_force),
    };
    return cmocka_run_group_tests_name("raise", tests, NULL, NULL);
}
