/* test_risk.c -- simulated chances of overrun against exact ones, convolved second by second.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "risk.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A route by hand: out at 6:00, a stop, a stop with two windows, a tip that closes over noon, a break, a stop, home. */
enum { SIX = 6 * 3600, NOON = 12 * 3600, STOPS = 3, SECONDS = 24 * 3600 };
static const tr_window school[] = {{SIX + 1500, SIX + 3600}, {SIX + 4200, SIX + 4800}};
static const tr_window tip_hours[] = {{SIX, SIX + 9000}, {SIX + 12600, SIX + 18000}};
static const tr_stop stops[STOPS] = {{.id = "A", .pin = -1},
                                     {.id = "B", .pin = -1, .n_windows = 2, .windows = school},
                                     {.id = "C", .pin = -1}};
static const tr_site site = {.id = "tip", .n_opening = 2, .opening = tip_hours, .turnaround_s = 900};
static tr_stop_note notes[STOPS] = {
    {.service = {1500, 0.7}}, {.service = {900, 0.7}}, {.service = {2400, 0.4}}};
static tr_visit visits[] = {
    {.kind = TR_VISIT_START, .departure_s = SIX},
    {.kind = TR_VISIT_STOP, .ref = 0, .drive_s = 600},
    {.kind = TR_VISIT_STOP, .ref = 1, .drive_s = 700},
    {.kind = TR_VISIT_DISPOSAL, .ref = 0, .drive_s = 1100},
    {.kind = TR_VISIT_BREAK, .start_s = NOON, .departure_s = NOON + 1800},
    {.kind = TR_VISIT_STOP, .ref = 2, .drive_s = 800},
    {.kind = TR_VISIT_END, .drive_s = 900},
};
enum { VISITS = sizeof visits / sizeof *visits };
static const tr_vehicle vehicle = {.id = "V", .start_s = SIX, .end_s = SIX + 12000, .max_overtime_s = 3600};

typedef struct { /* chance of each second of the day, with every window met so far, and with one missed */
    double *met, *missed;
} when;

/* Chance that what lasts log-normally ends within half a second of `t`. */
static double lasts(const tr_service_time *s, int t)
{
    double mu = log(s->mean_s) - s->sigma * s->sigma / 2;
    double low = t > 0 ? gsl_cdf_ugaussian_P((log(t - 0.5) - mu) / s->sigma) : 0;
    return gsl_cdf_ugaussian_P((log(t + 0.5) - mu) / s->sigma) - low;
}

static void convolve(double *at, const tr_service_time *s)
{
    static double sum[SECONDS], chance[SECONDS];
    int longest = 0;
    memset(sum, 0, sizeof sum);
    for (int t = 0; t < SECONDS; t++) {
        chance[t] = lasts(s, t);
        if (chance[t] > 1e-9) longest = t;
    }
    for (int t = 0; t < SECONDS; t++)
        for (int d = 0; at[t] > 0 && d <= longest && t + d < SECONDS; d++) sum[t + d] += at[t] * chance[d];
    memcpy(at, sum, sizeof sum);
}

static void shift(double *at, int64_t by)
{
    memmove(at + by, at, (size_t)(SECONDS - by) * sizeof *at);
    memset(at, 0, (size_t)by * sizeof *at);
}

/* Whoever comes at second t starts at the first moment from which `needs` fits a window, or has missed it. */
static void wait_for(when *w, const tr_window *windows, int n, int64_t needs)
{
    double *met = calloc(SECONDS, sizeof *met);
    for (int64_t t = 0; t < SECONDS; t++) {
        int64_t start = -1;
        for (int k = 0; k < n && start < 0; k++) {
            int64_t from = t > windows[k].start_s ? t : windows[k].start_s;
            if (from + needs <= windows[k].end_s) start = from;
        }
        if (start < 0)
            w->missed[t] += w->met[t];
        else
            met[start] += w->met[t];
    }
    memcpy(w->met, met, SECONDS * sizeof *met);
    free(met);
}

/* One that missed a window before still waits at the next. */
static void wait_on(double *at, const tr_window *windows, int n, int64_t needs)
{
    when w = {at, calloc(SECONDS, sizeof(double))};
    wait_for(&w, windows, n, needs);
    for (int t = 0; t < SECONDS; t++) at[t] += w.missed[t];
    free(w.missed);
}

