/* test_referee.c -- the referee against hand-made plans.
 *
 * Each case makes a plan that stands exactly on one limit, which must pass, and the same plan one
 * unit past it, which must give one finding: of that rule, that vehicle and visit, that amount.
 * Plans are written as text ("@28800 A B/1 T +2700") and timed here, apart from the referee; the
 * loads and sums of the cases are taken over from it, and are tested by hand-computed numbers in
 * figures_*.  tests/mutate_referee.sh removes each check in turn and demands that this fails.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "tiprun.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a small world: places on a line, 600 s and 6 km apart ---- */

enum { PLACES = 10, STOPS = 12, VEHICLES = 3, SITES = 3, VISITS = 24, DAY = 20000 };
enum { GENERAL, HOUSEHOLD, POPS, ASBESTOS, CHEMICALS, STREAMS };
enum { SHIFT_START = 28800, ANY_STREAM = (1 << STREAMS) - 1 };
#define STREAM(s) ((tr_mask)1 << (s))

typedef struct {
    tr_arena *arena;
    tr_problem problem;
    int32_t seconds[PLACES * PLACES], metres[PLACES * PLACES];
    tr_travel_matrix matrix;
    tr_stream streams[STREAMS];
    tr_stop stops[STOPS];
    tr_vehicle vehicles[VEHICLES];
    tr_site sites[SITES];
    tr_plan plan;
    tr_route routes[VEHICLES];
    tr_visit visits[VEHICLES][VISITS];
    tr_verdict verdict;
    bool settled;
} world;

static const tr_window always = {0, 86400};

static world *world_new(void)
{
    tr_arena *arena = tr_arena_new();
    world *w = TR_NEW(arena, world, 1);
    w->arena = arena;
    for (int i = 0; i < PLACES * PLACES; i++) {
        int apart = abs(i / PLACES - i % PLACES);
        w->seconds[i] = 600 * apart;
        w->metres[i] = 6000 * apart;
    }
    static const tr_stream streams[STREAMS] = {
        {"general", "20 03 01", false, 0},   {"household", "20 03 01", false, 0},
        {"pops", "20 03 07", false, 1},      {"asbestos", "17 06 05*", true, 2},
        {"chemicals", "20 01 27*", true, 3},
    };
    memcpy(w->streams, streams, sizeof streams);
    w->matrix = (tr_travel_matrix){"car", w->seconds, w->metres, NULL};
    w->problem = (tr_problem){
        .day = DAY,
        .n_places = PLACES,
        .n_profiles = 1,
        .n_streams = STREAMS,
        .travel = &w->matrix,
        .streams = w->streams,
        .stops = w->stops,
        .vehicles = w->vehicles,
        .sites = w->sites,
        .policy = tr_policy_default(),
    };
    w->plan = (tr_plan){.routes = w->routes};
    return w;
}

/* No limits but 1,200 kg, 6,000 litres and the shift; costs nothing. */
static tr_vehicle *vehicle(world *w, const char *id)
{
    int32_t v = w->problem.n_vehicles++;
    w->routes[v] = (tr_route){.vehicle = v, .visits = w->visits[v]};
    w->plan.n_routes = w->problem.n_vehicles;
    w->vehicles[v] = (tr_vehicle){
        .id = id,
        .available = true,
        .n_compartments = 1,
        .payload_kg = 9000,
        .start_s = SHIFT_START,
        .end_s = 86400,
        .hours_rule = TR_HOURS_NONE,
        .may_park_loaded = true,
        .speed_permille = 1000,
    };
    static const char *const names[] = {"body", "cage", "box"};
    for (int k = 0; k < 3; k++)
        w->vehicles[v].compartments[k] =
            (tr_compartment){.id = names[k], .kg = 1200, .litres = 6000, .streams = ANY_STREAM};
    return &w->vehicles[v];
}

/* General waste, 300 s of service, due next week; its litres are its kg. */
static tr_stop *stop(world *w, const char *id, int32_t place, int32_t kg)
{
    tr_stop *s = &w->stops[w->problem.n_stops++];
    *s = (tr_stop){.id = id,
                   .place = place,
                   .kg = kg,
                   .litres = kg,
                   .service_s = 300,
                   .reported_day = DAY - 2,
                   .due_day = DAY + 5,
                   .pin = -1};
    return s;
}

static tr_stop *hazard(world *w, const char *id, int32_t place, int32_t stream)
{
    tr_stop *s = stop(w, id, place, 100);
    s->stream = stream;
    s->hazard = 2;
    return s;
}

/* Takes everything, always open, 600 s. */
static tr_site *site(world *w, const char *id, int32_t place)
{
    tr_site *s = &w->sites[w->problem.n_sites++];
    *s = (tr_site){.id = id,
                   .place = place,
                   .streams = ANY_STREAM,
                   .n_opening = 1,
                   .opening = &always,
                   .turnaround_s = 600};
    return s;
}

/* ---- plans as text ---- */

static tr_visit *add(world *w, int32_t v, tr_visit visit)
{
    tr_route *r = &w->routes[v];
    assert_true(r->n_visits < VISITS);
    r->visits[r->n_visits] = visit;
    return &r->visits[r->n_visits++];
}

/* The rule of legs once more, second by second: one that ends within a second counts it from the half on. */
static int64_t leg_by_seconds(const int32_t by_hour[24], int32_t speed, int32_t cell, int64_t leave)
{
    int64_t rest = 1000000LL * cell, hour = (leave % 86400 + 86400) % 86400 / 3600;
    for (int64_t second = 0;; second++) {
        if (second && ((leave + second) % 3600 == 0)) hour = (hour + 1) % 24;
        int64_t rate = (int64_t)speed * (by_hour[hour] ? by_hour[hour] : 1000);
        if (rest < rate) return second + (2 * rest >= rate);
        rest -= rate;
    }
}

static bool is_flat(const int32_t by_hour[24])
{
    for (int h = 0; h < 24; h++)
        if (by_hour[h] && by_hour[h] != 1000) return false;
    return true;
}

/* Drive to `place`, wait until `earliest`, stay. */
static tr_visit *go(world *w, int32_t v, tr_visit visit, int64_t earliest, int64_t stay_s)
{
    const tr_visit *last = &w->routes[v].visits[w->routes[v].n_visits - 1];
    int32_t cell = last->place * PLACES + visit.place, speed = w->vehicles[v].speed_permille;
    const int32_t *by_hour = w->problem.policy.speed_by_hour;
    visit.drive_s = is_flat(by_hour) ? (w->seconds[cell] * 1000LL + speed / 2) / speed
                                     : leg_by_seconds(by_hour, speed, w->seconds[cell], last->departure_s);
    visit.dist_m = w->metres[cell];
    visit.arrival_s = last->departure_s + visit.drive_s;
    visit.start_s = visit.arrival_s > earliest ? visit.arrival_s : earliest;
    visit.departure_s = visit.start_s + stay_s;
    return add(w, v, visit);
}

static void go_to(world *w, int32_t v, const char *id, int32_t compartment, int64_t earliest)
{
    for (int32_t i = 0; i < w->problem.n_stops; i++)
        if (!strcmp(w->stops[i].id, id)) {
            tr_visit visit = {
                .kind = TR_VISIT_STOP, .ref = i, .compartment = compartment, .place = w->stops[i].place};
            go(w, v, visit, earliest, w->stops[i].service_s);
            return;
        }
    for (int32_t i = 0; i < w->problem.n_sites; i++)
        if (!strcmp(w->sites[i].id, id)) {
            tr_visit visit = {
                .kind = TR_VISIT_DISPOSAL, .ref = i, .compartment = -1, .place = w->sites[i].place};
            go(w, v, visit, earliest, w->sites[i].turnaround_s);
            return;
        }
    fail_msg("no stop or site %s", id);
}

/* A route: "@T" leave at T (else at the shift's start), "A" or "A/1" stop A into a compartment, "T"
 * site T, "+N" a break of N s, "=T" the next visit starts at T at the earliest.  Start and end are added. */
static void __attribute__((format(printf, 3, 4))) route(world *w, int32_t v, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = tr_arena_vprintf(w->arena, format, args), *rest = NULL;
    va_end(args);
    int64_t leave = w->vehicles[v].start_s, earliest = 0;
    if (*text == '@') leave = strtoll(text + 1, &text, 10);
    w->routes[v].n_visits = 0;
    add(w, v,
        (tr_visit){.kind = TR_VISIT_START,
                   .ref = -1,
                   .compartment = -1,
                   .place = w->vehicles[v].start_place,
                   .arrival_s = leave,
                   .start_s = leave,
                   .departure_s = leave});
    for (char *token = strtok_r(text, " ", &rest); token; token = strtok_r(NULL, " ", &rest)) {
        if (*token == '=') {
            earliest = strtoll(token + 1, NULL, 10);
            continue;
        }
        int32_t here = w->routes[v].visits[w->routes[v].n_visits - 1].place, compartment = 0;
        char *slash = strchr(token, '/');
        if (slash) {
            *slash = '\0';
            compartment = (int32_t)strtol(slash + 1, NULL, 10);
        }
        if (*token == '+')
            go(w, v, (tr_visit){.kind = TR_VISIT_BREAK, .ref = -1, .compartment = -1, .place = here},
               earliest, strtoll(token + 1, NULL, 10));
        else
            go_to(w, v, token, compartment, earliest);
        earliest = 0;
    }
    go(w, v,
       (tr_visit){.kind = TR_VISIT_END, .ref = -1, .compartment = -1, .place = w->vehicles[v].end_place}, 0,
       0);
}

/* The first n visits of the route are already done. */
static tr_visit *freeze(world *w, int32_t v, int32_t n)
{
    tr_visit *frozen = TR_NEW(w->arena, tr_visit, n);
    memcpy(frozen, w->routes[v].visits, (size_t)n * sizeof *frozen);
    w->vehicles[v].frozen = frozen;
    w->vehicles[v].n_frozen = n;
    return frozen;
}

/* Give the plan the figures that the referee computes; times, legs and places stay those made here. */
static void settle(world *w)
{
    tr_referee(&w->problem, &w->plan, w->arena, &w->verdict);
    const tr_plan *figures = &w->verdict.figures;
    for (int32_t r = 0; r < w->plan.n_routes; r++) {
        tr_route *mine = &w->routes[r];
        const tr_route *theirs = &figures->routes[r];
        for (int32_t i = 0; i < theirs->n_visits; i++) {
            memcpy(mine->visits[i].kg, theirs->visits[i].kg, sizeof mine->visits[i].kg);
            memcpy(mine->visits[i].litres, theirs->visits[i].litres, sizeof mine->visits[i].litres);
        }
        mine->cost = theirs->cost;
        mine->dist_m = theirs->dist_m;
        mine->drive_s = theirs->drive_s;
        mine->duty_s = theirs->duty_s;
        mine->work_s = theirs->work_s;
        mine->overtime_s = theirs->overtime_s;
    }
    w->plan.n_left = figures->n_left;
    w->plan.left = figures->left;
    w->plan.left_pence = figures->left_pence;
    w->plan.goal = figures->goal;
    w->settled = true;
}

/* ---- what is expected ---- */

typedef struct { /* the one finding; rule NULL: there is no such variant */
    const char *rule;
    int32_t vehicle, visit;
    int64_t amount;
    const char *text; /* part of the sentence */
} blame;

static void print_findings(const world *w)
{
    for (int32_t i = 0; i < w->verdict.n_findings; i++) print_error("  %s\n", w->verdict.findings[i].text);
}

static void passes(world *w)
{
    bool fine = tr_referee(&w->problem, &w->plan, w->arena, &w->verdict);
    if (!fine) print_findings(w);
    assert_true(fine);
    assert_int_equal(w->verdict.n_findings, 0);
}

static void breaks(world *w, blame expected)
{
    bool fine = tr_referee(&w->problem, &w->plan, w->arena, &w->verdict);
    if (w->verdict.n_findings != 1) print_findings(w);
    assert_false(fine);
    assert_int_equal(w->verdict.n_findings, 1);
    const tr_finding *f = &w->verdict.findings[0];
    assert_string_equal(f->rule, expected.rule);
    if (f->vehicle != expected.vehicle || f->visit != expected.visit || f->amount != expected.amount ||
        !strstr(f->text, expected.text))
        fail_msg(
            "expected vehicle %d, visit %d, amount %lld, \"%s\"; found vehicle %d, visit %d, amount %lld: %s",
            (int)expected.vehicle, (int)expected.visit, (long long)expected.amount, expected.text,
            (int)f->vehicle, (int)f->visit, (long long)f->amount, f->text);
    assert_true(strncmp(f->text, f->rule, strlen(f->rule)) == 0);
    if (f->vehicle >= 0) assert_non_null(strstr(f->text, w->vehicles[f->vehicle].id));
    if (f->visit >= 0)
        assert_non_null(strstr(f->text, tr_arena_printf(w->arena, ", visit %d (", (int)f->visit)));
}

/* Makes variant 0, 1, ... at the limit (over 0) or one unit past it (over 1). */
typedef blame (*build)(world *w, int variant, int over);

