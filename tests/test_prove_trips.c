/* test_prove_trips.c -- bounds over trips of random mornings as `tiprun plan --write-certificate` writes them: the audit, which shares no code with
 * pricing, confirms them, and of spoilt ones nothing that is above what can be had.
 *
 * TR_TEST_SCALE (per cent, default 100) takes that share of the mornings, for slow builds.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "brute.h"
#include "certificate.h"
#include "mornings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MORNINGS = 300, SPOILT_MORNINGS = 60, SPOILT = 8 /* times each */ };

static uint64_t state;

static int64_t between(int64_t low, int64_t high)
{
    return tr_between(&state, low, high);
}

typedef struct {
    int32_t mornings, proofs, parted, duals, tight, two_bodies, loops, kinds, loaded, hazard;
} figures;

typedef struct {
    tr_arena *arena;
    tr_problem problem;
    tr_plan best, plan; /* best: by brute force */
    tr_certificate certificate;
} judged;

/* Two compartments and two sites with streams of their own every other time. */
static void draw(int32_t i, tr_arena *arena, tr_problem *p)
{
    tr_morning_options o = tr_standard_options(i);
    if (i % 2) o.extras |= TR_EXTRA_BODIES, o.rules |= 1u << TR_RULE_SITE_STREAMS, o.n_sites = 2;
    if (o.n_stops > 5) o.n_stops = 5;
    tr_random_morning(0x7472697073ull + (uint64_t)i * 7919, &o, arena, p);
}

static void same_proof(const tr_problem *p, const tr_trip_proof *a, const tr_trip_proof *b)
{
    assert_int_equal(a->bound, b->bound), assert_int_equal(a->n_classes, b->n_classes);
    assert_int_equal(a->n_duals, b->n_duals), assert_int_equal(a->n_fleets, b->n_fleets);
    for (int32_t k = 0; k < a->n_classes; k++) {
        const tr_trip_class *x = &a->classes[k], *y = &b->classes[k];
        assert_true(x->vehicle == y->vehicle && x->follows == y->follows && x->n_kinds == y->n_kinds && x->phased == y->phased);
        assert_memory_equal(x->kinds, y->kinds, sizeof x->kinds);
    }
    for (int32_t d = 0; d < a->n_duals; d++) {
        const tr_trip_duals *x = &a->duals[d], *y = &b->duals[d];
        assert_true(x->level[0] == y->level[0] && x->level[1] == y->level[1] && x->all == y->all && x->least == y->least);
        assert_true(x->n_cuts == y->n_cuts && x->n_loops == y->n_loops);
        assert_memory_equal(x->stop, y->stop, (size_t)p->n_stops * sizeof *x->stop);
        if (x->n_cuts) assert_memory_equal(x->cuts, y->cuts, (size_t)x->n_cuts * sizeof *x->cuts);
        for (int32_t k = 0; k < x->n_loops; k++) {
            const tr_trip_loop *l = &x->loops[k], *m = &y->loops[k];
            assert_true(l->cls == m->cls && l->sites == m->sites && l->stop == m->stop && l->dual == m->dual);
        }
        for (int32_t k = 0; k < a->n_classes; k++) {
            const tr_trip_side *l = &x->sides[k], *m = &y->sides[k];
            const size_t states = (size_t)1 << (a->classes[k].n_kinds + a->classes[k].phased);
            assert_true(l->start == m->start && l->time == m->time && l->work == m->work && l->rest == m->rest && l->trips == m->trips);
            if (p->n_sites) assert_memory_equal(l->site, m->site, states * (size_t)p->n_sites * sizeof *l->site);
        }
    }
    for (int32_t f = 0; f < a->n_fleets; f++) {
        const tr_trip_fleet *x = &a->fleets[f], *y = &b->fleets[f];
        assert_true(x->by == y->by && x->cls == y->cls && x->part[0] == y->part[0] && x->part[1] == y->part[1] && x->duals == y->duals);
        if (x->by != TR_PART_BREAK) assert_int_equal(x->most, y->most);
    }
}

