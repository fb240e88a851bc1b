/* test_inputs.c -- calendar, vocabulary and the readers of every input file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "calendar.h"
#include "readers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int32_t day(const char *text)
{
    int32_t d;
    assert_true(tr_day_parse(text, &d));
    return d;
}

/* ---- calendar ---- */

static void days_go_back_and_forth(void **state)
{
    (void)state;
    char text[11];
    int32_t d;
    for (int32_t i = -20000; i < 40000; i += 7) {
        tr_day_print(i, text);
        assert_true(tr_day_parse(text, &d));
        assert_int_equal(d, i);
    }
    assert_int_equal(day("1970-01-01"), 0);
    assert_int_equal(tr_weekday(day("2026-03-02")), 0);
    static const char *const bad[] = {"2026-02-29",  "2026-13-01", "2026-3-1", "20260301",
                                      "2026-03-01x", "",           "1-1-1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(tr_day_parse(bad[i], &d));
    assert_true(tr_day_parse("2024-02-29", &d));
}

static void bank_holidays_are_those_proclaimed(void **state)
{
    (void)state;
    static const char *const holidays[] = {
        "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31",
        "2026-12-25", "2026-12-28", "2022-01-03", "2022-06-02", "2022-06-03", "2022-09-19",
        "2022-12-26", "2022-12-27", "2023-01-02", "2023-05-08", "2021-12-27", "2021-12-28",
        "2020-05-08", "2020-12-28", "2012-06-04", "2012-06-05", "2011-04-29", "2025-04-18",
        "2027-12-27", "2027-12-28", "2027-03-26", "2028-01-03", "2024-04-01",
    };
    static const char *const working[] = {"2022-05-30", "2020-05-04", "2026-12-29",
                                          "2026-04-07", "2025-12-24", "2024-01-02",
                                          "2012-05-28", "2021-12-29", "2026-05-11"};
    for (size_t i = 0; i < sizeof holidays / sizeof *holidays; i++)
        assert_false(tr_working_day(day(holidays[i])));
    for (size_t i = 0; i < sizeof working / sizeof *working; i++)
        assert_true(tr_working_day(day(working[i])));
    int32_t n = 0;
    for (int32_t d = day("2026-01-01"); d <= day("2026-12-31"); d++)
        n += tr_weekday(d) < 5 && tr_bank_holiday(d);
    assert_int_equal(n, 8);
    assert_int_equal(tr_add_working_days(day("2026-04-02"), 1), day("2026-04-07")); /* over Easter */
    assert_int_equal(tr_add_working_days(day("2026-02-28"), 1), day("2026-03-02")); /* from a Saturday */
    assert_int_equal(tr_add_working_days(day("2026-02-28"), 0), day("2026-02-28"));
}

static void times_know_their_zone(void **state)
{
    (void)state;
    int64_t t, u;
    assert_true(tr_zone_set("Europe/London"));
    assert_true(tr_time_parse("2025-06-07T19:29:30+0100", &t));
    assert_true(tr_time_parse("2025-06-07T18:29:30Z", &u));
    assert_int_equal(t, u);
    assert_true(tr_time_parse("2025-06-07 19:29:30+01:00", &u));
    assert_int_equal(t, u);
    assert_true(tr_time_parse("2025-06-07T19:29:30", &u)); /* local, in summer */
    assert_int_equal(t, u);
    assert_true(tr_time_parse("2025-06-07T23:30:00Z", &t)); /* after midnight in London */
    assert_int_equal(tr_local_day(t), day("2025-06-08"));
    assert_true(tr_time_parse("2025-12-07T23:30:00.250Z", &t));
    assert_int_equal(tr_local_day(t), day("2025-12-07"));
    assert_int_equal(tr_utc_offset(day("2026-03-29")), 0); /* the clocks go forward at one */
    assert_int_equal(tr_utc_offset(day("2026-03-30")), 3600);
    assert_int_equal(tr_utc_offset(day("2026-10-25")), 3600);
    assert_int_equal(tr_utc_offset(day("2026-10-26")), 0);
    static const char *const bad[] = {"2026-03-01T25:00",
                                      "2026-03-01T10",
                                      "2026-03-01T10:00+1",
                                      "2026-03-01T10:00Zx",
                                      "2026-02-30T10:00",
                                      "10:00",
                                      "",
                                      "2026-03-01T10:00:00."};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(tr_time_parse(bad[i], &t));
    assert_false(tr_zone_set("Europe/Lodnon"));
    assert_false(tr_zone_set("../../etc/passwd"));
}

static void clocks_and_windows(void **state)
{
    (void)state;
    char text[9];
    int64_t s;
    tr_window w, list[4] = {{50, 60}, {10, 20}, {15, 30}, {30, 40}};
    assert_true(tr_clock_parse("06:05", &s));
    tr_clock_print(s, text);
    assert_string_equal(text, "06:05");
    tr_clock_print(s + 7, text);
    assert_string_equal(text, "06:05:07");
    tr_clock_print(INT64_MAX, text); /* cut, never overrun */
    assert_true(strlen(text) <= 8);
    assert_true(tr_clock_parse("26:00", &s));
    assert_false(tr_clock_parse("6:00", &s));
    assert_false(tr_clock_parse("37:00", &s));
    assert_true(tr_window_parse(" 08:00 - 10:00 ", &w));
    assert_int_equal(w.end_s - w.start_s, 7200);
    assert_false(tr_window_parse("10:00-08:00", &w));
    assert_int_equal(tr_windows_tidy(list, 4), 2);
    assert_int_equal(list[0].end_s, 40);
}

/* ---- words ---- */

static void lists_know_both_spellings(void **state)
{
    (void)state;
    assert_int_equal(tr_waste_type_find("constr/demol/excav"), 8);
    assert_int_equal(tr_waste_type_find("Construction / demolition / excavation"), 8);
    assert_int_equal(tr_waste_type_find("Black bags \xE2\x80\x93 commercial"), 9); /* en dash */
    assert_int_equal(tr_waste_type_find("BLACK BAGS HOUSEHOLD"), 10);
    assert_int_equal(tr_waste_type_find("Sofa-like things"), -1);
    assert_int_equal(tr_size_find("significant/multi load"), 6);
    assert_int_equal(tr_land_type_find("private - residential"), 6);
    for (int32_t i = 0; i < TR_N_WASTE_TYPES; i++) assert_int_equal(tr_waste_type_find(tr_waste_types[i]), i);
    for (int32_t i = 0; i < TR_N_SIZES; i++) assert_int_equal(tr_size_find(tr_sizes[i]), i);
    for (int32_t i = 0; i < TR_N_LAND_TYPES; i++) assert_int_equal(tr_land_type_find(tr_land_types[i]), i);
    for (int32_t i = 0; i < TR_STREAM_COUNT; i++)
        assert_string_equal(tr_stream_names[i], tr_stream_infos[i].name);
}

static tr_mask streams_in(const char *text, const char **word)
{
    tr_arena *arena = tr_arena_new();
    tr_mask found = tr_words_streams(tr_words_key(arena, text), word);
    tr_arena_free(arena);
    return found;
}

static tr_mask bit(const char *stream)
{
    return (tr_mask)1 << tr_word_find(stream, tr_stream_names, TR_STREAM_COUNT);
}

static void words_name_streams(void **state)
{
    (void)state;
    const char *word = NULL;
    assert_true(streams_in("Old SOFAS, and some needles!", &word) == (bit("pops") | bit("clinical")));
    assert_string_equal(word, "needle");
    word = NULL;
    assert_true(streams_in("an oil drum", &word) == bit("chemical"));
    assert_true(streams_in("asbestos lagging", &word) == bit("asbestos_fibrous"));
    word = NULL;
    assert_true(streams_in("said to be non-hazardous; a drum kit", &word) == 0);
    assert_null(word);
    assert_true(streams_in("boiled potatoes, tarpaulin", &word) == 0); /* "oil" inside a word is none */
    assert_true(streams_in("", &word) == 0);
    assert_true(streams_in("gas bottles", &word) == bit("gas_cylinder"));
}

static void categories_of_known_feeds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t type, size, land;
    } known[] = {
        {"Fly-tip Small - Less than one bag", -1, 0, -1},
        {"Fly-tip Medium - Up to medium size van load (Estates)", -1, 3, 4},
        {"Fly-tip Large - More than a van load (Parks)", -1, 5, 4},
        {"Flytipping - Black Bags (Street)", 10, -1, 0},
        {"Flytipping - Blk Bags Commercial (Street)", 9, -1, 0},
        {"Flytipping - Builders Rubble (Estates)", 8, -1, 4},
        {"Flytipping - White Goods (Street)", 3, -1, 0},
        {"Flytipping - Drug related Litter (Street)", 7, -1, 0},
        {"Flytipping - Chemical Drums (Street)", 11, -1, 0},
        {"Fly Tipping on Street", -1, -1, 0},
        {"Flytip", -1, -1, -1},
        {"Private land", -1, -1, 6},
        {"Roadside / verge", -1, -1, 0},
    };
    tr_arena *arena = tr_arena_new();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        tr_category c = tr_category_read(tr_words_key(arena, known[i].text));
        assert_int_equal(c.waste_type, known[i].type);
        assert_int_equal(c.size, known[i].size);
        assert_int_equal(c.land_type, known[i].land);
    }
    tr_arena_free(arena);
}