static void run_case(void **state)
{
    build make = *(build *)*state;
    for (int variant = 0;; variant++) {
        for (int over = 0; over <= 1; over++) {
            world *w = world_new();
            blame expected = make(w, variant, over);
            if (!expected.rule) assert_true(variant >= 3);
            bool done = !expected.rule;
            if (!done && !w->settled) settle(w);
            if (!done && over) breaks(w, expected);
            if (!done && !over) passes(w);
            tr_arena_free(w->arena);
            if (done) return;
        }
    }
}

#define NO_MORE ((blame){0})

/* ---- rule 1: once ---- */

static blame once_twice(world *w, int variant, int over)
{
    vehicle(w, "V1");
    vehicle(w, "V2");
    stop(w, "A", 1, 10);
    stop(w, "B", 2, 10);
    route(w, 0, "A");
    switch (variant) {
    case 0:
        route(w, 0, over ? "A B A" : "A B");
        return (blame){"once", 0, 3, 1, "(stop A): visited 2 times by now, at most once: 1 too many"};
    case 1:
        route(w, 1, over ? "B A" : "B");
        return (blame){"once", 1, 2, 1, "(stop A)"};
    case 2:
        route(w, 1, over ? "+900 A B" : "+900 B");
        return (blame){"once", 1, 2, 1, "(stop A)"};
    case 3: /* done already, and planned again */
        freeze(w, 0, 2);
        route(w, 1, over ? "A" : "B");
        return (blame){"once", 1, 1, 1, "(stop A)"};
    default:
        return NO_MORE;
    }
}

static blame once_leave(world *w, int variant, int over)
{
    vehicle(w, "V1");
    vehicle(w, "V2")->n_compartments = 2;
    tr_stop *a = stop(w, "A", 1, 10), *b = stop(w, "B", 2, 10), *h = hazard(w, "H", 3, ASBESTOS);
    site(w, "T", 0);
    route(w, 0, "A");
    route(w, 1, "H B/1 T");
    switch (variant) {
    case 0:
        a->leave = over;
        return (blame){"once", 0, 1, 1, "(stop A): the stop is to be left today"};
    case 1:
        b->leave = over;
        return (blame){"once", 1, 2, 1, "(stop B)"};
    case 2:
        h->leave = over;
        route(w, 1, "H T");
        return (blame){"once", 1, 1, 1, "(stop H)"};
    case 3: /* already done: too late to leave it */
        a->leave = b->leave = true;
        route(w, 1, "H T");
        freeze(w, 0, 2);
        if (over) route(w, 0, "A B");
        return (blame){"once", 0, 2, 1, "(stop B)"};
    default:
        return NO_MORE;
    }
}

static blame once_unknown(world *w, int variant, int over)
{
    static const int32_t refs[] = {1, -1, INT32_MIN, INT32_MAX};
    vehicle(w, "V1");
    stop(w, "A", 1, 10);
    if (variant > 3) return NO_MORE;
    /* an unknown visit is passed over: what follows is timed and loaded as if it were not there */
    route(w, 0, "A +60");
    if (over) {
        w->visits[0][4] = w->visits[0][3];
        w->visits[0][3] = (tr_visit){.kind = TR_VISIT_STOP, .ref = refs[variant]};
        w->routes[0].n_visits = 5;
        settle(w);
        w->visits[0][3].kg[0] = -1;
    }
    return (blame){"once", 0, 3, 1, "there is no such stop, the last is 0"};
}

/* ---- rule 2: load ---- */

static blame load_kg(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1"), *v2 = vehicle(w, "V2");
    site(w, "T", 3);
    stop(w, "A", 1, 300);
    tr_stop *b = stop(w, "B", 2, 400);
    v2->n_compartments = 2;
    v2->compartments[1].kg = 700;
    switch (variant) {
    case 0:
        b->kg = 1200 + over;
        route(w, 0, "B");
        return (blame){
            "load", 0, 1, 1,
            "load: vehicle V1, visit 1 (stop B), compartment \"body\": 1,201 kg on board, at most 1,200: "
            "1 kg too much"};
    case 1: /* the second compartment, after tipping */
        stop(w, "C", 4, 300);
        stop(w, "D", 5, 400 + over);
        route(w, 1, "A/1 B/1 T C/1 D/1");
        return (blame){"load", 1, 5, 1, "(stop D), compartment \"cage\": 701 kg on board, at most 700: 1 kg"};
    case 2: /* on top of a load from the day before */
        v1->compartments[0].start_kg = 900;
        v1->compartments[0].start_streams = STREAM(GENERAL);
        w->stops[0].kg = 300 + over;
        route(w, 0, "+900 A T");
        return (blame){"load", 0, 2, 1, "(stop A), compartment \"body\": 1,201 kg"};
    case 3: /* before the first stop */
        v2->compartments[1].start_kg = 700 + over;
        v2->compartments[1].start_streams = STREAM(POPS);
        route(w, 1, "T");
        return (blame){"load", 1, 0, 1, "(start), compartment \"cage\": 701 kg"};
    case 4: /* on top of what was done already */
        stop(w, "C", 4, 500 + over);
        route(w, 0, "A B C");
        freeze(w, 0, 3);
        return (blame){"load", 0, 3, 1, "(stop C), compartment \"body\": 1,201 kg"};
    case 5: /* what was done already is too much; the next visit says so, and only that one */
        stop(w, "C", 4, 800 + over);
        route(w, 0, "B C +60");
        freeze(w, 0, 3);
        return (blame){"load", 0, 3, 1, "(break), compartment \"body\": 1,201 kg"};
    case 6: /* told once, not again where other compartments are filled */
        b->kg = 400 + over;
        stop(w, "C", 4, 100);
        route(w, 1, "A/1 B/1 C/0 +60");
        return (blame){"load", 1, 2, 1, "(stop B), compartment \"cage\": 701 kg"};
    default:
        return NO_MORE;
    }
}

static blame load_litres(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1"), *v2 = vehicle(w, "V2");
    tr_site *t = site(w, "T", 3);
    tr_stop *a = stop(w, "A", 1, 300), *b = stop(w, "B", 2, 400);
    v2->n_compartments = 2;
    v2->compartments[1].litres = 700;
    switch (variant) {
    case 0:
        a->litres = 6000 + over;
        route(w, 0, "A");
        return (blame){"load", 0, 1, 1, "\"body\": 6,001 litres on board, at most 6,000: 1 litres too much"};
    case 1: /* a site that takes only what is in the other compartment */
        a->stream = POPS;
        t->streams = STREAM(GENERAL);
        stop(w, "C", 4, 0)->litres = 400 + over;
        w->stops[2].stream = POPS;
        route(w, 1, "A/1 B/0 T C/1");
        return (blame){"load", 1, 4, 1, "(stop C), compartment \"cage\": 701 litres"};
    case 2:
        v1->compartments[0].start_litres = 6000 + over;
        v1->compartments[0].start_streams = STREAM(GENERAL);
        route(w, 0, "T A");
        return (blame){"load", 0, 0, 1, "(start), compartment \"body\": 6,001 litres"};
    case 3:
        b->litres = 5700 + over;
        route(w, 0, "A +60 B +60");
        return (blame){"load", 0, 3, 1, "(stop B)"};
    default:
        return NO_MORE;
    }
}

static blame load_payload(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1"), *v2 = vehicle(w, "V2");
    site(w, "T", 3);
    stop(w, "A", 1, 1000);
    tr_stop *b = stop(w, "B", 2, 1000);
    v1->n_compartments = 2;
    v2->n_compartments = 3;
    v1->payload_kg = v2->payload_kg = 2000;
    switch (variant) {
    case 0:
        b->kg += over;
        route(w, 0, "A/0 B/1");
        return (blame){"load", 0, 2, 1,
                       "(stop B): 2,001 kg on board in all, payload at most 2,000: 1 kg too much"};
    case 1:
        for (int k = 0; k < 2; k++) {
            v2->compartments[k].start_kg = 1000;
            v2->compartments[k].start_streams = STREAM(GENERAL);
        }
        v2->compartments[2].start_kg = over;
        route(w, 1, "T");
        return (blame){"load", 1, 0, 1, "(start): 2,001 kg"};
    case 2:
        stop(w, "C", 4, 500 + over);
        b->kg = 500;
        route(w, 1, "A/0 B/1 C/2 +900 T");
        return (blame){"load", 1, 3, 1, "(stop C): 2,001 kg"};
    case 3: /* the load of visits done counts */
        b->kg += over;
        route(w, 0, "A/0 B/1");
        freeze(w, 0, 2);
        return (blame){"load", 0, 2, 1, "(stop B): 2,001 kg"};
    default:
        return NO_MORE;
    }
}

static blame load_compartment(world *w, int variant, int over)
{
    static const int32_t compartments[] = {2, -1, INT32_MAX, INT32_MIN};
    vehicle(w, "V1")->n_compartments = 2;
    stop(w, "A", 1, 10);
    if (variant > 3) return NO_MORE;
    route(w, 0, "A/1");
    if (over) w->visits[0][1].compartment = compartments[variant];
    return (blame){"load", 0, 1, 1, "but the vehicle has 2 compartments"};
}

/* ---- rule 3: streams ---- */

static blame streams_allowed(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1"), *v2 = vehicle(w, "V2");
    tr_stop *a = stop(w, "A", 1, 10);
    stop(w, "B", 2, 10);
    site(w, "T", 3);
    v1->compartments[0].streams = STREAM(GENERAL) | STREAM(HOUSEHOLD);
    v2->n_compartments = 2;
    v2->compartments[1].streams = STREAM(POPS);
    switch (variant) {
    case 0:
        a->stream = over ? POPS : HOUSEHOLD;
        route(w, 0, "A");
        return (blame){"streams", 0, 1, 1, "(stop A), compartment \"body\": it is not made for pops"};
    case 1:
        a->stream = over ? CHEMICALS : POPS;
        route(w, 1, "B/0 A/1 T");
        return (blame){"streams", 1, 2, 1, "(stop A), compartment \"cage\": it is not made for chemicals"};
    case 2: /* loaded the day before */
        v2->compartments[1].start_streams = over ? STREAM(GENERAL) : STREAM(POPS);
        route(w, 1, "T B/0");
        return (blame){"streams", 1, 0, 1, "(start), compartment \"cage\": it is not made for general"};
    case 3: /* nothing but a few bytes of it, after visits that are done */
        a->kg = a->litres = 0;
        a->stream = over ? ASBESTOS : GENERAL;
        route(w, 0, "B T A T");
        freeze(w, 0, 3);
        return (blame){"streams", 0, 3, 1, "(stop A)"};
    default:
        return NO_MORE;
    }
}

/* hazardous with other, hazardous with hazardous, upholstery with other */
static blame streams_mixed(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_stop *a = stop(w, "A", 1, 10), *b = stop(w, "B", 2, 10);
    site(w, "T", 3);
    v1->n_compartments = 2;
    switch (variant) {
    case 0: /* one group is no mixture */
        b->stream = over ? POPS : HOUSEHOLD;
        route(w, 0, "A B");
        return (blame){"streams", 0, 2, 1, "\"body\": pops may not be mixed with the general on board"};
    case 1: /* asbestos, then general */
        a->stream = ASBESTOS;
        route(w, 0, over ? "A B T" : "A T B");
        return (blame){"streams", 0, 2, 1,
                       "(stop B), compartment \"body\": general may not be mixed with the asbestos"};
    case 2: /* two categories of hazardous waste; 0 kg is enough */
        a->stream = ASBESTOS;
        b->stream = CHEMICALS;
        a->kg = a->litres = 0;
        route(w, 0, over ? "A/1 B/1 T" : "A/1 B/0 T");
        return (blame){"streams", 0, 2, 1, "\"cage\": chemicals may not be mixed with the asbestos on board"};
    case 3: /* with the load of the day before */
        v1->compartments[0].start_streams = STREAM(POPS);
        route(w, 0, over ? "A T" : "T A");
        return (blame){"streams", 0, 1, 1,
                       "(stop A), compartment \"body\": general may not be mixed with the pops"};
    case 4: /* at departure */
        v1->compartments[1].start_streams = STREAM(GENERAL) | STREAM(over ? POPS : HOUSEHOLD);
        route(w, 0, "T");
        return (blame){"streams", 0, 0, 1,
                       "(start), compartment \"cage\": pops may not be mixed with the general"};
    case 5: /* tipped where it is not taken, it is still on board */
        b->stream = over ? POPS : HOUSEHOLD;
        w->sites[0].streams = over ? STREAM(POPS) : STREAM(GENERAL);
        route(w, 0, "A T B");
        return (blame){"streams", 0, 3, 1, "(stop B)"};
    default:
        return NO_MORE;
    }
}

/* A table of groups that lets hazardous waste share one is overruled. */
static blame streams_hazardous(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_stop *a = stop(w, "A", 1, 10), *b = stop(w, "B", 2, 10);
    site(w, "T", 3);
    v1->n_compartments = 2;
    for (int i = 0; i < STREAMS; i++) w->streams[i].segregation = 0;
    a->stream = ASBESTOS;
    switch (variant) {
    case 0:
        b->stream = CHEMICALS;
        route(w, 0, over ? "A/0 B/0 T" : "A/0 B/1 T");
        return (blame){"streams", 0, 2, 1, "(stop B), compartment \"body\": chemicals may not be mixed"};
    case 1:
        route(w, 0, over ? "A/1 B/1 T" : "A/1 T B/1");
        return (blame){"streams", 0, 2, 1, "(stop B), compartment \"cage\": general may not be mixed"};
    case 2:
        v1->compartments[0].start_streams = STREAM(ASBESTOS) | (over ? STREAM(CHEMICALS) : 0);
        route(w, 0, "T");
        return (blame){"streams", 0, 0, 1, "(start), compartment \"body\": chemicals may not be mixed"};
    default:
        return NO_MORE;
    }
}

