/* test_replay_figures.c -- what a simulated run is measured by: waits on two clocks, groups, curves, Little's law.
 *
 * First on five piles whose figures are reckoned by hand, then on the runs of a made-up town, whose cases are kept and measured
 * again here in the plainest way: survival by definition, working days by the midnights of the C library.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "calendar.h"
#include "curves.h"
#include "groups.h"
#include "places.h"
#include "sweep_parts.h"
#include "town_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void close_to(double x, double expected)
{
    if (isnan(x) && isnan(expected)) return;
    if (!(fabs(x - expected) < 1e-9 * fmax(1, fabs(expected)))) fail_msg("%.12g is not %.12g", x, expected);
}

/* ---- by hand ---- */

static int64_t at(int month_day, int hour) /* September 2025, London's summer time */
{
    int32_t first;
    tr_day_parse("2025-09-01", &first);
    return ((int64_t)(first + month_day - 1) * 24 + hour - 1) * 3600;
}

static int32_t september(int day)
{
    return (int32_t)((at(day, 1)) / 86400);
}

/* Mondays: 1, 8, 15; measured are the 1st to the 14th. Clear-up times by the calendar and by working days:
 * R1 3 and 1, R2 2.5 and 2.5, R3 7 and 5, R4 3.5 and 1.5, still open, R5 1 and 1.  Targets: two working days, hazardous one. */
static tr_replay_run five_piles(tr_arena *arena)
{
    tr_replay_run run = {.cases = TR_NEW(arena, tr_case, 6)};
    const tr_case cases[6] = {
        {.id = "R1", .reported_s = at(5, 12), .until_s = at(8, 12), .end = TR_CASE_CLEARED, .size = "Single Item", .ward = "Abbey", .work_s = 600},
        {.id = "R2", .reported_s = at(1, 6), .until_s = at(3, 18), .end = TR_CASE_CLEARED, .size = "Single Item", .ward = "Bridge", .work_s = 1200, .drawn = true},
        {.id = "R3", .reported_s = at(2, 0), .until_s = at(9, 0), .end = TR_CASE_CLEARED, .size = "Car Boot or Less", .ward = "Bridge", .work_s = 600},
        {.id = "R4", .reported_s = at(11, 12), .until_s = at(15, 0), .end = TR_CASE_OPEN, .size = "Single Item", .work_s = 600},
        {.id = "twin", .reported_s = at(2, 0), .until_s = at(2, 6), .end = TR_CASE_DUPLICATE, .size = "Single Item", .ward = "Abbey"},
        {.id = "R5", .reported_s = at(3, 10), .until_s = at(4, 10), .end = TR_CASE_CLEARED, .size = "Single Item", .ward = "Abbey", .work_s = 600,
         .waste_type = "Asbestos", .hazardous = 1},
    };
    memcpy(run.cases, cases, sizeof cases);
    run.n_cases = 6;
    return run;
}

static tr_town *two_wards(tr_arena *arena)
{
    tr_town *town = TR_NEW(arena, tr_town, 1);
    town->morning.triage.target_days = 2, town->morning.triage.target_hazard_days = 1;
    town->wards = TR_NEW(arena, const char *, 2);
    town->wards[0] = "Abbey", town->wards[1] = "Bridge", town->n_wards = 2;
    return town;
}

static const tr_horizons week = {7, 5};

static int32_t waits_by_hand(const tr_town *town, tr_arena *arena, tr_wait **waits)
{
    tr_replay_settings s = tr_replay_settings_default();
    tr_replay_run *run = TR_NEW(arena, tr_replay_run, 1);
    assert_true(tr_zone_set("Europe/London"));
    *run = five_piles(arena);
    return tr_waits_of(run, town, &s, september(1), september(15), arena, waits);
}

