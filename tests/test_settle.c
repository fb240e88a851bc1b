/* test_settle.c -- settling and the proof of plain problems against trying all, on random small problems.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "plain_prove.h"
#include "route.h"
#include "settle.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 9 };

static uint64_t last_seed;

static int tell_seed(void **state)
{
    (void)state;
    print_message("last seed %llu\n", (unsigned long long)last_seed);
    return 0;
}

/* least[k][set]: cheapest way to part `set` among k sets at most; INT64_MAX / 4 = none. */
static int64_t best_parts(int32_t n, int32_t most, const int64_t *cost_of_set)
{
    int32_t all = 1 << n;
    int64_t *least = malloc((size_t)(most + 1) * (size_t)all * sizeof *least);
    assert_non_null(least);
    for (int32_t k = 0; k <= most; k++)
        for (int32_t set = 0; set < all; set++) {
            int64_t *x = &least[k * all + set];
            *x = set ? INT64_MAX / 4 : 0;
            for (int32_t part = set; part && k; part = (part - 1) & set)
                if (cost_of_set[part] >= 0 && cost_of_set[part] + least[(k - 1) * all + (set & ~part)] < *x)
                    *x = cost_of_set[part] + least[(k - 1) * all + (set & ~part)];
        }
    int64_t x = least[most * all + all - 1];
    free(least);
    return x;
}

static void settle_once(uint64_t seed)
{
    tr_arena *arena = tr_arena_new();
    uint64_t state = last_seed = seed;
    int32_t n = tr_between(&state, 2, MOST), n_sets = 0, most = tr_between(&state, 1, n);
    int64_t cost_of_set[1 << MOST], cost[1 << MOST], worth[MOST];
    uint64_t sets[1 << MOST];
    for (int32_t i = 0; i < n; i++) worth[i] = tr_between(&state, 50, 150);
    for (int32_t set = 0; set < 1 << n; set++) {
        cost_of_set[set] = -1;
        if (!set || __builtin_popcount((unsigned)set) > 4 || tr_between(&state, 0, 2) == 0) continue;
        int64_t c = tr_between(&state, 0, 120);
        for (int32_t i = 0; i < n; i++) c += set >> i & 1 ? worth[i] : 0;
        cost_of_set[set] = c;
        sets[n_sets] = (uint64_t)set, cost[n_sets++] = c;
    }
    int64_t best = best_parts(n, most, cost_of_set), value = tr_between(&state, 0, 1) ? 100000
                                                             : best < 100000 ? best + tr_between(&state, -20, 20)
                                                                             : 500;
    tr_settle job = {.n_stops = n,
                     .most = most,
                     .n = n_sets,
                     .sets = sets,
                     .cost = cost,
                     .value = value,
                     .simplex = 1000000};
    assert_true(tr_settle_run(&job, arena));
    assert_int_equal(job.found, best < value);
    assert_int_equal(job.value, best < value ? best : value);
    if (job.found) {
        uint64_t covered = 0;
        int64_t sum = 0;
        assert_true(job.n_chosen <= most);
        for (int32_t k = 0; k < job.n_chosen; k++) {
            assert_int_equal(covered & sets[job.chosen[k]], 0);
            covered |= sets[job.chosen[k]], sum += cost[job.chosen[k]];
        }
        assert_int_equal(covered, ((uint64_t)1 << n) - 1);
        assert_int_equal(sum, best);
    }
    /* without time: what it says then still holds */
    job = (tr_settle){.n_stops = n,
                      .most = most,
                      .n = n_sets,
                      .sets = sets,
                      .cost = cost,
                      .value = value,
                      .simplex = tr_between(&state, 1, 20)};
    bool finished = tr_settle_run(&job, arena);
    if (finished) assert_int_equal(job.value, best < value ? best : value);
    assert_true(job.lowest <= (best < value ? best : value));
    tr_arena_free(arena);
}

static void test_settle(void **state)
{
    (void)state;
    for (int32_t i = 0; i < tr_scaled(1500); i++) settle_once(3000000u + (uint64_t)i);
}

/* ---- the proof ---- */

