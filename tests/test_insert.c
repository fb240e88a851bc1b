/* test_insert.c -- reports that come while crews are out: put into a route under way, or left for the morning.
 *
 * The street: places a minute and 600 m apart, depot and site at its end.  One crew serves an hour each at 2, 3, 5, 7 and 9, and
 * is at 9 from 10:09 to 11:09; home by the site at 11:23.  Every route with an insertion has passed the referee, or
 * tr_insert_drive had failed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "calendar.h"
#include "dispatch.h"
#include "insert.h"
#include "mornings.h"
#include "route.h"
#include "sweep.h"
#include "town_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 12, MINUTE = 60, HOUR = 3600, TODAY = 20000, PLANNED = 5, STOPS = 6 };
enum { AT_10_40 = 10 * HOUR + 40 * MINUTE, DONE_AT_9 = 11 * HOUR + 9 * MINUTE, BACK = 11 * HOUR + 23 * MINUTE };

/* ---- the street ---- */

typedef struct {
    tr_arena *arena;
    int32_t seconds[PLACES * PLACES], metres[PLACES * PLACES];
    tr_travel_matrix travel;
    tr_stop stops[STOPS];        /* the last one is what comes */
    tr_vehicle vehicles[2];
    tr_window opening;
    tr_site site;
    tr_problem problem;
    int64_t service_s[STOPS], cleared_s[STOPS]; /* real */
    bool inserted;
    tr_shift sum;
} street;

static const tr_stream streams[] = {{"general", "20 03 01", false, 0}};

static street *lay_street(int32_t n_vehicles, int64_t end_s, int32_t place, int64_t service_s)
{
    static const int32_t at[PLANNED] = {2, 3, 5, 7, 9};
    tr_arena *arena = tr_arena_new();
    street *w = TR_NEW(arena, street, 1);
    w->arena = arena;
    for (int32_t i = 0; i < PLACES * PLACES; i++)
        w->seconds[i] = MINUTE * abs(i / PLACES - i % PLACES), w->metres[i] = 10 * w->seconds[i];
    w->travel = (tr_travel_matrix){"van", w->seconds, w->metres, NULL};
    for (int32_t i = 0; i < STOPS; i++) {
        bool comes = i == PLANNED;
        w->stops[i] = (tr_stop){.id = comes ? "NEW" : "OLD", .place = comes ? place : at[i], .kg = 10, .litres = 10,
                                .service_s = comes ? service_s : HOUR, .reported_day = TODAY - 20 + i, .due_day = TODAY, .pin = -1};
        w->service_s[i] = w->stops[i].service_s, w->cleared_s[i] = -1;
    }
    for (int32_t v = 0; v < n_vehicles; v++)
        w->vehicles[v] = (tr_vehicle){.id = v ? "B" : "A", .available = true, .n_compartments = 1,
                                      .compartments = {{.id = "body", .kg = 1000, .litres = 9000, .streams = 1}}, .payload_kg = 1000,
                                      .start_s = 6 * HOUR, .end_s = end_s, .hours_rule = TR_HOURS_GB_DOMESTIC,
                                      .speed_permille = 1000, .fixed_pence = 1000, .pence_per_km = 50, .pence_per_hour = 3600};
    w->opening = (tr_window){0, 86400};
    w->site = (tr_site){.id = "T", .place = 0, .streams = 1, .n_opening = 1, .opening = &w->opening, .turnaround_s = 300};
    w->problem = (tr_problem){.day = TODAY, .n_places = PLACES, .n_profiles = 1, .n_streams = 1, .n_stops = STOPS,
                              .n_vehicles = n_vehicles, .n_sites = 1, .travel = &w->travel, .streams = streams, .stops = w->stops,
                              .vehicles = w->vehicles, .sites = &w->site, .policy = tr_policy_default()};
    return w;
}

/* The day, the last stop being reported at `second`. */
static void drive_day(street *w, int64_t second, const int32_t *patch)
{
    tr_err err = {0};
    tr_plan plan;
    tr_problem morning = w->problem;
    tr_dispatch_options o = {.patch = patch};
    morning.n_stops = PLANNED;
    if (tr_dispatch(&morning, patch ? TR_DISPATCH_ZONES : TR_DISPATCH_LISTED, &o, w->arena, &plan, &err)) fail_msg("%s", err.text);
    tr_coming coming = {.n = 1, .second = &second, .patch = patch, .inserted = &w->inserted};
    if (tr_insert_drive(&w->problem, &plan, &coming, w->service_s, w->cleared_s, &w->sum, &err)) fail_msg("%s", err.text);
}

