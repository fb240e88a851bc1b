/* test_history_record.c -- recorded histories: times, working days, columns, traps and their counts, figures, months.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "calendar.h"
#include "chart_marks.h"
#include "describe.h"
#include "layout.h"
#include "months.h"
#include "page.h"
#include "record.h"
#include "slow_places.h"
#include "when.h"
#include "workdays.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DAY_S = 86400 };
#define FOLDER TR_SOURCE_DIR "/tests/history/"

static int64_t utc(const char *text)
{
    int64_t t;
    assert_true(tr_time_parse(text, &t));
    return t;
}

static tr_when when(const char *text, tr_date_order order)
{
    tr_when w;
    assert_true(tr_when_parse(text, order, &w));
    return w;
}

/* ---- times ---- */

static void times_of_many_systems(void **state)
{
    (void)state;
    assert_true(tr_zone_set("America/New_York"));
    assert_int_equal(when("04/16/2018 05:30:13 AM", TR_DATES_MONTH_FIRST).unix_s,
                     utc("2018-04-16T09:30:13Z"));
    assert_int_equal(when("1/6/2018 12:05 am", TR_DATES_MONTH_FIRST).unix_s, utc("2018-01-06T05:05:00Z"));
    assert_int_equal(when("1/6/2018 12:05:00 PM", TR_DATES_DAY_FIRST).unix_s, utc("2018-06-01T16:05:00Z"));
    assert_int_equal(when("16.04.2018 17:30", TR_DATES_DAY_FIRST).unix_s, utc("2018-04-16T21:30:00Z"));
    assert_int_equal(when("2018-04-16T05:30:13", TR_DATES_UNKNOWN).unix_s, utc("2018-04-16T09:30:13Z"));
    assert_int_equal(when("2018-04-16T05:30:13.250Z", TR_DATES_UNKNOWN).unix_s, utc("2018-04-16T05:30:13Z"));
    assert_int_equal(when("2018-04-16 05:30:13+0100", TR_DATES_UNKNOWN).unix_s, utc("2018-04-16T04:30:13Z"));
    assert_true(when("2018-04-16", TR_DATES_UNKNOWN).day_only);
    assert_true(when("07/15/2014 08:00:00 PM", TR_DATES_MONTH_FIRST).day_only); /* midnight by UTC */
    assert_false(when("07/15/2014 08:01:00 PM", TR_DATES_MONTH_FIRST).day_only);
    static const char *const bad[] = {"",
                                      "soon",
                                      "04/16/2018 13:00 PM",
                                      "04/31/2018",
                                      "04/16/2018 24:00",
                                      "04/16/18 10:00",
                                      "04/16/2018 10:00 GMT",
                                      "04-16/2018",
                                      "2018-04-16T10",
                                      "04/16/2018 10:00:00 AM x"};
    tr_when w;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(tr_when_parse(bad[i], TR_DATES_MONTH_FIRST, &w));
    assert_false(tr_when_parse("04/05/2018", TR_DATES_UNKNOWN, &w));
}

static void both_sundays_of_summer_time(void **state)
{
    (void)state;
    assert_true(tr_zone_set("Europe/London"));
    tr_when twice = when("25/10/2026 01:30", TR_DATES_DAY_FIRST),
            never = when("29/03/2026 01:30", TR_DATES_DAY_FIRST);
    assert_int_equal(twice.wall, TR_WALL_TWICE);
    assert_int_equal(twice.unix_s, utc("2026-10-25T00:30:00Z"));
    assert_int_equal(twice.later_s, utc("2026-10-25T01:30:00Z"));
    assert_int_equal(never.wall, TR_WALL_NEVER);
    assert_int_equal(never.unix_s, utc("2026-03-29T01:30:00Z"));
    assert_int_equal(when("25/10/2026 00:59:59", TR_DATES_DAY_FIRST).wall, TR_WALL_ONCE);
    assert_int_equal(when("25/10/2026 02:00", TR_DATES_DAY_FIRST).wall, TR_WALL_ONCE);
    assert_int_equal(when("2026-10-25T01:30:00Z", TR_DATES_UNKNOWN).wall, TR_WALL_ONCE);
    assert_true(tr_zone_set("America/New_York"));
    assert_int_equal(when("11/01/2026 01:30:00 AM", TR_DATES_MONTH_FIRST).wall, TR_WALL_TWICE);
    assert_int_equal(when("03/08/2026 02:30:00 AM", TR_DATES_MONTH_FIRST).wall, TR_WALL_NEVER);
    /* every hour of two years is read back, whatever the change */
    for (int64_t t = utc("2025-01-01T00:00:00Z"); t < utc("2027-01-01T00:00:00Z"); t += 3600) {
        char text[40];
        time_t at = (time_t)t;
        struct tm wall;
        localtime_r(&at, &wall);
        strftime(text, sizeof text, "%m/%d/%Y %I:%M:%S %p", &wall);
        tr_when back = when(text, TR_DATES_MONTH_FIRST);
        assert_true(back.unix_s == t || back.later_s == t);
        assert_int_not_equal(back.wall, TR_WALL_NEVER);
    }
}

