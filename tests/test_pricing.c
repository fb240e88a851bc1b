/* test_pricing.c -- the full pricer against the cheapest route of every set of stops, found by brute force.
 *
 * TR_TEST_SCALE (per cent, default 100) takes that share of the mornings, for slow builds.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "brute.h"
#include "mornings.h"
#include "pricing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUTS = 3 };

typedef struct {
    const tr_problem *p;
    const int64_t *costs; /* [1 << n_stops] */
    uint32_t base;        /* frozen stops of the vehicle */
    tr_duals duals;
    int64_t *stop;
    tr_cut cuts[CUTS];
    int64_t *told;        /* [1 << n_stops] reduced cost told of a set, INT64_MAX = none */
    int32_t n_told;
    bool enumerating;
} bench;

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

static void draw(bench *b, uint64_t seed, int level)
{
    uint64_t r = seed;
    for (int32_t s = 0; s < b->p->n_stops; s++) {
        int64_t scale = level == 2 ? 12000 : 40;
        b->stop[s] = (int64_t)(tr_random(&r) % (uint64_t)(scale * TR_MONEY)) - (tr_random(&r) % 8 == 0 ? scale * TR_MONEY : 0);
    }
    b->duals = (tr_duals){level == 2, b->stop, b->p->n_stops >= 3 ? (int32_t)(tr_random(&r) % (CUTS + 1)) : 0, b->cuts};
    for (int32_t c = 0; c < CUTS; c++) {
        int32_t first = (int32_t)(tr_random(&r) % 3);
        for (int32_t k = 0; k < 3; k++) b->cuts[c].stops[k] = (first + k * (b->p->n_stops > 5 ? 2 : 1)) % (b->p->n_stops ? b->p->n_stops : 1);
        b->cuts[c].dual = -(int64_t)(tr_random(&r) % (uint64_t)((level == 2 ? 5000 : 20) * TR_MONEY));
    }
}

typedef struct {
    int64_t runs, tight, merging, merged, weaker, sets, exact, listed, stopped;
} figures;

static void one(const tr_problem *p, int32_t v, uint64_t seed, tr_arena *arena, figures *f)
{
    tr_model *m = tr_model_new(p, arena);
    if (!m->vehicles[v].usable) return;
    bench b = {.p = p, .costs = tr_brute_costs(p, v, arena), .stop = TR_NEW(arena, int64_t, p->n_stops + 1)};
    for (int32_t k = 0; k < p->vehicles[v].n_frozen; k++)
        if (p->vehicles[v].frozen[k].kind == TR_VISIT_STOP) b.base |= 1u << p->vehicles[v].frozen[k].ref;
    uint32_t all = 1u << p->n_stops;
    b.told = TR_NEW(arena, int64_t, all);
    int32_t n_near = 4, *near = TR_NEW(arena, int32_t, (p->n_stops + 1) * n_near);
    for (int32_t s = 0; s < p->n_stops; s++)
        for (int32_t k = 0; k < n_near; k++) near[s * n_near + k] = p->n_stops > 0 ? (s + k) % p->n_stops : -1;
    tr_pricer *pricer = tr_pricer_new(m, v, n_near, near, arena);
    for (int level = 1; level < 3; level++) {
        draw(&b, seed + (uint64_t)level, level);
        int64_t least = INT64_MAX, work = 2000000;
        for (uint32_t set = 0; set < all; set++)
            if (b.costs[set] >= 0 && (set & b.base) == b.base && (set != b.base || m->vehicles[v].departs)) {
                int64_t x = reduced(&b, set & ~b.base);
                if (x < least) least = x;
            }
        for (uint32_t set = 0; set < all; set++) b.told[set] = INT64_MAX;
        int64_t far = (int64_t)1 << 50, bound = tr_price(pricer, &b.duals, 2, far, 50, told, &b, &work);
        if (bound > (least < far ? least : far)) fail_msg("morning %llu vehicle %d level %d: bound %lld above %lld", (unsigned long long)seed, v, level, (long long)bound, (long long)least);
        f->runs++;
        f->tight += least == INT64_MAX ? bound == far : least - bound <= 3 * TR_MONEY;
        tr_pricer_narrow(pricer, 1);
        for (uint32_t set = 0; set < all; set++) b.told[set] = INT64_MAX;
        int64_t weak = tr_price(pricer, &b.duals, 2, far, 50, told, &b, &work), merged = tr_pricer_merged(pricer);
        if (weak > (least < far ? least : far)) fail_msg("morning %llu vehicle %d level %d, merging: bound %lld above %lld", (unsigned long long)seed, v, level, (long long)weak, (long long)least);
        assert_true(merged > 0 || weak == bound);
        f->merging += merged > 0, f->merged += merged, f->weaker += weak < bound;
        tr_pricer_narrow(pricer, 0);
        int64_t gap = least < far ? least + (level == 2 ? 3000 : 30) * TR_MONEY : far;
        for (int effort = 0; effort < 2; effort++) {
            for (uint32_t set = 0; set < all; set++) b.told[set] = INT64_MAX;
            tr_price(pricer, &b.duals, effort, gap, 50, told, &b, &work);
        }
        for (int pass = 0; pass < 2; pass++, work = 2000000) { /* the second one with arcs fixed */
            for (uint32_t set = 0; set < all; set++) b.told[set] = INT64_MAX;
            b.n_told = 0, b.enumerating = true;
            f->listed++;
            if (!tr_pricer_enumerate(pricer, &b.duals, gap, 1000, told, &b, &work)) {
                f->stopped++;
                continue;
            }
            for (uint32_t set = 0; set < all; set++) {
                if (b.costs[set] < 0 || (set & b.base) != b.base || (set == b.base && !m->vehicles[v].departs)) continue;
                int64_t x = reduced(&b, set & ~b.base);
                if (x >= gap) continue;
                if (b.told[set & ~b.base] > x) fail_msg("morning %llu vehicle %d level %d pass %d: set %x of %lld told as %lld", (unsigned long long)seed, v, level, pass, set, (long long)x, (long long)b.told[set & ~b.base]);
                f->sets++;
                f->exact += x - b.told[set & ~b.base] <= 3 * TR_MONEY;
            }
            tr_pricer_fix(pricer, &b.duals, gap, &work); /* where its work runs out, nothing is fixed */
        }
        tr_pricer_unfix(pricer);
        b.enumerating = false;
    }
    tr_pricer_free(pricer);
}

static void bounds_hold(void **state)
{
    (void)state;
    figures f = {0};
    for (int32_t i = 0; i < tr_scaled(400); i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem p;
        tr_plan best;
        tr_standard_morning(i, arena, &p);
        if (tr_brute(&p, arena, &best))
            for (int32_t v = 0; v < p.n_vehicles; v++) one(&p, v, (uint64_t)i * 16, arena, &f);
        tr_arena_free(arena);
    }
    printf("%lld runs: %lld bounds within 3 pence; %lld partial routes merged in %lld runs, %lld bounds are weaker for it\n", (long long)f.runs, (long long)f.tight,
           (long long)f.merged, (long long)f.merging, (long long)f.weaker);
    printf("%lld sets: %lld within 3 pence; %lld enumerations, %lld too long\n", (long long)f.sets, (long long)f.exact, (long long)f.listed, (long long)f.stopped);
    assert_true(f.stopped * 20 <= f.listed && f.merging * 10 >= f.runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bounds_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
