/* test_travel.c -- estimates, recordings and polylines; places too far from a road or cut off; the chain of sources.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "polyline.h"
#include "stub_server.h"
#include "support.h"
#include "travel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static tr_arena *arena;
static tr_diag diag;
static tr_err err;
static char path[64];
static const char *const van[] = {"van"};
static const char *const both[] = {"van", "lorry"};

static int set_up(void **state)
{
    (void)state;
    arena = tr_arena_new();
    diag = (tr_diag){.arena = arena};
    err = (tr_err){.text = ""};
    strcpy(path, "/tmp/tiprun-travel-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    remove(path);
    tr_arena_free(arena);
    return 0;
}

/* Depot, site, then stops; `spread` apart. */
static tr_morning make_morning(int32_t n)
{
    tr_morning m = {.arena = arena, .n_places = n, .places = TR_NEW(arena, tr_place, n)};
    m.triage.snap_warn_m = 150;
    m.triage.snap_left_m = 1000;
    for (int32_t i = 0; i < n; i++)
        m.places[i] = (tr_place){.kind = i == 0   ? TR_PLACE_DEPOT
                                         : i == 1 ? TR_PLACE_SITE
                                                  : TR_PLACE_STOP,
                                 .name = tr_arena_printf(arena, "P-%d", i),
                                 .lat = 53.8 + i * 0.01,
                                 .lon = -1.5};
    return m;
}

