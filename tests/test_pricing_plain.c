/* test_pricing_plain.c -- the plain pricer against walks tried one by one, on random small problems.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "pricing_plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 8, CUTS = 6, MANY = 100000 };

typedef struct {
    uint64_t seed;
    tr_arena *arena;
    tr_problem problem;
    tr_model *model;
    int32_t n, n_near;
    bool timed;
    int32_t *near;
    int64_t dual[MOST];
    tr_cut cuts[CUTS];
    uint64_t memory[CUTS];
    tr_duals duals;
} trial;

static int32_t between(trial *t, int32_t low, int32_t high)
{
    return (int32_t)tr_between(&t->seed, low, high);
}

/* ---- random problems ---- */

static void draw_travel(trial *t, bool metric)
{
    int32_t n = t->problem.n_places, x[MOST + 2], y[MOST + 2];
    int32_t *seconds = TR_NEW(t->arena, int32_t, n * n), *metres = TR_NEW(t->arena, int32_t, n * n);
    for (int32_t i = 0; i < n; i++) x[i] = between(t, 0, 60), y[i] = between(t, 0, 60);
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++) {
            int32_t far = abs(x[i] - x[j]) + abs(y[i] - y[j]);
            if (i == j) continue;
            seconds[i * n + j] = metric ? far : between(t, 0, 5) ? far * between(t, 5, 15) / 10 : TR_NO_ROAD;
            metres[i * n + j] = metric ? far * 10 : far * between(t, 5, 15);
        }
    tr_travel_matrix *m = TR_NEW(t->arena, tr_travel_matrix, 1);
    *m = (tr_travel_matrix){.profile = "van", .seconds = seconds, .metres = metres};
    t->problem.travel = m, t->problem.n_profiles = 1;
}

static void draw_problem(trial *t, bool repeats) /* repeats: walks may, so let them be short */
{
    static const tr_stream streams[] = {{.name = "goods", .ewc = "20 03 01"}};
    bool timed = t->timed = between(t, 0, 3), metric = between(t, 0, 1), end_elsewhere = between(t, 0, 1);
    tr_problem *p = &t->problem;
    t->n = between(t, 1, repeats ? 5 : 7);
    p->policy = tr_policy_default();
    p->day = 100, p->n_places = t->n + 2, p->n_stops = t->n, p->n_vehicles = 1;
    p->streams = streams, p->n_streams = 1;
    draw_travel(t, metric);
    int32_t day = timed ? between(t, 150, repeats ? 230 : 500) : 1000000, width = between(t, 10, 200);
    tr_stop *stops = TR_NEW(t->arena, tr_stop, t->n);
    for (int32_t i = 0; i < t->n; i++) {
        tr_window *w = TR_NEW(t->arena, tr_window, 1);
        int32_t open = between(t, 0, day / 2);
        *w = (tr_window){open, open + between(t, 0, width)};
        stops[i] = (tr_stop){.id = tr_arena_printf(t->arena, "%d", i),
                             .place = i,
                             .kg = between(t,
                                           timed     ? 0
                                           : repeats ? 5
                                                     : 0,
                                           10),
                             .litres = between(t, 0, 9),
                             .service_s = timed ? between(t, repeats ? 25 : 0, 30) : 0,
                             .n_windows = timed && between(t, 0, 3),
                             .windows = w,
                             .reported_day = 99,
                             .due_day = 99,
                             .pin = -1,
                             .leave = between(t, 0, 19) == 0};
    }
    tr_vehicle *v = TR_NEW(t->arena, tr_vehicle, 1);
    int32_t kg = between(t, 10, 50);
    *v = (tr_vehicle){.id = "v",
                      .available = true,
                      .n_compartments = 1,
                      .payload_kg = kg,
                      .start_s = 0,
                      .end_s = day,
                      .compartments = {{.id = "body",
                                        .kg = kg + between(t, -3, 3),
                                        .litres = between(t, 10, 60),
                                        .streams = 1}},
                      .hours_rule = TR_HOURS_NONE,
                      .may_park_loaded = true,
                      .start_place = t->n,
                      .end_place = t->n + end_elsewhere,
                      .speed_permille = between(t, 0, 1) ? 1000 : 800,
                      .pence_per_km = between(t, 0, 1) ? 1000 : between(t, 100, 3000),
                      .fixed_pence = between(t, 0, 50)};
    p->stops = stops, p->vehicles = v;
    t->model = tr_model_new(p, t->arena);
    assert_true(t->model->vehicles[0].plain);
}