static void nearest_words(void **state)
{
    (void)state;
    static const char *const known[] = {"available", "streams", "kg"};
    assert_string_equal(tr_nearest_word("avialable", known, 3), "available");
    assert_string_equal(tr_nearest_word("Stream", known, 3), "streams");
    assert_null(tr_nearest_word("completely other", known, 3));
    char longest[5000];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    assert_null(tr_nearest_word(longest, known, 3));
}

static void utf8(void **state)
{
    (void)state;
    assert_int_equal(tr_utf8_valid("a\xC3\xA9", 3), 3);
    assert_int_equal(tr_utf8_valid("a\xC3", 2), 1);
    assert_int_equal(tr_utf8_valid("\xC0\x80", 2), 0);         /* overlong */
    assert_int_equal(tr_utf8_valid("\xED\xA0\x80", 3), 0);     /* surrogate */
    assert_int_equal(tr_utf8_valid("\xF4\x90\x80\x80", 4), 0); /* beyond Unicode */
    assert_int_equal(tr_utf8_valid("\xF0\x9F\x9A\x9B", 4), 4);
}

/* ---- files ---- */

typedef struct {
    tr_arena *arena;
    tr_morning morning;
    tr_diag diag;
    char path[64];
} fixture;

static void open_fixture(fixture *f)
{
    memset(f, 0, sizeof *f);
    f->arena = tr_arena_new();
    f->morning.arena = f->diag.arena = f->arena;
    strcpy(f->path, "inputs-XXXXXX");
    int fd = mkstemp(f->path);
    assert_true(fd >= 0);
    close(fd);
}

