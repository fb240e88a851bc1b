/* test_outputs.c -- the files of a day: whole, safe whatever the input says, and read back to the same bytes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "day_fixture.h"
#include "json_text.h"
#include "sha256.h"
#include "write_file.h"
#include "writers.h"

#include <csv.h>
#include <dirent.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a folder of our own ---- */

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "outputs-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    DIR *open = opendir(folder);
    for (struct dirent *entry; open && (entry = readdir(open));) unlinkat(dirfd(open), entry->d_name, 0);
    if (open) closedir(open);
    return rmdir(folder);
}

static const char *in_folder(tr_arena *arena, const char *name)
{
    return tr_arena_printf(arena, "%s/%s", folder, name);
}

static char *slurp(const char *path, tr_arena *arena, size_t *length)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = TR_NEW(arena, char, 4 << 20);
    size_t n = fread(text, 1, (4 << 20) - 1, file);
    fclose(file);
    if (length) *length = n;
    return text;
}

static day_fixture *written(bool nasty)
{
    tr_err err = {0};
    day_fixture *f = day_fixture_new(nasty);
    assert_non_null(f);
    if (tr_outputs_write(&f->day, folder, &err)) fail_msg("%s", err.text);
    return f;
}

static int32_t files_in_folder(void)
{
    int32_t n = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open));) n += entry->d_name[0] != '.';
    closedir(open);
    return n;
}

/* ---- plan.json ---- */

static void read_back(day_fixture *f, tr_morning *morning, tr_plan *plan, tr_day *day)
{
    tr_diag diag = {.arena = f->arena};
    tr_status status =
        tr_plan_read_day(in_folder(f->arena, "plan.json"), f->arena, morning, plan, day, &diag);
    for (int32_t i = 0; i < diag.n_faults; i++)
        print_error("%s: %s: %s\n", diag.faults[i].file, diag.faults[i].where, diag.faults[i].text);
    assert_int_equal(status, TR_OK);
    assert_int_equal(diag.n_faults, 0);
}

static void round_trip(bool nasty)
{
    day_fixture *f = written(nasty);
    tr_morning morning;
    tr_plan plan;
    tr_day day;
    char hash[65];
    tr_verdict verdict;
    read_back(f, &morning, &plan, &day);
    assert_int_equal(tr_sha256_file(in_folder(f->arena, "travel.json"), hash, NULL), TR_OK);
    assert_string_equal(tr_plan_json(&day, hash, f->arena),
                        slurp(in_folder(f->arena, "plan.json"), f->arena, NULL));
    assert_true(tr_referee(&morning.problem, &plan, f->arena, &verdict));
    assert_int_equal(tr_goal_compare(&verdict.goal, &f->plan.goal), 0);
    size_t cells = (size_t)morning.problem.n_places * (size_t)morning.problem.n_places;
    assert_int_equal(morning.problem.n_places, f->morning.problem.n_places);
    assert_memory_equal(morning.problem.travel[0].seconds, f->morning.problem.travel[0].seconds, 4 * cells);
    assert_memory_equal(morning.problem.travel[0].metres, f->morning.problem.travel[0].metres, 4 * cells);
    day_fixture_free(f);
}

static void reads_back_to_the_same_bytes(void **state)
{
    (void)state;
    round_trip(false);
}

/* The table of speeds by the hour is in the file only where it says something. */
static void reads_speeds_by_the_hour_back(void **state)
{
    (void)state;
    char hash[65];
    tr_err err = {0};
    for (int32_t rush = 0; rush < 2; rush++) {
        day_fixture *f = day_fixture_new(false);
        tr_morning morning;
        tr_plan plan;
        tr_day day;
        int32_t *speeds = f->morning.problem.policy.speed_by_hour;
        if (rush) speeds[8] = 705, speeds[9] = 705, speeds[17] = 800;
        if (tr_outputs_write(&f->day, folder, &err)) fail_msg("%s", err.text);
        const char *bytes = slurp(in_folder(f->arena, "plan.json"), f->arena, NULL);
        assert_int_equal(strstr(bytes, "speed_by_hour") != NULL, rush);
        const char *summary = tr_summary_text(&f->day, f->arena);
        assert_int_equal(strstr(summary, "hour of the day") != NULL, rush);
        assert_int_equal(strstr(summary, "08:00-10:00") && strstr(summary, "70.5 %"), rush);
        read_back(f, &morning, &plan, &day);
        assert_int_equal(tr_speed_changes(&morning.problem.policy), rush);
        for (int32_t h = 0; rush && h < 24; h++)
            assert_int_equal(morning.problem.policy.speed_by_hour[h], speeds[h] ? speeds[h] : 1000);
        assert_int_equal(tr_sha256_file(in_folder(f->arena, "travel.json"), hash, NULL), TR_OK);
        assert_string_equal(tr_plan_json(&day, hash, f->arena), bytes);
        day_fixture_free(f);
    }
}

