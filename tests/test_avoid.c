/* test_avoid.c -- places to keep away from: their file, how near a road comes, whom and when they concern, and
 * what of a plan is named.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "day_fixture.h"

#include "avoid.h"
#include "calendar.h"
#include "readers.h"

#include <geodesic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOUR = 3600, DAY = 86400 };

/* ---- a file of one entry, read for two vehicles on a day ---- */

typedef struct {
    tr_arena *arena;
    tr_diag diag;
    tr_morning morning;
} reading;

static int64_t last_shift_s; /* of the two vehicles, when the last one ends */

static reading read_text(const char *text, const char *date)
{
    static tr_vehicle vehicles[] = {{.id = "Lorry-1"}, {.id = "Van-2", .max_overtime_s = 1800}};
    vehicles[1].end_s = last_shift_s - 1800;
    reading r = {.arena = tr_arena_new()};
    char path[] = "/tmp/tiprun-avoid-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    r.diag.arena = r.morning.arena = r.arena;
    tr_zone_set("Europe/London");
    assert_true(tr_day_parse(date, &r.morning.problem.day));
    r.morning.problem.n_vehicles = 2;
    r.morning.problem.vehicles = vehicles;
    r.morning.vehicle_notes = TR_NEW(r.arena, tr_vehicle_note, 2);
    r.morning.vehicle_notes[0].profile = "lorry";
    r.morning.vehicle_notes[1].profile = "van";
    tr_avoid_read(path, &r.morning, &r.diag);
    unlink(path);
    return r;
}

static void hours_are_those_of_the_day(void **state)
{
    (void)state;
    static const struct {
        const char *when, *date, *hours;
    } cases[] = {
        {"", "2026-03-02", "0-86400 "},
        {",\"from\":\"2026-03-02T07:00\",\"to\":\"2026-03-02T15:30\"", "2026-03-02", "25200-55800 "},
        {",\"from\":\"2026-03-02T07:00\",\"to\":\"2026-03-02T15:30\"", "2026-03-01", ""},
        {",\"from\":\"2026-03-02T07:00\",\"to\":\"2026-03-02T15:30\"", "2026-03-03", ""},
        {",\"to\":\"2026-03-01\"", "2026-03-02", ""}, /* the end of that day is not this day */
        {",\"to\":\"2026-03-02\"", "2026-03-02", "0-86400 "},
        {",\"from\":\"2026-03-03\"", "2026-03-02", ""},
        {",\"from\":\"2026-03-02T07:00:00Z\"", "2026-03-02", "25200-86400 "},
        {",\"from\":\"2026-06-01T07:00:00Z\"", "2026-06-01", "28800-86400 "}, /* summer time */
        {",\"from\":\"2026-06-01T07:00:00+01:00\"", "2026-06-01", "25200-86400 "},
        {",\"hours\":[\"08:15-09:00\"]", "2026-03-02", "29700-32400 "},
        {",\"hours\":[[\"22:00\",\"29:30\"]],\"to\":\"2026-03-02\"", "2026-03-02", "0-19800 79200-86400 "},
        {",\"hours\":{\"mon\":[\"08:00-09:00\"]}", "2026-03-02", "28800-32400 "},
        {",\"hours\":{\"sun\":[\"22:00-26:00\"]}", "2026-03-02", "0-7200 "}, /* Sunday's night */
        {",\"hours\":{\"wed\":[\"08:00-09:00\"]}", "2026-03-02", ""},
        {",\"hours\":[]", "2026-03-02", ""},
        {",\"from\":\"2200-01-01\"", "2026-03-02", ""},
        {",\"from\":\"1970-01-01\",\"to\":\"2199-12-31\"", "2026-03-02", "0-86400 "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300], hours[300] = "";
        snprintf(text, sizeof text, "[{\"id\":\"A\",\"kind\":\"closed_road\",\"lat\":51,\"lon\":0%s}]",
                 cases[i].when);
        reading r = read_text(text, cases[i].date);
        if (r.diag.n_faults) fail_msg("%s: %s", cases[i].when, r.diag.faults[0].text);
        const tr_avoid *a = &r.morning.avoid[0];
        for (int32_t k = 0; k < a->n_hours; k++)
            snprintf(hours + strlen(hours), sizeof hours - strlen(hours), "%lld-%lld ",
                     (long long)a->hours[k].start_s, (long long)a->hours[k].end_s);
        if (strcmp(hours, cases[i].hours)) fail_msg("%s on %s: %s", cases[i].when, cases[i].date, hours);
        tr_arena_free(r.arena);
    }
}

