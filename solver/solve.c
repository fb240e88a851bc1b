/* solve.c -- a run: two chains through 64 temperature steps, their routes recombined, the best plan.
 *
 * Chains never look at each other but between steps, and steps end by iterations, so that threads and
 * clock cannot change a result; a time limit only picks the iterations of each step, which are
 * reported, so that the run can be repeated.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "place.h"
#include "search.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

enum {
    CHAINS = 2,
    EXCHANGE = 8,         /* every so many steps the worse chain goes on from the better plan */
    RECOMBINE = 16,       /* every so many steps, and at the end */
    POOL = 20000          /* routes a chain remembers */
};

static const double HOT = 2.0, COLD = 0.06; /* temperature in mean legs of the first plan */

typedef struct {
    tr_chain *chain;
    int64_t iterations, done;
    double hot, cold;
    const volatile sig_atomic_t *stop;
} job;

static void *run_job(void *context)
{
    job *j = context;
    j->done = tr_chain_run(j->chain, j->iterations, j->hot, j->cold, j->stop);
    return NULL;
}

static int64_t run_step(job *jobs, int32_t n, int32_t threads)
{
    pthread_t other;
    int64_t done = 0;
    bool aside = threads > 1 && n > 1 && pthread_create(&other, NULL, run_job, &jobs[1]) == 0;
    run_job(&jobs[0]);
    if (aside) pthread_join(other, NULL);
    else if (n > 1) run_job(&jobs[1]);
    for (int32_t k = 0; k < n; k++) done += jobs[k].done;
    return done;
}

typedef struct {
    const tr_model *model;
    const tr_solve_options *options;
    tr_arena *arena;
    tr_chain *chains[CHAINS];
    tr_pool *pools[CHAINS];
    tr_solve_report *report;
} run;

static int32_t better_chain(const run *r)
{
    tr_goal a = tr_chain_best(r->chains[0]), b = tr_chain_best(r->chains[1]);
    return tr_goal_compare(&b, &a) < 0;
}

static int32_t within(int64_t x, int32_t low, int32_t high)
{
    return x < low ? low : x > high ? high : (int32_t)x;
}

/* GLPK's share of the work grows with the iterations done, about a tenth of the time. */
static void recombine(run *r)
{
    int64_t done = r->report->iterations;
    int32_t columns = within(done / 60, 200, 3000), simplex = within(done / 60, 500, 50000);
    tr_arena *scratch = tr_arena_new();
    tr_plan best;
    int32_t *chosen = TR_NEW(scratch, int32_t, r->model->n_vehicles + 1), b = better_chain(r);
    tr_chain_write(r->chains[b], scratch, &best);
    tr_goal before = best.goal;
    tr_pool_merge(r->pools[0], r->pools[1]);
    r->report->columns = r->pools[0]->n;
    if (tr_pool_recombine(r->pools[0], &best, columns, simplex, chosen)) {
        tr_chain_start_columns(r->chains[0], chosen);
        tr_goal after = tr_chain_best(r->chains[0]);
        r->report->recombined |= tr_goal_compare(&after, &before) < 0;
    }
    tr_arena_free(scratch);
}

/* Iterations of a step (both chains together). */
static int64_t step_size(const run *r, int32_t k, int64_t total, double begun, double rate)
{
    const tr_solve_options *o = r->options;
    if (o->step_iterations[0] > 0) return o->step_iterations[k];
    if (o->seconds > 0 && o->clock && o->iterations <= 0) {
        double left = o->seconds * 0.99 - (o->clock(o->context) - begun);
        if (rate <= 0) return 2 * 32;
        double n = left > 0 ? left * rate / (TR_STEPS - k) : 0;
        return n < 2 ? 2 : n > 1e12 ? (int64_t)1e12 : (int64_t)n;
    }
    return (k + 1) * total / TR_STEPS - k * total / TR_STEPS;
}

static int64_t default_iterations(const tr_model *m)
{
    return 20000 + 1500 * (int64_t)m->n_stops;
}

