/* test_calibrate.c -- the calibrated estimate: worlds whose truth is known are found again, left-out ways are what a
 * recording without their ends would give, files read back, and what is wrong with them is told at once.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "calibrate.h"
#include "support.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static tr_arena *arena;
static tr_diag diag;
static tr_err err;
static char folder[64];
static uint64_t chance;

static int set_up(void **state)
{
    (void)state;
    arena = tr_arena_new();
    diag = (tr_diag){.arena = arena};
    err = (tr_err){.text = ""};
    chance = 42;
    strcpy(folder, "/tmp/tiprun-calibrate-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return 0;
}

static const char *const used[] = {"a.json",   "b.json",     "estimate.json", "again.json",
                                   "runs.csv", "hours.json", "plot.svg"};

static char *path_of(const char *name)
{
    return tr_arena_printf(arena, "%s/%s", folder, name);
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof used / sizeof *used; i++) remove(path_of(used[i]));
    assert_int_equal(rmdir(folder), 0);
    tr_arena_free(arena);
    return 0;
}

static double uniform(void) /* within 0 to 1 */
{
    chance = chance * 6364136223846793005 + 1442695040888963407;
    return (double)(chance >> 11) / 9007199254740992.0;
}

/* ---- worlds: seconds and metres of the way between two points, in kilometres east and north ---- */

typedef struct {
    double x, y;
} point;
typedef double (*world)(point a, point b); /* metres of road */

static double plain(point a, point b)
{
    return 1300 * hypot(a.x - b.x, a.y - b.y);
}

static double river(point a, point b) /* along x = 3, with one bridge at y = 3 */
{
    if ((a.x < 3) == (b.x < 3)) return plain(a, b);
    return plain(a, (point){3, 3}) + plain((point){3, 3}, b);
}

static double uphill(point a, point b) /* northward takes half as long again */
{
    return plain(a, b) + 650 * fmax(b.y - a.y, 0);
}

static int32_t seconds_of(world w, point a, point b)
{
    return (int32_t)lround(20 + w(a, b) / 8);
}

static point *draw_points(int32_t n)
{
    point *p = TR_NEW(arena, point, n);
    for (int32_t i = 0; i < n; i++) p[i] = (point){6 * uniform(), 6 * uniform()};
    return p;
}

static tr_place place_of(point p)
{
    return (tr_place){
        .name = "P", .lat = 53.8 + p.y / 111.195, .lon = -1.5 + p.x / (111.195 * cos(53.8 * M_PI / 180))};
}

