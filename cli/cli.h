/* cli.h -- what the subcommands share: their table, the flags of input files, road times and a search, messages.
 *
 * A subcommand is one file with one function that parses its own arguments (argp) and returns the
 * exit code.  People's text and JSON go to standard output, everything else to standard error.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CLI_H
#define TR_CLI_H
#include "diag.h"
#include "inputs.h"
#include "tiprun.h"
#include "travel.h"

#include <argp.h>
#include <stdio.h>

/* Exit codes: a tr_status is one.  TR_ERULES (4) also tells of stops left under --strict. */
#define CLI_EXIT_CODES                                          \
    "Exit codes:\n"                                             \
    "  0  done\n"                                               \
    "  1  internal error\n"                                     \
    "  2  wrong usage or input\n"                               \
    "  3  no road times\n"                                      \
    "  4  a rule is broken, or a stop is left where none may be"

int cli_plan(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_solve(int argc, char **argv);
int cli_travel_command(int argc, char **argv);
int cli_calibrate(int argc, char **argv);
int cli_fit(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_replay_simulate(int argc, char **argv); /* what cli_replay hands over to where a fleet is given */

/* ---- messages ---- */

void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2))); /* "tiprun: ...\n" on stderr */
void cli_faults(const tr_diag *diag);       /* every fault a line, in the order found */
void cli_findings(const tr_verdict *verdict, FILE *out); /* every broken rule a line */
tr_status cli_close_stdout(void);           /* flushes; told on stderr if what was printed is not out */

/* ---- numbers in arguments: a wrong one ends the program with a usage error ---- */

double cli_number(struct argp_state *state, const char *option, const char *text, double low, double high);
int64_t cli_integer(struct argp_state *state, const char *option, const char *text, int64_t low,
                    int64_t high);

/* ---- input files: REPORTS, --fleet, --sites, --policy, --mapping ---- */

typedef struct {
    int32_t n;
    const char **items;
} cli_list;

void cli_push(tr_arena *arena, cli_list *to, const char *item);

typedef struct {
    tr_arena *arena;          /* to be set by the parent parser */
    tr_input_files inputs;    /* fleet, sites: the last given; day, avoid: not from here */
    cli_list reports, fleets, sites; /* all given */
} cli_files;

extern const struct argp cli_files_argp; /* a child parser; its input is a cli_files */

void cli_add_report(cli_files *files, const char *path);

/* ---- road times: --travel, --osrm, --cache, --recording, --estimate ---- */

typedef struct {
    tr_arena *arena;      /* to be set by the parent parser */
    enum { CLI_TRAVEL_AUTO, CLI_TRAVEL_OSRM, CLI_TRAVEL_RECORDED, CLI_TRAVEL_ESTIMATED } source;
    int32_t connections;
    cli_list servers;     /* in order of preference */
    const char *exclude, *recording, *cache, *estimate;
    double deadline_s;
    bool no_cache;
} cli_travel;

extern const char *const cli_travel_sources[4]; /* auto, osrm, recorded, estimated */
extern const struct argp cli_travel_argp; /* a child parser; its input is a cli_travel */

tr_status cli_travel_open(const cli_travel *options, tr_diag *diag, tr_travel **travel, tr_err *err);

/* ---- a search: -t, --iterations, --seed, --threads ---- */

typedef struct {
    double seconds;     /* 0 = not given */
    int64_t iterations; /* 0 = not given */
    uint64_t seed;
    int32_t threads;
    int64_t steps[TR_STEPS]; /* --repeat: iterations of each step; all 0 = not asked */
    bool keep_master;        /* the proof's linear programmes are wanted */
    bool exact, bound_only;  /* prove how good the plan is after the search; without looking for better ones */
} cli_effort;

extern const struct argp cli_effort_argp; /* a child parser; its input is a cli_effort */

/* Runs tr_solve under the effort: progress on stderr if that is a terminal; SIGINT and SIGTERM end
 * the search with the best plan so far (a second one ends the program).  Under --exact tr_prove follows, with the
 * time that is left (without -t: as long as it takes), and *certificate is what it proved; else all zero. */
tr_status cli_search(const tr_problem *problem, const cli_effort *effort, const tr_plan *from,
                     tr_arena *arena, tr_plan *plan, tr_solve_report *report, tr_certificate *certificate, tr_err *err);

const volatile sig_atomic_t *cli_stop(void); /* set by the first signal, since cli_search */

/* A line a level: value, bound and gap.  Nothing if nothing was proven. */
void cli_print_bounds(const tr_certificate *certificate, FILE *out);

#endif
