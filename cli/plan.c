/* plan.c -- `tiprun plan`: a morning from its files to the files of the day.
 *
 * The pipeline, a function a step: read -> orders -> triage -> travel -> search -> referee -> explain,
 * by hand (a yardstick), legs -> write.  Faults of all input files are told together before anything is
 * planned.  No plan is written that the referee has not passed.  The output directory is made before the
 * search, so that a wrong one costs no waiting.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "avoid.h"
#include "cli.h"
#include "compact.h"
#include "certificate.h"
#include "outputs.h"
#include "risk.h"
#include "write_file.h"

#include <stdio.h>
#include <string.h>

/* ---- arguments ---- */

static const char doc[] =
    "Plan a morning: which crew clears which reports, in which order and where it tips, and why the rest "
    "is left. REPORTS are CSV, JSON or GeoJSON files (-: standard input). DIR receives plan.json, "
    "summary.txt, map.html, routes.geojson and a sheet and navigation files for each crew."
    "\vExample: tiprun plan reports.csv --fleet fleet.json --sites sites.json -o today\n"
    "\n"
    "Ctrl-C ends the search and writes the best plan so far.\n\n" CLI_EXIT_CODES;

enum {
    KEY_DATE = 0x300, KEY_PIN, KEY_LEAVE, KEY_OFF, KEY_FROM, KEY_STRICT,
    KEY_AVOID, KEY_WRITE_LP, KEY_CERTIFICATE, KEY_RISK
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Files:", 1},
    {"avoid", KEY_AVOID, "AVOID.json", 0, "closed roads, low bridges: legs that come near are named; may be repeated", 1},
    {"output", 'o', "DIR", 0, "directory for the day's files (needed)", 1},
    {NULL, 0, NULL, 0, "The day:", 2},
    {"date", KEY_DATE, "YYYY-MM-DD", 0, "day to plan (default: the day of the latest report)", 2},
    {"pin", KEY_PIN, "REPORT=VEHICLE", 0, "this report rides on this vehicle or not at all", 2},
    {"leave", KEY_LEAVE, "REPORT", 0, "leave this report for another day", 2},
    {"off", KEY_OFF, "VEHICLE", 0, "this vehicle does not go out", 2},
    {"from", KEY_FROM, "PLAN.json", 0, "start the search from this plan", 2},
    {"write-lp", KEY_WRITE_LP, "DIR", 0, "write the morning as integer programs for other solvers, too", 2},
    {"write-certificate", KEY_CERTIFICATE, "FILE", 0, "with --exact or --bound-only: write what proves the bounds, for tiprun check --certificate", 2},
    {"risk", KEY_RISK, "Q", 0, "plan with service times that are enough with probability Q (0.5..0.99) instead of their mean, and tell the chance of overrun", 2},
    {"strict", KEY_STRICT, NULL, 0, "exit with 4 if a stop is left", 2},
    {0},
};

typedef struct {
    tr_arena *arena;
    cli_effort effort;
    cli_files files;
    cli_list avoid, pins, leaves, offs;
    cli_travel travel;
    const char *from, *directory, *lp_directory, *certificate;
    double risk; /* 0 = not asked for */
    bool strict;
} arguments;

