/* test_pricing.c -- the full pricer against the cheapest route of every set of stops, found by brute force.
 *
 * Where sets of stops have duals for being entered the order counts, too: then against the cheapest route of every order.
 *
 * TR_TEST_SCALE (per cent, default 100) takes that share of the mornings, for slow builds.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "brute.h"
#include "full.h"
#include "mornings.h"
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUTS = 3, ENTRIES = 4, ORDERS = 5040, WORK = 500000 };

typedef struct {
    int64_t prize;        /* of the sets that it enters */
    int32_t n, stops[7];
} order;

typedef struct {
    const tr_problem *p;
    int32_t vehicle;
    const int64_t *costs; /* [1 << n_stops] */
    uint32_t base;        /* frozen stops of the vehicle */
    tr_duals duals;
    int64_t *stop;
    tr_cut cuts[CUTS];
    tr_entry entries[ENTRIES];
    uint64_t sets[ENTRIES];
    int64_t *least;       /* [1 << n_stops] least reduced cost of a set, those frozen left out; INT64_MAX = none */
    int64_t *told;        /* [1 << n_stops] reduced cost told of a set, INT64_MAX = none */
    int32_t n_told;
    bool enumerating;
    bool by_hour;         /* placement may miss the cheapest route of an order */
    tr_placer *placer;
    tr_rt *rt;
    order *orders;        /* [ORDERS] scratch */
    tr_arena *arena;
} bench;

/* But for entries. */
static int64_t reduced(const bench *b, uint32_t set)
{
    int64_t x = b->duals.cost_counts ? b->costs[set | b->base] * TR_MONEY : 0;
    for (int32_t s = 0; s < b->p->n_stops; s++)
        if (set >> s & 1) x -= b->stop[s];
    for (int32_t c = 0; c < b->duals.n_cuts; c++) {
        int32_t in = 0;
        for (int k = 0; k < 3; k++) in += set >> b->cuts[c].stops[k] & 1;
        x -= b->cuts[c].dual * (in / 2);
    }
    return x;
}

/* What the sets give that the order enters. */
static int64_t prize(const bench *b, int32_t n, const int32_t *stops)
{
    int64_t x = 0;
    for (int32_t k = 0; k < b->duals.n_entries; k++)
        for (int32_t i = 0, in = 0; i < n; i++) {
            bool was_in = in;
            in = b->sets[k] >> stops[i] & 1;
            if (in && !was_in) x += b->entries[k].dual;
        }
    return x;
}

static int by_prize(const void *a, const void *b)
{
    const order *x = a, *y = b;
    return x->prize != y->prize ? (x->prize > y->prize ? -1 : 1) : memcmp(x->stops, y->stops, sizeof x->stops);
}

static int32_t list_orders(const bench *b, uint32_t rest, order *o, int32_t n)
{
    if (!rest) {
        b->orders[n] = *o, b->orders[n].prize = prize(b, o->n, o->stops);
        return n + 1;
    }
    for (int32_t s = 0; s < b->p->n_stops; s++) {
        if (!(rest >> s & 1)) continue;
        o->stops[o->n++] = s;
        n = list_orders(b, rest & ~(1u << s), o, n);
        o->n--;
    }
    return n;
}

/* Over all orders: those that enter the most first, until no other can be cheaper. */
static int64_t least_of(const bench *b, uint32_t set)
{
    const int64_t cost = b->costs[set | b->base], without = cost < 0 ? INT64_MAX : reduced(b, set);
    if (cost < 0 || b->duals.n_entries == 0) return without;
    int64_t least = INT64_MAX;
    order o = {0};
    int32_t n = list_orders(b, set, &o, 0);
    qsort(b->orders, (size_t)n, sizeof *b->orders, by_prize);
    for (int32_t k = 0; k < n && without - b->orders[k].prize < least; k++) {
        if (!tr_place(b->placer, b->vehicle, b->orders[k].n, b->orders[k].stops, b->arena, b->rt)) continue;
        assert_true(b->rt->cost >= cost);
        int64_t x = without + (b->duals.cost_counts ? (b->rt->cost - cost) * TR_MONEY : 0) - b->orders[k].prize;
        if (x < least) least = x;
    }
    assert_true(b->by_hour || least < INT64_MAX);
    return least;
}

static void told(void *context, const tr_priced *r)
{
    bench *b = context;
    uint32_t set = 0;
    for (int32_t i = 0; i < r->n; i++) {
        if (set >> r->stops[i] & 1) { /* only the relaxation has it */
            assert_true(r->cost == INT64_MAX);
            return;
        }
        set |= 1u << r->stops[i];
    }
    if (r->cost < INT64_MAX && b->costs[set | b->base] >= 0) assert_true(r->cost >= b->costs[set | b->base]);
    if (r->cost < INT64_MAX) assert_true(b->costs[set | b->base] >= 0);
    if (r->cost == INT64_MAX && !b->enumerating) return;
    assert_true(b->told[set] == INT64_MAX);
    b->told[set] = r->reduced;
    b->n_told++;
}