static void write_text(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static char *read_text(void)
{
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char *text = tr_arena_alloc(arena, 1, 1000000);
    size_t n = fread(text, 1, 999999, f);
    fclose(f);
    text[n] = '\0';
    return text;
}

static tr_travel *open_recording(void)
{
    tr_travel *travel;
    tr_status status = tr_travel_open_recording(path, &diag, &travel, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, TR_OK);
    return travel;
}

/* ---- polyline ---- */

static void test_polyline_known(void **state)
{
    (void)state;
    const double points[] = {-120.2, 38.5,     -120.95,
                             40.7,   -126.453, 43.252}; /* the example of the format's authors */
    assert_string_equal(tr_polyline_encode(arena, 3, points), "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI");
    assert_string_equal(tr_polyline_encode(arena, 0, points), "");
    const double ends[] = {180, 90, -180, -90, 180, 90};
    int32_t n;
    const double *back;
    assert_true(tr_polyline_decode(arena, tr_polyline_encode(arena, 3, ends), &n, &back));
    assert_memory_equal(back, ends, sizeof ends);
    assert_true(tr_polyline_decode(arena, "", &n, &back));
    assert_int_equal(n, 0);
}

static void test_polyline_round_trip(void **state)
{
    (void)state;
    double points[400];
    uint64_t seed = 7;
    for (int32_t i = 0; i < 400; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int64_t most = i % 2 ? 90000000 : 180000000;
        points[i] = (double)((int64_t)(seed >> 33) % (2 * most) - most) / 1e6;
    }
    int32_t n;
    const double *back;
    assert_true(tr_polyline_decode(arena, tr_polyline_encode(arena, 200, points), &n, &back));
    assert_int_equal(n, 200);
    assert_memory_equal(back, points, sizeof points);
}

static void test_polyline_hostile(void **state)
{
    (void)state;
    static const char *const bad[] = {"_",
                                      "_i",
                                      "_izlhA",
                                      "_izlhA~rlgd",
                                      "\x7f\x7f",
                                      " ?",
                                      "?\n",
                                      "~~~~~~~~~~~~~~~~",
                                      "_____________________________________",
                                      "\xc3\xa9??",
                                      "_gsia_S?",
                                      "?_qo]_}f~Z"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t n;
        const double *points;
        if (tr_polyline_decode(arena, bad[i], &n, &points)) fail_msg("\"%s\" was taken", bad[i]);
    }
}

/* ---- estimate ---- */

static void test_estimate(void **state)
{
    (void)state;
    tr_travel *travel;
    tr_morning m = make_morning(3);
    assert_int_equal(tr_travel_open_estimate(0, 0, &travel, &err), TR_OK);
    assert_string_equal(tr_travel_describe(travel), "estimated, 1.35 x straight line at 26 km/h");
    assert_int_equal(tr_travel_fill(travel, &m, both, 0, &diag, &err), TR_EINTERNAL);
    assert_int_equal(tr_travel_fill(travel, &m, both, 2, &diag, &err), TR_OK);
    assert_int_equal(m.problem.n_profiles, 2);
    assert_int_equal(m.problem.n_places, 3);
    const tr_travel_matrix *cells = &m.problem.travel[1];
    assert_string_equal(cells->profile, "lorry");
    assert_int_equal(cells->metres[1], 1503); /* 0.01 degrees at 53.8 N are 1113.1 m of meridian */
    assert_int_equal(cells->seconds[1], 208);
    assert_int_equal(cells->metres[3], 1503);
    assert_int_equal(cells->metres[2], 3005);
    assert_int_equal(cells->seconds[4], 0);
    assert_int_equal(cells->source[1], TR_FROM_ESTIMATE);
    assert_true(m.places[0].snap_m == -1 && m.places[0].snap_lat == m.places[0].lat);
    assert_int_equal(diag.n_faults, 0);

    const int32_t round[] = {0, 2, 2, 0};
    tr_leg *legs;
    assert_int_equal(tr_travel_legs(travel, &m, 0, 4, round, arena, &legs, NULL, &err), TR_OK);
    assert_true(legs[0].estimated && !legs[1].estimated && legs[2].estimated);
    assert_int_equal(legs[0].metres, 3005);
    assert_int_equal(legs[0].n_points, 2);
    assert_true(legs[0].lon_lat[1] == m.places[0].lat && legs[0].lon_lat[3] == m.places[2].lat);
    assert_int_equal(legs[1].metres, 0);
    assert_memory_equal(legs[1].lon_lat, legs[1].lon_lat + 2, 2 * sizeof(double));
    assert_int_equal(tr_travel_legs(travel, &m, 2, 4, round, arena, &legs, NULL, &err), TR_EINTERNAL);
    assert_int_equal(tr_travel_legs(travel, &m, 0, 0, round, arena, &legs, NULL, &err), TR_OK);
    tr_travel_close(travel);

    travel = NULL;
    assert_int_equal(tr_travel_open_estimate(0.9, 0, &travel, &err), TR_EINPUT);
    assert_int_equal(tr_travel_open_estimate(0, -3, &travel, &err), TR_EINPUT);
    assert_int_equal(tr_travel_open_estimate(NAN, 0, &travel, &err), TR_EINPUT);
    assert_int_equal(tr_travel_open_estimate(0, INFINITY, &travel, NULL), TR_EINPUT);
    assert_null(travel);
}

/* ---- recordings ---- */

/* A depot, a site, two stops (the last of them 400.3 m from a road), and lines. */
static const char small[] =
    "{\"tiprun_recording\":1,\n\"credit\":\"(c) us\",\n\"source\":\"a "
    "drawing\",\n\"profiles\":[\"van\",\"lorry\"],\n\"places\":[\n"
    "{\"name\":\"P-0\",\"lat\":53.8,\"lon\":-1.5},\n"
    "{\"name\":\"P-1\",\"lat\":53.81,\"lon\":-1.5,\"snap_lat\":53.81,\"snap_lon\":-1.5001,\"snap_m\":6.6},\n"
    "{\"name\":\"P-2\",\"lat\":53.82,\"lon\":-1.5,\"snap_lat\":53.82,\"snap_lon\":-1.5,\"snap_m\":0.0},\n"
    "{\"name\":\"P-3\",\"lat\":53.83,\"lon\":-1.5,\"snap_lat\":53.8336,\"snap_lon\":-1.5,\"snap_m\":400.3}],"
    "\n\"matrices\":{\n"
    "\"van\":{\"seconds\":[\n[0,100,200,300],\n[110,0,120,130],\n[210,220,0,230],\n[310,320,330,0]],\n"
    "\"metres\":[\n[0,1000,2000,3000],\n[1100,0,1200,1300],\n[2100,2200,0,2300],\n[3100,3200,3300,0]]},\n"
    "\"lorry\":{\"estimated\":true,\"seconds\":[\n[0,150,null,350],\n[160,0,null,180],\n[null,null,0,null],"
    "\n[360,370,null,0]],\n"
    "\"metres\":[\n[0,1500,null,3500],\n[1600,0,null,1800],\n[null,null,0,null],\n[3600,3700,null,0]]}},"
    "\n\"legs\":{\n"
    "\"van\":[\n{\"from\":0,\"to\":2,\"seconds\":200,\"metres\":2000,\"line\":\"_cureB~tpzA_pRg^_pRf^\","
    "\"steps\":[\"start\","
    "\"turn \\\"left\\\" into Caf\xc3\xa9 Row\"]},\n"
    "{\"from\":2,\"to\":0,\"seconds\":null,\"metres\":null,\"estimated\":true,\"line\":\"_e|seB~tpzA~`f@?\","
    "\"steps\":[]}],\n"
    "\"lorry\":[]}}\n";

static void test_recording_reads(void **state)
{
    (void)state;
    write_text(small);
    tr_travel *travel = open_recording();
    assert_string_equal(tr_travel_describe(travel),
                        tr_arena_printf(arena, "recording %s of a drawing", path));
    tr_morning m = make_morning(4);
    tr_place last = m.places[3]; /* places are known by where they are, not by their order */
    m.places[3] = m.places[2];
    m.places[2] = last;
    m.places[2].lat += 0.0000003;
    assert_int_equal(tr_travel_fill(travel, &m, both, 2, &diag, &err), TR_OK);
    const tr_travel_matrix *cells = m.problem.travel;
    assert_int_equal(cells[0].seconds[2], 300);
    assert_int_equal(cells[0].seconds[4 * 3 + 2], 230);
    assert_int_equal(cells[0].source[2], TR_FROM_RECORDING);
    assert_int_equal(cells[1].source[2], TR_FROM_ESTIMATE); /* an estimate stays one */
    assert_int_equal(cells[1].seconds[3], TR_NO_ROAD);
    assert_string_equal(m.places[2].finding, "400 m from the nearest road");
    assert_string_equal(m.places[3].finding, "no road for profile lorry");
    assert_true(m.places[0].snap_m == -1 && m.places[1].snap_m == 6.6);
    assert_int_equal(diag.n_faults, 2);
    assert_int_equal(diag.n_errors, 0);

    const int32_t round[] = {0, 3, 2, 0};
    tr_leg *legs;
    assert_int_equal(tr_travel_legs(travel, &m, 0, 4, round, arena, &legs, NULL, &err), TR_OK);
    tr_travel_close(travel); /* legs outlive their source */
    assert_int_equal(legs[0].seconds, 200);
    assert_false(legs[0].estimated);
    assert_int_equal(legs[0].n_steps, 2);
    assert_string_equal(legs[0].steps[1], "turn \"left\" into Caf\xc3\xa9 Row");
    assert_true(fabs(legs[0].lon_lat[1] - 53.8) < 1e-6);
    assert_true(legs[1].estimated); /* its figures are known, its line is not */
    assert_int_equal(legs[1].seconds, 230);
    assert_int_equal(legs[1].metres, 2300);
}

/* Written, read and written again: the same bytes; and the same cells, with a place twice. */
static void test_recording_round_trip(void **state)
{
    (void)state;
    write_text(small);
    tr_travel *travel = open_recording();
    tr_morning m = make_morning(4), twice = make_morning(5);
    twice.places[4] = twice.places[2];
    assert_int_equal(tr_travel_fill(travel, &m, both, 2, NULL, &err), TR_OK);
    assert_int_equal(tr_travel_fill(travel, &twice, both, 2, NULL, &err), TR_OK);
    assert_int_equal(twice.problem.travel[0].seconds[2 * 5 + 4], 0);
    const int32_t there[] = {0, 2}, back[] = {2, 0};
    tr_leg *one, *other;
    assert_int_equal(tr_travel_legs(travel, &m, 0, 2, there, arena, &one, NULL, &err), TR_OK);
    assert_int_equal(tr_travel_legs(travel, &m, 0, 2, back, arena, &other, NULL, &err), TR_OK);
    const tr_recorded_leg legs[] = {{0, 2, 0, *other}, {0, 0, 2, *one}, {0, 2, 0, *other}};
    assert_int_equal(tr_travel_record(path, travel, &m, 3, legs, NULL, &err), TR_OK);
    assert_string_equal(read_text(), small);

    assert_int_equal(tr_travel_record(path, travel, &twice, 3, legs, "(c) us", &err), TR_OK);
    assert_string_equal(read_text(), small);
    tr_travel_close(travel);
    travel = open_recording();
    tr_morning again = make_morning(5);
    again.places[4] = again.places[2];
    assert_int_equal(tr_travel_fill(travel, &again, both, 2, NULL, &err), TR_OK);
    for (int p = 0; p < 2; p++) {
        assert_memory_equal(again.problem.travel[p].seconds, twice.problem.travel[p].seconds,
                            25 * sizeof(int32_t));
        assert_memory_equal(again.problem.travel[p].metres, twice.problem.travel[p].metres,
                            25 * sizeof(int32_t));
    }
    tr_travel_close(travel);
    assert_int_equal(tr_travel_record("/nowhere/at/all", NULL, &m, 0, NULL, NULL, &err), TR_EINTERNAL);
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
}

static void test_recording_lacks(void **state)
{
    (void)state;
    write_text(small);
    tr_travel *travel = open_recording();
    tr_morning m = make_morning(6);
    assert_int_equal(tr_travel_fill(travel, &m, van, 1, &diag, &err), TR_EROUTING);
    assert_non_null(strstr(err.text, "lacks P-4 (lat 53.840000, lon -1.500000) and 1 more places"));
    assert_null(m.problem.travel);
    static const char *const tram[] = {"tram"};
    m.n_places = 4;
    assert_int_equal(tr_travel_fill(travel, &m, tram, 1, &diag, &err), TR_EROUTING);
    assert_non_null(strstr(err.text, "lacks profile tram (it holds van, ...)"));
    tr_travel_close(travel);
}

/* `small` with one piece of text put for another. */
static void write_changed(const char *from, const char *to)
{
    const char *at = strstr(small, from);
    assert_non_null(at);
    write_text(tr_arena_printf(arena, "%.*s%s%s", (int)(at - small), small, to, at + strlen(from)));
}

static void test_recording_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *says;
    } cases[] = {
        {"\"tiprun_recording\":1,", "", "tiprun_recording: is missing"},
        {"\"tiprun_recording\":1", "\"tiprun_recording\":2", "reads version 1 only"},
        {"\"credit\"", "\"source\"", "not JSON"},
        {"]]},\n\"lorry\"", "]},\n\"lorry\"", "not JSON"},
        {"[\"van\",\"lorry\"]", "[]", "profiles: should be a list of one name or more"},
        {"[\"van\",\"lorry\"]", "[\"van\",\"tram\"]", "matrices.tram: should be an object"},
        {"[\"van\",\"lorry\"]", "[7]", "profiles[0]: should be a text"},
        {"\"lat\":53.81", "\"lat\":93.81", "places[1]: lat should be a number of degrees within +-90"},
        {"\"lon\":-1.5}", "\"lon\":\"-1.5\"}", "places[0]: lon should be"},
        {"\"snap_m\":400.3", "\"snap_m\":-4", "places[3]: snap_m should be metres"},
        {"\"lat\":53.83", "\"lat\":53.82", "places["},
        {"[110,0,120,130]", "[110,0,120]", "matrices.van.seconds[1]: has 3 cells, should have 4"},
        {"[110,0,120,130]", "[110,0,120,-2]", "matrices.van.seconds[1][3]: should be null or a whole number"},
        {"[110,0,120,130]", "[110,0,120.5,130]",
         "matrices.van.seconds[1][2]: should be null or a whole number"},
        {"[110,0,120,130]", "[110,0,99999999,130]",
         "matrices.van.seconds[1][2]: should be null or a whole number"},
        {"[110,0,120,130]", "[110,5,120,130]", "matrices.van.seconds[1][1]: should be 0"},
        {"[110,0,120,130]", "[110,0,null,130]", "matrices.van.metres[1][2]: should be null exactly where"},
        {"[110,0,120,130],", "", "matrices.van.seconds: should be a list of 4 rows"},
        {"\"from\":0", "\"from\":4", "legs.van[0]: from and to should be positions in places, within 0 to 3"},
        {"\"seconds\":200", "\"seconds\":-200", "legs.van[0]: seconds and metres should be null or"},
        {"_cureB~tpzA_pRg^_pRf^", "_cureB~tpzA", "legs.van[0]: line should be a polyline"},
        {"_cureB~tpzA_pRg^_pRf^", "_cureB~tpzA_pRg^_pRf", "legs.van[0]: line should be a polyline"},
        {"[\"start\",", "[3,", "legs.van[0]: steps[0] should be a text"},
        {"{\"from\":2,\"to\":0", "{\"from\":0,\"to\":2", "the leg from 0 to 2 is there twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tr_travel *travel = NULL;
        write_changed(cases[i].from, cases[i].to);
        assert_int_equal(tr_travel_open_recording(path, &diag, &travel, &err), TR_EINPUT);
        if (!strstr(err.text, cases[i].says)) fail_msg("\"%s\" does not say \"%s\"", err.text, cases[i].says);
        assert_true(!strncmp(err.text, path, strlen(path)));
        assert_null(travel);
    }
    remove(path);
    assert_int_equal(tr_travel_open_recording(path, &diag, &(tr_travel *){NULL}, &err), TR_EINPUT);
    assert_non_null(strstr(err.text, "No such file"));
}

