/* test_osrm.c -- the OSRM client against a server that misbehaves in every way we know of: each case
 * ends in bounded time with the right cells or with an error that names the fault.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "stub_server.h"
#include "support.h"
#include "osrm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- a morning of n places on the equator, 0.001 degrees apart; the first is the depot ---- */

static tr_morning make_morning(tr_arena *arena, int32_t n)
{
    tr_morning m = {.arena = arena, .n_places = n, .places = TR_NEW(arena, tr_place, n)};
    m.triage.snap_warn_m = 150;
    m.triage.snap_left_m = 1000;
    for (int32_t i = 0; i < n; i++)
        m.places[i] = (tr_place){.kind = i ? TR_PLACE_STOP : TR_PLACE_DEPOT, .lon = i * 0.001,
                                 .name = tr_arena_printf(arena, i ? "R-%d" : "D-%d", i)};
    return m;
}

/* ---- a fake OSRM: seconds and metres follow from the positions; faults by its settings ---- */

typedef struct {
    int most_cells, most_points; /* beyond: TooBig; 0 = no limit */
    int too_big_status;          /* 400, 413, 414 ... */
    int no_segment;              /* position of a place without one, -1 */
    int no_road;                 /* position of a place that no road joins, -1 */
    int far;                     /* position of a place 30 km from a road, -1 */
    bool far_once;               /* only the first answer says so */
    bool no_distances;
    int n_too_big, n_nearest, n_tables, n_routes;
    char *text; /* the last answer */
} fake;

static const fake sane = {.too_big_status = 400, .no_segment = -1, .no_road = -1, .far = -1};

static int64_t seconds_of(int i, int j) { return i == j ? 0 : 7 * abs(i - j) + (i > j); }
static int64_t metres_of(int i, int j) { return i == j ? 0 : 111 * abs(i - j) + 2 * (i > j); }

static int read_positions(const char *path, int *at, int most)
{
    int n = 0;
    const char *p = strstr(path, "/v1/");
    p = strchr(p + 4, '/') + 1;
    while (n < most && *p && *p != '?') {
        at[n++] = (int)lround(strtod(p, NULL) * 1000);
        p += strcspn(p, ";?");
        p += *p == ';';
    }
    return n;
}

static int read_indices(const char *path, const char *key, int *at, int n_all)
{
    const char *p = strstr(path, key);
    int n = 0;
    if (!p)
        for (; n < n_all; n++) at[n] = n;
    else
        for (p += strlen(key); n < n_all; p++) {
            char *end;
            at[n++] = (int)strtol(p, &end, 10);
            p = end;
            if (*p != ';') break;
        }
    return n;
}

static stub_reply reply_with(fake *f, int status, const char *body, size_t length)
{
    size_t room = length + 200;
    free(f->text);
    f->text = malloc(room);
    int n = snprintf(f->text, room,
                     "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                     "Connection: close\r\n\r\n",
                     status, length);
    memcpy(f->text + n, body, length);
    return (stub_reply){.bytes = f->text, .length = (size_t)n + length};
}

static stub_reply reply_code(fake *f, int status, const char *code)
{
    char body[100];
    int n = snprintf(body, sizeof body, "{\"code\":\"%s\",\"message\":\"so it is\"}", code);
    return reply_with(f, status, body, (size_t)n);
}

static void put_waypoints(FILE *out, const fake *f, const char *key, const int *at, const int *which, int n)
{
    fprintf(out, ",\"%s\":[", key);
    for (int i = 0; i < n; i++)
        fprintf(out, "%s{\"location\":[%.6f,0],\"name\":\"\",\"distance\":%s}", i ? "," : "",
                at[which[i]] * 0.001,
                at[which[i]] == f->far && (!f->far_once || f->n_tables == 1) ? "30000.04" : "3.25");
    fputs("]", out);
}

