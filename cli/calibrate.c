/* calibrate.c -- `tiprun calibrate`: an area's estimate from recorded road times, and the speed of each hour from runs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calibrate.h"
#include "calendar.h"
#include "cli.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char doc[] =
    "Fit an estimate of road times to recorded ones, so that a morning can be planned when no server "
    "answers; tell how "
    "far it is off; and fit the speed of each hour of the day to recorded runs."
    "\vExamples:\n"
    "  tiprun calibrate monday/travel.json tuesday/travel.json -o town.estimate.json --plot town.svg\n"
    "  tiprun plan reports.csv --fleet fleet.json --sites sites.json --estimate town.estimate.json -o today\n"
    "  tiprun calibrate --estimate town.estimate.json --runs runs.csv --policy-out hours.json\n"
    "\n"
    "RUNS.csv has the columns from_lat, from_lon, to_lat, to_lon, departed_at, seconds and perhaps "
    "mode.\n\n" CLI_EXIT_CODES;

enum { KEY_CACHE = 0x600, KEY_PLOT, KEY_PLACES, KEY_ESTIMATE, KEY_RUNS, KEY_POLICY_OUT, KEY_MODE, KEY_ZONE };

static const struct argp_option options[] = {
    {"output", 'o', "ESTIMATE", 0, "the estimate, read by --estimate of plan and travel", 1},
    {"cache", KEY_CACHE, "FILE", 0, "a cache of road times, for ways that the recordings lack", 1},
    {"plot", KEY_PLOT, "FILE.svg", 0, "a drawing of the curve and of what is left", 1},
    {"places", KEY_PLACES, "N", 0, "of more recorded places, draw so many (400)", 1},
    {"runs", KEY_RUNS, "RUNS.csv", 0, "recorded runs, for the speed of each hour", 2},
    {"policy-out", KEY_POLICY_OUT, "FILE", 0, "that speed as a policy for plan --policy", 2},
    {"estimate", KEY_ESTIMATE, "FILE", 0, "hold the runs against this estimate instead of recordings", 2},
    {"mode", KEY_MODE, "NAME", 0, "travel mode of runs that name none (the first of the estimate)", 2},
    {"zone", KEY_ZONE, "ZONE", 0, "of the hours (Europe/London)", 2},
    {0},
};

typedef struct {
    tr_arena *arena;
    cli_list recordings;
    const char *out, *cache, *plot, *runs, *policy_out, *estimate, *mode, *zone;
    int32_t places;
} arguments;

static void check_arguments(struct argp_state *state, const arguments *a)
{
    size_t length = a->plot ? strlen(a->plot) : 0;
    if (!a->recordings.n && !a->estimate) argp_error(state, "RECORDING is missing");
    if (a->recordings.n && a->estimate) argp_error(state, "--estimate goes without RECORDING");
    if (a->estimate && (a->out || a->plot || a->cache))
        argp_error(state, "--estimate goes without -o, --plot and --cache");
    if (a->estimate && !a->runs) argp_error(state, "--estimate needs --runs");
    if (a->recordings.n && !a->out && !a->runs) argp_error(state, "-o is missing");
    if (a->policy_out && !a->runs) argp_error(state, "--policy-out needs --runs");
    if (a->plot && (length < 5 || strcmp(a->plot + length - 4, ".svg") != 0))
        argp_error(state, "--plot: \"%s\" should end in .svg", a->plot);
    if (!tr_zone_set(a->zone)) argp_error(state, "--zone: \"%s\" is not known here", a->zone);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case 'o':
        a->out = arg;
        return 0;
    case KEY_CACHE:
        a->cache = arg;
        return 0;
    case KEY_PLOT:
        a->plot = arg;
        return 0;
    case KEY_PLACES:
        a->places = (int32_t)cli_integer(state, "--places", arg, 10, TR_AREA_MOST_PLACES);
        return 0;
    case KEY_RUNS:
        a->runs = arg;
        return 0;
    case KEY_POLICY_OUT:
        a->policy_out = arg;
        return 0;
    case KEY_ESTIMATE:
        a->estimate = arg;
        return 0;
    case KEY_MODE:
        a->mode = arg;
        return 0;
    case KEY_ZONE:
        a->zone = arg;
        return 0;
    case ARGP_KEY_ARG:
        cli_push(a->arena, &a->recordings, arg);
        return 0;
    case ARGP_KEY_END:
        check_arguments(state, a);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- what is told ---- */

static const double bands_m[] = {0, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, HUGE_VAL};

static void print_row(const char *name, tr_error_row row)
{
    if (row.n)
        printf("  %-22s %9" PRId64 " %11.1f %11.1f %+11.1f %11.1f\n", name, row.n, row.curve_error, row.error,
               row.bias, row.error_m);
}

static void print_roads(const tr_road_gain *g)
{
    static const char *const names[] = {"ten nearest of each", "others"};
    if (!g->n_streets) return;
    printf("\n  %d streets, %.1f km, of the road lines of %d legs; some ways, also without the legs of both ends:\n\n",
           g->n_streets, g->metres / 1000, g->n_legs);
    printf("  %-22s %9s %11s %11s\n", "", "ways", "off", "with lines");
    for (int far = 0; far < 2; far++)
        printf("  %-22s %9d %11.1f %11.1f\n", names[far], g->n_ways[far], g->without[far], g->with[far]);
}

