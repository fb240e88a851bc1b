/* test_prove_audit.c -- the certificates that the proof itself writes, in the hands of the audit.
 *
 * As the program does it: search, proof, certificate.json, read back, each level recomputed.  All of them hold, and the
 * audit confirms them, but for a few with a pair of breaks (docs/format-certificate.md).  Then one thing in
 * a certificate, its file or its morning is changed.  Whether it still holds, and if not what must be told, is worked
 * out by brute force (support/truth.h): the audit has to say the same, to the unit.
 *
 * TR_TEST_SCALE (per cent, default 100) takes that share of the mornings; TR_TEST_FROM one of them, to look into it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "audit.h"
#include "certificate.h"
#include "mornings.h"
#include "truth.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MORNINGS = 100, HOURLY = 20, UNITS = TR_AUDIT_UNITS };

static uint64_t state; /* of tr_random */

static int64_t between(int64_t low, int64_t high)
{
    return tr_between(&state, low, high);
}

/* ---- a morning, its plan, and the certificate as it was read back ---- */

typedef struct {
    tr_truth truth;
    tr_plan plan;
    tr_certificate certificate;
    int32_t number;
    char path[40]; /* of the file */
} judged;

static const tr_problem *problem_of(const judged *j)
{
    return &j->truth.problem;
}

static int64_t level_of(const tr_goal *g, int32_t level)
{
    return level == 0 ? g->hazard_left : level == 1 ? g->due_left : g->cost_pence;
}

static tr_status read_back(const judged *j, tr_diag *diag, tr_certificate *certificate)
{
    return tr_certificate_read(j->path, problem_of(j), j->truth.arena, certificate, diag, NULL);
}

static judged begin(int32_t i)
{
    judged j = {.number = i, .path = "/tmp/tiprun-prove-audit-XXXXXX"};
    tr_arena *arena = tr_arena_new();
    tr_problem p;
    tr_plan plan;
    tr_certificate certificate;
    tr_err err = {0};
    tr_diag diag = {.arena = arena};
    int fd = mkstemp(j.path);
    assert_true(fd >= 0);
    close(fd);
    if (i < MORNINGS)
        tr_standard_morning(i, arena, &p);
    else
        tr_hourly_morning(i - MORNINGS, arena, &p);
    tr_solve_options so = {.seed = 1, .iterations = 600, .threads = 1};
    tr_prove_options po = {.threads = 1};
    state = 0x7061 + (uint64_t)i;
    if (tr_solve(&p, &so, arena, &plan, NULL, &err)) fail_msg("morning %d: %s", i, err.text);
    assert_int_equal(tr_prove(&p, &plan, &po, arena, &j.plan, &certificate, &err), TR_OK);
    if (tr_certificate_write(j.path, &p, &j.plan, &certificate, &err)) fail_msg("%s", err.text);
    j.truth = tr_truth_of(&p, arena);
    if (read_back(&j, &diag, &j.certificate)) fail_msg("morning %d: %s", i, diag.faults[0].text);
    return j;
}

static void end(judged *j)
{
    unlink(j->path);
    tr_arena_free(j->truth.arena);
}

/* One level by itself, as `tiprun check` asks for it. */
static bool holds(const tr_problem *p, const judged *j, int32_t level, const char **why)
{
    tr_certificate alone = j->certificate;
    for (int32_t k = 0; k < 3; k++)
        if (k != level) alone.level[k] = (tr_level_proof){.value = level_of(&j->plan.goal, k)};
    return tr_audit(p, &j->plan, &alone, j->truth.arena, why, NULL);
}

/* Two breaks may be followed to the minute only, and hours of the day are taken as the fastest: then the audit's figure may be
 * below the truth. */
static bool to_the_unit(const judged *j, const tr_truth *x, const tr_level_proof *t, int32_t level, int32_t v)
{
    tr_audit_found found;
    tr_audit_prices prices = {.pence = level == 2,
                              .stop_dual = t->stop_dual,
                              .n_cuts = t->n_cuts,
                              .cuts = t->cuts,
                              .n_entries = t->n_entries,
                              .entries = t->entries,
                              .n_near = j->certificate.n_near,
                              .near = j->certificate.near};
    tr_audit_least(&x->problem, v, &prices, t->vehicle_least[v], x->arena, &found);
    return found.complete && !found.relaxed;
}