/* What was planned went as planned, and the report waits. */
static void assert_waits(street *w)
{
    drive_day(w, AT_10_40, NULL);
    assert_false(w->inserted);
    assert_int_equal(w->cleared_s[PLANNED], -1);
    assert_int_equal(w->cleared_s[PLANNED - 1], DONE_AT_9);
    assert_int_equal(w->sum.served, PLANNED);
    assert_int_equal(w->sum.duty_s, BACK - 6 * HOUR);
    tr_arena_free(w->arena);
}

static void on_the_way_it_is_cleared_the_same_day(void **state)
{
    (void)state;
    street *w = lay_street(1, 14 * HOUR, 7, 10 * MINUTE);
    drive_day(w, AT_10_40, NULL);
    assert_true(w->inserted);
    assert_int_equal(w->cleared_s[PLANNED], DONE_AT_9 + 12 * MINUTE); /* two minutes of driving, ten of work */
    assert_int_equal(w->sum.metres, 18 * 600);
    assert_int_equal(w->sum.duty_s, BACK + 10 * MINUTE - 6 * HOUR);
    assert_int_equal(w->sum.brought_back, 0);
    for (int32_t i = 0; i < PLANNED; i++) assert_true(w->cleared_s[i] > 0);
    tr_arena_free(w->arena);
}

/* At 8:30 the crew is at 5 until 9:05: the stop at 6 comes before those at 7 and 9. */
static void it_goes_where_it_costs_least(void **state)
{
    (void)state;
    street *w = lay_street(1, 14 * HOUR, 6, 10 * MINUTE);
    drive_day(w, 8 * HOUR + 30 * MINUTE, NULL);
    assert_true(w->inserted);
    assert_int_equal(w->cleared_s[PLANNED], 9 * HOUR + 16 * MINUTE);
    assert_int_equal(w->cleared_s[4], DONE_AT_9 + 10 * MINUTE);
    assert_int_equal(w->sum.metres, 18 * 600);
    tr_arena_free(w->arena);
}

static void hours_decide_to_the_second(void **state)
{
    (void)state;
    street *w = lay_street(1, BACK + 10 * MINUTE, 7, 10 * MINUTE);
    drive_day(w, AT_10_40, NULL);
    assert_true(w->inserted && w->cleared_s[PLANNED] > 0);
    assert_int_equal(w->sum.duty_s, BACK + 10 * MINUTE - 6 * HOUR);
    tr_arena_free(w->arena);
    assert_waits(lay_street(1, BACK + 10 * MINUTE - 1, 7, 10 * MINUTE));
}

/* 50 kg are on board: with 960 more the crew would have to tip twice, for which its hours are too short. */
static void capacity_is_what_is_left(void **state)
{
    (void)state;
    street *w = lay_street(1, BACK + 15 * MINUTE, 7, 10 * MINUTE);
    w->stops[PLANNED].kg = 960;
    assert_waits(w);
    w = lay_street(1, BACK + 15 * MINUTE, 7, 10 * MINUTE);
    w->stops[PLANNED].kg = 950;
    drive_day(w, AT_10_40, NULL);
    assert_true(w->cleared_s[PLANNED] > 0);
    tr_arena_free(w->arena);
    w = lay_street(1, 14 * HOUR, 7, 10 * MINUTE); /* with hours enough it tips twice */
    w->stops[PLANNED].kg = 960;
    drive_day(w, AT_10_40, NULL);
    assert_int_equal(w->cleared_s[PLANNED], BACK + 17 * MINUTE);
    assert_int_equal(w->sum.metres, (18 + 14) * 600);
    tr_arena_free(w->arena);
}

/* At 10:00 the crew is at 7 until 10:07, and has to be at 9 by 10:12: ten minutes at 8 come after it, or not at all if
 * they are hazardous and so come first. */