static void reads_nasty_strings_back(void **state)
{
    (void)state;
    round_trip(true);
}

/* A replanned day: what was done already stands in the vehicle, with its times and loads. */
static void reads_frozen_visits_back(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(false);
    tr_err err = {0};
    tr_morning morning;
    tr_plan plan;
    tr_day day;
    tr_vehicle *vehicles = TR_NEW(f->arena, tr_vehicle, 3);
    memcpy(vehicles, f->morning.problem.vehicles, 3 * sizeof *vehicles);
    vehicles[0].n_frozen = 7;
    vehicles[0].frozen = f->plan.routes[0].visits;
    f->morning.problem.vehicles = vehicles;
    if (tr_outputs_write(&f->day, folder, &err)) fail_msg("%s", err.text);
    read_back(f, &morning, &plan, &day);
    assert_int_equal(morning.problem.vehicles[0].n_frozen, 7);
    assert_memory_equal(morning.problem.vehicles[0].frozen, f->plan.routes[0].visits, 7 * sizeof(tr_visit));
    assert_memory_equal(plan.routes[0].visits, f->plan.routes[0].visits, 10 * sizeof(tr_visit));
    assert_memory_equal(&plan.routes[0].cost, &f->plan.routes[0].cost, sizeof(tr_cost));
    day_fixture_free(f);
}

static void same_day_same_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {"plan.json",    "travel.json",    "summary.txt",
                                        "map.html",     "routes.geojson", "caged-1.csv",
                                        "caged-1.html", "caged-1.gpx",    "caged-1-track.gpx"};
    enum { N = sizeof names / sizeof *names };
    const char *before[N];
    day_fixture *f = written(false), *again;
    for (int i = 0; i < N; i++) before[i] = slurp(in_folder(f->arena, names[i]), f->arena, NULL);
    char *locale = tr_arena_strdup(f->arena, setlocale(LC_ALL, NULL));
    setlocale(LC_ALL, "de_DE.UTF-8"); /* a decimal comma, where it is installed */
    again = written(false);
    setlocale(LC_ALL, locale);
    for (int i = 0; i < N; i++)
        assert_string_equal(before[i], slurp(in_folder(f->arena, names[i]), f->arena, NULL));
    assert_int_equal(files_in_folder(), 5 + 2 * 4);
    day_fixture_free(again);
    day_fixture_free(f);
}

static void keeps_a_seed_of_64_bits(void **state)
{
    (void)state;
    tr_err err = {0};
    day_fixture *f = day_fixture_new(false);
    tr_morning morning;
    tr_plan plan;
    tr_day day;
    f->day.seed = UINT64_MAX;
    assert_int_equal(tr_outputs_write(&f->day, folder, &err), TR_OK);
    read_back(f, &morning, &plan, &day);
    assert_true(day.seed == UINT64_MAX);
    assert_int_equal(day.run->step_iterations[5], 1000);
    day_fixture_free(f);
}

/* ---- plan.json, tampered with ---- */

typedef struct {
    const char *path;         /* as a fault names it; what is set there */
    const char *value;        /* JSON; NULL = removed */
    const char *where, *text; /* of the fault expected */
} tampering;

static json_t *walk(json_t *root, const char *path, char *last, size_t room)
{
    char copy[200], *rest = copy;
    snprintf(copy, sizeof copy, "%s", path);
    json_t *at = root, *parent = root;
    for (char *part; (part = strsep(&rest, ".[")) != NULL;) {
        if (!*part) continue;
        parent = at;
        snprintf(last, room, "%s", part);
        at = strchr(part, ']') ? json_array_get(at, strtoul(part, NULL, 10)) : json_object_get(at, part);
        assert_non_null(parent);
    }
    return parent;
}

static void tamper(const char *path, const tampering *t)
{
    char last[100];
    json_t *root = json_load_file(path, 0, NULL), *parent = walk(root, t->path, last, sizeof last);
    json_t *value = t->value ? json_loads(t->value, JSON_DECODE_ANY, NULL) : NULL;
    if (json_is_array(parent))
        json_array_set_new(parent, strtoul(last, NULL, 10), value);
    else if (value)
        json_object_set_new(parent, last, value);
    else
        json_object_del(parent, last);
    assert_int_equal(json_dump_file(root, path, 0), 0);
    json_decref(root);
}