static void draw_duals(trial *t, int32_t n_near)
{
    int32_t n = t->n;
    t->n_near = n_near;
    t->near = TR_NEW(t->arena, int32_t, n * n_near);
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < n_near; k++)
            t->near[i * n_near + k] = n_near >= n        ? (k < n ? k : -1)
                                      : k == 0           ? i
                                      : between(t, 0, 4) ? (i + k) % n
                                                         : -1;
    for (int32_t i = 0; i < n; i++)
        t->dual[i] = (int64_t)between(t, -200, 1500) * TR_MONEY + between(t, 0, TR_MONEY);
    t->duals = (tr_duals){.cost_counts = between(t, 0, 9) > 0, .stop = t->dual, .cuts = t->cuts};
    if (n < 3) return;
    t->duals.n_cuts = between(t, 0, CUTS);
    for (int32_t c = 0; c < t->duals.n_cuts; c++) {
        int32_t a = between(t, 0, n - 3), b = between(t, a + 1, n - 2), d = between(t, b + 1, n - 1);
        t->cuts[c] = (tr_cut){{a, b, d}, between(t, 0, 4) ? -(int64_t)between(t, 1, 400) * TR_MONEY : 0};
        t->memory[c] = tr_random(&t->seed) | (uint64_t)1 << a | (uint64_t)1 << b | (uint64_t)1 << d;
    }
}

/* ---- walks one by one ---- */

typedef struct {
    const trial *t;
    bool limited; /* memories of cuts count */
    bool elementary;
    int32_t most_kg, most_litres;
    int64_t least;
    int64_t set_cost[1 << MOST]; /* pence, cheapest elementary order; -1 = none */
    int64_t set_reduced[1 << MOST];
    int32_t walk[64];
} plain_walks;

static int64_t pence_of(const trial *t, int64_t metres)
{
    const tr_vehicle *v = t->problem.vehicles;
    return (metres * v->pence_per_km + 500) / 1000 + v->fixed_pence;
}

static int32_t times(const tr_cut *cut, uint64_t memory, int32_t n, const int32_t *walk)
{
    int32_t half = 0, whole = 0;
    for (int32_t i = 0; i < n; i++) {
        bool in = walk[i] == cut->stops[0] || walk[i] == cut->stops[1] || walk[i] == cut->stops[2];
        if (in) half++;
        if (in && half == 2) half = 0, whole++;
        if (!in && !(memory >> walk[i] & 1)) half = 0;
    }
    return whole;
}

static bool forbidden(const trial *t, int32_t n, const int32_t *walk, int32_t stop)
{
    for (int32_t i = n - 1; i >= 0; i--) {
        if (walk[i] == stop) return true;
        bool remembered = false;
        for (int32_t k = 0; k < t->n_near; k++) remembered |= t->near[walk[i] * t->n_near + k] == stop;
        if (!remembered) return false;
    }
    return false;
}