/* The audit refuses the level, and yet it is true: every vehicle's claim holds, but that of one is out of the audit's reach. */
static bool out_of_reach(const judged *j, int32_t level)
{
    const tr_level_proof *t = &j->certificate.level[level];
    bool some = false;
    for (int32_t v = 0; v < problem_of(j)->n_vehicles; v++) {
        if (tr_true_least(&j->truth, t, level, v) < t->vehicle_least[v]) return false;
        some |= !to_the_unit(j, &j->truth, t, level, v);
    }
    return some && tr_true_bound(&j->truth, &j->plan.goal, t, level) >= t->dual_bound;
}

/* ---- what is in the mornings ---- */

typedef struct {
    int32_t mornings, short_of, duals, proven, by_duals, two_bodies, streams, breaks, pins, loaded,
        hazard_pence, frozen, windows;
} figures;

static void count_vehicle(const judged *j, int32_t v, bool *two, bool *loaded, bool *rest)
{
    const tr_vehicle *x = &problem_of(j)->vehicles[v];
    *two |= x->n_compartments > 1;
    for (int32_t c = 0; c < x->n_compartments; c++) *loaded |= x->compartments[c].start_streams != 0;
    for (int32_t k = x->n_frozen; k < j->plan.routes[v].n_visits; k++)
        *rest |= j->plan.routes[v].visits[k].kind == TR_VISIT_BREAK;
}

static void count(const judged *j, figures *f)
{
    const tr_problem *p = problem_of(j);
    bool two = false, loaded = false, pin = false, rest = false, apart = false, windows = false;
    for (int32_t v = 0; v < p->n_vehicles; v++) count_vehicle(j, v, &two, &loaded, &rest);
    for (int32_t s = 0; s < p->n_stops; s++) {
        pin |= p->stops[s].pin >= 0, windows |= p->stops[s].n_windows > 0;
        apart |= p->stops[s].stream != p->stops[0].stream;
    }
    f->mornings++, f->two_bodies += two, f->loaded += loaded, f->pins += pin, f->breaks += rest,
        f->streams += apart;
    f->windows += windows, f->frozen += j->truth.frozen != 0,
        f->hazard_pence += p->policy.pence_per_hazard_minute > 0;
    bool proven = true;
    for (int32_t k = 0; k < 3; k++) {
        const tr_level_proof *t = &j->certificate.level[k];
        f->duals += t->stop_dual != NULL, f->by_duals += t->stop_dual && t->dual_bound == t->value;
        proven &= t->known && t->bound == t->value;
    }
    f->proven += proven;
}

static void own_certificates_hold(void **unused)
{
    (void)unused;
    figures f = {0};
    const char *from = getenv("TR_TEST_FROM"), *why;
    int32_t first = from ? atoi(from) : 0, last = from ? first + 1 : tr_scaled(MORNINGS + HOURLY);
    for (int32_t i = first; i < last; i++) {
        judged j = begin(i);
        bool whole = true;
        for (int32_t k = 0; k < 3; k++) {
            if (holds(problem_of(&j), &j, k, &why)) continue;
            if (!out_of_reach(&j, k)) fail_msg("morning %d: %s", i, why);
            whole = false;
        }
        assert_int_equal(tr_audit(problem_of(&j), &j.plan, &j.certificate, j.truth.arena, &why, NULL), whole);
        f.short_of += !whole;
        count(&j, &f);
        end(&j);
    }
    printf("%d mornings, in %d a true level is not confirmed for a pair of breaks; %d proven at all levels; "
           "%d levels with duals, %d of these meet the value; "
           "mornings with two bodies %d, streams %d, breaks %d, pins %d, start loads %d, hazard pence %d, "
           "frozen %d, windows %d\n",
           f.mornings, f.short_of, f.proven, f.duals, f.by_duals, f.two_bodies, f.streams, f.breaks, f.pins,
           f.loaded, f.hazard_pence, f.frozen, f.windows);
    assert_true(f.short_of * 50 <= f.mornings + 50);
    if (f.mornings < MORNINGS) return;
    assert_true(f.two_bodies >= 5 && f.streams >= 5 && f.breaks >= 5 && f.pins >= 5 && f.loaded >= 5 &&
                f.hazard_pence >= 5);
    assert_true(f.duals >= 100);
}

/* ---- what the audit must say, by brute force ---- */

typedef struct {
    int32_t n;
    const char *must[8]; /* each in what is told; n = 0: it holds */
} reasons;

static void __attribute__((format(printf, 3, 4))) expect(reasons *r, tr_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (r->n < 8) r->must[r->n++] = tr_arena_vprintf(arena, format, args);
    va_end(args);
}