/* One stop in `poor` has no dual. */
static void draw(bench *b, uint64_t seed, int level, bool entries, uint64_t poor)
{
    uint64_t r = seed;
    for (int32_t s = 0; s < b->p->n_stops; s++) {
        int64_t scale = level == 2 ? 12000 : 40;
        b->stop[s] = (int64_t)(tr_random(&r) % (uint64_t)(scale * TR_MONEY)) - (tr_random(&r) % poor == 0 ? scale * TR_MONEY : 0);
    }
    b->duals = (tr_duals){.cost_counts = level == 2, .stop = b->stop, .cuts = b->cuts, .entries = b->entries};
    b->duals.n_cuts = b->p->n_stops >= 3 ? (int32_t)(tr_random(&r) % (CUTS + 1)) : 0;
    for (int32_t c = 0; c < CUTS; c++) {
        int32_t first = (int32_t)(tr_random(&r) % 3);
        for (int32_t k = 0; k < 3; k++) b->cuts[c].stops[k] = (first + k * (b->p->n_stops > 5 ? 2 : 1)) % (b->p->n_stops ? b->p->n_stops : 1);
        b->cuts[c].dual = -(int64_t)(tr_random(&r) % (uint64_t)((level == 2 ? 5000 : 20) * TR_MONEY));
    }
    b->duals.n_entries = entries ? (int32_t)(tr_random(&r) % (ENTRIES + 1)) : 0;
    for (int32_t k = 0; k < ENTRIES; k++) {
        const int64_t most[] = {1, 1000, 10000, 100000}; /* pence; large ones make a route go back and forth */
        b->sets[k] = tr_random(&r) & ((1u << b->p->n_stops) - 1);
        b->entries[k] = (tr_entry){.set = &b->sets[k], .stop = 0};
        b->entries[k].dual = (int64_t)(tr_random(&r) % (uint64_t)(most[tr_random(&r) % 4] * TR_MONEY / (level == 2 ? 1 : 250)));
    }
}

typedef struct {
    int64_t runs, tight, entered, entered_tight, merging, merged, weaker, sets, exact, listed, stopped, by_road, passed;
} figures;

static void forget(bench *b)
{
    for (uint32_t set = 0; set < 1u << b->p->n_stops; set++) b->told[set] = INT64_MAX;
    b->n_told = 0;
}

static void hold(const bench *b, const char *what, uint64_t seed, int level, int64_t bound, int64_t least)
{
    if (bound > least)
        fail_msg("morning %llu vehicle %d level %d, %s: %lld above %lld", (unsigned long long)seed, b->vehicle, level, what, (long long)bound,
                 (long long)least);
}

/* Finds the least reduced costs of all sets; the least of all is returned. */
static int64_t find_least(bench *b, bool departs)
{
    int64_t least = INT64_MAX;
    for (uint32_t set = 0; set < 1u << b->p->n_stops; set++) {
        bool is = !(set & b->base) && (set || departs);
        b->least[set] = is ? least_of(b, set) : INT64_MAX;
        if (b->least[set] < least) least = b->least[set];
    }
    return least;
}

/* Stops that cannot pay for themselves become roads, as on large mornings. */
static void by_road(bench *b, tr_full *p, uint64_t seed, int level, figures *f)
{
    int64_t work = WORK, far = (int64_t)1 << 50, home = p->d->departs ? far : 0, least = find_least(b, p->d->departs);
    uint32_t active = 0;
    p->keep_all = 0;
    forget(b);
    int64_t bound = tr_full_price(p, &b->duals, 2, far, 50, told, b, &work);
    hold(b, "by road", seed, level, bound < home ? bound : home, least < home ? least : home);
    for (int32_t i = 0; i < p->ns; i++) active |= (uint32_t)p->active[i] << p->nodes[i].ref;
    int64_t gap = least < far ? least + (level == 2 ? 3000 : 30) * TR_MONEY : far;
    forget(b);
    b->enumerating = true;
    if (tr_full_enumerate(p, &b->duals, gap, 1000, told, b, &work))
        for (uint32_t set = 0; set < 1u << b->p->n_stops; set++) {
            if (b->least[set] >= gap || (!(set & active) && !p->d->departs)) continue;
            hold(b, "set by road", seed, level, b->told[set & active], b->least[set]);
            f->passed += set != (set & active);
        }
    b->enumerating = false;
    f->by_road++;
}