static void hazardous_would_come_first(void **state)
{
    static const tr_window by_10_12 = {0, 10 * HOUR + 12 * MINUTE};
    (void)state;
    for (int32_t hazard = 0; hazard <= 2; hazard += 2) {
        street *w = lay_street(1, 14 * HOUR, 8, 10 * MINUTE);
        w->stops[4].n_windows = 1, w->stops[4].windows = &by_10_12;
        w->stops[PLANNED].hazard = hazard;
        drive_day(w, 10 * HOUR, NULL);
        assert_int_equal(w->inserted, hazard == 0);
        assert_int_equal(w->cleared_s[4], DONE_AT_9);
        if (!hazard) assert_int_equal(w->cleared_s[PLANNED], DONE_AT_9 + 11 * MINUTE);
        tr_arena_free(w->arena);
    }
    street *w = lay_street(1, 14 * HOUR, 8, 10 * MINUTE); /* without the window it does come first */
    w->stops[PLANNED].hazard = 2;
    drive_day(w, 10 * HOUR, NULL);
    assert_int_equal(w->cleared_s[PLANNED], 10 * HOUR + 18 * MINUTE);
    tr_arena_free(w->arena);
}

static void certificates_windows_and_sites_hold(void **state)
{
    static const tr_window early = {0, 11 * HOUR + 10 * MINUTE};
    (void)state;
    street *w = lay_street(1, 14 * HOUR, 7, 10 * MINUTE);
    w->stops[PLANNED].certs = 1;
    assert_waits(w);
    w = lay_street(1, 14 * HOUR, 7, 10 * MINUTE); /* 11:11 at the earliest */
    w->stops[PLANNED].n_windows = 1, w->stops[PLANNED].windows = &early;
    assert_waits(w);
    w = lay_street(1, 14 * HOUR, 7, 10 * MINUTE); /* the load could no longer be tipped */
    w->opening.end_s = BACK + 5 * MINUTE;
    assert_waits(w);
}

static void who_is_on_the_way_home_goes_home(void **state)
{
    (void)state;
    street *w = lay_street(1, 14 * HOUR, 0, 10 * MINUTE);
    drive_day(w, BACK - 1, NULL); /* at the site still */
    assert_true(w->inserted);
    assert_int_equal(w->cleared_s[PLANNED], BACK + 10 * MINUTE);
    tr_arena_free(w->arena);
    w = lay_street(1, 14 * HOUR, 0, 10 * MINUTE);
    drive_day(w, BACK, NULL);
    assert_false(w->inserted);
    tr_arena_free(w->arena);
}

/* What really happened counts, and what nobody can know does not. */
static void luck_is_seen_when_it_has_come(void **state)
{
    (void)state;
    street *w = lay_street(1, BACK + 10 * MINUTE, 7, 10 * MINUTE); /* a minute late at the first stop: no room */
    w->service_s[0] = HOUR + MINUTE;
    drive_day(w, AT_10_40, NULL);
    assert_false(w->inserted);
    assert_int_equal(w->sum.served, PLANNED);
    tr_arena_free(w->arena);
    w = lay_street(1, BACK + 10 * MINUTE, 7, 20 * MINUTE); /* ten minutes early: room for twenty */
    w->service_s[0] = HOUR - 10 * MINUTE;
    drive_day(w, AT_10_40, NULL);
    assert_true(w->inserted && w->cleared_s[PLANNED] > 0);
    tr_arena_free(w->arena);
    w = lay_street(1, BACK + 10 * MINUTE, 7, 10 * MINUTE); /* it will be late at the stop it is at: put in, and brought back */
    w->service_s[4] = HOUR + MINUTE;
    drive_day(w, AT_10_40, NULL);
    assert_true(w->inserted);
    assert_int_equal(w->cleared_s[PLANNED], -1);
    assert_int_equal(w->sum.brought_back, 1);
    tr_arena_free(w->arena);
    w = lay_street(1, BACK, 7, 10 * MINUTE); /* it is late already: at the stop that should be over */
    w->service_s[4] = 2 * HOUR;
    drive_day(w, DONE_AT_9 + MINUTE, NULL);
    assert_false(w->inserted);
    tr_arena_free(w->arena);
}

static void only_the_crew_of_the_patch(void **state)
{
    static const int32_t patch[2][STOPS] = {{0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 1}};
    (void)state;
    for (int k = 0; k < 2; k++) {
        street *w = lay_street(2, 14 * HOUR, 7, 10 * MINUTE); /* crew B stays at home */
        drive_day(w, AT_10_40, patch[k]);
        assert_int_equal(w->inserted, k == 0);
        tr_arena_free(w->arena);
    }
}

/* ---- any rules ---- */

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

typedef struct {
    int32_t coming, inserted, cleared, brought_back;
} tally;