static void write_text(const char *name, const char *text)
{
    FILE *f = fopen(path_of(name), "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void put_rows(FILE *f, const char *key, world w, int32_t n, const point *p, bool metres)
{
    fprintf(f, "\"%s\":[", key);
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++)
            fprintf(f, "%s%d%s",
                    j   ? ","
                    : i ? ",["
                        : "[",
                    i == j   ? 0
                    : metres ? (int)lround(w(p[i], p[j]))
                             : seconds_of(w, p[i], p[j]),
                    j == n - 1 ? "]" : "");
    fputs("]", f);
}

static char *record(const char *name, world w, int32_t n, const point *p, const char *extra)
{
    char *path = path_of(name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(
        "{\"tiprun_recording\":1,\"credit\":\"us\",\"source\":\"drawn\",\"profiles\":[\"van\"],\"places\":[",
        f);
    for (int32_t i = 0; i < n; i++) {
        tr_place place = place_of(p[i]);
        fprintf(f, "%s{\"lat\":%.6f,\"lon\":%.6f}", i ? "," : "", place.lat, place.lon);
    }
    fprintf(f, "],\"matrices\":{\"van\":{%s", extra);
    put_rows(f, "seconds", w, n, p, false);
    fputs(",", f);
    put_rows(f, "metres", w, n, p, true);
    fputs("}}}", f);
    assert_int_equal(fclose(f), 0);
    return path;
}

static tr_residuals *residuals;

static tr_area *calibrate(int32_t n, const char *const *paths)
{
    const tr_calibration_options o = {.n_recordings = n, .recordings = paths};
    tr_area *area = TR_NEW(arena, tr_area, 1);
    tr_status status = tr_calibrate(&o, arena, &diag, area, &residuals, &err);
    if (status) fail_msg("%s", err.text);
    return area;
}

static tr_estimate *estimate_of(world w, int32_t n)
{
    const char *const paths[] = {record("a.json", w, n, draw_points(n), "")};
    return tr_estimate_of_area(calibrate(1, paths), "test", arena);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median |relative error| of seconds between n points that were not recorded. */
static double held_out(const tr_estimate *e, world w, int32_t n)
{
    point *p = draw_points(n);
    double *errors = TR_NEW(arena, double, n *n);
    int32_t k = 0;
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++) {
            int32_t seconds, metres, truth = seconds_of(w, p[i], p[j]);
            const tr_place a = place_of(p[i]), b = place_of(p[j]);
            if (i == j) continue;
            tr_estimate_way(e, "van", &a, &b, &seconds, &metres);
            assert_true(metres >= 0.99 * 1000 * hypot(p[i].x - p[j].x, p[i].y - p[j].y));
            errors[k++] = fabs((double)seconds / truth - 1);
        }
    qsort(errors, (size_t)k, sizeof *errors, ascending);
    return errors[k / 2];
}

/* ---- what is recovered ---- */

static void a_plain_world_is_found_again(void **state)
{
    (void)state;
    const tr_estimate *e = estimate_of(plain, 60);
    assert_true(held_out(e, plain, 40) < 0.02);
    tr_error_row all = tr_error_of(residuals, 0, HUGE_VAL, false),
                 near = tr_error_of(residuals, 0, HUGE_VAL, true);
    assert_int_equal(all.n, 60 * 59);
    assert_int_equal(near.n, 600);
    assert_true(all.error < 3 && near.error < 5 && fabs(all.bias) < 2 && all.error_m < 3);
}

static void a_river_is_learnt_from_cells_across_it(void **state)
{
    (void)state;
    const tr_estimate *e = estimate_of(river, 150);
    tr_error_row all = tr_error_of(residuals, 0, HUGE_VAL, false);
    double off = held_out(e, river, 60);
    assert_true(off < 0.05);
    assert_true(100 * off < all.curve_error / 2);
}

static void a_direction_is_kept(void **state)
{
    (void)state;
    const tr_estimate *e = estimate_of(uphill, 80);
    const tr_place south = place_of((point){3, 1.5}), north = place_of((point){3, 4.5});
    int32_t up, down, metres;
    tr_estimate_way(e, "van", &south, &north, &up, &metres);
    tr_estimate_way(e, "van", &north, &south, &down, &metres);
    assert_true(up > 1.35 * down && up < 1.65 * down);
}

static void a_symmetric_world_stays_so(void **state)
{
    (void)state;
    const tr_estimate *e = estimate_of(river, 80);
    for (int turn = 0; turn < 50; turn++) {
        point *p = draw_points(2);
        const tr_place a = place_of(p[0]), b = place_of(p[1]);
        int32_t there, back, metres;
        tr_estimate_way(e, "van", &a, &b, &there, &metres);
        tr_estimate_way(e, "van", &b, &a, &back, &metres);
        if (abs(there - back) > 1) fail_msg("turn %d: %d s and %d s", turn, there, back);
    }
}

static void two_recordings_without_common_places_are_one_area(void **state)
{
    (void)state;
    const char *const paths[] = {record("a.json", plain, 40, draw_points(40), ""),
                                 record("b.json", plain, 40, draw_points(40), "")};
    const tr_area *area = calibrate(2, paths);
    assert_int_equal(area->n, 80);
    assert_int_equal(residuals->n, 2 * 40 * 39);
    assert_string_equal(area->credit, "us");
    assert_true(held_out(tr_estimate_of_area(area, "test", arena), plain, 30) < 0.03);
}

/* ---- left-out ways, against leaving them out ---- */

static double leave_out_slowly(int32_t n, const tr_area *a, const tr_kernel *kernel, const double *r,
                               int32_t i, int32_t j)
{
    int32_t m = 0, *kept = TR_NEW(arena, int32_t, n);
    for (int32_t k = 0; k < n; k++)
        if (k != i && k != j) kept[m++] = k;
    tr_area less = *a;
    double *inverse = TR_NEW(arena, double, m *m), sum = 0;
    less.n = m;
    less.xy = TR_NEW(arena, double, 2 * m);
    for (int32_t k = 0; k < m; k++)
        less.xy[2 * k] = a->xy[2 * kept[k]], less.xy[2 * k + 1] = a->xy[2 * kept[k] + 1];
    assert_true(tr_area_inverse(&less, kernel, inverse));
    for (int32_t p = 0; p < m; p++)
        for (int32_t q = 0; q < m; q++) {
            double from = 0, to = 0;
            for (int32_t k = 0; k < m; k++) {
                from +=
                    inverse[p * m + k] * tr_kernel_at(kernel, hypot(a->xy[2 * i] - less.xy[2 * k],
                                                                    a->xy[2 * i + 1] - less.xy[2 * k + 1]));
                to += inverse[q * m + k] * tr_kernel_at(kernel, hypot(a->xy[2 * j] - less.xy[2 * k],
                                                                      a->xy[2 * j + 1] - less.xy[2 * k + 1]));
            }
            sum += from * r[kept[p] * n + kept[q]] * to;
        }
    return sum;
}

static void left_out_ways_are_what_they_would_be(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        enum { N = 9 };
        double r[N * N], inverse[N * N], out[N * N];
        chance = seed;
        tr_area a = {.n = N, .places = TR_NEW(arena, tr_place, N)};
        point *p = draw_points(N);
        for (int32_t i = 0; i < N; i++) a.places[i] = place_of(p[i]);
        tr_area_lay_out(&a, arena);
        const tr_kernel kernel = {500 + 3000 * uniform(), 0.6 + 1.2 * uniform(), 0.01 + uniform()};
        for (int32_t k = 0; k < N * N; k++) r[k] = uniform() - 0.5;
        assert_true(tr_area_inverse(&a, &kernel, inverse));
        tr_area_leave_out(N, inverse, r, out, arena);
        for (int32_t i = 0; i < N; i++)
            for (int32_t j = 0; j < N; j++) {
                double slow = leave_out_slowly(N, &a, &kernel, r, i, j);
                if (fabs(slow - out[i * N + j]) > 1e-9)
                    fail_msg("seed %d, %d to %d: %g, not %g", (int)seed, i, j, out[i * N + j], slow);
            }
    }
}

/* ---- the table, the file ---- */

static tr_table table_of(const char *mode, int32_t n, const tr_place *places)
{
    size_t cells = (size_t)n * (size_t)n;
    tr_table t = {.mode = mode,
                  .n = n,
                  .places = places,
                  .seconds = TR_NEW(arena, int32_t, cells),
                  .metres = TR_NEW(arena, int32_t, cells),
                  .source = TR_NEW(arena, uint8_t, cells),
                  .snaps = TR_NEW(arena, tr_snap, n)};
    memset(t.source, TR_FROM_NOTHING, cells);
    for (int32_t i = 0; i < n; i++) t.source[i * n + i] = TR_FROM_ESTIMATE;
    return t;
}

static void a_table_has_the_ways_and_a_file_keeps_them(void **state)
{
    (void)state;
    enum { N = 30 };
    point *recorded = draw_points(50), *p = draw_points(N);
    const char *const paths[] = {record("a.json", river, 50, recorded, "")};
    const tr_area *area = calibrate(1, paths);
    const tr_estimate *e = tr_estimate_of_area(area, "test", arena);
    tr_place places[N];
    for (int32_t i = 0; i < N; i++) places[i] = place_of(i < 5 ? recorded[i] : p[i]);
    places[N - 1] = places[N - 2];
    tr_table t = table_of("van", N, places), u = table_of("van", N, places);
    t.source[1] = TR_FROM_OSRM, t.seconds[1] = 7;
    assert_int_equal(tr_estimate_table(e, &t, &diag), N * (N - 1) - 1);
    assert_int_equal(t.seconds[1], 7); /* what is known stays */
    assert_int_equal(diag.n_faults, 0);
    assert_int_equal(t.seconds[N],
                     seconds_of(river, recorded[1], recorded[0])); /* a recorded way is itself */
    assert_int_equal(t.seconds[N * N - 2], 0);
    for (int32_t i = 0; i < N; i++)
        for (int32_t j = 0; j < N; j++) {
            int32_t seconds, metres;
            if (i == j || (i == 0 && j == 1)) continue;
            tr_estimate_way(e, "van", &places[i], &places[j], &seconds, &metres);
            assert_int_equal(t.seconds[i * N + j], seconds);
            assert_int_equal(t.metres[i * N + j], metres);
            assert_int_equal(t.source[i * N + j], TR_FROM_ESTIMATE);
        }
    tr_estimate *again;
    assert_int_equal(tr_area_write(path_of("estimate.json"), area, &err), TR_OK);
    assert_int_equal(tr_estimate_read(path_of("estimate.json"), arena, &diag, &again, &err), TR_OK);
    tr_estimate_table(again, &u, &diag);
    for (int32_t k = 2; k < N * N; k++)
        assert_true(abs(t.seconds[k] - u.seconds[k]) <= 1 && abs(t.metres[k] - u.metres[k]) <= 2);
    assert_string_equal(tr_estimate_credit(again), "us");
    assert_int_equal(tr_calibration_plot(path_of("plot.svg"), area, residuals, &err), TR_OK);
}

static void outside_is_the_curve_and_another_mode_is_assumed(void **state)
{
    (void)state;
    const tr_estimate *e = estimate_of(uphill, 60);
    const tr_place places[] = {place_of((point){1, 1}), place_of((point){60, 1}), place_of((point){60, 61})};
    tr_table t = table_of("van", 3, places), u = table_of("lorry", 3, places);
    tr_estimate_table(e, &t, &diag);
    assert_int_equal(diag.n_faults, 1);
    assert_non_null(strstr(diag.faults[0].text, "P and 1 more: more than 3."));
    assert_non_null(strstr(diag.faults[0].text, "curve alone"));
    assert_int_equal(t.seconds[5], t.seconds[7]); /* of 1 to 2 and back: the curve knows no direction */
    assert_true(t.seconds[5] > 60000 * 1.1 / 8 && t.seconds[5] < 60000 * 2.5 / 8);
    tr_estimate_table(e, &u, &diag);
    assert_int_equal(diag.n_faults, 2);
    assert_non_null(strstr(diag.faults[1].text, "1.35 x straight line"));
    int32_t road = tr_estimate_m(&places[0], &places[1]);
    assert_int_equal(u.metres[1], road);
}

static void estimates_are_not_fitted_to(void **state)
{
    (void)state;
    const char *const paths[] = {record("a.json", plain, 30, draw_points(30), "\"estimated\":true,")};
    const tr_calibration_options o = {.n_recordings = 1, .recordings = paths};
    tr_area area;
    assert_int_equal(tr_calibrate(&o, arena, &diag, &area, &residuals, &err), TR_EINPUT);
    assert_non_null(strstr(err.text, "estimates do not count"));
    const char *const few[] = {record("a.json", plain, 5, draw_points(5), "")};
    const tr_calibration_options p = {.n_recordings = 1, .recordings = few};
    assert_int_equal(tr_calibrate(&p, arena, &diag, &area, &residuals, &err), TR_EINPUT);
    assert_non_null(strstr(err.text, "5 places"));
}

static void all_faults_of_a_file_are_told_at_once(void **state)
{
    (void)state;
    tr_estimate *e;
    write_text("estimate.json", "{\"tiprun_estimate\":1,\"places\":[[53,1],[91,0],[53],[53.1,1]],\"colour\":"
                                "1,\"modes\":{\"van\":{\"curve\":"
                                "{\"straight_m\":[0,5,5],\"seconds\":[1,2,\"x\"],\"metres\":[1,2]},"
                                "\"kernel\":{\"length_m\":0,\"power\":1},"
                                "\"blend\":{\"seconds\":{\"shift\":[0,0,0],\"weight\":[1,0,9]}},\"seconds\":["
                                "[0,1,2,3],[1,0,2],[1,2,0,-4],"
                                "[0.5,1,1,0]],\"metres\":[]}}}");
    assert_int_equal(tr_estimate_read(path_of("estimate.json"), arena, &diag, &e, &err), TR_EINPUT);
    static const char *const expected[] = {"places[1][0]",  "places[2]",    "colour",     "straight_m[2]",
                                           "seconds[2]",    "curve.metres", "length_m",   "noise",
                                           "weight[2]",     "blend.metres", "seconds[1]", "seconds[2][3]",
                                           "seconds[3][0]", "van.metres"};
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        bool told = false;
        for (int32_t i = 0; i < diag.n_faults; i++)
            told |= strstr(diag.faults[i].where, expected[k]) || strstr(diag.faults[i].text, expected[k]);
        if (!told) fail_msg("not told: %s", expected[k]);
    }
    assert_non_null(strstr(err.text, "faults"));
    static const char *const others[] = {
        "", "[]", "{\"tiprun_estimate\":2,\"places\":[],\"modes\":{}}", "{\"tiprun_estimate\":1}",
        "{\"tiprun_estimate\":1,\"places\":[[1,1],[1,2],[2,1]],\"modes\":{}}"};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        write_text("estimate.json", others[k]);
        diag = (tr_diag){.arena = arena};
        assert_int_equal(tr_estimate_read(path_of("estimate.json"), arena, &diag, &e, &err), TR_EINPUT);
        assert_true(diag.n_errors > 0);
    }
}