static const tampering tamperings[] = {
    {"format", "\"vroom\"", "format", "\"tiprun-plan\" was expected"},
    {"version", "2", "version", "reads version 1"},
    {"date", "\"2026-02-30\"", "date", "no date"},
    {"routes", NULL, "routes", "is missing"},
    {"routes", "{}", "routes", "is an object where a list was expected"},
    {"routes[1].vehicle", "\"caged-1\"", "routes[1].vehicle", "here \"tipper-2\""},
    {"routes[0].visits[1].id", "\"R-10\"", "routes[0].visits[1].id", "there is no stop \"R-10\""},
    {"routes[0].visits[1].kind", "\"stopp\"", "routes[0].visits[1].kind", "did you mean \"stop\""},
    {"routes[0].visits[1].place", "99", "routes[0].visits[1].place", "possible are 0 to 13"},
    {"routes[0].visits[1].arrival_s", "23878.5", "routes[0].visits[1].arrival_s", "is a decimal number"},
    {"routes[0].visits[1].compartment", "\"trunk\"", "routes[0].visits[1].compartment", "has no compartment"},
    {"routes[0].visits[2].load", "[]", "routes[0].visits[2].load", "has 0 entries"},
    {"routes[1].totals.drive_s", "\"3\"", "routes[1].totals.drive_s", "is a string"},
    {"left[0].stop", "\"R-1010\"", "left[0].stop", "there is no stop"},
    {"goal.cost_pence.value", "9e3", "goal.cost_pence.value", "is a decimal number"},
    {"effort.step_iterations", "[1]", "effort.step_iterations", "has 1 entries"},
    {"effort.seed", "\"12x\"", "effort.seed", "is no seed"},
    {"travel.file", "\"../travel.json\"", "travel.file", "no name of a file beside"},
    {"travel.file", "\"gone.json\"", "travel.file", "cannot open"},
    {"travel.sha256", "\"00\"", "travel.sha256", "is not the travel"},
    {"input.policy.speed_by_hour", "[1000]", "input.policy.speed_by_hour", "has 1 entries"},
    {"input.policy.speed_by_hour", "700", "input.policy.speed_by_hour", "is an integer where a list was expected"},
    {"input.policy.speed_by_hour", "[99,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
     "input.policy.speed_by_hour[0]", "possible are 100 to 5000"},
    {"input.policy.severity", "[1,2]", "input.policy.severity", "has 2 entries"},
    {"input.streams[2].hazardous", "1", "input.streams[2].hazardous", "true or false was expected"},
    {"input.places[3].lat", "91.5", "input.places[3].lat", "possible are -90 to 90"},
    {"input.sites[0].opening[0]", "[5,3]", "input.sites[0].opening[0]", "ends before it starts"},
    {"input.sites[0].streams[0]", "\"genral\"", "input.sites[0].streams[0]", "did you mean \"general\""},
    {"input.vehicles[1].id", "\"caged-1\"", "input.vehicles[1]", "stands twice"},
    {"input.vehicles[0].speed_permille", "0", "input.vehicles[0].speed_permille", "possible are 1 to"},
    {"input.vehicles[0].matrix", "1", "input.vehicles[0].matrix", "possible are 0 to 0"},
    {"input.stops[3].id", "\"R-1001\"", "input.stops[3]", "stands twice"},
    {"input.stops[3].report", "\"R-9\"", "input.stops[3].report", "there is no report"},
    {"input.stops[3].report", "\"R-1010\"", "input.stops[3]", "has no stops"},
    {"input.stops[3].report", "\"R-1001\"", "input.stops[3]", "do not stand together"},
    {"input.stops[5].pin", "\"van-33\"", "input.stops[5].pin", "there is no vehicle"},
    {"input.stops[5].hazard", "4", "input.stops[5].hazard", "possible are 0 to 3"},
    {"input.reports[9].triage.duplicate_of", "\"x\"", "input.reports[9].triage.duplicate_of",
     "there is no report"},
    {"input.reports[2].size", "\"huge\"", "input.reports[2].size", "unknown size"},
    {"avoid", "[]", "avoid", "is a list where an object was expected"},
    {"avoid.places[0].kind", "\"low_brige\"", "avoid.places[0].kind", "did you mean \"low_bridge\""},
    {"avoid.places[0].points", "[]", "avoid.places[0].points", "is empty"},
    {"avoid.places[0].height_m", "\"3 m\"", "avoid.places[0].height_m", "is a string"},
    {"avoid.places[1].hours[0]", "[5,3]", "avoid.places[1].hours[0]", "ends before it starts"},
    {"avoid.findings[0].avoid", "\"B-8\"", "avoid.findings[0].avoid", "there is no place to keep away from \"B-8\""},
    {"avoid.findings[0].vehicle", "\"van-33\"", "avoid.findings[0].vehicle", "there is no vehicle"},
    {"avoid.findings[0].how", "\"rode\"", "avoid.findings[0].how", "did you mean \"road\""},
    {"input.vehicles[0].weight_kg", "-1", "input.vehicles[0].weight_kg", "possible are 0 to"},
    {"input", "7", "input", "is an integer where an object was expected"},
};