/* ---- rule 4: disposal ---- */

static blame disposal_opening(world *w, int variant, int over)
{
    static const tr_window spans[] = {{32400, 36000}, {37800, 43200}};
    vehicle(w, "V1");
    tr_site *t = site(w, "T", 2);
    t->opening = spans;
    t->n_opening = 2;
    stop(w, "A", 1, 10);
    switch (variant) {
    case 0: /* waiting at the gate, one second too short */
        route(w, 0, "A =%d T", 32400 - over);
        return (blame){"disposal", 0, 2, 1,
                       "(site T): turnaround 08:59:59 to 09:09:59, open 09:00:00 to 10:00:00: 1 s too early"};
    case 1: /* into the lunch break */
        route(w, 0, "=%d T A", 36000 - 600 + over);
        return (blame){"disposal", 0, 1, 1,
                       "turnaround 09:50:01 to 10:00:01, open 09:00:00 to 10:00:00: 1 s too late"};
    case 2: /* before the end of lunch */
        route(w, 0, "A +900 =%d T", 37800 - over);
        return (blame){"disposal", 0, 3, 1, "open 10:30:00 to 12:00:00: 1 s too early"};
    case 3: /* after the last closing */
        route(w, 0, "A =%d T", 43200 - 600 + over);
        return (blame){"disposal", 0, 2, 1, "open 10:30:00 to 12:00:00: 1 s too late"};
    case 4: /* longer than the period: the turnaround lies in one, not across two */
        t->turnaround_s = 5400 + over;
        route(w, 0, "=37800 T");
        return (blame){"disposal", 0, 1, 1, "turnaround 10:30:00 to 12:00:01"};
    default:
        return NO_MORE;
    }
}

static blame disposal_never(world *w, int variant, int over)
{
    vehicle(w, "V1");
    stop(w, "A", 1, 10);
    static const char *const plans[] = {"T", "A T", "A +900 T"};
    if (variant > 2) return NO_MORE;
    site(w, "T", 2)->n_opening = !over;
    route(w, 0, "%s", plans[variant]);
    return (blame){"disposal", 0, variant + 1, 600, "(site T): the site is never open"};
}

static blame disposal_unknown(world *w, int variant, int over)
{
    static const int32_t refs[] = {1, -1, INT32_MIN, INT32_MAX};
    vehicle(w, "V1");
    site(w, "T", 1);
    if (variant > 3) return NO_MORE;
    route(w, 0, "+60");
    if (over) {
        w->visits[0][3] = w->visits[0][2];
        w->visits[0][2] = (tr_visit){.kind = TR_VISIT_DISPOSAL, .ref = refs[variant]};
        w->routes[0].n_visits = 4;
    }
    return (blame){"disposal", 0, 2, 1, "there is no such site, the last is 0"};
}

/* ---- rule 5: the same shift ---- */

static blame same_shift_hazardous(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1"), *v2 = vehicle(w, "V2");
    tr_stop *h = hazard(w, "H", 1, ASBESTOS);
    tr_site *t = site(w, "T", 3);
    stop(w, "A", 4, 50);
    v2->n_compartments = 2;
    switch (variant) {
    case 0:
        route(w, 0, over ? "H" : "H T");
        return (blame){"same_shift", 0, 2, 100,
                       "(end), compartment \"body\": 100 kg with asbestos still on board"};
    case 1: /* the site does not take it */
        if (over) t->streams &= ~STREAM(ASBESTOS);
        h->kg = 1;
        route(w, 1, "H/1 A/0 T");
        return (blame){"same_shift", 1, 4, 1, "(end), compartment \"cage\": 1 kg with asbestos"};
    case 2: /* stays at home, loaded */
        v1->compartments[0].start_kg = 7;
        v1->compartments[0].start_streams = STREAM(CHEMICALS);
        if (!over) route(w, 0, "T");
        return (blame){"same_shift", 0, -1, 7, "vehicle V1, compartment \"body\": 7 kg with chemicals"};
    case 3: /* 0 kg of it */
        h->kg = h->litres = 0;
        route(w, 0, over ? "T H" : "H T");
        return (blame){"same_shift", 0, 3, 0, "0 kg with asbestos"};
    case 4: /* taken on before, and never delivered */
        route(w, 0, over ? "H A +60" : "H T A");
        if (over) w->visits[0][2].compartment = 1;
        v1->n_compartments = 2;
        freeze(w, 0, 2);
        return (blame){"same_shift", 0, 4, 100, "100 kg with asbestos"};
    default:
        return NO_MORE;
    }
}

static blame same_shift_other(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_site *t = site(w, "T", 3);
    stop(w, "A", 1, 50);
    stop(w, "B", 2, 60)->stream = POPS;
    v1->n_compartments = 2;
    v1->may_park_loaded = false;
    switch (variant) {
    case 0:
        route(w, 0, over ? "A" : "A T");
        return (blame){"same_shift", 0, 2, 50,
                       "(end), compartment \"body\": 50 kg of general still on board"};
    case 1:
        if (over) t->streams = STREAM(GENERAL);
        route(w, 0, "A/0 B/1 T");
        return (blame){"same_shift", 0, 4, 60, "compartment \"cage\": 60 kg of pops still on board"};
    case 2:
        v1->compartments[1].start_kg = 5;
        v1->compartments[1].start_streams = STREAM(GENERAL);
        v1->may_park_loaded = !over;
        return (blame){"same_shift", 0, -1, 5, "\"cage\": 5 kg of general still on board"};
    case 3: /* off today: it has no shift */
        v1->compartments[0].start_kg = 5;
        v1->compartments[0].start_streams = STREAM(GENERAL);
        v1->available = over;
        return (blame){"same_shift", 0, -1, 5, "\"body\": 5 kg of general still on board"};
    default:
        return NO_MORE;
    }
}

/* ---- rule 6: certificates, equipment, pins ---- */

static blame certificates_certs(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1"), *v2 = vehicle(w, "V2");
    tr_stop *a = stop(w, "A", 1, 10), *b = stop(w, "B", 2, 10);
    switch (variant) {
    case 0:
        a->certs = 1;
        v1->certs = !over;
        route(w, 0, "A");
        return (blame){"certificates", 0, 1, 1,
                       "(stop A): 1 of the required certificates missing, the first is number 0"};
    case 1: /* has the other one; the equipment of that number does not count */
        b->certs = 6;
        v2->certs = over ? 3 : 7;
        v2->equipment = 4;
        route(w, 1, "A B");
        return (blame){"certificates", 1, 2, 1, "the first is number 2"};
    case 2:
        a->certs = (tr_mask)1 << 63 | 1;
        v1->certs = over ? 0 : ~(tr_mask)0;
        route(w, 0, "B +60 A");
        return (blame){"certificates", 0, 3, 2, "(stop A): 2 of the required"};
    case 3: /* done already is done */
        a->certs = b->certs = 1;
        route(w, 0, over ? "A B" : "A");
        freeze(w, 0, 2);
        return (blame){"certificates", 0, 2, 1, "(stop B)"};
    default:
        return NO_MORE;
    }
}

static blame certificates_equipment(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1"), *v2 = vehicle(w, "V2");
    tr_stop *a = stop(w, "A", 1, 10), *b = stop(w, "B", 2, 10);
    switch (variant) {
    case 0:
        a->equipment = 1;
        v1->equipment = !over;
        route(w, 0, "A");
        return (blame){"certificates", 0, 1, 1, "(stop A): 1 pieces of the required equipment missing"};
    case 1:
        b->equipment = 6;
        v2->equipment = over ? 3 : 7;
        v2->certs = 4;
        route(w, 1, "A B");
        return (blame){"certificates", 1, 2, 1, "the first is number 2"};
    case 2:
        a->equipment = (tr_mask)1 << 63;
        v1->equipment = over ? 0 : ~(tr_mask)0;
        route(w, 0, "B +60 A");
        return (blame){"certificates", 0, 3, 1, "the first is number 63"};
    default:
        return NO_MORE;
    }
}

static blame certificates_pin(world *w, int variant, int over)
{
    vehicle(w, "V1");
    vehicle(w, "V2");
    tr_stop *a = stop(w, "A", 1, 10), *b = stop(w, "B", 2, 10);
    switch (variant) {
    case 0:
        a->pin = over;
        route(w, 0, "A");
        return (blame){"certificates", 0, 1, 1, "(stop A): the stop is pinned to vehicle V2"};
    case 1:
        b->pin = !over;
        route(w, 1, "A B");
        return (blame){"certificates", 1, 2, 1, "(stop B): the stop is pinned to vehicle V1"};
    case 2: /* may be left, not given to another */
        a->pin = 1;
        route(w, 0, over ? "B A" : "B");
        return (blame){"certificates", 0, 2, 1, "(stop A)"};
    default:
        return NO_MORE;
    }
}

/* ---- rule 7: windows ---- */

static blame windows(world *w, int variant, int over)
{
    static const tr_window spans[] = {{32400, 36000}, {43200, 46800}, {50000, 50000}};
    vehicle(w, "V1");
    tr_stop *a = stop(w, "A", 1, 10);
    stop(w, "B", 2, 10);
    a->windows = spans;
    a->n_windows = 3;
    switch (variant) {
    case 0:
        route(w, 0, "=%d A", 32400 - over);
        return (blame){"windows", 0, 1, 1,
                       "(stop A): service starts at 08:59:59, window 09:00:00 to 10:00:00: 1 s too early"};
    case 1: /* service may end outside */
        route(w, 0, "B =%d A", 36000 + over);
        return (blame){"windows", 0, 2, 1,
                       "service starts at 10:00:01, window 09:00:00 to 10:00:00: 1 s too late"};
    case 2:
        route(w, 0, "B +60 =%d A", 43200 - over);
        return (blame){"windows", 0, 3, 1,
                       "service starts at 11:59:59, window 12:00:00 to 13:00:00: 1 s too early"};
    case 3:
        route(w, 0, "=%d A B", 46800 + over);
        return (blame){"windows", 0, 1, 1, "13:00:01, window 12:00:00 to 13:00:00: 1 s too late"};
    case 4: /* one second long */
        route(w, 0, "=%d A", 50000 + over);
        return (blame){"windows", 0, 1, 1, "window 13:53:20 to 13:53:20: 1 s too late"};
    default:
        return NO_MORE;
    }
}

/* ---- rule 8: shift ---- */

static blame shift_early(world *w, int variant, int over)
{
    vehicle(w, "V1");
    vehicle(w, "V2")->start_s = 25200;
    stop(w, "A", 1, 10);
    switch (variant) {
    case 0:
        route(w, 0, "@%d A", SHIFT_START - over);
        return (blame){"shift", 0, 0, 1,
                       "(start): leaves at 07:59:59, the shift starts at 08:00:00: 1 s too early"};
    case 1:
        route(w, 0, "@40000 +60");
        route(w, 1, "@%d A", 25200 - over);
        return (blame){"shift", 1, 0, 1, "leaves at 06:59:59, the shift starts at 07:00:00"};
    case 2: /* a break at the depot comes after leaving */
        route(w, 0, "@%d +900 A", SHIFT_START - over);
        return (blame){"shift", 0, 0, 1, "1 s too early"};
    default:
        return NO_MORE;
    }
}

static blame shift_late(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1"), *v2 = vehicle(w, "V2");
    stop(w, "A", 1, 10);
    switch (variant) {
    case 0: /* 600 + 300 + 600 s */
        v1->end_s = SHIFT_START + 1500 - over;
        route(w, 0, "A");
        return (blame){"shift", 0, 2, 1,
                       "(end): back at 08:25:00, at the latest 08:24:59 (with overtime): 1 s too late"};
    case 1: /* all the overtime there is */
        v2->end_s = SHIFT_START;
        v2->max_overtime_s = 2400 - over;
        route(w, 1, "A +900");
        return (blame){"shift", 1, 3, 1, "back at 08:40:00, at the latest 08:39:59"};
    case 2:
        v1->end_s = 57600;
        v1->max_overtime_s = 1800;
        route(w, 0, "=%d A", 57600 + 1800 - 900 + over);
        return (blame){"shift", 0, 2, 1, "back at 16:30:01, at the latest 16:30:00"};
    case 3: /* what was done stands, the rest has to be in time */
        v1->end_s = SHIFT_START + 1500 - over;
        route(w, 0, "A");
        freeze(w, 0, 2);
        return (blame){"shift", 0, 2, 1, "1 s too late"};
    default:
        return NO_MORE;
    }
}

