/* plain_prove.c -- see plain_prove.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "plain_prove.h"
#include "plain.h"
#include "plain_master.h"
#include "settle.h"

#include <glpk.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOLD = 60,
    TOLD_EXACT = 150, /* routes a pricing tells */
    COLUMNS = 2500,   /* of the master */
    CUT_ROUND = 40,
    STEP_EVERY = 3, /* rounds of cuts between two attempts to list all routes */
    SETS = 400000,  /* listed at most */
    CALL_LABELS = 4000000,
    LIST_LABELS = 8000000, /* of one pricing; of listing */
    STEP_SIMPLEX = 150000,
    FIRST_SIMPLEX = 20000, /* iterations of settling; of the restricted one */
    RESTRICTED = 1500      /* routes of that */
};

static const int64_t near_zero = TR_MONEY / 1000;
static const double first_step = 0.006, shrink = 0.625, grow = 1.4,
                    least_step = 0.0004; /* of the value; what V is above the duals' bound; above the bound */

typedef struct {
    tr_plain_proof *proof;
    tr_arena *arena;
    tr_plain_pricer *pricer;
    plain_master *master;
    int64_t least;   /* of the last exact pricing */
    int64_t units;   /* bound that the last exact pricing proved */
    bool fixed;      /* arcs are left out: bounds hold only for plans below the value */
    double step;     /* pence */
    tr_priced *sets; /* listed */
    int32_t n_sets, room_sets;
    tr_arena *listed;
    /* the best duals without fixing, and with */
    int64_t *best_stop, best_units, best_least;
    tr_cut *best_cuts;
    uint64_t *best_memory;
    int32_t n_best_cuts, room_best_cuts, room_best_memory;
} prover;

static bool ended(const prover *r)
{
    const tr_plain_proof *p = r->proof;
    return p->work <= 0 || (p->enough && p->enough(p->context));
}

static double now_of(const prover *r)
{
    return r->proof->clock ? r->proof->clock(r->proof->clock_context) : 0;
}

static int64_t ceiling(int64_t units)
{
    return units >= 0 ? (units + TR_MONEY - 1) / TR_MONEY : -(-units / TR_MONEY);
}

static bool is_proven(const prover *r)
{
    return r->proof->bound >= r->proof->value;
}

static void raise_bound(prover *r, int64_t bound, bool enumerated)
{
    tr_plain_proof *p = r->proof;
    if (bound > p->value) bound = p->value;
    if (bound <= p->bound) return;
    p->bound = bound, p->enumerated = enumerated;
    if (p->told) p->told(p->context, p->value, p->bound);
}

/* ---- pricing ---- */

static int64_t begin_work(const prover *r, int64_t most)
{
    const tr_plain_proof *p = r->proof;
    int64_t work = p->allowance ? p->allowance(p->context, p->work) : p->work;
    return work < most ? work : most;
}

static tr_duals duals_of(const prover *r)
{
    const plain_duals *d = &r->master->duals;
    tr_plain_memory(r->pricer, d->memory);
    return (tr_duals){true, d->stop, d->n_cuts, d->cuts, 0, NULL};
}

typedef struct {
    prover *r;
    int32_t n;
} taker;

static void take(void *context, const tr_priced *route)
{
    taker *t = context;
    plain_master_add(t->r->master, route);
    t->n++;
}

static int64_t bound_units(const tr_plain_proof *p, const tr_duals *d, int64_t least)
{
    __int128 sum = least < 0 ? (__int128)least * p->most : 0;
    for (int32_t s = 0; s < p->model->n_stops; s++) sum += d->stop[s];
    for (int32_t c = 0; c < d->n_cuts; c++) sum += d->cuts[c].dual;
    const int64_t far = INT64_MAX / 4;
    return sum > far ? far : sum < -far ? -far : (int64_t)sum;
}

static void note_best(prover *r, const tr_duals *d)
{
    int32_t n = r->proof->model->n_stops, words = n / 64 + 1;
    if (r->best_stop && r->units <= r->best_units) return;
    if (!r->best_stop) r->best_stop = TR_NEW(r->arena, int64_t, n + 1);
    memcpy(r->best_stop, d->stop, (size_t)n * sizeof *d->stop);
    r->best_cuts = plain_grow(r->best_cuts, &r->room_best_cuts, d->n_cuts + 1, sizeof *d->cuts);
    r->best_memory =
        plain_grow(r->best_memory, &r->room_best_memory, d->n_cuts * words + 1, sizeof *r->best_memory);
    if (d->n_cuts) memcpy(r->best_cuts, d->cuts, (size_t)d->n_cuts * sizeof *d->cuts);
    if (d->n_cuts)
        memcpy(r->best_memory, r->master->duals.memory, (size_t)(d->n_cuts * words) * sizeof *r->best_memory);
    r->n_best_cuts = d->n_cuts, r->best_units = r->units, r->best_least = r->least;
}

