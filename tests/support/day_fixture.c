/* day_fixture.c -- the day is laid out in tables; times follow from the matrices, figures from the referee.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "day_fixture.h"

#include "avoid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 20515, GENERAL = 0, POPS, ASBESTOS, SHARPS, N_STREAMS }; /* DAY: 2026-03-03, a Tuesday */
enum { N_REPORTS = 16, N_STOPS = 12, N_VEHICLES = 3, N_SITES = 1, HOUR = 3600 };
#define ALL_STREAMS (((tr_mask)1 << N_STREAMS) - 1)
#define BIT(i) ((tr_mask)1 << (i))

typedef struct {
    const char *id, *street, *nasty_street;
    double lat, lon;
    tr_outcome_kind kind;
    int waste_type, size, hazard, duplicate_of;
    const char *reason, *fault;
} report_row;

static const report_row reports[N_REPORTS] = {
    {"R-1001", "Cricklade Road", "=HYPERLINK(\"x\")", 51.5742, -1.7781, TR_LEFT, 6, 3, 2, -1, NULL, NULL},
    {"R-1002", "Manchester Road, underpass", "</script><b>bold & \"quoted\" 'street'", 51.5660, -1.7790,
     TR_LEFT, 7, 0, 3, -1, NULL, NULL},
    {"R-1003", "Station Road", "<!-- ]]> \\u0000 \n new line", 51.5655, -1.7880, TR_LEFT, 10, 2, 0, -1, NULL,
     NULL},
    {"R-1004", "Rodbourne Cheney", "Łódź ulica 中文 é", 51.5770, -1.8010, TR_LEFT, 12, 3, 0, -1, NULL, NULL},
    {"R-1005", "Shrivenham Road", "@cmd|' /C calc'!A0", 51.5630, -1.7480, TR_LEFT, 10, 1, 0, -1, NULL, NULL},
    {"R-1006", "Queens Drive", "-1+1", 51.5560, -1.7560, TR_LEFT, 12, 1, 0, -1, NULL, NULL},
    {"R-1007", "Croft Road", "+44 1793", 51.5410, -1.7800, TR_LEFT, 1, 2, 0, -1, NULL, NULL},
    {"R-1008", "Marlborough Road layby", "javascript:alert(1)", 51.5280, -1.7510, TR_LEFT, 6, 3, 3, -1, NULL,
     NULL},
    {"R-1009", "Highworth Road", "${x} %s %n", 51.6010, -1.7300, TR_LEFT, 10, 0, 0, -1, NULL, NULL},
    {"R-1010", "Station Road", "Station Road", 51.5655, -1.7881, TR_DUPLICATE, 10, 2, 0, 2,
     "4 m and 1 day from R-1003", NULL},
    {"R-1011", NULL, NULL, 0, 0, TR_REVIEW, -1, -1, 0, -1, "the row cannot be read",
     "column lat: 91.2 is no latitude"},
    {"R-1012", "Moredon industrial yard", "a\tb", 51.5800, -1.8100, TR_REFER, 11, 6, 3, -1,
     "over 75 l in drums: Environment Agency", NULL},
    {"R-1013", "Canal towpath", "c", 51.5550, -1.8050, TR_CONTRACTOR, 0, 1, 0, -1,
     "no vehicle takes animal carcasses", NULL},
    {"R-1014", "Farm track, Lydiard", "d", 51.5600, -1.8400, TR_NOT_OURS, 8, 5, 0, -1, "private land", NULL},
    {"R-1015", "Penhill Drive", "e", 51.5900, -1.7850, TR_LEFT, 12, 4, 0, -1, NULL, NULL},
    {"R-1016", "Wood Street", "f", 51.5530, -1.7770, TR_LEFT, 9, 3, 0, -1, NULL, NULL},
};

typedef struct {
    const char *id, *what, *ppe;
    int report, part, parts, stream, hazard, kg, litres, minutes;
    tr_mask certs;
} stop_row;