static void test_recording_unknown_key(void **state)
{
    (void)state;
    write_changed("\"snap_m\":6.6", "\"snap_metres\":6.6");
    tr_travel_close(open_recording());
    assert_int_equal(diag.n_faults, 1);
    assert_int_equal(diag.faults[0].severity, TR_WARNING);
    assert_string_equal(diag.faults[0].where, "places[1]");
    assert_non_null(strstr(diag.faults[0].text, "unknown key \"snap_metres\""));
}

/* Every prefix and every changed byte either reads or is refused; neither crashes. */
static void test_recording_hostile(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof small - 1; i += 3) {
        tr_travel *travel = NULL;
        tr_diag own = {.arena = tr_arena_new()};
        char *text = tr_arena_strndup(own.arena, small, sizeof small - 1);
        text[i] = "]0\"{-~"[i % 6];
        write_text(text);
        if (tr_travel_open_recording(path, &own, &travel, &err) == TR_OK) tr_travel_close(travel);
        text[i] = '\0';
        write_text(text);
        assert_int_equal(tr_travel_open_recording(path, &own, &travel, &err), TR_EINPUT);
        tr_arena_free(own.arena);
    }
}

/* ---- reach ---- */

static void test_cut_off(void **state)
{
    (void)state;
    write_text(small);
    tr_travel *travel = open_recording();
    static const char *const lorry[] = {"lorry"};
    tr_morning m = make_morning(4);
    assert_int_equal(tr_travel_fill(travel, &m, lorry, 1, &diag, &err), TR_OK);
    assert_string_equal(m.places[2].finding, "no road");
    assert_int_equal(diag.n_errors, 0);

    m.places[2].kind = TR_PLACE_SITE; /* a site that no profile reaches */
    assert_int_equal(tr_travel_fill(travel, &m, lorry, 1, &diag, &err), TR_EROUTING);
    assert_non_null(
        strstr(err.text, "site P-2 at lat 53.820000, lon -1.500000 is out of reach by profile lorry"));
    assert_int_equal(diag.n_errors, 1);
    assert_int_equal(tr_travel_fill(travel, &m, both, 2, &diag, &err), TR_OK); /* vans reach it */

    m.places[2].kind = TR_PLACE_DEPOT; /* a depot: an error only for the vehicles based there */
    assert_int_equal(tr_travel_fill(travel, &m, both, 2, &diag, &err), TR_EROUTING);
    tr_vehicle vehicles[] = {{.id = "V", .available = true, .profile = 0, .start_place = 2, .end_place = 2},
                             {.id = "L", .available = true, .profile = 1, .start_place = 0, .end_place = 0}};
    m.problem.vehicles = vehicles;
    m.problem.n_vehicles = 2;
    assert_int_equal(tr_travel_fill(travel, &m, both, 2, &diag, &err), TR_OK);
    vehicles[1].end_place = 2;
    assert_int_equal(tr_travel_fill(travel, &m, both, 2, &diag, &err), TR_EROUTING);
    vehicles[1].available = false;
    assert_int_equal(tr_travel_fill(travel, &m, both, 2, &diag, &err), TR_OK);
    tr_travel_close(travel);
}

