/* main.c -- the command line's front door: finds the subcommand and hands over.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *argp_program_version = "tiprun " TR_VERSION;

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"plan", cli_plan},
    {"check", cli_check},
    {"solve", cli_solve},
    {"travel", cli_travel_command},
    {"calibrate", cli_calibrate},
    {"replay", cli_replay},
    {"fit", cli_fit},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static const char doc[] =
    "Plan the morning for crews who clear fly-tips: reports and a fleet in, routes out.\n"
    "\n"
    "  plan       reports and fleet into routes, crew sheets and a map\n"
    "  check      a written plan against every rule, from scratch\n"
    "  solve      a public benchmark file (Solomon, VRPLIB)\n"
    "  travel     road times between places, fetched, counted and exported\n"
    "  calibrate  an estimate of road times for when no server answers, from recorded ones\n"
    "  replay     how long fly-tips lay: a record of the past described, or simulated under several dispatch rules\n"
    "  fit        service times and loads of a policy, from what crews recorded\n"
    "\vExample: tiprun plan reports.csv --fleet fleet.json -o today\n"
    "\n"
    "'tiprun COMMAND --help' tells more.\n"
    CLI_EXIT_CODES;

/* ---- what the subcommands share ---- */

void cli_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("tiprun: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

void cli_faults(const tr_diag *diag)
{
    for (int32_t i = 0; i < diag->n_faults; i++) {
        const tr_fault *f = &diag->faults[i];
        cli_error("%s%s%s%s%s%s", f->severity == TR_WARNING ? "warning: " : "", f->file ? f->file : "",
                  f->file ? ": " : "", f->where ? f->where : "", f->where && *f->where ? ": " : "", f->text);
    }
}

void cli_findings(const tr_verdict *verdict, FILE *out)
{
    for (int32_t i = 0; i < verdict->n_findings; i++)
        fprintf(out, "%s\n", verdict->findings[i].text); /* begins with the rule */
}

tr_status cli_close_stdout(void)
{
    if (!fflush(stdout) && !ferror(stdout)) return TR_OK;
    cli_error("standard output: %s", strerror(errno));
    return TR_EINTERNAL;
}

double cli_number(struct argp_state *state, const char *option, const char *text, double low, double high)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= low && value <= high))
        argp_error(state, "%s: \"%s\" is not a number in %g..%g", option, text, low, high);
    return value;
}

int64_t cli_integer(struct argp_state *state, const char *option, const char *text, int64_t low, int64_t high)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno || value < low || value > high)
        argp_error(state, "%s: \"%s\" is not a whole number in %" PRId64 "..%" PRId64, option, text, low,
                   high);
    return value;
}

/* ---- the front door ---- */

static int find_command(const char *name)
{
    for (int i = 0; i < N_COMMANDS; i++)
        if (!strcmp(commands[i].name, name)) return i;
    return -1;
}

static void unknown_command(struct argp_state *state, const char *name)
{
    const char *names[N_COMMANDS];
    for (int i = 0; i < N_COMMANDS; i++) names[i] = commands[i].name;
    const char *near = tr_nearest_word(name, names, N_COMMANDS);
    if (near) argp_error(state, "unknown command \"%s\" (did you mean \"%s\"?)", name, near);
    else argp_error(state, "unknown command \"%s\" (known: plan, check, solve, travel, calibrate, replay, fit)", name);
}

typedef struct {
    int index; /* of the command in commands[] */
    int at;    /* and in argv */
} choice;

static error_t parse(int key, char *arg, struct argp_state *state)
{
    choice *chosen = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        chosen->index = find_command(arg);
        chosen->at = state->next - 1;
        if (chosen->index < 0) unknown_command(state, arg);
        state->next = state->argc; /* the rest is the command's own */
        return 0;
    case ARGP_KEY_NO_ARGS: argp_error(state, "a command is missing (known: plan, check, solve, travel, calibrate, replay, fit)"); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

int main(int argc, char **argv)
{
    const struct argp argp = {.parser = parse, .args_doc = "COMMAND ...", .doc = doc};
    choice chosen = {-1, 0};
    char name[64];
    argp_err_exit_status = TR_EINPUT;
    gsl_set_error_handler_off();
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &chosen);
    snprintf(name, sizeof name, "tiprun %s", commands[chosen.index].name);
    argv[chosen.at] = name;
    return commands[chosen.index].run(argc - chosen.at, argv + chosen.at);
}
