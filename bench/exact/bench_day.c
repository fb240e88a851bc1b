/* bench_day.c -- the morning that a plan.json holds, searched and proved as `tiprun plan --exact -t SECONDS --threads 1` does,
 * by a clock of CPU seconds, so that what else the machine does counts for little.  Prints one JSON object: the three
 * levels, their bounds, and what the proof took.  A plan that the referee rejects is an error.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "../cpu_seconds.h"
#include "outputs.h"
#include "writers.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *text)
{
    fprintf(stderr, "bench_day: %s\n", text);
    return 1;
}

static json_t *level_json(const tr_day *day, int32_t level)
{
    tr_proof p = tr_day_proof(day, level);
    json_t *x = json_pack("{s:I, s:b, s:s, s:s?}", "value", (json_int_t)p.value, "proven", (int)p.proven,
                          "how", p.note, "relaxed", p.relaxed);
    json_object_set_new(x, "bound", p.known ? json_integer(p.bound) : json_null());
    return x;
}

static json_t *figures_json(const tr_prove_figures *f)
{
    return json_pack("{s:f, s:i, s:i, s:I, s:i, s:I, s:I, s:I, s:i, s:i, s:f, s:f, s:f, s:b}", "root", f->root, "fleets", (int)f->fleets,
                     "trip_cuts", (int)f->trip_cuts, "trips", (json_int_t)f->trips, "cuts", (int)f->cuts, "columns", (json_int_t)f->columns, "labels", (json_int_t)f->labels,
                     "simplex", (json_int_t)f->simplex, "listed", (int)f->listed, "settled", (int)f->settled,
                     "price_s", f->price_s, "lp_s", f->lp_s, "settle_s", f->settle_s, "limited",
                     (int)f->limited);
}

/* Stops that some road leads to: the others are left whatever the plan. */
static int32_t reachable(const tr_morning *morning)
{
    const tr_problem *p = &morning->problem;
    int32_t n = 0;
    for (int32_t i = 0; i < p->n_stops; i++) {
        const char *finding = morning->places[p->stops[i].place].finding;
        n += !finding || strncmp(finding, "no road", 7) != 0;
    }
    return n;
}

static int32_t used(const tr_plan *plan)
{
    int32_t n = 0;
    for (int32_t v = 0; v < plan->n_routes; v++) n += plan->routes[v].n_visits > 0;
    return n;
}

static void print_day(const tr_day *day, int64_t searched, double search_s, double seconds,
                      const tr_prove_figures *f)
{
    const tr_problem *p = &day->morning->problem;
    const tr_plan *plan = day->plan;
    json_t *all =
        json_pack("{s:i, s:i, s:i, s:i, s:i, s:I, s:I, s:f, s:f}", "stops", (int)p->n_stops, "reachable",
                  (int)reachable(day->morning), "left", (int)plan->n_left, "vehicles", (int)p->n_vehicles,
                  "used", (int)used(plan), "searched", (json_int_t)searched, "unavoidable",
                  (json_int_t)tr_unavoidable_pence(p, plan), "search_s", search_s, "cpu_s", seconds);
    json_t *levels = json_array();
    for (int32_t k = 0; k < 3; k++) json_array_append_new(levels, level_json(day, k));
    json_object_set_new(all, "levels", levels);
    json_object_set_new(all, "figures", figures_json(f));
    json_dumpf(all, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(all);
}

static int measure(const char *path, double seconds, tr_arena *arena)
{
    tr_diag diag = {.arena = arena};
    tr_morning morning = {.arena = arena};
    tr_plan written, plan, better;
    tr_solve_report report;
    tr_certificate certificate;
    tr_prove_figures f = {0};
    tr_verdict verdict;
    tr_err err;
    if (tr_plan_read(path, arena, &morning, &written, &diag)) return fail("the plan cannot be read");
    double begun = cpu_seconds(NULL); /* reading is no part of -t */
    tr_solve_options search = {
        .seed = 1, .seconds = tr_search_seconds(&morning.problem, seconds), .clock = cpu_seconds, .threads = 1};
    if (tr_solve(&morning.problem, &search, arena, &plan, &report, &err)) return fail(err.text);
    double searched = cpu_seconds(NULL) - begun;
    tr_prove_options proof = {
        .seconds = seconds - searched, .clock = cpu_seconds, .threads = 1, .figures = &f};
    if (tr_prove(&morning.problem, &plan, &proof, arena, &better, &certificate, &err)) return fail(err.text);
    if (!tr_referee(&morning.problem, &better, arena, &verdict)) return fail("the referee rejects the plan");
    tr_day day = {.morning = &morning, .plan = &better, .certificate = &certificate};
    print_day(&day, plan.goal.cost_pence, searched, cpu_seconds(NULL) - begun, &f);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 3 || atof(argv[2]) <= 0) return fail("PLAN.json SECONDS are wanted");
    tr_arena *arena = tr_arena_new();
    int code = measure(argv[1], atof(argv[2]), arena);
    tr_arena_free(arena);
    return code;
}