static const stop_row stops[N_STOPS] = {
    {"R-1001", "Small Van Load, Asbestos (bonded sheets)", "FFP3 mask, coverall, double red and clear bags",
     0, 1, 1, ASBESTOS, 2, 180, 900, 35, BIT(0)},
    {"R-1002", "Single Black Bag, Clinical (needles)", "needle-proof gloves, litter picker, sharps box", 1, 1,
     1, SHARPS, 3, 4, 20, 15, BIT(1)},
    {"R-1003", "Car Boot or Less, Black Bags - Household", "", 2, 1, 1, GENERAL, 0, 60, 500, 9, 0},
    {"R-1004", "Small Van Load, Other Household Waste", "", 3, 1, 1, GENERAL, 0, 350, 2500, 18, 0},
    {"R-1005", "Single Item, Black Bags - Household", "", 4, 1, 1, GENERAL, 0, 30, 500, 6, 0},
    {"R-1006", "Single Item, upholstered seating (POPs)", "keep apart from other waste", 5, 1, 1, POPS, 0, 45,
     900, 8, 0},
    {"R-1007", "Car Boot or Less, Green", "", 6, 1, 1, GENERAL, 0, 60, 500, 9, 0},
    {"R-1008", "Small Van Load, Asbestos (fibrous lagging)", "licensed work only", 7, 1, 1, ASBESTOS, 3, 350,
     2500, 40, BIT(2)},
    {"R-1009", "Single Black Bag, Black Bags - Household", "", 8, 1, 1, GENERAL, 0, 8, 80, 4, 0},
    {"R-1015/1", "Transit Van Load, Other Household Waste (general)", "", 14, 1, 2, GENERAL, 0, 500, 4000, 25,
     0},
    {"R-1015/2", "Transit Van Load, Other Household Waste (sofas)", "", 14, 2, 2, POPS, 0, 300, 2000, 15, 0},
    {"R-1016", "Small Van Load, Black Bags - Commercial", "", 15, 1, 1, GENERAL, 0, 350, 2500, 18, 0},
};

typedef struct {
    tr_visit_kind kind;
    int ref, compartment, minutes; /* minutes of a break */
} visit_row;

enum { BODY, BOX };
static const visit_row first_route[] = {{TR_VISIT_START, -1, -1, 0},   {TR_VISIT_STOP, 0, BOX, 0},
                                        {TR_VISIT_STOP, 2, BODY, 0},   {TR_VISIT_STOP, 3, BODY, 0},
                                        {TR_VISIT_BREAK, -1, -1, 30},  {TR_VISIT_STOP, 9, BODY, 0},
                                        {TR_VISIT_DISPOSAL, 0, -1, 0}, {TR_VISIT_STOP, 11, BODY, 0},
                                        {TR_VISIT_DISPOSAL, 0, -1, 0}, {TR_VISIT_END, -1, -1, 0}};
static const visit_row second_route[] = {{TR_VISIT_START, -1, -1, 0},   {TR_VISIT_STOP, 1, BOX, 0},
                                         {TR_VISIT_STOP, 5, BODY, 0},   {TR_VISIT_DISPOSAL, 0, -1, 0},
                                         {TR_VISIT_STOP, 4, BODY, 0},   {TR_VISIT_STOP, 6, BODY, 0},
                                         {TR_VISIT_DISPOSAL, 0, -1, 0}, {TR_VISIT_END, -1, -1, 0}};
static const int left[] = {7, 8, 10};

static const tr_window yard_hours[] = {{7 * HOUR, 12 * HOUR}, {12 * HOUR + 1800, 17 * HOUR}};
static const tr_window school_hours[] = {{6 * HOUR, 10 * HOUR}, {13 * HOUR, 15 * HOUR}};
static const char *const cert_names[] = {"asbestos_bonded", "clinical_sharps", "asbestos_licensed"};
static const char *const equipment_names[] = {"tail_lift"};
static const tr_label labels[] = {{"Asbestos", 0.8125}, {"Rubble", 0.1}};
static const char *const stream_words[] = {"sofa"};

/* ---- morning ---- */

static void add_streams(tr_morning *morning)
{
    static const char *const names[N_STREAMS] = {"general", "pops", "asbestos_bonded", "clinical"};
    static const char *const codes[N_STREAMS] = {"20 03 01", "20 03 07", "17 06 05*", "18 01 03*"};
    tr_stream *streams = TR_NEW(morning->arena, tr_stream, N_STREAMS);
    for (int i = 0; i < N_STREAMS; i++) streams[i] = (tr_stream){names[i], codes[i], i >= ASBESTOS, i};
    morning->problem.streams = streams;
    morning->problem.n_streams = N_STREAMS;
    morning->words = (tr_vocabulary){3, cert_names, 1, equipment_names, N_STREAMS, names};
}