/* The certificate's figures are those of the best pricing over all arcs. */
static void note_certificate(prover *r, const int64_t *stop, int32_t n_cuts, const tr_cut *cuts,
                             int64_t least, int64_t units)
{
    tr_plain_proof *p = r->proof;
    int32_t n = p->model->n_stops;
    if (p->has_duals && ceiling(units) <= p->dual_bound) return;
    p->has_duals = true, p->dual_bound = ceiling(units), p->dual_units = units,
    p->least = least < 0 ? least : 0;
    p->stop_dual = tr_arena_grow(r->arena, stop, (size_t)n, (size_t)n + 1, sizeof *stop);
    p->cuts = TR_NEW(r->arena, tr_cut, n_cuts + 1), p->n_cuts = 0;
    for (int32_t c = 0; c < n_cuts; c++)
        if (cuts[c].dual < 0) p->cuts[p->n_cuts++] = cuts[c];
}

/* Routes added to the master, -1 if exact pricing ran out of labels. */
static int32_t price(prover *r, int32_t effort)
{
    tr_plain_proof *p = r->proof;
    tr_duals d = duals_of(r);
    taker t = {r, 0};
    int64_t work = begin_work(r, CALL_LABELS), before = work;
    double begun = now_of(r);
    int64_t least = tr_plain_price(r->pricer, &d, effort, r->master->duals.count - near_zero,
                                   effort < 2 ? TOLD : TOLD_EXACT, take, &t, &work);
    p->work -= before - work, p->figures.price_s += now_of(r) - begun;
    if (effort < 2) return t.n;
    if (least == INT64_MIN) return -1;
    r->least = least, r->units = bound_units(p, &d, least);
    note_best(r, &d);
    if (!r->fixed) note_certificate(r, d.stop, d.n_cuts, d.cuts, least, r->units);
    raise_bound(r, ceiling(r->units), false);
    return t.n;
}

static bool solve(prover *r)
{
    double begun = now_of(r);
    bool solved = plain_master_solve(r->master);
    r->proof->figures.lp_s += now_of(r) - begun;
    return solved;
}

typedef enum { CONVERGED, PROVEN, ENDED } outcome;

static outcome converge(prover *r, bool perturbed)
{
    plain_master_perturb(r->master, perturbed);
    for (int32_t effort = 0;;) {
        if (ended(r) || !solve(r)) return ENDED;
        int32_t n = price(r, effort);
        if (n < 0) return ENDED;
        if (is_proven(r)) return PROVEN;
        plain_master_thin(r->master, COLUMNS);
        if (n > 0)
            effort = effort == 2 ? 0 : effort;
        else if (effort < 2)
            effort++;
        else if (!perturbed)
            return CONVERGED;
        else
            plain_master_perturb(r->master, perturbed = false), effort = 0;
    }
}

/* ---- settling ---- */

static void adopt(prover *r, const tr_settle *job, const tr_priced *routes)
{
    tr_plain_proof *p = r->proof;
    int32_t total = 0;
    for (int32_t k = 0; k < job->n_chosen; k++) total += routes[job->chosen[k]].n;
    p->value = job->value, p->better = true, p->n_routes = job->n_chosen;
    p->first = TR_NEW(r->arena, int32_t, job->n_chosen + 2), p->stops = TR_NEW(r->arena, int32_t, total + 1);
    for (int32_t k = 0, at = 0; k < job->n_chosen; k++) {
        const tr_priced *x = &routes[job->chosen[k]];
        memcpy(p->stops + at, x->stops, (size_t)x->n * sizeof *x->stops);
        p->first[k + 1] = at += x->n;
    }
    if (p->bound > p->value) p->bound = p->value;
    if (p->told) p->told(p->context, p->value, p->bound);
}

