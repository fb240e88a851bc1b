/* test_replay.c -- the simulation of a record: rules on a street, a crew's day, streams, and the laws that hold for any run.
 *
 * The street: places in a row, a minute and 600 m apart, the depot and the site at its end.  The town: reports made up by seed
 * around the tiny example's depot.  Every plan of every run here has passed the referee, or tr_dispatch had failed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "calendar.h"
#include "mornings.h"
#include "sweep.h"
#include "town_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACES = 12, SIX = 6 * 3600, TODAY = 20000 };

static const tr_dispatch_rule all_rules[TR_N_DISPATCH] = {TR_DISPATCH_LISTED, TR_DISPATCH_OLDEST, TR_DISPATCH_NEAREST,
                                                          TR_DISPATCH_ZONES,  TR_DISPATCH_ROUTED, TR_DISPATCH_TIPRUN,
                                                          TR_DISPATCH_UNMERGED};

/* ---- the street ---- */

typedef struct {
    int32_t seconds[PLACES * PLACES], metres[PLACES * PLACES];
    tr_travel_matrix travel;
    tr_stop stops[PLACES];
    tr_vehicle vehicles[2];
    tr_site site;
    tr_problem problem;
} street;

static const tr_window all_day = {0, 86400};
static const tr_stream streams[] = {{"general", "20 03 01", false, 0}};

/* Stops of ten minutes at the places given, in the order of the list; shifts from six for `shift_s`. */
static void lay_street(street *w, int32_t n_vehicles, int64_t shift_s, int32_t n, const int32_t *at)
{
    *w = (street){0};
    for (int32_t i = 0; i < PLACES * PLACES; i++)
        w->seconds[i] = 60 * abs(i / PLACES - i % PLACES), w->metres[i] = 10 * w->seconds[i];
    w->travel = (tr_travel_matrix){"van", w->seconds, w->metres, NULL};
    for (int32_t i = 0; i < n; i++)
        w->stops[i] = (tr_stop){.id = "R", .place = at[i], .kg = 10, .litres = 10, .service_s = 600,
                                .reported_day = TODAY - 20 + i, .due_day = TODAY - 10 + i, .pin = -1};
    for (int32_t v = 0; v < n_vehicles; v++)
        w->vehicles[v] = (tr_vehicle){.id = v ? "B" : "A", .available = true, .n_compartments = 1,
                                      .compartments = {{.id = "body", .kg = 1000, .litres = 9000, .streams = 1}}, .payload_kg = 1000,
                                      .start_s = SIX, .end_s = SIX + shift_s, .hours_rule = TR_HOURS_GB_DOMESTIC, .wtr = true,
                                      .speed_permille = 1000, .fixed_pence = 1000, .pence_per_km = 50, .pence_per_hour = 3600,
                                      .pence_per_overtime_hour = 7200};
    w->site = (tr_site){.id = "T", .place = 0, .streams = 1, .n_opening = 1, .opening = &all_day, .turnaround_s = 300,
                        .gate_fee_pence_per_tonne = 1000};
    w->problem = (tr_problem){.day = TODAY, .n_places = PLACES, .n_profiles = 1, .n_streams = 1, .n_stops = n,
                              .n_vehicles = n_vehicles, .n_sites = 1, .travel = &w->travel, .streams = streams, .stops = w->stops,
                              .vehicles = w->vehicles, .sites = &w->site, .policy = tr_policy_default()};
}

static tr_plan dispatched(const tr_problem *p, tr_dispatch_rule rule, const int32_t *patch, tr_arena *arena)
{
    tr_plan plan;
    tr_err err = {0};
    tr_dispatch_options o = {.seed = 1, .iterations = 2000, .order_iterations = 1000, .patch = patch};
    if (tr_dispatch(p, rule, &o, arena, &plan, &err)) fail_msg("%s", err.text);
    return plan;
}

/* Stops of a route in the order driven. */
static int32_t driven(const tr_plan *plan, int32_t route, int32_t *stops)
{
    int32_t n = 0;
    for (int32_t k = 0; k < plan->routes[route].n_visits; k++)
        if (plan->routes[route].visits[k].kind == TR_VISIT_STOP) stops[n++] = plan->routes[route].visits[k].ref;
    return n;
}

static const int32_t houses[4] = {5, 1, 4, 2}; /* the oldest report first */

/* 5, 1, 4 and home are 16 minutes of driving, three stops and a tip: 51 minutes of 60.  A fourth stop makes it 61. */
static void listed_drives_in_list_order(void **state)
{
    street w;
    tr_arena *arena = tr_arena_new();
    int32_t stops[PLACES];
    (void)state;
    lay_street(&w, 1, 3600, 4, houses);
    tr_plan plan = dispatched(&w.problem, TR_DISPATCH_LISTED, NULL, arena);
    assert_int_equal(driven(&plan, 0, stops), 3);
    for (int32_t i = 0; i < 3; i++) assert_int_equal(stops[i], i);
    assert_int_equal(plan.routes[0].dist_m, 16 * 600);
    assert_int_equal(plan.n_left, 1);
    assert_int_equal(plan.left[0], 3);
    tr_arena_free(arena);
}