static void try_walks(plain_walks *w, int32_t n, int32_t at, int64_t now, int32_t kg, int32_t litres,
                      int64_t metres)
{
    const trial *t = w->t;
    const tr_model_vehicle *v = t->model->vehicles;
    const tr_legs *g = &t->model->legs[v->legs];
    int32_t home = g->seconds[at * t->model->n_places + v->end_place];
    if (n > 0 && home < TR_FAR && now + home <= v->back_by) {
        int64_t m = metres + g->metres[at * t->model->n_places + v->end_place], pence = pence_of(t, m);
        int64_t reduced = t->duals.cost_counts ? pence * TR_MONEY : 0;
        uint32_t set = 0;
        bool again = false;
        for (int32_t i = 0; i < n; i++) {
            again |= set >> w->walk[i] & 1;
            set |= 1u << w->walk[i];
            reduced -= t->dual[w->walk[i]];
        }
        for (int32_t c = 0; c < t->duals.n_cuts; c++)
            reduced -=
                t->cuts[c].dual * times(&t->cuts[c], w->limited ? t->memory[c] : UINT64_MAX, n, w->walk);
        if (reduced < w->least) w->least = reduced;
        if (!again && (w->set_cost[set] < 0 || pence < w->set_cost[set]))
            w->set_cost[set] = pence, w->set_reduced[set] = reduced;
    }
    for (int32_t s = 0; s < t->n && n < 63; s++) {
        const tr_model_stop *d = &t->model->stops[s];
        int32_t leg = g->seconds[at * t->model->n_places + d->place];
        if (!tr_bit(v->can, s) || leg >= TR_FAR) continue;
        bool seen = false;
        for (int32_t i = 0; i < n; i++) seen |= w->walk[i] == s;
        if (n && w->walk[n - 1] == s) continue;
        if (seen && (w->elementary || forbidden(t, n, w->walk, s))) continue;
        int64_t start = now + leg;
        if (start < d->windows[0].start_s) start = d->windows[0].start_s;
        if (start > d->windows[0].end_s || kg + d->kg > w->most_kg || litres + d->litres > w->most_litres)
            continue;
        if (start + d->service > v->back_by) continue;
        w->walk[n] = s;
        try_walks(w, n + 1, d->place, start + d->service, kg + d->kg, litres + d->litres,
                  metres + g->metres[at * t->model->n_places + d->place]);
    }
}

static plain_walks *walks_of(trial *t, bool elementary, bool limited)
{
    plain_walks *w = TR_NEW(t->arena, plain_walks, 1);
    w->t = t, w->elementary = elementary, w->limited = limited, w->least = INT64_MAX;
    for (int32_t s = 0; s < 1 << MOST; s++) w->set_cost[s] = -1;
    /* what all stops together do not reach is not counted, however often a walk comes back; without windows kg are */
    const tr_vehicle *vehicle = t->problem.vehicles;
    w->most_kg =
        vehicle->payload_kg < vehicle->compartments[0].kg ? vehicle->payload_kg : vehicle->compartments[0].kg;
    w->most_litres = vehicle->compartments[0].litres;
    int32_t kg = 0, litres = 0;
    for (int32_t s = 0; s < t->n; s++) kg += t->model->stops[s].kg, litres += t->model->stops[s].litres;
    if (kg <= w->most_kg && t->timed) w->most_kg = 1000000;
    if (litres <= w->most_litres) w->most_litres = 1000000;
    const tr_model_vehicle *v = t->model->vehicles;
    try_walks(w, 0, v->place, v->leave_min, 0, 0, 0);
    return w;
}

/* ---- what pricing told ---- */

typedef struct {
    trial *t;
    bool limited, once;
    int64_t below, least;
    int32_t n;
    int64_t set_cost[1 << MOST];
} told;

