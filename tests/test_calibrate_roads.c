/* test_calibrate_roads.c -- recorded road lines as a network: a town on a grid, with one-way streets, fast ones and a river,
 * whose ways are known, is driven along its streets as it is; an estimate is better with its lines, and no worse with lines
 * that lie; the file keeps them; and --roads asks for each near pair once.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calibrate.h"
#include "polyline.h"
#include "roads.h"
#include "support.h"

#include <gsl/gsl_errno.h>
#include <jansson.h>
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

static const char *const used[] = {"a.json", "b.json", "estimate.json", "again.json"};

static char *path_of(const char *name)
{
    return tr_arena_printf(arena, "%s/%s", folder, name);
}

static int set_up(void **state)
{
    (void)state;
    arena = tr_arena_new();
    diag = (tr_diag){.arena = arena};
    err = (tr_err){.text = ""};
    chance = 42;
    strcpy(folder, "/tmp/tiprun-roads-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return 0;
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

/* ---- the town: SIDE x SIDE corners, BLOCK metres apart ---- */

enum { SIDE = 17, CORNERS = SIDE * SIDE, BLOCK = 250, RIVER = 8 }; /* the river lies east of column RIVER */

typedef struct { /* on a block, part of it past its west or south corner, some metres beside the street */
    int x, y, across; /* across: the block leads east, else north */
    double part, beside_m;
} spot;

/* Seconds from a corner to the one east (d 0), north (1), west (2), south (3) of it; 0: no way.  Of the streets that lead
 * east and west each second one is one-way, by turns; two bridges; each fourth street is twice as fast. */
static double block_s(int x, int y, int d)
{
    int to_x = x + (d == 0) - (d == 2), to_y = y + (d == 1) - (d == 3);
    bool across = d % 2 == 0;
    if (to_x < 0 || to_y < 0 || to_x >= SIDE || to_y >= SIDE) return 0;
    if (across && y % 4 == 1 && d == 2) return 0;
    if (across && y % 4 == 3 && d == 0) return 0;
    if (across && (x < to_x ? x : to_x) == RIVER && y != 4 && y != 12) return 0;
    return (across ? y : x) % 4 == 0 ? BLOCK / 16.0 : BLOCK / 8.0;
}

static spot draw_spot(void)
{
    for (;;) {
        spot s = {(int)(uniform() * SIDE), (int)(uniform() * SIDE), uniform() < 0.5, 0.1 + 0.8 * uniform(),
                  5 + 5 * uniform()};
        int d = s.across ? 0 : 1;
        if (block_s(s.x, s.y, d) > 0 || (s.x + s.across < SIDE && s.y + !s.across < SIDE &&
                                         block_s(s.x + s.across, s.y + !s.across, d + 2) > 0))
            return s;
    }
}

static tr_place place_at(double x_m, double y_m)
{
    return (tr_place){
        .name = "P", .lat = 53.8 + y_m / 111195, .lon = -1.5 + x_m / (111195 * cos(53.8 * M_PI / 180))};
}

static tr_place place_of(const spot *s)
{
    double along = BLOCK * s->part;
    return place_at(BLOCK * s->x + (s->across ? along : s->beside_m),
                    BLOCK * s->y + (s->across ? s->beside_m : along));
}

static tr_place foot_of(const spot *s)
{
    double along = BLOCK * s->part;
    return place_at(BLOCK * s->x + (s->across ? along : 0), BLOCK * s->y + (s->across ? 0 : along));
}

typedef struct { /* from a spot to all corners */
    double seconds[CORNERS], metres[CORNERS];
    int before[CORNERS]; /* -1: the spot */
} drive;

static void relax(drive *d, int corner, double seconds, double metres, int before)
{
    if (seconds >= d->seconds[corner]) return;
    d->seconds[corner] = seconds, d->metres[corner] = metres, d->before[corner] = before;
}

/* Corners of the spot's block, the seconds along it and back (0: no way). */
static void block_of(const spot *s, int corner[2], double seconds[2])
{
    int d = s->across ? 0 : 1, x = s->x + s->across, y = s->y + !s->across;
    corner[0] = s->y * SIDE + s->x, corner[1] = y * SIDE + x;
    seconds[0] = block_s(s->x, s->y, d), seconds[1] = block_s(x, y, d + 2);
}

