/* replay_simulate.c -- the simulation behind `tiprun replay`: a record of reports day by day under several dispatch rules.
 *
 * Read and triage once, roads between all places once, then every replication under every rule at every load.  Settings and
 * inputs alone decide what is written; threads do not.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "curves.h"
#include "groups.h"
#include "page_sweep.h"
#include "places.h"
#include "rerun.h"
#include "sweep.h"
#include "travel.h"
#include "write_file.h"
#include "writers.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char doc[] =
    "Feed a record of reports day by day to the same crews under several dispatch rules, and compare how fast they clear. REPORTS are "
    "CSV, JSON or GeoJSON files. DIR receives replay.html (a page to read and print), replay.json, replay.csv (figures with intervals), runs.csv (each run), groups.csv, places.csv and curves.csv."
    "\v--fleet given again: compare fleets on the same arrivals; --sites given again: of the second fleet, and so on.\n\n"
    "Rules: listed, oldest (the control), nearest, zones, routed, tiprun; unmerged: oldest without merging duplicates.\n\n"
    "Example: tiprun replay 2025.csv --fleet fleet.json --sites sites.json --settings replay.json -o replay\n\n" CLI_EXIT_CODES;

enum { KEY_SETTINGS = 0x300, KEY_RULES, KEY_REPLICATIONS, KEY_DAYS, KEY_LOAD, KEY_SEED, KEY_THREADS, KEY_RERUN, KEY_INSERT };

enum { MOST_RECORDING = 64 << 20 }; /* bytes that a reader of ours takes */

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Files:", 1},
    {"settings", KEY_SETTINGS, "FILE", 0, "of the simulation: seeds, days, loads, rules and what is drawn", 1},
    {"output", 'o', "DIR", 0, "directory for the results (needed)", 1},
    {"rerun", KEY_RERUN, "DIR/rerun.json", 0, "do that run again; takes the place of all of these but -o and --threads", 1},
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
    cli_files files;            /* as many fleets as sites, which may be NULL, once they are paired */
    cli_travel travel;
    tr_replay_settings settings;
    const char *settings_file, *directory, *rules, *rerun_file;
    tr_rerun rerun;
    int32_t n_loads, loads[TR_MOST_LOADS];
    int32_t replications, days, threads; /* 0 = not given */
    int64_t seed;                        /* -1 */
    bool insert;
} arguments;

/* One file of sites serves all fleets, and one fleet may be tried with several; else they go in pairs. */
static void pair_sites(struct argp_state *state, cli_files *f)
{
    if (f->fleets.n > TR_MOST_FLEETS) argp_error(state, "--fleet: at most %d", TR_MOST_FLEETS);
    if (f->sites.n > TR_MOST_FLEETS) argp_error(state, "--sites: at most %d", TR_MOST_FLEETS);
    if (f->sites.n > 1 && f->fleets.n > 1 && f->sites.n != f->fleets.n)
        argp_error(state, "%d --fleet and %d --sites do not go together: give one of either, or as many of both", f->fleets.n, f->sites.n);
    while (f->fleets.n < f->sites.n) cli_push(f->arena, &f->fleets, f->fleets.items[0]);
    while (f->sites.n < f->fleets.n) cli_push(f->arena, &f->sites, f->sites.n ? f->sites.items[0] : NULL);
}