static void check_route(void *context, const tr_priced *r)
{
    told *k = context;
    trial *t = k->t;
    const tr_model_vehicle *v = t->model->vehicles;
    const tr_legs *g = &t->model->legs[v->legs];
    int64_t now = v->leave_min, metres = 0, reduced = 0;
    int32_t at = v->place, kg = 0, litres = 0, places = t->model->n_places;
    uint32_t set = 0;
    assert_true(r->n > 0);
    for (int32_t i = 0; i < r->n; i++) {
        const tr_model_stop *d = &t->model->stops[r->stops[i]];
        assert_false(set >> r->stops[i] & 1);
        set |= 1u << r->stops[i];
        assert_true(tr_bit(v->can, r->stops[i]));
        assert_true(g->seconds[at * places + d->place] < TR_FAR);
        now += g->seconds[at * places + d->place], metres += g->metres[at * places + d->place];
        if (now < d->windows[0].start_s) now = d->windows[0].start_s;
        assert_true(now <= d->windows[0].end_s);
        now += d->service, at = d->place, kg += d->kg, litres += d->litres;
        reduced -= t->dual[r->stops[i]];
    }
    assert_true(g->seconds[at * places + v->end_place] < TR_FAR);
    now += g->seconds[at * places + v->end_place], metres += g->metres[at * places + v->end_place];
    assert_true(now <= v->back_by);
    assert_true(kg <= t->problem.vehicles->payload_kg && kg <= t->problem.vehicles->compartments[0].kg);
    assert_true(litres <= t->problem.vehicles->compartments[0].litres);
    assert_int_equal(r->cost, pence_of(t, metres));
    if (t->duals.cost_counts) reduced += r->cost * TR_MONEY;
    for (int32_t c = 0; c < t->duals.n_cuts; c++)
        reduced -=
            t->cuts[c].dual * times(&t->cuts[c], k->limited ? t->memory[c] : UINT64_MAX, r->n, r->stops);
    assert_int_equal(r->reduced, reduced);
    assert_true(r->reduced < k->below);
    assert_true(k->set_cost[set] < 0);
    k->set_cost[set] = r->cost;
    if (reduced < k->least) k->least = reduced;
    k->n++;
}

static told *told_new(trial *t, bool limited, int64_t below)
{
    told *k = TR_NEW(t->arena, told, 1);
    k->t = t, k->limited = limited, k->below = below, k->least = INT64_MAX;
    for (int32_t s = 0; s < 1 << MOST; s++) k->set_cost[s] = -1;
    return k;
}

/* The bound may give back half a penny where pence are rounded, and no more. */
static int64_t slack_of(const trial *t)
{
    return t->duals.cost_counts && t->problem.vehicles->pence_per_km % 1000 ? TR_MONEY : 0;
}

static void check_prices(trial *t, bool limited)
{
    tr_plain_pricer *p = tr_plain_new(t->model, 0, t->n_near, t->near, t->arena);
    int64_t work = MANY * 100, far = INT64_MAX / 4;
    bool covered = t->n_near >= t->n;
    plain_walks *w = walks_of(t, covered, limited);
    if (limited) tr_plain_memory(p, t->memory);
    told *k = told_new(t, limited, far);
    int64_t bound = tr_plain_price(p, &t->duals, 2, far, MANY, check_route, k, &work);
    assert_true(work > 0);
    int64_t least = w->least < far ? w->least : far;
    assert_true(bound <= least);
    assert_true(bound >= least - slack_of(t));
    if (covered && w->least < far) assert_true(k->least >= bound && k->least <= bound + slack_of(t));
    for (int32_t effort = 0; effort < 2; effort++) {
        k = told_new(t, limited, 0);
        int64_t found = tr_plain_price(p, &t->duals, effort, 0, MANY, check_route, k, &work);
        assert_true(found >= bound || found == 0);
    }
    /* a lower limit on what is told, and one on how many */
    k = told_new(t, limited, 0);
    assert_int_equal(tr_plain_price(p, &t->duals, 2, 0, 1, check_route, k, &work), bound < 0 ? bound : 0);
    assert_true(k->n <= 1);
    work = 1;
    assert_true(tr_plain_price(p, &t->duals, 2, 0, 1, check_route, told_new(t, limited, 0), &work) ==
                    INT64_MIN ||
                t->n < 2);
    tr_plain_free(p);
}

static uint64_t last_seed;

static int tell_seed(void **state)
{
    (void)state;
    print_message("last seed %llu\n", (unsigned long long)last_seed);
    return 0;
}

static void start(trial *t, uint64_t seed, bool repeats)
{
    last_seed = seed;
   
    *t = (trial){.seed = seed, .arena = tr_arena_new()};
    draw_problem(t, repeats);
}

static void test_price(void **state)
{
    (void)state;
    for (int32_t i = 0; i < tr_scaled(1500); i++) {
        trial t;
        start(&t, (uint64_t)i, i % 3);
        draw_duals(&t, i % 3 == 0 ? MOST : 1 + i % 4);
        check_prices(&t, i & 1);
        tr_arena_free(t.arena);
    }
}