/* Of a level whose duals have the right shape, in the morning x: which need not be the one that it was proven for. */
static reasons reasons_of(const judged *j, const tr_truth *x, int32_t level)
{
    const tr_level_proof *t = &j->certificate.level[level];
    tr_arena *arena = x->arena;
    reasons r = {0};
    tr_verdict verdict;
    tr_referee(&x->problem, &j->plan, arena, &verdict);
    int64_t value = level_of(&verdict.goal, level);
    if (t->value != value)
        expect(&r, arena, "level %d: value %" PRId64 ", the plan's is %" PRId64, level + 1, t->value, value);
    if (t->bound > t->value)
        expect(&r, arena, "level %d: bound %" PRId64 " is above the value %" PRId64, level + 1, t->bound,
               t->value);
    bool routes = true;
    for (int32_t v = 0; v < x->problem.n_vehicles; v++) {
        int64_t least = tr_true_least(x, t, level, v);
        if (least >= t->vehicle_least[v]) continue;
        routes = false;
        if (to_the_unit(j, x, t, level, v))
            expect(&r, arena,
                   "level %d: vehicle %s: a route has reduced cost %" PRId64 ", claimed are %" PRId64
                   " or more",
                   level + 1, x->problem.vehicles[v].id, least, t->vehicle_least[v]);
        else
            expect(&r, arena, "level %d: vehicle %s: a route has reduced cost ", level + 1,
                   x->problem.vehicles[v].id);
    }
    int64_t bound = tr_true_bound(x, &verdict.goal, t, level);
    if (routes && bound < t->dual_bound)
        expect(&r, arena, "level %d: the duals prove %" PRId64 ", claimed are %" PRId64, level + 1, bound,
               t->dual_bound);
    return r;
}

/* ---- tampering ---- */

enum {
    RAISE_DUAL,
    LOWER_DUAL,
    RAISE_LEAST,
    RAISE_BOUND,
    BOUND_OVER_VALUE,
    VALUE,
    ADD_CUT,
    POSITIVE_CUT,
    FROZEN_CUT,
    LEVEL_DUAL,
    POSITIVE_LEVEL_DUAL,
    NEAR_ONE,
    NEAR_STRAY,
    LOSE_VEHICLE,
    LOSE_STOP,
    NO_RULE,
    N_KINDS
};
static const char *const kind_names[N_KINDS] = {"dual raised",
                                                "dual lowered",
                                                "least raised",
                                                "bound raised",
                                                "bound over the value",
                                                "value",
                                                "cut added",
                                                "cut made positive",
                                                "cut over a frozen stop",
                                                "level's dual lowered",
                                                "level's dual made positive",
                                                "neighbourhoods cut down",
                                                "neighbour that is none",
                                                "vehicle dropped",
                                                "stop dropped",
                                                "rule cut"};

/* The last level with duals; -1 = none. */
static int32_t level_with_duals(const judged *j)
{
    for (int32_t k = 2; k >= 0; k--)
        if (j->certificate.level[k].stop_dual) return k;
    return -1;
}

static bool free_stops(const judged *j, int32_t stops[3])
{
    int32_t n = 0, first = (int32_t)between(0, problem_of(j)->n_stops - 1);
    for (int32_t k = 0; k < problem_of(j)->n_stops && n < 3; k++) {
        int32_t s = (first + k) % problem_of(j)->n_stops;
        if (!(j->truth.frozen >> s & 1)) stops[n++] = s;
    }
    return n == 3;
}

/* One more cut, the first of all. */
static void add_cut(judged *j, int32_t level, const int32_t stops[3], int64_t dual)
{
    tr_level_proof *t = &j->certificate.level[level];
    tr_cut *cuts = TR_NEW(j->truth.arena, tr_cut, t->n_cuts + 1);
    memcpy(cuts[0].stops, stops, sizeof cuts[0].stops);
    cuts[0].dual = dual;
    for (int32_t k = 0; k < t->n_cuts; k++) cuts[k + 1] = t->cuts[k];
    t->cuts = cuts;
    t->n_cuts++;
}

static bool tamper_cuts(judged *j, int32_t level, int32_t kind, int64_t some)
{
    int32_t stops[3];
    if (!free_stops(j, stops) || (kind == FROZEN_CUT && !j->truth.frozen)) return false;
    if (kind == POSITIVE_CUT && j->certificate.level[level].n_cuts) {
        j->certificate.level[level].cuts[0].dual *= -1;
        return true;
    }
    for (int32_t s = 0; kind == FROZEN_CUT && s < problem_of(j)->n_stops; s++)
        if (j->truth.frozen >> s & 1) stops[0] = s;
    add_cut(j, level, stops, kind == POSITIVE_CUT ? some : -some);
    return true;
}