static void close_fixture(fixture *f)
{
    unlink(f->path);
    tr_arena_free(f->arena);
}

/* The reports of `text` beside the tiny example's fleet and sites. */
static tr_status read_text(fixture *f, const char *text, const char *mapping)
{
    FILE *file = fopen(f->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    const char *reports[1] = {f->path};
    tr_input_files files = {.reports = reports,
                            .n_reports = 1,
                            .fleet = TR_SOURCE_DIR "/instances/tiny/fleet.json",
                            .sites = TR_SOURCE_DIR "/instances/tiny/sites.json",
                            .mapping = mapping,
                            .day = -1};
    return tr_inputs_read(&files, &f->morning, &f->diag);
}

static void tiny_example(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    const char *reports[1] = {TR_SOURCE_DIR "/instances/tiny/reports.csv"};
    tr_input_files files = {.reports = reports,
                            .n_reports = 1,
                            .fleet = TR_SOURCE_DIR "/instances/tiny/fleet.json",
                            .sites = TR_SOURCE_DIR "/instances/tiny/sites.json",
                            .day = -1};
    assert_int_equal(tr_inputs_read(&files, &f.morning, &f.diag), TR_OK);
    const tr_morning *m = &f.morning;
    assert_int_equal(f.diag.n_faults, 1); /* told: the day is the latest report's */
    assert_non_null(strstr(f.diag.faults[0].text, "the day of the latest report"));
    assert_int_equal(m->n_reports, 6);
    assert_int_equal(m->problem.n_vehicles, 2);
    assert_int_equal(m->problem.n_sites, 2);
    assert_int_equal(m->problem.n_profiles, 1);
    assert_int_equal(m->n_places, 3);
    assert_int_equal(m->problem.day, day("2026-03-01"));
    assert_int_equal(m->problem.sites[1].n_opening, 0); /* a Sunday */
    const tr_vehicle *box = &m->problem.vehicles[1];
    assert_int_equal(box->compartments[1].litres, 1500);
    assert_true(box->certs == (1 | 4 | 32)); /* asbestos_bonded, clinical_sharps, fgas_fridge */
    assert_int_equal(m->problem.vehicles[0].max_overtime_s, 1800);
    assert_int_equal(m->places[m->problem.sites[0].place].kind, TR_PLACE_SITE);
    assert_string_equal(m->reports[5].hazard_word, "needle");
    assert_int_equal(m->reports[2].litres, 400);
    assert_true(m->reports[0].labels[0].confidence > 0.91);
    close_fixture(&f);
}

static void formats_tell_the_same(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "id,lat,lon,reported_at,description\nA,51.5,-0.1,2026-03-01T09:00:00Z,a sofa\n",
        "\xEF\xBB\xBFid;lat;lon;reported_at;description\r\nA;51.5;-0.1;2026-03-01T09:00:00Z;a sofa\r\n",
        "[{\"id\":\"A\",\"lat\":51.5,\"lon\":-0.1,\"reported_at\":\"2026-03-01T09:00:00Z\",\"description\":"
        "\"a sofa\"}]",
        "{\"reports\":[{\"id\":\"A\",\"lat\":51.5,\"lon\":-0.1,\"reported_at\":\"2026-03-01T09:00:00Z\","
        "\"description\":\"a sofa\"}]}",
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":\"A\",\"geometry\":{"
        "\"type\":\"Point\","
        "\"coordinates\":[-0.1,51.5]},\"properties\":{\"reported_at\":\"2026-03-01T09:00:00Z\","
        "\"description\":\"a sofa\"}}]}",
        "[{\"service_request_id\":\"A\",\"status\":\"open\",\"lat\":51.5,\"long\":-0.1,\"service_name\":"
        "\"Flytipping\","
        "\"requested_datetime\":\"2026-03-01T09:00:00Z\",\"description\":\"a sofa\"}]",
        "Report ID,Title,Detail,User "
        "Name,Category,Subcategory,Created,Confirmed,Acknowledged,Fixed,Closed,Status,Latitude,"
        "Longitude,Query,Ward,Easting,Northing,Report URL,Device Type,Site Used,Reported As\n"
        "A,Dumped,\"a \"\"sofa\"\"\",Jane "
        "Doe,Flytipping,,2026-03-01T09:00:00,,,,,Confirmed,51.5,-0.1,,,,,,,,\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fixture f;
        open_fixture(&f);
        assert_int_equal(read_text(&f, texts[i], NULL), TR_OK);
        assert_int_equal(f.morning.n_reports, 1);
        const tr_report *r = &f.morning.reports[0];
        assert_null(r->fault);
        assert_null(r->closed);
        assert_string_equal(r->id, "A");
        assert_true(r->lat == 51.5 && r->lon == -0.1);
        assert_int_equal(r->reported_at, 1772355600);
        assert_int_equal(r->n_stream_words, 1);
        assert_string_equal(r->stream_words[0], "pops");
        close_fixture(&f);
    }
}