/* There and back is 10 minutes whatever the order of the list: all four fit, in 55 minutes. */
static void oldest_drives_in_a_good_order(void **state)
{
    street w;
    tr_arena *arena = tr_arena_new();
    (void)state;
    lay_street(&w, 1, 3600, 4, houses);
    for (int k = 0; k < 3; k++) {
        static const tr_dispatch_rule rules[] = {TR_DISPATCH_OLDEST, TR_DISPATCH_ROUTED, TR_DISPATCH_TIPRUN};
        tr_plan plan = dispatched(&w.problem, rules[k], NULL, arena);
        assert_int_equal(plan.n_left, 0);
        assert_int_equal(plan.routes[0].dist_m, 10 * 600);
    }
    tr_arena_free(arena);
}

/* The oldest stays the first to be chosen: 45 minutes hold the far ones that are old, and not the near ones. */
static void oldest_chooses_by_age(void **state)
{
    street w;
    tr_arena *arena = tr_arena_new();
    int32_t stops[PLACES];
    static const int32_t at[5] = {9, 8, 1, 1, 1};
    (void)state;
    lay_street(&w, 1, 18 * 60 + 2 * 600 + 300, 5, at);
    tr_plan plan = dispatched(&w.problem, TR_DISPATCH_OLDEST, NULL, arena);
    assert_int_equal(driven(&plan, 0, stops), 2);
    assert_int_equal(stops[0] + stops[1], 1);
    plan = dispatched(&w.problem, TR_DISPATCH_NEAREST, NULL, arena);
    assert_int_equal(driven(&plan, 0, stops), 3);
    for (int32_t i = 0; i < 3; i++) assert_int_equal(w.stops[stops[i]].place, 1);
    tr_arena_free(arena);
}

static void nearest_goes_from_door_to_door(void **state)
{
    street w;
    tr_arena *arena = tr_arena_new();
    int32_t stops[PLACES];
    static const int32_t order[4] = {1, 3, 2, 0}; /* at 1, 2, 4, 5 */
    (void)state;
    lay_street(&w, 1, 3600, 4, houses);
    tr_plan plan = dispatched(&w.problem, TR_DISPATCH_NEAREST, NULL, arena);
    assert_int_equal(driven(&plan, 0, stops), 4);
    for (int32_t i = 0; i < 4; i++) assert_int_equal(stops[i], order[i]);
    tr_arena_free(arena);
}

static void hazardous_comes_first_whoever_drives(void **state)
{
    street w;
    tr_arena *arena = tr_arena_new();
    int32_t stops[PLACES];
    static const int32_t patch[4] = {0};
    (void)state;
    lay_street(&w, 1, 4 * 3600, 4, houses);
    w.stops[0].hazard = 2; /* the head of the list, at the far end */
    for (int32_t r = 0; r < TR_N_DISPATCH; r++) {
        tr_plan plan = dispatched(&w.problem, all_rules[r], patch, arena);
        assert_int_equal(driven(&plan, 0, stops), 4);
        assert_int_equal(stops[0], 0);
    }
    tr_arena_free(arena);
}

static void zones_stay_in_their_patch(void **state)
{
    street w;
    tr_arena *arena = tr_arena_new();
    int32_t stops[PLACES];
    static const int32_t patch[4] = {1, 0, 1, 0};
    (void)state;
    lay_street(&w, 2, 3600, 4, houses);
    tr_plan plan = dispatched(&w.problem, TR_DISPATCH_ZONES, patch, arena);
    for (int32_t v = 0; v < 2; v++) {
        assert_int_equal(driven(&plan, v, stops), 2);
        for (int32_t i = 0; i < 2; i++) assert_int_equal(patch[stops[i]], v);
    }
    w.vehicles[1].compartments[0].streams = 0; /* its crew can take nothing: the next crew does */
    plan = dispatched(&w.problem, TR_DISPATCH_ZONES, patch, arena);
    assert_int_equal(driven(&plan, 0, stops), 4);
    tr_arena_free(arena);
}