static void near_of(judged *j, int32_t stray)
{
    int32_t n = problem_of(j)->n_stops;
    j->certificate.n_near = 1;
    j->certificate.near = TR_NEW(j->truth.arena, int32_t, n + 1);
    for (int32_t s = 0; s < n; s++) j->certificate.near[s] = stray ? stray : s;
}

/* Changes the level's figures; false if there was nothing to do it to. */
static bool tamper(judged *j, int32_t level, int32_t kind)
{
    const tr_problem *p = problem_of(j);
    tr_level_proof *t = &j->certificate.level[level];
    int32_t s = (int32_t)between(0, p->n_stops - 1), v = (int32_t)between(0, p->n_vehicles - 1);
    int64_t some = between(1, 1500 * UNITS);
    switch (kind) {
    case RAISE_DUAL:
        t->stop_dual[s] += some;
        return !(j->truth.frozen >> s & 1);
    case LOWER_DUAL:
        t->stop_dual[s] -= some;
        return !(j->truth.frozen >> s & 1);
    case RAISE_LEAST:
        t->vehicle_least[v] += between(0, 1) ? 1 : some;
        return true;
    case RAISE_BOUND:
        t->dual_bound++;
        t->bound = t->bound > t->dual_bound ? t->bound : t->dual_bound;
        return true;
    case BOUND_OVER_VALUE:
        t->bound = t->value + 1;
        return true;
    case VALUE:
        t->value++;
        return true;
    case ADD_CUT:
    case POSITIVE_CUT:
    case FROZEN_CUT:
        return tamper_cuts(j, level, kind, some);
    case LEVEL_DUAL:
        t->level_dual[0] -= some;
        return level > 0;
    case POSITIVE_LEVEL_DUAL:
        t->level_dual[0] = some;
        return true;
    case NEAR_ONE:
        near_of(j, 0);
        return true;
    case NEAR_STRAY:
        near_of(j, p->n_stops);
        return true;
    default:
        return false;
    }
}

static reasons form_of(const judged *j, int32_t kind, int32_t level)
{
    const tr_level_proof *t = &j->certificate.level[level];
    tr_arena *arena = j->truth.arena;
    reasons r = {0};
    if (kind == POSITIVE_CUT)
        expect(&r, arena, "level %d: cut 0 has dual %" PRId64 ", it must be -", level + 1, t->cuts[0].dual);
    if (kind == FROZEN_CUT)
        expect(&r, arena, "level %d: cut 0 is over stop indices %d, ", level + 1, (int)t->cuts[0].stops[0]);
    if (kind == POSITIVE_LEVEL_DUAL)
        expect(&r, arena, "level %d: the dual of level 1 is %" PRId64 ", it must be 0", level + 1,
               t->level_dual[0]);
    if (kind == NEAR_STRAY)
        expect(&r, arena, "level %d: stop index %d is remembered", level + 1, (int)problem_of(j)->n_stops);
    return r;
}

typedef struct {
    int32_t done[N_KINDS], refused[N_KINDS], n_refused, n_true;
} tally;

static void note(tally *t, int32_t kind, bool held)
{
    t->done[kind]++, t->refused[kind] += !held, t->n_refused += !held, t->n_true += held;
}

/* Did the audit say what it had to? */
static void compare(const judged *j, int32_t kind, bool held, const char *why, const reasons *r)
{
    if (held != (r->n == 0))
        fail_msg("morning %d, %s: audit says \"%s\", expected \"%s\"", j->number, kind_names[kind],
                 held ? "it holds" : why, r->n ? r->must[0] : "it holds");
    for (int32_t k = 0; k < r->n; k++)
        if (!strstr(why, r->must[k]))
            fail_msg("morning %d, %s: audit says \"%s\", expected \"%s\"", j->number, kind_names[kind], why,
                     r->must[k]);
}

/* Routes may come back to a stop, which sets cannot tell: where it is refused such a route must be named. */
static void compare_near(const judged *j, bool held, const char *why, const reasons *r)
{
    if (held && r->n) fail_msg("morning %d: holds with less memory, but \"%s\"", j->number, r->must[0]);
    if (held || r->n) return;
    const char *at = strstr(why, "(it serves ");
    bool twice = false;
    for (int32_t s = 0; at && s < problem_of(j)->n_stops; s++) {
        const char *id = problem_of(j)->stops[s].id, *once = strstr(at, id);
        twice |= once && strstr(once + 1, id);
    }
    if (!twice) fail_msg("morning %d: refused without a route that comes back: %s", j->number, why);
}