static void closed_reports_are_no_work(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    assert_int_equal(read_text(&f,
                               "id,lat,lon,reported_at,status\nA,51.5,-0.1,2026-03-01,Fixed - Council\n"
                               "B,51.6,-0.1,2026-03-01,unable to fix\nC,51.7,-0.1,2026-03-01,in progress\n",
                               NULL),
                     TR_OK);
    assert_string_equal(f.morning.reports[0].closed, "already fixed");
    assert_string_equal(f.morning.reports[1].closed, "closed: unable to fix");
    assert_null(f.morning.reports[2].closed);
    assert_int_equal(tr_triage(&f.morning, &f.diag), TR_OK);
    assert_int_equal(f.morning.outcomes[0].kind, TR_NOT_OURS);
    assert_int_equal(f.morning.outcomes[2].kind, TR_LEFT);
    close_fixture(&f);
}

static void a_place_that_no_crew_reaches_goes_to_review(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    assert_int_equal(read_text(&f,
                               "id,lat,lon,reported_at\nA,51.5,-0.1,2026-03-01\nB,-0.1,51.5,2026-03-01\n"
                               "C,40.4,-3.7,2026-03-01\nD,50.8,-1.1,2026-03-01\n",
                               NULL),
                     TR_OK);
    const tr_report *r = f.morning.reports;
    assert_null(r[0].fault);
    assert_non_null(strstr(r[1].fault, "300 km from every depot and site; latitude and longitude are swapped"));
    assert_non_null(strstr(r[2].fault, "300 km"));
    assert_null(strstr(r[2].fault, "swapped"));
    assert_null(r[3].fault);
    close_fixture(&f);
}

