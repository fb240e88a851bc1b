/* test_entries.c -- sets of stops that the master enters too rarely, against all sets there are, on random small masters.
 *
 * Routes are made up and go round and round: in the master no route needs to exist.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "entries.h"
#include "mornings.h"

#include <stdio.h>
#include <string.h>

enum { STOPS = 8 };

/* Least that a violation must be to be looked for, and what flows in whole parts of a millionth may be off. */
static const double LEAST = 0.02, CLOSE = 1e-4;

typedef struct {
    int64_t masters, rounds, violated, added;
} figures;

static uint64_t last_seed;

static int tell_seed(void **state)
{
    (void)state;
    print_message("last seed %llu\n", (unsigned long long)last_seed);
    return 0;
}

/* By how much the solution enters the set too rarely for the stop. */
static double violation(const tr_master *x, uint64_t set, int32_t stop)
{
    double by = 1 - tr_master_left(x, stop) - tr_master_unserved(x, stop);
    for (int32_t c = 0; c < x->n; c++) {
        bool in = false;
        for (int32_t i = 0; i < x->columns[c].n; i++) {
            bool now = set >> x->columns[c].stops[i] & 1;
            if (now && !in) by -= tr_master_value(x, c);
            in = now;
        }
    }
    return by;
}

static double most_violated(const tr_master *x)
{
    double most = -1;
    for (uint64_t set = 1; set < (uint64_t)1 << x->m->n_stops; set++)
        for (int32_t s = 0; s < x->m->n_stops; s++) {
            double by = set >> s & 1 && !tr_bit(x->m->frozen, s) ? violation(x, set, s) : -1;
            if (by > most) most = by;
        }
    return most;
}

/* Walks among a few stops each, so that most come again. */
static void add_ghosts(tr_master *x, uint64_t *state)
{
    for (int64_t more = tr_between(state, 4, 30); more > 0; more--) {
        const int64_t first = tr_between(state, 0, x->m->n_stops - 1), span = tr_between(state, 1, x->m->n_stops), length = tr_between(state, 1, 12);
        int32_t stops[12], n = 0;
        for (int64_t i = 0; i < length; i++) {
            int32_t s = (int32_t)((first + tr_between(state, 0, span - 1)) % x->m->n_stops);
            if (!tr_bit(x->m->frozen, s) && (n == 0 || stops[n - 1] != s)) stops[n++] = s;
        }
        const int32_t vehicle = (int32_t)tr_between(state, 0, x->m->n_vehicles - 1);
        if (n > 0) tr_master_add_ghost(x, vehicle, n, stops, tr_between(state, 100, 9000) * TR_MONEY, false);
    }
}

static void one(int32_t i, figures *f)
{
    tr_arena *arena = tr_arena_new();
    last_seed = 5000000u + (uint64_t)i;
    uint64_t state = last_seed;
    const tr_morning_options o = {.n_stops = (int32_t)tr_between(&state, 2, STOPS), .n_vehicles = 1 + i % 2, .n_sites = 1,
                                  .rules = (uint32_t)tr_random(&state)};
    tr_problem p;
    tr_random_morning(last_seed, &o, arena, &p);
    const int64_t limit[2] = {INT32_MAX, INT32_MAX};
    tr_master *x = tr_master_new(tr_model_new(&p, arena), arena);
    tr_master_duals duals = {0};
    add_ghosts(x, &state);
    const int32_t level = (int32_t)tr_between(&state, 0, 2);
    tr_master_stage(x, level, limit);
    double home = 0; /* all stops left */
    for (int32_t s = 0; s < p.n_stops; s++) home += (double)tr_master_left_value(x, s, level);
    for (int32_t v = 0; v < p.n_vehicles; v++) home += x->m->vehicles[v].departs ? x->dear : 0;
    for (bool more = true; more; f->rounds++) {
        const int32_t before = x->n_entries, most = (int32_t)tr_between(&state, 1, 10);
        assert_true(tr_master_solve(x, &duals) && duals.z <= home + 1e-6 * (1 + home)); /* no set rules out a plan */
        const double worst = most_violated(x);
        double best = -1;
        more = tr_entries_add(x, most) > 0;
        assert_true(x->n_entries - before <= most && more == (x->n_entries > before));
        for (int32_t k = before; k < x->n_entries; k++) {
            const tr_entry *e = &x->entries[k];
            double by = violation(x, e->set[0], e->stop); /* the solution is the one before */
            assert_true(tr_bit(e->set, e->stop) && by > LEAST - CLOSE && !tr_bit(x->m->frozen, e->stop));
            if (by > best) best = by;
            for (int32_t l = 0; l < k; l++) assert_true(x->entries[l].stop != e->stop || x->entries[l].set[0] != e->set[0]);
        }
        if (worst > LEAST + CLOSE && best < worst - CLOSE)
            fail_msg("seed %llu: best found %f, there is %f", (unsigned long long)last_seed, best, worst);
        f->violated += worst > LEAST, f->added += x->n_entries - before;
    }
    f->masters++;
    tr_master_free(x);
    tr_arena_free(arena);
}

static void most_violated_are_found(void **state)
{
    (void)state;
    figures f = {0};
    for (int32_t i = 0; i < tr_scaled(600); i++) one(i, &f);
    printf("%lld masters: %lld rounds, %lld with a set entered too rarely; %lld added\n", (long long)f.masters, (long long)f.rounds,
           (long long)f.violated, (long long)f.added);
    assert_true(f.violated * 3 >= f.masters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(most_violated_are_found, tell_seed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