static void a_shift_past_midnight_meets_tomorrow(void **state)
{
    (void)state;
    last_shift_s = 30 * HOUR;
    reading r = read_text("[{\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"hours\":[\"04:00-05:00\","
                          "\"05:30-07:00\"]}]",
                          "2026-03-02");
    const tr_avoid *a = &r.morning.avoid[0];
    assert_int_equal(a->n_hours, 4);
    assert_int_equal(a->hours[2].start_s, 28 * HOUR);
    assert_int_equal(a->hours[3].end_s, 30 * HOUR);
    assert_string_equal(tr_avoid_what(a, r.arena), "place to keep away from (A), 04:00-05:00, 05:30-07:00");
    tr_arena_free(r.arena);
    last_shift_s = 0;
}

static void every_fault_is_told_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *entry, *where, *text;
    } cases[] = {
        {"\"kind\":\"closed_road\",\"lat\":51,\"lon\":0", "avoid[0].id", "is missing"},
        {"\"id\":\"\",\"kind\":\"closed_road\",\"lat\":51,\"lon\":0", "avoid[0].id", "expected 1 to 64"},
        {"\"id\":\"A\",\"lat\":51,\"lon\":0", "avoid[0].kind", "is missing"},
        {"\"id\":\"A\",\"kind\":\"low_brigde\",\"lat\":51,\"lon\":0", "avoid[0].kind",
         "did you mean \"low_bridge\""},
        {"\"id\":\"A\",\"kind\":\"other\"", "avoid[0]", "has no place"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51", "avoid[0].lon", "is missing"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":91,\"lon\":0", "avoid[0].lat", "91 is out of range"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"line\":[{\"lat\":51,\"lon\":0},{\"lat\":51,"
         "\"lon\":1}]",
         "avoid[0].line", "stands beside lat and lon"},
        {"\"id\":\"A\",\"kind\":\"other\",\"line\":[{\"lat\":51,\"lon\":0}]", "avoid[0].line",
         "has 1 points; expected 2"},
        {"\"id\":\"A\",\"kind\":\"other\",\"line\":[[0,51],[0,52]]", "avoid[0].line[1]",
         "is an array; expected an object"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"radius\":20", "avoid[0].radius",
         "did you mean \"radius_m\""},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"radius_m\":0", "avoid[0].radius_m",
         "0 is out of range"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"height_m\":320", "avoid[0].height_m",
         "320 is out of range"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"weight_kg\":7.5", "avoid[0].weight_kg",
         "no whole number"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"from\":\"07:00\"", "avoid[0].from",
         "has no date"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"from\":\"2.3.2026\"", "avoid[0].from",
         "no local time"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"from\":\"2026-03-03\",\"to\":\"2026-03-02\"",
         "avoid[0].to", "is not after from"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"hours\":[\"22:00-06:00\"]",
         "avoid[0].hours[0]", "no period"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"hours\":{\"monday\":[]}",
         "avoid[0].hours.monday", "unknown key"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"vehicles\":[\"Lorry1\"]",
         "avoid[0].vehicles[0]", "did you mean \"Lorry-1\""},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"profiles\":[\"truck\"]",
         "avoid[0].profiles[0]", "unknown profile \"truck\" (known: lorry, van)"},
        {"\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0,\"vehicles\":[]", "avoid[0].vehicles",
         "is empty"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[500];
        snprintf(text, sizeof text, "{\"avoid\":[{%s}]}", cases[i].entry);
        reading r = read_text(text, "2026-03-02");
        int32_t there = 0, same = 0;
        for (int32_t k = 0; k < r.diag.n_faults; k++) {
            bool at = !strcmp(r.diag.faults[k].where, cases[i].where);
            there += at && strstr(r.diag.faults[k].text, cases[i].text);
            same += at;
        }
        if (!there)
            fail_msg("%s: %s: %s", cases[i].entry, r.diag.n_faults ? r.diag.faults[0].where : "",
                     r.diag.n_faults ? r.diag.faults[0].text : "no fault");
        assert_int_equal(same, 1); /* told once, whatever the number of days looked at */
        tr_arena_free(r.arena);
    }
    reading twice = read_text(
        "[{\"id\":\"A\",\"kind\":\"other\",\"lat\":51,\"lon\":0},{\"id\":\"A\",\"kind\":\"other\",\"lat\":51,"
        "\"lon\":0}]",
        "2026-03-02");
    assert_int_equal(twice.diag.n_errors, 1);
    assert_string_equal(twice.diag.faults[0].where, "[1].id");
    tr_arena_free(twice.arena);
}