static void add_place(tr_morning *morning, tr_place_kind kind, const char *name, double lat, double lon)
{
    morning->places[morning->n_places++] = (tr_place){kind, name, lat, lon, lat, lon, -1, NULL};
}

static void add_site(tr_morning *morning, bool nasty)
{
    tr_site *sites = TR_NEW(morning->arena, tr_site, N_SITES);
    sites[0] = (tr_site){"waterside", 1, ALL_STREAMS, 2, yard_hours, 20 * 60, 9500};
    morning->problem.sites = sites;
    morning->problem.n_sites = N_SITES;
    morning->site_notes = TR_NEW(morning->arena, tr_site_note, N_SITES);
    morning->site_notes[0] =
        (tr_site_note){nasty ? "<img src=x onerror=alert(1)>" : "Waterside Park recycling centre",
                       "Darby Close, Cheney Manor"};
}

static void add_vehicles(tr_morning *morning, bool nasty)
{
    static const char *const ids[] = {"caged-1", "tipper-2", "van-3"};
    static const char *const nasty_ids[] = {"../v<1>\"", "</script>v2", "=v3"};
    static const char *const colours[] = {"#1f5fbf", "#b3541e", "#3f7f3f"};
    tr_vehicle *vehicles = TR_NEW(morning->arena, tr_vehicle, N_VEHICLES);
    morning->vehicle_notes = TR_NEW(morning->arena, tr_vehicle_note, N_VEHICLES);
    for (int v = 0; v < N_VEHICLES; v++) {
        vehicles[v] =
            (tr_vehicle){.id = nasty ? nasty_ids[v] : ids[v],
                         .available = v < 2,
                         .n_compartments = 2,
                         .payload_kg = 1400,
                         .compartments = {{"body", 1200, 9000, BIT(GENERAL) | BIT(POPS), 0, 0, 0},
                                          {"sealed box", 300, 1200, BIT(ASBESTOS) | BIT(SHARPS), 0, 0, 0}},
                         .certs = BIT(0) | BIT(1),
                         .start_s = 6 * HOUR + 1800,
                         .end_s = 14 * HOUR + 1800,
                         .max_overtime_s = HOUR,
                         .hours_rule = TR_HOURS_GB_DOMESTIC,
                         .wtr = true,
                         .profile = 0,
                         .speed_permille = 900 + 100 * v,
                         .fixed_pence = 4000,
                         .pence_per_km = 45,
                         .pence_per_hour = 3400,
                         .pence_per_overtime_hour = 5100};
        morning->vehicle_notes[v] = (tr_vehicle_note){.name = nasty ? "O'Brien & \"sons\" <van>"
                                                      : v   ? "Tipper van"
                                                            : "Caged van",
                                                      .profile = "van", .mode = "van", .crew = v == 0 ? "Alpha" : "", .colour = colours[v]};
    }
    morning->problem.vehicles = vehicles;
    morning->problem.n_vehicles = N_VEHICLES;
}

static void add_reports(tr_morning *morning, bool nasty)
{
    morning->n_reports = N_REPORTS;
    morning->reports = TR_NEW(morning->arena, tr_report, N_REPORTS);
    morning->outcomes = TR_NEW(morning->arena, tr_outcome, N_REPORTS);
    for (int i = 0; i < N_REPORTS; i++) {
        const report_row *row = &reports[i];
        morning->reports[i] = (tr_report){.id = row->id,
                                          .file = "reports.csv",
                                          .row = i + 1,
                                          .fault = row->fault,
                                          .has_place = row->fault == NULL,
                                          .lat = row->lat,
                                          .lon = row->lon,
                                          .street = nasty ? row->nasty_street : row->street,
                                          .reported_at = 1772352000 + 3600 * i,
                                          .reported_day = DAY - 2,
                                          .waste_type = row->waste_type,
                                          .size = row->size,
                                          .land_type = i % TR_N_LAND_TYPES,
                                          .size_confidence = i == 3 ? 0.7 : -1,
                                          .kg = -1,
                                          .litres = -1,
                                          .due_day = i == 5 ? DAY : -1,
                                          .n_photos = i % 3};
        morning->outcomes[i] = (tr_outcome){.kind = row->kind,
                                            .reason = row->reason,
                                            .duplicate_of = row->duplicate_of,
                                            .waste_type = row->waste_type,
                                            .size = row->size,
                                            .hazard = row->hazard,
                                            .load_assumed = true};
    }
    morning->reports[0].n_labels = 2;
    morning->reports[0].labels = labels;
    morning->reports[1].hazard_word = "needle";
    morning->reports[5].n_stream_words = 1;
    morning->reports[5].stream_words = stream_words;
    morning->outcomes[0].hazard_evidence = "label Asbestos 0.81";
}