static void print_mode(const tr_area *area, const tr_area_mode *m, const tr_residuals *r)
{
    int32_t last = m->n_knots - 1;
    char name[40];
    printf("\n%s: %d places, %" PRId64 " recorded ways\n\n", m->name, area->n, r->n);
    printf("  %-22s %9s %11s\n", "straight line", "km/h", "detour");
    for (int32_t k = 0; k <= last; k++)
        if (m->straight_m[k] > 0)
            printf("  %17.2f km %11.1f %11.2f\n", m->straight_m[k] / 1000,
                   m->curve[TR_METRES][k] / m->curve[TR_SECONDS][k] * 3.6,
                   m->curve[TR_METRES][k] / m->straight_m[k]);
    printf("\n  Each way estimated as if neither end had been recorded; medians, per cent:\n\n");
    printf("  %-22s %9s %11s %11s %11s %11s\n", "", "ways", "curve off", "off", "too long", "metres off");
    print_row("all ways", tr_error_of(r, 0, HUGE_VAL, false));
    print_row("ten nearest of each", tr_error_of(r, 0, HUGE_VAL, true));
    for (size_t k = 0; k + 1 < sizeof bands_m / sizeof *bands_m; k++) {
        if (isinf(bands_m[k + 1]))
            snprintf(name, sizeof name, "from %g km", bands_m[k] / 1000);
        else
            snprintf(name, sizeof name, "%g to %g km", bands_m[k] / 1000, bands_m[k + 1] / 1000);
        print_row(name, tr_error_of(r, bands_m[k], bands_m[k + 1], false));
    }
    print_roads(&r->roads);
}

static void print_hours(const tr_hour_factors *h)
{
    printf("\n%d of %d runs used; speed of each hour, 1 = as the table, drawn to 1 where runs are few\n\n",
           h->n_used, h->n_rows);
    printf("  %-6s %6s %7s   %s\n", "hour", "runs", "speed", "95 % interval");
    for (int k = 0; k < TR_HOURS; k++)
        printf("  %02d     %6d %7.3f   %.3f to %.3f\n", k, h->n[k], h->factor[k], h->low[k], h->high[k]);
}

/* ---- the work ---- */

static tr_status calibrate(const arguments *a, tr_diag *diag, tr_area *area, tr_err *err)
{
    const tr_calibration_options o = {a->recordings.n, a->recordings.items, a->cache, a->places};
    tr_residuals *residuals = NULL;
    TR_TRY(tr_calibrate(&o, a->arena, diag, area, &residuals, err));
    for (int32_t k = 0; k < area->n_modes; k++) print_mode(area, &area->modes[k], &residuals[k]);
    if (a->out) TR_TRY(tr_area_write(a->out, area, err));
    return a->plot ? tr_calibration_plot(a->plot, area, residuals, err) : TR_OK;
}

static tr_status fit_hours(const arguments *a, const tr_estimate *estimate, const char *mode, tr_diag *diag,
                           tr_err *err)
{
    tr_hour_factors hours;
    TR_TRY(tr_hours_fit(a->runs, estimate, mode, a->arena, diag, &hours, err));
    print_hours(&hours);
    return a->policy_out ? tr_hours_write(a->policy_out, &hours, err) : TR_OK;
}

static tr_status work(const arguments *a, tr_diag *diag, tr_err *err)
{
    tr_area area;
    if (a->estimate) {
        if (!tr_area_read(a->estimate, a->arena, diag, &area))
            return tr_fail(err, TR_EINPUT, "%s: cannot be used", a->estimate);
    } else
        TR_TRY(calibrate(a, diag, &area, err));
    if (!a->runs) return TR_OK;
    const char *mode = a->mode ? a->mode : area.modes[0].name;
    bool known = false;
    for (int32_t k = 0; k < area.n_modes; k++) known |= !strcmp(area.modes[k].name, mode);
    if (!known)
        return tr_fail(err, TR_EINPUT, "--mode: the estimate does not hold %s (it holds %s%s)", mode,
                       area.modes[0].name, area.n_modes > 1 ? ", ..." : "");
    return fit_hours(a, tr_estimate_of_area(&area, "calibration", a->arena), mode, diag, err);
}

int cli_calibrate(int argc, char **argv)
{
    const struct argp argp = {options, parse, "[RECORDING...]", doc, NULL, NULL, NULL};
    tr_arena *arena = tr_arena_new();
    arguments a = {.arena = arena, .zone = "Europe/London"};
    tr_diag diag = {.arena = arena};
    tr_err err = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    tr_status status = work(&a, &diag, &err);
    cli_faults(&diag);
    if (status && *err.text) cli_error("%s", err.text);
    tr_status closed = cli_close_stdout();
    tr_arena_free(arena);
    return status ? (int)status : (int)closed;
}