/* Where some are missing, a crew may see no way to the site from a stop, though the next stop has one. */
static bool all_roads(const tr_problem *p)
{
    for (int32_t k = 0; k < p->n_profiles; k++)
        for (int32_t i = 0; i < p->n_places * p->n_places; i++)
            if (p->travel[k].seconds[i] < 0) return false;
    return true;
}

/* Half of the morning's stops come during the day.  With service as planned, and all roads there, whatever is planned
 * or inserted is done. */
static void drive_random(int32_t number, uint64_t seed, bool luck, tally *t)
{
    tr_arena *arena = tr_arena_new();
    tr_problem p;
    tr_err err = {0};
    tr_plan plan;
    tr_standard_morning(number, arena, &p);
    tr_problem morning = p;
    int32_t n = p.n_stops / 2, known = p.n_stops - n;
    int64_t *second = TR_NEW(arena, int64_t, n + 1), *service = TR_NEW(arena, int64_t, p.n_stops + 1);
    int64_t *cleared = TR_NEW(arena, int64_t, p.n_stops + 1);
    tr_coming coming = {.n = n, .second = second, .inserted = TR_NEW(arena, bool, n + 1)};
    tr_dispatch_options o = {.seed = 1, .iterations = 200};
    tr_shift sum = {0};
    morning.n_stops = known;
    bool usable = p.n_vehicles > 0;
    for (int32_t v = 0; v < p.n_vehicles; v++) usable &= !p.vehicles[v].n_frozen;
    for (int32_t i = 0; i < n; i++) second[i] = p.vehicles[0].start_s + (int64_t)(5 * HOUR * tr_unit(tr_mix(seed, (uint64_t)i)));
    qsort(second, (size_t)n, sizeof *second, by_number);
    for (int32_t s = 0; s < p.n_stops; s++) {
        double factor = luck ? 0.4 + 1.2 * tr_unit(tr_mix(seed, 100 + (uint64_t)s)) : 1;
        service[s] = (int64_t)((double)p.stops[s].service_s * factor), cleared[s] = -1;
    }
    if (usable) {
        if (tr_dispatch(&morning, TR_DISPATCH_TIPRUN, &o, arena, &plan, &err) ||
            tr_insert_drive(&p, &plan, &coming, service, cleared, &sum, &err))
            fail_msg("morning %d, seed %llu: %s", (int)number, (unsigned long long)seed, err.text);
        int32_t done = 0, planned = known - plan.n_left, inserted = 0;
        for (int32_t i = 0; i < n; i++) inserted += coming.inserted[i];
        for (int32_t s = 0; s < p.n_stops; s++) {
            done += cleared[s] >= 0;
            if (s < known || cleared[s] < 0) continue;
            assert_true(coming.inserted[s - known]);
            assert_true(cleared[s] > second[s - known]);
            t->cleared++;
        }
        assert_int_equal(done, sum.served);
        assert_int_equal(sum.served + sum.brought_back, planned + inserted);
        if (!luck && all_roads(&p)) assert_int_equal(sum.brought_back, 0);
        t->coming += n, t->inserted += inserted, t->brought_back += sum.brought_back;
    }
    tr_arena_free(arena);
}

static void random_days_hold_to_all_rules(void **state)
{
    enum { MORNINGS = 250 };
    const uint64_t seed = 20251;
    (void)state;
    for (int luck = 0; luck < 2; luck++) {
        tally t = {0};
        for (int32_t i = 0; i < MORNINGS; i++) drive_random(i * 19, tr_mix(seed, (uint64_t)i), luck, &t);
        printf("%s: of %d stops that came %d were inserted, %d of them cleared; %d stops brought back (seed %llu)\n",
               luck ? "luck" : "as planned", t.coming, t.inserted, t.cleared, t.brought_back, (unsigned long long)seed);
        assert_true(t.inserted > 50);
    }
}

/* ---- towns ---- */

typedef struct {
    tr_arena *arena;
    tr_town town;
    tr_replay_settings settings;
} world;