/* Proven over trips, written and read back; false if there is no plan, or no such proof. */
static bool begin(int32_t i, judged *j)
{
    char path[] = "/tmp/tiprun-prove-trips-XXXXXX";
    tr_certificate written;
    tr_plan plan;
    tr_err err = {0};
    *j = (judged){.arena = tr_arena_new()};
    tr_diag diag = {.arena = j->arena};
    state = 0x7472 + (uint64_t)i;
    draw(i, j->arena, &j->problem);
    if (!tr_brute(&j->problem, j->arena, &j->best)) return false;
    tr_solve_options so = {.seed = 1, .iterations = 600, .threads = 1};
    tr_prove_options po = {.threads = 1, .trips = true};
    if (tr_solve(&j->problem, &so, j->arena, &plan, NULL, &err)) fail_msg("morning %d: %s", i, err.text);
    assert_int_equal(tr_prove(&j->problem, &plan, &po, j->arena, &j->plan, &written, &err), TR_OK);
    if (!written.level[2].trips) return false;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    if (tr_certificate_write(path, &j->problem, &j->plan, &written, &err)) fail_msg("morning %d: %s", i, err.text);
    tr_status status = tr_certificate_read(path, &j->problem, j->arena, &j->certificate, &diag, &err);
    unlink(path);
    if (status) fail_msg("morning %d: %s", i, diag.faults[0].text);
    same_proof(&j->problem, written.level[2].trips, j->certificate.level[2].trips);
    return true;
}

/* The bound over trips by itself, as `tiprun check` asks for it. */
static bool holds(const judged *j, const tr_trip_proof *trips, const char **why)
{
    const tr_goal *g = &j->plan.goal;
    tr_certificate alone = j->certificate;
    tr_level_proof *t = &alone.level[2];
    alone.level[0] = (tr_level_proof){.value = g->hazard_left}, alone.level[1] = (tr_level_proof){.value = g->due_left};
    *t = (tr_level_proof){.value = g->cost_pence, .known = true, .bound = trips->bound > g->cost_pence ? g->cost_pence : trips->bound};
    t->trips = TR_NEW(j->arena, tr_trip_proof, 1), *t->trips = *trips;
    if (trips->bound > g->cost_pence) t->known = false; /* that it is above the value is another fault */
    return tr_audit(&j->problem, &j->plan, &alone, j->arena, why, NULL);
}

static void count(const judged *j, figures *f)
{
    const tr_trip_proof *t = j->certificate.level[2].trips;
    bool two = false, loaded = false, loops = false, kinds = false;
    for (int32_t v = 0; v < j->problem.n_vehicles; v++) {
        two |= j->problem.vehicles[v].n_compartments > 1;
        for (int32_t c = 0; c < j->problem.vehicles[v].n_compartments; c++) loaded |= j->problem.vehicles[v].compartments[c].start_streams != 0;
    }
    for (int32_t d = 0; d < t->n_duals; d++) loops |= t->duals[d].n_loops > 0;
    for (int32_t k = 0; k < t->n_classes; k++) kinds |= t->classes[k].n_kinds > 1;
    f->proofs++, f->parted += t->n_fleets > 1, f->duals += t->n_duals, f->tight += t->bound == j->plan.goal.cost_pence;
    f->two_bodies += two, f->loaded += loaded, f->loops += loops, f->kinds += kinds, f->hazard += j->problem.policy.pence_per_hazard_minute > 0;
}