static blame shift_available(world *w, int variant, int over)
{
    tr_vehicle *v = vehicle(w, "V1");
    vehicle(w, "V2")->available = false;
    stop(w, "A", 1, 10);
    static const char *const plans[] = {"A", "", "+60", "@100 =80000 A"};
    if (variant > 3) return NO_MORE;
    v->available = !over;
    if (variant == 3) { /* without a shift there is none to be late for */
        v->start_s = 0;
        if (over) v->start_s = v->end_s = SHIFT_START;
        v->hours_rule = over ? TR_HOURS_GB_DOMESTIC : TR_HOURS_NONE;
    }
    route(w, 0, "%s", plans[variant]);
    return (blame){"shift", 0, -1, w->routes[0].n_visits, "visits, but the vehicle is not available today"};
}

/* A start, visits, an end. */
static blame shift_shape(world *w, int variant, int over)
{
    vehicle(w, "V1");
    vehicle(w, "V2");
    route(w, 0, "+60 +60");
    tr_visit *visits = w->visits[0];
    if (variant > 10) return NO_MORE;
    if (!over) return (blame){"shift", 0, 0, 0, ""};
    switch (variant) {
    case 0: /* no start */
        w->routes[0].visits++;
        w->routes[0].n_visits--;
        return (blame){"shift", 0, 0, 1, "(break): the first visit must be the start"};
    case 1: /* no end */
        w->routes[0].n_visits--;
        return (blame){"shift", 0, 2, 1, "(break): the last visit must be the end"};
    case 2: /* two starts */
        visits[1] = visits[0];
        visits[2] = (tr_visit){.kind = TR_VISIT_BREAK,
                               .arrival_s = SHIFT_START,
                               .start_s = SHIFT_START + 60,
                               .departure_s = SHIFT_START + 120};
        return (blame){"shift", 0, 1, 1, "(start): only the first visit may be a start"};
    case 3: /* two ends */
        visits[2] = visits[3];
        visits[2].arrival_s = visits[2].start_s = visits[2].departure_s = SHIFT_START + 60;
        visits[3] = visits[2];
        return (blame){"shift", 0, 2, 1, "(end): only the last visit may be an end"};
    case 4:
        visits[2].kind = (tr_visit_kind)5;
        visits[3].arrival_s = visits[3].start_s = visits[3].departure_s = SHIFT_START + 60;
        return (blame){"shift", 0, 2, 1, "(kind 5): there is no such kind of visit"};
    case 5:
        visits[1].kind = (tr_visit_kind)INT32_MAX;
        visits[2].arrival_s = visits[2].start_s = SHIFT_START;
        return (blame){"shift", 0, 1, 1, "there is no such kind of visit"};
    case 10: /* without an end rule 5 has nothing to judge */
        hazard(w, "H", 1, ASBESTOS);
        route(w, 0, "H");
        w->routes[0].n_visits--;
        return (blame){"shift", 0, 1, 1, "(stop H): the last visit must be the end"};
    case 6:
        w->routes[0].vehicle = 1;
        return (blame){"shift", 0, -1, 1, "said to be of vehicle index 1"};
    case 7:
        w->routes[1].n_visits = -1;
        return (blame){"shift", 1, -1, 1, "-1 visits are told of, and none given"};
    case 8:
        w->routes[1] = (tr_route){.vehicle = 1, .n_visits = 3};
        return (blame){"shift", 1, -1, 1, "3 visits are told of, and none given"};
    default:
        w->plan.n_routes = 1;
        return (blame){"shift", -1, -1, 1, "1 routes, it must be one for each of the 2"};
    }
}

/* ---- rule 8: hours ---- */

/* Sets the drive between two places, both ways. */
static void drive(world *w, int from, int to, int32_t seconds)
{
    w->seconds[from * PLACES + to] = w->seconds[to * PLACES + from] = seconds;
}

static blame hours_driving(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    stop(w, "A", 1, 10);
    stop(w, "B", 2, 10);
    v1->hours_rule = TR_HOURS_GB_DOMESTIC;
    drive(w, 0, 1, 18000);
    switch (variant) {
    case 0:
        w->seconds[1 * PLACES + 0] += over;
        route(w, 0, "A");
        return (blame){
            "hours", 0, 2, 1,
            "(end): on this leg the driving goes past 10:00:00; it is 10:00:01 in all: 1 s too long"};
    case 1: /* past it on the way to a stop */
        w->seconds[1 * PLACES + 2] = 18000 - 60;
        w->seconds[2 * PLACES + 0] = 60 + over;
        route(w, 0, "A +45 B");
        return (blame){"hours", 0, 4, 1, "it is 10:00:01 in all"};
    case 2:
        v1->hours_rule = TR_HOURS_EU;
        drive(w, 0, 1, 16000);
        w->seconds[1 * PLACES + 2] = 16000;
        w->seconds[2 * PLACES + 0] = 400 + over;
        route(w, 0, "A +2700 B +2700");
        return (blame){"hours", 0, 5, 1, "goes past 09:00:00; it is 09:00:01 in all: 1 s too long"};
    case 3: /* slower than the matrix: 14,400 s at 0.8 */
        v1->speed_permille = 800;
        drive(w, 0, 1, 14400);
        w->seconds[1 * PLACES + 0] += over;
        route(w, 0, "A");
        return (blame){"hours", 0, 2, 1, "10:00:01 in all"};
    case 4: /* half of it done already */
        w->seconds[1 * PLACES + 0] += over;
        route(w, 0, "A");
        freeze(w, 0, 2);
        return (blame){"hours", 0, 2, 1, "(end)"};
    case 5: /* ten hours exactly, and then a second more */
        w->seconds[1 * PLACES + 2] = 18000;
        w->seconds[2 * PLACES + 0] = over;
        route(w, 0, "A B");
        return (blame){"hours", 0, 3, 1, "(end): on this leg the driving goes past 10:00:00"};
    default:
        return NO_MORE;
    }
}

static blame hours_duty(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    stop(w, "A", 1, 10);
    v1->hours_rule = TR_HOURS_GB_DOMESTIC;
    switch (variant) {
    case 0: /* waiting counts */
        route(w, 0, "=%d A", SHIFT_START + 39600 - 900 + over);
        return (blame){"hours", 0, 2, 1, "(end): duty 11:00:01, at most 11:00:00: 1 s too long"};
    case 1: /* breaks count; leaving later does not */
        route(w, 0, "@30000 A +%d", 39600 - 1500 + over);
        return (blame){"hours", 0, 3, 1, "duty 11:00:01"};
    case 2:
        v1->hours_rule = TR_HOURS_EU;
        route(w, 0, "=%d A", SHIFT_START + 46800 - 900 + over);
        return (blame){"hours", 0, 2, 1, "duty 13:00:01, at most 13:00:00: 1 s too long"};
    case 3:
        route(w, 0, "A =%d +60", SHIFT_START + 39600 - 660 + over);
        freeze(w, 0, 2);
        return (blame){"hours", 0, 3, 1, "duty 11:00:01"};
    default:
        return NO_MORE;
    }
}

static blame hours_eu_45(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    stop(w, "A", 1, 10);
    stop(w, "B", 2, 10);
    v1->hours_rule = TR_HOURS_EU;
    switch (variant) {
    case 0: /* 4 h 30 to the break */
        w->seconds[0 * PLACES + 1] = 16200 + over;
        route(w, 0, "A +2700");
        return (blame){"hours", 0, 2, 1, "(break): 04:30:01 of driving before it without a break of 45 min"};
    case 1: /* a break one second short does not part 20,000 s of driving */
        drive(w, 0, 1, 10000);
        route(w, 0, "A +%d", 2700 - over);
        return (blame){"hours", 0, 3, 3800, "(end): 05:33:20 of driving"};
    case 2: /* from the break to the end; short pieces are not added */
        w->seconds[1 * PLACES + 2] = 16000;
        w->seconds[2 * PLACES + 0] = 200 + over;
        route(w, 0, "A +2700 B +1800 +1800");
        return (blame){"hours", 0, 6, 1, "(end): 04:30:01 of driving"};
    case 3: /* driving done already counts */
        w->seconds[0 * PLACES + 1] = 16000;
        w->seconds[1 * PLACES + 0] = 200 + over;
        route(w, 0, "A");
        freeze(w, 0, 2);
        return (blame){"hours", 0, 2, 1, "(end): 04:30:01 of driving"};
    default:
        return NO_MORE;
    }
}

static blame hours_wtr_6h(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_stop *a = stop(w, "A", 1, 10), *b = stop(w, "B", 2, 10);
    site(w, "T", 2)->turnaround_s = 19200 + over;
    v1->wtr = true;
    switch (variant) {
    case 0: /* 600 + 21,000 s before the break */
        a->service_s = 21000 + over;
        route(w, 0, "A +1800");
        return (blame){"hours", 0, 2, 1,
                       "(break): 06:00:01 of work before it without a break of 15 min, at most 06:00:00"};
    case 1: /* a piece one second short parts nothing: 600 + 11,400 + 600 + 10,800 + 1,200 s */
        a->service_s = 11400;
        b->service_s = 10800;
        route(w, 0, "+1800 A +%d B", 900 - over);
        return (blame){"hours", 0, 5, 3000, "(end): 06:50:00 of work"};
    case 2: /* turnaround is work, waiting is not: 1,200 + 19,200 + 1,200 s */
        route(w, 0, "+1800 =40000 T");
        return (blame){"hours", 0, 3, 1, "(end): 06:00:01 of work"};
    case 3: /* half of it done already */
        a->service_s = 20400 + over;
        route(w, 0, "+1800 A");
        freeze(w, 0, 3);
        return (blame){"hours", 0, 3, 1, "(end): 06:00:01 of work"};
    default:
        return NO_MORE;
    }
}

static blame hours_wtr_30(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_stop *a = stop(w, "A", 1, 10);
    v1->wtr = true;
    a->service_s = 20400; /* with 1,200 s of driving 6 h of work */
    switch (variant) {
    case 0:
        a->service_s++;
        route(w, 0, "A +%d", 1800 - over);
        return (blame){"hours", 0, 3, 1,
                       "(end): 06:00:01 of work needs breaks of 00:30:00 in all, has 00:29:59: 1 s too"};
    case 1: /* exactly 6 h need none of it */
        a->service_s += over;
        route(w, 0, "A +900");
        return (blame){"hours", 0, 3, 900, "has 00:15:00: 900 s too short"};
    case 2: /* pieces below 15 min count for nothing */
        a->service_s++;
        route(w, 0, "A +900 +%d", 900 - over);
        return (blame){"hours", 0, 4, 900, "has 00:15:00"};
    case 3: /* breaks already taken count */
        a->service_s++;
        route(w, 0, "+%d A +900", 900 - over);
        freeze(w, 0, 2);
        return (blame){"hours", 0, 4, 900, "has 00:15:00"};
    default:
        return NO_MORE;
    }
}

static blame hours_wtr_45(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_stop *a = stop(w, "A", 1, 10), *b = stop(w, "B", 2, 10);
    v1->wtr = true;
    a->service_s = 16200;
    b->service_s = 13800; /* with 2,400 s of driving 9 h of work */
    switch (variant) {
    case 0:
        b->service_s++;
        route(w, 0, "A +%d B", 2700 - over);
        return (blame){"hours", 0, 4, 1,
                       "(end): 09:00:01 of work needs breaks of 00:45:00 in all, has 00:44:59: 1 s too"};
    case 1: /* exactly 9 h need 30 min */
        b->service_s += over;
        route(w, 0, "A +1800 B");
        return (blame){"hours", 0, 4, 900, "has 00:30:00: 900 s too short"};
    case 2:
        b->service_s++;
        route(w, 0, "A +1800 B +%d", 900 - over);
        return (blame){"hours", 0, 5, 900, "has 00:30:00"};
    default:
        return NO_MORE;
    }
}

/* No hours rule: none of its limits. */
static void hours_none(void **state)
{
    (void)state;
    world *w = world_new();
    vehicle(w, "V1")->start_s = 0;
    stop(w, "A", 1, 10)->service_s = 30000;
    drive(w, 0, 1, 25000);
    route(w, 0, "A");
    settle(w);
    passes(w);
    tr_arena_free(w->arena);
}

/* ---- rule 9: hazardous first ---- */

static blame hazard_first_order(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_stop *h = hazard(w, "H", 1, ASBESTOS);
    tr_stop *a = stop(w, "A", 2, 10);
    site(w, "T", 3);
    v1->n_compartments = 2;
    switch (variant) {
    case 0:
        route(w, 0, over ? "A/0 H/1 T" : "H/1 A/0 T");
        return (blame){"hazard_first", 0, 2, 1, "(stop H): hazardous, but served after 1 other stop (A)"};
    case 1: /* across tipping */
        route(w, 0, over ? "A T H T" : "H T A T");
        return (blame){"hazard_first", 0, 3, 1, "(stop H)"};
    case 2: /* across a break, and between other hazardous ones */
        hazard(w, "G", 4, ASBESTOS);
        route(w, 0, over ? "H/1 A/0 +900 G/1 T" : "H/1 G/1 +900 A/0 T");
        return (blame){"hazard_first", 0, 4, 1, "(stop G): hazardous, but served after 1 other stop (A)"};
    case 3: /* the rank counts, not the stream */
        h->stream = GENERAL;
        h->hazard = over ? 2 : 1;
        route(w, 0, "A H");
        return (blame){"hazard_first", 0, 2, 1, "(stop H)"};
    case 4: /* the rank that is hazardous is a setting */
        a->hazard = 1;
        w->problem.policy.hazardous_rank = over ? 2 : 1;
        route(w, 0, "A/0 H/1 T");
        return (blame){"hazard_first", 0, 2, 1, "(stop H)"};
    case 5: /* stops done already bind no longer */
        stop(w, "B", 2, 10);
        route(w, 0, over ? "A/0 B/0 H/1 T" : "A/0 H/1 B/0 T");
        freeze(w, 0, 2);
        return (blame){"hazard_first", 0, 3, 1, "served after 1 other stop (B)"};
    default:
        return NO_MORE;
    }
}

