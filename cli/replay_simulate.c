/* replay_simulate.c -- the simulation behind `tiprun replay`: a record of reports day by day under several dispatch rules.
 *
 * Read and triage once, roads between all places once, then every replication under every rule at every load.  Settings and
 * inputs alone decide what is written; threads do not.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "sweep.h"
#include "write_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char doc[] =
    "Feed a record of reports day by day to the same crews under several dispatch rules, and compare how fast they clear. REPORTS are "
    "CSV, JSON or GeoJSON files. DIR receives replay.json, replay.csv (figures with intervals) and runs.csv (each run)."
    "\vRules: listed, oldest (the control), nearest, zones, routed, tiprun.\n\n"
    "Example: tiprun replay 2025.csv --fleet fleet.json --sites sites.json --settings replay.json -o replay\n\n" CLI_EXIT_CODES;

enum { KEY_FLEET = 0x300, KEY_SITES, KEY_POLICY, KEY_MAPPING, KEY_SETTINGS, KEY_RULES, KEY_REPLICATIONS, KEY_DAYS, KEY_LOAD, KEY_SEED, KEY_THREADS, KEY_INSERT };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Files:", 1},
    {"fleet", KEY_FLEET, "FLEET.json", 0, "vehicles, crews and depots (needed)", 1},
    {"sites", KEY_SITES, "SITES.json", 0, "disposal sites", 1},
    {"policy", KEY_POLICY, "POLICY.json", 0, "settings of triage and of the goal", 1},
    {"mapping", KEY_MAPPING, "MAP.json", 0, "which columns of the reports mean what", 1},
    {"settings", KEY_SETTINGS, "FILE", 0, "of the simulation: seeds, days, loads, rules and what is drawn", 1},
    {"output", 'o', "DIR", 0, "directory for the results (needed)", 1},
    {NULL, 0, NULL, 0, "In place of what the settings file says:", 2},
    {"rules", KEY_RULES, "LIST", 0, "rules with commas between them", 2},
    {"replications", KEY_REPLICATIONS, "N", 0, "arrival streams (60)", 2},
    {"days", KEY_DAYS, "N", 0, "working days measured (250)", 2},
    {"load", KEY_LOAD, "PCT", 0, "per cent of what rule oldest clears when saturated; may be repeated (default: the record's own rate)", 2},
    {"insert", KEY_INSERT, NULL, 0, "put what is reported while crews are out into routes under way", 2},
    {"seed", KEY_SEED, "N", 0, "of all that is drawn (1)", 2},
    {"threads", KEY_THREADS, "N", 0, "runs at once; never changes the result (default: all cores)", 2},
    {0},
};

typedef struct {
    tr_arena *arena;
    tr_input_files files;
    const char **reports;
    cli_travel travel;
    tr_replay_settings settings;
    const char *settings_file, *directory, *rules;
    int32_t n_loads, loads[TR_MOST_LOADS];
    int32_t replications, days, threads; /* 0 = not given */
    int64_t seed;                        /* -1 */
    bool insert;
} arguments;