/* An id out of the file: it is not even read. */
static bool lose(judged *j, int32_t level, int32_t kind, tally *t)
{
    json_t *root = json_load_file(j->path, 0, NULL);
    json_t *duals = json_object_get(json_array_get(json_object_get(root, "levels"), (size_t)level), "duals");
    const char *id = kind == LOSE_VEHICLE ? problem_of(j)->vehicles[0].id : problem_of(j)->stops[0].id;
    const char *place = tr_arena_printf(j->truth.arena, "levels[%d].duals.%s", level,
                                        kind == LOSE_VEHICLE ? "vehicles" : "stops");
    tr_diag diag = {.arena = j->truth.arena};
    tr_certificate lost;
    assert_int_equal(json_object_del(json_object_get(duals, kind == LOSE_VEHICLE ? "vehicles" : "stops"), id),
                     0);
    assert_int_equal(json_dump_file(root, j->path, 0), 0);
    json_decref(root);
    assert_int_equal(read_back(j, &diag, &lost), TR_EINPUT);
    assert_int_equal(diag.n_errors, 1);
    if (!strstr(diag.faults[0].where, place) || !strstr(diag.faults[0].where, id))
        fail_msg("morning %d: a fault at \"%s\" (%s), expected %s, %s", j->number, diag.faults[0].where,
                 diag.faults[0].text, place, id);
    note(t, kind, false);
    return true;
}

/* The morning without one of its rules has more routes: the first rule that makes the certificate fail, or any. */
static bool cut_rule(judged *j, int32_t level, tally *t)
{
    uint32_t rules =
        tr_standard_options(j->number).rules & ~(1u << TR_RULE_FROZEN | 1u << TR_RULE_START_LOAD);
    bool any = false;
    for (int32_t k = 0; k < TR_N_RULES; k++) {
        const char *why = NULL;
        if (!(rules >> k & 1)) continue;
        tr_problem without = tr_problem_without_rule(problem_of(j), (tr_rule)k, j->truth.arena);
        tr_truth x = tr_truth_of(&without, j->truth.arena);
        reasons r = reasons_of(j, &x, level);
        bool held = holds(&without, j, level, &why);
        compare(j, NO_RULE, held, why, &r);
        any = true;
        if (held) continue;
        note(t, NO_RULE, false);
        return true;
    }
    if (any) note(t, NO_RULE, true);
    return any;
}

/* False if this kind of harm cannot be done to the certificate. */
static bool try_kind(int32_t i, int32_t kind, tally *t)
{
    judged j = begin(i);
    int32_t level = level_with_duals(&j);
    bool done = false;
    const char *why = NULL;
    bool file = kind == LOSE_VEHICLE || kind == LOSE_STOP;
    if (level >= 0 && file) done = lose(&j, level, kind, t);
    if (level >= 0 && kind == NO_RULE) done = cut_rule(&j, level, t);
    if (level >= 0 && !file && kind != NO_RULE && tamper(&j, level, kind)) {
        bool held = holds(problem_of(&j), &j, level, &why);
        reasons r = form_of(&j, kind, level);
        if (!r.n) r = reasons_of(&j, &j.truth, level);
        if (kind == NEAR_ONE)
            compare_near(&j, held, why, &r);
        else
            compare(&j, kind, held, why, &r);
        note(t, kind, held);
        done = true;
    }
    end(&j);
    return done;
}

static void tampered_ones_are_known(void **unused)
{
    (void)unused;
    int32_t n = tr_scaled(MORNINGS), kind = 0;
    tally t = {0};
    for (int32_t i = 0; i < 2 * n;
         i++) /* each kind in turn; what cannot be done to this one is tried at the next */
        if (try_kind(i % n, kind, &t)) kind = (kind + 1) % N_KINDS;
    printf("%d tampered certificates refused for the right reason, %d still true; refused of done:",
           t.n_refused, t.n_true);
    for (int32_t k = 0; k < N_KINDS; k++)
        printf("%s %s %d/%d", k ? "," : "", kind_names[k], t.refused[k], t.done[k]);
    printf("\n");
    if (n < MORNINGS) return;
    assert_true(t.n_refused >= 50);
    for (int32_t k = 0; k < N_KINDS; k++) assert_true(t.done[k] >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(own_certificates_hold),
                                       cmocka_unit_test(tampered_ones_are_known)};
    cmocka_set_test_filter(getenv("TR_TEST_ONLY"));
    return cmocka_run_group_tests_name("prove_audit", tests, NULL, NULL);
}