static bool told(const tr_diag *diag, const char *where, const char *text)
{
    for (int32_t i = 0; i < diag->n_faults; i++)
        if (strcmp(diag->faults[i].where, where) == 0 && strstr(diag->faults[i].text, text)) return true;
    for (int32_t i = 0; i < diag->n_faults; i++)
        print_error("told: %s: %s\n", diag->faults[i].where, diag->faults[i].text);
    return false;
}

static void names_every_fault_by_its_path(void **state)
{
    (void)state;
    day_fixture *f = written(false);
    const char *path = in_folder(f->arena, "plan.json");
    size_t length;
    char *whole = slurp(path, f->arena, &length);
    for (size_t i = 0; i < sizeof tamperings / sizeof *tamperings; i++) {
        tr_arena *arena = tr_arena_new();
        tr_diag diag = {.arena = arena};
        tr_morning morning;
        tr_plan plan;
        assert_int_equal(tr_file_write(path, whole, length, NULL), TR_OK);
        tamper(path, &tamperings[i]);
        assert_int_equal(tr_plan_read(path, arena, &morning, &plan, &diag), TR_EINPUT);
        assert_true(diag.n_errors > 0);
        if (!told(&diag, tamperings[i].where, tamperings[i].text))
            fail_msg("no fault at %s", tamperings[i].where);
        tr_arena_free(arena);
    }
    day_fixture_free(f);
}

static void survives_a_file_cut_anywhere(void **state)
{
    (void)state;
    day_fixture *f = written(false);
    const char *path = in_folder(f->arena, "plan.json");
    size_t length;
    char *whole = slurp(path, f->arena, &length);
    for (size_t cut = 0; cut + 2 < length; cut += 997) {
        tr_arena *arena = tr_arena_new();
        tr_diag diag = {.arena = arena};
        tr_morning morning;
        tr_plan plan;
        assert_int_equal(tr_file_write(path, whole, cut, NULL), TR_OK);
        assert_int_equal(tr_plan_read(path, arena, &morning, &plan, &diag), TR_EINPUT);
        assert_true(diag.n_errors > 0);
        assert_string_equal(diag.faults[0].file, path);
        tr_arena_free(arena);
    }
    day_fixture_free(f);
}

static void notices_other_travel(void **state)
{
    (void)state;
    day_fixture *f = written(false);
    const char *path = in_folder(f->arena, "travel.json");
    tr_diag diag = {.arena = f->arena};
    tr_morning morning;
    tr_plan plan;
    size_t length;
    char *bytes = slurp(path, f->arena, &length);
    char *digit = strpbrk(bytes + length / 2, "123456789");
    *digit = *digit == '9' ? '8' : (char)(*digit + 1);
    assert_int_equal(tr_file_write(path, bytes, length, NULL), TR_OK);
    assert_int_equal(tr_plan_read(in_folder(f->arena, "plan.json"), f->arena, &morning, &plan, &diag),
                     TR_EINPUT);
    assert_true(told(&diag, "travel.sha256", "is not the travel that this plan was made with"));
    day_fixture_free(f);
}

/* Cut travel with a hash that agrees: the recording's own faults are told. */
static void names_faults_of_travel(void **state)
{
    (void)state;
    day_fixture *f = written(false);
    const char *plan_path = in_folder(f->arena, "plan.json"), *path = in_folder(f->arena, "travel.json");
    tr_diag diag = {.arena = f->arena};
    tr_morning morning;
    tr_plan plan;
    size_t length;
    char hash[65], *bytes = slurp(path, f->arena, &length);
    assert_int_equal(tr_file_write(path, bytes, length / 2, NULL), TR_OK);
    assert_int_equal(tr_sha256_file(path, hash, NULL), TR_OK);
    tampering forged = {"travel.sha256", tr_arena_printf(f->arena, "\"%s\"", hash), NULL, NULL};
    tamper(plan_path, &forged);
    assert_int_equal(tr_plan_read(plan_path, f->arena, &morning, &plan, &diag), TR_EINPUT);
    assert_true(diag.n_errors > 0);
    bool named = false;
    for (int32_t i = 0; i < diag.n_faults; i++) named = named || strstr(diag.faults[i].file, "travel.json");
    assert_true(named);
    day_fixture_free(f);
}