static void a_pothole_is_no_waste(void **state)
{
    static const struct {
        const char *row;
        bool waste;
    } known[] = {
        {"Potholes,,", false},         {"Abandoned vehicles,,", false}, {"Street light,,", false},
        {"Potholes,,Tyres", true},     {"Flytipping,,", true},          {"Illegal Dumping,,", true},
        {"Street,Rubbish,", true},     {"White Goods,,", true},         {",,", true},
        {"Up to medium size van load,,", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        fixture f;
        char text[200];
        open_fixture(&f);
        snprintf(text, sizeof text,
                 "id,lat,lon,reported_at,category,subcategory,waste_type,description\n"
                 "A,51.5,-0.1,2026-03-01,%s,a hole full of old tyres\nB,51.6,-0.1,2026-03-01,,,,\n", known[i].row);
        assert_int_equal(read_text(&f, text, NULL), TR_OK);
        const tr_report *r = &f.morning.reports[0];
        if (known[i].waste) assert_null(r->fault);
        else assert_non_null(strstr(r->fault, "names no dumped waste"));
        close_fixture(&f);
    }
}

static void per_cent_is_a_matter_of_the_column(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    assert_int_equal(
        read_text(&f,
                  "id,lat,lon,reported_at,labels,size_confidence\nA,51.5,-0.1,2026-03-01,asbestos:81,0.5\n"
                  "B,51.6,-0.1,2026-03-01,sofa: 1;tyre:0.5,0.9\nC,51.7,-0.1,2026-03-01,sofa:1.5;tyre:0.5,\n",
                  NULL),
        TR_OK);
    assert_true(f.morning.reports[0].labels[0].confidence == 0.81);
    assert_true(f.morning.reports[1].labels[0].confidence == 0.01);
    assert_true(f.morning.reports[0].size_confidence == 0.5);
    close_fixture(&f);
}

static void one_row_above_1_does_not_silence_the_hazards_of_the_others(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    assert_int_equal(
        read_text(&f,
                  "id,lat,lon,reported_at,labels,size_confidence\nA,51.5,-0.1,2026-03-01,asbestos:0.81,0.5\n"
                  "B,51.6,-0.1,2026-03-01,sofa:1.7,0.9\nC,51.7,-0.1,2026-03-01,,80\n",
                  NULL),
        TR_OK);
    const tr_report *r = f.morning.reports;
    assert_null(r[0].fault);
    assert_true(r[0].labels[0].confidence == 0.81);
    assert_string_equal(r[1].fault, "column labels: confidence 1.7 is above 1, those of most other rows are not");
    assert_int_equal(r[1].n_labels, 0);
    assert_non_null(strstr(r[2].fault, "column size_confidence: confidence 80 is above 1"));
    assert_int_equal(tr_triage(&f.morning, &f.diag), TR_OK);
    assert_int_equal(f.morning.outcomes[0].hazard, 2);
    assert_int_equal(f.morning.outcomes[1].kind, TR_REVIEW);
    close_fixture(&f);
}

static void classifier_output_with_capitals(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    assert_int_equal(read_text(&f,
                               "[{\"id\":\"A\",\"lat\":51.5,\"lon\":-0.1,\"reported_at\":\"2026-03-01\","
                               "\"window\":[[\"08:00\",\"09:00\"],"
                               "\"10:00-11:00\"],\"photos\":[\"a.jpg\",\"b.jpg\"],\"labels\":[{\"Name\":"
                               "\"Couch\",\"Confidence\":97.5}]}]",
                               NULL),
                     TR_OK);
    const tr_report *r = &f.morning.reports[0];
    assert_null(r->fault);
    assert_int_equal(r->n_windows, 2);
    assert_int_equal(r->n_photos, 2);
    assert_true(r->labels[0].confidence == 0.975);
    close_fixture(&f);
}

static void a_mapping_reads_a_foreign_feed(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    assert_int_equal(
        read_text(
            &f,
            "report_id,created,category,latitude,longitude,has_photo,text_tags\n"
            "1,2025-06-07T19:29:30+0100,Flytipping - General (Street),51.50053,-0.04302,0,sofa_furniture\n"
            "2,2025-06-07T22:08:41+0100,Fly-tip Small - Less than one "
            "bag,51.52889,-0.19731,1,chemical_oil_fuel;black_bags\n",
            TR_SOURCE_DIR "/instances/mapping-london-fixmystreet.json"),
        TR_OK);
    const tr_report *r = f.morning.reports;
    assert_int_equal(f.diag.n_errors, 0);
    assert_string_equal(r[0].stream_words[0], "pops");
    assert_int_equal(r[0].land_type, 0);
    assert_int_equal(r[1].size, 0);
    assert_int_equal(r[1].n_photos, 1);
    assert_string_equal(r[1].hazard_word, "chemical oil fuel");
    assert_int_equal(r[1].n_stream_words, 2);
    close_fixture(&f);
}

static void free_text_and_names_stay_out(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    assert_int_equal(read_text(&f,
                               "id,lat,lon,reported_at,description,user name\nA,51.5,-0.1,2026-03-01,"
                               "\"ring Jane on 020 7946 0000, needles by the gate\",Jane Doe\n",
                               NULL),
                     TR_OK);
    const tr_report *r = &f.morning.reports[0];
    assert_string_equal(r->hazard_word, "needle");
    assert_null(r->street);
    assert_null(r->fault);
    close_fixture(&f);
}

static void control_characters_do_not_get_in(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    assert_int_equal(
        read_text(&f,
                  "id,lat,lon,reported_at,street\nA\x1b[2J,51.5,-0.1,2026-03-01,\"High\nStreet\"\n"
                  "B,x\x1b,-0.1,2026-03-01,\n",
                  NULL),
        TR_OK);
    assert_string_equal(f.morning.reports[0].id, "A [2J");
    assert_string_equal(f.morning.reports[0].street, "High Street");
    assert_non_null(f.morning.reports[1].fault);
    assert_null(strchr(f.morning.reports[1].fault, '\x1b'));
    close_fixture(&f);
}

/* A value is cut between characters: what leaves the reader is always UTF-8. */
static void long_values_are_cut_between_characters(void **state)
{
    (void)state;
    fixture f;
    char long_text[401] = "", feed[1200];
    for (int i = 0; i < 200; i++) strcat(long_text, "\xC3\xA9");
    open_fixture(&f);
    snprintf(
        feed, sizeof feed,
        "id,lat,lon,reported_at,labels,size\nA,51.5,-0.1,2026-03-01,x%s:0.5,\nB,51.6,-0.1,2026-03-01,,x%s\n",
        long_text, long_text);
    assert_int_equal(read_text(&f, feed, NULL), TR_OK);
    const char *name = f.morning.reports[0].labels[0].name, *fault = f.morning.reports[1].fault;
    assert_int_equal(strlen(name), 59);
    assert_int_equal(tr_utf8_valid(name, strlen(name)), strlen(name));
    assert_non_null(fault);
    assert_int_equal(tr_utf8_valid(fault, strlen(fault)), strlen(fault));
    close_fixture(&f);
}

static void many_faults_leave_room_for_errors(void **state)
{
    (void)state;
    tr_diag diag = {.arena = tr_arena_new()};
    for (int i = 0; i < 1000; i++) tr_diag_add(&diag, TR_WARNING, "a.csv", "", "row %d", i);
    tr_diag_add(&diag, TR_ERROR, "fleet.json", "vehicles", "is\x1b missing");
    assert_int_equal(diag.n_faults, 201);
    assert_int_equal(diag.n_errors, 1);
    assert_string_equal(diag.faults[200].text, "is? missing");
    assert_non_null(strstr(diag.faults[199].text, "there may be more"));
    tr_arena_free(diag.arena);
}

static void long_faults_are_cut_within_their_room(void **state)
{
    (void)state;
    tr_diag diag = {.arena = tr_arena_new()};
    for (int length = 890; length <= 910; length++) { /* the arena's end is poisoned: a byte beyond is seen */
        tr_diag_add(&diag, TR_WARNING, "a.csv", "", "%0*d", length, 7);
        const char *text = diag.faults[diag.n_faults - 1].text;
        assert_int_equal(strlen(text), length <= 900 ? length : 900);
        assert_string_equal(text + strlen(text) - 3, length <= 900 ? "007" : "...");
    }
    tr_diag_add(&diag, TR_WARNING, "a.csv", "", "%0896d\xC3\xA9%010d", 7, 8); /* cut within the letter */
    assert_int_equal(strlen(diag.faults[diag.n_faults - 1].text), 899);
    tr_arena_free(diag.arena);
}

static void orders_name_what_they_do_not_know(void **state)
{
    (void)state;
    fixture f;
    tr_err err;
    open_fixture(&f);
    assert_int_equal(
        read_text(&f, "id,lat,lon,reported_at\nR=1,51.5,-0.1,2026-03-01\nR-2,51.6,-0.1,2026-03-01\n", NULL),
        TR_OK);
    assert_int_equal(tr_order_pin(&f.morning, "R=1=Box-2", &err), TR_OK);
    assert_string_equal(f.morning.reports[1].pin, "Box-2"); /* reports stand in the order of their ids */
    assert_int_equal(tr_order_pin(&f.morning, "R-2=Box-3", &err), TR_EINPUT);
    assert_non_null(strstr(err.text, "did you mean \"Box-2\"?"));
    assert_int_equal(tr_order_pin(&f.morning, "R-2", &err), TR_EINPUT);
    assert_int_equal(tr_order_pin(&f.morning, "=Box-2", NULL), TR_EINPUT);
    assert_int_equal(tr_order_pin(&f.morning, "R=1=Box-2", &err), TR_OK); /* the same once more */
    assert_int_equal(tr_order_pin(&f.morning, "R=1=Tipper-1", &err), TR_EINPUT);
    assert_non_null(strstr(err.text, "\"R=1\" is pinned to \"Box-2\" already, not also to \"Tipper-1\""));
    assert_string_equal(f.morning.reports[1].pin, "Box-2");
    f.morning.reports[0].pin = "Box-2"; /* as the feed wants it */
    assert_int_equal(tr_order_pin(&f.morning, "R-2=Tipper-1", &err), TR_OK);
    assert_string_equal(f.morning.reports[0].pin, "Tipper-1");
    assert_int_equal(tr_order_leave(&f.morning, "R-2", &err), TR_OK);
    assert_true(f.morning.reports[0].leave);
    assert_int_equal(tr_order_leave(&f.morning, "R-3", &err), TR_EINPUT);
    assert_int_equal(tr_order_off(&f.morning, "Tipper-1", &err), TR_OK);
    assert_false(f.morning.problem.vehicles[0].available);
    assert_int_equal(tr_order_off(&f.morning, "Tipper-9", &err), TR_EINPUT);
    close_fixture(&f);
}

/* Bytes of a good feed cut off or changed anywhere: never a crash, always a status. */
static void damaged_feeds_are_survived(void **state)
{
    (void)state;
    static const char *const good[] = {
        "id,lat,lon,reported_at,labels,window\nA,51.5,-0.1,2026-03-01T09:00:00Z,\"asbestos:0.4;sofa:0.2\",08:"
        "00-09:00;10:00-11:00\n",
        "{\"type\":\"FeatureCollection\",\"features\":[{\"id\":1,\"geometry\":{\"type\":\"Point\","
        "\"coordinates\":[-0.1,51.5]},"
        "\"properties\":{\"labels\":[{\"name\":\"sofa\",\"confidence\":0.5}],\"window\":[[\"08:00\",\"09:"
        "00\"]]}}]}",
    };
    const char *seed_text = getenv("TR_SEED");
    unsigned seed = seed_text ? (unsigned)strtoul(seed_text, NULL, 10) : 20260302u;
    print_message("seed %u\n", seed);
    srand(seed);
    for (int i = 0; i < 300; i++) {
        fixture f;
        open_fixture(&f);
        char *text = strdup(good[i % 2]);
        size_t n = strlen(text);
        for (int k = rand() % 4; k >= 0; k--) text[(size_t)rand() % n] = (char)(1 + rand() % 255);
        if (rand() % 3 == 0) text[(size_t)rand() % n] = 0;
        tr_status status = read_text(&f, text, NULL);
        assert_true(status == TR_OK || (status == TR_EINPUT && f.diag.n_errors > 0));
        if (status == TR_OK) assert_int_equal(tr_triage(&f.morning, &f.diag), TR_OK);
        free(text);
        close_fixture(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_go_back_and_forth),
        cmocka_unit_test(bank_holidays_are_those_proclaimed),
        cmocka_unit_test(times_know_their_zone),
        cmocka_unit_test(clocks_and_windows),
        cmocka_unit_test(lists_know_both_spellings),
        cmocka_unit_test(words_name_streams),
        cmocka_unit_test(categories_of_known_feeds),
        cmocka_unit_test(nearest_words),
        cmocka_unit_test(utf8),
        cmocka_unit_test(tiny_example),
        cmocka_unit_test(formats_tell_the_same),
        cmocka_unit_test(closed_reports_are_no_work),
        cmocka_unit_test(a_place_that_no_crew_reaches_goes_to_review),
        cmocka_unit_test(a_pothole_is_no_waste),
        cmocka_unit_test(per_cent_is_a_matter_of_the_column),
        cmocka_unit_test(one_row_above_1_does_not_silence_the_hazards_of_the_others),
        cmocka_unit_test(classifier_output_with_capitals),
        cmocka_unit_test(a_mapping_reads_a_foreign_feed),
        cmocka_unit_test(free_text_and_names_stay_out),
        cmocka_unit_test(control_characters_do_not_get_in),
        cmocka_unit_test(long_values_are_cut_between_characters),
        cmocka_unit_test(many_faults_leave_room_for_errors),
        cmocka_unit_test(long_faults_are_cut_within_their_room),
        cmocka_unit_test(orders_name_what_they_do_not_know),
        cmocka_unit_test(damaged_feeds_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