/* ---- working days ---- */

static void a_clock_of_working_days(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    tr_workdays england = {.kind = TR_HOLIDAYS_ENGLAND};
    assert_true(tr_zone_set("Europe/London"));
    tr_working_clock clock =
        tr_working_clock_make(&england, utc("2026-03-01T00:00:00Z"), utc("2026-04-30T00:00:00Z"), arena);
    struct {
        const char *from, *to;
        double days;
    } cases[] = {
        {"2026-03-02T08:00:00Z", "2026-03-04T08:00:00Z", 2},
        {"2026-03-06T18:00:00Z", "2026-03-09T09:00:00Z", 0.25 + 0.375},              /* over a weekend */
        {"2026-03-07T01:00:00Z", "2026-03-08T23:00:00Z", 0},                         /* in it */
        {"2026-04-02T17:00:00+01:00", "2026-04-07T11:00:00+01:00", (7 + 11) / 24.0}, /* over Easter */
        {"2026-03-27T12:00:00Z", "2026-03-30T12:00:00+01:00", 1}, /* over the change to summer time */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double days =
            tr_working_clock_at(&clock, utc(cases[i].to)) - tr_working_clock_at(&clock, utc(cases[i].from));
        assert_true(fabs(days - cases[i].days) < 1e-9);
    }
    tr_arena_free(arena);
}

static void holidays_of_a_file(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    tr_diag diag = {.arena = arena};
    int32_t tuesday = 0, wednesday = 0, may_day = 0;
    tr_workdays w = tr_workdays_read(FOLDER "holidays.txt", &diag);
    assert_int_equal(diag.n_errors, 0);
    assert_int_equal(w.n, 2);
    assert_true(tr_day_parse("2026-03-03", &tuesday) && tr_day_parse("2026-03-04", &wednesday) &&
                tr_day_parse("2026-05-04", &may_day));
    assert_false(tr_workday(&w, tuesday));
    assert_true(tr_workday(&w, wednesday));
    assert_true(tr_workday(&w, may_day)); /* of England, not of this file */
    tr_workdays_read(FOLDER "own.csv", &diag);
    assert_int_equal(diag.n_errors, 7); /* its header and rows are no dates */
    tr_arena_free(arena);
}

/* ---- records ---- */

typedef struct {
    tr_arena *arena;
    tr_diag diag;
    tr_record record;
    tr_status status;
} reading;

static reading read_record(tr_record_options options)
{
    reading r = {.arena = tr_arena_new()};
    r.diag.arena = r.arena;
    if (!options.from_day) options.from_day = INT32_MIN;
    if (!options.until_day) options.until_day = INT32_MIN;
    r.status = tr_record_read(&options, r.arena, &r.diag, &r.record);
    return r;
}

static const tr_case *case_of(const tr_record *record, const char *id)
{
    for (int32_t i = 0; i < record->n_cases; i++)
        if (strcmp(record->cases[i].id, id) == 0) return &record->cases[i];
    return NULL;
}

static int32_t left_out(const tr_record *record)
{
    int32_t n = 0;
    for (int t = 0; t < TR_N_LEFT_OUT; t++) n += record->traps[t];
    return n;
}

static bool told(const reading *r, const char *text)
{
    for (int32_t i = 0; i < r->diag.n_faults; i++)
        if (strstr(r->diag.faults[i].text, text)) return true;
    return false;
}