static blame hazard_first_exempt(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_stop *h = hazard(w, "H", 1, ASBESTOS);
    stop(w, "A", 2, 10);
    site(w, "T", 3);
    v1->n_compartments = 2;
    tr_window *spans = TR_NEW(w->arena, tr_window, 2);
    spans[0] = (tr_window){SHIFT_START + 3600 + !over, 60000};
    h->windows = spans;
    h->n_windows = 1;
    switch (variant) {
    case 0:
        route(w, 0, "A/0 =40000 H/1 T");
        return (blame){"hazard_first", 0, 2, 1, "(stop H)"};
    case 1: /* the first window counts; leaving late changes nothing */
        spans[0].end_s = 33000;
        spans[1] = (tr_window){40000, 50000};
        h->n_windows = 2;
        route(w, 0, "@32000 A/0 =40000 H/1 T");
        return (blame){"hazard_first", 0, 2, 1, "(stop H)"};
    case 2:
        w->problem.policy.exempt_after_s = 0;
        spans[0].start_s = SHIFT_START + !over;
        route(w, 0, "A/0 +900 H/1 T");
        return (blame){"hazard_first", 0, 3, 1, "(stop H)"};
    default:
        return NO_MORE;
    }
}

static blame hazard_first_deadline(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_stop *h = hazard(w, "H", 1, ASBESTOS);
    static const tr_window late = {35000, 60000};
    stop(w, "A", 2, 10);
    site(w, "T", 3);
    v1->n_compartments = 2;
    w->problem.policy.hazard_policy = TR_HAZARD_DEADLINE;
    switch (variant) {
    case 0: /* 06:00 + 240 min; the order is free */
        route(w, 0, "A/0 =%d H/1 T", 36000 + over);
        return (blame){"hazard_first", 0, 2, 1,
                       "(stop H): hazardous, starts at 10:00:01, at the latest 10:00:00: 1 s too"};
    case 1: /* no exemption here */
        h->windows = &late;
        h->n_windows = 1;
        route(w, 0, "=%d H/0 T A/0", 36000 + over);
        return (blame){"hazard_first", 0, 1, 1, "(stop H)"};
    case 2:
        w->problem.policy.day_start_s = 28800;
        w->problem.policy.hazard_latest_s = 3600;
        route(w, 0, "+900 =%d H/1 A/0 =50000 T", 32400 + over);
        return (blame){"hazard_first", 0, 2, 1, "starts at 09:00:01, at the latest 09:00:00: 1 s too late"};
    case 3: /* done already, too late: a fact */
        route(w, 0, "=50000 H/1 A/0 T");
        freeze(w, 0, over ? 1 : 2);
        return (blame){"hazard_first", 0, 1, 14000, "14,000 s too late"};
    default:
        return NO_MORE;
    }
}

/* Under `weighted` the goal alone decides. */
static void hazard_weighted(void **state)
{
    (void)state;
    world *w = world_new();
    vehicle(w, "V1")->n_compartments = 2;
    hazard(w, "H", 1, ASBESTOS);
    stop(w, "A", 2, 10);
    site(w, "T", 3);
    w->problem.policy.hazard_policy = TR_HAZARD_WEIGHTED;
    route(w, 0, "A/0 =70000 H/1 T");
    settle(w);
    passes(w);
    tr_arena_free(w->arena);
}

/* ---- frozen visits ---- */

static blame frozen(world *w, int variant, int over)
{
    vehicle(w, "V1");
    vehicle(w, "V2")->n_compartments = 2;
    stop(w, "A", 1, 10);
    stop(w, "B", 2, 10);
    site(w, "T", 3);
    route(w, 1, "A/1 +900 T B/0");
    tr_visit *was = freeze(w, 1, 4);
    switch (variant) {
    case 0:
        was[1].ref += over;
        return (blame){"frozen", 1, 1, 1, "(stop A): was already done as stop B"};
    case 1:
        was[2].kind = over ? TR_VISIT_END : TR_VISIT_BREAK;
        return (blame){"frozen", 1, 2, 1, "(break)"};
    case 2:
        was[3].ref += over;
        return (blame){"frozen", 1, 3, 1, "(site T): was already done as site index 1"};
    case 3:
        was[1].compartment -= over;
        return (blame){"frozen", 1, 1, 1, "put into compartment index 0, not 1"};
    case 4:
        was[1].arrival_s -= over;
        return (blame){"frozen", 1, 1, 1, "arrival 08:10:00, it is 08:09:59: 1 off"};
    case 5:
        was[2].start_s += over;
        return (blame){"frozen", 1, 2, 1, "start 08:15:00, it is 08:15:01: 1 off"};
    case 6:
        was[3].departure_s += over;
        return (blame){"frozen", 1, 3, 1, "departure 09:00:00, it is 09:00:01"};
    case 7:
        was[0].start_s -= over;
        return (blame){"frozen", 1, 0, 1, "start 08:00:00, it is 07:59:59"};
    case 8:
        was[1].drive_s += over;
        return (blame){"frozen", 1, 1, 1, "seconds of the leg 600, it is 601: 1 off"};
    case 9:
        was[1].dist_m += over;
        return (blame){"frozen", 1, 1, 1, "metres of the leg 6,000, it is 6,001: 1 off"};
    case 10:
        w->routes[1].n_visits = over ? 0 : 6;
        return (blame){"frozen", 1, -1, 4, "the route has 0: 4 missing"};
    case 11:
        route(w, 1, "A/1 +900");
        freeze(w, 1, 4);
        w->vehicles[1].n_frozen += over;
        return (blame){"frozen", 1, -1, 1, "5 visits already done, the route has 4: 1 missing"};
    default:
        return NO_MORE;
    }
}

/* Times, legs, loads, streams, windows, opening hours and certificates of done visits are facts, and
 * what follows starts from them. */
static void frozen_is_fact(void **state)
{
    (void)state;
    static const tr_window narrow = {60000, 60001};
    world *w = world_new();
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_stop *a = stop(w, "A", 1, 1500), *b = stop(w, "B", 2, 10);
    a->windows = &narrow;
    a->n_windows = 1;
    a->certs = a->equipment = 1;
    a->pin = 2;
    a->stream = POPS;
    b->hazard = 3;
    tr_site *t = site(w, "T", 3);
    t->opening = &narrow;
    v1->compartments[0].kg = 1000;
    v1->compartments[0].streams = STREAM(GENERAL);
    route(w, 0, "@20000 A B T +600");
    w->visits[0][1].drive_s = 777;
    w->visits[0][1].dist_m = 7777;
    w->visits[0][1].arrival_s = 20800; /* waited on the way */
    w->visits[0][1].start_s = 20801;
    w->visits[0][1].departure_s = 20803;
    w->visits[0][2].departure_s = w->visits[0][3].arrival_s = w->visits[0][2].start_s + 7;
    freeze(w, 0, 4);
    settle(w);
    passes(w);
    const tr_route *figures = &w->verdict.figures.routes[0];
    /* legs 777, 600, 600, 1800; stays 2, 7, 600 */
    assert_int_equal(figures->drive_s, 3777);
    assert_int_equal(figures->dist_m, 7777 + 6000 + 6000 + 18000);
    assert_int_equal(figures->work_s, 3777 + 609);
    tr_arena_free(w->arena);
}

/* A route that is done altogether breaks no rule of time, whatever happened. */
static void frozen_to_the_end(void **state)
{
    (void)state;
    for (int rule = TR_HOURS_GB_DOMESTIC; rule <= TR_HOURS_NONE; rule++) {
        world *w = world_new();
        tr_vehicle *v1 = vehicle(w, "V1");
        v1->start_s = 40000;
        v1->end_s = 50000;
        v1->hours_rule = (tr_hours_rule)rule;
        v1->wtr = true;
        stop(w, "A", 1, 10);
        w->seconds[0 * PLACES + 1] = w->seconds[1 * PLACES + 0] = 20000;
        route(w, 0, "@20000 A +0");
        w->visits[0][2].place = 7;
        w->visits[0][2].arrival_s += 5;
        freeze(w, 0, 4);
        settle(w);
        passes(w);
        assert_int_equal(w->verdict.figures.routes[0].duty_s, 40300);
        tr_arena_free(w->arena);
    }
}

/* Too much work, or driving, is done already: the break that ends it is no offence, going on is. */
static blame frozen_stretch(world *w, int variant, int over)
{
    tr_vehicle *v1 = vehicle(w, "V1");
    tr_stop *a = stop(w, "A", 0, 10);
    stop(w, "B", 0, 10)->service_s = over;
    switch (variant) {
    case 0:
        v1->wtr = true;
        a->service_s = 25000;
        route(w, 0, "A B +2700");
        freeze(w, 0, 2);
        return (blame){"hours", 0, 3, 3401, "(break): 06:56:41 of work"};
    case 1:
        v1->hours_rule = TR_HOURS_EU;
        w->stops[1].place = 1;
        w->seconds[0 * PLACES + 1] = 17000;
        w->seconds[1 * PLACES + 0] = over;
        route(w, 0, over ? "B" : "B +2700");
        freeze(w, 0, 2);
        return (blame){"hours", 0, 2, 801, "(end): 04:43:21 of driving"};
    case 2:
        v1->hours_rule = TR_HOURS_GB_DOMESTIC;
        w->stops[1].place = 1;
        w->seconds[0 * PLACES + 1] = 37000;
        w->seconds[1 * PLACES + 0] = over;
        route(w, 0, "B");
        if (!over) w->visits[0][1].drive_s = 36000;
        freeze(w, 0, 2);
        return (blame){"hours", 0, 2, 1001, "it is 10:16:41 in all: 1,001 s too long"};
    default:
        return NO_MORE;
    }
}

/* A vehicle that is off today has nothing to be frozen. */
static void frozen_but_off(void **state)
{
    (void)state;
    world *w = world_new();
    tr_vehicle *v1 = vehicle(w, "V1");
    stop(w, "A", 1, 10);
    route(w, 0, "A");
    freeze(w, 0, 2);
    v1->available = false;
    w->routes[0].n_visits = 0;
    settle(w);
    passes(w);
    assert_int_equal(w->verdict.figures.n_left, 1);
    tr_arena_free(w->arena);
}

/* ---- timing ---- */

static blame timing(world *w, int variant, int over)
{
    vehicle(w, "V1");
    stop(w, "A", 1, 10);
    stop(w, "B", 2, 10);
    site(w, "T", 3);
    route(w, 0, "A +900 =40000 B T");
    tr_visit *v = w->visits[0];
    switch (variant) {
    case 0:
        v[1].place += over;
        return (blame){"timing", 0, 1, 1, "(stop A): said to be at place 2, it is at place 1"};
    case 1:
        v[2].place += over;
        return (blame){"timing", 0, 2, 1, "(break): said to be at place 2, it is at place 1"};
    case 2:
        v[0].place += over;
        return (blame){"timing", 0, 0, 1, "(start): said to be at place 1, it is at place 0"};
    case 3:
        v[5].place += over;
        return (blame){"timing", 0, 5, 1, "(end): said to be at place 1, it is at place 0"};
    case 4:
        v[4].place -= over;
        return (blame){"timing", 0, 4, 1, "(site T): said to be at place 2"};
    case 5:
        v[1].drive_s += over;
        return (blame){"timing", 0, 1, 1, "seconds of the leg 601, it is 600: 1 off"};
    case 6:
        v[5].drive_s -= over;
        return (blame){"timing", 0, 5, 1, "seconds of the leg 1,799, it is 1,800"};
    case 7:
        v[2].drive_s += over;
        return (blame){"timing", 0, 2, 1, "seconds of the leg 1, it is 0"};
    case 8:
        v[0].drive_s += over;
        return (blame){"timing", 0, 0, 1, "seconds of the leg 1, it is 0"};
    case 9:
        v[3].dist_m += over;
        return (blame){"timing", 0, 3, 1, "metres of the leg 6,001, it is 6,000: 1 off"};
    case 10:
        v[1].arrival_s -= over;
        return (blame){"timing", 0, 1, 1, "arrival 08:09:59, it is 08:10:00: 1 off"};
    case 11:
        v[2].arrival_s += over;
        return (blame){"timing", 0, 2, 1, "arrival 08:15:01, it is 08:15:00"};
    case 12:
        v[0].arrival_s -= over;
        return (blame){"timing", 0, 0, 1, "arrival 07:59:59, it is 08:00:00"};
    case 13:
        v[5].arrival_s += over;
        return (blame){"timing", 0, 5, 1, "(end): arrival"};
    case 14: /* service starts before the arrival */
        v[1].start_s -= over;
        v[1].departure_s -= over;
        v[2].arrival_s -= over;
        return (blame){"timing", 0, 1, 1, "(stop A): starts at 08:09:59, arrives at 08:10:00: 1 s too early"};
    case 15: /* so does a break */
        v[2].start_s -= over;
        return (blame){"timing", 0, 2, 1, "(break): starts at 08:14:59, arrives at 08:15:00"};
    case 16:
        v[5].start_s += over;
        return (blame){"timing", 0, 5, 1, "(end): start"};
    case 17:
        v[5].departure_s += over;
        return (blame){"timing", 0, 5, 1, "(end): departure"};
    case 18:
        v[0].departure_s += over;
        return (blame){"timing", 0, 0, 1, "departure 08:00:01, it is 08:00:00"};
    case 19:
        v[1].departure_s += over;
        return (blame){"timing", 0, 1, 1, "departure 08:15:01, it is 08:15:00"};
    case 20:
        v[4].departure_s -= over;
        return (blame){"timing", 0, 4, 1, "(site T): departure"};
    case 21: /* a break of no length */
        route(w, 0, "A +%d B", 1 - over);
        return (blame){"timing", 0, 2, 1, "the break lasts 0 s, at least 1: 1 s too short"};
    default:
        return NO_MORE;
    }
}