static void anneal(run *r)
{
    const tr_solve_options *o = r->options;
    int64_t total = o->iterations > 0 ? o->iterations : default_iterations(r->model);
    double begun = o->clock ? o->clock(o->context) : 0, rate = 0, unit = (double)tr_chain_leg(r->chains[0]);
    double hot = (o->from ? HOT / 10 : HOT) * unit, cold = COLD * unit;
    int32_t n = CHAINS;
    for (int32_t k = 0; k < TR_STEPS; k++) {
        int64_t size = step_size(r, k, total, begun, rate);
        if (o->step_iterations[0] > 0 && size <= 0) return; /* the run to repeat ended here */
        job jobs[CHAINS];
        for (int32_t c = 0; c < n; c++) {
            int64_t share = (c + 1) * size / n - c * size / n;
            jobs[c] = (job){r->chains[c], share, 0, hot * pow(cold / hot, (double)k / TR_STEPS),
                            hot * pow(cold / hot, (double)(k + 1) / TR_STEPS), o->stop};
        }
        double t = o->clock ? o->clock(o->context) : 0;
        int64_t done = run_step(jobs, n, o->threads);
        r->report->step_iterations[k] = done;
        r->report->iterations += done;
        if (o->clock) {
            double spent = o->clock(o->context) - t, now = spent > 1e-6 ? (double)done / spent : rate;
            rate = rate > 0 ? 0.5 * rate + 0.5 * now : now;
        }
        r->report->stopped = o->stop && *o->stop;
        if (r->report->stopped) return;
        if ((k + 1) % RECOMBINE == 0) recombine(r);
        if ((k + 1) % EXCHANGE == 0) {
            int32_t b = better_chain(r);
            tr_chain_adopt(r->chains[!b], r->chains[b]);
            if (k + 1 >= TR_STEPS / 2) tr_chain_reheat(r->chains[b]);
        }
        if (o->progress) {
            tr_progress p = {tr_chain_best(r->chains[better_chain(r)]), r->report->iterations, (double)(k + 1) / TR_STEPS};
            o->progress(o->context, &p);
        }
        if (o->seconds > 0 && o->clock && o->clock(o->context) - begun > o->seconds) return;
    }
}

/* A loaded vehicle obeys rule 5 even without stops; if it cannot, the input is at fault. */
static tr_status check_departures(const tr_model *m, tr_arena *arena, tr_err *err)
{
    tr_placer *placer = tr_placer_new(m, arena);
    tr_rt *r = tr_rt_new(m, 16, arena);
    for (int32_t v = 0; v < m->n_vehicles; v++)
        if (m->vehicles[v].usable && m->vehicles[v].departs && !tr_place(placer, v, 0, NULL, arena, r))
            return tr_fail(err, TR_EINPUT,
                           "vehicle %s: what it carries at the start (start_load) cannot be delivered to any site within "
                           "its shift: give it a site that takes the load and is open, or empty it",
                           m->problem->vehicles[v].id);
    return TR_OK;
}

tr_status tr_solve(const tr_problem *problem, const tr_solve_options *options, tr_arena *arena, tr_plan *plan,
                   tr_solve_report *report, tr_err *err)
{
    tr_solve_report unused;
    tr_arena *own = tr_arena_new();
    run r = {.options = options, .arena = own, .report = report ? report : &unused};
    *r.report = (tr_solve_report){0};
    r.model = tr_model_new(problem, own);
    tr_status status = check_departures(r.model, own, err);
    tr_arena *arenas[CHAINS];
    if (status == TR_OK) {
        for (int32_t c = 0; c < CHAINS; c++) { /* an arena a chain: they run in threads */
            arenas[c] = tr_arena_new();
            r.pools[c] = tr_pool_new(r.model, POOL, arenas[c]);
            r.chains[c] = tr_chain_new(r.model, options->seed * CHAINS + (uint64_t)c, r.pools[c], arenas[c]);
            if (options->from) tr_chain_start(r.chains[c], options->from);
        }
        anneal(&r);
        tr_chain_polish(r.chains[better_chain(&r)]);
        tr_chain_write(r.chains[better_chain(&r)], arena, plan);
        for (int32_t c = 0; c < CHAINS; c++) tr_arena_free(arenas[c]);
    }
    tr_arena_free(own);
    return status;
}

bool tr_best_route(const tr_problem *problem, int32_t vehicle, int32_t n, const int32_t *stops, tr_arena *arena,
                   tr_route *route)
{
    tr_arena *own = tr_arena_new();
    tr_model *m = tr_model_new(problem, own);
    tr_rt *r = tr_rt_new(m, n + 16, own);
    tr_placer *placer = tr_placer_new(m, own);
    tr_placer_thorough(placer);
    bool found = m->vehicles[vehicle].usable && tr_place(placer, vehicle, n, stops, own, r);
    if (found) tr_rt_write(m, r, arena, route);
    tr_arena_free(own);
    return found;
}

double tr_search_seconds(const tr_problem *problem, double seconds)
{
    double share = (problem->n_stops <= 12 ? 0.15 : 0.3) * seconds, enough = problem->n_sites == 0 ? 1 + problem->n_stops / 40.0 : 4 + problem->n_stops / 10.0;
    return share < enough ? share : enough;
}