/* One way only is as good as no road: the crew has to come back. */
static void test_one_way_street_without_end(void **state)
{
    (void)state;
    write_changed("[210,220,0,230],\n[310,320,330,0]],\n\"metres\":[\n[0,1000,2000,3000],\n[1100,0,1200,1300]"
                  ",\n[2100,2200,0,2300]",
                  "[null,null,0,null],\n[310,320,330,0]],\n\"metres\":[\n[0,1000,2000,3000],\n[1100,0,1200,"
                  "1300],\n[null,null,0,null]");
    tr_travel *travel = open_recording();
    tr_morning m = make_morning(4);
    assert_int_equal(tr_travel_fill(travel, &m, van, 1, &diag, &err), TR_OK);
    assert_string_equal(m.places[2].finding, "no road");
    for (int32_t i = 0; i < 4; i++) {
        assert_int_equal(m.problem.travel[0].seconds[4 * i + 2], i == 2 ? 0 : TR_NO_ROAD);
        assert_int_equal(m.problem.travel[0].metres[4 * 2 + i], i == 2 ? 0 : TR_NO_ROAD);
    }
    assert_int_equal(m.problem.travel[0].seconds[3], 300); /* the others keep theirs */
    tr_travel_close(travel);
}

static void test_snap_limits(void **state)
{
    (void)state;
    write_text(small);
    tr_travel *travel = open_recording();
    tr_morning m = make_morning(4);
    m.triage.snap_warn_m = 400.3; /* at the limit is not beyond it */
    assert_int_equal(tr_travel_fill(travel, &m, van, 1, &diag, &err), TR_OK);
    assert_null(m.places[3].finding);
    m.triage.snap_left_m = 400.2;
    assert_int_equal(tr_travel_fill(travel, &m, van, 1, &diag, &err), TR_OK);
    assert_string_equal(m.places[3].finding, "no road within 0.4002 km");
    assert_int_equal(m.problem.travel[0].seconds[3], TR_NO_ROAD);
    m.triage.snap_left_m = 5; /* now the site is too far from its road */
    assert_int_equal(tr_travel_fill(travel, &m, van, 1, &diag, &err), TR_EROUTING);
    assert_non_null(strstr(
        err.text, "site P-1 at lat 53.810000, lon -1.500000 is out of reach by profile van: 7 m from"));
    tr_travel_close(travel);
}