static void every_trap_is_counted_once(void **state)
{
    (void)state;
    reading r = read_record((tr_record_options){.path = FOLDER "traps.csv"});
    assert_int_equal(r.status, TR_OK);
    static const int32_t expected[TR_N_TRAPS] = {
        [TR_TRAP_BAD_ROW] = 2,  [TR_TRAP_SAME_ID] = 1,   [TR_TRAP_CREW_RAISED] = 1,
        [TR_TRAP_BOOKED] = 1,   [TR_TRAP_NO_END] = 1,    [TR_TRAP_NEGATIVE] = 1,
        [TR_TRAP_OPEN] = 2,     [TR_TRAP_DUPLICATE] = 2, [TR_TRAP_TRANSFERRED] = 1,
        [TR_TRAP_REOPENED] = 1, [TR_TRAP_AT_ONCE] = 1,   [TR_TRAP_NOT_LOCATED] = 2,
        [TR_TRAP_NO_CLOCK] = 1, [TR_TRAP_TWICE] = 2,     [TR_TRAP_NEVER] = 1,
        [TR_TRAP_NO_ZONE] = 20,
    };
    for (int t = 0; t < TR_N_TRAPS; t++)
        if (r.record.traps[t] != expected[t])
            fail_msg("%s: %d, expected %d", tr_traps[t].key, r.record.traps[t], expected[t]);
    assert_int_equal(r.record.n_rows, 18);
    assert_int_equal(r.record.n_cases + left_out(&r.record), r.record.n_rows);
    assert_int_equal(r.record.n_arrivals, r.record.n_cases + 2); /* one closed without a time, one before its report */
    assert_true(r.record.zone_assumed);
    assert_true(told(&r, "\"soon\" is no time"));
    assert_true(told(&r, "has 3 columns, the header has 9"));
    const tr_case *open = case_of(&r.record, "3"), *cornered = case_of(&r.record, "4"),
                  *sunday = case_of(&r.record, "16");
    assert_int_equal(open->end, TR_CASE_OPEN);
    assert_int_equal(open->until_s, r.record.end_s);
    assert_int_equal(r.record.end_s, utc("2026-10-30T09:00:00Z"));
    assert_true(isnan(cornered->lat) && isnan(cornered->lon));
    assert_int_equal(sunday->until_s - sunday->reported_s,
                     40 * 60); /* reported 01:30, closed 01:10 an hour later */
    assert_int_equal(case_of(&r.record, "6")->end, TR_CASE_DUPLICATE);
    assert_int_equal(case_of(&r.record, "6")->until_s - case_of(&r.record, "6")->reported_s, 3600);
    tr_arena_free(r.arena);
}

static void a_cut_makes_open_what_was_closed_later(void **state)
{
    (void)state;
    int32_t until = 0, from = 0;
    assert_true(tr_day_parse("2026-03-08", &until) && tr_day_parse("2026-03-05", &from));
    reading r =
        read_record((tr_record_options){.path = FOLDER "traps.csv", .until_day = until, .from_day = from});
    assert_int_equal(r.status, TR_OK);
    assert_true(r.record.cut);
    assert_int_equal(r.record.end_s, utc("2026-03-09T00:00:00Z"));
    assert_int_equal(r.record.n_cases, 5);
    assert_int_equal(r.record.traps[TR_TRAP_BEFORE_FROM], 1);
    assert_int_equal(r.record.traps[TR_TRAP_CUT_OPEN], 3); /* 2, 4, 5; 6 was merged before */
    assert_int_equal(r.record.traps[TR_TRAP_OPEN], 4);
    assert_int_equal(r.record.n_cases + left_out(&r.record), r.record.n_rows);
    for (int32_t i = 0; i < r.record.n_cases; i++) assert_true(r.record.cases[i].until_s <= r.record.end_s);
    tr_arena_free(r.arena);
}

static void our_own_columns(void **state)
{
    (void)state;
    reading r = read_record((tr_record_options){.path = FOLDER "own.csv"});
    assert_int_equal(r.status, TR_OK);
    assert_true(r.record.england && r.record.has_due && !r.record.zone_assumed);
    assert_int_equal(r.record.n_cases, 6);
    assert_int_equal(case_of(&r.record, "F-1")->hazardous, 1);
    assert_int_equal(case_of(&r.record, "F-2")->hazardous, 0);
    assert_int_equal(case_of(&r.record, "F-6")->hazardous, 1);
    assert_true(case_of(&r.record, "F-1")->work_s == 1500 && case_of(&r.record, "F-2")->work_s == 0);
    assert_string_equal(case_of(&r.record, "F-3")->ward, "Bridge");
    assert_int_equal(r.record.due_s[0], utc("2026-03-03T23:59:59Z")); /* a bare day is met until it ends */
    tr_arena_free(r.arena);
}

