/* search.c -- a search as the user meets it: flags of effort, a progress line, signals.
 *
 * The clock is the only thing that is not repeatable here, and it counts only under -t.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- flags ---- */

enum { KEY_ITERATIONS = 0x100, KEY_SEED, KEY_THREADS, KEY_REPEAT, KEY_EXACT, KEY_BOUND_ONLY };
static const int64_t max_iterations = (int64_t)1 << 50;
static const double max_seconds = 1e6;

static const struct argp_option options[] = {
    {"time", 't', "SECONDS", 0, "search for so long (default: by the size of the problem)", 1},
    {"iterations", KEY_ITERATIONS, "N", 0, "search for so many iterations: repeatable", 1},
    {"repeat", KEY_REPEAT, "PLAN.json", 0, "search exactly as that plan was searched: its seed and effort", 1},
    {"seed", KEY_SEED, "N", 0, "seed of the random numbers (1)", 1},
    {"threads", KEY_THREADS, "N", 0, "1 or 2; never changes the result by iterations (the cores there are)",
     1},
    {"exact", KEY_EXACT, NULL, 0, "go on until the plan is proven best, or to the limit of -t; the bounds are printed", 2},
    {"bound-only", KEY_BOUND_ONLY, NULL, 0, "like --exact, but for bounds only: the search's plan stays", 2},
    {0},
};

static int32_t default_threads(void) { return sysconf(_SC_NPROCESSORS_ONLN) >= 2 ? 2 : 1; }