/* ---- the chain: recording, cache, server, older cache, estimate ---- */

typedef struct { /* a server of the places P-0, P-1, ..., faults by its settings */
    int pace;        /* seconds from a place to the next */
    int far;         /* this place lies 30 km from a road; -1: none */
    int changes;     /* with so many requests more the map changes, each time by one second; 0: never */
    bool broken;     /* answers 500 */
    const char *version;
    char text[60000];
} street;

static int index_at(const char **p)
{
    *p = strchr(*p, ',') + 1; /* past the longitude */
    int i = (int)lround((strtod(*p, NULL) - 53.8) * 100);
    *p += strcspn(*p, ";?");
    return i;
}

static int read_list(const char *asked, const char *key, int *list, int n)
{
    const char *at = strstr(asked, key);
    if (!at) {
        for (int i = 0; i < n; i++) list[i] = i;
        return n;
    }
    int found = 0;
    for (at += strlen(key); found < n; at++) {
        char *end;
        list[found++] = (int)strtol(at, &end, 10);
        at = end;
        if (*at != ';') break;
    }
    return found;
}

static void put_points(FILE *out, const street *s, const char *key, int n, const int *which, const int *at)
{
    fprintf(out, ",\"%s\":[", key);
    for (int i = 0; i < n; i++)
        fprintf(out, "%s{\"location\":[-1.5,%.6f],\"distance\":%d}", i ? "," : "", 53.8 + at[which[i]] * 0.01,
                at[which[i]] == s->far ? 30000 : 2);
    putc(']', out);
}