static void check_arguments(struct argp_state *state, arguments *a)
{
    const cli_files *f = &a->files;
    for (int32_t i = 0; i < f->reports.n; i++)
        if (!strcmp(f->reports.items[i], "-")) argp_error(state, "REPORTS: standard input cannot be read again: name a file");
    if (a->rerun_file) {
        if (f->reports.n || f->fleets.n || f->sites.n || f->inputs.policy || f->inputs.mapping || a->settings_file || a->rules ||
            a->replications || a->days || a->n_loads || a->seed >= 0)
            argp_error(state, "--rerun says all that is run: it goes with -o, --threads and road times alone");
    }
    else {
        if (!f->reports.n) argp_error(state, "REPORTS are missing");
        if (!f->fleets.n) argp_error(state, "--fleet is missing");
        pair_sites(state, &a->files);
    }
    if (!a->directory) argp_error(state, "-o DIR is missing");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        a->travel.arena = a->files.arena = a->arena;
        state->child_inputs[0] = &a->travel;
        state->child_inputs[1] = &a->files;
        return 0;
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
    case KEY_RERUN: a->rerun_file = arg; return 0;
    case 'o': a->directory = arg; return 0;
    case ARGP_KEY_END: check_arguments(state, a); return 0;
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
            tr_diag_add(diag, TR_ERROR, "--rules", word, "is no rule%s%s%s (known: listed, oldest, nearest, zones, routed, tiprun, unmerged)",
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

/* ---- to be run again ---- */

/* What the run is about to do, but for hashes and what roads will say. */
static void note_rerun(arguments *a)
{
    tr_rerun *r = &a->rerun;
    *r = (tr_rerun){.settings = a->settings, .n_reports = a->files.reports.n, .n_fleets = a->files.fleets.n,
                    .policy.path = a->files.inputs.policy, .mapping.path = a->files.inputs.mapping, .source = cli_travel_sources[a->travel.source]};
    r->reports = TR_NEW(a->arena, tr_rerun_file, r->n_reports + 1);
    for (int32_t i = 0; i < r->n_reports; i++) r->reports[i].path = a->files.reports.items[i];
    for (int32_t i = 0; i < r->n_fleets; i++) r->fleets[i].path = a->files.fleets.items[i], r->sites[i].path = a->files.sites.items[i];
    r->live = a->travel.source <= CLI_TRAVEL_OSRM && (a->travel.servers.n || a->travel.cache);
    if (a->travel.source == CLI_TRAVEL_AUTO || a->travel.source == CLI_TRAVEL_RECORDED) r->recording.path = a->travel.recording;
    if (a->travel.source == CLI_TRAVEL_AUTO || a->travel.source == CLI_TRAVEL_ESTIMATED) r->estimate.path = a->travel.estimate;
}

/* The other way round: a run as the file says.  Servers are asked again only where nothing was kept of what they said. */
static void take_rerun(arguments *a, tr_diag *diag)
{
    tr_rerun *r = &a->rerun;
    tr_rerun_read(a->rerun_file, a->arena, r, diag);
    if (diag->n_errors) return;
    a->settings = r->settings;
    cli_files *f = &a->files;
    for (int32_t i = 0; i < r->n_reports; i++) cli_add_report(f, r->reports[i].path);
    f->inputs.policy = r->policy.path, f->inputs.mapping = r->mapping.path;
    for (int32_t i = 0; i < r->n_fleets; i++)
        cli_push(f->arena, &f->fleets, r->fleets[i].path), cli_push(f->arena, &f->sites, r->sites[i].path);
    a->travel.recording = r->recording.path, a->travel.estimate = r->estimate.path;
    for (int32_t i = 0; i < 4; i++)
        if (!strcmp(r->source, cli_travel_sources[i])) a->travel.source = i;
    if (!r->live) a->travel.servers.n = 0, a->travel.cache = NULL;
    if (r->live && !r->n_kept && !a->travel.servers.n && !a->travel.cache)
        tr_diag_add(diag, TR_ERROR, a->rerun_file, "travel", "road times were not kept, they came from %s: give --osrm or --cache", r->roads);
}

/* Recording t of those kept, in the folder of the results. */
static const char *kept_path(const arguments *a, int32_t t)
{
    return t ? tr_arena_printf(a->arena, "%s/travel-%d.json", a->directory, t + 1) : tr_arena_printf(a->arena, "%s/travel.json", a->directory);
}

/* Road times that a server may tell otherwise another day. */
static tr_status keep_roads(arguments *a, int32_t t, const tr_town *town, const tr_travel *travel, tr_diag *diag, tr_err *err)
{
    const char *path = kept_path(a, t);
    const char *credit = tr_travel_estimated(&town->morning.problem) == TR_ESTIMATED_ALL ? "" : TR_OSM_CREDIT;
    struct stat size;
    TR_TRY(tr_travel_record(path, travel, &town->morning, 0, NULL, credit, err));
    if (!stat(path, &size) && size.st_size <= MOST_RECORDING && a->rerun.n_kept == t) a->rerun.kept[a->rerun.n_kept++].path = path;
    else {
        a->rerun.n_kept = 0;
        for (int32_t i = 0; i <= t; i++) unlink(kept_path(a, i));
        tr_diag_add(diag, TR_WARNING, path, "", "%d places are too many for a recording to be read again: --rerun will ask the server", town->morning.n_places);
    }
    return TR_OK;
}

static tr_status copy_kept(arguments *a, tr_diag *diag, tr_err *err)
{
    for (int32_t t = 0; t < a->rerun.n_kept; t++) {
        size_t length;
        const char *text = tr_file_read(a->rerun.kept[t].path, a->arena, diag, &length);
        if (!text) return TR_EINPUT;
        TR_TRY(tr_file_write(kept_path(a, t), text, length, err));
        a->rerun.kept[t].path = kept_path(a, t);
    }
    return TR_OK;
}

/* Of a run done again, road times must be those of the first. */
static tr_status note_roads(arguments *a, const tr_arms *arms, tr_err *err)
{
    const char *hash;
    TR_TRY(tr_rerun_roads(arms, a->arena, &hash, err));
    if (a->rerun_file && strcmp(hash, a->rerun.roads_sha256))
        return tr_fail(err, TR_EINPUT, "%s: road times are not those of the run, which came from %s", a->rerun_file, a->rerun.roads);
    a->rerun.roads_sha256 = hash;
    return TR_OK;
}

/* ---- the run ---- */

static void show_progress(void *context, const char *what, int32_t done, int32_t of)
{
    (void)context;
    fprintf(stderr, "\r%s: %d of %d runs%s", what, done, of, done == of ? "\n" : "");
}

static tr_status write_results(const arguments *a, const tr_sweep *sweep, tr_err *err)
{
    const struct {
        const char *name, *text;
    } files[] = {{"replay.html", tr_sweep_html(sweep, &a->rerun, a->arena)},
                 {"replay.json", tr_sweep_json(sweep, a->arena)},
                 {"groups.csv", tr_groups_csv(sweep, a->arena)},
                 {"places.csv", tr_places_csv(sweep, a->arena)},
                 {"curves.csv", tr_curves_csv(sweep, a->arena)},
                 {"replay.csv", tr_sweep_csv(sweep, a->arena)},
                 {"runs.csv", tr_sweep_runs_csv(sweep, a->arena)},
                 {"rerun.json", tr_rerun_json(&a->rerun, a->arena)}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        TR_TRY(tr_file_write_text(tr_arena_printf(a->arena, "%s/%s", a->directory, files[i].name), files[i].text, err));
    fputs(tr_sweep_table(sweep, a->arena), stdout);
    return TR_OK;
}

/* The same files as a history, with the horizon of the simulation. */
static const tr_as_recorded *read_recorded(const arguments *a, const tr_town *t)
{
    int32_t from, to;
    tr_replay_window(&a->settings, t, false, &from, &to);
    return tr_as_recorded_read((const char *const *)a->files.reports.items, a->files.reports.n, a->files.inputs.mapping, t->morning.timezone,
                               &a->settings, t->first_day, t->first_day + t->n_days - 1, tr_replay_horizon(&a->settings, from, to), a->arena);
}

static void print_record(const tr_arms *arms, const tr_as_recorded *recorded, const char *travel, tr_arena *arena)
{
    const tr_town *t = arms->towns[0];
    printf("%d reports read: %d with faults, %d undated, %d unlocated, %d outside the dates, %d outside the box, %d after the last whole "
           "week, %d used over %d weeks\n%d of these are duplicates; %d piles, %d without a size (drawn); %d reports are off the road "
           "and not used\nroad times: %s\n",
           t->counts.read, t->counts.faulty, t->counts.undated, t->counts.unlocated, t->counts.outside_dates, t->counts.outside_box,
           t->counts.after_last_week, t->counts.used, t->n_days / 7, t->counts.duplicates, t->n_piles, t->counts.unsized,
           t->counts.off_road, travel);
    printf("%s\n", tr_as_recorded_table(recorded, arena));
}

/* The source is opened for each town anew, as it is for a plan. */
static tr_status drive_roads(arguments *a, tr_arms *arms, tr_diag *diag, tr_err *err)
{
    bool kept = a->rerun_file && a->rerun.n_kept;
    if (kept && a->rerun.n_kept != arms->n_towns)
        return tr_fail(err, TR_EINPUT, "%s: travel.kept: has %d recordings; expected %d", a->rerun_file, a->rerun.n_kept, arms->n_towns);
    for (int32_t t = 0; t < arms->n_towns; t++) {
        tr_travel *travel = NULL;
        tr_status status = kept ? tr_travel_open_recording(a->rerun.kept[t].path, diag, &travel, err) : cli_travel_open(&a->travel, diag, &travel, err);
        if (!status) status = tr_town_travel(arms->towns[t], &a->settings, travel, diag, err);
        if (!status && t == 0 && !a->rerun_file) a->rerun.roads = tr_arena_strdup(a->arena, tr_travel_describe(travel));
        if (!status && a->rerun.live && !kept) status = keep_roads(a, t, arms->towns[t], travel, diag, err);
        tr_travel_close(travel);
        TR_TRY(status);
    }
    tr_arms_agree(arms);
    TR_TRY(note_roads(a, arms, err));
    return kept ? copy_kept(a, diag, err) : TR_OK;
}

static tr_status simulate(arguments *a, tr_diag *diag, tr_err *err)
{
    tr_arms *arms = TR_NEW(a->arena, tr_arms, 1);
    tr_input_files files[TR_MOST_FLEETS];
    tr_sweep sweep;
    if (a->rerun_file) take_rerun(a, diag);
    else settle(a, diag), note_rerun(a);
    if (diag->n_errors) return TR_EINPUT;
    for (int32_t f = 0; f < a->files.fleets.n; f++)
        files[f] = a->files.inputs, files[f].fleet = a->files.fleets.items[f], files[f].sites = a->files.sites.items[f];
    TR_TRY(tr_arms_read(files, a->files.fleets.n, &a->settings, a->arena, arms, diag));
    TR_TRY(tr_directory_make(a->directory, err));
    TR_TRY(drive_roads(a, arms, diag, err));
    TR_TRY(tr_rerun_hash(&a->rerun, a->arena, err));
    const tr_as_recorded *recorded = read_recorded(a, arms->towns[0]);
    print_record(arms, recorded, a->rerun.roads, a->arena);
    fflush(stdout);
    tr_sweep_options o = {.threads = a->threads, .progress = isatty(STDERR_FILENO) ? show_progress : NULL};
    TR_TRY(tr_sweep_run(arms, &a->settings, &o, a->arena, &sweep, err));
    sweep.recorded = recorded;
    return write_results(a, &sweep, err);
}

int cli_replay_simulate(int argc, char **argv)
{
    static const struct argp_child children[] = {{&cli_travel_argp, 0, "Road times:", 3}, {&cli_files_argp, 0, NULL, 0}, {0}};
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