static void add_stops(tr_morning *morning)
{
    tr_stop *out = TR_NEW(morning->arena, tr_stop, N_STOPS);
    morning->stop_notes = TR_NEW(morning->arena, tr_stop_note, N_STOPS);
    for (int s = 0; s < N_STOPS; s++) {
        const stop_row *row = &stops[s];
        tr_outcome *outcome = &morning->outcomes[row->report];
        if (outcome->n_stops++ == 0) outcome->first_stop = s;
        out[s] = (tr_stop){.id = row->id,
                           .place = morning->n_places,
                           .stream = row->stream,
                           .hazard = row->hazard,
                           .kg = row->kg,
                           .litres = row->litres,
                           .service_s = 60 * row->minutes,
                           .certs = row->certs,
                           .reported_day = DAY - 2,
                           .due_day = DAY + 1 - s % 3,
                           .pin = s == 5 ? 1 : -1};
        add_place(morning, TR_PLACE_STOP, reports[row->report].id, reports[row->report].lat,
                  reports[row->report].lon);
        morning->stop_notes[s] = (tr_stop_note){row->report, row->part, row->parts, row->what, row->ppe, {0, 0}};
    }
    out[1].n_windows = 2;
    out[1].windows = school_hours;
    out[8].leave = true;
    morning->problem.stops = out;
    morning->problem.n_stops = N_STOPS;
}

static void set_triage(tr_triage_policy *triage)
{
    static const tr_size_row sizes[TR_N_SIZES] = {{8, 80, 240, true},        {30, 500, 360, true},
                                                  {60, 500, 540, true},      {350, 2500, 1080, true},
                                                  {800, 6000, 1920, true},   {3000, 12000, 3600, true},
                                                  {3000, 20000, 7200, false}};
    *triage = (tr_triage_policy){.duplicate_m = 20,
                                 .duplicate_days = 3,
                                 .hazard_from = 0.3,
                                 .review_from = 0.1,
                                 .size_up_below = 0.6,
                                 .refer_kg = 20000,
                                 .refer_litres = 20000,
                                 .refer_fibrous_litres = 5000,
                                 .refer_drum_litres = 75,
                                 .target_days = 5,
                                 .target_hazard_days = 1,
                                 .snap_warn_m = 150,
                                 .snap_left_m = 1000};
    memcpy(triage->sizes, sizes, sizeof sizes);
}

static void build_morning(day_fixture *f, bool nasty)
{
    tr_morning *morning = &f->morning;
    *morning = (tr_morning){.arena = f->arena, .timezone = "Europe/London"};
    morning->problem.day = DAY;
    morning->problem.policy = tr_policy_default();
    set_triage(&morning->triage);
    morning->places = TR_NEW(f->arena, tr_place, 2 + N_STOPS);
    add_place(morning, TR_PLACE_DEPOT, "depot", 51.5715, -1.8110);
    add_place(morning, TR_PLACE_SITE, "waterside", 51.5795, -1.8065);
    add_streams(morning);
    add_site(morning, nasty);
    add_vehicles(morning, nasty);
    add_reports(morning, nasty);
    add_stops(morning);
}

/* ---- plan ---- */

static int64_t length_of(const tr_problem *problem, const visit_row *row)
{
    if (row->kind == TR_VISIT_STOP) return problem->stops[row->ref].service_s;
    if (row->kind == TR_VISIT_DISPOSAL) return problem->sites[row->ref].turnaround_s;
    return 60 * row->minutes;
}

