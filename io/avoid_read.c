/* avoid_read.c -- files of places and times to keep away from: closed roads, low bridges, weight limits.
 *
 * Dates, hours and weekdays become windows of the plan's own day here, so that nothing behind this file
 * knows a calendar.  A place that does not hold on that day stays in the list, without hours.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calendar.h"
#include "readers.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define KEYS(...)                                                                                            \
    (const char *const[]){__VA_ARGS__}, (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

enum { MOST_AVOID = 5000, MOST_POINTS = 1000, DAY_S = 86400 };
static const double RADIUS_M = 25, MOST_RADIUS_M = 2000;

const char *const tr_avoid_kinds[TR_N_AVOID_KINDS] = {"closed_road", "low_bridge", "narrow_road",
                                                      "weight_limit", "other"};

/* Ranges in which centimetres, feet of a lorry and tonnes are noticed. */
tr_bulk tr_bulk_of(const tr_json *object)
{
    return (tr_bulk){
        .height_mm = (int32_t)lround(1000 * tr_json_number(tr_json_at(object, "height_m"), 0, 0.5, 10)),
        .width_mm = (int32_t)lround(1000 * tr_json_number(tr_json_at(object, "width_m"), 0, 0.5, 10)),
        .weight_kg = (int32_t)tr_json_int(tr_json_at(object, "weight_kg"), 0, 100, 100000),
    };
}

/* ---- where ---- */

static void read_line(const tr_json *line, tr_avoid *a, tr_arena *arena)
{
    size_t n = tr_json_length(line);
    if (json_is_array(line->value) && (n < 2 || n > MOST_POINTS))
        tr_json_fault(line, "has %zu points; expected 2 to %d", n, MOST_POINTS);
    if (n < 2 || n > MOST_POINTS) return;
    double *points = TR_NEW(arena, double, 2 * n);
    for (size_t i = 0; i < n; i++) {
        tr_json at = tr_json_item(line, i);
        if (!tr_json_is_object(&at)) continue;
        tr_json_keys(&at, KEYS("lat", "lon"));
        tr_json_place(&at, &points[2 * i + 1], &points[2 * i]);
    }
    a->n_points = (int32_t)n;
    a->lon_lat = points;
}

static void read_where(const tr_json *at, tr_avoid *a, tr_arena *arena)
{
    tr_json line = tr_json_at(at, "line"), lat = tr_json_at(at, "lat"), lon = tr_json_at(at, "lon");
    a->radius_m = tr_json_number(tr_json_at(at, "radius_m"), RADIUS_M, 1, MOST_RADIUS_M);
    if (line.value && (lat.value || lon.value))
        tr_json_fault(&line, "stands beside lat and lon; give one of the two");
    if (line.value) {
        read_line(&line, a, arena);
    } else if (!lat.value && !lon.value) {
        tr_json_fault(at, "has no place; expected lat and lon, or line");
    } else {
        double *point = TR_NEW(arena, double, 2);
        if (!tr_json_place(at, &point[1], &point[0])) return;
        a->n_points = 1;
        a->lon_lat = point;
    }
}

/* ---- when ---- */

/* Clock of the plan's day at which a local time lies; a bare date as an end is the end of that day. */
static int64_t moment(tr_json at, bool end, int32_t day, int64_t fallback)
{
    const char *text = tr_json_text(at, NULL);
    int64_t unix_s, clock;
    int32_t bare;
    if (!text) return fallback;
    if (tr_day_parse(text, &bare)) return ((int64_t)bare - day + end) * DAY_S;
    if (tr_clock_parse(text, &clock)) {
        tr_json_fault(
            &at,
            "\"%s\" has no date; expected 2026-03-02T07:00 or 2026-03-02, and what holds every day in hours",
            text);
        return fallback;
    }
    if (!tr_time_parse(text, &unix_s)) {
        tr_json_fault(&at, "\"%s\" is no local time; expected 2026-03-02T07:00 or 2026-03-02", text);
        return fallback;
    }
    struct tm local;
    time_t seconds = (time_t)unix_s;
    localtime_r(&seconds, &local);
    return ((int64_t)tr_local_day(unix_s) - day) * DAY_S + local.tm_hour * 3600 + local.tm_min * 60 +
           local.tm_sec;
}

static void clip(tr_window window, int64_t from, int64_t to, tr_window *hours, int32_t *n)
{
    if (window.start_s < from) window.start_s = from;
    if (window.end_s > to) window.end_s = to;
    if (window.end_s > window.start_s) hours[(*n)++] = window;
}

/* When the last crew must be back, and no less than the whole day. */
static int64_t latest_end(const tr_problem *problem)
{
    int64_t latest = DAY_S;
    for (int32_t v = 0; v < problem->n_vehicles; v++) {
        int64_t end = problem->vehicles[v].end_s + problem->vehicles[v].max_overtime_s;
        if (end > latest) latest = end;
    }
    return latest;
}