static void both_clocks_by_hand(void **state)
{
    tr_arena *arena = tr_arena_new();
    tr_wait *w;
    double f[TR_N_WAIT];
    static const double calendar[5] = {3, 2.5, 7, 3.5, 1}, working[5] = {1, 2.5, 5, 1.5, 1};
    static const int in_target[5] = {1, 1, 0, -1, 1}; /* R4 is due on the 15th */
    (void)state;
    assert_int_equal(waits_by_hand(two_wards(arena), arena, &w), 5);
    for (int i = 0; i < 5; i++) {
        close_to(w[i].calendar, calendar[i]);
        close_to(w[i].working, working[i]);
        assert_int_equal(w[i].in_target, in_target[i]);
        assert_int_equal(w[i].cleared, i != 3);
    }
    tr_waits_measure(w, 5, week, f);
    close_to(f[TR_FIG_CASES], 5), close_to(f[TR_FIG_OPEN], 1);
    /* S: 1 until 1, 0.8 until 2.5, 0.6 until 3, 0.4 until 7 (R4 left at 3.5), 0 */
    close_to(f[TR_FIG_MEAN], 1 + 0.8 * 1.5 + 0.6 * 0.5 + 0.4 * 4);
    close_to(f[TR_FIG_MEDIAN], 3), close_to(f[TR_FIG_P90], 7), close_to(f[TR_FIG_OLDEST], 7);
    /* of 3600 s of work 3000 are left after 1, 1800 after 2.5 (R2's 1200), two thirds of those after 3 */
    close_to(f[TR_FIG_WORK_MEAN], 1 + 5.0 / 6 * 1.5 + 0.5 * 0.5 + 1.0 / 3 * 4);
    /* S: 1 until 1, 0.6 until 2.5 (R4 left at 1.5: one of two is cleared), 0.3 until 5, 0 */
    close_to(f[TR_FIG_WORKING_MEAN], 1 + 0.6 * 1.5 + 0.3 * 2.5);
    close_to(f[TR_FIG_WORKING_MEDIAN], 2.5), close_to(f[TR_FIG_WORKING_P90], 5), close_to(f[TR_FIG_WORKING_OLDEST], 5);
    close_to(f[TR_FIG_WORKING_WORK_MEAN], 1 + 2.0 / 3 * 1.5 + 2.0 / 9 * 2.5);
    close_to(f[TR_FIG_IN_TARGET], 0.75), close_to(f[TR_FIG_DRAWN], 0.2), close_to(f[TR_FIG_SAME_DAY], 0);
    tr_waits_measure(w, 5, (tr_horizons){2, 2}, f); /* nearer horizons cut longer waits */
    close_to(f[TR_FIG_MEAN], 1 + 0.8), close_to(f[TR_FIG_WORKING_MEAN], 1 + 0.6);
    tr_waits_measure(w, 0, week, f);
    assert_true(isnan(f[TR_FIG_MEAN]) && isnan(f[TR_FIG_WORKING_OLDEST]) && isnan(f[TR_FIG_IN_TARGET]) && f[TR_FIG_CASES] == 0);
    tr_arena_free(arena);
}

/* R1 and R4 in the north-west, R2 and R3 beside them in the east, R5 off the map; reports up to the 8th count, a week at most. */
static void places_by_hand(void **state)
{
    tr_arena *arena = tr_arena_new();
    tr_town *town = two_wards(arena);
    tr_wait *w;
    tr_case cases[5];
    static const double lon[5] = {0.5, 1.5, 1.5, 0.5, 2.5};
    (void)state;
    int32_t n = waits_by_hand(town, arena, &w);
    assert_null(tr_places_measure(w, n, town, at(8, 0), 7, arena));
    town->squares = (tr_squares){.west = 0, .north = 52, .side_m = 1, .side_lat = 1, .side_lon = 1, .n_x = 2, .n_y = 2};
    for (int32_t i = 0; i < n; i++) cases[i] = *w[i].of, cases[i].lat = 51.5, cases[i].lon = lon[i], w[i].of = &cases[i];
    tr_place_sum *sums = tr_places_measure(w, n, town, at(8, 0), 6, arena);
    assert_int_equal(sums[0].n, 1), close_to(sums[0].days, 3);       /* R4 was reported on the 11th */
    assert_int_equal(sums[1].n, 2), close_to(sums[1].days, 2.5 + 6); /* R3 took 7 */
    assert_int_equal(sums[2].n + sums[3].n, 0);
    assert_int_equal(tr_squares_at(&town->squares, 50.1, 1.9), 3);
    assert_int_equal(tr_squares_at(&town->squares, 49.9, 1.9), -1);
    assert_int_equal(tr_squares_at(&town->squares, NAN, 1.9), -1);
    tr_arena_free(arena);
}

static int32_t group_named(const tr_town *t, tr_by by, const char *name)
{
    for (int32_t g = 0; g < tr_groups_count(t); g++)
        if (tr_groups_label(t, g).by == by && !strcmp(tr_groups_label(t, g).name, name)) return g;
    fail_msg("no group %s", name);
    return -1;
}