/* What people edit is taken as it stands; the referee has the last word, and a clock that lags is told. */
static void takes_edited_numbers_as_they_are(void **state)
{
    (void)state;
    day_fixture *f = written(false);
    const char *path = in_folder(f->arena, "plan.json");
    static const tampering edit = {"routes[0].visits[1].arrival_s", "-5", NULL, NULL};
    tr_diag diag = {.arena = f->arena};
    tr_morning morning;
    tr_plan plan;
    tr_verdict verdict;
    tamper(path, &edit);
    assert_int_equal(tr_plan_read(path, f->arena, &morning, &plan, &diag), TR_OK);
    assert_int_equal(diag.n_errors, 0);
    assert_true(told(&diag, "routes[0].visits[1].arrival", "the seconds count"));
    assert_int_equal(plan.routes[0].visits[1].arrival_s, -5);
    assert_false(tr_referee(&morning.problem, &plan, f->arena, &verdict));
    day_fixture_free(f);
}

/* ---- outcomes and summary ---- */

static void a_report_is_routed_only_with_all_its_stops(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(false);
    int32_t counts[TR_N_OUTCOMES], sum = 0;
    assert_int_equal(tr_report_outcome(&f->morning, &f->plan, 14), TR_LEFT); /* one of two parts is routed */
    assert_int_equal(tr_report_outcome(&f->morning, &f->plan, 0), TR_ROUTED);
    tr_count_outcomes(&f->morning, &f->plan, counts);
    for (int i = 0; i < TR_N_OUTCOMES; i++) sum += counts[i];
    assert_int_equal(sum, f->morning.n_reports);
    assert_string_equal(tr_left_text(&f->day, 14, f->arena),
                        "R-1015/2: would cost R-1015/1 its place, which weighs more (routed: R-1015/1)");
    day_fixture_free(f);
}

static void parts_left_for_one_reason_tell_it_once(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(false);
    f->day.plan = &f->by_hand;
    f->by_hand.routes[0].n_visits = 0;
    f->day.reasons = NULL;
    assert_string_equal(tr_left_text(&f->day, 14, f->arena), "R-1015/1, R-1015/2: no reason recorded");
    assert_string_equal(tr_left_text(&f->day, 0, f->arena), "no reason recorded");
    day_fixture_free(f);
}

static void summary_tells_the_worst_first(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(false);
    const char *text = tr_summary_text(&f->day, f->arena);
    const char *hazard = strstr(text, "HAZARDOUS WASTE LEFT TODAY: 1 report"),
               *headline = strstr(text, "8 of 16 reports");
    assert_true(strncmp(text, "!! TRAVEL IS ESTIMATED", 22) == 0);
    assert_non_null(hazard);
    assert_non_null(headline);
    assert_true(hazard < headline);
    assert_non_null(strstr(text, "certified for asbestos_licensed"));
    assert_true(strstr(text, "certified for asbestos_licensed") < headline);
    assert_non_null(strstr(text, "by hand"));
    assert_non_null(strstr(text, "--repeat plan.json (seed 7,"));
    assert_null(strstr(text, "--recording"));
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_true(strcspn(line, "\n") <= 100);
    day_fixture_free(f);
}

static void advice_names_what_a_contractor_does_cheaper(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(false);
    assert_null(strstr(tr_summary_text(&f->day, f->arena), "ADVICE"));
    f->morning.problem.policy.contractor_pence = 100;
    assert_non_null(strstr(tr_summary_text(&f->day, f->arena), "ADVICE"));
    day_fixture_free(f);
}

/* ---- sheets ---- */

typedef struct {
    int columns, rows, wide; /* of the row at hand; rows whose number of columns is not 21 */
    bool formula;
} table;

static void on_cell(void *text, size_t length, void *context)
{
    table *t = context;
    char *end, *cell = strndup(text ? text : "", length);
    strtod(cell, &end);
    if (length && strchr("=+-@", cell[0]) && *end) t->formula = true; /* a number is no formula */
    free(cell);
    t->columns++;
}

static void on_row(int character, void *context)
{
    table *t = context;
    (void)character;
    t->wide += t->columns != 21;
    t->columns = 0;
    t->rows++;
}

static void csv_is_quoted_and_harmless(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(true);
    for (int32_t r = 0; r < 2; r++) {
        table t = {0};
        struct csv_parser parser;
        char *text = tr_crew_csv(&f->day, r, f->arena);
        csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
        assert_int_equal(csv_parse(&parser, text, strlen(text), on_cell, on_row, &t), strlen(text));
        assert_int_equal(csv_fini(&parser, on_cell, on_row, &t), 0);
        csv_free(&parser);
        assert_int_equal(t.wide, 0);
        assert_int_equal(t.rows, f->plan.routes[r].n_visits + 1);
        assert_false(t.formula);
    }
    assert_non_null(strstr(tr_crew_csv(&f->day, 0, f->arena), "\"'=HYPERLINK(\"\"x\"\")\""));
    day_fixture_free(f);
}

