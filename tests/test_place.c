/* test_place.c -- the cheapest route through a set of stops in any order, against brute force and against orders tried.
 *
 * TR_TEST_SCALE (per cent, default 100) takes that share of the mornings, for slow builds.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "brute.h"
#include "mornings.h"
#include "place.h"

#include <stdio.h>
#include <string.h>

enum { FEW = 100, MANY = 40, ORDERS = 100 };

typedef struct {
    tr_arena *arena;
    tr_problem problem;
    tr_model *m;
    tr_placer *placer, *orders;
    tr_rt *rt;
    uint64_t seed;
} bench;

static void open_bench(bench *b, uint64_t seed)
{
    b->m = tr_model_new(&b->problem, b->arena), b->seed = seed;
    b->placer = tr_placer_new(b->m, b->arena), b->orders = tr_placer_new(b->m, b->arena);
    b->rt = tr_rt_new(b->m, 64, b->arena);
}

static int32_t place_set(bench *b, int32_t v, int32_t n, const int32_t *stops, int64_t bound)
{
    return tr_place_set(b->placer, v, n, stops, bound, b->arena, b->rt);
}

/* The route found serves each stop once, obeys the rules, and costs what it says. */
static void check_route(bench *b, int32_t v, int32_t n, const int32_t *stops)
{
    int32_t served[64], count = tr_rt_stops(b->rt, served);
    int64_t cost = b->rt->cost;
    assert_int_equal(b->rt->vehicle, v);
    assert_int_equal(count, n);
    for (int32_t i = 0; i < n; i++) {
        int32_t times = 0;
        for (int32_t k = 0; k < n; k++) times += served[k] == stops[i];
        assert_int_equal(times, 1);
    }
    assert_true(tr_rt_update(b->m, b->rt));
    assert_int_equal(b->rt->cost, cost);
}

static void brute_force_agrees(void **state)
{
    int64_t sets = 0, none = 0;
    (void)state;
    for (int32_t i = 0; i < tr_scaled(FEW); i++) {
        bench b = {.arena = tr_arena_new()};
        tr_standard_morning(i * 13, b.arena, &b.problem);
        open_bench(&b, (uint64_t)i);
        for (int32_t v = 0; v < b.m->n_vehicles; v++) {
            if (!b.m->vehicles[v].usable) continue;
            int64_t *costs = tr_brute_costs(&b.problem, v, b.arena);
            uint32_t base = 0;
            for (int32_t k = 0; k < b.problem.vehicles[v].n_frozen; k++)
                if (b.problem.vehicles[v].frozen[k].kind == TR_VISIT_STOP) base |= 1u << b.problem.vehicles[v].frozen[k].ref;
            for (uint32_t set = 1; set < 1u << b.m->n_stops; set++) {
                int32_t stops[16], n = 0, answer;
                if (set & base) continue;
                for (int32_t s = 0; s < b.m->n_stops; s++)
                    if (set >> s & 1) stops[n++] = s;
                int64_t truth = costs[set | base];
                sets++, none += truth < 0;
                answer = place_set(&b, v, n, stops, truth < 0 ? INT64_MAX : truth + 1);
                if (answer != (truth >= 0) || (answer == 1 && b.rt->cost != truth))
                    fail_msg("morning %d, vehicle %d, set %x: answer %d, truth %lld", (int)(i * 13), (int)v, set, (int)answer, (long long)truth);
                if (answer != 1) continue;
                check_route(&b, v, n, stops);
                assert_int_equal(place_set(&b, v, n, stops, truth), 0);
            }
        }
        tr_arena_free(b.arena);
    }
    printf("standard mornings 0, 13, ...: %lld sets, %lld of them without a route\n", (long long)sets, (long long)none);
    assert_true(sets > 10 * none / 9 && none > 0);
}