static stub_reply answer_table(fake *f, const char *path)
{
    static int at[4000], rows[4000], columns[4000];
    int n = read_positions(path, at, 4000);
    int n_rows = read_indices(path, "sources=", rows, n),
        n_columns = read_indices(path, "destinations=", columns, n);
    f->n_tables++;
    if (f->most_cells && n_rows * n_columns > f->most_cells) {
        f->n_too_big++;
        return reply_code(f, f->too_big_status, "TooBig");
    }
    for (int i = 0; i < n; i++)
        if (at[i] == f->no_segment) return reply_code(f, 400, "NoSegment");
    char *body;
    size_t length;
    FILE *out = open_memstream(&body, &length);
    fputs("{\"code\":\"Ok\"", out);
    for (int what = 0; what < 2 - f->no_distances; what++) {
        fprintf(out, ",\"%s\":[", what ? "distances" : "durations");
        for (int i = 0; i < n_rows; i++) {
            fputs(i ? ",[" : "[", out);
            for (int j = 0; j < n_columns; j++) {
                int a = at[rows[i]], b = at[columns[j]];
                if (a != b && (a == f->no_road || b == f->no_road)) fputs(j ? ",null" : "null", out);
                else fprintf(out, "%s%.1f", j ? "," : "",
                             a == b ? 0 : (double)(what ? metres_of(a, b) : seconds_of(a, b)) - 0.5);
            }
            fputs("]", out);
        }
        fputs("]", out);
    }
    put_waypoints(out, f, "sources", at, rows, n_rows);
    put_waypoints(out, f, "destinations", at, columns, n_columns);
    fputs("}", out);
    fclose(out);
    stub_reply reply = reply_with(f, 200, body, length);
    free(body);
    return reply;
}

static stub_reply answer_route(fake *f, const char *path)
{
    static int at[4000];
    int n = read_positions(path, at, 4000);
    f->n_routes++;
    if (f->most_points && n > f->most_points)
        return f->n_too_big++, reply_code(f, f->too_big_status, "TooBig");
    for (int i = 0; i < n; i++)
        if (at[i] == f->no_road) return reply_code(f, 400, "NoRoute");
    char *body;
    size_t length;
    FILE *out = open_memstream(&body, &length);
    fputs("{\"code\":\"Ok\",\"routes\":[{\"legs\":[", out);
    for (int k = 0; k + 1 < n; k++)
        fprintf(out,
                "%s{\"duration\":%.1f,\"distance\":%.1f,\"steps\":["
                "{\"name\":\"High "
                "Street\",\"distance\":111,\"maneuver\":{\"type\":\"depart\",\"modifier\":\"left\"},"
                "\"geometry\":{\"coordinates\":[[%.6f,0],[%.6f,0.5]]}},"
                "{\"name\":\"\",\"distance\":0,\"maneuver\":{\"type\":\"arrive\",\"modifier\":\"right\"},"
                "\"geometry\":{\"coordinates\":[[%.6f,0.5],[%.6f,0.5]]}}]}",
                k ? "," : "", (double)seconds_of(at[k], at[k + 1]), (double)metres_of(at[k], at[k + 1]),
                at[k] * 0.001, at[k + 1] * 0.001, at[k + 1] * 0.001, at[k + 1] * 0.001);
    fputs("]}]}", out);
    fclose(out);
    stub_reply reply = reply_with(f, 200, body, length);
    free(body);
    return reply;
}

static stub_reply answer_fake(void *context, int number, const char *path)
{
    fake *f = context;
    (void)number;
    if (!strncmp(path, "/table/", 7)) return answer_table(f, path);
    if (!strncmp(path, "/route/", 7)) return answer_route(f, path);
    int at = -1;
    f->n_nearest++;
    read_positions(path, &at, 1);
    return at == f->no_segment ? reply_code(f, 400, "NoSegment") : reply_code(f, 200, "Ok");
}

/* ---- one try: fill a morning of n places from a server ---- */

typedef struct {
    tr_arena *arena;
    tr_morning morning;
    tr_diag diag;
    tr_err err;
    tr_status status;
    tr_travel *travel;
    double took_s;
} trial;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The client alone as a source: no cache, and no question which map the server has. */
static tr_status lone_table(tr_travel *travel, tr_table *t, tr_coverage *coverage, tr_diag *diag, tr_err *err)
{
    return tr_osrm_table(travel->state, 0, t, &coverage->asked, diag, err);
}