static void groups_by_hand(void **state)
{
    tr_arena *arena = tr_arena_new();
    const tr_town *town = two_wards(arena);
    tr_wait *w;
    (void)state;
    int32_t n = waits_by_hand(town, arena, &w);
    double *f = tr_groups_measure(w, n, town, week, arena);
    assert_int_equal(tr_groups_count(town), 16 + 8 + 2 + 3);
    const struct {
        tr_by by;
        const char *name;
        double cases, mean, median, working_mean, in_target;
    } expected[] = {
        {TR_BY_WARD, "Abbey", 2, 2, 1, 1, 1},
        {TR_BY_WARD, "Bridge", 2, 4.75, 2.5, 3.75, 0.5},
        {TR_BY_WARD, "not known", 1, 7, NAN, 5, NAN}, /* open: not cleared within the horizon for all that is known */
        {TR_BY_HAZARD, "hazardous", 1, 1, 1, 1, 1},
        {TR_BY_HAZARD, "not hazardous", 4, 2.5 + 0.75 * 0.5 + 0.5 * 4, 3, 1 + 0.75 * 1.5 + 0.375 * 2.5, 2.0 / 3},
        {TR_BY_WASTE_TYPE, "Asbestos", 1, 1, 1, 1, 1},
        {TR_BY_WASTE_TYPE, "not known", 4, 2.5 + 0.75 * 0.5 + 0.5 * 4, 3, 1 + 0.75 * 1.5 + 0.375 * 2.5, 2.0 / 3},
        {TR_BY_SIZE, "Car Boot or Less", 1, 7, 7, 5, 0},
        {TR_BY_SIZE, "Single Item", 4, 1 + 0.75 * 1.5 + 0.5 * 0.5 + 0.25 * 4, 2.5, 1 + 0.5 * 1.5, 1},
        {TR_BY_SIZE, "Tipper Lorry Load", 0, NAN, NAN, NAN, NAN},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const double *x = &f[group_named(town, expected[i].by, expected[i].name) * TR_N_WAIT];
        close_to(x[TR_FIG_CASES], expected[i].cases);
        close_to(x[TR_FIG_MEAN], expected[i].mean), close_to(x[TR_FIG_MEDIAN], expected[i].median);
        close_to(x[TR_FIG_WORKING_MEAN], expected[i].working_mean), close_to(x[TR_FIG_IN_TARGET], expected[i].in_target);
    }
    tr_arena_free(arena);
}

static void waiting_by_hand(void **state)
{
    tr_arena *arena = tr_arena_new();
    tr_wait *w;
    static const double expected[9] = {1, 0.8, 0.8, 0.4, 0.4, 0.4, 0.4, 0, 0};
    (void)state;
    int32_t n = waits_by_hand(two_wards(arena), arena, &w);
    double *curve = tr_curve_of(w, n, 8, arena);
    for (int i = 0; i < 9; i++) close_to(curve[i], expected[i]);
    assert_true(isnan(tr_curve_of(w, 0, 8, arena)[3]));
    tr_arena_free(arena);
}

/* ---- over replications, by hand ---- */

enum { ARMS = 2, REPLICATIONS = 3 };
static const double t2 = 4.302652729911275; /* Student's 97.5 % point of two degrees of freedom */

typedef struct {
    tr_sweep sweep;
    tr_arms arms;
    tr_replay_settings settings;
    tr_sweep_load load;
    tr_replay_run runs[REPLICATIONS * ARMS];
} small_sweep;

static small_sweep *sweep_by_hand(tr_arena *arena)
{
    small_sweep *s = TR_NEW(arena, small_sweep, 1);
    s->settings = tr_replay_settings_default();
    s->settings.replications = REPLICATIONS, s->settings.warm_up_days = 0, s->settings.days = 2;
    tr_day_parse("2025-09-01", &s->settings.start_day);
    s->settings.n_rules = ARMS, s->settings.rules[0] = TR_DISPATCH_OLDEST, s->settings.rules[1] = TR_DISPATCH_TIPRUN;
    s->arms = (tr_arms){.n_fleets = 1, .fleets = {"fleet"}, .n_towns = 1, .towns = {two_wards(arena)}};
    tr_arms_cross(&s->arms, &s->settings, arena);
    s->load = (tr_sweep_load){.kind = TR_LOAD_RECORD, .rate = 1, .runs = s->runs};
    s->sweep = (tr_sweep){.arms = &s->arms, .settings = &s->settings, .n_loads = 1, .loads = &s->load};
    int32_t groups = tr_groups_count(s->arms.towns[0]);
    for (int32_t i = 0; i < REPLICATIONS * ARMS; i++) {
        s->runs[i].group_figure = TR_NEW(arena, double, groups * TR_N_WAIT);
        s->runs[i].waiting = TR_NEW(arena, double, 2), s->runs[i].n_waiting = 2;
        s->runs[i].days = TR_NEW(arena, tr_replay_day, 2), s->runs[i].n_days = 2;
        for (int32_t d = 0; d < 2; d++) s->runs[i].days[d].day = s->settings.start_day + d;
    }
    return s;
}