/* Six weeks of `a_day` reports a day around the tiny example's depot, between the hours given. */
static void write_reports(FILE *out, uint64_t seed, int32_t a_day, int32_t first_hour, int32_t hours)
{
    static const char *const types[] = {"Other Household Waste", "Black Bags - Household", "Constr / Demol / Excav", "Asbestos"};
    int32_t id = 0, monday;
    tr_day_parse("2025-06-02", &monday);
    fprintf(out, "id,lat,lon,reported_at,waste_type,size\n");
    for (int32_t d = 0; d < 42; d++)
        for (int32_t k = 0; k < a_day; k++) {
            uint64_t key = tr_mix(seed, (uint64_t)(d * 100 + k));
            double lat = 51.4985 + 0.03 * (tr_unit(tr_mix(key, 1)) - 0.5), lon = -0.133 + 0.05 * (tr_unit(tr_mix(key, 2)) - 0.5);
            int32_t type = tr_unit(tr_mix(key, 3)) < 0.03 ? 3 : (int32_t)(3 * tr_unit(tr_mix(key, 4)));
            char date[11];
            tr_day_print(monday + d, date);
            fprintf(out, "R-%d,%.6f,%.6f,%sT%02d:%02d:00,%s,%s\n", ++id, lat, lon, date, first_hour + (int32_t)(hours * tr_unit(tr_mix(key, 5))),
                    (int32_t)(60 * tr_unit(tr_mix(key, 6))), types[type], k % 3 && type != 3 ? "" : "Car Boot or Less");
        }
}

static void build(world *w, uint64_t seed, int32_t a_day, int32_t first_hour, int32_t hours)
{
    char *reports;
    size_t length;
    FILE *out = open_memstream(&reports, &length);
    write_reports(out, seed, a_day, first_hour, hours);
    fclose(out);
    *w = (world){.arena = tr_arena_new(), .settings = tr_replay_settings_default()};
    w->town.morning.arena = w->arena;
    w->settings.seed = seed, w->settings.replications = 2, w->settings.days = 8, w->settings.warm_up_days = 2;
    w->settings.iterations = 40, w->settings.order_iterations = 20, w->settings.candidates = 60;
    assert_int_equal(tr_tiny_town(reports, &w->settings, &w->town), TR_OK);
    free(reports);
}

enum { N_RULES = 6 }; /* all but unmerged, which needs a town of its own */
static const tr_dispatch_rule all_rules[N_RULES] = {TR_DISPATCH_LISTED, TR_DISPATCH_OLDEST, TR_DISPATCH_NEAREST,
                                                          TR_DISPATCH_ZONES,  TR_DISPATCH_ROUTED, TR_DISPATCH_TIPRUN};

static tr_replay_run *simulated(world *w, bool insert, int32_t threads, int32_t n_rules, const tr_dispatch_rule *rules, double rate)
{
    tr_replay_run *runs;
    tr_err err = {0};
    tr_arm arms[N_RULES];
    tr_replay_options o = {.rate = rate, .keep_cases = true, .threads = threads, .arms = arms, .n_arms = n_rules};
    for (int32_t i = 0; i < n_rules; i++) arms[i] = (tr_arm){.label = tr_dispatch_names[rules[i]], .rule = rules[i], .town = &w->town};
    w->settings.insert = insert;
    if (tr_replay(&w->settings, &o, w->arena, &runs, &err)) fail_msg("%s", err.text);
    return runs;
}

static int32_t check_run(const tr_replay_run *with, const tr_replay_run *without)
{
    int32_t same_day = 0, cases = 0, inserted = 0;
    assert_int_equal(with->n_cases, without->n_cases);
    for (int32_t k = 0; k < with->n_cases; k++) {
        const tr_case *c = &with->cases[k];
        assert_string_equal(c->id, without->cases[k].id);
        assert_true(c->reported_s == without->cases[k].reported_s && c->work_s == without->cases[k].work_s);
        if (c->work_s <= 0) continue;
        cases++;
        if (c->end != TR_CASE_CLEARED) continue;
        assert_true(c->until_s > c->reported_s);
        same_day += tr_local_day(c->until_s) == tr_local_day(c->reported_s);
    }
    for (int32_t d = 0; d < with->n_days; d++) inserted += with->days[d].inserted, assert_int_equal(without->days[d].inserted, 0);
    assert_true(fabs(with->figure[TR_FIG_SAME_DAY] - (double)same_day / cases) < 1e-12);
    assert_true(without->figure[TR_FIG_INSERTED] == 0);
    return inserted;
}