static tr_status lone_legs(tr_travel *travel, const char *mode, const tr_place *places, int32_t n, const int32_t *stops,
                           tr_arena *arena, tr_leg *out, tr_diag *diag, tr_err *err)
{
    (void)diag;
    return tr_osrm_legs(travel->state, 0, mode, places, n, stops, arena, out, err);
}

static void lone_close(tr_travel *travel)
{
    tr_osrm_close(travel->state);
}

static tr_travel *open_client(const tr_osrm_options *options)
{
    tr_osrm *osrm;
    assert_int_equal(tr_osrm_open(options, &osrm, NULL), TR_OK);
    tr_travel *t = tr_travel_new();
    t->kind = TR_FROM_OSRM, t->state = osrm, t->description = tr_osrm_describe(osrm);
    t->table = lone_table, t->legs = lone_legs, t->close = lone_close;
    return t;
}

static trial fill(const char *url, int32_t n, tr_osrm_options options)
{
    static const char *const profiles[] = {"van"};
    trial t = {.arena = tr_arena_new()};
    t.morning = make_morning(t.arena, n);
    t.diag.arena = t.arena;
    options.n_servers = 1, options.servers = &url;
    t.travel = open_client(&options);
    double start = now_s();
    t.status = tr_travel_fill(t.travel, &t.morning, profiles, 1, &t.diag, &t.err);
    t.took_s = now_s() - start;
    return t;
}

static void end_trial(trial *t)
{
    tr_travel_close(t->travel);
    tr_arena_free(t->arena);
}

static void assert_right(const trial *t, int32_t without)
{
    assert_string_equal(t->status ? t->err.text : "", "");
    int32_t n = t->morning.n_places;
    assert_int_equal(t->morning.problem.n_places, n);
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            bool none = i != j && (i == without || j == without);
            assert_int_equal(t->morning.problem.travel[0].seconds[i * n + j], none ? -1 : seconds_of(i, j));
            assert_int_equal(t->morning.problem.travel[0].metres[i * n + j], none ? -1 : metres_of(i, j));
        }
    }
}

static void assert_says(const trial *t, const char *words)
{
    assert_int_equal(t->status, TR_EROUTING);
    if (!strstr(t->err.text, words)) fail_msg("\"%s\" does not say \"%s\"", t->err.text, words);
    assert_null(t->morning.problem.travel);
}

/* ---- what goes well ---- */

static trial with_fake(fake *f, int32_t n)
{
    stub_server *server = stub_start(answer_fake, f);
    trial t = fill(stub_url(server), n, (tr_osrm_options){.retries = -1});
    stub_stop(server);
    free(f->text);
    f->text = NULL;
    return t;
}

static void test_blocks(void **state)
{
    (void)state;
    fake f = sane;
    f.most_cells = 10000;
    trial t = with_fake(&f, 250);
    assert_right(&t, -1);
    assert_int_equal(f.n_tables - f.n_too_big, 9);
    assert_in_range(f.n_too_big, 1, 4); /* 125 places are too many, on each connection; 100 are not */
    assert_true(t.morning.places[3].snap_m == 3.3 || t.morning.places[3].snap_m == 3.2);
    assert_int_equal(t.morning.problem.travel[0].source[1], TR_FROM_OSRM);
    end_trial(&t);
    f = sane; /* one place alone, and two */
    for (int32_t n = 1; n < 3; n++) {
        t = with_fake(&f, n);
        assert_right(&t, -1);
        assert_true(t.morning.places[0].snap_m > 3);
        end_trial(&t);
    }
}

static void test_too_big(void **state)
{
    (void)state;
    const int statuses[] = {400, 413, 414, 431};
    for (size_t i = 0; i < 4; i++) {
        fake f = sane;
        f.most_cells = 225;
        f.too_big_status = statuses[i];
        trial t = with_fake(&f, 40);
        assert_right(&t, -1);
        assert_in_range(f.n_too_big, 1, 8); /* the smaller size is kept */
        end_trial(&t);
    }
    fake f = sane;
    f.most_cells = -1; /* even one cell */
    trial t = with_fake(&f, 40);
    assert_says(&t, "even a table of one cell is too big");
    end_trial(&t);
}