static blame timing_no_road(world *w, int variant, int over)
{
    vehicle(w, "V1");
    stop(w, "A", 1, 10);
    site(w, "T", 2);
    static const int32_t cells[3][2] = {{0, 1}, {1, 2}, {2, 0}};
    if (variant > 5) return NO_MORE;
    int32_t at = variant % 3, *table = variant < 3 ? w->seconds : w->metres;
    int32_t cell = cells[at][0] * PLACES + cells[at][1];
    w->seconds[cell] = w->metres[cell] = 0;
    route(w, 0, "A T");
    if (over) table[cell] = TR_NO_ROAD;
    return (blame){"timing", 0, at + 1, 1, "no road leads there from the visit before"};
}

/* ---- figures: told wrong by one ---- */

typedef enum { /* what is tampered */
               DIST,
               DRIVE,
               DUTY,
               WORK,
               OVERTIME,
               KM,
               HOURS,
               OVERTIME_PENCE,
               FIXED,
               FEES,
               HAZARD,
               N_SUMS
} sum;

static int64_t *sum_of(tr_route *r, sum which)
{
    int64_t *const sums[N_SUMS] = {
        &r->dist_m,     &r->drive_s,       &r->duty_s,     &r->work_s,    &r->overtime_s,  &r->cost.km,
        &r->cost.hours, &r->cost.overtime, &r->cost.fixed, &r->cost.fees, &r->cost.hazard,
    };
    return sums[which];
}

static const char *const sum_names[N_SUMS] = {
    "metres",
    "seconds of driving",
    "seconds of duty",
    "seconds of work",
    "seconds of overtime",
    "pence for kilometres",
    "pence for hours",
    "pence for overtime",
    "pence for the vehicle",
    "pence of gate fees",
    "pence for hazard minutes",
};

/* Two vehicles at work, some stops left on each level. */
static world *busy_world(void)
{
    world *w = world_new();
    tr_vehicle *v1 = vehicle(w, "V1"), *v2 = vehicle(w, "V2");
    hazard(w, "H", 1, ASBESTOS);
    stop(w, "A", 2, 10);
    stop(w, "B", 3, 10);
    hazard(w, "left by level 1", 4, ASBESTOS);
    stop(w, "left by level 2", 4, 10)->due_day = DAY;
    stop(w, "left by level 3", 4, 10);
    site(w, "T", 3)->gate_fee_pence_per_tonne = 12345;
    v1->n_compartments = v2->n_compartments = 2;
    v1->end_s = v2->end_s = 32000;
    v1->max_overtime_s = v2->max_overtime_s = 7200;
    v1->pence_per_km = v2->pence_per_km = 47;
    v1->pence_per_hour = v2->pence_per_hour = 2599;
    v1->pence_per_overtime_hour = v2->pence_per_overtime_hour = 3899;
    v1->fixed_pence = v2->fixed_pence = 5000;
    route(w, 0, "H/1 A/0 T");
    route(w, 1, "B/0 +60 T");
    settle(w);
    return w;
}

static void figures_tampered(void **state)
{
    (void)state;
    for (int32_t r = 0; r < 2; r++)
        for (sum which = 0; which < N_SUMS; which++)
            for (int off = -1; off <= 1; off++) {
                world *w = busy_world();
                *sum_of(&w->routes[r], which) += off;
                if (off)
                    breaks(w, (blame){"figures", r, -1, 1, sum_names[which]});
                else
                    passes(w);
                tr_arena_free(w->arena);
            }
}

static void figures_loads_tampered(void **state)
{
    (void)state;
    for (int32_t visit = 0; visit < 5; visit++)
        for (int what = 0; what < 4; what++) {
            world *w = busy_world();
            tr_visit *v = &w->visits[0][visit];
            int32_t *load = what < 2 ? v->kg : v->litres;
            load[what % 2]++;
            breaks(w, (blame){"figures", 0, visit, 1, what < 2 ? "kg on board" : "litres on board"});
            tr_arena_free(w->arena);
        }
}

static void figures_goal_tampered(void **state)
{
    (void)state;
    static const char *const names[] = {"hazard left", "due work left", "pence in all",
                                        "pence for stops left"};
    for (int what = 0; what < 4; what++)
        for (int off = -1; off <= 1; off += 2) {
            world *w = busy_world();
            tr_goal *goal = &w->plan.goal;
            int64_t *const values[] = {&goal->hazard_left, &goal->due_left, &goal->cost_pence,
                                       &w->plan.left_pence};
            *values[what] += off;
            breaks(w, (blame){"figures", -1, -1, 1, names[what]});
            tr_arena_free(w->arena);
        }
}

static blame figures_left(world *w, int variant, int over)
{
    vehicle(w, "V1");
    stop(w, "A", 1, 10);
    stop(w, "B", 2, 10);
    stop(w, "C", 2, 10);
    stop(w, "D", 2, 10);
    route(w, 0, "A");
    settle(w); /* left: 1, 2, 3 */
    static int32_t lists[][4] = {{1, 3},       {1, 2},       {0, 1, 2, 3}, {1, 3, 2},
                                 {1, 2, 2, 3}, {1, 2, 3, 4}, {-1, 1, 2, 3}};
    static const int32_t lengths[] = {2, 2, 4, 3, 4, 4, 4};
    static const char *const texts[] = {
        "stop C is on no route and not listed as left",
        "stop D is on no route and not listed as left",
        "stop A is listed as left, but is on a route",
        "stop C is out of order in the list of stops left",
        "stop C is out of order in the list of stops left",
        "stop index 4 is listed as left, the last is 3",
        "stop index -1 is listed as left, the last is 3",
    };
    if (variant > 6) return NO_MORE;
    if (over) {
        w->plan.left = lists[variant];
        w->plan.n_left = lengths[variant];
    }
    return (blame){"figures", -1, -1, 1, texts[variant]};
}

static blame figures_left_list(world *w, int variant, int over)
{
    vehicle(w, "V1");
    static const int32_t counts[] = {-1, 1, INT32_MIN, INT32_MAX};
    if (variant > 3) return NO_MORE;
    settle(w);
    w->plan.left = NULL;
    w->plan.n_left = over ? counts[variant] : 0;
    return (blame){"figures", -1, -1, 1, "stops left are told of, and none given"};
}

/* ---- figures: computed by hand ---- */

/* The figures of V1's route as the referee has them. */
static tr_route figures_of(world *w)
{
    settle(w);
    passes(w);
    return w->verdict.figures.routes[0];
}

static void figures_whole_route(void **state)
{
    (void)state;
    world *w = busy_world();
    tr_route r = figures_of(w);
    /* 08:00 start; H at 08:10-08:15, A at 08:25-08:30, T at 08:40-08:50, back 09:20; end of shift 08:53:20 */
    assert_int_equal(r.visits[1].departure_s, 29700);
    assert_int_equal(r.visits[3].departure_s, 31800);
    assert_int_equal(r.visits[4].arrival_s, 33600);
    assert_int_equal(r.visits[2].kg[0], 10);
    assert_int_equal(r.visits[2].kg[1], 100);
    assert_int_equal(r.visits[2].litres[1], 100);
    assert_int_equal(r.visits[3].kg[1], 0);
    assert_int_equal(r.dist_m, 36000);
    assert_int_equal(r.drive_s, 3600);
    assert_int_equal(r.duty_s, 4800);
    assert_int_equal(r.work_s, 4800);
    assert_int_equal(r.overtime_s, 1600);
    assert_int_equal(r.cost.km, 1692);       /* 36 x 47 */
    assert_int_equal(r.cost.hours, 2310);    /* 3,200 s x 2,599 / 3,600 = 2,310.2 */
    assert_int_equal(r.cost.overtime, 1733); /* 1,600 s x 3,899 / 3,600 = 1,732.9 */
    assert_int_equal(r.cost.fixed, 5000);
    assert_int_equal(r.cost.fees, 1358);  /* 110 kg x 12.345 = 1,357.95 */
    assert_int_equal(r.cost.hazard, 675); /* 08:15 is 135 min after 06:00 */
    /* the other one: 36 km; B 300 s, break 60 s, T 600 s, back 09:16; 10 kg x 12.345 = 123.45 */
    const tr_route *other = &w->verdict.figures.routes[1];
    assert_int_equal(other->duty_s, 4560);
    assert_int_equal(other->work_s, 4500);
    assert_int_equal(other->overtime_s, 1360);
    assert_int_equal(other->cost.overtime, 1473); /* 1,472.96 */
    assert_int_equal(other->cost.fees, 123);
    assert_int_equal(w->verdict.goal.hazard_left, 3); /* 1 x (1 + 2 days) */
    assert_int_equal(w->verdict.goal.due_left, 60);
    assert_int_equal(w->verdict.figures.left_pence, 6400);
    int64_t first = 1692 + 2310 + 1733 + 5000 + 1358 + 675, second = 1692 + 2310 + 1473 + 5000 + 123;
    assert_int_equal(w->verdict.goal.cost_pence, first + second + 6400);
    tr_arena_free(w->arena);
}