static void own_bounds_are_confirmed(void **unused)
{
    (void)unused;
    figures f = {0};
    const char *from = getenv("TR_TEST_FROM"), *why;
    int32_t first = from ? atoi(from) : 0, last = from ? first + 1 : tr_scaled(MORNINGS);
    for (int32_t i = first; i < last; i++) {
        judged j;
        if (begin(i, &j)) {
            const tr_trip_proof *t = j.certificate.level[2].trips;
            if (!holds(&j, t, &why)) fail_msg("morning %d: %s", i, why);
            if (t->bound > j.best.goal.cost_pence) fail_msg("morning %d: %" PRId64 " is above the optimum %" PRId64, i, t->bound, j.best.goal.cost_pence);
            count(&j, &f);
        }
        f.mornings++;
        tr_arena_free(j.arena);
    }
    printf("%d mornings, %d bounds over trips confirmed, %d meet the value; fleets parted %d, sets of duals %d, two bodies %d, more kinds than one %d, loaded %d, hazard pence %d, "
           "loops %d\n",
           f.mornings, f.proofs, f.tight, f.parted, f.duals, f.two_bodies, f.kinds, f.loaded, f.hazard, f.loops);
    if (f.mornings == MORNINGS) assert_true(f.proofs >= 100 && f.parted >= 50 && f.two_bodies >= 50 && f.loaded >= 10 && f.hazard >= 20);
}

/* ---- spoilt ---- */

enum { DUAL, LEAST, BOUND, DROP_PART, LOSE_CLASS, MOST, SIDE, LEVEL_DUAL, ADD_LOOP, ADD_CUT, KINDS, N_WAYS };
static const char *const ways[N_WAYS] = {"dual of a stop", "least", "bound", "part dropped", "class lost", "where it is parted", "dual of a class", "dual of a level", "loop added", "cut added", "kinds"};

static void add_loop(judged *j, const tr_trip_proof *t, tr_trip_duals *d)
{
    tr_trip_loop *loops = TR_NEW(j->arena, tr_trip_loop, d->n_loops + 1);
    if (d->n_loops) memcpy(loops, d->loops, (size_t)d->n_loops * sizeof *loops);
    loops[d->n_loops] = (tr_trip_loop){(int32_t)between(0, t->n_classes - 1), 1, (int32_t)between(0, j->problem.n_stops - 1), -between(1, 20000000)};
    d->loops = loops, d->n_loops++;
}

static void add_cut(judged *j, tr_trip_duals *d)
{
    tr_cut *cuts = TR_NEW(j->arena, tr_cut, d->n_cuts + 1);
    if (d->n_cuts) memcpy(cuts, d->cuts, (size_t)d->n_cuts * sizeof *cuts);
    cuts[d->n_cuts] = (tr_cut){{0, 1, 2}, -between(1, 20000000)};
    d->cuts = cuts, d->n_cuts++;
}

/* False if there was nothing to do it to. */
static bool spoil(judged *j, tr_trip_proof *t, int32_t how)
{
    tr_trip_duals *d = &t->duals[between(0, t->n_duals - 1)];
    tr_trip_fleet *f = &t->fleets[between(0, t->n_fleets - 1)];
    tr_trip_side *x = &d->sides[between(0, t->n_classes - 1)];
    const int64_t by = between(0, 1) ? between(1, 30000000) : -between(1, 30000000), all[] = {x->start, x->trips};
    switch (how) {
    case DUAL: d->stop[between(0, j->problem.n_stops - 1)] += by; return true;
    case LEAST: d->least = d->least == 0 ? 1 : 0; return true;
    case BOUND: t->bound += between(1, 3000); return true;
    case DROP_PART:
        if (f->by == TR_PART_NONE) return false;
        *f = t->fleets[f->part[between(0, 1)]];
        return true;
    case LOSE_CLASS: return t->n_classes-- > 1;
    case MOST: f->most += (int32_t)between(0, 1) ? 1 : -1; return f->by != TR_PART_NONE;
    case SIDE:
        switch (between(0, 4)) {
        case 0: x->start = all[0] + by; break;
        case 1: x->trips = all[1] + by; break;
        case 2: x->time += by / 1000; break;
        case 3: x->rest += by / 1000; break;
        default:
            if (j->problem.n_sites) x->site[between(0, j->problem.n_sites - 1)] += by;
        }
        return true;
    case LEVEL_DUAL: d->level[between(0, 1)] += by; return true;
    case ADD_LOOP: add_loop(j, t, d); return j->problem.n_sites > 0;
    case ADD_CUT: add_cut(j, d); return j->problem.n_stops > 2;
    case KINDS:
        for (int32_t k = 0; k < t->n_classes; k++)
            if (t->classes[k].n_kinds > 0) t->classes[k].kinds[0] ^= 1 + (tr_mask)between(0, 3);
        return true;
    default: return false;
    }
}