/* ---- how near: against the geodesic, sampled finely ---- */

static double draw(double low, double high)
{
    return low + (high - low) * (double)rand() / RAND_MAX;
}

enum { SAMPLES = 300 };

static void sample(const double *line, int32_t n, int k, double *lat, double *lon)
{
    double at = n > 1 ? (double)k / SAMPLES * (n - 1) : 0;
    int32_t i = n > 1 ? (int32_t)fmin(floor(at), n - 2) : 0, next = n > 1 ? i + 1 : 0;
    *lon = line[2 * i] + (at - i) * (line[2 * next] - line[2 * i]);
    *lat = line[2 * i + 1] + (at - i) * (line[2 * next + 1] - line[2 * i + 1]);
}

/* Least geodesic of all pairs of samples: never less than the distance by more than the geodesic's own error. */
static double sampled(const struct geod_geodesic *earth, const tr_avoid *a, int32_t n, const double *leg)
{
    double best = HUGE_VAL, lat1, lon1, lat2, lon2, d;
    for (int i = 0; i <= (a->n_points > 1 ? SAMPLES : 0); i++)
        for (int k = 0; k <= SAMPLES; k++) {
            sample(a->lon_lat, a->n_points, i, &lat1, &lon1);
            sample(leg, n, k, &lat2, &lon2);
            geod_inverse(earth, lat1, lon1, lat2, lon2, &d, NULL, NULL);
            best = fmin(best, d);
        }
    return best;
}

/* Roads of some hundred metres around places at every latitude of the British Isles and beyond. */
static void distances_are_those_of_the_ellipsoid(void **state)
{
    (void)state;
    unsigned seed = 20260302;
    struct geod_geodesic earth;
    geod_init(&earth, 6378137, 1 / 298.257223563);
    print_message("seed %u\n", seed);
    srand(seed);
    for (int t = 0; t < 30; t++) {
        double lat = draw(-60, 61), lon = draw(-170, 170), east = 1 / cos(lat * 3.14159265358979 / 180),
               place[6], leg[8];
        int32_t n_place = 1 + t % 3, n_leg = 2 + t % 3;
        for (int i = 0; i < n_place; i++)
            place[2 * i] = lon + draw(-0.004, 0.004) * east, place[2 * i + 1] = lat + draw(-0.004, 0.004);
        for (int i = 0; i < n_leg; i++)
            leg[2 * i] = lon + draw(-0.01, 0.01) * east, leg[2 * i + 1] = lat + draw(-0.01, 0.01);
        const tr_avoid a = {.n_points = n_place, .lon_lat = place, .radius_m = 100};
        tr_near near;
        bool is_near = tr_avoid_near(&a, n_leg, leg, &near);
        double oracle = sampled(&earth, &a, n_leg, leg), step = 2600.0 * 3 / SAMPLES;
        if (near.metres > oracle * 1.001 + 0.1 || near.metres < oracle * 0.999 - 2 * step)
            fail_msg("trial %d at latitude %.2f: %.2f m, the geodesic says %.2f", t, lat, near.metres,
                     oracle);
        assert_int_equal(is_near, near.metres <= 100);
        /* the point it names is on the leg at its share, and as far from the place as it says */
        assert_true(near.share >= 0 && near.share <= 1);
        double there[2] = {near.lon, near.lat};
        assert_true(fabs(sampled(&earth, &a, 1, there) - near.metres) < 2 * step + 0.002 * near.metres);
    }
}