static void a_mapping_for_any_other_layout(void **state)
{
    (void)state;
    reading r =
        read_record((tr_record_options){.path = FOLDER "mapped.csv", .mapping = FOLDER "mapping.json"});
    assert_int_equal(r.status, TR_OK);
    assert_int_equal(r.diag.n_faults, 0);
    assert_string_equal(r.record.city, "Testham");
    assert_string_equal(r.record.zone, "America/New_York");
    assert_int_equal(r.record.n_cases, 4);
    assert_int_equal(r.record.traps[TR_TRAP_CREW_RAISED], 1);
    assert_int_equal(case_of(&r.record, "a")->reported_s, utc("2026-05-01T14:00:00Z"));
    assert_string_equal(case_of(&r.record, "a")->waste_type, "Chemical Drums, Oil, Fuel");
    assert_string_equal(case_of(&r.record, "a")->size, "Single Item");
    assert_int_equal(case_of(&r.record, "a")->hazardous, 1);
    assert_int_equal(case_of(&r.record, "b")->hazardous, 1);
    assert_int_equal(case_of(&r.record, "d")->end, TR_CASE_TRANSFERRED);
    assert_int_equal(case_of(&r.record, "e")->end, TR_CASE_OPEN);
    tr_arena_free(r.arena);
    r = read_record((tr_record_options){.path = FOLDER "mapped.csv"});
    assert_int_equal(r.status, TR_EINPUT);
    assert_true(told(&r, "no column \"reported_at\""));
    tr_arena_free(r.arena);
    /* plan's mapping file is taken too */
    r = read_record((tr_record_options){
        .path = FOLDER "own.csv", .mapping = TR_SOURCE_DIR "/instances/mapping-london-fixmystreet.json"});
    assert_int_equal(r.status, TR_OK);
    tr_arena_free(r.arena);
}

static reading read_text(const char *text, tr_record_options options)
{
    char path[] = "/tmp/tr_history_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    fputs(text, file);
    fclose(file);
    options.path = path;
    reading r = read_record(options);
    remove(path);
    return r;
}

static void json_is_read_like_csv(void **state)
{
    (void)state;
    reading r = read_text(
        "[{\"service_request_id\": 7, \"status\": \"closed\", \"service_name\": \"Illegal Dumping\","
        "  \"requested_datetime\": \"2026-03-02T08:00:00Z\", \"closed_date\": \"2026-03-03T20:00:00Z\","
        "  \"lat\": 51.501, \"long\": -0.125, \"media\": {\"url\": \"x\"}},"
        " {\"service_request_id\": 8, \"status\": \"open\", \"requested_datetime\": "
        "\"2026-03-03T08:00:00Z\"}, 3]",
        (tr_record_options){0});
    assert_int_equal(r.status, TR_OK);
    assert_int_equal(r.record.n_cases, 2);
    assert_int_equal(r.record.traps[TR_TRAP_BAD_ROW], 1);
    assert_int_equal(case_of(&r.record, "7")->until_s - case_of(&r.record, "7")->reported_s, 36 * 3600);
    assert_true(fabs(case_of(&r.record, "7")->lon + 0.125) < 1e-9);
    assert_int_equal(case_of(&r.record, "8")->end, TR_CASE_OPEN);
    tr_arena_free(r.arena);
    r = read_text("{\"type\": \"FeatureCollection\", \"features\": [{\"type\": \"Feature\", \"geometry\": "
                  "{\"type\": \"Point\","
                  " \"coordinates\": [-0.12, 51.5]}, \"properties\": {\"id\": \"g\", \"reported_at\": "
                  "\"2026-03-02T08:00:00Z\","
                  " \"cleared_at\": \"2026-03-02T20:00:00Z\", \"hazardous\": true}}]}",
                  (tr_record_options){0});
    assert_int_equal(r.status, TR_OK);
    assert_int_equal(r.record.cases[0].hazardous, 1);
    assert_true(fabs(r.record.cases[0].lat - 51.5) < 1e-9);
    tr_arena_free(r.arena);
    r = read_text("{\"cases\": 3}", (tr_record_options){0});
    assert_true(told(&r, "holds no list of cases"));
    tr_arena_free(r.arena);
}