/* Looks for a plan below `value` among the routes; true if the search was finished. */
static bool settle(prover *r, const tr_priced *routes, int32_t n, int64_t value, int64_t simplex,
                   int64_t *lowest)
{
    const tr_plain_proof *p = r->proof;
    int32_t words = p->model->n_stops / 64 + 1;
    tr_arena *scratch = tr_arena_new();
    uint64_t *sets = TR_NEW(scratch, uint64_t, (size_t)n * (size_t)words + 1);
    int64_t *cost = TR_NEW(scratch, int64_t, n + 1);
    for (int32_t k = 0; k < n; k++) {
        cost[k] = routes[k].cost;
        for (int32_t i = 0; i < routes[k].n; i++)
            tr_bit_set(sets + (size_t)k * (size_t)words, routes[k].stops[i]);
    }
    tr_settle job = {.n_stops = p->model->n_stops,
                     .most = p->most,
                     .n = n,
                     .sets = sets,
                     .cost = cost,
                     .value = value,
                     .simplex = simplex,
                     .enough = p->enough,
                     .context = p->context};
    double begun = now_of(r);
    bool finished = tr_settle_run(&job, scratch);
    *lowest = job.lowest < job.value ? job.lowest : job.value;
    r->proof->figures.simplex += simplex - job.simplex, r->proof->figures.settled++;
    r->proof->figures.settle_s += now_of(r) - begun;
    if (job.found && job.value < p->value) adopt(r, &job, routes);
    tr_arena_free(scratch);
    return finished;
}

static int by_reduced(const void *a, const void *b)
{
    const tr_priced *x = a, *y = b;
    if (x->reduced != y->reduced) return x->reduced < y->reduced ? -1 : 1;
    return x->n != y->n ? (x->n < y->n ? -1 : 1)
                        : memcmp(x->stops, y->stops, (size_t)x->n * sizeof *x->stops);
}

static bool same_set(const tr_priced *a, const tr_priced *b, uint64_t *set, int32_t words)
{
    memset(set, 0, (size_t)words * sizeof *set);
    for (int32_t i = 0; i < a->n; i++) tr_bit_set(set, a->stops[i]);
    bool same = a->n == b->n;
    for (int32_t i = 0; i < b->n && same; i++) same = tr_bit(set, b->stops[i]);
    return same;
}

/* A better plan from the master's own columns, perhaps. */
static void settle_columns(prover *r)
{
    const plain_master *x = r->master;
    int32_t n = 0, kept = 0, words = x->words;
    if (is_proven(r) || r->proof->bound_only || !solve(r)) return;
    tr_arena *scratch = tr_arena_new();
    tr_priced *routes = TR_NEW(scratch, tr_priced, x->n + 1);
    uint64_t *set = TR_NEW(scratch, uint64_t, words);
    for (int32_t k = 0; k < x->n; k++) {
        const plain_column *c = &x->columns[k];
        int64_t reduced = c->cost * TR_MONEY;
        for (int32_t i = 0; i < c->n; i++) reduced -= x->duals.stop[c->stops[i]];
        if (!c->repeats)
            routes[n++] = (tr_priced){.n = c->n, .stops = c->stops, .cost = c->cost, .reduced = reduced};
    }
    qsort(routes, (size_t)n, sizeof *routes, by_reduced);
    for (int32_t k = 0; k < n && kept < RESTRICTED;
         k++) { /* no two of one set: their reduced costs tell those of equal cost */
        bool twice = false;
        for (int32_t e = kept - 1; e >= 0 && !twice; e--)
            twice = routes[e].n == routes[k].n && same_set(&routes[e], &routes[k], set, words);
        if (!twice) routes[kept++] = routes[k];
    }
    int64_t lowest;
    settle(r, routes, kept, r->proof->value, FIRST_SIMPLEX, &lowest);
    tr_arena_free(scratch);
}

/* ---- steps ---- */

static tr_duals best_duals(const prover *r)
{
    tr_plain_memory(r->pricer, r->best_memory);
    return (tr_duals){true, r->best_stop, r->n_best_cuts, r->best_cuts, 0, NULL};
}

static void list(void *context, const tr_priced *route)
{
    prover *r = context;
    r->sets = plain_grow(r->sets, &r->room_sets, r->n_sets + 1, sizeof *r->sets);
    tr_priced *x = &r->sets[r->n_sets++];
    *x = *route;
    x->stops =
        tr_arena_grow(r->listed, route->stops, (size_t)route->n, (size_t)route->n, sizeof *route->stops);
}

/* A route of a plan below `value` has a reduced cost below this (its plan's other routes have none below `least`). */
static int64_t room_below(int64_t value, int64_t units, int64_t least)
{
    return (value - 1) * TR_MONEY - units + (least < 0 ? least : 0) + 1;
}