static void a_point_a_line_and_the_edge_of_the_radius(void **state)
{
    (void)state;
    const double point[] = {-1.5, 53}, line[] = {-1.5, 53, -1.49, 53},
                 north = 1 / 111290.0; /* degrees a metre there */
    const tr_avoid at = {.n_points = 1, .lon_lat = point, .radius_m = 25},
                   along = {.n_points = 2, .lon_lat = line, .radius_m = 25};
    const double crossing[] = {-1.495, 52.99, -1.495, 53.03},
                 beside[] = {-1.498, 53 + 24 * north, -1.492, 53 + 24 * north};
    const double outside[] = {-1.498, 53 + 26 * north, -1.492, 53 + 26 * north},
                 still[] = {-1.5, 53, -1.5, 53};
    tr_near near;
    assert_true(tr_avoid_near(&along, 2, crossing, &near));
    assert_true(near.metres == 0);
    assert_true(fabs(near.share - 0.25) < 1e-6 && fabs(near.lat - 53) < 1e-9);
    assert_true(tr_avoid_near(&along, 2, beside, &near));
    assert_true(fabs(near.metres - 24) < 0.1);
    assert_false(tr_avoid_near(&along, 2, outside, &near));
    assert_false(tr_avoid_near(&at, 2, crossing, &near));
    assert_true(tr_avoid_near(&at, 2, still, &near)); /* a leg that goes nowhere */
    assert_true(near.metres == 0 && near.share == 0);
    assert_true(tr_avoid_near(&at, 1, point, &near));
}

/* ---- whom and when ---- */

static void limits_and_lists_say_whom_it_concerns(void **state)
{
    (void)state;
    static const char *const lorry[] = {"lorry"}, *const van[] = {"Van-2"};
    static const struct {
        tr_bulk own, limit;
        int32_t n_vehicles, n_profiles;
        bool concerns, assumed;
    } cases[] = {
        {{0}, {0}, 0, 0, true, false},
        {{3150, 0, 0}, {3150, 0, 0}, 0, 0, false, false}, /* as high as the bridge passes */
        {{3151, 0, 0}, {3150, 0, 0}, 0, 0, true, false},
        {{0, 2500, 7500}, {3150, 0, 0}, 0, 0, true, true},
        {{3000, 0, 7500}, {3150, 2400, 7500}, 0, 0, true, true},
        {{3000, 2600, 0}, {3150, 2400, 7500}, 0, 0, true, false}, /* too wide for certain */
        {{3000, 2300, 3500}, {3150, 2400, 7500}, 0, 0, false, false},
        {{0}, {0}, 1, 0, false, false},
        {{0}, {0}, 0, 1, true, false},
        {{0}, {0}, 1, 1, true, false}, /* one of the two lists is enough */
        {{0, 0, 3500}, {0, 0, 7500}, 0, 1, false, false},
    };
    const tr_vehicle vehicle = {.id = "Lorry-1"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tr_vehicle_note note = {.profile = "lorry", .bulk = cases[i].own};
        const tr_morning m = {.vehicle_notes = &note, .problem = {.n_vehicles = 1, .vehicles = &vehicle}};
        const tr_avoid a = {.limit = cases[i].limit,
                            .n_vehicles = cases[i].n_vehicles,
                            .vehicles = van,
                            .n_profiles = cases[i].n_profiles,
                            .profiles = lorry};
        bool assumed;
        if (tr_avoid_concerns(&m, &a, 0, &assumed) != cases[i].concerns || assumed != cases[i].assumed)
            fail_msg("case %zu", i);
    }
}

static void hours_hold_at_both_their_ends(void **state)
{
    (void)state;
    const tr_window hours[] = {{7 * HOUR, 9 * HOUR}, {15 * HOUR, 16 * HOUR}};
    const tr_avoid a = {.n_hours = 2, .hours = hours}, never = {.n_hours = 0};
    assert_true(tr_avoid_holds(&a, 9 * HOUR, 10 * HOUR));
    assert_true(tr_avoid_holds(&a, 6 * HOUR, 7 * HOUR));
    assert_true(tr_avoid_holds(&a, 6 * HOUR, 20 * HOUR));
    assert_false(tr_avoid_holds(&a, 9 * HOUR + 1, 15 * HOUR - 1));
    assert_false(tr_avoid_holds(&never, 0, DAY));
}