/* The hours of yesterday may last until this morning, and a shift until tomorrow. */
static void read_when(const tr_json *at, tr_avoid *a, const tr_morning *morning)
{
    tr_arena *arena = morning->arena;
    int32_t day = morning->problem.day;
    int64_t latest = latest_end(&morning->problem);
    tr_json hours = tr_json_at(at, "hours"), to_at = tr_json_at(at, "to");
    int64_t from = moment(tr_json_at(at, "from"), false, day, INT64_MIN),
            to = moment(to_at, true, day, INT64_MAX);
    if (to <= from) tr_json_fault(&to_at, "is not after from");
    if (from < 0) from = 0;
    if (to > latest) to = latest;
    tr_diag told = {.arena = arena}; /* faults of the hours are those of the first look */
    struct tr_window_list of_day[4] = {{0}};
    size_t most = 1;
    for (int32_t d = -1; hours.value && d < 3; d++) {
        if (d > -1) hours.diag = &told;
        of_day[d + 1] = tr_opening_of(hours, day + d);
        most += (size_t)of_day[d + 1].n;
    }
    tr_window *windows = TR_NEW(arena, tr_window, most);
    if (!hours.value) clip((tr_window){from, to}, from, to, windows, &a->n_hours);
    for (int32_t d = -1; d < 3; d++)
        for (int32_t i = 0; i < of_day[d + 1].n; i++)
            clip((tr_window){of_day[d + 1].windows[i].start_s + d * DAY_S,
                             of_day[d + 1].windows[i].end_s + d * DAY_S},
                 from, to, windows, &a->n_hours);
    a->n_hours = tr_windows_tidy(windows, a->n_hours);
    a->hours = windows;
}

/* ---- whom ---- */

static const char *const *names_of(tr_json list, const char *const *known, int32_t n_known, const char *kind,
                                   int32_t *n)
{
    size_t length = tr_json_length(&list);
    const char **names = TR_NEW(list.diag->arena, const char *, length + 1);
    if (json_is_array(list.value) && length == 0)
        tr_json_fault(&list, "is empty; leave it out for everybody");
    for (size_t i = 0; i < length; i++) {
        int32_t word = tr_json_word(tr_json_item(&list, i), known, n_known, kind, -1);
        if (word >= 0) names[(*n)++] = known[word];
    }
    return names;
}

/* Each profile once, in the order of the vehicles. */
static int32_t profiles_of(const tr_morning *morning, const char **profiles)
{
    int32_t n = 0;
    for (int32_t v = 0; v < morning->problem.n_vehicles; v++) {
        int32_t k = 0;
        while (k < n && strcmp(profiles[k], morning->vehicle_notes[v].profile)) k++;
        if (k == n) profiles[n++] = morning->vehicle_notes[v].profile;
    }
    return n;
}

static void read_whom(const tr_json *at, tr_avoid *a, const tr_morning *morning)
{
    int32_t n = morning->problem.n_vehicles;
    const char **ids = TR_NEW(morning->arena, const char *, n + 1),
               **profiles = TR_NEW(morning->arena, const char *, n + 1);
    a->limit = tr_bulk_of(at);
    if (!n) return; /* the fleet could not be read, which is told */
    for (int32_t v = 0; v < n; v++) ids[v] = morning->problem.vehicles[v].id;
    a->vehicles = names_of(tr_json_at(at, "vehicles"), ids, n, "vehicle", &a->n_vehicles);
    a->profiles = names_of(tr_json_at(at, "profiles"), profiles, profiles_of(morning, profiles), "profile",
                           &a->n_profiles);
}

/* ---- the file ---- */

static void read_entry(const tr_json *at, tr_avoid *a, const tr_morning *morning)
{
    tr_json_keys(at, KEYS("id", "kind", "name", "lat", "lon", "line", "radius_m", "from", "to", "hours",
                          "height_m", "width_m", "weight_kg", "vehicles", "profiles"));
    tr_json id = tr_json_need(at, "id");
    a->id = tr_json_text(id, "?");
    if (!*a->id || strlen(a->id) > 64) tr_json_fault(&id, "has %zu bytes; expected 1 to 64", strlen(a->id));
    for (int32_t i = 0; id.value && i < morning->n_avoid; i++)
        if (strcmp(morning->avoid[i].id, a->id) == 0) tr_json_fault(&id, "\"%s\" is used twice", a->id);
    a->kind =
        (tr_avoid_kind)tr_json_word(tr_json_need(at, "kind"), tr_avoid_kinds, TR_N_AVOID_KINDS, "kind", 0);
    a->name = tr_json_text(tr_json_at(at, "name"), "");
    read_where(at, a, morning->arena);
    read_when(at, a, morning);
    read_whom(at, a, morning);
}

/* {"avoid": [...]}, or the array alone. */
void tr_avoid_read(const char *path, tr_morning *morning, tr_diag *diag)
{
    json_auto_t *document = tr_json_file(path, diag);
    tr_json root = tr_json_root(document, path, diag), list = root;
    if (!json_is_array(document)) {
        if (!tr_json_is_object(&root)) return;
        tr_json_keys(&root, KEYS("avoid"));
        list = tr_json_need(&root, "avoid");
    }
    size_t n = tr_json_length(&list), had = (size_t)morning->n_avoid;
    if (n > MOST_AVOID) tr_json_fault(&list, "has %zu places; expected at most %d", n, MOST_AVOID);
    if (n > MOST_AVOID) n = MOST_AVOID;
    tr_avoid *places =
        tr_arena_grow(morning->arena, (tr_avoid *)morning->avoid, had, had + n, sizeof *places);
    morning->avoid = places;
    for (size_t i = 0; i < n; i++) {
        tr_json at = tr_json_item(&list, i);
        if (!tr_json_is_object(&at)) continue;
        tr_avoid *place = &places[morning->n_avoid];
        *place = (tr_avoid){.id = "?", .name = ""};
        read_entry(&at, place, morning);
        morning->n_avoid++;
    }
}