static void day_or_month_first_is_never_guessed(void **state)
{
    (void)state;
    reading r = read_text("id,created,closed\na,01/02/2026 10:00,03/02/2026 10:00\n", (tr_record_options){0});
    assert_int_equal(r.status, TR_EINPUT);
    assert_true(told(&r, "no day tells whether the day or the month comes first"));
    tr_arena_free(r.arena);
    r = read_text("id,created,closed\na,01/02/2026 10:00,13/02/2026 10:00\n", (tr_record_options){0});
    assert_int_equal(r.status, TR_OK);
    assert_int_equal(r.record.cases[0].reported_s, utc("2026-02-01T10:00:00Z"));
    tr_arena_free(r.arena);
    r = read_text("id,created,closed\na,01/13/2026 10:00,13/02/2026 10:00\n", (tr_record_options){0});
    assert_int_equal(r.status, TR_EINPUT);
    assert_true(told(&r, "some dates have the day first"));
    tr_arena_free(r.arena);
}

static void what_cannot_be_read_is_told(void **state)
{
    (void)state;
    struct {
        const char *text, *says;
    } cases[] = {
        {"", "is empty"},
        {"id,reported_at\n\"a,2026-01-01\n", "a quote that opens here is never closed"},
        {"id,reported_at,cleared_at\n", "none of its 0 rows is left"},
        {"id,reported_at,cleared_at\na,2026-01-02T10:00:00Z,2026-01-01T10:00:00Z\n",
         "none of its 1 rows is left"},
        {"id,cleared_at\na,2026-01-02T10:00:00Z\n", "no column \"reported_at\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        reading r = read_text(cases[i].text, (tr_record_options){0});
        assert_int_equal(r.status, TR_EINPUT);
        if (!told(&r, cases[i].says)) fail_msg("not told: %s", cases[i].says);
        tr_arena_free(r.arena);
    }
    reading r = read_text("id,reported_at,cleared_a,status\na,2026-01-02T10:00:00Z,,asleep\n",
                          (tr_record_options){0});
    assert_int_equal(r.status, TR_OK);
    assert_false(r.record.has_ends);
    assert_true(told(&r, "did you mean \"cleared_at\"?"));
    assert_true(told(&r, "\"asleep\" is no status that is known"));
    tr_arena_free(r.arena);
}

/* ---- figures ---- */

static void figures_of_a_handful(void **state)
{
    (void)state;
    reading r = read_record((tr_record_options){.path = FOLDER "own.csv"});
    tr_workdays england = {.kind = TR_HOLIDAYS_ENGLAND};
    tr_describe_options o = {
        .workdays = &england, .end_s = r.record.end_s, .due_s = r.record.due_s, .horizon = 30};
    tr_description d = tr_describe(r.record.cases, r.record.n_cases, &o, r.arena);
    double easter = 4 + 18 / 24.0; /* F-5, by the calendar: 1, 2, 6 and this */
    assert_int_equal(d.all.n, 6);
    assert_int_equal(d.all.cleared, 4);
    assert_int_equal(d.all.open, 2);
    assert_true(fabs(d.all.calendar.mean - (1 + 2 + 6 + easter) / 4) < 1e-9);
    assert_true(fabs(d.all.calendar.median - (2 + easter) / 2) < 1e-9);
    assert_true(fabs(d.all.calendar.p90 - (easter + 0.7 * (6 - easter))) < 1e-9);
    assert_true(fabs(d.all.working.mean - (1 + 2 + 4 + 18 / 24.0) / 4) < 1e-9);
    /* due: F-1, F-2 and F-5 inside, F-3 late, F-4 open and late; F-6 was seen for an instant only */
    assert_int_equal(d.all.inside.n, 4);
    assert_int_equal(d.all.inside.inside, 2);
    assert_true(fabs(d.all.oldest_open - (double)(r.record.end_s - utc("2026-03-04T09:00:00Z")) / DAY_S) <
                1e-9);
    /* Kaplan-Meier: F-6 leaves at 0 days, then 4/5, 3/5, 2/5, 1/5; F-4 goes on */
    assert_true(fabs(tr_km_survival(d.all.points, d.all.n_points, 5.9) - 0.4) < 1e-9);
    assert_true(fabs(d.all.km_median - easter) < 1e-9);
    const tr_grouping *hazard = &d.groupings[3], *size = &d.groupings[1];
    assert_int_equal(hazard->n, 2);
    assert_string_equal(hazard->groups[0].name, "not hazardous");
    assert_int_equal(hazard->groups[1].n, 2);
    assert_true(hazard->tested && hazard->test.df == 1);
    assert_int_equal(size->n, 1); /* all are small: put together */
    assert_int_equal(size->groups[0].n, 6);
    double ends = 0;
    for (int k = 0; k < TR_N_ENDS; k++) ends += d.incidence[k][d.n_times - 1];
    assert_true(fabs(ends + tr_km_survival(d.all.points, d.all.n_points, 1e9) - 1) <
                1e-9); /* no competing end here */
    tr_arena_free(r.arena);
}

static void targets_by_either_clock(void **state)
{
    (void)state;
    reading r = read_record((tr_record_options){.path = FOLDER "own.csv"});
    tr_workdays england = {.kind = TR_HOLIDAYS_ENGLAND};
    tr_describe_options o = {.workdays = &england, .end_s = r.record.end_s, .target_days = 4, .horizon = 30};
    tr_group g = tr_group_describe("all", r.record.cases, NULL, r.record.n_cases, &o, r.arena);
    assert_int_equal(g.inside.n, 5); /* F-5 took 4.75 days, F-6 is young */
    assert_int_equal(g.inside.inside, 2);
    o.target_working = true;
    g = tr_group_describe("all", r.record.cases, NULL, r.record.n_cases, &o, r.arena);
    assert_int_equal(g.inside.n, 4); /* F-5's four working days were not over at the end of the record */
    assert_int_equal(g.inside.inside, 3);
    tr_arena_free(r.arena);
}

/* ---- months ---- */

static void a_feed_that_stops_or_jumps(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    assert_true(tr_zone_set("Europe/London"));
    int64_t start = utc("2025-01-01T12:00:00Z"), end = utc("2025-12-31T12:00:00Z");
    tr_case cases[1000] = {0};
    int32_t n = 0;
    for (int32_t d = 0; d < 365; d++) {
        int64_t t = start + (int64_t)d * DAY_S;
        cases[n++] = (tr_case){.id = "x", .reported_s = t, .waste_type = "steady"};
        if (d < 240) cases[n++] = (tr_case){.id = "x", .reported_s = t + 1, .waste_type = "stops"};
        for (int32_t k = 0; d >= 151 && d < 181 && k < 4; k++)
            cases[n++] = (tr_case){.id = "x", .reported_s = t + 2 + k, .waste_type = "jumps"};
        if (d < 151 && d % 3 == 0)
            cases[n++] = (tr_case){.id = "x", .reported_s = t + 9, .waste_type = "jumps"};
    }
    tr_months m = tr_months_count(cases, n, start, end, arena);
    int32_t total = 0, stops = 0, jumps = 0;
    for (int32_t i = 0; i < m.n_categories * m.n_months; i++) total += m.counts[i];
    assert_int_equal(total, n);
    assert_int_equal(m.n_months, 12);
    assert_string_equal(m.categories[0], "steady");
    for (int32_t i = 0; i < m.n_findings; i++) {
        assert_false(strncmp(m.findings[i].text, "steady", 6) == 0);
        stops += strncmp(m.findings[i].text, "stops: stops on 2025-08-28", 26) == 0;
        jumps += strncmp(m.findings[i].text, "jumps: 120 reports in 2025-06", 29) == 0;
    }
    assert_int_equal(stops, 1);
    assert_int_equal(jumps, 1);
    tr_arena_free(arena);
}

/* ---- slow places ---- */

static void slow_places_lie_where_they_are(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    tr_case cases[401];
    for (int i = 0; i < 400; i++) { /* 20 x 20 at 100 m or so; slow in the north-east quarter */
        int x = i % 20, y = i / 20;
        int64_t days = x >= 10 && y >= 10 ? 9 : 2;
        cases[i] = (tr_case){.id = "x",
                             .reported_s = 0,
                             .until_s = days * DAY_S,
                             .end = i % 50 ? TR_CASE_CLEARED : TR_CASE_OPEN,
                             .lat = 51.5 + y * 0.0009,
                             .lon = -0.1 + x * 0.00145};
    }
    cases[400] = (tr_case){.id = "far", .until_s = DAY_S, .end = TR_CASE_CLEARED, .lat = 53, .lon = 2};
    tr_slow_places p = tr_slow_places_of(cases, 401, arena);
    const tr_squares *g = &p.squares;
    int32_t n = 0;
    assert_int_equal(p.n_cases, 393); /* 8 of the 401 are open */
    assert_true(g->side_m >= 50 && g->n_x >= 10 && g->n_x <= 40);
    for (int32_t s = 0; s < g->n_x * g->n_y; s++) {
        n += p.n[s];
        if (p.median[s] > 5) assert_true(s / g->n_x <= g->n_y / 2 && s % g->n_x >= g->n_x / 2 - 1);
    }
    assert_int_equal(n, p.n_cases - p.n_outside);
    assert_true(p.n_outside >= 1 && p.n_outside < 60);
    assert_int_equal(tr_slow_places_of(cases, 20, arena).squares.n_x, 0);
    tr_arena_free(arena);
}

/* ---- the page ---- */

static void same_input_same_bytes_and_nothing_from_outside(void **state)
{
    (void)state;
    reading r = read_text("id,reported_at,cleared_at,waste_type,ward\n"
                          "a,2026-01-02T10:00:00Z,2026-01-03T10:00:00Z,<script>alert(1)</script>,=2+3\n"
                          "b,2026-01-02T10:00:00Z,2026-01-05T10:00:00Z,<script>alert(1)</script>,=2+3\n",
                          (tr_record_options){0});
    tr_workdays england = {.kind = TR_HOLIDAYS_ENGLAND};
    tr_describe_options o = {.workdays = &england,
                             .end_s = r.record.end_s,
                             .due_s = r.record.due_s,
                             .horizon = 30,
                             .draws = 200,
                             .seed = 3};
    tr_months months =
        tr_months_count(r.record.cases, r.record.n_cases, r.record.first_s, r.record.end_s, r.arena);
    tr_description d = tr_describe(r.record.cases, r.record.n_cases, &o, r.arena),
                   again = tr_describe(r.record.cases, r.record.n_cases, &o, r.arena);
    tr_history h = {&r.record, &d, &months, &o, NULL, NULL, INT32_MIN, INT32_MIN}, h2 = h;
    h2.description = &again;
    char *page = tr_history_html(&h, r.arena);
    assert_string_equal(page, tr_history_html(&h2, r.arena));
    assert_string_equal(tr_history_json(&h, r.arena), tr_history_json(&h2, r.arena));
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "http"));
    assert_non_null(strstr(page, "&lt;script&gt;"));
    assert_null(strstr(tr_history_csv(&h, r.arena), "\"=2+3\""));
    assert_null(strstr(page, "prove"));
    assert_null(strstr(page, "cause"));
    tr_arena_free(r.arena);
}