/* The seed and the steps that a plan.json tells of its search (docs/format-plan.md, effort). */
static void read_effort(struct argp_state *state, const char *path, cli_effort *effort)
{
    json_error_t fault;
    json_t *plan = json_load_file(path, 0, &fault);
    if (!plan) argp_error(state, "--repeat %s: %s", path, fault.text);
    json_t *seed = json_object_get(json_object_get(plan, "effort"), "seed");
    json_t *steps = json_object_get(json_object_get(plan, "effort"), "step_iterations");
    if (json_array_size(steps) != TR_STEPS || !(json_is_integer(seed) || json_is_string(seed)))
        argp_error(state, "--repeat %s: it has no effort.seed and effort.step_iterations of %d numbers", path, TR_STEPS);
    effort->seed = json_is_integer(seed) ? (uint64_t)json_integer_value(seed) : strtoull(json_string_value(seed), NULL, 10);
    for (size_t k = 0; k < TR_STEPS; k++) {
        json_int_t n = json_integer_value(json_array_get(steps, k));
        effort->steps[k] = n > 0 && n <= max_iterations ? n : 0;
    }
    if (effort->steps[0] == 0) argp_error(state, "--repeat %s: effort.step_iterations begins with no iterations", path);
    json_decref(plan);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    cli_effort *effort = state->input;
    switch (key) {
    case ARGP_KEY_INIT: *effort = (cli_effort){.seed = 1, .threads = default_threads()}; return 0;
    case 't': effort->seconds = cli_number(state, "-t", arg, 0.01, max_seconds); return 0;
    case KEY_ITERATIONS:
        effort->iterations = cli_integer(state, "--iterations", arg, 1, max_iterations);
        return 0;
    case KEY_REPEAT: read_effort(state, arg, effort); return 0;
    case KEY_BOUND_ONLY: effort->bound_only = true; __attribute__((fallthrough));
    case KEY_EXACT: effort->exact = true; return 0;
    case KEY_SEED: effort->seed = (uint64_t)cli_integer(state, "--seed", arg, 0, INT64_MAX); return 0;
    case KEY_THREADS: effort->threads = (int32_t)cli_integer(state, "--threads", arg, 1, 2); return 0;
    case ARGP_KEY_END:
        if (effort->seconds > 0 && effort->iterations > 0)
            argp_error(state, "-t and --iterations exclude each other");
        if (effort->steps[0] > 0 && (effort->seconds > 0 || effort->iterations > 0))
            argp_error(state, "--repeat goes without -t and --iterations");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_effort_argp = {.options = options, .parser = parse};

/* ---- signals ---- */

static volatile sig_atomic_t stop_asked;

const volatile sig_atomic_t *cli_stop(void)
{
    return &stop_asked;
}

static void ask_stop(int signal)
{
    (void)signal;
    stop_asked = 1;
}

/* SA_RESETHAND: who asks twice does not want to wait for the files either. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = ask_stop, .sa_flags = SA_RESETHAND | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- clock and progress ---- */

static double monotonic_seconds(void *context)
{
    struct timespec now;
    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static const int line_width = 78;

/* One line that is written over: level by level, the best plan so far. */
static void show_progress(void *context, const tr_progress *progress)
{
    char line[128];
    (void)context;
    snprintf(line, sizeof line, "%3.0f %%  hazard left %" PRId64 "  due left %" PRId64 "  cost %.2f",
             100 * progress->done, progress->best.hazard_left, progress->best.due_left,
             (double)progress->best.cost_pence / 100);
    fprintf(stderr, "\r%-*.*s", line_width, line_width, line);
}

static void clear_progress(void) { fprintf(stderr, "\r%*s\r", line_width, ""); }

static const char *const level_names[] = {"hazard left", "due work left", "cost"};

static void show_bound(void *context, int32_t level, int64_t value, int64_t bound)
{
    char line[128];
    (void)context;
    snprintf(line, sizeof line, "%s %" PRId64 "  bound %" PRId64, level_names[level], value, bound);
    fprintf(stderr, "\r%-*.*s", line_width, line_width, line);
}

void cli_print_bounds(const tr_certificate *certificate, FILE *out)
{
    for (int k = 0; k < 3; k++) {
        const tr_level_proof *x = &certificate->level[k];
        if (!x->how && !x->known) continue;
        fprintf(out, "level %d, %s: %" PRId64, k + 1, level_names[k], x->value);
        if (!x->known) fprintf(out, ", no bound\n");
        else if (x->bound == x->value) fprintf(out, ", proven best (%s)\n", x->how);
        else if (k < 2) fprintf(out, ", bound %" PRId64 ", gap %" PRId64 " (%s)\n", x->bound, x->value - x->bound, x->how);
        else fprintf(out, ", bound %" PRId64 ", gap %.2f %% (%s)\n", x->bound, 100.0 * (double)(x->value - x->bound) / (double)x->value, x->how);
    }
}

static tr_status prove(const tr_problem *problem, const cli_effort *effort, double begun, tr_arena *arena, tr_plan *plan,
                       tr_certificate *certificate, tr_err *err)
{
    bool terminal = isatty(STDERR_FILENO);
    tr_plan better;
    double left = effort->seconds - (monotonic_seconds(NULL) - begun);
    tr_prove_options run = {
        .seconds = effort->seconds > 0 ? (left > 0.01 ? left : 0.01) : 0, .clock = monotonic_seconds,
        .progress = terminal ? show_bound : NULL, .stop = &stop_asked, .bound_only = effort->bound_only, .keep_master = effort->keep_master, .threads = effort->threads,
    };
    tr_status status = tr_prove(problem, plan, &run, arena, &better, certificate, err);
    if (terminal) clear_progress();
    if (!status) *plan = better;
    return status;
}

tr_status cli_search(const tr_problem *problem, const cli_effort *effort, const tr_plan *from,
                     tr_arena *arena, tr_plan *plan, tr_solve_report *report, tr_certificate *certificate, tr_err *err)
{
    bool terminal = isatty(STDERR_FILENO);
    double begun = monotonic_seconds(NULL);
    tr_solve_options run = {
        .seed = effort->seed, .iterations = effort->iterations, .seconds = effort->exact ? tr_search_seconds(problem, effort->seconds) : effort->seconds,
        .clock = monotonic_seconds, .progress = terminal ? show_progress : NULL, .threads = effort->threads,
        .stop = &stop_asked, .from = from,
    };
    memcpy(run.step_iterations, effort->steps, sizeof run.step_iterations);
    catch_signals();
    *certificate = (tr_certificate){0};
    tr_status status = tr_solve(problem, &run, arena, plan, report, err);
    if (terminal) clear_progress();
    if (!status && effort->exact && !stop_asked) status = prove(problem, effort, begun, arena, plan, certificate, err);
    if (!status && report->stopped) cli_error("stopped by a signal: this is the best plan so far");
    return status;
}
