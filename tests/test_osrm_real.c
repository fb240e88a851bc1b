/* test_osrm_real.c -- the OSRM client against a real server of the tests' street plan.
 *
 * Skipped, with a message, unless TR_OSRM_URL names the server: tests/with_osrm.sh does.  Tables got
 * by blocks equal what single requests say, and the legs of a route equal its cells.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "travel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double south = 53.8, west = -5.0, north = 53.8247, east = -4.9584; /* the grid of streets */
static const char *url;
static uint64_t seed = 20261124;

static double uniform(void) /* 0..1, the same numbers everywhere */
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static tr_morning town(tr_arena *arena, int32_t n)
{
    tr_morning m = {.arena = arena, .n_places = n, .places = TR_NEW(arena, tr_place, n)};
    m.triage.snap_warn_m = 150;
    m.triage.snap_left_m = 1000;
    for (int32_t i = 0; i < n; i++)
        m.places[i] = (tr_place){.kind = i ? TR_PLACE_STOP : TR_PLACE_DEPOT,
                                 .name = tr_arena_printf(arena, "P-%d", i),
                                 .lat = south + (north - south) * uniform(),
                                 .lon = west + (east - west) * uniform()};
    return m;
}

static tr_travel *open_real(void)
{
    tr_travel *travel;
    tr_err err = {.text = ""};
    if (!url) {
        print_message("TR_OSRM_URL is not set: no real server (tests/with_osrm.sh starts one)\n");
        skip();
    }
    assert_int_equal(tr_travel_open_osrm(&(tr_osrm_options){.n_servers = 1, .servers = &url}, &travel, &err), TR_OK);
    return travel;
}

static void fill(tr_travel *travel, tr_morning *m, tr_diag *diag)
{
    static const char *const profiles[] = {"van"};
    tr_err err = {.text = ""};
    tr_status status = tr_travel_fill(travel, m, profiles, 1, diag, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, TR_OK);
}

/* 250 places by blocks against every pair of a sample asked alone: a morning of two places each. */
static void test_blocks_equal_single_requests(void **state)
{
    (void)state;
    enum { N = 250, SAMPLE = 400 };
    tr_travel *travel = open_real();
    tr_arena *arena = tr_arena_new();
    tr_morning all = town(arena, N);
    fill(travel, &all, NULL);
    const tr_travel_matrix *cells = &all.problem.travel[0];
    int64_t one_way = 0;
    for (int32_t k = 0; k < SAMPLE; k++) {
        int32_t i = (int32_t)(uniform() * N), j = (int32_t)(uniform() * N);
        tr_arena *scratch = tr_arena_new();
        tr_morning two = {.arena = scratch, .n_places = 2, .places = TR_NEW(scratch, tr_place, 2)};
        two.places[0] = all.places[i], two.places[1] = all.places[j];
        two.places[0].kind = TR_PLACE_DEPOT;
        fill(travel, &two, NULL);
        assert_int_equal(two.problem.travel[0].seconds[1], cells->seconds[i * N + j]);
        assert_int_equal(two.problem.travel[0].seconds[2], cells->seconds[j * N + i]);
        assert_int_equal(two.problem.travel[0].metres[1], cells->metres[i * N + j]);
        assert_int_equal(two.problem.travel[0].metres[2], cells->metres[j * N + i]);
        assert_true(two.places[0].snap_m == all.places[i].snap_m);
        one_way += cells->seconds[i * N + j] != cells->seconds[j * N + i];
        tr_arena_free(scratch);
    }
    assert_true(one_way > SAMPLE / 2); /* it is a town with one-way streets, no plane */
    tr_travel_close(travel);
    tr_arena_free(arena);
}

static double line_m(const tr_leg *leg) /* on a sphere; good to half a percent */
{
    double sum = 0;
    for (int32_t i = 1; i < leg->n_points; i++) {
        double lat = leg->lon_lat[2 * i + 1] - leg->lon_lat[2 * i - 1];
        double lon =
            (leg->lon_lat[2 * i] - leg->lon_lat[2 * i - 2]) * cos(leg->lon_lat[2 * i + 1] * 3.14159265 / 180);
        sum += 111195 * hypot(lat, lon);
    }
    return sum;
}