static void sheets_escape_and_hold_what_crews_need(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(true);
    const char *text = tr_crew_html(&f->day, 1, f->arena);
    assert_null(strstr(text, "<b>bold"));
    assert_null(strstr(text, "<img"));
    assert_null(strstr(text, "<script"));
    assert_non_null(strstr(text, "&lt;/script&gt;&lt;b&gt;bold &amp; &quot;quoted&quot;"));
    static const char *const wanted[] = {
        "! HAZARDOUS: ", "18 01 03*",           "needle-proof gloves", "geo:51.566000,-1.779000",
        "waze.com",      "TRAVEL IS ESTIMATED", "sealed box",          "06:00-10:00, 13:00-15:00"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strstr(text, wanted[i])) fail_msg("the sheet lacks %s", wanted[i]);
    day_fixture_free(f);
}

/* From the server's words, which may hold anything, to the crew's sheet and to routes.geojson. */
static void turns_are_told_on_the_sheet_and_in_geojson(void **state)
{
    (void)state;
    static const char *const steps[] = {"start on Mill <b>Lane", "turn left into Queen's & King's, 250 m", "arrive"};
    day_fixture *f = day_fixture_new(true);
    int32_t n_lists = 0;
    assert_null(strstr(tr_crew_html(&f->day, 1, f->arena), "<details"));
    f->day.legs[1][0].n_steps = 3, f->day.legs[1][0].steps = steps;
    const char *text = tr_crew_html(&f->day, 1, f->arena), *way = strstr(text, "<details class=\"way\"><summary>way here, ");
    assert_non_null(way);
    assert_null(strstr(way + 1, "<details"));
    assert_null(strstr(text, "Mill <b>Lane"));
    assert_non_null(strstr(way, "<li>start on Mill &lt;b&gt;Lane</li>\n<li>turn left into Queen"));
    assert_true(way > strstr(text, "Leave ")); /* with the visit that it leads to */
    json_t *root = json_loads(tr_routes_geojson(&f->day, f->arena), JSON_REJECT_DUPLICATES, NULL), *feature;
    size_t i;
    json_array_foreach(json_object_get(root, "features"), i, feature)
    {
        json_t *list = json_object_get(json_object_get(feature, "properties"), "steps");
        if (json_array_size(list) != 3) continue;
        n_lists++;
        assert_string_equal(json_string_value(json_array_get(list, 1)), steps[1]);
    }
    assert_int_equal(n_lists, 1);
    json_decref(root);
    day_fixture_free(f);
}

static void crew_files_have_safe_and_different_names(void **state)
{
    (void)state;
    static const char *const ids[] = {"a/b",     "a_b", "A_B",  "../../etc/passwd", "plan", "x",
                                      "x-track", "",    "a_b_2"};
    enum { N = sizeof ids / sizeof *ids };
    tr_arena *arena = tr_arena_new();
    tr_vehicle vehicles[N] = {0};
    tr_problem problem = {.n_vehicles = N, .vehicles = vehicles};
    const char *stems[N];
    for (int i = 0; i < N; i++) vehicles[i].id = ids[i];
    for (int i = 0; i < N; i++) {
        stems[i] = tr_crew_file(&problem, i, arena);
        assert_null(strchr(stems[i], '/'));
        assert_true(*stems[i] && *stems[i] != '.');
        assert_string_not_equal(stems[i], "plan");
        for (int j = 0; j < i; j++) {
            assert_int_not_equal(strcasecmp(stems[i], stems[j]), 0);
            assert_int_not_equal(strcasecmp(stems[i], tr_arena_printf(arena, "%s-track", stems[j])), 0);
            assert_int_not_equal(strcasecmp(stems[j], tr_arena_printf(arena, "%s-track", stems[i])), 0);
        }
    }
    tr_arena_free(arena);
}

/* ---- navigation, GeoJSON, map ---- */

/* libxml2 comes with tr_io, its headers do not; these two are all that is needed here. */
extern void *xmlReadMemory(const char *text, int length, const char *url, const char *encoding, int options);
extern void xmlFreeDoc(void *document);

static void assert_well_formed(const char *text)
{
    void *document = xmlReadMemory(text, (int)strlen(text), "gpx", NULL, 0);
    assert_non_null(document);
    xmlFreeDoc(document);
}

static int count(const char *text, const char *word)
{
    int n = 0;
    for (; (text = strstr(text, word)); text += strlen(word)) n++;
    return n;
}

static void gpx_announces_every_stop(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(true);
    const char *text = tr_crew_gpx(&f->day, 0, f->arena), *route = strstr(text, "<rte>");
    assert_well_formed(text);
    assert_int_equal(count(text, "<wpt "), 7); /* 5 stops, 2 disposal visits */
    assert_int_equal(count(text, "<rte>"), 1);
    assert_int_equal(count(text, "<trk>"), 0);
    assert_int_equal(count(route, "<wpt "), 0);   /* the schema's order: wpt, rte, trk */
    assert_int_equal(count(route, "<rtept "), 9); /* and both depots, not the break */
    assert_int_equal(count(route, "<trp:ViaPoint>"), 9);
    day_fixture_free(f);
}