static void put_matrix(FILE *out, const char *key, int unit, int n, const int *rows, int m, const int *columns,
                       const int *at)
{
    fprintf(out, ",\"%s\":[", key);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++)
            fprintf(out, "%s%d%s", j ? "," : i ? ",[" : "[", unit * abs(at[rows[i]] - at[columns[j]]), j == m - 1 ? "]" : "");
    putc(']', out);
}

static void put_route(FILE *out, const street *s, int n, const int *at)
{
    fputs(",\"routes\":[{\"legs\":[", out);
    for (int k = 0; k + 1 < n; k++)
        fprintf(out, "%s{\"duration\":%d,\"distance\":%d,\"steps\":[{\"name\":\"Long Lane\",\"distance\":1,\"maneuver\":"
                     "{\"type\":\"depart\"},\"geometry\":{\"coordinates\":[[-1.5,%.6f],[-1.5,%.6f]]}}]}", k ? "," : "",
                s->pace * abs(at[k] - at[k + 1]), 1000 * abs(at[k] - at[k + 1]), 53.8 + at[k] * 0.01, 53.8 + at[k + 1] * 0.01);
    fputs("]}]", out);
}

static stub_reply answer_street(void *context, int number, const char *asked)
{
    street *s = context;
    int at[100], rows[100] = {0}, columns[100] = {0}, n = 0;
    (void)number;
    if (s->broken) return (stub_reply){.bytes = "HTTP/1.1 500 X\r\nContent-Length: 4\r\nConnection: close\r\n\r\nouch"};
    if (s->changes && --s->changes == 0) s->pace++;
    for (const char *p = strstr(asked, "/v1/"); n < 100 && *p && *p != '?';) at[n++] = index_at(&p);
    FILE *out = fmemopen(s->text, sizeof s->text, "w");
    fputs("HTTP/1.1 200 X\r\nConnection: close\r\n\r\n{\"code\":\"Ok\"", out);
    if (s->version) fprintf(out, ",\"data_version\":\"%s\"", s->version);
    if (!strncmp(asked, "/route/", 7)) put_route(out, s, n, at);
    else {
        int n_rows = read_list(asked, "sources=", rows, n), n_columns = read_list(asked, "destinations=", columns, n);
        put_matrix(out, "durations", s->pace, n_rows, rows, n_columns, columns, at);
        put_matrix(out, "distances", 1000, n_rows, rows, n_columns, columns, at);
        put_points(out, s, "sources", n_rows, rows, at);
        put_points(out, s, "destinations", n_columns, columns, at);
    }
    fputs("}", out);
    fclose(out);
    return (stub_reply){.bytes = s->text};
}