/* ---- the hours ---- */

static void put_run(FILE *f, const tr_estimate *e, const char *at, double speed)
{
    point *p = draw_points(2);
    const tr_place a = place_of(p[0]), b = place_of(p[1]);
    int32_t seconds, metres;
    tr_estimate_way(e, "van", &a, &b, &seconds, &metres);
    double noise = 0.1 * (uniform() + uniform() + uniform() - 1.5);
    fprintf(f, "%.6f,%.6f,%.6f,%.6f,%s,%.0f\n", a.lat, a.lon, b.lat, b.lon, at, seconds / speed * exp(noise));
}

static void hours_are_fitted_and_few_runs_move_little(void **state)
{
    (void)state;
    const tr_estimate *e = estimate_of(plain, 40);
    FILE *f = fopen(path_of("runs.csv"), "w");
    assert_non_null(f);
    assert_true(tr_zone_set("Europe/London"));
    fputs("from_lat,from_lon,to_lat,to_lon,departed_at,seconds\n", f);
    for (int k = 0; k < 200; k++) {
        put_run(f, e, "2026-03-02T08:10:00", k % 20 ? 0.8 : 0.2); /* one in twenty stood in a queue */
        put_run(f, e, "2026-07-01T10:30:00Z", 1.1);               /* 11 o'clock in summer */
    }
    put_run(f, e, "2026-03-02 03:00", 0.5);
    fputs("53.8,-1.5,53.8,x,2026-03-02T08:00,60\n53.8,-1.5,53.9,-1.5,yesterday,60\n53.8,-1.5,53.83,-1.5,2026-"
          "03-02T08:00,86000\n",
          f);
    assert_int_equal(fclose(f), 0);
    tr_hour_factors h;
    assert_int_equal(tr_hours_fit(path_of("runs.csv"), e, "van", arena, &diag, &h, &err), TR_OK);
    assert_int_equal(h.n_rows, 404);
    assert_int_equal(h.n_used, 401);
    assert_int_equal(diag.n_faults, 3);
    assert_true(fabs(h.factor[8] - 0.8) < 0.02 && h.low[8] < 0.8 && h.high[8] > 0.78);
    assert_true(fabs(h.factor[11] - 1.1) < 0.02);
    assert_true(h.factor[3] < 0.8 && h.factor[3] > 0.55 && h.high[3] - h.low[3] > 5 * (h.high[8] - h.low[8]));
    assert_true(h.factor[20] == 1 && h.n[20] == 0);
    assert_int_equal(tr_hours_write(path_of("hours.json"), &h, &err), TR_OK);
    char text[400] = "";
    f = fopen(path_of("hours.json"), "r");
    assert_true(fread(text, 1, sizeof text - 1, f) > 50);
    fclose(f);
    assert_memory_equal(text, "{\"speed_by_hour\": [1000, 1000, 1000, ", 37);
}