/* What the certificate holds is changed in place, and had a copy before. */
static tr_trip_proof copy_of(const judged *j)
{
    const tr_trip_proof *from = j->certificate.level[2].trips;
    tr_arena *a = j->arena;
    tr_trip_proof t = *from;
    t.classes = tr_arena_grow(a, from->classes, (size_t)t.n_classes, (size_t)t.n_classes + 1, sizeof *t.classes);
    t.fleets = tr_arena_grow(a, from->fleets, (size_t)t.n_fleets, (size_t)t.n_fleets + 1, sizeof *t.fleets);
    t.duals = tr_arena_grow(a, from->duals, (size_t)t.n_duals, (size_t)t.n_duals + 1, sizeof *t.duals);
    for (int32_t d = 0; d < t.n_duals; d++) {
        tr_trip_duals *x = &t.duals[d];
        x->stop = tr_arena_grow(a, x->stop, (size_t)j->problem.n_stops, (size_t)j->problem.n_stops + 1, sizeof *x->stop);
        x->sides = tr_arena_grow(a, x->sides, (size_t)t.n_classes, (size_t)t.n_classes + 1, sizeof *x->sides);
        for (int32_t k = 0; k < t.n_classes; k++) {
            const size_t n = ((size_t)1 << (t.classes[k].n_kinds + t.classes[k].phased)) * (size_t)j->problem.n_sites;
            x->sides[k].site = tr_arena_grow(a, x->sides[k].site, n, n + 1, sizeof *x->sides[k].site);
        }
    }
    return t;
}

static void spoilt_bounds_prove_nothing_wrong(void **unused)
{
    (void)unused;
    int32_t done[N_WAYS] = {0}, refused[N_WAYS] = {0};
    const char *from = getenv("TR_TEST_FROM"), *why;
    int32_t first = from ? atoi(from) : 0, last = from ? first + 1 : tr_scaled(SPOILT_MORNINGS);
    for (int32_t i = first; i < last; i++) {
        judged j;
        const bool proven = begin(i, &j);
        for (int32_t k = 0; proven && k < SPOILT * N_WAYS; k++) {
            tr_trip_proof t = copy_of(&j);
            if (!spoil(&j, &t, k % N_WAYS)) continue;
            const bool held = holds(&j, &t, &why);
            done[k % N_WAYS]++, refused[k % N_WAYS] += !held;
            if (held && t.bound > j.best.goal.cost_pence)
                fail_msg("morning %d, %s: %" PRId64 " is confirmed, the optimum is %" PRId64, i, ways[k % N_WAYS], t.bound, j.best.goal.cost_pence);
            if (!held) assert_true(why && *why);
        }
        tr_arena_free(j.arena);
    }
    for (int32_t k = 0; k < N_WAYS; k++) {
        printf("%s: %d, %d refused\n", ways[k], done[k], refused[k]);
        if (last == SPOILT_MORNINGS) assert_true(done[k] >= 50 && refused[k] >= 5);
    }
    if (last == SPOILT_MORNINGS) assert_int_equal(refused[LOSE_CLASS], done[LOSE_CLASS]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(own_bounds_are_confirmed), cmocka_unit_test(spoilt_bounds_prove_nothing_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