static drive drive_from(const spot *s) /* Bellman and Ford: until nothing changes */
{
    drive d;
    int corner[2];
    double seconds[2];
    for (int k = 0; k < CORNERS; k++) d.seconds[k] = HUGE_VAL;
    block_of(s, corner, seconds);
    if (seconds[0] > 0) relax(&d, corner[1], (1 - s->part) * seconds[0], (1 - s->part) * BLOCK, -1);
    if (seconds[1] > 0) relax(&d, corner[0], s->part * seconds[1], s->part * BLOCK, -1);
    for (bool changed = true; changed;) {
        changed = false;
        for (int k = 0; k < CORNERS; k++)
            for (int way = 0; way < 4; way++) {
                double take = block_s(k % SIDE, k / SIDE, way);
                int to = k + (way == 0) - (way == 2) + SIDE * ((way == 1) - (way == 3));
                if (take == 0 || d.seconds[k] + take >= d.seconds[to] - 1e-9) continue;
                relax(&d, to, d.seconds[k] + take, d.metres[k] + BLOCK, k);
                changed = true;
            }
    }
    return d;
}

typedef struct {
    double seconds, metres;
    int last; /* corner; -1: along one block */
} way;

static way way_to(const drive *d, const spot *from, const spot *to)
{
    int corner[2];
    double seconds[2], ahead = to->part - from->part;
    way best = {HUGE_VAL, 0, -1};
    block_of(to, corner, seconds);
    if (from->x == to->x && from->y == to->y && from->across == to->across && seconds[ahead < 0] > 0)
        return (way){fabs(ahead) * seconds[ahead < 0], fabs(ahead) * BLOCK, -1};
    for (int e = 0; e < 2; e++) {
        double part = e ? 1 - to->part : to->part, total = d->seconds[corner[e]] + part * seconds[e];
        if (seconds[e] > 0 && total < best.seconds)
            best = (way){total, d->metres[corner[e]] + part * BLOCK, corner[e]};
    }
    return best;
}

/* ---- recordings of it ---- */

static void add_point(double *line, int *n, tr_place p)
{
    line[2 * *n] = p.lon, line[2 * *n + 1] = p.lat;
    ++*n;
}

static const char *line_of(const drive *d, const spot *from, const spot *to, int last)
{
    double line[2 * (CORNERS + 2)];
    int n = 0, back[CORNERS], n_back = 0;
    add_point(line, &n, foot_of(from));
    for (int k = last; k >= 0; k = d->before[k]) back[n_back++] = k;
    while (n_back--)
        add_point(line, &n, place_at(BLOCK * (back[n_back] % SIDE), BLOCK * (back[n_back] / SIDE)));
    add_point(line, &n, foot_of(to));
    return tr_polyline_encode(arena, n, line);
}

typedef struct {
    int32_t n;
    const spot *spots;
    drive *drives;
    way *ways; /* [n * n] */
} town;

static town town_of(int32_t n)
{
    spot *s = TR_NEW(arena, spot, n);
    town t = {n, s, TR_NEW(arena, drive, n), TR_NEW(arena, way, n * n)};
    for (int32_t i = 0; i < n; i++) s[i] = draw_spot();
    for (int32_t i = 0; i < n; i++) {
        t.drives[i] = drive_from(&s[i]);
        for (int32_t j = 0; j < n; j++)
            t.ways[i * n + j] = i == j ? (way){0, 0, -1} : way_to(&t.drives[i], &s[i], &s[j]);
    }
    return t;
}

/* Is j among the k nearest of i by seconds? */
static bool is_near(const town *t, int32_t i, int32_t j, int k)
{
    int nearer = 0;
    for (int32_t x = 0; x < t->n; x++)
        nearer += x != i && (t->ways[i * t->n + x].seconds < t->ways[i * t->n + j].seconds);
    return i != j && nearer < k;
}

