/* fit.c -- `tiprun fit`: a policy whose service times and loads are those that crews recorded.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "fit.h"
#include "readers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char doc[] =
    "Fit the times and loads that a policy counts on to what crews recorded: service times by size, waste "
    "type and "
    "size of crew, load by size, each drawn to the policy's own table where records are few. Tells how much "
    "better "
    "they predict on days held back."
    "\vExample:\n"
    "  tiprun fit records.csv --policy policy.json -o fitted-policy.json\n"
    "  tiprun plan reports.csv --fleet fleet.json --policy fitted-policy.json --risk 0.8 -o today\n"
    "\n"
    "RECORDS.csv has the columns date, stop, waste_type, size, crew, and of planned_service_s, "
    "actual_service_s, planned_kg, "
    "actual_kg, planned_litres, actual_litres those that are known.\n\n" CLI_EXIT_CODES;

enum { KEY_POLICY = 0x700, KEY_CREW };

static const struct argp_option options[] = {
    {"policy", KEY_POLICY, "POLICY.json", 0, "the policy to start from (default: the defaults)", 1},
    {"output", 'o', "POLICY.json", 0, "the fitted policy", 1},
    {"crew", KEY_CREW, "N", 0, "people in a crew to plan for (default: the policy's, else the commonest)", 1},
    {0},
};

typedef struct {
    const char *records, *policy, *out;
    int32_t crew; /* 0 = not given */
} arguments;