/* Lists all routes of plans below some V and looks for one, again and again with greater V, while that is little work. */
static void climb(prover *r)
{
    tr_plain_proof *p = r->proof;
    tr_duals d = best_duals(r);
    int64_t units = r->best_units, least = r->best_least, work = begin_work(r, 3 * (int64_t)CALL_LABELS),
            before = work;
    double begun = now_of(r);
    int64_t left = tr_plain_fix(r->pricer, &d, room_below(p->value, units, least), &work);
    p->work -= before - work, p->figures.price_s += now_of(r) - begun;
    if (left < 0) return;
    r->fixed = true;
    while (!is_proven(r) && !ended(r)) {
        double most =
            fmax((double)units / TR_MONEY + r->step, (double)p->bound + least_step * (double)p->value + 1);
        int64_t target = (double)p->value < most ? p->value : (int64_t)most, lowest;
        work = before = begin_work(r, LIST_LABELS);
        r->n_sets = 0, r->listed = tr_arena_new(), begun = now_of(r);
        bool whole =
            tr_plain_enumerate(r->pricer, &d, room_below(target, units, least), SETS, list, r, &work);
        p->work -= before - work, p->figures.listed += whole, p->figures.price_s += now_of(r) - begun;
        bool finished = whole && settle(r, r->sets, r->n_sets, target, STEP_SIMPLEX, &lowest);
        if (whole) raise_bound(r, lowest, true);
        tr_arena_free(r->listed);
        r->step *= finished ? grow : whole ? 0.8 : shrink;
        if (!finished) return;
    }
}

/* One more pricing over all arcs, with the best duals: the figures of the certificate. */
static void confirm(prover *r)
{
    tr_plain_proof *p = r->proof;
    if (!r->fixed || !r->best_stop || ceiling(r->best_units) <= p->dual_bound) return;
    tr_plain_unfix(r->pricer);
    tr_duals d = best_duals(r);
    int64_t work = begin_work(r, CALL_LABELS), before = work;
    taker none = {r, 0};
    if (work <= 0) return;
    int64_t least = tr_plain_price(r->pricer, &d, 2, 0, 0, take, &none, &work);
    p->work -= before - work;
    if (least != INT64_MIN) note_certificate(r, d.stop, d.n_cuts, d.cuts, least, bound_units(p, &d, least));
}

static void run(prover *r)
{
    tr_plain_proof *p = r->proof;
    int32_t idle = 0;
    outcome now = converge(r, true);
    p->figures.root = (double)r->units / TR_MONEY;
    for (int32_t round = 0; now == CONVERGED && !is_proven(r) && !ended(r); round++) {
        if (round % STEP_EVERY == 0) settle_columns(r), climb(r);
        if (is_proven(r) || ended(r) || !solve(r)) break;
        if (plain_master_cut(r->master, CUT_ROUND) == 0) { /* whole, perhaps, or nearly so */
            settle_columns(r), climb(r);
            break;
        }
        int64_t before = r->units, gap = p->value * TR_MONEY - before;
        now = converge(r, false);
        plain_master_drop_cuts(r->master);
        idle = r->units - before < gap / 200 ? idle + 1 : 0;
        if (idle > 9) break;
    }
    confirm(r);
    p->proven = is_proven(r);
}

/* ---- GLPK's own errors end here ---- */

static _Thread_local jmp_buf escape;

static void on_error(void *unused)
{
    (void)unused;
    longjmp(escape, 1);
}

void tr_plain_prove(tr_plain_proof *p, int32_t n, const tr_priced *columns, tr_arena *arena)
{
    prover *r = TR_NEW(arena, prover, 1);
    *r = (prover){.proof = p, .arena = arena, .step = first_step * (double)p->value};
    p->bound = INT64_MIN, p->dual_bound = INT64_MIN;
    r->pricer = tr_plain_new(p->model, p->vehicle, p->n_near, p->near, arena);
    tr_plain_repeats(r->pricer, true);
    glp_term_out(GLP_OFF);
    if (setjmp(escape)) {
        glp_error_hook(NULL, NULL);
        glp_free_env();
        p->lost_glpk = true;
        r->master->lp = NULL;
    } else {
        glp_error_hook(on_error, NULL);
        r->master = plain_master_new(p->model->n_stops, p->most, p->value + 1);
        for (int32_t k = 0; k < n; k++) plain_master_add(r->master, &columns[k]);
        run(r);
        glp_error_hook(NULL, NULL);
        p->figures.columns = r->master->n, p->figures.simplex += r->master->simplex,
        p->figures.cuts = r->master->n_cuts;
    }
    p->figures.labels = tr_plain_count(r->pricer).labels;
    plain_master_free(r->master);
    tr_plain_free(r->pricer);
    free(r->sets), free(r->best_cuts), free(r->best_memory);
}