/* ---- a plan: depot, a break there, a stop 10 km east, a stop 10 km north of it, back ---- */

static tr_place places[] = {{TR_PLACE_DEPOT, "Yard", 53, -1.5, 53, -1.5, 0, NULL},
                            {TR_PLACE_STOP, "R-1", 53, -1.4, 53, -1.4, 0, NULL},
                            {TR_PLACE_STOP, "R-2", 53.1, -1.4, 53.1, -1.4, 0, NULL}};
static tr_visit visits[] = {
    {.kind = TR_VISIT_START, .ref = -1, .place = 0, .arrival_s = 6 * HOUR, .departure_s = 6 * HOUR},
    {.kind = TR_VISIT_BREAK, .ref = -1, .place = 0, .arrival_s = 6 * HOUR, .departure_s = 7 * HOUR},
    {.kind = TR_VISIT_STOP, .ref = 0, .place = 1, .arrival_s = 8 * HOUR, .departure_s = 9 * HOUR},
    {.kind = TR_VISIT_STOP, .ref = 1, .place = 2, .arrival_s = 10 * HOUR, .departure_s = 11 * HOUR},
    {.kind = TR_VISIT_END, .ref = -1, .place = 0, .arrival_s = 12 * HOUR, .departure_s = 12 * HOUR}};

/* "2 road 27000; ": each finding's visit, how, and about when. */
static const char *found(const tr_avoid *avoid, int32_t n, tr_arena *arena)
{
    static const double east[] = {-1.5, 53, -1.45, 53, -1.4, 53}, north[] = {-1.4, 53, -1.4, 53.1},
                        back[] = {-1.4, 53.1, -1.5, 53};
    tr_leg legs[] = {{2, back, false, 0, NULL, 0, 0},
                     {3, east, false, 0, NULL, 0, 0},
                     {2, north, false, 0, NULL, 0, 0},
                     {2, back, true, 0, NULL, 0, 0}},
           *of_routes[] = {legs};
    tr_vehicle vehicle = {.id = "V"};
    tr_vehicle_note note = {.profile = "van"};
    tr_route route = {.n_visits = 5, .visits = visits};
    tr_plan plan = {.n_routes = 1, .routes = &route};
    tr_morning m = {.arena = arena,
                    .n_places = 3,
                    .places = places,
                    .vehicle_notes = &note,
                    .n_avoid = n,
                    .avoid = avoid,
                    .problem = {.n_vehicles = 1, .vehicles = &vehicle, .n_places = 3}};
    tr_day day = {.morning = &m, .plan = &plan, .legs = of_routes};
    int32_t n_found;
    const tr_avoid_finding *f = tr_avoid_find(&day, arena, &n_found);
    const char *text = "";
    for (int32_t i = 0; i < n_found; i++)
        text = tr_arena_printf(arena, "%s%d %s %lld; ", text, f[i].visit, tr_nearness_names[f[i].how],
                               (long long)f[i].at_s);
    return text;
}