static void test_legs_equal_cells(void **state)
{
    (void)state;
    enum { N = 60, ROUND = 700 }; /* more points than one request of 500 takes */
    tr_travel *travel = open_real();
    tr_arena *arena = tr_arena_new();
    tr_morning m = town(arena, N);
    fill(travel, &m, NULL);
    int32_t round[ROUND];
    for (int32_t i = 0; i < ROUND; i++) round[i] = (int32_t)(uniform() * N);
    tr_leg *legs;
    tr_err err = {.text = ""};
    tr_status status = tr_travel_legs(travel, &m, 0, ROUND, round, arena, &legs, NULL, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, TR_OK);
    for (int32_t k = 0; k + 1 < ROUND; k++) {
        size_t cell = (size_t)round[k] * N + round[k + 1];
        const tr_leg *leg = &legs[k];
        assert_false(leg->estimated);
        assert_true(leg->n_points >= 2);
        assert_true(llabs(leg->seconds - m.problem.travel[0].seconds[cell]) <= 1);
        assert_true(llabs(leg->metres - m.problem.travel[0].metres[cell]) <= 1);
        assert_true(fabs(line_m(leg) - (double)leg->metres) < 5 + 0.01 * (double)leg->metres);
        if (round[k] != round[k + 1]) assert_true(leg->n_steps >= 2);
    }
    tr_travel_close(travel);
    tr_arena_free(arena);
}

static void test_island_and_moor(void **state)
{
    (void)state;
    tr_travel *travel = open_real();
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    tr_morning m = town(arena, 40);
    m.places[7].lat = 53.7863, m.places[7].lon = -4.9886;   /* beside Eyot Strand: no bridge */
    m.places[9].lat = 53.8320, m.places[9].lon = -4.9700;   /* on the moor, far from Moor Track */
    m.places[11].lat = 53.8428, m.places[11].lon = -4.9863; /* beside Far Lane: joined by the track */
    fill(travel, &m, &diag);
    const tr_travel_matrix *cells = &m.problem.travel[0];
    assert_string_equal(m.places[7].finding, "no road within 1 km");
    assert_non_null(m.places[9].finding);
    assert_non_null(strstr(m.places[9].finding, " m from the nearest road"));
    assert_null(m.places[11].finding);
    for (int32_t j = 0; j < 40; j++) {
        if (j != 7) assert_int_equal(cells->seconds[7 * 40 + j], TR_NO_ROAD);
        assert_true(cells->seconds[11 * 40 + j] >= 0 || j == 7);
    }
    assert_int_equal(diag.n_faults, 2);
    assert_int_equal(diag.n_errors, 0);
    m.places[0].lat = 53.7863, m.places[0].lon = -4.9886; /* now the depot is on the island */
    static const char *const profiles[] = {"van"};
    tr_err err;
    assert_int_equal(tr_travel_fill(travel, &m, profiles, 1, &diag, &err), TR_EROUTING);
    assert_non_null(strstr(err.text, "depot P-0"));
    tr_travel_close(travel);
    tr_arena_free(arena);
}

static void test_recorded_real(void **state)
{
    (void)state;
    enum { N = 30 };
    tr_travel *travel = open_real(), *again;
    tr_arena *arena = tr_arena_new();
    tr_morning m = town(arena, N), copy = m;
    copy.places = tr_arena_grow(arena, m.places, N, N, sizeof *m.places);
    fill(travel, &m, NULL);
    int32_t round[] = {0, 5, 9, 2, 0};
    tr_leg *legs, *back;
    tr_err err = {.text = ""};
    assert_int_equal(tr_travel_legs(travel, &m, 0, 5, round, arena, &legs, NULL, &err), TR_OK);
    tr_recorded_leg recorded[4];
    for (int k = 0; k < 4; k++) recorded[k] = (tr_recorded_leg){0, round[k], round[k + 1], legs[k]};
    char path[] = "/tmp/tiprun-recording-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(tr_travel_record(path, travel, &m, 4, recorded, "", &err), TR_OK);
    tr_travel_close(travel);
    assert_int_equal(tr_travel_open_recording(path, NULL, &again, &err), TR_OK);
    fill(again, &copy, NULL);
    assert_memory_equal(copy.problem.travel[0].seconds, m.problem.travel[0].seconds, N * N * sizeof(int32_t));
    assert_memory_equal(copy.problem.travel[0].metres, m.problem.travel[0].metres, N * N * sizeof(int32_t));
    for (int32_t i = 0; i < N; i++)
        assert_memory_equal(&copy.places[i].snap_lat, &m.places[i].snap_lat, 3 * sizeof(double));
    assert_int_equal(tr_travel_legs(again, &copy, 0, 5, round, arena, &back, NULL, &err), TR_OK);
    for (int k = 0; k < 4; k++) {
        assert_int_equal(back[k].n_points, legs[k].n_points);
        assert_memory_equal(back[k].lon_lat, legs[k].lon_lat, (size_t)legs[k].n_points * 2 * sizeof(double));
        assert_int_equal(back[k].seconds, legs[k].seconds);
        for (int32_t s = 0; s < legs[k].n_steps; s++) assert_string_equal(back[k].steps[s], legs[k].steps[s]);
    }
    tr_travel_close(again);
    remove(path);
    fclose(fdopen(fd, "r"));
    tr_arena_free(arena);
}

int main(void)
{
    url = getenv("TR_OSRM_URL");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_equal_single_requests), cmocka_unit_test(test_legs_equal_cells),
        cmocka_unit_test(test_island_and_moor),              cmocka_unit_test(test_recorded_real),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