static void means_over_replications(void **state)
{
    tr_arena *arena = tr_arena_new();
    small_sweep *s = sweep_by_hand(arena);
    int32_t g = group_named(s->arms.towns[0], TR_BY_WARD, "Bridge");
    (void)state;
    for (int32_t r = 0; r < REPLICATIONS; r++) { /* 1, 2, 3 and 0, 4, none */
        double *control = &s->runs[r * ARMS].group_figure[g * TR_N_WAIT], *other = &s->runs[r * ARMS + 1].group_figure[g * TR_N_WAIT];
        control[TR_FIG_MEAN] = r + 1, other[TR_FIG_MEAN] = r == 0 ? 0 : r == 1 ? 4 : NAN;
        control[TR_FIG_CASES] = 10, other[TR_FIG_CASES] = r == 2 ? 9 : 10;
    }
    tr_group_summary m = tr_groups_mean(&s->sweep, 0, 0, g, TR_FIG_MEAN);
    assert_int_equal(m.n, 3);
    close_to(m.mean, 2), close_to(m.t.high, 2 + t2 / sqrt(3)), close_to(m.t.low, 2 - t2 / sqrt(3));
    m = tr_groups_mean(&s->sweep, 0, 1, g, TR_FIG_MEAN);
    assert_int_equal(m.n, 2);
    close_to(m.mean, 2);
    m = tr_groups_difference(&s->sweep, 0, 1, 0, g, TR_FIG_MEAN); /* -1 and 2 */
    assert_int_equal(m.n, 2);
    close_to(m.mean, 0.5);
    close_to(m.t.high, 0.5 + 12.706204736432095 * 1.5); /* one degree of freedom; standard error 1.5 */
    assert_int_equal(tr_groups_thin(&s->sweep, 0, 0, g), 0);
    assert_int_equal(tr_groups_thin(&s->sweep, 0, 1, g), 1);
    assert_false(tr_groups_few(&s->sweep, 0, 0, g));
    assert_true(tr_groups_few(&s->sweep, 0, 1, g));
    assert_false(tr_groups_empty(&s->sweep, 0, 1, g));
    assert_true(tr_groups_empty(&s->sweep, 0, 1, group_named(s->arms.towns[0], TR_BY_WARD, "Abbey")));
    tr_arena_free(arena);
}

/* Two squares; piles and days of three replications: 2 of 4, none, 6 of 20 under the control; the same piles take 1, -, 14 under the other. */
static void places_over_replications(void **state)
{
    tr_arena *arena = tr_arena_new();
    small_sweep *s = sweep_by_hand(arena);
    static const int32_t n[REPLICATIONS] = {2, 0, 6};
    static const double days[ARMS][REPLICATIONS] = {{4, 0, 20}, {1, 0, 14}};
    (void)state;
    for (int32_t i = 0; i < REPLICATIONS * ARMS; i++) {
        s->runs[i].places = TR_NEW(arena, tr_place_sum, 2);
        s->runs[i].places[1] = (tr_place_sum){n[i / ARMS], days[i % ARMS][i / ARMS]};
    }
    tr_place_mean m = tr_places_mean(&s->sweep, 0, 0, 0);
    assert_true(m.n == 0 && isnan(m.mean) && isnan(m.t.low));
    m = tr_places_mean(&s->sweep, 0, 0, 1);
    assert_int_equal(m.n, 8);
    close_to(m.mean, 3);
    close_to(m.t.high, 3 + t2 * 0.75 / sqrt(3)); /* 4 - 3 x 2, 0 and 20 - 3 x 6 by 8/3 piles a replication: -0.75, 0, 0.75 */
    m = tr_places_difference(&s->sweep, 0, 1, 0, 1);
    assert_int_equal(m.n, 8);
    close_to(m.mean, -9 / 8.0);
    close_to(m.t.high, -9 / 8.0 + t2 * sqrt(2 * 0.28125 * 0.28125 / 2) / sqrt(3)); /* -3 + 9/4, 0 and -6 + 27/4 by 8/3 */
    tr_arena_free(arena);
}