static void test_null_cells(void **state)
{
    (void)state;
    fake f = sane;
    f.no_road = 7;
    trial t = with_fake(&f, 20);
    assert_right(&t, 7);
    assert_string_equal(t.morning.places[7].finding, "no road");
    assert_int_equal(t.diag.n_faults, 1);
    end_trial(&t);
}

static void test_no_segment(void **state)
{
    (void)state;
    fake f = sane;
    f.no_segment = 150;
    trial t = with_fake(&f, 200);
    assert_right(&t, 150);
    assert_string_equal(t.morning.places[150].finding, "no road within 1 km");
    assert_true(t.morning.places[150].snap_m == -1); /* unknown, not endless */
    assert_int_equal(f.n_nearest, 200); /* rows and columns of one block, once each */
    end_trial(&t);
    f = sane;
    f.no_segment = 0;
    t = with_fake(&f, 5);
    assert_says(&t, "depot D-0 at lat 0.000000, lon 0.000000 is out of reach");
    end_trial(&t);
}

static void test_no_distances(void **state)
{
    (void)state;
    fake f = sane;
    f.no_distances = true;
    trial t = with_fake(&f, 5);
    assert_int_equal(t.status, TR_OK);
    assert_int_equal(t.morning.problem.travel[0].seconds[1], 7);
    assert_in_range(t.morning.problem.travel[0].metres[1], 150, 151); /* 111.3 m x 1.35 */
    assert_int_equal(t.diag.n_faults, 1);
    assert_non_null(strstr(t.diag.faults[0].text, "no distances"));
    end_trial(&t);
}

static void test_far_away(void **state)
{
    (void)state;
    fake f = sane;
    f.far = 2;
    trial t = with_fake(&f, 5);
    assert_right(&t, 2);
    assert_string_equal(t.morning.places[2].finding, "no road within 1 km");
    assert_true(t.morning.places[2].snap_m == 30000.0);
    end_trial(&t);
    f = sane;
    f.far = 2;
    f.far_once = true; /* blocks may differ: the farthest stands */
    t = with_fake(&f, 120);
    assert_string_equal(t.morning.places[2].finding, "no road within 1 km");
    end_trial(&t);
    f = sane;
    f.far = 0;
    t = with_fake(&f, 5);
    assert_says(&t, "30000 m from the nearest road");
    end_trial(&t);
}

/* ---- what goes wrong: raw answers, one after the other, the last one for ever ---- */

typedef struct {
    int n;
    stub_reply replies[4];
} script;

static stub_reply answer_script(void *context, int number, const char *path)
{
    const script *s = context;
    (void)path;
    return s->replies[number < s->n ? number : s->n - 1];
}

#define HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define GOOD "{\"code\":\"Ok\",\"durations\":[[3,6.5],[8.4,0]],\"distances\":[[5,111],[113,0]]," \
             "\"sources\":[{\"location\":[0,0],\"distance\":1},{\"location\":[0,0],\"distance\":1}]}"

static trial with_script(script s, tr_osrm_options options, int *n_requests)
{
    stub_server *server = stub_start(answer_script, &s);
    trial t = fill(stub_url(server), 2, options);
    if (n_requests) *n_requests = stub_n_requests(server);
    stub_stop(server);
    return t;
}

static const tr_osrm_options no_retry = {.retries = -1};