static int64_t opening_from(const tr_problem *problem, const visit_row *row, int64_t at)
{
    int32_t n = 0;
    const tr_window *windows = NULL;
    if (row->kind == TR_VISIT_DISPOSAL)
        n = problem->sites[row->ref].n_opening, windows = problem->sites[row->ref].opening;
    if (row->kind == TR_VISIT_STOP)
        n = problem->stops[row->ref].n_windows, windows = problem->stops[row->ref].windows;
    int64_t room = row->kind == TR_VISIT_DISPOSAL ? problem->sites[row->ref].turnaround_s : 0;
    for (int32_t i = 0; i < n; i++)
        if (at + room <= windows[i].end_s) return at > windows[i].start_s ? at : windows[i].start_s;
    return at;
}

static void time_route(const tr_problem *problem, tr_route *route, const visit_row *rows)
{
    const tr_vehicle *vehicle = &problem->vehicles[route->vehicle];
    for (int32_t v = 0; v < route->n_visits; v++) {
        tr_visit *visit = &route->visits[v];
        *visit = (tr_visit){.kind = rows[v].kind, .ref = rows[v].ref, .compartment = rows[v].compartment};
        if (visit->kind == TR_VISIT_STOP) visit->place = problem->stops[visit->ref].place;
        if (visit->kind == TR_VISIT_DISPOSAL) visit->place = problem->sites[visit->ref].place;
        visit->arrival_s = vehicle->start_s;
        if (v > 0) {
            const tr_visit *before = visit - 1;
            if (visit->kind == TR_VISIT_BREAK) visit->place = before->place;
            size_t cell = (size_t)before->place * (size_t)problem->n_places + (size_t)visit->place;
            int64_t seconds = problem->travel[0].seconds[cell];
            visit->arrival_s = before->departure_s +
                               (1000 * seconds + vehicle->speed_permille / 2) / vehicle->speed_permille;
        }
        visit->start_s = opening_from(problem, &rows[v], visit->arrival_s);
        visit->departure_s = visit->start_s + length_of(problem, &rows[v]);
    }
}

static tr_plan raw_plan(day_fixture *f, bool second)
{
    tr_plan plan = {.n_routes = N_VEHICLES, .routes = TR_NEW(f->arena, tr_route, N_VEHICLES)};
    plan.left = TR_NEW(f->arena, int32_t, N_STOPS);
    for (int v = 0; v < N_VEHICLES; v++) plan.routes[v].vehicle = v;
    const visit_row *rows[] = {first_route, second_route};
    const int32_t counts[] = {sizeof first_route / sizeof *first_route,
                              sizeof second_route / sizeof *second_route};
    bool served[N_STOPS] = {false};
    for (int v = 0; v < (second ? 2 : 1); v++) {
        plan.routes[v].n_visits = counts[v];
        plan.routes[v].visits = TR_NEW(f->arena, tr_visit, counts[v]);
        time_route(&f->morning.problem, &plan.routes[v], rows[v]);
        for (int32_t i = 0; i < counts[v]; i++)
            if (rows[v][i].kind == TR_VISIT_STOP) served[rows[v][i].ref] = true;
    }
    for (int32_t s = 0; s < N_STOPS; s++)
        if (!served[s]) plan.left[plan.n_left++] = s;
    return plan;
}

/* The referee fills in the figures, and must then find nothing to say. */
static bool finish_plan(day_fixture *f, bool second, tr_plan *plan)
{
    tr_plan raw = raw_plan(f, second);
    tr_verdict first;
    tr_referee(&f->morning.problem, &raw, f->arena, &first);
    *plan = first.figures;
    bool good = tr_referee(&f->morning.problem, plan, f->arena, &f->verdict);
    for (int32_t i = 0; i < f->verdict.n_findings; i++)
        fprintf(stderr, "fixture: %s\n", f->verdict.findings[i].text);
    return good;
}

static const tr_reason *reasons_left(day_fixture *f)
{
    static const int32_t displaced[] = {9};
    tr_reason *reasons = TR_NEW(f->arena, tr_reason, f->plan.n_left);
    for (int32_t i = 0; i < f->plan.n_left; i++) {
        reasons[i] = (tr_reason){f->plan.left[i], "not_worth", "costs more than waiting a day", 0, NULL};
        if (f->plan.left[i] == left[0])
            reasons[i] = (tr_reason){left[0], "certificate",
                                     "no vehicle on shift is certified for asbestos_licensed", 0, NULL};
        if (f->plan.left[i] == left[2])
            reasons[i] = (tr_reason){left[2], "displaces", "would cost R-1015/1 its place, which weighs more",
                                     1, displaced};
    }
    return reasons;
}