/* The least cost of random orders, each changed by moves of one stop as long as that helps; INT64_MAX: none found. */
static int64_t try_orders(bench *b, int32_t v, int32_t n, const int32_t *stops)
{
    int32_t order[16], best_order[16];
    int64_t best = INT64_MAX;
    memcpy(best_order, stops, (size_t)n * sizeof *stops);
    for (int32_t k = 0; k < ORDERS; k++) {
        memcpy(order, best_order, sizeof order);
        for (int32_t i = n - 1; i > 0 && best == INT64_MAX; i--) { /* shuffled until there is a route */
            int32_t j = (int32_t)tr_between(&b->seed, 0, i), keep = order[i];
            order[i] = order[j], order[j] = keep;
        }
        int32_t from = (int32_t)tr_between(&b->seed, 0, n - 1), to = (int32_t)tr_between(&b->seed, 0, n - 1), moved = order[from];
        memmove(order + from, order + from + 1, (size_t)(n - 1 - from) * sizeof *order);
        memmove(order + to + 1, order + to, (size_t)(n - 1 - to) * sizeof *order);
        order[to] = moved;
        if (!tr_place(b->orders, v, n, order, b->arena, b->rt) || b->rt->cost >= best) continue;
        best = b->rt->cost;
        memcpy(best_order, order, sizeof order);
    }
    return best;
}

static void no_order_is_cheaper(void **state)
{
    int32_t answers[3] = {0}, better = 0, none = 0;
    (void)state;
    for (int32_t i = 0; i < tr_scaled(MANY); i++) {
        uint64_t seed = 9000 + (uint64_t)i, draw = seed;
        uint32_t rules = (uint32_t)tr_random(&draw) & (uint32_t)tr_random(&draw) & ((1u << TR_N_RULES) - 1);
        if (i % 3) rules &= ~(1u << TR_RULE_WINDOWS | 1u << TR_RULE_DEADLINE);
        rules &= ~(1u << TR_RULE_PIN | 1u << TR_RULE_LEAVE | 1u << TR_RULE_FROZEN | 1u << TR_RULE_HOURS | 1u << TR_RULE_SHIFT |
                   1u << TR_RULE_CARRIED | 1u << TR_RULE_CERTS | 1u << TR_RULE_EQUIPMENT | 1u << TR_RULE_OPENING);
        uint32_t extras = (uint32_t)tr_random(&draw) & (uint32_t)(TR_EXTRA_HOURS - 1);
        tr_morning_options o = {.n_stops = 11 + i % 4, .n_vehicles = 1, .n_sites = 1 + i % 2, .rules = rules, .extras = extras};
        bench b = {.arena = tr_arena_new()};
        tr_random_morning(seed, &o, b.arena, &b.problem);
        open_bench(&b, seed);
        int32_t stops[16], n = 0;
        for (int32_t s = 0; s < b.m->n_stops; s++)
            if (tr_bit(b.m->vehicles[0].can, s)) stops[n++] = s;
        int64_t tried = n > 10 ? try_orders(&b, 0, n, stops) : INT64_MAX;
        if (tried == INT64_MAX) none++;
        else {
            int32_t answer = place_set(&b, 0, n, stops, tried + 1);
            int64_t cost = b.rt->cost;
            answers[answer + 1]++;
            if (answer == 0 || (answer == 1 && cost > tried)) fail_msg("seed %llu: %lld was tried", (unsigned long long)seed, (long long)tried);
            if (answer == 1) {
                check_route(&b, 0, n, stops);
                better += cost < tried;
                assert_int_equal(place_set(&b, 0, n, stops, cost), 0);
                assert_true(try_orders(&b, 0, n, stops) >= cost);
            }
        }
        tr_arena_free(b.arena);
    }
    printf("seeds 9000 to %d, sets of 11 to 14 stops: %d exact, %d of them cheaper than all orders tried, %d with too many labels, "
           "%d without a route\n", 8999 + tr_scaled(MANY), answers[2], better, answers[0], none);
    assert_int_equal(answers[1], 0);
    assert_true(answers[2] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(brute_force_agrees), cmocka_unit_test(no_order_is_cheaper)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