/* After fixing with a gap the least reduced cost below the gap is what it was. */
static void test_fix(void **state)
{
    (void)state;
    for (int32_t i = 0; i < tr_scaled(1000); i++) {
        trial t;
        start(&t, 1000000u + (uint64_t)i, false);
        draw_duals(&t, MOST);
        tr_plain_pricer *p = tr_plain_new(t.model, 0, t.n_near, t.near, t.arena);
        int64_t work = MANY * 100;
        plain_walks *w = walks_of(&t, true, false);
        int64_t gap = w->least < INT64_MAX ? w->least + between(&t, 0, 500) * TR_MONEY : 0;
        int64_t left = tr_plain_fix(p, &t.duals, gap, &work);
        assert_true(left >= 0);
        /* under other duals, every set that was below the gap is still priced as well as before */
        int64_t dual[MOST], least = INT64_MAX / 4;
        for (int32_t s = 0; s < t.n; s++) dual[s] = t.dual[s] + (int64_t)between(&t, -300, 300) * TR_MONEY;
        tr_duals other = {.cost_counts = t.duals.cost_counts, .stop = dual};
        for (uint32_t set = 1; set < 1u << t.n; set++) {
            if (w->set_cost[set] < 0 || w->set_reduced[set] >= gap) continue;
            int64_t reduced = other.cost_counts ? w->set_cost[set] * TR_MONEY : 0;
            for (int32_t s = 0; s < t.n; s++)
                if (set >> s & 1) reduced -= dual[s];
            if (reduced < least) least = reduced;
        }
        told *k = told_new(&t, false, INT64_MAX / 4);
        memcpy(t.dual, dual, sizeof dual);
        t.duals = other, t.duals.stop = t.dual;
        assert_true(tr_plain_price(p, &t.duals, 2, INT64_MAX / 4, MANY, check_route, k, &work) <= least);
        tr_plain_free(p);
        tr_arena_free(t.arena);
    }
}

static void check_sets(trial *t, bool limited)
{
    tr_plain_pricer *p = tr_plain_new(t->model, 0, t->n_near, t->near, t->arena);
    int64_t work = MANY * 100;
    plain_walks *w = walks_of(t, true, false);
    int64_t gap = w->least < INT64_MAX ? w->least + between(t, 0, 1500) * TR_MONEY : 0;
    if (limited) tr_plain_memory(p, t->memory);
    if (between(t, 0, 1)) assert_true(tr_plain_fix(p, &t->duals, gap, &work) >= 0);
    told *k = told_new(t, false, gap);
    assert_true(tr_plain_enumerate(p, &t->duals, gap, MANY, check_route, k, &work));
    int32_t n = 0;
    for (uint32_t set = 1; set < 1u << t->n; set++) {
        bool below = w->set_cost[set] >= 0 && w->set_reduced[set] < gap;
        assert_int_equal(k->set_cost[set], below ? w->set_cost[set] : -1);
        n += below;
    }
    if (n > 1) {
        k = told_new(t, false, gap);
        assert_false(tr_plain_enumerate(p, &t->duals, gap, n - 1, check_route, k, &work));
        assert_int_equal(k->n, 0);
    }
    tr_plain_free(p);
}

/* Set by set what trying all orders gives, whatever the neighbourhoods and the cuts' memories are. */
static void test_enumerate(void **state)
{
    (void)state;
    for (int32_t i = 0; i < tr_scaled(1500); i++) {
        trial t;
        start(&t, 2000000u + (uint64_t)i, false);
        draw_duals(&t, i % 3 == 0 ? MOST : 1 + i % 4);
        check_sets(&t, i & 1);
        tr_arena_free(t.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_price, tell_seed),
        cmocka_unit_test_teardown(test_fix, tell_seed),
        cmocka_unit_test_teardown(test_enumerate, tell_seed),
    };
    return cmocka_run_group_tests_name("pricing_plain", tests, NULL, NULL);
}