static void put_rows(FILE *f, const char *key, const town *t, bool metres)
{
    fprintf(f, "\"%s\":[", key);
    for (int32_t i = 0; i < t->n; i++)
        for (int32_t j = 0; j < t->n; j++) {
            const way *w = &t->ways[i * t->n + j];
            fprintf(f, "%s%ld%s",
                    j   ? ","
                    : i ? ",["
                        : "[",
                    lround(metres ? w->metres : w->seconds), j == t->n - 1 ? "]" : "");
        }
    fputs("]", f);
}

/* With the lines to the k nearest and back; lie: they are straight and take any time. */
static const char *record(const char *name, const town *t, int k, bool lie)
{
    FILE *f = fopen(path_of(name), "w");
    bool first = true;
    assert_non_null(f);
    fputs(
        "{\"tiprun_recording\":1,\"credit\":\"us\",\"source\":\"drawn\",\"profiles\":[\"van\"],\"places\":[",
        f);
    for (int32_t i = 0; i < t->n; i++) {
        tr_place place = place_of(&t->spots[i]);
        fprintf(f, "%s{\"lat\":%.6f,\"lon\":%.6f}", i ? "," : "", place.lat, place.lon);
    }
    fputs("],\"matrices\":{\"van\":{", f);
    put_rows(f, "seconds", t, false);
    fputs(",", f);
    put_rows(f, "metres", t, true);
    fputs("}},\"legs\":{\"van\":[", f);
    for (int32_t i = 0; i < t->n; i++)
        for (int32_t j = 0; j < t->n; j++) {
            if (!is_near(t, i, j, k) && !is_near(t, j, i, k)) continue;
            const way *w = &t->ways[i * t->n + j];
            json_t *line =
                json_string(line_of(&t->drives[i], &t->spots[i], &t->spots[j], lie ? -1 : w->last));
            char *quoted = json_dumps(line, JSON_ENCODE_ANY);
            fprintf(f, "%s{\"from\":%d,\"to\":%d,\"seconds\":%ld,\"metres\":%ld,\"line\":%s,\"steps\":[]}",
                    first ? "" : ",\n", i, j, lround(w->seconds * (lie ? exp(2 * uniform() - 1) : 1)),
                    lround(w->metres), quoted);
            free(quoted);
            json_decref(line);
            first = false;
        }
    fputs("]}}", f);
    assert_int_equal(fclose(f), 0);
    return path_of(name);
}

static tr_residuals *residuals;