/* Any morning, with any rule binding: what the rules plan passes the referee. */
static void random_mornings_pass_the_referee(void **state)
{
    enum { MORNINGS = 80 };
    int32_t served = 0;
    (void)state;
    for (int32_t i = 0; i < MORNINGS; i++) {
        tr_arena *arena = tr_arena_new();
        tr_problem p;
        tr_err err = {0};
        tr_standard_morning(i * 13, arena, &p);
        tr_stop *stops = TR_NEW(arena, tr_stop, p.n_stops + 1); /* the list: hazardous first */
        int32_t n = 0, *patch = TR_NEW(arena, int32_t, p.n_stops + 1);
        bool frozen = false;
        for (int32_t v = 0; v < p.n_vehicles; v++) frozen |= p.vehicles[v].n_frozen > 0;
        for (int pass = 0; pass < 2; pass++)
            for (int32_t s = 0; s < p.n_stops; s++)
                if ((p.stops[s].hazard >= p.policy.hazardous_rank) == !pass) stops[n++] = p.stops[s];
        p.stops = stops;
        tr_dispatch_options o = {.seed = 1, .iterations = 300, .order_iterations = 200, .patch = patch};
        for (int32_t s = 0; s < p.n_stops; s++) patch[s] = s % p.n_vehicles;
        for (int32_t r = 0; !frozen && r < TR_N_DISPATCH; r++) {
            tr_plan plan;
            if (tr_dispatch(&p, all_rules[r], &o, arena, &plan, &err)) fail_msg("morning %d: %s", i * 13, err.text);
            served += p.n_stops - plan.n_left;
        }
        tr_arena_free(arena);
    }
    printf("%d stops served on %d mornings by %d rules\n", served, MORNINGS, TR_N_DISPATCH);
    assert_true(served > 300);
}

/* ---- a crew's day ---- */

/* The first stop takes 25 minutes in place of 10.  Then the second is done 44 minutes after leaving; for the third it
 * would be 57, and home with the tip 66: it is brought back.  Home from the second at 50. */
static void crew_brings_back_what_it_does_not_reach(void **state)
{
    street w;
    tr_arena *arena = tr_arena_new();
    (void)state;
    lay_street(&w, 1, 3600, 4, houses);
    tr_plan plan = dispatched(&w.problem, TR_DISPATCH_LISTED, NULL, arena);
    const int64_t as_planned[4] = {600, 600, 600, 600}, slow[4] = {1500, 600, 600, 600};
    int64_t left = plan.routes[0].visits[0].departure_s, cleared[4] = {-1, -1, -1, -1};
    tr_model *m = tr_model_new(&w.problem, arena);
    tr_shift sum = {0};
    assert_int_equal(left, SIX);
    tr_shift_drive(m, &plan.routes[0], as_planned, cleared, &sum);
    assert_int_equal(sum.served, 3);
    assert_int_equal(sum.metres, plan.routes[0].dist_m);
    assert_int_equal(sum.duty_s, plan.routes[0].duty_s);
    const tr_cost *c = &plan.routes[0].cost;
    assert_int_equal(sum.cost_pence, c->km + c->hours + c->overtime + c->fixed + c->fees);
    sum = (tr_shift){0};
    for (int32_t i = 0; i < 4; i++) cleared[i] = -1;
    tr_shift_drive(m, &plan.routes[0], slow, cleared, &sum);
    assert_int_equal(sum.served, 2);
    assert_int_equal(sum.brought_back, 1);
    assert_int_equal(cleared[0] - left, 1800);
    assert_int_equal(cleared[1] - left, 44 * 60);
    assert_int_equal(cleared[2], -1);
    assert_int_equal(sum.metres, 10 * 600);
    assert_int_equal(sum.duty_s, 50 * 60);
    assert_int_equal(sum.overtime_s, 0);
    assert_int_equal(sum.service_s, 2100);
    assert_int_equal(sum.planned_s, 1200);
    tr_arena_free(arena);
}

/* Bad luck at the last stop is worked off after the shift's end, and paid as overtime; the load is tipped though the site shut. */
static void crew_works_overtime_after_bad_luck(void **state)
{
    street w;
    tr_arena *arena = tr_arena_new();
    const tr_window until = {0, SIX + 3600};
    (void)state;
    lay_street(&w, 1, 3600, 1, houses);
    w.site.opening = &until;
    tr_plan plan = dispatched(&w.problem, TR_DISPATCH_LISTED, NULL, arena);
    const int64_t slow[1] = {3600};
    int64_t cleared[1] = {-1}, left = plan.routes[0].visits[0].departure_s;
    tr_shift sum = {0};
    tr_shift_drive(tr_model_new(&w.problem, arena), &plan.routes[0], slow, cleared, &sum);
    assert_int_equal(sum.duty_s, 300 + 3600 + 300 + 300);
    assert_int_equal(sum.overtime_s, left + 4500 - (SIX + 3600));
    assert_int_equal(sum.late_tips, 1);
    tr_arena_free(arena);
}

/* ---- the town ---- */

enum { TOWN_DAYS = 42 };

typedef struct {
    tr_arena *arena;
    tr_town town, unmerged;
    tr_replay_settings settings;
} fixture;