typedef struct { /* what one run of the chain came to */
    tr_status status;
    tr_morning morning;
    tr_travel *travel;
    const tr_coverage *coverage;
} chained;

static char cache_path[80];

static chained chain(const char *url, const char *recording, int32_t n, const char *const *modes, int32_t n_modes,
                     bool roads_only)
{
    chained c = {.morning = make_morning(n)};
    const tr_travel_options options = {.osrm = {.n_servers = url ? 1 : 0, .servers = &url, .retries = -1, .deadline_s = 20},
                                       .cache = cache_path, .recording = recording, .roads_only = roads_only};
    err = (tr_err){.text = ""};
    diag.n_faults = diag.n_errors = 0;
    assert_int_equal(tr_travel_open(&options, &diag, &c.travel, &err), TR_OK);
    c.status = tr_travel_fill(c.travel, &c.morning, modes, n_modes, &diag, &err);
    c.coverage = tr_travel_coverage(c.travel, &n_modes);
    return c;
}

static void assert_counts(const chained *c, int64_t recorded, int64_t asked, int64_t cached, int64_t stale, int64_t estimated,
                          int64_t unreachable)
{
    const tr_coverage *v = c->coverage;
    assert_int_equal(c->status, TR_OK);
    assert_int_equal(v->recorded, recorded);
    assert_int_equal(v->asked, asked);
    assert_int_equal(v->cached, cached);
    assert_int_equal(v->stale, stale);
    assert_int_equal(v->estimated, estimated);
    assert_int_equal(v->unreachable, unreachable);
    assert_int_equal(recorded + asked + cached + stale + estimated + unreachable, v->cells);
}

static bool is_told(const char *words)
{
    for (int32_t i = 0; i < diag.n_faults; i++)
        if (strstr(diag.faults[i].text, words)) return true;
    return false;
}

static int32_t seconds_to(const chained *c, int32_t from, int32_t to)
{
    return c->morning.problem.travel[0].seconds[from * c->morning.n_places + to];
}

static void begin_chain(street *s, stub_server **server)
{
    *s = (street){.pace = 60, .far = -1, .version = "A"};
    *server = stub_start(answer_street, s);
    snprintf(cache_path, sizeof cache_path, "%s.sqlite", path);
}

static void test_chain_in_order(void **state)
{
    (void)state;
    street s;
    stub_server *server;
    begin_chain(&s, &server);
    char *url = tr_arena_strdup(arena, stub_url(server));
    write_text(small); /* knows P-0 to P-3 */
    chained c = chain(url, path, 5, van, 1, false);
    assert_counts(&c, 12, 8, 0, 0, 0, 0);
    assert_int_equal(seconds_to(&c, 0, 1), 100); /* the recording's, not the server's */
    assert_int_equal(seconds_to(&c, 0, 4), 240);
    tr_travel_close(c.travel);
    c = chain(url, path, 5, van, 1, false);
    assert_counts(&c, 12, 0, 8, 0, 0, 0);
    tr_travel_close(c.travel);
    stub_stop(server);

    c = chain(url, path, 6, van, 1, false); /* the server is gone, and nobody knows P-5 */
    assert_counts(&c, 12, 0, 0, 8, 10, 0);
    assert_int_equal(c.morning.problem.travel[0].source[4], TR_FROM_STALE);
    assert_int_equal(c.morning.problem.travel[0].source[5], TR_FROM_ESTIMATE);
    assert_int_equal(seconds_to(&c, 0, 4), 240);
    assert_non_null(strstr(tr_travel_describe(c.travel), "; an older map, kept in the cache; estimated, "));
    assert_true(is_told(url));
    tr_travel_close(c.travel);
    c = chain(url, NULL, 5, van, 1, true); /* roads are insisted on */
    assert_int_equal(c.status, TR_EROUTING);
    assert_non_null(strstr(err.text, url));
    tr_travel_close(c.travel);
    remove(cache_path);
}