static tr_area *calibrate(const char *path)
{
    const tr_calibration_options o = {.n_recordings = 1, .recordings = &path};
    tr_area *area = TR_NEW(arena, tr_area, 1);
    if (tr_calibrate(&o, arena, &diag, area, &residuals, &err)) fail_msg("%s", err.text);
    return area;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static tr_table table_of(const town *t)
{
    size_t n = (size_t)t->n;
    tr_place *places = TR_NEW(arena, tr_place, n);
    tr_table out = {.mode = "van",
                    .n = t->n,
                    .places = places,
                    .seconds = TR_NEW(arena, int32_t, n * n),
                    .metres = TR_NEW(arena, int32_t, n * n),
                    .source = TR_NEW(arena, uint8_t, n * n),
                    .snaps = TR_NEW(arena, tr_snap, n)};
    memset(out.source, TR_FROM_NOTHING, n * n);
    for (size_t i = 0; i < n; i++)
        places[i] = place_of(&t->spots[i]), out.source[i * n + i] = TR_FROM_ESTIMATE;
    return out;
}

/* Median |relative error| of seconds to each spot's k nearest. */
static double off(const tr_area *area, const town *t, int k, bool metres)
{
    tr_table got = table_of(t);
    double *errors = TR_NEW(arena, double, t->n * t->n);
    int32_t n = 0;
    tr_estimate_table(tr_estimate_of_area(area, "test", arena), &got, &diag);
    for (int32_t i = 0; i < t->n; i++)
        for (int32_t j = 0; j < t->n; j++) {
            const way *w = &t->ways[i * t->n + j];
            double true_value = metres ? w->metres : w->seconds;
            if (!is_near(t, i, j, k) || true_value < 5) continue;
            errors[n++] = fabs((metres ? got.metres : got.seconds)[i * t->n + j] / true_value - 1);
        }
    qsort(errors, (size_t)n, sizeof *errors, ascending);
    return errors[n / 2];
}

/* ---- the network ---- */

static tr_area area_of(const town *t)
{
    tr_area a = {.n = t->n, .places = TR_NEW(arena, tr_place, t->n)};
    for (int32_t i = 0; i < t->n; i++) a.places[i] = place_of(&t->spots[i]);
    tr_area_lay_out(&a, arena);
    return a;
}

/* A leg along each block, each way that it may be driven. */
static int32_t all_blocks(tr_road_leg *legs)
{
    int32_t n = 0;
    for (int k = 0; k < CORNERS; k++)
        for (int d = 0; d < 4; d++) {
            int x = k % SIDE, y = k / SIDE, n_points = 0;
            double *line = TR_NEW(arena, double, 4);
            if (block_s(x, y, d) == 0) continue;
            add_point(line, &n_points, place_at(BLOCK * x, BLOCK * y));
            add_point(line, &n_points,
                      place_at(BLOCK * (x + (d == 0) - (d == 2)), BLOCK * (y + (d == 1) - (d == 3))));
            legs[n++] = (tr_road_leg){-1, -1, 2, line, block_s(x, y, d)};
        }
    return n;
}

static void ways_along_all_streets_are_the_true_ones(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        chance = seed;
        town t = town_of(25);
        tr_area a = area_of(&t);
        tr_road_leg *legs = TR_NEW(arena, tr_road_leg, 4 * CORNERS);
        tr_roads r;
        tr_driven driven;
        assert_true(tr_roads_build(&a, all_blocks(legs), legs, arena, &r, &driven));
        assert_int_equal(r.n_nodes, CORNERS);
        tr_road_search search = tr_roads_search_new(&r, arena);
        for (int32_t i = 0; i < t.n; i++) {
            tr_access from = tr_roads_access(&r, &a.xy[2 * i], NULL);
            assert_int_equal(from.n, 1);
            assert_true(fabs(from.away_m - t.spots[i].beside_m) < 0.3);
            tr_roads_search(&r, &from, NULL, HUGE_VAL, NULL, &search);
            for (int32_t j = 0; j < t.n; j++) {
                tr_access to = tr_roads_access(&r, &a.xy[2 * j], NULL);
                double found[TR_QUANTITIES], feet = from.away_m + to.away_m;
                const way *w = &t.ways[i * t.n + j];
                tr_roads_way(&r, &from, &to, NULL, &search, found);
                double seconds = found[TR_SECONDS] - feet * r.slowness;
                if (i != j && fabs(seconds - w->seconds) > 0.01 * w->seconds + 2)
                    fail_msg("seed %d, %d to %d: %g s, not %g s", (int)seed, i, j, seconds, w->seconds);
                if (i != j)
                    assert_true(found[TR_METRES] - feet > 7.8 * seconds - 20 &&
                                found[TR_METRES] - feet < 16.4 * seconds + 20);
            }
        }
    }
}

static void legs_of_both_ends_are_left_out(void **state)
{
    (void)state;
    static const double west[] = {-1.5, 53.8, -1.499, 53.8},
                        whole[] = {-1.5, 53.8, -1.499, 53.8, -1.498, 53.8},
                        lane[] = {-1.498, 53.8, -1.498, 53.801};
    const tr_road_leg legs[] = {{0, 1, 2, west, 10}, {2, 3, 3, whole, 20}, {0, 2, 2, lane, 9}};
    town t = town_of(4);
    tr_area a = area_of(&t);
    tr_roads r;
    tr_driven driven;
    assert_true(tr_roads_build(&a, 3, legs, arena, &r, &driven));
    assert_int_equal(r.n_streets, 3); /* a leg ends in the middle of the long one */
    assert_int_equal(r.n_nodes, 4);
    double at_west[2], at_lane[2];
    tr_area_project(&a, &(tr_place){.lat = 53.80002, .lon = -1.4996}, at_west);
    tr_area_project(&a, &(tr_place){.lat = 53.8007, .lon = -1.49801}, at_lane);
    const tr_left_legs none = {&driven, 0, 2}, lane_only = {&driven, 2, -2}, first_only = {&driven, 1, -2};
    assert_int_equal(tr_roads_access(&r, at_west, &none).n, 0);
    assert_int_equal(tr_roads_access(&r, at_west, &lane_only).n, 1); /* by the first leg */
    tr_access west_end = tr_roads_access(&r, at_west, &first_only),
              lane_end = tr_roads_access(&r, at_lane, &first_only);
    tr_road_search search = tr_roads_search_new(&r, arena);
    double found[TR_QUANTITIES];
    tr_roads_search(&r, &west_end, &lane_end, HUGE_VAL, &first_only, &search);
    tr_roads_way(&r, &west_end, &lane_end, &first_only, &search, found);
    assert_true(fabs(found[TR_SECONDS] - (6 + 10 + 0.7 * 9)) < 1);
    tr_roads_search(&r, &lane_end, &west_end, HUGE_VAL, &first_only, &search); /* nobody drove back */
    tr_roads_way(&r, &lane_end, &west_end, &first_only, &search, found);
    assert_true(isinf(found[TR_SECONDS]));
}