static void curves_over_replications(void **state)
{
    tr_arena *arena = tr_arena_new();
    small_sweep *s = sweep_by_hand(arena);
    static const double waiting[3] = {0.2, 0.4, 0.9};
    static const int32_t queue[3] = {5, 7, 9};
    (void)state;
    for (int32_t r = 0; r < REPLICATIONS; r++) {
        tr_replay_run *run = &s->runs[r * ARMS + 1];
        run->waiting[0] = 1, run->waiting[1] = waiting[r], run->days[1].queue = queue[r];
    }
    tr_curve c = tr_curve_waiting(&s->sweep, 0, 1, arena);
    assert_int_equal(c.n, 2);
    assert_int_equal(c.x[1], 1);
    close_to(c.mean[0], 1), close_to(c.t[0].low, 1), close_to(c.t[0].high, 1);
    close_to(c.mean[1], 0.5), close_to(c.t[1].low, 0), close_to(c.t[1].high, 1); /* -0.40 to 1.40, kept to what a share can be */
    c = tr_curve_queue(&s->sweep, 0, 1, arena);
    assert_int_equal(c.n, 2);
    assert_int_equal(c.x[1], s->settings.start_day + 1);
    close_to(c.mean[1], 7), close_to(c.t[1].low, 7 - t2 * 2 / sqrt(3)), close_to(c.t[1].high, 7 + t2 * 2 / sqrt(3));
    tr_arena_free(arena);
}

static void set_little(small_sweep *s, const double *l, const double *lambda_w)
{
    for (int32_t r = 0; r < REPLICATIONS; r++)
        s->runs[r * ARMS].figure[TR_FIG_LITTLE_L] = l[r], s->runs[r * ARMS].figure[TR_FIG_LITTLE_LAMBDA_W] = lambda_w[r];
}

static void little_over_replications(void **state)
{
    tr_arena *arena = tr_arena_new();
    small_sweep *s = sweep_by_hand(arena);
    static const double l[3] = {10, 12, 14};
    (void)state;
    set_little(s, l, (const double[3]){9, 12.9, 14}); /* 10 and 7.5 % off in one run; 0.3 % over all */
    tr_little x = tr_little_of(&s->sweep, 0, 0);
    close_to(x.gap, 0.1 / 36), close_to(x.l, 12), close_to(x.lambda_w, 35.9 / 3);
    close_to(x.t.high, (0.1 / 3 + t2 * sqrt((0.966666666666666666 * 0.966666666666666666 + 0.933333333333333333 * 0.933333333333333333 + 1.0 / 900) / 2 / 3)) / 12);
    assert_true(x.holds && !*x.why);
    set_little(s, l, (const double[3]){9.5, 11.4, 13.6}); /* 0.5, 0.6, 0.4: older at the end, beyond chance */
    x = tr_little_of(&s->sweep, 0, 0);
    close_to(x.gap, 1.5 / 36);
    assert_true(!x.holds && x.t.low > 0 && strstr(x.why, "longer at the end"));
    set_little(s, l, (const double[3]){10.5, 12.6, 14.4});
    assert_non_null(strstr(tr_little_of(&s->sweep, 0, 0).why, "longer at the beginning"));
    set_little(s, l, (const double[3]){5, 16, 12}); /* 3 of 36 off, but anything may be */
    assert_non_null(strstr(tr_little_of(&s->sweep, 0, 0).why, "more or longer ones"));
    set_little(s, (const double[3]){0, 0, 0}, (const double[3]){0, 0, 0});
    assert_true(isnan(tr_little_of(&s->sweep, 0, 0).gap));
    tr_arena_free(arena);
}

/* ---- a town ---- */

enum { TOWN_DAYS = 42 };

typedef struct {
    tr_arena *arena;
    tr_town town;
    tr_replay_settings settings;
    tr_arm arms[2];
} fixture;