static void runs_without_columns_or_runs_are_told(void **state)
{
    (void)state;
    const tr_estimate *e = estimate_of(plain, 40);
    tr_hour_factors h;
    write_text("runs.csv", "from_lat,to_lat\n1,2\n");
    assert_int_equal(tr_hours_fit(path_of("runs.csv"), e, "van", arena, &diag, &h, &err), TR_EINPUT);
    assert_int_equal(diag.n_errors, 4); /* each missing column */
    diag = (tr_diag){.arena = arena};
    write_text("runs.csv", "from_lat,from_lon,to_lat,to_lon,departed_at,seconds\n");
    assert_int_equal(tr_hours_fit(path_of("runs.csv"), e, "van", arena, &diag, &h, &err), TR_EINPUT);
    assert_non_null(strstr(err.text, "no run"));
    assert_int_equal(tr_hours_fit(path_of("nothing.csv"), e, "van", arena, &diag, &h, &err), TR_EINPUT);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_plain_world_is_found_again),
        TEST(a_river_is_learnt_from_cells_across_it),
        TEST(a_direction_is_kept),
        TEST(a_symmetric_world_stays_so),
        TEST(two_recordings_without_common_places_are_one_area),
        TEST(left_out_ways_are_what_they_would_be),
        TEST(a_table_has_the_ways_and_a_file_keeps_them),
        TEST(outside_is_the_curve_and_another_mode_is_assumed),
        TEST(estimates_are_not_fitted_to),
        TEST(all_faults_of_a_file_are_told_at_once),
        TEST(hours_are_fitted_and_few_runs_move_little),
        TEST(runs_without_columns_or_runs_are_told),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
