/* solve.c -- `tiprun solve`: a public benchmark file, solved, checked and written as VRPLIB text.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "public.h"
#include "write_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char doc[] =
    "Solve a public benchmark file: Solomon's or Gehring-Homberger's text, or VRPLIB of type CVRP or VRPTW. "
    "Distances are Euclid x 10 truncated where there are time windows, else rounded; vehicles cost nothing."
    "\vExample: tiprun solve R101.txt -t 5 -o R101.sol\n"
    "\n"
    "A plan that leaves a stop is no solution: it is not written, and the exit code is 4.\n\n" CLI_EXIT_CODES;

typedef struct {
    cli_effort effort;
    const char *instance, *solution;
} arguments;

static const struct argp_option options[] = {
    {"output", 'o', "SOLUTION", 0,
     "write the routes to this file (-: standard output, instead of the summary)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &a->effort; return 0;
    case 'o': a->solution = arg; return 0;
    case ARGP_KEY_ARG:
        if (a->instance) argp_error(state, "one instance at a time, not also \"%s\"", arg);
        a->instance = arg;
        return 0;
    case ARGP_KEY_NO_ARGS: argp_error(state, "the instance is missing"); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static tr_status write_solution(const char *path, const tr_public *instance, const tr_plan *plan, tr_err *err)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tr_fail(err, TR_EINTERNAL, "%s: %s", path, strerror(errno));
    tr_public_print(instance, plan, out);
    tr_status status = fclose(out) ? tr_fail(err, TR_EINTERNAL, "%s: %s", path, strerror(errno))
                                   : tr_file_write(path, text, length, err);
    free(text);
    return status;
}

static int32_t count_routes(const tr_plan *plan)
{
    int32_t n = 0;
    for (int32_t i = 0; i < plan->n_routes; i++) n += plan->routes[i].n_visits > 0;
    return n;
}

static void print_summary(const tr_public *instance, const tr_plan *plan, const tr_solve_report *report)
{
    printf("%s: %d stops, capacity %d\n", instance->name, instance->problem.n_stops, instance->capacity);
    printf("cost %" PRId64, plan->goal.cost_pence);
    if (instance->scale > 1)
        printf(" (%.1f in the file's own units)", (double)plan->goal.cost_pence / instance->scale);
    printf("\nroutes %d\nleft %d\niterations %" PRId64 "\n", count_routes(plan), plan->n_left,
           report->iterations);
}

static tr_status solve(const arguments *a, tr_arena *arena, tr_err *err)
{
    tr_public instance;
    tr_plan plan;
    tr_solve_report report;
    tr_certificate certificate;
    tr_verdict verdict;
    TR_TRY(tr_public_read(a->instance, arena, &instance, err));
    TR_TRY(cli_search(&instance.problem, &a->effort, NULL, arena, &plan, &report, &certificate, err));
    if (!tr_referee(&instance.problem, &plan, arena, &verdict)) {
        cli_findings(&verdict, stderr);
        return tr_fail(err, TR_EINTERNAL, "the referee rejects the plan: nothing is written");
    }
    bool to_stdout = a->solution && !strcmp(a->solution, "-");
    if (!to_stdout) print_summary(&instance, &plan, &report);
    if (!to_stdout) cli_print_bounds(&certificate, stdout);
    if (plan.n_left)
        return tr_fail(err, TR_ERULES, "%d of %d stops fit on no route: this is no solution", plan.n_left,
                       instance.problem.n_stops);
    if (to_stdout) tr_public_print(&instance, &plan, stdout);
    else if (a->solution) return write_solution(a->solution, &instance, &plan, err);
    return TR_OK;
}

int cli_solve(int argc, char **argv)
{
    static const struct argp_child children[] = {{&cli_effort_argp, 0, "Effort:", 1}, {0}};
    const struct argp argp = {options, parse, "INSTANCE", doc, children, NULL, NULL};
    arguments a = {.instance = NULL};
    tr_err err = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    tr_arena *arena = tr_arena_new();
    tr_status status = solve(&a, arena, &err);
    if (status) cli_error("%s", err.text);
    tr_status closed = cli_close_stdout();
    tr_arena_free(arena);
    return status ? (int)status : (int)closed;
}