static void write_reports(FILE *out)
{
    static const char *const types[] = {"Other Household Waste", "Black Bags - Household", "Asbestos", ""};
    static const char *const wards[] = {"North", "South", ""};
    int32_t first;
    tr_day_parse("2025-12-01", &first); /* Christmas comes */
    fprintf(out, "id,lat,lon,reported_at,waste_type,size,Ward\n");
    for (int32_t d = 0; d < TOWN_DAYS; d++)
        for (int32_t k = 0; k < 16; k++) {
            uint64_t key = tr_mix(3, (uint64_t)(d * 100 + k));
            char date[11];
            tr_day_print(first + d, date);
            fprintf(out, "R-%d-%d,%.6f,%.6f,%sT%02d:%02d:00,%s,%s,%s\n", d, k, 51.4985 + 0.03 * (tr_unit(tr_mix(key, 1)) - 0.5),
                    -0.133 + 0.05 * (tr_unit(tr_mix(key, 2)) - 0.5), date, 5 + k, (int)(key % 60), types[key / 7 % 13 < 1 ? 2 : key / 7 % 2 ? 3 : key / 14 % 2],
                    key / 91 % 2 ? "" : "Single Item", wards[key / 5 % 3]);
        }
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    char *reports;
    size_t length;
    FILE *out = open_memstream(&reports, &length);
    write_reports(out);
    fclose(out);
    f->arena = tr_arena_new();
    f->town.morning.arena = f->arena;
    f->settings = tr_replay_settings_default();
    f->settings.replications = 3, f->settings.days = 20, f->settings.warm_up_days = 10, f->settings.horizon_days = 8;
    f->settings.candidates = 60, f->settings.iterations = 200, f->settings.order_iterations = 100, f->settings.co2_g_per_km = 200;
    f->settings.n_rules = 2, f->settings.rules[0] = TR_DISPATCH_OLDEST, f->settings.rules[1] = TR_DISPATCH_NEAREST;
    tr_status status = tr_tiny_town(reports, &f->settings, &f->town);
    free(reports);
    f->town.squares = tr_town_squares(&f->town);
    for (int32_t i = 0; i < 2; i++) f->arms[i] = (tr_arm){tr_dispatch_names[f->settings.rules[i]], 0, f->settings.rules[i], &f->town};
    *state = f;
    return status ? -1 : 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    tr_arena_free(f->arena);
    free(f);
    return 0;
}

static tr_replay_run *replayed(const fixture *f, double rate, int32_t threads, tr_arena *arena)
{
    tr_replay_run *runs;
    tr_err err = {0};
    tr_replay_options o = {.rate = rate, .keep_cases = true, .threads = threads, .arms = f->arms, .n_arms = 2};
    if (tr_replay(&f->settings, &o, arena, &runs, &err)) fail_msg("%s", err.text);
    return runs;
}

/* ---- the same figures in the plainest way ---- */

/* Christmas, Boxing Day, New Year; Monday to Friday. */
static bool is_worked(const struct tm *day)
{
    bool holiday = (day->tm_mon == 11 && (day->tm_mday == 25 || day->tm_mday == 26)) || (day->tm_mon == 0 && day->tm_mday == 1);
    return day->tm_wday >= 1 && day->tm_wday <= 5 && !holiday;
}

static double working_days(int64_t from_s, int64_t to_s)
{
    double sum = 0;
    time_t start = (time_t)from_s;
    struct tm day;
    localtime_r(&start, &day);
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    for (;;) {
        day.tm_isdst = -1;
        time_t begin = mktime(&day);
        bool worked = is_worked(&day);
        if (begin >= to_s) return sum;
        day.tm_mday++, day.tm_isdst = -1;
        time_t end = mktime(&day);
        double gone = fmin((double)end, (double)to_s) - fmax((double)begin, (double)from_s);
        if (worked && gone > 0) sum += gone / difftime(end, begin);
    }
}

/* The share that waits longer than x, by definition: over the times of clearing, who is left of those who were there.
 * Of piles, or, if cases are given, of the seconds of work in them. */
static double survival(const double *t, const bool *cleared, const tr_case **cases, int32_t n, double x)
{
    double s = 1, before = -1;
    for (;;) {
        double next = INFINITY, there = 0, gone = 0;
        for (int32_t i = 0; i < n; i++)
            if (cleared[i] && t[i] > before && t[i] < next) next = t[i];
        if (!(next <= x)) return s;
        for (int32_t i = 0; i < n; i++) {
            double weight = cases ? cases[i]->work_s : 1;
            there += t[i] >= next ? weight : 0, gone += cleared[i] && t[i] == next ? weight : 0;
        }
        s *= 1 - gone / there, before = next;
    }
}

static double first_down(const double *t, const bool *cleared, int32_t n, double height)
{
    double first = NAN;
    for (int32_t i = 0; i < n; i++)
        if (cleared[i] && !(t[i] >= first) && survival(t, cleared, NULL, n, t[i]) <= height + 1e-9) first = t[i];
    return first;
}