/* ---- the estimate ---- */

static void near_ways_are_better_with_road_lines(void **state)
{
    (void)state;
    const town recorded = town_of(120), held = town_of(60);
    const tr_area *bare = calibrate(record("a.json", &recorded, 0, false));
    assert_null(bare->modes[0].roads);
    assert_int_equal(residuals->roads.n_streets, 0);
    const tr_area *with = calibrate(record("b.json", &recorded, 8, false));
    assert_int_equal(diag.n_faults, 0);
    assert_non_null(with->modes[0].roads);
    tr_road_gain gain = residuals->roads;
    assert_true(off(with, &held, 10, false) < 0.6 * off(bare, &held, 10, false));
    assert_true(off(with, &held, 60, false) < off(bare, &held, 60, false));
    assert_true(off(with, &held, 10, true) < 0.8 * off(bare, &held, 10, true));
    assert_true(gain.with[0] < gain.without[0] && gain.n_ways[0] == 1200 && gain.n_ways[1] == 600);
}

static void lines_that_lie_make_nothing_worse(void **state)
{
    (void)state;
    const town recorded = town_of(100), held = town_of(50);
    const tr_area *bare = calibrate(record("a.json", &recorded, 0, false));
    const tr_area *lying = calibrate(record("b.json", &recorded, 6, true));
    assert_true(lying->modes[0].roads || diag.n_faults == 1);
    for (int k = 10; k <= 50; k += 40) {
        double without = off(bare, &held, k, false), with = off(lying, &held, k, false);
        if (with > 1.05 * without) fail_msg("%d nearest: %g, not %g", k, with, without);
    }
}

static void a_file_keeps_the_streets(void **state)
{
    (void)state;
    const town recorded = town_of(60), asked = town_of(30);
    const tr_area *area = calibrate(record("a.json", &recorded, 6, false));
    assert_non_null(area->modes[0].roads);
    tr_table t = table_of(&asked), u = table_of(&asked);
    tr_estimate *again;
    const tr_estimate *e = tr_estimate_of_area(area, "test", arena);
    assert_int_equal(tr_area_write(path_of("estimate.json"), area, &err), TR_OK);
    assert_int_equal(tr_estimate_read(path_of("estimate.json"), arena, &diag, &again, &err), TR_OK);
    tr_estimate_table(e, &t, &diag);
    tr_estimate_table(again, &u, &diag);
    for (int32_t k = 0; k < 900; k++)
        assert_true(abs(t.seconds[k] - u.seconds[k]) <= 1 && abs(t.metres[k] - u.metres[k]) <= 2);
    for (int32_t k = 0; k < 900; k++) {
        int32_t seconds, metres;
        if (k % 31 == 0) continue;
        tr_estimate_way(e, "van", &t.places[k / 30], &t.places[k % 30], &seconds, &metres);
        assert_int_equal(t.seconds[k], seconds);
        assert_int_equal(t.metres[k], metres);
    }
    tr_area read;
    assert_true(tr_area_read(path_of("estimate.json"), arena, &diag, &read));
    assert_int_equal(tr_area_write(path_of("again.json"), &read, &err), TR_OK);
}