static void test_cold_and_warm(void **state)
{
    (void)state;
    street s;
    stub_server *server;
    char *texts[2];
    begin_chain(&s, &server);
    s.far = 3;
    for (int k = 0; k < 2; k++) {
        chained c = chain(stub_url(server), NULL, 5, van, 1, false);
        int before = stub_n_requests(server);
        assert_counts(&c, 0, k ? 0 : 12, k ? 12 : 0, 0, 0, 8);
        assert_string_equal(c.morning.places[3].finding, "no road within 1 km");
        assert_int_equal(c.coverage->n_maps, 1);
        assert_string_equal(c.coverage->maps[0].version, "A");
        const int32_t round[] = {0, 4, 2, 0};
        tr_leg *legs;
        assert_int_equal(tr_travel_legs(c.travel, &c.morning, 0, 4, round, arena, &legs, &diag, &err), TR_OK);
        assert_false(legs[0].estimated || is_told("another time"));
        assert_int_equal(stub_n_requests(server), before + 1);
        assert_int_equal(tr_travel_record(path, c.travel, &c.morning, 0, NULL, NULL, &err), TR_OK);
        texts[k] = read_text();
        tr_travel_close(c.travel);
    }
    assert_string_equal(texts[0], texts[1]);
    stub_stop(server);
    remove(cache_path);
}

static void test_map_changed(void **state)
{
    (void)state;
    street s;
    stub_server *server;
    begin_chain(&s, &server);
    s.changes = 2; /* identify, then the table: of another map with the same name */
    chained c = chain(stub_url(server), NULL, 5, van, 1, false);
    assert_counts(&c, 0, 20, 0, 0, 0, 0);
    assert_int_equal(seconds_to(&c, 0, 1), 61);
    tr_travel_close(c.travel);
    s.pace = 60;
    c = chain(stub_url(server), NULL, 5, van, 1, false); /* nothing of the mixed fetch was kept for the old one */
    assert_counts(&c, 0, 20, 0, 0, 0, 0);
    assert_int_equal(seconds_to(&c, 0, 1), 60);
    s.pace = 75; /* changed between the table and the legs */
    const int32_t there[] = {0, 4};
    tr_leg *legs;
    assert_int_equal(tr_travel_legs(c.travel, &c.morning, 0, 2, there, arena, &legs, &diag, &err), TR_OK);
    assert_true(is_told("1 of 1 legs of a route take another time than planned (P-0 to P-4 300 s and not 240 s)"));
    s.broken = true;
    for (int k = 0; k < 2; k++)
        assert_int_equal(tr_travel_legs(c.travel, &c.morning, 0, 2, there, arena, &legs, &diag, &err), TR_OK);
    assert_true(legs[0].estimated && is_told("are drawn straight"));
    tr_travel_close(c.travel);
    stub_stop(server);
    remove(cache_path);
}

static void test_equal_profiles(void **state)
{
    (void)state;
    static const char *const modes[] = {"van", "van+kerb", "lorry"};
    street s;
    stub_server *server;
    begin_chain(&s, &server);
    chained c = chain(stub_url(server), NULL, 4, modes, 2, false);
    assert_int_equal(c.status, TR_OK);
    assert_int_equal(diag.n_faults, 0);
    tr_travel_close(c.travel);
    c = chain(stub_url(server), NULL, 5, modes, 3, false); /* known by the same canaries, although places are new */
    assert_int_equal(c.status, TR_OK);
    assert_true(is_told("gives the same times as for van: both come from the same data"));
    assert_string_equal(diag.faults[0].where, "lorry");
    assert_int_equal(diag.n_faults, 1);
    tr_travel_close(c.travel);
    stub_stop(server);
    remove(cache_path);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_polyline_known),
        CASE(test_polyline_round_trip),
        CASE(test_polyline_hostile),
        CASE(test_estimate),
        CASE(test_recording_reads),
        CASE(test_recording_round_trip),
        CASE(test_recording_lacks),
        CASE(test_recording_refused),
        CASE(test_recording_unknown_key),
        CASE(test_recording_hostile),
        CASE(test_cut_off),
        CASE(test_one_way_street_without_end),
        CASE(test_snap_limits),
        CASE(test_chain_in_order),
        CASE(test_cold_and_warm),
        CASE(test_map_changed),
        CASE(test_equal_profiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