static void track_is_a_file_of_its_own(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(true);
    const char *text = tr_crew_track(&f->day, 0, f->arena);
    assert_well_formed(text);
    assert_int_equal(count(text, "<trk>"), 1);
    assert_int_equal(count(text, "<rte>") + count(text, "<wpt "), 0);
    assert_int_equal(count(text, "<trkseg>"), 8); /* 9 legs, one of them the break's */
    day_fixture_free(f);
}

static void geojson_is_json_with_lon_first(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(true);
    json_t *root = json_loads(tr_routes_geojson(&f->day, f->arena), JSON_REJECT_DUPLICATES, NULL);
    assert_string_equal(json_string_value(json_object_get(root, "type")), "FeatureCollection");
    json_t *features = json_object_get(root, "features"), *feature;
    size_t i, lines = 0;
    json_array_foreach(features, i, feature)
    {
        json_t *geometry = json_object_get(feature, "geometry"),
               *at = json_object_get(geometry, "coordinates");
        bool line = strcmp(json_string_value(json_object_get(geometry, "type")), "LineString") == 0;
        if (line) at = json_array_get(at, 0), lines++;
        assert_true(json_number_value(json_array_get(at, 0)) < 0);
        assert_true(json_number_value(json_array_get(at, 1)) > 51);
    }
    assert_int_equal(lines, 8 + 7 + 1); /* legs, and the closed road of the day */
    json_decref(root);
    day_fixture_free(f);
}

static void map_is_one_file_that_nothing_breaks_out_of(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(true);
    const char *text = tr_map_html(&f->day, f->arena);
    const char *data = strstr(text, "id=\"plan\">"), *end;
    assert_non_null(data);
    assert_int_equal(count(text, "</script>"), 3);
    assert_null(strstr(text, "@@"));
    assert_null(strstr(text, "<b>bold"));
    assert_null(strstr(text, "src=\"http"));
    assert_null(strstr(text, "<link"));
    data += strlen("id=\"plan\">");
    end = strstr(data, "</script>");
    json_t *root = json_loadb(data, (size_t)(end - data), 0, NULL);
    assert_non_null(root);
    assert_int_equal(json_array_size(json_object_get(root, "crews")), 2);
    assert_int_equal(json_array_size(json_object_get(root, "reports")), 8); /* all that are not routed */
    json_decref(root);
    day_fixture_free(f);
}

static void an_old_sheet_of_a_vehicle_at_home_goes(void **state)
{
    (void)state;
    day_fixture *f = written(false);
    tr_err err = {0};
    assert_int_equal(access(in_folder(f->arena, "caged-1.html"), F_OK), 0);
    f->plan.routes[0].n_visits = f->day.n_avoid_findings = 0;
    if (tr_outputs_write(&f->day, folder, &err)) fail_msg("%s", err.text);
    assert_int_equal(access(in_folder(f->arena, "caged-1.html"), F_OK), -1);
    assert_int_equal(access(in_folder(f->arena, "tipper-2.html"), F_OK), 0);
    assert_int_equal(files_in_folder(), 5 + 4);
    day_fixture_free(f);
}

static void an_empty_day_is_written_too(void **state)
{
    (void)state;
    day_fixture *f = day_fixture_new(false);
    tr_err err = {0};
    tr_route routes[3] = {{.vehicle = 0}, {.vehicle = 1}, {.vehicle = 2}};
    tr_plan nothing = {.n_routes = 3, .routes = routes, .left = f->plan.left};
    f->morning.problem.n_stops = 0;
    f->morning.n_reports = 0;
    f->day.plan = &nothing;
    f->day.by_hand = NULL;
    f->day.legs = NULL;
    f->day.n_avoid_findings = 0;
    if (tr_outputs_write(&f->day, folder, &err)) fail_msg("%s", err.text);
    assert_int_equal(files_in_folder(), 5);
    day_fixture_free(f);
}

/* ---- files ---- */

static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    tr_err err = {0};
    const char *path = in_folder(arena, "old.txt");
    char *big = TR_NEW(arena, char, 1 << 16);
    memset(big, 'x', (1 << 16) - 1);
    assert_int_equal(tr_file_write_text(path, "old\n", &err), TR_OK);
    struct rlimit before, small;
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 4096;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    tr_status status = tr_file_write_text(path, big, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_int_equal(status, TR_EINTERNAL);
    assert_non_null(strstr(err.text, path));
    assert_non_null(strstr(err.text, strerror(EFBIG)));
    assert_string_equal(slurp(path, arena, NULL), "old\n");
    assert_int_equal(files_in_folder(), 1);
    tr_arena_free(arena);
}