static void faults_of_streets_are_told_at_once(void **state)
{
    (void)state;
    tr_estimate *e;
    FILE *f = fopen(path_of("estimate.json"), "w");
    assert_non_null(f);
    fputs("{\"tiprun_estimate\":1,\"places\":[[53,1],[53.1,1],[53,1.1]],\"modes\":{\"van\":{"
          "\"curve\":{\"straight_m\":[0,5],\"seconds\":[1,2],\"metres\":[1,2]},"
          "\"kernel\":{\"length_m\":9,\"power\":1,\"noise\":1},\"blend\":{\"seconds\":{\"shift\":[0,0,0],"
          "\"weight\":[1,0,0]},"
          "\"metres\":{\"shift\":[0,0,0],\"weight\":[1,0,0]}},\"seconds\":[[0,1,1],[1,0,1],[1,1,0]],"
          "\"metres\":[[0,1,1],[1,0,1],[1,1,0]],\"roads\":{\"seconds\":[1,2],\"metres\":[0,0,0,0,0,0,0,0,0,0,"
          "0,0,0,0,0,9],"
          "\"lanes\":1,\"streets\":[[\"??\",1,1],[\"_cureB~tpzA_pRg^\",-3,null],[\"_cureB~tpzA_pRg^\",1],7,"
          "[\"_cureB~tpzA_pRg^\",\"x\",1],[null,1,1]]}}}}",
          f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(tr_estimate_read(path_of("estimate.json"), arena, &diag, &e, &err), TR_EINPUT);
    static const char *const expected[] = {"roads.seconds", "roads.metres[15]", "lanes",
                                           "streets[0][0]", "streets[1][1]",    "streets[2]",
                                           "streets[3]",    "streets[4][1]",    "streets[5][0]"};
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        bool told = false;
        for (int32_t i = 0; i < diag.n_faults; i++)
            told |= strstr(diag.faults[i].where, expected[k]) || strstr(diag.faults[i].text, expected[k]);
        if (!told) fail_msg("not told: %s", expected[k]);
    }
}

/* ---- --roads ---- */

static void lines_of_near_places_are_asked_for_once(void **state)
{
    (void)state;
    enum { N = 40, K = 3 };
    const town t = town_of(N);
    tr_travel *travel;
    tr_morning m = {.arena = arena, .n_places = N, .places = TR_NEW(arena, tr_place, N)};
    const char *const mode = "van";
    for (int32_t i = 0; i < N; i++) m.places[i] = place_of(&t.spots[i]), m.places[i].kind = TR_PLACE_STOP;
    assert_int_equal(tr_travel_open_recording(record("a.json", &t, N, false), &diag, &travel, &err), TR_OK);
    assert_int_equal(tr_travel_fill(travel, &m, &mode, 1, &diag, &err), TR_OK);
    int32_t n, there[N][N] = {{0}};
    tr_recorded_leg *legs;
    assert_int_equal(tr_travel_near_legs(travel, &m, 0, K, arena, &n, &legs, &diag, &err), TR_OK);
    for (int32_t k = 0; k < n; k++) {
        const tr_recorded_leg *leg = &legs[k];
        assert_int_equal(there[leg->from][leg->to]++, 0);
        assert_int_equal(leg->leg.n_steps, 0);
        assert_int_equal(leg->leg.seconds, m.problem.travel[0].seconds[leg->from * N + leg->to]);
    }
    for (int32_t i = 0; i < N; i++)
        for (int32_t j = 0; j < N; j++) {
            assert_int_equal(there[i][j], there[j][i]);
            if (is_near(&t, i, j, K - 1))
                assert_int_equal(there[i][j], 1); /* the last may be a tie in whole seconds */
        }
    assert_true(n >= N * K && n <= 2 * N * K);
    tr_travel_close(travel);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(ways_along_all_streets_are_the_true_ones),
        TEST(legs_of_both_ends_are_left_out),
        TEST(near_ways_are_better_with_road_lines),
        TEST(lines_that_lie_make_nothing_worse),
        TEST(a_file_keeps_the_streets),
        TEST(faults_of_streets_are_told_at_once),
        TEST(lines_of_near_places_are_asked_for_once),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