static error_t parse(int key, char *arg, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        a->travel.arena = a->arena;
        state->child_inputs[0] = &a->travel;
        return 0;
    case KEY_FLEET: a->files.fleet = arg; return 0;
    case KEY_SITES: a->files.sites = arg; return 0;
    case KEY_POLICY: a->files.policy = arg; return 0;
    case KEY_MAPPING: a->files.mapping = arg; return 0;
    case KEY_SETTINGS: a->settings_file = arg; return 0;
    case KEY_RULES: a->rules = arg; return 0;
    case KEY_REPLICATIONS: a->replications = (int32_t)cli_integer(state, "--replications", arg, 1, 10000); return 0;
    case KEY_DAYS: a->days = (int32_t)cli_integer(state, "--days", arg, 1, 5000); return 0;
    case KEY_LOAD:
        if (a->n_loads == TR_MOST_LOADS) argp_error(state, "--load: at most %d loads", TR_MOST_LOADS);
        a->loads[a->n_loads++] = (int32_t)cli_integer(state, "--load", arg, 1, 1000);
        return 0;
    case KEY_SEED: a->seed = cli_integer(state, "--seed", arg, 0, INT64_MAX); return 0;
    case KEY_INSERT: a->insert = true; return 0;
    case KEY_THREADS: a->threads = (int32_t)cli_integer(state, "--threads", arg, 1, 64); return 0;
    case 'o': a->directory = arg; return 0;
    case ARGP_KEY_ARG:
        a->reports = tr_arena_grow(a->arena, a->reports, (size_t)a->files.n_reports, (size_t)a->files.n_reports + 1, sizeof *a->reports);
        a->reports[a->files.n_reports++] = arg;
        a->files.reports = a->reports;
        return 0;
    case ARGP_KEY_END:
        if (!a->files.n_reports) argp_error(state, "REPORTS are missing");
        if (!a->files.fleet) argp_error(state, "--fleet is missing");
        if (!a->directory) argp_error(state, "-o DIR is missing");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static void take_rules(arguments *a, tr_diag *diag)
{
    char *rest, *copy = tr_arena_strdup(a->arena, a->rules);
    a->settings.n_rules = 0;
    for (char *word = strtok_r(copy, ", ", &rest); word; word = strtok_r(NULL, ", ", &rest)) {
        int32_t rule = 0;
        while (rule < TR_N_DISPATCH && strcmp(word, tr_dispatch_names[rule])) rule++;
        const char *near = tr_nearest_word(word, tr_dispatch_names, TR_N_DISPATCH);
        if (rule == TR_N_DISPATCH)
            tr_diag_add(diag, TR_ERROR, "--rules", word, "is no rule%s%s%s (known: listed, oldest, nearest, zones, routed, tiprun)",
                        near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        else if (a->settings.n_rules == TR_N_DISPATCH)
            tr_diag_add(diag, TR_ERROR, "--rules", word, "is one too many; there are %d", TR_N_DISPATCH);
        else a->settings.rules[a->settings.n_rules++] = (tr_dispatch_rule)rule;
    }
}

/* The file, then what the command line puts in its place. */
static void settle(arguments *a, tr_diag *diag)
{
    a->settings = tr_replay_settings_default();
    if (a->settings_file) tr_replay_settings_read(a->settings_file, &a->settings, diag);
    int32_t before = diag->n_errors;
    if (a->rules) take_rules(a, diag);
    if (a->replications) a->settings.replications = a->replications;
    if (a->days) a->settings.days = a->days;
    if (a->insert) a->settings.insert = true;
    if (a->seed >= 0) a->settings.seed = (uint64_t)a->seed;
    if (a->n_loads) a->settings.n_loads = a->n_loads, memcpy(a->settings.loads, a->loads, sizeof a->loads);
    if (diag->n_errors == before && a->rules) tr_replay_settings_check(&a->settings, "--rules", diag);
}

static void show_progress(void *context, const char *what, int32_t done, int32_t of)
{
    (void)context;
    fprintf(stderr, "\r%s: %d of %d runs%s", what, done, of, done == of ? "\n" : "");
}

static tr_status write_results(const arguments *a, const tr_sweep *sweep, tr_err *err)
{
    const struct {
        const char *name, *text;
    } files[] = {{"replay.json", tr_sweep_json(sweep, a->arena)},
                 {"replay.csv", tr_sweep_csv(sweep, a->arena)},
                 {"runs.csv", tr_sweep_runs_csv(sweep, a->arena)}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        TR_TRY(tr_file_write_text(tr_arena_printf(a->arena, "%s/%s", a->directory, files[i].name), files[i].text, err));
    fputs(tr_sweep_table(sweep, a->arena), stdout);
    return TR_OK;
}

static void print_record(const tr_town *t, const char *travel)
{
    printf("%d reports read: %d with faults, %d undated, %d unlocated, %d outside the dates, %d outside the box, %d after the last whole "
           "week, %d used over %d weeks\n%d of these are duplicates; %d piles, %d without a size (drawn); %d reports are off the road "
           "and not used\nroad times: %s\n\n",
           t->counts.read, t->counts.faulty, t->counts.undated, t->counts.unlocated, t->counts.outside_dates, t->counts.outside_box,
           t->counts.after_last_week, t->counts.used, t->n_days / 7, t->counts.duplicates, t->n_piles, t->counts.unsized,
           t->counts.off_road, travel);
}

static tr_status simulate(arguments *a, tr_diag *diag, tr_err *err)
{
    tr_town town = {.morning = {.arena = a->arena}};
    tr_travel *travel = NULL;
    tr_sweep sweep;
    settle(a, diag);
    if (diag->n_errors) return TR_EINPUT;
    TR_TRY(tr_town_read(&a->files, &a->settings, &town, diag));
    TR_TRY(tr_directory_make(a->directory, err));
    tr_status status = cli_travel_open(&a->travel, diag, &travel, err);
    if (!status) status = tr_town_travel(&town, &a->settings, travel, diag, err);
    const char *source = status ? "" : tr_arena_strdup(a->arena, tr_travel_describe(travel));
    tr_travel_close(travel);
    TR_TRY(status);
    print_record(&town, source);
    fflush(stdout);
    tr_sweep_options o = {.threads = a->threads, .progress = isatty(STDERR_FILENO) ? show_progress : NULL};
    TR_TRY(tr_sweep_run(&town, &a->settings, &o, a->arena, &sweep, err));
    return write_results(a, &sweep, err);
}

int cli_replay_simulate(int argc, char **argv)
{
    static const struct argp_child children[] = {{&cli_travel_argp, 0, "Road times:", 3}, {0}};
    const struct argp argp = {.options = options, .parser = parse, .args_doc = "REPORTS...", .doc = doc, .children = children};
    arguments a = {.arena = tr_arena_new(), .seed = -1};
    tr_diag diag = {.arena = a.arena};
    tr_err err = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    tr_status status = simulate(&a, &diag, &err);
    cli_faults(&diag);
    if (status && *err.text) cli_error("%s", err.text);
    if (cli_close_stdout() && !status) status = TR_EINTERNAL;
    tr_arena_free(a.arena);
    return (int)status;
}