/* What is missing, and what does not go together. */
static void check_arguments(struct argp_state *state, arguments *a)
{
    if (!a->files.reports.n) argp_error(state, "REPORTS are missing");
    if (!a->files.fleets.n) argp_error(state, "--fleet is missing");
    if (!a->directory) argp_error(state, "-o DIR is missing");
    if (a->certificate && !a->effort.exact) argp_error(state, "--write-certificate needs --exact or --bound-only");
    a->effort.keep_master = a->lp_directory != NULL;
    a->files.inputs.avoid = a->avoid.items;
    a->files.inputs.n_avoid = a->avoid.n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT: 
        a->travel.arena = a->files.arena = a->arena;
        state->child_inputs[0] = &a->travel;
        state->child_inputs[1] = &a->effort;
        state->child_inputs[2] = &a->files;
        return 0;
    case KEY_AVOID: cli_push(a->arena, &a->avoid, arg); return 0;
    case KEY_DATE:
        if (!tr_day_parse(arg, &a->files.inputs.day))
            argp_error(state, "--date: \"%s\" is not a date like 2026-03-02", arg);
        return 0;
    case KEY_PIN: cli_push(a->arena, &a->pins, arg); return 0;
    case KEY_LEAVE: cli_push(a->arena, &a->leaves, arg); return 0;
    case KEY_OFF: cli_push(a->arena, &a->offs, arg); return 0;
    case KEY_FROM: a->from = arg; return 0;
    case KEY_WRITE_LP: a->lp_directory = arg; return 0;
    case KEY_CERTIFICATE: a->certificate = arg; return 0;
    case KEY_STRICT: a->strict = true; return 0;
    case KEY_RISK: a->risk = cli_number(state, "--risk", arg, 0.5, 0.99); return 0;
    case 'o': a->directory = arg; return 0;
    case ARGP_KEY_END: check_arguments(state, a); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- the steps ---- */

typedef struct { /* one run: what the steps hand on */
    const arguments *args;
    tr_arena *arena;
    tr_diag diag;
    tr_morning morning;
    tr_travel *travel;
    const tr_plan *from; /* accepted by the referee, or NULL */
    tr_plan plan;
    tr_solve_report report;
    tr_certificate certificate;
    tr_verdict verdict;
    tr_reason *reasons;
    tr_leg **legs; /* [n_routes] */
    tr_err err;
} run;

static void give_orders(run *r, const char *option, const cli_list *orders,
                        tr_status (*order)(tr_morning *morning, const char *text, tr_err *err))
{
    for (int32_t i = 0; i < orders->n; i++)
        if (order(&r->morning, orders->items[i], &r->err))
            tr_diag_add(&r->diag, TR_ERROR, option, orders->items[i], "%s", r->err.text);
}

/* Orders name reports and vehicles: they can only be judged where those could be read. */
static tr_status read_morning(run *r)
{
    const arguments *a = r->args;
    TR_TRY(tr_inputs_read(&a->files.inputs, &r->morning, &r->diag));
    give_orders(r, "--off", &a->offs, tr_order_off);
    give_orders(r, "--leave", &a->leaves, tr_order_leave);
    give_orders(r, "--pin", &a->pins, tr_order_pin);
    if (r->diag.n_errors) return TR_EINPUT;
    r->morning.triage.risk = a->risk;
    return tr_triage(&r->morning, &r->diag);
}

static tr_status fill_travel(run *r)
{
    int32_t n_modes;
    const char *const *modes = tr_morning_modes(&r->morning, &n_modes);
    TR_TRY(cli_travel_open(&r->args->travel, &r->diag, &r->travel, &r->err));
    return tr_travel_fill(r->travel, &r->morning, modes, n_modes, &r->diag, &r->err);
}

/* ---- --from: the routes of another plan in terms of this morning ---- */

static int32_t find_stop(const tr_problem *p, const char *id)
{
    for (int32_t i = 0; i < p->n_stops; i++)
        if (!strcmp(p->stops[i].id, id)) return i;
    return -1;
}

static int32_t find_vehicle(const tr_problem *p, const char *id)
{
    for (int32_t i = 0; i < p->n_vehicles; i++)
        if (!strcmp(p->vehicles[i].id, id)) return i;
    return -1;
}

/* The old route's stops that are still there, in its order, on the same vehicle; what no longer fits
 * is dropped from its end.  The search finds a place for the rest. */
static void carry_route(run *r, const tr_problem *old, const tr_route *route, bool *placed, tr_plan *plan)
{
    const tr_problem *p = &r->morning.problem;
    int32_t vehicle = find_vehicle(p, old->vehicles[route->vehicle].id), n = 0;
    int32_t *stops = TR_NEW(r->arena, int32_t, route->n_visits + 1);
    if (vehicle < 0 || !p->vehicles[vehicle].available) return;
    for (int32_t k = 0; k < route->n_visits; k++) {
        if (route->visits[k].kind != TR_VISIT_STOP) continue;
        int32_t stop = find_stop(p, old->stops[route->visits[k].ref].id);
        if (stop >= 0 && !placed[stop] && !p->stops[stop].leave) stops[n++] = stop;
    }
    while (n > 0 && !tr_best_route(p, vehicle, n, stops, r->arena, &plan->routes[vehicle])) n--;
    for (int32_t k = 0; k < n; k++) placed[stops[k]] = true;
}

/* Vehicles that take nothing over still go where they must (a start load, frozen visits). */
static tr_plan empty_plan(run *r)
{
    const tr_problem *p = &r->morning.problem;
    tr_plan plan = {.n_routes = p->n_vehicles, .routes = TR_NEW(r->arena, tr_route, p->n_vehicles),
                    .left = TR_NEW(r->arena, int32_t, p->n_stops)};
    for (int32_t v = 0; v < p->n_vehicles; v++)
        if (!tr_best_route(p, v, 0, NULL, r->arena, &plan.routes[v]))
            plan.routes[v] = (tr_route){.n_visits = 0};
    for (int32_t v = 0; v < p->n_vehicles; v++) plan.routes[v].vehicle = v;
    return plan;
}

static tr_status carry_plan(run *r)
{
    tr_morning old = {.arena = r->arena};
    tr_plan from;
    tr_verdict verdict;
    tr_diag diag = {.arena = r->arena};
    tr_status status = tr_plan_read(r->args->from, r->arena, &old, &from, &diag);
    cli_faults(&diag);
    if (status) return tr_fail(&r->err, status, "%s: no plan to start from", r->args->from);
    if (!tr_referee(&old.problem, &from, r->arena, &verdict))
        return tr_fail(&r->err, TR_EINPUT, "%s: breaks a rule (tiprun check tells which)", r->args->from);
    bool *placed = TR_NEW(r->arena, bool, r->morning.problem.n_stops);
    tr_plan *plan = TR_NEW(r->arena, tr_plan, 1);
    *plan = empty_plan(r);
    for (int32_t i = 0; i < from.n_routes; i++) carry_route(r, &old.problem, &from.routes[i], placed, plan);
    for (int32_t i = 0; i < r->morning.problem.n_stops; i++)
        if (!placed[i]) plan->left[plan->n_left++] = i;
    tr_referee(&r->morning.problem, plan, r->arena, &verdict); /* fills in the goal ... */
    *plan = verdict.figures;
    if (tr_referee(&r->morning.problem, plan, r->arena, &verdict)) r->from = plan; /* ... and now judges */
    else cli_error("warning: %s does not fit this morning: the search starts from nothing", r->args->from);
    return TR_OK;
}

/* ---- search, judge, explain, write ---- */

/* TR_OK, or TR_EINTERNAL with a plan that may be written all the same (from), or none (n_routes 0). */
static tr_status search(run *r)
{
    const tr_problem *p = &r->morning.problem;
    TR_TRY(cli_search(p, &r->args->effort, r->from, r->arena, &r->plan, &r->report, &r->certificate, &r->err));
    if (tr_referee(p, &r->plan, r->arena, &r->verdict)) return TR_OK;
    cli_findings(&r->verdict, stderr);
    r->plan = (tr_plan){.n_routes = 0};
    r->certificate = (tr_certificate){0};
    if (!r->from) return tr_fail(&r->err, TR_EINTERNAL, "the referee rejects the plan: nothing is written");
    r->plan = *r->from;
    tr_referee(p, &r->plan, r->arena, &r->verdict);
    return tr_fail(&r->err, TR_EINTERNAL, "the referee rejects the plan: the one to start from is written");
}

static tr_status find_legs(run *r)
{
    r->legs = TR_NEW(r->arena, tr_leg *, r->plan.n_routes);
    for (int32_t i = 0; i < r->plan.n_routes; i++) {
        const tr_route *route = &r->plan.routes[i];
        if (route->n_visits < 2) continue;
        int32_t *places = TR_NEW(r->arena, int32_t, route->n_visits);
        for (int32_t k = 0; k < route->n_visits; k++) places[k] = route->visits[k].place;
        TR_TRY(tr_travel_legs(r->travel, &r->morning, r->morning.problem.vehicles[route->vehicle].profile,
                              route->n_visits, places, r->arena, &r->legs[i], &r->diag, &r->err));
    }
    return TR_OK;
}

/* What would make a better day is looked for where bounds are: both cost a manager who asks for them some minutes. */
static void find_raises(const run *r, tr_day *day)
{
    enum { TRIES = 8, MOST = 4, ITERATIONS = 3000, A_STOP = 150 };
    if (!r->args->effort.exact) return;
    tr_raise *raises;
    day->certificate = &r->certificate;
    day->n_raises = tr_raises(&r->morning.problem, &r->plan, &r->certificate, r->args->effort.seed,
                              ITERATIONS + (int64_t)A_STOP * r->morning.problem.n_stops, TRIES, MOST, cli_stop(), r->arena, &raises);
    day->raises = raises;
}

enum { RISK_DRAWS = 20000 }; /* days: a chance is good to 0.7 points */

static tr_status write_day(run *r)
{
    tr_plan by_hand;
    TR_TRY(tr_explain(&r->morning.problem, &r->plan, r->arena, &r->reasons, &r->err));
    tr_by_hand(&r->morning.problem, r->arena, &by_hand);
    TR_TRY(find_legs(r));
    tr_day day = {
        .morning = &r->morning,
        .plan = &r->plan,
        .reasons = r->reasons,
        .verdict = &r->verdict,
        .legs = r->legs,
        .travel = r->travel,
        .travel_source = tr_travel_describe(r->travel),
        .run = &r->report,
        .seed = r->args->effort.seed,
        .by_hand = &by_hand,
        .diag = &r->diag,
    };
    day.avoid_findings = tr_avoid_find(&day, r->arena, &day.n_avoid_findings);
    find_raises(r, &day);
    tr_risk risk;
    if (r->args->risk > 0) {
        risk = tr_risk_simulate(&r->morning, &r->plan, RISK_DRAWS, r->args->effort.seed, r->arena);
        day.risk = &risk;
    }
    TR_TRY(tr_outputs_write(&day, r->args->directory, &r->err));
    if (r->args->certificate)
        TR_TRY(tr_certificate_write(r->args->certificate, &r->morning.problem, &r->plan, &r->certificate, &r->err));
    fputs(tr_summary_text(&day, r->arena), stdout);
    printf("\nmap: %s/map.html\n", r->args->directory);
    return TR_OK;
}

/* --write-lp: the compact model, a file a level, each holding the plan's values of the levels above.
 * A morning that cannot be put this way gets none, nor keeps that of another run: it is told and harms nothing. */
static tr_status write_compact(run *r)
{
    const tr_problem *p = &r->morning.problem;
    tr_err why;
    if (!r->args->lp_directory) return TR_OK;
    bool can = tr_compact_can(p, &why) == TR_OK;
    if (!can) cli_error("warning: --write-lp: %s", why.text);
    for (int32_t level = 1; level <= 3; level++) {
        tr_arena *scratch = tr_arena_new();
        const char *path = tr_arena_printf(scratch, "%s/compact-%d.lp", r->args->lp_directory, (int)level);
        tr_status status = TR_OK;
        if (can) status = tr_file_write_text(path, tr_compact_text(p, level, &r->plan.goal, scratch), &r->err);
        else remove(path);
        tr_arena_free(scratch);
        TR_TRY(status);
    }
    return TR_OK;
}

/* --write-lp beside --exact: the master of each level that needed one, as it was at last. */
static tr_status write_masters(run *r)
{
    if (!r->args->lp_directory) return TR_OK;
    for (int level = 1; level <= 3; level++) {
        const char *path = tr_arena_printf(r->arena, "%s/master-%d.lp", r->args->lp_directory, level);
        const char *text = r->certificate.level[level - 1].master;
        if (text) TR_TRY(tr_file_write_text(path, text, &r->err));
        else remove(path);
    }
    return TR_OK;
}

/* A reader may tell the same fault both ways: here it is told once. */
static void forget_told(run *r)
{
    for (int32_t i = 0; i < r->diag.n_faults; i++)
        if (strstr(r->err.text, r->diag.faults[i].text)) r->err.text[0] = '\0';
}

/* Everything before the search; every fault found on the way is told before it returns. */
static tr_status prepare(run *r)
{
    tr_status status = read_morning(r);
    if (!status) status = fill_travel(r);
    cli_faults(&r->diag);
    forget_told(r);
    TR_TRY(status);
    TR_TRY(tr_directory_make(r->args->directory, &r->err));
    if (r->args->lp_directory) TR_TRY(tr_directory_make(r->args->lp_directory, &r->err));
    return r->args->from ? carry_plan(r) : TR_OK;
}

static tr_status plan(run *r)
{
    TR_TRY(prepare(r));
    tr_status searched = search(r);
    if (!r->plan.n_routes && searched) return searched;
    if (searched) cli_error("%s", r->err.text);
    TR_TRY(write_day(r));
    TR_TRY(write_compact(r));
    TR_TRY(write_masters(r));
    if (searched) return r->err = (tr_err){0}, searched;
    if (r->args->strict && r->plan.n_left)
        return tr_fail(&r->err, TR_ERULES, "%d stops are left (--strict)", r->plan.n_left);
    return TR_OK;
}

int cli_plan(int argc, char **argv)
{
    static const struct argp_child children[] = {{&cli_travel_argp, 0, "Road times:", 3}, {&cli_effort_argp, 0, "Effort:", 4}, {&cli_files_argp, 0, NULL, 0}, {0}};
    const struct argp argp = {options, parse, "REPORTS...", doc, children, NULL, NULL};
    tr_arena *arena = tr_arena_new();
    arguments a = {.arena = arena, .files = {.inputs = {.day = -1}}};
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    run r = {.args = &a, .arena = arena, .diag = {.arena = arena}, .morning = {.arena = arena}};
    tr_status status = plan(&r);
    if (status && r.err.text[0]) cli_error("%s", r.err.text);
    tr_travel_close(r.travel);
    tr_status closed = cli_close_stdout();
    tr_arena_free(arena);
    return status ? (int)status : (int)closed;
}