static void figures_km(void **state)
{
    (void)state;
    static const int32_t cases[][3] = {
        /* metres, pence a km, pence: half up */
        {10, 49, 0}, {10, 50, 1}, {10, 149, 1},     {10, 150, 2},
        {1, 499, 0}, {1, 500, 1}, {12345, 47, 580}, {0, 99, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world *w = world_new();
        vehicle(w, "V1")->pence_per_km = cases[i][1];
        stop(w, "A", 1, 10);
        w->metres[1] = cases[i][0];
        w->metres[PLACES] = 0;
        route(w, 0, "A");
        tr_route r = figures_of(w);
        assert_int_equal(r.dist_m, cases[i][0]);
        assert_int_equal(r.cost.km, cases[i][2]);
        tr_arena_free(w->arena);
    }
}

static void figures_hours(void **state)
{
    (void)state;
    static const int32_t cases[][5] = {
        /* leaving, back, shift's end: pence at 2,599 an hour, overtime at 3,601 */
        {30000, 31800, 31800, 1300, 0},    /* 1,299.5 */
        {30000, 31799, 31800, 1299, 0},    /* 1,298.8 */
        {30000, 31801, 31800, 1300, 1},    /* 1.0 */
        {30000, 33600, 31800, 1300, 1801}, /* 1,800.5 */
        {30000, 33600, 30000, 0, 3601},
        {30000, 33600, 29000, 0, 3601}, /* left after the shift's end: no hour of it before */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world *w = world_new();
        tr_vehicle *v = vehicle(w, "V1");
        v->pence_per_hour = 2599;
        v->pence_per_overtime_hour = 3601;
        v->max_overtime_s = 10000;
        v->end_s = cases[i][2];
        route(w, 0, "@%d +%d", (int)cases[i][0], (int)(cases[i][1] - cases[i][0]));
        tr_route r = figures_of(w);
        assert_int_equal(r.duty_s, cases[i][1] - cases[i][0]);
        assert_int_equal(r.work_s, 0);
        assert_int_equal(r.cost.hours, cases[i][3]);
        assert_int_equal(r.cost.overtime, cases[i][4]);
        tr_arena_free(w->arena);
    }
}

/* Fees are on all kg emptied, and summed before rounding. */
static void figures_fees(void **state)
{
    (void)state;
    static const int32_t cases[][4] = {
        /* kg of the day before, of A, of B, pence at 50 a tonne */
        {0, 5, 4, 0}, {0, 5, 5, 1}, {10, 5, 4, 1}, {10, 15, 5, 2}, {0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world *w = world_new();
        tr_compartment *body = &vehicle(w, "V1")->compartments[0];
        body->start_kg = cases[i][0];
        body->start_streams = cases[i][0] ? STREAM(GENERAL) : 0;
        stop(w, "A", 1, cases[i][1]);
        stop(w, "B", 2, cases[i][2]);
        stop(w, "C", 2, 1000); /* parked, not emptied */
        site(w, "T", 3)->gate_fee_pence_per_tonne = 50;
        route(w, 0, "A T B T T C");
        assert_int_equal(figures_of(w).cost.fees, cases[i][3]);
        tr_arena_free(w->arena);
    }
}

/* Only what the site takes wholly is emptied and paid for. */
static void figures_emptied(void **state)
{
    (void)state;
    world *w = world_new();
    vehicle(w, "V1")->n_compartments = 3;
    stop(w, "A", 1, 1000);
    stop(w, "P", 1, 100)->stream = POPS;
    stop(w, "B", 1, 10)->stream = HOUSEHOLD;
    stop(w, "C", 1, 1);
    tr_site *t = site(w, "T", 2);
    t->streams = STREAM(GENERAL) | STREAM(CHEMICALS);
    t->gate_fee_pence_per_tonne = 1000;
    route(w, 0, "A/0 P/1 B/2 C/2 T");
    tr_route r = figures_of(w);
    assert_int_equal(r.visits[5].kg[0], 0);
    assert_int_equal(r.visits[5].litres[0], 0);
    assert_int_equal(r.visits[5].kg[1], 100);
    assert_int_equal(r.visits[5].kg[2], 11);
    assert_int_equal(r.cost.fees, 1000);
    tr_arena_free(w->arena);
}

/* From day_start to the end of service; seconds are summed before rounding; never below 0. */
static void figures_hazard(void **state)
{
    (void)state;
    static const int32_t cases[][4] = {
        /* service of G, of H, the day's start, pence at 5 a minute */
        {300, 300, 28800, 125}, /* 600 + 900 s */
        {300, 305, 28800, 125}, /* 600 + 905: 125.4 */
        {303, 300, 28800, 126}, /* 603 + 903: 125.5; one by one it were 50.25 and 75.25 */
        {300, 300, 29700, 0},   /* G is done before the day starts, H just then */
        {300, 300, 29500, 17},  /* 0 + 200: 16.7 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world *w = world_new();
        vehicle(w, "V1")->start_s = 27600;
        hazard(w, "G", 0, ASBESTOS)->service_s = cases[i][0];
        hazard(w, "H", 0, ASBESTOS)->service_s = cases[i][1];
        site(w, "T", 0);
        w->problem.policy.day_start_s = cases[i][2];
        route(w, 0, "=29100 G =29400 H T");
        assert_int_equal(figures_of(w).cost.hazard, cases[i][3]);
        tr_arena_free(w->arena);
    }
}

static void figures_legs(void **state)
{
    (void)state;
    static const int32_t cases[][3] = {
        /* cell, speed in permille, seconds: half up */
        {601, 1000, 601}, {1, 2000, 1},    {1, 2001, 0},           {3, 2000, 2}, {601, 1600, 376},
        {600, 850, 706},  {601, 850, 707}, {100000, 1, 100000000}, {0, 7, 0},    {7, 3, 2333},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world *w = world_new();
        tr_vehicle *v = vehicle(w, "V1");
        v->end_s = INT32_MAX;
        v->speed_permille = cases[i][1];
        stop(w, "A", 1, 10);
        w->seconds[1] = cases[i][0];
        w->seconds[PLACES] = 0;
        route(w, 0, "A");
        tr_route r = figures_of(w);
        assert_int_equal(r.drive_s, cases[i][2]);
        assert_int_equal(r.work_s, cases[i][2] + 300);
        tr_arena_free(w->arena);
    }
}

/* A place to itself takes no time, whatever the table says. */
static void figures_same_place(void **state)
{
    (void)state;
    world *w = world_new();
    vehicle(w, "V1");
    stop(w, "A", 0, 10);
    route(w, 0, "A");
    w->seconds[0] = w->metres[0] = TR_NO_ROAD;
    assert_int_equal(figures_of(w).duty_s, 300);
    tr_arena_free(w->arena);
}

/* The vehicle costs its day if it makes a stop or a disposal visit. */
static void figures_fixed(void **state)
{
    (void)state;
    static const struct {
        const char *plan;
        int64_t pence;
    } cases[] = {{"", 0}, {"+900", 0}, {"A", 777}, {"T", 777}, {"A T A2", 777}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world *w = world_new();
        vehicle(w, "V1")->fixed_pence = 777;
        stop(w, "A", 1, 10);
        stop(w, "A2", 1, 10);
        site(w, "T", 2);
        route(w, 0, "%s", cases[i].plan);
        assert_int_equal(figures_of(w).cost.fixed, cases[i].pence);
        tr_arena_free(w->arena);
    }
}

/* What a single stop left adds to the three levels. */
static void figures_goal(void **state)
{
    (void)state;
    static const struct {
        int32_t rank, age, overdue;
        tr_goal goal;
    } cases[] = {
        {2, 0, -5, {1, 0, 0}},     {2, 5, -5, {6, 0, 0}},    {3, 5, 9, {18, 0, 0}},
        {2, 30, 0, {31, 0, 0}},    {2, 31, 0, {31, 0, 0}},   {3, 400, 0, {93, 0, 0}},
        {2, -1, 0, {1, 0, 0}},     {3, -9, 0, {3, 0, 0}},    {0, 9, 1, {0, 101, 0}},
        {1, 9, 100, {0, 200, 0}},  {0, 9, 101, {0, 200, 0}}, {0, 9, 0, {0, 60, 0}},
        {0, 0, -1, {0, 0, 6000}},  {0, 1, -1, {0, 0, 6200}}, {1, 50, -1, {0, 0, 16000}},
        {0, -3, -1, {0, 0, 6000}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world *w = world_new();
        vehicle(w, "V1");
        tr_stop *a = stop(w, "A", 1, 10);
        a->hazard = cases[i].rank;
        a->reported_day = DAY - cases[i].age;
        a->due_day = DAY - cases[i].overdue;
        settle(w);
        passes(w);
        assert_memory_equal(&w->verdict.goal, &cases[i].goal, sizeof(tr_goal));
        assert_int_equal(w->verdict.figures.left_pence, cases[i].goal.cost_pence);
        assert_int_equal(w->verdict.figures.n_left, 1);
        tr_arena_free(w->arena);
    }
}

/* A hazardous rank without a severity of its own has severity 1. */
static void figures_severity(void **state)
{
    (void)state;
    world *w = world_new();
    vehicle(w, "V1");
    hazard(w, "H", 1, GENERAL)->hazard = 1;
    hazard(w, "G", 1, GENERAL)->hazard = 0;
    hazard(w, "F", 1, GENERAL)->hazard = 3;
    w->problem.policy.hazardous_rank = 0;
    settle(w);
    passes(w);
    assert_int_equal(w->verdict.goal.hazard_left, 3 + 3 + 9); /* each 2 days old */
    tr_arena_free(w->arena);
}

/* Duty runs to the end of what there is, if a plan forgets the end. */
static void figures_without_end(void **state)
{
    (void)state;
    world *w = world_new();
    vehicle(w, "V1");
    route(w, 0, "+60 +70");
    w->routes[0].n_visits--;
    settle(w);
    assert_int_equal(w->verdict.figures.routes[0].duty_s, 130);
    tr_arena_free(w->arena);
}

/* ---- hostile plans ---- */

static int64_t absurd(uint64_t *state)
{
    static const int64_t values[] = {
        0, 1, -1, 2, 3, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, INT64_MAX - 1, 28800, 40000};
    return values[tr_random(state) % (sizeof values / sizeof *values)];
}

static int32_t absurd32(uint64_t *state)
{
    int64_t value = absurd(state);
    return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : (int32_t)value;
}

static tr_visit absurd_visit(uint64_t *state)
{
    tr_visit v = {.ref = absurd32(state),
                  .compartment = absurd32(state),
                  .place = absurd32(state),
                  .arrival_s = absurd(state),
                  .start_s = absurd(state),
                  .departure_s = absurd(state),
                  .drive_s = absurd(state),
                  .dist_m = absurd(state)};
    v.kind = (tr_visit_kind)(tr_random(state) % 8 ? tr_random(state) % 5 : (uint64_t)absurd32(state));
    for (int k = 0; k < TR_MAX_COMPARTMENTS; k++) v.kg[k] = v.litres[k] = absurd32(state);
    return v;
}

/* Whatever it is, it is judged, and the figures have the form of a plan of this problem. */
static void hostile_random(void **state)
{
    (void)state;
    uint64_t seed = 17;
    for (int round = 0; round < 3000; round++) {
        world *w = busy_world();
        for (int k = 0; k < 2; k++) {
            tr_vehicle *v = &w->vehicles[k];
            v->hours_rule = (tr_hours_rule)(tr_random(&seed) % 3);
            v->wtr = tr_random(&seed) % 2;
            v->pence_per_km = v->pence_per_hour = absurd(&seed);
            if (tr_random(&seed) % 4 == 0) freeze(w, k, 2 + (int32_t)(tr_random(&seed) % 2));
            for (int32_t n = (int32_t)(tr_random(&seed) % 6); n > 0; n--)
                w->visits[k][tr_random(&seed) % (uint64_t)w->routes[k].n_visits] = absurd_visit(&seed);
            if (tr_random(&seed) % 4 == 0)
                w->routes[k].n_visits = (int32_t)(tr_random(&seed) % VISITS) - 1;
            w->routes[k].cost.hours = absurd(&seed);
        }
        int32_t left[] = {absurd32(&seed), absurd32(&seed), absurd32(&seed)};
        w->plan.left = left;
        w->plan.n_left = 3;
        bool fine = tr_referee(&w->problem, &w->plan, w->arena, &w->verdict);
        assert_false(fine);
        assert_true(w->verdict.n_findings > 0);
        assert_int_equal(w->verdict.figures.n_routes, 2);
        for (int32_t i = 0; i < w->verdict.n_findings; i++) {
            const tr_finding *f = &w->verdict.findings[i];
            assert_true(f->vehicle >= -1 && f->vehicle < 2 && f->visit >= -1 && f->visit < VISITS);
            assert_true(strlen(f->text) > strlen(f->rule) + 2);
        }
        tr_arena_free(w->arena);
    }
}

static void hostile_empty(void **state)
{
    (void)state;
    world *w = world_new();
    tr_plan nothing = {0};
    assert_true(tr_referee(&w->problem, &nothing, w->arena, &w->verdict)); /* nothing for nobody */
    vehicle(w, "V1");
    stop(w, "A", 1, 10);
    assert_false(tr_referee(&w->problem, &nothing, w->arena, &w->verdict));
    tr_plan untold = {.n_routes = 1};
    assert_false(tr_referee(&w->problem, &untold, w->arena, &w->verdict));
    assert_int_equal(w->verdict.figures.n_left, 1);
    untold.n_routes = INT32_MIN;
    assert_false(tr_referee(&w->problem, &untold, w->arena, &w->verdict));
    w->plan.n_routes = INT32_MAX; /* more are told of than there are vehicles: never read */
    assert_false(tr_referee(&w->problem, &w->plan, w->arena, &w->verdict));
    w->problem.travel = NULL;
    w->plan.n_routes = 1;
    route(w, 0, "A");
    settle(w);
    assert_false(tr_referee(&w->problem, &w->plan, w->arena, &w->verdict));
    assert_string_equal(w->verdict.findings[0].rule, "timing");
    tr_arena_free(w->arena);
}

/* Sums that no integer holds saturate. */
static void hostile_overflow(void **state)
{
    (void)state;
    world *w = world_new();
    tr_vehicle *v = vehicle(w, "V1");
    v->pence_per_hour = v->pence_per_overtime_hour = INT64_MAX;
    stop(w, "A", 1, INT32_MAX);
    stop(w, "B", 1, INT32_MAX);
    route(w, 0, "A B");
    w->visits[0][1].start_s = INT64_MAX - 1;
    w->visits[0][2].start_s = INT64_MIN;
    assert_false(tr_referee(&w->problem, &w->plan, w->arena, &w->verdict));
    const tr_route *r = &w->verdict.figures.routes[0];
    assert_int_equal(r->visits[1].departure_s, INT64_MAX);
    assert_int_equal(r->visits[2].kg[0], INT32_MAX);
    tr_arena_free(w->arena);
}

/* ---- legs by the hour: docs/rules.md, "Time" ---- */

/* What the referee says that a leg takes, begun at `leave`. */
static int64_t leg_by_referee(world *w, int32_t cell, int64_t leave)
{
    tr_visit visits[] = {
        {.kind = TR_VISIT_START, .ref = -1, .arrival_s = leave, .start_s = leave, .departure_s = leave},
        {.kind = TR_VISIT_STOP},
    };
    tr_route one = {.n_visits = 2, .visits = visits};
    tr_plan plan = {.n_routes = 1, .routes = &one};
    w->seconds[1] = cell;
    tr_referee(&w->problem, &plan, w->arena, &w->verdict);
    return w->verdict.figures.routes[0].visits[1].drive_s;
}

static world *world_of_hours(void)
{
    world *w = world_new();
    vehicle(w, "V1");
    stop(w, "A", 1, 10);
    return w;
}

/* Worked by hand: 7 h at 800, 8 h at 500, 9 h at 1250, 10 h at 2000, 23 h at 500, 0 h at 250, else 1000. */
static void hours_worked(void **state)
{
    (void)state;
    enum { H = 3600 };
    static const struct {
        int64_t leave;
        int32_t cell, speed;
        int64_t seconds;
    } cases[] = {
        {6 * H, 3600, 1000, 3600},                      /* one hour, all of it */
        {6 * H, 3601, 1000, 3600 + 1},                  /* 1.25 s of the next */
        {6 * H, 3602, 1000, 3600 + 3},                  /* 2.5 s: half up */
        {7 * H, 800, 1000, 1000},                       /* inside an hour */
        {7 * H + 900, 801, 1000, 1001},                 /* 1001.25 */
        {7 * H + 1800, 1440, 1000, 1800},               /* ends exactly at the boundary */
        {8 * H - 1, 1, 1000, 1},                        /* 0.8 in the last second, 0.4 s of the next: 1.4 */
        {8 * H - 1, 100, 1000, 1 + 198},                /* 198.4 */
        {8 * H, 100, 1000, 200},                        /* begins exactly at the boundary */
        {7 * H + 1800, 1440 + 900, 1000, 1800 + 1800},  /* across one boundary */
        {7 * H + 1800, 1440 + 1800 + 4500, 1000, 9000}, /* across two, to the third */
        {7 * H + 1800, 1440 + 1800 + 4500 + 2000, 1000, 9000 + 1000}, /* across three */
        {8 * H, 100, 500, 400},                                       /* speed_permille together with it */
        {8 * H + 3000, 600 + 125, 2000, 600 + 50},                    /* and across a boundary */
        {23 * H + 1800, 900 + 100, 1000, 1800 + 400},                 /* across midnight */
        {47 * H + 1800, 900 + 100, 1000, 1800 + 400},                 /* a day later */
        {-1800, 900 + 100, 1000, 1800 + 400},                         /* a day earlier */
        {-1, 1, 1000, 3},          /* 0.5 in the second before midnight, 2 s after it */
        {24 * H, 900, 1000, 3600}, /* all of the first hour */
        {24 * H, 901, 1000, 3601}, /* and into the second */
        {12 * H, 0, 1000, 0},      /* nothing to do */
    };
    world *w = world_of_hours();
    int32_t *by_hour = w->problem.policy.speed_by_hour;
    by_hour[7] = 800, by_hour[8] = 500, by_hour[9] = 1250, by_hour[10] = 2000;
    by_hour[23] = 500, by_hour[0] = 250, by_hour[5] = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        w->vehicles[0].speed_permille = cases[i].speed;
        int64_t is = leg_by_referee(w, cases[i].cell, cases[i].leave);
        if (is != cases[i].seconds)
            fail_msg("case %zu: %lld s, by hand %lld s", i, (long long)is, (long long)cases[i].seconds);
    }
    tr_arena_free(w->arena);
}

static void draw_hours(uint64_t *seed, int32_t by_hour[24])
{
    for (int h = 0; h < 24; h++)
        by_hour[h] = tr_random(seed) % 4 ? (int32_t)(tr_random(seed) % 3000) : 1000;
}

/* Random tables: as second by second, whole days of driving too, and who leaves later is never there earlier. */
static void hours_random(void **state)
{
    (void)state;
    uint64_t seed = 2003;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 150; round++) {
        world *w = world_of_hours();
        draw_hours(&seed, w->problem.policy.speed_by_hour);
        int32_t speed = w->vehicles[0].speed_permille = 1 + (int32_t)(tr_random(&seed) % 2500);
        int32_t cell = (int32_t)(tr_random(&seed) % (round % 10 ? 9000 : 200000));
        if (round % 10) speed = w->vehicles[0].speed_permille += 300;
        int64_t leave = (int64_t)(tr_random(&seed) % 400000) - 200000, last = INT64_MIN;
        if (round % 2) leave += 3600 - leave % 3600 - 30; /* about a full hour */
        for (int64_t t = leave; t < leave + 60; t++) {
            int64_t seconds = leg_by_referee(w, cell, t);
            if (t + seconds < last)
                fail_msg("round %d: leaves at %lld, is there earlier", round, (long long)t);
            last = t + seconds;
            if (t % 7 == 0)
                assert_int_equal(seconds, leg_by_seconds(w->problem.policy.speed_by_hour, speed, cell, t));
        }
        tr_arena_free(w->arena);
    }
}

/* A table of 1000, of 0, or of both is the formula without a table. */
static void hours_flat(void **state)
{
    (void)state;
    uint64_t seed = 1000;
    print_message("seed %llu\n", (unsigned long long)seed);
    world *w = world_of_hours();
    for (int round = 0; round < 5000; round++) {
        for (int h = 0; h < 24; h++)
            w->problem.policy.speed_by_hour[h] = round % 3 == 0 || (round % 3 == 1 && h % 2) ? 1000 : 0;
        int32_t speed = w->vehicles[0].speed_permille = 1 + (int32_t)(tr_random(&seed) % 3000);
        int32_t cell = (int32_t)(tr_random(&seed) % (round % 4 ? 20000 : INT32_MAX));
        int64_t leave = (int64_t)(tr_random(&seed) % 400000) - 200000;
        assert_int_equal(leg_by_referee(w, cell, leave), (1000LL * cell + speed / 2) / speed);
    }
    tr_arena_free(w->arena);
}

/* Times, speeds and legs of any size: no overflow, no endless loop, and no speed is no road. */
static void hours_hostile(void **state)
{
    (void)state;
    world *w = world_of_hours();
    int32_t *by_hour = w->problem.policy.speed_by_hour;
    for (int h = 0; h < 24; h++) by_hour[h] = 1;
    w->vehicles[0].speed_permille = 1;
    assert_int_equal(leg_by_referee(w, INT32_MAX, INT64_MAX), 1000000LL * INT32_MAX);
    assert_int_equal(leg_by_referee(w, INT32_MAX, INT64_MIN), 1000000LL * INT32_MAX);
    assert_int_equal(w->verdict.figures.routes[0].visits[1].arrival_s, INT64_MIN + 1000000LL * INT32_MAX);
    for (int h = 0; h < 24; h++) by_hour[h] = INT32_MAX;
    w->vehicles[0].speed_permille = INT32_MAX;
    assert_int_equal(leg_by_referee(w, INT32_MAX, INT64_MAX), 0); /* 2,147 s at 4.6e12 times the speed */
    by_hour[3] = -1;
    assert_int_equal(leg_by_referee(w, 100, 0), 0);
    bool no_road = false;
    for (int32_t i = 0; i < w->verdict.n_findings; i++)
        no_road = no_road || strstr(w->verdict.findings[i].text, "no road leads there");
    assert_true(no_road);
    tr_arena_free(w->arena);
}

/* A plan timed by the table passes; one timed without it does not, nor by it where there is none. */
static void hours_of_plan(void **state)
{
    (void)state;
    for (int variant = 0; variant < 5; variant++) {
        world *w = world_new();
        int32_t *nine = &w->problem.policy.speed_by_hour[9];
        vehicle(w, "V1");
        stop(w, "A", 1, 10);
        site(w, "T", 2);
        static const struct {
            const char *route, *finding;
        } cases[] = {
            {"@32400 A", "visit 1 (stop A): seconds of the leg 600, it is 1,200"}, /* leaves the depot at 9 */
            {"@31200 A", "visit 2 (end): seconds of the leg 600, it is 900"},      /* leaves A at 8:55 */
            {"@30300 A +900", "visit 3 (end): seconds of the leg 600, it is 900"}, /* a break until 8:55 */
            {"@30300 A =31500 +900", "visit 3 (end): seconds of the leg 600, it is 1,200"}, /* until 9 */
            {"@30000 T",
             "visit 2 (end): seconds of the leg 1,200, it is 1,800"}, /* leaves the site at 8:50 */
        };
        *nine = 500;
        route(w, 0, "%s", cases[variant].route);
        settle(w);
        passes(w);
        *nine = 1000;
        assert_false(tr_referee(&w->problem, &w->plan, w->arena, &w->verdict));
        route(w, 0, "%s", cases[variant].route);
        settle(w);
        passes(w);
        *nine = 500;
        settle(w); /* every figure is right, but not the times */
        assert_false(tr_referee(&w->problem, &w->plan, w->arena, &w->verdict));
        assert_string_equal(w->verdict.findings[0].rule, "timing");
        if (!strstr(w->verdict.findings[0].text, cases[variant].finding))
            fail_msg("variant %d: %s", variant, w->verdict.findings[0].text);
        tr_arena_free(w->arena);
    }
}

/* Frozen legs are as they were driven; the leg after them begins at their last departure. */
static void hours_of_frozen(void **state)
{
    (void)state;
    world *w = world_new();
    vehicle(w, "V1");
    stop(w, "A", 1, 10);
    route(w, 0, "@31200 A");
    freeze(w, 0, 2);
    for (int h = 0; h < 24; h++) w->problem.policy.speed_by_hour[h] = 500;
    settle(w);
    assert_false(tr_referee(&w->problem, &w->plan, w->arena, &w->verdict));
    assert_int_equal(w->verdict.figures.routes[0].visits[1].drive_s, 600);
    assert_int_equal(w->verdict.figures.routes[0].visits[2].drive_s, 1200);
    tr_visit *end = &w->visits[0][2];
    end->drive_s = 1200;
    end->arrival_s = end->start_s = end->departure_s = w->visits[0][1].departure_s + 1200;
    settle(w);
    passes(w);
    tr_arena_free(w->arena);
}

/* Driving is judged as it is by the hour: 4 h 30 from nine, and 1,650 s more for 55 min at half speed before
 * that; who waits until nine drives for less, and is there later. */
static void hours_under_eu(void **state)
{
    (void)state;
    world *w = world_new();
    vehicle(w, "V1")->hours_rule = TR_HOURS_EU;
    stop(w, "A", 0, 10);
    stop(w, "B", 1, 10);
    w->seconds[1] = 16200;
    w->seconds[PLACES] = 0;
    w->problem.policy.speed_by_hour[8] = 500;
    route(w, 0, "=32100 A B");
    settle(w);
    passes(w);
    int64_t there = w->visits[0][2].arrival_s;
    route(w, 0, "A B");
    settle(w);
    breaks(w, (blame){"hours", 0, 3, 1650, "04:57:30 of driving before it"});
    assert_true(w->visits[0][2].arrival_s < there);
    tr_arena_free(w->arena);
}

/* ---- all of them ---- */

#define CASE(f)                                                                                              \
    {                                                                                                        \
#f, run_case, NULL, NULL, &(build)                                                                   \
        {                                                                                                    \
            f                                                                                                \
        }                                                                                                    \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(once_twice),
        CASE(once_leave),
        CASE(once_unknown),
        CASE(load_kg),
        CASE(load_litres),
        CASE(load_payload),
        CASE(load_compartment),
        CASE(streams_allowed),
        CASE(streams_mixed),
        CASE(streams_hazardous),
        CASE(disposal_opening),
        CASE(disposal_never),
        CASE(disposal_unknown),
        CASE(same_shift_hazardous),
        CASE(same_shift_other),
        CASE(certificates_certs),
        CASE(certificates_equipment),
        CASE(certificates_pin),
        CASE(windows),
        CASE(shift_early),
        CASE(shift_late),
        CASE(shift_available),
        CASE(shift_shape),
        CASE(hours_driving),
        CASE(hours_duty),
        CASE(hours_eu_45),
        CASE(hours_wtr_6h),
        CASE(hours_wtr_30),
        CASE(hours_wtr_45),
        cmocka_unit_test(hours_none),
        CASE(hazard_first_order),
        CASE(hazard_first_exempt),
        CASE(hazard_first_deadline),
        cmocka_unit_test(hazard_weighted),
        CASE(frozen),
        cmocka_unit_test(frozen_is_fact),
        cmocka_unit_test(frozen_to_the_end),
        CASE(frozen_stretch),
        cmocka_unit_test(frozen_but_off),
        CASE(timing),
        CASE(timing_no_road),
        cmocka_unit_test(figures_tampered),
        cmocka_unit_test(figures_loads_tampered),
        cmocka_unit_test(figures_goal_tampered),
        CASE(figures_left),
        CASE(figures_left_list),
        cmocka_unit_test(figures_whole_route),
        cmocka_unit_test(figures_km),
        cmocka_unit_test(figures_hours),
        cmocka_unit_test(figures_fees),
        cmocka_unit_test(figures_emptied),
        cmocka_unit_test(figures_hazard),
        cmocka_unit_test(figures_legs),
        cmocka_unit_test(figures_same_place),
        cmocka_unit_test(figures_fixed),
        cmocka_unit_test(figures_goal),
        cmocka_unit_test(figures_severity),
        cmocka_unit_test(figures_without_end),
        cmocka_unit_test(hostile_random),
        cmocka_unit_test(hostile_empty),
        cmocka_unit_test(hostile_overflow),
        cmocka_unit_test(hours_worked),
        cmocka_unit_test(hours_random),
        cmocka_unit_test(hours_flat),
        cmocka_unit_test(hours_hostile),
        cmocka_unit_test(hours_of_plan),
        cmocka_unit_test(hours_of_frozen),
        cmocka_unit_test(hours_under_eu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