static void write_reports(FILE *out, uint64_t seed)
{
    static const char *const types[] = {"Other Household Waste", "Black Bags - Household", "Constr / Demol / Excav", "Asbestos"};
    int32_t id = 0, first;
    tr_day_parse("2025-06-02", &first);
    fprintf(out, "id,lat,lon,reported_at,waste_type,size,land_type\n");
    for (int32_t d = 0; d < TOWN_DAYS; d++)
        for (int32_t k = 0; k < 14; k++) {
            uint64_t key = tr_mix(seed, (uint64_t)(d * 100 + k));
            double lat = 51.4985 + 0.03 * (tr_unit(tr_mix(key, 1)) - 0.5), lon = -0.133 + 0.05 * (tr_unit(tr_mix(key, 2)) - 0.5);
            int32_t type = tr_unit(tr_mix(key, 3)) < 0.02 ? 3 : (int32_t)(3 * tr_unit(tr_mix(key, 4)));
            char date[11];
            tr_day_print(first + d, date);
            for (int twin = 0; twin < 1 + (k == 0); twin++) /* the first of each day is reported twice */
                fprintf(out, "R-%d,%.6f,%.6f,%sT%02d:%02d:00,%s,%s,%s\n", ++id, lat, lon, date, 8 + k % 10, 10 * twin, types[type],
                        k % 3 && type != 3 ? "" : "Car Boot or Less", k == 13 ? "Private / Residential" : "Highway");
        }
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    char *reports;
    size_t length;
    FILE *out = open_memstream(&reports, &length);
    write_reports(out, 7);
    fclose(out);
    f->arena = tr_arena_new();
    f->town.morning.arena = f->unmerged.morning.arena = f->arena, f->unmerged.unmerged = true;
    f->settings = tr_replay_settings_default();
    f->settings.replications = 2, f->settings.days = 20, f->settings.warm_up_days = 10;
    f->settings.iterations = 300, f->settings.order_iterations = 200, f->settings.candidates = 60;
    f->settings.saturated_list = 60, f->settings.saturated_days = 10;
    tr_status status = tr_tiny_town(reports, &f->settings, &f->town);
    if (!status) status = tr_tiny_town(reports, &f->settings, &f->unmerged);
    free(reports);
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

/* Until the next call; `replayed` sets the town. */
static tr_replay_options options_of(int32_t n_rules, const tr_dispatch_rule *rules)
{
    static tr_arm arms[TR_N_DISPATCH];
    for (int32_t i = 0; i < n_rules; i++) arms[i] = (tr_arm){.label = tr_dispatch_names[rules[i]], .rule = rules[i]};
    return (tr_replay_options){.rate = 1, .keep_cases = true, .threads = 2, .arms = arms, .n_arms = n_rules};
}

static tr_replay_run *replayed(const fixture *f, const tr_replay_options *o, tr_arena *arena)
{
    tr_replay_run *runs;
    tr_err err = {0};
    tr_replay_options here = *o;
    tr_arm arms[TR_N_DISPATCH];
    for (int32_t i = 0; i < o->n_arms; i++) arms[i] = o->arms[i], arms[i].town = &f->town;
    here.arms = arms;
    if (tr_replay(&f->settings, &here, arena, &runs, &err)) fail_msg("%s", err.text);
    return runs;
}

static void town_counts_what_it_reads(void **state)
{
    const fixture *f = *state;
    assert_int_equal(f->town.counts.read, TOWN_DAYS * 15);
    assert_int_equal(f->town.counts.used, TOWN_DAYS * 15);
    assert_true(f->town.counts.duplicates >= TOWN_DAYS); /* chance adds a few */
    assert_int_equal(f->town.n_piles + f->town.counts.duplicates, TOWN_DAYS * 15);
    assert_int_equal(f->town.n_days, TOWN_DAYS);
    assert_true(f->town.counts.unsized > f->town.n_piles / 2);
    for (int32_t k = 0; k < f->town.n_piles; k++) {
        const tr_pile *p = &f->town.piles[k];
        assert_true(k >= f->town.first_of_day[p->day] && k < f->town.first_of_day[p->day + 1]);
        for (int32_t s = 1; s < TR_N_SIZES; s++) { /* the larger, the more work; a size that is known is drawn by nobody */
            const tr_form *less = tr_form_of(&f->town, k, 0, s - 1), *more = tr_form_of(&f->town, k, 0, s);
            if (!p->no_size) assert_ptr_equal(less, more);
            else if (less->kind == TR_LEFT && more->kind == TR_LEFT) assert_true(less->work_s <= more->work_s);
        }
    }
}

static void streams_are_nested_and_keep_the_rate(void **state)
{
    const fixture *f = *state;
    double seen = 0, expected = 0;
    for (int32_t r = 0; r < 40; r++) {
        tr_arena *arena = tr_arena_new();
        tr_arrivals low, high;
        int32_t first = f->town.first_day + 3, found = 0;
        tr_arrivals_make(&f->town, &f->settings, r, 1.3, first, 140, arena, &low);
        tr_arrivals_make(&f->town, &f->settings, r, 1.8, first, 140, arena, &high);
        for (int32_t i = 0, j = 0; i < low.n_arrivals && j < high.n_arrivals; j++)
            if (low.arrivals[i].key == high.arrivals[j].key) found++, i++;
        assert_int_equal(found, low.n_arrivals);
        for (int32_t i = 0; i < low.n_arrivals; i++) {
            const tr_arrival *a = &low.arrivals[i];
            assert_int_equal(tr_weekday(a->day), tr_weekday(f->town.first_day + f->town.piles[a->pile].day));
            assert_true(a->day >= first && a->day < first + 140);
        }
        seen += low.n_arrivals;
        expected += 1.3 * 140 * f->town.n_piles / f->town.n_days;
        tr_arena_free(arena);
    }
    printf("%.0f arrivals, %.0f expected\n", seen, expected);
    assert_true(fabs(seen / expected - 1) < 0.01);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every report of the measured days ends in exactly one case, the same reports under every rule. */
static void every_report_is_one_case(void **state)
{
    const fixture *f = *state;
    tr_arena *arena = tr_arena_new();
    tr_replay_options o = options_of(TR_N_DISPATCH, all_rules);
    tr_replay_run *runs = replayed(f, &o, arena);
    int32_t from, to;
    tr_replay_window(&f->settings, &f->town, false, &from, &to);
    for (int32_t i = 0; i < f->settings.replications * TR_N_DISPATCH; i++) {
        const tr_replay_run *run = &runs[i], *first = &runs[i / TR_N_DISPATCH * TR_N_DISPATCH];
        tr_arrivals stream;
        int32_t reports = 0, ends[4] = {0};
        tr_arrivals_make(&f->town, &f->settings, i / TR_N_DISPATCH, 1, f->town.first_day - f->settings.backlog_days, to - f->town.first_day + f->settings.backlog_days, arena, &stream);
        for (int32_t k = 0; k < stream.n_arrivals; k++) reports += stream.arrivals[k].day >= from;
        for (int32_t k = 0; k < stream.n_echoes; k++) reports += stream.echoes[k].day >= from;
        assert_int_equal(run->n_cases, reports);
        assert_int_equal(run->n_days, f->settings.days + f->settings.warm_up_days);
        for (int32_t k = 0; k < run->n_cases; k++) {
            const tr_case *c = &run->cases[k];
            assert_true(c->until_s >= c->reported_s);
            assert_string_equal(c->id, first->cases[k].id);
            assert_true(c->reported_s == first->cases[k].reported_s && c->work_s == first->cases[k].work_s);
            assert_true((c->end == TR_CASE_CLEARED) <= (c->work_s > 0));
            ends[c->end]++;
        }
        assert_true(ends[TR_CASE_DUPLICATE] > 0 && ends[TR_CASE_TRANSFERRED] > 0 && ends[TR_CASE_CLEARED] > 0);
        assert_int_equal(ends[TR_CASE_CLEARED] + ends[TR_CASE_OPEN] + ends[TR_CASE_DUPLICATE] + ends[TR_CASE_TRANSFERRED], reports);
        const char **ids = TR_NEW(arena, const char *, run->n_cases + 1);
        for (int32_t k = 0; k < run->n_cases; k++) ids[k] = run->cases[k].id;
        qsort(ids, (size_t)run->n_cases, sizeof *ids, by_text);
        for (int32_t k = 1; k < run->n_cases; k++) assert_string_not_equal(ids[k - 1], ids[k]);
    }
    tr_arena_free(arena);
}

/* Reports that nobody merges come at the same times, are the same cases, and cost crews visits to nothing. */
static void unmerged_reports_are_the_same_reports(void **state)
{
    const fixture *f = *state;
    tr_arena *arena = tr_arena_new();
    tr_arms arms = {.n_fleets = 1, .fleets = {"tiny"}, .n_towns = 2, .towns = {(tr_town *)&f->town, (tr_town *)&f->unmerged}};
    tr_replay_settings s = f->settings;
    tr_replay_run *runs;
    tr_err err = {0};
    int32_t different = 0;
    s.n_rules = 2, s.rules[0] = TR_DISPATCH_OLDEST, s.rules[1] = TR_DISPATCH_UNMERGED, s.order_iterations = 0;
    tr_arms_agree(&arms);
    tr_arms_cross(&arms, &s, arena);
    assert_int_equal(f->unmerged.n_firsts, f->town.n_piles);
    assert_int_equal(f->unmerged.n_piles, f->town.n_piles + f->town.n_twins);
    tr_replay_options o = {.rate = 2, .keep_cases = true, .threads = 2, .arms = arms.arms, .n_arms = 2};
    assert_int_equal(tr_replay(&s, &o, arena, &runs, &err), TR_OK);
    for (int32_t r = 0; r < s.replications; r++) {
        const tr_replay_run *merged = &runs[2 * r], *apart = &runs[2 * r + 1];
        const char **ids[2] = {TR_NEW(arena, const char *, merged->n_cases + 1), TR_NEW(arena, const char *, apart->n_cases + 1)};
        assert_int_equal(merged->n_cases, apart->n_cases);
        for (int32_t k = 0; k < merged->n_cases; k++) {
            const tr_case *a = &merged->cases[k], *b = &apart->cases[k];
            ids[0][k] = tr_arena_printf(arena, "%s %lld %d", a->id, (long long)a->reported_s, a->end == TR_CASE_DUPLICATE);
            ids[1][k] = tr_arena_printf(arena, "%s %lld %d", b->id, (long long)b->reported_s, b->end == TR_CASE_DUPLICATE);
            different += a->end == TR_CASE_CLEARED && b->end == TR_CASE_CLEARED && a->until_s != b->until_s;
            assert_true(b->until_s >= b->reported_s);
        }
        for (int i = 0; i < 2; i++) qsort(ids[i], (size_t)merged->n_cases, sizeof **ids, by_text);
        for (int32_t k = 0; k < merged->n_cases; k++) assert_string_equal(ids[0][k], ids[1][k]);
        assert_true(merged->figure[TR_FIG_CASES] == apart->figure[TR_FIG_CASES]);
        assert_true(apart->figure[TR_FIG_WORK_PER_HOUR] < merged->figure[TR_FIG_WORK_PER_HOUR]);
    }
    assert_true(different > 0);
    tr_arena_free(arena);
}

/* The control on a record without duplicates is the same with and without merging. */
static void nothing_to_merge_changes_nothing(void **state)
{
    const fixture *f = *state;
    tr_arena *arena = tr_arena_new();
    tr_town town = f->town, unmerged = f->unmerged;
    tr_arrivals a, b;
    town.piles = tr_arena_grow(arena, f->town.piles, (size_t)town.n_piles, (size_t)town.n_piles + 1, sizeof *town.piles);
    unmerged.piles = tr_arena_grow(arena, f->unmerged.piles, (size_t)unmerged.n_piles, (size_t)unmerged.n_piles + 1, sizeof *town.piles);
    for (int32_t k = 0; k < town.n_piles; k++) town.piles[k].n_twins = unmerged.piles[k].n_twins = 0;
    tr_arrivals_make(&town, &f->settings, 0, 1.3, town.first_day, 70, arena, &a);
    tr_arrivals_make(&unmerged, &f->settings, 0, 1.3, town.first_day, 70, arena, &b);
    assert_int_equal(a.n_arrivals, b.n_arrivals);
    for (int32_t i = 0; i < a.n_arrivals; i++) {
        const tr_arrival *x = &a.arrivals[i], *y = &b.arrivals[i];
        assert_true(x->pile == y->pile && x->day == y->day && x->second == y->second && x->key == y->key && x->heap == i && y->heap == i);
        assert_true(tr_service_luck(x, 0, 0.4) == tr_service_luck(y, 0, 0.4));
        assert_true(f->town.piles[x->pile].n_twins || x->form->work_s == y->form->work_s);
    }
    tr_arena_free(arena);
}

/* Asbestos here is a pile of one stop: it is safe when it is cleared. */
static void hours_until_safe_are_those_of_the_cases(void **state)
{
    const fixture *f = *state;
    tr_arena *arena = tr_arena_new();
    static const tr_dispatch_rule rules[] = {TR_DISPATCH_OLDEST};
    tr_replay_options o = options_of(1, rules);
    tr_replay_run *runs = replayed(f, &o, arena);
    int32_t from, to, seen = 0;
    tr_replay_window(&f->settings, &f->town, false, &from, &to);
    for (int32_t r = 0; r < f->settings.replications; r++) {
        double *days = TR_NEW(arena, double, runs[r].n_cases + 1);
        bool *safe = TR_NEW(arena, bool, runs[r].n_cases + 1);
        int32_t n = 0;
        for (int32_t i = 0; i < runs[r].n_cases; i++) {
            const tr_case *c = &runs[r].cases[i];
            int32_t first = tr_local_day(c->reported_s) + 1;
            while (!tr_workday(&f->settings.workdays, first)) first++;
            if (!c->waste_type || strcmp(c->waste_type, "Asbestos") || c->work_s <= 0 || first >= to) continue;
            days[n] = (double)(c->until_s - c->reported_s) / 86400, safe[n++] = c->end == TR_CASE_CLEARED;
        }
        tr_km_point *curve;
        int32_t n_curve = tr_km(days, safe, n, 0.95, arena, &curve), horizon = tr_replay_horizon(&f->settings, from, to);
        double hours = runs[r].figure[TR_FIG_ASBESTOS_HOURS];
        assert_true(n ? fabs(hours - 24 * tr_restricted_mean(curve, n_curve, horizon, NULL)) < 1e-9 : isnan(hours));
        seen += n;
    }
    printf("%d piles of asbestos\n", seen);
    assert_true(seen > 0);
    tr_arena_free(arena);
}

static void threads_change_nothing(void **state)
{
    const fixture *f = *state;
    tr_arena *arena = tr_arena_new();
    tr_replay_options o = options_of(TR_N_DISPATCH, all_rules);
    o.threads = 1;
    tr_replay_run *one = replayed(f, &o, arena);
    o.threads = 3;
    tr_replay_run *three = replayed(f, &o, arena);
    for (int32_t i = 0; i < f->settings.replications * TR_N_DISPATCH; i++) {
        assert_memory_equal(one[i].figure, three[i].figure, sizeof one[i].figure);
        assert_memory_equal(one[i].days, three[i].days, (size_t)one[i].n_days * sizeof *one[i].days);
        for (int32_t k = 0; k < one[i].n_cases; k++) assert_true(one[i].cases[k].until_s == three[i].cases[k].until_s);
    }
    tr_arena_free(arena);
}

static void littles_law_holds_when_steady(void **state)
{
    fixture *f = *state;
    fixture longer = *f;
    tr_arena *arena = tr_arena_new();
    static const tr_dispatch_rule rules[] = {TR_DISPATCH_LISTED, TR_DISPATCH_NEAREST};
    tr_replay_options o = options_of(2, rules);
    double l[2] = {0}, lw[2] = {0};
    longer.settings.days = 600, longer.settings.warm_up_days = 60, longer.settings.replications = 3;
    o.keep_cases = false;
    tr_replay_run *runs = replayed(&longer, &o, arena);
    for (int32_t i = 0; i < 6; i++) l[i % 2] += runs[i].figure[TR_FIG_LITTLE_L], lw[i % 2] += runs[i].figure[TR_FIG_LITTLE_LAMBDA_W];
    for (int32_t r = 0; r < 2; r++) {
        printf("%s: L %.3f, lambda W %.3f (seed %llu)\n", tr_dispatch_names[rules[r]], l[r] / 3, lw[r] / 3, (unsigned long long)longer.settings.seed);
        assert_true(fabs(l[r] - lw[r]) < 0.01 * l[r]);
    }
    tr_arena_free(arena);
}

/* Saturated: the list never runs out, and tiprun clears no less work an hour than the control, within chance. */
static void tiprun_clears_no_less_when_saturated(void **state)
{
    const fixture *f = *state;
    fixture more = *f;
    tr_arena *arena = tr_arena_new();
    static const tr_dispatch_rule rules[] = {TR_DISPATCH_OLDEST, TR_DISPATCH_TIPRUN};
    tr_replay_options o = options_of(2, rules);
    double difference[4], mean;
    more.settings.replications = 4, more.settings.iterations = 1500;
    o.saturated = true, o.keep_cases = false;
    tr_replay_run *runs = replayed(&more, &o, arena);
    for (int32_t r = 0; r < 4; r++) {
        assert_true(runs[2 * r].always_work && runs[2 * r + 1].always_work);
        difference[r] = runs[2 * r + 1].figure[TR_FIG_WORK_PER_HOUR] - runs[2 * r].figure[TR_FIG_WORK_PER_HOUR];
    }
    tr_interval t = tr_paired_t(difference, 4, 0.95, &mean);
    printf("minutes of work an hour, tiprun less oldest: %.2f (%.2f to %.2f), seed %llu\n", mean, t.low, t.high, (unsigned long long)more.settings.seed);
    assert_true(t.high >= 0);
    tr_arena_free(arena);
}

static void sweep_measures_against_the_control(void **state)
{
    const fixture *f = *state;
    fixture small = *f;
    tr_arena *arena = tr_arena_new();
    tr_sweep sweep;
    tr_err err = {0};
    small.settings.n_rules = 2, small.settings.rules[0] = TR_DISPATCH_LISTED, small.settings.rules[1] = TR_DISPATCH_OLDEST;
    small.settings.n_loads = 2, small.settings.loads[0] = 70, small.settings.loads[1] = 105;
    tr_sweep_options o = {.threads = 2};
    tr_arms arms = {.n_fleets = 1, .fleets = {"tiny"}, .n_towns = 1, .towns = {&small.town}};
    tr_arms_cross(&arms, &small.settings, arena);
    assert_int_equal(tr_sweep_run(&arms, &small.settings, &o, arena, &sweep, &err), TR_OK);
    assert_int_equal(sweep.n_loads, 3);
    assert_true(sweep.capacity_per_day > 0 && sweep.record_per_day > 0);
    assert_true(fabs(sweep.loads[2].rate / sweep.loads[1].rate - 1.5) < 1e-9);
    tr_summary mean = tr_sweep_mean(&sweep, 1, 0, TR_FIG_MEAN), control = tr_sweep_mean(&sweep, 1, 1, TR_FIG_MEAN);
    tr_summary less = tr_sweep_difference(&sweep, 1, 0, 1, TR_FIG_MEAN);
    assert_int_equal(less.n, 2);
    assert_true(fabs(less.mean - (mean.mean - control.mean)) < 1e-9);
    assert_non_null(strstr(tr_sweep_table(&sweep, arena), "listed less oldest, work_per_hour"));
    assert_non_null(strstr(tr_sweep_json(&sweep, arena), "\"tiprun-replay\""));
    assert_non_null(strstr(tr_sweep_csv(&sweep, arena), "\n105%,"));
    small.settings.n_rules = 1;
    tr_arms_cross(&arms, &small.settings, arena);
    assert_int_equal(tr_sweep_run(&arms, &small.settings, &o, arena, &sweep, &err), TR_EINPUT);
    tr_arena_free(arena);
}

/* ---- settings ---- */

static tr_diag read_text(const char *text, tr_replay_settings *s, tr_arena *arena)
{
    char path[] = "/tmp/tr_settings_XXXXXX";
    tr_diag diag = {.arena = arena};
    FILE *out = fdopen(mkstemp(path), "w");
    fputs(text, out);
    fclose(out);
    *s = tr_replay_settings_default();
    tr_replay_settings_read(path, s, &diag);
    unlink(path);
    return diag;
}

static void settings_are_read(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    tr_replay_settings s;
    tr_diag diag = read_text("{\"seed\": 5, \"rules\": [\"oldest\", \"tiprun\"], \"loads_percent\": [70, 95],"
                             "\"holidays\": [\"2025-06-02\"], \"size_permille\": {\"Single Item\": 1}, \"from\": \"2025-06-07\"}", &s, arena);
    assert_int_equal(diag.n_errors, 0);
    assert_int_equal(s.seed, 5);
    assert_int_equal(s.n_rules, 2);
    assert_int_equal(s.rules[1], TR_DISPATCH_TIPRUN);
    assert_int_equal(s.loads[1], 95);
    assert_int_equal(s.size_permille[1], 1);
    assert_int_equal(s.size_permille[3], 0);
    int32_t monday;
    tr_day_parse("2025-06-02", &monday);
    assert_false(tr_workday(&s.workdays, monday));
    assert_true(tr_workday(&s.workdays, monday + 1));
    assert_false(tr_workday(&s.workdays, monday + 5));
    assert_true(tr_workday(&s.workdays, monday + 7));
    diag = read_text("{\"sede\": 5, \"rules\": [\"nearest\", \"neerest\", \"nearest\"], \"block_days\": 10, \"box\": [1, 2, 0, 3]}", &s, arena);
    assert_int_equal(diag.n_errors, 5);
    tr_arena_free(arena);
}

/* The mix that sizes are drawn from is thousandths of the whole. */
static void shares_add_up(void **state)
{
    (void)state;
    tr_replay_settings s = tr_replay_settings_default();
    int32_t sizes = 0, types = 0;
    for (int32_t i = 0; i < TR_N_SIZES; i++) sizes += s.size_permille[i];
    for (int32_t i = 0; i < TR_N_WASTE_TYPES; i++) types += s.type_permille[i];
    assert_int_equal(sizes, 1000);
    assert_int_equal(types, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listed_drives_in_list_order),
        cmocka_unit_test(oldest_drives_in_a_good_order),
        cmocka_unit_test(oldest_chooses_by_age),
        cmocka_unit_test(nearest_goes_from_door_to_door),
        cmocka_unit_test(hazardous_comes_first_whoever_drives),
        cmocka_unit_test(zones_stay_in_their_patch),
        cmocka_unit_test(random_mornings_pass_the_referee),
        cmocka_unit_test(crew_brings_back_what_it_does_not_reach),
        cmocka_unit_test(crew_works_overtime_after_bad_luck),
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(shares_add_up),
        cmocka_unit_test_setup_teardown(town_counts_what_it_reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(streams_are_nested_and_keep_the_rate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_report_is_one_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unmerged_reports_are_the_same_reports, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_to_merge_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hours_until_safe_are_those_of_the_cases, set_up, tear_down),
        cmocka_unit_test_setup_teardown(threads_change_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(littles_law_holds_when_steady, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tiprun_clears_no_less_when_saturated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sweep_measures_against_the_control, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