static void test_refused_bodies(void **state)
{
    (void)state;
    static const struct {
        const char *body, *says;
    } cases[] = {
        {"", "not JSON"},
        {"{\"code\":\"Ok\",\"durations\":[[0,6.5],[8", "not JSON"},
        {"[1,2]", "not a JSON object"},
        {"{\"durations\":[[0,1],[1,0]]}", "no code"},
        {"{\"code\":3}", "no code"},
        {"{\"code\":\"InvalidValue\"}", "code InvalidValue: no message"},
        {"{\"code\":\"Ok\"}", "answer has no durations"},
        {"{\"code\":\"Ok\",\"durations\":{}}", "answer has no durations"},
        {"{\"code\":\"Ok\",\"durations\":[[0,1]]}", "durations has 1 rows, not 2"},
        {"{\"code\":\"Ok\",\"durations\":[[0,1],[1]]}", "durations[1] has 1 cells, not 2"},
        {"{\"code\":\"Ok\",\"durations\":[[0,1],7]}", "durations[1] is no list of cells"},
        {"{\"code\":\"Ok\",\"durations\":[[0,-4],[1,0]]}",
         "durations[0][1] is -4, not null or a number within"},
        {"{\"code\":\"Ok\",\"durations\":[[0,\"4\"],[1,0]]}", "durations[0][1] is \"4\""},
        {"{\"code\":\"Ok\",\"durations\":[[0,1e300],[1,0]]}", "durations[0][1] is 1"},
        {"{\"code\":\"Ok\",\"durations\":[[0,1e999],[1,0]]}", "durations[0][1] is 1e999,"},
        {"{\"code\":\"Ok\",\"durations\":[[0,NaN],[1,0]]}", "durations[0][1] is NaN,"},
        {"{\"code\":\"Ok\",\"durations\":[[0,99999999999999999999],[1,0]]}", "durations[0][1] is 99999999999999999999,"},
        {"{\"code\":\"Ok\",\"durations\":[[0,1],[1,0]],\"distances\":[[0,1],[1]]}",
         "distances[1] has 1 cells"},
        {"{\"code\":\"Ok\",\"durations\":[[0,1],[1,0]],\"distances\":[[0,null],[1,0]]}",
         "only one of durations[0][1]"},
        {"{\"code\":\"Ok\",\"durations\":[[0,1],[1,0]],\"sources\":[]}", "sources has 0 entries, not 2"},
        {"{\"code\":\"Ok\",\"durations\":[[0,1],[1,0]],\"sources\":[{\"location\":[0,0],\"distance\":-1},{}]"
         "}",
         "sources[0] is no place"},
        {"{\"code\":\"Ok\",\"code\":\"Ok\"}", "not JSON"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2000];
        snprintf(text, sizeof text, HEAD "Content-Length: %zu\r\n\r\n%s", strlen(cases[i].body),
                 cases[i].body);
        trial t = with_script((script){1, {{.bytes = text}}}, no_retry, NULL);
        assert_says(&t, cases[i].says);
        assert_non_null(strstr(t.err.text, "OSRM at http://127.0.0.1:"));
        end_trial(&t);
    }
}

static void test_refused_status(void **state)
{
    (void)state;
    trial t = with_script((script){1, {{.bytes = "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n" GOOD}}},
                          no_retry, NULL);
    assert_says(&t, "HTTP 500, code Ok");
    end_trial(&t);
    static const char odd[] = "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n{\"code\":\"NoTable\"}";
    t = with_script((script){1, {{.bytes = odd}}}, no_retry, NULL);
    assert_says(&t, "HTTP 500, code NoTable");
    end_trial(&t);
    static char page[6000] = "HTTP/1.1 404 Gone\r\nConnection: close\r\n\r\n<html>\r\n\r\n<body>\033[31m";
    memset(page + strlen(page), 'x', 5000);
    t = with_script((script){1, {{.bytes = page}}}, no_retry, NULL);
    assert_says(&t, "HTTP 404: <html> <body> [31mxxx");
    assert_true(strlen(t.err.text) < 300);
    end_trial(&t);
    t = with_script(
        (script){
            1,
            {{.bytes = "HTTP/1.1 301 Moved\r\nLocation: http://example.org/\r\nConnection: close\r\n\r\n"}}},
        no_retry, NULL);
    assert_says(&t, "HTTP 301");
    end_trial(&t);
    t = with_script((script){1, {{.bytes = "SSH-2.0-OpenSSH_9.2\r\n"}}}, no_retry, NULL);
    assert_says(&t, "HTTP/0.9");
    end_trial(&t);
}

