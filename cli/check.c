/* check.c -- `tiprun check`: a written plan and its outcomes judged, from the plan's own morning.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "outputs.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

static const char doc[] =
    "Check a plan against every rule and recompute every figure and every report's outcome in it, from the "
    "morning that the file itself holds. Nothing of the search is asked. PLAN.json may be - (standard input, "
    "its travel.json in the current folder)."
    "\vExample: tiprun check today/plan.json\n"
    "\n" CLI_EXIT_CODES;

enum { KEY_JSON = 0x200 };

typedef struct {
    const char *plan;
    bool json;
} arguments;

static const struct argp_option options[] = {
    {"json", KEY_JSON, NULL, 0, "print the verdict as JSON", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case KEY_JSON: a->json = true; return 0;
    case ARGP_KEY_ARG:
        if (a->plan) argp_error(state, "one plan at a time, not also \"%s\"", arg);
        a->plan = arg;
        return 0;
    case ARGP_KEY_NO_ARGS: argp_error(state, "PLAN.json is missing"); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static json_t *finding_json(const tr_finding *f, const tr_problem *problem)
{
    bool known = f->vehicle >= 0 && f->vehicle < problem->n_vehicles;
    return json_pack("{s:s, s:s?, s:i, s:I, s:s}", "rule", f->rule, "vehicle",
                     known ? problem->vehicles[f->vehicle].id : NULL, "visit", (int)f->visit, "amount",
                     (json_int_t)f->amount, "text", f->text);
}

static void print_json(const tr_verdict *verdict, const tr_problem *problem, bool accepted)
{
    json_t *findings = json_array();
    for (int32_t i = 0; i < verdict->n_findings; i++)
        json_array_append_new(findings, finding_json(&verdict->findings[i], problem));
    json_t *all =
        json_pack("{s:b, s:{s:I, s:I, s:I}, s:o}", "accepted", (int)accepted, "goal", "hazard_left",
                  (json_int_t)verdict->goal.hazard_left, "due_left", (json_int_t)verdict->goal.due_left,
                  "cost_pence", (json_int_t)verdict->goal.cost_pence, "findings", findings);
    json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(all);
}

static void print_text(const tr_verdict *verdict, bool accepted)
{
    cli_findings(verdict, stdout);
    if (accepted)
        printf("every rule holds: hazard left %" PRId64 " points, due work left %" PRId64 " points, cost %.2f pounds\n",
               verdict->goal.hazard_left, verdict->goal.due_left, (double)verdict->goal.cost_pence / 100);
    else printf("findings: %d\n", verdict->n_findings);
}

static tr_status check(const arguments *a, tr_arena *arena)
{
    tr_diag diag = {.arena = arena};
    tr_morning morning = {.arena = arena};
    tr_verdict verdict;
    tr_status status = tr_plan_judge(a->plan, arena, &morning, &verdict, &diag);
    cli_faults(&diag);
    TR_TRY(status);
    bool accepted = verdict.n_findings == 0;
    if (a->json) print_json(&verdict, &morning.problem, accepted);
    else print_text(&verdict, accepted);
    return accepted ? TR_OK : TR_ERULES;
}

int cli_check(int argc, char **argv)
{
    const struct argp argp = {options, parse, "PLAN.json", doc, NULL, NULL, NULL};
    arguments a = {.plan = NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    tr_arena *arena = tr_arena_new();
    tr_status status = check(&a, arena);
    tr_status closed = cli_close_stdout();
    tr_arena_free(arena);
    return status ? (int)status : (int)closed;
}