static tr_route_risk exact(void)
{
    when w = {calloc(SECONDS, sizeof(double)), calloc(SECONDS, sizeof(double))};
    tr_route_risk risk = {.late = 0};
    w.met[SIX] = 1;
    for (int k = 1; k < VISITS; k++) {
        const tr_visit *v = &visits[k];
        const tr_window *windows = v->kind == TR_VISIT_STOP       ? stops[v->ref].windows
                                   : v->kind == TR_VISIT_DISPOSAL ? tip_hours
                                                                  : NULL;
        int64_t needs = v->kind == TR_VISIT_DISPOSAL ? site.turnaround_s : 0;
        int64_t then = v->kind == TR_VISIT_BREAK ? v->departure_s - v->start_s : needs;
        shift(w.met, v->drive_s);
        shift(w.missed, v->drive_s);
        if (windows) {
            wait_on(w.missed, windows, 2, needs);
            wait_for(&w, windows, 2, needs);
        }
        if (v->kind == TR_VISIT_STOP) {
            convolve(w.met, &notes[v->ref].service);
            convolve(w.missed, &notes[v->ref].service);
        }
        shift(w.met, then);
        shift(w.missed, then);
    }
    for (int t = 0; t < SECONDS; t++) {
        bool after = t > vehicle.end_s, too_late = t > vehicle.end_s + vehicle.max_overtime_s;
        risk.late += after ? w.met[t] + w.missed[t] : 0;
        risk.too_late += too_late ? w.met[t] + w.missed[t] : 0;
        risk.missed += w.missed[t];
        risk.trouble += w.missed[t] + (too_late ? w.met[t] : 0);
    }
    free(w.met);
    free(w.missed);
    return risk;
}

static tr_route_risk simulated(int32_t draws, uint64_t seed)
{
    tr_arena *arena = tr_arena_new();
    tr_morning morning = {.arena = arena, .stop_notes = notes};
    tr_route route = {.vehicle = 0, .n_visits = VISITS, .visits = visits};
    tr_plan plan = {.n_routes = 1, .routes = &route};
    morning.problem = (tr_problem){.n_stops = STOPS,
                                   .stops = stops,
                                   .n_vehicles = 1,
                                   .vehicles = &vehicle,
                                   .n_sites = 1,
                                   .sites = &site};
    tr_risk risk = tr_risk_simulate(&morning, &plan, draws, seed, arena);
    tr_route_risk r = risk.routes[0];
    tr_arena_free(arena);
    return r;
}

static void assert_near(const char *what, double share, double truth, int32_t draws)
{
    double slack = 4 * sqrt(truth * (1 - truth) / draws) + 0.001; /* the grid is of whole seconds */
    print_message("%s: exact %.4f, simulated %.4f\n", what, truth, share);
    assert_true(fabs(share - truth) <= slack);
}

static void agrees_with_convolution(void **state)
{
    (void)state;
    tr_route_risk truth = exact();
    assert_true(truth.late > 0.1 && truth.late < 0.9 && truth.too_late > 0.02 && truth.missed > 0.02 &&
                truth.missed < 0.9);
    for (int k = 0; k < 2; k++) {
        int32_t draws = k ? 400000 : 20000;
        tr_route_risk r = simulated(draws, (uint64_t)k + 1);
        assert_near("after shift", r.late, truth.late, draws);
        assert_near("after overtime", r.too_late, truth.too_late, draws);
        assert_near("window missed", r.missed, truth.missed, draws);
        assert_near("overrun", r.trouble, truth.trouble, draws);
        assert_true(r.median_s <= r.ninth_s);
    }
}

static void same_seed_same_chances(void **state)
{
    (void)state;
    tr_route_risk a = simulated(5000, 7), b = simulated(5000, 7), c = simulated(5000, 8);
    assert_true(a.late == b.late && a.median_s == b.median_s && a.ninth_s == b.ninth_s &&
                a.trouble == b.trouble);
    assert_true(a.late != c.late || a.median_s != c.median_s);
}

/* Times that do not vary: the plan's own day, each time. */
static void no_spread_no_chance(void **state)
{
    (void)state;
    tr_stop_note kept[STOPS];
    memcpy(kept, notes, sizeof kept);
    for (int i = 0; i < STOPS; i++) notes[i].service.sigma = 0;
    tr_route_risk r = simulated(100, 1);
    memcpy(notes, kept, sizeof kept);
    assert_true(r.missed == 0 && (r.late == 0 || r.late == 1) && r.median_s == r.ninth_s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_convolution),
        cmocka_unit_test(same_seed_same_chances),
        cmocka_unit_test(no_spread_no_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