static void test_odd_but_right(void **state)
{
    (void)state;
    static const char *const texts[] = {
        HEAD "X-Odd: {\"code\":\"No\"}\r\n\r\n" GOOD,
        HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n{ \r\n3\r\n   \r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n" GOOD,
    };
    static char chunked[2000];
    snprintf(chunked, sizeof chunked,
             HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\n%.5s\r\n%zx\r\n%s\r\n0\r\n\r\n", GOOD,
             strlen(GOOD) - 5, &GOOD[5]);
    for (size_t i = 0; i < 3; i++) {
        trial t = with_script((script){1, {{.bytes = i == 1 ? chunked : texts[i]}}}, no_retry, NULL);
        assert_int_equal(t.status, TR_OK);
        assert_int_equal(t.morning.problem.travel[0].seconds[1], 7); /* 6.5, half up */
        assert_int_equal(t.morning.problem.travel[0].seconds[0], 0); /* a place to itself, whatever it says */
        assert_int_equal(t.morning.problem.travel[0].metres[0], 0);
        assert_int_equal(t.morning.problem.travel[0].seconds[2], 8);
        assert_int_equal(t.morning.problem.travel[0].metres[2], 113);
        end_trial(&t);
    }
}

static void test_silence(void **state)
{
    (void)state;
    const tr_osrm_options hasty = {.timeout_s = 0.3, .connect_timeout_s = 0.2};
    trial t = with_script((script){1, {{.hang = true}}}, hasty, NULL);
    assert_says(&t, "no whole answer within 0.3 s");
    assert_true(t.took_s < 2);
    end_trial(&t);
    t = with_script((script){1, {{.bytes = HEAD "\r\n{\"code\":", .hang = true}}}, hasty,
                    NULL); /* half a body */
    assert_says(&t, "no whole answer within 0.3 s");
    end_trial(&t);
    stub_server *server = stub_start(answer_script, &(script){1, {{0}}}); /* a port where nobody listens */
    char url[100];
    snprintf(url, sizeof url, "%s", stub_url(server));
    stub_stop(server);
    t = fill(url, 2, no_retry);
    assert_says(&t, "no answer (tried 1 times)");
    end_trial(&t);
}

static void test_retries(void **state)
{
    (void)state;
    const stub_reply good = {.bytes = HEAD "\r\n" GOOD};
    const stub_reply firsts[] = {
        {.bytes = "HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\nbusy"},
        {.bytes = "HTTP/1.1 429 Slow down\r\nConnection: close\r\n\r\n"},
        {.bytes = "HTTP/1.1 502 Bad\r\nConnection: close\r\n\r\n"},
        {.reset = true},
        {.bytes = NULL}, /* closed without a word */
        {.bytes = HEAD "Content-Length: 1000\r\n\r\n{\"code\""}, /* cut half-way */
        {.bytes = "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"},
    };
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        int n_requests;
        trial t = with_script((script){2, {firsts[i], good}}, (tr_osrm_options){0}, &n_requests);
        assert_string_equal(t.status ? t.err.text : "", "");
        assert_int_equal(n_requests, 2);
        assert_true(t.took_s >= (i == 6 ? 1.0 : 0.25) && t.took_s < 3);
        end_trial(&t);
    }
}

static void test_retries_end(void **state)
{
    (void)state;
    int n_requests;
    const stub_reply busy = {.bytes = "HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\nbusy"};
    trial t = with_script((script){1, {busy}}, (tr_osrm_options){.retries = 2}, &n_requests);
    assert_says(&t, "HTTP 503: busy");
    assert_int_equal(n_requests, 3);
    assert_true(t.took_s >= 0.75 && t.took_s < 4); /* 0.25 + 0.5, and jitter */
    end_trial(&t);
    const stub_reply long_wait = {.bytes =
                                      "HTTP/1.1 429 No\r\nRetry-After: 3600\r\nConnection: close\r\n\r\n"};
    t = with_script((script){1, {long_wait}}, (tr_osrm_options){0}, &n_requests);
    assert_says(&t, "asks to wait 3600 s");
    assert_int_equal(n_requests, 1);
    end_trial(&t);
    t = with_script(
        (script){1, {{.bytes = "HTTP/1.1 400 No\r\nConnection: close\r\n\r\n{\"code\":\"InvalidUrl\"}"}}},
        (tr_osrm_options){0}, &n_requests);
    assert_says(&t, "HTTP 400, code InvalidUrl: no message");
    assert_int_equal(n_requests, 1); /* asking again would not help */
    end_trial(&t);
}