static error_t parse(int key, char *arg, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case KEY_POLICY:
        a->policy = arg;
        return 0;
    case KEY_CREW:
        a->crew = (int32_t)cli_integer(state, "--crew", arg, 1, TR_FIT_MOST_CREW);
        return 0;
    case 'o':
        a->out = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (a->records) argp_error(state, "one file of records is expected, \"%s\" is another", arg);
        a->records = arg;
        return 0;
    case ARGP_KEY_END:
        if (!a->records) argp_error(state, "RECORDS.csv is missing");
        if (!a->out) argp_error(state, "-o is missing");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- what is told ---- */

static void print_records(const tr_fit_records *r)
{
    char first[11], last[11];
    int32_t days = 0;
    for (int32_t i = 0; i < r->n; i++) days += !i || r->records[i].day != r->records[i - 1].day;
    if (!r->n) return;
    tr_day_print(r->records[0].day, first);
    tr_day_print(r->records[r->n - 1].day, last);
    printf("rows: %d; reports: %d; days: %d, %s to %s\n", r->n_rows, r->n, days, first, last);
    if (r->n_left_out)
        printf("reports left out: %d, whose parts are not all there, or differ in crew, size or waste type\n",
               r->n_left_out);
}

/* Mean minutes by a cell's own records, as the table gives it: the mean of a log-normal. */
static void print_own(const tr_fit_cell *c)
{
    if (c->n)
        printf(" %9.1f",
               exp(c->mean + (c->n > 1 ? c->sd : c->sigma) * (c->n > 1 ? c->sd : c->sigma) / 2) / 60);
    else
        printf(" %9s", "-");
}

static void print_cell(const tr_fit_cell *c)
{
    double factor = exp(c->sigma * c->sigma / 2) / 60;
    printf(" %6d %8.1f", c->n, c->table / 60);
    print_own(c);
    printf(" %8.1f %6.1f to %5.1f %6.2f\n", c->value / 60, exp(c->mu_low) * factor, exp(c->mu_high) * factor,
           c->sigma);
}

static void print_service(const tr_fit *fit)
{
    const tr_fit_common *c = &fit->service_common;
    if (!c->n) {
        puts("\nNo service time is recorded: those of the policy stay.");
        return;
    }
    printf("\nService times, minutes; reports: %d; the table is for a crew of %d\n\n", c->n, fit->table_crew);
    printf("  %-26s %-26s %4s %6s %8s %9s %8s %15s %6s\n", "size", "waste type", "crew", "n", "table",
           "recorded", "fitted", "95 % interval", "sigma");
    for (int32_t i = 0; i < fit->n_service; i++) {
        const tr_fit_service *s = &fit->service[i];
        printf("  %-26s %-26s %4d", tr_sizes[s->size], tr_waste_types[s->waste_type], s->crew);
        print_cell(&s->fit);
    }
    printf("\n  all against the table    x %.2f (95 %% %.2f to %.2f)\n", exp(c->common),
           exp(c->common - 1.96 * c->common_sd), exp(c->common + 1.96 * c->common_sd));
    printf("  a crew twice as large    x %.2f (95 %% %.2f to %.2f)\n", pow(2, c->slope),
           pow(2, c->slope - 1.96 * c->slope_sd), pow(2, c->slope + 1.96 * c->slope_sd));
    printf("  one cell against others  sd of the log %.2f; one record within its cell %.2f\n", c->tau,
           c->sigma0);
}

/* Times so far from their cell that they are more likely a slip than a stop. */
static void print_far(const tr_fit *fit, const tr_fit_records *records)
{
    enum { MOST = 5 };
    const double far = 4;
    int32_t n = 0;
    for (int32_t i = 0; i < records->n; i++) {
        const tr_fit_record *r = &records->records[i];
        const tr_fit_service *s = tr_fit_find(fit, r->size, r->waste_type, r->crew);
        if (isnan(r->actual_s) || !s || fabs(log(r->actual_s) - s->fit.mu) < far * s->fit.spread) continue;
        if (!n)
            printf("\nMore than %g sd from what the fit expects, used all the same: a slip of the clock?\n\n",
                   far);
        if (n++ < MOST)
            printf("  %s: %.1f minutes, expected %.1f (%s, %s)\n", r->id, r->actual_s / 60, s->fit.value / 60,
                   tr_sizes[r->size], tr_waste_types[r->waste_type]);
    }
    if (n > MOST) printf("  and %d more\n", n - MOST);
}

static void print_load(const char *name, const tr_fit_cell *cells, const tr_fit_common *common)
{
    if (!common->n) return;
    printf("\nLoad, %s; reports: %d\n\n", name, common->n);
    printf("  %-26s %6s %8s %8s %17s %6s\n", "size", "n", "table", "fitted", "95 % interval", "sigma");
    for (int32_t s = 0; s < TR_N_SIZES; s++) {
        const tr_fit_cell *c = &cells[s];
        double factor = exp(c->sigma * c->sigma / 2);
        printf("  %-26s %6d %8.0f %8.0f %7.0f to %6.0f %6.2f\n", tr_sizes[s], c->n, c->table, c->value,
               exp(c->mu_low) * factor, exp(c->mu_high) * factor, c->sigma);
    }
}

static void print_judged(const tr_morning *m, const tr_fit_records *records, int32_t crew, tr_arena *arena)
{
    static const char *const names[TR_N_FIT] = {"service, min", "load, kg", "load, litres"};
    static const double unit[TR_N_FIT] = {60, 1, 1};
    puts("\nHeld back: the last fifth of the days, predicted from the days before. Mean absolute error, and "
         "log score\n"
         "(mean log density of what came; higher is better), of what was planned and of the fit. Gain of the "
         "fit with\n"
         "its 95 % interval, days taken for independent\n");
    printf("  %-14s %5s %5s %9s %9s %27s %27s\n", "", "n", "days", "planned", "fitted", "error less by",
           "log score more by");
    for (int q = 0; q < TR_N_FIT; q++) {
        tr_fit_judged j;
        if (!tr_fit_judge(m, records, crew, (tr_fit_quantity)q, arena, &j)) {
            printf("  %-14s recorded on fewer than %d days: not judged\n", names[q], 2 * TR_FIT_LEAST_DAYS);
            continue;
        }
        printf("  %-14s %5d %5d %9.2f %9.2f %9.2f (%6.2f to %6.2f) %9.3f (%6.3f to %6.3f)\n", names[q], j.n,
               j.days, j.error_before / unit[q], j.error_after / unit[q], j.error_less[0] / unit[q],
               j.error_less[1] / unit[q], j.error_less[2] / unit[q], j.score_more[0], j.score_more[1],
               j.score_more[2]);
    }
}

/* ---- the work ---- */

static tr_status work(const arguments *a, tr_arena *arena, tr_diag *diag, tr_err *err)
{
    tr_morning morning = {.arena = arena};
    tr_fit_records records;
    tr_fit fit;
    tr_policy_defaults(&morning);
    if (a->policy) tr_policy_read(a->policy, &morning, diag);
    tr_status status = tr_fit_records_read(a->records, arena, diag, &records, err);
    if (diag->n_errors || status) return *err = (tr_err){0}, TR_EINPUT;
    if (!records.n) return tr_fail(err, TR_EINPUT, "%s: no report is whole: parts are missing", a->records);
    int32_t crew = a->crew ? a->crew : tr_fit_crew(&morning, &records);
    tr_fit_tables(&morning, records.records, records.n, crew, arena, &fit);
    print_records(&records);
    print_service(&fit);
    print_far(&fit, &records);
    print_load("kg", fit.kg, &fit.kg_common);
    print_load("litres", fit.litres, &fit.litres_common);
    print_judged(&morning, &records, crew, arena);
    TR_TRY(tr_fit_write(a->out, a->policy, &morning, &fit, diag, err));
    printf("\npolicy: %s (crew_size %d)\n", a->out, fit.crew);
    return TR_OK;
}

int cli_fit(int argc, char **argv)
{
    const struct argp argp = {options, parse, "RECORDS.csv", doc, NULL, NULL, NULL};
    tr_arena *arena = tr_arena_new();
    arguments a = {.crew = 0};
    tr_diag diag = {.arena = arena};
    tr_err err = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    tr_status status = work(&a, arena, &diag, &err);
    cli_faults(&diag);
    if (status && *err.text) cli_error("%s", err.text);
    tr_status closed = cli_close_stdout();
    tr_arena_free(arena);
    return status ? (int)status : (int)closed;
}