static bool add_legs(day_fixture *f, tr_err *err)
{
    tr_leg **legs = TR_NEW(f->arena, tr_leg *, N_VEHICLES);
    for (int32_t r = 0; r < f->plan.n_routes; r++) {
        const tr_route *route = &f->plan.routes[r];
        int32_t *places = TR_NEW(f->arena, int32_t, route->n_visits + 1);
        for (int32_t v = 0; v < route->n_visits; v++) places[v] = route->visits[v].place;
        if (route->n_visits &&
            tr_travel_legs(f->travel, &f->morning, 0, route->n_visits, places, f->arena, &legs[r], NULL, err))
            return false;
    }
    f->day.legs = legs;
    return true;
}

static bool build(day_fixture *f, bool nasty, tr_err *err)
{
    static const char *const profiles[] = {"van"};
    build_morning(f, nasty);
    if (tr_travel_open_estimate(0, 0, &f->travel, err)) return false;
    if (tr_travel_fill(f->travel, &f->morning, profiles, 1, &f->diag, err)) return false;
    f->morning.problem.n_profiles = 1;
    if (!finish_plan(f, false, &f->by_hand) || !finish_plan(f, true, &f->plan)) return false;
    f->run = (tr_solve_report){.iterations = 64000, .columns = 321, .recombined = true};
    for (int i = 0; i < TR_STEPS; i++) f->run.step_iterations[i] = 1000;
    f->day = (tr_day){.morning = &f->morning,
                      .plan = &f->plan,
                      .reasons = reasons_left(f),
                      .verdict = &f->verdict,
                      .travel = f->travel,
                      .travel_source = tr_travel_describe(f->travel),
                      .run = &f->run,
                      .seed = 7,
                      .by_hand = &f->by_hand,
                      .diag = &f->diag};
    tr_diag_add(&f->diag, TR_WARNING, "reports.csv", "row 4, column size",
                "\"van\" is no size; taken as not given");
    return add_legs(f, err);
}

/* A bridge that one vehicle is too high for at the first stop, a closed line through the middle, and one of
 * another day. */
static void add_avoid(day_fixture *f, bool nasty)
{
    static const double bridge[] = {-1.7781, 51.5742}, closed[] = {-1.80, 51.565, -1.75, 51.566}, other[] = {-1.78, 51.56};
    static const tr_window whole = {0, 24 * HOUR}, morning[] = {{5 * HOUR, 9 * HOUR}, {13 * HOUR, 15 * HOUR}};
    static const char *const profiles[] = {"van"};
    tr_avoid *avoid = TR_NEW(f->arena, tr_avoid, 3);
    avoid[0] = (tr_avoid){nasty ? "</script>\"" : "B-7", nasty ? "=1+1,<b>\n" : "Cricklade Road", TR_AVOID_LOW_BRIDGE, 1, bridge, 25, 1,
                          &whole, {.height_mm = 2900, .weight_kg = 7500}, 0, 0, NULL, NULL};
    avoid[1] = (tr_avoid){"W-1", "", TR_AVOID_CLOSED_ROAD, 2, closed, 12.5, 2, morning, {0}, 0, 0, NULL, NULL};
    avoid[2] = (tr_avoid){"M-1", "marathon", TR_AVOID_OTHER, 1, other, 100, 0, NULL, {0}, 0, 1, NULL, profiles};
    f->morning.avoid = avoid;
    f->morning.n_avoid = 3;
    f->morning.vehicle_notes[0].bulk = (tr_bulk){.height_mm = 3150, .weight_kg = 3500};
    f->day.avoid_findings = tr_avoid_find(&f->day, f->arena, &f->day.n_avoid_findings);
}

day_fixture *day_fixture_new(bool nasty)
{
    tr_arena *arena = tr_arena_new();
    day_fixture *f = TR_NEW(arena, day_fixture, 1);
    tr_err err = {0};
    f->arena = arena;
    f->diag.arena = arena;
    if (build(f, nasty, &err)) {
        add_avoid(f, nasty);
        return f;
    }
    fprintf(stderr, "fixture: %s\n", err.text);
    day_fixture_free(f);
    return NULL;
}

void day_fixture_free(day_fixture *fixture)
{
    if (!fixture) return;
    tr_travel_close(fixture->travel);
    tr_arena_free(fixture->arena);
}