static void legs_and_visits_are_found(void **state)
{
    (void)state;
    static const tr_window always = {0, 3 * DAY}, early = {0, 7 * HOUR - 1}, eight = {8 * HOUR, 9 * HOUR};
    static const double half_east[] = {-1.45, 53.0001}, first[] = {-1.4, 53}, half_back[] = {-1.45, 53.05},
                        yard[] = {-1.5, 53};
    static const double far[] = {-1.3, 53.0001}, street[] = {-1.41, 53.02, -1.39, 53.02};
    const struct {
        tr_avoid avoid;
        const char *found;
    } cases[] = {
        {{.n_points = 1, .lon_lat = half_east, .radius_m = 25, .n_hours = 1, .hours = &always},
         "2 road 27000; "},
        {{.n_points = 1, .lon_lat = half_east, .radius_m = 25, .n_hours = 1, .hours = &early}, ""},
        {{.n_points = 1, .lon_lat = half_east, .radius_m = 25, .n_hours = 1, .hours = &eight},
         "2 road 27000; "}, /* all of its drive */
        {{.n_points = 1, .lon_lat = half_east, .radius_m = 25, .n_hours = 0}, ""},
        {{.n_points = 1, .lon_lat = half_east, .radius_m = 5, .n_hours = 1, .hours = &always}, ""},
        {{.n_points = 1, .lon_lat = far, .radius_m = 25, .n_hours = 1, .hours = &always}, ""},
        {{.n_points = 2, .lon_lat = street, .radius_m = 25, .n_hours = 1, .hours = &always},
         "3 road 33120; "},
        {{.n_points = 1, .lon_lat = half_back, .radius_m = 25, .n_hours = 1, .hours = &always},
         "4 straight_line 41400; "},
        {{.n_points = 1, .lon_lat = first, .radius_m = 25, .n_hours = 1, .hours = &always},
         "2 visit 28800; "}, /* not its legs */
        {{.n_points = 1, .lon_lat = yard, .radius_m = 25, .n_hours = 1, .hours = &always},
         "0 visit 21600; 4 visit 43200; "},
        {{.n_points = 1, .lon_lat = yard, .radius_m = 25, .n_hours = 1, .hours = &eight},
         "2 road 25200; "}, /* closed when it has left */
        {{.n_points = 1,
          .lon_lat = half_east,
          .radius_m = 25,
          .n_hours = 1,
          .hours = &always,
          .limit = {.height_mm = 3000}},
         "2 road 27000; "},
    };
    tr_arena *arena = tr_arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = found(&cases[i].avoid, 1, arena);
        if (strcmp(text, cases[i].found)) fail_msg("case %zu: %s", i, text);
    }
    const tr_avoid both[] = {cases[6].avoid, cases[0].avoid};
    assert_string_equal(found(both, 2, arena), "2 road 27000; 3 road 33120; ");
    tr_arena_free(arena);
}

/* ---- words ---- */

static void findings_are_told_in_words(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(false);
    assert_true(f->day.n_avoid_findings >= 2);
    const char *summary = tr_summary_text(&f->day, f->arena);
    for (const char *c = summary; (c = strchr(c, '\n'));) ((char *)summary)[c++ - summary] = ' ';
    assert_non_null(strstr(summary, "!! CLOSED ROADS, LOW BRIDGES: "));
    assert_non_null(strstr(summary, "low bridge Cricklade Road (B-7), 2.90 m high, up to 7500 kg"));
    assert_non_null(strstr(summary, "closed road (W-1), 05:00-09:00, 13:00-15:00"));
    assert_null(strstr(summary, "marathon")); /* not on this day */
    bool assumed = false;
    for (int32_t i = 0; i < f->day.n_avoid_findings; i++)
        assumed |= strstr(tr_avoid_text(&f->day, &f->day.avoid_findings[i], f->arena),
                          "assumed, as no height_m of") != NULL;
    assert_false(assumed && f->day.avoid_findings[0].route == 0); /* caged-1 says its height */
    f->day.n_avoid_findings = 0;
    summary = tr_summary_text(&f->day, f->arena);
    assert_non_null(strstr(
        summary, "Closed roads, low bridges: no leg or stop comes near one (3 listed, 2 of this day)."));
    f->morning.n_avoid = 0;
    assert_null(strstr(tr_summary_text(&f->day, f->arena), "ridges"));
    day_fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_are_those_of_the_day),
        cmocka_unit_test(a_shift_past_midnight_meets_tomorrow),
        cmocka_unit_test(every_fault_is_told_at_its_place),
        cmocka_unit_test(distances_are_those_of_the_ellipsoid),
        cmocka_unit_test(a_point_a_line_and_the_edge_of_the_radius),
        cmocka_unit_test(limits_and_lists_say_whom_it_concerns),
        cmocka_unit_test(hours_hold_at_both_their_ends),
        cmocka_unit_test(legs_and_visits_are_found),
        cmocka_unit_test(findings_are_told_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