/* What a simulation of several rules will show: the same parts, a group a rule. */
static void several_groups_side_by_side(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    static const char *const rules[] = {"as listed", "oldest routed", "nearest first", "zones", "tiprun"};
    tr_workdays england = {.kind = TR_HOLIDAYS_ENGLAND};
    tr_case cases[200];
    tr_group groups[5];
    int64_t start = utc("2026-03-02T08:00:00Z");
    tr_describe_options o = {
        .workdays = &england, .end_s = start + 60 * DAY_S, .target_days = 5, .horizon = 30};
    for (int g = 0; g < 5; g++) {
        for (int i = 0; i < 200; i++)
            cases[i] = (tr_case){.id = "x",
                                 .reported_s = start + i * 3600,
                                 .until_s = start + i * 3600 + (int64_t)(i % 17 + 1) * (6 - g) * DAY_S / 4,
                                 .end = i % 20 ? TR_CASE_CLEARED : TR_CASE_OPEN};
        o.one_run = g == 4; /* no band, no interval */
        groups[g] = tr_group_describe(rules[g], cases, NULL, 200, &o, arena);
    }
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    double days[3] = {0, 1, 2}, queue[3] = {10, 12, 9}, low[3] = {8, 9, 7}, high[3] = {12, 14, 11};
    tr_line lines[2] = {{"as listed", 3, days, queue, low, high, 0},
                        {"tiprun", 3, days, low, NULL, NULL, 0}};
    static const char *const heads[] = {"rule", "km"}, *const cells[] = {"as listed", "12.0", "tiprun & co",
                                                                         "9.5"};
    tr_page_begin(out, "Rules", "made up");
    tr_page_table(out, "By rule", "rule", groups, 5, "5 days");
    tr_page_curves(out, "share not yet cleared", groups, 5, arena);
    tr_chart_lines(out, "queue", "day", "open", lines, 2);
    tr_page_grid(out, "Kilometres", heads, 2, cells, 2);
    tr_page_end(out, "end");
    fclose(out);
    int curves = 0, bands = 0;
    for (const char *at = text; (at = strstr(at, "class=\"curve\"")) != NULL; at++) curves++;
    for (const char *at = text; (at = strstr(at, "class=\"band\"")) != NULL; at++) bands++;
    assert_int_equal(curves, 2 * (5 + 2)); /* each with its sample in the legend */
    assert_int_equal(bands, 5);
    assert_true(isnan(groups[4].restricted_se) && isnan(groups[4].inside.interval.low) &&
                isfinite(groups[3].restricted_se));
    for (int g = 0; g < 5; g++) assert_non_null(strstr(text, rules[g]));
    assert_non_null(strstr(text, "tiprun &amp; co"));
    if (getenv("TR_KEEP_PAGE")) {
        FILE *kept = fopen(getenv("TR_KEEP_PAGE"), "w");
        fputs(text, kept);
        fclose(kept);
    }
    free(text);
    tr_arena_free(arena);
}

