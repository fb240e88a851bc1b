/* replay.c -- `tiprun replay`: against history. --history-only describes a record that has both dates; with a fleet,
 * replay_simulate.c takes over.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "cli.h"
#include "describe.h"
#include "months.h"
#include "page.h"
#include "record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char doc[] =
    "Describe how long fly-tips lay until they were cleared, from a record that tells when each was reported "
    "and when it was "
    "closed: a page, JSON and CSV, with every trap of the data counted."
    " With --fleet and REPORTS: simulate crews on the arrivals of a record instead; tiprun replay --fleet= --help tells more."
    "\vExamples:\n"
    "  tiprun replay --history 311.csv --history-only --target-days 3 -o past\n"
    "  tiprun replay --history 311.csv --history-only --until 2018-06-30 --holidays federal.txt -o cut\n"
    "\n"
    "FILE is CSV or JSON: our report columns with cleared_at, an export of a 311 system or of FixMyStreet, "
    "or any other with "
    "--mapping.\n\n" CLI_EXIT_CODES;

enum {
    KEY_HISTORY = 0x700,
    KEY_ONLY_HISTORY,
    KEY_MAPPING,
    KEY_ZONE,
    KEY_FROM,
    KEY_UNTIL,
    KEY_TARGET,
    KEY_TARGET_WORKING,
    KEY_HOLIDAYS,
    KEY_HORIZON,
    KEY_DRAWS,
    KEY_SEED,
    KEY_CATEGORY
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "The record:", 1},
    {"history", KEY_HISTORY, "FILE", 0, "reports with the times of their end (needed)", 1},
    {"history-only", KEY_ONLY_HISTORY, NULL, 0, "describe the record, replay nothing", 1},
    {"mapping", KEY_MAPPING, "MAP.json", 0, "which columns and words of the record mean what", 1},
    {"zone", KEY_ZONE, "ZONE", 0, "of its times that name none (by its columns; else Europe/London)", 1},
    {"only", KEY_CATEGORY, "TEXT", 0, "only categories that hold this text", 1},
    {"from", KEY_FROM, "DATE", 0, "only reports from this day on", 1},
    {"until", KEY_UNTIL, "DATE", 0,
     "the record as it stood at the end of this day: what was closed later is open", 1},
    {NULL, 0, NULL, 0, "Its description:", 2},
    {"target-days", KEY_TARGET, "N", 0,
     "share cleared within so many days (the record's own due dates, where it has them)", 2},
    {"target-working-days", KEY_TARGET_WORKING, "N", 0, "the same in working days", 2},
    {"holidays", KEY_HOLIDAYS, "FILE", 0,
     "holidays, a date a line (those of England and Wales for our own kind of file, else none)", 2},
    {"horizon", KEY_HORIZON, "DAYS", 0, "of restricted means (30)", 2},
    {"draws", KEY_DRAWS, "N", 0, "of the bootstrap (10000; 0: none)", 2},
    {"seed", KEY_SEED, "N", 0, "of its random numbers (1)", 2},
    {NULL, 0, NULL, 0, "Output:", 3},
    {"output", 'o', "DIR", 0, "history.html, history.json, history.csv, history-months.csv (needed)", 3},
    {0},
};

typedef struct {
    tr_record_options record;
    tr_describe_options describe;
    bool history_only;
    const char *holidays, *out;
} arguments;

static int32_t day_of(struct argp_state *state, const char *option, const char *text)
{
    int32_t day = 0;
    if (!tr_day_parse(text, &day))
        argp_error(state, "%s: \"%s\" is no date; expected YYYY-MM-DD", option, text);
    return day;
}

static void check_arguments(struct argp_state *state, const arguments *a)
{
    const tr_record_options *r = &a->record;
    if (!r->path) argp_error(state, "--history is missing");
    if (!a->history_only)
        argp_error(state,
                   "--history-only is missing: the record is described; to simulate, give REPORTS and --fleet"
                   " in its place");
    if (!a->out) argp_error(state, "-o is missing");
    if (r->from_day != INT32_MIN && r->until_day != INT32_MIN && r->from_day > r->until_day)
        argp_error(state, "--from is later than --until");
}

static void set_target(struct argp_state *state, arguments *a, const char *option, const char *text,
                       bool working)
{
    if (a->describe.target_days > 0)
        argp_error(state, "--target-days and --target-working-days: give one, once");
    a->describe.target_days = cli_number(state, option, text, 0.01, 3650);
    a->describe.target_working = working;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case KEY_HISTORY:
        a->record.path = arg;
        return 0;
    case KEY_ONLY_HISTORY:
        a->history_only = true;
        return 0;
    case KEY_MAPPING:
        a->record.mapping = arg;
        return 0;
    case KEY_ZONE:
        if (!tr_zone_set(arg)) argp_error(state, "--zone: \"%s\" is not known here", arg);
        a->record.zone = arg;
        return 0;
    case KEY_CATEGORY:
        a->record.only = arg;
        return 0;
    case KEY_FROM:
        a->record.from_day = day_of(state, "--from", arg);
        return 0;
    case KEY_UNTIL:
        a->record.until_day = day_of(state, "--until", arg);
        return 0;
    case KEY_TARGET:
        set_target(state, a, "--target-days", arg, false);
        return 0;
    case KEY_TARGET_WORKING:
        set_target(state, a, "--target-working-days", arg, true);
        return 0;
    case KEY_HOLIDAYS:
        a->holidays = arg;
        return 0;
    case KEY_HORIZON:
        a->describe.horizon = cli_number(state, "--horizon", arg, 0.01, 3650);
        return 0;
    case KEY_DRAWS:
        a->describe.draws = (int32_t)cli_integer(state, "--draws", arg, 0, 1000000);
        if (a->describe.draws && a->describe.draws < 100)
            argp_error(state, "--draws: expected 0, or 100 at least");
        return 0;
    case KEY_SEED:
        a->describe.seed = (uint64_t)cli_integer(state, "--seed", arg, 0, INT64_MAX);
        return 0;
    case 'o':
        a->out = arg;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "\"%s\" is not expected without --fleet; a record is named by --history", arg);
        return 0;
    case ARGP_KEY_END:
        check_arguments(state, a);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void print_times(const char *what, const tr_times *t)
{
    printf("%s: n %d, mean %.2f, median %.2f, 90th percentile %.2f, longest %.1f days\n", what, t->n, t->mean,
           t->median, t->p90, t->longest);
}

static void print_summary(const tr_history *h, const char *directory, tr_arena *arena)
{
    const tr_record *r = h->record;
    const tr_group *all = &h->description->all;
    const char *target = tr_history_target(h, arena);
    printf("%s: %d rows, %d cases: %d cleared, %d open, %d duplicates, %d passed on or without clearing\n",
           tr_history_name(r, arena), r->n_rows, r->n_cases, all->cleared, all->open, all->duplicate,
           all->transferred);
    for (int t = 0; t < TR_N_LEFT_OUT; t++)
        if (r->traps[t]) printf("left out: %d %s\n", r->traps[t], tr_traps[t].what);
    if (all->closed.n) {
        print_times("every closing", &all->closed);
        print_times("cleared", &all->calendar);
        printf("restricted mean to %g days, with the open ones: %.2f (standard error %.2f)\n", all->horizon,
               all->restricted_mean, all->restricted_se);
    }
    if (target && all->inside.n)
        printf("inside %s: %.1f %% of %d (exact 95 %% interval %.1f to %.1f %%)\n", target,
               100 * all->inside.share, all->inside.n, 100 * all->inside.interval.low,
               100 * all->inside.interval.high);
    for (int32_t i = 0; i < h->months->n_findings; i++) printf("the feed: %s\n", h->months->findings[i].text);
    printf("%s/history.html\n", directory);
}

static tr_status run(const arguments *a, tr_arena *arena, tr_diag *diag, tr_err *err)
{
    tr_record record;
    tr_describe_options o = a->describe;
    tr_workdays workdays = {.kind = TR_HOLIDAYS_NONE};
    if (a->holidays) workdays = tr_workdays_read(a->holidays, diag);
    int32_t errors = diag->n_errors;
    TR_TRY(tr_record_read(&a->record, arena, diag, &record));
    if (errors) return TR_EINPUT;
    if (!a->holidays && record.england) workdays.kind = TR_HOLIDAYS_ENGLAND;
    o.workdays = &workdays, o.end_s = record.end_s, o.due_s = record.due_s;
    tr_months months = tr_months_count(record.cases, record.n_cases, record.first_s,
                                       record.cut ? record.end_s - 1 : record.last_report_s, arena);
    tr_description description = tr_describe(record.cases, record.n_cases, &o, arena);
    tr_history h = {&record,
                    &description,
                    &months,
                    &o,
                    a->record.mapping,
                    a->record.only,
                    a->record.from_day,
                    a->record.until_day};
    TR_TRY(tr_history_write(&h, a->out, arena, err));
    print_summary(&h, a->out, arena);
    return TR_OK;
}

/* Only the simulation has a fleet, or can be run again. */
static bool has_fleet(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--fleet") || !strncmp(argv[i], "--fleet=", 8) || !strcmp(argv[i], "--rerun") || !strncmp(argv[i], "--rerun=", 8)) return true;
    return false;
}

int cli_replay(int argc, char **argv)
{
    if (has_fleet(argc, argv)) return cli_replay_simulate(argc, argv);
    const struct argp argp = {options, parse, NULL, doc, NULL, NULL, NULL};
    arguments a = {.record = {.from_day = INT32_MIN, .until_day = INT32_MIN},
                   .describe = {.horizon = 30, .draws = 10000, .seed = 1}};
    tr_err err = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_status status = run(&a, arena, &diag, &err);
    cli_faults(&diag);
    if (status && *err.text) cli_error("%s", err.text);
    tr_status closed = cli_close_stdout();
    tr_arena_free(arena);
    return status ? (int)status : (int)closed;
}