static tr_problem *draw_problem(uint64_t *state, tr_arena *arena)
{
    static const tr_stream streams[] = {{.name = "goods", .ewc = "20 03 01"}};
    int32_t n = tr_between(state, 2, 8), places = n + 1, most = tr_between(state, 2, 4),
            day = tr_between(state, 200, 500);
    tr_problem *p = TR_NEW(arena, tr_problem, 1);
    int32_t *cells = TR_NEW(arena, int32_t, places * places), x[MOST], y[MOST];
    tr_stop *stops = TR_NEW(arena, tr_stop, n);
    tr_vehicle *vehicles = TR_NEW(arena, tr_vehicle, most);
    tr_travel_matrix *travel = TR_NEW(arena, tr_travel_matrix, 1);
    for (int32_t i = 0; i < places; i++) x[i] = tr_between(state, 0, 50), y[i] = tr_between(state, 0, 50);
    for (int32_t i = 0; i < places * places; i++)
        cells[i] = abs(x[i / places] - x[i % places]) + abs(y[i / places] - y[i % places]);
    *travel = (tr_travel_matrix){.profile = "van", .seconds = cells, .metres = cells};
    for (int32_t i = 0; i < n; i++) {
        tr_window *w = TR_NEW(arena, tr_window, 1);
        w->start_s = tr_between(state, 0, day / 3), w->end_s = w->start_s + tr_between(state, 60, day);
        stops[i] = (tr_stop){.id = "s",
                             .place = i,
                             .kg = tr_between(state, 0, 10),
                             .service_s = tr_between(state, 0, 10),
                             .n_windows = 1,
                             .windows = w,
                             .reported_day = 99,
                             .due_day = 99,
                             .pin = -1};
    }
    for (int32_t v = 0; v < most; v++)
        vehicles[v] = (tr_vehicle){.id = "v",
                                   .available = true,
                                   .n_compartments = 1,
                                   .payload_kg = 30,
                                   .end_s = day,
                                   .compartments = {{.id = "body", .kg = 30, .litres = 1, .streams = 1}},
                                   .hours_rule = TR_HOURS_NONE,
                                   .may_park_loaded = true,
                                   .start_place = n,
                                   .end_place = n,
                                   .speed_permille = 1000,
                                   .pence_per_km = 1000,
                                   .fixed_pence = 5};
    *p = (tr_problem){.day = 100,
                      .n_places = places,
                      .n_profiles = 1,
                      .n_streams = 1,
                      .n_stops = n,
                      .n_vehicles = most,
                      .travel = travel,
                      .streams = streams,
                      .stops = stops,
                      .vehicles = vehicles,
                      .policy = tr_policy_default()};
    return p;
}

/* The cheapest order of every set of stops, by trying all. */
static void try_orders(const tr_model *m, int64_t *cost_of_set, uint32_t set, int32_t at, int64_t now,
                       int32_t kg, int64_t metres)
{
    const tr_model_vehicle *v = m->vehicles;
    const tr_legs *g = &m->legs[v->legs];
    int32_t places = m->n_places, home = at * places + v->end_place;
    if (set && now + g->seconds[home] <= v->back_by) {
        int64_t pence = metres + g->metres[home] + 5;
        if (cost_of_set[set] < 0 || pence < cost_of_set[set]) cost_of_set[set] = pence;
    }
    for (int32_t s = 0; s < m->n_stops; s++) {
        const tr_model_stop *d = &m->stops[s];
        int32_t leg = at * places + d->place;
        int64_t start = now + g->seconds[leg];
        if (start < d->windows[0].start_s) start = d->windows[0].start_s;
        if (set >> s & 1 || start > d->windows[0].end_s || kg + d->kg > 30) continue;
        try_orders(m, cost_of_set, set | 1u << s, d->place, start + d->service, kg + d->kg,
                   metres + g->metres[leg]);
    }
}

static void prove_once(uint64_t seed)
{
    tr_arena *arena = tr_arena_new();
    uint64_t state = last_seed = seed;
    tr_problem *p = draw_problem(&state, arena);
    tr_prove_options options = {.threads = 1};
    tr_solve_options search = {.seed = seed, .iterations = tr_between(&state, 1, 200), .threads = 1};
    tr_certificate certificate;
    tr_plan plan, better;
    tr_err err;
    int64_t cost_of_set[1 << MOST];
    for (int32_t k = 0; k < 1 << MOST; k++) cost_of_set[k] = -1;
    tr_model *m = tr_model_new(p, arena);
    try_orders(m, cost_of_set, 0, m->vehicles[0].place, 0, 0, 0);
    int64_t best = best_parts(p->n_stops, p->n_vehicles, cost_of_set);
    assert_int_equal(tr_solve(p, &search, arena, &plan, NULL, &err), TR_OK);
    if (best < INT64_MAX / 8 && plan.n_left == 0) {
        assert_int_equal(tr_prove(p, &plan, &options, arena, &better, &certificate, &err), TR_OK);
        assert_int_equal(certificate.level[2].bound, best);
        assert_int_equal(better.goal.cost_pence, best);
        assert_true(certificate.level[2].dual_bound <= best);
        const char *why = NULL;
        if (!tr_audit(p, &better, &certificate, arena, &why, NULL)) fail_msg("the audit: %s", why);
    }
    tr_arena_free(arena);
}

static void test_prove(void **state)
{
    (void)state;
    for (int32_t i = 0; i < tr_scaled(300); i++) prove_once(4000000u + (uint64_t)i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_settle, tell_seed),
        cmocka_unit_test_teardown(test_prove, tell_seed),
    };
    return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