static int count(const char *text, const char *word)
{
    int n = 0;
    for (; (text = strstr(text, word)) != NULL; text++) n++;
    return n;
}

static void means_with_whiskers(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    double load[3] = {70, 85, 100}, mean[3] = {2, NAN, 5}, low[3] = {1, NAN, -2}, high[3] = {3, NAN, 9};
    double dots[4] = {1, 2, NAN, 4}, none[4] = {NAN, NAN, NAN, NAN}, shares[2] = {60, 0};
    tr_line line = {"tiprun", 3, load, mean, low, high, 0};
    static const char *const rows[] = {"Bags & boxes", "Asbestos"}, *const rules[] = {"oldest", "tiprun"};
    tr_chart_marks(out, "by load", "load", "days", 69, 101, &line, 1);
    fflush(out);
    assert_int_equal(count(text, "class=\"curve\""), 2); /* the gap parts it */
    assert_int_equal(count(text, "fill=\"none\""), 2);
    assert_int_equal(count(text, "stroke-width=\"1.5\""), 4);
    tr_chart_dots(out, &(tr_dots){"by type", "days", 2, 2, rows, rules, dots, none, none});
    tr_chart_pairs(out, "spread", "days", "%", 1, 2, rules, (const double *const[]){shares, shares});
    fclose(out);
    assert_int_equal(count(text, "stroke-width=\"1.5\""), 4 + 3 + 2); /* dots, and their legend */
    assert_int_equal(count(text, "<rect"), 2 + 2);
    assert_non_null(strstr(text, "Bags &amp; boxes"));
    assert_null(strstr(text, "nan"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_many_systems),
        cmocka_unit_test(both_sundays_of_summer_time),
        cmocka_unit_test(a_clock_of_working_days),
        cmocka_unit_test(holidays_of_a_file),
        cmocka_unit_test(every_trap_is_counted_once),
        cmocka_unit_test(a_cut_makes_open_what_was_closed_later),
        cmocka_unit_test(our_own_columns),
        cmocka_unit_test(a_mapping_for_any_other_layout),
        cmocka_unit_test(json_is_read_like_csv),
        cmocka_unit_test(day_or_month_first_is_never_guessed),
        cmocka_unit_test(what_cannot_be_read_is_told),
        cmocka_unit_test(figures_of_a_handful),
        cmocka_unit_test(targets_by_either_clock),
        cmocka_unit_test(a_feed_that_stops_or_jumps),
        cmocka_unit_test(slow_places_lie_where_they_are),
        cmocka_unit_test(same_input_same_bytes_and_nothing_from_outside),
        cmocka_unit_test(several_groups_side_by_side),
        cmocka_unit_test(means_with_whiskers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