static void one(const tr_problem *p, int32_t v, uint64_t seed, tr_arena *arena, figures *f)
{
    tr_model *m = tr_model_new(p, arena);
    if (!m->vehicles[v].usable) return;
    bench b = {.p = p, .vehicle = v, .costs = tr_brute_costs(p, v, arena), .stop = TR_NEW(arena, int64_t, p->n_stops + 1)};
    b.by_hour = m->hourly, b.placer = tr_placer_new(m, arena), b.rt = tr_rt_new(m, 64, arena);
    b.orders = TR_NEW(arena, order, ORDERS), b.arena = arena;
    for (int32_t k = 0; k < p->vehicles[v].n_frozen; k++)
        if (p->vehicles[v].frozen[k].kind == TR_VISIT_STOP) b.base |= 1u << p->vehicles[v].frozen[k].ref;
    uint32_t all = 1u << p->n_stops;
    b.told = TR_NEW(arena, int64_t, all), b.least = TR_NEW(arena, int64_t, all);
    int32_t n_near = seed / 16 % 2 ? 4 : p->n_stops, *near = TR_NEW(arena, int32_t, (p->n_stops + 1) * (n_near + 1)); /* or none is forgotten */
    for (int32_t s = 0; s < p->n_stops; s++)
        for (int32_t k = 0; k < n_near; k++) near[s * n_near + k] = (s + k) % p->n_stops;
    tr_pricer *pricer = tr_pricer_new(m, v, n_near, near, arena);
    tr_full *roads = m->vehicles[v].plain ? NULL : tr_full_new(m, v, n_near, near, arena);
    for (int level = 1; level < 3; level++) {
        draw(&b, seed + (uint64_t)level, level, !m->vehicles[v].plain, 8);
        int64_t work = WORK, least = find_least(&b, m->vehicles[v].departs);
        forget(&b);
        int64_t far = (int64_t)1 << 50, bound = tr_price(pricer, &b.duals, 2, far, 50, told, &b, &work);
        hold(&b, "pricing", seed, level, bound, least < far ? least : far);
        bool tight = least == INT64_MAX ? bound == far : least - bound <= 3 * TR_MONEY;
        f->runs++, f->tight += tight;
        f->entered += b.duals.n_entries > 0, f->entered_tight += tight && b.duals.n_entries > 0;
        tr_pricer_narrow(pricer, 1);
        forget(&b);
        int64_t weak = tr_price(pricer, &b.duals, 2, far, 50, told, &b, &work), merged = tr_pricer_merged(pricer);
        hold(&b, "merging", seed, level, weak, least < far ? least : far);
        assert_true(merged > 0 || weak == bound);
        f->merging += merged > 0, f->merged += merged, f->weaker += weak < bound;
        tr_pricer_narrow(pricer, 0);
        int64_t gap = least < far ? least + (level == 2 ? 3000 : 30) * TR_MONEY : far;
        for (int effort = 0; effort < 2; effort++) {
            forget(&b);
            tr_price(pricer, &b.duals, effort, gap, 50, told, &b, &work);
        }
        for (int pass = 0; pass < 2; pass++, work = WORK) { /* the second one with arcs fixed */
            forget(&b);
            b.enumerating = true;
            f->listed++;
            if (!tr_pricer_enumerate(pricer, &b.duals, gap, 1000, told, &b, &work)) {
                f->stopped++;
                continue;
            }
            for (uint32_t set = 0; set < all; set++) {
                if (b.least[set] >= gap) continue;
                hold(&b, pass ? "set, arcs fixed" : "set", seed, level, b.told[set], b.least[set]);
                f->sets++;
                f->exact += b.least[set] - b.told[set] <= 3 * TR_MONEY;
            }
            tr_pricer_fix(pricer, &b.duals, gap, &work); /* where its work runs out, nothing is fixed */
        }
        tr_pricer_unfix(pricer);
        b.enumerating = false;
        draw(&b, seed + (uint64_t)level, level, true, 2);
        if (roads) by_road(&b, roads, seed, level, f);
    }
    tr_pricer_free(pricer);
    tr_full_free(roads);
}

static figures run(int32_t n, void (*morning)(int32_t i, tr_arena *arena, tr_problem *p))
{
    figures f = {0};
    for (int32_t i = 0; i < tr_scaled(n); i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem p;
        tr_plan best;
        morning(i, arena, &p);
        if (tr_brute(&p, arena, &best))
            for (int32_t v = 0; v < p.n_vehicles; v++) one(&p, v, (uint64_t)i * 16, arena, &f);
        tr_arena_free(arena);
    }
    printf("%lld runs: %lld bounds within 3 pence; %lld with entries: %lld\n", (long long)f.runs, (long long)f.tight, (long long)f.entered,
           (long long)f.entered_tight);
    printf("%lld partial routes merged in %lld runs, %lld bounds are weaker for it\n", (long long)f.merged, (long long)f.merging,
           (long long)f.weaker);
    printf("%lld sets: %lld within 3 pence; %lld enumerations, %lld too long\n", (long long)f.sets, (long long)f.exact, (long long)f.listed,
           (long long)f.stopped);
    printf("%lld runs with stops as roads: %lld sets have such a stop\n", (long long)f.by_road, (long long)f.passed);
    return f;
}

static void bounds_hold(void **state)
{
    (void)state;
    figures f = run(400, tr_standard_morning);
    assert_true(f.stopped * 20 <= f.listed && f.merging * 10 >= f.runs && f.entered_tight * 10 >= f.entered * 6);
}

static void bounds_hold_by_hour(void **state)
{
    (void)state;
    run(60, tr_hourly_morning);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bounds_hold), cmocka_unit_test(bounds_hold_by_hour)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