static int upwards(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The area under either up to the horizon; cases NULL: of piles. */
static double area(const double *t, const bool *cleared, const tr_case **cases, int32_t n, double horizon)
{
    double sum = 0, last = 0, *times = calloc((size_t)n + 1, sizeof *times);
    memcpy(times, t, (size_t)n * sizeof *t);
    times[n] = horizon;
    qsort(times, (size_t)n + 1, sizeof *times, upwards);
    for (int32_t i = 0; i <= n && times[i] <= horizon; i++) {
        double left = times[i] == last ? 0 : survival(t, cleared, cases, n, last);
        sum += (times[i] - last) * left, last = times[i];
    }
    free(times);
    return sum;
}

/* Cases of the group with crews to clear them, n of them, by either clock. */
static int32_t collect(const tr_replay_run *run, tr_by by, const char *name, const tr_case **cases, double *calendar, double *working,
                       bool *cleared)
{
    int32_t n = 0;
    for (int32_t i = 0; i < run->n_cases; i++) {
        const tr_case *c = &run->cases[i];
        const char *word = by == TR_BY_WASTE_TYPE ? c->waste_type : by == TR_BY_SIZE ? c->size : by == TR_BY_WARD ? c->ward
                           : c->hazardous ? "hazardous" : "not hazardous";
        if (c->end == TR_CASE_DUPLICATE || c->end == TR_CASE_TRANSFERRED || c->work_s == 0) continue;
        if (name && strcmp(word ? word : "not known", name) != 0) continue;
        cases[n] = c, calendar[n] = (double)(c->until_s - c->reported_s) / 86400, working[n] = working_days(c->reported_s, c->until_s);
        cleared[n++] = c->end == TR_CASE_CLEARED;
    }
    return n;
}

static bool on_one_day(const tr_case *c)
{
    struct tm came, went;
    time_t report = (time_t)c->reported_s, end = (time_t)c->until_s;
    localtime_r(&report, &came), localtime_r(&end, &went);
    return c->end == TR_CASE_CLEARED && came.tm_year == went.tm_year && came.tm_yday == went.tm_yday;
}

/* Piles of each square watched for a whole horizon; returns how many in all. */
static int32_t compare_places(const tr_replay_run *run, const tr_town *town, int64_t last_s, double horizon, tr_arena *arena)
{
    const tr_squares *q = &town->squares;
    tr_place_sum *sums = TR_NEW(arena, tr_place_sum, q->n_x * q->n_y);
    int32_t n = 0;
    for (int32_t i = 0; i < run->n_cases; i++) {
        const tr_case *c = &run->cases[i];
        if (c->work_s == 0 || c->reported_s > last_s) continue;
        for (int32_t s = 0; s < q->n_x * q->n_y; s++) {
            double west = q->west + s % q->n_x * q->side_lon, north = q->north - s / q->n_x * q->side_lat;
            if (c->lon < west || c->lon >= west + q->side_lon || c->lat > north || c->lat <= north - q->side_lat) continue;
            sums[s].n++, sums[s].days += fmin((double)(c->until_s - c->reported_s) / 86400, horizon), n++;
        }
    }
    for (int32_t s = 0; s < q->n_x * q->n_y; s++) assert_int_equal(run->places[s].n, sums[s].n), close_to(run->places[s].days, sums[s].days);
    return n;
}

static void compare(const tr_replay_run *run, tr_by by, const char *name, const double *figure, tr_horizons horizons, tr_arena *arena)
{
    const tr_case **cases = TR_NEW(arena, const tr_case *, run->n_cases);
    double *t[2] = {TR_NEW(arena, double, run->n_cases), TR_NEW(arena, double, run->n_cases)}, open = 0, drawn = 0, same_day = 0;
    bool *cleared = TR_NEW(arena, bool, run->n_cases);
    int32_t n = collect(run, by, name, cases, t[0], t[1], cleared);
    for (int32_t i = 0; i < n; i++) open += !cleared[i], drawn += cases[i]->drawn, same_day += on_one_day(cases[i]);
    close_to(figure[TR_FIG_CASES], n), close_to(figure[TR_FIG_OPEN], open);
    close_to(figure[TR_FIG_DRAWN], n ? drawn / n : NAN), close_to(figure[TR_FIG_SAME_DAY], n ? same_day / n : NAN);
    for (int c = 0; c < 2; c++) {
        double horizon = c ? horizons.working : horizons.calendar, oldest = NAN;
        const double *f = &figure[c ? TR_FIG_WORKING_MEAN : TR_FIG_MEAN]; /* mean, median, p90, work mean, oldest */
        for (int32_t i = 0; i < n; i++) oldest = fmax(t[c][i], oldest);
        close_to(f[0], n ? area(t[c], cleared, NULL, n, horizon) : NAN);
        close_to(f[1], first_down(t[c], cleared, n, 0.5)), close_to(f[2], first_down(t[c], cleared, n, 0.1));
        close_to(f[3], n ? area(t[c], cleared, cases, n, horizon) : NAN), close_to(f[4], oldest);
    }
}

static void figures_follow_from_the_cases(void **state)
{
    const fixture *f = *state;
    tr_arena *arena = tr_arena_new();
    int32_t from, to, groups = 0, placed = 0;
    tr_replay_run *runs = replayed(f, 1.3, 2, arena);
    tr_replay_window(&f->settings, &f->town, false, &from, &to);
    tr_horizons horizons = {8, 5};
    assert_int_equal(tr_replay_horizon(&f->settings, from, to), 8);
    assert_int_equal(tr_replay_working_horizon(&f->settings, from, to), 5);
    assert_int_equal(f->town.n_wards, 2);
    for (int32_t i = 0; i < 6; i++) {
        const tr_replay_run *run = &runs[i];
        double cases[TR_N_BY] = {0};
        compare(run, TR_BY_SIZE, NULL, run->figure, horizons, arena);
        for (int32_t g = 0; g < tr_groups_count(&f->town); g++) {
            const double *figure = &run->group_figure[g * TR_N_WAIT];
            tr_group_label label = tr_groups_label(&f->town, g);
            compare(run, label.by, label.name, figure, horizons, arena);
            cases[label.by] += figure[TR_FIG_CASES], groups += figure[TR_FIG_CASES] > 0;
        }
        for (int32_t b = 0; b < TR_N_BY; b++) close_to(cases[b], run->figure[TR_FIG_CASES]); /* each pile in one group */
        placed += compare_places(run, &f->town, (int64_t)(to - 8) * 86400 - tr_utc_offset(to - 8), 8, arena);
        close_to(run->figure[TR_FIG_CO2_PER_CASE], 0.2 * run->figure[TR_FIG_KM] / run->figure[TR_FIG_CLEARED]);
        close_to(run->figure[TR_FIG_OVERTIME_PER_CASE], run->figure[TR_FIG_OVERTIME] / run->figure[TR_FIG_CLEARED]);
    }
    printf("%d groups that are not empty in 6 runs, %d piles on the map\n", groups, placed);
    assert_true(groups > 60 && placed > 100);
    tr_arena_free(arena);
}

static void curves_follow_from_the_cases(void **state)
{
    const fixture *f = *state;
    tr_arena *arena = tr_arena_new();
    tr_replay_run *runs = replayed(f, 1, 2, arena);
    for (int32_t i = 0; i < 6; i++) {
        const tr_replay_run *run = &runs[i];
        const tr_case **cases = TR_NEW(arena, const tr_case *, run->n_cases);
        double *t = TR_NEW(arena, double, run->n_cases), *working = TR_NEW(arena, double, run->n_cases);
        bool *cleared = TR_NEW(arena, bool, run->n_cases);
        int32_t n = collect(run, TR_BY_SIZE, NULL, cases, t, working, cleared);
        assert_int_equal(run->n_waiting, 9);
        for (int32_t day = 0; day < 9; day++) close_to(run->waiting[day], survival(t, cleared, NULL, n, day));
    }
    tr_arena_free(arena);
}

static void threads_change_no_group(void **state)
{
    const fixture *f = *state;
    tr_arena *arena = tr_arena_new();
    tr_replay_run *one = replayed(f, 1, 1, arena), *three = replayed(f, 1, 3, arena);
    for (int32_t i = 0; i < 6; i++) {
        assert_memory_equal(one[i].group_figure, three[i].group_figure, (size_t)(tr_groups_count(&f->town) * TR_N_WAIT) * sizeof(double));
        assert_memory_equal(one[i].waiting, three[i].waiting, (size_t)one[i].n_waiting * sizeof(double));
    }
    tr_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_clocks_by_hand),
        cmocka_unit_test(groups_by_hand),
        cmocka_unit_test(places_by_hand),
        cmocka_unit_test(waiting_by_hand),
        cmocka_unit_test(means_over_replications),
        cmocka_unit_test(places_over_replications),
        cmocka_unit_test(curves_over_replications),
        cmocka_unit_test(little_over_replications),
        cmocka_unit_test_setup_teardown(figures_follow_from_the_cases, set_up, tear_down),
        cmocka_unit_test_setup_teardown(curves_follow_from_the_cases, set_up, tear_down),
        cmocka_unit_test_setup_teardown(threads_change_no_group, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