static void test_endless_body(void **state)
{
    (void)state;
    static char blanks[1 << 20];
    memset(blanks, ' ', sizeof blanks);
    memcpy(blanks, HEAD "\r\n", strlen(HEAD "\r\n"));
    trial t =
        with_script((script){1, {{.bytes = blanks, .length = sizeof blanks, .repeat = 200}}}, no_retry, NULL);
    assert_says(&t, "longer than 64 MB");
    end_trial(&t);
}

/* ---- routes ---- */

static tr_leg *drive(trial *t, int32_t n, const int32_t *places)
{
    tr_leg *legs;
    assert_int_equal(tr_travel_legs(t->travel, &t->morning, 0, n, places, t->arena, &legs, NULL, &t->err), TR_OK);
    return legs;
}

static void test_routes(void **state)
{
    (void)state;
    enum { N = 23 };
    int32_t round[N];
    for (int32_t i = 0; i < N; i++) round[i] = i * 7 % 20;
    round[5] = round[4]; /* a stay */
    for (int limit = 2; limit < 30; limit += 5) {
        fake f = sane;
        f.most_points = limit;
        stub_server *server = stub_start(answer_fake, &f);
        trial t = fill(stub_url(server), 20, no_retry);
        assert_right(&t, -1);
        tr_leg *legs = drive(&t, N, round);
        for (int32_t k = 0; k < N - 1; k++) {
            assert_int_equal(legs[k].seconds, seconds_of(round[k], round[k + 1]));
            assert_int_equal(legs[k].metres, metres_of(round[k], round[k + 1]));
            assert_false(legs[k].estimated);
            assert_int_equal(legs[k].n_points, 2); /* without repeats */
            assert_true(fabs(legs[k].lon_lat[0] - round[k] * 0.001) < 1e-9);
            assert_int_equal(legs[k].n_steps, k == 4 ? 0 : 2);
        }
        assert_string_equal(legs[0].steps[0], "start on High Street, 110 m");
        assert_string_equal(legs[0].steps[1], "arrive, on the right");
        end_trial(&t);
        stub_stop(server);
        free(f.text);
    }
}

static void test_route_gap(void **state)
{
    (void)state;
    const int32_t round[] = {0, 1, 2, 7, 3, 4, 5, 0};
    fake f = sane;
    stub_server *server = stub_start(answer_fake, &f);
    trial t = fill(stub_url(server), 20, no_retry);
    f.no_road = 7;
    tr_leg *legs = drive(&t, 8, round);
    for (int32_t k = 0; k < 7; k++) {
        bool gap = k == 2 || k == 3;
        assert_int_equal(legs[k].estimated, gap);
        assert_int_equal(legs[k].seconds, gap ? -1 : seconds_of(round[k], round[k + 1]));
        assert_int_equal(legs[k].n_points, 2);
    }
    end_trial(&t);
    stub_stop(server);
    free(f.text);
}

static void test_refused_routes(void **state)
{
    (void)state;
    static const struct {
        const char *body, *says;
    } cases[] = {
        {"{\"code\":\"Ok\",\"routes\":[]}", "route has 0 legs, not 1"},
        {"{\"code\":\"Ok\",\"routes\":[{\"legs\":[{}]}]}", "leg 0 has no duration"},
        {"{\"code\":\"Ok\",\"routes\":[{\"legs\":[{\"duration\":1,\"distance\":-1}]}]}",
         "leg 0 has no distance"},
        {"{\"code\":\"Ok\",\"routes\":[{\"legs\":[{\"duration\":1,\"distance\":1,\"steps\":[{}]}]}]}",
         "no steps with a line"},
        {"{\"code\":\"Ok\",\"routes\":[{\"legs\":[{\"duration\":1,\"distance\":1,\"steps\":[{\"geometry\":"
         "{\"coordinates\":[[0,0],[\"a\",0]]}}]}]}]}",
         "leg 0, step 0, point 1 is no longitude"},
        {"{\"code\":\"Ok\",\"routes\":[{\"legs\":[{\"duration\":1,\"distance\":1,\"steps\":[{\"geometry\":"
         "{\"coordinates\":[[0,0],[0,91]]}}]}]}]}",
         "leg 0, step 0, point 1 is no longitude"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2000];
        snprintf(text, sizeof text, HEAD "\r\n%s", cases[i].body);
        script s = {2, {{.bytes = HEAD "\r\n" GOOD}, {.bytes = text}}};
        stub_server *server = stub_start(answer_script, &s);
        trial t = fill(stub_url(server), 2, no_retry);
        tr_leg *legs = NULL;
        assert_int_equal(t.status, TR_OK);
        assert_int_equal(
            tr_travel_legs(t.travel, &t.morning, 0, 2, (int32_t[]){0, 1}, t.arena, &legs, NULL, &t.err),
            TR_EROUTING);
        if (!strstr(t.err.text, cases[i].says))
            fail_msg("\"%s\" does not say \"%s\"", t.err.text, cases[i].says);
        assert_null(legs);
        end_trial(&t);
        stub_stop(server);
    }
}