static void a_device_without_room_is_told(void **state)
{
    (void)state;
    tr_err err = {0};
    if (access("/dev/full", W_OK) != 0) skip();
    assert_int_equal(tr_file_write_text("/dev/full", "text", &err), TR_EINTERNAL);
    assert_string_equal(err.text, "/dev/full: cannot write: No space left on device");
    assert_int_equal(tr_file_write_text("/dev/null", "text", &err), TR_OK);
    struct stat device;
    assert_int_equal(stat("/dev/null", &device), 0);
    assert_true(S_ISCHR(device.st_mode)); /* not replaced by a file */
}

static void directories_that_cannot_be_are_named(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    tr_err err = {0};
    day_fixture *f = day_fixture_new(false);
    const char *file = in_folder(arena, "file");
    assert_int_equal(tr_file_write_text(file, "", &err), TR_OK);
    const char *below = tr_arena_printf(arena, "%s/day", file);
    assert_int_equal(tr_outputs_write(&f->day, below, &err), TR_EINTERNAL);
    assert_non_null(strstr(err.text, file));
    assert_non_null(strstr(err.text, strerror(ENOTDIR)));
    assert_int_equal(tr_directory_make("", &err), TR_EINTERNAL);
    assert_int_equal(tr_directory_make("/proc/no/such", &err), TR_EINTERNAL);
    assert_non_null(strstr(err.text, "/proc/no: cannot make the directory"));
    assert_int_equal(tr_file_write_text(folder, "", &err), TR_EINTERNAL);
    assert_non_null(strstr(err.text, "is a directory"));
    day_fixture_free(f);
    tr_arena_free(arena);
}

static void hashes_are_right(void **state)
{
    (void)state;
    char hex[65];
    assert_int_equal(tr_sha256("abc", 3, hex, NULL), TR_OK);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void numbers_print_shortest(void **state)
{
    (void)state;
    tr_arena *arena = tr_arena_new();
    json_t *value = json_pack("{s:f,s:f,s:f,s:s}", "a", 51.56, "b", 1.0 / 3, "c", 2.0, "d", "</script>&");
    assert_string_equal(tr_json_print(value, arena),
                        "{\"a\": 51.56, \"b\": 0.3333333333333333, \"c\": 2.0, \"d\": \"</script>&\"}\n");
    assert_non_null(strstr(tr_json_script(value, arena), "\\u003c/script\\u003e\\u0026"));
    json_decref(value);
    assert_string_equal(tr_degrees_text(-0.0000004, arena), "0.000000");
    assert_string_equal(tr_degrees_text(-1.5, arena), "-1.500000");
    assert_string_equal(tr_clock_text(-61, true, arena), "-00:01:01");
    assert_string_equal(tr_tenths_text(-1250, 1000, arena), "-1.3");
    tr_arena_free(arena);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(reads_back_to_the_same_bytes),
        IN_FOLDER(reads_nasty_strings_back),
        IN_FOLDER(reads_speeds_by_the_hour_back),
        IN_FOLDER(reads_frozen_visits_back),
        IN_FOLDER(same_day_same_bytes),
        IN_FOLDER(keeps_a_seed_of_64_bits),
        IN_FOLDER(names_every_fault_by_its_path),
        IN_FOLDER(survives_a_file_cut_anywhere),
        IN_FOLDER(notices_other_travel),
        IN_FOLDER(names_faults_of_travel),
        IN_FOLDER(takes_edited_numbers_as_they_are),
        cmocka_unit_test(a_report_is_routed_only_with_all_its_stops),
        cmocka_unit_test(parts_left_for_one_reason_tell_it_once),
        cmocka_unit_test(summary_tells_the_worst_first),
        cmocka_unit_test(advice_names_what_a_contractor_does_cheaper),
        cmocka_unit_test(csv_is_quoted_and_harmless),
        cmocka_unit_test(sheets_escape_and_hold_what_crews_need),
        cmocka_unit_test(turns_are_told_on_the_sheet_and_in_geojson),
        cmocka_unit_test(crew_files_have_safe_and_different_names),
        cmocka_unit_test(gpx_announces_every_stop),
        cmocka_unit_test(track_is_a_file_of_its_own),
        cmocka_unit_test(geojson_is_json_with_lon_first),
        cmocka_unit_test(map_is_one_file_that_nothing_breaks_out_of),
        IN_FOLDER(an_old_sheet_of_a_vehicle_at_home_goes),
        IN_FOLDER(an_empty_day_is_written_too),
        IN_FOLDER(a_full_disk_leaves_the_old_file),
        cmocka_unit_test(a_device_without_room_is_told),
        IN_FOLDER(directories_that_cannot_be_are_named),
        cmocka_unit_test(hashes_are_right),
        cmocka_unit_test(numbers_print_shortest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