/* Whatever the town: the same reports, none cleared before it came, any number of threads. */
static void random_towns(void **state)
{
    enum { TOWNS = 4 };
    (void)state;
    for (uint64_t seed = 1; seed <= TOWNS; seed++) {
        world w;
        build(&w, seed, 6 + 3 * (int32_t)seed, 0, 24);
        int32_t n = w.settings.replications * N_RULES, inserted = 0;
        tr_replay_run *with = simulated(&w, true, 1, N_RULES, all_rules, 1), *again = simulated(&w, true, 3, N_RULES, all_rules, 1);
        tr_replay_run *without = simulated(&w, false, 2, N_RULES, all_rules, 1);
        for (int32_t i = 0; i < n; i++) {
            inserted += check_run(&with[i], &without[i]);
            assert_memory_equal(with[i].figure, again[i].figure, sizeof with[i].figure);
            for (int32_t k = 0; k < with[i].n_cases; k++) assert_true(with[i].cases[k].until_s == again[i].cases[k].until_s);
        }
        printf("town of seed %llu: %d piles inserted in %d runs of %d days\n", (unsigned long long)seed, inserted, n, with->n_days);
        assert_true(inserted > 0);
        tr_arena_free(w.arena);
    }
}

/* Nothing comes while crews are out: the option changes nothing, bit for bit. */
static void quiet_days_do_not_change(void **state)
{
    world w;
    (void)state;
    build(&w, 11, 14, 18, 6); /* in the evening, when all are home */
    tr_replay_run *with = simulated(&w, true, 2, N_RULES, all_rules, 1), *without = simulated(&w, false, 2, N_RULES, all_rules, 1);
    for (int32_t i = 0; i < w.settings.replications * N_RULES; i++) {
        assert_memory_equal(with[i].figure, without[i].figure, sizeof with[i].figure);
        assert_memory_equal(with[i].days, without[i].days, (size_t)with[i].n_days * sizeof *with[i].days);
        for (int32_t k = 0; k < with[i].n_cases; k++) assert_true(with[i].cases[k].until_s == without[i].cases[k].until_s);
    }
    tr_arena_free(w.arena);
}

/* A fleet with time to spare: clear-up is no slower on average; and the books hold. */
static void slack_fleet_clears_no_slower(void **state)
{
    enum { REPLICATIONS = 4 };
    static const tr_dispatch_rule rules[] = {TR_DISPATCH_LISTED, TR_DISPATCH_NEAREST};
    world w;
    (void)state;
    build(&w, 3, 10, 6, 10);
    w.settings.replications = REPLICATIONS, w.settings.days = 400, w.settings.warm_up_days = 20;
    tr_replay_run *with = simulated(&w, true, 2, 2, rules, 1), *without = simulated(&w, false, 2, 2, rules, 1);
    for (int r = 0; r < 2; r++) {
        double less[REPLICATIONS], mean, l = 0, lw = 0, inserted = 0, same_day = 0;
        for (int32_t i = 0; i < REPLICATIONS; i++) {
            const double *f = with[2 * i + r].figure;
            less[i] = f[TR_FIG_MEAN] - without[2 * i + r].figure[TR_FIG_MEAN];
            l += f[TR_FIG_LITTLE_L], lw += f[TR_FIG_LITTLE_LAMBDA_W];
            inserted += f[TR_FIG_INSERTED] / REPLICATIONS, same_day += f[TR_FIG_SAME_DAY] / REPLICATIONS;
        }
        tr_interval t = tr_paired_t(less, REPLICATIONS, 0.95, &mean);
        printf("%s: mean clear-up, days, with insertion less without: %.3f (%.3f to %.3f); %.2f piles inserted a working day, %.3f cleared on "
               "their day; L %.3f, lambda W %.3f (seed 3)\n", tr_dispatch_names[rules[r]], mean, t.low, t.high, inserted, same_day,
               l / REPLICATIONS, lw / REPLICATIONS);
        assert_true(mean < 0);
        assert_true(fabs(l - lw) < 0.01 * l);
    }
    tr_arena_free(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_the_way_it_is_cleared_the_same_day),
        cmocka_unit_test(it_goes_where_it_costs_least),
        cmocka_unit_test(hours_decide_to_the_second),
        cmocka_unit_test(capacity_is_what_is_left),
        cmocka_unit_test(hazardous_would_come_first),
        cmocka_unit_test(certificates_windows_and_sites_hold),
        cmocka_unit_test(who_is_on_the_way_home_goes_home),
        cmocka_unit_test(luck_is_seen_when_it_has_come),
        cmocka_unit_test(only_the_crew_of_the_patch),
        cmocka_unit_test(random_days_hold_to_all_rules),
        cmocka_unit_test(random_towns),
        cmocka_unit_test(quiet_days_do_not_change),
        cmocka_unit_test(slack_fleet_clears_no_slower),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