/* ---- addresses ---- */

static void test_addresses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "127.0.0.1:5000",        "ftp://a",           "http://",
        "van=",       "van=http://a,http://b", "http://a,http://b", "file:///etc/passwd",
        "http://a?b", "http://a:99999999"};
    static const char *const good = "van=http://u:secret@a:1/,lorry=https://b/x";
    tr_travel *travel = NULL;
    tr_err err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(tr_travel_open_osrm(&(tr_osrm_options){.n_servers = 1, .servers = &bad[i]}, &travel, &err), TR_EINPUT);
        assert_null(travel);
    }
    assert_int_equal(
        tr_travel_open_osrm(&(tr_osrm_options){.n_servers = 1, .servers = &good}, &travel, &err),
        TR_OK);
    assert_string_equal(tr_travel_describe(travel), "OSRM at http://a:1 for van, https://b/x for lorry");
    tr_travel_close(travel);
    tr_travel_close(NULL);
}

static void test_servers_by_profile(void **state)
{
    (void)state;
    script other = {
        1,
        {{.bytes = HEAD "\r\n{\"code\":\"Ok\",\"durations\":[[0,70],[80,0]],\"distances\":[[0,1],[2,0]]}"}}};
    script first = {1, {{.bytes = HEAD "\r\n" GOOD}}};
    stub_server *van = stub_start(answer_script, &first), *lorry = stub_start(answer_script, &other);
    char url[200];
    snprintf(url, sizeof url, "lorry=%s/,van=%s", stub_url(lorry), stub_url(van));
    trial t = fill(url, 2, no_retry);
    static const char *const profiles[] = {"van", "lorry", "tram"};
    assert_int_equal(t.morning.problem.travel[0].seconds[1], 7);
    assert_int_equal(tr_travel_fill(t.travel, &t.morning, profiles, 2, &t.diag, &t.err), TR_OK);
    assert_int_equal(t.morning.problem.n_profiles, 2);
    assert_int_equal(t.morning.problem.travel[1].seconds[2], 80);
    tr_travel *travel;
    const char *servers[] = {url};
    assert_int_equal(tr_travel_open_osrm(&(tr_osrm_options){.n_servers = 1, .servers = servers}, &travel, &t.err), TR_OK);
    assert_int_equal(tr_travel_fill(travel, &t.morning, profiles + 2, 1, &t.diag, &t.err), TR_EROUTING);
    tr_travel_close(travel);
    assert_non_null(strstr(t.err.text, "no OSRM server is given for profile tram"));
    end_trial(&t);
    stub_stop(van);
    stub_stop(lorry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),         cmocka_unit_test(test_too_big),
        cmocka_unit_test(test_null_cells),     cmocka_unit_test(test_no_segment),
        cmocka_unit_test(test_no_distances),   cmocka_unit_test(test_far_away),
        cmocka_unit_test(test_refused_bodies), cmocka_unit_test(test_refused_status),
        cmocka_unit_test(test_odd_but_right),  cmocka_unit_test(test_silence),
        cmocka_unit_test(test_retries),        cmocka_unit_test(test_retries_end),
        cmocka_unit_test(test_endless_body),   cmocka_unit_test(test_routes),
        cmocka_unit_test(test_route_gap),      cmocka_unit_test(test_refused_routes),
        cmocka_unit_test(test_addresses),      cmocka_unit_test(test_servers_by_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
